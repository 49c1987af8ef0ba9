import type { BlockPolicy, BusyPolicy, WorkingHours } from '../../src/shared/dto.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { weekdayText, type Expander } from './expander.ts';

/** What the oracle says is not so. */
export class OracleError extends Error {
  constructor(round: number | null, message: string) {
    super(round === null ? message : `after round ${round}: ${message}`);
    this.name = 'OracleError';
  }
}

/** One row of a calendar, as far as it bears on busy time; what is absent is said as the calendar means it. */
export interface CalendarEvent {
  readonly id: string;
  readonly status: 'confirmed' | 'tentative' | 'cancelled';
  readonly iCalUid: string | null;
  readonly kind: 'default' | 'outOfOffice' | 'focusTime' | 'workingLocation' | 'birthday' | 'fromMail' | 'other';
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly recurrence: readonly string[];
  readonly recurringEventId: string | null;
  readonly originalStart: EventTime | null;
  readonly transparent: boolean;
  readonly ownResponse: 'none' | 'accepted' | 'tentative' | 'needsAction' | 'declined' | 'unknown';
  /** Whether the owner of the calendar is an optional guest; fixtures of earlier builds say nothing of it. */
  readonly optionalGuest?: boolean;
  readonly summary: string | null;
}

/** A calendar of a mesh with the events of its people. Blocks are none of them. */
export interface OracleCalendar {
  readonly id: string;
  readonly timeZone: string;
  readonly source: boolean;
  readonly target: boolean;
  readonly busy: BusyPolicy;
  readonly events: readonly CalendarEvent[];
}

export interface OracleMesh {
  readonly calendars: readonly OracleCalendar[];
  readonly blockPolicy: (sourceId: string, targetId: string) => BlockPolicy;
}

/** The time that is compared: from an instant to another. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A stretch of time in milliseconds, or of days counted from 1970-01-01; the end is not in it. */
export type Interval = readonly [from: number, to: number];

/**
 * When a calendar is busy. `times` and `days` are merged, so that two of them are equal exactly when they have the same
 * minutes and the same dates; `singly` has each occurrence by itself, so that one told twice is seen.
 */
export interface Picture {
  readonly times: readonly Interval[];
  readonly days: readonly Interval[];
  readonly singly: readonly string[];
}

const minute = 60_000;
const dayMilliseconds = 86_400_000;

/** One occurrence of an event. Of an all-day one, the instants are midnights in UTC. */
interface Occurrence {
  /** The row that speaks of it: its own, or that of its series. */
  readonly row: CalendarEvent;
  /** Null where the row is a single event, or came without its series. */
  readonly master: CalendarEvent | null;
  /** The meeting and the slot: the same on every calendar that holds it. */
  readonly name: string;
  readonly meeting: string;
  readonly allDay: boolean;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Whether the rule of its series makes the slot. */
  readonly inRule: boolean;
}

function lengthOf(start: EventTime, end: EventTime | null, zone: string, expander: Expander): number {
  const length = end === null ? 0 : expander.instantOf(end, zone) - expander.instantOf(start, zone);
  return length > 0 ? length : 'date' in start ? dayMilliseconds : minute;
}

