import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it, vi } from 'vitest';
import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import {
  endsOf,
  type EventGroup,
  type EventRow,
  type MeshCalendar,
  type ObservedBlock,
  type ObservedContent,
  type Operation,
  type Plan,
  type PlanContext,
} from '../../src/main/core/model.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { slotTestOf } from '../../src/main/core/slots.ts';
import { spanOf } from '../../src/main/core/times.ts';
import type { CalendarId, EventId, SlotKey } from '../../src/shared/ids.ts';
import { day, hour, minute, type EventTime, type Instant } from '../../src/shared/time.ts';
import {
  groupsOf,
  keyOfSlot,
  meetingSpec,
  meetingSpecs,
  meshCalendars,
  nonsenseRow,
  slotStarts,
  withTombstones,
} from '../support/core-arbitraries.ts';
import { brief, CalendarWorld, context, event, now, type WorldHabits } from '../support/core-builders.ts';

// Because a machine that does other things at the same time is no reason to fail.
vi.setConfig({ testTimeout: 120_000 });

const runs = Number(process.env['CALSYNC_PROPERTY_RUNS'] ?? 200);
const longInUse = meshCalendars.map((one) => ({ ...one, inUseSince: Date.UTC(2026, 0, 1) }));
const plain = context(longInUse);

const habits: fc.Arbitrary<Partial<WorldHabits>> = fc.record({
  leftovers: fc.constantFrom<WorldHabits['leftovers']>('dropped', 'cancelled', 'vanished', 'kept'),
  respells: fc.boolean(),
});

/** Plans and carries out until nothing is left to do; fails when that does not come. Returns how often it took. */
function settle(world: CalendarWorld, events: readonly EventGroup[], of: PlanContext = plain): number {
  for (let rounds = 0; rounds < 4; rounds += 1) {
    const plan = planSync(world.groups(events), of);
    // Nobody deletes anything by hand here, so nothing may be taken for that.
    expect(plan.mutes).toEqual([]);
    world.apply(plan);
    if (plan.operations.length === 0) return rounds;
  }
  throw new Error(`Never settles: ${JSON.stringify(planSync(world.groups(events), of).operations, null, 1)}`);
}

/** What the targets show, in a form that can be compared. */
function pictureOf(world: CalendarWorld): string[] {
  return [...world.blocks.values()]
    .flatMap((block) => {
      if (block.absence !== null || block.lost) return [];
      const slots = block.slots.flatMap((slot) =>
        slot.content === null ? [`${slot.key}:away`] : [`${slot.key}:${JSON.stringify(whenOf(slot.content))}`],
      );
      return [
        `${block.targetId} ${block.tag.sourceRef} ${JSON.stringify(whenOf(block.content))} ` +
          `${block.content.summary ?? ''} ${slots.sort().join(' ')}`,
      ];
    })
    .sort();
}

const whenOf = (content: ObservedContent): unknown => [content.start, content.end, content.recurrence];

const asSet = (operations: readonly Operation[]): string[] =>
  operations.map((operation) => JSON.stringify(operation, Object.keys(operation).concat(nested).sort())).sort();
const nested = [
  'tag',
  'content',
  'makes',
  'gone',
  'sourceRef',
  'generation',
  'contentHash',
  'start',
  'end',
  'date',
  'dateTime',
  'timeZone',
];

describe('a plan is convergent', () => {
  it('has nothing left to do once it was carried out, from nothing and after any change', () => {
    fc.assert(
      fc.property(meetingSpecs, meetingSpecs, habits, (first, second, habit) => {
        const world = new CalendarWorld(habit);
        const before = groupsOf(first);
        // Leftovers of a shortened series that a calendar keeps take a second look to be seen.
        const most = habit.leftovers === 'kept' ? 2 : 1;
        expect(settle(world, before)).toBeLessThanOrEqual(1);
        expect(settle(world, withTombstones(before, groupsOf(second)))).toBeLessThanOrEqual(most);
        expect(settle(world, before)).toBeLessThanOrEqual(most);
      }),
      { numRuns: runs },
    );
  });
});

