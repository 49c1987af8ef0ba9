import { day as dayLength, hour as hourLength, minute as minuteLength, second as secondLength } from '../time.ts';
import { RuleDays } from './days.ts';
import type { Frequency, Rule } from './rule.ts';
import { frequencies } from './rule.ts';
import { TimesOfDay } from './times.ts';
import type { DateParts, Wall } from './wall.ts';
import { dateOf, dayOf, firstWeekOf, weekYearOf } from './wall.ts';

/**
 * How many steps one rule may cost for one question: days and times that are looked at. Because a rule can name more dates
 * than anybody has time for, and planning must go on; this is far beyond what people make, and takes some milliseconds.
 */
export const mostSteps = 25_000;

/** No calendar names anything later. */
const lastWall: Wall = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Few enough that what rules with places remember stays small. */
const mostPeriods = 16;

/** What a rule steps by where that is finer than a day. */
const units: Readonly<Partial<Record<Frequency, number>>> = {
  HOURLY: hourLength,
  MINUTELY: minuteLength,
  SECONDLY: secondLength,
};

/**
 * What a rule makes from a start, asked by the clock on the wall. Each period of its frequency (a year, a month, …) is
 * worked out by itself, in the words of the table in RFC 5545 §3.3.10, so that any of them can be asked for at once; only a
 * rule with COUNT has to be followed from its start, and that is remembered. No answer costs more than `mostSteps`: where
 * it would, it is null, for "not known".
 *
 * The start is among the answers only where the rule makes it. UNTIL is not looked at.
 */
export class RuleDates {
  readonly #rule: Rule;
  readonly #start: Wall;
  readonly #startDate: DateParts;
  /** Its times of the day: each of these hours with each minute and second. */
  readonly #times: TimesOfDay;
  readonly #days: RuleDays;
  /** The days of some periods, for rules that name places in them: each question looks at a whole period there. */
  readonly #daysOf = new Map<number, { readonly days: readonly number[]; readonly steps: number }>();
  readonly #firstPeriod: number;
  /** What a rule with COUNT makes, as far as it was followed. */
  #counted: Wall[] = [];
  /** The wall before which `#counted` has all that the rule makes; Infinity where it has ended. */
  #reach: Wall = -Infinity;
  #steps = 0;
  /** Where the steps of the question that is being answered end. */
  #lastStep = 0;
  #left = mostSteps;

  constructor(rule: Rule, start: Wall) {
    this.#rule = rule;
    this.#start = start;
    this.#startDate = dateOf(Math.floor(start / dayLength));
    const clock = start - this.#startDate.day * dayLength;
    const hours = rule.hours ?? [Math.floor(clock / hourLength)];
    const minutes = rule.minutes ?? [Math.floor(clock / minuteLength) % 60];
    const seconds = rule.seconds ?? [Math.floor(clock / secondLength) % 60];
    this.#times = new TimesOfDay(hours, minutes, seconds);
    this.#days = new RuleDays(rule, this.#startDate);
    this.#firstPeriod = this.#periodOf(this.#startDate);
  }

  /** How many steps all questions have cost so far. */
  get steps(): number {
    return this.#steps;
  }

  /** How many dates are remembered. */
  get size(): number {
    return this.#counted.length;
  }

