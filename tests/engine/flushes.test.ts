import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openWorkplace, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const emails = ['work@a.example', 'home@b.example', 'club@c.example', 'family@d.example'];

type Work = (...values: unknown[]) => unknown;

let place: Workplace;
let folder: string;
/** How often a connection had to wait until what it wrote was on the disk (`PRAGMA synchronous`, at FULL one for each commit). */
let flushes = 0;

beforeEach(() => {
  flushes = 0;
  folder = mkdtempSync(join(tmpdir(), 'calsync-flushes-'));
  const isFull = (connection: Database.Database): boolean =>
    !connection.inTransaction && connection.pragma('synchronous', { simple: true }) === 2;
  const own = Database.prototype as unknown as {
    readonly prepare: (source: string) => Database.Statement;
    readonly transaction: (work: Work) => Record<'immediate' | 'deferred' | 'exclusive' | 'default', Work>;
  };
  const { prepare, transaction } = own;
  vi.spyOn(own, 'prepare').mockImplementation(function (this: Database.Database, source) {
    const statement = prepare.call(this, source);
    if (statement.readonly) return statement;
    for (const name of ['run', 'get', 'all'] as const) {
      const call = statement[name].bind(statement);
      const counted: Work = (...values) => {
        if (isFull(this)) flushes += 1;
        return call(...values);
      };
      Object.assign(statement, { [name]: counted });
    }
    return statement;
  });
  vi.spyOn(own, 'transaction').mockImplementation(function (this: Database.Database, work) {
    const made = transaction.call(this, work);
    const changes = (): unknown => prepare.call(this, 'SELECT total_changes()').pluck().get();
    return {
      ...{ deferred: made.deferred, exclusive: made.exclusive, default: made.default },
      immediate: (...values) => {
        const [before, full] = [changes(), isFull(this)];
        const answer = made.immediate(...values);
        if (full && changes() !== before) flushes += 1;
        return answer;
      },
    };
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a quiet cycle of four calendars waits for the disk once, and one that writes for each of its steps', async () => {
  place = await openWorkplace({ world: mainCalendars(...emails) });
  const laptop = await place.laptop({ file: join(folder, 'calsync.db') });
  await laptop.sync();
  await laptop.sync();
  flushes = 0;
  await laptop.sync();
  expect(flushes).toBe(1);

  const person = place.simulator.person(emails[0] ?? '');
  person.createEvent(emails[0] ?? '', {
    start: { date: '2026-03-27' },
    end: { date: '2026-03-28' },
    transparency: 'opaque',
  });
  flushes = 0;
  const run = await laptop.sync();
  expect(run.added).toBe(3);
  // What is to be made is on the disk before it is asked for, and what came of it before anything else is.
  expect(flushes).toBeGreaterThan(3 * 2);
});
