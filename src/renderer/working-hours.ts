import type { Policies, Weekday } from '../shared/dto.ts';
import { weekdaySchema, workingHoursSchema } from '../shared/dto.ts';
import { clockText } from './time-of-day.ts';
import { computerZone } from './time-zones.ts';
import { words } from './words.ts';
import { listed } from '../shared/phrases.ts';

export type BusyChoices = Policies['busy'][number]['busy'];
/** Hours while they are chosen: its texts may be what a person has typed so far. */
export type WorkingHours = NonNullable<BusyChoices['hours']>;
export type HoursField = keyof WorkingHours;

const said = words.settings.choices.hours;

/** Returns the hours that are offered first: those of an office where this computer is. */
export function usualHours(): WorkingHours {
  return { timeZone: computerZone(), days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' };
}

/** Takes two choices of hours; returns whether the same counts. */
export function sameHours(one: WorkingHours, other: WorkingHours): boolean {
  return (
    one.timeZone === other.timeZone &&
    one.from === other.from &&
    one.to === other.to &&
    inWeek(one.days).join() === inWeek(other.days).join()
  );
}

/** Takes days; returns them each once, in the order of the week. */
export function inWeek(days: readonly Weekday[]): Weekday[] {
  return weekdaySchema.options.filter((day) => days.includes(day));
}

/** Takes hours as they stand in their fields; returns what to say at each field that cannot be kept so. */
export function hoursProblems(hours: WorkingHours): Partial<Record<HoursField, string>> {
  const checked = workingHoursSchema.safeParse(hours);
  const wrong = new Set(checked.success ? [] : checked.error.issues.map((issue) => issue.path[0]));
  return {
    ...(wrong.has('days') ? { days: said.daysProblem } : {}),
    ...(wrong.has('from') ? { from: said.timeProblem(said.from) } : {}),
    ...(wrong.has('to') ? { to: said.timeProblem(said.to) } : {}),
    ...(wrong.has('timeZone') ? { timeZone: said.zoneProblem(hours.timeZone) } : {}),
  };
}

/**
 * Takes hours that can be kept and the person's locale; returns them in one sentence: which days, from when to when, and
 * on which day they end (`workingHoursSchema`).
 */
export function hoursSentence(hours: WorkingHours, locale: string | undefined): string {
  const days = daysText(inWeek(hours.days));
  const midnight = hours.to === '24:00' || hours.to === '00:00';
  if (midnight && hours.from === '00:00') return said.wholeDay(days);
  const from = clockText(hours.from, locale);
  if (midnight) return said.untilMidnight(days, from);
  const to = clockText(hours.to, locale);
  return hours.to > hours.from ? said.sameDay(days, from, to) : said.overnight(days, from, to);
}

function daysText(days: readonly Weekday[]): string {
  const names = days.map((day) => said.dayNames[day]);
  const week = weekdaySchema.options;
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || days.length === week.length) return said.everyDay;
  const inOne = week.indexOf(last) - week.indexOf(first) === days.length - 1;
  return inOne && days.length > 2 ? said.dayRange(said.dayNames[first], said.dayNames[last]) : listed(names);
}
