import { z } from 'zod';
import { calendarIdSchema, type CalendarId, type EventId, type SlotKey } from '../../../shared/ids.ts';
import type { Nature } from '../../../shared/first-choice.ts';
import type { EventTime } from '../../../shared/time.ts';
import { isBlockSentence } from '../../core/content.ts';
import type { EventKind, EventRow, OwnResponse } from '../../core/model.ts';
import { parseMark } from '../../core/removal.ts';
import { parseTag } from '../../core/tag.ts';
import { slotKeyOf } from '../../core/times.ts';
import type { Capabilities } from '../../core/capabilities.ts';
import type { CalendarListing, EventPage, UnreadableRow } from '../../ports/provider.ts';
import {
  wireCalendarSchema,
  wireEventSchema,
  wireNameSchema,
  type WireCalendarPage,
  type WireEvent,
  type WireEventPage,
  type WireTime,
} from './wire.ts';

/** Whose rows they are: needed to find the owner's own answer among the guests. */
export interface RowContext {
  readonly calendarId: CalendarId;
  /** Address of the account that read them, or null where it is not known. */
  readonly accountEmail: string | null;
}

/** What an absent field means (google-calendar.md §3.1), all in one place. */
const defaults = {
  status: 'confirmed',
  kind: 'default',
  visibility: 'default',
  transparent: false,
  /** Absent reminders are silent: Google gives `useDefault` on every row that rings by the calendar's own. */
  rings: false,
} as const;

const kinds: ReadonlyMap<unknown, EventKind> = new Map<unknown, EventKind>([
  ...(['default', 'outOfOffice', 'focusTime', 'workingLocation', 'birthday'] as const).map(
    (kind) => [kind, kind] as const,
  ),
  ['fromGmail', 'fromMail'],
]);
const statuses: readonly EventRow['status'][] = ['confirmed', 'tentative', 'cancelled'];
const visibilities: readonly EventRow['visibility'][] = ['default', 'public', 'private', 'confidential'];
const responses: readonly OwnResponse[] = ['accepted', 'tentative', 'needsAction', 'declined'];

/** Takes a list of known values, a value and what to say when it is unknown. */
const known = <Value extends string>(values: readonly Value[], value: string | null | undefined, otherwise: Value) =>
  values.find((candidate) => candidate === value) ?? otherwise;

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const dateTimePattern = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/i;

