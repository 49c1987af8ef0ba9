import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../../../src/main/core/model.ts';
import { defaultBlockPolicy } from '../../../../src/main/core/policy.ts';
import { cancelled, club, home, Scene, series, slot, slots, synced, tuesdays, work } from '../scene.ts';
import { bare, days, moved, times, type Instead } from './support.ts';

const [first, second, third, , fifth] = slots;

describe('Series, complete', () => {
  describe('overrides for slots that are', () => {
    it.each<{ name: string; changed: SourceEvent; operations: string[]; picture: Instead }>([
      {
        name: 'moved to another day',
        changed: moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-18 14:00-15:00' },
      },
      {
        name: 'moved by an hour',
        changed: moved(second, '2026-03-17T11:00', '2026-03-17T12:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-17 11:00-12:00' },
      },
      {
        name: 'moved before the slot ahead of them',
        changed: moved(third, '2026-03-16T10:00', '2026-03-16T11:00'),
        operations: [`put-slot work ${third}`],
        picture: { '03-24': '03-16 10:00-11:00' },
      },
      {
        name: 'moved onto the time of another slot',
        changed: moved(second, '2026-03-24T10:00', '2026-03-24T11:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-24 10:00-11:00' },
      },
      {
        name: 'moved before the first',
        changed: moved(second, '2026-03-05T10:00', '2026-03-05T11:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-05 10:00-11:00' },
      },
      {
        name: 'the first one, moved',
        changed: moved(first, '2026-03-11T10:00', '2026-03-11T11:00'),
        operations: [`put-slot work ${first}`],
        picture: { '03-10': '03-11 10:00-11:00' },
      },
      {
        name: 'moved over a change of the clocks',
        changed: moved(third, '2026-03-30T10:00', '2026-03-30T11:00'),
        operations: [`put-slot work ${third}`],
        picture: { '03-24': '03-30 10:00-11:00' },
      },
      {
        name: 'made longer',
        changed: moved(second, '2026-03-17T10:00', '2026-03-17T12:30'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-17 10:00-12:30' },
      },
      {
        name: 'made shorter',
        changed: moved(second, '2026-03-17T10:00', '2026-03-17T10:15'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-17 10:00-10:15' },
      },
      {
        name: 'made to last over midnight',
        changed: moved(second, '2026-03-17T10:00', '2026-03-18T10:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-17 10:00-03-18 10:00' },
      },
      {
        name: 'made to last no time',
        changed: moved(second, '2026-03-17T10:00', '2026-03-17T10:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-17 10:00-10:01' },
      },
      {
        name: 'made all-day',
        changed: slot(second, days('2026-03-17', '2026-03-18')),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-17 day 1' },
      },
      {
        name: 'cancelled',
        changed: cancelled(second),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
      {
        name: 'cancelled, with nothing but an id left',
        changed: bare(second),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
      {
        name: 'the first one, cancelled',
        changed: cancelled(first),
        operations: [`cancel-slot work ${first}`],
        picture: { '03-10': null },
      },
      {
        name: 'declined',
        changed: slot(second, { ownResponse: 'declined' }),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
      {
        name: 'freed',
        changed: slot(second, { transparent: true }),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
      {
        name: 'left without times',
        changed: slot(second, { start: null, end: null }),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
      {
        name: 'moved and declined',
        changed: slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), ownResponse: 'declined' }),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
    ])('$name', ({ changed, operations, picture }) => {
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

    it.each<{
      name: string;
      before: SourceEvent;
      after: SourceEvent;
      operations: string[];
      picture: Instead;
    }>([
      {
        name: 'moved, then moved again',
        before: moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        after: moved(second, '2026-03-19T14:00', '2026-03-19T15:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-19 14:00-15:00' },
      },
      {
        name: 'moved, then resized',
        before: moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        after: moved(second, '2026-03-18T14:00', '2026-03-18T16:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-18 14:00-16:00' },
      },
      {
        name: 'moved, then cancelled',
        before: moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        after: cancelled(second),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
      {
        name: 'moved, then declined',
        before: moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        after: slot(second, { ...times('2026-03-18T14:00', '2026-03-18T15:00'), ownResponse: 'declined' }),
        operations: [`cancel-slot work ${second}`],
        picture: { '03-17': null },
      },
      {
        name: 'cancelled, then un-cancelled elsewhere',
        before: cancelled(second),
        after: moved(second, '2026-03-18T14:00', '2026-03-18T15:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-18 14:00-15:00' },
      },
      {
        name: 'cancelled, then un-cancelled but declined',
        before: cancelled(second),
        after: slot(second, { ownResponse: 'declined' }),
        operations: [],
        picture: { '03-17': null },
      },
      {
        name: 'declined, then freed',
        before: slot(second, { ownResponse: 'declined' }),
        after: slot(second, { transparent: true }),
        operations: [],
        picture: { '03-17': null },
      },
      {
        name: 'all-day, then timed',
        before: slot(second, days('2026-03-17', '2026-03-18')),
        after: moved(second, '2026-03-17T09:00', '2026-03-17T12:00'),
        operations: [`put-slot work ${second}`],
        picture: { '03-17': '03-17 09:00-12:00' },
      },
    ])('$name', ({ before, after, operations, picture }) => {
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
    it.each<{ name: string; before: SourceEvent[]; after: SourceEvent[] }>([
      { name: 'another title of the series', before: [series()], after: [series({ summary: 'Other' })] },
      { name: 'a colour of the series', before: [series()], after: [series({ colorId: '4' })] },
      { name: 'reminders of the series', before: [series()], after: [series({ rings: false })] },
      { name: 'the series made private', before: [series()], after: [series({ visibility: 'private' })] },
      { name: 'another etag', before: [series()], after: [series({ etag: '"77"' })] },
      { name: 'an answer that still means busy', before: [series()], after: [series({ ownResponse: 'tentative' })] },
      { name: 'another title of one slot', before: [series()], after: [series(), slot(second, { summary: 'Other' })] },
      {
        name: 'the title of that slot as before',
        before: [series(), slot(second, { summary: 'Other' })],
        after: [series(), slot(second)],
      },
      {
        name: 'that slot without a row again',
        before: [series(), slot(second, { summary: 'Other' })],
        after: [series()],
      },
      {
        name: 'another title of a moved slot',
        before: [series(), slotMoved],
        after: [series(), { ...slotMoved, row: { ...slotMoved.row, summary: 'Other' } }],
      },
      {
        name: 'a tombstone that says less than before',
        before: [series(), cancelled(second)],
        after: [series(), bare(second)],
      },
      {
        name: 'the rule in another spelling',
        before: [series()],
        after: [series({ recurrence: ['RRULE:BYDAY=TU;WKST=MO;INTERVAL=1;FREQ=WEEKLY'] })],
      },
      {
        name: 'the start with its offset',
        before: [series()],
        after: [series({ start: { dateTime: '2026-03-10T10:00:00+01:00', timeZone: 'Europe/Berlin' } })],
      },
      { name: 'another iCalUID', before: [series()], after: [series({ iCalUid: 'moved@google.com' })] },
    ])('$name', ({ before, after }) => {
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
});
