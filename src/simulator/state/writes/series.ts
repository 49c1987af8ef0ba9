import { isDeepStrictEqual } from 'node:util';
import { producesSlot } from '../../recurrence.ts';
import type { CalendarStore, EventDraft, StoredEvent } from '../calendar.ts';
import type { EventContent } from '../event-content.ts';
import { draftOf, isCancelled } from '../service.ts';
import type { CalendarService } from '../service.ts';
import type { Switches } from '../switches.ts';
import { compact } from './checks.ts';

/**
 * Stores a changed event together with the rest of its series, because the service gives a series a new `updated`
 * as one unit (google-calendar.md §0.6). Exceptions follow a changed master by the switches.
 */
export function commitUnit(
  service: CalendarService,
  calendar: CalendarStore,
  draft: EventDraft,
  before: StoredEvent,
): StoredEvent {
  const now = service.now();
  const reminders = onlyRemindersDiffer(before.content, draft.content);
  const mark = { now, keepUpdated: reminders, silent: reminders && !service.switches.reminderEditsInDelta };
  const isInstance = draft.recurringEventId !== undefined;
  const master = isInstance ? calendar.get(draft.recurringEventId) : undefined;
  const unit: EventDraft[] = [];
  const again = (event: StoredEvent): EventDraft => ({
    ...draftOf(event),
    shownAgain: service.switches.exceptionUpdated === 'own',
  });
  if (isInstance && service.switches.seriesBump === 'touched') unit.push(draft);
  else if (isInstance) {
    if (master !== undefined) unit.push(again(master));
    unit.push(draft);
    for (const other of calendar.exceptionsOf(draft.recurringEventId)) {
      if (other.id !== draft.id && !other.degraded) unit.push(again(other));
    }
  } else {
    unit.push(draft);
    unit.push(...followMaster(service, calendar, draft, before));
  }
  const stored = calendar.commit(unit, mark);
  const own = stored.find((event) => event.id === draft.id);
  if (own === undefined) throw new Error(`event ${draft.id} was not stored`);
  return own;
}

/** Whether two contents differ in nothing but their reminders. */
function onlyRemindersDiffer(before: EventContent, after: EventContent): boolean {
  const { reminders: left, ...restBefore } = before;
  const { reminders: right, ...restAfter } = after;
  return !isDeepStrictEqual(left, right) && isDeepStrictEqual(restBefore, restAfter);
}

function followMaster(
  service: CalendarService,
  calendar: CalendarStore,
  draft: EventDraft,
  before: StoredEvent,
): EventDraft[] {
  // Because a deleted series takes its exceptions out of sight with it: only the master is in the delta.
  if (draft.content.status === 'cancelled') return [];
  const live = calendar.exceptionsOf(draft.id).filter((exception) => !exception.degraded);
  const revived = isCancelled(before) && service.switches.revivedSeriesExceptions === 'dropped';
  const reshaped =
    !isDeepStrictEqual(draft.content.start, before.content.start) ||
    !isDeepStrictEqual(draft.content.recurrence, before.content.recurrence);
  const shape = service.shape(calendar, { start: draft.start, content: draft.content });
  return live.flatMap((exception): EventDraft[] => {
    const slot = exception.originalStart;
    const lost =
      revived ||
      (draft.content.recurrence ?? []).length === 0 ||
      (reshaped && !outlives(service.switches.masterTimeChange, slot !== undefined && producesSlot(shape, slot)));
    if (lost && service.switches.lostExceptions === 'silent') {
      calendar.forget(exception.id);
      return [];
    }
    if (lost) {
      return [{ ...draftOf(exception), degraded: true, content: { ...exception.content, status: 'cancelled' } }];
    }
    const content = service.switches.exceptionsFollowMaster
      ? inherit(exception.content, before.content, draft.content)
      : exception.content;
    const touched = !isDeepStrictEqual(content, exception.content);
    if (!touched && service.switches.seriesBump === 'touched') return [];
    return [
      {
        ...draftOf(exception),
        content,
        shownAgain: !touched && service.switches.exceptionUpdated === 'own',
      },
    ];
  });
}

/** Whether an exception outlives a change of its series' start, zone or rule (google-calendar.md §10 no. 2). */
function outlives(policy: Switches['masterTimeChange'], isProduced: boolean): boolean {
  return policy === 'keepAll' || (policy === 'keepProduced' && isProduced);
}

/** Gives an exception the master's new value of every field in which it had not left the master. */
function inherit(exception: EventContent, before: EventContent, after: EventContent): EventContent {
  const result: Record<string, unknown> = { ...exception };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof EventContent>) {
    if (['start', 'end', 'recurrence', 'status', 'sequence', 'iCalUID'].includes(key)) continue;
    if (isDeepStrictEqual(exception[key], before[key])) result[key] = after[key];
  }
  return compact(result);
}
