import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultSpec } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type LaptopOptions, type Workplace } from '../support/laptop.ts';
import { hourOn } from '../support/worlds.ts';

/*
 * What is read has an end: in time, in size and in pages (ADR 0046). Whatever reaches it proves nothing about absence, and what
 * is too large is read in smaller pieces.
 */

const work = 'work@northwind.example';
const home = 'me@home.example';

const account = (email: string) => ({
  email,
  name: email,
  calendars: [{ id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner' as const }],
});

let place: Workplace;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'calsync-limits-'));
  place = await openWorkplace({ world: { accounts: [account(work), account(home)] } });
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true });
});

const person = () => place.simulator.person(work);
const fault = (spec: FaultSpec) => place.simulator.faults.add({ request: 'events.list', calendar: work, ...spec });
const codesOf = (run: { errors: readonly { code: string; about: string | null }[] }) =>
  run.errors.map(({ code, about }) => `${code} ${about ?? ''}`);
const pageRowsOf = (laptop: Laptop) => laptop.store.calendars().find(({ id }) => id === work)?.pageRows;
const datesOf = (calendar: string) =>
  place
    .blocks(calendar)
    .map(({ start }) => start?.dateTime?.slice(0, 10))
    .toSorted();
/** The rows a page that reads of the calendar asked for, and whether each was of changes. */
const asked = () =>
  place.simulator.requests
    .list()
    .filter(({ kind, path }) => kind === 'events.list' && path.includes(work))
    .map(({ query }) => `${'syncToken' in query ? 'delta' : 'full'} ${query['maxResults']}`);

async function setUp(options: LaptopOptions = {}): Promise<Laptop> {
  return place.laptop({ file: join(folder, 'calsync.db'), ...options });
}

/** Three events that have their blocks, and everything at rest. */
async function threeBlocks(laptop: Laptop): Promise<string[]> {
  const ids = ['2026-03-24', '2026-03-25', '2026-03-26'].map((date) => person().createEvent(work, hourOn(date)).id);
  await laptop.sync();
  await laptop.expectQuiet();
  expect(place.blocks(home)).toHaveLength(3);
  return ids;
}

describe('an answer that does not end', () => {
  it.each<FaultSpec>([{ kind: 'stall' }, { kind: 'trickle', delayMs: 200 }])(
    'is given up, told, and takes no block (%j)',
    async (spec) => {
      const laptop = await setUp({ limits: { silence: 2500, total: 2500 } });
      const [first = ''] = await threeBlocks(laptop);
      person().deleteEvent(work, first);
      fault({ kind: 'syncTokenExpired' });
      const struck = fault({ ...spec, skip: 1, times: null });
      const run = await laptop.sync();
      expect(codesOf(run)).toEqual([`provider-trouble ${work}`]);
      expect(run).toMatchObject({ outcome: 'partial', writes: 0 });
      expect(struck.hits).toBe(2);
      expect(pageRowsOf(laptop)).toBeNull();
      place.simulator.faults.clear();
      expect(await laptop.sync()).toMatchObject({ removed: 1 });
      await laptop.expectQuiet();
    },
  );
});

describe('pages without end', () => {
  it.each<[FaultSpec['kind'], string, number]>([
    ['samePageToken', 'full', 2],
    ['samePageToken', 'delta', 2],
    ['emptyPagesWithoutEnd', 'full', 100],
    ['emptyPagesWithoutEnd', 'delta', 100],
  ])('end the read and prove nothing (%s, %s)', async (kind, way, pages) => {
    const laptop = await setUp();
    const [first = ''] = await threeBlocks(laptop);
    person().deleteEvent(work, first);
    if (way === 'full') fault({ kind: 'syncTokenExpired' });
    const struck = fault({ kind, times: null, skip: way === 'full' ? 1 : 0 });
    const run = await laptop.sync();
    expect(codesOf(run)).toEqual([`answer-malformed ${work}`]);
    expect(struck.hits).toBe(pages);
    expect(run).toMatchObject({ outcome: 'partial', writes: 0 });
    place.simulator.faults.clear();
    await laptop.sync();
    expect(datesOf(home)).toEqual(['2026-03-25', '2026-03-26']);
    await laptop.expectQuiet();
  });

  it('are not what a few empty pages are', async () => {
    Object.assign(place.simulator.state.switches, { emptyPages: true, maximumPageSize: 1 });
    const laptop = await setUp();
    for (let day = 10; day < 30; day += 1) person().createEvent(work, hourOn(`2026-04-${day}`));
    expect((await laptop.sync()).errors).toEqual([]);
    expect(place.blocks(home)).toHaveLength(20);
  });
});

