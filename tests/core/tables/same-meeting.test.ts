import { describe, expect, it } from 'vitest';
import { planSync } from '../../../src/main/core/plan/plan.ts';
import type { EventGroup, EventRow, MeshCalendar, SourceEvent } from '../../../src/main/core/model.ts';
import {
  at,
  brief,
  calendar,
  context,
  event,
  exception as exceptionOf,
  type RowParts,
} from '../../support/core-builders.ts';
import * as rows from '../../store/support.ts';
import { cancelled, club, home, Scene, series, slot, slots, tuesdays, work } from './scene.ts';

const [, second, third] = slots;
const source: MeshCalendar = { ...home, target: false };
const single = (on: MeshCalendar, parts: RowParts = {}): SourceEvent => event(on, { id: `own-${on.name}`, ...parts });
const skipped = (scene: Scene): string[] =>
  scene.plan().skips.map((skip) => `${skip.reason} ${skip.targetId ?? 'all'}`);
const lone = (on: MeshCalendar, key: string, parts: RowParts = {}): SourceEvent => event(on, exceptionOf(key, parts));

/** Takes things; returns them in every order. */
function orders<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => orders(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

describe('The same meeting on several of my calendars', () => {
  describe('no block where the copy is live; it appears when that copy is declined or deleted', () => {
    it.each<[string, RowParts, boolean]>([
      ['accepted', { ownResponse: 'accepted' }, false],
      ['answered maybe', { ownResponse: 'tentative' }, false],
      ['not answered', { ownResponse: 'needsAction' }, false],
      ['of which the answer is not known', { ownResponse: 'unknown' }, false],
      ['marked free', { transparent: true }, false],
      ['private', { visibility: 'private' }, false],
      ['under another title', { summary: 'Other' }, false],
      ['at another time', { start: at('2026-03-12T10:00'), end: at('2026-03-12T11:00') }, true],
      ['declined', { ownResponse: 'declined' }, true],
      ['deleted', { status: 'cancelled' }, true],
      ['deleted, with nothing but its id left', { status: 'cancelled', start: null, end: null, summary: null }, true],
      ['a copy of a block', { tagged: true }, true],
      ['of another iCalUID', { iCalUid: 'other@google.com' }, true],
    ])('the target holds one that is %s', (_, parts, block) => {
      const calendars = [source, { ...work, source: false }] as const;
      const scene = new Scene([single(home), single(work, parts)]).on(...calendars);
      expect(scene.sync()).toEqual(block ? ['create work'] : []);
      if (!block) expect(skipped(scene)).toContain(`same-meeting-on-target ${work.id}`);
      // Seen the other way round: the copy comes after the block, or goes after it was there.
      const later = new Scene([single(home)]).on(...calendars);
      later.sync();
      expect(later.becomes(single(home), single(work, parts)).sync()).toEqual(block ? [] : ['delete work']);
      expect(later.becomes(single(home)).sync()).toEqual(block ? [] : ['revive work']);
    });

    it('each of two calendars that hold it has none of the other', () => {
      const scene = new Scene([single(home), single(work)]);
      expect(scene.sync()).toEqual([]);
      expect(scene.becomes(single(home), single(work, { ownResponse: 'declined' })).sync()).toEqual(['create work']);
      expect(
        scene.becomes(single(home, { ownResponse: 'declined' }), single(work, { ownResponse: 'declined' })).sync(),
      ).toEqual(['delete work']);
      expect(scene.becomes(single(home, { ownResponse: 'declined' }), single(work)).sync()).toEqual(['create home']);
    });

    it('rows of one calendar with one iCalUID are different times, not copies', () => {
      const parts = { iCalUid: 'import@example.com' };
      const scene = new Scene([
        single(home, { ...parts, id: 'part1' }),
        single(home, { ...parts, id: 'part2', start: at('2026-03-11T10:00'), end: at('2026-03-11T11:00') }),
      ]);
      expect(scene.sync()).toEqual(['create work', 'create work']);
      expect(scene.shows()).toEqual(['03-10 10:00-11:00', '03-11 10:00-11:00']);
    });

    it('rows without an iCalUID are never copies of each other', () => {
      const scene = new Scene([single(home, { iCalUid: null }), single(work, { iCalUid: null })]);
      expect(scene.sync()).toEqual(['create work', 'create home']);
    });

    it('a meeting that moves from one calendar to another moves its blocks', () => {
      const scene = new Scene([event(home)]).on(home, work, club);
      scene.sync();
      const plan = scene.becomes(event(home, { status: 'cancelled' }), event(club)).plan();
      expect(plan.operations.map((one) => `${one.kind} ${one.reason}`).sort()).toEqual([
        'create new-event',
        'delete event-held-elsewhere',
        'replace other-copy',
      ]);
    });
  });

  describe('three calendars, two holding the meeting → one block on the third', () => {
    const third = [home, work, club] as const;

    it.each<[string, SourceEvent[], string[]]>([
      ['both live', [single(home), single(club)], ['work']],
      ['one of them declined', [single(home), single(club, { ownResponse: 'declined' })], ['club', 'work']],
      ['one of them deleted', [single(home), single(club, { status: 'cancelled' })], ['club', 'work']],
      ['one of them free', [single(home), single(club, { transparent: true })], ['work']],
      ['both declined', [single(home, { ownResponse: 'declined' }), single(club, { ownResponse: 'declined' })], []],
      ['all three hold it', [single(home), single(club), single(work)], []],
      ['all three, one declined', [single(home), single(club), single(work, { ownResponse: 'declined' })], ['work']],
    ])('%s', (_, events, where) => {
      const scene = new Scene(events).on(...third);
      scene.sync();
      const live = third.filter((one) => scene.blocks(one).length > 0).map((one) => one.name);
      expect(live.sort()).toEqual(where);
      for (const one of third) expect(scene.blocks(one).length).toBeLessThanOrEqual(1);
    });

    it('one of the two lets go: the block on the third stays one, and stands for the other', () => {
      const scene = new Scene([single(home), single(club)]).on(...third);
      scene.sync();
      expect(scene.block(work).tag.sourceRef).toBe(single(club).sourceRef);
      scene.becomes(single(home), single(club, { ownResponse: 'declined' })).sync();
      expect(scene.block(work).tag.sourceRef).toBe(single(home).sourceRef);
      scene.becomes(single(home), single(club)).sync();
      expect(scene.block(work).tag.sourceRef).toBe(single(club).sourceRef);
      expect(scene.blocks(club)).toEqual([]);
    });

    it('four calendars, two holding it → one block on each of the others', () => {
      const choir = calendar('choir');
      const scene = new Scene([single(home), single(club)]).on(...third, choir);
      expect(scene.sync()).toEqual(['create work', 'create choir']);
    });
  });

  describe('works for series', () => {
    const busyThird = tuesdays({ '03-24': null });

    it.each<[string, SourceEvent[], string[], string[]]>([
      ['both hold it', [series(), series({}, work)], [], []],
      [
        'the target has declined it',
        [series(), series({ ownResponse: 'declined' }, work)],
        ['create work'],
        tuesdays(),
      ],
      ['the target has deleted it', [series(), series({ status: 'cancelled' }, work)], ['create work'], tuesdays()],
      [
        'the target has declined one slot',
        [series(), series({}, work), slot(third, { ownResponse: 'declined' }, work)],
        ['create work'],
        ['03-24 10:00-11:00'],
      ],
      [
        'the target has deleted one slot',
        [series(), series({}, work), cancelled(third, work)],
        ['create work'],
        ['03-24 10:00-11:00'],
      ],
      [
        'the target has one slot at another time',
        [series(), series({}, work), slot(third, { start: at('2026-03-25T10:00'), end: at('2026-03-25T11:00') }, work)],
        ['create work'],
        ['03-24 10:00-11:00'],
      ],
      [
        'the target has declined two slots',
        [series(), series({}, work), cancelled(third, work), cancelled(second, work)],
        ['create work', 'create work'],
        ['03-17 10:00-11:00', '03-24 10:00-11:00'],
      ],
      [
        'the target has deleted a slot that was moved',
        [
          series(),
          slot(third, { start: at('2026-03-25T10:00'), end: at('2026-03-25T11:00') }),
          series({}, work),
          cancelled(third, work),
        ],
        ['create work'],
        ['03-25 10:00-11:00'],
      ],
      ['both have deleted the slot', [series(), cancelled(third), series({}, work), cancelled(third, work)], [], []],
      [
        'the target has declined a slot that the source does not have',
        [series({ recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'] }), series({}, work), cancelled(third, work)],
        [],
        [],
      ],
      [
        'the target has declined it, but for one slot',
        [series(), series({ ownResponse: 'declined' }, work), slot(third, { ownResponse: 'accepted' }, work)],
        ['create work', `cancel-slot work ${third}`],
        busyThird,
      ],
    ])('%s', (_, events, operations, picture) => {
      const scene = new Scene(events).on(source, { ...work, source: false });
      expect(scene.sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
    });

    it('a slot declined on the target and accepted again: its block comes and goes', () => {
      const scene = new Scene([series(), series({}, work)]).on(source, { ...work, source: false });
      scene.sync();
      for (const [round, gone] of [slot(third, { ownResponse: 'declined' }, work), cancelled(third, work)].entries()) {
        expect(scene.becomes(series(), series({}, work), gone).sync()).toEqual([
          round === 0 ? 'create work' : 'revive work',
        ]);
        expect(scene.shows()).toEqual(['03-24 10:00-11:00']);
        expect(scene.becomes(series(), series({}, work), slot(third, {}, work)).sync()).toEqual(['delete work']);
        expect(scene.shows()).toEqual([]);
      }
    });

    it('three calendars, two holding the series, one of them without one slot', () => {
      const scene = new Scene([series(), series({}, club), slot(third, { ownResponse: 'declined' }, club)]).on(
        home,
        work,
        club,
      );
      // `club` sorts first: it gives the series, without the slot; `home` gives that.
      expect(scene.sync()).toEqual(['create work', `cancel-slot work ${third}`, 'create work', 'create club']);
      expect(scene.shows(work)).toEqual(tuesdays());
      expect(scene.shows(club)).toEqual(['03-24 10:00-11:00']);
      expect(scene.shows(home)).toEqual([]);
    });

    it('a block for one slot goes with the series that explains it', () => {
      const scene = new Scene([series(), series({}, work), cancelled(third, work)]);
      scene.sync();
      scene.becomes(series({ status: 'cancelled' }), series({}, work), cancelled(third, work));
      expect(scene.sync()).toEqual(['create home', `cancel-slot home ${third}`, 'delete work']);
    });

    it('each half of a split series is a meeting of its own', () => {
      const rest = {
        id: 'series1_R20260324T090000',
        iCalUid: 'series1_R20260324T090000@google.com',
        start: at('2026-03-24T10:00'),
        end: at('2026-03-24T11:00'),
      };
      const short = { recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260323T225959Z'] };
      const scene = new Scene([
        series(short),
        series(rest),
        series(short, work),
        series({ ...rest, ownResponse: 'declined' }, work),
      ]).on(source, { ...work, source: false });
      scene.sync();
      expect(scene.shows()).toEqual(tuesdays({ '03-10': null, '03-17': null }));
    });
  });

  describe('and for single slots', () => {
    it.each<[string, SourceEvent[], string[]]>([
      [
        'the target is invited to one slot of the series alone',
        [series(), lone(work, third)],
        tuesdays({ '03-24': null }),
      ],
      ['the target has declined that one slot', [series(), lone(work, third, { ownResponse: 'declined' })], tuesdays()],
      [
        'the target was invited to one slot that was withdrawn',
        [series(), lone(work, third, { status: 'cancelled' })],
        tuesdays(),
      ],
      ['the source is invited to one slot, the target holds the series', [lone(home, third), series({}, work)], []],
      [
        'the source is invited to one slot that the target has declined',
        [lone(home, third), series({}, work), cancelled(third, work)],
        ['03-24 10:00-11:00'],
      ],
      ['both are invited to the same slot alone', [lone(home, third), lone(work, third)], []],
      [
        'both are invited to one slot alone, not the same',
        [lone(home, third), lone(work, second)],
        ['03-24 10:00-11:00'],
      ],
      [
        'slots named in two spellings are the same slot',
        [
          lone(home, third),
          lone(work, third, { originalStart: { dateTime: '2026-03-24T05:00:00-04:00', timeZone: 'America/New_York' } }),
        ],
        [],
      ],
    ])('%s', (_, events, picture) => {
      const scene = new Scene(events).on(source, { ...work, source: false });
      scene.sync();
      expect(scene.shows()).toEqual(picture);
    });

    it('two calendars are invited to the same slot alone: one block on the third', () => {
      const scene = new Scene([lone(home, third), lone(club, third)]).on(home, work, club);
      expect(scene.sync()).toEqual(['create work']);
      expect(scene.becomes(lone(home, third), lone(club, third, { status: 'cancelled' })).sync()).toEqual([
        'replace work',
        'create club',
      ]);
      expect(scene.shows()).toEqual(['03-24 10:00-11:00']);
    });
  });

  describe('independent of the order in which the calendars are read', () => {
    const meetings: readonly [string, readonly SourceEvent[]][] = [
      ['a single event on two', [single(home), single(club)]],
      [
        'a single event on three, one declined',
        [single(home), single(club), single(work, { ownResponse: 'declined' })],
      ],
      ['a series on two, one slot declined', [series(), series({}, club), cancelled(third, club)]],
      ['a series, and one slot of it', [series(), lone(club, third)]],
      ['a series that one of them has free', [series({ transparent: true }), series({}, club), slot(second, {}, home)]],
    ];

    it.each(meetings)('rows and calendars in any order give the same plan: %s', (_, events) => {
      const plans = orders(events).flatMap((list) =>
        orders([home, work, club]).map((calendars) =>
          JSON.stringify(brief(new Scene(list).on(...calendars).operations()).sort()),
        ),
      );
      expect(new Set(plans).size).toBe(1);
    });

    const calendars = [rows.work, rows.home, rows.club].map((id) => calendar(id, { timeZone: 'UTC' }));
    const copies: readonly [string, readonly (readonly EventRow[])[], readonly string[]][] = [
      ['a single event on two', [[rows.event('a')], [rows.event('a')], []], ['club@example.com 03-24 09:00-10:00']],
      [
        'a single event on three, one declined',
        [[rows.event('a')], [rows.event('a')], [rows.event('a', { ownResponse: 'declined' })]],
        ['club@example.com 03-24 09:00-10:00'],
      ],
      [
        'a series on two, one slot declined by one of them',
        [[rows.series('s')], [rows.series('s'), rows.slotTombstone('s', 25)], []],
        [
          'home@example.com 03-25 09:00-10:00',
          ...['24', '25', '26'].map((day) => `club@example.com 03-${day} 09:00-10:00`),
        ],
      ],
      [
        'a series, and one slot of it',
        [
          [rows.series('s')],
          [
            rows.exception('s', 25, {
              start: rows.at('2026-03-25T09:00:00Z', 'UTC'),
              end: rows.at('2026-03-25T10:00:00Z', 'UTC'),
            }),
          ],
          [],
        ],
        [
          'home@example.com 03-24 09:00-10:00',
          'home@example.com 03-26 09:00-10:00',
          ...['24', '25', '26'].map((day) => `club@example.com 03-${day} 09:00-10:00`),
        ],
      ],
    ];

    it.each(copies)('calendars read one after the other, with a sync in between or not: %s', (_, reads, picture) => {
      for (const order of orders(calendars.map((one, index) => ({ one, list: reads[index] ?? [] })))) {
        for (const patient of [true, false]) {
          const mesh = rows.openMesh();
          const scene = new Scene([]).on(...calendars);
          for (const { one, list } of order) {
            mesh.read(one.id, 'everything', list);
            if (!patient) syncUntilQuiet(scene, mesh);
          }
          syncUntilQuiet(scene, mesh);
          const shown = calendars.flatMap((one) =>
            scene
              .shows(one, { from: '2026-03-24T00:00:00Z', to: '2026-03-27T00:00:00Z', zone: 'UTC' })
              .map((time) => `${one.id} ${time}`),
          );
          expect(shown).toEqual(picture);
        }
      }
    });
  });
});

/** Takes a scene and a store; plans what the store holds, with the store's own groups, until nothing is left to do. */
function syncUntilQuiet(scene: Scene, mesh: ReturnType<typeof rows.openMesh>): void {
  const plan = () => {
    const groups: EventGroup[] = mesh.groups().map((group) => ({ ...group, blocks: [], mutes: [] }));
    return planSync(scene.world.groups(groups), context(scene.calendars));
  };
  scene.world.apply(plan());
  expect(brief(plan().operations)).toEqual([]);
}
