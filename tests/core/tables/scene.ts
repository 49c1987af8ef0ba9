import { Temporal } from 'temporal-polyfill';
import { expect } from 'vitest';
import type {
  EventGroup,
  MeshCalendar,
  ObservedBlock,
  ObservedContent,
  Operation,
  Plan,
  SourceEvent,
} from '../../../src/main/core/model.ts';
import { sourceRef } from '../../../src/main/core/identity.ts';
import { planSync } from '../../../src/main/core/plan/plan.ts';
import { readEvent } from '../../../src/main/providers/google/translate.ts';
import type { EventTime } from '../../../src/shared/time.ts';
import { expandSeries } from '../../../src/simulator/recurrence.ts';
import { readTime, slotKey, type When } from '../../../src/simulator/time.ts';
import {
  brief,
  calendar,
  CalendarWorld,
  context,
  event,
  exception,
  group,
  weekly,
  type ContextParts,
  type RowParts,
  type WorldHabits,
} from '../../support/core-builders.ts';

export const home = calendar('home');
export const work = calendar('work', { timeZone: 'America/New_York' });
export const club = calendar('club');

/** Tuesdays at 10:00 in Berlin; the fourth is the first one in summer time. */
export const slots = [
  '20260310T090000Z',
  '20260317T090000Z',
  '20260324T090000Z',
  '20260331T080000Z',
  '20260407T080000Z',
] as const;

/** Takes what is special; returns the weekly series of `slots` on a calendar. */
export const series = (parts: RowParts = {}, on: MeshCalendar = home): SourceEvent => event(on, weekly(parts));

/** Takes a slot key and what is special; returns an exception of `series`. */
export const slot = (key: string, parts: RowParts = {}, on: MeshCalendar = home): SourceEvent =>
  event(on, exception(key, parts));

/** Takes a slot key; returns the tombstone of that slot of `series`. */
export const cancelled = (key: string, on: MeshCalendar = home): SourceEvent =>
  slot(key, { status: 'cancelled', start: null, end: null, summary: null }, on);

/**
 * Takes a calendar and a row as Google sends it; returns it as the provider reads it for that calendar. Without times it is
 * an hour on Tuesday, 10 March 2026, from 10:00 in Berlin.
 */
export function arrived(on: MeshCalendar, value: Readonly<Record<string, unknown>>): SourceEvent {
  const usual = {
    id: 'event1',
    status: 'confirmed',
    iCalUID: 'event1@google.com',
    start: { dateTime: '2026-03-10T10:00:00+01:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-10T11:00:00+01:00', timeZone: 'Europe/Berlin' },
  };
  const row = readEvent({ ...usual, ...value }, { calendarId: on.id, accountEmail: on.accountEmail });
  if (row === null) throw new Error('the row makes no sense');
  return { calendarId: on.id, row, sourceRef: sourceRef(on.id, row.id) };
}

/** What a target shows is looked at in this window unless told otherwise: the five `slots`. */
const usualWindow = { from: '2026-03-01T00:00:00Z', to: '2026-04-10T00:00:00Z' };

/** A window to look at, as instants, and the zone to spell times in. */
export interface Look {
  readonly from?: string;
  readonly to?: string;
  readonly zone?: string;
}

/** Rows of one meeting on some calendars, what CalSync makes of them, and what its blocks then say. */
export class Scene {
  readonly world: CalendarWorld;
  calendars: readonly MeshCalendar[] = [home, work];
  events: readonly SourceEvent[];

  constructor(events: readonly SourceEvent[], habits: Partial<WorldHabits> = {}) {
    this.events = events;
    this.world = new CalendarWorld(habits);
  }

  on(...calendars: readonly MeshCalendar[]): this {
    this.calendars = calendars;
    return this;
  }

  /** What happens in the calendars of the events: their rows are these from now on. */
  becomes(...events: readonly SourceEvent[]): this {
    this.events = events;
    return this;
  }

  groups(): readonly EventGroup[] {
    const byUid = Map.groupBy(this.events, (one) => one.row.iCalUid ?? `id:${one.calendarId}`);
    return this.world.groups([...byUid.values()].map((events) => group(events)));
  }

  plan(special: ContextParts = {}): Plan {
    return planSync(this.groups(), context(this.calendars, special));
  }

  operations(special: ContextParts = {}): readonly Operation[] {
    return this.plan(special).operations;
  }

  /** Plans and carries out; returns what was done, one line each. Then nothing may be left to do. */
  sync(special: ContextParts = {}): string[] {
    const plan = this.plan(special);
    this.world.apply(plan);
    expect(brief(this.plan(special).operations)).toEqual([]);
    return brief(plan.operations);
  }

