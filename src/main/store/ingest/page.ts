import { isDeepStrictEqual } from 'node:util';
import { showsTags } from '../../../shared/access.ts';
import type { EventId } from '../../../shared/ids.ts';
import type { EventRow } from '../../core/model.ts';
import { ownershipOf } from '../../core/ownership.ts';
import type { UnreadableRow } from '../../ports/provider.ts';
import type { PageEffect } from '../../ports/store.ts';
import { eventOf, type EventColumns } from '../columns.ts';
import { storeBlock, storeSlot } from './blocks.ts';
import { settleRead } from './complete-read.ts';
import { cancelExceptions, nameSlots, storeEvent } from './events.ts';
import type { PageWork } from './page-work.ts';
import { keyOfSlotRow } from './tombstones.ts';
import { seriesIdFromSlotId } from '../../core/slot-ids.ts';

/**
 * Takes what is begun with a page; stores its rows and, with the last page of a read, what that proves. Returns what has
 * changed.
 */
export function storePage(
  begun: Omit<PageWork, 'deletedSeries' | 'seriesGroups' | 'changedEvents' | 'changedBlocks'>,
): PageEffect {
  const work: PageWork = { ...begun, deletedSeries: [], seriesGroups: new Set(), changedEvents: 0, changedBlocks: 0 };
  const { tables, page } = work;
  const { calendarId } = page;
  const isKnownBlock = (id: EventId) => tables.block(calendarId, id)?.lost === 0;
  const showsAll = showsTags(page.access);
  for (const shown of inOrder(page.rows)) {
    const row = showsAll ? shown : withKnown(work, shown);
    if (row === null) continue;
    const ownership = ownershipOf(row, calendarId, isKnownBlock, work.otherIds);
    if (ownership.kind === 'block') storeBlock(work, row, ownership.tag);
    // A slot whose tag somebody took away is theirs when they have deleted it, too: written again, it would be untagged.
    else if (ownership.kind === 'block-slot' && (ownership.tag !== null || tables.event(calendarId, row.id) === null)) {
      storeSlot(work, row, ownership.blockId, ownership.tag);
    } else storeEvent(work, row);
  }
  for (const row of page.unreadable ?? []) seeUnreadable(work, row);
  cancelExceptions(work);
  if (page.done !== null) settleRead(work);
  for (const key of work.seriesGroups) nameSlots(tables, key);
  return { changedEvents: work.changedEvents, changedBlocks: work.changedBlocks };
}

/** Rows in the order in which each finds what it refers to: masters and singles, tombstones, then exceptions. */
function inOrder(rows: readonly EventRow[]): readonly EventRow[] {
  const last = new Map(rows.map((row) => [row.id, row]));
  const rank = (row: EventRow) => (row.recurringEventId !== null ? 2 : row.status === 'cancelled' ? 1 : 0);
  return [...last.values()].sort((one, other) => rank(one) - rank(other));
}

/** A row that cannot be read is there all the same: whatever is stored of it stays as it is and counts as shown. */
function seeUnreadable(work: PageWork, { id, seriesId }: UnreadableRow): void {
  const { tables } = work;
  const { calendarId, readId } = work.page;
  const event = tables.event(calendarId, id);
  if (event !== null) tables.seeEvent(event, event.etag, readId);
  const block = tables.block(calendarId, id);
  if (block !== null) tables.seeBlock(block, block.etag, readId);
  const blockId = seriesId ?? seriesIdFromSlotId(id);
  if (blockId === null) return;
  for (const slot of tables.slotsOfBlock(calendarId, blockId)) {
    if (slot.event_id === id) tables.putSlot({ ...slot, seen_read: readId });
  }
}

/**
 * Takes a row of a view that hides things; returns it with what a stronger view has shown of it, which holds while its
 * times are the same. Null for a block that is known: that its tag is missing here proves nothing, and nobody could mend
 * it through such a view.
 */
function withKnown(work: PageWork, row: EventRow): EventRow | null {
  if (row.status === 'cancelled' || row.tagged) return row;
  const { tables } = work;
  const { calendarId, readId } = work.page;
  const block = tables.block(calendarId, row.id);
  if (block?.lost === 0) {
    tables.seeBlock(block, block.etag, readId);
    return null;
  }
  const series = row.recurringEventId === null ? null : tables.block(calendarId, row.recurringEventId);
  if (series?.lost === 0) {
    const key = keyOfSlotRow(row, work.zone);
    const slot = key === null ? null : tables.slot(calendarId, series.id, key);
    if (slot !== null) tables.putSlot({ ...slot, seen_read: readId });
    return null;
  }
  const stored = tables.event(calendarId, row.id);
  return stored === null || stored.status === 'cancelled' ? row : withHidden(row, stored);
}

/** Takes a row and what is stored of it; returns it with what it hides now, where it is still at the same time. */
function withHidden(row: EventRow, stored: EventColumns): EventRow {
  const known = eventOf(stored);
  const sameTimes =
    isDeepStrictEqual(row.start, known.start) &&
    isDeepStrictEqual(row.end, known.end) &&
    isDeepStrictEqual(row.recurrence, known.recurrence);
  if (!sameTimes) return { ...row, iCalUid: row.iCalUid ?? known.iCalUid };
  // Who does not see the guests does not see the answer either.
  const guestsHidden = known.guests && !row.guests;
  return {
    ...row,
    iCalUid: row.iCalUid ?? known.iCalUid,
    kind: row.kind === 'default' ? known.kind : row.kind,
    summary: row.summary ?? known.summary,
    place: row.place ?? known.place,
    tagged: known.tagged,
    saysBlock: row.saysBlock || known.saysBlock,
    guests: row.guests || known.guests,
    ownResponse: guestsHidden ? known.ownResponse : row.ownResponse,
    optionalGuest: guestsHidden ? known.optionalGuest : row.optionalGuest,
  };
}
