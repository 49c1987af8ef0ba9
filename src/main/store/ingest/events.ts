import type { EventId } from '../../../shared/ids.ts';
import { groupKeyOf } from '../../core/grouping.ts';
import { sourceRef } from '../../core/identity.ts';
import type { EventRow } from '../../core/model.ts';
import { isBlockName } from '../../core/ownership.ts';
import { eventColumns, sameEvent, sameShape, timeColumns, type EventColumns } from '../columns.ts';
import type { Tables } from '../tables.ts';
import { loseBlock } from './blocks.ts';
import type { PageWork } from './page-work.ts';
import { keyOfSlotRow, withSeries } from './tombstones.ts';
import { seriesIdFromSlotId, slotIdOf } from '../../core/slot-ids.ts';

/** Stores a row that is no block and no slot of one. */
export function storeEvent(work: PageWork, row: EventRow): void {
  if (row.status === 'cancelled') {
    storeTombstone(work, row);
    return;
  }
  const { tables } = work;
  const { calendarId, readId } = work.page;
  const block = tables.block(calendarId, row.id);
  if (block?.lost === 0) loseBlock(work, block);
  const stored = tables.event(calendarId, row.id);
  const master = row.recurringEventId === null ? null : tables.event(calendarId, row.recurringEventId);
  const place = {
    calendarId,
    sourceRef: stored?.source_ref ?? sourceRef(calendarId, row.id),
    groupKey: groupKeyOf(row, calendarId, { stored: stored?.group_key ?? null, master: master?.group_key ?? null }),
    slotKey: row.recurringEventId === null ? null : keyOfSlotRow(row, work.zone),
    reshaped: stored?.reshaped === 1,
    readId,
  };
  const next = eventColumns(row, place);
  if (stored !== null && sameEvent(stored, next)) {
    tables.seeEvent(stored, row.etag, readId);
    if (stored.etag !== row.etag) markOfAnother(work, stored);
    return;
  }
  // One that comes back from deletion may have lost exceptions, and our own record of them is that they are gone.
  const revived = stored?.status === 'cancelled';
  const reshaped = stored !== null && (revived || (stored.start_at !== null && !sameShape(stored, next)));
  tables.putEvent(reshaped && row.recurringEventId === null ? { ...next, reshaped: 1 } : next);
  eventChanged(work, next);
  if (stored !== null) leaveGroup(work, stored, next.group_key);
  if (row.recurringEventId === null && stored?.group_key !== next.group_key) {
    regroupExceptions(work, next, stored?.group_key ?? null);
  }
  if (stored === null && row.recurringEventId === null) loseEarlier(work, next);
}

function storeTombstone(work: PageWork, row: EventRow): void {
  const { tables } = work;
  const { calendarId, readId } = work.page;
  const stored = tables.event(calendarId, row.id);
  if (loseException(work, row, stored)) return;
  // A slot that is bare of its series is not one that its series has cancelled: no read shows it any more.
  const seenRead = (seriesId: EventId | null): number =>
    seriesId !== null && row.recurringEventId === null ? 0 : readId;
  if (stored === null) {
    const full = withSeries(row);
    const master = full.recurringEventId === null ? null : tables.event(calendarId, full.recurringEventId);
    const next = eventColumns(full, {
      calendarId,
      sourceRef: sourceRef(calendarId, row.id),
      groupKey: groupKeyOf(full, calendarId, { stored: null, master: master?.group_key ?? null }),
      slotKey: full.recurringEventId === null ? null : keyOfSlotRow(full, work.zone),
      reshaped: false,
      readId: seenRead(full.recurringEventId),
    });
    tables.putEvent(next);
    eventChanged(work, next);
  } else {
    const [originalAt, originalZone] = timeColumns(row.originalStart);
    const seriesId = stored.recurring_event_id ?? row.recurringEventId;
    const master = seriesId === null ? null : tables.event(calendarId, seriesId);
    // The rest of the row stays, because it explains what was there and which blocks stood for it.
    const next: EventColumns = {
      ...stored,
      // A deleted series may be known by nothing but its id, and has no slots to be gathered.
      group_key: groupKeyOf({ ...row, recurringEventId: seriesId }, calendarId, {
        stored: stored.group_key,
        master: master === null || master.status === 'cancelled' ? null : master.group_key,
      }),
      status: 'cancelled',
      etag: row.etag,
      recurring_event_id: seriesId,
      original_at: stored.original_at ?? originalAt,
      original_zone: stored.original_at === null ? originalZone : stored.original_zone,
      slot_key: stored.slot_key ?? (row.recurringEventId === null ? null : keyOfSlotRow(row, work.zone)),
      seen_read: seenRead(seriesId),
    };
    if (sameEvent(stored, next)) tables.seeEvent(stored, row.etag, next.seen_read);
    else {
      tables.putEvent(next);
      eventChanged(work, next);
      leaveGroup(work, stored, next.group_key);
    }
  }
  if (row.recurringEventId === null) work.deletedSeries.push(row.id);
}

/**
 * A slot that its live series has cancelled names that series (google-calendar.md §0.5, guaranteed for exceptions of an
 * uncancelled series). A tombstone that does not (google-calendar.md §0.7) says that the exception itself is gone: then its slot
 * is as the rule says, if the rule still makes it, and no gap. Takes the tombstone and what is stored of it; returns
 * whether it was such a one.
 */
