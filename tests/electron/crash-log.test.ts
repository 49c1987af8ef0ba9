import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createShellLog } from '../../src/main/app/shell-log.ts';
import { faultFields, logCrashes } from '../../src/main/electron/life/crash-log.ts';

let folder: string;
let app: EventEmitter;
let faults: EventEmitter;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calsync-crash-log-'));
  app = new EventEmitter();
  faults = new EventEmitter();
  logCrashes(app as unknown as App, faults, createShellLog(folder));
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (): string => readFileSync(join(folder, 'logs/desktop.log'), 'utf8');
const lines = (): Record<string, unknown>[] =>
  text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A page's contents, which tell what happens to them. */
class FakeContents extends EventEmitter {
  getURL(): string {
    return 'app://calsync/settings.html?account=ada@example.com#accounts';
  }
}

describe('the log of the main process', () => {
  test('has a line for each process that ends, an error unless it was asked to', () => {
    app.emit('child-process-gone', {}, { type: 'Utility', name: 'CalSync engine', reason: 'crashed', exitCode: 11 });
    app.emit('child-process-gone', {}, { type: 'GPU', serviceName: 'gpu', reason: 'clean-exit', exitCode: 0 });
    expect(lines()).toMatchObject([
      {
        level: 'error',
        event: 'process-gone',
        type: 'Utility',
        process: 'CalSync engine',
        reason: 'crashed',
        exitCode: 11,
      },
      { level: 'info', event: 'process-gone', type: 'GPU', process: 'gpu', reason: 'clean-exit', exitCode: 0 },
    ]);
  });

  test('has a line for each page that does not load, hangs or crashes, by its name alone', () => {
    const contents = new FakeContents();
    app.emit('web-contents-created', {}, contents);
    contents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', contents.getURL());
    contents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', '');
    contents.emit('unresponsive');
    contents.emit('responsive');
    contents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 9 });
    contents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    contents.emit('preload-error', {}, '/home/ada/calsync/index.cjs', new Error('no bridge'));
    expect(lines()).toMatchObject([
      { level: 'error', event: 'page-not-loaded', page: 'settings.html', reason: -6 },
      { level: 'error', event: 'page-not-loaded', page: '' },
      { level: 'warn', event: 'page-hangs', page: 'settings.html' },
      { level: 'info', event: 'page-answers-again', page: 'settings.html' },
      { level: 'error', event: 'page-gone', page: 'settings.html', reason: 'oom', exitCode: 9 },
      { level: 'info', event: 'page-gone', reason: 'clean-exit' },
      { level: 'error', event: 'preload-failed', script: 'index.cjs', fault: 'Error', text: 'no bridge' },
    ]);
    expect(text()).not.toContain('ada');
  });

  test('has what nobody caught, without what is private', () => {
    const token = '1//0gFictionalRefreshToken_abcdefghijkl';
    faults.emit('uncaughtExceptionMonitor', new TypeError(`ada@example.com has ${token}, code=4/abc`));
    faults.emit('unhandledRejection', 'ada@example.com');
    const [exception, rejection] = lines();
    expect(exception).toMatchObject({ level: 'error', event: 'exception', fault: 'TypeError' });
    expect(exception?.['text']).toBe('[redacted] has [redacted], code=[redacted]');
    expect(rejection).toMatchObject({ level: 'error', event: 'rejection', fault: 'string' });
    for (const secret of ['ada', token, '4/abc']) expect(text()).not.toContain(secret);
  });
});

test('a fault is told with where it came from, and no path of a person', () => {
  const fault = new RangeError('too far');
  fault.stack = [
    'RangeError: too far',
    '    at drawTray (/home/ada/calsync/dist/electron/main.cjs:120:7)',
    '    at C:\\Users\\ada\\CalSync\\resources\\app.asar\\dist\\electron\\main.cjs:9:1',
    '    at async Promise.all (index 0)',
    '    at file:///home/ada/x/engine.js:3:4',
  ].join('\n');
  expect(faultFields(fault)).toEqual({
    fault: 'RangeError',
    text: 'too far',
    stack: 'drawTray main.cjs:120:7, main.cjs:9:1, engine.js:3:4',
  });
  fault.stack = Array.from({ length: 50 }, (_, index) => `    at step (main.cjs:${index}:1)`).join('\n');
  expect(String(faultFields(fault)['stack']).split(', ')).toHaveLength(6);
  expect(faultFields(undefined)).toEqual({ fault: 'undefined' });
});
