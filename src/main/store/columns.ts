import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { isDate, type EventTime } from '../../shared/time.ts';
import type { Absence, EventKind, EventRow, ObservedContent, OwnResponse } from '../core/model.ts';
import { sameZone } from '../core/times.ts';

/** Takes an event time; returns its text (ten characters: a day) and its zone. */
export function timeColumns(time: EventTime | null): readonly [string | null, string | null] {
  if (time === null) return [null, null];
  return isDate(time) ? [time.date, null] : [time.dateTime, time.timeZone];
}

/** The reverse of `timeColumns`. */
export function timeOf(at: string | null, zone: string | null): EventTime | null {
  if (at === null) return null;
  return at.length === 10 ? { date: at } : { dateTime: at, timeZone: zone };
}

const noLines: readonly string[] = [];

function recurrenceColumn(lines: readonly string[]): string {
  return lines.length === 0 ? '' : JSON.stringify(lines);
}

function recurrenceOf(column: string): readonly string[] {
  if (column === '') return noLines;
  const parsed: unknown = JSON.parse(column);
  return Array.isArray(parsed) ? parsed.filter((line) => typeof line === 'string') : noLines;
}

/** What a calendar shows of something, as columns that three tables share. */
export interface ContentColumns {
  readonly summary: string | null;
  readonly description: string | null;
  readonly place: string | null;
  readonly start_at: string | null;
  readonly start_zone: string | null;
  readonly end_at: string | null;
  readonly end_zone: string | null;
  readonly recurrence: string;
  readonly visibility: EventRow['visibility'];
  readonly transparent: number;
  readonly color_id: string | null;
  readonly rings: number;
}

const contentNames = [
  'summary',
  'description',
  'place',
  'start_at',
  'start_zone',
  'end_at',
  'end_zone',
  'recurrence',
  'visibility',
  'transparent',
  'color_id',
  'rings',
] as const;

/** Content of which nothing is known: that of a block that was gone when we first met it. */
export const noContent: ContentColumns = {
  summary: null,
  description: null,
  place: null,
  start_at: null,
  start_zone: null,
  end_at: null,
  end_zone: null,
  recurrence: '',
  visibility: 'default',
  transparent: 0,
  color_id: null,
  rings: 0,
};

/** Takes a row of ours as the provider gave it; returns what it shows. */
export function contentColumns(row: EventRow): ContentColumns {
  const [startAt, startZone] = timeColumns(row.start);
  const [endAt, endZone] = timeColumns(row.end);
  return {
    summary: row.summary,
    description: row.description,
    place: row.place,
    start_at: startAt,
    start_zone: startZone,
    end_at: endAt,
    end_zone: endZone,
    recurrence: recurrenceColumn(row.recurrence),
    visibility: row.visibility,
    transparent: Number(row.transparent),
    color_id: row.colorId,
    rings: Number(row.rings),
  };
}

/** The reverse of `contentColumns`. */
export function contentOf(columns: ContentColumns): ObservedContent {
  return {
    summary: columns.summary,
    description: columns.description,
    place: columns.place,
    start: timeOf(columns.start_at, columns.start_zone),
    end: timeOf(columns.end_at, columns.end_zone),
    recurrence: recurrenceOf(columns.recurrence),
    visibility: columns.visibility,
    transparent: columns.transparent === 1,
    colorId: columns.color_id,
    rings: columns.rings === 1,
  };
}

/** Takes two contents; returns whether they show the same. */
export function sameContent(one: ContentColumns, other: ContentColumns): boolean {
  return contentNames.every((name) => one[name] === other[name]);
}

/** Takes two states of a series; returns whether start, zone or rule differ: then its slots are others (google-calendar.md §2.3). */
export function sameShape(one: ContentColumns, other: ContentColumns): boolean {
  return (
    one.start_at === other.start_at && sameZone(one.start_zone, other.start_zone) && one.recurrence === other.recurrence
  );
}

export interface AbsenceColumns {
  readonly absence_by: 'us' | 'unknown' | null;
  readonly absent_since_run: number | null;
}

export const present: AbsenceColumns = { absence_by: null, absent_since_run: null };
export const removedByUs: AbsenceColumns = { absence_by: 'us', absent_since_run: null };

/** Takes the run whose read first showed that something is gone. */
export function goneSince(run: number): AbsenceColumns {
  return { absence_by: 'unknown', absent_since_run: run };
}

export function absenceOf(columns: AbsenceColumns): Absence | null {
  if (columns.absence_by === null) return null;
  if (columns.absence_by === 'us') return { by: 'us' };
  return { by: 'unknown', sinceRun: columns.absent_since_run ?? 0 };
}

/** A row of the table `events`. */
export interface EventColumns extends ContentColumns {
  readonly calendar_id: CalendarId;
  readonly id: EventId;
  readonly source_ref: SourceRef;
  readonly group_key: string;
  readonly status: EventRow['status'];
  readonly etag: string | null;
  readonly ical_uid: string | null;
  /** As the first format spelled it. */
  readonly kind: Exclude<EventKind, 'fromMail'> | 'fromGmail';
  readonly recurring_event_id: EventId | null;
  readonly original_at: string | null;
  readonly original_zone: string | null;
  readonly slot_key: SlotKey | null;
  readonly own_response: OwnResponse;
  readonly optional_guest: number;
  readonly tagged: number;
  readonly says_block: number;
  readonly guests: number;
  readonly reshaped: number;
  readonly seen_read: number;
}

