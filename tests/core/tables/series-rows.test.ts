import { afterEach, describe, expect, it } from 'vitest';
import type { EventRow } from '../../../src/main/core/model.ts';
import type { PersonEvent, Switches } from '../../../src/simulator/index.ts';
import { calendar } from '../../support/core-builders.ts';
import { at, exception, home, openMesh, series, slotTombstone, tombstone, work } from '../../store/support.ts';
import { berlin, Office, slots, source, targets, times, tuesdays, weekly } from './office.ts';
import { Scene } from './scene.ts';

let office: Office;

afterEach(async () => {
  await office.close();
});

const twelve = (from: string): Record<string, string | null> =>
  Object.fromEntries(
    ['03-24', '03-31', '04-07', '04-14', '04-21']
      .filter((date) => date >= from)
      .map((date) => [date, `${date} 12:00-13:00`]),
  );
const gone = (from: string): Record<string, string | null> =>
  Object.fromEntries(
    ['03-24', '03-31', '04-07', '04-14', '04-21'].filter((date) => date >= from).map((date) => [date, null]),
  );

/** What a person does after the first sync; the series is `weekly`. */
type Act = (series: PersonEvent) => unknown;

/** Opens the office with the series in step; exceptions are made before or after the first sync. */
async function withSeries(before: Act = () => undefined, switches: Partial<Switches> = {}): Promise<PersonEvent> {
  office = await Office.open(switches);
  const series = office.person.createEvent(source, weekly);
  before(series);
  await office.sync();
  return series;
}

const move: Act = ({ id }) =>
  office.person.editSlot(source, id, slots[1], times('2026-04-01T14:00', '2026-04-01T15:00'));
const cancelLate: Act = ({ id }) => {
  office.person.deleteSlot(source, id, slots[3]);
};
const moveLate: Act = ({ id }) =>
  office.person.editSlot(source, id, slots[3], times('2026-04-15T14:00', '2026-04-15T15:00'));
const both: Act = (series) => {
  move(series);
  cancelLate(series);
};
const bothMoved: Act = (series) => {
  move(series);
  moveLate(series);
};

