import type { NamedDate, ZoneRefusal } from '../core/model.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { day, type Instant } from '../../shared/time.ts';
import type { Stray, StraySeries } from '../core/stray-slots.ts';
import {
  blockColumnNames,
  eventColumnNames,
  slotColumnNames,
  timeOf,
  upsertSql,
  type BlockColumns,
  type EventColumns,
  type SlotColumns,
} from './columns.ts';
import type { Connection } from './database.ts';

const eventList = eventColumnNames.join(', ');
const blockList = blockColumnNames.join(', ');
const slotList = slotColumnNames.join(', ');

/**
 * Statements for one row, one series or one calendar. Each must find its rows by an index that holds few others; a test
 * looks. INDEXED BY, because left alone SQLite prefers the primary key and walks through a whole calendar.
 */
export const tableQueries = {
  event: `SELECT ${eventList} FROM events WHERE calendar_id = ? AND id = ?`,
  seeEvent: 'UPDATE events SET etag = ?, seen_read = ? WHERE calendar_id = ? AND id = ?',
  cancelEvent: "UPDATE events SET status = 'cancelled' WHERE calendar_id = ? AND id = ?",
  deleteEvent: 'DELETE FROM events WHERE calendar_id = ? AND id = ?',
  // Out of its series, so that it says "deleted" about its own blocks and nothing about a slot of the series.
  detachEvent: `UPDATE events SET status = 'cancelled', recurring_event_id = NULL, original_at = NULL,
    original_zone = NULL, slot_key = NULL, recurrence = '' WHERE calendar_id = ? AND id = ?`,
  regroupEvent: 'UPDATE events SET group_key = ? WHERE calendar_id = ? AND id = ?',
  settleEvent: 'UPDATE events SET reshaped = 0 WHERE calendar_id = ? AND id = ?',
  exceptions: `SELECT ${eventList} FROM events INDEXED BY events_by_series
    WHERE calendar_id = ? AND recurring_event_id = ?`,
  reshapedEvents: `SELECT ${eventList} FROM events INDEXED BY events_reshaped WHERE calendar_id = ? AND reshaped = 1`,
  unseenEvents: `SELECT ${eventList} FROM events
    WHERE calendar_id = ? AND seen_read < ? AND (status <> 'cancelled' OR recurring_event_id IS NOT NULL)`,
  eventsOfGroup: `SELECT ${eventList} FROM events WHERE group_key = ?`,
  block: `SELECT ${blockList} FROM blocks WHERE target_id = ? AND id = ?`,
  blockOfRef: 'SELECT 1 FROM blocks WHERE source_ref = ? LIMIT 1',
  goneEvent: 'SELECT calendar_id AS calendarId, id, group_key AS groupKey FROM gone_events WHERE source_ref = ?',
  seeBlock: 'UPDATE blocks SET etag = ?, seen_read = ? WHERE target_id = ? AND id = ?',
  unsettledBlocks: `SELECT ${blockList} FROM blocks INDEXED BY blocks_unsettled
    WHERE target_id = ? AND (fresh = 1 OR reshaped = 1)`,
  settleBlock: 'UPDATE blocks SET fresh = 0, reshaped = 0 WHERE target_id = ? AND id = ?',
  strays: `SELECT b.source_ref, b.start_at, b.start_zone, c.time_zone
    FROM blocks b INDEXED BY blocks_unexplained CROSS JOIN calendars c ON c.id = b.target_id
    WHERE b.source_id IS NULL AND b.source_ref > '' AND b.absence_by IS NULL AND b.recurrence = ''`,
  wantBlock: 'UPDATE blocks SET wanted = ? WHERE target_id = ? AND id = ? AND absence_by IS NULL',
  // One that another computer has written, or that was put back after we took it away.
  blockOfAnother: `SELECT 1 FROM blocks WHERE source_ref = ? AND absence_by IS NULL
    AND (own_hash <> content_hash OR (wanted IS NULL AND own_version IS NOT NULL)) LIMIT 1`,
  unshownBlocks: `SELECT id FROM blocks INDEXED BY blocks_unshown
    WHERE target_id = ? AND seen_read = 0 AND absence_by IS NULL`,
  unseenBlocks: `SELECT ${blockList} FROM blocks WHERE target_id = ? AND seen_read < ? AND absence_by IS NULL`,
  slot: `SELECT ${slotList} FROM block_slots WHERE target_id = ? AND block_id = ? AND slot_key = ?`,
  slotsOfBlock: `SELECT ${slotList} FROM block_slots WHERE target_id = ? AND block_id = ?`,
  unseenSlots: `SELECT ${slotList} FROM block_slots WHERE target_id = ? AND seen_read < ?`,
  deleteSlot: 'DELETE FROM block_slots WHERE target_id = ? AND block_id = ? AND slot_key = ?',
  deleteSlots: 'DELETE FROM block_slots WHERE target_id = ? AND block_id = ?',
  slotName: 'SELECT 1 FROM slot_names WHERE calendar_id = ? AND series_id = ? AND slot_key = ?',
} as const;