/** Takes rows of one calendar; returns all that happens on it before an instant, whether or not it takes time. */
function occurrencesOf(
  events: readonly CalendarEvent[],
  calendarId: string,
  zone: string,
  before: number,
  expander: Expander,
): Occurrence[] {
  const all: Occurrence[] = [];
  const live = events.filter((row) => row.status !== 'cancelled');
  const masters = new Map(live.filter((row) => row.recurringEventId === null).map((row) => [row.id, row]));
  const exceptions = new Map<string, CalendarEvent[]>();
  for (const row of events) {
    if (row.recurringEventId === null) continue;
    exceptions.set(row.recurringEventId, [...(exceptions.get(row.recurringEventId) ?? []), row]);
  }
  const add = (
    row: CalendarEvent,
    master: CalendarEvent | null,
    key: string,
    startsAt: number,
    inRule: boolean,
  ): void => {
    // A slot speaks of its series' times where it has no row, and of its own where it has one.
    if (row.start === null) return;
    const meeting = row.iCalUid ?? `${calendarId}|${row.recurringEventId ?? row.id}`;
    const endsAt = startsAt + lengthOf(row.start, row.end, zone, expander);
    all.push({
      row,
      master,
      name: `${meeting}|${key}`,
      meeting,
      allDay: 'date' in row.start,
      startsAt,
      endsAt,
      inRule,
    });
  };
  for (const master of masters.values()) {
    if (master.start === null) continue;
    if (master.recurrence.length === 0) {
      add(master, null, '', expander.instantOf(master.start, zone), true);
      continue;
    }
    const changed = new Set<string>();
    for (const row of exceptions.get(master.id) ?? []) {
      if (row.originalStart !== null) changed.add(expander.keyOf(row.originalStart, zone));
    }
    for (const slot of expander.slots(master.start, master.recurrence, zone, before)) {
      if (!changed.has(slot.key)) add(master, master, slot.key, slot.startsAt, true);
    }
  }
  for (const [seriesId, rows] of exceptions) {
    const master = masters.get(seriesId) ?? null;
    const made =
      master?.start === null || master === null
        ? new Set<string>()
        : new Set(expander.slots(master.start, master.recurrence, zone, before).map((slot) => slot.key));
    for (const row of rows) {
      if (row.status === 'cancelled' || row.start === null || row.originalStart === null) continue;
      const key = expander.keyOf(row.originalStart, zone);
      add(row, master, key, expander.instantOf(row.start, zone), made.has(key));
    }
  }
  return all;
}

