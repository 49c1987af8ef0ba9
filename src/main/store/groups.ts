import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { strayGroupKey } from '../core/grouping.ts';
import { originalStartOf } from '../core/times.ts';
import type { Instant } from '../../shared/time.ts';
import type {
  Absence,
  EventGroup,
  Kept,
  Mute,
  NamedDate,
  ObservedBlock,
  ObservedSlot,
  SourceEvent,
  StandingBlock,
  ZoneRefusal,
} from '../core/model.ts';
import {
  absenceOf,
  blockColumnNames,
  contentOf,
  eventColumnNames,
  eventOf,
  slotColumnNames,
  timeOf,
  type BlockColumns,
  type EventColumns,
  type SlotColumns,
} from './columns.ts';
import type { Connection } from './database.ts';
import type { RemovalNotes } from './removal-notes.ts';
import type { UndoLog } from './undo.ts';

/** A block that no event explains, and the calendar of the block that it stands for, if it does. */
interface StrayColumns extends BlockColumns {
  readonly of_block_on: CalendarId | null;
}

/** An event that is a slot of a block, there or deleted: its tag was taken away, so that it is somebody's own. */
interface OwnSlotColumns extends Pick<EventColumns, 'id' | 'original_at' | 'original_zone'> {
  readonly target_id: CalendarId;
  readonly block_id: EventId;
  readonly slot_key: SlotKey;
}

interface MuteColumns {
  readonly source_ref: SourceRef;
  readonly target_id: CalendarId;
  readonly slot_key: SlotKey | '';
  readonly meant: string | null;
}

const prefixed = (alias: string, names: readonly string[]) => names.map((name) => `${alias}.${name}`).join(', ');
const eventList = prefixed('e', eventColumnNames);
const blockList = prefixed('b', blockColumnNames);

/** CROSS JOIN keeps the order that is written, so that the small list always leads. */
export const groupQueries = {
  eventsByKeys: `SELECT ${eventList} FROM json_each(?) k CROSS JOIN events e ON e.group_key = k.value`,
  eventsInOrder: `SELECT ${eventList} FROM events e
    WHERE (e.group_key, e.calendar_id, e.id) > (?, ?, ?)
    ORDER BY e.group_key, e.calendar_id, e.id LIMIT ?`,
  namesByKeys: `SELECT n.source_ref, n.calendar_id, n.series_id, n.slot_key, e.group_key FROM json_each(?) k CROSS JOIN events e ON e.group_key = k.value
    CROSS JOIN slot_names n ON n.calendar_id = e.calendar_id AND n.series_id = e.id`,
  blocksByRefs: `SELECT ${blockList} FROM json_each(?) r CROSS JOIN blocks b ON b.source_ref = r.value`,
  strayBlocksByRefs: `SELECT ${blockList}, o.target_id AS of_block_on FROM json_each(?) r
    CROSS JOIN blocks b ON b.source_ref = r.value AND b.source_id IS NULL
    LEFT JOIN blocks o ON o.own_ref = b.source_ref`,
  strayRefsInOrder: `SELECT DISTINCT source_ref FROM blocks
    WHERE source_id IS NULL AND source_ref > ? ORDER BY source_ref LIMIT ?`,
  slotsByRefs: `SELECT ${prefixed('s', slotColumnNames)} FROM json_each(?) r
    CROSS JOIN blocks b ON b.source_ref = r.value
    CROSS JOIN block_slots s ON s.target_id = b.target_id AND s.block_id = b.id`,
  ownSlotsByRefs: `SELECT b.target_id, b.id AS block_id, e.id, e.slot_key, e.original_at, e.original_zone
    FROM json_each(?) r CROSS JOIN blocks b ON b.source_ref = r.value
    CROSS JOIN events e INDEXED BY events_by_series ON e.calendar_id = b.target_id AND e.recurring_event_id = b.id
    WHERE b.lost = 0 AND e.slot_key IS NOT NULL`,
  standing: `SELECT ${blockList} FROM blocks b INDEXED BY blocks_live_by_source
    WHERE b.source_id = ? AND b.absence_by IS NULL`,
  refusalsByRefs: `SELECT f.source_ref, f.target_id, f.version, f.at FROM json_each(?) r
    CROSS JOIN zone_refusals f ON f.source_ref = r.value`,
  mutesByRefs: `SELECT m.source_ref, m.target_id, m.slot_key, m.meant FROM json_each(?) r
    CROSS JOIN mutes m ON m.source_ref = r.value`,
} as const;

