import type { BlockPolicy, BusyPolicy } from '../../src/shared/dto.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { dateText, dayNumber, timedKey, weekdayText, type Expander, type Slot } from './expander.ts';
import type { CalendarEvent } from './oracle.ts';

/** A moment at which all worlds are looked at first: Monday, 2 March 2026, 08:00 UTC. */
export const beginning = Date.UTC(2026, 2, 2, 8);
const minute = 60_000;
const dayMilliseconds = 86_400_000;

/** A calendar as a world begins with it. */
export interface CalendarSpec {
  readonly zone: string;
  readonly source: boolean;
  readonly target: boolean;
  readonly busy: BusyPolicy;
  /** Whether out-of-office events may be made there. */
  readonly mayBeOutOfOffice: boolean;
}

/** How a rule ends: never, after so many slots, or with one of its slots (the day or the moment of it). */
export type EndSpec =
  | { readonly kind: 'never' }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'until' | 'until-day'; readonly days: number };

/** When something is: days after the beginning, a time of day, and a length. */
export interface TimeSpec {
  readonly allDay: boolean;
  readonly zone: string;
  readonly day: number;
  /** `HH:MM`. */
  readonly clock: string;
  readonly minutes: number;
}

/** How a calendar spells times: with an offset, without one, or in UTC. */
export type Spelling = 'offset' | 'naive' | 'utc';

export interface CopySpec {
  /** Which calendar; counted around. */
  readonly calendar: number;
  readonly answer: CalendarEvent['ownResponse'];
  readonly transparent: boolean;
  readonly optional?: boolean;
}

/** A meeting as people make it: at the same times on every calendar that holds it, with answers of their own. */
export interface MeetingSpec {
  readonly time: TimeSpec;
  /** The value of an RRULE without its end, or null for a single event. */
  readonly rule: string | null;
  readonly end: EndSpec;
  readonly title: string | null;
  readonly kind: CalendarEvent['kind'];
  readonly tentative: boolean;
  readonly spelling: Spelling;
  readonly copies: readonly CopySpec[];
}

/**
 * Something that a person does. `meeting`, `slot` and `copy` count around what there is, so that each edit can be done
 * in every world and a world stays one when it is made smaller. Of the slots
 * of a series those are counted first that are soon, on days of a clock change, or last.
 * A null `copy` is the organiser: the change is on all calendars that hold the meeting.
 */
export type Edit =
  | { readonly kind: 'add'; readonly meeting: MeetingSpec }
  | {
      readonly kind: 'slot-time';
      readonly meeting: number;
      readonly slot: number;
      readonly shift: number;
      readonly minutes: number | null;
      readonly allDay: boolean;
    }
  | {
      readonly kind: 'slot-cancel' | 'slot-restore';
      readonly meeting: number;
      readonly slot: number;
      readonly copy: number | null;
    }
  | {
      readonly kind: 'slot-answer';
      readonly meeting: number;
      readonly slot: number;
      readonly copy: number;
      readonly answer: CalendarEvent['ownResponse'];
    }
  | {
      readonly kind: 'slot-mark';
      readonly meeting: number;
      readonly slot: number;
      readonly copy: number;
      readonly transparent: boolean;
    }
  | { readonly kind: 'slot-title'; readonly meeting: number; readonly slot: number; readonly title: string | null }
  | { readonly kind: 'slot-invite'; readonly meeting: number; readonly slot: number; readonly copy: CopySpec }
  | {
      readonly kind: 'answer';
      readonly meeting: number;
      readonly copy: number;
      readonly answer: CalendarEvent['ownResponse'];
    }
  | { readonly kind: 'mark'; readonly meeting: number; readonly copy: number; readonly transparent: boolean }
  | { readonly kind: 'title'; readonly meeting: number; readonly title: string | null }
  | { readonly kind: 'tentative'; readonly meeting: number; readonly tentative: boolean }
  | {
      readonly kind: 'time';
      readonly meeting: number;
      readonly days: number;
      readonly shift: number;
      readonly minutes: number | null;
      readonly zone: string | null;
      readonly allDay: boolean | null;
    }
  | { readonly kind: 'rule'; readonly meeting: number; readonly rule: string | null }
  | { readonly kind: 'end'; readonly meeting: number; readonly end: EndSpec }
  | { readonly kind: 'exdate'; readonly meeting: number; readonly slot: number; readonly form: 'utc' | 'local' | 'day' }
  | { readonly kind: 'rdate'; readonly meeting: number; readonly days: number }
  | {
      readonly kind: 'split';
      readonly meeting: number;
      readonly slot: number;
      readonly form: 'R' | 'new';
      readonly shift: number;
      readonly minutes: number | null;
    }
  | { readonly kind: 'truncate'; readonly meeting: number; readonly slot: number }
  | { readonly kind: 'delete' | 'undelete'; readonly meeting: number; readonly copy: number | null }
  | { readonly kind: 'invite'; readonly meeting: number; readonly copy: CopySpec }
  | { readonly kind: 'to-calendar'; readonly meeting: number; readonly calendar: number }
  | { readonly kind: 'busy'; readonly calendar: number; readonly busy: BusyPolicy }
  | { readonly kind: 'block'; readonly source: number; readonly target: number; readonly block: BlockPolicy }
  | { readonly kind: 'use'; readonly calendar: number; readonly source: boolean; readonly target: boolean };

