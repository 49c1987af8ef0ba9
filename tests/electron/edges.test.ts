import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { closesWindow, macMenu } from '../../src/main/electron/windows/closing-keys.ts';
import { desktopDataFolder } from '../../src/main/electron/start/data-folder.ts';
import { callDesktop, isTrusted, type DesktopHandlers } from '../../src/main/electron/pages/ipc.ts';
import {
  autostartEntry,
  autostartFile,
  autostartProgram,
  createLoginItem,
} from '../../src/main/electron/start/login-item.ts';
import { pageFile, pageHeaders } from '../../src/main/electron/pages/page-files.ts';
import { openDesktopState } from '../../src/main/electron/windows/desktop-state.ts';
import { isAllowedRequest, pagePreferences } from '../../src/main/electron/safety/security.ts';
import { readStart } from '../../src/main/electron/start/start-options.ts';
import { watchWaking } from '../../src/main/electron/life/waking.ts';
import { dataFolder } from '../../src/main/platform/index.ts';
import { appError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';

const scratch = mkdtempSync(join(tmpdir(), 'calsync-electron-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the sender of a message', () => {
  const good = { contentsId: 3, mainFrame: true, address: 'app://calsync/index.html' };
  test.each([
    ['a page of ours', good, true],
    ['its settings', { ...good, address: 'app://calsync/settings.html#guide' }, true],
    ['another window', { ...good, contentsId: 4 }, false],
    ['a frame within', { ...good, mainFrame: false }, false],
    ['a frame that is gone', { ...good, address: null }, false],
    ['another host', { ...good, address: 'app://calsync.evil/index.html' }, false],
    ['a host with a port', { ...good, address: 'app://calsync:1/index.html' }, false],
    ['a user in the address', { ...good, address: 'app://calsync@evil/index.html' }, false],
    ['a user before our host', { ...good, address: 'app://evil@calsync/index.html' }, false],
    ['the web', { ...good, address: 'https://calsync/index.html' }, false],
    ['a file', { ...good, address: 'file:///calsync/index.html' }, false],
    ['nothing', { ...good, address: '' }, false],
    ['a blank page', { ...good, address: 'about:blank' }, false],
  ])('%s', (_name, sender, trusted) => {
    expect(isTrusted(sender, new Set([2, 3]))).toBe(trusted);
  });
});

describe('the pages of the app', () => {
  const files = new Set(['index.html', 'assets/page.js']);
  test.each([
    ['app://calsync/index.html', 'index.html'],
    ['app://calsync/index.html?x#y', 'index.html'],
    ['app://calsync/assets/page.js', 'assets/page.js'],
    ['app://calsync/assets/../index.html', 'index.html'],
    ['app://calsync/', null],
    ['app://calsync/../package.json', null],
    ['app://calsync/%2e%2e/package.json', null],
    ['app://calsync/..%2fpackage.json', null],
    ['app://calsync/assets%2fpage.js', null],
    ['app://calsync/..\\package.json', null],
    ['app://calsync//index.html', null],
    ['app://calsync/constructor', null],
    ['app://other/index.html', null],
    ['app://user@calsync/index.html', null],
    ['https://calsync/index.html', null],
    ['nonsense', null],
  ])('%s', (address, path) => {
    expect(pageFile(address, files)).toBe(path);
  });

  test('may load themselves and nothing else', () => {
    expect(pageHeaders['Content-Security-Policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(isAllowedRequest('app://calsync/index.html')).toBe(true);
    for (const address of [
      'https://a.example/',
      'http://127.0.0.1/',
      'app://calsync.evil/',
      'file:///etc/passwd',
      'ws://a/',
    ]) {
      expect(isAllowedRequest(address), address).toBe(false);
    }
    expect(pagePreferences('p', false)).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      devTools: false,
    });
  });
});

describe('the key that closes a window', () => {
  const press = { type: 'keyDown', key: 'w', control: true, alt: false, shift: false, meta: false } as const;
  test.each([
    ['Ctrl+W', press, 'linux', true],
    ['with a caps lock', { ...press, key: 'W' }, 'win32', true],
    ['let go', { ...press, type: 'keyUp' } as const, 'linux', false],
    ['a w that is typed', { ...press, control: false }, 'linux', false],
    ['another letter', { ...press, key: 'q' }, 'linux', false],
    ['Ctrl+Shift+W', { ...press, shift: true }, 'linux', false],
    ['AltGr, which is Ctrl+Alt', { ...press, alt: true }, 'win32', false],
    ['with the key of the system', { ...press, meta: true }, 'linux', false],
    ['on macOS, where the menu has it', press, 'darwin', false],
  ])('%s', (_name, input, platform, closes) => {
    expect(closesWindow(input, platform)).toBe(closes);
  });

  test('is in the menu of macOS, beside those of copy and paste', () => {
    const roles = macMenu.flatMap(({ role, submenu }) => [
      role,
      ...(Array.isArray(submenu) ? submenu : []).map((item) => item.role),
    ]);
    expect(roles).toEqual(expect.arrayContaining(['editMenu', 'close']));
  });
});

describe('requests to the shell', () => {
  const handlers: DesktopHandlers = {
    'window.settings': () => ok(null),
    'window.close': () => err(appError('unexpected')),
    'window.fit': () => {
      throw new Error('a bug with a secret');
    },
    // A field that the contract does not declare.
    'app.info': () =>
      ok({
        version: '1',
        electron: '',
        chrome: '',
        node: '',
        platform: '',
        launchAtLogin: false,
        launchAtLoginAvailable: false,
        home: '/root',
      }),
    'app.launchAtLogin': ({ enabled }) => ok(enabled),
    'app.openLogs': () => ok(null),
    'app.openHelp': () => ok(null),
    'app.saveReport': () => ok({ place: null }),
    'app.showReport': () => ok(null),
    'app.quit': () => ok(null),
  };
  const call = async (name: unknown, input?: unknown) => {
    const faults: string[] = [];
    const answer = await callDesktop(handlers, name, input, { contentsId: 1 }, (at) => faults.push(at));
    return { answer, faults };
  };

  test('are parsed on the way in and on the way out', async () => {
    expect((await call('app.launchAtLogin', { enabled: true })).answer).toEqual(ok(true));
    expect((await call('window.close')).answer).toMatchObject({ ok: false, error: { code: 'unexpected' } });
    for (const [name, input] of [
      ['app.launchAtLogin', { enabled: 'yes' }],
      ['app.launchAtLogin', undefined],
      ['window.fit', { height: 1e9 }],
      ['__proto__', undefined],
      ['constructor', undefined],
      [null, undefined],
    ]) {
      expect((await call(name, input)).answer, JSON.stringify(name)).toMatchObject({
        ok: false,
        error: { code: 'request-invalid' },
      });
    }
  });

  test('a bug is told inside, and its text does not leave', async () => {
    const thrown = await call('window.fit', { height: 300 });
    expect(thrown.faults).toEqual(['window.fit']);
    expect(JSON.stringify(thrown.answer)).not.toContain('secret');
    const leaking = await call('app.info');
    expect(leaking.faults).toEqual(['app.info']);
    expect(JSON.stringify(leaking.answer)).not.toContain('/root');
  });
});

describe('starting', () => {
  test('the folder is the one of the command line, on every system', () => {
    for (const [platform, env, home, appData] of [
      ['linux', {}, '/home/robin', '/home/robin/.config'],
      ['linux', { XDG_DATA_HOME: '/data' }, '/home/robin', '/home/robin/.config'],
      ['linux', { XDG_DATA_HOME: 'relative' }, '/home/robin', '/home/robin/.config'],
      ['darwin', {}, '/Users/robin', '/Users/robin/Library/Application Support'],
    ] as const) {
      expect(desktopDataFolder(platform, env, home, appData)).toBe(dataFolder({ override: null, env, platform, home }));
    }
  });

  test('arguments and environment', () => {
    expect(readStart([], {}, true)).toEqual(ok({ hidden: false, demo: false, dataFolder: null, googleUrl: null }));
    expect(readStart(['.', '--hidden', '--data-dir=/d'], {}, true)).toMatchObject({
      value: { hidden: true, dataFolder: '/d' },
    });
    expect(readStart(['--demo'], { CALSYNC_GOOGLE_URL: 'nonsense' }, true)).toMatchObject({
      value: { demo: true, googleUrl: null },
    });
    expect(readStart([], { CALSYNC_GOOGLE_URL: 'http://127.0.0.1:4100/' }, true)).toMatchObject({
      value: { googleUrl: 'http://127.0.0.1:4100' },
    });
    for (const address of [
      'https://evil.example',
      'http://127.0.0.1.evil.example',
      'http://127.0.0.1:1/path',
      'http://u@127.0.0.1',
      'file:///x',
      'x',
    ]) {
      expect(readStart([], { CALSYNC_GOOGLE_URL: address }, true), address).toMatchObject({
        ok: false,
        error: { code: 'address-invalid' },
      });
    }
    expect(readStart(['--remote-debugging-port=1'], {}, true)).toMatchObject({ error: { code: 'start-unsafe' } });
  });

  test('what the shell remembers survives a damaged file', () => {
    const file = join(scratch, 'desktop.json');
    openDesktopState(file).set({ settingsBounds: { x: 1, y: 2, width: 900, height: 700 }, told: ['a'] });
    expect(openDesktopState(file).get()).toEqual({
      settingsBounds: { x: 1, y: 2, width: 900, height: 700 },
      told: ['a'],
    });
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '{"settingsBounds":{"x":"1"},"told":7}',
      '{"settingsBounds":{"x":0,"y":0,"width":1,"height":1}}',
    ]) {
      writeFileSync(file, text);
      expect(openDesktopState(file).get(), text).toEqual({ settingsBounds: null, told: [] });
    }
    writeFileSync(file, '{"settingsBounds":7,"told":["kept"]}');
    expect(openDesktopState(file).get().told).toEqual(['kept']);
  });
});

