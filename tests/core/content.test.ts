import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockContent,
  canChangeInPlace,
  contentHash,
  descriptionOf,
  echoOf,
  showsSame,
  summaryOf,
} from '../../src/main/core/content.ts';
import type { BlockContent, ObservedContent } from '../../src/main/core/model.ts';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { spanOf } from '../../src/main/core/times.ts';
import { sourceRefSchema } from '../../src/shared/ids.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { anyText } from '../support/core-arbitraries.ts';
import { at, on, shownAs } from '../support/core-builders.ts';

const ref = sourceRefSchema.parse('b3p926nd1lie4g28bljdcjqh2h');
const nobody = { title: null, calendar: 'Work', account: 'anna@work.example', place: null, confidential: false };

function content(
  start: EventTime,
  end: EventTime,
  recurrence: readonly string[] = [],
  special: Partial<BlockContent> = {},
): BlockContent {
  const span = spanOf(start, end, 'Europe/Berlin');
  if (span === null) throw new Error('no span');
  return {
    ...blockContent(ref, span, recurrence, defaultBlockPolicy, nobody, recurrence.length === 0 ? null : 'series'),
    ...special,
  };
}

const single = content(at('2026-03-10T10:00'), at('2026-03-10T11:00'));
const series = content(at('2026-03-10T10:00'), at('2026-03-10T11:00'), ['RRULE:FREQ=WEEKLY;BYDAY=TU']);
const allDay = content(on('2026-03-10'), on('2026-03-12'));

describe('the summary of a block', () => {
  it.each([
    ['🔒 Busy', 'Dentist', '🔒 Busy'],
    ['{title}', 'Dentist', 'Dentist'],
    ['{title} ({calendar}, {account})', 'Dentist', 'Dentist (Work, anna@work.example)'],
    ['{title}', null, 'Busy'],
    ['{title}', '', 'Busy'],
    ['{title}', '   ', 'Busy'],
    ['{title}', '{account}', '{account}'],
    ['{title} {title}', '{title}', '{title} {title}'],
    ['{title}', '$& $1 $` $$', '$& $1 $` $$'],
    ['{title}', '<b>bold</b>', '<b>bold</b>'],
    ['{unknown} {Title}', 'Dentist', '{unknown} {Title}'],
    ['{title}', ' two  \n lines\t', 'two lines'],
    ['{title}', 'bell\u0007', 'bell'],
    ['{title}', 'half \ud83d', 'half �'],
    ['  Busy ', 'Dentist', 'Busy'],
  ])('%j of %j is %j', (template, title, expected) => {
    expect(summaryOf(template, { ...nobody, title })).toBe(expected);
  });

  it('ends in a whole character where it is too long', () => {
    const summary = summaryOf('{title}', { ...nobody, title: '🔒'.repeat(2000) });
    expect(summary).toBe('🔒'.repeat(1000));
  });

  it('tells nothing of the event unless the template says so', () => {
    fc.assert(
      fc.property(anyText(40), (title) => {
        expect(summaryOf('🔒 Busy', { ...nobody, title })).toBe('🔒 Busy');
      }),
    );
  });

  it('is such that a calendar keeps it', () => {
    fc.assert(
      fc.property(anyText(1500), (title) => {
        const summary = summaryOf('{title}', { ...nobody, title });
        expect(summary).toBe(summary.trim());
        expect(summary).not.toMatch(/[\n\r\t\u0000]/);
        expect(summary.isWellFormed()).toBe(true);
        expect(summary.length).toBeLessThanOrEqual(2000);
      }),
    );
  });
});

describe('the description of a block', () => {
  it('is one line with a short form of the ref', () => {
    expect(descriptionOf(ref)).toBe('Busy in another calendar. Kept by CalSync. [calsync source:b3p926nd]');
  });
});

