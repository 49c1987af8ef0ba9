import { describe, expect, it } from 'vitest';
import { blockId } from '../../src/main/core/identity.ts';
import type { EventRow } from '../../src/main/core/model.ts';
import type { BlockOutcome } from '../../src/main/ports/store.ts';
import { toEventId, type SlotKey } from '../../src/shared/ids.ts';
import {
  at,
  block,
  blockSlot,
  event,
  exception,
  home,
  openMesh,
  series,
  slotTombstone,
  tagFor,
  tombstone,
  work,
  club,
} from './support.ts';

const tag = tagFor(work, 'a');
const ours = block(home, tag);
const uid = 'uid:a@google.com';
const seriesTag = tagFor(work, 's');
const daily = { recurrence: ['RRULE:FREQ=DAILY'], start: at('2026-03-24T09:00:00Z', 'UTC') };
const ourSeries = block(home, seriesTag, daily);
const key = (day: number) => `202603${String(day)}T090000Z` as SlotKey;

/** A mesh whose work calendar holds one event, with its block at home as CalSync wrote it. */
function withBlock() {
  const test = openMesh();
  test.read(work, 'everything', [event('a')]);
  test.wrote(home, ours, 'echo-1');
  test.takeDirty();
  return test;
}

/** The same with a series, and a block at home that is one. */
function withSeries() {
  const test = openMesh();
  test.read(work, 'everything', [series('s')]);
  test.wrote(home, ourSeries, 'echo-1');
  test.takeDirty();
  return test;
}

describe('a block that we wrote', () => {
  it('is stored with its content, and marks nothing', () => {
    const test = withBlock();
    expect(test.group(uid).blocks).toEqual([
      {
        targetId: home,
        id: ours.id,
        tag,
        etag: '"1"',
        absence: null,
        content: {
          summary: '🔒 Busy',
          description: '[calsync]',
          start: ours.start,
          end: ours.end,
          recurrence: [],
          visibility: 'private',
          transparent: false,
          colorId: null,
          place: null,
          rings: false,
        },
        echo: 'echo-1',
        ownHash: tag.contentHash,
        wanted: null,
        ownVersion: null,
        outOfOffice: false,
        lost: false,
        ofBlockOn: null,
        slots: [],
      },
    ]);
    expect([...test.store.dirtyGroups().keys()]).toEqual([]);
    expect(test.logger.events('warn')).toEqual([]);
  });

  it('marks nothing when it is read back, in a delta or in full, with another etag', () => {
    const test = withBlock();
    const again = { ...ours, etag: '"2"' };
    expect(test.read(home, 'changes', [again])).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    expect(test.read(home, 'everything', [again])).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    expect([...test.store.dirtyGroups().keys()]).toEqual([]);
    expect(test.onlyBlock()).toMatchObject({ etag: '"2"', echo: 'echo-1', absence: null });
  });

  it('warns when it is not where what wanted it will look for it', () => {
    const test = openMesh();
    test.record({ kind: 'block-written', targetId: home, row: ours, tag, echo: null, groupKey: uid });
    expect(test.logger.events('warn')).toEqual(['block-outside-its-group']);
    expect(test.takeDirty()).toEqual([`ref:${tag.sourceRef}`]);
  });
});

