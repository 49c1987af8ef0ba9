import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId, SourceRef } from '../../../shared/ids.ts';
import type { RemovedByHand } from '../absent.ts';
import type { JudgedMeeting, Presence } from '../meeting.ts';
import type {
  EventGroup,
  ExplainedAbsence,
  Kept,
  MeshCalendar,
  Mute,
  NamedDate,
  ObservedBlock,
  Operation,
  PlanContext,
  Skip,
  SourceEvent,
  WantedBlock,
} from '../model.ts';
import type { SlotNames } from '../buffers.ts';
import type { Desired } from './desired.ts';

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

/**
 * Told, while a group is planned, what the plan does not keep: what stands behind a block that is not wanted. Only for
 * explaining a plan (`why.ts`); nothing that is planned depends on it.
 */
export interface Witness {
  /** Takes all meetings of source calendars, each judged by the policy of its calendar. */
  readonly judged: (meetings: readonly JudgedMeeting[]) => void;
  /** Takes a busy meeting and a target, with what is there already: the person's copies, and what other sources give. */
  readonly weighed: (
    judged: JudgedMeeting,
    targetId: CalendarId,
    copies: readonly Presence[],
    others: readonly Presence[],
  ) => void;
  /** Takes a block that should be on a target, and how its slots are named there: a buffer gives them other names. */
  readonly wanted: (ref: SourceRef, targetId: CalendarId, names: SlotNames) => void;
  /** Takes a block that is wanted on a target, and why it is left away all the same. */
  readonly leftAway: (ref: SourceRef, targetId: CalendarId, reason: Reason) => void;
  /** Takes what is needed on a target that cannot be written now. */
  readonly postponed: (operations: readonly Operation[]) => void;
}

/** Gathers what is decided while a group is planned; one for each group, never kept. */
export interface Draft {
  readonly group: EventGroup;
  readonly context: PlanContext;
  readonly operations: Operation[];
  readonly skips: Skip[];
  readonly removedByHand: RemovedByHand[];
  readonly explained: ExplainedAbsence[];
  readonly witness: Witness | null;
  readonly lifted: Mute[];
  readonly wanted: WantedBlock[];
  /** Rows of copies on stale calendars that fresh ones contradict. */
  outdated: ReadonlySet<SourceEvent>;
  readonly renewed: Mute[];
  readonly named: NamedDate[];
  readonly letGo: Kept[];
  waits: boolean;
}

/** What planning a group on one target is made from. */
export type TargetPlan = KnownTarget | LeftTarget;

interface TargetPlanBase {
  readonly draft: Draft;
  readonly targetId: CalendarId;
  /** Blocks of the group that the target holds, or held. */
  readonly blocks: readonly ObservedBlock[];
  readonly judged: readonly JudgedMeeting[];
  /** The meetings that the target holds in person. */
  readonly copies: readonly Presence[];
}

/** On a calendar of the mesh. */
export interface KnownTarget extends TargetPlanBase {
  readonly target: MeshCalendar;
}

/** On a calendar that is not known any more. */
interface LeftTarget extends TargetPlanBase {
  readonly target: undefined;
}

export function skipOf({ draft, targetId }: TargetPlan, reason: Reason, desired: Desired): Skip {
  return {
    reason,
    groupKey: draft.group.key,
    sourceId: desired.sourceId,
    targetId,
    start: desired.content.start,
  };
}

export function sourceRead({ draft }: TargetPlan, desired: Desired): boolean {
  return draft.context.calendars.get(desired.sourceId)?.readable === true;
}

export const none: readonly never[] = [];
