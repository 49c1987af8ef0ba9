import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import type { EventRow, Tag } from '../../src/main/core/model.ts';
import type { CalendarListing } from '../../src/main/ports/provider.ts';
import { toAccountId, toCalendarId, toEventId, type AccountId, type CalendarId } from '../../src/shared/ids.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { plainCapabilities } from '../support/capabilities.ts';

export const now = Date.UTC(2026, 2, 23, 8);
export const account = toAccountId('account-1');
export const work = toCalendarId('work@example.com');
export const home = toCalendarId('home@example.com');
export const club = toCalendarId('club@example.com');

/** Takes a wall-clock time in UTC; returns it as a calendar says it. */
export const at = (dateTime: string, timeZone: string | null = null): EventTime => ({ dateTime, timeZone });

const plain: EventRow = {
  id: toEventId('plain'),
  status: 'confirmed',
  etag: '"1"',
  iCalUid: null,
  kind: 'default',
  start: at('2026-03-24T09:00:00Z'),
  end: at('2026-03-24T10:00:00Z'),
  recurrence: [],
  recurringEventId: null,
  originalStart: null,
  transparent: false,
  visibility: 'default',
  ownResponse: 'none',
  optionalGuest: false,
  summary: 'Plan the fair',
  place: null,
  description: null,
  colorId: null,
  rings: true,
  tag: null,
  tagged: false,
  saysBlock: false,
  guests: false,
};

/** Takes an id and what is special about it; returns a person's event. Its iCalUID follows from the id. */
export function event(id: string, special: Partial<EventRow> = {}): EventRow {
  return { ...plain, id: toEventId(id), iCalUid: `${id}@google.com`, ...special };
}

/** A series every day at nine, UTC. */
export function series(id: string, special: Partial<EventRow> = {}): EventRow {
  return event(id, {
    start: at('2026-03-24T09:00:00Z', 'UTC'),
    end: at('2026-03-24T10:00:00Z', 'UTC'),
    recurrence: ['RRULE:FREQ=DAILY'],
    ...special,
  });
}

/** The slot of that series on a day of March, moved to the afternoon unless told otherwise. */
export function exception(seriesId: string, day: number, special: Partial<EventRow> = {}): EventRow {
  return event(`${seriesId}_202603${String(day)}T090000Z`, {
    iCalUid: `${seriesId}@google.com`,
    recurringEventId: toEventId(seriesId),
    originalStart: at(`2026-03-${String(day)}T09:00:00Z`, 'UTC'),
    start: at(`2026-03-${String(day)}T15:00:00Z`, 'UTC'),
    end: at(`2026-03-${String(day)}T16:00:00Z`, 'UTC'),
    ...special,
  });
}

/** All that Google says of a deleted event (google-calendar.md §0.5). */
export function tombstone(id: string): EventRow {
  return {
    ...plain,
    id: toEventId(id),
    status: 'cancelled',
    etag: '"9"',
    start: null,
    end: null,
    summary: null,
    ownResponse: 'unknown',
    optionalGuest: false,
    rings: false,
  };
}

/** All that Google says of a cancelled slot. */
export function slotTombstone(seriesId: string, day: number): EventRow {
  return {
    ...tombstone(`${seriesId}_202603${String(day)}T090000Z`),
    recurringEventId: toEventId(seriesId),
    originalStart: at(`2026-03-${String(day)}T09:00:00Z`, 'UTC'),
  };
}

export function tagFor(source: CalendarId, id: string, generation = 0): Tag {
  return { sourceRef: sourceRef(source, toEventId(id)), generation, contentHash: '0123456789abcdef' };
}

/** Takes a target and a tag; returns the block that follows from it, as that calendar would show it. */
export function block(target: CalendarId, tag: Tag, special: Partial<EventRow> = {}): EventRow {
  const id = blockId(tag.sourceRef, target, tag.generation);
  return {
    ...plain,
    id,
    iCalUid: `${id}@google.com`,
    summary: '🔒 Busy',
    description: '[calsync]',
    visibility: 'private',
    rings: false,
    tag,
    tagged: true,
    ...special,
  };
}

/** The slot of a block that is a series, as its calendar shows it. */
export function blockSlot(target: CalendarId, tag: Tag, day: number, special: Partial<EventRow> = {}): EventRow {
  const master = block(target, tag);
  return {
    ...exception(master.id, day),
    summary: master.summary,
    description: master.description,
    visibility: 'private',
    rings: false,
    tag,
    tagged: true,
    ...special,
  };
}

export function listing(id: CalendarId, special: Partial<CalendarListing> = {}): CalendarListing {
  return {
    id,
    name: id,
    timeZone: 'UTC',
    colour: '#123456',
    access: 'owns',
    privateHidden: false,
    primary: false,
    selected: true,
    hidden: false,
    nature: 'ordinary',
    capabilities: plainCapabilities,
    ...special,
  };
}

export const accountRecord = (id: AccountId = account) => ({
  id,
  provider: 'google' as const,
  email: `${id}@example.com`,
  scopes: ['openid', 'email'],
  addedAt: now,
  state: 'connected' as const,
  restingUntil: null,
  signInEndsAt: null,
  listedAt: null,
  heldBy: null,
});