const chunkOfKeys = 500;
const chunkOfRows = 2000;

/** Loads groups, some or all, a chunk at a time, so that a hundred thousand of them never are in memory together. */
export interface Groups {
  byKeys(keys: readonly string[]): Iterable<EventGroup>;
  all(): Iterable<EventGroup>;
  /** Live blocks of the events of a calendar. */
  standing(sourceId: CalendarId): readonly StandingBlock[];
}

interface Gathered {
  readonly key: string;
  readonly events: SourceEvent[];
  readonly blocks: ObservedBlock[];
  readonly mutes: Mute[];
  readonly refusals: ZoneRefusal[];
  readonly kept: Kept[];
  readonly dates: NamedDate[];
}

interface NameColumns {
  readonly source_ref: SourceRef;
  readonly calendar_id: CalendarId;
  readonly series_id: EventId;
  readonly slot_key: SlotKey;
  readonly group_key: string;
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Takes the connection, what is known of removals, and what is kept by an undo; returns what loads groups. */
export function groups(connection: Connection, removals: RemovalNotes, undo: Pick<UndoLog, 'keptOfRefs'>): Groups {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const eventsByKeys = query<EventColumns>(groupQueries.eventsByKeys);
  const eventsInOrder = query<EventColumns>(groupQueries.eventsInOrder);
  const namesByKeys = query<NameColumns>(groupQueries.namesByKeys);
  const anyName = query('SELECT 1 FROM slot_names LIMIT 1');
  const blocksByRefs = query<BlockColumns>(groupQueries.blocksByRefs);
  const strayBlocksByRefs = query<StrayColumns>(groupQueries.strayBlocksByRefs);
  const strayRefsInOrder = query<SourceRef>(groupQueries.strayRefsInOrder).pluck();
  const slotsByRefs = query<SlotColumns>(groupQueries.slotsByRefs);
  const anyOwnSlot = query(`SELECT 1 FROM calendars c CROSS JOIN events e
    ON e.calendar_id = c.id AND e.recurring_event_id >= 'cs' AND e.recurring_event_id < 'ct' LIMIT 1`);
  const ownSlotsByRefs = query<OwnSlotColumns>(groupQueries.ownSlotsByRefs);
  const mutesByRefs = query<MuteColumns>(groupQueries.mutesByRefs);
  const standing = query<BlockColumns>(groupQueries.standing);
  const anyRefusal = query('SELECT 1 FROM zone_refusals LIMIT 1');
  const refusalsByRefs = query<{ source_ref: SourceRef; target_id: CalendarId; version: string; at: Instant }>(
    groupQueries.refusalsByRefs,
  );

  function* withBlocks(rows: readonly EventColumns[]): Iterable<EventGroup> {
    const gathered = new Map<string, Gathered>();
    const owner = new Map<SourceRef, Gathered>();
    for (const row of rows) {
      let group = gathered.get(row.group_key);
      if (group === undefined) gathered.set(row.group_key, (group = emptyGroup(row.group_key)));
      group.events.push({ calendarId: row.calendar_id, row: eventOf(row), sourceRef: row.source_ref });
      owner.set(row.source_ref, group);
    }
    const dates = new Map<SourceRef, NameColumns>();
    if (anyName.get() !== undefined) {
      for (const name of namesByKeys.all(JSON.stringify([...gathered.keys()]))) {
        const group = gathered.get(name.group_key);
        if (group === undefined || owner.has(name.source_ref)) continue;
        owner.set(name.source_ref, group);
        dates.set(name.source_ref, name);
      }
    }
    const refs = JSON.stringify([...owner.keys()]);
    attach(blocksByRefs.all(refs), refs, (ref) => owner.get(ref));
    for (const group of dates.size === 0 ? [] : gathered.values()) {
      for (const ref of new Set(group.blocks.map(({ tag }) => tag.sourceRef))) {
        const name = dates.get(ref);
        if (name === undefined) continue;
        const { calendar_id: calendarId, series_id: seriesId, slot_key: key } = name;
        group.dates.push({ calendarId, seriesId, key, sourceRef: ref });
      }
    }
    yield* gathered.values();
  }

  function* strays(refs: readonly SourceRef[]): Iterable<EventGroup> {
    const gathered = new Map<SourceRef, Gathered>();
    const list = JSON.stringify(refs);
    attach(strayBlocksByRefs.all(list), list, (ref) => {
      const known = gathered.get(ref) ?? emptyGroup(strayGroupKey(ref));
      gathered.set(ref, known);
      return known;
    });
    yield* gathered.values();
  }

  function attach(
    blocks: readonly (BlockColumns | StrayColumns)[],
    refs: string,
    groupOf: (ref: SourceRef) => Gathered | undefined,
  ) {
    const slots = new Map<string, ObservedSlot[]>();
    if (blocks.length > 0) {
      const byName = new Map(blocks.map((block) => [`${block.target_id}|${block.id}`, block]));
      for (const slot of slotsByRefs.all(refs)) {
        const name = `${slot.target_id}|${slot.block_id}`;
        const block = byName.get(name);
        const observed = block === undefined ? slotOf(slot) : lookedAt(block, slotOf(slot));
        const list = slots.get(name);
        if (list === undefined) slots.set(name, [observed]);
        else list.push(observed);
      }
    }
    for (const own of blocks.length === 0 || anyOwnSlot.get() === undefined ? [] : ownSlotsByRefs.all(refs)) {
      const name = `${own.target_id}|${own.block_id}`;
      const others = (slots.get(name) ?? []).filter(({ key }) => key !== own.slot_key);
      slots.set(name, [...others, ownSlotOf(own)]);
    }
    for (const block of blocks) {
      groupOf(block.source_ref)?.blocks.push(
        lookedAt(block, blockOf(block, slots.size === 0 ? undefined : slots.get(`${block.target_id}|${block.id}`))),
      );
    }
    for (const mute of mutesByRefs.all(refs)) {
      groupOf(mute.source_ref)?.mutes.push({
        sourceRef: mute.source_ref,
        targetId: mute.target_id,
        slot: mute.slot_key === '' ? null : mute.slot_key,
        ...(mute.meant === null ? {} : { meant: mute.meant }),
      });
    }
    for (const one of undo.keptOfRefs(refs)) groupOf(one.sourceRef)?.kept.push(one);
    if (anyRefusal.get() === undefined) return;
    for (const { source_ref: sourceRef, target_id: targetId, version, at } of refusalsByRefs.all(refs)) {
      groupOf(sourceRef)?.refusals.push({ sourceRef, targetId, version, at });
    }
  }

  /** Takes a block as it is stored, and it or a slot of it; returns that with what is known of its absence. */
  function lookedAt<Observed extends { readonly absence: Absence | null; readonly key?: SlotKey }>(
    { target_id: targetId, id, source_ref: ref, content_hash: hash }: BlockColumns,
    observed: Observed,
  ): Observed {
    if (observed.absence?.by !== 'unknown') return observed;
    const slot = observed.key ?? null;
    const look = removals.look({ targetId, blockId: id, slot });
    const putBacks = removals.putBacks(targetId, ref, slot, hash);
    if (look === null && putBacks === 0) return observed;
    return { ...observed, absence: { ...observed.absence, look, putBacks } };
  }

  return {
    standing: (sourceId) =>
      standing.all(sourceId).map((columns) => {
        const { start, end, recurrence } = contentOf(columns);
        const outOfOffice = columns.out_of_office === 1;
        const times = start === null || end === null ? null : { start, end, recurrence, outOfOffice };
        return { targetId: columns.target_id, blockId: columns.id, times };
      }),
    *byKeys(keys) {
      const unique = [...new Set(keys)];
      for (let start = 0; start < unique.length; start += chunkOfKeys) {
        const chunk = unique.slice(start, start + chunkOfKeys);
        const found = new Map<string, EventGroup>();
        for (const group of withBlocks(eventsByKeys.all(JSON.stringify(chunk)))) found.set(group.key, group);
        const refs = chunk.filter((key) => key.startsWith('ref:')).map((key) => key.slice(4) as SourceRef);
        for (const group of refs.length === 0 ? [] : strays(refs)) found.set(group.key, group);
        for (const key of chunk) {
          const group = found.get(key);
          if (group !== undefined) yield sorted(group);
        }
      }
    },
    *all() {
      let last: readonly [string, string, string] = ['', '', ''];
      let held: EventColumns[] = [];
      for (;;) {
        const rows = eventsInOrder.all(...last, chunkOfRows);
        const end = rows.at(-1);
        if (end === undefined) break;
        last = [end.group_key, end.calendar_id, end.id];
        // The group that the chunk ends in may go on in the next one.
        const whole = held.concat(rows.filter((row) => row.group_key !== end.group_key));
        const open = rows.filter((row) => row.group_key === end.group_key);
        const heldKey = held[0]?.group_key;
        if (heldKey === end.group_key) {
          held.push(...open);
          continue;
        }
        held = open;
        for (const group of withBlocks(whole)) yield sorted(group);
      }
      for (const group of withBlocks(held)) yield sorted(group);
      for (let after = ''; ;) {
        const refs = strayRefsInOrder.all(after, chunkOfKeys);
        const end = refs.at(-1);
        if (end === undefined) return;
        after = end;
        for (const group of strays(refs)) yield sorted(group);
      }
    },
  };
}

function emptyGroup(key: string): Gathered {
  return { key, events: [], blocks: [], mutes: [], refusals: [], kept: [], dates: [] };
}

/** The same rows must give the same group, whichever index they came through. */
function sorted(group: Gathered | EventGroup): EventGroup {
  return {
    key: group.key,
    events:
      group.events.length < 2
        ? group.events
        : group.events.toSorted(
            (one, other) => byText(one.calendarId, other.calendarId) || byText(one.row.id, other.row.id),
          ),
    blocks:
      group.blocks.length < 2
        ? group.blocks
        : group.blocks.toSorted(
            (one, other) =>
              byText(one.targetId, other.targetId) ||
              byText(one.tag.sourceRef, other.tag.sourceRef) ||
              one.tag.generation - other.tag.generation,
          ),
    mutes: group.mutes,
    ...(group.dates === undefined || group.dates.length === 0
      ? {}
      : { dates: group.dates.toSorted((one, other) => byText(one.sourceRef, other.sourceRef)) }),
    ...(group.refusals === undefined || group.refusals.length === 0 ? {} : { refusals: group.refusals }),
    ...(group.kept === undefined || group.kept.length === 0 ? {} : { kept: group.kept }),
  };
}

function blockOf(columns: BlockColumns | StrayColumns, slots: readonly ObservedSlot[] | undefined): ObservedBlock {
  return {
    targetId: columns.target_id,
    id: columns.id,
    tag: { sourceRef: columns.source_ref, generation: columns.generation, contentHash: columns.content_hash },
    etag: columns.etag,
    absence: absenceOf(columns),
    content: contentOf(columns),
    echo: columns.echo,
    outOfOffice: columns.out_of_office === 1,
    ownHash: columns.own_hash,
    wanted: columns.wanted,
    ownVersion: columns.own_version,
    lost: columns.lost === 1,
    ofBlockOn: 'of_block_on' in columns ? columns.of_block_on : null,
    slots: slots ?? [],
  };
}

function slotOf(columns: SlotColumns): ObservedSlot {
  const absence = absenceOf(columns);
  return {
    key: columns.slot_key,
    originalStart: timeOf(columns.original_at, columns.original_zone) ?? { date: columns.original_at },
    eventId: columns.event_id,
    absence,
    content: absence === null ? contentOf(columns) : null,
    echo: columns.echo,
  };
}

function ownSlotOf(columns: OwnSlotColumns): ObservedSlot {
  return {
    key: columns.slot_key,
    originalStart: timeOf(columns.original_at, columns.original_zone) ?? originalStartOf(columns.slot_key, null),
    eventId: columns.id,
    absence: null,
    content: null,
    echo: null,
    lost: true,
  };
}
