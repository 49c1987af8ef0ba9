import type { RunView, Trigger } from '../../shared/dto.ts';
import { clockError } from '../../shared/clock-error.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import { copiesDiffer, isStale } from '../core/freshness.ts';
import type { ExplainedAbsence, MeshCalendar, Plan, PlanContext, Skip } from '../core/model.ts';
import { cautiousNow, datedNow, isClockWrong, isVoidSince } from '../core/clocks.ts';
import { digest } from '../core/identity.ts';
import { refusalLasts } from '../core/one-by-one.ts';
import { planSync } from '../core/plan/plan.ts';
import { groupsOf } from '../core/replacement.ts';
import { isSeenLess } from '../core/views.ts';
import type { BlockOutcome, CalendarRecord, RunRecord, Settings, StandingNow } from '../ports/store.ts';
import { accountsById, capabilitiesOf, Failures, isWriter, reachableAccesses } from './access.ts';
import { Absences, confirmMutes } from './absences.ts';
import { activityOf, countsOf, leftRemovals } from './activity.ts';
import { refreshCalendarLists } from './calendar-lists.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { proveGone } from './gone.ts';
import { recogniseRenamed } from './renamings.ts';
import { fenceOf } from './fence.ts';
import { pullCalendars, searchStrays, type Pulled } from './pull.ts';
import { leaseTime } from './lease.ts';
import { forgetUnneeded } from './pruning.ts';
import { push, type Pushed, type RefusedWrite } from './push/index.ts';
import { finishRemovals } from './removals-left.ts';
import { lookAtAbsent } from './removals.ts';
import { runView } from './status.ts';
import { sameName, standingName, troublesNow } from './troubles.ts';

/** What a run needs beside the engine's own. */
export interface CycleOptions {
  readonly trigger: Trigger;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: RunScope['onProgress'];
}

/** Takes the deps and a plan's place in time; returns what the planner needs to know besides the groups. */
export function planContext(deps: EngineDeps, run: number, pulled: Pulled): PlanContext {
  const { store, clock } = deps;
  const accounts = accountsById(store);
  const settings = store.settings();
  const calendars = new Map<CalendarId, MeshCalendar>();
  for (const calendar of store.calendars()) {
    calendars.set(calendar.id, meshCalendar(deps, calendar, accounts, pulled));
  }
  return {
    now: cautiousNow(clock.now(), deps.provider.clockOffset()),
    run,
    calendars,
    blockPolicy: blockPolicyOf(settings),
    liveBlocksBySource: store.liveBlocksBySource(),
    liveBlocksByTarget: store.liveBlocksByTarget(),
    choices: store.holdChoices(),
    agreedRemovals: store.agreedRemovals(),
    orphans: store.orphanedMutes(),
    lostLately: store.lostLately(clock.now()),
    standing: (sourceId) => store.standingBlocks(sourceId),
  };
}

/** Takes the settings; returns what blocks show on a route: its own choice, else the common one. */
export function blockPolicyOf(settings: Settings): PlanContext['blockPolicy'] {
  const own = new Map(settings.routes.map((route) => [`${route.sourceId}|${route.targetId}`, route.block]));
  return (sourceId, targetId) => own.get(`${sourceId}|${targetId}`) ?? settings.block;
}

