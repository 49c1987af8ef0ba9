import fc from 'fast-check';
import type { FaultKind, ResponseStatus, SplitForm, Switches } from '../../src/simulator/index.ts';

/** Two people: one with two accounts and one or two computers, and a partner with one of each. */
export const emails = {
  work: 'work@northwind.example',
  home: 'me@home.example',
  partner: 'partner@home.example',
} as const;
export const calendars = {
  work: emails.work,
  team: 'team@group.calendar.example',
  home: emails.home,
  family: 'family@group.calendar.example',
  partner: emails.partner,
} as const;
export type CalendarName = keyof typeof calendars;
export const names = Object.keys(calendars) as readonly CalendarName[];
/** Main calendars, to which invitations come. */
const guests = ['work', 'home', 'partner'] as const;
export type GuestName = (typeof guests)[number];

/** Whose calendar it is: this account does what is done on it. */
export const ownerOf: Record<CalendarName, string> = {
  work: emails.work,
  team: emails.work,
  home: emails.home,
  family: emails.home,
  partner: emails.partner,
};
/** Zones that calendars begin with. */
export const zoneOf: Record<CalendarName, string> = {
  work: 'Europe/Berlin',
  team: 'Europe/Berlin',
  home: 'Europe/Berlin',
  family: 'America/New_York',
  partner: 'Asia/Tokyo',
};

export type Role = 'freeBusyReader' | 'reader' | 'writerWithoutPrivateAccess' | 'writer';

/** Something that happens in a household. `event` and `block` count around what there is. */
export type Happening =
  | {
      readonly kind: 'add';
      readonly calendar: CalendarName;
      readonly day: number;
      readonly hour: number;
      readonly weekly: boolean;
      readonly free: boolean;
      readonly allDay?: boolean;
    }
  | { readonly kind: 'move'; readonly event: number; readonly days: number }
  | { readonly kind: 'free' | 'busy' | 'delete' | 'undelete' | 'rename'; readonly event: number }
  | { readonly kind: 'cancel-date' | 'end-before-date'; readonly event: number; readonly week: number }
  | { readonly kind: 'move-date'; readonly event: number; readonly week: number; readonly days: number }
  /** "This and following", with another time; the rest has an id that tells where it is from, or a new one. */
  | {
      readonly kind: 'split';
      readonly event: number;
      readonly week: number;
      readonly days: number;
      readonly form: SplitForm;
    }
  | { readonly kind: 'to-calendar'; readonly event: number; readonly calendar: CalendarName }
  /** Somebody's event is another person's or account's too: each has a copy, and an answer of their own. */
  | { readonly kind: 'invite'; readonly event: number; readonly guest: GuestName }
  | { readonly kind: 'answer'; readonly event: number; readonly guest: GuestName; readonly answer: ResponseStatus }
  /** A feed gives all its events new ids. */
  | { readonly kind: 'recycle'; readonly calendar: CalendarName }
  | { readonly kind: 'drift'; readonly block: number; readonly what: 'time' | 'words' | 'free' }
  | { readonly kind: 'copy-block' | 'undelete-block'; readonly block: number }
  | { readonly kind: 'move-block'; readonly block: number; readonly calendar: CalendarName }
  | { readonly kind: 'delete-block'; readonly block: number }
  | { readonly kind: 'share'; readonly calendar: CalendarName; readonly with: string; readonly role: Role | null }
  | { readonly kind: 'rename-calendar'; readonly calendar: CalendarName }
  | { readonly kind: 'zone'; readonly calendar: CalendarName; readonly zone: string }
  | {
      readonly kind: 'use';
      readonly laptop: number;
      readonly calendar: CalendarName;
      readonly source: boolean;
      readonly target: boolean;
    }
  /** A calendar cannot be read for a while, by anybody or through one account. */
  | {
      readonly kind: 'outage';
      readonly calendar: CalendarName;
      readonly account: string | null;
      readonly how: 'notFound' | 'status503' | 'unauthorized' | 'quotaExceeded';
    }
  /** A connection breaks while blocks are written: before the service has heard of it, or after. */
  | { readonly kind: 'cut'; readonly how: 'cutBeforeCommit' | 'cutAfterCommit' }
  /** A computer is off for a while. */
  | { readonly kind: 'off'; readonly laptop: number }
  | Mishap;

