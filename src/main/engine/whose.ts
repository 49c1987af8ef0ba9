import type { AppError } from '../../shared/errors.ts';
import type { CalendarId, EventId, SourceRef } from '../../shared/ids.ts';
import { ok } from '../../shared/result.ts';
import type { EventTime } from '../../shared/time.ts';
import { sourceRef } from '../core/identity.ts';
import type { EventRow } from '../core/model.ts';
import { shownSlots } from '../core/shown-slots.ts';
import type { ProviderFailure } from '../ports/provider.ts';
import type { CalendarRecord } from '../ports/store.ts';
import { accountsById, nameFailure, reachableAccesses } from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { eachPage } from './pages.ts';
import { unreachableReason } from './pull.ts';
import { slotIdOf } from '../core/slot-ids.ts';

/** A block whose source is asked for: where it stands and when it starts. */
export interface Nameless {
  readonly ref: SourceRef;
  readonly start: EventTime | null;
  /** Zone of the calendar that it stands on. */
  readonly zone: string | null;
}

/** Whose blocks are: the calendar of the event behind each source ref that could be named. */
export interface Whose {
  readonly sources: ReadonlyMap<SourceRef, CalendarId>;
  /** Calendars that could not be read: the events behind the other refs may be theirs. */
  readonly unread: readonly { readonly calendar: CalendarRecord; readonly error: AppError }[];
}

/** Ids of deleted events times slots: more of them are not composed, because a calendar remembers thousands for ever. */
const mostComposed = 1_000_000;

const isOwn = (calendar: CalendarRecord): boolean => calendar.accesses.some((access) => access.access === 'owns');

/** Whether it is in use or was, or the person owns it. One that is only seen (a colleague's) is not. */
function isConnected(calendar: CalendarRecord): boolean {
  return calendar.source || calendar.target || calendar.inUseSince !== null || isOwn(calendar);
}

/**
 * Takes all calendars and one that holds blocks; returns the calendars whose blocks there are this install's: the
 * connected ones. On the person's own calendar those that are only seen count, too, because after a lost database nothing
 * tells that they were in use, and hardly anybody else writes there. On a calendar of others they prove nothing, because
 * the blocks may be of the very person who shares them.
 */
export function sourcesHere(calendars: readonly CalendarRecord[], target: CalendarRecord): ReadonlySet<CalendarId> {
  const own = isOwn(target);
  return new Set(calendars.filter((one) => isConnected(one) || (own && one.accesses.length > 0)).map((one) => one.id));
}

/**
 * Takes blocks and the calendars whose events may be behind them; returns which is behind each (design.md, "Whose block").
 * What is stored answers first. For the rest the calendars are read from their beginning, deleted events included and
 * nothing of it stored, because after a lost database nothing else tells.
 */
export async function whose(
  deps: EngineDeps,
  scope: RunScope,
  blocks: readonly Nameless[],
  calendars: readonly CalendarRecord[],
): Promise<Whose> {
  const byRef = Map.groupBy(blocks, (block) => block.ref);
  const sources = new Map(deps.store.sourcesOf([...byRef.keys()]));
  for (const ref of sources.keys()) byRef.delete(ref);
  const unread: Whose['unread'][number][] = [];
  // Connected ones first, because the others seldom have an answer.
  const inOrder = calendars.toSorted((one, other) => Number(isConnected(other)) - Number(isConnected(one)));
  for (const calendar of inOrder.filter((one) => one.accesses.length > 0)) {
    if (byRef.size === 0) break;
    const search = new Search(byRef, sources, calendar, deps.store.otherIds(calendar.id));
    const failure = await readAll(deps, scope, calendar, search);
    if (failure !== null) unread.push({ calendar, error: failure });
  }
  return { sources, unread };
}

/** Compares the events of one calendar with the refs that are still asked for. */
class Search {
  readonly #open: Map<SourceRef, readonly Nameless[]>;
  readonly #found: Map<SourceRef, CalendarId>;
  readonly #calendar: CalendarRecord;
  /** Another computer may know it by an address that it got later. */
  readonly #ids: readonly CalendarId[];
  #composed = 0;

  constructor(
    open: Map<SourceRef, readonly Nameless[]>,
    found: Map<SourceRef, CalendarId>,
    calendar: CalendarRecord,
    otherIds: readonly CalendarId[],
  ) {
    this.#open = open;
    this.#found = found;
    this.#calendar = calendar;
    this.#ids = [calendar.id, ...otherIds];
  }

  get over(): boolean {
    return this.#open.size === 0;
  }

  row(row: EventRow): void {
    this.#try(row.id);
    if (row.recurringEventId === null && row.recurrence.length > 0) this.#slots(row.id, row);
  }

  deleted(id: EventId): void {
    this.#try(id);
    // Of a deleted series nothing but the id is known; a block without minutes before stands where its slot did.
    this.#slots(id, { start: null, recurrence: [] });
  }

  #try(id: EventId): void {
    for (const named of this.#ids) {
      const ref = sourceRef(named, id);
      if (this.#open.delete(ref)) this.#found.set(ref, this.#calendar.id);
    }
  }

  #slots(id: EventId, series: Pick<EventRow, 'start' | 'recurrence'>): void {
    for (const blocks of [...this.#open.values()]) {
      const [block] = blocks;
      if (block === undefined || block.start === null || this.#composed > mostComposed) continue;
      for (const key of shownSlots(block.start, block.zone, series, this.#calendar.timeZone)) {
        this.#composed += 1;
        this.#try(slotIdOf(id, key));
      }
    }
  }
}

/** Reads a calendar through the first account that can, from its beginning; returns why it could not be, or null. */
async function readAll(
  deps: EngineDeps,
  scope: RunScope,
  calendar: CalendarRecord,
  search: Search,
): Promise<AppError | null> {
  const { store, clock } = deps;
  let error: AppError | null = null;
  for (const access of reachableAccesses(calendar, accountsById(store), clock.now())) {
    const failure =
      (await readLive(deps, scope, calendar, access, search)) ??
      (search.over || !access.capabilities.listsDeletions
        ? null
        : await readDeleted(deps, scope, calendar, access, search));
    if (failure === null) return null;
    error = nameFailure(failure, access.email, calendar.name);
  }
  return error ?? unreachableReason(calendar, accountsById(store));
}

type Access = ReturnType<typeof reachableAccesses>[number];

async function readLive(
  { provider }: EngineDeps,
  scope: RunScope,
  calendar: CalendarRecord,
  access: Access,
  search: Search,
): Promise<ProviderFailure | null> {
  return eachPage(async (pageToken) => {
    const position = { syncToken: null, pageToken, pageRows: calendar.pageRows } as const;
    const answer = await provider.readEvents(access.accountId, access.email, calendar.id, position, scope.signal);
    if (!answer.ok) return answer;
    const { rows, unreadable, next } = answer.value;
    for (const row of rows) search.row(row);
    return ok({
      rows: rows.length + unreadable,
      pageToken: next.kind === 'more' && !search.over ? next.pageToken : null,
    });
  });
}

async function readDeleted(
  { provider }: EngineDeps,
  scope: RunScope,
  calendar: CalendarRecord,
  access: Access,
  search: Search,
): Promise<ProviderFailure | null> {
  return eachPage(async (pageToken) => {
    const answer = await provider.findDeleted(access.accountId, calendar.id, pageToken, scope.signal);
    if (!answer.ok) return answer;
    for (const id of answer.value.ids) search.deleted(id);
    return ok({ rows: answer.value.size, pageToken: search.over ? null : answer.value.nextPageToken });
  });
}
