// Long because the words of the core belong together: each type here is used by several of its files, and they name each other.
import type { Access } from '../../shared/access.ts';
import type { BlockPolicy, BusyPolicy, HoldChoice, HoldKind, Reason } from '../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import type { EventTime, Instant } from '../../shared/time.ts';
import type { Capabilities } from './capabilities.ts';

/**
 * Why CalSync took a block away, as its mark says it. No more than another computer of the person needs: a mark can be read
 * by whoever may change the calendar, and what became of an event is nobody else's business.
 * - `event`: the event does not want it any more, or a new block stands for it.
 * - `held`: the same meeting has a block from another calendar.
 * - `ignore`, `account`, `reset`: a choice made on one computer, which says nothing about the event.
 */
export type RemovalReason = 'event' | 'held' | 'ignore' | 'account' | 'reset';

/** What a removal leaves behind, so that other computers know that it was CalSync and no person. */
export interface RemovalMark {
  /** `asked`: no removal; left on a block that was gone already, to learn whether the calendar keeps marks. */
  readonly reason: RemovalReason | 'asked';
  /** Tells two removals of one block apart, because a block that comes back may still carry the mark of an earlier one. */
  readonly nonce: string;
}

/** What the private extended properties of a block say: which source it stands for, and which try it is. */
export interface Tag {
  readonly sourceRef: SourceRef;
  /** 0 for the first block of a source on a target; one more each time an id had to be given up. */
  readonly generation: number;
  /** Fingerprint of the content that was last written. */
  readonly contentHash: string;
}

/** How the owner of a calendar answered an invitation; `none` without guests, `unknown` where their row is missing. */
export type OwnResponse = 'none' | 'accepted' | 'tentative' | 'needsAction' | 'declined' | 'unknown';

export type EventKind = 'default' | 'outOfOffice' | 'focusTime' | 'workingLocation' | 'birthday' | 'fromMail' | 'other';

/**
 * One row of a calendar as the provider gave it, every absent field defaulted: a single event, the master of a series,
 * an exception of a series, or a tombstone. Times are as the provider said them; nothing is normalised yet.
 */
export interface EventRow {
  readonly id: EventId;
  readonly status: 'confirmed' | 'tentative' | 'cancelled';
  readonly etag: string | null;
  readonly iCalUid: string | null;
  readonly kind: EventKind;
  /** Null on tombstones, and on rows so damaged that they say no time. */
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  /** RRULE, EXRULE, RDATE and EXDATE lines (RFC 5545 §3.8.5) of a master; empty otherwise. */
  readonly recurrence: readonly string[];
  readonly recurringEventId: EventId | null;
  readonly originalStart: EventTime | null;
  readonly transparent: boolean;
  readonly visibility: 'default' | 'public' | 'private' | 'confidential';
  readonly ownResponse: OwnResponse;
  /** Whether the owner of the calendar is invited as an optional guest; false where their row cannot be seen. */
  readonly optionalGuest: boolean;
  readonly summary: string | null;
  /** Where it takes place, as the person wrote it. */
  readonly place: string | null;
  /** Only read on rows that carry a tag; null elsewhere, because nothing else needs a person's text. */
  readonly description: string | null;
  readonly colorId: string | null;
  /** Whether the row rings: default reminders, or any of its own. */
  readonly rings: boolean;
  /** The parsed tag; null when the row has none or a broken one. */
  readonly tag: Tag | null;
  /** Whether any of our properties is there, sound or not: such a row is never a source. */
  readonly tagged: boolean;
  /** Whether its description is the whole sentence of a block, and nothing else (`isBlockSentence`). */
  readonly saysBlock: boolean;
  /** Whether anybody is invited, as far as can be seen. */
  readonly guests: boolean;
  /** What a removal by CalSync has left on it; absent where none did, or nobody looked. */
  readonly mark?: RemovalMark | null;
  /** When it changed last, as the provider says; only told where a row was asked for by its id. */
  readonly updatedAt?: Instant | null;
}

/** An event row together with what planning needs and no provider says. */
export interface SourceEvent {
  readonly calendarId: CalendarId;
  readonly row: EventRow;
  /** `sourceRef(calendarId, row.id)`, kept beside the row because hashing 100,000 rows a run would be felt. */
  readonly sourceRef: SourceRef;
}

