import { contentHash } from '../../core/content.ts';
import type { Made } from '../../core/model.ts';
import type { Lane, Sender } from './lanes.ts';
import { makeNext } from './taken.ts';

/** Takes an operation; returns it for an ordinary block of the same event. */
export function ordinary(operation: Made): Made {
  if (!operation.content.outOfOffice) return operation;
  const content = { ...operation.content, outOfOffice: false };
  return { ...operation, content, tag: { ...operation.tag, contentHash: contentHash(content) } };
}

/**
 * Makes ordinary blocks where out-of-office ones were refused. Where that does it, the kind was what was refused, and the
 * calendar is not asked again until the person chooses anew.
 */
export async function makeOrdinary(sender: Sender, lane: Lane, operations: readonly Made[]): Promise<void> {
  const before = sender.done.length;
  await makeNext(sender, lane, operations, 0);
  // Other accounts write at the same time, and what they have done says nothing of this.
  const own = new Set(operations.map(({ targetId, groupKey }) => `${targetId}|${groupKey}`));
  for (const { targetId, groupKey } of sender.done.slice(before)) {
    if (lane.ordinary.has(targetId) || !own.has(`${targetId}|${groupKey}`)) continue;
    lane.ordinary.add(targetId);
    sender.deps.store.setOutOfOfficeRefused(targetId, true);
    sender.deps.logger.info('out-of-office-refused');
  }
}
