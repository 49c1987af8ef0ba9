import { existsSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { PageServer } from '../../../src/main/demo/page-server.ts';
import { startPageServer } from '../../../src/main/demo/page-server.ts';
import { words } from '../../../src/renderer/words.ts';
import type { FakeCalSync } from '../../support/fake-calsync.ts';
import { createFakeCalSync, exampleNow } from '../../support/fake-calsync.ts';
import type { Scene } from './scenes.ts';

/** Where the browser is looked for when CALSYNC_CHROMIUM does not name it. */
const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts a headless Chromium that talks to nobody; throws a sentence that says what to install where there is none. */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CALSYNC_CHROMIUM'];
  const executablePath = (named === undefined ? usualPlaces : [named]).find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'No Chromium found. Install one (on Debian: apt-get install chromium) or name it with CALSYNC_CHROMIUM=/path/to/it.',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
      // Because every page would start a process of its own otherwise, which takes longer than most tests.
      '--process-per-site',
      '--renderer-process-limit=1',
      '--in-process-gpu',
      '--disable-site-isolation-trials',
    ],
  });
}

export interface StageOptions {
  readonly scheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly scale?: number;
  readonly contrast?: 'more' | 'no-preference';
  /** Gives the page what the preload script of the desktop app gives it; its answers are made up. */
  readonly desktop?: boolean;
  /** For a test that turns the clock: that lasts as long as its context does. */
  readonly ownContext?: boolean;
}

/** One page on one fake CalSync, through the real server. */
export interface Stage {
  readonly app: FakeCalSync;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly server: PageServer;
  /** Requests that left the page for anywhere but the server, and errors on its console. Should stay empty. */
  readonly complaints: string[];
  close(): Promise<void>;
}

function contextOptions(scene: Scene, options: StageOptions): BrowserContextOptions {
  return {
    viewport:
      options.viewport ?? (scene.page === undefined ? { width: 400, height: 600 } : { width: 860, height: 620 }),
    deviceScaleFactor: options.scale ?? 1,
    colorScheme: options.scheme ?? 'light',
    contrast: options.contrast ?? 'no-preference',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  };
}

/**
 * Contexts that pages share, one after the other. Because a context of its own means a process, and code compiled anew: three
 * times as long for each page.
 */
export class SharedContexts {
  readonly #browser: Browser;
  readonly #open = new Map<string, BrowserContext>();

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Takes options; returns a context that has them, and no cookies and one empty page. */
  async of(options: BrowserContextOptions): Promise<BrowserContext> {
    const key = JSON.stringify(options);
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const context = await this.#browser.newContext(options);
    // Because the process ends with its last page otherwise.
    await context.newPage();
    this.#open.set(key, context);
    return context;
  }

  /** Takes one of them; returns when it is as it was given. */
  async tidy(context: BrowserContext): Promise<void> {
    for (const page of context.pages().slice(1)) await page.close();
    await context.clearCookies();
  }
}

/** Takes a browser, the folder of the built page and a scene; returns when the scene stands. Without contexts it has its own. */
export async function stageScene(
  browser: Browser,
  rendererFolder: string,
  scene: Scene,
  options: StageOptions = {},
  contexts: SharedContexts | null = null,
): Promise<Stage> {
  const app = createFakeCalSync(scene.status);
  scene.prepare?.(app);
  const complaints: string[] = [];
  const started = await startPageServer({
    app,
    port: 0,
    rendererFolder,
    onFault: (where, fault) => complaints.push(`${where}: ${String(fault)}`),
  });
  if (!started.ok) throw new Error(`The page server did not start: ${started.error.code}`);
  const server = started.value;
  const wanted = contextOptions(scene, options);
  const shared = options.ownContext === true ? null : contexts;
  const context = await (shared === null ? browser.newContext(wanted) : shared.of(wanted));
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (protocol !== 'data:' && host !== `127.0.0.1:${server.port}`) complaints.push(`asked ${request.url()}`);
  });
  await page.clock.install({ time: exampleNow });
  if (options.desktop ?? scene.desktop ?? false) await page.addInitScript(actDesktop);
  if (scene.page === undefined) {
    await page.goto(server.url);
    await page.locator('main:not([aria-busy="true"])').waitFor();
  } else {
    // Signs the browser in without showing the popup, which is a second page to load.
    await context.request.get(server.url);
    await page.goto(`http://127.0.0.1:${server.port}/settings.html${scene.page === null ? '' : `#${scene.page}`}`);
    await page.locator('[data-page]:not([aria-busy="true"])').waitFor();
    // A place that asks for choices first is not the place yet.
    await page.getByText(words.settings.loading, { exact: true }).waitFor({ state: 'detached' });
  }
  await scene.steps?.(page, app);
  return {
    app,
    page,
    context,
    server,
    complaints,
    async close() {
      await (shared === null ? context.close() : shared.tidy(context));
      await server.close();
    },
  };
}

/** A request that the page made of the desktop app. */
export interface DesktopRequest {
  readonly name: string;
  readonly input: unknown;
}

/** Takes a page in the made-up desktop app; returns what it asked of it, without the heights that it reported. */
export async function desktopRequests(page: Page): Promise<readonly DesktopRequest[]> {
  const all = await page.evaluate(() => (window as unknown as { asked: DesktopRequest[] }).asked);
  return all.filter((each) => each.name !== 'window.fit' && each.name !== 'app.info');
}

/** Runs in the page, before its own code: the bridge of the preload script, carried over HTTP. */
function actDesktop(): void {
  const asked: DesktopRequest[] = [];
  const info = {
    version: '0.1.0',
    electron: '45.4.1',
    chrome: '150.0.0.0',
    node: '24.11.0',
    platform: 'linux x64',
    launchAtLogin: false,
    launchAtLoginAvailable: true,
  };
  const calsync = {
    call: async (name: string, input?: unknown): Promise<unknown> => {
      const headers = { 'Content-Type': 'application/json' };
      const body = input === undefined ? null : JSON.stringify(input);
      return (await fetch(`ipc/${name}`, { method: 'POST', headers, body })).json();
    },
    onStatus: (listener: (status: unknown) => void): (() => void) => {
      const events = new EventSource('events');
      events.addEventListener('status', (event: MessageEvent<string>) => listener(JSON.parse(event.data)));
      return () => events.close();
    },
    desktop: (name: string, input?: unknown): Promise<unknown> => {
      asked.push({ name, input: input ?? null });
      const values: Readonly<Record<string, unknown>> = {
        'app.info': info,
        'app.saveReport': { place: '/home/ada/Documents/calsync-support-2026-03-23.txt' },
      };
      const value = name === 'app.launchAtLogin' ? (input as { enabled: boolean }).enabled : (values[name] ?? null);
      return Promise.resolve({ ok: true, value });
    },
    onNavigate: (listener: (place: unknown) => void): (() => void) => {
      Object.assign(window, { navigateTo: listener });
      return () => undefined;
    },
  };
  Object.assign(window, { asked, calsync });
}
