import type { CalendarId } from '../../shared/ids.ts';
import type { CalendarStore, FirstUse } from '../ports/store.ts';
import { capabilitiesText, type CalendarRows } from './calendar-rows.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
import type { Renamings } from './renamings.ts';

const unused: FirstUse = { source: false, target: false };

/** Takes the connection; returns what stores the calendars that an account lists. The caller brings transactions. */
export function listings(
  connection: Connection,
  dirty: DirtyGroups,
  rows: CalendarRows,
  renamings: Renamings,
): Pick<CalendarStore, 'saveListings'> {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const addCalendar = query(`INSERT INTO calendars
    (id, name, time_zone, colour, is_source, is_target, in_use_since, listed_by, nature, offered)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const updateCalendar = query(
    'UPDATE calendars SET name = ?, time_zone = ?, colour = ?, listed_by = ?, nature = ? WHERE id = ?',
  );
  const saveAccess = query(`INSERT INTO calendar_access VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (calendar_id, account_id) DO UPDATE SET access = excluded.access,
      private_hidden = excluded.private_hidden, is_primary = excluded.is_primary, selected = excluded.selected, hidden = excluded.hidden,
      capabilities = excluded.capabilities`);
  const dropAccess = query('DELETE FROM calendar_access WHERE calendar_id = ? AND account_id = ?');
  const noteGone = query(`UPDATE calendars SET gone_since = coalesce(gone_since, ?)
    WHERE id = ? AND NOT EXISTS (SELECT 1 FROM calendar_access a WHERE a.calendar_id = calendars.id)`);
  const noteThere = query(
    'UPDATE calendars SET gone_since = NULL, gone_proof = NULL WHERE id = ? AND gone_since IS NOT NULL',
  );
  const noteListed = query('UPDATE accounts SET listed_at = ? WHERE id = ?');
  const forgetSearches = query('DELETE FROM searched_strays');
  const setUse =
    query(`UPDATE calendars SET is_source = ?, is_target = ?, in_use_since = coalesce(in_use_since, ?), offered = 0
    WHERE id = ?`);
  const setOffered = query('UPDATE calendars SET offered = 1 WHERE id = ?');

  /** Whether a main calendar that is gone was in use, and the one in its place is new, or was never used. */
  const mayBeRenamed = (former: CalendarId, main: CalendarId, added: ReadonlySet<CalendarId>): boolean =>
    (rows.one(former)?.in_use_since ?? null) !== null && (added.has(main) || rows.one(main)?.in_use_since === null);

  return {
    saveListings: (accountId, listings, use, at, since = at) => {
      const before = new Map(rows.accessOf(accountId).map((access) => [access.calendar_id, access]));
      let planningChanged = false;
      const added = new Set<CalendarId>();
      for (const listing of listings) {
        const capabilities = capabilitiesText(listing.capabilities);
        const known = rows.one(listing.id);
        if (known === undefined) {
          added.add(listing.id);
          const { source, target, offered = false } = use(listing);
          const inUseSince = source || target ? since : null;
          addCalendar.run(
            ...[listing.id, listing.name, listing.timeZone, listing.colour],
            ...[Number(source), Number(target), inUseSince, accountId, listing.nature, Number(offered)],
          );
          // Blocks that nothing explained may stand for events of this calendar.
          forgetSearches.run();
          planningChanged ||= source || target;
        } else {
          updateCalendar.run(
            ...[listing.name, listing.timeZone ?? known.time_zone, listing.colour, accountId],
            ...[listing.nature, listing.id],
          );
          // Never used, and seen by this account for the first time: another account may have had less access to it.
          const isNew = known.in_use_since === null && !before.has(listing.id) && !renamings.isUnanswered(listing.id);
          const { source, target, offered = false } = isNew ? use(listing) : unused;
          if (offered) setOffered.run(listing.id);
          if (source || target) setUse.run(Number(source), Number(target), since, listing.id);
          if (source) forgetSearches.run();
          planningChanged ||= source || target || known.name !== listing.name;
          planningChanged ||= listing.timeZone !== null && known.time_zone !== listing.timeZone;
          planningChanged ||= before.get(listing.id)?.access !== listing.access;
          planningChanged ||= before.get(listing.id)?.capabilities !== capabilities;
        }
        saveAccess.run(
          ...[listing.id, accountId, listing.access, Number(listing.privateHidden)],
          ...[Number(listing.primary), Number(listing.selected), Number(listing.hidden)],
          capabilities,
        );
        before.delete(listing.id);
        // Nobody asked it for its deleted events while it was gone.
        if (noteThere.run(listing.id).changes > 0) forgetSearches.run();
        // The main calendar is there again, so that no other one has its place.
        if (listing.primary) renamings.isThere(listing.id);
      }
      const former = [...before.values()].find((access) => access.is_primary === 1)?.calendar_id;
      const main = listings.find((listing) => listing.primary)?.id;
      if (former !== undefined && main !== undefined && mayBeRenamed(former, main, added)) {
        renamings.suspect(main, former, since);
      }
      for (const calendarId of before.keys()) {
        dropAccess.run(calendarId, accountId);
        noteGone.run(since, calendarId);
        planningChanged = true;
      }
      noteListed.run(at, accountId);
      if (planningChanged) dirty.markEverything();
    },
  };
}
