import type { Migration } from './migration.ts';

/**
 * What is not as it should be, since when it has been so without a break, and what of it the person has said that they know.
 * Otherwise nobody could say since when a calendar cannot be read: the troubles of a sync are told anew with each.
 */
export const standing: Migration = {
  version: 28,
  name: 'standing troubles',
  sql: `
CREATE TABLE standing (
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  since INTEGER NOT NULL,
  meetings INTEGER NOT NULL CHECK (meetings >= 0),
  what TEXT NOT NULL,
  known TEXT,
  PRIMARY KEY (kind, about)
) STRICT, WITHOUT ROWID;
`,
};
