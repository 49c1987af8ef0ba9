import type { Migration } from './migration.ts';

/**
 * What syncs have written within a week, so that each can be undone; what the person keeps as it was by an undo; and the
 * choices that syncs have carried out. What earlier builds have written is not known and cannot be undone.
 */
export const undo: Migration = {
  version: 23,
  name: 'undo',
  sql: `
CREATE TABLE written (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  source_ref TEXT NOT NULL,
  block_id TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  before TEXT,
  after TEXT,
  version TEXT
) STRICT;
CREATE INDEX written_by_run ON written (run);
CREATE INDEX written_by_target ON written (target_id);
CREATE TABLE kept (
  source_ref TEXT NOT NULL,
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  source_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  content TEXT,
  slots TEXT NOT NULL,
  version TEXT NOT NULL,
  telling TEXT,
  etag TEXT,
  since INTEGER NOT NULL,
  PRIMARY KEY (source_ref, target_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE choices (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  run INTEGER,
  undoes INTEGER,
  choice TEXT NOT NULL
) STRICT;
`,
};
