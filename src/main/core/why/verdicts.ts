import type { HoldKind, Reason } from '../../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import { isSaidBySource } from '../holds.ts';
import { ordinaryDates } from '../kept.ts';
import { busyAt, holds, type JudgedMeeting, type Presence } from '../meeting.ts';
import { isMade, isSlot, shownOf, type Kept, type ObservedBlock, type PlainOperation } from '../model.ts';
import { mutesOf } from '../mutes.ts';
import { slotTestOf } from '../slots.ts';
import { spanOf } from '../times.ts';
import { holdsRow, type Named } from './names.ts';
import { keptOn, leftAwayOn, liveBlocks, namesOn, weighedOn, type SeenOn } from './seen.ts';

/**
 * How one event (or one slot of a series) stands on one target.
 * - `there`: it has a block; `reason` is why that will be changed, `kept` while it is kept as it was by an undo, or null when
 *   it is as it should be.
 * - `coming`: it gets one with the next sync; `reason` says why.
 * - `going`: its block is there and is not wanted any more; `reason` is the rule that decided, or `held` while it waits
 *   for the person.
 * - `none`: no block; `reason` is the rule that decided.
 */
export interface Verdict {
  readonly targetId: CalendarId;
  readonly state: 'there' | 'coming' | 'going' | 'none';
  readonly reason: Reason | null;
  /** The block that is there or will be made: the block of the series, for a slot that is part of it. */
  readonly blockId: EventId | null;
}

/** Takes what is seen on a target, and an event or a slot of one; returns how that stands there. */
export function verdictOn(on: SeenOn, { row, meeting, slot, ref }: Named): Verdict {
  if (meeting === undefined) return { targetId: on.target.id, state: 'none', reason: 'cancelled', blockId: null };
  const judged = on.judged.find((one) => holdsRow(one.meeting, row)) ?? null;
  const alone = verdictFor(on, ref, () => whyNot(on, judged, slot));
  const root = meeting.root?.sourceRef;
  if (slot === null || root === undefined || alone.state !== 'none') return alone;
  const series = verdictFor(on, root, () => whyNot(on, judged, null));
  return series.blockId === null ? alone : slotVerdict(on, { ref: root, key: slot, judged }, series);
}

/** Why a meeting, or a slot of it, has no block on a target by the rules of what is wanted; null where one is wanted. */
function whyNot(on: SeenOn, judged: JudgedMeeting | null, key: SlotKey | null): Reason | null {
  if (!on.target.target) return 'calendar-not-used';
  // Only the meetings of calendars that make blocks are judged.
  if (judged === null) return 'not-a-source';
  if (key === null ? judged.whole === null : busyAt(judged, key) === null) {
    const own = key === null ? null : judged.slotReasons.get(key);
    return own ?? judged.reason ?? (key !== null && isOutsideHours(judged, key) ? 'outside-hours' : 'cancelled');
  }
  const held = weighedOn(on, judged.meeting);
  const time = key === null ? judged.whole : busyAt(judged, key);
  const isSeries = key === null && judged.presence.series;
  const isHeldBy = (presence: Presence): boolean =>
    isSeries ? presence.whole : time !== null && holds(presence, key, time.span);
  if (held?.copies.some(isHeldBy) === true) return 'same-meeting-on-target';
  if (held?.others.some(isHeldBy) === true) return 'same-meeting-from-another-calendar';
  return null;
}

/** Whether a slot is one of the series and is left out of its lines: only the hours that count do that (`judge`). */
function isOutsideHours({ meeting, calendar, makes }: JudgedMeeting, key: SlotKey): boolean {
  const row = meeting.root?.row;
  const span = row === undefined ? null : spanOf(row.start, row.end, calendar.timeZone);
  return row !== undefined && span !== null && makes(key) === false && slotTestOf(span, row.recurrence)(key) !== false;
}

