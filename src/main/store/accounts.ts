import { z } from 'zod';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountRecord, AccountStore } from '../ports/store.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
import type { ForgetCalendar } from './forgetting.ts';
import { parseStored } from './json.ts';

interface AccountColumns {
  readonly id: AccountId;
  readonly email: string;
  readonly scopes: string;
  readonly added_at: Instant;
  readonly state: AccountRecord['state'];
  readonly resting_until: Instant | null;
  readonly sign_in_ends_at: Instant | null;
  readonly listed_at: Instant | null;
  readonly held_by: string | null;
  readonly provider: AccountRecord['provider'];
}

/** Takes the connection; returns who is signed in. The caller brings transactions. */
export function accounts(
  connection: Connection,
  dirty: DirtyGroups,
  forget: ForgetCalendar,
  logger: Logger,
): AccountStore {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const all = query<AccountColumns>('SELECT * FROM accounts ORDER BY added_at, id');
  const saveAccount = query(`INSERT INTO accounts
    VALUES (@id, @email, @scopes, @added_at, @state, @resting_until, @sign_in_ends_at, @listed_at, @held_by, @provider)
    ON CONFLICT (id) DO UPDATE SET email = excluded.email, scopes = excluded.scopes, added_at = excluded.added_at,
      state = excluded.state, resting_until = excluded.resting_until, sign_in_ends_at = excluded.sign_in_ends_at,
      listed_at = excluded.listed_at, held_by = excluded.held_by`);
  const offeredAccounts = query<AccountId>(`SELECT a.account_id FROM calendars c
    CROSS JOIN calendar_access a ON a.calendar_id = c.id WHERE c.offered = 1 AND a.is_primary = 1`).pluck();
  const deleteAccount = query('DELETE FROM accounts WHERE id = ?');
  const onlyOfAccount = query<CalendarId>(`SELECT c.id FROM calendars c
    WHERE NOT EXISTS (SELECT 1 FROM calendar_access a WHERE a.calendar_id = c.id AND a.account_id <> @account)
      AND (c.listed_by = @account OR EXISTS (SELECT 1 FROM calendar_access a WHERE a.calendar_id = c.id AND a.account_id = @account))
    ORDER BY c.position`).pluck();
  const dropCursors = query('UPDATE calendars SET cursor_account = NULL, sync_token = NULL WHERE cursor_account = ?');

  return {
    accounts: () =>
      all.all().map((columns) => ({
        id: columns.id,
        provider: columns.provider,
        email: columns.email,
        scopes: parseStored(columns.scopes, z.array(z.string()), [], logger, 'scopes'),
        addedAt: columns.added_at,
        state: columns.state,
        restingUntil: columns.resting_until,
        signInEndsAt: columns.sign_in_ends_at,
        listedAt: columns.listed_at,
        heldBy: columns.held_by,
      })),
    offeredAccounts: () => new Set(offeredAccounts.all()),
    saveAccount: (account) =>
      void saveAccount.run({
        id: account.id,
        email: account.email,
        scopes: JSON.stringify(account.scopes),
        added_at: account.addedAt,
        state: account.state,
        resting_until: account.restingUntil,
        sign_in_ends_at: account.signInEndsAt,
        listed_at: account.listedAt,
        held_by: account.heldBy,
        provider: account.provider,
      }),
    removeAccount: (id) => {
      // Before and after: groups that lose their events, and blocks that lose their explanation.
      dirty.markEverything();
      for (const calendarId of onlyOfAccount.all({ account: id })) forget(calendarId);
      dropCursors.run(id);
      deleteAccount.run(id);
      dirty.markEverything();
    },
  };
}
