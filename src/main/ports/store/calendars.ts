import type { BusyPolicy } from '../../../shared/dto.ts';
import type { Access } from '../../../shared/access.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Nature, Use } from '../../../shared/first-choice.ts';
import type { AccountId, CalendarId, EventId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Capabilities } from '../../core/capabilities.ts';
import type { RemovalMarks } from '../../core/model.ts';
import type { CalendarListing } from '../provider.ts';

/** How one account sees a calendar. */
export interface CalendarAccess {
  readonly accountId: AccountId;
  readonly access: Access;
  /** See `CalendarListing`. */
  readonly privateHidden: boolean;
  readonly primary: boolean;
  readonly selected: boolean;
  readonly hidden: boolean;
  readonly capabilities: Capabilities;
}

/**
 * What proves that a calendar is gone, beside two lists of its account's calendars, an hour or more apart, that do not have
 * it: the calendar itself was asked for and is not there, or it answers and is just on nobody's list any more.
 */
export type GoneProof = 'not-found' | 'unlisted';

export interface CalendarRecord {
  /** What its events and blocks are named by. It stays when the service calls the calendar by another address. */
  readonly id: CalendarId;
  /** What its service calls it by now. */
  readonly address: CalendarId;
  readonly name: string;
  readonly timeZone: string | null;
  readonly colour: string | null;
  readonly source: boolean;
  readonly target: boolean;
  /** When it was first used as a source or a target; null before that. */
  readonly inUseSince: Instant | null;
  /** Best access first. Empty when no account lists it any more: its data is kept, because absence is not deletion. */
  readonly accesses: readonly CalendarAccess[];
  /** The account that listed it last. */
  readonly listedBy: AccountId;
  /** Since when no account lists it any more, and what has proven that it is gone; null while one lists it. */
  readonly gone: { readonly since: Instant; readonly proof: GoneProof | null } | null;
  /** What the next read starts from: valid only for the account that got it (google-calendar.md §1.2). Null: read everything. */
  readonly cursor: { readonly accountId: AccountId; readonly syncToken: string } | null;
  /** The access by which the stored rows were read; null before the first read, and once the person has taken less. */
  readonly seenWith: Access | null;
  readonly lastReadAt: Instant | null;
  readonly lastFullReadAt: Instant | null;
  /** When it is read as a whole again because a row could not be read, and how often that was tried; null where all was read. */
  readonly reread: { readonly at: Instant; readonly tries: number } | null;
  /** How many rows a page of it has at most, because larger pages were too large (ADR 0046); null where all went well. */
  readonly pageRows: number | null;
  /** Whether it was not read within two intervals, or is out of use, as `setStale` was told last. */
  readonly stale: boolean;
  readonly trouble: AppError | null;
  readonly busy: BusyPolicy;
  /** Whether the provider has refused an out-of-office event there. */
  readonly outOfOfficeRefused: boolean;
  /** Whether marks of removals can be read there later; absent while that is not known. */
  readonly removalMarks?: RemovalMarks;
  readonly nature: Nature;
  /** Whether it came after the start and the person has not decided about it: it is not in use before. */
  readonly offered: boolean;
}

/** What a calendar that is new to the database is used for, and whether the person is to be asked about it. */
export interface FirstUse extends Use {
  readonly offered?: boolean;
}

/** What accounts list, what each calendar is used for, and what is known of its state. */
export interface CalendarStore {
  calendars(): readonly CalendarRecord[];
  /**
   * Takes all calendars that an account lists now. New calendars start with the given use (or are offered), and so do
   * those that were never used when another account comes to see them; all others keep theirs.
   * Access of this account to calendars not listed is dropped, and their data kept; one that no account lists any more is
   * gone from then on, and one that is listed again is not. `since` is when new ones come into
   * use, where that is not `at`: by the service's clock, while this computer's is wrong.
   */
  saveListings(
    accountId: AccountId,
    listings: readonly CalendarListing[],
    use: (listing: CalendarListing) => FirstUse,
    at: Instant,
    since?: Instant,
  ): void;
  /**
   * Sets the use of a calendar and marks everything to be planned anew. It is not offered any more, whatever the use. Where
   * no account sees as much of it any more as the stored rows show, putting it in use takes what can be seen now.
   */
  setUse(id: CalendarId, use: { readonly source: boolean; readonly target: boolean }, at: Instant): void;
  /** Sets since when a calendar that is or was in use has been so, and marks everything to be planned anew. */
  correctSince(id: CalendarId, since: Instant): void;
  /** Sets what counts as busy on a calendar and marks everything to be planned anew. */
  setBusy(id: CalendarId, busy: BusyPolicy): void;
  /** Notes whether out-of-office events are refused there; where that is new, all groups are planned again. */
  setOutOfOfficeRefused(id: CalendarId, refused: boolean): void;
  /** Groups with rows on this calendar and on another one. */
  sharedGroups(id: CalendarId): readonly string[];
  /** Notes that a calendar is stale, or fresh again, and marks the groups for which that makes a difference. */
  setStale(id: CalendarId, stale: boolean, groupKeys: readonly string[]): void;
  /** Records, or clears with null, why a calendar cannot be read or written. */
  setTrouble(id: CalendarId, trouble: AppError | null): void;
  /** Ids of what lives on a calendar as it is stored, events and blocks; series once. */
  liveIds(id: CalendarId): readonly EventId[];
  /** Records what has proven that a calendar is gone; nothing where an account lists it. */
  setGoneProof(id: CalendarId, proof: GoneProof): void;
  /** Forgets gone calendars that are not in use and whose events have no live block any more. */
  forgetGone(): void;
  /** Forgets the position in a calendar's changes, so that the next read is a full one. Rows stay. */
  forgetCursor(id: CalendarId): void;
}
