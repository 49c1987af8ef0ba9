import { savePolicies } from '../../src/main/app/policies.ts';
import type { BlockPolicy, PolicyChange } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { PersonCannotError, type Person, type ResponseStatus, type World } from '../../src/simulator/index.ts';
import { openWorkplace, undoRun, type Laptop, type Workplace } from '../support/laptop.ts';
import { Book, type Edit, type MeetingName, type WorldSpec } from './book.ts';
import { Expander } from './expander.ts';
import {
  difference,
  expected,
  OracleError,
  shownOn,
  type CalendarEvent,
  type OracleMesh,
  type Picture,
  type Window,
} from './oracle.ts';

const dayMilliseconds = 86_400_000;

interface Guest {
  readonly email: string;
  readonly responseStatus?: string;
  readonly optional?: boolean;
}

/** An event as the simulator's dump has it, in Google's words. */
export interface Resource {
  readonly id: string;
  readonly status?: string;
  readonly iCalUID?: string;
  readonly eventType?: CalendarEvent['kind'];
  readonly summary?: string;
  readonly start?: Partial<Record<'date' | 'dateTime' | 'timeZone', string>>;
  readonly end?: Partial<Record<'date' | 'dateTime' | 'timeZone', string>>;
  readonly originalStartTime?: Partial<Record<'date' | 'dateTime' | 'timeZone', string>>;
  readonly recurrence?: readonly string[];
  readonly recurringEventId?: string;
  readonly transparency?: string;
  readonly attendees?: readonly Guest[];
  readonly extendedProperties?: { readonly private?: Readonly<Record<string, string>> };
}

function timeOf(time: Resource['start']): EventTime | null {
  if (time?.date !== undefined) return { date: time.date };
  return time?.dateTime === undefined ? null : { dateTime: time.dateTime, timeZone: time.timeZone ?? null };
}

function ownRow({ attendees = [] }: Resource, calendarId: string, person: string): Guest | undefined {
  const of = (name: string) => attendees.find(({ email }) => email === name);
  return of(calendarId) ?? of(person);
}

function answerOf(resource: Resource, calendarId: string, person: string): CalendarEvent['ownResponse'] {
  if (resource.attendees === undefined || resource.attendees.length === 0) return 'none';
  const own = ownRow(resource, calendarId, person)?.responseStatus;
  return own === 'accepted' || own === 'declined' || own === 'tentative' || own === 'needsAction' ? own : 'unknown';
}

/** Takes a row of a calendar and who reads it; returns it in the oracle's words. */
export function eventOf(resource: Resource, calendarId: string, person = calendarId): CalendarEvent {
  const { status } = resource;
  return {
    id: resource.id,
    status: status === 'cancelled' || status === 'tentative' ? status : 'confirmed',
    iCalUid: resource.iCalUID ?? null,
    kind: resource.eventType ?? 'default',
    start: timeOf(resource.start),
    end: timeOf(resource.end),
    recurrence: resource.recurrence ?? [],
    recurringEventId: resource.recurringEventId ?? null,
    originalStart: timeOf(resource.originalStartTime),
    transparent: resource.transparency === 'transparent',
    ownResponse: answerOf(resource, calendarId, person),
    optionalGuest: ownRow(resource, calendarId, person)?.optional === true,
    summary: resource.summary ?? null,
  };
}

/**
 * A world of accounts in the simulator, each with its own calendar: what a person's edits mean there, in the words of the
 * web page. What that does to exceptions, guests and ids is the simulator's own doing.
 */
class SimulatedWorld {
  readonly ids: readonly string[];
  readonly #place: Workplace;
  readonly #laptop: Laptop;
  readonly #spec: WorldSpec;
  readonly #expander: Expander;
  readonly #from: number;
  readonly #meetings: (MeetingName & { readonly organiser: number })[] = [];
  readonly #routes = new Map<string, { sourceId: string; targetId: string; block: BlockPolicy }>();