/** Whether a row takes its owner's time, by all but its times (design.md, "What is busy"; google-calendar.md §3.2). */
function rowIsBusy(row: CalendarEvent, policy: BusyPolicy): boolean {
  if (row.status === 'cancelled' || row.start === null) return false;
  const allDay = 'date' in row.start;
  const chosenKind =
    (row.kind === 'workingLocation' && policy.workingLocation) || (row.kind === 'birthday' && policy.birthday);
  if ((row.kind === 'workingLocation' || row.kind === 'birthday') && !chosenKind) return false;
  if (row.kind === 'focusTime' && !policy.focusTime) return false;
  if (row.kind === 'outOfOffice' && !policy.outOfOffice) return false;
  if (row.ownResponse === 'declined' && !policy.declined) return false;
  if (row.ownResponse === 'needsAction' && !policy.unanswered) return false;
  if ((row.ownResponse === 'tentative' || row.status === 'tentative') && !policy.tentative) return false;
  if (row.optionalGuest === true && !policy.optionalGuest) return false;
  if (allDay && policy.holidays) return true;
  if (allDay && policy.allDay === 'never') return false;
  if (row.kind === 'fromMail' && !allDay && policy.fromMail) return true;
  // These are always marked free, so that who wants them wants them in spite of the mark.
  if (!row.transparent || chosenKind) return true;
  return allDay ? policy.allDay === 'always' : policy.free;
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** Whether a time overlaps the hours that count, for at least a moment; a day counts by its dates. */
function isWithin(
  { allDay, startsAt, endsAt }: Pick<Occurrence, 'allDay' | 'startsAt' | 'endsAt'>,
  hours: WorkingHours,
  expander: Expander,
): boolean {
  const isListed = (day: number): boolean => hours.days.some((name) => name === weekdayText(day));
  if (allDay) {
    for (let day = startsAt / dayMilliseconds; day < endsAt / dayMilliseconds; day += 1) if (isListed(day)) return true;
    return false;
  }
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const last = expander.wallAt(hours.timeZone, endsAt).day;
  // From the day before, because its hours may go on beyond midnight.
  for (let day = expander.wallAt(hours.timeZone, startsAt).day - 1; day <= last; day += 1) {
    if (!isListed(day)) continue;
    const opens = expander.instantAt(hours.timeZone, day, from * 60);
    const closes = expander.instantAt(hours.timeZone, to <= from ? day + 1 : day, to * 60);
    if (startsAt < closes && opens < endsAt) return true;
  }
  return false;
}

/** Whether a whole title is one of those that do not count: `*` is any characters, `?` is one. */
function isIgnored(title: string, list: string): boolean {
  const fits = (pattern: string, text: string): boolean => {
    if (pattern === '') return text === '';
    if (pattern.startsWith('*')) return fits(pattern.slice(1), text) || (text !== '' && fits(pattern, text.slice(1)));
    return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && fits(pattern.slice(1), text.slice(1));
  };
  return list
    .split(/[,\n]/)
    .map((pattern) => pattern.trim().toLowerCase())
    .some((pattern) => pattern !== '' && fits(pattern, title.trim().toLowerCase()));
}

/** Whether a time of a row takes its owner's time. */
function isBusy(
  { row, allDay, startsAt, endsAt }: Pick<Occurrence, 'row' | 'allDay' | 'startsAt' | 'endsAt'>,
  policy: BusyPolicy,
  expander: Expander,
): boolean {
  if (!rowIsBusy(row, policy)) return false;
  if (policy.hours !== null && !isWithin({ allDay, startsAt, endsAt }, policy.hours, expander)) return false;
  if (!allDay && endsAt - startsAt < policy.minimumMinutes * minute) return false;
  return !isIgnored(row.summary ?? '', policy.ignoreTitles);
}

/**
 * Whether a series takes time as a series: by its own row, and with hours that count if one of its dates of this year or
 * the next is within them. Of one that has no such dates its first says it.
 */
function isBusySeries(master: CalendarEvent, source: OracleCalendar, now: number, expander: Expander): boolean {
  const { start } = master;
  if (start === null || master.recurrence.length === 0) return false;
  const allDay = 'date' in start;
  const length = lengthOf(start, master.end, source.timeZone, expander);
  const [from, to] = [new Date(now).getUTCFullYear(), new Date(now).getUTCFullYear() + 2].map((of) =>
    Date.UTC(of, 0, 1),
  );
  const slots = expander.slots(start, master.recurrence, source.timeZone, to ?? 0);
  const near = slots.filter(({ startsAt }) => startsAt >= (from ?? 0));
  const asked = near.length > 0 ? near.map(({ startsAt }) => startsAt) : [expander.instantOf(start, source.timeZone)];
  return asked.some((startsAt) =>
    isBusy({ row: master, allDay, startsAt, endsAt: startsAt + length }, source.busy, expander),
  );
}

/** Whether the calendar holds the meeting in person: live and not declined (design.md, "The same meeting twice"). */
const isHeld = (row: CalendarEvent): boolean => row.status !== 'cancelled' && row.ownResponse !== 'declined';

/**
 * Takes a mesh, the time to look at and what expands series; returns when blocks should make each target busy: whenever a
 * source is, but for what the target holds itself. Of one meeting on two sources there is one block.
 */
export function expected(mesh: OracleMesh, window: Window, expander: Expander): ReadonlyMap<string, Picture> {
  const before = window.to + dayMilliseconds;
  const happens = new Map(
    mesh.calendars
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map((one) => [one, occurrencesOf(one.events, one.id, one.timeZone, before, expander)]),
  );
  const series = new Map<CalendarEvent, boolean>();
  const isSeries = (master: CalendarEvent, source: OracleCalendar): boolean => {
    const known = series.get(master) ?? isBusySeries(master, source, window.from, expander);
    series.set(master, known);
    return known;
  };
  const rests = new Rests(mesh, window.from, expander);
  const expectedOn = (target: OracleCalendar): Stretch[] => {
    if (!target.target) return [];
    const there = (happens.get(target) ?? []).filter((occurrence) => isHeld(occurrence.row));
    // A copy that stands at another time holds only its own.
    const held = Map.groupBy(there, (occurrence) => occurrence.name);
    // Meetings that are there, or have a block from an earlier source, as a whole: of those, others give single slots.
    const whole = new Set(target.events.filter(isWhole).map((row) => row.iCalUid));
    const given = new Map<string, { readonly plain: Stretch; readonly shown: Stretch }[]>();
    for (const [source, occurrences] of happens) {
      if (!source.source || source === target) continue;
      // Whether or not one of its dates is left: a series whose dates are all cancelled is still given as one.
      const wholeHere = source.events.filter(
        (row) =>
          row.recurringEventId === null &&
          row.status !== 'cancelled' &&
          !whole.has(row.iCalUid) &&
          isSeries(row, source),
      );
      for (const occurrence of occurrences) {
        const { name, master, allDay, startsAt, endsAt } = occurrence;
        const policy = mesh.blockPolicy(source.id, target.id);
        // Only minutes before tell the slot of a series from a block of its own.
        const inSeries =
          policy.bufferBefore > 0 &&
          master !== null &&
          isSeries(master, source) &&
          (!whole.has(master.iCalUid) || rests.hasRest(master, source, target));
        const plain: Stretch = { allDay, startsAt, endsAt };
        if (held.get(name)?.some((own) => isSame(own, plain)) === true) continue;
        if (!isBusy(occurrence, source.busy, expander)) continue;
        const others = given.get(name) ?? [];
        // Copies of a meeting at the same time are one block; where they differ, both are times that some source says.
        if (others.some((other) => isSame(other.plain, plain))) continue;
        const block = inSeries && occurrence.inRule ? master : null;
        const shown = widened(occurrence, block, source.timeZone, policy, expander);
        given.set(name, [...others, { plain, shown }]);
      }
      for (const { iCalUid } of wholeHere) if (iCalUid !== null) whole.add(iCalUid);
    }
    return [...given.values()].flat().map(({ shown }) => shown);
  };
  return new Map(mesh.calendars.map((target) => [target.id, pictureOf(expectedOn(target), window)]));
}

/**
 * Tells whether a series that is there as a whole in another copy still has dates of its own, this year or the next, so
 * that its block is a series too: a date was left out of the other copy, or does not count there.
 */
class Rests {
  readonly #mesh: OracleMesh;
  readonly #expander: Expander;
  readonly #from: number;
  readonly #to: number;
  readonly #happens = new Map<OracleCalendar, readonly Occurrence[]>();
  readonly #known = new Map<string, boolean>();

  constructor(mesh: OracleMesh, now: number, expander: Expander) {
    const year = new Date(now).getUTCFullYear();
    this.#mesh = mesh;
    this.#expander = expander;
    this.#from = Date.UTC(year, 0, 1);
    this.#to = Date.UTC(year + 2, 0, 1);
  }

  hasRest(master: CalendarEvent, source: OracleCalendar, target: OracleCalendar): boolean {
    const name = `${source.id}|${master.id}|${target.id}`;
    const known = this.#known.get(name) ?? this.#find(master, source, target);
    this.#known.set(name, known);
    return known;
  }

  #find(master: CalendarEvent, source: OracleCalendar, target: OracleCalendar): boolean {
    const earlier = this.#mesh.calendars.filter((one) => one.source && one !== target && one.id < source.id);
    const elsewhere = new Set([
      ...this.#of(target).flatMap((one) => (isHeld(one.row) ? [one.name] : [])),
      ...earlier.flatMap((other) =>
        this.#of(other).flatMap((one) => (isBusy(one, other.busy, this.#expander) ? [one.name] : [])),
      ),
    ]);
    // A date that was changed in another copy is looked at by itself.
    for (const other of [target, ...earlier]) {
      for (const row of other.events) {
        if (row.recurringEventId !== master.id || row.originalStart === null) continue;
        elsewhere.add(`${master.iCalUid ?? ''}|${this.#expander.keyOf(row.originalStart, other.timeZone)}`);
      }
    }
    return this.#of(source).some(
      (one) =>
        one.row === master &&
        one.startsAt >= this.#from &&
        !elsewhere.has(one.name) &&
        isBusy(one, source.busy, this.#expander),
    );
  }

  #of(calendar: OracleCalendar): readonly Occurrence[] {
    const { id, events, timeZone } = calendar;
    const known = this.#happens.get(calendar) ?? occurrencesOf(events, id, timeZone, this.#to, this.#expander);
    this.#happens.set(calendar, known);
    return known;
  }
}

