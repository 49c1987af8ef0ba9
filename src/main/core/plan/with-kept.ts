import type { Reason } from '../../../shared/dto.ts';
import type { SourceRef } from '../../../shared/ids.ts';
import { contentHash, descriptionOf, echoOf } from '../content.ts';
import { ordinaryDates, versionsOf, wordsOf } from '../kept.ts';
import {
  isLive,
  shownOf,
  zonesOf,
  type BlockContent,
  type Kept,
  type ObservedBlock,
  type Operation,
} from '../model.ts';
import { mutesOf } from '../mutes.ts';
import { replaced, sameBlockTimes } from '../replacement.ts';
import { originalStartOf } from '../times.ts';
import { namesOf, tagOf, zoneOf, type Desired } from './desired.ts';
import { none } from './draft.ts';
import { remembered } from './remembered.ts';
import { isKnown, skipDesired, type KnownTarget, type TargetPlan } from './target-plan.ts';

/** What is wanted on a target with what the person keeps there, and the sources whose blocks are to go by an undo. */
interface WithKept {
  readonly wanted: ReadonlyMap<SourceRef, Desired>;
  readonly kept: ReadonlySet<SourceRef>;
  readonly away: ReadonlyMap<SourceRef, Kept>;
}

const noRefs: ReadonlySet<SourceRef> = new Set();

const noneKept: ReadonlyMap<SourceRef, Kept> = new Map();

/**
 * Takes what the events want on a target and what the person keeps as it was (design.md, "Undo"); returns both together. What
 * is kept is let go of when its event changes, when a calendar of it is not in use any more, and when another computer has
 * written the block since: the last choice stands.
 */
export function withKept(plan: TargetPlan, ordinary: ReadonlyMap<SourceRef, Desired>): WithKept {
  const { draft, group, context, targetId, zone } = plan;
  const own = group.kept?.filter((one) => one.targetId === targetId) ?? none;
  if (own.length === 0) return { wanted: ordinary, kept: noRefs, away: noneKept };
  const wanted = new Map(ordinary);
  const [kept, away] = [new Set<SourceRef>(), new Map<SourceRef, Kept>()];
  const zoneOf = zonesOf(context.calendars);
  const isAway = (ref: SourceRef): boolean => away.has(ref) || mutesOf(group.mutes, { ref, targetId }).whole.length > 0;
  for (const one of own) {
    const ref = one.sourceRef;
    const holds =
      isKnown(plan) &&
      plan.target.target &&
      context.calendars.get(one.sourceId)?.source === true &&
      versionsOf(group, ref, zoneOf).has(one.version);
    if (holds && one.content === null && isToGo(plan, one)) {
      away.set(ref, one);
      wanted.delete(ref);
      continue;
    }
    const desired = holds ? keptAs(plan, one, ordinary.get(ref) ?? null) : null;
    const isBlocked = (other: Desired): boolean =>
      desired !== null &&
      other.ref !== ref &&
      !isAway(other.ref) &&
      sameBlockTimes(desired.content, other.content, zone);
    // Another event of the meeting gives the block now; both would double it.
    if (desired === null || (!ordinary.has(ref) && [...ordinary.values()].some(isBlocked))) draft.letGo.push(one);
    else {
      kept.add(ref);
      wanted.set(ref, desired);
      skipDesired(plan, 'kept', desired);
    }
  }
  return { wanted, kept, away };
}

/** All generations of the block of a source on a target. */
const blocksOf = ({ blocks }: TargetPlan, ref: SourceRef): readonly ObservedBlock[] =>
  blocks.filter((block) => block.tag.sourceRef === ref);

/** Whether a block still stands that is to go by an undo. One that was changed since stays, and with it goes its mute. */
function isToGo(plan: TargetPlan, { sourceRef: ref, targetId, etag }: Kept): boolean {
  const keeper = blocksOf(plan, ref).find(isLive);
  if (keeper === undefined || keeper.etag === etag) return keeper !== undefined;
  plan.draft.lifted.push(...mutesOf(plan.group.mutes, { ref, targetId }).whole);
  return false;
}

/** Takes what is kept and what its event wants now (null: nothing); returns what is wanted so, or null where it is let go of. */
function keptAs(plan: KnownTarget, kept: Kept, ordinary: Desired | null): Desired | null {
  const { context, group, target } = plan;
  const { sourceRef: ref, sourceId, version } = kept;
  if (kept.content === null) return null;
  if (group.refusals?.some((one) => one.sourceRef === ref && one.targetId === target.id) === true) return null;
  const newest = blocksOf(plan, ref).toSorted((one, other) => other.tag.generation - one.tag.generation);
  const keeper = newest.find(isLive);
  // Whoever has taken it away, this one stood for nothing but the choice to keep it.
  if (keeper === undefined && ordinary === null && newest[0]?.absence?.by === 'unknown') return null;
  const policy = context.blockPolicy(sourceId, target.id);
  const content: BlockContent = {
    ...kept.content,
    ...wordsOf(kept, policy, ordinary?.content ?? null),
    description: descriptionOf(ref),
    outOfOffice: kept.content.outOfOffice && target.capabilities.outOfOffice,
  };
  const said = (slot: BlockContent | null): BlockContent | null =>
    slot === null ? null : { ...content, recurrence: [], start: slot.start, end: slot.end };
  const hash = contentHash(content);
  const written = keeper?.tag.contentHash;
  // Written elsewhere since, unless it is what is kept: then this computer ended before it knew that it had written it.
  if (keeper !== undefined && keeper.ownHash !== written && written !== hash) return null;
  if (keeper !== undefined && isDateOverwritten(kept, keeper)) return null;
  const common = {
    ...{ ref, sourceId, past: false, content, hash, firstTag: tagOf(ref, hash), policy },
    version: () => version,
    meant: () => ordinary?.meant() ?? null,
    bare: ordinary?.bare ?? content,
  };
  if (content.recurrence.length === 0) return { ...common, kind: 'single', dateOf: null };
  const { toBlock, toSource } = namesOf(ordinary);
  return {
    ...common,
    kind: 'series',
    slots: new Map(kept.slots.map(([key, slot]) => [key, said(slot)])),
    ordinary: remembered(ordinaryDates(content)),
    originalStart: remembered((key) => originalStartOf(key, zoneOf(content))),
    toBlock,
    toSource,
    unwanted: new Map(),
  };
}

/** Whether a date that this computer has written since the undo shows something else now. */
function isDateOverwritten({ dates }: Kept, { slots }: ObservedBlock): boolean {
  if (dates === undefined) return false;
  return slots.some((slot) => {
    const { key, absence } = slot;
    const [shown, content] = [dates.get(key), shownOf(slot)];
    // What a person has taken away is theirs to mute; only CalSync leaves a mark.
    const isPerson = absence?.by === 'unknown' && (absence.look?.mark ?? null) === null;
    if (shown === undefined || isPerson) return false;
    return (content === null ? null : echoOf(content)) !== shown;
  });
}

/** Gives what was planned for blocks that are kept the reason that the person knows. */
export function sayUndone(operations: Operation[], from: number): void {
  for (const [index, operation] of operations.entries()) {
    if (index < from || notByUndo.has(operation.reason)) continue;
    operations[index] =
      operation.kind === 'replace'
        ? replaced({ ...operation.makes, reason: 'undone' }, operation.gone, 'undone')
        : { ...operation, reason: 'undone' };
  }
}

/** What is done about a block that is kept for another reason than that. */
const notByUndo: ReadonlySet<Reason> = new Set(['put-right', 'zone-told', 'second-block']);
