import type { ApiFailure } from '../failures.ts';
import { without } from '../objects.ts';
import type { Outcome } from '../outcome.ts';
import { continueFrom, producesSlot, truncateBefore } from '../recurrence.ts';
import { canonicalTime, readTime, slotFromKey, slotKey } from '../time.ts';
import type { When } from '../time.ts';
import type { CalendarStore, StoredEvent } from './calendar.ts';
import { endOfSlot, mergePatch } from './event-content.ts';
import type { EventContent } from './event-content.ts';
import type { GrantBook } from './grants.ts';
import { renderEvent } from './render.ts';
import type { Row } from './render.ts';
import { draftOf, isCancelled } from './service.ts';
import type { AccessRole, Account, CalendarService, Writer } from './service.ts';
import { commitUnit, deleteWithCopies, insertEvent, moveEvent, patchEvent } from './writes/index.ts';

/** An event as the person sees it after an action. */
export type PersonEvent = Row & { readonly id: string };
/** Some fields of an event in Google's event-resource form. */
export type EventFields = Readonly<Record<string, unknown>>;
/** An answer to an invitation. */
export type ResponseStatus = 'needsAction' | 'declined' | 'tentative' | 'accepted';

/** Thrown when an action asks for something that the web UI would not offer, such as a slot that a series has not. */
export class PersonCannotError extends Error {
  readonly failure: ApiFailure | undefined;

  constructor(message: string, failure?: ApiFailure) {
    super(message);
    this.name = 'PersonCannotError';
    this.failure = failure;
  }
}

/** Where the second half of a split series gets its id from (google-calendar.md §0.11). */
export type SplitForm = 'R' | 'new';

/**
 * What one person does in the web UI of the calendar. Calendars are named by id or `primary`; a slot is named by its
 * original start (`2026-03-27T09:00:00+01:00`, `2026-03-27`) or by the suffix of its instance id.
 * Every action throws {@link PersonCannotError} when it cannot be done.
 */
export class Person {
  email: string;
  readonly #service: CalendarService;
  readonly #grants: GrantBook;
  #writer: Writer;

  constructor(service: CalendarService, grants: GrantBook, email: string) {
    if (!service.accounts.has(email)) throw new PersonCannotError(`There is no account ${email} in this world.`);
    this.email = email;
    this.#service = service;
    this.#grants = grants;
    this.#writer = { email, via: 'person', blocksOnly: false, clientId: undefined };
  }

  /** Creates an event from a body in event-resource form. */
  createEvent(calendarId: string, body: EventFields): PersonEvent {
    return this.#done(calendarId, insertEvent(this.#service, this.#writer, calendarId, body));
  }

  /** The event, or slot, as this person sees it; undefined when there is none. Deleted ones are shown as cancelled. */
  getEvent(calendarId: string, eventId: string): PersonEvent | undefined {
    const { calendar } = this.#calendar(calendarId);
    const located = this.#service.locate(calendar, eventId);
    return located === undefined ? undefined : this.#show(calendarId, located.event);
  }

  /** Changes fields of an event, or of a slot when an instance id is given. */
  patchEvent(calendarId: string, eventId: string, patch: EventFields): PersonEvent {
    return this.#done(calendarId, patchEvent(this.#service, this.#writer, calendarId, eventId, patch));
  }

  /** Moves an event to other times. */
  moveTime(calendarId: string, eventId: string, start: EventFields, end: EventFields): PersonEvent {
    return this.patchEvent(calendarId, eventId, { start: fullTime(start), end: fullTime(end) });
  }

  /** Deletes an event or a whole series; guests' copies go too. */
  deleteEvent(calendarId: string, eventId: string): void {
    this.#done(calendarId, deleteWithCopies(this.#service, this.#writer, calendarId, eventId));
  }

  /** Deletes one slot of a series. */
  deleteSlot(calendarId: string, seriesId: string, slot: string): void {
    const id = this.#slotId(calendarId, seriesId, slot);
    this.#done(calendarId, deleteWithCopies(this.#service, this.#writer, calendarId, id));
  }

