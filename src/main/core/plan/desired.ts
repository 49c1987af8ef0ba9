import type { BlockPolicy } from '../../../shared/dto.ts';
import type { CalendarId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import { isDate, type EventTime } from '../../../shared/time.ts';
import { sameNames, type SlotNames } from '../buffers.ts';
import { unwantedText, type Unwanted } from '../deeds.ts';
import type { BlockContent, ObservedContent, Tag } from '../model.ts';
import { compareRecurrence } from '../recurrence.ts';
import { sameMoment } from '../times.ts';

/** One block that should be there: of a single event or a single date, or of a series with its slots. */
export type Desired = DesiredSingle | DesiredSeries;

interface DesiredBase {
  readonly ref: SourceRef;
  readonly sourceId: CalendarId;
  /** Whether it was over before the calendars came into use. */
  readonly past: boolean;
  readonly content: BlockContent;
  readonly hash: string;
  /** The tag of the first generation: one object for all targets that want the same. */
  readonly firstTag: Tag;
  readonly policy: BlockPolicy;
  /** Version of the event. */
  readonly version: () => string;
  /** What a mute of the whole is about. */
  readonly meant: () => string | null;
  /** When the event is, without minutes before and after. */
  readonly bare: Timed;
}

/** A block without a rule. */
export interface DesiredSingle extends DesiredBase {
  readonly kind: 'single';
  /** Of a date that has a block of its own because its series cannot be written: what it is muted as, whatever its shape; else null. */
  readonly dateOf: { readonly ref: SourceRef; readonly key: SlotKey } | null;
}

/** A block that is a series. Slots are named as the block has them. */
export interface DesiredSeries extends DesiredBase, SlotNames {
  readonly kind: 'series';
  /** Slots that are not as the rule says; null means not there. */
  readonly slots: ReadonlyMap<SlotKey, BlockContent | null>;
  /** What the rule makes of a slot; null where it makes none. */
  readonly ordinary: (key: SlotKey) => BlockContent | null;
  /** The start that a slot is named by. */
  readonly originalStart: (key: SlotKey) => EventTime;
  /** Slots that are not wanted, and why; those that were cancelled are not among them. */
  readonly unwanted: ReadonlyMap<SlotKey, Unwanted>;
}

/** When something is. */
export type Timed = Pick<BlockContent, 'start' | 'end' | 'recurrence'>;

/** Takes what should be there, or null; returns how slots of its event and of its block are named by each other. */
export const namesOf = (desired: Desired | null): SlotNames => (desired?.kind === 'series' ? desired : sameNames);

/** Takes what should be there; returns which dates of it are not wanted, as that is remembered. */
export const unwantedIn = (desired: Desired): string =>
  desired.kind === 'series' ? unwantedText(desired.unwanted) : '';

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
