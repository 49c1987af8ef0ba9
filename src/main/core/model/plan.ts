import type { BlockPolicy, Reason } from '../../../shared/dto.ts';
import type { CalendarId, EventId } from '../../../shared/ids.ts';
import type { EventTime, Instant } from '../../../shared/time.ts';
import type { ObservedBlock, ObservedSlot, StandingBlock, WantedBlock } from './blocks.ts';
import type { MeshCalendar } from './calendars.ts';
import type { AgreedRemovals, Hold, HoldDecision, Kept, Mute, OrphanedMute } from './choices.ts';
import type { NamedDate } from './groups.ts';
import type { Operation } from './operations.ts';

/** What one plan is made from, besides the groups. */
export interface PlanContext {
  readonly now: Instant;
  /** Number of this run: larger than that of every earlier one. */
  readonly run: number;
  readonly calendars: ReadonlyMap<CalendarId, MeshCalendar>;
  /** What blocks show on a route; called once for each (source, target). */
  readonly blockPolicy: (source: CalendarId, target: CalendarId) => BlockPolicy;
  /** Events with a live block somewhere, by their calendar, before this plan: the breaker's measure. */
  readonly liveBlocksBySource: ReadonlyMap<CalendarId, number>;
  /** Live blocks on each target, before this plan: the wipe guard's measure. */
  readonly liveBlocksByTarget: ReadonlyMap<CalendarId, number>;
  /** What the person has said about holds, by hold key. */
  readonly choices: ReadonlyMap<string, HoldDecision>;
  /** Removals that the breaker lets pass, whatever their number. */
  readonly agreedRemovals?: AgreedRemovals;
  /** Meetings of each source that lost blocks by what it says within a day, and that nobody agreed to: counted by the breaker. */
  readonly lostLately?: ReadonlyMap<CalendarId, ReadonlySet<string>>;
  /** Mutes of events that are gone since the last run. */
  readonly orphans?: readonly OrphanedMute[];
  /** Takes a calendar; returns the live blocks of its events. Only asked where more are to go than the breaker lets pass. */
  readonly standing?: (sourceId: CalendarId) => readonly StandingBlock[];
}

/** Something that is not done, and why. `targetId` is null when it holds for every target. */
export interface Skip {
  readonly reason: Reason;
  readonly groupKey: string;
  readonly sourceId: CalendarId | null;
  readonly targetId: CalendarId | null;
  readonly start: EventTime | null;
}

/** Something that is wanted and is not there, and that nobody has looked at yet. */
export interface Unexplained {
  readonly groupKey: string;
  readonly block: ObservedBlock;
  /** Null for the whole block. */
  readonly slot: ObservedSlot | null;
}

/**
 * A block or slot that somebody else removed, as was right: nothing wants it. It counts as removed by us from then on,
 * because otherwise, once its event is busy again, it would look as if the person had deleted it.
 */
export interface ExplainedAbsence {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  /** Null for the whole block. */
  readonly slot: ObservedSlot | null;
}

/** What a sync would do: made without I/O, the same for preview and for the real thing. */
export interface Plan {
  readonly operations: readonly Operation[];
  readonly skips: readonly Skip[];
  readonly holds: readonly Hold[];
  /** Mutes to be recorded: blocks that the person deleted. */
  readonly mutes: readonly Mute[];
  /** Mutes to be dropped: the block is there again, so that the person has brought it back, here or elsewhere. */
  readonly lifted: readonly Mute[];
  readonly explained: readonly ExplainedAbsence[];
  /** Blocks that stand as wanted, where what is remembered of them is another thing: recorded when the group is done. */
  readonly wanted: readonly WantedBlock[];
  /** Mutes of which it is known only now what they are about. */
  readonly renewed: readonly Mute[];
  /** What is not kept as it was any more, because its event changed, or somebody else has changed the block. */
  readonly letGo: readonly Kept[];
  /** Dates to be remembered before anything is written for them. */
  readonly named: readonly NamedDate[];
  /** What is gone and must be looked at, before anything is concluded from it. */
  readonly unexplained: readonly Unexplained[];
  /** Groups that must be planned again in the next run, because something in them waits. */
  readonly waiting: ReadonlySet<string>;
}
