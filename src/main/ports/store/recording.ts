import type { CalendarId, EventId, SlotKey } from '../../../shared/ids.ts';
import type { EventTime, Instant } from '../../../shared/time.ts';
import type { AbsenceLook, BlockMemory, EventRow, RemovalMarks, RemovalReason, Tag } from '../../core/model.ts';

/** What has come of an operation, for the stored picture of a target. */
export type BlockOutcome =
  | {
      readonly kind: 'block-written';
      readonly targetId: CalendarId;
      /** The provider's answer; its tag is the proof of ownership. */
      readonly row: EventRow;
      readonly tag: Tag;
      readonly echo: string | null;
      /** What this install remembers of it from now on; left as it was where nothing is said. */
      readonly memory?: BlockMemory | null;
      /** The group that wanted it: a slot that its source never changed has no row to find the group by. */
      readonly groupKey: string;
    }
  | {
      readonly kind: 'block-removed';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      /** Of what is left of it; absent or null where the calendar did not say. */
      readonly etag?: string | null;
      /** Version of the event that said so: null where that is not known, absent where no plan has removed it. */
      readonly version?: string | null;
      /** The meeting that its source took it away from, and when, where that counts for the breaker. */
      readonly lost?: { readonly sourceId: CalendarId; readonly groupKey: string; readonly at: Instant };
    }
  /** A look at the block itself has shown that it is not there, and nobody knows who removed it. */
  | { readonly kind: 'block-gone'; readonly targetId: CalendarId; readonly blockId: EventId }
  /** The id is taken by an event that is not ours: never touch it, use the next generation. */
  | {
      readonly kind: 'id-lost';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly tag: Tag;
    }
  | {
      readonly kind: 'slot-written';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly slotKey: SlotKey;
      readonly originalStart: EventTime;
      readonly row: EventRow;
      readonly echo: string | null;
      /** Version of the event that said so; absent where no plan has written it. */
      readonly version?: string;
    }
  | {
      readonly kind: 'slot-cancelled';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly slotKey: SlotKey;
      readonly originalStart: EventTime;
      readonly slotId: EventId;
      /** As with a slot that was written. */
      readonly version?: string;
    }
  /** A block, or a slot of it, was put back that was gone; its outcome as written comes before. */
  | {
      readonly kind: 'put-back';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly slotKey: SlotKey | null;
    };

/** A block by where it stands. */
export interface BlockPlace {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
}

/** A block, or one slot of it: null for the whole. */
export interface RemovalPlace extends BlockPlace {
  readonly slot: SlotKey | null;
}

/** A removal that is about to be sent. */
export interface RemovalIntent extends RemovalPlace {
  readonly reason: RemovalReason;
}

/** What a look at something that is gone has shown. */
export interface FoundAbsence {
  readonly place: RemovalPlace;
  readonly look: AbsenceLook;
}

/** What is noted before calendars are written to, and what has come of it: it explains what the next read shows. */
export interface RecordStore {
  /** Stores what has come of operations, in one transaction. */
  recordOutcomes(run: number, outcomes: readonly BlockOutcome[]): void;
  /**
   * Notes removals before they are sent: what is then found gone is explained by them, until it is written again or its
   * calendar was read a dozen times. Otherwise a run that is cut off would look like a person's deletion.
   */
  noteRemovals(run: number, intents: readonly RemovalIntent[]): void;
  /**
   * Notes blocks before they are made: what is then found standing is this computer's, whatever the answer was. For as long as
   * a removal.
   */
  noteMakings(run: number, blocks: readonly BlockPlace[]): void;
  /** Takes blocks that were certainly not made. */
  dropMakings(blocks: readonly BlockPlace[]): void;
  /** Takes removals that were certainly not carried out. */
  dropIntents(places: readonly RemovalPlace[]): void;
  /** Stores what looks have shown; forgotten when the block or slot is there again, or its absence is explained. */
  saveLooks(found: readonly FoundAbsence[]): void;
  /** Whether this mark was seen on a block that stood, so that it says nothing about how it went. */
  isStaleMark(place: RemovalPlace, nonce: string): boolean;
  /** Which calendars are known to keep marks of removals, or not to. */
  removalMarks(): ReadonlyMap<CalendarId, RemovalMarks>;
  setRemovalMarks(id: CalendarId, marks: RemovalMarks): void;
  /**
   * Takes a calendar and the run in which it did not take a removal with a mark, or did not show the mark again: from a second run on it
   * keeps none, because a single answer may be a fault of the moment.
   */
  doubtRemovalMarks(id: CalendarId, run: number): void;
}
