import fc from 'fast-check';
import type { BlockPolicy, BusyPolicy, WorkingHours } from '../../src/shared/dto.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { CalendarSpec, CopySpec, Edit, EndSpec, HabitsSpec, MeetingSpec, TimeSpec, WorldSpec } from './book.ts';

/** Zones with clock changes of all kinds: at night, at midnight, of half an hour, in the south, and none. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'UTC',
  'Australia/Lord_Howe',
  'Asia/Beirut',
  'America/Santiago',
  'Asia/Kolkata',
];

const zone = fc.constantFrom<string[]>(...zones);

/** Events come in zones that are named by their offset, too: of whole hours, and of minutes. */
const zoneOfTimes = fc.oneof(
  { weight: 7, arbitrary: zone },
  { weight: 1, arbitrary: fc.constantFrom('GMT+02:00', 'GMT-03:30', 'GMT+05:45') },
);

/** What is given, but for one time in so many null. */
const orNull = <T>(arbitrary: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | null> =>
  fc.option<T>(arbitrary, { freq, nil: null });

/** What is usual, but for one time in ten. */
const mostly = (usual: boolean): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(!usual) });

const hours: fc.Arbitrary<WorkingHours> = fc.record({
  timeZone: zone,
  days: fc.constantFrom<WorkingHours['days'][]>(
    ['MO', 'TU', 'WE', 'TH', 'FR'],
    ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'],
    ['SU'],
    ['TU', 'FR'],
  ),
  from: fc.constantFrom('09:00', '00:00', '02:30', '13:30', '22:00'),
  to: fc.constantFrom('17:00', '24:00', '09:30', '02:30', '00:00'),
});

const noFilters = { hours: null, minimumMinutes: 0, ignoreTitles: '' };

const filters = fc.oneof(
  { weight: 3, arbitrary: fc.constant(noFilters) },
  { weight: 2, arbitrary: fc.record({ hours }).map((chosen) => ({ ...noFilters, ...chosen })) },
  {
    weight: 1,
    arbitrary: fc
      .record({
        minimumMinutes: fc.constantFrom(0, 1, 15, 31, 61),
        ignoreTitles: fc.constantFrom('', 'lunch*', '*BOB', 'pl?n, focus', '*', 'lunch'),
      })
      .map((chosen) => ({ ...noFilters, ...chosen })),
  },
);

const busyPolicy: fc.Arbitrary<BusyPolicy> = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.record({
          allDay: fc.constantFrom('never' as const, 'when-marked-busy' as const, 'always' as const),
          free: fc.boolean(),
          declined: fc.boolean(),
          unanswered: fc.boolean(),
          tentative: fc.boolean(),
          workingLocation: fc.boolean(),
          birthday: fc.boolean(),
          focusTime: fc.boolean(),
          outOfOffice: fc.boolean(),
          fromMail: fc.boolean(),
          holidays: fc.boolean(),
          optionalGuest: fc.boolean(),
        }),
      },
    ),
    filters,
  )
  .map(([switches, chosen]) => ({ ...defaultBusyPolicy, ...switches, ...chosen }));

const buffer = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(10, 45, 60, 180, 240) },
);

const blockPolicy: fc.Arbitrary<BlockPolicy> = fc
  .record({
    summary: fc.constantFrom('🔒 Busy', '🔒 Busy', '{title}'),
    visibility: fc.constantFrom('private' as const, 'default' as const),
    bufferBefore: buffer,
    bufferAfter: buffer,
    place: mostly(false),
    outOfOffice: mostly(false),
  })
  .map((chosen) => ({ ...defaultBlockPolicy, ...chosen }));

const calendarSpec: fc.Arbitrary<CalendarSpec> = fc.record({
  zone,
  source: mostly(true),
  target: mostly(true),
  busy: busyPolicy,
  mayBeOutOfOffice: fc.boolean(),
});

