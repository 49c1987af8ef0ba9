import { basename } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { minute } from '../../../src/shared/time.ts';
import type { Simulator, Switches, World } from '../../../src/simulator/index.ts';
import { defaultSwitches } from '../../../src/simulator/state/switches.ts';
import { openWorkplace, type Laptop, type LaptopOptions, type Workplace } from '../../support/laptop.ts';
import { expectMirrored } from '../../support/mirror.ts';

/*
 * What nobody knows of Google (google-calendar.md §10) is a switch of the simulator. In this folder each switch stands at each of
 * its sides in turn, a scenario makes the difference matter, and the end is the same: one right block for each event, nothing
 * that is not ours touched, and a quiet next sync. How many writes that took is part of each scenario, so that no side
 * becomes dear unseen.
 */

export const work = 'work@northwind.example';
export const home = 'me@home.example';
export const mesh = [work, home];

export const world: World = {
  accounts: [account(work, 'Work', 'Europe/Berlin'), account(home, 'Home', 'America/New_York')],
};

function account(email: string, name: string, timeZone: string): World['accounts'][number] {
  return { email, name, calendars: [{ id: email, summary: name, timeZone, accessRole: 'owner', primary: true }] };
}

export const berlin = (dateTime: string) => ({ dateTime: `${dateTime}:00`, timeZone: 'Europe/Berlin' });
export const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: berlin(`${date}T${from}`),
  end: berlin(`${date}T${to}`),
});
export const times = (date: string, from: string, to: string) => ({
  start: berlin(`${date}T${from}`),
  end: berlin(`${date}T${to}`),
});
/** A slot of the weekly series: Tuesdays at ten in Berlin, from 24 March 2026 on. */
export const slot = (date: string) => (date < '2026-03-29' ? `${date}T10:00:00+01:00` : `${date}T10:00:00+02:00`);

/** One simulator with one computer, and what a scenario does with them. */
export class Stage {
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

/** Takes a workplace and its computer; returns them as a stage, which is closed after the test. */
export function stageAt(place: Workplace, laptop: Laptop): Stage {
  open = new Stage(place, laptop);
  return open;
}

/** Takes how switches stand at first; returns a stage of that after its first sync. */
export async function openStage(switches: Partial<Switches>, options: LaptopOptions = {}): Promise<Stage> {
  const place = await openWorkplace({ world, switches });
  const stage = stageAt(place, await place.laptop(options));
  await stage.laptop.sync();
  return stage;
}

type SwitchName = keyof Switches;

/** One scenario on one side of a switch. */
interface Run {
  readonly side: string;
  readonly title: string;
  readonly play: () => Promise<void>;
}

/** A switch, how many sides of it are tried, and by what. */
export interface Unknown {
  readonly name: SwitchName;
  readonly sides: number;
  readonly runs: readonly Run[];
}

/** What happens on a stage; the switch stands at that side. */
type Scenario<Side> = (stage: Stage, side: Side) => Promise<void>;

/** Takes a switch, its sides and scenarios; returns every scenario on every side, each ending in a quiet sync. */
export function bothWays<Name extends SwitchName>(
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

/** Where an id that is no slot's is ill-formed, a removal that says so is refused for that as well, and sent in the ordinary way. */
export const removedTwice = ({ simulator }: Stage): number =>
  simulator.state.switches.instanceIds === 'opaque' && simulator.state.switches.unknownInstanceId === 'invalid' ? 1 : 0;

/** What happens to calendars all the time; it costs the same on every side of nearly every switch. */
export async function ordinaryLife(stage: Stage): Promise<void> {
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

/** Where each switch is tried: in this folder or, where it makes no difference to blocks, elsewhere. A switch without a line does not compile. */
export const triedIn: Readonly<Record<SwitchName, string>> = {
  deltaHonoursTimeMin: 'time-min-of-deltas.test.ts',
  masterTimeChange: 'exceptions-of-changed-series.test.ts',
  lostExceptions: 'exceptions-of-changed-series.test.ts',
  exceptionsFollowMaster: 'exceptions-of-changed-series.test.ts',
  revivedSeriesExceptions: 'exceptions-of-changed-series.test.ts',
  syncTokenLifetimeMs: 'lifetimes-of-tokens-and-tombstones.test.ts',
  pageTokenLifetimeMs: 'lifetimes-of-tokens-and-tombstones.test.ts',
  tombstoneLifetimeMs: 'lifetimes-of-tokens-and-tombstones.test.ts',
  reminderEditsInDelta: 'reminders-and-unchanged-writes.test.ts',
  identicalWriteBumps: 'reminders-and-unchanged-writes.test.ts',
  syncTokenConflictReason: 'reason-beside-a-sync-token.test.ts',
  idsFreedAfterTombstone: 'ids-after-deletion.test.ts',
  revive: 'ids-after-deletion.test.ts',
  getOfDeleted: 'ids-after-deletion.test.ts',
  listLagMs: 'lists-behind-writes.test.ts',
  freeBusyRow: 'rows-of-free-busy-readers.test.ts',
  secretRequired: 'secret-of-a-desktop-client.test.ts',
  importUpserts: 'imports-of-the-same-event.test.ts',
  cancellingUpdate: 'cancelling-updates.test.ts',
  instanceIds: 'names-of-dates.test.ts',
  unknownInstanceId: 'names-of-dates.test.ts',
  seriesBump: 'rows-that-a-change-shows-again.test.ts',
  exceptionUpdated: 'rows-that-a-change-shows-again.test.ts',
  maximumPageSize: 'pages-order-and-quota.test.ts',
  emptyPages: 'pages-order-and-quota.test.ts',
  emptyItems: 'pages-order-and-quota.test.ts',
  rowOrder: 'pages-order-and-quota.test.ts',
  batchLimit: 'pages-order-and-quota.test.ts',
  batchOrder: 'pages-order-and-quota.test.ts',
  quotaPerMinute: 'pages-order-and-quota.test.ts',
  unknownBodyFields: 'bodies-and-invitations.test.ts',
  extendedPropertyOverflow: 'bodies-and-invitations.test.ts',
  invitationsTravel: 'bodies-and-invitations.test.ts',
  accessTokenLifetimeSeconds: 'tests/oauth/simulator.test.ts',
  testingStatus: 'tests/oauth/simulator.test.ts',
  refreshTokenCap: 'tests/simulator/oauth.test.ts',
  pkceRequired: 'tests/simulator/oauth.test.ts',
  statusEvents: 'tests/engine/choices.test.ts',
  placesInBlocks: 'tests/engine/choices.test.ts',
  refusedZones: 'tests/core/tables/time.test.ts',
  offsetZones: 'tests/engine/zones-by-offset.test.ts',
};

/**
 * Takes a test file of this folder and its unknowns; makes a test of each scenario on each side. They must be those that
 * `triedIn` names for the file, each with two sides and a scenario at least, otherwise none of them passes.
 */
export function tryUnknowns(file: string, unknowns: readonly Unknown[]): void {
  beforeAll(() => {
    const due = Object.entries(triedIn).flatMap(([name, where]) => (where === basename(file) ? [name] : []));
    expect(unknowns.map(({ name }) => name)).toEqual(due);
    expect(unknowns.filter(({ sides, runs }) => sides < 2 || runs.length === 0).map(({ name }) => name)).toEqual([]);
  });

  // Because this module is loaded once for many files, only what is asked for here belongs to the file at hand.
  afterEach(async () => {
    await open?.place.close();
    open = null;
  });

  describe.each(unknowns)('$name', ({ runs }) => {
    it.each(runs)('$side: $title', async ({ play }) => play());
  });
}
