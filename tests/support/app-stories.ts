import { createCalSync, type CalSync, type TokenVault } from '../../src/main/app/index.ts';
import type { Logger } from '../../src/main/ports/logger.ts';
import type { AccountId } from '../../src/shared/ids.ts';
import type { Simulator, World } from '../../src/simulator/index.ts';
import { consentOver } from './consent.ts';
import type { CrashPoints } from './crash-points.ts';
import type { TownClock } from './installs.ts';
import { MemoryLogger } from './memory-logger.ts';

/*
 * What a person does with the whole program, for tests that end its process at an effect: in this process, or in one of its
 * own that is really killed.
 */

export const work = 'work@northwind.example';
export const home = 'me@home.example';

const at = (date: string, clock: string) => ({ dateTime: `${date}T${clock}:00`, timeZone: 'Europe/Berlin' });

/** Two people's main calendars, each with an event and a series of which a date was moved. */
export const storyWorld = {
  accounts: [work, home].map((email, index) => ({
    email,
    name: email,
    calendars: [
      {
        id: email,
        summary: email,
        timeZone: 'Europe/Berlin',
        accessRole: 'owner',
        primary: true,
        events: [
          { id: `single${index}`, summary: 'Secret', start: at('2026-03-25', '10:00'), end: at('2026-03-25', '11:00') },
          {
            id: `weekly${index}`,
            summary: 'Secret',
            start: at('2026-03-26', `1${index}:00`),
            end: at('2026-03-26', `1${index}:45`),
            recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'],
          },
          {
            recurringEventId: `weekly${index}`,
            originalStartTime: at('2026-04-02', `1${index}:00`),
            summary: 'Secret',
            start: at('2026-04-03', '15:00'),
            end: at('2026-04-03', '16:00'),
          },
        ],
      },
    ],
  })),
} as unknown as World;

/** What one story is about. Each step gets the program; the second one may fail, because it may have nothing left to do. */
export interface Story {
  /** What stood before. */
  readonly prepare: (app: CalSync) => Promise<void>;
  /** What happens on the calendars after that. */
  readonly meanwhile?: (simulator: Simulator) => void;
  /** What the process is killed in. */
  readonly act: (app: CalSync) => Promise<void>;
  /** What the person does when they are back, whatever has become of it. */
  readonly again: (app: CalSync) => Promise<void>;
}

const accountOf = (app: CalSync, email: string) => app.status().accounts.find((one) => one.email === email);

async function connect(app: CalSync, email: string): Promise<void> {
  await app.addAccount({ show: consentOver(email) });
}

async function connectMissing(app: CalSync): Promise<void> {
  for (const email of [work, home]) if (accountOf(app, email) === undefined) await connect(app, email);
  useAll(app);
}

function useAll(app: CalSync): void {
  for (const { id, source, target } of app.status().calendars) {
    if (!(source && target)) app.useCalendar(id, { source: true, target: true });
  }
}

async function sync(app: CalSync): Promise<void> {
  await app.sync('command', { start: true });
}

async function both(app: CalSync): Promise<void> {
  await connectMissing(app);
  await sync(app);
  await sync(app);
}

async function removeHome(app: CalSync, revoke: boolean): Promise<void> {
  const account = accountOf(app, home);
  if (account !== undefined) await app.removeAccount(account.id, { revoke });
}

async function nothing(): Promise<void> {
  // Nothing stood before.
}

