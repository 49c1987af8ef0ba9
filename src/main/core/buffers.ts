import { Temporal } from 'temporal-polyfill';
import type { BlockPolicy } from '../../shared/dto.ts';
import type { SlotKey } from '../../shared/ids.ts';
import { day, isDate, minute, type Instant } from '../../shared/time.ts';
import { ruleParts } from '../../shared/rule.ts';
import { canonicalZone } from '../../shared/zones.ts';
import { yearsAround } from './hours.ts';
import { namedZone, parseLine, untilInstant, valueTime, type RecurrenceLine } from './recurrence.ts';
import { slotsWithin } from './slots.ts';
import { instantOf, slotInstant, utcText, wallClock, type Span } from './times.ts';

/** Whole minutes that a block begins before and ends after its event. */
export interface Buffer {
  readonly before: number;
  readonly after: number;
}

const noBuffer: Buffer = { before: 0, after: 0 };

/** Takes when something is and what its blocks show; returns its buffer: days have none. */
export function bufferOf({ start }: Pick<Span, 'start'>, policy: BlockPolicy): Buffer {
  return isDate(start) ? noBuffer : { before: policy.bufferBefore, after: policy.bufferAfter };
}

/** Takes when something is and a buffer; returns when its block is, by the same clocks. */
export function widened(span: Span, { before, after }: Buffer): Span {
  if (isDate(span.start) || isDate(span.end) || (before === 0 && after === 0)) return span;
  const startsAt = span.startsAt - before * minute;
  const endsAt = span.endsAt + after * minute;
  return {
    start: before === 0 ? span.start : wallClock(startsAt, span.start.timeZone),
    end: after === 0 ? span.end : wallClock(endsAt, span.end.timeZone ?? span.start.timeZone),
    startsAt,
    endsAt,
  };
}

/** How the slots of an event and those of its block are named by each other: a buffer gives them other names. */
export interface SlotNames {
  /** Takes a slot of the event; returns that slot of the block. */
  readonly toBlock: (key: SlotKey) => SlotKey;
  /** Takes a slot of the block; returns that slot of the event. */
  readonly toSource: (key: SlotKey) => SlotKey;
}

const same = (key: SlotKey): SlotKey => key;

/** A slot has one name where nothing widens its block. */
export const sameNames: SlotNames = { toBlock: same, toSource: same };

/** A series as its block has it: earlier on the clock by the buffer before, longer by both. */
export interface WidenedSeries extends SlotNames {
  readonly buffer: Buffer;
  readonly span: Span;
  readonly recurrence: readonly string[];
}

const minutesOfDay = (wall: string): number => Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));

/**
 * Takes the first occurrence of a series, its lines and what its blocks show; returns the series of the block. The buffer
 * before stops at the midnight, by the clock of the series, before its first occurrence: a rule names days, so that beyond
 * midnight each date would need a day of its own. It is left out where the rule names times of the day itself. The buffer
 * after has no such limit, because a rule says nothing of ends.
 */
