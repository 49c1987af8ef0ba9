import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { leaseTime } from '../../src/main/engine/lease.ts';
import type { RunView } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { PersonCannotError, type Person, type ResponseStatus, type World } from '../../src/simulator/index.ts';
import { CrashPoints } from '../support/crash-points.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { eventOf, type Resource } from './check-simulator.ts';
import { Expander } from './expander.ts';
import {
  expected,
  OracleError,
  shownOn,
  spell,
  without,
  type Interval,
  type OracleCalendar,
  type Window,
} from './oracle.ts';

const hour = 3_600_000;
const dayMilliseconds = 24 * hour;

/** Two people: one with two accounts and one or two computers, and a partner with one of each. */
const emails = { work: 'work@northwind.example', home: 'me@home.example', partner: 'partner@home.example' } as const;
const calendars = {
  work: emails.work,
  team: 'team@group.calendar.example',
  home: emails.home,
  family: 'family@group.calendar.example',
  partner: emails.partner,
} as const;
type CalendarName = keyof typeof calendars;
const names = Object.keys(calendars) as readonly CalendarName[];
/** Main calendars, to which invitations come. */
const guests = ['work', 'home', 'partner'] as const;
type GuestName = (typeof guests)[number];

/** Whose calendar it is: this account does what is done on it. */
const ownerOf: Record<CalendarName, string> = {
  work: emails.work,
  team: emails.work,
  home: emails.home,
  family: emails.home,
  partner: emails.partner,
};
const zoneOf: Record<CalendarName, string> = {
  work: 'Europe/Berlin',
  team: 'Europe/Berlin',
  home: 'Europe/Berlin',
  family: 'America/New_York',
  partner: 'Asia/Tokyo',
};

type Role = 'freeBusyReader' | 'reader' | 'writerWithoutPrivateAccess' | 'writer';

/** Something that happens in a household. `event` and `block` count around what there is. */
export type Happening =
  | {
      readonly kind: 'add';
      readonly calendar: CalendarName;
      readonly day: number;
      readonly hour: number;
      readonly weekly: boolean;
      readonly free: boolean;
    }
  | { readonly kind: 'move'; readonly event: number; readonly days: number }
  | { readonly kind: 'free' | 'busy' | 'delete' | 'undelete' | 'rename'; readonly event: number }
  | { readonly kind: 'cancel-date'; readonly event: number; readonly week: number }
  | { readonly kind: 'to-calendar'; readonly event: number; readonly calendar: CalendarName }
  /** Somebody's event is another person's or account's too: each has a copy, and an answer of their own. */
  | { readonly kind: 'invite'; readonly event: number; readonly guest: GuestName }
  | { readonly kind: 'answer'; readonly event: number; readonly guest: GuestName; readonly answer: ResponseStatus }
  /** A feed gives all its events new ids. */
  | { readonly kind: 'recycle'; readonly calendar: CalendarName }
  | { readonly kind: 'drift'; readonly block: number; readonly what: 'time' | 'words' | 'free' }
  | { readonly kind: 'copy-block'; readonly block: number }
  | { readonly kind: 'delete-block'; readonly block: number }
  | { readonly kind: 'share'; readonly calendar: CalendarName; readonly with: string; readonly role: Role | null }
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
  /** The process of a computer ends at one of its next effects: a request that was answered, or a write of its store. */
  | { readonly kind: 'kill'; readonly laptop: number; readonly point: number }
  /** A copy of a database is kept, or takes the place of what it has become since; or there is none any more. */
  | { readonly kind: 'backup' | 'old-database' | 'lost-database'; readonly laptop: number }
  | { readonly kind: 'sleep'; readonly hours: number }
  /** The service, or somebody in between, answers with something else for a while. */
  | { readonly kind: 'fault'; readonly how: AnswerFault; readonly times: number };

const answerFaults = [
  'rateLimitExceeded',
  'tooManyRequests',
  'status500',
  'html',
  'truncatedJson',
  'cutAfterCommit',
  'syncTokenExpired',
  'duplicateRow',
  'noTokens',
  'otherKind',
  'otherCalendar',
  'unreadableTimes',
] as const;
type AnswerFault = (typeof answerFaults)[number];

