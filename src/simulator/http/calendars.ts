import type { Hono } from 'hono';
import { z } from 'zod';
import { fullSyncRequired, invalid, notFound, required, requiredAccessLevel, timeRangeEmpty } from '../failures.ts';
import { parseDateTime } from '../time.ts';
import { busyTimes } from '../state/reads/busy-times.ts';
import { primaryId, roleAtLeast } from '../state/service.ts';
import type { CalendarService, ListEntry } from '../state/service.ts';
import { openToken, sealToken } from '../state/tokens.ts';
import { answerFailure, answerJson, collectionEtag } from './answers.ts';
import type { SimulatorContext, SimulatorEnvironment } from './environment.ts';
import { emailOf, jsonBody, writer } from './events.ts';
import { readQuery } from './query.ts';

const ENTRY_FIELDS: ReadonlySet<string> = new Set([
  'kind',
  'etag',
  'id',
  'summary',
  'summaryOverride',
  'description',
  'timeZone',
  'accessRole',
  'primary',
  'selected',
  'hidden',
  'deleted',
  'colorId',
  'backgroundColor',
  'foregroundColor',
  'defaultReminders',
  'dataOwner',
  'conferenceProperties',
  'notificationSettings',
  'location',
]);
const LIST_FIELDS: ReadonlySet<string> = new Set(['kind', 'etag', 'nextPageToken', 'nextSyncToken', 'items']);
const EVENT_COLOURS = [
  '#a4bdfc',
  '#7ae7bf',
  '#dbadff',
  '#ff887c',
  '#fbd75b',
  '#ffb878',
  '#46d6db',
  '#e1e1e1',
  '#5484ed',
  '#51b749',
  '#dc2127',
];
const CALENDAR_COLOURS = [
  '#ac725e',
  '#d06b64',
  '#f83a22',
  '#fa573c',
  '#ff7537',
  '#ffad46',
  '#42d692',
  '#16a765',
  '#7bd148',
  '#b3dc6c',
  '#fbe983',
  '#fad165',
  '#92e1c0',
  '#9fe1e7',
  '#9fc6e7',
  '#4986e7',
  '#9a9cff',
  '#b99aff',
  '#c2c2c2',
  '#cabdbf',
  '#cca6ac',
  '#f691b2',
  '#cd74e6',
  '#a47ae2',
];

const listTokenSchema = z.object({ email: z.string(), change: z.number(), at: z.number() });
const calendarBodySchema = z.looseObject({
  summary: z.string().optional(),
  timeZone: z.string().optional(),
  description: z.string().optional(),
});
const freeBusyBodySchema = z.strictObject({
  timeMin: z.string(),
  timeMax: z.string(),
  timeZone: z.string().optional(),
  items: z.array(z.looseObject({ id: z.string() })).optional(),
  groupExpansionMax: z.number().int().max(100).optional(),
  calendarExpansionMax: z.number().int().max(50).optional(),
});

