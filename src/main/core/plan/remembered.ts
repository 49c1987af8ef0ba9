import type { BlockPolicy } from '../../../shared/dto.ts';
import type { SlotKey, SourceRef } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import { bufferOf, slotsAtClockChanges, widened, widenedSeries, type WidenedSeries } from '../buffers.ts';
import { blockContent, contentHash, type ZoneToSay } from '../content.ts';
import type { BusyTime, JudgedMeeting } from '../meeting.ts';
import type { BlockContent, SourceEvent } from '../model.ts';
import { inWritableZone, writtenLines } from '../written-lines.ts';
import type { Desired } from './desired.ts';
import type { KnownTarget } from './target-plan.ts';

/**
 * What one meeting wants is the same on all targets that show the same and have been in use for as long, unless a copy of
 * it is there. Remembered within a group, because most of a first plan would go into making it again for each target.
 */
export class WantedAlike {
  readonly #made: { policy: BlockPolicy; inUseSince: Instant; wanted: ReadonlyMap<SourceRef, Desired> }[] = [];

  /** Takes a target; returns what was worked out for one like it, if any. */
  find(plan: KnownTarget): ReadonlyMap<SourceRef, Desired> | undefined {
    const { inUseSince } = plan.target;
    const policy = policyAlone(plan);
    return this.#made.find((one) => one.policy === policy && one.inUseSince === inUseSince)?.wanted;
  }

  /** Takes a target and what should be there; returns that, kept for targets like it. */
  keep(plan: KnownTarget, wanted: ReadonlyMap<SourceRef, Desired>): ReadonlyMap<SourceRef, Desired> {
    const { inUseSince } = plan.target;
    const policy = policyAlone(plan);
    if (policy !== null) this.#made.push({ policy, inUseSince, wanted });
    return wanted;
  }
}

/** The policy of the route to a target where nothing else bears on what is wanted there; null where something does. */
function policyAlone({ context, busy, held, targetId }: KnownTarget): BlockPolicy | null {
  const [only] = busy;
  if (only === undefined || busy.length > 1 || held.length > 0 || only.calendar.id === targetId) return null;
  return context.blockPolicy(only.calendar.id, targetId);
}

/** A whole event that is busy. */
export interface WholeEvent {
  readonly judged: JudgedMeeting;
  readonly root: SourceEvent;
  readonly time: NonNullable<JudgedMeeting['whole']>;
}

/** Takes a judged meeting; returns the whole of it, or null where that is not busy. */
export function wholeOf(judged: JudgedMeeting): WholeEvent | null {
  const { whole: time, meeting } = judged;
  return time === null || meeting.root === null ? null : { judged, root: meeting.root, time };
}

/** What the block of a whole event is on all targets of one policy. */
export interface WholeBlock {
  readonly content: BlockContent;
  readonly hash: string;
  /** Null for a single event. */
  readonly wide: WidenedSeries | null;
  /** Slots of the event whose block has times of its own, because the clocks change in its buffer. */
  readonly atChanges: readonly SlotKey[];
}

/** Contents by meeting and policy: the same for all targets of one policy, so they are made once. */
export class ContentCache {
  readonly #made: { judged: JudgedMeeting; policy: BlockPolicy; whole: WholeBlock }[] = [];

  /** Takes a whole event, what blocks show on its route and now; returns the block of it. */
  whole({ judged, root, time }: WholeEvent, policy: BlockPolicy, now: Instant): WholeBlock {
    const found = this.#made.find((one) => one.judged === judged && one.policy === policy);
    if (found !== undefined) return found.whole;
    const lines = writtenLines(time.span, time.recurrence);
    // Minutes before end at the midnight of the event's own clock, which is no midnight of the clock that can be written.
    const own = time.recurrence.length === 0 ? null : widenedSeries(time.span, lines, policy);
    const wide = own === null ? null : { ...own, span: inWritableZone(own.span, own.recurrence) };
    const span = wide?.span ?? widened(time.span, bufferOf(time.span, policy));
    const shape = wide === null ? oneDate : { recurrence: wide.recurrence, zone: 'series' as const };
    const content = contentOf({ judged, policy, ref: root.sourceRef }, { ...time, span }, shape);
    const atChanges = wide === null ? [] : slotsAtClockChanges(time.span, time.recurrence, wide, now);
    const whole = { content, hash: contentHash(content), wide, atChanges };
    this.#made.push({ judged, policy, whole });
    return whole;
  }
}

/** What a block is made from, whatever its times. */
interface BlockSource {
  readonly judged: JudgedMeeting;
  readonly policy: BlockPolicy;
  readonly ref: SourceRef;
}

/** The rule of a block, and the zone that it says its times in. */
interface BlockShape {
  readonly recurrence: readonly string[];
  readonly zone: ZoneToSay;
}

/** A block without a rule, which says no zone. */
export const oneDate: BlockShape = { recurrence: [], zone: null };

/** Takes what a block is made from, when it is busy, and its shape; returns what it shows. */
export function contentOf(
  { judged, policy, ref }: BlockSource,
  time: BusyTime,
  { recurrence, zone }: BlockShape,
): BlockContent {
  const { title, place, confidential } = time;
  const { name: calendar, accountEmail: account } = judged.calendar;
  return blockContent(ref, time.span, recurrence, policy, { title, calendar, account, place, confidential }, zone);
}

/** The same for all targets, and remembered, because clocks of other zones are slow to read. */
export function remembered<Value>(of: (key: SlotKey) => Value): (key: SlotKey) => Value {
  const known = new Map<SlotKey, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = of(key);
    known.set(key, value);
    return value;
  };
}

/** Asked once and late, because most slots are as they should be and a version is made from all of a series. */
export function onceAsked(ask: () => string): () => string {
  let known: string | null = null;
  return () => (known ??= ask());
}
