import { z } from 'zod';
import { calendarIdSchema, type CalendarId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import type { Logger } from '../ports/logger.ts';
import type { AddressStore, Renaming } from '../ports/store.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
import { offerRenamedSql, type ForgetCalendar } from './forgetting.ts';
import { parseStored } from './json.ts';

/** What services call calendars by, and main calendars that may be former ones under a new address. */
export interface Renamings extends AddressStore {
  /** Whether a calendar may be a former one, and the person has not said that it is another. */
  isUnanswered(id: CalendarId): boolean;
  /** Notes that a main calendar may be the former one; it is out of use until that is answered. */
  suspect(id: CalendarId, former: CalendarId, since: Instant): void;
  /** A main calendar is listed: where it seemed to be gone, no other one has its place. */
  isThere(id: CalendarId): void;
}

/** Takes the connection; returns its addresses and renamings. The caller brings transactions. */
export function renamings(
  connection: Connection,
  dirty: DirtyGroups,
  forget: ForgetCalendar,
  logger: Logger,
): Renamings {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const addresses = query<{ id: CalendarId; address: CalendarId }>(
    'SELECT id, address FROM calendars WHERE address IS NOT NULL',
  );
  const setAddress = query('UPDATE calendars SET address = nullif(@address, id) WHERE id = @id');
  const otherIds = query<string>('SELECT other_ids FROM calendars WHERE id = ?').pluck();
  const setOtherIds = query('UPDATE calendars SET other_ids = ? WHERE id = ?');
  const all = query<Renaming>(
    'SELECT calendar_id AS calendarId, former_id AS formerId, state, since FROM renamings ORDER BY since, calendar_id',
  );
  const suspectRenaming = query("INSERT OR IGNORE INTO renamings VALUES (?, ?, 'suspected', ?)");
  const setRenaming = query('UPDATE renamings SET state = ? WHERE calendar_id = ?');
  const dropRenaming = query('DELETE FROM renamings WHERE calendar_id = ?');
  const dropRenamingsOf = query("DELETE FROM renamings WHERE former_id = ? AND state <> 'denied'");
  const isUnanswered = query("SELECT 1 FROM renamings WHERE calendar_id = ? AND state <> 'denied'");
  const setUnused = query(
    'UPDATE calendars SET is_source = 0, is_target = 0, in_use_since = NULL, offered = 0 WHERE id = ?',
  );
  const offerRenamed = query(offerRenamedSql);
  const setOffered = query('UPDATE calendars SET offered = 1 WHERE id = ?');
  const setGoneProof = query('UPDATE calendars SET gone_proof = ? WHERE id = ? AND gone_since IS NOT NULL');
  const takeAccesses = query(`INSERT OR REPLACE INTO calendar_access
    SELECT @former, account_id, access, private_hidden, is_primary, selected, hidden, capabilities
    FROM calendar_access WHERE calendar_id = @id`);
  const takeNames = query(`UPDATE calendars AS f
    SET name = n.name, time_zone = coalesce(n.time_zone, f.time_zone), colour = n.colour, listed_by = n.listed_by,
      nature = n.nature, gone_since = NULL, gone_proof = NULL, trouble = NULL, sync_token = NULL, cursor_account = NULL
    FROM calendars AS n WHERE f.id = @former AND n.id = @id`);
  const forgetSearches = query('DELETE FROM searched_strays');

  const otherIdsOf = (id: CalendarId): readonly CalendarId[] =>
    parseStored(otherIds.get(id) ?? null, z.array(calendarIdSchema), [], logger, 'other_ids');

  return {
    addresses: () => new Map(addresses.all().map(({ id, address }) => [id, address])),
    setAddress: (id, address) => void setAddress.run({ id, address }),
    otherIds: otherIdsOf,
    renamings: () => all.all(),
    askRenaming: (id) => {
      setRenaming.run('asked', id);
      const asked = all.all().find((renaming) => renaming.calendarId === id);
      if (asked !== undefined) setGoneProof.run('unlisted', asked.formerId);
    },
    dropRenaming: (id) => {
      if (dropRenaming.run(id).changes > 0) setOffered.run(id);
    },
    denyRenaming: (id) => {
      if (setRenaming.run('denied', id).changes > 0) setOffered.run(id);
    },
    takeRenaming: (id) => {
      const former = all.all().find((renaming) => renaming.calendarId === id)?.formerId;
      if (former === undefined) return;
      takeAccesses.run({ former, id });
      takeNames.run({ former, id });
      setAddress.run({ id: former, address: id });
      setOtherIds.run(JSON.stringify([...otherIdsOf(former), id]), former);
      dropRenaming.run(id);
      forget(id);
      forgetSearches.run();
      dirty.markEverything();
    },
    isUnanswered: (id) => isUnanswered.get(id) !== undefined,
    suspect: (id, former, since) => {
      suspectRenaming.run(id, former, since);
      setUnused.run(id);
    },
    isThere: (id) => {
      if (offerRenamed.run(id).changes > 0) dropRenamingsOf.run(id);
    },
  };
}
