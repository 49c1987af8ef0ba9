import type { ActivityView, CalendarView, PlannedOperation, PlanView } from '../../shared/dto.ts';
import { reasonText } from '../../shared/reasons.ts';
import { isDate, type EventTime } from '../../shared/time.ts';

/** Takes a count and a noun; returns `1 block`, `2 blocks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Takes an event time and a zone; returns it as `Tue 24 Mar 14:00` there. */
export function timeText(time: EventTime, zone: string): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  if (isDate(time)) {
    return new Intl.DateTimeFormat('en-GB', { ...day, timeZone: 'UTC' })
      .format(new Date(`${time.date}T00:00:00Z`))
      .replace(',', '');
  }
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...day, ...clock, timeZone: zone })
    .format(new Date(time.dateTime))
    .replaceAll(',', '');
}

const plannedWords: { readonly [Kind in PlannedOperation['kind']]: string } = {
  create: 'add',
  revive: 'add',
  update: 'change',
  'put-slot': 'change one date of',
  'cancel-slot': 'clear one date of',
  delete: 'remove',
};

/** Takes a plan and the calendars; returns one line for each target and one for each reason to leave something. */
export function planLines(plan: PlanView, calendars: readonly CalendarView[]): readonly string[] {
  const lines = calendars.flatMap((calendar) => {
    const own = plan.operations.filter((operation) => operation.targetId === calendar.id);
    if (own.length === 0) return [];
    const parts = [...Map.groupBy(own, (operation) => `${plannedWords[operation.kind]}|${operation.reason}`).values()];
    const words = parts.flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const series = same.filter((operation) => operation.series && operation.kind === 'create').length;
      const note = series === 0 ? '' : `, ${series} of them whole series`;
      return [`${plannedWords[first.kind]} ${counted(same.length, 'block')}${note} (${reasonText(first.reason)})`];
    });
    return [`${calendar.name}: ${words.join('; ')}`];
  });
  const skips = [...Map.groupBy(plan.skips, (skip) => skip.reason)].map(
    ([reason, same]) => `left alone ${counted(same.length, 'time')}: ${reasonText(reason)}`,
  );
  return [...lines, ...skips];
}

const happenedWords: { readonly [Kind in ActivityView['kind']]: string } = {
  added: 'added',
  changed: 'changed',
  moved: 'moved',
  removed: 'removed',
  'put-right': 'put right',
  muted: 'stays away',
  held: 'waits',
};

/** Takes what happened, the calendars and a zone; returns one line for each thing, with its reason. */
export function activityLines(
  activity: readonly ActivityView[],
  calendars: readonly CalendarView[],
  zone: string,
): readonly string[] {
  const names = new Map(calendars.map((calendar) => [calendar.id, calendar.name]));
  return activity.map((thing) => {
    const from = thing.previousStart === null ? '' : `${timeText(thing.previousStart, zone)} → `;
    const when = thing.start === null ? '' : ` ${from}${timeText(thing.start, zone)}`;
    const where = thing.targetIds.map((id) => names.get(id) ?? id).join(', ');
    return `${happenedWords[thing.kind]}${when} in ${where}, because ${reasonText(thing.reason)}`;
  });
}