describe('a block as its calendar shows it', () => {
  it.each<[string, Partial<EventRow>]>([
    ['title', { summary: 'Mine' }],
    ['description', { description: 'x' }],
    ['start', { start: at('2026-03-24T11:00:00Z') }],
    ['end', { end: at('2026-03-24T11:00:00Z') }],
    ['rule', { recurrence: ['RRULE:FREQ=DAILY'] }],
    ['visibility', { visibility: 'public' }],
    ['transparency', { transparent: true }],
    ['colour', { colorId: '3' }],
    ['bell', { rings: true }],
    ['hash', { tag: { ...tag, contentHash: 'fedcba9876543210' } }],
  ])('marks its group when its %s differs, and keeps what the provider answered', (_, special) => {
    const test = withBlock();
    expect(test.read(home, 'changes', [{ ...ours, ...special }])).toEqual([{ changedEvents: 0, changedBlocks: 1 }]);
    expect(test.takeDirty()).toEqual([uid]);
    expect(test.onlyBlock().echo).toBe('echo-1');
    test.read(home, 'changes', [{ ...ours, ...special }]);
    expect(test.takeDirty()).toEqual([]);
  });

  it('is adopted when it is new to us', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    test.read(home, 'everything', [ours]);
    expect(test.takeDirty()).toEqual([uid]);
    expect(test.group(uid).blocks).toHaveLength(1);
  });

  it('makes a group of its own until its event is read', () => {
    const test = openMesh();
    test.read(home, 'everything', [ours]);
    const stray = `ref:${tag.sourceRef}`;
    expect(test.takeDirty()).toEqual([stray]);
    expect(test.groups()).toMatchObject([{ key: stray, events: [], blocks: [{ id: ours.id }] }]);
    expect(test.group(stray).blocks).toHaveLength(1);
    expect(test.store.liveBlocksBySource()).toEqual(new Map());
    test.read(work, 'everything', [event('a')]);
    expect(test.takeDirty()).toEqual([uid]);
    expect(test.groups([stray])).toEqual([]);
    expect(test.groups()).toMatchObject([{ key: uid, blocks: [{ id: ours.id }] }]);
  });
});

describe('a block that is gone', () => {
  it('by our own hand stays so, whatever the calendar says of it', () => {
    const test = withBlock();
    test.record({ kind: 'block-removed', targetId: home, blockId: ours.id });
    expect(test.onlyBlock()).toMatchObject({ absence: { by: 'us' }, echo: null });
    expect(test.read(home, 'changes', [tombstone(ours.id)])).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    test.read(home, 'everything', []);
    expect(test.onlyBlock().absence).toEqual({ by: 'us' });
    expect(test.takeDirty()).toEqual([]);
  });

  it('by another hand says since when, and keeps the first run that saw it', () => {
    const test = withBlock();
    test.run = 7;
    test.read(home, 'changes', [tombstone(ours.id)]);
    expect(test.takeDirty()).toEqual([uid]);
    test.run = 8;
    test.read(home, 'changes', [tombstone(ours.id)]);
    test.read(home, 'everything', []);
    expect(test.takeDirty()).toEqual([]);
    expect(test.onlyBlock()).toMatchObject({ absence: { by: 'unknown', sinceRun: 7 }, echo: 'echo-1' });
    expect(test.store.liveBlocksByTarget()).toEqual(new Map());
  });

  it('is found so by a full read that does not show it, with the last page', () => {
    const test = withBlock();
    test.run = 7;
    test.readPart(home, 'everything', []);
    expect(test.onlyBlock().absence).toBeNull();
    test.read(home, 'everything', [ours]);
    test.read(home, 'everything', []);
    expect(test.onlyBlock().absence).toEqual({ by: 'unknown', sinceRun: 7 });
    expect(test.takeDirty()).toEqual([uid]);
  });

  it('is not taken for gone by a full read that does not show it since it was written: it is to be looked at by its id', () => {
    const test = withBlock();
    test.read(home, 'everything', []);
    expect(test.onlyBlock().absence).toBeNull();
    test.read(home, 'everything', []);
    expect(test.onlyBlock().absence).toBeNull();
    expect(test.store.unshownBlocks(home)).toEqual([ours.id]);
    test.takeDirty();
    test.store.recordOutcomes(7, [{ kind: 'block-gone', targetId: home, blockId: ours.id }]);
    expect(test.onlyBlock().absence).toEqual({ by: 'unknown', sinceRun: 7 });
    expect(test.takeDirty()).toEqual([uid]);
    expect(test.store.unshownBlocks(home)).toEqual([]);
  });

  it('is not taken for gone by a read that lags behind its revival either', () => {
    const test = withBlock();
    test.read(home, 'everything', [ours]);
    test.record({ kind: 'block-removed', targetId: home, blockId: ours.id });
    test.wrote(home, ours);
    test.read(home, 'everything', []);
    expect(test.onlyBlock().absence).toBeNull();
  });

  it('was gone by us when we first met it so', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.read(home, 'everything', [{ ...ours, status: 'cancelled' }]);
    expect(test.onlyBlock()).toMatchObject({ absence: { by: 'us' }, lost: false });
  });

  it('comes back when it is shown or written again', () => {
    const test = withBlock();
    test.read(home, 'changes', [tombstone(ours.id)]);
    test.takeDirty();
    test.read(home, 'changes', [ours]);
    expect(test.onlyBlock().absence).toBeNull();
    expect(test.takeDirty()).toEqual([uid]);
    test.record({ kind: 'block-removed', targetId: home, blockId: ours.id });
    test.wrote(home, ours, 'echo-2');
    expect(test.onlyBlock()).toMatchObject({ absence: null, echo: 'echo-2' });
    expect(test.takeDirty()).toEqual([]);
  });
});

