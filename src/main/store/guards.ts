import type { HoldChoice, HoldKind } from '../../shared/dto.ts';
import { z } from 'zod';
import {
  calendarIdSchema,
  eventIdSchema,
  slotKeySchema,
  type CalendarId,
  type SlotKey,
  type SourceRef,
} from '../../shared/ids.ts';
import { day, type Instant } from '../../shared/time.ts';
import { nameOfHeld } from '../core/holds.ts';
import type { HeldBlock } from '../core/model.ts';
import { originalStartOf } from '../core/times.ts';
import type { Logger } from '../ports/logger.ts';
import type { GuardStore } from '../ports/store.ts';
import { timeOf } from './columns.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
import { parseStored } from './json.ts';

const heldBlockSchema = z.object({
  groupKey: z.string(),
  targetId: calendarIdSchema,
  blockId: eventIdSchema,
  slot: slotKeySchema.nullable(),
  stamp: z.string(),
});

/** What the person has decided, or is asked to decide. */
export type Guards = GuardStore;

interface HoldColumns {
  readonly key: string;
  readonly kind: HoldKind;
  readonly calendar_id: CalendarId;
  readonly count: number;
  readonly group_keys: string;
  readonly blocks: string;
  readonly since: Instant;
}

interface MuteColumns {
  readonly source_ref: SourceRef;
  readonly target_id: CalendarId;
  readonly slot_key: SlotKey | '';
  readonly meant: string | null;
  readonly since: Instant;
  readonly start_at: string | null;
  readonly start_zone: string | null;
}

