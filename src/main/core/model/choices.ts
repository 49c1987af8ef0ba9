import type { HoldChoice, HoldKind } from '../../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import type { BlockContent } from './blocks.ts';

/** "No block for this event on this target": the person deleted that block. `slot` is null for the whole event. */
export interface Mute {
  readonly sourceRef: SourceRef;
  readonly targetId: CalendarId;
  readonly slot: SlotKey | null;
  /** The time of the event and the person's answer when it was muted (`meaningOf`); absent or null where not known. */
  readonly meant?: string | null;
  /** The block that was gone, where a date is muted that had a block of its own; not kept. */
  readonly gone?: EventId;
}

/** What the person does not want of one event on one target. */
export interface Mutes {
  /** Of a date that has a block of its own there may be two: by itself, and as a date of its series. */
  readonly whole: readonly Mute[];
  /** By the name that a slot was muted by and by the one that its block has for it now: a buffer gives slots other names. */
  readonly slots: ReadonlyMap<SlotKey, Mute>;
}

/** A mute whose event is gone since the last run, so that it may go on with the one that takes its place. */
export interface OrphanedMute extends Mute {
  /** The calendar of the event. */
  readonly sourceId: CalendarId;
  readonly groupKey: string;
  /** Whether its meeting is in another calendar that is read. */
  readonly lives: boolean;
  readonly meant: string;
}

/**
 * What a block is like because the person undid a sync (design.md, "Undo"): in force while its event stays as it was then and
 * until the person lets go of it.
 */
export interface Kept {
  readonly sourceRef: SourceRef;
  readonly targetId: CalendarId;
  /** The calendar of the event. */
  readonly sourceId: CalendarId;
  /** What the block shows; null where it is to go: that ends with its removal, and a mute stays. */
  readonly content: BlockContent | null;
  /** For a series: slots that are not as its rule says; null means not there. */
  readonly slots: readonly (readonly [SlotKey, BlockContent | null])[];
  /** Version of the event then (`versionsOf`). */
  readonly version: string;
  /** What was told of events on that route when these words were written (`tellingOf`); null where that is not known. */
  readonly telling: string | null;
  /** Of the block that is to go: one that was changed since is left. */
  readonly etag: string | null;
  readonly since: Instant;
  /**
   * Of a series: what this computer has written since on single dates (`echoOf`; null: taken away). A date has no fingerprint of
   * its own by which another computer's write could be told from ours.
   */
  readonly dates?: ReadonlyMap<SlotKey, string | null>;
}

/** Groups whose blocks the person agreed to lose, by the calendar of their events. */
export type AgreedRemovals = ReadonlyMap<CalendarId, ReadonlySet<string>>;

/** Operations that wait for the person. */
export interface Hold {
  readonly key: string;
  readonly kind: HoldKind;
  /** The source (mass-deletion) or the target (the others) that it is about. */
  readonly calendarId: CalendarId;
  readonly count: number;
  readonly groupKeys: readonly string[];
  /** What it is about, as it was then. */
  readonly blocks: readonly HeldBlock[];
}

/** A block, or one date of it, that waits for the person. */
export interface HeldBlock {
  readonly groupKey: string;
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly slot: SlotKey | null;
  /** Tells this state of it from a later one: its etag where it stands, the run that missed it where it does not. */
  readonly stamp: string;
}

/** What a person decided about a hold: about exactly what was held then. */
export interface HoldDecision {
  readonly choice: HoldChoice;
  readonly blocks: readonly HeldBlock[];
}
