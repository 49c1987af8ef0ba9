import type { Migration } from './migration.ts';

/**
 * What can be done on a calendar through an account, as its service said with its list: otherwise it would have to be guessed from what
 * the service is until the next list. All that were listed so far are Google's, where only a main calendar takes out-of-office events.
 */
export const capabilities: Migration = {
  version: 31,
  name: 'capabilities',
  sql: `
    ALTER TABLE calendar_access ADD COLUMN capabilities TEXT NOT NULL DEFAULT '{}';
    UPDATE calendar_access SET capabilities = json_object(
      'choosesIds', json('true'), 'reshapesInPlace', json('false'), 'listsDeletions', json('true'),
      'outOfOffice', json(CASE is_primary WHEN 1 THEN 'true' ELSE 'false' END), 'colours', json('true'), 'batchSize', 50);
  `,
};
