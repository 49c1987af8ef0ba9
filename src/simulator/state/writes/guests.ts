import { isDeepStrictEqual } from 'node:util';
import { without } from '../../objects.ts';
import type { CalendarStore, EventDraft, StoredEvent } from '../calendar.ts';
import { draftOf, isCancelled } from '../service.ts';
import type { CalendarService } from '../service.ts';
import { compact } from './checks.ts';
import { commitUnit } from './series.ts';

/**
 * Carries an event with guests into the primary calendars of those guests who are accounts of this world, under the
 * same id and iCalUID, and takes it out of those of guests who are gone. What a guest set on the own copy stays.
 */
export function travel(service: CalendarService, calendar: CalendarStore, events: readonly StoredEvent[]): void {
  if (!service.switches.invitationsTravel) return;
  for (const event of events) {
    const organizer = event.content.organizer?.email;
    if (organizer !== undefined && organizer !== calendar.id) continue;
    const guests = new Set((event.content.attendees ?? []).map((attendee) => attendee.email));
    for (const other of service.calendars.values()) {
      if (other === calendar || other.primaryOf === undefined || other.deleted) continue;
      const copy = other.get(event.id);
      const isCopy = copy !== undefined && copy.content.organizer?.email === calendar.id;
      if (!guests.has(other.id)) {
        if (isCopy && !isCancelled(copy)) {
          commitUnit(service, other, { ...draftOf(copy), content: { ...copy.content, status: 'cancelled' } }, copy);
        }
        continue;
      }
      if (copy !== undefined && !isCopy) continue;
      const draft = copyForGuest(event, copy, calendar);
      if (copy === undefined && event.recurringEventId === undefined) other.commit([draft], { now: service.now() });
      else if (copy === undefined) {
        const located = service.locate(other, event.id);
        if (located !== undefined) commitUnit(service, other, draft, located.event);
      } else if (!isDeepStrictEqual(copy.content, draft.content)) commitUnit(service, other, draft, copy);
    }
  }
}

function copyForGuest(event: StoredEvent, copy: StoredEvent | undefined, calendar: CalendarStore): EventDraft {
  const { extendedProperties, transparency, visibility } = event.content;
  const shared = without(event.content, 'extendedProperties', 'reminders', 'colorId', 'transparency', 'visibility');
  const properties = {
    ...(extendedProperties?.shared === undefined ? {} : { shared: extendedProperties.shared }),
    ...(copy?.content.extendedProperties?.private === undefined
      ? {}
      : { private: copy.content.extendedProperties.private }),
  };
  return {
    ...draftOf(event),
    created: copy?.created ?? event.created,
    content: compact({
      ...shared,
      organizer: { email: calendar.id, ...(calendar.primaryOf === undefined ? { displayName: calendar.summary } : {}) },
      transparency: copy === undefined ? transparency : copy.content.transparency,
      visibility: copy === undefined ? visibility : copy.content.visibility,
      reminders: copy?.content.reminders,
      colorId: copy?.content.colorId,
      extendedProperties: Object.keys(properties).length === 0 ? undefined : properties,
    }),
  };
}
