import type { ActivityView } from '../shared/dto.ts';
import type { Instant } from '../shared/time.ts';
import { dayNumber, formatFullDay } from './format.ts';
import type { Viewer } from './format.ts';
import { words } from './words.ts';

export interface ActivityDay {
  /** "Today", "Yesterday", or the day in full. */
  readonly heading: string;
  readonly activities: readonly ActivityView[];
}

/** Takes what happened, newest first; returns it by day as the viewer's calendar counts days, in the same order. */
export function groupByDay(activities: readonly ActivityView[], now: Instant, viewer: Viewer): readonly ActivityDay[] {
  const today = dayNumber(now, viewer);
  const days = new Map<number, ActivityView[]>();
  for (const activity of activities) {
    const day = dayNumber(Date.parse(activity.at), viewer);
    days.set(day, [...(days.get(day) ?? []), activity]);
  }
  return [...days].map(([day, ofDay]) => ({ heading: headingOf(today - day, ofDay, now, viewer), activities: ofDay }));
}

function headingOf(ago: number, activities: readonly ActivityView[], now: Instant, viewer: Viewer): string {
  if (ago === 0) return words.settings.activity.today;
  if (ago === 1) return words.settings.activity.yesterday;
  const [first] = activities;
  return first === undefined ? '' : formatFullDay(first.at, now, viewer);
}
