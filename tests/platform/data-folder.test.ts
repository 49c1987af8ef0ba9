import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, prepareDataFolder } from '../../src/main/platform/index.ts';

describe('dataFolder', () => {
  it.each([
    ['darwin', {}, '/Users/anna', '/Users/anna/Library/Application Support/CalSync'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\anna', 'D:\\Roaming\\CalSync'],
    ['win32', {}, 'C:\\Users\\anna', 'C:\\Users\\anna\\AppData\\Roaming\\CalSync'],
    ['linux', {}, '/home/anna', '/home/anna/.local/share/CalSync'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/home/anna', '/data/CalSync'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/anna', '/home/anna/.local/share/CalSync'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/anna', '/home/anna/.local/share/CalSync'],
    ['freebsd', {}, '/home/anna', '/home/anna/.local/share/CalSync'],
  ])('on %s with %j', (platform, env, home, expected) => {
    expect(dataFolder({ override: null, env, platform, home })).toBe(expected);
  });

  it('is the chosen one, if one was chosen', () => {
    const question = { env: { XDG_DATA_HOME: '/data' }, platform: 'linux', home: '/home/anna' };
    expect(dataFolder({ ...question, override: './here' })).toBe('./here');
    expect(dataFolder({ ...question, override: '' })).toBe('/data/CalSync');
  });
});

describe('prepareDataFolder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'calsync-folder-'));
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes a missing folder for this person only, and leaves nothing in it', () => {
    const path = join(folder, 'a', 'b');
    expect(prepareDataFolder(path)).toEqual({ ok: true, value: undefined });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(path)).toEqual([]);
    expect(prepareDataFolder(path).ok).toBe(true);
  });

  it.each([
    ['a file is', 'EEXIST'],
    ['a file lies on the way to it', 'ENOTDIR'],
    ['a link leads nowhere', 'ENOENT'],
  ])('refuses a path where %s', (what, code) => {
    writeFileSync(join(folder, 'file'), 'kept');
    symlinkSync(join(folder, 'nowhere', 'at', 'all'), join(folder, 'link'));
    const name = what === 'a file is' ? 'file' : what === 'a link leads nowhere' ? 'link' : join('file', 'below');
    const path = join(folder, name);
    const prepared = prepareDataFolder(path);
    expect(prepared).toMatchObject({ ok: false, error: { code: 'data-folder-unusable', about: path } });
    if (!prepared.ok) expect([code, 'EEXIST', 'not a folder']).toContain(prepared.error.detail);
    expect(existsSync(join(folder, 'file'))).toBe(true);
  });

  const modeOf = (...names: string[]) => statSync(join(folder, ...names)).mode & 0o777;

  it('takes the rights of others away from what is there', () => {
    mkdirSync(join(folder, 'logs'));
    for (const name of ['calsync.db', 'calsync.db-wal', 'desktop.json', join('logs', 'calsync.log')]) {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), 0o644);
    }
    for (const name of ['.', 'logs']) chmodSync(join(folder, name), 0o755);
    expect(prepareDataFolder(folder).ok).toBe(true);
    expect(modeOf('.')).toBe(0o700);
    expect(modeOf('logs')).toBe(0o700);
    for (const name of ['calsync.db', 'calsync.db-wal', 'desktop.json', join('logs', 'calsync.log')]) {
      expect(modeOf(name), name).toBe(0o600);
    }
  });

  it('leaves a folder that holds other things as it is, and what a link leads to', () => {
    writeFileSync(join(folder, 'letter.txt'), '');
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'letter.txt'), 0o644);
    symlinkSync(join(folder, 'letter.txt'), join(folder, 'calsync.db'));
    expect(prepareDataFolder(folder).ok).toBe(true);
    expect(modeOf('.')).toBe(0o755);
    expect(modeOf('letter.txt')).toBe(0o644);
  });

  // Only the root user can give files away.
  it.runIf(process.getuid?.() === 0)('refuses a folder, and a link to it, of another user', () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    const refused = { ok: false, error: { code: 'data-folder-unusable', detail: 'of another user' } };
    chownSync(inner, 65_534, 65_534);
    expect(prepareDataFolder(inner)).toMatchObject(refused);
    chownSync(inner, 0, 0);
    const link = join(folder, 'link');
    symlinkSync(inner, link);
    expect(prepareDataFolder(link).ok).toBe(true);
    lchownSync(link, 65_534, 65_534);
    expect(prepareDataFolder(link)).toMatchObject(refused);
  });

  it
    .runIf(process.getuid?.() === 0)
    .each(['calsync.db', 'calsync.db-wal', 'desktop.json', 'logs', 'pages', join('logs', 'calsync.log')])(
    'refuses %s of another user, and a link of theirs, and takes a link of one’s own',
    (name) => {
      mkdirSync(join(folder, 'logs'));
      chmodSync(folder, 0o777);
      const path = join(folder, name);
      const refused = { ok: false, error: { code: 'data-folder-unusable', about: path, detail: 'of another user' } };
      const elsewhere = mkdtempSync(join(tmpdir(), 'calsync-elsewhere-'));
      rmSync(path, { recursive: true, force: true });
      if (name === 'logs' || name === 'pages') mkdirSync(path);
      else writeFileSync(path, '');
      expect(prepareDataFolder(folder).ok).toBe(true);
      chownSync(path, 65_534, 65_534);
      expect(prepareDataFolder(folder)).toMatchObject(refused);
      rmSync(path, { recursive: true });
      // One that leads nowhere as well: what is written there would be made for them.
      for (const target of [elsewhere, join(elsewhere, 'nowhere')]) {
        symlinkSync(target, path);
        expect(prepareDataFolder(folder).ok).toBe(true);
        lchownSync(path, 65_534, 65_534);
        expect(prepareDataFolder(folder)).toMatchObject(refused);
        rmSync(path);
      }
      rmSync(elsewhere, { recursive: true });
    },
  );

  it.runIf(process.getuid?.() === 0)('takes one in a home that lies elsewhere, whoever has linked it there', () => {
    mkdirSync(join(folder, 'disk'));
    symlinkSync(join(folder, 'disk'), join(folder, 'home'));
    lchownSync(join(folder, 'home'), 65_534, 65_534);
    const path = join(folder, 'home', 'CalSync');
    expect(prepareDataFolder(path).ok).toBe(true);
    writeFileSync(join(path, 'calsync.db'), '');
    expect(prepareDataFolder(path).ok).toBe(true);
  });

  // The root user may write anywhere, so there is nothing to see for it.
  it.skipIf(process.getuid?.() === 0)('refuses a folder that may not be written', () => {
    chmodSync(folder, 0o500);
    expect(prepareDataFolder(folder)).toMatchObject({
      ok: false,
      error: { code: 'data-folder-unusable', detail: 'EACCES' },
    });
  });

  it.runIf(existsSync('/proc/self'))('refuses a folder on a disk that takes nothing', () => {
    expect(prepareDataFolder('/proc/self')).toMatchObject({ ok: false, error: { code: 'data-folder-unusable' } });
  });
});

describe('a folder below a place that takes none', () => {
  it.runIf(process.platform === 'linux')('is refused and not waited for', () => {
    expect(prepareDataFolder('/proc/nope/deeper')).toMatchObject({
      ok: false,
      error: { code: 'data-folder-unusable' },
    });
  });
});
