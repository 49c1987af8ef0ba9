import { defaultBusyPolicy } from '../../../src/main/core/policy.ts';
import type { Page } from 'playwright-core';
import { previewOf } from '../../../src/main/app/preview.ts';
import type { CalendarView, PlanView, Policies, RunView, Status, WhyAnswer } from '../../../src/shared/dto.ts';
import { copyViewSchema } from '../../../src/shared/dto.ts';
import { appError } from '../../../src/shared/errors.ts';
import { toCalendarId } from '../../../src/shared/ids.ts';
import { err, ok } from '../../../src/shared/result.ts';
import { minute } from '../../../src/shared/time.ts';
import type { FakeCalSync } from '../../support/fake-calsync.ts';
import {
  emptyStatus,
  exampleAccount,
  exampleActivity,
  exampleCalendar,
  exampleFindings,
  exampleHold,
  exampleKept,
  exampleMute,
  exampleOperation,
  examplePolicies,
  exampleReceipt,
  exampleRun,
  exampleSkip,
  exampleUndo,
  exampleWhy,
  exampleWhyBlock,
  exampleWhyEvent,
  exampleWhyTarget,
} from '../../support/fake-calsync.ts';
import type { Scene } from './scenes.ts';
import { demoStatus } from './scenes.ts';
import { facts, factsOf } from '../../support/situations.ts';
import { deedName } from './checks.ts';

const atWork = 'work@northwind.example';
const atHome = 'me@home.example';
const atStudio = 'client@studio.example';

const usualBusy: Policies['busy'][number]['busy'] = { ...defaultBusyPolicy, hours: null };

/** What counts on a calendar with working hours, a shortest length and titles that do not count. */
const filtered: Policies['busy'][number]['busy'] = {
  ...usualBusy,
  hours: { timeZone: 'America/New_York', days: ['MO', 'TU', 'WE', 'TH', 'SU'], from: '22:00', to: '24:00' },
  minimumMinutes: 45,
  ignoreTitles: 'lunch*, Home, Gym, Focus: *',
};

/** Takes a status; returns choices in which every calendar of it has the usual ones. */
export function policiesFor(status: Status, over: Partial<Policies> = {}): Policies {
  return examplePolicies({
    busy: status.calendars.map((calendar) => ({ calendarId: calendar.id, busy: usualBusy })),
    ...over,
  });
}

/** The status of the desktop app with three accounts. */
export function settingsStatus(over: Partial<Status> = {}): Status {
  return demoStatus({ demo: false, ...over });
}

const givePolicies =
  (over: Partial<Policies> = {}) =>
  (app: FakeCalSync): void =>
    app.give({ policies: policiesFor(app.status(), over) });

/** What the CalSync of another person has made in a calendar that both use. */
const familyBlocks = { calendarId: exampleCalendar({ id: 'family' }).id, name: 'Family', count: 4, own: false };

/** Gives two databases that were put aside, until they are removed. */
export function giveCopies(app: FakeCalSync): void {
  const before = { name: 'calsync.db.before-29', why: 'update', since: '2026-03-01T08:00:00.000Z', bytes: 123_456 };
  const damaged = { name: 'calsync.db.damaged-x', why: 'damaged', since: '2026-03-14T19:12:00.000Z', bytes: 98_304 };
  let left = copyViewSchema.array().parse([before, damaged]);
  app.replace({
    copies: () => ok(left),
    removeCopies: () => {
      left = [];
      return ok([]);
    },
  });
}

const never = (): Promise<never> => new Promise(() => undefined);

/** Goes through the guide to a step, counted from one. */
export async function toStep(page: Page, step: number): Promise<void> {
  const shown = page.getByText(/^Step \d of 4$/);
  const now = async (): Promise<number> => Number(/\d/.exec(await shown.innerText())?.[0]);
  for (let at = await now(); at !== step; at = await now()) {
    await page.getByRole('button', { name: at < step ? 'Continue' : 'Back' }).click();
  }
}

