// Long because it is one question, asked of one look at a plan (`Seen`).
import type { Reason } from '../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import type { EventTime } from '../../shared/time.ts';
import { sameNames, type SlotNames } from './buffers.ts';
import { isSaidBySource } from './holds.ts';
import { ordinaryDates } from './kept.ts';
import {
  busyAt,
  holds,
  meetingsOf,
  slotSourceRef,
  type JudgedMeeting,
  type Meeting,
  type Presence,
} from './meeting.ts';
import {
  endsOf,
  isLive,
  isMade,
  isSlot,
  shownOf,
  zonesOf,
  type EventGroup,
  type Hold,
  type Kept,
  type MeshCalendar,
  type ObservedBlock,
  type PlainOperation,
  type PlanContext,
  type SourceEvent,
} from './model.ts';
import type { GroupPlan, Weighed, Witness } from './plan/draft.ts';
import { planGroup } from './plan/group.ts';
import { mutesOf } from './mutes.ts';
import { slotTestOf } from './slots.ts';
import { originalStartOf, slotKeyOf, spanOf, wallClock } from './times.ts';
import { slotIdOf } from './slot-ids.ts';

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

/** Names one event, or one slot of a series (which need not have a row of its own). */
export interface EventName {
  readonly calendarId: CalendarId;
  /** The row that it is, or the series that it is a slot of. */
  readonly eventId: EventId;
  readonly slot: SlotKey | null;
}

/** One event, or one slot of a series, and how it stands on each target but its own calendar. */
export interface EventVerdicts extends EventName {
  readonly sourceRef: SourceRef;
  /** The row that says most about it: its own, else that of its series. */
  readonly row: SourceEvent;
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly verdicts: readonly Verdict[];
}

/** Gathers what a plan of the group says, and what only its witness is told. */
interface Seen {
  readonly group: EventGroup;
  readonly context: PlanContext;
  readonly holds: readonly Hold[];
  readonly plan: GroupPlan;
  /** What is planned, the ends of replacements one by one. */
  readonly operations: readonly PlainOperation[];
  readonly judged: readonly JudgedMeeting[];
  readonly weighed: ReadonlyMap<string, Weighed>;
  readonly names: ReadonlyMap<string, SlotNames>;
  readonly leftAway: ReadonlyMap<string, Reason>;
  readonly postponed: readonly PlainOperation[];
}

/**
 * Takes a group, the context of a plan, the holds that wait for the person, and what is asked about; returns for each
 * event and slot that is known how it stands on each target, and the rule that decided. It asks the planner itself, so
 * that what is said is what a sync does. Pure. Names that the group does not hold are left out.
 */
export function explain(
  group: EventGroup,
  context: PlanContext,
  holds: readonly Hold[],
  names: readonly EventName[],
): readonly EventVerdicts[] {
  const meetings = meetingsOf(group.events, zonesOf(context.calendars));
  const seen = look(group, context, holds);
  return names.flatMap((name) => {
    const row = rowOf(group, name);
    if (row === undefined) return [];
    const meeting = meetings.find((one) => one.calendarId === name.calendarId && holdsRow(one, row));
    const slot = slotOf(name, row, meeting);
    const ref = slot === null || meeting === undefined ? row.sourceRef : slotSourceRef(meeting, slot);
    const targets = [...context.calendars.values()].filter(
      (calendar) => calendar.id !== name.calendarId && (calendar.target || hasBlock(group, calendar.id, ref, meeting)),
    );
    return [
      {
        ...name,
        slot,
        sourceRef: ref,
        row,
        ...timesOf(row, slot, context.calendars.get(name.calendarId)),
        verdicts: targets.map((target) => verdictOn(seen, target, row, meeting, slot, ref)),
      },
    ];
  });
}

/** Takes a group; returns the names of all that it holds: each event, and each slot that has a row. */
export function namesIn(group: EventGroup): readonly EventName[] {
  return group.events.map(({ calendarId, row }) => ({ calendarId, eventId: row.id, slot: null }));
}

/**
 * Takes a group, the context, one of its blocks, and a slot of the block or null; returns the event (or the slot of a
 * series) that it stands for, or null where nothing in the group explains it.
 */
export function standsFor(
  group: EventGroup,
  context: PlanContext,
  block: ObservedBlock,
  key: SlotKey | null = null,
): EventName | null {
  const name = eventOf(group, context, block);
  if (name === null || name.slot !== null || key === null) return name;
  const names = look(group, context, []).names.get(place(block.tag.sourceRef, block.targetId));
  return { ...name, slot: names?.toSource(key) ?? key };
}

