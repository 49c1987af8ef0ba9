import type { Reason } from '../../../shared/dto.ts';
import { day, isDate, type EventTime } from '../../../shared/time.ts';
import { canChangeInPlace, contentHash, echoOf, showsSame, tellsOtherZone } from '../content.ts';
import { blockId } from '../identity.ts';
import {
  isLive,
  type AbsenceLook,
  type BlockContent,
  type CreateOperation,
  type MeshCalendar,
  type Mutes,
  type ObservedBlock,
  type ObservedContent,
  type Operation,
} from '../model.ts';
import { meaningOf } from '../mutes.ts';
import { replaced } from '../replacement.ts';
import { instantOf, sameMoment, sameZone, spanOf, wallClock } from '../times.ts';
import { isKeptByAnother, leavingOutTogether, writtenByAnother } from './another-computer.ts';
import { slotOperations } from './block-slots.ts';
import { sameTimes, unwantedIn, type Desired } from './desired.ts';
import { none, skipOf, sourceRead, type KnownTarget } from './draft.ts';
import { memoryOf, memoryOfMade, removalOf, remove, reviveOf } from './operations.ts';

export function planBlock(plan: KnownTarget, desired: Desired, observed: readonly ObservedBlock[], muted: Mutes): void {
  const { draft, target } = plan;
  const newestFirst =
    observed.length < 2
      ? observed
      : observed.toSorted(
          (one, other) =>
            other.tag.generation - one.tag.generation ||
            Number(isNamedByAddress(other, target)) - Number(isNamedByAddress(one, target)),
        );
  const keeper = newestFirst.find(isLive);
  for (const block of newestFirst) {
    if (block !== keeper && isLive(block)) remove(draft, block, 'second-block', desired.sourceId, desired.version());
  }
  if (keeper === undefined) {
    planAbsent(plan, desired, newestFirst, muted);
    return;
  }
  const zone = target.timeZone;
  const unwanted = unwantedIn(desired);
  if (keeper.wanted !== unwanted) {
    draft.wanted.push({ groupKey: draft.group.key, targetId: target.id, blockId: keeper.id, unwanted });
  }
  const written = isWrittenAs(desired, keeper);
  const together = written ? null : leavingOutTogether(desired, keeper, observed, zone);
  if (together !== null) {
    planBlock(plan, together, observed, muted);
    return;
  }
  if (!written && !sourceRead(plan, desired) && writtenByAnother(keeper) !== null) {
    // Whoever has written it since knows its event as well, and here nothing new is known of it.
    if (draft.context.calendars.get(desired.sourceId)?.gone !== true) draft.waits = true;
    draft.skips.push(skipOf(plan, 'another-computer', desired));
    return;
  }
  if (!written && isKeptByAnother(desired, keeper, observed, zone)) {
    draft.skips.push(skipOf(plan, 'another-computer', desired));
    if (desired.kind === 'series' && sameTimes(desired.content, keeper.content, zone)) {
      draft.operations.push(...slotOperations(plan, desired, keeper, keeper, muted, true));
    }
    return;
  }
  const sameKind = keeper.outOfOffice === desired.content.outOfOffice;
  const zoneTold = sameKind && isOnlyTheZone(desired.content, keeper.content, zone);
  const same =
    (sameKind && showsSame(desired.content, keeper.content, zone)) ||
    // What is over is left: nobody is told anything new by it.
    (zoneTold && (instantOf(desired.content.end, zone) ?? 0) < draft.context.now - day);
  // Looked at before the shape: a calendar that spells rules or zones its own way would get a new series each run.
  const accepted = written && sameKind && !same && keeper.echo !== null && keeper.echo === echoOf(keeper.content);
  if (!written || !(same || accepted)) {
    if (!sameKind || !canChangeInPlace(desired.content, keeper.content, zone, target.capabilities.reshapesInPlace)) {
      const next = (newestFirst[0]?.tag.generation ?? 0) + 1;
      const reason = sameKind ? 'series-reshaped' : 'policy-changed';
      const [makes, slots] = makeNew(plan, desired, next, reason, muted);
      const goes = removalOf(draft, keeper, reason, desired.sourceId, desired.version());
      draft.operations.push(replaced(makes, [goes], reason), ...slots);
      return;
    }
    const moved = !sameMoment(desired.content.start, keeper.content.start, zone);
    const onlyTimes = !written && onlyTimesChanged(desired.content, keeper);
    const changed = onlyTimes || !sameTimes(desired.content, keeper.content, zone) || retold(desired, keeper);
    const drifted: Reason = zoneTold ? 'zone-told' : 'put-right';
    const reason: Reason = written ? drifted : changed ? 'event-changed' : 'policy-changed';
    draft.operations.push({
      kind: 'update',
      reason,
      groupKey: draft.group.key,
      targetId: target.id,
      blockId: keeper.id,
      sourceId: desired.sourceId,
      tag: { ...keeper.tag, contentHash: desired.hash },
      memory: memoryOf(desired),
      content: desired.content,
      etag: keeper.etag,
      withColour: !written && !onlyTimes,
      previousStart: moved ? keeper.content.start : null,
    });
  }
  if (desired.kind === 'series') {
    draft.operations.push(...slotOperations(plan, desired, keeper, keeper, muted));
  }
}

