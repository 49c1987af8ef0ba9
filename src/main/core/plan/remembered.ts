import type { BlockPolicy } from '../../../shared/dto.ts';
import type { SlotKey, SourceRef } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import { bufferOf, slotsAtClockChanges, widened, widenedSeries, type WidenedSeries } from '../buffers.ts';
import { blockContent, contentHash, type ZoneToSay } from '../content.ts';
import type { BusyTime, JudgedMeeting, Presence } from '../meeting.ts';
import type { BlockContent, MeshCalendar, PlanContext } from '../model.ts';
import { inWritableZone, writtenLines } from '../written-lines.ts';
import type { Desired } from './desired.ts';

/**
 * What one meeting wants is the same on all targets that show the same and have been in use for as long, unless a copy of
 * it is there. Remembered within a group, because most of a first plan would go into making it again for each target.
 */
export class WantedAlike {
  readonly #made: { policy: BlockPolicy; inUseSince: Instant; wanted: ReadonlyMap<SourceRef, Desired> }[] = [];

  find(
    context: PlanContext,
    target: MeshCalendar,
    busy: readonly JudgedMeeting[],
    copies: readonly Presence[],
  ): ReadonlyMap<SourceRef, Desired> | undefined {
    const policy = policyAlone(context, target, busy, copies);
    return this.#made.find((one) => one.policy === policy && one.inUseSince === target.inUseSince)?.wanted;
  }

  keep(
    context: PlanContext,
    target: MeshCalendar,
    busy: readonly JudgedMeeting[],
    copies: readonly Presence[],
    wanted: ReadonlyMap<SourceRef, Desired>,
  ): ReadonlyMap<SourceRef, Desired> {
    const policy = policyAlone(context, target, busy, copies);
    if (policy !== null) this.#made.push({ policy, inUseSince: target.inUseSince, wanted });
    return wanted;
  }
}

/** The policy of the route to a target where nothing else bears on what is wanted there; null where something does. */
function policyAlone(
  context: PlanContext,
  target: MeshCalendar,
  busy: readonly JudgedMeeting[],
  copies: readonly Presence[],
): BlockPolicy | null {
  const [only] = busy;
  if (only === undefined || busy.length > 1 || copies.length > 0 || only.calendar.id === target.id) return null;
  return context.blockPolicy(only.calendar.id, target.id);
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

  whole(judged: JudgedMeeting, ref: SourceRef, policy: BlockPolicy, now: Instant): WholeBlock | null {
    const { whole: time } = judged;
    if (time === null) return null;
    const found = this.#made.find((one) => one.judged === judged && one.policy === policy);
    if (found !== undefined) return found.whole;
    const lines = writtenLines(time.span, time.recurrence);
    // Minutes before end at the midnight of the event's own clock, which is no midnight of the clock that can be written.
    const own = time.recurrence.length === 0 ? null : widenedSeries(time.span, lines, policy);
    const wide = own === null ? null : { ...own, span: inWritableZone(own.span, own.recurrence) };
    const span = wide?.span ?? widened(time.span, bufferOf(time.span, policy));
    const content = contentOf(
      judged,
      ref,
      { ...time, span },
      wide?.recurrence ?? [],
      policy,
      wide === null ? null : 'series',
    );
    const atChanges = wide === null ? [] : slotsAtClockChanges(time.span, time.recurrence, wide, now);
    const whole = { content, hash: contentHash(content), wide, atChanges };
    this.#made.push({ judged, policy, whole });
    return whole;
  }
}

export function contentOf(
  judged: JudgedMeeting,
  ref: SourceRef,
  time: BusyTime,
  recurrence: readonly string[],
  policy: BlockPolicy,
  zone: ZoneToSay,
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