/** What happens to computers and connections, and what nobody can plan for. */
export type Mishap =
  /** A computer syncs by itself, amid all that happens. */
  | { readonly kind: 'sync'; readonly laptop: number }
  /** The process of a computer ends at one of its next effects: a request that was answered, or a write of its store. */
  | { readonly kind: 'kill'; readonly laptop: number; readonly point: number }
  /** A copy of a database is kept, or takes the place of what it has become since; or there is none any more. */
  | { readonly kind: 'backup' | 'old-database' | 'lost-database'; readonly laptop: number }
  /** A file that is no database any more, half of one, or one with a page of nothing. */
  | { readonly kind: 'corrupt-database'; readonly laptop: number; readonly how: 'header' | 'half' | 'page' }
  /** From one of its next writes on, the disk of a computer takes nothing any more. */
  | {
      readonly kind: 'disk';
      readonly laptop: number;
      readonly how: 'SQLITE_FULL' | 'SQLITE_READONLY';
      readonly point: number;
    }
  /** A clock is put forward or back, until the end of the round. */
  | { readonly kind: 'clock'; readonly laptop: number; readonly minutes: number }
  | { readonly kind: 'pause' | 'resume' | 'reset'; readonly laptop: number }
  /** A person undoes one of the last syncs of a computer, counted back; lets go of what it keeps when the round is over. */
  | { readonly kind: 'undo'; readonly laptop: number; readonly back: number }
  /** The command line beside the app, with the same database: it does something before one of the next requests of a run. */
  | { readonly kind: 'command'; readonly laptop: number; readonly request: number; readonly what: CommandWork }
  | { readonly kind: 'sleep'; readonly hours: number }
  /** The first person's older laptop, with an earlier build, is on for one sync. */
  | { readonly kind: 'older-sync' }
  /** The service, or somebody in between, answers with something else for a while. */
  | {
      readonly kind: 'fault';
      readonly how: FaultKind;
      readonly times: number;
      /** The kind of request; where it is not said, lists of events or batches, as the fault is. */
      readonly on?: string;
    };

/** `late-sync`: after the lease of the run has lapsed, as when the app was waiting for an answer. */
export type CommandWork = 'sync' | 'late-sync' | 'pause' | 'reset' | 'use';

/** Faults of lists of events. */
const listFaults = [
  'syncTokenExpired',
  'syncTokenRefused',
  'pageTokenExpired',
  'duplicateRow',
  'cancelledMasterLeak',
  'delayedVisibility',
  'noTokens',
  'otherKind',
  'otherCalendar',
  'unreadableTimes',
  'namelessRow',
  'samePageToken',
  'emptyPagesWithoutEnd',
  'largeRows',
] as const;

/** Faults of answers to writes. */
const writeFaults = ['conflict', 'otherEvent', 'untagged'] as const;

/** Faults of the connection of any request, after which the client waits for its limits of time or bytes. */
const connectionFaults = ['trickle', 'stall', 'gzipBomb'] as const;

/** Faults of any request. */
const anyFaults = [
  'unauthorized',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'tooManyRequests',
  'quotaExceeded',
  'notFound',
  'status500',
  'status503',
  'html',
  'truncatedJson',
  'cutBeforeCommit',
  'cutAfterCommit',
  'slow',
  'notACalendarUser',
  'dailyLimitExceededUnreg',
  'unknownRefusal',
] as const;

type UsedFault =
  | (typeof listFaults)[number]
  | (typeof writeFaults)[number]
  | (typeof connectionFaults)[number]
  | (typeof anyFaults)[number];

/** All faults that are used. */
export const usedFaults: readonly UsedFault[] = [...listFaults, ...writeFaults, ...connectionFaults, ...anyFaults];

