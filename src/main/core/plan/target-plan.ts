import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import type { EventTime } from '../../../shared/time.ts';
import type { RemovedByHand } from '../absent.ts';
import type { Outdated } from '../freshness.ts';
import type { JudgedMeeting, Meeting, Presence } from '../meeting.ts';
import {
  isLive,
  type EventGroup,
  type MeshCalendar,
  type Mutes,
  type ObservedBlock,
  type Operation,
  type PlanContext,
  type SourceEvent,
} from '../model.ts';
import type { Desired, DesiredSeries } from './desired.ts';
import type { Draft, Witness } from './draft.ts';

/** What one group is planned from, the same on every target, and where goes what is decided. */
export interface PlannedGroup {
  readonly group: EventGroup;
  readonly context: PlanContext;
  readonly draft: Draft;
  readonly witness: Witness | null;
  readonly meetings: readonly Meeting[];
  /** Those of them on calendars that are sources. */
  readonly judged: readonly JudgedMeeting[];
  /** Of these, what is busy at all and not outdated. */
  readonly busy: readonly JudgedMeeting[];
  /** Copies on stale calendars that fresh ones contradict, and all rows of them. */
  readonly outdated: readonly Outdated[];
  readonly outdatedRows: ReadonlySet<SourceEvent>;
  /** Whether a service has refused the zone of a series of it somewhere. */
  readonly anyRefused: boolean;
}

/** What one group is planned from on one target. */
export interface TargetPlan extends PlannedGroup {
  readonly targetId: CalendarId;
  /** Undefined where the calendar is not known any more. */
  readonly target: MeshCalendar | undefined;
  /** The zone of the target. */
  readonly zone: string | null;
  /** Blocks of the group that the target holds, or held. */
  readonly blocks: readonly ObservedBlock[];
  /** The meetings that the target holds in person. */
  readonly copies: readonly Presence[];
  /** All that holds a meeting there whatever is given: the copies, and blocks that stand for outdated ones elsewhere. */
  readonly held: readonly Presence[];
  /** What is decided for this target: what of it is done is known only at the end. */
  readonly operations: Operation[];
  readonly removedByHand: RemovedByHand[];
}

/** On a calendar of the mesh. */
export interface KnownTarget extends TargetPlan {
  readonly target: MeshCalendar;
}

/** What one block is planned from: what should be there, what is there, and what of it the person does not want. */
export interface BlockPlan {
  readonly on: KnownTarget;
  readonly desired: Desired;
  /** All generations of it on the target, newest first. */
  readonly generations: readonly ObservedBlock[];
  /** The one of them that stands and stays; null where none does. */
  readonly keeper: ObservedBlock | null;
  readonly muted: Mutes;
}

/** Of a block that is a series. */
export interface SeriesPlan extends BlockPlan {
  readonly desired: DesiredSeries;
}

/** Whether a target is a calendar of the mesh. */
export const isKnown = (plan: TargetPlan): plan is KnownTarget => plan.target !== undefined;

/** Whether a block is to be a series. */
export const isSeries = (plan: BlockPlan): plan is SeriesPlan => plan.desired.kind === 'series';

/** Takes why something is not done, and what: the calendar of the event, and when it starts. */
export function skip(
  { draft, group, targetId }: TargetPlan,
  reason: Reason,
  { sourceId, start }: { readonly sourceId: CalendarId | null; readonly start: EventTime | null },
): void {
  draft.skips.push({ reason, groupKey: group.key, sourceId, targetId, start });
}

/** As `skip`, for what should be there. */
export function skipDesired(plan: TargetPlan, reason: Reason, { sourceId, content }: Desired): void {
  skip(plan, reason, { sourceId, start: content.start });
}

/** As `skipDesired`, where no block of it stands either. */
export function leaveAway(plan: TargetPlan, reason: Reason, desired: Desired): void {
  skipDesired(plan, reason, desired);
  plan.witness?.leftAway(desired.ref, plan.targetId, reason);
}

/** Whether the calendar of an event was read in this run. */
export function isSourceRead({ context }: TargetPlan, { sourceId }: Desired): boolean {
  return context.calendars.get(sourceId)?.readable === true;
}

/** Whether no account lists the calendar of an event any more. */
export function isSourceGone({ context }: TargetPlan, { sourceId }: Desired): boolean {
  return context.calendars.get(sourceId)?.gone === true;
}

/** Whether a live block stands for a source on the target. */
export function isStanding({ blocks }: TargetPlan, ref: Desired['ref']): boolean {
  return blocks.some((block) => isLive(block) && block.tag.sourceRef === ref);
}
