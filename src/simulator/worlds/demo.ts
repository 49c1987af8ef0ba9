import { base32hex, sha256 } from '../random.ts';
import { Zones, addDays } from '../time.ts';
import type { World } from './schema.ts';

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const WORK = 'work@northwind.example';
const HOME = 'me@home.example';
const CLIENT = 'client@studio.example';
const DAY = 86_400_000;

type EventBody = Record<string, unknown>;

/**
 * The Monday of the week that ends with the next change of the clocks in Europe or in the United States, as a date.
 * The Monday lies after the given instant (ms), so that nothing in the world is past.
 */
export function demoAnchor(now: number): string {
  const zones = new Zones();
  for (let day = 0; day <= 400; day += 1) {
    const noon = Math.floor(now / DAY) * DAY + day * DAY + DAY / 2;
    const changes = [BERLIN, NEW_YORK].some((zone) => zones.offsetAt(zone, noon) !== zones.offsetAt(zone, noon + DAY));
    if (!changes) continue;
    const sunday = new Date(noon + DAY);
    const monday = addDays(sunday.toISOString().slice(0, 10), -((sunday.getUTCDay() + 6) % 7));
    if (Date.parse(`${monday}T00:00:00Z`) > now) return monday;
  }
  return new Date(now + 7 * DAY).toISOString().slice(0, 10);
}

/**
 * Three accounts of one person in two time zones, and two weeks around a change of the clocks.
 * Takes the Monday of the first week (`YYYY-MM-DD`), as {@link demoAnchor} gives it.
 */
export function demoWorld(anchor: string): World {
  const at = demoTimes(anchor);
  const reviewId = idOf('project review');
  const review = {
    id: reviewId,
    iCalUID: `${reviewId}@google.com`,
    summary: 'Project review with the studio',
    ...at.timed(3, '15:00', '16:00', BERLIN),
    organizer: { email: WORK },
    creator: { email: WORK },
  };
  return {
    accounts: [
      {
        email: WORK,
        name: 'Robin Sommer (Northwind)',
        calendars: [
          {
            id: WORK,
            summary: WORK,
            timeZone: BERLIN,
            accessRole: 'owner',
            primary: true,
            events: [...workEvents(at), { ...review, attendees: guests('accepted') }],
          },
          {
            id: 'northwind-team@group.calendar.google.com',
            summary: 'Northwind team',
            timeZone: BERLIN,
            accessRole: 'writer',
            events: [
              { id: idOf('release day'), summary: 'Release day', transparency: 'transparent', ...at.days(9, 1) },
              { id: idOf('all hands'), summary: 'All hands', ...at.timed(8, '16:00', '17:00', BERLIN) },
            ],
          },
        ],
      },
      {
        email: HOME,
        name: 'Robin Sommer',
        calendars: [
          { id: HOME, summary: 'Robin', timeZone: BERLIN, accessRole: 'owner', primary: true, events: homeEvents(at) },
          {
            id: 'en.german#holiday@group.v.calendar.google.com',
            summary: 'Holidays in Germany',
            timeZone: BERLIN,
            accessRole: 'reader',
            events: [
              {
                id: idOf('holiday'),
                summary: 'Public holiday (example)',
                transparency: 'transparent',
                visibility: 'public',
                ...at.days(7, 1),
              },
            ],
          },
        ],
      },
      {
        email: CLIENT,
        name: 'Robin Sommer (Studio)',
        calendars: [
          {
            id: CLIENT,
            summary: CLIENT,
            timeZone: NEW_YORK,
            accessRole: 'owner',
            primary: true,
            events: [...clientEvents(at), { ...review, attendees: guests('accepted') }],
          },
          {
            id: 'northwind-team@group.calendar.google.com',
            summary: 'Northwind team',
            timeZone: BERLIN,
            accessRole: 'freeBusyReader',
          },
        ],
      },
    ],
  };
}

