import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
// What the build puts in, so that the sources run as they are.
const version = 'data:text/javascript,globalThis.__CALSYNC_VERSION__="9.8.7"';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calsync-process-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

function start(program: 'cli' | 'demo', argv: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', version, join(root, 'src/main', program, 'main.ts'), ...argv], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString();
  });
  const ended = new Promise<{ exit: number | null; stdout: string; stderr: string }>((done) => {
    child.on('close', (exit) => done({ exit, ...said }));
  });
  return { child, ended };
}

// Starting a process with all its libraries takes seconds on a machine that is busy with other tests.
const patient = { timeout: 60_000 };

describe('the command line as a process', patient, () => {
  test('answers and ends with the code of its answer', async () => {
    expect(await start('cli', ['--version']).ended).toEqual({ exit: 0, stdout: '9.8.7\n', stderr: '' });
    const unknown = await start('cli', ['snyc']).ended;
    expect(unknown).toMatchObject({ exit: 2, stdout: '' });
    const status = await start('cli', ['status', '--data-dir', 'data', '--json']).ended;
    expect(status).toMatchObject({ exit: 3, stderr: '' });
    expect(JSON.parse(status.stdout)).toMatchObject({
      ok: false,
      error: { code: 'not-started' },
      health: { state: 'not-started', lacks: 'account' },
      status: { version: '9.8.7' },
    });
  });

  test('puts away what it began when it is interrupted, and ends', async () => {
    const { child, ended } = start(
      'cli',
      ['accounts', 'add', '--no-browser', '--data-dir', 'data', '--google-url', 'http://127.0.0.1:9'],
      { GOOGLE_OAUTH_CLIENT_ID: 'x.apps.googleusercontent.com', GOOGLE_OAUTH_CLIENT_SECRET: 'example' },
    );
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { exit, stdout, stderr } = await ended;
    expect(exit).toBe(3);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:9\/o\/oauth2\/v2\/auth\?\S+\n$/);
    expect(stderr).toBe(
      'The sign-in was given up before its end, so nothing was changed.\nSign in again when you are ready.\n',
    );
    expect((await start('cli', ['accounts', 'list', '--data-dir', 'data']).ended).exit).toBe(0);
  });

  test('does not complain when its reader has gone', async () => {
    const { child, ended } = start('cli', ['--help']);
    child.stdout.destroy();
    expect(await ended).toMatchObject({ stderr: '' });
  });
});

describe('the demo as a process', patient, () => {
  test('--headless tells the story, ends in 0 and leaves nothing behind', async () => {
    const { exit, stdout, stderr } = await start('demo', ['--headless']).ended;
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/\n {3}A second run: 0 writes, 5 list calls\.\n/);
    expect((await readdir(folder)).filter((name) => name.startsWith('calsync-demo-'))).toEqual([]);
  });

  test.each([
    [['--port', 'x'], 'a port is a number from 0 to 65535'],
    [['--port', '70000'], 'a port is a number from 0 to 65535'],
    [['--hedless'], 'unknown option "--hedless"'],
  ])('%j is not understood', async (argv, what) => {
    const { exit, stdout, stderr } = await start('demo', argv).ended;
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toBe(`That was not understood: ${what}.\nSee the options with --help.\n`);
  });
});
