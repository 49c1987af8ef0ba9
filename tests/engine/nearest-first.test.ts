import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCycle } from '../../src/main/engine/cycle.ts';
import type { ProviderCall } from '../../src/main/ports/provider.ts';
import type { World } from '../../src/simulator/index.ts';
import type { Progress } from '../../src/shared/dto.ts';
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

  it('says when the coming week stands, however much is still to come', async () => {
    for (let number = 0; number < 60; number += 1) meet(number);
    const laptop = await open();
    const told: Progress[] = [];
    const done = await runCycle(laptop.deps, {
      trigger: 'interval',
      signal: undefined,
      onProgress: (each) => {
        if (each.phase === 'writing') told.push(each);
      },
    });
    expect(done.ok).toBe(true);
    expect(told.map((each) => [each.done, each.total, each.nearLeft])).toEqual([
      [50, 120, 0],
      [100, 120, 0],
      [120, 120, 0],
    ]);
    expect(daysOf(sent[0] ?? []).filter((day) => day <= dayOf(6))).toHaveLength(14);
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

describe('the coming week', () => {
  const told = async (laptop: Laptop): Promise<readonly (number | undefined)[]> => {
    const steps: Progress[] = [];
    const done = await runCycle(laptop.deps, {
      trigger: 'interval',
      signal: undefined,
      onProgress: (each) => {
        if (each.phase === 'writing') steps.push(each);
      },
    });
    expect(done.ok).toBe(true);
    return steps.map(({ nearLeft }) => nearLeft);
  };
  const fill = (): void => {
    for (let number = 0; number < 60; number += 1) meet(number);
  };

  it('is not said to stand where a write for it was refused', async () => {
    fill();
    const laptop = await open();
    place.simulator.faults.add({ kind: 'status503', request: 'events.insert', calendar: family, times: null });
    expect((await told(laptop)).every((left) => left === undefined)).toBe(true);
    place.simulator.faults.clear();
    // What is left of it then counts anew.
    expect((await told(laptop)).at(-1)).toBe(0);
  });

  it('is not said to stand where a calendar could not be read', async () => {
    fill();
    const laptop = await open();
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', calendar: family, times: null });
    const left = await told(laptop);
    expect(left.length).toBeGreaterThan(0);
    expect(left.every((one) => one === undefined)).toBe(true);
  });

  it('is not said to stand where something waits for the person', async () => {
    const events = Array.from({ length: 30 }, (_, index) => meet(1 + index));
    const laptop = await open();
    await laptop.sync();
    for (const { id } of events.slice(0, 20)) place.simulator.person(work).deleteEvent(work, id);
    for (let number = 40; number < 100; number += 1) meet(number);
    const left = await told(laptop);
    expect(laptop.store.holds()).toHaveLength(1);
    expect(left.length).toBeGreaterThan(0);
    expect(left.every((one) => one === undefined)).toBe(true);
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

describe('a push that takes long', () => {
  /** Three hundred requests' worth a minute: a thousand events on two calendars of one account take seven minutes. */
  const slow = () =>
    place.laptop({
      unitsPerMinute: 300,
      wrap: (provider) => ({
        ...sendingBy(provider, async (calls, next) => {
          sent.push(calls.filter(({ kind }) => kind !== 'get'));
          await meanwhile(sent.length);
          return next(calls);
        }),
        readEvents: (...request) => {
          if (request[3].pageToken === null) reads.push(request[2]);
          return provider.readEvents(...request);
        },
      }),
    });
  let reads: string[] = [];
  let meanwhile: (request: number) => Promise<void> | void = () => undefined;
  const progress: Progress[] = [];
  const cycle = async (laptop: Laptop, signal?: AbortSignal) => {
    const run = await runCycle(laptop.deps, {
      trigger: 'interval',
      signal,
      onProgress: (each) => void progress.push(each),
    });
    if (!run.ok) throw new Error(run.error.code);
    return run.value;
  };

  beforeEach(() => {
    reads = [];
    meanwhile = () => undefined;
    progress.length = 0;
  });

  it('looks again every five minutes, so that what is nearer overtakes what waits', async () => {
    for (let number = 10; number < 1510; number += 1) meet(number);
    const laptop = await slow();
    let changed = false;
    meanwhile = () => {
      if (changed || place.clock.now() - begun < 60_000) return;
      changed = true;
      meet(1);
    };
    const begun = place.clock.now();
    const run = await cycle(laptop);
    expect(changed).toBe(true);
    expect(run).toMatchObject({ added: 3002, writes: 3002, errors: [], outcome: 'ok' });
    // At the start, and after every five minutes.
    expect(reads.filter((id) => id === work)).toHaveLength(1 + Math.floor((place.clock.now() - begun) / (5 * 60_000)));
    const written = sent.flatMap(daysOf);
    const near = written.indexOf(dayOf(1));
    expect(near).toBeGreaterThan(300);
    expect(near).toBeLessThan(2000);
    // What was there before is gone on with in its order, and told as one piece of work.
    expect(written.toSpliced(near, 2)).toEqual(written.toSpliced(near, 2).toSorted());
    const told = progress.filter(({ phase }) => phase === 'writing');
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((one, other) => one - other));
    expect(told.at(-1)).toMatchObject({ done: 3002, total: 3002 });
    const [firstTold] = told;
    const since = firstTold === undefined ? [] : progress.slice(progress.indexOf(firstTold));
    expect(new Set(since.map(({ phase }) => phase))).toEqual(new Set(['writing']));
    // What is near is counted by itself: it stands after the first request of each look, long before the rest.
    expect(told.every(({ nearLeft }) => nearLeft === 0)).toBe(true);
    expect(laptop.store.lastRuns(3)).toHaveLength(1);
    await laptop.expectQuiet();
  }, 120_000);

  it('ends where it is called off, and where nothing can be written any more', async () => {
    for (let number = 10; number < 1510; number += 1) meet(number);
    const laptop = await slow();
    const called = new AbortController();
    const begun = place.clock.now();
    meanwhile = () => {
      if (place.clock.now() - begun > 6 * 60_000) called.abort();
    };
    const run = await cycle(laptop, called.signal);
    expect(new Set(run.errors.map(({ code }) => code))).toEqual(new Set(['cancelled']));
    expect(reads.filter((id) => id === work)).toHaveLength(2);
    expect(laptop.store.dirtyGroups().size).toBeGreaterThan(100);

    meanwhile = () => undefined;
    reads = [];
    await laptop.clock.advance(60_000);
    place.simulator.faults.add({ kind: 'status503', request: 'batch', times: null });
    const troubled = await cycle(laptop);
    expect(troubled.errors.length).toBeGreaterThan(0);
    expect(reads.filter((id) => id === work)).toHaveLength(1);
  }, 120_000);
});
