import type { BusyPolicy } from '../../shared/dto.ts';
import type { SlotKey } from '../../shared/ids.ts';
import { busyOf } from './busy.ts';
import { digest } from './identity.ts';
import { type JudgedMeeting } from './meeting.ts';
import type { ObservedBlock, SourceEvent } from './model.ts';
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