function meshCalendar(
  deps: EngineDeps,
  calendar: CalendarRecord,
  accounts: ReturnType<typeof accountsById>,
  pulled: Pulled,
): MeshCalendar {
  const accesses = reachableAccesses(calendar, accounts, deps.clock.now());
  const best = accesses[0];
  const gone = calendar.gone !== null;
  return {
    id: calendar.id,
    address: calendar.address,
    name: calendar.name,
    accountEmail: best?.email ?? '',
    timeZone: calendar.timeZone,
    access: best?.access ?? 'reads',
    source: calendar.source,
    target: calendar.target,
    // A calendar out of use is not read any more, and its last blocks can be removed all the same.
    // Of one that is gone, the person's word is all that can still come.
    readable: calendar.source || calendar.target ? pulled.read.has(calendar.id) : best !== undefined || gone,
    gone,
    capabilities: capabilitiesOf(calendar, accesses),
    writable: accesses.some(isWriter),
    stale: calendar.stale,
    inUseSince: calendar.inUseSince ?? deps.clock.now(),
    removalMarks: calendar.removalMarks ?? null,
    busy: calendar.busy,
  };
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
  const pulled = await pull(deps, scope, failures, { alwaysList: options.trigger === 'account' });
  lookAtClock(deps, failures);
  const { left, ...carried } = await planAndPush(deps, scope, failures, pulled);
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
    ...carried,
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

/** Groups with the marks that they were planned at. */
type Marks = ReadonlyMap<string, number>;

type Carried = Pick<RunRecord, 'added' | 'changed' | 'removed' | 'held' | 'skipped' | 'writes'> & {
  readonly left: Left;
};

/** What a run has left undone: writes that are refused, and groups in which a block is gone and is to be looked at once more. */
interface Left {
  readonly refused: readonly RefusedWrite[];
  readonly settling: ReadonlySet<string>;
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

async function planAndPush(deps: EngineDeps, scope: RunScope, failures: Failures, pulled: Pulled): Promise<Carried> {
  const { store, clock } = deps;
  if (store.dirtyGroups().size === 0) {
    const left = { refused: [], settling: new Set<string>() };
    return { added: 0, changed: 0, removed: 0, held: 0, skipped: {}, writes: 0, left };
  }
  scope.onProgress({ phase: 'planning', done: 0, total: null });
  const orphans = store.orphanedMutes();
  const { plan, absences, marks, asked } = await planLookedAt(deps, scope, pulled);
  const heldBefore = new Set(store.holds().map((hold) => hold.key));
  store.saveHolds(plan.holds, clock.now());
  const { mutes, doubtful } = await confirmMutes(deps, scope, plan.mutes, absences, pulled.through);
  store.addMutes(mutes, clock.now());
  for (const mute of plan.lifted) store.liftMute(mute);
  store.addMutes(plan.renewed, clock.now());
  if (plan.letGo.length > 0) store.letGo(plan.letGo, false);
  store.recordOutcomes(scope.run, plan.explained.map(explainedOutcome));
  const first = await push(deps, scope, plan.operations, failures, pulled.through);
  const pushed = await pushRenewed(deps, scope, failures, pulled, first);
  const skips = [...plan.skips.filter((one) => !first.renewed.has(one.groupKey)), ...pushed.skips];
  const names = new Map(store.calendars().map(({ id, name }) => [id, name]));
  const zones = skips.flatMap(({ reason, targetId, groupKey, start }): RefusedWrite[] => {
    if (reason !== 'zone-refused' || targetId === null) return [];
    const error = appError('time-zone-refused', names.get(targetId) ?? null);
    return [{ error, groupKey, what: [groupKey, targetId, JSON.stringify(start)].join('|') }];
  });
  for (const { error } of zones) failures.add(error);
  const confirming = skips.flatMap(({ reason, groupKey }) => (reason === 'waiting-for-confirmation' ? [groupKey] : []));
  const open = new Set([...plan.waiting, ...doubtful, ...pushed.waiting]);
  for (const operation of pushed.failed) for (const key of groupsOf(operation)) open.add(key);
  const closed = new Map([...marks, ...pushed.marks].filter(([key]) => !open.has(key)));
  // Before the groups are done: whoever is killed in between remembers a choice as still to be carried out.
  store.rememberWanted([...plan.wanted, ...pushed.wanted].filter((one) => closed.has(one.groupKey)));
  store.dropAgreedRemovals(store.clearDirty(closed));
  // One that could not be written now is planned again, and its mute is to be found then.
  store.settleOrphans(orphans.filter(({ targetId }) => pulled.read.has(targetId)));
  for (const [key, { blocks }] of store.holdChoices()) {
    // Used up by what it is about, and kept for what could not be done now.
    const left = blocks.filter((one) => open.has(one.groupKey));
    if (left.length < blocks.length) store.keepDecision(key, left);
  }
  const newHolds = plan.holds.filter((hold) => !heldBefore.has(hold.key));
  store.addActivity(activityOf(pushed.done, mutes, newHolds, clock.now()), scope.run);
  return {
    ...countsOf(pushed.done),
    held: plan.holds.reduce((sum, hold) => sum + hold.count, 0),
    skipped: skipCounts(skips),
    writes: pushed.writes + asked,
    left: { refused: [...pushed.refused, ...zones], settling: new Set([...confirming, ...doubtful]) },
  };
}

/** Plans what is marked. What is gone and nobody knows why is looked at first, and then planned with what that showed. */
async function planLookedAt(
  deps: EngineDeps,
  scope: RunScope,
  pulled: Pulled,
): Promise<{ readonly plan: Plan; readonly absences: Absences; readonly marks: Marks; readonly asked: number }> {
  const planned = () => {
    const absences = new Absences();
    // Read before the groups, because what comes between the two would be cleared unseen otherwise.
    const marks = deps.store.dirtyGroups();
    const plan = naming(deps, () => {
      const groups = absences.noting(deps.store.loadGroups([...marks.keys()]));
      return planSync(groups, planContext(deps, scope.run, pulled));
    });
    return { plan, absences, marks };
  };
  const first = planned();
  if (first.plan.unexplained.length === 0) return { ...first, asked: 0 };
  const asked = await lookAtAbsent(deps, scope, first.plan.unexplained, pulled.through);
  return { ...planned(), asked };
}

/** What has come of a plan, and of planning once more what could not be mended. */
type PushedTwice = Pushed &
  Pick<Plan, 'waiting' | 'skips' | 'wanted'> & {
    /** Marks of the groups that were planned once more. */
    readonly marks: Marks;
  };

/**
 * Makes anew, in the same run, what was taken away because it could not be mended: until the next run the time would be
 * free. Once only, because a calendar that refuses everything would keep a run going for ever.
 */
async function pushRenewed(
  deps: EngineDeps,
  scope: RunScope,
  failures: Failures,
  pulled: Pulled,
  first: Pushed,
): Promise<PushedTwice> {
  if (first.renewed.size === 0) return { ...first, waiting: new Set(), marks: new Map(), skips: [], wanted: [] };
  const marks = new Map([...deps.store.dirtyGroups()].filter(([key]) => first.renewed.has(key)));
  const plan = naming(deps, () =>
    planSync(deps.store.loadGroups([...first.renewed]), {
      ...planContext(deps, scope.run, pulled),
      // The first plan has said which mutes go on with what; asked again, one could go on with a second event.
      orphans: [],
    }),
  );
  const second = await push(deps, scope, plan.operations, failures, pulled.through);
  return {
    done: [...first.done, ...second.done],
    failed: [...first.failed.filter((one) => !first.renewed.has(one.groupKey)), ...second.failed],
    refused: [...first.refused.filter((one) => !first.renewed.has(one.groupKey)), ...second.refused],
    writes: first.writes + second.writes,
    renewed: second.renewed,
    waiting: new Set([...plan.waiting, ...second.renewed]),
    marks,
    skips: plan.skips,
    wanted: plan.wanted,
  };
}

/** Makes a plan; where it names dates that had no name, makes it once more, because there may be blocks of them already. */
function naming({ store }: EngineDeps, plan: () => Plan): Plan {
  const first = plan();
  return first.named.length > 0 && store.nameDates(first.named) > 0 ? plan() : first;
}

function explainedOutcome({ targetId, blockId, slot }: ExplainedAbsence): BlockOutcome {
  if (slot === null) return { kind: 'block-removed', targetId, blockId };
  const { key, originalStart, eventId } = slot;
  return { kind: 'slot-cancelled', targetId, blockId, slotKey: key, originalStart, slotId: eventId };
}

function skipCounts(skips: readonly Skip[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const skip of skips) counts[skip.reason] = (counts[skip.reason] ?? 0) + 1;
  return counts;
}

function outcomeOf(errors: readonly AppError[], pulled: Pulled): RunRecord['outcome'] {
  if (errors.length === 0) return 'ok';
  if (pulled.read.size > 0) return 'partial';
  return errors.every((error) => error.code === 'offline') ? 'offline' : 'failed';
}
