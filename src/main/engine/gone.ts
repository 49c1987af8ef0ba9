import { datedNow } from '../core/clocks.ts';
import type { AccountRecord, CalendarRecord } from '../ports/store.ts';
import { accountsById, isResting } from './access.ts';
import { listLifetime } from './calendar-lists.ts';
import type { EngineDeps, RunScope } from './deps.ts';

/**
 * Looks for proof that calendars which no account lists any more are gone (ADR 0031). One list without it may be a slip of
 * the service or of somebody in between, so that it takes a second list, an hour later or more, and then the calendar
 * itself is asked for: one call. Until that is proven, each run says that it could not be read; afterwards it is a state
 * of the calendar. A calendar whose account cannot be asked now waits. One that is gone, that the person does not use any
 * more and of which no block stands is forgotten.
 */
export async function proveGone(deps: EngineDeps, scope: RunScope): Promise<void> {
  const { store, provider, clock, logger } = deps;
  const gone = store.calendars().filter((calendar) => calendar.gone !== null);
  if (gone.length === 0) return;
  const accounts = accountsById(store);
  for (const calendar of gone.filter((one) => one.gone?.proof === null)) {
    const account = accounts.get(calendar.listedBy);
    if (account === undefined) {
      // Whoever could still have shown it was removed.
      store.setGoneProof(calendar.id, 'unlisted');
      continue;
    }
    if (isResting(account, clock.now()) || !wasListedAgain(calendar, account, provider.clockOffset())) continue;
    const position = { syncToken: null, pageToken: null } as const;
    const answer = await provider.readEvents(account.id, account.email, calendar.id, position, scope.signal);
    if (!answer.ok && answer.error.kind !== 'calendar-missing') continue;
    store.setGoneProof(calendar.id, answer.ok ? 'unlisted' : 'not-found');
    logger.info('calendar-gone', { listed: false, answers: answer.ok });
  }
  store.forgetGone();
}

/** Whether the list of the account that had it last was read again long enough after the one that did not have it. */
function wasListedAgain({ gone }: CalendarRecord, { listedAt }: AccountRecord, offset: number | null): boolean {
  // Both by the service's clock where this computer's is wrong, as `gone.since` was noted.
  return gone !== null && listedAt !== null && datedNow(listedAt, offset) - gone.since >= listLifetime;
}
