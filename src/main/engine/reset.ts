import { mayWrite } from '../../shared/access.ts';
import type { OtherBlocks, RemovalFindings, ResetReceipt, StillThere } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { CalendarId, EventId, SourceRef } from '../../shared/ids.ts';
import { ok } from '../../shared/result.ts';
import type { EventRow } from '../core/model.ts';
import { isBlockName, ownershipOf } from '../core/ownership.ts';
import { isGone, type ProviderFailure } from '../ports/provider.ts';
import type { BlockOutcome, CalendarRecord } from '../ports/store.ts';
import { accountsById, isOfTheAccount, nameFailure, noteAccount, reachableAccesses } from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { unreachableReason } from './pull.ts';
import { keepLease } from './lease.ts';
import { eachPage } from './pages.ts';
import { newMark, removalOfRow, sendWrites } from './removals.ts';
import { whose, type Nameless } from './whose.ts';

/** A calendar that shows new blocks of ours each time it is searched is being synced by somebody else. */
const searches = 5;

/** One calendar that blocks are taken off. */
export interface Clearing {
  readonly calendar: CalendarRecord;
  /** Blocks for events of these calendars are this install's there (design.md, "Whose block"). */
  readonly ours: ReadonlySet<CalendarId>;
  /** Those of them whose blocks go. */
  readonly from: ReadonlySet<CalendarId>;
  /** Whether nothing of CalSync is to be left there: what does not go is then counted as left. */
  readonly whole: boolean;
}

/** What is to be removed, and how. */
export interface RemovalRequest {
  readonly clearings: readonly Clearing[];
  /** Calendars whose events may be behind a block: they are read where the database does not know. */
  readonly calendars: readonly CalendarRecord[];
  /** Calendars on which blocks of others are taken, too. */
  readonly othersOn: ReadonlySet<CalendarId>;
  /** Told after each request what came of it so far, so that a killed removal can go on with the same receipt. */
  readonly onRemoved?: (counts: { readonly removed: number; readonly alreadyGone: number }) => void;
}

/** What came of a removal. */
export interface Removed {
  readonly receipt: ResetReceipt;
  /** Ids of the blocks that should have gone and are still there, as far as they are known, by their calendar. */
  readonly left: ReadonlyMap<CalendarId, readonly EventId[]>;
}

/** What came of one block, by its calendar and id. */
type Fate = 'removed' | 'gone' | 'failed';

/** What is known of one calendar that is cleared. */
interface Desk {
  readonly clearing: Clearing;
  /** Live blocks of the last search. */
  blocks: ReadonlyMap<EventId, EventRow>;
  copies: number;
  /** Blocks that are named by another address than the calendar is known to have had. */
  strangers: number;
  readonly fates: Map<EventId, Fate>;
  readonly removedRefs: Set<SourceRef>;
  /** Sources of the blocks removed before the last search: one that it shows for them is the work of another computer. */
  earlierRefs: ReadonlySet<SourceRef>;
  readonly cameBack: Set<EventId>;
  /** The account that could search it; null before, and where none can. */
  through: ReachedAs | null;
  failure: AppError | null;
  open: boolean;
}

/**
 * Counts what a removal would meet: searches the calendars by tag, proves ownership and decides whose each block is.
 * Writes to no calendar.
 */
export async function findBlocks(deps: EngineDeps, scope: RunScope, request: RemovalRequest): Promise<RemovalFindings> {
  const removal = new Removal(deps, scope, request);
  await removal.search(1);
  return removal.findings();
}

/**
 * Removes the blocks of the given calendars that are this install's, whatever the database knows: search by tag without
 * time bounds, prove ownership, decide whose they are, delete, search again until nothing is found (design.md, "Reset").
 * Calendars that may not be written and those that cannot be reached are named in the receipt, which adds up. Nothing
 * else is ever deleted: copies and blocks of others are counted and left.
 */
export async function removeBlocks(deps: EngineDeps, scope: RunScope, request: RemovalRequest): Promise<Removed> {
  const removal = new Removal(deps, scope, request);
  for (let round = 1; round <= searches && removal.goesOn; round += 1) {
    await removal.search(round);
    await removal.remove();
  }
  return { receipt: removal.receipt(), left: removal.left() };
}

type ReachedAs = ReturnType<typeof reachableAccesses>[number];

class Removal {
  readonly #deps: EngineDeps;
  readonly #scope: RunScope;
  readonly #request: RemovalRequest;
  readonly #desks: readonly Desk[];
  readonly #sources = new Map<SourceRef, CalendarId | null>();
  #unread: readonly string[] = [];

