import type { CalendarId } from '../../../shared/ids.ts';
import { isDate } from '../../../shared/time.ts';
import { isSaidBySource, isTooMany, massDeletionKey, nameOfHeld } from '../holds.ts';
import {
  endsOf,
  isMade,
  zonesOf,
  type BlockTimes,
  type HeldBlock,
  type Hold,
  type Operation,
  type PlanContext,
  type Skip,
} from '../model.ts';
import { sameBlockTimes } from '../replacement.ts';
import { instantOf } from '../times.ts';

/** Whether a removal follows from what a source says, and takes busy time away. */
function isByTheSource(operation: Operation): boolean {
  return operation.kind === 'delete' && !operation.covered && isSaidBySource(operation.reason);
}

/** What is left of a plan when what is too much to do unasked is held. */
export interface Broken {
  readonly operations: readonly Operation[];
  readonly holds: readonly Hold[];
  readonly skips: readonly Skip[];
  /** Groups that are to be planned again. */
  readonly waiting: readonly string[];
}

/**
 * Takes what is planned and the context; returns what may be done unasked, and what is held: the deletion breaker. Counted by meeting and not by block, because one deleted meeting on five targets, or one series
 * with twelve blocks for single slots, is one decision of the person. A block whose meeting gets another one on the same
 * target is not counted, because no busy time goes with it: the event has only moved to another calendar.
 */
export function breakDeletions(operations: readonly Operation[], context: PlanContext): Broken {
  const bySource = new Map<CalendarId, Operation[]>();
  const byTheSource = operations.filter(isByTheSource);
  if (byTheSource.length === 0) return { operations, holds: [], skips: [], waiting: [] };
  const isCovered = standingInstead(operations, context);
  const removals = byTheSource.filter((one) => !isCovered(one));
  const place = (operation: Operation): string => `${operation.targetId}|${operation.groupKey}`;
  const replaced = new Set(operations.flatMap((one) => (isMade(one) || one.kind === 'replace' ? [place(one)] : [])));
  const decided = new Set(
    [...context.choices.values()].flatMap(({ choice, blocks }) => (choice === 'proceed' ? blocks.map(nameOfHeld) : [])),
  );
  for (const operation of removals) {
    if (operation.sourceId === null || replaced.has(place(operation))) continue;
    // Counted with the rest they would let the source's own deletions pass, or be asked about twice.
    if (context.agreedRemovals?.get(operation.sourceId)?.has(operation.groupKey) === true) continue;
    if (decided.has(nameOfHeld(heldOf(operation)))) continue;
    const list = bySource.get(operation.sourceId);
    if (list === undefined) bySource.set(operation.sourceId, [operation]);
    else list.push(operation);
  }
  const heldOperations = new Set<Operation>();
  const counted = new Set<Operation>();
  const holds: Hold[] = [];
  const skips: Skip[] = [];
  const waiting: string[] = [];
  for (const [sourceId, held] of bySource) {
    const groupKeys = new Set(held.map((operation) => operation.groupKey));
    const lately = context.lostLately?.get(sourceId) ?? noGroups;
    const before = [...lately].filter((groupKey) => !groupKeys.has(groupKey)).length;
    const live = context.liveBlocksBySource.get(sourceId) ?? 0;
    if (!isTooMany(groupKeys.size + before, live + before)) {
      for (const operation of held) counted.add(operation);
      continue;
    }
    const key = massDeletionKey(sourceId);
    for (const operation of held) {
      heldOperations.add(operation);
      skips.push({
        reason: 'held',
        groupKey: operation.groupKey,
        sourceId,
        targetId: operation.targetId,
        start: operation.kind === 'delete' ? operation.previousStart : null,
      });
    }
    waiting.push(...groupKeys);
    const blocks = held.map(heldOf);
    holds.push({
      ...{ key, kind: 'mass-deletion', calendarId: sourceId, count: held.length },
      ...{ groupKeys: [...groupKeys], blocks },
    });
  }
  return {
    operations: operations.flatMap((operation): readonly Operation[] => {
      if (heldOperations.has(operation)) return [];
      return operation.kind === 'delete' && counted.has(operation) ? [{ ...operation, counted: true }] : [operation];
    }),
    holds,
    skips,
    waiting,
  };
}

/**
 * Takes what is planned and the context; returns what tells whether another block of the same calendar stands at the time of
 * one that goes, and stays there: then no busy time goes with it. So it is where new rows of a feed came in one run and the
 * deletions of the old ones in the next, or a run was killed between the two.
 */
function standingInstead(
  operations: readonly Operation[],
  { standing, calendars }: PlanContext,
): (operation: Operation) => boolean {
  if (standing === undefined) return () => false;
  const going = new Set(
    operations.flatMap((one) => endsOf(one).flatMap((end) => (end.kind === 'delete' ? [blockName(end)] : []))),
  );
  const zoneOf = zonesOf(calendars);
  const placeOf = (targetId: CalendarId, { start }: BlockTimes): string =>
    `${targetId}|${String(isDate(start) ? start.date : instantOf(start, zoneOf(targetId)))}`;
  const known = new Map<CalendarId, ReadonlyMap<string, readonly BlockTimes[]>>();
  const standingOf = (sourceId: CalendarId): ReadonlyMap<string, readonly BlockTimes[]> => {
    const found = known.get(sourceId);
    if (found !== undefined) return found;
    const places = new Map<string, BlockTimes[]>();
    for (const { targetId, blockId, times } of standing(sourceId)) {
      if (times === null || going.has(blockName({ targetId, blockId }))) continue;
      const place = placeOf(targetId, times);
      const there = places.get(place);
      if (there === undefined) places.set(place, [times]);
      else there.push(times);
    }
    known.set(sourceId, places);
    return places;
  };
  return (operation) => {
    if (operation.kind !== 'delete' || operation.sourceId === null || operation.times === null) return false;
    const { times, targetId } = operation;
    const there = standingOf(operation.sourceId).get(placeOf(targetId, times)) ?? [];
    return there.some((other) => sameBlockTimes(times, other, zoneOf(targetId)));
  };
}

const blockName = ({ targetId, blockId }: Pick<Operation, 'targetId' | 'blockId'>): string => `${targetId}|${blockId}`;

const noGroups: ReadonlySet<string> = new Set();

function heldOf(operation: Operation): HeldBlock {
  const { groupKey, targetId, blockId } = operation;
  return { groupKey, targetId, blockId, slot: null, stamp: operation.kind === 'delete' ? (operation.etag ?? '') : '' };
}
