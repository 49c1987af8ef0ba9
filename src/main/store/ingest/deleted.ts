import type { CalendarId, EventId } from '../../../shared/ids.ts';
import { groupKeyOf } from '../../core/grouping.ts';
import { sourceRef } from '../../core/identity.ts';
import { eventColumns } from '../columns.ts';
import type { DirtyGroups } from '../dirty.ts';
import type { Tables } from '../tables.ts';
import { bareTombstone, keyOfSlotRow, withSeries } from './tombstones.ts';

/** Stores that the event of an id is deleted, and marks its group. `zone` is the calendar's. */
export function storeDeletedId(
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
