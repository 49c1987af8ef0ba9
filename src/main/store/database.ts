import { chmodSync, closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { appError, type AppError } from '../../shared/errors.ts';
import type { CalendarId, EventId, SlotKey } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { day, second, type Instant } from '../../shared/time.ts';
import { sourceRef } from '../core/identity.ts';
import { slotIdOf } from '../core/slot-ids.ts';
import type { Logger } from '../ports/logger.ts';
import { removePutAside } from './copies.ts';
import { migrations as allMigrations } from './migrations/all.ts';
import type { Migration } from './migrations/migration.ts';
import { findTampering } from './tampering.ts';

export type Connection = Database.Database;

export interface DatabaseRequest {
  /** A path, or `:memory:`. Its folder must exist. */
  readonly file: string;
  readonly now: () => Instant;
  readonly logger: Logger;
  /** Path of better-sqlite3's binary where it cannot be found beside the package. */
  readonly nativeBinding?: string;
  /** Steps to use instead of ours: for tests of the mechanism. */
  readonly migrations?: readonly Migration[];
}

/** "CALS" in ASCII, written into the header, so that a database of another program is never taken for ours. */
const applicationId = 0x43414c53;

/** What Node says where SQLite's addon is not there, or was made for another system. */
const addonMissing: ReadonlySet<string> = new Set(['MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']);

type Trouble =
  /** Not a database any more, or a broken one. `inode` names the file that was looked at. */
  | { readonly kind: 'damaged'; readonly inode: bigint; readonly detail: string }
  | { readonly kind: 'refused'; readonly error: AppError };

/**
 * Opens a database file, makes it when there is none, and brings it to the newest format. Fails with
 * `database-from-future` (the file is left as it is), `program-damaged` (its addon cannot be loaded) or `database-failed`. A damaged file is renamed, never deleted, and
 * a new one is started: then `notices` says `database-corrupt` about the new name.
 */
export function openDatabase(
  request: DatabaseRequest,
): Result<{ readonly connection: Connection; readonly notices: readonly AppError[] }, AppError> {
  const first = tryToOpen(request);
  if (first.ok) return ok({ connection: first.value, notices: [] });
  if (first.error.kind === 'refused') return err(first.error.error);
  request.logger.error('database-damaged', { detail: first.error.detail });
  const renamed = setAside(request, first.error.inode);
  if (!renamed.ok) return renamed;
  const anew = tryToOpen(request);
  if (anew.ok) return ok({ connection: anew.value, notices: renamed.value });
  return err(anew.error.kind === 'refused' ? anew.error.error : appError('database-failed', null, anew.error.detail));
}

function tryToOpen(request: DatabaseRequest): Result<Connection, Trouble> {
  const { file } = request;
  const steps = request.migrations ?? allMigrations;
  const latest = steps.at(-1)?.version ?? 0;
  const inMemory = file === ':memory:';
  let inode = 0n;
  let connection: Connection | null = null;
  try {
    if (!inMemory) {
      if (existsSync(file) && !statSync(file).isFile()) {
        return err({ kind: 'refused', error: appError('database-failed', plainWords('EISDIR'), 'EISDIR') });
      }
      makePrivate(file);
      const { ino, size } = statSync(file, { bigint: true });
      inode = ino;
      // Read-only, because a file that is too new or not ours must be left exactly as it is.
      const refusal = size === 0n ? null : inspect(request, latest);
      if (refusal !== null) return err({ kind: 'refused', error: refusal });
    }
    connection = connect(request, false);
    // On this connection, because SQLite leaves CHECK constraints out of a read-only one.
    const finding = connection.pragma('quick_check(1)', { simple: true });
    if (finding !== 'ok') throw new Database.SqliteError('quick_check failed', 'SQLITE_CORRUPT');
    // A block has the name that an event with its id would have in tags, so that blocks of blocks are found by it.
    connection.function('source_ref_of', { deterministic: true }, (calendarId, id) =>
      sourceRef(String(calendarId) as CalendarId, String(id) as EventId),
    );
    connection.function('slot_id_of', { deterministic: true }, (seriesId, key) =>
      slotIdOf(String(seriesId) as EventId, String(key) as SlotKey),
    );
    prepareConnection(connection, request.logger, inMemory);
    migrate(connection, request, steps);
    const tampered = steps === allMigrations ? findTampering(connection) : null;
    if (tampered !== null) throw new Database.SqliteError(`tampered: ${tampered}`, 'SQLITE_CORRUPT');
    if (!inMemory) removeOldCopies(request);
    return ok(connection);
  } catch (error) {
    connection?.close();
    const code = codeOf(error);
    if (code === null) throw error;
    if (!inMemory && (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))) {
      return err({ kind: 'damaged', inode, detail: code });
    }
    request.logger.error('database-failed', { code });
    if (addonMissing.has(code)) return err({ kind: 'refused', error: appError('program-damaged', null, code) });
    return err({ kind: 'refused', error: appError('database-failed', plainWords(code), code) });
  }
}

