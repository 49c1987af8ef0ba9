import type { Migration } from './migration.ts';

/**
 * Access is named in words of our own, because roles are a service's. Whoever may write but not see private events reads:
 * private properties hold the tags, and without them its own blocks look like a person's events. What such calendars gave
 * and got is planned again.
 */
export const accessOfAnyService: Migration = {
  version: 4,
  name: 'access of any service',
  sql: `
CREATE TABLE access_renamed (
  calendar_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  access TEXT NOT NULL CHECK (access IN ('sees-busy', 'reads', 'writes', 'owns')),
  private_hidden INTEGER NOT NULL CHECK (private_hidden IN (0, 1)),
  is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
  selected INTEGER NOT NULL CHECK (selected IN (0, 1)),
  hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
  PRIMARY KEY (calendar_id, account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO access_renamed SELECT calendar_id, account_id,
  CASE access_role WHEN 'owner' THEN 'owns' WHEN 'writer' THEN 'writes' WHEN 'freeBusyReader' THEN 'sees-busy' ELSE 'reads' END,
  access_role = 'writerWithoutPrivateAccess', is_primary, selected, hidden
  FROM calendar_access;
DROP TABLE calendar_access;
ALTER TABLE access_renamed RENAME TO calendar_access;
CREATE INDEX calendar_access_by_account ON calendar_access (account_id);

INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT group_key FROM events
  WHERE EXISTS (SELECT 1 FROM calendar_access WHERE private_hidden = 1);
`,
};
