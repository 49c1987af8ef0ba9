import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import { strayGroupKey } from '../core/grouping.ts';

import type { Found, FoundBlock, FoundEvent, Findings } from '../ports/store.ts';
import { timeOf, type EventColumns } from './columns.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
import { seriesIdFromSlotId } from '../core/slot-ids.ts';

const eventList = `e.calendar_id, e.id, e.source_ref, e.group_key, e.summary, e.start_at, e.start_zone, e.end_at,
  e.end_zone, e.recurrence, e.recurring_event_id, e.status, e.tagged`;
const blockList = 'b.target_id, b.id, b.source_ref, b.start_at, b.start_zone, b.recurrence, b.absence_by';

/**
 * Whatever has a name of its own is found by an index: an id through each calendar in turn, a part of a source ref by
 * its beginning. Only titles are looked through one by one, and that within SQLite.
 */
export const searchQueries = {
  eventsById: `SELECT ${eventList} FROM calendars c CROSS JOIN events e ON e.calendar_id = c.id AND e.id = ?
    ORDER BY c.position LIMIT ?`,
  blocksById: `SELECT ${blockList} FROM calendars c CROSS JOIN blocks b ON b.target_id = c.id AND b.id = ?
    ORDER BY c.position LIMIT ?`,
  eventsByRef: `SELECT ${eventList} FROM events e WHERE e.source_ref >= ? AND e.source_ref < ?
    ORDER BY e.source_ref LIMIT ?`,
  slotsByRef: `SELECT ${eventList}, n.slot_key FROM slot_names n
    JOIN events e ON e.calendar_id = n.calendar_id AND e.id = n.series_id
    WHERE n.source_ref >= ? AND n.source_ref < ? ORDER BY n.source_ref LIMIT ?`,
  straysByRef: `SELECT ${blockList} FROM blocks b
    WHERE b.source_ref >= ? AND b.source_ref < ? AND b.source_id IS NULL ORDER BY b.source_ref LIMIT ?`,
  /** Series first, because they go on; then what is nearest to now; changed dates of a series last. */
  eventsByWords: `SELECT ${eventList} FROM events e
    WHERE e.summary IS NOT NULL AND e.status <> 'cancelled' AND says_all(e.summary, ?)
    ORDER BY CASE WHEN e.recurrence <> '' THEN 0 WHEN e.recurring_event_id IS NULL THEN 1 ELSE 2 END,
      abs(julianday(e.start_at) - julianday(?)) IS NULL, abs(julianday(e.start_at) - julianday(?)),
      e.source_ref LIMIT ?`,
} as const;

type FoundEventColumns = Pick<
  EventColumns,
  | 'calendar_id'
  | 'id'
  | 'source_ref'
  | 'group_key'
  | 'summary'
  | 'start_at'
  | 'start_zone'
  | 'end_at'
  | 'end_zone'
  | 'recurrence'
  | 'recurring_event_id'
  | 'status'
  | 'tagged'
> & { readonly slot_key?: SlotKey };

interface FoundBlockColumns {
  readonly target_id: CalendarId;
  readonly id: EventId;
  readonly source_ref: SourceRef;
  readonly start_at: string | null;
  readonly start_zone: string | null;
  readonly recurrence: string;
  readonly absence_by: string | null;
}

/** What the description of a block says of its source, as a person copies it: `[calsync source:ab12cd34]`, or all of it. */
const written = /\bcalsync\s+source:\s*([0-9a-v]{8,26})\b/i;
/** A source ref or its beginning, and the slot of a series that may be named behind it. */
const named = /^([0-9a-v]{8,26})(?:_(\d{8}(?:T\d{6}Z)?))?$/i;
/** What ends an id that names one slot of a series (google-calendar.md §0.10). */
const slotEnding = /_(\d{8}(?:T\d{6}Z)?)$/;

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Takes a text and words; returns whether each of them is in it, whatever their case. */
function saysAll(text: unknown, words: unknown): number {
  if (typeof text !== 'string' || typeof words !== 'string') return 0;
  const within = folded(text);
  return Number(words.split(' ').every((word) => within.includes(word)));
}

