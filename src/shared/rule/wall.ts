/** A time by the clock on a wall: milliseconds of a day count without zone, where 1970-01-01 begins at 0. */
export type Wall = number;

/** Days of 400 years, after which the calendar is the same again, and of the years 0 to 1969 from 1 March of year 0. */
const daysOfCycle = 146_097;
const daysBefore1970 = 719_468;

/**
 * Takes a day by its names; returns it as a number since 1970-01-01. Years are counted from March, so that the leap day is
 * the last of its year. By arithmetic, because a rule can ask for tens of thousands of days.
 */
export function dayOf(year: number, month: number, date: number): number {
  const shifted = month > 2 ? year : year - 1;
  const cycle = Math.floor(shifted / 400);
  const ofCycle = shifted - cycle * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const days = ofCycle * 365 + Math.floor(ofCycle / 4) - Math.floor(ofCycle / 100) + ofYear;
  return cycle * daysOfCycle + days - daysBefore1970;
}

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** A day, taken apart. */
export interface DateParts {
  readonly day: number;
  readonly year: number;
  readonly month: number;
  readonly date: number;
}

/** The inverse of `dayOf`. */
export function dateOf(day: number): DateParts {
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
export function firstWeekOf(year: number, weekStart: number): number {
  const fourth = dayOf(year, 1, 4);
  return fourth - ((weekdayOf(fourth) - weekStart + 7) % 7);
}

/** The year of numbered weeks that a day is in, which around new year is not that of the calendar. */
export function weekYearOf({ day, year }: DateParts, weekStart: number): number {
  if (day < firstWeekOf(year, weekStart)) return year - 1;
  return day >= firstWeekOf(year + 1, weekStart) ? year + 1 : year;
}
