import { mkdtempSync } from 'node:fs';
import { leaseTime } from '../../src/main/engine/lease.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createAccessTokens, createSignIn, googleOAuthEndpoints } from '../../src/main/oauth/index.ts';
import { removeBlocks } from '../../src/main/engine/reset.ts';
import { createMemoryVault } from '../../src/main/platform/index.ts';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import type { OAuthClient } from '../../src/main/ports/tokens.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import type { Simulator, Switches, World } from '../../src/simulator/index.ts';
import { defaultSwitches, registerRows } from '../../src/simulator/state/switches.ts';
import { consentOver } from '../support/consent.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openWorkplace, type Laptop, type LaptopOptions, type Workplace } from '../support/laptop.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { blockedOn, busyOn, expectMirrored } from '../support/mirror.ts';
import { sendingBy } from '../support/sending.ts';

/*
 * What nobody knows of Google (google-calendar.md §10) is a switch of the simulator. Here each switch stands at each of its sides
 * in turn, a scenario makes the difference matter, and the end is the same: one right block for each event, nothing that
 * is not ours touched, and a quiet next sync. How many writes that took is part of each scenario, so that no side
 * becomes dear unseen.
 */

const work = 'work@northwind.example';
const home = 'me@home.example';
const mesh = [work, home];

const world: World = {
  accounts: [account(work, 'Work', 'Europe/Berlin'), account(home, 'Home', 'America/New_York')],
};

function account(email: string, name: string, timeZone: string): World['accounts'][number] {
  return { email, name, calendars: [{ id: email, summary: name, timeZone, accessRole: 'owner', primary: true }] };
}

const berlin = (dateTime: string) => ({ dateTime: `${dateTime}:00`, timeZone: 'Europe/Berlin' });
const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: berlin(`${date}T${from}`),
  end: berlin(`${date}T${to}`),
});
const times = (date: string, from: string, to: string) => ({
  start: berlin(`${date}T${from}`),
  end: berlin(`${date}T${to}`),
});
/** A slot of the weekly series: Tuesdays at ten in Berlin, from 24 March 2026 on. */
const slot = (date: string) => (date < '2026-03-29' ? `${date}T10:00:00+01:00` : `${date}T10:00:00+02:00`);

/** One simulator with one computer, and what a scenario does with them. */
class Stage {
  readonly place: Workplace;
  readonly laptop: Laptop;
  readonly simulator: Simulator;

  constructor(place: Workplace, laptop: Laptop) {
    this.place = place;
    this.laptop = laptop;
    this.simulator = place.simulator;
  }

  get person() {
    return this.simulator.person(work);
  }

  turn(switches: Partial<Switches>): void {
    Object.assign(this.simulator.state.switches, switches);
  }

  /** Syncs until nothing is left to do; returns how many writes that took, and expects no trouble on the way. */
  async settle(laptop = this.laptop): Promise<number> {
    // A write may show up to this many runs later.
    const patience = 1 + Math.ceil(this.simulator.state.switches.listLagMs / (5 * minute));
    let writes = 0;
    for (let still = 0, runs = 0; still < patience; runs += 1) {
      expect(runs, 'it does not come to an end').toBeLessThan(20);
      const run = await laptop.sync();
      expect(run.errors).toEqual([]);
      writes += run.writes;
      still = run.writes === 0 ? still + 1 : 0;
    }
    return writes;
  }

  /** What must hold after each step. */
  expectRight(calendarIds: readonly string[] = mesh): void {
    expectMirrored(this.simulator, calendarIds);
    expect(this.laptop.store.mutes()).toEqual([]);
    expect(this.laptop.store.holds()).toEqual([]);
  }

  /** Settles, expects this many writes and that all is right then. */
  async expectSettled(writes: number, laptop = this.laptop): Promise<void> {
    expect({ writes: await this.settle(laptop) }).toEqual({ writes });
    this.expectRight();
  }

  /**
   * The weekly series with three changed slots that matter: 31 March cancelled, 7 April and 2 June moved to the afternoon.
   * Its block takes four writes.
   */
  changedSeries(): string {
    const series = this.person.createEvent(work, { ...timed('2026-03-24'), recurrence: ['RRULE:FREQ=WEEKLY'] }).id;
    this.person.deleteSlot(work, series, slot('2026-03-31'));
    this.person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '13:00', '14:00'));
    this.person.editSlot(work, series, slot('2026-06-02'), times('2026-06-02', '13:00', '14:00'));
    return series;
  }

  /** Requests of a kind since the log was last emptied. */
  count(kind: string): number {
    return this.simulator.requests.counts()[kind] ?? 0;
  }
}

let open: Stage | null = null;

async function openStage(switches: Partial<Switches>, options: LaptopOptions = {}): Promise<Stage> {
  const place = await openWorkplace({ world, switches });
  const stage = new Stage(place, await place.laptop(options));
  open = stage;
  await stage.laptop.sync();
  return stage;
}

afterEach(async () => {
  await open?.place.close();
  open = null;
});

type SwitchName = keyof Switches;

interface Run {
  readonly side: string;
  readonly title: string;
  readonly play: () => Promise<void>;
}

interface Unknown {
  readonly name: SwitchName;
  readonly sides: number;
  readonly runs: readonly Run[];
}

type Scenario<Side> = (stage: Stage, side: Side) => Promise<void>;

