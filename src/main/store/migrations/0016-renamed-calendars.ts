import type { Migration } from './migration.ts';

/**
 * A calendar keeps the id by which its blocks are named, whatever address its service calls it by later. `renamings` holds
 * what may be a calendar under a new address, until the person has answered.
 */
export const renamedCalendars: Migration = {
  version: 16,
  name: 'renamed calendars',
  sql: `
ALTER TABLE calendars ADD COLUMN address TEXT;
ALTER TABLE calendars ADD COLUMN other_ids TEXT NOT NULL DEFAULT '[]';
CREATE TABLE renamings (
  calendar_id TEXT PRIMARY KEY REFERENCES calendars (id) ON DELETE CASCADE,
  former_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('suspected', 'asked', 'denied')),
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
