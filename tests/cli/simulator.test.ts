import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as application from '../../src/main/app/index.ts';
import { runCli } from '../../src/main/cli/run.ts';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { createMemoryVault } from '../../src/main/platform/index.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let dataFolder = '';
let simulator: Simulator;
let vault: application.TokenVault;

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'calsync-cli-test-'));
  simulator = await startSimulator({ world: 'demo', seed: 'cli-test', cry: () => undefined });
  // It outlives each command, as a keychain does.
  vault = { ...createMemoryVault(), kind: 'keychain' };
});

afterEach(async () => {
  await simulator.close();
  await rm(dataFolder, { recursive: true });
});

/** Runs one command as a process of its own would: all is built anew, only the disk and the keychain stay. */
async function calsync(
  argv: readonly string[],
  onOutput: (text: string) => void = () => undefined,
  parts: Partial<application.CalSyncOptions> = {},
) {
  let stdout = '';
  let stderr = '';
  const exit = await runCli(
    ['--data-dir', 'data', ...argv],
    {
      stdout: {
        write: (text) => {
          stdout += text;
          onOutput(text);
        },
        isTTY: false,
        columns: null,
      },
      stderr: {
        write: (text) => {
          stderr += text;
        },
        isTTY: false,
        columns: null,
      },
      stdin: { isTTY: false, readLine: () => Promise.resolve(null) },
      env: {
        CALSYNC_GOOGLE_URL: simulator.url,
        GOOGLE_OAUTH_CLIENT_ID: simulator.client.clientId,
        GOOGLE_OAUTH_CLIENT_SECRET: simulator.client.clientSecret,
      },
      cwd: dataFolder,
      now: () => Date.now(),
      every: () => () => undefined,
      signal: new AbortController().signal,
    },
    '0.0.0',
    () =>
      Promise.resolve({
        ...application,
        createCalSync: (options) => application.createCalSync({ ...options, vault, ...parts }),
      }),
  );
  return { exit, stdout, stderr };
}

/** Adds an account as a script does: reads the printed address, and lets a person agree there. */
async function addAccount(email: string): Promise<void> {
  const consents: Promise<unknown>[] = [];
  const added = await calsync(['accounts', 'add', '--no-browser'], (text) => {
    if (/^http\S+\n$/.test(text)) consents.push(giveConsent(text.trim(), email));
  });
  expect(added).toMatchObject({ exit: 0, stderr: '' });
  expect(await Promise.all(consents)).toEqual([{ ok: true, value: undefined }]);
}

test('from no account to a quiet sync, trouble and back, and to nothing left', { timeout: 60_000 }, async () => {
  await addAccount(work);
  await addAccount(home);
  expect(await calsync(['calendars', 'use', work])).toMatchObject({ exit: 0 });
  expect(await calsync(['calendars', 'use', 'Robin'])).toMatchObject({ exit: 0 });
  expect(await calsync(['calendars', 'use', 'Holidays in Germany'])).toMatchObject({ exit: 3, stdout: '' });

  const plan = await calsync(['plan', '--json']);
  expect(plan.exit).toBe(0);
  expect(simulator.requests.writes()).toEqual([]);
  const planned = JSON.parse(plan.stdout) as { plan: { operations: readonly { kind: string }[] } };
  const creates = planned.plan.operations.filter((operation) => operation.kind === 'create').length;
  expect(creates).toBeGreaterThan(0);

  expect(await calsync(['sync'])).toMatchObject({ exit: 3, stdout: '' });
  expect(simulator.requests.writes()).toEqual([]);
  const first = await calsync(['sync', '--start']);
  expect(first).toMatchObject({ exit: 0, stderr: '' });
  expect(first.stdout).toMatch(new RegExp(`^Added ${creates} blocks, changed \\d+ in 2 calendars\\.\\n$`));
  expect(simulator.violations).toEqual([]);

  simulator.requests.reset();
  expect(await calsync(['sync'])).toEqual({ exit: 0, stdout: '', stderr: '' });
  expect(simulator.requests.counts()['events.list']).toBe(2);
  expect(simulator.requests.writes()).toEqual([]);

  const before = JSON.stringify(simulator.dump());
  simulator.faults.add({ kind: 'html', request: 'events.list', times: null });
  const impatient = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const trouble = await calsync(['sync', '--json'], undefined, { clock: impatient });
  expect(trouble.exit).toBe(4);
  expect(JSON.parse(trouble.stdout)).toMatchObject({ ok: false, error: { code: 'provider-trouble' } });
  expect(JSON.stringify(simulator.dump())).toBe(before);
  simulator.faults.clear();
  expect(await calsync(['sync'])).toEqual({ exit: 0, stdout: '', stderr: '' });

  const reset = await calsync(['reset', '--yes']);
  expect(reset.exit).toBe(0);
  expect(reset.stdout).toMatch(new RegExp(`^Removed ${creates} blocks\\.\\n`));
  expect(JSON.stringify(simulator.dump())).not.toContain('calsync.ref');
  // Paused by the reset, so that the next job of cron does not bring everything back.
  expect(await calsync(['sync'])).toEqual({ exit: 0, stdout: '', stderr: '' });
  expect(JSON.stringify(simulator.dump())).not.toContain('calsync.ref');

  expect(await calsync(['accounts', 'remove', home, '--yes'])).toMatchObject({ exit: 0 });
  const accounts = JSON.parse((await calsync(['accounts', 'list', '--json'])).stdout) as { accounts: unknown };
  expect(accounts.accounts).toMatchObject([{ email: work }]);
});

