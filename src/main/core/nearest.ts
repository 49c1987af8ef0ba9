import { ruleParts } from '../../shared/rule.ts';
import { day, hour, isDate, type EventTime, type Instant } from '../../shared/time.ts';
import type { BlockContent, BlockTimes, PlainOperation } from './model.ts';
import { occurrenceOn, parseLine, plainRule, ruleDatesOf, valueTime } from './recurrence.ts';
import { hasOffset, slotInstant } from './times.ts';

/** How far a time that is read off a wall may be from what it means: no zone is farther from UTC. */
const widestOffset = 14 * hour;
/** Further ahead than anything that is yet to come: what is over counts from here, the latest first. */
const over = Date.UTC(9999, 11, 31);
/** How far ahead the next date of a rule is looked for. One that is still further is as far as that. */
const lookAhead = 400;

/** So far ahead is near: what a person may miss, or be asked for twice, in the coming week. */
export const nearDays = 7;

/** Takes a next date (`nextDateOf`) and now; returns whether it is within the coming week. */
export const isNearDate = (date: Instant, now: Instant): boolean => date - now < nearDays * day;

/** Takes an operation and now; returns whether it is about the coming week. */
export const isNear = (operation: PlainOperation, now: Instant): boolean => isNearDate(nextDateOf(operation, now), now);

/**
 * Takes an operation and now; returns when the time that it is about comes next, for the order of writes (design.md, "Nearest first"): the
 * next date of a series, and what is over behind all that is to come. Right to within a day, because half a million are asked
 * about and the clocks of all their zones would cost more than the order is worth.
 */
export function nextDateOf(operation: PlainOperation, now: Instant): Instant {
  switch (operation.kind) {
    case 'create':
    case 'revive':
    case 'update':
      return nextOf(operation.content, now);
    case 'delete':
      return operation.times === null ? now : nextOf(operation.times, now);
    case 'put-slot':
      return Math.min(nextOf(operation.content, now), nextOfSlot(operation.slotKey, now));
    case 'cancel-slot':
      return nextOfSlot(operation.slotKey, now);
  }
}

const nextOfSlot = (key: Parameters<typeof slotInstant>[0], now: Instant): Instant => {
  const at = slotInstant(key);
  return at === null ? now : ordered(at, at + day, now);
};

/** Takes when something begins and ends, and now; returns where it stands in the order. */
function ordered(start: Instant, end: Instant, now: Instant): Instant {
  return end + widestOffset > now ? start : over + (now - end);
}

function nextOf(
  { start, end, recurrence }: Pick<BlockContent & BlockTimes, 'start' | 'end' | 'recurrence'>,
  now: Instant,
): Instant {
  const [first, last] = [wallOf(start), wallOf(end)];
  // What makes no sense is refused or put right by others, and at once.
  if (Number.isNaN(first) || Number.isNaN(last)) return now;
  if (recurrence.length === 0 || first > now) return ordered(first, last, now);
  const length = last - first;
  // From the day before, because a date that has begun may still go on, and a wall may say it a day late.
  const from = now - length - day;
  const dates = recurrence.map((text) => nextOfLine(text, start, first, from));
  const next = Math.min(...dates.map(({ next: date }) => date ?? Infinity));
  if (next !== Infinity) return next;
  const ended = Math.max(last, ...dates.map(({ end: date }) => date + length));
  return ordered(ended, ended, Math.max(now, ended + widestOffset));
}

interface OfLine {
  /** The first date from an instant on; null where there is none. */
  readonly next: number | null;
  /** A date that was one of the last; the start where none is known. */
  readonly end: number;
}

/** Takes a line of a series, its start as it is and as a wall, and an instant; returns what the line says from then on. */
function nextOfLine(text: string, start: EventTime, first: number, from: Instant): OfLine {
  const line = parseLine(text);
  if (line?.name === 'RDATE') {
    const dates = line.value.split(',').map((value) => {
      const time = valueTime(value, isDate(start) ? null : start.timeZone);
      return time === null ? Number.NaN : wallOf(time);
    });
    const sound = dates.filter((date) => !Number.isNaN(date)).sort((one, other) => one - other);
    return { next: sound.find((date) => date >= from) ?? null, end: sound.at(-1) ?? first };
  }
  if (line?.name !== 'RRULE') return { next: null, end: first };
  const parts = ruleParts(line.value);
  const until = wallOfUntil(parts.get('UNTIL'));
  if (until !== null && until < from) return { next: null, end: until };
  const plain = plainRule(parts);
  if (plain === null) {
    const dates = ruleDatesOf(line.value, first);
    const near = dates?.within(from, from + 35 * day) ?? null;
    const found = near?.[0] ?? dates?.within(from, from + lookAhead * day)?.[0] ?? null;
    if (found !== null) return { next: found, end: found };
    const last = dates?.last() ?? null;
    return last !== null && last < from ? { next: null, end: last } : { next: from + lookAhead * day, end: from };
  }
  const startDay = Math.floor(first / day);
  const fromDay = Math.max(startDay, Math.floor(from / day));
  for (let ahead = 0; ahead <= lookAhead; ahead += 1) {
    const index = occurrenceOn(plain, startDay, fromDay + ahead);
    if (index === null || index < 0) continue;
    if (plain.count !== null && index >= plain.count) return { next: null, end: first };
    const date = first + (fromDay + ahead - startDay) * day;
    return until !== null && date > until + day ? { next: null, end: until } : { next: date, end: date };
  }
  return { next: from + lookAhead * day, end: from };
}

/** `YYYYMMDD`, with or without a time, as a wall; null where there is none. */
function wallOfUntil(value: string | undefined): number | null {
  const digits = /^(\d{4})(\d{2})(\d{2})/.exec(value ?? '');
  if (digits === null) return null;
  const at = Date.parse(`${digits[1]}-${digits[2]}-${digits[3]}T23:59:59Z`);
  return Number.isNaN(at) ? null : at;
}

/** Takes an event time; returns it as if its clock stood in UTC, NaN where it is none. */
function wallOf(time: EventTime): number {
  if (isDate(time)) return Date.parse(`${time.date}T00:00:00Z`);
  return Date.parse(hasOffset(time.dateTime) ? time.dateTime : `${time.dateTime.slice(0, 19)}Z`);
}