describe('a block id that is lost', () => {
  it.each<[string, Partial<EventRow>]>([
    ['its tag is gone', { tag: null, tagged: false }],
    ['its tag is broken', { tag: null, tagged: true }],
    ['its tag is of another block', { tag: tagFor(work, 'b') }],
  ])('because %s belongs to the person, and is never ours by its id alone', (_, special) => {
    const test = withBlock();
    const taken = { ...ours, ...special };
    test.read(home, 'changes', [taken]);
    const own = `uid:${ours.id}@google.com`;
    expect(test.takeDirty()).toEqual([uid, own].sort());
    expect(test.group(uid).blocks).toMatchObject([{ absence: { by: 'us' }, lost: true, tag: { generation: 0 } }]);
    expect(test.group(own).events.map(({ row }) => row.tagged)).toEqual([taken.tagged]);
    // And now its tombstone is that of a person's event.
    test.read(home, 'changes', [tombstone(ours.id)]);
    expect(test.group(own).events[0]?.row.status).toBe('cancelled');
    expect(test.group(uid).blocks).toMatchObject([{ absence: { by: 'us' }, lost: true }]);
    expect(test.takeDirty()).toEqual([own]);
  });

  it('is ours again when its tag is', () => {
    const test = withBlock();
    test.read(home, 'changes', [{ ...ours, tag: null, tagged: false }]);
    test.takeDirty();
    test.read(home, 'changes', [ours]);
    expect(test.takeDirty()).toEqual([uid, `uid:${ours.id}@google.com`].sort());
    expect(test.groups()).toHaveLength(1);
    expect(test.onlyBlock()).toMatchObject({ absence: null, lost: false });
  });

  it('is remembered when the provider says that somebody else has it', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    test.record({ kind: 'id-lost', targetId: home, blockId: ours.id, tag });
    expect(test.onlyBlock()).toMatchObject({ absence: { by: 'us' }, lost: true, tag, content: { start: null } });
    expect(test.store.liveBlocksByTarget()).toEqual(new Map());
    const next = tagFor(work, 'a', 1);
    test.wrote(home, block(home, next));
    expect(test.group(uid).blocks.map((one) => [one.tag.generation, one.lost])).toEqual([
      [0, true],
      [1, false],
    ]);
  });
});

