import type { Page } from 'playwright-core';
import { previewOf } from '../../../src/main/app/preview.ts';
import type { Status } from '../../../src/shared/dto.ts';
import type { SettingsPage } from '../../../src/shared/ipc.ts';
import { appError } from '../../../src/shared/errors.ts';
import type { FakeCalSync } from '../../support/fake-calsync.ts';
import {
  emptyStatus,
  exampleAccount,
  exampleActivity,
  exampleCalendar,
  exampleHold,
  exampleNow,
  exampleMute,
  exampleOperation,
  exampleFindings,
  exampleReceipt,
  exampleSkip,
  exampleStatus,
  exampleUndo,
  exampleTrouble,
} from '../../support/fake-calsync.ts';
import { facts, factsOf } from '../../support/situations.ts';

/** Something that a person can see: what CalSync holds, and what they did to get there. */
export interface Scene {
  readonly name: string;
  readonly status: Status;
  /** The place of the settings window that is shown; null: the window without a place. Without it, the popup. */
  readonly page?: SettingsPage | null;
  /** Whether it is a state that only the desktop app has. */
  readonly desktop?: boolean;
  readonly prepare?: (app: FakeCalSync) => void;
  readonly steps?: (page: Page, app: FakeCalSync) => Promise<void>;
}

const atWork = 'work@northwind.example';
const atHome = 'me@home.example';
const atStudio = 'client@studio.example';

/** Three accounts, with calendars of each kind. */
export function demoStatus(over: Partial<Status> = {}): Status {
  return exampleStatus({
    accounts: [
      exampleAccount(),
      exampleAccount({ id: 'account-home', email: atHome }),
      exampleAccount({ id: 'account-studio', email: atStudio }),
    ],
    calendars: [
      exampleCalendar(),
      exampleCalendar({
        id: 'holidays@group.calendar.google.com',
        name: 'Team holidays',
        colour: '#16a765',
        access: 'reads',
        primary: false,
        firstChoice: 'of-others',
        target: false,
        blocks: 0,
      }),
      exampleCalendar({ id: atHome, name: 'Personal', accountId: 'account-home', colour: '#f83a22', blocks: 38 }),
      exampleCalendar({
        id: 'birthdays',
        name: 'Birthdays',
        accountId: 'account-home',
        colour: '#fad165',
        primary: false,
        firstChoice: 'automatic',
        source: false,
        target: false,
        access: 'reads',
        blocks: 0,
      }),
      exampleCalendar({ id: atStudio, name: 'Studio', accountId: 'account-studio', colour: '#cd74e6', blocks: 52 }),
    ],
    activity: [
      exampleActivity({ targetIds: [atHome, atStudio] }),
      exampleActivity({
        kind: 'removed',
        reason: 'event-deleted',
        targetIds: [atWork, atHome],
        start: { dateTime: '2026-03-26T09:30:00+01:00', timeZone: 'Europe/Berlin' },
        previousStart: null,
      }),
      exampleActivity({
        kind: 'put-right',
        reason: 'put-right',
        targetIds: [atStudio],
        start: { dateTime: '2026-03-27T16:00:00+01:00', timeZone: 'Europe/Berlin' },
        previousStart: null,
      }),
      exampleActivity({
        kind: 'added',
        reason: 'new-event',
        targetIds: [atHome, atStudio],
        start: { date: '2026-04-06' },
        previousStart: null,
        series: true,
      }),
    ],
    ...over,
  });
}

const openMenuItem =
  (label: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: label }).click();
    await page.getByRole('dialog').waitFor();
  };

const hourly = '2026-03-23T07:30:00.000Z';

