import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultSpec } from '../../src/simulator/index.ts';
import { appError } from '../../src/shared/errors.ts';
import { messageFor } from '../../src/shared/messages.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { hourOn } from '../support/worlds.ts';

/*
 * A 200 is not yet an answer: it may break off, be of another kind or of another calendar, hold rows that nobody can read,
 * or show something else than was written. Nothing may be concluded from what such an answer does not show.
 */

const work = 'work@northwind.example';
const home = 'me@home.example';
const team = 'team@group.calendar.google.com';

const account = (email: string, more: { id: string; summary: string }[] = []) => ({
  email,
  name: email,
  calendars: [{ id: email, summary: email }, ...more].map((calendar) => ({
    ...calendar,
    timeZone: 'Europe/Berlin',
    accessRole: 'owner' as const,
  })),
});

let place: Workplace;
let laptop: Laptop;

beforeEach(async () => {
  place = await openWorkplace({
    world: { accounts: [account(work, [{ id: team, summary: 'Team' }]), account(home)] },
  });
  laptop = await place.laptop();
  for (const id of [work, home]) laptop.use(id, { source: true, target: true });
  laptop.use(team, { source: true, target: false });
});
afterEach(() => place.close());

const person = () => place.simulator.person(work);
const fault = (spec: FaultSpec) => place.simulator.faults.add({ request: 'events.list', calendar: work, ...spec });
const codesOf = (run: { errors: readonly { code: string; about: string | null }[] }) =>
  run.errors.map(({ code, about }) => `${code} ${about ?? ''}`);
const expireTokens = () => fault({ kind: 'syncTokenExpired' });

/** Three events that have their blocks, and everything at rest. */
async function threeBlocks(): Promise<string[]> {
  const ids = ['2026-03-24', '2026-03-25', '2026-03-26'].map((date) => person().createEvent(work, hourOn(date)).id);
  await laptop.sync();
  await laptop.expectQuiet();
  expect(place.blocks(home)).toHaveLength(3);
  return ids;
}

