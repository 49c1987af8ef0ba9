import type { Status } from '../../src/shared/dto.ts';
import { appError } from '../../src/shared/errors.ts';
import type { HealthState } from '../../src/shared/health.ts';
import { exampleCalendar, exampleHold, exampleNow, exampleRun, exampleTrouble } from './fake-calsync.ts';

/** An hour before the fixed time of the examples. */
const hourAgo = '2026-03-23T07:30:00.000Z';
const halfHourAgo = '2026-03-23T08:00:00.000Z';
const minuteAgo = '2026-03-23T08:29:00.000Z';

const ended = (over: Parameters<typeof exampleRun>[0]): Pick<Status, 'lastRun' | 'newestRun'> => {
  const lastRun = exampleRun({ trigger: 'interval', ...over });
  return { lastRun, newestRun: { startedAt: lastRun.startedAt, outcome: lastRun.outcome } };
};

/** What makes the status of a healthy mesh another one (`exampleStatus`), by what is then so. */
export const facts = {
  inSync: { ...ended({}), runningSince: null, progress: null, troubles: [], holds: [] },
  syncing: { runningSince: exampleNow },
  offline: {
    ...ended({ outcome: 'offline', errors: [appError('offline')] }),
    lastSyncAt: hourAgo,
    troubles: [exampleTrouble('offline', null, { since: '2026-03-23T07:35:00.000Z' })],
  },
  cannotSync: { ...ended({ outcome: 'failed' }), lastSyncAt: hourAgo },
  neverSynced: { lastSyncAt: null, nextSyncAt: null, lastRun: null, newestRun: null },
} as const satisfies Readonly<Record<string, Partial<Status>>>;

/** A situation that a person can be in: what is so, and the state that it is. */
export interface Situation {
  readonly name: string;
  readonly state: HealthState;
  readonly facts: Partial<Status>;
}

const many = (code: Parameters<typeof exampleTrouble>[0], count: number, since: string) =>
  Array.from({ length: count }, (_each, index) => exampleTrouble(code, `Calendar ${index + 1}`, { since }));

const wait = (error: Parameters<typeof appError>[0] | null) => ({
  since: '2026-03-23T08:20:00.000Z',
  error: error === null ? null : appError(error),
});
const none = { disk: null, keychain: null, engine: null };

/** What is known of a CalSync whose database was never opened. */
const nothing = { ...facts.neverSynced, accounts: [], calendars: [], activity: [], started: false };

