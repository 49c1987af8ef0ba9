import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, ElectronApplication, Page } from 'playwright-core';
import { _electron } from 'playwright-core';
import type { RunView, Status } from '../../src/shared/dto.ts';
import type { CalSyncBridge, DesktopBridge, IpcInput, IpcName, IpcOutput } from '../../src/shared/ipc.ts';
import type { Simulator, World } from '../../src/simulator/index.ts';

const root = resolve(import.meta.dirname, '../..');

declare global {
  interface Window {
    readonly calsync?: CalSyncBridge & Partial<DesktopBridge>;
  }
}

/** What the main process did to the desktop, noted instead of done. */
export interface Noted {
  readonly opened: string[];
  readonly notifications: string[];
  readonly tooltips: string[];
  /** The names of the files of the tray's icons, without folder and end. */
  readonly icons: string[];
  /** The labels of the last menu of the tray. */
  readonly menu: string[];
  readonly boxes: string[];
  /** Addresses that a page wanted to go to. */
  readonly navigations: string[];
}

/** A CalSync that runs in Electron. */
export interface Running {
  readonly electron: ElectronApplication;
  readonly dataFolder: string;
  /** All that it printed. */
  readonly printed: () => string;
  noted(): Promise<Noted>;
  /** Chooses an item of the tray's menu by its labels from the outside in; waits until there is such an item. */
  tray(...labels: readonly string[]): Promise<void>;
  /** Quits it as a person does, with the tray's menu; resolves to the exit code, also where it was quit before. */
  quit(): Promise<number | null>;
}

export interface LaunchOptions {
  readonly simulator: Simulator;
  readonly dataFolder: string;
  readonly args?: readonly string[];
  /** Whether the environment names the Google client; else a person has to bring it. */
  readonly client?: boolean;
  /** A program that the main process runs before the app. */
  readonly before?: string;
  /** What is set in the environment besides. */
  readonly env?: Readonly<Record<string, string>>;
}

export const newDataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'calsync-desktop-'));

/** The folder of the Electron that the tests run with. */
export function runtimeFolder(): string {
  const runtime = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (runtime === undefined) throw new Error('ELECTRON_OVERRIDE_DIST_PATH is not set; use npm run test:desktop.');
  return runtime;
}

/** The program and what starts the built app with it: required first, because a stand-in for Electron loads apps late. */
export function command(
  args: readonly string[],
  required: readonly string[] = [],
): { readonly program: string; readonly args: string[] } {
  const first = [...required, join(root, 'dist/electron/main.cjs')].flatMap((file) => ['-r', file]);
  return { program: join(runtimeFolder(), 'electron'), args: ['--no-sandbox', ...first, root, ...args] };
}

export function environment(simulator: Simulator, client = true): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'NODE_OPTIONS',
  );
  return {
    ...Object.fromEntries(inherited),
    CALSYNC_GOOGLE_URL: simulator.url,
    ...(client
      ? {
          GOOGLE_OAUTH_CLIENT_ID: simulator.client.clientId,
          GOOGLE_OAUTH_CLIENT_SECRET: simulator.client.clientSecret,
        }
      : {}),
  };
}

/** The text of the file that Google's console lets a person download for a client. */
export function clientFile({ client }: Simulator, kind: 'installed' | 'web' = 'installed'): string {
  return JSON.stringify({ [kind]: { client_id: client.clientId, client_secret: client.clientSecret } });
}

/**
 * Runs in the main process, before the app does: notes what the app would open in a browser, tell or show in the tray.
 * Its text is what is run there, so it may use nothing from outside of itself.
 */
function noting({ app, shell, Tray, Notification, dialog, Menu, nativeImage }: typeof Electron): void {
  const noted: Noted = {
    opened: [],
    notifications: [],
    tooltips: [],
    icons: [],
    menu: [],
    boxes: [],
    navigations: [],
  };
  Object.assign(globalThis, { noted, openInBrowser: shell.openExternal.bind(shell) });
  shell.openExternal = (address) => {
    noted.opened.push(address);
    return Promise.resolve();
  };
  Notification.prototype.show = function show(this: Electron.Notification) {
    noted.notifications.push(this.title);
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- Called with its own tray below.
  const { setToolTip, setImage } = Tray.prototype;
  Tray.prototype.setToolTip = function note(this: Electron.Tray, text: string) {
    noted.tooltips.push(text);
    setToolTip.call(this, text);
  };
  const files = new WeakMap<object, string>();
  const fromPath = nativeImage.createFromPath.bind(nativeImage);
  nativeImage.createFromPath = (path) => {
    const image = fromPath(path);
    files.set(image, path.replace(/^.*[/\\]|\.png$/g, ''));
    return image;
  };
  Tray.prototype.setImage = function note(this: Electron.Tray, image: Electron.NativeImage | string) {
    noted.icons.push(typeof image === 'string' ? image : (files.get(image) ?? 'unknown'));
    setImage.call(this, image);
  };
  const build = Menu.buildFromTemplate.bind(Menu);
  Menu.buildFromTemplate = (template) => {
    const built = build(template);
    // Noted last, because submenus are built on the way by the same function.
    noted.menu.splice(0, noted.menu.length, ...template.map((item) => item.label ?? '-'));
    Object.assign(globalThis, { trayMenu: built });
    return built;
  };
  dialog.showMessageBox = ((options: Electron.MessageBoxOptions) => {
    noted.boxes.push(`${options.message} ${options.detail ?? ''}`);
    return Promise.resolve({ response: 0, checkboxChecked: false });
  }) as typeof dialog.showMessageBox;
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-frame-navigate', ({ url }) => noted.navigations.push(url));
  });
}

