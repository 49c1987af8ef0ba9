import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { EventGroup, EventKind, EventRow, MeshCalendar, OwnResponse } from '../../src/main/core/model.ts';
import type { EventTime, Instant } from '../../src/shared/time.ts';
import { at, calendar, event, on, row, type RowParts } from './core-builders.ts';

/** How one copy of a meeting treats one slot of it. */
export type SlotChange =
  'cancelled' | 'declined' | 'freed' | 'moved' | 'longer' | 'text' | 'tentative' | 'busy' | 'all-day' | 'orphan';

/** One calendar's copy of a meeting. */
export interface CopySpec {
  readonly calendar: number;
  /** Whether the row of the series or event itself is there; without it, its slots are invitations to single dates. */
  readonly root: 'there' | 'missing' | 'deleted';
  readonly answer: OwnResponse;
  readonly transparent: boolean;
  readonly slots: readonly { readonly slot: number; readonly change: SlotChange }[];
}

/** A meeting as people make it: on several calendars, with the same times everywhere, and answers of their own. */
export interface MeetingSpec {
  readonly name: string;
  readonly allDay: boolean;
  readonly zone: string;
  readonly dayOffset: number;
  readonly clock: string;
  readonly minutes: number;
  readonly rule: RuleSpec | null;
  readonly copies: readonly CopySpec[];
}

/** A rule, and what limits it; `slot` numbers count the slots of the rule without limits. */
export interface RuleSpec {
  readonly text: string;
  readonly end: 'never' | 'count' | 'until' | 'until-day';
  readonly slots: number;
  readonly without: readonly number[];
}

/** Far enough ahead for every rule below to show itself, near enough to be expanded hundreds of times. */
const horizon: Instant = Date.UTC(2026, 5, 1);

const calendarNames = ['anna@home.example', 'anna@work.example', 'club@group.example', 'zoe@shared.example'];
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];

/** Four calendars in four zones, all of them source and target. */
export const meshCalendars: readonly MeshCalendar[] = calendarNames.map((name, index) =>
  calendar(name, { timeZone: zones[index] ?? null }),
);

const slotSpecs = fc.uniqueArray(
  fc.record({
    slot: fc.nat({ max: 7 }),
    change: fc.constantFrom<SlotChange>(
      ...([
        'cancelled',
        'declined',
        'freed',
        'moved',
        'longer',
        'text',
        'tentative',
        'busy',
        'all-day',
        'orphan',
      ] as const),
    ),
  }),
  { maxLength: 4, selector: ({ slot }) => slot },
);

const copySpec = (calendarIndex: number): fc.Arbitrary<CopySpec> =>
  fc.record({
    calendar: fc.constant(calendarIndex),
    root: fc.constantFrom('there', 'there', 'there', 'there', 'missing', 'deleted'),
    answer: fc.constantFrom<OwnResponse>(
      'none',
      'accepted',
      'accepted',
      'tentative',
      'needsAction',
      'declined',
      'unknown',
    ),
    transparent: fc.constantFrom(false, false, false, true),
    slots: slotSpecs,
  });

const ruleSpec: fc.Arbitrary<RuleSpec> = fc.record({
  text: fc.constantFrom(
    'FREQ=DAILY',
    'FREQ=DAILY;INTERVAL=3',
    'FREQ=WEEKLY',
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU',
    'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
    'FREQ=MONTHLY',
  ),
  end: fc.constantFrom('never', 'count', 'until', 'until-day'),
  slots: fc.integer({ min: 1, max: 7 }),
  without: fc.uniqueArray(fc.nat({ max: 6 }), { maxLength: 2 }),
});

/** A meeting with the given name, on one to three of the calendars. */
export const meetingSpec = (name: string): fc.Arbitrary<MeetingSpec> =>
  fc.record({
    name: fc.constant(name),
    allDay: fc.constantFrom(false, false, false, true),
    zone: fc.constantFrom(...zones),
    // From two weeks before now, over both clock changes of March and the one of Lord Howe in April.
    dayOffset: fc.integer({ min: -14, max: 40 }),
    clock: fc.constantFrom('00:00', '02:30', '09:00', '09:00', '13:30', '23:30'),
    minutes: fc.constantFrom(60, 60, 30, 90, 26 * 60, 0, -15),
    rule: fc.option(ruleSpec, { freq: 3 }),
    copies: fc
      .uniqueArray(fc.nat({ max: meshCalendars.length - 1 }), { minLength: 1, maxLength: 3 })
      .chain((indexes) => fc.tuple(...indexes.map(copySpec))),
  });

