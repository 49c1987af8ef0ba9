import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { leaseTime } from '../../src/main/engine/lease.ts';
import type { Switches } from '../../src/simulator/index.ts';
import { CrashPoints, Killed } from '../support/crash-points.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

/* Each scenario is played once undisturbed, and once for every effect of its run with the process killed there. */

const work = 'work@northwind.example';
const home = 'me@home.example';
const studio = 'client@studio.example';
const all = [work, home, studio];

let place: Workplace | null = null;
afterEach(async () => {
  await place?.close();
  place = null;
});

const at = (date: string, clock: string) => ({ dateTime: `${date}T${clock}:00`, timeZone: 'Europe/Berlin' });
const timed = (date: string, clock = '10:00') => ({
  summary: 'Secret',
  start: at(date, clock),
  end: { ...at(date, clock), dateTime: `${date}T${clock.slice(0, 2)}:45:00` },
});
const weekly = { ...timed('2026-03-26'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] };

interface Stage {
  readonly place: Workplace;
  readonly laptop: Laptop;
  readonly person: (email: string) => ReturnType<Workplace['simulator']['person']>;
  /** Ids of what `prepare` has made. */
  readonly made: string[];
}

interface Scenario {
  readonly switches?: Partial<Switches>;
  readonly prepare?: (stage: Stage) => Promise<void> | void;
  /** What the person does before the run that is killed. */
  readonly act: (stage: Stage) => void;
  /** Whether a kill may leave everything as it was before: a deleted block is back, once, as where nothing tells who deleted it. */
  readonly orAsBefore?: boolean;
}

const some = ({ person, made }: Stage): void => {
  made.push(
    person(work).createEvent(work, timed('2026-03-25')).id,
    person(home).createEvent(home, timed('2026-03-25', '15:00')).id,
    person(work).createEvent(work, weekly).id,
  );
};
const dates = ['2026-03-26T09:00:00Z', '2026-04-02T08:00:00Z', '2026-04-09T08:00:00Z'] as const;
const idOf = ({ made }: Stage, index: number): string => made[index] ?? '';

const scenarios: Readonly<Record<string, Scenario>> = {
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
    act: ({ place: here, person }) => {
      const [block] = here.blocks(home).filter(({ recurrence }) => recurrence === undefined);
      person(home).deleteEvent(home, block?.id ?? '');
    },
    orAsBefore: true,
  },
  'blocks get minutes before and after': {
    prepare: some,
    act: ({ laptop }) => {
      const settings = laptop.store.settings();
      laptop.store.saveSettings({ ...settings, block: { ...defaultBlockPolicy, bufferBefore: 15, bufferAfter: 10 } });
      laptop.store.markAllDirty();
    },
  },
  'a calendar goes out of use': {
    prepare: some,
    act: ({ laptop }) => laptop.use(work, { source: false, target: false }),
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
      stage.place.simulator.faults.add({ kind: 'syncTokenExpired', request: 'events.list', times: 3 });
    },
  },
};

/** A part of the points in each run of all tests, another one for each scenario; `CALSYNC_CRASH_POINTS=all` tries each. */
const step = process.env['CALSYNC_CRASH_POINTS'] === 'all' ? 1 : 5;

interface Shown {
  readonly refs: ReadonlySet<string>;
  readonly rows: readonly string[];
  readonly doubled: readonly string[];
}

/** What stands on all calendars of ours: by what it is for and what it shows, whatever its ids. */
function shown(here: Workplace): Shown {
  const refs: string[] = [];
  const rows = all.flatMap((id) => {
    const events = (here.simulator.dump().find((one) => one.id === id)?.events ?? []) as unknown as DumpedEvent[];
    const masters = here.blocks(id).filter(({ status }) => status !== 'cancelled');
    return masters.map((block) => {
      const ref = block.extendedProperties?.private?.['calsync.ref'] ?? '';
      refs.push(`${id}|${ref}`);
      const slots = events
        .filter(({ recurringEventId }) => recurringEventId === block.id)
        .map((one) => [one.status, one.status === 'cancelled' ? '' : JSON.stringify([one.start, one.end, one.summary])])
        .map((one) => one.join(' '));
      return JSON.stringify([id, block.summary, block.start, block.end, block.recurrence ?? [], slots.sort()]);
    });
  });
  return {
    refs: new Set(refs),
    rows: rows.sort(),
    doubled: refs.filter((ref, index) => refs.indexOf(ref) !== index),
  };
}

interface Played {
  readonly before: Shown;
  readonly atKill: Shown;
  readonly after: Shown;
  readonly mutes: number;
  /** The points that the run has passed, the last one being where it was killed. */
  readonly passed: readonly string[];
}

async function play(scenario: Scenario, kill: number | null): Promise<Played> {
  const here = await openWorkplace({ world: mainCalendars(...all), switches: scenario.switches ?? {} });
  place = here;
  const file = join(mkdtempSync(join(tmpdir(), 'calsync-crash-')), 'calsync.db');
  const points = new CrashPoints();
  const laptop = await here.laptop({ file, wrap: points.provider, wrapStore: points.store });
  const stage: Stage = { place: here, laptop, person: (email) => here.simulator.person(email), made: [] };
  points.arm(null);
  await scenario.prepare?.(stage);
  await laptop.sync();
  const before = shown(here);
  scenario.act(stage);
  points.arm(kill);
  let survivor = laptop;
  try {
    await laptop.sync();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  const passed = [...points.passed];
  const atKill = shown(here);
  if (points.isDead) {
    // What the process has held of the file goes with it; its lease runs out.
    points.arm(null);
    laptop.close();
    survivor = await here.laptop({ file, firstChoice: true });
    await here.clock.advance(leaseTime);
  }
  points.arm(null);
  for (let quiet = 0, turn = 0; quiet < 2 && turn < 8; turn += 1)
    quiet = (await survivor.sync()).writes > 0 ? 0 : quiet + 1;
  await survivor.expectQuiet();
  const after = shown(here);
  const mutes = survivor.store.mutes().length;
  await here.close();
  place = null;
  return { before, atKill, after, mutes, passed };
}

describe.each(
  Object.entries(scenarios).map(([name, scenario], index) => [name, scenario, (index % step) + 1] as const),
)('%s', (name, scenario, first) => {
  it('comes to the same wherever the process is killed, and nothing is doubled or blinks on the way', async () => {
    const calm = await play(scenario, null);
    expect(calm.passed.length).toBeGreaterThan(20);
    expect(calm.after.doubled).toEqual([]);
    if (step === 1) console.log(`${name}: ${String(calm.passed.length)} points`);
    const staying = [...calm.before.refs].filter((ref) => calm.after.refs.has(ref));
    const wrong: string[] = [];
    for (let point = first; point <= calm.passed.length; point += step) {
      const killed = await play(scenario, point);
      const where = `${String(point)} (${killed.passed.at(-1) ?? ''})`;
      const isAs = ({ rows }: Shown, mutes: number): boolean =>
        killed.after.rows.join('\n') === rows.join('\n') && killed.mutes === mutes;
      const asBefore = scenario.orAsBefore === true && isAs(calm.before, 0);
      if (!isAs(calm.after, calm.mutes) && !asBefore)
        wrong.push(`${where}: ${JSON.stringify([killed.after.rows, killed.mutes])}`);
      if (killed.after.doubled.length > 0) wrong.push(`${where}: doubled ${killed.after.doubled.join()}`);
      const blinked = staying.filter((ref) => !killed.atKill.refs.has(ref));
      if (blinked.length > 0) wrong.push(`${where}: blinks ${blinked.join()}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
