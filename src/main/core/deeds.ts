import type { Reason } from '../../shared/dto.ts';
import type { CalendarId, SlotKey } from '../../shared/ids.ts';
import { busyOf } from './busy.ts';
import { digest } from './identity.ts';
import { isPresent, type JudgedMeeting, type Presence } from './meeting.ts';
import type { BusyPolicy, MeshCalendar, ObservedBlock, SourceEvent } from './model.ts';
import { defaultBusyPolicy } from './policy.ts';
import { spanOf } from './times.ts';

/**
 * What choices are about: all of it counts here, so that what does not count is so by what the event itself says. An event
 * that is declined or marked free is free for every computer that was not told otherwise.
 */
const everythingCounts: BusyPolicy = {
  ...defaultBusyPolicy,
  unanswered: true,
  tentative: true,
  workingLocation: true,
  birthday: true,
  focusTime: true,
  outOfOffice: true,
  optionalGuest: true,
};

/** Takes an event; returns whether it is gone or free by what it says itself, whatever was chosen. Null: by nothing. */
export function saidByEvent({ row }: SourceEvent, zone: string | null): 'gone' | 'free' | null {
  if (row.status === 'cancelled') return 'gone';
  return !busyOf(row, everythingCounts).busy || spanOf(row.start, row.end, zone) === null ? 'free' : null;
}

/** Takes why a date is not busy; returns whether that is a choice of this install, which another one may not share. */
function isChoice(judged: JudgedMeeting, key: SlotKey): boolean {
  const event = judged.meeting.slots.get(key)?.event ?? judged.meeting.root;
  return event !== null && saidByEvent(event, judged.calendar.timeZone) === null;
}

/** Why a date of a wanted series is not wanted: by a choice of this install, or by what the event says. */
export type Unwanted = 'by-choice' | 'by-event';

/**
 * Takes a series, one of its dates that is not wanted, and whether another copy of the meeting holds that date; returns
 * why it is not wanted, or null where it was cancelled: that nobody can want.
 */
export function whyUnwanted(judged: JudgedMeeting, key: SlotKey, held: boolean): Unwanted | null {
  if (judged.meeting.slots.get(key)?.event.row.status === 'cancelled') return null;
  if (held) return 'by-event';
  return isChoice(judged, key) ? 'by-choice' : 'by-event';
}

const mark = (key: SlotKey, why: Unwanted): string => (why === 'by-choice' ? key : `${key}!`);

/** Takes the dates of a block that are not wanted, by their names on the block; returns them as they are remembered. */
export function unwantedText(unwanted: ReadonlyMap<SlotKey, Unwanted>): string {
  if (unwanted.size === 0) return '';
  return [...unwanted]
    .map(([key, why]) => mark(key, why))
    .sort()
    .join(' ');
}

/** Takes what is remembered of a block, and a date; returns it as if that date had never been taken away. */
export function withoutDate(unwanted: string, key: SlotKey): string {
  return unwanted
    .split(' ')
    .filter((text) => text !== key && text !== mark(key, 'by-event'))
    .join(' ');
}

/**
 * Takes a block that is a series, one of its dates that stands there and is not wanted, and why it is not; returns whether
 * it is left, because another computer keeps it: this install has not wanted it before either, or has taken it away
 * once and somebody has put it back.
 */
export function isDateOfAnother(block: ObservedBlock, key: SlotKey, why: Unwanted | undefined): boolean {
  if (why === undefined) return false;
  if (block.wanted === null) return why === 'by-choice';
  if (block.wanted === '') return false;
  const known = block.wanted.split(' ');
  return known.includes(mark(key, 'by-event')) || (why === 'by-choice' && known.includes(key));
}

/**
 * Takes a meeting and one of its slots (null: the whole); returns the version of what a block of it was made from. Made of
 * etags, because an event that moved away and back again between two reads shows the same and yet has changed.
 */
export function versionOf({ meeting }: Pick<JudgedMeeting, 'meeting'>, key: SlotKey | null): string {
  const { root, slots } = meeting;
  const own = key === null ? null : slots.get(key);
  if (own !== undefined && own !== null) return own.event.row.etag ?? '';
  const first = root?.row.etag ?? '';
  if (slots.size === 0 || key !== null) return first;
  const etags = [...slots.values()].map(({ event }) => `${event.row.id} ${event.row.etag ?? ''}`).sort();
  return digest([first, ...etags].join('\n')).slice(0, 26);
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

/** What is to become of a block that stands on a target and that nothing wants there. */
export type Verdict =
  | { readonly kind: 'remove'; readonly reason: Reason; readonly sourceId: CalendarId; readonly version: string | null }
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

/** Whether a series does not make a date that nobody has changed either: no choice of any computer can want that. */
function isDateGone(meeting: JudgedMeeting | undefined, date: SlotKey | null): boolean {
  return (
    meeting !== undefined && date !== null && !meeting.meeting.slots.has(date) && meeting.presence.makes(date) === false
  );
}

/**
 * Takes what is known of a block that nothing wants; returns what is to become of it (DESIGN, "Choices are deeds").
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
