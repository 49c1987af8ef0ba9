import type { Migration } from './migration.ts';

/**
 * Since when no account lists a calendar any more, and what has proven that it is gone. For those that are gone already, the
 * last read is the latest that is known of them.
 */
export const goneCalendars: Migration = {
  version: 15,
  name: 'gone calendars',
  sql: `
ALTER TABLE calendars ADD COLUMN gone_since INTEGER;
ALTER TABLE calendars ADD COLUMN gone_proof TEXT CHECK (gone_proof IN ('not-found', 'unlisted'));
UPDATE calendars SET gone_since = coalesce(last_read_at, unixepoch() * 1000)
  WHERE NOT EXISTS (SELECT 1 FROM calendar_access a WHERE a.calendar_id = calendars.id);
INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT group_key FROM events
  WHERE EXISTS (SELECT 1 FROM calendars WHERE gone_since IS NOT NULL);
`,
};