/**
 * Whether a block is named by the address that its target got later: made by a computer that knows no other. Of two of one
 * generation that one stays, because that computer would make it again and never know the other.
 */
function isNamedByAddress({ id, tag }: ObservedBlock, { id: own, address = own }: MeshCalendar): boolean {
  return address !== own && id === blockId(tag.sourceRef, address, tag.generation);
}

/**
 * Whether what was last written to a block is what it should show. A series may have been written with another name of its
 * zone (`GMT+02:00`, `Etc/GMT-2`), which is in its fingerprint and says the same.
 */
function isWrittenAs({ content, hash }: Desired, { tag, content: shown }: ObservedBlock): boolean {
  if (tag.contentHash === hash) return true;
  const { start } = shown;
  if (content.recurrence.length === 0 || start === null || isDate(start) || isDate(content.start)) return false;
  if (start.timeZone === content.start.timeZone || !sameZone(start.timeZone, content.start.timeZone)) return false;
  return contentHash({ ...content, start: { ...content.start, timeZone: start.timeZone } }) === tag.contentHash;
}

/** Whether a block is as it should be but for the zone that it says its times in. */
function isOnlyTheZone(content: BlockContent, shown: ObservedContent, zone: string | null): boolean {
  if (!tellsOtherZone(content, shown, zone)) return false;
  const bare = (time: EventTime | null): EventTime | null => {
    const at = time === null || isDate(time) ? null : instantOf(time, zone);
    return at === null ? time : wallClock(at, null);
  };
  return showsSame(content, { ...shown, start: bare(shown.start), end: bare(shown.end) }, zone);
}

/**
 * Takes what a block should show and the block; returns whether its source only moved since it was last written: with
 * its old times, the new content would have the fingerprint that it has. Then a colour changed by hand is left.
 */
function onlyTimesChanged(content: BlockContent, { content: shown, tag }: ObservedBlock): boolean {
  if (shown.start === null || shown.end === null) return false;
  const before = { ...content, start: shown.start, end: shown.end, recurrence: shown.recurrence };
  return contentHash(before) === tag.contentHash;
}

/** Whether the summary tells of the event, and now tells another thing. */
function retold(desired: Desired, keeper: ObservedBlock): boolean {
  return desired.policy.summary.includes('{title}') && desired.content.summary !== keeper.content.summary;
}

