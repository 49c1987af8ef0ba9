import { showsAsMuch, type Access } from '../../shared/access.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import { ok } from '../../shared/result.ts';
import { day, minute, type Instant } from '../../shared/time.ts';
import type { Coverage } from '../core/coverage.ts';
import { followPages } from '../core/paging.ts';
import { isSeenLess } from '../core/views.ts';
import { mostPageRows, type ProviderFailure, type ReadPosition } from '../ports/provider.ts';
import type { CalendarAccess, CalendarRecord } from '../ports/store.ts';
import {
  accountsById,
  isOfTheAccount,
  nameFailure,
  noteAccount,
  readableAccesses,
  refusedTarget,
  seenLessTrouble,
  type Failures,
} from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { keepLease } from './lease.ts';
import { eachPage, malformedPages } from './pages.ts';
import { readAhead, type Ahead, type ReadAhead } from './read-ahead.ts';
import { lookAtUnshown } from './unshown.ts';

/** What a pull has found out: which calendars were read to the end. */
export interface Pulled {
  readonly read: ReadonlySet<CalendarId>;
  readonly failed: ReadonlySet<CalendarId>;
  /** Through which account each was read: the one that works now. */
  readonly through: ReadonlyMap<CalendarId, AccountId>;
}

const isInUse = (calendar: CalendarRecord): boolean => calendar.source || calendar.target;

/**
 * Reads what has changed in each calendar that is in use (or in those that are asked for): one list call each, plus pages. Accounts are read side by
 * side, a few calendars of one account at once, and stored one after the other. A calendar that fails through one account is tried through
 * the next that sees it; if all fail, its rows stay as they are.
 */
export async function pullCalendars(
  deps: EngineDeps,
  scope: RunScope,
  failures: Failures,
  which: (calendar: CalendarRecord) => boolean = isInUse,
): Promise<Pulled> {
  const { store, clock } = deps;
  const wanted = store.calendars().filter(which);
  // Out of use: that is a state of the calendar, which the person ends, and no failure of each run.
  const seenLess = wanted.filter((calendar) => isSeenLess(calendar.seenWith, calendar.accesses));
  for (const calendar of seenLess) noteTrouble(store, calendar, seenLessTrouble(calendar));
  // So is one that is gone, once that is proven.
  const gone = wanted.filter((calendar) => calendar.gone !== null);
  // Where the person is asked whether it has another address now, that is the one trouble.
  const asked = new Set(store.renamings().flatMap((one) => (one.state === 'asked' ? [one.formerId] : [])));
  for (const calendar of gone) {
    noteTrouble(store, calendar, asked.has(calendar.id) ? null : appError('calendar-gone', calendar.name));
    if (calendar.gone?.proof === null || which !== isInUse) failures.add(appError('calendar-gone', calendar.name));
  }
  const inUse = wanted.filter((calendar) => !seenLess.includes(calendar) && !gone.includes(calendar));
  const accounts = accountsById(store);
  const read = new Set<CalendarId>();
  const failed = new Set<CalendarId>();
  const through = new Map<CalendarId, AccountId>();
  let done = 0;
  const note = (): void => {
    done += 1;
    scope.onProgress({ phase: 'reading', done, total: inUse.length });
  };
  const unreachable = inUse.filter((calendar) => readableAccesses(calendar, accounts, clock.now()).length === 0);
  for (const calendar of unreachable) {
    failed.add(calendar.id);
    failures.add(unreachableReason(calendar, accounts));
    note();
  }
  const byAccount = Map.groupBy(
    inUse.filter((calendar) => !unreachable.includes(calendar)),
    (calendar) => readableAccesses(calendar, accounts, clock.now())[0]?.accountId ?? '',
  );
  /** Failures of whole accounts in this run: their other calendars are not tried through them again. */
  const brokenAccounts = new Map<string, ProviderFailure>();
  await Promise.all(
    [...byAccount.values()].map(async (calendars) => {
      const isBroken = (id: AccountId): boolean => brokenAccounts.has(id);
      const ahead = readAhead(deps, scope, aheadOf(deps, calendars, accounts), isBroken);
      for (const [turn, calendar] of calendars.entries()) {
        ahead.goOn(turn);
        const accountId = await pullOne(deps, scope, failures, calendar, brokenAccounts, ahead);
        (accountId === null ? failed : read).add(calendar.id);
        if (accountId !== null) through.set(calendar.id, accountId);
        note();
      }
    }),
  );
  return { read, failed, through };
}

