import type { BlockPolicy } from '../../../shared/dto.ts';
import type { EventId, SlotKey } from '../../../shared/ids.ts';
import { day, type EventTime } from '../../../shared/time.ts';
import { echoOf, showsSame } from '../content.ts';
import { isDateOfAnother } from '../deeds.ts';
import {
  shownOf,
  type BlockContent,
  type ObservedBlock,
  type ObservedContent,
  type ObservedSlot,
  type Operation,
  type PutSlotOperation,
  type Tag,
} from '../model.ts';
import { meaningOf } from '../mutes.ts';
import { sayAgain } from '../removal.ts';
import { slotIdOf } from '../slot-ids.ts';
import { slotTestOf } from '../slots.ts';
import { instantOf, spanOf } from '../times.ts';
import { sameTimes, zoneOf, type Desired } from './desired.ts';
import { none } from './draft.ts';
import { markedRemoval } from './operations.ts';
import { onceAsked } from './remembered.ts';
import { isSourceGone, isSourceRead, skipDesired, type SeriesPlan, type TargetPlan } from './target-plan.ts';

/** The block that slots are of: one that stands, or one that is made with them. */
export interface BlockOfSlots {
  readonly id: EventId;
  readonly tag: Tag;
  /** Null for one that is made. */
  readonly standing: ObservedBlock | null;
}

/** What the slots of one block are planned from. */
interface SlotsPlan {
  readonly plan: SeriesPlan;
  readonly block: BlockOfSlots;
  /** `times` for a block that another computer keeps in its own way: the words of a slot are as that one says them. */
  readonly compared: 'all' | 'times';
  /** The zone of the block. */
  readonly zone: string | null;
  readonly version: () => string;
  readonly operations: Operation[];
}

/** Compares the slots that a series block should have changed with those that it has; returns what each of them needs. */
export function slotOperations(
  plan: SeriesPlan,
  block: BlockOfSlots,
  compared: SlotsPlan['compared'] = 'all',
): readonly Operation[] {
  const { desired, muted } = plan;
  const observed = block.standing?.slots ?? none;
  if (desired.slots.size === 0 && observed.length === 0 && muted.slots.size === 0) return none;
  const zone = zoneOf(desired.content);
  const slots: SlotsPlan = { plan, block, compared, zone, version: onceAsked(desired.version), operations: [] };
  const seen = new Map(observed.map((slot) => [slot.key, slot]));
  const keys = new Set<SlotKey>([...desired.slots.keys(), ...seen.keys(), ...muted.slots.keys()]);
  for (const key of keys) planSlot(slots, key, seen.get(key));
  return slots.operations;
}

/** Plans one slot that should be changed, is changed, or is muted. */
function planSlot(slots: SlotsPlan, key: SlotKey, slot: ObservedSlot | undefined): void {
  if (slot?.lost === true) return;
  const { plan, block } = slots;
  const { on, desired, muted } = plan;
  const changed = desired.slots.get(key);
  const ordinary = changed === undefined ? desired.ordinary(key) : null;
  // A slot that the series does not make cannot be written. One that is still there although the block's own rule has
  // stopped making it is a leftover (google-calendar.md §10 no. 2), and is taken away.
  const made = changed !== undefined || ordinary !== null;
  if (!made) {
    explain(slots, slot);
    if (slot === undefined || slot.content === null || block.standing === null || showsSlot(block.standing, key))
      return;
  }
  const mutedAs = muted.slots.get(key)?.slot ?? null;
  // The person has brought it back: nobody else wakes a single date of a block.
  const back = mutedAs !== null && slot !== undefined && shownOf(slot) !== null;
  if (back) on.draft.lifted.push({ sourceRef: desired.ref, targetId: on.targetId, slot: mutedAs });
  const isMuted = mutedAs !== null && !back;
  const wanted = isMuted ? null : (changed ?? ordinary);
  const originalStart = slot?.originalStart ?? desired.originalStart(key);
  if (isOver(slots, [originalStart, wanted?.end, slot?.content?.end])) return;
  const base = {
    groupKey: on.group.key,
    targetId: on.targetId,
    blockId: block.id,
    sourceId: desired.sourceId,
    slotKey: key,
    slotId: slot?.eventId ?? slotIdOf(block.id, key),
    originalStart,
  };
  const isAway = slot !== undefined && slot.absence !== null;
  if (wanted !== null) {
    const reason = changed !== undefined ? 'slot-changed' : isAway ? 'slot-restored' : 'put-right';
    const put = {
      kind: 'put-slot',
      reason,
      ...base,
      version: slots.version(),
      content: wanted,
      wasAway: isAway,
    } as const;
    if (slot !== undefined) planSeen(slots, slot, put);
    else if (changed !== undefined) slots.operations.push(put);
    return;
  }
  explain(slots, slot);
  if (isAway) return;
  const { standing } = block;
  if (standing !== null && mutedAs === null && isDateOfAnother(standing, key, desired.unwanted.get(key))) {
    skipDesired(on, 'another-computer', desired);
    return;
  }
  const shown = slot?.content ?? null;
  const content = shown === null ? desired.ordinary(key) : sayAgain(shown, desired.content.outOfOffice);
  const marked = markedRemoval(block.tag, content);
  slots.operations.push({ kind: 'cancel-slot', reason: 'slot-changed', ...base, version: slots.version(), marked });
}

