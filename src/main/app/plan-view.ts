import type { PlanView } from '../../shared/dto.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { Operation, Plan } from '../core/model.ts';
import { holdVersion, moment } from '../engine/status.ts';
import type { StoredParts } from './parts.ts';

function operationTimes(operation: Operation): Pick<PlanView['operations'][number], 'start' | 'end' | 'series'> {
  switch (operation.kind) {
    case 'delete':
      return { start: operation.previousStart, end: null, series: operation.series };
    case 'cancel-slot':
      return { start: operation.originalStart, end: null, series: false };
    case 'replace':
      return operationTimes(operation.makes);
    default:
      return {
        start: operation.content.start,
        end: operation.content.end,
        series: operation.content.recurrence.length > 0,
      };
  }
}

/** Takes a plan, returns it as it leaves the application: without contents, with the names of calendars. */
export function planView(plan: Plan, parts: StoredParts): PlanView {
  const names = new Map<CalendarId, string>(parts.store.calendars().map((calendar) => [calendar.id, calendar.name]));
  return {
    operations: plan.operations.map((operation) => ({
      kind: operation.kind,
      reason: operation.reason,
      sourceId: operation.sourceId,
      targetId: operation.targetId,
      ...operationTimes(operation),
    })),
    skips: plan.skips.map(({ reason, sourceId, targetId, start }) => ({ reason, sourceId, targetId, start })),
    holds: plan.holds.map((hold) => ({
      key: hold.key,
      kind: hold.kind,
      calendarId: hold.calendarId,
      calendarName: names.get(hold.calendarId) ?? hold.calendarId,
      count: hold.count,
      since: moment(parts.clock.now()),
      version: holdVersion(hold),
    })),
  };
}
