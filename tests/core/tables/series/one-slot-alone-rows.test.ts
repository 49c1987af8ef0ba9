import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../../../src/main/core/model.ts';
import { at, exception, home, openMesh, series, slotTombstone, tombstone, work } from '../../../store/support.ts';
import { calendar } from '../../../support/core-builders.ts';
import { Scene } from '../scene.ts';

describe('Series, complete: as their rows arrive', () => {
  describe('an invitation to one slot only (master missing)', () => {
    const one = exception('s', 25, { start: at('2026-03-25T15:00:00Z'), end: at('2026-03-25T16:00:00Z') });
    const whole = ['03-24', '03-25', '03-26', '03-27', '03-28', '03-29'].map((date) => `${date} 09:00-10:00`);
    const with25 = whole.map((time) => (time.startsWith('03-25') ? '03-25 15:00-16:00' : time));
    const without25 = whole.filter((time) => !time.startsWith('03-25'));

    it.each<{ name: string; reads: ['everything' | 'changes', readonly EventRow[], readonly string[]][] }>([
      {
        name: 'is one block, moves and is withdrawn',
        reads: [
          ['everything', [one], ['03-25 15:00-16:00']],
          [
            'changes',
            [{ ...one, start: at('2026-03-25T17:00:00Z'), end: at('2026-03-25T18:00:00Z') }],
            ['03-25 17:00-18:00'],
          ],
          ['changes', [slotTombstone('s', 25)], []],
        ],
      },
      {
        name: 'is withdrawn with nothing but its id, and comes back',
        reads: [
          ['everything', [one], ['03-25 15:00-16:00']],
          ['changes', [tombstone('s_20260325T090000Z')], []],
          ['changes', [one], ['03-25 15:00-16:00']],
          ['everything', [], []],
        ],
      },
      {
        name: 'becomes one to all, with that slot, then without it, then as usual',
        reads: [
          ['everything', [one], ['03-25 15:00-16:00']],
          ['changes', [series('s'), one], with25],
          ['changes', [series('s'), slotTombstone('s', 25)], without25],
          ['everything', [series('s')], whole],
        ],
      },
      {
        name: 'becomes one to all on a page of its own, the slot first',
        reads: [
          ['everything', [one], ['03-25 15:00-16:00']],
          ['changes', [one], ['03-25 15:00-16:00']],
          ['changes', [series('s')], with25],
          ['changes', [tombstone('s')], []],
        ],
      },
      {
        name: 'remains when the series is deleted for everybody else',
        reads: [
          ['everything', [series('s'), one], with25],
          ['changes', [tombstone('s'), one], ['03-25 15:00-16:00']],
          ['changes', [tombstone('s_20260325T090000Z')], []],
        ],
      },
    ])('$name', ({ reads }) => {
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
