import type { SourceRef } from '../../../shared/ids.ts';
import { isPresent } from '../meeting.ts';
import { isLive, isMade, type Kept, type ObservedBlock, type Operation } from '../model.ts';
import { joinReplaced } from '../replacement.ts';
import { spanOf } from '../times.ts';
import { newestFirst, planBlock } from './block.ts';
import { isAlone, judgedOf, refusalOf } from './dates-alone.ts';
import { namesOf, type Desired } from './desired.ts';
import { none } from './draft.ts';
import { mutesThatHold } from './mutes.ts';
import { removalOf, remove } from './operations.ts';
import {
  blockOfBlock,
  evidenceOn,
  generationsOf,
  isBackAgain,
  isOlder,
  verdictOn,
  type Evidence,
  type Verdict,
} from './proof.ts';
import { putWordsRight } from './strays.ts';
import {
  isKnown,
  isSourceGone,
  isStanding,
  leaveAway,
  skip,
  skipDesired,
  type KnownTarget,
  type TargetPlan,
} from './target-plan.ts';
import { sayUndone, withKept } from './with-kept.ts';

/** Takes a target and what its events want there; plans that, and what becomes of the blocks there that nothing wants. */
export function planTarget(plan: TargetPlan, ordinary: ReadonlyMap<SourceRef, Desired>): void {
  const { draft, target, targetId, blocks } = plan;
  const { wanted, kept, away } = withKept(plan, ordinary);
  if (isKnown(plan)) {
    for (const desired of wanted.values()) {
      const from = plan.operations.length;
      planDesired(plan, desired);
      if (kept.has(desired.ref)) sayUndone(plan.operations, from);
    }
  }
  // Asked only where something was refused, because most of a first plan would go into it otherwise.
  const madeFor = plan.anyRefused ? seriesMadeFor(plan.operations, wanted) : noSeries;
  for (const block of blocks) {
    if (isLive(block) && !wanted.has(block.tag.sourceRef)) planUnwanted(plan, block, { away, madeFor });
  }
  for (const block of blocks) {
    if (block.absence?.by === 'unknown' && !wanted.has(block.tag.sourceRef)) {
      draft.explained.push({ targetId, blockId: block.id, slot: null });
    }
  }
  const operations =
    isKnown(plan) && plan.operations.length > 0
      ? joinReplaced(plan.operations, { wanted, live: refsOfLive(blocks), zone: plan.zone })
      : plan.operations;
  if (target?.writable === true && target.readable) {
    for (const operation of operations) draft.operations.push(operation);
    for (const one of plan.removedByHand) draft.removedByHand.push(one);
  } else if (operations.length + plan.removedByHand.length > 0) postpone(plan, operations);
}

/** Plans one block that should be there, or says why it is left away. */
function planDesired(plan: KnownTarget, desired: Desired): void {
  const { draft, witness, targetId, target, blocks } = plan;
  witness?.wanted(desired.ref, targetId, namesOf(desired));
  const own = blocks.length === 0 ? none : blocks.filter((block) => block.tag.sourceRef === desired.ref);
  const { muted, observed } = mutesThatHold(plan, desired, own);
  const generations = newestFirst(observed, target);
  const keeper = generations.find(isLive) ?? null;
  if (muted.whole.length > 0) {
    if (keeper === null) {
      leaveAway(plan, 'muted', desired);
      return;
    }
    draft.lifted.push(...muted.whole);
  }
  if (keeper === null && isSourceGone(plan, desired)) {
    leaveAway(plan, 'source-gone', desired);
    return;
  }
  // One that has a block is kept right even so: an event that was moved into the past must not stay busy where it was.
  if (keeper === null && desired.past) {
    leaveAway(plan, 'past', desired);
    return;
  }
  if (isZoneRefused(plan, desired)) {
    if (keeper === null) leaveAway(plan, 'zone-refused', desired);
    else skipDesired(plan, 'zone-refused', desired);
    draft.waits = true;
    return;
  }
  planBlock({ on: plan, desired, generations, keeper, muted });
}

/** Whether a service has refused the zone of a series that should be there. */
function isZoneRefused(plan: KnownTarget, desired: Desired): boolean {
  const series = plan.anyRefused && desired.kind === 'series' ? judgedOf(plan, desired.ref) : null;
  return series !== null && refusalOf(plan, series) !== null;
}

/** What was decided about what is wanted, and bears on what is not. */
interface Decided {
  /** What is to go by an undo. */
  readonly away: ReadonlyMap<SourceRef, Kept>;
  /** Series of which dates get blocks of their own. */
  readonly madeFor: ReadonlySet<SourceRef>;
}

