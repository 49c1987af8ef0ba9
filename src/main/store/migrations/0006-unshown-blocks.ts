import type { Migration } from './migration.ts';

/** Finds the blocks of a calendar that no read has shown since they were written, at each read and without a walk. */
export const unshownBlocks: Migration = {
  version: 6,
  name: 'unshown blocks',
  sql: `
CREATE INDEX blocks_unshown ON blocks (target_id, id) WHERE seen_read = 0 AND absence_by IS NULL;
`,
};
