import type { Migration } from './migration.ts';

/**
 * What a calendar is by nature decides about its first use; what is in use already stays so. A calendar that came after
 * the start is offered until the person has decided.
 */
export const firstChoices: Migration = {
  version: 14,
  name: 'first choices',
  sql: `
ALTER TABLE calendars ADD COLUMN nature TEXT NOT NULL DEFAULT 'ordinary'
  CHECK (nature IN ('ordinary', 'room', 'automatic'));
ALTER TABLE calendars ADD COLUMN offered INTEGER NOT NULL DEFAULT 0 CHECK (offered IN (0, 1));
`,
};
