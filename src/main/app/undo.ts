import { isDeepStrictEqual } from 'node:util';
import type { KeptView, UndoLeft, UndoPreview } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { SourceRef } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { digest } from '../core/identity.ts';
import type { EventGroup, Kept, Mute, Plan } from '../core/model.ts';
import { planSync } from '../core/plan/plan.ts';
import { undoGroup, type LeftUndone } from '../core/undo.ts';
import type { Pulled } from '../engine/pull.ts';
import { moment, muteKey } from '../engine/status.ts';
import type { Choice } from '../ports/store.ts';
import type { StoredParts } from './parts.ts';
import { planView } from './plan-view.ts';
import { contextsOf, currentOf, preparePolicies } from './policies.ts';
import { previewOf } from './preview.ts';

/** What undoing a run comes to, decided and not yet done. */
export interface PlannedUndo {
  readonly run: number;
  readonly choice: Choice;
  readonly left: readonly LeftUndone[];
  /** What the next run then writes. */
  readonly plan: Plan;
}

/**
 * Takes the parts, a run, and what was read just before (null: what is stored is taken for what is there); returns what
 * undoing it comes to. Choices that the run carried out are restored where they still are as they were made; what that does
 * not bring back is kept or put away one by one. Fails with `undo-unknown` where the run has written nothing that is known.
 */
export function planUndo(parts: StoredParts, run: number, pulled: Pulled | null): Result<PlannedUndo, AppError> {
  const { store, clock } = parts;
  const written = store.written(run);
  if (written.length === 0 || !store.undoableRuns().includes(run)) return err(appError('undo-unknown', String(run)));
  const choices = store.choicesOf(run).filter((choice) => isInForce(parts, choice));
  const restored: Choice = {
    // Of two choices about the same, what was before the first.
    before: choices.toReversed().flatMap(({ before }) => before),
    after: choices.flatMap(({ after }) => after),
    mutes: choices.flatMap(({ lifted }) => lifted),
    kept: choices.flatMap(({ letGo }) => letGo),
    lifted: choices.flatMap(({ mutes }) => mutes),
    letGo: choices.flatMap(({ kept }) => kept),
  };
  const restores = choices.length > 0;
  const { changed: context } = contextsOf(parts, restored.before, pulled);
  const retold = [...store.choicesSince(run), ...choices].some(({ after }) =>
    after.some(({ kind }) => kind === 'block' || kind === 'route'),
  );
  const refs = new Set(written.map(({ sourceRef }) => sourceRef));
  const sources = store.sourcesOf([...refs]);
  const groupKeys = store.groupsOfRefs(refs);
  const ofGroup = Map.groupBy(written, ({ sourceRef }) => store.groupsOfRefs([sourceRef])[0] ?? '');
  const [kept, mutes, left]: [Kept[], Mute[], LeftUndone[]] = [[], [], []];
  for (const group of withChoice(store.loadGroups(groupKeys), restored)) {
    const own = ofGroup.get(group.key);
    if (own === undefined) continue;
    const undoing = undoGroup(group, own, { context, restores, sources, retold });
    kept.push(...undoing.kept);
    mutes.push(...undoing.mutes);
    left.push(...undoing.left);
  }
  const choice: Choice = {
    ...restored,
    mutes: [...restored.mutes, ...mutes],
    kept: [...restored.kept, ...kept],
  };
  const touched = restores ? 'all' : groupKeys;
  const plan = planSync(withChoice(store.loadGroups(touched), choice), { ...context, now: clock.now() });
  return ok({ run, choice, left, plan });
}

/** Whether what a choice has chosen is still chosen. */
function isInForce(parts: StoredParts, { after, mutes, kept, lifted, letGo }: Choice): boolean {
  if (after.length + mutes.length + kept.length + lifted.length + letGo.length === 0) return false;
  return after.every((change) => isDeepStrictEqual(currentOf(parts, change), change));
}

/** As mutes are named in commands. */
const nameOf = ({ sourceRef, targetId }: Pick<Kept, 'sourceRef' | 'targetId'>): string =>
  muteKey({ sourceRef, targetId, slot: null });

