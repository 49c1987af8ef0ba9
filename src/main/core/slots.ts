import type { SlotKey } from '../../shared/ids.ts';
import { mostRules, ruleParts } from '../../shared/rule.ts';
import { day, hour, isDate, type EventTime, type Instant } from '../../shared/time.ts';
import {
  namedZone,
  occurrenceOn,
  parseLine,
  plainRule,
  ruleDatesOf,
  untilInstant,
  valueTime,
  type RecurrenceLine,
} from './recurrence.ts';
import { instantOf, isKnownZone, offsetAt, slotInstant, slotKeyOf, utcText, type Span } from './times.ts';

/** Answers whether a series has a slot at all, live or not; null where nobody here can tell. */
export type SlotTest = (key: SlotKey) => boolean | null;

/** When a slot starts: as an instant, and by the clocks on the wall of its series that can mean it. */
interface SlotStart {
  readonly at: Instant;
  /**
   * As milliseconds of a day count without zone. Where the clocks go forward, two times can be one: what the clock shows,
   * and the time that is not there and was moved to it, perhaps over midnight. A time that comes twice has none the second
   * time, because no rule means that (google-calendar.md §8 no. 2).
   */
  readonly walls: readonly number[];
}

/** A rule of one series; null when nobody here can tell. */
type RuleTest = (slot: SlotStart) => boolean | null;

/**
 * Takes the first occurrence of a series and its lines (RFC 5545 §3.8.5, in every form of google-calendar.md §2.3); returns what
 * tells its slots from other times. A slot that its series does not make cannot be written or cancelled: the calendar
 * does not know it.
 */
export function slotTestOf(span: Span, lines: readonly string[]): SlotTest {
  const allDay = isDate(span.start);
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const first = wallOf(span);
  const parsed = lines.map(parseLine);
  const tooMany = ruleCount(parsed) > mostRules;
  const rules = tooMany ? [unknownRule] : rulesOf(parsed, 'RRULE', span, first);
  const exceptRules = tooMany ? [] : rulesOf(parsed, 'EXRULE', span, first);
  const extra = datesOf(parsed, 'RDATE', first, allDay, zone);
  const except = datesOf(parsed, 'EXDATE', first, allDay, zone);
  const unknown = parsed.includes(null);
  return (key) => {
    const at = slotInstant(key);
    if (at === null || (key.length === 8) !== allDay || except.has(key)) return false;
    if (extra.has(key)) return true;
    if (at < span.startsAt) return false;
    const slot: SlotStart = { at, walls: allDay ? [at] : wallsAt(at, zone) };
    const left = exceptRules.map((rule) => rule(slot));
    if (left.includes(true)) return false;
    // The start counts, whether or not the rule would have made it.
    const made = at === span.startsAt ? true : anyOf(rules.map((rule) => rule(slot)));
    if (made === false) return unknown ? null : false;
    return left.includes(null) ? null : made;
  };
}

const unknownRule: RuleTest = () => null;

