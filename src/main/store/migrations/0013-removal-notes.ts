import type { Migration } from './migration.ts';

/**
 * What CalSync knows of blocks and slots that are not there: removals of its own, noted before they are sent, and what a
 * look at the others has shown. An empty `slot_key` is the whole block.
 *
 * The triggers hold whoever finds that something is gone: a page of a read, a sweep, or an answer to a write.
 */
export const removalNotes: Migration = {
  version: 13,
  name: 'removal notes',
  sql: `
ALTER TABLE calendars ADD COLUMN removal_marks TEXT CHECK (removal_marks IN ('kept', 'not-kept'));
ALTER TABLE mutes ADD COLUMN meant TEXT;

-- Planned once more, so that it becomes known what they are about.
INSERT OR IGNORE INTO dirty_groups
  SELECT DISTINCT e.group_key FROM mutes m JOIN events e ON e.source_ref = m.source_ref;

-- Removals that were about to be sent. Kept for a while after they succeeded, because a list may lag behind.
CREATE TABLE removal_intents (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  block_id TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('event', 'held', 'ignore', 'account', 'reset')),
  run INTEGER NOT NULL,
  PRIMARY KEY (target_id, block_id, slot_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE absence_looks (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  block_id TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  mark TEXT CHECK (mark IN ('event', 'held', 'ignore', 'account', 'reset')),
  readable INTEGER NOT NULL CHECK (readable IN (0, 1)),
  gone_at INTEGER,
  PRIMARY KEY (target_id, block_id, slot_key)
) STRICT, WITHOUT ROWID;

-- Marks that were seen on what stands: they say nothing about a later removal.
CREATE TABLE stale_marks (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  block_id TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  nonce TEXT NOT NULL,
  PRIMARY KEY (target_id, block_id, slot_key)
) STRICT, WITHOUT ROWID;

-- How often a block was put back for an event that has not changed since.
CREATE TABLE put_backs (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  source_ref TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  times INTEGER NOT NULL,
  PRIMARY KEY (target_id, source_ref, slot_key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER intent_explains_block AFTER UPDATE OF absence_by ON blocks
WHEN NEW.absence_by = 'unknown' AND OLD.absence_by IS NOT 'unknown' AND EXISTS (
  SELECT 1 FROM removal_intents WHERE target_id = NEW.target_id AND block_id = NEW.id AND slot_key = '')
BEGIN
  UPDATE blocks SET absence_by = 'us', absent_since_run = NULL, echo = NULL
  WHERE target_id = NEW.target_id AND id = NEW.id;
END;
CREATE TRIGGER intent_explains_slot AFTER UPDATE OF absence_by ON block_slots
WHEN NEW.absence_by = 'unknown' AND OLD.absence_by IS NOT 'unknown' AND EXISTS (
  SELECT 1 FROM removal_intents
  WHERE target_id = NEW.target_id AND block_id = NEW.block_id AND slot_key = NEW.slot_key)
BEGIN
  UPDATE block_slots SET absence_by = 'us', absent_since_run = NULL
  WHERE target_id = NEW.target_id AND block_id = NEW.block_id AND slot_key = NEW.slot_key;
END;
CREATE TRIGGER intent_explains_new_slot AFTER INSERT ON block_slots
WHEN NEW.absence_by = 'unknown' AND EXISTS (
  SELECT 1 FROM removal_intents
  WHERE target_id = NEW.target_id AND block_id = NEW.block_id AND slot_key = NEW.slot_key)
BEGIN
  UPDATE block_slots SET absence_by = 'us', absent_since_run = NULL
  WHERE target_id = NEW.target_id AND block_id = NEW.block_id AND slot_key = NEW.slot_key;
END;
CREATE TRIGGER block_look_is_over AFTER UPDATE OF absence_by ON blocks
WHEN OLD.absence_by = 'unknown' AND NEW.absence_by IS NOT 'unknown'
BEGIN
  DELETE FROM absence_looks WHERE target_id = NEW.target_id AND block_id = NEW.id AND slot_key = '';
END;
CREATE TRIGGER slot_look_is_over AFTER UPDATE OF absence_by ON block_slots
WHEN OLD.absence_by = 'unknown' AND NEW.absence_by IS NOT 'unknown'
BEGIN
  DELETE FROM absence_looks
  WHERE target_id = NEW.target_id AND block_id = NEW.block_id AND slot_key = NEW.slot_key;
END;
CREATE TRIGGER slot_look_goes_with_it AFTER DELETE ON block_slots
WHEN OLD.absence_by = 'unknown'
BEGIN
  DELETE FROM absence_looks
  WHERE target_id = OLD.target_id AND block_id = OLD.block_id AND slot_key = OLD.slot_key;
END;
`,
};
