import type { CalendarId, EventId } from '../../shared/ids.ts';
import { blockId } from './identity.ts';
import type { EventRow, Tag } from './model.ts';
import { seriesIdFromSlotId, slotEnding } from './slot-ids.ts';

/**
 * What a row of a calendar is to us.
 * - `block`, `block-slot`: ours by identity; `tag` is null only on tombstones, which carry none.
 * - `copy`: tagged, but not ours: somebody duplicated a block or split its series. The person's own, never touched,
 *   and never a source.
 * - `event`: a person's.
 */
export type Ownership =
  | { readonly kind: 'block'; readonly tag: Tag | null }
  | { readonly kind: 'block-slot'; readonly blockId: EventId; readonly tag: Tag | null }
  | { readonly kind: 'copy' }
  | { readonly kind: 'event' };

/** The name of a block, alone, of a part that a split made of it, of a slot of either, and as an iCalUID (google-calendar.md §2.1). */
const blockName = new RegExp(`^cs[0-9a-v]{52}(_R\\d{8}(T\\d{6}Z?)?)*(${slotEnding})?(@google\\.com)?$`);

/**
 * Takes a row; returns whether it has the form of a block, so that it is never a source and holds no meeting, whoever
 * shows it: an access that hides tags, a subscribed copy, an export, another service (design.md, "Identity and ownership").
 * A row with guests is never of that form, because blocks have none, and a meeting must not be lost to a chance likeness.
 */
export function hasFormOfBlock(
  row: Pick<EventRow, 'id' | 'iCalUid' | 'recurringEventId' | 'saysBlock' | 'guests'>,
): boolean {
  if (row.guests) return false;
  return row.saysBlock || isBlockName(row.id) || isBlockName(row.recurringEventId) || isBlockName(row.iCalUid);
}

/**
 * Takes an id or an iCalUID, or null; returns whether it is made as those of blocks are. Asked of every row of every plan, of
 * which most begin otherwise.
 */
export function isBlockName(name: string | null): boolean {
  return name?.startsWith('cs') === true && blockName.test(name);
}

/**
 * Takes a row, its calendar, a test for ids of blocks that were proven ours earlier (tombstones carry no tag), and ids that the
 * calendar has beside its own: after it got another address, ours holds for either.
 * Ours means: tagged, and the id is the one derived from the tag for this calendar; for a slot, that of its series.
 * A copy that a person makes of an event, or a split of a series, has its private properties too, so a tag alone proves nothing.
 */
export function ownershipOf(
  row: Pick<EventRow, 'id' | 'status' | 'tag' | 'tagged' | 'recurringEventId'>,
  calendarId: CalendarId,
  isKnownBlock: (id: EventId) => boolean,
  otherIds: readonly CalendarId[] = [],
): Ownership {
  if (row.tag !== null) {
    const { sourceRef, generation } = row.tag;
    const stated = row.recurringEventId ?? row.id;
    const named = otherIds.map((other) => blockId(sourceRef, other, generation)).find((id) => id === stated);
    const id = named ?? blockId(sourceRef, calendarId, generation);
    if (row.recurringEventId === null && row.id === id) return { kind: 'block', tag: row.tag };
    if (row.recurringEventId === id) return { kind: 'block-slot', blockId: id, tag: row.tag };
    return { kind: 'copy' };
  }
  if (row.tagged) return { kind: 'copy' };
  if (row.status !== 'cancelled') return { kind: 'event' };
  if (isKnownBlock(row.id)) return { kind: 'block', tag: null };
  const series = row.recurringEventId ?? seriesIdFromSlotId(row.id);
  if (series !== null && isKnownBlock(series)) return { kind: 'block-slot', blockId: series, tag: null };
  return { kind: 'event' };
}
