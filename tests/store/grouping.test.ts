import { describe, expect, it } from 'vitest';
import { groupKeyOf, strayGroupKey } from '../../src/main/core/grouping.ts';
import { sourceRef } from '../../src/main/core/identity.ts';
import { toEventId } from '../../src/shared/ids.ts';
import { event, exception, slotTombstone, tombstone, work } from './support.ts';

const nothing = { stored: null, master: null };

describe('the group of a row', () => {
  it.each([
    ['an event goes by its iCalUID', event('a'), nothing, 'uid:a@google.com'],
    ['an exception has the iCalUID of its series', exception('a', 25), nothing, 'uid:a@google.com'],
    [
      'the later half of a split series is a series of its own',
      event('a_R20260327T090000', { iCalUid: 'a_R20260327T090000@google.com' }),
      nothing,
      'uid:a_R20260327T090000@google.com',
    ],
    ['a free/busy row goes by its id', event('a', { iCalUid: null }), nothing, 'id:work@example.com|a'],
    [
      'a free/busy exception goes by its series',
      exception('a', 25, { iCalUid: null }),
      nothing,
      'id:work@example.com|a',
    ],
    [
      'an exception without an iCalUID goes with its master',
      slotTombstone('a', 25),
      { stored: null, master: 'uid:a@google.com' },
      'uid:a@google.com',
    ],
    [
      'a tombstone of a slot goes where its series is now',
      slotTombstone('a', 25),
      { stored: 'uid:x', master: 'uid:a@google.com' },
      'uid:a@google.com',
    ],
    ['a tombstone stays where it was', tombstone('a'), { stored: 'uid:x', master: null }, 'uid:x'],
    [
      'a tombstone that says an iCalUID stays where it was',
      event('a', { status: 'cancelled', iCalUid: 'b@google.com' }),
      { stored: 'uid:a@google.com', master: null },
      'uid:a@google.com',
    ],
    [
      'a live row goes where it says',
      event('a', { iCalUid: 'b@google.com' }),
      { stored: 'uid:a@google.com', master: null },
      'uid:b@google.com',
    ],
    ['a tombstone that nobody knew has its own', tombstone('a'), nothing, 'id:work@example.com|a'],
  ])('%s', (_, row, known, key) => {
    expect(groupKeyOf(row, work, known)).toBe(key);
  });

  it('names the group of a block that nothing explains by its source', () => {
    const ref = sourceRef(work, toEventId('a'));
    expect(strayGroupKey(ref)).toBe(`ref:${ref}`);
  });
});
