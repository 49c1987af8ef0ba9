import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { giveConsent } from '../src/main/demo/consent.ts';
import { toCalendarId } from '../src/shared/ids.ts';
import { startSimulator } from '../src/simulator/index.ts';
import type { Simulator } from '../src/simulator/index.ts';
import type { Running } from '../tests/desktop/support.ts';
import {
  ask,
  command,
  environment,
  eventually,
  launch,
  newDataFolder,
  popupOf,
  signInPage,
  smallWorld,
} from '../tests/desktop/support.ts';

// Prints the figures of docs/performance.md about the desktop app: node build/measure-desktop.ts [events], with the
// environment of build/test-desktop.sh (a display, a keychain, ELECTRON_OVERRIDE_DIST_PATH).

const events = Number(process.argv[2] ?? 10_000);
const say = (name: string, value: string): void => void process.stdout.write(`${name.padEnd(52)} ${value}\n`);
const ms = (value: number): string => `${Math.round(value)} ms`;
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

async function pageSize(): Promise<number> {
  const assets = resolve(import.meta.dirname, '../dist/renderer/assets');
  let bytes = 0;
  for (const name of await readdir(assets)) bytes += gzipSync(await readFile(join(assets, name))).length;
  return bytes;
}

interface ColdStart {
  /** From the order to start the program until the tray was up. */
  readonly whole: number;
  readonly untilReady: number;
  readonly readyToTray: number;
}

/** Starts the app as a system does, without anything attached; the app writes the times of its start into its log. */
async function coldStart(simulator: Simulator, folder: string): Promise<ColdStart> {
  const { program, args } = command([`--data-dir=${folder}`, '--hidden']);
  const log = join(folder, 'logs/desktop.log');
  await rm(log, { force: true });
  const from = Date.now();
  const child = spawn(program, args, { env: environment(simulator), stdio: 'ignore' });
  const line = await eventually(async () => {
    const lines = existsSync(log) ? (await readFile(log, 'utf8')).split('\n') : [];
    return lines.find((each) => each.includes('"event":"started"')) ?? null;
  }, 'the log does not tell of a start');
  const { at, readyAfterMs, trayAfterMs } = JSON.parse(line) as {
    readonly at: string;
    readonly readyAfterMs: number;
    readonly trayAfterMs: number;
  };
  const ended = new Promise((done) => child.once('exit', done));
  child.kill();
  await ended;
  return { whole: Date.parse(at) - from, untilReady: readyAfterMs, readyToTray: trayAfterMs };
}

/** Milliseconds of CPU time that a process has used so far. */
async function cpuOf(running: Running, type: 'Tab' | 'Browser'): Promise<number> {
  const seconds = await running.electron.evaluate(
    ({ app }, wanted) => app.getAppMetrics().find((metric) => metric.type === wanted)?.cpu.cumulativeCPUUsage ?? 0,
    type,
  );
  return seconds * 1000;
}

interface Opened {
  readonly visible: number;
  readonly painted: number;
}

type Shares = Readonly<Record<string, number>>;

/** What `measure-popup.cjs` writes. */
interface PopupFigures {
  readonly memoryAtFirst: Shares;
  readonly memoryPrepared: Shares;
  readonly memoryOpen: Shares;
  readonly memoryClosed: Shares;
  readonly memoryFreed: Shares;
  readonly first: Opened;
  readonly again: Opened;
  readonly afterFreed: Opened;
  readonly idleSeconds: number;
  readonly idleCpu: number;
}

async function measurePopup(simulator: Simulator, folder: string): Promise<void> {
  const { program, args } = command([`--data-dir=${folder}`, '--hidden']);
  const file = join(folder, 'popup.json');
  const child = spawn(program, ['-r', resolve(import.meta.dirname, 'measure-popup.cjs'), ...args], {
    env: { ...environment(simulator), CALSYNC_MEASURE: file },
    stdio: 'ignore',
  });
  await new Promise((done) => child.once('exit', done));
  const figures = JSON.parse(await readFile(file, 'utf8')) as PopupFigures;
  const shares = ({ sum = 0, ...each }: Shares): string =>
    `${sum}: ${Object.entries(each)
      .map(([name, share]) => `${name} ${share}`)
      .join(', ')}`;
  const opened = ({ visible, painted }: Opened): string => `${ms(visible)}, ${ms(painted)}`;
  say('memory in MiB, a second after the start', shares(figures.memoryAtFirst));
  say('memory, popup prepared and never opened', shares(figures.memoryPrepared));
  say('memory, popup open', shares(figures.memoryOpen));
  say('memory, popup closed and kept', shares(figures.memoryClosed));
  say('memory, popup freed', shares(figures.memoryFreed));
  say('popup opens for the first time: visible, painted', opened(figures.first));
  say('popup opens again', opened(figures.again));
  say('popup opens after it was freed', opened(figures.afterFreed));
  say(`CPU of the hidden page in ${figures.idleSeconds} s`, ms(figures.idleCpu));
}

const watcher = resolve(import.meta.dirname, 'watch-loop.cjs');

