import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toCalendarId } from '../../src/shared/ids.ts';
import { day } from '../../src/shared/time.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { appOf } from '../support/laptop-app.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let place: Workplace;
let laptop: Laptop;
beforeEach(async () => {
  place = await openWorkplace({ world: mainCalendars(work, home) });
  laptop = await place.laptop();
});
afterEach(() => place.close());

const at = (dateTime: string) => ({ dateTime: `${dateTime}:00`, timeZone: 'Europe/Berlin' });
const person = (email: string) => place.simulator.person(email);
const count = (): number => place.blocks(home).length;

/** Makes as many events, one a day from a day of April on; returns their ids. */
function make(many: number, from = 1): readonly string[] {
  return Array.from({ length: many }, (_, index) => {
    const date = new Date(Date.UTC(2026, 3, from + index)).toISOString().slice(0, 10);
    return person(work).createEvent(work, { start: at(`${date}T10:00`), end: at(`${date}T11:00`) }).id;
  });
}
const deleteAll = (ids: readonly string[]): void => {
  for (const id of ids) person(work).deleteEvent(work, id);
};

describe('a choice about a hold', () => {
  it('is used up although another write fails, and lets no later deletions through', async () => {
    const events = make(30);
    await laptop.sync();
    deleteAll(events.slice(0, 12));
    expect((await laptop.sync()).held).toBe(12);
    laptop.decide('proceed');
    place.simulator.faults.add({
      kind: 'status503',
      method: 'POST',
      path: '/calendar/v3/calendars/',
      inBatch: true,
      times: null,
    });
    make(1, 60);
    expect(await laptop.sync()).toMatchObject({ outcome: 'partial', removed: 12 });
    place.simulator.faults.clear();
    await laptop.sync();
    expect(count()).toBe(19);
    expect(laptop.store.holdChoices().size).toBe(0);
    // An accident afterwards is one.
    deleteAll(events.slice(12, 25));
    expect((await laptop.sync()).held).toBe(13);
    expect(count()).toBe(19);
  });

  it('is kept while its target cannot be read, and is about nothing else then', async () => {
    const events = make(30);
    await laptop.sync();
    deleteAll(events.slice(0, 12));
    await laptop.sync();
    laptop.decide('proceed');
    const outage = {
      kind: 'status503',
      method: 'GET',
      path: `/calendar/v3/calendars/${home}/events`,
      times: null,
    } as const;
    place.simulator.faults.add(outage);
    await laptop.sync();
    expect(count()).toBe(30);
    expect(laptop.store.holdChoices().size).toBe(1);
    // More is deleted while the person thinks that it was about twelve.
    deleteAll(events.slice(12, 26));
    place.simulator.faults.clear();
    expect((await laptop.sync()).held).toBe(14);
    expect(count()).toBe(18);
    await laptop.sync();
    expect(count()).toBe(18);
  });

  it('is about the blocks that were shown when it is made between two runs', async () => {
    const events = make(40);
    await laptop.sync();
    deleteAll(events.slice(0, 12));
    await laptop.sync();
    laptop.decide('proceed');
    deleteAll(events.slice(12, 30));
    expect(await laptop.sync()).toMatchObject({ removed: 12, held: 18 });
    expect(count()).toBe(28);
  });

  it('put back is about exactly the blocks that were gone then', async () => {
    make(40);
    await laptop.sync();
    const blocks = place.blocks(home).map(({ id }) => id);
    for (const id of blocks.slice(0, 14)) person(home).deleteEvent(home, id);
    await laptop.sync();
    await laptop.sync();
    expect(laptop.store.holds()).toMatchObject([{ kind: 'external-wipe', count: 14 }]);
    laptop.decide('leave-away');
    for (const id of blocks.slice(14, 30)) person(home).deleteEvent(home, id);
    await laptop.sync();
    await laptop.sync();
    expect(laptop.store.mutes()).toHaveLength(14);
    expect(laptop.store.holds()).toMatchObject([{ kind: 'external-wipe', count: 16 }]);
  });
});

