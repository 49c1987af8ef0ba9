import type { When } from '../time.ts';
import type { EventContent } from './event-content.ts';

/** One version of one event; never changed once stored. */
export interface StoredEvent {
  readonly id: string;
  readonly content: EventContent;
  readonly start: When;
  readonly end: When;
  /** ms since the epoch; shown without milliseconds. */
  readonly created: number;
  /** µs since the epoch; the etag is derived from it (google-calendar.md §0.12). */
  readonly updatedMicros: number;
  /** Edits that do not touch `updated` (reminders) still give a new etag. */
  readonly etagMicros: number;
  /** For an exception: its series and its slot. */
  readonly recurringEventId: string | undefined;
  readonly originalStart: When | undefined;
  /** An exception whose slot its series no longer produces: shown as `{kind, etag, id, status}` only. */
  readonly degraded: boolean;
}

/** An event to be stored; the calendar gives it its place in time. */
export type EventDraft = Omit<StoredEvent, 'updatedMicros' | 'etagMicros'> & {
  /** It is only shown again with others: its `updated` stays as it was. */
  readonly shownAgain?: boolean;
};

/** A version in the log of changes. */
export interface Version {
  readonly change: number;
  readonly at: number;
  readonly event: StoredEvent;
  supersededBy: number | undefined;
}

/** How a commit marks what it stores. */
export interface CommitMark {
  readonly now: number;
  /** A reminders-only edit leaves `updated` alone. */
  readonly keepUpdated?: boolean;
  /** The change stays out of deltas (reminders-only edits, by switch). */
  readonly silent?: boolean;
}

/**
 * The events of one calendar with its change counter. Every change appends versions to a log that is ordered by the
 * counter, so that a delta is a binary search and a walk, whatever the size of the calendar, and a listing that
 * takes several pages keeps showing the state of its first page.
 */
export class CalendarStore {
  id: string;
  summary: string;
  description: string | undefined;
  timeZone: string;
  /** Account whose primary calendar this is. */
  primaryOf: string | undefined;
  /** Ids that it had before its account got other addresses. */
  readonly formerIds: string[] = [];
  /** Rises when the access list changes, because that invalidates sync tokens (google-calendar.md §1.2). */
  aclEpoch = 0;
  deleted = false;
  readonly #events = new Map<string, Version>();
  readonly #exceptions = new Map<string, Set<string>>();
  readonly #uids = new Map<string, Set<string>>();
  #log: Version[] = [];
  #change = 0;
  #lastMicros = 0;
  #stale = 0;

  constructor(options: {
    id: string;
    summary: string;
    description: string | undefined;
    timeZone: string;
    primaryOf: string | undefined;
  }) {
    this.id = options.id;
    this.summary = options.summary;
    this.description = options.description;
    this.timeZone = options.timeZone;
    this.primaryOf = options.primaryOf;
  }

  /** Whether an address is its id, or was. */
  isNamed(address: string | undefined): boolean {
    return address === this.id || (address !== undefined && this.formerIds.includes(address));
  }

  /** The present value of the change counter. */
  get change(): number {
    return this.#change;
  }

  /** `updated` of the youngest change, in µs since the epoch. */
  get updatedMicros(): number {
    return this.#lastMicros;
  }

