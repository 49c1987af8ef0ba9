import type { Migration } from './migration.ts';

/**
 * What tells the form of a block where its tag cannot be seen, and the name that a block would have as a source, by which
 * blocks of blocks are found. All calendars are read once more, because guests and descriptions were not looked at before,
 * and all groups are planned again.
 */
export const formOfBlocks: Migration = {
  version: 8,
  name: 'form of blocks',
  sql: `
ALTER TABLE events ADD COLUMN says_block INTEGER NOT NULL DEFAULT 0 CHECK (says_block IN (0, 1));
ALTER TABLE events ADD COLUMN guests INTEGER NOT NULL DEFAULT 0 CHECK (guests IN (0, 1));
ALTER TABLE blocks ADD COLUMN own_ref TEXT;
UPDATE blocks SET own_ref = source_ref_of(target_id, id);
CREATE INDEX blocks_by_own_ref ON blocks (own_ref);
UPDATE calendars SET sync_token = NULL, cursor_account = NULL;
INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT group_key FROM events;
INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT 'ref:' || source_ref FROM blocks WHERE source_id IS NULL;
`,
};
