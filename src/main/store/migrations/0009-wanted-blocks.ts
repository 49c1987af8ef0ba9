import type { Migration } from './migration.ts';

/**
 * Which blocks this install has wanted, and from which version of their event it wrote them. Before, whatever stood was
 * kept right or taken away by this install's choices, so that all of it counts as wanted until the next plan.
 */
export const wantedBlocks: Migration = {
  version: 9,
  name: 'wanted blocks',
  sql: `
ALTER TABLE blocks ADD COLUMN wanted TEXT;
ALTER TABLE blocks ADD COLUMN own_version TEXT;
UPDATE blocks SET wanted = '' WHERE absence_by IS NULL AND source_id IS NOT NULL;
`,
};
