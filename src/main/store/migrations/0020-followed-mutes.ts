import type { Migration } from './migration.ts';

/**
 * A mute goes on with the event that comes in place of its own in the same run, and not with one that is made later: whether
 * that run has been is remembered.
 */
export const followedMutes: Migration = {
  version: 20,
  name: 'followed mutes',
  sql: `
ALTER TABLE mutes ADD COLUMN followed INTEGER NOT NULL DEFAULT 0 CHECK (followed IN (0, 1));
UPDATE mutes SET followed = 1
WHERE EXISTS (SELECT 1 FROM events e WHERE e.source_ref = mutes.source_ref AND e.status = 'cancelled');
`,
};