/** Faults of answers to lists, and of those to writes. */
const ofLists: ReadonlySet<AnswerFault> = new Set([
  'syncTokenExpired',
  'duplicateRow',
  'noTokens',
  'otherKind',
  'otherCalendar',
  'unreadableTimes',
]);

export interface HouseholdSpec {
  /** Whether the first person has a second computer, with the same accounts or with the private one alone. */
  readonly second: 'none' | 'same' | 'home-only';
  readonly family: Role | null;
  readonly partner: Role | null;
  readonly rounds: readonly (readonly Happening[])[];
}

const calendar = fc.constantFrom(...names);
const role = fc.constantFrom<(Role | null)[]>('freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', null);
const number = fc.nat({ max: 7 });

const add: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constant('add' as const),
  calendar,
  day: fc.integer({ min: 3, max: 9 }),
  hour: fc.constantFrom(9, 10, 14),
  weekly: fc.constantFrom(false, false, true),
  free: fc.constantFrom(false, false, false, true),
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
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), hours: fc.constantFrom(1, 8, 26) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      how: fc.constantFrom<AnswerFault[]>(...answerFaults),
      times: fc.constantFrom(1, 3),
    }),
  },
);

/** Households as below, in which more happens, and mishaps as well. */
export const tortureSpec: fc.Arbitrary<HouseholdSpec> = fc.record({
  second: fc.constantFrom('none' as const, 'same' as const, 'home-only' as const),
  family: role,
  partner: role,
  rounds: fc
    .tuple(
      fc.array(add, { minLength: 2, maxLength: 6 }),
      fc.array(
        fc.array(
          fc.oneof<fc.MaybeWeightedArbitrary<Happening>[]>(
            { weight: 3, arbitrary: happening },
            { weight: 1, arbitrary: mishap },
          ),
          { minLength: 1, maxLength: 10 },
        ),
        { minLength: 1, maxLength: 6 },
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

/** `sha256` in base32hex, as the identity of blocks is defined (DESIGN); on its own, so that nothing is taken on trust. */
function base32hexOf(text: string): string {
  const bits = [...createHash('sha256').update(text).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const padded = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0');
  return (padded.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32)).join('');
}

type Row = Resource & { readonly updated?: string };

interface Made {
  readonly id: string;
  calendar: CalendarName;
}

/** The name that blocks have for an event (DESIGN, "Identity and ownership"). */
const refOf = (calendar: CalendarName, eventId: string): string =>
  base32hexOf(`calsync/1|source|${calendars[calendar]}|${eventId}`).slice(0, 26);

interface Desk {
  readonly emails: readonly string[];
  readonly file: string;
  readonly points: CrashPoints;
  backup: Buffer | null;
}

/** What has come of many households. */
export interface Tally {
  edits: number;
  syncs: number;
  kills: number;
  faults: number;
  databases: number;
}

/** Returns a tally of nothing. */
export const newTally = (): Tally => ({ edits: 0, syncs: 0, kills: 0, faults: 0, databases: 0 });

const mishaps: ReadonlySet<string> = new Set(['kill', 'backup', 'old-database', 'lost-database', 'sleep', 'fault']);
const isMishap = (one: Happening): one is Mishap => mishaps.has(one.kind);

class Household {
  readonly #place: Workplace;
  readonly #tally: Tally;
  readonly laptops: Laptop[] = [];
  readonly #desks: Desk[] = [];
  readonly #made: Made[] = [];
  readonly #off = new Set<number>();
  #lostDatabase = false;
  #choseOtherwise = false;
  /** Blocks that a person deleted, by target and source ref: whether they are there is the person's own doing. */
  readonly deleted = new Set<string>();
  readonly #monday: number;

  constructor(place: Workplace, tally: Tally) {
    this.#place = place;
    this.#tally = tally;
    this.#monday = place.clock.now() - 8 * hour;
  }

  person(name: CalendarName): Person {
    return this.#place.simulator.person(ownerOf[name]);
  }

  /** Takes addresses, and whether its database must outlive its process; sets up a computer that is signed in to them. */
  async addLaptop(emails: readonly string[], kept: boolean): Promise<void> {
    const file = kept ? join(mkdtempSync(join(tmpdir(), 'calsync-torture-')), 'calsync.db') : ':memory:';
    const points = new CrashPoints();
    points.arm(null);
    this.#desks.push({ emails, file, points, backup: null });
    this.laptops.push(await this.#place.laptop({ emails, file, wrap: points.provider, wrapStore: points.store }));
  }

  /** Begins a process of a computer anew, after what was done to its file meanwhile. */
  async #begin(index: number, meanwhile: (desk: Desk) => void, firstChoice = true): Promise<void> {
    const desk = this.#desks[index];
    if (desk === undefined || desk.file === ':memory:') return;
    desk.points.arm(null);
    this.laptops[index]?.close();
    meanwhile(desk);
    const { emails, file, points } = desk;
    this.laptops[index] = await this.#place.laptop({
      ...{ emails, file, firstChoice, wrap: points.provider, wrapStore: points.store },
    });
    // The lease of a process that was killed runs out.
    await this.#place.clock.advance(leaseTime);
  }

  /** Lets a computer sync; null where its process was killed on the way, and has begun anew. */
  async sync(index: number): Promise<RunView | null> {
    const laptop = this.laptops[index];
    const desk = this.#desks[index];
    if (laptop === undefined || desk === undefined) return null;
    this.#tally.syncs += 1;
    try {
      // Roles change without a word; a list of calendars an hour old would know nothing of it.
      for (const account of laptop.store.accounts()) laptop.store.saveAccount({ ...account, listedAt: null });
      return await laptop.sync();
    } catch (error) {
      if (!desk.points.isDead) throw error;
      this.#tally.kills += 1;
      await this.#begin(index, () => undefined);
      return null;
    }
  }

  async mishap(one: Mishap): Promise<void> {
    if (one.kind === 'sleep') {
      await this.#place.clock.advance(one.hours * hour);
      return;
    }
    if (one.kind === 'fault') {
      const request = ofLists.has(one.how) ? 'events.list' : 'batch';
      this.#place.simulator.faults.add({ kind: one.how, request, times: one.times });
      this.#tally.faults += 1;
      return;
    }
    const index = one.laptop % this.laptops.length;
    const desk = this.#desks[index];
    if (one.kind === 'kill') {
      desk?.points.arm(one.point);
      return;
    }
    if (one.kind === 'backup') {
      await this.#begin(index, (of) => {
        of.backup = readFileSync(of.file);
      });
      return;
    }
    const { backup = null } = desk ?? {};
    if (one.kind === 'old-database' && backup === null) return;
    this.#tally.databases += 1;
    this.#lostDatabase = true;
    await this.#begin(
      index,
      ({ file }) => {
        for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
        if (one.kind === 'old-database' && backup !== null) writeFileSync(file, backup);
      },
      one.kind === 'old-database',
    );
  }

  /** All rows of a calendar. */
  rows(name: CalendarName): readonly Row[] {
    const dump = this.#place.simulator.dump().find((one) => one.id === calendars[name]);
    return (dump?.events ?? []) as unknown as readonly Row[];
  }

  /** Sorts the rows of a calendar: our blocks by proof of id, what only has their properties, and people's events. */
  sorted(name: CalendarName): { readonly blocks: readonly Row[]; readonly events: readonly Row[] } {
    const refOf = (row: Row): string | undefined => row.extendedProperties?.private?.['calsync.ref'];
    const all = this.rows(name);
    const isBlock = (row: Row): boolean => {
      const ref = refOf(row);
      if (ref === undefined) return false;
      for (let generation = 0; generation < 12; generation += 1) {
        const digest = base32hexOf(`calsync/1|block|${ref}|${calendars[name]}|${String(generation)}`);
        if (row.id === `cs${digest}`) return true;
      }
      return false;
    };
    const series = new Set(all.filter(isBlock).map((row) => row.id));
    const ours = (row: Row): boolean => series.has(row.id) || series.has(row.recurringEventId ?? '');
    return {
      blocks: all.filter(ours),
      events: all.filter((row) => !ours(row) && refOf(row) === undefined),
    };
  }

  liveBlocks(): readonly { readonly target: CalendarName; readonly row: Row }[] {
    return names.flatMap((target) =>
      this.sorted(target)
        .blocks.filter((row) => row.status !== 'cancelled' && row.recurringEventId === undefined)
        .map((row) => ({ target, row })),
    );
  }

  happen(one: Exclude<Happening, Mishap>): void {
    try {
      this.#do(one);
    } catch (error) {
      if (!(error instanceof PersonCannotError)) throw error;
    }
  }

  /** Whether a computer may be unable to know what became of an event whose block stands. */
  get mayHaveForgotten(): boolean {
    // Out of use until the person says so, because less of it can be seen than before.
    const seenLess = this.laptops.some(({ store }) =>
      store.calendars().some(({ trouble }) => trouble?.code === 'calendar-seen-less'),
    );
    return seenLess || (this.#lostDatabase && this.#choseOtherwise);
  }

  isOff(index: number): boolean {
    return this.#off.has(index);
  }

  /** What was off or out of reach is back. */
  endRound(): void {
    this.#off.clear();
    this.#place.simulator.faults.clear();
    for (const { points } of this.#desks) points.arm(null);
    for (const laptop of this.laptops) {
      for (const account of laptop.store.accounts()) {
        if (account.state !== 'connected')
          laptop.store.saveAccount({ ...account, state: 'connected', restingUntil: null });
      }
    }
  }

  #times(day: number, at: number): Record<'start' | 'end', { dateTime: string; timeZone: string }> {
    const text = (hours: number): { dateTime: string; timeZone: string } => ({
      dateTime: new Date(this.#monday + day * dayMilliseconds + hours * hour).toISOString().slice(0, 19),
      timeZone: 'Europe/Berlin',
    });
    return { start: text(at), end: text(at + 1) };
  }

  #do(one: Exclude<Happening, Mishap>): void {
    switch (one.kind) {
      case 'add': {
        const made = this.person(one.calendar).createEvent(calendars[one.calendar], {
          summary: 'Secret plans',
          location: 'Hall 2',
          ...this.#times(one.day, one.hour),
          transparency: one.free ? 'transparent' : 'opaque',
          ...(one.weekly ? { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] } : {}),
        });
        this.#made.push({ id: made.id, calendar: one.calendar });
        return;
      }
      case 'use': {
        const laptop = this.laptops[one.laptop % this.laptops.length];
        const record = laptop?.store.calendars().find(({ id }) => id === toCalendarId(calendars[one.calendar]));
        const best = record?.accesses[0];
        if (laptop === undefined || best === undefined) return;
        const mayWrite = (best.access === 'writes' || best.access === 'owns') && !best.privateHidden;
        this.#choseOtherwise = true;
        const use = { source: one.source, target: one.target && mayWrite };
        this.#desks[this.laptops.indexOf(laptop)]?.points.aside(() => laptop.use(calendars[one.calendar], use));
        return;
      }
      case 'off':
        this.#off.add(one.laptop % this.laptops.length);
        return;
      case 'outage':
        this.#place.simulator.faults.add({
          kind: one.how,
          request: 'events.list',
          calendar: calendars[one.calendar],
          times: null,
          ...(one.account === null ? {} : { account: one.account }),
        });
        return;
      case 'cut':
        this.#place.simulator.faults.add({ kind: one.how, request: 'batch' });
        return;
      case 'share':
        this.person(one.calendar).shareCalendar(calendars[one.calendar], one.with, one.role);
        return;
      case 'recycle': {
        const id = calendars[one.calendar];
        // Of several that are alike, any one may go on with what was deleted.
        const alike = new Map<string, string[]>();
        const away = new Set<string>();
        for (const event of this.#made.filter((made) => made.calendar === one.calendar)) {
          const row = this.rows(one.calendar).find((each) => each.id === event.id);
          if (row === undefined || row.status === 'cancelled') continue;
          const { start, end, summary, transparency, recurrence } = row;
          this.person(one.calendar).deleteEvent(id, event.id);
          const again = this.person(one.calendar).createEvent(id, {
            start,
            end,
            summary,
            transparency,
            ...(recurrence === undefined ? {} : { recurrence }),
          });
          this.#made[this.#made.indexOf(event)] = { id: again.id, calendar: one.calendar };
          const shape = JSON.stringify([start?.dateTime, end?.dateTime, summary, recurrence]);
          alike.set(shape, [...(alike.get(shape) ?? []), again.id]);
          for (const target of names) {
            if (this.deleted.has(`${target}|${refOf(one.calendar, event.id)}`)) away.add(`${target}|${shape}`);
          }
        }
        // A block that a person has deleted stays away under the new id.
        for (const target of names) {
          for (const [shape, ids] of alike) {
            if (!away.has(`${target}|${shape}`)) continue;
            for (const again of ids) this.deleted.add(`${target}|${refOf(one.calendar, again)}`);
          }
        }
        return;
      }
      case 'drift':
      case 'copy-block':
      case 'delete-block':
        this.#onBlock(one);
        return;
      default:
        this.#onEvent(one);
    }
  }

  #onBlock(one: Extract<Happening, { block: number }>): void {
    const blocks = this.liveBlocks();
    const found = blocks[one.block % Math.max(1, blocks.length)];
    if (found === undefined) return;
    const { target, row } = found;
    const person = this.person(target);
    const id = calendars[target];
    if (one.kind === 'delete-block') {
      person.deleteEvent(id, row.id);
      this.deleted.add(`${target}|${row.extendedProperties?.private?.['calsync.ref'] ?? ''}`);
    } else if (one.kind === 'copy-block') {
      person.duplicateEvent(id, row.id);
    } else if (one.what === 'words') person.patchEvent(id, row.id, { summary: 'Dentist', description: 'at ten' });
    else if (one.what === 'free') person.patchEvent(id, row.id, { transparency: 'transparent' });
    else if (row.recurrence === undefined) person.patchEvent(id, row.id, this.#times(12, 18));
  }

  #onEvent(one: Extract<Happening, { event: number }>): void {
    const made = this.#made[one.event % Math.max(1, this.#made.length)];
    if (made === undefined) return;
    const person = this.person(made.calendar);
    const id = calendars[made.calendar];
    const row = this.rows(made.calendar).find((each) => each.id === made.id);
    const live = row !== undefined && row.status !== 'cancelled';
    switch (one.kind) {
      case 'move': {
        if (!live) return;
        const later = (time: Row['start']) => ({
          dateTime: new Date(Date.parse(`${time?.dateTime?.slice(0, 19) ?? ''}Z`) + one.days * dayMilliseconds)
            .toISOString()
            .slice(0, 19),
          timeZone: 'Europe/Berlin',
        });
        person.editAll(id, made.id, { start: later(row.start), end: later(row.end) });
        return;
      }
      case 'invite': {
        if (!live || one.guest === made.calendar) return;
        const organizer = { email: id, responseStatus: 'accepted' };
        const others = (row.attendees ?? []).filter(({ email }) => email !== id && email !== calendars[one.guest]);
        const guest = { email: calendars[one.guest], responseStatus: 'needsAction' };
        person.editAll(id, made.id, { attendees: [organizer, ...others, guest] });
        return;
      }
      case 'answer':
        this.person(one.guest).respond(calendars[one.guest], made.id, one.answer);
        return;
      case 'free':
      case 'busy':
        if (live) person.editAll(id, made.id, { transparency: one.kind === 'free' ? 'transparent' : 'opaque' });
        return;
      case 'rename':
        if (live) person.editAll(id, made.id, { summary: 'Other secret plans' });
        return;
      case 'delete':
        if (live) person.deleteEvent(id, made.id);
        return;
      case 'undelete':
        if (row !== undefined && !live) person.undelete(id, made.id);
        return;
      case 'cancel-date': {
        const start = Date.parse(row?.start?.dateTime ?? '');
        if (!live || row.recurrence === undefined || Number.isNaN(start)) return;
        // Where the clocks change the slot keeps its hour: named by the date, as the page does.
        const slots = this.#slotsOf(row);
        const slot = slots[one.week % Math.max(1, slots.length)];
        if (slot !== undefined) person.deleteSlot(id, made.id, slot);
        return;
      }
      case 'to-calendar':
        if (!live || one.calendar === made.calendar || ownerOf[one.calendar] !== ownerOf[made.calendar]) return;
        person.moveToCalendar(id, made.id, calendars[one.calendar]);
        made.calendar = one.calendar;
        return;
    }
  }

  #slotsOf(row: Row): readonly string[] {
    const { start, recurrence } = eventOf(row, '');
    if (start === null) return [];
    return new Expander()
      .slots(start, recurrence, 'Europe/Berlin', this.#monday + 80 * dayMilliseconds)
      .map((one) => one.key);
  }
}

