import type { Hono } from 'hono';
import { invalid, notFound, required } from '../failures.ts';
import type { Outcome } from '../outcome.ts';
import { without } from '../objects.ts';
import { readTime, slotKey } from '../time.ts';
import type { StoredEvent } from '../state/calendar.ts';
import { eventFieldNames } from '../state/event-content.ts';
import { instancesOf } from '../state/reads/instances.ts';
import { listEvents } from '../state/reads/listing.ts';
import type { EventPage } from '../state/reads/listing.ts';
import { renderEvent, renderForGet } from '../state/render.ts';
import type { View } from '../state/render.ts';
import { eventEtag, isCancelled, isSeries } from '../state/service.ts';
import type { CalendarService, Writer } from '../state/service.ts';
import { deleteEvent, importEvent, insertEvent, moveEvent, patchEvent, updateEvent } from '../state/writes/index.ts';
import type { WriteOptions } from '../state/writes/index.ts';
import { answerFailure, answerJson, collectionEtag } from './answers.ts';
import type { SimulatorContext, SimulatorEnvironment } from './environment.ts';
import { readQuery } from './query.ts';
import type { ParameterName } from './query.ts';

const LIST_FIELDS: ReadonlySet<string> = new Set([
  'kind',
  'etag',
  'summary',
  'description',
  'updated',
  'timeZone',
  'accessRole',
  'defaultReminders',
  'nextPageToken',
  'nextSyncToken',
  'items',
]);
const WRITE_PARAMETERS = [
  'sendUpdates',
  'sendNotifications',
  'supportsAttachments',
  'conferenceDataVersion',
  'eventLabelVersion',
  'maxAttendees',
  'alwaysIncludeEmail',
] as const satisfies readonly ParameterName[];

