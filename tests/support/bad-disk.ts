import Database from 'better-sqlite3';
import type { Store } from '../../src/main/ports/store.ts';
import { wrapped, writes } from './crash-points.ts';

/** How SQLite says that a disk is full, or takes no writes. */
export type DiskFailure = 'SQLITE_FULL' | 'SQLITE_READONLY';

/** A disk that takes nothing any more: from a write on, each transaction of the store fails, and nothing of it is stored. */
export class BadDisk {
  #left = Infinity;
  #failure: DiskFailure = 'SQLITE_FULL';
  /** Whether a write has failed since it was sound. */
  hasFailed = false;

  /** Takes how many writes succeed before the first that does not, and how they fail then. */
  failAfter(count: number, failure: DiskFailure): void {
    this.#left = count;
    this.#failure = failure;
  }

  /** There is room again. */
  mend(): void {
    this.#left = Infinity;
    this.hasFailed = false;
  }

  readonly store = (inner: Store): Store =>
    wrapped(inner, (name, call) => {
      if (!writes.test(name) && name !== 'nextReadId') return call();
      this.#left -= 1;
      if (this.#left >= 0) return call();
      this.hasFailed = true;
      throw new Database.SqliteError(`no write at ${name}`, this.#failure);
    });
}
