import { describe, expect, it } from 'vitest';
import { sourceRef } from '../../src/main/core/identity.ts';
import { toEventId } from '../../src/shared/ids.ts';
import { day } from '../../src/shared/time.ts';
import {
  block,
  blockSlot,
  event,
  exception,
  home,
  now,
  openMesh,
  series,
  slotTombstone,
  tagFor,
  tombstone,
  work,
  type TestStore,
} from './support.ts';

const tag = tagFor(work, 'a');
const ref = tag.sourceRef;
const counts = ({ store }: TestStore) =>
  ['events', 'blocks', 'gone_events'].map((table) => store.facts().rows.get(table));

/** Deleted events are seen on the first day, and looked at two months later. */
function later(test: TestStore, days = 61): ReturnType<TestStore['store']['forgetUnneeded']> {
  test.takeDirty();
  test.store.forgetUnneeded(now);
  return test.store.forgetUnneeded(now + days * day);
}

/** An event with a block at home, of which both are gone: first the event, then, by us, the block. */
function deleted(): TestStore {
  const test = openMesh();
  test.read(work, 'everything', [event('a')]);
  test.wrote(home, block(home, tag));
  test.read(work, 'changes', [tombstone('a')]);
  test.record({ kind: 'block-removed', targetId: home, blockId: block(home, tag).id });
  return test;
}

describe('a deleted event whose blocks are gone', () => {
  it('is forgotten after sixty days but for a small row, and that after four hundred', () => {
    const test = deleted();
    expect(later(test, 59)).toEqual({ events: 0, blocks: 0, forgotten: 0 });
    expect(counts(test)).toEqual([1, 1, 0]);
    expect(test.store.forgetUnneeded(now + 60 * day)).toEqual({ events: 1, blocks: 1, forgotten: 0 });
    expect(counts(test)).toEqual([0, 0, 1]);
    expect(test.store.forgetUnneeded(now + 459 * day)).toEqual({ events: 0, blocks: 0, forgotten: 0 });
    expect(test.store.forgetUnneeded(now + 460 * day)).toEqual({ events: 0, blocks: 0, forgotten: 1 });
    expect(counts(test)).toEqual([0, 0, 0]);
  });

  it('is known again when a block of it comes back, as the proof to remove that', () => {
    const test = deleted();
    later(test);
    test.read(home, 'changes', [block(home, tag)]);
    expect(counts(test)).toEqual([1, 1, 0]);
    const group = test.group('uid:a@google.com');
    expect(group.events.map(({ row, sourceRef: of }) => [row.id, row.status, of])).toEqual([['a', 'cancelled', ref]]);
    expect(group.blocks).toHaveLength(1);
    expect(test.takeDirty()).toEqual(['uid:a@google.com']);
  });

  it('is an event like any other when it comes back', () => {
    const test = deleted();
    later(test);
    test.read(work, 'changes', [event('a')]);
    expect(counts(test)).toEqual([1, 0, 0]);
  });

  it('that was back meanwhile stays for as long again', () => {
    const test = deleted();
    test.takeDirty();
    test.store.forgetUnneeded(now);
    test.read(work, 'changes', [event('a')]);
    test.read(work, 'changes', [tombstone('a')]);
    test.takeDirty();
    expect(test.store.forgetUnneeded(now + 61 * day)).toMatchObject({ events: 0 });
    expect(test.store.forgetUnneeded(now + 122 * day)).toMatchObject({ events: 1 });
  });

  it('of which nobody has seen a block leaves nothing', () => {
    const test = openMesh();
    test.read(work, 'changes', [tombstone('a')]);
    expect(later(test)).toMatchObject({ events: 1, blocks: 0 });
    expect(counts(test)).toEqual([0, 0, 0]);
  });
});

describe('a date of a series', () => {
  it('that is cancelled stays as long as its series does, and goes with it', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s'), exception('s', 25), slotTombstone('s', 26)]);
    expect(later(test)).toMatchObject({ events: 0 });
    test.read(work, 'changes', [tombstone('s')]);
    test.takeDirty();
    test.store.forgetUnneeded(now + 130 * day);
    expect(test.store.forgetUnneeded(now + 300 * day)).toMatchObject({ events: 3 });
  });

  it('with a block of its own is known by that date alone, and says nothing of its series', () => {
    const test = openMesh();
    const slot = exception('s', 25);
    const own = tagFor(work, slot.id);
    test.read(work, 'everything', [series('s'), slot]);
    test.wrote(home, block(home, own));
    test.read(work, 'changes', [tombstone('s')]);
    test.record({ kind: 'block-removed', targetId: home, blockId: block(home, own).id });
    expect(later(test)).toMatchObject({ events: 2, blocks: 1 });
    test.read(work, 'changes', [series('s')]);
    test.read(home, 'changes', [block(home, own)]);
    const found = test.group('uid:s@google.com').events.find(({ sourceRef: of }) => of === own.sourceRef);
    expect(found?.row).toMatchObject({ id: slot.id, status: 'cancelled', recurringEventId: null });
  });

  it('that somebody has made their own and deleted stays while the block is known', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('a')]);
    test.wrote(home, block(home, tag, { recurrence: ['RRULE:FREQ=DAILY'] }));
    const { id } = blockSlot(home, tag, 25);
    test.read(home, 'changes', [blockSlot(home, tag, 25, { tag: null, tagged: false })]);
    test.read(home, 'changes', [{ ...slotTombstone(block(home, tag).id, 25), id }]);
    const before = counts(test);
    expect(later(test)).toMatchObject({ events: 0, blocks: 0 });
    expect(counts(test)).toEqual(before);
  });
});

