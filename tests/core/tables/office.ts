import { Temporal } from 'temporal-polyfill';
import { expect } from 'vitest';
import type { EventFields, Person, Switches, World } from '../../../src/simulator/index.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../../support/laptop.ts';

export const source = 'work@northwind.example';
export const targets = ['me@home.example', 'client@studio.example'] as const;

const world: World = {
  accounts: [
    { email: source, name: 'Work', calendars: [primary(source, 'Europe/Berlin')] },
    { email: targets[0], name: 'Home', calendars: [primary(targets[0], 'Europe/Berlin')] },
    { email: targets[1], name: 'Client', calendars: [primary(targets[1], 'America/New_York')] },
  ],
};

function primary(id: string, timeZone: string): World['accounts'][number]['calendars'][number] {
  return { id, summary: id, timeZone, accessRole: 'owner', primary: true };
}

/** Takes a wall-clock time in Berlin; returns it as the calendar's web page sends it. */
export const berlin = (dateTime: string): EventFields => ({ dateTime: `${dateTime}:00`, timeZone: 'Europe/Berlin' });

/** Takes times in Berlin; returns them as the times of an event. */
export const times = (from: string, to: string): EventFields => ({ start: berlin(from), end: berlin(to) });

/** An hour each Tuesday at 10:00 in Berlin from 24 March 2026; the second slot is the first in summer time. */
export const weekly: EventFields = {
  summary: 'Secret plans',
  ...times('2026-03-24T10:00', '2026-03-24T11:00'),
  recurrence: ['RRULE:FREQ=WEEKLY'],
};

/** Slots of `weekly`, as the web page names them. */
export const slots = ['2026-03-24', '2026-03-31', '2026-04-07', '2026-04-14', '2026-04-21'].map((date, index) =>
  index === 0 ? `${date}T10:00:00+01:00` : `${date}T10:00:00+02:00`,
) as [string, string, string, string, string];

/** The slots of `weekly` up to 28 April, but at some of them something else; null is nothing. */
export function tuesdays(instead: Readonly<Record<string, string | null>> = {}): string[] {
  return ['03-24', '03-31', '04-07', '04-14', '04-21']
    .flatMap((date) => {
      const shown = instead[date];
      return shown === null ? [] : [shown ?? `${date} 10:00-11:00`];
    })
    .sort();
}

/** A calendar service, a computer that keeps it in step, and the person whose calendar is the source. */
export class Office {
  readonly place: Workplace;
  readonly laptop: Laptop;
  readonly person: Person;

  private constructor(place: Workplace, laptop: Laptop) {
    this.place = place;
    this.laptop = laptop;
    this.person = place.simulator.person(source);
  }

  static async open(switches: Partial<Switches> = {}): Promise<Office> {
    const place = await openWorkplace({ world, switches });
    const laptop = await place.laptop();
    await laptop.sync();
    return new Office(place, laptop);
  }

  /**
   * Syncs until nothing is left to do; returns the writes on each target as the simulator recorded them, refused ones
   * included. Then one more read of everything must bring none.
   */
  async sync(): Promise<number[]> {
    const { simulator } = this.place;
    simulator.requests.reset();
    const run = await this.laptop.sync();
    expect(run.errors).toEqual([]);
    const writes = simulator.requests.writes();
    const counts = targets.map((id) => writes.filter((one) => one.path.includes(`/${id}/`)).length);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(writes.length);
    await this.laptop.expectQuiet();
    return counts;
  }

  /** When the blocks of a target say busy, as the service expands them: `03-24 10:00-11:00` by the clock of Berlin. */
  async shows(target: string = targets[0], to = '2026-04-28T00:00:00Z'): Promise<string[]> {
    return this.expands(target, (event) => event.extendedProperties?.private?.['calsync.ref'] !== undefined, to);
  }

  /** The occurrences of some events of a calendar, as the service expands them. */
  async expands(
    calendarId: string,
    which: (event: DumpedEvent & { readonly transparency?: string }) => boolean,
    to = '2026-04-28T00:00:00Z',
  ): Promise<string[]> {
    const { simulator } = this.place;
    const { accessToken } = simulator.issueTokens(calendarId);
    const query = new URLSearchParams({
      singleEvents: 'true',
      maxResults: '2500',
      timeMin: '2026-03-20T00:00:00Z',
      timeMax: to,
    });
    const url = `${simulator.url}/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events?${query}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
    const { items } = (await answer.json()) as { items: DumpedEvent[] };
    return items.filter(which).map(spelled).sort();
  }

  async close(): Promise<void> {
    await this.place.close();
  }
}

function spelled({ start, end }: DumpedEvent): string {
  if (start?.date !== undefined && end?.date !== undefined) {
    return `${start.date.slice(5)} day ${(Date.parse(end.date) - Date.parse(start.date)) / 86_400_000}`;
  }
  const wall = (text = ''): string =>
    Temporal.Instant.from(text)
      .toZonedDateTimeISO('Europe/Berlin')
      .toPlainDateTime()
      .toString({ smallestUnit: 'minute' })
      .slice(5)
      .replace('T', ' ');
  const [first, last] = [wall(start?.dateTime), wall(end?.dateTime)];
  return `${first}-${last.startsWith(first.slice(0, 5)) ? last.slice(6) : last}`;
}
