import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';

/** What `schemaPrint` says of a database that our own steps alone have made; `tests/store/opening.test.ts` holds it to them. */
export const printOfSchema = '65efc4f97547a4d34d04adb3166c9c23e7b188ded46377f186f8f46f43820f7b';

/**
 * Takes an open database; returns a hash of all its tables, indexes, views and triggers, without those that SQLite keeps for itself, and
 * without quotes and white space: SQLite writes a statement anew when a table is renamed, and may do so otherwise in its next version.
 */
export function schemaPrint(connection: Database.Database): string {
  const rows = connection
    .prepare<[], readonly [string, string, string, string | null]>(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY type, name",
    )
    .raw()
    .all();
  const plain = rows.map(([type, name, table, sql]) => [type, name, table, (sql ?? '').replaceAll(/[\s"`[\]]/g, '')]);
  return createHash('sha256').update(JSON.stringify(plain)).digest('hex');
}

/** Blocks under a name that none of ours has: otherwise a write could be led to an event of somebody else. */
const strangers = `SELECT 1 FROM blocks
  WHERE length(id) <> 54 OR id NOT GLOB 'cs*' OR substr(id, 3) GLOB '*[^0-9a-v]*' LIMIT 1`;

/**
 * Takes an open database of the newest format; returns what shows that another program has written to it, or null. A trigger or a view
 * that we did not make, or a block that cannot be ours, makes all of it doubtful.
 */
export function findTampering(connection: Database.Database): string | null {
  if (schemaPrint(connection) !== printOfSchema) return 'schema';
  return connection.prepare(strangers).get() === undefined ? null : 'blocks';
}
