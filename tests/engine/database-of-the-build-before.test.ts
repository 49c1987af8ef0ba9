import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { schemaPrint } from '../../src/main/store/tampering.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

/** What `schemaPrint` said of the build before the one that knows more than one provider (version 31). */
const printBefore = '93809d6a6f0d77ea44dde276c3c20897a9ddd3793db13fe8524ada1a515db192';

const work = 'work@northwind.example';
const home = 'me@home.example';

let place: Workplace;
let folder: string;

afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Takes a database; makes it what the build before has left: accounts without a provider, and calendars without how they are written. */
function turnBack(file: string): void {
  const database = new Database(file);
  database.exec(`
    ALTER TABLE accounts DROP COLUMN provider;
    UPDATE calendar_access SET capabilities = json_remove(capabilities, '$.writes');
    PRAGMA user_version = 31;
  `);
  expect(schemaPrint(database)).toBe(printBefore);
  database.close();
}

it('is gone on with as if nothing had changed: ids stay, and nothing is written', async () => {
  place = await openWorkplace({ world: mainCalendars(work, home) });
  folder = mkdtempSync(join(tmpdir(), 'calsync-before-'));
  const file = join(folder, 'calsync.db');
  const person = place.simulator.person(work);
  const at = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Berlin' });
  const hour = { summary: 'Plans', start: at('2026-03-27T10:00:00'), end: at('2026-03-27T11:00:00') };
  person.createEvent(work, hour);
  const series = person.createEvent(work, { ...hour, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] });
  person.editSlot(work, series.id, '2026-04-03T10:00:00+02:00', {
    start: at('2026-04-03T14:00:00'),
    end: at('2026-04-03T15:00:00'),
  });
  place.simulator
    .person(home)
    .createEvent(home, { ...hour, start: { date: '2026-03-30' }, end: { date: '2026-03-31' } });
  const before = await place.laptop({ file });
  await before.sync();
  await before.expectQuiet();
  const standing = JSON.stringify(place.simulator.dump());
  const told = (laptop: Laptop) => ({
    accounts: laptop.store.accounts().map(({ id, email }) => [id, email]),
    calendars: laptop.store.calendars().map(({ id, source, target }) => [id, source, target]),
  });
  const known = told(before);
  before.close();
  turnBack(file);

  const after = await place.laptop({ file, known: true });
  expect(told(after)).toEqual(known);
  expect(after.store.accounts().map(({ provider }) => provider)).toEqual(['google', 'google']);
  expect(await after.sync()).toMatchObject({ writes: 0, errors: [], outcome: 'ok' });
  expect(JSON.stringify(place.simulator.dump())).toBe(standing);
  await after.expectQuiet();
});