// The rows arrive as Google sends them: masters bumped with all their exceptions, bare tombstones, `_R…` ids.
describe('Series, complete: as their rows arrive', () => {
  describe.each<Switches['masterTimeChange']>(['keepProduced', 'resetAll'])(
    'exceptions of a changed series: %s',
    (masterTimeChange) => {
      describe.each(['R', 'new'] as const)('"this and following" edit, form %s', (form) => {
        it.each<[string, Act, Act, number[], Record<string, string | null>]>([
          [
            'of the title',
            () => undefined,
            ({ id }) => office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            [2, 2],
            {},
          ],
          [
            'of the time',
            () => undefined,
            ({ id }) =>
              office.person.splitThisAndFollowing(
                source,
                id,
                slots[2],
                times('2026-04-07T12:00', '2026-04-07T13:00'),
                form,
              ),
            [2, 2],
            twelve('04-07'),
          ],
          [
            'with an exception before the cut, which survives',
            move,
            ({ id }) => office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            [2, 2],
            { '03-31': '04-01 14:00-15:00' },
          ],
          [
            'with a cancelled slot behind the cut, a bare tombstone now',
            cancelLate,
            ({ id }) => office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            [2, 2],
            {},
          ],
          [
            'with a moved slot behind the cut',
            moveLate,
            ({ id }) => office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form),
            [2, 2],
            {},
          ],
          [
            'with exceptions on both sides',
            bothMoved,
            ({ id }) =>
              office.person.splitThisAndFollowing(
                source,
                id,
                slots[2],
                times('2026-04-07T12:00', '2026-04-07T13:00'),
                form,
              ),
            [2, 2],
            { '03-31': '04-01 14:00-15:00', ...twelve('04-07') },
          ],
          [
            'at the slot that was moved',
            move,
            ({ id }) =>
              office.person.splitThisAndFollowing(
                source,
                id,
                slots[1],
                times('2026-03-31T12:00', '2026-03-31T13:00'),
                form,
              ),
            [2, 2],
            twelve('03-31'),
          ],
          [
            'and a change of one slot of the second half',
            () => undefined,
            ({ id }) => {
              const rest = office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              office.person.deleteSlot(source, rest.id, slots[3]);
            },
            [3, 3],
            { '04-14': null },
          ],
          [
            'twice',
            () => undefined,
            ({ id }) => {
              const rest = office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              office.person.splitThisAndFollowing(
                source,
                rest.id,
                slots[3],
                times('2026-04-14T12:00', '2026-04-14T13:00'),
                form,
              );
            },
            [3, 3],
            twelve('04-14'),
          ],
          [
            'of which the second half is deleted',
            () => undefined,
            ({ id }) => {
              const rest = office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              office.person.deleteEvent(source, rest.id);
            },
            [1, 1],
            gone('04-07'),
          ],
          [
            'of which the first half is deleted',
            () => undefined,
            ({ id }) => {
              office.person.splitThisAndFollowing(source, id, slots[2], { summary: 'Other' }, form);
              office.person.deleteEvent(source, id);
            },
            [2, 2],
            { '03-24': null, '03-31': null },
          ],
        ])('%s', async (_, before, act, writes, picture) => {
          const series = await withSeries(before, { masterTimeChange });
          act(series);
          await settled(masterTimeChange, writes, picture);
        });

        it('then "all events": both halves change their text, and nothing is written', async () => {
          const series = await withSeries(both, { masterTimeChange });
          const rest = office.person.splitThisAndFollowing(source, series.id, slots[2], { summary: 'Other' }, form);
          await office.sync();
          office.person.editAll(source, rest.id, { summary: 'All of them' });
          expect(await office.sync()).toEqual([0, 0]);
        });
      });

      it.each<[string, Act, Record<string, string | null>]>([
        ['of a plain series', () => undefined, gone('04-07')],
        ['with an exception before the cut', move, { '03-31': '04-01 14:00-15:00', ...gone('04-07') }],
        ['with a cancelled slot behind the cut', cancelLate, gone('04-07')],
        ['with a moved slot behind the cut', moveLate, gone('04-07')],
        [
          'with a slot from behind the cut moved before it',
          ({ id }) => office.person.editSlot(source, id, slots[3], times('2026-03-26T14:00', '2026-03-26T15:00')),
          gone('04-07'),
        ],
      ])('"this and following" delete %s is 1 write', async (_, before, picture) => {
        const series = await withSeries(before, { masterTimeChange });
        office.person.deleteThisAndFollowing(source, series.id, slots[2]);
        await settled(masterTimeChange, [1, 1], picture);
      });

      it('"this and following" delete at the first slot is the whole series', async () => {
        const series = await withSeries(both, { masterTimeChange });
        office.person.deleteThisAndFollowing(source, series.id, slots[0]);
        expect(await office.sync()).toEqual([1, 1]);
        expect(await office.shows()).toEqual([]);
      });

      it.each<[string, Act, number[], Record<string, string | null>]>([
        [
          'of the title',
          ({ id }) => office.person.editAll(source, id, { summary: 'All of them' }),
          [0, 0],
          { '03-31': '04-01 14:00-15:00', '04-14': null },
        ],
        [
          'of the length',
          ({ id }) => office.person.editAll(source, id, { end: berlin('2026-03-24T12:00') }),
          [1, 1],
          {
            '03-24': '03-24 10:00-12:00',
            '03-31': '04-01 14:00-15:00',
            '04-07': '04-07 10:00-12:00',
            '04-14': null,
            '04-21': '04-21 10:00-12:00',
          },
        ],
      ])('edit-all after exceptions %s keeps them', async (_, act, writes, picture) => {
        const series = await withSeries(both, { masterTimeChange: 'keepProduced' });
        act(series);
        expect(await office.sync()).toEqual(writes);
        for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(picture));
      });

      it('edit-all after exceptions of the time: those of the old times are gone', async () => {
        const series = await withSeries(both, { masterTimeChange });
        office.person.editAll(source, series.id, times('2026-03-24T12:00', '2026-03-24T13:00'));
        expect(await office.sync()).toEqual([2, 2]);
        for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(twelve('03-24')));
      });

      it('rule made every other week, and back', async () => {
        const series = await withSeries(both, { masterTimeChange });
        office.person.patchEvent(source, series.id, { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2'] });
        await office.sync();
        expect(await office.shows()).toEqual(tuesdays({ '03-31': null, '04-14': null }));
        office.person.patchEvent(source, series.id, { recurrence: ['RRULE:FREQ=WEEKLY'] });
        await office.sync();
        expect(await office.shows()).toEqual(tuesdays());
      });
    },
  );

  it.each<[string, Act, Record<string, string | null>, Act, Record<string, string | null>]>([
    [
      'a moved slot, deleted',
      move,
      { '03-31': '04-01 14:00-15:00' },
      ({ id }) => {
        office.person.deleteSlot(source, id, slots[1]);
      },
      { '03-31': null },
    ],
    [
      'a cancelled slot, taken out of the bin',
      cancelLate,
      { '04-14': null },
      ({ id }) => office.person.undelete(source, `${id}_20260414T080000Z`),
      {},
    ],
    [
      'a declined slot, accepted',
      ({ id }) => {
        office.person.patchEvent(source, id, { attendees: [{ email: source, responseStatus: 'accepted' }] });
        office.person.respond(source, id, 'declined', slots[1]);
      },
      { '03-31': null },
      ({ id }) => office.person.respond(source, id, 'accepted', slots[1]),
      {},
    ],
    [
      'a freed slot, busy again',
      ({ id }) => office.person.editSlot(source, id, slots[1], { transparency: 'transparent' }),
      { '03-31': null },
      ({ id }) => office.person.editSlot(source, id, slots[1], { transparency: 'opaque' }),
      {},
    ],
    [
      'a resized slot, its old size',
      ({ id }) => office.person.editSlot(source, id, slots[1], { end: berlin('2026-03-31T13:00') }),
      { '03-31': '03-31 10:00-13:00' },
      ({ id }) => office.person.editSlot(source, id, slots[1], { end: berlin('2026-03-31T11:00') }),
      {},
    ],
    [
      'an all-day slot, timed',
      ({ id }) =>
        office.person.editSlot(source, id, slots[1], { start: { date: '2026-03-31' }, end: { date: '2026-04-01' } }),
      { '03-31': '03-31 day 1' },
      ({ id }) => office.person.editSlot(source, id, slots[1], times('2026-03-31T10:00', '2026-03-31T11:00')),
      {},
    ],
  ])('%s: one write each', async (_, first, then, second, last) => {
    const series = await withSeries();
    first(series);
    expect(await office.sync()).toEqual([1, 1]);
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(then));
    second(series);
    expect(await office.sync()).toEqual([1, 1]);
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(last));
  });

  it.each<[string, Act, Record<string, string | null>]>([
    [
      'busy slots of a free series',
      ({ id }) => {
        office.person.patchEvent(source, id, { transparency: 'transparent' });
        office.person.editSlot(source, id, slots[1], { transparency: 'opaque' });
        office.person.editSlot(source, id, slots[2], {
          transparency: 'opaque',
          ...times('2026-04-08T09:00', '2026-04-08T10:00'),
        });
      },
      { ...gone('03-24'), '03-31': '03-31 10:00-11:00', '04-07': '04-08 09:00-10:00' },
    ],
    [
      'accepted slots of a declined series',
      ({ id }) => {
        office.person.patchEvent(source, id, { attendees: [{ email: source, responseStatus: 'declined' }] });
        office.person.respond(source, id, 'accepted', slots[3]);
      },
      { ...gone('03-24'), '04-14': '04-14 10:00-11:00' },
    ],
  ])('%s are blocks of their own and go when the series becomes busy', async (_, act, picture) => {
    const series = await withSeries();
    act(series);
    await office.sync();
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(picture));
    office.person.patchEvent(source, series.id, { transparency: 'opaque', attendees: [] });
    await office.sync();
    for (const target of targets) {
      expect(office.place.blocks(target)).toHaveLength(1);
      expect(await office.shows(target)).toHaveLength(5);
    }
  });

  it.each<[string, Act, number]>([
    ['ends', ({ id }) => office.person.patchEvent(source, id, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'] }), 2],
    [
      'is deleted',
      ({ id }) => {
        office.person.deleteEvent(source, id);
      },
      0,
    ],
    [
      'is moved to the past',
      ({ id }) =>
        office.person.patchEvent(source, id, {
          ...times('2025-01-07T10:00', '2025-01-07T11:00'),
          recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'],
        }),
      0,
    ],
    ['loses its rule', ({ id }) => office.person.patchEvent(source, id, { recurrence: [] }), 1],
  ])('a series that %s, and restarts', async (_, act, left) => {
    const series = await withSeries(both);
    act(series);
    await office.sync();
    expect(await sourceShows()).toHaveLength(left);
    for (const target of targets) expect(await office.shows(target)).toEqual(await sourceShows());
    office.person.patchEvent(source, series.id, {
      status: 'confirmed',
      ...times('2026-03-24T10:00', '2026-03-24T11:00'),
      recurrence: ['RRULE:FREQ=WEEKLY'],
    });
    await office.sync();
    expect((await sourceShows()).length).toBeGreaterThanOrEqual(4);
    for (const target of targets) {
      expect(office.place.blocks(target)).toHaveLength(1);
      expect(await office.shows(target)).toEqual(await sourceShows());
    }
  });

  it('an all-day series with a moved, a cancelled and a timed slot', async () => {
    office = await Office.open();
    const series = office.person.createEvent(source, {
      summary: 'Fair',
      start: { date: '2026-03-24' },
      end: { date: '2026-03-25' },
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'],
    });
    expect(await office.sync()).toEqual([1, 1]);
    office.person.editSlot(source, series.id, '2026-03-31', {
      start: { date: '2026-04-01' },
      end: { date: '2026-04-03' },
    });
    office.person.deleteSlot(source, series.id, '2026-04-07');
    office.person.editSlot(source, series.id, '2026-04-14', times('2026-04-14T10:00', '2026-04-14T12:00'));
    expect(await office.sync()).toEqual([3, 3]);
    for (const target of targets) {
      expect(await office.shows(target)).toEqual(['03-24 day 1', '04-01 day 2', '04-14 10:00-12:00', '04-21 day 1']);
    }
    office.person.splitThisAndFollowing(source, series.id, '2026-04-07', { summary: 'Other' });
    await office.sync();
    for (const target of targets) expect(await office.shows(target)).toEqual(await sourceShows());
  });

  describe('an invitation to one slot only (master missing)', () => {
    const one = exception('s', 25, { start: at('2026-03-25T15:00:00Z'), end: at('2026-03-25T16:00:00Z') });
    const whole = ['03-24', '03-25', '03-26', '03-27', '03-28', '03-29'].map((date) => `${date} 09:00-10:00`);
    const with25 = whole.map((time) => (time.startsWith('03-25') ? '03-25 15:00-16:00' : time));
    const without25 = whole.filter((time) => !time.startsWith('03-25'));

    it.each<[string, ['everything' | 'changes', readonly EventRow[], readonly string[]][]]>([
      [
        'is one block, moves and is withdrawn',
        [
          ['everything', [one], ['03-25 15:00-16:00']],
          [
            'changes',
            [{ ...one, start: at('2026-03-25T17:00:00Z'), end: at('2026-03-25T18:00:00Z') }],
            ['03-25 17:00-18:00'],
          ],
          ['changes', [slotTombstone('s', 25)], []],
        ],
      ],
      [
        'is withdrawn with nothing but its id, and comes back',
        [
          ['everything', [one], ['03-25 15:00-16:00']],
          ['changes', [tombstone('s_20260325T090000Z')], []],
          ['changes', [one], ['03-25 15:00-16:00']],
          ['everything', [], []],
        ],
      ],
      [
        'becomes one to all, with that slot, then without it, then as usual',
        [
          ['everything', [one], ['03-25 15:00-16:00']],
          ['changes', [series('s'), one], with25],
          ['changes', [series('s'), slotTombstone('s', 25)], without25],
          ['everything', [series('s')], whole],
        ],
      ],
      [
        'becomes one to all on a page of its own, the slot first',
        [
          ['everything', [one], ['03-25 15:00-16:00']],
          ['changes', [one], ['03-25 15:00-16:00']],
          ['changes', [series('s')], with25],
          ['changes', [tombstone('s')], []],
        ],
      ],
      [
        'remains when the series is deleted for everybody else',
        [
          ['everything', [series('s'), one], with25],
          ['changes', [tombstone('s'), one], ['03-25 15:00-16:00']],
          ['changes', [tombstone('s_20260325T090000Z')], []],
        ],
      ],
    ])('%s', (_, reads) => {
      const mesh = openMesh();
      const [from, to] = [calendar(work), calendar(home)];
      const scene = new Scene([]).on(from, to);
      for (const [kind, rows, picture] of reads) {
        mesh.read(work, kind, rows);
        scene.becomes(...mesh.groups().flatMap((group) => group.events)).sync();
        expect(scene.shows(to, { from: '2026-03-24T00:00:00Z', to: '2026-03-30T00:00:00Z', zone: 'UTC' })).toEqual(
          picture,
        );
      }
    });
  });
});

/**
 * Syncs and looks: the targets must say what the source says. Where the calendar keeps the exceptions of a changed series
 * that it still makes, that is the given picture for the given writes; where it does not, putting ours right costs more.
 */
async function settled(
  masterTimeChange: Switches['masterTimeChange'],
  writes: readonly number[],
  picture: Record<string, string | null>,
): Promise<void> {
  const counted = await office.sync();
  if (masterTimeChange === 'keepProduced') {
    expect(counted).toEqual(writes);
    expect(await sourceShows()).toEqual(tuesdays(picture));
  }
  for (const target of targets) expect(await office.shows(target)).toEqual(await sourceShows());
}

/** The busy times of the source itself, as the service expands them. */
async function sourceShows(): Promise<string[]> {
  return office.expands(source, (event) => event.transparency !== 'transparent');
}
