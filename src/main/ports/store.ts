import type { Access } from '../../shared/access.ts';
import type { WrittenBefore } from '../core/undo.ts';
import type { ActivityView, PolicyChange, Trigger } from '../../shared/dto.ts';
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { Nature, Use } from '../../shared/first-choice.ts';
import type { AccountId, CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import type { Result } from '../../shared/result.ts';
import type { EventTime, Instant } from '../../shared/time.ts';
import type {
  AbsenceLook,
  AgreedRemovals,
  BlockMemory,
  BlockPolicy,
  BusyPolicy,
  EventGroup,
  EventRow,
  HeldBlock,
  Hold,
  HoldChoice,
  HoldDecision,
  Kept,
  Mute,
  NamedDate,
  OrphanedMute,
  StandingBlock,
  RemovalMarks,
  Tag,
  RemovalReason,
  WantedBlock,
  ZoneRefusal,
} from '../core/model.ts';
import type { CalendarListing, UnreadableRow } from './provider.ts';

export interface AccountRecord {
  readonly id: AccountId;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly addedAt: Instant;
  /** `resting` until `restingUntil`: the provider's hours-long limit. */
  readonly state: 'connected' | 'needs-sign-in' | 'resting';
  readonly restingUntil: Instant | null;
  readonly signInEndsAt: Instant | null;
  /** When the list of its calendars was last read, or null. */
  readonly listedAt: Instant | null;
  /** The name of the process that holds its sign-in, because no keychain took it; null where it is in the keychain. */
  readonly heldBy: string | null;
}

/** How one account sees a calendar. */
export interface CalendarAccess {
  readonly accountId: AccountId;
  readonly access: Access;
  /** See `CalendarListing`. */
  readonly privateHidden: boolean;
  readonly primary: boolean;
  readonly selected: boolean;
  readonly hidden: boolean;
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
  /** What the next read starts from: valid only for the account that got it (reference §1.2). Null: read everything. */
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

/**
 * The main calendar that an account has in the place of its former one. `suspected` before its events were compared,
 * `asked` while the person is to say whether it is the same under a new address, `denied` once they said that it is not.
 */
export interface Renaming {
  readonly calendarId: CalendarId;
  readonly formerId: CalendarId;
  readonly state: 'suspected' | 'asked' | 'denied';
  readonly since: Instant;
}

/** What a calendar that is new to the database is used for, and whether the person is to be asked about it. */
export interface FirstUse extends Use {
  readonly offered?: boolean;
}

/** A page of a read, to be stored in one transaction with the position behind it. */
export interface PageToStore {
  readonly calendarId: CalendarId;
  readonly accountId: AccountId;
  readonly run: number;
  /** Names one read from first page to last; a new number for each (see `Store.nextReadId`). */
  readonly readId: number;
  readonly kind: 'full' | 'delta';
  readonly rows: readonly EventRow[];
  /** Null while more pages follow. */
  readonly done: {
    readonly syncToken: string | null;
    readonly at: Instant;
  } | null;
  /** When the calendar is to be read as a whole again; null where nothing of it was unreadable; absent: as it is. */
  readonly reread?: CalendarRecord['reread'];
  readonly timeZone: string | null;
  /** How much of the calendar the read shows. */
  readonly access: Access;
  /** Rows that could not be understood, by name: they were shown all the same, so that nothing of them is gone. */
  readonly unreadable?: readonly UnreadableRow[];
  /** Whether rows of this read could not even be named: then what it did not show proves nothing. */
  readonly partial?: boolean;
}

/** What storing a page has changed. */
export interface PageEffect {
  /** Rows that differ from what was stored (or are new, or gone), counted. */
  readonly changedEvents: number;
  readonly changedBlocks: number;
}

/** What has come of an operation, for the stored picture of a target. */
export type BlockOutcome =
  | {
      readonly kind: 'block-written';
      readonly targetId: CalendarId;
      /** The provider's answer; its tag is the proof of ownership. */
      readonly row: EventRow;
      readonly tag: Tag;
      readonly echo: string | null;
      /** What this install remembers of it from now on; left as it was where nothing is said. */
      readonly memory?: BlockMemory | null;
      /** The group that wanted it: a slot that its source never changed has no row to find the group by. */
      readonly groupKey: string;
    }
  | {
      readonly kind: 'block-removed';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      /** Of what is left of it; absent or null where the calendar did not say. */
      readonly etag?: string | null;
      /** Version of the event that said so: null where that is not known, absent where no plan has removed it. */
      readonly version?: string | null;
      /** The meeting that its source took it away from, and when, where that counts for the breaker. */
      readonly lost?: { readonly sourceId: CalendarId; readonly groupKey: string; readonly at: Instant };
    }
  /** A look at the block itself has shown that it is not there, and nobody knows who removed it. */
  | { readonly kind: 'block-gone'; readonly targetId: CalendarId; readonly blockId: EventId }
  /** The id is taken by an event that is not ours: never touch it, use the next generation. */
  | {
      readonly kind: 'id-lost';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly tag: Tag;
    }
  | {
      readonly kind: 'slot-written';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly slotKey: SlotKey;
      readonly originalStart: EventTime;
      readonly row: EventRow;
      readonly echo: string | null;
      /** Version of the event that said so; absent where no plan has written it. */
      readonly version?: string;
    }
  | {
      readonly kind: 'slot-cancelled';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly slotKey: SlotKey;
      readonly originalStart: EventTime;
      readonly slotId: EventId;
      /** As with a slot that was written. */
      readonly version?: string;
    }
  /** A block, or a slot of it, was put back that was gone; its outcome as written comes before. */
  | {
      readonly kind: 'put-back';
      readonly targetId: CalendarId;
      readonly blockId: EventId;
      readonly slotKey: SlotKey | null;
    };

/** A block by where it stands. */
export interface BlockPlace {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
}

/** A block, or one slot of it: null for the whole. */
export interface RemovalPlace extends BlockPlace {
  readonly slot: SlotKey | null;
}

/** A removal that is about to be sent. */
export interface RemovalIntent extends RemovalPlace {
  readonly reason: RemovalReason;
}

/** What a look at something that is gone has shown. */
export interface FoundAbsence {
  readonly place: RemovalPlace;
  readonly look: AbsenceLook;
}

export interface RunRecord {
  readonly id: number;
  readonly trigger: Trigger;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly outcome: 'running' | 'ok' | 'partial' | 'failed' | 'offline' | 'interrupted';
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly held: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly errors: readonly AppError[];
}

/** What blocks show on one route. */
export interface RouteBlocks {
  readonly sourceId: CalendarId;
  readonly targetId: CalendarId;
  readonly block: BlockPolicy;
}

/** What the person has chosen for the whole of CalSync. */
export interface Settings {
  /** Whether the person has asked for a sync. Until then nothing runs by itself, because nobody has seen what it would write. */
  readonly started: boolean;
  readonly pausedUntil: 'forever' | Instant | null;
  /** Since when, as far as that is known; null when not paused. */
  readonly pausedSince: Instant | null;
  /** Whether a reset has paused it, after which no block is left. */
  readonly pausedByReset: boolean;
  readonly intervalMinutes: number;
  /** What blocks show where a route says nothing of its own. */
  readonly block: BlockPolicy;
  /** Routes whose blocks show something else. */
  readonly routes: readonly RouteBlocks[];
}

/** What a person has chosen, so that undoing the sync that carried it out can restore what was before. */
export interface Choice {
  /** Changes that lead back, and those that were made. */
  readonly before: readonly PolicyChange[];
  readonly after: readonly PolicyChange[];
  /** What it has put away and kept, and what it has ended of both. */
  readonly mutes: readonly Mute[];
  readonly kept: readonly Kept[];
  readonly lifted: readonly Mute[];
  readonly letGo: readonly Kept[];
}

export interface StoredMute extends Mute {
  readonly since: Instant;
  /** Start of the muted event, or null where it is not known any more. */
  readonly start: EventTime | null;
}

export interface StoredHold extends Hold {
  readonly since: Instant;
}

/** A live block as it is known by itself: what a removal needs of it. */
export interface KnownBlock {
  readonly blockId: EventId;
  /** The calendar of its event, or null where no stored row explains it. */
  readonly sourceId: CalendarId | null;
}

/** Something that the person has asked for and that may be cut off: it goes on where it stopped. */
export interface Undertaking {
  readonly kind: 'reset' | 'remove-account';
  /** The account that is removed; null for a reset. */
  readonly accountId: AccountId | null;
  readonly since: Instant;
  /** Calendars whose blocks of others are taken, too. */
  readonly othersOn: readonly CalendarId[];
  /** Whether the permission is given back to the provider as well. */
  readonly revoke: boolean;
  /** What came of it so far, for its receipt. */
  readonly removed: number;
  readonly alreadyGone: number;
}

/** A block that is to be removed as soon as its calendar can be reached; nothing else is known of it any more. */
export interface RemovalLeft {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly since: Instant;
}

/** An event, or one slot of a series, that a search has found. */
export interface FoundEvent {
  readonly kind: 'event';
  readonly calendarId: CalendarId;
  readonly eventId: EventId;
  readonly sourceRef: SourceRef;
  readonly groupKey: string;
  /** The slot of the series that was asked for, where it has no row of its own. */
  readonly slot: SlotKey | null;
  readonly title: string | null;
  readonly start: EventTime | null;
  readonly series: boolean;
  /** The series that it is a changed date of, or null. */
  readonly seriesId: EventId | null;
  /** Whether it is a copy of a block, made by hand: the person's own. */
  readonly copy: boolean;
  readonly cancelled: boolean;
}

/** A block of ours, or one slot of it, that a search has found. */
export interface FoundBlock {
  readonly kind: 'block';
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  /** The group of its event, or the one that a stray makes by itself. */
  readonly groupKey: string;
  readonly slot: SlotKey | null;
  readonly start: EventTime | null;
  readonly series: boolean;
  /** Whether no stored event explains it. */
  readonly stray: boolean;
}

export type Found = FoundEvent | FoundBlock;

/** What a search has found, and whether there is more of it than was asked for. */
export interface Findings {
  readonly found: readonly Found[];
  readonly more: boolean;
}

/**
 * All that CalSync remembers between runs. Everything in it but settings and mutes can be won back from the calendars.
 * Methods throw only when the disk fails. No secret is ever in it.
 */
export interface Store {
  // Accounts
  accounts(): readonly AccountRecord[];
  saveAccount(account: AccountRecord): void;
  /** Removes an account and the calendars that only it lists, with all their rows, and ends its removal that is under way. */
  removeAccount(id: AccountId): void;

  // Calendars
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
  /** Records, or clears with null, why a calendar cannot be read or written. */
  /** Notes whether out-of-office events are refused there; where that is new, all groups are planned again. */
  setOutOfOfficeRefused(id: CalendarId, refused: boolean): void;
  /** Groups with rows on this calendar and on another one. */
  sharedGroups(id: CalendarId): readonly string[];
  /** Notes that a calendar is stale, or fresh again, and marks the groups for which that makes a difference. */
  setStale(id: CalendarId, stale: boolean, groupKeys: readonly string[]): void;
  setTrouble(id: CalendarId, trouble: AppError | null): void;
  /** What services call calendars by, of those for which it is not their id. */
  addresses(): ReadonlyMap<CalendarId, CalendarId>;
  setAddress(id: CalendarId, address: CalendarId): void;
  /** Ids beside its own by which blocks of a calendar may be named: the addresses that it got. */
  otherIds(id: CalendarId): readonly CalendarId[];
  /** Ids of what lives on a calendar as it is stored, events and blocks; series once. */
  liveIds(id: CalendarId): readonly EventId[];
  /** New main calendars that may be former ones; noted by `saveListings`, out of use until they are answered. */
  renamings(): readonly Renaming[];
  /** Notes that the person is to be asked; that no account lists the former one any more is proven by that. */
  askRenaming(id: CalendarId): void;
  /** The new calendar is another one: it is offered. */
  dropRenaming(id: CalendarId): void;
  /** The person says that it is another one: the same, and it is remembered. */
  denyRenaming(id: CalendarId): void;
  /**
   * The person says that it is the former one: that goes on under the new address, with all that is stored of it, and the
   * new one is no calendar of its own any more.
   */
  takeRenaming(id: CalendarId): void;
  /** Records what has proven that a calendar is gone; nothing where an account lists it. */
  setGoneProof(id: CalendarId, proof: GoneProof): void;
  /** Forgets gone calendars that are not in use and whose events have no live block any more. */
  forgetGone(): void;
  /** Forgets the position in a calendar's changes, so that the next read is a full one. Rows stay. */
  forgetCursor(id: CalendarId): void;

  // Reading
  nextReadId(): number;
  /**
   * Stores one page in one transaction: rows sorted into events, blocks, slots of blocks and tombstones of each;
   * changed groups marked to be planned; and, with the last page, the sweep of what a full read did not show, the
   * removal of exceptions that a reshaped series lost (reference §2.3), the sync token, and when to read all of it again.
   */
  storePage(page: PageToStore): PageEffect;
  /**
   * Keeps how many rows a page of a calendar has from now on, and forgets the position in its changes: that belongs to the
   * query that it came from, its page size included (reference §1.1).
   */
  setPageRows(calendarId: CalendarId, pageRows: number): void;
  /** Blocks of a calendar that were written and that no read has shown since: only a look at each tells whether it is there. */
  unshownBlocks(calendarId: CalendarId): readonly EventId[];
  /**
   * Records ids whose deletion the provider has proven (`findDeleted`), and with a series its dates that stray blocks stand
   * for; their groups are planned anew.
   */
  storeDeleted(calendarId: CalendarId, ids: readonly EventId[]): void;
  /** Finds the stored series, live or deleted, that stray blocks are one date of; their groups are planned anew. */
  explainStrays(): void;
  /** Source refs of live blocks that no stored row explains and that were not looked for yet. */
  strayRefs(): readonly SourceRef[];
  /** Remembers that these were looked for, so that the search is made once. */
  markStraysSearched(refs: readonly SourceRef[]): void;

  // Planning
  /** Groups that have changed since they were last carried out, with their marks: each change gives a higher one. */
  dirtyGroups(): ReadonlyMap<string, number>;
  /** How many groups those are. */
  waiting(): number;
  markDirty(keys: Iterable<string>): void;
  markAllDirty(): void;
  /**
   * Takes groups with the marks that were planned; returns those that are done. One that was marked again meanwhile, by
   * whatever process, stays marked (DESIGN, "Fences").
   */
  clearDirty(marks: Iterable<readonly [key: string, mark: number]>): readonly string[];
  /** Remembers that a service knew no name for the zone of a series; a block of it that is written there ends that. */
  noteZoneRefused(refusal: ZoneRefusal): void;
  /** Forgets what was refused until then, or after `now`, which no right clock has said; the groups of it are planned anew. */
  forgetRefusals(until: Instant, now: Instant): void;
  /** Remembers dates of series that have no row, and returns how many were not known: blocks of them are then found with their series. */
  nameDates(dates: readonly NamedDate[]): number;
  /** Remembers blocks as wanted by this install; those that are gone meanwhile are left out. */
  rememberWanted(blocks: Iterable<WantedBlock>): void;
  /** Yields groups by key, or all there are (blocks whose source is unknown make a group `ref:<sourceRef>` each). */
  loadGroups(keys: readonly string[] | 'all'): Iterable<EventGroup>;
  /** Events (not blocks) that have a live block somewhere, counted by the calendar of the event. */
  liveBlocksBySource(): ReadonlyMap<CalendarId, number>;
  liveBlocksByTarget(): ReadonlyMap<CalendarId, number>;
  /** Returns the live blocks of the events of a calendar, with their times. */
  standingBlocks(sourceId: CalendarId): readonly StandingBlock[];
  /** Returns the live blocks of a target. */
  liveBlocksOn(targetId: CalendarId): readonly KnownBlock[];
  /** Takes source refs; returns the calendar of the stored event behind each that has one, deleted events included. */
  sourcesOf(refs: readonly SourceRef[]): ReadonlyMap<SourceRef, CalendarId>;

  // Removals
  /** What was begun and not finished, oldest first. */
  undertakings(): readonly Undertaking[];
  /** Notes one that begins, or what has come of it so far. */
  saveUndertaking(undertaking: Undertaking): void;
  dropUndertaking(undertaking: Pick<Undertaking, 'kind' | 'accountId'>): void;
  /** Forgets what events of these calendars are about and where; their next read is a full one. */
  forgetTexts(calendarIds: readonly CalendarId[]): void;
  /** Remembers blocks that are to be removed as soon as their calendar can be reached. */
  leaveRemovals(targetId: CalendarId, blockIds: readonly EventId[], at: Instant): void;
  /** Those that are left, without the ones whose event is known again: these are ordinary blocks from then on. */
  removalsLeft(): readonly RemovalLeft[];
  dropRemovals(targetId: CalendarId, blockIds: readonly EventId[]): void;

  // Searching
  /**
   * Takes what a person knows of an event or a block, how many to find at most, and now. That is an id of an event, a
   * block or a slot of either; a source ref or the first 8 characters of it or more, also as the line in a block's
   * description says it; or words of a title, in any case and order. What is named exactly hides what only says the
   * same words; of those, series come first, then what is nearest to now.
   */
  find(text: string, limit: number, now: Instant): Findings;

  // Recording
  /** Stores what has come of operations, in one transaction. */
  recordOutcomes(run: number, outcomes: readonly BlockOutcome[]): void;

  // Removals
  /**
   * Notes removals before they are sent: what is then found gone is explained by them, until it is written again or its
   * calendar was read a dozen times. Otherwise a run that is cut off would look like a person's deletion.
   */
  noteRemovals(run: number, intents: readonly RemovalIntent[]): void;
  /**
   * Notes blocks before they are made: what is then found standing is this computer's, whatever the answer was. For as long as
   * a removal.
   */
  noteMakings(run: number, blocks: readonly BlockPlace[]): void;
  /** Takes blocks that were certainly not made. */
  dropMakings(blocks: readonly BlockPlace[]): void;
  /** Takes removals that were certainly not carried out. */
  dropIntents(places: readonly RemovalPlace[]): void;
  /** Stores what looks have shown; forgotten when the block or slot is there again, or its absence is explained. */
  saveLooks(found: readonly FoundAbsence[]): void;
  /** Whether this mark was seen on a block that stood, so that it says nothing about how it went. */
  isStaleMark(place: RemovalPlace, nonce: string): boolean;
  /** Which calendars are known to keep marks of removals, or not to. */
  removalMarks(): ReadonlyMap<CalendarId, RemovalMarks>;
  setRemovalMarks(id: CalendarId, marks: RemovalMarks): void;
  /**
   * Takes a calendar and the run in which it did not take a removal with a mark, or did not show the mark again: from a second run on it
   * keeps none, because a single answer may be a fault of the moment.
   */
  doubtRemovalMarks(id: CalendarId, run: number): void;

  // Guards
  mutes(): readonly StoredMute[];
  addMutes(mutes: readonly Mute[], at: Instant): void;
  /**
   * Lifts a mute and marks its group; returns false when there is none. The block counts as removed by us from then on,
   * because otherwise the next plan would find it deleted by hand, and mute it again.
   */
  liftMute(mute: Mute): boolean;
  holds(): readonly StoredHold[];
  /** Replaces all holds; those that were there before keep their `since`. */
  saveHolds(holds: readonly Hold[], at: Instant): void;
  /** Mutes whose event is gone and that no run has looked at since. */
  orphanedMutes(): readonly OrphanedMute[];
  /** Remembers that a run has looked at these. */
  settleOrphans(orphans: readonly OrphanedMute[]): void;
  /** What was decided about holds, and about which blocks. */
  holdChoices(): ReadonlyMap<string, HoldDecision>;
  /** Keeps a decision about what is left of its blocks; one about none is forgotten. */
  keepDecision(key: string, blocks: readonly HeldBlock[]): void;
  /** Meetings that have lost blocks by what their source says, within a day: of now, or of when its hold began where it has one. */
  lostLately(now: Instant): ReadonlyMap<CalendarId, ReadonlySet<string>>;
  /**
   * Records what the person decided about exactly these blocks, beside those that they have decided in the same way before; the groups
   * of the hold are planned anew.
   */
  decideHold(hold: Pick<Hold, 'key' | 'groupKeys' | 'blocks'>, choice: HoldChoice): void;
  /** Removals that the person agreed to when keeping a choice. Each is used up when its group was carried out. */
  agreedRemovals(): AgreedRemovals;
  /** Replaces them all. */
  setAgreedRemovals(agreed: AgreedRemovals): void;
  dropAgreedRemovals(groupKeys: Iterable<string>): void;

  // Undo
  /** What a run has written, oldest first: of runs of the last week. */
  written(run: number): readonly WrittenBefore[];
  /** Runs of the last week that have written something and are not undone, newest first. */
  undoableRuns(): readonly number[];
  /** Takes source refs; returns the groups that blocks of them belong to. */
  groupsOfRefs(refs: Iterable<SourceRef>): readonly string[];
  /** Remembers a choice for the next run, which carries it out. */
  addChoice(choice: Choice, at: Instant): void;
  /** The choices that a run has carried out, oldest first; one that some runs did not finish belongs to all of them. */
  choicesOf(run: number): readonly Choice[];
  /** Choices that came after those. */
  choicesSince(run: number): readonly Choice[];
  /** Keeps and puts away what a choice says, ends what it ends, marks all of it, and remembers the choice as what undoes a run. */
  undo(run: number, choice: Choice, at: Instant): void;
  kept(): readonly Kept[];
  /** Forgets what is kept; with `mark`, its groups are planned anew. Returns how many of them there were. */
  letGo(kept: readonly Pick<Kept, 'sourceRef' | 'targetId'>[], mark: boolean): number;
  /** Forgets all that could be undone, and all that is kept. */
  forgetUndo(): void;

  /**
   * Takes rows of deleted events and their blocks away that nothing can need any more (ADR 0045), a few hundred at a time and at
   * most once a day: null where it is no day since.
   */
  forgetUnneeded(now: Instant): Pruned | null;

  // Runs
  startRun(trigger: Trigger, at: Instant): number;
  finishRun(run: RunRecord): void;
  /** The last runs, and those that are named, newest first. */
  lastRuns(limit: number, also?: readonly number[]): readonly RunRecord[];
  /** When a run last came to its end that could read something; null where none did. */
  lastSyncedAt(): Instant | null;
  addActivity(items: readonly ActivityView[], run: number): void;
  recentActivity(limit: number): readonly ActivityView[];

  // What is not as it should be
  standing(): readonly Standing[];
  /**
   * Takes what stands after a run; what stood before keeps its `since`, and what does not stand any more is forgotten. Unless
   * `isAll`, what the person knows stays: a run that could not read everything does not show that it has gone.
   */
  saveStanding(now: readonly StandingNow[], at: Instant, isAll: boolean): void;
  /** Notes that the person knows exactly this; returns false where it is another thing by now, or none. */
  acknowledge(of: Pick<Standing, 'code' | 'about' | 'what'>): boolean;

  // Settings
  settings(): Settings;
  saveSettings(settings: Settings): void;

  // One at a time
  /**
   * Takes or renews the lease for `holder`; fails with `busy-elsewhere` while another has it: one that lives keeps it
   * whatever the clock says, one that is dead has lost it, and one that cannot be told has it until it expires.
   */
  takeLease(holder: string, now: Instant, milliseconds: number): Result<void, AppError>;
  /** Renews the lease of `holder`; fails with `busy-elsewhere` where it is not the one who has it any more. */
  keepLease(holder: string, now: Instant, milliseconds: number): Result<void, AppError>;
  dropLease(holder: string): void;
  /** Who works with the calendars now; null where nobody does. */
  lease(): StoreFacts['lease'];

  /** Returns what a support report says of the database itself. */
  facts(): StoreFacts;
  /** Does what writes several times as one transaction: all of it or nothing. What it throws undoes it, and is thrown on. */
  asOne<Answer>(work: () => Answer): Answer;

  /**
   * Takes the server that accounts are to be used with; returns the other one that the accounts stored here belong to, or null when
   * there are none: then it belongs to this one from now on. Because the same id there names somebody else's calendar.
   */
  belongsElsewhere(server: string): string | null;
  close(): void;
}

/** Something that is not as it should be: a failure, or blocks that are gone and wait for a second look (`settling`). */
export interface StandingNow {
  readonly code: ErrorCode | 'settling';
  readonly about: string | null;
  /** How many meetings it is about; 0 where it is not about single ones. */
  readonly meetings: number;
  /** Tells what exactly it is about from what it is about later. */
  readonly what: string;
}

export interface Standing extends StandingNow {
  readonly since: Instant;
  /** Whether the person knows exactly this. */
  readonly known: boolean;
}

/** What was taken away because nothing can need it any more: rows of events, of blocks, and events of which nothing is known now. */
export interface Pruned {
  readonly events: number;
  readonly blocks: number;
  readonly forgotten: number;
}

/** The database itself: nothing of a person. */
export interface StoreFacts {
  /** Version of SQLite. */
  readonly sqlite: string;
  /** Number of the format (`user_version`). */
  readonly format: number;
  /** How many rows each table has, by the names of the tables. */
  readonly rows: ReadonlyMap<string, number>;
  /** Whether who holds the lease still runs, and until when they have it; null where nobody does. */
  readonly lease: { readonly holder: Liveness; readonly expiresAt: Instant } | null;
}

/** Whether the process that holds a lease still runs; `unknown` where this computer cannot tell. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** Something about opening the store that the person should hear, though it went on. */
export type StoreNotice = AppError;