/** What a calendar service does where nobody knows what Google does (google-calendar.md §10 no. 2). */
export interface HabitsSpec {
  /** What becomes of a person's exceptions that the series does not make any more. */
  readonly orphans: 'degraded' | 'kept';
  /** Whether exceptions are lost even where the series still makes their slot, once its start or shape has moved. */
  readonly resets: boolean;
  /** What becomes of exceptions of a block that its series does not make any more. */
  readonly leftovers: 'dropped' | 'cancelled' | 'vanished' | 'kept';
}

/** A whole world: the first round of edits is before the first sync, each other one before another sync. */
export interface WorldSpec {
  readonly calendars: readonly CalendarSpec[];
  readonly block: BlockPolicy;
  readonly habits: HabitsSpec;
  readonly rounds: readonly (readonly Edit[])[];
}

/** A row with the name of the meeting that the store files it under. */
export interface BookRow {
  readonly event: CalendarEvent;
  readonly group: string;
}

/** A calendar of a book. */
export interface BookCalendar {
  readonly id: string;
  readonly zone: string;
  source: boolean;
  target: boolean;
  busy: BusyPolicy;
  readonly mayBeOutOfOffice: boolean;
  readonly rows: Map<string, BookRow>;
}

/** What calendars call a meeting. */
export interface MeetingName {
  readonly id: string;
  readonly uid: string | null;
}

/** Where a row ends up when somebody deletes it: four fields, and no more (google-calendar.md §0.5). */
const tombstone = (id: string): CalendarEvent => ({
  id,
  status: 'cancelled',
  iCalUid: null,
  kind: 'default',
  start: null,
  end: null,
  recurrence: [],
  recurringEventId: null,
  originalStart: null,
  transparent: false,
  ownResponse: 'none',
  summary: null,
});

/**
 * Calendars on paper: what people do to their events, and what their calendars then say. No network, no clock, and of
 * the planner nothing but the form of its policies.
 */
export class Book {
  readonly calendars: readonly BookCalendar[];
  readonly #beginning: number;
  readonly #expander: Expander;
  readonly #habits: HabitsSpec;
  readonly #meetings: MeetingName[] = [];
  readonly #deleted = new Map<string, BookRow>();
  readonly #routes = new Map<string, BlockPolicy>();
  readonly #block: BlockPolicy;
  #made = 0;

  /** The instant that days and slots are counted from is the beginning, unless another is given. */
  constructor(spec: Pick<WorldSpec, 'calendars' | 'block' | 'habits'>, expander: Expander, from: number = beginning) {
    this.#beginning = from;
    this.#expander = expander;
    this.#habits = spec.habits;
    this.#block = spec.block;
    this.calendars = spec.calendars.map(({ zone, source, target, busy, mayBeOutOfOffice }, index) => ({
      id: `${'abcdefgh'[index] ?? 'z'}@calendar.example`,
      zone,
      source,
      target,
      busy,
      mayBeOutOfOffice,
      rows: new Map(),
    }));
  }

  /** What blocks show on a route. */
  blockPolicy(sourceId: string, targetId: string): BlockPolicy {
    return this.#routes.get(`${sourceId}|${targetId}`) ?? this.#block;
  }

  /** Writes down what calendars say already, in their order, and the meetings that edits count. */
  fill(events: readonly (readonly CalendarEvent[])[], meetings: readonly MeetingName[]): void {
    this.#meetings.push(...meetings);
    for (const [index, rows] of events.entries()) {
      const calendar = this.#calendar(index);
      for (const event of rows) calendar.rows.set(event.id, { event, group: '' });
    }
  }

  /** The id of the slot that an edit means, and its name; null where there is none. */
  slotOf(meeting: number, slot: number): { readonly id: string; readonly key: string } | null {
    const name = this.#meetings[meeting];
    const view = name === undefined ? null : this.#slot(name, slot);
    return view === null ? null : { id: view.id, key: view.slot.key };
  }

  /** The calendars that hold a meeting or one of its slots, by their numbers. */
  holdersOf(meeting: number): readonly number[] {
    const name = this.#meetings[meeting];
    return name === undefined ? [] : this.#holders(name).map((calendar) => this.calendars.indexOf(calendar));
  }

  /** Does what a person does; nothing where there is nothing to do it to. */
  edit(edit: Edit): void {
    switch (edit.kind) {
      case 'add':
        this.#add(edit.meeting);
        return;
      case 'busy':
        this.#calendar(edit.calendar).busy = edit.busy;
        return;
      case 'use': {
        const calendar = this.#calendar(edit.calendar);
        calendar.source = edit.source;
        calendar.target = edit.target;
        return;
      }
      case 'block':
        this.#routes.set(`${this.#calendar(edit.source).id}|${this.#calendar(edit.target).id}`, edit.block);
        return;
      default: {
        const meeting = this.#meetings[edit.meeting % Math.max(1, this.#meetings.length)];
        if (meeting !== undefined) this.#editMeeting(meeting, edit);
      }
    }
  }

