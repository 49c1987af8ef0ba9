import { invalid, timeRangeEmpty, updatedMinTooLongAgo } from '../../failures.ts';
import { without } from '../../objects.ts';
import type { CalendarService } from '../service.ts';

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

/** Parameters that may not stand beside a sync token (google-calendar.md §1.1). */
export const FORBIDDEN_WITH_TOKEN = [
  'timeMin',
  'timeMax',
  'updatedMin',
  'orderBy',
  'q',
  'iCalUID',
  'privateExtendedProperty',
  'sharedExtendedProperty',
] as const;

/** What is said of a parameter that may not stand beside a sync token. */
export function tokenConflict(service: CalendarService, what: string): ReturnType<typeof invalid> {
  return invalid(`Sync token cannot be used with ${what}.`, 'syncToken', service.switches.syncTokenConflictReason);
}

/** Returns what is wrong with the parameters, or undefined. */
export function queryProblem(service: CalendarService, query: ListQuery): ReturnType<typeof invalid> | undefined {
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
export function syncKey(query: ListQuery): string {
  return JSON.stringify([query.singleEvents === true, query.eventTypes ?? [], query.showHiddenInvitations === true]);
}

/** What must stay the same between the pages of one listing: everything. */
export function pageKey(calendarId: string, email: string, query: ListQuery): string {
  const rest = without(query, 'pageToken');
  return JSON.stringify([
    calendarId,
    email,
    Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .sort(),
  ]);
}