function connect(request: DatabaseRequest, readonly: boolean): Connection {
  return new Database(request.file, {
    readonly,
    timeout: 5 * second,
    ...(request.nativeBinding === undefined ? {} : { nativeBinding: request.nativeBinding }),
  });
}

/** Looks at an existing file without changing it; returns why it cannot be used, or null. Throws when it is damaged. */
function inspect(request: DatabaseRequest, latest: number): AppError | null {
  const connection = connect(request, true);
  try {
    // In one transaction, because another process may be making the file at this moment: tables and id come together.
    const { version, application, tables } = connection.transaction(() => ({
      version: Number(connection.pragma('user_version', { simple: true })),
      application: Number(connection.pragma('application_id', { simple: true })),
      tables: connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get(),
    }))();
    if (application !== applicationId && (tables !== 0 || version !== 0)) {
      return appError('database-failed', 'the file belongs to another program', 'application_id');
    }
    if (version > latest) return appError('database-from-future', String(version), `user_version ${version}`);
    return null;
  } finally {
    connection.close();
  }
}

function prepareConnection(connection: Connection, logger: Logger, inMemory: boolean): void {
  const mode = connection.pragma('journal_mode = WAL', { simple: true });
  if (!inMemory && mode !== 'wal') logger.warn('database-without-wal', { mode: String(mode) });
  // FULL, because a pause or a mute that the person has just set must survive a power cut. It costs one flush for each
  // transaction, and those are paced by the provider's answers. What may be lost with the power is written softly (ADR 0055).
  connection.pragma('synchronous = FULL');
  // What is deleted is overwritten, because titles of a removed account must not linger in free pages.
  connection.pragma('secure_delete = ON');
  connection.pragma('cache_size = -32768');
  // 16 MB, because a first sync writes to the same pages over and over, and each checkpoint copies them all.
  connection.pragma('wal_autocheckpoint = 4000');
}

/**
 * Writes what the write-ahead log holds into the database and cuts the log off, because what was deleted stands in its earlier pages
 * otherwise until they are written over. Left for the next time where another process is reading.
 */
export function emptyLog(connection: Connection, logger: Logger): void {
  try {
    // The first of three numbers that SQLite answers: whether somebody was in the way.
    const busy = connection.pragma('wal_checkpoint(TRUNCATE)', { simple: true });
    if (busy !== 0) logger.info('log-not-emptied', { busy: Number(busy) });
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    logger.info('log-not-emptied', { code });
  }
}

/** How long a copy of before a migration and a damaged file are kept: they hold what was removed since. */
const copiesAreKept = 30 * day;

/** Removes copies beside the file that are older than that; what cannot be removed stays for the next time. */
function removeOldCopies({ file, now, logger }: DatabaseRequest): void {
  try {
    const gone = removePutAside(file, ({ at }) => now() - at > copiesAreKept);
    for (const { why } of gone) logger.info('old-copy-removed', { why });
  } catch (error) {
    if (codeOf(error) === null) throw error;
  }
}