/** Looks for events and blocks by what a person knows of them. */
export interface Search {
  find(text: string, limit: number, now: Instant): Findings;
}

export function search(connection: Connection, dirty: DirtyGroups): Search {
  connection.function('says_all', { deterministic: true }, saysAll);
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const eventsById = query<FoundEventColumns>(searchQueries.eventsById);
  const blocksById = query<FoundBlockColumns>(searchQueries.blocksById);
  const eventsByRef = query<FoundEventColumns>(searchQueries.eventsByRef);
  const slotsByRef = query<FoundEventColumns>(searchQueries.slotsByRef);
  const straysByRef = query<FoundBlockColumns>(searchQueries.straysByRef);
  const eventsByWords = query<FoundEventColumns>(searchQueries.eventsByWords);

  const blockOf = (columns: FoundBlockColumns, slot: SlotKey | null): FoundBlock => {
    const groupKey = dirty.groupOf(columns.source_ref);
    return {
      kind: 'block',
      targetId: columns.target_id,
      blockId: columns.id,
      groupKey,
      slot,
      start: timeOf(columns.start_at, columns.start_zone),
      series: columns.recurrence !== '',
      stray: groupKey === strayGroupKey(columns.source_ref),
    };
  };

  const byId = (id: string, slot: SlotKey | null, limit: number): Found[] => [
    ...eventsById.all(id, limit).map((columns) => eventOf(columns, slot)),
    ...blocksById.all(id, limit).map((columns) => blockOf(columns, slot)),
  ];

  const byRef = (beginning: string, slot: SlotKey | null, limit: number): Found[] => {
    // "w" comes after every digit of a ref, so this ends right behind the last that begins so.
    const range = [beginning, `${beginning}w`, limit];
    const events = eventsByRef.all(...range).map((columns) => eventOf(columns, slot));
    const known = new Set(events.map((event) => event.sourceRef));
    const slots = slotsByRef.all(...range).filter((columns) => !known.has(columns.source_ref));
    return [
      ...events,
      ...slots.map((columns) => eventOf(columns, columns.slot_key ?? null)),
      ...straysByRef.all(...range).map((columns) => blockOf(columns, slot)),
    ];
  };

  const exactly = (text: string, limit: number): Found[] => {
    const line = written.exec(text)?.[1];
    if (line !== undefined) return byRef(line.toLowerCase(), null, limit);
    const whole = byId(text, null, limit);
    if (whole.length > 0) return whole;
    const series = seriesIdFromSlotId(text as EventId);
    const slot = slotEnding.exec(text)?.[1];
    if (series !== null && slot !== undefined) {
      const slots = byId(series, slot as SlotKey, limit);
      if (slots.length > 0) return slots;
    }
    const name = named.exec(text);
    return name === null ? [] : byRef((name[1] ?? '').toLowerCase(), (name[2] as SlotKey | undefined) ?? null, limit);
  };

  return {
    find: (text, limit, now) => {
      const asked = text.trim();
      if (asked === '') return { found: [], more: false };
      const exact = exactly(asked, limit + 1);
      const at = new Date(now).toISOString();
      const found =
        exact.length > 0
          ? exact
          : eventsByWords
              .all(folded(asked).split(/\s+/).join(' '), at, at, limit + 1)
              .map((columns) => eventOf(columns, null));
      return { found: found.slice(0, limit), more: found.length > limit };
    },
  };
}

function eventOf(columns: FoundEventColumns, slot: SlotKey | null): FoundEvent {
  return {
    kind: 'event',
    calendarId: columns.calendar_id,
    eventId: columns.id,
    sourceRef: columns.source_ref,
    groupKey: columns.group_key,
    slot,
    title: columns.summary,
    start: timeOf(columns.start_at, columns.start_zone),
    series: columns.recurrence !== '',
    seriesId: columns.recurring_event_id,
    copy: columns.tagged === 1,
    cancelled: columns.status === 'cancelled',
  };
}