/** Starts the app; what it would open in a browser, tell or show in the tray is noted. */
export async function launch(options: LaunchOptions): Promise<Running> {
  const { simulator, dataFolder, args = [], client = true, before = '', env = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), 'calsync-noting-'));
  const notes = join(folder, 'noting.cjs');
  await writeFile(notes, `(${noting.toString()})(require('electron'));\n${before}`);
  const { program, args: words } = command([`--data-dir=${dataFolder}`, ...args], [notes]);
  const electron = await _electron.launch({
    executablePath: program,
    args: words,
    cwd: root,
    env: { ...environment(simulator, client), ...env },
    timeout: 60_000,
  });
  await rm(folder, { recursive: true });
  const lines: string[] = [];
  let ended: Promise<number | null> | undefined;
  electron.process().stdout?.on('data', (data: Buffer) => lines.push(data.toString()));
  electron.process().stderr?.on('data', (data: Buffer) => lines.push(data.toString()));
  const tray = async (...labels: readonly string[]): Promise<void> => {
    const choice = randomUUID();
    await eventually(
      () =>
        inMain(
          electron,
          (_electron, { path, choice: own }) => {
            const known = globalThis as unknown as { trayMenu?: Electron.Menu; trayChoice?: string };
            if (known.trayChoice === own) return true;
            let { trayMenu: menu } = known;
            let item: Electron.MenuItem | undefined;
            for (const label of path) {
              item = menu?.items.find((each) => each.label === label);
              menu = item?.submenu;
            }
            if (item?.enabled !== true) return false;
            known.trayChoice = own;
            // Later, because the answer to this very call would otherwise be cut off where the item ends the process.
            setImmediate(() => (item as unknown as { click(): void }).click());
            return true;
          },
          { path: labels, choice },
        ),
      `the tray has no item ${labels.join(' > ')}`,
    );
  };
  return {
    electron,
    dataFolder,
    printed: () => lines.join(''),
    noted: () => inMain(electron, () => (globalThis as unknown as { noted: Noted }).noted, null),
    tray,
    quit: async () => {
      if (ended === undefined) {
        ended = new Promise<number | null>((done) => electron.process().once('exit', (code) => done(code)));
        await tray('Quit CalSync');
      }
      return ended;
    },
  };
}

/**
 * Runs a function in the main process, where asking twice does no more than asking once. Asked again when the engine of
 * DevTools has lost the promise of its own answer (V8 holds it weakly), which says nothing about the app.
 */
export async function inMain<Value, Argument>(
  electron: ElectronApplication,
  look: (electron: typeof Electron, argument: Argument) => Value,
  argument?: Argument,
): Promise<Awaited<Value>> {
  for (;;) {
    try {
      return await onceInMain(electron, look, argument);
    } catch (fault) {
      if (!(fault instanceof Error) || !fault.message.includes('promise was garbage collected')) throw fault;
    }
  }
}

/**
 * Runs a function in the main process once that has ended what it is at: because DevTools breaks in between any two of
 * its steps, otherwise a part of Electron that is being loaded right then (BrowserWindow at the first popup) is met half
 * made.
 */
export function onceInMain<Value, Argument>(
  electron: ElectronApplication,
  deed: (electron: typeof Electron, argument: Argument) => Value,
  argument?: Argument,
): Promise<Awaited<Value>> {
  const text = `(electron, argument) =>
    new Promise((resolve) => setImmediate(resolve)).then(() => (${deed.toString()})(electron, argument))`;
  // Playwright sends the text of what it is given.
  return electron.evaluate(Object.assign(() => undefined, { toString: () => text }) as never, argument);
}

/** Opens the popup as a person does, with the tray, and returns its page once it can be seen. */
export async function popupOf(running: Running): Promise<Page> {
  await running.tray('Open CalSync');
  return shownPage(running, 'index.html');
}

/** Opens the settings window with the tray and goes to a place of it by its name in the list; returns its page. */
export async function settingsOf(running: Running, place: string): Promise<Page> {
  await running.tray('Settings…');
  const page = await shownPage(running, 'settings.html');
  await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click();
  await page.getByRole('heading', { level: 1, name: place }).waitFor();
  return page;
}

/** Waits until a window that shows a page of ours can be seen. */
export async function shownPage(running: Running, name: string): Promise<Page> {
  await eventually(() => isShown(running, name), `the window of ${name} was not shown`);
  return pageOf(running.electron, name);
}

