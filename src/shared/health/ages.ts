import type { Instant } from '../time.ts';
import { minute } from '../time.ts';

/** A clock may be so much behind before what it says of the past is void (design.md, "Fences"). */
const tolerance = 5 * minute;

/** What is older than so many intervals is not true now (design.md, "Health"). */
const intervals = 2;

/** Takes an ISO moment and now; returns whether it lies so far ahead that only a wrong clock can have said it. */
export function isAhead(moment: string, now: Instant): boolean {
  return Date.parse(moment) - now > tolerance;
}

/** Takes an ISO moment, now and the interval in minutes; returns whether it lies more than two intervals back, or ahead. */
export function isOlder(moment: string, now: Instant, intervalMinutes: number): boolean {
  return isAhead(moment, now) || now - Date.parse(moment) > intervals * intervalMinutes * minute;
}
