import type { Migration } from './migration.ts';

/**
 * Blocks of single events told the zone of their event. They are looked at again, otherwise those whose event never changes
 * would tell it for ever; and so are those of private events on routes that tell titles or places.
 */
export const zonesUntold: Migration = {
  version: 7,
  name: 'zones of events are not told',
  sql: `
INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT group_key FROM events;
INSERT OR IGNORE INTO dirty_groups SELECT DISTINCT 'ref:' || source_ref FROM blocks WHERE source_id IS NULL;
`,
};