describe('what a block shows', () => {
  it('names a zone for a series, even where the calendar has none', () => {
    const span = spanOf({ dateTime: '2026-03-10T10:00:00Z', timeZone: null }, null, null);
    expect(span).not.toBeNull();
    if (span === null) return;
    const made = blockContent(ref, span, ['RRULE:FREQ=DAILY'], defaultBlockPolicy, nobody, 'series');
    expect([made.start, made.end].map((time) => ('timeZone' in time ? time.timeZone : 'day'))).toEqual(['UTC', 'UTC']);
    expect(blockContent(ref, span, [], defaultBlockPolicy, nobody, null).start).toEqual(span.start);
  });

  it('names no zone for a single event, because that of the event tells where the person is', () => {
    const span = spanOf(at('2026-03-10T05:00', 'America/New_York'), at('2026-03-10T18:00', 'Asia/Tokyo'), null);
    if (span === null) throw new Error('no span');
    const made = blockContent(ref, span, [], defaultBlockPolicy, nobody, null);
    expect([made.start, made.end]).toEqual([
      { dateTime: '2026-03-10T09:00:00Z', timeZone: null },
      { dateTime: '2026-03-10T09:01:00Z', timeZone: null },
    ]);
  });

  it('says a date of a series in the zone of the series, wherever the person is on that date', () => {
    const span = spanOf(at('2026-03-10T05:00', 'America/New_York'), at('2026-03-10T06:00', 'America/New_York'), null);
    if (span === null) throw new Error('no span');
    expect(blockContent(ref, span, [], defaultBlockPolicy, nobody, { zone: 'Europe/Berlin' }).start).toEqual({
      dateTime: '2026-03-10T10:00:00+01:00',
      timeZone: 'Europe/Berlin',
    });
  });

  describe('of a private or confidential event', () => {
    const span = spanOf(at('2026-03-10T10:00'), at('2026-03-10T11:00'), null);
    if (span === null) throw new Error('no span');
    const secret = { ...nobody, title: 'Clinic', place: 'Ward 4', confidential: true };
    const shown = (summary: string, tellPrivate = false) => {
      const policy = { ...defaultBlockPolicy, summary, place: true, tellPrivate };
      const made = blockContent(ref, span, [], policy, secret, null);
      return [made.summary, made.place];
    };

    it.each([
      ['{title}', '🔒 Busy'],
      ['{title} ({calendar})', '🔒 Busy'],
      ['Taken', 'Taken'],
      ['{calendar}', 'Work'],
    ])('a route that says %j says %j, and no place', (template, summary) => {
      expect(shown(template)).toEqual([summary, null]);
    });

    it('tells it all where the route says so for such events', () => {
      expect(shown('{title}', true)).toEqual(['Clinic', 'Ward 4']);
    });
  });
});

/** Spellings of one content, none of which a person could tell from the other. */
const respelled: readonly (readonly [string, BlockContent, BlockContent])[] = [
  [
    'an offset',
    single,
    content({ dateTime: '2026-03-10T10:00:00+01:00', timeZone: 'Europe/Berlin' }, at('2026-03-10T11:00')),
  ],
  [
    'UTC',
    single,
    content(
      { dateTime: '2026-03-10T09:00:00Z', timeZone: null },
      { dateTime: '2026-03-10T10:00:00.000Z', timeZone: null },
    ),
  ],
  [
    'another zone',
    single,
    content(at('2026-03-10T05:00', 'America/New_York'), at('2026-03-10T06:00', 'America/New_York')),
  ],
  ['the rule', series, { ...series, recurrence: ['rrule:byday=TU;freq=weekly;interval=1'] }],
  [
    'an offset in a series',
    series,
    { ...series, start: { dateTime: '2026-03-10T10:00:00+01:00', timeZone: 'Europe/Berlin' } },
  ],
];