  /** Changes one slot of a series ("this event"). */
  editSlot(calendarId: string, seriesId: string, slot: string, patch: EventFields): PersonEvent {
    const full = { ...patch, ...pickTimes(patch) };
    return this.patchEvent(calendarId, this.#slotId(calendarId, seriesId, slot), full);
  }

  /**
   * Changes a series ("all events"): texts that exceptions had changed are overwritten, and the series that came from
   * an earlier split change along (google-calendar.md §1.3).
   */
  editAll(calendarId: string, seriesId: string, patch: EventFields): PersonEvent {
    const { calendar } = this.#calendar(calendarId);
    const edited = this.patchEvent(calendarId, seriesId, { ...patch, ...pickTimes(patch) });
    const texts = without(patch as Record<string, unknown>, 'start', 'end', 'recurrence', 'status');
    if (Object.keys(texts).length === 0) return edited;
    const base = seriesId.replace(/_R\d.*$/, '');
    const siblings = [...calendar.all()].filter(
      (event) =>
        event.id !== seriesId &&
        event.recurringEventId === undefined &&
        !isCancelled(event) &&
        (event.id === base || event.id.startsWith(`${base}_R`)),
    );
    for (const sibling of siblings) this.patchEvent(calendarId, sibling.id, texts);
    for (const id of [seriesId, ...siblings.map((sibling) => sibling.id)]) {
      for (const exception of calendar.exceptionsOf(id)) {
        if (!isCancelled(exception)) this.patchEvent(calendarId, exception.id, texts);
      }
    }
    return this.getEvent(calendarId, seriesId) ?? edited;
  }

  /**
   * "This and following events": the series ends before the slot and a new one begins there, with the change. The new
   * one carries over all fields, private extended properties included; exceptions after the cut are lost.
   * Form `R` gives the id `{series}_R{start}`, form `new` a new one, as the web UI does when the time changes too.
   */
  splitThisAndFollowing(
    calendarId: string,
    seriesId: string,
    slot: string,
    patch: EventFields = {},
    form: SplitForm = 'R',
  ): PersonEvent {
    const { calendar } = this.#calendar(calendarId);
    const { master, when } = this.#slot(calendar, seriesId, slot);
    const shape = this.#service.shape(calendar, master);
    const stamp = slotKey(when).replace(/Z$/, '');
    const id = form === 'R' ? `${seriesId.replace(/_R\d.*$/, '')}_R${stamp}` : this.#service.random.eventId();
    if (calendar.get(id) !== undefined) throw new PersonCannotError(`The id ${id} is taken.`);
    const carried = without(master.content, 'iCalUID', 'sequence', 'status');
    const body = mergePatch(
      {
        ...carried,
        start: canonicalTime(when),
        end: canonicalTime(endOfSlot(when, master.start, master.end)),
        recurrence: continueFrom(shape, when),
        id,
      },
      { ...patch, ...pickTimes(patch) },
    );
    this.#truncate(calendarId, calendar, master, when);
    this.createEvent(calendarId, body as EventFields);
    // One edit has made both rows, and the new one is as old as its series.
    calendar.align(id, seriesId);
    return this.#show(calendarId, calendar.get(id) ?? master);
  }

  /** Gives an event a new etag and nothing else, as the service does at times for reasons of its own. */
  touchEvent(calendarId: string, eventId: string): void {
    this.#calendar(calendarId).calendar.touch(eventId, this.#service.now());
  }

  /** Deletes a slot and all that follow; at the first slot that is the whole series. */
  deleteThisAndFollowing(calendarId: string, seriesId: string, slot: string): void {
    const { calendar } = this.#calendar(calendarId);
    const { master, when } = this.#slot(calendar, seriesId, slot);
    if (slotKey(when) === slotKey(master.start)) this.deleteEvent(calendarId, seriesId);
    else this.#truncate(calendarId, calendar, master, when);
  }

  /** Moves an event to another calendar, where it keeps its id. */
  moveToCalendar(calendarId: string, eventId: string, destinationId: string): PersonEvent {
    const moved = moveEvent(this.#service, this.#writer, calendarId, eventId, destinationId);
    this.#done(calendarId, moved);
    const there = this.getEvent(destinationId, eventId);
    if (there === undefined) throw new PersonCannotError(`The event ${eventId} did not arrive.`);
    return there;
  }

  /** Answers an invitation, for the whole event or for one slot; every guest's copy shows the answer. */
  respond(calendarId: string, eventId: string, answer: ResponseStatus, slot?: string): PersonEvent {
    const { calendar } = this.#calendar(calendarId);
    const id = slot === undefined ? eventId : this.#slotId(calendarId, eventId, slot);
    const own = this.#service.locate(calendar, id)?.event;
    if (own === undefined || isCancelled(own))
      throw new PersonCannotError(`There is no event ${id} on ${calendar.id}.`);
    const copies = this.#service.switches.invitationsTravel ? [...this.#service.calendars.values()] : [calendar];
    for (const holder of copies) {
      const copy = this.#service.locate(holder, id)?.event;
      if (copy === undefined || isCancelled(copy) || copy.content.iCalUID !== own.content.iCalUID) continue;
      const content = { ...copy.content, attendees: answered(copy.content, calendar.id, answer, holder === calendar) };
      commitUnit(this.#service, holder, { ...draftOf(copy), content }, copy);
    }
    return this.#show(calendarId, this.#service.locate(calendar, id)?.event ?? own);
  }

  /** Duplicates an event, as the web UI does: all fields and private extended properties, under a new id. */
  duplicateEvent(
    calendarId: string,
    eventId: string,
    changes: EventFields = {},
    destinationId = calendarId,
  ): PersonEvent {
    const { calendar } = this.#calendar(calendarId);
    const source = this.#service.locate(calendar, eventId)?.event;
    if (source === undefined) throw new PersonCannotError(`There is no event ${eventId} on ${calendar.id}.`);
    const body = without(source.content, 'iCalUID', 'sequence', 'status', 'organizer', 'creator');
    return this.createEvent(destinationId, mergePatch(body, { ...changes, ...pickTimes(changes) }) as EventFields);
  }

  /** Takes a deleted event out of the bin. */
  undelete(calendarId: string, eventId: string): PersonEvent {
    return this.patchEvent(calendarId, eventId, { status: 'confirmed' });
  }

  /** Creates a secondary calendar and returns its id. */
  createCalendar(summary: string, timeZone = 'UTC', id?: string): string {
    const calendarId = id ?? `${this.#service.random.eventId()}@group.calendar.google.com`;
    if (this.#service.calendars.has(calendarId)) throw new PersonCannotError(`The calendar ${calendarId} exists.`);
    this.#service.addCalendar({ id: calendarId, summary, timeZone, primaryOf: undefined });
    this.#service.subscribe(this.#account(this.email), calendarId, { accessRole: 'owner' });
    return calendarId;
  }

  /** Renames a calendar for everybody; a calendar list delta does not report it (google-calendar.md §5). */
  renameCalendar(calendarId: string, summary: string): void {
    this.#calendar(calendarId).calendar.summary = summary;
  }

  /** Gives an account a role on a calendar, or takes it away with null; sync tokens die of it (google-calendar.md §1.2). */
  shareCalendar(calendarId: string, email: string, role: AccessRole | null): void {
    const { calendar } = this.#calendar(calendarId);
    const account = this.#account(email);
    const entry = account.entries.get(calendar.id);
    calendar.aclEpoch += 1;
    if (role !== null) this.#service.subscribe(account, calendar.id, { accessRole: role, deleted: false });
    else if (entry !== undefined) this.#service.subscribe(account, calendar.id, { ...entry, deleted: true });
  }

  /** Deletes a secondary calendar for everybody. */
  deleteCalendar(calendarId: string): void {
    const { calendar } = this.#calendar(calendarId);
    if (calendar.primaryOf !== undefined) throw new PersonCannotError('A primary calendar cannot be deleted.');
    this.#service.removeCalendar(calendar.id);
  }

  /** Gives the account another address, and with it its primary calendar another id; grants go on. */
  renameAddress(address: string): void {
    if (this.#service.accounts.has(address) || this.#service.calendars.has(address)) {
      throw new PersonCannotError(`The address ${address} is taken.`);
    }
    this.#service.renameAccount(this.email, address);
    this.#grants.rename(this.email, address);
    this.email = address;
    this.#writer = { ...this.#writer, email: address };
  }

  /** Withdraws every grant of this account, as its security page does: refresh tokens answer invalid_grant. */
  revokeAccess(): void {
    this.#grants.revokeAll(this.email);
  }

  #truncate(calendarId: string, calendar: CalendarStore, master: StoredEvent, when: When): void {
    const recurrence = truncateBefore(this.#service.shape(calendar, master), when);
    this.#done(calendarId, patchEvent(this.#service, this.#writer, calendarId, master.id, { recurrence }));
  }

  #account(email: string): Account {
    const account = this.#service.accounts.get(email);
    if (account === undefined) throw new PersonCannotError(`There is no account ${email} in this world.`);
    return account;
  }

  #calendar(calendarId: string): { calendar: CalendarStore; role: AccessRole } {
    const found = this.#service.resolve(this.email, calendarId);
    if (!found.ok) throw new PersonCannotError(`${this.email} has no calendar ${calendarId}.`, found.failure);
    return found.value;
  }

  #slot(calendar: CalendarStore, seriesId: string, slot: string): { master: StoredEvent; when: When } {
    const master = calendar.get(seriesId);
    if (master === undefined || isCancelled(master)) {
      throw new PersonCannotError(`There is no series ${seriesId} on ${calendar.id}.`);
    }
    const shape = this.#service.shape(calendar, master);
    const when =
      slotFromKey(slot.replace(/^.*_/, ''), shape.zone) ??
      readTime(slot.length === 10 ? { date: slot } : { dateTime: slot }, shape.zone);
    const kept = when?.kind === 'timed' ? { ...when, timeZone: shape.zone } : when;
    if (kept === undefined || !producesSlot(shape, kept)) {
      throw new PersonCannotError(`The series ${seriesId} has no slot ${slot}.`);
    }
    return { master, when: kept };
  }

  #slotId(calendarId: string, seriesId: string, slot: string): string {
    const { calendar } = this.#calendar(calendarId);
    return this.#service.slotId(seriesId, this.#slot(calendar, seriesId, slot).when);
  }