/** One to four meetings. */
export const meetingSpecs: fc.Arbitrary<readonly MeetingSpec[]> = fc
  .integer({ min: 1, max: 4 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => meetingSpec(`meeting${index}`))));

const expanded = new Map<string, readonly Temporal.ZonedDateTime[]>();

/** Takes lines of a series and its first occurrence; returns the starts of its slots, by a library and nothing of ours. */
export function slotStarts(start: EventTime, lines: readonly string[]): readonly Temporal.ZonedDateTime[] {
  const name = JSON.stringify([start, lines]);
  const slots = expanded.get(name) ?? expand(start, lines);
  expanded.set(name, slots);
  return slots;
}

function expand(start: EventTime, lines: readonly string[]): readonly Temporal.ZonedDateTime[] {
  const zone = 'date' in start ? 'UTC' : (start.timeZone ?? 'UTC');
  const dtstart =
    'date' in start
      ? Temporal.PlainDate.from(start.date).toZonedDateTime('UTC')
      : /Z|[+-]\d\d:\d\d$/.test(start.dateTime)
        ? Temporal.Instant.from(start.dateTime).toZonedDateTimeISO(zone)
        : Temporal.PlainDateTime.from(start.dateTime).toZonedDateTime(zone);
  if (lines.length === 0) return [dtstart];
  const rule = lines.find((line) => line.startsWith('RRULE:')) ?? '';
  // The library wants UTC where calendars give a day, so the end is looked at here.
  const until = /UNTIL=([^;]*)/.exec(rule)?.[1];
  const text = rule.replace(/;UNTIL=[^;]*/, '').replace(/;X-[^;]*/g, '');
  const ends = (slot: Temporal.ZonedDateTime): boolean =>
    until !== undefined && (until.length === 8 ? day(slot) > until : basic(slot) > until);
  const without = new Set(
    lines.flatMap((line) => (line.startsWith('EXDATE') ? line.slice(line.indexOf(':') + 1).split(',') : [])),
  );
  // Expanded by the clock on the wall, as if that were UTC, so that a slot in the gap of a clock change moves forward
  // (google-calendar.md §8 no. 2); the library would leave it out.
  const wall = dtstart.toPlainDateTime().toZonedDateTime('UTC');
  return new RRuleTemporal({ rruleString: text, dtstart: wall, includeDtstart: true })
    .between(new Date(wall.epochMilliseconds), new Date(horizon), true)
    .map((slot) => Temporal.PlainDateTime.from(slot.toPlainDateTime().toString()).toZonedDateTime(zone))
    .filter((slot) => !ends(slot) && !without.has(basic(slot)) && !without.has(day(slot)));
}

const day = (slot: Temporal.ZonedDateTime): string => slot.toPlainDate().toString().replaceAll('-', '');

const basic = (slot: Temporal.ZonedDateTime): string =>
  slot.toInstant().toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');

/** Takes a slot start and whether it is all-day; returns its key. */
export function keyOfSlot(slot: Temporal.ZonedDateTime, allDay: boolean): string {
  return allDay ? day(slot) : basic(slot);
}

function timesOf(spec: MeetingSpec): { start: EventTime; end: EventTime } {
  const date = Temporal.PlainDate.from('2026-03-02').add({ days: spec.dayOffset });
  if (spec.allDay) {
    const days = Math.max(0, Math.round(spec.minutes / 1440));
    return { start: on(date.toString()), end: on(date.add({ days }).toString()) };
  }
  const start = date.toPlainDateTime(Temporal.PlainTime.from(spec.clock)).toZonedDateTime(spec.zone);
  const end = start.add({ minutes: spec.minutes });
  return { start: zonedTime(start), end: zonedTime(end) };
}

function zonedTime(time: Temporal.ZonedDateTime): EventTime {
  return {
    dateTime: `${time.toPlainDateTime().toString({ smallestUnit: 'second' })}${time.offset}`,
    timeZone: time.timeZoneId,
  };
}

