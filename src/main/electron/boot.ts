import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, release, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  net,
  Notification,
  powerMonitor,
  protocol,
  session,
  shell,
  utilityProcess,
  webContents,
} from 'electron';
import type { Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import { appError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { err, ok } from '../../shared/result.ts';
import { unsafeSwitch } from '../../shared/unsafe-start.ts';
import { prepareDataFolder } from '../app/data-folder.ts';
import type { Logger } from '../app/shell-log.ts';
import { createShellLog } from '../app/shell-log.ts';
import { reportFileName, reportUnopened, writePrivateFile } from '../app/support/index.ts';
import { macMenu } from './closing-keys.ts';
import type { EngineClient } from './engine-client.ts';
import { startEngineClient } from './engine-client.ts';
import { allowedPage, allowedSignIn, helpLinks, openExternal, signInPlace } from './external.ts';
import { desktopDataFolder } from './folder.ts';
import { faultFields, logHappenings } from './happenings.ts';
import type { DesktopHandlers } from './ipc.ts';
import { registerIpc } from './ipc.ts';
import { createLoginItem, hiddenArgument } from './login-item.ts';
import { dueNotices, placeOfMatter } from './notices.ts';
import { servePages } from './protocol.ts';
import { openMemory } from './remembered.ts';
import { createReportSaver } from './save-report.ts';
import { confinePages, confineSession, pagePreferences, quietChromium } from './security.ts';
import type { StartOptions } from './start-options.ts';
import { isRead, standardError } from './standard-error.ts';
import { readStart } from './start-options.ts';
import type { TrayAction } from './tray-view.ts';
import { createTray } from './tray.ts';
import { isHeldByAnother, tellRefused, tellUnusable } from './unusable.ts';
import { watchWaking } from './waking.ts';
import { createWindows } from './windows.ts';
import { boxText, words } from './words.ts';

/** Put in by the build (vite.config.ts) from package.json. */
declare const __CALSYNC_VERSION__: string;

/** The built programs and pages: this file is `dist/electron/main.cjs`. */
const dist = resolve(import.meta.dirname, '..');

/** What the tray tells of time changes this often, whether or not anything else does. */
const redrawPause = 30_000;

const wait = (milliseconds: number, then: () => void): (() => void) => {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
};

const every = (milliseconds: number, then: () => void): (() => void) => {
  const timer = setInterval(then, milliseconds);
  return () => clearInterval(timer);
};

/** Takes the data folder; makes it and what pages keep in it, and proves that both can be written. */
function prepareFolders(dataFolder: string): Result<void, AppError> {
  const prepared = prepareDataFolder(dataFolder);
  if (!prepared.ok) return prepared;
  return prepareDataFolder(join(dataFolder, 'pages'));
}

/** Tells of a fault in the terminal; its text may hold what must not be printed, so its name has to do. */
function complain(where: string, fault: unknown): void {
  process.stderr.write(`CalSync: ${where} (${fault instanceof Error ? fault.name : 'unknown'})\n`);
}

/** Ends a process that may not listen any more; one that has ended by itself is let be. */
function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (fault) {
    complain('the engine could not be ended', fault);
  }
}

/** When the start had come how far, by `performance.now()`. */
interface StartTimes {
  /** Our own code ran. */
  readonly code: number;
  /** Electron was ready. */
  readonly ready: number;
}

/** Takes how to start, the folder of the data, its log and when the start was where; runs the app. After `ready`. */
function run(start: StartOptions, dataFolder: string, log: Logger, times: StartTimes): void {
  const development = !app.isPackaged;
  confineSession(session.defaultSession);
  servePages(protocol, join(dist, 'renderer'));
  if (process.platform === 'darwin') {
    app.dock?.hide();
    Menu.setApplicationMenu(Menu.buildFromTemplate([...macMenu]));
  } else Menu.setApplicationMenu(null);
  app.setAboutPanelOptions({
    applicationName: words.product,
    applicationVersion: __CALSYNC_VERSION__,
    copyright: words.aboutText,
  });

  const memory = openMemory(join(dataFolder, 'desktop.json'));
  const loginItem = createLoginItem({
    app,
    platform: process.platform,
    env: process.env,
    home: homedir(),
    executable: process.execPath,
  });
  loginItem.mend();
  const place = signInPlace(start.googleUrl, start.demo);
  const open = (address: string): Promise<void> => shell.openExternal(address);
  let firstStatus = true;
  let toldSignIn = false;
  // Kept here, because one that is collected as garbage can no longer be clicked.
  const notifications = new Set<Notification>();

  const tray = createTray({
    iconFolder: resolve(dist, '../build/icons'),
    onAction: (action) => act(action),
    onClick: () => windows.togglePopup(),
  });
  const windows = createWindows({
    preferences: pagePreferences(join(dist, 'preload/index.cjs'), development),
    memory,
    iconBounds: () => tray.bounds(),
    hasSettings: existsSync(join(dist, 'renderer/settings.html')),
    wait,
    now: () => performance.now(),
    discardsEdits: (window) => {
      const { message, detail, goBack, discard } = words.unsaved;
      const buttons = [goBack, discard];
      return dialog.showMessageBoxSync(window, { type: 'question', message, detail, buttons, cancelId: 0 }) === 1;
    },
  });
  const drawTray = (): void => tray.draw({ status: engine.status(), now: Date.now(), locale: app.getLocale() });

  const notify = (status: Status): void => {
    const { due, told } = dueNotices(status, Date.now(), memory.get().told);
    memory.set({ told: [...told] });
    for (const { title, body, matter } of due) {
      const notification = new Notification({ title, body });
      notification.on('click', () => windows.showSettings(placeOfMatter(matter)));
      notification.on('close', () => notifications.delete(notification));
      notifications.add(notification);
      notification.show();
    }
  };

  const explain = (error: AppError, heading: string | null = null): void => {
    void dialog.showMessageBox({ type: 'warning', title: words.product, ...boxText(error, heading) });
  };

  const engine: EngineClient = startEngineClient({
    fork: () =>
      utilityProcess.fork(join(dist, 'main', start.demo ? 'demo-process.js' : 'engine-process.js'), [], {
        serviceName: 'CalSync engine',
      }),
    start: {
      kind: 'start',
      dataFolder,
      googleUrl: start.googleUrl,
      version: __CALSYNC_VERSION__,
      // Never in a packaged app, because it would run whatever the variable names.
      nativeBinding: development ? (process.env['CALSYNC_TEST_SQLITE_BINDING'] ?? null) : null,
    },
    openUrl: (address) => openExternal(allowedSignIn(address, place), open),
    // Where the desktop does not say, Chromium goes directly, and so does the engine.
    resolveProxy: (address) => session.defaultSession.resolveProxy(address).catch(() => 'DIRECT'),
    onStatus: (status) => {
      windows.sendStatus(status);
      drawTray();
      notify(status);
      if (status.waitsFor.engine !== null) return;
      if (firstStatus && status.accounts.length === 0 && !start.hidden && !start.demo)
        windows.showSettings({ page: 'guide', item: null });
      // Whoever began it from the menu sees no window, and no browser either.
      if (status.signIn?.opened === 'failed' && !toldSignIn) windows.showPopup();
      toldSignIn = status.signIn?.opened === 'failed';
      if (firstStatus) windows.preparePopup();
      firstStatus = false;
    },
    onNotices: (notices) => {
      for (const notice of notices) explain(notice);
    },
    onFailed: (error) => {
      log.error('engine-cannot-start', { errorCode: error.code, detail: error.detail });
      explain(error, words.startFailed);
    },
    onSaid: (line) => void process.stdout.write(`${line}\n`),
    onCrash: (code, pause) => {
      log.error('engine-ended', { exitCode: code, startsAgainInMs: pause });
      process.stderr.write(`CalSync: the engine ended with ${code} and starts again in ${pause / 1000} s\n`);
    },
    wait,
    end: (pid) => {
      log.warn('engine-does-not-answer', {});
      endNow(pid);
    },
    now: () => performance.now(),
    wallClock: () => Date.now(),
    every,
    demo: start.demo,
  });

  const act = (action: TrayAction): void => {
    switch (action.kind) {
      case 'open':
        windows.showPopup();
        return;
      case 'sync':
        void engine.call('sync.now', undefined);
        return;
      case 'pause':
        void engine.call('sync.pause', { until: action.until });
        return;
      case 'resume':
        void engine.call('sync.resume', undefined);
        return;
      case 'reconnect':
        void engine.call('account.reconnect', { accountId: action.accountId }).then((answer) => {
          // Nobody looks at the popup just then; a sign-in that failed without a word would be tried for ever.
          if (!answer.ok && answer.error.code !== 'sign-in-interrupted') explain(answer.error);
        });
        return;
      case 'settings':
        windows.showSettings({ page: action.page, item: action.item ?? null });
        return;
      case 'about':
        app.showAboutPanel();
        return;
      case 'quit':
        app.quit();
        return;
    }
  };

  const reports = createReportSaver({
    askEngine: () => engine.call('support.report', undefined),
    withoutEngine: (why) =>
      reportUnopened({ dataFolder, version: __CALSYNC_VERSION__, demo: start.demo, now: Date.now(), why }),
    askPlace: async (contentsId) => {
      const contents = webContents.fromId(contentsId);
      const window = contents === undefined ? null : BrowserWindow.fromWebContents(contents);
      const question = {
        title: words.saveReport,
        defaultPath: join(app.getPath('documents'), reportFileName(Date.now())),
        filters: [{ name: words.textFiles, extensions: ['txt'] }],
      };
      const { canceled, filePath } = await (window === null
        ? dialog.showSaveDialog(question)
        : dialog.showSaveDialog(window, question));
      return canceled || filePath === '' ? null : filePath;
    },
    // The system's dialog has asked about a file that is there.
    write: (path, text) => writePrivateFile(path, text, true),
    show: (path) => shell.showItemInFolder(path),
    wait,
  });

  const desktop: DesktopHandlers = {
    'window.settings': ({ page, item = null }) => {
      windows.showSettings({ page, item });
      return ok(null);
    },
    'window.close': (_input, { contentsId }) => {
      windows.close(contentsId);
      return ok(null);
    },
    'window.fit': ({ height }, { contentsId }) => {
      windows.fit(contentsId, height);
      return ok(null);
    },
    'app.info': () =>
      ok({
        version: __CALSYNC_VERSION__,
        electron: process.versions.electron,
        chrome: process.versions.chrome,
        node: process.versions.node,
        platform: process.platform,
        launchAtLogin: loginItem.enabled(),
        launchAtLoginAvailable: loginItem.available,
      }),
    'app.launchAtLogin': ({ enabled }) => ok(loginItem.available ? loginItem.set(enabled) : loginItem.enabled()),
    'app.openLogs': async () => {
      const failed = await shell.openPath(join(dataFolder, 'logs'));
      return failed === '' ? ok(null) : err(appError('unexpected', 'the folder of the logs could not be opened'));
    },
    'app.openHelp': async ({ link }) => {
      const opened = await openExternal(allowedPage(helpLinks[link]), open);
      return opened.ok ? ok(null) : opened;
    },
    'app.saveReport': (_input, { contentsId }) => reports.save(contentsId),
    'app.showReport': () => {
      reports.show();
      return ok(null);
    },
    'app.quit': () => {
      app.quit();
      return ok(null);
    },
  };
  registerIpc({
    ipcMain,
    ours: () => windows.contentsIds(),
    callEngine: (name, input) => engine.call(name, input),
    desktop,
    onFault: (name, fault) => {
      log.error('request-failed', { request: name, ...faultFields(fault) });
      complain(`${name} failed`, fault);
    },
  });

  const waking = watchWaking({
    isOnline: () => net.isOnline(),
    requestSync: (trigger) => engine.requestSync(trigger),
    wait,
  });
  powerMonitor.on('resume', () => {
    engine.woke();
    const status = engine.status();
    if (status !== null) windows.sendStatus(status);
    drawTray();
    waking.woke();
  });
  powerMonitor.on('unlock-screen', () => waking.woke());
  powerMonitor.on('suspend', () => waking.sleeps());
  const redrawing = setInterval(() => {
    drawTray();
    // What becomes the person's by lasting does so without a new status.
    const status = engine.status();
    if (status !== null) notify(status);
  }, redrawPause);

  app.on('second-instance', (_event, argv) => {
    // Started at login, say, while it runs already: nobody has asked to see anything.
    if (!argv.includes(hiddenArgument)) windows.showPopup();
  });
  app.on('activate', () => windows.showPopup());
  // Its windows are not the app: it goes on in the tray.
  app.on('window-all-closed', () => undefined);

  let closing = false;
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    // Because a write that is cut off would have to be looked for by the next run; it is let finish first.
    event.preventDefault();
    if (closing) return;
    closing = true;
    log.info('quitting');
    clearInterval(redrawing);
    waking.stop();
    windows.destroy();
    void engine.close().then(() => {
      closed = true;
      log.info('quit');
      tray.destroy();
      if (start.demo) rmSync(dataFolder, { recursive: true, force: true });
      app.quit();
    });
  });
  // Asked for by the system: a log-out waits for a moment, and the rest is put right by the next run.
  powerMonitor.on('shutdown', () => app.quit());
  process.on('SIGINT', () => app.quit());
  process.on('SIGTERM', () => app.quit());

  drawTray();
  const shownAt = performance.now();
  if (start.demo) windows.showPopup();
  log.info('started', {
    version: __CALSYNC_VERSION__,
    electron: process.versions.electron,
    chrome: process.versions.chrome,
    node: process.versions.node,
    system: `${process.platform} ${release()} ${process.arch}`,
    packaged: app.isPackaged,
    hidden: start.hidden,
    demo: start.demo,
    // From the first line of our code until Electron was ready, and from then until the tray was up.
    readyAfterMs: Math.round(times.ready - times.code),
    trayAfterMs: Math.round(shownAt - times.ready),
  });
}

