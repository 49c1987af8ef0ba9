import type { RunView, Trigger } from '../../shared/dto.ts';
import { clockError } from '../../shared/clock-error.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { minute, type Instant } from '../../shared/time.ts';
import { copiesDiffer, isStale } from '../core/freshness.ts';
import { datedNow, isClockWrong, isVoidSince } from '../core/clocks.ts';
import { digest } from '../core/identity.ts';
import { refusalLasts } from '../core/one-by-one.ts';
import { isSeenLess } from '../core/views.ts';
import type { CalendarRecord, RunRecord, StandingNow } from '../ports/store.ts';
import { Failures } from './access.ts';
import { leftRemovals } from './activity.ts';
import { refreshCalendarLists } from './calendar-lists.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { proveGone } from './gone.ts';
import { recogniseRenamed } from './renamings.ts';
import { fenceOf } from './fence.ts';
import { endOf, leaseTime } from './lease.ts';
import { planAndPush, together, type Carried, type Left } from './plan-and-push.ts';
import { pullCalendars, searchStrays, type Pulled } from './pull.ts';
import { forgetUnneeded } from './pruning.ts';
import { finishRemovals } from './removals-left.ts';
import { runView } from './status.ts';
import { sameName, standingName, troublesNow } from './troubles.ts';

/** What a run needs beside the engine's own. */
export interface CycleOptions {
  readonly trigger: Trigger;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: RunScope['onProgress'];
}

/** Reads all calendars in use into the store; writes to no calendar. */
export async function pull(
  deps: EngineDeps,
  scope: RunScope,
  failures: Failures,
  options: { readonly alwaysList: boolean },
): Promise<Pulled> {
  await refreshCalendarLists(deps, failures, { always: options.alwaysList, signal: scope.signal });
  await recogniseRenamed(deps, scope);
  await proveGone(deps, scope);
  const pulled = await pullCalendars(deps, scope, failures);
  // In the same run, because a calendar that is gone would otherwise give new blocks once more.
  if (isAnyMissed(deps, pulled)) await refreshCalendarLists(deps, failures, { always: false, signal: scope.signal });
  noteFreshness(deps);
  await searchStrays(deps, scope, pulled);
  return pulled;
}

/** Whether a calendar was not there and the list that says whether it is gone is to be read again for it (`pullOne`). */
function isAnyMissed({ store }: EngineDeps, { failed }: Pulled): boolean {
  const isMissed = ({ id, gone, trouble }: CalendarRecord): boolean =>
    failed.has(id) && gone === null && trouble?.code === 'calendar-gone';
  return store.calendars().some(isMissed) && store.accounts().some(({ listedAt }) => listedAt === null);
}

/**
 * Notes which calendars have become stale or fresh again. Where copies of a meeting differ, that decides which of them
 * count, so exactly those groups are marked, together with the note: a run that plans only what is marked then comes to the
 * same as one that plans everything.
 */
function noteFreshness({ store, clock }: EngineDeps): void {
  const { intervalMinutes } = store.settings();
  const calendars = store.calendars();
  const zones = new Map(calendars.map(({ id, timeZone }) => [id, timeZone]));
  for (const calendar of calendars) {
    const inUse = calendar.source || calendar.target;
    // However lately it was read, because nothing more may come of it until the person says so. An answer tells it before the list.
    const answeredLess = calendar.trouble?.code === 'calendar-seen-less';
    const seenLess = answeredLess || isSeenLess(calendar.seenWith, calendar.accesses);
    const stale = !inUse || seenLess || isStale(calendar.lastReadAt, clock.now(), intervalMinutes);
    if (stale === calendar.stale) continue;
    const differing: string[] = [];
    for (const group of store.loadGroups(store.sharedGroups(calendar.id))) {
      if (copiesDiffer(group, (id) => zones.get(id) ?? null)) differing.push(group.key);
    }
    store.setStale(calendar.id, stale, differing);
  }
}

/**
 * One cycle: pull, plan, push, record (design.md, "One cycle"). Fails with `busy-elsewhere` when another process holds the
 * lease; every other trouble is in the run that it returns.
 */
export async function runCycle(deps: EngineDeps, options: CycleOptions): Promise<Result<RunView, AppError>> {
  const { store, clock, logger } = deps;
  const leased = store.takeLease(deps.holder, clock.now(), leaseTime);
  if (!leased.ok) return err(leased.error);
  try {
    return ok(await runLeased(deps, options));
  } finally {
    store.dropLease(deps.holder);
    logger.debug('lease-dropped', {});
  }
}