export function guards(connection: Connection, dirty: DirtyGroups, logger: Logger): Guards {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const mutes =
    query<MuteColumns>(`SELECT m.source_ref, m.target_id, m.slot_key, m.meant, m.since, e.start_at, e.start_zone
    FROM mutes m LEFT JOIN events e ON e.source_ref = m.source_ref
    ORDER BY m.since, m.source_ref, m.target_id, m.slot_key`);
  // One for a calendar that is gone is none: nothing would ever be written there.
  const addMute = query(`INSERT INTO mutes (source_ref, target_id, slot_key, since, meant)
    SELECT @ref, @target, @slot, @since, @meant WHERE EXISTS (SELECT 1 FROM calendars WHERE id = @target)
    ON CONFLICT (source_ref, target_id, slot_key) DO UPDATE SET meant = excluded.meant`);
  type OrphanColumns = MuteColumns & { calendar_id: CalendarId; group_key: string; lives: 0 | 1; meant: string };
  const orphans = query<OrphanColumns>(`SELECT m.*, e.calendar_id, e.group_key, EXISTS (SELECT 1 FROM events o
      CROSS JOIN calendars c ON c.id = o.calendar_id AND (c.is_source = 1 OR c.is_target = 1) AND c.gone_since IS NULL
      WHERE o.group_key = e.group_key AND o.calendar_id <> e.calendar_id AND o.status <> 'cancelled') AS lives
    FROM mutes m CROSS JOIN events e ON e.source_ref = m.source_ref
    WHERE m.followed = 0 AND m.meant IS NOT NULL AND e.status = 'cancelled'
    ORDER BY m.target_id, m.source_ref, m.slot_key`);
  const settleOrphan = query('UPDATE mutes SET followed = 1 WHERE source_ref = ? AND target_id = ? AND slot_key = ?');
  // An event that has come back may go and come back as another one again.
  const followAgain = query(`UPDATE mutes SET followed = 0 WHERE followed = 1
    AND EXISTS (SELECT 1 FROM events e WHERE e.source_ref = mutes.source_ref AND e.status <> 'cancelled')`);
  const anyFollowed = query('SELECT 1 FROM mutes WHERE followed = 1 LIMIT 1');
  const dropMute = query('DELETE FROM mutes WHERE source_ref = ? AND target_id = ? AND slot_key = ?');
  const forgiveBlock = query(`UPDATE blocks SET absence_by = 'us', absent_since_run = NULL
    WHERE target_id = @target AND source_ref = @ref AND absence_by = 'unknown'`);
  const forgiveSlot = query(`UPDATE block_slots SET absence_by = 'us', absent_since_run = NULL
    WHERE target_id = @target AND slot_key = @slot AND absence_by = 'unknown'
    AND block_id IN (SELECT id FROM blocks WHERE target_id = @target AND source_ref = @ref)`);
  const holds = query<HoldColumns>('SELECT * FROM holds ORDER BY since, key');
  const clearHolds = query('DELETE FROM holds');
  const addHold = query('INSERT OR REPLACE INTO holds VALUES (?, ?, ?, ?, ?, ?, ?)');
  const choices = query<{ key: string; choice: HoldChoice; blocks: string }>('SELECT * FROM hold_choices ORDER BY key');
  const setChoice = query('INSERT OR REPLACE INTO hold_choices VALUES (?, ?, ?)');
  const keepBlocks = query('UPDATE hold_choices SET blocks = ? WHERE key = ?');
  // From the hold on where there is one, because time alone must not let go what waits for the person.
  const lost = query<{ source_id: CalendarId; group_key: string }>(`SELECT l.source_id, l.group_key
    FROM lost_meetings l LEFT JOIN holds h ON h.kind = 'mass-deletion' AND h.calendar_id = l.source_id
    WHERE l.at <= @now AND l.at > min(coalesce(h.since, @now), @now) - @day`);
  const dropChoice = query('DELETE FROM hold_choices WHERE key = ?');
  const agreed = query<{ source_id: CalendarId; group_key: string }>('SELECT * FROM agreed_removals');
  const addAgreed = query('INSERT OR IGNORE INTO agreed_removals VALUES (?, ?)');
  const clearAgreed = query('DELETE FROM agreed_removals');
  const dropAgreed = query('DELETE FROM agreed_removals WHERE group_key = ?');
  const groupKeysOf = (columns: HoldColumns) =>
    parseStored<string[]>(columns.group_keys, z.array(z.string()), [], logger, 'group_keys');
  const blocksOf = (text: string) => parseStored<HeldBlock[]>(text, z.array(heldBlockSchema), [], logger, 'blocks');

  return {
    mutes: () =>
      mutes.all().map((columns) => ({
        sourceRef: columns.source_ref,
        targetId: columns.target_id,
        slot: columns.slot_key === '' ? null : columns.slot_key,
        ...(columns.meant === null ? {} : { meant: columns.meant }),
        since: columns.since,
        start:
          columns.slot_key === ''
            ? timeOf(columns.start_at, columns.start_zone)
            : originalStartOf(columns.slot_key, columns.start_zone),
      })),
    addMutes: (list, at) => {
      for (const mute of list) {
        addMute.run({
          ref: mute.sourceRef,
          target: mute.targetId,
          slot: mute.slot ?? '',
          since: at,
          meant: mute.meant ?? null,
        });
      }
    },
    liftMute: (mute) => {
      if (dropMute.run(mute.sourceRef, mute.targetId, mute.slot ?? '').changes === 0) return false;
      const place = { target: mute.targetId, ref: mute.sourceRef };
      if (mute.slot === null) forgiveBlock.run(place);
      else forgiveSlot.run({ ...place, slot: mute.slot });
      dirty.markRef(mute.sourceRef);
      return true;
    },
    orphanedMutes: () =>
      orphans.all().map((columns) => ({
        sourceRef: columns.source_ref,
        targetId: columns.target_id,
        slot: columns.slot_key === '' ? null : columns.slot_key,
        meant: columns.meant,
        sourceId: columns.calendar_id,
        groupKey: columns.group_key,
        lives: columns.lives === 1,
      })),
    settleOrphans: (list) => {
      for (const { sourceRef, targetId, slot } of list) settleOrphan.run(sourceRef, targetId, slot ?? '');
      if (anyFollowed.get() !== undefined) followAgain.run();
    },
    holds: () =>
      holds.all().map((columns) => ({
        key: columns.key,
        kind: columns.kind,
        calendarId: columns.calendar_id,
        count: columns.count,
        groupKeys: groupKeysOf(columns),
        blocks: blocksOf(columns.blocks),
        since: columns.since,
      })),
    saveHolds: (list, at) => {
      const since = new Map(holds.all().map((columns) => [columns.key, columns.since]));
      clearHolds.run();
      for (const { key, kind, calendarId, count, groupKeys, blocks } of list) {
        const first = since.get(key) ?? at;
        addHold.run(key, kind, calendarId, count, JSON.stringify(groupKeys), first, JSON.stringify(blocks));
      }
    },
    holdChoices: () =>
      new Map(choices.all().map(({ key, choice, blocks }) => [key, { choice, blocks: blocksOf(blocks) }])),
    keepDecision: (key, blocks) => {
      if (blocks.length === 0) dropChoice.run(key);
      else keepBlocks.run(JSON.stringify(blocks), key);
    },
    lostLately: (now) => {
      const found = new Map<CalendarId, Set<string>>();
      for (const { source_id: sourceId, group_key: groupKey } of lost.all({ now, day })) {
        found.set(sourceId, (found.get(sourceId) ?? new Set()).add(groupKey));
      }
      return found;
    },
    decideHold: ({ key, groupKeys, blocks }, choice) => {
      const before = choices.all().find((one) => one.key === key && one.choice === choice);
      const all = new Map(
        [...(before === undefined ? [] : blocksOf(before.blocks)), ...blocks].map((one) => [nameOfHeld(one), one]),
      );
      setChoice.run(key, choice, JSON.stringify([...all.values()]));
      // What was held is planned again at once, or the answer would wait for the next change.
      for (const groupKey of groupKeys) dirty.mark(groupKey);
    },
    agreedRemovals: () => {
      const found = new Map<CalendarId, Set<string>>();
      for (const { source_id: sourceId, group_key: groupKey } of agreed.all()) {
        found.set(sourceId, (found.get(sourceId) ?? new Set()).add(groupKey));
      }
      return found;
    },
    setAgreedRemovals: (next) => {
      clearAgreed.run();
      for (const [sourceId, groupKeys] of next) for (const groupKey of groupKeys) addAgreed.run(sourceId, groupKey);
    },
    dropAgreedRemovals: (groupKeys) => {
      for (const groupKey of groupKeys) dropAgreed.run(groupKey);
    },
  };
}