function eventOf(group: EventGroup, context: PlanContext, block: ObservedBlock): EventName | null {
  const zoneOf = zonesOf(context.calendars);
  const { sourceRef: ref } = block.tag;
  const own = group.events.find((event) => event.sourceRef === ref);
  if (own !== undefined) return { calendarId: own.calendarId, eventId: own.row.id, slot: null };
  // A slot that its source never changed has no row, but its name follows from the series and the slot.
  const meetings = meetingsOf(group.events, zoneOf);
  const keys = new Set<SlotKey>(meetings.flatMap((meeting) => [...meeting.slots.keys()]));
  const begins = block.content.start === null ? null : slotKeyOf(block.content.start, zoneOf(block.targetId));
  if (begins !== null) keys.add(begins);
  for (const meeting of meetings) {
    if (meeting.root === null) continue;
    for (const key of keys) {
      if (slotSourceRef(meeting, key) === ref) {
        return { calendarId: meeting.calendarId, eventId: meeting.root.row.id, slot: key };
      }
    }
  }
  return null;
}

const place = (name: string, targetId: CalendarId): string => `${name}|${targetId}`;

function look(group: EventGroup, context: PlanContext, holds: readonly Hold[]): Seen {
  const judged: JudgedMeeting[] = [];
  const weighed = new Map<string, Weighed>();
  const names = new Map<string, SlotNames>();
  const leftAway = new Map<string, Reason>();
  const postponed: PlainOperation[] = [];
  const witness: Witness = {
    judged: (meetings) => void judged.push(...meetings),
    weighed: (one, targetId, there) => weighed.set(place(nameOf(one.meeting), targetId), there),
    wanted: (ref, targetId, named) => names.set(place(ref, targetId), named),
    leftAway: (ref, targetId, reason) => leftAway.set(place(ref, targetId), reason),
    postponed: (operations) => void postponed.push(...operations.flatMap(endsOf)),
  };
  const plan = planGroup(group, context, { witness });
  const operations = plan.operations.flatMap(endsOf);
  return { group, context, holds, plan, operations, judged, weighed, names, leftAway, postponed };
}

/** Of all meetings of one calendar, no two share their series or their lone slot. */
function nameOf(meeting: Meeting): string {
  const [lone] = meeting.slots.values();
  return `${meeting.calendarId}|${meeting.root?.row.id ?? ''}|${meeting.root === null ? (lone?.event.row.id ?? '') : ''}`;
}

function rowOf(group: EventGroup, { calendarId, eventId, slot }: EventName): SourceEvent | undefined {
  const mine = group.events.filter((event) => event.calendarId === calendarId);
  const exact = mine.find((event) => event.row.id === eventId);
  if (slot === null || exact === undefined) return exact;
  return (
    mine.find((event) => event.row.recurringEventId === eventId && event.row.id === slotIdOf(eventId, slot)) ?? exact
  );
}

function holdsRow(meeting: Meeting, row: SourceEvent): boolean {
  if (meeting.root === row) return true;
  for (const slot of meeting.slots.values()) if (slot.event === row) return true;
  return false;
}

/** The slot that is asked about: the named one, or the one that the row is an exception for. */
function slotOf(name: EventName, row: SourceEvent, meeting: Meeting | undefined): SlotKey | null {
  if (name.slot !== null || meeting === undefined || meeting.root === row) return name.slot;
  for (const slot of meeting.slots.values()) if (slot.event === row) return slot.key;
  return null;
}

function timesOf(
  { row }: SourceEvent,
  slot: SlotKey | null,
  calendar: MeshCalendar | undefined,
): Pick<EventVerdicts, 'start' | 'end'> {
  if (slot === null || row.recurringEventId !== null) return { start: row.start ?? row.originalStart, end: row.end };
  const zone =
    row.start !== null && 'timeZone' in row.start ? (row.start.timeZone ?? calendar?.timeZone ?? null) : null;
  const start = originalStartOf(slot, zone);
  const whole = spanOf(row.start, row.end, zone);
  const span = spanOf(start, null, zone);
  if (whole === null || span === null) return { start, end: null };
  const endsAt = span.startsAt + (whole.endsAt - whole.startsAt);
  return {
    start,
    end: 'date' in start ? { date: new Date(endsAt).toISOString().slice(0, 10) } : wallClock(endsAt, zone),
  };
}

function liveBlocks(group: EventGroup, ref: SourceRef, targetId: CalendarId): readonly ObservedBlock[] {
  return group.blocks.filter((block) => block.targetId === targetId && block.tag.sourceRef === ref && isLive(block));
}

