import { clockParts, hasUnknownMeaning, numberParts, ruleParts, weekdayNames } from './parts.ts';
import type { Rule, Weekday } from './rule.ts';
import { frequencies } from './rule.ts';
import type { Wall } from './wall.ts';

const isFirst = (number: number, index: number, all: readonly number[]): boolean => all.indexOf(number) === index;

class Unreadable extends Error {}

function numbersIn(text: string | undefined, from: number, to: number, without: number | null): number[] | null {
  if (text === undefined) return null;
  const numbers = text.split(',').map((one) => (/^\s*[+-]?\d+\s*$/.test(one) ? Number(one) : NaN));
  if (numbers.some((number) => !(number >= from && number <= to) || number === without)) throw new Unreadable();
  return [...new Set(numbers)].sort((one, other) => one - other);
}

function wholeNumber(text: string | undefined, least: number): number | null {
  if (text === undefined) return null;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= least)) throw new Unreadable();
  return number;
}

function weekdaysIn(text: string | undefined): Weekday[] | null {
  if (text === undefined) return null;
  const days = text.split(',').map((one) => {
    const match = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/.exec(one.trim());
    const place = Number(match?.[1] ?? 0);
    if (match === null || place < -53 || place > 53 || (match[1] !== undefined && place === 0)) throw new Unreadable();
    return { weekday: weekdayNames.indexOf(match[2] ?? ''), place };
  });
  // Otherwise each day that is looked at would be compared with all that somebody has named a thousand times.
  return [...new Map(days.map((one) => [one.weekday * 1000 + one.place, one])).values()];
}

/**
 * Takes the value of an RRULE; returns it read, or null where it makes no sense or says something whose meaning is not
 * known here. COUNT=0 is a rule that makes nothing.
 */
export function readRule(value: string): Rule | null {
  const parts = ruleParts(value);
  const frequency = frequencies.find((name) => name === parts.get('FREQ'));
  if (frequency === undefined || hasUnknownMeaning(parts)) return null;
  const list = (name: keyof typeof numberParts): number[] | null => {
    const { most, negative } = numberParts[name];
    return numbersIn(parts.get(name), negative ? -most : 1, most, 0);
  };
  const clock = (name: keyof typeof clockParts): number[] | null =>
    numbersIn(parts.get(name), 0, clockParts[name], null);
  try {
    const weekStart = weekdayNames.indexOf(parts.get('WKST') ?? 'MO');
    if (weekStart < 0) return null;
    return {
      frequency,
      interval: wholeNumber(parts.get('INTERVAL'), 1) ?? 1,
      count: wholeNumber(parts.get('COUNT'), 0),
      until: parts.get('UNTIL') ?? null,
      weekStart,
      months: list('BYMONTH'),
      weeks: list('BYWEEKNO'),
      yearDays: list('BYYEARDAY'),
      monthDays: list('BYMONTHDAY'),
      weekdays: weekdaysIn(parts.get('BYDAY')),
      hours: clock('BYHOUR'),
      minutes: clock('BYMINUTE'),
      // A leap second is none on any clock here, and RFC 5545 lets it be the second before.
      seconds:
        clock('BYSECOND')
          ?.map((second) => Math.min(second, 59))
          .filter(isFirst) ?? null,
      positions: list('BYSETPOS'),
    };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/**
 * Takes a rule and its start; returns it as calendar services make it: one of years that names days of the month and nothing else is
 * made in the month of its start only (google-calendar.md §2.3).
 */
export function asServicesMake(rule: Rule, start: Wall): Rule {
  const { frequency, months, weeks, yearDays, monthDays } = rule;
  const bare = months === null && weeks === null && yearDays === null;
  if (frequency !== 'YEARLY' || monthDays === null || !bare) return rule;
  return { ...rule, months: [new Date(start).getUTCMonth() + 1] };
}
