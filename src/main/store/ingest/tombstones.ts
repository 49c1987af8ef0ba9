import type { EventId, SlotKey } from '../../../shared/ids.ts';
import type { EventRow } from '../../core/model.ts';

import { originalStartOf, slotKeyOf } from '../../core/times.ts';
import { seriesIdFromSlotId, slotKeyFromId } from '../../core/slot-ids.ts';

/** Takes a row of a slot and the zone of its calendar; returns the key of the slot, or null where nothing tells it. */
export function keyOfSlotRow(row: Pick<EventRow, 'id' | 'originalStart'>, zone: string | null): SlotKey | null {
  const fromTime = row.originalStart === null ? null : slotKeyOf(row.originalStart, zone);
  return fromTime ?? slotKeyFromId(row.id);
}

/**
 * Takes a tombstone; returns it with the series and slot that its id tells (google-calendar.md §0.7), whether or not that series
 * is stored: it may come with a later page, and finds its slots by this.
 */
export function withSeries(row: EventRow): EventRow {
  if (row.recurringEventId !== null) return row;
  const seriesId = seriesIdFromSlotId(row.id);
  const key = slotKeyFromId(row.id);
  if (seriesId === null || key === null) return row;
  return { ...row, recurringEventId: seriesId, originalStart: row.originalStart ?? originalStartOf(key, null) };
}

/** Takes an id; returns the row of a deleted event of which nothing else is known. */
export function bareTombstone(id: EventId): EventRow {
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
