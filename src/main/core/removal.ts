import type { Reason } from '../../shared/dto.ts';
import type { BlockContent, ObservedContent } from './model.ts';

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

/** The private extended property that carries a mark; it begins like those of the tag, so that such a row is never a source. */
export const markProperty = 'calsync.gone';

const reasons: readonly RemovalMark['reason'][] = ['event', 'held', 'ignore', 'account', 'reset', 'asked'];

/** Takes a mark; returns the private extended property that carries it. */
export function formatMark({ reason, nonce }: RemovalMark): Record<string, string> {
  return { [markProperty]: `${reason}.${nonce}` };
}

/** Takes the private extended properties of a row; returns the mark on it, or null. */
export function parseMark(properties: Readonly<Record<string, string>>): RemovalMark | null {
  const text = properties[markProperty];
  if (text === undefined) return null;
  const dot = text.indexOf('.');
  const said = dot === -1 ? text : text.slice(0, dot);
  // A word that a later version may use: it was CalSync all the same, and looking at the event again is never wrong.
  return { reason: reasons.find((reason) => reason === said) ?? 'event', nonce: text.slice(dot + 1) };
}

/** Takes why the planner removes a block; returns what the mark says of it. */
export function removalReasonOf(reason: Reason): RemovalReason {
  if (reason === 'calendar-not-used') return 'ignore';
  return reason === 'event-held-elsewhere' ? 'held' : 'event';
}

/** Takes what a block or a slot shows; returns it as it is to be said again with a mark, or null where it says no times. */
export function sayAgain(shown: ObservedContent, outOfOffice: boolean): BlockContent | null {
  const { summary, description, place, start, end, recurrence, visibility, colorId } = shown;
  if (start === null || end === null) return null;
  return {
    summary: summary ?? '',
    description: description ?? '',
    start,
    end,
    recurrence,
    visibility: visibility === 'private' ? 'private' : 'default',
    colorId,
    place,
    outOfOffice,
  };
}
