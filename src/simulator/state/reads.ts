import { fullSyncRequired, invalid, notFound, timeRangeEmpty, updatedMinTooLongAgo } from '../failures.ts';
import { without } from '../objects.ts';
import type { Outcome } from '../outcome.ts';
import { refuse, success } from '../outcome.ts';
import { expandSeries } from '../recurrence.ts';
import { instantOf, slotKey } from '../time.ts';
import type { When } from '../time.ts';
import type { CalendarStore, StoredEvent } from './calendar.ts';
import { renderEvent, renderTombstone } from './render.ts';
import type { Row, View } from './render.ts';
import { isCancelled, isSeries } from './service.ts';
import type { AccessRole, CalendarService } from './service.ts';
import { openToken, sealToken } from './tokens.ts';

/** The parameters of events.list, parsed (google-calendar.md §1.1). Instants are ms since the epoch. */
export interface ListQuery {
  readonly maxResults?: number | undefined;
  readonly pageToken?: string | undefined;
  readonly syncToken?: string | undefined;
  readonly singleEvents?: boolean | undefined;
  readonly showDeleted?: boolean | undefined;
  readonly timeMin?: number | undefined;
  readonly timeMax?: number | undefined;
  readonly updatedMin?: number | undefined;
  readonly orderBy?: 'startTime' | 'updated' | undefined;
  readonly q?: string | undefined;
  readonly iCalUID?: string | undefined;
  readonly privateExtendedProperty?: readonly string[] | undefined;
  readonly sharedExtendedProperty?: readonly string[] | undefined;
  readonly eventTypes?: readonly string[] | undefined;
  readonly timeZone?: string | undefined;
  readonly maxAttendees?: number | undefined;
  readonly showHiddenInvitations?: boolean | undefined;
}

/** Faults that change what a listing shows; each is asked for once per request. */
export interface ListFaults {
  readonly syncTokenExpired?: boolean;
  /** As if a parameter went with the token that may not. */
  readonly syncTokenRefused?: boolean;
  readonly pageTokenExpired?: boolean;
  readonly duplicateRow?: boolean;
  readonly cancelledMasterLeak?: boolean;
  /** Writes younger than this many ms are not shown. */
  readonly lagMs?: number;
}

/** A page of events.list. */
export interface EventPage {
  readonly calendar: CalendarStore;
  readonly role: AccessRole;
  readonly timeZone: string;
  readonly rows: Row[];
  readonly nextPageToken: string | undefined;
  readonly nextSyncToken: string | undefined;
}

/** Listings that cannot be continued from a counter (expanded or ordered ones) are kept whole until they are read. */
export class OpenListings {
  readonly #listings = new Map<string, StoredEvent[]>();

