import type { SlotKey } from '../../shared/ids.ts';
import { day, isDate, type Instant } from '../../shared/time.ts';
import type { ZoneRefusal } from './model.ts';
import { slotsWithin } from './slots.ts';
import { isKnownZone, type Span } from './times.ts';

/** After so long a service is asked again whether it has learnt the name of a zone. */
export const refusalLasts = day;

/**
 * How many days ahead the dates of a series stand that has a block for each of them, seen from the last refusal. Less where a rule
 * has so many that an expansion gives up, and not less than until the service is asked again.
 */
const daysAhead = [731, 60, 2] as const;

/** No more dates ahead than this, otherwise one rule that is finer than daily would fill a calendar. */
const mostAhead = 400;

/** Takes what a service has refused and the time; returns whether that still holds. One from the future is void: a clock was wrong. */
export function isInForce({ at }: ZoneRefusal, now: Instant): boolean {
  return at <= now && now - at < refusalLasts;
}

/**
 * Takes the first occurrence of a series and its lines, the instant before which dates do not count, and when the service
 * refused the zone; returns the dates that get a block of their own, ascending: those up to two years after the
 * refusal, and not more than {@link mostAhead}. They hang on that instant and on no clock, otherwise two plans of one day
 * would not be the same. Null where nobody here can tell them. Where the zone is not known here either, its dates are those of the
 * offset that the first one has, because a date that is an hour off half of the year is better than none.
 */
export function datesOneByOne(
  span: Span,
  lines: readonly string[],
  since: Instant,
  refusedAt: Instant,
): readonly SlotKey[] | null {
  const length = span.endsAt - span.startsAt;
  const known = inKnownZone(span, lines);
  for (const days of daysAhead) {
    const keys = slotsWithin(known.span, known.lines, since - length, refusedAt + days * day);
    if (keys !== null) return keys.slice(0, mostAhead);
  }
  return null;
}

const offsetOf = /(?:Z|[+-]\d{2}:?\d{2})$/i;

function inKnownZone(span: Span, lines: readonly string[]): { readonly span: Span; readonly lines: readonly string[] } {
  const { start, end } = span;
  if (isDate(start) || isDate(end) || isKnownZone(start.timeZone)) return { span, lines };
  const name = start.timeZone ?? '';
  const [offset = 'Z'] = offsetOf.exec(start.dateTime) ?? [];
  const zone = offset.toUpperCase() === 'Z' ? 'UTC' : offset;
  return {
    span: { ...span, start: { ...start, timeZone: zone }, end: { ...end, timeZone: zone } },
    // Its dates then name no zone, and are read in that of the series.
    lines: lines.map((line) => line.replace(`;TZID="${name}"`, '').replace(`;TZID=${name}`, '')),
  };
}
