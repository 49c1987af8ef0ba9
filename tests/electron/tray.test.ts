import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TrayItem, TrayState } from '../../src/main/electron/tray/view.ts';
import { menuText, trayView } from '../../src/main/electron/tray/view.ts';
import type { NotificationMatter } from '../../src/main/electron/notifications/due.ts';
import { dueNotifications, placeOfMatter } from '../../src/main/electron/notifications/due.ts';
import type { HoldView, Status } from '../../src/shared/dto.ts';
import { appError, type ErrorCode } from '../../src/shared/errors.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { SettingsPlace } from '../../src/shared/ipc.ts';
import { day, minute } from '../../src/shared/time.ts';
import { exampleAccount, exampleCalendar, exampleNow, exampleStatus, exampleTrouble } from '../support/fake-calsync.ts';
import { facts, situations } from '../support/situations.ts';

const now = Date.parse(exampleNow);
const state = (status: Partial<Status> | null, over: Partial<TrayState> = {}): TrayState => ({
  status: status === null ? null : exampleStatus(status),
  now,
  locale: 'en-GB',
  ...over,
});
const minutesAgo = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const hold: HoldView = {
  key: 'mass-deletion:x',
  kind: 'mass-deletion',
  calendarId: toCalendarId('x'),
  calendarName: 'Work',
  count: 30,
  since: exampleNow,
  version: 'v1',
};

const labels = (items: readonly TrayItem[]): readonly string[] =>
  items.flatMap((item) => (item.kind === 'line' ? [] : [item.label]));
const actionOf = (items: readonly TrayItem[], label: string): unknown => {
  const item = items.find((each) => each.kind === 'item' && each.label === label);
  return item?.kind === 'item' ? item.action : undefined;
};

describe('the icon in the tray', () => {
  test('before the first snapshot', () => {
    expect(trayView(state(null))).toMatchObject({ icon: 'syncing', tooltip: 'CalSync – Catching up…' });
  });

  test('says how long ago all was well, whatever the clock did', () => {
    const tooltip = (lastSyncAt: string, intervalMinutes = 1440): string =>
      trayView(state({ lastSyncAt, intervalMinutes })).tooltip;
    expect(tooltip(minutesAgo(0.5))).toBe('CalSync – Everything is in sync, just now');
    expect(tooltip(minutesAgo(-4))).toBe('CalSync – Everything is in sync, just now');
    expect(tooltip(minutesAgo(61))).toBe('CalSync – Everything is in sync, 1 hour ago');
    expect(tooltip(minutesAgo(2000))).toBe('CalSync – Everything is in sync, 1 day ago');
  });

  test('every picture of every state is there', () => {
    for (const icon of ['idle', 'syncing', 'paused', 'needs-you', 'offline']) {
      for (const variant of ['light', 'dark', 'Template']) {
        for (const scale of ['', '@2x']) {
          const file = resolve(import.meta.dirname, `../../build/icons/tray-${icon}-${variant}${scale}.png`);
          expect(existsSync(file), file).toBe(true);
        }
      }
    }
  });
});

