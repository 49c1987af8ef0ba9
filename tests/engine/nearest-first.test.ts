import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderCall } from '../../src/main/ports/provider.ts';
import type { World } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const family = 'family@home.example';

const calendar = (id: string, primary: boolean) => ({
  ...{ id, summary: id, timeZone: 'Europe/Berlin', accessRole: 'owner' as const, primary },
});
const world: World = {
  accounts: [
    { email: work, name: 'Work', calendars: [calendar(work, true)] },
    { email: home, name: 'Home', calendars: [calendar(home, true), calendar(family, false)] },
  ],
};

let place: Workplace;
/** The writes of each request, and of which account. */
let sent: (readonly ProviderCall[])[] = [];

beforeEach(async () => {
  place = await openWorkplace({ world });
  sent = [];
});
afterEach(() => place.close());

const open = (): Promise<Laptop> =>
  place.laptop({
    wrap: (provider) =>
      sendingBy(provider, (calls, next) => {
        sent.push(calls.filter(({ kind }) => kind !== 'get'));
        return next(calls);
      }),
  });

/** Noon in Berlin on the day so many days after 25 March 2026. */
const dayOf = (number: number): string => new Date(Date.UTC(2026, 2, 25 + number)).toISOString().slice(0, 10);
const at = (number: number) => ({
  start: { dateTime: `${dayOf(number)}T12:00:00`, timeZone: 'Europe/Berlin' },
  end: { dateTime: `${dayOf(number)}T12:30:00`, timeZone: 'Europe/Berlin' },
});
const meet = (number: number, more: object = {}) =>
  place.simulator.person(work).createEvent(work, { summary: 'Plans', ...at(number), ...more });

const daysOf = (calls: readonly ProviderCall[]): readonly string[] =>
  calls.flatMap((call) =>
    'content' in call && 'dateTime' in call.content.start ? [call.content.start.dateTime.slice(0, 10)] : [],
  );

describe('a first sync', () => {
  it('writes what comes next first, on all calendars of an account', async () => {
    const days = Array.from({ length: 90 }, (_, index) => 1 + ((index * 37) % 90));
    for (const number of days) meet(number);
    const laptop = await open();
    await laptop.sync();
    const written = sent.flatMap(daysOf);
    expect(written).toHaveLength(180);
    expect(written).toEqual(written.toSorted());
    // Fifty to a request: twenty-five days of both calendars.
    expect(sent.map((calls) => new Set(calls.map(({ calendarId }) => calendarId)).size)).toEqual([2, 2, 2, 2]);
    await laptop.expectQuiet();
  });

  it('writes a series as soon as its next date wants it, however long ago it began', async () => {
    for (let number = 3; number <= 60; number += 1) meet(number);
    meet(-100, { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TH'] });
    meet(-100, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] });
    const laptop = await open();
    await laptop.sync();
    const first = sent[0]?.filter((call) => 'content' in call && call.content.recurrence.length > 0) ?? [];
    expect(first.map(({ calendarId }) => calendarId).toSorted()).toEqual([family, home]);
    await laptop.expectQuiet();
  });
});

describe('a change', () => {
  it('to tomorrow goes before thousands that are later', async () => {
    const series = meet(-50, { recurrence: ['RRULE:FREQ=DAILY;COUNT=500'] });
    const laptop = await open();
    await laptop.sync();
    for (let number = 20; number < 140; number += 1) {
      place.simulator.person(work).editSlot(work, series.id, `${dayOf(number)}T10:00:00Z`, {
        start: { dateTime: `${dayOf(number)}T15:00:00`, timeZone: 'Europe/Berlin' },
        end: { dateTime: `${dayOf(number)}T15:30:00`, timeZone: 'Europe/Berlin' },
      });
    }
    for (let number = 10; number < 100; number += 1) meet(number);
    meet(1);
    sent = [];
    await laptop.sync();
    const [first = []] = sent.filter((calls) => calls.length > 0);
    expect(daysOf(first).slice(0, 2)).toEqual([dayOf(1), dayOf(1)]);
    await laptop.expectQuiet();
  });
});