/** What an install sees of the calendars, as the oracle wants them. */
function meshOf(household: Household, laptop: Laptop): readonly OracleCalendar[] {
  const records = laptop.store.calendars();
  return names.flatMap((name): OracleCalendar[] => {
    const record = records.find(({ id }) => id === toCalendarId(calendars[name]));
    if (record === undefined || record.accesses.length === 0) return [];
    // What cannot be read or written now is told, and its blocks are as they were.
    const { source, target, busy, trouble } = record;
    const [best] = record.accesses;
    const reader = laptop.store.accounts().find(({ id }) => id === best?.accountId);
    const events = household.sorted(name).events.map((row) => eventOf(row, calendars[name], reader?.email));
    const usable = trouble === null;
    return [
      { id: calendars[name], timeZone: zoneOf[name], source: source && usable, target: target && usable, busy, events },
    ];
  });
}

const listOf = (intervals: readonly Interval[], days: boolean): string =>
  intervals.map((one) => spell(days, one)).join(', ');

/**
 * Takes a household; lets its computers sync in turn after each round of what happens there, until they are at rest, and
 * then looks whether all that is promised is so: no computer has written to what was not its own; each target is busy
 * whenever a computer that uses it knows of something; each block stands for an event that is live and busy; none stands
 * twice; none says more than busy; and nothing is muted that nobody deleted. Throws {@link OracleError} where that is not so.
 */
