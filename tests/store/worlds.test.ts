import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import {
  endsOf,
  type EventRow,
  type ExplainedAbsence,
  type MeshCalendar,
  type Operation,
  type PlainOperation,
  type PlanContext,
} from '../../src/main/core/model.ts';
import type { BlockOutcome } from '../../src/main/ports/store.ts';
import type { CalendarId } from '../../src/shared/ids.ts';
import {
  at,
  block,
  club,
  event,
  exception,
  home,
  now,
  openMesh,
  series,
  slotTombstone,
  tombstone,
  work,
  type TestStore,
} from './support.ts';
import { plainCapabilities } from '../support/capabilities.ts';

const mesh = [work, home, club];
const runs = Number(process.env['CALSYNC_PROPERTY_RUNS'] ?? 60);

/** Something that a person does on one calendar, as the next read shows it. */
interface Step {
  readonly calendarId: CalendarId;
  readonly rows: readonly EventRow[];
}

const special: fc.Arbitrary<Partial<EventRow>> = fc.constantFrom<Partial<EventRow>>(
  {},
  { ownResponse: 'declined' },
  { transparent: true },
  { summary: 'Other' },
  { iCalUid: null },
);
const day = fc.constantFrom(25, 26, 27);
const name = fc.constantFrom('a', 'b');
const rows: fc.Arbitrary<readonly EventRow[]> = fc.oneof(
  fc.tuple(name, special).map(([id, what]) => [event(id, what)]),
  name.map((id) => [tombstone(id)]),
  special.map((what) => [series('s', what)]),
  special.map((what) => [series('s', { ...what, start: at('2026-03-24T11:00:00Z', 'UTC') })]),
  fc.constant([tombstone('s')]),
  // An exception repeats the iCalUID of its series, also where there is none to be seen (google-calendar.md §1.3).
  fc
    .tuple(day, special)
    .map(([slot, what]) => [
      series('s', what.iCalUid === undefined ? {} : { iCalUid: what.iCalUid }),
      exception('s', slot, what),
    ]),
  day.map((slot) => [slotTombstone('s', slot)]),
  day.map((slot) => [tombstone(`s_202603${slot}T090000Z`)]),
);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ calendarId: fc.constantFrom(...mesh), rows }), {
  minLength: 1,
  maxLength: 12,
});

function contextOf(test: TestStore): PlanContext {
  const calendars = mesh.map((id): MeshCalendar => ({
    id,
    name: id,
    accountEmail: 'me@example.com',
    timeZone: 'UTC',
    access: 'owns',
    source: true,
    target: true,
    readable: true,
    writable: true,
    stale: false,
    capabilities: plainCapabilities,
    inUseSince: now,
    busy: defaultBusyPolicy,
  }));
  return {
    now,
    run: test.run,
    calendars: new Map(calendars.map((one) => [one.id, one])),
    blockPolicy: () => defaultBlockPolicy,
    liveBlocksBySource: test.store.liveBlocksBySource(),
    liveBlocksByTarget: test.store.liveBlocksByTarget(),
    choices: new Map(),
  };
}

/** Takes an operation; returns what a calendar would answer, as an outcome to be recorded. */
function carryOut(operation: PlainOperation): BlockOutcome {
  const { targetId, blockId, groupKey } = operation;
  switch (operation.kind) {
    case 'create':
    case 'revive':
    case 'update': {
      const row = block(targetId, operation.tag, { ...operation.content, etag: '"2"' });
      expect(row.id).toBe(blockId);
      return {
        kind: 'block-written',
        targetId,
        row,
        tag: operation.tag,
        memory: operation.memory,
        echo: null,
        groupKey,
      };
    }
    case 'delete':
      return { kind: 'block-removed', targetId, blockId, version: operation.version };
    case 'put-slot': {
      const { slotKey, originalStart, content, slotId } = operation;
      const row: EventRow = { ...event(slotId), ...content, recurringEventId: blockId, originalStart, rings: false };
      return { kind: 'slot-written', targetId, blockId, slotKey, originalStart, row, echo: null };
    }
    case 'cancel-slot': {
      const { slotKey, originalStart, slotId } = operation;
      return { kind: 'slot-cancelled', targetId, blockId, slotKey, originalStart, slotId };
    }
  }
}

/** What is recorded of an absence that the plan has explained, as the engine does it. */
function explainedOutcome({ targetId, blockId, slot }: ExplainedAbsence): BlockOutcome {
  if (slot === null) return { kind: 'block-removed', targetId, blockId };
  const { key, originalStart, eventId } = slot;
  return { kind: 'slot-cancelled', targetId, blockId, slotKey: key, originalStart, slotId: eventId };
}

/** Plans what is marked and carries it out; returns what was done. */
function sync(test: TestStore): readonly Operation[] {
  test.run += 1;
  const marks = test.store.dirtyGroups();
  const plan = planSync(test.store.loadGroups([...marks.keys()]), contextOf(test));
  test.store.recordOutcomes(test.run, plan.explained.map(explainedOutcome));
  test.store.recordOutcomes(test.run, plan.operations.flatMap(endsOf).map(carryOut));
  test.store.clearDirty([...marks].filter(([key]) => !plan.waiting.has(key)));
  return plan.operations;
}