const isWhole = (row: CalendarEvent): boolean => row.recurringEventId === null && row.iCalUid !== null && isHeld(row);

const isSame = (one: Stretch, other: Stretch): boolean =>
  one.allDay === other.allDay && one.startsAt === other.startsAt && one.endsAt === other.endsAt;

/**
 * A time with the minutes before and after that the policy of its route asks for. A single event has all of them; a slot
 * of a series (whose master is given) no more before than its series has up to the midnight before its first date. Minutes
 * are elapsed ones, also where the clocks change in between.
 */
function widened(
  { allDay, startsAt, endsAt }: Occurrence,
  master: CalendarEvent | null,
  calendarZone: string,
  policy: BlockPolicy,
  expander: Expander,
): Stretch {
  const { bufferBefore: before, bufferAfter: after } = policy;
  if (allDay) return { allDay, startsAt, endsAt };
  if (master === null || master.start === null) {
    return { allDay, startsAt: startsAt - before * minute, endsAt: endsAt + after * minute };
  }
  // Days have no minutes before and after, and what the series has is what its slots have.
  if ('date' in master.start) return { allDay, startsAt, endsAt };
  const zone = master.start.timeZone ?? calendarZone;
  const first = expander.wallAt(zone, expander.instantOf(master.start, calendarZone));
  let used = Math.min(before, Math.floor(first.second / 60));
  // A series cannot begin at a time that the clock skips on its first day: then its minutes go back to there only.
  const isThere = (second: number): boolean =>
    expander.wallAt(zone, expander.instantAt(zone, first.day, second)).second === second;
  while (used > 0 && !isThere(first.second - used * 60)) used -= 1;
  return { allDay, startsAt: startsAt - used * minute, endsAt: endsAt + after * minute };
}