/** Every state of the page, by the name that its pictures carry. */
export const scenes: readonly Scene[] = [
  { name: 'empty', status: emptyStatus() },
  { name: 'demo', status: demoStatus({ demo: true }) },
  { name: 'in-sync', status: demoStatus() },
  {
    name: 'syncing',
    status: demoStatus({ ...facts.syncing, progress: { done: 120, total: 480 }, activity: [] }),
    steps: async (page) => {
      await page.clock.runFor(1500);
      await page.getByRole('progressbar').waitFor();
    },
  },
  {
    name: 'needs-you',
    status: demoStatus({
      accounts: demoStatus().accounts.map((each) =>
        each.email === atStudio ? { ...each, state: 'needs-sign-in' } : each,
      ),
      troubles: [
        exampleTrouble('needs-sign-in', atStudio, { since: hourly }),
        exampleTrouble('calendar-gone', 'Team holidays', { since: hourly }),
        exampleTrouble('rate-limited', atWork, { since: hourly }),
      ],
      holds: [exampleHold({ calendarName: 'Work' })],
      calendars: demoStatus().calendars.map((each) =>
        each.name === 'Team holidays' ? { ...each, trouble: appError('calendar-gone', 'Team holidays') } : each,
      ),
    }),
  },
  ...[
    ['catching-up', 'awake and not synced yet'],
    ['in-sync-except', 'an impossible zone'],
    ['in-sync-except-known', 'an impossible zone that is known'],
    ['in-sync-except-passing', 'a removal that could not be made for an hour'],
    ['catching-up-late', 'forty calendars that could not be read for half an hour'],
    ['behind', 'a calendar that could not be read for three hours'],
    ['no-keychain', 'no keychain'],
    ['settling', 'a deletion that waits for its second read'],
    ['paused', 'paused until two'],
    ['offline', 'offline'],
    ['waiting-engine', 'the engine does not answer'],
    ['waiting-disk', 'the disk is full'],
    ['waiting-keychain', 'the keychain is locked'],
    ['signed-out', 'signed out of one account'],
    ['needs-you-gathered', 'forty calendars that are gone, and more'],
    ['clock-wrong', 'a clock that is wrong'],
    ['cannot-sync', 'the calendar service is switched off'],
    ['cannot-sync-busy', 'no sync could start for long'],
    ['cannot-sync-newer', 'a database of a newer CalSync'],
  ].map(([name = '', situation = '']): Scene => ({ name, status: demoStatus(factsOf(situation)) })),
  {
    name: 'calendar-use',
    status: demoStatus(),
    steps: async (page) => {
      await page.getByRole('button', { name: /^Personal/ }).click();
    },
  },
  {
    name: 'menu',
    status: demoStatus(),
    steps: async (page) => {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menu', { name: 'More' }).waitFor();
    },
  },
  {
    name: 'pause-menu',
    status: demoStatus(),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('menu', { name: 'Pause' }).waitFor();
    },
  },
  {
    name: 'preview',
    status: demoStatus(),
    prepare: (app) =>
      app.give({
        plan: {
          operations: [
            ...['09:00', '11:30', '14:00', '16:15'].map((clock) =>
              exampleOperation({
                start: { dateTime: `2026-03-24T${clock}:00+01:00`, timeZone: 'Europe/Berlin' },
                targetId: atHome,
              }),
            ),
            exampleOperation({ kind: 'update', reason: 'event-changed', targetId: atHome }),
            exampleOperation({ kind: 'delete', reason: 'event-deleted', end: null, targetId: atStudio }),
          ],
          skips: [
            ...Array.from({ length: 12 }, () => exampleSkip({ reason: 'free' })),
            ...Array.from({ length: 3 }, () => exampleSkip()),
          ],
          holds: [],
        },
      }),
    steps: async (page) => {
      await openMenuItem('Preview')(page);
      await page.getByText('This will add').waitFor();
    },
  },
  {
    name: 'not-started',
    status: demoStatus({
      ...facts.neverSynced,
      started: false,
      lastSyncAt: null,
      nextSyncAt: null,
      lastRun: null,
      activity: [],
    }),
  },
  {
    name: 'mutes',
    status: demoStatus(),
    prepare: (app) =>
      app.give({
        mutes: [exampleMute(), exampleMute({ key: 'mute-2', targetId: atStudio, targetName: 'Studio', start: null })],
      }),
    steps: async (page) => {
      await openMenuItem('Muted blocks')(page);
      await page.getByRole('button', { name: 'Put back' }).first().waitFor();
    },
  },
  {
    name: 'undo',
    status: demoStatus({ undoable: [1] }),
    prepare: (app) =>
      app.give({
        undo: exampleUndo({
          preview: previewOf({
            operations: [
              exampleOperation({ kind: 'delete', reason: 'undone', end: null }),
              exampleOperation({ reason: 'undone' }),
            ],
            skips: [],
            holds: [],
          }),
          left: [{ reason: 'block-changed', count: 1 }],
        }),
      }),
    steps: async (page) => {
      await page.getByRole('button', { name: /^Undo the sync/ }).click();
      await page.getByText('1 block is left, because it was changed since.').waitFor();
    },
  },
  { name: 'undoable', status: demoStatus({ undoable: [1] }) },
  { name: 'accounts', status: demoStatus(), steps: openMenuItem('Accounts') },
  {
    name: 'hold',
    status: demoStatus({
      holds: [exampleHold({ kind: 'external-wipe', calendarName: 'Personal' })],
    }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Decide' }).click();
      await page.getByRole('heading', { name: 'These disappeared' }).waitFor();
    },
  },
  {
    name: 'hold-removal',
    status: demoStatus({ holds: [exampleHold({ count: 12 })] }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Decide' }).click();
      await page.getByRole('heading', { name: 'These would be removed' }).waitFor();
    },
  },
  {
    name: 'switch-preview',
    status: demoStatus(),
    steps: async (page) => {
      await page.getByRole('button', { name: /^Work/ }).click();
      await page.getByRole('switch', { name: /^It gets blocks/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'paused-by-reset',
    status: demoStatus({
      pausedUntil: 'forever',
      pausedSince: exampleNow,
      pausedByReset: true,
      nextSyncAt: null,
    }),
  },
  {
    name: 'reset-question',
    status: demoStatus(),
    prepare: (app) =>
      app.give({
        findings: exampleFindings({
          others: [
            { calendarId: exampleCalendar({ id: atStudio }).id, name: 'Studio', count: 2, own: true },
            { calendarId: exampleCalendar({ id: 'family' }).id, name: 'Family', count: 4, own: false },
          ],
        }),
      }),
    steps: async (page) => {
      await openMenuItem('Remove all blocks')(page);
      await page.getByRole('textbox').fill('remove');
    },
  },
  {
    name: 'reset-working',
    status: demoStatus(),
    prepare: (app) => app.replace({ reset: () => new Promise(() => undefined) }),
    steps: async (page, app) => {
      await openMenuItem('Remove all blocks')(page);
      await page.getByRole('textbox').fill('remove');
      await page.keyboard.press('Enter');
      app.set({ progress: { done: 46, total: 131 } });
      await page.getByText('Removed 46 of 131').waitFor();
    },
  },
  {
    name: 'reset-receipt',
    status: demoStatus(),
    prepare: (app) =>
      app.give({
        receipt: exampleReceipt({
          removed: 128,
          alreadyGone: 3,
          leftAlone: 1,
          others: [{ calendarId: exampleCalendar({ id: 'family' }).id, name: 'Family', count: 4, own: false }],
          still: [
            {
              calendarId: exampleCalendar({ id: atStudio }).id,
              name: 'Studio',
              count: 52,
              error: appError('needs-sign-in', atStudio),
              later: false,
            },
          ],
          cameBack: 2,
        }),
      }),
    steps: async (page) => {
      await openMenuItem('Remove all blocks')(page);
      await page.getByRole('textbox').fill('remove');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    },
  },
  { name: 'about', status: demoStatus(), steps: openMenuItem('About') },
];
