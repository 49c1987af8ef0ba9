import type { ResetReceipt } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { EventGroup } from '../core/model.ts';
import { planSync } from '../core/plan.ts';
import { Failures } from '../engine/access.ts';
import { planContext } from '../engine/cycle.ts';
import type { RunScope } from '../engine/deps.ts';
import type { Pulled } from '../engine/pull.ts';
import { push } from '../engine/push.ts';
import { removeAllBlocks } from '../engine/reset.ts';
import type { Store } from '../ports/store.ts';
import type { Parts } from './parts.ts';

/**
 * Removes an account: its blocks elsewhere, the blocks in its own calendars, its stored data, its token. Calendars that
 * another account sees too stay in use through that one. Blocks elsewhere that cannot be removed now stop the removal,
 * because without the account's data nobody would know them again; its own calendars may be out of reach (its sign-in
 * may be why it is removed) and are then named in the receipt.
 */
export async function removeAccount(
  parts: Parts,
  id: AccountId,
  revoke: boolean,
  scope: RunScope,
): Promise<Result<ResetReceipt, AppError>> {
  const { store, engine, clock } = parts;
  const account = store.accounts().find((one) => one.id === id);
  if (account === undefined) return err(appError('account-unknown'));
  const own = store
    .calendars()
    .filter((calendar) => calendar.accesses.length > 0 && calendar.accesses.every((access) => access.accountId === id));
  const ownIds = new Set(own.map((calendar) => calendar.id));
  const uses = own.filter((calendar) => calendar.source || calendar.target);
  for (const calendar of uses) store.setUse(calendar.id, { source: false, target: false }, clock.now());

  const failures = new Failures();
  const elsewhere = planSync(groupsOf(store, ownIds), planContext(engine, scope.run, allReadable(store)));
  const operations = elsewhere.operations.filter(
    (operation) =>
      operation.kind === 'delete' &&
      operation.sourceId !== null &&
      ownIds.has(operation.sourceId) &&
      !ownIds.has(operation.targetId),
  );
  const pushed = await push(engine, scope, operations, failures, new Map());
  if (pushed.failed.length > 0) {
    for (const { id: calendarId, source, target } of uses) store.setUse(calendarId, { source, target }, clock.now());
    return err(failures.all[0] ?? appError('provider-trouble', account.email));
  }
  const receipt = await removeAllBlocks(engine, scope, own);
  const token = await parts.vault.read(id);
  if (revoke && token.ok && token.value !== null) {
    const revoked = await parts.signIn.revoke(token.value);
    if (!revoked.ok) parts.logger.warn('revoke-failed', { errorCode: revoked.error.code });
  }
  // Forgotten first, because a refresh under way would otherwise put the token back.
  parts.tokens.forget(id);
  const forgotten = await parts.vault.remove(id);
  store.removeAccount(id);
  store.markAllDirty();
  // Whoever begins anew is shown anew what the first sync would write.
  if (store.accounts().length === 0) store.saveSettings({ ...store.settings(), started: false });
  if (!forgotten.ok) return forgotten;
  return ok({ ...receipt, removed: receipt.removed + pushed.done.length });
}

/** The groups that an account's calendars have a part in. */
function* groupsOf(store: Store, ownIds: ReadonlySet<CalendarId>): Generator<EventGroup> {
  for (const group of store.loadGroups('all')) {
    if (group.events.some((event) => ownIds.has(event.calendarId))) yield group;
  }
}

/** What is stored is all that this needs: it removes only what the person has just given up. */
function allReadable(store: Store): Pulled {
  return { read: new Set(store.calendars().map((calendar) => calendar.id)), failed: new Set(), through: new Map() };
}