/** How the block of one source stands on a target, by what is there and what is planned about it. */
function verdictFor(on: SeenOn, ref: SourceRef, why: () => Reason | null): Verdict {
  const { group, target, operations, postponed } = on;
  const live = liveBlocks(group, ref, target.id);
  const verdict = (state: Verdict['state'], reason: Reason | null, blockId: EventId | null = null): Verdict => ({
    targetId: target.id,
    state,
    reason,
    blockId,
  });
  const all = [...operations, ...postponed];
  const makes = all.find((one) => isMade(one) && one.tag.sourceRef === ref);
  const removed = (block: ObservedBlock): PlainOperation | undefined =>
    all.find((one) => one.kind === 'delete' && one.blockId === block.id);

  const staying = live.find((block) => removed(block) === undefined);
  if (staying !== undefined) {
    const change = all.find((one) => one.kind === 'update' && one.blockId === staying.id);
    const settled = keptOn(on, ref) === null ? null : 'kept';
    return verdict('there', change === undefined ? settled : reasonOf(on, change), staying.id);
  }
  const [going] = live;
  if (going !== undefined) {
    const removal = removed(going);
    // A block that is made anew is there before and after.
    if (makes !== undefined) return verdict('there', reasonOf(on, makes), going.id);
    if (removal === undefined || postponed.includes(removal)) return verdict('going', 'target-unavailable', going.id);
    const reason = isHeld(on, removal) ? 'held' : (leftAwayOn(on, ref) ?? why() ?? removal.reason);
    const out = removal.reason === 'calendar-not-used' ? removal.reason : reason;
    return verdict('going', out, going.id);
  }
  if (makes !== undefined) {
    return postponed.includes(makes)
      ? verdict('none', 'target-unavailable')
      : verdict('coming', makes.reason, makes.blockId);
  }
  if (isAwaited(on, ref, null)) return verdict('none', awaitedReason(on));
  return verdict('none', leftAwayOn(on, ref) ?? why());
}

/** A slot of a series that has a block on a target, or gets one. */
interface SlotOfSeries {
  /** Of the series. */
  readonly ref: SourceRef;
  readonly key: SlotKey;
  readonly judged: JudgedMeeting | null;
}

/** How a slot stands on a target where its series does so. */
function slotVerdict(on: SeenOn, { ref, key, judged }: SlotOfSeries, series: Verdict): Verdict {
  const { group, target } = on;
  const names = namesOn(on, ref, target.id);
  const blockKey = names.toBlock(key);
  const block = group.blocks.find((one) => one.id === series.blockId && one.targetId === target.id);
  const shown = block?.slots.find((one) => one.key === blockKey);
  const operations = [...on.operations, ...on.postponed].filter(
    (one) => one.blockId === series.blockId && isSlot(one) && one.slotKey === blockKey,
  );
  const put = operations.find((one) => one.kind === 'put-slot');
  const away = operations.some((one) => one.kind === 'cancel-slot');
  // One that the person has brought back is muted no more (`planGroup` lifts it).
  const isBack = shown !== undefined && shownOf(shown) !== null;
  const muted = !isBack && mutesOf(group.mutes, { ref, targetId: target.id, names }).slots.has(blockKey);
  const kept = keptOn(on, ref);
  // What is kept follows no rule of what is wanted, but shows the dates that it had.
  const byRule = kept === null ? whyNot(on, judged, key) : isDateKept(kept, blockKey) ? null : 'kept';
  const decided = muted ? 'muted' : byRule;
  if (decided !== null) {
    return { ...series, state: away && block !== undefined ? 'going' : 'none', reason: decided };
  }
  if (series.state !== 'there') return series;
  if (isAwaited(on, ref, blockKey)) return { ...series, state: 'none', reason: awaitedReason(on) };
  if (put === undefined) return series;
  const isAway = shown !== undefined && shown.absence !== null;
  return { ...series, state: isAway ? 'coming' : 'there', reason: reasonOf(on, put) };
}

/** Why something is planned, or why it cannot be done now. */
const reasonOf = ({ postponed }: SeenOn, operation: PlainOperation): Reason =>
  postponed.includes(operation) ? 'target-unavailable' : operation.reason;

/** Whether a block that is kept shows a date of its series. */
function isDateKept({ content, slots }: Kept, key: SlotKey): boolean {
  const own = slots.find(([changed]) => changed === key);
  if (own !== undefined) return own[1] !== null;
  return content !== null && ordinaryDates(content)(key) !== null;
}

/** Whether somebody removed the block or slot, and it is not settled yet whether that was the person. */
function isAwaited({ plan, target }: SeenOn, ref: SourceRef, slot: SlotKey | null): boolean {
  return plan.removedByHand.some(
    ({ mute }) => mute.sourceRef === ref && mute.targetId === target.id && mute.slot === slot,
  );
}

function awaitedReason(on: SeenOn): Reason {
  return isInHold(on, 'external-wipe', on.target.id) ? 'held' : 'waiting-for-confirmation';
}

const isHeld = (on: SeenOn, { reason, sourceId }: PlainOperation): boolean =>
  isSaidBySource(reason) && isInHold(on, 'mass-deletion', sourceId);

/** Whether the group waits for the person in a hold of a kind that is about a calendar. */
function isInHold({ holds, group }: SeenOn, kind: HoldKind, calendarId: CalendarId | null): boolean {
  return holds.some(
    (hold) => hold.kind === kind && hold.calendarId === calendarId && hold.groupKeys.includes(group.key),
  );
}
