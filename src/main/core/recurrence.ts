import { asServicesMake, mostRules, nameEnd, readRule, RuleDates, ruleParts, weekdayNames } from '../../shared/rule.ts';
import { day, isDate, type EventTime, type Instant } from '../../shared/time.ts';
import { instantOf, sameMoment, sameZone, utcText, wallClock, type Span } from './times.ts';

/** A recurrence, taken apart so that a new end can be told from a new shape. */
export interface Recurrence {
  /** What makes the occurrences what they are: rules without their end, extra dates. Sorted and spelled one way. */
  readonly shape: readonly string[];
  /**
   * What only ends or thins it: UNTIL, COUNT, EXDATE; and what says nothing of times at all, because that can be taken away
   * without another shape. Sorted and spelled one way.
   */
  readonly limits: readonly string[];
}

/** One line of `recurrence` (RFC 5545 §3.1 content line, unfolded), in upper case. */
export interface RecurrenceLine {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly value: string;
}

/** Takes one line of `recurrence`; returns its parts, or null for no line at all. */
export function parseLine(text: string): RecurrenceLine | null {
  const colon = nameEnd(text);
  if (colon < 1) return null;
  const [name = '', ...parameters] = text
    .slice(0, colon)
    .toUpperCase()
    .split(';')
    // A zone may stand in quotes (RFC 5545 §3.2).
    .map((part) => part.replaceAll('"', '').trim());
  const value = text
    .slice(colon + 1)
    .trim()
    .toUpperCase();
  // Google gives `RRULE:DATE;…` lines that mean RDATE (google-calendar.md §2.3).
  if (name === 'RRULE' && !value.includes('FREQ')) {
    const [inner, dates] = value.split(':', 2);
    return dates === undefined
      ? { name: 'RDATE', parameters, value }
      : { name: 'RDATE', parameters: [...parameters, ...(inner ?? '').split(';')], value: dates };
  }
  return { name, parameters, value };
}

/** Takes a line of dates and the zone for those that name none; returns the zone that they are in. */
export function namedZone(line: RecurrenceLine, zone: string | null): string | null {
  const named = line.parameters.find((parameter) => parameter.startsWith('TZID='))?.slice('TZID='.length);
  return named === undefined || named === '' ? zone : named;
}

/** What a rule means where it does not say so (RFC 5545 §3.3.10), so that saying it makes no difference. */
const ruleDefaults: readonly (readonly [string, string])[] = [
  ['INTERVAL', '1'],
  ['WKST', 'MO'],
];

function spelledRule(parts: Map<string, string>): string {
  for (const [name, value] of ruleDefaults) if (parts.get(name) === value) parts.delete(name);
  const list = (value: string): string =>
    value
      .split(',')
      .map((one) => one.trim().replace(/^\+/, ''))
      .sort()
      .join(',');
  return [...parts]
    .map(([name, value]) => `${name}=${list(value)}`)
    .sort()
    .join(';');
}

/** Takes the lines of a series; and, where it is known, its start; returns them taken apart (RFC 5545 §3.8.5). Lines that make no sense are kept as shape. */
export function parseRecurrence(lines: readonly string[], start: EventTime | null = null): Recurrence {
  const zone = start === null || isDate(start) ? null : start.timeZone;
  const shape: string[] = [];
  const limits: string[] = [];
  for (const text of lines) {
    const line = parseLine(text);
    if (line === null) {
      shape.push(text);
    } else if (line.name === 'RRULE') {
      const parts = ruleParts(line.value);
      for (const name of ['UNTIL', 'COUNT']) {
        const value = parts.get(name);
        if (value !== undefined) limits.push(`${name}=${spelledUntil(name === 'UNTIL' ? start : null, value)}`);
        parts.delete(name);
      }
      for (const [name, value] of parts) {
        if (!name.startsWith('X-')) continue;
        limits.push(`${name}=${value}`);
        parts.delete(name);
      }
      shape.push(`RRULE:${spelledRule(parts)}`);
    } else if (line.name === 'EXRULE') {
      shape.push(`EXRULE:${spelledRule(ruleParts(line.value))}`);
    } else if (line.name !== 'RDATE' && line.name !== 'EXDATE') {
      limits.push(`${line.name}:${line.value}`);
    } else {
      const into = line.name === 'EXDATE' ? limits : shape;
      limits.push(...line.parameters.filter((parameter) => parameter.startsWith('X-')));
      for (const value of line.value.split(',')) into.push(spelledDate(line.name, namedZone(line, zone), value));
    }
  }
  return { shape: shape.sort(), limits: limits.sort() };
}

/** An end, as an instant where its series is known: calendars take a day, a time of the clock, and one in UTC. */
function spelledUntil(start: EventTime | null, value: string): string {
  const at = start === null ? null : untilInstant(value, isDate(start), isDate(start) ? null : start.timeZone);
  return start === null || at === null
    ? value.replaceAll(/[-:]/g, '')
    : utcText(at).slice(0, isDate(start) ? 8 : undefined);
}

