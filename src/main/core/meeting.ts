import type { Reason } from '../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { busyOf, type Busy } from './busy.ts';
import { filteredOut, type FiltersOf } from './filters.ts';
import { exceptLine, mostLeftOut, seriesHours, yearsAround } from './hours.ts';
import { sourceRef } from './identity.ts';
import type { EventRow, MeshCalendar, SourceEvent } from './model.ts';
import { hasFormOfBlock } from './ownership.ts';
import { parseRecurrence } from './recurrence.ts';
import { slotsWithin, slotTestOf, type SlotTest } from './slots.ts';
import { isDate, type Instant } from '../../shared/time.ts';
import {
  instantOf,
  originalStartOf,
  sameLength,
  slotInstant,
  slotKeyOf,
  spanOf,
  wallClock,
  type Span,
} from './times.ts';
import { slotIdOf, slotKeyFromId } from './slot-ids.ts';

/** One slot of a series that has an exception, or a lone slot that came without its series. */
export interface Slot {
  readonly key: SlotKey;
  readonly event: SourceEvent;
}

/** One event of one calendar with all its exceptions: a single event, a series, or lone slots without their series. */
export interface Meeting {
  readonly calendarId: CalendarId;
  /** Null for lone slots (an invitation to one date only). */
  readonly root: SourceEvent | null;
  readonly slots: ReadonlyMap<SlotKey, Slot>;
}

function keyOfException(row: EventRow, zone: string | null): SlotKey | null {
  const fromTime = row.originalStart === null ? null : slotKeyOf(row.originalStart, zone);
  if (fromTime !== null) return fromTime;
  // A tombstone may have nothing but its id left (google-calendar.md §0.7).
  const fromId = slotKeyFromId(row.id);
  return fromId === null || slotInstant(fromId) === null ? null : fromId;
}

/**
 * Takes all rows of one group; returns its meetings. An exception whose series is missing or deleted stands for itself
 * (google-calendar.md §8 no. 7); one that is cancelled as well stands for nothing. A row that names no series is none of its
 * exceptions, whatever its id looks like: the store takes rows out of a series in this way.
 */
export function meetingsOf(
  events: readonly SourceEvent[],
  zoneOf: (calendarId: CalendarId) => string | null,
): readonly Meeting[] {
  const only = events[0];
  if (events.length === 1 && only?.row.recurringEventId === null) {
    return [{ calendarId: only.calendarId, root: only, slots: noSlots }];
  }
  const roots = new Map<string, { root: SourceEvent; slots: Map<SlotKey, Slot> }>();
  const lone: Meeting[] = [];
  for (const event of events) {
    if (event.row.recurringEventId === null) {
      roots.set(`${event.calendarId}|${event.row.id}`, { root: event, slots: new Map() });
    }
  }
  for (const event of events) {
    if (event.row.recurringEventId === null) continue;
    const key = keyOfException(event.row, zoneOf(event.calendarId));
    if (key === null) continue;
    const series = roots.get(`${event.calendarId}|${event.row.recurringEventId}`);
    if (series !== undefined && series.root.row.status !== 'cancelled') series.slots.set(key, { key, event });
    else if (event.row.status !== 'cancelled') {
      lone.push({ calendarId: event.calendarId, root: null, slots: new Map([[key, { key, event }]]) });
    }
  }
  const meetings: Meeting[] = [...roots.values()].map(({ root, slots }) => ({
    calendarId: root.calendarId,
    root,
    slots,
  }));
  return [...meetings, ...lone];
}

const noPresence: ReadonlyMap<SlotKey, Span | null> = new Map();
const makesNone: SlotTest = () => false;

/** Takes the lines of a series (none for a single event) and when it is; returns which slots it has. Asked late, because most series are never asked for a slot. */
function slotsMadeBy(lines: readonly string[], spanOfRow: () => Span | null): SlotTest {
  let made: SlotTest | null = null;
  return (key) => {
    if (made === null) {
      const span = spanOfRow();
      if (lines.length === 0) {
        // A single event is one date of a series with its UID, and no other.
        const own = span === null ? null : slotKeyOf(span.start, null);
        made = (asked) => asked === own;
      } else made = span === null ? makesNone : slotTestOf(span, lines);
    }
    return made(key);
  };
}

const noSlots: ReadonlyMap<SlotKey, Slot> = new Map();

/** Where a meeting takes place: as a whole, and at single slots where that differs. */
export interface Presence {
  readonly whole: boolean;
  /** When it is at slots that have an exception; null where it is not. */
  readonly slots: ReadonlyMap<SlotKey, Span | null>;
  /** When the whole begins and ends, of a series its first date. */
  readonly span: () => Span | null;
  /** Whether the whole is a series. */
  readonly series: boolean;
  /** Which slots the whole has. */
  readonly makes: SlotTest;
  /** Spells the slots of the whole: two wholes of one spelling have the same ones. */
  readonly rule: () => string;
}

