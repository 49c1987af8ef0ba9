import type { CalendarId, EventId, SourceRef } from '../../../shared/ids.ts';
import type { StandingBlock } from '../../core/model.ts';

/** A live block as it is known by itself: what a removal needs of it. */
export interface KnownBlock {
  readonly blockId: EventId;
  /** The calendar of its event, or null where no stored row explains it. */
  readonly sourceId: CalendarId | null;
}

/** The blocks that stand, by their events and by where they are. */
export interface BlockStore {
  /** Events (not blocks) that have a live block somewhere, counted by the calendar of the event. */
  liveBlocksBySource(): ReadonlyMap<CalendarId, number>;
  liveBlocksByTarget(): ReadonlyMap<CalendarId, number>;
  /** Returns the live blocks of the events of a calendar, with their times. */
  standingBlocks(sourceId: CalendarId): readonly StandingBlock[];
  /** Returns the live blocks of a target. */
  liveBlocksOn(targetId: CalendarId): readonly KnownBlock[];
  /** Takes source refs; returns the calendar of the stored event behind each that has one, deleted events included. */
  sourcesOf(refs: readonly SourceRef[]): ReadonlyMap<SourceRef, CalendarId>;
}
