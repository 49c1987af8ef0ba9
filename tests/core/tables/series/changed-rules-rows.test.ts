import { describe, expect, it } from 'vitest';
import { source, targets, times } from '../office.ts';
import { both, sourceShows, withSeries, type Act } from './rows-support.ts';

describe('Series, complete: as their rows arrive', () => {
  it.each<{ name: string; act: Act; left: number }>([
    {
      name: 'ends',
      act: (person, { id }) => person.patchEvent(source, id, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'] }),
      left: 2,
    },
    {
      name: 'is deleted',
      act: (person, { id }) => {
        person.deleteEvent(source, id);
      },
      left: 0,
    },
    {
      name: 'is moved to the past',
      act: (person, { id }) =>
        person.patchEvent(source, id, {
          ...times('2025-01-07T10:00', '2025-01-07T11:00'),
          recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'],
        }),
      left: 0,
    },
    { name: 'loses its rule', act: (person, { id }) => person.patchEvent(source, id, { recurrence: [] }), left: 1 },
  ])('a series that $name, and restarts', async ({ act, left }) => {
    const { office, person, series } = await withSeries(both);
    act(person, series);
    await office.sync();
    expect(await sourceShows(office)).toHaveLength(left);
    for (const target of targets) expect(await office.shows(target)).toEqual(await sourceShows(office));
    person.patchEvent(source, series.id, {
      status: 'confirmed',
      ...times('2026-03-24T10:00', '2026-03-24T11:00'),
      recurrence: ['RRULE:FREQ=WEEKLY'],
    });
    await office.sync();
    expect((await sourceShows(office)).length).toBeGreaterThanOrEqual(4);
    for (const target of targets) {
      expect(office.place.blocks(target)).toHaveLength(1);
      expect(await office.shows(target)).toEqual(await sourceShows(office));
    }
  });
});
