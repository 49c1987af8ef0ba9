import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { day } from '../../src/shared/time.ts';
import { openDatabase, type DatabaseRequest } from '../../src/main/store/database.ts';
import { databasesPutAside, openStore, removePutAside } from '../../src/main/store/index.ts';
import { migrations } from '../../src/main/store/migrations/all.ts';
import type { Migration } from '../../src/main/store/migrations/migration.ts';
import { findTampering, printOfSchema, schemaPrint } from '../../src/main/store/tampering.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { account, accountRecord, event, folder, home, now, openMesh, openTestStore, peek, work } from './support.ts';

const stamp = '20260323T080000Z';

/** Makes a store file with a thousand events in it, closed; returns its path. */
function filled(): string {
  const file = `${folder()}/calsync.db`;
  const test = openMesh({ file });
  test.read(
    work,
    'everything',
    Array.from({ length: 1000 }, (_, index) => event(`e${index}`)),
  );
  test.store.close();
  return file;
}

const countEvents = (test: ReturnType<typeof openTestStore>) => test.groups().flatMap((group) => group.events).length;
const filesBeside = (file: string) => readdirSync(file.slice(0, file.lastIndexOf('/'))).sort();
const open = (file: string, special: Partial<DatabaseRequest> = {}) => {
  const opened = openDatabase({ file, now: () => now, logger: new MemoryLogger(), ...special });
  if (opened.ok) opened.value.connection.close();
  return opened;
};

