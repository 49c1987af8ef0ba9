import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { descriptionOf, isBlockSentence, observedOf } from '../../src/main/core/content.ts';
import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import type { ObservedBlock, Tag } from '../../src/main/core/model.ts';
import { hasFormOfBlock } from '../../src/main/core/ownership.ts';
import { planGroup } from '../../src/main/core/plan/group.ts';
import { busyOf } from '../../src/main/core/busy.ts';
import { defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { toEventId, type CalendarId, type EventId } from '../../src/shared/ids.ts';
import { calendar, context, event, group, row, weekly, type RowParts } from '../support/core-builders.ts';

const work = calendar('work');
const home = calendar('home');
const club = calendar('club');
const all = context([work, home, club]);
const ref = sourceRef(work.id, toEventId('dentist1'));
const id = blockId(ref, home.id, 0);
const other = 'abcdefgh12345678';

describe('the form of a block', () => {
  it.each<[string, RowParts]>([
    ['its id', { id }],
    ['the id of a slot of it', { id: `${id}_20260310T090000Z`, recurringEventId: id }],
    ['the id of a day of it', { id: `${id}_20260310`, iCalUid: null }],
    ['a slot under an id that tells nothing, whose series is a block', { id: other, recurringEventId: id }],
    ['the later half of a split', { id: `${id}_R20260324T090000`, iCalUid: `${id}_R20260324T090000@google.com` }],
    ['a half of days', { id: `${id}_R20260324`, iCalUid: null }],
    [
      'a slot of the later half',
      { id: `${id}_20260331T080000Z`, recurringEventId: `${id}_R20260324T090000`, iCalUid: null },
    ],
    ['a slot named by the later half', { id: `${id}_R20260324T090000_20260331T080000Z`, iCalUid: null }],
    ['its iCalUID under the id of a subscribed calendar', { id: other, iCalUid: `${id}@google.com` }],
    ['its iCalUID as another service has it', { id: other, iCalUid: id }],
    ['the iCalUID of a half of it', { id: other, iCalUid: `${id}_R20260324T090000@google.com` }],
    ['its whole sentence', { id: other, saysBlock: true }],
  ])('is told by %s', (_, parts) => {
    expect(hasFormOfBlock(row(parts))).toBe(true);
    expect(busyOf(row(parts), defaultBusyPolicy)).toEqual({ busy: false, reason: 'looks-like-block' });
  });

  it.each<[string, RowParts]>([
    ['a row with guests', { id, guests: true }],
    ['a row with guests that quotes the sentence', { id: other, saysBlock: true, guests: true }],
    ['an id one character short', { id: id.slice(0, -1) }],
    ['an id one character long', { id: `${id}0` }],
    ['an id with other letters', { id: `cs${'z'.repeat(52)}` }],
    ['an id in which a block only occurs', { id: `x${id}`, iCalUid: `x${id}@google.com` }],
    ['an iCalUID of another service', { id: other, iCalUid: `${id}@calendar.example` }],
    ['a person’s event', {}],
  ])('is not that of %s', (_, parts) => {
    expect(hasFormOfBlock(row(parts))).toBe(false);
    expect(busyOf(row(parts), defaultBusyPolicy)).toEqual({ busy: true });
  });

  it('is the whole sentence only, whatever white space a service makes of it', () => {
    const sentence = descriptionOf(ref);
    expect(isBlockSentence(sentence)).toBe(true);
    expect(isBlockSentence(`  ${sentence.replaceAll(' ', '\n ')}\n`)).toBe(true);
    expect(isBlockSentence(`Look what it wrote: ${sentence}`)).toBe(false);
    expect(isBlockSentence(`${sentence} Shall we move it?`)).toBe(false);
    expect(isBlockSentence(`[calsync source:${ref.slice(0, 8)}]`)).toBe(false);
    expect(isBlockSentence('')).toBe(false);
    expect(isBlockSentence(null)).toBe(false);
  });

  it('is known in a calendar file of our own blocks (28-our-own-blocks)', () => {
    const file = readFileSync(new URL('../fixtures/cases/ics/28-our-own-blocks.ics', import.meta.url), 'utf8');
    const uids = [...file.matchAll(/^UID:(.*?)\r?$/gm)].map(([, uid]) => uid ?? '');
    expect(uids).toHaveLength(4);
    // The last one is told by its tag: a copy that a person made.
    expect(uids.map((iCalUid) => hasFormOfBlock(row({ id: other, iCalUid })))).toEqual([true, true, true, false]);
  });
});

describe('a row of the form of a block', () => {
  it.each<[string, RowParts]>([
    ['alone', { id, iCalUid: null }],
    ['a series', weekly({ id, iCalUid: null })],
  ])('makes no block, and the plan says why (%s)', (_, parts) => {
    const plan = planSync([group([event(work, parts)])], all);
    expect(plan.operations).toEqual([]);
    expect(plan.skips.map((skip) => skip.reason)).toEqual(['looks-like-block']);
  });

  it('is no copy that holds a meeting', () => {
    const uid = { iCalUid: 'meeting1@google.com' };
    const rows = [event(work, uid), event(home, { ...uid, id: other, saysBlock: true })];
    const { operations } = planGroup(group(rows), all);
    expect(operations.map(({ kind, targetId }) => `${kind} ${targetId}`)).toEqual([
      `create ${home.id}`,
      `create ${club.id}`,
    ]);
  });
});

/** A live block as its calendar shows it. */
function observed(targetId: CalendarId, blockOf: EventId, tag: Tag): ObservedBlock {
  const content = observedOf(row({ summary: '🔒 Busy', visibility: 'private', rings: false }));
  return {
    targetId,
    id: blockOf,
    tag,
    etag: '"1"',
    absence: null,
    content,
    echo: null,
    lost: false,
    outOfOffice: false,
    ownHash: tag.contentHash,
    wanted: '',
    ownVersion: null,
    ofBlockOn: null,
    slots: [],
  };
}

describe('blocks that earlier builds made of blocks', () => {
  /** Takes what a source shows now; returns a plan where `count` such rows had blocks on `home` before. */
  const plan = (now: (index: number) => RowParts, count: number) =>
    planSync(
      Array.from({ length: count }, (_, index) => {
        const shown = event(work, now(index));
        const tag = { sourceRef: shown.sourceRef, generation: 0, contentHash: '0123456789abcdef' };
        const target = blockId(tag.sourceRef, home.id, 0);
        return { ...group([shown], [observed(home.id, target, tag)]), key: `id:${String(index)}` };
      }),
      { ...all, liveBlocksBySource: new Map([[work.id, count]]), liveBlocksByTarget: new Map([[home.id, count]]) },
    );
  const idOf = (index: number) => blockId(sourceRef(club.id, toEventId(`event${String(index)}`)), work.id, 0);

  it('go all at once, with a reason of their own and without a question', () => {
    const { operations, holds } = plan((index) => ({ id: idOf(index), iCalUid: null }), 40);
    expect(holds).toEqual([]);
    expect(operations.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(
      Array.from({ length: 40 }, () => 'delete block-of-block'),
    );
  });

  it('go where the block that they stand for was deleted meanwhile', () => {
    const { operations } = plan((index) => ({ id: idOf(index), iCalUid: null, status: 'cancelled' }), 1);
    expect(operations.map(({ reason }) => reason)).toEqual(['block-of-block']);
  });

  it('go where nothing is known of them but that their source would be a block', () => {
    const tag = { sourceRef: sourceRef(work.id, idOf(1)), generation: 0, contentHash: '0123456789abcdef' };
    const block = { ...observed(home.id, blockId(tag.sourceRef, home.id, 0), tag), ofBlockOn: work.id };
    const { operations } = planSync([{ ...group([], [block]), key: `ref:${tag.sourceRef}` }], all);
    expect(operations).toMatchObject([{ kind: 'delete', reason: 'block-of-block', sourceId: work.id }]);
  });

  it('stay where their calendar cannot be written, and that is said', () => {
    const hidden = context([work, { ...home, access: 'reads', writable: false }, club]);
    const tag = { sourceRef: sourceRef(work.id, idOf(1)), generation: 0, contentHash: '0123456789abcdef' };
    const block = observed(home.id, blockId(tag.sourceRef, home.id, 0), tag);
    const { operations, skips } = planSync([group([event(work, { id: idOf(1), iCalUid: null })], [block])], hidden);
    expect(operations).toEqual([]);
    expect(skips.map(({ reason, targetId }) => [reason, targetId])).toContainEqual(['target-unavailable', home.id]);
  });
});
