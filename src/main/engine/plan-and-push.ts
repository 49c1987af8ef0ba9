import { appError } from '../../shared/errors.ts';
import { groupsOf, type ExplainedAbsence, type Plan, type Skip } from '../core/model.ts';
import { planSync } from '../core/plan/plan.ts';
import type { BlockOutcome, RunRecord } from '../ports/store.ts';
import { Absences, confirmMutes } from './absences.ts';
import type { Failures } from './access.ts';
import { activityOf, countsOf } from './activity.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { planContext } from './plan-context.ts';
import type { Pulled } from './pull.ts';
import { push, type Pushed, type RefusedWrite } from './push/index.ts';
import { lookAtAbsent } from './removals.ts';

/** Groups with the marks that they were planned at. */
type Marks = ReadonlyMap<string, number>;

/** What has come of planning once and carrying that out. */
export type Carried = Pick<RunRecord, 'added' | 'changed' | 'removed' | 'held' | 'skipped' | 'writes'> & {
  readonly left: Left;
  /** Writes that are still to come, because it is time to look again first. */
  readonly unsent: number;
  /** How many operations have come about. */
  readonly carriedOut: number;
};

/** What a run has left undone: writes that are refused, and groups in which a block is gone and is to be looked at once more. */
export interface Left {
  readonly refused: readonly RefusedWrite[];
  readonly settling: ReadonlySet<string>;
}

/** Of a run that had nothing to do. */
const nothing: Carried = {
  ...{ added: 0, changed: 0, removed: 0, held: 0, skipped: {}, writes: 0, unsent: 0, carriedOut: 0 },
  left: { refused: [], settling: new Set() },
};

/** Takes what has come of two plans of one run, one after the other; returns what has come of both. */
export function together(first: Carried, second: Carried): Carried {
  const skipped = { ...first.skipped };
  for (const [reason, count] of Object.entries(second.skipped)) skipped[reason] = (skipped[reason] ?? 0) + count;
  return {
    ...second,
    added: first.added + second.added,
    changed: first.changed + second.changed,
    removed: first.removed + second.removed,
    writes: first.writes + second.writes,
    skipped,
  };
}

/**
 * Plans what is marked, and carries it out until it is time to look again (`RunScope.readAgainAt`). Returns what has come of it;
 * what is left is marked still.
 */
export async function planAndPush(
  deps: EngineDeps,
  scope: RunScope,
  failures: Failures,
  pulled: Pulled,
): Promise<Carried> {
  const { store, clock } = deps;
  if (store.dirtyGroups().size === 0) return nothing;
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
  const isWhole = pulled.failed.size === 0 && plan.waiting.size === 0 && doubtful.size === 0;
  const first = await push(deps, scope, plan.operations, failures, { through: pulled.through, isWhole });
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
    // What is planned again in this run is counted then.
    skipped: skipCounts(pushed.unsent === 0 ? skips : skips.filter((one) => !open.has(one.groupKey))),
    writes: pushed.writes + asked,
    unsent: pushed.unsent,
    carriedOut: pushed.done.length,
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
  const second = await push(deps, scope, plan.operations, failures, { through: pulled.through, isWhole: false });
  return {
    done: [...first.done, ...second.done],
    failed: [...first.failed.filter((one) => !first.renewed.has(one.groupKey)), ...second.failed],
    refused: [...first.refused.filter((one) => !first.renewed.has(one.groupKey)), ...second.refused],
    writes: first.writes + second.writes,
    renewed: second.renewed,
    unsent: first.unsent + second.unsent,
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
