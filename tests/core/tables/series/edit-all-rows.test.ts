import { describe, expect, it } from 'vitest';
import type { Switches } from '../../../../src/simulator/index.ts';
import { berlin, source, targets, times, tuesdays } from '../office.ts';
import { both, twelve, withSeries, type Act } from './rows-support.ts';
import type { Instead } from './support.ts';

describe('Series, complete: as their rows arrive', () => {
  describe.each<Switches['masterTimeChange']>(['keepProduced', 'resetAll'])(
    'exceptions of a changed series: %s',
    (masterTimeChange) => {
      it.each<{ name: string; act: Act; writes: number[]; picture: Instead }>([
        {
          name: 'of the title',
          act: (person, { id }) => person.editAll(source, id, { summary: 'All of them' }),
          writes: [0, 0],
          picture: { '03-31': '04-01 14:00-15:00', '04-14': null },
        },
        {
          name: 'of the length',
          act: (person, { id }) => person.editAll(source, id, { end: berlin('2026-03-24T12:00') }),
          writes: [1, 1],
          picture: {
            '03-24': '03-24 10:00-12:00',
            '03-31': '04-01 14:00-15:00',
            '04-07': '04-07 10:00-12:00',
            '04-14': null,
            '04-21': '04-21 10:00-12:00',
          },
        },
      ])('edit-all after exceptions $name keeps them', async ({ act, writes, picture }) => {
        const { office, person, series } = await withSeries(both, { masterTimeChange: 'keepProduced' });
        act(person, series);
        expect(await office.sync()).toEqual(writes);
        for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(picture));
      });

      it('edit-all after exceptions of the time: those of the old times are gone', async () => {
        const { office, person, series } = await withSeries(both, { masterTimeChange });
        person.editAll(source, series.id, times('2026-03-24T12:00', '2026-03-24T13:00'));
        expect(await office.sync()).toEqual([2, 2]);
        for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(twelve('03-24')));
      });

      it('rule made every other week, and back', async () => {
        const { office, person, series } = await withSeries(both, { masterTimeChange });
        person.patchEvent(source, series.id, { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2'] });
        await office.sync();
        expect(await office.shows()).toEqual(tuesdays({ '03-31': null, '04-14': null }));
        person.patchEvent(source, series.id, { recurrence: ['RRULE:FREQ=WEEKLY'] });
        await office.sync();
        expect(await office.shows()).toEqual(tuesdays());
      });
    },
  );
});
