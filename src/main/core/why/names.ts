import type { CalendarId, EventId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import type { EventTime } from '../../../shared/time.ts';
import { meetingsOf, slotSourceRef, type Meeting } from '../meeting.ts';
import {
  zonesOf,
  type EventGroup,
  type MeshCalendar,
  type ObservedBlock,
  type PlanContext,
  type SourceEvent,
} from '../model.ts';
import { slotIdOf } from '../slot-ids.ts';
import { originalStartOf, slotKeyOf, spanOf, wallClock } from '../times.ts';

/** Names one event, or one slot of a series (which need not have a row of its own). */
export interface EventName {
  readonly calendarId: CalendarId;
  /** The row that it is, or the series that it is a slot of. */
  readonly eventId: EventId;
  readonly slot: SlotKey | null;
}

/** Takes a group; returns the names of all that it holds: each event, and each slot that has a row. */
export function namesIn(group: EventGroup): readonly EventName[] {
  return group.events.map(({ calendarId, row }) => ({ calendarId, eventId: row.id, slot: null }));
}

/** An event, or a slot of one, that a name was found to mean. */
export interface Named {
  /** The row that says most about it: its own, else that of its series. */
  readonly row: SourceEvent;
  /** Undefined for what stands for nothing: a cancelled exception of a series that is gone (`meetingsOf`). */
  readonly meeting: Meeting | undefined;
  /** The slot that is asked about: the named one, or the one that the row is an exception for. */
  readonly slot: SlotKey | null;
  readonly ref: SourceRef;
}

/** Takes a group, its meetings and a name; returns what the name means, or null where the group does not hold it. */
export function named(group: EventGroup, meetings: readonly Meeting[], name: EventName): Named | null {
  const row = rowOf(group, name);
  if (row === undefined) return null;
  const meeting = meetings.find((one) => one.calendarId === name.calendarId && holdsRow(one, row));
  const slot = slotOf(name, row, meeting);
  const ref = slot === null || meeting === undefined ? row.sourceRef : slotSourceRef(meeting, slot);
  return { row, meeting, slot, ref };
}

function rowOf(group: EventGroup, { calendarId, eventId, slot }: EventName): SourceEvent | undefined {
  const mine = group.events.filter((event) => event.calendarId === calendarId);
  const exact = mine.find((event) => event.row.id === eventId);
  if (slot === null || exact === undefined) return exact;
  return (
    mine.find((event) => event.row.recurringEventId === eventId && event.row.id === slotIdOf(eventId, slot)) ?? exact
  );
}

/** Takes a meeting and a row; returns whether the row is its event, or an exception of it. */
export function holdsRow(meeting: Meeting, row: SourceEvent): boolean {
  if (meeting.root === row) return true;
  for (const slot of meeting.slots.values()) if (slot.event === row) return true;
  return false;
}

function slotOf(name: EventName, row: SourceEvent, meeting: Meeting | undefined): SlotKey | null {
  if (name.slot !== null || meeting === undefined || meeting.root === row) return name.slot;
  for (const slot of meeting.slots.values()) if (slot.event === row) return slot.key;
  return null;
}

/** When an event, or a slot of one, is; null where nothing says it. */
export interface NamedTimes {
  readonly start: EventTime | null;
  readonly end: EventTime | null;
}

/** Takes what a name means, and its calendar; returns when it is. */
export function timesOf({ row: { row }, slot }: Named, calendar: MeshCalendar | undefined): NamedTimes {
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

/**
 * Takes a group, the context and one of its blocks; returns the event (or the slot of a series) that it stands for, or null
 * where nothing in the group explains it.
 */
export function eventOf(group: EventGroup, context: PlanContext, block: ObservedBlock): EventName | null {
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
