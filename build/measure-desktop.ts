import { readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startSimulator } from '../src/simulator/index.ts';
import { ask, launch, newDataFolder, popupOf, signInPage, smallWorld } from '../tests/desktop/support.ts';
import { giveConsent } from '../src/main/demo/consent.ts';
import { toCalendarId } from '../src/shared/ids.ts';

// Prints the figures of docs/performance.md about the desktop app: node build/measure-desktop.ts [events], with the
// environment of build/test-desktop.sh (a display, a keychain, ELECTRON_OVERRIDE_DIST_PATH).

const events = Number(process.argv[2] ?? 10_000);
const say = (name: string, value: string): void => void process.stdout.write(`${name.padEnd(46)} ${value}\n`);
const ms = (value: number): string => `${Math.round(value)} ms`;

const assets = resolve(import.meta.dirname, '../dist/renderer/assets');
let bytes = 0;
for (const name of await readdir(assets)) bytes += gzipSync(await readFile(join(assets, name))).length;
say('pages, all assets, gzipped', `${Math.round(bytes / 1024)} KiB`);

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

const before = performance.now();
const running = await launch({ simulator, dataFolder, args: ['--hidden'] });
say('launch until the main process answers', ms(performance.now() - before));
const tray = await running.electron.evaluate(async ({ app }) => {
  await app.whenReady();
  const created = app.getAppMetrics().find((metric) => metric.type === 'Browser')?.creationTime ?? 0;
  return { now: Date.now() - created };
});
say('process start until this was asked (tray is up)', ms(tray.now));

const memory = (): Promise<Record<string, number>> =>
  running.electron.evaluate(({ app }) =>
    Object.fromEntries(
      app
        .getAppMetrics()
        .map((metric) => [metric.name ?? metric.type, Math.round(metric.memory.workingSetSize / 1024)]),
    ),
  );
say('working sets in MiB, no window yet', JSON.stringify(await memory()));

const openedIn = (): Promise<number> =>
  running.electron.evaluate(async ({ app, BrowserWindow }) => {
    const from = performance.now();
    app.emit('second-instance');
    while (!BrowserWindow.getAllWindows().some((window) => window.isVisible())) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return performance.now() - from;
  });
say('popup opens, for the first time', ms(await openedIn()));
const popup = await popupOf(running);
say('working sets in MiB, popup open', JSON.stringify(await memory()));
await popup.evaluate(() => window.calsync?.desktop?.('window.close'));
say('popup opens, again', ms(await openedIn()));
await popup.evaluate(() => window.calsync?.desktop?.('window.close'));
say('working sets in MiB, popup closed', JSON.stringify(await memory()));

for (const [index, { email }] of simulator.accounts.entries()) {
  const added = ask(popup, 'account.add');
  await giveConsent(await signInPage(running, index), email);
  await added;
  await ask(popup, 'calendar.use', { calendarId: toCalendarId(email), source: true, target: true });
}
await running.electron.evaluate(() => {
  let last = performance.now();
  const delays: number[] = [];
  Object.assign(globalThis, { delays });
  setInterval(() => {
    const now = performance.now();
    delays.push(now - last - 10);
    last = now;
  }, 10);
});
// Not awaited: the pace of the writes is set by Google's limits, and what blocks is reading and planning before them.
void popup.evaluate(() => window.calsync?.call('sync.now')).catch(() => null);
const from = performance.now();
let slowest = 0;
let writing = 0;
while (performance.now() - from < 60_000 && (writing === 0 || performance.now() - writing < 5000)) {
  const asked = performance.now();
  const { progress } = await ask(popup, 'status.get');
  slowest = Math.max(slowest, performance.now() - asked);
  if (progress !== null && progress.total > 0 && writing === 0) writing = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const delays = await running.electron.evaluate(() =>
  (globalThis as unknown as { delays: number[] }).delays.sort((one, other) => one - other),
);
const at = (share: number): number => delays[Math.floor((delays.length - 1) * share)] ?? 0;
say(`first sync of ${events} events, until it writes`, writing === 0 ? 'not within a minute' : ms(writing - from));
say('event loop of the main process: p50, p99, max', `${ms(at(0.5))}, ${ms(at(0.99))}, ${ms(at(1))}`);
say('slowest answer of the engine meanwhile', ms(slowest));
say('working sets in MiB, after it', JSON.stringify(await memory()));

await running.quit();
await simulator.close();
await rm(dataFolder, { recursive: true, force: true });