/** What somebody else has taken away is as it should be. */
function explain({ plan: { on }, block }: SlotsPlan, slot: ObservedSlot | undefined): void {
  if (slot?.absence?.by !== 'unknown') return;
  on.draft.explained.push({ targetId: on.targetId, blockId: block.id, slot });
}

/** Plans a slot that is seen on its block, and the operation that would write it. */
function planSeen(slots: SlotsPlan, slot: ObservedSlot, put: PutSlotOperation): void {
  const { plan, block, zone, operations } = slots;
  const { on, desired } = plan;
  const { draft, context, target, judged } = on;
  if (slot.absence?.by === 'unknown' && block.standing !== null) {
    const meant = meaningOf(judged, desired.ref, desired.toSource(slot.key));
    on.removedByHand.push({
      groupKey: on.group.key,
      mute: { sourceRef: desired.ref, targetId: target.id, slot: slot.key, meant },
      sourceId: desired.sourceId,
      block: block.standing,
      slot,
      putBack: [put],
      start: put.content.start,
      leavesFree: false,
      confirmed: context.run > slot.absence.sinceRun && target.readable && isSourceRead(on, desired),
    });
    return;
  }
  if (slot.absence !== null || slot.content === null) {
    operations.push(put);
    return;
  }
  const accepted = slot.echo !== null && slot.echo === echoOf(slot.content);
  const shown = { ...slot.content, recurrence: [] };
  const isRight = (content: BlockContent): boolean =>
    (slots.compared === 'times' ? sameTimes(content, shown, zone) : showsSame(content, shown, zone)) ||
    (accepted && answers(content, shown, zone));
  if (isRight(put.content)) return;
  if (isSourceRead(on, desired) || isKept(on, desired)) {
    operations.push(put);
    return;
  }
  // Another computer may have moved it for an event that it can read, or has read since, and both would write in turn for ever.
  if (!isSourceGone(on, desired)) draft.waits = true;
  const there = whereItStands(put.content, shown, desired.policy);
  if (there !== null && !isRight(there)) operations.push({ ...put, reason: 'put-right', content: there });
}

/** Whether what is wanted is what the person keeps, which is let go of as soon as another computer writes it. */
function isKept({ draft, group, targetId }: TargetPlan, { ref }: Desired): boolean {
  const { letGo } = draft;
  return group.kept?.some((one) => one.sourceRef === ref && one.targetId === targetId && !letGo.includes(one)) === true;
}

/**
 * Takes what a slot should show and what it shows; returns what it should show at the times that it has, or null where its words
 * tell of the event as well.
 */
function whereItStands(
  wanted: BlockContent,
  { start, end }: ObservedContent,
  { summary, place }: BlockPolicy,
): BlockContent | null {
  if (start === null || end === null || place || summary.includes('{title}')) return null;
  return { ...wanted, start, end };
}

/**
 * Whether what a slot shows can be the answer to what it should show now. A slot has no tag with a fingerprint of its
 * own, so the answer to an earlier writing is told from this one by what a person would see.
 */
function answers(wanted: BlockContent, shown: ObservedContent, zone: string | null): boolean {
  return (
    wanted.summary === (shown.summary ?? '') && wanted.visibility === shown.visibility && sameTimes(wanted, shown, zone)
  );
}

/** Takes a block that is a series and a slot; returns whether the rule that it shows now makes that slot. */
function showsSlot(block: ObservedBlock, key: SlotKey): boolean {
  const { start, end, recurrence } = block.content;
  const span = spanOf(start, end, null);
  return span === null || slotTestOf(span, recurrence)(key) !== false;
}

/** A slot whose day is over, where it was, where it is to be and where it is shown, is left as it is (design.md, "Series"). */
function isOver({ plan, zone }: SlotsPlan, times: readonly (EventTime | null | undefined)[]): boolean {
  const over = plan.on.context.now - day;
  return times.every((time) => time === null || time === undefined || (instantOf(time, zone) ?? 0) < over);
}
