import { describe, expect, it } from 'vitest';
import { previewOf } from '../../src/main/app/preview.ts';
import { planPreviewSchema } from '../../src/shared/dto.ts';
import { exampleHold, exampleOperation, exampleSkip } from '../support/fake-calsync.ts';

const at = (clock: string) => ({ dateTime: `2026-03-24T${clock}:00+01:00`, timeZone: 'Europe/Berlin' });

describe('a plan, as a person is shown it', () => {
  const preview = previewOf(
    {
      operations: [
        exampleOperation({ start: at('12:00') }),
        exampleOperation({ kind: 'revive', start: at('09:00'), series: true }),
        exampleOperation({ kind: 'update', reason: 'event-changed' }),
        exampleOperation({ kind: 'put-slot', reason: 'slot-changed' }),
        exampleOperation({ kind: 'cancel-slot', reason: 'slot-changed', start: null }),
        exampleOperation({ targetId: 'other@home.example', start: { date: '2026-03-20' } }),
        exampleOperation({ kind: 'delete', reason: 'event-deleted', start: at('23:00') }),
      ],
      skips: [exampleSkip(), exampleSkip({ reason: 'free' }), exampleSkip({ reason: 'free' })],
      holds: [exampleHold({ count: 38 })],
    },
    1,
  );

  it('counts each operation once, on its calendar and under its reason', () => {
    expect(preview).toMatchObject({ add: 3, change: 3, remove: 1, calendars: 2, held: 38, agreed: 1, more: 0 });
    expect(
      preview.targets.map(({ calendarId, add, change, remove, rows }) => [
        calendarId,
        [add, change, remove],
        rows.map(({ effect, reason, count, series, starts }) => [effect, reason, count, series, starts.length]),
      ]),
    ).toEqual([
      [
        'me@home.example',
        [2, 3, 1],
        [
          ['remove', 'event-deleted', 1, 0, 1],
          ['change', 'slot-changed', 2, 0, 1],
          ['change', 'event-changed', 1, 0, 1],
          ['add', 'new-event', 2, 1, 2],
        ],
      ],
      ['other@home.example', [1, 0, 0], [['add', 'new-event', 1, 0, 1]]],
    ]);
    expect(preview.left).toEqual([
      { reason: 'free', count: 2 },
      { reason: 'declined', count: 1 },
    ]);
    expect(planPreviewSchema.parse(preview)).toEqual(preview);
  });

  it('lists what takes something away first, then by when it starts, without a time last', () => {
    expect(
      preview.items.map(({ kind, start }) => [
        kind,
        start === null ? null : 'date' in start ? start.date : start.dateTime.slice(11, 16),
      ]),
    ).toEqual([
      ['delete', '23:00'],
      ['update', '14:00'],
      ['put-slot', '14:00'],
      ['cancel-slot', null],
      ['create', '2026-03-20'],
      ['revive', '09:00'],
      ['create', '12:00'],
    ]);
  });

  it('of a hundred thousand operations is as small, and lists the very first', () => {
    const operations = Array.from({ length: 100_000 }, (_, index) =>
      exampleOperation({
        start: { date: new Date(Date.UTC(2030, 0, 1) - index * 86_400_000).toISOString().slice(0, 10) },
      }),
    );
    const large = previewOf({ operations, skips: [], holds: [] });
    expect(large).toMatchObject({
      add: 100_000,
      calendars: 1,
      more: 99_950,
      targets: [{ rows: [{ count: 100_000 }] }],
    });
    expect(large.items).toHaveLength(50);
    expect(large.items[0]?.start).toEqual(operations.at(-1)?.start);
    expect(JSON.stringify(large).length).toBeLessThan(20_000);
  });
});
