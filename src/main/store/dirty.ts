import type { SourceRef } from '../../shared/ids.ts';
import { strayGroupKey } from '../core/grouping.ts';
import type { Connection } from './database.ts';

/** Groups that have changed since they were last carried out. */
export interface DirtyGroups {
  all(): string[];
  mark(key: string): void;
  /** Returns the group that a block of this source belongs to. */
  groupOf(ref: SourceRef): string;
  /** Marks the group that a block of this source belongs to. */
  markRef(ref: SourceRef): void;
  markEverything(): void;
  clear(key: string): void;
}

export const dirtyQueries = {
  groupOfRef: `SELECT group_key FROM events WHERE source_ref = @ref
    UNION ALL
    SELECT e.group_key FROM slot_names n JOIN events e ON e.calendar_id = n.calendar_id AND e.id = n.series_id
    WHERE n.source_ref = @ref
    LIMIT 1`,
} as const;

export function dirtyGroups(connection: Connection): DirtyGroups {
  const all = connection.prepare<[], string>('SELECT key FROM dirty_groups ORDER BY key').pluck();
  const mark = connection.prepare<[string]>('INSERT OR IGNORE INTO dirty_groups VALUES (?)');
  const clear = connection.prepare<[string]>('DELETE FROM dirty_groups WHERE key = ?');
  const groupOfRef = connection.prepare<[{ readonly ref: string }], string>(dirtyQueries.groupOfRef).pluck();
  const markEvents = connection.prepare('INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT group_key FROM events');
  const markStrays = connection.prepare(
    "INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT 'ref:' || source_ref FROM blocks WHERE source_id IS NULL",
  );
  const groupOf = (ref: SourceRef) => groupOfRef.get({ ref }) ?? strayGroupKey(ref);
  return {
    all: () => all.all(),
    groupOf,
    mark: (key) => void mark.run(key),
    markRef: (ref) => void mark.run(groupOf(ref)),
    markEverything: () => {
      markEvents.run();
      markStrays.run();
    },
    clear: (key) => void clear.run(key),
  };
}
