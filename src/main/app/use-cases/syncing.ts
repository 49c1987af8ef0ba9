import type { RunView, Trigger } from '../../../shared/dto.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { planSync } from '../../core/plan/plan.ts';
import { pauseAt, pauseEnd } from '../../core/schedule.ts';
import { runCycle } from '../../engine/cycle.ts';
import { planContext } from '../../engine/plan-context.ts';
import { moment, runView } from '../../engine/status.ts';
import type { CalSync, LongTask } from '../calsync.ts';
import type { Parts } from '../parts.ts';
import { planView } from '../plan-view.ts';
import { resetUnderWay } from '../reset.ts';
import { whyOf } from '../why.ts';
import type { Live } from './live.ts';
import { broughtClient, type Work } from './work.ts';

/** How many syncs a person is told of: at the usual interval, those of the last hour and a half. */
const runsShown = 20;

/** How many older ones that can be undone, because nobody looks through more than that. */
const undoableShown = 100;

/** Takes all parts; returns what a person can ask about syncs: one now, what it would do and why, those before, and a pause. */
export function syncing(
  parts: Parts,
  live: Live,
  work: Work,
): Pick<CalSync, 'sync' | 'plan' | 'why' | 'runs' | 'pause' | 'resume'> {
  const { store, engine, clock } = parts;
  const { facts } = live;

  /** Remembers why a sync could not start, and since when that is so. */
  const noteStart = (error: AppError | null): void => {
    if (live.isOver() || (error === null && facts.couldNotStart === null)) return;
    const since = facts.couldNotStart?.error.code === error?.code ? facts.couldNotStart?.since : undefined;
    facts.couldNotStart = error === null ? null : { since: since ?? clock.now(), error };
    live.changed();
  };

  const trySync = (
    trigger: Trigger,
    options: LongTask & { readonly start?: boolean },
  ): Promise<Result<RunView, AppError>> =>
    work.exclusiveStoring(async () => {
      const paused = pauseAt(store.settings().pausedUntil, clock.now());
      if (resetUnderWay(store) !== null) return err(appError('reset-unfinished'));
      if (paused !== null && trigger !== 'manual' && trigger !== 'undo') {
        return err(appError('paused', paused === 'forever' ? null : moment(paused)));
      }
      const client = await broughtClient(parts);
      if (!client.ok) return client;
      if (store.accounts().length === 0) return err(appError('too-few-calendars'));
      const settings = store.settings();
      if (!settings.started) {
        // Whoever asks for a sync may be a timetable, or a person who has not seen what it would write.
        if (options.start !== true) return err(appError('not-started'));
        store.saveSettings({ ...settings, started: true });
      }
      facts.runningSince = clock.now();
      live.changed();
      try {
        const scope = work.scopeOf(options, 0);
        return await runCycle(engine, { trigger, signal: scope.signal, onProgress: scope.onProgress });
      } finally {
        facts.runningSince = null;
        facts.progress = null;
        live.tell();
      }
    });

  return {
    sync: async (trigger, options = {}) => {
      const done = await trySync(trigger, options);
      if (done.ok) parts.disk.stored();
      // That the disk is waited for is said by itself.
      noteStart(done.ok || parts.disk.wait() !== null ? null : done.error);
      return done;
    },
    plan: (options = {}) =>
      work.leased(async () => {
        const scope = work.scopeOf(options, work.currentRun() + 1);
        const pulled = await work.readAll(scope);
        if (!pulled.ok) return pulled;
        const plan = planSync(store.loadGroups('all'), planContext(engine, scope.run, pulled.value));
        return ok(planView(plan, parts));
      }),
    why: (query) => whyOf(parts, query),
    runs: () => store.lastRuns(runsShown, store.undoableRuns().slice(0, undoableShown)).map(runView),

    pause: (until) => {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const settings = store.settings();
      const now = clock.now();
      const since = pauseAt(settings.pausedUntil, now) === null ? now : settings.pausedSince;
      store.saveSettings({ ...settings, pausedUntil: pauseEnd(until, now, zone), pausedSince: since });
      return live.changed();
    },
    resume: () => {
      // Whoever resumes gives up a reset that was cut off, and wants back what it had removed. Marked first, otherwise a
      // process that ends in between would never bring it back.
      const reset = resetUnderWay(store);
      if (reset !== null) {
        store.markAllDirty();
        store.dropUndertaking(reset);
      }
      store.saveSettings({ ...store.settings(), pausedUntil: null, pausedSince: null, pausedByReset: false });
      live.request('settings');
      return live.changed();
    },
  };
}
