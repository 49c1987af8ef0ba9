import { afterEach, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import { second } from '../../src/shared/time.ts';
import type { World } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const world: World = {
  accounts: [work, home].map((email) => ({
    email,
    name: email,
    calendars: [{ id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner', primary: true }],
  })),
};

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const at = (clock: string) => ({
  start: berlin(`2026-03-30T${clock}:00:00`),
  end: berlin(`2026-03-30T${clock}:30:00`),
});

let place: Workplace;
let folder: string;

afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The app and the command line: two processes with one database. `meanwhile` happens as the app's first write goes out. */
async function open(meanwhile: () => Promise<void>): Promise<{ app: Laptop; command: Laptop }> {
  place = await openWorkplace({ world });
  folder = mkdtempSync(join(tmpdir(), 'calsync-fences-'));
  const file = join(folder, 'calsync.db');
  let armed = true;
  const wrap = (provider: CalendarProvider): CalendarProvider => ({
    ...provider,
    send: async (accountId, calls, signal) => {
      if (armed) {
        armed = false;
        await meanwhile();
      }
      return provider.send(accountId, calls, signal);
    },
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
