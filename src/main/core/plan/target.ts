import type { CalendarId, SourceRef } from '../../../shared/ids.ts';
import { isLive } from '../live.ts';
import type { JudgedMeeting, Presence } from '../meeting.ts';
import type { MeshCalendar, ObservedBlock } from '../model.ts';
import { isMade, joinReplaced } from '../replacement.ts';
import { planBlock } from './block.ts';
import { isAlone, judgedOf, refusalOf } from './dates-alone.ts';
import type { Desired } from './desired.ts';
import { none, skipOf, type Draft } from './draft.ts';
import { isOfDate, mutesOf, mutesThatHold } from './mutes.ts';
import { blockOfBlock, evidenceOn, generationsOf, isBackAgain, isOlder, isUnread, verdictOn } from './proof.ts';
import { removalOf, remove } from './operations.ts';
import { putWordsRight } from './strays.ts';
import { sayUndone, withKept } from './with-kept.ts';

export function planTarget(
  draft: Draft,
  targetId: CalendarId,
  target: MeshCalendar | undefined,
  ordinary: ReadonlyMap<SourceRef, Desired>,
  blocks: readonly ObservedBlock[],
  judged: readonly JudgedMeeting[],
  copies: readonly Presence[],
): void {
  const { group } = draft;
  const reachable = target?.writable === true && target.readable;
  const anyRefused = (group.refusals?.length ?? 0) > 0;
  const before = draft.operations.length;
  const removedBefore = draft.removedByHand.length;
  const { wanted, kept, away } = withKept(draft, targetId, target, ordinary, blocks);
  for (const desired of wanted.values()) {
    if (target === undefined) continue;
    draft.witness?.wanted(desired.ref, targetId, desired);
    const own = blocks.length === 0 ? none : blocks.filter((block) => block.tag.sourceRef === desired.ref);
    const { mutes, observed } = mutesThatHold(draft, targetId, desired, judged, own);
    const muted = mutesOf(mutes, desired);
    if (muted.has(null)) {
      if (!observed.some(isLive)) {
        draft.skips.push(skipOf(draft, 'muted', desired, targetId));
        draft.witness?.leftAway(desired.ref, targetId, 'muted');
        continue;
      }
      draft.lifted.push(...mutes.filter((mute) => mute.slot === null || isOfDate(mute, desired)));
    }
    if (draft.context.calendars.get(desired.sourceId)?.gone === true && !observed.some(isLive)) {
      draft.skips.push(skipOf(draft, 'source-gone', desired, targetId));
      draft.witness?.leftAway(desired.ref, targetId, 'source-gone');
      continue;
    }
    // One that has a block is kept right even so: an event that was moved into the past must not stay busy where it was.
    if (desired.past && !observed.some(isLive)) {
      draft.skips.push(skipOf(draft, 'past', desired, targetId));
      draft.witness?.leftAway(desired.ref, targetId, 'past');
      continue;
    }
    const series = anyRefused && desired.content.recurrence.length > 0 ? judgedOf(judged, desired.ref) : null;
    if (series !== null && refusalOf(draft.group, draft.context, targetId, series) !== null) {
      draft.skips.push(skipOf(draft, 'zone-refused', desired, targetId));
      if (!observed.some(isLive)) draft.witness?.leftAway(desired.ref, targetId, 'zone-refused');
      draft.waits = true;
      continue;
    }
    const from = draft.operations.length;
    planBlock(draft, target, desired, observed, muted, judged);
    if (kept.has(desired.ref)) sayUndone(draft, from);
  }
  // Asked only where something was refused, because most of a first plan would go into it otherwise.
  const made = anyRefused ? draft.operations.slice(before) : none;
  const madeFor = new Set(made.flatMap((one) => (isMade(one) ? [wanted.get(one.tag.sourceRef)?.dateOf?.ref] : [])));
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
    const evidence = evidenceOn(draft, block, blocks, target, judged, copies);
    if (anyRefused && isAlone(draft, evidence, madeFor)) continue;
    const verdict = verdictOn(evidence);
    if (verdict.kind === 'remove') remove(draft, block, verdict.reason, verdict.sourceId, verdict.version);
    else if (isUnread(verdict) && isOlder(block, blocks)) {
      // Whatever became of the event, one block of it is enough: the newer one stays as it is.
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

function refsOfLive(blocks: readonly ObservedBlock[]): ReadonlySet<SourceRef> {
  return new Set(blocks.flatMap((block) => (isLive(block) ? [block.tag.sourceRef] : [])));
}
