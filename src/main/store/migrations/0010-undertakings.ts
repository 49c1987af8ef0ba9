import type { Migration } from './migration.ts';

/**
 * What the person has asked for and that may be cut off (a reset, the removal of an account), and blocks of a removed
 * account that wait until their calendar can be reached. Only ids are kept of these: their events are forgotten.
 */
export const undertakings: Migration = {
  version: 10,
  name: 'undertakings',
  sql: `
CREATE TABLE undertakings (
  kind TEXT NOT NULL CHECK (kind IN ('reset', 'remove-account')),
  -- Empty for a reset, because a null would be unequal to itself in the key.
  account_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  others_on TEXT NOT NULL CHECK (json_valid(others_on)),
  revoke INTEGER NOT NULL CHECK (revoke IN (0, 1)),
  removed INTEGER NOT NULL,
  already_gone INTEGER NOT NULL,
  PRIMARY KEY (kind, account_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE removals_left (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  block_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (target_id, block_id)
) STRICT, WITHOUT ROWID;
`,
};
