import { day as dayLength, hour as hourLength, minute as minuteLength, second as secondLength } from './time.ts';

/** The frequencies of RFC 5545 §3.3.10, from the coarsest. */
const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const;
type Frequency = (typeof frequencies)[number];

/** The names of RFC 5545 §3.3.10, Monday first. */
export const weekdayNames = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** A weekday, Monday is 0; 0 as place for each of them. */
interface Weekday {
  readonly weekday: number;
  readonly place: number;
}

/** A rule (RFC 5545 §3.3.10), read. A part that is not given is null. */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  /** As the rule spells it, because it means an instant, and which one depends on the series. */
  readonly until: string | null;
  readonly weekStart: number;
  readonly months: readonly number[] | null;
  readonly weeks: readonly number[] | null;
  readonly yearDays: readonly number[] | null;
  readonly monthDays: readonly number[] | null;
  readonly weekdays: readonly Weekday[] | null;
  readonly hours: readonly number[] | null;
  readonly minutes: readonly number[] | null;
  readonly seconds: readonly number[] | null;
  readonly positions: readonly number[] | null;
}

/**
 * Takes one line of `recurrence`; returns where its value begins: the colon that stands neither in quotes (RFC 5545 §3.2)
 * nor in the name of a zone (`TZID=GMT+02:00`, which not everybody quotes). -1 where there is none.
 */
