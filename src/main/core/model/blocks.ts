import type { CalendarId, EventId, SlotKey } from '../../../shared/ids.ts';
import type { EventTime, Instant } from '../../../shared/time.ts';
import type { EventRow } from './events.ts';
import type { RemovalReason, Tag } from './tags.ts';

/** What a block shows and when: all that we own of an event that we made. */
export interface BlockContent {
  readonly summary: string;
  readonly description: string;
  readonly start: EventTime;
  readonly end: EventTime;
  readonly recurrence: readonly string[];
  readonly visibility: 'private' | 'default';
  /** "1" to "11", or null for the calendar's own colour. */
  readonly colorId: string | null;
  /** Where the event takes place, or null where that is not told. */
  readonly place: string | null;
  /** Whether the block is an out-of-office event. That is fixed when it is made (google-calendar.md §3.1). */
  readonly outOfOffice: boolean;
}

/** When a block is, and of which kind: two that are equal in this block the same time. */
export type BlockTimes = Pick<BlockContent, 'start' | 'end' | 'recurrence' | 'outOfOffice'>;

/** What a calendar shows of one of our blocks or of one of its slots. */
export interface ObservedContent {
  readonly summary: string | null;
  readonly description: string | null;
  readonly place: string | null;
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly recurrence: readonly string[];
  readonly visibility: EventRow['visibility'];
  readonly transparent: boolean;
  readonly colorId: string | null;
  readonly rings: boolean;
}

/**
 * Why a block or slot is not there any more. `us`: we removed it, or found it so when we first met its block.
 * `unknown`: somebody else did; `sinceRun` is the run whose read first showed it.
 */
export type Absence = { readonly by: 'us' } | UnknownAbsence;

export interface UnknownAbsence {
  readonly by: 'unknown';
  readonly sinceRun: number;
  /** What a look at it by its id has shown; absent before that. */
  readonly look?: AbsenceLook | null;
  /** How often it was put back since its event last changed. */
  readonly putBacks?: number;
}

/** What is left of a block, or of a slot, that is not there any more. */
export interface AbsenceLook {
  /** Why CalSync, here or on another computer, says that it removed it; null where nothing says so. */
  readonly mark: RemovalReason | null;
  /** Whether another block stands at its times, whose event is not known here. */
  readonly standIn: boolean;
  /** When dates of that one are that were changed; none where it is left out. */
  readonly standInDates?: readonly (readonly [EventTime, EventTime])[];
  /** Whether so much is left of it that a mark would show. */
  readonly readable: boolean;
  /** When it went, or null where that is not told. */
  readonly goneAt: Instant | null;
}

/** A changed slot of a block that is a series, as the target calendar shows it. */
export interface ObservedSlot {
  readonly key: SlotKey;
  readonly originalStart: EventTime;
  readonly eventId: EventId;
  /** Null when the slot is there. */
  readonly absence: Absence | null;
  /** Null when the slot is cancelled. */
  readonly content: ObservedContent | null;
  readonly echo: string | null;
  /** Whether the slot is somebody's own now, because its tag was taken away: it is never written to. Absent for not. */
  readonly lost?: boolean;
}

/** One of our blocks, as the target calendar shows it. Ownership has been proven before it gets here. */
export interface ObservedBlock {
  readonly targetId: CalendarId;
  readonly id: EventId;
  readonly tag: Tag;
  readonly etag: string | null;
  /** Null when the block is there. */
  readonly absence: Absence | null;
  readonly content: ObservedContent;
  /**
   * Fingerprint of what the provider answered to our last write, or null. A calendar that rounds or rewrites a field
   * is then compared with its own answer, because otherwise each run would write the same thing again.
   */
  readonly echo: string | null;
  /**
   * Whether the id is taken by an event that is not ours any more: its tag was removed, or somebody else's event has
   * the id. It counts as absent whatever `absence` says, its generation is used up, and it is never revived or removed.
   */
  readonly lost: boolean;
  /** Whether it is an out-of-office event. */
  readonly outOfOffice: boolean;
  /**
   * Fingerprint of what this computer wrote last, or null where it never did. Where the tag has another one, another
   * computer has written since.
   */
  readonly ownHash: string | null;
  /**
   * The calendar of a block of ours that this one stands for, where no event explains it; null otherwise. Such a block was
   * made where the other one had been seen without its tag.
   */
  readonly ofBlockOn: CalendarId | null;
  /**
   * Whether the last plan of this install wanted it, whoever wrote it: null where not. Else the dates of a series that were
   * not wanted though the series was, as `unwantedText` (deeds.ts) says them; empty for none.
   */
  readonly wanted: string | null;
  /** Version of the event when this install wrote or removed the block last; null where it never did. */
  readonly ownVersion: string | null;
  readonly slots: readonly ObservedSlot[];
}

/** Takes a block; returns whether it is there and ours: an id that is lost belongs to somebody else's event, which is never touched. */
export function isLive(block: Pick<ObservedBlock, 'absence' | 'lost'>): boolean {
  return block.absence === null && !block.lost;
}

/** Takes a slot of a block; returns what it shows, or null where it is not there. */
export function shownOf({ absence, content }: Pick<ObservedSlot, 'absence' | 'content'>): ObservedContent | null {
  return absence === null ? content : null;
}

/**
 * What this install remembers with a block that it writes: from which version of its event. Which dates of it were not wanted
 * is remembered when its whole group was carried out (`WantedBlock`): told sooner, a stop between the block and its dates
 * would leave dates there as another computer's that this install has not come to take away yet.
 */
export interface BlockMemory {
  readonly version: string;
  /** What a mute of it would be about; absent where no mute asks. Not kept. */
  readonly meant?: string | null;
}

/** A block that this install wants, and what it does not want of it: to be remembered where that is not known yet. */
export interface WantedBlock {
  readonly groupKey: string;
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly unwanted: string;
}

/** A live block, and when it is; null times where it shows none. */
export interface StandingBlock {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly times: BlockTimes | null;
}
