import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { Running } from './support.ts';
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
  onceInMain,
  pageOf,
  popupOf,
  shownPage,
  signInPage,
  smallWorld,
  statusOf,
} from './support.ts';

const person = 'work@northwind.example';

let simulator: Simulator;
let dataFolder: string;
let running: Running;

beforeAll(async () => {
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  dataFolder = await newDataFolder();
  running = await launch({ simulator, dataFolder, args: ['--hidden'] });
});
afterAll(async () => {
  await running.quit();
  await simulator.close();
  await rm(dataFolder, { recursive: true, force: true });
});

const logged = async (): Promise<readonly Record<string, unknown>[]> =>
  (await readFile(join(dataFolder, 'logs/desktop.log'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

// Because the lines of one happening come from several events of Electron, in no fixed order.
const loggedLine = (event: string): Promise<Record<string, unknown>> =>
  eventually(
    async () => (await logged()).find((line) => line['event'] === event) ?? null,
    `the log has no line “${event}”`,
  );

const windows = (): Promise<readonly { readonly id: number; readonly isVisible: boolean }[]> =>
  inMain(running.electron, ({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => ({ id: window.id, isVisible: window.isVisible() })),
  );

test('the popup is made ahead, and is the one that opens', async () => {
  await pageOf(running.electron, 'index.html');
  const [made] = await windows();
  expect(made?.isVisible).toBe(false);
  const page = await popupOf(running);
  await eventually(async () => (await windows())[0]?.isVisible ?? null, 'the popup does not open');
  await page.evaluate(() => window.calsync?.desktop?.('window.close'));
  await eventually(async () => (await windows())[0]?.isVisible === false, 'the popup does not close');
  expect(await windows()).toEqual([{ id: made?.id, isVisible: false }]);
});

/** Runs in the main process: what pages think of themselves before, while and after they are open. */
const probe = (file: string): string => `
const { app, BrowserWindow } = require('electron');
const until = async (look) => {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const windowOf = (page) => BrowserWindow.getAllWindows().find((window) => window.webContents.getURL().includes(page));
const popup = () => windowOf('index.html');
const settings = () => windowOf('settings.html');
const ask = (window, script) => window.webContents.executeJavaScript(script);
const state = (window) => ask(window, 'document.visibilityState');
app.whenReady().then(async () => {
  await until(() => popup() !== undefined && !popup().webContents.isLoading());
  const seen = { madeAhead: await state(popup()) };
  const frame = ask(popup(), 'new Promise((done) => requestAnimationFrame(() => done(performance.now())))');
  await ask(popup(), 'new Promise((done) => setTimeout(done, 500))');
  const opened = await ask(popup(), 'performance.now()');
  app.emit('second-instance', {}, []);
  await until(() => popup().isVisible());
  // One that came before was painted for nobody.
  seen.framesBefore = (await frame) < opened;
  seen.open = await state(popup());
  await ask(popup(), 'window.calsync.desktop("window.settings", { page: "accounts" })');
  await until(() => settings() !== undefined && settings().isVisible());
  seen.settings = await state(settings());
  await until(() => !popup().isVisible());
  seen.closed = await state(popup());
  popup().destroy();
  app.emit('second-instance', {}, []);
  await until(() => popup() !== undefined && popup().isVisible());
  seen.openWithoutHavingBeenMade = await state(popup());
  require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(seen));
  app.quit();
});
`;

test('the page of the popup knows when nobody sees it, and paints nothing then', async () => {
  // Without Playwright, because a page that it looks at counts as seen.
  const folder = await newDataFolder();
  await writeFile(join(folder, 'probe.cjs'), probe(join(folder, 'seen.json')));
  const { program, args } = command([`--data-dir=${folder}`, '--hidden']);
  const child = spawn(program, ['-r', join(folder, 'probe.cjs'), ...args], {
    env: environment(simulator),
    stdio: 'ignore',
  });
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const seen = await eventually(
      async () => JSON.parse(await readFile(join(folder, 'seen.json'), 'utf8').catch(() => 'null')) as unknown,
      'not every window was shown',
    );
    expect(seen).toEqual({
      madeAhead: 'hidden',
      framesBefore: false,
      open: 'visible',
      settings: 'visible',
      closed: 'hidden',
      openWithoutHavingBeenMade: 'visible',
    });
    expect(await ended).toBe(0);
  } finally {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
});

test('a click on a notification opens the place that mends the matter, ready to press', async () => {
  await inMain(running.electron, ({ Notification }) => {
    const shown: Electron.Notification[] = [];
    Object.assign(globalThis, { shown });
    Notification.prototype.show = function show(this: Electron.Notification) {
      shown.push(this);
    };
  });
  const popup = await popupOf(running);
  const before = (await running.noted()).opened.length;
  const added = ask(popup, 'account.add');
  await giveConsent(await signInPage(running, before), person);
  await added;
  await ask(popup, 'calendar.use', { calendarId: toCalendarId(person), source: true, target: true });
  simulator.person(person).revokeAccess();
  await eventually(async () => {
    await answerOf(popup, 'sync.start');
    return (await statusOf(popup)).accounts.some((account) => account.state === 'needs-sign-in');
  }, 'the account was not marked');
  await eventually(
    () =>
      onceInMain(running.electron, () => {
        const [first] = (globalThis as unknown as { shown: Electron.Notification[] }).shown;
        return first?.emit('click') ?? false;
      }),
    'there was no notification',
  );
  const settings = await pageOf(running.electron, 'settings.html');
  const button = settings.getByRole('button', { name: `Sign in again: ${person}` });
  await eventually(
    () => button.evaluate((element) => element === document.activeElement),
    'the button does not have the focus',
  );
  await eventually(async () => (await windows()).filter(({ isVisible }) => isVisible).length === 1, 'both are open');
});

test('Escape closes the settings unless a dialog is open, and Ctrl+W closes either window', async () => {
  const isOpen = (page: string): Promise<boolean> => isShown(running, page);
  const press = (page: string, keyCode: string, ...modifiers: 'control'[]): Promise<void> =>
    onceInMain(
      running.electron,
      ({ BrowserWindow }, { name, key }) => {
        const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().includes(name));
        window?.webContents.sendInputEvent({ ...key, type: 'keyDown' });
        window?.webContents.sendInputEvent({ ...key, type: 'keyUp' });
      },
      { name: page, key: { keyCode, modifiers } },
    );
  const settings = await pageOf(running.electron, 'settings.html');
  await settings.getByRole('button', { name: `Remove… ${person}` }).click();
  await settings.getByRole('dialog').waitFor();
  await press('settings.html', 'Escape');
  await settings.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await isOpen('settings.html')).toBe(true);
  await press('settings.html', 'Escape');
  await eventually(async () => !(await isOpen('settings.html')), 'Escape does not close the settings');

  const popup = await popupOf(running);
  await eventually(() => isOpen('index.html'), 'the popup does not open');
  await press('index.html', 'W', 'control');
  await eventually(async () => !(await isOpen('index.html')), 'Ctrl+W does not close the popup');
  await popup.evaluate(() => window.calsync?.desktop?.('window.settings', { page: 'accounts' }));
  await eventually(() => isOpen('settings.html'), 'the settings do not open');
  await press('settings.html', 'W', 'control');
  await eventually(async () => !(await isOpen('settings.html')), 'Ctrl+W does not close the settings');
});

test('a computer that wakes is caught up with by a sync', async () => {
  const popup = await popupOf(running);
  const before = (await ask(popup, 'run.list'))[0]?.id ?? 0;
  await onceInMain(running.electron, ({ powerMonitor }) => {
    powerMonitor.emit('suspend');
    powerMonitor.emit('resume');
  });
  await eventually(
    async () => (await ask(popup, 'run.list')).some(({ id, trigger }) => id > before && trigger === 'wake'),
    'no sync came of it',
  );
  await popup.evaluate(() => window.calsync?.desktop?.('window.close'));
});

test('a settings window that was left half outside comes back inside', async () => {
  await running.quit();
  const area = { width: 1280, height: 720 };
  await writeFile(
    join(dataFolder, 'desktop.json'),
    JSON.stringify({ settingsBounds: { x: area.width - 200, y: -300, width: 900, height: 640 }, told: [] }),
  );
  running = await launch({ simulator, dataFolder, args: ['--hidden'] });
  await running.tray('Settings…');
  await shownPage(running, 'settings.html');
  const { bounds, work } = await inMain(running.electron, ({ BrowserWindow, screen }) => {
    const settings = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().includes('settings'));
    return { bounds: settings?.getBounds(), work: screen.getPrimaryDisplay().workArea };
  });
  expect(bounds).toBeDefined();
  expect(bounds?.x).toBeGreaterThanOrEqual(work.x);
  expect(bounds?.y).toBeGreaterThanOrEqual(work.y);
  expect((bounds?.x ?? 0) + (bounds?.width ?? 0)).toBeLessThanOrEqual(work.x + work.width);
  expect((bounds?.y ?? 0) + (bounds?.height ?? 0)).toBeLessThanOrEqual(work.y + work.height);
  await inMain(running.electron, ({ BrowserWindow }) => {
    const settings = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().includes('settings'));
    settings?.close();
  });
  await eventually(async () => !(await isShown(running, 'settings.html')), 'the settings do not close');
});

