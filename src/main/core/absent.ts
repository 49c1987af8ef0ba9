import type { Reason } from '../../shared/dto.ts';
import type { CalendarId, EventId } from '../../shared/ids.ts';
import { second, type EventTime } from '../../shared/time.ts';
import { externalWipeKey, isTooMany, nameOfHeld } from './holds.ts';
import {
  isMade,
  type AbsenceLook,
  type HeldBlock,
  type Hold,
  type Mute,
  type ObservedBlock,
  type ObservedSlot,
  type Operation,
  type PlanContext,
  type Skip,
  type Unexplained,
} from './model.ts';

/** A block, or a slot of one, that is gone although its event is busy and unchanged, and that CalSync did not remove here. */
export interface RemovedByHand {
  readonly groupKey: string;
  readonly mute: Mute;
  readonly sourceId: CalendarId;
  readonly block: ObservedBlock;
  /** Null for the whole block. */
  readonly slot: ObservedSlot | null;
  /** What would put it back. */
  readonly putBack: readonly Operation[];
  readonly start: EventTime | null;
  /** Whether a block that stands in for it leaves a date free that it would block. */
  readonly leavesFree: boolean;
  /** Whether a later read than the one that first missed it has been made (design.md, "Mute"). */
  readonly confirmed: boolean;
}

/** What is to be done about what is gone. */
export interface Settled {
  readonly operations: readonly Operation[];
  readonly mutes: readonly Mute[];
  readonly holds: readonly Hold[];
  readonly unexplained: readonly Unexplained[];
  readonly skips: readonly Skip[];
  /** Groups that are to be planned again. */
  readonly waiting: readonly string[];
}

/** So many blocks, each gone less than this after the one before, are no person's doing (design.md, "Mute"). */
const burstSize = 3;
const burstGap = 2 * second;

/**
 * Another computer that takes the same block away again and again is let have its way after so many times, because two
 * computers would otherwise write against each other for ever. A change of the event begins anew.
 */
const mostPutBacks = 3;

/**
 * Takes all that is gone and the context; returns what follows. A mark says that CalSync
 * removed it on another computer: it is put back. Where marks are kept and there is none, it was a person: a mute. Where
 * nothing can be known, it is put back once, and muted when it goes again. What only a program does is asked about.
 */