describe('an answer that is too large', () => {
  const small = { bytes: 200_000 };

  it('is read in full with a tenth of the rows a page, which a restart remembers', async () => {
    for (let day = 10; day < 30; day += 1) person().createEvent(work, hourOn(`2026-04-${day}`));
    for (let day = 10; day < 30; day += 1) person().createEvent(work, hourOn(`2026-05-${day}`));
    const large = fault({ kind: 'largeRows', rowBytes: 6000, times: null });
    const before = await setUp({ limits: small });
    expect((await before.sync()).errors).toEqual([]);
    expect(asked()).toEqual(['full 2500', 'full 250', 'full 25', 'full 25']);
    expect(large.hits).toBe(4);
    expect(pageRowsOf(before)).toBe(25);
    expect(place.blocks(home)).toHaveLength(40);
    await before.expectQuiet();
    before.close();

    const laptop = await setUp({ limits: small });
    place.simulator.requests.reset();
    expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
    fault({ kind: 'syncTokenExpired' });
    expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
    expect(asked()).toEqual(['delta 25', 'delta 25', 'full 25', 'full 25']);
    await laptop.expectQuiet();
  });

  it('of changes is not asked for again, but read in full; nothing that went meanwhile is missed', async () => {
    const laptop = await setUp();
    const [first = ''] = await threeBlocks(laptop);
    person().deleteEvent(work, first);
    person().createEvent(work, hourOn('2026-04-01'));
    fault({ kind: 'gzipBomb' });
    place.simulator.requests.reset();
    expect((await laptop.sync()).errors).toEqual([]);
    expect(asked()).toEqual(['delta 2500', 'full 250']);
    expect(datesOf(home)).toEqual(['2026-03-25', '2026-03-26', '2026-04-01']);
    expect(pageRowsOf(laptop)).toBe(250);
    await laptop.expectQuiet();
  });

  it('whatever is asked for is told, takes no block, and is not remembered', async () => {
    const laptop = await setUp();
    const [first = ''] = await threeBlocks(laptop);
    person().deleteEvent(work, first);
    const bomb = fault({ kind: 'gzipBomb', times: null });
    place.simulator.requests.reset();
    const run = await laptop.sync();
    expect(codesOf(run)).toEqual([`answer-too-large ${work}`]);
    expect(run).toMatchObject({ outcome: 'partial', writes: 0 });
    // With the name of a row alone at last, and that once.
    expect(asked()).toEqual(['delta 2500', 'full 250', 'full 25', 'full 2', 'full 1', 'full 1']);
    expect(bomb.hits).toBe(6);
    expect(pageRowsOf(laptop)).toBeNull();
    place.simulator.faults.clear();
    expect(await laptop.sync()).toMatchObject({ removed: 1, errors: [] });
    await laptop.expectQuiet();
  });

  it('because of one row leaves that row as it was and settles all others', async () => {
    const laptop = await setUp({ limits: small });
    const [first = '', giant = '', third = ''] = await threeBlocks(laptop);
    fault({ kind: 'largeRows', rowBytes: 300_000, event: giant, times: null });
    person().moveTime(work, giant, hourOn('2026-04-10').start, hourOn('2026-04-10').end);
    person().moveTime(work, third, hourOn('2026-04-11').start, hourOn('2026-04-11').end);
    person().deleteEvent(work, first);
    const run = await laptop.sync();
    expect(run).toMatchObject({ errors: [], removed: 1 });
    expect(pageRowsOf(laptop)).toBe(1);
    expect(datesOf(home)).toEqual(['2026-03-25', '2026-04-11']);
    // Read as a whole once more at once, because a list of changes shows a row once, and then less and less often.
    expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
    expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
    place.simulator.faults.clear();
    await place.clock.advance(24 * 60 * 60_000);
    await laptop.sync();
    expect(datesOf(home)).toEqual(['2026-04-10', '2026-04-11']);
    await laptop.expectQuiet();
  });

  it('goes on with the size that was found when the process ends in between', async () => {
    for (let day = 10; day < 30; day += 1) person().createEvent(work, hourOn(`2026-04-${day}`));
    fault({ kind: 'largeRows', rowBytes: 20_000, times: null });
    let reads = 0;
    const dying = await setUp({
      limits: small,
      wrapStore: (store) => ({
        ...store,
        storePage: (page) => {
          if (page.calendarId === (work as string) && (reads += 1) === 2) throw new Error('the process has ended');
          return store.storePage(page);
        },
      }),
    });
    await expect(dying.sync()).rejects.toThrow('the process has ended');
    dying.close();
    await place.clock.advance(60 * 60_000);
    const laptop = await setUp({ limits: small });
    place.simulator.requests.reset();
    await laptop.sync();
    expect(asked().every((one) => one === 'full 2')).toBe(true);
    expect(place.blocks(home)).toHaveLength(20);
    await laptop.expectQuiet();
  });
});