const manyCalendars: readonly CalendarView[] = Array.from({ length: 24 }, (_, index) =>
  exampleCalendar({
    id: `c${index}`,
    name: `Room ${index + 1}`,
    accountId: index % 2 === 0 ? 'account-work' : 'account-home',
    colour: ['#4986e7', '#16a765', '#f83a22', '#cd74e6'][index % 4] ?? null,
    primary: false,
    source: index % 3 === 0,
    target: index % 4 === 0,
    blocks: index % 4 === 0 ? index : 0,
  }),
);

/** The twenty syncs of the last hour and a half, two of them with trouble. */
const twentyRuns: readonly RunView[] = Array.from({ length: 20 }, (_, index) =>
  exampleRun({
    id: 26 - index,
    trigger: index === 0 || index === 7 ? 'manual' : 'interval',
    startedAt: new Date(Date.parse('2026-03-23T08:28:00.000Z') - index * 5 * minute).toISOString(),
    ...(index === 0 ? { added: 2, writes: 2 } : {}),
    ...(index === 3 ? { outcome: 'partial', added: 1, errors: [appError('needs-sign-in', atStudio)] } : {}),
    ...(index === 9 ? { outcome: 'offline', errors: [appError('offline')] } : {}),
    ...(index === 12 ? { outcome: 'failed', errors: [appError('database-failed', 'disk full')] } : {}),
  }),
);

/** A choice that takes fourteen blocks away. */
const removals: PlanView = {
  operations: Array.from({ length: 14 }, (_, index) =>
    exampleOperation({
      kind: 'delete',
      reason: 'event-not-busy',
      targetId: index % 2 === 0 ? atHome : atStudio,
      start: { dateTime: `2026-04-${String(index + 1).padStart(2, '0')}T10:00:00+02:00`, timeZone: 'Europe/Berlin' },
      end: null,
      series: index === 0,
    }),
  ),
  skips: [],
  holds: [],
};

/** What undoing the last of the twenty syncs would do. */
const undoing = exampleUndo({
  run: 26,
  preview: previewOf({
    operations: [
      ...removals.operations.slice(0, 12).map((each) => ({ ...each, reason: 'undone' as const })),
      exampleOperation({ reason: 'undone', targetId: atHome }),
      exampleOperation({ reason: 'undone', targetId: atStudio }),
    ],
    skips: [],
    holds: [],
  }),
  left: [
    { reason: 'event-changed', count: 2 },
    { reason: 'block-changed', count: 1 },
  ],
  choices: 1,
});

/** Two of the twenty syncs can be undone, and one that is not among them. */
const undoableStatus = settingsStatus({
  lastRun: twentyRuns[0] ?? null,
  undoable: [26, 23, 1],
  activity: settingsStatus().activity.map((each, index) => ({ ...each, run: index < 2 ? 26 : 1 })),
});

const askUndo = async (page: Page): Promise<void> => {
  await page.getByRole('region', { name: 'The last sync' }).getByRole('button', { name: /^Undo/ }).click();
  await page.getByText('2 blocks are left, because their events changed since.').waitFor();
};

