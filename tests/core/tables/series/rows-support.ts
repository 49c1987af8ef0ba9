import { expect, onTestFinished } from 'vitest';
import type { Person, PersonEvent, Switches } from '../../../../src/simulator/index.ts';
import { Office, slots, source, targets, times, tuesdays, weekly } from '../office.ts';
import type { Instead } from './support.ts';

/*
 * Series as their rows arrive: masters bumped with all their exceptions, bare tombstones, `_R…` ids.
 */

const dates = ['03-24', '03-31', '04-07', '04-14', '04-21'];

/** Takes a date; returns the slots of `weekly` from it on, each at noon instead. */
export const twelve = (from: string): Instead =>
  Object.fromEntries(dates.filter((date) => date >= from).map((date) => [date, `${date} 12:00-13:00`]));

/** Takes a date; returns the slots of `weekly` from it on, with nothing instead. */
export const gone = (from: string): Instead =>
  Object.fromEntries(dates.filter((date) => date >= from).map((date) => [date, null]));

/** What a person does; the series is `weekly`. */
export type Act = (person: Person, series: PersonEvent) => unknown;

/** Opens an office, which is closed after the test. */
export async function openOffice(switches: Partial<Switches> = {}): Promise<Office> {
  const office = await Office.open(switches);
  onTestFinished(() => office.close());
  return office;
}

/** Takes what is done before the first sync; opens the office with the series in step. */
export async function withSeries(
  before: Act = () => undefined,
  switches: Partial<Switches> = {},
): Promise<{ readonly office: Office; readonly person: Person; readonly series: PersonEvent }> {
  const office = await openOffice(switches);
  const { person } = office;
  const series = person.createEvent(source, weekly);
  before(person, series);
  await office.sync();
  return { office, person, series };
}

/** The second slot goes to the next day. */
export const move: Act = (person, { id }) =>
  person.editSlot(source, id, slots[1], times('2026-04-01T14:00', '2026-04-01T15:00'));

/** The fourth slot is cancelled. */
export const cancelLate: Act = (person, { id }) => {
  person.deleteSlot(source, id, slots[3]);
};

/** The fourth slot goes to the next day. */
export const moveLate: Act = (person, { id }) =>
  person.editSlot(source, id, slots[3], times('2026-04-15T14:00', '2026-04-15T15:00'));

/** The second slot goes to the next day, and the fourth is cancelled. */
export const both: Act = (person, series) => {
  move(person, series);
  cancelLate(person, series);
};

/** The second and the fourth slot go to the next day. */
export const bothMoved: Act = (person, series) => {
  move(person, series);
  moveLate(person, series);
};

/**
 * Syncs and looks: the targets must say what the source says. Where the calendar keeps the exceptions of a changed series
 * that it still makes, that is the given picture for the given writes; where it does not, putting ours right costs more.
 */
export async function settled(
  office: Office,
  masterTimeChange: Switches['masterTimeChange'],
  writes: readonly number[],
  picture: Instead,
): Promise<void> {
  const counted = await office.sync();
  if (masterTimeChange === 'keepProduced') {
    expect(counted).toEqual(writes);
    expect(await sourceShows(office)).toEqual(tuesdays(picture));
  }
  for (const target of targets) expect(await office.shows(target)).toEqual(await sourceShows(office));
}

/** The busy times of the source itself, as the service expands them. */
export async function sourceShows(office: Office): Promise<string[]> {
  return office.expands(source, (event) => event.transparency !== 'transparent');
}
