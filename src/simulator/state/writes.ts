import { isDeepStrictEqual } from 'node:util';
import {
  conditionNotMet,
  deleted,
  duplicate,
  eventTypeRestriction,
  forbiddenForNonOrganizer,
  invalid,
  notFound,
  required,
  requiredAccessLevel,
} from '../failures.ts';
import type { ApiFailure } from '../failures.ts';
import { without } from '../objects.ts';
import type { Outcome } from '../outcome.ts';
import { refuse, success } from '../outcome.ts';
import { producesSlot } from '../recurrence.ts';
import { readTime } from '../time.ts';
import type { CalendarStore, EventDraft, StoredEvent } from './calendar.ts';
import { isObject, judgeContent, mergePatch, readContent } from './event-content.ts';
import type { EventContent } from './event-content.ts';
import { guardOwnership } from './ownership.ts';
import { draftOf, eventEtag, isCancelled } from './service.ts';
import type { AccessRole, CalendarService, Writer } from './service.ts';
import type { Switches } from './switches.ts';

/** What may go with a write beside its body. */
export interface WriteOptions {
  readonly ifMatch?: string | undefined;
  readonly sendUpdates?: string | undefined;
}

const EVENT_ID = /^[0-9a-v]{5,1024}$/;
/** Fields that a guest may change on the own copy of an event (reference §4.1 forbiddenForNonOrganizer). */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'attendees',
  'colorId',
  'eventLabelId',
  'extendedProperties',
  'reminders',
  'sequence',
  'status',
  'transparency',
  'visibility',
]);

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

/** Replaces an event as a whole (PUT); also the way to revive a deleted one (reference §2.2). */
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

/** Deletes an event; a slot of a series becomes a cancelled exception (reference §2.3). */
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

/** Adds a copy of an event made elsewhere, by its iCalUID (reference §4). */
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

/**
 * Moves an event to another calendar, where it keeps its id (reference §2.4).
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

/** Puts events as they are given into a calendar: worlds, and copies of invitations. No guard, no role. */
export function placeEvent(
  service: CalendarService,
  calendar: CalendarStore,
  owner: string,
  body: unknown,
  origin: 'written' | 'captured' = 'written',
): Outcome<StoredEvent> {
  const read = readContent(body, 'trusted', service.switches);
  if (!read.ok) return read;
  const raw = isObject(body) ? body : {};
  const givenId = raw['id'];
  const series = raw['recurringEventId'];
  const sound = origin === 'captured' ? /^\S{1,1024}$/ : /^\w{5,1024}$/;
  if (givenId !== undefined && (typeof givenId !== 'string' || !sound.test(givenId))) {
    return refuse(invalid('Invalid resource id value.', 'id'));
  }
  const isException = typeof series === 'string';
  let content = read.value;
  let originalStart;
  let id = givenId;
  if (isException) {
    const master = calendar.get(series);
    if (master === undefined) return refuse(invalid(`No series ${series} before this exception.`, 'recurringEventId'));
    const original = raw['originalStartTime'];
    originalStart = isObject(original) ? readTime(original, service.shape(calendar, master).zone) : undefined;
    if (originalStart === undefined) return refuse(invalid('Invalid original start time.', 'originalStartTime'));
    if (originalStart.kind === 'timed')
      originalStart = { ...originalStart, timeZone: service.shape(calendar, master).zone };
    const slotId = service.slotId(series, originalStart);
    id ??= slotId;
    const located = service.locate(calendar, slotId);
    if (located?.kind !== 'slot') return refuse(invalid('The series has no such slot.', 'originalStartTime'));
    content = { ...located.event.content, ...content };
  }
  id ??= service.random.eventId();
  if (calendar.get(id) !== undefined) return refuse(duplicate());
  const judged = judgeContent(content, {
    source: 'trusted',
    zones: service.zones,
    switches: service.switches,
    calendarZone: calendar.timeZone,
    calendarIsPrimary: calendar.primaryOf !== undefined,
    isInstance: isException,
  });
  if (!judged.ok) return judged;
  const created = typeof raw['created'] === 'string' ? Date.parse(raw['created']) : NaN;
  const [stored] = calendar.commit(
    [
      {
        ...judged.value,
        id,
        content: {
          status: 'confirmed',
          creator: { email: owner },
          iCalUID: `${id}@google.com`,
          sequence: 0,
          eventType: 'default',
          ...judged.value.content,
        },
        created: Number.isNaN(created) ? service.now() : created,
        recurringEventId: isException ? series : undefined,
        originalStart,
        degraded: false,
      },
    ],
    { now: service.now() },
  );
  return stored === undefined ? refuse(notFound()) : success(stored);
}

