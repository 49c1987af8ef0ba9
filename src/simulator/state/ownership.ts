import { ownershipViolation } from '../failures.ts';
import type { ApiFailure } from '../failures.ts';
import { base32hex, sha256 } from '../random.ts';
import type { StoredEvent } from './calendar.ts';
import type { EventContent } from './event-content.ts';
import type { CalendarService, Writer } from './service.ts';

/** The tag of a block as its private extended properties carry it. */
export interface Tag {
  readonly sourceRef: string;
  readonly generation: number;
}

/**
 * Reads the tag of an event. Returns undefined when any part is missing or out of form:
 * `calsync.v` = "1", `calsync.ref` 26 characters of base32hex, `calsync.gen` decimal, `calsync.hash` 16–64 characters.
 */
export function readTag(content: EventContent): Tag | undefined {
  const properties = content.extendedProperties?.private ?? {};
  const sourceRef = properties['calsync.ref'] ?? '';
  const generation = properties['calsync.gen'] ?? '';
  if (properties['calsync.v'] !== '1') return undefined;
  if (!/^[0-9a-v]{26}$/.test(sourceRef) || !/^(0|[1-9]\d{0,8})$/.test(generation)) return undefined;
  if (!/^[0-9a-v]{16,64}$/.test(properties['calsync.hash'] ?? '')) return undefined;
  return { sourceRef, generation: Number(generation) };
}

/** The id that a block must have: "cs" and base32hex(sha256("calsync/1|block|ref|target|generation")). */
export function blockId(tag: Tag, targetCalendarId: string): string {
  return `cs${base32hex(sha256(`calsync/1|block|${tag.sourceRef}|${targetCalendarId}|${tag.generation}`))}`;
}

/**
 * Whether an event is a block of ours on a calendar: tagged, and its id (a slot's series) is the one derived for the id of the
 * calendar, or for one that it had before.
 */
export function isOwnBlock(
  event: Pick<StoredEvent, 'id' | 'recurringEventId' | 'content'>,
  calendarIds: readonly string[],
): boolean {
  const tag = readTag(event.content);
  return tag !== undefined && calendarIds.some((id) => (event.recurringEventId ?? event.id) === blockId(tag, id));
}

/** A write as the guard sees it. */
export interface GuardedWrite {
  readonly operation: string;
  readonly calendarId: string;
  readonly before: Pick<StoredEvent, 'id' | 'recurringEventId' | 'content'> | undefined;
  readonly after:
    | { readonly id: string | undefined; readonly recurringEventId: string | undefined; readonly content: EventContent }
    | undefined;
  readonly sendUpdates: string | undefined;
}

/**
 * Judges a write of a client that may write only its own blocks. Returns the refusal, or undefined when the write may
 * go on. Refusals and leaks are noted as violations. Other clients and people are not judged.
 */
export function guardOwnership(service: CalendarService, writer: Writer, write: GuardedWrite): ApiFailure | undefined {
  if (!writer.blocksOnly) return undefined;
  const formerIds = service.calendars.get(write.calendarId)?.formerIds ?? [];
  const message = refusal(write, [write.calendarId, ...formerIds]);
  const eventId = write.after?.id ?? write.before?.id;
  const common = { operation: write.operation, account: writer.email, calendarId: write.calendarId, eventId };
  if (message !== undefined) {
    service.violate({ kind: 'ownership', message, ...common });
    return ownershipViolation(message);
  }
  for (const leak of leaks(write, service.switches.placesInBlocks === 'allowed'))
    service.violate({ kind: 'leak', message: leak, ...common });
  return undefined;
}

function refusal({ operation, before, after }: GuardedWrite, calendarIds: readonly string[]): string | undefined {
  if (!['insert', 'update', 'patch', 'delete'].includes(operation)) {
    return `this client may not use ${operation}: only insert, update, patch and delete of its own blocks`;
  }
  if (before !== undefined && !isOwnBlock(before, calendarIds)) return 'the event is not a block of this client';
  if (after === undefined) return undefined;
  if (readTag(after.content) === undefined) return 'the write leaves the event without a sound tag';
  if (after.id === undefined) return 'a block must be inserted with its derived id';
  const owned = { id: after.id, recurringEventId: after.recurringEventId, content: after.content };
  return isOwnBlock(owned, calendarIds) ? undefined : 'the id is not the one that the tag derives on this calendar';
}

function leaks({ after, sendUpdates }: GuardedWrite, placesAllowed: boolean): string[] {
  const found: string[] = [];
  if (sendUpdates !== undefined && sendUpdates !== 'none') found.push(`sendUpdates=${sendUpdates}`);
  if (after === undefined) return found;
  const { attendees, conferenceData, location, description } = after.content;
  if ((attendees ?? []).length > 0) found.push('the block has attendees');
  if (conferenceData !== undefined) found.push('the block has conference data');
  if (!placesAllowed && (location ?? '') !== '') found.push('the block has a location');
  if ((description ?? '').includes('@')) found.push('the description of the block holds an address');
  return found;
}
