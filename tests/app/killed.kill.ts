import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { migrations } from '../../src/main/store/migrations/all.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { standing, stories, storyWorld, type Story, type StoryName } from '../support/app-stories.ts';
import { TownClock } from '../support/installs.ts';

/* The program in a process of its own, killed by the system at exactly the point that it names; another process goes on. */

const said = z.union([
  z.strictObject({ reached: z.string() }),
  z.strictObject({
    ended: z
      .strictObject({
        accounts: z.array(z.string()),
        started: z.boolean(),
        troubles: z.array(z.string()),
        writes: z.int().nullable(),
      })
      .nullable(),
    passed: z.int(),
    kept: z.array(z.string()),
  }),
]);
type Said = z.infer<typeof said>;

/** One computer, and the simulated service beside it. */
interface Place {
  readonly simulator: Simulator;
  readonly folder: string;
  /** Runs a process to its end, or to the point with that number, where it is killed; returns the last that it said. */
  readonly run: (step: 'prepare' | 'act' | 'go-on', stop?: number) => Promise<Said>;
}

async function open(story: StoryName): Promise<Place> {
  const clock = new TownClock();
  const simulator = await startSimulator({ seed: 'story', world: storyWorld, now: () => clock.now() });
  const folder = mkdtempSync(join(tmpdir(), 'calsync-killed-'));
  onTestFinished(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { clientId, clientSecret } = simulator.client;
  const run: Place['run'] = async (step, stop) => {
    const order = { folder, url: simulator.url, clientId, clientSecret, step, story, stop: stop ?? null };
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/app-child.ts'), JSON.stringify(order)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      // It stands still by now, and does nothing until it is killed.
      if (text.includes('"reached"') && text.endsWith('\n')) child.kill('SIGKILL');
    });
    const end = await once(child, 'close');
    expect(end).toEqual(stop === undefined ? [0, null] : [null, 'SIGKILL']);
    return said.parse(JSON.parse(text));
  };
  return { simulator, folder, run };
}

interface Played {
  readonly come: unknown;
  readonly points: number;
  readonly folder: string;
  readonly at: string | null;
}

/** Plays a story, killed at a point or undisturbed; `before` may leave files in the data folder. */
async function play(name: StoryName, stop: number | null, before?: (data: string) => void): Promise<Played> {
  const story: Story = stories[name];
  const { simulator, folder, run } = await open(name);
  mkdirSync(join(folder, 'data'));
  before?.(join(folder, 'data'));
  if (name !== 'signing in and the first sync') await run('prepare');
  story.meanwhile?.(simulator);
  const acted = stop === null ? await run('act') : await run('act', stop);
  const went = await run('go-on');
  if (!('ended' in went)) throw new Error('It stood still.');
  const come = { calendars: standing(simulator), ended: went.ended, kept: went.kept, bad: simulator.violations };
  return {
    come,
    points: 'passed' in acted ? acted.passed : 0,
    folder: join(folder, 'data'),
    at: 'reached' in acted ? acted.reached : null,
  };
}

const isAll = process.env['CALSYNC_CRASH_POINTS'] === 'all';
/** Where in its points a process is killed. */
const parts = isAll ? Array.from({ length: 20 }, (_, index) => (index + 0.5) / 20) : [0.55];

const chosen: readonly StoryName[] = [
  'signing in and the first sync',
  'a series gets another hour',
  'a reset, and syncing again',
];

// Starting a process with all its libraries takes seconds on a machine that is busy with other tests.
const patient = { timeout: 600_000 };

describe('a process that is really killed', patient, () => {
  it.each(chosen)('in %s: another one comes to what an undisturbed one comes to', async (name) => {
    const calm = await play(name, null);
    expect(calm.come).toMatchObject({ ended: { troubles: [], writes: 0 }, bad: [] });
    for (const part of parts) {
      const killed = await play(name, Math.max(1, Math.round(part * calm.points)));
      expect({ at: killed.at, come: killed.come }).toEqual({ at: killed.at, come: calm.come });
    }
  });

  it('in the migration of a database: it is the old one or the new one, and what the person chose is in it', async () => {
    const oldFile = (data: string): void => {
      const database = new Database(join(data, 'calsync.db'));
      for (const step of migrations.slice(0, 1)) database.exec(step.sql);
      database.exec("INSERT INTO settings VALUES ('intervalMinutes', '17')");
      database.pragma('user_version = 1');
      // The mark of our files.
      database.pragma('application_id = 0x43414c53');
      database.close();
    };
    const calm = await play('signing in and the first sync', null, oldFile);
    // A step each but the first, all in one transaction.
    for (const stop of isAll ? migrations.slice(1).map((_, index) => index + 1) : [Math.ceil(migrations.length / 2)]) {
      const killed = await play('signing in and the first sync', stop, oldFile);
      expect(killed.at).toBe(`database-migrated ${String(stop + 1)}`);
      expect(killed.come).toEqual(calm.come);
      const database = new Database(join(killed.folder, 'calsync.db'), { readonly: true });
      expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
      expect(database.prepare("SELECT value FROM settings WHERE name = 'intervalMinutes'").pluck().get()).toBe('17');
      database.close();
      expect(existsSync(join(killed.folder, `calsync.db.before-${String(migrations.length)}`))).toBe(true);
    }
  });
});
