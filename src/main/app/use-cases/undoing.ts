import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { CalSync, LongTask } from '../calsync.ts';
import type { Parts } from '../parts.ts';
import { resetUnderWay } from '../reset.ts';
import { keepUndo, keptViews, letGoOf, planUndo, undoPreviewOf, type PlannedUndo } from '../undo.ts';
import type { Live } from './live.ts';
import { runPatience, type Work } from './work.ts';

/** Takes all parts and what syncs once; returns what a person can ask about undoing syncs. */
export function undoing(
  parts: Parts,
  live: Live,
  work: Work,
  sync: CalSync['sync'],
): Pick<CalSync, 'previewUndo' | 'undo' | 'kept' | 'letGo'> {
  const { store } = parts;

  /** Reads the calendars, because what a person has changed since is left, and decides what undoing a run comes to. */
  const planned = async (run: number, options: LongTask): Promise<Result<PlannedUndo, AppError>> => {
    // Asked first, because a read for nothing would be felt.
    if (!store.undoableRuns().includes(run)) return err(appError('undo-unknown', String(run)));
    const pulled = await work.readAll(work.scopeOf(options, work.currentRun() + 1));
    return pulled.ok ? planUndo(parts, run, pulled.value) : pulled;
  };

  return {
    previewUndo: (run, options = {}) =>
      work.leased(async () => {
        const found = await planned(run, options);
        return found.ok ? ok(undoPreviewOf(parts, found.value)) : found;
      }),
    undo: async (run, { version, ...options } = {}) => {
      if (resetUnderWay(store) !== null) return err(appError('reset-unfinished'));
      const kept = await work.leased(async () => {
        const found = await planned(run, options);
        if (!found.ok) return found;
        const done = keepUndo(parts, found.value, version);
        return done.ok ? ok(undoPreviewOf(parts, found.value).left) : done;
      }, runPatience);
      if (!kept.ok) return kept;
      const synced = await sync('undo', options);
      return synced.ok ? ok({ run: synced.value, left: kept.value }) : synced;
    },
    kept: () => keptViews(parts),
    letGo: (key) => {
      const done = letGoOf(parts, key);
      if (!done.ok) return done;
      live.request('settings');
      live.changed();
      return ok(keptViews(parts));
    },
  };
}
