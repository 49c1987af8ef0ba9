import { mayWrite } from '../../shared/access.ts';
import type { RemovalFindings, ResetReceipt } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { RunScope } from '../engine/deps.ts';
import { findBlocks, removeBlocks, type RemovalRequest } from '../engine/reset/index.ts';
import { sourcesHere } from '../engine/whose.ts';
import type { CalendarStore } from '../ports/store.ts';
import type { Parts } from './parts.ts';

/** How an account is removed. */
export interface RemoveAccountChoices {
  /** Whether the permission is given back to the provider, which signs out other computers, too. */
  readonly revoke: boolean;
  /** Calendars of the account on which blocks of others are taken, too. */
  readonly othersOn: readonly CalendarId[];
}

/** What an account leaves behind: its blocks elsewhere, and the blocks on calendars that only it may write. */
interface Leaving {
  /** Calendars that no other account lists: they go with it. */
  readonly own: ReadonlySet<CalendarId>;
  readonly request: RemovalRequest;
}

function leavingWith(store: CalendarStore, id: AccountId, othersOn: readonly CalendarId[]): Leaving {
  const calendars = store.calendars();
  const isIts = ({ accountId }: { readonly accountId: AccountId }): boolean => accountId === id;
  const own = new Set(
    calendars.filter(({ accesses }) => accesses.length > 0 && accesses.every(isIts)).map((one) => one.id),
  );
  const clearings = calendars.map((calendar) => {
    const writers = calendar.accesses.filter((access) => mayWrite(access.access));
    // One that another account only reads can be written by nobody afterwards, so nothing of ours may stay there.
    const whole = own.has(calendar.id) || (writers.length > 0 && writers.every(isIts));
    const ours = sourcesHere(calendars, calendar);
    return { calendar, ours, from: whole ? ours : new Set([...ours].filter((one) => own.has(one))), whole };
  });
  return { own, request: { clearings, calendars, othersOn: new Set(othersOn) } };
}

/** Counts what the removal of an account would remove and leave; writes to no calendar. */
export async function findBlocksOfAccount(
  parts: Parts,
  id: AccountId,
  scope: RunScope,
): Promise<Result<RemovalFindings, AppError>> {
  const { store, engine } = parts;
  if (!store.accounts().some((one) => one.id === id)) return err(appError('account-unknown'));
  const found = await findBlocks(engine, scope, leavingWith(store, id, []).request);
  return scope.signal?.aborted === true ? err(appError('cancelled')) : ok(found);
}

/**
 * Removes an account: its blocks elsewhere, the blocks in its own calendars, its stored data, its token. Calendars that
 * another account sees too stay in use through that one. What its events are about is forgotten at once. Blocks
 * elsewhere that cannot be removed now are remembered by their id alone and go with a later run; its own calendars may
 * be out of reach (its sign-in may be why it is removed) and are then named in the receipt. Killed at any point, or
 * stopped (`cancelled`), it is under way and goes on with the next start or the same command.
 */
export async function removeAccount(
  parts: Parts,
  id: AccountId,
  choices: RemoveAccountChoices,
  scope: RunScope,
): Promise<Result<ResetReceipt, AppError>> {
  const { store, engine, clock } = parts;
  const before = store.undertakings().find((one) => one.accountId === id);
  if (!store.accounts().some((one) => one.id === id)) {
    if (before !== undefined) store.dropUndertaking(before);
    return err(appError('account-unknown'));
  }
  const begun = {
    kind: 'remove-account',
    accountId: id,
    since: before?.since ?? clock.now(),
    othersOn: [...new Set([...(before?.othersOn ?? []), ...choices.othersOn])],
    revoke: choices.revoke,
    removed: before?.removed ?? 0,
    alreadyGone: before?.alreadyGone ?? 0,
  } as const;
  store.saveUndertaking(begun);
  const { own, request } = leavingWith(store, id, begun.othersOn);
  for (const { calendar, whole } of request.clearings) {
    const source = calendar.source && !own.has(calendar.id);
    const target = calendar.target && !whole;
    if (source !== calendar.source || target !== calendar.target) {
      store.setUse(calendar.id, { source, target }, clock.now());
    }
  }
  store.forgetTexts([...own]);
  store.forgetUndo();

  // Its marks say why, so that another computer of the person puts back what it wants.
  const { receipt, left } = await removeBlocks(
    engine,
    { ...scope, removing: 'account' },
    {
      ...request,
      onRemoved: (counts) =>
        store.saveUndertaking({
          ...begun,
          removed: begun.removed + counts.removed,
          alreadyGone: begun.alreadyGone + counts.alreadyGone,
        }),
    },
  );
  if (scope.signal?.aborted === true) return err(appError('cancelled'));

  const later = new Set<CalendarId>();
  for (const { calendar, whole } of request.clearings) {
    const ids = left.get(calendar.id) ?? [];
    if (whole || calendar.accesses.length === 0 || ids.length === 0) continue;
    store.leaveRemovals(calendar.id, ids, clock.now());
    later.add(calendar.id);
  }
  const token = await parts.vault.read(id);
  const revoked =
    choices.revoke && token.ok && token.value !== null ? await parts.signIn.revoke(token.value) : ok(undefined);
  // Forgotten first, because a refresh under way would otherwise put the token back.
  parts.tokens.forget(id);
  const forgotten = await parts.vault.remove(id);
  // Whoever begins anew is shown anew what the first sync would write.
  if (store.accounts().every((one) => one.id === id)) store.saveSettings({ ...store.settings(), started: false });
  // The last effect: nobody could ask for the rest of it once the account is gone.
  store.removeAccount(id);
  if (!forgotten.ok) return forgotten;
  return ok({
    ...receipt,
    found: receipt.found + begun.removed + begun.alreadyGone,
    removed: receipt.removed + begun.removed,
    alreadyGone: receipt.alreadyGone + begun.alreadyGone,
    still: receipt.still.map((each) => ({ ...each, later: later.has(each.calendarId) })),
    notRevoked: revoked.ok ? null : revoked.error,
  });
}
