import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import type { Tag } from '../../src/main/core/model.ts';
import { ownershipOf } from '../../src/main/core/ownership.ts';
import { formatTag, parseTag, tagProperties } from '../../src/main/core/tag.ts';
import { sourceRefSchema, toCalendarId, toEventId, type EventId } from '../../src/shared/ids.ts';
import { row, type RowParts } from '../support/core-builders.ts';
import { seriesIdFromSlotId } from '../../src/main/core/slot-ids.ts';

const home = toCalendarId('anna@home.example');
const work = toCalendarId('anna@work.example');
const tag: Tag = {
  sourceRef: sourceRef(home, toEventId('dentist1')),
  generation: 0,
  contentHash: 'b3p926nd1lie4g28bljdcjqh2h',
};
const id = blockId(tag.sourceRef, work, 0);

describe('a tag', () => {
  it('comes back from the properties that carry it, other apps notwithstanding', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9a-v]{26}$/),
        fc.nat({ max: 999_999 }),
        fc.stringMatching(/^[0-9a-v]{26}$/),
        fc.dictionary(fc.stringMatching(/^other\.[a-z]{1,5}$/), fc.string()),
        (ref, generation, contentHash, others) => {
          const made: Tag = { sourceRef: sourceRefSchema.parse(ref), generation, contentHash };
          expect(parseTag({ ...others, ...formatTag(made) })).toEqual({ tagged: true, tag: made });
        },
      ),
    );
  });

  it('fits the limits of private properties and says nothing of calendar or event', () => {
    for (const [name, value] of Object.entries(formatTag(tag))) {
      expect(name.length).toBeLessThanOrEqual(44);
      expect(value.length).toBeLessThanOrEqual(1024);
      expect(`${name}=${value}`).not.toMatch(/@|dentist|example/);
    }
  });

  it('is not there without any of our properties', () => {
    expect(parseTag({})).toEqual({ tagged: false, tag: null });
    expect(parseTag({ 'keeper.ref': 'x' })).toEqual({ tagged: false, tag: null });
  });

  it.each([
    ['another format', { [tagProperties.version]: '2' }],
    ['no format', { [tagProperties.version]: '' }],
    ['a short ref', { [tagProperties.sourceRef]: 'abc' }],
    ['a ref of other letters', { [tagProperties.sourceRef]: 'z'.repeat(26) }],
    ['a negative generation', { [tagProperties.generation]: '-1' }],
    ['a padded generation', { [tagProperties.generation]: '01' }],
    ['a generation beyond reason', { [tagProperties.generation]: '1000000' }],
    ['no generation', { [tagProperties.generation]: '' }],
    ['a fraction', { [tagProperties.generation]: '1.5' }],
    ['a broken hash', { [tagProperties.contentHash]: 'not a hash' }],
    ['no hash', { [tagProperties.contentHash]: '' }],
  ])('proves nothing with %s', (_, broken) => {
    expect(parseTag({ ...formatTag(tag), ...broken })).toEqual({ tagged: true, tag: null });
  });

  it('proves nothing with a part missing', () => {
    for (const name of Object.values(tagProperties)) {
      const parts = Object.fromEntries(Object.entries(formatTag(tag)).filter(([other]) => other !== name));
      expect(parseTag(parts)).toEqual({ tagged: true, tag: null });
    }
  });
});

describe('ownership', () => {
  const known = (...ids: string[]): ((event: EventId) => boolean) => {
    return (event) => ids.includes(event);
  };
  const kindOf = (parts: RowParts, isKnown = known(), calendarId = work) =>
    ownershipOf(row(parts), calendarId, isKnown).kind;

  it.each<[string, string, RowParts]>([
    ['a block', 'block', { id, tag, tagged: true }],
    ['a cancelled block that still has its tag', 'block', { id, tag, tagged: true, status: 'cancelled' }],
    ['a slot of a block', 'block-slot', { id: `${id}_20260310T090000Z`, recurringEventId: id, tag, tagged: true }],
    [
      'a slot of a block under an unheard-of id',
      'block-slot',
      { id: 'whatever', recurringEventId: id, tag, tagged: true },
    ],
    ['a block that a person has duplicated', 'copy', { id: 'duplicate1', tag, tagged: true }],
    ['the later half of a block that a person has split', 'copy', { id: `${id}_R20260324T090000`, tag, tagged: true }],
    [
      'a slot of that later half',
      'copy',
      { id: `${id}_20260331T080000Z`, recurringEventId: `${id}_R20260324T090000`, tag, tagged: true },
    ],
    ['a block of another generation under this id', 'copy', { id, tag: { ...tag, generation: 1 }, tagged: true }],
    ['a broken tag under the right id', 'copy', { id, tag: null, tagged: true }],
    ['a person’s event', 'event', { id: 'dentist1' }],
    ['a person’s event with a block’s id', 'event', { id }],
    ['a tombstone of an id that we do not know', 'event', { id, status: 'cancelled' }],
  ])('of %s: %s', (_, kind, parts) => {
    expect(kindOf(parts)).toBe(kind);
  });

  it('of a block on another calendar: copy', () => {
    expect(kindOf({ id, tag, tagged: true }, known(id), home)).toBe('copy');
  });

  it('of tombstones follows from what was proven before', () => {
    const gone = { status: 'cancelled', start: null, end: null, iCalUid: null } as const;
    expect(ownershipOf(row({ ...gone, id }), work, known(id))).toEqual({ kind: 'block', tag: null });
    const slot = { ...gone, id: `${id}_20260310T090000Z` };
    const ours = { kind: 'block-slot', blockId: id, tag: null };
    expect(ownershipOf(row({ ...slot, recurringEventId: id }), work, known(id))).toEqual(ours);
    // A bare tombstone: the truncated series does not make the slot any more (google-calendar.md §0.7).
    expect(ownershipOf(row(slot), work, known(id))).toEqual(ours);
    expect(ownershipOf(row({ ...gone, id: `${id}_20260310` }), work, known(id))).toEqual(ours);
    expect(kindOf({ ...gone, id: `${id}_R20260324T090000` }, known(id))).toBe('event');
    expect(kindOf({ ...gone, id: 'series1_20260310T090000Z' }, known(id))).toBe('event');
  });

  it('is never claimed by a live row without a tag, even under a known id', () => {
    expect(kindOf({ id }, known(id))).toBe('event');
    expect(kindOf({ id: `${id}_20260310T090000Z`, recurringEventId: id }, known(id))).toBe('event');
  });
});

describe('the series of a slot id', () => {
  it.each([
    ['series1_20260310T090000Z', 'series1'],
    ['series1_20260310', 'series1'],
    ['_imported_20260310', '_imported'],
    ['series1_R20260310T090000_20260317T090000Z', 'series1_R20260310T090000'],
    ['series1_R20260310T090000', null],
    ['series1', null],
    ['_imported', null],
    ['series1_20260310T090000', null],
    ['series1_2026031', null],
  ])('%s: %s', (slot, series) => {
    expect(seriesIdFromSlotId(toEventId(slot))).toBe(series);
  });
});
