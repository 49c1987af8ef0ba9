import { day, isDate } from '../../../shared/time.ts';
import { contentHash } from '../content.ts';
import type { BlockContent, ObservedBlock } from '../model.ts';
import { compareRecurrence, parseRecurrence, sameSeriesStart } from '../recurrence.ts';
import { sameMoment, sameZone, spanOf } from '../times.ts';
import { sameTimes, zoneOf, type DesiredSeries, type Timed } from './desired.ts';
import type { BlockPlan } from './target-plan.ts';

/**
 * Whether another computer of the person keeps the block in its own way, and this one lets it. That is so where this
 * computer has written what it wants, the other has written since, the event is still as it was when this one wrote, and
 * the block is as the other wrote it and covers the time. Otherwise two computers with other choices would write over each
 * other for ever; so the last choice stands. A block that covers less than what is wanted here is written anew, which the
 * other computer then lets stand; where each covers what the other does not, it is enough that the event is covered.
 */
export function isKeptByAnother({ on: { zone }, desired, generations }: BlockPlan, keeper: ObservedBlock): boolean {
  const { content, hash, bare } = desired;
  if (!generations.some((one) => one.ownHash === hash)) return false;
  // It may have been for another state of the event that the other computer wrote, so that it says nothing of its choice.
  if (keeper.ownVersion !== null && keeper.ownVersion !== desired.version()) return false;
  const shown = writtenByAnother(keeper);
  if (shown === null) return false;
  return covers(shown, content, zone) || (!covers(content, shown, zone) && covers(shown, bare, zone));
}

/** Takes a block that stands; returns what it shows where that is exactly what another computer has written there, or null. */
export function writtenByAnother(keeper: ObservedBlock): BlockContent | null {
  // What this computer wrote itself is no other's choice: an event that is as it once was is written as it once was.
  if (keeper.ownHash === keeper.tag.contentHash) return null;
  const { summary, description, place, start, end, recurrence, visibility, transparent, colorId, rings } =
    keeper.content;
  if (start === null || end === null || transparent || rings) return null;
  if (visibility !== 'private' && visibility !== 'default') return null;
  const shown: BlockContent = {
    summary: summary ?? '',
    description: description ?? '',
    start,
    end,
    recurrence,
    visibility,
    colorId,
    place,
    outOfOffice: keeper.outOfOffice,
  };
  return contentHash(shown) === keeper.tag.contentHash ? shown : null;
}

/** Marks, in what is remembered of a block, that it was written for another computer's choice, too. */
const togetherMark = '+';

/**
 * Takes a series that this computer wants with some dates left out, and the block of it, from which another computer has left
 * out others; returns it with only those left out that neither wants, or null where that is not so. Because each would take
 * the dates of the other away again, for ever. What was written so stands until the event changes.
 */
export function leavingOutTogether(plan: BlockPlan, keeper: ObservedBlock): DesiredSeries | null {
  const { on, desired, generations } = plan;
  const { zone } = on;
  const { content, hash } = desired;
  const { content: shown } = keeper;
  if (desired.kind === 'single' || shown.recurrence.length === 0) return null;
  const version = `${desired.version()}${togetherMark}`;
  const isOurs = keeper.ownHash === keeper.tag.contentHash;
  const forBoth = isOurs && keeper.ownVersion === version;
  const others =
    !isOurs &&
    generations.some((one) => one.ownHash === hash || one.ownVersion === version) &&
    (keeper.ownVersion === desired.version() || keeper.ownVersion === version);
  if (!forBoth && !others) return null;
  const sameButLimits =
    sameMoment(content.start, shown.start, zone) &&
    sameMoment(content.end, shown.end, zone) &&
    compareRecurrence(content.recurrence, shown.recurrence, content.start) === 'end';
  if (!sameButLimits) return null;
  const there = new Set(parseRecurrence(shown.recurrence, content.start).limits);
  const recurrence = content.recurrence.flatMap((line) => {
    if (!line.startsWith('EXDATE')) return [line];
    const [head = '', dates = ''] = line.split(':', 2);
    const kept = dates
      .split(',')
      .filter((date) => parseRecurrence([`${head}:${date}`], content.start).limits.every((limit) => there.has(limit)));
    return kept.length === 0 ? [] : [`${head}:${kept.join(',')}`];
  });
  if (recurrence.join() === content.recurrence.join()) return null;
  const together = { ...content, recurrence };
  return { ...desired, content: together, hash: contentHash(together), version: () => version };
}

/** Whether what is busy at one time is so at least when another is, seen from the first date of a series. */
function covers(outer: Timed, inner: Timed, zone: string | null): boolean {
  if (sameTimes(inner, outer, zone)) {
    return inner.recurrence.length === 0 || sameSeriesStart(inner.start, outer.start, zone);
  }
  const around = spanOf(outer.start, outer.end, zone);
  const within = spanOf(inner.start, inner.end, zone);
  if (around === null || within === null || isDate(around.start) !== isDate(within.start)) return false;
  if (around.startsAt > within.startsAt || around.endsAt < within.endsAt) return false;
  if (inner.recurrence.length === 0) return outer.recurrence.length === 0;
  return (
    sameZone(zoneOf(outer), zoneOf(inner)) &&
    within.startsAt - around.startsAt < day &&
    leavesOutNoMore(outer, inner, around.startsAt === within.startsAt)
  );
}

/**
 * Whether the rule of one series leaves out no date that that of another has. The ends of a rule and its left-out dates are
 * named by the start, so that where that differs they can only be counted.
 */
function leavesOutNoMore(outer: Timed, inner: Timed, sameStart: boolean): boolean {
  const one = parseRecurrence(outer.recurrence);
  const other = parseRecurrence(inner.recurrence);
  if (one.shape.join() !== other.shape.join()) return false;
  if (sameStart) {
    const isOut = (limit: string): boolean => limit.startsWith('EXDATE');
    const ends = (limits: readonly string[]): string => limits.filter((limit) => !isOut(limit)).join();
    return ends(one.limits) === ends(other.limits) && one.limits.every((limit) => other.limits.includes(limit));
  }
  return one.limits.length === other.limits.length;
}