/** Takes the events that are blocks of ours on a calendar; returns when they make it busy. */
export function shownOn(
  blocks: readonly CalendarEvent[],
  calendar: Pick<OracleCalendar, 'id' | 'timeZone'>,
  window: Window,
  expander: Expander,
): Picture {
  const before = window.to + dayMilliseconds;
  const occurrences = occurrencesOf(blocks, calendar.id, calendar.timeZone, before, expander);
  return pictureOf(
    occurrences.filter(({ row }) => !row.transparent),
    window,
  );
}

interface Stretch {
  readonly allDay: boolean;
  readonly startsAt: number;
  readonly endsAt: number;
}

function merged(list: readonly Interval[]): Interval[] {
  const joined: [number, number][] = [];
  for (const [from, to] of list.toSorted((one, other) => one[0] - other[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

function pictureOf(stretches: readonly Stretch[], window: Window): Picture {
  const days = [Math.ceil(window.from / dayMilliseconds), Math.floor(window.to / dayMilliseconds)] as const;
  const clipped = stretches.flatMap(({ allDay, startsAt, endsAt }): { allDay: boolean; interval: Interval }[] => {
    const [low, high] = allDay ? days : [window.from, window.to];
    const [from, to] = allDay ? [startsAt / dayMilliseconds, endsAt / dayMilliseconds] : [startsAt, endsAt];
    const interval: Interval = [Math.max(from, low), Math.min(to, high)];
    return interval[0] < interval[1] ? [{ allDay, interval }] : [];
  });
  const of = (allDay: boolean): Interval[] => clipped.flatMap((one) => (one.allDay === allDay ? [one.interval] : []));
  return {
    times: merged(of(false)),
    days: merged(of(true)),
    singly: clipped.map(({ allDay, interval }) => spell(allDay, interval)).sort(),
  };
}

/** Takes whether it is of days, and an interval; returns it in words. */
export function spell(allDay: boolean, [from, to]: Interval): string {
  const unit = allDay ? dayMilliseconds : 1;
  const text = (value: number): string =>
    allDay ? new Date(value * unit).toISOString().slice(0, 10) : new Date(value).toISOString();
  return `${text(from)} to ${text(to)}`;
}

/** Takes two pictures; returns how they differ in words, or null when they do not. */
export function difference(expected: Picture, shown: Picture): string | null {
  const lines: string[] = [];
  for (const kind of ['times', 'days'] as const) {
    const say = (word: string, list: readonly Interval[]): void => {
      for (const interval of list.slice(0, 5)) lines.push(`${word}: ${spell(kind === 'days', interval)}`);
      if (list.length > 5) lines.push(`… ${list.length - 5} more`);
    };
    say('free, but should be busy', without(expected[kind], shown[kind]));
    say('busy, but should be free', without(shown[kind], expected[kind]));
  }
  if (lines.length === 0 && JSON.stringify(expected.singly) !== JSON.stringify(shown.singly)) {
    const left = [...expected.singly];
    const extra = shown.singly.filter((one) => {
      const index = left.indexOf(one);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
    lines.push(
      `the same minutes, otherwise told: extra ${extra.slice(0, 5).join(', ')}; missing ${left.slice(0, 5).join(', ')}`,
    );
  }
  return lines.length === 0 ? null : lines.join('\n');
}

/** What is in the first list of merged intervals and not in the second. */
export function without(one: readonly Interval[], other: readonly Interval[]): Interval[] {
  return one.flatMap(([from, to]) => {
    const left: Interval[] = [];
    let at = from;
    for (const [low, high] of other) {
      if (high <= at) continue;
      if (low >= to) break;
      if (low > at) left.push([at, low]);
      at = Math.max(at, high);
    }
    if (at < to) left.push([at, to]);
    return left;
  });
}
