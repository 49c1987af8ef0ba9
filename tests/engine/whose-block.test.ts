import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceRef } from '../../src/main/core/identity.ts';
import { whose } from '../../src/main/engine/whose.ts';
import { toCalendarId, type EventId, type SourceRef } from '../../src/shared/ids.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const world = mainCalendars(work, home);
const berlin = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Berlin' });

let place: Workplace;
/** A computer that has read nothing yet: its database is empty but for the lists of calendars. */
let fresh: Laptop;

beforeEach(async () => {
  place = await openWorkplace({ world });
  fresh = await place.laptop();
});
afterEach(() => place.close());

const weekly = (more: object = {}): string =>
  place.simulator.person(work).createEvent(work, {
    summary: 'Secret plans',
    start: berlin('2026-03-25T10:00:00'),
    end: berlin('2026-03-25T11:00:00'),
    recurrence: ['RRULE:FREQ=WEEKLY;COUNT=8'],
    ...more,
  }).id;

async function calendarOf(ref: SourceRef, start: EventTime): Promise<string | undefined> {
  const scope = { run: 1, signal: undefined, onProgress: () => undefined };
  const blocks = [{ ref, start, zone: 'Europe/Berlin' }];
  const { sources, unread } = await whose(fresh.deps, scope, blocks, fresh.store.calendars());
  expect(unread).toEqual([]);
  return sources.get(ref);
}

const refOf = (id: string): SourceRef => sourceRef(toCalendarId(work), id as EventId);

describe('whose a block is, with an empty database', () => {
  it.each([
    ['at its time', '2026-04-15T10:00:00+02:00'],
    ['with a quarter of an hour before', '2026-04-15T09:45:00+02:00'],
    ['with four hours before', '2026-04-15T06:00:00+02:00'],
  ])('is told for one date of a series that has no row of its own, %s', async (_, dateTime) => {
    const series = weekly();
    expect(await calendarOf(refOf(`${series}_20260415T080000Z`), berlin(dateTime))).toBe(work);
  });

  it('is told for a date of a series whose block begins on the day before', async () => {
    const series = weekly({ start: berlin('2026-03-25T00:30:00'), end: berlin('2026-03-25T01:30:00') });
    expect(await calendarOf(refOf(`${series}_20260414T223000Z`), berlin('2026-04-14T23:30:00+02:00'))).toBe(work);
  });

  it('is told for a day of an all-day series', async () => {
    const series = weekly({ start: { date: '2026-03-25' }, end: { date: '2026-03-26' } });
    expect(await calendarOf(refOf(`${series}_20260415`), { date: '2026-04-15' })).toBe(work);
  });

  it('is told for an hour of a rule that has several a day', async () => {
    const series = weekly({ recurrence: ['RRULE:FREQ=HOURLY;INTERVAL=5;COUNT=90'] });
    expect(await calendarOf(refOf(`${series}_20260326T050000Z`), berlin('2026-03-26T05:40:00+01:00'))).toBe(work);
  });

  it('is told for deleted events, and dates of deleted series', async () => {
    const series = weekly();
    const single = weekly({ recurrence: [] });
    for (const id of [series, single]) place.simulator.person(work).deleteEvent(work, id);
    expect(await calendarOf(refOf(single), berlin('2026-03-25T10:00:00+01:00'))).toBe(work);
    expect(await calendarOf(refOf(`${series}_20260415T080000Z`), berlin('2026-04-15T10:00:00+02:00'))).toBe(work);
  });

  it('is not told for events of a calendar that is not connected', async () => {
    weekly();
    const ref = sourceRef(toCalendarId('ada@northwind.example'), 'event' as EventId);
    expect(await calendarOf(ref, berlin('2026-03-25T10:00:00+01:00'))).toBeUndefined();
  });
});