/**
 * Puts a row that was captured from a real calendar into one. Takes what such rows are and a world's events are not: ids with
 * characters that clients may not choose, dates of series that are not there (somebody was invited to one date), and bare
 * tombstones, of which nothing is known but that their id is gone.
 */
export function placeCaptured(
  service: CalendarService,
  calendar: CalendarStore,
  owner: string,
  body: Readonly<Record<string, unknown>>,
): Outcome<StoredEvent> {
  const { id, status, recurringEventId: series } = body;
  if (typeof id !== 'string' || id === '') return refuse(invalid('Invalid resource id value.', 'id'));
  if (calendar.get(id) !== undefined) return refuse(duplicate());
  const alone = typeof series === 'string' && calendar.get(series) === undefined;
  const bare = status === 'cancelled' && body['start'] === undefined;
  if (bare && (typeof series !== 'string' || alone)) {
    const [stored] = calendar.commit([tombstone(id, typeof series === 'string' ? series : undefined)], {
      now: service.now(),
    });
    return stored === undefined ? refuse(notFound()) : success(stored);
  }
  if (!alone) return placeEvent(service, calendar, owner, body, 'captured');
  const original = isObject(body['originalStartTime'])
    ? readTime(body['originalStartTime'], calendar.timeZone)
    : undefined;
  if (original === undefined) return refuse(invalid('Invalid original start time.', 'originalStartTime'));
  const placed = placeEvent(
    service,
    calendar,
    owner,
    without(body, 'recurringEventId', 'originalStartTime'),
    'captured',
  );
  if (!placed.ok) return placed;
  const [stored] = calendar.commit([{ ...placed.value, recurringEventId: series, originalStart: original }], {
    now: service.now(),
  });
  return stored === undefined ? refuse(notFound()) : success(stored);
}

/** What is left of an event of which nothing else is known. */
function tombstone(id: string, series: string | undefined): EventDraft {
  const never = { kind: 'date', date: '1970-01-01' } as const;
  return {
    id,
    content: { status: 'cancelled' },
    start: never,
    end: never,
    created: 0,
    recurringEventId: series,
    originalStart: undefined,
    degraded: true,
  };
}

function judge(
  service: CalendarService,
  calendar: CalendarStore,
  content: EventContent,
  writer: Writer,
  isInstance: boolean,
): ReturnType<typeof judgeContent> {
  return judgeContent(content, {
    source: writer.via === 'person' ? 'trusted' : 'client',
    zones: service.zones,
    switches: service.switches,
    calendarZone: calendar.timeZone,
    calendarIsPrimary: calendar.primaryOf !== undefined,
    isInstance,
  });
}

function checkPrecondition(ifMatch: string | undefined, event: StoredEvent): ApiFailure | undefined {
  return ifMatch === undefined || ifMatch === '*' || ifMatch === eventEtag(event) ? undefined : conditionNotMet();
}

function checkAccess(role: AccessRole, event: StoredEvent): ApiFailure | undefined {
  const isPrivate = event.content.visibility === 'private' || event.content.visibility === 'confidential';
  return role === 'writerWithoutPrivateAccess' && isPrivate ? requiredAccessLevel() : undefined;
}

function masterIsCancelled(calendar: CalendarStore, event: StoredEvent): boolean {
  const master = event.recurringEventId === undefined ? undefined : calendar.get(event.recurringEventId);
  return master !== undefined && isCancelled(master);
}

/** Removes members that are undefined, so that contents compare by what they hold. */
function compact(content: EventContent): EventContent {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}

function write(
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
  // Because a write that changes nothing is answered from what is there (reference §4, by switch).
  if (!service.switches.identicalWriteBumps && isDeepStrictEqual(draft.content, before.content)) return success(before);
  const stored = commitUnit(service, calendar, draft, before);
  travel(service, calendar, [stored]);
  return success(stored);
}