/** Where a row takes time, as the default policy says; written down again, so that it can disagree. */
function takesTime(row: EventRow): boolean {
  return row.status !== 'cancelled' && !row.transparent && row.ownResponse !== 'declined' && row.start !== null;
}

const isThere = (row: EventRow): boolean => row.status !== 'cancelled' && row.ownResponse !== 'declined';

interface Copy {
  readonly calendarId: CalendarId;
  readonly root: EventRow | null;
  readonly slots: ReadonlyMap<string, EventRow>;
  readonly made: ReadonlyMap<string, { readonly from: Instant; readonly to: Instant }>;
}

const instant = (time: EventTime): Instant =>
  'date' in time
    ? Date.parse(`${time.date}T00:00:00Z`)
    : /Z|[+-]\d\d:\d\d$/.test(time.dateTime)
      ? Date.parse(time.dateTime)
      : Temporal.PlainDateTime.from(time.dateTime).toZonedDateTime(time.timeZone ?? 'UTC').epochMilliseconds;

function lengthOf(start: EventTime, end: EventTime): number {
  const length = instant(end) - instant(start);
  return length > 0 ? length : 'date' in start ? day : minute;
}

function made(start: EventTime, end: EventTime, lines: readonly string[]): Map<string, { from: Instant; to: Instant }> {
  const length = lengthOf(start, end);
  return new Map(
    slotStarts(start, lines).map((slot) => [
      keyOfSlot(slot, 'date' in start),
      { from: slot.epochMilliseconds, to: slot.epochMilliseconds + length },
    ]),
  );
}

function copiesIn(group: EventGroup): Copy[] {
  const byCalendar = Map.groupBy(group.events, (one) => one.calendarId);
  return [...byCalendar]
    .map(([calendarId, events]): Copy => {
      const rows = events.map((one) => one.row);
      const root =
        rows.find((one) => one.recurringEventId === null && one.recurrence.length > 0) ??
        rows.find((one) => one.recurringEventId === null && one.iCalUid !== null && !one.id.includes('_')) ??
        null;
      const slots = rows.filter((one) => one.recurringEventId !== null);
      return {
        calendarId,
        root,
        slots: new Map(slots.map((one) => [slotName(one.originalStart ?? { date: '' }), one])),
        made:
          root === null || root.start === null || root.end === null
            ? new Map()
            : made(root.start, root.end, root.recurrence),
      };
    })
    .sort((one, other) => (one.calendarId < other.calendarId ? -1 : 1));
}

const slotName = (start: EventTime): string =>
  'date' in start
    ? start.date.replaceAll('-', '')
    : new Date(instant(start)).toISOString().replace('.000', '').replaceAll(/[-:]/g, '');

const spell = (group: EventGroup, allDay: boolean, from: Instant, to: Instant): string =>
  `${group.key} ${allDay ? 'day' : 'time'} ${new Date(from).toISOString()} ${new Date(to).toISOString()}`;

const compared = (from: Instant): boolean => from >= now + day && from < Date.UTC(2026, 4, 25);

/** When a target should be blocked, slot by slot, from the rows alone: what the planner must come to by its own way. */
function expectedOn(target: CalendarId, groups: readonly EventGroup[]): string[] {
  return groups
    .flatMap((group) => {
      const copies = copiesIn(group);
      const taken = new Set<string>();
      const there = copies.find((copy) => copy.calendarId === target);
      const busy: string[] = [];
      for (const copy of copies) {
        if (copy.calendarId === target) continue;
        const { root } = copy;
        const keys = new Set([...copy.made.keys(), ...copy.slots.keys()]);
        const given: string[] = [];
        for (const key of keys) {
          const row = copy.slots.get(key) ?? root;
          if (row === null || !takesTime(row) || row.start === null || row.end === null) continue;
          const from = copy.slots.has(key) ? instant(row.start) : (copy.made.get(key)?.from ?? 0);
          const time = `${key} ${'date' in row.start ? 'day' : 'time'} ${from} ${lengthOf(row.start, row.end)}`;
          if (taken.has(time) || (there !== undefined && holds(there, key) && timeAt(there, key) === time)) continue;
          given.push(time);
          if (compared(from)) busy.push(spell(group, 'date' in row.start, from, from + lengthOf(row.start, row.end)));
        }
        for (const time of given) taken.add(time);
      }
      return busy;
    })
    .sort();
}