const ofLists: ReadonlySet<string> = new Set(listFaults);

/**
 * Takes a fault; returns the kind of request that it strikes where nothing else is said. A fault that the simulator learns does
 * not compile here until it is in one of the lists above.
 */
export const requestOf = (how: UsedFault): string => (ofLists.has(how) ? 'events.list' : 'batch');

export interface HouseholdSpec {
  /** Whether the first person has a laptop with an earlier build, too. */
  readonly older?: boolean;
  /** Whether the first person has a second computer, with the same accounts or with the private one alone. */
  readonly second: 'none' | 'same' | 'home-only';
  readonly family: Role | null;
  readonly partner: Role | null;
  /** What the service does where that is unknown or varies; otherwise what is likeliest. */
  readonly switches?: Partial<Switches>;
  readonly rounds: readonly (readonly Happening[])[];
}

const calendar = fc.constantFrom(...names);
const role = fc.constantFrom<(Role | null)[]>('freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', null);
const number = fc.nat({ max: 31 });

const add: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constant('add' as const),
  calendar,
  day: fc.integer({ min: 3, max: 9 }),
  hour: fc.constantFrom(9, 10, 14),
  weekly: fc.constantFrom(false, false, true),
  free: fc.constantFrom(false, false, false, true),
  allDay: fc.constantFrom(false, false, false, false, true),
});

