import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  instantOf,
  originalStartOf,
  sameLength,
  sameMoment,
  sameZone,
  slotInstant,
  slotKeyOf,
  spanOf,
  wallClock,
  offsetAt,
} from '../../src/main/core/times.ts';
import type { SlotKey } from '../../src/shared/ids.ts';
import { day, hour, minute, type EventTime } from '../../src/shared/time.ts';
import { at, on } from '../support/core-builders.ts';

const timed = (dateTime: string, timeZone: string | null = null): EventTime => ({ dateTime, timeZone });

describe('instants', () => {
  it.each<[string, EventTime, string | null, string | null]>([
    ['an offset', timed('2026-03-10T10:00:00+01:00'), null, '2026-03-10T09:00:00Z'],
    ['an offset before the zone', timed('2026-03-10T10:00:00Z', 'Europe/Berlin'), null, '2026-03-10T10:00:00Z'],
    ['a zone', timed('2026-03-10T10:00:00', 'America/New_York'), 'Europe/Berlin', '2026-03-10T14:00:00Z'],
    ['the zone of the calendar', timed('2026-03-10T10:00:00'), 'Europe/Berlin', '2026-03-10T09:00:00Z'],
    ['no zone at all', timed('2026-03-10T10:00:00'), null, '2026-03-10T10:00:00Z'],
    ['a gap in Berlin', timed('2026-03-29T02:30:00', 'Europe/Berlin'), null, '2026-03-29T01:30:00Z'],
    ['an overlap in Berlin', timed('2026-10-25T02:30:00', 'Europe/Berlin'), null, '2026-10-25T00:30:00Z'],
    ['a gap in New York', timed('2026-03-08T02:30:00', 'America/New_York'), null, '2026-03-08T07:30:00Z'],
    [
      'half an hour of gap on Lord Howe',
      timed('2026-10-04T02:10:00', 'Australia/Lord_Howe'),
      null,
      '2026-10-03T15:40:00Z',
    ],
    [
      'half an hour of overlap there',
      timed('2026-04-05T01:45:00', 'Australia/Lord_Howe'),
      null,
      '2026-04-04T14:45:00Z',
    ],
    ['a zone off the hour', timed('2026-03-10T10:00:00', 'Asia/Kathmandu'), null, '2026-03-10T04:15:00Z'],
    ['a day that Samoa left out', timed('2011-12-30T10:00:00', 'Pacific/Apia'), null, '2011-12-30T20:00:00Z'],
    ['an unknown zone', timed('2026-03-10T10:00:00', 'Mars/Olympus'), null, null],
    [
      'an unknown zone with an offset',
      timed('2026-03-10T10:00:00+01:00', 'Mars/Olympus'),
      null,
      '2026-03-10T09:00:00Z',
    ],
    ['a day', on('2026-03-10'), 'Europe/Berlin', '2026-03-10T00:00:00Z'],
    ['a leap day', on('2028-02-29'), null, '2028-02-29T00:00:00Z'],
    ['no such leap day', on('2026-02-29'), null, null],
    ['no such day', on('2026-02-30'), null, null],
    ['nonsense for a day', on('soon'), null, null],
    ['nonsense for a time', timed('soon'), null, null],
    ['25 o’clock', timed('2026-03-10T25:00:00Z'), null, null],
    ['a year beyond four digits', timed('+012026-03-10T10:00:00Z'), null, null],
  ])('%s', (_, time, zone, expected) => {
    expect(instantOf(time, zone)).toBe(expected === null ? null : Date.parse(expected));
  });

  it('come back as the clock on the wall shows them', () => {
    expect(wallClock(Date.parse('2026-03-29T00:59:59Z'), 'Europe/Berlin')).toEqual(
      timed('2026-03-29T01:59:59+01:00', 'Europe/Berlin'),
    );
    expect(wallClock(Date.parse('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toEqual(
      timed('2026-03-29T03:00:00+02:00', 'Europe/Berlin'),
    );
    expect(wallClock(Date.parse('2026-03-29T01:00:00Z'), 'Mars/Olympus')).toEqual(timed('2026-03-29T01:00:00Z'));
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1980-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }),
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', null),
        (date, zone) => {
          const instant = Math.floor(date.getTime() / 1000) * 1000;
          expect(instantOf(wallClock(instant, zone), null)).toBe(instant);
        },
      ),
    );
  });
});