test(
  'an account whose permission was withdrawn signs in again and keeps its choices',
  { timeout: 60_000 },
  async () => {
    await addAccount(work);
    await addAccount(home);
    await calsync(['calendars', 'use', work]);
    await calsync(['calendars', 'use', 'Robin']);
    expect((await calsync(['sync', '--start'])).exit).toBe(0);
    const before = JSON.stringify(simulator.dump());
    simulator.person(home).revokeAccess();
    const refused = await calsync(['sync']);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain(`The sign-in to ${home} has ended`);
    expect(JSON.stringify(simulator.dump())).toBe(before);
    expect((await calsync(['accounts', 'list'])).stdout).toMatch(/me@home\.example +sign in again/);
    await addAccount(home);
    expect(await calsync(['sync'])).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect(JSON.stringify(simulator.dump())).toBe(before);
  },
);

test('a sync is undone from the command line, and the undo after it', { timeout: 60_000 }, async () => {
  await addAccount(work);
  await addAccount(home);
  await calsync(['calendars', 'use', work]);
  await calsync(['calendars', 'use', 'Robin']);
  const none = await calsync(['undo', '--yes']);
  expect(none).toMatchObject({ exit: 2, stdout: '' });
  expect((await calsync(['sync', '--start'])).exit).toBe(0);
  const quiet = async (): Promise<void> => {
    simulator.requests.reset();
    expect(await calsync(['sync'])).toEqual({ exit: 0, stdout: '', stderr: '' });
    expect(simulator.requests.writes()).toEqual([]);
  };
  const ours = (): number =>
    simulator
      .dump()
      .flatMap(({ events }) => events)
      .filter((event) => event['status'] !== 'cancelled' && JSON.stringify(event).includes('calsync.ref')).length;
  const blocks = ours();
  expect((await calsync(['undo', '--list'])).stdout).toMatch(
    /^1 {2}\S+ {2}Blocks: \d+ added.* \(from the command line\)\n$/,
  );

  simulator.requests.reset();
  const shown = await calsync(['undo', '--dry-run']);
  expect(shown).toMatchObject({ exit: 0, stderr: '' });
  expect(shown.stdout).toMatch(
    /^Undoing sync 1 of \S+\n[^\n]+: \d+ to remove\n {2}remove +\d+ {2}you undid what a sync had done/,
  );
  expect(simulator.requests.writes()).toEqual([]);

  const undone = await calsync(['undo', '--yes']);
  expect(undone).toMatchObject({ exit: 0, stderr: '' });
  expect(undone.stdout).toMatch(/^Undone\. Removed \d+ blocks in 2 calendars\.\n.*`mutes list`/);
  expect(ours()).toBe(0);
  await quiet();
  expect((await calsync(['mutes', 'list'])).stdout.split('\n').length).toBeGreaterThan(10);

  expect((await calsync(['undo', '1', '--yes'])).exit).toBe(2);
  const again = await calsync(['undo', '--yes']);
  expect(again).toMatchObject({ exit: 0, stderr: '' });
  expect(again.stdout).toMatch(/^Undone\. Added \d+ blocks/);
  expect(ours()).toBe(blocks);
  await quiet();
  expect((await calsync(['mutes', 'list'])).stdout).toBe('No block is kept away.\n');
  expect((await calsync(['kept', 'list'])).stdout).toBe('No block is kept as it was.\n');
});
