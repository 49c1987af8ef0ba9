import type { OfSlot } from '../../core/model.ts';
import { isGone, type ProviderLook, type WriteCall } from '../../ports/provider.ts';
import type { BlockOutcome, RemovalIntent } from '../../ports/store.ts';
import { newMark, removalOfRow } from '../removals.ts';
import { blockIdOf, slotIdOf } from './calls.ts';
import { isNoRevival } from './failures.ts';
import type { Lane, Sender } from './lanes.ts';
import { isOurs, rowOf } from './look.ts';
import { fail, noteFailure, settle } from './outcomes.ts';
import { ask, sendNoted, type Asked } from './send.ts';
import {
  findOrphaned,
  isAsPlanned,
  isSlotOf,
  lookAtSeries,
  resolveUnmet,
  setConditions,
  type Astray,
  type Ready,
} from './slots.ts';
import { writeAll, writeOf } from './write.ts';

/**
 * For slots that could not be written by the id that we have for them: composed (google-calendar.md §0.10), or read some time ago.
 * The calendar is asked which id the slot has now, and the slot is written by that; it is stored with the outcome, so
 * that the next change needs no such question. A cancelled slot that will not come back (google-calendar.md §10 no. 6) is never
 * asked for again: its whole series is made anew.
 */
export async function resolveAstray(sender: Sender, lane: Lane, astray: readonly Astray[]): Promise<void> {
  const { deps, scope } = sender;
  const asked = astray.map((one): Astray & Asked<ProviderLook> => ({ ...one, call: findSlot(one.operation, lane) }));
  const outcomes: BlockOutcome[] = [];
  const again: Ready[] = [];
  const stuck: Astray[] = [];
  const orphaned: Astray[] = [];
  const unmet: OfSlot[] = [];
  for (const { operation, failure, reply } of await ask(sender, lane, asked)) {
    const row = rowOf(reply);
    if (reply === undefined) fail(sender, lane, operation);
    else if (!reply.ok && !isGone(reply.error)) noteFailure(sender, lane, operation, reply.error);
    else if (operation.kind === 'cancel-slot' && (row === null || row.status === 'cancelled')) {
      settle(sender, lane, operation, null, outcomes);
    } else if (row === null || !isSlotOf(sender, row, operation, lane)) orphaned.push({ operation, failure });
    else if (row.id !== slotIdOf(operation, lane)) {
      if (lane.made.has(blockIdOf(operation, lane)) || isAsPlanned(sender, lane, operation, row)) {
        again.push({ operation, row });
      } else fail(sender, lane, operation);
    } else if (row.status === 'cancelled') stuck.push({ operation, failure });
    else noteFailure(sender, lane, operation, failure);
  }
  if (again.length > 0) deps.logger.info('slot-ids-asked', { count: again.length });
  for (const { operation, row } of again) lane.slotIds.set(slotIdOf(operation, lane), row.id);
  setConditions(
    lane,
    again.filter(({ operation }) => !lane.made.has(blockIdOf(operation, lane))),
  );
  const writes = again.map(({ operation, row }) => ({ ...writeOf(sender, lane, operation), row }));
  await writeAll(sender, lane, writes, outcomes, ({ operation, row }, failure) => {
    if (operation.kind === 'cancel-slot' && isGone(failure)) settle(sender, lane, operation, null, outcomes);
    else if (operation.kind === 'put-slot' && row.status === 'cancelled' && isNoRevival(failure)) {
      stuck.push({ operation, failure });
    } else if (failure.kind === 'changed-meanwhile') unmet.push(operation);
    else return false;
    return true;
  });
  deps.store.recordOutcomes(scope.run, outcomes);
  if (unmet.length > 0) await resolveUnmet(sender, lane, unmet);
  if (orphaned.length > 0) await findOrphaned(sender, lane, orphaned);
  if (stuck.length > 0) await removeStuck(sender, lane, stuck);
}

/** Asks which row a slot has now, whatever its id is. */
const findSlot = (operation: OfSlot, lane: Lane): ProviderLook => ({
  kind: 'find-slot',
  calendarId: operation.targetId,
  eventId: blockIdOf(operation, lane),
  slotKey: operation.slotKey,
});

/** A series that is taken away, and the slots because of which. */
interface Removal {
  readonly intent: RemovalIntent;
  readonly slots: readonly Astray[];
}

/**
 * Takes away series with a slot that cannot be brought back, once they are proven ours again: what such a series shows
 * cannot be made right any more, and the next generation has all its slots.
 */
async function removeStuck(sender: Sender, lane: Lane, stuck: readonly Astray[]): Promise<void> {
  const { deps, scope } = sender;
  const removals: (Asked<WriteCall> & Removal)[] = [];
  for (const { operation, row, slots } of await lookAtSeries(sender, lane, stuck)) {
    const { targetId } = operation;
    if (row !== null && isOurs(sender, row, targetId)) {
      const intent: RemovalIntent = { targetId, blockId: row.id, slot: null, reason: 'event' };
      removals.push({ call: removalOfRow(row, targetId, newMark(deps, scope.run, 'event')), intent, slots });
    } else for (const one of slots) noteFailure(sender, lane, one.operation, one.failure);
  }
  if (removals.length === 0) return;
  const outcomes: BlockOutcome[] = [];
  for (const { intent, slots, reply } of await sendNoted(sender, lane, removals)) {
    const gone = reply?.ok === true || (reply?.ok === false && isGone(reply.error));
    const version = slots[0]?.operation.version ?? null;
    if (gone) outcomes.push({ kind: 'block-removed', targetId: intent.targetId, blockId: intent.blockId, version });
    for (const { operation } of slots) {
      if (reply?.ok === false && !gone) noteFailure(sender, lane, operation, reply.error);
      else fail(sender, lane, operation);
      if (gone) {
        lane.missing.add(operation.blockId);
        sender.renewed.add(operation.groupKey);
      }
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
  deps.logger.info('series-given-up', { count: outcomes.length });
}
