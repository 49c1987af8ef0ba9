import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../../src/main/core/model.ts';
import { cancelled, Scene, series, slot, slots, synced, tuesdays } from '../scene.ts';
import { bare, moved } from './support.ts';

const [, second, third] = slots;

describe('Series, complete', () => {
  describe('an invitation to one slot only (master missing)', () => {
    it('is an event of its own: one block, without a rule', () => {
      const scene = new Scene([slot(second)]);
      expect(scene.operations()).toMatchObject([
        { kind: 'create', content: { recurrence: [] }, tag: { sourceRef: slot(second).sourceRef } },
      ]);
      scene.sync();
      expect(scene.shows()).toEqual(['03-17 10:00-11:00']);
    });

    it.each<{ name: string; after: SourceEvent[]; operations: string[]; picture: string[] }>([
      {
        name: 'moves',
        after: [moved(second, '2026-03-18T14:00', '2026-03-18T15:00')],
        operations: ['update work'],
        picture: ['03-18 14:00-15:00'],
      },
      { name: 'is withdrawn', after: [cancelled(second)], operations: ['delete work'], picture: [] },
      { name: 'is withdrawn with a bare tombstone', after: [bare(second)], operations: ['delete work'], picture: [] },
      {
        name: 'is declined',
        after: [slot(second, { ownResponse: 'declined' })],
        operations: ['delete work'],
        picture: [],
      },
      {
        name: 'gets company',
        after: [slot(second), slot(third)],
        operations: ['create work'],
        picture: ['03-17 10:00-11:00', '03-24 10:00-11:00'],
      },
      {
        name: 'becomes one to the whole series',
        after: [series(), slot(second)],
        operations: ['replace work'],
        picture: tuesdays(),
      },
      {
        name: 'becomes one to the series without that slot',
        after: [series(), cancelled(second)],
        operations: ['create work', `cancel-slot work ${second}`, 'delete work'],
        picture: tuesdays({ '03-17': null }),
      },
      {
        name: 'stays when a series turns up that was deleted',
        after: [series({ status: 'cancelled', start: null, recurrence: [] }), slot(second)],
        operations: [],
        picture: ['03-17 10:00-11:00'],
      },
    ])('$name', ({ after, operations, picture }) => {
      const scene = synced(slot(second));
      expect(scene.becomes(...after).sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
    });

    it('that was withdrawn before it was ever seen is nothing', () => {
      expect(new Scene([cancelled(second)]).sync()).toEqual([]);
    });

    it('remains of a series that is gone', () => {
      const scene = synced(series(), slot(second));
      expect(scene.becomes(series({ status: 'cancelled' }), slot(second)).sync()).toEqual(['replace work']);
      expect(scene.shows()).toEqual(['03-17 10:00-11:00']);
    });
  });
});
