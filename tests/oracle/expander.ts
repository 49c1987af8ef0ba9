import { Temporal } from 'temporal-polyfill';
import type { EventTime } from '../../src/shared/time.ts';

/** A slot of a series as an oracle sees it: when it starts, in milliseconds, and its name. Days count from UTC midnight. */
export interface Slot {
  readonly key: string;
  readonly startsAt: number;
}

const daySeconds = 86_400;
const dayMilliseconds = daySeconds * 1000;
const gridMilliseconds = 512 * dayMilliseconds;
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A time by the clock on a wall: a day counted from 1970-01-01, and a second of it. */
export interface Wall {
  readonly day: number;
  readonly second: number;
}

interface Rule {
  readonly frequency: string;
  readonly interval: number;
  readonly count: number | null;
  readonly until: string | null;
  readonly weekStart: number;
  readonly weekdays: readonly { readonly weekday: number; readonly ordinal: number }[];
  readonly monthDays: readonly number[];
  readonly months: readonly number[];
  readonly positions: readonly number[];
}

/** A day with what rules ask of it. */
interface Day {
  readonly number: number;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly date: number;
  /** Monday is 0. */
  readonly weekday: number;
}

function dayOf(number: number): Day {
  const date = new Date(number * dayMilliseconds);
  return {
    number,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    date: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7,
  };
}

const firstOfMonth = (year: number, month: number): number => Date.UTC(year, month - 1, 1) / dayMilliseconds;

/** Takes `YYYY-MM-DD` or `YYYYMMDD`; returns the day counted from 1970-01-01. */
export function dayNumber(text: string): number {
  const digits = text.replaceAll('-', '');
  return (
    Date.UTC(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)) - 1, Number(digits.slice(6, 8))) / dayMilliseconds
  );
}

/** Takes a day counted from 1970-01-01; returns `YYYY-MM-DD`. */
export function dateText(day: number): string {
  return new Date(day * dayMilliseconds).toISOString().slice(0, 10);
}

/** Takes a day counted from 1970-01-01; returns `MO` to `SU`. */
export function weekdayText(day: number): string {
  return weekdays[dayOf(day).weekday] ?? '';
}

const clockSeconds = (text: string): number =>
  Number(text.slice(0, 2)) * 3600 + Number(text.slice(2, 4)) * 60 + Number(text.slice(4, 6));

/** Takes an instant; returns the name of the slot that starts then (google-calendar.md §0.10). */
export function timedKey(instant: number): string {
  const text = new Date(instant).toISOString();
  const [hours, minutes, seconds] = [text.slice(11, 13), text.slice(14, 16), text.slice(17, 19)];
  return `${text.slice(0, 4)}${text.slice(5, 7)}${text.slice(8, 10)}T${hours}${minutes}${seconds}Z`;
}

