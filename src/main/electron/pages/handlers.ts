import { join } from 'node:path';
import { app, shell } from 'electron';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { version } from '../built.ts';
import { allowedPage, helpLinks, openExternal } from '../safety/external.ts';
import type { LoginItem } from '../start/login-item.ts';
import type { Windows } from '../windows/windows.ts';
import type { DesktopHandlers } from './ipc.ts';
import type { ReportSaver } from './save-report.ts';

/** What the requests of pages to the desktop itself are answered with. */
export interface HandlersOptions {
  readonly dataFolder: string;
  readonly windows: Pick<Windows, 'showSettings' | 'close' | 'fit'>;
  readonly loginItem: LoginItem;
  readonly reports: ReportSaver;
}

/** Takes what they are answered with; returns what answers each request of `desktopContract`. */
export function createDesktopHandlers({ dataFolder, windows, loginItem, reports }: HandlersOptions): DesktopHandlers {
  return {
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
        version,
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
      const opened = await openExternal(allowedPage(helpLinks[link]), (allowed) => shell.openExternal(allowed));
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
}