function loseException(work: PageWork, row: EventRow, stored: EventColumns | null): boolean {
  if (row.recurringEventId !== null) return false;
  const { tables } = work;
  const { calendarId } = work.page;
  const seriesId = stored === null ? seriesIdFromSlotId(row.id) : stored.recurring_event_id;
  const master = seriesId === null ? null : tables.event(calendarId, seriesId);
  if (master === null || master.status === 'cancelled') return false;
  if (stored !== null) {
    dropException(work, stored, master);
    return true;
  }
  const ref = sourceRef(calendarId, row.id);
  // Known only by a block that stood for it, it is the proof to remove that block.
  if (tables.hasBlock(ref)) {
    const place = {
      calendarId,
      sourceRef: ref,
      groupKey: master.group_key,
      slotKey: null,
      reshaped: false,
      readId: 0,
    };
    const next = eventColumns(row, place);
    tables.putEvent(next);
    eventChanged(work, next);
  }
  return true;
}

/** The exceptions of deleted series go with them, but those that this read has shown. */
export function cancelExceptions(work: PageWork): void {
  const { calendarId, readId } = work.page;
  for (const id of work.deletedSeries) {
    for (const exception of work.tables.exceptions(calendarId, id)) {
      if (exception.seen_read === readId || exception.status === 'cancelled') continue;
      work.tables.cancelEvent(exception);
      eventChanged(work, exception);
    }
  }
}

/** Tombstones that came before their series and did not name it are no gaps in it, as if it had been there first. */
function loseEarlier(work: PageWork, master: EventColumns): void {
  for (const exception of work.tables.exceptions(master.calendar_id, master.id)) {
    if (exception.status !== 'cancelled' || exception.seen_read !== 0) continue;
    dropException(work, exception, master);
  }
}

/**
 * An event that moved away and back again shows what it showed, and yet has changed: what another computer wrote for it
 * meanwhile is no choice any more (ADR 0026).
 */
function markOfAnother(work: PageWork, event: EventColumns): void {
  const { recurring_event_id: seriesId, calendar_id: calendarId } = event;
  const refs = seriesId === null ? [event.source_ref] : [event.source_ref, sourceRef(calendarId, seriesId)];
  if (refs.some((ref) => work.tables.hasBlockOfAnother(ref))) work.dirty.mark(event.group_key);
}

export function eventChanged(work: PageWork, row: EventColumns): void {
  work.changedEvents += 1;
  work.dirty.mark(row.group_key);
  markBlockOf(work, row);
  if (row.recurrence !== '' || row.recurring_event_id !== null) work.seriesGroups.add(row.group_key);
}

/** A slot of a block that becomes somebody's own, or is so no more, changes what the block can show. */
function markBlockOf(work: PageWork, { calendar_id: calendarId, recurring_event_id: seriesId }: EventColumns): void {
  if (seriesId === null || !isBlockName(seriesId)) return;
  const block = work.tables.block(calendarId, seriesId);
  if (block !== null) work.dirty.markRef(block.source_ref);
}

/** Takes a row as it was and the group that it is in now: the one that it left is planned anew as well. */
function leaveGroup(work: PageWork, before: EventColumns, groupKey: string): void {
  if (before.group_key === groupKey) return;
  work.dirty.mark(before.group_key);
  work.seriesGroups.add(before.group_key);
}

/** Takes a series that is new or has moved, and the group that it was in: the rows of its slots go with it. */
function regroupExceptions(work: PageWork, master: EventColumns, from: string | null): void {
  const { calendar_id: calendarId, id, group_key: groupKey } = master;
  // Those out of the series too: the meeting's blocks are found by the slots that they stand for.
  const detached = (from === null ? [] : work.tables.eventsOfGroup(from)).filter(
    (row) => row.calendar_id === calendarId && row.recurring_event_id === null && seriesIdFromSlotId(row.id) === id,
  );
  for (const row of [...work.tables.exceptions(calendarId, id), ...detached]) {
    // An iCalUID of its own is no reason to stay: slots repeat that of their series (google-calendar.md §1.3), so it is old.
    if (row.group_key !== groupKey) regroup(work, row, groupKey);
  }
}

function regroup(work: PageWork, row: EventColumns, groupKey: string): void {
  work.tables.regroupEvent(row, groupKey);
  work.dirty.mark(groupKey);
  work.seriesGroups.add(groupKey);
  leaveGroup(work, row, groupKey);
}

/**
 * An exception is gone for good. One that has blocks of its own stays as a tombstone, the proof to remove them. Takes it, and the
 * series that it was of.
 */
export function dropException(work: PageWork, exception: EventColumns, master: EventColumns): void {
  const { tables } = work;
  eventChanged(work, exception);
  if (tables.hasBlock(exception.source_ref)) tables.detachEvent(exception);
  else tables.deleteEvent(exception);
  // What is left of it must be where its series is, which may have moved without it.
  if (exception.group_key !== master.group_key) regroup(work, exception, master.group_key);
}

/** Names the slots at which another copy of the meeting differs, see the table `slot_names`. */
export function nameSlots(tables: Tables, groupKey: string): void {
  const events = tables.eventsOfGroup(groupKey);
  const first = events[0];
  if (first === undefined || events.every((event) => event.calendar_id === first.calendar_id)) return;
  for (const master of events) {
    if (master.recurring_event_id !== null || master.recurrence === '') continue;
    for (const { calendar_id: calendarId, slot_key: key } of events) {
      if (key === null || calendarId === master.calendar_id) continue;
      if (tables.hasSlotName(master.calendar_id, master.id, key)) continue;
      const slotId = slotIdOf(master.id, key);
      tables.addSlotName(master.calendar_id, master.id, key, sourceRef(master.calendar_id, slotId));
    }
  }
}