/** Plans a block that is not there: never made, removed by us, or removed by somebody else. */
function planAbsent(plan: KnownTarget, desired: Desired, newestFirst: readonly ObservedBlock[], muted: Mutes): void {
  const { draft, target, judged } = plan;
  const newest = newestFirst[0];
  if (newest === undefined) {
    draft.operations.push(...makeNew(plan, desired, 0, 'new-event', muted).flat());
    return;
  }
  const series = desired.kind === 'series' || newest.content.recurrence.length > 0;
  // A cancelled series keeps exceptions that nobody can list, so it is not woken up again; a single block is.
  const back =
    newest.lost || series
      ? makeNew(plan, desired, newest.tag.generation + 1, 'became-busy', muted).flat()
      : [reviveOf(plan, desired, newest)];
  // Where its event cannot be read now, whoever took it away may know better, however else it would be written here by now.
  const isAsked = newest.tag.contentHash === desired.hash || !sourceRead(plan, desired);
  if (!newest.lost && newest.absence?.by === 'unknown' && isAsked) {
    const confirmed = draft.context.run > newest.absence.sinceRun && target.readable && sourceRead(plan, desired);
    const date = desired.kind === 'single' ? desired.dateOf : null;
    const [sourceRef, slot] = [date?.ref ?? desired.ref, date?.key ?? null];
    draft.removedByHand.push({
      groupKey: draft.group.key,
      mute: {
        sourceRef,
        targetId: target.id,
        slot,
        meant: meaningOf(judged, sourceRef, slot),
        ...(date === null ? {} : { gone: newest.id }),
      },
      sourceId: desired.sourceId,
      block: newest,
      slot: null,
      putBack: back,
      start: desired.content.start,
      leavesFree: leavesDateFree(plan, desired, newest.absence.look ?? null),
      confirmed,
    });
    return;
  }
  draft.operations.push(...back);
}

/**
 * Whether a date of a series that was changed is blocked by nothing, where another block stands in for the series: that may be of
 * another copy of the meeting, which its computer has not read since, because it is off or cannot.
 */
function leavesDateFree({ draft, target, blocks }: KnownTarget, desired: Desired, look: AbsenceLook | null): boolean {
  if (look?.standIn !== true || desired.kind === 'single' || desired.slots.size === 0) return false;
  const zone = target.timeZone;
  const shown = [
    ...(look.standInDates ?? []).map(([start, end]) => spanOf(start, end, zone)),
    ...blocks.filter(isLive).map(({ content }) => spanOf(content.start, content.end, zone)),
  ].filter((span) => span !== null);
  return [...desired.slots].some(([key, content]) => {
    const span = content === null ? null : spanOf(content.start, content.end, zone);
    if (content === null || span === null || span.endsAt < draft.context.now - day) return false;
    // At its usual time the other one has it, too.
    const usual = desired.ordinary(key);
    return (
      (usual === null || !sameTimes(usual, content, zone)) &&
      !shown.some((one) => one.startsAt <= span.startsAt && span.endsAt <= one.endsAt)
    );
  });
}

/** Returns the operation that makes a block, and those for its slots. */
function makeNew(
  plan: KnownTarget,
  desired: Desired,
  generation: number,
  reason: Reason,
  muted: Mutes,
): readonly [CreateOperation, readonly Operation[]] {
  const { draft, target } = plan;
  const tag = generation === 0 ? desired.firstTag : { ...desired.firstTag, generation };
  const id = blockId(desired.ref, target.id, generation);
  const unwanted = unwantedIn(desired);
  if (unwanted !== '') draft.wanted.push({ groupKey: draft.group.key, targetId: target.id, blockId: id, unwanted });
  const create: CreateOperation = {
    kind: 'create',
    reason,
    groupKey: draft.group.key,
    targetId: target.id,
    blockId: id,
    sourceId: desired.sourceId,
    tag,
    memory: memoryOfMade(plan, desired),
    content: desired.content,
  };
  return [create, desired.kind === 'series' ? slotOperations(plan, desired, { id, tag }, null, muted) : none];
}
