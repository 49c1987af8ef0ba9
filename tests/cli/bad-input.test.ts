import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCodeFor, gravestExit } from '../../src/main/cli/exit-codes.ts';
import { appError, errorCodes } from '../../src/shared/errors.ts';
import { err } from '../../src/shared/result.ts';
import { createFakeCalSync, exampleStatus, exampleHold, exampleRun } from '../support/fake-calsync.ts';
import { calsync } from './run-in-process.ts';

describe('what is not understood', () => {
  test.each([
    [['snyc'], 'There is no command "snyc".', 'Did you mean "sync"? See all commands with --help.'],
    [['frobnicate'], 'There is no command "frobnicate".', 'See all commands with --help.'],
    [['accounts', 'ad'], 'There is no command "ad".', 'Did you mean "add"? See all commands with --help.'],
    [
      ['sync', '--jsno'],
      'That was not understood: unknown option "--jsno".',
      'Did you mean "--json"? See the options with --help.',
    ],
    [['-x', 'sync'], 'That was not understood: unknown option "-x".', 'See the options with --help.'],
    [
      ['sync', 'now'],
      'That was not understood: too many arguments for "sync".',
      'Expected 0 arguments but got 1: now.',
    ],
    [['calendars', 'use'], 'That was not understood: no calendar is named.', 'Name one, or give --new.'],
    [
      ['calendars', 'use', 'Work', '--source-only', '--target-only'],
      'That was not understood: option "--source-only" cannot be used with option "--target-only".',
      'See the options with --help.',
    ],
    [
      ['pause', '--for', 'ever'],
      'That was not understood: option "--for <time>" argument "ever" is invalid.',
      'Allowed choices are hour, tomorrow.',
    ],
    [
      ['holds', 'resolve', 'k', 'maybe'],
      'That was not understood: command-argument value "maybe" is invalid for argument "choice".',
      'Allowed choices are proceed, put-back, leave-away.',
    ],
    [
      ['status', '--data-dir'],
      'That was not understood: option "--data-dir <folder>" argument missing.',
      'See the options with --help.',
    ],
    [
      ['status', '--data-dir', ''],
      'That was not understood: --data-dir was given nothing.',
      'See the options with --help.',
    ],
    [
      ['status', '--google-url', 'ftp://127.0.0.1'],
      'ftp://127.0.0.1 is not an address of a calendar server on this computer.',
      'Use one of this computer without a path, for example http://127.0.0.1:4100; sign-ins go nowhere else but to Google.',
    ],
    [
      ['calendars', 'ignore', 'Yoga'],
      'No calendar called Yoga is connected.',
      'See the connected ones with `calendars list`.',
    ],
  ])('%j ends in 2 with one sentence and what to do', async (argv, sentence, action) => {
    const answer = await calsync(argv);
    expect(answer).toMatchObject({ exit: 2, stdout: '', stderr: `${sentence}\n${action}\n` });
    const inJson = await calsync([...argv.slice(0, 1), '--json', ...argv.slice(1)]);
    expect(inJson).toMatchObject({ exit: 2, stderr: '' });
    expect(inJson.json()).toMatchObject({ ok: false, error: { sentence, action } });
  });

  test.each([
    'http://127.0.0.1:4100/calendar',
    'http://127.0.0.1:4100?x=1',
    'http://me@127.0.0.1',
    '4100',
    'localhost',
  ])('%s is no address of a server', async (address) => {
    const answer = await calsync(['status'], { env: { CALSYNC_GOOGLE_URL: address } });
    expect(answer).toMatchObject({ exit: 2, created: null });
  });

  test('--google-url-anywhere says loudly where sign-ins go, and is silent where it leads nowhere else', async () => {
    const elsewhere = ['--google-url', 'https://calendar.example', '--google-url-anywhere'];
    const loud = 'Every sign-in and every calendar of this call goes to https://calendar.example, and not to Google.\n';
    for (const json of [[], ['--json']]) {
      const answer = await calsync(['status', ...json, ...elsewhere], { app: createFakeCalSync(exampleStatus()) });
      expect(answer.stderr.startsWith(loud)).toBe(true);
      expect(answer.created).toMatchObject({ googleUrl: 'https://calendar.example', googleUrlAnywhere: true });
    }
    const plain = await calsync(['status', '--google-url-anywhere'], { app: createFakeCalSync(exampleStatus()) });
    expect(plain.stderr).not.toContain('Every sign-in');
  });

  test('nothing is opened or asked where certificates would not be checked', async () => {
    for (const argv of [['sync'], ['status', '--json'], ['doctor']]) {
      const answer = await calsync(argv, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
      expect(answer).toMatchObject({ exit: 2, created: null });
      expect(answer.app.calls).toEqual([]);
      expect(answer.stdout + answer.stderr).toContain('CalSync does not start with NODE_TLS_REJECT_UNAUTHORIZED=0');
    }
    const checked = await calsync(['status'], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } });
    expect(checked.created).not.toBeNull();
  });

  test('no command at all shows what there is, and ends in 2', async () => {
    const answer = await calsync([]);
    expect(answer).toMatchObject({ exit: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^Usage: calsync/);
    expect((await calsync(['accounts'])).stderr).toMatch(/^Usage: calsync accounts/);
    expect((await calsync(['--json'])).json()).toMatchObject({ ok: false, error: { code: 'option-invalid' } });
  });

  test('an option after -- is a name', async () => {
    const answer = await calsync(['calendars', 'ignore', '--', '--json']);
    expect(answer.stderr).toMatch(/^No calendar called --json is connected\./);
  });
});

