import { z } from 'zod';
import { accessSchema, type Access } from '../../shared/access.ts';
import { busyPolicySchema } from '../../shared/dto.ts';
import { appErrorSchema } from '../../shared/errors.ts';
import type { Nature } from '../../shared/first-choice.ts';
import { calendarIdSchema, type AccountId, type CalendarId, type EventId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import type { RemovalMarks } from '../core/model.ts';
import { defaultBusyPolicy } from '../core/policy.ts';
import type { Logger } from '../ports/logger.ts';
import { noCapabilities, type Capabilities } from '../core/capabilities.ts';
import { isSeenLess } from '../core/views.ts';
import type {
  AccountStore,
  AddressStore,
  CalendarStore,
  ReadStore,
  AccountRecord,
  CalendarAccess,
  CalendarRecord,
  FirstUse,
  GoneProof,
  PageToStore,
  Renaming,
} from '../ports/store.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
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

interface CalendarColumns {
  readonly id: CalendarId;
  readonly name: string;
  readonly time_zone: string | null;
  readonly colour: string | null;
  readonly is_source: number;
  readonly is_target: number;
  readonly in_use_since: Instant | null;
  readonly cursor_account: AccountId | null;
  readonly sync_token: string | null;
  readonly seen_with: Access | null;
  readonly last_read_at: Instant | null;
  readonly last_full_read_at: Instant | null;
  readonly reread_at: Instant | null;
  readonly reread_tries: number;
  readonly page_rows: number | null;
  readonly trouble: string | null;
  readonly busy: string | null;
  readonly out_of_office_refused: number;
  readonly stale: number;
  readonly removal_marks: RemovalMarks | null;
  readonly nature: Nature;
  readonly offered: number;
  readonly listed_by: AccountId;
  readonly gone_since: Instant | null;
  readonly gone_proof: GoneProof | null;
  readonly address: CalendarId | null;
  readonly other_ids: string;
}

interface AccessColumns {
  readonly calendar_id: CalendarId;
  readonly account_id: AccountId;
  readonly access: Access;
  readonly private_hidden: number;
  readonly is_primary: number;
  readonly selected: number;
  readonly hidden: number;
  readonly capabilities: string;
}

const capabilitiesSchema: z.ZodType<Capabilities> = z.object({
  choosesIds: z.boolean(),
  reshapesInPlace: z.boolean(),
  listsDeletions: z.boolean(),
  outOfOffice: z.boolean(),
  colours: z.boolean(),
  batchSize: z.int().min(1),
  writes: z.enum(['slots', 'resources']),
});

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

const unused: FirstUse = { source: false, target: false };

/** Takes the connection; returns its accounts and calendars. The caller brings transactions. */
export function calendars(connection: Connection, dirty: DirtyGroups, logger: Logger): Calendars {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const accounts = query<AccountColumns>('SELECT * FROM accounts ORDER BY added_at, id');
  const saveAccount = query(`INSERT INTO accounts
    VALUES (@id, @email, @scopes, @added_at, @state, @resting_until, @sign_in_ends_at, @listed_at, @held_by, @provider)
    ON CONFLICT (id) DO UPDATE SET email = excluded.email, scopes = excluded.scopes, added_at = excluded.added_at,
      state = excluded.state, resting_until = excluded.resting_until, sign_in_ends_at = excluded.sign_in_ends_at,
      listed_at = excluded.listed_at, held_by = excluded.held_by`);
  const offeredAccounts = query<AccountId>(`SELECT a.account_id FROM calendars c
    CROSS JOIN calendar_access a ON a.calendar_id = c.id WHERE c.offered = 1 AND a.is_primary = 1`).pluck();
  const noteListed = query('UPDATE accounts SET listed_at = ? WHERE id = ?');
  const deleteAccount = query('DELETE FROM accounts WHERE id = ?');
  const onlyOfAccount = query<CalendarId>(`SELECT c.id FROM calendars c
    WHERE NOT EXISTS (SELECT 1 FROM calendar_access a WHERE a.calendar_id = c.id AND a.account_id <> @account)
      AND (c.listed_by = @account OR EXISTS (SELECT 1 FROM calendar_access a WHERE a.calendar_id = c.id AND a.account_id = @account))
    ORDER BY c.position`).pluck();
  const dropCursors = query('UPDATE calendars SET cursor_account = NULL, sync_token = NULL WHERE cursor_account = ?');
  const deleteCalendar = query('DELETE FROM calendars WHERE id = ?');
  const deleteSlots = query('DELETE FROM block_slots WHERE target_id = ?');
  const deleteHolds = query('DELETE FROM holds WHERE calendar_id = ?');
  const deleteActivity = query(`DELETE FROM activity WHERE item ->> '$.sourceId' = @calendar
    OR EXISTS (SELECT 1 FROM json_each(item, '$.targetIds') t WHERE t.value = @calendar)`);

  const all = query<CalendarColumns>('SELECT * FROM calendars ORDER BY position');
  const one = query<CalendarColumns>('SELECT * FROM calendars WHERE id = ?');
  const allAccess = query<AccessColumns>('SELECT * FROM calendar_access');
  const accessesTo = query<AccessColumns>('SELECT * FROM calendar_access WHERE calendar_id = ?');
  const accessOf = query<AccessColumns>('SELECT * FROM calendar_access WHERE account_id = ?');
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
  const setGoneProof = query('UPDATE calendars SET gone_proof = ? WHERE id = ? AND gone_since IS NOT NULL');
  const addresses = query<{ id: CalendarId; address: CalendarId }>(
    'SELECT id, address FROM calendars WHERE address IS NOT NULL',
  );
  const setAddress = query('UPDATE calendars SET address = nullif(@address, id) WHERE id = @id');
  const otherIds = query<string>('SELECT other_ids FROM calendars WHERE id = ?').pluck();
  const setOtherIds = query('UPDATE calendars SET other_ids = ? WHERE id = ?');
  const liveIds = query<EventId>(calendarQueries.liveIds).pluck();
  const renamings = query<Renaming>(
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
  const offerRenamed = query(`UPDATE calendars SET offered = 1
    WHERE id IN (SELECT calendar_id FROM renamings WHERE former_id = ? AND state <> 'denied')`);
  const takeAccesses = query(`INSERT OR REPLACE INTO calendar_access
    SELECT @former, account_id, access, private_hidden, is_primary, selected, hidden, capabilities
    FROM calendar_access WHERE calendar_id = @id`);
  const takeNames = query(`UPDATE calendars AS f
    SET name = n.name, time_zone = coalesce(n.time_zone, f.time_zone), colour = n.colour, listed_by = n.listed_by,
      nature = n.nature, gone_since = NULL, gone_proof = NULL, trouble = NULL, sync_token = NULL, cursor_account = NULL
    FROM calendars AS n WHERE f.id = @former AND n.id = @id`);
  const forgettable = query<CalendarId>(calendarQueries.forgettable).pluck();
  const forgetSearches = query('DELETE FROM searched_strays');
  const setUse =
    query(`UPDATE calendars SET is_source = ?, is_target = ?, in_use_since = coalesce(in_use_since, ?), offered = 0
    WHERE id = ?`);
  const correctSince = query('UPDATE calendars SET in_use_since = ? WHERE id = ? AND in_use_since IS NOT NULL');
  const setOffered = query('UPDATE calendars SET offered = 1 WHERE id = ?');
  const setBusy = query('UPDATE calendars SET busy = ? WHERE id = ?');
  const setRefused = query(
    'UPDATE calendars SET out_of_office_refused = @refused WHERE id = @id AND out_of_office_refused <> @refused',
  );
  const sharedGroups = query<string>(calendarQueries.sharedGroups).pluck();
  const setStale = query('UPDATE calendars SET stale = ? WHERE id = ?');
  const setTrouble = query('UPDATE calendars SET trouble = ? WHERE id = ?');
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

  /** Those that were read before, because nearly all calendars have the same and they are asked for again and again. */
  const knownCapabilities = new Map<string, Capabilities>();
  const capabilitiesOf = (text: string): Capabilities => {
    const known = knownCapabilities.get(text);
    if (known !== undefined) return known;
    const read = parseStored(text, capabilitiesSchema, noCapabilities, logger, 'capabilities');
    knownCapabilities.set(text, read);
    return read;
  };

  const recordOf = (columns: CalendarColumns, accesses: readonly CalendarAccess[]): CalendarRecord => ({
    id: columns.id,
    name: columns.name,
    timeZone: columns.time_zone,
    colour: columns.colour,
    source: columns.is_source === 1,
    target: columns.is_target === 1,
    inUseSince: columns.in_use_since,
    accesses,
    cursor:
      columns.cursor_account === null || columns.sync_token === null
        ? null
        : { accountId: columns.cursor_account, syncToken: columns.sync_token },
    seenWith: columns.seen_with,
    lastReadAt: columns.last_read_at,
    lastFullReadAt: columns.last_full_read_at,
    pageRows: columns.page_rows,
    reread: columns.reread_at === null ? null : { at: columns.reread_at, tries: columns.reread_tries },
    trouble: parseStored(columns.trouble, appErrorSchema, null, logger, 'trouble'),
    busy: parseStored(columns.busy, busyPolicySchema, defaultBusyPolicy, logger, 'busy'),
    stale: columns.stale === 1,
    outOfOfficeRefused: columns.out_of_office_refused === 1,
    ...(columns.removal_marks === null ? {} : { removalMarks: columns.removal_marks }),
    nature: columns.nature,
    offered: columns.offered === 1,
    address: columns.address ?? columns.id,
    listedBy: columns.listed_by,
    gone: columns.gone_since === null ? null : { since: columns.gone_since, proof: columns.gone_proof },
  });

  const otherIdsOf = (id: CalendarId): readonly CalendarId[] =>
    parseStored(otherIds.get(id) ?? null, z.array(calendarIdSchema), [], logger, 'other_ids');

  /** Whether a main calendar that is gone was in use, and the one in its place is new, or was never used. */
  const mayBeRenamed = (former: CalendarId, main: CalendarId, added: ReadonlySet<CalendarId>): boolean =>
    (one.get(former)?.in_use_since ?? null) !== null && (added.has(main) || one.get(main)?.in_use_since === null);

  const forget = (id: CalendarId): void => {
    offerRenamed.run(id);
    deleteHolds.run(id);
    deleteActivity.run({ calendar: id });
    deleteSlots.run(id);
    deleteCalendar.run(id);
  };

  return {
    accounts: () =>
      accounts.all().map((columns) => ({
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
    calendars: () => {
      const byCalendar = new Map<CalendarId, AccessColumns[]>();
      for (const access of allAccess.all()) {
        const list = byCalendar.get(access.calendar_id);
        if (list === undefined) byCalendar.set(access.calendar_id, [access]);
        else list.push(access);
      }
      return all.all().map((columns) => recordOf(columns, bestFirst(byCalendar.get(columns.id) ?? [], capabilitiesOf)));
    },
    saveListings: (accountId, listings, use, at, since = at) => {
      const before = new Map(accessOf.all(accountId).map((access) => [access.calendar_id, access]));
      let planningChanged = false;
      const added = new Set<CalendarId>();
      for (const listing of listings) {
        const capabilities = JSON.stringify(capabilitiesSchema.parse(listing.capabilities));
        const known = one.get(listing.id);
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
          const isNew =
            known.in_use_since === null && !before.has(listing.id) && isUnanswered.get(listing.id) === undefined;
          const { source, target, offered = false } = isNew ? use(listing) : unused;
          if (offered) setOffered.run(listing.id);
          if (source || target) setUse.run(Number(source), Number(target), since, listing.id);
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
        noteThere.run(listing.id);
        // The main calendar is there again, so that no other one has its place.
        if (listing.primary && offerRenamed.run(listing.id).changes > 0) dropRenamingsOf.run(listing.id);
      }
      const former = [...before.values()].find((access) => access.is_primary === 1)?.calendar_id;
      const main = listings.find((listing) => listing.primary)?.id;
      if (former !== undefined && main !== undefined && mayBeRenamed(former, main, added)) {
        suspectRenaming.run(main, former, since);
        setUnused.run(main);
      }
      for (const calendarId of before.keys()) {
        dropAccess.run(calendarId, accountId);
        noteGone.run(since, calendarId);
        planningChanged = true;
      }
      noteListed.run(at, accountId);
      if (planningChanged) dirty.markEverything();
    },
    setUse: (id, use, at) => {
      const known = one.get(id);
      const accesses = bestFirst(accessesTo.all(id), capabilitiesOf);
      if ((use.source || use.target) && known !== undefined && isSeenLess(known.seen_with, accesses)) {
        setSeenWith.run(null, id);
        setCursor.run(null, null, id);
      }
      setUse.run(Number(use.source), Number(use.target), use.source || use.target ? at : null, id);
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
    addresses: () => new Map(addresses.all().map(({ id, address }) => [id, address])),
    setAddress: (id, address) => void setAddress.run({ id, address }),
    otherIds: otherIdsOf,
    liveIds: (id) => liveIds.all({ id }),
    renamings: () => renamings.all(),
    askRenaming: (id) => {
      setRenaming.run('asked', id);
      const asked = renamings.all().find((renaming) => renaming.calendarId === id);
      if (asked !== undefined) setGoneProof.run('unlisted', asked.formerId);
    },
    dropRenaming: (id) => {
      if (dropRenaming.run(id).changes > 0) setOffered.run(id);
    },
    denyRenaming: (id) => {
      if (setRenaming.run('denied', id).changes > 0) setOffered.run(id);
    },
    takeRenaming: (id) => {
      const former = renamings.all().find((renaming) => renaming.calendarId === id)?.formerId;
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
    setGoneProof: (id, proof) => void setGoneProof.run(proof, id),
    forgetGone: () => {
      const ids = forgettable.all();
      if (ids.length === 0) return;
      dirty.markEverything();
      for (const id of ids) forget(id);
    },
    forgetCursor: (id) => void setCursor.run(null, null, id),
    setPageRows: (id, pageRows) => void setPageRows.run(pageRows, id),
    zoneOf: (id) => one.get(id)?.time_zone,
    finishPage: ({ calendarId, accountId, done, reread, coverage, timeZone, access }) => {
      if (timeZone !== null && timeZone !== one.get(calendarId)?.time_zone) {
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

function bestFirst(
  rows: readonly AccessColumns[],
  capabilitiesOf: (text: string) => Capabilities,
): readonly CalendarAccess[] {
  const rank = (row: AccessColumns) => -accessSchema.options.indexOf(row.access) * 2 + (row.is_primary === 1 ? 0 : 1);
  return rows
    .toSorted((one, other) => rank(one) - rank(other) || (one.account_id < other.account_id ? -1 : 1))
    .map((row) => ({
      accountId: row.account_id,
      access: row.access,
      privateHidden: row.private_hidden === 1,
      primary: row.is_primary === 1,
      selected: row.selected === 1,
      hidden: row.hidden === 1,
      capabilities: capabilitiesOf(row.capabilities),
    }));
}
