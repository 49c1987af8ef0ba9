import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/main/platform/index.ts';
import { FakeClock } from '../support/fake-clock.ts';

let folder: string;
let stderr: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calsync-logger-'));
  stderr = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    stderr += String(chunk);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const clock = new FakeClock({ start: Date.UTC(2026, 2, 23, 8) });
const read = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('createLogger', () => {
  it('writes one JSON object a line, from the wanted level on, into a file that others cannot read', () => {
    const file = join(folder, 'logs', 'calsync.log');
    const logger = createLogger({ file, level: 'info', console: false, clock });
    logger.debug('too-quiet');
    logger.info('pull-finished', { calendars: 3, quick: true, rest: null });
    logger.error('odd', { note: 'two\nlines %s %c %d' });
    expect(read(file)).toEqual([
      { at: '2026-03-23T08:00:00.000Z', level: 'info', event: 'pull-finished', calendars: 3, quick: true, rest: null },
      { at: '2026-03-23T08:00:00.000Z', level: 'error', event: 'odd', note: 'two\nlines %s %c %d' },
    ]);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(stderr).toBe('');
  });

  it('redacts whatever reaches it', () => {
    const file = join(folder, 'calsync.log');
    const logger = createLogger({ file, level: 'debug', console: true, clock });
    logger.warn('read a@b.example', {
      summary: 'Dentist',
      detail: 'GET https://x.example/?code=4711 with Bearer ya29.secretsecret for c_1@group.calendar.google.com',
    });
    const all = readFileSync(file, 'utf8') + stderr;
    for (const secret of ['a@b', 'Dentist', '4711', 'ya29', 'c_1@']) expect(all).not.toContain(secret);
    expect(stderr).toBe(readFileSync(file, 'utf8'));
  });

  it('lets no field pose as the head of a line', () => {
    const file = join(folder, 'calsync.log');
    createLogger({ file, level: 'debug', console: false, clock }).info('true-event', {
      event: 'forged',
      level: 'error',
    });
    expect(read(file)).toEqual([{ at: '2026-03-23T08:00:00.000Z', level: 'info', event: 'true-event' }]);
  });

  it('never writes to standard output', () => {
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const logger = createLogger({ file: null, level: 'debug', console: true, clock });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]('here');
    expect(stdout).not.toHaveBeenCalled();
    expect(stderr.trimEnd().split('\n')).toHaveLength(4);
  });

  it('sets a full file aside', () => {
    const file = join(folder, 'calsync.log');
    const logger = createLogger({ file, level: 'debug', console: false, clock, maxSize: 2000 });
    for (let line = 0; line < 100; line += 1) logger.info('line', { line, filling: 'x'.repeat(50) });
    expect(existsSync(join(folder, 'calsync.old.log'))).toBe(true);
    expect(statSync(file).size).toBeLessThan(2300);
    expect(read(file).at(-1)).toMatchObject({ line: 99 });
  });

  it('keeps two loggers apart', () => {
    const first = createLogger({ file: join(folder, 'first.log'), level: 'debug', console: false, clock });
    const second = createLogger({ file: join(folder, 'second.log'), level: 'error', console: false, clock });
    first.info('one');
    second.error('two');
    expect(read(join(folder, 'first.log'))).toMatchObject([{ event: 'one' }]);
    expect(read(join(folder, 'second.log'))).toMatchObject([{ event: 'two' }]);
  });

  it('goes on without a file that cannot be written', () => {
    mkdirSync(join(folder, 'in-the-way.log'));
    writeFileSync(join(folder, 'plain'), '');
    for (const file of [join(folder, 'in-the-way.log'), join(folder, 'plain', 'calsync.log')]) {
      const logger = createLogger({ file, level: 'debug', console: false, clock });
      expect(() => logger.error('still-running')).not.toThrow();
      expect(() => logger.error('still-running')).not.toThrow();
    }
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toMatch(/Can't write to .*in-the-way\.log/);
  });
});
