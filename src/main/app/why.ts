import type { WhyAnswer, WhyBlock, WhyDate, WhyEvent, WhyTarget } from '../../shared/dto.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { day, type EventTime, type Instant } from '../../shared/time.ts';
import { isLive, type EventGroup, type ObservedBlock, type PlanContext } from '../core/model.ts';
import { instantOf } from '../core/times.ts';
import { explain, standsFor, type EventName, type EventVerdicts } from '../core/why.ts';
import { planContext } from '../engine/plan-context.ts';
import type { Pulled } from '../engine/pull.ts';
import type { Found, FoundBlock, FoundEvent } from '../ports/store.ts';
import type { StoredParts } from './parts.ts';

/** More to choose from than this helps nobody. */
const mostChoices = 20;
const mostDates = 50;

/**
 * Takes what a person knows of an event or a block (see `Store.find`); returns on which calendars it has a block or
 * none, and the rule that decided; or what there is to choose from. From what is stored: nobody is asked, nothing is
 * changed.
 */
export function whyOf(parts: StoredParts, query: string): WhyAnswer {
  const { store, clock } = parts;
  const asker = createAsker(parts);
  const { found, more } = store.find(query, mostChoices, clock.now());
  const choices = withoutOwnDates(found);
  const [only, ...others] = choices;
  if (only === undefined) return { kind: 'nothing' };
  if (others.length > 0 || more) return { kind: 'choices', choices: choices.map(asker.choiceOf), more };
  return only.kind === 'event' ? asker.aboutEvent(only) : asker.aboutBlock(only);
}

/** A changed date is told of with its series, so a search that finds both means the series. */
function withoutOwnDates(found: readonly Found[]): readonly Found[] {
  const series = new Set(found.map((one) => (one.kind === 'event' ? `${one.calendarId}|${one.eventId}` : '')));
  return found.filter(
    (one) => one.kind === 'block' || one.seriesId === null || !series.has(`${one.calendarId}|${one.seriesId}`),
  );
}

interface Asker {
  readonly choiceOf: (found: Found) => WhyEvent | WhyBlock;
  readonly aboutEvent: (found: FoundEvent) => WhyAnswer;
  readonly aboutBlock: (found: FoundBlock) => WhyAnswer;
}

function createAsker(parts: StoredParts): Asker {
  const { store, clock } = parts;
  const context = contextOf(parts);
  const now = clock.now();
  const nameOf = (id: CalendarId): string => context.calendars.get(id)?.name ?? id;
  const groupOf = (key: string): EventGroup =>
    [...store.loadGroups([key])][0] ?? { key, events: [], blocks: [], mutes: [] };

  const targetsOf = ({ verdicts }: EventVerdicts): WhyTarget[] =>
    verdicts.map(({ targetId, state, reason, blockId }) => ({
      calendarId: targetId,
      calendarName: nameOf(targetId),
      state,
      reason,
      blockId,
    }));
  const eventOf = ({ row: { row, sourceRef }, ...about }: EventVerdicts): WhyEvent => ({
    key: about.slot === null || row.recurringEventId !== null ? sourceRef : `${sourceRef}_${about.slot}`,
    eventId: row.id,
    title: row.summary,
    calendarId: about.calendarId,
    calendarName: nameOf(about.calendarId),
    start: about.start,
    end: about.end,
    series: row.recurrence.length > 0 && about.slot === null,
    date: about.slot !== null,
    copy: row.tagged,
    cancelled: row.status === 'cancelled',
  });
  const blockOf = (found: FoundBlock, block: ObservedBlock | undefined): WhyBlock => ({
    key: found.slot === null ? found.blockId : `${found.blockId}_${found.slot}`,
    calendarId: found.targetId,
    calendarName: nameOf(found.targetId),
    start: found.start,
    series: found.series,
    there: block !== undefined && isLive(block),
  });

  const answer = (group: EventGroup, name: EventName, block: WhyBlock | null): WhyAnswer => {
    const holds = store.holds();
    const [main] = explain(group, context, holds, [name]);
    // Another run may have stored something else since it was found.
    if (main === undefined) return { kind: 'nothing' };
    const series = main.slot === null && main.row.row.recurrence.length > 0;
    const names = series ? datesOf(group, name) : [];
    const dates = explain(group, context, holds, names)
      .map((date) => ({ date, at: momentOf(date, context) }))
      .sort((one, other) => one.at - other.at);
    const listed = dates.filter(({ at }) => at >= now - day).slice(0, mostDates);
    return {
      kind: 'event',
      event: eventOf(main),
      block,
      targets: targetsOf(main),
      dates: listed.map(({ date }): WhyDate => ({
        key: date.sourceRef,
        originalStart: date.row.row.originalStart,
        start: date.start,
        targets: targetsOf(date),
      })),
      otherDates: dates.length - listed.length,
    };
  };

  return {
    choiceOf: (found) => {
      if (found.kind === 'block') return blockOf(found, blockIn(groupOf(found.groupKey), found));
      const [main] = explain(groupOf(found.groupKey), context, [], [found]);
      return main === undefined ? choiceWithoutRow(found, nameOf(found.calendarId)) : eventOf(main);
    },
    aboutEvent: (found) => answer(groupOf(found.groupKey), found, null),
    aboutBlock: (found) => {
      const group = groupOf(found.groupKey);
      const block = blockIn(group, found);
      const shown = blockOf(found, block);
      const name = block === undefined ? null : standsFor(group, context, block, found.slot);
      if (name === null) return { kind: 'stray', block: shown };
      return answer(group, name, shown);
    },
  };
}

function blockIn(group: EventGroup, found: FoundBlock): ObservedBlock | undefined {
  return group.blocks.find((one) => one.targetId === found.targetId && one.id === found.blockId);
}

function choiceWithoutRow(found: FoundEvent, calendarName: string): WhyEvent {
  const { eventId, title, calendarId, start, series, copy, cancelled } = found;
  const key = found.slot === null ? found.sourceRef : `${found.sourceRef}_${found.slot}`;
  const date = found.slot !== null;
  return { key, eventId, title, calendarId, calendarName, start, end: null, series, date, copy, cancelled };
}

/** The dates of a series that have a row of their own. */
function datesOf(group: EventGroup, { calendarId, eventId }: EventName): readonly EventName[] {
  return group.events
    .filter((event) => event.calendarId === calendarId && event.row.recurringEventId === eventId)
    .map((event): EventName => ({ calendarId, eventId: event.row.id, slot: null }));
}

/** When a date was to be, or is: the later of both, so that none is called over that is not. */
function momentOf(date: EventVerdicts, context: PlanContext): Instant {
  const zone = context.calendars.get(date.calendarId)?.timeZone ?? null;
  const at = (time: EventTime | null): Instant => (time === null ? 0 : (instantOf(time, zone) ?? 0));
  return Math.max(at(date.start), at(date.row.row.originalStart));
}

/** The context of a run that would begin now: a calendar with a trouble counts as one that could not be read. */
function contextOf({ store, engine }: StoredParts): PlanContext {
  const readable = store.calendars().filter((calendar) => calendar.trouble === null);
  const pulled: Pulled = {
    read: new Set(readable.map((calendar) => calendar.id)),
    failed: new Set(),
    through: new Map(),
  };
  return planContext(engine, (store.lastRuns(1)[0]?.id ?? 0) + 1, pulled);
}
