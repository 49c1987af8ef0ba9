import { appError, type AppError } from '../../shared/errors.ts';
import { mayWrite, showsAsMuch } from '../../shared/access.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { hour, type Instant } from '../../shared/time.ts';
import { isBetween } from '../core/between.ts';
import { noCapabilities, type Capabilities } from '../core/capabilities.ts';
import { isAhead } from '../core/clocks.ts';
import { isAbout, type ProviderFailure } from '../ports/provider.ts';
import type { AccountRecord, AccountStore, AddressStore, CalendarAccess, CalendarRecord } from '../ports/store.ts';

/** How long an account is left alone after the provider's hours-long limit (google-calendar.md §0.15). */
const restTime = 3 * hour;

/**
 * Takes a calendar and the accounts; returns through which accounts it can be reached now, best access first. An account
 * that needs a sign-in is still tried, because a flag that is never tested again would stop syncing for ever. One that the person has
 * not said yes to is left out where another one will do: otherwise whoever finishes a sign-in with an account of their own would read
 * and write at once what they share with the person.
 */
export function reachableAccesses(
  calendar: CalendarRecord,
  accounts: ReadonlyMap<string, KnownAccount>,
  now: Instant,
): readonly (CalendarAccess & { readonly email: string; readonly troubled: boolean })[] {
  const { accesses, seenWith, target } = calendar;
  const hasOther = accesses.some(
    ({ accountId, access }) =>
      accounts.get(accountId)?.offered === false &&
      (seenWith === null || showsAsMuch(access, seenWith)) &&
      (!target || mayWrite(access)),
  );
  return accesses
    .flatMap((access) => {
      const account = accounts.get(access.accountId);
      if (account === undefined || (account.offered && hasOther)) return [];
      return isResting(account, now)
        ? []
        : [{ ...access, email: account.email, troubled: account.state === 'needs-sign-in' }];
    })
    .sort((one, other) => Number(one.troubled) - Number(other.troubled));
}

/**
 * Takes a calendar and the accounts; returns through which accounts it can be read now: those of `reachableAccesses` that
 * show at least what its stored rows were read with, because a weaker view never takes over (design.md, "Views are not equal").
 */
export function readableAccesses(
  calendar: CalendarRecord,
  accounts: ReadonlyMap<string, KnownAccount>,
  now: Instant,
): ReturnType<typeof reachableAccesses> {
  const { seenWith } = calendar;
  const all = reachableAccesses(calendar, accounts, now);
  return seenWith === null ? all : all.filter((one) => showsAsMuch(one.access, seenWith));
}

/**
 * Whether blocks can be written through an account: it may, and they have the ids that we choose, because one whose answer is lost
 * would otherwise be made twice.
 */
export const isWriter = ({ access, capabilities }: Pick<CalendarAccess, 'access' | 'capabilities'>): boolean =>
  mayWrite(access) && capabilities.choosesIds;

/**
 * Takes a calendar and through which accounts it can be reached, best first; returns what can be done there. Out-of-office events need one
 * account that may make them, and a service that has not refused them.
 */
export function capabilitiesOf(
  { outOfOfficeRefused }: Pick<CalendarRecord, 'outOfOfficeRefused'>,
  accesses: readonly Pick<CalendarAccess, 'capabilities'>[],
): Capabilities {
  const outOfOffice = !outOfOfficeRefused && accesses.some(({ capabilities }) => capabilities.outOfOffice);
  return { ...(accesses[0]?.capabilities ?? noCapabilities), outOfOffice };
}

/** Takes a calendar that is seen less than before (`isSeenLess`); returns the trouble that says so. */
export function seenLessTrouble(calendar: CalendarRecord): AppError {
  const hidden = calendar.target && calendar.accesses.some((one) => one.privateHidden);
  return appError(hidden ? 'calendar-private-hidden' : 'calendar-seen-less', calendar.name);
}

