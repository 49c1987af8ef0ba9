import { describe, expect, it } from 'vitest';
import { toEventId } from '../../../../src/shared/ids.ts';
import { event, weekly, type RowParts } from '../../../support/core-builders.ts';
import { cancelled, home, Scene, series, slot, slots, synced, tuesdays, work } from '../scene.ts';
import { moved, times } from './support.ts';

const [, second, third] = slots;

describe('Series, complete', () => {
  describe('slot keys by `recurringEventId` + `originalStartTime`, ids treated as opaque', () => {
    it.each<{ name: string; parts: RowParts }>([
      { name: 'a random id', parts: { id: 'q7m2k0' } },
      { name: 'an id that names another slot', parts: { id: `series1_${third}` } },
      { name: 'an id of another format', parts: { id: 'series1#2026-03-17#1' } },
      { name: 'the id of the series that it was split from', parts: { id: `older_${second}` } },
      {
        name: 'its original start in UTC',
        parts: { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T09:00:00Z', timeZone: 'UTC' } },
      },
      {
        name: 'its original start in another zone',
        parts: { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T05:00:00-04:00', timeZone: 'America/New_York' } },
      },
      {
        name: 'its original start without an offset',
        parts: { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T10:00:00', timeZone: 'Europe/Berlin' } },
      },
      {
        name: 'its original start without offset or zone',
        parts: { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T10:00:00', timeZone: null } },
      },
      {
        name: 'its original start with parts of a second',
        parts: { id: 'q7m2k0', originalStart: { dateTime: '2026-03-17T09:00:00.000Z', timeZone: null } },
      },
    ])('a slot with $name', ({ parts }) => {
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
