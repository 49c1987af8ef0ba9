import type { CalendarId, SlotKey, SourceRef } from '../../shared/ids.ts';
import type { EventTime } from '../../shared/time.ts';
import { sameNames, type SlotNames } from './buffers.ts';
import { digest } from './identity.ts';
import { slotSourceRef, type JudgedMeeting } from './meeting.ts';
import type { EventRow, Mute, Mutes } from './model.ts';
import { parseRecurrence } from './recurrence.ts';
import { instantOf, originalStartOf, spanOf } from './times.ts';

/** An event on a target, to be looked up among the mutes. */
export interface MaybeMuted {
  readonly ref: SourceRef;
  readonly targetId: CalendarId;
  /** How its slots are named; by one name where it is left out. */
  readonly names?: SlotNames;
  /** The series and the slot that it may also be muted as; null or left out for none. */
  readonly dateOf?: { readonly ref: SourceRef; readonly key: SlotKey } | null;
}

/** Nothing of an event is muted. */
export const noMutes: Mutes = { whole: [], slots: new Map() };

/** Takes the mutes of a group and an event on a target; returns what of it the person does not want there. */
export function mutesOf(mutes: readonly Mute[], of: MaybeMuted): Mutes {
  if (mutes.length === 0) return noMutes;
  const { toBlock } = of.names ?? sameNames;
  const whole: Mute[] = [];
  const slots = new Map<SlotKey, Mute>();
  for (const mute of mutes) {
    if (!isMuteOf(mute, of)) continue;
    if (mute.slot === null || isOfDate(mute, of)) whole.push(mute);
    else slots.set(toBlock(mute.slot), mute).set(mute.slot, mute);
  }
  return { whole, slots };
}

/** Takes a mute and an event on a target; returns whether it is about that, or about a slot of it. */
export function isMuteOf(mute: Mute, of: MaybeMuted): boolean {
  return mute.targetId === of.targetId && (mute.sourceRef === of.ref || isOfDate(mute, of));
}

/** Takes a mute and an event; returns whether it is about the date of a series that a block of its own stands for. */
export function isOfDate({ sourceRef, slot }: Mute, { dateOf }: Pick<MaybeMuted, 'dateOf'>): boolean {
  return dateOf !== undefined && dateOf !== null && sourceRef === dateOf.ref && slot === dateOf.key;
}

/**
 * Takes the meetings of a group, a source ref and a slot of its event or null; returns what a mute of it is about: when the
 * event is, how the person answered, and its title, which only tells it from others when it comes back. Null where no meeting says so.
 */
export function meaningOf(judged: readonly JudgedMeeting[], ref: SourceRef, slot: SlotKey | null): string | null {
  for (const { meeting, calendar } of judged) {
    const { root } = meeting;
    if (root?.sourceRef === ref) {
      const own = slot === null ? undefined : meeting.slots.get(slot)?.event.row;
      return slot === null || own !== undefined
        ? textOf(own ?? root.row, calendar.timeZone)
        : textOf(ordinaryRow(root.row, slot, calendar.timeZone), calendar.timeZone);
    }
    for (const { key, event } of meeting.slots.values()) {
      if (slotSourceRef(meeting, key) === ref) return textOf(event.row, calendar.timeZone);
    }
  }
  return null;
}

type Meant = Pick<EventRow, 'start' | 'end' | 'recurrence' | 'ownResponse' | 'summary'>;

/** A slot as its series has it, so that it means the same as one that was changed and is at its usual time. */
function ordinaryRow(row: EventRow, slot: SlotKey, zone: string | null): Meant {
  const start = originalStartOf(slot, zone);
  const [first, whole] = [spanOf(start, null, zone), spanOf(row.start, row.end, zone)];
  const endsAt = first === null || whole === null ? null : first.startsAt + whole.endsAt - whole.startsAt;
  const moment = endsAt === null ? null : new Date(endsAt).toISOString();
  const end =
    moment === null ? null : 'date' in start ? { date: moment.slice(0, 10) } : { dateTime: moment, timeZone: null };
  return { start, end, recurrence: [], ownResponse: row.ownResponse, summary: row.summary };
}

function textOf(row: Meant, zone: string | null): string {
  const at = (time: EventTime | null): string =>
    time === null ? '' : 'date' in time ? time.date : String(instantOf(time, zone) ?? time.dateTime);
  const shape = row.recurrence.length === 0 ? [] : parseRecurrence(row.recurrence).shape;
  const times = digest([at(row.start), at(row.end), ...shape].join('|')).slice(0, 16);
  return `${times}.${row.ownResponse}.${digest(row.summary ?? '').slice(0, 8)}`;
}

/** Takes what a mute was about; returns whether that says all that it can: earlier ones say no title, or nothing. */
export function isWholeMeaning(meant: string | null | undefined): boolean {
  return meant !== null && meant !== undefined && meant.split('.').length === 3;
}

/**
 * Takes what a mute was about and what its event says now; returns whether the mute is over: the event is at another time,
 * or the person has answered otherwise. An answer that a view does not show is no other one.
 */
export function isMuteOver(meant: string | null | undefined, meaning: string | null): boolean {
  if (meant === null || meant === undefined || meaning === null) return false;
  const [timesThen, answerThen] = meant.split('.');
  const [times, answer] = meaning.split('.');
  if (timesThen !== times) return true;
  return answerThen !== answer && answerThen !== 'unknown' && answer !== 'unknown';
}