describe('any sequence of changes', () => {
  it('is planned to the end by its marked groups alone, and every block stays with what wants it', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3 }), (list, every) => {
        const test = openMesh();
        list.forEach((step, index) => {
          test.read(step.calendarId, 'changes', step.rows);
          if (index % every === 0) sync(test);
        });
        sync(test);
        expect(sync(test)).toEqual([]);
        // A full plan has nothing to add to what the marked groups gave.
        expect(planSync(test.store.loadGroups('all'), contextOf(test)).operations).toEqual([]);
        const groups = test.groups();
        expect(groups.filter((group) => group.key.startsWith('ref:'))).toEqual([]);
        expect(test.logger.events('warn')).toEqual([]);
        expect(test.groups(groups.map((group) => group.key))).toEqual(groups);
        const live = groups.flatMap((group) => group.blocks.filter((one) => one.absence === null));
        const counted = [...test.store.liveBlocksByTarget().values()].reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(live.length);
      }),
      { numRuns: runs },
    );
  });

  it('leaves the same rows whether it is read page by page or at once', () => {
    fc.assert(
      fc.property(steps, fc.subarray(mesh), (list, freeBusyOnly) => {
        const [inPages, atOnce] = [openMesh(), openMesh()];
        for (const id of mesh) {
          // One listing shows all iCalUIDs of a calendar or none: an event never changes its own.
          const shown = (row: EventRow): EventRow => {
            const [seriesId = row.id] = row.id.split('_');
            if (row.start === null || (row.iCalUid !== null) === !freeBusyOnly.includes(id)) return row;
            return { ...row, iCalUid: freeBusyOnly.includes(id) ? null : `${seriesId}@google.com` };
          };
          const pages = list.filter((step) => step.calendarId === id).map((step) => step.rows.map(shown));
          inPages.read(id, 'everything', ...pages, []);
          atOnce.read(id, 'everything', pages.flat());
        }
        const picture = (test: TestStore) =>
          test
            .groups()
            .flatMap((group) =>
              group.events.map(({ row, calendarId }) => `${group.key} ${calendarId} ${row.id} ${row.status}`),
            );
        // A tombstone in between keeps what stood before it, so only rows that end up alive are compared in full.
        const alive = (test: TestStore) =>
          picture(test)
            .filter((line) => !line.endsWith('cancelled'))
            .sort();
        expect(alive(inPages)).toEqual(alive(atOnce));
      }),
      { numRuns: runs },
    );
  });
});

describe('a store of a hundred thousand events', { timeout: 120_000 }, () => {
  it('is read and loaded whole, a chunk at a time', () => {
    const test = openMesh();
    const count = 100_000;
    const readId = test.store.nextReadId();
    for (let from = 0; from < count; from += 2500) {
      test.store.storePage({
        calendarId: work,
        accountId: test.store.accounts()[0]?.id ?? ('' as never),
        run: 1,
        readId,
        coverage: { of: 'everything' },
        complete: true,
        rows: Array.from({ length: 2500 }, (_, index) => {
          const number = from + index;
          const seriesId = `s${number - (number % 10)}`;
          if (number % 10 === 0) return series(seriesId);
          return number % 10 === 1 ? exception(seriesId, 25) : event(`e${number}`);
        }),
        done: from + 2500 === count ? { syncToken: 'done', at: now } : null,
        timeZone: null,
        access: 'owns',
      });
    }
    const started = performance.now();
    let groups = 0;
    let events = 0;
    const keys = new Set<string>();
    for (const group of test.store.loadGroups('all')) {
      groups += 1;
      events += group.events.length;
      keys.add(group.key);
    }
    const milliseconds = performance.now() - started;
    expect({ groups, events, keys: keys.size }).toEqual({ groups: 90_000, events: count, keys: 90_000 });
    // About 300 ms on two slow cores; the bound only catches a query that walks where it should search.
    expect(milliseconds).toBeLessThan(10_000);
  });

  it('may be written to while groups are being read', () => {
    const test = openMesh();
    test.read(
      work,
      'everything',
      Array.from({ length: 5000 }, (_, index) => event(`e${index}`)),
    );
    let seen = 0;
    const marks = test.store.dirtyGroups();
    for (const group of test.store.loadGroups('all')) {
      test.store.clearDirty([[group.key, marks.get(group.key) ?? 0]]);
      seen += 1;
    }
    expect(seen).toBe(5000);
    expect(test.store.dirtyGroups().size).toBe(0);
  });

  it('keeps a group together that is larger than a chunk', () => {
    const test = openMesh();
    test.read(work, 'everything', [
      event('a'),
      ...Array.from({ length: 5000 }, (_, index) => event(`copy${index}`, { iCalUid: 'shared@google.com' })),
      event('z'),
    ]);
    expect(test.groups().map((group) => [group.key, group.events.length])).toEqual([
      ['uid:a@google.com', 1],
      ['uid:shared@google.com', 5000],
      ['uid:z@google.com', 1],
    ]);
  });
});
