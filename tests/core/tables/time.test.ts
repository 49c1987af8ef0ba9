import { afterEach, describe, expect, it } from 'vitest';
import type { MeshCalendar, ObservedBlock, SourceEvent } from '../../../src/main/core/model.ts';
import { appError } from '../../../src/shared/errors.ts';
import { messageFor } from '../../../src/shared/messages.ts';
import type { EventTime } from '../../../src/shared/time.ts';
import type { EventFields } from '../../../src/simulator/index.ts';
import { at, calendar, event, on, type RowParts } from '../../support/core-builders.ts';
import { Office, source, targets } from './office.ts';
import { cancelled, home, Scene, series, slot, slots, synced, tuesdays, work, type Look } from './scene.ts';

const [, second, third, fourth] = slots;

/** Takes wall-clock times and their zone; returns them as the times of a row. */
const inZone = (zone: string | null, from: string, to: string): RowParts => ({
  start: at(from, zone),
  end: at(to, zone),
});
const timed = (dateTime: string, timeZone: string | null = null): EventTime => ({ dateTime, timeZone });
const month = (from: string, to: string, zone = 'Europe/Berlin'): Look => ({
  from: `${from}T00:00:00Z`,
  to: `${to}T00:00:00Z`,
  zone,
});
const gone = (key: string): SourceEvent =>
  slot(key, {
    status: 'cancelled',
    start: null,
    end: null,
    originalStart: timed(key.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z')),
  });

/** Whether the series has a slot, told by whether its tombstone is written. */
function has(parts: RowParts, key: string): boolean {
  return new Scene([series(parts), gone(key)]).sync().includes(`cancel-slot work ${key}`);
}

describe('Time', () => {
  describe('wall-clock rules in their own zone', () => {
    it('keep their hour there when the clocks change, and so move for everybody else', () => {
      const scene = synced(series());
      expect(scene.block().content).toMatchObject({ start: at('2026-03-10T10:00'), end: at('2026-03-10T11:00') });
      expect(scene.shows()).toEqual(tuesdays());
      expect(scene.shows(work, { zone: 'America/New_York' })).toEqual([
        '03-10 05:00-06:00',
        '03-17 05:00-06:00',
        '03-24 05:00-06:00',
        '03-31 04:00-05:00',
        '04-07 04:00-05:00',
      ]);
    });

    it.each<[string, RowParts, string, boolean]>([
      ['its hour in winter', {}, third, true],
      ['its hour in summer', {}, fourth, true],
      ['its winter hour in summer', {}, '20260331T090000Z', false],
      ['its summer hour in winter', {}, '20260324T080000Z', false],
      ['a series in UTC, in summer', inZone('UTC', '2026-03-10T09:00', '2026-03-10T10:00'), '20260331T090000Z', true],
      [
        'a series in New York, when only Europe has changed',
        inZone('America/New_York', '2026-03-10T05:00', '2026-03-10T06:00'),
        '20260331T090000Z',
        true,
      ],
      [
        'UNTIL by the clock, on the last day',
        { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260331T100000'] },
        fourth,
        true,
      ],
      [
        'UNTIL by the clock, an hour too early',
        { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260331T090000'] },
        fourth,
        false,
      ],
      [
        'every day, by the weekday there and not in UTC',
        {
          ...inZone('Asia/Tokyo', '2026-03-10T08:00', '2026-03-10T09:00'),
          recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU,WE'],
        },
        '20260310T230000Z',
        true,
      ],
      [
        'the weekday in UTC',
        {
          ...inZone('Asia/Tokyo', '2026-03-10T08:00', '2026-03-10T09:00'),
          recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU,WE'],
        },
        '20260311T230000Z',
        false,
      ],
      [
        'the last day of the month there',
        {
          ...inZone('Pacific/Auckland', '2026-03-31T08:00', '2026-03-31T09:00'),
          recurrence: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=-1'],
        },
        '20260429T200000Z',
        true,
      ],
      [
        'the last day of the month in UTC',
        {
          ...inZone('Pacific/Auckland', '2026-03-31T08:00', '2026-03-31T09:00'),
          recurrence: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=-1'],
        },
        '20260430T200000Z',
        false,
      ],
    ])('have a slot or not: %s', (_, parts, key, expected) => {
      expect(has(parts, key)).toBe(expected);
    });
  });

  describe('gaps and overlaps of clock changes', () => {
    const daily = (zone: string, from: string, to: string): RowParts => ({
      ...inZone(zone, from, to),
      recurrence: ['RRULE:FREQ=DAILY'],
    });

    it.each<[string, RowParts, Look, string[], [string, boolean][]]>([
      [
        'a slot in the gap comes an hour later, once',
        daily('Europe/Berlin', '2026-03-28T02:30', '2026-03-28T03:00'),
        month('2026-03-28', '2026-03-31'),
        ['03-28 02:30-03:00', '03-29 03:30-04:00', '03-30 02:30-03:00'],
        [
          ['20260329T013000Z', true],
          ['20260329T003000Z', false],
          ['20260330T013000Z', false],
        ],
      ],
      [
        'a slot in the overlap comes the first time',
        daily('Europe/Berlin', '2026-10-24T02:30', '2026-10-24T03:00'),
        month('2026-10-24', '2026-10-27'),
        ['10-24 02:30-03:00', '10-25 02:30-02:00', '10-26 02:30-03:00'],
        [
          ['20261025T003000Z', true],
          ['20261025T013000Z', false],
        ],
      ],
      [
        'the gap of New York',
        daily('America/New_York', '2026-03-07T02:30', '2026-03-07T03:00'),
        month('2026-03-07', '2026-03-10', 'America/New_York'),
        ['03-07 02:30-03:00', '03-08 03:30-04:00', '03-09 02:30-03:00'],
        [
          ['20260308T073000Z', true],
          ['20260308T063000Z', false],
        ],
      ],
      [
        'the half hour that Lord Howe leaves out',
        daily('Australia/Lord_Howe', '2026-10-03T02:15', '2026-10-03T02:25'),
        month('2026-10-02', '2026-10-05', 'Australia/Lord_Howe'),
        ['10-03 02:15-02:25', '10-04 02:45-02:55', '10-05 02:15-02:25'],
        [
          ['20261003T154500Z', true],
          ['20261003T151500Z', false],
        ],
      ],
      [
        'the half hour that Lord Howe has twice',
        daily('Australia/Lord_Howe', '2026-04-04T01:45', '2026-04-04T01:50'),
        month('2026-04-03', '2026-04-06', 'Australia/Lord_Howe'),
        ['04-04 01:45-01:50', '04-05 01:45-01:50', '04-06 01:45-01:50'],
        [
          ['20260404T144500Z', true],
          ['20260404T151500Z', false],
        ],
      ],
      [
        'midnight that does not exist',
        daily('Asia/Beirut', '2026-03-28T00:00', '2026-03-28T01:00'),
        month('2026-03-27', '2026-03-30', 'Asia/Beirut'),
        ['03-28 00:00-01:00', '03-29 01:00-02:00', '03-30 00:00-01:00'],
        [
          ['20260328T220000Z', true],
          ['20260328T210000Z', false],
        ],
      ],
      [
        'a rule of hours in the gap',
        {
          ...inZone('Europe/Berlin', '2026-03-28T02:30', '2026-03-28T03:00'),
          recurrence: ['RRULE:FREQ=DAILY;BYHOUR=2'],
        },
        month('2026-03-28', '2026-03-31'),
        ['03-28 02:30-03:00', '03-29 03:30-04:00', '03-30 02:30-03:00'],
        [['20260329T013000Z', true]],
      ],
    ])('%s', (_, parts, look, picture, keys) => {
      const scene = new Scene([series(parts)]);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.shows(work, look)).toEqual(picture);
      for (const [key, expected] of keys) expect([key, has(parts, key)]).toEqual([key, expected]);
    });

    it.each<[string, EventTime, EventTime, string]>([
      ['in the gap, without an offset', at('2026-03-29T02:30'), at('2026-03-29T04:30'), '2026-03-29T01:30:00Z 60'],
      ['over the gap', at('2026-03-29T01:30'), at('2026-03-29T03:30'), '2026-03-29T00:30:00Z 60'],
      [
        'of a whole day with the gap in it',
        at('2026-03-28T12:00'),
        at('2026-03-29T12:00'),
        '2026-03-28T11:00:00Z 1380',
      ],
      ['in the overlap, without an offset', at('2026-10-25T02:30'), at('2026-10-25T02:45'), '2026-10-25T00:30:00Z 15'],
      [
        'in the overlap, the second time',
        timed('2026-10-25T02:30:00+01:00', 'Europe/Berlin'),
        timed('2026-10-25T02:45:00+01:00', 'Europe/Berlin'),
        '2026-10-25T01:30:00Z 15',
      ],
      [
        'from the first time to the second',
        timed('2026-10-25T02:30:00+02:00', 'Europe/Berlin'),
        timed('2026-10-25T02:30:00+01:00', 'Europe/Berlin'),
        '2026-10-25T00:30:00Z 60',
      ],
      ['over the overlap', at('2026-10-25T01:30'), at('2026-10-25T03:30'), '2026-10-24T23:30:00Z 180'],
    ])('an event %s', (_, start, end, expected) => {
      const scene = synced(event(home, { start, end }));
      const [from = '', minutes = ''] = expected.split(' ');
      const [shown = ''] = scene.shows(work, { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', zone: 'UTC' });
      const [first = '', last = ''] = shown.split(/(?<=:\d\d)-/);
      const begins = Date.parse(`2026-${first.replace(' ', 'T')}Z`);
      const ends = Date.parse(`2026-${(last.length === 5 ? `${first.slice(0, 6)}${last}` : last).replace(' ', 'T')}Z`);
      expect([begins, (ends - begins) / 60_000]).toEqual([Date.parse(from), Number(minutes)]);
    });

    it('a slot over the gap that repeats what its series says costs nothing, counted by either clock', () => {
      const night = { start: at('2026-03-21T23:00'), end: at('2026-03-22T07:00'), recurrence: ['RRULE:FREQ=WEEKLY'] };
      for (const end of ['2026-03-29T07:00', '2026-03-29T08:00']) {
        const repeated = slot('20260328T220000Z', {
          start: at('2026-03-28T23:00'),
          end: at(end),
          summary: 'Night shift',
        });
        expect(new Scene([series(night), repeated]).sync()).toEqual(['create work']);
      }
    });
  });

  describe('zones with odd offsets and abolished or re-introduced DST', () => {
    // Each is a series at 10:00 there; the keys are slots by the offset of the day, and by the offset of another day.
    it.each<[string, string, string, readonly string[], readonly string[]]>([
      ['Asia/Kathmandu', '+05:45', '2026-03-10', ['20260317T041500Z', '20260721T041500Z'], ['20260317T043000Z']],
      ['Asia/Kolkata', '+05:30', '2026-03-10', ['20260317T043000Z'], ['20260317T050000Z']],
      ['Australia/Eucla', '+08:45', '2026-03-10', ['20260317T011500Z'], ['20260317T020000Z']],
      [
        'America/St_Johns',
        '−03:30, clocks change',
        '2026-03-03',
        ['20260303T133000Z', '20260310T123000Z'],
        ['20260310T133000Z'],
      ],
      [
        'Asia/Tehran',
        'abolished in 2022',
        '2022-06-07',
        ['20220614T053000Z', '20260616T063000Z'],
        ['20260616T053000Z'],
      ],
      [
        'Pacific/Chatham',
        '+13:45, clocks change',
        '2026-03-31',
        ['20260330T201500Z', '20260406T211500Z'],
        ['20260406T201500Z'],
      ],
      [
        'Australia/Lord_Howe',
        'half an hour of summer time',
        '2026-03-31',
        ['20260330T230000Z', '20260406T233000Z'],
        ['20260406T230000Z'],
      ],
      [
        'Antarctica/Troll',
        'two hours of summer time',
        '2026-03-24',
        ['20260324T100000Z', '20260331T080000Z'],
        ['20260331T090000Z'],
      ],
      [
        'Africa/Casablanca',
        'winter time for Ramadan',
        '2026-03-10',
        ['20260317T100000Z', '20260324T090000Z'],
        ['20260324T100000Z'],
      ],
      [
        'Europe/Dublin',
        'summer is the standard time',
        '2026-03-24',
        ['20260324T100000Z', '20260331T090000Z'],
        ['20260331T100000Z'],
      ],
      [
        'America/Sao_Paulo',
        'abolished in 2019',
        '2018-12-04',
        ['20181211T120000Z', '20261208T130000Z'],
        ['20261208T120000Z'],
      ],
      [
        'Europe/Istanbul',
        'summer time for ever since 2016',
        '2015-12-01',
        ['20151208T080000Z', '20261208T070000Z'],
        ['20261208T080000Z'],
      ],
      [
        'Asia/Amman',
        'summer time for ever since 2022',
        '2022-01-04',
        ['20220111T080000Z', '20260113T070000Z'],
        ['20260113T080000Z'],
      ],
      [
        'America/Asuncion',
        'summer time for ever since 2024',
        '2024-06-04',
        ['20240611T140000Z', '20260609T130000Z'],
        ['20260609T140000Z'],
      ],
      [
        'Africa/Cairo',
        're-introduced in 2023',
        '2022-07-05',
        ['20220712T080000Z', '20260707T070000Z', '20261201T080000Z'],
        ['20260707T080000Z'],
      ],
      [
        'America/Mexico_City',
        'abolished in 2022',
        '2022-07-05',
        ['20220712T150000Z', '20260707T160000Z'],
        ['20260707T150000Z'],
      ],
      [
        'Pacific/Apia',
        'a day left out in 2011, abolished in 2021',
        '2011-12-06',
        ['20111213T200000Z', '20260309T210000Z'],
        ['20260310T210000Z'],
      ],
      [
        'Asia/Pyongyang',
        'half an hour, and back',
        '2014-03-11',
        ['20160308T013000Z', '20260310T010000Z'],
        ['20260310T013000Z'],
      ],
    ])('%s: %s', (zone, _, firstDay, there, notThere) => {
      const parts = inZone(zone, `${firstDay}T10:00`, `${firstDay}T11:00`);
      const scene = new Scene([series(parts)]);
      scene.sync();
      for (const key of [...there, ...notThere]) {
        const instant = key.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
        const to = new Date(Date.parse(instant) + 1000).toISOString();
        const shown = scene.shows(work, { from: instant, to, zone });
        expect([key, shown.map((time) => time.slice(6))]).toEqual([key, there.includes(key) ? ['10:00-11:00'] : []]);
        // Slots that are over are never written, so they are looked at from before.
        const tombstone = new Scene([series(parts), gone(key)]);
        const written = tombstone.sync({ now: Date.parse('2011-01-01T00:00:00Z') });
        expect([key, written]).toEqual([
          key,
          there.includes(key) ? ['create work', `cancel-slot work ${key}`] : ['create work'],
        ]);
      }
    });
  });

  describe('a source in one zone and a target in another', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'Australia/Lord_Howe',
      null,
    ];

    it.each(zones)('the target in %s shows the same moments', (timeZone) => {
      const target = calendar('target', { timeZone });
      const scene = new Scene([series(), cancelled(second)]).on(home, target);
      expect(scene.sync()).toEqual(['create target', `cancel-slot target ${second}`]);
      expect(scene.shows(target)).toEqual(tuesdays({ '03-17': null }));
      expect(scene.block(target).content).toMatchObject({ start: { timeZone: 'Europe/Berlin' } });
    });

    it.each<[string, string | null, SourceEvent[], EventTime, EventTime]>([
      [
        'a single event in the zone of the target',
        'America/New_York',
        [event(home)],
        timed('2026-03-10T05:00:00-04:00', 'America/New_York'),
        timed('2026-03-10T06:00:00-04:00', 'America/New_York'),
      ],
      [
        'a single event in UTC',
        'America/New_York',
        [event(home)],
        timed('2026-03-10T09:00:00Z', 'UTC'),
        timed('2026-03-10T10:00:00Z', 'UTC'),
      ],
      [
        'a single event by an offset alone',
        null,
        [event(home)],
        timed('2026-03-10T05:00:00-04:00'),
        timed('2026-03-10T06:00:00-04:00'),
      ],
      [
        'a series with the offset of its own zone',
        'America/New_York',
        [series()],
        timed('2026-03-10T10:00:00+01:00', 'Europe/Berlin'),
        timed('2026-03-10T11:00:00+01:00', 'Europe/Berlin'),
      ],
      [
        'a series with the offset of the target, its zone named',
        'America/New_York',
        [series()],
        timed('2026-03-10T05:00:00-04:00', 'Europe/Berlin'),
        timed('2026-03-10T06:00:00-04:00', 'Europe/Berlin'),
      ],
      [
        'a series with the zone left to the calendar',
        'Europe/Berlin',
        [series()],
        timed('2026-03-10T10:00:00+01:00'),
        timed('2026-03-10T11:00:00+01:00'),
      ],
    ])('%s is no change when the target spells it so', (_, timeZone, events, start, end) => {
      const target = calendar('target', { timeZone });
      const scene = new Scene(events).on(home, target);
      scene.sync();
      const block = scene.block(target);
      const shown: ObservedBlock = { ...block, content: { ...block.content, start, end } };
      scene.world.blocks.set(`${target.id}|${block.id}`, shown);
      expect(scene.sync()).toEqual([]);
    });

    it.each(zones)('a source calendar in %s with events of its own zone, of another, and of none', (timeZone) => {
      const from = calendar('from', { timeZone });
      const wall: SourceEvent[] = [
        event(from, { id: 'one', iCalUid: 'one' }),
        event(from, { id: 'two', iCalUid: 'two', ...inZone('Asia/Tokyo', '2026-03-11T10:00', '2026-03-11T11:00') }),
        event(from, {
          id: 'three',
          iCalUid: 'three',
          start: timed('2026-03-12T10:00:00+01:00'),
          end: timed('2026-03-12T11:00:00+01:00'),
        }),
      ];
      const scene = new Scene(wall).on(from, work);
      expect(scene.sync()).toEqual(['create work', 'create work', 'create work']);
      expect(scene.shows()).toEqual(['03-10 10:00-11:00', '03-11 02:00-03:00', '03-12 10:00-11:00']);
    });

    it('an end in another zone than the start', () => {
      const flight = event(home, {
        start: at('2026-03-10T22:00', 'Europe/Berlin'),
        end: at('2026-03-11T01:00', 'America/New_York'),
      });
      const scene = synced(flight);
      expect(scene.shows()).toEqual(['03-10 22:00-03-11 06:00']);
      expect(scene.block().content).toMatchObject({
        start: { dateTime: '2026-03-10T21:00:00Z', timeZone: null },
        end: { dateTime: '2026-03-11T05:00:00Z', timeZone: null },
      });
    });
  });

  describe('all-day events that stay on their dates everywhere', () => {
    const zones = [
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      null,
    ];
    const pairs = zones.flatMap((from) => zones.map((to): [string | null, string | null] => [from, to]));

    it.each(pairs)('from %s to %s', (from, to) => {
      const source = calendar('from', { timeZone: from });
      const target = calendar('to', { timeZone: to });
      const trip = event(source, { start: on('2026-03-28'), end: on('2026-03-31') });
      const fair = event(source, {
        id: 'fair',
        iCalUid: 'fair',
        start: on('2026-03-10'),
        end: on('2026-03-11'),
        recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'],
      });
      const scene = new Scene([trip, fair]).on(source, target);
      expect(scene.sync()).toEqual(['create to', 'create to']);
      expect(scene.shows(target)).toEqual(['03-10 day 1', '03-17 day 1', '03-24 day 1', '03-28 day 3']);
      expect(scene.blocks(target)[0]?.content).toMatchObject({
        start: { date: '2026-03-28' },
        end: { date: '2026-03-31' },
      });
    });

    it('also when a calendar moves to another zone', () => {
      const scene = synced(event(home, { start: on('2026-03-28'), end: on('2026-03-31') }));
      const elsewhere = (one: MeshCalendar): MeshCalendar => ({ ...one, timeZone: 'Pacific/Kiritimati' });
      expect(scene.on(elsewhere(home), elsewhere(work)).sync()).toEqual([]);
    });
  });

  describe('floating and offset-only times', () => {
    it.each<[string, string | null, RowParts, string[]]>([
      [
        'a floating event is in the zone of its calendar',
        'America/New_York',
        inZone(null, '2026-03-10T10:00', '2026-03-10T11:00'),
        ['03-10 15:00-16:00'],
      ],
      [
        'a floating event of a calendar without a zone is in UTC',
        null,
        inZone(null, '2026-03-10T10:00', '2026-03-10T11:00'),
        ['03-10 11:00-12:00'],
      ],
      [
        'an event by its offset alone',
        'America/New_York',
        { start: timed('2026-03-10T10:00:00+05:30'), end: timed('2026-03-10T11:00:00+05:30') },
        ['03-10 05:30-06:30'],
      ],
      [
        'an event by its offset alone, of a calendar without a zone',
        null,
        { start: timed('2026-03-10T10:00:00+05:30'), end: timed('2026-03-10T11:00:00+05:30') },
        ['03-10 05:30-06:30'],
      ],
      [
        'an event that ends by another offset',
        'Europe/Berlin',
        { start: timed('2026-03-10T10:00:00+01:00'), end: timed('2026-03-10T11:00:00Z') },
        ['03-10 10:00-12:00'],
      ],
      [
        'an event of which only the end floats',
        'Europe/Berlin',
        { start: timed('2026-03-10T10:00:00Z'), end: timed('2026-03-10T12:00:00') },
        ['03-10 11:00-12:00'],
      ],
    ])('%s', (_, timeZone, parts, picture) => {
      const from = calendar('from', { timeZone });
      const scene = new Scene([event(from, parts)]).on(from, work);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.shows()).toEqual(picture);
    });

    it.each<[string, string | null, RowParts, string[]]>([
      [
        'a floating series keeps the hours of its calendar',
        'Europe/Berlin',
        inZone(null, '2026-03-10T10:00', '2026-03-10T11:00'),
        tuesdays(),
      ],
      [
        'a series by its offset alone keeps the hours of its calendar',
        'Europe/Berlin',
        { start: timed('2026-03-10T10:00:00+01:00'), end: timed('2026-03-10T11:00:00+01:00') },
        tuesdays(),
      ],
      [
        'a series by an offset of another place keeps the hours of its calendar',
        'Europe/Berlin',
        { start: timed('2026-03-10T14:30:00+05:30'), end: timed('2026-03-10T15:30:00+05:30') },
        tuesdays(),
      ],
      [
        'a floating series of a calendar without a zone is in UTC',
        null,
        inZone(null, '2026-03-10T09:00', '2026-03-10T10:00'),
        tuesdays({ '03-31': '03-31 11:00-12:00', '04-07': '04-07 11:00-12:00' }),
      ],
      [
        'a series by its offset alone of a calendar without a zone is in UTC',
        null,
        { start: timed('2026-03-10T10:00:00+01:00'), end: timed('2026-03-10T11:00:00+01:00') },
        tuesdays({ '03-31': '03-31 11:00-12:00', '04-07': '04-07 11:00-12:00' }),
      ],
    ])('%s', (_, timeZone, parts, picture) => {
      const from = calendar('from', { timeZone });
      const scene = new Scene([series(parts, from)]).on(from, work);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.shows()).toEqual(picture);
      // A series names its zone (google-calendar.md §2.3): a reader elsewhere would take it for its own.
      expect(scene.block().content).toMatchObject({
        start: { timeZone: timeZone ?? 'UTC' },
        end: { timeZone: timeZone ?? 'UTC' },
      });
      // An exception of it finds its slot by the same clock.
      const key = picture[3]?.includes('11:00-12:00') === true ? '20260331T090000Z' : fourth;
      expect(
        scene.becomes(series(parts, from), slot(key, { status: 'cancelled', start: null, end: null }, from)).sync(),
      ).toEqual([`cancel-slot work ${key}`]);
    });

    it('the zone of a series is no guess of the day: the same moment with another zone is another series', () => {
      const scene = synced(
        series({
          start: timed('2026-03-10T09:00:00Z', 'Europe/Berlin'),
          end: timed('2026-03-10T10:00:00Z', 'Europe/Berlin'),
        }),
      );
      expect(scene.shows()).toEqual(tuesdays());
      expect(scene.becomes(series()).sync()).toEqual([]);
      expect(
        scene
          .becomes(series({ start: timed('2026-03-10T09:00:00Z', 'UTC'), end: timed('2026-03-10T10:00:00Z', 'UTC') }))
          .sync(),
      ).toEqual(['replace work']);
    });
  });

  describe('zone names that one side does not know', () => {
    const unknown = 'Europe/Atlantis';

    it('a single event in a zone that is not known here is blocked by its offset', () => {
      const scene = synced(
        event(home, {
          start: timed('2026-03-10T10:00:00+01:00', unknown),
          end: timed('2026-03-10T11:00:00+01:00', unknown),
        }),
      );
      expect(scene.shows()).toEqual(['03-10 10:00-11:00']);
      expect(
        scene
          .becomes(
            event(home, {
              start: timed('2026-03-11T10:00:00+01:00', unknown),
              end: timed('2026-03-11T11:00:00+01:00', unknown),
            }),
          )
          .sync(),
      ).toEqual(['update work']);
    });

    it('a time that nobody here can place makes no block, and says why', () => {
      const plan = new Scene([event(home, inZone(unknown, '2026-03-10T10:00', '2026-03-10T11:00'))]).plan();
      expect(plan.operations).toEqual([]);
      expect(plan.skips).toMatchObject([{ reason: 'no-times' }]);
    });

    it('a series in a zone that is not known here is mirrored as it is, and its slots are believed to be there', () => {
      const strange = series({
        start: timed('2026-03-10T10:00:00+01:00', unknown),
        end: timed('2026-03-10T11:00:00+01:00', unknown),
      });
      const scene = new Scene([strange]);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.block().content).toMatchObject({ start: { timeZone: unknown } });
      // One in winter time, and one in the summer time that nobody here knows of.
      const moved = slot(fourth, {
        start: timed('2026-04-01T10:00:00+02:00', unknown),
        end: timed('2026-04-01T11:00:00+02:00', unknown),
        originalStart: timed('2026-03-31T10:00:00+02:00', unknown),
      });
      const away = slot(second, {
        status: 'cancelled',
        start: null,
        end: null,
        originalStart: timed('2026-03-17T10:00:00+01:00', unknown),
      });
      const plan = scene.becomes(strange, moved, away).plan();
      expect(plan.operations.map((one) => `${one.kind} ${'slotKey' in one ? one.slotKey : ''}`).sort()).toEqual([
        `cancel-slot ${second}`,
        `put-slot ${fourth}`,
      ]);
    });

    it('the end of such a series is known where it is said in UTC', () => {
      const strange = series({
        start: timed('2026-03-10T10:00:00+01:00', unknown),
        end: timed('2026-03-10T11:00:00+01:00', unknown),
        recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260318T000000Z'],
      });
      expect(new Scene([strange, cancelled(second), cancelled(third)]).sync()).toEqual([
        'create work',
        `cancel-slot work ${second}`,
      ]);
    });

    it.each([
      ['Europe/Kyiv', 'Europe/Kiev'],
      ['Asia/Kolkata', 'Asia/Calcutta'],
      ['Asia/Ho_Chi_Minh', 'Asia/Saigon'],
      ['America/Nuuk', 'America/Godthab'],
      ['Asia/Yangon', 'Asia/Rangoon'],
      ['America/Argentina/Buenos_Aires', 'America/Buenos_Aires'],
      ['UTC', 'Etc/UTC'],
    ])('a target that answers %s with %s has said the same', (ours, theirs) => {
      const parts = inZone(ours, '2026-03-10T10:00', '2026-03-10T11:00');
      const scene = synced(series(parts));
      const block = scene.block();
      scene.world.blocks.set(`${work.id}|${block.id}`, {
        ...block,
        content: {
          ...block.content,
          ...inZone(theirs, '2026-03-10T10:00', '2026-03-10T11:00'),
        },
      });
      expect(scene.sync()).toEqual([]);
      // Neither is a source that changes to the other name a change of it.
      expect(
        scene.becomes(series(inZone(theirs, '2026-03-10T10:00', '2026-03-10T11:00'))).sync().length,
      ).toBeLessThanOrEqual(1);
    });

    describe('to a service that refuses them', () => {
      let office: Office;
      afterEach(async () => {
        await office.close();
      });
      const kyiv = (from: string, to: string): EventFields => ({
        start: { dateTime: `${from}:00`, timeZone: 'Europe/Kyiv' },
        end: { dateTime: `${to}:00`, timeZone: 'Europe/Kyiv' },
      });
      const hour = kyiv('2026-03-25T10:00', '2026-03-25T11:00');
      const weekly: EventFields = {
        ...kyiv('2026-03-24T10:00', '2026-03-24T11:00'),
        recurrence: ['RRULE:FREQ=WEEKLY'],
      };
      const everyName = ['Europe/Kyiv', 'Europe/Kiev', 'Europe/Uzhgorod', 'Europe/Zaporozhye'];

      it.each<[string, string[], string | undefined]>([
        ['the new one', ['Europe/Kyiv'], 'Europe/Kiev'],
        ['the new one and the first of the old ones', ['Europe/Kyiv', 'Europe/Kiev'], 'Europe/Uzhgorod'],
        ['none', [], 'Europe/Kyiv'],
      ])(
        'a series is written by another name (alias), a single event without one: it refuses %s',
        async (_, refusedZones, written) => {
          office = await Office.open({ refusedZones });
          const series = office.person.createEvent(source, weekly);
          office.person.createEvent(source, hour);
          office.person.editSlot(
            source,
            series.id,
            '2026-03-31T10:00:00+03:00',
            kyiv('2026-04-01T10:00', '2026-04-01T11:00'),
          );
          await office.sync();
          for (const target of targets) {
            expect(await office.shows(target)).toEqual(
              ['03-24', '03-25', '04-01', '04-07', '04-14', '04-21'].map((date) => `${date} 09:00-10:00`),
            );
            for (const block of office.place.blocks(target)) {
              expect(block.start?.timeZone).toBe(block.recurrence === undefined ? undefined : written);
            }
          }
          // The name is not tried again for the next change.
          office.person.patchEvent(source, series.id, kyiv('2026-03-24T12:00', '2026-03-24T13:00'));
          expect(await office.sync()).toEqual([2, 2]);
        },
      );

      it('a single event needs no name of a zone, whatever is refused', async () => {
        office = await Office.open({ refusedZones: everyName });
        const event = office.person.createEvent(source, hour);
        await office.sync();
        for (const target of targets) expect(await office.shows(target)).toEqual(['03-25 09:00-10:00']);
        office.person.patchEvent(source, event.id, kyiv('2026-04-01T10:00', '2026-04-01T11:00'));
        expect(await office.sync()).toEqual([1, 1]);
        for (const target of targets) expect(await office.shows(target)).toEqual(['04-01 09:00-10:00']);
      });

      it('a series has a block for each of its dates, everything else goes on, and a day later it is asked for again', async () => {
        office = await Office.open({ refusedZones: everyName });
        const { laptop, person, place } = office;
        person.createEvent(source, weekly);
        person.createEvent(source, { summary: 'Lunch', start: { date: '2026-03-25' }, end: { date: '2026-03-26' } });
        expect(await laptop.sync()).toMatchObject({ errors: [], outcome: 'ok' });
        const shown = ['03-24', '03-31', '04-07', '04-14', '04-21'].map((date) => `${date} 09:00-10:00`);
        shown.splice(1, 0, '03-25 day 1');
        for (const target of targets) {
          expect(await office.shows(target)).toEqual(shown);
          expect(place.blocks(target).filter(({ recurrence }) => recurrence !== undefined)).toEqual([]);
        }
        place.simulator.requests.reset();
        expect((await laptop.sync()).errors).toEqual([]);
        expect(place.simulator.requests.writes()).toEqual([]);
        place.simulator.state.switches.refusedZones = [];
        await laptop.clock.advance(24 * 60 * 60_000);
        expect((await laptop.sync()).errors).toEqual([]);
        await laptop.expectQuiet();
        for (const target of targets) {
          expect(await office.shows(target)).toEqual(shown);
          expect(place.blocks(target)).toHaveLength(2);
        }
      });

      it('a series is a clear trouble where its dates cannot be told', async () => {
        office = await Office.open({ refusedZones: everyName });
        const { laptop, person, place } = office;
        person.createEvent(source, { ...weekly, recurrence: ['RRULE:FREQ=WEEKLY;RSCALE=HEBREW;COUNT=4'] });
        const run = await laptop.sync();
        expect(run.errors.map(({ code, about }) => `${code} ${about ?? ''}`).sort()).toEqual(
          targets.map((id) => `time-zone-refused ${id}`).sort(),
        );
        expect(run.outcome).toBe('partial');
        const { sentence, action } = messageFor(run.errors[0] ?? appError('unexpected'), 'app');
        expect(sentence).toMatch(/time zone of a repeating event.*in .*\.example/);
        expect(action).toContain('time zone');
        // It is said in each run, and not written in any.
        place.simulator.requests.reset();
        expect((await laptop.sync()).errors).toHaveLength(2);
        expect(place.simulator.requests.writes()).toEqual([]);
      });
    });
  });
});
