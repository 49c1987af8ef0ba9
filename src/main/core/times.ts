import { Temporal } from 'temporal-polyfill';
import type { SlotKey } from '../../shared/ids.ts';
import { day, isDate, minute, second, type EventTime, type Instant } from '../../shared/time.ts';
import { canonicalZone } from '../../shared/zones.ts';

const offset = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Takes the text of a time; returns whether it names its offset. The letter is looked at first, because this is asked of every row of every plan. */
export function hasOffset(dateTime: string): boolean {
  return dateTime.endsWith('Z') || offset.test(dateTime);
}

/** The years 0 to 9999: RFC 3339 has no others, and no slot could be named in them. */
const firstInstant = Date.parse('0000-01-01T00:00:00Z');
const lastInstant = Date.parse('9999-12-31T23:59:59Z');

function inRange(instant: number): Instant | null {
  return instant >= firstInstant && instant <= lastInstant ? instant : null;
}

/**
 * Takes an event time and the zone for times that name none; returns the instant. A day counts from its midnight in
 * UTC, which is right for comparing days with days only. A wall-clock time in the gap of a clock change moves forward by
 * the gap, one in an overlap is the first (google-calendar.md §8 no. 2). Returns null when the text is no time of the years 0 to
 * 9999, or the zone is not known here.
 */
export function instantOf(time: EventTime, fallbackZone: string | null): Instant | null {
  if (isDate(time)) {
    const midnight = inRange(Date.parse(`${time.date}T00:00:00Z`));
    // Because a 30 February is read as a day in March, and no calendar would take it back.
    return midnight !== null && new Date(midnight).getUTCDate() === Number(time.date.slice(8)) ? midnight : null;
  }
  if (hasOffset(time.dateTime)) return inRange(Date.parse(time.dateTime));
  try {
    const wall = Temporal.PlainDateTime.from(time.dateTime);
    return inRange(wall.toZonedDateTime(canonicalZone(time.timeZone ?? fallbackZone ?? 'UTC')).epochMilliseconds);
  } catch {
    return null;
  }
}

/** Takes the name of a zone, or null for UTC; returns whether times in it can be placed here. */
export function isKnownZone(timeZone: string | null): boolean {
  return timeZone === null || instantOf({ dateTime: '1970-01-01T00:00:00', timeZone }, null) !== null;
}

/**
 * Takes an instant and a zone (null: UTC); returns how many milliseconds its clocks are ahead of UTC then, or null where the
 * zone is not known here.
 */
export function offsetAt(instant: Instant, timeZone: string | null): number | null {
  if (timeZone === null) return 0;
  try {
    const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(canonicalZone(timeZone));
    return zoned.offsetNanoseconds / 1_000_000;
  } catch {
    return null;
  }
}

/** Takes an instant and a zone; returns the wall-clock time there with its offset, as RFC 3339. Unknown zones give UTC. */
export function wallClock(instant: Instant, timeZone: string | null): EventTime {
  try {
    const zone = timeZone === null ? null : canonicalZone(timeZone);
    const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone ?? 'UTC');
    const wall = zoned.toPlainDateTime().toString({ smallestUnit: 'second' });
    return { dateTime: `${wall}${zoned.offset}`, timeZone: zone };
  } catch {
    return { dateTime: new Date(instant).toISOString().replace('.000Z', 'Z'), timeZone: null };
  }
}

/** Takes a day and a number of days; returns the day that many later. */
export function addDays(date: string, days: number): string {
  const instant = Date.parse(`${date}T00:00:00Z`) + days * day;
  return new Date(instant).toISOString().slice(0, 10);
}

const keyPattern = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z)?$/;

/**
 * Takes the original start of a slot; returns its key: the suffix of Google's instance ids (google-calendar.md §0.10).
 * Null when the time makes no sense.
 */
export function slotKeyOf(originalStart: EventTime, fallbackZone: string | null): SlotKey | null {
  const instant = instantOf(originalStart, fallbackZone);
  if (instant === null) return null;
  if (isDate(originalStart)) return originalStart.date.replaceAll('-', '') as SlotKey;
  return utcText(instant) as SlotKey;
}

/** Takes an instant; returns it as RFC 5545 §3.3.5 writes a time in UTC: `YYYYMMDDTHHMMSSZ`. */
export function utcText(instant: Instant): string {
  return new Date(instant)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
}

/** Takes a slot key; returns the instant that it names (for a day: its midnight in UTC), or null where it names none. */
export function slotInstant(key: SlotKey): Instant | null {
  const match = keyPattern.exec(key);
  if (match === null) return null;
  const [, year = '', month = '', date = '', hours = '00', minutes = '00', seconds = '00'] = match;
  return inRange(Date.parse(`${year}-${month}-${date}T${hours}:${minutes}:${seconds}Z`));
}

