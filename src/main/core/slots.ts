import type { SlotKey } from '../../shared/ids.ts';
import { day, isDate, type EventTime, type Instant } from '../../shared/time.ts';
import {
  expandableRule,
  namedZone,
  occurrenceOn,
  parseLine,
  plainRule,
  ruleParts,
  untilInstant,
  valueTime,
  type RecurrenceLine,
} from './recurrence.ts';
import { instantOf, isKnownZone, slotInstant, slotKeyOf, utcText, wallClock, type Span } from './times.ts';

/** Answers whether a series has a slot at all, live or not. */
export type SlotTest = (key: SlotKey) => boolean;

/** When a slot starts: as an instant, and by the clock on the wall of its series. */
interface SlotStart {
  readonly at: Instant;
  /** Days since 1970-01-01. */
  readonly dayNumber: number;
  /** `HH:MM:SS`; midnight for a day. */
  readonly clock: string;
}

/** A rule of one series; null when nobody here can tell. */
type RuleTest = (slot: SlotStart) => boolean | null;

/**
 * Takes the first occurrence of a series and its lines (RFC 5545 §3.8.5, in every form of reference §2.3); returns what
 * tells its slots from other times. A slot that its series does not make cannot be written or cancelled: the calendar
 * does not know it. Where nobody can tell, the slot is taken to be there.
 */
export function slotTestOf(span: Span, lines: readonly string[]): SlotTest {
  const allDay = isDate(span.start);
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const first = slotStart(span.startsAt, span.start, zone);
  const parsed = lines.map(parseLine);
  const rules = rulesOf(parsed, 'RRULE', span, first);
  const exceptRules = rulesOf(parsed, 'EXRULE', span, first);
  const extra = datesOf(parsed, 'RDATE', first, allDay, zone);
  const except = datesOf(parsed, 'EXDATE', first, allDay, zone);
  const unknown = parsed.includes(null);
  return (key) => {
    const at = slotInstant(key);
    if (at === null || (key.length === 8) !== allDay || except.has(key)) return false;
    if (extra.has(key)) return true;
    const slot = slotStart(at, allDay ? { date: dateOf(key) } : null, zone);
    if (exceptRules.some((rule) => rule(slot) === true)) return false;
    // The start counts, whether or not the rule would have made it.
    if (at === span.startsAt || unknown) return true;
    return at > span.startsAt && rules.some((rule) => rule(slot) !== false);
  };
}

/**
 * Takes the first occurrence of a series, its lines and two instants; returns the slots that start from one to the other,
 * ascending: its start, its extra dates and those of its rules, less what is left out (RFC 5545 §3.8.5). Lines that nobody
 * can read make none. Not to be asked for years at a time of many series: see `slotTestOf` for single slots.
 */
export function slotsWithin(span: Span, lines: readonly string[], from: Instant, to: Instant): readonly SlotKey[] {
  const allDay = isDate(span.start);
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const first = slotStart(span.startsAt, span.start, zone);
  const parsed = lines.map(parseLine);
  const except = datesOf(parsed, 'EXDATE', first, allDay, zone);
  const exceptRules = rulesOf(parsed, 'EXRULE', span, first);
  const found = new Set<SlotKey>(datesOf(parsed, 'RDATE', first, allDay, zone));
  const add = (at: Instant | null, last: Instant | null): void => {
    if (at !== null && (last === null || at <= last)) found.add(keyOfInstant(at, allDay));
  };
  add(span.startsAt, null);
  const firstDay = Math.floor(Math.max(from, span.startsAt) / day) - 1;
  const lastDay = Math.floor(to / day) + 1;
  for (const line of parsed) {
    if (line?.name !== 'RRULE') continue;
    const parts = ruleParts(line.value);
    const until = parts.get('UNTIL');
    const last = until === undefined ? null : untilInstant(until, allDay, zone);
    for (const [dayNumber, clock] of daysOfRule(parts, first, firstDay, lastDay)) {
      add(allDay ? dayNumber * day : shifted(dayNumber, clock, zone), last);
    }
  }
  return [...found]
    .filter((key) => {
      const at = slotInstant(key);
      if (at === null || at < from || at > to || except.has(key)) return false;
      if (exceptRules.length === 0) return true;
      const slot = slotStart(at, allDay ? { date: dateOf(key) } : null, zone);
      return !exceptRules.some((rule) => rule(slot) === true);
    })
    .sort();
}

function keyOfInstant(at: Instant, allDay: boolean): SlotKey {
  return (allDay ? utcText(at).slice(0, 8) : utcText(at)) as SlotKey;
}

