import { without } from '../objects.ts';
import { canonicalTime } from '../time.ts';
import type { When, WireTime } from '../time.ts';
import type { CalendarStore, StoredEvent } from './calendar.ts';
import { eventEtag, isCancelled, roleAtLeast } from './service.ts';
import type { AccessRole, CalendarService } from './service.ts';

/** From where an event is looked at. */
export interface View {
  readonly calendar: CalendarStore;
  readonly email: string;
  readonly role: AccessRole;
  /** Zone in which times are written; the calendar's own unless the request says otherwise. */
  readonly timeZone: string;
  readonly maxAttendees: number | undefined;
}

/** An event as JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** A tombstone: four fields, and for a slot also its series and its original start (google-calendar.md §0.5). */
export function renderTombstone(service: CalendarService, event: StoredEvent, view: View): Row {
  const bare = { kind: 'calendar#event', etag: eventEtag(event), id: event.id, status: 'cancelled' };
  if (event.degraded || event.recurringEventId === undefined || event.originalStart === undefined) return bare;
  return {
    ...bare,
    recurringEventId: event.recurringEventId,
    originalStartTime: renderTime(service, event.originalStart, view.timeZone),
  };
}

/** An event in full, or redacted where the role does not let its details be seen (google-calendar.md §3.3). */
export function renderEvent(service: CalendarService, event: StoredEvent, view: View): Row {
  if (event.degraded) return renderTombstone(service, event, view);
  const { content } = event;
  const { calendar } = view;
  const isPrivate = content.visibility === 'private' || content.visibility === 'confidential';
  const hidden = view.role === 'freeBusyReader' || (isPrivate && !roleAtLeast(view.role, 'writer'));
  const times = {
    start: renderTime(service, event.start, view.timeZone),
    end: renderTime(service, event.end, view.timeZone),
    recurrence: nonEmpty(content.recurrence),
    recurringEventId: event.recurringEventId,
    originalStartTime:
      event.originalStart === undefined ? undefined : renderTime(service, event.originalStart, view.timeZone),
  };
  const head = { kind: 'calendar#event', etag: eventEtag(event), id: event.id, status: content.status ?? 'confirmed' };
  const transparency = content.transparency === 'transparent' ? 'transparent' : undefined;
  const updated = new Date(Math.floor(event.updatedMicros / 1000)).toISOString();
  if (hidden) {
    const more =
      service.switches.freeBusyRow === 'minimal'
        ? {}
        : { htmlLink: linkOf(event, calendar), updated, visibility: 'private', iCalUID: content.iCalUID };
    return defined({ ...head, ...times, transparency, ...more });
  }
  const organizer = content.organizer ?? {
    email: calendar.id,
    ...(calendar.primaryOf === undefined ? { displayName: calendar.summary } : {}),
  };
  const { attendees, omitted } = attendeesFor(event, view);
  const conference = content.conferenceData;
  return defined({
    ...head,
    htmlLink: linkOf(event, calendar),
    created: `${new Date(event.created).toISOString().slice(0, 19)}.000Z`,
    updated,
    summary: content.summary,
    description: content.description,
    location: content.location,
    colorId: content.colorId,
    creator: self(content.creator ?? {}, calendar),
    organizer: self(organizer, calendar),
    ...times,
    endTimeUnspecified: content.endTimeUnspecified === true ? true : undefined,
    transparency,
    visibility: content.visibility === 'default' ? undefined : content.visibility,
    iCalUID: content.iCalUID,
    sequence: content.sequence ?? 0,
    attendees: nonEmpty(attendees),
    attendeesOmitted: omitted ? true : undefined,
    extendedProperties: content.extendedProperties,
    hangoutLink: content.hangoutLink,
    conferenceData: conference,
    anyoneCanAddSelf: content.anyoneCanAddSelf === true ? true : undefined,
    guestsCanInviteOthers: content.guestsCanInviteOthers === false ? false : undefined,
    guestsCanModify: content.guestsCanModify === true ? true : undefined,
    guestsCanSeeOtherGuests: content.guestsCanSeeOtherGuests === false ? false : undefined,
    privateCopy: content.privateCopy === true ? true : undefined,
    locked: content.locked === true ? true : undefined,
    reminders: remindersOf(event),
    source: content.creator?.email === view.email ? content.source : undefined,
    attachments: nonEmpty(content.attachments),
    eventType: content.eventType ?? 'default',
    workingLocationProperties: content.workingLocationProperties,
    outOfOfficeProperties: content.outOfOfficeProperties,
    focusTimeProperties: content.focusTimeProperties,
    birthdayProperties: content.birthdayProperties,
    eventLabelId: content.eventLabelId,
  });
}

function linkOf(event: StoredEvent, calendar: CalendarStore): string {
  return `https://www.google.com/calendar/event?eid=${Buffer.from(`${event.id} ${calendar.id}`).toString('base64url')}`;
}

/** An event as get shows it: deleted ones in full or bare, by switch. */
export function renderForGet(service: CalendarService, event: StoredEvent, view: View): Row {
  const bare = isCancelled(event) && service.switches.getOfDeleted === 'bare';
  return bare ? renderTombstone(service, event, view) : renderEvent(service, event, view);
}

/** A stored time on the wire: the offset is that of the view's zone, the zone the event's own. */
export function renderTime(service: CalendarService, when: When, timeZone: string): WireTime {
  if (when.kind === 'date') return canonicalTime(when);
  const dateTime = service.zones.format(when.ms, timeZone);
  return when.timeZone === undefined ? { dateTime } : { dateTime, timeZone: when.timeZone };
}

function remindersOf(event: StoredEvent): unknown {
  const reminders = event.content.reminders;
  if (reminders === undefined || reminders.useDefault === true) return { useDefault: true };
  return { useDefault: false, overrides: nonEmpty(reminders.overrides) };
}

function attendeesFor(event: StoredEvent, view: View): { attendees: readonly unknown[]; omitted: boolean } {
  const all = (event.content.attendees ?? []).map((attendee) => ({
    responseStatus: 'needsAction',
    ...self(attendee, view.calendar),
    ...(attendee.email === (event.content.organizer?.email ?? view.calendar.id) ? { organizer: true } : {}),
  }));
  const omitted = event.content.attendeesOmitted === true;
  if (view.maxAttendees === undefined || all.length <= view.maxAttendees) return { attendees: all, omitted };
  return { attendees: all.filter((attendee) => view.calendar.isNamed(attendee.email)), omitted: true };
}

/** Marks the person whose address is the calendar's id, or was; others lose a mark that a world file gave them (google-calendar.md §0.17). */
function self<T extends { email?: string | undefined; self?: boolean | undefined }>(
  person: T,
  calendar: CalendarStore,
): T {
  const rest = without(person, 'self');
  return (calendar.isNamed(person.email) ? { ...rest, self: true } : rest) as T;
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function defined(row: Record<string, unknown>): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