/** Takes a calendar; returns why it can get no blocks, or null where it can. */
export function refusedTarget(calendar: CalendarRecord): AppError | null {
  if (calendar.accesses.some((one) => mayWrite(one.access))) return null;
  const hidden = calendar.accesses.some((one) => one.privateHidden);
  return appError(hidden ? 'calendar-private-hidden' : 'calendar-read-only', calendar.name);
}

/** Takes a calendar; returns whether the person is asked whether it is a former one under a new address. */
export function isAsked(store: AddressStore, id: CalendarId): boolean {
  return store.renamings().some(({ calendarId, state }) => calendarId === id && state === 'asked');
}

/**
 * Takes the store, a calendar and what it is to be used for; returns why it cannot be, or null where it can. What it is used for already
 * is not asked for: of a calendar that is gone, each use can be ended by itself.
 */
export function refusedUse(
  store: AddressStore,
  calendar: CalendarRecord,
  use: { readonly source: boolean; readonly target: boolean },
): AppError | null {
  if (calendar.gone !== null) {
    const more = (use.source && !calendar.source) || (use.target && !calendar.target);
    return more ? appError('calendar-gone', calendar.name) : null;
  }
  const waits = store.renamings().some((one) => one.calendarId === calendar.id && one.state !== 'denied');
  if (waits && (use.source || use.target)) return appError('calendar-renamed', calendar.name);
  return use.target ? refusedTarget(calendar) : null;
}

/** Takes an account and now; returns whether it is to be left alone. A rest that lies too far ahead was set by a wrong clock. */
export function isResting({ state, restingUntil }: AccountRecord, now: Instant): boolean {
  return state === 'resting' && restingUntil !== null && isAhead(restingUntil, now, restTime);
}

/** An account, and whether the person has yet to say yes to it. */
export type KnownAccount = AccountRecord & { readonly offered: boolean };

/** Takes the store; returns its accounts by id. */
export function accountsById(
  store: Pick<AccountStore, 'accounts' | 'offeredAccounts'>,
): ReadonlyMap<string, KnownAccount> {
  const offered = store.offeredAccounts();
  return new Map(store.accounts().map((account) => [account.id, { ...account, offered: offered.has(account.id) }]));
}

/** Whether a failure is the account's, so that its other calendars would meet it too. */
export const isOfTheAccount = (failure: ProviderFailure): boolean => isAbout(failure, 'account');

/** Takes how a call for an account went (null: well); keeps the account's state true to it. */
export function noteAccount(
  store: AccountStore,
  accountId: string,
  failure: ProviderFailure | null,
  now: Instant,
): void {
  const account = store.accounts().find((one) => one.id === accountId);
  if (account === undefined) return;
  const next: AccountRecord | null =
    failure === null
      ? account.state === 'connected'
        ? null
        : { ...account, state: 'connected', restingUntil: null }
      : failure.kind === 'sign-in-needed'
        ? { ...account, state: 'needs-sign-in', restingUntil: null }
        : failure.kind === 'quota-exhausted'
          ? { ...account, state: 'resting', restingUntil: now + restTime }
          : null;
  if (next !== null) store.saveAccount(next);
}

/** Takes a failure, the account's address and the calendar's name; returns it with the gap of its sentence filled. */
export function nameFailure(failure: ProviderFailure, email: string, calendarName: string | null): AppError {
  const { error } = failure;
  // These are about this computer and its network, whatever call met them.
  if (isBetween(error.code) || error.code === 'clock-wrong') return error;
  if (error.about !== null && calendarName === null) return error;
  const about = isOfTheAccount(failure) ? email : (calendarName ?? email);
  return appError(
    error.code === 'calendar-gone' && calendarName === null ? 'provider-trouble' : error.code,
    about,
    error.detail,
  );
}

/** Collects failures, each once. */
export class Failures {
  readonly #found = new Map<string, AppError>();

  add(error: AppError): void {
    this.#found.set(`${error.code}|${error.about ?? ''}`, error);
  }

  get all(): readonly AppError[] {
    return [...this.#found.values()];
  }
}
