import { sourceRef } from '../../src/main/core/identity.ts';
import type {
  BlockContent,
  EventGroup,
  EventRow,
  MeshCalendar,
  ObservedBlock,
  ObservedSlot,
  Operation,
  Plan,
  PlanContext,
  SourceEvent,
  Tag,
} from '../../src/main/core/model.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { toCalendarId, toEventId, type SlotKey } from '../../src/shared/ids.ts';
import { shownAs } from '../support/core-builders.ts';
import { beginning, type Book, type HabitsSpec } from './book.ts';
import type { Expander } from './expander.ts';
import { OracleError, type CalendarEvent } from './oracle.ts';
import { plainCapabilities } from '../support/capabilities.ts';

interface ShelfSlot {
  readonly key: string;
  readonly originalStart: ObservedSlot['originalStart'];
  readonly content: BlockContent | null;
  /** Of one that is away: whether we know that it was us. */
  readonly byUs: boolean;
}

interface ShelfBlock {
  readonly targetId: string;
  readonly id: string;
  readonly tag: Tag;
  /** Null when it was removed. */
  readonly content: BlockContent | null;
  readonly shownLast: BlockContent;
  readonly slots: ReadonlyMap<string, ShelfSlot>;
}

/** What would go wrong in a real calendar: an operation that it refuses. */
export class RefusedError extends OracleError {
  constructor(message: string, operation: Operation) {
    super(null, `${message}: ${JSON.stringify(operation)}`);
    this.name = 'RefusedError';
  }
}

/**
 * The blocks on all targets, in memory, and what is remembered of them. Refuses what a real calendar would, by an
 * expansion that is not the planner's.
 */
export class Shelf {
  readonly #book: Book;
  readonly #expander: Expander;
  readonly #habits: HabitsSpec;
  readonly #blocks = new Map<string, ShelfBlock>();
  readonly #homes = new Map<string, string>();
  #run = 0;

  constructor(book: Book, expander: Expander, habits: HabitsSpec) {
    this.#book = book;
    this.#expander = expander;
    this.#habits = habits;
  }

  /** Plans the whole world; returns the plan. */
  plan(): Plan {
    this.#run += 1;
    return planSync(this.#groups(), this.#context());
  }

  /** Carries out a plan. Throws {@link RefusedError} where a calendar would refuse. */
  apply(plan: Plan): void {
    for (const { targetId, blockId, slot } of plan.explained) {
      const block = this.#blocks.get(`${targetId}|${blockId}`);
      const known = slot === null ? undefined : block?.slots.get(slot.key);
      if (block === undefined || known === undefined) continue;
      this.#put({ ...block, slots: new Map(block.slots).set(known.key, { ...known, byUs: true }) });
    }
    for (const operation of plan.operations) this.#carryOut(operation);
  }

  /** The live blocks on a calendar, as rows. */
  eventsOn(calendarId: string): readonly CalendarEvent[] {
    return [...this.#blocks.values()].flatMap((block) => {
      if (block.targetId !== calendarId || block.content === null) return [];
      return [
        rowOf(block.id, block.content),
        ...[...block.slots.values()].map((slot): CalendarEvent => {
          const row = rowOf(`${block.id}_${slot.key}`, slot.content ?? block.shownLast);
          return {
            ...row,
            status: slot.content === null ? 'cancelled' : 'confirmed',
            recurrence: [],
            recurringEventId: block.id,
            originalStart: slot.originalStart,
          };
        }),
      ];
    });
  }

