import { day, hour, minute, type Instant } from '../../shared/time.ts';
import { Temporal } from 'temporal-polyfill';
import { isAhead, longestPause } from './clocks.ts';

/** How far a run may be from its place in the rhythm, so that many computers do not ask at the same second. */
const spread = 0.1;

/**
 * Takes when the last run began, the interval in minutes, and chance (0 up to 1); returns when the next one is due.
 */
export function nextRunAt(lastStart: Instant, intervalMinutes: number, chance: number): Instant {
  const interval = intervalMinutes * minute;
  return Math.round(lastStart + interval * (1 - spread + 2 * spread * chance));
}

/**
 * Takes when the next run is due, and now; returns whether to run. A due time too far ahead counts as due, because the
 * wall clock was set back, otherwise nothing would run until it had caught up.
 */
export function isDue(dueAt: Instant, now: Instant, intervalMinutes: number): boolean {
  return now >= dueAt || dueAt - now > intervalMinutes * minute * (1 + spread) + minute;
}

/** Takes a choice of pause, now and the person's zone; returns until when it lasts. Tomorrow begins at midnight there. */
export function pauseEnd(until: 'forever' | 'hour' | 'tomorrow', now: Instant, timeZone: string): 'forever' | Instant {
  if (until === 'forever') return 'forever';
  if (until === 'hour') return now + hour;
  try {
    return Temporal.Instant.fromEpochMilliseconds(now)
      .toZonedDateTimeISO(timeZone)
      .toPlainDate()
      .add({ days: 1 })
      .toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return now + day;
  }
}

/**
 * Takes what the settings say and now; returns until when syncing is paused, or null when it is not. An end that lies
 * further ahead than any pause lasts was set by a wrong clock.
 */
export function pauseAt(pausedUntil: 'forever' | Instant | null, now: Instant): 'forever' | Instant | null {
  if (pausedUntil === null || pausedUntil === 'forever') return pausedUntil;
  return isAhead(pausedUntil, now, longestPause) ? pausedUntil : null;
}
