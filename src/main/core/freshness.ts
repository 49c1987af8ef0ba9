import { freshIntervals } from '../../shared/health/ages.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { isDate, minute, type EventTime, type Instant } from '../../shared/time.ts';
import { isVoidSince } from './clocks.ts';
import { copyPresence, meetingsOf, ruleText, type Meeting, type Presence } from './meeting.ts';
import {
  zonesOf,
  type EventGroup,
  type EventRow,
  type MeshCalendar,
  type ObservedBlock,
  type SourceEvent,
} from './model.ts';
import { parseRecurrence } from './recurrence.ts';
import { slotTestOf } from './slots.ts';
import { slotInstant, slotKeyOf, spanOf } from './times.ts';

/**
 * Takes when a calendar was last read (null: never), now, and the interval; returns whether what is known of it is stale. A
 * time that lies ahead was written under a wrong clock and says nothing.
 */
export function isStale(lastReadAt: Instant | null, now: Instant, intervalMinutes: number): boolean {
  if (lastReadAt === null || isVoidSince(lastReadAt, now)) return true;
  return now - lastReadAt > freshIntervals * intervalMinutes * minute;
}

type ZoneOf = (calendarId: CalendarId) => string | null;

/** Spells what a copy says of when it is: two copies that agree have one spelling, whatever each person answered but no. */
function stateOf(row: EventRow, zone: string | null): string {
  if (row.status === 'cancelled') return 'gone';
  if (row.ownResponse === 'declined' || row.transparent) return 'free';
  const span = spanOf(row.start, row.end, zone);
  if (span === null) return 'free';
  return JSON.stringify([span.startsAt, span.endsAt, isDate(span.start), parseRecurrence(row.recurrence)]);
}

function shapeOf({ root, slots }: Meeting, zone: string | null): string {
  const parts = [...slots].map(([key, { event }]) => `${key} ${stateOf(event.row, zone)}`).sort();
  return [root === null ? '' : stateOf(root.row, zone), ...parts].join('\n');
}

/** Takes a group; returns whether its copies on different calendars differ, so that it matters which of them are stale. */
export function copiesDiffer(group: EventGroup, zoneOf: ZoneOf): boolean {
  const meetings = meetingsOf(group.events, zoneOf);
  const [first] = meetings;
  if (first === undefined || meetings.every((one) => one.calendarId === first.calendarId)) return false;
  const shape = shapeOf(first, zoneOf(first.calendarId));
  return meetings.some((one) => shapeOf(one, zoneOf(one.calendarId)) !== shape);
}

/** A copy on a stale calendar, with the fresh ones that it differs from. */
export interface Outdated {
  readonly meeting: Meeting;
  readonly fresh: readonly Meeting[];
}

/**
 * Takes the copies of one meeting and their calendars; returns those that are stale and agree with no fresh one, where
 * there is one. They neither hold a time free nor give one: what was blocked for them stays until they can be read.
 */
export function outdatedCopies(
  meetings: readonly Meeting[],
  calendars: ReadonlyMap<CalendarId, MeshCalendar>,
): readonly Outdated[] {
  const isOld = ({ calendarId }: Meeting): boolean => calendars.get(calendarId)?.stale !== false;
  if (meetings.length < 2 || !meetings.some(isOld)) return [];
  const zoneOf = zonesOf(calendars);
  const fresh = meetings.filter((one) => !isOld(one));
  return meetings.flatMap((meeting): Outdated[] => {
    if (!isOld(meeting)) return [];
    const others = fresh.filter((one) => one.calendarId !== meeting.calendarId);
    const shape = shapeOf(meeting, zoneOf(meeting.calendarId));
    const agrees = others.some((one) => shapeOf(one, zoneOf(one.calendarId)) === shape);
    return others.length === 0 || agrees ? [] : [{ meeting, fresh: others }];
  });
}

/** Takes outdated copies; returns all their rows. */
export function rowsOf(outdated: readonly Outdated[]): ReadonlySet<SourceEvent> {
  return new Set(
    outdated.flatMap(({ meeting: { root, slots } }) => [
      ...(root === null ? [] : [root]),
      ...[...slots.values()].map(({ event }) => event),
    ]),
  );
}

/**
 * Takes an outdated series, its block as it stands on a target, and the zones; returns where that block holds the meeting as the
 * fresh copies have it, or null for nowhere: otherwise a series of which one date has changed would be there twice. Dates that
 * the block itself has elsewhere, or does not have, it does not hold: it may be another computer's, which knows the series better.
 */
export function standingPresence(
  { meeting, fresh }: Outdated,
  block: Pick<ObservedBlock, 'slots' | 'content' | 'targetId'>,
  zoneOf: ZoneOf,
): Presence | null {
  const { root, slots } = meeting;
  const zone = zoneOf(meeting.calendarId);
  if (root === null || root.row.recurrence.length === 0 || root.row.status === 'cancelled') return null;
  const start = startOf(root.row, zone);
  const same = fresh.filter((one) => one.root !== null && startOf(one.root.row, zoneOf(one.calendarId)) === start);
  if (same.length === 0) return null;
  const base = copyPresence(meeting, zone);
  const held = new Map(base.slots);
  for (const one of same) {
    for (const key of new Set([...slots.keys(), ...one.slots.keys()])) {
      const [mine, other] = [slots.get(key), one.slots.get(key)];
      const agree =
        mine !== undefined &&
        other !== undefined &&
        stateOf(mine.event.row, zone) === stateOf(other.event.row, zoneOf(one.calendarId));
      if (!agree) held.set(key, null);
    }
  }
  for (const { key, content } of block.slots) {
    const span = content === null ? null : spanOf(content.start, content.end, zone);
    const was = base.slots.get(key);
    // One that is not among those of the event is taken for moved, because the event was read before it.
    if (span === null || was === undefined || was === null || was.startsAt !== span.startsAt) held.set(key, null);
  }
  return { ...asShown(base, block, zoneOf(block.targetId)), slots: held };
}

/**
 * Where the rule of the block is another one than that of the event, it holds only what both make: whoever has written it since may
 * have read that the series ends, or a person has ended it there.
 */
function asShown(
  presence: Presence,
  { content }: Pick<ObservedBlock, 'content'>,
  zone: string | null,
): Pick<Presence, 'whole' | 'series' | 'span' | 'rule' | 'makes'> {
  const [own, shown] = [presence.span(), spanOf(content.start, content.end, zone)];
  if (own === null || shown === null) return { ...presence, whole: false };
  // Its minutes before; they are the same on all dates.
  const earlier = own.startsAt - shown.startsAt;
  const rule = ruleText(shown, content.recurrence);
  if (earlier === 0 && rule === presence.rule()) return presence;
  const shows = slotTestOf(shown, content.recurrence);
  return {
    ...presence,
    rule: () => `${presence.rule()} ${rule}`,
    makes: (key) => {
      const at = slotInstant(key);
      const named = at === null || earlier === 0 ? key : slotKeyOf(momentAt(at - earlier), null);
      return presence.makes(key) === true && named !== null && shows(named) === true;
    },
  };
}

const momentAt = (at: Instant): EventTime => ({ dateTime: new Date(at).toISOString(), timeZone: null });

function startOf(row: EventRow, zone: string | null): string {
  const span = spanOf(row.start, row.end, zone);
  if (span === null) return '';
  return JSON.stringify([span.startsAt, span.endsAt, isDate(span.start) ? null : span.start.timeZone]);
}