/** The days between two on which a rule makes a slot, each with its time on the wall. UNTIL is not looked at. */
function* daysOfRule(
  parts: ReadonlyMap<string, string>,
  first: SlotStart,
  firstDay: number,
  lastDay: number,
): Generator<readonly [number, string]> {
  const plain = plainRule(parts);
  if (plain !== null) {
    for (let dayNumber = Math.max(firstDay, first.dayNumber); dayNumber <= lastDay; dayNumber += 1) {
      const index = occurrenceOn(plain, first.dayNumber, dayNumber);
      if (index !== null && (plain.count === null || index < plain.count)) yield [dayNumber, first.clock];
    }
    return;
  }
  try {
    const rule = expandableRule(withoutUntil(parts), wallOf(first));
    for (const one of rule.between(new Date(firstDay * day), new Date((lastDay + 1) * day), true)) {
      const text = new Date(one.epochMilliseconds).toISOString();
      yield [Math.floor(one.epochMilliseconds / day), text.slice(11, 19)];
    }
  } catch {
    // A rule that nobody can read: its dates stay as the calendar makes them.
  }
}

function withoutUntil(parts: ReadonlyMap<string, string>): string {
  return [...parts].flatMap(([name, text]) => (name === 'UNTIL' ? [] : [`${name}=${text}`])).join(';');
}

const midnight = '00:00:00';

const dateOf = (key: SlotKey): string => `${key.slice(0, 4)}-${key.slice(4, 6)}-${key.slice(6, 8)}`;

function slotStart(at: Instant, start: EventTime | null, zone: string | null): SlotStart {
  if (start !== null && isDate(start)) return { at, dayNumber: Math.floor(at / day), clock: midnight };
  const wall = wallClock(at, zone);
  const text = isDate(wall) ? '' : wall.dateTime;
  return { at, dayNumber: Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / day), clock: text.slice(11, 19) };
}

function rulesOf(
  lines: readonly (RecurrenceLine | null)[],
  name: string,
  span: Span,
  first: SlotStart,
): readonly RuleTest[] {
  return lines.flatMap((line) => (line?.name === name ? [ruleTest(line.value, span, first)] : []));
}

function ruleTest(value: string, span: Span, first: SlotStart): RuleTest {
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const parts = ruleParts(value);
  const until = parts.get('UNTIL');
  const last = until === undefined ? null : untilInstant(until, isDate(span.start), zone);
  const known = isKnownZone(zone);
  const plain = plainRule(parts);
  const makes = plain === null ? expandedTest(parts, first) : null;
  return (slot) => {
    if (last !== null && slot.at > last) return false;
    if (!known) return null;
    if (plain !== null) {
      const index = occurrenceOn(plain, first.dayNumber, slot.dayNumber);
      if (index === null || (plain.count !== null && index >= plain.count)) return false;
    }
    // An hour that comes twice is a slot the first time only (reference §8 no. 2).
    const asTheFirst = slot.at === shifted(slot.dayNumber, first.clock, zone);
    if (asTheFirst) return makes === null || makes({ ...slot, clock: first.clock });
    return makes !== null && slot.at === shifted(slot.dayNumber, slot.clock, zone) && makes(slot);
  };
}

/** A wall-clock time on a day: where a clock change leaves it out, it is later on the clock (reference §8 no. 2). */
function shifted(dayNumber: number, clock: string, zone: string | null): Instant | null {
  const date = new Date(dayNumber * day).toISOString().slice(0, 10);
  return instantOf({ dateTime: `${date}T${clock}`, timeZone: zone }, zone);
}

const wallOf = (slot: SlotStart): number => slot.dayNumber * day + Date.parse(`1970-01-01T${slot.clock}Z`);

function expandedTest(parts: ReadonlyMap<string, string>, first: SlotStart): RuleTest {
  try {
    const rule = expandableRule(withoutUntil(parts), wallOf(first));
    return (slot) => {
      try {
        const wall = new Date(wallOf(slot));
        return rule.between(wall, wall, true).length > 0;
      } catch {
        return null;
      }
    };
  } catch {
    return () => null;
  }
}

/** The slots that EXDATE or RDATE lines name. A day means, in a timed series, the slot of that day. */
function datesOf(
  lines: readonly (RecurrenceLine | null)[],
  name: string,
  first: SlotStart,
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

function inKindOf(time: EventTime, first: SlotStart, allDay: boolean, zone: string | null): EventTime {
  if (isDate(time)) return allDay ? time : { dateTime: `${time.date}T${first.clock}`, timeZone: zone };
  return allDay ? { date: time.dateTime.slice(0, 10) } : time;
}
