import { afterEach, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import { second } from '../../src/shared/time.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const world = mainCalendars(work, home);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const at = (clock: string) => ({
  start: berlin(`2026-03-30T${clock}:00:00`),
  end: berlin(`2026-03-30T${clock}:30:00`),
});

/** Taken away one by one, as a merge does it. */
const cleared = Object.fromEntries(
  ['calsync.v', 'calsync.ref', 'calsync.gen', 'calsync.hash'].map((name) => [name, null]),
);

let place: Workplace;
let folder: string;
let armed = false;
/** What happens while a slow answer is waited for. */
let slow: ((milliseconds: number) => Promise<void>) | null = null;
const rearm = (): void => void (armed = true);

afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The app and the command line: two processes with one database. `meanwhile` happens as the app's first write goes out. */
async function open(meanwhile: () => Promise<void>): Promise<{ app: Laptop; command: Laptop }> {
  place = await openWorkplace({ world, sleep: (milliseconds) => slow?.(milliseconds) ?? Promise.resolve() });
  folder = mkdtempSync(join(tmpdir(), 'calsync-fences-'));
  const file = join(folder, 'calsync.db');
  armed = true;
  const wrap = (provider: CalendarProvider): CalendarProvider =>
    sendingBy(provider, async (calls, next) => {
      if (armed) {
        armed = false;
        await meanwhile();
      }
      return next(calls);
    });
  const app = await place.laptop({ emails: [work, home], file, wrap });
  const command = await place.laptop({ emails: [work, home], file });
  return { app, command };
}

const blockStarts = (): readonly string[] =>
  place.blocks(home).map((block) => block.start?.dateTime?.slice(11, 16) ?? '');

describe('a stale plan clears no new dirt', () => {
  it('the app waits, its lease lapses, the command line reads the new time and cannot write', async () => {
    const { app, command } = await open(async () => {
      await place.clock.sleep(500 * second);
      const [event] = place.events(work);
      place.simulator.person(work).moveTime(work, event?.id ?? '', at('17').start, at('17').end);
      place.simulator.faults.add({ kind: 'status503', request: 'batch', times: null });
      await command.sync();
      place.simulator.faults.clear();
    });
    place.simulator.person(work).createEvent(work, { summary: 'Lunch', ...at('12') });
    await app.sync();
    await app.sync();
    expect(blockStarts()).toEqual(['17:00']);
    await app.expectQuiet();
    await command.expectQuiet();
  });
});

describe('a read that another process has overtaken', () => {
  it('stores nothing more, and takes nothing for deleted that it has not seen', async () => {
    const { app, command } = await open(() => Promise.resolve());
    armed = false;
    place.simulator.state.switches.maximumPageSize = 2;
    const person = place.simulator.person(work);
    const events = ['08', '10', '12', '14'].map((clock) =>
      person.createEvent(work, { summary: 'Lunch', ...at(clock) }),
    );
    await app.sync();
    await app.sync();
    // The second page of a full read is slow in coming; meanwhile somebody reads and writes what is newer.
    place.simulator.faults.add({ kind: 'syncTokenExpired', calendar: work });
    place.simulator.faults.add({ kind: 'slow', request: 'events.list', calendar: work, skip: 2, delayMs: 300_000 });
    const waits = place.clock.sleep.bind(place.clock);
    let overtaken = false;
    slow = async (milliseconds) => {
      await waits(milliseconds);
      overtaken = true;
      place.simulator.faults.clear();
      person.moveTime(work, events[0]?.id ?? '', at('17').start, at('17').end);
      person.createEvent(work, { summary: 'Tea', ...at('16') });
      await command.sync();
    };
    const run = await app.sync();
    slow = null;
    expect(overtaken).toBe(true);
    expect(run).toMatchObject({ writes: 0 });
    expect(run.errors.map(({ code }) => code)).toContain('busy-elsewhere');
    expect(app.store.calendars().map(({ trouble }) => trouble)).toEqual([null, null]);
    const all = ['10:00', '12:00', '14:00', '16:00', '17:00'];
    expect(blockStarts().toSorted()).toEqual(all);
    await app.sync();
    await command.sync();
    expect(blockStarts().toSorted()).toEqual(all);
    await app.expectQuiet();
    await command.expectQuiet();
  });
});

