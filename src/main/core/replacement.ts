import type { Reason } from '../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { isDate } from '../../shared/time.ts';
import {
  isMade,
  type BlockContent,
  type BlockTimes,
  type DeleteOperation,
  type Made,
  type Operation,
  type PlainOperation,
  type ReplaceOperation,
} from './model.ts';
import { compareRecurrence } from './recurrence.ts';
import { slotTestOf } from './slots.ts';
import { instantOf, sameMoment, sameZone, slotKeyOf, spanOf, type Span } from './times.ts';

/** Takes the block that comes, those that go (one or more), and why; returns them as one operation. */
export function replaced(makes: Made, gone: readonly DeleteOperation[], reason: Reason): ReplaceOperation {
  const { groupKey, targetId, blockId, sourceId } = makes;
  return { kind: 'replace', reason, groupKey, targetId, blockId, sourceId, makes, gone: gone.toSorted(byBlock) };
}

function byBlock(one: { readonly blockId: EventId }, other: { readonly blockId: EventId }): number {
  return one.blockId < other.blockId ? -1 : one.blockId > other.blockId ? 1 : 0;
}

/** Takes the times of two blocks on one target and the zone of that; returns whether they block the same time. */
export function sameBlockTimes(one: BlockTimes, other: BlockTimes, zone: string | null): boolean {
  return (
    one.outOfOffice === other.outOfOffice &&
    sameMoment(one.start, other.start, zone) &&
    sameMoment(one.end, other.end, zone) &&
    (one.recurrence.length === 0
      ? other.recurrence.length === 0
      : other.recurrence.length > 0 &&
        sameZone(zoneOf(one), zoneOf(other)) &&
        compareRecurrence(one.recurrence, other.recurrence) === 'same')
  );
}

const zoneOf = ({ start }: BlockTimes): string | null => (isDate(start) ? null : start.timeZone);

/** What one event wants on a target: its block, and for a series the slots that are not as its rule says; null means not there. */
export type Wanted =
  | { readonly kind: 'single'; readonly content: BlockContent }
  | {
      readonly kind: 'series';
      readonly content: BlockContent;
      readonly slots: ReadonlyMap<SlotKey, BlockContent | null>;
    };

/** Whether a block has time in common with another one of its meeting: that can take its place. */
function meets(times: BlockTimes, wanted: Wanted, zone: string | null): boolean {
  const { content } = wanted;
  const [one, other] = [spanOf(times.start, times.end, zone), spanOf(content.start, content.end, zone)];
  if (one === null || other === null) return false;
  const single = times.recurrence.length === 0;
  if (wanted.kind === 'single') {
    return single ? overlap(one, other) : slotIsOf(content, one, times.recurrence, zone);
  }
  // Two series of one meeting: the same one in another shape.
  if (!single) return true;
  const { slots } = wanted;
  if ([...slots.values()].some((slot) => slot !== null && overlapsWith(one, slot, zone))) return true;
  const key = slotKeyOf(times.start, zone);
  return key !== null && !slots.has(key) && slotTestOf(other, content.recurrence)(key) === true;
}

const overlap = (one: Span, other: Span): boolean => one.startsAt < other.endsAt && other.startsAt < one.endsAt;

function overlapsWith(one: Span, { start, end }: BlockContent, zone: string | null): boolean {
  const other = spanOf(start, end, zone);
  return other !== null && overlap(one, other);
}

function slotIsOf({ start }: BlockTimes, series: Span, lines: readonly string[], zone: string | null): boolean {
  const key = slotKeyOf(start, zone);
  return key !== null && slotTestOf(series, lines)(key) === true;
}

/** What is known of a target, beside what is planned there. */
export interface Place {
  readonly wanted: ReadonlyMap<SourceRef, Wanted>;
  /** The sources that have a live block there. */
  readonly live: ReadonlySet<SourceRef>;
  readonly zone: string | null;
}

/**
 * Takes what is planned for one meeting on one target, and what is known of that; returns the same operations with what goes joined to what comes instead: the same time first, else
 * a time in common. What goes while another block stands at its time is marked as covered, because it is a replacement
 * that an earlier run has opened.
 */
