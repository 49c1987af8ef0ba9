import type { Migration } from './migration.ts';

/**
 * Rows that nothing can need any more go. `gone_since` says since when a deleted event is known to be so, as pruning has first seen
 * it; `gone_events` is what stays of an event that had blocks: enough to take one away that comes back. `pruned` is when it was
 * last done.
 */
export const pruning: Migration = {
  version: 26,
  name: 'pruning',
  sql: `
ALTER TABLE events ADD COLUMN gone_since INTEGER;
CREATE INDEX events_gone ON events (gone_since) WHERE status = 'cancelled';
CREATE TRIGGER event_is_back AFTER UPDATE OF status ON events
WHEN OLD.gone_since IS NOT NULL AND NEW.status <> 'cancelled'
BEGIN
  UPDATE events SET gone_since = NULL WHERE calendar_id = NEW.calendar_id AND id = NEW.id;
END;

CREATE TABLE gone_events (
  source_ref TEXT PRIMARY KEY,
  calendar_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  group_key TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_is_gone_no_more AFTER INSERT ON events BEGIN
  DELETE FROM gone_events WHERE source_ref = NEW.source_ref;
END;

INSERT INTO counters VALUES ('pruned', 0);
`,
};
