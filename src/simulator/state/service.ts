import { invalid, notFound, requiredAccessLevel } from '../failures.ts';
import type { ApiFailure } from '../failures.ts';
import { without } from '../objects.ts';
import type { Outcome } from '../outcome.ts';
import { refuse, success } from '../outcome.ts';
import { base32hex, SeededSource, sha256 } from '../random.ts';
import { isFinite, producesSlot } from '../recurrence.ts';
import type { SeriesShape } from '../recurrence.ts';
import { Zones, canonicalTime, slotFromKey, slotKey } from '../time.ts';
import type { When } from '../time.ts';
import { CalendarStore } from './calendar.ts';
import type { EventDraft, StoredEvent } from './calendar.ts';
import { endOfSlot } from './event-content.ts';
import { defaultSwitches } from './switches.ts';
import type { Switches } from './switches.ts';

/** What an account may do with a calendar, weakest first (google-calendar.md §5). */
export type AccessRole = 'freeBusyReader' | 'reader' | 'writerWithoutPrivateAccess' | 'writer' | 'owner';

/** An account's own view of a calendar: its entry in the calendar list. */
export interface ListEntry {
  readonly calendarId: string;
  accessRole: AccessRole;
  primary: boolean;
  selected: boolean;
  hidden: boolean;
  deleted: boolean;
  summaryOverride: string | undefined;
  colorId: string;
  /** Value of the account's list counter at the last change that the list reports. */
  change: number;
  /** ms of the last change, for the etag. */
  etagMicros: number;
}

/** A signed-in identity of the simulated world. */
export interface Account {
  email: string;
  readonly name: string;
  readonly sub: string;
  readonly entries: Map<string, ListEntry>;
  listChange: number;
}

/** Who writes: a person in the web UI, or a client with a token of an account. */
export interface Writer {
  readonly email: string;
  readonly via: 'person' | 'client';
  /** A client that may write only its own blocks. */
  readonly blocksOnly: boolean;
  readonly clientId: string | undefined;
}

/** A write that broke a promise of the client's own rules. */
export interface Violation {
  readonly at: number;
  /** `ownership`: refused with 403. `leak`: let through and noted. */
  readonly kind: 'ownership' | 'leak';
  readonly operation: string;
  readonly account: string;
  readonly calendarId: string;
  readonly eventId: string | undefined;
  readonly message: string;
}

/** An event as an id of a request names it: a stored one, or a slot of a series that has no exception. */
export type Located =
  | { readonly kind: 'stored'; readonly event: StoredEvent }
  | { readonly kind: 'slot'; readonly master: StoredEvent; readonly slot: When; readonly event: StoredEvent };

const COMPOSED_ID = /^(.+)_(\d{8}(?:T\d{6}Z)?)$/;

const RANK: Record<AccessRole, number> = {
  freeBusyReader: 0,
  reader: 1,
  writerWithoutPrivateAccess: 2,
  writer: 3,
  owner: 4,
};

/** Whether one role is at least as strong as another. */
export function roleAtLeast(role: AccessRole, least: AccessRole): boolean {
  return RANK[role] >= RANK[least];
}

/** What the state machine takes from outside: the clock, chance, and where a violation is cried out. */
export interface ServiceOptions {
  readonly now: () => number;
  readonly seed: string;
  readonly switches: Partial<Switches>;
  readonly cry: (message: string) => void;
}

/** The simulated Calendar service: accounts, calendars and the rules that hold between them. No HTTP. */
export class CalendarService {
  readonly accounts = new Map<string, Account>();
  readonly calendars = new Map<string, CalendarStore>();
  readonly zones = new Zones();
  readonly random: SeededSource;
  readonly violations: Violation[] = [];
  switches: Switches;
  readonly #now: () => number;
  readonly #cry: (message: string) => void;
  /** Opaque slot ids that were given out, and what they mean. */
  readonly #slotIds = new Map<string, { readonly masterId: string; readonly key: string }>();
  #offsetMs = 0;
  #frozenAt: number | undefined;

  constructor(options: ServiceOptions) {
    this.#now = options.now;
    this.#cry = options.cry;
    this.random = new SeededSource(options.seed);
    this.switches = { ...defaultSwitches(), ...options.switches };
  }

  /** The simulator's time in ms since the epoch: the injected clock, moved or stopped by control. */
  now(): number {
    return this.#frozenAt ?? this.#now() + this.#offsetMs;
  }

