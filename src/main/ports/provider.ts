import type { Access } from '../../shared/access.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Nature } from '../../shared/first-choice.ts';
import type { AccountId, CalendarId, EventId, SlotKey } from '../../shared/ids.ts';
import type { Result } from '../../shared/result.ts';
import type { Capabilities } from '../core/capabilities.ts';
import type { Coverage } from '../core/coverage.ts';
import type { BlockContent, EventRow, Tag } from '../core/model.ts';
import type { RemovalMark } from '../core/model.ts';

/** One entry of an account's list of calendars. */
export interface CalendarListing {
  readonly id: CalendarId;
  readonly name: string;
  readonly timeZone: string | null;
  /** `#rrggbb`, or null. */
  readonly colour: string | null;
  readonly access: Access;
  /** Whether the account may write events there, but does not see private ones: then its access is `reads`. */
  readonly privateHidden: boolean;
  readonly primary: boolean;
  readonly selected: boolean;
  readonly hidden: boolean;
  readonly nature: Nature;
  readonly capabilities: Capabilities;
}

/**
 * Why a call to the provider failed, by what it is about, and so by what to do (google-calendar.md §4.1 for Google's). All that can be waited
 * for has been waited for by then.
 */
export const failureKinds = {
  /** Leave the account alone for this run: whatever else is asked through it would meet the same. */
  account: [
    /** No usable sign-in; see `TokenFailure`. */
    'sign-in-needed',
    /** The account lacks a scope. */
    'permission-missing',
    'api-disabled',
    'client-refused',
    /** The service is switched off for this account, or does not see whose requests these are: none will be answered. */
    'not-served',
    'offline',
    /** Still limited after all the patience that the limiter has. */
    'rate-limited',
    /** The hours-long limit: leave the account alone until it is over. */
    'quota-exhausted',
    'cancelled',
  ],
  /** Ask again in the next run: what was asked for is right, the answer was not. Of a write the outcome is unknown. */
  again: [
    /** 5xx, HTML bodies, cut answers. */
    'trouble',
    'malformed',
    /**
     * The answer is larger than is read. The same request would bring the same again, so that it is not made again: of a
     * listing, fewer rows a page may do (ADR 0046).
     */
    'too-large',
    /** The sync token is worthless: read everything (410 `fullSyncRequired`, or 400 on a token). */
    'token-expired',
  ],
  /** Look at the calendar anew: it is not what its list has said. */
  calendar: [
    /** A calendar that is not there, or cannot be seen. */
    'calendar-missing',
    /** 403 `requiredAccessLevel` and the like, of a write. */
    'read-only',
  ],
  /** Look at the event, or leave it: it is not what we believed, or the provider will never take this. */
  event: [
    /** Unknown id; of a write, perhaps a calendar that cannot be seen. */
    'not-found',
    /** 410 `deleted`: it was gone already. */
    'already-gone',
    /** 409 `duplicate`: the id is taken, perhaps by a cancelled event. */
    'id-taken',
    /** 412: the event is not what we believed. */
    'changed-meanwhile',
    /** No name of the zone is known there, and a series cannot be written by its offset (google-calendar.md §8 no. 27). */
    'zone-refused',
    /** Any other 4xx. */
    'refused',
  ],
} as const;

export type FailureGroup = keyof typeof failureKinds;
export type FailureKind = (typeof failureKinds)[FailureGroup][number];

export interface ProviderFailure {
  readonly kind: FailureKind;
  readonly error: AppError;
  /** Of `refused`: because of what it says (400), and not because of who says it, or when. */
  readonly invalid?: true;
}

const groups = new Map<FailureKind, FailureGroup>(
  (Object.keys(failureKinds) as FailureGroup[]).flatMap((group) =>
    failureKinds[group].map((kind): [FailureKind, FailureGroup] => [kind, group]),
  ),
);

/** Takes a failure or its kind, and a group; returns whether it is of that group. */
export function isAbout(failure: Pick<ProviderFailure, 'kind'>, group: FailureGroup): boolean {
  return groups.get(failure.kind) === group;
}

