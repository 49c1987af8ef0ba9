import { isGone } from '../../ports/provider.ts';
import { blockId } from '../../core/identity.ts';
import type { CreateOperation, Made, ReviveOperation, Tag } from '../../core/model.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import { callOf } from './calls.ts';
import { isNoRevival, meansTaken } from './failures.ts';
import type { Lane, Sender } from './lanes.ts';
import { isAsWanted, isOurs, lookUp } from './look.ts';
import { fail, noteFailure, settle } from './outcomes.ts';
import { writeAll, writeOf, type Write } from './write.ts';

/** A taken id is given up at most this often for one block, otherwise a wrong answer could go on for ever. */
const generationTries = 8;

/** A revival of something that is another one now: it is made as if nothing of it were known. */
export const unread = (operation: ReviveOperation): CreateOperation => ({ ...operation, kind: 'create' });

/**
 * The ladder of google-calendar.md §2.2 for ids that are taken: live and ours (our own insert whose answer was lost, or another
 * computer's): adopt, and mend if it differs. Cancelled: bring back. Anything else: leave it and take the next generation.
 */
export async function resolveTaken(
  sender: Sender,
  lane: Lane,
  operations: readonly Made[],
  depth: number,
): Promise<void> {
  const { deps, scope } = sender;
  if (lane.stopped !== null || depth >= generationTries) {
    for (const operation of operations) fail(sender, lane, operation);
    return;
  }
  const outcomes: BlockOutcome[] = [];
  const mend: Write<Made>[] = [];
  const next: Made[] = [];
  for (const { operation, reply, row } of await lookUp(sender, lane, operations)) {
    if (reply?.ok === false && !isGone(reply.error)) noteFailure(sender, lane, operation, reply.error);
    else if (reply?.ok === false) next.push(giveUpId(sender, lane, operation, outcomes));
    else if (row === null) fail(sender, lane, operation);
    else if (row.status === 'cancelled') {
      // A revival that was refused will be refused again, and a cancelled series may keep exceptions that nobody can
      // list: woken up, they would look like slots that the person deleted.
      if (operation.kind === 'revive' || operation.content.recurrence.length > 0)
        next.push(giveUpId(sender, lane, operation, outcomes));
      else mend.push({ operation, call: callOf(sender, { ...operation, kind: 'revive', etag: row.etag }, lane) });
    } else if (!isOurs(sender, row, operation.targetId)) next.push(giveUpId(sender, lane, operation, outcomes));
    else if (isAsWanted(row, operation, sender)) settle(sender, lane, operation, row, outcomes);
    else {
      const update = { ...operation, kind: 'update', etag: row.etag, withColour: true, previousStart: null } as const;
      mend.push({ operation, call: callOf(sender, update, lane) });
    }
  }
  await writeAll(sender, lane, mend, outcomes, ({ operation }, failure) => {
    if (!isNoRevival(failure)) return false;
    next.push(giveUpId(sender, lane, operation, outcomes));
    return true;
  });
  deps.store.recordOutcomes(scope.run, outcomes);
  if (next.length > 0) await makeNext(sender, lane, next, depth);
}

/** Notes that an id cannot be had, and returns the operation for the next generation. */
function giveUpId(sender: Sender, lane: Lane, operation: Made, outcomes: BlockOutcome[]): Made {
  const { targetId, tag } = operation;
  outcomes.push({ kind: 'id-lost', targetId, blockId: operation.blockId, tag });
  const generation: Tag = { ...tag, generation: tag.generation + 1 };
  const id = blockId(tag.sourceRef, targetId, generation.generation);
  for (const [planned, actual] of lane.renamed) if (actual === operation.blockId) lane.renamed.set(planned, id);
  lane.renamed.set(operation.blockId, id);
  sender.deps.logger.info('block-id-taken', { generation: generation.generation });
  return { ...operation, kind: 'create', blockId: id, tag: generation };
}

/** Takes blocks to make and how many generations of them were given up already; makes them, or goes up the ladder. */
export async function makeNext(sender: Sender, lane: Lane, operations: readonly Made[], depth: number): Promise<void> {
  const { deps, scope } = sender;
  const outcomes: BlockOutcome[] = [];
  const taken: Made[] = [];
  const writes = operations.map((operation) => writeOf(sender, lane, operation));
  await writeAll(sender, lane, writes, outcomes, ({ operation }, failure) => {
    if (!meansTaken(operation, failure)) return false;
    taken.push(operation);
    return true;
  });
  deps.store.recordOutcomes(scope.run, outcomes);
  if (taken.length > 0) await resolveTaken(sender, lane, taken, depth + 1);
}
