import type { Weekday, WorkingHours } from '../../shared/dto.ts';
import type { SlotKey } from '../../shared/ids.ts';
import { day, isDate, minute, type Instant } from '../../shared/time.ts';
import { ruleParts, weekdayNames } from '../../shared/rule.ts';
import { parseLine, plainRule, ruleDatesOf } from './recurrence.ts';
import { instantOfWall, slotsWithin, wallOf } from './slots.ts';
import { instantOf, originalStartOf, sameZone, slotInstant, spanOf, utcText, wallClock, type Span } from './times.ts';

/** Answers whether a time overlaps the hours that count. */
export type HoursTest = (span: Pick<Span, 'start' | 'end' | 'startsAt' | 'endsAt'>) => boolean;

/** In the order of days since 1970-01-01, a Thursday. */
const weekdays: readonly Weekday[] = ['TH', 'FR', 'SA', 'SU', 'MO', 'TU', 'WE'];

const weekdayOf = (dayNumber: number): Weekday => weekdays[((dayNumber % 7) + 7) % 7] ?? 'TH';
const dateOf = (dayNumber: number): string => new Date(dayNumber * day).toISOString().slice(0, 10);

/**
 * Takes the hours that count; returns what tells whether a span overlaps them, for at least a moment. A day counts by its
 * dates alone. A window is an interval of instants, so that on a day of 23 or 25 hours it is as long as that day makes it.
 */
export function hoursTestOf(hours: WorkingHours): HoursTest {
  const days = new Set(hours.days);
  const overnight = hours.to <= hours.from;
  const windows = new Map<number, { from: Instant; to: Instant } | null>();
  const at = (dayNumber: number, clock: string): Instant | null => {
    const [date, time] = clock === '24:00' ? [dateOf(dayNumber + 1), '00:00'] : [dateOf(dayNumber), clock];
    return instantOf({ dateTime: `${date}T${time}:00`, timeZone: hours.timeZone }, null);
  };
  const windowOn = (dayNumber: number): { from: Instant; to: Instant } | null => {
    const known = windows.get(dayNumber);
    if (known !== undefined) return known;
    const from = at(dayNumber, hours.from);
    const to = at(overnight ? dayNumber + 1 : dayNumber, hours.to);
    const made = from === null || to === null ? null : { from, to };
    windows.set(dayNumber, made);
    return made;
  };
  return ({ start, startsAt, endsAt }) => {
    // Each listed day comes once in a week, so that a longer time meets it for sure.
    if (endsAt - startsAt >= 9 * day) return true;
    const first = Math.floor(startsAt / day);
    const last = Math.floor((endsAt - 1) / day);
    if (isDate(start)) {
      for (let number = first; number <= last; number += 1) if (days.has(weekdayOf(number))) return true;
      return false;
    }
    // A date of a zone is at most a day away from that of UTC, and a window reaches into the next day.
    for (let number = first - 2; number <= last + 1; number += 1) {
      if (!days.has(weekdayOf(number))) continue;
      const window = windowOn(number);
      if (window !== null && startsAt < window.to && endsAt > window.from) return true;
    }
    return false;
  };
}

/** Takes a moment; returns the two calendar years (UTC) for which the dates of series are looked at: this and the next. */
export function yearsAround(now: Instant): { readonly from: Instant; readonly to: Instant } {
  const year = new Date(now).getUTCFullYear();
  return { from: Date.UTC(year, 0, 1), to: Date.UTC(year + 2, 0, 1) - 1 };
}

/** Which dates of a series are within the hours that count. */
export type SeriesHours =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'some';
      /** The lines of the series, with its rule narrowed where too many dates would have to be named otherwise. */
      readonly lines: readonly string[];
      /** Dates that these lines still make. */
      readonly without: readonly SlotKey[];
    };

/**
 * Takes the first occurrence of a series, its lines, a test and the present; returns which of its dates overlap the hours.
 * A rule and a clock of another zone do not make a rule together, so the dates are named one by one, for this year and
 * the next; further ones are taken to be within. A series without a date in these years is judged by its first one, and
 * one whose dates are not known is within. Where more than {@link mostLeftOut} dates are outside, the rule itself is narrowed
 * to the weekdays and hours of the others; what it still makes too many of is within: busy more often than it need be, and
 * never free where it counts.
 */
export function seriesHours(
  span: Span,
  lines: readonly string[],
  hours: WorkingHours,
  test: HoursTest,
  now: Instant,
): SeriesHours {
  const plain = sameOnAllDays(span, lines, hours);
  if (plain !== null) return { kind: plain ? 'all' : 'none' };
  const { from, to } = yearsAround(now);
  const keys = slotsWithin(span, lines, from, to);
  // What is not known is busy.
  if (keys === null) return { kind: 'all' };
  if (keys.length === 0) return test(span) ? { kind: 'all' } : { kind: 'none' };
  const without = keys.filter((key) => {
    const slot = slotSpan(span, key);
    return slot !== null && !test(slot);
  });
  if (without.length === 0) return { kind: 'all' };
  if (without.length === keys.length) return { kind: 'none' };
  if (without.length <= mostLeftOut) return { kind: 'some', lines, without };
  const outside = new Set(without);
  const narrowed = narrowedTo(
    keys.filter((key) => !outside.has(key)),
    span,
    lines,
  );
  const left = narrowed === null ? null : slotsWithin(span, narrowed, from, to);
  if (narrowed === null || left === null) return { kind: 'all' };
  const still = left.filter((key) => outside.has(key));
  return { kind: 'some', lines: narrowed, without: still.length > mostLeftOut ? [] : still };
}