/** What a block shows and when: all that we own of an event that we made. */
export interface BlockContent {
  readonly summary: string;
  readonly description: string;
  readonly start: EventTime;
  readonly end: EventTime;
  readonly recurrence: readonly string[];
  readonly visibility: 'private' | 'default';
  /** "1" to "11", or null for the calendar's own colour. */
  readonly colorId: string | null;
  /** Where the event takes place, or null where that is not told. */
  readonly place: string | null;
  /** Whether the block is an out-of-office event. That is fixed when it is made (google-calendar.md §3.1). */
  readonly outOfOffice: boolean;
}

/** When a block is, and of which kind: two that are equal in this block the same time. */
export type BlockTimes = Pick<BlockContent, 'start' | 'end' | 'recurrence' | 'outOfOffice'>;

/** What a calendar shows of one of our blocks or of one of its slots. */
export interface ObservedContent {
  readonly summary: string | null;
  readonly description: string | null;
  readonly place: string | null;
  readonly start: EventTime | null;
  readonly end: EventTime | null;
  readonly recurrence: readonly string[];
  readonly visibility: EventRow['visibility'];
  readonly transparent: boolean;
  readonly colorId: string | null;
  readonly rings: boolean;
}

/**
 * Why a block or slot is not there any more. `us`: we removed it, or found it so when we first met its block.
 * `unknown`: somebody else did; `sinceRun` is the run whose read first showed it.
 */
export type Absence = { readonly by: 'us' } | UnknownAbsence;

export interface UnknownAbsence {
  readonly by: 'unknown';
  readonly sinceRun: number;
  /** What a look at it by its id has shown; absent before that. */
  readonly look?: AbsenceLook | null;
  /** How often it was put back since its event last changed. */
  readonly putBacks?: number;
}

/** What is left of a block, or of a slot, that is not there any more. */
export interface AbsenceLook {
  /** Why CalSync, here or on another computer, says that it removed it; null where nothing says so. */
  readonly mark: RemovalReason | null;
  /** Whether another block stands at its times, whose event is not known here. */
  readonly standIn: boolean;
  /** When dates of that one are that were changed; none where it is left out. */
  readonly standInDates?: readonly (readonly [EventTime, EventTime])[];
  /** Whether so much is left of it that a mark would show. */
  readonly readable: boolean;
  /** When it went, or null where that is not told. */
  readonly goneAt: Instant | null;
}

/** Something that is wanted and is not there, and that nobody has looked at yet. */
export interface Unexplained {
  readonly groupKey: string;
  readonly block: ObservedBlock;
  /** Null for the whole block. */
  readonly slot: ObservedSlot | null;
}

/** A changed slot of a block that is a series, as the target calendar shows it. */
export interface ObservedSlot {
  readonly key: SlotKey;
  readonly originalStart: EventTime;
  readonly eventId: EventId;
  /** Null when the slot is there. */
  readonly absence: Absence | null;
  /** Null when the slot is cancelled. */
  readonly content: ObservedContent | null;
  readonly echo: string | null;
  /** Whether the slot is somebody's own now, because its tag was taken away: it is never written to. Absent for not. */
  readonly lost?: boolean;
}

/** One of our blocks, as the target calendar shows it. Ownership has been proven before it gets here. */
export interface ObservedBlock {
  readonly targetId: CalendarId;
  readonly id: EventId;
  readonly tag: Tag;
  readonly etag: string | null;
  /** Null when the block is there. */
  readonly absence: Absence | null;
  readonly content: ObservedContent;
  /**
   * Fingerprint of what the provider answered to our last write, or null. A calendar that rounds or rewrites a field
   * is then compared with its own answer, because otherwise each run would write the same thing again.
   */
  readonly echo: string | null;
  /**
   * Whether the id is taken by an event that is not ours any more: its tag was removed, or somebody else's event has
   * the id. It counts as absent whatever `absence` says, its generation is used up, and it is never revived or removed.
   */
  readonly lost: boolean;
  /** Whether it is an out-of-office event. */
  readonly outOfOffice: boolean;
  /**
   * Fingerprint of what this computer wrote last, or null where it never did. Where the tag has another one, another
   * computer has written since.
   */
  readonly ownHash: string | null;
  /**
   * The calendar of a block of ours that this one stands for, where no event explains it; null otherwise. Such a block was
   * made where the other one had been seen without its tag.
   */
  readonly ofBlockOn: CalendarId | null;
  /**
   * Whether the last plan of this install wanted it, whoever wrote it: null where not. Else the dates of a series that were
   * not wanted though the series was, as `unwantedText` (deeds.ts) says them; empty for none.
   */
  readonly wanted: string | null;
  /** Version of the event when this install wrote or removed the block last; null where it never did. */
  readonly ownVersion: string | null;
  readonly slots: readonly ObservedSlot[];
}