/** Has the event loop of the main process watched; returns the file that tells of it (`watch-loop.cjs`). */
async function watchMain(running: Running): Promise<string> {
  const file = join(running.dataFolder, 'main-loop.json');
  await running.electron.evaluate(
    (_electron, { script, told }) => {
      const load = process.getBuiltinModule('node:module').createRequire(script);
      (load(script) as (file: string) => void)(told);
    },
    { script: watcher, told: file },
  );
  await eventually(() => Promise.resolve(existsSync(file)), 'the main process is not watched');
  return file;
}

/** Ends the engine, which the app starts again, now with its event loop watched; returns the file that tells of it. */
async function watchEngine(running: Running): Promise<string> {
  const file = join(running.dataFolder, 'engine-loop.json');
  const script = join(running.dataFolder, 'watched-engine.cjs');
  const engine = pathToFileURL(resolve(import.meta.dirname, '../dist/main/engine-process.js')).href;
  const [load, told, run] = [watcher, file, engine].map((each) => JSON.stringify(each));
  await writeFile(script, `require(${load})(${told}); void import(${run});`);
  await running.electron.evaluate(({ app, utilityProcess }, instead) => {
    const fork = utilityProcess.fork.bind(utilityProcess);
    utilityProcess.fork = (_path, args, options) => fork(instead, args, options);
    const metric = app.getAppMetrics().find((each) => each.name === 'CalSync engine');
    if (metric !== undefined) process.kill(metric.pid, 'SIGKILL');
  }, script);
  await eventually(() => Promise.resolve(existsSync(file)), 'the engine is not watched');
  return file;
}

/** Waits until what was noted so far is forgotten. */
async function watchAnew(file: string): Promise<void> {
  await writeFile(`${file}.reset`, '');
  await eventually(() => Promise.resolve(!existsSync(`${file}.reset`)), 'it is not watched anew');
}

async function measureFirstSync(running: Running, popup: Page, simulator: Simulator): Promise<void> {
  const files = [await watchMain(running), await watchEngine(running)];
  await ask(popup, 'status.get');
  for (const file of files) await watchAnew(file);
  const [tab, browser] = [await cpuOf(running, 'Tab'), await cpuOf(running, 'Browser')];
  const from = performance.now();
  for (const [index, { email }] of simulator.accounts.entries()) {
    const added = ask(popup, 'account.add');
    await giveConsent(await signInPage(running, index), email);
    await added;
    await ask(popup, 'calendar.use', { calendarId: toCalendarId(email), source: true, target: true });
  }
  // Not awaited: the pace of the writes is set by Google's limits, and what blocks is reading and planning before them.
  void popup.evaluate(() => window.calsync?.call('sync.now')).catch(() => null);
  let slowest = 0;
  let writing = 0;
  while (performance.now() - from < 120_000 && (writing === 0 || performance.now() - writing < 5000)) {
    const asked = performance.now();
    const { progress } = await ask(popup, 'status.get');
    slowest = Math.max(slowest, performance.now() - asked);
    if (progress !== null && progress.total > 0 && writing === 0) writing = performance.now();
    await pause(10);
  }
  await pause(1000);
  const [main = [], engine = []] = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as number[]),
  );
  say(`two accounts, ${events} events, until it writes`, writing === 0 ? 'not within two minutes' : ms(writing - from));
  say('event loop held, main process: p50, p99, longest', main.map(ms).join(', '));
  say('event loop held, process of the engine', engine.map(ms).join(', '));
  say('slowest answer of the engine meanwhile', ms(slowest));
  say(
    'CPU meanwhile: page, main process',
    `${ms((await cpuOf(running, 'Tab')) - tab)}, ${ms((await cpuOf(running, 'Browser')) - browser)}`,
  );
}

const world = smallWorld();
const [work] = world.accounts;
const start = Date.now() + 86_400_000;
for (let index = 0; index < events; index += 1) {
  const from = new Date(start + index * 1_800_000);
  work?.calendars[0]?.events?.push({
    id: `many${String(index).padStart(6, '0')}`,
    summary: `Meeting ${index}`,
    start: { dateTime: from.toISOString(), timeZone: 'UTC' },
    end: { dateTime: new Date(from.getTime() + 1_200_000).toISOString(), timeZone: 'UTC' },
  });
}
const simulator = await startSimulator({ world, cry: () => undefined });
const dataFolder = await newDataFolder();

say('pages, all assets, gzipped', `${Math.round((await pageSize()) / 1024)} KiB`);
const starts: ColdStart[] = [];
for (let index = 0; index < 7; index += 1) starts.push(await coldStart(simulator, dataFolder));
say('start of the program until the tray is up, median', ms(median(starts.map(({ whole }) => whole))));
say('  of it from our first line to Electron being ready', ms(median(starts.map(({ untilReady }) => untilReady))));
say('  and from then to the tray', ms(median(starts.map(({ readyToTray }) => readyToTray))));

await measurePopup(simulator, dataFolder);

const running = await launch({ simulator, dataFolder, args: ['--hidden'] });
await measureFirstSync(running, await popupOf(running), simulator);

await running.quit();
await simulator.close();
await rm(dataFolder, { recursive: true, force: true });