/** What a first sync of two busy calendars would write. */
const firstSync: PlanView = {
  operations: [
    ...Array.from({ length: 78 }, (_, index) =>
      exampleOperation({
        targetId: index % 2 === 0 ? atHome : atStudio,
        start: {
          dateTime: `2026-04-${String((index % 28) + 1).padStart(2, '0')}T10:00:00+02:00`,
          timeZone: 'Europe/Berlin',
        },
        series: index % 6 === 0,
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
};

const neverStarted = (over: Partial<Status> = {}): Status =>
  settingsStatus({
    ...facts.neverSynced,
    started: false,
    lastSyncAt: null,
    nextSyncAt: null,
    lastRun: null,
    ...over,
  });

/** Asks a question at the place "Why?". */
const asking =
  (text = 'dentist') =>
  async (page: Page): Promise<void> => {
    await page.getByRole('searchbox', { name: 'Event or block' }).fill(text);
    await page.getByRole('button', { name: 'Ask' }).click();
  };

const answering =
  (why: WhyAnswer) =>
  (app: FakeCalSync): void =>
    app.give({ why });

const toStudio = { calendarId: atStudio, calendarName: 'Studio' };

/** A calendar of others that holds blocks of theirs goes out of use. */
function giveOthers(app: FakeCalSync): void {
  const calendarId = toCalendarId('holidays@group.calendar.google.com');
  const few = { ...removals, operations: removals.operations.slice(0, 3) };
  app.give({ preview: previewOf(few, 0, [{ calendarId, name: 'Team holidays', count: 4, own: false }]) });
}
async function toOthers(page: Page): Promise<void> {
  await page.getByRole('switch', { name: 'Its events block others: Team holidays' }).click();
  await page.getByRole('dialog').waitFor();
}
async function takeOthers(page: Page): Promise<void> {
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: deedName }).click();
  await page.getByRole('button', { name: 'Done' }).waitFor();
}

/** Every place and state of the settings window, by the name that its pictures carry. */
export const settingsScenes: readonly Scene[] = [
  // Accounts
  { name: 'accounts-empty', page: 'accounts', status: emptyStatus() },
  { name: 'accounts-ready', page: 'accounts', status: settingsStatus() },
  {
    name: 'accounts-attention',
    page: 'accounts',
    status: settingsStatus({
      accounts: [
        exampleAccount({ signInEndsAt: '2026-03-24T08:00:00.000Z' }),
        exampleAccount({ id: 'account-home', email: atHome, state: 'resting', kept: 'until-quit' }),
        exampleAccount({ id: 'account-studio', email: atStudio, state: 'needs-sign-in' }),
      ],
    }),
  },
  {
    name: 'accounts-waiting',
    page: 'accounts',
    status: settingsStatus(),
    prepare: (app) => app.replace({ addAccount: never }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Add an account' }).click();
      await page.getByText('Waiting for your browser…').waitFor();
    },
  },
  {
    name: 'accounts-failed',
    page: 'accounts',
    status: settingsStatus(),
    prepare: (app) => app.replace({ addAccount: () => Promise.resolve(err(appError('client-missing'))) }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Add an account' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'accounts-remove',
    page: 'accounts',
    status: settingsStatus(),
    steps: async (page) => {
      await page.getByRole('button', { name: `Remove… ${atStudio}` }).click();
      await page.getByRole('textbox').fill('remove');
    },
  },

  // Calendars
  { name: 'calendars-empty', page: 'calendars', status: settingsStatus({ calendars: [] }) },
  { name: 'calendars-ready', page: 'calendars', status: settingsStatus() },
  {
    name: 'calendars-many',
    page: 'calendars',
    status: settingsStatus({ calendars: [...manyCalendars] }),
    steps: (page) => page.getByRole('searchbox').fill('room 1'),
  },
  {
    name: 'calendars-attention',
    page: 'calendars',
    status: settingsStatus({
      calendars: settingsStatus().calendars.map((each) =>
        each.name === 'Team holidays'
          ? { ...each, goneSince: '2026-03-19T07:12:00.000Z', trouble: appError('calendar-gone', 'Team holidays') }
          : each,
      ),
    }),
  },
  {
    name: 'calendars-offered',
    page: 'calendars',
    status: settingsStatus({
      calendars: [
        ...demoStatus().calendars,
        exampleCalendar({
          id: 'choir@group.calendar.example',
          name: 'Choir',
          accountId: 'account-home',
          colour: '#7bd148',
          primary: false,
          firstChoice: 'own',
          source: false,
          target: false,
          offered: true,
          blocks: 0,
        }),
      ],
    }),
  },
  {
    name: 'calendars-others',
    page: 'calendars',
    status: settingsStatus(),
    prepare: giveOthers,
    steps: toOthers,
  },
  {
    name: 'calendars-cleared',
    page: 'calendars',
    status: settingsStatus(),
    prepare: giveOthers,
    steps: async (page) => {
      await toOthers(page);
      await takeOthers(page);
    },
  },
  {
    name: 'calendars-not-cleared',
    page: 'calendars',
    status: settingsStatus(),
    prepare: (app) => {
      giveOthers(app);
      app.replace({ clearCalendar: () => Promise.resolve(err(appError('busy-elsewhere'))) });
    },
    steps: async (page) => {
      await toOthers(page);
      await takeOthers(page);
    },
  },
  {
    name: 'calendars-renamed',
    page: 'calendars',
    status: settingsStatus({
      calendars: settingsStatus().calendars.map((each) =>
        each.name === 'Work'
          ? {
              ...each,
              source: false,
              target: false,
              blocks: 0,
              formerly: 'robin@northwind.example',
              trouble: appError('calendar-renamed', 'Work'),
            }
          : each,
      ),
    }),
  },
  {
    name: 'calendars-change',
    page: 'calendars',
    status: settingsStatus(),
    steps: async (page) => {
      await page.getByRole('switch', { name: 'It gets blocks: Personal' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'calendars-failed',
    page: 'calendars',
    status: settingsStatus(),
    prepare: (app) =>
      app.replace({ previewPolicies: () => Promise.resolve(err(appError('database-failed', 'disk full'))) }),
    steps: async (page) => {
      await page.getByRole('switch', { name: 'It gets blocks: Personal' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },

  // Blocks
  { name: 'blocks-ready', page: 'blocks', status: settingsStatus(), prepare: givePolicies() },
  {
    name: 'blocks-attention',
    page: 'blocks',
    status: settingsStatus(),
    prepare: givePolicies(),
    steps: async (page) => {
      await page.getByRole('textbox', { name: 'Title' }).fill('{title} ({calendar})');
      await page.getByRole('radio', { name: 'Tangerine' }).check();
    },
  },
  {
    name: 'blocks-routes',
    page: 'blocks',
    status: settingsStatus(),
    prepare: givePolicies({
      routes: [
        {
          sourceId: toCalendarId(atWork),
          targetId: toCalendarId(atHome),
          block: {
            ...examplePolicies().block,
            summary: 'Work: {title}',
            visibility: 'default',
            colorId: '7',
            bufferBefore: 15,
            place: true,
          },
        },
      ],
    }),
    steps: async (page) => {
      await page.getByRole('heading', { name: 'From one calendar to another' }).scrollIntoViewIfNeeded();
      await page.mouse.wheel(0, 2000);
    },
  },
  {
    name: 'blocks-route',
    page: 'blocks',
    status: settingsStatus(),
    prepare: givePolicies(),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Change… Work to Personal' }).click();
      await page.getByRole('radio', { name: 'Own look' }).check();
    },
  },
  {
    name: 'blocks-search',
    page: 'blocks',
    status: settingsStatus({
      calendars: ['Work', 'Personal', 'Studio', 'Team'].map((name) =>
        exampleCalendar({ id: `${name.toLowerCase()}@example.com`, name }),
      ),
    }),
    prepare: givePolicies(),
    steps: (page) => page.getByRole('searchbox', { name: 'Search by calendar' }).fill('studio team'),
  },
  {
    name: 'blocks-around',
    page: 'blocks',
    status: settingsStatus(),
    prepare: givePolicies(),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Add the event title' }).click();
      await page.getByRole('switch', { name: 'Tell the place' }).click();
      await page.getByRole('combobox', { name: 'Before' }).selectOption('15 minutes');
      await page.getByRole('combobox', { name: 'After' }).selectOption('Another number…');
      await page.getByRole('textbox', { name: 'After, in minutes' }).fill('400');
      await page.getByRole('switch', { name: 'Out-of-office blocks' }).click();
    },
  },
  {
    name: 'blocks-change',
    page: 'blocks',
    status: settingsStatus(),
    prepare: (app) => {
      givePolicies()(app);
      app.give({ counts: { add: 0, change: 131, remove: 0, calendars: 3, held: 0 } });
    },
    steps: async (page) => {
      await page.getByRole('radio', { name: 'Graphite' }).check();
      await page.getByRole('button', { name: 'Apply…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'blocks-failed',
    page: 'blocks',
    status: settingsStatus(),
    prepare: (app) =>
      app.replace({
        // The use case is total, so only a page without an answer fails here: an answer that the contract refuses.
        policies: () => ({ ...policiesFor(app.status()), intervalMinutes: 0 }),
      }),
    steps: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },

  // What counts as busy
  { name: 'busy-empty', page: 'busy', status: emptyStatus() },
  { name: 'busy-ready', page: 'busy', status: settingsStatus(), prepare: givePolicies() },
  {
    name: 'busy-hours',
    page: 'busy',
    status: settingsStatus(),
    prepare: (app) => {
      const policies = policiesFor(app.status());
      app.give({ policies: { ...policies, busy: policies.busy.map((each) => ({ ...each, busy: filtered })) } });
    },
    steps: (page) => page.getByLabel('To', { exact: true }).fill('06:00'),
  },
  {
    name: 'busy-hours-wrong',
    page: 'busy',
    status: settingsStatus(),
    prepare: givePolicies(),
    steps: async (page) => {
      await page.getByRole('switch', { name: 'Only within working hours' }).click();
      await page.getByRole('button', { name: 'Monday' }).click();
      for (const day of ['Tuesday', 'Wednesday', 'Thursday', 'Friday']) {
        await page.getByRole('button', { name: day }).click();
      }
      await page.getByLabel('From', { exact: true }).fill('noon');
      await page.getByRole('combobox', { name: 'Time zone' }).fill('Middle-earth');
      await page.getByRole('combobox', { name: 'Shortest event that counts' }).selectOption('Another number…');
      await page.getByRole('textbox', { name: 'Shortest event that counts, in minutes' }).fill('a few');
      await page.getByRole('textbox', { name: 'Titles that do not count' }).fill('Very long title, '.repeat(40));
    },
  },
  {
    name: 'busy-zones',
    page: 'busy',
    status: settingsStatus(),
    prepare: givePolicies(),
    steps: async (page) => {
      await page.getByRole('switch', { name: 'Only within working hours' }).click();
      await page.getByRole('combobox', { name: 'Time zone' }).fill('pacific');
      await page.getByRole('listbox', { name: 'Time zone' }).getByRole('option').first().waitFor();
    },
  },
  {
    name: 'busy-change',
    page: 'busy',
    status: settingsStatus(),
    prepare: (app) => {
      givePolicies()(app);
      app.give({ preview: previewOf(removals, 14) });
    },
    steps: async (page) => {
      await page.getByRole('switch', { name: 'Invitations answered with' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },

  // Schedule
  { name: 'schedule-ready', page: 'schedule', status: settingsStatus(), prepare: givePolicies(), desktop: true },
  {
    name: 'schedule-paused',
    page: 'schedule',
    status: settingsStatus({ pausedUntil: '2026-03-23T14:00:00.000Z', nextSyncAt: null }),
    prepare: givePolicies(),
    desktop: true,
  },
  {
    name: 'schedule-keychain',
    page: 'schedule',
    status: settingsStatus({ ...factsOf('the keychain is locked') }),
    prepare: givePolicies(),
    desktop: true,
  },
  {
    name: 'schedule-disk',
    page: 'schedule',
    status: settingsStatus({ ...factsOf('the disk has become full') }),
    prepare: givePolicies(),
    desktop: true,
  },

  // Preview
  { name: 'preview-empty', page: 'preview', status: emptyStatus() },
  {
    name: 'preview-loading',
    page: 'preview',
    status: settingsStatus(),
    prepare: (app) => app.replace({ plan: never }),
    steps: (page) => page.getByText('Looking at your calendars…').waitFor(),
  },
  {
    name: 'preview-nothing',
    page: 'preview',
    status: settingsStatus(),
    prepare: (app) => app.give({ plan: { operations: [], skips: [], holds: [] } }),
    steps: (page) => page.getByText('There is nothing to do.').waitFor(),
  },
  {
    name: 'preview-ready',
    page: 'preview',
    status: settingsStatus(),
    prepare: (app) => app.give({ plan: firstSync }),
    steps: async (page) => {
      await page.getByText('One by one').click();
    },
  },
  {
    name: 'preview-start',
    page: 'preview',
    status: neverStarted(),
    prepare: (app) => app.give({ plan: firstSync }),
    steps: (page) => page.getByText('This will add 78').waitFor(),
  },
  {
    name: 'preview-attention',
    page: 'preview',
    status: settingsStatus({ holds: [exampleHold()] }),
    prepare: (app) => app.give({ plan: { ...firstSync, holds: [exampleHold()] } }),
    steps: (page) => page.getByText('Waiting for you').waitFor(),
  },
  {
    name: 'preview-failed',
    page: 'preview',
    status: settingsStatus(),
    prepare: (app) => app.replace({ plan: () => Promise.resolve(err(appError('offline'))) }),
    steps: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },

  // Why?
  { name: 'why-empty', page: 'why', status: settingsStatus() },
  { name: 'why-no-account', page: 'why', status: emptyStatus() },
  {
    name: 'why-nothing',
    page: 'why',
    status: settingsStatus(),
    prepare: answering({ kind: 'nothing' }),
    steps: async (page) => {
      await asking('no such thing')(page);
      await page.getByText('Try fewer or other words.').waitFor();
    },
  },
  {
    name: 'why-choices',
    page: 'why',
    status: settingsStatus(),
    prepare: answering({
      kind: 'choices',
      choices: [
        exampleWhyEvent({ key: 'a'.repeat(26), title: 'Dentist', series: true }),
        exampleWhyEvent({ key: 'b'.repeat(26), title: 'Dentist, check-up', calendarName: 'Personal' }),
        exampleWhyEvent({ key: 'c'.repeat(26), title: null, date: true }),
        exampleWhyBlock({ there: false }),
      ],
      more: true,
    }),
    steps: async (page) => {
      await asking()(page);
      await page.getByRole('heading', { name: 'Which one?' }).waitFor();
    },
  },
  {
    name: 'why-ready',
    page: 'why',
    status: settingsStatus(),
    prepare: answering(
      exampleWhy({
        event: exampleWhyEvent({ title: 'Standup', series: true }),
        block: exampleWhyBlock(),
        targets: [
          exampleWhyTarget(),
          exampleWhyTarget({ ...toStudio, state: 'coming', reason: 'new-event' }),
          exampleWhyTarget({
            calendarId: 'birthdays',
            calendarName: 'Birthdays',
            state: 'none',
            reason: 'same-meeting-on-target',
            blockId: null,
          }),
        ],
        dates: [
          {
            key: 'd'.repeat(26),
            originalStart: { dateTime: '2026-03-31T14:00:00+02:00', timeZone: 'Europe/Berlin' },
            start: { dateTime: '2026-03-31T16:00:00+02:00', timeZone: 'Europe/Berlin' },
            targets: [
              exampleWhyTarget({ state: 'going', reason: 'declined' }),
              exampleWhyTarget({ ...toStudio, state: 'none', reason: 'declined', blockId: null }),
            ],
          },
        ],
        otherDates: 3,
      }),
    ),
    steps: async (page) => {
      await asking('standup')(page);
      await page.getByRole('heading', { name: 'Standup' }).waitFor();
    },
  },
  {
    name: 'why-attention',
    page: 'why',
    status: settingsStatus({ holds: [exampleHold()] }),
    prepare: answering(
      exampleWhy({
        targets: [
          exampleWhyTarget({ state: 'going', reason: 'held' }),
          exampleWhyTarget({ ...toStudio, state: 'none', reason: 'muted', blockId: null }),
        ],
      }),
    ),
    steps: async (page) => {
      await asking()(page);
      await page.getByRole('link', { name: 'Decide' }).waitFor();
    },
  },
  {
    name: 'why-stray',
    page: 'why',
    status: settingsStatus(),
    prepare: answering({ kind: 'stray', block: exampleWhyBlock() }),
    steps: async (page) => {
      await asking('[calsync source:ab12cd34]')(page);
      await page.getByRole('heading', { name: 'A block in Personal' }).waitFor();
    },
  },
  {
    name: 'why-failed',
    page: 'why',
    status: settingsStatus(),
    prepare: (app) =>
      app.replace({
        why: () => {
          throw new Error('the disk fails');
        },
      }),
    steps: async (page) => {
      await asking()(page);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },

  // Activity
  {
    name: 'activity-empty',
    page: 'activity',
    status: settingsStatus({ activity: [], lastRun: null }),
  },
  {
    name: 'activity-ready',
    page: 'activity',
    prepare: (app) => app.give({ runs: twentyRuns }),
    status: settingsStatus({
      lastRun: twentyRuns[0] ?? null,
      activity: [
        ...settingsStatus().activity,
        exampleActivity({ at: '2026-03-22T16:10:00.000Z', targetIds: [atStudio], sourceId: atHome }),
        exampleActivity({
          at: '2026-03-20T09:00:00.000Z',
          kind: 'muted',
          reason: 'muted',
          start: null,
          previousStart: null,
        }),
      ],
    }),
  },
  {
    name: 'activity-attention',
    page: 'activity',
    status: settingsStatus({
      activity: [
        exampleActivity({
          kind: 'muted',
          reason: 'muted',
          targetIds: [atHome],
          start: null,
          previousStart: null,
          mute: 'mute-1',
        }),
        ...demoStatus().activity,
      ],
      lastRun: exampleRun({ outcome: 'partial', added: 3, errors: [appError('needs-sign-in', atStudio)] }),
    }),
  },

  {
    name: 'activity-runs',
    page: 'activity',
    prepare: (app) => app.give({ runs: twentyRuns }),
    status: settingsStatus({ lastRun: twentyRuns[0] ?? null }),
    steps: (page) => page.getByRole('button', { name: 'Show them' }).click(),
  },
  {
    name: 'activity-undo',
    page: 'activity',
    prepare: (app) => app.give({ runs: twentyRuns }),
    status: undoableStatus,
    steps: (page) => page.getByRole('button', { name: 'Show them' }).click(),
  },
  {
    name: 'undo-preview',
    page: 'activity',
    prepare: (app) => app.give({ runs: twentyRuns, undo: undoing }),
    status: undoableStatus,
    steps: askUndo,
  },
  {
    name: 'undo-left',
    page: 'activity',
    prepare: (app) =>
      app.give({
        runs: twentyRuns,
        undo: exampleUndo({
          run: 26,
          preview: previewOf({ operations: [], skips: [], holds: [] }),
          left: undoing.left,
        }),
      }),
    status: undoableStatus,
    steps: askUndo,
  },
  {
    name: 'undo-running',
    page: 'activity',
    prepare: (app) => {
      app.give({ runs: twentyRuns, undo: undoing });
      app.replace({ undo: never });
    },
    status: undoableStatus,
    steps: async (page, app) => {
      await askUndo(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
      app.set({ progress: { done: 6, total: 14 } });
      await page.getByRole('dialog').locator('progress[value="6"]').waitFor();
    },
  },
  {
    name: 'undo-done',
    page: 'activity',
    prepare: (app) => {
      app.give({ runs: twentyRuns, undo: undoing });
      const run = exampleRun({ id: 27, trigger: 'undo', added: 2, removed: 12, writes: 14 });
      app.replace({ undo: () => Promise.resolve(ok({ run, left: undoing.left })) });
    },
    status: undoableStatus,
    steps: async (page) => {
      await askUndo(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click();
      await page.getByRole('dialog', { name: 'The sync is undone' }).waitFor();
    },
  },
  {
    name: 'kept',
    page: 'advanced',
    status: settingsStatus(),
    prepare: (app) =>
      app.give({
        mutes: [exampleMute()],
        kept: [
          exampleKept(),
          exampleKept({ key: 'kept-2', series: true, start: { date: '2026-05-02' }, targetName: 'Studio' }),
        ],
      }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Show muted blocks…' }).click();
      await page.getByRole('button', { name: 'Let go' }).first().waitFor();
    },
  },
  {
    name: 'activity-failed',
    page: 'activity',
    status: settingsStatus(),
    // The use case is total, so only a page without an answer fails here: an answer that the contract refuses.
    prepare: (app) => app.replace({ runs: () => [exampleRun({ id: 0 })] }),
    steps: (page) => page.getByRole('button', { name: 'Try again' }).waitFor(),
  },

  // Advanced
  { name: 'advanced-ready', page: 'advanced', status: settingsStatus(), desktop: true },
  {
    name: 'advanced-report',
    page: 'advanced',
    status: settingsStatus(),
    desktop: true,
    steps: async (page) => {
      await page.getByRole('button', { name: 'Save a report…' }).click();
      await page.getByRole('button', { name: 'Show in folder' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'advanced-copies',
    page: 'advanced',
    status: settingsStatus(),
    desktop: true,
    prepare: (app) => giveCopies(app),
    steps: (page) => page.getByRole('button', { name: 'Remove 2 databases…' }).click(),
  },
  {
    name: 'advanced-attention',
    page: 'advanced',
    status: settingsStatus({ holds: [exampleHold({ kind: 'external-wipe' })] }),
    prepare: (app) =>
      app.give({
        report: {
          checks: [
            { name: 'Data folder', state: 'ok', finding: 'It can be written.', action: null },
            { name: 'Keychain', state: 'attention', finding: 'It is locked.', action: 'Unlock it and try again.' },
            { name: atStudio, state: 'failed', finding: 'It is signed out.', action: 'Sign in again.' },
          ],
        },
      }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Check everything' }).click();
      await page.getByText('2 things need a look.').waitFor();
    },
  },
  {
    name: 'advanced-reset',
    page: 'advanced',
    status: settingsStatus(),
    prepare: (app) => app.give({ findings: exampleFindings({ others: [familyBlocks] }) }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Remove all blocks…' }).click();
      await page.getByRole('textbox').fill('remove');
    },
  },

  {
    name: 'advanced-receipt',
    page: 'advanced',
    status: settingsStatus(),
    prepare: (app) =>
      app.give({
        receipt: exampleReceipt({
          removed: 117,
          alreadyGone: 2,
          leftAlone: 1,
          others: [familyBlocks],
          still: [
            {
              calendarId: exampleCalendar({ id: 'client@studio.example' }).id,
              name: 'Studio',
              count: 52,
              error: appError('quota-exhausted', 'client@studio.example'),
              later: true,
            },
          ],
          unread: ['Studio'],
          cameBack: 2,
        }),
      }),
    steps: async (page) => {
      await page.getByRole('button', { name: 'Remove all blocks…' }).click();
      await page.getByRole('textbox').fill('remove');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    },
  },

  // The guide
  {
    name: 'guide-does',
    page: 'guide',
    status: emptyStatus(),
    prepare: (app) => app.give({ client: { present: false, idEnding: null } }),
  },
  {
    name: 'guide-client',
    page: 'guide',
    status: emptyStatus(),
    desktop: true,
    prepare: (app) => app.give({ client: { present: false, idEnding: null } }),
    steps: async (page) => {
      await toStep(page, 2);
      await page.getByRole('heading', { name: 'Make a project' }).waitFor();
    },
  },
  {
    name: 'guide-client-failed',
    page: 'guide',
    status: emptyStatus(),
    desktop: true,
    prepare: (app) => {
      app.give({ client: { present: false, idEnding: null } });
      app.replace({ saveOAuthClient: () => Promise.resolve(err(appError('client-file-wrong-kind', 'web.json'))) });
    },
    steps: async (page) => {
      await toStep(page, 2);
      await page.getByRole('textbox', { name: 'Or paste its text' }).fill('{"web":{}}');
      await page.getByRole('button', { name: 'Check the text' }).click();
      await page.getByRole('alert').waitFor();
      await page.mouse.wheel(0, 3000);
    },
  },
  { name: 'guide-client-ready', page: 'guide', status: emptyStatus(), steps: (page) => toStep(page, 2) },
  {
    name: 'guide-accounts',
    page: 'guide',
    status: neverStarted({ accounts: [exampleAccount()], calendars: [exampleCalendar()] }),
    prepare: (app) => app.replace({ addAccount: never }),
    steps: async (page) => {
      await toStep(page, 3);
      await page.getByRole('button', { name: 'Add another account' }).click();
      await page.getByText('Waiting for your browser…').waitFor();
    },
  },
  {
    name: 'guide-calendars',
    page: 'guide',
    status: neverStarted(),
    prepare: (app) =>
      app.give({
        plan: {
          operations: Array.from({ length: 38 }, (_, index) =>
            exampleOperation({ targetId: index % 2 === 0 ? atHome : atStudio }),
          ),
          skips: [],
          holds: [],
        },
      }),
    steps: async (page) => {
      await toStep(page, 4);
      await page.getByText('This will add 38 blocks').waitFor();
    },
  },
  {
    name: 'guide-started',
    page: 'guide',
    status: settingsStatus(),
    prepare: (app) => app.replace({ sync: () => Promise.resolve(ok(exampleRun())) }),
    steps: async (page) => {
      await toStep(page, 4);
      await page.getByRole('button', { name: 'Start syncing' }).click();
      await page.getByRole('heading', { name: 'CalSync is at work' }).waitFor();
    },
  },
];
