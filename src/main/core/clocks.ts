import { clockTolerance } from '../../shared/clock-error.ts';
import { day, hour, type Instant } from '../../shared/time.ts';

/** Takes how far the service's clock is ahead of this computer's, or null where that is not known; returns whether ours is wrong. */
export function isClockWrong(offset: number | null): offset is number {
  return offset !== null && Math.abs(offset) > clockTolerance;
}

/**
 * Takes this computer's clock and how far the service's is ahead of it; returns the time to date things by that are to
 * last: the service's where the two differ, otherwise a calendar taken into use under a clock of next year would have
 * none of this year's blocks, for ever.
 */
export function datedNow(now: Instant, offset: number | null): Instant {
  return isClockWrong(offset) ? now + offset : now;
}

/**
 * Takes the same; returns the time to judge by what is past: the earlier of the two where they differ, because while a
 * clock is known to be wrong nothing is to be concluded past that either of them takes for coming.
 */
export function cautiousNow(now: Instant, offset: number | null): Instant {
  return isClockWrong(offset) ? Math.min(now, now + offset) : now;
}

/**
 * Takes an end that was set to be at most so many milliseconds ahead, now, and that limit; returns whether it still lies
 * ahead. One that lies further ahead than it ever may was set by a wrong clock, and counts as ended.
 */
export function isAhead(until: Instant, now: Instant, most: number): boolean {
  return until > now && until - now <= most;
}

/** The longest pause with an end: until tomorrow, on a day that a change of the clocks makes longer. */
export const longestPause = day + 2 * hour;

/** Takes a since; returns whether it lies ahead, which only a wrong clock can have set. */
export function isVoidSince(since: Instant, now: Instant): boolean {
  return since - now > clockTolerance;
}
