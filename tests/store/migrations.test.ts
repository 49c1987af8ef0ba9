import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import { migrations } from '../../src/main/store/migrations/all.ts';
import { toCalendarId, toEventId, type CalendarId } from '../../src/shared/ids.ts';
import { day } from '../../src/shared/time.ts';
import { plainCapabilities } from '../support/capabilities.ts';
import { account, folder, home, listing, openTestStore, work } from './support.ts';

/** Takes a version and statements; returns a file of that version with the rows that they make. */
function fileOf(version: number, sql: string): string {
  const file = `${folder()}/calsync.db`;
  const database = new Database(file);
  database.function('source_ref_of', (calendarId, id) =>
    sourceRef(toCalendarId(String(calendarId)), toEventId(String(id))),
  );
  for (const step of migrations.filter((one) => one.version <= version)) database.exec(step.sql);
  database.exec(sql);
  database.pragma(`user_version = ${version}`);
  // The mark of our files.
  database.pragma('application_id = 0x43414c53');
  database.close();
  return file;
}

const accounts = ['owner', 'writer', 'writerWithoutPrivateAccess', 'reader', 'freeBusyReader'];
const people = `${accounts
  .map(
    (role) => `INSERT INTO accounts VALUES ('${role}', '${role}@x.example', '[]', 1, 'connected', NULL, NULL, NULL);`,
  )
  .join('\n')}
  INSERT INTO accounts VALUES ('${account}', 'me@x.example', '[]', 1, 'connected', NULL, NULL, NULL);
  INSERT INTO calendars (id, name, is_source, is_target, in_use_since, listed_by) VALUES
    ('${work}', 'Work', 1, 1, 1, '${account}'), ('${home}', 'Home', 1, 1, 1, '${account}');`;

describe('a file of version 30', () => {
  const access = (id: CalendarId, isPrimary: number) =>
    `INSERT INTO calendar_access VALUES ('${id}', '${account}', 'owns', 0, ${isPrimary}, 1, 0);`;

  const rows = `
    INSERT INTO accounts (id, email, scopes, added_at, state) VALUES ('${account}', 'me@x.example', '[]', 1, 'connected');
    INSERT INTO calendars (id, name, is_source, is_target, in_use_since, listed_by) VALUES
      ('${work}', 'Work', 1, 1, 1, '${account}'), ('${home}', 'Home', 1, 1, 1, '${account}');
    ${access(work, 1)} ${access(home, 0)}
    INSERT INTO events (calendar_id, id, source_ref, group_key, status, kind, own_response, tagged, recurrence,
      visibility, transparent, rings, seen_read) VALUES ('${work}', 'a', '${'a'.repeat(26)}', 'uid:a', 'confirmed', 'default',
      'none', 0, '', 'default', 0, 0, 1);
    DELETE FROM dirty_groups;`;

  it('has main calendars that take out-of-office events, and plans nothing anew at the next list', () => {
    const { store } = openTestStore({ file: fileOf(30, rows) });
    expect(Object.fromEntries(store.calendars().map((one) => [one.id, one.accesses[0]?.capabilities]))).toEqual({
      [work]: { ...plainCapabilities, outOfOffice: true },
      [home]: plainCapabilities,
    });
    const listings = [
      listing(work, { name: 'Work', primary: true, capabilities: { ...plainCapabilities, outOfOffice: true } }),
      listing(home, { name: 'Home' }),
    ];
    const unused = () => ({ source: false, target: false });
    store.saveListings(
      account,
      listings.map((one) => ({ ...one, timeZone: null })),
      unused,
      2,
    );
    expect(store.dirtyGroups().size).toBe(0);
    store.saveListings(
      account,
      listings.map((one) => ({ ...one, timeZone: null, capabilities: plainCapabilities })),
      unused,
      3,
    );
    expect(store.dirtyGroups().size).toBe(1);
  });
});

