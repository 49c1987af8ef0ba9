import type { Migration } from './migration.ts';

/**
 * Marks of groups carry numbers that never come again, so that a run clears only what it has planned.
 */
export const numberedMarks: Migration = {
  version: 17,
  name: 'numbered marks',
  sql: `
CREATE TABLE marks (mark INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO marks (key) SELECT key FROM dirty_groups;
DROP TABLE dirty_groups;
ALTER TABLE marks RENAME TO dirty_groups;
`,
};