  constructor(place: Workplace, laptop: Laptop, spec: WorldSpec, expander: Expander) {
    this.#place = place;
    this.#laptop = laptop;
    this.#spec = spec;
    this.#expander = expander;
    this.#from = place.clock.now();
    this.ids = accountsOf(spec);
    for (const [index, { source, target, busy }] of spec.calendars.entries()) {
      laptop.use(this.#id(index), { source, target });
      laptop.store.setBusy(toCalendarId(this.#id(index)), busy);
    }
    this.#saveBlocks();
  }

  /** Events and our blocks on each calendar, in the order of the calendars. */
  rows(): readonly { readonly events: readonly CalendarEvent[]; readonly blocks: readonly CalendarEvent[] }[] {
    const dump = this.#place.simulator.dump();
    return this.ids.map((id) => {
      const all = (dump.find((calendar) => calendar.id === id)?.events ?? []) as unknown as readonly Resource[];
      const isOurs = (resource: Resource): boolean =>
        resource.extendedProperties?.private?.['calsync.ref'] !== undefined;
      const series = new Set(all.filter(isOurs).map((resource) => resource.id));
      const ours = (resource: Resource): boolean => isOurs(resource) || series.has(resource.recurringEventId ?? '');
      return {
        events: all.filter((resource) => !ours(resource)).map((resource) => eventOf(resource, id)),
        blocks: all.filter(ours).map((resource) => eventOf(resource, id)),
      };
    });
  }

  mesh(): OracleMesh {
    const rows = this.rows();
    const records = new Map(this.#laptop.store.calendars().map((record) => [record.id as string, record]));
    return {
      calendars: this.ids.map((id, index) => {
        const record = records.get(id);
        const spec = this.#spec.calendars[index];
        if (record === undefined || spec === undefined) throw new RangeError(`no calendar ${id}`);
        const { source, target, busy } = record;
        return { id, timeZone: spec.zone, source, target, busy, events: rows[index]?.events ?? [] };
      }),
      blockPolicy: (sourceId, targetId) => this.#routes.get(`${sourceId}|${targetId}`)?.block ?? this.#spec.block,
    };
  }

  /** Does what a person does; nothing where the web page would not offer it. */
  edit(edit: Edit): void {
    try {
      this.#do(edit);
    } catch (error) {
      if (!(error instanceof PersonCannotError)) throw error;
    }
  }

  #id(index: number): string {
    return this.ids[index % this.ids.length] ?? '';
  }

  #person(index: number): Person {
    return this.#place.simulator.person(this.#id(index));
  }

  /** As the window does it, so that a choice can be undone. */
  #choose(change: PolicyChange): void {
    const { deps: engine, store, clock } = this.#laptop;
    const saved = savePolicies({ engine, store, clock }, [change]);
    if (!saved.ok) throw new RangeError(saved.error.code);
  }

  #saveBlocks(): void {
    const { store } = this.#laptop;
    const routes = [...this.#routes.values()].map((route) => ({
      ...route,
      sourceId: toCalendarId(route.sourceId),
      targetId: toCalendarId(route.targetId),
    }));
    store.saveSettings({ ...store.settings(), block: this.#spec.block, routes });
    store.markAllDirty();
  }

  /** The calendars on paper as they are now. */
  #book(): Book {
    const book = new Book(this.#spec, this.#expander, this.#from);
    book.fill(
      this.rows().map(({ events }) => events),
      this.#meetings,
    );
    return book;
  }

  #do(edit: Edit): void {
    switch (edit.kind) {
      case 'add':
        this.#add(edit);
        return;
      case 'busy': {
        const { hours, ...busy } = edit.busy;
        this.#choose({
          kind: 'busy',
          calendarId: toCalendarId(this.#id(edit.calendar)),
          busy: { ...busy, hours: hours === null ? null : { ...hours, days: [...hours.days] } },
        });
        return;
      }
      case 'use': {
        const { source, target } = edit;
        this.#choose({ kind: 'use', calendarId: toCalendarId(this.#id(edit.calendar)), source, target });
        return;
      }
      case 'block': {
        const [sourceId, targetId] = [this.#id(edit.source), this.#id(edit.target)];
        this.#routes.set(`${sourceId}|${targetId}`, { sourceId, targetId, block: edit.block });
        const block = { ...edit.block };
        this.#choose({ kind: 'route', sourceId: toCalendarId(sourceId), targetId: toCalendarId(targetId), block });
        return;
      }
      default: {
        if (this.#meetings.length === 0) return;
        const number = edit.meeting % this.#meetings.length;
        const meeting = this.#meetings[number];
        if (meeting !== undefined) this.#editMeeting(number, meeting, edit);
      }
    }
  }

  #add(edit: Extract<Edit, { kind: 'add' }>): void {
    const book = this.#book();
    const before = new Set(book.calendars.flatMap((calendar) => [...calendar.rows.keys()]));
    book.edit(edit);
    const organiser = (edit.meeting.copies[0]?.calendar ?? 0) % this.ids.length;
    const row = [...(book.calendars[organiser]?.rows.values() ?? [])].find(({ event }) => !before.has(event.id))?.event;
    if (row === undefined) return;
    const guests = edit.meeting.copies.map((copy) => ({
      email: this.#id(copy.calendar),
      answer: copy.answer,
      optional: copy.optional === true,
    }));
    const attendees =
      guests.length === 1 && row.ownResponse === 'none'
        ? []
        : guests
            .filter(({ answer }) => answer !== 'unknown')
            .map(({ email, answer, optional }) => ({
              email,
              responseStatus: answer === 'none' ? 'accepted' : answer,
              ...(optional ? { optional } : {}),
            }));
    const made = this.#person(organiser).createEvent(this.#id(organiser), {
      status: row.status,
      start: row.start,
      end: row.end,
      ...(row.recurrence.length > 0 ? { recurrence: row.recurrence } : {}),
      ...(row.summary === null ? {} : { summary: row.summary }),
      ...(row.kind === 'other' ? {} : { eventType: row.kind }),
      transparency: row.transparent ? 'transparent' : 'opaque',
      attendees: [
        ...attendees,
        ...(guests.length > 1 || row.ownResponse !== 'none' ? [{ email: 'x@elsewhere.example' }] : []),
      ],
    });
    this.#meetings.push({ id: made.id, uid: `${made.id}@google.com`, organiser });
  }

  #editMeeting(
    number: number,
    { id, organiser }: MeetingName & { readonly organiser: number },
    edit: Exclude<Edit, { kind: 'add' | 'busy' | 'use' | 'block' }>,
  ): void {
    const book = this.#book();
    const holders = book.holdersOf(number);
    const holderOf = (copy: number | null): number =>
      copy === null ? organiser : (holders[copy % Math.max(1, holders.length)] ?? organiser);
    const person = this.#person(organiser);
    const home = this.#id(organiser);
    const slot = 'slot' in edit ? book.slotOf(number, edit.slot) : null;
    if ('slot' in edit && slot === null) return;
    const after = (rowId: string): CalendarEvent | undefined => {
      book.edit({ ...edit, meeting: number });
      return book.calendars[organiser]?.rows.get(rowId)?.event;
    };
    switch (edit.kind) {
      case 'slot-time': {
        const row = after(slot?.id ?? '');
        if (row?.start === undefined || row.status === 'cancelled') return;
        person.editSlot(home, id, slot?.key ?? '', { start: row.start, end: row.end });
        return;
      }
      case 'slot-cancel': {
        const holder = holderOf(edit.copy);
        this.#person(holder).deleteSlot(this.#id(holder), id, slot?.key ?? '');
        return;
      }
      case 'slot-restore': {
        const holder = holderOf(edit.copy);
        this.#person(holder).undelete(this.#id(holder), slot?.id ?? '');
        return;
      }
      case 'slot-answer':
      case 'answer': {
        const holder = holderOf(edit.copy);
        const answer: ResponseStatus = edit.answer === 'none' || edit.answer === 'unknown' ? 'accepted' : edit.answer;
        this.#person(holder).respond(this.#id(holder), id, answer, slot?.key);
        return;
      }
      case 'slot-mark': {
        const holder = holderOf(edit.copy);
        const transparency = edit.transparent ? 'transparent' : 'opaque';
        this.#person(holder).editSlot(this.#id(holder), id, slot?.key ?? '', { transparency });
        return;
      }
      case 'mark': {
        const holder = holderOf(edit.copy);
        const transparency = edit.transparent ? 'transparent' : 'opaque';
        this.#person(holder).patchEvent(this.#id(holder), id, { transparency });
        return;
      }
      case 'slot-title':
        person.editSlot(home, id, slot?.key ?? '', { summary: edit.title });
        return;
      case 'title':
        person.editAll(home, id, { summary: edit.title });
        return;
      case 'tentative':
        person.patchEvent(home, id, { status: edit.tentative ? 'tentative' : 'confirmed' });
        return;
      case 'time':
      case 'rule':
      case 'end':
      case 'exdate':
      case 'rdate': {
        const row = after(id);
        if (row === undefined || row.status === 'cancelled') return;
        const recurrence = row.recurrence.length === 0 ? null : row.recurrence;
        person.editAll(home, id, { start: row.start, end: row.end, recurrence });
        return;
      }
      case 'split': {
        const before = new Set(book.calendars[organiser]?.rows.keys());
        book.edit({ ...edit, meeting: number });
        const made = [...(book.calendars[organiser]?.rows.values() ?? [])].find(
          ({ event }) => !before.has(event.id),
        )?.event;
        if (made === undefined) return;
        const moves = edit.shift !== 0 || edit.minutes !== null;
        const times = moves ? { start: made.start, end: made.end } : {};
        const next = person.splitThisAndFollowing(home, id, slot?.key ?? '', times, moves ? 'new' : edit.form);
        this.#meetings.push({ id: next.id, uid: `${next.id}@google.com`, organiser });
        return;
      }
      case 'truncate':
        person.deleteThisAndFollowing(home, id, slot?.key ?? '');
        return;
      case 'delete': {
        const holder = holderOf(edit.copy);
        this.#person(holder).deleteEvent(this.#id(holder), id);
        return;
      }
      case 'undelete': {
        const holder = edit.copy === null ? organiser : edit.copy;
        this.#person(holder).undelete(this.#id(holder), id);
        return;
      }
      case 'invite': {
        const there = (person.getEvent(home, id)?.['attendees'] ?? []) as readonly { readonly email: string }[];
        const email = this.#id(edit.copy.calendar);
        const own = there.length === 0 ? [{ email: home, responseStatus: 'accepted' }] : there;
        if (own.some((guest) => guest.email === email)) return;
        const { answer, optional = false } = edit.copy;
        const responseStatus = answer === 'none' || answer === 'unknown' ? 'accepted' : answer;
        person.patchEvent(home, id, {
          attendees: [...own, { email, responseStatus, ...(optional ? { optional } : {}) }],
        });
        return;
      }
      // The web page offers these only between calendars of one account, or by ways that the simulator does not have.
      case 'to-calendar':
      case 'slot-invite':
        return;
    }
  }
}