/** Plans what becomes of one block that stands and that nothing wants. */
function planUnwanted(plan: TargetPlan, block: ObservedBlock, { away, madeFor }: Decided): void {
  const { draft, blocks } = plan;
  const { start } = block.content;
  const toGo = away.get(block.tag.sourceRef);
  if (toGo !== undefined) {
    const { sourceId, version } = toGo;
    // Without a mark it is to other computers what it is: the person's own deletion, which they let be.
    plan.operations.push({ ...removalOf(plan, block, { reason: 'undone', sourceId, version }), marked: null });
    return;
  }
  const inner = blockOfBlock(plan, block);
  if (inner !== null) {
    // A copy that a person has made of a block is an event where a view hides that it is one, so whoever put it back wants it.
    if (isBackAgain(block, generationsOf(block, blocks), inner.version)) {
      skip(plan, 'another-computer', { sourceId: inner.sourceId, start });
    } else remove(plan, block, { reason: 'block-of-block', ...inner });
    return;
  }
  const evidence = evidenceOn(plan, block);
  if (plan.anyRefused && isAlone(plan, evidence, madeFor)) return;
  const verdict: Verdict = isTheOnlyOne(plan, evidence)
    ? { kind: 'leave', reason: 'another-computer', sourceId: evidence.event?.calendarId ?? null }
    : verdictOn(evidence);
  const { sourceId } = verdict;
  if (verdict.kind === 'remove') remove(plan, block, verdict);
  else if (isOlder(block, blocks)) {
    // Whatever became of the event, and whoever keeps it, one block of it is enough: the newer one stays as it is.
    remove(plan, block, { reason: 'second-block', sourceId, version: null });
  } else if (verdict.kind === 'wait') {
    draft.waits = true;
    skip(plan, 'source-unavailable', { sourceId, start });
  } else {
    skip(plan, verdict.reason, { sourceId, start });
    if (verdict.reason === 'source-unknown') putWordsRight(plan, block);
  }
}

/** Nothing can be written there now; what is needed stays needed, and is planned again. */
function postpone(plan: TargetPlan, operations: readonly Operation[]): void {
  const { draft, removedByHand } = plan;
  const [first = removedByHand[0]] = operations;
  plan.witness?.postponed([...operations, ...removedByHand.flatMap((one) => one.putBack)]);
  draft.waits = true;
  skip(plan, 'target-unavailable', { sourceId: first?.sourceId ?? null, start: null });
}

/**
 * Whether another computer's block of a changed date is all that stands for that date: here the series is wanted, with the date in it,
 * but no block of the series stands or is made, because another computer has one of another copy of the meeting. Taken away as held,
 * the time would be free.
 */
function isTheOnlyOne(plan: TargetPlan, { block, event, date, copies, judged }: Evidence): boolean {
  if (event === null || date !== null || block.wanted !== null || event.row.recurringEventId === null) return false;
  const { row, calendarId } = event;
  const series = judged.find(({ meeting: { slots } }) => [...slots.values()].some((slot) => slot.event === event));
  const key = [...(series?.meeting.slots ?? [])].find(([, slot]) => slot.event === event)?.[0] ?? null;
  const root = series?.meeting.root ?? null;
  if (series === undefined || root === null || !isPresent(series.presence, key)) return false;
  if (copies.some((presence) => isPresent(presence, key))) return false;
  const zone = plan.context.calendars.get(calendarId)?.timeZone ?? null;
  const span = spanOf(row.start, row.end, zone);
  const shown = spanOf(block.content.start, block.content.end, plan.zone);
  // With the minutes before and after that the other computer gives it.
  if (span === null || shown === null || shown.startsAt > span.startsAt || shown.endsAt < span.endsAt) return false;
  const makes = plan.operations.map((one) => (one.kind === 'replace' ? one.makes : one));
  return !isStanding(plan, root.sourceRef) && !makes.some((one) => isMade(one) && one.tag.sourceRef === root.sourceRef);
}

const noSeries: ReadonlySet<SourceRef> = new Set();

/** The series for a date of which one of these operations makes a block. */
function seriesMadeFor(
  operations: readonly Operation[],
  wanted: ReadonlyMap<SourceRef, Desired>,
): ReadonlySet<SourceRef> {
  return new Set(
    operations.flatMap((one) => {
      const desired = isMade(one) ? wanted.get(one.tag.sourceRef) : undefined;
      return desired?.kind === 'single' && desired.dateOf !== null ? [desired.dateOf.ref] : [];
    }),
  );
}

function refsOfLive(blocks: readonly ObservedBlock[]): ReadonlySet<SourceRef> {
  return new Set(blocks.flatMap((block) => (isLive(block) ? [block.tag.sourceRef] : [])));
}
