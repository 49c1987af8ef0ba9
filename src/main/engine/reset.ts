import { mayWrite } from '../../shared/access.ts';
import type { ResetReceipt } from '../../shared/dto.ts';
import { appError } from '../../shared/errors.ts';
import type { CalendarId, EventId } from '../../shared/ids.ts';
import type { EventRow } from '../core/model.ts';
import { ownershipOf } from '../core/ownership.ts';
import type { ProviderFailure } from '../ports/provider.ts';
import type { BlockOutcome, CalendarRecord } from '../ports/store.ts';
import { accountsById, nameFailure, noteAccount, reachableAccesses } from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { leaseTime } from './push.ts';

const chunkSize = 50;

/** A calendar that shows new blocks of ours each time it is searched is being synced by somebody else. */
const searches = 5;

interface Found {
  readonly blocks: ReadonlyMap<EventId, EventRow>;
  readonly copies: number;
}

/**
 * Removes every block of ours from the given calendars, whatever the database knows: search by tag without time bounds,
 * prove ownership, delete, search again until nothing is found (DESIGN, "Reset"). Calendars that may not be written
 * hold no block of ours; those that cannot be reached are named in the receipt.
 */
export async function removeAllBlocks(
  deps: EngineDeps,
  scope: RunScope,
  calendars: readonly CalendarRecord[],
): Promise<ResetReceipt> {
  let removed = 0;
  let alreadyGone = 0;
  let leftAlone = 0;
  const unreachable: ResetReceipt['unreachable'] = [];
  const accounts = accountsById(deps.store);
  for (const [index, calendar] of calendars.entries()) {
    const accesses = reachableAccesses(calendar, accounts, deps.clock.now()).filter((one) => mayWrite(one.access));
    const canWrite = calendar.accesses.some((access) => mayWrite(access.access));
    if (!canWrite && calendar.accesses.length > 0) continue;
    scope.onProgress({ phase: 'searching', done: index, total: calendars.length });
    let failure: { readonly failure: ProviderFailure; readonly email: string } | null = null;
    let cleared = false;
    for (const access of accesses) {
      const counted = { removed: 0, alreadyGone: 0, leftAlone: 0 };
      const result = await clearCalendar(deps, scope, calendar.id, access.accountId, counted);
      removed += counted.removed;
      alreadyGone += counted.alreadyGone;
      if (result === null) {
        leftAlone += counted.leftAlone;
        cleared = true;
        break;
      }
      failure = { failure: result, email: access.email };
      noteAccount(deps.store, access.accountId, result, deps.clock.now());
    }
    if (cleared) continue;
    unreachable.push({
      calendarId: calendar.id,
      name: calendar.name,
      error:
        failure === null
          ? appError('calendar-gone', calendar.name)
          : nameFailure(failure.failure, failure.email, calendar.name),
    });
  }
  return { removed, alreadyGone, leftAlone, unreachable };
}

async function clearCalendar(
  deps: EngineDeps,
  scope: RunScope,
  calendarId: CalendarId,
  accountId: Parameters<EngineDeps['provider']['send']>[0],
  counted: { removed: number; alreadyGone: number; leftAlone: number },
): Promise<ProviderFailure | null> {
  let failure: ProviderFailure | null = null;
  for (let search = 0; search < searches; search += 1) {
    const found = await searchBlocks(deps, scope, calendarId, accountId);
    if ('kind' in found) return found;
    counted.leftAlone = found.copies;
    const blocks = [...found.blocks.values()];
    if (blocks.length === 0) return failure;
    failure = null;
    for (let from = 0; from < blocks.length; from += chunkSize) {
      const leased = deps.store.takeLease(deps.holder, deps.clock.now(), leaseTime);
      if (!leased.ok) return { kind: 'cancelled', error: leased.error };
      const chunk = blocks.slice(from, from + chunkSize);
      const replies = await deps.provider.send(
        accountId,
        chunk.map((row) => ({ kind: 'delete', calendarId, eventId: row.id, etag: null })),
        scope.signal,
      );
      const outcomes: BlockOutcome[] = [];
      for (const [index, row] of chunk.entries()) {
        const reply = replies[index];
        const gone = reply?.ok === false && (reply.error.kind === 'already-gone' || reply.error.kind === 'not-found');
        if (reply?.ok === true) counted.removed += 1;
        else if (gone) counted.alreadyGone += 1;
        else failure = reply?.ok === false ? reply.error : failure;
        if (reply?.ok === true || gone) outcomes.push({ kind: 'block-removed', targetId: calendarId, blockId: row.id });
      }
      deps.store.recordOutcomes(scope.run, outcomes);
      scope.onProgress({ phase: 'removing', done: Math.min(from + chunkSize, blocks.length), total: blocks.length });
      if (scope.signal?.aborted === true) return { kind: 'cancelled', error: appError('cancelled') };
    }
  }
  return failure ?? { kind: 'trouble', error: appError('provider-trouble', null, 'blocks come back') };
}

async function searchBlocks(
  deps: EngineDeps,
  scope: RunScope,
  calendarId: CalendarId,
  accountId: Parameters<EngineDeps['provider']['send']>[0],
): Promise<Found | ProviderFailure> {
  const blocks = new Map<EventId, EventRow>();
  let copies = 0;
  let pageToken: string | null = null;
  do {
    const answer = await deps.provider.findTagged(accountId, calendarId, pageToken, scope.signal);
    if (!answer.ok) return answer.error;
    for (const row of answer.value.rows) {
      if (row.status === 'cancelled') continue;
      const { kind } = ownershipOf(row, calendarId, () => false);
      if (kind === 'block') blocks.set(row.id, row);
      // Slots go with their series; only what is nobody's block is somebody's copy.
      else if (kind === 'copy') copies += 1;
    }
    pageToken = answer.value.nextPageToken;
  } while (pageToken !== null);
  return { blocks, copies };
}