/**
 * What this install remembers with a block that it writes: from which version of its event. Which dates of it were not wanted
 * is remembered when its whole group was carried out (`WantedBlock`): told sooner, a stop between the block and its dates
 * would leave dates there as another computer's that this install has not come to take away yet.
 */
export interface BlockMemory {
  readonly version: string;
  /** What a mute of it would be about; absent where no mute asks. Not kept. */
  readonly meant?: string | null;
}

/** A block that this install wants, and what it does not want of it: to be remembered where that is not known yet. */
export interface WantedBlock {
  readonly groupKey: string;
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly unwanted: string;
}

/** "No block for this event on this target": the person deleted that block. `slot` is null for the whole event. */
export interface Mute {
  readonly sourceRef: SourceRef;
  readonly targetId: CalendarId;
  readonly slot: SlotKey | null;
  /** The time of the event and the person's answer when it was muted (`meaningOf`); absent or null where not known. */
  readonly meant?: string | null;
  /** The block that was gone, where a date is muted that had a block of its own; not kept. */
  readonly gone?: EventId;
}

/**
 * What a block is like because the person undid a sync (design.md, "Undo"): in force while its event stays as it was then and
 * until the person lets go of it.
 */
export interface Kept {
  readonly sourceRef: SourceRef;
  readonly targetId: CalendarId;
  /** The calendar of the event. */
  readonly sourceId: CalendarId;
  /** What the block shows; null where it is to go: that ends with its removal, and a mute stays. */
  readonly content: BlockContent | null;
  /** For a series: slots that are not as its rule says; null means not there. */
  readonly slots: readonly (readonly [SlotKey, BlockContent | null])[];
  /** Version of the event then (`versionsOf`). */
  readonly version: string;
  /** What was told of events on that route when these words were written (`tellingOf`); null where that is not known. */
  readonly telling: string | null;
  /** Of the block that is to go: one that was changed since is left. */
  readonly etag: string | null;
  readonly since: Instant;
  /**
   * Of a series: what this computer has written since on single dates (`echoOf`; null: taken away). A date has no fingerprint of
   * its own by which another computer's write could be told from ours.
   */
  readonly dates?: ReadonlyMap<SlotKey, string | null>;
}

/** A mute whose event is gone since the last run, so that it may go on with the one that takes its place. */
export interface OrphanedMute extends Mute {
  /** The calendar of the event. */
  readonly sourceId: CalendarId;
  readonly groupKey: string;
  /** Whether its meeting is in another calendar that is read. */
  readonly lives: boolean;
  readonly meant: string;
}

/** A date of a series that has no row of its own and a block of its own: remembered before that block is made, because its ref is a hash. */
export interface NamedDate {
  readonly calendarId: CalendarId;
  readonly seriesId: EventId;
  readonly key: SlotKey;
  readonly sourceRef: SourceRef;
}

/** Whether a calendar keeps the mark that a removal leaves behind. */
export type RemovalMarks = 'kept' | 'not-kept';

/** A calendar of the mesh, with what planning needs of it. */
export interface MeshCalendar {
  readonly id: CalendarId;
  /** What its service calls it by now; its id where absent. */
  readonly address?: CalendarId;
  readonly name: string;
  readonly accountEmail: string;
  readonly timeZone: string | null;
  readonly access: Access;
  readonly source: boolean;
  readonly target: boolean;
  /** Whether this run's read of it succeeded; where not, its rows are the last known ones. */
  readonly readable: boolean;
  readonly writable: boolean;
  /** Whether no account lists it any more: its blocks stay as they are, and nothing new is made from it or there. */
  readonly gone?: boolean;
  /** Whether it was not read within two intervals, as was noted when that last changed. */
  readonly stale: boolean;
  /** What can be done there, as far as is known. */
  readonly capabilities: Capabilities;
  /** Whether marks of removals can be read there later; absent or null while that is not known. */
  readonly removalMarks?: RemovalMarks | null;
  /** When it came into use: events that ended more than a day before make no block. */
  readonly inUseSince: Instant;
  readonly busy: BusyPolicy;
}

/** A service knew no name for the zone of a series, so that its block could not be written there. */
export interface ZoneRefusal {
  readonly sourceRef: SourceRef;
  readonly targetId: CalendarId;
  /** Version of the event then (`versionOf`). */
  readonly version: string;
  readonly at: Instant;
}