function migrate(connection: Connection, request: DatabaseRequest, steps: readonly Migration[]): void {
  steps.forEach((step, index) => {
    if (step.version !== index + 1) throw new Error(`Migration ${step.name} is out of order.`);
  });
  const versionNow = () => Number(connection.pragma('user_version', { simple: true }));
  const before = versionNow();
  if (before < steps.length) {
    if (before > 0 && request.file !== ':memory:') copyBefore(connection, request.file, steps.length);
    // Off while tables may be rebuilt; the check below makes up for it.
    connection.pragma('foreign_keys = OFF');
    connection
      .transaction(() => {
        // Read again inside, because another process may have migrated in between.
        for (const step of steps.slice(versionNow())) {
          connection.exec(step.sql);
          connection.pragma(`user_version = ${step.version}`);
          request.logger.info('database-migrated', { version: step.version, name: step.name });
        }
        connection.pragma(`application_id = ${applicationId}`);
        const broken = connection.pragma('foreign_key_check');
        if (Array.isArray(broken) && broken.length > 0) {
          throw new Database.SqliteError('rows without their parent', 'SQLITE_CONSTRAINT_FOREIGNKEY');
        }
      })
      .immediate();
  }
  connection.pragma('foreign_keys = ON');
}

/** Puts a copy beside the file. Written under another name first, so that half a copy is never taken for one. */
function copyBefore(connection: Connection, file: string, version: number): void {
  const copy = `${file}.before-${version}`;
  const partial = `${copy}.partial`;
  rmSync(partial, { force: true });
  makePrivate(partial);
  connection.prepare('VACUUM INTO ?').run(partial);
  renameSync(partial, copy);
}

/**
 * Makes an empty file that only its owner may read, or takes the rights of others away from an existing one. That is
 * never opened here, because closing it would drop the locks that SQLite holds on it in this process (POSIX).
 */
function makePrivate(file: string): void {
  if (!existsSync(file)) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
    } catch (error) {
      // Another process was faster.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
}

function setAside(request: DatabaseRequest, inode: bigint): Result<readonly AppError[], AppError> {
  const { file } = request;
  const stamp = new Date(request.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  let name = `${file}.damaged-${stamp}`;
  for (let count = 2; existsSync(name); count += 1) name = `${file}.damaged-${stamp}-${count}`;
  try {
    // Because another process may have set it aside already: then the file there now is its sound new one.
    if (statSync(file, { bigint: true }).ino !== inode) return ok([]);
    for (const suffix of ['-wal', '-shm', '']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, name + suffix);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return err(appError('database-failed', plainWords(code), code));
  }
  return ok([appError('database-corrupt', basename(name))]);
}

/** Takes what was thrown; returns the code of a failure of SQLite or of the disk, or null for a bug. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return error.code;
}

/** How SQLite says that the disk takes or gives nothing, or that another program holds the file: nothing is wrong in what was asked. */
const ofTheDisk = /^SQLITE_(FULL|READONLY|IOERR|CANTOPEN|PERM|BUSY|LOCKED|PROTOCOL)/;

/**
 * Takes what the store threw; returns the failure (`database-failed`) where it is the disk's, so that the same call may succeed later,
 * or null where it is anything else.
 */
export function diskFailureOf(fault: unknown): AppError | null {
  const code = codeOf(fault);
  return code !== null && ofTheDisk.test(code) ? appError('database-failed', plainWords(code), code) : null;
}

/** Takes a code of SQLite or Node; returns what it means for a person, or null where nothing plainer can be said. */
function plainWords(code: string): string | null {
  if (/^(SQLITE_CANTOPEN|EACCES|EPERM|SQLITE_PERM|SQLITE_READONLY|EROFS|SQLITE_AUTH)/.test(code)) {
    return 'the file may not be opened or written';
  }
  if (/^(ENOENT|ENOTDIR|EISDIR)/.test(code)) return 'the file cannot be made in that folder';
  if (/^(SQLITE_FULL|ENOSPC)/.test(code)) return 'the disk is full';
  if (/^(SQLITE_IOERR|EIO)/.test(code)) return 'the disk does not answer';
  if (/^(SQLITE_BUSY|SQLITE_LOCKED)/.test(code)) return 'another program holds it';
  return null;
}
