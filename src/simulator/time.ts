import { Temporal } from 'temporal-polyfill';
import { canonicalZone } from '../shared/zones.ts';

/** A start or an end, parsed: a date, or an instant in ms with the zone it was given in. */
export type When =
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'timed'; readonly ms: number; readonly timeZone: string | undefined };

/** A start or an end as it stands on the wire. */
export interface WireTime {
  readonly date?: string | undefined;
  readonly dateTime?: string | undefined;
  readonly timeZone?: string | undefined;
}

const DAY = 86_400_000;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|z|[+-]\d{2}:\d{2})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Time zone arithmetic with a cache of offsets, because a listing of 20,000 events renders 40,000 times
 * and would otherwise spend most of its time in the zone database.
 */
export class Zones {
  readonly #known = new Map<string, boolean>();
  readonly #offsets = new Map<string, Map<number, number>>();

  /** Whether a name is an IANA zone of the database in use; offsets such as `+02:00` are not names, `GMT+02:00` is. */
  isKnown(zone: string): boolean {
    const cached = this.#known.get(zone);
    if (cached !== undefined) return cached;
    let known = /^[A-Za-z]/.test(zone);
    if (known) {
      try {
        Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(canonicalZone(zone));
      } catch {
        known = false;
      }
    }
    this.#known.set(zone, known);
    return known;
  }

  /** Offset of a zone from UTC at an instant, in ms. */
  offsetAt(zone: string, ms: number): number {
    if (zone === 'UTC' || zone === 'Etc/UTC') return 0;
    let days = this.#offsets.get(zone);
    if (days === undefined) {
      days = new Map();
      this.#offsets.set(zone, days);
    }
    const day = Math.floor(ms / DAY);
    const start = cachedOffset(days, zone, day);
    // Because a day with a transition has two offsets; such days are computed exactly.
    return start === cachedOffset(days, zone, day + 1) ? start : exactOffset(zone, ms);
  }

  /** An instant in RFC 3339 with the offset of a zone, without fractions; UTC is written `Z`. */
  format(ms: number, zone: string): string {
    const offset = this.offsetAt(zone, ms);
    const local = new Date(ms + offset).toISOString().slice(0, 19);
    if (offset === 0) return `${local}Z`;
    const minutes = Math.round(Math.abs(offset) / 60_000);
    const pad = (value: number) => String(value).padStart(2, '0');
    return `${local}${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  }

  /** The calendar date that an instant falls on in a zone. */
  dateOf(ms: number, zone: string): string {
    return new Date(ms + this.offsetAt(zone, ms)).toISOString().slice(0, 10);
  }

  /** First instant of a date in a zone, in ms. */
  startOfDate(date: string, zone: string): number {
    return localToMs(`${date}T00:00:00`, zone);
  }
}

function exactOffset(zone: string, ms: number): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(canonicalZone(zone)).offsetNanoseconds / 1e6;
}

function cachedOffset(days: Map<number, number>, zone: string, day: number): number {
  let offset = days.get(day);
  if (offset === undefined) {
    offset = exactOffset(zone, day * DAY);
    days.set(day, offset);
  }
  return offset;
}

/**
 * A wall-clock time in a zone as an instant. A time in a gap moves forward by the gap, an ambiguous one is the
 * first occurrence (google-calendar.md §8 no. 2); this is what Temporal calls `compatible`.
 */
export function localToMs(local: string, zone: string): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(canonicalZone(zone), { disambiguation: 'compatible' })
    .epochMilliseconds;
}

/** Whether a text is an existing calendar date `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/**
 * Reads an RFC 3339 date-time; the offset may be missing where a zone is known. Fractions of a second are dropped,
 * as the service does. Returns ms, or undefined when the text is not a date-time or no offset can be found.
 */
export function parseDateTime(text: string, zone: string | undefined): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, date = '', time = '', offset] = match;
  if (!isDate(date)) return undefined;
  if (offset !== undefined) {
    const ms = Date.parse(`${date}T${time}${offset.toUpperCase()}`);
    return Number.isNaN(ms) ? undefined : ms;
  }
  if (zone === undefined || Number.isNaN(Date.parse(`${date}T${time}Z`))) return undefined;
  return localToMs(`${date}T${time}`, zone);
}

/** Adds days to a calendar date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/** A parsed time in the canonical stored form: dates as they are, instants in UTC without fractions. */
export function canonicalTime(when: When): WireTime {
  if (when.kind === 'date') return { date: when.date };
  const dateTime = `${new Date(when.ms).toISOString().slice(0, 19)}Z`;
  return when.timeZone === undefined ? { dateTime } : { dateTime, timeZone: when.timeZone };
}

/** Reads a stored or a wire time; undefined when it is neither a date nor an instant. */
export function readTime(time: WireTime, fallbackZone?: string): When | undefined {
  if (typeof time.date === 'string') return isDate(time.date) ? { kind: 'date', date: time.date } : undefined;
  if (typeof time.dateTime !== 'string') return undefined;
  const ms = parseDateTime(time.dateTime, time.timeZone ?? fallbackZone);
  return ms === undefined ? undefined : { kind: 'timed', ms, timeZone: time.timeZone };
}

/** Instant of a parsed time; a date begins at midnight in the given zone. */
export function instantOf(when: When, zones: Zones, zone: string): number {
  return when.kind === 'timed' ? when.ms : zones.startOfDate(when.date, zone);
}

/** The suffix of an instance id for a slot: `YYYYMMDDTHHMMSSZ`, or `YYYYMMDD` for all-day (google-calendar.md §0.10). */
export function slotKey(when: When): string {
  if (when.kind === 'date') return when.date.replaceAll('-', '');
  return `${new Date(when.ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** Reads the suffix of an instance id; a timed slot takes the zone of its series. */
export function slotFromKey(key: string, timeZone: string | undefined): When | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z)?$/.exec(key);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', second = ''] = match;
  const date = `${year}-${month}-${day}`;
  if (!isDate(date)) return undefined;
  if (hour === undefined) return { kind: 'date', date };
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : { kind: 'timed', ms, timeZone };
}
