import type { CalendarId, SourceRef } from '../../shared/ids.ts';
import type { EventRow } from './model.ts';

/** What is stored already and decides where a row belongs. */
export interface KnownGroups {
  /** Group of the stored row with the same id, or null. */
  readonly stored: string | null;
  /** Group of the stored master that the row is an exception of, or null. */
  readonly master: string | null;
}

/**
 * Takes a row, its calendar and what is stored; returns the key of the group that it belongs to: all rows of one
 * meeting on every calendar, with the blocks that stand for them.
 *
 * - A tombstone of a slot goes with its series, because it says of that series that it has a gap; the series may have
 *   moved since the tombstone's own iCalUID was read. Any other tombstone stays where it was, because it carries nothing
 *   else that could say (google-calendar.md §0.5).
 * - `uid:<iCalUID>`: copies of one meeting share the iCalUID (google-calendar.md §2.1). A series that a person has split has a
 *   new one (`…_R20250327T130000@google.com`, google-calendar.md §0.11); the suffix is kept, because the halves have their own
 *   rules and their own blocks.
 * - An exception without an iCalUID (a tombstone of one slot) goes with its master.
 * - `id:<calendar>|<series or event id>`: rows that show free/busy only have no iCalUID, and cannot be matched across
 *   calendars.
 */
export function groupKeyOf(
  row: Pick<EventRow, 'id' | 'status' | 'iCalUid' | 'recurringEventId'>,
  calendarId: CalendarId,
  known: KnownGroups,
): string {
  if (row.status === 'cancelled') {
    if (row.recurringEventId !== null && known.master !== null) return known.master;
    if (known.stored !== null) return known.stored;
  }
  if (row.iCalUid !== null) return `uid:${row.iCalUid}`;
  if (row.recurringEventId !== null && known.master !== null) return known.master;
  return `id:${calendarId}|${row.recurringEventId ?? row.id}`;
}

/** Takes a source ref that no stored row explains; returns the key of the group that its blocks make by themselves. */
export function strayGroupKey(ref: SourceRef): string {
  return `ref:${ref}`;
}
