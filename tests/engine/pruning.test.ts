import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { day } from '../../src/shared/time.ts';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import type { Store } from '../../src/main/ports/store.ts';
import {
  openWorkplace,
  undoRun,
  type DumpedEvent,
  type Laptop,
  type LaptopOptions,
  type Workplace,
} from '../support/laptop.ts';
import { SkewedClock } from '../support/fake-clock.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const studio = 'client@studio.example';
const all = [work, home, studio];

const berlin = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string, clock = '10:00') => ({
  summary: 'Secret plans',
  start: berlin(`${date}T${clock}:00`),
  end: berlin(`${date}T${clock.slice(0, 2)}:45:00`),
});
const weekly = (date: string) => ({ ...timed(date, '12:00'), recurrence: ['RRULE:FREQ=WEEKLY'] });
const dates = ['2026-04-07T10:00:00Z', '2026-04-14T10:00:00Z'] as const;

let place: Workplace;
let folder: string;

afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A store that forgets nothing. */
const unpruned = (store: Store): Store => ({ ...store, forgetUnneeded: () => null });

/** A service that keeps what is deleted, and lists nothing of it. */
const unlisting = (provider: CalendarProvider): CalendarProvider => ({
  ...provider,
  findDeleted: () => Promise.resolve({ ok: true, value: { ids: [], size: 0, nextPageToken: null } }),
});

async function open(name: string, pruning: boolean, more: LaptopOptions = {}): Promise<Laptop> {
  const file = join(folder, name);
  return place.laptop({ file, wrap: unlisting, ...(pruning ? {} : { wrapStore: unpruned }), ...more });
}

async function begin(...emails: readonly string[]): Promise<void> {
  // What is deleted can be had back for longer than it is remembered here, which no service has promised to be impossible.
  place = await openWorkplace({ world: mainCalendars(...emails), switches: { tombstoneLifetimeMs: 500 * day } });
  folder = mkdtempSync(join(tmpdir(), 'calsync-pruning-'));
}

const person = (email = work) => place.simulator.person(email);
const rows = (laptop: Laptop, table: string): number => laptop.store.facts().rows.get(table) ?? NaN;

/** Settles, however many runs that takes. */
async function settle(laptop: Laptop): Promise<void> {
  for (let quiet = 0, turn = 0; quiet < 2 && turn < 8; turn += 1)
    quiet = (await laptop.sync()).writes > 0 ? 0 : quiet + 1;
  await laptop.expectQuiet();
}

/** What stands on all calendars of ours, whatever its generation. */
function standing(): readonly string[] {
  return all.flatMap((id) => {
    const events = (place.simulator.dump().find((one) => one.id === id)?.events ?? []) as unknown as DumpedEvent[];
    const live = place.blocks(id).filter(({ status }) => status !== 'cancelled');
    const refOf = new Map(live.map((block) => [block.id, block.extendedProperties?.private?.['calsync.ref'] ?? '']));
    expect(refOf.size).toBe(new Set(refOf.values()).size);
    const said = ({ start, end, recurrence, status, summary }: DumpedEvent) =>
      JSON.stringify([start, end, recurrence, status, summary]);
    return [
      ...live.map((block) => `${id} ${refOf.get(block.id) ?? ''} ${said(block)}`),
      ...events.flatMap((row) => {
        const ref = refOf.get(row.recurringEventId ?? '');
        return ref === undefined ? [] : [`${id} ${ref} ${row.id.split('_')[1] ?? ''} ${said(row)}`];
      }),
    ].toSorted();
  });
}

/** What a story has made, by what it is. */
interface Made {
  readonly single: string;
  readonly series: string;
  readonly staying: string;
  /** A free series with one busy date, which has a block of its own. */
  readonly free: string;
  readonly muted: string;
  readonly shared: string;
  /** Ids of blocks on the home calendar while their events were there. */
  readonly blocks: ReadonlyMap<string, string>;
}

/** Blocks on the home calendar by the time of the day at which they begin. */
const blocksByClock = (): ReadonlyMap<string, string> =>
  new Map(
    place
      .blocks(home)
      .map(({ id, start }) => [new Date(start?.dateTime ?? NaN).toISOString().slice(11, 16), id] as const),
  );

