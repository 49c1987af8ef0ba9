import type { Reason } from '../../shared/dto.ts';
import type { BlockContent, ObservedContent, RemovalMark, RemovalReason } from './model.ts';

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