const accountsOf = (spec: WorldSpec): readonly string[] =>
  spec.calendars.map((_, index) => `${'abcdefgh'[index] ?? 'z'}@calendar.example`);

/** Sets a world up in the simulator, and a computer that knows it. */
async function setUp(
  spec: WorldSpec,
  expander: Expander,
): Promise<{ readonly place: Workplace; readonly laptop: Laptop; readonly world: SimulatedWorld }> {
  const accounts = accountsOf(spec).map((email, index): World['accounts'][number] => ({
    email,
    name: email,
    calendars: [
      { id: email, summary: email, timeZone: spec.calendars[index]?.zone ?? 'UTC', accessRole: 'owner', primary: true },
    ],
  }));
  const place = await openWorkplace({
    world: { accounts },
    switches: { masterTimeChange: spec.habits.resets ? 'resetAll' : 'keepProduced' },
  });
  const laptop = await place.laptop();
  return { place, laptop, world: new SimulatedWorld(place, laptop, spec, expander) };
}

/** The year from the day after tomorrow on: what is over is not kept right. */
function windowOf(place: Workplace): Window {
  const from = place.clock.now() + 2 * dayMilliseconds;
  return { from, to: from + 365 * dayMilliseconds };
}

/** When each calendar is busy by our blocks, in the order of the calendars. */
function picturesOf(spec: WorldSpec, world: SimulatedWorld, window: Window, expander: Expander): readonly Picture[] {
  return world.rows().map(({ blocks }, index) => {
    const timeZone = spec.calendars[index]?.zone ?? 'UTC';
    return shownOn(blocks, { id: world.ids[index] ?? '', timeZone }, window, expander);
  });
}