/** Whether a call about an event failed because there is no such event any more. */
export function isGone({ kind }: Pick<ProviderFailure, 'kind'>): boolean {
  return kind === 'not-found' || kind === 'already-gone';
}

/** Rows of one page where nothing less is asked for. */
export const mostPageRows = 2500;

/** Where a read of a calendar begins or goes on. */
export interface ReadPosition {
  /** Where an earlier read ended, so that only what has changed since is asked for; null for all of the calendar. */
  readonly syncToken: string | null;
  /** The page to go on with; null for the first. */
  readonly pageToken: string | null;
  /**
   * How many rows a page may have at most; absent or null for {@link mostPageRows}. The same for all pages of a read and for the
   * changes since, because a sync token belongs to the query that it came from (google-calendar.md §1.1).
   */
  readonly pageRows?: number | null;
}

/** What names a row that made no sense. */
export interface UnreadableRow {
  readonly id: EventId;
  /** Of an exception: its series, where that can be read. */
  readonly seriesId: EventId | null;
}

export interface EventPage {
  /** The same for all pages of a read. A service may show everything where only changes were asked for. */
  readonly coverage: Coverage;
  readonly rows: readonly EventRow[];
  /** Rows that made no sense and were left out; they are counted, never guessed at. */
  readonly unreadable: number;
  /** Those of them that have a name: a row that cannot be read is not absent. */
  readonly unreadableRows: readonly UnreadableRow[];
  readonly next:
    | { readonly kind: 'more'; readonly pageToken: string }
    /** `syncToken` is null when the provider gives none: the next read is a full one. */
    | { readonly kind: 'done'; readonly syncToken: string | null }
    /** The listing broke off without saying that it was whole: what it did not show proves nothing. */
    | { readonly kind: 'unproven' };
  /** Other calendars, by what the service calls them, that rows of this page say they are of: see `pull.ts`. */
  readonly ofOthers: readonly string[];
  readonly timeZone: string | null;
  /** How the account saw the calendar when it read this page; null where the service did not say. */
  readonly view: Pick<CalendarListing, 'access' | 'privateHidden'> | null;
}

/** What each page of a search says. */
export interface SearchPage {
  /** How many rows the page had, whatever they were. */
  readonly size: number;
  readonly nextPageToken: string | null;
}

interface OfEvent {
  readonly calendarId: CalendarId;
  readonly eventId: EventId;
}

/** Asks about one event of one calendar, and changes nothing. */
export type ProviderLook = OfEvent &
  (
    | { readonly kind: 'get' }
    /**
     * Asks which id a slot of a series has, cancelled ones too: ids of slots can be composed (google-calendar.md §0.10), but nobody
     * promises that for ever. `eventId` is that of the series.
     */
    | { readonly kind: 'find-slot'; readonly slotKey: SlotKey }
  );

/** A part of a write, about one event of one calendar. `etag` makes it conditional (`If-Match`) unless null. */
export type WriteCall = OfEvent &
  (
    | { readonly kind: 'insert'; readonly content: BlockContent; readonly tag: Tag }
    /** Replaces the whole event and makes it live again if it was cancelled. */
    | { readonly kind: 'replace'; readonly content: BlockContent; readonly tag: Tag; readonly etag: string | null }
    /** Changes what we own of a block and leaves the rest. */
    | {
        readonly kind: 'patch';
        readonly content: BlockContent;
        readonly tag: Tag;
        readonly etag: string | null;
        readonly withColour: boolean;
      }
    /** Gives one slot of a series its own times and makes it live; never writes a recurrence. */
    | {
        readonly kind: 'patch-slot';
        readonly seriesId: EventId;
        readonly content: BlockContent;
        readonly etag: string | null;
      }
    /** `seriesId` names the block where it is a slot that goes; null where it is a whole block. */
    | { readonly kind: 'delete'; readonly seriesId: EventId | null; readonly etag: string | null }
    /**
     * Takes a block, or one slot of a series, away and leaves a mark with what is left of it, in one write. The answer is
     * what is left; where that is not cancelled, the service took the mark for a change and removed nothing.
     */
    | {
        readonly kind: 'remove';
        readonly seriesId: EventId | null;
        readonly etag: string | null;
        readonly mark: RemovalMark;
        readonly tag: Tag;
        readonly content: BlockContent;
      }
  );

