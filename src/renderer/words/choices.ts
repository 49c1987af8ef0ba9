import { listed } from '../../shared/phrases.ts';
import type { Weekday } from '../../shared/dto.ts';
import { counted, number } from './counts.ts';

/** What the settings window says about hours, lengths and titles that count, and about time and places that blocks show. */
export const choicesWords = {
  section: 'Hours, length and titles',
  sectionMeaning: 'Of what counts by the choices above, leave out some.',

  minutes: {
    text: (minutes: number): string =>
      minutes > 0 && minutes % 60 === 0
        ? counted(minutes / 60, 'hour', 'hours')
        : counted(minutes, 'minute', 'minutes'),
    other: 'Another number…',
    field: (what: string): string => `${what}, in minutes`,
    unit: 'minutes',
    problem: (most: number): string => `Give a whole number from 0 to ${number(most)}.`,
  },

  hours: {
    label: 'Only within working hours',
    meaning:
      'Events outside them make no blocks. One that reaches into them makes a block of its whole length. All-day events count by their days.',
    days: 'Days',
    dayNames: {
      MO: 'Monday',
      TU: 'Tuesday',
      WE: 'Wednesday',
      TH: 'Thursday',
      FR: 'Friday',
      SA: 'Saturday',
      SU: 'Sunday',
    } satisfies Record<Weekday, string>,
    dayShort: {
      MO: 'Mo',
      TU: 'Tu',
      WE: 'We',
      TH: 'Th',
      FR: 'Fr',
      SA: 'Sa',
      SU: 'Su',
    } satisfies Record<Weekday, string>,
    from: 'From',
    to: 'To',
    zone: 'Time zone',
    zoneHere: 'this computer',
    zoneOfCalendar: 'this calendar',
    zonesFound: (count: number): string => counted(count, 'time zone', 'time zones'),
    zonesNone: (text: string): string =>
      `No time zone is called “${text}”. Try the capital, or a large city with the same time.`,
    nightHint: 'For a night, give an end that is earlier than the start. For midnight, give 24:00.',
    everyDay: 'Every day',
    dayRange: (first: string, last: string): string => `${first} to ${last}`,
    sameDay: (days: string, from: string, to: string): string => `${days}, from ${from} to ${to}.`,
    overnight: (days: string, from: string, to: string): string =>
      `${days}, from ${from} until ${to} on the next day. A night belongs to the day on which it begins.`,
    untilMidnight: (days: string, from: string): string => `${days}, from ${from} until midnight (24:00).`,
    wholeDay: (days: string): string => `${days}, the whole day.`,
    daysProblem: 'Choose one day at least.',
    timeProblem: (field: string): string => `“${field}” needs a time of day, such as 9:00.`,
    zoneProblem: (text: string): string =>
      text.trim() === '' ? 'Choose a time zone.' : `“${text}” is no time zone that this computer knows.`,
    what: 'working hours',
  },

  length: {
    label: 'Shortest event that counts',
    meaning: 'Shorter ones make no blocks. All-day events are always long enough.',
    any: 'Any length',
    what: 'length',
  },

  titles: {
    label: 'Titles that do not count',
    hint: 'One title a line; a comma begins a new one. Capitals make no difference.',
    patterns: [
      { pattern: 'lunch', meaning: 'leaves out “Lunch”, but not “Lunch with Bob”.' },
      { pattern: 'lunch*', meaning: 'leaves out both: * stands for any text, or none.' },
      { pattern: 'room ?', meaning: 'leaves out “Room 5”, but not “Room 12”: ? stands for one character.' },
    ],
    count: (count: number, most: number): string => `${number(count)} of ${counted(most, 'character', 'characters')}`,
    tooLong: (count: number): string => `This is ${counted(count, 'character', 'characters')} too long to be kept.`,
    what: 'titles',
  },

  buffers: {
    legend: 'Time around the event',
    before: 'Before',
    after: 'After',
    none: 'None',
    beforeFact: (minutes: string): string => `${minutes} before`,
    afterFact: (minutes: string): string => `${minutes} after`,
    meaning:
      'The block begins earlier and ends later. All-day events get no such time. A repeating event gets its time before only up to midnight.',
  },

  place: {
    label: 'Tell the place',
    meaning:
      'Blocks show where the event takes place, as it is written there: a link in it, too. Descriptions and guests never leave their calendar.',
    part: 'place',
    fact: 'with the place',
  },

  tellPrivate: {
    label: 'Of private events, too',
    meaning:
      'Events that are marked as private or confidential stay “🔒 Busy”, without their title and place, unless this is on.',
    fact: 'private events, too',
  },

  outOfOffice: {
    label: 'Out-of-office blocks',
    fact: 'out of office',
    meaning:
      'This works in the main calendar of a work or school account. Elsewhere, and for all-day events, ordinary blocks are made. No invitation is declined.',
    /** Takes the names of calendars whose account may not make them. */
    refused: (names: readonly string[]) =>
      `Google does not let out-of-office events be made in ${listed(names)}. Ordinary blocks are made there.`,
    notMain: (names: readonly string[]) =>
      `${listed(names)} ${names.length === 1 ? 'is no main calendar' : 'are no main calendars'}, so ordinary blocks are made there.`,
  },
} as const;
