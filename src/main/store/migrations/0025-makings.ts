import type { Migration } from './migration.ts';

/**
 * Blocks that were about to be made. One that is then found standing was made here, although no answer said so: the connection
 * broke, or the process ended. Otherwise it would be taken for another computer's, and be left when it is not wanted any more.
 *
 * The triggers hold whoever finds it: a page of a read, a sweep, or an answer to a write.
 */
export const makings: Migration = {
  version: 25,
  name: 'makings',
  sql: `
CREATE TABLE makings (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  block_id TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (target_id, block_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER making_explains_new_block AFTER INSERT ON blocks
WHEN NEW.absence_by IS NULL AND EXISTS (
  SELECT 1 FROM makings WHERE target_id = NEW.target_id AND block_id = NEW.id)
BEGIN
  UPDATE blocks SET wanted = '' WHERE target_id = NEW.target_id AND id = NEW.id AND wanted IS NULL;
  DELETE FROM makings WHERE target_id = NEW.target_id AND block_id = NEW.id;
END;
CREATE TRIGGER making_explains_block AFTER UPDATE OF absence_by ON blocks
WHEN NEW.absence_by IS NULL AND OLD.absence_by IS NOT NULL AND EXISTS (
  SELECT 1 FROM makings WHERE target_id = NEW.target_id AND block_id = NEW.id)
BEGIN
  UPDATE blocks SET wanted = '' WHERE target_id = NEW.target_id AND id = NEW.id AND wanted IS NULL;
  DELETE FROM makings WHERE target_id = NEW.target_id AND block_id = NEW.id;
END;
`,
};