  /** Takes two walls; returns what the rule makes from one to the other, ascending, or null where that is not known. */
  within(from: Wall, to: Wall): readonly Wall[] | null {
    const { count } = this.#rule;
    if (count === null) return this.#found(from, to);
    const single = this.#byArithmetic(count);
    if (single !== null) return single.within(from, to);
    this.#follow(to);
    if (this.#reach <= to) return null;
    return this.#counted.slice(this.#indexFrom(from), this.#indexFrom(to + 1));
  }

  /** Takes a wall; returns whether the rule makes it, or null where that is not known. */
  has(wall: Wall): boolean | null {
    const { count } = this.#rule;
    // What the rule would not make without its COUNT, it does not make with it.
    const uncounted = this.#found(wall, wall);
    if (count === null || uncounted?.length === 0) return uncounted === null ? null : uncounted.length > 0;
    const made = this.within(wall, wall);
    return made === null ? null : made.length > 0;
  }

  /** Returns the last wall of a rule with COUNT; its start where it makes nothing; null where it is endless or not known. */
  last(): Wall | null {
    const { count } = this.#rule;
    if (count === null) return null;
    const single = this.#byArithmetic(count);
    if (single !== null) return single.last;
    this.#follow(lastWall);
    return this.#reach === Infinity ? (this.#counted.at(-1) ?? this.#start) : null;
  }

  /** A rule of steps that nothing limits is answered by counting alone, however high its COUNT. */
  #byArithmetic(count: number): { within: (from: Wall, to: Wall) => readonly Wall[] | null; last: Wall } | null {
    const { frequency, interval } = this.#rule;
    const unit = units[frequency];
    if (unit === undefined || !this.#isBare()) return null;
    const stride = unit * interval;
    const last = Math.min(this.#start + Math.max(0, count - 1) * stride, lastWall);
    return { last, within: (from, to) => (count === 0 ? [] : this.#found(from, Math.min(to, last))) };
  }

  #isBare(): boolean {
    const { months, weeks, yearDays, monthDays, weekdays, hours, minutes, seconds, positions } = this.#rule;
    return [months, weeks, yearDays, monthDays, weekdays, hours, minutes, seconds, positions].every(
      (one) => one === null,
    );
  }

  #indexFrom(wall: Wall): number {
    let low = 0;
    let high = this.#counted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#counted[middle] ?? 0) < wall) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Follows a rule with COUNT until past a wall, or its end, or as far as the steps of one question go in all. */
  #follow(to: Wall): void {
    const { count } = this.#rule;
    if (count === null || this.#reach > to || this.#left <= 0) return;
    this.#reach = Math.max(this.#reach, this.#start);
    if (this.#counted.length >= count) this.#reach = Infinity;
    const begun = this.#steps;
    // Not a new allowance for each question, because a rule that is asked a thousand times must not cost a thousand times.
    this.#lastStep = begun + this.#left;
    while (this.#reach <= to) {
      const period = this.#periodAfter(this.#reach);
      if (this.#startOf(period) > lastWall) {
        this.#reach = Infinity;
        break;
      }
      const made = this.#made(period, this.#reach, Infinity, count - this.#counted.length);
      const isCut = this.#steps > this.#lastStep;
      // Of a period that was not finished nobody knows the places.
      if (isCut && this.#rule.positions !== null) break;
      for (const wall of made) if (wall >= this.#reach && this.#counted.length < count) this.#counted.push(wall);
      if (isCut) {
        this.#reach = (this.#counted.at(-1) ?? this.#start - 1) + 1;
        break;
      }
      this.#reach = this.#counted.length >= count ? Infinity : this.#startOf(this.#nextPeriod(period));
    }
    this.#left -= this.#steps - begun;
  }

  #found(from: Wall, to: Wall): readonly Wall[] | null {
    const found: Wall[] = [];
    const first = Math.max(from, this.#start);
    const last = Math.min(to, lastWall);
    if (first > last) return found;
    this.#lastStep = this.#steps + mostSteps;
    for (let period = this.#periodAfter(first); this.#startOf(period) <= last; period = this.#nextPeriod(period)) {
      const made = this.#made(period, first, last, Infinity);
      if (this.#steps > this.#lastStep) return null;
      for (const wall of made) if (wall >= first && wall <= last) found.push(wall);
    }
    return found;
  }

  #periodOf(date: DateParts): number {
    switch (this.#rule.frequency) {
      case 'YEARLY':
        return this.#rule.weeks === null ? date.year : weekYearOf(date, this.#rule.weekStart);
      case 'MONTHLY':
        return date.year * 12 + date.month - 1;
      case 'WEEKLY':
        return Math.floor((date.day + 3 - this.#rule.weekStart) / 7);
      default:
        // What is finer than a day is worked out day by day.
        return date.day;
    }
  }

  #startOf(period: number): Wall {
    const { frequency, weeks, weekStart } = this.#rule;
    switch (frequency) {
      case 'YEARLY':
        return (weeks === null ? dayOf(period, 1, 1) : firstWeekOf(period, weekStart)) * dayLength;
      case 'MONTHLY':
        return dayOf(Math.floor(period / 12), (period % 12) + 1, 1) * dayLength;
      case 'WEEKLY':
        return (period * 7 - 3 + weekStart) * dayLength;
      default:
        return period * dayLength;
    }
  }

  #stride(): number {
    return frequencies.indexOf(this.#rule.frequency) <= frequencies.indexOf('DAILY') ? this.#rule.interval : 1;
  }

  /** The first period of the rule that a wall is not behind. */
  #periodAfter(wall: Wall): number {
    const stride = this.#stride();
    const period = this.#periodOf(dateOf(Math.floor(wall / dayLength)));
    return this.#firstPeriod + Math.ceil((period - this.#firstPeriod) / stride) * stride;
  }

  /** The next period that can have anything: a rule that steps over days does not come to each of them. */
  #nextPeriod(period: number): number {
    const { frequency, interval } = this.#rule;
    const unit = units[frequency];
    if (unit === undefined) return period + this.#stride();
    const stride = unit * interval;
    const steps = Math.ceil(((period + 1) * dayLength - this.#start) / stride);
    return Math.max(period + 1, Math.floor((this.#start + steps * stride - this.#offset(unit)) / dayLength));
  }

  /** How far the start is behind the beginning of its hour, minute or second. */
  #offset(unit: number): number {
    return ((this.#start % unit) + unit) % unit;
  }

  /**
   * What the rule makes in one period, ascending: all of it, or, where the period is a day of hours and minutes, at least
   * what is from one wall to another, as many as are asked for. Cut short where it took more steps than there were.
   */
  #made(period: number, from: Wall, to: Wall, most: number): readonly Wall[] {
    if (units[this.#rule.frequency] !== undefined) return this.#madeOnDay(period, from, to, most);
    this.#steps += 1;
    const times = this.#times;
    if (this.#rule.positions !== null) {
      const days = this.#wholePeriod(period);
      // By arithmetic, because a year of seconds would have to be laid out to find the first of them.
      return this.#placesIn(days.length * times.length).map((index) => {
        const day = days[Math.floor(index / times.length)] ?? 0;
        return day * dayLength + times.at(index % times.length);
      });
    }
    const walls: Wall[] = [];
    // Nothing depends on the whole of it, so that days that were not asked for are left out.
    for (const day of this.#daysIn(period, Math.floor(from / dayLength), Math.floor(to / dayLength))) {
      const begin = day * dayLength;
      for (let index = times.firstFrom(from - begin); index < times.length; index += 1) {
        const wall = begin + times.at(index);
        if (wall > to || walls.length >= most) return walls;
        if (this.#steps > this.#lastStep) return walls;
        this.#steps += 1;
        walls.push(wall);
      }
    }
    return walls;
  }

  /** Takes how many dates there are; returns which of them the rule names by their places, ascending, from 0. */
  #placesIn(length: number): readonly number[] {
    const positions = this.#rule.positions ?? [];
    this.#steps += positions.length;
    const indices = positions.map((place) => (place > 0 ? place - 1 : length + place));
    return [...new Set(indices)].filter((index) => index >= 0 && index < length).sort((one, other) => one - other);
  }

  #wholePeriod(period: number): readonly number[] {
    const known = this.#daysOf.get(period);
    if (known !== undefined) {
      // As many as the first time, because an answer must not hang on what was asked before.
      this.#steps += known.steps;
      return known.days;
    }
    const before = this.#steps;
    const days = this.#daysIn(period, -Infinity, Infinity);
    if (this.#daysOf.size >= mostPeriods) this.#daysOf.clear();
    this.#daysOf.set(period, { days, steps: this.#steps - before });
    return days;
  }

  /** What a rule of hours, minutes or seconds makes on one day. */
  #madeOnDay(day: number, begin: Wall, end: Wall, most: number): readonly Wall[] {
    const { frequency, interval, hours, minutes, seconds, positions } = this.#rule;
    const unit = units[frequency] ?? hourLength;
    this.#steps += 1;
    const walls: Wall[] = [];
    if (!this.#days.has(dateOf(day))) return walls;
    const first = this.#start - this.#offset(unit);
    const stride = unit * interval;
    // From the beginning of its hour, because only a whole one has a first and a last.
    const from = Math.max(day * dayLength, first, begin - unit);
    const to = Math.min((day + 1) * dayLength, end + 1);
    const aligned = (wall: Wall): Wall => first + Math.ceil((wall - first) / stride) * stride;
    const startSecond = Math.floor(this.#start / secondLength) % 60;
    const startMinute = Math.floor(this.#start / minuteLength) % 60;
    const single = new TimesOfDay([0], [0], [0]);
    const none = new TimesOfDay([], [], []);
    let made = new TimesOfDay([0], frequency === 'HOURLY' ? (minutes ?? [startMinute]) : [0], seconds ?? [startSecond]);
    let wanted = most;
    for (let at = aligned(from); at < to && wanted > 0 && this.#steps <= this.#lastStep;) {
      this.#steps += 1;
      const hour = Math.floor((at - day * dayLength) / hourLength);
      const minute = Math.floor(at / minuteLength) % 60;
      if (hours?.includes(hour) === false) {
        at = aligned(day * dayLength + (hour + 1) * hourLength);
        continue;
      }
      if (frequency !== 'HOURLY' && minutes?.includes(minute) === false) {
        at = aligned((Math.floor(at / minuteLength) + 1) * minuteLength);
        continue;
      }
      if (frequency === 'SECONDLY') {
        if (seconds?.includes(Math.floor(at / secondLength) % 60) !== false) made = single;
        else made = none;
      }
      const indices = positions === null ? null : this.#placesIn(made.length);
      const length = indices?.length ?? made.length;
      for (let index = 0; index < length; index += 1) {
        const wall = at + made.at(indices?.[index] ?? index);
        walls.push(wall);
        if (wall >= begin) wanted -= 1;
      }
      this.#steps += Math.max(0, length - 1);
      at += stride;
    }
    return walls;
  }

  /** The days that the rule has in one period, from one to another: those that could be, each asked whether it is. */
  #daysIn(period: number, from: number, to: number): readonly number[] {
    const candidates = this.#days.candidates(period);
    this.#steps += candidates.length;
    const days = candidates.filter((day) => day >= from && day <= to && this.#days.has(dateOf(day)));
    // A day can be named from both ends of its month or year.
    return days.length < 2 ? days : [...new Set(days)].sort((one, other) => one - other);
  }
}
