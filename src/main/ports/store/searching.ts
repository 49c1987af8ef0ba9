import type { CalendarId, EventId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import type { EventTime, Instant } from '../../../shared/time.ts';

/** An event, or one slot of a series, that a search has found. */
export interface FoundEvent {
  readonly kind: 'event';
  readonly calendarId: CalendarId;
  readonly eventId: EventId;
  readonly sourceRef: SourceRef;
  readonly groupKey: string;
  /** The slot of the series that was asked for, where it has no row of its own. */
  readonly slot: SlotKey | null;
  readonly title: string | null;
  readonly start: EventTime | null;
  readonly series: boolean;
  /** The series that it is a changed date of, or null. */
  readonly seriesId: EventId | null;
  /** Whether it is a copy of a block, made by hand: the person's own. */
  readonly copy: boolean;
  readonly cancelled: boolean;
}

/** A block of ours, or one slot of it, that a search has found. */
export interface FoundBlock {
  readonly kind: 'block';
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  /** The group of its event, or the one that a stray makes by itself. */
  readonly groupKey: string;
  readonly slot: SlotKey | null;
  readonly start: EventTime | null;
  readonly series: boolean;
  /** Whether no stored event explains it. */
  readonly stray: boolean;
}

export type Found = FoundEvent | FoundBlock;

/** What a search has found, and whether there is more of it than was asked for. */
export interface Findings {
  readonly found: readonly Found[];
  readonly more: boolean;
}

/** Finds what a person asks about. */
export interface SearchStore {
  /**
   * Takes what a person knows of an event or a block, how many to find at most, and now. That is an id of an event, a
   * block or a slot of either; a source ref or the first 8 characters of it or more, also as the line in a block's
   * description says it; or words of a title, in any case and order. What is named exactly hides what only says the
   * same words; of those, series come first, then what is nearest to now.
   */
  find(text: string, limit: number, now: Instant): Findings;
}
