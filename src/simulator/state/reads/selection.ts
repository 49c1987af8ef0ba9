import type { StoredEvent } from '../calendar.ts';
import { isCancelled, isSeries } from '../service.ts';
import { byStart, instancesOf, lengthOf, overlaps, slotsOf, type Stretch } from './instances.ts';
import type { ListQuery } from './query.ts';

/** What is asked for of a calendar. */
export interface Selection extends Stretch {
  readonly query: ListQuery;
  readonly delta: boolean;
  readonly leak: boolean;
}

/** Whether a stored row belongs into a listing with singleEvents=false. */
export function isSelected(selection: Selection, event: StoredEvent): boolean {
  const { service, calendar, query, delta } = selection;
  const showDeleted = query.showDeleted === true || delta || query.updatedMin !== undefined;
  const types = query.eventTypes;
  if (types !== undefined && types.length > 0 && !types.includes(event.content.eventType ?? 'default')) return false;
  const master = event.recurringEventId === undefined ? undefined : calendar.get(event.recurringEventId);
  if (master !== undefined && isCancelled(master)) return query.showDeleted === true && !delta;
  if (event.degraded) return showDeleted;
  if (isCancelled(event)) {
    if (service.hasVanished(event)) return false;
    // Because a cancelled slot of a live series is part of what the series is (google-calendar.md §1.1).
    const part = event.recurringEventId !== undefined;
    const leaked = selection.leak && isSeries(event);
    if (!showDeleted && !part && !leaked) return false;
    if (delta) return true;
  }
  return passesFilters(selection, event) && passesWindow(selection, event);
}

function passesFilters({ query }: Selection, event: StoredEvent): boolean {
  const { content } = event;
  if (query.updatedMin !== undefined && event.updatedMicros / 1000 < query.updatedMin) return false;
  if (query.iCalUID !== undefined && content.iCalUID !== query.iCalUID) return false;
  if (!hasProperties(content.extendedProperties?.private, query.privateExtendedProperty)) return false;
  if (!hasProperties(content.extendedProperties?.shared, query.sharedExtendedProperty)) return false;
  if (query.q === undefined) return true;
  const people = (content.attendees ?? []).flatMap((attendee) => [attendee.email, attendee.displayName ?? '']);
  const text = [content.summary, content.description, content.location, ...people].join('\n').toLowerCase();
  return text.includes(query.q.toLowerCase());
}

function hasProperties(
  properties: Readonly<Record<string, string>> | undefined,
  wanted: readonly string[] | undefined,
): boolean {
  return (wanted ?? []).every((pair) => {
    const index = pair.indexOf('=');
    return properties?.[pair.slice(0, index)] === pair.slice(index + 1);
  });
}

function passesWindow(selection: Selection, event: StoredEvent): boolean {
  const { service, calendar, window } = selection;
  if (window.timeMin === undefined && window.timeMax === undefined) return true;
  if (isSeries(event)) {
    const length = lengthOf(service, calendar, event);
    return slotsOf(selection, event, length).length > 0;
  }
  return overlaps(selection, event.start, event.end);
}

/** A listing that must be built as a whole: expanded, or ordered. */
export function wholeListing(selection: Selection, after: number, snapshot: number): StoredEvent[] {
  const { service, calendar, query, delta } = selection;
  const rows: StoredEvent[] = [];
  const single = query.singleEvents === true;
  const showDeleted = query.showDeleted === true || delta;
  for (const { event } of calendar.versions(after, snapshot)) {
    if (!single) {
      if (isSelected(selection, event)) rows.push(event);
    } else if (event.recurringEventId !== undefined) {
      // Because an exception comes with its series below; only one that lost its slot stands alone.
      if (event.degraded && delta) rows.push(event);
    } else if (isSeries(event) && !isCancelled(event)) {
      if (!passesFilters(selection, event)) continue;
      const instances = instancesOf(service, calendar, event, selection.window);
      rows.push(...instances.filter((instance) => showDeleted || !isCancelled(instance)));
    } else if (isSelected(selection, event) && !(isSeries(event) && !delta)) {
      rows.push(event);
    }
  }
  if (query.orderBy === 'startTime') rows.sort((left, right) => byStart(service, calendar, left, right));
  if (query.orderBy === 'updated') rows.sort((left, right) => left.updatedMicros - right.updatedMicros);
  return rows;
}
