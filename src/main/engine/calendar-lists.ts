import { firstChoiceOf, firstUseOf } from '../../shared/first-choice.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { hour } from '../../shared/time.ts';
import type { CalendarListing } from '../ports/provider.ts';
import { datedNow } from '../core/clocks.ts';
import { isResting, nameFailure, noteAccount, type Failures } from './access.ts';
import type { CalendarAccess, FirstUse } from '../ports/store.ts';
import type { EngineDeps } from './deps.ts';

/** Lists of calendars change seldom, and their own delta hides renames and new roles (google-calendar.md §8 no. 22). */
export const listLifetime = hour;

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
 * Whether a list cannot be all of an account's calendars: it has no main one, though there was one before, which nobody can
 * delete. Such a list proves nothing about the others either.
 */
function isBroken(store: EngineDeps['store'], id: AccountId, listed: readonly CalendarListing[]): boolean {
  if (listed.some((listing) => listing.primary)) return false;
  const isMain = (one: CalendarAccess): boolean => one.accountId === id && one.primary;
  return store.calendars().some(({ accesses }) => accesses.some(isMain));
}

/**
 * Reads the list of calendars of each account whose list is older than an hour (or of all, with `always`). A failing
 * account, and one whose list is broken, keeps its calendars as they were. Returns why for each account whose list could not be read,
 * a resting one included, because what stands in between (`nameFailure`) names no account.
 */
export async function refreshCalendarLists(
  deps: EngineDeps,
  failures: Failures,
  options: { readonly always: boolean; readonly signal: AbortSignal | undefined },
): Promise<ReadonlyMap<AccountId, AppError>> {
  const { store, provider, clock, logger } = deps;
  const now = clock.now();
  const unread = new Map<AccountId, AppError>();
  const missed = (id: AccountId, error: AppError): void => {
    failures.add(error);
    unread.set(id, error);
  };
  const due = store.accounts().filter((account) => {
    if (isResting(account, now)) {
      unread.set(account.id, appError('quota-exhausted', account.email));
      return false;
    }
    return (
      options.always || account.listedAt === null || now - account.listedAt >= listLifetime || now < account.listedAt
    );
  });
  await Promise.all(
    due.map(async (account) => {
      const listed = await provider.listCalendars(account.id, options.signal);
      if (!listed.ok) {
        noteAccount(store, account.id, listed.error, clock.now());
        missed(account.id, nameFailure(listed.error, account.email, null));
        logger.warn('calendar-list-failed', { kind: listed.error.kind });
        return;
      }
      noteAccount(store, account.id, null, clock.now());
      if (isBroken(store, account.id, listed.value)) {
        missed(account.id, appError('answer-malformed', account.email, 'a list without a main calendar'));
        logger.warn('calendar-list-broken', { calendars: listed.value.length });
        return;
      }
      const { started } = store.settings();
      const at = clock.now();
      const since = datedNow(at, provider.clockOffset());
      store.saveListings(account.id, listed.value, (listing) => useOfNew(listing, started), at, since);
    }),
  );
  return unread;
}
