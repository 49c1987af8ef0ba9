import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TrayItem, TrayState } from '../../src/main/electron/tray-view.ts';
import { menuText, trayView } from '../../src/main/electron/tray-view.ts';
import type { NoticeMatter } from '../../src/main/electron/notices.ts';
import { dueNotices, placeOfMatter } from '../../src/main/electron/notices.ts';
import type { HoldView, Status } from '../../src/shared/dto.ts';
import { appError } from '../../src/shared/errors.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { SettingsPlace } from '../../src/shared/ipc.ts';
import { exampleAccount, exampleCalendar, exampleNow, exampleStatus } from '../support/fake-calsync.ts';

const now = Date.parse(exampleNow);
const state = (status: Partial<Status> | null, over: Partial<TrayState> = {}): TrayState => ({
  status: status === null ? null : exampleStatus(status),
  failure: null,
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
  const needsSignIn = {
    health: 'needs-you' as const,
    accounts: [exampleAccount({ state: 'needs-sign-in' })],
    troubles: [appError('needs-sign-in', 'work@northwind.example')],
  };
  test.each<readonly [string, TrayState, string, string]>([
    ['before the first snapshot', state(null), 'idle', 'CalSync – starting'],
    ['without an account', state({ health: 'empty', accounts: [] }), 'idle', 'CalSync – no account yet'],
    ['in sync', state({ health: 'in-sync', lastSyncAt: minutesAgo(2) }), 'idle', 'CalSync – synced 2 min ago'],
    [
      'in sync just now',
      state({ health: 'in-sync', lastSyncAt: minutesAgo(0.5) }),
      'idle',
      'CalSync – synced just now',
    ],
    [
      'a clock that went back',
      state({ health: 'in-sync', lastSyncAt: minutesAgo(-9) }),
      'idle',
      'CalSync – synced just now',
    ],
    ['hours ago', state({ health: 'in-sync', lastSyncAt: minutesAgo(61) }), 'idle', 'CalSync – synced 1 hour ago'],
    ['days ago', state({ health: 'in-sync', lastSyncAt: minutesAgo(3000) }), 'idle', 'CalSync – synced 2 days ago'],
    ['never synced', state({ health: 'never-synced', lastSyncAt: null }), 'idle', 'CalSync – not synced yet'],
    ['reading', state({ health: 'syncing', progress: null }), 'syncing', 'CalSync – syncing'],
    [
      'writing',
      state({ health: 'syncing', progress: { done: 12, total: 48 } }),
      'syncing',
      'CalSync – syncing, 12 of 48',
    ],
    ['paused', state({ health: 'paused', pausedUntil: 'forever' }), 'paused', 'CalSync – paused'],
    [
      'paused for an hour',
      state({ health: 'paused', pausedUntil: '2026-03-23T09:30:00.000Z' }),
      'paused',
      'CalSync – paused until 09:30',
    ],
    ['offline', state({ health: 'offline' }), 'offline', 'CalSync – offline, will catch up'],
    ['signed out', state(needsSignIn), 'needs-you', 'CalSync – sign in again to work@northwind.example'],
    [
      'holding',
      state({ health: 'needs-you', holds: [hold], troubles: [] }),
      'needs-you',
      'CalSync – 30 removals for Work wait for you',
    ],
    ['cannot sync', state({ health: 'cannot-sync', troubles: [] }), 'needs-you', 'CalSync – cannot sync'],
    [
      'an engine that cannot start',
      state(null, { failure: appError('database-from-future') }),
      'needs-you',
      'CalSync – cannot sync',
    ],
  ])('%s', (_name, given, icon, tooltip) => {
    expect(trayView(given)).toMatchObject({ icon, tooltip });
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
    const { menu } = trayView(
      state({ health: 'in-sync', lastSyncAt: minutesAgo(2), pausedUntil: null, holds: [], troubles: [] }),
    );
    expect(labels(menu)).toEqual([
      'Synced 2 min ago',
      'Sync now',
      'Pause',
      'Open CalSync',
      'Settings…',
      'About CalSync',
      'Quit CalSync',
    ]);
    expect(actionOf(menu, 'Synced 2 min ago')).toBeNull();
    expect(actionOf(menu, 'Sync now')).toEqual({ kind: 'sync' });
    const pause = menu.find((item) => item.kind === 'menu');
    expect(
      pause?.kind === 'menu' ? pause.items.map((item) => (item.kind === 'item' ? item.action : null)) : [],
    ).toEqual((['forever', 'hour', 'tomorrow'] as const).map((until) => ({ kind: 'pause', until })));
  });

  test('mends what needs the person, resumes, and leads a newcomer', () => {
    const account = exampleAccount({ state: 'needs-sign-in' });
    const needy = trayView(
      state({
        health: 'needs-you',
        accounts: [account],
        holds: [hold],
        troubles: [appError('needs-sign-in', account.email), appError('keychain-unavailable')],
      }),
    ).menu;
    expect(actionOf(needy, 'Sign in again to work@northwind.example')).toEqual({
      kind: 'reconnect',
      accountId: account.id,
    });
    expect(actionOf(needy, '30 removals for Work wait for you')).toEqual({ kind: 'open' });
    expect(labels(needy).some((label) => label.includes('keychain'))).toBe(true);
    expect(actionOf(trayView(state({ health: 'paused', pausedUntil: 'forever' })).menu, 'Resume')).toEqual({
      kind: 'resume',
    });
    const fresh = trayView(state({ health: 'empty', accounts: [] })).menu;
    expect(actionOf(fresh, 'Set up CalSync…')).toEqual({ kind: 'settings', page: 'guide' });
    expect(labels(fresh)).not.toContain('Sync now');
    expect(actionOf(trayView(state({ health: 'syncing' })).menu, 'Sync now')).toBeNull();
    expect(labels(trayView(state(null, { failure: appError('database-failed') })).menu)).toContain('Quit CalSync');
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
    troubles: [appError('needs-sign-in', 'x')],
  };

  test('tell once per incident, whatever comes in between, and again for the next one', () => {
    const first = dueNotices(signedOut, []);
    expect(first.due.map(({ title }) => title)).toEqual(['Sign in again to work@northwind.example']);
    const second = dueNotices({ ...signedOut, health: 'syncing' }, first.told);
    expect(second.due).toEqual([]);
    const third = dueNotices(signedOut, second.told);
    expect(third.due).toEqual([]);
    const mended = dueNotices(calm, third.told);
    expect(mended).toEqual({ due: [], told: [] });
    expect(dueNotices(signedOut, mended.told).due).toHaveLength(1);
  });

  test('tell only of what a person must act on', () => {
    const troubles = (
      ['offline', 'rate-limited', 'provider-trouble', 'quota-exhausted', 'busy-elsewhere'] as const
    ).map((code) => appError(code));
    expect(dueNotices({ ...calm, troubles }, []).due).toEqual([]);
    expect(dueNotices({ ...calm, troubles: [appError('keychain-unavailable')] }, []).due).toHaveLength(1);
    const held = dueNotices({ ...calm, holds: [hold] }, []);
    expect(held.due[0]?.title).toBe('30 blocks would be removed for events of Work');
    expect(dueNotices({ ...calm, holds: [{ ...hold, count: 31 }] }, held.told).due).toEqual([]);
    expect(
      dueNotices({ ...calm, holds: [{ ...hold, since: '2026-03-24T08:30:00.000Z' }] }, held.told).due,
    ).toHaveLength(1);
  });

  test('tell of a calendar in use that is lost, once for each loss, and of no other trouble with it', () => {
    const lost = exampleCalendar({ trouble: appError('calendar-gone', 'Work'), source: false, target: true });
    const first = dueNotices({ ...calm, calendars: [lost] }, []);
    expect(first.due.map(({ title }) => title)).toEqual([`The calendar ${lost.name} can no longer be seen`]);
    expect(dueNotices({ ...calm, calendars: [lost] }, first.told).due).toEqual([]);
    const readOnly = { ...lost, trouble: appError('calendar-read-only', 'Work') };
    expect(dueNotices({ ...calm, calendars: [readOnly] }, first.told).due.map(({ title }) => title)).toEqual([
      `You may only read the calendar ${lost.name}`,
    ]);
    const quiet = [
      { ...lost, target: false },
      { ...lost, trouble: appError('provider-trouble', 'Work') },
      { ...lost, trouble: null },
    ];
    expect(dueNotices({ ...calm, calendars: quiet }, []).due).toEqual([]);
  });

  test('ask once about a calendar that may be a former one under a new address, though it is not in use', () => {
    const renamed = exampleCalendar({
      source: false,
      target: false,
      formerly: 'old@northwind.example',
      trouble: appError('calendar-renamed', 'Work'),
    });
    const first = dueNotices({ ...calm, calendars: [renamed] }, []);
    expect(first.due.map(({ title }) => title)).toEqual(['Is Work a calendar of yours under a new address?']);
    expect(dueNotices({ ...calm, calendars: [renamed] }, first.told).due).toEqual([]);
  });

  // One entry for each kind: the compiler refuses a kind without one.
  const places: { readonly [Kind in NoticeMatter['kind']]: SettingsPlace } = {
    'sign-in': { page: 'accounts', item: exampleAccount().id },
    hold: { page: 'advanced', item: hold.key },
    keychain: { page: 'accounts', item: 'keychain' },
    calendar: { page: 'calendars', item: exampleCalendar().id },
  };

  test.each(Object.entries(places))('about %s lead to the place that mends it', (kind, place) => {
    const { due } = dueNotices(
      {
        ...signedOut,
        holds: [hold],
        calendars: [exampleCalendar({ trouble: appError('calendar-gone', 'Work') })],
        troubles: [...signedOut.troubles, appError('keychain-failed')],
      },
      [],
    );
    expect(due).toHaveLength(Object.keys(places).length);
    const matter = due.find((notice) => notice.matter.kind === kind)?.matter;
    expect(matter === undefined ? null : placeOfMatter(matter)).toEqual(place);
  });

  test('are remembered without saying for whom', () => {
    const { told } = dueNotices({ ...signedOut, holds: [hold] }, []);
    expect(told).toHaveLength(2);
    for (const key of told) expect(key).toMatch(/^[\w-]{22}$/);
  });
});
