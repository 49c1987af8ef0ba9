import { deleted, duplicate, eventTypeRestriction, invalid, notFound } from '../../failures.ts';
import { without } from '../../objects.ts';
import { refuse, success } from '../../outcome.ts';
import type { Outcome } from '../../outcome.ts';
import type { StoredEvent } from '../calendar.ts';
import { guardOwnership } from '../ownership.ts';
import { draftOf, isCancelled } from '../service.ts';
import type { CalendarService, Writer } from '../service.ts';
import { checkAccess, checkPrecondition } from './checks.ts';
import type { WriteOptions } from './checks.ts';

/**
 * Moves an event to another calendar, where it keeps its id (google-calendar.md §2.4).
 * Returns the source's view, which is cancelled.
 */
export function moveEvent(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  eventId: string,
  destinationId: string,
  options: WriteOptions = {},
): Outcome<StoredEvent> {
  const from = service.resolveForWriting(writer.email, calendarId);
  if (!from.ok) return from;
  const to = service.resolveForWriting(writer.email, destinationId);
  if (!to.ok) return to;
  const source = from.value.calendar;
  const destination = to.value.calendar;
  const located = service.locate(source, eventId);
  if (located === undefined) return refuse(notFound());
  const guard = guardOwnership(service, writer, {
    operation: 'move',
    calendarId: source.id,
    before: located.event,
    after: undefined,
    sendUpdates: options.sendUpdates,
  });
  if (guard !== undefined) return refuse(guard);
  const { event } = located;
  if (isCancelled(event)) return refuse(deleted());
  const refused = checkAccess(from.value.role, event) ?? checkPrecondition(options.ifMatch, event);
  if (refused !== undefined) return refuse(refused);
  if ((event.content.eventType ?? 'default') !== 'default') {
    return refuse(eventTypeRestriction('Only events of type default can be moved.'));
  }
  if (event.recurringEventId !== undefined) return refuse(invalid('An instance cannot be moved.'));
  const there = destination.get(event.id);
  if (source === destination || (there !== undefined && !isCancelled(there))) return refuse(duplicate());
  const unit = [event, ...source.exceptionsOf(event.id).filter((exception) => !exception.degraded)];
  destination.commit(
    unit.map((row) => {
      return { ...draftOf(row), content: without(row.content, 'organizer') };
    }),
    { now: service.now() },
  );
  const [gone] = source.commit([{ ...draftOf(event), content: { ...event.content, status: 'cancelled' } }], {
    now: service.now(),
  });
  return gone === undefined ? refuse(notFound()) : success(gone);
}
