import type { RemovalFindings, ResetReceipt } from '../../../shared/dto.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import type { CalendarId, EventId, SourceRef } from '../../../shared/ids.ts';
import type { EventRow } from '../../core/model.ts';
import { isGone } from '../../ports/provider.ts';
import type { BlockOutcome } from '../../ports/store.ts';
import { nameFailure, noteAccount } from '../access.ts';
import type { EngineDeps, RunScope } from '../deps.ts';
import { keepLease } from '../lease.ts';
import { newMark, removalOfRow, sendWrites } from '../removals.ts';
import { whose, type Nameless } from '../whose.ts';
import { openDesks, type Desk, type RemovalRequest } from './desks.ts';
import { countsOf, findingsOf, leftByCalendar, receiptOf, type SoFar } from './receipt.ts';
import { searchDesk } from './search.ts';

export type { Clearing, RemovalRequest } from './desks.ts';

/** A calendar that shows new blocks of ours each time it is searched is being synced by somebody else. */
const searches = 5;

/** What came of a removal. */
export interface Removed {
  readonly receipt: ResetReceipt;
  /** Ids of the blocks that should have gone and are still there, as far as they are known, by their calendar. */
  readonly left: ReadonlyMap<CalendarId, readonly EventId[]>;
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
  return removal.removed();
}

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
    this.#desks = openDesks(deps, request);
  }

  get goesOn(): boolean {
    return this.#scope.signal?.aborted !== true && this.#desks.some((desk) => desk.open);
  }

  /** Searches each open calendar, and decides whose the blocks are that were not met before. */
  async search(round: number): Promise<void> {
    const open = this.#desks.filter((desk) => desk.open);
    for (const [index, desk] of open.entries()) {
      if (round === 1) this.#scope.onProgress({ phase: 'searching', done: index, total: open.length });
      await searchDesk(this.#deps, this.#scope, desk);
    }
    await this.#decide();
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
    this.#request.onRemoved?.(countsOf(this.#desks));
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

  get #soFar(): SoFar {
    return {
      desks: this.#desks,
      store: this.#deps.store,
      goes: (desk, row) => this.#goes(desk, row),
      isOther: (desk, row) => this.#isOther(desk, row),
      unread: this.#unread,
    };
  }

  findings(): RemovalFindings {
    return findingsOf(this.#soFar);
  }

  removed(): Removed {
    return { receipt: receiptOf(this.#soFar), left: leftByCalendar(this.#soFar) };
  }
}
