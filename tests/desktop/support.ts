import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { _electron } from 'playwright-core';
import type { Status } from '../../src/shared/dto.ts';
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
  /** The labels of the last menu of the tray. */
  readonly menu: string[];
  readonly boxes: string[];
}

/** A CalSync that runs in Electron. */
export interface Running {
  readonly electron: ElectronApplication;
  readonly dataFolder: string;
  /** All that it printed. */
  readonly printed: () => string;
  noted(): Promise<Noted>;
  /** Quits it as a person does; resolves to the exit code. */
  quit(): Promise<number | null>;
}

export interface LaunchOptions {
  readonly simulator: Simulator;
  readonly dataFolder: string;
  readonly args?: readonly string[];
}

export const newDataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'calsync-desktop-'));

/** The program and what starts the built app with it: required first, because a stand-in for Electron loads apps late. */
export function command(args: readonly string[]): { readonly program: string; readonly args: string[] } {
  const runtime = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (runtime === undefined) throw new Error('ELECTRON_OVERRIDE_DIST_PATH is not set; use npm run test:desktop.');
  return {
    program: join(runtime, 'electron'),
    args: ['--no-sandbox', '-r', join(root, 'dist/electron/main.cjs'), root, ...args],
  };
}

export function environment(simulator: Simulator): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'NODE_OPTIONS',
  );
  return {
    ...Object.fromEntries(inherited),
    CALSYNC_GOOGLE_URL: simulator.url,
    GOOGLE_OAUTH_CLIENT_ID: simulator.client.clientId,
    GOOGLE_OAUTH_CLIENT_SECRET: simulator.client.clientSecret,
  };
}

/** Starts the app; what it would open in a browser, tell or show in the tray is noted. */
export async function launch({ simulator, dataFolder, args = [] }: LaunchOptions): Promise<Running> {
  const { program, args: words } = command([`--data-dir=${dataFolder}`, ...args]);
  const electron = await _electron.launch({
    executablePath: program,
    args: words,
    cwd: root,
    env: environment(simulator),
    timeout: 30_000,
  });
  const lines: string[] = [];
  electron.process().stdout?.on('data', (data: Buffer) => lines.push(data.toString()));
  electron.process().stderr?.on('data', (data: Buffer) => lines.push(data.toString()));
  await electron.evaluate(({ shell, Tray, Notification, dialog, Menu }) => {
    const noted = { opened: [], notifications: [], tooltips: [], menu: [], boxes: [] } as unknown as Noted;
    Object.assign(globalThis, { noted });
    shell.openExternal = (address) => {
      noted.opened.push(address);
      return Promise.resolve();
    };
    Notification.prototype.show = function show(this: Electron.Notification) {
      noted.notifications.push(this.title);
    };
    // eslint-disable-next-line @typescript-eslint/unbound-method -- Called with its own tray below.
    const setToolTip = Tray.prototype.setToolTip;
    Tray.prototype.setToolTip = function note(this: Electron.Tray, text: string) {
      noted.tooltips.push(text);
      setToolTip.call(this, text);
    };
    const build = Menu.buildFromTemplate.bind(Menu);
    Menu.buildFromTemplate = (template) => {
      const built = build(template);
      // Noted last, because submenus are built on the way by the same function.
      noted.menu.splice(0, noted.menu.length, ...template.map((item) => item.label ?? '-'));
      return built;
    };
    dialog.showMessageBox = ((options: Electron.MessageBoxOptions) => {
      noted.boxes.push(`${options.message} ${options.detail ?? ''}`);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  });
  return {
    electron,
    dataFolder,
    printed: () => lines.join(''),
    noted: () => electron.evaluate(() => (globalThis as unknown as { noted: Noted }).noted),
    quit: async () => {
      const child = electron.process();
      const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
      // Later, because the answer to this very call would otherwise be cut off by the end of the process.
      await electron.evaluate(({ app }) => void setTimeout(() => app.quit(), 50));
      await Promise.race([ended, new Promise((late) => setTimeout(late, 5000))]);
      if (child.exitCode === null) await electron.close();
      return ended;
    },
  };
}

/** Opens the popup as a second launch does, and returns its page. */
export async function popupOf({ electron }: Running): Promise<Page> {
  await electron.evaluate(({ app }) => void app.emit('second-instance'));
  return pageOf(electron, 'index.html');
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

/** Takes a look at something; returns it once it is not null or false, and fails with what was missed after 20 s. */
export async function eventually<Value>(look: () => Promise<Value | null | false>, missed: string): Promise<Value> {
  const end = Date.now() + 20_000;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`After 20 seconds: ${missed}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the app has handed a new sign-in page to the browser; returns its address. */
export async function signInPage(running: Running, before: number): Promise<string> {
  return eventually(async () => (await running.noted()).opened[before] ?? null, 'no sign-in page was opened');
}

/** Does on the consent page what a person does who leaves out the boxes whose name holds `without`. */
export async function consentWithout(address: string, email: string, without: string): Promise<string> {
  const html = await (await fetch(address)).text();
  const form = new URLSearchParams({ account: email, decision: 'allow' });
  const value = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
  for (const [, attributes = ''] of html.matchAll(/<input ([^>]*)>/g)) {
    const name = /name="([^"]*)"/.exec(attributes)?.[1] ?? '';
    const given = value(/value="([^"]*)"/.exec(attributes)?.[1] ?? '');
    if (name === 'request' || (name === 'scope' && !given.includes(without))) form.append(name, given);
  }
  const action = new URL(value(/<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? ''), address).href;
  const sent = await fetch(action, { method: 'POST', body: form, redirect: 'manual' });
  return (await fetch(sent.headers.get('location') ?? '')).text();
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