describe('a deleted series', () => {
  it('stays while a date of it stands in another group', () => {
    const test = openMesh();
    const moved = exception('s', 25, { iCalUid: 'other@x.example' });
    test.read(work, 'everything', [series('s'), moved]);
    test.read(work, 'changes', [tombstone('s'), moved]);
    expect(later(test)).toMatchObject({ events: 0 });
  });
});

describe('what may still be needed stays', () => {
  it.each<[string, (test: TestStore) => void]>([
    ['a block that stands', (test) => void test.read(home, 'changes', [block(home, tag)])],
    [
      'a block of which nobody knows why it has gone',
      (test) => {
        test.read(home, 'changes', [block(home, tag)]);
        test.read(home, 'changes', [tombstone(block(home, tag).id)]);
      },
    ],
    ['a mute', ({ store }) => store.addMutes([{ sourceRef: ref, targetId: home, slot: null }], now)],
    [
      'another copy of the meeting',
      (test) => void test.read(home, 'everything', [event('b', { iCalUid: 'a@google.com' })]),
    ],
    [
      'a block of that block',
      (test) => {
        const own = { ...tag, sourceRef: sourceRef(home, block(home, tag).id) };
        test.read(work, 'changes', [block(work, own)]);
      },
    ],
    [
      'what an undo keeps',
      ({ store }) => {
        const kept = { sourceRef: ref, targetId: home, sourceId: work, content: null, slots: [], version: '"9"' };
        const choice = { before: [], after: [], mutes: [], lifted: [], letGo: [] };
        store.undo(1, { ...choice, kept: [{ ...kept, telling: null, etag: null, since: now }] }, now);
      },
    ],
    [
      'what can be undone',
      (test) => {
        test.read(home, 'changes', [block(home, tag)]);
        test.record({ kind: 'block-removed', targetId: home, blockId: block(home, tag).id, version: '"9"' });
      },
    ],
  ])('%s', (_, happens) => {
    const test = deleted();
    happens(test);
    const [, blocks] = counts(test);
    later(test);
    expect(counts(test).slice(1)).toEqual([blocks, 0]);
    expect(test.groups().some(({ events }) => events.some(({ sourceRef: of }) => of === ref))).toBe(true);
  });

  it('a group that is to be planned', () => {
    const test = deleted();
    test.takeDirty();
    test.store.forgetUnneeded(now);
    test.store.markDirty(['uid:a@google.com']);
    expect(test.store.forgetUnneeded(now + 61 * day)).toMatchObject({ events: 0 });
  });
});

describe('how often', () => {
  it('is once a day, whatever the clock was before', () => {
    const { store } = deleted();
    expect(store.forgetUnneeded(now)).not.toBeNull();
    expect(store.forgetUnneeded(now + day - 1)).toBeNull();
    expect(store.forgetUnneeded(now + day)).not.toBeNull();
    expect(store.forgetUnneeded(now - 400 * day)).not.toBeNull();
  });

  it('and some at a time: five hundred deleted events', () => {
    const test = openMesh();
    test.read(
      work,
      'changes',
      Array.from({ length: 1200 }, (_, index) => ({
        ...tombstone(`x${String(index)}`),
        id: toEventId(`x${String(index)}`),
      })),
    );
    expect(later(test)).toMatchObject({ events: 500 });
    expect(test.store.forgetUnneeded(now + 62 * day)).toMatchObject({ events: 500 });
    expect(test.store.forgetUnneeded(now + 63 * day)).toMatchObject({ events: 200 });
  });

  it('what a clock that was ahead has noted waits from now on', () => {
    const test = deleted();
    test.takeDirty();
    test.store.forgetUnneeded(now + 365 * day);
    test.store.forgetUnneeded(now);
    expect(test.store.forgetUnneeded(now + 59 * day)).toMatchObject({ events: 0 });
    expect(test.store.forgetUnneeded(now + 60 * day)).toMatchObject({ events: 1 });
  });
});