function linesOf(spec: MeetingSpec, start: EventTime): readonly string[] {
  if (spec.rule === null) return [];
  const { text, end, slots, without } = spec.rule;
  const free = slotStarts(start, [`RRULE:${text}`]);
  const last = free[slots];
  const limit =
    end === 'count'
      ? `;COUNT=${slots}`
      : last === undefined || end === 'never'
        ? ''
        : spec.allDay || end === 'until-day'
          ? `;UNTIL=${day(last)}`
          : `;UNTIL=${basic(last)}`;
  const dates = without.flatMap((index) => {
    const slot = free[index + 1];
    return slot === undefined ? [] : [keyOfSlot(slot, spec.allDay)];
  });
  return [`RRULE:${text}${limit}`, ...(dates.length > 0 ? [`EXDATE:${dates.join(',')}`] : [])];
}

function slotRow(spec: MeetingSpec, copy: CopySpec, slot: Temporal.ZonedDateTime, change: SlotChange): RowParts {
  const key = keyOfSlot(slot, spec.allDay);
  const length = { minutes: spec.allDay ? 1440 : Math.max(spec.minutes, 1) };
  const times = (start: Temporal.ZonedDateTime, end: Temporal.ZonedDateTime): { start: EventTime; end: EventTime } =>
    spec.allDay
      ? { start: on(start.toPlainDate().toString()), end: on(end.toPlainDate().toString()) }
      : { start: zonedTime(start), end: zonedTime(end) };
  const plain = { ...times(slot, slot.add(length)), ownResponse: copy.answer, transparent: copy.transparent };
  const parts: RowParts = {
    id: `${spec.name}id_${key}`,
    recurringEventId: `${spec.name}id`,
    iCalUid: `${spec.name}@google.com`,
    originalStart: spec.allDay ? on(slot.toPlainDate().toString()) : zonedTime(slot),
    summary: `${spec.name} secret slot`,
    ...plain,
  };
  const date = slot.toPlainDate();
  const changes: Record<SlotChange, RowParts> = {
    cancelled: { status: 'cancelled', start: null, end: null },
    declined: { ownResponse: 'declined' },
    freed: { transparent: true },
    moved: times(
      slot.add({ days: 1, hours: spec.allDay ? 0 : 2 }),
      slot.add({ days: 1, hours: spec.allDay ? 0 : 2 }).add(length),
    ),
    longer: times(slot, slot.add(length).add({ minutes: spec.allDay ? 1440 : 45 })),
    text: {},
    tentative: { ownResponse: 'tentative' },
    busy: { ownResponse: 'accepted', transparent: false },
    'all-day': { start: on(date.toString()), end: on(date.add({ days: 1 }).toString()) },
    orphan: {},
  };
  return { ...parts, ...changes[change] };
}

/** Takes meetings; returns their groups, as a calendar service would tell them. */
export function groupsOf(specs: readonly MeetingSpec[], kinds: readonly EventKind[] = []): EventGroup[] {
  return specs.map((spec) => {
    const { start, end } = timesOf(spec);
    const recurrence = linesOf(spec, start);
    const free = spec.rule === null ? [] : slotStarts(start, [`RRULE:${spec.rule.text}`]);
    const made = new Set(slotStarts(start, recurrence).map((slot) => keyOfSlot(slot, spec.allDay)));
    const events = spec.copies.flatMap((copy, index) => {
      const of = meshCalendars[copy.calendar];
      if (of === undefined) return [];
      const root = event(of, {
        id: `${spec.name}id`,
        iCalUid: `${spec.name}@google.com`,
        summary: `${spec.name} secret title`,
        start,
        end,
        recurrence,
        ownResponse: copy.answer,
        transparent: copy.transparent,
        status: copy.root === 'deleted' ? 'cancelled' : 'confirmed',
        kind: kinds[index] ?? 'default',
      });
      const slots = (spec.rule === null ? [] : copy.slots).flatMap(({ slot: number, change }) => {
        // An orphan is left over from a rule that has changed: between two slots of this one.
        const slot = change === 'orphan' ? free[number]?.add({ days: 1 }) : free[number];
        if (slot === undefined || copy.root === 'deleted') return [];
        if (change === 'orphan' && made.has(keyOfSlot(slot, spec.allDay))) return [];
        return [event(of, slotRow(spec, copy, slot, change))];
      });
      const single = new Map(slots.map((one) => [one.row.id, one]));
      return copy.root === 'missing' ? [...single.values()] : [root, ...single.values()];
    });
    return { key: `uid:${spec.name}@google.com`, events, blocks: [], mutes: [] };
  });
}

