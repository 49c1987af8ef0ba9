import { deleted } from '../../failures.ts';
import { refuse, success } from '../../outcome.ts';
import type { Outcome } from '../../outcome.ts';
import type { EventDraft, StoredEvent } from '../calendar.ts';
import { guardOwnership } from '../ownership.ts';
import { draftOf, isCancelled } from '../service.ts';
import type { CalendarService, Writer } from '../service.ts';
import { checkAccess, checkPrecondition, masterIsCancelled } from './checks.ts';
import type { WriteOptions } from './checks.ts';
import { commitUnit } from './series.ts';

/** Deletes an event; a slot of a series becomes a cancelled exception (google-calendar.md §2.3). */
export function deleteEvent(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  eventId: string,
  options: WriteOptions = {},
): Outcome<StoredEvent> {
  const target = service.resolveForWriting(writer.email, calendarId);
  if (!target.ok) return target;
  const { calendar, role } = target.value;
  const located = service.locate(calendar, eventId);
  if (located === undefined) return refuse(service.unknownEvent(eventId));
  // A write whose condition is not met touches nothing, whosever the event is.
  const met = checkPrecondition(options.ifMatch, located.event) === undefined;
  const guard = guardOwnership(service, met ? writer : { ...writer, blocksOnly: false }, {
    operation: 'delete',
    calendarId: calendar.id,
    before: located.event,
    after: undefined,
    sendUpdates: options.sendUpdates,
  });
  if (guard !== undefined) return refuse(guard);
  if (isCancelled(located.event) || masterIsCancelled(calendar, located.event)) return refuse(deleted());
  const refused = checkAccess(role, located.event) ?? checkPrecondition(options.ifMatch, located.event);
  if (refused !== undefined) return refuse(refused);
  const draft: EventDraft = {
    ...draftOf(located.event),
    content: { ...located.event.content, status: 'cancelled' },
  };
  return success(commitUnit(service, calendar, draft, located.event));
}

/** Deletes as the web UI does it: guests' copies go too. */
export function deleteWithCopies(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  eventId: string,
): Outcome<StoredEvent> {
  const gone = deleteEvent(service, writer, calendarId, eventId);
  const target = service.resolve(writer.email, calendarId);
  if (!gone.ok || !target.ok || !service.switches.invitationsTravel) return gone;
  for (const other of service.calendars.values()) {
    if (other === target.value.calendar) continue;
    const located = service.locate(other, eventId);
    if (located === undefined || isCancelled(located.event)) continue;
    if (located.event.content.organizer?.email !== target.value.calendar.id) continue;
    const draft = { ...draftOf(located.event), content: { ...located.event.content, status: 'cancelled' as const } };
    commitUnit(service, other, draft, located.event);
  }
  return gone;
}
