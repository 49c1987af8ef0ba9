import type { Migration } from './migration.ts';

/**
 * By which access the rows of a calendar were read, so that one that shows less never takes over. What read them before was
 * not kept; it was the best one, unless that failed at the time. All is read once more, because it may have been another.
 */
export const views: Migration = {
  version: 12,
  name: 'views',
  sql: `
ALTER TABLE calendars ADD COLUMN seen_with TEXT CHECK (seen_with IN ('sees-busy', 'reads', 'writes', 'owns'));
UPDATE calendars SET sync_token = NULL, cursor_account = NULL, seen_with = (
  SELECT access FROM calendar_access WHERE calendar_id = calendars.id
  ORDER BY CASE access WHEN 'owns' THEN 0 WHEN 'writes' THEN 1 WHEN 'reads' THEN 2 ELSE 3 END LIMIT 1
) WHERE last_read_at IS NOT NULL;
`,
};
