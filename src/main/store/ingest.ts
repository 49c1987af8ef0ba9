import { isDeepStrictEqual } from 'node:util';
import { showsTags } from '../../shared/access.ts';
import type { CalendarId, EventId, SlotKey } from '../../shared/ids.ts';
import type { EventTime } from '../../shared/time.ts';
import { groupKeyOf } from '../core/grouping.ts';
import { echoOf, observedOf } from '../core/content.ts';
import { withoutDate } from '../core/deeds.ts';
import { sourceRef } from '../core/identity.ts';
import type { EventRow, Tag } from '../core/model.ts';
import { isBlockName, ownershipOf, seriesIdFromSlotId } from '../core/ownership.ts';
import { slotsOfSeries } from '../core/stray-slots.ts';
import { originalStartOf, slotKeyOf } from '../core/times.ts';
import type { Logger } from '../ports/logger.ts';
import type { UnreadableRow } from '../ports/provider.ts';
import type { BlockOutcome, PageEffect, PageToStore } from '../ports/store.ts';
import {
  contentColumns,
  eventColumns,
  eventOf,
  goneSince,
  noContent,
  present,
  removedByUs,
  sameContent,
  sameEvent,
  sameShape,
  timeColumns,
  timeOf,
  type BlockColumns,
  type EventColumns,
  type SlotColumns,
} from './columns.ts';
import type { DirtyGroups } from './dirty.ts';
import type { RemovalNotes } from './removal-notes.ts';
import type { Tables } from './tables.ts';
import type { UndoLog } from './undo.ts';

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
    page: (page, zone, otherIds) => new PageIngest(tables, dirty, logger, removals, page, zone, otherIds).run(),
    deleted: (calendarId, ids, zone) => {
      for (const id of ids) storeDeletedId(tables, dirty, calendarId, id, zone);
      const strays = tables.strays();
      if (strays.length === 0) return;
      const series = ids.flatMap((id) => (seriesIdFromSlotId(id) === null ? [{ calendarId, id }] : []));
      for (const found of slotsOfSeries(strays, series)) {
        storeDeletedId(tables, dirty, calendarId, `${found.series.id}_${found.key}` as EventId, zone);
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

/** Takes an id; returns the slot key at its end, or null. Only for tombstones that say no more (reference §0.7). */
function slotKeyFromId(id: EventId): SlotKey | null {
  return seriesIdFromSlotId(id) === null ? null : (id.slice(id.lastIndexOf('_') + 1) as SlotKey);
}

function keyOfSlotRow(row: Pick<EventRow, 'id' | 'originalStart'>, zone: string | null): SlotKey | null {
  const fromTime = row.originalStart === null ? null : slotKeyOf(row.originalStart, zone);
  return fromTime ?? slotKeyFromId(row.id);
}

/**
 * Takes a tombstone; returns it with the series and slot that its id tells (reference §0.7), whether or not that series
 * is stored: it may come with a later page, and finds its slots by this.
 */
function withSeries(row: EventRow): EventRow {
  if (row.recurringEventId !== null) return row;
  const seriesId = seriesIdFromSlotId(row.id);
  const key = slotKeyFromId(row.id);
  if (seriesId === null || key === null) return row;
  return { ...row, recurringEventId: seriesId, originalStart: row.originalStart ?? originalStartOf(key, null) };
}

/** Rows in the order in which each finds what it refers to: masters and singles, tombstones, then exceptions. */
function inOrder(rows: readonly EventRow[]): readonly EventRow[] {
  const last = new Map(rows.map((row) => [row.id, row]));
  const rank = (row: EventRow) => (row.recurringEventId !== null ? 2 : row.status === 'cancelled' ? 1 : 0);
  return [...last.values()].sort((one, other) => rank(one) - rank(other));
}

class PageIngest {
  readonly #tables: Tables;
  readonly #dirty: DirtyGroups;
  readonly #logger: Logger;
  readonly #removals: RemovalNotes;
  readonly #page: PageToStore;
  readonly #zone: string | null;
  readonly #otherIds: readonly CalendarId[];
  /** Ids that this page says are deleted: their exceptions go with them (reference §1.3, "delete series"). */
  readonly #deletedSeries: EventId[] = [];
  /** Groups in which a series or a slot changed. */
  readonly #seriesGroups = new Set<string>();
  #changedEvents = 0;
  #changedBlocks = 0;

  constructor(
    tables: Tables,
    dirty: DirtyGroups,
    logger: Logger,
    removals: RemovalNotes,
    page: PageToStore,
    zone: string | null,
    otherIds: readonly CalendarId[],
  ) {
    this.#tables = tables;
    this.#dirty = dirty;
    this.#logger = logger;
    this.#removals = removals;
    this.#page = page;
    this.#zone = zone;
    this.#otherIds = otherIds;
  }

  run(): PageEffect {
    const { calendarId } = this.#page;
    const tables = this.#tables;
    const isKnownBlock = (id: EventId) => tables.block(calendarId, id)?.lost === 0;
    const showsAll = showsTags(this.#page.access);
    for (const shown of inOrder(this.#page.rows)) {
      const row = showsAll ? shown : this.#withKnown(shown);
      if (row === null) continue;
      const ownership = ownershipOf(row, calendarId, isKnownBlock, this.#otherIds);
      if (ownership.kind === 'block') this.#block(row, ownership.tag);
      // A slot whose tag somebody took away is theirs when they have deleted it, too: written again, it would be untagged.
      else if (
        ownership.kind === 'block-slot' &&
        (ownership.tag !== null || tables.event(calendarId, row.id) === null)
      ) {
        this.#slot(row, ownership.blockId, ownership.tag);
      } else this.#event(row);
    }
    for (const row of this.#page.unreadable ?? []) this.#seeUnreadable(row);
    this.#cancelExceptions();
    if (this.#page.done !== null) {
      this.#settleSeries();
      this.#settleBlocks();
      if (this.#page.kind === 'full' && this.#page.partial !== true) this.#sweep();
    }
    for (const key of this.#seriesGroups) this.#nameSlots(key);
    return { changedEvents: this.#changedEvents, changedBlocks: this.#changedBlocks };
  }

  /** A row that cannot be read is there all the same: whatever is stored of it stays as it is and counts as shown. */
  #seeUnreadable({ id, seriesId }: UnreadableRow): void {
    const tables = this.#tables;
    const { calendarId, readId } = this.#page;
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
  #withKnown(row: EventRow): EventRow | null {
    if (row.status === 'cancelled' || row.tagged) return row;
    const tables = this.#tables;
    const { calendarId, readId } = this.#page;
    const block = tables.block(calendarId, row.id);
    if (block?.lost === 0) {
      tables.seeBlock(block, block.etag, readId);
      return null;
    }
    const series = row.recurringEventId === null ? null : tables.block(calendarId, row.recurringEventId);
    if (series?.lost === 0) {
      const key = keyOfSlotRow(row, this.#zone);
      const slot = key === null ? null : tables.slot(calendarId, series.id, key);
      if (slot !== null) tables.putSlot({ ...slot, seen_read: readId });
      return null;
    }
    const stored = tables.event(calendarId, row.id);
    return stored === null || stored.status === 'cancelled' ? row : withHidden(row, stored);
  }

  #event(row: EventRow): void {
    if (row.status === 'cancelled') {
      this.#tombstone(row);
      return;
    }
    const tables = this.#tables;
    const { calendarId, readId } = this.#page;
    const block = tables.block(calendarId, row.id);
    if (block?.lost === 0) this.#loseBlock(block);
    const stored = tables.event(calendarId, row.id);
    const master = row.recurringEventId === null ? null : tables.event(calendarId, row.recurringEventId);
    const place = {
      calendarId,
      sourceRef: stored?.source_ref ?? sourceRef(calendarId, row.id),
      groupKey: groupKeyOf(row, calendarId, { stored: stored?.group_key ?? null, master: master?.group_key ?? null }),
      slotKey: row.recurringEventId === null ? null : keyOfSlotRow(row, this.#zone),
      reshaped: stored?.reshaped === 1,
      readId,
    };
    const next = eventColumns(row, place);
    if (stored !== null && sameEvent(stored, next)) {
      tables.seeEvent(stored, row.etag, readId);
      if (stored.etag !== row.etag) this.#markOfAnother(stored);
      return;
    }
    // One that comes back from deletion may have lost exceptions, and our own record of them is that they are gone.
    const revived = stored?.status === 'cancelled';
    const reshaped = stored !== null && (revived || (stored.start_at !== null && !sameShape(stored, next)));
    tables.putEvent(reshaped && row.recurringEventId === null ? { ...next, reshaped: 1 } : next);
    this.#eventChanged(next);
    if (stored !== null) this.#leaveGroup(stored, next.group_key);
    if (row.recurringEventId === null && stored?.group_key !== next.group_key) {
      this.#regroupExceptions(next, stored?.group_key ?? null);
    }
    if (stored === null && row.recurringEventId === null) this.#loseEarlier(next);
  }

  /** Tombstones that came before their series and did not name it are no gaps in it, as if it had been there first. */
  #loseEarlier(master: EventColumns): void {
    for (const exception of this.#tables.exceptions(master.calendar_id, master.id)) {
      if (exception.status !== 'cancelled' || exception.seen_read !== 0) continue;
      this.#dropException(exception, master);
    }
  }

  /**
   * An event that moved away and back again shows what it showed, and yet has changed: what another computer wrote for it
   * meanwhile is no choice any more (ADR 0026).
   */
  #markOfAnother(event: EventColumns): void {
    const { recurring_event_id: seriesId, calendar_id: calendarId } = event;
    const refs = seriesId === null ? [event.source_ref] : [event.source_ref, sourceRef(calendarId, seriesId)];
    if (refs.some((ref) => this.#tables.hasBlockOfAnother(ref))) this.#dirty.mark(event.group_key);
  }

  #eventChanged(row: EventColumns): void {
    this.#changedEvents += 1;
    this.#dirty.mark(row.group_key);
    this.#markBlockOf(row);
    if (row.recurrence !== '' || row.recurring_event_id !== null) this.#seriesGroups.add(row.group_key);
  }

  /** A slot of a block that becomes somebody's own, or is so no more, changes what the block can show. */
  #markBlockOf({ calendar_id: calendarId, recurring_event_id: seriesId }: EventColumns): void {
    if (seriesId === null || !isBlockName(seriesId)) return;
    const block = this.#tables.block(calendarId, seriesId);
    if (block !== null) this.#dirty.markRef(block.source_ref);
  }

  /** Takes a row as it was and the group that it is in now: the one that it left is planned anew as well. */
  #leaveGroup(before: EventColumns, groupKey: string): void {
    if (before.group_key === groupKey) return;
    this.#dirty.mark(before.group_key);
    this.#seriesGroups.add(before.group_key);
  }

  /** Takes a series that is new or has moved, and the group that it was in: the rows of its slots go with it. */
  #regroupExceptions(master: EventColumns, from: string | null): void {
    const { calendar_id: calendarId, id, group_key: groupKey } = master;
    // Those out of the series too: the meeting's blocks are found by the slots that they stand for.
    const detached = (from === null ? [] : this.#tables.eventsOfGroup(from)).filter(
      (row) => row.calendar_id === calendarId && row.recurring_event_id === null && seriesIdFromSlotId(row.id) === id,
    );
    for (const row of [...this.#tables.exceptions(calendarId, id), ...detached]) {
      // An iCalUID of its own is no reason to stay: slots repeat that of their series (reference §1.3), so it is old.
      if (row.group_key !== groupKey) this.#regroup(row, groupKey);
    }
  }

  #regroup(row: EventColumns, groupKey: string): void {
    this.#tables.regroupEvent(row, groupKey);
    this.#dirty.mark(groupKey);
    this.#seriesGroups.add(groupKey);
    this.#leaveGroup(row, groupKey);
  }

  #tombstone(row: EventRow): void {
    const tables = this.#tables;
    const { calendarId, readId } = this.#page;
    const stored = tables.event(calendarId, row.id);
    if (this.#loseException(row, stored)) return;
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
        slotKey: full.recurringEventId === null ? null : keyOfSlotRow(full, this.#zone),
        reshaped: false,
        readId: seenRead(full.recurringEventId),
      });
      tables.putEvent(next);
      this.#eventChanged(next);
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
        slot_key: stored.slot_key ?? (row.recurringEventId === null ? null : keyOfSlotRow(row, this.#zone)),
        seen_read: seenRead(seriesId),
      };
      if (sameEvent(stored, next)) tables.seeEvent(stored, row.etag, next.seen_read);
      else {
        tables.putEvent(next);
        this.#eventChanged(next);
        this.#leaveGroup(stored, next.group_key);
      }
    }
    if (row.recurringEventId === null) this.#deletedSeries.push(row.id);
  }

  /**
   * A slot that its live series has cancelled names that series (reference §0.5, guaranteed for exceptions of an
   * uncancelled series). A tombstone that does not (reference §0.7) says that the exception itself is gone: then its slot
   * is as the rule says, if the rule still makes it, and no gap. Takes the tombstone and what is stored of it; returns
   * whether it was such a one.
   */
  #loseException(row: EventRow, stored: EventColumns | null): boolean {
    if (row.recurringEventId !== null) return false;
    const tables = this.#tables;
    const { calendarId } = this.#page;
    const seriesId = stored === null ? seriesIdFromSlotId(row.id) : stored.recurring_event_id;
    const master = seriesId === null ? null : tables.event(calendarId, seriesId);
    if (master === null || master.status === 'cancelled') return false;
    if (stored !== null) {
      this.#dropException(stored, master);
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
      this.#eventChanged(next);
    }
    return true;
  }

  #cancelExceptions(): void {
    const { calendarId, readId } = this.#page;
    for (const id of this.#deletedSeries) {
      for (const exception of this.#tables.exceptions(calendarId, id)) {
        if (exception.seen_read === readId || exception.status === 'cancelled') continue;
        this.#tables.cancelEvent(exception);
        this.#eventChanged(exception);
      }
    }
  }

  #block(row: EventRow, tag: Tag | null): void {
    const tables = this.#tables;
    const { calendarId, readId, run } = this.#page;
    const stored = tables.block(calendarId, row.id);
    // It may have been stored as a person's event while its tag was missing.
    if (stored === null || stored.lost === 1) this.#forgetEvent(row.id);
    if (row.status === 'cancelled' || tag === null) {
      if (stored === null && tag !== null) {
        this.#putBlock({ ...this.#newBlock(row, tag), ...removedByUs, ...noContent });
      } else if (stored !== null) {
        if (stored.absence_by !== null) tables.seeBlock(stored, row.etag, readId);
        else this.#putBlock({ ...stored, ...goneSince(run), etag: row.etag, seen_read: readId });
      }
      return;
    }
    this.#noteStaleMark(row, row.id, null);
    if (stored === null) {
      this.#recallGone(tag);
      this.#putBlock(this.#newBlock(row, tag));
      const ownRef = sourceRef(calendarId, row.id);
      if (tables.hasBlock(ownRef)) this.#dirty.markRef(ownRef);
      this.#adoptSlots(row.id, tag);
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
    else this.#putBlock({ ...next, reshaped: Number(stored.reshaped === 1 || !sameShape(stored, next)) });
  }

  /**
   * A block of an event that was deleted so long ago that its row has gone: what is left of that is the proof to take the block away.
   * Of a date it says nothing about its series, which may have come back without it.
   */
  #recallGone({ sourceRef: ref }: Tag): void {
    const gone = this.#tables.goneEvent(ref);
    if (gone === null) return;
    const { calendarId, id, groupKey } = gone;
    const place = { calendarId, sourceRef: ref, groupKey, slotKey: null, reshaped: false, readId: 0 };
    this.#tables.putEvent(eventColumns(bareTombstone(id), place));
  }

  /** A block that stands and carries a mark was brought back: how it went then says nothing about how it will go. */
  #noteStaleMark({ mark }: EventRow, blockId: EventId, slot: SlotKey | null): void {
    if (mark) this.#removals.noteStale({ targetId: this.#page.calendarId, blockId, slot }, mark.nonce);
  }

  #newBlock(row: EventRow, tag: Tag): BlockColumns {
    return { ...blockColumns(this.#page.calendarId, row, tag), fresh: 1, seen_read: this.#page.readId };
  }

  #putBlock(row: BlockColumns): void {
    this.#tables.putBlock(row);
    this.#changedBlocks += 1;
    this.#dirty.markRef(row.source_ref);
    // It may have been what stands for a meeting whose own block another computer took away.
    if (row.absence_by !== null) for (const ref of this.#removals.heldOn(row.target_id)) this.#dirty.markRef(ref);
  }

  /** The id belongs to an event of the person's now: its tag was taken away. */
  #loseBlock(block: BlockColumns): void {
    this.#putBlock({ ...block, ...removedByUs, lost: 1, echo: null });
    this.#tables.deleteSlots(block.target_id, block.id);
  }

  #forgetEvent(id: EventId): void {
    const event = this.#tables.event(this.#page.calendarId, id);
    if (event === null) return;
    this.#tables.deleteEvent(event);
    this.#dirty.mark(event.group_key);
    if (this.#tables.hasBlock(event.source_ref)) this.#dirty.markRef(event.source_ref);
  }

  /** Tombstones of slots carry no tag, so those that came before their block were taken for a person's. */
  #adoptSlots(blockId: EventId, tag: Tag): void {
    const { calendarId } = this.#page;
    for (const event of this.#tables.exceptions(calendarId, blockId)) {
      const originalStart = timeOf(event.original_at, event.original_zone);
      if (event.status !== 'cancelled' || event.slot_key === null || originalStart === null) continue;
      this.#tables.deleteEvent(event);
      this.#putSlot(tag, {
        ...emptySlot(calendarId, blockId, event.slot_key, event.id, originalStart),
        seen_read: event.seen_read,
      });
    }
  }

  #slot(row: EventRow, blockId: EventId, tag: Tag | null): void {
    const tables = this.#tables;
    const { calendarId, readId, run } = this.#page;
    const key = keyOfSlotRow(row, this.#zone);
    const block = tables.block(calendarId, blockId);
    const ref = tag ?? blockTag(block);
    if (key === null || ref === null) {
      this.#logger.warn('slot-without-time', { calendar: calendarId });
      return;
    }
    this.#forgetEvent(row.id);
    const stored = tables.slot(calendarId, blockId, key);
    // A tombstone that names no series says that the slot is no exception any more, and not that somebody removed it.
    if (row.status === 'cancelled' && row.recurringEventId === null && row.originalStart === null) {
      if (stored !== null && block?.absence_by === null) this.#dropSlot(stored, block);
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
      this.#noteStaleMark(row, blockId, key);
      const next = { ...base, ...present, ...contentColumns(row) };
      if (stored?.absence_by === null && sameContent(stored, next)) tables.putSlot(next);
      else this.#putSlot(ref, next);
      return;
    }
    if (stored !== null && stored.absence_by !== null) {
      tables.putSlot({ ...stored, seen_read: readId });
      return;
    }
    const absence = block === null || block.fresh === 1 ? removedByUs : goneSince(run);
    this.#putSlot(ref, { ...base, ...absence });
  }

  #putSlot(tag: Pick<Tag, 'sourceRef'>, row: SlotColumns): void {
    this.#tables.putSlot(row);
    this.#changedBlocks += 1;
    this.#dirty.markRef(tag.sourceRef);
  }

  /**
   * A series whose start, zone or rule changed shows all exceptions that it still has in the same read; the others are
   * gone (reference §2.3).
   */
  #settleSeries(): void {
    const { calendarId, readId, partial } = this.#page;
    // An exception that could not be understood is not one that is gone: the next complete read tells.
    if (partial === true) return;
    for (const master of this.#tables.reshapedEvents(calendarId)) {
      // Not before a complete read shows it, because the read that first did may have been cut short.
      if (master.seen_read !== readId) continue;
      for (const exception of this.#tables.exceptions(calendarId, master.id)) {
        if (exception.seen_read < readId) this.#dropException(exception, master);
      }
      this.#tables.settleEvent(master);
    }
  }

  #dropException(exception: EventColumns, master: EventColumns): void {
    this.#eventChanged(exception);
    dropException(this.#tables, exception);
    // What is left of it must be where its series is, which may have moved without it.
    if (exception.group_key !== master.group_key) this.#regroup(exception, master.group_key);
  }

  #settleBlocks(): void {
    const { calendarId, readId, kind, partial } = this.#page;
    for (const block of this.#tables.unsettledBlocks(calendarId)) {
      if (block.seen_read !== readId && kind === 'delta') continue;
      if (block.reshaped === 1 && partial === true) continue;
      if (block.reshaped === 1 && block.seen_read === readId && block.absence_by === null) {
        for (const slot of this.#tables.slotsOfBlock(calendarId, block.id)) {
          if (slot.seen_read < readId) this.#dropSlot(slot, block);
          // One that is still there may be a leftover that the rule does not make any more.
          else this.#dirty.markRef(block.source_ref);
        }
      }
      this.#tables.settleBlock(block);
    }
  }

  #dropSlot(slot: SlotColumns, block: BlockColumns | null): void {
    this.#tables.deleteSlot(slot);
    this.#changedBlocks += 1;
    if (block === null) return;
    this.#dirty.markRef(block.source_ref);
    // It came back with the rule; otherwise another computer would seem to have brought it back.
    const wanted = this.#tables.block(block.target_id, block.id)?.wanted ?? null;
    if (wanted !== null && wanted !== '') {
      this.#tables.wantBlock(block.target_id, block.id, withoutDate(wanted, slot.slot_key));
    }
  }

  /**
   * What a complete read of everything did not show is not there: the only absence that proves anything. What a later read has shown
   * is left to that one, because another process may have read while this one was waiting for an answer.
   */
  #sweep(): void {
    const tables = this.#tables;
    const { calendarId, readId, run } = this.#page;
    for (const event of tables.unseenEvents(calendarId, readId)) {
      const master = event.recurring_event_id === null ? null : tables.event(calendarId, event.recurring_event_id);
      // A full read shows every exception of a live series, the cancelled ones too (reference §1.1): one that is not
      // shown has become an ordinary slot again. Cancelling it would open a gap in the blocks.
      if (master !== null && master.status !== 'cancelled' && master.seen_read === readId) {
        this.#dropException(event, master);
      } else if (event.status !== 'cancelled') {
        tables.cancelEvent(event);
        this.#eventChanged(event);
      }
    }
    for (const block of tables.unseenBlocks(calendarId, readId)) {
      // A list may lag behind our own write (reference §10 no. 7): one that no read has shown yet is looked at by its id.
      if (block.seen_read !== 0) this.#putBlock({ ...block, ...goneSince(run) });
    }
    for (const slot of tables.unseenSlots(calendarId, readId)) {
      const block = tables.block(calendarId, slot.block_id);
      // Those of a deleted block are kept: nothing shows them, and they may come back with it.
      if (block === null || block.absence_by === null) this.#dropSlot(slot, block);
    }
  }

  /** Names the slots at which another copy of the meeting differs, see the table `slot_names`. */
  #nameSlots(groupKey: string): void {
    nameSlots(this.#tables, groupKey);
  }
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