/** Registers calendarList, calendars, colors, settings and freeBusy. */
export function registerCalendars(app: Hono<SimulatorEnvironment>): void {
  app.get('/calendar/v3/users/me/calendarList', answerCalendarList);

  app.get('/calendar/v3/users/me/calendarList/:calendarId', (context) => {
    const query = readQuery(context, []);
    if (!query.ok) return answerFailure(query.failure);
    const found = resolve(context);
    const entry = found?.account.entries.get(found.calendar.id);
    if (entry === undefined) return answerFailure(notFound());
    const row = renderEntry(serviceOf(context), entry);
    return answerJson(context, row, ENTRY_FIELDS, entryEtag(entry));
  });

  app.get('/calendar/v3/calendars/:calendarId', (context) => {
    const query = readQuery(context, []);
    if (!query.ok) return answerFailure(query.failure);
    const found = resolve(context);
    if (found === undefined) return answerFailure(notFound());
    return answerJson(context, calendarRow(found.calendar), ENTRY_FIELDS);
  });

  app.post('/calendar/v3/calendars', (context) => {
    const query = readQuery(context, []);
    if (!query.ok) return answerFailure(query.failure);
    const body = calendarBodySchema.safeParse(jsonBody(context));
    const service = serviceOf(context);
    const account = service.accounts.get(emailOf(context));
    if (!body.success || body.data.summary === undefined || account === undefined) {
      return answerFailure(required('Missing summary.'));
    }
    if (writer(context).blocksOnly) return answerFailure(requiredAccessLevel());
    const timeZone = body.data.timeZone ?? 'UTC';
    if (!service.zones.isKnown(timeZone)) return answerFailure(invalid('Invalid time zone.'));
    const id = `${service.random.eventId()}@group.calendar.google.com`;
    const { summary, description } = body.data;
    const calendar = service.addCalendar({ id, summary, description, timeZone, primaryOf: undefined });
    service.subscribe(account, id, { accessRole: 'owner' });
    return answerJson(context, calendarRow(calendar), ENTRY_FIELDS);
  });

  app.delete('/calendar/v3/calendars/:calendarId', (context) => {
    const query = readQuery(context, []);
    if (!query.ok) return answerFailure(query.failure);
    const found = resolve(context);
    if (found === undefined) return answerFailure(notFound());
    if (found.calendar.primaryOf !== undefined) return answerFailure(invalid());
    if (!roleAtLeast(found.role, 'owner') || writer(context).blocksOnly) return answerFailure(requiredAccessLevel());
    serviceOf(context).removeCalendar(found.calendar.id);
    return new Response(null, { status: 204 });
  });

  app.get('/calendar/v3/colors', (context) => {
    const query = readQuery(context, []);
    if (!query.ok) return answerFailure(query.failure);
    const palette = (colours: readonly string[]) =>
      Object.fromEntries(
        colours.map((background, index) => [String(index + 1), { background, foreground: '#1d1d1d' }]),
      );
    const body = {
      kind: 'calendar#colors',
      updated: '2012-02-14T00:00:00.000Z',
      calendar: palette(CALENDAR_COLOURS),
      event: palette(EVENT_COLOURS),
    };
    return answerJson(context, body, new Set(['kind', 'updated', 'calendar', 'event']));
  });

  app.get('/calendar/v3/users/me/settings/:setting', (context) => {
    const service = serviceOf(context);
    const id = primaryId(service.accounts.get(emailOf(context)));
    const calendar = id === undefined ? undefined : service.calendars.get(id);
    if (context.req.param('setting') !== 'timezone' || calendar === undefined) return answerFailure(notFound());
    const body = {
      kind: 'calendar#setting',
      etag: collectionEtag(calendar.timeZone),
      id: 'timezone',
      value: calendar.timeZone,
    };
    return answerJson(context, body, new Set(['kind', 'etag', 'id', 'value']));
  });

  app.post('/calendar/v3/freeBusy', (context) => {
    const query = readQuery(context, []);
    if (!query.ok) return answerFailure(query.failure);
    const body = freeBusyBodySchema.safeParse(jsonBody(context));
    if (!body.success) return answerFailure(invalid());
    const timeMin = parseDateTime(body.data.timeMin, undefined);
    const timeMax = parseDateTime(body.data.timeMax, undefined);
    if (timeMin === undefined || timeMax === undefined) return answerFailure(invalid());
    if (timeMax <= timeMin) return answerFailure(timeRangeEmpty());
    const service = serviceOf(context);
    const zone = body.data.timeZone ?? 'UTC';
    if (!service.zones.isKnown(zone)) return answerFailure(invalid('Invalid Value', 'timeZone'));
    const calendars: Record<string, unknown> = {};
    for (const { id } of body.data.items ?? []) {
      const busy = busyTimes(service, emailOf(context), id, timeMin, timeMax);
      calendars[id] = busy.ok
        ? {
            busy: busy.value.map((stretch) => ({
              start: service.zones.format(stretch.start, zone),
              end: service.zones.format(stretch.end, zone),
            })),
          }
        : { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] };
    }
    const answer = {
      kind: 'calendar#freeBusy',
      timeMin: new Date(timeMin).toISOString(),
      timeMax: new Date(timeMax).toISOString(),
      calendars,
    };
    return answerJson(context, answer, new Set(['kind', 'timeMin', 'timeMax', 'calendars', 'groups']));
  });
}