const plannedNames = [
  'group_key',
  'status',
  'ical_uid',
  'kind',
  'recurring_event_id',
  'original_at',
  'original_zone',
  'own_response',
  'optional_guest',
  'tagged',
  'says_block',
  'guests',
] as const;

/** Takes two states of an event; returns whether planning could tell them apart. Its etag says nothing (google-calendar.md §0.6). */
export function sameEvent(one: EventColumns, other: EventColumns): boolean {
  return plannedNames.every((name) => one[name] === other[name]) && sameContent(one, other);
}

/** What the store adds to a row before it is written. */
export interface EventPlace {
  readonly calendarId: CalendarId;
  readonly sourceRef: SourceRef;
  readonly groupKey: string;
  readonly slotKey: SlotKey | null;
  readonly reshaped: boolean;
  readonly readId: number;
}

/**
 * Takes a person's row; returns its columns. A tag on it is dropped, because on a copy nothing may act on it, and so is
 * a description, because nothing needs it.
 */
export function eventColumns(row: EventRow, place: EventPlace): EventColumns {
  const [originalAt, originalZone] = timeColumns(row.originalStart);
  return {
    ...contentColumns(row),
    description: null,
    calendar_id: place.calendarId,
    id: row.id,
    source_ref: place.sourceRef,
    group_key: place.groupKey,
    status: row.status,
    etag: row.etag,
    ical_uid: row.iCalUid,
    kind: row.kind === 'fromMail' ? 'fromGmail' : row.kind,
    recurring_event_id: row.recurringEventId,
    original_at: originalAt,
    original_zone: originalZone,
    slot_key: place.slotKey,
    own_response: row.ownResponse,
    optional_guest: Number(row.optionalGuest),
    tagged: Number(row.tagged),
    says_block: Number(row.saysBlock),
    guests: Number(row.guests),
    reshaped: Number(place.reshaped),
    seen_read: place.readId,
  };
}

/** The reverse of `eventColumns`. */
export function eventOf(columns: EventColumns): EventRow {
  return {
    id: columns.id,
    status: columns.status,
    etag: columns.etag,
    iCalUid: columns.ical_uid,
    kind: columns.kind === 'fromGmail' ? 'fromMail' : columns.kind,
    start: timeOf(columns.start_at, columns.start_zone),
    end: timeOf(columns.end_at, columns.end_zone),
    recurrence: recurrenceOf(columns.recurrence),
    recurringEventId: columns.recurring_event_id,
    originalStart: timeOf(columns.original_at, columns.original_zone),
    transparent: columns.transparent === 1,
    visibility: columns.visibility,
    ownResponse: columns.own_response,
    optionalGuest: columns.optional_guest === 1,
    summary: columns.summary,
    place: columns.place,
    description: null,
    colorId: columns.color_id,
    rings: columns.rings === 1,
    tag: null,
    tagged: columns.tagged === 1,
    saysBlock: columns.says_block === 1,
    guests: columns.guests === 1,
  };
}

/** A row of the table `blocks`, without `source_id`, which triggers keep. */
export interface BlockColumns extends ContentColumns, AbsenceColumns {
  readonly target_id: CalendarId;
  readonly id: EventId;
  readonly source_ref: SourceRef;
  readonly generation: number;
  readonly content_hash: string;
  readonly etag: string | null;
  readonly lost: number;
  readonly out_of_office: number;
  readonly own_hash: string | null;
  readonly wanted: string | null;
  readonly own_version: string | null;
  readonly echo: string | null;
  readonly fresh: number;
  readonly reshaped: number;
  readonly seen_read: number;
}

/** A row of the table `block_slots`. Its content means nothing while it is absent. */
export interface SlotColumns extends ContentColumns, AbsenceColumns {
  readonly target_id: CalendarId;
  readonly block_id: EventId;
  readonly slot_key: SlotKey;
  readonly event_id: EventId;
  readonly original_at: string;
  readonly original_zone: string | null;
  readonly echo: string | null;
  readonly seen_read: number;
}

/**
 * Takes a table, its columns, its key, which columns never change (an index on them is then left alone) and columns
 * that are computed when a row is new; returns the statement that writes a row given as named parameters.
 */
export function upsertSql(
  table: string,
  columns: readonly string[],
  key: readonly string[],
  fixed: readonly string[] = [],
  computed: Readonly<Record<string, string>> = {},
): string {
  const changes = columns
    .filter((name) => !key.includes(name) && !fixed.includes(name))
    .map((name) => `${name} = excluded.${name}`);
  const names = [...columns, ...Object.keys(computed)];
  const values = [...columns.map((name) => `@${name}`), ...Object.values(computed)];
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')})
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}

export const eventColumnNames: readonly (keyof EventColumns)[] = [
  'calendar_id',
  'id',
  'source_ref',
  ...plannedNames,
  'etag',
  'slot_key',
  ...contentNames,
  'reshaped',
  'seen_read',
];

export const blockColumnNames: readonly (keyof BlockColumns)[] = [
  'target_id',
  'id',
  'source_ref',
  'generation',
  'content_hash',
  'etag',
  'absence_by',
  'absent_since_run',
  'lost',
  'out_of_office',
  'own_hash',
  'wanted',
  'own_version',
  'echo',
  ...contentNames,
  'fresh',
  'reshaped',
  'seen_read',
];

export const slotColumnNames: readonly (keyof SlotColumns)[] = [
  'target_id',
  'block_id',
  'slot_key',
  'event_id',
  'original_at',
  'original_zone',
  'absence_by',
  'absent_since_run',
  'echo',
  ...contentNames,
  'seen_read',
];
