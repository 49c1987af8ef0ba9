import { isDeepStrictEqual } from 'node:util';
import { invalid, notFound } from '../../failures.ts';
import { refuse, success } from '../../outcome.ts';
import type { Outcome } from '../../outcome.ts';
import type { EventDraft, StoredEvent } from '../calendar.ts';
import { isObject, mergePatch, readContent } from '../event-content.ts';
import type { EventContent } from '../event-content.ts';
import { guardOwnership } from '../ownership.ts';
import { draftOf } from '../service.ts';
import type { CalendarService, Writer } from '../service.ts';
import {
  checkAccess,
  checkImmutable,
  checkOrganizer,
  checkPrecondition,
  checkRevival,
  compact,
  judge,
  masterIsCancelled,
} from './checks.ts';
import type { WriteOptions } from './checks.ts';
import { travel } from './guests.ts';
import { commitUnit } from './series.ts';

/** Replaces an event as a whole (PUT); also the way to revive a deleted one (google-calendar.md §2.2). */
export function updateEvent(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  eventId: string,
  body: unknown,
  options: WriteOptions = {},
): Outcome<StoredEvent> {
  return write(service, writer, calendarId, eventId, options, 'update', (before) => {
    const read = readContent(body, writer.via === 'person' ? 'trusted' : 'client', service.switches);
    if (!read.ok) return read;
    const { creator, organizer, iCalUID, eventType, hangoutLink, locked, sequence } = before.content;
    const preserved: EventContent = { creator, organizer, iCalUID, eventType, hangoutLink, locked, sequence };
    return success(compact({ ...preserved, status: 'confirmed', ...read.value }));
  });
}

/** Changes some fields of an event (PATCH): objects are merged, arrays replaced, null deletes. */
export function patchEvent(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  eventId: string,
  body: unknown,
  options: WriteOptions = {},
): Outcome<StoredEvent> {
  return write(service, writer, calendarId, eventId, options, 'patch', (before) => {
    if (!isObject(body)) return refuse(invalid('Parse Error', undefined, 'parseError'));
    const dropped =
      writer.via === 'person'
        ? []
        : ['creator', 'organizer', 'hangoutLink', 'locked', 'attendeesOmitted', 'conferenceData'];
    const patch = Object.fromEntries(Object.entries(body).filter(([key]) => !dropped.includes(key)));
    return readContent(mergePatch(before.content, patch), 'trusted', service.switches);
  });
}

export function write(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  eventId: string,
  options: WriteOptions,
  operation: 'update' | 'patch',
  next: (before: StoredEvent) => Outcome<EventContent>,
): Outcome<StoredEvent> {
  const target = service.resolveForWriting(writer.email, calendarId);
  if (!target.ok) return target;
  const { calendar, role } = target.value;
  const located = service.locate(calendar, eventId);
  if (located === undefined) return refuse(service.unknownEvent(eventId));
  if (masterIsCancelled(calendar, located.event)) return refuse(notFound());
  const before = located.event;
  if (before.degraded) return refuse(notFound());
  const content = asCancelled(service, writer, before, next(before));
  const met = checkPrecondition(options.ifMatch, before) === undefined;
  const guard = guardOwnership(service, met ? writer : { ...writer, blocksOnly: false }, {
    operation,
    calendarId: calendar.id,
    before,
    after: content.ok
      ? { id: before.id, recurringEventId: before.recurringEventId, content: content.value }
      : undefined,
    sendUpdates: options.sendUpdates,
  });
  if (guard !== undefined) return refuse(guard);
  if (!content.ok) return content;
  const refused =
    checkAccess(role, before) ??
    checkPrecondition(options.ifMatch, before) ??
    checkImmutable(before, content.value) ??
    (writer.via === 'client'
      ? (checkRevival(service, before, content.value) ?? checkOrganizer(calendar, before, content.value))
      : undefined);
  if (refused !== undefined) return refuse(refused);
  const judged = judge(service, calendar, content.value, writer, before.recurringEventId !== undefined);
  if (!judged.ok) return judged;
  const moved =
    !isDeepStrictEqual(judged.value.content.start, before.content.start) ||
    !isDeepStrictEqual(judged.value.content.end, before.content.end);
  const sequence = before.content.sequence ?? 0;
  const given = judged.value.content.sequence ?? sequence;
  const draft: EventDraft = {
    ...draftOf(before),
    ...judged.value,
    content: { ...judged.value.content, sequence: moved && given === sequence ? sequence + 1 : given },
  };
  // Because a write that changes nothing is answered from what is there (google-calendar.md §4, by switch).
  if (!service.switches.identicalWriteBumps && isDeepStrictEqual(draft.content, before.content)) return success(before);
  const stored = commitUnit(service, calendar, draft, before);
  travel(service, calendar, [stored]);
  return success(stored);
}

/**
 * What becomes of a client's update to `cancelled`, which is documented for slots only (google-calendar.md §2.3), by switch. A
 * person's bin and a world file know nothing of it.
 */
function asCancelled(
  service: CalendarService,
  writer: Writer,
  before: StoredEvent,
  content: Outcome<EventContent>,
): Outcome<EventContent> {
  if (writer.via !== 'client' || !content.ok || content.value.status !== 'cancelled') return content;
  switch (service.switches.cancellingUpdate) {
    case 'kept':
      return content;
    case 'stripped':
      return success({ ...before.content, status: 'cancelled' });
    case 'refused':
      return refuse(invalid('Invalid status value.'));
    case 'ignored':
      return success(compact({ ...content.value, status: before.content.status }));
  }
}
