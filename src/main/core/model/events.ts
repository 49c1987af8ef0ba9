import type { CalendarId, EventId, SourceRef } from '../../../shared/ids.ts';
import type { EventTime, Instant } from '../../../shared/time.ts';
import type { RemovalMark, Tag } from './tags.ts';

/** How the owner of a calendar answered an invitation; `none` without guests, `unknown` where their row is missing. */
export type OwnResponse = 'none' | 'accepted' | 'tentative' | 'needsAction' | 'declined' | 'unknown';

export type EventKind = 'default' | 'outOfOffice' | 'focusTime' | 'workingLocation' | 'birthday' | 'fromMail' | 'other';

/**
 * One row of a calendar as the provider gave it, every absent field defaulted: a single event, the master of a series,
 * an exception of a series, or a tombstone. Times are as the provider said them; nothing is normalised yet.
 */
export interface EventRow {
  readonly id: EventId;
  readonly status: 'confirmed' | 'tentative' | 'cancelled';
  readonly etag: string | null;
  readonly iCalUid: string | null;
  readonly kind: EventKind;
  /** Null on tombstones, and on rows so damaged that they say no time. */
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  /** RRULE, EXRULE, RDATE and EXDATE lines (RFC 5545 §3.8.5) of a master; empty otherwise. */
  readonly recurrence: readonly string[];
  readonly recurringEventId: EventId | null;
  readonly originalStart: EventTime | null;
  readonly transparent: boolean;
  readonly visibility: 'default' | 'public' | 'private' | 'confidential';
  readonly ownResponse: OwnResponse;
  /** Whether the owner of the calendar is invited as an optional guest; false where their row cannot be seen. */
  readonly optionalGuest: boolean;
  readonly summary: string | null;
  /** Where it takes place, as the person wrote it. */
  readonly place: string | null;
  /** Only read on rows that carry a tag; null elsewhere, because nothing else needs a person's text. */
  readonly description: string | null;
  readonly colorId: string | null;
  /** Whether the row rings: default reminders, or any of its own. */
  readonly rings: boolean;
  /** The parsed tag; null when the row has none or a broken one. */
  readonly tag: Tag | null;
  /** Whether any of our properties is there, sound or not: such a row is never a source. */
  readonly tagged: boolean;
  /** Whether its description is the whole sentence of a block, and nothing else (`isBlockSentence`). */
  readonly saysBlock: boolean;
  /** Whether anybody is invited, as far as can be seen. */
  readonly guests: boolean;
  /** What a removal by CalSync has left on it; absent where none did, or nobody looked. */
  readonly mark?: RemovalMark | null;
  /** When it changed last, as the provider says; only told where a row was asked for by its id. */
  readonly updatedAt?: Instant | null;
}

/** An event row together with what planning needs and no provider says. */
export interface SourceEvent {
  readonly calendarId: CalendarId;
  readonly row: EventRow;
  /** `sourceRef(calendarId, row.id)`, kept beside the row because hashing 100,000 rows a run would be felt. */
  readonly sourceRef: SourceRef;
}
