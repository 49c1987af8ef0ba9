import type { Migration } from './migration.ts';

/**
 * In which sync a removal with a mark was not taken, or its mark not found again. One such answer may be a fault of the moment, and what is
 * learnt of a calendar is learnt for good: otherwise this computer would leave no marks there any more, and others would take its
 * removals for the person's.
 */
export const doubtedMarks: Migration = {
  version: 29,
  name: 'doubted marks',
  sql: 'ALTER TABLE calendars ADD COLUMN marks_doubted_in INTEGER;',
};
