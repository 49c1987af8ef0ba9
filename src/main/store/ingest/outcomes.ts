import { echoOf, observedOf } from '../../core/content.ts';
import type { Logger } from '../../ports/logger.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import {
  contentColumns,
  goneSince,
  noContent,
  present,
  removedByUs,
  sameShape,
  type BlockColumns,
  type SlotColumns,
} from '../columns.ts';
import type { DirtyGroups } from '../dirty.ts';
import type { RemovalNotes } from '../removal-notes.ts';
import type { Tables } from '../tables.ts';
import type { UndoLog } from '../undo.ts';
import { blockColumns, emptySlot } from './blocks.ts';
import { bareTombstone } from './tombstones.ts';

/** Notes what a plan has written before it is stored, as it was before: what anybody else has done is not undone. */
export function noteForUndo(tables: Tables, undo: UndoLog, outcome: BlockOutcome, run: number): void {
  const { targetId } = outcome;
  const slotsOf = (block: BlockColumns | null): readonly SlotColumns[] =>
    block === null || block.recurrence === '' ? [] : tables.slotsOfBlock(targetId, block.id);
  switch (outcome.kind) {
    case 'block-written': {
      if (outcome.memory === null || outcome.memory === undefined) return;
      const { id } = outcome.row;
      const before = tables.block(targetId, id);
      const { sourceRef, contentHash } = outcome.tag;
      undo.forgetKeptDates(targetId, sourceRef);
      const block = { target_id: targetId, source_ref: sourceRef, id };
      undo.noteBlock(run, block, before, slotsOf(before), contentHash, outcome.memory.version);
      return;
    }
    case 'block-removed': {
      const before = tables.block(targetId, outcome.blockId);
      if (outcome.version === undefined || before === null) return;
      undo.noteBlock(run, before, before, slotsOf(before), null, outcome.version);
      return;
    }
    case 'slot-written':
    case 'slot-cancelled': {
      const block = outcome.version === undefined ? null : tables.block(targetId, outcome.blockId);
      if (outcome.version === undefined || block === null) return;
      const before = tables.slot(targetId, outcome.blockId, outcome.slotKey);
      const after = outcome.kind === 'slot-written' ? echoOf(observedOf(outcome.row)) : null;
      undo.noteSlot(run, block, outcome.slotKey, before, after, outcome.version);
      undo.noteKeptDate(block, outcome.slotKey, after);
      return;
    }
    default:
  }
}

export function storeOutcome(
  tables: Tables,
  dirty: DirtyGroups,
  logger: Logger,
  removals: RemovalNotes,
  outcome: BlockOutcome,
  run: number,
): void {
  const { targetId } = outcome;
  switch (outcome.kind) {
    case 'block-written': {
      const stored = tables.block(targetId, outcome.row.id);
      const place = { targetId, blockId: outcome.row.id, slot: null };
      removals.end([place]);
      removals.endMakings([place]);
      tables.dropRefusal(outcome.tag.sourceRef, targetId);
      if (outcome.row.mark) removals.noteStale(place, outcome.row.mark.nonce);
      if (stored === null || stored.lost === 1) {
        const event = tables.event(targetId, outcome.row.id);
        if (event !== null) {
          tables.deleteEvent(event);
          dirty.mark(event.group_key);
        }
      }
      const revived = stored !== null && stored.absence_by !== null;
      // Its time is busy again, so that nothing of it is lost.
      if (stored === null || revived) tables.forgetLost(outcome.groupKey);
      const written = blockColumns(targetId, outcome.row, outcome.tag);
      tables.putBlock({
        ...written,
        echo: outcome.echo,
        own_hash: outcome.tag.contentHash,
        wanted: stored?.wanted ?? (outcome.memory === null || outcome.memory === undefined ? null : ''),
        own_version: outcome.memory?.version ?? stored?.own_version ?? null,
        fresh: stored?.fresh ?? 0,
        // What becomes of the slots of a series that comes back, or whose rule is another one now, is not documented
        // (google-calendar.md §10 no. 2): the next read tells.
        reshaped: Number(stored?.reshaped === 1 || revived || (stored !== null && !sameShape(stored, written))),
        // Written anew, it has not been shown anew: a list may lag behind (google-calendar.md §10 no. 7).
        seen_read: stored === null || revived ? 0 : stored.seen_read,
      });
      if (dirty.groupOf(outcome.tag.sourceRef) !== outcome.groupKey) {
        // A block that is not found with what wanted it would be written again and again, so this must be seen.
        logger.warn('block-outside-its-group');
        dirty.markRef(outcome.tag.sourceRef);
      }
      return;
    }
    case 'block-removed': {
      const stored = tables.block(targetId, outcome.blockId);
      if (stored === null) return;
      tables.putBlock({
        ...stored,
        ...removedByUs,
        etag: outcome.etag ?? null,
        echo: null,
        wanted: null,
        own_version: outcome.version ?? stored.own_version,
      });
      tables.deleteSlots(targetId, outcome.blockId);
      if (outcome.lost !== undefined) tables.noteLost(outcome.lost.sourceId, outcome.lost.groupKey, outcome.lost.at);
      return;
    }
    case 'block-gone': {
      const stored = tables.block(targetId, outcome.blockId);
      if (stored === null || stored.absence_by !== null) return;
      tables.putBlock({ ...stored, ...goneSince(run) });
      dirty.markRef(stored.source_ref);
      return;
    }
    case 'id-lost': {
      const stored = tables.block(targetId, outcome.blockId);
      const known = stored ?? {
        ...blockColumns(targetId, bareTombstone(outcome.blockId), outcome.tag),
        ...noContent,
      };
      tables.putBlock({ ...known, ...removedByUs, lost: 1, echo: null });
      tables.deleteSlots(targetId, outcome.blockId);
      return;
    }
    case 'slot-written': {
      const place = { targetId, blockId: outcome.blockId, slot: outcome.slotKey };
      removals.end([place]);
      if (outcome.row.mark) removals.noteStale(place, outcome.row.mark.nonce);
      const slot = emptySlot(targetId, outcome.blockId, outcome.slotKey, outcome.row.id, outcome.originalStart);
      tables.putSlot({ ...slot, ...present, ...contentColumns(outcome.row), echo: outcome.echo });
      return;
    }
    case 'slot-cancelled':
      tables.putSlot(emptySlot(targetId, outcome.blockId, outcome.slotKey, outcome.slotId, outcome.originalStart));
      return;
    case 'put-back': {
      const block = tables.block(targetId, outcome.blockId);
      if (block !== null) removals.countPutBack(targetId, block.source_ref, outcome.slotKey, block.content_hash);
      return;
    }
  }
}
