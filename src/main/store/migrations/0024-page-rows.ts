import type { Migration } from './migration.ts';

/**
 * How many rows a page of a calendar has at most, where pages of the ordinary size were too large. Long rules are planned again,
 * because the dates of some are known by now, and those of series with very many rules are not.
 */
export const pageRows: Migration = {
  version: 24,
  name: 'page rows',
  sql: `
ALTER TABLE calendars ADD COLUMN page_rows INTEGER CHECK (page_rows BETWEEN 1 AND 2500);
INSERT OR IGNORE INTO dirty_groups (key) SELECT DISTINCT group_key FROM events WHERE length(recurrence) > 200;
`,
};
