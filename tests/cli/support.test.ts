import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../src/shared/errors.ts';
import { calsync } from './run-in-process.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'calsync-support-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const usual = 'calsync-support-2026-03-23.txt';
const text = (name: string): string => readFileSync(join(cwd, name), 'utf8');

describe('support', () => {
  test('writes the report into a file of the day that only its owner may read, and says what it holds', async () => {
    const answer = await calsync(['support'], { cwd });
    expect(answer).toMatchObject({ exit: 0, stderr: '' });
    expect(answer.stdout.split('\n')).toEqual([
      `The report is in ${join(cwd, usual)}.`,
      'It holds versions, choices, counts, the last syncs and the log; no titles, names, addresses or sign-ins.',
      'Nothing was sent anywhere. Read it before you pass it on.',
      '',
    ]);
    expect(text(usual)).toBe('CalSync 0.1.0\nhealth in-sync\n');
    expect(statSync(join(cwd, usual)).mode & 0o777).toBe(0o600);
    expect((await calsync(['support', '--output', 'my report.txt', '--json'], { cwd })).json()).toEqual({
      ok: true,
      report: { file: join(cwd, 'my report.txt') },
    });
  });

  test('replaces a file only when told to, and leaves nothing beside it', async () => {
    writeFileSync(join(cwd, usual), 'mine', { mode: 0o644 });
    const refused = await calsync(['support'], { cwd });
    expect(refused).toMatchObject({ exit: 2, stdout: '' });
    expect(refused.stderr).toBe(
      `There is a file ${join(cwd, usual)} already, so nothing was written.\nName another file, or replace it with --force.\n`,
    );
    expect(text(usual)).toBe('mine');
    expect(await calsync(['support', '--force'], { cwd })).toMatchObject({ exit: 0 });
    expect(text(usual)).toContain('CalSync 0.1.0');
    expect(statSync(join(cwd, usual)).mode & 0o777).toBe(0o600);
    expect(readdirSync(cwd)).toEqual([usual]);
  });

  test('with - prints the report and nothing else', async () => {
    const answer = await calsync(['support', '--output', '-'], { cwd });
    expect(answer).toMatchObject({ exit: 0, stdout: 'CalSync 0.1.0\nhealth in-sync\n', stderr: '' });
    expect((await calsync(['support', '--output', '-', '--json'], { cwd })).json()).toEqual({
      ok: true,
      report: { file: null, text: 'CalSync 0.1.0\nhealth in-sync\n' },
    });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    ['a folder that is not there', 'no/report.txt', 3, 'file-not-written'],
    ['a folder', '.', 3, 'file-not-written'],
    ['a place where nobody may write', '/proc/report.txt', 3, 'file-not-written'],
    ['nothing', '', 2, 'option-invalid'],
  ])('says that it cannot write to %s', async (_what, output, exit, code) => {
    for (const force of [[], ['--force']]) {
      const answer = await calsync(['support', '--output', output, ...force, '--json'], { cwd });
      expect(answer.exit).toBe(exit);
      expect(answer.json()).toMatchObject({ ok: false, error: { code } });
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('does not put a file in the place of a device', async () => {
    // By a link, so that no device is lost where this does not hold.
    symlinkSync('/dev/null', join(cwd, 'device'));
    const answer = await calsync(['support', '--output', 'device', '--force'], { cwd });
    expect(answer).toMatchObject({ exit: 3, stdout: '' });
    expect(readlinkSync(join(cwd, 'device'))).toBe('/dev/null');
    expect(readdirSync(cwd)).toEqual(['device']);
  });

  test('makes the report where the database cannot be opened, and says why that is', async () => {
    const createFails = appError('database-from-future', '99', 'user_version 99');
    const answer = await calsync(['support'], { cwd, createFails });
    expect(answer).toMatchObject({ exit: 0, stderr: '' });
    expect(answer.stdout).toContain('The report says so, and holds the rest.');
    expect(text(usual)).toBe('CalSync 9.8.7\nnot opened: database-from-future\n');
    const inJson = await calsync(['support', '--json', '--force'], { cwd, createFails });
    expect(inJson.json()).toMatchObject({ ok: true, unopened: { code: 'database-from-future' } });
    // No other command goes on then.
    expect(await calsync(['status'], { cwd, createFails })).toMatchObject({ exit: 6, stdout: '' });
  });

  test('makes the report where opening the database is a fault of our own', async () => {
    const broken = { createCalSync: () => Promise.reject(new TypeError('secret')) };
    expect(await calsync(['support'], { cwd, application: broken })).toMatchObject({ exit: 0, stderr: '' });
    expect(text(usual)).toContain('not opened: unexpected');
    expect(await calsync(['status'], { cwd, application: broken })).toMatchObject({ exit: 1 });
  });

  test('makes it with the real parts where the folder of the data cannot be used', async () => {
    writeFileSync(join(cwd, 'data'), 'a file');
    const real = await import('../../src/main/app/index.ts');
    const answer = await calsync(['support', '--data-dir', 'data'], { cwd, application: real });
    expect(answer).toMatchObject({ exit: 0, stderr: '' });
    expect(text(usual)).toContain('no: data-folder-unusable (not a folder)');
    expect(text(usual)).not.toContain(cwd);
  });
});
