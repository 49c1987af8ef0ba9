import type { Access } from '../../../shared/access.ts';
import type { AccountId, CalendarId, EventId, SourceRef } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Coverage } from '../../core/coverage.ts';
import type { EventRow } from '../../core/model.ts';
import type { UnreadableRow } from '../provider.ts';
import type { CalendarRecord } from './calendars.ts';

/** A page of a read, to be stored in one transaction with the position behind it. */
export interface PageToStore {
  readonly calendarId: CalendarId;
  readonly accountId: AccountId;
  readonly run: number;
  /** Names one read from first page to last; a new number for each (see `Store.nextReadId`). */
  readonly readId: number;
  readonly coverage: Coverage;
  /** Whether each row of the read so far could be understood or at least named: otherwise what it did not show proves nothing. */
  readonly complete: boolean;
  readonly rows: readonly EventRow[];
  /** Null while more pages follow. */
  readonly done: {
    readonly syncToken: string | null;
    readonly at: Instant;
  } | null;
  /** When the calendar is to be read as a whole again; null where nothing of it was unreadable; absent: as it is. */
  readonly reread?: CalendarRecord['reread'];
  readonly timeZone: string | null;
  /** How much of the calendar the read shows. */
  readonly access: Access;
  /** Rows that could not be understood, by name: they were shown all the same, so that nothing of them is gone. */
  readonly unreadable?: readonly UnreadableRow[];
}

/** What storing a page has changed. */
export interface PageEffect {
  /** Rows that differ from what was stored (or are new, or gone), counted. */
  readonly changedEvents: number;
  readonly changedBlocks: number;
}

/** What reading calendars leaves behind. Only the pull and what looks for proof of deletions write it. */
export interface ReadStore {
  nextReadId(): number;
  /**
   * Stores one page in one transaction: rows sorted into events, blocks, slots of blocks and tombstones of each;
   * changed groups marked to be planned; and, with the last page, the sweep of what a read of everything did not show, the
   * removal of exceptions that a reshaped series lost (google-calendar.md §2.3), the sync token, and when to read all of it again.
   */
  storePage(page: PageToStore): PageEffect;
  /**
   * Keeps how many rows a page of a calendar has from now on, and forgets the position in its changes: that belongs to the
   * query that it came from, its page size included (google-calendar.md §1.1).
   */
  setPageRows(calendarId: CalendarId, pageRows: number): void;
  /** Blocks of a calendar that were written and that no read has shown since: only a look at each tells whether it is there. */
  unshownBlocks(calendarId: CalendarId): readonly EventId[];
  /**
   * Records ids whose deletion the provider has proven (`findDeleted`), and with a series its dates that stray blocks stand
   * for; their groups are planned anew.
   */
  storeDeleted(calendarId: CalendarId, ids: readonly EventId[]): void;
  /** Finds the stored series, live or deleted, that stray blocks are one date of; their groups are planned anew. */
  explainStrays(): void;
  /** Source refs of live blocks that no stored row explains and that were not looked for yet. */
  strayRefs(): readonly SourceRef[];
  /** Remembers that these were looked for, so that the search is made once. */
  markStraysSearched(refs: readonly SourceRef[]): void;
}