export const stories = {
  'signing in and the first sync': {
    prepare: nothing,
    act: both,
    // Where it was killed before its calendars were known, the first sync shows them and they are chosen then.
    again: async (app) => {
      await connectMissing(app);
      await sync(app);
      useAll(app);
    },
  },
  'signing in anew': {
    prepare: both,
    act: async (app) => {
      const account = accountOf(app, home);
      if (account !== undefined) await app.reconnectAccount(account.id, { show: consentOver(home) });
    },
    again: connectMissing,
  },
  'a series gets another hour': {
    prepare: both,
    meanwhile: (simulator) => {
      simulator.person(work).moveTime(work, 'weekly0', at('2026-03-26', '18:00'), at('2026-03-26', '19:00'));
    },
    act: sync,
    again: sync,
  },
  'an account is removed': {
    prepare: both,
    act: (app) => removeHome(app, false),
    again: (app) => removeHome(app, false),
  },
  'an account is removed and its permission given back': {
    prepare: both,
    act: (app) => removeHome(app, true),
    again: (app) => removeHome(app, true),
  },
  'a reset, and syncing again': {
    prepare: both,
    act: async (app) => {
      await app.reset();
    },
    again: async (app) => {
      await app.reset();
      app.resume();
      await sync(app);
    },
  },
  'a calendar is cleared': {
    prepare: both,
    act: async (app) => {
      const calendar = app.status().calendars.find((one) => one.id === (home as string));
      if (calendar !== undefined) await app.clearCalendar(calendar.id);
    },
    again: async (app) => {
      const calendar = app.status().calendars.find((one) => one.id === (home as string));
      if (calendar !== undefined) await app.clearCalendar(calendar.id);
    },
  },
} satisfies Readonly<Record<string, Story>>;

export type StoryName = keyof typeof stories;

export interface ProgramOptions {
  readonly folder: string;
  readonly url: string;
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  readonly vault: TokenVault;
  readonly points: CrashPoints;
  readonly clock: TownClock;
  readonly logger?: Logger;
}

/** Starts the program with each of its effects a point. */
export async function startProgram(options: ProgramOptions): Promise<CalSync> {
  const { points } = options;
  const made = await createCalSync({
    dataFolder: options.folder,
    googleUrl: options.url,
    client: options.client,
    vault: points.vault(options.vault),
    version: 'test',
    unitsPerMinute: 1_000_000,
    clock: options.clock,
    logger: options.logger ?? new MemoryLogger(),
    around: points,
  });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.app;
}

/** What a process that goes on has come to. */
export interface Ended {
  readonly accounts: readonly string[];
  readonly started: boolean;
  readonly troubles: readonly string[];
  /** Writes of the last sync, null where there was none to make. */
  readonly writes: number | null;
}

/** What the person does when they are back, and syncs until nothing is left to do. */
export async function goOn(app: CalSync, story: Story): Promise<Ended> {
  await story.again(app);
  let writes: number | null = null;
  for (let quiet = 0, turn = 0; quiet < 2 && turn < 10; turn += 1) {
    const run = await app.sync('command', { start: true });
    writes = run.ok ? run.value.writes : null;
    quiet = writes === 0 || writes === null ? quiet + 1 : 0;
  }
  const { accounts, troubles } = app.status();
  return {
    accounts: accounts.map(({ email, state }) => `${email} ${state}`),
    started: app.runs().length > 0,
    troubles: troubles.map(({ code, about }) => `${code} ${about ?? ''}`),
    writes,
  };
}

/** What stands of ours on all calendars, by what it shows. */
export function standing(simulator: Simulator): readonly string[] {
  return simulator
    .dump()
    .flatMap(({ id, events }) =>
      events
        .filter((event) => event['status'] !== 'cancelled' && JSON.stringify(event).includes('calsync.ref'))
        .map(({ summary, start, end, recurrence = [] }) => JSON.stringify([id, summary, start, end, recurrence])),
    )
    .sort();
}

/** A vault whose entries are in a map that outlasts the process that a test ends. */
export function vaultOver(entries: Map<string, string>, changed: () => void = () => undefined): TokenVault {
  const done = { ok: true, value: undefined } as const;
  return {
    kind: 'keychain',
    read: (id: AccountId) => Promise.resolve({ ok: true, value: entries.get(id) ?? null }),
    write: (id, token) => {
      entries.set(id, token);
      changed();
      return Promise.resolve(done);
    },
    remove: (id) => {
      entries.delete(id);
      changed();
      return Promise.resolve(done);
    },
  };
}