describe('slot keys', () => {
  it.each<[EventTime, string | null, string | null]>([
    [at('2026-03-10T10:00'), null, '20260310T090000Z'],
    [timed('2026-03-10T10:00:00+01:00'), 'America/New_York', '20260310T090000Z'],
    [timed('2026-03-10T10:00:00'), 'America/New_York', '20260310T140000Z'],
    [timed('2026-03-10T00:30:00.250+01:00'), null, '20260309T233000Z'],
    [on('2026-03-10'), 'America/New_York', '20260310'],
    [on('10 March'), null, null],
    [on('2026-02-30'), null, null],
    [timed('banana'), null, null],
    [at('2026-03-10T10:00', 'Mars/Olympus'), null, null],
  ])('of %j', (start, zone, key) => {
    expect(slotKeyOf(start, zone)).toBe(key);
  });

  it('name the start that they were made from, in the zone of the series', () => {
    expect(originalStartOf('20260310T090000Z' as SlotKey, 'Europe/Berlin')).toEqual(
      timed('2026-03-10T10:00:00+01:00', 'Europe/Berlin'),
    );
    expect(originalStartOf('20260310' as SlotKey, 'Europe/Berlin')).toEqual(on('2026-03-10'));
    expect(slotInstant('20260310' as SlotKey)).toBe(Date.UTC(2026, 2, 10));
  });

  it.each(['20261399T000000Z', '99999999', '', 'T', '2026031', '20260310T090000'])(
    'that name nothing stop nobody: %j',
    (key) => {
      expect(slotInstant(key as SlotKey)).toBeNull();
      expect(() => originalStartOf(key as SlotKey, 'Europe/Berlin')).not.toThrow();
    },
  );
});

describe('spans', () => {
  const berlin = 'Europe/Berlin';

  it('are what the calendar says where that can be written', () => {
    const span = spanOf(at('2026-03-10T10:00'), at('2026-03-10T11:30'), null);
    expect(span).toEqual({
      start: at('2026-03-10T10:00'),
      end: at('2026-03-10T11:30'),
      startsAt: Date.UTC(2026, 2, 10, 9),
      endsAt: Date.UTC(2026, 2, 10, 10, 30),
    });
    expect(spanOf(at('2026-03-10T22:00'), at('2026-03-11T06:00', 'America/New_York'), null)?.endsAt).toBe(
      Date.UTC(2026, 2, 11, 10),
    );
  });

  it.each<[string, EventTime, EventTime | null, number]>([
    ['zero length', at('2026-03-10T10:00'), at('2026-03-10T10:00'), minute],
    ['an end before the start', at('2026-03-10T10:00'), at('2026-03-10T09:00'), minute],
    ['less than a second', timed('2026-03-10T10:00:00.100Z'), timed('2026-03-10T10:00:00.900Z'), minute],
    ['no end', at('2026-03-10T10:00'), null, minute],
    ['an end that is no time', at('2026-03-10T10:00'), timed('late'), minute],
    ['a day for an end', at('2026-03-10T10:00'), on('2026-03-12'), minute],
    ['a day of no length', on('2026-03-10'), on('2026-03-10'), day],
    ['days that end before they start', on('2026-03-10'), on('2026-03-08'), day],
    ['a day without an end', on('2026-03-10'), null, day],
    ['a time for the end of a day', on('2026-03-10'), at('2026-03-10T10:00'), day],
    ['three days', on('2026-03-10'), on('2026-03-13'), 3 * day],
    ['over the end of winter time', at('2026-03-28T10:00'), at('2026-03-29T10:00'), 23 * hour],
    ['one second', timed('2026-03-10T10:00:00Z'), timed('2026-03-10T10:00:01Z'), 1000],
  ])('of %s', (_, start, end, length) => {
    const span = spanOf(start, end, berlin);
    expect(span === null ? null : span.endsAt - span.startsAt).toBe(length);
    expect(
      span === null
        ? false
        : sameMoment(span.end, { dateTime: new Date(span.endsAt).toISOString(), timeZone: null }, berlin) ||
            'date' in span.end,
    ).toBe(true);
  });

  it.each<[string, EventTime | null, EventTime | null]>([
    ['no start', null, at('2026-03-10T10:00')],
    ['a start that is no time', timed('early'), at('2026-03-10T10:00')],
    ['a day that is none', on('2026-02-30'), on('2026-03-01')],
    ['the last day of all', on('9999-12-31'), null],
    ['the last second of all', timed('9999-12-31T23:59:59Z'), null],
    ['an unknown zone', at('2026-03-10T10:00', 'Mars/Olympus'), null],
  ])('are not there for %s', (_, start, end) => {
    expect(spanOf(start, end, berlin)).toBeNull();
  });

  it('name the zone of the calendar where the event names none, and UTC where nobody does', () => {
    expect(spanOf(timed('2026-03-10T10:00:00'), timed('2026-03-10T11:00:00'), berlin)).toMatchObject({
      start: at('2026-03-10T10:00'),
      end: at('2026-03-10T11:00'),
    });
    expect(spanOf(timed('2026-03-10T10:00:00'), timed('2026-03-10T11:00:00'), null)).toMatchObject({
      start: at('2026-03-10T10:00', 'UTC'),
      end: at('2026-03-10T11:00', 'UTC'),
      startsAt: Date.UTC(2026, 2, 10, 10),
    });
    expect(spanOf(timed('2026-03-10T10:00:00Z'), timed('2026-03-10T11:00:00Z'), null)?.start).toEqual(
      timed('2026-03-10T10:00:00Z'),
    );
  });
});