/** Registers the calls on events. */
export function registerEvents(app: Hono<SimulatorEnvironment>): void {
  const base = '/calendar/v3/calendars/:calendarId/events';
  const eventFields = eventFieldNames();

  app.get(base, (context) => {
    const query = readQuery(context, [
      'maxResults',
      'pageToken',
      'syncToken',
      'singleEvents',
      'showDeleted',
      'timeMin',
      'timeMax',
      'updatedMin',
      'orderBy',
      'q',
      'iCalUID',
      'privateExtendedProperty',
      'sharedExtendedProperty',
      'eventTypes',
      'timeZone',
      'maxAttendees',
      'showHiddenInvitations',
      'alwaysIncludeEmail',
    ]);
    if (!query.ok) return answerFailure(query.failure);
    const { service, listings } = context.env.backend;
    const rest = without(query.value, 'alwaysIncludeEmail');
    const page = listEvents(
      service,
      listings,
      emailOf(context),
      context.req.param('calendarId'),
      rest,
      context.env.listFaults,
    );
    if (!page.ok) return answerFailure(page.failure);
    const body = listBody(service, page.value);
    // Because the etag of a collection must not change with the fresh token of a quiet delta.
    const etag = collectionEtag(page.value.calendar.change, page.value.rows.length, context.req.url);
    return answerJson(context, { ...body, etag }, LIST_FIELDS, etag);
  });

  app.post(`${base}/import`, (context) => {
    const query = readQuery(context, ['conferenceDataVersion', 'supportsAttachments', 'eventLabelVersion']);
    if (!query.ok) return answerFailure(query.failure);
    return answerEvent(context, importEvent(service(context), writer(context), calendarId(context), jsonBody(context)));
  });

  app.post(base, (context) => {
    const options = writeOptions(context);
    if (!options.ok) return answerFailure(options.failure);
    return answerEvent(
      context,
      insertEvent(service(context), writer(context), calendarId(context), jsonBody(context), options.value),
    );
  });

  app.get(`${base}/:eventId`, (context) => {
    const query = readQuery(context, ['timeZone', 'maxAttendees', 'alwaysIncludeEmail', 'eventLabelVersion']);
    if (!query.ok) return answerFailure(query.failure);
    const found = locate(context);
    if (found === undefined) return answerFailure(service(context).unknownEvent(context.req.param('eventId')));
    const { timeZone, maxAttendees } = query.value;
    if (timeZone !== undefined && !service(context).zones.isKnown(timeZone))
      return answerFailure(invalid('Invalid Value', 'timeZone'));
    const view = { ...found.view, maxAttendees, timeZone: timeZone ?? found.view.timeZone };
    const row = renderForGet(service(context), found.event, view);
    return answerJson(context, row, eventFields, eventEtag(found.event));
  });

  app.put(`${base}/:eventId`, (context) => {
    const options = writeOptions(context);
    if (!options.ok) return answerFailure(options.failure);
    const body = jsonBody(context);
    const id = context.req.param('eventId');
    return answerEvent(
      context,
      updateEvent(service(context), writer(context), calendarId(context), id, body, options.value),
    );
  });

  app.patch(`${base}/:eventId`, (context) => {
    const options = writeOptions(context);
    if (!options.ok) return answerFailure(options.failure);
    const body = jsonBody(context);
    const id = context.req.param('eventId');
    return answerEvent(
      context,
      patchEvent(service(context), writer(context), calendarId(context), id, body, options.value),
    );
  });

  app.delete(`${base}/:eventId`, (context) => {
    const query = readQuery(context, ['sendUpdates', 'sendNotifications']);
    if (!query.ok) return answerFailure(query.failure);
    const gone = deleteEvent(service(context), writer(context), calendarId(context), context.req.param('eventId'), {
      ifMatch: context.req.header('if-match'),
      sendUpdates: query.value.sendUpdates,
    });
    return gone.ok ? new Response(null, { status: 204 }) : answerFailure(gone.failure);
  });

  app.post(`${base}/:eventId/move`, (context) => {
    const query = readQuery(context, ['destination', 'sendUpdates', 'sendNotifications']);
    if (!query.ok) return answerFailure(query.failure);
    if (query.value.destination === undefined) return answerFailure(required('Missing destination.'));
    const id = context.req.param('eventId');
    const moved = moveEvent(service(context), writer(context), calendarId(context), id, query.value.destination, {
      ifMatch: context.req.header('if-match'),
      sendUpdates: query.value.sendUpdates,
    });
    return answerEvent(context, moved);
  });

  app.get(`${base}/:eventId/instances`, (context) => answerInstances(context));

  function answerEvent(context: SimulatorContext, outcome: Outcome<StoredEvent>): Response {
    if (!outcome.ok) return answerFailure(outcome.failure);
    const view = viewOf(context);
    if (view === undefined) return answerFailure(notFound());
    const row = renderEvent(service(context), outcome.value, view);
    return answerJson(context, row, eventFields, eventEtag(outcome.value));
  }
}

function answerInstances(context: SimulatorContext): Response {
  const query = readQuery(context, [
    'maxResults',
    'pageToken',
    'timeMin',
    'timeMax',
    'timeZone',
    'showDeleted',
    'originalStart',
    'maxAttendees',
    'alwaysIncludeEmail',
  ]);
  if (!query.ok) return answerFailure(query.failure);
  const found = locate(context);
  if (found === undefined || isCancelled(found.event)) {
    // Because an instance id answers with just that occurrence, or with nothing when it is cancelled (google-calendar.md §2.3).
    if (found?.event.recurringEventId === undefined) return answerFailure(notFound());
  }
  const { event, view } = found;
  const { timeMin, timeMax, showDeleted, originalStart, maxResults, pageToken, timeZone } = query.value;
  const backend = service(context);
  // Because timeMin is inclusive on the end here (google-calendar.md §2.3).
  const window = { timeMin: timeMin === undefined ? undefined : timeMin - 1, timeMax };
  let rows: StoredEvent[];
  if (event.recurringEventId !== undefined) rows = [event];
  else if (isSeries(event)) rows = instancesOf(backend, view.calendar, event, window);
  else rows = [];
  if (showDeleted !== true) rows = rows.filter((row) => !isCancelled(row));
  if (originalStart !== undefined) {
    const wanted = readTime(
      originalStart.length === 10 ? { date: originalStart } : { dateTime: originalStart },
      view.timeZone,
    );
    if (wanted === undefined) return answerFailure(invalid('Invalid Value', 'originalStart'));
    rows = rows.filter((row) => row.originalStart !== undefined && slotKey(row.originalStart) === slotKey(wanted));
  }
  const offset = pageToken === undefined ? 0 : Number(pageToken);
  if (!Number.isInteger(offset) || offset < 0) return answerFailure(invalid('Invalid Value', 'pageToken'));
  const limit = backend.switches.maximumPageSize ?? 2500;
  const end = offset + Math.min(maxResults ?? 250, 2500, limit);
  const page: EventPage = {
    calendar: view.calendar,
    role: view.role,
    timeZone: timeZone ?? view.timeZone,
    rows: rows
      .slice(offset, end)
      .map((row) => renderEvent(backend, row, { ...view, timeZone: timeZone ?? view.timeZone })),
    nextPageToken: end < rows.length ? String(end) : undefined,
    nextSyncToken: undefined,
  };
  return answerJson(context, listBody(backend, page), LIST_FIELDS);
}

