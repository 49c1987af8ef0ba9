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

/**
 * Takes what happened and the syncs that can be undone; returns for each of these one thing that it did, so that the way back
 * stands once beside each: the first that has no way back of its own, where there is one.
 */
export function undoPlaces(
  activities: readonly ActivityView[],
  undoable: readonly number[],
): ReadonlySet<ActivityView> {
  const places = new Map<number, ActivityView>();
  for (const activity of activities) {
    if (activity.run === null || !undoable.includes(activity.run)) continue;
    const before = places.get(activity.run);
    if (before === undefined || (before.mute !== null && activity.mute === null)) places.set(activity.run, activity);
  }
  return new Set(places.values());
}

function headingOf(ago: number, activities: readonly ActivityView[], now: Instant, viewer: Viewer): string {
  if (ago === 0) return words.settings.activity.today;
  if (ago === 1) return words.settings.activity.yesterday;
  const [first] = activities;
  return first === undefined ? '' : formatFullDay(first.at, now, viewer);
}
