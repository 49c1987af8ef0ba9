import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planContext } from '../../src/main/engine/plan-context.ts';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { appError } from '../../src/shared/errors.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { err } from '../../src/shared/result.ts';
import type { World } from '../../src/simulator/index.ts';
import { appOf } from '../support/laptop-app.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'a-work@northwind.example';
const side = 'b-side@northwind.example';
const home = 'me@home.example';

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Board',
  start: berlin(`${date}T${from}:00`),
  end: berlin(`${date}T${to}:00`),
});
const meeting = { id: 'board1', iCalUID: 'board@northwind.example', ...timed('2026-03-25') };
const weekly = {
  id: 'weekly1',
  iCalUID: 'weekly@northwind.example',
  ...timed('2026-03-26'),
  recurrence: ['RRULE:FREQ=WEEKLY;COUNT=8'],
};

const world: World = {
  accounts: [work, side, home].map((email) => ({
    email,
    name: email,
    calendars: [
      {
        id: email,
        summary: email,
        timeZone: 'Europe/Berlin',
        accessRole: 'owner',
        primary: true,
        events: email === home ? [] : [meeting, weekly],
      },
    ],
  })),
};

let place: Workplace;
let laptop: Laptop;
let signedOut: string | null = null;

const openLaptop = (): Promise<Laptop> =>
  place.laptop({
    wrap: (provider) => ({
      ...provider,
      readEvents: async (...call) =>
        call[1] === signedOut
          ? err({ kind: 'sign-in-needed', error: appError('needs-sign-in') })
          : provider.readEvents(...call),
    }),
  });

beforeEach(async () => {
  place = await openWorkplace({ world });
  signedOut = null;
  laptop = await openLaptop();
  await laptop.sync();
  await laptop.expectQuiet();
});

afterEach(async () => {
  await place.close();
});

const live = (id: string): readonly DumpedEvent[] => place.blocks(id).filter((block) => block.status !== 'cancelled');
const starts = (id: string): readonly string[] =>
  live(id)
    .map((block) => new Date(block.start?.dateTime ?? NaN).toISOString())
    .sort();
/** The account is signed out for longer than two intervals. */
async function signOut(email: string): Promise<void> {
  signedOut = email;
  for (let run = 0; run < 4; run += 1) expect(await laptop.sync()).toMatchObject({ writes: 0 });
}
/** Planning what is marked comes to the same as planning everything: nothing is left to do. */
function expectNothingLeft(): void {
  const { store } = laptop;
  const read = new Set(store.calendars().flatMap(({ id }) => (id === signedOut ? [] : [id])));
  const context = planContext(laptop.deps, 1_000_000, { read, failed: new Set(), through: new Map() } as never);
  expect(planSync(store.loadGroups('all'), context).operations).toEqual([]);
}

