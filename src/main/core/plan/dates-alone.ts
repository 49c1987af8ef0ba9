import type { SlotKey, SourceRef } from '../../../shared/ids.ts';
import { day, type Instant } from '../../../shared/time.ts';
import { versionOf } from '../deeds.ts';
import type { JudgedMeeting } from '../meeting.ts';
import type { ZoneRefusal } from '../model.ts';
import { datesOneByOne, isInForce } from '../one-by-one.ts';
import { spanOf } from '../times.ts';
import type { Evidence } from './proof.ts';
import type { TargetPlan } from './target-plan.ts';

/** Dates that get blocks of their own, and since when. */
export interface DatesAlone {
  readonly keys: readonly SlotKey[];
  readonly since: Instant;
}

/** A series that is to be given on a target. */
interface Given {
  readonly source: JudgedMeeting;
  /** What of it is left to be given there. */
  readonly time: NonNullable<JudgedMeeting['whole']>;
  /** What ended before makes no block. */
  readonly cutoff: Instant;
}

/**
 * The dates of a series that get blocks of their own on a target, because the service knows no name for its zone (ADR 0036);
 * null where it is written as a series, or nobody here can tell its dates.
 */
export function datesAlone(plan: TargetPlan, { source, time, cutoff }: Given): DatesAlone | null {
  const refusal = refusalOf(plan, source);
  if (refusal === null) return null;
  const since = Math.max(cutoff, refusal.at - day);
  const keys = datesOneByOne(time.span, time.recurrence, since, refusal.at);
  return keys === null ? null : { keys, since };
}

/** What a service has refused of a series a short while ago, where the event is still as it was then; null for nothing. */
export function refusalOf({ group, context, targetId }: TargetPlan, source: JudgedMeeting): ZoneRefusal | null {
  const ref = source.meeting.root?.sourceRef;
  if (group.refusals === undefined || ref === undefined || !source.presence.series) return null;
  const version = versionOf(source, null);
  return (
    group.refusals.find(
      (one) =>
        one.sourceRef === ref && one.targetId === targetId && one.version === version && isInForce(one, context.now),
    ) ?? null
  );
}

/**
 * Whether a block stays for now although its event is a series that cannot be written on its target. The block of the series
 * stays until each date has one, otherwise its time would be free meanwhile, and what is over is left. `madeFor` are the series
 * of which dates get blocks of their own now.
 */
export function isAlone(plan: TargetPlan, { block, event }: Evidence, madeFor: ReadonlySet<SourceRef>): boolean {
  const series = event === null ? null : judgedOf(plan, event.sourceRef);
  if (event === null || series === null) return false;
  const refusal = refusalOf(plan, series);
  if (refusal === null) return false;
  if (block.tag.sourceRef === event.sourceRef) {
    if (!madeFor.has(event.sourceRef)) return false;
    plan.draft.waits = true;
    return true;
  }
  const span = spanOf(block.content.start, block.content.end, plan.zone);
  return span !== null && span.endsAt < refusal.at - day;
}

/** The judged meeting whose series, or single event, has a ref; null where none has. */
export function judgedOf({ judged }: TargetPlan, ref: SourceRef): JudgedMeeting | null {
  return judged.find(({ meeting }) => meeting.root?.sourceRef === ref) ?? null;
}