/** Takes calendars; returns through which account each is read first, and from where on. */
function aheadOf(
  deps: EngineDeps,
  calendars: readonly CalendarRecord[],
  accounts: ReturnType<typeof accountsById>,
): readonly Ahead[] {
  return calendars.flatMap((calendar) => {
    const [access] = readableAccesses(calendar, accounts, deps.clock.now());
    return access === undefined ? [] : [{ calendar, access, position: positionOf(deps, calendar, access) }];
  });
}

/** Keeps the trouble of a calendar true, and writes only where it is another one. */
function noteTrouble(store: EngineDeps['store'], { id, trouble }: CalendarRecord, now: AppError | null): void {
  if (trouble?.code !== now?.code || trouble?.about !== now?.about) store.setTrouble(id, now);
}

/** Takes a calendar that no account can reach now; returns why: its account rests, or nobody lists it any more. */
export function unreachableReason(
  calendar: CalendarRecord,
  accounts: ReturnType<typeof accountsById>,
): ReturnType<typeof appError> {
  const resting = calendar.accesses
    .map((access) => accounts.get(access.accountId))
    .find((one) => one?.state === 'resting');
  return resting === undefined ? appError('calendar-gone', calendar.name) : appError('quota-exhausted', resting.email);
}

/** Reads one calendar; returns the account through which that went well, or null. */
async function pullOne(
  deps: EngineDeps,
  scope: RunScope,
  failures: Failures,
  calendar: CalendarRecord,
  brokenAccounts: Map<string, ProviderFailure>,
  ahead: ReadAhead,
): Promise<AccountId | null> {
  const { store, clock, logger } = deps;
  let last: { failure: ProviderFailure; email: string; accountId: AccountId } | null = null;
  for (const access of readableAccesses(calendar, accountsById(store), clock.now())) {
    const failure =
      brokenAccounts.get(access.accountId) ?? (await readThrough(deps, scope, calendar, access, access.email, ahead));
    if (failure === null) {
      noteAccount(store, access.accountId, null, clock.now());
      noteTrouble(store, calendar, calendar.target ? refusedTarget(calendar) : null);
      await lookAtUnshown(deps, scope, calendar.id, access);
      return access.accountId;
    }
    last = { failure, email: access.email, accountId: access.accountId };
    if (isOfTheAccount(failure)) {
      brokenAccounts.set(access.accountId, failure);
      noteAccount(store, access.accountId, failure, clock.now());
    }
    logger.warn('pull-failed', { kind: failure.kind, detail: failure.error.detail });
  }
  if (last !== null) {
    const error = nameFailure(last.failure, last.email, calendar.name);
    failures.add(error);
    // Nothing is wrong with a calendar whose read was called off.
    if (last.failure.kind === 'cancelled') return null;
    // The list says whether it is gone; it is up to an hour old.
    const missing = last.failure.kind === 'calendar-missing' && calendar.trouble?.code !== 'calendar-gone';
    if (missing) lookAgain(deps, last.accountId);
    store.setTrouble(
      calendar.id,
      last.failure.kind === 'calendar-missing' ? appError('calendar-gone', calendar.name) : error,
    );
  }
  return null;
}

/**
 * Reads one calendar through one account, from its stored position to the end; returns null when all is stored. Where an
 * answer is too large it is read in full with a tenth of the rows a page, and again with a tenth of those (ADR 0046).
 */
async function readThrough(
  deps: EngineDeps,
  scope: RunScope,
  calendar: CalendarRecord,
  access: CalendarAccess,
  email: string,
  ahead: ReadAhead,
): Promise<ProviderFailure | null> {
  let failure = await readFromPosition(deps, scope, calendar, access, email, ahead);
  let pageRows = calendar.pageRows ?? mostPageRows;
  while (failure?.kind === 'too-large' && pageRows > 1) {
    pageRows = Math.max(1, Math.floor(pageRows / 10));
    deps.logger.info('pages-made-smaller', { rows: pageRows });
    failure = await readPages(deps, scope, calendar, access, email, { syncToken: null, pageToken: null, pageRows });
  }
  return failure;
}