const happening: fc.Arbitrary<Happening> = fc.oneof<fc.MaybeWeightedArbitrary<Happening>[]>(
  { weight: 4, arbitrary: add },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('move' as const), event: number, days: fc.constantFrom(1, 2) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'free' as const,
        'busy' as const,
        'delete' as const,
        'undelete' as const,
        'rename' as const,
      ),
      event: number,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('cancel-date' as const), event: number, week: fc.nat({ max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('end-before-date' as const), event: number, week: fc.nat({ max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('move-date' as const),
      event: number,
      week: fc.nat({ max: 3 }),
      days: fc.constantFrom(1, 2, 7),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('split' as const),
      event: number,
      week: fc.nat({ max: 3 }),
      days: fc.constantFrom(0, 1),
      form: fc.constantFrom('R' as const, 'new' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('to-calendar' as const), event: number, calendar }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('invite' as const), event: number, guest: fc.constantFrom(...guests) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      event: number,
      guest: fc.constantFrom(...guests),
      answer: fc.constantFrom<ResponseStatus[]>('declined', 'accepted', 'tentative'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('recycle' as const), calendar }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('drift' as const),
      block: number,
      what: fc.constantFrom('time' as const, 'words' as const, 'free' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('copy-block' as const), block: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete-block' as const), block: number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('undelete-block' as const), block: number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move-block' as const), block: number, calendar }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename-calendar' as const), calendar }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('zone' as const),
      calendar,
      zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.record({
        kind: fc.constant('share' as const),
        calendar: fc.constant('family' as const),
        with: fc.constant(emails.partner as string),
        role,
      }),
      fc.record({
        kind: fc.constant('share' as const),
        calendar: fc.constant('partner' as const),
        with: fc.constant(emails.home as string),
        role,
      }),
      fc.record({
        kind: fc.constant('share' as const),
        calendar: fc.constant('work' as const),
        with: fc.constant(emails.home as string),
        role,
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('use' as const),
      laptop: number,
      calendar,
      source: fc.boolean(),
      target: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('off' as const), laptop: number }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('outage' as const),
      calendar,
      account: fc.constantFrom(null, ...Object.values(emails)),
      how: fc.constantFrom(
        'notFound' as const,
        'status503' as const,
        'unauthorized' as const,
        'quotaExceeded' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      how: fc.constantFrom('cutBeforeCommit' as const, 'cutAfterCommit' as const),
    }),
  },
);

const mishap: fc.Arbitrary<Mishap> = fc.oneof<fc.MaybeWeightedArbitrary<Mishap>[]>(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('sync' as const), laptop: number }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      laptop: number,
      point: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('backup' as const, 'old-database' as const, 'lost-database' as const),
      laptop: number,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('corrupt-database' as const),
      laptop: number,
      how: fc.constantFrom('header' as const, 'half' as const, 'page' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('disk' as const),
      laptop: number,
      how: fc.constantFrom('SQLITE_FULL' as const, 'SQLITE_READONLY' as const),
      point: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      laptop: number,
      minutes: fc.constantFrom(-400 * 1440, -1800, -180, -12, 12, 180, 1800, 400 * 1440),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('pause' as const, 'resume' as const, 'reset' as const),
      laptop: number,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('undo' as const),
      laptop: number,
      back: fc.constantFrom(0, 0, 1, 2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      laptop: number,
      request: fc.integer({ min: 1, max: 12 }),
      what: fc.constantFrom<CommandWork[]>('sync', 'late-sync', 'late-sync', 'pause', 'reset', 'use'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('older-sync' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), hours: fc.constantFrom(1, 8, 26) }) },
  {
    weight: 8,
    arbitrary: fc.oneof<fc.MaybeWeightedArbitrary<Mishap>[]>(
      {
        weight: 12,
        arbitrary: fc.record({
          kind: fc.constant('fault' as const),
          how: fc.constantFrom(...listFaults),
          times: fc.constantFrom(1, 3),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('fault' as const),
          how: fc.constantFrom(...writeFaults),
          times: fc.constantFrom(1, 3),
          on: fc.constantFrom('events.insert', 'events.update', 'events.patch', 'events.delete'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('fault' as const),
          how: fc.constantFrom(...connectionFaults),
          times: fc.constant(1),
          on: fc.constantFrom('batch', 'events.list', 'calendarList.list'),
        }),
      },
      {
        weight: 11,
        arbitrary: fc.record({
          kind: fc.constant('fault' as const),
          how: fc.constantFrom(...anyFaults),
          times: fc.constantFrom(1, 3),
          on: fc.constantFrom('batch', 'events.list', 'calendarList.list', 'events.get', 'events.insert'),
        }),
      },
    ),
  },
);

const happenings = (least: number, most: number, mishapsOf: number): fc.Arbitrary<Happening[]> =>
  fc.array(
    fc.oneof<fc.MaybeWeightedArbitrary<Happening>[]>(
      { weight: mishapsOf - 1, arbitrary: happening },
      { weight: 1, arbitrary: mishap },
    ),
    { minLength: least, maxLength: most },
  );

/** Households as below, in which more happens, and mishaps as well. Every second round is a busy week. */
export const tortureSpec: fc.Arbitrary<HouseholdSpec> = fc.record({
  older: fc.constantFrom(false, false, false, true),
  second: fc.constantFrom('none' as const, 'same' as const, 'home-only' as const),
  family: role,
  partner: role,
  switches: fc.record({
    maximumPageSize: fc.constantFrom(null, null, 3),
    emptyPages: fc.constantFrom(false, false, true),
    rowOrder: fc.constantFrom('byChange' as const, 'reversed' as const),
    batchOrder: fc.constantFrom('given' as const, 'reversed' as const),
  }),
  rounds: fc
    .tuple(
      fc.array(add, { minLength: 2, maxLength: 8 }),
      fc.array(
        fc.oneof<fc.MaybeWeightedArbitrary<Happening[]>[]>(
          { weight: 1, arbitrary: happenings(1, 12, 3) },
          { weight: 1, arbitrary: happenings(60, 200, 8) },
        ),
        { minLength: 1, maxLength: 8 },
      ),
    )
    .map(([first, later]) => [first, ...later]),
});

/** Households of two or three computers, with a few events at first and up to three rounds of what happens. */
export const householdSpec: fc.Arbitrary<HouseholdSpec> = fc.record({
  second: fc.constantFrom('none' as const, 'same' as const, 'home-only' as const),
  family: role,
  partner: role,
  rounds: fc
    .tuple(
      fc.array(add, { minLength: 1, maxLength: 4 }),
      fc.array(fc.array(happening, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
    )
    .map(([first, later]) => [first, ...later]),
});
