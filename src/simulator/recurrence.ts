import { Temporal } from 'temporal-polyfill';
import { asServicesMake, knownParts, nameEnd, readRule, RuleDates, ruleParts } from '../shared/rule.ts';
import { canonicalZone } from '../shared/zones.ts';
import { addDays, isDate, localToMs, readTime, slotKey } from './time.ts';
import type { When } from './time.ts';

/** A series as far as expansion needs it. */
export interface SeriesShape {
  /** Start of the first slot. */
  readonly start: When;
  /** Zone in which the wall clock of the series runs; ignored for all-day series. */
  readonly zone: string;
  /** `RRULE`, `EXRULE`, `RDATE` and `EXDATE` lines in Google's loose forms (google-calendar.md §2.3). */
  readonly recurrence: readonly string[];
}

/** Bounds of an expansion. Slots are compared by their start as wall-clock time in the series' zone. */
export interface ExpansionBounds {
  /** Slots that start before this instant (ms) are left out. */
  readonly from?: number;
  /** Slots that start at or after this instant (ms) are left out. */
  readonly to?: number;
  /** No more than this many slots. */
  readonly limit?: number;
}

interface Line {
  readonly name: 'RRULE' | 'EXRULE' | 'RDATE' | 'EXDATE';
  readonly zone: string | undefined;
  readonly value: string;
}

const MAXIMUM_SLOTS = 10_000;

/**
 * Why a recurrence line cannot be read, in one sentence; undefined when every line is sound.
 * Takes the lines of an event and the start of its first slot.
 */
export function recurrenceProblem(series: SeriesShape): string | undefined {
  for (const text of series.recurrence) {
    const line = readLine(text);
    if (line === undefined) return `Invalid recurrence line: ${text}`;
    if (line.name === 'RRULE' || line.name === 'EXRULE') {
      if (/(^|;)COUNT=/i.test(line.value) && /(^|;)UNTIL=/i.test(line.value)) return `Both COUNT and UNTIL: ${text}`;
      const until = ruleParts(line.value).get('UNTIL');
      if (
        ruleDates(line.value, series) === undefined ||
        (until !== undefined && lastWall(until, series) === undefined)
      ) {
        return `Invalid recurrence rule: ${text}`;
      }
    } else if (readDates(line, series) === undefined) {
      return `Invalid recurrence dates: ${text}`;
    }
  }
  return undefined;
}

/**
 * The slots of a series between two instants, in order of their start. Rules run on the wall clock of the series'
 * zone and are turned into instants afterwards, so that a slot in a DST gap moves forward by the gap and an
 * ambiguous one is the first occurrence (google-calendar.md §8 no. 2) and neither is lost.
 */
export function expandSeries(series: SeriesShape, bounds: ExpansionBounds): When[] {
  const walls = new Set<string>();
  const excluded = new Set<string>();
  const limit = Math.min(bounds.limit ?? MAXIMUM_SLOTS, MAXIMUM_SLOTS);
  // Because two days of slack cover every zone offset and gap; the exact cut is made on instants below.
  const low = bounds.from === undefined ? undefined : bounds.from - 2 * 86_400_000;
  const high = bounds.to === undefined ? undefined : bounds.to + 2 * 86_400_000;
  const lines = series.recurrence.map(readLine).filter((line) => line !== undefined);
  const dates: When[] = [];
  const excludedDays = new Set<string>();
  for (const line of lines) {
    if (line.name === 'RDATE') dates.push(...(readDates(line, series) ?? []));
    if (line.name === 'EXDATE') {
      for (const when of readDates(line, series) ?? []) {
        // Because an EXDATE that is a bare date on a timed series takes the whole day out.
        if (when.kind === 'date' && series.start.kind === 'timed') excludedDays.add(when.date);
        else excluded.add(slotKey(when));
      }
    }
    if (line.name === 'EXRULE') {
      for (const wall of ruleWalls(line.value, series, false, low, high, MAXIMUM_SLOTS)) {
        excluded.add(slotKey(wallToWhen(wall, series)));
      }
    }
  }
  const rules = lines.filter((line) => line.name === 'RRULE');
  // Because several walls can be one instant where a clock change leaves some out.
  const slack = limit + excluded.size + excludedDays.size * 24;
  for (const line of rules) {
    for (const wall of ruleWalls(line.value, series, true, low, high, limit + slack)) walls.add(wall);
  }
  // Because a series with dates only still happens at its start.
  if (rules.length === 0) walls.add(wallOf(series.start, series.zone));

  const slots = new Map<string, When>();
  for (const wall of walls) {
    if (excludedDays.has(wall.slice(0, 10))) continue;
    const when = wallToWhen(wall, series);
    slots.set(slotKey(when), when);
  }
  for (const when of dates) slots.set(slotKey(when), when);
  for (const key of excluded) slots.delete(key);
  return [...slots.values()]
    .filter((when) => {
      const ms = roughInstant(when);
      return (bounds.from === undefined || ms >= bounds.from) && (bounds.to === undefined || ms < bounds.to);
    })
    .sort((left, right) => roughInstant(left) - roughInstant(right))
    .slice(0, limit);
}