describe('what somebody makes theirs between a read and a write', () => {
  it('a block that was undeleted and stripped of its tag is not written over', async () => {
    let take = (): void => undefined;
    const { app } = await open(() => {
      take();
      return Promise.resolve();
    });
    const person = place.simulator.person(work);
    const { id } = person.createEvent(work, { summary: 'Lunch', ...at('12') });
    await app.sync();
    const [block] = place.blocks(home);
    const blockId = block?.id ?? '';
    person.patchEvent(work, id, { transparency: 'transparent' });
    await app.sync();
    expect(place.simulator.person(home).getEvent(home, blockId)?.['status']).toBe('cancelled');
    await app.expectQuiet();
    // Busy again: the block is to be revived, and at that moment it is somebody's own.
    person.patchEvent(work, id, { transparency: 'opaque' });
    rearm();
    take = () => {
      const owner = place.simulator.person(home);
      owner.undelete(home, blockId);
      owner.patchEvent(home, blockId, { summary: 'Mine now', extendedProperties: { private: cleared } });
    };
    await app.sync();
    expect(place.simulator.person(home).getEvent(home, blockId)).toMatchObject({ summary: 'Mine now' });
    await app.sync();
    expect(place.blocks(home).map(({ summary }) => summary)).toEqual(['🔒 Busy']);
    expect(place.simulator.violations).toEqual([]);
    await app.expectQuiet();
  });
});

describe('the lease of a run', () => {
  it('is kept while the service asks for patience, so that nobody writes beside it', async () => {
    let tried: unknown = null;
    let waited = 0;
    const { app, command } = await open(() => Promise.resolve());
    place.simulator.person(work).createEvent(work, { summary: 'Lunch', ...at('12') });
    place.simulator.faults.add({ kind: 'tooManyRequests', request: 'batch', retryAfterSeconds: 100, times: 2 });
    const waits = place.clock.sleep.bind(place.clock);
    place.clock.sleep = async (milliseconds, signal) => {
      await waits(milliseconds, signal);
      waited += milliseconds;
      tried = command.store.takeLease('command', place.clock.now(), 1000);
    };
    await app.sync();
    expect(waited).toBeGreaterThan(120 * second);
    expect(tried).toMatchObject({ ok: false, error: { code: 'busy-elsewhere' } });
    expect(blockStarts()).toEqual(['12:00']);
    await app.expectQuiet();
  });

  it('that was lost is not taken again: the run ends before its next write', async () => {
    const { app, command } = await open(async () => {
      await place.clock.sleep(500 * second);
      // The other process has come and gone, and may have read and written anything.
      expect(command.store.takeLease('command', place.clock.now(), 1000).ok).toBe(true);
      command.store.dropLease('command');
    });
    const person = place.simulator.person(work);
    for (let day = 10; day < 30; day += 1) {
      for (const hour of ['08', '10', '12']) {
        const time = (minutes: string) => berlin(`2026-04-${String(day)}T${hour}:${minutes}:00`);
        person.createEvent(work, { summary: 'Lunch', start: time('00'), end: time('30') });
      }
    }
    const run = await app.sync();
    // The first request was under way; of the others none went out.
    expect(run).toMatchObject({ outcome: 'partial', added: 50, writes: 50 });
    expect(run.errors.map(({ code }) => code)).toEqual(['busy-elsewhere']);
    expect(await app.sync()).toMatchObject({ outcome: 'ok', added: 10 });
    await app.expectQuiet();
  });
});

describe('a pause that comes while a request is under way', () => {
  it('is seen before the plain deletion that would follow a refused mark', async () => {
    let pause = (): void => undefined;
    const { app } = await open(() => {
      pause();
      return Promise.resolve();
    });
    place.simulator.state.switches.cancellingUpdate = 'refused';
    const person = place.simulator.person(work);
    const { id } = person.createEvent(work, { summary: 'Lunch', ...at('12') });
    await app.sync();
    person.deleteEvent(work, id);
    pause = () => {
      app.store.saveSettings({ ...app.store.settings(), pausedUntil: 'forever' });
    };
    rearm();
    expect(await app.sync()).toMatchObject({ removed: 0 });
    expect(blockStarts()).toEqual(['12:00']);
    app.store.saveSettings({ ...app.store.settings(), pausedUntil: null });
    expect(await app.sync()).toMatchObject({ removed: 1 });
    expect(blockStarts()).toEqual([]);
    await app.expectQuiet();
  });
});
