import { echoOf } from '../../src/main/core/content.ts';
import { sourceRef } from '../../src/main/core/identity.ts';
import {
  endsOf,
  type AbsenceLook,
  type BlockContent,
  type EventGroup,
  type EventRow,
  type MeshCalendar,
  type Mute,
  type ObservedBlock,
  type ObservedContent,
  type ObservedSlot,
  type Operation,
  type Plan,
  type PlanContext,
  type SourceEvent,
  type UnknownAbsence,
} from '../../src/main/core/model.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { slotTestOf } from '../../src/main/core/slots.ts';
import { originalStartOf, spanOf } from '../../src/main/core/times.ts';
import type { BlockPolicy } from '../../src/shared/dto.ts';
import { toCalendarId, toEventId, type CalendarId, type SlotKey, type SourceRef } from '../../src/shared/ids.ts';
import type { EventTime, Instant } from '../../src/shared/time.ts';
import { plainCapabilities } from './capabilities.ts';

/** Monday, 2 March 2026, 08:00 UTC: four weeks before Europe's clocks change, one before those of New York. */
export const now: Instant = Date.UTC(2026, 2, 2, 8);

/** Takes a wall-clock time and a zone; returns the event time that says so without an offset. */
export function at(dateTime: string, timeZone: string | null = 'Europe/Berlin'): EventTime {
  return { dateTime: dateTime.length === 16 ? `${dateTime}:00` : dateTime, timeZone };
}

/** Takes a wall-clock time in UTC; returns the event time as a single block says it: without a zone. */
export function moment(dateTime: string): EventTime {
  return { dateTime: `${dateTime.length === 16 ? `${dateTime}:00` : dateTime}Z`, timeZone: null };
}

/** Takes a day; returns the all-day event time. */
export function on(date: string): EventTime {
  return { date };
}

/** Takes a name and what is special; returns a calendar that is source and target in Berlin. */
export function calendar(name: string, special: Partial<MeshCalendar> = {}): MeshCalendar {
  return {
    id: toCalendarId(name.includes('@') ? name : `${name}@calendar.example`),
    name,
    accountEmail: `${name}@account.example`,
    timeZone: 'Europe/Berlin',
    access: 'owns',
    source: true,
    target: true,
    readable: true,
    writable: true,
    stale: false,
    capabilities: plainCapabilities,
    removalMarks: 'kept',
    inUseSince: now,
    busy: defaultBusyPolicy,
    ...special,
  };
}

/** Takes since which run something is gone, and what is special; returns that, looked at: a person's doing, as it seems. */
export function gone(
  sinceRun: number,
  look: Partial<AbsenceLook> = {},
  special: Partial<UnknownAbsence> = {},
): UnknownAbsence {
  const seen = { mark: null, standIn: false, readable: true, goneAt: now, ...look };
  return { by: 'unknown', sinceRun, look: seen, ...special };
}

/** What is special about a row; ids may be plain strings. */
export type RowParts = Partial<Omit<EventRow, 'id' | 'recurringEventId'>> & {
  readonly id?: string;
  readonly recurringEventId?: string | null;
};

/** Takes what is special; returns a row: an hour on Tuesday, 10 March 2026, from 10:00 in Berlin. */
export function row(special: RowParts = {}): EventRow {
  const { id = 'event1', recurringEventId = null, ...rest } = special;
  return {
    status: 'confirmed',
    etag: '"1"',
    iCalUid: 'event1@google.com',
    kind: 'default',
    start: at('2026-03-10T10:00'),
    end: at('2026-03-10T11:00'),
    recurrence: [],
    originalStart: null,
    transparent: false,
    visibility: 'default',
    ownResponse: 'none',
    optionalGuest: false,
    summary: 'Dentist',
    place: null,
    description: null,
    colorId: null,
    rings: true,
    tag: null,
    tagged: false,
    saysBlock: false,
    guests: false,
    ...rest,
    id: toEventId(id),
    recurringEventId: recurringEventId === null ? null : toEventId(recurringEventId),
  };
}

