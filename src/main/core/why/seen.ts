import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId, SourceRef } from '../../../shared/ids.ts';
import { sameNames, type SlotNames } from '../buffers.ts';
import type { JudgedMeeting, Meeting } from '../meeting.ts';
import {
  endsOf,
  isLive,
  type EventGroup,
  type Hold,
  type Kept,
  type MeshCalendar,
  type ObservedBlock,
  type PlainOperation,
  type PlanContext,
} from '../model.ts';
import type { GroupPlan, Weighed, Witness } from '../plan/draft.ts';
import { planGroup } from '../plan/group.ts';

/** Gathers what a plan of the group says, and what only its witness is told. */
export interface Seen {
  readonly group: EventGroup;
  readonly holds: readonly Hold[];
  readonly plan: GroupPlan;
  readonly judged: readonly JudgedMeeting[];
  /** What is planned, the ends of replacements one by one. */
  readonly operations: readonly PlainOperation[];
  readonly postponed: readonly PlainOperation[];
  readonly weighed: ReadonlyMap<string, Weighed>;
  readonly names: ReadonlyMap<string, SlotNames>;
  readonly leftAway: ReadonlyMap<string, Reason>;
}

/** Takes a group, the context of a plan and the holds that wait for the person; plans the group, and returns what is seen of that. */
export function look(group: EventGroup, context: PlanContext, holds: readonly Hold[]): Seen {
  const judged: JudgedMeeting[] = [];
  const weighed = new Map<string, Weighed>();
  const names = new Map<string, SlotNames>();
  const leftAway = new Map<string, Reason>();
  const postponed: PlainOperation[] = [];
  const witness: Witness = {
    judged: (meetings) => void judged.push(...meetings),
    weighed: (one, targetId, there) => weighed.set(place(nameOf(one.meeting), targetId), there),
    wanted: (ref, targetId, named) => names.set(place(ref, targetId), named),
    leftAway: (ref, targetId, reason) => leftAway.set(place(ref, targetId), reason),
    postponed: (operations) => void postponed.push(...operations.flatMap(endsOf)),
  };
  const plan = planGroup(group, context, { witness });
  const operations = plan.operations.flatMap(endsOf);
  return { group, holds, plan, judged, operations, postponed, weighed, names, leftAway };
}

const place = (name: string, targetId: CalendarId): string => `${name}|${targetId}`;

/** Of all meetings of one calendar, no two share their series or their lone slot. */
function nameOf(meeting: Meeting): string {
  const [lone] = meeting.slots.values();
  return `${meeting.calendarId}|${meeting.root?.row.id ?? ''}|${meeting.root === null ? (lone?.event.row.id ?? '') : ''}`;
}

/** How the slots of a source and of its block on a target are named by each other. */
export const namesOn = ({ names }: Seen, ref: SourceRef | undefined, targetId: CalendarId): SlotNames =>
  (ref === undefined ? undefined : names.get(place(ref, targetId))) ?? sameNames;

/** What is seen on one target. */
export interface SeenOn extends Seen {
  readonly target: MeshCalendar;
}

/** Takes what is seen and a target; returns what of that is on the target. */
export function seenOn(seen: Seen, target: MeshCalendar): SeenOn {
  const isHere = ({ targetId }: PlainOperation): boolean => targetId === target.id;
  return { ...seen, target, operations: seen.operations.filter(isHere), postponed: seen.postponed.filter(isHere) };
}

/** What a meeting was weighed against; undefined where it was not. */
export const weighedOn = ({ weighed, target }: SeenOn, meeting: Meeting): Weighed | undefined =>
  weighed.get(place(nameOf(meeting), target.id));

/** Why the block of a source is wanted and left away all the same; undefined where it is not. */
export const leftAwayOn = ({ leftAway, target }: SeenOn, ref: SourceRef): Reason | undefined =>
  leftAway.get(place(ref, target.id));

/** Takes a group, a source and a target; returns the blocks that stand there for the source. */
export function liveBlocks(group: EventGroup, ref: SourceRef, targetId: CalendarId): readonly ObservedBlock[] {
  return group.blocks.filter((block) => block.targetId === targetId && block.tag.sourceRef === ref && isLive(block));
}

/** What is kept of a source on a target as it was by an undo, and is not let go of with the next run; null where nothing is. */
export function keptOn({ group, plan, target }: SeenOn, ref: SourceRef): Kept | null {
  const own = group.kept?.find((one) => one.sourceRef === ref && one.targetId === target.id);
  return own === undefined || own.content === null || plan.letGo.includes(own) ? null : own;
}
