import { mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, protocol } from 'electron';
import type { AppError } from '../../shared/errors.ts';
import { appError } from '../../shared/errors.ts';
import { unsafeSwitch } from '../../shared/unsafe-start.ts';
import { createShellLog } from '../app/shell-log.ts';
import { runDesktop } from './desktop.ts';
import { logCrashes } from './life/crash-log.ts';
import { every } from './life/timers.ts';
import { confinePages, quietChromium } from './safety/security.ts';
import { desktopDataFolder, pagesFolder, prepareFolders } from './start/data-folder.ts';
import { isRead, standardError } from './start/standard-error.ts';
import { readStart } from './start/start-options.ts';
import { isHeldByAnother, tellRefused, tellUnusable } from './start/unusable.ts';
import { words } from './words.ts';

/** All that is decided before Electron is ready: whether to start at all, on which data, and how the pages are confined. */
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
  app.setPath('sessionData', pagesFolder(dataFolder));
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
  logCrashes(app, process, log);
  // Whoever turns it off for the whole process (as root, in a container) must, otherwise nothing starts.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  void app.whenReady().then(() => runDesktop(start.value, dataFolder, log, { code, ready: performance.now() }));
}

main();
