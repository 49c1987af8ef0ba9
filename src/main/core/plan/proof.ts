import { mostBuffer, type Reason } from '../../../shared/dto.ts';
import type { CalendarId, SlotKey } from '../../../shared/ids.ts';
import { isDate, minute, type EventTime } from '../../../shared/time.ts';
import { saidByEvent, versionOf } from '../deeds.ts';
import { sourceRef } from '../identity.ts';
import { isPresent, type JudgedMeeting, type Presence } from '../meeting.ts';
import { isLive, zonesOf, type MeshCalendar, type ObservedBlock, type SourceEvent } from '../model.ts';
import { hasFormOfBlock } from '../ownership.ts';
import { instantOf, slotKeyOf } from '../times.ts';
import { slotIdOf } from '../slot-ids.ts';
import type { RemovalCause } from './operations.ts';
import type { TargetPlan } from './target-plan.ts';

/**
 * What is known of a block that nothing wants. Proof is a row of its source that says so, on a calendar that is known; a
 * source that is not known at all proves nothing, because another computer may sync calendars that this one does not see.
 */
export function evidenceOn(plan: TargetPlan, block: ObservedBlock): Evidence {
  const { group, context, target, blocks, judged, copies } = plan;
  const row = group.events.find((event) => event.sourceRef === block.tag.sourceRef);
  const named = row === undefined ? dateOf(plan, block) : null;
  const event = row ?? named?.series ?? null;
  return {
    block,
    generations: generationsOf(block, blocks),
    event,
    date: named?.key ?? null,
    source: event === null ? undefined : context.calendars.get(event.calendarId),
    target: target?.target === true,
    outdated: event !== null && plan.outdatedRows.has(event),
    judged,
    copies,
  };
}

/** Takes a block and those of its group on its target; returns all generations of it. */
export function generationsOf(block: ObservedBlock, blocks: readonly ObservedBlock[]): readonly ObservedBlock[] {
  return blocks.filter((one) => one.tag.sourceRef === block.tag.sourceRef);
}

/** Whether a newer generation of a block stands on its target: it was made since, and the older one was brought back. */
export const isOlder = (block: ObservedBlock, blocks: readonly ObservedBlock[]): boolean =>
  generationsOf(block, blocks).some((one) => isLive(one) && one.tag.generation > block.tag.generation);

/**
 * Takes a block; returns the calendar of the block of ours, or of a copy of one, that it stands for, and the version of that
 * where it is a row of its own; null where it stands for no such thing. It should never have been made.
 */
export function blockOfBlock(
  plan: TargetPlan,
  block: ObservedBlock,
): { readonly sourceId: CalendarId; readonly version: string | null } | null {
  const { group } = plan;
  if (block.ofBlockOn !== null) return { sourceId: block.ofBlockOn, version: null };
  const row = group.events.find((event) => event.sourceRef === block.tag.sourceRef);
  if (row !== undefined) {
    return hasFormOfBlock(row.row) ? { sourceId: row.calendarId, version: row.row.etag } : null;
  }
  const series = dateOf(plan, block)?.series ?? null;
  const ofBlock = group.events.some((event) => event.calendarId === series?.calendarId && hasFormOfBlock(event.row));
  return ofBlock && series !== null ? { sourceId: series.calendarId, version: null } : null;
}

/**
 * A block may stand for a slot that its source never changed itself: no row has its ref, but the ref follows from the
 * series and the slot. Takes a target and the block; returns the row of that series and the slot, or null where none explains it.
 */
function dateOf(
  { group, context }: TargetPlan,
  block: ObservedBlock,
): { readonly series: SourceEvent; readonly key: SlotKey } | null {
  const named = group.dates?.find((one) => one.sourceRef === block.tag.sourceRef);
  const series = group.events.find((one) => one.calendarId === named?.calendarId && one.row.id === named.seriesId);
  // As it was named when it was made: a person may have moved the block since.
  if (named !== undefined && series !== undefined) return { series, key: named.key };
  const zoneOf = zonesOf(context.calendars);
  const keys = new Set<SlotKey>();
  const add = (time: EventTime | null, zone: string | null): void => {
    const key = time === null ? null : slotKeyOf(time, zone);
    if (key !== null) keys.add(key);
  };
  const { start } = block.content;
  const zone = zoneOf(block.targetId);
  const shownAt = start === null || isDate(start) ? null : instantOf(start, zone);
  add(start, zone);
  // A block with minutes before begins earlier than the slot that it is named by; how many they were is not kept.
  for (let before = 1; shownAt !== null && before <= mostBuffer; before += 1) {
    add({ dateTime: new Date(shownAt + before * minute).toISOString(), timeZone: null }, null);
  }
  for (const { row, calendarId } of group.events) add(row.originalStart, zoneOf(calendarId));
  for (const event of group.events) {
    const { row, calendarId } = event;
    if (row.recurringEventId !== null) continue;
    for (const key of keys) {
      if (sourceRef(calendarId, slotIdOf(row.id, key)) === block.tag.sourceRef) return { series: event, key };
    }
  }
  return null;
}

