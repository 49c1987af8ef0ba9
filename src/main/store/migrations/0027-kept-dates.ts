import type { Migration } from './migration.ts';

/** What this computer has written last on single dates of a series that is kept by an undo; `shown` is null where the date was taken away. */
export const keptDates: Migration = {
  version: 27,
  name: 'kept-dates',
  sql: `
CREATE TABLE kept_dates (
  source_ref TEXT NOT NULL,
  target_id TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  shown TEXT,
  PRIMARY KEY (source_ref, target_id, slot_key),
  FOREIGN KEY (source_ref, target_id) REFERENCES kept (source_ref, target_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
`,
};