/** What a person could tell apart. */
const changed: readonly (readonly [string, BlockContent, BlockContent])[] = [
  ['the start', single, content(at('2026-03-10T10:01'), at('2026-03-10T11:00'))],
  ['the end', single, content(at('2026-03-10T10:00'), at('2026-03-10T11:01'))],
  ['all-day', single, allDay],
  ['a day more', allDay, content(on('2026-03-10'), on('2026-03-13'))],
  ['the summary', single, { ...single, summary: 'Busy' }],
  ['the description', single, { ...single, description: '' }],
  ['the visibility', single, { ...single, visibility: 'default' }],
  ['a rule', single, series],
  ['the end of the rule', series, { ...series, recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'] }],
  ['the shape of the rule', series, { ...series, recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=WE'] }],
  ['the zone of a series', series, { ...series, start: at('2026-03-10T09:00', 'UTC') }],
];

describe('the fingerprint of a content', () => {
  it.each(respelled)('is the same for another spelling of %s', (_, one, other) => {
    expect(contentHash(one)).toMatch(/^[0-9a-v]{26}$/);
    expect(contentHash(other)).toBe(contentHash(one));
  });

  it.each([...changed, ['the colour', single, { ...single, colorId: '8' }] as const])(
    'is another with %s changed',
    (_, one, other) => {
      expect(contentHash(other)).not.toBe(contentHash(one));
    },
  );
});

describe('comparing a block with what it should show', () => {
  it.each(respelled)('finds no difference in another spelling of %s', (_, one, other) => {
    expect(showsSame(one, shownAs(other), null)).toBe(true);
    expect(showsSame(other, shownAs(one), null)).toBe(true);
    expect(canChangeInPlace(one, shownAs(other), null, false)).toBe(true);
  });

  it.each(changed)('finds %s changed', (_, one, other) => {
    expect(showsSame(one, shownAs(other), null)).toBe(false);
    expect(showsSame(other, shownAs(one), null)).toBe(false);
  });

  it.each<[string, Partial<ObservedContent>, boolean]>([
    ['a colour changed by hand', { colorId: '11' }, true],
    ['another word for private', { visibility: 'confidential' }, true],
    ['made free', { transparent: true }, false],
    ['made to ring', { rings: true }, false],
    ['made public', { visibility: 'public' }, false],
    ['no summary', { summary: null }, false],
    ['no description', { description: null }, false],
    ['no start', { start: null }, false],
    ['no end', { end: null }, false],
  ])('of a block that was left with %s', (_, special, same) => {
    expect(showsSame(single, { ...shownAs(single), ...special }, null)).toBe(same);
  });

  it('takes a missing text for an empty one', () => {
    const silent = { ...single, summary: '', description: '' };
    expect(showsSame(silent, { ...shownAs(silent), summary: null, description: null }, null)).toBe(true);
  });

  it.each<[string, BlockContent, BlockContent, boolean]>([
    ['a single event moves', single, content(at('2026-04-10T10:00'), at('2026-04-10T12:00')), true],
    ['a single event becomes all-day', single, allDay, true],
    ['a single event becomes a series', single, series, false],
    ['a series becomes a single event', series, single, false],
    ['a series ends earlier', series, { ...series, recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'] }, true],
    [
      'a series gets an EXDATE',
      series,
      { ...series, recurrence: [...series.recurrence, 'EXDATE:20260317T090000Z'] },
      true,
    ],
    ['a series gets longer', series, { ...series, end: at('2026-03-10T12:00') }, true],
    ['a series starts later', series, { ...series, start: at('2026-03-10T10:30') }, false],
    ['a series goes to another zone', series, { ...series, start: at('2026-03-10T09:00', 'UTC') }, false],
    ['a series gets another shape', series, { ...series, recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=WE'] }, false],
    ['a series becomes all-day', series, { ...series, start: on('2026-03-10'), end: on('2026-03-11') }, false],
  ])('says whether it can be changed in place when %s', (_, before, after, inPlace) => {
    expect(canChangeInPlace(after, shownAs(before), null, false)).toBe(inPlace);
    expect(canChangeInPlace(after, shownAs(before), null, true)).toBe(true);
  });
});

describe('an echo', () => {
  it('is another for all that we own, and the same for a colour', () => {
    const shown = shownAs(single);
    const others: readonly Partial<ObservedContent>[] = [
      { summary: 'mine' },
      { description: null },
      { start: at('2026-03-10T10:01') },
      { end: null },
      { recurrence: ['RRULE:FREQ=DAILY'] },
      { visibility: 'public' },
      { transparent: true },
      { rings: true },
    ];
    expect(new Set([shown, ...others.map((other) => ({ ...shown, ...other }))].map(echoOf)).size).toBe(
      others.length + 1,
    );
    expect(echoOf({ ...shown, colorId: '11' })).toBe(echoOf(shown));
  });
});