describe('a file of version 26', () => {
  it('has nothing standing, and knows when it last synced', () => {
    const run = (id: number, outcome: string, at: number): string =>
      `INSERT INTO runs (id, trigger, started_at, finished_at, outcome) VALUES (${id}, 'interval', ${at}, ${at + 1}, '${outcome}');`;
    const runs = [run(1, 'ok', 100), run(2, 'partial', 200), run(3, 'offline', 300)].join('\n');
    const { store } = openTestStore({ file: fileOf(26, people + runs) });
    expect(store.standing()).toEqual([]);
    expect(store.lastSyncedAt()).toBe(201);
    expect(store.settings().pausedSince).toBeNull();
  });
});

describe('a file of version 24', () => {
  it('keeps its deleted events for as long as those of today', () => {
    const row = `INSERT INTO events (calendar_id, id, source_ref, group_key, status, kind, own_response, tagged, recurrence,
      visibility, transparent, rings, seen_read) VALUES ('${work}', 'a', '${'a'.repeat(26)}', 'uid:a', 'cancelled', 'default',
      'none', 0, '', 'default', 0, 0, 1);`;
    const { store } = openTestStore({ file: fileOf(24, people + row) });
    const today = Date.UTC(2026, 10, 28);
    expect(store.forgetUnneeded(today)).toMatchObject({ events: 0 });
    expect(store.forgetUnneeded(today + 59 * day)).toMatchObject({ events: 0 });
    expect(store.forgetUnneeded(today + 60 * day)).toMatchObject({ events: 1 });
  });
});

describe('a file of version 22', () => {
  it('asks for pages of the ordinary size, from where it was', () => {
    const file = fileOf(22, `${people} UPDATE calendars SET cursor_account = '${account}', sync_token = 'token';`);
    const { store } = openTestStore({ file });
    expect(store.calendars().map(({ cursor, pageRows }) => [cursor?.syncToken, pageRows])).toEqual([
      ['token', null],
      ['token', null],
    ]);
  });
});

describe('a file of version 17', () => {
  it('has its events in zones by offset or of Windows planned again, and no others', () => {
    const zones = {
      a: 'GMT+02:00',
      b: 'Etc/GMT-2',
      c: 'W. Europe Standard Time',
      d: 'Europe/Berlin',
      e: null,
    };
    const rows = Object.entries(zones).map(
      ([
        id,
        zone,
      ]) => `INSERT INTO events (calendar_id, id, source_ref, group_key, status, kind, own_response, tagged, recurrence,
        visibility, transparent, rings, seen_read, start_at, start_zone) VALUES ('${work}', '${id}', '${id.repeat(26)}', 'uid:${id}',
        'confirmed', 'default', 'none', 0, '', 'default', 0, 0, 1, '2026-03-24T10:00:00+01:00', ${zone === null ? 'NULL' : `'${zone}'`});`,
    );
    const { store } = openTestStore({ file: fileOf(17, `${people}\n${rows.join('\n')}`) });
    expect([...store.dirtyGroups().keys()]).toEqual(['uid:a', 'uid:b', 'uid:c']);
  });
});

describe('a file of version 11', () => {
  it('takes what was read of a calendar to be what the best access shows, and asks nothing of what was never read', () => {
    const file = fileOf(
      11,
      `${people}
      UPDATE calendars SET last_read_at = 1 WHERE id = '${work}';
      INSERT INTO calendar_access VALUES ('${work}', 'reader', 'reads', 0, 0, 1, 0), ('${work}', 'writer', 'writes', 0, 0, 1, 0),
        ('${home}', 'reader', 'reads', 0, 0, 1, 0);`,
    );
    const { store } = openTestStore({ file });
    expect(store.calendars().map(({ id, seenWith }) => [id, seenWith])).toEqual([
      [work, 'writes'],
      [home, null],
    ]);
  });
});