function listBody(service: CalendarService, page: EventPage): Record<string, unknown> {
  const { calendar } = page;
  const updatedMs = Math.floor(calendar.updatedMicros / 1000);
  const omit = page.rows.length === 0 && service.switches.emptyItems === 'omitted';
  return {
    kind: 'calendar#events',
    etag: collectionEtag(calendar.id, calendar.change),
    summary: calendar.summary,
    description: calendar.description ?? '',
    updated: new Date(updatedMs).toISOString(),
    timeZone: page.timeZone,
    accessRole: page.role,
    defaultReminders:
      page.role === 'owner' && calendar.primaryOf !== undefined ? [{ method: 'popup', minutes: 10 }] : [],
    nextPageToken: page.nextPageToken,
    nextSyncToken: page.nextSyncToken,
    ...(omit ? {} : { items: page.rows }),
  };
}

function service(context: SimulatorContext): CalendarService {
  return context.env.backend.service;
}

/** The account whose token the request carries. */
export function emailOf(context: SimulatorContext): string {
  return context.env.grant?.email ?? '';
}

/** Who writes: the client of the token, on behalf of its account. */
export function writer(context: SimulatorContext): Writer {
  const grant = context.env.grant;
  const client = grant === undefined ? undefined : context.env.backend.grants.clients.get(grant.clientId);
  return { email: emailOf(context), via: 'client', blocksOnly: client?.blocksOnly ?? true, clientId: client?.clientId };
}

function calendarId(context: SimulatorContext): string {
  return context.req.param('calendarId') ?? '';
}

/** The request's body as JSON; undefined, which every reader refuses as a parse error, when it is none. */
export function jsonBody(context: SimulatorContext): unknown {
  try {
    return JSON.parse(context.env.bodyText) as unknown;
  } catch {
    return undefined;
  }
}

function writeOptions(context: SimulatorContext): Outcome<WriteOptions> {
  const query = readQuery(context, WRITE_PARAMETERS);
  if (!query.ok) return query;
  return { ok: true, value: { ifMatch: context.req.header('if-match'), sendUpdates: query.value.sendUpdates } };
}

function viewOf(context: SimulatorContext): View | undefined {
  const target = service(context).resolve(emailOf(context), calendarId(context));
  if (!target.ok) return undefined;
  const { calendar, role } = target.value;
  return { calendar, role, email: emailOf(context), timeZone: calendar.timeZone, maxAttendees: undefined };
}

function locate(context: SimulatorContext): { event: StoredEvent; view: View } | undefined {
  const view = viewOf(context);
  const located =
    view === undefined ? undefined : service(context).locate(view.calendar, context.req.param('eventId') ?? '');
  if (view === undefined || located === undefined) return undefined;
  const master =
    located.event.recurringEventId === undefined ? undefined : view.calendar.get(located.event.recurringEventId);
  const { event } = located;
  if (master !== undefined && isCancelled(master) && !isCancelled(event)) {
    return { event: { ...event, content: { ...event.content, status: 'cancelled' } }, view };
  }
  return { event, view };
}
