import { describe, expect, it } from 'vitest';
import { echoOf } from '../../src/main/core/content.ts';
import type {
  MeshCalendar,
  ObservedBlock,
  ObservedSlot,
  Operation,
  Plan,
  SourceEvent,
} from '../../src/main/core/model.ts';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import type { EventId, SlotKey } from '../../src/shared/ids.ts';
import { day, type EventTime } from '../../src/shared/time.ts';
import {
  at,
  brief,
  calendar,
  CalendarWorld,
  context,
  event,
  gone,
  exception,
  group,
  muteOf,
  now,
  weekly,
  type ContextParts,
  type RowParts,
  type WorldHabits,
} from '../support/core-builders.ts';

const home = calendar('home');
const work = calendar('work', { timeZone: 'America/New_York' });
const club = calendar('club');

/** Tuesdays at 10:00 in Berlin; the third is the first one in summer time. */
const slots = ['20260310T090000Z', '20260317T090000Z', '20260324T090000Z', '20260331T080000Z'] as const;
const [, second, third] = slots;

const series = (parts: RowParts = {}, on: MeshCalendar = home): SourceEvent => event(on, weekly(parts));
const slot = (key: string, parts: RowParts = {}, on: MeshCalendar = home): SourceEvent =>
  event(on, exception(key, parts));
const cancelled = (key: string, on: MeshCalendar = home): SourceEvent =>
  slot(key, { status: 'cancelled', start: null, end: null }, on);
const moved = (key: string, from: string, to: string): SourceEvent => slot(key, { start: at(from), end: at(to) });

class Scene {
  readonly world: CalendarWorld;
  calendars: readonly MeshCalendar[] = [home, work];
  events: readonly SourceEvent[];

  constructor(events: readonly SourceEvent[], habits: Partial<WorldHabits> = {}) {
    this.world = new CalendarWorld(habits);
    this.events = events;
  }

  on(...calendars: MeshCalendar[]): this {
    this.calendars = calendars;
    return this;
  }

  plan(special: ContextParts = {}): Plan {
    return planSync(this.world.groups([group(this.events)]), context(this.calendars, special));
  }

  sync(special: ContextParts = {}): string[] {
    const plan = this.plan(special);
    this.world.apply(plan);
    expect(brief(this.plan(special).operations)).toEqual([]);
    return brief(plan.operations);
  }

  operations(special: ContextParts = {}): readonly Operation[] {
    return this.plan(special).operations;
  }

  becomes(...events: readonly SourceEvent[]): this {
    this.events = events;
    return this;
  }

  block(on: MeshCalendar = work): ObservedBlock {
    const live = [...this.world.blocks.values()].filter((one) => one.targetId === on.id && one.absence === null);
    if (live[0] === undefined || live.length > 1) throw new Error(`${live.length} blocks`);
    return live[0];
  }

  change(change: (block: ObservedBlock) => ObservedBlock): this {
    const block = this.block();
    this.world.blocks.set(`${block.targetId}|${block.id}`, change(block));
    return this;
  }

  /** Somebody changes one slot of the block by hand. */
  changeSlot(key: string, special: Partial<ObservedSlot>): this {
    return this.change((block) => {
      const known = block.slots.find((one) => one.key === key);
      const content = { ...block.content, recurrence: [] };
      const originalStart: EventTime = {
        dateTime: key.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'),
        timeZone: null,
      };
      const made: ObservedSlot = {
        key: key as SlotKey,
        originalStart,
        eventId: `${block.id}_${key}` as EventId,
        absence: null,
        content,
        echo: null,
        ...known,
        ...special,
      };
      return { ...block, slots: [...block.slots.filter((one) => one.key !== key), made] };
    });
  }
}

function synced(...events: readonly SourceEvent[]): Scene {
  const scene = new Scene(events.length === 0 ? [series()] : events);
  scene.sync();
  return scene;
}

