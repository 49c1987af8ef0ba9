import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { day, isDate, type EventTime, type Instant } from '../../shared/time.ts';
import { instantOf, type Span } from './times.ts';

/** A recurrence, taken apart so that a new end can be told from a new shape. */
export interface Recurrence {
  /** What makes the occurrences what they are: rules without their end, extra dates. Sorted and spelled one way. */
  readonly shape: readonly string[];
  /** What only ends or thins it: UNTIL, COUNT, EXDATE. Sorted and spelled one way. */
  readonly limits: readonly string[];
}

interface Line {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly value: string;
}

/** Takes one line of `recurrence` (RFC 5545 §3.1 content line, unfolded); returns its parts, or null for no line at all. */
function parseLine(text: string): Line | null {
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  const [name = '', ...parameters] = text.slice(0, colon).toUpperCase().split(';');
  const value = text.slice(colon + 1).trim();
  // Google gives `RRULE:DATE;…` lines that mean RDATE (reference §2.3).
  if (name === 'RRULE' && !/FREQ=/i.test(value)) return { name: 'RDATE', parameters, value };
  return { name, parameters, value };
}

/** Takes the value of an RRULE; returns its parts with upper-case names. */
function ruleParts(value: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of value.split(';')) {
    const [name, text] = part.split('=', 2);
    if (name !== undefined && text !== undefined) parts.set(name.trim().toUpperCase(), text.trim().toUpperCase());
  }
  return parts;
}

/** Takes the lines of a series; returns them taken apart (RFC 5545 §3.8.5). Lines that make no sense are kept as shape. */
export function parseRecurrence(lines: readonly string[]): Recurrence {
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
        if (value !== undefined) limits.push(`${name}=${name === 'UNTIL' ? value.replaceAll('-', '') : value}`);
        parts.delete(name);
      }
      if (parts.get('INTERVAL') === '1') parts.delete('INTERVAL');
      const spelled = [...parts].map(([name, value]) => `${name}=${value.split(',').sort().join(',')}`).sort();
      shape.push(`RRULE:${spelled.join(';')}`);
    } else {
      const zone = line.parameters.filter((parameter) => parameter.startsWith('TZID=')).join('');
      const into = line.name === 'EXDATE' ? limits : shape;
      for (const value of line.value.split(',')) into.push(`${line.name};${zone}:${value.trim().toUpperCase()}`);
    }
  }
  return { shape: shape.sort(), limits: limits.sort() };
}

const equal = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/** Takes two recurrences as lines; returns whether they differ not at all, only in their end, or in their shape. */
export function compareRecurrence(one: readonly string[], other: readonly string[]): 'same' | 'end' | 'shape' {
  if (equal(one, other)) return 'same';
  const first = parseRecurrence(one);
  const second = parseRecurrence(other);
  if (!equal(first.shape, second.shape)) return 'shape';
  return equal(first.limits, second.limits) ? 'same' : 'end';
}

/** Takes an RFC 5545 DATE or DATE-TIME value and the zone of the series; returns the instant, or null. */
function limitInstant(value: string, timeZone: string | null): Instant | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(value);
  if (match === null) return null;
  const [, year = '', month = '', date = '', hour, minute, second, utc] = match;
  if (hour === undefined) return Date.parse(`${year}-${month}-${date}T23:59:59Z`);
  const wall = `${year}-${month}-${date}T${hour}:${minute ?? '00'}:${second ?? '00'}`;
  return utc === 'Z' ? Date.parse(`${wall}Z`) : instantOf({ dateTime: wall, timeZone }, timeZone);
}

/**
 * Takes the lines of a series and its zone; returns the instant after which no rule produces a slot, or null where some
 * rule has no UNTIL. A slot beyond it cannot be addressed any more.
 */
export function untilOf(lines: readonly string[], timeZone: string | null): Instant | null {
  let latest: Instant | null = null;
  for (const text of lines) {
    const line = parseLine(text);
    if (line === null || line.name === 'EXDATE' || line.name === 'EXRULE') continue;
    const until = line.name === 'RRULE' ? ruleParts(line.value).get('UNTIL') : undefined;
    const instant = until === undefined ? null : limitInstant(until, timeZone);
    if (instant === null) return null;
    latest = Math.max(latest ?? instant, instant);
  }
  return latest;
}

const plainPeriods: Readonly<Record<string, number>> = { DAILY: day, WEEKLY: 7 * day };

/** Takes a rule with COUNT and the first occurrence; returns when the last one ends, or null where that is unknown. */
function countedEnd(
  parts: ReadonlyMap<string, string>,
  value: string,
  span: Span,
  zone: string | null,
): Instant | null {
  const count = Number(parts.get('COUNT'));
  if (!Number.isInteger(count) || count < 1) return null;
  const length = span.endsAt - span.startsAt;
  const period = plainPeriods[parts.get('FREQ') ?? ''];
  const interval = Number(parts.get('INTERVAL') ?? '1');
  if (period !== undefined && ![...parts.keys()].some((name) => name.startsWith('BY'))) {
    return span.startsAt + (count - 1) * interval * period + length;
  }
  try {
    const rule = new RRuleTemporal({
      rruleString: `RRULE:${value}`,
      dtstart: Temporal.Instant.fromEpochMilliseconds(span.startsAt).toZonedDateTimeISO(
        isDate(span.start) ? 'UTC' : (zone ?? 'UTC'),
      ),
    });
    const last = rule.all().at(-1);
    return last === undefined ? span.endsAt : last.epochMilliseconds + length;
  } catch {
    return null;
  }
}

/**
 * Takes the first occurrence of a series and its lines; returns an instant by which the last occurrence has ended, or
 * null where the series does not end or nobody can tell. Exact to a day of clock changes, never too early by more.
 */
export function seriesEndOf(span: Span, lines: readonly string[]): Instant | null {
  const zone = isDate(span.start) ? null : span.start.timeZone;
  const length = span.endsAt - span.startsAt;
  let latest = span.endsAt;
  for (const text of lines) {
    const line = parseLine(text);
    if (line === null) return null;
    if (line.name === 'EXDATE' || line.name === 'EXRULE') continue;
    if (line.name !== 'RRULE') {
      for (const value of line.value.split(',')) {
        const instant = limitInstant(value.split('/')[0] ?? '', zone);
        if (instant === null) return null;
        latest = Math.max(latest, instant + length);
      }
      continue;
    }
    const parts = ruleParts(line.value);
    const until = parts.get('UNTIL');
    const end =
      until !== undefined
        ? limitInstant(until, zone)
        : parts.has('COUNT')
          ? countedEnd(parts, line.value, span, zone)
          : null;
    if (end === null) return null;
    latest = Math.max(latest, until === undefined ? end : end + length);
  }
  return latest;
}

/** Takes the start of a series and that of its block; returns whether occurrences fall on the same moments of the clock. */
export function sameSeriesStart(one: EventTime | null, other: EventTime | null, fallbackZone: string | null): boolean {
  if (one === null || other === null) return false;
  if (isDate(one) || isDate(other)) return isDate(one) && isDate(other) && one.date === other.date;
  const zones = [one.timeZone ?? fallbackZone, other.timeZone ?? fallbackZone];
  return zones[0] === zones[1] && instantOf(one, fallbackZone) === instantOf(other, fallbackZone);
}
