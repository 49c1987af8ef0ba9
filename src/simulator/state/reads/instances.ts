import { expandSeries } from '../../recurrence.ts';
import { instantOf, slotKey } from '../../time.ts';
import type { When } from '../../time.ts';
import type { CalendarStore, StoredEvent } from '../calendar.ts';
import type { CalendarService } from '../service.ts';

/** A calendar, and the window of time in which it is looked at; ms since the epoch, undefined where it is open. */
export interface Stretch {
  readonly service: CalendarService;
  readonly calendar: CalendarStore;
  readonly window: { readonly timeMin: number | undefined; readonly timeMax: number | undefined };
}

/** Whether something between two times touches the window. */
export function overlaps({ service, calendar, window }: Stretch, start: When, end: When): boolean {
  if (window.timeMin !== undefined && instantOf(end, service.zones, calendar.timeZone) <= window.timeMin) return false;
  return window.timeMax === undefined || instantOf(start, service.zones, calendar.timeZone) < window.timeMax;
}

/** How long an event lasts, in ms. */
export function lengthOf(service: CalendarService, calendar: CalendarStore, event: StoredEvent): number {
  return (
    instantOf(event.end, service.zones, calendar.timeZone) - instantOf(event.start, service.zones, calendar.timeZone)
  );
}

/** Slots of a series that the window touches. */
export function slotsOf({ service, calendar, window }: Stretch, master: StoredEvent, length: number): When[] {
  const shape = service.shape(calendar, master);
  const openEnd = service.openEndedLimit(shape.recurrence);
  const slack = master.start.kind === 'date' ? 86_400_000 : 0;
  const from = window.timeMin === undefined ? undefined : window.timeMin - length - slack + (slack === 0 ? 1 : 0);
  const to = window.timeMax === undefined ? undefined : window.timeMax + slack;
  let slots: When[];
  if (openEnd === undefined || to !== undefined) {
    slots = expandSeries(shape, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
  } else {
    slots = expandSeries(shape, { limit: openEnd, ...(from === undefined ? {} : { from }) });
  }
  return slack === 0
    ? slots
    : slots.filter((slot) => {
        const instance = service.instanceOf(master, slot);
        return overlaps({ service, calendar, window }, instance.start, instance.end);
      });
}

/** The instances of a series as events: stored exceptions in their slots, all others composed. */
export function instancesOf(
  service: CalendarService,
  calendar: CalendarStore,
  master: StoredEvent,
  window: { readonly timeMin?: number | undefined; readonly timeMax?: number | undefined } = {},
): StoredEvent[] {
  const bounds = { timeMin: window.timeMin, timeMax: window.timeMax };
  const stretch = { service, calendar, window: bounds };
  const exceptions = calendar.exceptionsOf(master.id).filter((exception) => !exception.degraded);
  const taken = new Set(
    exceptions.map((exception) => (exception.originalStart === undefined ? '' : slotKey(exception.originalStart))),
  );
  const untouched = slotsOf(stretch, master, lengthOf(service, calendar, master))
    .filter((slot) => !taken.has(slotKey(slot)))
    .map((slot) => service.instanceOf(master, slot));
  const touched = exceptions.filter((exception) => overlaps(stretch, exception.start, exception.end));
  return [...untouched, ...touched].sort((left, right) => byStart(service, calendar, left, right));
}

/** Which of two events begins first, as a comparison. */
export function byStart(
  service: CalendarService,
  calendar: CalendarStore,
  left: StoredEvent,
  right: StoredEvent,
): number {
  return (
    instantOf(left.start, service.zones, calendar.timeZone) - instantOf(right.start, service.zones, calendar.timeZone)
  );
}