export async function checkHousehold(
  spec: HouseholdSpec,
  expander: Expander = new Expander(),
  tally: Tally = newTally(),
): Promise<void> {
  const own = (name: CalendarName, primary: boolean) => ({
    id: calendars[name],
    summary: name,
    timeZone: zoneOf[name],
    accessRole: 'owner' as const,
    ...(primary ? { primary: true } : {}),
  });
  const world: World = {
    accounts: [
      { email: emails.work, name: 'Work', calendars: [own('work', true), own('team', false)] },
      { email: emails.home, name: 'Home', calendars: [own('home', true), own('family', false)] },
      { email: emails.partner, name: 'Partner', calendars: [own('partner', true)] },
    ],
  };
  const place = await openWorkplace({ world });
  try {
    const household = new Household(place, tally);
    const kept = spec.rounds.some((round) => round.some(isMishap));
    household.person('family').shareCalendar(calendars.family, emails.partner, spec.family);
    household.person('partner').shareCalendar(calendars.partner, emails.home, spec.partner);
    await household.addLaptop([emails.work, emails.home], kept);
    if (spec.second !== 'none') {
      await household.addLaptop(spec.second === 'same' ? [emails.work, emails.home] : [emails.home], kept);
    }
    await household.addLaptop([emails.partner], kept);
    for (const [round, happenings] of spec.rounds.entries()) {
      for (const one of happenings) {
        tally.edits += 1;
        if (isMishap(one)) await household.mishap(one);
        else household.happen(one);
        // As a person does one thing after the other, and no program in one moment.
        if (kept) await place.clock.advance(3_000);
      }
      await settle(household, round);
      checkAlways(place, household, round);
      household.endRound();
      await settle(household, round);
      check(place, household, round, expander);
    }
  } finally {
    await place.close();
  }
}

