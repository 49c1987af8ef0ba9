import { describe, expect, it } from 'vitest';
import type { RowParts } from '../../../support/core-builders.ts';
import { cancelled, Scene, series, slots, tuesdays } from '../scene.ts';
import { days } from './support.ts';

const [, second, third] = slots;

describe('Series, complete', () => {
  describe('EXDATE/RDATE/UNTIL in every form that Google returns (google-calendar.md §2.3)', () => {
    const rule = 'RRULE:FREQ=WEEKLY;BYDAY=TU';
    const allDay = days('2026-03-10', '2026-03-11');
    const without = (...dates: string[]): string[] => tuesdays(Object.fromEntries(dates.map((date) => [date, null])));
    const dayOnes = (...dates: string[]): string[] => dates.map((date) => `${date} day 1`);
    const extra = (shown: string): string[] => [...tuesdays(), shown].sort();

    it.each<{ name: string; parts: RowParts; picture: string[]; respelled: RowParts }>([
      {
        name: 'EXDATE in UTC',
        parts: { recurrence: [rule, `EXDATE:${second}`] },
        picture: without('03-17'),
        respelled: { recurrence: [rule, 'EXDATE:2026-03-17T09:00:00Z'] },
      },
      {
        name: 'EXDATE with TZID',
        parts: { recurrence: [rule, 'EXDATE;TZID=Europe/Berlin:20260317T100000'] },
        picture: without('03-17'),
        respelled: { recurrence: ['EXDATE;TZID=Europe/Berlin:20260317T100000', rule] },
      },
      {
        name: 'EXDATE in another zone',
        parts: { recurrence: [rule, 'EXDATE;TZID=America/New_York:20260317T050000'] },
        picture: without('03-17'),
        respelled: { recurrence: [rule, 'EXDATE;TZID=AMERICA/NEW_YORK:20260317T050000'] },
      },
      {
        name: 'EXDATE without zone or Z',
        parts: { recurrence: [rule, 'EXDATE:20260317T100000'] },
        picture: without('03-17'),
        respelled: { recurrence: [rule, 'EXDATE:20260317T100000'] },
      },
      {
        name: 'EXDATE with VALUE=DATE-TIME',
        parts: { recurrence: [rule, `EXDATE;VALUE=DATE-TIME:${second}`] },
        picture: without('03-17'),
        respelled: { recurrence: [rule, `EXDATE:${second}`] },
      },
      {
        name: 'EXDATE as a day',
        parts: { recurrence: [rule, 'EXDATE;VALUE=DATE:20260317'] },
        picture: without('03-17'),
        respelled: { recurrence: [rule, 'EXDATE:20260317'] },
      },
      {
        name: 'several in one EXDATE',
        parts: { recurrence: [rule, `EXDATE:${second},${third}`] },
        picture: without('03-17', '03-24'),
        respelled: { recurrence: [rule, `EXDATE:${third}`, `EXDATE:${second}`] },
      },
      {
        name: 'an EXDATE that names no slot',
        parts: { recurrence: [rule, 'EXDATE:20260318T090000Z'] },
        picture: tuesdays(),
        respelled: { recurrence: [rule, 'EXDATE:20260318T090000Z'] },
      },
      {
        name: 'all-day EXDATE as a day',
        parts: { ...allDay, recurrence: [rule, 'EXDATE;VALUE=DATE:20260317'] },
        picture: dayOnes('03-10', '03-24', '03-31', '04-07'),
        respelled: { ...allDay, recurrence: [rule, 'EXDATE:20260317'] },
      },
      {
        name: 'all-day EXDATE as a time',
        parts: { ...allDay, recurrence: [rule, 'EXDATE:20260317T000000Z'] },
        picture: dayOnes('03-10', '03-24', '03-31', '04-07'),
        respelled: { ...allDay, recurrence: [rule, 'EXDATE:20260317T000000Z'] },
      },
      {
        name: 'RDATE in UTC',
        parts: { recurrence: [rule, 'RDATE:20260312T090000Z'] },
        picture: extra('03-12 10:00-11:00'),
        respelled: { recurrence: ['RDATE:20260312T090000Z', rule] },
      },
      {
        name: 'RDATE with TZID',
        parts: { recurrence: [rule, 'RDATE;TZID=Europe/Berlin:20260312T100000'] },
        picture: extra('03-12 10:00-11:00'),
        respelled: { recurrence: [rule, 'RDATE;TZID=EUROPE/BERLIN:20260312T100000'] },
      },
      {
        name: 'RDATE as a period',
        parts: { recurrence: [rule, 'RDATE;VALUE=PERIOD:20260312T090000Z/PT1H'] },
        picture: extra('03-12 10:00-11:00'),
        respelled: { recurrence: [rule, 'RDATE;VALUE=PERIOD:20260312T090000Z/PT1H'] },
      },
      {
        name: 'RDATE as a day',
        parts: { recurrence: [rule, 'RDATE;VALUE=DATE:20260312'] },
        picture: extra('03-12 10:00-11:00'),
        respelled: { recurrence: [rule, 'RDATE:20260312'] },
      },
      {
        name: 'an `RRULE:DATE;…` line that means RDATE',
        parts: { recurrence: [rule, 'RRULE:DATE;VALUE=DATE:20260312'] },
        picture: extra('03-12 10:00-11:00'),
        respelled: { recurrence: [rule, 'RDATE;VALUE=DATE:20260312'] },
      },
      {
        name: 'RDATE alone',
        parts: { recurrence: ['RDATE:20260312T090000Z,20260319T090000Z'] },
        picture: ['03-10 10:00-11:00', '03-12 10:00-11:00', '03-19 10:00-11:00'],
        respelled: { recurrence: ['RDATE:20260319T090000Z', 'RDATE:20260312T090000Z'] },
      },
      {
        name: 'all-day RDATE',
        parts: { ...allDay, recurrence: [rule, 'RDATE;VALUE=DATE:20260312'] },
        picture: dayOnes('03-10', '03-12', '03-17', '03-24', '03-31', '04-07'),
        respelled: { ...allDay, recurrence: [rule, 'RDATE:20260312'] },
      },
      {
        name: 'an RDATE that is excepted again',
        parts: { recurrence: [rule, 'RDATE:20260312T090000Z', 'EXDATE:20260312T090000Z'] },
        picture: tuesdays(),
        respelled: { recurrence: ['EXDATE:20260312T090000Z', 'RDATE:20260312T090000Z', rule] },
      },
      {
        name: 'UNTIL in UTC',
        parts: { recurrence: [`${rule};UNTIL=20260324T225959Z`] },
        picture: without('03-31', '04-07'),
        respelled: { recurrence: [`${rule};UNTIL=2026-03-24T22:59:59Z`] },
      },
      {
        name: 'UNTIL at the last slot itself',
        parts: { recurrence: [`${rule};UNTIL=${third}`] },
        picture: without('03-31', '04-07'),
        respelled: { recurrence: [`RRULE:UNTIL=${third};FREQ=WEEKLY;BYDAY=TU`] },
      },
      {
        name: 'UNTIL a second before a slot',
        parts: { recurrence: [`${rule};UNTIL=20260324T085959Z`] },
        picture: without('03-24', '03-31', '04-07'),
        respelled: { recurrence: [`${rule};UNTIL=20260324T085959Z`] },
      },
      {
        name: 'UNTIL as a day on a timed series',
        parts: { recurrence: [`${rule};UNTIL=20260324`] },
        picture: without('03-31', '04-07'),
        respelled: { recurrence: [`${rule};UNTIL=2026-03-24`] },
      },
      {
        name: 'UNTIL by the clock on the wall',
        parts: { recurrence: [`${rule};UNTIL=20260324T100000`] },
        picture: without('03-31', '04-07'),
        respelled: { recurrence: [`${rule};UNTIL=20260324T100000`] },
      },
      {
        name: 'UNTIL as a time on an all-day series',
        parts: { ...allDay, recurrence: [`${rule};UNTIL=20260324T225959Z`] },
        picture: dayOnes('03-10', '03-17', '03-24'),
        respelled: { ...allDay, recurrence: [`${rule};UNTIL=20260324T225959Z`] },
      },
      {
        name: 'EXRULE',
        parts: { recurrence: [rule, 'EXRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        picture: ['03-17 10:00-11:00', '03-31 10:00-11:00'],
        respelled: { recurrence: [rule, 'EXRULE:BYDAY=TU;FREQ=WEEKLY;INTERVAL=2'] },
      },
      {
        name: 'two rules',
        parts: { recurrence: [rule, 'RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20260320T000000Z'] },
        picture: [...tuesdays(), '03-12 10:00-11:00', '03-19 10:00-11:00'].sort(),
        respelled: { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20260320T000000Z', rule] },
      },
    ])('$name', ({ parts, picture, respelled }) => {
      const scene = new Scene([series(parts)]);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.shows()).toEqual(picture);
      // The other spelling of the same costs nothing.
      expect(scene.becomes(series(respelled)).sync()).toEqual([]);
    });

    it.each<{ name: string; parts: RowParts; key: string; has: boolean }>([
      { name: 'EXDATE in UTC', parts: { recurrence: [rule, `EXDATE:${second}`] }, key: second, has: false },
      {
        name: 'EXDATE with TZID',
        parts: { recurrence: [rule, 'EXDATE;TZID=Europe/Berlin:20260317T100000'] },
        key: second,
        has: false,
      },
      {
        name: 'EXDATE with a quoted TZID',
        parts: { recurrence: [rule, 'EXDATE;TZID="Europe/Berlin":20260317T100000'] },
        key: second,
        has: false,
      },
      {
        name: 'EXDATE without zone or Z',
        parts: { recurrence: [rule, 'EXDATE:20260317T100000'] },
        key: second,
        has: false,
      },
      { name: 'EXDATE as a day', parts: { recurrence: [rule, 'EXDATE;VALUE=DATE:20260317'] }, key: second, has: false },
      { name: 'EXDATE for another slot', parts: { recurrence: [rule, `EXDATE:${third}`] }, key: second, has: true },
      { name: 'UNTIL before it', parts: { recurrence: [`${rule};UNTIL=20260316`] }, key: second, has: false },
      { name: 'UNTIL on its day', parts: { recurrence: [`${rule};UNTIL=20260317`] }, key: second, has: true },
      { name: 'COUNT before it', parts: { recurrence: [`${rule};COUNT=1`] }, key: second, has: false },
      { name: 'RDATE', parts: { recurrence: [rule, 'RDATE:20260312T090000Z'] }, key: '20260312T090000Z', has: true },
      {
        name: 'RDATE as a period',
        parts: { recurrence: [rule, 'RDATE;VALUE=PERIOD:20260312T090000Z/20260312T100000Z'] },
        key: '20260312T090000Z',
        has: true,
      },
      {
        name: 'an `RRULE:DATE;…` line',
        parts: { recurrence: [rule, 'RRULE:DATE;VALUE=DATE:20260312'] },
        key: '20260312T090000Z',
        has: true,
      },
      {
        name: 'an EXRULE',
        parts: { recurrence: [rule, 'EXRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        key: third,
        has: false,
      },
      {
        name: 'an EXRULE that leaves it',
        parts: { recurrence: [rule, 'EXRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        key: second,
        has: true,
      },
    ])('and a cancelled slot is written only where the series has it: $name', ({ parts, key, has }) => {
      expect(new Scene([series(parts), cancelled(key)]).sync()).toEqual(
        has ? ['create work', `cancel-slot work ${key}`] : ['create work'],
      );
    });
  });
});