/** A left-out or extra date, in UTC where its zone is named: a calendar may answer with either spelling. */
function spelledDate(name: string, zone: string | null, value: string): string {
  const plain = value.trim().replaceAll(/[-:]/g, '');
  const time = zone === null || plain.endsWith('Z') || plain.includes('/') ? null : valueTime(plain, zone);
  const at = time === null || isDate(time) ? null : instantOf(time, zone);
  if (at === null) return `${name};${zone === null || plain.endsWith('Z') ? '' : `TZID=${zone}`}:${plain}`;
  return `${name};:${utcText(at)}`;
}

const equal = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/**
 * Takes two recurrences as lines, and the start of their series where both have one; returns whether they differ not at all,
 * only in their end, or in their shape. By what they mean, because a rule that says the same must not be written again.
 */
export function compareRecurrence(
  one: readonly string[],
  other: readonly string[],
  start: EventTime | null = null,
): 'same' | 'end' | 'shape' {
  if (equal(one, other)) return 'same';
  const first = parseRecurrence(one, start);
  const second = parseRecurrence(other, start);
  if (!equal(first.shape, second.shape)) return 'shape';
  return equal(first.limits, second.limits) ? 'same' : 'end';
}

const dateValue = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})(Z?))?$/;

/**
 * Takes an RFC 5545 DATE or DATE-TIME value and the zone for values that name none; returns the moment that it says, a
 * day or a time, or null for neither. Of a period it is the start.
 */
export function valueTime(value: string, timeZone: string | null): EventTime | null {
  const match = dateValue.exec((value.split('/')[0] ?? '').trim());
  if (match === null) return null;
  const [, year = '', month = '', date = '', hours, minutes = '', seconds = '', utc = ''] = match;
  if (hours === undefined) return { date: `${year}-${month}-${date}` };
  return { dateTime: `${year}-${month}-${date}T${hours}:${minutes}:${seconds}${utc}`, timeZone };
}

/**
 * Takes the UNTIL of a rule, whether the series is all-day, and its zone; returns the instant after which the rule makes
 * no slot, or null. A day given for a timed series is that whole day in its zone, otherwise an evening far from
 * Greenwich would fall off its last day.
 */
export function untilInstant(until: string, allDay: boolean, timeZone: string | null): Instant | null {
  const time = valueTime(until, timeZone);
  if (time === null) return null;
  if (!isDate(time)) return instantOf(time, timeZone);
  return allDay ? instantOf(time, null) : instantOf({ dateTime: `${time.date}T23:59:59`, timeZone }, timeZone);
}

/** A rule that plain arithmetic with days can answer for; nearly all rules that people make are such. */
export interface PlainRule {
  /** Days or weeks from one period to the next. */
  readonly interval: number;
  readonly weekly: boolean;
  /** Days of the week counted from its first one, ascending; empty for every day (daily) or that of the start (weekly). */
  readonly days: readonly number[];
  /** Monday is 0. */
  readonly weekStart: number;
  readonly count: number | null;
}

/** Takes the parts of a rule; returns it as a plain one, or null where it takes more than that. */
export function plainRule(parts: ReadonlyMap<string, string>): PlainRule | null {
  const frequency = parts.get('FREQ');
  if (frequency !== 'DAILY' && frequency !== 'WEEKLY') return null;
  for (const name of parts.keys()) {
    if (!['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY'].includes(name)) return null;
  }
  const interval = Number(parts.get('INTERVAL') ?? '1');
  const count = parts.has('COUNT') ? Number(parts.get('COUNT')) : null;
  const weekStart = weekdayNames.indexOf(parts.get('WKST') ?? 'MO');
  const days = (parts.get('BYDAY') ?? '').split(',').filter((name) => name !== '');
  const numbers = days.map((name) => weekdayNames.indexOf(name.trim()));
  const sound = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if (!sound(interval) || (count !== null && !sound(count)) || weekStart < 0 || numbers.includes(-1)) return null;
  if (frequency === 'DAILY' && numbers.length > 0) return null;
  return {
    interval,
    weekly: frequency === 'WEEKLY',
    days: [...new Set(numbers.map((number) => (number - weekStart + 7) % 7))].sort((one, other) => one - other),
    weekStart,
    count,
  };
}

/** Takes a day as a number since 1970-01-01 (a Thursday) and the first day of the week; returns its place in its week. */
function placeInWeek(dayNumber: number, weekStart: number): number {
  return (((dayNumber + 3 - weekStart) % 7) + 7) % 7;
}

/**
 * Takes a plain rule and two days as numbers since 1970-01-01; returns which occurrence of a series that starts on the
 * first falls on the second (0 for the first one), or null where none does. COUNT is not looked at.
 */
