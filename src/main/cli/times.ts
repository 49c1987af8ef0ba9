import { counted } from '../../shared/phrases.ts';
import { elapsed, isDate, type EventTime, type Instant } from '../../shared/time.ts';

const two = (value: number): string => String(value).padStart(2, '0');

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Takes an ISO moment; returns its day in the zone of this computer. */
export function dayText(moment: string): string {
  return dayOf(new Date(moment));
}

/** Takes an ISO moment and now; returns it in the zone of this computer, without the day when it is today. */
export function momentText(moment: string, now: Instant): string {
  const date = new Date(moment);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return dayOf(date) === dayOf(new Date(now)) ? clock : `${dayOf(date)} ${clock}`;
}

/** Takes the end of a pause and now; returns it to stand after `until`: a midnight by its day, as every surface does. */
export function untilText(moment: string, now: Instant): string {
  const date = new Date(moment);
  if (date.getHours() !== 0 || date.getMinutes() !== 0) return momentText(moment, now);
  const tomorrow = new Date(now);
  tomorrow.setHours(24, 0, 0, 0);
  return date.getTime() <= tomorrow.getTime() ? 'tomorrow' : dayOf(date);
}

/** Takes an ISO moment and now; returns `2 minutes ago`, or the moment itself when that was more than a day ago. */
export function agoText(moment: string, now: Instant): string {
  const passed = elapsed(now - Date.parse(moment));
  if (passed === null) return 'just now';
  return passed.unit === 'day' ? momentText(moment, now) : `${counted(passed.count, passed.unit)} ago`;
}

/** Takes an event time; returns it in the zone of this computer, or as its own wall clock where it has no offset. */
export function eventTimeText(time: EventTime): string {
  if (isDate(time)) return time.date;
  // Google gives the offset of the reader's zone beside the name of the event's, so only an offset makes an instant.
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(time.dateTime)) {
    const date = new Date(time.dateTime);
    if (!Number.isNaN(date.getTime())) return `${dayOf(date)} ${two(date.getHours())}:${two(date.getMinutes())}`;
  }
  const wall = time.dateTime.slice(0, 16).replace('T', ' ');
  return time.timeZone === null ? wall : `${wall} (${time.timeZone})`;
}