/** Hands groups on as they are once a choice is stored. */
function* withChoice(groups: Iterable<EventGroup>, choice: Choice): Generator<EventGroup> {
  const lifted = new Set(choice.lifted.map(muteKey));
  const muted = new Set(choice.mutes.map(muteKey));
  const ended = new Set(choice.letGo.map(nameOf));
  const kept = new Map(choice.kept.map((one) => [nameOf(one), one]));
  const byRef = Map.groupBy(choice.kept, ({ sourceRef }) => sourceRef);
  const mutesByRef = Map.groupBy(choice.mutes, ({ sourceRef }) => sourceRef);
  for (const group of groups) {
    const refs = new Set<SourceRef>(
      [...group.events, ...group.blocks.map(({ tag }) => tag)].map((one) => one.sourceRef),
    );
    const added = [...refs].flatMap((ref) => byRef.get(ref) ?? []);
    const mutes = [...refs].flatMap((ref) => mutesByRef.get(ref) ?? []);
    const explained = { by: 'us' } as const;
    yield {
      ...group,
      blocks:
        lifted.size === 0
          ? group.blocks
          : group.blocks.map((block) =>
              block.absence !== null && lifted.has(nameOf({ ...block.tag, targetId: block.targetId }))
                ? { ...block, absence: explained }
                : block,
            ),
      mutes: [...group.mutes.filter((mute) => !lifted.has(muteKey(mute)) && !muted.has(muteKey(mute))), ...mutes],
      kept: [...(group.kept ?? []).filter((one) => !ended.has(nameOf(one)) && !kept.has(nameOf(one))), ...added],
    };
  }
}

/** Takes what was planned; returns it as a person is shown it. */
export function undoPreviewOf(parts: StoredParts, { run, choice, left, plan }: PlannedUndo): UndoPreview {
  return {
    run,
    preview: previewOf(planView(plan, parts)),
    left: leftView(left),
    choices: choice.before.length,
    version: versionOf({ choice, left }),
  };
}

function leftView(left: readonly LeftUndone[]): UndoLeft[] {
  return [...Map.groupBy(left, ({ reason }) => reason)].map(([reason, list]) => ({ reason, count: list.length }));
}

/** Tells what was shown from what would be shown now. */
function versionOf({ choice, left }: Pick<PlannedUndo, 'choice' | 'left'>): string {
  // When it was looked at makes no difference.
  const kept = choice.kept.map((one) => ({ ...one, since: 0 }));
  return digest(JSON.stringify([{ ...choice, kept }, leftView(left)])).slice(0, 16);
}

/**
 * Takes what was planned and what the person was shown (absent: nothing was asked of them); keeps it as their choice, which the
 * next run carries out. Fails with `undo-changed` where what they were shown is not what would be done now.
 */
export function keepUndo(parts: StoredParts, planned: PlannedUndo, version?: string): Result<void, AppError> {
  const { store, clock } = parts;
  if (version !== undefined && version !== versionOf(planned)) return err(appError('undo-changed'));
  const { run, choice } = planned;
  const saving = preparePolicies(parts, choice.before);
  if (!saving.ok) return saving;
  store.asOne(() => {
    saving.value();
    store.undo(run, { ...choice, before: choice.after, after: choice.before }, clock.now());
  });
  return ok(undefined);
}

/** Takes the parts; returns what is kept as it was by undoing syncs, and until when. */
export function keptViews({ store }: StoredParts): readonly KeptView[] {
  const names = new Map(store.calendars().map((calendar) => [calendar.id, calendar.name]));
  return store.kept().flatMap((one): KeptView[] => {
    if (one.content === null) return [];
    return [
      {
        key: nameOf(one),
        sourceName: names.get(one.sourceId) ?? one.sourceId,
        targetId: one.targetId,
        targetName: names.get(one.targetId) ?? one.targetId,
        start: one.content.start,
        series: one.content.recurrence.length > 0,
        since: moment(one.since),
      },
    ];
  });
}

/** Takes the key of what is kept; lets go of it, so that the next run makes of it what its event says. Fails with `kept-unknown`. */
export function letGoOf({ store }: StoredParts, key: string): Result<void, AppError> {
  const found = store.kept().find((one) => nameOf(one) === key);
  if (found === undefined || store.letGo([found], true) === 0) return err(appError('kept-unknown', key));
  return ok(undefined);
}
