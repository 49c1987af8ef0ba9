import type { CalendarId, EventId, SlotKey } from '../../../shared/ids.ts';
import type { EventTime } from '../../../shared/time.ts';
import { withoutDate } from '../../core/deeds.ts';
import { sourceRef } from '../../core/identity.ts';
import type { EventRow, Tag } from '../../core/model.ts';
import { originalStartOf } from '../../core/times.ts';
import {
  contentColumns,
  eventColumns,
  goneSince,
  noContent,
  present,
  removedByUs,
  sameContent,
  sameShape,
  timeColumns,
  timeOf,
  type BlockColumns,
  type SlotColumns,
} from '../columns.ts';
import type { PageWork } from './page-work.ts';
import { bareTombstone, keyOfSlotRow } from './tombstones.ts';

/** Stores a row that is a block: live where it shows its tag, and gone otherwise. */
export function storeBlock(work: PageWork, row: EventRow, tag: Tag | null): void {
  const { tables } = work;
  const { calendarId, readId, run } = work.page;
  const stored = tables.block(calendarId, row.id);
  // It may have been stored as a person's event while its tag was missing.
  if (stored === null || stored.lost === 1) forgetEvent(work, row.id);
  if (row.status === 'cancelled' || tag === null) {
    if (stored === null && tag !== null) {
      putBlock(work, { ...newBlock(work, row, tag), ...removedByUs, ...noContent });
    } else if (stored !== null) {
      if (stored.absence_by !== null) tables.seeBlock(stored, row.etag, readId);
      else putBlock(work, { ...stored, ...goneSince(run), etag: row.etag, seen_read: readId });
    }
    return;
  }
  noteStaleMark(work, row, row.id, null);
  if (stored === null) {
    recallGone(work, tag);
    putBlock(work, newBlock(work, row, tag));
    const ownRef = sourceRef(calendarId, row.id);
    if (tables.hasBlock(ownRef)) work.dirty.markRef(ownRef);
    adoptSlots(work, row.id, tag);
    return;
  }
  const next: BlockColumns = {
    ...stored,
    ...contentColumns(row),
    ...present,
    content_hash: tag.contentHash,
    etag: row.etag,
    lost: 0,
    seen_read: readId,
  };
  const same = stored.absence_by === null && stored.content_hash === next.content_hash && sameContent(stored, next);
  if (same) tables.seeBlock(stored, row.etag, readId);
  else putBlock(work, { ...next, reshaped: Number(stored.reshaped === 1 || !sameShape(stored, next)) });
}

/**
 * A block of an event that was deleted so long ago that its row has gone: what is left of that is the proof to take the block away.
 * Of a date it says nothing about its series, which may have come back without it.
 */
function recallGone(work: PageWork, { sourceRef: ref }: Tag): void {
  const gone = work.tables.goneEvent(ref);
  if (gone === null) return;
  const { calendarId, id, groupKey } = gone;
  const place = { calendarId, sourceRef: ref, groupKey, slotKey: null, reshaped: false, readId: 0 };
  work.tables.putEvent(eventColumns(bareTombstone(id), place));
}

/** A block that stands and carries a mark was brought back: how it went then says nothing about how it will go. */
function noteStaleMark(work: PageWork, { mark }: EventRow, blockId: EventId, slot: SlotKey | null): void {
  if (mark) work.removals.noteStale({ targetId: work.page.calendarId, blockId, slot }, mark.nonce);
}

function newBlock(work: PageWork, row: EventRow, tag: Tag): BlockColumns {
  return { ...blockColumns(work.page.calendarId, row, tag), fresh: 1, seen_read: work.page.readId };
}

export function putBlock(work: PageWork, row: BlockColumns): void {
  work.tables.putBlock(row);
  work.changedBlocks += 1;
  work.dirty.markRef(row.source_ref);
  // It may have been what stands for a meeting whose own block another computer took away.
  if (row.absence_by !== null) markHeld(work, row.target_id);
}

/** What stands in for a meeting may not do so any more, or leave a date of it free. */
function markHeld(work: PageWork, targetId: CalendarId): void {
  for (const ref of work.removals.heldOn(targetId)) work.dirty.markRef(ref);
}

/** The id belongs to an event of the person's now: its tag was taken away. */
export function loseBlock(work: PageWork, block: BlockColumns): void {
  putBlock(work, { ...block, ...removedByUs, lost: 1, echo: null });
  work.tables.deleteSlots(block.target_id, block.id);
}

function forgetEvent(work: PageWork, id: EventId): void {
  const event = work.tables.event(work.page.calendarId, id);
  if (event === null) return;
  work.tables.deleteEvent(event);
  work.dirty.mark(event.group_key);
  if (work.tables.hasBlock(event.source_ref)) work.dirty.markRef(event.source_ref);
}

