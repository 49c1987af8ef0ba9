import type { Migration } from './migration.ts';

/** A calendar with rows that could not be read is read as a whole again, because no list of changes shows such a row a second time. */
export const readAgain: Migration = {
  version: 22,
  name: 'read again',
  sql: `
ALTER TABLE calendars ADD COLUMN reread_at INTEGER;
ALTER TABLE calendars ADD COLUMN reread_tries INTEGER NOT NULL DEFAULT 0;
`,
};