/** One and more situations for each state; docs/health.md tells what a person sees in each. */
export const situations: readonly Situation[] = [
  { name: 'no account', state: 'not-started', facts: { accounts: [], calendars: [], started: false } },
  { name: 'not started', state: 'not-started', facts: { ...facts.neverSynced, started: false } },
  {
    name: 'first sync after the start',
    state: 'catching-up',
    facts: {
      awakeSince: minuteAgo,
      runningSince: minuteAgo,
      newestRun: { startedAt: minuteAgo, outcome: 'running' },
      lastSyncAt: '2026-03-20T16:00:00.000Z',
      progress: { done: 12, total: 48 },
    },
  },
  {
    name: 'awake and not synced yet',
    state: 'catching-up',
    facts: {
      awakeSince: minuteAgo,
      lastSyncAt: '2026-03-20T16:00:00.000Z',
      ...ended({ startedAt: '2026-03-20T15:59:59.000Z', finishedAt: '2026-03-20T16:00:00.000Z' }),
    },
  },
  {
    name: 'Google in trouble for a moment',
    state: 'catching-up',
    facts: {
      ...ended({ outcome: 'partial', errors: [appError('provider-trouble', 'Work')] }),
      troubles: [exampleTrouble('provider-trouble', 'Work', { since: '2026-03-23T08:28:00.000Z' })],
    },
  },
  { name: 'cut off', state: 'catching-up', facts: { newestRun: { startedAt: exampleNow, outcome: 'interrupted' } } },
  { name: 'meetings wait', state: 'catching-up', facts: { waiting: 3 } },
  { name: 'all well', state: 'in-sync', facts: {} },
  { name: 'the demo', state: 'demo', facts: { demo: true } },
  {
    name: 'an impossible zone',
    state: 'in-sync-except',
    facts: {
      ...ended({ outcome: 'partial', errors: [appError('time-zone-refused', 'Personal')] }),
      waiting: 1,
      troubles: [
        exampleTrouble('time-zone-refused', 'Personal', { since: '2026-03-21T08:30:00.000Z', meetings: 1, what: 'a' }),
      ],
    },
  },
  {
    name: 'an impossible zone that is known',
    state: 'in-sync-except',
    facts: {
      ...ended({ outcome: 'partial', errors: [appError('time-zone-refused', 'Personal')] }),
      waiting: 1,
      troubles: [
        exampleTrouble('time-zone-refused', 'Personal', {
          ...{ since: '2026-03-21T08:30:00.000Z', meetings: 1, what: 'a', known: true },
        }),
      ],
    },
  },
  {
    name: 'no keychain',
    state: 'in-sync-except',
    facts: { troubles: [exampleTrouble('keychain-unavailable', null, { since: hourAgo })] },
  },
  {
    name: 'forty calendars that could not be read for half an hour',
    state: 'catching-up',
    facts: {
      ...ended({ outcome: 'partial', errors: [appError('provider-trouble', 'Calendar 1')] }),
      calendars: Array.from({ length: 40 }, (_each, index) =>
        exampleCalendar({ id: `c${index + 1}@x.example`, name: `Calendar ${index + 1}`, lastReadAt: halfHourAgo }),
      ),
      troubles: many('provider-trouble', 40, halfHourAgo),
    },
  },
  {
    name: 'a calendar that could not be read for three hours',
    state: 'behind',
    facts: {
      ...ended({ outcome: 'partial', errors: [appError('provider-trouble', 'Work')] }),
      calendars: [
        exampleCalendar({ lastReadAt: '2026-03-23T05:30:00.000Z', trouble: appError('provider-trouble', 'Work') }),
        exampleCalendar({ id: 'me@home.example', name: 'Personal', accountId: 'account-home' }),
      ],
      troubles: [exampleTrouble('provider-trouble', 'Work', { since: '2026-03-23T05:35:00.000Z' })],
    },
  },
  {
    name: 'a removal that could not be made for an hour',
    state: 'in-sync-except',
    facts: { troubles: [exampleTrouble('removals-left', 'Work', { since: hourAgo })] },
  },
  {
    name: 'no calendar could be read, a moment ago',
    state: 'catching-up',
    facts: {
      ...ended({ outcome: 'failed', errors: [appError('provider-trouble', 'Work')] }),
      troubles: [
        exampleTrouble('keychain-unavailable', null, { since: hourAgo }),
        exampleTrouble('provider-trouble', 'Work', { since: '2026-03-23T08:28:00.000Z' }),
      ],
    },
  },
  { name: 'syncing', state: 'syncing', facts: { runningSince: minuteAgo, progress: { done: 120, total: 480 } } },
  {
    name: 'a deletion that waits for its second read',
    state: 'settling',
    facts: { waiting: 1, settling: { meetings: 1, since: '2026-03-23T08:28:00.000Z' } },
  },
  {
    name: 'paused by a reset',
    state: 'paused',
    facts: { pausedUntil: 'forever', pausedSince: hourAgo, pausedByReset: true, nextSyncAt: null },
  },
  { name: 'paused', state: 'paused', facts: { pausedUntil: 'forever', pausedSince: hourAgo, nextSyncAt: null } },
  {
    name: 'paused until two',
    state: 'paused',
    facts: { pausedUntil: '2026-03-23T14:00:00.000Z', pausedSince: hourAgo, nextSyncAt: null },
  },
  {
    name: 'paused until tomorrow',
    state: 'paused',
    facts: { pausedUntil: '2026-03-24T00:00:00.000Z', pausedSince: hourAgo, nextSyncAt: null },
  },
  { name: 'offline', state: 'offline', facts: facts.offline },
  { name: 'the engine does not answer', state: 'waiting', facts: { waitsFor: { ...none, engine: wait(null) } } },
  {
    name: 'the disk is full',
    state: 'waiting',
    facts: { ...nothing, waitsFor: { ...none, engine: wait('database-failed') } },
  },
  {
    name: 'the disk has become full',
    state: 'waiting',
    facts: { waitsFor: { ...none, disk: wait('database-failed') } },
  },
  {
    name: 'the keychain is locked',
    state: 'waiting',
    facts: { ...facts.cannotSync, waitsFor: { ...none, keychain: wait('keychain-failed') } },
  },
  {
    name: 'the keychain asks for its password',
    state: 'waiting',
    facts: { waitsFor: { ...none, keychain: wait('keychain-asks') } },
  },
  {
    name: 'signed out of one account',
    state: 'needs-you',
    facts: {
      ...ended({ outcome: 'partial', errors: [appError('needs-sign-in', 'me@home.example')] }),
      troubles: [exampleTrouble('needs-sign-in', 'me@home.example', { since: hourAgo })],
    },
  },
  { name: 'held', state: 'needs-you', facts: { holds: [exampleHold({ count: 30 })], waiting: 30 } },
  {
    name: 'forty calendars that are gone, and more',
    state: 'needs-you',
    facts: {
      holds: [exampleHold({ count: 30 })],
      troubles: [
        ...many('calendar-gone', 40, hourAgo),
        exampleTrouble('clock-wrong', '2 hours fast', { since: hourAgo }),
        exampleTrouble('sign-in-ends-soon', 'me@home.example', { since: hourAgo }),
        exampleTrouble('rate-limited', 'me@home.example', { since: hourAgo }),
      ],
    },
  },
  {
    name: 'a clock that is wrong',
    state: 'needs-you',
    facts: { troubles: [exampleTrouble('clock-wrong', '2 hours fast', { since: hourAgo })] },
  },
  {
    name: 'nobody has synced for 400 days',
    state: 'needs-you',
    facts: {
      awakeSince: null,
      lastSyncAt: '2025-02-16T08:30:00.000Z',
      ...ended({ startedAt: '2025-02-16T08:29:00.000Z', finishedAt: '2025-02-16T08:30:00.000Z' }),
    },
  },
  {
    name: 'no sync could start for long',
    state: 'cannot-sync',
    facts: {
      lastSyncAt: hourAgo,
      couldNotStart: { since: hourAgo, error: appError('busy-elsewhere', 'laptop') },
    },
  },
  {
    name: 'the calendar service is switched off',
    state: 'cannot-sync',
    facts: {
      ...ended({ outcome: 'failed', errors: [appError('api-disabled')] }),
      lastSyncAt: hourAgo,
      troubles: [exampleTrouble('api-disabled', null, { since: hourAgo })],
    },
  },
  {
    name: 'a network that wants its own page seen first',
    state: 'cannot-sync',
    facts: {
      ...ended({ outcome: 'failed', errors: [appError('network-portal')] }),
      lastSyncAt: hourAgo,
      troubles: [exampleTrouble('network-portal', null, { since: minuteAgo })],
    },
  },
  {
    name: 'a database of a newer CalSync',
    state: 'cannot-sync',
    facts: {
      ...nothing,
      waitsFor: { ...none, engine: wait('database-from-future') },
    },
  },
  {
    name: 'a part of CalSync that does not fit this computer',
    state: 'cannot-sync',
    facts: {
      ...nothing,
      waitsFor: { ...none, engine: wait('program-damaged') },
    },
  },
];

/** Takes the name of a situation; returns what is so in it. */
export function factsOf(name: string): Partial<Status> {
  const found = situations.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No situation is called ${name}.`);
  return found.facts;
}