describe('a meeting on two accounts, one signed out', () => {
  it.each([work, side])(
    '(%s) costs nothing where the copies agree, when it becomes stale or fresh again',
    async (email) => {
      const before = starts(home);
      await signOut(email);
      expectNothingLeft();
      signedOut = null;
      expect(await laptop.sync()).toMatchObject({ writes: 0 });
      expect(starts(home)).toEqual(before);
      expectNothingLeft();
      await laptop.expectQuiet();
    },
  );

  it.each([
    [work, side],
    [side, work],
  ])('(%s) and it moves: the new time is blocked', async (old, fresh) => {
    await signOut(old);
    place.simulator
      .person(fresh)
      .moveTime(fresh, 'board1', berlin('2026-03-25T15:00:00'), berlin('2026-03-25T16:00:00'));
    await laptop.sync();
    expect(starts(home)).toContain('2026-03-25T14:00:00.000Z');
    expectNothingLeft();
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    // Signed in again, with the copy that has moved as well: one block, at the new time.
    place.simulator.person(old).moveTime(old, 'board1', berlin('2026-03-25T15:00:00'), berlin('2026-03-25T16:00:00'));
    signedOut = null;
    await laptop.sync();
    expect(starts(home)).toEqual(['2026-03-25T14:00:00.000Z', '2026-03-26T09:00:00.000Z']);
    await laptop.sync();
    await laptop.expectQuiet();
    expectNothingLeft();
  });

  it.each([
    [work, side],
    [side, work],
  ])('(%s), and it moves, and a person takes an old block of it out of the bin: one stays', async (old, fresh) => {
    const app = appOf(laptop);
    // A series that is made again after a reset has the next generation.
    const first = live(home).find(({ recurrence }) => (recurrence ?? []).length > 0);
    await app.reset();
    app.resume();
    await laptop.sync();
    expect(live(home).map(({ id }) => id)).not.toContain(first?.id);
    await signOut(old);
    place.simulator
      .person(fresh)
      .editAll(fresh, 'weekly1', { start: berlin('2026-03-26T15:00:00'), end: berlin('2026-03-26T16:00:00') });
    await laptop.sync();
    const before = live(home).map(({ id }) => id);
    place.simulator.person(home).undelete(home, first?.id ?? '');
    expect(await laptop.sync()).toMatchObject({ added: 0, removed: 1 });
    expect(live(home).map(({ id }) => id)).toEqual(before);
    expectNothingLeft();
    await laptop.sync();
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
  });

  it.each([
    [work, side],
    [side, work],
  ])('(%s) and it is cancelled: nothing is added', async (old, fresh) => {
    await signOut(old);
    const before = live(home).length;
    place.simulator.person(fresh).deleteEvent(fresh, 'board1');
    expect(await laptop.sync()).toMatchObject({ added: 0 });
    expect(live(home).length).toBeLessThanOrEqual(before);
    expectNothingLeft();
    place.simulator.person(old).deleteEvent(old, 'board1');
    signedOut = null;
    await laptop.sync();
    await laptop.sync();
    expect(starts(home)).toEqual(['2026-03-26T09:00:00.000Z']);
    await laptop.expectQuiet();
  });

  it.each([
    [work, side],
    [side, work],
  ])(
    '(%s) and one date of the series moves: that time is blocked, and no second series is made',
    async (old, fresh) => {
      await signOut(old);
      const id = 'weekly1_20260402T080000Z';
      place.simulator.person(fresh).moveTime(fresh, id, berlin('2026-04-02T17:00:00'), berlin('2026-04-02T18:00:00'));
      await laptop.sync();
      expect(live(home).filter((block) => (block.recurrence ?? []).length > 0)).toHaveLength(1);
      const shown = JSON.stringify(place.simulator.dump().find((one) => one.id === home)?.events ?? []);
      expect(shown).toContain('2026-04-02T17:00:00');
      expectNothingLeft();
      place.simulator.person(old).moveTime(old, id, berlin('2026-04-02T17:00:00'), berlin('2026-04-02T18:00:00'));
      signedOut = null;
      await laptop.sync();
      await laptop.sync();
      expect(live(home)).toHaveLength(2);
      await laptop.expectQuiet();
    },
  );

  it.each([
    [work, side],
    [side, work],
  ])(
    '(%s) and another computer reads there that the series ends: the dates of the other copy stay blocked',
    async (old, fresh) => {
      const other = await place.laptop();
      other.use(fresh, { source: false, target: false });
      await signOut(old);
      place.simulator.person(old).deleteThisAndFollowing(old, 'weekly1', '2026-04-16T08:00:00Z');
      await other.sync();
      // So that the copies differ here, too.
      const id = 'weekly1_20260402T080000Z';
      place.simulator.person(fresh).moveTime(fresh, id, berlin('2026-04-02T17:00:00'), berlin('2026-04-02T18:00:00'));
      for (let turn = 0; turn < 2; turn += 1) {
        await laptop.sync();
        await other.sync();
      }
      const lastDay = '2026-05-14';
      const isBlocked = live(home).some((block) => {
        const [until] = (block.recurrence ?? []).flatMap((line) => /UNTIL=(\d{8})/.exec(line)?.slice(1) ?? []);
        return block.recurrence !== undefined && (until === undefined || until >= lastDay.replaceAll('-', ''));
      });
      expect(isBlocked).toBe(true);
      expectNothingLeft();
    },
  );

  it.each([
    [work, side],
    [side, work],
  ])(
    '(%s) and the same with minutes before: the dates that have not moved are not blocked twice',
    async (old, fresh) => {
      laptop.store.saveSettings({ ...laptop.store.settings(), block: { ...defaultBlockPolicy, bufferBefore: 15 } });
      laptop.store.markAllDirty();
      await laptop.sync();
      await laptop.sync();
      await signOut(old);
      const id = 'weekly1_20260402T080000Z';
      place.simulator.person(fresh).moveTime(fresh, id, berlin('2026-04-02T17:00:00'), berlin('2026-04-02T18:00:00'));
      await laptop.sync();
      expect(live(home).filter((block) => (block.recurrence ?? []).length > 0)).toHaveLength(1);
      expectNothingLeft();
    },
  );

  it('is marked by such a flip where its copies differ, and no other is', async () => {
    place.simulator.person(side).patchEvent(side, 'board1', { transparency: 'transparent' });
    await laptop.sync();
    await laptop.sync();
    await signOut(work);
    const flipped = laptop.store.sharedGroups(toCalendarId(work));
    expect(flipped).toHaveLength(2);
    laptop.store.setStale(toCalendarId(work), false, []);
    signedOut = work;
    const marked: string[][] = [];
    const setStale = laptop.store.setStale.bind(laptop.store);
    (laptop.store as { setStale: typeof setStale }).setStale = (id, stale, keys) => {
      marked.push([...keys]);
      setStale(id, stale, keys);
    };
    await laptop.sync();
    expect(marked).toEqual([['uid:board@northwind.example']]);
  });
});

