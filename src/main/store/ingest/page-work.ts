import type { CalendarId, EventId } from '../../../shared/ids.ts';
import type { Logger } from '../../ports/logger.ts';
import type { PageToStore } from '../../ports/store.ts';
import type { DirtyGroups } from '../dirty.ts';
import type { RemovalNotes } from '../removal-notes.ts';
import type { Tables } from '../tables.ts';

/** A page that is being stored: what it is stored with, and what has come of it so far. */
export interface PageWork {
  readonly tables: Tables;
  readonly dirty: DirtyGroups;
  readonly logger: Logger;
  readonly removals: RemovalNotes;
  readonly page: PageToStore;
  /** The zone of the calendar, and its ids beside its own. */
  readonly zone: string | null;
  readonly otherIds: readonly CalendarId[];
  /** Ids that this page says are deleted: their exceptions go with them (google-calendar.md §1.3, "delete series"). */
  readonly deletedSeries: EventId[];
  /** Groups in which a series or a slot changed. */
  readonly seriesGroups: Set<string>;
  changedEvents: number;
  changedBlocks: number;
}
