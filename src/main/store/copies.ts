import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Instant } from '../../shared/time.ts';

/** A database that was put aside beside the one in use, with what was removed there since. */
export interface PutAside {
  readonly name: string;
  readonly why: 'update' | 'damaged';
  /** When it was put aside, by the clock of the disk; not when it was written last. */
  readonly at: Instant;
  readonly bytes: number;
}

const logsOfIt = /-(?:wal|shm|journal)$/;

/** Takes the file of the database in use; returns what was put aside beside it, oldest first. Throws what the disk says. */
export function databasesPutAside(file: string): readonly PutAside[] {
  const [name, folder] = [basename(file), dirname(file)];
  const found = new Map<string, PutAside>();
  for (const other of readdirSync(folder)) {
    const why = other.startsWith(`${name}.before-`)
      ? 'update'
      : other.startsWith(`${name}.damaged-`)
        ? 'damaged'
        : null;
    // A copy that is being made is nobody's to take away yet.
    if (why === null || other.endsWith('.partial')) continue;
    const { size, ctimeMs } = statSync(join(folder, other));
    const own = other.replace(logsOfIt, '');
    const known = found.get(own);
    // Its logs belong to it, and go with it.
    const at = known === undefined ? ctimeMs : Math.min(known.at, ctimeMs);
    found.set(own, { name: own, why, at: Math.floor(at), bytes: (known?.bytes ?? 0) + size });
  }
  return [...found.values()].sort((one, other) => one.at - other.at);
}

/** Takes the file of the database in use and which of those put aside are meant; removes them. Throws what the disk says. */
export function removePutAside(file: string, wanted: (one: PutAside) => boolean): readonly PutAside[] {
  const going = databasesPutAside(file).filter(wanted);
  for (const { name } of going) {
    for (const suffix of ['-wal', '-shm', '-journal', '']) rmSync(join(dirname(file), name + suffix), { force: true });
  }
  return going;
}
