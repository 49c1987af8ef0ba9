import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId, SourceRef } from '../../../shared/ids.ts';
import type { EventTime } from '../../../shared/time.ts';
import { rememberedFilters, type FiltersOf } from '../filters.ts';
import { outdatedCopies, rowsOf, standingPresence, type Outdated } from '../freshness.ts';
import { copyPresence, judge, meetingsOf, type JudgedMeeting, type Presence } from '../meeting.ts';
import {
  isLive,
  zonesOf,
  type EventGroup,
  type MeshCalendar,
  type ObservedBlock,
  type PlanContext,
  type SourceEvent,
} from '../model.ts';
import type { Desired } from './desired.ts';
import { emptyDraft, none, type GroupPlan, type Witness } from './draft.ts';
import { ContentCache, WantedAlike } from './remembered.ts';
import { isKnown, type KnownTarget, type PlannedGroup, type TargetPlan } from './target-plan.ts';
import { planTarget } from './target.ts';
import { wantedOn } from './wanted.ts';

/** What planning one group may share with others, and who is told what the plan does not keep. */
export interface PlanningOptions {
  /** Null or left out for nobody. */
  readonly witness?: Witness | null;
  /** Shared by all groups of one plan; own ones where it is left out. */
  readonly filtersOf?: FiltersOf;
}

/**
 * Takes one group (all rows of one meeting, and the blocks that stand for them) and the context; returns what a sync
 * would do about it on every target. Pure: no other group, no clock, no chance; so planning only changed groups gives
 * the same as planning all.
 */
export function planGroup(group: EventGroup, context: PlanContext, options: PlanningOptions = {}): GroupPlan {
  const { witness = null, filtersOf = rememberedFilters() } = options;
  const draft = emptyDraft();
  const meetings = meetingsOf(group.events, zonesOf(context.calendars));
  const judged: JudgedMeeting[] = [];
  for (const meeting of meetings) {
    const calendar = context.calendars.get(meeting.calendarId);
    if (calendar?.source === true) judged.push(judge(meeting, calendar, { now: context.now, filtersOf }));
  }
  const outdated = outdatedCopies(meetings, context.calendars);
  // Because which of two calendars gives the block must not depend on the order of reading.
  if (judged.length > 1) judged.sort(compareMeetings);
  const planned: PlannedGroup = {
    group,
    context,
    draft,
    witness,
    meetings,
    judged,
    busy: judged.filter((one) => isAnywhereBusy(one) && !outdated.some(({ meeting }) => meeting === one.meeting)),
    outdated,
    outdatedRows: outdated.length === 0 ? noRows : rowsOf(outdated),
    anyRefused: (group.refusals?.length ?? 0) > 0,
  };
  for (const one of judged) noteIdle(planned, one);
  witness?.judged(judged);
  if (planned.busy.length === 0 && group.blocks.length === 0) return draft;
  const contents = new ContentCache();
  const alike = new WantedAlike();
  const planOn = (targetId: CalendarId, target: MeshCalendar | undefined): void => {
    const plan = targetPlan(planned, targetId, target);
    const wanted = isKnown(plan) && plan.target.target ? wantedThere(plan, contents, alike) : nothingWanted;
    planTarget(plan, wanted);
  };
  // What stands on a calendar that is gone went with it, and would wait there for ever.
  for (const calendar of context.calendars.values()) {
    if (calendar.target && calendar.gone !== true) planOn(calendar.id, calendar);
  }
  if (group.blocks.length > 0) {
    for (const targetId of leftTargets(group, context)) planOn(targetId, context.calendars.get(targetId));
  }
  return draft;
}

function isAnywhereBusy({ presence }: JudgedMeeting): boolean {
  if (presence.whole) return true;
  for (const busy of presence.slots.values()) if (busy) return true;
  return false;
}

/** Calendars that are no targets (any more) but hold a block of this group. */
function leftTargets(group: EventGroup, context: PlanContext): ReadonlySet<CalendarId> {
  const left = new Set<CalendarId>();
  for (const { targetId } of group.blocks) {
    const target = context.calendars.get(targetId);
    if (target?.target !== true && target?.gone !== true) left.add(targetId);
  }
  return left;
}

const noRows: ReadonlySet<SourceEvent> = new Set();

const nothingWanted: ReadonlyMap<SourceRef, Desired> = new Map();

/** Takes a group and a target; returns what the one is planned from on the other. */
function targetPlan(planned: PlannedGroup, targetId: CalendarId, target: MeshCalendar | undefined): TargetPlan {
  const { group, context, draft, witness, meetings, judged, busy, outdated, outdatedRows, anyRefused } = planned;
  const zone = target?.timeZone ?? null;
  const blocks = group.blocks.length === 0 ? none : group.blocks.filter((block) => block.targetId === targetId);
  const there = meetings.filter((meeting) => meeting.calendarId === targetId);
  const copies = there.length === 0 ? none : there.map((meeting) => copyPresence(meeting, zone));
  const standing = outdated.length === 0 ? none : outdated.flatMap((one) => standingOf(planned, one, blocks) ?? []);
  const held = standing.length === 0 ? copies : [...copies, ...standing];
  // Field by field, because there are half a million of these in a first plan, and a copy of another object grows with each.
  return {
    group,
    context,
    draft,
    witness,
    meetings,
    judged,
    busy,
    outdated,
    outdatedRows,
    anyRefused,
    targetId,
    target,
    zone,
    blocks,
    copies,
    held,
    operations: [],
    removedByHand: [],
  };
}

/** Where the block of an outdated copy holds the meeting on the target that these blocks are on; null for nowhere. */
function standingOf({ context }: PlannedGroup, one: Outdated, blocks: readonly ObservedBlock[]): Presence | null {
  const { meeting } = one;
  const isUnused = context.calendars.get(meeting.calendarId)?.source === false;
  const block = blocks.find(
    (each) =>
      isLive(each) &&
      // One of our own goes when its calendar is not in use any more, and what it held would be free from then on.
      !(isUnused && each.wanted !== null) &&
      each.tag.sourceRef === meeting.root?.sourceRef,
  );
  return block === undefined ? null : standingPresence(one, block, zonesOf(context.calendars));
}

/** What should be on a target: as on another one that shows the same, where nothing there bears on it. */
function wantedThere(plan: KnownTarget, contents: ContentCache, alike: WantedAlike): ReadonlyMap<SourceRef, Desired> {
  // A witness is told on each target why, and what is refused is refused on some alone.
  const known = plan.witness === null && !plan.anyRefused ? alike.find(plan) : undefined;
  return known ?? alike.keep(plan, wantedOn(plan, contents));
}

function compareMeetings(one: JudgedMeeting, other: JudgedMeeting): number {
  const [first, second] = [nameOf(one), nameOf(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function nameOf({ meeting }: JudgedMeeting): string {
  const [lone] = meeting.slots.values();
  return `${meeting.calendarId}|${meeting.root?.row.id ?? lone?.event.row.id ?? ''}`;
}

/** Says why a source event makes no block anywhere. */
function noteIdle({ draft, group }: PlannedGroup, judged: JudgedMeeting): void {
  const { meeting } = judged;
  const note = (reason: Reason, start: EventTime | null): void => {
    if (reason === 'cancelled') return;
    draft.skips.push({ reason, groupKey: group.key, sourceId: meeting.calendarId, targetId: null, start });
  };
  if (judged.reason !== null) note(judged.reason, meeting.root?.row.start ?? null);
  for (const [key, reason] of judged.slotReasons) note(reason, meeting.slots.get(key)?.event.row.originalStart ?? null);
}