function workEvents(at: DemoTimes): EventBody[] {
  const standup = idOf('stand-up');
  return [
    {
      id: standup,
      summary: 'Stand-up',
      ...at.timed(0, '09:30', '09:45', BERLIN),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=20'],
    },
    // Moved to the afternoon on the second day, and cancelled on the Monday after the clocks changed.
    at.exception(standup, 1, '09:30', BERLIN, at.timed(1, '14:00', '14:15', BERLIN)),
    at.exception(standup, 7, '09:30', BERLIN, { status: 'cancelled' }),
    { id: idOf('board meeting'), summary: 'Board meeting', ...at.timed(1, '10:00', '12:00', BERLIN) },
    {
      id: idOf('lunch'),
      summary: 'Lunch (keep free)',
      transparency: 'transparent',
      ...at.timed(2, '12:00', '13:00', BERLIN),
    },
    {
      id: idOf('sales call'),
      summary: 'Sales call',
      organizer: { email: 'sales@northwind.example' },
      attendees: [
        { email: 'sales@northwind.example', responseStatus: 'accepted' },
        { email: WORK, responseStatus: 'declined' },
      ],
      ...at.timed(2, '16:00', '17:00', BERLIN),
    },
    {
      id: idOf('maybe workshop'),
      summary: 'Workshop (to be confirmed)',
      status: 'tentative',
      ...at.timed(4, '10:00', '11:30', BERLIN),
    },
    {
      id: idOf('working location'),
      summary: 'Office',
      eventType: 'workingLocation',
      visibility: 'public',
      transparency: 'transparent',
      workingLocationProperties: { type: 'officeLocation', officeLocation: { label: 'Berlin' } },
      ...at.days(3, 1),
    },
    {
      id: idOf('focus time'),
      summary: 'Focus time',
      eventType: 'focusTime',
      focusTimeProperties: { autoDeclineMode: 'declineNone' },
      ...at.timed(4, '13:00', '15:00', BERLIN),
    },
    { id: idOf('off-site'), summary: 'Team off-site', transparency: 'opaque', ...at.days(10, 2) },
  ];
}

function homeEvents(at: DemoTimes): EventBody[] {
  return [
    { id: idOf('dentist'), summary: 'Dentist', location: 'Example Street 1', ...at.timed(2, '08:30', '09:15', BERLIN) },
    // Across the night in which the clocks change.
    { id: idOf('night train'), summary: 'Night train', ...at.timed(5, '22:30', '07:10', BERLIN, 1) },
    {
      id: idOf('yoga'),
      summary: 'Yoga',
      ...at.timed(3, '18:30', '19:45', BERLIN),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TH'],
    },
    { id: idOf('birthday'), summary: 'Grandma’s birthday', transparency: 'transparent', ...at.days(4, 1) },
    {
      id: idOf('moving house'),
      summary: 'Moving house',
      transparency: 'opaque',
      visibility: 'private',
      ...at.days(12, 1),
    },
  ];
}

function clientEvents(at: DemoTimes): EventBody[] {
  const sync = idOf('studio sync');
  return [
    {
      id: sync,
      summary: 'Studio sync',
      ...at.timed(1, '10:00', '10:30', NEW_YORK),
      recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=8'],
    },
    at.exception(sync, 8, '10:00', NEW_YORK, {
      summary: 'Studio sync (design)',
      ...at.timed(8, '11:00', '12:00', NEW_YORK),
    }),
    { id: idOf('handover'), summary: 'Handover', ...at.timed(4, '09:00', '10:00', NEW_YORK) },
    {
      id: idOf('studio away'),
      summary: 'Out of office',
      eventType: 'outOfOffice',
      outOfOfficeProperties: { autoDeclineMode: 'declineNone' },
      ...at.timed(9, '13:00', '17:00', NEW_YORK),
    },
  ];
}

function guests(answer: string): EventBody[] {
  return [
    { email: WORK, responseStatus: 'accepted', organizer: true },
    { email: CLIENT, responseStatus: answer },
  ];
}

interface DemoTimes {
  readonly timed: (day: number, from: string, to: string, timeZone: string, nights?: number) => EventBody;
  readonly days: (day: number, count: number) => EventBody;
  readonly exception: (seriesId: string, day: number, from: string, timeZone: string, change: EventBody) => EventBody;
}

function demoTimes(anchor: string): DemoTimes {
  const wall = (day: number, time: string) => `${addDays(anchor, day)}T${time}:00`;
  return {
    timed: (day, from, to, timeZone, nights = 0) => ({
      start: { dateTime: wall(day, from), timeZone },
      end: { dateTime: wall(day + nights, to), timeZone },
    }),
    days: (day, count) => ({ start: { date: addDays(anchor, day) }, end: { date: addDays(anchor, day + count) } }),
    exception: (seriesId, day, from, timeZone, change) => ({
      recurringEventId: seriesId,
      originalStartTime: { dateTime: wall(day, from), timeZone },
      ...change,
    }),
  };
}

function idOf(name: string): string {
  return base32hex(sha256(`calsync-demo|${name}`)).slice(0, 26);
}