/**
 * What becomes of a client's update to `cancelled`, which is documented for slots only (reference §2.3), by switch. A
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

function checkImmutable(before: StoredEvent, content: EventContent): ApiFailure | undefined {
  const type = content.eventType ?? 'default';
  if (type !== (before.content.eventType ?? 'default'))
    return eventTypeRestriction('The event type cannot be changed.');
  if (content.iCalUID !== before.content.iCalUID) return invalid('Invalid iCalUID value.');
  if (content.sequence !== undefined && content.sequence < (before.content.sequence ?? 0)) {
    return invalid(
      'Invalid sequence value. The specified sequence number is below the current sequence number of the resource. ' +
        'Re-fetch the resource and use its sequence number on the following request.',
    );
  }
  return undefined;
}

function checkRevival(service: CalendarService, before: StoredEvent, content: EventContent): ApiFailure | undefined {
  if (!isCancelled(before) || content.status === 'cancelled' || service.switches.revive === 'allowed') return undefined;
  return { status: 403, domain: 'global', reason: 'forbidden', message: 'Forbidden' };
}

function checkOrganizer(calendar: CalendarStore, before: StoredEvent, content: EventContent): ApiFailure | undefined {
  const organizer = before.content.organizer?.email;
  if (organizer === undefined || organizer === calendar.id || before.content.guestsCanModify === true) return undefined;
  if (before.content.privateCopy === true) return undefined;
  const keys = new Set([...Object.keys(before.content), ...Object.keys(content)]) as Set<keyof EventContent>;
  const changed = [...keys].some(
    (key) => !OWN_FIELDS.has(key) && !isDeepStrictEqual(before.content[key], content[key]),
  );
  return changed ? forbiddenForNonOrganizer() : undefined;
}

/** Whether two contents differ in nothing but their reminders. */
function onlyRemindersDiffer(before: EventContent, after: EventContent): boolean {
  const { reminders: left, ...restBefore } = before;
  const { reminders: right, ...restAfter } = after;
  return !isDeepStrictEqual(left, right) && isDeepStrictEqual(restBefore, restAfter);
}

/**
 * Stores a changed event together with the rest of its series, because the service gives a series a new `updated`
 * as one unit (reference §0.6). Exceptions follow a changed master by the switches.
 */
export function commitUnit(
  service: CalendarService,
  calendar: CalendarStore,
  draft: EventDraft,
  before: StoredEvent,
): StoredEvent {
  const now = service.now();
  const reminders = onlyRemindersDiffer(before.content, draft.content);
  const mark = { now, keepUpdated: reminders, silent: reminders && !service.switches.reminderEditsInDelta };
  const isInstance = draft.recurringEventId !== undefined;
  const master = isInstance ? calendar.get(draft.recurringEventId) : undefined;
  const unit: EventDraft[] = [];
  const again = (event: StoredEvent): EventDraft => ({
    ...draftOf(event),
    shownAgain: service.switches.exceptionUpdated === 'own',
  });
  if (isInstance && service.switches.seriesBump === 'touched') unit.push(draft);
  else if (isInstance) {
    if (master !== undefined) unit.push(again(master));
    unit.push(draft);
    for (const other of calendar.exceptionsOf(draft.recurringEventId)) {
      if (other.id !== draft.id && !other.degraded) unit.push(again(other));
    }
  } else {
    unit.push(draft);
    unit.push(...followMaster(service, calendar, draft, before));
  }
  const stored = calendar.commit(unit, mark);
  const own = stored.find((event) => event.id === draft.id);
  if (own === undefined) throw new Error(`event ${draft.id} was not stored`);
  return own;
}