test('a page that crashes leaves a line, and the popup opens all the same', async () => {
  await popupOf(running);
  await inMain(running.electron, ({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.forcefullyCrashRenderer();
  });
  await eventually(async () => (await windows()).length === 0, 'the window of the crashed page is still there');
  expect(await loggedLine('page-gone')).toMatchObject({
    level: 'error',
    page: 'index.html',
  });
  await popupOf(running);
  await eventually(async () => (await windows()).some(({ isVisible }) => isVisible), 'the popup does not open');
});

test('the log tells of the start with versions, and of an engine that was killed', async () => {
  const versions = await inMain(running.electron, () => ({ ...process.versions }));
  expect(await loggedLine('started')).toMatchObject({
    level: 'info',
    electron: versions['electron'],
    chrome: versions['chrome'],
    node: versions['node'],
    hidden: true,
  });
  await onceInMain(running.electron, ({ app }) => {
    const engine = app.getAppMetrics().find((metric) => metric.name === 'CalSync engine');
    if (engine !== undefined) process.kill(engine.pid, 'SIGKILL');
  });
  expect(await loggedLine('engine-ended')).toMatchObject({ level: 'error', exitCode: 9, startsAgainInMs: 1000 });
  expect(await loggedLine('process-gone')).toMatchObject({ process: 'CalSync engine' });
});