function main(): void {
  const code = performance.now();
  const argv = process.argv.slice(1);
  const start = readStart(argv, process.env, app.isPackaged);
  app.setName(words.product);
  quietChromium(app);
  const say = (text: string): void => void process.stderr.write(text);
  if (!start.ok) {
    void tellRefused({
      app,
      dialog,
      error: start.error,
      isRead: isRead(standardError(), process.env),
      atOnce: app.isPackaged && unsafeSwitch(argv) !== null,
      complain: say,
    });
    return;
  }
  const dataFolder = start.value.demo
    ? mkdtempSync(join(tmpdir(), 'calsync-demo-'))
    : (start.value.dataFolder ?? desktopDataFolder(process.platform, process.env, homedir(), app.getPath('appData')));
  const prepared = prepareFolders(dataFolder);
  const refuse = (error: AppError): void =>
    void tellUnusable({
      app,
      dialog,
      error,
      isMended: () => prepareFolders(dataFolder).ok,
      every,
      complain: say,
      program: process.env['APPIMAGE'],
    });
  if (!prepared.ok) {
    refuse(prepared.error);
    return;
  }
  // The lock of the single instance lies there too: two folders are two installations.
  app.setPath('userData', dataFolder);
  app.setPath('sessionData', join(dataFolder, 'pages'));
  if (!app.requestSingleInstanceLock()) {
    if (isHeldByAnother(dataFolder, process.platform)) app.exit(0);
    else refuse(appError('data-folder-unusable', dataFolder, 'no lock of the single instance'));
    return;
  }
  // Two small pages need no graphics card, whose driver may fail again and again. Chromium would end the app at the sixth time,
  // although the process that paints without one can start as often as it likes.
  app.disableHardwareAcceleration();
  app.commandLine.appendSwitch('disable-gpu-process-crash-limit');
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  confinePages(app);
  const log = createShellLog(dataFolder);
  logHappenings(app, process, log);
  // Whoever turns it off for the whole process (as root, in a container) must, otherwise nothing starts.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  void app.whenReady().then(() => run(start.value, dataFolder, log, { code, ready: performance.now() }));
}

main();
