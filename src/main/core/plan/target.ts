import type { SourceRef } from '../../../shared/ids.ts';
import { isPresent } from '../meeting.ts';
import { isLive, isMade, type ObservedBlock, type Operation } from '../model.ts';
import { joinReplaced } from '../replacement.ts';
import { planBlock } from './block.ts';
import { isAlone, judgedOf, refusalOf } from './dates-alone.ts';
import { namesOf, type Desired } from './desired.ts';
import { none, skipOf, type TargetPlan } from './draft.ts';
import { mutesThatHold } from './mutes.ts';
import { blockOfBlock, evidenceOn, generationsOf, isBackAgain, isOlder, verdictOn, type Evidence } from './proof.ts';
import { removalOf, remove } from './operations.ts';
import { putWordsRight } from './strays.ts';
import { spanOf } from '../times.ts';
import { sayUndone, withKept } from './with-kept.ts';

/** Plans what is wanted on one target, and what becomes of the blocks there that nothing wants. */
export function planTarget(plan: TargetPlan, ordinary: ReadonlyMap<SourceRef, Desired>): void {
  const { draft, targetId, target, blocks } = plan;
  const { group } = draft;
  const reachable = target?.writable === true && target.readable;
  const anyRefused = (group.refusals?.length ?? 0) > 0;
  const before = draft.operations.length;
  const removedBefore = draft.removedByHand.length;
  const { wanted, kept, away } = withKept(plan, ordinary);
  for (const desired of wanted.values()) {
    if (plan.target === undefined) continue;
    draft.witness?.wanted(desired.ref, targetId, namesOf(desired));
    const own = blocks.length === 0 ? none : blocks.filter((block) => block.tag.sourceRef === desired.ref);
    const { muted, observed } = mutesThatHold(plan, desired, own);
    if (muted.whole.length > 0) {
      if (!observed.some(isLive)) {
        draft.skips.push(skipOf(plan, 'muted', desired));
        draft.witness?.leftAway(desired.ref, targetId, 'muted');
        continue;
      }
      draft.lifted.push(...muted.whole);
    }
    if (draft.context.calendars.get(desired.sourceId)?.gone === true && !observed.some(isLive)) {
      draft.skips.push(skipOf(plan, 'source-gone', desired));
      draft.witness?.leftAway(desired.ref, targetId, 'source-gone');
      continue;
    }
    // One that has a block is kept right even so: an event that was moved into the past must not stay busy where it was.
    if (desired.past && !observed.some(isLive)) {
      draft.skips.push(skipOf(plan, 'past', desired));
      draft.witness?.leftAway(desired.ref, targetId, 'past');
      continue;
    }
    const series = anyRefused && desired.kind === 'series' ? judgedOf(plan.judged, desired.ref) : null;
    if (series !== null && refusalOf(draft.group, draft.context, targetId, series) !== null) {
      draft.skips.push(skipOf(plan, 'zone-refused', desired));
      if (!observed.some(isLive)) draft.witness?.leftAway(desired.ref, targetId, 'zone-refused');
      draft.waits = true;
      continue;
    }
    const from = draft.operations.length;
    planBlock(plan, desired, observed, muted);
    if (kept.has(desired.ref)) sayUndone(draft, from);
  }
  // Asked only where something was refused, because most of a first plan would go into it otherwise.
  const madeFor = anyRefused ? seriesMadeFor(draft.operations.slice(before), wanted) : noSeries;
  for (const block of blocks) {
    if (!isLive(block) || wanted.has(block.tag.sourceRef)) continue;
    const toGo = away.get(block.tag.sourceRef);
    if (toGo !== undefined) {
      // Without a mark it is to other computers what it is: the person's own deletion, which they let be.
      draft.operations.push({ ...removalOf(draft, block, 'undone', toGo.sourceId, toGo.version), marked: null });
      continue;
    }
    const inner = blockOfBlock(draft, block);
    if (inner !== null) {
      // A copy that a person has made of a block is an event where a view hides that it is one, so whoever put it back wants it.
      if (isBackAgain(block, generationsOf(block, blocks), inner.version)) {
        const { start } = block.content;
        const { calendarId: sourceId } = inner;
        draft.skips.push({ reason: 'another-computer', groupKey: group.key, sourceId, targetId, start });
      } else remove(draft, block, 'block-of-block', inner.calendarId, inner.version);
      continue;
    }
    const evidence = evidenceOn(plan, block);
    if (anyRefused && isAlone(draft, evidence, madeFor)) continue;
    const verdict = isTheOnlyOne(plan, evidence, draft.operations.slice(before))
      ? ({ kind: 'leave', reason: 'another-computer', sourceId: evidence.event?.calendarId ?? null } as const)
      : verdictOn(evidence);
    if (verdict.kind === 'remove') remove(draft, block, verdict.reason, verdict.sourceId, verdict.version);
    else if (isOlder(block, blocks)) {
      // Whatever became of the event, and whoever keeps it, one block of it is enough: the newer one stays as it is.
      remove(draft, block, 'second-block', verdict.sourceId, null);
    } else {
      if (verdict.kind === 'wait') draft.waits = true;
      draft.skips.push({
        reason: verdict.kind === 'wait' ? 'source-unavailable' : verdict.reason,
        groupKey: group.key,
        sourceId: verdict.sourceId,
        targetId,
        start: block.content.start,
      });
      if (verdict.kind === 'leave' && verdict.reason === 'source-unknown') putWordsRight(draft, block);
    }
  }
  for (const block of blocks) {
    if (block.absence?.by === 'unknown' && !wanted.has(block.tag.sourceRef)) {
      draft.explained.push({ targetId, blockId: block.id, slot: null });
    }
  }
  if (target !== undefined && draft.operations.length > before) {
    const own = draft.operations.splice(before);
    draft.operations.push(...joinReplaced(own, wanted, refsOfLive(blocks), target.timeZone));
  }
  if (!reachable && draft.operations.length + draft.removedByHand.length > before + removedBefore) {
    // Because nothing can be written there now; what is needed stays needed and is planned again.
    const removed = draft.removedByHand.splice(removedBefore);
    const postponed = draft.operations.splice(before);
    const [first = removed[0]] = postponed;
    draft.witness?.postponed([...postponed, ...removed.flatMap((one) => one.putBack)]);
    draft.waits = true;
    draft.skips.push({
      reason: 'target-unavailable',
      groupKey: group.key,
      sourceId: first?.sourceId ?? null,
      targetId,
      start: null,
    });
  }
}

