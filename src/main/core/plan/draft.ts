import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId, SourceRef } from '../../../shared/ids.ts';
import type { RemovedByHand } from '../absent.ts';
import type { SlotNames } from '../buffers.ts';
import type { JudgedMeeting, Presence } from '../meeting.ts';
import type { ExplainedAbsence, Kept, Mute, NamedDate, Operation, Skip, WantedBlock } from '../model.ts';

/** What planning one group gives, before the guards have looked at all groups together. */
export interface GroupPlan {
  readonly operations: readonly Operation[];
  readonly skips: readonly Skip[];
  readonly removedByHand: readonly RemovedByHand[];
  readonly explained: readonly ExplainedAbsence[];
  /** Mutes of blocks that are there again. */
  readonly lifted: readonly Mute[];
  /** Blocks that stand as wanted and are not remembered as such. */
  readonly wanted: readonly WantedBlock[];
  /** Mutes of which it is known only now what they are about. */
  readonly renewed: readonly Mute[];
  /** Dates without a row that get blocks of their own. */
  readonly named: readonly NamedDate[];
  /** What is not kept as it was any more. */
  readonly letGo: readonly Kept[];
  /** Whether something must be looked at again in the next run. */
  readonly waits: boolean;
}

/** Gathers what is decided while a group is planned; one for each group, never kept. */
export interface Draft extends GroupPlan {
  readonly operations: Operation[];
  readonly skips: Skip[];
  readonly removedByHand: RemovedByHand[];
  readonly explained: ExplainedAbsence[];
  readonly lifted: Mute[];
  readonly wanted: WantedBlock[];
  readonly renewed: Mute[];
  readonly named: NamedDate[];
  readonly letGo: Kept[];
  waits: boolean;
}

/** Returns a draft in which nothing is decided yet. */
export function emptyDraft(): Draft {
  return {
    operations: [],
    skips: [],
    removedByHand: [],
    explained: [],
    lifted: [],
    wanted: [],
    renewed: [],
    named: [],
    letGo: [],
    waits: false,
  };
}

/** What a meeting is weighed against on a target: what the person has there, and what other sources give. */
export interface Weighed {
  readonly copies: readonly Presence[];
  readonly others: readonly Presence[];
}

/**
 * Told, while a group is planned, what the plan does not keep: what stands behind a block that is not wanted. Only for
 * explaining a plan (`why.ts`); nothing that is planned depends on it.
 */
export interface Witness {
  /** Takes all meetings of source calendars, each judged by the policy of its calendar. */
  readonly judged: (meetings: readonly JudgedMeeting[]) => void;
  /** Takes a busy meeting and a target, with what is there already. */
  readonly weighed: (judged: JudgedMeeting, targetId: CalendarId, there: Weighed) => void;
  /** Takes a block that should be on a target, and how its slots are named there: a buffer gives them other names. */
  readonly wanted: (ref: SourceRef, targetId: CalendarId, names: SlotNames) => void;
  /** Takes a block that is wanted on a target, and why it is left away all the same. */
  readonly leftAway: (ref: SourceRef, targetId: CalendarId, reason: Reason) => void;
  /** Takes what is needed on a target that cannot be written now. */
  readonly postponed: (operations: readonly Operation[]) => void;
}

export const none: readonly never[] = [];