export function joinReplaced(operations: readonly Operation[], { wanted, live, zone }: Place): readonly Operation[] {
  const going = operations.flatMap((one) => (one.kind === 'delete' && isGivingWay(one) ? [one] : []));
  if (going.length === 0) return operations;
  const coming = operations.flatMap((operation) => {
    const makes = operation.kind === 'replace' ? operation.makes : isMade(operation) ? operation : null;
    if (makes === null) return [];
    const ref = makes.tag.sourceRef;
    const instead = wanted.get(ref);
    return instead === undefined ? [] : [{ operation, blockId: operation.blockId, ref, instead }];
  });
  coming.sort(byBlock);
  const made = new Set(coming.map(({ ref }) => ref));
  const staying = [...wanted].flatMap(([ref, one]) => (live.has(ref) && !made.has(ref) ? [one] : []));
  const joined = new Map<Operation, DeleteOperation[]>();
  const settled = new Set<DeleteOperation>();
  const covered = new Set<Operation>();
  for (const exact of [true, false]) {
    for (const one of going.toSorted(byBlock)) {
      const { times } = one;
      if (times === null || settled.has(one)) continue;
      const fits = (other: Wanted): boolean =>
        exact ? sameBlockTimes(times, other.content, zone) : meets(times, other, zone);
      const found = coming.find(({ operation, instead }) => fits(instead) && !(exact && joined.has(operation)));
      if (found !== undefined) joined.set(found.operation, [...(joined.get(found.operation) ?? []), one]);
      else if (staying.some(fits)) covered.add(one);
      else continue;
      settled.add(one);
    }
  }
  return operations.flatMap((operation): readonly Operation[] => {
    if (operation.kind === 'delete' && settled.has(operation)) {
      return covered.has(operation) ? [{ ...operation, covered: true }] : [];
    }
    const gone = joined.get(operation);
    if (gone === undefined) return [operation];
    if (operation.kind === 'replace')
      return [replaced(operation.makes, [...operation.gone, ...gone], operation.reason)];
    return isMade(operation) ? [replaced(operation, gone, reasonOf(operation, gone, zone))] : [operation];
  });
}

/** A second block of one event is no more than that, and a block of a block stood for nothing. */
const isGivingWay = ({ reason }: Operation): boolean => reason !== 'second-block' && reason !== 'block-of-block';

function reasonOf(makes: Made, gone: readonly DeleteOperation[], zone: string | null): Reason {
  if (!gone.every((one) => one.times !== null && sameBlockTimes(one.times, makes.content, zone))) {
    return 'series-reshaped';
  }
  return gone.every((one) => one.sourceId === makes.sourceId) ? 'made-anew' : 'other-copy';
}

/**
 * Takes what is planned for many meetings, and the zone of each target; returns the same operations with the removal of a
 * deleted event's block joined to the making of a new event's block on the same target, for the same time and from the
 * same calendar: the event has come back under a new id (ADR 0025). What is planned for a group that has not changed is
 * nothing, so the changed groups alone are joined as all are. Of several that are alike, each is joined once.
 */
export function joinMadeAnew(
  operations: readonly Operation[],
  zoneOfTarget: (targetId: CalendarId) => string | null,
): readonly Operation[] {
  const going = operations.flatMap((one) => (one.kind === 'delete' && one.reason === 'event-deleted' ? [one] : []));
  if (going.length === 0) return operations;
  const placeOf = (one: PlainOperation, { start }: BlockTimes): string => {
    const at = isDate(start) ? start.date : instantOf(start, zoneOfTarget(one.targetId));
    return `${one.targetId}|${one.sourceId ?? ''}|${at ?? ''}`;
  };
  const coming = Map.groupBy(operations.flatMap((one) => (isMade(one) ? [one] : [])).toSorted(byBlock), (one) =>
    placeOf(one, one.content),
  );
  const joined = new Map<Operation, DeleteOperation>();
  const settled = new Set<Operation>();
  for (const one of going.toSorted(byBlock)) {
    const { times, targetId, covered } = one;
    if (times === null || covered) continue;
    const zone = zoneOfTarget(targetId);
    const instead = coming
      .get(placeOf(one, times))
      ?.find((other) => !joined.has(other) && sameBlockTimes(times, other.content, zone));
    if (instead === undefined) continue;
    joined.set(instead, one);
    settled.add(one);
  }
  return operations.flatMap((operation): readonly Operation[] => {
    if (settled.has(operation)) return [];
    const gone = joined.get(operation);
    return gone === undefined || !isMade(operation) ? [operation] : [replaced(operation, [gone], 'made-anew')];
  });
}