  /** Moves the clock forward (or back) by ms. */
  advanceClock(ms: number): void {
    if (this.#frozenAt === undefined) this.#offsetMs += ms;
    else this.#frozenAt += ms;
  }

  /** Sets the clock; a stopped clock stays stopped there. */
  setClock(ms: number): void {
    if (this.#frozenAt === undefined) this.#offsetMs = ms - this.#now();
    else this.#frozenAt = ms;
  }

  /** Stops the clock, or lets it run on from where it stands. */
  freezeClock(frozen: boolean): void {
    const present = this.now();
    this.#frozenAt = frozen ? present : undefined;
    if (!frozen) this.#offsetMs = present - this.#now();
  }

  /** Notes a violation, and cries it out. */
  violate(violation: Omit<Violation, 'at'>): void {
    this.violations.push({ at: this.now(), ...violation });
    this.#cry(
      `VIOLATION (${violation.kind}): ${violation.message} [${violation.operation} by ${violation.account} ` +
        `on ${violation.calendarId}, event ${violation.eventId ?? 'without id'}]`,
    );
  }

  /** Adds an account; its `sub` is made from its e-mail address and stays the same in every run. */
  addAccount(email: string, name: string): Account {
    const sub = `1${new SeededSource(`sub|${email}`).digits(20)}`;
    const account: Account = { email, name, sub, entries: new Map(), listChange: 0 };
    this.accounts.set(email, account);
    return account;
  }

  /** Adds a calendar without telling any account of it. */
  addCalendar(options: {
    id: string;
    summary: string;
    description?: string | undefined;
    timeZone: string;
    primaryOf: string | undefined;
  }): CalendarStore {
    const calendar = new CalendarStore({ description: undefined, ...options });
    this.calendars.set(calendar.id, calendar);
    return calendar;
  }

  /** Puts a calendar into an account's list, or changes its role there. */
  subscribe(account: Account, calendarId: string, entry: Partial<ListEntry> & { accessRole: AccessRole }): ListEntry {
    account.listChange += 1;
    const previous = account.entries.get(calendarId);
    const next: ListEntry = {
      calendarId,
      primary: false,
      selected: true,
      hidden: false,
      deleted: false,
      summaryOverride: undefined,
      colorId: String((account.entries.size % 24) + 1),
      ...previous,
      ...entry,
      change: account.listChange,
      etagMicros: this.now() * 1000 + account.listChange,
    };
    account.entries.set(calendarId, next);
    return next;
  }

  /** Deletes a calendar for everybody: it leaves every list, and every call on it answers 404. */
  removeCalendar(calendarId: string): void {
    const calendar = this.calendars.get(calendarId);
    if (calendar === undefined) return;
    calendar.deleted = true;
    for (const account of this.accounts.values()) {
      const entry = account.entries.get(calendarId);
      if (entry !== undefined) this.subscribe(account, calendarId, { ...entry, deleted: true });
    }
  }

  /**
   * Gives an account another address, as when its company is renamed: it stays the same account (`sub`), and its primary
   * calendar keeps its events under the new address as its id. Sync tokens of the former id are worthless. In events, the
   * former address still stands for it.
   */
  renameAccount(email: string, address: string): void {
    const account = this.accounts.get(email);
    const calendar = this.calendars.get(primaryId(account) ?? '');
    if (account === undefined || calendar === undefined) return;
    this.accounts.delete(email);
    account.email = address;
    this.accounts.set(address, account);
    const former = calendar.id;
    this.calendars.delete(former);
    calendar.formerIds.push(former);
    if (calendar.summary === former) calendar.summary = address;
    calendar.id = address;
    calendar.primaryOf = address;
    this.calendars.set(address, calendar);
    for (const one of this.accounts.values()) {
      const entry = one.entries.get(former);
      if (entry === undefined) continue;
      one.entries.delete(former);
      this.subscribe(one, address, { ...entry, calendarId: address });
    }
  }

  /** The calendar that an account means, with its role there; `primary` is the alias of the primary calendar. */
  resolve(email: string, calendarId: string): Outcome<{ calendar: CalendarStore; role: AccessRole; account: Account }> {
    const account = this.accounts.get(email);
    const id = calendarId === 'primary' ? primaryId(account) : calendarId;
    const calendar = id === undefined ? undefined : this.calendars.get(id);
    const entry = id === undefined ? undefined : account?.entries.get(id);
    if (account === undefined || calendar === undefined || calendar.deleted || entry === undefined || entry.deleted) {
      return refuse(notFound());
    }
    return success({ calendar, role: entry.accessRole, account });
  }

  /** As {@link resolve}, refusing roles that may not write. */
  resolveForWriting(email: string, calendarId: string): ReturnType<CalendarService['resolve']> {
    const found = this.resolve(email, calendarId);
    if (found.ok && !roleAtLeast(found.value.role, 'writerWithoutPrivateAccess')) return refuse(requiredAccessLevel());
    return found;
  }

  /** What expansion needs to know of a series. */
  shape(calendar: CalendarStore, master: Pick<StoredEvent, 'start' | 'content'>): SeriesShape {
    const zone = master.start.kind === 'timed' ? master.start.timeZone : undefined;
    return { start: master.start, zone: zone ?? calendar.timeZone, recurrence: master.content.recurrence ?? [] };
  }

  /** Whether a deleted event is so old that the service no longer knows it. A series never forgets its cancelled slots. */
  hasVanished(event: StoredEvent): boolean {
    if (event.recurringEventId !== undefined && !event.degraded) return false;
    const age = this.now() - Math.floor(event.updatedMicros / 1000);
    return event.content.status === 'cancelled' && age > this.switches.tombstoneLifetimeMs;
  }

  /** The event that an id names, composed instance ids included (google-calendar.md §0.10). */
  locate(calendar: CalendarStore, eventId: string): Located | undefined {
    const stored = calendar.get(eventId);
    if (stored !== undefined && !stored.degraded)
      return this.hasVanished(stored) ? undefined : { kind: 'stored', event: stored };
    const named = this.#namedSlot(eventId);
    const master = named === undefined ? undefined : calendar.get(named.masterId);
    if (named === undefined || master === undefined || (master.content.recurrence ?? []).length === 0) {
      return stored === undefined ? undefined : { kind: 'stored', event: stored };
    }
    const shape = this.shape(calendar, master);
    const slot = slotFromKey(named.key, shape.zone);
    if (slot === undefined || this.hasVanished(master) || !producesSlot(shape, slot)) {
      return stored === undefined ? undefined : { kind: 'stored', event: stored };
    }
    const exception = calendar
      .exceptionsOf(master.id)
      .find((one) => !one.degraded && one.originalStart !== undefined && slotKey(one.originalStart) === named.key);
    // Because an exception keeps the id that it was made with, whatever ids look like by now.
    if (exception !== undefined) return { kind: 'stored', event: exception };
    return { kind: 'slot', master, slot, event: this.instanceOf(master, slot) };
  }

  #namedSlot(eventId: string): { readonly masterId: string; readonly key: string } | undefined {
    const given = this.#slotIds.get(eventId);
    if (given !== undefined || this.switches.instanceIds === 'opaque') return given;
    const [, masterId, key] = COMPOSED_ID.exec(eventId) ?? [];
    return masterId === undefined || key === undefined ? undefined : { masterId, key };
  }

