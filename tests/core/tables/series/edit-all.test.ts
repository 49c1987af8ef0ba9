import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../../src/main/core/model.ts';
import type { RowParts } from '../../../support/core-builders.ts';
import { cancelled, series, slot, slots, synced, tuesdays } from '../scene.ts';
import { bare, days, moved, times } from './support.ts';

const [, second, third] = slots;

describe('Series, complete', () => {
  describe('edit-all after exceptions', () => {
    const exceptions = [moved(second, '2026-03-18T14:00', '2026-03-18T15:00'), cancelled(third)];

    it.each<{ name: string; parts: RowParts; rest: SourceEvent[]; operations: string[]; picture: string[] }>([
      {
        name: 'of the title makes no write',
        parts: { summary: 'Other' },
        rest: exceptions.map((one) => ({ ...one, row: { ...one.row, summary: 'Other' } })),
        operations: [],
        picture: tuesdays({ '03-17': '03-18 14:00-15:00', '03-24': null }),
      },
      {
        name: 'of the length keeps them',
        parts: times('2026-03-10T10:00', '2026-03-10T12:00'),
        rest: exceptions,
        operations: ['update work'],
        picture: ['03-10 10:00-12:00', '03-18 14:00-15:00', '03-31 10:00-12:00', '04-07 10:00-12:00'],
      },
      {
        name: 'of the time, where the calendar drops them',
        parts: times('2026-03-10T12:00', '2026-03-10T13:00'),
        rest: [bare(second), bare(third)],
        operations: ['replace work'],
        picture: [
          '03-10 12:00-13:00',
          '03-17 12:00-13:00',
          '03-24 12:00-13:00',
          '03-31 12:00-13:00',
          '04-07 12:00-13:00',
        ],
      },
      {
        name: 'of the time, where the calendar forgets them',
        parts: times('2026-03-10T12:00', '2026-03-10T13:00'),
        rest: [],
        operations: ['replace work'],
        picture: [
          '03-10 12:00-13:00',
          '03-17 12:00-13:00',
          '03-24 12:00-13:00',
          '03-31 12:00-13:00',
          '04-07 12:00-13:00',
        ],
      },
      {
        name: 'of the time, where the calendar names them anew',
        parts: times('2026-03-10T12:00', '2026-03-10T13:00'),
        rest: [slot('20260324T110000Z', { status: 'cancelled', start: null, end: null })],
        operations: ['replace work', 'cancel-slot work 20260324T110000Z'],
        picture: ['03-10 12:00-13:00', '03-17 12:00-13:00', '03-31 12:00-13:00', '04-07 12:00-13:00'],
      },
      {
        name: 'to every other week keeps those that are left',
        parts: { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        rest: [bare(second), cancelled(third)],
        operations: ['replace work', `cancel-slot work ${third}`],
        picture: ['03-10 10:00-11:00', '04-07 10:00-11:00'],
      },
      {
        name: 'to free',
        parts: { transparent: true },
        rest: [slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), transparent: true }), cancelled(third)],
        operations: ['delete work'],
        picture: [],
      },
      {
        name: 'to free, but for the one that was busy on its own',
        parts: { transparent: true },
        rest: exceptions,
        operations: ['create work', 'delete work'],
        picture: ['03-18 14:00-15:00'],
      },
      {
        name: 'to all-day',
        parts: days('2026-03-10', '2026-03-11'),
        rest: [bare(second), bare(third)],
        operations: ['replace work'],
        picture: ['03-10 day 1', '03-17 day 1', '03-24 day 1', '03-31 day 1', '04-07 day 1'],
      },
      {
        name: 'to a single event',
        parts: { recurrence: [] },
        rest: [bare(second), bare(third)],
        operations: ['replace work'],
        picture: ['03-10 10:00-11:00'],
      },
    ])('$name', ({ parts, rest, operations, picture }) => {
      const scene = synced(series(), ...exceptions);
      expect(scene.becomes(series(parts), ...rest).sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
    });
  });
});