/** Takes groups before and after; returns those after, with a tombstone for each row that is not there any more. */
export function withTombstones(before: readonly EventGroup[], after: readonly EventGroup[]): EventGroup[] {
  const name = (one: EventGroup['events'][number]): string => `${one.calendarId}|${one.row.id}`;
  const groups = new Map(after.map((one) => [one.key, one]));
  for (const old of before) {
    const kept = groups.get(old.key) ?? { key: old.key, events: [], blocks: [], mutes: [] };
    const there = new Set(kept.events.map(name));
    const gone = old.events.filter((one) => !there.has(name(one)));
    const tombstones = gone.map((one) => ({ ...one, row: { ...one.row, status: 'cancelled' as const } }));
    // An exception that its series does not show any more is taken out of the series, as the store does.
    const detached = tombstones.map((one) => ({
      ...one,
      row: one.row.recurringEventId === null ? one.row : { ...one.row, recurringEventId: null, originalStart: null },
    }));
    groups.set(old.key, { ...kept, events: [...kept.events, ...detached] });
  }
  return [...groups.values()];
}

/** Any code point, half characters and control characters too. Cheaper to set up than the library's own. */
const anyCharacter = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0, max: 0x2ff }),
  fc.integer({ min: 0, max: 0x10ffff }),
);

/** Takes a length; returns texts up to it, of any characters at all. */
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(anyCharacter, { maxLength }).map((points) => String.fromCodePoint(...points));

const nonsenseText = fc.oneof(
  anyText(24),
  fc.constantFrom(
    '',
    'NaN',
    '2026-02-30',
    '9999-12-31',
    '0000-00-00',
    '2026-03-29T02:30:00',
    '-000001-01-01T00:00:00Z',
  ),
);

const nonsenseTime: fc.Arbitrary<EventTime> = fc.oneof(
  nonsenseText.map((date) => ({ date })),
  fc.record({ dateTime: nonsenseText, timeZone: fc.option(fc.oneof(nonsenseText, fc.constantFrom(...zones))) }),
  fc.record({
    dateTime: fc.constantFrom(
      '2026-03-29T02:30:00',
      '2026-10-25T02:30:00',
      '9999-12-31T23:59:59Z',
      '+275760-09-13T00:00:00Z',
      '2026-03-10T25:61:00Z',
      '2026-03-10T10:00:00.250+01:00',
    ),
    timeZone: fc.option(fc.constantFrom(...zones, 'Mars/Olympus', '+01:00')),
  }),
  fc.constantFrom(on('2026-03-10'), at('2026-03-10T10:00'), at('2026-03-10T09:00', 'UTC')),
);

const nonsenseLine = fc.oneof(
  nonsenseText,
  fc
    .tuple(
      fc.constantFrom(
        'RRULE',
        'rrule',
        'EXRULE',
        'RDATE',
        'EXDATE',
        'RDATE;VALUE=PERIOD',
        'EXDATE;TZID=Mars/Olympus',
        '',
      ),
      fc.oneof(
        nonsenseText,
        fc.constantFrom(
          'FREQ=WEEKLY',
          'FREQ=DAILY;COUNT=0',
          'FREQ=DAILY;INTERVAL=0',
          'FREQ=SECONDLY;COUNT=99999999',
          'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
          'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3',
          'FREQ=MONTHLY;BYDAY=5MO;UNTIL=nonsense',
          'FREQ=HOURLY;BYSETPOS=9',
          'FREQ=WEEKLY;BYDAY=XX',
          '20260310T090000Z,20260317',
          '20260310T090000Z/PT1H',
          'DATE;VALUE=DATE:20260310',
        ),
      ),
    )
    .map(([name, value]) => `${name}:${value}`),
);

/** Rows that no calendar should give, and that must not stop a run. */
export const nonsenseRow: fc.Arbitrary<EventRow> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'series', 'series_20260310T090000Z', 'series_20269999', 'series_99999999T999999Z'),
    status: fc.constantFrom('confirmed', 'tentative', 'cancelled'),
    start: fc.option(nonsenseTime),
    end: fc.option(nonsenseTime),
    recurrence: fc.array(nonsenseLine, { maxLength: 3 }),
    recurringEventId: fc.option(fc.constantFrom('series', 'a', 'none')),
    originalStart: fc.option(nonsenseTime),
    transparent: fc.boolean(),
    summary: fc.option(nonsenseText),
    ownResponse: fc.constantFrom<OwnResponse>('none', 'declined', 'accepted', 'unknown'),
  })
  .map((parts) => row(parts as RowParts));
