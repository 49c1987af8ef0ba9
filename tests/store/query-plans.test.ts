import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/main/store/database.ts';
import { dirtyQueries } from '../../src/main/store/dirty.ts';
import { groupQueries } from '../../src/main/store/groups.ts';
import { countQueries } from '../../src/main/store/index.ts';
import { pruningQueries } from '../../src/main/store/pruning.ts';
import { tableQueries } from '../../src/main/store/tables.ts';
import { undoQueries } from '../../src/main/store/undo.ts';
import { MemoryLogger } from '../support/memory-logger.ts';

/** Takes a statement; returns how SQLite would find its rows, one line for each table. */
function planOf(sql: string): readonly string[] {
  const opened = openDatabase({ file: ':memory:', now: () => 0, logger: new MemoryLogger() });
  if (!opened.ok) throw new Error(opened.error.code);
  const { connection } = opened.value;
  try {
    const unnamed = Array.from({ length: sql.split('?').length - 1 }, () => '');
    const names = Array.from(sql.matchAll(/@(\w+)/g), ([, name = '']) => [name, ''] as const);
    const named = names.length > 0 ? [Object.fromEntries(names)] : [];
    const rows = connection
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...unnamed, ...named);
    return rows.map((row) => row.detail);
  } finally {
    connection.close();
  }
}

const { written, keptByRefs } = undoQueries;
const hot = { ...tableQueries, ...groupQueries, ...dirtyQueries, ...pruningQueries, written, keptByRefs };
const perGroupOrCalendar = Object.entries(hot);

describe('the plan of a hot query', () => {
  it.each(perGroupOrCalendar)('%s searches', (_, sql) => {
    const steps = planOf(sql).filter(
      (step) => !/^(SCAN [kr] VIRTUAL|COMPOUND|LEFT-MOST|UNION ALL|LIST SUBQUERY|CORRELATED SCALAR)/.test(step),
    );
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) expect(step).toMatch(/^SEARCH /);
    expect(steps.join()).not.toContain('TEMP B-TREE');
  });

  // Only these may walk through a whole calendar: the sweep after a full read.
  const sweeps = ['unseenEvents', 'unseenBlocks', 'unseenSlots'];
  it.each(perGroupOrCalendar.filter(([name]) => !sweeps.includes(name)))('%s does not walk a calendar', (_, sql) => {
    for (const step of planOf(sql)) expect(step).not.toMatch(/PRIMARY KEY \((calendar|target)_id=\?\)$/);
  });

  it.each([
    ['exceptions', tableQueries.exceptions, 'events_by_series'],
    ['reshapedEvents', tableQueries.reshapedEvents, 'events_reshaped'],
    ['unsettledBlocks', tableQueries.unsettledBlocks, 'blocks_unsettled'],
    ['eventsInOrder', groupQueries.eventsInOrder, 'events_by_group'],
    ['strayRefsInOrder', groupQueries.strayRefsInOrder, 'blocks_unexplained'],
  ])('%s uses the index that was made for it', (_, sql, index) => {
    expect(planOf(sql).join()).toContain(`INDEX ${index} `);
  });

  it('runs goes from run to run through the index', () => {
    const steps = planOf(undoQueries.runs).filter((step) => step.includes('written'));
    expect(steps.length).toBeGreaterThan(1);
    for (const step of steps) expect(step).toMatch(/^SEARCH written USING COVERING INDEX written_by_run/);
  });

  const { datesOfOneMeeting, ...counts } = countQueries;
  it('datesOfOneMeeting walks through the dates that have names, which are few, and searches their blocks', () => {
    expect(planOf(datesOfOneMeeting).slice(0, 2)).toEqual([
      'SCAN n',
      expect.stringMatching(/^SEARCH b USING INDEX blocks_by_source_ref /),
    ]);
  });

  it.each(Object.entries(counts))('%s reads an index and no table', (_, sql) => {
    expect(planOf(sql)[0]).toMatch(/COVERING INDEX blocks_live_by_/);
  });
});
