import { mayWrite } from '../../shared/access.ts';
import type { AccountId, CalendarId, EventId } from '../../shared/ids.ts';
import type { EventRow } from '../core/model.ts';
import { ownershipOf } from '../core/ownership.ts';
import { isGone, type ProviderFailure } from '../ports/provider.ts';
import { accountsById, nameFailure, noteAccount, reachableAccesses, type Failures } from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { endOf } from './lease.ts';
import { isNotDone, newMark, removalOfRow, sendWrites } from './removals.ts';

/**
 * Removes blocks of accounts that are gone, where their calendar could not be reached then and can be now. Each is
 * looked at first, because nothing but its id is known any more. Returns from which calendars how many were removed, and how
 * many writes that took.
 */
export async function finishRemovals(
  deps: EngineDeps,
  scope: RunScope,
  failures: Failures,
): Promise<{ readonly removed: ReadonlyMap<CalendarId, number>; readonly writes: number }> {
  const { store, clock } = deps;
  const left = Map.groupBy(store.removalsLeft(), (one) => one.targetId);
  const removed = new Map<CalendarId, number>();
  let writes = 0;
  if (left.size === 0) return { removed, writes };
  const accounts = accountsById(store);
  for (const [targetId, blocks] of left) {
    const calendar = store.calendars().find((one) => one.id === targetId);
    const access =
      calendar &&
      reachableAccesses(calendar, accounts, clock.now()).find((one) => mayWrite(one.access) && !one.troubled);
    if (access === undefined) continue;
    const { batchSize } = access.capabilities;
    for (let from = 0; from < blocks.length; from += batchSize) {
      const ended = endOf(deps, scope);
      if (ended !== null) {
        failures.add(ended);
        return { removed, writes };
      }
      const ids = blocks.slice(from, from + batchSize).map((one) => one.blockId);
      const done = await removeChunk(deps, scope, targetId, access.accountId, ids);
      if (done.removed > 0) removed.set(targetId, (removed.get(targetId) ?? 0) + done.removed);
      writes += done.writes;
      if (done.failure === null) continue;
      noteAccount(store, access.accountId, done.failure, clock.now());
      failures.add(nameFailure(done.failure, access.email, calendar?.name ?? null));
      break;
    }
  }
  return { removed, writes };
}

async function removeChunk(
  deps: EngineDeps,
  scope: RunScope,
  calendarId: CalendarId,
  accountId: AccountId,
  ids: readonly EventId[],
): Promise<{ readonly removed: number; readonly writes: number; readonly failure: ProviderFailure | null }> {
  const { provider, store } = deps;
  let failure: ProviderFailure | null = null;
  const looks = await provider.look(
    accountId,
    ids.map((eventId) => ({ kind: 'get', calendarId, eventId })),
    scope.signal,
  );
  const settled: EventId[] = [];
  const going: EventRow[] = [];
  for (const [index, id] of ids.entries()) {
    const reply = looks[index];
    const row = reply?.ok === true ? reply.value : null;
    if (reply?.ok === false && !isGone(reply.error)) failure = reply.error;
    // Gone, or somebody else's by now: nothing of ours is left there.
    else if (row === null || row.status === 'cancelled') settled.push(id);
    else if (ownershipOf(row, calendarId, () => false, store.otherIds(calendarId)).kind !== 'block') settled.push(id);
    else going.push(row);
  }
  // Noted before it is sent, and marked, because another computer of the person would otherwise read it as their deletion.
  const intents = going.map(({ id }) => ({
    targetId: calendarId,
    blockId: id,
    slot: null,
    reason: 'account' as const,
  }));
  store.noteRemovals(scope.run, intents);
  const sent =
    going.length === 0
      ? { replies: [], writes: 0 }
      : await sendWrites(
          deps,
          scope,
          accountId,
          going.map((row) => removalOfRow(row, calendarId, newMark(deps, scope.run, 'account'))),
        );
  const { replies } = sent;
  const undone = intents.filter((_, index) => isNotDone(replies[index]));
  if (undone.length > 0) store.dropIntents(undone);
  const removed: EventId[] = [];
  for (const [index, { id }] of going.entries()) {
    const reply = replies[index];
    if (reply?.ok === true) removed.push(id);
    if (reply?.ok === true || (reply?.ok === false && isGone(reply.error))) settled.push(id);
    // Changed since it was looked at: the next run looks again.
    else if (reply?.ok === false && reply.error.kind !== 'changed-meanwhile') failure = reply.error;
  }
  store.recordOutcomes(
    scope.run,
    settled.map((blockId) => ({ kind: 'block-removed', targetId: calendarId, blockId })),
  );
  store.dropRemovals(calendarId, settled);
  deps.logger.info('removals-finished', { removed: removed.length, settled: settled.length });
  return { removed: removed.length, writes: sent.writes, failure };
}
