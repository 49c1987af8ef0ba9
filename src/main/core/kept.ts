import type { BlockPolicy } from '../../shared/dto.ts';
import type { CalendarId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { contentHash, echoOf, plainSummary, summaryOf } from './content.ts';
import { versionOf } from './deeds.ts';
import { meetingsOf, ordinarySlot } from './meeting.ts';
import type { BlockContent, EventGroup, Kept, ObservedBlock } from './model.ts';
import { sayAgain } from './removal.ts';
import { slotTestOf } from './slots.ts';
import { spanOf } from './times.ts';

/**
 * Takes a group, a source ref and the zone of each calendar; returns the versions that a block of that source may have been
 * written from as the event is now (`versionOf`): of the row alone, and of the series with its exceptions. Empty where
 * nothing of it is stored. A date without a row of its own has that of its series.
 */
export function versionsOf(
  { events }: Pick<EventGroup, 'events'>,
  ref: SourceRef,
  zoneOf: (id: CalendarId) => string | null,
): ReadonlySet<string> {
  const rows = events.filter((event) => event.sourceRef === ref);
  const roots = events.filter((event) => event.row.recurringEventId === null);
  const found = new Set((rows.length === 0 ? roots : rows).map(({ row }) => row.etag ?? ''));
  for (const meeting of meetingsOf(events, zoneOf)) {
    if (meeting.root?.sourceRef === ref) found.add(versionOf({ meeting }, null));
  }
  return found;
}

/** Takes what blocks show on a route; returns how much that tells, so that what was told under another choice is not told again. */
export function tellingOf({ summary, visibility, colorId, place, tellPrivate }: BlockPolicy): string {
  return JSON.stringify([summary, visibility, colorId, place, tellPrivate]);
}

/** Words of a block, and what else a route decides of its looks. */
type Words = Pick<BlockContent, 'summary' | 'visibility' | 'colorId' | 'place'>;

/**
 * Takes what is kept, what blocks show on its route, and what its event would have the block show (null where it wants none);
 * returns the words of the block. What was told under another choice is said as that event's block says it now, or plainly.
 */
export function wordsOf({ content, telling }: Kept, policy: BlockPolicy, now: Words | null): Words {
  const said = content !== null && telling === tellingOf(policy) ? content : now;
  // One by one, because a content is more than its words.
  if (said !== null)
    return { summary: said.summary, visibility: said.visibility, colorId: said.colorId, place: said.place };
  const { visibility, colorId } = policy;
  const summary = policy.summary.includes('{')
    ? plainSummary
    : summaryOf(policy.summary, { title: null, calendar: '', account: '' });
  return { summary, visibility, colorId, place: null };
}

/** Takes the content of a series; returns what its rule makes of a slot, null where it makes none. */
export function ordinaryDates(content: BlockContent): (key: SlotKey) => BlockContent | null {
  const span = spanOf(content.start, content.end, null);
  if (span === null || content.recurrence.length === 0) return () => null;
  const makes = slotTestOf(span, content.recurrence);
  return (key) => {
    if (makes(key) === false) return null;
    const slot = ordinarySlot({ span, title: null, place: null, confidential: false }, key);
    return slot === null ? null : { ...content, recurrence: [], start: slot.span.start, end: slot.span.end };
  };
}

/** Takes a block; returns whether it shows what CalSync has written last, and nobody has changed it since. */
export function isAsWritten({ content, outOfOffice, tag, ownHash, echo }: ObservedBlock): boolean {
  if (ownHash !== tag.contentHash) return false;
  const said = sayAgain(content, outOfOffice);
  if (content.transparent || content.rings || said === null) return false;
  return contentHash(said) === tag.contentHash || (echo !== null && echo === echoOf(content));
}
