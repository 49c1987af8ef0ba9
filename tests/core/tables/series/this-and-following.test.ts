import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../../src/main/core/model.ts';
import type { RowParts } from '../../../support/core-builders.ts';
import { cancelled, Scene, series, slot, slots, synced, tuesdays } from '../scene.ts';
import { bare, moved, times, type Change, type Instead } from './support.ts';

const [, second, third, fourth, fifth] = slots;

describe('Series, complete', () => {
  describe('"this and following"', () => {
    const until = (key: string): string[] => [`RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=${key}`];
    /** The second half, in both forms that the calendar gives it (google-calendar.md §0.11), each with an iCalUID of its own. */
    const halves: readonly { name: string; id: string; rest: (parts?: RowParts) => SourceEvent }[] = [
      {
        name: '`_R…` id',
        id: 'series1_R20260324T090000',
        rest: (parts) =>
          series({
            id: 'series1_R20260324T090000',
            iCalUid: 'series1_R20260324T090000@google.com',
            ...times('2026-03-24T10:00', '2026-03-24T11:00'),
            ...parts,
          }),
      },
      {
        name: 'new random id',
        id: 'k3v9n0q2',
        rest: (parts) =>
          series({
            id: 'k3v9n0q2',
            iCalUid: 'k3v9n0q2@google.com',
            ...times('2026-03-24T10:00', '2026-03-24T11:00'),
            ...parts,
          }),
      },
    ];
    const cut = '20260323T225959Z';

    describe.each(halves)('edit with a $name', ({ id, rest }) => {
      const ofRest = (key: string, parts: RowParts = {}): SourceEvent =>
        slot(key, { id: `${id}_${key}`, recurringEventId: id, iCalUid: `${id}@google.com`, ...parts });

      it.each<Change & { picture: Instead }>([
        {
          name: 'of the title',
          before: [series()],
          after: [series({ recurrence: until(cut) }), rest({ summary: 'Other' })],
          operations: ['update work', 'create work'],
          picture: {},
        },
        {
          name: 'of the time',
          before: [series()],
          after: [series({ recurrence: until(cut) }), rest(times('2026-03-24T15:00', '2026-03-24T16:00'))],
          operations: ['update work', 'create work'],
          picture: { '03-24': '03-24 15:00-16:00', '03-31': '03-31 15:00-16:00', '04-07': '04-07 15:00-16:00' },
        },
        {
          name: 'of the length',
          before: [series()],
          after: [series({ recurrence: until(cut) }), rest(times('2026-03-24T10:00', '2026-03-24T12:00'))],
          operations: ['update work', 'create work'],
          picture: { '03-24': '03-24 10:00-12:00', '03-31': '03-31 10:00-12:00', '04-07': '04-07 10:00-12:00' },
        },
        {
          name: 'to free time',
          before: [series()],
          after: [series({ recurrence: until(cut) }), rest({ transparent: true })],
          operations: ['update work'],
          picture: { '03-24': null, '03-31': null, '04-07': null },
        },
        {
          name: 'after which an exception before the cut survives',
          before: [series(), cancelled(second)],
          after: [series({ recurrence: until(cut) }), cancelled(second), rest()],
          operations: ['update work', 'create work'],
          picture: { '03-17': null },
        },
        {
          name: 'after which an exception behind the cut is a bare tombstone',
          before: [series(), cancelled(fourth)],
          after: [series({ recurrence: until(cut) }), bare(fourth), rest()],
          operations: ['update work', 'create work'],
          picture: {},
        },
        {
          name: 'after which an exception behind the cut is not told of any more',
          before: [series(), moved(fourth, '2026-04-01T10:00', '2026-04-01T11:00')],
          after: [series({ recurrence: until(cut) }), rest()],
          operations: ['update work', 'create work'],
          picture: {},
        },
        {
          name: 'with exceptions on both sides',
          before: [series(), moved(second, '2026-03-18T10:00', '2026-03-18T11:00'), cancelled(fifth)],
          after: [
            series({ recurrence: until(cut) }),
            moved(second, '2026-03-18T10:00', '2026-03-18T11:00'),
            bare(fifth),
            rest(),
            ofRest(fourth, { status: 'cancelled', start: null, end: null }),
          ],
          operations: ['update work', 'create work', `cancel-slot work ${fourth}`],
          picture: { '03-17': '03-18 10:00-11:00', '03-31': null },
        },
        {
          name: 'at a slot that was moved',
          before: [series(), moved(third, '2026-03-25T10:00', '2026-03-25T11:00')],
          after: [series({ recurrence: until(cut) }), bare(third), rest(times('2026-03-24T12:00', '2026-03-24T13:00'))],
          operations: ['update work', 'create work'],
          picture: { '03-24': '03-24 12:00-13:00', '03-31': '03-31 12:00-13:00', '04-07': '04-07 12:00-13:00' },
        },
        {
          name: 'of a series with COUNT',
          before: [series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=5'] })],
          after: [
            series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'] }),
            rest({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'] }),
          ],
          operations: ['update work', 'create work'],
          picture: {},
        },
      ])('$name', ({ before, after, operations, picture }) => {
        for (const leftovers of ['dropped', 'cancelled', 'vanished', 'kept'] as const) {
          const scene = new Scene(before, { leftovers });
          scene.sync();
          const plan = scene.becomes(...after).plan();
          scene.world.apply(plan);
          expect(plan.operations.map((one) => `${one.kind} work${'slotKey' in one ? ` ${one.slotKey}` : ''}`)).toEqual(
            operations,
          );
          // A calendar that keeps exceptions which the shorter rule does not make has them taken away.
          scene.sync();
          expect(scene.shows()).toEqual(tuesdays(picture));
          expect(scene.operations()).toEqual([]);
        }
      });

      it('splits again, and each part keeps its own exceptions', () => {
        const third2 = 'series1_R20260407T080000';
        const scene = synced(series());
        scene.becomes(series({ recurrence: until(cut) }), rest()).sync();
        scene.becomes(
          series({ recurrence: until(cut) }),
          rest({ recurrence: until('20260406T215959Z') }),
          ofRest(fourth, { status: 'cancelled', start: null, end: null }),
          series({ id: third2, iCalUid: `${third2}@google.com`, ...times('2026-04-07T08:00', '2026-04-07T09:00') }),
        );
        expect(scene.sync()).toEqual(['update work', `cancel-slot work ${fourth}`, 'create work']);
        expect(scene.shows()).toEqual(tuesdays({ '03-31': null, '04-07': '04-07 08:00-09:00' }));
      });
    });

    it.each<Change & { picture: Instead }>([
      {
        name: 'of a plain series',
        before: [series()],
        after: [series({ recurrence: until(cut) })],
        operations: ['update work'],
        picture: {},
      },
      {
        name: 'with an exception before the cut',
        before: [series(), cancelled(second)],
        after: [series({ recurrence: until(cut) }), cancelled(second)],
        operations: ['update work'],
        picture: { '03-17': null },
      },
      {
        name: 'with a cancelled slot behind the cut',
        before: [series(), cancelled(fourth)],
        after: [series({ recurrence: until(cut) }), bare(fourth)],
        operations: ['update work'],
        picture: {},
      },
      {
        name: 'with a moved slot behind the cut',
        before: [series(), moved(fourth, '2026-04-01T10:00', '2026-04-01T11:00')],
        after: [series({ recurrence: until(cut) }), bare(fourth)],
        operations: ['update work'],
        picture: {},
      },
      {
        name: 'with a slot from behind the cut moved before it',
        before: [series(), moved(fourth, '2026-03-12T10:00', '2026-03-12T11:00')],
        after: [series({ recurrence: until(cut) }), bare(fourth)],
        operations: ['update work'],
        picture: {},
      },
    ])('delete $name', ({ before, after, operations, picture }) => {
      for (const leftovers of ['dropped', 'cancelled', 'vanished', 'kept'] as const) {
        const scene = new Scene(before, { leftovers });
        scene.sync();
        const plan = scene.becomes(...after).plan();
        scene.world.apply(plan);
        expect(plan.operations.map((one) => `${one.kind} work`)).toEqual(operations);
        scene.sync();
        expect(scene.shows()).toEqual(tuesdays({ ...picture, '03-24': null, '03-31': null, '04-07': null }));
      }
    });

    it('delete at the first slot is the whole series', () => {
      const scene = synced(series(), cancelled(second));
      expect(scene.becomes(series({ status: 'cancelled', start: null, end: null, recurrence: [] })).sync()).toEqual([
        'delete work',
      ]);
      expect(scene.shows()).toEqual([]);
    });

    it('that leaves one slot leaves a series of one', () => {
      const scene = synced(series());
      expect(scene.becomes(series({ recurrence: until('20260310T225959Z') })).sync()).toEqual(['update work']);
      expect(scene.shows()).toEqual(['03-10 10:00-11:00']);
    });
  });
});