  constructor(deps: EngineDeps, scope: RunScope, request: RemovalRequest) {
    this.#deps = deps;
    this.#scope = scope;
    this.#request = request;
    // What stands on a calendar that may have another address now is found, and counted, there.
    const asked = new Set(deps.store.renamings().flatMap((one) => (one.state === 'asked' ? [one.formerId] : [])));
    this.#desks = request.clearings.flatMap((clearing): Desk[] => {
      const { calendar } = clearing;
      if (asked.has(calendar.id)) return [];
      const canWrite = calendar.accesses.some((access) => mayWrite(access.access));
      const readOnly = !canWrite && calendar.accesses.length > 0;
      // A calendar that never could be written holds no block of ours; one that could and cannot any more is named.
      if (readOnly && deps.store.liveBlocksOn(calendar.id).length === 0) return [];
      return [
        {
          clearing,
          blocks: new Map(),
          copies: 0,
          strangers: 0,
          fates: new Map(),
          removedRefs: new Set(),
          earlierRefs: new Set(),
          cameBack: new Set(),
          through: null,
          failure: readOnly ? appError('calendar-read-only', calendar.name) : null,
          open: !readOnly,
        },
      ];
    });
  }

  get goesOn(): boolean {
    return this.#scope.signal?.aborted !== true && this.#desks.some((desk) => desk.open);
  }

  /** Searches each open calendar, and decides whose the blocks are that were not met before. */
  async search(round: number): Promise<void> {
    const open = this.#desks.filter((desk) => desk.open);
    for (const [index, desk] of open.entries()) {
      if (round === 1) this.#scope.onProgress({ phase: 'searching', done: index, total: open.length });
      await this.#searchOne(desk);
    }
    await this.#decide();
  }

  async #searchOne(desk: Desk): Promise<void> {
    const { store, clock } = this.#deps;
    const { calendar } = desk.clearing;
    const accesses = reachableAccesses(calendar, accountsById(store), clock.now());
    desk.failure = null;
    for (const access of accesses.filter((one) => mayWrite(one.access))) {
      const { accountId, email } = access;
      const failure = await this.#searchThrough(desk, access);
      if (failure === null) {
        desk.through = access;
        desk.failure = null;
        return;
      }
      desk.failure = nameFailure(failure, email, calendar.name);
      noteAccount(store, accountId, failure, clock.now());
    }
    desk.open = false;
    desk.failure ??= unreachableReason(calendar, accountsById(store));
  }

  async #searchThrough(desk: Desk, access: ReachedAs): Promise<ProviderFailure | null> {
    const { accountId } = access;
    const { id } = desk.clearing.calendar;
    const blocks = new Map<EventId, EventRow>();
    let copies = 0;
    let strangers = 0;
    const otherIds = this.#deps.store.otherIds(id);
    const { pageRows } = desk.clearing.calendar;
    const unread = await eachPage(async (pageToken) => {
      const { signal } = this.#scope;
      const answer = await this.#deps.provider.findTagged(accountId, id, pageToken, signal, pageRows);
      if (!answer.ok) return answer;
      for (const row of answer.value.rows) {
        if (row.status === 'cancelled') continue;
        const { kind } = ownershipOf(row, id, () => false, otherIds);
        if (kind === 'block') blocks.set(row.id, row);
        // Slots go with their series; only what is nobody's block is somebody's copy.
        else if (kind === 'copy' && isBlockName(row.recurringEventId)) continue;
        // A copy that somebody made has another kind of id.
        else if (kind === 'copy' && isBlockName(row.id)) strangers += 1;
        else if (kind === 'copy') copies += 1;
      }
      return ok({ rows: answer.value.size, pageToken: answer.value.nextPageToken });
    });
    if (unread !== null) return unread;
    const failure = await this.#addUnshown(desk, access, blocks);
    if (failure !== null) return failure;
    desk.blocks = blocks;
    desk.earlierRefs = new Set(desk.removedRefs);
    desk.copies = copies;
    desk.strangers = strangers;
    return null;
  }

  /**
   * Asks for blocks that the database knows and the search did not show, because a list may lag behind our own writes
   * (google-calendar.md §10 no. 7); what is still there and proven ours is added.
   */
  async #addUnshown(
    desk: Desk,
    { accountId, capabilities: { batchSize } }: ReachedAs,
    blocks: Map<EventId, EventRow>,
  ): Promise<ProviderFailure | null> {
    const { provider, store } = this.#deps;
    const { id: calendarId } = desk.clearing.calendar;
    const unshown = store.liveBlocksOn(calendarId).filter(({ blockId }) => !blocks.has(blockId));
    for (let from = 0; from < unshown.length; from += batchSize) {
      const replies = await provider.look(
        accountId,
        unshown.slice(from, from + batchSize).map(({ blockId }) => ({ kind: 'get', calendarId, eventId: blockId })),
        this.#scope.signal,
      );
      for (const reply of replies) {
        if (!reply.ok && isOfTheAccount(reply.error)) return reply.error;
        const row = reply.ok ? reply.value : null;
        if (row === null || row.status === 'cancelled') continue;
        if (ownershipOf(row, calendarId, () => false, store.otherIds(calendarId)).kind === 'block')
          blocks.set(row.id, row);
      }
    }
    return null;
  }

  async #decide(): Promise<void> {
    const nameless: Nameless[] = [];
    for (const desk of this.#desks) {
      for (const row of desk.blocks.values()) {
        const ref = row.tag?.sourceRef;
        if (ref === undefined || this.#sources.has(ref)) continue;
        nameless.push({ ref, start: row.start, zone: desk.clearing.calendar.timeZone });
      }
    }
    if (nameless.length === 0) return;
    const { sources, unread } = await whose(this.#deps, this.#scope, nameless, this.#request.calendars);
    for (const { ref } of nameless) this.#sources.set(ref, sources.get(ref) ?? null);
    this.#unread = [...new Set([...this.#unread, ...unread.map(({ calendar }) => calendar.name)])];
  }

  #sourceOf(row: EventRow): CalendarId | null {
    return row.tag === null ? null : (this.#sources.get(row.tag.sourceRef) ?? null);
  }

  /** Whether a block is not known to be this install's. */
  #isOther({ clearing }: Desk, row: EventRow): boolean {
    const source = this.#sourceOf(row);
    return source === null || !clearing.ours.has(source);
  }

  #goes(desk: Desk, row: EventRow): boolean {
    const { calendar, from } = desk.clearing;
    const source = this.#sourceOf(row);
    if (source !== null && from.has(source)) return true;
    return this.#isOther(desk, row) && this.#request.othersOn.has(calendar.id);
  }

  /** Deletes what the last search has found, a request at a time. */
  async remove(): Promise<void> {
    const work = this.#desks
      .filter((desk) => desk.open)
      .map((desk) => ({ desk, rows: [...desk.blocks.values()].filter((row) => this.#goes(desk, row)) }));
    const total = work.reduce((sum, { rows }) => sum + rows.length, 0);
    let done = 0;
    for (const { desk, rows } of work) {
      let again = false;
      const size = desk.through?.capabilities.batchSize ?? 1;
      for (let from = 0; from < rows.length; from += size) {
        const chunk = rows.slice(from, from + size);
        const deleted = await this.#deleteChunk(desk, chunk);
        again ||= deleted;
        done += chunk.length;
        this.#scope.onProgress({ phase: 'removing', done, total });
        if (this.#scope.signal?.aborted === true) return;
      }
      // A list may lag behind (google-calendar.md §10 no. 7): where every answer was "gone", it has nothing more to show.
      desk.open = again;
    }
  }

  /** Returns whether the calendar is worth another search: something was deleted, or could not be. */
  async #deleteChunk(desk: Desk, chunk: readonly EventRow[]): Promise<boolean> {
    const { store, clock } = this.#deps;
    const { calendar } = desk.clearing;
    const { through } = desk;
    if (through === null) return false;
    const leased = keepLease(this.#deps);
    if (!leased.ok) {
      this.#fail(desk, chunk, leased.error);
      desk.open = false;
      return false;
    }
    const reason = this.#scope.removing ?? 'reset';
    store.noteRemovals(
      this.#scope.run,
      chunk.map((row) => ({ targetId: calendar.id, blockId: row.id, slot: null, reason })),
    );
    const { replies } = await sendWrites(
      this.#deps,
      this.#scope,
      through.accountId,
      chunk.map((row) => removalOfRow(row, calendar.id, newMark(this.#deps, this.#scope.run, reason))),
    );
    const outcomes: BlockOutcome[] = [];
    let again = false;
    for (const [index, row] of chunk.entries()) {
      const reply = replies[index];
      const gone = reply?.ok === false && isGone(reply.error);
      if (reply?.ok === true) this.#noteRemoved(desk, row);
      else if (gone) {
        if (desk.fates.get(row.id) !== 'removed') desk.fates.set(row.id, 'gone');
      } else if (reply?.ok === false) {
        this.#fail(desk, [row], nameFailure(reply.error, through.email, calendar.name));
        noteAccount(store, through.accountId, reply.error, clock.now());
      } else this.#fail(desk, [row], appError('cancelled'));
      if (reply?.ok === true || gone) {
        outcomes.push({ kind: 'block-removed', targetId: calendar.id, blockId: row.id });
      }
      again ||= !gone;
    }
    store.recordOutcomes(this.#scope.run, outcomes);
    store.dropRemovals(
      calendar.id,
      outcomes.flatMap((outcome) => (outcome.kind === 'block-removed' ? [outcome.blockId] : [])),
    );
    this.#request.onRemoved?.(this.#counts());
    return again;
  }

  #noteRemoved(desk: Desk, row: EventRow): void {
    const ref = row.tag?.sourceRef;
    if (ref !== undefined && desk.earlierRefs.has(ref)) desk.cameBack.add(row.id);
    desk.fates.set(row.id, 'removed');
    if (ref !== undefined) desk.removedRefs.add(ref);
  }

  #fail(desk: Desk, rows: readonly EventRow[], error: AppError): void {
    for (const row of rows) if (desk.fates.get(row.id) !== 'removed') desk.fates.set(row.id, 'failed');
    desk.failure = error;
  }

  #counts(): { readonly removed: number; readonly alreadyGone: number } {
    const fates = this.#desks.flatMap((desk) => [...desk.fates.values()]);
    return {
      removed: fates.filter((fate) => fate === 'removed').length,
      alreadyGone: fates.filter((fate) => fate === 'gone').length,
    };
  }

  /** Blocks that the last search has shown and that are nobody's here. */
  #others(): OtherBlocks[] {
    return this.#desks.flatMap((desk) => {
      const { calendar, whole } = desk.clearing;
      if (!whole) return [];
      const others = [...desk.blocks.values()].filter((row) => this.#isOther(desk, row) && !desk.fates.has(row.id));
      const own = calendar.accesses.some((access) => access.access === 'owns');
      return others.length === 0 ? [] : [{ calendarId: calendar.id, name: calendar.name, count: others.length, own }];
    });
  }

  /** Blocks that should have gone: where the calendar itself could not be asked, as many as the database knows. */
  #leftOn(desk: Desk): readonly EventId[] {
    const { calendar, from } = desk.clearing;
    const failed = [...desk.fates].flatMap(([id, fate]) => (fate === 'failed' ? [id] : []));
    if (desk.through !== null) return failed;
    const known = this.#deps.store.liveBlocksOn(calendar.id);
    return known.flatMap(({ blockId, sourceId }) => (sourceId !== null && from.has(sourceId) ? [blockId] : []));
  }

  left(): ReadonlyMap<CalendarId, readonly EventId[]> {
    return new Map(this.#desks.map((desk) => [desk.clearing.calendar.id, this.#leftOn(desk)]));
  }

  #still(): StillThere[] {
    return this.#desks.flatMap((desk) => {
      const { calendar } = desk.clearing;
      const count = this.#leftOn(desk).length;
      if (count === 0 && (desk.failure === null || desk.through !== null)) return [];
      const error = desk.failure ?? appError('provider-trouble', calendar.name);
      return [{ calendarId: calendar.id, name: calendar.name, count, error, later: false }];
    });
  }

  #leftAlone(): number {
    return this.#desks.reduce((sum, desk) => sum + (desk.clearing.whole ? desk.copies : 0), 0);
  }

  #formerAddress(): number {
    return this.#desks.reduce((sum, desk) => sum + (desk.clearing.whole ? desk.strangers : 0), 0);
  }

  findings(): RemovalFindings {
    const going = this.#desks.map((desk) => [...desk.blocks.values()].filter((row) => this.#goes(desk, row)).length);
    return {
      blocks: going.reduce((sum, count) => sum + count, 0),
      calendars: going.filter((count) => count > 0).length,
      leftAlone: this.#leftAlone() + this.#formerAddress(),
      others: this.#others(),
      still: this.#still(),
      unread: [...this.#unread],
    };
  }

  receipt(): ResetReceipt {
    const counts = this.#counts();
    const others = this.#others();
    const still = this.#still();
    const leftAlone = this.#leftAlone();
    const formerAddress = this.#formerAddress();
    const left = [...others, ...still].reduce((sum, { count }) => sum + count, 0);
    return {
      found: counts.removed + counts.alreadyGone + leftAlone + formerAddress + left,
      ...counts,
      leftAlone,
      formerAddress,
      others,
      still,
      unread: others.length === 0 ? [] : [...this.#unread],
      cameBack: this.#desks.reduce((sum, desk) => sum + desk.cameBack.size, 0),
      notRevoked: null,
    };
  }
}
