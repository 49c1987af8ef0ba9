import type { CalendarId, SlotKey, SourceRef } from '../../../shared/ids.ts';
import { day, type Instant } from '../../../shared/time.ts';
import { versionOf } from '../deeds.ts';
import type { JudgedMeeting } from '../meeting.ts';
import type { EventGroup, MeshCalendar, PlanContext, ZoneRefusal } from '../model.ts';
import { datesOneByOne, isInForce } from '../one-by-one.ts';
import { spanOf } from '../times.ts';
import type { Draft } from './draft.ts';
import type { Evidence } from './proof.ts';

/** Dates that get blocks of their own, and since when. */
export interface DatesAlone {
  readonly keys: readonly SlotKey[];
  readonly since: Instant;
}

/**
 * The dates of a series that get blocks of their own on a target, because the service knows no name for its zone (ADR 0036);
 * null where it is written as a series, or nobody here can tell its dates.
 */
export function datesAlone(
  { group, context }: Draft,
  target: MeshCalendar,
  source: JudgedMeeting,
  { span, recurrence }: NonNullable<JudgedMeeting['whole']>,
  cutoff: Instant,
): DatesAlone | null {
  const refusal = refusalOf(group, context, target.id, source);
  if (refusal === null) return null;
  const since = Math.max(cutoff, refusal.at - day);
  const keys = datesOneByOne(span, recurrence, since, refusal.at);
  return keys === null ? null : { keys, since };
}

/** What a service has refused of a series a short while ago, where the event is still as it was then; null for nothing. */
export function refusalOf(
  group: EventGroup,
  context: PlanContext,
  targetId: CalendarId,
  source: JudgedMeeting,
): ZoneRefusal | null {
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
 * stays until each date has one, otherwise its time would be free meanwhile, and what is over is left.
 */
export function isAlone(
  draft: Draft,
  { block, event, judged }: Evidence,
  madeFor: ReadonlySet<SourceRef | undefined>,
): boolean {
  const series = event === null ? null : judgedOf(judged, event.sourceRef);
  if (event === null || series === null) return false;
  const { group, context } = draft;
  const refusal = refusalOf(group, context, block.targetId, series);
  if (refusal === null) return false;
  if (block.tag.sourceRef === event.sourceRef) {
    if (!madeFor.has(event.sourceRef)) return false;
    draft.waits = true;
    return true;
  }
  const zone = context.calendars.get(block.targetId)?.timeZone ?? null;
  const span = spanOf(block.content.start, block.content.end, zone);
  return span !== null && span.endsAt < refusal.at - day;
}

/** The judged meeting whose series, or single event, has a ref; null where none has. */
export function judgedOf(judged: readonly JudgedMeeting[], ref: SourceRef): JudgedMeeting | null {
  return judged.find(({ meeting }) => meeting.root?.sourceRef === ref) ?? null;
}
