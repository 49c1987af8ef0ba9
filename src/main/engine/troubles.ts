import { appError, type AppError, type ErrorCode } from '../../shared/errors.ts';
import { day, type Instant } from '../../shared/time.ts';
import type {
  AccountStore,
  AddressStore,
  CalendarStore,
  RunRecord,
  Standing,
  UndertakingStore,
} from '../ports/store.ts';

/** A sign-in that is known to end soon is announced this long before (design.md, "Tokens and OAuth"). */
const endsSoon = 2 * day;

/** What accounts and calendars say themselves, and sooner than the next run: what the last one met of it may be mended. */
const saidLive: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'needs-sign-in',
  'quota-exhausted',
  'calendar-gone',
  'calendar-read-only',
  'calendar-private-hidden',
  'calendar-seen-less',
  'calendar-renamed',
]);

/** What troubles are told from. */
export interface TroubleSources {
  readonly now: Instant;
  /** What is wrong in this process and is in no database. */
  readonly here: readonly AppError[];
  /** The last run that came to its end. */
  readonly lastRun: Pick<RunRecord, 'errors'> | null;
}

/** Takes the store and what it does not know; returns all that is not as it should be, each once. Judges nothing. */
export function troublesNow(
  store: AccountStore & AddressStore & CalendarStore & UndertakingStore,
  { now, here, lastRun }: TroubleSources,
): readonly AppError[] {
  const accounts = store.accounts();
  const calendars = store.calendars();
  const troubles: AppError[] = [...here];
  for (const account of accounts) {
    if (account.state === 'needs-sign-in') troubles.push(appError('needs-sign-in', account.email));
    else if (account.signInEndsAt !== null && account.signInEndsAt - now < endsSoon) {
      troubles.push(appError('sign-in-ends-soon', account.email));
    }
    if (account.state === 'resting') troubles.push(appError('quota-exhausted', account.email));
  }
  for (const { kind, accountId } of store.undertakings()) {
    const email = accounts.find((account) => account.id === accountId)?.email ?? null;
    troubles.push(kind === 'reset' ? appError('reset-unfinished') : appError('account-removal-unfinished', email));
  }
  const left = new Set(store.removalsLeft().map((one) => one.targetId));
  for (const calendar of calendars) {
    if (left.has(calendar.id)) troubles.push(appError('removals-left', calendar.name));
  }
  const offering = new Set(calendars.filter((one) => one.offered).map((one) => one.accesses[0]?.accountId));
  for (const { calendarId, state } of store.renamings()) {
    const name = calendars.find((one) => one.id === calendarId)?.name ?? null;
    if (state === 'asked') troubles.push(appError('calendar-renamed', name));
  }
  for (const { id, email } of accounts) if (offering.has(id)) troubles.push(appError('calendars-offered', email));
  for (const { trouble, source, target } of calendars) {
    if (trouble !== null && (source || target)) troubles.push(trouble);
  }
  troubles.push(...(lastRun?.errors.filter(({ code }) => !saidLive.has(code)) ?? []));
  return [
    ...new Map(troubles.toReversed().map((one) => [`${one.code}|${one.about ?? ''}`, one])).values(),
  ].toReversed();
}

/** Takes a failure; returns what it is remembered under. How wrong a clock is changes by itself, and is no other trouble then. */
export function standingName({ code, about }: AppError): Pick<Standing, 'code' | 'about'> {
  return { code, about: code === 'clock-wrong' ? null : about };
}

/** Takes two names; returns whether they are one. */
export function sameName(one: Pick<Standing, 'code' | 'about'>, other: Pick<Standing, 'code' | 'about'>): boolean {
  return one.code === other.code && one.about === other.about;
}
