import { describe, expect, it } from 'vitest';
import { defaultBusyPolicy } from '../../../../src/main/core/policy.ts';
import type { RowParts } from '../../../support/core-builders.ts';
import { home, Scene, series, slot, slots, synced, tuesdays, work } from '../scene.ts';
import { free, times } from './support.ts';

const [, second, third] = slots;

describe('Series, complete', () => {
  describe('a busy slot of a series that is', () => {
    it.each<{ name: string; parts: RowParts }>([
      { name: 'marked free', parts: { transparent: true } },
      { name: 'declined', parts: { ownResponse: 'declined' } },
      { name: 'a working location', parts: { kind: 'workingLocation', transparent: true } },
      { name: 'without times', parts: { start: null, end: null } },
    ])('$name becomes its own block and goes when the series becomes busy', ({ parts }) => {
      const accepted = slot(second, { ownResponse: 'accepted' });
      const scene = synced(series(parts), accepted);
      expect(scene.shows()).toEqual(['03-17 10:00-11:00']);
      expect(scene.block()).toMatchObject({ tag: { sourceRef: accepted.sourceRef }, content: { recurrence: [] } });
      // It moves like any event.
      const elsewhere = slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), ownResponse: 'accepted' });
      expect(scene.becomes(series(parts), elsewhere).sync()).toEqual(['update work']);
      expect(scene.shows()).toEqual(['03-18 14:00-15:00']);
      // A second one is a second block.
      expect(scene.becomes(series(parts), elsewhere, slot(third, { ownResponse: 'accepted' })).sync()).toEqual([
        'create work',
      ]);
      // The series becomes busy: one block for all, and no other.
      expect(scene.becomes(series(), elsewhere, slot(third)).sync()).toEqual([
        'replace work',
        `put-slot work ${second}`,
      ]);
      expect(scene.shows()).toEqual(tuesdays({ '03-17': '03-18 14:00-15:00' }));
      expect(scene.blocks()).toHaveLength(1);
      // And not busy again.
      expect(scene.becomes(series(parts), accepted).sync()).toEqual(['replace work']);
      expect(scene.shows()).toEqual(['03-17 10:00-11:00']);
      // Free, too, in the end.
      expect(scene.becomes(series(parts), slot(second, { transparent: true })).sync()).toEqual(['delete work']);
      expect(scene.shows()).toEqual([]);
    });

    it('not counted by a policy follows that policy', () => {
      const answered = slot(second, { ownResponse: 'accepted' });
      const calendars = [{ ...home, busy: { ...defaultBusyPolicy, unanswered: false } }, work] as const;
      const scene = new Scene([series({ ownResponse: 'needsAction' }), answered]).on(...calendars);
      scene.sync();
      expect(scene.shows()).toEqual(['03-17 10:00-11:00']);
      expect(scene.on(home, work).sync()).toEqual(['replace work']);
      expect(scene.shows()).toEqual(tuesdays());
    });

    it('free is taken away with the last row that spoke of it, once all rows were read', () => {
      const scene = synced(free(), slot(second));
      scene.becomes(free()).on({ ...home, readable: false }, work);
      expect(scene.sync()).toEqual([]);
      expect(scene.on(home, work).sync()).toEqual(['delete work']);
    });
  });
});