/** Takes the first occurrence of a whole and its lines; returns the spelling of its slots. */
export function ruleText(span: Span | null, lines: readonly string[]): string {
  const zone = span === null || isDate(span.start) ? null : span.start.timeZone;
  const length = span === null ? null : span.endsAt - span.startsAt;
  return JSON.stringify([span?.startsAt, length, span !== null && isDate(span.start), zone, parseRecurrence(lines)]);
}

/** Takes a presence and a slot (or null for the whole); returns whether the meeting is there then. */
export function isPresent(presence: Presence, key: SlotKey | null): boolean {
  if (key === null) return presence.whole;
  // Where nobody can tell it is not: twice busy is better than free.
  const exception = presence.slots.get(key);
  return exception === undefined ? presence.whole && presence.makes(key) === true : exception !== null;
}

/**
 * Takes a presence, a slot (null for the whole of a single event) and when it is somewhere else; returns whether the
 * presence holds that slot at that time. A copy that stands at another time holds only its own (design.md, "The same meeting
 * twice").
 */
export function holds(presence: Presence, key: SlotKey | null, span: Span): boolean {
  const whole = presence.span();
  if (key === null) {
    if (!presence.series) return presence.whole && whole !== null && isSameTime(whole, span);
    const own = slotKeyOf(span.start, null);
    return own !== null && holds(presence, own, span);
  }
  const exception = presence.slots.get(key);
  if (exception !== undefined) return exception !== null && isSameTime(exception, span);
  // Where nobody can tell it is not: twice busy is better than free.
  if (!presence.whole || whole === null || presence.makes(key) !== true) return false;
  return slotInstant(key) === span.startsAt && isDate(whole.start) === isDate(span.start) && sameLength(whole, span);
}

const isSameTime = (one: Span, other: Span): boolean =>
  isDate(one.start) === isDate(other.start) && one.startsAt === other.startsAt && sameLength(one, other);

/**
 * Takes a person's copy of a meeting and the zone of its calendar; returns where it is live and not declined. There a
 * calendar holds the meeting itself and needs no block (design.md, "The same meeting twice").
 */
export function copyPresence(meeting: Meeting, zone: string | null): Presence {
  const row = meeting.root?.row;
  const live = (row: EventRow): boolean =>
    row.status !== 'cancelled' && row.ownResponse !== 'declined' && !row.tagged && !hasFormOfBlock(row);
  const spanOfRow = (of: EventRow | undefined): Span | null => spanOf(of?.start ?? null, of?.end ?? null, zone);
  return {
    whole: row !== undefined && live(row),
    series: row !== undefined && row.recurrence.length > 0,
    span: () => spanOfRow(row),
    rule: () => ruleText(spanOfRow(row), row?.recurrence ?? []),
    makes: row === undefined ? makesNone : slotsMadeBy(row.recurrence, () => spanOf(row.start, row.end, zone)),
    slots:
      meeting.slots.size === 0
        ? noPresence
        : new Map([...meeting.slots].map(([key, { event }]) => [key, live(event.row) ? spanOfRow(event.row) : null])),
  };
}

/** A time at which a source is busy: the whole event, or one slot. */
export interface BusyTime {
  readonly span: Span;
  readonly title: string | null;
  readonly place: string | null;
  /** Whether its row is private or confidential (google-calendar.md §3.1). */
  readonly confidential: boolean;
}

/** A meeting judged by the policy of its calendar. */
export interface JudgedMeeting {
  readonly meeting: Meeting;
  readonly calendar: MeshCalendar;
  /** The lines of a series leave out the dates that are outside the hours that count. */
  readonly whole: (BusyTime & { readonly recurrence: readonly string[] }) | null;
  /** Which slots the rule of the whole makes. A single event has that of its own start. */
  readonly makes: SlotTest;
  /** Why the whole is not busy; null when it is, or for lone slots. */
  readonly reason: Reason | null;
  /** Slots that have an exception: busy (with their times) or null. */
  readonly slots: ReadonlyMap<SlotKey, BusyTime | null>;
  /** Why a slot with an exception is not busy. */
  readonly slotReasons: ReadonlyMap<SlotKey, Reason>;
  readonly presence: Presence;
}

/** What judging needs beside the meeting and its calendar. */
export interface Judging {
  readonly now: Instant;
  readonly filtersOf: FiltersOf;
}

const isConfidential = ({ visibility }: EventRow): boolean => visibility === 'private' || visibility === 'confidential';

