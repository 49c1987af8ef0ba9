import { expect } from 'vitest';
import { bothWays, home, timed, tryUnknowns, work } from './support.ts';

// google-calendar.md §10, not numbered: which rows does a change show again (google-calendar.md §0.6)?
tryUnknowns(import.meta.filename, [
  bothWays('seriesBump', ['all', 'touched'], {
    'dates of a series change one by one, then all of it, and blocks of it drift': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.editSlot(work, series, '20260414T080000Z', timed('2026-04-14', '18:00', '19:00'));
      await stage.expectSettled(1);
      stage.person.editAll(work, series, { summary: 'Another name' });
      // Blocks tell no names.
      await stage.expectSettled(0);
      stage.person.deleteSlot(work, series, '20260421T080000Z');
      await stage.expectSettled(1);
      const [block] = stage.place.blocks(home);
      stage.simulator.person(home).patchEvent(home, block?.id ?? '', { summary: 'Dentist' });
      // The dates that took the words over are put right, too.
      await stage.settle();
      await stage.expectSettled(0);
      const words = stage.place.blocks(home).map(({ summary }) => summary);
      expect(new Set(words)).toEqual(new Set(['🔒 Busy']));
    },
  }),

  bothWays('exceptionUpdated', ['series', 'own'], {
    'rows that are only shown again are no change, and a new etag is none': async (stage) => {
      const series = stage.changedSeries();
      await stage.expectSettled(4);
      stage.person.editSlot(work, series, '20260414T080000Z', { summary: 'Another name' });
      await stage.expectSettled(0);
      stage.person.touchEvent(work, series);
      for (const { id } of stage.place.blocks(home)) stage.simulator.person(home).touchEvent(home, id);
      await stage.expectSettled(0);
      // With the etag of before, a write is refused: it is looked at and made again.
      stage.person.editSlot(work, series, '20260414T080000Z', timed('2026-04-14', '18:00', '19:00'));
      await stage.expectSettled(1);
      stage.person.patchEvent(work, series, { transparency: 'transparent' });
      await stage.settle();
      await stage.expectSettled(0);
    },
  }),
]);