function holds(copy: Copy, key: string): boolean {
  const slot = copy.slots.get(key);
  if (slot !== undefined) return isThere(slot);
  return copy.root !== null && isThere(copy.root) && copy.made.has(key);
}

/** When a copy is at a slot, spelled so that the same time of the same slot is the same text. */
function timeAt(copy: Copy, key: string): string | null {
  const row = copy.slots.get(key) ?? copy.root;
  if (row === null || row.start === null || row.end === null) return null;
  const from = copy.slots.has(key) ? instant(row.start) : (copy.made.get(key)?.from ?? 0);
  return `${key} ${'date' in row.start ? 'day' : 'time'} ${from} ${lengthOf(row.start, row.end)}`;
}

/** When a target is blocked, slot by slot, from what it shows. */
function shownOn(target: CalendarId, world: CalendarWorld, groups: readonly EventGroup[]): string[] {
  return world
    .groups(groups)
    .flatMap((group) =>
      group.blocks.flatMap((block) => {
        const { start, end, recurrence } = block.content;
        if (block.targetId !== target || block.absence !== null || start === null || end === null) return [];
        const own = new Map(block.slots.map((slot) => [slot.key as string, slot]));
        const ordinary = [...made(start, end, recurrence)].filter(([key]) => !own.has(key));
        return [
          ...ordinary.map(([, { from, to }]) => ({ allDay: 'date' in start, from, to })),
          ...block.slots.flatMap(({ content }) =>
            content === null || content.start === null || content.end === null
              ? []
              : [{ allDay: 'date' in content.start, from: instant(content.start), to: instant(content.end) }],
          ),
        ]
          .filter(({ from }) => compared(from))
          .map(({ allDay, from, to }) => spell(group, allDay, from, to));
      }),
    )
    .sort();
}

describe('a plan is right', () => {
  it('blocks each time that some source says, once, and no other', () => {
    fc.assert(
      fc.property(meetingSpecs, meetingSpecs, habits, (first, second, habit) => {
        const world = new CalendarWorld(habit);
        const before = groupsOf(first);
        const after = withTombstones(before, groupsOf(second));
        for (const events of [before, after]) {
          settle(world, events);
          for (const { id } of meshCalendars) expect(shownOn(id, world, events)).toEqual(expectedOn(id, events));
        }
      }),
      { numRuns: runs },
    );
  });

  it('knows the slots of a series as an expansion of its rule does', () => {
    fc.assert(
      fc.property(meetingSpec('one'), fc.nat({ max: 40 }), (spec, away) => {
        const [group] = groupsOf([spec]);
        const root = group?.events.find((one) => one.row.recurringEventId === null)?.row;
        const span = spanOf(root?.start ?? null, root?.end ?? null, 'UTC');
        fc.pre(root !== undefined && root.start !== null && span !== null && root.recurrence.length > 0);
        const test = slotTestOf(span, root.recurrence);
        const keys = new Set(slotStarts(root.start, root.recurrence).map((slot) => keyOfSlot(slot, spec.allDay)));
        for (const key of keys) expect([key, test(key as SlotKey)]).toEqual([key, true]);
        const first = slotStarts(root.start, [])[0]?.add({ days: away });
        const key = first === undefined ? '' : keyOfSlot(first, spec.allDay);
        expect([key, test(key as SlotKey)]).toEqual([key, keys.has(key)]);
      }),
      { numRuns: 5 * runs },
    );
  });
});