/** Takes a switch, its sides and scenarios; returns every scenario on every side, each ending in a quiet sync. */
function bothWays<Name extends SwitchName>(
  name: Name,
  sides: readonly Switches[Name][],
  scenarios: Readonly<Record<string, Scenario<Switches[Name]>>>,
  also: Partial<Switches> = {},
): Unknown {
  // As all switches stand when nothing is said, an ordinary life need not be tried once for each of them.
  const usual = { ...defaultSwitches(), ...also }[name];
  const life = (side: Switches[Name]) => (side === usual ? {} : { 'an ordinary life': ordinaryLife });
  const runs = sides.flatMap((side) =>
    Object.entries<Scenario<Switches[Name]>>({ ...life(side), ...scenarios }).map(([title, scenario]) => ({
      side: String(side),
      title,
      play: async () => {
        const stage = await openStage({ ...also, [name]: side });
        await scenario(stage, side);
        stage.expectRight();
        await stage.laptop.expectQuiet();
      },
    })),
  );
  return { name, sides: new Set(sides).size, runs };
}

/** What happens to calendars all the time; it costs the same on every side of nearly every switch. */
/** Where an id that is no slot's is ill-formed, a removal that says so is refused for that as well, and sent in the ordinary way. */
const removedTwice = ({ simulator }: Stage): number =>
  simulator.state.switches.instanceIds === 'opaque' && simulator.state.switches.unknownInstanceId === 'invalid' ? 1 : 0;

async function ordinaryLife(stage: Stage): Promise<void> {
  const { person, simulator } = stage;
  const { cancellingUpdate, instanceIds, revive } = simulator.state.switches;
  // What a removal that says so itself comes to is learnt once for each calendar: refused, it is sent as an ordinary one;
  // passed over, the mark is asked for and taken off again before that.
  const learnt = { kept: 0, stripped: 0, refused: 1, ignored: 3 }[cancellingUpdate];
  // A slot whose id cannot be composed is written twice, once in vain, where its block is new; else it is looked at before.
  const perSlot = instanceIds === 'opaque' ? 2 : 1;
  const lunch = person.createEvent(work, timed('2026-03-25')).id;
  const trip = { summary: 'Trip', start: { date: '2026-04-01' }, end: { date: '2026-04-03' } };
  simulator.person(home).createEvent(home, trip);
  const series = person.createEvent(work, { ...timed('2026-03-24'), recurrence: ['RRULE:FREQ=WEEKLY'] }).id;
  person.deleteSlot(work, series, slot('2026-03-31'));
  person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '13:00', '14:00'));
  await stage.expectSettled(3 + 2 * perSlot + learnt + removedTwice(stage));

  person.moveTime(work, lunch, berlin('2026-03-26T15:00'), berlin('2026-03-26T16:00'));
  person.editSlot(work, series, slot('2026-04-14'), times('2026-04-14', '13:00', '14:00'));
  await stage.expectSettled(2);

  person.patchEvent(work, series, { summary: 'Other plans' });
  await stage.expectSettled(0);

  person.patchEvent(work, lunch, { transparency: 'transparent' });
  // That no mark is taken is believed from the second sync that meets it.
  await stage.expectSettled(cancellingUpdate === 'refused' || cancellingUpdate === 'ignored' ? 2 : 1);
  person.patchEvent(work, lunch, { transparency: 'opaque' });
  // Brought back under its own id; where that is refused, the next generation.
  await stage.expectSettled(revive === 'forbidden' ? 2 : 1);

  const fresh = await stage.place.laptop();
  await stage.expectSettled(0, fresh);
  fresh.close();

  person.deleteEvent(work, series);
  await stage.expectSettled(1);
}

/** Wraps a provider so that time passes before a page is asked for, once. */
function slowReader(pass: () => void): (provider: CalendarProvider) => CalendarProvider {
  let passed = false;
  return (provider) => ({
    ...provider,
    readEvents: (accountId, email, calendarId, position, signal) => {
      if (position.pageToken !== null && !passed) {
        passed = true;
        pass();
      }
      return provider.readEvents(accountId, email, calendarId, position, signal);
    },
  });
}

