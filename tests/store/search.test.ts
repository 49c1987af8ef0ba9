import { describe, expect, it } from 'vitest';
import type { Found } from '../../src/main/ports/store.ts';
import { descriptionOf } from '../../src/main/core/content.ts';
import { sourceRef } from '../../src/main/core/identity.ts';
import { openDatabase } from '../../src/main/store/database.ts';
import { dirtyGroups } from '../../src/main/store/dirty.ts';
import { search, searchQueries } from '../../src/main/store/search.ts';
import { toEventId } from '../../src/shared/ids.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import {
  at,
  block,
  blockSlot,
  club,
  event,
  exception,
  home,
  now,
  openMesh,
  series,
  slotTombstone,
  tagFor,
  work,
  type TestStore,
} from './support.ts';

/** Takes what was found; returns it in short: `event work@example.com dentist`. */
function short(found: Found): string {
  const parts =
    found.kind === 'event'
      ? ['event', found.calendarId, found.eventId, found.slot ?? '']
      : ['block', found.targetId, found.stray ? 'stray' : found.groupKey, found.slot ?? ''];
  return parts.join(' ').trim();
}

const find = (test: TestStore, text: string, limit = 20) => test.store.find(text, limit, now).found.map(short);

function filled(): TestStore {
  const test = openMesh();
  test.read(work, 'everything', [
    event('dentist', { summary: 'Zahnärztin Dr. Öz' }),
    event('past', { summary: 'Zahnärztin, Kontrolle', start: at('2025-03-24T09:00:00Z') }),
    series('standup', { summary: 'Standup' }),
    exception('standup', 26, { summary: 'Standup, later' }),
    slotTombstone('standup', 27),
    event('copy', { summary: '🔒 Busy', tagged: true, tag: tagFor(home, 'other') }),
    event('gone', { summary: 'Standup for one', status: 'cancelled' }),
  ]);
  test.read(home, 'everything', [event('dentist', { summary: 'Dentist' })]);
  return test;
}

describe('an event', () => {
  it.each([
    [
      'its id, on every calendar that has it',
      'dentist',
      ['event work@example.com dentist', 'event home@example.com dentist'],
    ],
    ['the id of a changed slot', 'standup_20260326T090000Z', ['event work@example.com standup_20260326T090000Z']],
    ['the id of a slot without a row', 'standup_20260330T090000Z', ['event work@example.com standup 20260330T090000Z']],
    ['the id of a cancelled slot', 'standup_20260327T090000Z', ['event work@example.com standup_20260327T090000Z']],
    ['words of its title, whatever their case', 'öz ZAHNÄRZTIN', ['event work@example.com dentist']],
    ['a part of a word', 'zahnä', ['event work@example.com dentist', 'event work@example.com past']],
    ['spaces around it', '  dr.  ', ['event work@example.com dentist']],
  ])('is found by %s', (_, text, expected) => {
    expect(find(filled(), text)).toEqual(expected);
  });

  it('is found by its source ref, by the beginning of it, and by the line that a block shows of it', () => {
    const test = filled();
    const ref = sourceRef(work, toEventId('dentist'));
    for (const text of [
      ref,
      ref.slice(0, 8),
      `[calsync source:${ref.slice(0, 8)}]`,
      `CalSync source:${ref.slice(0, 8)}`,
      descriptionOf(ref),
    ]) {
      expect(find(test, text)).toEqual(['event work@example.com dentist']);
    }
    expect(find(test, ref.slice(0, 7))).toEqual([]);
    const standup = sourceRef(work, toEventId('standup'));
    expect(find(test, `${standup}_20260330T090000Z`)).toEqual(['event work@example.com standup 20260330T090000Z']);
  });

  it('comes before what only says its name: series first, then what is near, changed dates last', () => {
    const test = filled();
    test.read(club, 'everything', [event('club', { summary: 'standup at the club' })]);
    expect(find(test, 'STANDUP')).toEqual([
      'event work@example.com standup',
      'event club@example.com club',
      'event work@example.com standup_20260326T090000Z',
    ]);
    expect(find(test, 'standup')).toEqual(['event work@example.com standup']);
  });

  it('tells whether it is a copy of a block, deleted, or a date of a series', () => {
    const { store } = filled();
    expect(store.find('copy', 1, now).found).toMatchObject([{ copy: true, cancelled: false, title: '🔒 Busy' }]);
    expect(store.find('gone', 1, now).found).toMatchObject([{ copy: false, cancelled: true }]);
    expect(store.find('later', 1, now).found).toMatchObject([{ seriesId: 'standup', series: false }]);
  });

  it('is nothing for an empty search, or for one that nothing answers', () => {
    const test = filled();
    for (const text of ['', '   ', '%', "' OR 1=1 --", '_', 'zahnärztin standup']) expect(find(test, text)).toEqual([]);
  });

  it('is one of a bounded number, and says when there are more', () => {
    const test = openMesh();
    test.read(
      work,
      'everything',
      Array.from({ length: 30 }, (_, index) => event(`e${index}`, { summary: `Talk ${index}` })),
    );
    expect(test.store.find('talk', 20, now)).toMatchObject({ more: true });
    expect(test.store.find('talk', 20, now).found).toHaveLength(20);
    expect(test.store.find('talk', 30, now)).toMatchObject({ more: false });
  });
});

describe('a block', () => {
  it('is found by its id and by the id of a slot of it, with the group of its event', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('standup')]);
    const tag = tagFor(work, 'standup');
    test.wrote(home, block(home, tag, { recurrence: ['RRULE:FREQ=DAILY'] }));
    test.read(home, 'everything', [block(home, tag, { recurrence: ['RRULE:FREQ=DAILY'] }), blockSlot(home, tag, 26)]);
    const { id } = block(home, tag);
    expect(find(test, id)).toEqual(['block home@example.com uid:standup@google.com']);
    expect(find(test, `${id}_20260326T090000Z`)).toEqual([
      'block home@example.com uid:standup@google.com 20260326T090000Z',
    ]);
  });

  it('that nothing explains is a stray, found by its id and by its ref', () => {
    const test = openMesh();
    const tag = tagFor(work, 'elsewhere');
    test.read(home, 'everything', [block(home, tag)]);
    expect(find(test, block(home, tag).id)).toEqual(['block home@example.com stray']);
    expect(find(test, tag.sourceRef.slice(0, 10))).toEqual(['block home@example.com stray']);
  });

  it('that stands for a slot without a row is found by the ref that it shows', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('standup')]);
    test.read(home, 'everything', [series('standup'), exception('standup', 26, { ownResponse: 'declined' })]);
    const ref = sourceRef(work, toEventId('standup_20260326T090000Z'));
    expect(find(test, ref.slice(0, 8))).toEqual(['event work@example.com standup 20260326T090000Z']);
  });
});

describe('a search by name', () => {
  const opened = openDatabase({ file: ':memory:', now: () => 0, logger: new MemoryLogger() });
  if (!opened.ok) throw new Error(opened.error.code);
  const { connection } = opened.value;
  search(connection, dirtyGroups(connection));
  const stepsOf = (sql: string): readonly string[] =>
    connection
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...Array.from({ length: sql.split('?').length - 1 }, () => ''))
      .map((row) => row.detail);

  it.each(Object.entries(searchQueries).filter(([name]) => name !== 'eventsByWords'))('%s uses an index', (_, sql) => {
    // The calendars are few, and gone through one by one; what is on them is not.
    for (const step of stepsOf(sql)) expect(step).toMatch(/^(SEARCH [ebn] USING|SCAN c\b)/);
  });
});