  #context(): PlanContext {
    const calendars = this.#book.calendars.map((one): MeshCalendar => ({
      id: toCalendarId(one.id),
      name: one.id,
      accountEmail: one.id,
      timeZone: one.zone,
      access: 'owns',
      source: one.source,
      target: one.target,
      readable: true,
      writable: true,
      stale: false,
      inUseSince: beginning,
      busy: one.busy,
      capabilities: { ...plainCapabilities, outOfOffice: one.mayBeOutOfOffice },
    }));
    return {
      now: beginning,
      run: this.#run,
      calendars: new Map(calendars.map((one) => [one.id, one])),
      blockPolicy: (source, target) => this.#book.blockPolicy(source, target),
      liveBlocksBySource: new Map(),
      liveBlocksByTarget: new Map(),
      choices: new Map(),
    };
  }

  #groups(): EventGroup[] {
    const events = new Map<string, SourceEvent[]>();
    for (const calendar of this.#book.calendars) {
      const calendarId = toCalendarId(calendar.id);
      for (const { event, group } of calendar.rows.values()) {
        const ref = sourceRef(calendarId, toEventId(event.id));
        this.#homes.set(ref, group);
        events.set(group, [...(events.get(group) ?? []), { calendarId, row: plannersRow(event), sourceRef: ref }]);
      }
    }
    const blocks = Map.groupBy(
      this.#blocks.values(),
      ({ tag }) => this.#homes.get(tag.sourceRef) ?? `ref:${tag.sourceRef}`,
    );
    return [...new Set([...events.keys(), ...blocks.keys()])].map((key) => ({
      key,
      events: events.get(key) ?? [],
      blocks: (blocks.get(key) ?? []).map(observed),
      mutes: [],
    }));
  }

  #put(block: ShelfBlock): void {
    this.#blocks.set(`${block.targetId}|${block.id}`, block);
  }

  #carryOut(operation: Operation): void {
    if (operation.kind === 'replace') {
      for (const end of [operation.makes, ...operation.gone]) this.#carryOut(end);
      return;
    }
    const { targetId, blockId: id } = operation;
    const known = this.#blocks.get(`${targetId}|${id}`);
    switch (operation.kind) {
      case 'create':
      case 'revive':
      case 'update': {
        if (operation.kind === 'create' && known !== undefined)
          throw new RefusedError('409, the id is taken', operation);
        if (operation.kind !== 'create' && known === undefined) throw new RefusedError('404', operation);
        if (operation.kind === 'update' && known?.content === null) throw new RefusedError('410', operation);
        const { content, tag } = operation;
        if (known !== undefined && known.shownLast.outOfOffice !== content.outOfOffice) {
          throw new RefusedError('400, the kind of an event cannot be changed', operation);
        }
        this.#check(operation, content, true);
        this.#homes.set(tag.sourceRef, operation.groupKey);
        const slots = operation.kind === 'update' ? this.#leftover(content, known?.slots ?? new Map()) : new Map();
        this.#put({ targetId, id, tag, content, shownLast: content, slots });
        return;
      }
      case 'delete':
        if (known === undefined || known.content === null) throw new RefusedError('410', operation);
        this.#put({ ...known, content: null, slots: new Map() });
        return;
      case 'put-slot':
      case 'cancel-slot': {
        if (known === undefined || known.content === null) throw new RefusedError('404', operation);
        const { slotKey: key, originalStart } = operation;
        const there = known.slots.get(key);
        if (there === undefined && !this.#makes(known.content, key))
          throw new RefusedError('404, no such slot', operation);
        if (operation.kind === 'cancel-slot' && there?.content === null) throw new RefusedError('410', operation);
        if (operation.slotId !== `${id}_${key}`) throw new RefusedError('404, no such id', operation);
        if (operation.kind === 'put-slot') {
          // A slot is of the kind of its series, whatever is said (google-calendar.md §3.1).
          this.#check(operation, { ...operation.content, outOfOffice: known.content.outOfOffice }, false);
        }
        const content = operation.kind === 'put-slot' ? operation.content : null;
        this.#put({ ...known, slots: new Map(known.slots).set(key, { key, originalStart, content, byUs: true }) });
      }
    }
  }

  #check(operation: Operation, content: BlockContent, mayRecur: boolean): void {
    const { start, end, recurrence, outOfOffice } = content;
    const target = this.#book.calendars.find((calendar) => calendar.id === operation.targetId);
    if (outOfOffice && ('date' in start || target?.mayBeOutOfOffice !== true)) {
      throw new RefusedError('400, eventTypeRestriction', operation);
    }
    if ('date' in start !== 'date' in end) throw new RefusedError('400, day and time mixed', operation);
    if (this.#expander.instantOf(start, 'UTC') >= this.#expander.instantOf(end, 'UTC')) {
      throw new RefusedError('400, timeRangeEmpty', operation);
    }
    if (recurrence.length === 0) return;
    if (!mayRecur) throw new RefusedError('400, a slot cannot recur', operation);
    if (!('date' in start) && (start.timeZone === null || 'date' in end || end.timeZone === null)) {
      throw new RefusedError('400, a series needs a zone', operation);
    }
  }

  #makes({ start, recurrence }: BlockContent, key: string): boolean {
    const before = Date.UTC(Number(key.slice(0, 4)), Number(key.slice(4, 6)) - 1, Number(key.slice(6, 8)) + 2);
    return this.#expander.slots(start, recurrence, 'UTC', before).some((slot) => slot.key === key);
  }

  #leftover(content: BlockContent, slots: ReadonlyMap<string, ShelfSlot>): ReadonlyMap<string, ShelfSlot> {
    const { leftovers } = this.#habits;
    return new Map(
      [...slots].flatMap(([key, slot]): [string, ShelfSlot][] => {
        if (leftovers === 'kept' || this.#makes(content, key)) return [[key, slot]];
        if (leftovers === 'dropped') return [];
        return [[key, { ...slot, content: null, byUs: leftovers === 'cancelled' || slot.content === null }]];
      }),
    );
  }
}

function rowOf(id: string, content: BlockContent): CalendarEvent {
  return {
    id,
    status: 'confirmed',
    iCalUid: id,
    kind: 'default',
    start: content.start,
    end: content.end,
    recurrence: content.recurrence,
    recurringEventId: null,
    originalStart: null,
    transparent: false,
    ownResponse: 'none',
    summary: content.summary,
  };
}

/** Takes a row of a book; returns it as the provider gives it to the planner. */
function plannersRow(event: CalendarEvent): EventRow {
  return {
    ...event,
    id: toEventId(event.id),
    recurringEventId: event.recurringEventId === null ? null : toEventId(event.recurringEventId),
    etag: '"1"',
    visibility: 'default',
    optionalGuest: event.optionalGuest ?? false,
    place: event.summary === null ? null : `Place of ${event.summary}`,
    description: null,
    colorId: null,
    rings: true,
    tag: null,
    tagged: false,
    saysBlock: false,
    guests: false,
  };
}

function observed(block: ShelfBlock): ObservedBlock {
  return {
    targetId: toCalendarId(block.targetId),
    id: toEventId(block.id),
    tag: block.tag,
    etag: '"1"',
    ofBlockOn: null,
    absence: block.content === null ? { by: 'us' } : null,
    content: shownAs(block.content ?? block.shownLast),
    echo: null,
    lost: false,
    outOfOffice: block.shownLast.outOfOffice,
    ownHash: block.tag.contentHash,
    wanted: '',
    ownVersion: null,
    slots: [...block.slots.values()].map((slot) => ({
      key: slot.key as SlotKey,
      originalStart: slot.originalStart,
      eventId: toEventId(`${block.id}_${slot.key}`),
      absence: slot.content !== null ? null : slot.byUs ? { by: 'us' } : { by: 'unknown', sinceRun: 1 },
      content: slot.content === null ? null : shownAs(slot.content),
      echo: null,
    })),
  };
}
