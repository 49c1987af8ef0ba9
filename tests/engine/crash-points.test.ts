import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { leaseTime } from '../../src/main/engine/lease.ts';
import { CrashPoints, Killed, type PointKind } from '../support/crash-points.ts';
import { openWorkplace, type DumpedEvent, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';
import { home, scenarios, studio, work, type Scenario, type Stage } from './crash-scenarios.ts';

/* Each scenario is played once undisturbed, and once for every effect of its run with the process killed there. */

let place: Workplace | null = null;
let folder = '';
afterEach(async () => {
  await place?.close();
  place = null;
  rmSync(folder, { recursive: true, force: true });
});

const isAll = process.env['CALSYNC_CRASH_POINTS'] === 'all';
/** A part of the points in each run of all tests, other ones in each scenario; `CALSYNC_CRASH_POINTS=all` tries each. */
const step = isAll ? 1 : 37;

interface Shown {
  readonly refs: ReadonlySet<string>;
  readonly rows: readonly string[];
  readonly doubled: readonly string[];
}

/** What stands on all calendars of ours: by what it is for and what it shows, whatever its ids. */
function shown(here: Workplace): Shown {
  const refs: string[] = [];
  const rows = here.simulator.dump().flatMap(({ id, events }) => {
    const masters = here.blocks(id).filter(({ status }) => status !== 'cancelled');
    return masters.map((block) => {
      const ref = block.extendedProperties?.private?.['calsync.ref'] ?? '';
      refs.push(`${id}|${ref}`);
      const slots = (events as unknown as DumpedEvent[])
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
  /** After what the person did. */
  readonly acted: Shown;
  readonly atKill: Shown;
  readonly after: Shown;
  readonly mutesBefore: number;
  readonly mutes: number;
  /** The points that the run has passed, the last one being where it was killed. */
  readonly passed: readonly string[];
}

async function play(scenario: Scenario, kill: number | null): Promise<Played> {
  const world = scenario.world ?? mainCalendars(work, home, studio);
  const here = await openWorkplace({ world, switches: scenario.switches ?? {} });
  place = here;
  folder = mkdtempSync(join(tmpdir(), 'calsync-crash-'));
  const points = new CrashPoints();
  const clock = scenario.clock?.(here.clock) ?? here.clock;
  const wraps = { wrap: points.provider, wrapStore: points.store };
  const { emails, limits } = scenario;
  const common = { clock, ...(emails === undefined ? {} : { emails }), ...(limits === undefined ? {} : { limits }) };
  const runOnce = scenario.run ?? (({ laptop: computer }: Stage) => computer.sync());
  let file = join(folder, 'calsync.db');
  const laptop = await here.laptop({ ...common, ...wraps, file });
  const stage: Stage = { place: here, laptop, person: (email) => here.simulator.person(email), made: [] };
  points.arm(null);
  await scenario.prepare?.(stage);
  await stage.laptop.sync();
  const before = shown(here);
  const mutesBefore = stage.laptop.store.mutes().length;
  await scenario.act(stage);
  const acted = shown(here);
  if (scenario.lost === true) {
    stage.laptop.close();
    file = join(folder, 'anew.db');
    stage.laptop = await here.laptop({ ...common, ...wraps, file });
  }
  points.arm(kill);
  try {
    for (let run = 0; run < (scenario.runs ?? 1); run += 1) await runOnce(stage);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  const passed = [...points.passed];
  const atKill = shown(here);
  if (points.isDead) {
    // What the process has held of the file goes with it; its lease runs out.
    points.arm(null);
    stage.laptop.close();
    stage.laptop = await here.laptop({ ...common, file, firstChoice: true });
    await here.clock.advance(leaseTime);
  }
  points.arm(null);
  await scenario.after?.(stage);
  const survivor = stage.laptop;
  for (let quiet = 0, turn = 0; quiet < 3 && turn < 12; turn += 1)
    quiet = (await survivor.sync()).writes > 0 ? 0 : quiet + 1;
  await survivor.expectQuiet();
  const after = shown(here);
  const mutes = survivor.store.mutes().length;
  await here.close();
  place = null;
  rmSync(folder, { recursive: true, force: true });
  return { before, acted, atKill, after, mutesBefore, mutes, passed };
}

const kinds: readonly PointKind[] = ['carried out', 'answered', 'stored'];
const table: string[] = [];
const counted = (points: readonly string[]): string =>
  [...kinds.map((kind) => points.filter((point) => point.endsWith(kind)).length), points.length]
    .map((count) => String(count).padStart(12))
    .join('');

afterAll(() => {
  if (!isAll) return;
  const head = [...kinds, 'all', 'wrong'].map((name) => name.padStart(12)).join('');
  console.log([`${'scenario'.padEnd(62)}${head}`, ...table].join('\n'));
});

describe.each(
  Object.entries(scenarios).map(([name, scenario], index) => [name, scenario, ((index * 7) % step) + 1] as const),
)('%s', (name, scenario, first) => {
  it('comes to the same wherever the process is killed, and nothing is doubled or blinks on the way', async () => {
    const calm = await play(scenario, null);
    expect(calm.passed.length).toBeGreaterThan(10);
    expect(calm.after.doubled).toEqual([]);
    const staying = [...calm.before.refs].filter((ref) => calm.acted.refs.has(ref) && calm.after.refs.has(ref));
    const wrong: string[] = [];
    for (let point = first; point <= calm.passed.length; point += step) {
      const killed = await play(scenario, point);
      const where = `${String(point)} (${killed.passed.at(-1) ?? ''})`;
      const isAs = ({ rows }: Shown, mutes: number): boolean =>
        killed.after.rows.join('\n') === rows.join('\n') && killed.mutes === mutes;
      const isChosen = scenario.keptAt === undefined || killed.passed.includes(scenario.keptAt);
      const isRight = isChosen ? isAs(calm.after, calm.mutes) : isAs(calm.before, calm.mutesBefore);
      const asBefore = scenario.orAsBefore === true && isAs(calm.before, 0);
      if (!isRight && !asBefore) wrong.push(`${where}: ${JSON.stringify([killed.after.rows, killed.mutes])}`);
      if (killed.after.doubled.length > 0) wrong.push(`${where}: doubled ${killed.after.doubled.join()}`);
      const blinked = staying.filter((ref) => !killed.atKill.refs.has(ref));
      if (blinked.length > 0) wrong.push(`${where}: blinks ${blinked.join()}`);
    }
    table.push(`${name.padEnd(62)}${counted(calm.passed)}${String(wrong.length).padStart(12)}`);
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