describe('the menu of the tray', () => {
  test('alone can do everything', () => {
    const { menu } = trayView(state({}));
    expect(labels(menu)).toEqual([
      'Everything is in sync, 2 min ago',
      'Sync now',
      'Pause',
      'Open CalSync',
      'Settings…',
      'About CalSync',
      'Quit CalSync',
    ]);
    expect(actionOf(menu, 'Everything is in sync, 2 min ago')).toBeNull();
    expect(actionOf(menu, 'Sync now')).toEqual({ kind: 'sync' });
    const pause = menu.find((item) => item.kind === 'menu');
    expect(
      pause?.kind === 'menu' ? pause.items.map((item) => (item.kind === 'item' ? item.action : null)) : [],
    ).toEqual((['forever', 'hour', 'tomorrow'] as const).map((until) => ({ kind: 'pause', until })));
  });

  test('mends what needs the person, and tells of nothing that needs nobody', () => {
    const account = exampleAccount({ state: 'needs-sign-in' });
    const { menu } = trayView(
      state({
        accounts: [account, exampleAccount({ id: 'other', email: 'other@x.example' })],
        holds: [hold],
        troubles: [exampleTrouble('needs-sign-in', account.email), exampleTrouble('rate-limited', account.email)],
      }),
    );
    expect(labels(menu).slice(0, 3)).toEqual([
      '2 things need you',
      'Sign in again to work@northwind.example',
      '30 removals for Work wait for you',
    ]);
    expect(labels(menu)[3]).toBe('Sync now');
    expect(actionOf(menu, 'Sign in again to work@northwind.example')).toEqual({
      kind: 'reconnect',
      accountId: account.id,
    });
    expect(actionOf(menu, '30 removals for Work wait for you')).toEqual({ kind: 'open' });
  });

  test('says a single matter once', () => {
    const account = exampleAccount({ state: 'needs-sign-in' });
    const { menu } = trayView(
      state({
        accounts: [account, exampleAccount({ id: 'other', email: 'other@x.example' })],
        troubles: [exampleTrouble('needs-sign-in', account.email)],
      }),
    );
    expect(labels(menu).slice(0, 2)).toEqual(['Sign in again to work@northwind.example', 'Sync now']);
  });

  test.each(situations)('never lists more than three matters: $name', ({ facts: over }) => {
    const items = trayView(state(over)).menu;
    const ends = items.findIndex((item) => item.kind === 'line');
    expect(ends).toBeLessThanOrEqual(4);
  });

  test('counts what is more than three', () => {
    const { menu } = trayView(
      state(situations.find(({ name }) => name.startsWith('forty calendars that are'))?.facts ?? {}),
    );
    expect(labels(menu)[3]).toBe('2 more things to look at…');
    expect(actionOf(menu, '2 more things to look at…')).toEqual({ kind: 'open' });
  });

  test('resumes, leads a newcomer, and starts nothing that was not seen', () => {
    const paused = trayView(state({ pausedUntil: 'forever' })).menu;
    expect(actionOf(paused, 'Resume')).toEqual({ kind: 'resume' });
    const fresh = trayView(state({ accounts: [], started: false })).menu;
    expect(actionOf(fresh, 'Set up CalSync…')).toEqual({ kind: 'settings', page: 'guide' });
    expect(labels(fresh)).not.toContain('Sync now');
    const waiting = trayView(state({ started: false })).menu;
    expect(actionOf(waiting, 'Not started yet')).toEqual({ kind: 'settings', page: 'preview' });
    expect(labels(waiting)).not.toContain('Sync now');
    expect(actionOf(trayView(state({ ...facts.syncing })).menu, 'Sync now')).toBeNull();
  });

  test('offers nothing that nobody would do while the engine is away', () => {
    const away = (error: Parameters<typeof appError>[0] | null) =>
      trayView(
        state({
          waitsFor: {
            ...{ disk: null, keychain: null },
            engine: { since: exampleNow, error: error === null ? null : appError(error) },
          },
        }),
      ).menu;
    expect(labels(away(null))).toEqual([
      'CalSync does not answer since 08:30',
      'Open CalSync',
      'Settings…',
      'About CalSync',
      'Quit CalSync',
    ]);
    expect(actionOf(away('database-failed'), 'Try again')).toEqual({ kind: 'sync' });
    expect(labels(away('database-from-future')).slice(0, 2)).toEqual([
      'Nothing can sync since 08:30',
      'The database was written by a newer CalSync, so it was left…',
    ]);
  });

  test('dates what began before a day', () => {
    const since = '2026-03-20T08:20:00.000Z';
    const { tooltip } = trayView(state({ waitsFor: { disk: null, keychain: null, engine: { since, error: null } } }));
    expect(tooltip).toMatch(/^CalSync – CalSync does not answer since Fri,? 20 Mar,? (?:at )?08:20$/);
  });

  test('shows names from calendars as one harmless line', () => {
    expect(menuText('R&D\n\u0007\u202eteam')).toBe('R&&D team');
    expect(menuText('x'.repeat(200))).toHaveLength(60);
  });
});

