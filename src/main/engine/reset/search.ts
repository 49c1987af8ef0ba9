import { mayWrite } from '../../../shared/access.ts';
import type { EventId } from '../../../shared/ids.ts';
import { ok } from '../../../shared/result.ts';
import type { EventRow } from '../../core/model.ts';
import { isBlockName, ownershipOf } from '../../core/ownership.ts';
import type { ProviderFailure } from '../../ports/provider.ts';
import { accountsById, isOfTheAccount, nameFailure, noteAccount, reachableAccesses } from '../access.ts';
import type { EngineDeps, RunScope } from '../deps.ts';
import { eachPage } from '../pages.ts';
import { unreachableReason } from '../pull.ts';
import type { Desk, ReachedAs } from './desks.ts';

/**
 * Searches a calendar by tag, through the first account that can, and sets down at its desk what is there. Where no account
 * can, the desk is closed, and says why.
 */
export async function searchDesk(deps: EngineDeps, scope: RunScope, desk: Desk): Promise<void> {
  const { store, clock } = deps;
  const { calendar } = desk.clearing;
  const accesses = reachableAccesses(calendar, accountsById(store), clock.now());
  desk.failure = null;
  for (const access of accesses.filter((one) => mayWrite(one.access))) {
    const { accountId, email } = access;
    const failure = await searchThrough(deps, scope, desk, access);
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

async function searchThrough(
  deps: EngineDeps,
  scope: RunScope,
  desk: Desk,
  access: ReachedAs,
): Promise<ProviderFailure | null> {
  const { accountId } = access;
  const { id } = desk.clearing.calendar;
  const blocks = new Map<EventId, EventRow>();
  let copies = 0;
  let strangers = 0;
  const otherIds = deps.store.otherIds(id);
  const { pageRows } = desk.clearing.calendar;
  const unread = await eachPage(async (pageToken) => {
    const { signal } = scope;
    const answer = await deps.provider.findTagged(accountId, id, pageToken, signal, pageRows);
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
  const failure = await addUnshown(deps, scope, desk, access, blocks);
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
async function addUnshown(
  { provider, store }: EngineDeps,
  scope: RunScope,
  desk: Desk,
  { accountId, capabilities: { batchSize } }: ReachedAs,
  blocks: Map<EventId, EventRow>,
): Promise<ProviderFailure | null> {
  const { id: calendarId } = desk.clearing.calendar;
  const unshown = store.liveBlocksOn(calendarId).filter(({ blockId }) => !blocks.has(blockId));
  for (let from = 0; from < unshown.length; from += batchSize) {
    const replies = await provider.look(
      accountId,
      unshown.slice(from, from + batchSize).map(({ blockId }) => ({ kind: 'get', calendarId, eventId: blockId })),
      scope.signal,
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
