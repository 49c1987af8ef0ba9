import { describe, expect, it } from 'vitest';
import { blockId } from '../../../../src/main/core/identity.ts';
import { at, event, type RowParts } from '../../../support/core-builders.ts';
import { cancelled, home, series, slots, synced, tuesdays, work } from '../scene.ts';
import { days, moved, times, type Change } from './support.ts';

const [first, second, third] = slots;

describe('Series, complete', () => {
  describe('rule end moved (patch)', () => {
    it.each<{ name: string; recurrence: string[]; picture: string[] }>([
      {
        name: 'UNTIL',
        recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260325T000000Z'],
        picture: tuesdays({ '03-31': null, '04-07': null }),
      },
      {
        name: 'UNTIL as a day',
        recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260324'],
        picture: tuesdays({ '03-31': null, '04-07': null }),
      },
      {
        name: 'COUNT',
        recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'],
        picture: tuesdays({ '03-24': null, '03-31': null, '04-07': null }),
      },
      {
        name: 'EXDATE',
        recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU', `EXDATE:${second}`],
        picture: tuesdays({ '03-17': null }),
      },
      {
        name: 'EXDATE in the zone of the series',
        recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'EXDATE;TZID=Europe/Berlin:20260331T100000'],
        picture: tuesdays({ '03-31': null }),
      },
    ])('by $name is one update in place, and one more when it is taken back', ({ recurrence, picture }) => {
      const scene = synced();
      const { id } = scene.block();
      expect(scene.becomes(series({ recurrence })).sync()).toEqual(['update work']);
      // Written in one spelling, whatever that of the event is.
      const written = recurrence.map((line) =>
        line
          .replace(/UNTIL=20260324$/, 'UNTIL=20260324T225959Z')
          .replace('EXDATE;TZID=Europe/Berlin:20260331T100000', 'EXDATE:20260331T080000Z'),
      );
      expect(scene.block()).toMatchObject({ id, tag: { generation: 0 }, content: { recurrence: written } });
      expect(scene.shows()).toEqual(picture);
      expect(scene.becomes(series()).sync()).toEqual(['update work']);
      expect(scene.block().id).toBe(id);
      expect(scene.shows()).toEqual(tuesdays());
    });

    it('keeps the exceptions that are still slots, without another write', () => {
      const scene = synced(series(), cancelled(second), moved(third, '2026-03-25T10:00', '2026-03-25T11:00'));
      scene.becomes(
        series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'] }),
        cancelled(second),
        moved(third, '2026-03-25T10:00', '2026-03-25T11:00'),
      );
      expect(scene.sync()).toEqual(['update work']);
      expect(scene.shows()).toEqual(['03-10 10:00-11:00', '03-25 10:00-11:00']);
    });
  });

  describe('against start, zone or shape moved (next generation)', () => {
    it.each<{ name: string; parts: RowParts; picture: string[] }>([
      {
        name: 'start',
        parts: times('2026-03-10T11:00', '2026-03-10T12:00'),
        picture: [
          '03-10 11:00-12:00',
          '03-17 11:00-12:00',
          '03-24 11:00-12:00',
          '03-31 11:00-12:00',
          '04-07 11:00-12:00',
        ],
      },
      { name: 'first day', parts: times('2026-03-17T10:00', '2026-03-17T11:00'), picture: tuesdays({ '03-10': null }) },
      {
        name: 'zone',
        parts: { start: at('2026-03-10T09:00', 'UTC'), end: at('2026-03-10T10:00', 'UTC') },
        picture: tuesdays({ '03-31': '03-31 11:00-12:00', '04-07': '04-07 11:00-12:00' }),
      },
      {
        name: 'day of the week',
        parts: { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=WE'] },
        picture: [
          '03-10 10:00-11:00',
          '03-11 10:00-11:00',
          '03-18 10:00-11:00',
          '03-25 10:00-11:00',
          '04-01 10:00-11:00',
          '04-08 10:00-11:00',
        ],
      },
      {
        name: 'interval',
        parts: { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        picture: tuesdays({ '03-17': null, '03-31': null }),
      },
      { name: 'frequency', parts: { recurrence: ['RRULE:FREQ=MONTHLY'] }, picture: ['03-10 10:00-11:00'] },
      {
        name: 'extra date',
        parts: { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'RDATE:20260312T090000Z'] },
        picture: [...tuesdays(), '03-12 10:00-11:00'].sort(),
      },
      {
        name: 'kind',
        parts: days('2026-03-10', '2026-03-11'),
        picture: ['03-10 day 1', '03-17 day 1', '03-24 day 1', '03-31 day 1', '04-07 day 1'],
      },
      {
        name: 'shape and end',
        parts: { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=2'] },
        picture: tuesdays({ '03-17': null, '03-31': null, '04-07': null }),
      },
    ])('$name', ({ parts, picture }) => {
      const scene = synced(series(), cancelled(first));
      const { sourceRef } = series();
      expect(scene.becomes(series(parts)).sync()).toEqual(['replace work']);
      expect(scene.block()).toMatchObject({ id: blockId(sourceRef, work.id, 1), tag: { generation: 1 } });
      expect(scene.shows()).toEqual(picture);
      // And the way back is a generation further, never one that was used.
      expect(scene.becomes(series()).sync()).toEqual(['replace work']);
      expect(scene.block().tag.generation).toBe(2);
      expect(scene.shows()).toEqual(tuesdays());
    });

    it('takes the slots along that both have', () => {
      const scene = synced(series(), cancelled(second));
      expect(scene.becomes(series({ recurrence: ['RRULE:FREQ=DAILY'] }), cancelled(second)).sync()).toEqual([
        'replace work',
        `cancel-slot work ${second}`,
      ]);
    });

    it('skips generations that were used up', () => {
      const scene = synced();
      const block = scene.block();
      const id = blockId(block.tag.sourceRef, work.id, 1);
      const lost = { ...block, id, tag: { ...block.tag, generation: 1 }, lost: true, absence: { by: 'us' as const } };
      scene.world.blocks.set(`${work.id}|${id}`, lost);
      expect(scene.becomes(series({ recurrence: ['RRULE:FREQ=DAILY'] })).sync()).toEqual(['replace work']);
      expect(scene.block().tag.generation).toBe(2);
    });

    it('another length is none of them: one update in place', () => {
      const scene = synced();
      expect(scene.becomes(series(times('2026-03-10T10:00', '2026-03-10T12:00'))).sync()).toEqual(['update work']);
    });
  });

  describe('a series that', () => {
    const ended = series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260317T090000Z'] });

    it.each<Change & { picture: string[]; generation: number }>([
      {
        name: 'ends',
        before: [series()],
        after: [ended],
        operations: ['update work'],
        picture: tuesdays({ '03-24': null, '03-31': null, '04-07': null }),
        generation: 0,
      },
      {
        name: 'ended, restarts',
        before: [ended],
        after: [series()],
        operations: ['update work'],
        picture: tuesdays(),
        generation: 0,
      },
      {
        name: 'ended, goes on as another series',
        before: [ended],
        after: [
          ended,
          series({ id: 'other1', iCalUid: 'other1@google.com', ...times('2026-03-31T10:00', '2026-03-31T11:00') }),
        ],
        operations: ['create work'],
        picture: tuesdays({ '03-24': null }),
        generation: 0,
      },
      {
        name: 'was deleted',
        before: [series()],
        after: [series({ status: 'cancelled' })],
        operations: ['delete work'],
        picture: [],
        generation: 0,
      },
      {
        name: 'was deleted as a bare tombstone',
        before: [series()],
        after: [event(home, { id: 'series1', iCalUid: null, status: 'cancelled', start: null, end: null })],
        operations: ['delete work'],
        picture: [],
        generation: 0,
      },
      {
        name: 'lost its rule',
        before: [series()],
        after: [series({ recurrence: [] })],
        operations: ['replace work'],
        picture: ['03-10 10:00-11:00'],
        generation: 1,
      },
      {
        name: 'got a rule',
        before: [series({ recurrence: [] })],
        after: [series()],
        operations: ['replace work'],
        picture: tuesdays(),
        generation: 1,
      },
    ])('$name', ({ before, after, operations, picture, generation }) => {
      const scene = synced(...before);
      // A bare tombstone stays in the group where its series was, as the store keeps it (google-calendar.md §0.5).
      const kept = after.map((one) =>
        one.row.iCalUid === null ? { ...one, row: { ...one.row, iCalUid: 'series1@google.com' } } : one,
      );
      expect(scene.becomes(...kept).sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
      for (const block of scene.blocks()) expect([0, generation]).toContain(block.tag.generation);
    });

    it('was deleted and comes back under its id is not woken up: the next generation is made', () => {
      const scene = synced(series(), cancelled(second));
      scene.becomes(series({ status: 'cancelled' })).sync();
      expect(scene.becomes(series(), cancelled(second)).sync()).toEqual(['create work', `cancel-slot work ${second}`]);
      expect(scene.block().tag.generation).toBe(1);
      expect(scene.shows()).toEqual(tuesdays({ '03-17': null }));
    });

    it('ends and restarts again and again keeps its one block', () => {
      const scene = synced(series());
      const { id } = scene.block();
      for (let round = 0; round < 3; round += 1) {
        expect(scene.becomes(ended).sync()).toEqual(['update work']);
        expect(scene.becomes(series()).sync()).toEqual(['update work']);
      }
      expect(scene.block().id).toBe(id);
    });
  });
});
