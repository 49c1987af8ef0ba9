import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import type {
  BlockContent,
  BlockMemory,
  DeleteOperation,
  MarkedRemoval,
  ObservedBlock,
  Operation,
  Tag,
} from '../model.ts';
import { sayAgain } from '../removal.ts';
import type { Desired } from './desired.ts';
import type { BlockPlan, TargetPlan } from './target-plan.ts';

/** Why a block goes. */
export interface RemovalCause {
  readonly reason: Reason;
  /** The calendar of its event, or null where that is not known any more. */
  readonly sourceId: CalendarId | null;
  /** Version of the event that says so; null where none is known. */
  readonly version: string | null;
}

/** Plans that a block goes. */
export function remove(plan: TargetPlan, block: ObservedBlock, cause: RemovalCause): void {
  plan.operations.push(removalOf(plan, block, cause));
}

/** Takes a block and why it goes; returns the operation that takes it away. */
export function removalOf({ group }: TargetPlan, block: ObservedBlock, cause: RemovalCause): DeleteOperation {
  const { reason, sourceId, version } = cause;
  const { start, end, recurrence } = block.content;
  return {
    kind: 'delete',
    reason,
    groupKey: group.key,
    targetId: block.targetId,
    blockId: block.id,
    sourceId,
    etag: block.etag,
    version,
    previousStart: start,
    series: recurrence.length > 0,
    covered: reason === 'second-block',
    times: start === null || end === null ? null : { start, end, recurrence, outOfOffice: block.outOfOffice },
    marked: markedRemoval(block.tag, sayAgain(block.content, block.outOfOffice)),
  };
}

/** Takes the tag and what a row shows; returns what its removal says again, or null where that cannot be said. */
export function markedRemoval(tag: Tag, content: BlockContent | null): MarkedRemoval | null {
  return content === null ? null : { tag, content };
}

/** Takes what should be there; returns what is remembered of it with its block. */
export const memoryOf = ({ version }: Desired): BlockMemory => ({ version: version() });

/** As `memoryOf`, for a block that is not there yet: a mute of an event that is gone may be about it. */
export function memoryOfMade({ on, desired }: BlockPlan): BlockMemory {
  const { context, group, targetId } = on;
  const asked = context.orphans?.some(
    (one) => one.targetId === targetId && (one.sourceId === desired.sourceId || one.groupKey === group.key),
  );
  return asked === true ? { ...memoryOf(desired), meant: desired.meant() } : memoryOf(desired);
}

/** Takes what is left of a block that should be there; returns the operation that brings it back. */
export function reviveOf(plan: BlockPlan, block: ObservedBlock): Operation {
  const { on, desired } = plan;
  return {
    kind: 'revive',
    reason: 'became-busy',
    groupKey: on.group.key,
    targetId: on.targetId,
    blockId: block.id,
    sourceId: desired.sourceId,
    tag: { sourceRef: desired.ref, generation: block.tag.generation, contentHash: desired.hash },
    etag: block.etag,
    memory: memoryOfMade(plan),
    content: desired.content,
  };
}