function hasBlock(group: EventGroup, targetId: CalendarId, ref: SourceRef, meeting: Meeting | undefined): boolean {
  const series = meeting?.root?.sourceRef;
  const refs = series === undefined ? [ref] : [ref, series];
  return refs.some((one) => liveBlocks(group, one, targetId).length > 0);
}

function verdictOn(
  seen: Seen,
  target: MeshCalendar,
  row: SourceEvent,
  meeting: Meeting | undefined,
  slot: SlotKey | null,
  ref: SourceRef,
): Verdict {
  const none = (reason: Reason): Verdict => ({ targetId: target.id, state: 'none', reason, blockId: null });
  // A cancelled exception of a series that is gone stands for nothing (`meetingsOf`).
  if (meeting === undefined) return none('cancelled');
  const judged = seen.judged.find((one) => holdsRow(one.meeting, row)) ?? null;
  const why = (key: SlotKey | null): Reason | null => whyNot(seen, target, judged, key);
  if (slot === null) return verdictFor(seen, target, ref, why);
  const alone = verdictFor(seen, target, ref, why, slot);
  const series = meeting.root === null ? null : verdictFor(seen, target, meeting.root.sourceRef, () => why(null));
  if (alone.state !== 'none' || series === null || series.blockId === null) return alone;
  return slotVerdict(seen, target, series, meeting, slot, why);
}

/** Why a meeting, or a slot of it, has no block on a target by the rules of what is wanted; null where one is wanted. */
function whyNot(seen: Seen, target: MeshCalendar, judged: JudgedMeeting | null, key: SlotKey | null): Reason | null {
  if (!target.target) return 'calendar-not-used';
  // Only the meetings of calendars that make blocks are judged.
  if (judged === null) return 'not-a-source';
  if (key === null ? judged.whole === null : busyAt(judged, key) === null) {
    const own = key === null ? null : judged.slotReasons.get(key);
    return own ?? judged.reason ?? (key !== null && isOutsideHours(judged, key) ? 'outside-hours' : 'cancelled');
  }
  const held = seen.weighed.get(place(nameOf(judged.meeting), target.id));
  const time = key === null ? judged.whole : busyAt(judged, key);
  const isSeries = key === null && judged.presence.series;
  const isHeld = (presence: Presence): boolean =>
    isSeries ? presence.whole : time !== null && holds(presence, key, time.span);
  if (held?.copies.some(isHeld) === true) return 'same-meeting-on-target';
  if (held?.others.some(isHeld) === true) return 'same-meeting-from-another-calendar';
  return null;
}

/** Whether a slot is one of the series and is left out of its lines: only the hours that count do that (`judge`). */
function isOutsideHours({ meeting, calendar, makes }: JudgedMeeting, key: SlotKey): boolean {
  const row = meeting.root?.row;
  const span = row === undefined ? null : spanOf(row.start, row.end, calendar.timeZone);
  return row !== undefined && span !== null && makes(key) === false && slotTestOf(span, row.recurrence)(key) !== false;
}

/** How the block of one source stands on a target, by what is there and what is planned about it. */
function verdictFor(
  seen: Seen,
  target: MeshCalendar,
  ref: SourceRef,
  why: (key: SlotKey | null) => Reason | null,
  slot: SlotKey | null = null,
): Verdict {
  const live = liveBlocks(seen.group, ref, target.id);
  const verdict = (state: Verdict['state'], reason: Reason | null, blockId: EventId | null = null): Verdict => ({
    targetId: target.id,
    state,
    reason,
    blockId,
  });
  const planned = seen.operations.filter((operation) => operation.targetId === target.id);
  const postponed = seen.postponed.filter((operation) => operation.targetId === target.id);
  const all = [...planned, ...postponed];
  const makes = all.find((one) => isMade(one) && one.tag.sourceRef === ref);
  const removed = (block: ObservedBlock): PlainOperation | undefined =>
    all.find((one) => one.kind === 'delete' && one.blockId === block.id);
  const reasonOf = (operation: PlainOperation): Reason =>
    postponed.includes(operation) ? 'target-unavailable' : operation.reason;

  const staying = live.find((block) => removed(block) === undefined);
  if (staying !== undefined) {
    const change = all.find((one) => one.kind === 'update' && one.blockId === staying.id);
    const settled = keptOn(seen, target, ref) === null ? null : 'kept';
    return verdict('there', change === undefined ? settled : reasonOf(change), staying.id);
  }
  const [going] = live;
  if (going !== undefined) {
    const removal = removed(going);
    // A block that is made anew is there before and after.
    if (makes !== undefined) return verdict('there', reasonOf(makes), going.id);
    if (removal === undefined || postponed.includes(removal)) return verdict('going', 'target-unavailable', going.id);
    const left = seen.leftAway.get(place(ref, target.id));
    const reason = isHeld(seen, removal) ? 'held' : (left ?? why(slot) ?? removal.reason);
    const out = removal.reason === 'calendar-not-used' ? removal.reason : reason;
    return verdict('going', out, going.id);
  }
  if (makes !== undefined) {
    return postponed.includes(makes)
      ? verdict('none', 'target-unavailable')
      : verdict('coming', makes.reason, makes.blockId);
  }
  if (awaited(seen, ref, target, null)) return verdict('none', awaitedReason(seen, target));
  return verdict('none', seen.leftAway.get(place(ref, target.id)) ?? why(slot));
}

