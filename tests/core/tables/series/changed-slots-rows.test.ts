import { describe, expect, it } from 'vitest';
import { berlin, slots, source, targets, times, tuesdays } from '../office.ts';
import { cancelLate, gone, move, openOffice, sourceShows, withSeries, type Act } from './rows-support.ts';
import type { Instead } from './support.ts';

describe('Series, complete: as their rows arrive', () => {
  it.each<{
    name: string;
    first: Act;
    then: Instead;
    second: Act;
    last: Instead;
  }>([
    {
      name: 'a moved slot, deleted',
      first: move,
      then: { '03-31': '04-01 14:00-15:00' },
      second: (person, { id }) => {
        person.deleteSlot(source, id, slots[1]);
      },
      last: { '03-31': null },
    },
    {
      name: 'a cancelled slot, taken out of the bin',
      first: cancelLate,
      then: { '04-14': null },
      second: (person, { id }) => person.undelete(source, `${id}_20260414T080000Z`),
      last: {},
    },
    {
      name: 'a declined slot, accepted',
      first: (person, { id }) => {
        person.patchEvent(source, id, { attendees: [{ email: source, responseStatus: 'accepted' }] });
        person.respond(source, id, 'declined', slots[1]);
      },
      then: { '03-31': null },
      second: (person, { id }) => person.respond(source, id, 'accepted', slots[1]),
      last: {},
    },
    {
      name: 'a freed slot, busy again',
      first: (person, { id }) => person.editSlot(source, id, slots[1], { transparency: 'transparent' }),
      then: { '03-31': null },
      second: (person, { id }) => person.editSlot(source, id, slots[1], { transparency: 'opaque' }),
      last: {},
    },
    {
      name: 'a resized slot, its old size',
      first: (person, { id }) => person.editSlot(source, id, slots[1], { end: berlin('2026-03-31T13:00') }),
      then: { '03-31': '03-31 10:00-13:00' },
      second: (person, { id }) => person.editSlot(source, id, slots[1], { end: berlin('2026-03-31T11:00') }),
      last: {},
    },
    {
      name: 'an all-day slot, timed',
      first: (person, { id }) =>
        person.editSlot(source, id, slots[1], { start: { date: '2026-03-31' }, end: { date: '2026-04-01' } }),
      then: { '03-31': '03-31 day 1' },
      second: (person, { id }) => person.editSlot(source, id, slots[1], times('2026-03-31T10:00', '2026-03-31T11:00')),
      last: {},
    },
  ])('$name: one write each', async ({ first, then, second, last }) => {
    const { office, person, series } = await withSeries();
    first(person, series);
    expect(await office.sync()).toEqual([1, 1]);
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(then));
    second(person, series);
    expect(await office.sync()).toEqual([1, 1]);
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(last));
  });

  it.each<{ name: string; act: Act; picture: Instead }>([
    {
      name: 'busy slots of a free series',
      act: (person, { id }) => {
        person.patchEvent(source, id, { transparency: 'transparent' });
        person.editSlot(source, id, slots[1], { transparency: 'opaque' });
        person.editSlot(source, id, slots[2], {
          transparency: 'opaque',
          ...times('2026-04-08T09:00', '2026-04-08T10:00'),
        });
      },
      picture: { ...gone('03-24'), '03-31': '03-31 10:00-11:00', '04-07': '04-08 09:00-10:00' },
    },
    {
      name: 'accepted slots of a declined series',
      act: (person, { id }) => {
        person.patchEvent(source, id, { attendees: [{ email: source, responseStatus: 'declined' }] });
        person.respond(source, id, 'accepted', slots[3]);
      },
      picture: { ...gone('03-24'), '04-14': '04-14 10:00-11:00' },
    },
  ])('$name are blocks of their own and go when the series becomes busy', async ({ act, picture }) => {
    const { office, person, series } = await withSeries();
    act(person, series);
    await office.sync();
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(picture));
    person.patchEvent(source, series.id, { transparency: 'opaque', attendees: [] });
    await office.sync();
    for (const target of targets) {
      expect(office.place.blocks(target)).toHaveLength(1);
      expect(await office.shows(target)).toHaveLength(5);
    }
  });

  it('an all-day series with a moved, a cancelled and a timed slot', async () => {
    const office = await openOffice();
    const { person } = office;
    const series = person.createEvent(source, {
      summary: 'Fair',
      start: { date: '2026-03-24' },
      end: { date: '2026-03-25' },
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'],
    });
    expect(await office.sync()).toEqual([1, 1]);
    person.editSlot(source, series.id, '2026-03-31', {
      start: { date: '2026-04-01' },
      end: { date: '2026-04-03' },
    });
    person.deleteSlot(source, series.id, '2026-04-07');
    person.editSlot(source, series.id, '2026-04-14', times('2026-04-14T10:00', '2026-04-14T12:00'));
    expect(await office.sync()).toEqual([3, 3]);
    for (const target of targets) {
      expect(await office.shows(target)).toEqual(['03-24 day 1', '04-01 day 2', '04-14 10:00-12:00', '04-21 day 1']);
    }
    person.splitThisAndFollowing(source, series.id, '2026-04-07', { summary: 'Other' });
    await office.sync();
    for (const target of targets) expect(await office.shows(target)).toEqual(await sourceShows(office));
  });
});