/** Reads and writes single rows of events, blocks and their slots, with every statement prepared once. */
export interface Tables {
  event(calendarId: CalendarId, id: EventId): EventColumns | null;
  putEvent(row: EventColumns): void;
  /** Notes that a read showed the row as it is stored. */
  seeEvent(row: EventColumns, etag: string | null, readId: number): void;
  cancelEvent(row: EventColumns): void;
  deleteEvent(row: EventColumns): void;
  detachEvent(row: EventColumns): void;
  regroupEvent(row: EventColumns, groupKey: string): void;
  settleEvent(row: EventColumns): void;
  exceptions(calendarId: CalendarId, seriesId: EventId): EventColumns[];
  reshapedEvents(calendarId: CalendarId): EventColumns[];
  /** Events of a calendar that a read did not show and that this could mean something for. */
  unseenEvents(calendarId: CalendarId, readId: number): EventColumns[];
  eventsOfGroup(groupKey: string): EventColumns[];
  block(targetId: CalendarId, id: EventId): BlockColumns | null;
  /** Whether there is any block that stands for this source. */
  hasBlock(ref: SourceRef): boolean;
  /** What is left of a deleted event that had blocks, where its row has gone. */
  goneEvent(
    ref: SourceRef,
  ): { readonly calendarId: CalendarId; readonly id: EventId; readonly groupKey: string } | null;
  putBlock(row: BlockColumns): void;
  /** Notes that a read showed the block as it is stored. */
  seeBlock(row: BlockColumns, etag: string | null, readId: number): void;
  unsettledBlocks(targetId: CalendarId): BlockColumns[];
  settleBlock(row: BlockColumns): void;
  unshownBlocks(targetId: CalendarId): EventId[];
  /** Live single blocks that no row explains. */
  strays(): readonly Stray[];
  /** All series that are stored, those that were deleted too. */
  series(): StraySeries[];
  /** Notes that this install wants a block, and what it does not want of it. */
  wantBlock(targetId: CalendarId, id: EventId, unwanted: string): void;
  /** Whether a block of this source stands as another computer has written it. */
  hasBlockOfAnother(ref: SourceRef): boolean;
  unseenBlocks(targetId: CalendarId, readId: number): BlockColumns[];
  slot(targetId: CalendarId, blockId: EventId, key: SlotKey): SlotColumns | null;
  slotsOfBlock(targetId: CalendarId, blockId: EventId): SlotColumns[];
  unseenSlots(targetId: CalendarId, readId: number): SlotColumns[];
  putSlot(row: SlotColumns): void;
  deleteSlot(row: SlotColumns): void;
  deleteSlots(targetId: CalendarId, blockId: EventId): void;
  hasSlotName(calendarId: CalendarId, seriesId: EventId, key: SlotKey): boolean;
  putRefusal(refusal: ZoneRefusal): void;
  dropRefusal(ref: SourceRef, targetId: CalendarId): void;
  /** Drops what was refused until then or after now, and returns whose it was. */
  dropRefusals(until: Instant, now: Instant): SourceRef[];
  /** Returns whether the date had no name yet. */
  nameDate(date: NamedDate): boolean;
  /** Notes that a meeting has lost a block by what its source says; what no hold counts and is older than a day is dropped. */
  noteLost(sourceId: CalendarId, groupKey: string, at: Instant): void;
  forgetLost(groupKey: string): void;
  addSlotName(calendarId: CalendarId, seriesId: EventId, key: SlotKey, ref: SourceRef): void;
}