export function widenedSeries(span: Span, lines: readonly string[], policy: BlockPolicy): WidenedSeries {
  const wanted = bufferOf(span, policy);
  const plain = { buffer: noBuffer, span, recurrence: lines, ...sameNames };
  if (isDate(span.start) || (wanted.before === 0 && wanted.after === 0)) return plain;
  const zone = canonicalZone(span.start.timeZone ?? 'UTC');
  const first = wallClock(span.startsAt, zone);
  const clock = isDate(first) ? 0 : minutesOfDay(first.dateTime);
  const most = lines.some(namesClock) ? 0 : Math.min(wanted.before, clock);
  const before = skippedBack(span.startsAt, zone, most);
  const buffer = { before, after: wanted.after };
  const length = span.endsAt - span.startsAt + (before + buffer.after) * minute;
  const startsAt = before === 0 ? span.startsAt : (earlier(span.startsAt, zone, before) ?? span.startsAt);
  const start = before === 0 ? span.start : wallClock(startsAt, zone);
  const end = wallClock(startsAt + length, isDate(span.end) ? zone : (span.end.timeZone ?? zone));
  const moved: Span = { start, end, startsAt, endsAt: startsAt + length };
  if (before === 0) return { ...plain, buffer, span: moved };
  const meant = isDate(first) ? null : first.dateTime.slice(11, 19);
  const toBlock = (key: SlotKey): SlotKey => shiftedKey(key, zone, before, meant) ?? key;
  return {
    buffer,
    span: moved,
    recurrence: lines.map((text) => movedLine(text, span, zone, before, meant)),
    toBlock,
    toSource: (key) => {
      const candidates = [shiftedKey(key, zone, -before, null), laterBy(key, before), key];
      // Where the clocks change, two times on the wall can be one: the candidate that leads back here is meant.
      return candidates.find((one) => one !== null && toBlock(one) === key) ?? candidates[0] ?? key;
    },
  };
}

/**
 * Takes a start, its zone and minutes before it; returns those of them that a series can have: it cannot begin at a time
 * that a clock change skips on its first day, otherwise its rule would mean another time on all days.
 */
function skippedBack(startsAt: Instant, zone: string, minutes: number): number {
  try {
    const first = Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(zone).toPlainDateTime();
    const isThere = (before: number): boolean => {
      const wall = first.subtract({ minutes: before });
      return wall.toZonedDateTime(zone).toPlainDateTime().equals(wall);
    };
    let before = minutes;
    while (before > 0 && !isThere(before)) before -= 1;
    return before;
  } catch {
    return minutes;
  }
}

const changes = new Map<string, readonly Instant[]>();

/** Takes a zone and two instants; returns when its clocks change in between. Remembered, because whole plans ask for the same. */
function changesOfClocks(zone: string, from: Instant, to: Instant): readonly Instant[] {
  const name = `${zone} ${from} ${to}`;
  const known = changes.get(name);
  if (known !== undefined) return known;
  const found: Instant[] = [];
  try {
    let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).getTimeZoneTransition('next');
    while (at !== null && at.epochMilliseconds <= to) {
      found.push(at.epochMilliseconds);
      at = at.getTimeZoneTransition('next');
    }
  } catch {
    // A zone that is not known here has no changes that could be told.
  }
  if (changes.size > 500) changes.clear();
  changes.set(name, found);
  return found;
}

/**
 * Takes the first occurrence of a series, its lines, the series of its block and the present; returns the slots of the event,
 * this year and the next, that the rule of the block does not cover as it should: the buffer before makes it begin earlier
 * on the clock, and where the clocks change between the two, that is an hour more or less than the buffer. Each needs its own
 * times, otherwise the event itself would be free.
 */
export function slotsAtClockChanges(
  span: Span,
  lines: readonly string[],
  { buffer, toBlock }: WidenedSeries,
  now: Instant,
): readonly SlotKey[] {
  if (buffer.before === 0 || isDate(span.start)) return [];
  const { from, to } = yearsAround(now);
  const reach = buffer.before * minute + day;
  return changesOfClocks(canonicalZone(span.start.timeZone ?? 'UTC'), from, to)
    .flatMap((at) => slotsWithin(span, lines, at - reach, at + reach) ?? [])
    .filter((key) => !isAsBuffered(key, toBlock(key), buffer));
}

/** Takes a slot of the event, that of its block and the buffer; returns whether the one begins as much before the other. */
export function isAsBuffered(source: SlotKey, block: SlotKey, { before }: Buffer): boolean {
  const at = slotInstant(source);
  return at === null || slotInstant(block) === at - before * minute;
}

/** Whether a rule names times of the day, so that the start does not say them. */
function namesClock(text: string): boolean {
  const line = parseLine(text);
  if (line === null || line.name === 'RDATE' || line.name === 'EXDATE') return line === null;
  const parts = ruleParts(line.value);
  return ['BYHOUR', 'BYMINUTE', 'BYSECOND'].some((name) => parts.has(name));
}

