/* What the desk does to the app: its disk, its processes, a second start. Mounts disks of its own, and so has to run as root. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { openStore } from '../../src/main/store/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { Running } from './support.ts';
import { startKeychain } from '../support/keyring.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import {
  answerOf,
  ask,
  command,
  environment,
  eventually,
  inMain,
  isShown,
  launch,
  newDataFolder,
  pageOf,
  popupOf,
  signInPage,
  smallWorld,
  statusOf,
} from './support.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let simulator: Simulator;
let running: Running;
let disk: string;
/** By how many milliseconds the clock of the service is ahead of this computer's. */
let ahead = 0;
const mounted: string[] = [];

/** Takes options; returns a new folder on a disk of its own. */
async function mountDisk(...options: readonly string[]): Promise<string> {
  const folder = await newDataFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', ['size=32m', ...options].join(','), 'calsync-test', folder]);
  mounted.push(folder);
  return folder;
}

/** The engine is asked each second whether it is there, because ten of them are long for a test. */
const askedOften = `
const { setInterval: every } = globalThis;
globalThis.setInterval = (then, pause, ...more) => every(then, pause === 10_000 ? 1000 : pause, ...more);
`;

beforeAll(async () => {
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined, now: () => Date.now() + ahead });
  disk = await mountDisk();
  running = await launch({ simulator, dataFolder: disk, args: ['--hidden'], before: askedOften });
  const popup = await popupOf(running);
  for (const [index, email] of [work, home].entries()) {
    const added = ask(popup, 'account.add');
    await giveConsent(await signInPage(running, index), email);
    await added;
    await ask(popup, 'calendar.use', { calendarId: toCalendarId(email), source: true, target: true });
  }
  await ask(popup, 'sync.start');
  await popup.evaluate(() => window.calsync?.desktop?.('window.close'));
  await says('Everything is in sync');
});
afterAll(async () => {
  // First, because what is open on a disk may stay so, and what cannot quit must not leave its disk behind.
  for (const folder of mounted) {
    execFileSync('umount', ['--lazy', folder]);
    await rm(folder, { recursive: true, force: true });
  }
  await running.quit();
  await simulator.close();
});

const tooltip = async (): Promise<string> => (await running.noted()).tooltips.at(-1) ?? '';
const says = (what: string): Promise<true> =>
  eventually(async () => ((await tooltip()).includes(what) ? true : null), `the tray does not say: ${what}`);

/** The id of the process of a kind, once it is another one than before. */
const pidOf = (name: string, before: number | null = null): Promise<number> =>
  eventually(async () => {
    const pid = await inMain(
      running.electron,
      ({ app }, kind) => app.getAppMetrics().find((one) => one.name === kind || one.type === kind)?.pid ?? null,
      name,
    );
    return pid === before ? null : pid;
  }, `there is no new process: ${name}`);

const blocks = (calendar: string): number =>
  simulator
    .dump()
    .find(({ id }) => id === calendar)
    ?.events.filter((event) => JSON.stringify(event).includes('calsync.ref')).length ?? 0;

const logged = async (event: string): Promise<readonly Record<string, unknown>[]> =>
  (await readFile(join(disk, 'logs/desktop.log'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['event'] === event);

/** Takes all room that a disk has. */
function fill(file: string): void {
  for (const size of [1_000_000, 4096, 1]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size));
    } catch (fault) {
      if (!(fault instanceof Error && 'code' in fault && fault.code === 'ENOSPC')) throw fault;
    }
  }
}

test('a disk that becomes full is waited for, with the same engine, and gone on with by itself', async () => {
  const engine = await pidOf('CalSync engine');
  const before = blocks(home);
  fill(join(disk, 'others'));
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  for (let hour = 0; hour < 20; hour += 1) {
    const [from, to] = [hour, hour + 1].map((one) => `${tomorrow}T${String(one).padStart(2, '0')}:30:00Z`);
    simulator.person(work).createEvent(work, {
      ...{ summary: 'Long talk '.repeat(90), description: 'x'.repeat(8000) },
      ...{ start: { dateTime: from, timeZone: 'UTC' }, end: { dateTime: to, timeZone: 'UTC' } },
    });
  }
  // Asked for by the page, because a sync that comes by itself may have met the disk already, and has changed the menu.
  await answerOf(await pageOf(running.electron, 'index.html'), 'sync.now');
  await says('Waiting for the disk since');
  expect((await running.noted()).menu).toContain('Try again');
  expect((await running.noted()).icons.at(-1)).toMatch(/^tray-needs-you/);
  // It looks for itself, and nothing has changed.
  await running.tray('Try again');
  await says('Waiting for the disk since');
  rmSync(join(disk, 'others'));
  await says('Everything is in sync');
  expect(blocks(home) - before).toBe(20);
  expect(await pidOf('CalSync engine')).toBe(engine);
  expect(await logged('engine-ended')).toEqual([]);
});