/** A spring of events of which nearly all are deleted. Returns the laptop after the last run of that time. */
async function spring(pruning: boolean): Promise<{ readonly laptop: Laptop; readonly made: Made }> {
  const laptop = await open('calsync.db', pruning);
  await laptop.sync();
  const series = person().createEvent(work, weekly('2026-03-31')).id;
  person().deleteSlot(work, series, dates[0]);
  const staying = person().createEvent(work, { ...weekly('2026-03-31'), ...timed('2026-03-31', '14:00') }).id;
  person().deleteSlot(work, staying, '2026-04-07T12:00:00Z');
  const free = person().createEvent(work, {
    ...{ ...weekly('2026-03-31'), ...timed('2026-03-31', '16:00') },
    transparency: 'transparent',
  }).id;
  person().editSlot(work, free, '2026-04-14T14:00:00Z', { transparency: 'opaque' });
  const made = {
    ...{ single: person().createEvent(work, timed('2026-03-30', '08:00')).id, series, staying, free },
    muted: person().createEvent(work, timed('2026-03-30', '18:00')).id,
    shared: person(studio).createEvent(studio, { ...timed('2026-03-30', '20:00'), iCalUID: 'shared@x.example' }).id,
  };
  person().createEvent(work, { ...timed('2026-03-30', '20:00'), iCalUID: 'shared@x.example' });
  await settle(laptop);
  const blocks = blocksByClock();
  person(home).deleteEvent(home, blocks.get('16:00') ?? '');
  await settle(laptop);
  expect(laptop.store.mutes()).toHaveLength(1);
  copyFileSync(join(folder, 'calsync.db'), join(folder, 'older.db'));
  for (const id of [made.single, made.series, made.free, made.muted]) person().deleteEvent(work, id);
  person(studio).deleteEvent(studio, made.shared);
  await settle(laptop);
  return { laptop, made: { ...made, blocks } };
}

/** Months pass in which it is synced now and then. */
async function months(laptop: Laptop, count: number): Promise<void> {
  for (let month = 0; month < count; month += 1) {
    place.clock.set(place.clock.now() + 31 * day);
    await laptop.sync();
  }
}

type Act = (stage: { readonly laptop: Laptop; readonly made: Made; readonly pruning: boolean }) => Promise<void> | void;

const acts: Readonly<Record<string, Act>> = {
  'a person takes a block out of the bin': ({ made }) =>
    void person(home).undelete(home, made.blocks.get('06:00') ?? ''),
  'a person takes the block of a series out of the bin': ({ made }) =>
    void person(home).undelete(home, made.blocks.get('10:00') ?? ''),
  'a person takes the block of one date of a free series out of the bin': ({ made }) =>
    void person(home).undelete(home, made.blocks.get('14:00') ?? ''),
  'an event is taken out of the bin': ({ made }) => void person().undelete(work, made.single),
  'a series is taken out of the bin': ({ made }) => void person().undelete(work, made.series),
  'a free series with a busy date is taken out of the bin': ({ made }) => void person().undelete(work, made.free),
  'a series comes back after the block of one of its dates': async ({ laptop, made }) => {
    person(home).undelete(home, made.blocks.get('14:00') ?? '');
    await laptop.sync();
    person().undelete(work, made.free);
  },
  'an event whose block was muted is taken out of the bin': async ({ laptop, made }) => {
    person().undelete(work, made.muted);
    await settle(laptop);
    expect(laptop.store.mutes()).toHaveLength(1);
    expect(blocksByClock().has('16:00')).toBe(false);
  },
  'a copy of a meeting comes back': ({ made }) => void person(studio).undelete(studio, made.shared),
  'a series with a gap is changed': ({ made }) =>
    void person().patchEvent(work, made.staying, timed('2026-03-31', '15:00')),
  'everything is read anew': () =>
    void place.simulator.faults.add({ kind: 'syncTokenExpired', request: 'events.list', times: 3 }),
  'a second computer comes': async ({ laptop, pruning }) => {
    const second = await open('second.db', pruning);
    await settle(second);
    await settle(laptop);
    await settle(second);
  },
  'an older copy of the database comes back': async ({ laptop, pruning }) => {
    laptop.close();
    const restored = await open('older.db', pruning, { firstChoice: true });
    await settle(restored);
    await months(restored, 3);
    await settle(restored);
  },
};