  blocks(on: MeshCalendar = work): readonly ObservedBlock[] {
    return [...this.world.blocks.values()].filter((one) => one.targetId === on.id && one.absence === null && !one.lost);
  }

  /** The only live block of a target. */
  block(on: MeshCalendar = work): ObservedBlock {
    const [block, ...others] = this.blocks(on);
    if (block === undefined || others.length > 0) throw new Error(`${this.blocks(on).length} blocks`);
    return block;
  }

  /**
   * When the blocks of a target say busy, in order and as its reader sees it: `03-17 10:00-11:00`, and for days
   * `03-17 day 1`. Series are expanded by the simulator's own arithmetic, which shares nothing with the planner.
   */
  shows(on: MeshCalendar = work, look: Look = {}): string[] {
    const { from = usualWindow.from, to = usualWindow.to, zone = 'Europe/Berlin' } = look;
    const times = this.blocks(on).flatMap((block) => occurrences(block, Date.parse(from), Date.parse(to)));
    return times
      .filter(({ start }) => startOf(start) >= Date.parse(from) && startOf(start) < Date.parse(to))
      .sort((one, other) => startOf(one.start) - startOf(other.start))
      .map(({ start, end }) => spelled(start, end, zone));
  }
}

/** Takes rows; returns the scene after the first sync. */
export function synced(...events: readonly SourceEvent[]): Scene {
  const scene = new Scene(events.length === 0 ? [series()] : events);
  scene.sync();
  return scene;
}

/**
 * The usual picture: Tuesdays from 10:00 to 11:00 in Berlin, but at some of them something else. Takes what is shown
 * instead by `MM-DD` of the slot; null is nothing.
 */
export function tuesdays(instead: Readonly<Record<string, string | null>> = {}): string[] {
  return ['03-10', '03-17', '03-24', '03-31', '04-07']
    .flatMap((date) => {
      const shown = instead[date];
      if (shown === null) return [];
      return [shown ?? `${date} 10:00-11:00`];
    })
    .sort();
}

interface Occurrence {
  readonly start: When;
  readonly end: When;
}

function when(time: EventTime | null): When {
  const read =
    time === null
      ? undefined
      : readTime('date' in time ? time : { ...time, timeZone: time.timeZone ?? undefined }, 'UTC');
  if (read === undefined) throw new Error(`no time: ${JSON.stringify(time)}`);
  return read;
}

const startOf = (time: When): number => (time.kind === 'date' ? Date.parse(`${time.date}T00:00:00Z`) : time.ms);

function occurrences(block: ObservedBlock, from: number, to: number): readonly Occurrence[] {
  const { content } = block;
  const start = when(content.start);
  const end = when(content.end);
  if (content.recurrence.length === 0) return [{ start, end }];
  const zone = content.start === null || 'date' in content.start ? 'UTC' : (content.start.timeZone ?? 'UTC');
  const length = startOf(end) - startOf(start);
  const changed = new Map<string, ObservedContent | null>(block.slots.map((one) => [one.key, one.content]));
  const made = expandSeries({ start, zone, recurrence: content.recurrence }, { from, to }).filter(
    (one) => !changed.has(slotKey(one)),
  );
  const ordinary = made.map((one): Occurrence => ({ start: one, end: later(one, length) }));
  const others = [...changed.values()].flatMap((one): Occurrence[] =>
    one === null ? [] : [{ start: when(one.start), end: when(one.end) }],
  );
  return [...ordinary, ...others];
}

function later(time: When, milliseconds: number): When {
  return time.kind === 'date'
    ? { kind: 'date', date: new Date(startOf(time) + milliseconds).toISOString().slice(0, 10) }
    : { ...time, ms: time.ms + milliseconds };
}

function spelled(start: When, end: When, zone: string): string {
  if (start.kind === 'date' || end.kind === 'date') {
    return `${new Date(startOf(start)).toISOString().slice(5, 10)} day ${(startOf(end) - startOf(start)) / 86_400_000}`;
  }
  const wall = (ms: number): string =>
    Temporal.Instant.fromEpochMilliseconds(ms)
      .toZonedDateTimeISO(zone)
      .toPlainDateTime()
      .toString({ smallestUnit: 'minute' })
      .slice(5)
      .replace('T', ' ');
  const [first, last] = [wall(start.ms), wall(end.ms)];
  return `${first}-${last.startsWith(first.slice(0, 5)) ? last.slice(6) : last}`;
}
