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
import type { Draft, TargetPlan } from './draft.ts';

export function remove(
  draft: Draft,
  block: ObservedBlock,
  reason: Reason,
  sourceId: CalendarId | null,
  version: string | null,
): void {
  draft.operations.push(removalOf(draft, block, reason, sourceId, version));
}

export function removalOf(
  draft: Draft,
  block: ObservedBlock,
  reason: Reason,
  sourceId: CalendarId | null,
  version: string | null,
): DeleteOperation {
  const { start, end, recurrence } = block.content;
  return {
    kind: 'delete',
    reason,
    groupKey: draft.group.key,
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

export const memoryOf = ({ version }: Desired): BlockMemory => ({ version: version() });

/** As `memoryOf`, for a block that is not there yet: a mute of an event that is gone may be about it. */
export function memoryOfMade({ draft, targetId }: TargetPlan, desired: Desired): BlockMemory {
  const { context, group } = draft;
  const asked = context.orphans?.some(
    (one) => one.targetId === targetId && (one.sourceId === desired.sourceId || one.groupKey === group.key),
  );
  return asked === true ? { ...memoryOf(desired), meant: desired.meant() } : memoryOf(desired);
}

export function reviveOf(plan: TargetPlan, desired: Desired, block: ObservedBlock): Operation {
  return {
    kind: 'revive',
    reason: 'became-busy',
    groupKey: plan.draft.group.key,
    targetId: plan.targetId,
    blockId: block.id,
    sourceId: desired.sourceId,
    tag: { sourceRef: desired.ref, generation: block.tag.generation, contentHash: desired.hash },
    etag: block.etag,
    memory: memoryOfMade(plan, desired),
    content: desired.content,
  };
}
