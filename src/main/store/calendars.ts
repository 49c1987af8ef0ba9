import type { CalendarId, EventId } from '../../shared/ids.ts';
import { isSeenLess } from '../core/views.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccountStore, AddressStore, CalendarStore, PageToStore, ReadStore } from '../ports/store.ts';
import { accounts } from './accounts.ts';
import { calendarRows } from './calendar-rows.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
import { forgetCalendar } from './forgetting.ts';
import { listings } from './listings.ts';
import { renamings as renamingsOf } from './renamings.ts';

/** Over all rows of one calendar, when it becomes stale or fresh again. */
export const calendarQueries = {
  sharedGroups: `SELECT DISTINCT e.group_key FROM events e WHERE e.calendar_id = ?
    AND EXISTS (SELECT 1 FROM events o WHERE o.group_key = e.group_key AND o.calendar_id <> ?)`,
  liveIds: `SELECT id FROM events WHERE calendar_id = @id AND status <> 'cancelled' AND recurring_event_id IS NULL
    UNION SELECT id FROM blocks INDEXED BY blocks_live_by_target WHERE target_id = @id AND absence_by IS NULL`,
  forgettable: `SELECT id FROM calendars WHERE gone_proof IS NOT NULL AND is_source = 0 AND is_target = 0
    AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.source_id = calendars.id AND b.absence_by IS NULL)`,
} as const;

/** Accounts, what they list, and how far each calendar has been read. */
export interface Calendars extends AccountStore, CalendarStore, AddressStore, Pick<ReadStore, 'setPageRows'> {
  /** Returns the zone of a calendar, or undefined when there is no such calendar. */
  zoneOf(id: CalendarId): string | null | undefined;
  /** Takes a page whose rows have been stored; moves the position in the calendar's changes behind it. */
  finishPage(page: PageToStore): void;
}

/** Takes the connection; returns its accounts and calendars. The caller brings transactions. */
export function calendars(connection: Connection, dirty: DirtyGroups, logger: Logger): Calendars {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const forgetSearches = query('DELETE FROM searched_strays');
  const setUse =
    query(`UPDATE calendars SET is_source = ?, is_target = ?, in_use_since = coalesce(in_use_since, ?), offered = 0
    WHERE id = ?`);
  const correctSince = query('UPDATE calendars SET in_use_since = ? WHERE id = ? AND in_use_since IS NOT NULL');
  const setBusy = query('UPDATE calendars SET busy = ? WHERE id = ?');
  const setRefused = query(
    'UPDATE calendars SET out_of_office_refused = @refused WHERE id = @id AND out_of_office_refused <> @refused',
  );
  const sharedGroups = query<string>(calendarQueries.sharedGroups).pluck();
  const setStale = query('UPDATE calendars SET stale = ? WHERE id = ?');
  const setTrouble = query('UPDATE calendars SET trouble = ? WHERE id = ?');
  const liveIds = query<EventId>(calendarQueries.liveIds).pluck();
  const setGoneProof = query('UPDATE calendars SET gone_proof = ? WHERE id = ? AND gone_since IS NOT NULL');
  const forgettable = query<CalendarId>(calendarQueries.forgettable).pluck();
  const setCursor = query('UPDATE calendars SET cursor_account = ?, sync_token = ? WHERE id = ?');
  const noteAccess = query(`UPDATE calendar_access
    SET access = @access, private_hidden = CASE @access WHEN 'reads' THEN private_hidden ELSE 0 END
    WHERE calendar_id = @calendarId AND account_id = @accountId AND access <> @access`);
  const setPageRows = query(
    'UPDATE calendars SET page_rows = ?, cursor_account = NULL, sync_token = NULL WHERE id = ?',
  );
  const setReread = query('UPDATE calendars SET reread_at = ?, reread_tries = ? WHERE id = ?');
  const setSeenWith = query('UPDATE calendars SET seen_with = ? WHERE id = ?');
  const setZone = query('UPDATE calendars SET time_zone = ? WHERE id = ?');
  const noteRead = query('UPDATE calendars SET last_read_at = ? WHERE id = ?');
  const noteFullRead = query('UPDATE calendars SET last_full_read_at = ? WHERE id = ?');

  const rows = calendarRows(connection, logger);
  const forget = forgetCalendar(connection);
  const renamings = renamingsOf(connection, dirty, forget, logger);

  return {
    ...accounts(connection, dirty, forget, logger),
    ...listings(connection, dirty, rows, renamings),
    ...renamings,
    calendars: () => rows.all(),
    setUse: (id, use, at) => {
      const known = rows.one(id);
      const accesses = rows.accessesTo(id);
      if ((use.source || use.target) && known !== undefined && isSeenLess(known.seen_with, accesses)) {
        setSeenWith.run(null, id);
        setCursor.run(null, null, id);
      }
      setUse.run(Number(use.source), Number(use.target), use.source || use.target ? at : null, id);
      // Only sources are asked for their deleted events, and strays may stand for those of this one.
      if (use.source && known?.is_source === 0) forgetSearches.run();
      dirty.markEverything();
    },
    correctSince: (id, since) => {
      if (correctSince.run(since, id).changes > 0) dirty.markEverything();
    },
    setBusy: (id, busy) => {
      if (setBusy.run(JSON.stringify(busy), id).changes > 0) dirty.markEverything();
    },
    setOutOfOfficeRefused: (id, refused) => {
      if (setRefused.run({ refused: Number(refused), id }).changes > 0) dirty.markEverything();
    },
    sharedGroups: (id) => sharedGroups.all(id, id),
    setStale: (id, stale, groupKeys) => {
      setStale.run(Number(stale), id);
      for (const key of groupKeys) dirty.mark(key);
    },
    setTrouble: (id, trouble) => void setTrouble.run(trouble === null ? null : JSON.stringify(trouble), id),
    liveIds: (id) => liveIds.all({ id }),
    setGoneProof: (id, proof) => void setGoneProof.run(proof, id),
    forgetGone: () => {
      const ids = forgettable.all();
      if (ids.length === 0) return;
      dirty.markEverything();
      for (const id of ids) forget(id);
    },
    forgetCursor: (id) => void setCursor.run(null, null, id),
    setPageRows: (id, pageRows) => void setPageRows.run(pageRows, id),
    zoneOf: (id) => rows.one(id)?.time_zone,
    finishPage: ({ calendarId, accountId, done, reread, coverage, timeZone, access }) => {
      if (timeZone !== null && timeZone !== rows.one(calendarId)?.time_zone) {
        setZone.run(timeZone, calendarId);
        dirty.markEverything();
      }
      if (reread !== undefined) setReread.run(reread?.at ?? null, reread?.tries ?? 0, calendarId);
      if (done === null) return;
      const { syncToken, at } = done;
      setCursor.run(syncToken === null ? null : accountId, syncToken, calendarId);
      noteRead.run(at, calendarId);
      setSeenWith.run(access, calendarId);
      // What a list of calendars said is up to an hour old.
      if (noteAccess.run({ access, calendarId, accountId }).changes > 0) dirty.markEverything();
      if (coverage.of === 'everything') noteFullRead.run(at, calendarId);
    },
  };
}
