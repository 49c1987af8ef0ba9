import { z } from 'zod';
import { calendarIdSchema, type AccountId, type CalendarId, type SourceRef } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import type { Logger } from '../ports/logger.ts';
import type { BlockStore, KnownBlock, RemovalLeft, Undertaking, UndertakingStore } from '../ports/store.ts';
import type { Connection } from './database.ts';
import { parseStored } from './json.ts';

interface UndertakingColumns {
  readonly kind: Undertaking['kind'];
  readonly account_id: AccountId | '';
  readonly since: Instant;
  readonly others_on: string;
  readonly revoke: number;
  readonly removed: number;
  readonly already_gone: number;
}

export const removalQueries = {
  liveBlocksOn: `SELECT id AS blockId, source_id AS sourceId FROM blocks INDEXED BY blocks_live_by_target
    WHERE target_id = ? AND absence_by IS NULL`,
  sourcesOf: `SELECT r.value AS ref, coalesce(e.calendar_id, n.calendar_id) AS calendarId FROM json_each(?) r
    LEFT JOIN events e ON e.source_ref = r.value LEFT JOIN slot_names n ON n.source_ref = r.value
    WHERE coalesce(e.calendar_id, n.calendar_id) IS NOT NULL`,
} as const;

/** Whose blocks are, and what removes them: undertakings that go on after a kill, and removals that wait. */
export type Removals = UndertakingStore & Pick<BlockStore, 'liveBlocksOn' | 'sourcesOf'>;

export function removals(connection: Connection, logger: Logger): Removals {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const liveBlocksOn = query<KnownBlock>(removalQueries.liveBlocksOn);
  const sourcesOf = query<{ ref: SourceRef; calendarId: CalendarId }>(removalQueries.sourcesOf);
  const undertakings = query<UndertakingColumns>('SELECT * FROM undertakings ORDER BY since, kind, account_id');
  const save = query('INSERT OR REPLACE INTO undertakings VALUES (?, ?, ?, ?, ?, ?, ?)');
  const drop = query('DELETE FROM undertakings WHERE kind = ? AND account_id = ?');
  const forgetTexts = query('UPDATE events SET summary = NULL, description = NULL, place = NULL WHERE calendar_id = ?');
  const forgetCursor = query('UPDATE calendars SET sync_token = NULL, cursor_account = NULL WHERE id = ?');
  const leave = query('INSERT OR IGNORE INTO removals_left VALUES (?, ?, ?)');
  const explainedAgain = query(`DELETE FROM removals_left AS l WHERE EXISTS (SELECT 1 FROM blocks b
    WHERE b.target_id = l.target_id AND b.id = l.block_id AND (b.source_id IS NOT NULL OR b.absence_by IS NOT NULL))`);
  const left = query<RemovalLeft>(
    'SELECT target_id AS targetId, block_id AS blockId, since FROM removals_left ORDER BY target_id, block_id',
  );
  const dropLeft = query('DELETE FROM removals_left WHERE target_id = ? AND block_id = ?');

  return {
    liveBlocksOn: (targetId) => liveBlocksOn.all(targetId),
    sourcesOf: (refs) => new Map(sourcesOf.all(JSON.stringify(refs)).map((row) => [row.ref, row.calendarId])),
    undertakings: () =>
      undertakings.all().map((columns) => ({
        kind: columns.kind,
        accountId: columns.account_id === '' ? null : columns.account_id,
        since: columns.since,
        othersOn: parseStored(columns.others_on, z.array(calendarIdSchema), [], logger, 'others_on'),
        revoke: columns.revoke === 1,
        removed: columns.removed,
        alreadyGone: columns.already_gone,
      })),
    saveUndertaking: ({ kind, accountId, since, othersOn, revoke, removed, alreadyGone }) =>
      void save.run(
        ...[kind, accountId ?? '', since, JSON.stringify(othersOn)],
        ...[Number(revoke), removed, alreadyGone],
      ),
    dropUndertaking: ({ kind, accountId }) => void drop.run(kind, accountId ?? ''),
    forgetTexts: (calendarIds) => {
      for (const id of calendarIds) {
        forgetTexts.run(id);
        forgetCursor.run(id);
      }
    },
    leaveRemovals: (targetId, blockIds, at) => {
      for (const id of blockIds) leave.run(targetId, id, at);
    },
    removalsLeft: () => {
      // Looked at first, because every run asks and a quiet one writes nothing.
      if (left.all().length > 0) explainedAgain.run();
      return left.all();
    },
    dropRemovals: (targetId, blockIds) => {
      for (const id of blockIds) dropLeft.run(targetId, id);
    },
  };
}
