import type { CalendarId, EventId } from '../../src/shared/ids.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import { observedOf } from '../../src/main/core/content.ts';
import { sourceRef } from '../../src/main/core/identity.ts';
import type {
  EventGroup,
  EventRow,
  MeshCalendar,
  ObservedBlock,
  ObservedSlot,
  Operation,
  PlanContext,
} from '../../src/main/core/model.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { plainCapabilities } from '../support/capabilities.ts';

/** What planning so many events cost. */
export interface PlanFigures {
  readonly events: number;
  readonly operations: number;
  readonly firstSeconds: number;
  readonly steadyOperations: number;
  readonly steadySeconds: number;
  readonly peakMegabytes: number;
}

const calendarCount = 6;
const now = Date.UTC(2026, 2, 23, 8);
const ids = Array.from({ length: calendarCount }, (_, index) => `calendar${index}@bench.example` as CalendarId);

function calendarOf(id: CalendarId): MeshCalendar {
  return {
    id,
    name: id,
    accountEmail: id,
    timeZone: 'Europe/Berlin',
    access: 'owns',
    source: true,
    target: true,
    readable: true,
    writable: true,
    stale: false,
    capabilities: plainCapabilities,
    inUseSince: now,
    busy: defaultBusyPolicy,
  };
}

const context: PlanContext = {
  now,
  run: 1,
  calendars: new Map(ids.map((id) => [id, calendarOf(id)])),
  blockPolicy: () => defaultBlockPolicy,
  liveBlocksBySource: new Map(),
  liveBlocksByTarget: new Map(),
  choices: new Map(),
};

const time = (instant: number): { dateTime: string; timeZone: string } => ({
  dateTime: new Date(instant).toISOString().replace('.000Z', 'Z'),
  timeZone: 'Europe/Berlin',
});

function row(id: string, start: number, over: Partial<EventRow>): EventRow {
  return {
    id: id as EventId,
    status: 'confirmed',
    etag: '"1"',
    iCalUid: `${id}@bench.example`,
    kind: 'default',
    start: time(start),
    end: time(start + 45 * minute),
    recurrence: [],
    recurringEventId: null,
    originalStart: null,
    transparent: false,
    visibility: 'default',
    ownResponse: 'none',
    optionalGuest: false,
    summary: 'Event',
    place: null,
    description: null,
    colorId: null,
    rings: true,
    tag: null,
    tagged: false,
    saysBlock: false,
    guests: false,
    ...over,
  };
}

/** One group for each event; each fifth is a series, each twenty-fifth has a cancelled and a moved slot. */
function makeGroups(count: number): EventGroup[] {
  return Array.from({ length: count }, (_, index) => {
    const calendarId = ids[index % calendarCount] ?? ids[0] ?? ('' as CalendarId);
    const start = now + day + (index % 365) * day + (index % 9) * hour;
    const id = `bench${index}`;
    const series = index % 5 === 4;
    const rows = [row(id, start, series ? { recurrence: ['RRULE:FREQ=WEEKLY'] } : {})];
    if (index % 25 === 24) {
      for (const weeks of [1, 2]) {
        const slot = start + weeks * 7 * day;
        const key = time(slot).dateTime.replaceAll(/[-:]/g, '');
        const moved = weeks === 2 ? {} : { status: 'cancelled' as const };
        rows.push(
          row(`${id}_${key}`, slot + hour, {
            iCalUid: `${id}@bench.example`,
            recurringEventId: id as EventId,
            originalStart: time(slot),
            ...moved,
          }),
        );
      }
    }
    return {
      key: `uid:${id}`,
      events: rows.map((one) => ({ calendarId, row: one, sourceRef: sourceRef(calendarId, one.id) })),
      blocks: [],
      mutes: [],
    };
  });
}

/** Takes groups and what was planned for them; returns them as they are once it has all been done. */
function carriedOut(groups: readonly EventGroup[], operations: readonly Operation[]): EventGroup[] {
  const byGroup = Map.groupBy(operations, (operation) => operation.groupKey);
  return groups.map((group) => {
    const slots = new Map<string, ObservedSlot[]>();
    const own = byGroup.get(group.key) ?? [];
    for (const operation of own) {
      if (operation.kind !== 'put-slot' && operation.kind !== 'cancel-slot') continue;
      const list = slots.get(operation.blockId) ?? [];
      slots.set(operation.blockId, list);
      list.push({
        key: operation.slotKey,
        originalStart: operation.originalStart,
        eventId: operation.slotId,
        absence: operation.kind === 'cancel-slot' ? { by: 'us' } : null,
        content: operation.kind === 'cancel-slot' ? null : shown(operation.content),
        echo: null,
      });
    }
    const blocks = own.flatMap((operation): ObservedBlock[] =>
      operation.kind !== 'create'
        ? []
        : [
            {
              targetId: operation.targetId,
              id: operation.blockId,
              tag: operation.tag,
              etag: '"1"',
              absence: null,
              ofBlockOn: null,
              content: shown(operation.content),
              echo: null,
              lost: false,
              outOfOffice: false,
              ownHash: operation.tag.contentHash,
              wanted: '',
              ownVersion: operation.memory.version,
              slots: slots.get(operation.blockId) ?? [],
            },
          ],
    );
    return { ...group, blocks };
  });
}

function shown(content: Extract<Operation, { content: unknown }>['content']): ObservedBlock['content'] {
  return observedOf(
    row('shown', now, {
      summary: content.summary,
      description: content.description,
      place: content.place,
      start: content.start,
      end: content.end,
      recurrence: [...content.recurrence],
      visibility: content.visibility,
      rings: false,
      colorId: content.colorId,
    }),
  );
}

/** Takes a number of events; plans them for five targets each, once with nothing there yet and once with all there. */
export function benchPlan(count: number): PlanFigures {
  const groups = makeGroups(count);
  globalThis.gc?.();
  let peak = process.memoryUsage().rss;
  let from = performance.now();
  const first = planSync(groups, context);
  const firstSeconds = (performance.now() - from) / 1000;
  peak = Math.max(peak, process.memoryUsage().rss);
  const settled = carriedOut(groups, first.operations);
  const { length: operations } = first.operations;
  globalThis.gc?.();
  from = performance.now();
  const steady = planSync(settled, context);
  const steadySeconds = (performance.now() - from) / 1000;
  return {
    events: count,
    operations,
    firstSeconds,
    steadyOperations: steady.operations.length,
    steadySeconds,
    peakMegabytes: peak / 1_048_576,
  };
}