describe('a file of version 7', () => {
  it('is read once more and planned again, and its blocks know which block they stand for', () => {
    const outer = blockId(sourceRef(home, toEventId('a')), work, 0);
    const of = sourceRef(work, outer);
    const columns = `target_id, id, source_ref, generation, content_hash, recurrence, visibility, transparent, rings, seen_read`;
    const file = fileOf(
      7,
      `${people}
      UPDATE calendars SET sync_token = 'token', cursor_account = '${account}';
      INSERT INTO blocks (${columns}) VALUES
        ('${work}', '${outer}', '${sourceRef(home, toEventId('a'))}', 0, 'hash', '', 'private', 0, 0, 1),
        ('${home}', '${blockId(of, home, 0)}', '${of}', 0, 'hash', '', 'private', 0, 0, 1);`,
    );
    const test = openTestStore({ file });
    expect(test.store.calendars().map((calendar) => calendar.cursor)).toEqual([null, null]);
    expect([...test.store.dirtyGroups().keys()]).toContain(`ref:${of}`);
    const group = [...test.store.loadGroups([`ref:${of}`])][0];
    expect(group?.blocks).toMatchObject([{ targetId: home, ofBlockOn: work }]);
  });
});

describe('a file of version 14', () => {
  it('has calendars that no account lists gone since their last read, and what they gave is planned again', () => {
    const file = fileOf(
      14,
      `${people}
      UPDATE calendars SET last_read_at = 7;
      INSERT INTO calendar_access VALUES ('${home}', '${account}', 'owns', 0, 1, 1, 0);
      INSERT INTO events (calendar_id, id, source_ref, group_key, status, kind, own_response, tagged, recurrence, visibility,
        transparent, rings, seen_read) VALUES ('${work}', 'a', '${'a'.repeat(26)}', 'uid:a', 'confirmed', 'default', 'none', 0, '', 'default', 0, 0, 1);`,
    );
    const { store } = openTestStore({ file });
    expect(store.calendars().map(({ id, gone, address }) => [id, gone, address])).toEqual([
      [work, { since: 7, proof: null }, work],
      [home, null, home],
    ]);
    expect(store.renamings()).toEqual([]);
    expect([...store.dirtyGroups().keys()]).toEqual(['uid:a']);
  });
});

describe('a file of version 3', () => {
  it('has its access named in words of any service, and what a half-seen calendar gave is planned again', () => {
    const file = fileOf(
      3,
      `${people}
      ${accounts.map((role) => `INSERT INTO calendar_access VALUES ('${work}', '${role}', '${role}', 0, 1, 0);`).join('\n')}
      INSERT INTO events (calendar_id, id, source_ref, group_key, status, kind, own_response, tagged, recurrence, visibility,
        transparent, rings, seen_read) VALUES ('${work}', 'a', '${'a'.repeat(26)}', 'uid:a', 'confirmed', 'default', 'none', 0, '', 'default', 0, 0, 1);`,
    );
    const test = openTestStore({ file });
    const found = test.store.calendars().find((calendar) => calendar.id === work);
    expect(
      Object.fromEntries(found?.accesses.map((one) => [one.accountId, [one.access, one.privateHidden]]) ?? []),
    ).toEqual({
      owner: ['owns', false],
      writer: ['writes', false],
      writerWithoutPrivateAccess: ['reads', true],
      reader: ['reads', false],
      freeBusyReader: ['sees-busy', false],
    });
    expect([...test.store.dirtyGroups().keys()]).toEqual(['uid:a']);
  });

  it('reads each calendar once in full, because its rows do not say whether one is an optional guest', () => {
    const file = fileOf(
      3,
      `${people}
      UPDATE calendars SET cursor_account = '${account}', sync_token = 'token', last_read_at = 1;
      INSERT INTO events (calendar_id, id, source_ref, group_key, status, kind, own_response, tagged, recurrence, visibility,
        transparent, rings, seen_read) VALUES ('${work}', 'a', '${'a'.repeat(26)}', 'uid:a', 'confirmed', 'default', 'accepted', 0, '', 'default', 0, 0, 1);`,
    );
    const { store } = openTestStore({ file });
    expect(store.calendars().map((calendar) => calendar.cursor)).toEqual([null, null]);
    const rows = [...store.loadGroups('all')].flatMap((group) => group.events.map(({ row }) => row));
    expect(rows.map(({ ownResponse, optionalGuest }) => [ownResponse, optionalGuest])).toEqual([['accepted', false]]);
  });
});
