import { join } from 'node:path';
import { app, BrowserWindow, dialog, shell, webContents } from 'electron';
import { reportFileName, reportUnopened, writePrivateFile } from '../../app/support/index.ts';
import { version } from '../built.ts';
import type { EngineClient } from '../engine/client.ts';
import { wait } from '../life/timers.ts';
import { words } from '../words.ts';
import type { ReportSaver } from './save-report.ts';
import { createReportSaver } from './save-report.ts';

/** Takes the engine, where the data is and whether its world is made up; returns what saves support reports. After `ready`. */
export function createReports(engine: Pick<EngineClient, 'call'>, dataFolder: string, demo: boolean): ReportSaver {
  return createReportSaver({
    askEngine: () => engine.call('support.report', undefined),
    withoutEngine: (why) => reportUnopened({ dataFolder, version, demo, now: Date.now(), why }),
    askPlace,
    // The system's dialog has asked about a file that is there.
    write: (path, text) => writePrivateFile(path, text, true),
    show: (path) => shell.showItemInFolder(path),
    wait,
  });
}

/** Takes the contents of the window that asks; asks the person where a report goes. Null where they gave up. */
async function askPlace(contentsId: number): Promise<string | null> {
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
}
