import { notFound } from '../../failures.ts';
import type { Outcome } from '../../outcome.ts';
import { refuse, success } from '../../outcome.ts';
import { instantOf } from '../../time.ts';
import type { CalendarStore, StoredEvent } from '../calendar.ts';
import { isCancelled, isSeries } from '../service.ts';
import type { CalendarService } from '../service.ts';
import { instancesOf } from './instances.ts';

/** A stretch of busy time. */
export interface BusyStretch {
  readonly start: number;
  readonly end: number;
}

/** The merged busy times of a calendar between two instants, as freeBusy gives them (google-calendar.md §5). */
export function busyTimes(
  service: CalendarService,
  email: string,
  calendarId: string,
  timeMin: number,
  timeMax: number,
): Outcome<BusyStretch[]> {
  const target = service.resolve(email, calendarId);
  if (!target.ok) return refuse(notFound());
  const { calendar } = target.value;
  const stretches: BusyStretch[] = [];
  for (const event of calendar.all()) {
    if (event.recurringEventId !== undefined || isCancelled(event)) continue;
    const rows = isSeries(event) ? instancesOf(service, calendar, event, { timeMin, timeMax }) : [event];
    for (const row of rows) {
      const start = Math.max(timeMin, instantOf(row.start, service.zones, calendar.timeZone));
      const end = Math.min(timeMax, instantOf(row.end, service.zones, calendar.timeZone));
      if (end > start && blocksTime(row, calendar)) stretches.push({ start, end });
    }
  }
  stretches.sort((left, right) => left.start - right.start);
  const merged: BusyStretch[] = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last === undefined || stretch.start > last.end) merged.push(stretch);
    else if (stretch.end > last.end) merged[merged.length - 1] = { start: last.start, end: stretch.end };
  }
  return success(merged);
}

function blocksTime(event: StoredEvent, calendar: CalendarStore): boolean {
  const { content } = event;
  if (isCancelled(event) || content.transparency === 'transparent') return false;
  if (content.eventType === 'workingLocation' || content.eventType === 'birthday') return false;
  const own = (content.attendees ?? []).find((attendee) => calendar.isNamed(attendee.email));
  return own?.responseStatus !== 'declined';
}