async function readFromPosition(
  deps: EngineDeps,
  scope: RunScope,
  calendar: CalendarRecord,
  access: CalendarAccess,
  email: string,
  ahead: ReadAhead,
): Promise<ProviderFailure | null> {
  const position = positionOf(deps, calendar, access);
  const failure = await readPages(deps, scope, calendar, access, email, position, ahead);
  if (position.syncToken === null || failure?.kind !== 'token-expired') return failure;
  deps.logger.info('sync-token-expired', {});
  deps.store.forgetCursor(calendar.id);
  const { pageRows } = calendar;
  return readPages(deps, scope, calendar, access, email, { syncToken: null, pageToken: null, pageRows });
}

/** Takes a calendar and through which account it is read; returns where that begins: at the start where all is to be read. */
function positionOf(
  { clock }: EngineDeps,
  { cursor, reread, pageRows }: CalendarRecord,
  { accountId }: Pick<CalendarAccess, 'accountId'>,
): ReadPosition {
  // One from the future is void: the clock was wrong.
  const isDue = reread !== null && (reread.at <= clock.now() || reread.at > clock.now() + longestWait);
  // A sync token belongs to the account that got it (google-calendar.md §1.2).
  const isFromStart = cursor?.accountId !== accountId || isDue;
  return { syncToken: isFromStart ? null : cursor.syncToken, pageToken: null, pageRows };
}

/**
 * Reads pages from a position on. Each is stored before the next one comes, so that one that does not come to its end may leave
 * rows of whatever was between: no list of changes shows an event again because of them, therefore the next read, here or in a
 * later run, is one of everything.
 */
async function readPages(
  deps: EngineDeps,
  scope: RunScope,
  { id: calendarId, seenWith, reread, pageRows }: CalendarRecord,
  access: CalendarAccess,
  email: string,
  start: ReadPosition,
  ahead: ReadAhead | null = null,
): Promise<ProviderFailure | null> {
  const { provider, store, clock, logger } = deps;
  let askedFor = ahead?.take(calendarId, access.accountId, start) ?? null;
  let readId = askedFor?.readId ?? store.nextReadId();
  let paging = followPages();
  let position = start;
  let restarted = false;
  let complete = true;
  let asked = false;
  let unread = 0;
  let known = pageRows;
  for (;;) {
    const answer = await (askedFor?.answer ??
      provider.readEvents(access.accountId, email, calendarId, position, scope.signal));
    askedFor = null;
    if (!answer.ok) {
      const lostPlace = position.pageToken !== null && ['refused', 'token-expired'].includes(answer.error.kind);
      if (!lostPlace || restarted) return answer.error;
      // A page token may die before its listing is done (google-calendar.md §1.2): the listing starts again, once.
      restarted = true;
      // A new read, because what the broken one saw may have been deleted since, behind the token that is to come.
      readId = store.nextReadId();
      paging = followPages();
      complete = true;
      unread = 0;
      position = { syncToken: null, pageToken: null, pageRows: start.pageRows ?? null };
      continue;
    }
    // Before anything of the answer is stored, because whoever has taken the lease meanwhile has read what is newer; and renewed,
    // because a calendar of many pages outlives it.
    const kept = keepLease(deps);
    if (!kept.ok) return { kind: 'cancelled', error: kept.error };
    const { coverage, rows, next, timeZone, unreadable, unreadableRows, view } = answer.value;
    // Only where that calendar is known, because a renamed calendar may still be called by its former address.
    if (answer.value.ofOthers.some((id) => id !== calendarId && isThere(store, id))) {
      return malformedPages('rows of another calendar');
    }
    // As this answer says, because a list of calendars is up to an hour old.
    const seen: Access = view?.access ?? access.access;
    if (seenWith !== null && !showsAsMuch(seen, seenWith)) {
      lookAgain(deps, access.accountId);
      return { kind: 'refused', error: appError('calendar-seen-less') };
    }
    // What was hidden before has not changed since, so that only a read of everything shows it.
    if (coverage.of === 'changes' && seenWith !== null && !showsAsMuch(seenWith, seen)) {
      return { kind: 'token-expired', error: appError('provider-trouble', null, 'more can be seen') };
    }
    const asking = position.pageRows ?? null;
    if (asking !== known) {
      // Not before a page came with it, because what nothing makes small enough is nothing to be remembered.
      if (asking !== null) store.setPageRows(calendarId, asking);
      known = asking;
    }
    if (unreadable > 0) {
      complete &&= unreadable <= unreadableRows.length;
      unread += unreadable;
      logger.warn('rows-unreadable', { count: unreadable });
    }
    const effect = store.storePage({
      calendarId,
      accountId: access.accountId,
      run: scope.run,
      readId,
      coverage,
      complete,
      rows,
      unreadable: unreadableRows,
      done: next.kind === 'done' ? { syncToken: next.syncToken, at: clock.now() } : null,
      reread:
        next.kind === 'done'
          ? rereadAfter(reread, coverage, unread, clock.now())
          : { at: clock.now(), tries: reread?.tries ?? 0 },
      timeZone,
      access: seen,
    });
    logger.debug('page-stored', { kind: coverage.of, rows: rows.length, changed: effect.changedEvents });
    if (next.kind === 'done') return null;
    if (next.kind === 'unproven') {
      // Asked once more at the same place, because a slip of the service need not be told; the next run starts there, too.
      if (asked) return malformedPages('no token on the last page');
      asked = true;
      continue;
    }
    asked = false;
    const endless = paging.follow(next.pageToken, rows.length + unreadable);
    if (endless !== null) return malformedPages(endless);
    position = { ...position, pageToken: next.pageToken };
  }
}