function compare(round: number, what: string, was: readonly Picture[], is: readonly Picture[]): void {
  for (const [index, picture] of was.entries()) {
    const shown = is[index];
    const wrong = shown === undefined ? 'no calendar' : difference(picture, shown);
    if (wrong !== null) throw new OracleError(round, `${what}, calendar ${index}\n${wrong}`);
  }
}

/**
 * Takes a world; after each round, undoes the sync that carried it out, and that undo: every minute of every target must be as
 * it was before, then as it was after, and each time three further syncs write nothing. Throws {@link OracleError} where
 * that is not so. What is undone is left where something was changed since, which nothing was.
 */
export async function checkUndo(spec: WorldSpec, expander: Expander = new Expander()): Promise<void> {
  const { place, laptop, world } = await setUp(spec, expander);
  try {
    const window = windowOf(place);
    const pictures = (): readonly Picture[] => picturesOf(spec, world, window, expander);
    const rest = async (round: number, what: string): Promise<void> => {
      for (let count = 0; count < 3; count += 1) {
        const run = await laptop.sync();
        if (run.writes > 0 || run.held > 0 || place.simulator.violations.length > 0) {
          throw new OracleError(round, `${what}: not at rest: ${JSON.stringify([run, place.simulator.violations])}`);
        }
      }
    };
    // By themselves, because a choice that is restored holds for what came in the same sync as well.
    const isChoice = ({ kind }: Edit): boolean => kind === 'busy' || kind === 'use' || kind === 'block';
    const steps = spec.rounds.flatMap((edits, round) => [
      { round, edits: edits.filter((edit) => !isChoice(edit)) },
      { round, edits: edits.filter(isChoice) },
    ]);
    for (const { round, edits } of steps) {
      const before = pictures();
      for (const edit of edits) world.edit(edit);
      const run = await laptop.sync();
      // What a service does to the dates of a block by itself is put right by a sync of its own.
      if ((await laptop.sync()).writes > 0) continue;
      if (laptop.store.written(run.id).length === 0) continue;
      const after = pictures();
      const undone = await undoRun(laptop, run.id);
      if (undone.left.length > 0) throw new OracleError(round, `left: ${JSON.stringify(undone.left)}`);
      compare(round, 'undone', before, pictures());
      await rest(round, 'undone');
      if (laptop.store.written(undone.done.id).length === 0) continue;
      const again = await undoRun(laptop, undone.done.id);
      if (again.left.length > 0) throw new OracleError(round, `left again: ${JSON.stringify(again.left)}`);
      compare(round, 'undo undone', after, pictures());
      await rest(round, 'undo undone');
    }
  } finally {
    await place.close();
  }
}

