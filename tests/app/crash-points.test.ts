import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.ts';
import { CrashPoints, Killed } from '../support/crash-points.ts';
import {
  goOn,
  standing,
  startProgram,
  stories,
  storyWorld,
  vaultOver,
  type Ended,
  type Story,
} from '../support/app-stories.ts';
import { TownClock } from '../support/installs.ts';

/* What is done with the whole program, killed at every effect: those of the engine, of signing in and of the keychain. */

const isAll = process.env['CALSYNC_CRASH_POINTS'] === 'all';
const step = isAll ? 1 : 23;

interface Played {
  readonly calendars: readonly string[];
  readonly ended: Ended;
  /** Accounts with an entry in the keychain. */
  readonly kept: readonly string[];
  readonly violations: number;
  readonly passed: readonly string[];
}

/** What it has come to, by whatever way. */
const come = ({ calendars, ended, kept, violations }: Played): string =>
  JSON.stringify({ ended, kept, violations, calendars });

/** The lease of a process that is dead is lost at once. Here that process lives on, as this one. */
function freeLease(file: string): void {
  const database = new Database(file);
  database.exec('DELETE FROM lease');
  database.close();
}

async function play(story: Story, kill: number | null): Promise<Played> {
  const clock = new TownClock();
  const simulator = await startSimulator({ seed: 'story', world: storyWorld, now: () => clock.now() });
  const folder = mkdtempSync(join(tmpdir(), 'calsync-story-'));
  const entries = new Map<string, string>();
  const points = new CrashPoints();
  points.arm(null);
  const { clientId, clientSecret } = simulator.client;
  const start = () =>
    startProgram({
      folder,
      url: simulator.url,
      client: { clientId, clientSecret },
      vault: vaultOver(entries),
      points,
      clock,
    });
  let app = await start();
  await story.prepare(app);
  story.meanwhile?.(simulator);
  points.arm(kill);
  try {
    await story.act(app);
  } catch (error) {
    if (!(error instanceof Killed) && !points.isDead) throw error;
  }
  const passed = [...points.passed];
  if (points.isDead) {
    await app.close().catch(() => undefined);
    points.arm(null);
    freeLease(join(folder, 'calsync.db'));
    app = await start();
  }
  points.arm(null);
  const ended = await goOn(app, story);
  await app.close();
  const calendars = standing(simulator);
  const violations = simulator.violations.length;
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
  return { calendars, ended, kept: [...entries.keys()].sort(), violations, passed };
}

const counts: string[] = [];
afterAll(() => {
  // eslint-disable-next-line no-console -- Because whoever asks for all points wants to know how many they were.
  if (isAll) console.log(counts.join('\n'));
});

describe.each(Object.entries<Story>(stories))('%s', (name, story) => {
  it('comes to the same wherever the process is killed', async () => {
    const calm = await play(story, null);
    expect(calm).toMatchObject({ violations: 0, ended: { troubles: [] } });
    expect(calm.passed.length).toBeGreaterThan(5);
    counts.push(`${name}: ${String(calm.passed.length)}`);
    const wrong: string[] = [];
    for (let point = 1; point <= calm.passed.length; point += step) {
      const killed = await play(story, point);
      if (come(killed) !== come(calm)) wrong.push(`${String(point)} (${killed.passed.at(-1) ?? ''}): ${come(killed)}`);
    }
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
