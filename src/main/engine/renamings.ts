import type { CalendarId, EventId } from '../../shared/ids.ts';
import { err, ok } from '../../shared/result.ts';
import { isSameCalendar } from '../core/renaming.ts';
import type { ProviderFailure } from '../ports/provider.ts';
import { accountsById, reachableAccesses } from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { eachPage, malformedPages } from './pages.ts';

/**
 * Looks whether the new main calendar of an account is its former one under another address (ADR 0031): it is read once from
 * its beginning, nothing of it is stored, and its ids are compared with the stored ones. If it is, the person is asked, and
 * neither is used before; if not, it is offered like any new calendar. Where it cannot be read, the next run looks again.
 */
export async function recogniseRenamed(deps: EngineDeps, scope: RunScope): Promise<void> {
  const { store, logger } = deps;
  for (const { calendarId, formerId, state } of store.renamings()) {
    if (state !== 'suspected') continue;
    const now = await liveIds(deps, scope, calendarId);
    if (now === null) continue;
    const same = isSameCalendar(new Set(store.liveIds(formerId)), now);
    logger.info('calendar-renamed', { recognised: same, ids: now.size });
    if (same) store.askRenaming(calendarId);
    else store.dropRenaming(calendarId);
  }
}

/** Ids of what lives on a calendar, series once; null where it cannot be read to its end. */
async function liveIds(
  { store, provider, clock, logger }: EngineDeps,
  scope: RunScope,
  id: CalendarId,
): Promise<ReadonlySet<EventId> | null> {
  const calendar = store.calendars().find((one) => one.id === id);
  if (calendar === undefined) return null;
  let failure: ProviderFailure | null = null;
  for (const { accountId, email } of reachableAccesses(calendar, accountsById(store), clock.now())) {
    const ids = new Set<EventId>();
    failure = await eachPage(async (pageToken) => {
      const position = { syncToken: null, pageToken, pageRows: calendar.pageRows } as const;
      const page = await provider.readEvents(accountId, email, id, position, scope.signal);
      if (!page.ok) return page;
      const { rows, unreadable, next } = page.value;
      if (next.kind === 'unproven') return err(malformedPages('no token on the last page'));
      for (const row of rows) {
        if (row.status !== 'cancelled' && row.recurringEventId === null) ids.add(row.id);
      }
      return ok({ rows: rows.length + unreadable, pageToken: next.kind === 'more' ? next.pageToken : null });
    });
    if (failure === null) return ids;
  }
  logger.warn('renamed-not-read', { kind: failure?.kind ?? 'no account' });
  return null;
}
