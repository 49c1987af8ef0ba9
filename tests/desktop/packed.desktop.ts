/* The app as it is packed, with its fuses. Nobody can look into it, so it is seen from outside: by how it ends, by what it prints,
 * logs and asks for, and by the command line's view of the same data folder. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCalSync, type CalSync } from '../../src/main/app/index.ts';
import { giveConsent } from '../../src/main/demo/consent.ts';
import type { RunView } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { ok } from '../../src/shared/result.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { authorityFile, startCompany, type Company } from '../support/company.ts';
import { logOf, packApp, startPacked, type Packed, type PackedRun, type PackedStart } from './packed.ts';
import { clientFile, environment, eventually, newDataFolder, smallWorld } from './support.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let simulator: Simulator;
let packed: Packed;
const folders: string[] = [];
const started: PackedRun[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  packed = await packApp();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.quit()));
});
afterAll(async () => {
  await simulator.close();
  await packed.remove();
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function newFolder(): Promise<string> {
  const folder = await newDataFolder();
  folders.push(folder);
  return folder;
}

/** Starts it on the person's own Google, which nothing of this computer leads to; ended with the test. */
function start({ env = {}, ...how }: Omit<PackedStart, 'env'> & Partial<Pick<PackedStart, 'env'>>): PackedRun {
  const run = startPacked(packed, {
    ...how,
    env: { ...environment(simulator, false), CALSYNC_GOOGLE_URL: '', ...env },
  });
  started.push(run);
  return run;
}

test('an entry of the autostart whose program was moved names the one that was started', async () => {
  const config = await newFolder();
  const image = join(await newFolder(), 'CalSync 1.AppImage');
  await writeFile(image, '');
  await mkdir(join(config, 'autostart'));
  const entry = join(config, 'autostart/calsync.desktop');
  await writeFile(entry, '[Desktop Entry]\nType=Application\nName=CalSync\nExec="/gone/CalSync.AppImage" --hidden\n');
  start({ dataFolder: await newFolder(), env: { XDG_CONFIG_HOME: config, APPIMAGE: image } });
  await eventually(
    async () => (await readFile(entry, 'utf8')).includes(`\nExec="${image}" --hidden\n`),
    'the entry was not mended',
  );
});

test('its fuses are those of electron-builder.yml', async () => {
  expect(await packed.fuses()).toMatchObject({
    RunAsNode: 'Disabled',
    EnableCookieEncryption: 'Enabled',
    EnableNodeOptionsEnvironmentVariable: 'Disabled',
    EnableNodeCliInspectArguments: 'Disabled',
    EnableEmbeddedAsarIntegrityValidation: 'Enabled',
    OnlyLoadAppFromAsar: 'Enabled',
    GrantFileProtocolExtraPrivileges: 'Disabled',
  });
});

describe('a start that would let others look in', () => {
  async function freePort(): Promise<number> {
    const server = createServer();
    const port = await new Promise<number>((done) => {
      server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port));
    });
    await new Promise((done) => server.close(done));
    return port;
  }

  const answers = (port: number): Promise<boolean> =>
    new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      });
      socket.on('error', () => done(false));
    });

  /** Asks a port again and again until something has ended; returns whether anything ever answered. */
  async function everAnswers(port: number, end: Promise<unknown>): Promise<boolean> {
    const isOver = end.then(() => true);
    do {
      if (await answers(port)) return true;
    } while (!(await Promise.race([isOver, new Promise<false>((done) => setTimeout(() => done(false), 10))])));
    return false;
  }

  test.each([
    '--remote-debugging-port=PORT',
    '-remote-debugging-port=PORT',
    ' --remote-debugging-port=PORT',
    '--remote-debugging-pipe',
    '--inspect=PORT',
    '--inspect-brk=PORT',
    '--js-flags=--expose-internals',
  ])('with “%s” ends at once, says why, and opens nothing', async (word) => {
    const dataFolder = await newFolder();
    const port = await freePort();
    const run = start({ dataFolder, args: [word.replace('PORT', String(port))] });
    expect(await everAnswers(port, run.ended)).toBe(false);
    const { code, printed } = await run.ended;
    expect(code).toBe(2);
    expect(printed).toContain(`CalSync does not start with ${word.trim().split('=')[0] ?? ''}, because`);
    expect(printed).not.toContain('listening');
    expect(await readdir(dataFolder)).toEqual([]);
  });

  test.each([
    ['in the terminal', true],
    ['to the program', false],
  ])('without a check of certificates says why %s that it was started from', async (_where, inTerminal) => {
    const dataFolder = await newFolder();
    const run = start({ dataFolder, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, inTerminal });
    const { code, printed } = await run.ended;
    expect(code).toBe(2);
    expect(printed).toContain('CalSync does not start with NODE_TLS_REJECT_UNAUTHORIZED=0, because');
    expect(await readdir(dataFolder)).toEqual([]);
  });
});