/**
 * Takes a world; lets the whole of CalSync sync it with the simulator after each round, store, provider and wire
 * included, and compares every target with what the oracle says; then nothing may be left to do. Throws
 * {@link OracleError} where that is not so.
 */
export async function checkSimulator(spec: WorldSpec, expander: Expander = new Expander()): Promise<void> {
  const { place, laptop, world } = await setUp(spec, expander);
  try {
    const window = windowOf(place);
    for (const [round, edits] of spec.rounds.entries()) {
      for (const edit of edits) world.edit(edit);
      const run = await laptop.sync();
      if (run.errors.length > 0) throw new OracleError(round, `errors: ${JSON.stringify(run.errors)}`);
      // Because a service that clears the changed dates of a series with its rule clears those of our own blocks too, which
      // only the next read can show.
      if (spec.habits.resets && run.changed > 0) await laptop.sync();
      const rows = world.rows();
      for (const [id, picture] of expected(world.mesh(), window, expander)) {
        const index = world.ids.indexOf(id);
        const timeZone = spec.calendars[index]?.zone ?? 'UTC';
        const shown = shownOn(rows[index]?.blocks ?? [], { id, timeZone }, window, expander);
        const wrong = difference(picture, shown);
        if (wrong !== null) throw new OracleError(round, `${id}\n${wrong}`);
      }
      const again = await laptop.sync();
      if (
        again.writes > 0 ||
        again.held > 0 ||
        laptop.store.mutes().length > 0 ||
        place.simulator.violations.length > 0
      ) {
        const mutes = laptop.store.mutes();
        throw new OracleError(round, `not at rest: ${JSON.stringify([again, mutes, place.simulator.violations])}`);
      }
    }
  } finally {
    await place.close();
  }
}