const answer = fc.oneof<fc.MaybeWeightedArbitrary<CopySpec['answer']>[]>(
  { weight: 4, arbitrary: fc.constantFrom('accepted' as const, 'none' as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('needsAction' as const, 'tentative' as const, 'declined' as const, 'unknown' as const),
  },
);
const copySpec: fc.Arbitrary<CopySpec> = fc.record({
  calendar: fc.nat({ max: 3 }),
  answer,
  transparent: mostly(false),
  optional: mostly(false),
});

const clock = fc.constantFrom('09:00', '00:00', '00:30', '02:30', '03:00', '13:30', '23:30', '23:59');

const timeSpec: fc.Arbitrary<TimeSpec> = fc
  .record({
    allDay: fc.constantFrom(false, false, false, true),
    zone: zoneOfTimes,
    day: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: -6, max: 40 }) },
      { weight: 1, arbitrary: fc.integer({ min: -500, max: 300 }) },
    ),
    clock,
    minutes: fc.constantFrom(60, 30, 60, 15, 90, 1440, 26 * 60, 3 * 1440, 0, 1),
  })
  // A day is a day long, or several; what ends before it begins is told as one minute or day.
  .map((time) => (time.allDay ? { ...time, zone: 'UTC', clock: '00:00' } : time));

const rule = fc.constantFrom(
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;BYDAY={day}',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY={day},SU;WKST=SU',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,{day}',
  'FREQ=MONTHLY',
  'FREQ=MONTHLY;BYDAY={nth}',
  'FREQ=MONTHLY;BYMONTHDAY={date},-1',
  'FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=YEARLY',
  'FREQ=YEARLY;BYMONTH={month};BYDAY={nth}',
  'FREQ=YEARLY;BYMONTH={month},9;BYMONTHDAY={date}',
  'FREQ=DAILY;BYDAY={day},WE;BYMONTH=3,4,5,{month}',
);

const endSpec: fc.Arbitrary<EndSpec> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'never' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('until' as const, 'until-day' as const), days: fc.nat({ max: 500 }) }),
  },
);

const title = fc.constantFrom('Lunch with Bob', 'Plan', 'Focus', '', null);

const kind = fc.oneof<fc.MaybeWeightedArbitrary<MeetingSpec['kind']>[]>(
  { weight: 8, arbitrary: fc.constant('default' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'outOfOffice' as const,
      'focusTime' as const,
      'workingLocation' as const,
      'birthday' as const,
      'fromMail' as const,
      'other' as const,
    ),
  },
);

const meetingSpec: fc.Arbitrary<MeetingSpec> = fc.record({
  time: timeSpec,
  rule: orNull(rule, 4),
  end: endSpec,
  title,
  kind,
  tentative: mostly(false),
  spelling: fc.constantFrom('offset' as const, 'naive' as const, 'utc' as const),
  copies: fc.oneof(
    { weight: 2, arbitrary: fc.tuple(copySpec) },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(copySpec, { minLength: 2, maxLength: 3, selector: (copy) => copy.calendar }),
    },
  ),
});

const meeting = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) });
const slot = fc.oneof({ weight: 2, arbitrary: fc.nat({ max: 3 }) }, { weight: 3, arbitrary: fc.nat({ max: 13 }) });
const copy = orNull(fc.nat({ max: 2 }), 2);
const shift = fc.constantFrom(60, -60, 15, -30, 600, 1440, -1440, 3 * 1440);
const someMinutes = orNull(fc.constantFrom(30, 45, 60, 120, 1500, 2880), 2);

const add: fc.Arbitrary<Edit> = fc.record({ kind: fc.constant('add' as const), meeting: meetingSpec });