const unknowns: readonly Unknown[] = [
  bothWays('deltaHonoursTimeMin', [false, true], {
    'an event of years ago moves into view': async (stage) => {
      const old = stage.person.createEvent(work, timed('2019-05-02')).id;
      await stage.expectSettled(0);
      stage.person.moveTime(work, old, berlin('2026-03-27T09:00'), berlin('2026-03-27T10:00'));
      await stage.expectSettled(1);
      expect(blockedOn(stage.simulator, home)).toHaveLength(1);
      const asked = stage.simulator.requests.list().filter((request) => request.kind === 'events.list');
      expect(asked.filter((request) => 'timeMin' in request.query || 'timeMax' in request.query)).toEqual([]);
    },
  }),

  bothWays('masterTimeChange', ['keepProduced', 'resetAll', 'keepAll'], {
    'a series with changed slots moves to another hour': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.editAll(work, series, times('2026-03-24', '11:00', '12:00'));
      // A new series for the old one. Changed slots that outlived it are events of their own, except the cancelled one.
      await stage.expectSettled(side === 'keepAll' ? 4 : 2);
    },
    'a series with changed slots ends earlier': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
      // The new end. Where the source lost its changes, two slots become ordinary again. Where a slot beyond the end
      // stayed, it gets a block of its own, and what the cut left of it in our series goes.
      await stage.expectSettled({ keepProduced: 1, resetAll: 3, keepAll: 3 }[side]);
      stage.person.patchEvent(work, series, { summary: 'Other plans' });
      await stage.expectSettled(0);
    },
    'the end of our block loses slots that the source still has': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.turn({ masterTimeChange: 'keepProduced' });
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
      stage.turn({ masterTimeChange: side });
      // Once the loss has been read, both slots are written again; a leftover is taken away.
      await stage.expectSettled({ keepProduced: 1, resetAll: 3, keepAll: 2 }[side]);
    },
    'a series ends earlier and then later again': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
      await stage.settle();
      stage.expectRight();
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260620T000000Z'] });
      await stage.settle();
    },
    'a person gives our block another hour': async (stage) => {
      stage.changedSeries();
      await stage.expectSettled(4);
      const block = stage.place.blocks(home)[0]?.id ?? '';
      stage.simulator.person(home).editAll(home, block, times('2026-03-24', '12:00', '13:00'));
      // The next generation with its three slots, for the one that was bent.
      await stage.expectSettled(5);
    },
  }),

  bothWays(
    'lostExceptions',
    ['tombstones', 'silent'],
    {
      'slots that a reset has made ordinary are blocked as such': async (stage) => {
        const series = stage.changedSeries();
        await stage.expectSettled(4);
        stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=9'] });
        await stage.expectSettled(3);
        expect(busyOn(stage.simulator, work)).toHaveLength(9);
      },
      'slots that our own new end has reset are written again, as nobody deleted them': async (stage) => {
        const series = stage.changedSeries();
        await stage.expectSettled(4);
        stage.turn({ masterTimeChange: 'keepProduced' });
        stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=9'] });
        stage.turn({ masterTimeChange: 'resetAll' });
        await stage.expectSettled(3);
      },
      'what a cut leaves behind costs nothing later': async (stage) => {
        stage.turn({ masterTimeChange: 'keepProduced' });
        const series = stage.changedSeries();
        await stage.expectSettled(4);
        stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
        await stage.expectSettled(1);
        stage.person.editSlot(work, series, slot('2026-04-14'), times('2026-04-14', '13:00', '14:00'));
        await stage.expectSettled(1);
      },
    },
    { masterTimeChange: 'resetAll' },
  ),

  bothWays('exceptionsFollowMaster', [true, false], {
    'a series is free for a while': async (stage, follow) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { transparency: 'transparent' });
      // Moved slots that do not follow stay busy, and are events of their own meanwhile.
      await stage.expectSettled(follow ? 1 : 3);
      stage.person.patchEvent(work, series, { transparency: 'opaque' });
      await stage.expectSettled(follow ? 4 : 6);
    },
    'our blocks get another text, and so do their slots': async (stage, follow) => {
      stage.changedSeries();
      await stage.expectSettled(4);
      const settings = stage.laptop.store.settings();
      stage.laptop.store.saveSettings({ ...settings, block: { ...settings.block, summary: 'Taken' } });
      // Whether slots follow is not known when they are written, so they are written by themselves, both ways.
      await stage.expectSettled(follow ? 3 : 3);
      const shown = stage.simulator.state.calendars.get(home)?.all() ?? [];
      const live = [...shown].filter((event) => event.content.status !== 'cancelled' && event.id.startsWith('cs'));
      expect(live.map((event) => event.content.summary)).toEqual(['Taken', 'Taken', 'Taken']);
    },
  }),

  bothWays('seriesBump', ['all', 'touched'], {
    'dates of a series change one by one, then all of it, and blocks of it drift': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.editSlot(work, series, '20260414T080000Z', timed('2026-04-14', '18:00', '19:00'));
      await stage.expectSettled(1);
      stage.person.editAll(work, series, { summary: 'Another name' });
      // Blocks tell no names.
      await stage.expectSettled(0);
      stage.person.deleteSlot(work, series, '20260421T080000Z');
      await stage.expectSettled(1);
      const [block] = stage.place.blocks(home);
      stage.simulator.person(home).patchEvent(home, block?.id ?? '', { summary: 'Dentist' });
      // The dates that took the words over are put right, too.
      await stage.settle();
      await stage.expectSettled(0);
      const words = stage.place.blocks(home).map(({ summary }) => summary);
      expect(new Set(words)).toEqual(new Set(['🔒 Busy']));
    },
  }),

  bothWays('exceptionUpdated', ['series', 'own'], {
    'rows that are only shown again are no change, and a new etag is none': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.editSlot(work, series, '20260414T080000Z', { summary: 'Another name' });
      await stage.expectSettled(0);
      stage.person.touchEvent(work, series);
      for (const { id } of stage.place.blocks(home)) stage.simulator.person(home).touchEvent(home, id);
      await stage.expectSettled(0);
      // With the etag of before, a write is refused: it is looked at and made again.
      stage.person.editSlot(work, series, '20260414T080000Z', timed('2026-04-14', '18:00', '19:00'));
      await stage.expectSettled(1);
      stage.person.patchEvent(work, series, { transparency: 'transparent' });
      await stage.settle();
      await stage.expectSettled(0);
    },
  }),

  bothWays('revivedSeriesExceptions', ['dropped', 'kept'], {
    'a deleted series comes back, with or without its changes': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.deleteEvent(work, series);
      await stage.expectSettled(1);
      stage.person.undelete(work, series);
      // The next generation, never the cancelled one: it might wake with changes that nobody can list.
      await stage.expectSettled(side === 'kept' ? 4 : 1);
    },
    'a deleted series comes back while the computer was away': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.deleteEvent(work, series);
      stage.person.undelete(work, series);
      // Where the changes are lost, three slots of the block become ordinary again.
      await stage.expectSettled(side === 'kept' ? 0 : 3);
    },
    'our series is deleted and brought back by hand': async (stage, side) => {
      stage.changedSeries();
      await stage.expectSettled(4);
      const block = stage.place.blocks(home)[0]?.id ?? '';
      stage.simulator.person(home).deleteEvent(home, block);
      stage.simulator.person(home).undelete(home, block);
      await stage.expectSettled(side === 'kept' ? 0 : 3);
    },
  }),

  bothWays('syncTokenLifetimeMs', [28 * day, hour], {
    'the computer was away for half a day': async (stage, lifetime) => {
      const gone = stage.person.createEvent(work, timed('2026-03-25')).id;
      const moved = stage.person.createEvent(work, timed('2026-03-26')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(6);
      await stage.laptop.clock.advance(12 * hour);
      stage.person.deleteEvent(work, gone);
      stage.person.moveTime(work, moved, berlin('2026-03-27T15:00'), berlin('2026-03-27T16:00'));
      stage.person.deleteSlot(work, series, slot('2026-04-21'));
      stage.simulator.requests.reset();
      expect(await stage.laptop.sync()).toMatchObject({ writes: 3, errors: [] });
      expect(stage.count('events.list')).toBe(lifetime < 12 * hour ? 4 : 2);
    },
  }),

  {
    name: 'pageTokenLifetimeMs',
    sides: 2,
    runs: [hour, minute].map((lifetime) => ({
      side: String(lifetime),
      title: 'ten minutes go by between two pages',
      play: async () => {
        const clock: { pass: () => void } = { pass: () => undefined };
        const stage = await openStage(
          { pageTokenLifetimeMs: lifetime, maximumPageSize: 2 },
          {
            wrap: slowReader(() => {
              clock.pass();
            }),
          },
        );
        clock.pass = () => {
          stage.laptop.clock.set(stage.laptop.clock.now() + 10 * minute);
        };
        for (const date of ['25', '26', '27', '28', '30']) stage.person.createEvent(work, timed(`2026-03-${date}`));
        const series = stage.changedSeries();
        stage.simulator.requests.reset();
        expect(await stage.laptop.sync()).toMatchObject({ writes: 9, errors: [] });
        // Nine rows on five pages, and one of home; where the token died, one refusal and the first page again.
        expect(stage.count('events.list')).toBe(lifetime === hour ? 6 : 8);
        stage.person.deleteEvent(work, series);
        await stage.expectSettled(1);
        await stage.laptop.expectQuiet();
      },
    })),
  },

  bothWays('tombstoneLifetimeMs', [28 * day, hour], {
    'events are deleted and forgotten while the computer was away': async (stage, lifetime) => {
      const gone = stage.person.createEvent(work, timed('2026-03-25')).id;
      stage.person.createEvent(work, timed('2026-03-26'));
      const series = stage.changedSeries();
      await stage.expectSettled(6);
      stage.person.deleteEvent(work, gone);
      stage.person.deleteEvent(work, series);
      await stage.laptop.clock.advance(12 * hour);
      stage.simulator.requests.reset();
      expect(await stage.laptop.sync()).toMatchObject({ writes: 2, errors: [] });
      expect(stage.count('events.list')).toBe(lifetime === hour ? 4 : 2);
    },
    'a block whose tombstone is forgotten is wanted again': async (stage, lifetime) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      await stage.expectSettled(1);
      stage.person.patchEvent(work, event, { transparency: 'transparent' });
      await stage.expectSettled(1);
      await stage.laptop.clock.advance(12 * hour);
      stage.person.patchEvent(work, event, { transparency: 'opaque' });
      // An id that is forgotten cannot be brought back: the next generation.
      await stage.expectSettled(lifetime === hour ? 2 : 1);
    },
  }),

  bothWays('reminderEditsInDelta', [true, false], {
    'a person changes the reminders of an event': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      await stage.expectSettled(1);
      stage.person.patchEvent(work, event, {
        reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
      });
      await stage.expectSettled(0);
    },
    'a person makes our block ring': async (stage, inDelta) => {
      stage.person.createEvent(work, timed('2026-03-25'));
      await stage.expectSettled(1);
      const block = stage.place.blocks(home)[0]?.id ?? '';
      const ring = { reminders: { useDefault: true } };
      stage.simulator.person(home).patchEvent(home, block, ring);
      await stage.expectSettled(inDelta ? 1 : 0);
      // Seen at the latest when everything is read again.
      stage.simulator.faults.add({ kind: 'syncTokenExpired', calendar: home });
      await stage.expectSettled(inDelta ? 0 : 1);
      const { reminders } = stage.simulator.state.calendars.get(home)?.get(block)?.content ?? {};
      expect(reminders).toEqual({ useDefault: false, overrides: [] });
    },
  }),

  bothWays('identicalWriteBumps', [false, true], {
    'the answers to our changes are lost, and they are sent again': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(5);
      stage.person.moveTime(work, event, berlin('2026-03-27T15:00'), berlin('2026-03-27T16:00'));
      stage.person.editSlot(work, series, slot('2026-04-14'), times('2026-04-14', '13:00', '14:00'));
      // What both write, after the look at the slot.
      stage.simulator.faults.add({ kind: 'cutAfterCommit', request: 'batch', skip: 1 });
      stage.simulator.requests.reset();
      await stage.expectSettled(2);
      // Both were made before their answer was lost, so that their etags are old by the second time: looked at, and kept.
      expect(stage.simulator.requests.writes().map((write) => [write.kind, write.status])).toEqual([
        ['events.patch', 200],
        ['events.patch', 200],
        ['events.patch', 412],
        ['events.patch', 412],
      ]);
      expect(stage.count('events.get')).toBe(3);
    },
  }),

  bothWays('syncTokenConflictReason', ['badRequest', 'invalid', 'invalidParameter'], {
    'a sync token is refused with that reason': async (stage) => {
      const gone = stage.person.createEvent(work, timed('2026-03-25')).id;
      stage.changedSeries();
      await stage.expectSettled(5);
      stage.person.deleteEvent(work, gone);
      const refused = stage.simulator.faults.add({ kind: 'syncTokenRefused', times: 2 });
      stage.simulator.requests.reset();
      expect(await stage.laptop.sync()).toMatchObject({ writes: 1, errors: [] });
      expect([refused.hits, stage.count('events.list')]).toEqual([2, 4]);
    },
    'no request of ours carries a parameter that may not go with a sync token': async (stage) => {
      stage.changedSeries();
      await stage.settle();
      const positioned = stage.simulator.requests.list().filter((request) => 'syncToken' in request.query);
      expect(positioned.length).toBeGreaterThan(2);
      const names = new Set(positioned.flatMap((request) => Object.keys(request.query)));
      expect([...names].sort()).toEqual(['fields', 'maxResults', 'singleEvents', 'syncToken']);
    },
  }),

  bothWays(
    'idsFreedAfterTombstone',
    [false, true],
    {
      'a database is lost, and the tombstones of our blocks too': async (stage, freed) => {
        const event = stage.person.createEvent(work, timed('2026-03-25')).id;
        const series = stage.changedSeries();
        await stage.expectSettled(5);
        for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'transparent' });
        await stage.expectSettled(2);
        await stage.laptop.clock.advance(12 * hour);
        for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'opaque' });
        const fresh = await stage.place.laptop();
        // The old ids are free again, or taken by what cannot be looked at any more: then the next generation.
        await stage.expectSettled(freed ? 5 : 7, fresh);
        await fresh.expectQuiet();
        await stage.expectSettled(0);
      },
    },
    { tombstoneLifetimeMs: hour },
  ),

  bothWays('revive', ['allowed', 'forbidden'], {
    'a cancelled slot is wanted again': async (stage, side) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      const before = stage.place.blocks(home).map((block) => block.id);
      stage.person.undelete(work, `${series}_20260331T080000Z`);
      stage.simulator.requests.reset();
      // Where the slot will not come back, its series is made anew in the same run: refused, removed, made, two slots.
      await stage.expectSettled(side === 'allowed' ? 1 : 5);
      expect(stage.count('events.instances')).toBe(side === 'allowed' ? 0 : 1);
      expect(stage.place.blocks(home).map((block) => block.id)).toEqual(
        side === 'allowed' ? before : [expect.not.stringContaining(before[0] ?? '')],
      );
    },
    'a series is wanted again': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.patchEvent(work, series, { transparency: 'transparent' });
      await stage.expectSettled(1);
      stage.person.patchEvent(work, series, { transparency: 'opaque' });
      await stage.expectSettled(4);
    },
    'the calendar may not be written any more': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.undelete(work, `${series}_20260331T080000Z`);
      const [entry] = stage.simulator.state.accounts.get(home)?.entries.values() ?? [];
      if (entry !== undefined) entry.accessRole = 'reader';
      const run = await stage.laptop.sync();
      expect(run.errors.map((error) => error.code)).toEqual(['calendar-seen-less']);
      expect(stage.place.blocks(home)).toHaveLength(1);
      if (entry !== undefined) entry.accessRole = 'owner';
      await stage.settle();
    },
  }),

  bothWays('cancellingUpdate', ['kept', 'stripped', 'refused', 'ignored'], {
    'a person deletes the first block that goes, and another computer the next one': async (stage) => {
      const other = await stage.place.laptop();
      stage.person.createEvent(work, timed('2026-03-25'));
      const lunch = stage.person.createEvent(work, timed('2026-03-26')).id;
      await stage.laptop.sync();
      await other.sync();
      const idOf = (date: string): string =>
        stage.place.blocks(home).find(({ start }) => start?.dateTime?.startsWith(date) === true)?.id ?? '';
      // A person has the last word; where nothing tells a person from a program each computer puts it back once.
      for (let time = 0; time < 3; time += 1) {
        const id = idOf('2026-03-25');
        if (id !== '') stage.simulator.person(home).deleteEvent(home, id);
        for (const laptop of [stage.laptop, other]) for (let turn = 0; turn < 3; turn += 1) await laptop.sync();
      }
      for (const laptop of [stage.laptop, other]) expect(laptop.store.mutes()).toHaveLength(1);
      // What a program removes is no mute here, whatever was learnt from the person's deletion.
      stage.person.patchEvent(work, lunch, { transparency: 'transparent' });
      await other.sync();
      stage.person.patchEvent(work, lunch, { transparency: 'opaque' });
      other.close();
      for (let turn = 0; turn < 3; turn += 1) await stage.laptop.sync();
      expect(stage.laptop.store.mutes()).toHaveLength(1);
      expect(idOf('2026-03-26')).not.toBe('');
      for (const mute of stage.laptop.store.mutes()) stage.laptop.store.liftMute(mute);
      await stage.laptop.sync();
    },
  }),

  bothWays('getOfDeleted', ['full', 'bare'], {
    'a database is lost while blocks are away': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(5);
      for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'transparent' });
      await stage.expectSettled(2);
      const fresh = await stage.place.laptop();
      await fresh.sync();
      for (const id of [event, series]) stage.person.patchEvent(work, id, { transparency: 'opaque' });
      stage.simulator.requests.reset();
      // Both ids are taken. The single block is brought back; the series takes its next generation, with its slots.
      await stage.expectSettled(7, fresh);
      expect(stage.count('events.get')).toBe(2);
      await fresh.expectQuiet();
      await stage.expectSettled(0);
    },
  }),

  bothWays('listLagMs', [0, minute, 12 * minute], {
    'a database is lost before its writes can be listed': async (stage, lag) => {
      stage.person.createEvent(work, timed('2026-03-25'));
      stage.changedSeries();
      await stage.laptop.clock.advance(lag);
      expect(await stage.laptop.sync()).toMatchObject({ writes: 5 });
      const fresh = await stage.place.laptop();
      const seen = lag <= 5 * minute;
      // What cannot be listed yet is met as a taken id, recognised and kept; its slots are written once more, except the one
      // that is found to be away already.
      await stage.expectSettled(seen ? 0 : 4, fresh);
      await fresh.expectQuiet();
    },
    'an event changes its mind before our writes can be listed': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.settle();
      for (let round = 0; round < 3; round += 1) {
        stage.person.patchEvent(work, event, { transparency: 'transparent' });
        stage.person.deleteSlot(work, series, slot('2026-04-14'));
        await stage.laptop.sync();
        stage.person.patchEvent(work, event, { transparency: 'opaque' });
        stage.person.undelete(work, `${series}_20260414T080000Z`);
        await stage.laptop.sync();
      }
      await stage.settle();
    },
    'an event is free for ten minutes, and a slot is away for as long': async (stage) => {
      const event = stage.person.createEvent(work, timed('2026-03-25')).id;
      const series = stage.changedSeries();
      await stage.expectSettled(5);
      stage.person.patchEvent(work, event, { transparency: 'transparent' });
      stage.person.deleteSlot(work, series, slot('2026-04-14'));
      let writes = 0;
      for (let run = 0; run < 2; run += 1) writes += (await stage.laptop.sync()).writes;
      stage.person.patchEvent(work, event, { transparency: 'opaque' });
      stage.person.undelete(work, `${series}_20260414T080000Z`);
      // A list that lags shows the removal when the block has long been back: that is no deletion by a person.
      writes += await stage.settle();
      expect(writes).toBe(4);
    },
    'everything is read again before our writes can be listed': async (stage, lag) => {
      stage.person.createEvent(work, timed('2026-03-25'));
      const series = stage.changedSeries();
      await stage.settle();
      stage.person.editSlot(work, series, slot('2026-04-14'), times('2026-04-14', '13:00', '14:00'));
      await stage.laptop.clock.advance(lag);
      expect(await stage.laptop.sync()).toMatchObject({ writes: 1 });
      stage.simulator.faults.add({ kind: 'syncTokenExpired', calendar: home });
      await stage.settle();
    },
  }),

  bothWays('freeBusyRow', ['withVisibility', 'minimal'], {
    'a calendar of which only free and busy are shown': async (stage) => {
      const { simulator, laptop } = stage;
      const team = 'team@group.calendar.example';
      simulator.state.addCalendar({ id: team, summary: 'Team', timeZone: 'Europe/Berlin', primaryOf: undefined });
      const owner = simulator.state.addAccount('boss@northwind.example', 'Boss');
      simulator.state.subscribe(owner, team, { accessRole: 'owner' });
      const boss = simulator.person(owner.email);
      boss.shareCalendar(team, home, 'freeBusyReader');
      await laptop.clock.advance(hour);
      const event = boss.createEvent(team, timed('2026-03-25')).id;
      const series = boss.createEvent(team, { ...timed('2026-03-24'), recurrence: ['RRULE:FREQ=WEEKLY'] }).id;
      boss.deleteSlot(team, series, slot('2026-03-31'));
      boss.editSlot(team, series, slot('2026-04-07'), times('2026-04-07', '13:00', '14:00'));
      boss.createEvent(team, { ...timed('2026-03-26'), transparency: 'transparent' });
      const blocked = (): void => {
        for (const id of mesh) expect(blockedOn(simulator, id)).toEqual(busyOn(simulator, team));
        expect(stage.place.blocks(team)).toEqual([]);
      };
      await laptop.sync();
      laptop.use(team, { source: true, target: false });
      expect(await stage.settle()).toBe(8);
      blocked();
      boss.moveTime(team, event, berlin('2026-03-27T15:00'), berlin('2026-03-27T16:00'));
      boss.undelete(team, `${series}_20260331T080000Z`);
      expect(await stage.settle()).toBe(4);
      blocked();
      boss.deleteEvent(team, event);
      boss.deleteEvent(team, series);
      expect(await stage.settle()).toBe(4);
      blocked();
      laptop.use(team, { source: false, target: false });
    },
  }),

  {
    name: 'secretRequired',
    sides: 2,
    runs: [true, false].flatMap((required) =>
      ['with its secret', 'without a secret'].map((title) => ({
        side: String(required),
        title: `a person signs in ${title}, and syncs with what that brought`,
        play: async () => signInAndSync(required, title === 'with its secret'),
      })),
    ),
  },

  bothWays('importUpserts', [true, false], {
    'another program imports the same event again, and one that was deleted': async (stage, upserts) => {
      const { simulator } = stage;
      const importer = simulator.addClient({ blocksOnly: false });
      const { accessToken } = simulator.issueTokens(work, undefined, importer);
      const bring = async (date: string): Promise<number> => {
        const body = {
          ...timed(date),
          iCalUID: 'flight@airline.example',
          organizer: { email: 'desk@airline.example' },
        };
        const answer = await fetch(`${simulator.url}/calendar/v3/calendars/primary/events/import`, {
          method: 'POST',
          headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        await answer.text();
        return answer.status;
      };
      expect(await bring('2026-03-25')).toBe(200);
      await stage.expectSettled(1);
      expect(await bring('2026-03-26')).toBe(upserts ? 200 : 409);
      await stage.expectSettled(upserts ? 1 : 0);
      stage.person.deleteEvent(work, stage.place.events(work)[0]?.id ?? '');
      await stage.expectSettled(1);
      expect(await bring('2026-03-27')).toBe(upserts ? 200 : 409);
      await stage.expectSettled(upserts ? 1 : 0);
      // Our own blocks never come or come back by import, which is documented nowhere.
      const imports = simulator.requests.list().filter((request) => request.kind === 'events.import');
      expect(imports).toHaveLength(3);
    },
  }),

  ...(['instanceIds', 'unknownInstanceId'] as const).map((name) => slotIds(name)),

  bothWays('maximumPageSize', [null, 2], {}),
  bothWays('emptyPages', [false, true], {}, { maximumPageSize: 2 }),
  bothWays('emptyItems', ['written', 'omitted'], {}),
  bothWays('rowOrder', ['byChange', 'reversed'], {}, { maximumPageSize: 3 }),
  bothWays('batchLimit', [1000, 50], {
    'more blocks at once than fit': async (stage) => {
      for (let index = 0; index < 60; index += 1) {
        const date = new Date(Date.UTC(2026, 2, 24) + index * day).toISOString().slice(0, 10);
        stage.person.createEvent(work, timed(date));
      }
      await stage.expectSettled(60);
    },
  }),
  bothWays('batchOrder', ['given', 'reversed'], {
    'changed slots come with their series': async (stage) => {
      stage.changedSeries();
      await stage.expectSettled(4);
    },
  }),
  bothWays('quotaPerMinute', [null, 60], {}),
  bothWays('unknownBodyFields', ['reject', 'ignore'], {}),
  bothWays('extendedPropertyOverflow', ['reject', 'truncate'], {}),
  bothWays('invitationsTravel', [true, false], {
    'a meeting with a guest who is in the mesh': async (stage, travel) => {
      stage.person.createEvent(work, {
        ...timed('2026-03-25'),
        attendees: [{ email: work, responseStatus: 'accepted' }, { email: home }],
      });
      expect(await stage.settle()).toBe(travel ? 0 : 1);
      expect(stage.place.blocks(home)).toHaveLength(travel ? 0 : 1);
      for (const id of mesh)
        for (const event of stage.place.events(id)) stage.simulator.person(id).deleteEvent(id, event.id);
      await stage.expectSettled(travel ? 0 : 1);
    },
  }),
];

/** Switches that make no difference to blocks, and where they are tried. */
const elsewhere: Partial<Record<SwitchName, string>> = {
  accessTokenLifetimeSeconds: 'tests/oauth/simulator.test.ts',
  testingStatus: 'tests/oauth/simulator.test.ts',
  refreshTokenCap: 'tests/simulator/oauth.test.ts',
  pkceRequired: 'tests/simulator/oauth.test.ts',
  statusEvents: 'tests/engine/choices.test.ts',
  placesInBlocks: 'tests/engine/choices.test.ts',
  refusedZones: 'tests/core/tables/time.test.ts',
  offsetZones: 'tests/engine/zones-by-offset.test.ts',
};

/** The scenarios about ids of slots; both switches matter only together. */
function slotIds(name: 'instanceIds' | 'unknownInstanceId'): Unknown {
  const sides: readonly Partial<Switches>[] =
    name === 'instanceIds'
      ? [{ instanceIds: 'composed' }, { instanceIds: 'opaque' }]
      : [
          { instanceIds: 'opaque', unknownInstanceId: 'notFound' },
          { instanceIds: 'opaque', unknownInstanceId: 'invalid' },
        ];
  const scenarios: Readonly<Record<string, (stage: Stage, opaque: boolean) => Promise<void>>> = {
    'an ordinary life': ordinaryLife,
    'a series is made with changed slots, which change again': async (stage, opaque) => {
      const series = stage.changedSeries();
      stage.simulator.requests.reset();
      expect(await stage.laptop.sync()).toMatchObject({ writes: (opaque ? 7 : 4) + removedTwice(stage), errors: [] });
      expect(stage.count('events.instances')).toBe(opaque ? 3 : 0);
      // The block, its slots, the question and the slots again: one request each; and once for each calendar, what has
      // become of the mark of a removal.
      const again = removedTwice(stage);
      expect(stage.count('batch')).toBe((opaque ? 5 : 3) + again);
      stage.expectRight();
      stage.simulator.requests.reset();
      stage.person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '16:00', '17:00'));
      stage.person.deleteSlot(work, series, slot('2026-06-02'));
      const cancelled = stage.simulator.state.calendars
        .get(work)
        ?.exceptionsOf(series)
        .find((event) => event.start.kind === 'timed' && event.start.ms === Date.parse('2026-03-31T08:00:00Z'));
      stage.person.undelete(work, cancelled?.id ?? '');
      // The ids are known by now: one write each, and nothing is asked.
      await stage.expectSettled(3);
      expect(stage.count('events.instances')).toBe(0);
    },
    'ids change their form from one day to the next': async (stage, opaque) => {
      stage.turn({ instanceIds: 'composed' });
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.turn({ instanceIds: opaque ? 'opaque' : 'composed' });
      stage.person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '16:00', '17:00'));
      await stage.expectSettled(1);
      stage.person.deleteSlot(work, series, slot('2026-04-14'));
      stage.person.editSlot(work, series, slot('2026-04-21'), times('2026-04-21', '13:00', '14:00'));
      await stage.expectSettled(2);
      stage.turn({ instanceIds: 'composed' });
      stage.person.editSlot(work, series, slot('2026-04-21'), times('2026-04-21', '16:00', '17:00'));
      await stage.expectSettled(1);
    },
    'a database is lost': async (stage) => {
      const series = stage.changedSeries();
      await stage.settle();
      const fresh = await stage.place.laptop();
      await stage.expectSettled(0, fresh);
      stage.person.editSlot(work, series, slot('2026-04-07'), times('2026-04-07', '16:00', '17:00'));
      stage.person.deleteSlot(work, series, slot('2026-04-14'));
      // The id of the first was read with the blocks; the second had none of its own yet.
      await stage.expectSettled(2, fresh);
      await fresh.expectQuiet();
      await stage.expectSettled(0);
    },
    'a slot that its series loses is no gap': async (stage) => {
      const series = stage.changedSeries();
      await stage.settle();
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260520T000000Z'] });
      await stage.expectSettled(1);
      stage.person.patchEvent(work, series, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260620T000000Z'] });
      await stage.expectSettled(1);
    },
    'a slot that a person deleted stays away': async (stage) => {
      stage.changedSeries();
      await stage.settle();
      const block = stage.place.blocks(home)[0]?.id ?? '';
      stage.simulator.person(home).deleteSlot(home, block, slot('2026-04-14'));
      stage.simulator.requests.reset();
      for (let run = 0; run < 3; run += 1) expect(await stage.laptop.sync()).toMatchObject({ writes: 0, errors: [] });
      // It was looked at twice: for a mark, which would say that CalSync did it, and before it was muted.
      expect(stage.count('events.instances')).toBe(2);
      const mutes = stage.laptop.store.mutes();
      expect(mutes.map((mute) => mute.slot)).toEqual(['20260414T080000Z']);
      for (const mute of mutes) stage.laptop.store.liftMute(mute);
      await stage.expectSettled(1);
    },
    'all blocks are removed, with their changed slots and an empty database': async (stage) => {
      stage.changedSeries();
      stage.person.createEvent(work, timed('2026-03-25'));
      await stage.settle();
      const fresh = await stage.place.laptop();
      const scope = { run: 1, signal: undefined, onProgress: () => undefined };
      const calendars = fresh.store.calendars();
      const from = new Set(calendars.map((one) => one.id));
      fresh.store.takeLease(fresh.deps.holder, fresh.clock.now(), leaseTime);
      const { receipt } = await removeBlocks(fresh.deps, scope, {
        clearings: calendars.map((calendar) => ({ calendar, ours: from, from, whole: true })),
        calendars,
        othersOn: new Set(),
      });
      expect(receipt).toMatchObject({ found: 2, removed: 2, others: [], still: [], cameBack: 0 });
      expect(blockedOn(stage.simulator, home)).toEqual([]);
      // Nothing is to be there from now on, so that nobody takes the removal for the person's own.
      for (const event of stage.place.events(work)) {
        if (event.recurringEventId === undefined) stage.person.deleteEvent(work, event.id);
      }
    },
    'it is killed before or after any request': async (stage, opaque) => {
      const folder = mkdtempSync(join(tmpdir(), 'calsync-slots-'));
      let kills = 0;
      for (let at = 1; at < 20; at += 1) {
        let calls = 0;
        const file = join(folder, 'calsync.db');
        const strike = (moment: 'before' | 'after'): void => {
          if (calls === Math.ceil(at / 2) && (moment === 'before') === (at % 2 === 1)) throw new Error('killed');
        };
        const victim = await stage.place.laptop({
          file,
          wrap: (provider) =>
            sendingBy(provider, async (request, next) => {
              calls += 1;
              strike('before');
              const replies = await next(request);
              strike('after');
              return replies;
            }),
        });
        const series = stage.changedSeries();
        const killed = await victim.sync().then(
          () => false,
          () => true,
        );
        victim.close();
        const survivor = await stage.place.laptop({ file });
        await stage.settle(survivor);
        stage.expectRight();
        await survivor.expectQuiet();
        stage.person.deleteEvent(work, series);
        await stage.settle(survivor);
        survivor.close();
        if (!killed) break;
        kills += 1;
      }
      // Two requests where ids can be composed, four where they are asked for.
      expect(kills).toBe((opaque ? 8 : 4) + 2 * removedTwice(stage));
    },
  };
  const runs = sides.flatMap((switches) =>
    Object.entries(scenarios).map(([title, play]) => ({
      side: String(switches[name]),
      title,
      play: async () => {
        const stage = await openStage(switches);
        await play(stage, switches.instanceIds === 'opaque');
        await stage.settle();
        stage.expectRight();
        await stage.laptop.expectQuiet();
      },
    })),
  );
  return { name, sides: sides.length, runs };
}

