import type { CalendarId, EventId, SourceRef } from '../../shared/ids.ts';
import { day, type Instant } from '../../shared/time.ts';
import type { Pruned } from '../ports/store.ts';
import type { Connection } from './database.ts';

/**
 * So long a deleted event stays as it is: longer than it can be taken out of the bin, than its deletion can be looked up (google-calendar.md
 * §0.7), and than anything can be undone.
 */
const wholeFor = 60 * day;

/** So long it stays known which event it was, so that a block of it that comes back goes. */
const smallFor = 400 * day;

/** How many deleted events are looked at in a day, and how many are noted as new. */
const mostRows = 500;
const mostNoted = 5000;

/** Statements for the deleted events of a while, one group, or what is known of its blocks. */
export const pruningQueries = {
  note: `UPDATE events SET gone_since = ? WHERE (calendar_id, id) IN (
    SELECT calendar_id, id FROM events INDEXED BY events_gone WHERE status = 'cancelled' AND gone_since IS NULL LIMIT ?)`,
  noteAhead: `UPDATE events INDEXED BY events_gone SET gone_since = @now WHERE status = 'cancelled' AND gone_since > @now`,
  oldest: `SELECT group_key FROM events INDEXED BY events_gone WHERE status = 'cancelled' AND gone_since <= ?
    ORDER BY gone_since LIMIT ?`,
  later: "UPDATE events SET gone_since = ? WHERE group_key = ? AND status = 'cancelled'",
  // A row that is there, or has not been gone for long, and each that says something of one in another group.
  anyEvent: `SELECT 1 FROM events WHERE group_key = @group
    AND (status <> 'cancelled' OR gone_since IS NULL OR gone_since > @old OR reshaped = 1) LIMIT 1`,
  anyException: `SELECT 1 FROM events e CROSS JOIN events x INDEXED BY events_by_series
    ON x.calendar_id = e.calendar_id AND x.recurring_event_id = e.id AND x.group_key <> e.group_key
    WHERE e.group_key = @group LIMIT 1`,
  anySeries: `SELECT 1 FROM events e CROSS JOIN events s
    ON s.calendar_id = e.calendar_id AND s.id = e.recurring_event_id AND s.group_key <> e.group_key
    WHERE e.group_key = @group LIMIT 1`,
  // A date of a block that somebody has made their own stays theirs.
  anyOwnDate: `SELECT 1 FROM events e CROSS JOIN blocks b ON b.target_id = e.calendar_id AND b.id IN (e.id, e.recurring_event_id)
    WHERE e.group_key = @group LIMIT 1`,
  anyMark: 'SELECT 1 FROM dirty_groups WHERE key = @group',
  refs: `SELECT source_ref FROM events WHERE group_key = @group UNION ALL
    SELECT n.source_ref FROM events e CROSS JOIN slot_names n ON n.calendar_id = e.calendar_id AND n.series_id = e.id
    WHERE e.group_key = @group`,
  anyBlock: `SELECT 1 FROM json_each(@refs) r CROSS JOIN blocks b ON b.source_ref = r.value
    WHERE b.absence_by IS NOT 'us' OR b.lost = 1 OR EXISTS (SELECT 1 FROM blocks o WHERE o.source_ref = b.own_ref) LIMIT 1`,
  anyMute: 'SELECT 1 FROM json_each(@refs) r CROSS JOIN mutes m ON m.source_ref = r.value LIMIT 1',
  anyKept: 'SELECT 1 FROM json_each(@refs) r CROSS JOIN kept k ON k.source_ref = r.value LIMIT 1',
  keepSmall: `INSERT OR IGNORE INTO gone_events SELECT e.source_ref, e.calendar_id, e.id, e.group_key, @now FROM events e
    WHERE e.group_key = @group AND EXISTS (SELECT 1 FROM blocks b WHERE b.source_ref = e.source_ref)`,
  keepSmallDates: `INSERT OR IGNORE INTO gone_events
    SELECT n.source_ref, n.calendar_id, slot_id_of(n.series_id, n.slot_key), e.group_key, @now
    FROM events e CROSS JOIN slot_names n ON n.calendar_id = e.calendar_id AND n.series_id = e.id
    WHERE e.group_key = @group AND EXISTS (SELECT 1 FROM blocks b WHERE b.source_ref = n.source_ref)`,
  blocks: 'SELECT b.target_id, b.id FROM json_each(@refs) r CROSS JOIN blocks b ON b.source_ref = r.value',
  dropBlock: 'DELETE FROM blocks WHERE target_id = ? AND id = ?',
  dropPutBacks: 'DELETE FROM put_backs WHERE target_id = ? AND source_ref = ?',
  dropEvents: 'DELETE FROM events WHERE group_key = @group',
} as const;