/** What people do to slots of a series, which is where mistakes hide; then what they do to the whole. */
const edit: fc.Arbitrary<Edit> = fc.oneof<fc.MaybeWeightedArbitrary<Edit>[]>(
  { weight: 2, arbitrary: add },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('slot-time' as const),
      meeting,
      slot,
      shift: fc.oneof(fc.constant(0), shift),
      minutes: someMinutes,
      allDay: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('slot-cancel' as const), meeting, slot, copy }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('slot-restore' as const), meeting, slot, copy }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('slot-answer' as const), meeting, slot, copy: fc.nat(2), answer }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('slot-mark' as const),
      meeting,
      slot,
      copy: fc.nat(2),
      transparent: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('slot-title' as const), meeting, slot, title }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('slot-invite' as const), meeting, slot, copy: copySpec }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), meeting, copy: fc.nat(2), answer }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('mark' as const), meeting, copy: fc.nat(2), transparent: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('title' as const), meeting, title }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tentative' as const), meeting, tentative: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      meeting,
      days: fc.constantFrom(0, 0, 1, -1, 7, -7, 3),
      shift: fc.oneof(fc.constant(0), shift),
      minutes: someMinutes,
      zone: orNull(zoneOfTimes, 2),
      allDay: orNull(fc.boolean(), 2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('rule' as const), meeting, rule: orNull(rule, 6) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), meeting, end: endSpec }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('exdate' as const),
      meeting,
      slot,
      form: fc.constantFrom('utc' as const, 'local' as const, 'day' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('rdate' as const), meeting, days: fc.integer({ min: 1, max: 200 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('split' as const),
      meeting,
      slot,
      form: fc.constantFrom('R' as const, 'new' as const),
      shift: fc.oneof(fc.constant(0), shift),
      minutes: orNull(fc.constantFrom(30, 90), 2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('truncate' as const), meeting, slot }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'undelete' as const), meeting, copy }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('invite' as const), meeting, copy: copySpec }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('to-calendar' as const), meeting, calendar: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('busy' as const), calendar: fc.nat(3), busy: busyPolicy }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('block' as const),
      source: fc.nat(3),
      target: fc.nat(3),
      block: blockPolicy,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('use' as const),
      calendar: fc.nat(3),
      source: mostly(true),
      target: mostly(true),
    }),
  },
);

const habits: fc.Arbitrary<HabitsSpec> = fc.record({
  orphans: fc.constantFrom('degraded' as const, 'kept' as const),
  resets: fc.constantFrom(false, false, true),
  leftovers: fc.constantFrom('dropped' as const, 'cancelled' as const, 'vanished' as const, 'kept' as const),
});

/** Changes what calendars count and blocks show in a world, at first and later, and the zones of its meetings. */
function changed(
  spec: WorldSpec,
  busy: (before: BusyPolicy) => BusyPolicy,
  block: (before: BlockPolicy) => BlockPolicy,
  zoneOf: (before: string) => string,
): WorldSpec {
  const edited = (one: Edit): Edit => {
    if (one.kind === 'busy') return { ...one, busy: busy(one.busy) };
    if (one.kind === 'block') return { ...one, block: block(one.block) };
    if (one.kind === 'time') return { ...one, zone: one.zone === null ? null : zoneOf(one.zone) };
    if (one.kind !== 'add') return one;
    const { time } = one.meeting;
    return { ...one, meeting: { ...one.meeting, time: { ...time, zone: zoneOf(time.zone) } } };
  };
  return {
    ...spec,
    block: block(spec.block),
    calendars: spec.calendars.map((one) => ({ ...one, busy: busy(one.busy), zone: zoneOf(one.zone) })),
    rounds: spec.rounds.map((round) => round.map(edited)),
  };
}

const same = <T>(value: T): T => value;

const plainWorld: fc.Arbitrary<WorldSpec> = fc.record({
  calendars: fc.oneof(
    { weight: 1, arbitrary: fc.array(calendarSpec, { minLength: 2, maxLength: 2 }) },
    { weight: 4, arbitrary: fc.array(calendarSpec, { minLength: 3, maxLength: 4 }) },
  ),
  block: blockPolicy,
  habits,
  rounds: fc
    .tuple(
      fc.array(add, { minLength: 1, maxLength: 3 }),
      fc.array(edit, { maxLength: 6 }),
      fc.array(fc.array(edit, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
    )
    .map(([meetings, edits, later]) => [[...meetings, ...edits], ...later]),
});

/**
 * Worlds of two to four calendars, one to three meetings at first, and up to three rounds of edits after that. In one of
 * six some hours count and others do not, because these take most of the time.
 */
export const worldSpec: fc.Arbitrary<WorldSpec> = fc
  .record({ spec: plainWorld, allHours: fc.constantFrom(true, true, true, true, true, false) })
  .map(({ spec, allHours }) => (allHours ? changed(spec, (busy) => ({ ...busy, hours: null }), same, same) : spec));