  /** Keeps a listing; the oldest of more than a hundred is dropped. */
  keep(id: string, rows: StoredEvent[]): void {
    this.#listings.set(id, rows);
    const oldest = this.#listings.keys().next();
    if (this.#listings.size > 100 && oldest.done !== true) this.#listings.delete(oldest.value);
  }

  /** A kept listing, or undefined when it was dropped. */
  find(id: string): StoredEvent[] | undefined {
    return this.#listings.get(id);
  }
}

interface PageState {
  readonly query: string;
  readonly at: number;
  /** Counter of the first page: what the whole listing shows. */
  readonly snapshot: number;
  /** Position: a change counter, or an index into a kept listing. */
  readonly position: number;
  readonly listing?: string;
  readonly empty?: boolean;
  /** The counter after which a delta began. */
  readonly after: number;
}

interface SyncState {
  readonly calendar: string;
  readonly account: string;
  readonly query: string;
  readonly change: number;
  readonly at: number;
  readonly acl: number;
  readonly nonce: number;
  readonly timeMin?: number;
}

const FORBIDDEN_WITH_TOKEN = [
  'timeMin',
  'timeMax',
  'updatedMin',
  'orderBy',
  'q',
  'iCalUID',
  'privateExtendedProperty',
  'sharedExtendedProperty',
] as const;

/** Lists a calendar's events: in full, or what changed since a sync token (google-calendar.md §1). */
export function listEvents(
  service: CalendarService,
  listings: OpenListings,
  email: string,
  calendarId: string,
  query: ListQuery,
  faults: ListFaults = {},
): Outcome<EventPage> {
  const target = service.resolve(email, calendarId);
  if (!target.ok) return target;
  const { calendar, role } = target.value;
  const problem = queryProblem(service, query);
  if (problem !== undefined) return refuse(problem);

  const now = service.now();
  let sync: SyncState | undefined;
  if (query.syncToken !== undefined) {
    if (faults.syncTokenRefused === true) return refuse(tokenConflict(service, 'this query'));
    const opened = openToken('sync', query.syncToken);
    if (opened === undefined) return refuse(invalid('Invalid Value'));
    sync = opened as SyncState;
    const dead =
      faults.syncTokenExpired === true ||
      sync.calendar !== calendar.id ||
      sync.account !== email ||
      sync.acl !== calendar.aclEpoch ||
      now - sync.at > Math.min(service.switches.syncTokenLifetimeMs, service.switches.tombstoneLifetimeMs);
    if (dead) return refuse(fullSyncRequired());
    if (sync.query !== syncKey(query))
      return refuse(invalid('Sync token does not match the parameters of this request.'));
  }
  let page: PageState | undefined;
  if (query.pageToken !== undefined) {
    const opened = openToken('page', query.pageToken);
    if (opened === undefined) return refuse(invalid('Invalid Value', 'pageToken'));
    page = opened as PageState;
    const dead = faults.pageTokenExpired === true || now - page.at > service.switches.pageTokenLifetimeMs;
    if (dead || page.query !== pageKey(calendar.id, email, query)) return refuse(invalid('Invalid Value', 'pageToken'));
  }

  const lag = Math.max(service.switches.listLagMs, faults.lagMs ?? 0);
  const visible = lag > 0 ? calendar.changeAt(now - lag) : calendar.change;
  const after = page?.after ?? sync?.change ?? 0;
  const snapshot = page?.snapshot ?? Math.max(visible, after);
  const timeZone = query.timeZone ?? calendar.timeZone;
  const view: View = { calendar, email, role, timeZone, maxAttendees: query.maxAttendees };
  const delta = sync !== undefined;
  const clampedSize = Math.min(Math.max(query.maxResults ?? 250, 1), 2500);
  const size = Math.min(clampedSize, service.switches.maximumPageSize ?? clampedSize);
  const window = {
    timeMin: query.timeMin ?? (delta && service.switches.deltaHonoursTimeMin ? sync?.timeMin : undefined),
    timeMax: query.timeMax,
  };
  const selection: Selection = { service, calendar, query, delta, window, leak: faults.cancelledMasterLeak === true };

  const pageState = (position: number, more: Partial<PageState>): string =>
    sealToken('page', { query: pageKey(calendar.id, email, query), at: now, snapshot, after, position, ...more });
  const finish = (events: StoredEvent[], next: string | undefined): Outcome<EventPage> => {
    const rows = events.map((event) => renderListed(service, event, view, query));
    if (service.switches.rowOrder === 'reversed') rows.reverse();
    const tokenAllowed =
      next === undefined &&
      FORBIDDEN_WITH_TOKEN.every((name) => name === 'timeMin' || name === 'timeMax' || query[name] === undefined);
    const nextSyncToken = tokenAllowed
      ? sealToken('sync', {
          calendar: calendar.id,
          account: email,
          query: syncKey(query),
          change: snapshot,
          at: now,
          acl: calendar.aclEpoch,
          nonce: Number.parseInt(service.random.digits(9), 10),
          timeMin: query.timeMin ?? sync?.timeMin,
        } satisfies { [K in keyof SyncState]: SyncState[K] | undefined })
      : undefined;
    return success({ calendar, role, timeZone, rows, nextPageToken: next, nextSyncToken });
  };

  if (page?.empty === true) return finish([], pageState(page.position, listingPart(page)));
  const between = service.switches.emptyPages ? { empty: true } : {};

  if (query.singleEvents === true || query.orderBy !== undefined) {
    const id = page?.listing ?? service.random.token('');
    const rows = page === undefined ? wholeListing(selection, after, snapshot) : listings.find(id);
    if (rows === undefined) return refuse(invalid('Invalid Value', 'pageToken'));
    if (page === undefined) listings.keep(id, rows);
    const position = page?.position ?? 0;
    const slice = rows.slice(position, position + size);
    const repeated = faults.duplicateRow === true ? rows[position - 1] : undefined;
    if (repeated !== undefined) slice.unshift(repeated);
    const end = position + size;
    return finish(slice, end < rows.length ? pageState(end, { listing: id, ...between }) : undefined);
  }

  const events: StoredEvent[] = [];
  const position = page?.position ?? after;
  let last = position;
  for (const version of calendar.versions(position, snapshot)) {
    if (!isSelected(selection, version.event)) continue;
    if (events.length === size) {
      const next = pageState(last, between);
      return finish(withRepeat(calendar, events, faults, page), next);
    }
    events.push(version.event);
    last = version.change;
  }
  return finish(withRepeat(calendar, events, faults, page), undefined);
}

function listingPart(page: PageState): Partial<PageState> {
  return page.listing === undefined ? {} : { listing: page.listing };
}

function withRepeat(
  calendar: CalendarStore,
  events: StoredEvent[],
  faults: ListFaults,
  page: PageState | undefined,
): StoredEvent[] {
  if (faults.duplicateRow !== true || page === undefined) return events;
  const repeated = calendar.versions(page.position - 1, page.snapshot).next();
  return repeated.done === true ? events : [repeated.value.event, ...events];
}

function tokenConflict(service: CalendarService, what: string): ReturnType<typeof invalid> {
  return invalid(`Sync token cannot be used with ${what}.`, 'syncToken', service.switches.syncTokenConflictReason);
}

function queryProblem(service: CalendarService, query: ListQuery): ReturnType<typeof invalid> | undefined {
  if (query.syncToken !== undefined) {
    for (const name of FORBIDDEN_WITH_TOKEN) {
      if (query[name] !== undefined) {
        return tokenConflict(service, name);
      }
    }
    if (query.showDeleted === false) return tokenConflict(service, 'showDeleted=false');
  }
  if (query.orderBy === 'startTime' && query.singleEvents !== true) {
    return invalid('The requested ordering is not available for the particular query.', 'orderBy');
  }
  if (query.timeZone !== undefined && !service.zones.isKnown(query.timeZone))
    return invalid('Invalid time zone.', 'timeZone');
  if (query.timeMin !== undefined && query.timeMax !== undefined && query.timeMax <= query.timeMin)
    return timeRangeEmpty();
  if (query.updatedMin !== undefined && service.now() - query.updatedMin > service.switches.tombstoneLifetimeMs) {
    return updatedMinTooLongAgo();
  }
  return undefined;
}

/** What must stay the same between a full listing and its deltas. */
function syncKey(query: ListQuery): string {
  return JSON.stringify([query.singleEvents === true, query.eventTypes ?? [], query.showHiddenInvitations === true]);
}

/** What must stay the same between the pages of one listing: everything. */
function pageKey(calendarId: string, email: string, query: ListQuery): string {
  const rest = without(query, 'pageToken');
  return JSON.stringify([
    calendarId,
    email,
    Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .sort(),
  ]);
}

interface Selection {
  readonly service: CalendarService;
  readonly calendar: CalendarStore;
  readonly query: ListQuery;
  readonly delta: boolean;
  readonly window: { readonly timeMin: number | undefined; readonly timeMax: number | undefined };
  readonly leak: boolean;
}

/** Whether a stored row belongs into a listing with singleEvents=false. */
function isSelected(selection: Selection, event: StoredEvent): boolean {
  const { service, calendar, query, delta } = selection;
  const showDeleted = query.showDeleted === true || delta || query.updatedMin !== undefined;
  const types = query.eventTypes;
  if (types !== undefined && types.length > 0 && !types.includes(event.content.eventType ?? 'default')) return false;
  const master = event.recurringEventId === undefined ? undefined : calendar.get(event.recurringEventId);
  if (master !== undefined && isCancelled(master)) return query.showDeleted === true && !delta;
  if (event.degraded) return showDeleted;
  if (isCancelled(event)) {
    if (service.hasVanished(event)) return false;
    // Because a cancelled slot of a live series is part of what the series is (google-calendar.md §1.1).
    const part = event.recurringEventId !== undefined;
    const leaked = selection.leak && isSeries(event);
    if (!showDeleted && !part && !leaked) return false;
    if (delta) return true;
  }
  return passesFilters(selection, event) && passesWindow(selection, event);
}

function passesFilters({ query }: Selection, event: StoredEvent): boolean {
  const { content } = event;
  if (query.updatedMin !== undefined && event.updatedMicros / 1000 < query.updatedMin) return false;
  if (query.iCalUID !== undefined && content.iCalUID !== query.iCalUID) return false;
  if (!hasProperties(content.extendedProperties?.private, query.privateExtendedProperty)) return false;
  if (!hasProperties(content.extendedProperties?.shared, query.sharedExtendedProperty)) return false;
  if (query.q === undefined) return true;
  const people = (content.attendees ?? []).flatMap((attendee) => [attendee.email, attendee.displayName ?? '']);
  const text = [content.summary, content.description, content.location, ...people].join('\n').toLowerCase();
  return text.includes(query.q.toLowerCase());
}

function hasProperties(
  properties: Readonly<Record<string, string>> | undefined,
  wanted: readonly string[] | undefined,
): boolean {
  return (wanted ?? []).every((pair) => {
    const index = pair.indexOf('=');
    return properties?.[pair.slice(0, index)] === pair.slice(index + 1);
  });
}

function passesWindow(selection: Selection, event: StoredEvent): boolean {
  const { service, calendar, window } = selection;
  if (window.timeMin === undefined && window.timeMax === undefined) return true;
  if (isSeries(event)) {
    const length = lengthOf(service, calendar, event);
    return slotsOf(selection, event, length).length > 0;
  }
  return overlaps(selection, event.start, event.end);
}

function overlaps({ service, calendar, window }: Selection, start: When, end: When): boolean {
  if (window.timeMin !== undefined && instantOf(end, service.zones, calendar.timeZone) <= window.timeMin) return false;
  return window.timeMax === undefined || instantOf(start, service.zones, calendar.timeZone) < window.timeMax;
}

function lengthOf(service: CalendarService, calendar: CalendarStore, event: StoredEvent): number {
  return (
    instantOf(event.end, service.zones, calendar.timeZone) - instantOf(event.start, service.zones, calendar.timeZone)
  );
}

/** Slots of a series that the window of a selection touches. */
function slotsOf({ service, calendar, window }: Selection, master: StoredEvent, length: number): When[] {
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
        return overlaps({ service, calendar, window } as Selection, instance.start, instance.end);
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
  const selection = { service, calendar, window: bounds, query: {}, delta: false, leak: false };
  const exceptions = calendar.exceptionsOf(master.id).filter((exception) => !exception.degraded);
  const taken = new Set(
    exceptions.map((exception) => (exception.originalStart === undefined ? '' : slotKey(exception.originalStart))),
  );
  const untouched = slotsOf(selection, master, lengthOf(service, calendar, master))
    .filter((slot) => !taken.has(slotKey(slot)))
    .map((slot) => service.instanceOf(master, slot));
  const touched = exceptions.filter((exception) => overlaps(selection, exception.start, exception.end));
  return [...untouched, ...touched].sort((left, right) => byStart(service, calendar, left, right));
}

function byStart(service: CalendarService, calendar: CalendarStore, left: StoredEvent, right: StoredEvent): number {
  return (
    instantOf(left.start, service.zones, calendar.timeZone) - instantOf(right.start, service.zones, calendar.timeZone)
  );
}

/** A listing that must be built as a whole: expanded, or ordered. */
function wholeListing(selection: Selection, after: number, snapshot: number): StoredEvent[] {
  const { service, calendar, query, delta } = selection;
  const rows: StoredEvent[] = [];
  const single = query.singleEvents === true;
  const showDeleted = query.showDeleted === true || delta;
  for (const { event } of calendar.versions(after, snapshot)) {
    if (!single) {
      if (isSelected(selection, event)) rows.push(event);
    } else if (event.recurringEventId !== undefined) {
      // Because an exception comes with its series below; only one that lost its slot stands alone.
      if (event.degraded && delta) rows.push(event);
    } else if (isSeries(event) && !isCancelled(event)) {
      if (!passesFilters(selection, event)) continue;
      const instances = instancesOf(service, calendar, event, selection.window);
      rows.push(...instances.filter((instance) => showDeleted || !isCancelled(instance)));
    } else if (isSelected(selection, event) && !(isSeries(event) && !delta)) {
      rows.push(event);
    }
  }
  if (query.orderBy === 'startTime') rows.sort((left, right) => byStart(service, calendar, left, right));
  if (query.orderBy === 'updated') rows.sort((left, right) => left.updatedMicros - right.updatedMicros);
  return rows;
}

function renderListed(service: CalendarService, event: StoredEvent, view: View, query: ListQuery): Row {
  const leaked = isCancelled(event) && isSeries(event) && query.syncToken === undefined && query.showDeleted !== true;
  const bare = isCancelled(event) && query.showDeleted !== true && !leaked;
  return bare ? renderTombstone(service, event, view) : renderEvent(service, event, view);
}

/** A stretch of busy time. */
export interface BusyStretch {
  readonly start: number;
  readonly end: number;
}

/** The merged busy times of a calendar between two instants, as freeBusy gives them (google-calendar.md §5). */
export function busyTimes(
  service: CalendarService,
  email: string,
  calendarId: string,
  timeMin: number,
  timeMax: number,
): Outcome<BusyStretch[]> {
  const target = service.resolve(email, calendarId);
  if (!target.ok) return refuse(notFound());
  const { calendar } = target.value;
  const stretches: BusyStretch[] = [];
  for (const event of calendar.all()) {
    if (event.recurringEventId !== undefined || isCancelled(event)) continue;
    const rows = isSeries(event) ? instancesOf(service, calendar, event, { timeMin, timeMax }) : [event];
    for (const row of rows) {
      const start = Math.max(timeMin, instantOf(row.start, service.zones, calendar.timeZone));
      const end = Math.min(timeMax, instantOf(row.end, service.zones, calendar.timeZone));
      if (end > start && blocksTime(row, calendar)) stretches.push({ start, end });
    }
  }
  stretches.sort((left, right) => left.start - right.start);
  const merged: BusyStretch[] = [];
  for (const stretch of stretches) {
    const last = merged.at(-1);
    if (last === undefined || stretch.start > last.end) merged.push(stretch);
    else if (stretch.end > last.end) merged[merged.length - 1] = { start: last.start, end: stretch.end };
  }
  return success(merged);
}

function blocksTime(event: StoredEvent, calendar: CalendarStore): boolean {
  const { content } = event;
  if (isCancelled(event) || content.transparency === 'transparent') return false;
  if (content.eventType === 'workingLocation' || content.eventType === 'birthday') return false;
  const own = (content.attendees ?? []).find((attendee) => calendar.isNamed(attendee.email));
  return own?.responseStatus !== 'declined';
}