export function tables(connection: Connection): Tables {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const event = query<EventColumns>(tableQueries.event);
  const putEvent = query(upsertSql('events', eventColumnNames, ['calendar_id', 'id'], ['source_ref']));
  const seeEvent = query(tableQueries.seeEvent);
  const cancelEvent = query(tableQueries.cancelEvent);
  const deleteEvent = query(tableQueries.deleteEvent);
  const detachEvent = query(tableQueries.detachEvent);
  const regroupEvent = query(tableQueries.regroupEvent);
  const settleEvent = query(tableQueries.settleEvent);
  const exceptions = query<EventColumns>(tableQueries.exceptions);
  const reshapedEvents = query<EventColumns>(tableQueries.reshapedEvents);
  const unseenEvents = query<EventColumns>(tableQueries.unseenEvents);
  const eventsOfGroup = query<EventColumns>(tableQueries.eventsOfGroup);
  const block = query<BlockColumns>(tableQueries.block);
  const blockOfRef = query(tableQueries.blockOfRef);
  const goneEvent = query<NonNullable<ReturnType<Tables['goneEvent']>>>(tableQueries.goneEvent);
  const putBlock = query(
    upsertSql('blocks', blockColumnNames, ['target_id', 'id'], ['source_ref', 'generation'], {
      source_id: `coalesce((SELECT calendar_id FROM events WHERE source_ref = @source_ref),
        (SELECT calendar_id FROM slot_names WHERE source_ref = @source_ref))`,
      own_ref: 'source_ref_of(@target_id, @id)',
    }),
  );
  const seeBlock = query(tableQueries.seeBlock);
  const unsettledBlocks = query<BlockColumns>(tableQueries.unsettledBlocks);
  const settleBlock = query(tableQueries.settleBlock);
  const strays = query<{
    source_ref: SourceRef;
    start_at: string | null;
    start_zone: string | null;
    time_zone: string | null;
  }>(tableQueries.strays);
  // All rows are walked through, which only a stray that was never looked for brings about.
  const series = query<{ calendar_id: CalendarId; id: EventId }>(
    "SELECT calendar_id, id FROM events WHERE recurring_event_id IS NULL AND recurrence <> ''",
  );
  const wantBlock = query(tableQueries.wantBlock);
  const blockOfAnother = query(tableQueries.blockOfAnother);
  const unshownBlocks = query<EventId>(tableQueries.unshownBlocks).pluck();
  const unseenBlocks = query<BlockColumns>(tableQueries.unseenBlocks);
  const slot = query<SlotColumns>(tableQueries.slot);
  const slotsOfBlock = query<SlotColumns>(tableQueries.slotsOfBlock);
  const unseenSlots = query<SlotColumns>(tableQueries.unseenSlots);
  const putSlot = query(upsertSql('block_slots', slotColumnNames, ['target_id', 'block_id', 'slot_key']));
  const deleteSlot = query(tableQueries.deleteSlot);
  const deleteSlots = query(tableQueries.deleteSlots);
  const slotName = query(tableQueries.slotName);
  const putRefusal = query('INSERT OR REPLACE INTO zone_refusals VALUES (?, ?, ?, ?)');
  const dropRefusal = query('DELETE FROM zone_refusals WHERE source_ref = ? AND target_id = ?');
  const dropRefusals = connection
    .prepare<[Instant, Instant], SourceRef>('DELETE FROM zone_refusals WHERE at <= ? OR at > ? RETURNING source_ref')
    .pluck();
  const nameDate = query(
    `INSERT OR IGNORE INTO slot_names SELECT calendar_id, id, ?, ? FROM events WHERE calendar_id = ? AND id = ?`,
  );
  const noteLost = query('INSERT OR REPLACE INTO lost_meetings VALUES (?, ?, ?)');
  const dropLost = query(`DELETE FROM lost_meetings WHERE at > @at OR (at <= @at - @day
    AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.calendar_id = source_id AND lost_meetings.at > h.since - @day))`);
  const forgetLost = query('DELETE FROM lost_meetings WHERE group_key = ?');
  const addSlotName = query('INSERT OR IGNORE INTO slot_names VALUES (?, ?, ?, ?)');
  return {
    event: (calendarId, id) => event.get(calendarId, id) ?? null,
    putEvent: (row) => void putEvent.run(row),
    seeEvent: (row, etag, readId) => void seeEvent.run(etag, readId, row.calendar_id, row.id),
    cancelEvent: (row) => void cancelEvent.run(row.calendar_id, row.id),
    deleteEvent: (row) => void deleteEvent.run(row.calendar_id, row.id),
    detachEvent: (row) => void detachEvent.run(row.calendar_id, row.id),
    regroupEvent: (row, groupKey) => void regroupEvent.run(groupKey, row.calendar_id, row.id),
    settleEvent: (row) => void settleEvent.run(row.calendar_id, row.id),
    exceptions: (calendarId, seriesId) => exceptions.all(calendarId, seriesId),
    reshapedEvents: (calendarId) => reshapedEvents.all(calendarId),
    unseenEvents: (calendarId, readId) => unseenEvents.all(calendarId, readId),
    eventsOfGroup: (groupKey) => eventsOfGroup.all(groupKey),
    block: (targetId, id) => block.get(targetId, id) ?? null,
    hasBlock: (ref) => blockOfRef.get(ref) !== undefined,
    goneEvent: (ref) => goneEvent.get(ref) ?? null,
    putBlock: (row) => void putBlock.run(row),
    seeBlock: (row, etag, readId) => void seeBlock.run(etag, readId, row.target_id, row.id),
    unsettledBlocks: (targetId) => unsettledBlocks.all(targetId),
    settleBlock: (row) => void settleBlock.run(row.target_id, row.id),
    strays: () =>
      strays.all().map((columns) => ({
        ref: columns.source_ref,
        start: timeOf(columns.start_at, columns.start_zone),
        zone: columns.time_zone,
      })),
    series: () => series.all().map((columns) => ({ calendarId: columns.calendar_id, id: columns.id })),
    wantBlock: (targetId, id, unwanted) => void wantBlock.run(unwanted, targetId, id),
    hasBlockOfAnother: (ref) => blockOfAnother.get(ref) !== undefined,
    unshownBlocks: (targetId) => unshownBlocks.all(targetId),
    unseenBlocks: (targetId, readId) => unseenBlocks.all(targetId, readId),
    slot: (targetId, blockId, key) => slot.get(targetId, blockId, key) ?? null,
    slotsOfBlock: (targetId, blockId) => slotsOfBlock.all(targetId, blockId),
    unseenSlots: (targetId, readId) => unseenSlots.all(targetId, readId),
    putSlot: (row) => void putSlot.run(row),
    deleteSlot: (row) => void deleteSlot.run(row.target_id, row.block_id, row.slot_key),
    deleteSlots: (targetId, blockId) => void deleteSlots.run(targetId, blockId),
    hasSlotName: (calendarId, seriesId, key) => slotName.get(calendarId, seriesId, key) !== undefined,
    putRefusal: ({ sourceRef, targetId, version, at }) => void putRefusal.run(sourceRef, targetId, version, at),
    dropRefusal: (ref, targetId) => void dropRefusal.run(ref, targetId),
    dropRefusals: (until, now) => dropRefusals.all(until, now),
    nameDate: ({ key, sourceRef, calendarId, seriesId }) =>
      nameDate.run(key, sourceRef, calendarId, seriesId).changes > 0,
    noteLost: (sourceId, groupKey, at) => {
      dropLost.run({ at, day });
      noteLost.run(sourceId, groupKey, at);
    },
    forgetLost: (groupKey) => void forgetLost.run(groupKey),
    addSlotName: (calendarId, seriesId, key, ref) => void addSlotName.run(calendarId, seriesId, key, ref),
  };
}