/** What tells of a block beside its row. */
const ofBlocks = ['block_slots', 'stale_marks', 'absence_looks', 'removal_intents', 'makings'] as const;

/** Takes rows away that nothing can need any more (ADR 0045). The caller brings the transaction. */
export interface Pruning {
  /** Returns what has gone; null where it is less than a day since it was last done. */
  prune(now: Instant): Pruned | null;
}

export function pruning(connection: Connection): Pruning {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const last = query<Instant>("SELECT value FROM counters WHERE name = 'pruned'").pluck();
  const setLast = query("UPDATE counters SET value = ? WHERE name = 'pruned'");
  const note = query(pruningQueries.note);
  const noteAhead = query(pruningQueries.noteAhead);
  const oldest = query<string>(pruningQueries.oldest).pluck();
  const later = query(pruningQueries.later);
  const { anyEvent, anyException, anySeries, anyOwnDate, anyMark } = pruningQueries;
  const ofGroup = [anyEvent, anyException, anySeries, anyOwnDate, anyMark].map(query);
  const refsOf = query<SourceRef>(pruningQueries.refs).pluck();
  const ofRefs = [pruningQueries.anyBlock, pruningQueries.anyMute, pruningQueries.anyKept].map(query);
  const written = query<SourceRef>('SELECT DISTINCT source_ref FROM written').pluck();
  const keepSmall = [query(pruningQueries.keepSmall), query(pruningQueries.keepSmallDates)];
  const blocksOf = query<{ target_id: CalendarId; id: EventId }>(pruningQueries.blocks);
  const dropOfBlock = ofBlocks.map((table) => query(`DELETE FROM ${table} WHERE target_id = ? AND block_id = ?`));
  const dropBlock = query(pruningQueries.dropBlock);
  const dropPutBacks = query(pruningQueries.dropPutBacks);
  const dropSearched = query('DELETE FROM searched_strays WHERE source_ref = ?');
  const dropRefusals = query('DELETE FROM zone_refusals WHERE source_ref = ?');
  const dropEvents = query(pruningQueries.dropEvents);
  const dropSmall = query('DELETE FROM gone_events WHERE since <= ?');
  const smallAhead = query('UPDATE gone_events SET since = @now WHERE since > @now');

  function isNeeded(
    group: string,
    refs: readonly SourceRef[],
    old: Instant,
    undoable: ReadonlySet<SourceRef>,
  ): boolean {
    if (ofGroup.some((any) => any.get({ group, old }) !== undefined)) return true;
    const list = { refs: JSON.stringify(refs) };
    return refs.some((ref) => undoable.has(ref)) || ofRefs.some((any) => any.get(list) !== undefined);
  }

  function drop(group: string, refs: readonly SourceRef[], now: Instant): { events: number; blocks: number } {
    for (const keep of keepSmall) keep.run({ group, now });
    const blocks = blocksOf.all({ refs: JSON.stringify(refs) });
    const targets = new Set(blocks.map((block) => block.target_id));
    for (const { target_id: targetId, id } of blocks) {
      for (const dropOne of dropOfBlock) dropOne.run(targetId, id);
      dropBlock.run(targetId, id);
    }
    for (const ref of refs) {
      for (const targetId of targets) dropPutBacks.run(targetId, ref);
      dropSearched.run(ref);
      dropRefusals.run(ref);
    }
    return { events: dropEvents.run({ group }).changes, blocks: blocks.length };
  }

  return {
    prune: (now) => {
      const since = now - (last.get() ?? 0);
      if (since >= 0 && since < day) return null;
      setLast.run(now);
      // What a wrong clock has noted as coming is noted anew.
      noteAhead.run({ now });
      smallAhead.run({ now });
      note.run(now, mostNoted);
      const old = now - wholeFor;
      const groups = new Set(oldest.all(old, mostRows));
      // Not asked for nothing, because all that a week has written is walked through.
      const undoable = new Set(groups.size === 0 ? [] : written.all());
      const gone = { events: 0, blocks: 0 };
      for (const group of groups) {
        const refs = refsOf.all({ group });
        if (isNeeded(group, refs, old, undoable)) {
          // Looked at again as much later, because it would otherwise stand before all others each day.
          later.run(now, group);
          continue;
        }
        const { events, blocks } = drop(group, refs, now);
        gone.events += events;
        gone.blocks += blocks;
      }
      return { ...gone, forgotten: dropSmall.run(now - smallFor).changes };
    },
  };
}