/** Whether a text names a day that exists: 30 February would be an exception deep inside a date library. */
function isDay(text: string): boolean {
  const [, year, month, day] = (dayPattern.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Takes a wire time; returns the time, or null when it says none that can be read. */
export function readTime(time: WireTime | null | undefined): EventTime | null {
  if (typeof time?.dateTime === 'string') {
    if (!dateTimePattern.test(time.dateTime) || !isDay(time.dateTime.slice(0, 10))) return null;
    return { dateTime: time.dateTime, timeZone: time.timeZone ? time.timeZone : null };
  }
  if (typeof time?.date === 'string' && isDay(time.date)) return { date: time.date };
  return null;
}

const sameAddress = (left: string | null | undefined, right: string | null): boolean =>
  typeof left === 'string' && right !== null && left.toLowerCase() === right.toLowerCase();

/** The guest that is the owner of the calendar: `self` marks the calendar, not the person (google-calendar.md §0.17, §3.2). */
function ownGuest(event: WireEvent, context: RowContext): NonNullable<WireEvent['attendees']>[number] | undefined {
  const guests = event.attendees ?? [];
  return (
    guests.find((guest) => guest.self === true) ??
    guests.find((guest) => sameAddress(guest.email, context.accountEmail)) ??
    guests.find((guest) => sameAddress(guest.email, context.calendarId))
  );
}

/** How the owner of the calendar answered. */
function readOwnResponse(event: WireEvent, own: ReturnType<typeof ownGuest>): OwnResponse {
  if (own !== undefined) return known(responses, own.responseStatus, 'unknown');
  return (event.attendees ?? []).length > 0 || event.attendeesOmitted === true ? 'unknown' : 'none';
}

function readPrivateProperties(event: WireEvent): Record<string, string> {
  const properties = Object.entries(event.extendedProperties?.private ?? {});
  return Object.fromEntries(properties.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/**
 * The longest text of rules and dates that is looked at, about ten thousand dates that are left out: each plan reads all of it, and
 * a row may be as large as an answer.
 */
const longestRecurrence = 200_000;

/** Whether a row says its times: one that is given and cannot be read is not "no time", and a live event has a start. */
function saysTimes(event: WireEvent): boolean {
  if (event.status === 'cancelled') return true;
  const { start, end, originalStartTime } = event;
  if (readTime(start) === null) return false;
  return [end, originalStartTime].every((time) => time === null || time === undefined || readTime(time) !== null);
}

/**
 * Takes one row of any shape; returns it with every absent field defaulted and unknown values made harmless, or null
 * when it is nonsense (no id, fields of the wrong type, times that nobody can read, rules without end).
 */
export function readEvent(value: unknown, context: RowContext): EventRow | null {
  const parsed = wireEventSchema.safeParse(value);
  if (!parsed.success || !saysTimes(parsed.data)) return null;
  const event = parsed.data;
  if ((event.recurrence ?? []).reduce((sum, line) => sum + line.length, 0) > longestRecurrence) return null;
  const properties = readPrivateProperties(event);
  const { tag, tagged } = parseTag(properties);
  const mark = tagged ? parseMark(properties) : null;
  const updatedAt = typeof event.updated === 'string' ? Date.parse(event.updated) : NaN;
  const own = ownGuest(event, context);
  return {
    id: event.id,
    status: known(statuses, event.status, defaults.status),
    etag: event.etag ?? null,
    iCalUid: event.iCalUID ?? null,
    // Because an unknown kind must not be taken for an ordinary meeting, while an absent one is just that.
    kind: typeof event.eventType === 'string' ? (kinds.get(event.eventType) ?? 'other') : defaults.kind,
    start: readTime(event.start),
    end: readTime(event.end),
    recurrence: event.recurrence ?? [],
    recurringEventId: event.recurringEventId ?? null,
    originalStart: readTime(event.originalStartTime),
    transparent: typeof event.transparency === 'string' ? event.transparency === 'transparent' : defaults.transparent,
    visibility: known(visibilities, event.visibility, defaults.visibility),
    ownResponse: readOwnResponse(event, own),
    optionalGuest: own?.optional === true,
    summary: event.summary ?? null,
    place: event.location ?? null,
    description: tagged ? (event.description ?? null) : null,
    colorId: event.colorId ?? null,
    rings:
      event.reminders?.useDefault === true || (event.reminders?.overrides ?? []).length > 0 ? true : defaults.rings,
    tag,
    tagged,
    saysBlock: isBlockSentence(event.description ?? null),
    guests: (event.attendees ?? []).length > 0 || event.attendeesOmitted === true,
    ...(mark === null ? {} : { mark }),
    ...(Number.isNaN(updatedAt) ? {} : { updatedAt }),
  };
}

type View = Pick<CalendarListing, 'access' | 'privateHidden'>;

/**
 * What each role shows and allows (google-calendar.md §5). Whoever may not see private events does not see private properties, and
 * so no tags either: that is reading, whatever may be written.
 */
const views: ReadonlyMap<string, View> = new Map([
  ['freeBusyReader', { access: 'sees-busy', privateHidden: false }],
  ['reader', { access: 'reads', privateHidden: false }],
  ['writerWithoutPrivateAccess', { access: 'reads', privateHidden: true }],
  ['writer', { access: 'writes', privateHidden: false }],
  ['owner', { access: 'owns', privateHidden: false }],
]);

const readView = (role: string | null | undefined): View | null => views.get(role ?? '') ?? null;

/** Takes a row that makes no sense; returns what names it, or null where even its id cannot be read. */
function nameOf(value: unknown): UnreadableRow | null {
  const named = wireNameSchema.safeParse(value).data;
  return named === undefined ? null : { id: named.id, seriesId: named.recurringEventId ?? null };
}

/** Takes rows; returns those that make sense, what names the others as far as it can be read, and how many they are. */
export function readEvents(
  items: readonly unknown[] | null | undefined,
  context: RowContext,
): Pick<EventPage, 'rows' | 'unreadable' | 'unreadableRows'> {
  const rows: EventRow[] = [];
  const others: unknown[] = [];
  for (const item of items ?? []) {
    const row = readEvent(item, context);
    if (row === null) others.push(item);
    else rows.push(row);
  }
  return { rows, unreadable: others.length, unreadableRows: others.map(nameOf).filter((name) => name !== null) };
}

const organizerSchema = z.object({ organizer: wireEventSchema.shape.organizer });

/**
 * Takes rows; returns the calendars other than ours that they say they are on. `organizer.self` means that the organiser is
 * the calendar of this copy; on an honest page its address is therefore the calendar's own, or an older name of it.
 */
function othersNamed(items: readonly unknown[] | null | undefined, context: RowContext): readonly string[] {
  const named = (items ?? []).flatMap((item) => {
    // Not the whole row a second time, because that is the costliest part of a page.
    const organizer = organizerSchema.safeParse(item).data?.organizer;
    return organizer?.self === true && typeof organizer.email === 'string' ? [organizer.email] : [];
  });
  return [...new Set(named)].filter((email) => !sameAddress(email, context.calendarId));
}

/** Takes rows of nothing but ids and statuses; returns the ids of those that are deleted. */
export function readDeletedIds(items: readonly unknown[] | null | undefined): readonly EventId[] {
  return (items ?? []).flatMap((item) => {
    const named = wireNameSchema.safeParse(item).data;
    return named?.status === 'cancelled' ? [named.id] : [];
  });
}

/**
 * Takes the envelope of `events.instances`, a series and one of its slots; returns the row of that slot, or null where it
 * is not among them. Looked for again here, because a parameter that is passed over would give us some other slot.
 */
export function readSlot(
  page: WireEventPage,
  seriesId: EventId,
  slotKey: SlotKey,
  context: RowContext,
): EventRow | null {
  const { rows } = readEvents(page.items, context);
  const isIt = ({ recurringEventId, originalStart }: EventRow): boolean =>
    recurringEventId === seriesId && originalStart !== null && slotKeyOf(originalStart, null) === slotKey;
  return rows.find(isIt) ?? null;
}

/**
 * Takes the envelope of `events.list`; returns the page. A page token wins over a sync token, should both be there. With
 * neither, the listing has not said that it is whole (google-calendar.md §0.4: the last page has a sync token).
 */
export function readEventPage(page: WireEventPage, context: RowContext): Omit<EventPage, 'coverage'> {
  return {
    ofOthers: othersNamed(page.items, context),
    ...readEvents(page.items, context),
    next: page.nextPageToken
      ? { kind: 'more', pageToken: page.nextPageToken }
      : page.nextSyncToken
        ? { kind: 'done', syncToken: page.nextSyncToken }
        : { kind: 'unproven' },
    timeZone: page.timeZone ?? null,
    view: readView(page.accessRole),
  };
}

/** Takes the envelope of `events.list` with nothing but the names of its rows; returns the page, with none of them read. */
export function readNamesPage(page: WireEventPage, context: RowContext): Omit<EventPage, 'coverage'> {
  const items = page.items ?? [];
  return {
    ...readEventPage({ ...page, items: [] }, context),
    unreadable: items.length,
    unreadableRows: items.map(nameOf).filter((name) => name !== null),
  };
}

/** How many calls Google takes in one request (google-calendar.md §4.3). */
export const mostInBatch = 50;

/**
 * Ids are chosen (google-calendar.md §2.2), deleted events are listed (google-calendar.md §1.3), and what becomes of the changed dates
 * of a series that is given another rule is unknown (google-calendar.md §10 no. 2). Out-of-office events are for main calendars
 * (google-calendar.md §3.1).
 */
const capabilities: Omit<Capabilities, 'outOfOffice'> = {
  choosesIds: true,
  reshapesInPlace: false,
  writes: 'slots',
  listsDeletions: true,
  colours: true,
  batchSize: mostInBatch,
};

/** Google says only by the domain of the id what a calendar is (google-calendar.md §5): rooms, and what it fills by itself. */
function natureOf(id: string): Nature {
  if (/@resource\.calendar\./i.test(id)) return 'room';
  return /@group\.v\.calendar\./i.test(id) ? 'automatic' : 'ordinary';
}

/**
 * Takes the envelope of `calendarList.list`; returns the calendars that may be read. Entries without any access, and
 * entries that make no sense, are left out and counted.
 */
export function readCalendars(page: WireCalendarPage): {
  readonly calendars: readonly CalendarListing[];
  readonly unreadable: number;
} {
  const calendars: CalendarListing[] = [];
  let unreadable = 0;
  for (const item of page.items ?? []) {
    const calendar = wireCalendarSchema.safeParse(item).data;
    const id = calendarIdSchema.safeParse(calendar?.id).data;
    if (calendar === undefined || id === undefined) {
      unreadable += 1;
      continue;
    }
    if (calendar.deleted === true || calendar.accessRole === 'none') continue;
    const colour = calendar.backgroundColor?.toLowerCase();
    calendars.push({
      id,
      name: calendar.summaryOverride ?? calendar.summary ?? calendar.id,
      timeZone: calendar.timeZone ?? null,
      colour: colour !== undefined && /^#[0-9a-f]{6}$/.test(colour) ? colour : null,
      // Because a role that we do not know may allow nothing but looking.
      ...(readView(calendar.accessRole) ?? { access: 'sees-busy', privateHidden: false }),
      primary: calendar.primary === true,
      selected: calendar.selected === true,
      hidden: calendar.hidden === true,
      nature: natureOf(id),
      capabilities: { ...capabilities, outOfOffice: calendar.primary === true },
    });
  }
  return { calendars, unreadable };
}