// What becomes of overrides, splits, rules and copies, line by line, is in tables/.
describe('a series', () => {
  it('is one block with the same rule and zone, for one write on each target', () => {
    const scene = new Scene([series()]).on(home, work, club);
    const [create] = scene.operations();
    expect(create).toMatchObject({
      kind: 'create',
      content: {
        start: at('2026-03-10T10:00'),
        end: at('2026-03-10T11:00'),
        recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU'],
      },
    });
    expect(scene.sync()).toEqual(['create work', 'create club']);
  });

  it('addresses a slot by its id, never by listing', () => {
    const [create, put] = new Scene([series(), moved(second, '2026-03-18T14:00', '2026-03-18T15:00')]).operations();
    expect(put).toMatchObject({
      kind: 'put-slot',
      reason: 'slot-changed',
      blockId: create?.blockId,
      slotId: `${create?.blockId ?? ''}_${second}`,
      slotKey: second,
      originalStart: { dateTime: '2026-03-17T10:00:00+01:00', timeZone: 'Europe/Berlin' },
      content: { recurrence: [], start: at('2026-03-18T14:00') },
    });
  });
});

describe('the past of a series', () => {
  const later = { now: now + 40 * day };

  it('is left as it is: slots that are over are not written', () => {
    const scene = new Scene([series(), cancelled(second), moved(third, '2026-03-25T10:00', '2026-03-25T11:00')]);
    expect(scene.sync(later)).toEqual(['create work']);
  });

  it('is not over where a slot was moved out of it, or into it', () => {
    const out = new Scene([series(), moved(second, '2026-06-01T10:00', '2026-06-01T11:00')]);
    expect(out.sync(later)).toEqual(['create work', `put-slot work ${second}`]);
    const into = new Scene([series(), moved('20260602T080000Z', '2026-03-11T10:00', '2026-03-11T11:00')]);
    expect(into.sync(later)).toEqual(['create work', 'put-slot work 20260602T080000Z']);
  });

  it('is the whole of a series that ended before the calendars came into use', () => {
    const ended = series({
      start: at('2025-01-07T10:00'),
      end: at('2025-01-07T11:00'),
      recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20251231T000000Z'],
    });
    expect(new Scene([ended]).sync()).toEqual([]);
    const going = series({ start: at('2025-01-07T10:00'), end: at('2025-01-07T11:00') });
    expect(new Scene([going]).sync()).toEqual(['create work']);
    // One slot was moved to a day that is still to come.
    const late = moved('20251230T090000Z', '2026-03-05T10:00', '2026-03-05T11:00');
    expect(new Scene([ended, late]).sync()).toEqual(['create work', 'put-slot work 20251230T090000Z']);
  });
});

describe('slots that a series does not have', () => {
  const short = series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'] });
  const ended = series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260317T090000Z'] });
  const without = series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU', `EXDATE:${third}`] });
  const others = series({
    recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=WE'],
    start: at('2026-03-11T10:00'),
    end: at('2026-03-11T11:00'),
  });

  it.each([
    ['COUNT', short],
    ['UNTIL', ended],
    ['EXDATE', without],
    ['another day of the week', others],
  ])('because of %s are never written to its block', (_, root) => {
    expect(new Scene([root, cancelled(third)]).sync()).toEqual(['create work']);
    expect(new Scene([root, slot(third, { transparent: true })]).sync()).toEqual(['create work']);
    // One that is live all the same is an event of its own.
    const scene = new Scene([root, moved(third, '2026-03-25T10:00', '2026-03-25T11:00')]);
    expect(scene.sync()).toEqual(['create work', 'create work']);
    expect(scene.operations()).toEqual([]);
  });

  it.each<WorldHabits['leftovers']>(['dropped', 'cancelled', 'vanished', 'kept'])(
    'any more go with the end of the rule, be the leftovers %s',
    (leftovers) => {
      const scene = new Scene([series(), moved(third, '2026-03-25T10:00', '2026-03-25T11:00')], { leftovers });
      scene.sync();
      const plan = scene.becomes(ended).plan();
      expect(brief(plan.operations)).toEqual(['update work']);
      scene.world.apply(plan);
      expect(scene.sync()).toEqual(leftovers === 'kept' ? [`cancel-slot work ${third}`] : []);
      // And come back with it.
      expect(scene.becomes(series()).plan().operations[0]?.kind).toBe('update');
      scene.world.apply(scene.plan());
      scene.sync();
      expect(scene.block().slots.filter((one) => one.content === null && one.key === third)).toEqual([]);
    },
  );
});