async function runLeased(deps: EngineDeps, options: CycleOptions): Promise<RunView> {
  const { store, clock, logger } = deps;
  const startedAt = clock.now();
  const run = store.startRun(options.trigger, startedAt);
  deps.takeRequestCounts();
  const failures = new Failures();
  const { signal, onProgress } = options;
  const scope: RunScope = { run, signal, onProgress, halted: fenceOf(deps) };
  markNewYear(deps, startedAt);
  store.forgetRefusals(startedAt - refusalLasts, startedAt);
  const { pulled, carried } = await inRounds(deps, scope, failures, options.trigger === 'account');
  const { left, added, changed, held, skipped } = carried;
  // Last, because there may be thousands, and what has changed must not wait for them.
  const finished = await finishRemovals(deps, scope, failures);
  store.addActivity(leftRemovals([...finished.removed.keys()], clock.now()), run);
  if (options.signal?.aborted === true) failures.add(appError('cancelled'));
  const record: RunRecord = {
    id: run,
    trigger: options.trigger,
    startedAt,
    finishedAt: clock.now(),
    outcome: outcomeOf(failures.all, pulled),
    ...{ added, changed, held, skipped },
    removed: carried.removed + [...finished.removed.values()].reduce((sum, count) => sum + count, 0),
    writes: carried.writes + finished.writes,
    requests: deps.takeRequestCounts(),
    errors: failures.all,
  };
  store.finishRun(record);
  noteStanding(deps, record, pulled, left);
  forgetUnneeded(deps, scope, failures, pulled);
  logger.info('run-finished', {
    outcome: record.outcome,
    added: record.added,
    changed: record.changed,
    removed: record.removed,
    held: record.held,
    writes: record.writes,
    milliseconds: clock.now() - startedAt,
  });
  return runView(record);
}

/** So long a run writes without looking again: as long as a change waits anyway. */
const lookAgainAfter = 5 * minute;

/**
 * Reads, plans and writes; and does so again and again where that takes long, so that what changes meanwhile and is nearer overtakes what
 * waits (ADR 0054). Returns what was read last, and what has come of it all.
 */
async function inRounds(
  deps: EngineDeps,
  scope: RunScope,
  failures: Failures,
  alwaysList: boolean,
): Promise<{ readonly pulled: Pulled; readonly carried: Carried }> {
  let carried: Carried | null = null;
  let written = 0;
  for (;;) {
    const before = written;
    const onProgress: RunScope['onProgress'] = (progress) => {
      if (progress.phase === 'writing') {
        written = before + progress.done;
        scope.onProgress({ ...progress, done: written, total: before + (progress.total ?? 0) });
      } else if (carried === null) scope.onProgress(progress);
    };
    const round = { ...scope, onProgress };
    const pulled = await pull(deps, round, failures, { alwaysList: alwaysList && carried === null });
    lookAtClock(deps, failures);
    const readAgainAt = deps.clock.now() + lookAgainAfter;
    const done = await planAndPush(deps, { ...round, readAgainAt }, failures, pulled);
    carried = carried === null ? done : together(carried, done);
    // One that nothing comes of would go on for ever.
    if (done.unsent === 0 || done.carriedOut === 0 || scope.signal?.aborted === true) return { pulled, carried };
    const ended = endOf(deps, scope);
    if (ended !== null) {
      failures.add(ended);
      return { pulled, carried };
    }
  }
}

/**
 * Says that the clock of this computer is wrong, and corrects what it said of calendars while it was: one in use since
 * next year would have no block until then.
 */
export function lookAtClock({ store, clock, provider, logger }: EngineDeps, failures: Failures): void {
  const offset = provider.clockOffset();
  const now = datedNow(clock.now(), offset);
  if (isClockWrong(offset)) {
    failures.add(appError('clock-wrong', clockError(offset)));
    logger.warn('clock-wrong', { seconds: Math.round(offset / 1000) });
  }
  for (const { id, inUseSince } of store.calendars()) {
    if (inUseSince !== null && isVoidSince(inUseSince, now)) store.correctSince(id, now);
  }
}

/**
 * Dates that a block leaves out (outside the hours that count, or held by another copy) are named for this year and the
 * next, so a new year names new ones.
 */
function markNewYear({ store }: EngineDeps, now: Instant): void {
  const [, before] = store.lastRuns(2);
  const year = (instant: Instant): number => new Date(instant).getUTCFullYear();
  if (before !== undefined && year(before.startedAt) !== year(now)) store.markAllDirty();
}

/** Remembers since when what is not as it should be has been so. */
function noteStanding(deps: EngineDeps, run: RunRecord, pulled: Pulled, { refused, settling }: Left): void {
  const { store, clock } = deps;
  const troubles = troublesNow(store, { now: clock.now(), here: deps.troublesHere?.() ?? [], lastRun: run });
  const standing = troubles.map((error): StandingNow => {
    const name = standingName(error);
    const writes = refused.filter((one) => sameName(standingName(one.error), name));
    const what = writes.length === 0 ? '' : digest([...new Set(writes.map((one) => one.what))].sort().join('\n'));
    return { ...name, meetings: new Set(writes.map((one) => one.groupKey)).size, what: what.slice(0, 16) };
  });
  if (settling.size > 0) standing.push({ code: 'settling', about: null, meetings: settling.size, what: '' });
  store.saveStanding(standing, clock.now(), pulled.read.size > 0 && pulled.failed.size === 0);
}

function outcomeOf(errors: readonly AppError[], pulled: Pulled): RunRecord['outcome'] {
  if (errors.length === 0) return 'ok';
  if (pulled.read.size > 0) return 'partial';
  return errors.every((error) => error.code === 'offline') ? 'offline' : 'failed';
}
