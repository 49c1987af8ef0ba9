import type { Migration } from './migration.ts';

/**
 * A choice about a hold is about exactly the blocks that were held, and what a source has lost within a day is counted.
 * Choices of earlier builds name no blocks, so they are asked for again.
 */
export const exactChoices: Migration = {
  version: 21,
  name: 'exact choices',
  sql: `
ALTER TABLE holds ADD COLUMN blocks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE hold_choices ADD COLUMN blocks TEXT NOT NULL DEFAULT '[]';
DELETE FROM hold_choices;
CREATE TABLE lost_meetings (
  source_id TEXT NOT NULL,
  group_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source_id, group_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX lost_meetings_by_group ON lost_meetings (group_key);
`,
};