describe('the Google client', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'calsync-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('comes from a file, named from where the person stands', async () => {
    await writeFile(join(folder, 'client_secret_x.json'), '{"installed":{}}');
    const seen: string[] = [];
    const answer = await calsync(['--client-file', 'client_secret_x.json', 'status'], {
      cwd: folder,
      application: {
        parseClientFile: (text, name) => {
          seen.push(text, name);
          return { ok: true, value: { clientId: 'id', clientSecret: 'secret' } };
        },
      },
    });
    expect(seen).toEqual(['{"installed":{}}', 'client_secret_x.json']);
    expect(answer.created?.client).toEqual({ clientId: 'id', clientSecret: 'secret' });
  });

  test('a file that is not there, or a folder, is named', async () => {
    const answer = await calsync(['status', '--client-file', 'none.json'], { cwd: folder });
    expect(answer).toMatchObject({ exit: 2, created: null });
    expect(answer.stderr).toBe(
      'The client file none.json cannot be read.\nCheck the path and that you may read the file.\n',
    );
    expect((await calsync(['status', '--client-file', '.'], { cwd: folder })).exit).toBe(2);
  });

  test('a file of another kind stops before anything is opened', async () => {
    await writeFile(join(folder, 'web.json'), '{}');
    const answer = await calsync(['status', '--client-file', 'web.json'], {
      cwd: folder,
      application: { parseClientFile: (_, name) => err(appError('client-file-wrong-kind', name)) },
    });
    expect(answer).toMatchObject({ exit: 2, created: null });
    expect(answer.stderr).toMatch(/^The file web\.json belongs to a client of another kind/);
  });
});