/** All that could belong together: rows of one meeting on every calendar, and the blocks that stand for them. */
export interface EventGroup {
  readonly key: string;
  readonly events: readonly SourceEvent[];
  readonly blocks: readonly ObservedBlock[];
  readonly mutes: readonly Mute[];
  /** What blocks of dates without a row of their own are named by; none where it is left out. */
  readonly dates?: readonly NamedDate[];
  /** None where it is left out. */
  readonly refusals?: readonly ZoneRefusal[];
  /** None where it is left out. */
  readonly kept?: readonly Kept[];
}

/** Groups whose blocks the person agreed to lose, by the calendar of their events. */
export type AgreedRemovals = ReadonlyMap<CalendarId, ReadonlySet<string>>;

/** What one plan is made from, besides the groups. */
export interface PlanContext {
  readonly now: Instant;
  /** Number of this run: larger than that of every earlier one. */
  readonly run: number;
  readonly calendars: ReadonlyMap<CalendarId, MeshCalendar>;
  /** What blocks show on a route; called once for each (source, target). */
  readonly blockPolicy: (source: CalendarId, target: CalendarId) => BlockPolicy;
  /** Events with a live block somewhere, by their calendar, before this plan: the breaker's measure. */
  readonly liveBlocksBySource: ReadonlyMap<CalendarId, number>;
  /** Live blocks on each target, before this plan: the wipe guard's measure. */
  readonly liveBlocksByTarget: ReadonlyMap<CalendarId, number>;
  /** What the person has said about holds, by hold key. */
  readonly choices: ReadonlyMap<string, HoldDecision>;
  /** Removals that the breaker lets pass, whatever their number. */
  readonly agreedRemovals?: AgreedRemovals;
  /** Meetings of each source that lost blocks by what it says within a day, and that nobody agreed to: counted by the breaker. */
  readonly lostLately?: ReadonlyMap<CalendarId, ReadonlySet<string>>;
  /** Mutes of events that are gone since the last run. */
  readonly orphans?: readonly OrphanedMute[];
  /** Takes a calendar; returns the live blocks of its events. Only asked where more are to go than the breaker lets pass. */
  readonly standing?: (sourceId: CalendarId) => readonly StandingBlock[];
}

/** A live block, and when it is; null times where it shows none. */
export interface StandingBlock {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly times: BlockTimes | null;
}

interface OperationBase {
  readonly reason: Reason;
  readonly groupKey: string;
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  /** The calendar of the event, or null where it is not known any more. */
  readonly sourceId: CalendarId | null;
}

export interface CreateOperation extends OperationBase {
  readonly kind: 'create';
  readonly tag: Tag;
  readonly memory: BlockMemory;
  readonly content: BlockContent;
}
/** Writes over a block that is cancelled, because its id stays taken (google-calendar.md §2.2). */
export interface ReviveOperation extends OperationBase {
  readonly kind: 'revive';
  readonly tag: Tag;
  /** Of what is left of the block, because whoever undeletes it meanwhile makes it theirs; null where it was never read. */
  readonly etag: string | null;
  readonly memory: BlockMemory;
  readonly content: BlockContent;
}
export interface UpdateOperation extends OperationBase {
  readonly kind: 'update';
  readonly tag: Tag;
  /** Null where nothing new is known of what is wanted. */
  readonly memory: BlockMemory | null;
  readonly content: BlockContent;
  readonly etag: string | null;
  /** False when only drift is put right: then a colour changed by hand is left. */
  readonly withColour: boolean;
  readonly previousStart: EventTime | null;
}
export interface DeleteOperation extends OperationBase {
  readonly kind: 'delete';
  readonly etag: string | null;
  /** Version of the event that says so; null where none is known. */
  readonly version: string | null;
  readonly previousStart: EventTime | null;
  readonly series: boolean;
  /** Whether another block of the same meeting stands at its time already: no busy time goes with it. */
  readonly covered: boolean;
  /** What it takes up, to be paired with what comes instead; null where the calendar shows no time. */
  readonly times: BlockTimes | null;
  /** What of the block is said again with its mark; absent or null where it cannot be marked. */
  readonly marked?: MarkedRemoval | null;
  /** Whether it counts for the breaker of the next day; absent for not. */
  readonly counted?: boolean;
}
/** Gives one slot of a block that is a series its own times (or its ordinary ones again). */
export interface PutSlotOperation extends OperationBase {
  readonly kind: 'put-slot';
  readonly slotKey: SlotKey;
  readonly slotId: EventId;
  readonly originalStart: EventTime;
  /** Version of the event that says so. */
  readonly version: string;
  readonly content: BlockContent;
  /** Whether the slot was cancelled when this was planned: one that was cancelled since is the person's doing. */
  readonly wasAway: boolean;
}
export interface CancelSlotOperation extends OperationBase {
  readonly kind: 'cancel-slot';
  readonly slotKey: SlotKey;
  readonly slotId: EventId;
  readonly originalStart: EventTime;
  /** As with `PutSlotOperation`. */
  readonly version: string;
  /** As with `DeleteOperation`. */
  readonly marked?: MarkedRemoval | null;
}