describe('sameness', () => {
  it.each<[string, EventTime | null, EventTime | null, boolean]>([
    ['one moment in two zones', at('2026-03-10T10:00'), at('2026-03-10T05:00', 'America/New_York'), true],
    [
      'one moment with and without an offset',
      at('2026-03-10T10:00'),
      timed('2026-03-10T10:00:00+01:00', 'Europe/Berlin'),
      true,
    ],
    ['parts of a second', timed('2026-03-10T10:00:00Z'), timed('2026-03-10T10:00:00.999Z'), true],
    ['two moments', at('2026-03-10T10:00'), at('2026-03-10T10:01'), false],
    ['a day and its midnight', on('2026-03-10'), timed('2026-03-10T00:00:00Z'), false],
    ['one day', on('2026-03-10'), on('2026-03-10'), true],
    ['two days', on('2026-03-10'), on('2026-03-11'), false],
    ['the epoch and nonsense', timed('1970-01-01T00:00:00Z'), timed('never'), false],
    ['nothing and nothing', null, null, true],
    ['something and nothing', on('2026-03-10'), null, false],
  ])('of %s', (_, one, other, same) => {
    expect(sameMoment(one, other, null)).toBe(same);
    expect(sameMoment(other, one, null)).toBe(same);
  });

  it.each([
    ['Europe/Berlin', 'Europe/Berlin', true],
    ['Asia/Kolkata', 'Asia/Calcutta', true],
    ['Europe/Kyiv', 'Europe/Kiev', true],
    ['Europe/Berlin', 'Europe/Paris', false],
    ['Mars/Olympus', 'Mars/Olympus', true],
    ['Mars/Olympus', 'Europe/Berlin', false],
    [null, null, true],
    [null, 'UTC', false],
  ])('of the zones %s and %s', (one, other, same) => {
    expect(sameZone(one, other)).toBe(same);
  });

  it('of lengths counts the clock on the wall as well as the time that passes', () => {
    const span = (from: string, to: string) => {
      const made = spanOf(at(from), at(to), null);
      if (made === null) throw new Error('no span');
      return made;
    };
    const night = span('2026-03-27T23:00', '2026-03-28T07:00');
    expect(sameLength(night, span('2026-03-28T23:00', '2026-03-29T07:00'))).toBe(true);
    expect(sameLength(night, span('2026-03-28T23:00', '2026-03-29T08:00'))).toBe(true);
    expect(sameLength(night, span('2026-03-29T23:00', '2026-03-30T08:00'))).toBe(false);
  });
});

describe('days', () => {
  it.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-29', 1, '2026-03-30'],
    ['2026-01-01', -1, '2025-12-31'],
  ])('%s and %d more', (date, days, later) => {
    expect(addDays(date, days)).toBe(later);
  });
});

describe('how far the clocks of a zone are ahead of UTC', () => {
  it.each([
    [null, 0],
    ['Europe/Berlin', 60],
    ['GMT+02:00', 120],
    ['UTC-3:30', -210],
    ['W. Europe Standard Time', 60],
    ['Middle-earth/Shire', null],
  ])('%s', (zone, minutes) => {
    const offset = offsetAt(Date.UTC(2026, 0, 15), zone);
    expect(offset === null ? null : offset / 60_000).toBe(minutes);
  });
});