/** How a slot stands on a target where its series has a block, or gets one. */
function slotVerdict(
  seen: Seen,
  target: MeshCalendar,
  series: Verdict,
  meeting: Meeting,
  key: SlotKey,
  why: (key: SlotKey | null) => Reason | null,
): Verdict {
  const ref = meeting.root?.sourceRef;
  const names = (ref === undefined ? undefined : seen.names.get(place(ref, target.id))) ?? sameNames;
  const blockKey = names.toBlock(key);
  const block = seen.group.blocks.find((one) => one.id === series.blockId && one.targetId === target.id);
  const shown = block?.slots.find((one) => one.key === blockKey);
  const operations = [...seen.operations, ...seen.postponed].filter(
    (one) => one.targetId === target.id && one.blockId === series.blockId && isSlot(one) && one.slotKey === blockKey,
  );
  const put = operations.find((one) => one.kind === 'put-slot');
  const away = operations.some((one) => one.kind === 'cancel-slot');
  // One that the person has brought back is muted no more (`planGroup` lifts it).
  const isBack = shown !== undefined && shownOf(shown) !== null;
  const muted =
    !isBack && ref !== undefined && mutesOf(seen.group.mutes, { ref, targetId: target.id, names }).slots.has(blockKey);
  const kept = ref === undefined ? null : keptOn(seen, target, ref);
  // What is kept follows no rule of what is wanted, but shows the dates that it had.
  const byRule = kept === null ? why(key) : isDateKept(kept, blockKey) ? null : 'kept';
  const decided = muted ? 'muted' : byRule;
  if (decided !== null) {
    return { ...series, state: away && block !== undefined ? 'going' : 'none', reason: decided };
  }
  if (series.state !== 'there') return series;
  if (ref !== undefined && awaited(seen, ref, target, blockKey)) {
    return { ...series, state: 'none', reason: awaitedReason(seen, target) };
  }
  if (put === undefined) return series;
  const reason = seen.postponed.includes(put) ? 'target-unavailable' : put.reason;
  const isAway = shown !== undefined && shown.absence !== null;
  return { ...series, state: isAway ? 'coming' : 'there', reason };
}

/** What is kept of a source on a target as it was by an undo, and is not let go of with the next run; null where nothing is. */
function keptOn({ group, plan }: Seen, target: MeshCalendar, ref: SourceRef): Kept | null {
  const own = group.kept?.find((one) => one.sourceRef === ref && one.targetId === target.id);
  return own === undefined || own.content === null || plan.letGo.includes(own) ? null : own;
}

/** Whether a block that is kept shows a date of its series. */
function isDateKept({ content, slots }: Kept, key: SlotKey): boolean {
  const own = slots.find(([changed]) => changed === key);
  if (own !== undefined) return own[1] !== null;
  return content !== null && ordinaryDates(content)(key) !== null;
}

/** Whether somebody removed the block or slot, and it is not settled yet whether that was the person. */
function awaited(seen: Seen, ref: SourceRef, target: MeshCalendar, slot: SlotKey | null): boolean {
  return seen.plan.removedByHand.some(
    ({ mute }) => mute.sourceRef === ref && mute.targetId === target.id && mute.slot === slot,
  );
}

function awaitedReason(seen: Seen, target: MeshCalendar): Reason {
  const held = seen.holds.some(
    (hold) => hold.kind === 'external-wipe' && hold.calendarId === target.id && hold.groupKeys.includes(seen.group.key),
  );
  return held ? 'held' : 'waiting-for-confirmation';
}

function isHeld(seen: Seen, removal: PlainOperation): boolean {
  return seen.holds.some(
    (hold) =>
      hold.kind === 'mass-deletion' &&
      hold.calendarId === removal.sourceId &&
      hold.groupKeys.includes(seen.group.key) &&
      isSaidBySource(removal.reason),
  );
}
