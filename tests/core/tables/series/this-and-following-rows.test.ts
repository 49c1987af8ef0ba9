import { describe, expect, it } from 'vitest';
import type { Switches } from '../../../../src/simulator/index.ts';
import { slots, source, times } from '../office.ts';
import {
  both,
  bothMoved,
  cancelLate,
  gone,
  move,
  moveLate,
  settled,
  twelve,
  withSeries,
  type Act,
} from './rows-support.ts';
import type { Instead } from './support.ts';

describe('Series, complete: as their rows arrive', () => {
  describe.each<Switches['masterTimeChange']>(['keepProduced', 'resetAll'])(
    'exceptions of a changed series: %s',
    (masterTimeChange) => {
      describe.each(['R', 'new'] as const)('"this and following" edit, form %s', (form) => {
        it.each<{ name: string; before?: Act; act: Act; writes: number[]; picture: Instead }>([
          {
            name: 'of the title',

            act: (person, { id }) => person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            writes: [2, 2],
            picture: {},
          },
          {
            name: 'of the time',

            act: (person, { id }) =>
              person.splitThisAndFollowing(source, id, slots[2], times('2026-04-07T12:00', '2026-04-07T13:00'), form),
            writes: [2, 2],
            picture: twelve('04-07'),
          },
          {
            name: 'with an exception before the cut, which survives',
            before: move,
            act: (person, { id }) => person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            writes: [2, 2],
            picture: { '03-31': '04-01 14:00-15:00' },
          },
          {
            name: 'with a cancelled slot behind the cut, a bare tombstone now',
            before: cancelLate,
            act: (person, { id }) => person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            writes: [2, 2],
            picture: {},
          },
          {
            name: 'with a moved slot behind the cut',
            before: moveLate,
            act: (person, { id }) => person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            writes: [2, 2],
            picture: {},
          },
          {
            name: 'with exceptions on both sides',
            before: bothMoved,
            act: (person, { id }) =>
              person.splitThisAndFollowing(source, id, slots[2], times('2026-04-07T12:00', '2026-04-07T13:00'), form),
            writes: [2, 2],
            picture: { '03-31': '04-01 14:00-15:00', ...twelve('04-07') },
          },
          {
            name: 'at the slot that was moved',
            before: move,
            act: (person, { id }) =>
              person.splitThisAndFollowing(source, id, slots[1], times('2026-03-31T12:00', '2026-03-31T13:00'), form),
            writes: [2, 2],
            picture: twelve('03-31'),
          },
          {
            name: 'and a change of one slot of the second half',

            act: (person, { id }) => {
              const rest = person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              person.deleteSlot(source, rest.id, slots[3]);
            },
            writes: [3, 3],
            picture: { '04-14': null },
          },
          {
            name: 'twice',

            act: (person, { id }) => {
              const rest = person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              person.splitThisAndFollowing(
                source,
                rest.id,
                slots[3],
                times('2026-04-14T12:00', '2026-04-14T13:00'),
                form,
              );
            },
            writes: [3, 3],
            picture: twelve('04-14'),
          },
          {
            name: 'of which the second half is deleted',

            act: (person, { id }) => {
              const rest = person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              person.deleteEvent(source, rest.id);
            },
            writes: [1, 1],
            picture: gone('04-07'),
          },
          {
            name: 'of which the first half is deleted',

            act: (person, { id }) => {
              person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              person.deleteEvent(source, id);
            },
            writes: [2, 2],
            picture: { '03-24': null, '03-31': null },
          },
        ])('$name', async ({ before, act, writes, picture }) => {
          const { office, person, series } = await withSeries(before, { masterTimeChange });
          act(person, series);
          await settled(office, masterTimeChange, writes, picture);
        });

        it('then "all events": both halves change their text, and nothing is written', async () => {
          const { office, person, series } = await withSeries(both, { masterTimeChange });
          const rest = person.splitThisAndFollowing(source, series.id, slots[2], { summary: 'Other' }, form);
          await office.sync();
          person.editAll(source, rest.id, { summary: 'All of them' });
          expect(await office.sync()).toEqual([0, 0]);
        });
      });

      it.each<{ name: string; before?: Act; picture: Instead }>([
        { name: 'of a plain series', picture: gone('04-07') },
        {
          name: 'with an exception before the cut',
          before: move,
          picture: { '03-31': '04-01 14:00-15:00', ...gone('04-07') },
        },
        { name: 'with a cancelled slot behind the cut', before: cancelLate, picture: gone('04-07') },
        { name: 'with a moved slot behind the cut', before: moveLate, picture: gone('04-07') },
        {
          name: 'with a slot from behind the cut moved before it',
          before: (person, { id }) =>
            person.editSlot(source, id, slots[3], times('2026-03-26T14:00', '2026-03-26T15:00')),
          picture: gone('04-07'),
        },
      ])('"this and following" delete $name is 1 write', async ({ before, picture }) => {
        const { office, person, series } = await withSeries(before, { masterTimeChange });
        person.deleteThisAndFollowing(source, series.id, slots[2]);
        await settled(office, masterTimeChange, [1, 1], picture);
      });

      it('"this and following" delete at the first slot is the whole series', async () => {
        const { office, person, series } = await withSeries(both, { masterTimeChange });
        person.deleteThisAndFollowing(source, series.id, slots[0]);
        expect(await office.sync()).toEqual([1, 1]);
        expect(await office.shows()).toEqual([]);
      });
    },
  );
});