describe('notifications', () => {
  const calm = exampleStatus({ accounts: [exampleAccount()], holds: [], troubles: [] });
  const signedOut = {
    ...calm,
    accounts: [exampleAccount({ state: 'needs-sign-in' })],
    troubles: [exampleTrouble('needs-sign-in', exampleAccount().email)],
  };

  test('tell once per incident, whatever comes in between, and again for the next one', () => {
    const first = dueNotifications(signedOut, now, []);
    expect(first.due.map(({ title }) => title)).toEqual(['Sign in again to work@northwind.example']);
    const second = dueNotifications({ ...signedOut, ...facts.syncing }, now, first.told);
    expect(second.due).toEqual([]);
    const third = dueNotifications(signedOut, now, second.told);
    expect(third.due).toEqual([]);
    const mended = dueNotifications(calm, now, third.told);
    expect(mended).toEqual({ due: [], told: [] });
    expect(dueNotifications(signedOut, now, mended.told).due).toHaveLength(1);
  });

  test('tell only of what a person must act on', () => {
    const troubles = (
      ['offline', 'rate-limited', 'provider-trouble', 'quota-exhausted', 'busy-elsewhere'] as const
    ).map((code) => exampleTrouble(code));
    expect(dueNotifications({ ...calm, troubles }, now, []).due).toEqual([]);
    expect(dueNotifications({ ...calm, troubles: [exampleTrouble('keychain-unavailable')] }, now, []).due).toHaveLength(
      1,
    );
    const waitsFor = { disk: null, keychain: { since: exampleNow, error: null }, engine: null };
    expect(dueNotifications({ ...calm, waitsFor }, now, []).due).toHaveLength(1);
    const refused = exampleTrouble('time-zone-refused', 'Work', { meetings: 1, what: 'a' });
    const first = dueNotifications({ ...calm, troubles: [refused] }, now, []);
    expect(first.due).toHaveLength(1);
    expect(dueNotifications({ ...calm, troubles: [{ ...refused, known: true }] }, now, []).due).toEqual([]);
    expect(dueNotifications({ ...calm, troubles: [{ ...refused, what: 'b' }] }, now, first.told).due).toHaveLength(1);
    const held = dueNotifications({ ...calm, holds: [hold] }, now, []);
    expect(held.due[0]?.title).toBe('30 removals for Work wait for you');
    expect(dueNotifications({ ...calm, holds: [{ ...hold, count: 31 }] }, now, held.told).due).toEqual([]);
    expect(
      dueNotifications({ ...calm, holds: [{ ...hold, since: '2026-03-24T08:30:00.000Z' }] }, now, held.told).due,
    ).toHaveLength(1);
  });

  /** Takes calendars; returns the status with their troubles, as the engine tells them. */
  const losing = (...calendars: Status['calendars']): Status => ({
    ...calm,
    calendars,
    troubles: calendars.flatMap(({ trouble }) =>
      trouble === null ? [] : [exampleTrouble(trouble.code, trouble.about)],
    ),
  });

  test('tell of many calendars that are lost in one notification, and again when one more is', () => {
    const lost = (count: number) =>
      losing(
        ...Array.from({ length: count }, (_each, index) =>
          exampleCalendar({ id: `c${index}`, name: `C${index}`, trouble: appError('calendar-gone', `C${index}`) }),
        ),
      );
    const first = dueNotifications(lost(40), now, []);
    expect(first.due.map(({ title }) => title)).toEqual(['You cannot see C0, C1 and 38 others any more']);
    expect(dueNotifications(lost(40), now, first.told).due).toEqual([]);
    expect(dueNotifications(lost(41), now, first.told).due).toHaveLength(1);
  });

  test('tell of a calendar in use that is lost, once for each loss, and of no other trouble with it', () => {
    const lost = exampleCalendar({ trouble: appError('calendar-gone', 'Work'), source: false, target: true });
    const first = dueNotifications(losing(lost), now, []);
    expect(first.due.map(({ title }) => title)).toEqual([`You cannot see ${lost.name} any more`]);
    expect(dueNotifications(losing(lost), now, first.told).due).toEqual([]);
    const readOnly = { ...lost, trouble: appError('calendar-read-only', 'Work') };
    expect(dueNotifications(losing(readOnly), now, first.told).due.map(({ title }) => title)).toEqual([
      `You may only read ${lost.name}`,
    ]);
    expect(dueNotifications(losing({ ...lost, trouble: appError('provider-trouble', 'Work') }), now, []).due).toEqual(
      [],
    );
  });

  test('ask once about a calendar that may be a former one under a new address, though it is not in use', () => {
    const renamed = exampleCalendar({
      source: false,
      target: false,
      formerly: 'old@northwind.example',
      trouble: appError('calendar-renamed', 'Work'),
    });
    const first = dueNotifications(losing(renamed), now, []);
    expect(first.due.map(({ title }) => title)).toEqual(['Is Work one of yours under a new address?']);
    expect(dueNotifications(losing(renamed), now, first.told).due).toEqual([]);
  });

  const wait = (since: string, code: ErrorCode) => ({ since, error: appError(code) });
  const none = { disk: null, keychain: null, engine: null };

  test('say of a keychain that is waited for what every surface says, and of one that is not there, something else', () => {
    const absent = dueNotifications({ ...calm, troubles: [exampleTrouble('keychain-unavailable')] }, now, []);
    expect(absent.due[0]?.body).toContain('sign-ins last only until CalSync quits');
    // Told anew, because it is another thing.
    const locked = { ...calm, waitsFor: { ...none, keychain: wait(exampleNow, 'keychain-failed') } };
    const { due, told } = dueNotifications(locked, now, absent.told);
    expect(due.map(({ title, body }) => [title, body])).toEqual([
      [
        'Waiting for the keychain',
        'CalSync cannot read your sign-ins, so your blocks stay as they are. Unlock the keychain; CalSync then goes on by itself.',
      ],
    ]);
    const asks = { ...calm, waitsFor: { ...none, keychain: wait(exampleNow, 'keychain-asks') } };
    expect(dueNotifications(asks, now, told).due).toEqual([]);
    expect(dueNotifications(asks, now, []).due[0]?.body).toContain('Look for its question on your screen');
  });

  test('tell once of a disk that is waited for longer than some minutes, whether or not the engine runs', () => {
    for (const where of ['disk', 'engine'] as const) {
      const full = { ...calm, waitsFor: { ...none, [where]: wait(exampleNow, 'database-failed') } };
      expect(dueNotifications(full, now + 5 * minute, []).due).toEqual([]);
      const { due, told } = dueNotifications(full, now + 6 * minute, []);
      expect(due.map(({ title, body }) => [title, body])).toEqual([
        ['Waiting for the disk', expect.stringContaining('Check that the disk has room') as string],
      ]);
      expect(dueNotifications(full, now + day, told).due).toEqual([]);
    }
  });

  test('forget nothing that was told while the engine is away, and tell nothing then', () => {
    const { told } = dueNotifications({ ...signedOut, holds: [hold] }, now, []);
    const away = { ...signedOut, holds: [], waitsFor: { ...none, engine: { since: exampleNow, error: null } } };
    expect(dueNotifications(away, now + day, told)).toEqual({ due: [], told });
  });

  test('tell once of a calendar that CalSync is behind with, until it is read, and not of one that only was not looked at', () => {
    const { facts: long } = situations.find(({ state: its }) => its === 'behind') ?? { facts: {} };
    const late = exampleStatus(long);
    const { due, told } = dueNotifications(late, now, []);
    expect(due).toMatchObject([
      {
        title: 'Behind with Work',
        body: 'Google has trouble right now with Work; nothing is lost. What changed there since has no block yet.',
        matter: { kind: 'calendar', calendarId: 'work@northwind.example' },
      },
    ]);
    // Offline, paused or only just failing, nothing is told; and it is the same incident when that is over.
    const quiet = [
      { ...late, ...facts.offline },
      { ...late, pausedUntil: 'forever', pausedSince: exampleNow },
      { ...late, troubles: late.troubles.map((one) => ({ ...one, since: minutesAgo(30) })) },
    ];
    for (const other of quiet) {
      expect(dueNotifications(other, now, []).due).toEqual([]);
      const kept = dueNotifications(other, now, told).told;
      expect(dueNotifications(late, now, kept).due).toEqual([]);
    }
    expect(dueNotifications({ ...late, ...facts.syncing }, now, told).due).toEqual([]);
    const read = {
      ...late,
      calendars: late.calendars.map((one) => ({ ...one, lastReadAt: exampleNow })),
      troubles: [],
    };
    expect(dueNotifications(read, now, told)).toEqual({ due: [], told: [] });
    expect(dueNotifications(late, now, []).due).toHaveLength(1);
  });

  test('tell once of another CalSync that keeps every sync from starting, and not for a moment', () => {
    const stopped = { since: '2026-03-23T07:30:00.000Z', error: appError('busy-elsewhere', 'laptop') };
    expect(dueNotifications({ ...calm, couldNotStart: stopped }, now, []).due).toEqual([]);
    const long = { ...calm, couldNotStart: stopped, lastSyncAt: '2026-03-23T07:30:00.000Z' };
    const { due, told } = dueNotifications(long, now, []);
    expect(due.map(({ title, body }) => [title, body])).toEqual([
      [
        'Nothing can sync',
        'Another CalSync is working with these calendars right now (laptop). Wait until it is done, or quit it, then try again.',
      ],
    ]);
    expect(dueNotifications(long, now + day, told).due).toEqual([]);
  });

  // One entry for each kind: the compiler refuses a kind without one.
  const places: { readonly [Kind in NotificationMatter['kind']]: SettingsPlace } = {
    'sign-in': { page: 'accounts', item: exampleAccount().id },
    hold: { page: 'advanced', item: hold.key },
    keychain: { page: 'accounts', item: 'keychain' },
    calendar: { page: 'calendars', item: exampleCalendar().id },
    other: { page: 'activity', item: null },
  };

  test.each(Object.entries(places))('about %s lead to the place that mends it', (kind, place) => {
    const { due } = dueNotifications(
      {
        ...signedOut,
        holds: [hold],
        calendars: [exampleCalendar({ trouble: appError('calendar-gone', 'Work') })],
        troubles: [
          ...signedOut.troubles,
          exampleTrouble('keychain-unavailable'),
          exampleTrouble('calendar-gone', 'Work'),
          exampleTrouble('clock-wrong', '2 hours fast'),
        ],
      },
      now,
      [],
    );
    expect(due).toHaveLength(Object.keys(places).length);
    const matter = due.find((notification) => notification.matter.kind === kind)?.matter;
    expect(matter === undefined ? null : placeOfMatter(matter)).toEqual(place);
  });

  test('are remembered without saying for whom', () => {
    const { told } = dueNotifications({ ...signedOut, holds: [hold] }, now, []);
    expect(told).toHaveLength(2);
    for (const key of told) expect(key).toMatch(/^[\w-]{22}$/);
  });
});
