import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../src/main/core/model.ts';
import {
  at,
  block,
  blockSlot,
  event,
  home,
  openMesh,
  series,
  slotTombstone,
  tagFor,
  tombstone,
  work,
} from './support.ts';

const tag = tagFor(work, 'a');
/** What a view that hides things shows of a row. */
const hidden = (row: EventRow): EventRow => ({
  ...row,
  summary: null,
  description: null,
  place: null,
  visibility: 'private',
  ownResponse: 'none',
  guests: false,
  tag: null,
  tagged: false,
});
const weakViews = ['sees-busy', 'reads'] as const;

describe('a block whose tag is missing', () => {
  it.each(weakViews)('is ours still in a view that %s: it would not show the tag', (access) => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    const ours = block(home, tag);
    test.read(home, 'everything', [ours]);
    const before = test.onlyBlock();
    test.access = access;
    test.read(home, 'everything', [hidden(ours)]);
    expect(test.onlyBlock()).toEqual(before);
    expect(test.groups().flatMap((group) => group.events)).toHaveLength(1);
    // Its absence is seen in such a view, too.
    test.run = 2;
    test.read(home, 'changes', [tombstone(ours.id)]);
    expect(test.onlyBlock().absence).toEqual({ by: 'unknown', sinceRun: 2 });
    test.read(home, 'changes', [hidden(ours)]);
    expect(test.onlyBlock().lost).toBe(false);
  });

  it.each(['writes', 'owns'] as const)('is not ours any more in a view that %s', (access) => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    const ours = block(home, tag);
    test.read(home, 'everything', [ours]);
    test.access = access;
    test.read(home, 'changes', [{ ...ours, tag: null, tagged: false }]);
    expect(test.onlyBlock().lost).toBe(true);
  });

  it('keeps its slots', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('a')]);
    const ours = { ...block(home, tag), recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU'] };
    const slot = blockSlot(home, tag, 17);
    test.read(home, 'everything', [ours, slot, slotTombstone(ours.id, 24)]);
    const before = test.onlyBlock();
    expect(before.slots).toHaveLength(2);
    test.access = 'reads';
    test.read(home, 'everything', [hidden(ours), hidden(slot), slotTombstone(ours.id, 24)]);
    expect(test.onlyBlock()).toEqual(before);
    expect(test.groups().flatMap((group) => group.events)).toHaveLength(1);
  });
});

describe('what a stronger view has shown of an event', () => {
  const shown = {
    ...event('a', { summary: 'Board', place: 'Hall 2' }),
    ownResponse: 'declined' as const,
    guests: true,
  };
  const rowOf = (test: ReturnType<typeof openMesh>) => test.groups()[0]?.events[0]?.row;

  it.each(weakViews)('holds in a view that %s while its times are the same', (access) => {
    const test = openMesh();
    test.read(work, 'everything', [shown]);
    test.access = access;
    const effects = test.read(work, 'everything', [{ ...hidden(shown), visibility: shown.visibility }]);
    expect(rowOf(test)).toMatchObject({ summary: 'Board', place: 'Hall 2', ownResponse: 'declined', guests: true });
    expect(effects).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
  });

  it('holds no longer once its times are others, but it stays the same meeting', () => {
    const test = openMesh();
    test.read(work, 'everything', [shown]);
    test.access = 'sees-busy';
    const moved = { start: at('2026-03-11T10:00:00Z', 'UTC'), end: at('2026-03-11T11:00:00Z', 'UTC'), iCalUid: null };
    test.read(work, 'everything', [{ ...hidden(shown), ...moved }]);
    expect(rowOf(test)).toMatchObject({ summary: null, ownResponse: 'none', iCalUid: shown.iCalUid });
  });

  it('gives way to what the view does show', () => {
    const test = openMesh();
    test.read(work, 'everything', [shown]);
    test.access = 'reads';
    test.read(work, 'everything', [{ ...shown, summary: 'Board, short', ownResponse: 'accepted' }]);
    expect(rowOf(test)).toMatchObject({ summary: 'Board, short', ownResponse: 'accepted' });
  });
});
