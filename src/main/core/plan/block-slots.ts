import type { BlockPolicy } from '../../../shared/dto.ts';
import type { SlotKey } from '../../../shared/ids.ts';
import { day, type Instant } from '../../../shared/time.ts';
import { echoOf, showsSame } from '../content.ts';
import { isDateOfAnother } from '../deeds.ts';
import {
  shownOf,
  type BlockContent,
  type Mutes,
  type ObservedBlock,
  type ObservedContent,
  type ObservedSlot,
  type Operation,
} from '../model.ts';
import { meaningOf } from '../mutes.ts';
import { sayAgain } from '../removal.ts';
import { slotTestOf } from '../slots.ts';
import { instantOf, spanOf } from '../times.ts';
import { sameTimes, zoneOf, type Desired, type DesiredSeries } from './desired.ts';
import { skipOf, sourceRead, type Draft, type KnownTarget, type TargetPlan } from './draft.ts';
import { onceAsked } from './remembered.ts';
import { markedRemoval } from './operations.ts';
import { slotIdOf } from '../slot-ids.ts';

/**
 * Compares the slots that a series block should have changed with those that it has. `timesOnly` is for a block that
 * another computer keeps in its own way.
 */
export function slotOperations(
  plan: KnownTarget,
  desired: DesiredSeries,
  { id, tag }: Pick<ObservedBlock, 'id' | 'tag'>,
  block: ObservedBlock | null,
  muted: Mutes,
  timesOnly = false,
): readonly Operation[] {
  const { draft, target, judged } = plan;
  const observed = block?.slots ?? [];
  if (desired.slots.size === 0 && observed.length === 0 && muted.slots.size === 0) return [];
  const operations: Operation[] = [];
  const zone = zoneOf(desired.content);
  const seen = new Map(observed.map((slot) => [slot.key, slot]));
  const keys = new Set<SlotKey>([...desired.slots.keys(), ...seen.keys()]);
  for (const key of muted.slots.keys()) keys.add(key);
  const version = onceAsked(desired.version);
  for (const key of keys) {
    const slot = seen.get(key);
    if (slot?.lost === true) continue;
    const originalStart = slot?.originalStart ?? desired.originalStart(key);
    const slotAt = instantOf(originalStart, zone) ?? 0;
    const changed = desired.slots.get(key);
    const ordinary = changed === undefined ? desired.ordinary(key) : null;
    // A slot that the series does not make cannot be written. One that is still there although the block's own rule has
    // stopped making it is a leftover (google-calendar.md §10 no. 2), and is taken away.
    const made = changed !== undefined || ordinary !== null;
    if (!made && slot?.absence?.by === 'unknown') draft.explained.push({ targetId: target.id, blockId: id, slot });
    if (!made && (slot === undefined || slot.content === null || block === null || showsSlot(block, key))) continue;
    const mutedAs = muted.slots.get(key)?.slot ?? null;
    // The person has brought it back: nobody else wakes a single date of a block.
    const back = mutedAs !== null && slot !== undefined && shownOf(slot) !== null;
    if (back) draft.lifted.push({ sourceRef: desired.ref, targetId: target.id, slot: mutedAs });
    const wanted = mutedAs !== null && !back ? null : (changed ?? ordinary);
    if (isOver(draft, slotAt, wanted, slot, zone)) continue;
    const base = {
      groupKey: draft.group.key,
      targetId: target.id,
      blockId: id,
      sourceId: desired.sourceId,
      slotKey: key,
      slotId: slot?.eventId ?? slotIdOf(id, key),
      originalStart,
    };

    const isAway = slot !== undefined && slot.absence !== null;
    if (wanted === null) {
      if (slot?.absence?.by === 'unknown') draft.explained.push({ targetId: target.id, blockId: id, slot });
      const anothers =
        !isAway && block !== null && mutedAs === null && isDateOfAnother(block, key, desired.unwanted.get(key));
      if (anothers) draft.skips.push(skipOf(plan, 'another-computer', desired));
      else if (!isAway) {
        const shown = slot?.content ?? null;
        const content = shown === null ? desired.ordinary(key) : sayAgain(shown, desired.content.outOfOffice);
        operations.push({
          kind: 'cancel-slot',
          reason: 'slot-changed',
          ...base,
          version: version(),
          marked: markedRemoval(tag, content),
        });
      }
      continue;
    }
    const put: Operation = {
      kind: 'put-slot',
      reason: changed !== undefined ? 'slot-changed' : isAway ? 'slot-restored' : 'put-right',
      ...base,
      version: version(),
      content: wanted,
      wasAway: isAway,
    };
    if (slot === undefined) {
      if (changed !== undefined) operations.push(put);
    } else if (slot.absence?.by === 'unknown' && block !== null) {
      draft.removedByHand.push({
        groupKey: draft.group.key,
        mute: {
          sourceRef: desired.ref,
          targetId: target.id,
          slot: key,
          meant: meaningOf(judged, desired.ref, desired.toSource(key)),
        },
        sourceId: desired.sourceId,
        block,
        slot,
        putBack: [put],
        start: wanted.start,
        leavesFree: false,
        confirmed: draft.context.run > slot.absence.sinceRun && target.readable && sourceRead(plan, desired),
      });
    } else if (slot.absence !== null || slot.content === null) {
      operations.push(put);
    } else {
      const accepted = slot.echo !== null && slot.echo === echoOf(slot.content);
      const shown = { ...slot.content, recurrence: [] };
      const isRight = (content: BlockContent): boolean =>
        (timesOnly ? sameTimes(content, shown, zone) : showsSame(content, shown, zone)) ||
        (accepted && answers(content, shown, zone));
      if (isRight(wanted)) continue;
      if (sourceRead(plan, desired) || isKept(plan, desired)) {
        operations.push(put);
        continue;
      }
      // Another computer may have moved it for an event that it can read, or has read since, and both would write in turn for ever.
      if (draft.context.calendars.get(desired.sourceId)?.gone !== true) draft.waits = true;
      const there = whereItStands(wanted, shown, desired.policy);
      if (there !== null && !isRight(there)) {
        operations.push({ ...put, reason: 'put-right', content: there });
      }
    }
  }
  return operations;
}

/** Whether what is wanted is what the person keeps, which is let go of as soon as another computer writes it. */
function isKept({ draft, targetId }: TargetPlan, { ref }: Desired): boolean {
  const { group, letGo } = draft;
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

/** A slot whose day is over, both where it was and where it is to be, is left as it is (design.md, "Series"). */
function isOver(
  draft: Draft,
  slotAt: Instant,
  wanted: BlockContent | null,
  slot: ObservedSlot | undefined,
  zone: string | null,
): boolean {
  const over = draft.context.now - day;
  const ends = [slotAt];
  if (wanted !== null) ends.push(instantOf(wanted.end, zone) ?? 0);
  const shown = slot?.content?.end;
  if (shown !== undefined && shown !== null) ends.push(instantOf(shown, zone) ?? 0);
  return ends.every((instant) => instant < over);
}