export type ProviderCall = ProviderLook | WriteCall;

/**
 * A block with its slots, as one write: a service that keeps a series in one resource carries it out whole or not at all, and one
 * that keeps its slots apart makes several of it, the block first. See `block-writes.ts`, which makes and reads them.
 */
export interface BlockWrite {
  /** What becomes of the block itself; null where only slots of it change. */
  readonly whole: WriteCall | null;
  readonly slots: readonly WriteCall[];
}

/** The event after the call; null after a delete, and where a series has no such slot. */
export type ProviderReply = Result<EventRow | null, ProviderFailure>;

/** What has come of a write, part by part, in its order. */
export interface BlockReply {
  /** Null where nothing was to become of the block itself. */
  readonly whole: ProviderReply | null;
  /** A null stands for a slot that was not tried, because its block did not come to be as it should. */
  readonly slots: readonly (ProviderReply | null)[];
}

/** Counts each request that leaves the machine, by kind (`events.list`, `calendarList.list`, `batch`, `token` …). */
export type RequestObserver = (kind: string, parts: number) => void;

/**
 * A calendar service, for all accounts of it. It paces itself per account, backs off and retries what may be retried,
 * and never rejects: what is left after that is a `ProviderFailure`.
 */
export interface CalendarProvider {
  /**
   * Returns how many milliseconds the service's clock was ahead of this computer's when it last answered; null before it
   * has. To about a second, and never less exact than an answer took.
   */
  clockOffset(): number | null;
  /** Takes an account; returns how many calendars of it may be read at once; 1 or more. */
  readsAtOnce(accountId: AccountId): number;
  /** Takes an account; returns all its calendars, hidden ones included. */
  listCalendars(
    accountId: AccountId,
    signal?: AbortSignal,
  ): Promise<Result<readonly CalendarListing[], ProviderFailure>>;
  /**
   * Takes a position in a calendar's changes; returns one page. Recurring events come as series. Where a page of one row is
   * too large, its row comes as one that cannot be read, with its name.
   */
  readEvents(
    accountId: AccountId,
    accountEmail: string,
    calendarId: CalendarId,
    position: ReadPosition,
    signal?: AbortSignal,
  ): Promise<Result<EventPage, ProviderFailure>>;
  /** Takes what is asked about events of one account's calendars; returns a reply for each, in their order. */
  look(accountId: AccountId, looks: readonly ProviderLook[], signal?: AbortSignal): Promise<readonly ProviderReply[]>;
  /**
   * Takes writes to calendars of one account, no two of them about one block; returns what has come of each, in their order. They are
   * sent together, at most a `batchSize` to a request, in no order that can be relied on but that a block comes before its
   * slots; nobody is notified (`sendUpdates=none`).
   */
  write(accountId: AccountId, writes: readonly BlockWrite[], signal?: AbortSignal): Promise<readonly BlockReply[]>;
  /**
   * Returns one page of all rows that carry our tag, cancelled series slots left out, without time bounds and with no
   * use of what is stored (google-calendar.md §3.4, `privateExtendedProperty`). `pageRows` as of a `ReadPosition`.
   */
  findTagged(
    accountId: AccountId,
    calendarId: CalendarId,
    pageToken: string | null,
    signal?: AbortSignal,
    pageRows?: number | null,
  ): Promise<Result<SearchPage & { readonly rows: readonly EventRow[] }, ProviderFailure>>;
  /**
   * Returns one page of the ids of deleted events of a calendar, as far as the provider still knows them: proof, after
   * a lost database, that an event was deleted and did not just go unread. Only asked where the calendar `listsDeletions`.
   */
  findDeleted(
    accountId: AccountId,
    calendarId: CalendarId,
    pageToken: string | null,
    signal?: AbortSignal,
  ): Promise<Result<SearchPage & { readonly ids: readonly EventId[] }, ProviderFailure>>;
}