describe('how CalSync is put together', () => {
  test('from options, wherever they stand', async () => {
    const argv = ['--data-dir', 'data', 'status', '--google-url', 'http://127.0.0.1:4100/', '--verbose'];
    expect((await calsync(argv, { cwd: '/home/me' })).created).toEqual({
      dataFolder: '/home/me/data',
      googleUrl: 'http://127.0.0.1:4100',
      client: null,
      vault: 'keychain',
      version: '9.8.7',
      logToConsole: true,
    });
  });

  test('from the environment and defaults; the option wins', async () => {
    const env = { CALSYNC_GOOGLE_URL: 'http://127.0.0.1:1' };
    expect((await calsync(['status'], { env })).created).toMatchObject({
      dataFolder: '/default/data',
      googleUrl: 'http://127.0.0.1:1',
      logToConsole: false,
    });
    const both = await calsync(['status', '--google-url', 'http://127.0.0.1:2'], { env });
    expect(both.created?.googleUrl).toBe('http://127.0.0.1:2');
    expect((await calsync(['status'], { env: { CALSYNC_GOOGLE_URL: '' } })).created?.googleUrl).toBeNull();
  });

  test.each([
    ['data-folder-unusable', 6],
    ['database-from-future', 6],
    ['database-failed', 6],
    ['program-damaged', 6],
    ['busy-elsewhere', 5],
  ] as const)('%s at the start ends in %i', async (code, exit) => {
    const answer = await calsync(['status'], { createFails: appError(code) });
    expect(answer).toMatchObject({ exit, stdout: '' });
    expect(answer.stderr.split('\n')).toHaveLength(3);
  });

  test('a disk that takes nothing is no fault of our own', async () => {
    const app = createFakeCalSync();
    app.replace({
      plan: () => {
        throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
      },
    });
    const answer = await calsync(['plan'], { app });
    expect(answer).toMatchObject({ exit: 6, stdout: '' });
    expect(answer.stderr).toMatch(/^The database could not be used \(the disk is full\)/);
  });

  test('what was met at the start is told beside the answer', async () => {
    const notices = [appError('database-corrupt', 'calsync.db.damaged-1')];
    const answer = await calsync(['resume'], { notices });
    expect(answer).toMatchObject({ exit: 0, stdout: 'Syncing goes on.\n' });
    expect(answer.stderr).toMatch(/^The database was damaged, so it was kept as calsync\.db\.damaged-1/);
    expect((await calsync(['resume', '--json'], { notices })).json()).toMatchObject({
      ok: true,
      notices: [{ code: 'database-corrupt' }],
    });
  });
});

describe('faults of our own', () => {
  const broken = () => {
    const app = createFakeCalSync();
    app.replace({ sync: () => Promise.reject(new TypeError('secret detail of Quarterly review')) });
    return app;
  };

  test('end in 1, without a stack and without the text of what was thrown', async () => {
    const answer = await calsync(['sync'], { app: broken() });
    expect(answer).toMatchObject({ exit: 1, stdout: '' });
    expect(answer.stderr).toMatch(/^CalSync met a fault of its own; /);
    expect(answer.stderr).not.toMatch(/Quarterly|at .*\.ts/);
    expect(answer.app.closed).toBe(true);
    const inJson = await calsync(['sync', '--json'], { app: broken() });
    expect(inJson.json()).toMatchObject({ ok: false, error: { code: 'unexpected', detail: 'TypeError' } });
    expect(inJson.stderr).toBe('');
  });

  test('show the stack with --verbose', async () => {
    const answer = await calsync(['--verbose', 'sync'], { app: broken() });
    expect(answer.stderr).toMatch(/TypeError: secret detail[\s\S]*\n {4}at /);
  });
});

describe('exit codes', () => {
  test('each failure has one, and docs/cli.md says the same', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
    const documented = new Map<string, number>();
    for (const [, exit, codes] of guide.matchAll(/^\| (\d) +\| (`.*`) +\|$/gm)) {
      for (const [, code] of (codes ?? '').matchAll(/`([a-z-]+)`/g)) documented.set(code ?? '', Number(exit));
    }
    expect(Object.fromEntries(documented)).toEqual({
      ...Object.fromEntries(errorCodes.map((code) => [code, exitCodeFor(code)])),
      held: 7,
      'check-failed': 3,
    });
    expect([...documented.values()]).not.toContain(0);
  });

  test.each([
    [[], 0],
    [[4, 3], 3],
    [[4, 7], 7],
    [[7, 3], 3],
    [[3, 5, 6], 6],
    [[6, 1], 1],
  ] as const)('of %j the gravest is %i', (codes, gravest) => {
    expect(gravestExit(codes)).toBe(gravest);
  });

  test('a run in which something is held and an account must sign in again ends in 3, and both are told', async () => {
    const app = createFakeCalSync(exampleStatus({ holds: [exampleHold()] }));
    app.give({ run: exampleRun({ errors: [appError('offline'), appError('needs-sign-in', 'me@home.example')] }) });
    const answer = await calsync(['sync', '--json'], { app });
    expect(answer.exit).toBe(3);
    expect(answer.json()).toMatchObject({
      ok: false,
      error: { code: 'needs-sign-in' },
      errors: [{ code: 'offline' }, { code: 'needs-sign-in' }],
      holds: [{ count: 38 }],
    });
  });
});
