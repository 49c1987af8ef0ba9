import { observedOf, showsSame } from '../../core/content.ts';
import type { EventRow, OfSlot, PlainOperation } from '../../core/model.ts';
import { ownershipOf } from '../../core/ownership.ts';
import type { ProviderFailure } from '../../ports/provider.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import { blockIdOf, slotIdOf } from './calls.ts';
import { isAway, mayBeAstray, showsGone } from './failures.ts';
import type { Lane, Sender } from './lanes.ts';
import { lookUp, type Seen } from './look.ts';
import { fail, noteFailure, noteGone, settle } from './outcomes.ts';
import { writeAll, writeOf } from './write.ts';

/** A slot that could not be written, and what the calendar said. */
export interface Astray {
  readonly operation: OfSlot;
  readonly failure: ProviderFailure;
}

/** A slot that is not there; null where no write has failed. */
interface Orphaned {
  readonly operation: OfSlot;
  readonly failure: ProviderFailure | null;
}

/** A slot that may be written, and the row that was read of it. */
export interface Ready {
  readonly operation: OfSlot;
  readonly row: EventRow;
}

/**
 * Looks at slots right before they are written, all of a request at once. Nothing that is known of a slot does for a condition:
 * one without a row of its own has an etag that nobody promises anything of, and any other one has a new one after each write to
 * its series (google-calendar.md §0.6). So the row is asked for, and must be ours and as it was planned from. Returns those that are not
 * to be written: what stands there is told by the next read.
 */
export async function lookAtSlots(
  sender: Sender,
  lane: Lane,
  slots: readonly OfSlot[],
  outcomes: BlockOutcome[],
  astray: Astray[],
): Promise<ReadonlySet<PlainOperation>> {
  const left = new Set<PlainOperation>();
  // What this run has made a moment ago is nobody else's yet.
  const looked = slots.filter((operation) => !lane.made.has(blockIdOf(operation, lane)));
  if (looked.length === 0) return left;
  const away: Orphaned[] = [];
  const ready: Ready[] = [];
  for (const { operation, reply, row } of await lookUp(sender, lane, looked, slotIdOf)) {
    if (row !== null && isAsPlanned(sender, lane, operation, row)) {
      ready.push({ operation, row });
      continue;
    }
    left.add(operation);
    if (operation.kind === 'cancel-slot' && isAway(reply)) settle(sender, lane, operation, null, outcomes);
    else if (row?.status === 'cancelled') away.push({ operation, failure: null });
    else if (reply?.ok === false && mayBeAstray(operation, reply.error)) {
      astray.push({ operation, failure: reply.error });
    } else if (reply?.ok === false) noteFailure(sender, lane, operation, reply.error);
    else fail(sender, lane, operation);
  }
  setConditions(lane, ready);
  if (away.length > 0) await findOrphaned(sender, lane, away);
  return left;
}

/**
 * Takes slots that are about to be written in one request, and what was read of each; gives the first one of each series its
 * etag for a condition. A service may give all slots of a series other etags with each write to one of them (google-calendar.md §0.6),
 * so that in the same request a second condition would never be met.
 */
export function setConditions(lane: Lane, ready: readonly Ready[]): void {
  const bySeries = Map.groupBy(ready, ({ operation: { targetId, blockId } }) => `${targetId}|${blockId}`);
  for (const [first] of bySeries.values()) {
    if (first !== undefined) lane.slotEtags.set(first.row.id, first.row.etag);
  }
}

/**
 * For slots whose condition was not met (412): looked at once more. As wanted already, because an answer was lost: done. With the
 * etag that was the condition: written without one, because the calendar does not keep to its own etags and would refuse it for
 * ever. Anything else is somebody's change, or our own to another slot of the series: left, and planned anew by the next run.
 */
export async function resolveUnmet(sender: Sender, lane: Lane, slots: readonly OfSlot[]): Promise<void> {
  const { deps, scope } = sender;
  const outcomes: BlockOutcome[] = [];
  const again: OfSlot[] = [];
  for (const { operation, reply, row } of await lookUp(sender, lane, slots, slotIdOf)) {
    if (operation.kind === 'cancel-slot' && isAway(reply)) settle(sender, lane, operation, null, outcomes);
    else if (row === null || !isSlotOf(sender, row, operation, lane)) fail(sender, lane, operation);
    else if (isSlotAsWanted(sender, row, operation)) settle(sender, lane, operation, row, outcomes);
    else if (row.etag === lane.slotEtags.get(row.id)) {
      lane.slotEtags.delete(row.id);
      again.push(operation);
    } else fail(sender, lane, operation);
  }
  if (again.length > 0) deps.logger.warn('slot-etags-void', { count: again.length });
  const writes = again.map((operation) => writeOf(sender, lane, operation));
  await writeAll(sender, lane, writes, outcomes);
  deps.store.recordOutcomes(scope.run, outcomes);
}

/** Whether a slot shows already what an operation would have it show. */
function isSlotAsWanted({ calendars }: Sender, row: EventRow, operation: OfSlot): boolean {
  if (operation.kind !== 'put-slot' || row.status === 'cancelled') return false;
  const zone = calendars.get(operation.targetId)?.timeZone ?? null;
  return showsSame({ ...operation.content, recurrence: [] }, observedOf(row), zone);
}

/** Whether a slot is ours, and there or away as when its write was planned. */
export function isAsPlanned(sender: Sender, lane: Lane, operation: OfSlot, row: EventRow): boolean {
  const away = row.status === 'cancelled';
  if (away && (operation.kind === 'cancel-slot' || !operation.wasAway)) return false;
  return isSlotOf(sender, row, operation, lane);
}

/** Whether a row is a slot of the block that an operation is about: of any other it must not be written. */
export function isSlotOf({ deps }: Sender, row: EventRow, operation: OfSlot, lane: Lane): boolean {
  const id = blockIdOf(operation, lane);
  const ownership = ownershipOf(
    row,
    operation.targetId,
    (known) => known === id,
    deps.store.otherIds(operation.targetId),
  );
  return ownership.kind === 'block-slot' && ownership.blockId === id;
}

/** For slots that a calendar knows nothing of: their whole series may be gone, and only a look at it tells. */
export async function findOrphaned(sender: Sender, lane: Lane, orphaned: readonly Orphaned[]): Promise<void> {
  const { deps, scope } = sender;
  const outcomes: BlockOutcome[] = [];
  for (const { operation: first, reply, slots } of await lookAtSeries(sender, lane, orphaned)) {
    const gone = showsGone(reply);
    if (gone) noteGone(sender, lane, first, outcomes);
    for (const { operation, failure } of slots) {
      if (gone || failure === null) fail(sender, lane, operation);
      else noteFailure(sender, lane, operation, failure);
    }
  }
  deps.store.recordOutcomes(scope.run, outcomes);
}

/** Takes slots; looks at the series of each, at one only once, and returns what it has shown with those of its slots. */
export async function lookAtSeries<One extends { readonly operation: OfSlot }>(
  sender: Sender,
  lane: Lane,
  all: readonly One[],
): Promise<readonly (Seen<OfSlot> & { readonly slots: readonly One[] })[]> {
  const series = [
    ...Map.groupBy(all, ({ operation }) => `${operation.targetId}|${blockIdOf(operation, lane)}`).values(),
  ];
  const found = await lookUp(
    sender,
    lane,
    series.flatMap(([first]) => (first === undefined ? [] : [first.operation])),
  );
  return found.map((seen, index) => ({ ...seen, slots: series[index] ?? [] }));
}
