import { describe, expect, it } from 'vitest';
import { blockId } from '../../../src/main/core/identity.ts';
import type { SourceEvent } from '../../../src/main/core/model.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../../src/main/core/policy.ts';
import { toEventId } from '../../../src/shared/ids.ts';
import { at, event, on, weekly, type RowParts } from '../../support/core-builders.ts';
import { cancelled, club, home, Scene, series, slot, slots, synced, tuesdays, work } from './scene.ts';

const [first, second, third, fourth, fifth] = slots;

const times = (from: string, to: string): RowParts => ({ start: at(from), end: at(to) });
const moved = (key: string, from: string, to: string): SourceEvent => slot(key, times(from, to));
const free = (parts: RowParts = {}): SourceEvent => series({ transparent: true, ...parts });
const days = (from: string, to: string): RowParts => ({ start: on(from), end: on(to) });

/** Takes what a tombstone has lost; returns one that has nothing but its id left (google-calendar.md §0.7). */
const bare = (key: string): SourceEvent => {
  const row = cancelled(key);
  return { ...row, row: { ...row.row, originalStart: null, iCalUid: 'series1@google.com' } };
};

describe('Series, complete', () => {
  describe('overrides for slots that are', () => {
    it.each<[string, SourceEvent, string[], Record<string, string | null>]>([
      [
        'moved to another day',
        moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-18 14:00-15:00' },
      ],
      [
        'moved by an hour',
        moved(second, '2026-03-17T11:00', '2026-03-17T12:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-17 11:00-12:00' },
      ],
      [
        'moved before the slot ahead of them',
        moved(third, '2026-03-16T10:00', '2026-03-16T11:00'),
        [`put-slot work ${third}`],
        { '03-24': '03-16 10:00-11:00' },
      ],
      [
        'moved onto the time of another slot',
        moved(second, '2026-03-24T10:00', '2026-03-24T11:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-24 10:00-11:00' },
      ],
      [
        'moved before the first',
        moved(second, '2026-03-05T10:00', '2026-03-05T11:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-05 10:00-11:00' },
      ],
      [
        'the first one, moved',
        moved(first, '2026-03-11T10:00', '2026-03-11T11:00'),
        [`put-slot work ${first}`],
        { '03-10': '03-11 10:00-11:00' },
      ],
      [
        'moved over a change of the clocks',
        moved(third, '2026-03-30T10:00', '2026-03-30T11:00'),
        [`put-slot work ${third}`],
        { '03-24': '03-30 10:00-11:00' },
      ],
      [
        'made longer',
        moved(second, '2026-03-17T10:00', '2026-03-17T12:30'),
        [`put-slot work ${second}`],
        { '03-17': '03-17 10:00-12:30' },
      ],
      [
        'made shorter',
        moved(second, '2026-03-17T10:00', '2026-03-17T10:15'),
        [`put-slot work ${second}`],
        { '03-17': '03-17 10:00-10:15' },
      ],
      [
        'made to last over midnight',
        moved(second, '2026-03-17T10:00', '2026-03-18T10:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-17 10:00-03-18 10:00' },
      ],
      [
        'made to last no time',
        moved(second, '2026-03-17T10:00', '2026-03-17T10:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-17 10:00-10:01' },
      ],
      [
        'made all-day',
        slot(second, days('2026-03-17', '2026-03-18')),
        [`put-slot work ${second}`],
        { '03-17': '03-17 day 1' },
      ],
      ['cancelled', cancelled(second), [`cancel-slot work ${second}`], { '03-17': null }],
      ['cancelled, with nothing but an id left', bare(second), [`cancel-slot work ${second}`], { '03-17': null }],
      ['the first one, cancelled', cancelled(first), [`cancel-slot work ${first}`], { '03-10': null }],
      ['declined', slot(second, { ownResponse: 'declined' }), [`cancel-slot work ${second}`], { '03-17': null }],
      ['freed', slot(second, { transparent: true }), [`cancel-slot work ${second}`], { '03-17': null }],
      [
        'left without times',
        slot(second, { start: null, end: null }),
        [`cancel-slot work ${second}`],
        { '03-17': null },
      ],
      [
        'moved and declined',
        slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), ownResponse: 'declined' }),
        [`cancel-slot work ${second}`],
        { '03-17': null },
      ],
    ])('%s', (_, changed, operations, picture) => {
      const scene = synced();
      expect(scene.shows()).toEqual(tuesdays());
      // As a change of a series that has its block, and as part of one that is new.
      expect(scene.becomes(series(), changed).sync()).toEqual(operations);
      expect(scene.shows()).toEqual(tuesdays(picture));
      expect(synced(series(), changed).shows()).toEqual(tuesdays(picture));
      // One more text costs nothing, and neither does the next read of the same.
      expect(scene.becomes(series({ summary: 'Other' }), changed).sync()).toEqual([]);
      // Un-cancelled, accepted, marked busy, moved back: a row that says as the rule does.
      expect(scene.becomes(series(), slot(second), slot(first), slot(third)).sync()).toEqual([
        `put-slot work ${/\d{8}T\d{6}Z/.exec(operations[0] ?? '')?.[0] ?? ''}`,
      ]);
      expect(scene.shows()).toEqual(tuesdays());
      // Or no row at all any more.
      scene.becomes(series(), changed).sync();
      expect(scene.becomes(series()).sync()).toHaveLength(1);
      expect(scene.shows()).toEqual(tuesdays());
    });

    it.each<[string, SourceEvent, SourceEvent, string[], Record<string, string | null>]>([
      [
        'moved, then moved again',
        moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        moved(second, '2026-03-19T14:00', '2026-03-19T15:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-19 14:00-15:00' },
      ],
      [
        'moved, then resized',
        moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        moved(second, '2026-03-18T14:00', '2026-03-18T16:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-18 14:00-16:00' },
      ],
      [
        'moved, then cancelled',
        moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        cancelled(second),
        [`cancel-slot work ${second}`],
        { '03-17': null },
      ],
      [
        'moved, then declined',
        moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), ownResponse: 'declined' }),
        [`cancel-slot work ${second}`],
        { '03-17': null },
      ],
      [
        'cancelled, then un-cancelled elsewhere',
        cancelled(second),
        moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-18 14:00-15:00' },
      ],
      [
        'cancelled, then un-cancelled but declined',
        cancelled(second),
        slot(second, { ownResponse: 'declined' }),
        [],
        { '03-17': null },
      ],
      [
        'declined, then freed',
        slot(second, { ownResponse: 'declined' }),
        slot(second, { transparent: true }),
        [],
        { '03-17': null },
      ],
      [
        'all-day, then timed',
        slot(second, days('2026-03-17', '2026-03-18')),
        moved(second, '2026-03-17T09:00', '2026-03-17T12:00'),
        [`put-slot work ${second}`],
        { '03-17': '03-17 09:00-12:00' },
      ],
    ])('%s', (_, before, after, operations, picture) => {
      const scene = synced(series(), before);
      expect(scene.becomes(series(), after).sync()).toEqual(operations);
      expect(scene.shows()).toEqual(tuesdays(picture));
    });

    it('restored say so', () => {
      const scene = synced(series(), cancelled(second));
      expect(scene.becomes(series()).operations()).toMatchObject([{ kind: 'put-slot', reason: 'slot-restored' }]);
    });

    it('many at once are each their own write', () => {
      const changes = [
        moved(first, '2026-03-11T10:00', '2026-03-11T11:00'),
        cancelled(third),
        slot(fifth, { ownResponse: 'declined' }),
      ];
      expect(new Scene([series(), ...changes]).sync()).toEqual([
        'create work',
        `put-slot work ${first}`,
        `cancel-slot work ${third}`,
        `cancel-slot work ${fifth}`,
      ]);
    });
  });

  describe('text-only changes make no write:', () => {
    const slotMoved = moved(second, '2026-03-18T14:00', '2026-03-18T15:00');
    it.each<[string, SourceEvent[], SourceEvent[]]>([
      ['another title of the series', [series()], [series({ summary: 'Other' })]],
      ['a colour of the series', [series()], [series({ colorId: '4' })]],
      ['reminders of the series', [series()], [series({ rings: false })]],
      ['the series made private', [series()], [series({ visibility: 'private' })]],
      ['another etag', [series()], [series({ etag: '"77"' })]],
      ['an answer that still means busy', [series()], [series({ ownResponse: 'tentative' })]],
      ['another title of one slot', [series()], [series(), slot(second, { summary: 'Other' })]],
      ['the title of that slot as before', [series(), slot(second, { summary: 'Other' })], [series(), slot(second)]],
      ['that slot without a row again', [series(), slot(second, { summary: 'Other' })], [series()]],
      [
        'another title of a moved slot',
        [series(), slotMoved],
        [series(), { ...slotMoved, row: { ...slotMoved.row, summary: 'Other' } }],
      ],
      ['a tombstone that says less than before', [series(), cancelled(second)], [series(), bare(second)]],
      [
        'the rule in another spelling',
        [series()],
        [series({ recurrence: ['RRULE:BYDAY=TU;WKST=MO;INTERVAL=1;FREQ=WEEKLY'] })],
      ],
      [
        'the start with its offset',
        [series()],
        [series({ start: { dateTime: '2026-03-10T10:00:00+01:00', timeZone: 'Europe/Berlin' } })],
      ],
      ['another iCalUID', [series()], [series({ iCalUid: 'moved@google.com' })]],
    ])('%s', (_, before, after) => {
      const scene = synced(...before);
      expect(scene.becomes(...after).sync()).toEqual([]);
      expect(
        scene
          .on(home, work, club)
          .becomes(...after)
          .sync()[0],
      ).toBe('create club');
    });

    it('unless the blocks tell titles, and then the one that changed', () => {
      const policy = { ...defaultBlockPolicy, summary: '{title}' };
      const scene = new Scene([series()]);
      scene.sync({ policy });
      expect(scene.becomes(series(), slot(second, { summary: 'Root canal' })).sync({ policy })).toEqual([
        `put-slot work ${second}`,
      ]);
      expect(
        scene.becomes(series({ summary: 'Crown' }), slot(second, { summary: 'Root canal' })).sync({ policy }),
      ).toEqual(['update work']);
    });
  });

  describe('a busy slot of a series that is', () => {
    it.each<[string, RowParts]>([
      ['marked free', { transparent: true }],
      ['declined', { ownResponse: 'declined' }],
      ['a working location', { kind: 'workingLocation', transparent: true }],
      ['without times', { start: null, end: null }],
    ])('%s becomes its own block and goes when the series becomes busy', (_, parts) => {
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

  describe('an invitation to one slot only (master missing)', () => {
    it('is an event of its own: one block, without a rule', () => {
      const scene = new Scene([slot(second)]);
      expect(scene.operations()).toMatchObject([
        { kind: 'create', content: { recurrence: [] }, tag: { sourceRef: slot(second).sourceRef } },
      ]);
      scene.sync();
      expect(scene.shows()).toEqual(['03-17 10:00-11:00']);
    });

    it.each<[string, SourceEvent[], string[], string[]]>([
      ['moves', [moved(second, '2026-03-18T14:00', '2026-03-18T15:00')], ['update work'], ['03-18 14:00-15:00']],
      ['is withdrawn', [cancelled(second)], ['delete work'], []],
      ['is withdrawn with a bare tombstone', [bare(second)], ['delete work'], []],
      ['is declined', [slot(second, { ownResponse: 'declined' })], ['delete work'], []],
      ['gets company', [slot(second), slot(third)], ['create work'], ['03-17 10:00-11:00', '03-24 10:00-11:00']],
      ['becomes one to the whole series', [series(), slot(second)], ['replace work'], tuesdays()],
      [
        'becomes one to the series without that slot',
        [series(), cancelled(second)],
        ['create work', `cancel-slot work ${second}`, 'delete work'],
        tuesdays({ '03-17': null }),
      ],
      [
        'stays when a series turns up that was deleted',
        [series({ status: 'cancelled', start: null, recurrence: [] }), slot(second)],
        [],
        ['03-17 10:00-11:00'],
      ],
    ])('%s', (_, after, operations, picture) => {
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

  describe('"this and following"', () => {
    const until = (key: string): string[] => [`RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=${key}`];
    /** The second half, in both forms that the calendar gives it (google-calendar.md §0.11), each with an iCalUID of its own. */
    const halves: readonly [string, string, (parts?: RowParts) => SourceEvent][] = [
      [
        '`_R…` id',
        'series1_R20260324T090000',
        (parts) =>
          series({
            id: 'series1_R20260324T090000',
            iCalUid: 'series1_R20260324T090000@google.com',
            ...times('2026-03-24T10:00', '2026-03-24T11:00'),
            ...parts,
          }),
      ],
      [
        'new random id',
        'k3v9n0q2',
        (parts) =>
          series({
            id: 'k3v9n0q2',
            iCalUid: 'k3v9n0q2@google.com',
            ...times('2026-03-24T10:00', '2026-03-24T11:00'),
            ...parts,
          }),
      ],
    ];
    const cut = '20260323T225959Z';

    describe.each(halves)('edit with a %s', (_, id, rest) => {
      const ofRest = (key: string, parts: RowParts = {}): SourceEvent =>
        slot(key, { id: `${id}_${key}`, recurringEventId: id, iCalUid: `${id}@google.com`, ...parts });

      it.each<[string, SourceEvent[], SourceEvent[], string[], Record<string, string | null>]>([
        [
          'of the title',
          [series()],
          [series({ recurrence: until(cut) }), rest({ summary: 'Other' })],
          ['update work', 'create work'],
          {},
        ],
        [
          'of the time',
          [series()],
          [series({ recurrence: until(cut) }), rest(times('2026-03-24T15:00', '2026-03-24T16:00'))],
          ['update work', 'create work'],
          { '03-24': '03-24 15:00-16:00', '03-31': '03-31 15:00-16:00', '04-07': '04-07 15:00-16:00' },
        ],
        [
          'of the length',
          [series()],
          [series({ recurrence: until(cut) }), rest(times('2026-03-24T10:00', '2026-03-24T12:00'))],
          ['update work', 'create work'],
          { '03-24': '03-24 10:00-12:00', '03-31': '03-31 10:00-12:00', '04-07': '04-07 10:00-12:00' },
        ],
        [
          'to free time',
          [series()],
          [series({ recurrence: until(cut) }), rest({ transparent: true })],
          ['update work'],
          { '03-24': null, '03-31': null, '04-07': null },
        ],
        [
          'after which an exception before the cut survives',
          [series(), cancelled(second)],
          [series({ recurrence: until(cut) }), cancelled(second), rest()],
          ['update work', 'create work'],
          { '03-17': null },
        ],
        [
          'after which an exception behind the cut is a bare tombstone',
          [series(), cancelled(fourth)],
          [series({ recurrence: until(cut) }), bare(fourth), rest()],
          ['update work', 'create work'],
          {},
        ],
        [
          'after which an exception behind the cut is not told of any more',
          [series(), moved(fourth, '2026-04-01T10:00', '2026-04-01T11:00')],
          [series({ recurrence: until(cut) }), rest()],
          ['update work', 'create work'],
          {},
        ],
        [
          'with exceptions on both sides',
          [series(), moved(second, '2026-03-18T10:00', '2026-03-18T11:00'), cancelled(fifth)],
          [
            series({ recurrence: until(cut) }),
            moved(second, '2026-03-18T10:00', '2026-03-18T11:00'),
            bare(fifth),
            rest(),
            ofRest(fourth, { status: 'cancelled', start: null, end: null }),
          ],
          ['update work', 'create work', `cancel-slot work ${fourth}`],
          { '03-17': '03-18 10:00-11:00', '03-31': null },
        ],
        [
          'at a slot that was moved',
          [series(), moved(third, '2026-03-25T10:00', '2026-03-25T11:00')],
          [series({ recurrence: until(cut) }), bare(third), rest(times('2026-03-24T12:00', '2026-03-24T13:00'))],
          ['update work', 'create work'],
          { '03-24': '03-24 12:00-13:00', '03-31': '03-31 12:00-13:00', '04-07': '04-07 12:00-13:00' },
        ],
        [
          'of a series with COUNT',
          [series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=5'] })],
          [
            series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'] }),
            rest({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'] }),
          ],
          ['update work', 'create work'],
          {},
        ],
      ])('%s', (_name, before, after, operations, picture) => {
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

    it.each<[string, SourceEvent[], SourceEvent[], string[], Record<string, string | null>]>([
      ['of a plain series', [series()], [series({ recurrence: until(cut) })], ['update work'], {}],
      [
        'with an exception before the cut',
        [series(), cancelled(second)],
        [series({ recurrence: until(cut) }), cancelled(second)],
        ['update work'],
        { '03-17': null },
      ],
      [
        'with a cancelled slot behind the cut',
        [series(), cancelled(fourth)],
        [series({ recurrence: until(cut) }), bare(fourth)],
        ['update work'],
        {},
      ],
      [
        'with a moved slot behind the cut',
        [series(), moved(fourth, '2026-04-01T10:00', '2026-04-01T11:00')],
        [series({ recurrence: until(cut) }), bare(fourth)],
        ['update work'],
        {},
      ],
      [
        'with a slot from behind the cut moved before it',
        [series(), moved(fourth, '2026-03-12T10:00', '2026-03-12T11:00')],
        [series({ recurrence: until(cut) }), bare(fourth)],
        ['update work'],
        {},
      ],
    ])('delete %s', (_, before, after, operations, picture) => {
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

  describe('edit-all after exceptions', () => {
    const exceptions = [moved(second, '2026-03-18T14:00', '2026-03-18T15:00'), cancelled(third)];

    it.each<[string, RowParts, SourceEvent[], string[], string[]]>([
      [
        'of the title makes no write',
        { summary: 'Other' },
        exceptions.map((one) => ({ ...one, row: { ...one.row, summary: 'Other' } })),
        [],
        tuesdays({ '03-17': '03-18 14:00-15:00', '03-24': null }),
      ],
      [
        'of the length keeps them',
        times('2026-03-10T10:00', '2026-03-10T12:00'),
        exceptions,
        ['update work'],
        ['03-10 10:00-12:00', '03-18 14:00-15:00', '03-31 10:00-12:00', '04-07 10:00-12:00'],
      ],
      [
        'of the time, where the calendar drops them',
        times('2026-03-10T12:00', '2026-03-10T13:00'),
        [bare(second), bare(third)],
        ['replace work'],
        ['03-10 12:00-13:00', '03-17 12:00-13:00', '03-24 12:00-13:00', '03-31 12:00-13:00', '04-07 12:00-13:00'],
      ],
      [
        'of the time, where the calendar forgets them',
        times('2026-03-10T12:00', '2026-03-10T13:00'),
        [],
        ['replace work'],
        ['03-10 12:00-13:00', '03-17 12:00-13:00', '03-24 12:00-13:00', '03-31 12:00-13:00', '04-07 12:00-13:00'],
      ],
      [
        'of the time, where the calendar names them anew',
        times('2026-03-10T12:00', '2026-03-10T13:00'),
        [slot('20260324T110000Z', { status: 'cancelled', start: null, end: null })],
        ['replace work', 'cancel-slot work 20260324T110000Z'],
        ['03-10 12:00-13:00', '03-17 12:00-13:00', '03-31 12:00-13:00', '04-07 12:00-13:00'],
      ],
      [
        'to every other week keeps those that are left',
        { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        [bare(second), cancelled(third)],
        ['replace work', `cancel-slot work ${third}`],
        ['03-10 10:00-11:00', '04-07 10:00-11:00'],
      ],
      [
        'to free',
        { transparent: true },
        [slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), transparent: true }), cancelled(third)],
        ['delete work'],
        [],
      ],
      [
        'to free, but for the one that was busy on its own',
        { transparent: true },
        exceptions,
        ['create work', 'delete work'],
        ['03-18 14:00-15:00'],
      ],
      [
        'to all-day',
        days('2026-03-10', '2026-03-11'),
        [bare(second), bare(third)],
        ['replace work'],
        ['03-10 day 1', '03-17 day 1', '03-24 day 1', '03-31 day 1', '04-07 day 1'],
      ],
      ['to a single event', { recurrence: [] }, [bare(second), bare(third)], ['replace work'], ['03-10 10:00-11:00']],
    ])('%s', (_, parts, rest, operations, picture) => {
      const scene = synced(series(), ...exceptions);
      expect(scene.becomes(series(parts), ...rest).sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
    });
  });

  describe('rule end moved (patch)', () => {
    it.each<[string, string[], string[]]>([
      ['UNTIL', ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260325T000000Z'], tuesdays({ '03-31': null, '04-07': null })],
      ['UNTIL as a day', ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260324'], tuesdays({ '03-31': null, '04-07': null })],
      ['COUNT', ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'], tuesdays({ '03-24': null, '03-31': null, '04-07': null })],
      ['EXDATE', ['RRULE:FREQ=WEEKLY;BYDAY=TU', `EXDATE:${second}`], tuesdays({ '03-17': null })],
      [
        'EXDATE in the zone of the series',
        ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'EXDATE;TZID=Europe/Berlin:20260331T100000'],
        tuesdays({ '03-31': null }),
      ],
    ])('by %s is one update in place, and one more when it is taken back', (_, recurrence, picture) => {
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
    it.each<[string, RowParts, string[]]>([
      [
        'start',
        times('2026-03-10T11:00', '2026-03-10T12:00'),
        ['03-10 11:00-12:00', '03-17 11:00-12:00', '03-24 11:00-12:00', '03-31 11:00-12:00', '04-07 11:00-12:00'],
      ],
      ['first day', times('2026-03-17T10:00', '2026-03-17T11:00'), tuesdays({ '03-10': null })],
      [
        'zone',
        { start: at('2026-03-10T09:00', 'UTC'), end: at('2026-03-10T10:00', 'UTC') },
        tuesdays({ '03-31': '03-31 11:00-12:00', '04-07': '04-07 11:00-12:00' }),
      ],
      [
        'day of the week',
        { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=WE'] },
        [
          '03-10 10:00-11:00',
          '03-11 10:00-11:00',
          '03-18 10:00-11:00',
          '03-25 10:00-11:00',
          '04-01 10:00-11:00',
          '04-08 10:00-11:00',
        ],
      ],
      [
        'interval',
        { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        tuesdays({ '03-17': null, '03-31': null }),
      ],
      ['frequency', { recurrence: ['RRULE:FREQ=MONTHLY'] }, ['03-10 10:00-11:00']],
      [
        'extra date',
        { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'RDATE:20260312T090000Z'] },
        [...tuesdays(), '03-12 10:00-11:00'].sort(),
      ],
      [
        'kind',
        days('2026-03-10', '2026-03-11'),
        ['03-10 day 1', '03-17 day 1', '03-24 day 1', '03-31 day 1', '04-07 day 1'],
      ],
      [
        'shape and end',
        { recurrence: ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=2'] },
        tuesdays({ '03-17': null, '03-31': null, '04-07': null }),
      ],
    ])('%s', (_, parts, picture) => {
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

    it.each<[string, SourceEvent[], SourceEvent[], string[], string[], number]>([
      ['ends', [series()], [ended], ['update work'], tuesdays({ '03-24': null, '03-31': null, '04-07': null }), 0],
      ['ended, restarts', [ended], [series()], ['update work'], tuesdays(), 0],
      [
        'ended, goes on as another series',
        [ended],
        [
          ended,
          series({ id: 'other1', iCalUid: 'other1@google.com', ...times('2026-03-31T10:00', '2026-03-31T11:00') }),
        ],
        ['create work'],
        tuesdays({ '03-24': null }),
        0,
      ],
      ['was deleted', [series()], [series({ status: 'cancelled' })], ['delete work'], [], 0],
      [
        'was deleted as a bare tombstone',
        [series()],
        [event(home, { id: 'series1', iCalUid: null, status: 'cancelled', start: null, end: null })],
        ['delete work'],
        [],
        0,
      ],
      ['lost its rule', [series()], [series({ recurrence: [] })], ['replace work'], ['03-10 10:00-11:00'], 1],
      ['got a rule', [series({ recurrence: [] })], [series()], ['replace work'], tuesdays(), 1],
    ])('%s', (_, before, after, operations, picture, generation) => {
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

  describe('all-day series', () => {
    const daily = (parts: RowParts = {}): SourceEvent => series({ ...days('2026-03-10', '2026-03-11'), ...parts });
    const dates = (instead: Record<string, string | null> = {}): string[] =>
      ['03-10', '03-17', '03-24', '03-31', '04-07']
        .flatMap((date) => (instead[date] === null ? [] : [instead[date] ?? `${date} day 1`]))
        .sort();

    it.each<[string, SourceEvent[], string[], string[]]>([
      ['plain', [daily()], ['create work'], dates()],
      [
        'of three days',
        [daily(days('2026-03-10', '2026-03-13'))],
        ['create work'],
        ['03-10 day 3', '03-17 day 3', '03-24 day 3', '03-31 day 3', '04-07 day 3'],
      ],
      [
        'of days over the change of the clocks',
        [daily({ ...days('2026-03-28', '2026-03-30'), recurrence: ['RRULE:FREQ=WEEKLY'] })],
        ['create work'],
        ['03-28 day 2', '04-04 day 2'],
      ],
      [
        'with a slot moved',
        [daily(), slot('20260317', days('2026-03-18', '2026-03-19'))],
        ['create work', 'put-slot work 20260317'],
        dates({ '03-17': '03-18 day 1' }),
      ],
      [
        'with a slot made longer',
        [daily(), slot('20260317', days('2026-03-17', '2026-03-20'))],
        ['create work', 'put-slot work 20260317'],
        dates({ '03-17': '03-17 day 3' }),
      ],
      [
        'with a slot cancelled',
        [daily(), slot('20260317', { status: 'cancelled', start: null, end: null })],
        ['create work', 'cancel-slot work 20260317'],
        dates({ '03-17': null }),
      ],
      [
        'with a slot cancelled, nothing but its id left',
        [daily(), slot('20260317', { status: 'cancelled', start: null, end: null, originalStart: null })],
        ['create work', 'cancel-slot work 20260317'],
        dates({ '03-17': null }),
      ],
      [
        'with a slot marked free',
        [daily(), slot('20260317', { transparent: true })],
        ['create work', 'cancel-slot work 20260317'],
        dates({ '03-17': null }),
      ],
      [
        'with a slot made timed',
        [daily(), slot('20260317', times('2026-03-17T10:00', '2026-03-17T11:00'))],
        ['create work', 'put-slot work 20260317'],
        dates({ '03-17': '03-17 10:00-11:00' }),
      ],
      [
        'with EXDATE as a day',
        [daily({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'EXDATE;VALUE=DATE:20260317'] })],
        ['create work'],
        dates({ '03-17': null }),
      ],
      [
        'with UNTIL as a day',
        [daily({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260324'] })],
        ['create work'],
        dates({ '03-31': null, '04-07': null }),
      ],
      [
        'with UNTIL as a time',
        [daily({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260324T000000Z'] })],
        ['create work'],
        dates({ '03-31': null, '04-07': null }),
      ],
      ['marked free', [daily({ transparent: true })], [], []],
      [
        'marked free, with a busy slot',
        [daily({ transparent: true }), slot('20260317')],
        ['create work'],
        ['03-17 day 1'],
      ],
    ])('%s', (_, events, operations, picture) => {
      const scene = new Scene(events);
      expect(scene.sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
    });

    it('keeps its dates as they are, and names no zone', () => {
      expect(synced(daily()).block().content).toMatchObject({
        start: { date: '2026-03-10' },
        end: { date: '2026-03-11' },
      });
    });
  });

  describe('EXDATE/RDATE/UNTIL in every form that Google returns (google-calendar.md §2.3)', () => {
    const rule = 'RRULE:FREQ=WEEKLY;BYDAY=TU';
    const allDay = days('2026-03-10', '2026-03-11');
    const without = (...dates: string[]): string[] => tuesdays(Object.fromEntries(dates.map((date) => [date, null])));
    const dayOnes = (...dates: string[]): string[] => dates.map((date) => `${date} day 1`);
    const extra = (shown: string): string[] => [...tuesdays(), shown].sort();

    it.each<[string, RowParts, string[], RowParts]>([
      [
        'EXDATE in UTC',
        { recurrence: [rule, `EXDATE:${second}`] },
        without('03-17'),
        { recurrence: [rule, 'EXDATE:2026-03-17T09:00:00Z'] },
      ],
      [
        'EXDATE with TZID',
        { recurrence: [rule, 'EXDATE;TZID=Europe/Berlin:20260317T100000'] },
        without('03-17'),
        { recurrence: ['EXDATE;TZID=Europe/Berlin:20260317T100000', rule] },
      ],
      [
        'EXDATE in another zone',
        { recurrence: [rule, 'EXDATE;TZID=America/New_York:20260317T050000'] },
        without('03-17'),
        { recurrence: [rule, 'EXDATE;TZID=AMERICA/NEW_YORK:20260317T050000'] },
      ],
      [
        'EXDATE without zone or Z',
        { recurrence: [rule, 'EXDATE:20260317T100000'] },
        without('03-17'),
        { recurrence: [rule, 'EXDATE:20260317T100000'] },
      ],
      [
        'EXDATE with VALUE=DATE-TIME',
        { recurrence: [rule, `EXDATE;VALUE=DATE-TIME:${second}`] },
        without('03-17'),
        { recurrence: [rule, `EXDATE:${second}`] },
      ],
      [
        'EXDATE as a day',
        { recurrence: [rule, 'EXDATE;VALUE=DATE:20260317'] },
        without('03-17'),
        { recurrence: [rule, 'EXDATE:20260317'] },
      ],
      [
        'several in one EXDATE',
        { recurrence: [rule, `EXDATE:${second},${third}`] },
        without('03-17', '03-24'),
        { recurrence: [rule, `EXDATE:${third}`, `EXDATE:${second}`] },
      ],
      [
        'an EXDATE that names no slot',
        { recurrence: [rule, 'EXDATE:20260318T090000Z'] },
        tuesdays(),
        { recurrence: [rule, 'EXDATE:20260318T090000Z'] },
      ],
      [
        'all-day EXDATE as a day',
        { ...allDay, recurrence: [rule, 'EXDATE;VALUE=DATE:20260317'] },
        dayOnes('03-10', '03-24', '03-31', '04-07'),
        { ...allDay, recurrence: [rule, 'EXDATE:20260317'] },
      ],
      [
        'all-day EXDATE as a time',
        { ...allDay, recurrence: [rule, 'EXDATE:20260317T000000Z'] },
        dayOnes('03-10', '03-24', '03-31', '04-07'),
        { ...allDay, recurrence: [rule, 'EXDATE:20260317T000000Z'] },
      ],
      [
        'RDATE in UTC',
        { recurrence: [rule, 'RDATE:20260312T090000Z'] },
        extra('03-12 10:00-11:00'),
        { recurrence: ['RDATE:20260312T090000Z', rule] },
      ],
      [
        'RDATE with TZID',
        { recurrence: [rule, 'RDATE;TZID=Europe/Berlin:20260312T100000'] },
        extra('03-12 10:00-11:00'),
        { recurrence: [rule, 'RDATE;TZID=EUROPE/BERLIN:20260312T100000'] },
      ],
      [
        'RDATE as a period',
        { recurrence: [rule, 'RDATE;VALUE=PERIOD:20260312T090000Z/PT1H'] },
        extra('03-12 10:00-11:00'),
        { recurrence: [rule, 'RDATE;VALUE=PERIOD:20260312T090000Z/PT1H'] },
      ],
      [
        'RDATE as a day',
        { recurrence: [rule, 'RDATE;VALUE=DATE:20260312'] },
        extra('03-12 10:00-11:00'),
        { recurrence: [rule, 'RDATE:20260312'] },
      ],
      [
        'an `RRULE:DATE;…` line that means RDATE',
        { recurrence: [rule, 'RRULE:DATE;VALUE=DATE:20260312'] },
        extra('03-12 10:00-11:00'),
        { recurrence: [rule, 'RDATE;VALUE=DATE:20260312'] },
      ],
      [
        'RDATE alone',
        { recurrence: ['RDATE:20260312T090000Z,20260319T090000Z'] },
        ['03-10 10:00-11:00', '03-12 10:00-11:00', '03-19 10:00-11:00'],
        { recurrence: ['RDATE:20260319T090000Z', 'RDATE:20260312T090000Z'] },
      ],
      [
        'all-day RDATE',
        { ...allDay, recurrence: [rule, 'RDATE;VALUE=DATE:20260312'] },
        dayOnes('03-10', '03-12', '03-17', '03-24', '03-31', '04-07'),
        { ...allDay, recurrence: [rule, 'RDATE:20260312'] },
      ],
      [
        'an RDATE that is excepted again',
        { recurrence: [rule, 'RDATE:20260312T090000Z', 'EXDATE:20260312T090000Z'] },
        tuesdays(),
        { recurrence: ['EXDATE:20260312T090000Z', 'RDATE:20260312T090000Z', rule] },
      ],
      [
        'UNTIL in UTC',
        { recurrence: [`${rule};UNTIL=20260324T225959Z`] },
        without('03-31', '04-07'),
        { recurrence: [`${rule};UNTIL=2026-03-24T22:59:59Z`] },
      ],
      [
        'UNTIL at the last slot itself',
        { recurrence: [`${rule};UNTIL=${third}`] },
        without('03-31', '04-07'),
        { recurrence: [`RRULE:UNTIL=${third};FREQ=WEEKLY;BYDAY=TU`] },
      ],
      [
        'UNTIL a second before a slot',
        { recurrence: [`${rule};UNTIL=20260324T085959Z`] },
        without('03-24', '03-31', '04-07'),
        { recurrence: [`${rule};UNTIL=20260324T085959Z`] },
      ],
      [
        'UNTIL as a day on a timed series',
        { recurrence: [`${rule};UNTIL=20260324`] },
        without('03-31', '04-07'),
        { recurrence: [`${rule};UNTIL=2026-03-24`] },
      ],
      [
        'UNTIL by the clock on the wall',
        { recurrence: [`${rule};UNTIL=20260324T100000`] },
        without('03-31', '04-07'),
        { recurrence: [`${rule};UNTIL=20260324T100000`] },
      ],
      [
        'UNTIL as a time on an all-day series',
        { ...allDay, recurrence: [`${rule};UNTIL=20260324T225959Z`] },
        dayOnes('03-10', '03-17', '03-24'),
        { ...allDay, recurrence: [`${rule};UNTIL=20260324T225959Z`] },
      ],
      [
        'EXRULE',
        { recurrence: [rule, 'EXRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] },
        ['03-17 10:00-11:00', '03-31 10:00-11:00'],
        { recurrence: [rule, 'EXRULE:BYDAY=TU;FREQ=WEEKLY;INTERVAL=2'] },
      ],
      [
        'two rules',
        { recurrence: [rule, 'RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20260320T000000Z'] },
        [...tuesdays(), '03-12 10:00-11:00', '03-19 10:00-11:00'].sort(),
        { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20260320T000000Z', rule] },
      ],
    ])('%s', (_, parts, picture, respelled) => {
      const scene = new Scene([series(parts)]);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.shows()).toEqual(picture);
      // The other spelling of the same costs nothing.
      expect(scene.becomes(series(respelled)).sync()).toEqual([]);
    });

    it.each<[string, RowParts, string, boolean]>([
      ['EXDATE in UTC', { recurrence: [rule, `EXDATE:${second}`] }, second, false],
      ['EXDATE with TZID', { recurrence: [rule, 'EXDATE;TZID=Europe/Berlin:20260317T100000'] }, second, false],
      [
        'EXDATE with a quoted TZID',
        { recurrence: [rule, 'EXDATE;TZID="Europe/Berlin":20260317T100000'] },
        second,
        false,
      ],
      ['EXDATE without zone or Z', { recurrence: [rule, 'EXDATE:20260317T100000'] }, second, false],
      ['EXDATE as a day', { recurrence: [rule, 'EXDATE;VALUE=DATE:20260317'] }, second, false],
      ['EXDATE for another slot', { recurrence: [rule, `EXDATE:${third}`] }, second, true],
      ['UNTIL before it', { recurrence: [`${rule};UNTIL=20260316`] }, second, false],
      ['UNTIL on its day', { recurrence: [`${rule};UNTIL=20260317`] }, second, true],
      ['COUNT before it', { recurrence: [`${rule};COUNT=1`] }, second, false],
      ['RDATE', { recurrence: [rule, 'RDATE:20260312T090000Z'] }, '20260312T090000Z', true],
      [
        'RDATE as a period',
        { recurrence: [rule, 'RDATE;VALUE=PERIOD:20260312T090000Z/20260312T100000Z'] },
        '20260312T090000Z',
        true,
      ],
      ['an `RRULE:DATE;…` line', { recurrence: [rule, 'RRULE:DATE;VALUE=DATE:20260312'] }, '20260312T090000Z', true],
      ['an EXRULE', { recurrence: [rule, 'EXRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] }, third, false],
      ['an EXRULE that leaves it', { recurrence: [rule, 'EXRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'] }, second, true],
    ])('and a cancelled slot is written only where the series has it: %s', (_, parts, key, has) => {
      expect(new Scene([series(parts), cancelled(key)]).sync()).toEqual(
        has ? ['create work', `cancel-slot work ${key}`] : ['create work'],
      );
    });
  });

  describe('YEARLY/BYMONTHDAY, fifth weekdays, leap days', () => {
    const years = { from: '2026-01-01T00:00:00Z', to: '2033-01-01T00:00:00Z' };
    const year2026 = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };

    it.each<[string, RowParts, typeof years, string[], [string, boolean][]]>([
      [
        'YEARLY',
        { recurrence: ['RRULE:FREQ=YEARLY;COUNT=3'] },
        years,
        ['03-10 10:00-11:00', '03-10 10:00-11:00', '03-10 10:00-11:00'],
        [
          ['20270310T090000Z', true],
          ['20270410T080000Z', false],
          ['20290310T090000Z', false],
        ],
      ],
      [
        'YEARLY;BYMONTHDAY without BYMONTH: the month of its start alone',
        { recurrence: ['RRULE:FREQ=YEARLY;BYMONTHDAY=10'] },
        year2026,
        ['03-10 10:00-11:00'],
        [
          ['20270310T090000Z', true],
          ['20260410T080000Z', false],
          ['20261110T090000Z', false],
        ],
      ],
      [
        'YEARLY;BYMONTHDAY with COUNT',
        { recurrence: ['RRULE:FREQ=YEARLY;BYMONTHDAY=10;COUNT=2'] },
        years,
        ['03-10 10:00-11:00', '03-10 10:00-11:00'],
        [
          ['20270310T090000Z', true],
          ['20280310T090000Z', false],
          ['20260410T080000Z', false],
        ],
      ],
      [
        'YEARLY;BYMONTH;BYMONTHDAY',
        { recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=10'] },
        year2026,
        ['03-10 10:00-11:00', '09-10 10:00-11:00'],
        [
          ['20260910T080000Z', true],
          ['20260410T080000Z', false],
        ],
      ],
      [
        'YEARLY by weekday of a month',
        { recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2TU'] },
        year2026,
        ['03-10 10:00-11:00'],
        [
          ['20270309T090000Z', true],
          ['20270310T090000Z', false],
        ],
      ],
      [
        'MONTHLY on the 31st',
        { ...times('2026-03-31T10:00', '2026-03-31T11:00'), recurrence: ['RRULE:FREQ=MONTHLY'] },
        year2026,
        ['03-31', '05-31', '07-31', '08-31', '10-31', '12-31'].map((date) => `${date} 10:00-11:00`),
        [
          ['20260531T080000Z', true],
          ['20260430T080000Z', false],
          ['20260501T080000Z', false],
        ],
      ],
      [
        'MONTHLY on the last day',
        {
          ...times('2026-03-31T10:00', '2026-03-31T11:00'),
          recurrence: ['RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20260630T235959Z'],
        },
        year2026,
        ['03-31', '04-30', '05-31', '06-30'].map((date) => `${date} 10:00-11:00`),
        [
          ['20260430T080000Z', true],
          ['20260429T080000Z', false],
        ],
      ],
      [
        'the fifth Tuesday of months',
        { ...times('2026-03-31T10:00', '2026-03-31T11:00'), recurrence: ['RRULE:FREQ=MONTHLY;BYDAY=5TU'] },
        year2026,
        ['03-31', '06-30', '09-29', '12-29'].map((date) => `${date} 10:00-11:00`),
        [
          ['20260630T080000Z', true],
          ['20260428T080000Z', false],
          ['20260505T080000Z', false],
        ],
      ],
      [
        'the last Tuesday of months',
        { ...times('2026-03-31T10:00', '2026-03-31T11:00'), recurrence: ['RRULE:FREQ=MONTHLY;BYDAY=-1TU;COUNT=3'] },
        year2026,
        ['03-31', '04-28', '05-26'].map((date) => `${date} 10:00-11:00`),
        [
          ['20260428T080000Z', true],
          ['20260421T080000Z', false],
        ],
      ],
      [
        'the last working day of months',
        {
          ...times('2026-03-31T10:00', '2026-03-31T11:00'),
          recurrence: ['RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3'],
        },
        year2026,
        ['03-31', '04-30', '05-29'].map((date) => `${date} 10:00-11:00`),
        [
          ['20260529T080000Z', true],
          ['20260528T080000Z', false],
        ],
      ],
      [
        'leap day, timed',
        { ...times('2024-02-29T10:00', '2024-02-29T11:00'), recurrence: ['RRULE:FREQ=YEARLY'] },
        years,
        ['02-29 10:00-11:00', '02-29 10:00-11:00'],
        [
          ['20280229T090000Z', true],
          ['20270228T090000Z', false],
          ['20270301T090000Z', false],
        ],
      ],
      [
        'leap day, all-day',
        { ...days('2024-02-29', '2024-03-01'), recurrence: ['RRULE:FREQ=YEARLY'] },
        years,
        ['02-29 day 1', '02-29 day 1'],
        [
          ['20280229', true],
          ['20270228', false],
          ['20270301', false],
        ],
      ],
      [
        'leap day by its number in the month',
        { ...times('2024-02-29T10:00', '2024-02-29T11:00'), recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'] },
        years,
        ['02-29 10:00-11:00', '02-29 10:00-11:00'],
        [
          ['20280229T090000Z', true],
          ['20270301T090000Z', false],
        ],
      ],
      [
        'the last day of February',
        { ...times('2024-02-29T10:00', '2024-02-29T11:00'), recurrence: ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1'] },
        { from: '2026-01-01T00:00:00Z', to: '2029-01-01T00:00:00Z' },
        ['02-28 10:00-11:00', '02-28 10:00-11:00', '02-29 10:00-11:00'],
        [
          ['20270228T090000Z', true],
          ['20280229T090000Z', true],
          ['20280228T090000Z', false],
        ],
      ],
      [
        'every day over a leap day',
        { ...times('2028-02-27T10:00', '2028-02-27T11:00'), recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] },
        years,
        ['02-27', '02-28', '02-29', '03-01'].map((date) => `${date} 10:00-11:00`),
        [
          ['20280229T090000Z', true],
          ['20280302T090000Z', false],
        ],
      ],
      [
        'week 53',
        { ...times('2026-12-28T10:00', '2026-12-28T11:00'), recurrence: ['RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO'] },
        { from: '2026-01-01T00:00:00Z', to: '2032-12-31T00:00:00Z' },
        ['12-28 10:00-11:00', '12-27 10:00-11:00'],
        [
          ['20321227T090000Z', true],
          ['20271227T090000Z', false],
        ],
      ],
    ])('%s', (_, parts, look, picture, keys) => {
      const scene = new Scene([series(parts)]);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.shows(work, look)).toEqual(picture);
      for (const [key, has] of keys) {
        const changed = new Scene([series(parts), slot(key, { status: 'cancelled', start: null, end: null })]);
        expect([key, ...changed.sync()]).toEqual([key, 'create work', ...(has ? [`cancel-slot work ${key}`] : [])]);
      }
    });
  });

  describe('slot keys by `recurringEventId` + `originalStartTime`, ids treated as opaque', () => {
    it.each<[string, RowParts]>([
      ['a random id', { id: 'q7m2k0' }],
      ['an id that names another slot', { id: `series1_${third}` }],
      ['an id of another format', { id: 'series1#2026-03-17#1' }],
      ['the id of the series that it was split from', { id: `older_${second}` }],
      [
        'its original start in UTC',
        { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T09:00:00Z', timeZone: 'UTC' } },
      ],
      [
        'its original start in another zone',
        { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T05:00:00-04:00', timeZone: 'America/New_York' } },
      ],
      [
        'its original start without an offset',
        { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T10:00:00', timeZone: 'Europe/Berlin' } },
      ],
      [
        'its original start without offset or zone',
        { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T10:00:00', timeZone: null } },
      ],
      [
        'its original start with parts of a second',
        { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T09:00:00.000Z', timeZone: null } },
      ],
    ])('a slot with %s', (_, parts) => {
      const scene = synced(series(), slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), ...parts }));
      expect(scene.shows()).toEqual(tuesdays({ '03-17': '03-18 14:00-15:00' }));
      expect(
        scene.becomes(series(), slot(second, { status: 'cancelled', start: null, end: null, ...parts })).sync(),
      ).toEqual([`cancel-slot work ${second}`]);
      expect(scene.becomes(series(), slot(second, parts)).sync()).toEqual([`put-slot work ${second}`]);
      expect(scene.shows()).toEqual(tuesdays());
    });

    it('a slot that changes its id costs nothing', () => {
      const change = times('2026-03-18T14:00', '2026-03-18T15:00');
      const scene = synced(series(), slot(second, change));
      expect(scene.becomes(series(), slot(second, { ...change, id: 'q7m2k0' })).sync()).toEqual([]);
    });

    it.each([
      'a_b_c',
      'series1_R20260310T090000',
      '_60q30c1g60o30e1i60o4ac1g60rj8gpl88rj2c1h84s34h9g60s30c1g60o30c1g',
      'meeting_20260310',
      `x_${second}`,
    ])('a series of the id %s is a series like any other', (id) => {
      const scene = new Scene([
        series({ id, iCalUid: `${id}@google.com` }),
        slot(second, {
          id: 'q7m2k0',
          recurringEventId: id,
          iCalUid: `${id}@google.com`,
          status: 'cancelled',
          start: null,
          end: null,
        }),
      ]);
      expect(scene.sync()).toEqual(['create work', `cancel-slot work ${second}`]);
      expect(scene.shows()).toEqual(tuesdays({ '03-17': null }));
    });

    it('a single event whose id ends like that of a slot is no slot', () => {
      const scene = new Scene([
        series(),
        event(home, {
          id: `series1_${second}`,
          iCalUid: 'series1@google.com',
          ...times('2026-03-20T10:00', '2026-03-20T11:00'),
        }),
      ]);
      expect(scene.sync()).toEqual(['create work', 'create work']);
      expect(scene.shows()).toEqual([...tuesdays(), '03-20 10:00-11:00'].sort());
    });

    it('slots of our own blocks are written by the id that the calendar gave them, where it gave one', () => {
      const scene = synced(series(), moved(second, '2026-03-18T14:00', '2026-03-18T15:00'));
      const block = scene.block();
      expect(block.slots.map((one) => one.eventId)).toEqual([`${block.id}_${second}`]);
      const renamed = { ...block, slots: block.slots.map((one) => ({ ...one, eventId: toEventId('q7m2k0') })) };
      scene.world.blocks.set(`${work.id}|${block.id}`, renamed);
      expect(scene.becomes(series(), cancelled(second)).operations()).toMatchObject([
        { kind: 'cancel-slot', slotId: 'q7m2k0' },
      ]);
    });

    it('the same times in two series are two series', () => {
      const other = event(home, weekly({ id: 'other1', iCalUid: 'other1@google.com' }));
      const scene = new Scene([series(), other, cancelled(second)]);
      expect(scene.sync()).toEqual(['create work', `cancel-slot work ${second}`, 'create work']);
      expect(scene.shows()).toContain('03-17 10:00-11:00');
    });
  });
});
