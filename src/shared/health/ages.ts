import { clockTolerance } from '../clock-error.ts';
import type { Instant } from '../time.ts';
import { minute } from '../time.ts';

/** What is older than so many intervals is not true now (design.md, "Health"; "Stale is weaker than fresh"). */
export const freshIntervals = 2;

/** Takes an ISO moment and now; returns whether it lies so far ahead that only a wrong clock can have said it. */
export function isAhead(moment: string, now: Instant): boolean {
  return Date.parse(moment) - now > clockTolerance;
}

/** Takes an ISO moment, now and the interval in minutes; returns whether it lies more than two intervals back, or ahead. */
export function isOlder(moment: string, now: Instant, intervalMinutes: number): boolean {
  return isAhead(moment, now) || now - Date.parse(moment) > freshIntervals * intervalMinutes * minute;
}