  #editMeeting(meeting: MeetingName, edit: Exclude<Edit, { kind: 'add' | 'busy' | 'use' | 'block' }>): void {
    const holders = this.#holders(meeting);
    const one = (index: number | null): readonly BookCalendar[] =>
      index === null ? holders : holders.slice(index % Math.max(1, holders.length)).slice(0, 1);
    switch (edit.kind) {
      case 'slot-time':
        this.#onSlot(meeting, holders, edit.slot, (row, slot) => {
          const start = this.#expander.instantOf(slot.plainStart, slot.zone);
          const plain = slot.event.start !== null && 'date' in slot.event.start;
          if (edit.allDay || plain) {
            const day = this.#dayOf(start, slot) + Math.round(edit.shift / 1440);
            const days = edit.minutes === null ? 1 : Math.max(1, Math.round(edit.minutes / 1440));
            return { ...row, start: { date: dateText(day) }, end: { date: dateText(day + days) } };
          }
          const startsAt = start + edit.shift * minute;
          const length = edit.minutes === null ? slot.length : edit.minutes * minute;
          return { ...row, ...this.#timed(startsAt, startsAt + length, slot.zone, 'offset') };
        });
        return;
      case 'slot-cancel':
        this.#onSlot(meeting, one(edit.copy), edit.slot, (row) => ({
          ...tombstone(row.id),
          recurringEventId: row.recurringEventId,
          originalStart: row.originalStart,
        }));
        return;
      case 'slot-restore':
        for (const calendar of one(edit.copy)) this.#restore(meeting, calendar, edit.slot);
        return;
      case 'slot-answer':
        this.#onSlot(meeting, one(edit.copy), edit.slot, (row) => ({ ...row, ownResponse: edit.answer }));
        return;
      case 'slot-mark':
        this.#onSlot(meeting, one(edit.copy), edit.slot, (row) => ({ ...row, transparent: edit.transparent }));
        return;
      case 'slot-title':
        this.#onSlot(meeting, holders, edit.slot, (row) => ({ ...row, summary: edit.title }));
        return;
      case 'slot-invite':
        this.#inviteToSlot(meeting, edit.slot, edit.copy);
        return;
      case 'answer':
        this.#onWhole(meeting, one(edit.copy), (row, before) =>
          row.ownResponse === before.ownResponse ? { ...row, ownResponse: edit.answer } : row,
        );
        return;
      case 'mark':
        this.#onWhole(meeting, one(edit.copy), (row, before) =>
          row.transparent === before.transparent ? { ...row, transparent: edit.transparent } : row,
        );
        return;
      case 'title':
        this.#onWhole(meeting, holders, (row) => ({ ...row, summary: edit.title }));
        return;
      case 'tentative':
        this.#onWhole(meeting, holders, (row) => ({ ...row, status: edit.tentative ? 'tentative' : 'confirmed' }));
        return;
      case 'time':
        for (const calendar of holders)
          this.#changeMaster(meeting, calendar, (row) => this.#moved(row, calendar, edit));
        return;
      case 'rule':
        for (const calendar of holders) {
          this.#changeMaster(meeting, calendar, (row) => ({
            ...row,
            recurrence: edit.rule === null ? [] : [`RRULE:${this.#filled(edit.rule, row, calendar)}`],
            ...(edit.rule === null ? {} : this.#withZones(row, calendar)),
          }));
        }
        return;
      case 'end':
        this.#changeRules(meeting, holders, (rule, row, calendar) => this.#ended(rule, row, calendar, edit.end));
        return;
      case 'exdate': {
        const slot = this.#slot(meeting, edit.slot);
        if (slot === null) return;
        for (const calendar of holders) {
          this.#changeMaster(meeting, calendar, (row) => ({
            ...row,
            recurrence: [...row.recurrence, this.#exdate(slot, edit.form)],
          }));
        }
        return;
      }
      case 'rdate':
        for (const calendar of holders) {
          this.#changeMaster(meeting, calendar, (row) => {
            if (row.recurrence.length === 0 || row.start === null) return row;
            const value = this.#valueAt(row.start, calendar, edit.days);
            return {
              ...row,
              recurrence: [...row.recurrence, `RDATE${value.length === 8 ? ';VALUE=DATE' : ''}:${value}`],
            };
          });
        }
        return;
      case 'split':
        this.#split(meeting, holders, edit);
        return;
      case 'truncate': {
        const slot = this.#slot(meeting, edit.slot);
        if (slot === null) return;
        for (const calendar of holders) {
          if (slot.isFirst) this.#delete(meeting, calendar);
          else this.#changeMaster(meeting, calendar, (row) => ({ ...row, recurrence: this.#cut(row, slot) }));
        }
        return;
      }
      case 'delete':
        for (const calendar of one(edit.copy)) this.#delete(meeting, calendar);
        return;
      case 'undelete':
        for (const calendar of this.calendars) {
          const before = this.#deleted.get(`${calendar.id}|${meeting.id}`);
          if (before === undefined || this.#isLive(meeting, calendar)) continue;
          const { ownResponse, transparent, optionalGuest = false } = before.event;
          if (!this.#join(meeting, calendar, { ownResponse, transparent, optionalGuest }))
            calendar.rows.set(meeting.id, before);
        }
        return;
      case 'invite': {
        const calendar = this.#calendar(edit.copy.calendar);
        const { answer: ownResponse, transparent, optional: optionalGuest = false } = edit.copy;
        if (meeting.uid !== null && !this.#isLive(meeting, calendar)) {
          this.#join(meeting, calendar, { ownResponse, transparent, optionalGuest });
        }
        return;
      }
      case 'to-calendar': {
        const [from] = holders;
        const to = this.#calendar(edit.calendar);
        if (holders.length !== 1 || from === undefined || this.#isLive(meeting, to)) return;
        const rows = [...from.rows.values()].filter(
          ({ event }) => event.id === meeting.id || event.recurringEventId === meeting.id,
        );
        for (const row of rows) to.rows.set(row.event.id, this.#filed(to, meeting, row.event));
        this.#delete(meeting, from);
        return;
      }
    }
  }

  #calendar(index: number): BookCalendar {
    const calendar = this.calendars[index % this.calendars.length];
    if (calendar === undefined) throw new RangeError('A world needs a calendar.');
    return calendar;
  }

  #isLive(meeting: MeetingName, calendar: BookCalendar): boolean {
    return (calendar.rows.get(meeting.id)?.event.status ?? 'cancelled') !== 'cancelled';
  }

  /** Calendars that hold a meeting as a whole or one of its slots. */
  #holders(meeting: MeetingName): readonly BookCalendar[] {
    return this.calendars.filter(
      (calendar) =>
        this.#isLive(meeting, calendar) ||
        [...calendar.rows.values()].some(
          ({ event }) => event.recurringEventId === meeting.id && event.status !== 'cancelled',
        ),
    );
  }

  #filed(calendar: BookCalendar, { id, uid }: MeetingName, event: CalendarEvent): BookRow {
    return { event, group: uid === null ? `id:${calendar.id}|${id}` : `uid:${uid}` };
  }

  #put(calendar: BookCalendar, meeting: MeetingName, event: CalendarEvent): void {
    calendar.rows.set(event.id, this.#filed(calendar, meeting, event));
  }

  /** Gives a calendar its own copy of a meeting, as another one has it; false where none has. */
  #join(
    meeting: MeetingName,
    calendar: BookCalendar,
    own: Pick<CalendarEvent, 'ownResponse' | 'transparent' | 'optionalGuest'>,
  ): boolean {
    const model = this.calendars.find((one) => this.#isLive(meeting, one));
    if (model === undefined) return false;
    for (const { event } of [...calendar.rows.values()]) {
      if (event.recurringEventId === meeting.id) this.#degrade(calendar, event.id);
    }
    // What the organiser did to single slots is so for every guest.
    for (const { event } of [...model.rows.values()]) {
      if (event.id !== meeting.id && event.recurringEventId !== meeting.id) continue;
      this.#put(calendar, meeting, event.status === 'cancelled' ? event : { ...event, ...own });
    }
    return true;
  }

  // Times

  #timed(
    startsAt: number,
    endsAt: number,
    zone: string,
    spelling: Spelling,
  ): { readonly start: EventTime; readonly end: EventTime } {
    return { start: this.#spelled(startsAt, zone, spelling), end: this.#spelled(endsAt, zone, spelling) };
  }

  #spelled(instant: number, zone: string, spelling: Spelling): EventTime {
    const utc = new Date(instant).toISOString().slice(0, 19);
    if (spelling === 'utc') return { dateTime: `${utc}Z`, timeZone: zone };
    const { day, second } = this.#expander.wallAt(zone, instant);
    const local = new Date(day * dayMilliseconds + second * 1000).toISOString().slice(0, 19);
    // The second time that a clock says the same can only be told with an offset.
    if (spelling === 'naive' && this.#expander.instantAt(zone, day, second) === instant) {
      return { dateTime: local, timeZone: zone };
    }
    const offset = (Date.parse(`${local}Z`) - instant) / minute;
    const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0');
    const sign = offset < 0 ? '-' : '+';
    return { dateTime: `${local}${sign}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`, timeZone: zone };
  }

  #timesOf(time: TimeSpec, spelling: Spelling): { readonly start: EventTime; readonly end: EventTime } {
    const day = Math.floor(this.#beginning / dayMilliseconds) + time.day;
    if (time.allDay) {
      const days = Math.max(0, Math.round(time.minutes / 1440));
      return { start: { date: dateText(day) }, end: { date: dateText(day + days) } };
    }
    const second = Number(time.clock.slice(0, 2)) * 3600 + Number(time.clock.slice(3, 5)) * 60;
    const startsAt = this.#expander.instantAt(time.zone, day, second);
    return this.#timed(startsAt, startsAt + time.minutes * minute, time.zone, spelling);
  }

  #dayOf(instant: number, { event, zone }: { readonly event: CalendarEvent; readonly zone: string }): number {
    const allDay = event.start !== null && 'date' in event.start;
    return allDay ? Math.floor(instant / dayMilliseconds) : this.#expander.wallAt(zone, instant).day;
  }

  #withZones(row: CalendarEvent, calendar: BookCalendar): Pick<CalendarEvent, 'start' | 'end'> {
    const zoned = (time: EventTime | null): EventTime | null =>
      time === null || 'date' in time ? time : { ...time, timeZone: time.timeZone ?? calendar.zone };
    return { start: zoned(row.start), end: zoned(row.end) };
  }

  #moved(row: CalendarEvent, calendar: BookCalendar, edit: Extract<Edit, { kind: 'time' }>): CalendarEvent {
    const { start, end } = row;
    if (start === null || end === null) return row;
    const wasAllDay = 'date' in start;
    // The organiser's zone, so that the copies stay at the same times.
    const zone = edit.zone ?? (wasAllDay ? this.#calendar(0).zone : (start.timeZone ?? calendar.zone));
    const startsAt = this.#expander.instantOf(start, calendar.zone);
    const length =
      edit.minutes === null ? this.#expander.instantOf(end, calendar.zone) - startsAt : edit.minutes * minute;
    const wall = wasAllDay
      ? { day: Math.floor(startsAt / dayMilliseconds), second: 36_000 }
      : this.#expander.wallAt(start.timeZone ?? calendar.zone, startsAt);
    const day = wall.day + edit.days;
    const recurrence = edit.days === 0 ? row.recurrence : row.recurrence.map(withoutDays);
    if (edit.allDay ?? wasAllDay) {
      const days = Math.max(1, Math.round(length / dayMilliseconds));
      return {
        ...row,
        recurrence: recurrence.map(untilDay),
        start: { date: dateText(day) },
        end: { date: dateText(day + days) },
      };
    }
    const moved = this.#expander.instantAt(zone, day, wall.second) + edit.shift * minute;
    const sameDay = this.#expander.wallAt(zone, moved).day === day;
    return {
      ...row,
      recurrence: sameDay ? recurrence : recurrence.map(withoutDays),
      ...this.#timed(moved, moved + length, zone, 'offset'),
    };
  }

  // Slots

  /** The slot of a number, with the row that speaks of it or would; null where there is none. */
  #slot(meeting: MeetingName, number: number): SlotView | null {
    const slots = this.#slotsOf(meeting);
    const slot = slots[number % Math.max(1, slots.length)];
    const model = this.calendars.find((one) => this.#isLive(meeting, one));
    const master = model?.rows.get(meeting.id)?.event;
    if (
      slot === undefined ||
      model === undefined ||
      master?.start === null ||
      master === undefined ||
      master.end === null
    )
      return null;
    const zone = 'date' in master.start ? model.zone : (master.start.timeZone ?? model.zone);
    const startsAt = this.#expander.instantOf(master.start, model.zone);
    const length = this.#expander.instantOf(master.end, model.zone) - startsAt;
    const start: EventTime =
      'date' in master.start
        ? { date: dateText(slot.startsAt / dayMilliseconds) }
        : this.#spelled(slot.startsAt, zone, 'offset');
    return {
      slot,
      id: `${meeting.id}_${slot.key}`,
      event: master,
      zone,
      length,
      plainStart: start,
      plainEnd:
        'date' in master.start
          ? { date: dateText((slot.startsAt + Math.max(length, dayMilliseconds)) / dayMilliseconds) }
          : this.#spelled(slot.startsAt + length, zone, 'offset'),
      isFirst: slot.startsAt === startsAt,
    };
  }

  #slotsOf(meeting: MeetingName): readonly Slot[] {
    const model = this.calendars.find((calendar) => this.#isLive(meeting, calendar));
    const master = model?.rows.get(meeting.id)?.event;
    if (model === undefined || master?.start === null || master === undefined || master.recurrence.length === 0)
      return [];
    const before = this.#beginning + 400 * dayMilliseconds;
    const zone = 'date' in master.start ? 'UTC' : (master.start.timeZone ?? model.zone);
    const all = this.#expander
      .slots(master.start, master.recurrence, model.zone, before)
      .filter(({ startsAt }) => startsAt > this.#beginning - 3 * dayMilliseconds);
    const ahead = all.filter(({ startsAt }) => startsAt > this.#beginning + 2 * dayMilliseconds);
    const changes = ahead.filter(({ startsAt }) => this.#isOnClockChange(zone, startsAt));
    // Where mistakes hide comes first: soon, on days of a clock change, at the end of the series, and just past.
    return [...new Set([...ahead.slice(0, 4), ...changes.slice(0, 4), ...ahead.slice(-2), ...all.slice(0, 20)])];
  }

  #isOnClockChange(zone: string, instant: number): boolean {
    const { day } = this.#expander.wallAt(zone, instant);
    return this.#expander.instantAt(zone, day + 1, 0) - this.#expander.instantAt(zone, day, 0) !== dayMilliseconds;
  }

  /** Changes what calendars say of one slot: the row that is there, or one that the series would give. */
  #onSlot(
    meeting: MeetingName,
    calendars: readonly BookCalendar[],
    number: number,
    change: (row: CalendarEvent, slot: SlotView) => CalendarEvent,
  ): void {
    const slot = this.#slot(meeting, number);
    if (slot === null) return;
    for (const calendar of calendars) {
      const there = calendar.rows.get(slot.id)?.event;
      const known = there?.recurringEventId === meeting.id ? there : undefined;
      if (known === undefined && !this.#isLive(meeting, calendar)) continue;
      if (known?.status === 'cancelled') continue;
      this.#put(calendar, meeting, change(known ?? this.#exception(meeting, calendar, slot), slot));
    }
  }

  #exception(meeting: MeetingName, calendar: BookCalendar, slot: SlotView): CalendarEvent {
    const master = calendar.rows.get(meeting.id)?.event ?? slot.event;
    return {
      ...master,
      id: slot.id,
      recurrence: [],
      recurringEventId: meeting.id,
      originalStart: slot.plainStart,
      start: slot.plainStart,
      end: slot.plainEnd,
    };
  }

  #restore(meeting: MeetingName, calendar: BookCalendar, number: number): void {
    const slot = this.#slot(meeting, number);
    if (slot === null || !this.#isLive(meeting, calendar)) return;
    const known = calendar.rows.get(slot.id)?.event;
    if (known?.recurringEventId !== meeting.id) return;
    const row = this.#exception(meeting, calendar, slot);
    const moved = this.calendars
      .filter((one) => one !== calendar)
      .map((one) => one.rows.get(slot.id)?.event)
      .find((one) => one?.recurringEventId === meeting.id && one.status !== 'cancelled');
    this.#put(calendar, meeting, moved === undefined ? row : { ...row, start: moved.start, end: moved.end });
  }

  /** A person is invited to one date only: their calendar has the slot and no series (google-calendar.md §8 no. 7). */
  #inviteToSlot(meeting: MeetingName, number: number, copy: CopySpec): void {
    const calendar = this.#calendar(copy.calendar);
    const slot = this.#slot(meeting, number);
    if (slot === null || meeting.uid === null || this.#isLive(meeting, calendar)) return;
    const [organiser] = this.#holders(meeting);
    const model = organiser?.rows.get(slot.id)?.event ?? this.#exception(meeting, calendar, slot);
    if (model.status === 'cancelled') return;
    const { answer: ownResponse, transparent, optional: optionalGuest = false } = copy;
    this.#put(calendar, meeting, { ...model, ownResponse, transparent, optionalGuest });
  }

  // Series

  #onWhole(
    meeting: MeetingName,
    calendars: readonly BookCalendar[],
    change: (row: CalendarEvent, before: CalendarEvent) => CalendarEvent,
  ): void {
    for (const calendar of calendars) {
      const master = calendar.rows.get(meeting.id)?.event;
      if (master === undefined || master.status === 'cancelled') continue;
      for (const { event } of [...calendar.rows.values()]) {
        const own = event.id === meeting.id || event.recurringEventId === meeting.id;
        if (own && event.status !== 'cancelled') this.#put(calendar, meeting, change(event, master));
      }
    }
  }

  /** Changes a series or single event; its exceptions stay where it still makes their slots, the others by habit. */
  #changeMaster(meeting: MeetingName, calendar: BookCalendar, change: (row: CalendarEvent) => CalendarEvent): void {
    const before = calendar.rows.get(meeting.id)?.event;
    if (before === undefined || before.status === 'cancelled') return;
    const after = this.#sound(change(before), calendar);
    this.#put(calendar, meeting, after);
    // Guests of single dates hear of it too.
    const touched = [calendar, ...this.calendars.filter((one) => !this.#isLive(meeting, one))];
    for (const holder of touched) this.#stretch(meeting, holder, before, after);
    if (JSON.stringify([before.start, before.recurrence]) === JSON.stringify([after.start, after.recurrence])) return;
    const shape = (row: CalendarEvent): string =>
      JSON.stringify([row.start, row.recurrence.map((line) => line.replaceAll(/;(COUNT|UNTIL)=[^;]*/g, ''))]);
    const reset = this.#habits.resets && shape(before) !== shape(after);
    const made =
      after.start === null || after.recurrence.length === 0
        ? new Set<string>()
        : new Set(
            this.#expander
              .slots(after.start, after.recurrence, calendar.zone, this.#beginning + 450 * dayMilliseconds)
              .map(({ key }) => key),
          );
    for (const holder of touched) {
      for (const { event } of [...holder.rows.values()]) {
        if (event.recurringEventId !== meeting.id || event.originalStart === null) continue;
        const still = made.has(this.#expander.keyOf(event.originalStart, holder.zone));
        const kept = still ? !reset : this.#habits.orphans === 'kept' && after.recurrence.length > 0;
        if (!kept) this.#degrade(holder, event.id);
      }
    }
  }

  /**
   * COUNT is left out where the start is none of the rule's own slots: what it counts then, the standard leaves undefined
   * (RFC 5545 §3.8.5.3).
   */
  #sound(row: CalendarEvent, calendar: BookCalendar): CalendarEvent {
    const { start } = row;
    if (start === null || !row.recurrence.some((line) => line.includes(';COUNT='))) return row;
    if (this.#expander.startsOnRule(start, row.recurrence, calendar.zone)) return row;
    return { ...row, recurrence: row.recurrence.map((line) => line.replace(/;COUNT=\d+/, '')) };
  }

  /** Slots that have a row for another reason than their times take over a new length of their series. */
  #stretch(meeting: MeetingName, calendar: BookCalendar, before: CalendarEvent, after: CalendarEvent): void {
    const lengthOf = ({ start, end }: CalendarEvent): number | null =>
      start === null || end === null
        ? null
        : Math.max(
            this.#expander.instantOf(end, calendar.zone) - this.#expander.instantOf(start, calendar.zone),
            'date' in start ? dayMilliseconds : 0,
          );
    const [old, next] = [lengthOf(before), lengthOf(after)];
    if (old === next || next === null || after.start === null) return;
    const allDay = 'date' in after.start;
    for (const { event } of [...calendar.rows.values()]) {
      const { start, originalStart } = event;
      if (event.recurringEventId !== meeting.id || start === null || originalStart === null) continue;
      const plain = this.#expander.keyOf(start, calendar.zone) === this.#expander.keyOf(originalStart, calendar.zone);
      if (!plain || lengthOf(event) !== old || 'date' in start !== allDay) continue;
      const endsAt = this.#expander.instantOf(start, calendar.zone) + next;
      const end: EventTime =
        'date' in start
          ? { date: dateText(endsAt / dayMilliseconds) }
          : this.#spelled(endsAt, start.timeZone ?? calendar.zone, 'offset');
      this.#put(calendar, meeting, { ...event, end });
    }
  }

  #degrade(calendar: BookCalendar, id: string): void {
    const row = calendar.rows.get(id);
    if (row !== undefined) calendar.rows.set(id, { ...row, event: tombstone(id) });
  }

  #changeRules(
    meeting: MeetingName,
    calendars: readonly BookCalendar[],
    change: (rule: string, row: CalendarEvent, calendar: BookCalendar) => string,
  ): void {
    for (const calendar of calendars) {
      this.#changeMaster(meeting, calendar, (row) => ({
        ...row,
        recurrence: row.recurrence.map((line) => (line.startsWith('RRULE:') ? change(line, row, calendar) : line)),
      }));
    }
  }

  /** Takes days after a start; returns the value that names the same time of day then. */
  #valueAt(start: EventTime, calendar: BookCalendar, days: number): string {
    if ('date' in start) return dateText(dayNumber(start.date) + days).replaceAll('-', '');
    const zone = start.timeZone ?? calendar.zone;
    const { day, second } = this.#expander.wallAt(zone, this.#expander.instantOf(start, calendar.zone));
    return timedKey(this.#expander.instantAt(zone, day + days, second));
  }

  /** Puts what the start says into a rule: `{day}` its weekday, `{nth}` and `{last}` with its place in the month, … */
  #filled(rule: string, row: CalendarEvent, calendar: BookCalendar): string {
    if (row.start === null) return rule;
    const text = this.#valueDay(row.start, calendar, 0);
    const weekday = weekdayText(dayNumber(text));
    const date = Number(text.slice(6, 8));
    return rule
      .replaceAll('{day}', weekday)
      .replaceAll('{nth}', date > 28 ? `-1${weekday}` : `${Math.ceil(date / 7)}${weekday}`)
      .replaceAll('{date}', String(date))
      .replaceAll('{month}', String(Number(text.slice(4, 6))));
  }

  #ended(rule: string, row: CalendarEvent, calendar: BookCalendar, end: EndSpec): string {
    const open = rule.replaceAll(/;(COUNT|UNTIL)=[^;]*/g, '');
    if (row.start === null || end.kind === 'never') return open;
    if (end.kind === 'count') return `${open};COUNT=${Math.max(1, end.count)}`;
    const value = this.#valueAt(row.start, calendar, Math.max(0, end.days));
    return `${open};UNTIL=${end.kind === 'until-day' ? this.#valueDay(row.start, calendar, Math.max(0, end.days)) : value}`;
  }

  #valueDay(start: EventTime, calendar: BookCalendar, days: number): string {
    if ('date' in start) return this.#valueAt(start, calendar, days);
    const wall = this.#expander.wallAt(start.timeZone ?? calendar.zone, this.#expander.instantOf(start, calendar.zone));
    return dateText(wall.day + days).replaceAll('-', '');
  }

  #exdate(view: SlotView, form: 'utc' | 'local' | 'day'): string {
    if (view.slot.key.length === 8) return `EXDATE;VALUE=DATE:${view.slot.key}`;
    const { day, second } = this.#expander.wallAt(view.zone, view.slot.startsAt);
    if (form === 'day') return `EXDATE;VALUE=DATE:${dateText(day).replaceAll('-', '')}`;
    // The second time that a clock says the same has no name in local time.
    if (form === 'utc' || this.#expander.instantAt(view.zone, day, second) !== view.slot.startsAt) {
      return `EXDATE:${view.slot.key}`;
    }
    const local = new Date(day * dayMilliseconds + second * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    return `EXDATE;TZID=${view.zone}:${local}`;
  }

  /** The lines of a series that ends before a slot, as the web page writes them (google-calendar.md §1.3). */
  #cut(row: CalendarEvent, view: SlotView): readonly string[] {
    const { slot, zone } = view;
    const day =
      slot.key.length === 8 ? slot.startsAt / dayMilliseconds : this.#expander.wallAt(zone, slot.startsAt).day;
    const until =
      slot.key.length === 8
        ? dateText(day - 1).replaceAll('-', '')
        : timedKey(this.#expander.instantAt(zone, day, 0) - 1000);
    return row.recurrence.flatMap((line) => {
      if (line.startsWith('RRULE:')) return [`${line.replaceAll(/;(COUNT|UNTIL)=[^;]*/g, '')};UNTIL=${until}`];
      return keptDates(line, (value) => value < slot.key);
    });
  }

  #split(meeting: MeetingName, holders: readonly BookCalendar[], edit: Extract<Edit, { kind: 'split' }>): void {
    const view = this.#slot(meeting, edit.slot);
    if (view === null || view.isFirst) return;
    const moves = edit.shift !== 0 || edit.minutes !== null;
    this.#made += 1;
    const stamp = view.slot.key.replace('Z', '');
    const id = edit.form === 'R' && !moves ? `${meeting.id.replace(/_R\d.*$/, '')}_R${stamp}` : `made${this.#made}`;
    if (this.#meetings.some((one) => one.id === id)) return;
    const next: MeetingName = { id, uid: meeting.uid === null ? null : `${id}@google.com` };
    this.#meetings.push(next);
    for (const calendar of holders) {
      const row = calendar.rows.get(meeting.id)?.event;
      if (row === undefined || row.status === 'cancelled' || row.start === null) continue;
      const startsAt = view.slot.startsAt + edit.shift * minute;
      const length = edit.minutes === null ? view.length : edit.minutes * minute;
      const times =
        'date' in row.start
          ? { start: view.plainStart, end: view.plainEnd }
          : this.#timed(startsAt, startsAt + length, view.zone, 'offset');
      const recurrence = this.#continued(row, view, calendar);
      this.#changeMaster(meeting, calendar, (old) => ({ ...old, recurrence: this.#cut(old, view) }));
      this.#put(calendar, next, this.#sound({ ...row, id, iCalUid: next.uid, recurrence, ...times }, calendar));
    }
  }

  #continued(row: CalendarEvent, { slot }: SlotView, calendar: BookCalendar): readonly string[] {
    return row.recurrence.flatMap((line) => {
      if (!line.startsWith('RRULE:')) return keptDates(line, (value) => value >= slot.key);
      const count = /;COUNT=(\d+)/.exec(line)?.[1];
      if (count === undefined || row.start === null) return [line];
      const passed = this.#expander
        .slots(row.start, [line], calendar.zone, slot.startsAt)
        .filter(({ startsAt }) => startsAt < slot.startsAt).length;
      return [line.replace(/;COUNT=\d+/, `;COUNT=${Math.max(1, Number(count) - passed)}`)];
    });
  }

  #delete(meeting: MeetingName, calendar: BookCalendar): void {
    const row = calendar.rows.get(meeting.id);
    if (row !== undefined && row.event.status !== 'cancelled') this.#deleted.set(`${calendar.id}|${meeting.id}`, row);
    for (const { event } of [...calendar.rows.values()]) {
      if (event.recurringEventId === meeting.id) this.#degrade(calendar, event.id);
    }
    this.#degrade(calendar, meeting.id);
  }

  #add(spec: MeetingSpec): void {
    this.#made += 1;
    const id = `event${this.#made}`;
    const holders = [...new Set(spec.copies.map((copy) => this.#calendar(copy.calendar)))];
    // A row that shows free and busy only has no UID, and cannot be told from another calendar's.
    const secret = spec.title === null && holders.length === 1;
    const meeting: MeetingName = { id, uid: secret ? null : `${id}@google.com` };
    this.#meetings.push(meeting);
    const { start, end } = this.#timesOf(spec.time, spec.spelling);
    for (const copy of spec.copies) {
      const calendar = this.#calendar(copy.calendar);
      const row: CalendarEvent = {
        id,
        status: spec.tentative ? 'tentative' : 'confirmed',
        iCalUid: meeting.uid,
        kind: spec.kind,
        start,
        end,
        recurrence: [],
        recurringEventId: null,
        originalStart: null,
        transparent: copy.transparent,
        ownResponse: copy.answer,
        optionalGuest: copy.optional ?? false,
        summary: spec.title,
      };
      const rule =
        spec.rule === null
          ? null
          : this.#ended(`RRULE:${this.#filled(spec.rule, row, calendar)}`, row, calendar, spec.end);
      this.#put(calendar, meeting, this.#sound({ ...row, recurrence: rule === null ? [] : [rule] }, calendar));
    }
  }
}

/** A slot and what its series would say of it. */
interface SlotView {
  readonly slot: Slot;
  readonly id: string;
  /** The master. */
  readonly event: CalendarEvent;
  readonly zone: string;
  readonly length: number;
  readonly plainStart: EventTime;
  readonly plainEnd: EventTime;
  readonly isFirst: boolean;
}

/** The dates of an EXDATE or RDATE line that are on one side of a cut. */
function keptDates(line: string, isKept: (value: string) => boolean): readonly string[] {
  const colon = line.indexOf(':');
  const values = line
    .slice(colon + 1)
    .split(',')
    .filter(isKept);
  return values.length === 0 ? [] : [`${line.slice(0, colon)}:${values.join(',')}`];
}

/** The end of a rule as a series of days has it. */
const untilDay = (line: string): string => line.replace(/(UNTIL=\d{8})T\d{6}Z?/, '$1');

/** A rule that goes by its start alone: what the web page makes of one whose start moves to another day. */
const withoutDays = (line: string): string => line.replaceAll(/;(BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS)=[^;]*/g, '');