function followMaster(
  service: CalendarService,
  calendar: CalendarStore,
  draft: EventDraft,
  before: StoredEvent,
): EventDraft[] {
  // Because a deleted series takes its exceptions out of sight with it: only the master is in the delta.
  if (draft.content.status === 'cancelled') return [];
  const live = calendar.exceptionsOf(draft.id).filter((exception) => !exception.degraded);
  const revived = isCancelled(before) && service.switches.revivedSeriesExceptions === 'dropped';
  const reshaped =
    !isDeepStrictEqual(draft.content.start, before.content.start) ||
    !isDeepStrictEqual(draft.content.recurrence, before.content.recurrence);
  const shape = service.shape(calendar, { start: draft.start, content: draft.content });
  return live.flatMap((exception): EventDraft[] => {
    const slot = exception.originalStart;
    const lost =
      revived ||
      (draft.content.recurrence ?? []).length === 0 ||
      (reshaped && !outlives(service.switches.masterTimeChange, slot !== undefined && producesSlot(shape, slot)));
    if (lost && service.switches.lostExceptions === 'silent') {
      calendar.forget(exception.id);
      return [];
    }
    if (lost) {
      return [{ ...draftOf(exception), degraded: true, content: { ...exception.content, status: 'cancelled' } }];
    }
    const content = service.switches.exceptionsFollowMaster
      ? inherit(exception.content, before.content, draft.content)
      : exception.content;
    const touched = !isDeepStrictEqual(content, exception.content);
    if (!touched && service.switches.seriesBump === 'touched') return [];
    return [
      {
        ...draftOf(exception),
        content,
        shownAgain: !touched && service.switches.exceptionUpdated === 'own',
      },
    ];
  });
}

/** Whether an exception outlives a change of its series' start, zone or rule (reference §10 no. 2). */
function outlives(policy: Switches['masterTimeChange'], isProduced: boolean): boolean {
  return policy === 'keepAll' || (policy === 'keepProduced' && isProduced);
}

/** Gives an exception the master's new value of every field in which it had not left the master. */
function inherit(exception: EventContent, before: EventContent, after: EventContent): EventContent {
  const result: Record<string, unknown> = { ...exception };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof EventContent>) {
    if (['start', 'end', 'recurrence', 'status', 'sequence', 'iCalUID'].includes(key)) continue;
    if (isDeepStrictEqual(exception[key], before[key])) result[key] = after[key];
  }
  return compact(result);
}

/**
 * Carries an event with guests into the primary calendars of those guests who are accounts of this world, under the
 * same id and iCalUID, and takes it out of those of guests who are gone. What a guest set on the own copy stays.
 */
export function travel(service: CalendarService, calendar: CalendarStore, events: readonly StoredEvent[]): void {
  if (!service.switches.invitationsTravel) return;
  for (const event of events) {
    const organizer = event.content.organizer?.email;
    if (organizer !== undefined && organizer !== calendar.id) continue;
    const guests = new Set((event.content.attendees ?? []).map((attendee) => attendee.email));
    for (const other of service.calendars.values()) {
      if (other === calendar || other.primaryOf === undefined || other.deleted) continue;
      const copy = other.get(event.id);
      const isCopy = copy !== undefined && copy.content.organizer?.email === calendar.id;
      if (!guests.has(other.id)) {
        if (isCopy && !isCancelled(copy)) {
          commitUnit(service, other, { ...draftOf(copy), content: { ...copy.content, status: 'cancelled' } }, copy);
        }
        continue;
      }
      if (copy !== undefined && !isCopy) continue;
      const draft = copyForGuest(event, copy, calendar);
      if (copy === undefined && event.recurringEventId === undefined) other.commit([draft], { now: service.now() });
      else if (copy === undefined) {
        const located = service.locate(other, event.id);
        if (located !== undefined) commitUnit(service, other, draft, located.event);
      } else if (!isDeepStrictEqual(copy.content, draft.content)) commitUnit(service, other, draft, copy);
    }
  }
}

function copyForGuest(event: StoredEvent, copy: StoredEvent | undefined, calendar: CalendarStore): EventDraft {
  const { extendedProperties, transparency, visibility } = event.content;
  const shared = without(event.content, 'extendedProperties', 'reminders', 'colorId', 'transparency', 'visibility');
  const properties = {
    ...(extendedProperties?.shared === undefined ? {} : { shared: extendedProperties.shared }),
    ...(copy?.content.extendedProperties?.private === undefined
      ? {}
      : { private: copy.content.extendedProperties.private }),
  };
  return {
    ...draftOf(event),
    created: copy?.created ?? event.created,
    content: compact({
      ...shared,
      organizer: { email: calendar.id, ...(calendar.primaryOf === undefined ? { displayName: calendar.summary } : {}) },
      transparency: copy === undefined ? transparency : copy.content.transparency,
      visibility: copy === undefined ? visibility : copy.content.visibility,
      reminders: copy?.content.reminders,
      colorId: copy?.content.colorId,
      extendedProperties: Object.keys(properties).length === 0 ? undefined : properties,
    }),
  };
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