describe('the blocks of a hold', () => {
  const shown = (key: string) => {
    const held = appOf(laptop).heldBlocks(key);
    if (!held.ok) throw new Error(held.error.code);
    return held.value;
  };

  it('are shown as they stand, the soonest first, with the calendar that each is on', async () => {
    const events = make(30);
    const series = {
      start: at('2026-04-03T14:00'),
      end: at('2026-04-03T15:00'),
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'],
    };
    const weekly = person(work).createEvent(work, series).id;
    await laptop.sync();
    deleteAll([...events.slice(0, 12).toReversed(), weekly]);
    expect((await laptop.sync()).held).toBe(13);
    const [hold] = appOf(laptop).holds();
    const { version, blocks } = shown(hold?.key ?? '');
    expect(version).toBe(hold?.version);
    expect(blocks).toHaveLength(13);
    expect(new Set(blocks.map(({ targetName }) => targetName)).size).toBe(1);
    const starts = blocks.map(({ start }) =>
      start !== null && 'dateTime' in start ? Date.parse(start.dateTime) : NaN,
    );
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    expect(starts[0]).toBe(Date.parse('2026-04-01T10:00:00+02:00'));
    expect(blocks.flatMap(({ series }, index) => (series ? [starts[index]] : []))).toEqual([
      Date.parse('2026-04-03T14:00:00+02:00'),
    ]);
    // What is held later is told apart from what was shown.
    deleteAll(events.slice(12, 14));
    await laptop.sync();
    expect(shown(hold?.key ?? '').version).not.toBe(version);
  });

  it('are shown with the time at which they stood where they are gone', async () => {
    make(30);
    await laptop.sync();
    for (const block of place.blocks(home)) person(home).deleteEvent(home, block.id);
    // A second look confirms that they are gone.
    for (let turn = 0; turn < 3; turn += 1) await laptop.sync();
    const [hold] = appOf(laptop).holds();
    expect(hold?.kind).toBe('external-wipe');
    const { blocks } = shown(hold?.key ?? '');
    expect(blocks).toHaveLength(30);
    expect(blocks.map(({ start }) => start === null)).not.toContain(true);
  });

  it('are those of a hold that is there', () => {
    expect(appOf(laptop).heldBlocks('mass-deletion:nobody')).toMatchObject({
      ok: false,
      error: { code: 'hold-unknown' },
    });
  });
});

describe('the deletion breaker over a day', () => {
  it('ten at a time in every run do not pass for ever', async () => {
    const events = make(40);
    await laptop.sync();
    deleteAll(events.slice(0, 10));
    expect(await laptop.sync()).toMatchObject({ removed: 10, held: 0 });
    deleteAll(events.slice(10, 20));
    expect(await laptop.sync()).toMatchObject({ removed: 0, held: 10 });
    expect(count()).toBe(30);
    laptop.decide('proceed');
    expect(await laptop.sync()).toMatchObject({ removed: 10, held: 0 });
    // Agreed ones are not counted; the first ten are, until a day is over.
    await place.clock.advance(day);
    deleteAll(events.slice(20, 30));
    expect(await laptop.sync()).toMatchObject({ removed: 10, held: 0 });
    await laptop.expectQuiet();
  });

  it('what is held waits for the person or the events, and not for the day to be over', async () => {
    const events = make(40);
    await laptop.sync();
    deleteAll(events.slice(0, 10));
    await laptop.sync();
    deleteAll(events.slice(10, 12));
    expect(await laptop.sync()).toMatchObject({ removed: 0, held: 2 });
    for (let days = 0; days < 3; days += 1) {
      await place.clock.advance(day);
      expect(await laptop.sync()).toMatchObject({ removed: 0, held: 2 });
    }
    person(work).undelete(work, events[10] ?? '');
    person(work).undelete(work, events[11] ?? '');
    expect(await laptop.sync()).toMatchObject({ removed: 0, held: 0, writes: 0 });
    await laptop.expectQuiet();
  });

  it('what has come back is not lost', async () => {
    const events = make(40);
    await laptop.sync();
    deleteAll(events.slice(0, 10));
    await laptop.sync();
    for (const id of events.slice(0, 10)) person(work).undelete(work, id);
    await laptop.sync();
    expect(count()).toBe(40);
    deleteAll(events.slice(10, 20));
    expect(await laptop.sync()).toMatchObject({ removed: 10, held: 0 });
  });

  it('what a clock that was ahead has noted counts for nothing once it is right', async () => {
    const events = make(40);
    const clock = new FakeClock({ autoAdvance: true });
    clock.set(place.clock.now() + 300 * day);
    const ahead = await place.laptop({ clock });
    await ahead.sync();
    deleteAll(events.slice(0, 10));
    await ahead.sync();
    expect(ahead.store.lostLately(clock.now()).get(toCalendarId(work))?.size).toBe(10);
    expect(ahead.store.lostLately(place.clock.now()).size).toBe(0);
  });
});