/** Signs both accounts in as a person does, and syncs with the tokens of that, refreshed on the way. */
async function signInAndSync(required: boolean, withSecret: boolean): Promise<void> {
  const place = await openWorkplace({ world, switches: { secretRequired: required } });
  const { simulator, clock } = place;
  const logger = new MemoryLogger();
  const secret = withSecret ? simulator.client.clientSecret : null;
  const client = (): OAuthClient => ({ clientId: simulator.client.clientId, clientSecret: secret });
  const endpoints = googleOAuthEndpoints(simulator.url);
  const vault = createMemoryVault();
  const tokens = createAccessTokens({ endpoints, client, vault, clock, logger });
  // A clock of its own: on the other one the time limit of a sign-in is over at once.
  const signIn = createSignIn({ endpoints, client, clock: new FakeClock({ start: clock.now() }), logger });
  const codes: (string | null)[] = [];
  for (const email of mesh) {
    const result = await signIn.signIn({ loginHint: email, show: consentOver(email) });
    codes.push(result.ok ? null : result.error.code);
    if (result.ok) await vault.write(result.value.accountId, result.value.refreshToken);
  }
  const stage = new Stage(place, await place.laptop({ tokens: required && !withSecret ? undefined : tokens }));
  open = stage;
  // Where a secret is wanted and there is none, the person is told so, and nothing else happens.
  expect(codes).toEqual(required && !withSecret ? ['client-refused', 'client-refused'] : [null, null]);
  await stage.laptop.sync();
  stage.changedSeries();
  await stage.expectSettled(4);
  await stage.laptop.clock.advance(2 * hour);
  await stage.expectSettled(0);
  await stage.laptop.expectQuiet();
}

it('leaves no switch of the simulator and no row of the register untried', () => {
  const tried = unknowns.map((unknown) => unknown.name);
  expect([...tried, ...Object.keys(elsewhere)].sort()).toEqual(Object.keys(defaultSwitches()).sort());
  const rows = tried.flatMap((name) => registerRows[name] ?? []);
  expect([...new Set(rows)].sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(unknowns.filter((unknown) => unknown.sides < 2 || unknown.runs.length === 0).map(({ name }) => name)).toEqual(
    [],
  );
});

describe.each(unknowns)('$name', ({ runs }) => {
  it.each(runs)('$side: $title', async ({ play }) => play());
});