function nameSlots(tables: Tables, groupKey: string): void {
  const events = tables.eventsOfGroup(groupKey);
  const first = events[0];
  if (first === undefined || events.every((event) => event.calendar_id === first.calendar_id)) return;
  for (const master of events) {
    if (master.recurring_event_id !== null || master.recurrence === '') continue;
    for (const { calendar_id: calendarId, slot_key: key } of events) {
      if (key === null || calendarId === master.calendar_id) continue;
      if (tables.hasSlotName(master.calendar_id, master.id, key)) continue;
      const slotId = `${master.id}_${key}` as EventId;
      tables.addSlotName(master.calendar_id, master.id, key, sourceRef(master.calendar_id, slotId));
    }
  }
}

/** An exception is gone for good. One that has blocks of its own stays as a tombstone, the proof to remove them. */
function dropException(tables: Tables, exception: EventColumns): void {
  if (tables.hasBlock(exception.source_ref)) tables.detachEvent(exception);
  else tables.deleteEvent(exception);
}

function blockTag(block: BlockColumns | null): Pick<Tag, 'sourceRef'> | null {
  return block === null ? null : { sourceRef: block.source_ref };
}

function blockColumns(targetId: CalendarId, row: EventRow, tag: Tag): BlockColumns {
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
function emptySlot(
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

function storeDeletedId(
  tables: Tables,
  dirty: DirtyGroups,
  calendarId: CalendarId,
  id: EventId,
  zone: string | null,
): void {
  const stored = tables.event(calendarId, id);
  if (stored !== null) {
    if (stored.status === 'cancelled') {
      // Known before, but its blocks may have waited for this proof.
      dirty.mark(stored.group_key);
      return;
    }
    tables.cancelEvent(stored);
    dirty.mark(stored.group_key);
    for (const exception of stored.recurring_event_id === null ? tables.exceptions(calendarId, id) : []) {
      if (exception.status !== 'cancelled') tables.cancelEvent(exception);
    }
    return;
  }
  const ref = sourceRef(calendarId, id);
  // A calendar remembers thousands of deleted events; those that no block stands for matter to nobody.
  if (!tables.hasBlock(ref)) return;
  const full = withSeries(bareTombstone(id));
  const master = full.recurringEventId === null ? null : tables.event(calendarId, full.recurringEventId);
  // A date that its series has cancelled came with that series: this one says no more than that its block may go.
  const row = master === null || master.status === 'cancelled' ? full : bareTombstone(id);
  const groupKey = groupKeyOf(row, calendarId, { stored: null, master: master?.group_key ?? null });
  const slotKey = row.recurringEventId === null ? null : keyOfSlotRow(row, zone);
  tables.putEvent(eventColumns(row, { calendarId, sourceRef: ref, groupKey, slotKey, reshaped: false, readId: 0 }));
  dirty.mark(groupKey);
}

function bareTombstone(id: EventId): EventRow {
  return {
    id,
    status: 'cancelled',
    etag: null,
    iCalUid: null,
    kind: 'default',
    start: null,
    end: null,
    recurrence: [],
    recurringEventId: null,
    originalStart: null,
    transparent: false,
    visibility: 'default',
    ownResponse: 'unknown',
    optionalGuest: false,
    summary: null,
    place: null,
    description: null,
    colorId: null,
    rings: false,
    tag: null,
    tagged: false,
    saysBlock: false,
    guests: false,
  };
}

/** Notes what a plan has written before it is stored, as it was before: what anybody else has done is not undone. */
function noteForUndo(tables: Tables, undo: UndoLog, outcome: BlockOutcome, run: number): void {
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

function storeOutcome(
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
        // (reference §10 no. 2): the next read tells.
        reshaped: Number(stored?.reshaped === 1 || revived || (stored !== null && !sameShape(stored, written))),
        // Written anew, it has not been shown anew: a list may lag behind (reference §10 no. 7).
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