export function settleAbsences(removed: readonly RemovedByHand[], context: PlanContext): Settled {
  const operations: Operation[] = [];
  const mutes: Mute[] = [];
  const holds: Hold[] = [];
  const unexplained: Unexplained[] = [];
  const skips: Skip[] = [];
  const waiting: string[] = [];
  const skip = (one: RemovedByHand, reason: Reason): void =>
    void skips.push({
      reason,
      groupKey: one.groupKey,
      sourceId: one.sourceId,
      targetId: one.mute.targetId,
      start: one.start,
    });
  const wait = (one: RemovedByHand, reason: Reason): void => {
    waiting.push(one.groupKey);
    skip(one, reason);
  };
  const putBack = (one: RemovedByHand, reason: Reason): void => {
    for (const operation of one.putBack) operations.push(isOfIt(operation, one) ? { ...operation, reason } : operation);
  };
  const mute = (one: RemovedByHand): void => {
    mutes.push(one.mute);
    skip(one, 'muted');
  };
  for (const [targetId, list] of Map.groupBy(removed, (one) => one.mute.targetId)) {
    const unknown: RemovedByHand[] = [];
    for (const one of list) {
      const look = lookAtIt(one);
      if (look === null) {
        unexplained.push({ groupKey: one.groupKey, block: one.block, slot: one.slot });
        wait(one, 'waiting-for-confirmation');
      } else if (look.mark === null) unknown.push(one);
      else if (putBacksOf(one) >= mostPutBacks) skip(one, 'another-computer');
      else if (look.mark === 'held' && look.standIn && !one.leavesFree) skip(one, 'another-computer');
      // Its event may have changed after our read of it, and before that of the block.
      else if ((look.mark === 'event' || look.mark === 'held') && !one.confirmed) wait(one, 'waiting-for-confirmation');
      else putBack(one, 'removed-elsewhere');
    }
    const live = context.liveBlocksByTarget.get(targetId) ?? 0;
    const key = externalWipeKey(targetId);
    const decision = context.choices.get(key);
    const decided = new Set(decision?.blocks.map(nameOfHeld));
    const isDecided = (one: RemovedByHand): boolean => decided.has(nameOfHeld(heldOf(one)));
    const marks = context.calendars.get(targetId)?.removalMarks ?? null;
    const rest = unknown.filter((one) => !isDecided(one));
    const held = isTooMany(rest.length, live + rest.length) ? new Set(rest) : burstsIn(rest);
    for (const one of unknown) {
      const readable = lookAtIt(one)?.readable === true;
      // Found out by a mark on a block that is gone; on a single date none is left, so that it would wait for ever.
      const isAsked = readable && marks === null && one.slot === null;
      if (isDecided(one) && decision?.choice === 'put-back') putBack(one, 'put-back');
      else if (isDecided(one)) mute(one);
      else if (held.has(one)) wait(one, 'held');
      else if (!one.confirmed || isAsked) wait(one, 'waiting-for-confirmation');
      else if ((readable && marks === 'kept') || putBacksOf(one) > 0) mute(one);
      else putBack(one, 'put-back');
    }
    if (held.size > 0) {
      const groupKeys = [...new Set([...held].map((one) => one.groupKey))];
      const blocks = [...held].map(heldOf);
      holds.push({ key, kind: 'external-wipe', calendarId: targetId, count: held.size, groupKeys, blocks });
    }
  }
  return { operations, mutes, holds, unexplained, skips, waiting };
}

function heldOf(one: RemovedByHand): HeldBlock {
  const { groupKey, block, slot } = one;
  const stamp = String(absenceOf(one)?.sinceRun ?? '');
  return { groupKey, targetId: block.targetId, blockId: block.id, slot: slot?.key ?? null, stamp };
}

const absenceOf = ({ block, slot }: RemovedByHand) => {
  const absence = (slot ?? block).absence;
  return absence?.by === 'unknown' ? absence : null;
};
const lookAtIt = (one: RemovedByHand): AbsenceLook | null => absenceOf(one)?.look ?? null;
const putBacksOf = (one: RemovedByHand): number => absenceOf(one)?.putBacks ?? 0;

/** Whether an operation brings back the very thing; slots that come with a new block have reasons of their own. */
function isOfIt(operation: Operation, { slot }: RemovedByHand): boolean {
  return slot !== null || isMade(operation);
}

/** What went in bursts; where it is not told when, all that one read was the first to miss. */
function burstsIn(list: readonly RemovedByHand[]): ReadonlySet<RemovedByHand> {
  const timed = list.flatMap((one) => {
    const at = lookAtIt(one)?.goneAt ?? null;
    return at === null ? [] : [{ one, at }];
  });
  timed.sort((left, right) => left.at - right.at);
  const bursts: RemovedByHand[][] = [];
  let last = -Infinity;
  for (const { one, at } of timed) {
    const open = bursts.at(-1);
    if (open !== undefined && at - last < burstGap) open.push(one);
    else bursts.push([one]);
    last = at;
  }
  const untimed = list.filter((one) => (lookAtIt(one)?.goneAt ?? null) === null);
  bursts.push(...Map.groupBy(untimed, (one) => absenceOf(one)?.sinceRun).values());
  const found = new Set<RemovedByHand>();
  for (const burst of bursts) {
    // Dates of one series may all bear the time of the last of them (google-calendar.md §0.6).
    const blocks = new Set<EventId>(burst.map(({ block }) => block.id));
    if (blocks.size >= burstSize) for (const one of burst) found.add(one);
  }
  return found;
}
