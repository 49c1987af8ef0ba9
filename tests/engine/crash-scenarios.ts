import { savePolicies } from '../../src/main/app/policies.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import type { FaultSpec, Switches, World } from '../../src/simulator/index.ts';
import { SkewedClock, type FakeClock } from '../support/fake-clock.ts';
import { undoRun, type Laptop, type LaptopOptions, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

/*
 * What happens in each scenario that is killed at every effect. To add one, say what the person does before the run that is
 * killed (`act`), and what stood before (`prepare`); everything else has a default.
 */

export const work = 'work@northwind.example';
export const home = 'me@home.example';
export const studio = 'client@studio.example';

/** A scenario under way. */
export interface Stage {
  readonly place: Workplace;
  /** The computer that is killed; another one once `prepare` has replaced it. */
  laptop: Laptop;
  readonly person: (email: string) => ReturnType<Workplace['simulator']['person']>;
  /** Ids of what `prepare` has made. */
  readonly made: string[];
}

export interface Scenario {
  readonly world?: World;
  readonly switches?: Partial<Switches>;
  /** Accounts that the computer is signed in to; all unless told. */
  readonly emails?: readonly string[];
  /** How much of an answer the computer takes; as ever unless told. */
  readonly limits?: LaptopOptions['limits'];
  /** The computer's own clock; the service's unless told. */
  readonly clock?: (right: FakeClock) => FakeClock;
  readonly prepare?: (stage: Stage) => Promise<void> | void;
  /** What the person does before the run that is killed. */
  readonly act: (stage: Stage) => Promise<void> | void;
  /** What is killed; a sync unless told. */
  readonly run?: (stage: Stage) => Promise<unknown>;
  /** What ends before the next process goes on: an outage, a wrong clock. */
  readonly after?: (stage: Stage) => Promise<void> | void;
  /** How many runs one after the other are killed; one unless told. */
  readonly runs?: number;
  /** Whether the process that is killed begins with an empty database. */
  readonly lost?: boolean;
  /** Whether a kill may leave everything as it was before: a deleted block is back, once, as where nothing tells who deleted it. */
  readonly orAsBefore?: boolean;
  /** The point at which what the person chose is kept: killed before it, everything stays as it was before. */
  readonly keptAt?: string;
}

const at = (date: string, clock: string) => ({ dateTime: `${date}T${clock}:00`, timeZone: 'Europe/Berlin' });
const timed = (date: string, clock = '10:00') => ({
  summary: 'Secret',
  start: at(date, clock),
  end: { ...at(date, clock), dateTime: `${date}T${clock.slice(0, 2)}:45:00` },
});
const weekly = { ...timed('2026-03-26'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] };
const dates = ['2026-03-26T09:00:00Z', '2026-04-02T08:00:00Z', '2026-04-09T08:00:00Z'] as const;
const idOf = ({ made }: Stage, index: number): string => made[index] ?? '';

const some = ({ person, made }: Stage): void => {
  made.push(
    person(work).createEvent(work, timed('2026-03-25')).id,
    person(home).createEvent(home, timed('2026-03-25', '15:00')).id,
    person(work).createEvent(work, weekly).id,
  );
};

/** One event a day, as many as told. */
const many =
  (count: number) =>
  ({ person, made }: Stage): void => {
    for (let index = 0; index < count; index += 1) {
      const date = new Date(Date.UTC(2026, 3, 1 + index)).toISOString().slice(0, 10);
      made.push(person(work).createEvent(work, timed(date)).id);
    }
  };

const deleteFirst = (stage: Stage, count: number): void => {
  for (const id of stage.made.slice(0, count)) stage.person(work).deleteEvent(work, id);
};

/** All of a calendar's blocks are gone at once, and are asked about. */
const wiped = async (stage: Stage): Promise<void> => {
  many(12)(stage);
  await stage.laptop.sync();
  for (const { id } of stage.place.blocks(home)) stage.person(home).deleteEvent(home, id);
  await stage.laptop.sync();
};

const show = ({ laptop }: Stage, block: Partial<typeof defaultBlockPolicy>): void => {
  laptop.store.saveSettings({ ...laptop.store.settings(), block: { ...defaultBlockPolicy, ...block } });
  laptop.store.markAllDirty();
};

const single = ({ place }: Stage, calendarId: string) =>
  place.blocks(calendarId).find(({ recurrence, status }) => recurrence === undefined && status !== 'cancelled');
const series = ({ place }: Stage, calendarId: string) =>
  place.blocks(calendarId).find(({ recurrence }) => recurrence !== undefined);

/** Two copies of a meeting, and a third calendar that gets its block. */
const copies: World = {
  accounts: [work, studio, home].map((email) => ({
    email,
    name: email,
    calendars: [
      {
        id: email,
        summary: email,
        timeZone: 'Europe/Berlin',
        accessRole: 'owner' as const,
        primary: true,
        events:
          email === home
            ? []
            : [
                { id: 'board1', iCalUID: 'board@northwind.example', ...timed('2026-03-25') },
                { id: 'weekly1', iCalUID: 'weekly@northwind.example', ...weekly },
              ],
      },
    ],
  })),
};

/** The next reads of changes are refused. */
const tooOld = ({ place }: Stage): void => {
  place.simulator.faults.add({ kind: 'syncTokenExpired', request: 'events.list', times: 3 });
};

const readsOf = (calendar: string) => ({ request: 'events.list', calendar }) as const;

const outage = (calendarId: string): FaultSpec => ({
  kind: 'status503',
  method: 'GET',
  path: `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events`,
  times: null,
});

/** Runs two hours apart, in each of which the lists of calendars are read. */
async function later({ place, laptop }: Stage): Promise<void> {
  for (let run = 0; run < 2; run += 1) {
    await place.clock.advance(2 * hour);
    await laptop.sync();
  }
}

/** Undoes the last sync that wrote anything. */
const undo = ({ laptop }: Stage): Promise<unknown> => undoRun(laptop, Math.max(...laptop.store.undoableRuns()));

/** Before a sync that is undone: everything in its place, so that the next one writes only what follows. */
const settledSome = async (stage: Stage): Promise<void> => {
  some(stage);
  await stage.laptop.sync();
};

const renamed = 'work@southwind.example';
const team = 'team@group.calendar.example';

/** The world of three main calendars, and a calendar of a team that the studio shares. */
const withTeam: World = {
  accounts: mainCalendars(work, home, studio).accounts.map((account) =>
    account.email !== studio
      ? account
      : {
          ...account,
          calendars: [
            ...account.calendars,
            { id: team, summary: 'Team', timeZone: 'Europe/Berlin', accessRole: 'owner' as const, primary: false },
          ],
        },
  ),
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  'a first sync': { act: some },
  'an event moves, another is deleted': {
    prepare: some,
    act: (stage) => {
      stage.person(work).moveTime(work, idOf(stage, 0), at('2026-03-27', '09:00'), at('2026-03-27', '10:00'));
      stage.person(home).deleteEvent(home, idOf(stage, 1));
    },
  },
  'a series gets another hour': {
    prepare: some,
    act: (stage) => {
      stage.person(work).moveTime(work, idOf(stage, 2), at('2026-03-26', '13:00'), at('2026-03-26', '14:00'));
    },
  },
  'dates of a series change': {
    prepare: some,
    act: (stage) => {
      const person = stage.person(work);
      person.deleteSlot(work, idOf(stage, 2), dates[1]);
      const moved = { start: at('2026-04-10', '12:00'), end: at('2026-04-10', '13:00') };
      person.editSlot(work, idOf(stage, 2), dates[2], moved);
    },
  },
  'a series ends earlier and has changed dates': {
    prepare: (stage) => {
      some(stage);
      stage.person(work).deleteSlot(work, idOf(stage, 2), dates[1]);
    },
    act: (stage) =>
      void stage.person(work).patchEvent(work, idOf(stage, 2), { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] }),
  },
  'events become free, and one is busy again': {
    prepare: async (stage) => {
      some(stage);
      stage.person(work).patchEvent(work, idOf(stage, 0), { transparency: 'transparent' });
      await stage.laptop.sync();
    },
    act: (stage) => {
      stage.person(work).patchEvent(work, idOf(stage, 0), { transparency: 'opaque' });
      stage.person(work).patchEvent(work, idOf(stage, 2), { transparency: 'transparent' });
    },
  },
  'a feed gives its events new ids': {
    prepare: some,
    act: (stage) => {
      const person = stage.person(work);
      person.deleteEvent(work, idOf(stage, 0));
      person.deleteEvent(work, idOf(stage, 2));
      person.createEvent(work, timed('2026-03-25'));
      person.createEvent(work, weekly);
    },
  },
  'somebody writes on blocks': {
    prepare: some,
    act: ({ place: here, person }) => {
      for (const { id } of here.blocks(home)) person(home).patchEvent(home, id, { summary: 'Dentist' });
    },
  },
  'a person deletes a block': {
    prepare: some,
    act: (stage) => {
      stage.person(home).deleteEvent(home, single(stage, home)?.id ?? '');
    },
    orAsBefore: true,
  },
  'blocks get minutes before and after': {
    prepare: some,
    act: (stage) => {
      show(stage, { bufferBefore: 15, bufferAfter: 10 });
    },
  },
  'a calendar goes out of use': {
    prepare: some,
    act: ({ laptop }) => {
      laptop.use(work, { source: false, target: false });
    },
  },
  'a zone is refused by every name': {
    switches: { refusedZones: ['Europe/Berlin'] },
    act: some,
  },
  'a token is too old': {
    prepare: some,
    act: (stage) => {
      stage.person(work).createEvent(work, timed('2026-03-28'));
      stage.person(home).deleteEvent(home, idOf(stage, 1));
      tooOld(stage);
    },
  },

  // Replacements.
  'a series moves to another zone and has changed dates': {
    prepare: (stage) => {
      some(stage);
      stage.person(work).deleteSlot(work, idOf(stage, 2), dates[1]);
      stage.person(work).editSlot(work, idOf(stage, 2), dates[2], timed('2026-04-10', '12:00'));
    },
    act: (stage) => {
      const zone = { timeZone: 'America/New_York' };
      const { start, end } = weekly;
      stage.person(work).patchEvent(work, idOf(stage, 2), { start: { ...start, ...zone }, end: { ...end, ...zone } });
    },
  },
  'this and following dates move': {
    prepare: some,
    act: (stage) => {
      stage.person(work).splitThisAndFollowing(work, idOf(stage, 2), dates[2], {
        start: at('2026-04-09', '14:00'),
        end: at('2026-04-09', '15:00'),
      });
    },
  },
  'another copy gives the block when the first is declined': {
    world: copies,
    act: ({ person }) => {
      for (const id of ['board1', 'weekly1']) person(work).patchEvent(work, id, { transparency: 'transparent' });
    },
  },

  // Dates one by one, and dates that are somebody's own.
  'a series whose zone is refused has a date that moves': {
    switches: { refusedZones: ['Europe/Berlin'] },
    prepare: some,
    act: (stage) => {
      stage.person(work).editSlot(work, idOf(stage, 2), dates[1], timed('2026-04-03', '12:00'));
      stage.person(work).deleteSlot(work, idOf(stage, 2), dates[2]);
    },
  },
  'a series whose zone was refused is written as one': {
    switches: { refusedZones: ['Europe/Berlin'] },
    prepare: some,
    act: async (stage) => {
      stage.place.simulator.state.switches.refusedZones = [];
      await stage.place.clock.advance(25 * hour);
    },
  },
  'a date of a block is somebody’s own, and its event moves': {
    prepare: async (stage) => {
      some(stage);
      await stage.laptop.sync();
      const tags = ['calsync.v', 'calsync.ref', 'calsync.gen', 'calsync.hash'].map((name) => [name, null]);
      stage.person(home).editSlot(home, series(stage, home)?.id ?? '', dates[1], {
        summary: 'Mine now',
        extendedProperties: { private: Object.fromEntries(tags) as Record<string, null> },
      });
    },
    act: (stage) => {
      stage.person(work).editSlot(work, idOf(stage, 2), dates[1], timed('2026-04-03', '12:00'));
    },
  },
  'ids of dates are opaque, and dates change': {
    switches: { instanceIds: 'opaque' },
    prepare: some,
    act: (stage) => {
      stage.person(work).deleteSlot(work, idOf(stage, 2), dates[1]);
      stage.person(work).editSlot(work, idOf(stage, 2), dates[2], timed('2026-04-10', '12:00'));
    },
  },

  // Holds, and what was chosen about them.
  'a mass deletion is held': {
    prepare: many(12),
    act: (stage) => {
      deleteFirst(stage, 12);
    },
  },
  'a mass deletion is agreed to': {
    prepare: async (stage) => {
      many(12)(stage);
      await stage.laptop.sync();
      deleteFirst(stage, 12);
    },
    act: ({ laptop }) => {
      laptop.decide('proceed');
    },
  },
  'blocks that were wiped are put back': {
    prepare: wiped,
    act: ({ laptop }) => {
      laptop.decide('put-back');
    },
  },
  'blocks that were wiped are left away': {
    prepare: wiped,
    act: ({ laptop }) => {
      laptop.decide('leave-away');
    },
  },

  // Mutes.
  'a person deletes one date of a block': {
    prepare: some,
    act: (stage) => {
      stage.person(home).deleteSlot(home, series(stage, home)?.id ?? '', dates[1]);
    },
    runs: 3,
    orAsBefore: true,
  },
  'a person deletes a block where marks are refused': {
    switches: { cancellingUpdate: 'refused' },
    prepare: some,
    act: (stage) => {
      stage.person(home).deleteEvent(home, single(stage, home)?.id ?? '');
    },
    runs: 3,
    orAsBefore: true,
  },
  'a muted event gets a new id from its feed': {
    prepare: async (stage) => {
      some(stage);
      await stage.laptop.sync();
      stage.person(home).deleteEvent(home, single(stage, home)?.id ?? '');
      for (let run = 0; run < 4; run += 1) await stage.laptop.sync();
    },
    act: (stage) => {
      stage.person(work).deleteEvent(work, idOf(stage, 0));
      stage.person(work).createEvent(work, timed('2026-03-25'));
    },
    runs: 2,
  },
  'a mute is lifted': {
    prepare: async (stage) => {
      some(stage);
      await stage.laptop.sync();
      stage.person(home).deleteEvent(home, single(stage, home)?.id ?? '');
      for (let run = 0; run < 4; run += 1) await stage.laptop.sync();
    },
    act: ({ laptop }) => {
      for (const mute of laptop.store.mutes()) laptop.store.liftMute(mute);
    },
  },

  // A sync that is undone.
  'a sync that made blocks is undone': {
    prepare: some,
    act: () => undefined,
    run: undo,
    keptAt: 'asOne stored',
  },
  'a sync that moved blocks and dates of one is undone': {
    prepare: async (stage) => {
      await settledSome(stage);
      stage.person(work).moveTime(work, idOf(stage, 0), at('2026-03-27', '09:00'), at('2026-03-27', '10:00'));
      stage.person(work).editSlot(work, idOf(stage, 2), dates[1], timed('2026-04-03', '12:00'));
      stage.person(work).deleteSlot(work, idOf(stage, 2), dates[2]);
    },
    act: () => undefined,
    run: undo,
    keptAt: 'asOne stored',
  },
  'a sync that removed blocks is undone': {
    prepare: async (stage) => {
      some(stage);
      stage.person(work).editSlot(work, idOf(stage, 2), dates[1], timed('2026-04-03', '12:00'));
      await stage.laptop.sync();
      stage.person(work).deleteEvent(work, idOf(stage, 0));
      stage.person(work).deleteEvent(work, idOf(stage, 2));
    },
    act: () => undefined,
    run: undo,
    keptAt: 'asOne stored',
  },
  'an undo is undone': {
    prepare: async (stage) => {
      await settledSome(stage);
      stage.person(work).deleteEvent(work, idOf(stage, 0));
      stage.person(work).moveTime(work, idOf(stage, 2), at('2026-03-26', '13:00'), at('2026-03-26', '14:00'));
      await stage.laptop.sync();
      await undo(stage);
    },
    act: () => undefined,
    run: undo,
    keptAt: 'asOne stored',
  },
  'a sync that carried a choice out is undone': {
    prepare: async (stage) => {
      await settledSome(stage);
      const { deps: engine, store, clock } = stage.laptop;
      const block = { ...defaultBlockPolicy, summary: 'Away' };
      const use = { kind: 'use', calendarId: toCalendarId(studio), source: false, target: false } as const;
      const saved = savePolicies({ engine, store, clock }, [use, { kind: 'block', block }]);
      if (!saved.ok) throw new Error(saved.error.code);
    },
    act: () => undefined,
    run: undo,
    keptAt: 'asOne stored',
  },

  // Choices.
  'only working hours count from now on': {
    prepare: some,
    act: ({ laptop }) => {
      laptop.store.setBusy(toCalendarId(work), {
        ...defaultBusyPolicy,
        hours: { from: '11:00', to: '18:00', days: [1, 2, 3, 4, 5], zone: 'Europe/Berlin' },
      } as never);
      laptop.store.markAllDirty();
    },
  },
  'a calendar gives nothing any more and still gets blocks': {
    prepare: some,
    act: ({ laptop }) => {
      laptop.use(work, { source: false, target: true });
    },
  },
  'another computer keeps a block that is not wanted here': {
    prepare: async (stage) => {
      some(stage);
      await (await stage.place.laptop()).sync();
    },
    act: (stage) => {
      stage.laptop.use(work, { source: false, target: true });
    },
    runs: 2,
  },

  // Calendars that go, come, and show less.
  'an address changes, and the answer is yes': {
    prepare: async (stage) => {
      some(stage);
      await stage.laptop.sync();
      stage.person(work).renameAddress(renamed);
      await stage.place.clock.advance(2 * hour);
      await stage.laptop.sync();
    },
    act: (stage) => {
      stage.laptop.store.takeRenaming(toCalendarId(renamed));
      stage.person(renamed).moveTime(renamed, idOf(stage, 0), at('2026-03-27', '09:00'), at('2026-03-27', '10:00'));
    },
  },
  'an address changes, and is asked about': {
    prepare: some,
    act: async (stage) => {
      stage.person(work).renameAddress(renamed);
      await stage.place.clock.advance(2 * hour);
    },
    runs: 2,
  },
  'a calendar is deleted': {
    world: withTeam,
    prepare: (stage) => {
      some(stage);
      stage.person(studio).createEvent(team, timed('2026-03-28'));
    },
    act: async (stage) => {
      stage.person(studio).deleteCalendar(team);
      await stage.place.clock.advance(2 * hour);
    },
    after: later,
    runs: 2,
  },
  'a calendar is seen with less for a while': {
    world: withTeam,
    emails: [work, home],
    prepare: async (stage) => {
      stage.person(studio).shareCalendar(team, work, 'writer');
      stage.person(studio).createEvent(team, timed('2026-03-28'));
      await stage.place.clock.advance(2 * hour);
      await stage.laptop.sync();
      stage.laptop.use(team, { source: true, target: true });
      some(stage);
    },
    act: async (stage) => {
      stage.person(studio).shareCalendar(team, work, 'reader');
      stage.person(studio).createEvent(team, timed('2026-03-29'));
      await stage.place.clock.advance(2 * hour);
    },
    after: async (stage) => {
      stage.person(studio).shareCalendar(team, work, 'writer');
      await later(stage);
    },
    runs: 2,
  },

  // What cannot be read, and what is read again.
  'a copy becomes stale while the other one moves': {
    world: copies,
    prepare: async (stage) => {
      await stage.laptop.sync();
      stage.place.simulator.faults.add(outage(work));
      for (let run = 0; run < 4; run += 1) await stage.laptop.sync();
    },
    act: (stage) => {
      stage.person(studio).moveTime(studio, 'board1', at('2026-03-25', '15:00'), at('2026-03-25', '16:00'));
    },
    after: (stage) => {
      stage.place.simulator.faults.clear();
    },
  },
  'the clock is a year ahead': {
    clock: (right) => new SkewedClock(right, 365 * day),
    act: some,
    after: ({ laptop }) => {
      if (laptop.clock instanceof SkewedClock) laptop.clock.off = 0;
    },
  },
  'a first sync in short and empty pages': {
    switches: { maximumPageSize: 1, emptyPages: true },
    act: some,
  },
  'a token is too old, and the full read comes in pages': {
    switches: { maximumPageSize: 2 },
    prepare: some,
    act: (stage) => {
      stage.person(work).createEvent(work, timed('2026-03-28'));
      stage.person(home).deleteEvent(home, idOf(stage, 1));
      tooOld(stage);
    },
  },
  'a full read is too large, comes in smaller pages, and events were deleted': {
    limits: { bytes: 50_000 },
    prepare: many(9),
    act: (stage) => {
      deleteFirst(stage, 2);
      stage.person(work).moveTime(work, idOf(stage, 3), at('2026-05-27', '09:00'), at('2026-05-27', '10:00'));
      tooOld(stage);
      stage.place.simulator.faults.add({ ...readsOf(work), kind: 'largeRows', rowBytes: 15_000, times: null });
    },
  },
  'one row is too large, and others change': {
    limits: { bytes: 50_000 },
    prepare: many(4),
    act: (stage) => {
      deleteFirst(stage, 1);
      for (const index of [1, 2])
        stage.person(work).moveTime(work, idOf(stage, index), at('2026-05-27', '09:00'), at('2026-05-27', '10:00'));
      const giant = idOf(stage, 1);
      const large = { kind: 'largeRows', rowBytes: 60_000, event: giant, times: null } as const;
      stage.place.simulator.faults.add({ ...readsOf(work), ...large });
    },
    after: async ({ place, laptop }) => {
      await laptop.sync();
      place.simulator.faults.clear();
      await place.clock.advance(day);
    },
  },
  'lists lag behind our own writes': { switches: { listLagMs: 2 * minute }, act: some, runs: 2 },

  // Databases that are lost.
  'the database is lost': { prepare: some, act: () => undefined, lost: true },
  'the database is lost, and events were deleted meanwhile': {
    prepare: async (stage) => {
      some(stage);
      await stage.laptop.sync();
    },
    act: (stage) => {
      stage.person(work).deleteEvent(work, idOf(stage, 0));
      stage.person(work).deleteEvent(work, idOf(stage, 2));
    },
    lost: true,
    runs: 2,
  },
};