/** How often each computer may sync before nothing is left to do: to see, to look again, and to answer each other. */
const mostTurns = 6;

async function settle(household: Household, round: number): Promise<void> {
  const on = [...household.laptops.keys()].filter((index) => !household.isOff(index));
  for (let turn = 0; ; turn += 1) {
    const writes: string[] = [];
    for (const index of on) {
      const run = await household.sync(index);
      if (run === null) {
        writes.push(`${String(index)}: killed`);
        continue;
      }
      // While a calendar cannot be read, what it would have to confirm goes on waiting.
      const waits = Object.entries(run.skipped).filter(([reason]) => reason === 'waiting-for-confirmation');
      if (run.writes > 0 || (waits.length > 0 && run.errors.length === 0))
        writes.push(`${String(index)}: ${JSON.stringify(run)}`);
      if (run.held > 0)
        throw new OracleError(round, `held: ${JSON.stringify(household.laptops[index]?.store.holds())}`);
    }
    if (writes.length === 0) return;
    if (turn === mostTurns) throw new OracleError(round, `not at rest: ${writes.join('\n')}`);
  }
}

/** What is so at any time, whoever is off and whatever cannot be read. */
function checkAlways(place: Workplace, household: Household, round: number): void {
  const wrong: string[] = [];
  if (place.simulator.violations.length > 0) wrong.push(`violations: ${JSON.stringify(place.simulator.violations)}`);
  const seen = new Map<string, number>();
  for (const { target, row } of household.liveBlocks()) {
    const ref = row.extendedProperties?.private?.['calsync.ref'] ?? '';
    const place_ = `${target}|${ref}`;
    seen.set(place_, (seen.get(place_) ?? 0) + 1);
  }
  for (const [one, count] of seen) if (count > 1) wrong.push(`${String(count)} blocks of one event: ${one}`);
  for (const [index, laptop] of household.laptops.entries()) {
    for (const mute of laptop.store.mutes()) {
      const name = names.find((one) => calendars[one] === (mute.targetId as string)) ?? '';
      if (!household.deleted.has(`${name}|${mute.sourceRef}`)) {
        wrong.push(`laptop ${String(index)} mutes what nobody deleted: ${JSON.stringify(mute)}`);
      }
    }
  }
  if (wrong.length > 0) throw new OracleError(round, wrong.join('\n'));
}

