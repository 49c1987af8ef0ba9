import { basename } from 'node:path';
import type { App, WebContents } from 'electron';
import type { LogFields, Logger } from '../../app/shell-log.ts';

/** A stack is told so deep. */
const deepest = 6;

/** The part of Node's `process` that is used here. */
export interface FaultSource {
  on(event: 'uncaughtExceptionMonitor' | 'unhandledRejection', listener: (fault: unknown) => void): unknown;
}

/**
 * Takes what was thrown; returns it as fields of a log line: its name, its text (which the log redacts) and where it
 * came from. Of files the names alone, because their paths hold the name of the person.
 */
export function faultFields(fault: unknown): LogFields {
  if (!(fault instanceof Error)) return { fault: typeof fault };
  const frames = (fault.stack ?? '').matchAll(/^\s*at (?:(.+?) \()?(?:file:\/\/)?(.+?):(\d+):(\d+)\)?$/gm);
  const stack = Array.from(frames, ([, name, file = '', line = '', column = '']) =>
    [name, `${basename(file.replaceAll('\\', '/'))}:${line}:${column}`].filter((part) => part !== undefined).join(' '),
  );
  return { fault: fault.name, text: fault.message, stack: stack.slice(0, deepest).join(', ') };
}

/**
 * Writes down what goes wrong in the app's processes and windows: pages that do not load, hang or crash, other
 * processes that end without being asked, and what nobody caught. Before any page exists.
 */
export function logCrashes(app: App, faults: FaultSource, log: Logger): void {
  app.on('web-contents-created', (_created, contents) => logContents(contents, log));
  app.on('child-process-gone', (_gone, { type, reason, exitCode, name, serviceName }) => {
    // The engine is asked to end, and then ended, each time that the app quits.
    const level = reason === 'clean-exit' || reason === 'killed' ? 'info' : 'error';
    log[level]('process-gone', { type, process: name ?? serviceName, reason, exitCode });
  });
  // A monitor, because a listener of the event itself would keep Electron from telling the person and ending.
  faults.on('uncaughtExceptionMonitor', (fault) => log.error('exception', faultFields(fault)));
  faults.on('unhandledRejection', (fault) => log.error('rejection', faultFields(fault)));
}

function logContents(contents: WebContents, log: Logger): void {
  contents.on('did-fail-load', (_failed, errorCode, _text, address) => {
    log.error('page-not-loaded', { page: pageOf(address), reason: errorCode });
  });
  contents.on('preload-error', (_failed, path, error) => {
    log.error('preload-failed', { script: basename(path), ...faultFields(error) });
  });
  contents.on('unresponsive', () => log.warn('page-hangs', { page: pageOf(contents.getURL()) }));
  contents.on('responsive', () => log.info('page-answers-again', { page: pageOf(contents.getURL()) }));
  contents.on('render-process-gone', (_gone, { reason, exitCode }) => {
    // Electron names the page's address still; a page that was closed is told, too, and is no trouble.
    const level = reason === 'clean-exit' ? 'info' : 'error';
    log[level]('page-gone', { page: pageOf(contents.getURL()), reason, exitCode });
  });
}

/** Takes the address of a page of ours; returns its name (`settings.html`), without what is after it. */
function pageOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname.slice(1) : '';
}

/** Tells of a fault in the terminal; its text may hold what must not be printed, so its name has to do. */
export function complain(where: string, fault: unknown): void {
  process.stderr.write(`CalSync: ${where} (${fault instanceof Error ? fault.name : 'unknown'})\n`);
}
