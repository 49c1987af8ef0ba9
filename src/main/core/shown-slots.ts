import { mostBuffer } from '../../shared/dto.ts';
import type { SlotKey } from '../../shared/ids.ts';
import { day, isDate, minute, type EventTime, type Instant } from '../../shared/time.ts';
import type { EventRow } from './model.ts';
import { instantOf, slotKeyOf, wallClock } from './times.ts';

/** Rules with several slots a day: the hour of their start does not tell that of a slot. */
const withinTheDay = /FREQ=(HOURLY|MINUTELY|SECONDLY)|BY(HOUR|MINUTE|SECOND)=/;

/**
 * Takes when a block starts, a series that it may stand for one slot of, and the zones of both calendars; returns the
 * slots that such a block can be named by. A slot that its series never changed has no row, so its name can only be
 * composed (google-calendar.md §0.10); how many minutes before it the block begins is not kept.
 */
export function shownSlots(
  start: EventTime,
  blockZone: string | null,
  series: Pick<EventRow, 'start' | 'recurrence'>,
  seriesZone: string | null,
): readonly SlotKey[] {
  if (isDate(start)) return [start.date.replaceAll('-', '') as SlotKey];
  const at = instantOf(start, blockZone);
  if (at === null) return [];
  const instants = new Set<Instant>([at]);
  if (series.recurrence.some((line) => withinTheDay.test(line))) {
    for (let before = 1; before <= mostBuffer; before += 1) instants.add(at + before * minute);
  } else if (series.start !== null && !isDate(series.start)) {
    const zone = series.start.timeZone ?? seriesZone;
    const first = instantOf(series.start, seriesZone);
    const clock = first === null ? null : clockOf(first, zone);
    // The block may begin on the day before its slot.
    for (const date of clock === null ? [] : [at, at + day].map((instant) => dateOf(instant, zone))) {
      const slot = instantOf({ dateTime: `${date}T${clock}`, timeZone: zone ?? 'UTC' }, null);
      if (slot !== null && slot > at && slot - at <= mostBuffer * minute) instants.add(slot);
    }
  }
  return [...instants].flatMap((instant) => {
    const key = slotKeyOf({ dateTime: new Date(instant).toISOString(), timeZone: null }, null);
    return key === null ? [] : [key];
  });
}

function clockOf(instant: Instant, zone: string | null): string {
  const shown = wallClock(instant, zone);
  return isDate(shown) ? '00:00:00' : shown.dateTime.slice(11, 19);
}

function dateOf(instant: Instant, zone: string | null): string {
  const shown = wallClock(instant, zone);
  return isDate(shown) ? shown.date : shown.dateTime.slice(0, 10);
}
