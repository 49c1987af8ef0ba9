import type { Migration } from './migration.ts';

/** Which calendars were not read for long, as it was when groups were last marked for it. */
export const staleCalendars: Migration = {
  version: 11,
  name: 'stale calendars',
  sql: `
ALTER TABLE calendars ADD COLUMN stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1));
`,
};