/** Takes a slot key and the zone of its series; returns the original start that it names. */
export function originalStartOf(key: SlotKey, timeZone: string | null): EventTime {
  const date = `${key.slice(0, 4)}-${key.slice(4, 6)}-${key.slice(6, 8)}`;
  if (key.length === 8) return { date };
  const instant = slotInstant(key);
  // A key that names no time is spelled as it is, because a calendar's nonsense must not stop a run.
  if (instant === null) {
    return { dateTime: `${date}T${key.slice(9, 11)}:${key.slice(11, 13)}:${key.slice(13, 15)}Z`, timeZone: null };
  }
  return wallClock(instant, timeZone);
}

/**
 * Takes two names of zones; returns whether they mean the same one. A calendar may answer with the other name of a zone
 * (`Asia/Calcutta`, `Asia/Kolkata`; `GMT+02:00`, `Etc/GMT-2`), and a difference that can never be written would be written for ever.
 */
export function sameZone(one: string | null, other: string | null): boolean {
  if (one === other) return true;
  if (one === null || other === null) return false;
  try {
    const [first, second] = [canonicalZone(one), canonicalZone(other)];
    if (first === second) return true;
    const epoch = Temporal.Instant.fromEpochMilliseconds(0);
    return epoch.toZonedDateTimeISO(first).equals(epoch.toZonedDateTimeISO(second));
  } catch {
    return false;
  }
}

/** When something begins and ends, with both as instants beside what the calendar says. */
export interface Span {
  readonly start: EventTime;
  readonly end: EventTime;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/**
 * Takes the times of an event and the zone for times that name none; returns them fit to be written, or null when there
 * are none. An empty or negative length becomes one minute, or one day, because a calendar refuses it
 * (google-calendar.md §0.18, §8 no. 17). Kinds that do not match are read by the start. A time without zone and offset is UTC
 * where no zone is known, and says so, otherwise each reader would take it for its own.
 */
export function spanOf(start: EventTime | null, end: EventTime | null, fallbackZone: string | null): Span | null {
  if (start === null) return null;
  const startsAt = instantOf(start, fallbackZone);
  if (startsAt === null) return null;
  if (isDate(start)) {
    const last = end !== null && isDate(end) && end.date > start.date ? end.date : addDays(start.date, 1);
    const endsAt = instantOf({ date: last }, null);
    return endsAt === null ? null : { start, end: { date: last }, startsAt, endsAt };
  }
  const zone = start.timeZone ?? fallbackZone;
  const zoned = zonedTime(start.dateTime, zone);
  const endsAt = end === null || isDate(end) ? null : instantOf(end, zone);
  // Whole seconds, because calendars drop anything finer and would find nothing left.
  if (end !== null && !isDate(end) && endsAt !== null && wholeSeconds(endsAt) > wholeSeconds(startsAt)) {
    return { start: zoned, end: zonedTime(end.dateTime, end.timeZone ?? zone), startsAt, endsAt };
  }
  if (inRange(startsAt + minute) === null) return null;
  return { start: zoned, end: wallClock(startsAt + minute, zoned.timeZone), startsAt, endsAt: startsAt + minute };
}

function zonedTime(dateTime: string, zone: string | null): { dateTime: string; timeZone: string | null } {
  return { dateTime, timeZone: zone === null ? (hasOffset(dateTime) ? null : 'UTC') : canonicalZone(zone) };
}

const wholeSeconds = (instant: Instant): number => Math.floor(instant / second);

/** Takes two event times; returns whether they are the same moment (or day), however they are spelled. */
export function sameMoment(one: EventTime | null, other: EventTime | null, fallbackZone: string | null): boolean {
  if (one === null || other === null) return one === other;
  if (isDate(one) || isDate(other)) return isDate(one) && isDate(other) && one.date === other.date;
  if (one.dateTime === other.dateTime && one.timeZone === other.timeZone) return true;
  const first = instantOf(one, fallbackZone);
  const last = instantOf(other, fallbackZone);
  // Seconds, because calendars drop anything finer, and a difference that can never be written would be written for ever.
  return first !== null && last !== null && wholeSeconds(first) === wholeSeconds(last);
}

const wallPart = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})/;

/** Takes a timed event time; returns its wall-clock part as milliseconds of a day count without zone, or null. */
function wallMilliseconds(time: EventTime): number | null {
  if (isDate(time)) return null;
  const match = wallPart.exec(time.dateTime);
  return match?.[1] === undefined ? null : Date.parse(`${match[1]}Z`);
}

/**
 * Takes two spans; returns whether they last equally long, by the clock on the wall or by elapsed time. Across a clock
 * change these differ, and calendars do not agree on which one an occurrence keeps.
 */
export function sameLength(one: Span, other: Span): boolean {
  if (one.endsAt - one.startsAt === other.endsAt - other.startsAt) return true;
  const lengths = [one, other].map((span) => {
    const from = wallMilliseconds(span.start);
    const to = wallMilliseconds(span.end);
    return from === null || to === null ? null : to - from;
  });
  return lengths[0] !== null && lengths[0] === lengths[1];
}
