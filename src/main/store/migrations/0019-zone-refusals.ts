import type { Migration } from './migration.ts';

/**
 * Series whose zone a service does not know are asked for once a day, whoever asks: remembered in the process alone, each
 * sync of the command line would ask again.
 */
export const zoneRefusals: Migration = {
  version: 19,
  name: 'zone refusals',
  sql: `
CREATE TABLE zone_refusals (
  source_ref TEXT NOT NULL,
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  version TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source_ref, target_id)
) STRICT, WITHOUT ROWID;
`,
};
