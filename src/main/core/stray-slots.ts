import { mostBuffer } from '../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { isDate, minute, type EventTime } from '../../shared/time.ts';
import { sourceRef } from './identity.ts';
import { instantOf, slotKeyOf } from './times.ts';
import { slotIdOf } from './slot-ids.ts';

/** Names that are worked out in one search: each costs a hash, and a run must not be held up by strays of others. */
const mostNames = 400_000;

/** Those that people choose come first. */
const buffers: readonly number[] = [
  ...Array.from({ length: mostBuffer / 5 + 1 }, (_, index) => index * 5),
  ...Array.from({ length: mostBuffer }, (_, index) => index + 1).filter((before) => before % 5 !== 0),
];

/** A block that no stored row explains, and when it begins. */
export interface Stray {
  readonly ref: SourceRef;
  readonly start: EventTime | null;
  /** The zone of the calendar that it is on. */
  readonly zone: string | null;
}

/** A series that a stray may be one date of. */
export interface StraySeries {
  readonly calendarId: CalendarId;
  readonly id: EventId;
}

/**
 * Takes strays and series; returns the strays that are one date of a series, with the key of that date. A source ref is a
 * hash, so that each name which a date near the block's start could have is worked out and compared; dates that were moved
 * are not found, and neither is anything beyond a bounded number of names.
 */
export function slotsOfSeries(
  strays: readonly Stray[],
  series: readonly StraySeries[],
): readonly { readonly ref: SourceRef; readonly series: StraySeries; readonly key: SlotKey }[] {
  const found = new Map<SourceRef, { ref: SourceRef; series: StraySeries; key: SlotKey }>();
  let left = mostNames;
  for (const before of buffers) {
    for (const stray of strays) {
      const key = found.has(stray.ref) ? null : keyAt(stray, before);
      if (key === null) continue;
      for (const one of series) {
        if (left <= 0) return [...found.values()];
        left -= 1;
        if (sourceRef(one.calendarId, slotIdOf(one.id, key)) !== stray.ref) continue;
        found.set(stray.ref, { ref: stray.ref, series: one, key });
        break;
      }
    }
  }
  return [...found.values()];
}

/** The slot that a block stands for which begins so many minutes before it; days have no minutes before. */
function keyAt({ start, zone }: Stray, before: number): SlotKey | null {
  if (start === null) return null;
  if (before === 0) return slotKeyOf(start, zone);
  const at = isDate(start) ? null : instantOf(start, zone);
  return at === null
    ? null
    : slotKeyOf({ dateTime: new Date(at + before * minute).toISOString(), timeZone: null }, null);
}
