import { isGone } from '../ports/provider.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { ownershipOf } from '../core/ownership.ts';
import type { BlockOutcome, CalendarAccess } from '../ports/store.ts';
import type { EngineDeps, RunScope } from './deps.ts';

/**
 * Takes a calendar that has just been read to its end, and through which account; looks by their ids at our blocks there
 * that no read has shown since they were written, and stores what is found. A list may lag behind our own writes, so that
 * absence proves nothing; but one that was deleted before any read showed it will never be shown, and would be believed
 * in for ever. Nearly always there is none such, and nothing is asked.
 */
export async function lookAtUnshown(
  deps: EngineDeps,
  scope: RunScope,
  calendarId: CalendarId,
  { accountId, capabilities: { batchSize } }: Pick<CalendarAccess, 'accountId' | 'capabilities'>,
): Promise<void> {
  const { store, provider, logger } = deps;
  const ids = store.unshownBlocks(calendarId);
  for (let from = 0; from < ids.length; from += batchSize) {
    const chunk = ids.slice(from, from + batchSize);
    const replies = await provider.look(
      accountId,
      chunk.map((eventId) => ({ kind: 'get', calendarId, eventId })),
      scope.signal,
    );
    const gone: BlockOutcome[] = [];
    for (const [index, blockId] of chunk.entries()) {
      const reply = replies[index];
      if (reply === undefined) continue;
      const row = reply.ok ? reply.value : null;
      const missing = !reply.ok && isGone(reply.error);
      if (missing || row?.status === 'cancelled') gone.push({ kind: 'block-gone', targetId: calendarId, blockId });
      else if (row !== null && ownershipOf(row, calendarId, () => false, store.otherIds(calendarId)).kind === 'block') {
        store.storePage({
          calendarId,
          accountId,
          run: scope.run,
          readId: store.nextReadId(),
          coverage: { of: 'changes' },
          complete: true,
          rows: [row],
          done: null,
          timeZone: null,
          // Its tag was shown.
          access: 'writes',
        });
      }
    }
    store.recordOutcomes(scope.run, gone);
    logger.info('unshown-blocks', { count: chunk.length, gone: gone.length });
  }
}
