import type { EventId, SlotKey } from '../../shared/ids.ts';

/**
 * How the ids of slots are made: the id of the series, `_` and the key of the slot (google-calendar.md §0.10). Nobody else composes or parses one.
 * It is also what a date without a row of its own is named by, so that it stays: each ref of such a date is a hash of it. A service
 * that names slots otherwise is met at the edge of its adapter; one that does so now and then is asked (`find-slot`).
 */
const slotSuffix = /_(\d{8}|\d{8}T\d{6}Z)$/;

/** What ends the id of a slot, as a part of a pattern that names blocks and their slots (`ownership.ts`). */
export const slotEnding = slotSuffix.source.slice(0, -1);

/** Takes the id of a series and the key of one of its slots; returns the id of the slot. */
export function slotIdOf(seriesId: EventId, key: SlotKey): EventId {
  return `${seriesId}_${key}` as EventId;
}

/**
 * Takes the id of an event; returns the id of its series, or null where it has not the form of a slot's. Only for tombstones that have
 * lost their `recurringEventId` (google-calendar.md §0.7); elsewhere ids are opaque.
 */
export function seriesIdFromSlotId(id: EventId): EventId | null {
  return slotSuffix.test(id) ? (id.replace(slotSuffix, '') as EventId) : null;
}

/** Takes the id of an event; returns the key of the slot that it names, or null where it has not that form. As `seriesIdFromSlotId`. */
export function slotKeyFromId(id: EventId): SlotKey | null {
  return (slotSuffix.exec(id)?.[1] ?? null) as SlotKey | null;
}