describe('launching at login', () => {
  const app = (isPackaged: boolean) => {
    let openAtLogin = false;
    const calls: unknown[] = [];
    return {
      calls,
      isPackaged,
      getLoginItemSettings: () => ({ openAtLogin }) as Electron.LoginItemSettings,
      setLoginItemSettings: (settings: Electron.Settings) => {
        calls.push(settings);
        openAtLogin = settings.openAtLogin ?? false;
      },
    };
  };

  test('on Linux it is an autostart entry that starts hidden', () => {
    const env = { XDG_CONFIG_HOME: scratch };
    const item = createLoginItem({
      app: app(true),
      platform: 'linux',
      env,
      home: '/h',
      executable: '/opt/Cal Sync/calsync',
    });
    expect([item.available, item.enabled()]).toEqual([true, false]);
    expect(item.set(true)).toBe(true);
    expect(readFileSync(autostartFile(env, '/h'), 'utf8')).toContain('Exec="/opt/Cal Sync/calsync" --hidden\n');
    expect(item.set(false)).toBe(false);
    expect(autostartFile({}, '/h')).toBe('/h/.config/autostart/calsync.desktop');
    expect(autostartFile({ XDG_CONFIG_HOME: 'relative' }, '/h')).toBe('/h/.config/autostart/calsync.desktop');
  });

  test('switched off by the desktop it is off, and stays so', () => {
    const env = { XDG_CONFIG_HOME: mkdtempSync(join(scratch, 'config-')) };
    const item = createLoginItem({ app: app(true), platform: 'linux', env, home: '/h', executable: '/gone/calsync' });
    item.set(true);
    const file = autostartFile(env, '/h');
    const entry = readFileSync(file, 'utf8');
    for (const off of [`${entry}Hidden=true\n`, entry.replace('enabled=true', 'enabled=false')]) {
      writeFileSync(file, off);
      expect(item.enabled()).toBe(false);
      item.mend();
      expect(readFileSync(file, 'utf8')).toBe(off);
    }
    expect(item.set(true)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(entry);
  });

  test('of an AppImage that was moved, the entry names where it is now', () => {
    const env = { XDG_CONFIG_HOME: mkdtempSync(join(scratch, 'config-')) };
    const at = (APPIMAGE: string, isPackaged = true) =>
      createLoginItem({
        ...{ app: app(isPackaged), platform: 'linux', home: '/h', executable: '/tmp/.mount_x/calsync' },
        env: { ...env, APPIMAGE },
      });
    const launched = (): string | null => autostartProgram(readFileSync(autostartFile(env, '/h'), 'utf8'));
    const here = join(scratch, 'Cal$ync 100%.AppImage');
    writeFileSync(here, '');
    at('/gone/CalSync.AppImage').mend();
    expect(existsSync(autostartFile(env, '/h'))).toBe(false);
    at('/gone/CalSync.AppImage').set(true);
    at(here, false).mend();
    expect(launched()).toBe('/gone/CalSync.AppImage');
    at(here).mend();
    expect(launched()).toBe(here);
    // Another copy that is there is the person's choice.
    at('/elsewhere/CalSync.AppImage').mend();
    expect(launched()).toBe(here);
  });

  test('an entry cannot be broken out of', () => {
    const line = autostartEntry('/a"b`c$d\\e%f', [])
      .split('\n')
      .find((each) => each.startsWith('Exec='));
    expect(line).toBe('Exec="/a\\\\"b\\\\`c\\\\$d\\\\\\\\e%%f"');
    expect(autostartProgram(line ?? '')).toBe('/a"b`c$d\\e%f');
  });

  test('elsewhere the system is asked, and only a packaged app', () => {
    const packaged = app(true);
    const item = createLoginItem({ app: packaged, platform: 'darwin', env: {}, home: '/h', executable: '/x' });
    expect(item.set(true)).toBe(true);
    expect(packaged.calls).toEqual([{ openAtLogin: true, args: ['--hidden'] }]);
    expect(
      createLoginItem({ app: app(false), platform: 'win32', env: {}, home: '/h', executable: '/x' }).available,
    ).toBe(false);
  });
});

describe('waking', () => {
  function stage() {
    let now = 0;
    let online = true;
    const timers: { at: number; then: () => void }[] = [];
    const asked: string[] = [];
    const waking = watchWaking({
      isOnline: () => online,
      requestSync: (trigger) => asked.push(trigger),
      wait: (milliseconds, then) => {
        const timer = { at: now + milliseconds, then };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
      },
    });
    const pass = (milliseconds: number): void => {
      const end = now + milliseconds;
      for (;;) {
        timers.sort((one, other) => one.at - other.at);
        const [next] = timers;
        if (next === undefined || next.at > end) break;
        timers.shift();
        now = next.at;
        next.then();
      }
      now = end;
    };
    return { waking, asked, pass, goOnline: (to: boolean) => (online = to), timers };
  }

  test('waking and unlocking together ask once, a moment later', () => {
    const { waking, asked, pass } = stage();
    waking.woke();
    pass(1000);
    waking.woke();
    pass(4000);
    expect(asked).toEqual([]);
    pass(2000);
    expect(asked).toEqual(['wake']);
  });

  test('a computer that falls asleep again is let sleep', () => {
    const { waking, asked, pass } = stage();
    waking.woke();
    waking.sleeps();
    pass(60_000);
    expect(asked).toEqual([]);
  });

  test('the network that is back asks once, one that stays asks nothing', () => {
    const { waking, asked, pass, goOnline, timers } = stage();
    pass(60_000);
    goOnline(false);
    pass(60_000);
    expect(asked).toEqual([]);
    goOnline(true);
    pass(60_000);
    expect(asked).toEqual(['network']);
    waking.stop();
    expect(timers).toEqual([]);
  });
});