/** Whether a series produces a slot. */
export function producesSlot(series: SeriesShape, slot: When): boolean {
  if (slot.kind !== series.start.kind) return false;
  const ms = roughInstant(slot);
  const key = slotKey(slot);
  return expandSeries(series, { from: ms, to: ms + 1 }).some((when) => slotKey(when) === key);
}

/** Whether the lines end by themselves (COUNT, UNTIL, or dates only). */
export function isFinite(recurrence: readonly string[]): boolean {
  return recurrence.every((text) => {
    const line = readLine(text);
    return line?.name !== 'RRULE' || /(^|;)(COUNT|UNTIL)=/i.test(line.value);
  });
}

/**
 * The lines of a series that ends before a slot: UNTIL replaces UNTIL and COUNT, and RDATE/EXDATE entries from the
 * slot on are dropped. The web UI writes *local midnight of the cut day minus one second, in UTC* (google-calendar.md §1.3),
 * or the day before for an all-day series.
 */
export function truncateBefore(series: SeriesShape, slot: When): string[] {
  const until =
    slot.kind === 'date'
      ? addDays(slot.date, -1).replaceAll('-', '')
      : slotKey({
          kind: 'timed',
          ms: localToMs(`${wallOf(slot, series.zone).slice(0, 10)}T00:00:00`, series.zone) - 1000,
          timeZone: undefined,
        });
  const cut = roughInstant(slot);
  return series.recurrence.flatMap((text) => {
    const line = readLine(text);
    if (line === undefined) return [text];
    if (line.name === 'RRULE') {
      const parts = line.value.split(';').filter((part) => !/^(UNTIL|COUNT)=/i.test(part));
      return [`RRULE:${[...parts, `UNTIL=${until}`].join(';')}`];
    }
    if (line.name === 'EXRULE') return [text];
    const kept = (readDates(line, series) ?? []).filter((when) => roughInstant(when) < cut);
    return kept.length === 0 ? [] : [`${line.name}${dateSuffix(kept)}`];
  });
}

/** The lines of the series that begins at a slot: COUNT is reduced by the slots before it. */
export function continueFrom(series: SeriesShape, slot: When): string[] {
  const cut = roughInstant(slot);
  return series.recurrence.flatMap((text) => {
    const line = readLine(text);
    if (line === undefined || line.name === 'EXRULE') return [text];
    if (line.name === 'RRULE') {
      const count = /(?:^|;)COUNT=(\d+)/i.exec(line.value)?.[1];
      if (count === undefined) return [text];
      // A start that the rule does not make is a slot more and is not counted (as captured from Google).
      const passed = ruleWalls(line.value, series, false, undefined, cut + 2 * 86_400_000, MAXIMUM_SLOTS).filter(
        (wall) => roughInstant(wallToWhen(wall, series)) < cut,
      ).length;
      return [`RRULE:${line.value.replace(/COUNT=\d+/i, `COUNT=${Math.max(1, Number(count) - passed)}`)}`];
    }
    const kept = (readDates(line, series) ?? []).filter((when) => roughInstant(when) >= cut);
    return kept.length === 0 ? [] : [`${line.name}${dateSuffix(kept)}`];
  });
}

function dateSuffix(dates: readonly When[]): string {
  const kind = dates.some((when) => when.kind === 'date') ? ';VALUE=DATE' : '';
  return `${kind}:${dates.map(slotKey).join(',')}`;
}

/** Instant of a slot for ordering; dates count as UTC midnight. */
function roughInstant(when: When): number {
  return when.kind === 'timed' ? when.ms : Date.parse(`${when.date}T00:00:00Z`);
}

/** Wall-clock text `YYYY-MM-DDTHH:MM:SS` of a time in a zone. */
function wallOf(when: When, zone: string): string {
  if (when.kind === 'date') return `${when.date}T00:00:00`;
  return Temporal.Instant.fromEpochMilliseconds(when.ms)
    .toZonedDateTimeISO(canonicalZone(zone))
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
}

function wallToWhen(wall: string, series: SeriesShape): When {
  if (series.start.kind === 'date') return { kind: 'date', date: wall.slice(0, 10) };
  return { kind: 'timed', ms: localToMs(wall, series.zone), timeZone: series.start.timeZone ?? series.zone };
}

function readLine(text: string): Line | undefined {
  // Because imports leave lines such as `RRULE:DATE;…` and `RRULE;VALUE=DATE:…`, which mean RDATE (google-calendar.md §2.3).
  const odd = /^RRULE:(?:DATE|VALUE=DATE)[;:](.*)$/i.exec(text.trim());
  if (odd !== null) return { name: 'RDATE', zone: undefined, value: (odd[1] ?? '').replace(/^.*:/, '') };
  const line = text.trim();
  const end = nameEnd(line);
  const value = line.slice(end + 1);
  const match = /^(RRULE|EXRULE|RDATE|EXDATE)(;.*)?$/i.exec(line.slice(0, Math.max(end, 0)));
  if (match === null || value === '') return undefined;
  const name = (match[1] ?? '').toUpperCase() as Line['name'];
  return { name, zone: /TZID="?([^;"]+)/i.exec(match[2] ?? '')?.[1], value };
}