/** Tombstones of slots carry no tag, so those that came before their block were taken for a person's. */
function adoptSlots(work: PageWork, blockId: EventId, tag: Tag): void {
  const { calendarId } = work.page;
  for (const event of work.tables.exceptions(calendarId, blockId)) {
    const originalStart = timeOf(event.original_at, event.original_zone);
    if (event.status !== 'cancelled' || event.slot_key === null || originalStart === null) continue;
    work.tables.deleteEvent(event);
    putSlot(work, tag, {
      ...emptySlot(calendarId, blockId, event.slot_key, event.id, originalStart),
      seen_read: event.seen_read,
    });
  }
}

/** Stores a row that is one slot of a block. */
export function storeSlot(work: PageWork, row: EventRow, blockId: EventId, tag: Tag | null): void {
  const { tables } = work;
  const { calendarId, readId, run } = work.page;
  const key = keyOfSlotRow(row, work.zone);
  const block = tables.block(calendarId, blockId);
  const ref = tag ?? blockTag(block);
  if (key === null || ref === null) {
    work.logger.warn('slot-without-time', { calendar: calendarId });
    return;
  }
  forgetEvent(work, row.id);
  const stored = tables.slot(calendarId, blockId, key);
  // A tombstone that names no series says that the slot is no exception any more, and not that somebody removed it.
  if (row.status === 'cancelled' && row.recurringEventId === null && row.originalStart === null) {
    if (stored !== null && block?.absence_by === null) dropSlot(work, stored, block);
    return;
  }
  const [originalAt, originalZone] = timeColumns(row.originalStart ?? originalStartOf(key, null));
  const base: SlotColumns = {
    ...emptySlot(calendarId, blockId, key, row.id, { date: '' }),
    original_at: stored?.original_at ?? originalAt ?? '',
    original_zone: stored === null ? originalZone : stored.original_zone,
    echo: stored?.echo ?? null,
    seen_read: readId,
  };
  if (row.status !== 'cancelled') {
    noteStaleMark(work, row, blockId, key);
    const next = { ...base, ...present, ...contentColumns(row) };
    if (stored?.absence_by === null && sameContent(stored, next)) tables.putSlot(next);
    else putSlot(work, ref, next);
    return;
  }
  if (stored !== null && stored.absence_by !== null) {
    tables.putSlot({ ...stored, seen_read: readId });
    return;
  }
  const absence = block === null || block.fresh === 1 ? removedByUs : goneSince(run);
  putSlot(work, ref, { ...base, ...absence });
}

function putSlot(work: PageWork, tag: Pick<Tag, 'sourceRef'>, row: SlotColumns): void {
  work.tables.putSlot(row);
  work.changedBlocks += 1;
  work.dirty.markRef(tag.sourceRef);
  markHeld(work, row.target_id);
}

export function dropSlot(work: PageWork, slot: SlotColumns, block: BlockColumns | null): void {
  work.tables.deleteSlot(slot);
  work.changedBlocks += 1;
  markHeld(work, slot.target_id);
  if (block === null) return;
  work.dirty.markRef(block.source_ref);
  // It came back with the rule; otherwise another computer would seem to have brought it back.
  const wanted = work.tables.block(block.target_id, block.id)?.wanted ?? null;
  if (wanted !== null && wanted !== '') {
    work.tables.wantBlock(block.target_id, block.id, withoutDate(wanted, slot.slot_key));
  }
}

function blockTag(block: BlockColumns | null): Pick<Tag, 'sourceRef'> | null {
  return block === null ? null : { sourceRef: block.source_ref };
}

export function blockColumns(targetId: CalendarId, row: EventRow, tag: Tag): BlockColumns {
  return {
    ...contentColumns(row),
    ...present,
    target_id: targetId,
    id: row.id,
    source_ref: tag.sourceRef,
    generation: tag.generation,
    content_hash: tag.contentHash,
    etag: row.etag,
    lost: 0,
    out_of_office: Number(row.kind === 'outOfOffice'),
    own_hash: null,
    wanted: null,
    own_version: null,
    echo: null,
    fresh: 0,
    reshaped: 0,
    seen_read: 0,
  };
}

/** A slot that is not there, by us: the state from which the others are made. */
export function emptySlot(
  targetId: CalendarId,
  blockId: EventId,
  key: SlotKey,
  eventId: EventId,
  originalStart: EventTime,
): SlotColumns {
  const [originalAt, originalZone] = timeColumns(originalStart);
  return {
    ...noContent,
    ...removedByUs,
    target_id: targetId,
    block_id: blockId,
    slot_key: key,
    event_id: eventId,
    original_at: originalAt ?? '',
    original_zone: originalZone,
    echo: null,
    seen_read: 0,
  };
}