/**
 * Takes an instant, a zone and minutes; returns the instant that many earlier by the clock on the wall. Where the time
 * of day that a rule means is given, and is not there on that day because of a clock change, it is earlier than that:
 * the rule of the block does not make the time that the event was moved to.
 */
function earlier(at: Instant, zone: string, minutes: number, meant: string | null = null): Instant | null {
  try {
    const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime();
    // A time that is not there may have been moved over midnight.
    const asMeant = meant === null ? [] : [0, 1].map((days) => shown.subtract({ days }).withPlainTime(meant));
    const wall = asMeant.find((one) => one.toZonedDateTime(zone).epochMilliseconds === at) ?? shown;
    return wall.subtract({ minutes }).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}

function shiftedKey(key: SlotKey, zone: string, minutes: number, meant: string | null): SlotKey | null {
  const at = slotInstant(key);
  const moved = at === null || key.length === 8 ? null : earlier(at, zone, minutes, meant);
  return moved === null ? null : (utcText(moved) as SlotKey);
}

function laterBy(key: SlotKey, minutes: number): SlotKey | null {
  const at = slotInstant(key);
  return at === null ? null : (utcText(at + minutes * minute) as SlotKey);
}

function movedLine(text: string, span: Span, zone: string, before: number, meant: string | null): string {
  const line = parseLine(text);
  if (line === null) return text;
  if (line.name === 'RDATE' || line.name === 'EXDATE') return movedDates(line, zone, before, meant) ?? text;
  const until = ruleParts(line.value).get('UNTIL');
  if (until === undefined) return text;
  const moved = lastMoment(until, span, zone, before, meant);
  return moved === null ? text : text.replace(/UNTIL=[^;]+/i, `UNTIL=${utcText(moved)}`);
}

/**
 * The end of the last day on which the rule makes a slot: no block starts on another day than its event, so that this is
 * where the block's rule ends too, whatever the clocks do that night.
 */
function lastMoment(until: string, span: Span, zone: string, before: number, meant: string | null): Instant | null {
  const last = untilInstant(until, false, zone);
  const clock = wallClock(span.startsAt, zone);
  const end = last === null ? null : wallClock(last, zone);
  if (last === null || end === null || isDate(end) || isDate(clock)) return null;
  const date = end.dateTime.slice(0, 10);
  const slot = instantOf({ dateTime: `${date}T${clock.dateTime.slice(11, 19)}`, timeZone: zone }, zone);
  const nextDay = new Date(Date.parse(`${date}T00:00:00Z`) + (slot !== null && slot <= last ? day : 0));
  const midnight = instantOf({ dateTime: `${nextDay.toISOString().slice(0, 10)}T00:00:00`, timeZone: zone }, zone);
  if (midnight === null) return null;
  // A clock change can carry the slot of that day over its midnight.
  const lastDay = new Date(nextDay.getTime() - day).toISOString().slice(0, 10);
  const slotOfDay = instantOf({ dateTime: `${lastDay}T${clock.dateTime.slice(11, 19)}`, timeZone: zone }, zone);
  const moved = slotOfDay === null || slotOfDay > last ? null : earlier(slotOfDay, zone, before, meant);
  return Math.max(midnight - 1000, moved ?? -Infinity);
}

function movedDates(line: RecurrenceLine, zone: string, before: number, meant: string | null): string | null {
  const values = line.value.split(',').map((value) => {
    const time = valueTime(value, namedZone(line, zone));
    if (time === null || isDate(time)) return null;
    const at = instantOf(time, zone);
    const moved = at === null ? null : earlier(at, zone, before, meant);
    return moved === null ? null : utcText(moved);
  });
  if (values.includes(null)) return null;
  return `${line.name}:${values.join(',')}`;
}
