import { duplicate, eventTypeRestriction, invalid, notFound, required } from '../../failures.ts';
import { without } from '../../objects.ts';
import { refuse, success } from '../../outcome.ts';
import type { Outcome } from '../../outcome.ts';
import type { EventDraft, StoredEvent } from '../calendar.ts';
import { isObject, readContent } from '../event-content.ts';
import { guardOwnership } from '../ownership.ts';
import type { CalendarService, Writer } from '../service.ts';
import { updateEvent } from './change.ts';
import { judge } from './checks.ts';
import type { WriteOptions } from './checks.ts';
import { travel } from './guests.ts';

const EVENT_ID = /^[0-9a-v]{5,1024}$/;

/** Inserts an event. Trusted writers (people) may set more; see {@link readContent}. */
export function insertEvent(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  body: unknown,
  options: WriteOptions = {},
): Outcome<StoredEvent> {
  const target = service.resolveForWriting(writer.email, calendarId);
  if (!target.ok) return target;
  const { calendar } = target.value;
  const trusted = writer.via === 'person';
  const read = readContent(body, trusted ? 'trusted' : 'client', service.switches);
  if (!read.ok) return read;
  const given = isObject(body) ? body['id'] : undefined;
  if (given !== undefined && given !== null && typeof given !== 'string') {
    return refuse(invalid('Invalid resource id value.'));
  }
  const guard = guardOwnership(service, writer, {
    operation: 'insert',
    calendarId: calendar.id,
    before: undefined,
    after: { id: given ?? undefined, recurringEventId: undefined, content: read.value },
    sendUpdates: options.sendUpdates,
  });
  if (guard !== undefined) return refuse(guard);
  if (typeof given === 'string' && !trusted) {
    if (!EVENT_ID.test(given)) return refuse(invalid('Invalid resource id value.'));
    if (read.value.iCalUID !== undefined) return refuse(invalid('Only one of id and iCalUID may be given.'));
  }
  const id = given ?? service.random.eventId();
  const taken = calendar.get(id);
  if (taken !== undefined) {
    if (!(service.switches.idsFreedAfterTombstone && service.hasVanished(taken))) return refuse(duplicate());
    calendar.forget(id);
  }
  if (read.value.iCalUID !== undefined && !trusted && calendar.byUid(read.value.iCalUID).length > 0) {
    return refuse(duplicate());
  }
  if (read.value.status === 'cancelled' && !trusted) return refuse(invalid('Invalid status value.'));
  const content = without(read.value, 'conferenceData');
  const judged = judge(service, calendar, trusted ? read.value : content, writer, false);
  if (!judged.ok) return judged;
  const draft: EventDraft = {
    ...judged.value,
    id,
    content: {
      status: 'confirmed',
      creator: { email: writer.email },
      iCalUID: `${id}@google.com`,
      sequence: 0,
      eventType: 'default',
      ...judged.value.content,
    },
    created: service.now(),
    recurringEventId: undefined,
    originalStart: undefined,
    degraded: false,
  };
  const [stored] = calendar.commit([draft], { now: service.now() });
  if (stored === undefined) return refuse(notFound());
  travel(service, calendar, [stored]);
  return success(stored);
}

/** Adds a copy of an event made elsewhere, by its iCalUID (google-calendar.md §4). */
export function importEvent(
  service: CalendarService,
  writer: Writer,
  calendarId: string,
  body: unknown,
  options: WriteOptions = {},
): Outcome<StoredEvent> {
  const target = service.resolveForWriting(writer.email, calendarId);
  if (!target.ok) return target;
  const { calendar } = target.value;
  const read = readContent(body, 'trusted', service.switches);
  if (!read.ok) return read;
  const guard = guardOwnership(service, writer, {
    operation: 'import',
    calendarId: calendar.id,
    before: undefined,
    after: undefined,
    sendUpdates: options.sendUpdates,
  });
  if (guard !== undefined) return refuse(guard);
  const uid = read.value.iCalUID;
  if (uid === undefined) return refuse(required('Missing iCalUID.'));
  if ((read.value.eventType ?? 'default') !== 'default') {
    return refuse(eventTypeRestriction('Only events of type default can be imported.'));
  }
  const existing = calendar.byUid(uid).find((event) => event.recurringEventId === undefined);
  if (existing !== undefined) {
    if (!service.switches.importUpserts) return refuse(duplicate());
    return updateEvent(service, { ...writer, via: 'person' }, calendarId, existing.id, body, options);
  }
  const judged = judge(service, calendar, read.value, writer, false);
  if (!judged.ok) return judged;
  const draft: EventDraft = {
    ...judged.value,
    id: `_${service.random.eventId()}`,
    content: {
      status: 'confirmed',
      creator: { email: writer.email },
      sequence: 0,
      eventType: 'default',
      privateCopy: true,
      ...judged.value.content,
    },
    created: service.now(),
    recurringEventId: undefined,
    originalStart: undefined,
    degraded: false,
  };
  const [stored] = calendar.commit([draft], { now: service.now() });
  return stored === undefined ? refuse(notFound()) : success(stored);
}