  /** The id of a slot that nobody has changed yet, as the switches have it. */
  slotId(masterId: string, slot: When): string {
    const key = slotKey(slot);
    if (this.switches.instanceIds === 'composed') return `${masterId}_${key}`;
    const id = base32hex(sha256(`slot|${masterId}|${key}`)).slice(0, 26);
    this.#slotIds.set(id, { masterId, key });
    return id;
  }

  /** A slot of a series as the event that it is while nobody has changed it. */
  instanceOf(master: StoredEvent, slot: When): StoredEvent {
    const content = without(master.content, 'recurrence');
    const end = endOfSlot(slot, master.start, master.end);
    return {
      ...master,
      id: this.slotId(master.id, slot),
      content: { ...content, start: canonicalTime(slot), end: canonicalTime(end) },
      start: slot,
      end,
      recurringEventId: master.id,
      originalStart: slot,
      degraded: false,
    };
  }

  /** What an id is answered that names no event. */
  unknownEvent(eventId: string): ApiFailure {
    const asked = this.switches.instanceIds === 'opaque' && this.switches.unknownInstanceId === 'invalid';
    return asked && COMPOSED_ID.test(eventId) ? invalid('Invalid resource id value.') : notFound();
  }

  /** How far open-ended rules are expanded: 730 slots after now or after the start of the series (google-calendar.md §2.3). */
  openEndedLimit(recurrence: readonly string[]): number | undefined {
    return isFinite(recurrence) ? undefined : 730;
  }
}

/** The id of an account's primary calendar. */
export function primaryId(account: Account | undefined): string | undefined {
  return [...(account?.entries.values() ?? [])].find((entry) => entry.primary)?.calendarId;
}

/** A stored version as a draft for the next one. */
export function draftOf(event: StoredEvent): EventDraft {
  return without(event, 'updatedMicros', 'etagMicros');
}

/** Whether an event is a series. */
export function isSeries(event: StoredEvent): boolean {
  return event.recurringEventId === undefined && (event.content.recurrence ?? []).length > 0;
}

/** Whether an event is deleted. */
export function isCancelled(event: StoredEvent): boolean {
  return event.content.status === 'cancelled';
}

/** The etag of an event: a quoted decimal, twice the microseconds of its last change (google-calendar.md §0.12). */
export function eventEtag(event: StoredEvent): string {
  return `"${2 * event.etagMicros}"`;
}
