import type { CalendarId, EventId } from '../../../shared/ids.ts';
import { slotsOfSeries } from '../../core/stray-slots.ts';

import type { Logger } from '../../ports/logger.ts';
import type { BlockOutcome, PageEffect, PageToStore } from '../../ports/store.ts';
import type { DirtyGroups } from '../dirty.ts';
import type { RemovalNotes } from '../removal-notes.ts';
import type { Tables } from '../tables.ts';
import type { UndoLog } from '../undo.ts';
import { storeDeletedId } from './deleted.ts';
import { noteForUndo, storeOutcome } from './outcomes.ts';
import { storePage } from './page.ts';
import { seriesIdFromSlotId, slotIdOf } from '../../core/slot-ids.ts';

/** What reading and writing calendars does to the stored rows. Each method wants a transaction around it. */
export interface Ingest {
  /** Stores the rows of a page and, with the last one, what a complete read proves. `zone` and `otherIds` are the calendar's. */
  page(page: PageToStore, zone: string | null, otherIds: readonly CalendarId[]): PageEffect;
  deleted(calendarId: CalendarId, ids: readonly EventId[], zone: string | null): void;
  /** Finds the stored series that stray blocks are one date of. */
  explainStrays(): void;
  outcome(outcome: BlockOutcome, run: number): void;
}

/** Takes what ingesting works on; returns it ready for use. */
export function ingest(
  tables: Tables,
  dirty: DirtyGroups,
  logger: Logger,
  removals: RemovalNotes,
  undo: UndoLog,
): Ingest {
  return {
    page: (page, zone, otherIds) => storePage({ tables, dirty, logger, removals, page, zone, otherIds }),
    deleted: (calendarId, ids, zone) => {
      for (const id of ids) storeDeletedId(tables, dirty, calendarId, id, zone);
      const strays = tables.strays();
      if (strays.length === 0) return;
      const series = ids.flatMap((id) => (seriesIdFromSlotId(id) === null ? [{ calendarId, id }] : []));
      for (const found of slotsOfSeries(strays, series)) {
        storeDeletedId(tables, dirty, calendarId, slotIdOf(found.series.id, found.key), zone);
      }
    },
    explainStrays: () => {
      const strays = tables.strays();
      for (const { ref, series, key } of strays.length === 0 ? [] : slotsOfSeries(strays, tables.series())) {
        tables.addSlotName(series.calendarId, series.id, key, ref);
        dirty.markRef(ref);
      }
    },
    outcome: (outcome, run) => {
      noteForUndo(tables, undo, outcome, run);
      storeOutcome(tables, dirty, logger, removals, outcome, run);
      if (outcome.kind === 'block-removed') {
        const block = tables.block(outcome.targetId, outcome.blockId);
        if (block !== null) undo.endAway(outcome.targetId, block.source_ref);
      }
    },
  };
}