describe('a new store', () => {
  it('is readable by its owner only, with everything beside it', () => {
    const file = `${folder()}/calsync.db`;
    const test = openMesh({ file });
    test.read(work, 'everything', [event('a')]);
    expect(filesBeside(file)).toEqual(['calsync.db', 'calsync.db-shm', 'calsync.db-wal']);
    for (const suffix of ['', '-shm', '-wal']) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
  });

  it('takes away the rights that others have on an old file', () => {
    const file = filled();
    chmodSync(file, 0o644);
    openTestStore({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes ahead, flushes each commit, checks keys and overwrites what it deletes', () => {
    const opened = openDatabase({ file: `${folder()}/calsync.db`, now: () => now, logger: new MemoryLogger() });
    if (!opened.ok) throw new Error(opened.error.code);
    const { connection, notices } = opened.value;
    const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete', 'busy_timeout', 'user_version'];
    const values = settings.map((name) => connection.pragma(name, { simple: true }));
    connection.close();
    expect(values).toEqual(['wal', 2, 1, 1, 5000, migrations.length]);
    expect(notices).toEqual([]);
  });

  it('has strict tables only, and nowhere to put a secret', () => {
    const file = filled();
    const connection = peek(file);
    const tables = connection.pragma('table_list') as { name: string; type: string; strict: number }[];
    const ours = tables.filter((table) => table.type === 'table' && !table.name.startsWith('sqlite_'));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((table) => table.strict !== 1)).toEqual([]);
    const columns = ours.flatMap(({ name }) =>
      (connection.pragma(`table_info(${name})`) as { name: string }[]).map((column) => `${name}.${column.name}`),
    );
    // The position in a calendar's changes is worth nothing without a sign-in.
    expect(columns.filter((name) => /token|secret|password|credential|verifier|code/i.test(name))).toEqual([
      'calendars.sync_token',
    ]);
  });

  it('refuses values that no program of ours would write', () => {
    const connection = peek(filled());
    expect(() => connection.exec("UPDATE events SET status = 'perhaps'")).toThrow(/CHECK/);
    expect(() => connection.exec("UPDATE events SET start_at = 'soon'")).toThrow(/CHECK/);
    expect(() => connection.exec('UPDATE events SET tagged = NULL')).toThrow(/NOT NULL/);
    expect(() => connection.exec("UPDATE events SET rings = 'x'")).toThrow(/INTEGER/);
  });

  it('holds what was stored when it is opened again', () => {
    const file = filled();
    const test = openTestStore({ file });
    expect(test.notices).toEqual([]);
    expect(countEvents(test)).toBe(1000);
    expect(test.store.calendars().find((calendar) => calendar.id === work)?.cursor?.syncToken).toBe('token-1');
    expect(test.store.nextReadId()).toBe(2);
  });
});

describe('a file that another program has written to', () => {
  it('is known by what our own steps make, which is written down with each new one (CONTRIBUTING.md)', () => {
    const opened = openDatabase({
      file: ':memory:',
      now: () => now,
      logger: new MemoryLogger(),
      migrations: [...migrations],
    });
    if (!opened.ok) throw new Error(opened.error.code);
    expect(schemaPrint(opened.value.connection)).toBe(printOfSchema);
    expect(findTampering(opened.value.connection)).toBeNull();
  });

  const damages: readonly (readonly [string, string])[] = [
    ['has a trigger that nobody here made', 'CREATE TRIGGER more AFTER INSERT ON events BEGIN SELECT 1; END'],
    ['has a view in place of nothing', 'CREATE VIEW seen AS SELECT title FROM events'],
    ['has lost an index', 'DROP INDEX blocks_by_source_ref'],
    [
      'leads a write to an event of somebody else',
      `INSERT INTO blocks (target_id, id, source_ref, generation, content_hash, recurrence, visibility, transparent, rings, seen_read)
       VALUES ('${work}', 'theirs', '${'a'.repeat(26)}', 0, 'hash', '', 'private', 0, 0, 1)`,
    ],
  ];
  it.each(damages)('and that %s is kept under another name, like a damaged one', (_, sql) => {
    const file = filled();
    const other = new Database(file);
    // What the triggers of the tables call.
    other.function('source_ref_of', { varargs: true }, () => null);
    other.exec(sql);
    other.close();
    const test = openTestStore({ file });
    const name = `calsync.db.damaged-${stamp}`;
    expect(test.notices).toEqual([{ code: 'database-corrupt', about: name, detail: null }]);
    expect(test.store.calendars()).toEqual([]);
    expect(filesBeside(file)).toContain(name);
    test.store.close();
    expect(openTestStore({ file }).notices).toEqual([]);
  });
});

describe('databases that were put aside', () => {
  it('are listed with their logs as one, and removed with them; one that is being made is let be', () => {
    const file = filled();
    for (const name of ['.damaged-x', '.damaged-x-wal', '.before-9', '.before-10.partial'])
      writeFileSync(file + name, 'abc');
    writeFileSync(`${file}-wal.note`, 'somebody’s own');
    expect(databasesPutAside(file).map(({ name, why, bytes }) => [name, why, bytes])).toEqual(
      expect.arrayContaining([
        ['calsync.db.damaged-x', 'damaged', 6],
        ['calsync.db.before-9', 'update', 3],
      ]),
    );
    expect(removePutAside(file, () => true)).toHaveLength(2);
    expect(filesBeside(file)).toEqual(['calsync.db', 'calsync.db-wal.note', 'calsync.db.before-10.partial']);
  });
});

describe('the server of a file', () => {
  it('is the first that accounts were used with, for as long as there are any', () => {
    const { store } = openTestStore();
    expect(store.belongsElsewhere('https://one.example/')).toBeNull();
    expect(store.belongsElsewhere('https://two.example/')).toBeNull();
    store.saveAccount(accountRecord());
    expect(store.belongsElsewhere('https://two.example/')).toBeNull();
    expect(store.belongsElsewhere('https://one.example/')).toBe('https://two.example/');
    store.removeAccount(account);
    expect(store.belongsElsewhere('https://one.example/')).toBeNull();
    expect(store.belongsElsewhere('https://one.example/')).toBeNull();
  });
});

describe('a file from the future', () => {
  it('is refused and left as it is', () => {
    const file = filled();
    const other = new Database(file);
    other.pragma('user_version = 99');
    other.close();
    const before = readFileSync(file);
    expect(openStore({ file, now: () => now, logger: new MemoryLogger() })).toEqual({
      ok: false,
      error: { code: 'database-from-future', about: '99', detail: 'user_version 99' },
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(filesBeside(file).filter((name) => /damaged|before/.test(name))).toEqual([]);
  });

  it('is refused also while its version is only in the log that another process left', () => {
    const file = filled();
    const other = new Database(file);
    other.pragma('user_version = 99');
    const copy = `${folder()}/calsync.db`;
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
    other.close();
    const before = readFileSync(copy);
    expect(open(copy)).toMatchObject({ ok: false, error: { code: 'database-from-future' } });
    expect(readFileSync(copy).equals(before)).toBe(true);
  });
});

describe('a damaged file', () => {
  it.each<[string, (file: string) => void]>([
    ['is no database', (file) => writeFileSync(file, 'Dear diary, '.repeat(1000))],
    ['has a broken header', (file) => patch(file, 0, Buffer.alloc(100, 0xff))],
    ['has broken pages', (file) => patch(file, 4096 * 20, Buffer.alloc(4096 * 10, 0xa5))],
    ['was cut off', (file) => truncateSync(file, 4096 * 21 + 100)],
    ['breaks the rules of its tables', (file) => breakRules(file)],
  ])('that %s is kept under another name, and a new one is started', (_, damage) => {
    const file = filled();
    damage(file);
    const damaged = readFileSync(file);
    const test = openTestStore({ file });
    const name = `calsync.db.damaged-${stamp}`;
    expect(test.notices).toEqual([{ code: 'database-corrupt', about: name, detail: null }]);
    expect(test.logger.events('error')).toEqual(['database-damaged']);
    expect(readFileSync(file.replace('calsync.db', name)).equals(damaged)).toBe(true);
    expect(test.store.calendars()).toEqual([]);
    test.store.close();
    const again = openTestStore({ file });
    expect(again.notices).toEqual([]);
  });

  it('takes its log along, and never overwrites one that was kept before', () => {
    const file = filled();
    for (let count = 0; count < 3; count += 1) {
      writeFileSync(file, 'not a database, not at all');
      writeFileSync(`${file}-wal`, 'log');
      expect(open(file).ok).toBe(true);
    }
    expect(filesBeside(file)).toEqual([
      'calsync.db',
      `calsync.db.damaged-${stamp}`,
      `calsync.db.damaged-${stamp}-2`,
      `calsync.db.damaged-${stamp}-2-shm`,
      `calsync.db.damaged-${stamp}-2-wal`,
      `calsync.db.damaged-${stamp}-3`,
      `calsync.db.damaged-${stamp}-3-shm`,
      `calsync.db.damaged-${stamp}-3-wal`,
      `calsync.db.damaged-${stamp}-shm`,
      `calsync.db.damaged-${stamp}-wal`,
    ]);
  });

  function patch(file: string, offset: number, bytes: Buffer): void {
    const whole = readFileSync(file);
    bytes.copy(whole, offset);
    writeFileSync(file, whole);
  }

  function breakRules(file: string): void {
    const other = new Database(file);
    other.pragma('ignore_check_constraints = ON');
    other.exec("UPDATE events SET status = 'perhaps' WHERE id = 'e7'");
    other.close();
  }
});

describe('a file that cannot be used', () => {
  const failure = (file: string) => {
    const opened = open(file);
    return opened.ok ? null : opened.error;
  };

  it('because it is of another program is left as it is', () => {
    const file = `${folder()}/notes.db`;
    const other = new Database(file);
    other.exec('CREATE TABLE notes (text)');
    other.close();
    const before = readFileSync(file);
    expect(failure(file)).toMatchObject({ code: 'database-failed', about: 'the file belongs to another program' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('because its folder is missing, or it is one, says so without a path', () => {
    const path = folder();
    mkdirSync(`${path}/calsync.db`);
    for (const file of [`${path}/missing/calsync.db`, `${path}/calsync.db`]) {
      const error = failure(file);
      expect(error).toMatchObject({ code: 'database-failed', about: 'the file cannot be made in that folder' });
      expect(JSON.stringify(error)).not.toContain(path);
    }
  });

  it('because another program has locked it says so after a while', { timeout: 20_000 }, () => {
    const file = filled();
    const other = new Database(file);
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN EXCLUSIVE');
    expect(failure(file)).toMatchObject({ code: 'database-failed', about: 'another program holds it' });
    other.close();
    expect(open(file).ok).toBe(true);
  });
});

describe('what was removed', () => {
  it('stands in no file of the store, as soon as its account is removed', () => {
    const file = `${folder()}/calsync.db`;
    const test = openMesh({ file });
    test.read(work, 'everything', [event('a', { summary: 'Canary of the first hour' })]);
    const isOnDisk = () =>
      filesBeside(file).some((name) => readFileSync(`${dirname(file)}/${name}`).includes('Canary of the first hour'));
    expect(isOnDisk()).toBe(true);
    test.store.removeAccount(account);
    expect(isOnDisk()).toBe(false);
  });

  it('goes from copies and damaged files after thirty days', () => {
    const file = filled();
    const beside = ['before-3', 'damaged-20260101T000000Z', 'damaged-20260101T000000Z-wal', 'backup-of-mine'];
    for (const suffix of beside) writeFileSync(`${file}.${suffix}`, 'x');
    writeFileSync(`${dirname(file)}/other.db.before-3`, 'x');
    const { ctimeMs } = statSync(`${file}.before-3`);
    const later = (days: number) => open(file, { now: () => ctimeMs + days * day }).ok;
    expect(later(29)).toBe(true);
    expect(filesBeside(file)).toHaveLength(beside.length + 2);
    expect(later(31)).toBe(true);
    expect(filesBeside(file)).toEqual(['calsync.db', 'calsync.db.backup-of-mine', 'other.db.before-3']);
  });
});

describe('a migration', () => {
  const next: Migration = {
    version: migrations.length + 1,
    name: 'next',
    sql: 'ALTER TABLE events ADD COLUMN weather TEXT; CREATE TABLE places (id TEXT PRIMARY KEY) STRICT;',
  };
  const versionOf = (file: string) => Number(peek(file).pragma('user_version', { simple: true }));

  it('is ours from the first on, each one more than the one before', () => {
    expect(migrations.map((step) => step.version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('brings an existing file up and keeps a copy of how it was', () => {
    const file = filled();
    const logger = new MemoryLogger();
    expect(open(file, { migrations: [...migrations, next], logger }).ok).toBe(true);
    expect(versionOf(file)).toBe(next.version);
    expect(logger.lines).toContainEqual({
      level: 'info',
      event: 'database-migrated',
      fields: { version: next.version, name: 'next' },
    });
    const copy = `${file}.before-${next.version}`;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(existsSync(`${copy}.partial`)).toBe(false);
    // The copy can be put back and used by the program that it was made by.
    copyFileSync(copy, `${file}.back`);
    const test = openTestStore({ file: `${file}.back` });
    expect(countEvents(test)).toBe(1000);
    const before = readFileSync(copy);
    expect(open(file, { migrations: [...migrations, next] }).ok).toBe(true);
    expect(readFileSync(copy).equals(before)).toBe(true);
  });

  it.each([
    ['is wrong', 'CREATE TABLE places (id TEXT PRIMARY KEY) STRICT; NONSENSE;'],
    [
      'leaves rows without their parent',
      `CREATE TABLE places (id TEXT PRIMARY KEY) STRICT; DELETE FROM calendars WHERE id = '${work}'`,
    ],
  ])('that %s changes nothing at all', (_, sql) => {
    const file = filled();
    const steps = [...migrations, next, { version: next.version + 1, name: 'wrong', sql }];
    expect(open(file, { migrations: steps })).toMatchObject({ ok: false, error: { code: 'database-failed' } });
    expect(versionOf(file)).toBe(migrations.length);
    const test = openTestStore({ file });
    expect(countEvents(test)).toBe(1000);
    expect(test.store.calendars().map((calendar) => calendar.id)).toContain(home);
    expect(test.notices).toEqual([]);
  });

  it('of a new file makes no copy', () => {
    const file = `${folder()}/calsync.db`;
    expect(open(file, { migrations: [...migrations, next] }).ok).toBe(true);
    expect(filesBeside(file)).toEqual(['calsync.db']);
  });

  it('that is numbered wrongly is a bug', () => {
    const file = filled();
    expect(() => open(file, { migrations: [...migrations, { ...next, version: next.version + 1 }] })).toThrow(
      /out of order/,
    );
  });
});
