import type { Migration } from './migration.ts';

/**
 * Zones named by an offset (`GMT+02:00`) or as Windows does were not understood, so that their events had no block. They are
 * looked at again, otherwise those that never change would have none for ever.
 */
export const zonesByOffset: Migration = {
  version: 18,
  name: 'zones by offset',
  sql: `
INSERT OR IGNORE INTO dirty_groups (key) SELECT DISTINCT group_key FROM events
WHERE start_zone NOT LIKE '%/%' OR end_zone NOT LIKE '%/%' OR original_zone NOT LIKE '%/%' OR start_zone LIKE 'Etc/%'
  OR upper(recurrence) LIKE '%TZID=%';
`,
};