test('a clock that is two hours slow is told, and so is that it is right again', async () => {
  ahead = 2.5 * 3_600_000;
  const page = await pageOf(running.electron, 'index.html');
  await answerOf(page, 'sync.now');
  await says('The clock of this computer is wrong');
  const popup = await popupOf(running);
  await popup.getByText('2 hours slow').first().waitFor();
  await popup.evaluate(() => window.calsync?.desktop?.('window.close'));
  ahead = 0;
  await answerOf(page, 'sync.now');
  await says('Everything is in sync');
});

test('an engine that is stopped is said to be away, and another one takes its place', async () => {
  const stopped = await pidOf('CalSync engine');
  process.kill(stopped, 'SIGSTOP');
  await says('CalSync does not answer since');
  expect((await running.noted()).icons.at(-1)).toMatch(/^tray-offline/);
  await pidOf('CalSync engine', stopped);
  await says('Everything is in sync');
  expect(await logged('engine-does-not-answer')).toHaveLength(1);
});

test('an engine that is killed again and again starts ever later', async () => {
  let engine = await pidOf('CalSync engine');
  for (let turn = 0; turn < 2; turn += 1) {
    process.kill(engine, 'SIGKILL');
    await says('CalSync does not answer since');
    engine = await pidOf('CalSync engine', engine);
  }
  await says('Everything is in sync');
  expect((await logged('engine-ended')).map((line) => line['startsAgainInMs'])).toEqual([1000, 2000, 4000]);
});

test('a database that a newer CalSync has written is left alone, told, and gone on with once it is as it was', async () => {
  const folder = await newDataFolder();
  const file = join(folder, 'calsync.db');
  const made = openStore({ file, now: () => Date.now(), logger: new MemoryLogger() });
  if (!made.ok) throw new Error(made.error.code);
  made.value.store.close();
  const write = (version: number): number => {
    const database = new Database(file);
    const before = database.pragma('user_version', { simple: true }) as number;
    database.pragma(`user_version = ${version}`);
    database.close();
    return before;
  };
  const version = write(10_000);
  const other = await launch({ simulator, dataFolder: folder, args: ['--hidden'] });
  const tells = (what: string): Promise<true> =>
    eventually(
      async () => ((await other.noted()).tooltips.at(-1)?.includes(what) === true ? true : null),
      `the tray does not say: ${what}`,
    );
  await tells('Nothing can sync since');
  const popup = await popupOf(other);
  await popup.getByText('written by a newer CalSync').first().waitFor();
  expect(write(version)).toBe(10_000);
  await popup.getByRole('button', { name: 'Try again' }).first().click();
  await popup.getByRole('button', { name: 'Begin' }).waitFor();
  expect(await other.quit()).toBe(0);
  await rm(folder, { recursive: true });
});

test('a process for pictures that dies again and again does not end the app', async () => {
  let gpu = await pidOf('GPU');
  for (let turn = 0; turn < 12; turn += 1) {
    process.kill(gpu, 'SIGKILL');
    // It is started for whoever paints.
    await popupOf(running);
    gpu = await pidOf('GPU', gpu);
  }
  const popup = await popupOf(running);
  await popup.getByRole('heading', { name: 'Everything is in sync' }).waitFor();
  expect((await popup.screenshot()).length).toBeGreaterThan(1000);
  await popup.evaluate(() => window.calsync?.desktop?.('window.close'));
});