/**
 * Whether another computer's block of a changed date is all that stands for that date: here the series is wanted, with the date in it,
 * but no block of the series stands or is made, because another computer has one of another copy of the meeting. Taken away as held,
 * the time would be free.
 */
function isTheOnlyOne(
  { draft, target, blocks }: TargetPlan,
  { block, event, date, copies, judged }: Evidence,
  made: readonly Operation[],
): boolean {
  if (event === null || date !== null || block.wanted !== null || event.row.recurringEventId === null) return false;
  const { row, calendarId } = event;
  const series = judged.find(({ meeting: { slots } }) => [...slots.values()].some((slot) => slot.event === event));
  const key = [...(series?.meeting.slots ?? [])].find(([, slot]) => slot.event === event)?.[0] ?? null;
  const root = series?.meeting.root ?? null;
  if (series === undefined || root === null || !isPresent(series.presence, key)) return false;
  if (copies.some((presence) => isPresent(presence, key))) return false;
  const zone = draft.context.calendars.get(calendarId)?.timeZone ?? null;
  const span = spanOf(row.start, row.end, zone);
  const shown = spanOf(block.content.start, block.content.end, target?.timeZone ?? null);
  // With the minutes before and after that the other computer gives it.
  if (span === null || shown === null || shown.startsAt > span.startsAt || shown.endsAt < span.endsAt) return false;
  const makes = made.map((one) => (one.kind === 'replace' ? one.makes : one));
  return (
    !blocks.some((one) => isLive(one) && one.tag.sourceRef === root.sourceRef) &&
    !makes.some((one) => isMade(one) && one.tag.sourceRef === root.sourceRef)
  );
}

const noSeries: ReadonlySet<SourceRef | undefined> = new Set();

/** The series for a date of which one of these operations makes a block. */
function seriesMadeFor(
  operations: readonly Operation[],
  wanted: ReadonlyMap<SourceRef, Desired>,
): ReadonlySet<SourceRef | undefined> {
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
