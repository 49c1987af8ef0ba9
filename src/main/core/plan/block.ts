import type { Reason } from '../../../shared/dto.ts';
import type { EventId } from '../../../shared/ids.ts';
import { day, isDate, type EventTime } from '../../../shared/time.ts';
import { canChangeInPlace, contentHash, echoOf, showsSame, tellsOtherZone } from '../content.ts';
import { blockId } from '../identity.ts';
import {
  isLive,
  type AbsenceLook,
  type BlockContent,
  type CreateOperation,
  type MeshCalendar,
  type ObservedBlock,
  type ObservedContent,
  type Operation,
} from '../model.ts';
import { meaningOf } from '../mutes.ts';
import { replaced } from '../replacement.ts';
import { instantOf, sameMoment, sameZone, spanOf, wallClock } from '../times.ts';
import { isKeptByAnother, leavingOutTogether, writtenByAnother } from './another-computer.ts';
import { slotOperations, type BlockOfSlots } from './block-slots.ts';
import { sameTimes, unwantedIn, type Desired } from './desired.ts';
import { none } from './draft.ts';
import { memoryOf, memoryOfMade, removalOf, remove, reviveOf } from './operations.ts';
import { isSeries, isSourceGone, isSourceRead, skipDesired, type BlockPlan } from './target-plan.ts';

/** Takes all generations of a block on a target; returns them newest first. */
export function newestFirst(generations: readonly ObservedBlock[], target: MeshCalendar): readonly ObservedBlock[] {
  if (generations.length < 2) return generations;
  return generations.toSorted(
    (one, other) =>
      other.tag.generation - one.tag.generation ||
      Number(isNamedByAddress(other, target)) - Number(isNamedByAddress(one, target)),
  );
}

/** Plans what a block that should be there needs: to be made, put back, changed, made anew or let be; and each date of it. */
export function planBlock(plan: BlockPlan): void {
  const { on, desired, generations, keeper } = plan;
  for (const block of generations) {
    if (block === keeper || !isLive(block)) continue;
    remove(on, block, { reason: 'second-block', sourceId: desired.sourceId, version: desired.version() });
  }
  if (keeper === null) planAbsent(plan);
  else planStanding(plan, keeper);
}

/** Compares a block that stands with what it should be. */
function planStanding(plan: BlockPlan, keeper: ObservedBlock): void {
  const { on, desired } = plan;
  const { draft, context, target, zone } = on;
  const { content } = desired;
  const unwanted = unwantedIn(desired);
  if (keeper.wanted !== unwanted) rememberWanted(plan, keeper.id, unwanted);
  const written = isWrittenAs(desired, keeper);
  const together = written ? null : leavingOutTogether(plan, keeper);
  if (together !== null) {
    planBlock({ ...plan, desired: together });
    return;
  }
  if (!written && !isSourceRead(on, desired) && writtenByAnother(keeper) !== null) {
    // Whoever has written it since knows its event as well, and here nothing new is known of it.
    if (!isSourceGone(on, desired)) draft.waits = true;
    skipDesired(on, 'another-computer', desired);
    return;
  }
  if (!written && isKeptByAnother(plan, keeper)) {
    skipDesired(on, 'another-computer', desired);
    if (isSeries(plan) && sameTimes(content, keeper.content, zone)) {
      on.operations.push(...slotOperations(plan, standing(keeper), 'times'));
    }
    return;
  }
  const sameKind = keeper.outOfOffice === content.outOfOffice;
  const zoneTold = sameKind && isOnlyTheZone(content, keeper.content, zone);
  const same =
    (sameKind && showsSame(content, keeper.content, zone)) ||
    // What is over is left: nobody is told anything new by it.
    (zoneTold && (instantOf(content.end, zone) ?? 0) < context.now - day);
  // Looked at before the shape: a calendar that spells rules or zones its own way would get a new series each run.
  const accepted = written && sameKind && !same && keeper.echo !== null && keeper.echo === echoOf(keeper.content);
  if (!written || !(same || accepted)) {
    if (!sameKind || !canChangeInPlace(content, keeper.content, zone, target.capabilities.reshapesInPlace)) {
      makeAnew(plan, keeper, sameKind ? 'series-reshaped' : 'policy-changed');
      return;
    }
    on.operations.push(updateOf(plan, keeper, { written, zoneTold }));
  }
  if (isSeries(plan)) on.operations.push(...slotOperations(plan, standing(keeper)));
}

const standing = (keeper: ObservedBlock): BlockOfSlots => ({ id: keeper.id, tag: keeper.tag, standing: keeper });

/** Makes the next generation of a block in the place of the one that stands. */
function makeAnew(plan: BlockPlan, keeper: ObservedBlock, reason: Reason): void {
  const { on, desired, generations } = plan;
  const next = (generations[0]?.tag.generation ?? 0) + 1;
  const [makes, slots] = makeNew(plan, next, reason);
  const goes = removalOf(on, keeper, { reason, sourceId: desired.sourceId, version: desired.version() });
  on.operations.push(replaced(makes, [goes], reason), ...slots);
}