/** Whether one of several is so; null where none is known to be, and one is not known. */
function anyOf(answers: readonly (boolean | null)[]): boolean | null {
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

/**
 * Takes the first occurrence of a series, its lines and two instants; returns the slots that start from one to the other,
 * ascending: its start, its extra dates and those of its rules, less what is left out (RFC 5545 §3.8.5). Null where nobody
 * here can tell all of them. Not to be asked for years at a time of many series: see `slotTestOf` for single slots.
 */
export function slotsWithin(
  span: Span,
  lines: readonly string[],
  from: Instant,
  to: Instant,
): readonly SlotKey[] | null {
  const allDay = isDate(span.start);
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const first = wallOf(span);
  const parsed = lines.map(parseLine);
  if (parsed.includes(null) || !isKnownZone(zone) || ruleCount(parsed) > mostRules) return null;
  const instantAt = instantsOfWalls(zone);
  const except = datesOf(parsed, 'EXDATE', first, allDay, zone);
  const exceptRules = rulesOf(parsed, 'EXRULE', span, first);
  const found = new Set<SlotKey>(datesOf(parsed, 'RDATE', first, allDay, zone));
  const add = (at: Instant | null, last: Instant | null): void => {
    if (at !== null && (last === null || at <= last)) found.add(keyOfInstant(at, allDay));
  };
  add(span.startsAt, null);
  for (const line of parsed) {
    if (line?.name !== 'RRULE') continue;
    const until = ruleParts(line.value).get('UNTIL');
    const last = until === undefined ? null : untilInstant(until, allDay, zone);
    if (until !== undefined && last === null) return null;
    // A clock on a wall is less than a day away from that of UTC, and a time that a clock change leaves out moves by a day at most.
    const walls = wallsOfRule(line.value, first, Math.max(from, span.startsAt) - 2 * day, to + 2 * day);
    if (walls === null) return null;
    for (const wall of walls) add(allDay ? wall : instantAt(wall), last);
  }
  const keys: SlotKey[] = [];
  for (const key of found) {
    const at = slotInstant(key);
    if (at === null || at < from || at > to || except.has(key)) continue;
    const slot: SlotStart = { at, walls: allDay || exceptRules.length === 0 ? [at] : wallsAt(at, zone) };
    const left = anyOf(exceptRules.map((rule) => rule(slot)));
    if (left === null) return null;
    if (!left) keys.push(key);
  }
  return keys.sort();
}

function keyOfInstant(at: Instant, allDay: boolean): SlotKey {
  return (allDay ? utcText(at).slice(0, 8) : utcText(at)) as SlotKey;
}

/** What a rule makes between two times by the clock on the wall; null where nobody can tell. UNTIL is not looked at. */
function wallsOfRule(value: string, first: number, from: number, to: number): readonly number[] | null {
  const plain = plainRule(ruleParts(value));
  if (plain === null) return ruleDatesOf(value, first)?.within(from, to) ?? null;
  const walls: number[] = [];
  const startDay = Math.floor(first / day);
  const lastDay = Math.floor(to / day);
  for (let dayNumber = Math.max(Math.floor(from / day), startDay); dayNumber <= lastDay; dayNumber += 1) {
    const index = occurrenceOn(plain, startDay, dayNumber);
    if (index !== null && (plain.count === null || index < plain.count))
      walls.push(first + (dayNumber - startDay) * day);
  }
  return walls;
}

/** Takes the first occurrence of a series; returns its start by the clock on the wall, as milliseconds of a day count without zone. */
export function wallOf({ start, startsAt }: Span): number {
  return isDate(start) ? startsAt : startsAt + (offsetAt(startsAt, start.timeZone) ?? 0);
}

const wallText = (wall: number): string => new Date(wall).toISOString().slice(0, 19);

/**
 * Takes a time by the clock on the wall, as milliseconds of a day count without zone, and the zone; returns its instant, or
 * null where the zone is not known. Where a clock change leaves it out, it is later on the clock (google-calendar.md §8 no. 2).
 */
export function instantOfWall(wall: number, zone: string | null): Instant | null {
  return instantOf({ dateTime: wallText(wall), timeZone: zone }, zone);
}

/**
 * Takes a zone; returns `instantOfWall` for it, for walls in any order. Of a day on which no clock changes it is one
 * subtraction, because a rule may name each minute of two years, and clocks of zones are slow to read.
 */
function instantsOfWalls(zone: string | null): (wall: number) => Instant | null {
  let known: { readonly dayNumber: number; readonly offset: number | null } | null = null;
  return (wall) => {
    const dayNumber = Math.floor(wall / day);
    if (known?.dayNumber !== dayNumber) {
      // A clock on a wall is less than a day away from that of UTC.
      const before = offsetAt((dayNumber - 1) * day, zone);
      known = { dayNumber, offset: before === offsetAt((dayNumber + 2) * day, zone) ? before : null };
    }
    return known.offset === null ? instantOfWall(wall, zone) : wall - known.offset;
  };
}

function ruleCount(lines: readonly (RecurrenceLine | null)[]): number {
  return lines.filter((line) => line?.name === 'RRULE' || line?.name === 'EXRULE').length;
}

/** The times by the clock on the wall that mean an instant: see `SlotStart`. */
function wallsAt(at: Instant, zone: string | null): readonly number[] {
  const now = offsetAt(at, zone);
  if (now === null) return [];
  // No gap is longer than a day, so that the clock of a day before is that from before the gap.
  const before = offsetAt(at - day - hour, zone) ?? now;
  // Nearly always: no change is near, so that the time means this instant and no other.
  if (now === before) return [at + now];
  return [at + now, at + before].filter((wall) => instantOfWall(wall, zone) === at);
}

function rulesOf(
  lines: readonly (RecurrenceLine | null)[],
  name: string,
  span: Span,
  first: number,
): readonly RuleTest[] {
  return lines.flatMap((line) => (line?.name === name ? [ruleTest(line.value, span, first)] : []));
}

function ruleTest(value: string, span: Span, first: number): RuleTest {
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const parts = ruleParts(value);
  const until = parts.get('UNTIL');
  const last = until === undefined ? null : untilInstant(until, isDate(span.start), zone);
  if (!isKnownZone(zone) || (until !== undefined && last === null)) {
    return ({ at }) => (last !== null && at > last ? false : null);
  }
  const plain = plainRule(parts);
  if (plain === null) {
    const dates = ruleDatesOf(value, first);
    return ({ at, walls }) => {
      if (last !== null && at > last) return false;
      return dates === null ? null : anyOf(walls.map((wall) => dates.has(wall)));
    };
  }
  const startDay = Math.floor(first / day);
  const clock = first - startDay * day;
  return ({ at, walls }) => {
    if (last !== null && at > last) return false;
    return walls.some((wall) => {
      const dayNumber = Math.floor(wall / day);
      if (wall - dayNumber * day !== clock) return false;
      const index = occurrenceOn(plain, startDay, dayNumber);
      return index !== null && (plain.count === null || index < plain.count);
    });
  };
}

/** The slots that EXDATE or RDATE lines name. A day means, in a timed series, the slot of that day. */
function datesOf(
  lines: readonly (RecurrenceLine | null)[],
  name: string,
  first: number,
  allDay: boolean,
  zone: string | null,
): ReadonlySet<SlotKey> {
  const keys = new Set<SlotKey>();
  for (const line of lines) {
    if (line?.name !== name) continue;
    for (const value of line.value.split(',')) {
      const time = valueTime(value, namedZone(line, zone));
      const start = time === null ? null : inKindOf(time, first, allDay, zone);
      const key = start === null ? null : slotKeyOf(start, zone);
      if (key !== null) keys.add(key);
    }
  }
  return keys;
}

function inKindOf(time: EventTime, first: number, allDay: boolean, zone: string | null): EventTime {
  if (isDate(time)) return allDay ? time : { dateTime: `${time.date}T${wallText(first).slice(11)}`, timeZone: zone };
  return allDay ? { date: time.dateTime.slice(0, 10) } : time;
}
