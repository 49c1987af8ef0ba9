import type { Migration } from './migration.ts';

/**
 * Of which provider an account is, because there may be more than one: nothing but this says through which adapter it is reached. All that
 * were added so far are Google's, whose calendars take slots one by one; written as the next list would, so that nothing is planned anew.
 */
export const providers: Migration = {
  version: 32,
  name: 'providers',
  sql: `
    ALTER TABLE accounts ADD COLUMN provider TEXT NOT NULL DEFAULT 'google';
    UPDATE calendar_access SET capabilities = json_set(capabilities, '$.writes', 'slots') WHERE json_valid(capabilities) AND capabilities <> '{}';
  `,
};
