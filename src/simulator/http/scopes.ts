const PREFIX = 'https://www.googleapis.com/auth/';

const READ_EVENTS = [
  'calendar.events',
  'calendar.events.readonly',
  'calendar.readonly',
  'calendar.events.owned',
  'calendar.events.owned.readonly',
  'calendar.events.freebusy',
  'calendar.events.public.readonly',
  'calendar.app.created',
];
const WRITE_EVENTS = ['calendar.events', 'calendar.events.owned', 'calendar.app.created'];

/** The scopes that each call accepts beside `calendar` (google-calendar.md §7.4). */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  'events.list': READ_EVENTS,
  'events.get': READ_EVENTS,
  'events.instances': READ_EVENTS,
  'events.insert': WRITE_EVENTS,
  'events.update': WRITE_EVENTS,
  'events.patch': WRITE_EVENTS,
  'events.delete': WRITE_EVENTS,
  'events.import': WRITE_EVENTS,
  'events.move': ['calendar.events', 'calendar.events.owned'],
  'events.quickAdd': WRITE_EVENTS,
  'calendarList.list': ['calendar.calendarlist', 'calendar.calendarlist.readonly', 'calendar.readonly'],
  'calendarList.get': ['calendar.calendarlist', 'calendar.calendarlist.readonly', 'calendar.readonly'],
  'colors.get': [
    'calendar.calendarlist',
    'calendar.calendarlist.readonly',
    'calendar.events.owned',
    'calendar.events.owned.readonly',
    'calendar.readonly',
  ],
  'freebusy.query': ['calendar.freebusy', 'calendar.events.freebusy', 'calendar.readonly'],
  'calendars.insert': ['calendar.calendars', 'calendar.app.created'],
  'calendars.get': ['calendar.calendars', 'calendar.calendars.readonly', 'calendar.app.created', 'calendar.readonly'],
  'calendars.delete': ['calendar.calendars', 'calendar.app.created'],
  'settings.get': ['calendar.settings.readonly', 'calendar.readonly'],
};

/** Whether granted scopes cover a call; a call that is not listed needs none. */
export function scopesCover(kind: string, scopes: readonly string[]): boolean {
  const accepted = ACCEPTED[kind];
  if (accepted === undefined) return true;
  return scopes.some((scope) => scope === `${PREFIX}calendar` || accepted.includes(scope.replace(PREFIX, '')));
}