describe('what has been forgotten is not missed', () => {
  it.each(Object.entries(acts))('when %s', async (_, act) => {
    const stories: { standing: readonly string[]; mutes: number; events: number; blocks: number }[] = [];
    for (const pruning of [false, true]) {
      await begin(...all);
      const { laptop, made } = await spring(pruning);
      await months(laptop, 3);
      const counts = { events: rows(laptop, 'events'), blocks: rows(laptop, 'blocks') };
      await act({ laptop, made, pruning });
      const survivor = act === acts['an older copy of the database comes back'] ? null : laptop;
      if (survivor !== null) await settle(survivor);
      stories.push({ standing: standing(), mutes: survivor?.store.mutes().length ?? 0, ...counts });
      if (!pruning) {
        await place.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }
    const [kept, pruned] = stories;
    expect(pruned?.standing).toEqual(kept?.standing);
    expect(pruned?.mutes).toBe(kept?.mutes);
    // What stays: the series that is there and its gap, the meeting with its other copy, and what is muted.
    expect([kept?.events, pruned?.events]).toEqual([10, 5]);
    expect([kept?.blocks, pruned?.blocks]).toEqual([13, 7]);
  });
});

describe('a block that is kept by an undo', () => {
  it('stays although its event was deleted long ago', async () => {
    await begin(...all);
    const laptop = await open('calsync.db', true);
    const { id } = person().createEvent(work, timed('2026-03-30'));
    await settle(laptop);
    person().deleteEvent(work, id);
    const run = await laptop.sync();
    expect(run.removed).toBe(2);
    place.clock.set(place.clock.now() + 6 * day);
    await laptop.sync();
    await undoRun(laptop, run.id);
    expect([home, studio].map((target) => place.blocks(target).length)).toEqual([1, 1]);
    await months(laptop, 4);
    expect([home, studio].map((target) => place.blocks(target).length)).toEqual([1, 1]);
    expect(laptop.store.kept()).toHaveLength(2);
    await laptop.expectQuiet();
  });
});

describe('nothing is forgotten', () => {
  /** An event that was deleted two days ago. */
  async function deleted(clock?: SkewedClock): Promise<Laptop> {
    const laptop = await open('calsync.db', true, clock === undefined ? {} : { clock });
    const { id } = person().createEvent(work, timed('2026-03-30'));
    await settle(laptop);
    person().deleteEvent(work, id);
    await settle(laptop);
    place.clock.set(place.clock.now() + 2 * day);
    await laptop.sync();
    return laptop;
  }
  const events = (laptop: Laptop): readonly number[] => [rows(laptop, 'events'), rows(laptop, 'gone_events')];

  it('after a run in which a calendar could not be reached', async () => {
    await begin(work, home);
    const laptop = await deleted();
    place.clock.set(place.clock.now() + 61 * day);
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', calendar: home, times: null });
    expect(await laptop.sync()).toMatchObject({ outcome: 'partial' });
    expect(events(laptop)).toEqual([1, 0]);
    place.simulator.faults.clear();
    await laptop.sync();
    expect(events(laptop)).toEqual([0, 1]);
  });

  it('by a clock that is ahead', async () => {
    await begin(work, home);
    const clock = new SkewedClock(place.clock, 0);
    const laptop = await deleted(clock);
    clock.off = 100 * day;
    await laptop.sync();
    expect(events(laptop)).toEqual([1, 0]);
    clock.off = 0;
    place.clock.set(place.clock.now() + 60 * day);
    await laptop.sync();
    expect(events(laptop)).toEqual([0, 1]);
  });
});

describe('two years', () => {
  it('of two thousand events that come and go leave no more rows than a few months', async () => {
    await begin(work, home);
    const laptop = await open('calsync.db', true);
    await laptop.sync();
    const counted = () => [rows(laptop, 'events'), rows(laptop, 'blocks'), rows(laptop, 'gone_events')];
    let last: readonly string[] = [];
    const found: number[][] = [];
    for (let step = 0; step < 200; step += 1) {
      const date = new Date(place.clock.now() + 6 * day).toISOString().slice(0, 10);
      // No more than ten at a time, because more would be held.
      for (const id of last) person().deleteEvent(work, id);
      last = Array.from(
        { length: 10 },
        (_, index) => person().createEvent(work, timed(date, `${String(8 + index).padStart(2, '0')}:00`)).id,
      );
      await laptop.sync();
      place.clock.set(place.clock.now() + 3.65 * day);
      if (step % 40 === 39) found.push(counted());
    }
    // Whole for sixty days, which is eighteen steps of ten; small for four hundred.
    expect(found).toEqual([
      ...[
        [180, 180, 220],
        [180, 180, 620],
        [180, 180, 1020],
      ],
      ...[
        [180, 180, 1100],
        [180, 180, 1100],
      ],
    ]);
    await laptop.expectQuiet();
  }, 120_000);
});