describe('slots changed by hand', () => {
  it('are put right', () => {
    const scene = synced();
    const content = {
      ...scene.block().content,
      recurrence: [],
      start: at('2026-03-17T15:00'),
      end: at('2026-03-17T16:00'),
    };
    scene.changeSlot(second, { content });
    expect(scene.operations()).toMatchObject([
      { kind: 'put-slot', reason: 'put-right', content: { start: { dateTime: '2026-03-17T10:00:00+01:00' } } },
    ]);
    expect(scene.sync()).toEqual([`put-slot work ${second}`]);
  });

  it('are left where only their colour was', () => {
    const scene = synced(series(), moved(second, '2026-03-18T14:00', '2026-03-18T15:00'));
    const content = scene.block().slots[0]?.content ?? null;
    scene.changeSlot(second, { content: content === null ? null : { ...content, colorId: '11' } });
    expect(scene.sync()).toEqual([]);
  });

  it('are left where the calendar made something else of our words', () => {
    const scene = synced(series(), moved(second, '2026-03-18T14:00', '2026-03-18T15:00'));
    const shown = scene.block().slots[0]?.content;
    if (shown === undefined || shown === null) throw new Error('no slot');
    const content = { ...shown, description: 'Busy in another calendar.<br>' };
    scene.changeSlot(second, { content, echo: echoOf(content) });
    expect(scene.sync()).toEqual([]);
    // But not for a policy that has changed since.
    const policy = { ...defaultBlockPolicy, summary: 'Away' };
    expect(scene.sync({ policy })).toEqual(['update work', `put-slot work ${second}`]);
  });

  it('are muted when they were deleted: after a later read, one slot only', () => {
    const scene = synced().changeSlot(second, { absence: gone(10), content: null });
    expect(scene.plan({ run: 10 })).toMatchObject({ operations: [], mutes: [] });
    const confirmed = scene.plan({ run: 11 });
    expect(confirmed).toMatchObject({ operations: [], mutes: [muteOf(series(), work.id, second)] });
    scene.world.apply(confirmed);
    expect(scene.sync({ run: 12 })).toEqual([]);
    // The next generation goes without it too.
    expect(scene.becomes(series({ recurrence: ['RRULE:FREQ=DAILY'] })).sync({ run: 13 })).toEqual([
      'replace work',
      `cancel-slot work ${second}`,
    ]);
  });

  it('are not muted where the source has cancelled them as well', () => {
    const scene = synced().changeSlot(second, { absence: gone(3), content: null });
    expect(scene.becomes(series(), cancelled(second)).plan()).toMatchObject({ operations: [], mutes: [] });
  });

  it('that are muted are taken away where they are there', () => {
    const scene = synced();
    scene.world.mutes.push(muteOf(series(), work.id, second));
    expect(scene.sync()).toEqual([`cancel-slot work ${second}`]);
    scene.world.mutes.length = 0;
    expect(scene.sync()).toEqual([`put-slot work ${second}`]);
  });

  it('that are muted but not there any more are nothing to do', () => {
    const scene = synced(series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=1'] }));
    scene.world.mutes.push(muteOf(series(), work.id, second));
    expect(scene.sync()).toEqual([]);
  });
});
