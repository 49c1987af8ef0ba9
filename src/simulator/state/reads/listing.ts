import { fullSyncRequired, invalid } from '../../failures.ts';
import type { Outcome } from '../../outcome.ts';
import { refuse, success } from '../../outcome.ts';
import type { CalendarStore, StoredEvent } from '../calendar.ts';
import { renderEvent, renderTombstone } from '../render.ts';
import type { Row, View } from '../render.ts';
import { isCancelled, isSeries } from '../service.ts';
import type { AccessRole, CalendarService } from '../service.ts';
import { openToken, sealToken } from '../tokens.ts';
import { FORBIDDEN_WITH_TOKEN, pageKey, queryProblem, syncKey, tokenConflict, type ListQuery } from './query.ts';
import { isSelected, wholeListing, type Selection } from './selection.ts';

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

function renderListed(service: CalendarService, event: StoredEvent, view: View, query: ListQuery): Row {
  const leaked = isCancelled(event) && isSeries(event) && query.syncToken === undefined && query.showDeleted !== true;
  const bare = isCancelled(event) && query.showDeleted !== true && !leaked;
  return bare ? renderTombstone(service, event, view) : renderEvent(service, event, view);
}