export function nameEnd(text: string): number {
  let from = 0;
  for (;;) {
    const head = /^(?:[^":]|"[^"]*")*/.exec(text.slice(from))?.[0] ?? '';
    const end = from + head.length;
    const inZone = /TZID=[^;:]*[+-]\d{1,2}$/i.test(head) && /^:[0-5]\d[:;]/.test(text.slice(end, end + 4));
    if (!inZone) return text[end] === ':' ? end : -1;
    from = end + 1;
  }
}

/** More rules than anybody gives one series (RFC 5545 §3.8.5.3 wants one); with more nobody here can tell its dates. */
export const mostRules = 16;

/** Takes the value of an RRULE; returns its parts, with names and values in upper case. */
export function ruleParts(value: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of value.split(';')) {
    const [name, text] = part.split('=', 2);
    if (name !== undefined && text !== undefined) parts.set(name.trim().toUpperCase(), text.trim().toUpperCase());
  }
  return parts;
}

/** The parts of a rule that are lists of numbers, and how far these go to either side of nothing, which is none of them. */
const numberParts = {
  BYMONTH: { most: 12, negative: false },
  BYWEEKNO: { most: 53, negative: true },
  BYYEARDAY: { most: 366, negative: true },
  BYMONTHDAY: { most: 31, negative: true },
  BYSETPOS: { most: 366, negative: true },
} as const;
const clockParts = { BYHOUR: 23, BYMINUTE: 59, BYSECOND: 60 } as const;

const plainParts = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY'];

/** The names of the parts that a rule may have here, in the order of RFC 5545. */
export const knownParts: readonly string[] = [...plainParts, ...Object.keys(clockParts), ...Object.keys(numberParts)];

/**
 * Takes the parts of a rule; returns whether one of them changes its meaning in a way that is not known here. RSCALE and
 * SKIP (RFC 7529) do, unless they say what holds without them; a part of somebody's own (`X-…`) says nothing.
 */
export function hasUnknownMeaning(parts: ReadonlyMap<string, string>): boolean {
  for (const [name, text] of parts) {
    if (knownParts.includes(name) || name.startsWith('X-')) continue;
    if (name === 'RSCALE' && text === 'GREGORIAN') continue;
    if (name === 'SKIP' && text === 'OMIT') continue;
    return true;
  }
  return false;
}

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
 * Takes a rule and its start; returns it as Google makes it: one of years that names days of the month and nothing else is
 * made in the month of its start only (reference §2.3).
 */
export function asGoogleMakes(rule: Rule, start: Wall): Rule {
  const { frequency, months, weeks, yearDays, monthDays } = rule;
  const bare = months === null && weeks === null && yearDays === null;
  if (frequency !== 'YEARLY' || monthDays === null || !bare) return rule;
  return { ...rule, months: [new Date(start).getUTCMonth() + 1] };
}

/** A time by the clock on a wall: milliseconds of a day count without zone, where 1970-01-01 begins at 0. */
export type Wall = number;

/**
 * How many steps one rule may cost for one question: days and times that are looked at. Because a rule can name more dates
 * than anybody has time for, and planning must go on; this is far beyond what people make, and takes some milliseconds.
 */
export const mostSteps = 25_000;

/** No calendar names anything later. */
const lastWall: Wall = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Days of 400 years, after which the calendar is the same again, and of the years 0 to 1969 from 1 March of year 0. */
const daysOfCycle = 146_097;
const daysBefore1970 = 719_468;

/**
 * Takes a day by its names; returns it as a number since 1970-01-01. Years are counted from March, so that the leap day is
 * the last of its year. By arithmetic, because a rule can ask for tens of thousands of days.
 */
function dayOf(year: number, month: number, date: number): number {
  const shifted = month > 2 ? year : year - 1;
  const cycle = Math.floor(shifted / 400);
  const ofCycle = shifted - cycle * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const days = ofCycle * 365 + Math.floor(ofCycle / 4) - Math.floor(ofCycle / 100) + ofYear;
  return cycle * daysOfCycle + days - daysBefore1970;
}

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** A day, taken apart. */
interface DateParts {
  readonly day: number;
  readonly year: number;
  readonly month: number;
  readonly date: number;
}

/** The inverse of `dayOf`. */
function dateOf(day: number): DateParts {
  const since = day + daysBefore1970;
  const cycle = Math.floor(since / daysOfCycle);
  const ofCycle = since - cycle * daysOfCycle;
  const leaps = Math.floor(ofCycle / 1460) - Math.floor(ofCycle / 36_524) + Math.floor(ofCycle / 146_096);
  const year = Math.floor((ofCycle - leaps) / 365);
  const ofYear = ofCycle - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    day,
    year: year + cycle * 400 + (month > 2 ? 0 : 1),
    month,
    date: ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** The first day of week 1: the week with at least four days in the year, which is the one with 4 January. */
function firstWeekOf(year: number, weekStart: number): number {
  const fourth = dayOf(year, 1, 4);
  return fourth - ((weekdayOf(fourth) - weekStart + 7) % 7);
}

/** The year of numbered weeks that a day is in, which around new year is not that of the calendar. */
function weekYearOf({ day, year }: DateParts, weekStart: number): number {
  if (day < firstWeekOf(year, weekStart)) return year - 1;
  return day >= firstWeekOf(year + 1, weekStart) ? year + 1 : year;
}

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
  /** Places from one end to the other: by weekday, 0 for each of them. */
  readonly #places: ReadonlyMap<number, ReadonlySet<number>> | null;
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
    this.#places = rule.weekdays === null ? null : placesByWeekday(rule.weekdays);
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
    if (!this.#dayHas(dateOf(day))) return walls;
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
    const candidates = this.#candidates(period);
    this.#steps += candidates.length;
    const days = candidates.filter((day) => day >= from && day <= to && this.#dayHas(dateOf(day)));
    // A day can be named from both ends of its month or year.
    return days.length < 2 ? days : [...new Set(days)].sort((one, other) => one - other);
  }

  #candidates(period: number): readonly number[] {
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
    return months ?? (monthDays === null && weekdays === null ? [this.#startDate.month] : null);
  }

  #daysOfMonth(year: number, month: number): readonly number[] {
    const { monthDays, weekdays } = this.#rule;
    const first = dayOf(year, month, 1);
    const length = dayOf(year + Math.floor(month / 12), (month % 12) + 1, 1) - first;
    if (monthDays === null && weekdays !== null) return range(first, length);
    return (monthDays ?? [this.#startDate.date])
      .map((number) => (number > 0 ? number : length + number + 1))
      .filter((number) => number >= 1 && number <= length)
      .map((number) => first + number - 1);
  }

  /** Whether the rule has a day, by each of its parts that speak of days; what it does not say is as on its start. */
  #dayHas(date: DateParts): boolean {
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
    return !byWeek || named || weekdayOf(day) === weekdayOf(this.#startDate.day);
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

/** Times of a day that are never laid out, because there can be one for each second of it. */
class TimesOfDay {
  readonly #hours: readonly number[];
  readonly #minutes: readonly number[];
  readonly #seconds: readonly number[];
  readonly length: number;

  /** Takes hours, minutes and seconds, each ascending. */
  constructor(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]) {
    this.#hours = hours;
    this.#minutes = minutes;
    this.#seconds = seconds;
    this.length = hours.length * minutes.length * seconds.length;
  }

  /** Takes an index; returns the time, as milliseconds since midnight. */
  at(index: number): number {
    const inHour = this.#minutes.length * this.#seconds.length;
    const hour = this.#hours[Math.floor(index / inHour)] ?? 0;
    const minute = this.#minutes[Math.floor(index / this.#seconds.length) % this.#minutes.length] ?? 0;
    const second = this.#seconds[index % this.#seconds.length] ?? 0;
    return hour * hourLength + minute * minuteLength + second * secondLength;
  }

  /** Takes milliseconds since midnight; returns the index of the first time that is not before it. */
  firstFrom(clock: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < clock) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Few enough that what rules with places remember stays small. */
const mostPeriods = 16;

/** What a rule steps by where that is finer than a day. */
const units: Readonly<Partial<Record<Frequency, number>>> = {
  HOURLY: hourLength,
  MINUTELY: minuteLength,
  SECONDLY: secondLength,
};

const range = (first: number, length: number): number[] => Array.from({ length }, (_, index) => first + index);
