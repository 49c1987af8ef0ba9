import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId, EventId, SlotKey } from '../../../shared/ids.ts';
import type { EventTime } from '../../../shared/time.ts';
import type { BlockContent, BlockMemory, BlockTimes } from './blocks.ts';
import type { Tag } from './tags.ts';

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

/** The end of a replacement that comes: a block that is not there yet. */
export type Made = CreateOperation | ReviveOperation;

/** What is about one slot of a block that is a series. */
export type OfSlot = PutSlotOperation | CancelSlotOperation;

/** Takes an operation; returns whether it makes a block that is not there yet. */
export function isMade(operation: Operation): operation is Made {
  return operation.kind === 'create' || operation.kind === 'revive';
}

/** Takes an operation; returns whether it is about one slot of a block that is a series. */
export function isSlot(operation: Operation): operation is OfSlot {
  return operation.kind === 'put-slot' || operation.kind === 'cancel-slot';
}

/** Takes an operation; returns the writes that it is made of, in the order in which they must succeed. */
export function endsOf(operation: Operation): readonly PlainOperation[] {
  return operation.kind === 'replace' ? [operation.makes, ...operation.gone] : [operation];
}

/** Takes an operation; returns the groups that it does something for: both ends of a replacement may lie in other ones. */
export function groupsOf(operation: Operation): ReadonlySet<string> {
  return new Set(endsOf(operation).map((end) => end.groupKey));
}