/** Takes a meeting and its calendar; returns it judged (each row by itself, design.md, "What is busy"). */
export function judge(meeting: Meeting, calendar: MeshCalendar, { now, filtersOf }: Judging): JudgedMeeting {
  const zone = calendar.timeZone;
  const filters = filtersOf(calendar.busy);
  const rootRow = meeting.root?.row ?? null;
  const timed = (row: EventRow): { busy: Busy; time: BusyTime | null } => {
    const busy = busyOf(row, calendar.busy);
    if (!busy.busy) return { busy, time: null };
    const span = spanOf(row.start, row.end, zone);
    if (span === null) return { busy: { busy: false, reason: 'no-times' }, time: null };
    const reason = filteredOut(span, row.summary, filters, row.recurrence.length > 0);
    if (reason !== null) return { busy: { busy: false, reason }, time: null };
    return { busy, time: { span, title: row.summary, place: row.place, confidential: isConfidential(row) } };
  };
  const root = rootRow === null ? null : timed(rootRow);
  const slots = new Map<SlotKey, BusyTime | null>();
  const slotReasons = new Map<SlotKey, Reason>();
  for (const [key, slot] of meeting.slots) {
    const { busy, time } = timed(slot.event.row);
    slots.set(key, time);
    if (!busy.busy) slotReasons.set(key, busy.reason);
  }
  let time = root?.time ?? null;
  let reason = root === null || root.busy.busy ? null : root.busy.reason;
  let recurrence = rootRow?.recurrence ?? [];
  const { hours } = calendar.busy;
  if (time !== null && hours !== null && filters.hours !== null && recurrence.length > 0) {
    const within = seriesHours(time.span, recurrence, hours, filters.hours, now);
    if (within.kind === 'none') {
      time = null;
      reason = 'outside-hours';
    } else if (within.kind === 'some') {
      // A slot with an exception stays in the rule: it is judged by itself, and may be within after all.
      const without = within.without.filter((key) => !slots.has(key));
      recurrence = without.length > 0 ? [...within.lines, exceptLine(without)] : within.lines;
    }
  }
  const makes = rootRow === null ? makesNone : slotsMadeBy(recurrence, () => time?.span ?? null);
  return {
    meeting,
    calendar,
    whole: time === null ? null : { ...time, recurrence },
    makes,
    reason,
    slots,
    slotReasons,
    presence: {
      whole: time !== null,
      series: recurrence.length > 0,
      span: () => time?.span ?? null,
      makes,
      rule: () => ruleText(time?.span ?? null, recurrence),
      slots: slots.size === 0 ? noPresence : new Map([...slots].map(([key, slot]) => [key, slot?.span ?? null])),
    },
  };
}

/**
 * Takes a judged series and where its meeting is held already; returns the series less the dates that are held, where some
 * are not: two copies of one series can have other rules, because a date was left out of one of them, or lies outside the
 * hours that count on one of them. Null where everything is held that its rule makes this year and the next; the whole
 * series where more than {@link mostLeftOut} dates would have to be left out.
 */
export function notHeld(judged: JudgedMeeting, held: readonly Presence[], now: Instant): JudgedMeeting | null {
  const { whole, slots } = judged;
  if (whole === null || whole.recurrence.length === 0) return null;
  const rule = judged.presence.rule();
  if (held.some((presence) => presence.whole && presence.rule() === rule)) return null;
  const { from, to } = yearsAround(now);
  const made = slotsWithin(whole.span, whole.recurrence, from, to);
  // Dates that nobody can tell are held by nobody.
  if (made === null) return judged;
  const ordinary = made.filter((key) => !slots.has(key));
  const there = new Set(
    ordinary.filter((key) => {
      const time = ordinarySlot(whole, key);
      return time !== null && held.some((presence) => holds(presence, key, time.span));
    }),
  );
  // A slot with an exception in the other copy is looked at by itself.
  const open = ordinary.filter((key) => !there.has(key) && !held.some((presence) => presence.slots.has(key)));
  if (open.length === 0) return null;
  if (there.size > mostLeftOut) return judged;
  const recurrence = there.size === 0 ? whole.recurrence : [...whole.recurrence, exceptLine([...there])];
  return { ...judged, whole: { ...whole, recurrence }, makes: slotTestOf(whole.span, recurrence) };
}

/**
 * Takes a judged series and a slot; returns when it is busy there: as its exception says, else as its rule says. Null
 * where it is not busy, or has no such slot.
 */
export function busyAt(judged: JudgedMeeting, key: SlotKey): BusyTime | null {
  const exception = judged.slots.get(key);
  if (exception !== undefined) return exception;
  return judged.whole === null || judged.makes(key) === false ? null : ordinarySlot(judged.whole, key);
}

const told = ({ title, place, confidential }: BusyTime): Omit<BusyTime, 'span'> => ({ title, place, confidential });

/** Takes the first occurrence of a series and a slot; returns the slot as the rule makes it. */
export function ordinarySlot(whole: BusyTime, key: SlotKey): BusyTime | null {
  const zone = 'timeZone' in whole.span.start ? whole.span.start.timeZone : null;
  const start = originalStartOf(key, zone);
  const startsAt = instantOf(start, zone);
  if (startsAt === null) return null;
  const endsAt = startsAt + (whole.span.endsAt - whole.span.startsAt);
  const end = key.length === 8 ? { date: new Date(endsAt).toISOString().slice(0, 10) } : wallClock(endsAt, zone);
  return { ...told(whole), span: { start, end, startsAt, endsAt } };
}

/** Takes a meeting and one of its slots; returns the name of that slot as a source of its own. */
export function slotSourceRef(meeting: Meeting, key: SlotKey): SourceRef {
  const exception = meeting.slots.get(key);
  if (exception !== undefined) return exception.event.sourceRef;
  // A slot that the source itself never changed has no row; its id can be composed (google-calendar.md §0.10).
  return sourceRef(meeting.calendarId, slotIdOf(meeting.root?.row.id ?? ('' as EventId), key));
}