  #done(calendarId: string, outcome: Outcome<StoredEvent>): PersonEvent {
    if (!outcome.ok) throw new PersonCannotError(outcome.failure.message, outcome.failure);
    return this.#show(calendarId, outcome.value);
  }

  #show(calendarId: string, event: StoredEvent): PersonEvent {
    const { calendar, role } = this.#calendar(calendarId);
    const view = { calendar, role, email: this.email, timeZone: calendar.timeZone, maxAttendees: undefined };
    return { ...renderEvent(this.#service, event, view), id: event.id };
  }
}

/** A time that replaces the other kind too: a date takes the date-time away, and the other way round. */
function fullTime(time: EventFields): EventFields {
  return 'date' in time ? { dateTime: null, timeZone: null, ...time } : { date: null, ...time };
}

function pickTimes(patch: EventFields): EventFields {
  const times: Record<string, unknown> = {};
  for (const name of ['start', 'end']) {
    const time = patch[name];
    if (typeof time === 'object' && time !== null) times[name] = fullTime(time as EventFields);
  }
  return times;
}

function answered(
  content: EventContent,
  email: string,
  answer: ResponseStatus,
  isOwn: boolean,
): NonNullable<EventContent['attendees']> {
  const attendees = content.attendees ?? [];
  const changed = attendees.map((attendee) =>
    attendee.email === email ? { ...attendee, responseStatus: answer } : attendee,
  );
  const listed = attendees.some((attendee) => attendee.email === email);
  return listed || !isOwn ? changed : [...changed, { email, responseStatus: answer }];
}
