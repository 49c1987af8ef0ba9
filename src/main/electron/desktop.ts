import { existsSync, rmSync } from 'node:fs';
import { homedir, release } from 'node:os';
import { join, resolve } from 'node:path';
import { app, ipcMain, Menu, protocol, session } from 'electron';
import type { Status } from '../../shared/dto.ts';
import type { Logger } from '../app/shell-log.ts';
import { dist, version } from './built.ts';
import { startEngine } from './engine/start.ts';
import { complain, faultFields } from './life/crash-log.ts';
import { watchPower } from './life/power.ts';
import { quitInOrder } from './life/quitting.ts';
import { every, wait } from './life/timers.ts';
import { createNotifier } from './notifications/show.ts';
import { createDesktopHandlers } from './pages/handlers.ts';
import { registerIpc } from './pages/ipc.ts';
import { servePages } from './pages/page-files.ts';
import { createReports } from './pages/reports.ts';
import { confineSession, pagePreferences } from './safety/security.ts';
import { createLoginItem, hiddenArgument } from './start/login-item.ts';
import type { StartOptions } from './start/start-options.ts';
import { createTrayActions } from './tray/actions.ts';
import { createTray } from './tray/tray.ts';
import { macMenu } from './windows/closing-keys.ts';
import { openDesktopState } from './windows/desktop-state.ts';
import { discardsEdits } from './windows/message-box.ts';
import type { Windows } from './windows/windows.ts';
import { createWindows } from './windows/windows.ts';
import { words } from './words.ts';

/** What the tray tells of time changes this often, whether or not anything else does. */
const redrawPause = 30_000;

/** When the start had come how far, by `performance.now()`. */
export interface StartTimes {
  /** Our own code ran. */
  readonly code: number;
  /** Electron was ready. */
  readonly ready: number;
}

/** Takes how to start, the folder of the data, its log and when the start was where; puts the app together and runs it. After `ready`. */
export function runDesktop(start: StartOptions, dataFolder: string, log: Logger, times: StartTimes): void {
  confineSession(session.defaultSession);
  servePages(protocol, join(dist, 'renderer'));
  setUpMenus();

  const desktopState = openDesktopState(join(dataFolder, 'desktop.json'));
  const loginItem = createLoginItem({
    app,
    platform: process.platform,
    env: process.env,
    home: homedir(),
    executable: process.execPath,
  });
  loginItem.mend();

  const tray = createTray({
    iconFolder: resolve(dist, '../build/icons'),
    onAction: (action) => act(action),
    onClick: () => windows.togglePopup(),
  });
  const windows = createWindows({
    preferences: pagePreferences(join(dist, 'preload/index.cjs'), !app.isPackaged),
    desktopState,
    iconBounds: () => tray.bounds(),
    hasSettings: existsSync(join(dist, 'renderer/settings.html')),
    wait,
    now: () => performance.now(),
    discardsEdits,
  });
  const drawTray = (): void => tray.draw({ status: engine.status(), now: Date.now(), locale: app.getLocale() });
  const notify = createNotifier(desktopState, (place) => windows.showSettings(place));
  const comeForward = createComingForward(start, windows);

  const engine = startEngine(start, dataFolder, log, (status) => {
    windows.sendStatus(status);
    drawTray();
    notify(status);
    comeForward(status);
  });
  const act = createTrayActions(engine, windows);
  registerIpc({
    ipcMain,
    ours: () => windows.contentsIds(),
    callEngine: (name, input) => engine.call(name, input),
    desktop: createDesktopHandlers({
      dataFolder,
      windows,
      loginItem,
      reports: createReports(engine, dataFolder, start.demo),
    }),
    onFault: (name, fault) => {
      log.error('request-failed', { request: name, ...faultFields(fault) });
      complain(`${name} failed`, fault);
    },
  });

  const power = watchPower(engine, () => {
    const status = engine.status();
    if (status !== null) windows.sendStatus(status);
    drawTray();
  });
  const endRedrawing = every(redrawPause, () => {
    drawTray();
    // What becomes the person's by lasting does so without a new status.
    const status = engine.status();
    if (status !== null) notify(status);
  });

  app.on('second-instance', (_event, argv) => {
    // Started at login, say, while it runs already: nobody has asked to see anything.
    if (!argv.includes(hiddenArgument)) windows.showPopup();
  });
  app.on('activate', () => windows.showPopup());
  // Its windows are not the app: it goes on in the tray.
  app.on('window-all-closed', () => undefined);
  quitInOrder({
    log,
    stop: () => {
      endRedrawing();
      power.stop();
      windows.destroy();
    },
    closeEngine: () => engine.close(),
    free: () => {
      tray.destroy();
      if (start.demo) rmSync(dataFolder, { recursive: true, force: true });
    },
  });

  drawTray();
  const shownAt = performance.now();
  if (start.demo) windows.showPopup();
  log.info('started', {
    version,
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

/** An app of the tray has no dock icon, and no menu but what macOS finds its keys in. */
function setUpMenus(): void {
  if (process.platform === 'darwin') {
    app.dock?.hide();
    Menu.setApplicationMenu(Menu.buildFromTemplate([...macMenu]));
  } else Menu.setApplicationMenu(null);
  app.setAboutPanelOptions({
    applicationName: words.product,
    applicationVersion: version,
    copyright: words.aboutText,
  });
}

/**
 * Takes how the app was started and its windows; returns what takes each snapshot and shows a window unasked where one is needed: the
 * first steps while there is no account, and a sign-in that no browser shows.
 */
function createComingForward(
  start: StartOptions,
  windows: Pick<Windows, 'preparePopup' | 'showPopup' | 'showSettings'>,
): (status: Status) => void {
  let isFirst = true;
  let toldSignIn = false;
  return (status) => {
    if (status.waitsFor.engine !== null) return;
    if (isFirst && status.accounts.length === 0 && !start.hidden && !start.demo)
      windows.showSettings({ page: 'guide', item: null });
    // Whoever began it from the menu sees no window, and no browser either.
    if (status.signIn?.opened === 'failed' && !toldSignIn) windows.showPopup();
    toldSignIn = status.signIn?.opened === 'failed';
    if (isFirst) windows.preparePopup();
    isFirst = false;
  };
}
