import type { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/time.ts';
import type { HeldLease } from './leases.ts';

/** The database itself: nothing of a person. */
export interface StoreFacts {
  /** Version of SQLite. */
  readonly sqlite: string;
  /** Number of the format (`user_version`). */
  readonly format: number;
  /** How many rows each table has, by the names of the tables. */
  readonly rows: ReadonlyMap<string, number>;
  /** Null where nobody holds it. */
  readonly lease: HeldLease | null;
}

/** Something about opening the store that the person should hear, though it went on. */
export type StoreNotice = AppError;

/** What was taken away because nothing can need it any more: rows of events, of blocks, and events of which nothing is known now. */
export interface Pruned {
  readonly events: number;
  readonly blocks: number;
  readonly forgotten: number;
}

/** The file itself: what is in it, whose it is, and what goes out of it. */
export interface DatabaseStore {
  /** Returns what a support report says of the database itself. */
  facts(): StoreFacts;
  /** Does what writes several times as one transaction: all of it or nothing. What it throws undoes it, and is thrown on. */
  asOne<Answer>(work: () => Answer): Answer;
  /**
   * Takes the server that accounts are to be used with; returns the other one that the accounts stored here belong to, or null when
   * there are none: then it belongs to this one from now on. Because the same id there names somebody else's calendar.
   */
  belongsElsewhere(server: string): string | null;
  /**
   * Takes rows of deleted events and their blocks away that nothing can need any more (ADR 0045), a few hundred at a time and at
   * most once a day: null where it is no day since.
   */
  forgetUnneeded(now: Instant): Pruned | null;
  close(): void;
}
