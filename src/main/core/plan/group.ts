import type { Reason } from '../../../shared/dto.ts';
import type { CalendarId, SourceRef } from '../../../shared/ids.ts';
import type { EventTime } from '../../../shared/time.ts';
import { rememberedFilters, type FiltersOf } from '../filters.ts';
import { outdatedCopies, rowsOf, standingPresence } from '../freshness.ts';
import { copyPresence, judge, meetingsOf, type JudgedMeeting, type Presence } from '../meeting.ts';
import {
  isLive,
  type EventGroup,
  type MeshCalendar,
  type ObservedBlock,
  type PlanContext,
  type SourceEvent,
} from '../model.ts';
import type { Desired } from './desired.ts';
import { none, type Draft, type GroupPlan, type Witness } from './draft.ts';
import { ContentCache, WantedAlike } from './remembered.ts';
import { planTarget } from './target.ts';
import { wantedOn } from './wanted.ts';

/**
 * Takes one group (all rows of one meeting, and the blocks that stand for them) and the context; returns what a sync
 * would do about it on every target. Pure: no other group, no clock, no chance; so planning only changed groups gives
 * the same as planning all. A witness is told what the plan does not keep; `filtersOf` may be shared by all groups of one
 * plan.
 */
export function planGroup(
  group: EventGroup,
  context: PlanContext,
  witness: Witness | null = null,
  filtersOf: FiltersOf = rememberedFilters(),
): GroupPlan {
  const draft: Draft = {
    group,
    context,
    operations: [],
    skips: [],
    removedByHand: [],
    explained: [],
    witness,
    lifted: [],
    wanted: [],
    outdated: noRows,
    renewed: [],
    named: [],
    letGo: [],
    waits: false,
  };
  const zoneOfCalendar = (id: CalendarId): string | null => context.calendars.get(id)?.timeZone ?? null;
  const meetings = meetingsOf(group.events, zoneOfCalendar);
  const judged: JudgedMeeting[] = [];
  for (const meeting of meetings) {
    const calendar = context.calendars.get(meeting.calendarId);
    if (calendar?.source === true) judged.push(judge(meeting, calendar, { now: context.now, filtersOf }));
  }
  const outdated = outdatedCopies(meetings, context.calendars);
  if (outdated.length > 0) draft.outdated = rowsOf(outdated);
  // Because which of two calendars gives the block must not depend on the order of reading.
  if (judged.length > 1) judged.sort(compareMeetings);
  for (const one of judged) noteIdle(draft, one);
  witness?.judged(judged);

  const busy = judged.filter((one) => isAnywhereBusy(one) && !outdated.some(({ meeting }) => meeting === one.meeting));
  if (busy.length === 0 && group.blocks.length === 0) return draft;
  const contents = new ContentCache();
  const alike = new WantedAlike();
  const anyRefused = (group.refusals?.length ?? 0) > 0;
  const plan = (targetId: CalendarId, target: MeshCalendar | undefined): void => {
    const blocks = group.blocks.length === 0 ? none : group.blocks.filter((block) => block.targetId === targetId);
    const there = meetings.filter((meeting) => meeting.calendarId === targetId);
    const copies = there.length === 0 ? none : there.map((meeting) => copyPresence(meeting, target?.timeZone ?? null));
    const standing = outdated.flatMap((one): Presence[] => {
      const isUnused = context.calendars.get(one.meeting.calendarId)?.source === false;
      // One of our own goes when its calendar is not in use any more, and what it held would be free from then on.
      const stays = (block: ObservedBlock): boolean => isLive(block) && !(isUnused && block.wanted !== null);
      const block = blocks.find((each) => stays(each) && each.tag.sourceRef === one.meeting.root?.sourceRef);
      const presence = block === undefined ? null : standingPresence(one, block, zoneOfCalendar);
      return presence === null ? [] : [presence];
    });
    const held = standing.length === 0 ? copies : [...copies, ...standing];
    const wanted =
      target?.target !== true
        ? nothingWanted
        : ((witness === null && !anyRefused ? alike.find(context, target, busy, held) : undefined) ??
          alike.keep(context, target, busy, held, wantedOn(draft, target, busy, held, contents, blocks)));
    planTarget({ draft, targetId, target, blocks, judged, copies }, wanted);
  };
  // What stands on a calendar that is gone went with it, and would wait there for ever.
  for (const calendar of context.calendars.values()) {
    if (calendar.target && calendar.gone !== true) plan(calendar.id, calendar);
  }
  if (group.blocks.length > 0) {
    for (const targetId of leftTargets(group, context)) plan(targetId, context.calendars.get(targetId));
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

function compareMeetings(one: JudgedMeeting, other: JudgedMeeting): number {
  const [first, second] = [nameOf(one), nameOf(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function nameOf({ meeting }: JudgedMeeting): string {
  const [lone] = meeting.slots.values();
  return `${meeting.calendarId}|${meeting.root?.row.id ?? lone?.event.row.id ?? ''}`;
}

/** Says why a source event makes no block anywhere. */
function noteIdle(draft: Draft, judged: JudgedMeeting): void {
  const { meeting } = judged;
  const note = (reason: Reason, start: EventTime | null): void => {
    if (reason === 'cancelled') return;
    draft.skips.push({ reason, groupKey: draft.group.key, sourceId: meeting.calendarId, targetId: null, start });
  };
  if (judged.reason !== null) note(judged.reason, meeting.root?.row.start ?? null);
  for (const [key, reason] of judged.slotReasons) note(reason, meeting.slots.get(key)?.event.row.originalStart ?? null);
}
