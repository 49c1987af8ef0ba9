import { z } from 'zod';
import {
  activityViewSchema,
  triggerSchema,
  type ActivityView,
  type RunOutcome,
  type Trigger,
} from '../../shared/dto.ts';
import { appErrorSchema, type AppError } from '../../shared/errors.ts';
import type { Instant } from '../../shared/time.ts';
import type { Logger } from '../ports/logger.ts';
import type { JournalStore } from '../ports/store.ts';
import type { Connection } from './database.ts';
import { parseStored } from './json.ts';

/** How many runs, and how many things that happened, are remembered. */
const kept = 1000;

/** What was done, newest first. */
export type Journal = Pick<
  JournalStore,
  'startRun' | 'finishRun' | 'lastRuns' | 'lastSyncedAt' | 'addActivity' | 'recentActivity'
>;

interface RunColumns {
  readonly id: number;
  readonly trigger: string;
  readonly started_at: Instant;
  readonly finished_at: Instant | null;
  readonly outcome: RunOutcome;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly held: number;
  readonly skipped: string;
  readonly requests: string;
  readonly writes: number;
  readonly errors: string;
}

const countsSchema = z.record(z.string(), z.int().nonnegative());

export function journal(connection: Connection, logger: Logger): Journal {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const interrupt = query("UPDATE runs SET outcome = 'interrupted' WHERE outcome = 'running'");
  const start = query("INSERT INTO runs (trigger, started_at, outcome) VALUES (?, ?, 'running')");
  // One that can still be undone is needed for its time and how it ended.
  // So is the last one that could read something: since then nothing is known.
  const forgetRuns = query(`DELETE FROM runs WHERE id <= ?
    AND NOT EXISTS (SELECT 1 FROM written w WHERE w.run = runs.id)
    AND id IS NOT (SELECT max(id) FROM runs WHERE outcome IN ('ok', 'partial'))`);
  const synced = query<Instant>(
    "SELECT finished_at FROM runs WHERE outcome IN ('ok', 'partial') ORDER BY id DESC LIMIT 1",
  ).pluck();
  const finish = query(`UPDATE runs SET trigger = @trigger, started_at = @started_at, finished_at = @finished_at,
    outcome = @outcome, added = @added, changed = @changed, removed = @removed, held = @held, skipped = @skipped,
    requests = @requests, writes = @writes, errors = @errors WHERE id = @id`);
  const last = query<RunColumns>(`SELECT * FROM runs
    WHERE id IN (SELECT id FROM runs ORDER BY id DESC LIMIT ?) OR id IN (SELECT value FROM json_each(?))
    ORDER BY id DESC`);
  const add = query('INSERT INTO activity (run, item) VALUES (?, ?)');
  const forgetActivity = query(`DELETE FROM activity
    WHERE id <= (SELECT id FROM activity ORDER BY id DESC LIMIT 1 OFFSET ${kept})`);
  const recent = query<{ item: string; run: number }>('SELECT item, run FROM activity ORDER BY id DESC LIMIT ?');

  return {
    startRun: (trigger, at) => {
      interrupt.run();
      const id = Number(start.run(trigger, at).lastInsertRowid);
      forgetRuns.run(id - kept);
      return id;
    },
    finishRun: (run) =>
      void finish.run({
        id: run.id,
        trigger: run.trigger,
        started_at: run.startedAt,
        finished_at: run.finishedAt,
        outcome: run.outcome,
        added: run.added,
        changed: run.changed,
        removed: run.removed,
        held: run.held,
        skipped: JSON.stringify(run.skipped),
        requests: JSON.stringify(run.requests),
        writes: run.writes,
        errors: JSON.stringify(run.errors),
      }),
    lastRuns: (limit, also = []) =>
      last.all(limit, JSON.stringify(also)).map((columns) => ({
        id: columns.id,
        trigger: parseStored<Trigger>(JSON.stringify(columns.trigger), triggerSchema, 'manual', logger, 'trigger'),
        startedAt: columns.started_at,
        finishedAt: columns.finished_at,
        outcome: columns.outcome,
        added: columns.added,
        changed: columns.changed,
        removed: columns.removed,
        held: columns.held,
        skipped: parseStored(columns.skipped, countsSchema, {}, logger, 'skipped'),
        requests: parseStored(columns.requests, countsSchema, {}, logger, 'requests'),
        writes: columns.writes,
        errors: parseStored<AppError[]>(columns.errors, z.array(appErrorSchema), [], logger, 'errors'),
      })),
    lastSyncedAt: () => synced.get() ?? null,
    addActivity: (items, run) => {
      for (const item of items) add.run(run, JSON.stringify(item));
      forgetActivity.run();
    },
    recentActivity: (limit) =>
      recent.all(limit).flatMap(({ item: text, run }) => {
        const item = parseStored<ActivityView | null>(text, activityViewSchema, null, logger, 'activity');
        return item === null ? [] : [{ ...item, run: run > 0 ? run : null }];
      }),
  };
}
