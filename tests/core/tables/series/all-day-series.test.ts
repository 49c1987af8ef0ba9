import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../../src/main/core/model.ts';
import type { RowParts } from '../../../support/core-builders.ts';
import { Scene, series, slot, synced } from '../scene.ts';
import { days, times, type Instead } from './support.ts';

describe('Series, complete', () => {
  describe('all-day series', () => {
    const daily = (parts: RowParts = {}): SourceEvent => series({ ...days('2026-03-10', '2026-03-11'), ...parts });
    const dates = (instead: Instead = {}): string[] =>
      ['03-10', '03-17', '03-24', '03-31', '04-07']
        .flatMap((date) => (instead[date] === null ? [] : [instead[date] ?? `${date} day 1`]))
        .sort();

    it.each<{ name: string; events: SourceEvent[]; operations: string[]; picture: string[] }>([
      { name: 'plain', events: [daily()], operations: ['create work'], picture: dates() },
      {
        name: 'of three days',
        events: [daily(days('2026-03-10', '2026-03-13'))],
        operations: ['create work'],
        picture: ['03-10 day 3', '03-17 day 3', '03-24 day 3', '03-31 day 3', '04-07 day 3'],
      },
      {
        name: 'of days over the change of the clocks',
        events: [daily({ ...days('2026-03-28', '2026-03-30'), recurrence: ['RRULE:FREQ=WEEKLY'] })],
        operations: ['create work'],
        picture: ['03-28 day 2', '04-04 day 2'],
      },
      {
        name: 'with a slot moved',
        events: [daily(), slot('20260317', days('2026-03-18', '2026-03-19'))],
        operations: ['create work', 'put-slot work 20260317'],
        picture: dates({ '03-17': '03-18 day 1' }),
      },
      {
        name: 'with a slot made longer',
        events: [daily(), slot('20260317', days('2026-03-17', '2026-03-20'))],
        operations: ['create work', 'put-slot work 20260317'],
        picture: dates({ '03-17': '03-17 day 3' }),
      },
      {
        name: 'with a slot cancelled',
        events: [daily(), slot('20260317', { status: 'cancelled', start: null, end: null })],
        operations: ['create work', 'cancel-slot work 20260317'],
        picture: dates({ '03-17': null }),
      },
      {
        name: 'with a slot cancelled, nothing but its id left',
        events: [daily(), slot('20260317', { status: 'cancelled', start: null, end: null, originalStart: null })],
        operations: ['create work', 'cancel-slot work 20260317'],
        picture: dates({ '03-17': null }),
      },
      {
        name: 'with a slot marked free',
        events: [daily(), slot('20260317', { transparent: true })],
        operations: ['create work', 'cancel-slot work 20260317'],
        picture: dates({ '03-17': null }),
      },
      {
        name: 'with a slot made timed',
        events: [daily(), slot('20260317', times('2026-03-17T10:00', '2026-03-17T11:00'))],
        operations: ['create work', 'put-slot work 20260317'],
        picture: dates({ '03-17': '03-17 10:00-11:00' }),
      },
      {
        name: 'with EXDATE as a day',
        events: [daily({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'EXDATE;VALUE=DATE:20260317'] })],
        operations: ['create work'],
        picture: dates({ '03-17': null }),
      },
      {
        name: 'with UNTIL as a day',
        events: [daily({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260324'] })],
        operations: ['create work'],
        picture: dates({ '03-31': null, '04-07': null }),
      },
      {
        name: 'with UNTIL as a time',
        events: [daily({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260324T000000Z'] })],
        operations: ['create work'],
        picture: dates({ '03-31': null, '04-07': null }),
      },
      { name: 'marked free', events: [daily({ transparent: true })], operations: [], picture: [] },
      {
        name: 'marked free, with a busy slot',
        events: [daily({ transparent: true }), slot('20260317')],
        operations: ['create work'],
        picture: ['03-17 day 1'],
      },
    ])('$name', ({ events, operations, picture }) => {
      const scene = new Scene(events);
      expect(scene.sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
    });

    it('keeps its dates as they are, and names no zone', () => {
      expect(synced(daily()).block().content).toMatchObject({
        start: { date: '2026-03-10' },
        end: { date: '2026-03-11' },
      });
    });
  });
});