function readRule(text: string): Rule {
  const parts = new Map(
    text
      .toUpperCase()
      .split(';')
      .filter((part) => part !== '')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  // Because an oracle that guesses would say nothing.
  for (const name of parts.keys()) {
    if (!/^(FREQ|INTERVAL|COUNT|UNTIL|WKST|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|X-.*)$/.test(name)) {
      throw new RangeError(`The oracle does not know ${name}.`);
    }
  }
  const numbers = (name: string): number[] => (parts.get(name) ?? '').split(',').filter(Boolean).map(Number);
  const count = parts.get('COUNT');
  return {
    frequency: parts.get('FREQ') ?? '',
    interval: Number(parts.get('INTERVAL') ?? 1),
    count: count === undefined ? null : Number(count),
    until: parts.get('UNTIL') ?? null,
    weekStart: weekdays.indexOf(parts.get('WKST') ?? 'MO'),
    weekdays: (parts.get('BYDAY') ?? '')
      .split(',')
      .filter(Boolean)
      .map((name) => ({ weekday: weekdays.indexOf(name.slice(-2)), ordinal: Number(name.slice(0, -2) || 0) })),
    monthDays: numbers('BYMONTHDAY'),
    months: numbers('BYMONTH'),
    positions: numbers('BYSETPOS'),
  };
}

/** Which period of its rule a day is in: days, weeks, months or years, counted. */
function periodOf(rule: Rule, day: Day): number {
  switch (rule.frequency) {
    case 'DAILY':
      return day.number;
    case 'WEEKLY':
      // 1970-01-01 was a Thursday.
      return Math.floor((day.number + 3 - rule.weekStart) / 7);
    case 'MONTHLY':
      return day.year * 12 + day.month;
    case 'YEARLY':
      return day.year;
    default:
      throw new RangeError(`The oracle does not know FREQ=${rule.frequency}.`);
  }
}

function isMonthDay(days: readonly number[], day: Day): boolean {
  const length =
    firstOfMonth(day.year + Math.floor(day.month / 12), (day.month % 12) + 1) - firstOfMonth(day.year, day.month);
  return days.includes(day.date) || days.includes(day.date - length - 1);
}

/** Whether a day is the named weekday, and of those in its month (or year) the one that is asked for. */
function isWeekday(rule: Rule, day: Day): boolean {
  const ofYear = rule.frequency === 'YEARLY' && rule.months.length === 0;
  const first = ofYear ? firstOfMonth(day.year, 1) : firstOfMonth(day.year, day.month);
  const next = ofYear
    ? firstOfMonth(day.year + 1, 1)
    : firstOfMonth(day.year + Math.floor(day.month / 12), (day.month % 12) + 1);
  const fromStart = Math.floor((day.number - first) / 7) + 1;
  const fromEnd = -Math.floor((next - 1 - day.number) / 7) - 1;
  const ordinals = rule.frequency === 'MONTHLY' || rule.frequency === 'YEARLY';
  return rule.weekdays.some(
    ({ weekday, ordinal }) =>
      weekday === day.weekday && (ordinal === 0 || !ordinals || ordinal === fromStart || ordinal === fromEnd),
  );
}

/** Whether a rule would have a day, looked at by itself (RFC 5545 §3.3.10, the table of expansions and limits). */
function matches(rule: Rule, day: Day, start: Day): boolean {
  const { frequency, months, monthDays } = rule;
  if (months.length > 0 && !months.includes(day.month)) return false;
  if (monthDays.length > 0 && !isMonthDay(monthDays, day)) return false;
  if (rule.weekdays.length > 0 && !isWeekday(rule, day)) return false;
  const named = monthDays.length > 0 || rule.weekdays.length > 0;
  if (frequency === 'WEEKLY' && rule.weekdays.length === 0) return day.weekday === start.weekday;
  if (frequency === 'MONTHLY' && !named) return day.date === start.date;
  if (frequency === 'YEARLY') {
    if (!named && day.date !== start.date) return false;
    // Google has days of a month without a month in the month of the start only (google-calendar.md §2.3).
    if (months.length === 0 && (monthDays.length > 0 || !named)) return day.month === start.month;
  }
  return true;
}

/** Takes a rule, the day it starts on and the last day to look at; returns its days in order, walked one by one. */
function daysOf(rule: Rule, startDay: number, lastDay: number): number[] {
  const start = dayOf(startDay);
  const startPeriod = periodOf(rule, start);
  const found: number[] = [];
  // The days of the period that is walked: only whole ones can be asked for their first or last.
  let period = startPeriod;
  let inPeriod: number[] = [];
  const close = (): void => {
    const { positions } = rule;
    const chosen =
      positions.length === 0
        ? inPeriod
        : inPeriod.filter((_, index) => positions.includes(index + 1) || positions.includes(index - inPeriod.length));
    for (const day of chosen) if (day >= startDay) found.push(day);
    inPeriod = [];
  };
  let number = startDay;
  while (periodOf(rule, dayOf(number - 1)) === startPeriod) number -= 1;
  for (; ; number += 1) {
    const day = dayOf(number);
    const now = periodOf(rule, day);
    if (now !== period) {
      close();
      period = now;
      if (number > lastDay) break;
      if (rule.count !== null && found.length >= rule.count) break;
    }
    if ((now - startPeriod) % rule.interval === 0 && matches(rule, day, start)) inPeriod.push(number);
  }
  if (rule.count === null) return found.filter((day) => day <= lastDay);
  // A start that the rule does not have is a slot more, and is not counted (as captured from Google).
  return found.slice(0, rule.count).filter((day) => day <= lastDay);
}

interface Line {
  readonly name: string;
  readonly zone: string | null;
  readonly value: string;
}

function readLine(text: string): Line {
  // The name of a zone may hold a colon itself.
  const match = /^(RRULE|EXRULE|RDATE|EXDATE)((?:;TZID=GMT[+-]\d\d:\d\d|;[^:]*)?):(.*)$/.exec(text);
  if (match === null) throw new RangeError(`The oracle does not know the line ${text}.`);
  const [, name = '', parameters = '', value = ''] = match;
  return { name, zone: /TZID=([^;]+)/.exec(parameters)?.[1] ?? null, value };
}

/** A zone that is named by its offset as Google shows it, as Temporal names it. */
const clockOf = (zone: string): string => /^GMT([+-]\d\d:\d\d)$/.exec(zone)?.[1] ?? zone;

/**
 * What the planner is checked with: an expansion of series that walks day by day (RFC 5545), and turns clocks on walls
 * into instants with nothing but Temporal. A time in the gap of a clock change moves forward, one in an overlap is the
 * first (google-calendar.md §8 no. 2). Remembers what it has expanded, because copies of one meeting are many.
 */
export class Expander {
  readonly #instants = new Map<string, Map<number, number>>();
  readonly #walls = new Map<string, Wall>();
  readonly #slots = new Map<string, readonly Slot[]>();

  /** Takes a zone and a clock on a wall there; returns the instant. Seconds beyond a day are on a later one. */
  instantAt(zone: string, day: number, second: number): number {
    const wall = day * daySeconds + second;
    let known = this.#instants.get(zone);
    if (known === undefined) this.#instants.set(zone, (known = new Map<number, number>()));
    let instant = known.get(wall);
    if (instant === undefined) {
      const at = new Date(wall * 1000);
      instant = new Temporal.PlainDateTime(
        at.getUTCFullYear(),
        at.getUTCMonth() + 1,
        at.getUTCDate(),
        at.getUTCHours(),
        at.getUTCMinutes(),
        at.getUTCSeconds(),
      ).toZonedDateTime(clockOf(zone), { disambiguation: 'compatible' }).epochMilliseconds;
      known.set(wall, instant);
    }
    return instant;
  }

  /** Takes a zone and an instant; returns what the clock on a wall there says. */
  wallAt(zone: string, instant: number): Wall {
    const name = `${zone} ${instant}`;
    let wall = this.#walls.get(name);
    if (wall === undefined) {
      const text = Temporal.Instant.fromEpochMilliseconds(instant)
        .toZonedDateTimeISO(clockOf(zone))
        .toPlainDateTime()
        .toString();
      const milliseconds = Date.parse(`${text}Z`);
      const day = Math.floor(milliseconds / dayMilliseconds);
      wall = { day, second: Math.floor(milliseconds / 1000) - day * daySeconds };
      this.#walls.set(name, wall);
    }
    return wall;
  }

  /** Takes a time and the zone for times that name none; returns the instant, for a day its midnight in UTC. */
  instantOf(time: EventTime, calendarZone: string): number {
    if ('date' in time) return dayNumber(time.date) * dayMilliseconds;
    if (/(Z|[+-]\d\d:\d\d)$/.test(time.dateTime)) return Date.parse(time.dateTime);
    const second = clockSeconds(time.dateTime.slice(11, 19).replaceAll(':', ''));
    return this.instantAt(time.timeZone ?? calendarZone, dayNumber(time.dateTime.slice(0, 10)), second);
  }

  /** Takes a start and the zone for times that name none; returns the name of the slot that starts then. */
  keyOf(start: EventTime, calendarZone: string): string {
    return 'date' in start ? start.date.replaceAll('-', '') : timedKey(this.instantOf(start, calendarZone));
  }

  /**
   * Takes the start of a series, its lines and the zone for times that name none; returns its slots that start before
   * an instant, in order. Those of the past are among them. Throws RangeError where it would have to guess.
   */
  slots(start: EventTime, lines: readonly string[], calendarZone: string, before: number): readonly Slot[] {
    // Looked up to a day of a grid, so that all who ask for about the same are answered from one expansion.
    const end = Math.ceil(before / gridMilliseconds) * gridMilliseconds;
    const name = JSON.stringify([start, lines, calendarZone, end]);
    let slots = this.#slots.get(name);
    if (slots === undefined) {
      // Because the night is long, and worlds do not come back.
      if (this.#slots.size > 2000) this.#slots.clear();
      slots = this.#expand(start, lines, calendarZone, end);
      this.#slots.set(name, slots);
    }
    return slots.filter((slot) => slot.startsAt < before);
  }

  /** Takes a series; returns whether each of its rules would have made its start, were it not the start. */
  startsOnRule(start: EventTime, lines: readonly string[], calendarZone: string): boolean {
    const zone = 'date' in start ? 'UTC' : (start.timeZone ?? calendarZone);
    const { day } = this.wallAt(zone, this.instantOf(start, calendarZone));
    return lines.every((line) => {
      const { name, value } = readLine(line);
      return name !== 'RRULE' || daysOf({ ...readRule(value), count: null }, day, day).includes(day);
    });
  }

  #expand(start: EventTime, lines: readonly string[], calendarZone: string, before: number): readonly Slot[] {
    const allDay = 'date' in start;
    const zone = allDay ? 'UTC' : (start.timeZone ?? calendarZone);
    const firstAt = this.instantOf(start, calendarZone);
    const first = this.wallAt(zone, firstAt);
    const lastDay = this.wallAt(zone, before).day + 1;
    const slotOn = (day: number): Slot =>
      day === first.day
        ? { key: allDay ? keyOfDay(day) : timedKey(firstAt), startsAt: firstAt }
        : allDay
          ? { key: keyOfDay(day), startsAt: day * dayMilliseconds }
          : named(this.instantAt(zone, day, first.second));
    const found = new Map<string, Slot>();
    const add = (slot: Slot): void => void found.set(slot.key, slot);
    const parsed = lines.map(readLine);
    add(slotOn(first.day));
    for (const line of parsed) {
      if (line.name !== 'RRULE') continue;
      for (const slot of this.#ruleSlots(line.value, first.day, lastDay, zone, slotOn)) add(slot);
    }
    for (const line of parsed) {
      if (line.name !== 'RDATE') continue;
      for (const value of line.value.split(',')) {
        const [day, second] = readValue(value);
        if (allDay || second === null) add(slotOn(day));
        else add(named(this.#valueInstant(value, line.zone ?? zone)));
      }
    }
    for (const line of parsed) {
      if (line.name === 'EXRULE') {
        for (const slot of this.#ruleSlots(line.value, first.day, lastDay, zone, slotOn)) found.delete(slot.key);
      }
      if (line.name !== 'EXDATE') continue;
      for (const value of line.value.split(',')) {
        const [day, second] = readValue(value);
        if (allDay) found.delete(keyOfDay(day));
        else if (second !== null) found.delete(timedKey(this.#valueInstant(value, line.zone ?? zone)));
        // A bare day takes out the date at the time of the start; another time of that day stays, because busy is safer.
        else found.delete(slotOn(day).key);
      }
    }
    return [...found.values()]
      .filter((slot) => slot.startsAt < before)
      .sort((one, other) => one.startsAt - other.startsAt);
  }

  #ruleSlots(text: string, firstDay: number, lastDay: number, zone: string, slotOn: (day: number) => Slot): Slot[] {
    const rule = readRule(text);
    const slots = daysOf(rule, firstDay, lastDay).map((day) => ({ day, slot: slotOn(day) }));
    const { until } = rule;
    if (until === null) return slots.map(({ slot }) => slot);
    const allDay = slots[0]?.slot.key.length === 8;
    const [lastOfRule, second] = readValue(until);
    return slots
      .filter(({ day, slot }) =>
        allDay || second === null ? day <= lastOfRule : slot.startsAt <= this.#valueInstant(until, zone),
      )
      .map(({ slot }) => slot);
  }

  #valueInstant(value: string, zone: string): number {
    const [day, second] = readValue(value);
    return value.includes('Z') ? day * dayMilliseconds + (second ?? 0) * 1000 : this.instantAt(zone, day, second ?? 0);
  }
}

const keyOfDay = (day: number): string => dateText(day).replaceAll('-', '');

const named = (startsAt: number): Slot => ({ key: timedKey(startsAt), startsAt });

/** Takes a DATE or DATE-TIME value, of a period its start; returns the day, and the second of it for a time. */
function readValue(value: string): readonly [number, number | null] {
  const text = value.split('/')[0] ?? '';
  if (!/^\d{8}(T\d{6}Z?)?$/.test(text)) throw new RangeError(`The oracle does not know the value ${value}.`);
  return [dayNumber(text.slice(0, 8)), text.length === 8 ? null : clockSeconds(text.slice(9, 15))];
}