  /** The counter as it stood at an instant: what a reader sees who lags behind. */
  changeAt(ms: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.at ?? Infinity) <= ms) low = middle + 1;
      else high = middle;
    }
    return this.#log[low - 1]?.change ?? 0;
  }

  /** The latest version of an event, deleted ones included. */
  get(id: string): StoredEvent | undefined {
    return this.#events.get(id)?.event;
  }

  /** Exceptions stored for a series, in no particular order. */
  exceptionsOf(masterId: string): StoredEvent[] {
    const ids = this.#exceptions.get(masterId);
    return ids === undefined ? [] : [...ids].map((id) => this.get(id)).filter((event) => event !== undefined);
  }

  /** Events with an iCalUID, deleted ones included. */
  byUid(uid: string): StoredEvent[] {
    return [...(this.#uids.get(uid) ?? [])].map((id) => this.get(id)).filter((event) => event !== undefined);
  }

  /** The latest version of every event. */
  *all(): Generator<StoredEvent> {
    for (const version of this.#events.values()) yield version.event;
  }

  /** Versions whose change lies after one counter and not after another, each event once, in order of change. */
  *versions(after: number, upTo: number): Generator<Version> {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.change ?? Infinity) <= after) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < this.#log.length; index += 1) {
      const version = this.#log[index];
      if (version === undefined || version.change > upTo) return;
      if (version.supersededBy === undefined || version.supersededBy > upTo) yield version;
    }
  }

  /**
   * Stores events as one change of one unit: all get the same `updated`. Returns them as stored.
   * A silent commit replaces the versions in place of their old change.
   */
  commit(drafts: readonly EventDraft[], mark: CommitMark): StoredEvent[] {
    // Digits below a millisecond, as the real one has them: they show in etags and not in `updated`.
    this.#lastMicros = Math.max(mark.now * 1000 + ((this.#change * 137) % 1000), this.#lastMicros + 1);
    return drafts.map(({ shownAgain, ...draft }) => {
      const previous = this.#events.get(draft.id);
      const keep = (mark.keepUpdated === true || shownAgain === true) && previous !== undefined;
      const event: StoredEvent = {
        ...draft,
        updatedMicros: keep ? previous.event.updatedMicros : this.#lastMicros,
        etagMicros: this.#lastMicros,
      };
      this.#store(event, mark, previous);
      return event;
    });
  }

  /** Gives an event the etag, `updated` and `created` of another one, because one edit has made both. */
  align(id: string, withId: string): void {
    const version = this.#events.get(id);
    const other = this.get(withId);
    if (version === undefined || other === undefined) return;
    const { created, updatedMicros, etagMicros } = other;
    this.#store({ ...version.event, created, updatedMicros, etagMicros }, { now: version.at, silent: true }, version);
  }

  /** Gives an event a new etag, and nothing else: the service does so for reasons of its own. */
  touch(id: string, now: number): void {
    const event = this.get(id);
    if (event !== undefined) this.commit([{ ...event, shownAgain: true }], { now });
  }

  #store(event: StoredEvent, mark: CommitMark, previous: Version | undefined): void {
    if (mark.silent === true && previous !== undefined) {
      const replaced: Version = { change: previous.change, at: previous.at, event, supersededBy: undefined };
      const index = this.#log.indexOf(previous);
      if (index >= 0) this.#log[index] = replaced;
      this.#events.set(event.id, replaced);
      return;
    }
    this.#change += 1;
    const version: Version = { change: this.#change, at: mark.now, event, supersededBy: undefined };
    if (previous !== undefined) {
      previous.supersededBy = this.#change;
      this.#stale += 1;
    }
    this.#log.push(version);
    this.#events.set(event.id, version);
    if (event.recurringEventId !== undefined) addTo(this.#exceptions, event.recurringEventId, event.id);
    if (event.content.iCalUID !== undefined && previous === undefined)
      addTo(this.#uids, event.content.iCalUID, event.id);
    this.#compact(mark.now);
  }

  /** Forgets an event and its exceptions altogether, as the service does with old tombstones whose id becomes free. */
  forget(id: string): void {
    for (const exception of this.#exceptions.get(id) ?? []) this.forget(exception);
    const version = this.#events.get(id);
    if (version === undefined) return;
    version.supersededBy = 0;
    this.#events.delete(id);
    this.#log = this.#log.filter((entry) => entry.event.id !== id);
    if (version.event.recurringEventId !== undefined) this.#exceptions.get(version.event.recurringEventId)?.delete(id);
    if (version.event.content.iCalUID !== undefined) this.#uids.get(version.event.content.iCalUID)?.delete(id);
  }

  /** Drops versions that no listing under way can still need, once they outnumber the live ones. */
  #compact(now: number): void {
    if (this.#stale < 10_000 || this.#stale < this.#events.size) return;
    const horizon = now - 3_600_000;
    this.#log = this.#log.filter((version) => version.supersededBy === undefined || version.at >= horizon);
    this.#stale = 0;
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
