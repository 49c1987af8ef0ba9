import { echoOf, observedOf, showsSame } from '../../core/content.ts';
import {
  isMade,
  isSlot,
  type EventRow,
  type Made,
  type PlainOperation,
  type UpdateOperation,
} from '../../core/model.ts';
import { isNear } from '../../core/nearest.ts';
import type { ProviderFailure } from '../../ports/provider.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import { isOfTheAccount, nameFailure, noteAccount } from '../access.ts';
import { blockIdOf, slotIdOf } from './calls.ts';
import { meetingOn, type Lane, type Sender } from './lanes.ts';

/** Takes what a calendar answered to a write; returns what to compare with from now on, null where it is as we wrote it. */
function echoFor(content: Made['content'], row: EventRow, zone: string | null): string | null {
  const observed = observedOf(row);
  return showsSame(content, observed, zone) ? null : echoOf(observed);
}

/** Takes an operation that has come about, and the row that shows it; puts what the store is to remember into `outcomes`. */
export function settle(
  sender: Sender,
  lane: Lane,
  operation: PlainOperation,
  row: EventRow | null,
  outcomes: BlockOutcome[],
): void {
  const { targetId, groupKey } = operation;
  const zone = sender.calendars.get(targetId)?.timeZone ?? null;
  const id = blockIdOf(operation, lane);
  switch (operation.kind) {
    case 'create':
    case 'revive':
    case 'update':
      if (row === null) {
        fail(sender, lane, operation);
        return;
      }
      outcomes.push({
        kind: 'block-written',
        targetId,
        row,
        tag: operation.tag,
        memory: operation.memory,
        echo: echoFor(operation.content, row, zone),
        groupKey,
      });
      break;
    case 'delete':
      outcomes.push({
        kind: 'block-removed',
        targetId,
        blockId: operation.blockId,
        etag: row?.etag ?? null,
        version: operation.version,
        ...(operation.counted === true && operation.sourceId !== null
          ? { lost: { sourceId: operation.sourceId, groupKey, at: sender.deps.clock.now() } }
          : {}),
      });
      break;
    case 'put-slot':
      if (row === null) {
        fail(sender, lane, operation);
        return;
      }
      outcomes.push({
        kind: 'slot-written',
        targetId,
        blockId: id,
        slotKey: operation.slotKey,
        originalStart: operation.originalStart,
        row,
        echo: echoFor({ ...operation.content, recurrence: [] }, row, zone),
        version: operation.version,
      });
      break;
    case 'cancel-slot':
      outcomes.push({
        kind: 'slot-cancelled',
        targetId,
        blockId: id,
        slotKey: operation.slotKey,
        originalStart: operation.originalStart,
        slotId: slotIdOf(operation, lane),
        version: operation.version,
      });
      break;
  }
  if (operation.reason === 'put-back' || operation.reason === 'removed-elsewhere') {
    const slotKey = operation.kind === 'put-slot' ? operation.slotKey : null;
    outcomes.push({ kind: 'put-back', targetId, blockId: id, slotKey });
  }
  sender.done.push(operation);
  // What has failed stays to come: that all stands is said only when it does.
  if (sender.nearLeft > 0 && isNear(operation, sender.now)) sender.nearLeft -= 1;
}

/** Notes that an operation has not come about, and what must wait for it. */
export function fail(sender: Sender, lane: Lane, operation: PlainOperation): void {
  if (!isSlot(operation)) lane.missing.add(operation.blockId);
  if (isMade(operation)) lane.wanting.add(meetingOn(operation));
  sender.failed.push(operation);
}

const isOfSeries = (operation: PlainOperation): operation is Made | UpdateOperation =>
  (isMade(operation) || operation.kind === 'update') && operation.content.recurrence.length > 0;

/** As `fail`, with why: for the person, and for the calls that follow on the calendar and the account. */
export function noteFailure(sender: Sender, lane: Lane, operation: PlainOperation, failure: ProviderFailure): void {
  const { deps, failures } = sender;
  const name = sender.calendars.get(operation.targetId)?.name ?? null;
  fail(sender, lane, operation);
  if (failure.kind === 'zone-refused' && isOfSeries(operation)) {
    const { targetId, tag, memory } = operation;
    const at = deps.clock.now();
    deps.store.noteZoneRefused({ sourceRef: tag.sourceRef, targetId, version: memory?.version ?? '', at });
    // Planned again at once, it says whether its dates can be written one by one: only if not is anything missing.
    sender.renewed.add(operation.groupKey);
  } else {
    const error = nameFailure(failure, lane.access.email, name);
    failures.add(error);
    if (failure.kind === 'refused')
      sender.refused.push({ error, groupKey: operation.groupKey, what: nameOfWrite(operation) });
  }
  deps.logger.warn('write-failed', { operation: operation.kind, kind: failure.kind, detail: failure.error.detail });
  if (isOfTheAccount(failure)) {
    lane.stopped = failure;
    noteAccount(deps.store, lane.access.accountId, failure, deps.clock.now());
  } else if (failure.kind === 'read-only') {
    lane.closed.add(operation.targetId);
    deps.store.setTrouble(operation.targetId, nameFailure(failure, lane.access.email, name));
  }
}

/** The same as long as the same is to be written for the same meeting. */
function nameOfWrite(operation: PlainOperation): string {
  const content = 'tag' in operation ? operation.tag.contentHash : 'version' in operation ? operation.version : null;
  return [operation.groupKey, operation.targetId, content ?? ''].join('|');
}

/**
 * For a block that has turned out not to be there: believed in any longer, it would be written in vain by each run and its
 * time stay free. Its group is planned again at once, which tells a block that is needed all the same from a mute.
 */
export function noteGone(sender: Sender, lane: Lane, operation: PlainOperation, outcomes: BlockOutcome[]): void {
  outcomes.push({ kind: 'block-gone', targetId: operation.targetId, blockId: blockIdOf(operation, lane) });
  sender.renewed.add(operation.groupKey);
  lane.missing.add(operation.blockId);
  sender.deps.logger.info('block-gone', { operation: operation.kind });
}
