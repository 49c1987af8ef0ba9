import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCalSync, type CalSync } from '../../src/main/app/index.ts';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { tellStory } from '../../src/main/demo/story.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { healthOf } from '../../src/shared/health.ts';

let dataFolder = '';
let simulator: Simulator;
let app: CalSync;

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'calsync-demo-test-'));
  simulator = await startSimulator({ world: 'demo', seed: 'demo-test', cry: () => undefined });
  const created = await createCalSync({
    dataFolder,
    googleUrl: simulator.url,
    client: simulator.client,
    vault: 'memory',
    demo: true,
    version: '0.0.0',
  });
  if (!created.ok) throw new Error(created.error.code);
  ({ app } = created.value);
});

afterEach(async () => {
  await app.close();
  await simulator.close();
  await rm(dataFolder, { recursive: true });
});

describe('the demo', { timeout: 60_000 }, () => {
  test('tells the whole job, and each step holds against the simulator', async () => {
    const lines: string[] = [];
    const told = await tellStory({ app, simulator, say: (line) => lines.push(line) });
    const story = lines.join('\n');
    expect(told, story).toMatchObject({ ok: true, value: { lastRun: { writes: 0, lists: 5 } } });
    for (const title of ['1. Signing in', '4. The first sync', '6. A meeting moves', '9. A person deletes a block']) {
      expect(story).toContain(title);
    }
    expect(story).toMatch(/A second run: 0 writes, 5 list calls\.$/m);
    expect(simulator.violations).toEqual([]);
    expect(healthOf(app.status(), Date.now())).toMatchObject({ state: 'demo', matters: [] });
    expect(app.mutes()).toHaveLength(1);

    // The person's own titles are told as theirs, and none of them is in any block or in anything on disk.
    const titles = simulator
      .dump()
      .flatMap((calendar) => calendar.events)
      .filter((event) => !JSON.stringify(event).includes('calsync.ref'))
      .flatMap((event) => (typeof event['summary'] === 'string' ? [event['summary']] : []));
    expect(titles).toContain('Board meeting');
    const blocks = simulator
      .dump()
      .flatMap((calendar) => calendar.events)
      .filter((event) => JSON.stringify(event).includes('calsync.ref'));
    expect(blocks.length).toBeGreaterThan(20);
    for (const block of blocks) expect(titles).not.toContain(block['summary']);
  });

  test('notices when a step does not hold', async () => {
    const lines: string[] = [];
    const forgetful: CalSync = {
      ...app,
      sync: async (trigger, options) => {
        const done = await app.sync(trigger, options);
        return done.ok ? { ok: true, value: { ...done.value, writes: done.value.writes + 1 } } : done;
      },
    };
    const told = await tellStory({ app: forgetful, simulator, say: (line) => lines.push(line) });
    expect(told).toMatchObject({ ok: false });
    expect(told.ok ? '' : told.error).toMatch(/^CalSync counted \d+ writes, the simulator saw \d+\.$/);
  });

  test('leaves no secret of the sign-in on disk', async () => {
    const told = await tellStory({ app, simulator, say: () => undefined });
    expect(told.ok).toBe(true);
    const files = (await readdir(dataFolder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const content = await readFile(join(file.parentPath, file.name), 'latin1');
      expect(content).not.toMatch(/1\/\/0|ya29\.|GOCSPX-/);
    }
  });

  test('says so when the sign-in page does not know the account', async () => {
    const given = await giveConsent(`${simulator.url}/o/oauth2/v2/auth`, 'work@northwind.example');
    expect(given).toEqual({ ok: false, error: 'The sign-in page did not offer work@northwind.example.' });
  });
});
