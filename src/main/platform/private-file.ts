import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/**
 * Takes a path, a text and whether a file that is there may be replaced; writes the text into a file that only its owner may
 * read. Whole or not at all: a file that is there stays until the new one is complete. Fails with `file-exists` or
 * `file-not-written`.
 */
export function writePrivateFile(path: string, text: string, replace: boolean): Result<void, AppError> {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    // A device is replaced no more than a folder: whoever runs this as root would lose it.
    if (there?.isFile() === false)
      return err(appError('file-not-written', path, there.isDirectory() ? 'EISDIR' : 'EINVAL'));
    const written = replace ? `${path}.${randomUUID().slice(0, 8)}.new` : path;
    writeNew(written, text);
    if (replace) moveOver(written, path);
    return ok(undefined);
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown';
    return err(
      code === 'EEXIST' && !replace ? appError('file-exists', path) : appError('file-not-written', path, code),
    );
  }
}

/** Writes a file that is not there yet; takes away what it has begun where the disk is full. */
function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    try {
      const bytes = Buffer.from(text, 'utf8');
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    } finally {
      closeSync(file);
    }
  } catch (fault) {
    rmSync(path, { force: true });
    throw fault;
  }
}

function moveOver(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (fault) {
    rmSync(from, { force: true });
    throw fault;
  }
}
