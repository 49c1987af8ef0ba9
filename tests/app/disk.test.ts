import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CalSync } from '../../src/main/app/calsync.ts';
import { callIpc, createIpcHandlers } from '../../src/main/app/ipc-handlers.ts';
import type { Status } from '../../src/shared/dto.ts';
import { healthOf } from '../../src/shared/health.ts';
import { hour, minute, second } from '../../src/shared/time.ts';
import { BadDisk } from '../support/bad-disk.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { appOf } from '../support/laptop-app.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { hourOn, mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let place: Workplace;
let laptop: Laptop;
let disk: BadDisk;
let clock: FakeClock;
let app: CalSync;
const told: Status[] = [];

beforeEach(async () => {
  disk = new BadDisk();
  // One that somebody pushes, because a look at the disk that is due at once would be the only thing that ever happens.
  clock = new FakeClock();
  place = await openWorkplace({ world: mainCalendars(work, home), now: () => clock.now() });
  laptop = await place.laptop({ clock, wrapStore: disk.store });
  laptop.store.saveSettings({ ...laptop.store.settings(), started: true });
  app = appOf(laptop);
  told.length = 0;
  app.onStatus((status) => told.push(status));
});

afterEach(async () => {
  disk.mend();
  await app.close();
  await place.close();
});

const health = (status = app.status()) => healthOf(status, clock.now());

/** Waits until a status says so. */
const until = (is: (status: Status) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const end = app.onStatus((status) => {
      if (!is(status)) return;
      end();
      resolve();
    });
    if (is(app.status())) resolve();
  });
const waits = ({ waitsFor }: Status): boolean => waitsFor.disk !== null;
const isInSync = (status: Status): boolean => health(status).state === 'in-sync';
/** Lists of events that Google was asked for. */
const reads = (): number => place.simulator.requests.counts()['events.list'] ?? 0;

describe.each(['SQLITE_FULL', 'SQLITE_READONLY'] as const)('a disk that takes nothing any more (%s)', (failure) => {
  it.each([0, 1, 4, 9])('at write %i of a sync is waited for, and gone on with by itself', async (write) => {
    app.startSchedule();
    await until(isInSync);
    await clock.advance(10 * second);
    place.simulator.person(work).createEvent(work, hourOn('2026-03-25'));
    disk.failAfter(write, failure);
    const since = new Date(clock.now()).toISOString();
    expect(await app.sync('manual')).toMatchObject({ ok: false, error: { code: 'database-failed', detail: failure } });
    expect(health()).toMatchObject({ state: 'waiting', for: 'disk', since, error: { detail: failure }, matters: [] });
    expect(app.status()).toMatchObject({ couldNotStart: null, progress: null });

    // Nobody reads Google for nothing meanwhile.
    const before = reads();
    await clock.advance(hour);
    // One may have been on its way.
    expect(reads() - before).toBeLessThanOrEqual(1);
    expect(health()).toMatchObject({ state: 'waiting', for: 'disk', since });
    expect(told.filter(waits).every((status) => status.waitsFor.disk?.since === since)).toBe(true);

    disk.mend();
    const after = clock.advance(minute);
    await until(isInSync);
    await after;
    expect(place.blocks(home)).toHaveLength(1);
    expect(await app.sync('manual')).toMatchObject({ ok: true, value: { outcome: 'ok', writes: 0 } });
    expect(place.blocks(home)).toHaveLength(1);
  });
});

describe('a disk that is waited for', () => {
  it('is not in sync once it is back, but only after a sync', async () => {
    app.startSchedule();
    await until(isInSync);
    await clock.advance(10 * second);
    disk.failAfter(0, 'SQLITE_FULL');
    await app.sync('manual');
    disk.mend();
    const from = told.length;
    const after = clock.advance(minute);
    await until(isInSync);
    await after;
    expect(told.slice(from).map((status) => health(status).state)).toEqual(
      expect.arrayContaining(['catching-up', 'in-sync']) as unknown,
    );
    expect(health(told[from]).state).toBe('catching-up');
  });

  it('is tried again at once by whoever syncs', async () => {
    disk.failAfter(0, 'SQLITE_FULL');
    expect((await app.sync('manual')).ok).toBe(false);
    expect((await app.sync('manual')).ok).toBe(false);
    expect(waits(app.status())).toBe(true);
    disk.mend();
    expect((await app.sync('manual')).ok).toBe(true);
    expect(waits(app.status())).toBe(false);
    expect(told.at(-1)?.waitsFor.disk).toBeNull();
  });

  it('is so since it first failed, where it fails again right after a look', async () => {
    const since = new Date(clock.now()).toISOString();
    disk.failAfter(0, 'SQLITE_FULL');
    await app.sync('manual');
    disk.mend();
    await clock.advance(15 * second);
    expect(waits(app.status())).toBe(false);
    disk.failAfter(0, 'SQLITE_FULL');
    await app.sync('manual');
    expect(app.status().waitsFor.disk?.since).toBe(since);
    // And is looked at more slowly.
    disk.mend();
    await clock.advance(15 * second);
    expect(waits(app.status())).toBe(true);
    await clock.advance(15 * second);
    expect(waits(app.status())).toBe(false);
    await clock.advance(hour);
    disk.failAfter(0, 'SQLITE_FULL');
    await app.sync('manual');
    expect(app.status().waitsFor.disk?.since).toBe(new Date(clock.now()).toISOString());
  });

  it('is told to a window that wanted to keep something, and shown from then on', async () => {
    const handlers = createIpcHandlers(app);
    disk.failAfter(0, 'SQLITE_READONLY');
    expect(await callIpc(handlers, 'sync.pause', { until: 'forever' })).toMatchObject({
      ok: false,
      error: { code: 'database-failed', about: 'the file may not be opened or written' },
    });
    expect(health()).toMatchObject({ state: 'waiting', for: 'disk' });
    expect(told.some(waits)).toBe(true);
    expect(await callIpc(handlers, 'status.get', undefined)).toMatchObject({ ok: true });
  });
});