describe('a read', () => {
  it.each(['full', 'delta'])('answered 200 without page token and sync token proves nothing (%s)', async (kind) => {
    await threeBlocks();
    if (kind === 'full') expireTokens();
    // Twice: it is asked once more at the same place before anything is said.
    fault({ kind: 'noTokens', times: 2, skip: kind === 'full' ? 1 : 0 });
    person().createEvent(work, hourOn('2026-03-27'));
    const run = await laptop.sync();
    expect(codesOf(run)).toEqual([`answer-malformed ${work}`]);
    expect(run).toMatchObject({ outcome: 'partial', removed: 0 });
    expect(place.blocks(home).length).toBeGreaterThanOrEqual(3);
    // The next one starts where this one did, and misses nothing.
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(4);
    await laptop.expectQuiet();
  });

  it('that breaks off once is asked for again and not told', async () => {
    await threeBlocks();
    fault({ kind: 'noTokens' });
    expect((await laptop.sync()).errors).toEqual([]);
    await laptop.expectQuiet();
  });

  it.each<[string, FaultSpec]>([
    ['another kind', { kind: 'otherKind', skip: 1 }],
    ['another calendar', { kind: 'otherCalendar' }],
  ])('whose body is of %s is malformed, and no block goes', async (_, spec) => {
    await threeBlocks();
    person().createEvent(team, hourOn('2026-04-02'));
    await laptop.sync();
    const before = place.blocks(home).map(({ id }) => id);
    expireTokens();
    fault(spec);
    const run = await laptop.sync();
    expect(codesOf(run)).toEqual([`answer-malformed ${work}`]);
    expect(run.writes).toBe(0);
    expect(place.blocks(home).map(({ id }) => id)).toEqual(before);
    await laptop.sync();
    await laptop.expectQuiet();
    expect(place.blocks(home).map(({ id }) => id)).toEqual(before);
  });

  it.each<[string, FaultSpec[]]>([
    ['is cut off', [{ kind: 'otherCalendar' }, { kind: 'cutBeforeCommit', skip: 1, times: 20 }]],
    ['goes on elsewhere', [{ kind: 'otherCalendar' }]],
  ])('whose first page is of another calendar and that %s leaves nothing of it', async (_, specs) => {
    laptop.use(team, { source: true, target: true });
    place.simulator.state.switches.maximumPageSize = 2;
    for (const date of ['2026-03-24', '2026-03-25', '2026-03-26']) {
      place.simulator.person(home).createEvent(home, { ...hourOn(date), attendees: [{ email: work }] });
    }
    await laptop.sync();
    // Reads what it has written, in more than one page.
    await laptop.sync();
    await laptop.expectQuiet();
    const blocks = place.blocks(team).map(({ id }) => id);
    expect(blocks).toHaveLength(3);
    // Invitations alone: no row says of which calendar it is.
    for (const spec of specs) fault({ calendar: team, ...spec });
    await laptop.sync();
    place.simulator.faults.clear();
    await laptop.sync();
    await laptop.sync();
    await laptop.expectQuiet();
    expect(place.blocks(team).map(({ id }) => id)).toEqual(blocks);
    expect(place.blocks(team).filter(({ status }) => status === 'cancelled')).toEqual([]);
  });

  it('with a time that cannot be parsed does not take the event for one without a time', async () => {
    const [, , last = ''] = await threeBlocks();
    person().patchEvent(work, last, { summary: 'Other plans' });
    fault({ kind: 'unreadableTimes' });
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    expect(place.blocks(home)).toHaveLength(3);
  });

  it('with a row that cannot be read settles the rest of its calendar, and keeps that row', async () => {
    const [first = ''] = await threeBlocks();
    // Gone without a tombstone, as after an expired token: only a complete read shows that it is not there.
    person().deleteEvent(work, first);
    expireTokens();
    fault({ kind: 'unreadableTimes', skip: 1 });
    expect(await laptop.sync()).toMatchObject({ removed: 1, writes: 1 });
    expect(place.blocks(home)).toHaveLength(2);
    await laptop.expectQuiet();
  });

  it.each(['unreadableTimes', 'namelessRow'] as const)(
    'with a row that somebody in between has spoilt is read as a whole again, so that nothing is missed for ever (%s)',
    async (kind) => {
      const [first = ''] = await threeBlocks();
      person().moveTime(work, first, hourOn('2026-04-02').start, hourOn('2026-04-02').end);
      fault({ kind });
      await laptop.sync();
      expect((await laptop.sync()).errors).toEqual([]);
      const dates = place.blocks(home).map(({ start }) => start?.dateTime?.slice(0, 10));
      expect(dates.toSorted()).toEqual(['2026-03-25', '2026-03-26', '2026-04-02']);
      await laptop.expectQuiet();
    },
  );

  it('with a row that was spoilt is read again, too, where the process ends right after it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'calsync-spoilt-'));
    const file = join(folder, 'calsync.db');
    let isLast = false;
    const dying = await place.laptop({
      file,
      wrapStore: (store) => ({
        ...store,
        storePage: (page) => {
          const effect = store.storePage(page);
          if (isLast && page.calendarId === (work as string)) throw new Error('the process has ended');
          return effect;
        },
      }),
    });
    const { id } = person().createEvent(work, hourOn('2026-03-24'));
    await dying.sync();
    person().moveTime(work, id, hourOn('2026-04-02').start, hourOn('2026-04-02').end);
    fault({ kind: 'unreadableTimes' });
    isLast = true;
    await expect(dying.sync()).rejects.toThrow('the process has ended');
    dying.close();
    await place.clock.advance(60 * 60_000);
    const survivor = await place.laptop({ file });
    await survivor.sync();
    expect(place.blocks(home).map(({ start }) => start?.dateTime?.slice(0, 10))).toEqual(['2026-04-02']);
    rmSync(folder, { recursive: true });
  });

  it('with a row that stays unreadable costs a full read less and less often', async () => {
    const [first = ''] = await threeBlocks();
    fault({ kind: 'unreadableTimes', times: null });
    person().patchEvent(work, first, { summary: 'Another title' });
    place.simulator.requests.reset();
    for (let run = 0; run < 100; run += 1) await laptop.sync();
    const full = place.simulator.requests
      .list()
      .filter(({ kind, path, query }) => kind === 'events.list' && path.includes(work) && !('syncToken' in query));
    // At once, then after 10, 20, 40, 80 and 160 minutes.
    expect(full.length).toBe(6);
    place.simulator.faults.clear();
    await place.clock.advance(24 * 60 * 60_000);
    await laptop.sync();
    expect(laptop.store.calendars().find(({ id }) => id === work)?.reread).toBeNull();
    await laptop.expectQuiet();
  });

  it('with a row whose very id cannot be read sweeps nothing; the next complete one does', async () => {
    const [first = ''] = await threeBlocks();
    person().deleteEvent(work, first);
    expireTokens();
    fault({ kind: 'namelessRow', skip: 1 });
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    expect(place.blocks(home)).toHaveLength(3);
    expect(await laptop.sync()).toMatchObject({ removed: 1 });
    await laptop.expectQuiet();
  });
});

describe('the answer to a write', () => {
  it.each<[string, FaultSpec]>([
    ['another event', { kind: 'otherEvent', request: 'events.insert' }],
    ['no tag', { kind: 'untagged', request: 'events.insert' }],
  ])('that shows %s stops writing there in this run, says so, and is looked at again', async (_, spec) => {
    person().createEvent(work, hourOn('2026-03-24'));
    await laptop.sync();
    for (let day = 10; day < 28; day += 1) person().createEvent(work, hourOn(`2026-04-${day}`));
    // More than one request's worth, so that there is something to stop.
    for (let day = 10; day < 28; day += 1) person().createEvent(work, hourOn(`2026-05-${day}`));
    for (let day = 10; day < 28; day += 1) person().createEvent(work, hourOn(`2026-06-${day}`));
    place.simulator.faults.add({ ...spec, calendar: home });
    const run = await laptop.sync();
    expect(codesOf(run)).toEqual([`answer-differs ${home}`]);
    expect(messageFor(run.errors[0] ?? appError('unexpected'), 'app').sentence).toContain('nothing more was written');
    expect(place.blocks(home).length).toBeLessThan(55);
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(55);
    await laptop.expectQuiet();
    expect(place.simulator.violations).toEqual([]);
  });

  it('that shows another event after a change leaves what is known as it is', async () => {
    const [first = ''] = await threeBlocks();
    person().moveTime(work, first, hourOn('2026-03-30').start, hourOn('2026-03-30').end);
    place.simulator.faults.add({ kind: 'otherEvent', request: 'events.patch', calendar: home });
    expect(codesOf(await laptop.sync())).toEqual([`answer-differs ${home}`]);
    await laptop.sync();
    await laptop.expectQuiet();
    expect(
      place
        .blocks(home)
        .map(({ start }) => start?.dateTime?.slice(0, 10))
        .sort(),
    ).toEqual(['2026-03-25', '2026-03-26', '2026-03-30']);
  });
});