/** What tells why a block is changed in place. */
interface Difference {
  /** Whether what was last written to it is what it should show. */
  readonly written: boolean;
  /** Whether nothing but the zone of its times is another one. */
  readonly zoneTold: boolean;
}

/** Takes a block that stands and may be changed in place; returns the operation that does. */
function updateOf({ on, desired }: BlockPlan, keeper: ObservedBlock, { written, zoneTold }: Difference): Operation {
  const { content } = desired;
  const moved = !sameMoment(content.start, keeper.content.start, on.zone);
  const onlyTimes = !written && onlyTimesChanged(content, keeper);
  const changed = onlyTimes || !sameTimes(content, keeper.content, on.zone) || retold(desired, keeper);
  const drifted: Reason = zoneTold ? 'zone-told' : 'put-right';
  return {
    kind: 'update',
    reason: written ? drifted : changed ? 'event-changed' : 'policy-changed',
    groupKey: on.group.key,
    targetId: on.targetId,
    blockId: keeper.id,
    sourceId: desired.sourceId,
    tag: { ...keeper.tag, contentHash: desired.hash },
    memory: memoryOf(desired),
    content,
    etag: keeper.etag,
    withColour: !written && !onlyTimes,
    previousStart: moved ? keeper.content.start : null,
  };
}

/** Notes which dates of a block are not wanted, to be remembered with it. */
function rememberWanted({ on }: BlockPlan, id: EventId, unwanted: string): void {
  on.draft.wanted.push({ groupKey: on.group.key, targetId: on.targetId, blockId: id, unwanted });
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
function planAbsent(plan: BlockPlan): void {
  const { on, desired, generations } = plan;
  const { context, target, judged } = on;
  const newest = generations[0];
  if (newest === undefined) {
    on.operations.push(...makeNew(plan, 0, 'new-event').flat());
    return;
  }
  const series = desired.kind === 'series' || newest.content.recurrence.length > 0;
  // A cancelled series keeps exceptions that nobody can list, so it is not woken up again; a single block is.
  const back =
    newest.lost || series ? makeNew(plan, newest.tag.generation + 1, 'became-busy').flat() : [reviveOf(plan, newest)];
  const isRead = isSourceRead(on, desired);
  // Where its event cannot be read now, whoever took it away may know better, however else it would be written here by now.
  const isAsked = newest.tag.contentHash === desired.hash || !isRead;
  if (newest.lost || newest.absence?.by !== 'unknown' || !isAsked) {
    on.operations.push(...back);
    return;
  }
  const date = desired.kind === 'single' ? desired.dateOf : null;
  const [sourceRef, slot] = [date?.ref ?? desired.ref, date?.key ?? null];
  const meant = meaningOf(judged, sourceRef, slot);
  on.removedByHand.push({
    groupKey: on.group.key,
    mute: { sourceRef, targetId: target.id, slot, meant, ...(date === null ? {} : { gone: newest.id }) },
    sourceId: desired.sourceId,
    block: newest,
    slot: null,
    putBack: back,
    start: desired.content.start,
    leavesFree: leavesDateFree(plan, newest.absence.look ?? null),
    confirmed: context.run > newest.absence.sinceRun && target.readable && isRead,
  });
}

/**
 * Whether a date of a series that was changed is blocked by nothing, where another block stands in for the series: that may be of
 * another copy of the meeting, which its computer has not read since, because it is off or cannot.
 */
function leavesDateFree({ on, desired }: BlockPlan, look: AbsenceLook | null): boolean {
  if (look?.standIn !== true || desired.kind === 'single' || desired.slots.size === 0) return false;
  const { context, blocks, zone } = on;
  const shown = [
    ...(look.standInDates ?? []).map(([start, end]) => spanOf(start, end, zone)),
    ...blocks.filter(isLive).map(({ content }) => spanOf(content.start, content.end, zone)),
  ].filter((span) => span !== null);
  return [...desired.slots].some(([key, content]) => {
    const span = content === null ? null : spanOf(content.start, content.end, zone);
    if (content === null || span === null || span.endsAt < context.now - day) return false;
    // At its usual time the other one has it, too.
    const usual = desired.ordinary(key);
    return (
      (usual === null || !sameTimes(usual, content, zone)) &&
      !shown.some((one) => one.startsAt <= span.startsAt && span.endsAt <= one.endsAt)
    );
  });
}

/** Takes a generation and why it is made; returns the operation that makes it, and those for its slots. */
function makeNew(
  plan: BlockPlan,
  generation: number,
  reason: Reason,
): readonly [CreateOperation, readonly Operation[]] {
  const { on, desired } = plan;
  const tag = generation === 0 ? desired.firstTag : { ...desired.firstTag, generation };
  const id = blockId(desired.ref, on.targetId, generation);
  const unwanted = unwantedIn(desired);
  if (unwanted !== '') rememberWanted(plan, id, unwanted);
  const create: CreateOperation = {
    kind: 'create',
    reason,
    groupKey: on.group.key,
    targetId: on.targetId,
    blockId: id,
    sourceId: desired.sourceId,
    tag,
    memory: memoryOfMade(plan),
    content: desired.content,
  };
  return [create, isSeries(plan) ? slotOperations(plan, { id, tag, standing: null }) : none];
}
