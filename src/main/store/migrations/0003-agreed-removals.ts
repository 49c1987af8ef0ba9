import type { Migration } from './migration.ts';

/** Removals that the person agreed to when keeping a choice: the deletion breaker need not ask about them again. */
export const agreedRemovals: Migration = {
  version: 3,
  name: 'agreed removals',
  sql: `
CREATE TABLE agreed_removals (
  source_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  group_key TEXT NOT NULL,
  PRIMARY KEY (source_id, group_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX agreed_removals_by_group ON agreed_removals (group_key);
`,
};
