import type { ActivityView, CalendarView, PlannedOperation, PlanView, RunView } from '../../shared/dto.ts';
import { number } from '../../shared/counts.ts';
import { reasonText } from '../../shared/reasons.ts';
import { isDate, type EventTime } from '../../shared/time.ts';

/** Takes a count and a noun; returns `1 block`, `2 blocks`, `2 dates of a series`. */
export function counted(count: number, noun: string): string {
  return `${number(count)} ${count === 1 ? noun : noun.replace(/( of .*)?$/, 's$1')}`;
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

const plannedWords: { readonly [Kind in PlannedOperation['kind']]: readonly [noun: string, verb: string] } = {
  create: ['block', 'to add'],
  revive: ['block', 'to bring back'],
  update: ['block', 'to change'],
  replace: ['block', 'to replace'],
  'put-slot': ['date of a series', 'to change'],
  'cancel-slot': ['date of a series', 'to clear'],
  delete: ['block', 'to remove'],
};

/** Takes a plan and the calendars; returns what it does to each target and what it leaves, with the reasons. */
export function planLines(plan: PlanView, calendars: readonly CalendarView[]): readonly string[] {
  const lines = calendars.flatMap((calendar) => {
    const own = plan.operations.filter((operation) => operation.targetId === calendar.id);
    const parts = [...Map.groupBy(own, (operation) => `${operation.kind}|${operation.reason}`).values()];
    const words = parts.flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const [noun, verb] = plannedWords[first.kind];
      const series = same.filter((operation) => operation.series && operation.kind === 'create').length;
      const note = series === 0 ? '' : `, ${series} of them whole series`;
      return [`   ${counted(same.length, noun)} ${verb}${note}: ${reasonText(first.reason)}.`];
    });
    return words.length === 0 ? [] : [calendar.name, ...words];
  });
  const skips = [...Map.groupBy(plan.skips, (skip) => skip.reason)].map(
    ([reason, same]) => `   ${counted(same.length, 'time')}: ${reasonText(reason)}.`,
  );
  return skips.length === 0 ? lines : [...lines, 'Left alone', ...skips];
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

/** Takes the counts of a run; returns them as `3 blocks changed, 1 removed`, or that there was nothing to do. */
export function countsText(run: Pick<RunView, 'added' | 'changed' | 'removed'>): string {
  const parts: string[] = [];
  const tell = (count: number, verb: string): void => {
    if (count > 0) parts.push(`${parts.length === 0 ? counted(count, 'block') : count} ${verb}`);
  };
  tell(run.added, 'added');
  tell(run.changed, 'changed');
  tell(run.removed, 'removed');
  return parts.length === 0 ? 'No block had to change' : parts.join(', ');
}

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
    const where = [...names].flatMap(([id, name]) => (thing.targetIds.includes(id) ? [name] : [])).join(', ');
    return `${happenedWords[thing.kind]}${when} in ${where}, because ${reasonText(thing.reason)}`;
  });
}