/** Whether a window with a page of ours can be seen. */
export function isShown({ electron }: Running, name: string): Promise<boolean> {
  return inMain(
    electron,
    ({ BrowserWindow }, page) =>
      BrowserWindow.getAllWindows().some(
        (window) => window.isVisible() && window.webContents.getURL().includes(`/${page}`),
      ),
    name,
  );
}

/** Presses "Sync now" in the popup, and waits until the run that this asked for has ended; returns it. */
export async function syncNow(running: Running): Promise<RunView> {
  const popup = await popupOf(running);
  const before = (await statusOf(popup)).lastRun?.id ?? 0;
  await popup.getByRole('button', { name: 'Sync now' }).click();
  return eventually(async () => {
    // The last one may be the schedule's, which goes on beside it.
    const runs = await ask(popup, 'run.list');
    const own = runs.find((run) => run.id > before && run.trigger === 'manual');
    return own !== undefined && own.finishedAt !== null ? own : null;
  }, 'the sync did not end');
}

/** Waits for the window that shows a page of ours. */
export async function pageOf(electron: ElectronApplication, name: string): Promise<Page> {
  const found = await eventually(
    () => Promise.resolve(electron.windows().find((window) => window.url().includes(`/${name}`)) ?? null),
    `no window shows ${name}`,
  );
  await found.waitForLoadState('load');
  return found;
}

/** Asks something over the page's bridge, and fails when the answer is a failure. */
export async function ask<Name extends IpcName>(
  page: Page,
  name: Name,
  ...input: undefined extends IpcInput<Name> ? [] : [IpcInput<Name>]
): Promise<IpcOutput<Name>> {
  const answer = await answerOf(page, name, input[0]);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return answer.value as IpcOutput<Name>;
}

export type RawAnswer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: { readonly code: string } };

/** Sends whatever it is given over the page's bridge, and returns the answer as it came. */
export function answerOf(page: Page, name: unknown, input?: unknown): Promise<RawAnswer> {
  return page.evaluate(
    ([named, given]) =>
      (window.calsync as unknown as { call: (name: unknown, input: unknown) => Promise<RawAnswer> }).call(named, given),
    [name, input] as const,
  );
}

export const statusOf = (page: Page): Promise<Status> => ask(page, 'status.get');

/** Takes a look at something; returns it once it is not null or false, and fails with what was missed after 30 s, or as told. */
export async function eventually<Value>(
  look: () => Promise<Value | null | false>,
  missed: string,
  seconds = 30,
): Promise<Value> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`After ${seconds} seconds: ${missed}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the app has handed a new sign-in page to the browser; returns its address. */
export async function signInPage(running: Running, before: number): Promise<string> {
  return eventually(async () => (await running.noted()).opened[before] ?? null, 'no sign-in page was opened');
}

export interface ConsentOptions {
  readonly email: string;
  /** The name of a permission whose box is not ticked. */
  readonly without?: string;
}

/**
 * Presses what begins a sign-in, then does in a browser what a person does there: chooses the account, ticks the boxes,
 * agrees. Returns what the browser shows in the end.
 */
export async function consentIn(
  browser: Browser,
  running: Running,
  begin: () => Promise<void>,
  { email, without }: ConsentOptions,
): Promise<string> {
  const before = (await running.noted()).opened.length;
  await begin();
  const page = await browser.newPage();
  try {
    await page.goto(await signInPage(running, before));
    await page.getByRole('radio', { name: email }).check();
    if (without !== undefined) await page.getByRole('checkbox', { name: without }).uncheck();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('You can close this page and go back to CalSync.').waitFor();
    return await page.locator('main').innerText();
  } finally {
    await page.close();
  }
}

/** All bytes of all files below a folder, with their paths. */
export async function everyFile(folder: string): Promise<readonly { readonly path: string; readonly bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path, bytes: await readFile(path) };
      }),
  );
}

/** Two people with one calendar each; names and titles as hostile as a stranger's invitation may be. */
export const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

export function smallWorld(): World {
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const timed = (id: string, summary: string, from: string, to: string) => ({
    id,
    summary,
    start: { dateTime: `${day}T${from}:00Z`, timeZone: 'UTC' },
    end: { dateTime: `${day}T${to}:00Z`, timeZone: 'UTC' },
  });
  const calendar = (id: string, summary: string, events: Record<string, unknown>[]) => ({
    id,
    summary,
    timeZone: 'UTC',
    accessRole: 'owner' as const,
    primary: true,
    events,
  });
  return {
    accounts: [
      {
        email: 'work@northwind.example',
        name: 'Robin (Northwind)',
        calendars: [
          calendar('work@northwind.example', 'Work', [
            timed('aboard1', 'Board meeting', '09:00', '10:00'),
            timed('ahostile1', hostile, '11:00', '12:00'),
          ]),
        ],
      },
      {
        email: 'me@home.example',
        name: 'Robin',
        calendars: [calendar('me@home.example', hostile, [timed('adentist1', 'Dentist', '14:00', '15:00')])],
      },
    ],
  };
}
