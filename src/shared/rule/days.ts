import type { Rule, Weekday } from './rule.ts';
import type { DateParts } from './wall.ts';
import { dayOf, firstWeekOf, weekdayOf, weekYearOf } from './wall.ts';

/** The days that a rule can have: the words of the table in RFC 5545 §3.3.10 that speak of days, for one period at a time. */
export class RuleDays {
  readonly #rule: Rule;
  readonly #start: DateParts;
  /** Places from one end to the other: by weekday, 0 for each of them. */
  readonly #places: ReadonlyMap<number, ReadonlySet<number>> | null;

  /** Takes a rule and the day of its start. */
  constructor(rule: Rule, start: DateParts) {
    this.#rule = rule;
    this.#start = start;
    this.#places = rule.weekdays === null ? null : placesByWeekday(rule.weekdays);
  }

  /** Takes a period; returns the days in it that could be, before each is asked whether it is. */
  candidates(period: number): readonly number[] {
    const { frequency, months, weeks, yearDays, weekStart } = this.#rule;
    switch (frequency) {
      case 'YEARLY': {
        if (weeks !== null) {
          const first = firstWeekOf(period, weekStart);
          const count = (firstWeekOf(period + 1, weekStart) - first) / 7;
          return weeks
            .map((week) => (week > 0 ? week : count + week + 1))
            .filter((week) => week >= 1 && week <= count)
            .flatMap((week) => range(first + (week - 1) * 7, 7));
        }
        if (yearDays !== null) {
          const first = dayOf(period, 1, 1);
          const length = dayOf(period + 1, 1, 1) - first;
          return yearDays
            .map((number) => (number > 0 ? number : length + number + 1))
            .filter((number) => number >= 1 && number <= length)
            .map((number) => first + number - 1);
        }
        return (this.#monthsOfYear() ?? range(1, 12)).flatMap((month) => this.#daysOfMonth(period, month));
      }
      case 'MONTHLY': {
        const month = (period % 12) + 1;
        return months?.includes(month) === false ? [] : this.#daysOfMonth(Math.floor(period / 12), month);
      }
      case 'WEEKLY':
        return range(period * 7 - 3 + weekStart, 7);
      default:
        return [period];
    }
  }

  /** The months that a yearly rule without weeks and days of the year looks at; null for all. */
  #monthsOfYear(): readonly number[] | null {
    const { months, monthDays, weekdays } = this.#rule;
    return months ?? (monthDays === null && weekdays === null ? [this.#start.month] : null);
  }

  #daysOfMonth(year: number, month: number): readonly number[] {
    const { monthDays, weekdays } = this.#rule;
    const first = dayOf(year, month, 1);
    const length = dayOf(year + Math.floor(month / 12), (month % 12) + 1, 1) - first;
    if (monthDays === null && weekdays !== null) return range(first, length);
    return (monthDays ?? [this.#start.date])
      .map((number) => (number > 0 ? number : length + number + 1))
      .filter((number) => number >= 1 && number <= length)
      .map((number) => first + number - 1);
  }

  /** Takes a day; returns whether the rule has it, by each of its parts that speak of days. What it does not say is as on its start. */
  has(date: DateParts): boolean {
    const { frequency, months, weeks, yearDays, monthDays, weekdays, weekStart } = this.#rule;
    const { day, year, month } = date;
    if (months?.includes(month) === false) return false;
    if (!this.#isNamedWeekday(date)) return false;
    if (monthDays !== null) {
      const length = dayOf(year + Math.floor(month / 12), (month % 12) + 1, 1) - dayOf(year, month, 1);
      if (!monthDays.includes(date.date) && !monthDays.includes(date.date - length - 1)) return false;
    }
    if (yearDays !== null) {
      const number = day - dayOf(year, 1, 1) + 1;
      const length = dayOf(year + 1, 1, 1) - dayOf(year, 1, 1);
      if (!yearDays.includes(number) && !yearDays.includes(number - length - 1)) return false;
    }
    if (weeks !== null) {
      const ofYear = weekYearOf(date, weekStart);
      const first = firstWeekOf(ofYear, weekStart);
      const week = Math.floor((day - first) / 7) + 1;
      const count = (firstWeekOf(ofYear + 1, weekStart) - first) / 7;
      if (!weeks.includes(week) && !weeks.includes(week - count - 1)) return false;
    }
    const byWeek = frequency === 'WEEKLY' || (frequency === 'YEARLY' && weeks !== null);
    const named = weekdays !== null || (byWeek && frequency === 'YEARLY' && (monthDays !== null || yearDays !== null));
    return !byWeek || named || weekdayOf(day) === weekdayOf(this.#start.day);
  }

  #isNamedWeekday({ day, year, month }: DateParts): boolean {
    if (this.#places === null) return true;
    const places = this.#places.get(weekdayOf(day));
    if (places === undefined) return false;
    const { frequency, months } = this.#rule;
    // A place makes sense in months and years alone (RFC 5545 §3.3.10); elsewhere it is not looked at.
    if (places.has(0) || (frequency !== 'MONTHLY' && frequency !== 'YEARLY')) return true;
    const ofMonth = frequency === 'MONTHLY' || months !== null;
    const first = ofMonth ? dayOf(year, month, 1) : dayOf(year, 1, 1);
    const next = ofMonth ? dayOf(year + Math.floor(month / 12), (month % 12) + 1, 1) : dayOf(year + 1, 1, 1);
    return places.has(Math.floor((day - first) / 7) + 1) || places.has(-Math.floor((next - 1 - day) / 7) - 1);
  }
}

function placesByWeekday(weekdays: readonly Weekday[]): ReadonlyMap<number, ReadonlySet<number>> {
  const places = new Map<number, Set<number>>();
  for (const { weekday, place } of weekdays) {
    const known = places.get(weekday) ?? new Set();
    places.set(weekday, known.add(place));
  }
  return places;
}

const range = (first: number, length: number): number[] => Array.from({ length }, (_, index) => first + index);
