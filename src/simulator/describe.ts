import { renderEvent } from './state/render.ts';
import type { Row } from './state/render.ts';
import { isCancelled } from './state/service.ts';
import type { CalendarService } from './state/service.ts';

/** An account as it is told to whoever starts the simulator. */
export interface AccountSummary {
  readonly email: string;
  readonly name: string;
  readonly sub: string;
  readonly calendars: readonly {
    readonly id: string;
    readonly summary: string;
    readonly timeZone: string;
    readonly accessRole: string;
    readonly primary: boolean;
  }[];
}

/** A calendar in a dump. */
export interface CalendarDump {
  readonly id: string;
  readonly summary: string;
  readonly timeZone: string;
  readonly events: readonly Row[];
}

/** The accounts of a service with their calendars. */
export function summarise(service: CalendarService): AccountSummary[] {
  return [...service.accounts.values()].map(({ email, name, sub, entries }) => ({
    email,
    name,
    sub,
    calendars: [...entries.values()]
      .filter((entry) => !entry.deleted)
      .map((entry) => ({
        id: entry.calendarId,
        summary: service.calendars.get(entry.calendarId)?.summary ?? '',
        timeZone: service.calendars.get(entry.calendarId)?.timeZone ?? '',
        accessRole: entry.accessRole,
        primary: entry.primary,
      })),
  }));
}

/** Every calendar with its live events and the exceptions of its live series. */
export function dumpCalendars(service: CalendarService): CalendarDump[] {
  return [...service.calendars.values()]
    .filter((calendar) => !calendar.deleted)
    .map((calendar) => {
      const view = {
        calendar,
        email: calendar.primaryOf ?? '',
        role: 'owner' as const,
        timeZone: calendar.timeZone,
        maxAttendees: undefined,
      };
      const events = [...calendar.all()].filter((event) => {
        if (event.degraded) return false;
        const master = event.recurringEventId === undefined ? undefined : calendar.get(event.recurringEventId);
        return master === undefined ? !isCancelled(event) : !isCancelled(master);
      });
      return {
        id: calendar.id,
        summary: calendar.summary,
        timeZone: calendar.timeZone,
        events: events.map((event) => renderEvent(service, event, view)),
      };
    });
}