function answerCalendarList(context: SimulatorContext): Response {
  const query = readQuery(context, [
    'maxResults',
    'pageToken',
    'syncToken',
    'minAccessRole',
    'showHidden',
    'showDeleted',
    'showOwnOrganizationOnly',
  ]);
  if (!query.ok) return answerFailure(query.failure);
  const { maxResults, pageToken, syncToken, minAccessRole, showHidden, showDeleted } = query.value;
  const service = serviceOf(context);
  const account = service.accounts.get(emailOf(context));
  if (account === undefined) return answerFailure(notFound());
  let after = 0;
  if (syncToken !== undefined) {
    if (minAccessRole !== undefined || query.value.showOwnOrganizationOnly !== undefined) {
      return answerFailure(invalid('Sync token cannot be used with this parameter.', 'syncToken'));
    }
    const opened = listTokenSchema.safeParse(openToken('sync', syncToken));
    if (!opened.success) return answerFailure(invalid());
    const age = service.now() - opened.data.at;
    if (opened.data.email !== account.email || age > service.switches.syncTokenLifetimeMs) {
      return answerFailure(fullSyncRequired());
    }
    after = opened.data.change;
  }
  const delta = syncToken !== undefined;
  const entries = [...account.entries.values()].filter(
    (entry) =>
      (!delta || entry.change > after) &&
      (delta || showDeleted === true || !entry.deleted) &&
      (delta || showHidden === true || !entry.hidden) &&
      (minAccessRole === undefined || roleAtLeast(entry.accessRole, minAccessRole)),
  );
  const offset = pageToken === undefined ? 0 : Number(pageToken);
  if (!Number.isInteger(offset) || offset < 0) return answerFailure(invalid('Invalid Value', 'pageToken'));
  const end = offset + Math.min(maxResults ?? 100, 250, service.switches.maximumPageSize ?? 250);
  const items = entries.slice(offset, end).map((entry) => renderEntry(service, entry));
  const last = end >= entries.length;
  const etag = collectionEtag(account.email, account.listChange, context.req.url);
  const body = {
    kind: 'calendar#calendarList',
    etag,
    nextPageToken: last ? undefined : String(end),
    nextSyncToken: last
      ? sealToken('sync', { email: account.email, change: account.listChange, at: service.now() })
      : undefined,
    ...(items.length === 0 && service.switches.emptyItems === 'omitted' ? {} : { items }),
  };
  return answerJson(context, body, LIST_FIELDS, etag);
}

function serviceOf(context: SimulatorContext): CalendarService {
  return context.env.backend.service;
}

function resolve(context: SimulatorContext) {
  const found = serviceOf(context).resolve(emailOf(context), context.req.param('calendarId') ?? '');
  return found.ok ? found.value : undefined;
}

function calendarRow(calendar: {
  id: string;
  summary: string;
  description: string | undefined;
  timeZone: string;
}): object {
  const { id, summary, description, timeZone } = calendar;
  return {
    kind: 'calendar#calendar',
    etag: collectionEtag(id, summary, timeZone),
    id,
    summary,
    description,
    timeZone,
    conferenceProperties: { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
  };
}

function entryEtag(entry: ListEntry): string {
  return `"${2 * entry.etagMicros}"`;
}

function renderEntry(service: CalendarService, entry: ListEntry): object {
  const etag = entryEtag(entry);
  if (entry.deleted) return { kind: 'calendar#calendarListEntry', etag, id: entry.calendarId, deleted: true };
  const calendar = service.calendars.get(entry.calendarId);
  return {
    kind: 'calendar#calendarListEntry',
    etag,
    id: entry.calendarId,
    summary: calendar?.summary,
    summaryOverride: entry.summaryOverride,
    description: calendar?.description,
    timeZone: calendar?.timeZone,
    colorId: entry.colorId,
    backgroundColor: CALENDAR_COLOURS[Number(entry.colorId) - 1],
    foregroundColor: '#000000',
    selected: entry.selected ? true : undefined,
    hidden: entry.hidden ? true : undefined,
    accessRole: entry.accessRole,
    defaultReminders: entry.primary ? [{ method: 'popup', minutes: 10 }] : [],
    primary: entry.primary ? true : undefined,
    conferenceProperties: { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
  };
}
