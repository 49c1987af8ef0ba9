import { firstChoiceOf, firstUseOf } from '../../shared/first-choice.ts';
import { hour } from '../../shared/time.ts';
import type { CalendarListing } from '../ports/provider.ts';
import { datedNow } from '../core/clocks.ts';
import { isResting, nameFailure, noteAccount, type Failures } from './access.ts';
import type { FirstUse } from '../ports/store.ts';
import type { EngineDeps } from './deps.ts';

/** Lists of calendars change seldom, and their own delta hides renames and new roles (reference §8 no. 22). */
const listLifetime = hour;

/**
 * What a calendar is used for until the person says otherwise (ADR 0030). Before the first sync was asked for: as
 * `firstUseOf` says, because the person sees what that would write before it is written. After it: not at all, it is only
 * offered, because what is in use is synced by itself.
 */
function useOfNew(listing: CalendarListing, started: boolean): FirstUse {
  const use = firstUseOf(firstChoiceOf(listing));
  return started ? { source: false, target: false, offered: use.source || use.target } : { ...use, offered: false };
}

/**
 * Reads the list of calendars of each account whose list is older than an hour (or of all, with `always`). A failing
 * account keeps its calendars as they were.
 */
export async function refreshCalendarLists(
  deps: EngineDeps,
  failures: Failures,
  options: { readonly always: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { store, provider, clock, logger } = deps;
  const now = clock.now();
  const due = store.accounts().filter((account) => {
    if (isResting(account, now)) return false;
    return (
      options.always || account.listedAt === null || now - account.listedAt >= listLifetime || now < account.listedAt
    );
  });
  await Promise.all(
    due.map(async (account) => {
      const listed = await provider.listCalendars(account.id, options.signal);
      if (!listed.ok) {
        noteAccount(store, account.id, listed.error, clock.now());
        failures.add(nameFailure(listed.error, account.email, null));
        logger.warn('calendar-list-failed', { kind: listed.error.kind });
        return;
      }
      noteAccount(store, account.id, null, clock.now());
      const { started } = store.settings();
      const at = clock.now();
      const since = datedNow(at, provider.clockOffset());
      store.saveListings(account.id, listed.value, (listing) => useOfNew(listing, started), at, since);
    }),
  );
}
