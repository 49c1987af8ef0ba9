import { describe, expect, it } from 'vitest';
import type { RowParts } from '../../../support/core-builders.ts';
import { Scene, series, slot, work, type Look } from '../scene.ts';
import { days, times } from './support.ts';

interface Rule {
  readonly name: string;
  readonly parts: RowParts;
  readonly look: Look;
  readonly picture: readonly string[];
  /** By its key, whether the series has a slot. */
  readonly hasSlot: Readonly<Record<string, boolean>>;
}

describe('Series, complete', () => {
  describe('YEARLY/BYMONTHDAY, fifth weekdays, leap days', () => {
    const years = { from: '2026-01-01T00:00:00Z', to: '2033-01-01T00:00:00Z' };
    const year2026 = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };

    it.each<Rule>([
      {
        name: 'YEARLY',
        parts: { recurrence: ['RRULE:FREQ=YEARLY;COUNT=3'] },
        look: years,
        picture: ['03-10 10:00-11:00', '03-10 10:00-11:00', '03-10 10:00-11:00'],
        hasSlot: { '20270310T090000Z': true, '20270410T080000Z': false, '20290310T090000Z': false },
      },
      {
        name: 'YEARLY;BYMONTHDAY without BYMONTH: the month of its start alone',
        parts: { recurrence: ['RRULE:FREQ=YEARLY;BYMONTHDAY=10'] },
        look: year2026,
        picture: ['03-10 10:00-11:00'],
        hasSlot: { '20270310T090000Z': true, '20260410T080000Z': false, '20261110T090000Z': false },
      },
      {
        name: 'YEARLY;BYMONTHDAY with COUNT',
        parts: { recurrence: ['RRULE:FREQ=YEARLY;BYMONTHDAY=10;COUNT=2'] },
        look: years,
        picture: ['03-10 10:00-11:00', '03-10 10:00-11:00'],
        hasSlot: { '20270310T090000Z': true, '20280310T090000Z': false, '20260410T080000Z': false },
      },
      {
        name: 'YEARLY;BYMONTH;BYMONTHDAY',
        parts: { recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=10'] },
        look: year2026,
        picture: ['03-10 10:00-11:00', '09-10 10:00-11:00'],
        hasSlot: { '20260910T080000Z': true, '20260410T080000Z': false },
      },
      {
        name: 'YEARLY by weekday of a month',
        parts: { recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2TU'] },
        look: year2026,
        picture: ['03-10 10:00-11:00'],
        hasSlot: { '20270309T090000Z': true, '20270310T090000Z': false },
      },
      {
        name: 'MONTHLY on the 31st',
        parts: { ...times('2026-03-31T10:00', '2026-03-31T11:00'), recurrence: ['RRULE:FREQ=MONTHLY'] },
        look: year2026,
        picture: ['03-31', '05-31', '07-31', '08-31', '10-31', '12-31'].map((date) => `${date} 10:00-11:00`),
        hasSlot: { '20260531T080000Z': true, '20260430T080000Z': false, '20260501T080000Z': false },
      },
      {
        name: 'MONTHLY on the last day',
        parts: {
          ...times('2026-03-31T10:00', '2026-03-31T11:00'),
          recurrence: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260630T235959Z'],
        },
        look: year2026,
        picture: ['03-31', '04-30', '05-31', '06-30'].map((date) => `${date} 10:00-11:00`),
        hasSlot: { '20260430T080000Z': true, '20260429T080000Z': false },
      },
      {
        name: 'the fifth Tuesday of months',
        parts: { ...times('2026-03-31T10:00', '2026-03-31T11:00'), recurrence: ['RRULE:FREQ=MONTHLY;BYDAY=5TU'] },
        look: year2026,
        picture: ['03-31', '06-30', '09-29', '12-29'].map((date) => `${date} 10:00-11:00`),
        hasSlot: { '20260630T080000Z': true, '20260428T080000Z': false, '20260505T080000Z': false },
      },
      {
        name: 'the last Tuesday of months',
        parts: {
          ...times('2026-03-31T10:00', '2026-03-31T11:00'),
          recurrence: ['RRULE:FREQ=MONTHLY;BYDAY=-1TU;COUNT=3'],
        },
        look: year2026,
        picture: ['03-31', '04-28', '05-26'].map((date) => `${date} 10:00-11:00`),
        hasSlot: { '20260428T080000Z': true, '20260421T080000Z': false },
      },
      {
        name: 'the last working day of months',
        parts: {
          ...times('2026-03-31T10:00', '2026-03-31T11:00'),
          recurrence: ['RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3'],
        },
        look: year2026,
        picture: ['03-31', '04-30', '05-29'].map((date) => `${date} 10:00-11:00`),
        hasSlot: { '20260529T080000Z': true, '20260528T080000Z': false },
      },
      {
        name: 'leap day, timed',
        parts: { ...times('2024-02-29T10:00', '2024-02-29T11:00'), recurrence: ['RRULE:FREQ=YEARLY'] },
        look: years,
        picture: ['02-29 10:00-11:00', '02-29 10:00-11:00'],
        hasSlot: { '20280229T090000Z': true, '20270228T090000Z': false, '20270301T090000Z': false },
      },
      {
        name: 'leap day, all-day',
        parts: { ...days('2024-02-29', '2024-03-01'), recurrence: ['RRULE:FREQ=YEARLY'] },
        look: years,
        picture: ['02-29 day 1', '02-29 day 1'],
        hasSlot: { '20280229': true, '20270228': false, '20270301': false },
      },
      {
        name: 'leap day by its number in the month',
        parts: {
          ...times('2024-02-29T10:00', '2024-02-29T11:00'),
          recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'],
        },
        look: years,
        picture: ['02-29 10:00-11:00', '02-29 10:00-11:00'],
        hasSlot: { '20280229T090000Z': true, '20270301T090000Z': false },
      },
      {
        name: 'the last day of February',
        parts: {
          ...times('2024-02-29T10:00', '2024-02-29T11:00'),
          recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1'],
        },
        look: { from: '2026-01-01T00:00:00Z', to: '2029-01-01T00:00:00Z' },
        picture: ['02-28 10:00-11:00', '02-28 10:00-11:00', '02-29 10:00-11:00'],
        hasSlot: { '20270228T090000Z': true, '20280229T090000Z': true, '20280228T090000Z': false },
      },
      {
        name: 'every day over a leap day',
        parts: { ...times('2028-02-27T10:00', '2028-02-27T11:00'), recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] },
        look: years,
        picture: ['02-27', '02-28', '02-29', '03-01'].map((date) => `${date} 10:00-11:00`),
        hasSlot: { '20280229T090000Z': true, '20280302T090000Z': false },
      },
      {
        name: 'week 53',
        parts: {
          ...times('2026-12-28T10:00', '2026-12-28T11:00'),
          recurrence: ['RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO'],
        },
        look: { from: '2026-01-01T00:00:00Z', to: '2032-12-31T00:00:00Z' },
        picture: ['12-28 10:00-11:00', '12-27 10:00-11:00'],
        hasSlot: { '20321227T090000Z': true, '20271227T090000Z': false },
      },
    ])('$name', ({ parts, look, picture, hasSlot }) => {
      const scene = new Scene([series(parts)]);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.shows(work, look)).toEqual(picture);
      for (const [key, has] of Object.entries(hasSlot)) {
        const changed = new Scene([series(parts), slot(key, { status: 'cancelled', start: null, end: null })]);
        expect([key, ...changed.sync()]).toEqual([key, 'create work', ...(has ? [`cancel-slot work ${key}`] : [])]);
      }
    });
  });
});
