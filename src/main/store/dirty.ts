import type { SourceRef } from '../../shared/ids.ts';
import { strayGroupKey } from '../core/grouping.ts';
import type { Connection } from './database.ts';

/** Groups that have changed since they were last carried out. */
export interface DirtyGroups {
  /** Returns the groups with their marks: a group that is marked again gets a higher one. */
  all(): ReadonlyMap<string, number>;
  count(): number;
  mark(key: string): void;
  /** Returns the group that a block of this source belongs to. */
  groupOf(ref: SourceRef): string;
  /** Marks the group that a block of this source belongs to. */
  markRef(ref: SourceRef): void;
  markEverything(): void;
  /** Takes a group and the mark that was planned; returns whether it was cleared: one marked again stays. */
  clear(key: string, mark: number): boolean;
}

export const dirtyQueries = {
  groupOfRef: `SELECT group_key FROM events WHERE source_ref = @ref
    UNION ALL
    SELECT e.group_key FROM slot_names n JOIN events e ON e.calendar_id = n.calendar_id AND e.id = n.series_id
    WHERE n.source_ref = @ref
    LIMIT 1`,
} as const;

export function dirtyGroups(connection: Connection): DirtyGroups {
  const all = connection
    .prepare<[], [key: string, mark: number]>('SELECT key, mark FROM dirty_groups ORDER BY key')
    .raw();
  const count = connection.prepare<[], number>('SELECT count(*) FROM dirty_groups').pluck();
  // A group that is marked again gets a new mark, because otherwise a run that planned it before would clear what it has
  // not seen.
  const mark = connection.prepare<[string]>('INSERT OR REPLACE INTO dirty_groups (key) VALUES (?)');
  const clear = connection.prepare<[string, number]>('DELETE FROM dirty_groups WHERE key = ? AND mark = ?');
  const groupOfRef = connection.prepare<[{ readonly ref: string }], string>(dirtyQueries.groupOfRef).pluck();
  const markEvents = connection.prepare(
    'INSERT OR REPLACE INTO dirty_groups (key) SELECT DISTINCT group_key FROM events',
  );
  const markStrays = connection.prepare(
    "INSERT OR REPLACE INTO dirty_groups (key) SELECT DISTINCT 'ref:' || source_ref FROM blocks WHERE source_id IS NULL",
  );
  const groupOf = (ref: SourceRef) => groupOfRef.get({ ref }) ?? strayGroupKey(ref);
  return {
    all: () => new Map(all.all()),
    count: () => count.get() ?? 0,
    groupOf,
    mark: (key) => void mark.run(key),
    markRef: (ref) => void mark.run(groupOf(ref)),
    markEverything: () => {
      markEvents.run();
      markStrays.run();
    },
    clear: (key, mark) => clear.run(key, mark).changes > 0,
  };
}
