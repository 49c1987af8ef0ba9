import type { CalendarId, SlotKey, SourceRef } from '../../shared/ids.ts';
import { meetingsOf } from './meeting.ts';
import {
  zonesOf,
  type EventGroup,
  type Hold,
  type ObservedBlock,
  type PlanContext,
  type SourceEvent,
} from './model.ts';
import { eventOf, named, timesOf, type EventName, type Named, type NamedTimes } from './why/names.ts';
import { liveBlocks, look, namesOn, seenOn } from './why/seen.ts';
import { verdictOn, type Verdict } from './why/verdicts.ts';

export { namesIn, type EventName } from './why/names.ts';
export type { Verdict } from './why/verdicts.ts';

/** One event, or one slot of a series, and how it stands on each target but its own calendar. */
export interface EventVerdicts extends EventName, NamedTimes {
  readonly sourceRef: SourceRef;
  /** The row that says most about it: its own, else that of its series. */
  readonly row: SourceEvent;
  readonly verdicts: readonly Verdict[];
}

/**
 * Takes a group, the context of a plan, the holds that wait for the person, and what is asked about; returns for each
 * event and slot that is known how it stands on each target, and the rule that decided. It asks the planner itself, so
 * that what is said is what a sync does. Pure. Names that the group does not hold are left out.
 */
export function explain(
  group: EventGroup,
  context: PlanContext,
  holds: readonly Hold[],
  names: readonly EventName[],
): readonly EventVerdicts[] {
  const meetings = meetingsOf(group.events, zonesOf(context.calendars));
  const seen = look(group, context, holds);
  return names.flatMap((name) => {
    const found = named(group, meetings, name);
    if (found === null) return [];
    const { row, slot, ref } = found;
    const targets = [...context.calendars.values()].filter(
      ({ id, target }) => id !== name.calendarId && (target || hasBlock(group, id, found)),
    );
    return [
      {
        ...name,
        slot,
        sourceRef: ref,
        row,
        ...timesOf(found, context.calendars.get(name.calendarId)),
        verdicts: targets.map((target) => verdictOn(seenOn(seen, target), found)),
      },
    ];
  });
}

/** Whether a calendar holds a block of an event, or of the series that it is a slot of. */
function hasBlock(group: EventGroup, targetId: CalendarId, { ref, meeting }: Named): boolean {
  const series = meeting?.root?.sourceRef;
  const refs = series === undefined ? [ref] : [ref, series];
  return refs.some((one) => liveBlocks(group, one, targetId).length > 0);
}

/**
 * Takes a group, the context, one of its blocks, and a slot of the block or null; returns the event (or the slot of a
 * series) that it stands for, or null where nothing in the group explains it.
 */
export function standsFor(
  group: EventGroup,
  context: PlanContext,
  block: ObservedBlock,
  key: SlotKey | null = null,
): EventName | null {
  const name = eventOf(group, context, block);
  if (name === null || name.slot !== null || key === null) return name;
  const { toSource } = namesOn(look(group, context, []), block.tag.sourceRef, block.targetId);
  return { ...name, slot: toSource(key) };
}