/** Dates of an RDATE or EXDATE line in the kind of the series where that is possible; undefined when unreadable. */
function readDates(line: Line, series: SeriesShape): When[] | undefined {
  const result: When[] = [];
  for (const item of line.value.split(',')) {
    const text = (item.split('/')[0] ?? '').trim();
    const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(text);
    if (match === null) return undefined;
    const [, year = '', month = '', day = '', hour, minute = '', second = '', utc] = match;
    const date = `${year}-${month}-${day}`;
    if (!isDate(date)) return undefined;
    if (series.start.kind === 'date') {
      result.push({ kind: 'date', date });
    } else if (hour === undefined) {
      // Because a bare RDATE on a timed series happens at the time of day of the series.
      if (line.name === 'EXDATE') result.push({ kind: 'date', date });
      else result.push(wallToWhen(`${date}T${wallOf(series.start, series.zone).slice(11)}`, series));
    } else {
      const local = `${date}T${hour}:${minute}:${second}`;
      const when = readTime({
        dateTime: utc === undefined ? local : `${local}Z`,
        timeZone: utc === undefined ? (line.zone ?? series.zone) : undefined,
      });
      if (when?.kind !== 'timed') return undefined;
      result.push({ ...when, timeZone: series.start.timeZone ?? series.zone });
    }
  }
  return result;
}

/** UNTIL of a rule as milliseconds of the wall clock in the series' zone; undefined when unreadable. */
function lastWall(value: string, series: SeriesShape): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value.replaceAll(/[-:]/g, ''));
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', second = '', utc] = match;
  const date = `${year}-${month}-${day}`;
  if (series.start.kind === 'date' || hour === undefined) return Date.parse(`${date}T23:59:59Z`);
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  return utc === undefined ? ms : Date.parse(`${wallOf({ kind: 'timed', ms, timeZone: undefined }, series.zone)}Z`);
}

const known = new Map<string, RuleDates | undefined>();

/**
 * What a rule makes by the wall clock of the series' zone, because then no slot can fall into a gap; undefined when it
 * makes no sense. Parts that this simulator does not know are taken as they are and mean nothing. Remembered, because
 * every read of a series expands it.
 */
function ruleDates(value: string, series: SeriesShape): RuleDates | undefined {
  const wall = wallOf(series.start, series.zone);
  const name = `${wall} ${value}`;
  if (known.has(name)) return known.get(name);
  const parts = [...ruleParts(value)].filter(([part]) => knownParts.includes(part));
  const rule = readRule(parts.map(([part, text]) => `${part}=${text}`).join(';'));
  const start = Date.parse(`${wall}Z`);
  const made = rule === null ? undefined : new RuleDates(asServicesMake(rule, start), start);
  if (known.size > 200) known.clear();
  known.set(name, made);
  return made;
}

/** No expansion goes further than this from the start: the days of the calendar are the same again by then. */
const FURTHEST = 400 * 366 * 86_400_000;
const STRIDE = 400 * 86_400_000;

/** Wall-clock texts that a rule gives, in order, between two bounds in ms read as wall-clock UTC. */
function ruleWalls(
  value: string,
  series: SeriesShape,
  includeStart: boolean,
  low: number | undefined,
  high: number | undefined,
  limit: number,
): string[] {
  const start = Date.parse(`${wallOf(series.start, series.zone)}Z`);
  const until = ruleParts(value).get('UNTIL');
  const dates = ruleDates(value, series);
  const from = Math.max(low ?? start, start);
  const last = Math.min(
    (high ?? start + FURTHEST) - 1,
    until === undefined ? Infinity : (lastWall(until, series) ?? start),
  );
  const found = new Set<number>();
  if (includeStart && start >= (low ?? start) && start < (high ?? Infinity)) found.add(start);
  for (let at = from; dates !== undefined && at <= last && found.size < limit; at += STRIDE) {
    for (const wall of wallsWithin(dates, at, Math.min(at + STRIDE - 1, last))) found.add(wall);
  }
  return [...found].slice(0, limit).map((wall) => new Date(wall).toISOString().slice(0, 19));
}

/** In halves where a rule makes more than can be told at once, down to an hour. */
function wallsWithin(dates: RuleDates, from: number, to: number): readonly number[] {
  const made = dates.within(from, to);
  if (made !== null || to - from < 3_600_000) return made ?? [];
  const middle = Math.floor((from + to) / 2);
  return [...wallsWithin(dates, from, middle), ...wallsWithin(dates, middle + 1, to)];
}