test('no variable turns it into Node, or runs a file of somebody else in it', async () => {
  const dataFolder = await newFolder();
  const scratch = await newFolder();
  const mark = join(scratch, 'ran');
  const file = join(scratch, 'file.cjs');
  await writeFile(file, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '');`);
  const env = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require ${file}` };
  const run = start({ dataFolder, args: [file], env });
  const [line] = await eventually(async () => {
    const lines = await logOf(dataFolder, 'desktop');
    return lines.length > 0 ? lines : null;
  }, 'the app does not start');
  expect(line).toMatchObject({ event: 'started', packaged: true });
  // The engine is another process, which would be Node as well.
  await eventually(async () => (await readdir(dataFolder)).includes('calsync.db'), 'the engine does not open anything');
  expect(await run.quit()).toMatchObject({ code: 0 });
  expect(await readdir(scratch)).toEqual(['file.cjs']);
});

describe('in the network of a company, with the accounts of the command line', () => {
  let company: Company;
  let dataFolder: string;
  /** CalSync on the same data folder, as the command line has it. */
  let beside: CalSync;

  beforeAll(async () => {
    company = await startCompany(simulator.url);
    dataFolder = await newFolder();
    const made = await createCalSync({
      dataFolder,
      googleUrl: null,
      client: null,
      vault: 'keychain',
      version: 'test',
      env: { HTTPS_PROXY: company.proxy, CALSYNC_EXTRA_CA_CERTS: authorityFile },
    });
    if (!made.ok) throw new Error(made.error.code);
    beside = made.value.app;
    expect(await beside.saveOAuthClient(clientFile(simulator), null)).toMatchObject({ ok: true });
    for (const email of [work, home]) {
      const added = await beside.addAccount({
        show: (address) => {
          const page = new URL(address);
          // The browser goes by its own settings, and not by the proxy.
          void giveConsent(new URL(page.pathname + page.search, simulator.url).href, email);
          return Promise.resolve(ok(undefined));
        },
      });
      expect(added).toMatchObject({ ok: true });
      expect(beside.useCalendar(toCalendarId(email), { source: true, target: true })).toMatchObject({ ok: true });
    }
    expect(await beside.sync('command', { start: true })).toMatchObject({ ok: true, value: { outcome: 'ok' } });
  });
  afterAll(async () => {
    await beside.close();
    await company.close();
  });

  const blocks = (): number =>
    simulator
      .dump()
      .find(({ id }) => id === home)
      ?.events.filter((event) => JSON.stringify(event).includes('calsync.ref')).length ?? 0;

  /** The person makes an event at work. */
  function meet(hour: number): void {
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const [from, to] = [hour, hour + 1].map((one) => `${day}T${String(one).padStart(2, '0')}:00:00Z`);
    simulator.person(work).createEvent(work, {
      summary: 'Review',
      start: { dateTime: from, timeZone: 'UTC' },
      end: { dateTime: to, timeZone: 'UTC' },
    });
  }

  const startThere = (env: Readonly<Record<string, string>>): PackedRun =>
    start({ dataFolder, args: [`--proxy-server=http://${company.proxy}`], env });

  test('it is told that somebody reads along where no variable of its own names the authority, and sends nothing', async () => {
    const before = { run: beside.runs()[0]?.id ?? 0, blocks: blocks() };
    meet(9);
    // Electron takes it away before anything of ours runs, and Chromium wipes what the system would still tell of it.
    startThere({ NODE_EXTRA_CA_CERTS: authorityFile });
    const run = await eventually(
      () => Promise.resolve(beside.runs().find(({ id, finishedAt }) => id > before.run && finishedAt !== null) ?? null),
      'no sync came to its end',
    );
    expect(run).toMatchObject({ trigger: 'start', outcome: 'failed' });
    expect(new Set(run.errors.map(({ code }) => code))).toEqual(new Set(['network-inspected']));
    expect(blocks()).toBe(before.blocks);
  });

  test('it syncs through the proxy with the file of CALSYNC_EXTRA_CA_CERTS', async () => {
    const before = { asked: company.asked.length, blocks: blocks() };
    meet(11);
    startThere({ CALSYNC_EXTRA_CA_CERTS: authorityFile });
    // The meeting of the test before, and this one's.
    await eventually(() => Promise.resolve(blocks() >= before.blocks + 1), 'no block was written');
    const targets = new Set(company.asked.slice(before.asked).map(({ target }) => target));
    expect(targets).toEqual(new Set(['oauth2.googleapis.com:443', 'www.googleapis.com:443']));
    expect(simulator.violations).toEqual([]);
  });

  /** Starts it, and ends it once it has synced; returns how that went. */
  async function syncOnce(env: Readonly<Record<string, string>>): Promise<RunView> {
    const before = beside.runs()[0]?.id ?? 0;
    const packedRun = startThere(env);
    const run = await eventually(
      () => Promise.resolve(beside.runs().find(({ id, finishedAt }) => id > before && finishedAt !== null) ?? null),
      'no sync came to its end',
    );
    await packedRun.quit();
    return run;
  }

  test.each([
    [
      'a page in the place of Google',
      'network-portal',
      (): void => {
        company.inGooglesPlace = () => ({
          status: 200,
          headers: { 'content-type': 'text/html' },
          body: '<html>Welcome',
        });
      },
    ],
    [
      'a proxy that wants a login',
      'proxy-login',
      (): void => {
        company.atProxy = () => ({ status: 407, headers: { 'proxy-authenticate': 'Basic realm="x"' } });
      },
    ],
  ])('%s is told as something in between, and changes nothing', async (_what, code, put) => {
    const before = blocks();
    meet(15);
    put();
    const run = await syncOnce({ CALSYNC_EXTRA_CA_CERTS: authorityFile });
    company.inGooglesPlace = () => null;
    company.atProxy = () => null;
    expect(run).toMatchObject({ outcome: 'failed', writes: 0 });
    expect(new Set(run.errors.map((error) => error.code))).toEqual(new Set([code]));
    expect(blocks()).toBe(before);
  });

  test('it believes the authorities of this computer without any variable', async () => {
    const bundle = '/etc/ssl/certs/ca-certificates.crt';
    const file = join(await newFolder(), 'bundle.crt');
    await writeFile(file, `${await readFile(bundle, 'utf8').catch(() => '')}${await readFile(authorityFile, 'utf8')}`);
    execFileSync('mount', ['--bind', file, bundle]);
    try {
      expect(await syncOnce({})).toMatchObject({ outcome: 'ok' });
    } finally {
      execFileSync('umount', [bundle]);
    }
    const without = await syncOnce({});
    expect(new Set(without.errors.map(({ code }) => code))).toEqual(new Set(['network-inspected']));
  });

  test('an addon that does not load is told by its code, and gone on from once it does', async () => {
    const putBack = await packed.spoilAddon(Buffer.from('no addon at all'));
    const before = {
      run: beside.runs()[0]?.id ?? 0,
      blocks: blocks(),
      lines: (await logOf(dataFolder, 'calsync')).length,
    };
    meet(13);
    startThere({ CALSYNC_EXTRA_CA_CERTS: authorityFile });
    const told = await eventually(
      async () => (await logOf(dataFolder, 'desktop')).find(({ event }) => event === 'engine-cannot-start') ?? null,
      'nothing is told',
    );
    expect(told).toMatchObject({ errorCode: 'program-damaged', detail: 'ERR_DLOPEN_FAILED' });
    await putBack();
    await eventually(() => Promise.resolve(blocks() > before.blocks), 'it does not go on by itself');
    const lines = (await logOf(dataFolder, 'calsync')).slice(before.lines);
    expect(lines.filter(({ event }) => event === 'database-failed')).toHaveLength(1);
    // It waits, because it would otherwise read its whole program again and again.
    const went = beside.runs().find(({ id }) => id > before.run);
    expect(Date.parse(went?.startedAt ?? '') - Date.parse(String(told['at']))).toBeGreaterThan(14_000);
  });
});
