import type { BlockPolicy } from '../../../shared/dto.ts';
import type { CalendarId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import { isDate, type EventTime } from '../../../shared/time.ts';
import type { Unwanted } from '../deeds.ts';
import type { BlockContent, ObservedContent, Tag } from '../model.ts';
import { compareRecurrence } from '../recurrence.ts';
import { originalStartOf, sameMoment } from '../times.ts';

/** One block that should be there. */
export interface Desired {
  readonly ref: SourceRef;
  readonly sourceId: CalendarId;
  /** Whether it was over before the calendars came into use. */
  readonly past: boolean;
  readonly content: BlockContent;
  readonly hash: string;
  /** The tag of the first generation: one object for all targets that want the same. */
  readonly firstTag: Tag;
  readonly policy: BlockPolicy;
  /** For a series: slots that are not as the rule says; null means not there. */
  readonly slots: ReadonlyMap<SlotKey, BlockContent | null>;
  /** For a series: what its rule makes of a slot; null where it makes none. */
  readonly ordinary: (key: SlotKey) => BlockContent | null;
  /** For a series: the start that a slot is named by. */
  readonly originalStart: (key: SlotKey) => EventTime;
  /** For a series: which slot of the block a slot of the event is. All other slots here are those of the block. */
  readonly toBlock: (key: SlotKey) => SlotKey;
  readonly toSource: (key: SlotKey) => SlotKey;
  /** For a series: slots that are not wanted, and why; those that were cancelled are not among them. */
  readonly unwanted: ReadonlyMap<SlotKey, Unwanted>;
  /** Version of the event. */
  readonly version: () => string;
  /** What a mute of the whole is about. */
  readonly meant: () => string | null;
  /** When the event is, without minutes before and after. */
  readonly bare: Timed;
  /** Of a date that has a block of its own because its series cannot be written: what it is muted as, whatever its shape. */
  readonly dateOf?: { readonly ref: SourceRef; readonly key: SlotKey };
}

/** When something is. */
export type Timed = Pick<BlockContent, 'start' | 'end' | 'recurrence'>;

export const sameKey = (key: SlotKey): SlotKey => key;

export const noSlots: Pick<Desired, 'slots' | 'ordinary' | 'originalStart' | 'toBlock' | 'toSource' | 'unwanted'> = {
  slots: new Map(),
  ordinary: () => null,
  originalStart: (key) => originalStartOf(key, null),
  toBlock: sameKey,
  toSource: sameKey,
  unwanted: new Map(),
};

export const zoneOf = ({ start }: Timed): string | null => (isDate(start) ? null : start.timeZone);

export const tagOf = (sourceRef: SourceRef, contentHash: string): Tag => ({ sourceRef, generation: 0, contentHash });

export function sameTimes(
  content: Timed,
  shown: Pick<ObservedContent, 'start' | 'end' | 'recurrence'>,
  zone: string | null,
): boolean {
  return (
    sameMoment(content.start, shown.start, zone) &&
    sameMoment(content.end, shown.end, zone) &&
    compareRecurrence(content.recurrence, shown.recurrence, content.start) === 'same'
  );
}
