import type { Migration } from './migration.ts';

/**
 * Which process holds a sign-in that no keychain took. When it has ended, the sign-in is gone with it; otherwise a computer that has no
 * keychain would be said to wait for one for ever.
 */
export const signInsHeld: Migration = {
  version: 30,
  name: 'sign-ins held',
  sql: 'ALTER TABLE accounts ADD COLUMN held_by TEXT;',
};
