import type { Migration } from './migration.ts';

/**
 * Whether the owner of a calendar is an optional guest is kept, so that a choice can be made of it. What was stored before
 * does not say, so each calendar is read once in full; otherwise the choice would hold for new events only.
 */
export const optionalGuests: Migration = {
  version: 5,
  name: 'optional guests',
  sql: `
ALTER TABLE events ADD COLUMN optional_guest INTEGER NOT NULL DEFAULT 0 CHECK (optional_guest IN (0, 1));
UPDATE calendars SET cursor_account = NULL, sync_token = NULL;
`,
};