/** Starts another app; returns what it answers in the end. */
function startAnother(
  folder: string,
  args: readonly string[],
  required: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  const { program, args: words } = command([`--data-dir=${folder}`, ...args], required);
  const child = spawn(program, words, { env: { ...environment(simulator), ...env }, stdio: 'ignore' });
  return new Promise((done) => child.once('exit', done));
}

test('a second start with --hidden shows nothing, and one without opens the popup', async () => {
  await eventually(async () => !(await isShown(running, 'index.html')), 'the popup does not close');
  await inMain(
    running.electron,
    ({ app }) => void app.on('second-instance', () => Object.assign(globalThis, { asked: true })),
    null,
  );
  expect(await startAnother(disk, ['--hidden'])).toBe(0);
  await eventually(
    () => inMain(running.electron, () => (globalThis as { asked?: boolean }).asked ?? null, null),
    'nobody heard of the second start',
  );
  expect(await isShown(running, 'index.html')).toBe(false);
  expect(await startAnother(disk, [])).toBe(0);
  await eventually(() => isShown(running, 'index.html'), 'the popup does not open');
});

/** Takes a folder; returns a file in it that chooses the first button of a dialog, which is that of Escape, too, and where it notes it. */
async function noteDialog(scratch: string): Promise<{ readonly notes: string; readonly said: string }> {
  const notes = join(scratch, 'noting.cjs');
  const said = join(scratch, 'said.json');
  await writeFile(
    notes,
    `require('electron').dialog.showMessageBox = (options) => {
      require('node:fs').writeFileSync(${JSON.stringify(said)}, JSON.stringify(options));
      return Promise.resolve({ response: 0, checkboxChecked: false });
    };`,
  );
  return { notes, said };
}

test('a data folder that takes nothing is told in a dialog and by the exit code', async () => {
  const readOnly = await mountDisk('ro');
  const scratch = await newDataFolder();
  const { notes, said } = await noteDialog(scratch);
  const file = join(scratch, 'a file');
  await writeFile(file, '');
  await mkdir(join(scratch, 'tmp'));
  for (const folder of [readOnly, join(readOnly, 'deep/er'), file]) {
    expect(await startAnother(folder, ['--hidden'], [notes])).toBe(6);
    expect(JSON.parse(readFileSync(said, 'utf8'))).toMatchObject({
      message: 'CalSync cannot start syncing',
      detail: expect.stringContaining(`The data folder ${folder} cannot be used.`) as unknown,
      buttons: ['Quit CalSync', 'Try again'],
    });
    rmSync(said);
  }
  await rm(scratch, { recursive: true });
});

test('a start that is refused is told in a dialog where there is no terminal, and nothing is opened', async () => {
  const scratch = await newDataFolder();
  const folder = await newDataFolder();
  const { notes, said } = await noteDialog(scratch);
  for (const [name, value, message] of [
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'CalSync does not start with NODE_TLS_REJECT_UNAUTHORIZED=0'],
    ['CALSYNC_GOOGLE_URL', 'http://192.0.2.1', 'http://192.0.2.1 is not an address of a calendar server'],
  ] as const) {
    expect(await startAnother(folder, ['--hidden'], [notes], { [name]: value })).toBe(2);
    expect(JSON.parse(readFileSync(said, 'utf8'))).toMatchObject({
      message: expect.stringContaining(message) as unknown,
      buttons: ['Quit CalSync'],
    });
    rmSync(said);
  }
  expect(await readdir(folder)).toEqual([]);
  await rm(scratch, { recursive: true });
  await rm(folder, { recursive: true });
});

// Last, because the question for the password stays on the screen.
test('a keychain that was locked and replaced is waited for, and gone on with by itself', async () => {
  await startKeychain('locked');
  process.kill(await pidOf('CalSync engine'), 'SIGKILL');
  await says('Waiting for the keychain since');
  const page = await pageOf(running.electron, 'index.html');
  expect((await statusOf(page)).accounts.map(({ state }) => state)).toEqual(['connected', 'connected']);
  await startKeychain('unlocked');
  // Two looks, and another engine, because the first knows only the keychain that has ended, and still waits for its answer.
  await eventually(async () => (await tooltip()).includes('Everything is in sync'), 'the keychain is waited for', 60);
  expect((await statusOf(page)).accounts.map(({ kept }) => kept)).toEqual(['keychain', 'keychain']);
});