/** What is so as soon as everything can be read and every computer has looked. */
function check(place: Workplace, household: Household, round: number, expander: Expander): void {
  checkAlways(place, household, round);
  const wrong: string[] = [];
  for (const { target, row } of household.liveBlocks()) {
    const text = `${row.summary ?? ''}|${(row as { location?: string }).location ?? ''}`;
    if (text !== '🔒 Busy|') wrong.push(`more than busy on ${target}: ${JSON.stringify(row)}`);
  }
  const from = place.clock.now() + 36 * hour;
  const window: Window = { from, to: from + 70 * dayMilliseconds };
  for (const target of names) {
    const { blocks } = household.sorted(target);
    const rows = blocks.map((row) => eventOf(row, calendars[target]));
    const shown = shownOn(rows, { id: calendars[target], timeZone: zoneOf[target] }, window, expander);
    // Whatever any event of any calendar takes: choices of computers that are others, or of earlier, are no matter here.
    const all = names
      .filter((name) => name !== target)
      .flatMap((name) => {
        const events = household.sorted(name).events.map((row) => eventOf(row, calendars[name]));
        return shownOn(events, { id: calendars[name], timeZone: zoneOf[name] }, window, expander).times;
      });
    const nobodys = without(shown.times, joined(all));
    // A computer that has lost its database, and what it used, cannot know what became of the events of other calendars.
    if (nobodys.length > 0 && !household.mayHaveForgotten)
      wrong.push(`${target} is blocked for nothing: ${listOf(nobodys, false)}`);
    const forgiven = joined(mutedTimes(household, target, window, expander));
    for (const [index, laptop] of household.laptops.entries()) {
      const mesh = meshOf(household, laptop);
      const wanted = expected({ calendars: mesh, blockPolicy: () => defaultBlockPolicy }, window, expander).get(
        calendars[target],
      );
      const missing = without(without(wanted?.times ?? [], shown.times), forgiven);
      if (missing.length > 0) {
        wrong.push(`${target} is free, but laptop ${String(index)} knows of: ${listOf(missing, false)}`);
      }
    }
  }
  if (wrong.length > 0) throw new OracleError(round, wrong.join('\n'));
}

/** The times of events whose block on a target a person has deleted. */
function mutedTimes(
  household: Household,
  target: CalendarName,
  window: Window,
  expander: Expander,
): readonly Interval[] {
  const isMuted = (name: CalendarName, row: Row): boolean => {
    return household.deleted.has(`${target}|${refOf(name, row.recurringEventId ?? row.id)}`);
  };
  // Every copy of a meeting, because its block stands for all of them.
  const meetings = new Set(
    names.flatMap((name) =>
      household
        .sorted(name)
        .events.filter((row) => isMuted(name, row))
        .map((row) => row.iCalUID),
    ),
  );
  return names.flatMap((name) =>
    household
      .sorted(name)
      .events.filter((row) => isMuted(name, row) || (row.iCalUID !== undefined && meetings.has(row.iCalUID)))
      .flatMap(
        (row) =>
          shownOn([eventOf(row, calendars[name])], { id: calendars[name], timeZone: zoneOf[name] }, window, expander)
            .times,
      ),
  );
}

function joined(list: readonly Interval[]): Interval[] {
  const out: [number, number][] = [];
  for (const [low, high] of list.toSorted((one, other) => one[0] - other[0])) {
    const last = out.at(-1);
    if (last !== undefined && low <= last[1]) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}