describe('a plan is deterministic', () => {
  it('says the same whatever the order of calendars, groups, events, blocks and slots', () => {
    const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
      fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
    fc.assert(
      fc.property(meetingSpecs, meetingSpecs, shuffled(longInUse), fc.gen(), (first, second, calendars, gen) => {
        const world = new CalendarWorld();
        const before = groupsOf(first);
        world.apply(planSync(world.groups(before), plain));
        const groups = world.groups(withTombstones(before, groupsOf(second)));
        const mixed = gen(shuffled, groups).map((group) => ({
          ...group,
          events: gen(shuffled, group.events),
          blocks: gen(shuffled, group.blocks).map((block) => ({ ...block, slots: gen(shuffled, block.slots) })),
        }));
        expect(asSet(planSync(mixed, context(calendars)).operations)).toEqual(
          asSet(planSync(groups, plain).operations),
        );
      }),
      { numRuns: runs },
    );
  });
});

/** Damage by hand, by other programs and by other computers. */
const damages = [
  'moved',
  'renamed',
  'ringing',
  'free',
  'public',
  'ruled',
  'gone',
  'second',
  'older',
  'slot',
  'slot gone',
] as const;
type Damage = (typeof damages)[number];

function damaged(block: ObservedBlock, damage: Damage): ObservedBlock {
  const { content } = block;
  const later = (time: EventTime | null): EventTime | null =>
    time === null
      ? null
      : 'date' in time
        ? { date: '2026-05-05' }
        : { dateTime: new Date(instant(time) + hour).toISOString(), timeZone: time.timeZone };
  const firstKey = content.start === null ? null : slotName(content.start);
  switch (damage) {
    case 'moved':
      return {
        ...block,
        content: { ...content, start: later(content.start), end: { dateTime: '2026-06-06T10:00:00Z', timeZone: null } },
      };
    case 'renamed':
      return { ...block, content: { ...content, summary: 'mine', description: null } };
    case 'ringing':
      return { ...block, content: { ...content, rings: true } };
    case 'free':
      return { ...block, content: { ...content, transparent: true } };
    case 'public':
      return { ...block, content: { ...content, visibility: 'public' } };
    case 'ruled':
      return {
        ...block,
        content: { ...content, recurrence: content.recurrence.length === 0 ? ['RRULE:FREQ=DAILY'] : [] },
      };
    case 'gone':
      return { ...block, absence: { by: 'us' } };
    case 'second':
    case 'older': {
      const generation = block.tag.generation + 1;
      return {
        ...block,
        tag: { ...block.tag, generation },
        id: blockId(block.tag.sourceRef, block.targetId, generation),
      };
    }
    case 'slot':
    case 'slot gone':
      if (content.recurrence.length === 0 || content.start === null || firstKey === null) return block;
      return {
        ...block,
        slots: [
          ...block.slots.filter((slot) => slot.key !== firstKey),
          {
            key: firstKey as SlotKey,
            originalStart: content.start,
            eventId: `${block.id}_${firstKey}` as EventId,
            absence: damage === 'slot' ? null : { by: 'us' },
            content: damage === 'slot' ? { ...content, recurrence: [], summary: 'mine' } : null,
            echo: null,
          },
        ],
      };
  }
}

/** A world in which blocks exist, and the groups as they are now. */
const livedIn = fc
  .record({ first: meetingSpecs, second: meetingSpecs, habit: habits, pause: fc.nat({ max: 20 }) })
  .map(({ first, second, habit, pause }) => {
    const world = new CalendarWorld(habit);
    const before = groupsOf(first);
    settle(world, before);
    const events = withTombstones(before, groupsOf(second));
    // As if it had been killed on the way.
    const plan = planSync(world.groups(events), plain);
    for (const operation of plan.operations.flatMap(endsOf).slice(0, pause)) world.carryOut(operation);
    return { world, events };
  });

