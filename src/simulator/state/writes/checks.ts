import { isDeepStrictEqual } from 'node:util';
import {
  conditionNotMet,
  eventTypeRestriction,
  forbiddenForNonOrganizer,
  invalid,
  requiredAccessLevel,
} from '../../failures.ts';
import type { ApiFailure } from '../../failures.ts';
import type { CalendarStore, StoredEvent } from '../calendar.ts';
import { judgeContent } from '../event-content.ts';
import type { EventContent } from '../event-content.ts';
import { eventEtag, isCancelled } from '../service.ts';
import type { AccessRole, CalendarService, Writer } from '../service.ts';

/** What may go with a write beside its body. */
export interface WriteOptions {
  readonly ifMatch?: string | undefined;
  readonly sendUpdates?: string | undefined;
}

/** Fields that a guest may change on the own copy of an event (google-calendar.md §4.1 forbiddenForNonOrganizer). */
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

export function judge(
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

/** Removes members that are undefined, so that contents compare by what they hold. */
export function compact(content: EventContent): EventContent {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}

export function checkPrecondition(ifMatch: string | undefined, event: StoredEvent): ApiFailure | undefined {
  return ifMatch === undefined || ifMatch === '*' || ifMatch === eventEtag(event) ? undefined : conditionNotMet();
}

export function checkAccess(role: AccessRole, event: StoredEvent): ApiFailure | undefined {
  const isPrivate = event.content.visibility === 'private' || event.content.visibility === 'confidential';
  return role === 'writerWithoutPrivateAccess' && isPrivate ? requiredAccessLevel() : undefined;
}

export function masterIsCancelled(calendar: CalendarStore, event: StoredEvent): boolean {
  const master = event.recurringEventId === undefined ? undefined : calendar.get(event.recurringEventId);
  return master !== undefined && isCancelled(master);
}

export function checkImmutable(before: StoredEvent, content: EventContent): ApiFailure | undefined {
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

export function checkRevival(
  service: CalendarService,
  before: StoredEvent,
  content: EventContent,
): ApiFailure | undefined {
  if (!isCancelled(before) || content.status === 'cancelled' || service.switches.revive === 'allowed') return undefined;
  return { status: 403, domain: 'global', reason: 'forbidden', message: 'Forbidden' };
}

export function checkOrganizer(
  calendar: CalendarStore,
  before: StoredEvent,
  content: EventContent,
): ApiFailure | undefined {
  const organizer = before.content.organizer?.email;
  if (organizer === undefined || organizer === calendar.id || before.content.guestsCanModify === true) return undefined;
  if (before.content.privateCopy === true) return undefined;
  const keys = new Set([...Object.keys(before.content), ...Object.keys(content)]) as Set<keyof EventContent>;
  const changed = [...keys].some(
    (key) => !OWN_FIELDS.has(key) && !isDeepStrictEqual(before.content[key], content[key]),
  );
  return changed ? forbiddenForNonOrganizer() : undefined;
}