describe('slots of a block', () => {
  const slots = (test: ReturnType<typeof openMesh>) =>
    test.onlyBlock().slots.map((slot) => [slot.key, slot.absence?.by ?? slot.content?.start]);
  const written = (day: number): BlockOutcome => ({
    kind: 'slot-written',
    targetId: home,
    blockId: ourSeries.id,
    slotKey: key(day),
    originalStart: at(`2026-03-${String(day)}T09:00:00Z`, 'UTC'),
    row: blockSlot(home, seriesTag, day),
    echo: 'slot-echo',
  });
  const cancelled = (day: number): BlockOutcome => ({
    kind: 'slot-cancelled',
    targetId: home,
    blockId: ourSeries.id,
    slotKey: key(day),
    originalStart: at(`2026-03-${String(day)}T09:00:00Z`, 'UTC'),
    slotId: toEventId(`${ourSeries.id}_${key(day)}`),
  });

  it('are stored as we wrote them, and mark nothing when they are read back', () => {
    const test = withSeries();
    test.record(written(25), cancelled(26));
    const before = test.onlyBlock().slots;
    expect(before).toMatchObject([
      { key: key(25), absence: null, echo: 'slot-echo', eventId: `${ourSeries.id}_${key(25)}` },
      { key: key(26), absence: { by: 'us' }, content: null },
    ]);
    const rows = [ourSeries, blockSlot(home, seriesTag, 25), slotTombstone(ourSeries.id, 26)];
    expect(test.read(home, 'changes', rows)).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    expect(test.read(home, 'everything', rows)).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    expect(test.takeDirty()).toEqual([]);
    expect(test.onlyBlock().slots).toEqual(before);
  });

  it('that a person moved or cancelled mark the group', () => {
    const test = withSeries();
    test.record(written(25));
    test.run = 7;
    const moved = blockSlot(home, seriesTag, 25, { start: at('2026-03-25T20:00:00Z', 'UTC') });
    test.read(home, 'changes', [ourSeries, moved]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
    expect(test.onlyBlock().slots[0]).toMatchObject({ content: { start: moved.start }, echo: 'slot-echo' });
    test.read(home, 'changes', [ourSeries, slotTombstone(ourSeries.id, 25), slotTombstone(ourSeries.id, 26)]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
    test.run = 8;
    test.read(home, 'changes', [slotTombstone(ourSeries.id, 25), slotTombstone(ourSeries.id, 26)]);
    expect(test.takeDirty()).toEqual([]);
    expect(test.onlyBlock().slots.map((slot) => slot.absence)).toEqual([
      { by: 'unknown', sinceRun: 7 },
      { by: 'unknown', sinceRun: 7 },
    ]);
    expect(test.groups()).toHaveLength(1);
  });

  it('that their series has lost are no changed slots any more, and nobody removed them', () => {
    const test = withSeries();
    test.record(written(25), cancelled(26));
    test.takeDirty();
    const bare = [25, 26, 27].map((day) => tombstone(`${ourSeries.id}_${key(day)}`));
    test.read(home, 'changes', [ourSeries, ...bare]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
    expect(test.onlyBlock().slots).toEqual([]);
    test.read(home, 'changes', [ourSeries, ...bare]);
    expect(test.takeDirty()).toEqual([]);
  });

  it('are looked at again once we have given their series another rule: gone or left over', () => {
    const test = withSeries();
    test.record(written(25), written(26));
    const cut = { ...ourSeries, recurrence: ['RRULE:FREQ=DAILY;UNTIL=20260324T235959Z'] };
    test.record({
      kind: 'block-written',
      targetId: home,
      row: cut,
      tag: seriesTag,
      echo: null,
      groupKey: 'uid:s@google.com',
    });
    test.takeDirty();
    test.read(home, 'changes', [cut, blockSlot(home, seriesTag, 26)]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
    expect(test.onlyBlock().slots.map((slot) => slot.key)).toEqual([key(26)]);
    test.read(home, 'changes', [cut]);
    expect(test.takeDirty()).toEqual([]);
    expect(test.onlyBlock().slots).toHaveLength(1);
  });

  it.each([
    ['after it', [[ourSeries, slotTombstone(ourSeries.id, 25)]]],
    ['on a later page', [[ourSeries], [slotTombstone(ourSeries.id, 25)]]],
    ['on an earlier page', [[slotTombstone(ourSeries.id, 25)], [ourSeries]]],
    [
      'without a series, before it',
      [[tombstone(`${ourSeries.id}_${key(25)}`)], [ourSeries, slotTombstone(ourSeries.id, 25)]],
    ],
  ])('that are cancelled when we first meet their block, %s, are so by us', (_, pages) => {
    const test = openMesh();
    test.read(work, 'everything', [series('s')]);
    test.read(home, 'everything', ...pages);
    expect(slots(test)).toEqual([[key(25), 'us']]);
    expect(test.groups()).toHaveLength(1);
  });

  it('are so by us also when the first read was cut short between the block and them', () => {
    const test = openMesh();
    test.readPart(home, 'everything', [ourSeries]);
    test.read(home, 'everything', [ourSeries, slotTombstone(ourSeries.id, 25)]);
    expect(slots(test)).toEqual([[key(25), 'us']]);
    test.read(home, 'changes', [slotTombstone(ourSeries.id, 26)]);
    expect(slots(test)).toEqual([
      [key(25), 'us'],
      [key(26), 'unknown'],
    ]);
  });

  it('that come before their block are found by it', () => {
    const test = openMesh();
    test.read(home, 'everything', [blockSlot(home, seriesTag, 25)], [ourSeries]);
    expect(slots(test)).toEqual([[key(25), at('2026-03-25T15:00:00Z', 'UTC')]]);
  });

  it('that a full read does not show are ordinary again', () => {
    const test = withSeries();
    test.record(written(25), cancelled(26));
    test.read(home, 'everything', [ourSeries, slotTombstone(ourSeries.id, 26)]);
    expect(slots(test)).toEqual([[key(26), 'us']]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
  });

  it('go when their block is removed, and stay when somebody else deletes it', () => {
    const test = withSeries();
    test.record(written(25));
    test.read(home, 'changes', [tombstone(ourSeries.id)]);
    expect(slots(test)).toHaveLength(1);
    test.read(home, 'everything', []);
    expect(slots(test)).toHaveLength(1);
    test.record({ kind: 'block-removed', targetId: home, blockId: ourSeries.id });
    expect(slots(test)).toEqual([]);
  });

  it('that the next read does not show after the block came back are gone', () => {
    const test = withSeries();
    test.record(written(25), written(26));
    test.read(home, 'changes', [tombstone(ourSeries.id)]);
    test.wrote(home, ourSeries);
    expect(slots(test)).toHaveLength(2);
    test.takeDirty();
    test.read(home, 'changes', [ourSeries, blockSlot(home, seriesTag, 26)]);
    expect(slots(test)).toEqual([[key(26), at('2026-03-26T15:00:00Z', 'UTC')]]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
  });

  it('that a read does not show after a person moved the whole series are gone', () => {
    const test = withSeries();
    test.record(written(25));
    test.read(home, 'changes', [{ ...ourSeries, start: at('2026-03-24T12:00:00Z', 'UTC') }]);
    expect(slots(test)).toEqual([]);
  });

  it('that are somebody’s own are told, there and deleted, and their block is planned again', () => {
    const test = withSeries();
    test.record(written(25));
    test.takeDirty();
    const bare = { tag: null, tagged: false };
    const told = () => test.onlyBlock().slots.map((slot) => [slot.key, slot.lost ?? false, slot.content]);
    test.read(home, 'changes', [blockSlot(home, seriesTag, 25, bare), blockSlot(home, seriesTag, 26, bare)]);
    expect(told()).toEqual([
      [key(25), true, null],
      [key(26), true, null],
    ]);
    expect(test.takeDirty()).toContain('uid:s@google.com');
    test.read(home, 'changes', [slotTombstone(ourSeries.id, 26)]);
    expect(told()).toContainEqual([key(26), true, null]);
    test.read(home, 'changes', [blockSlot(home, seriesTag, 25)]);
    expect(told()).toContainEqual([key(25), false, expect.anything()]);
  });

  it('of a lost block are the person’s', () => {
    const test = withSeries();
    test.record(written(25));
    const bare = { tag: null, tagged: false };
    test.read(home, 'changes', [
      { ...ourSeries, ...bare },
      blockSlot(home, seriesTag, 25, bare),
      slotTombstone(ourSeries.id, 26),
    ]);
    expect(test.onlyBlock()).toMatchObject({ lost: true, slots: [] });
    expect(test.group(`uid:${ourSeries.id}@google.com`).events).toHaveLength(3);
  });
});

describe('counts of live blocks', () => {
  it('are of events by source and of blocks by target', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a'), event('b')]);
    test.read(home, 'everything', [event('c')]);
    for (const target of [home, club]) test.wrote(target, block(target, tagFor(work, 'a')));
    test.wrote(home, block(home, tagFor(work, 'b')));
    test.wrote(club, block(club, tagFor(home, 'c')));
    test.wrote(club, block(club, tagFor(home, 'unknown')));
    expect(test.store.liveBlocksBySource()).toEqual(
      new Map([
        [home, 1],
        [work, 2],
      ]),
    );
    expect(test.store.liveBlocksByTarget()).toEqual(
      new Map([
        [club, 3],
        [home, 2],
      ]),
    );
    test.record({
      kind: 'block-removed',
      targetId: home,
      blockId: blockId(tagFor(work, 'b').sourceRef, home, 0),
    });
    expect(test.store.liveBlocksBySource().get(work)).toBe(1);
  });
});

describe('blocks of slots that their source never changed', () => {
  it('are found by the meeting, because another copy differs at that slot', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s')]);
    test.read(home, 'everything', [series('s'), exception('s', 25, { ownResponse: 'declined' })]);
    const slotTag = tagFor(work, `s_${key(25)}`);
    test.wrote(home, block(home, slotTag), null, 'uid:s@google.com');
    expect(test.logger.events('warn')).toEqual([]);
    expect(test.groups()).toMatchObject([{ key: 'uid:s@google.com', blocks: [{ tag: slotTag }] }]);
    expect(test.groups(['uid:s@google.com'])).toMatchObject([{ blocks: [{ tag: slotTag }] }]);
    expect(test.store.liveBlocksBySource()).toEqual(new Map([[work, 1]]));
    expect(test.store.strayRefs()).toEqual([]);
    test.takeDirty();
    test.read(home, 'changes', [tombstone(blockId(slotTag.sourceRef, home, 0))]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
  });

  it('stay with the meeting when the copies agree again', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s')]);
    test.read(home, 'everything', [series('s'), exception('s', 25, { ownResponse: 'declined' })]);
    test.wrote(home, block(home, tagFor(work, `s_${key(25)}`)), null, 'uid:s@google.com');
    test.read(home, 'everything', [series('s'), block(home, tagFor(work, `s_${key(25)}`))]);
    expect(test.group('uid:s@google.com')).toMatchObject({ events: { length: 2 }, blocks: { length: 1 } });
  });

  it('are found also after a lost database, in any order of reading', () => {
    const slotTag = tagFor(work, `s_${key(25)}`);
    const test = openMesh();
    test.read(
      home,
      'everything',
      [block(home, slotTag), exception('s', 25, { ownResponse: 'declined' })],
      [series('s')],
    );
    expect(test.store.strayRefs()).toEqual([slotTag.sourceRef]);
    test.read(work, 'everything', [series('s')]);
    expect(test.store.strayRefs()).toEqual([]);
    expect(test.groups()).toHaveLength(1);
    expect(test.takeDirty()).toContain('uid:s@google.com');
  });
});

describe('an exception that becomes a source of its own', () => {
  it('has its block in the group of its series', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s', { transparent: true }), exception('s', 25)]);
    test.wrote(home, block(home, tagFor(work, `s_${key(25)}`)));
    expect(test.group('uid:s@google.com').blocks).toHaveLength(1);
    test.takeDirty();
    test.read(work, 'changes', [series('s', { transparent: true }), slotTombstone('s', 25)]);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
  });
});
