import type { Migration } from './migration.ts';

/** How many rows a page of a calendar has at most, where pages of the ordinary size were too large. */
export const pageRows: Migration = {
  version: 24,
  name: 'page rows',
  sql: `
ALTER TABLE calendars ADD COLUMN page_rows INTEGER CHECK (page_rows BETWEEN 1 AND 2500);
`,
};
