import type { RemovalFindings, ResetReceipt } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { Failures } from '../engine/access.ts';
import { refreshCalendarLists } from '../engine/calendar-lists.ts';
import type { RunScope } from '../engine/deps.ts';
import { findBlocks, removeBlocks, type RemovalRequest } from '../engine/reset/index.ts';
import { sourcesHere } from '../engine/whose.ts';
import type { CalendarRecord, Undertaking, UndertakingStore } from '../ports/store.ts';
import type { Parts } from './parts.ts';

/** Takes the store; returns the reset that was begun and not finished, or null. */
export function resetUnderWay(store: UndertakingStore): Undertaking | null {
  return store.undertakings().find((one) => one.kind === 'reset') ?? null;
}

/**
 * Notes that a reset begins, or goes on, and pauses syncing. Both before anything else: a run that is under way ends at
 * its next request, and a reset that is cut off is neither forgotten nor undone by the next run.
 */
export function beginReset({ store, clock }: Parts, othersOn: readonly CalendarId[]): void {
  const before = resetUnderWay(store);
  store.saveUndertaking({
    kind: 'reset',
    accountId: null,
    since: before?.since ?? clock.now(),
    othersOn: [...new Set([...(before?.othersOn ?? []), ...othersOn])],
    revoke: false,
    removed: before?.removed ?? 0,
    alreadyGone: before?.alreadyGone ?? 0,
  });
  // Nothing here brings a block back but the person, and an undo would.
  store.forgetUndo();
  const settings = store.settings();
  const since = settings.pausedUntil === null ? clock.now() : settings.pausedSince;
  store.saveSettings({ ...settings, pausedUntil: 'forever', pausedSince: since, pausedByReset: true });
}

/** Takes all calendars; returns what takes every block of this install off them. */
function everything(calendars: readonly CalendarRecord[], othersOn: readonly CalendarId[]): RemovalRequest {
  const clearings = calendars.map((calendar) => {
    const ours = sourcesHere(calendars, calendar);
    return { calendar, ours, from: ours, whole: true };
  });
  return { clearings, calendars, othersOn: new Set(othersOn) };
}

/** Counts what a reset would remove and leave; writes to no calendar. Fails with `cancelled`. */
export async function findAllBlocks(parts: Parts, scope: RunScope): Promise<Result<RemovalFindings, AppError>> {
  const { store, engine } = parts;
  await refreshCalendarLists(engine, new Failures(), { always: true, signal: scope.signal });
  const found = await findBlocks(engine, scope, everything(store.calendars(), []));
  return scope.signal?.aborted === true ? err(appError('cancelled')) : ok(found);
}

/**
 * Carries out the reset that `beginReset` has noted, from wherever it stopped; returns the receipt of all of it. Fails
 * with `cancelled` when it is stopped again: it is then still under way.
 */
export async function goOnWithReset(parts: Parts, scope: RunScope): Promise<Result<ResetReceipt, AppError>> {
  const { store, engine, clock, logger } = parts;
  const begun = resetUnderWay(store);
  if (begun === null) return err(appError('cancelled'));
  await refreshCalendarLists(engine, new Failures(), { always: true, signal: scope.signal });
  const { receipt } = await removeBlocks(engine, scope, {
    ...everything(store.calendars(), begun.othersOn),
    onRemoved: (counts) =>
      store.saveUndertaking({
        ...begun,
        removed: begun.removed + counts.removed,
        alreadyGone: begun.alreadyGone + counts.alreadyGone,
      }),
  });
  if (scope.signal?.aborted === true) return err(appError('cancelled'));
  store.saveHolds([], clock.now());
  store.setAgreedRemovals(new Map());
  store.markAllDirty();
  store.dropUndertaking(begun);
  const earlier = begun.removed + begun.alreadyGone;
  logger.info('reset-finished', { removed: receipt.removed, still: receipt.still.length });
  return ok({
    ...receipt,
    found: receipt.found + earlier,
    removed: receipt.removed + begun.removed,
    alreadyGone: receipt.alreadyGone + begun.alreadyGone,
  });
}

/** Takes a calendar; returns how many blocks there are not known to be from a connected calendar, as far as is stored. */
export function otherBlocksOn({ store }: Pick<Parts, 'store'>, id: CalendarId): number {
  const calendars = store.calendars();
  const calendar = calendars.find((one) => one.id === id);
  if (calendar === undefined) return 0;
  const ours = sourcesHere(calendars, calendar);
  return store.liveBlocksOn(id).filter(({ sourceId }) => sourceId === null || !ours.has(sourceId)).length;
}

/**
 * Takes every block off one calendar, those of others included. Fails with `calendar-unknown` or `cancelled`; given again,
 * it goes on.
 */
export async function clearCalendar(
  { store, engine }: Parts,
  id: CalendarId,
  scope: RunScope,
): Promise<Result<ResetReceipt, AppError>> {
  const calendars = store.calendars();
  const calendar = calendars.find((one) => one.id === id);
  if (calendar === undefined) return err(appError('calendar-unknown', id));
  const { receipt } = await removeBlocks(engine, scope, {
    clearings: [{ calendar, ours: new Set(), from: new Set(), whole: true }],
    calendars: [],
    othersOn: new Set([id]),
  });
  return scope.signal?.aborted === true ? err(appError('cancelled')) : ok(receipt);
}
