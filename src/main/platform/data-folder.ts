import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, resolve, win32 } from 'node:path';
import { appError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';

export interface DataFolderQuestion {
  /** What the person chose, or null. */
  readonly override: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As `process.platform` says it. */
  readonly platform: string;
  /** The person's home folder. */
  readonly home: string;
}

/**
 * Takes what is known of the computer, returns the folder that holds the database and the logs: the chosen one, or
 * `~/Library/Application Support/CalSync`, `%APPDATA%\CalSync`, `$XDG_DATA_HOME/CalSync` (by default
 * `~/.local/share/CalSync`). Looks at no disk.
 */
export function dataFolder({ override, env, platform, home }: DataFolderQuestion): string {
  if (override !== null && override !== '') return override;
  switch (platform) {
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support', 'CalSync');
    case 'win32': {
      const roaming = env['APPDATA'] ?? '';
      return win32.join(roaming === '' ? win32.join(home, 'AppData', 'Roaming') : roaming, 'CalSync');
    }
    default: {
      const data = env['XDG_DATA_HOME'] ?? '';
      // XDG Base Directory Specification: "If an implementation encounters a relative path … it should … ignore it."
      return posix.join(posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'CalSync');
    }
  }
}

/**
 * Takes a folder, makes it (for this person only) where it is missing, takes the rights of others away where it is CalSync's and
 * proves that something can be written there. Fails with `data-folder-unusable`, also where the folder, or the link that leads to
 * it, belongs to somebody else: they could put another one in its place. So it does where what CalSync keeps in it is of somebody else, or
 * a link of theirs, because a folder that was open to all once may hold what they have put there to be written to.
 */
export function prepareDataFolder(path: string): Result<void, AppError> {
  try {
    makeFolder(resolve(path));
    if (!statSync(path).isDirectory()) return err(appError('data-folder-unusable', path, 'not a folder'));
    if (isOfSomebodyElse(path)) return err(appError('data-folder-unusable', path, 'of another user'));
    const foreign = makePrivate(path);
    if (foreign !== null) return err(appError('data-folder-unusable', foreign, 'of another user'));
    // Because permissions alone do not tell on Windows, on full disks and on read-only ones.
    rmdirSync(mkdtempSync(join(path, '.writable-')));
    return ok(undefined);
  } catch (error) {
    return unusable(path, error);
  }
}

/** As much as a sync writes before SQLite moves it into the database: so little is often left on a disk that counts as full. */
const room = 1_000_000;

/** Takes the data folder; proves that something of some size can be written there and reaches the disk. Fails with `data-folder-unusable`. */
export function proveRoom(path: string): Result<void, AppError> {
  const file = join(path, `.writable-${randomUUID().slice(0, 8)}`);
  try {
    writeFileSync(file, Buffer.alloc(room), { flag: 'wx', mode: 0o600, flush: true });
    return ok(undefined);
  } catch (error) {
    return unusable(path, error);
  } finally {
    rmSync(file, { force: true });
  }
}

function unusable(path: string, fault: unknown): Result<never, AppError> {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown';
  return err(appError('data-folder-unusable', path, code));
}

/** Windows has no such owners. What is not there is nobody's. A link of the system leads where its administrator wants it, as with a home on another disk. */
function isOfSomebodyElse(path: string): boolean {
  const own = process.getuid?.();
  if (own === undefined) return false;
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (link === undefined) return false;
  const uid = statSync(path, { throwIfNoEntry: false })?.uid ?? own;
  return uid !== own || (link.isSymbolicLink() && link.uid !== own && link.uid !== 0);
}

const ours = /^(?:calsync\.db|desktop\.json|(?:logs|pages)$)/;
const folders: ReadonlySet<string> = new Set(['logs', 'pages']);

/**
 * Takes the rights of others away from a folder of ours. One that holds other things is the person's choice, and keeps its own. Returns
 * what is ours by its name in it, and of somebody else; null where nothing is.
 */
function makePrivate(path: string): string | null {
  const names = readdirSync(path);
  // Those of a folder are looked at when nobody else can put anything there any more.
  if (names.every((name) => ours.test(name) || name.startsWith('.writable-'))) narrow(path, 0o700);
  for (const name of readdirSync(path).filter((one) => ours.test(one))) {
    const file = join(path, name);
    if (isOfSomebodyElse(file)) return file;
    narrow(file, folders.has(name) ? 0o700 : 0o600);
  }
  const logs = join(path, 'logs');
  if (lstatSync(logs, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  for (const name of readdirSync(logs)) {
    const file = join(logs, name);
    if (isOfSomebodyElse(file)) return file;
    narrow(file, 0o600);
  }
  return null;
}

function narrow(path: string, mode: number): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // What a link leads to is not ours to change, and another process may just have removed what was there.
  if (found === undefined || found.isSymbolicLink() || (found.mode & 0o077) === 0) return;
  try {
    chmodSync(path, mode);
  } catch (fault) {
    if (existsSync(path)) throw fault;
  }
}

/** Makes a folder and those above it one by one, because Node's own recursion never ends below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