/** Between two full reads for the sake of a row that cannot be read. */
const shortestWait = 5 * minute;
const longestWait = day;

/**
 * Takes when a calendar was to be read as a whole again (null: not), what was read now, and how many rows of that could not be
 * read; returns when it is to be from now on. Because a list of changes shows a row once, what somebody in between has spoilt
 * would otherwise stay as it was before for ever. At once, then less and less often up to once a day, because a row that is
 * unreadable for good must not cost a full read in each run. Stored with the position in the list, which moves behind the row.
 */
function rereadAfter(
  before: CalendarRecord['reread'],
  { of }: Coverage,
  unread: number,
  now: Instant,
): CalendarRecord['reread'] {
  // Only a read of everything shows that all can be read by now.
  if (unread === 0) return of === 'everything' ? null : before;
  if (before === null) return { at: now, tries: 0 };
  if (of === 'changes') return before;
  const tries = before.tries + 1;
  return { at: now + Math.min(longestWait, shortestWait * 2 ** Math.min(tries, 16)), tries };
}

/** Whether there is a calendar of this name. One that is gone may be the former one of another. */
function isThere(store: EngineDeps['store'], id: string): boolean {
  return store.calendars().some((known) => known.id === id && known.gone === null);
}

/** Has the list of an account's calendars read in the next run: what it says of their roles is old. */
function lookAgain({ store }: EngineDeps, accountId: AccountId): void {
  const account = accountsById(store).get(accountId);
  if (account !== undefined) store.saveAccount({ ...account, listedAt: null });
}

/**
 * Looks for proof that the events of stray blocks were deleted: blocks that no known event explains, as after a lost
 * database. Made once for each such block, and only when every source could be read, because a source that was not
 * read might be the one that explains them.
 */
export async function searchStrays(deps: EngineDeps, scope: RunScope, pulled: Pulled): Promise<void> {
  const { store, provider, clock } = deps;
  const unread = store.calendars().filter((calendar) => calendar.source && !pulled.read.has(calendar.id));
  // One that is gone has nothing more to say; what is stored of it explains its blocks.
  if (unread.some((calendar) => calendar.gone === null)) return;
  const refs = store.strayRefs();
  if (refs.length === 0) return;
  store.explainStrays();
  const accounts = accountsById(store);
  for (const calendar of store.calendars().filter((one) => one.source && pulled.read.has(one.id))) {
    const access = readableAccesses(calendar, accounts, clock.now())[0];
    if (access === undefined) return;
    // Then nothing proves what became of an event that nobody remembers, and its block is left.
    if (!access.capabilities.listsDeletions) continue;
    const failure = await eachPage(async (pageToken) => {
      const answer = await provider.findDeleted(access.accountId, calendar.id, pageToken, scope.signal);
      if (!answer.ok) return answer;
      store.storeDeleted(calendar.id, answer.value.ids);
      return ok({ rows: answer.value.size, pageToken: answer.value.nextPageToken });
    });
    if (failure !== null) return;
  }
  store.markStraysSearched(refs);
  deps.logger.info('strays-searched', { count: refs.length });
}