/** What a removal that leaves a mark says of the row: its tag stays, otherwise nobody could tell whose it was. */
export interface MarkedRemoval {
  readonly tag: Tag;
  readonly content: BlockContent;
}

/**
 * A block gives way to another one for the same time (design.md, "Replacement"): one operation with two ends. The base names
 * the new block. The old ones go only after the new one's success has been recorded.
 */
export interface ReplaceOperation extends OperationBase {
  readonly kind: 'replace';
  readonly makes: CreateOperation | ReviveOperation;
  /** What goes: mostly one block; several where single dates give way to their series. Never empty. */
  readonly gone: readonly DeleteOperation[];
}

/** One write; a replacement has several of them. */
export type PlainOperation =
  CreateOperation | ReviveOperation | UpdateOperation | DeleteOperation | PutSlotOperation | CancelSlotOperation;

export type Operation = PlainOperation | ReplaceOperation;

/** Something that is not done, and why. `targetId` is null when it holds for every target. */
export interface Skip {
  readonly reason: Reason;
  readonly groupKey: string;
  readonly sourceId: CalendarId | null;
  readonly targetId: CalendarId | null;
  readonly start: EventTime | null;
}

/** Operations that wait for the person. */
export interface Hold {
  readonly key: string;
  readonly kind: HoldKind;
  /** The source (mass-deletion) or the target (the others) that it is about. */
  readonly calendarId: CalendarId;
  readonly count: number;
  readonly groupKeys: readonly string[];
  /** What it is about, as it was then. */
  readonly blocks: readonly HeldBlock[];
}

/** A block, or one date of it, that waits for the person. */
export interface HeldBlock {
  readonly groupKey: string;
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  readonly slot: SlotKey | null;
  /** Tells this state of it from a later one: its etag where it stands, the run that missed it where it does not. */
  readonly stamp: string;
}

/** What a person decided about a hold: about exactly what was held then. */
export interface HoldDecision {
  readonly choice: HoldChoice;
  readonly blocks: readonly HeldBlock[];
}

/**
 * A block or slot that somebody else removed, as was right: nothing wants it. It counts as removed by us from then on,
 * because otherwise, once its event is busy again, it would look as if the person had deleted it.
 */
export interface ExplainedAbsence {
  readonly targetId: CalendarId;
  readonly blockId: EventId;
  /** Null for the whole block. */
  readonly slot: ObservedSlot | null;
}

/** What a sync would do: made without I/O, the same for preview and for the real thing. */
export interface Plan {
  readonly operations: readonly Operation[];
  readonly skips: readonly Skip[];
  readonly holds: readonly Hold[];
  /** Mutes to be recorded: blocks that the person deleted. */
  readonly mutes: readonly Mute[];
  /** Mutes to be dropped: the block is there again, so that the person has brought it back, here or elsewhere. */
  readonly lifted: readonly Mute[];
  readonly explained: readonly ExplainedAbsence[];
  /** Blocks that stand as wanted, where what is remembered of them is another thing: recorded when the group is done. */
  readonly wanted: readonly WantedBlock[];
  /** Mutes of which it is known only now what they are about. */
  readonly renewed: readonly Mute[];
  /** What is not kept as it was any more, because its event changed, or somebody else has changed the block. */
  readonly letGo: readonly Kept[];
  /** Dates to be remembered before anything is written for them. */
  readonly named: readonly NamedDate[];
  /** What is gone and must be looked at, before anything is concluded from it. */
  readonly unexplained: readonly Unexplained[];
  /** Groups that must be planned again in the next run, because something in them waits. */
  readonly waiting: ReadonlySet<string>;
}