/** What is to become of a block that stands on a target and that nothing wants there. */
export type Verdict =
  | (RemovalCause & { readonly kind: 'remove' })
  /** Left for good, or until something changes. */
  | { readonly kind: 'leave'; readonly reason: Reason; readonly sourceId: CalendarId | null }
  /** To be removed once its source can be read again. */
  | { readonly kind: 'wait'; readonly sourceId: CalendarId };

/** What a verdict is made from. */
export interface Evidence {
  readonly block: ObservedBlock;
  /** All generations of that block on the target, gone ones too. */
  readonly generations: readonly ObservedBlock[];
  /** The row of the event, or of the series that the block is one date of; null where no row explains the block. */
  readonly event: SourceEvent | null;
  /** The date that the block stands for, where the row is only its series; null where the block was made from that row. */
  readonly date: SlotKey | null;
  readonly source: Pick<MeshCalendar, 'source' | 'target' | 'readable' | 'gone' | 'timeZone'> | undefined;
  /** Whether the calendar that the block is on is a target. */
  readonly target: boolean;
  /** Whether its row is on a stale calendar, and a fresh copy of the meeting says otherwise. */
  readonly outdated: boolean;
  readonly judged: readonly JudgedMeeting[];
  readonly copies: readonly Presence[];
}

/**
 * Takes what is known of a block that nothing wants; returns what is to become of it (design.md, "Choices are deeds").
 *
 * - An event that was deleted, cancelled, declined or freed takes its blocks away, whoever wrote them, and so does a series
 *   the block of a date that it does not make; one that comes back
 *   although its event is as it was is wanted by another computer, which was told otherwise, and is left.
 * - An event that is live and does not count by a choice takes away what this install has wanted, and no more.
 * - A source that is not known, is gone or is not in use proves nothing, and one that cannot be read now proves nothing yet.
 */
export function verdictOn(evidence: Evidence): Verdict {
  const { block, generations, event, date, source, judged } = evidence;
  const exact = date === null;
  if (event === null || source === undefined) return { kind: 'leave', reason: 'source-unknown', sourceId: null };
  const sourceId = event.calendarId;
  const meeting = judged.find(
    (one) => one.meeting.root === event || [...one.meeting.slots.values()].some((slot) => slot.event === event),
  );
  const key = [...(meeting?.meeting.slots ?? [])].find(([, slot]) => slot.event === event)?.[0] ?? null;
  const version = meeting === undefined ? event.row.etag : versionOf(meeting, key);
  const remove = (reason: Reason): Verdict => ({ kind: 'remove', reason, sourceId, version });
  if (sourceId === block.targetId) return remove('calendar-not-used');
  const anothers: Verdict = { kind: 'leave', reason: 'another-computer', sourceId };
  const said = isDateGone(meeting, date) ? 'gone' : saidByEvent(event, source.timeZone);
  const unused = !evidence.target || !source.source;
  if (unused && block.wanted !== null) return remove('calendar-not-used');
  // Because what is not read any more shows its events as they were; they may count by now, for whoever reads them.
  const unread = !source.source && !source.target;
  if (unused && (said === null || unread)) return anothers;
  // Planned again when its calendar is fresh.
  if (evidence.outdated) return { kind: 'leave', reason: 'source-unavailable', sourceId };
  const held = evidence.copies.some((presence) => isPresent(presence, key));
  const busy = meeting !== undefined && isPresent(meeting.presence, key);
  // Only what other calendars show is fresh: that the target holds the meeting itself, or that another one gives it now.
  if (source.gone === true && source.source && !held && !busy)
    return { kind: 'leave', reason: 'source-gone', sourceId };
  if (!source.readable && source.gone !== true) return { kind: 'wait', sourceId };
  if (said === 'gone') return remove(held ? 'event-held-elsewhere' : 'event-deleted');
  if (isBackAgain(block, generations, version)) return anothers;
  if (exact && (held || busy)) return remove('event-held-elsewhere');
  if (said === 'free' || (!exact && busy)) return remove('event-not-busy');
  return block.wanted === null ? anothers : remove('event-not-busy');
}

/** Whether a series does not make a date that nobody has changed either: no choice of any computer can want that. */
function isDateGone(meeting: JudgedMeeting | undefined, date: SlotKey | null): boolean {
  return (
    meeting !== undefined && date !== null && !meeting.meeting.slots.has(date) && meeting.presence.makes(date) === false
  );
}

/**
 * Takes a block that is not remembered as wanted, all generations of it on its target, and the version of its event; returns
 * whether it was taken away once from that state of the event and is there again: in the next generation, where it is a series.
 */
export function isBackAgain(
  block: ObservedBlock,
  generations: readonly ObservedBlock[],
  version: string | null,
): boolean {
  if (block.wanted !== null || version === null) return false;
  return generations.some((one) => (one === block || one.absence?.by === 'us') && one.ownVersion === version);
}