/** Takes a calendar and what is special; returns the row as a source event of that calendar. */
export function event(of: MeshCalendar, special: RowParts = {}): SourceEvent {
  const made = row(special);
  return { calendarId: of.id, row: made, sourceRef: sourceRef(of.id, made.id) };
}

/** A series of an hour each Tuesday at 10:00 in Berlin from 10 March 2026: slots 20260310T090000Z … 20260331T080000Z …. */
export function weekly(special: RowParts = {}): RowParts {
  return { id: 'series1', iCalUid: 'series1@google.com', recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU'], ...special };
}

/** Takes a slot key and what is special; returns an exception of `weekly`. Its times are the slot's own unless given. */
export function exception(key: string, special: RowParts = {}): RowParts {
  const start = originalStartOf(key as SlotKey, 'Europe/Berlin');
  const span = spanOf(start, null, null);
  const end = originalEnd(start, span?.startsAt ?? 0);
  return {
    id: `series1_${key}`,
    iCalUid: 'series1@google.com',
    recurringEventId: 'series1',
    originalStart: start,
    start,
    end,
    ...special,
  };
}

function originalEnd(start: EventTime, startsAt: Instant): EventTime {
  if ('date' in start) return { date: new Date(startsAt + 86_400_000).toISOString().slice(0, 10) };
  return { dateTime: new Date(startsAt + 3_600_000).toISOString(), timeZone: start.timeZone };
}

/** Takes the rows of one meeting and what stands for them; returns the group. */
export function group(
  events: readonly SourceEvent[],
  blocks: readonly ObservedBlock[] = [],
  mutes: readonly Mute[] = [],
): EventGroup {
  return { key: `uid:${events[0]?.row.iCalUid ?? 'none'}`, events, blocks, mutes };
}

/** What is special about a context: calendars as a list, the block policy as one for all routes. */
export type ContextParts = Partial<Omit<PlanContext, 'calendars'>> & { readonly policy?: BlockPolicy };

/** Takes calendars and what is special; returns a context at `now`, run 10. */
export function context(calendars: readonly MeshCalendar[], special: ContextParts = {}): PlanContext {
  const { policy = defaultBlockPolicy, ...rest } = special;
  return {
    now,
    run: 10,
    calendars: new Map(calendars.map((one) => [one.id, one])),
    blockPolicy: () => policy,
    liveBlocksBySource: new Map(),
    liveBlocksByTarget: new Map(),
    choices: new Map(),
    ...rest,
  };
}

/** Takes what a block should show; returns what a calendar that keeps everything shows of it. */
export function shownAs(content: BlockContent, colorId: string | null = content.colorId): ObservedContent {
  const { summary, description, place, start, end, recurrence, visibility } = content;
  return {
    summary,
    description,
    place,
    start,
    end,
    recurrence,
    visibility,
    colorId,
    transparent: false,
    rings: false,
  };
}

/** How a `CalendarWorld` treats what the API leaves open. */
export interface WorldHabits {
  /**
   * What becomes of the exceptions that a shortened series does not make any more (google-calendar.md §10 no. 2). `vanished`: they
   * are gone, and nobody knows by whom (bare tombstones, google-calendar.md §0.7).
   */
  readonly leftovers: 'dropped' | 'cancelled' | 'vanished' | 'kept';
  /** Whether the calendar spells what it is given in its own way, so that only its answer tells that it took it. */
  readonly respells: boolean;
}

/**
 * The target calendars and what is remembered of them, in memory: carries a plan out exactly as a perfect calendar
 * would, and throws where a real one would refuse.
 */
export class CalendarWorld {
  readonly blocks = new Map<string, ObservedBlock>();
  readonly mutes: Mute[] = [];
  readonly habits: WorldHabits;
  /** Group of each source ref, as the operations said. */
  private readonly homes = new Map<SourceRef, string>();

  constructor(habits: Partial<WorldHabits> = {}) {
    this.habits = { leftovers: 'dropped', respells: false, ...habits };
  }

  /** Takes groups of events; returns them with the blocks and mutes that belong to them, and strays as groups of their own. */
  groups(events: readonly EventGroup[]): EventGroup[] {
    const keys = new Set(events.map((one) => one.key));
    const homes = new Map<SourceRef, string>();
    for (const [ref, key] of this.homes) if (keys.has(key)) homes.set(ref, key);
    for (const one of events) for (const source of one.events) homes.set(source.sourceRef, one.key);
    const blocks = Map.groupBy(this.blocks.values(), ({ tag }) => homes.get(tag.sourceRef) ?? `ref:${tag.sourceRef}`);
    const known = events.map((one): EventGroup => ({
      ...one,
      blocks: [...one.blocks, ...(blocks.get(one.key) ?? [])],
      mutes: this.mutes.filter((mute) => homes.get(mute.sourceRef) === one.key),
    }));
    const strays = [...blocks].flatMap(([key, list]): EventGroup[] =>
      keys.has(key) ? [] : [{ key, events: [], blocks: list, mutes: [] }],
    );
    return [...known, ...strays];
  }

  /** Carries out a plan: its operations, the mutes that it records, and what it has found an explanation for. */
  apply(plan: Pick<Plan, 'operations' | 'mutes' | 'lifted' | 'explained' | 'wanted'>): void {
    for (const { targetId, blockId, slot } of plan.explained) this.explain(`${targetId}|${blockId}`, slot);
    for (const operation of plan.operations) this.carryOut(operation);
    for (const { targetId, blockId, unwanted } of plan.wanted) {
      const known = this.blocks.get(`${targetId}|${blockId}`);
      if (known?.absence === null) this.blocks.set(`${targetId}|${blockId}`, { ...known, wanted: unwanted });
    }
    this.mutes.push(...plan.mutes);
    for (const { sourceRef: ref, targetId, slot } of plan.lifted) {
      const index = this.mutes.findIndex(
        (mute) => mute.sourceRef === ref && mute.targetId === targetId && mute.slot === slot,
      );
      if (index < 0) throw new Error(`no mute of ${ref} on ${targetId} to lift`);
      this.mutes.splice(index, 1);
    }
  }

  private explain(place: string, slot: ObservedSlot | null): void {
    const known = this.blocks.get(place);
    if (known === undefined) throw new Error(`${place} is explained but not known`);
    const absence = { by: 'us' } as const;
    const slots = known.slots.map((one) => (one.key === slot?.key ? { ...one, absence } : one));
    this.blocks.set(place, slot === null ? { ...known, absence } : { ...known, slots });
  }

  /** Carries out one operation. */
  carryOut(operation: Operation): void {
    if (operation.kind === 'replace') {
      for (const end of endsOf(operation)) this.carryOut(end);
      return;
    }
    const place = `${operation.targetId}|${operation.blockId}`;
    const known = this.blocks.get(place);
    switch (operation.kind) {
      case 'create':
        if (known !== undefined) throw new Error(`409: ${place} is taken`);
        this.homes.set(operation.tag.sourceRef, operation.groupKey);
        this.write(place, operation, null, null);
        return;
      case 'revive':
        if (known === undefined || known.lost) throw new Error(`404: ${place} cannot be revived`);
        this.write(place, operation, null, null);
        return;
      case 'update':
        if (known?.absence !== null || known.lost) throw new Error(`410: ${place} is not there`);
        this.write(place, operation, operation.withColour ? null : known, known);
        return;
      case 'delete':
        if (known?.absence !== null || known.lost) throw new Error(`410: ${place} is not there`);
        this.blocks.set(place, {
          ...known,
          absence: { by: 'us' },
          echo: null,
          wanted: null,
          ownVersion: operation.version ?? known.ownVersion,
          slots: [],
        });
        return;
      case 'put-slot':
      case 'cancel-slot':
        this.carryOutSlot(place, operation);
        return;
    }
  }

  private carryOutSlot(place: string, operation: Extract<Operation, { slotKey: SlotKey }>): void {
    const known = this.blocks.get(place);
    if (known?.absence !== null || known.lost) throw new Error(`404: ${place} is not there`);
    const { slotKey: key, slotId: eventId, originalStart } = operation;
    const old = known.slots.find((slot) => slot.key === key);
    if (old === undefined && !makesSlot(known.content, key)) throw new Error(`404: ${place} makes no slot ${key}`);
    if (operation.kind === 'cancel-slot' && old !== undefined && old.absence !== null) {
      throw new Error(`410: slot ${key} of ${place} is not there`);
    }
    const content = operation.kind === 'cancel-slot' ? null : this.respelled(shownAs(operation.content));
    const slot: ObservedSlot = {
      key,
      originalStart,
      eventId,
      absence: content === null ? { by: 'us' } : null,
      content,
      echo: content === null || !this.habits.respells ? null : echoOf(content),
    };
    this.blocks.set(place, { ...known, slots: [...known.slots.filter((one) => one.key !== key), slot] });
  }

  private write(
    place: string,
    { targetId, blockId, tag, content, memory }: Extract<Operation, { kind: 'create' | 'revive' | 'update' }>,
    colourOf: ObservedBlock | null,
    known: ObservedBlock | null,
  ): void {
    const plain = shownAs(content);
    const shown = this.respelled(colourOf === null ? plain : { ...plain, colorId: colourOf.content.colorId });
    const slots = (known?.slots ?? []).flatMap((slot): ObservedSlot[] => {
      if (this.habits.leftovers === 'kept' || makesSlot(plain, slot.key)) return [slot];
      if (this.habits.leftovers === 'dropped') return [];
      const vanished = this.habits.leftovers === 'vanished' && slot.absence === null;
      return [{ ...slot, absence: vanished ? { by: 'unknown', sinceRun: 1 } : { by: 'us' }, content: null }];
    });
    this.blocks.set(place, {
      targetId,
      id: blockId,
      tag,
      etag: `"${this.blocks.size}"`,
      absence: null,
      content: shown,
      echo: this.habits.respells ? echoOf(shown) : null,
      lost: false,
      ofBlockOn: null,
      outOfOffice: content.outOfOffice,
      ownHash: tag.contentHash,
      wanted: known?.wanted ?? (memory === null ? null : ''),
      ownVersion: memory?.version ?? known?.ownVersion ?? null,
      slots,
    });
  }

  /** What a stubborn calendar makes of a content: its own name for the end of a rule, and a word of its own in the text. */
  private respelled(content: ObservedContent): ObservedContent {
    if (!this.habits.respells) return content;
    return {
      ...content,
      description: `${content.description ?? ''} (kept)`,
      recurrence: content.recurrence.map((line) => (line.startsWith('RRULE') ? `${line};X-KEPT=1` : line)),
    };
  }
}

/** Takes what a calendar shows of a series; returns whether a slot is one of it. */
export function makesSlot(content: ObservedContent, key: SlotKey): boolean {
  const span = spanOf(content.start, content.end, null);
  return span !== null && slotTestOf(span, content.recurrence)(key) !== false;
}

/** Takes operations; returns one line for each, fit to be compared in tables: kind, target, slot. */
export function brief(operations: readonly Operation[]): string[] {
  return operations.map((one) =>
    [one.kind, one.targetId.replace('@calendar.example', ''), 'slotKey' in one ? one.slotKey : '']
      .filter((part) => part !== '')
      .join(' '),
  );
}

/** Takes a calendar and a source event with its slot; returns the mute of its block there. */
export function muteOf(source: SourceEvent, targetId: CalendarId, slot: string | null = null): Mute {
  return { sourceRef: source.sourceRef, targetId, slot: slot as SlotKey | null };
}
