import { expect } from 'vitest';
import type { Simulator } from '../../src/simulator/index.ts';
import type { StoredEvent } from '../../src/simulator/state/calendar.ts';
import { instancesOf } from '../../src/simulator/state/reads/instances.ts';
import { isCancelled, isSeries } from '../../src/simulator/state/service.ts';
import type { When } from '../../src/simulator/time.ts';

/** From when to when occurrences are compared: from the day after the tests' clock starts, for a quarter of a year. */
const window = { timeMin: Date.parse('2026-03-24T00:00:00Z'), timeMax: Date.parse('2026-06-30T00:00:00Z') };

const refOf = (event: StoredEvent): string | undefined => event.content.extendedProperties?.private?.['calsync.ref'];

const textOf = (when: When): string =>
  when.kind === 'date' ? when.date : new Date(when.ms).toISOString().replace(':00.000Z', 'Z');

const timesOf = (event: StoredEvent): string => `${textOf(event.start)} to ${textOf(event.end)}`;

const startOf = ({ start }: StoredEvent): number => (start.kind === 'date' ? Date.parse(start.date) : start.ms);

const isInWindow = (event: StoredEvent): boolean => startOf(event) >= window.timeMin && startOf(event) < window.timeMax;

const isBusy = (event: StoredEvent): boolean => !isCancelled(event) && event.content.transparency !== 'transparent';

interface Shown {
  /** Live events and series as they are stored. */
  readonly events: readonly StoredEvent[];
  /** Their occurrences, expanded by the simulator: what a person sees in the calendar. */
  readonly occurrences: readonly StoredEvent[];
}

function shownOn(simulator: Simulator, calendarId: string): Shown {
  const service = simulator.state;
  const calendar = service.calendars.get(calendarId);
  if (calendar === undefined) throw new Error(`there is no calendar ${calendarId}`);
  const events = [...calendar.all()].filter((event) => event.recurringEventId === undefined && !isCancelled(event));
  const occurrences = events.flatMap((event) =>
    isSeries(event) ? instancesOf(service, calendar, event, window) : [event],
  );
  return { events, occurrences: occurrences.filter((event) => isBusy(event) && isInWindow(event)) };
}

/** Takes a simulator and a calendar; returns start and end of all busy occurrences there that are not ours. */
export function busyOn(simulator: Simulator, calendarId: string): readonly string[] {
  const { occurrences } = shownOn(simulator, calendarId);
  return occurrences
    .filter((event) => refOf(event) === undefined)
    .map(timesOf)
    .sort();
}

/** Takes a simulator and a calendar; returns start and end of all occurrences that our blocks show there. */
export function blockedOn(simulator: Simulator, calendarId: string): readonly string[] {
  const { occurrences } = shownOn(simulator, calendarId);
  return occurrences
    .filter((event) => refOf(event) !== undefined)
    .map(timesOf)
    .sort();
}

/**
 * Takes the calendars that are sources and targets of each other; expects on each of them, occurrence by occurrence as
 * the simulator expands it, exactly one block for whatever is busy on the others, no block that stands for nothing, no
 * second block of one event, and no write to anything that is not ours.
 */
export function expectMirrored(simulator: Simulator, calendarIds: readonly string[]): void {
  for (const id of calendarIds) {
    const busyElsewhere = calendarIds.filter((other) => other !== id).flatMap((other) => busyOn(simulator, other));
    expect({ on: id, blocked: blockedOn(simulator, id) }).toEqual({ on: id, blocked: busyElsewhere.sort() });
    const refs = shownOn(simulator, id).events.flatMap((event) => refOf(event) ?? []);
    expect(refs.toSorted(), `an event has two blocks on ${id}`).toEqual([...new Set(refs)].sort());
  }
  expect(simulator.violations).toEqual([]);
}