/**
 * Takes dates that count of a series, its first occurrence and its lines; returns the lines with a rule that makes these
 * dates and no others of other weekdays or hours, or null where its rule is no finer than daily: only there are BYDAY and
 * BYHOUR limits of what is there anyhow (RFC 5545 §3.3.10), and everything else names few enough dates.
 */
function narrowedTo(keys: readonly SlotKey[], span: Span, lines: readonly string[]): readonly string[] | null {
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const parsed = lines.map(parseLine);
  const [rule, ...others] = parsed.filter((line) => line?.name === 'RRULE');
  const parts = ruleParts(rule?.value ?? '');
  const isFiner = ['HOURLY', 'MINUTELY', 'SECONDLY'].includes(parts.get('FREQ') ?? '');
  if (rule === null || rule === undefined || others.length > 0 || !isFiner || parts.has('BYSETPOS')) return null;
  if (parts.has('COUNT')) {
    // Otherwise a narrower rule would go on for longer.
    const last = ruleDatesOf(rule.value, wallOf(span))?.last() ?? null;
    const lastAt = last === null ? null : instantOfWall(last, zone);
    if (lastAt === null) return null;
    parts.delete('COUNT');
    parts.set('UNTIL', utcText(lastAt));
  }
  const walls = keys.map((key) => wallText(slotInstant(key) ?? span.startsAt, zone));
  const named = new Set(walls.map((wall) => weekdayOf(Math.floor(Date.parse(`${wall.slice(0, 10)}T00:00:00Z`) / day))));
  const hoursOfDay = new Set(walls.map((wall) => Number(wall.slice(11, 13))));
  parts.set('BYDAY', weekdayNames.filter((name) => named.has(name as Weekday)).join());
  parts.set('BYHOUR', [...hoursOfDay].sort((one, other) => one - other).join());
  const text = `RRULE:${[...parts].map(([name, value]) => `${name}=${value}`).join(';')}`;
  return lines.map((line, index) => (parsed[index] === rule ? text : line));
}

/**
 * How many dates are left out of one rule at most: each day of two years, and some. Only rules finer than daily name more,
 * and a line of many thousand dates is refused by calendars, which would leave the whole series free.
 */
export const mostLeftOut = 1000;

/** Clocks change in the small hours; what is outside them is told from the clock on the wall alone. */
const smallHours = 4 * 60;
const wholeDay = 24 * 60;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/**
 * Whether the hours hold a series on all its days or on none, told from the days of the week that its rule names; null
 * where it takes more than that. Nearly all series are such, and naming the dates of two years takes a thousand times as
 * long.
 */
function sameOnAllDays(span: Span, lines: readonly string[], hours: WorkingHours): boolean | null {
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const [only, ...others] = lines.map(parseLine).filter((line) => line?.name !== 'EXDATE');
  if (only?.name !== 'RRULE' || others.length > 0) return null;
  const rule = plainRule(ruleParts(only.value));
  const inside = isDate(span.start) ? isOneDay(span) : isInside(span, zone, hours);
  if (rule === null || inside === null) return null;
  if (!inside) return false;
  const start = isDate(span.start) ? span.start.date : wallText(span.startsAt, zone).slice(0, 10);
  const first = weekdayOf(Date.parse(`${start}T00:00:00Z`) / day);
  const named = rule.weekly ? rule.days.map((place) => weekdayNames[(place + rule.weekStart) % 7]) : weekdayNames;
  const days = named.length === 0 ? [first] : named;
  // The start counts even where the rule does not make it.
  if (!days.includes(first)) return null;
  const counted = days.filter((name) => hours.days.some((one) => one === name)).length;
  if (counted === 0) return false;
  return counted === days.length ? true : null;
}

/** A single day is told by its name; of several ones, each may be within. */
const isOneDay = ({ startsAt, endsAt }: Span): true | null => (endsAt - startsAt === day ? true : null);

/** Whether the hours hold a time of the day by the same clock; null where the clocks may change in between. */
function isInside(span: Span, zone: string | null, hours: WorkingHours): boolean | null {
  if (zone === null || !sameZone(zone, hours.timeZone)) return null;
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const start = minutesOf(wallText(span.startsAt, zone).slice(11));
  const end = start + (span.endsAt - span.startsAt) / minute;
  const edges = [from === 0 ? smallHours : from, to, start];
  if (to <= from || end > wholeDay || edges.some((edge) => edge < smallHours)) return null;
  return start < to && end > from;
}

function wallText(at: Instant, zone: string | null): string {
  const wall = wallClock(at, zone);
  return isDate(wall) ? wall.date : wall.dateTime;
}

function slotSpan(span: Span, key: SlotKey): Span | null {
  const at = slotInstant(key);
  if (at === null) return null;
  const length = span.endsAt - span.startsAt;
  if (isDate(span.start)) {
    const end = new Date(at + length).toISOString().slice(0, 10);
    return spanOf(originalStartOf(key, null), { date: end }, null);
  }
  // Only instants are asked for, and clocks of zones are slow to read.
  return { start: span.start, end: span.end, startsAt: at, endsAt: at + length };
}

/** Takes slots of a series; returns the line that leaves them out of its rule (RFC 5545 §3.8.5.1), spelled in UTC. */
export function exceptLine(keys: readonly SlotKey[]): string {
  const allDay = keys[0]?.length === 8;
  return `EXDATE${allDay ? ';VALUE=DATE' : ''}:${keys.join(',')}`;
}