export function occurrenceOn(rule: PlainRule, startDay: number, dayNumber: number): number | null {
  const { interval } = rule;
  if (dayNumber < startDay) return null;
  if (!rule.weekly) {
    const away = dayNumber - startDay;
    return away % interval === 0 ? away / interval : null;
  }
  const startPlace = placeInWeek(startDay, rule.weekStart);
  const place = placeInWeek(dayNumber, rule.weekStart);
  const weeks = (dayNumber - place - (startDay - startPlace)) / 7;
  const days = rule.days.length === 0 ? [startPlace] : rule.days;
  const rank = days.indexOf(place);
  if (rank < 0 || weeks % interval !== 0) return null;
  return (weeks / interval) * days.length + rank - days.filter((one) => one < startPlace).length;
}

/** Takes a plain rule, its start as a day number and an index; returns the day of that occurrence: the inverse of `occurrenceOn`. */
function dayOf(rule: PlainRule, startDay: number, index: number): number {
  if (!rule.weekly) return startDay + index * rule.interval;
  const startPlace = placeInWeek(startDay, rule.weekStart);
  const days = rule.days.length === 0 ? [startPlace] : rule.days;
  const fromWeek = index + days.filter((one) => one < startPlace).length;
  const week = Math.floor(fromWeek / days.length) * rule.interval;
  return startDay - startPlace + week * 7 + (days[fromWeek % days.length] ?? 0);
}

/** Few enough that what rules with COUNT remember of their dates stays small, whatever they say. */
const mostRemembered = 256;
const remembered = new Map<string, RuleDates | null>();

/**
 * Takes a rule and the first occurrence by the clock on its wall; returns what it makes, asked by that clock too, so that no
 * slot falls into the gap of a clock change, where it would be left out while calendars move it forward (google-calendar.md §8 no.
 * 2). Null where the rule makes no sense or means something that is not known here. Remembered by its text, because most
 * rules are asked for again and again, and those with COUNT are followed from their start.
 */
export function ruleDatesOf(value: string, wallStart: number): RuleDates | null {
  const name = `${wallStart} ${value}`;
  const known = remembered.get(name);
  if (known !== undefined) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  const rule = readRule(value);
  const made = rule === null ? null : new RuleDates(asServicesMake(rule, wallStart), wallStart);
  remembered.set(name, made);
  return made;
}

/** The start of a series by the clock on its wall, as milliseconds of a day count without zone. */
function wallOf({ start, startsAt }: Span): number {
  if (isDate(start)) return startsAt;
  const wall = wallClock(startsAt, start.timeZone);
  return isDate(wall) ? startsAt : Date.parse(`${wall.dateTime.slice(0, 19)}Z`);
}

/** Takes a rule with COUNT and the first occurrence; returns when the last one ends, or null where that is unknown. */
function countedEnd(parts: ReadonlyMap<string, string>, value: string, span: Span): Instant | null {
  const length = span.endsAt - span.startsAt;
  // The clock may have changed by then.
  const slack = isDate(span.start) ? 0 : day;
  const wallStart = wallOf(span);
  const plain = plainRule(parts);
  if (plain !== null && plain.count !== null) {
    const startDay = Math.floor(wallStart / day);
    return span.startsAt + (dayOf(plain, startDay, plain.count - 1) - startDay) * day + slack + length;
  }
  const last = ruleDatesOf(value, wallStart)?.last() ?? null;
  return last === null ? null : last - wallStart + span.startsAt + slack + length;
}

/**
 * Takes the first occurrence of a series and its lines; returns an instant by which the last occurrence has ended, or
 * null where the series does not end or nobody can tell. Never too early by more than a clock change, and too late by
 * two days at most.
 */
export function seriesEndOf(span: Span, lines: readonly string[]): Instant | null {
  const allDay = isDate(span.start);
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const length = span.endsAt - span.startsAt;
  let latest = span.endsAt;
  let rules = 0;
  for (const text of lines) {
    const line = parseLine(text);
    if (line === null) return null;
    if (line.name === 'EXDATE' || line.name === 'EXRULE') continue;
    if (line.name === 'RDATE') {
      for (const value of line.value.split(',')) {
        const time = valueTime(value, zone);
        const instant = time === null ? null : instantOf(time, zone);
        if (instant === null) return null;
        latest = Math.max(latest, instant + length + (allDay ? 0 : day));
      }
      continue;
    }
    rules += 1;
    if (rules > mostRules) return null;
    const parts = ruleParts(line.value);
    const until = parts.get('UNTIL');
    if (until !== undefined) {
      const last = untilInstant(until, allDay, zone);
      if (last === null) return null;
      latest = Math.max(latest, last + length);
    } else {
      const end = parts.has('COUNT') ? countedEnd(parts, line.value, span) : null;
      if (end === null) return null;
      latest = Math.max(latest, end);
    }
  }
  return latest;
}

/** Takes the start of a series and that of its block; returns whether occurrences fall on the same moments of the clock. */
export function sameSeriesStart(one: EventTime | null, other: EventTime | null, fallbackZone: string | null): boolean {
  if (one === null || other === null) return false;
  if (isDate(one) || isDate(other)) return isDate(one) && isDate(other) && one.date === other.date;
  return sameZone(one.timeZone ?? fallbackZone, other.timeZone ?? fallbackZone) && sameMoment(one, other, fallbackZone);
}