describe('a removal that follows from what was read earlier, while the source cannot be read now', () => {
  it('waits, and is made when it can', async () => {
    const event = place.simulator.person(work).createEvent(work, timed('2026-03-27'));
    await laptop.sync();
    expect(live(home)).toHaveLength(3);
    // The run that reads the deletion cannot write; the next one cannot read any more.
    place.simulator.person(work).deleteEvent(work, event.id);
    const { provider } = laptop.deps;
    const sound = { ...provider };
    Object.assign(
      provider,
      sendingBy(sound, (calls) =>
        Promise.resolve(calls.map(() => err({ kind: 'trouble', error: appError('provider-trouble') }))),
      ),
    );
    await laptop.sync();
    Object.assign(provider, sound);
    signedOut = work;
    const run = await laptop.sync();
    expect(run).toMatchObject({ removed: 0, writes: 0 });
    expect(run.skipped['source-unavailable']).toBeGreaterThan(0);
    expect(live(home)).toHaveLength(3);
    signedOut = null;
    await laptop.sync();
    expect(live(home)).toHaveLength(2);
    await laptop.expectQuiet();
  });
});

describe('a date that two computers know at other times, while its source cannot be read', () => {
  it('stays where it stands until it can, and says no more than it should', async () => {
    const other = await openLaptop();
    const person = place.simulator.person(work);
    const series = person.createEvent(work, { ...timed('2026-03-27'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] });
    const date = '2026-04-03T08:00:00Z';
    const moveTo = (day: string): void => void person.editSlot(work, series.id, date, timed(day));
    const shown = (): readonly string[] =>
      ((place.simulator.dump().find(({ id }) => id === home)?.events ?? []) as unknown as readonly DumpedEvent[])
        .filter(({ recurringEventId }) => recurringEventId !== undefined)
        .map(({ summary, start }) => `${summary ?? ''} ${start?.dateTime?.slice(0, 10) ?? ''}`);
    moveTo('2026-04-05');
    await laptop.sync();
    moveTo('2026-04-06');
    await other.sync();
    signedOut = work;
    for (const one of [laptop, other, laptop, other]) expect(await one.sync()).toMatchObject({ writes: 0 });
    expect(shown()).toEqual(['🔒 Busy 2026-04-06']);
    const block = live(home).find(({ start }) => start?.dateTime?.startsWith('2026-03-27'))?.id ?? '';
    place.simulator.person(home).editSlot(home, block, date, { summary: 'Dentist' });
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    expect(shown()).toEqual(['🔒 Busy 2026-04-06']);
    for (const one of [other, laptop]) expect(await one.sync()).toMatchObject({ writes: 0 });
    moveTo('2026-04-07');
    signedOut = null;
    expect(await laptop.sync()).toMatchObject({ writes: 2 });
    expect(shown()).toEqual(['🔒 Busy 2026-04-07']);
    await other.sync();
    await other.expectQuiet();
    await laptop.expectQuiet();
  });
});