function refOf(operation: Operation, blocks: readonly ObservedBlock[]): string {
  if ('tag' in operation) return operation.tag.sourceRef;
  const known = blocks.find((block) => block.targetId === operation.targetId && block.id === operation.blockId);
  return known?.tag.sourceRef ?? '';
}

describe('a plan touches only what is ours', () => {
  it('names only blocks that were proven ours, or ids that follow from their tags', () => {
    fc.assert(
      fc.property(livedIn, fc.nat(), fc.boolean(), ({ world, events }, pick, absent) => {
        const places = [...world.blocks.keys()];
        const lostPlace = places[pick % Math.max(1, places.length)] ?? '';
        const lost = world.blocks.get(lostPlace);
        // An id that somebody else has taken, with whatever the store may say about its absence.
        if (lost !== undefined)
          world.blocks.set(lostPlace, { ...lost, lost: true, absence: absent ? { by: 'us' } : null });
        const groups = world.groups(events);
        const blocks = new Map(groups.flatMap((one) => one.blocks).map((one) => [`${one.targetId}|${one.id}`, one]));
        for (const operation of planSync(groups, plain).operations.flatMap(endsOf)) {
          const place = `${operation.targetId}|${operation.blockId}`;
          expect(place).not.toBe(lost === undefined ? '' : lostPlace);
          if ('slotKey' in operation) expect(operation.slotId).toBe(`${operation.blockId}_${operation.slotKey}`);
          if ('tag' in operation) {
            const { sourceRef: ref, generation } = operation.tag;
            expect(operation.blockId).toBe(blockId(ref, operation.targetId, generation));
          } else if (operation.kind === 'delete') expect(blocks.get(place)?.absence).toBeNull();
          if (operation.kind === 'create') expect(blocks.has(place)).toBe(false);
        }
      }),
      { numRuns: runs },
    );
  });

  it('removes nothing without a row that says so', () => {
    fc.assert(
      fc.property(livedIn, fc.nat({ max: 15 }), fc.nat({ max: 15 }), ({ world, events }, unread, unknown) => {
        const bit = (bits: number, id: CalendarId): boolean =>
          ((bits >> meshCalendars.findIndex((one) => one.id === id)) & 1) === 1;
        // Rows that were never read, and calendars that nobody lists any more.
        const groups = world
          .groups(events)
          .map((group) => ({ ...group, events: group.events.filter((one) => !bit(unread, one.calendarId)) }));
        const known = longInUse.filter((one) => !bit(unknown, one.id));
        const blocks = groups.flatMap((group) => group.blocks);
        for (const operation of planSync(groups, context(known)).operations.flatMap(endsOf)) {
          if (operation.kind !== 'delete' || operation.reason === 'second-block') continue;
          const ref = refOf(operation, blocks);
          const proof = groups
            .flatMap((group) => group.events)
            .some(
              ({ calendarId, row, sourceRef: own }) =>
                known.some((one) => one.id === calendarId) && (own === ref || slotRefs(calendarId, row.id).has(ref)),
            );
          expect(proof).toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });
});

const everyKey = groupKeys();
function groupKeys(): readonly string[] {
  const from = Date.UTC(2026, 1, 10);
  return Array.from({ length: 180 * 24 * 2 }, (_, index) =>
    new Date(from + index * 30 * minute).toISOString().replace('.000', '').replaceAll(/[-:]/g, ''),
  ).concat(
    Array.from({ length: 180 }, (_, index) =>
      new Date(from + index * day).toISOString().slice(0, 10).replaceAll('-', ''),
    ),
  );
}

const refCache = new Map<string, ReadonlySet<string>>();
function slotRefs(calendarId: CalendarId, id: string): ReadonlySet<string> {
  if (id.includes('_')) return new Set();
  const name = `${calendarId}|${id}`;
  const known = refCache.get(name) ?? new Set(everyKey.map((key) => sourceRef(calendarId, `${id}_${key}` as EventId)));
  refCache.set(name, known);
  return known;
}

describe('a plan is total and bounded', () => {
  it('is made for rows that make no sense, in moderate size and time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 3 }), nonsenseRow), { maxLength: 6 }),
        fc.boolean(),
        (rows, allBusy) => {
          const calendars = longInUse.map((one) => ({
            ...one,
            timeZone: allBusy ? 'Mars/Olympus' : one.timeZone,
            busy: allBusy ? { ...defaultBusyPolicy, allDay: 'always' as const, free: true } : one.busy,
          }));
          const events = rows.flatMap(([index, row]) => {
            const of = calendars[index];
            return of === undefined ? [] : [event(of, { ...row, id: row.id })];
          });
          const groups = [{ key: 'nonsense', events, blocks: [], mutes: [] }];
          const world = new CalendarWorld();
          const of = context(calendars);
          const plan = planSync(groups, of);
          expect(plan.operations.length).toBeLessThanOrEqual(2 * rows.length * calendars.length);
          for (const operation of plan.operations) if (!('slotKey' in operation)) world.carryOut(operation);
          expect(() => planSync(world.groups(groups), of)).not.toThrow();
        },
      ),
      { numRuns: 2 * runs },
    );
  });

  it('has a few operations at most for each row and target', () => {
    fc.assert(
      fc.property(livedIn, ({ world, events }) => {
        const groups = world.groups(events);
        const rows =
          groups.flatMap((one) => one.events).length +
          groups.flatMap((one) => one.blocks.flatMap((block) => [block, ...block.slots])).length;
        expect(planSync(groups, plain).operations.length).toBeLessThanOrEqual(2 * rows * meshCalendars.length);
      }),
      { numRuns: runs },
    );
  });
});

describe('a plan makes no loop', () => {
  it('never makes a block for a row that is tagged', () => {
    fc.assert(
      fc.property(meetingSpecs, fc.nat(), (specs, bits) => {
        const groups = groupsOf(specs).map((group) => ({
          ...group,
          events: group.events.map((one, index) =>
            ((bits >> (index % 16)) & 1) === 1 ? { ...one, row: { ...one.row, tagged: true } } : one,
          ),
        }));
        const tagged = new Set(
          groups.flatMap((group) => group.events.filter(({ row }) => row.tagged).map((one) => one.sourceRef)),
        );
        for (const operation of planSync(groups, plain).operations.flatMap(endsOf)) {
          if ('tag' in operation) expect(tagged.has(operation.tag.sourceRef)).toBe(false);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('a plan is private', () => {
  it('writes no title, calendar or address under the default policy', () => {
    fc.assert(
      fc.property(livedIn, ({ world, events }) => {
        for (const operation of planSync(world.groups(events), plain).operations.flatMap(endsOf)) {
          const written = JSON.stringify([
            operation.blockId,
            'tag' in operation ? operation.tag : null,
            'content' in operation ? operation.content : null,
            'slotId' in operation ? operation.slotId : null,
          ]);
          expect(written).not.toMatch(/secret|@|example|shared|google/i);
        }
      }),
      { numRuns: runs },
    );
  });
});

describe('a plan is crash-safe', () => {
  it('comes to the same end from any part of it, in any order that keeps a series before its slots, killed between the ends of replacements, too', () => {
    fc.assert(
      fc.property(meetingSpecs, meetingSpecs, habits, fc.gen(), (first, second, habit, gen) => {
        const straight = new CalendarWorld(habit);
        const broken = new CalendarWorld(habit);
        const before = groupsOf(first);
        const events = withTombstones(before, groupsOf(second));
        settle(straight, before);
        settle(broken, before);
        const plan = planSync(broken.groups(events), plain);
        const part = gen(() => fc.shuffledSubarray([...plan.operations]));
        const isSlot = (operation: Operation): boolean => 'slotKey' in operation;
        const begun = new Set(part.filter((one) => !isSlot(one)).map((one) => one.blockId));
        const pending = new Set(
          plan.operations.filter((one) => !isSlot(one) && !begun.has(one.blockId)).map((one) => one.blockId),
        );
        for (const operation of part) {
          if (isSlot(operation)) continue;
          const opened = operation.kind === 'replace' && gen(fc.boolean);
          for (const end of opened ? endsOf(operation).slice(0, 1) : [operation]) broken.carryOut(end);
        }
        for (const operation of part) {
          // A slot whose series was not written, or has gone since, is not tried.
          if (isSlot(operation) && !pending.has(operation.blockId)) broken.carryOut(operation);
        }
        settle(straight, events);
        settle(broken, events);
        expect(pictureOf(broken)).toEqual(pictureOf(straight));
      }),
      { numRuns: runs },
    );
  });
});

describe('a plan repairs', () => {
  it('puts right whatever was done to blocks', () => {
    fc.assert(
      fc.property(
        meetingSpecs,
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...damages)), { minLength: 1, maxLength: 5 }),
        (specs, harm) => {
          const straight = new CalendarWorld();
          const world = new CalendarWorld();
          const events = groupsOf(specs);
          settle(straight, events);
          settle(world, events);
          for (const [pick, damage] of harm) {
            const places = [...world.blocks.keys()];
            const block = world.blocks.get(places[pick % Math.max(1, places.length)] ?? '');
            if (block === undefined) continue;
            const harmed = damaged(block, damage);
            world.blocks.set(`${harmed.targetId}|${harmed.id}`, harmed);
          }
          settle(world, events);
          for (const { id } of meshCalendars) {
            expect(shownOn(id, world, events)).toEqual(shownOn(id, straight, events));
          }
          for (const block of world.blocks.values()) {
            if (block.absence === null)
              expect(block.content).toMatchObject({ summary: '🔒 Busy', rings: false, transparent: false });
          }
        },
      ),
      { numRuns: runs },
    );
  });
});

describe('a plan of parts', () => {
  it('gives, group by group, what the plan of all gives', () => {
    const parts = (plan: Plan): unknown => [
      asSet(plan.operations.flatMap(endsOf)),
      plan.skips.map((one) => JSON.stringify(one)).sort(),
    ];
    fc.assert(
      fc.property(livedIn, ({ world, events }) => {
        const groups = world.groups(events);
        const single = groups.map((group) => planSync([group], plain));
        const joined: Plan = {
          operations: single.flatMap((one) => one.operations),
          skips: single.flatMap((one) => one.skips),
          holds: [],
          mutes: [],
          lifted: [],
          renewed: [],
          explained: [],
          wanted: [],
          named: [],
          letGo: [],
          unexplained: [],
          waiting: new Set(),
        };
        expect(parts(joined)).toEqual(parts(planSync(groups, plain)));
      }),
      { numRuns: runs },
    );
  });
});

describe('a plan of what has changed', () => {
  /** The same meetings, deleted and made again under new ids, as a feed does it. */
  function recycled(groups: readonly EventGroup[], which: (index: number) => boolean): EventGroup[] {
    const anew = groups.map((group, index): EventGroup => {
      if (!which(index)) return group;
      const events = group.events.map(({ calendarId, row }) => {
        const id = `anew${row.id}` as EventId;
        const series = row.recurringEventId === null ? null : (`anew${row.recurringEventId}` as EventId);
        const iCalUid = row.iCalUid === null ? null : `anew${row.iCalUid}`;
        return {
          calendarId,
          row: { ...row, id, iCalUid, recurringEventId: series },
          sourceRef: sourceRef(calendarId, id),
        };
      });
      return { ...group, key: `anew ${group.key}`, events };
    });
    return withTombstones(groups, anew);
  }

  it('is the plan of all, replacements across groups included, and new ids change no time', () => {
    fc.assert(
      fc.property(meetingSpecs, meetingSpecs, fc.nat(), habits, (first, second, bits, habit) => {
        const world = new CalendarWorld(habit);
        const before = withTombstones(groupsOf(first), groupsOf(second));
        settle(world, before);
        const after = recycled(before, (index) => ((bits >> (index % 16)) & 1) === 1);
        const was = new Set(before.map((group) => JSON.stringify(group)));
        const changed = new Set(after.filter((group) => !was.has(JSON.stringify(group))).map((group) => group.key));
        const groups = world.groups(after);
        const all = planSync(groups, plain);
        expect(
          asSet(
            planSync(
              groups.filter((one) => changed.has(one.key)),
              plain,
            ).operations,
          ),
        ).toEqual(asSet(all.operations));
        const times = (id: CalendarId, of: readonly EventGroup[]): string[] =>
          shownOn(id, world, of).map((line) => line.replaceAll('anew', '').trim());
        const shown = meshCalendars.map(({ id }) => times(id, before));
        settle(world, after);
        expect(meshCalendars.map(({ id }) => times(id, after).sort())).toEqual(shown.map((list) => list.sort()));
      }),
      { numRuns: runs },
    );
  });
});

describe('generations', () => {
  it('never go down, and no id is made twice', () => {
    fc.assert(
      fc.property(fc.array(meetingSpecs, { minLength: 2, maxLength: 5 }), (states) => {
        const world = new CalendarWorld();
        const newest = new Map<string, number>();
        let before: readonly EventGroup[] = [];
        for (const specs of states) {
          before = withTombstones(before, groupsOf(specs));
          for (const operation of planSync(world.groups(before), plain).operations.flatMap(endsOf)) {
            if ('tag' in operation) {
              const name = `${operation.targetId}|${operation.tag.sourceRef}`;
              expect(operation.tag.generation).toBeGreaterThanOrEqual(newest.get(name) ?? 0);
              newest.set(name, operation.tag.generation);
            }
            world.carryOut(operation);
          }
        }
      }),
      { numRuns: runs / 2 },
    );
  });
});

describe('a calendar that goes', () => {
  it('changes nothing, gives nothing once its blocks are gone, and takes them along when it is not used any more', () => {
    fc.assert(
      fc.property(meetingSpecs, fc.nat({ max: 3 }), (specs, index) => {
        const groups = groupsOf(specs);
        const world = new CalendarWorld({});
        settle(world, groups);
        const going = meshCalendars[index];
        if (going === undefined) throw new Error('There are four calendars.');
        const refs = new Set(
          groups.flatMap(({ events }) =>
            events.filter((one) => one.calendarId === going.id).map((one) => one.sourceRef),
          ),
        );
        const meshWith = (special: Partial<MeshCalendar>) =>
          context(longInUse.map((one) => (one.id === going.id ? { ...one, ...special } : one)));
        const planned = (special: Partial<MeshCalendar>) => planSync(world.groups(groups), meshWith(special));
        const gone = { readable: false, writable: false, gone: true };
        expect(brief(planned(gone).operations)).toEqual([]);
        expect([...planned(gone).waiting]).toEqual([]);
        const ignored = { ...gone, readable: true, source: false, target: false };
        const kept = new Map(world.blocks);
        world.apply(planned(ignored));
        expect(brief(planned(ignored).operations)).toEqual([]);
        const live = () =>
          [...world.blocks.values()].filter((one) => one.absence === null && !one.lost && one.targetId !== going.id);
        expect(live().filter(({ tag }) => refs.has(tag.sourceRef))).toEqual([]);
        // Somebody has removed everything, by a reset.
        world.blocks.clear();
        world.apply(planned(gone));
        expect(brief(planned(gone).operations)).toEqual([]);
        expect(live().filter(({ tag }) => refs.has(tag.sourceRef))).toEqual([]);
        // And where it is there again, all is as it was.
        world.blocks.clear();
        for (const [place, block] of kept) world.blocks.set(place, block);
        expect(brief(planned({}).operations)).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
