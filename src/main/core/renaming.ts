import type { EventId } from '../../shared/ids.ts';

/**
 * Takes the ids of what lives on a calendar as it was read last, events and blocks, series once; and those on another one
 * now. Returns whether the other one is the same calendar under a new address: at least half of what was there is there.
 * A service keeps ids when an address changes, and gives new ones to copies. Single ids prove nothing, because guests of a
 * meeting may have it by the same id; half of everything that stood on one person's calendar, blocks included, is that
 * calendar.
 */
export function isSameCalendar(before: ReadonlySet<EventId>, now: ReadonlySet<EventId>): boolean {
  let kept = 0;
  for (const id of before) if (now.has(id)) kept += 1;
  return kept > 0 && kept * 2 >= before.size;
}
