import { Temporal } from 'temporal-polyfill';
import type { SlotKey } from '../../shared/ids.ts';
import { minute, isDate, type EventTime, type Instant } from '../../shared/time.ts';

const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Takes an event time and the zone for times that name none; returns the instant. A day counts from its midnight in
 * UTC, which is right for comparing days with days only. A wall-clock time in the gap of a clock change moves forward by
 * the gap, one in an overlap is the first (reference §8 no. 2). Returns null when the text is no time, or the zone is
 * not known here.
 */
export function instantOf(time: EventTime, fallbackZone: string | null): Instant | null {
  if (isDate(time)) {
    const instant = Date.parse(`${time.date}T00:00:00Z`);
    return Number.isNaN(instant) ? null : instant;
  }
  if (hasOffset.test(time.dateTime)) {
    const instant = Date.parse(time.dateTime);
    return Number.isNaN(instant) ? null : instant;
  }
  try {
    return Temporal.PlainDateTime.from(time.dateTime).toZonedDateTime(time.timeZone ?? fallbackZone ?? 'UTC')
      .epochMilliseconds;
  } catch {
    return null;
  }
}

/** Takes an instant and a zone; returns the wall-clock time there with its offset, as RFC 3339. Unknown zones give UTC. */
export function wallClock(instant: Instant, timeZone: string | null): EventTime {
  try {
    const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone ?? 'UTC');
    return { dateTime: `${zoned.toPlainDateTime().toString({ smallestUnit: 'second' })}${zoned.offset}`, timeZone };
  } catch {
    return { dateTime: new Date(instant).toISOString().replace('.000Z', 'Z'), timeZone: null };
  }
}

/** Takes a day and a number of days; returns the day that many later. */
export function addDays(date: string, days: number): string {
  const instant = Date.parse(`${date}T00:00:00Z`) + days * 24 * 60 * minute;
  return new Date(instant).toISOString().slice(0, 10);
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/**
 * Takes the original start of a slot; returns its key: the suffix of Google's instance ids (reference §0.10).
 * Null when the time makes no sense.
 */
export function slotKeyOf(originalStart: EventTime, fallbackZone: string | null): SlotKey | null {
  if (isDate(originalStart)) return originalStart.date.replaceAll('-', '') as SlotKey;
  const instant = instantOf(originalStart, fallbackZone);
  if (instant === null) return null;
  const moment = new Date(instant);
  const date = `${String(moment.getUTCFullYear()).padStart(4, '0')}${twoDigits(moment.getUTCMonth() + 1)}${twoDigits(moment.getUTCDate())}`;
  const time = `${twoDigits(moment.getUTCHours())}${twoDigits(moment.getUTCMinutes())}${twoDigits(moment.getUTCSeconds())}`;
  return `${date}T${time}Z` as SlotKey;
}

/** Takes a slot key and the zone of its series; returns the original start that it names. */
export function originalStartOf(key: SlotKey, timeZone: string | null): EventTime {
  const date = `${key.slice(0, 4)}-${key.slice(4, 6)}-${key.slice(6, 8)}`;
  if (key.length === 8) return { date };
  const instant = Date.parse(`${date}T${key.slice(9, 11)}:${key.slice(11, 13)}:${key.slice(13, 15)}Z`);
  return wallClock(instant, timeZone);
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
 * (reference §0.18, §8 no. 17). Kinds that do not match are read by the start.
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
  const zoned: EventTime = { dateTime: start.dateTime, timeZone: start.timeZone ?? fallbackZone };
  const endsAt = end === null || isDate(end) ? null : instantOf(end, start.timeZone ?? fallbackZone);
  if (end !== null && !isDate(end) && endsAt !== null && endsAt > startsAt) {
    return {
      start: zoned,
      end: { dateTime: end.dateTime, timeZone: end.timeZone ?? zoned.timeZone },
      startsAt,
      endsAt,
    };
  }
  return { start: zoned, end: wallClock(startsAt + minute, zoned.timeZone), startsAt, endsAt: startsAt + minute };
}

/** Takes two event times; returns whether they are the same moment (or day), however they are spelled. */
export function sameMoment(one: EventTime | null, other: EventTime | null, fallbackZone: string | null): boolean {
  if (one === null || other === null) return one === other;
  if (isDate(one) || isDate(other)) return isDate(one) && isDate(other) && one.date === other.date;
  if (one.dateTime === other.dateTime && one.timeZone === other.timeZone) return true;
  const first = instantOf(one, fallbackZone);
  // Seconds, because calendars drop anything finer, and a difference that can never be written would be written for ever.
  return first !== null && Math.floor(first / 1000) === Math.floor((instantOf(other, fallbackZone) ?? 0) / 1000);
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