it('another computer that does not use the stale copy leaves the block of a date that has moved in the fresh one', async () => {
  const other = await openLaptop();
  other.use(work, { source: false, target: false });
  // Each makes a block of the copy that it uses, and the first one takes the second away: the meeting is blocked.
  for (let turn = 0; turn < 3; turn += 1) for (const one of [other, laptop]) await one.sync();
  const before = starts(home);
  await signOut(work);
  place.simulator.person(side).editSlot(side, 'weekly1', '2026-04-09T08:00:00Z', {
    start: berlin('2026-04-09T17:00:00'),
    end: berlin('2026-04-09T18:00:00'),
  });
  for (let turn = 0; turn < 3; turn += 1) {
    for (const one of [laptop, other]) {
      await one.sync();
      expect(starts(home)).toEqual([...before, '2026-04-09T15:00:00.000Z'].sort());
    }
  }
});

it('a date that has moved is blocked by the computer that knows, while the one that keeps the series is off', async () => {
  const other = await openLaptop();
  other.use(work, { source: false, target: false });
  for (let turn = 0; turn < 3; turn += 1) for (const one of [other, laptop]) await one.sync();
  const [from, to] = [berlin('2026-04-09T17:00:00'), berlin('2026-04-09T18:00:00')];
  place.simulator.person(side).editSlot(side, 'weekly1', '2026-04-09T08:00:00Z', { start: from, end: to });
  for (let turn = 0; turn < 2; turn += 1) await other.sync();
  await other.expectQuiet();
  const shown = () =>
    place.simulator
      .dump()
      .find(({ id }) => id === home)
      ?.events.filter((row) => JSON.stringify(row['start'] ?? null).includes('2026-04-09T17:00:00')) ?? [];
  expect(shown()).toHaveLength(1);
  // Its own copy has moved as well, so that its own series is enough; whoever is on, the time is blocked.
  place.simulator.person(work).editSlot(work, 'weekly1', '2026-04-09T08:00:00Z', { start: from, end: to });
  for (let turn = 0; turn < 4; turn += 1) {
    for (const one of [laptop, other]) {
      await one.sync();
      expect(shown().filter(({ status }) => status !== 'cancelled').length).toBeGreaterThan(0);
    }
  }
  await laptop.expectQuiet();
  await other.expectQuiet();
});

it('a date that only the block of a stale copy leaves out gets one block of its own, once', async () => {
  const other = await openLaptop();
  other.use(work, { source: false, target: false });
  place.simulator.person(side).deleteSlot(side, 'weekly1', '2026-04-09T08:00:00Z');
  await laptop.sync();
  laptop.use(side, { source: false, target: false });
  place.simulator.person(side).editSlot(side, 'weekly1', '2026-04-16T08:00:00Z', timed('2026-04-16', '17:00', '18:00'));
  for (const one of [other, laptop, other]) await one.sync();
  const alone = ['2026-04-09T08:00:00.000Z', '2026-04-16T08:00:00.000Z'];
  // The single meeting has a block of each copy, because neither computer reads both.
  expect(starts(home).slice(2)).toEqual(['2026-03-26T09:00:00.000Z', ...alone]);
  await laptop.expectQuiet();
  await other.expectQuiet();
});

it('a block that another computer took away is not made in another form while its event cannot be read', async () => {
  const other = await place.laptop();
  await other.sync();
  const person = place.simulator.person(work);
  const { id } = person.createEvent(work, timed('2026-03-27'));
  await laptop.sync();
  await other.sync();
  expect(starts(home)).toContain('2026-03-27T09:00:00.000Z');
  signedOut = work;
  person.patchEvent(work, id, { transparency: 'transparent' });
  await other.sync();
  const before = starts(home);
  expect(before).toHaveLength(2);
  laptop.store.saveSettings({ ...laptop.store.settings(), block: { ...defaultBlockPolicy, summary: 'Taken' } });
  laptop.store.markAllDirty();
  for (let run = 0; run < 4; run += 1) await laptop.sync();
  expect(starts(home)).toEqual(before);
  signedOut = null;
  await laptop.sync();
  expect(starts(home)).toEqual(before);
  await laptop.expectQuiet();
});
