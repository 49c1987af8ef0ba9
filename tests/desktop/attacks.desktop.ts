import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulator } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { RawAnswer, Running } from './support.ts';
import { answerOf, ask, eventually, inMain, launch, newDataFolder, popupOf, smallWorld } from './support.ts';

let simulator: Simulator;
let dataFolder: string;
let running: Running;
let popup: Page;
let home: string;
/** What reached a server of this computer. */
const reached: string[] = [];
const server = createServer((request, response) => {
  reached.push(request.url ?? '');
  response.end('<h1>elsewhere</h1>');
});

const outside = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const refused = { ok: false, error: { code: 'request-invalid' } };

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  dataFolder = await newDataFolder();
  running = await launch({ simulator, dataFolder, args: ['--hidden'] });
  popup = await popupOf(running);
  home = popup.url();
});

afterAll(async () => {
  await running.quit();
  await simulator.close();
  server.close();
  await rm(dataFolder, { recursive: true, force: true });
});

describe('a page that has turned against the app', () => {
  test('has neither Node nor Electron nor anything but the bridge', async () => {
    const seen = await popup.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', '__dirname'].filter((name) => name in window),
      bridge: Object.keys(window.calsync ?? {}).sort(),
    }));
    expect(seen).toEqual({ globals: [], bridge: ['call', 'desktop', 'onNavigate', 'onStatus'] });
  });

  test('is kept in a sandbox of its own', async () => {
    const preferences = await inMain(running.electron, ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => {
        const contents = window.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
        const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } =
          contents.getLastWebPreferences();
        return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
      }),
    );
    expect(preferences.length).toBeGreaterThan(0);
    for (const each of preferences) {
      expect(each).toEqual({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
      });
    }
  });

  test('goes nowhere: by location, link, form or refresh', async () => {
    const ways: readonly ((to: string) => void)[] = [
      (to) => {
        location.href = to;
      },
      (to) => {
        const link = document.createElement('a');
        link.href = to;
        document.body.append(link);
        link.click();
        link.remove();
      },
      (to) => {
        const form = document.createElement('form');
        form.action = to;
        document.body.append(form);
        form.submit();
        form.remove();
      },
      (to) => {
        const refresh = document.createElement('meta');
        refresh.httpEquiv = 'refresh';
        refresh.content = `0;url=${to}`;
        document.head.append(refresh);
      },
    ];
    const others = ['file:///etc/passwd', 'javascript:window.hacked=1', 'app://other/index.html'];
    for (const way of ways) for (const address of others) await popup.evaluate(way, address);
    // Last, because what the app was asked for and has refused shows that what came before it has been through, too.
    for (const [index, way] of ways.entries()) {
      const address = `${outside()}/${index}`;
      await popup.evaluate(way, address);
      // The policy of the page forbids forms before anybody is asked.
      if (index === 2) continue;
      await eventually(async () => (await running.noted()).navigations.includes(address), 'the app was not asked');
    }
    await ask(popup, 'status.get');
    expect(popup.url()).toBe(home);
    expect(await popup.evaluate(() => Object.hasOwn(window, 'hacked'))).toBe(false);
    expect(reached).toEqual([]);
  });

  test('opens no window, and nothing in the browser', async () => {
    const before = running.electron.windows().length;
    const opened = await popup.evaluate(
      (to) => window.open(to) === null && window.open('', '_blank') === null,
      outside(),
    );
    expect(opened).toBe(true);
    expect(running.electron.windows()).toHaveLength(before);
    expect((await running.noted()).opened).toEqual([]);
  });

  test('reaches no network: fetch, image, script, socket, beacon', async () => {
    const results = await popup.evaluate(async (to) => {
      const outcome = (work: Promise<unknown>): Promise<string> =>
        work.then(
          () => 'done',
          () => 'refused',
        );
      const loaded = (element: HTMLImageElement | HTMLScriptElement): Promise<unknown> =>
        new Promise((resolve, reject) => {
          element.onload = resolve;
          element.onerror = () => reject(new Error('refused'));
          element.src = `${to}/element`;
          document.body.append(element);
        });
      const socket = new Promise((resolve, reject) => {
        try {
          const opened = new WebSocket(to.replace('http', 'ws'));
          opened.onopen = resolve;
          opened.onerror = () => reject(new Error('refused'));
        } catch (fault) {
          reject(fault instanceof Error ? fault : new Error('refused'));
        }
      });
      navigator.sendBeacon(`${to}/beacon`, 'x');
      return Promise.all([
        outcome(fetch(to)),
        outcome(fetch('app://calsync/index.html')),
        outcome(loaded(document.createElement('img'))),
        outcome(loaded(document.createElement('script'))),
        outcome(socket),
      ]);
    }, outside());
    expect(results).toEqual(['refused', 'refused', 'refused', 'refused', 'refused']);
    await popup.waitForTimeout(200);
    expect(reached).toEqual([]);
  });

  test('runs no code that it made up', async () => {
    const results = await popup.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
      const holder = document.createElement('div');
      holder.innerHTML = '<img src="data:," onerror="window.hacked = 1">';
      document.body.append(holder);
      return new Promise((resolve) => setTimeout(() => resolve(Object.hasOwn(window, 'hacked')), 200));
    });
    expect(results).toBe(false);
  });

  test('is granted nothing', async () => {
    const states = await popup.evaluate(async () => {
      const names = ['notifications', 'geolocation', 'camera', 'microphone', 'clipboard-read'] as PermissionName[];
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
    });
    expect(new Set(states)).toEqual(new Set(['denied']));
  });

  test('gets no answer for what is not in the contract', async () => {
    const names = ['', 'token.get', '__proto__', 'constructor', 'toString', 'sync.now ', 7, null, ['status.get'], {}];
    for (const name of names) expect(await answerOf(popup, name), JSON.stringify(name)).toMatchObject(refused);
    const inputs: readonly (readonly [string, unknown])[] = [
      ['status.get', {}],
      ['sync.pause', { until: 'never' }],
      ['sync.pause', { until: 'hour', more: 1 }],
      ['calendar.use', { calendarId: 'primary', source: true, target: true }],
      ['reset.run', { confirmed: false }],
      ['reset.run', undefined],
      ['client.save', { text: 'x'.repeat(20_001), fileName: 'a' }],
      ['hold.resolve', { key: 'x', choice: '../..', version: 'v1' }],
    ];
    for (const [name, input] of inputs) expect(await answerOf(popup, name, input), name).toMatchObject(refused);
    const desktop = (name: unknown, input: unknown): Promise<RawAnswer> =>
      popup.evaluate(
        ([named, given]) =>
          (window.calsync as unknown as { desktop: (name: unknown, input: unknown) => Promise<RawAnswer> }).desktop(
            named,
            given,
          ),
        [name, input] as const,
      );
    expect(await desktop('app.exec', { command: 'id' })).toMatchObject(refused);
    expect(await desktop('app.openHelp', { link: 'https://evil.example' })).toMatchObject(refused);
    expect(await desktop('window.settings', { page: '../../etc' })).toMatchObject(refused);
    expect((await running.noted()).opened).toEqual([]);
    expect(await desktop('app.openHelp', { link: 'console-clients' })).toEqual({ ok: true, value: null });
    expect((await running.noted()).opened).toEqual(['https://console.cloud.google.com/auth/clients']);
  });

  test('finds no peer', async () => {
    const found = await popup
      .evaluate(async () => {
        const heard: string[] = [];
        const peer = new RTCPeerConnection({ iceServers: [] });
        peer.onicecandidate = ({ candidate }) => heard.push(candidate?.candidate ?? '');
        peer.createDataChannel('out');
        await peer.setLocalDescription(await peer.createOffer()).catch(() => null);
        await new Promise((resolve) => setTimeout(resolve, 500));
        return heard.filter((candidate) => candidate !== '');
      })
      .catch(() => []);
    expect(found).toEqual([]);
  });

  test.each<readonly [string, (to: string) => void]>([
    ['itself in a frame', (to) => document.body.append(Object.assign(document.createElement('iframe'), { src: to }))],
    ['an empty frame', () => document.body.append(document.createElement('iframe'))],
    [
      'a frame written in place',
      () => document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: '<h1>x</h1>' })),
    ],
    [
      'an empty page in its place',
      () => {
        location.href = 'about:blank';
      },
    ],
  ])('that holds %s is ended', async (_, way) => {
    const page = await popupOf(running);
    const ended = new Promise<void>((done) => {
      page.once('crash', () => done());
      page.once('close', () => done());
    });
    // It ends before it can answer.
    await page.evaluate(way, home).catch(() => null);
    await Promise.race([ended, eventually(() => Promise.resolve(page.isClosed()), 'the window is still there')]);
    expect(await answerOf(await popupOf(running), 'status.get')).toMatchObject({ ok: true });
  });

  test('a window that is not ours gets no answer', async () => {
    // With our own preload script, even: the page that it runs in decides.
    const preload = resolve(import.meta.dirname, '../../dist/preload/index.cjs');
    const answer = await inMain(
      running.electron,
      async ({ BrowserWindow }, preload) => {
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
        await stranger.loadURL('app://calsync/index.html');
        const said = (await stranger.webContents.executeJavaScript(
          "Promise.all([calsync.call('status.get'), calsync.desktop('app.info')])",
        )) as unknown;
        stranger.destroy();
        return said;
      },
      preload,
    );
    expect(answer).toMatchObject([refused, refused]);
  });

  test('the protocol serves the pages and nothing else, with the strict policy', async () => {
    const found = await inMain(running.electron, async ({ net }) => {
      const look = async (address: string) => {
        const answer = await net.fetch(address).catch(() => null);
        return answer === null ? 0 : answer.status;
      };
      const page = await net.fetch('app://calsync/index.html').catch(() => null);
      const others = [
        'app://calsync/../../package.json',
        'app://calsync/%2e%2e/%2e%2e/package.json',
        'app://calsync/..%2f..%2fpackage.json',
        'app://calsync/..%5c..%5cpackage.json',
        'app://calsync//etc/passwd',
        'app://other/index.html',
        'app://calsync/',
      ];
      return {
        policy: page?.headers.get('Content-Security-Policy'),
        others: await Promise.all(others.map(look)),
      };
    });
    expect(found.policy).toContain("default-src 'none'");
    expect(found.policy).toContain("connect-src 'none'");
    expect(found.others.filter((status) => status === 200)).toEqual([]);
  });
});

test('the session of the pages leads nowhere, also where no page asks', async () => {
  const before = reached.length;
  const answer = await inMain(
    running.electron,
    ({ session }, to) =>
      session.defaultSession.fetch(to).then(
        ({ status }) => `answered ${status}`,
        () => 'rejected',
      ),
    `${outside()}/session`,
  );
  expect(answer).toBe('rejected');
  expect(reached.slice(before)).toEqual([]);
  // The server is there, and only the session does not lead to it.
  expect((await fetch(`${outside()}/test`)).status).toBe(200);
  expect(reached.slice(before)).toEqual(['/test']);
});
