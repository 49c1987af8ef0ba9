import { isGone } from '../../ports/provider.ts';
import type { PlainOperation } from '../../core/model.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import { callOf } from './calls.ts';
import { showsGone } from './failures.ts';
import type { Lane, Sender } from './lanes.ts';
import { isAsWanted, isOurs, lookUp } from './look.ts';
import { fail, noteGone, settle } from './outcomes.ts';
import { writeAll, type Write } from './write.ts';

/**
 * For blocks that are not as they were read (412, 404): look again. Still ours: do it once more with what is there now.
 * Gone: a removal is done; what was to be changed is noted as gone. Not ours any more: never touched.
 */
export async function resolveChanged(sender: Sender, lane: Lane, operations: readonly PlainOperation[]): Promise<void> {
  const { deps, scope } = sender;
  const outcomes: BlockOutcome[] = [];
  const again: Write[] = [];
  for (const { operation, reply, row } of await lookUp(sender, lane, operations)) {
    const gone = showsGone(reply);
    if (gone && operation.kind === 'delete') settle(sender, lane, operation, null, outcomes);
    else if (gone) {
      fail(sender, lane, operation);
      noteGone(sender, lane, operation, outcomes);
    } else if (row === null) fail(sender, lane, operation);
    else if (!isOurs(sender, row, operation.targetId)) {
      if (operation.kind === 'update') {
        outcomes.push({
          kind: 'id-lost',
          targetId: operation.targetId,
          blockId: operation.blockId,
          tag: operation.tag,
        });
      }
      fail(sender, lane, operation);
    } else if (operation.kind === 'update' && isAsWanted(row, operation, sender)) {
      settle(sender, lane, operation, row, outcomes);
    } else if (operation.kind === 'delete' && operation.reason === 'undone') {
      // Somebody has changed it since, and an undo leaves that.
      fail(sender, lane, operation);
    } else if (operation.kind === 'delete' || operation.kind === 'update') {
      again.push({ operation, call: callOf(sender, { ...operation, etag: row.etag }, lane) });
    } else fail(sender, lane, operation);
  }
  await writeAll(sender, lane, again, outcomes, ({ operation }, failure) => {
    if (!isGone(failure) && failure.kind !== 'changed-meanwhile') return false;
    if (isGone(failure) && operation.kind === 'delete') settle(sender, lane, operation, null, outcomes);
    else {
      fail(sender, lane, operation);
      if (isGone(failure)) noteGone(sender, lane, operation, outcomes);
    }
    return true;
  });
  deps.store.recordOutcomes(scope.run, outcomes);
}
