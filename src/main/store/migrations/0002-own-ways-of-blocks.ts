import type { Migration } from './migration.ts';

/**
 * Places of events, out-of-office blocks, and what this computer wrote last into each block. All calendars are read once
 * more, because places were not asked for before. What was written last is taken to be what the tag says.
 */
export const ownWaysOfBlocks: Migration = {
  version: 2,
  name: 'own ways of blocks',
  sql: `
ALTER TABLE events ADD COLUMN place TEXT;
ALTER TABLE blocks ADD COLUMN place TEXT;
ALTER TABLE blocks ADD COLUMN out_of_office INTEGER NOT NULL DEFAULT 0 CHECK (out_of_office IN (0, 1));
ALTER TABLE blocks ADD COLUMN own_hash TEXT;
ALTER TABLE block_slots ADD COLUMN place TEXT;
ALTER TABLE calendars ADD COLUMN out_of_office_refused INTEGER NOT NULL DEFAULT 0
  CHECK (out_of_office_refused IN (0, 1));
UPDATE blocks SET own_hash = content_hash WHERE echo IS NOT NULL;
UPDATE calendars SET sync_token = NULL, cursor_account = NULL;
`,
};
