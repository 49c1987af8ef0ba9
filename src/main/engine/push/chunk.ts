import { isGone } from '../../ports/provider.ts';
import { isMade, isSlot, type Made, type OfSlot, type PlainOperation } from '../../core/model.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import { endOf } from '../lease.ts';
import { intentOf } from './calls.ts';
import { resolveChanged } from './changed.ts';
import { isKindRefused, mayBeAstray, meansTaken } from './failures.ts';
import { meetingOn, type Lane, type LoadedLane, type Sender } from './lanes.ts';
import { makeOrdinary, ordinary } from './out-of-office.ts';
import { fail, settle } from './outcomes.ts';
import { sendNoted, type Urgency } from './send.ts';
import { resolveAstray } from './slot-ids.ts';
import { lookAtSlots, resolveUnmet, type Astray } from './slots.ts';
import { resolveTaken, unread } from './taken.ts';
import { turnsOf, type Turn } from './turns.ts';
import { settleAll, writeOf } from './write.ts';

/** Sends what one account writes: a request's worth after the other, as it is the turn of each (`turns.ts`). */
export async function sendLane(sender: Sender, { lane, operations, batchSize, resources }: LoadedLane): Promise<void> {
  const turns = turnsOf(operations, {
    now: sender.now,
    mostInRequest: batchSize,
    writesResources: (targetId) => resources.has(targetId),
  });
  const mayGo = (turn: Turn): boolean => {
    const goes = !isHeldUp(sender, lane, turn);
    if (!goes) fail(sender, lane, turn.operation);
    return goes;
  };
  for (let chunk = turns.next(mayGo); chunk.length > 0; chunk = turns.next(mayGo)) await sendChunk(sender, lane, chunk);
}

/** Whether a write must not go any more, for what this run has met so far. */
function isHeldUp(sender: Sender, lane: Lane, { operation, closes, goesOn }: Turn): boolean {
  if (lane.stopped !== null || lane.closed.has(operation.targetId)) return true;
  // Once a replacement is open it is closed, whatever ends the run, because a block would be doubled until the next one.
  if (closes !== null) return lane.missing.has(closes.makes.blockId) || lane.wanting.has(meetingOn(closes));
  if (!goesOn && isTimeToLook(sender)) {
    sender.unsent += 1;
    return true;
  }
  if (sender.scope.signal?.aborted === true || (isSlot(operation) && lane.missing.has(operation.blockId))) return true;
  // What is planned again at once may want a block to change that was to give way to what has just been refused.
  return operation.kind === 'delete' && !operation.covered && sender.renewed.has(operation.groupKey);
}

/** Takes what goes in a request; returns what tells whether a slot goes without its block. With it the block's condition is the slot's. */
function isAlone(open: readonly PlainOperation[]): (slot: OfSlot) => boolean {
  const wholes = new Set(open.filter((one) => !isSlot(one)).map(({ targetId, blockId }) => `${targetId}|${blockId}`));
  return ({ targetId, blockId }) => !wholes.has(`${targetId}|${blockId}`);
}

/** Whether the calendars are to be read again before anything new is begun. */
function isTimeToLook({ deps, scope: { readAgainAt } }: Sender): boolean {
  return readAgainAt !== undefined && deps.clock.now() >= readAgainAt;
}

/** Sends a request's worth, stores what came of it, and then sees to what its failures ask for. */
async function sendChunk(sender: Sender, lane: Lane, chunk: readonly Turn[]): Promise<void> {
  const { deps, scope } = sender;
  const urgency: Urgency = chunk.some(({ closes }) => closes !== null) ? 'closing' : 'ordinary';
  const open: PlainOperation[] = [];
  const unseen: Made[] = [];
  for (const { operation } of chunk) {
    // Without its etag a revival would write over whatever it is by now.
    if (operation.kind === 'revive' && operation.etag === null) unseen.push(unread(operation));
    else if (isMade(operation) && lane.ordinary.has(operation.targetId)) open.push(ordinary(operation));
    else open.push(operation);
  }
  const ended = endOf(deps, scope);
  if (ended !== null) {
    sender.failures.add(ended);
    for (const operation of [...open, ...unseen]) fail(sender, lane, operation);
    return;
  }
  const outcomes: BlockOutcome[] = [];
  const astray: Astray[] = [];
  const looks = await lookAtSlots(sender, lane, open.filter(isSlot).filter(isAlone(open)), outcomes, astray);
  const sendable: PlainOperation[] = [];
  for (const operation of open.filter((one) => !looks.has(one))) {
    // The look may have met what the writes would meet, too.
    if (lane.stopped === null && !lane.closed.has(operation.targetId)) sendable.push(operation);
    else fail(sender, lane, operation);
  }
  const writes = sendable.map((operation) => ({
    ...writeOf(sender, lane, operation),
    intent: intentOf(sender, lane, operation),
  }));
  const answered = await sendNoted(sender, lane, writes, urgency);
  const taken: Made[] = [...unseen];
  const changed: PlainOperation[] = [];
  const plain: Made[] = [];
  const unmet: OfSlot[] = [];
  settleAll(sender, lane, answered, outcomes, ({ operation }, failure) => {
    // Somebody has done something to what was left of it, so that only a look tells whose it is now.
    if (operation.kind === 'revive' && failure.kind === 'changed-meanwhile') taken.push(unread(operation));
    else if (isKindRefused(operation, failure)) plain.push(ordinary(operation));
    else if (isMade(operation) && meansTaken(operation, failure)) taken.push(operation);
    else if (isSlot(operation) && failure.kind === 'changed-meanwhile') unmet.push(operation);
    else if (failure.kind === 'changed-meanwhile') changed.push(operation);
    // Whether the block is gone or the whole calendar, only a look at the block tells.
    else if (operation.kind === 'update' && isGone(failure)) changed.push(operation);
    else if (isSlot(operation) && mayBeAstray(operation, failure)) astray.push({ operation, failure });
    else if (isGone(failure) && (operation.kind === 'delete' || operation.kind === 'cancel-slot')) {
      settle(sender, lane, operation, null, outcomes);
    } else return false;
    return true;
  });
  deps.store.recordOutcomes(scope.run, outcomes);
  if (plain.length > 0) await makeOrdinary(sender, lane, plain);
  if (taken.length > 0) await resolveTaken(sender, lane, taken, 0);
  if (changed.length > 0) await resolveChanged(sender, lane, changed);
  if (astray.length > 0) await resolveAstray(sender, lane, astray);
  if (unmet.length > 0) await resolveUnmet(sender, lane, unmet);
  const done = sender.done.length + sender.failed.length - sender.unsent;
  const known = sender.isWhole && sender.failures.all.length === 0;
  scope.onProgress({ phase: 'writing', done, total: sender.total, ...(known ? { nearLeft: sender.nearLeft } : {}) });
}
