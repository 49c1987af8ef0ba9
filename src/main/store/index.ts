import type { AppError } from '../../shared/errors.ts';
import type { CalendarId, SourceRef } from '../../shared/ids.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Trigger } from '../../shared/dto.ts';
import type { Instant } from '../../shared/time.ts';
import type { Logger } from '../ports/logger.ts';
import type { Liveness, PageToStore, Settings, Store, StoreNotice } from '../ports/store.ts';
import { calendars as calendarsOf } from './calendars.ts';
import { emptyLog, openDatabase, type Connection } from './database.ts';
import { dirtyGroups } from './dirty.ts';
import { groups as groupsOf } from './groups.ts';
import { guards as guardsOf } from './guards.ts';
import { ingest as ingestOf } from './ingest/index.ts';
import { journal as journalOf } from './journal.ts';
import { defaultSettings, preferences as preferencesOf } from './preferences.ts';
import { pruning as pruningOf } from './pruning.ts';
import { removalNotes } from './removal-notes.ts';
import { removals as removalsOf } from './removals.ts';
import { search as searchOf } from './search.ts';
import { standingTroubles as standingOf } from './standing.ts';
import { tables as tablesOf } from './tables.ts';
import { undoLog as undoLogOf } from './undo.ts';

export { databasesPutAside, removePutAside, type PutAside } from './copies.ts';
export { diskFailureOf } from './database.ts';
export { defaultSettings } from './preferences.ts';

export interface StoreRequest {
  /** Path of the database file, or `:memory:`. Its folder must exist. */
  readonly file: string;
  readonly now: () => Instant;
  readonly logger: Logger;
  /** Path of better-sqlite3's binary where it cannot be found beside the package. */
  readonly nativeBinding?: string;
  /** Tells whether the holder of a lease still runs; where it is not given, a lease ends by the clock alone. */
  readonly livenessOf?: (holder: string) => Liveness;
  /** What holds where the person has said nothing; `defaultSettings` unless told. */
  readonly defaults?: Settings;
}

/**
 * Opens the store, and makes it when there is none. Fails with `database-from-future` (a newer CalSync wrote it; it is
 * left as it is) or `database-failed`. A damaged file is kept under another name and a new one started; then `notices`
 * holds `database-corrupt`.
 */
export function openStore(
  request: StoreRequest,
): Result<{ readonly store: Store; readonly notices: readonly StoreNotice[] }, AppError> {
  const opened = openDatabase(request);
  if (!opened.ok) return opened;
  const { connection, notices } = opened.value;
  const store = storeOn(connection, request);
  return ok({ store, notices });
}

/** Queries over all blocks or all strays; each reads one index that holds only what it needs. */
export const countQueries = {
  liveBlocksBySource: `SELECT source_id AS id, count(DISTINCT source_ref) AS live FROM blocks INDEXED BY blocks_live_by_source
    WHERE absence_by IS NULL AND source_id IS NOT NULL GROUP BY source_id`,
  // A series that has a block for each date is one meeting.
  datesOfOneMeeting: `SELECT n.calendar_id AS id, count(DISTINCT n.source_ref) - count(DISTINCT n.series_id) AS live
    FROM slot_names n CROSS JOIN blocks b ON b.source_ref = n.source_ref AND b.absence_by IS NULL GROUP BY n.calendar_id`,
  liveBlocksByTarget:
    'SELECT target_id AS id, count(*) AS live FROM blocks WHERE absence_by IS NULL GROUP BY target_id',
  strayRefs: `SELECT DISTINCT source_ref FROM blocks b WHERE source_id IS NULL AND absence_by IS NULL
    AND NOT EXISTS (SELECT 1 FROM searched_strays s WHERE s.source_ref = b.source_ref) ORDER BY source_ref`,
} as const;

function storeOn(connection: Connection, { defaults = defaultSettings, logger, livenessOf }: StoreRequest): Store {
  const dirty = dirtyGroups(connection);
  const tables = tablesOf(connection);
  const calendars = calendarsOf(connection, dirty, logger);
  const notes = removalNotes(connection);
  const guards = guardsOf(connection, dirty, logger);
  const undo = undoLogOf(connection, dirty, guards, logger);
  const groups = groupsOf(connection, notes, undo);
  const ingest = ingestOf(tables, dirty, logger, notes, undo);
  const journal = journalOf(connection, logger);
  const preferences = preferencesOf(connection, defaults, logger, livenessOf);
  const search = searchOf(connection, dirty);
  const removals = removalsOf(connection, logger);
  const pruning = pruningOf(connection);
  const standing = standingOf(connection);

  const nextReadId = connection
    .prepare<[], number>("UPDATE counters SET value = value + 1 WHERE name = 'read' RETURNING value")
    .pluck();
  const strayRefs = connection.prepare<[], SourceRef>(countQueries.strayRefs).pluck();
  const markSearched = connection.prepare<[string]>('INSERT OR IGNORE INTO searched_strays VALUES (?)');
  const countsOf = (sql: string) => {
    const statement = connection.prepare<[], { id: CalendarId; live: number }>(sql);
    return () => new Map(statement.all().map(({ id, live }) => [id, live]));
  };

  const serverOf = connection.prepare<[], string>("SELECT value FROM settings WHERE name = 'server'").pluck();
  const saveServer = connection.prepare<[string]>("INSERT OR REPLACE INTO settings VALUES ('server', ?)");
  const hasAccount = connection.prepare('SELECT 1 FROM accounts LIMIT 1');

  const liveBySource = countsOf(countQueries.liveBlocksBySource);
  const datesOfOneMeeting = countsOf(countQueries.datesOfOneMeeting);

  const tableNames = connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .pluck();
  const countOf = (table: string): number =>
    Number(
      connection
        .prepare(`SELECT count(*) FROM "${table.replaceAll('"', '""')}"`)
        .pluck()
        .get(),
    );

  // Immediate, because a transaction that reads first and writes later can be refused when another process has
  // written in between; one that locks at once just waits for its turn.
  const atomic = <Arguments extends unknown[], Answer>(work: (...values: Arguments) => Answer) => {
    const transaction = connection.transaction(work as (...values: unknown[]) => unknown);
    return (...values: Arguments): Answer => transaction.immediate(...values) as Answer;
  };

  /**
   * For what may be lost with the power, though never with the process: it is in the log at once, and on the disk with whatever is
   * written next for good. A flush costs a disk more than all else that a quiet cycle does.
   */
  const soft =
    <Arguments extends unknown[], Answer>(work: (...values: Arguments) => Answer) =>
    (...values: Arguments): Answer => {
      if (connection.inTransaction) return work(...values);
      connection.pragma('synchronous = NORMAL');
      try {
        return work(...values);
      } finally {
        connection.pragma('synchronous = FULL');
      }
    };

  return {
    accounts: () => calendars.accounts(),
    offeredAccounts: () => calendars.offeredAccounts(),
    saveAccount: (account) => calendars.saveAccount(account),
    removeAccount: (id) => {
      atomic(() => {
        calendars.removeAccount(id);
        removals.dropUndertaking({ kind: 'remove-account', accountId: id });
        standing.forgetStrangers();
      })();
      emptyLog(connection, logger);
    },

    calendars: () => calendars.calendars(),
    saveListings: atomic((accountId, listings, use, at, since) =>
      calendars.saveListings(accountId, listings, use, at, since),
    ),
    correctSince: atomic((id, since) => calendars.correctSince(id, since)),
    setUse: atomic((id, use, at) => calendars.setUse(id, use, at)),
    setBusy: atomic((id, busy) => calendars.setBusy(id, busy)),
    setOutOfOfficeRefused: atomic((id, refused) => calendars.setOutOfOfficeRefused(id, refused)),
    sharedGroups: (id) => calendars.sharedGroups(id),
    setStale: atomic((id, stale, groupKeys) => calendars.setStale(id, stale, groupKeys)),
    setTrouble: (id, trouble) => calendars.setTrouble(id, trouble),
    addresses: () => calendars.addresses(),
    setAddress: atomic((id, address) => calendars.setAddress(id, address)),
    otherIds: (id) => calendars.otherIds(id),
    liveIds: (id) => calendars.liveIds(id),
    renamings: () => calendars.renamings(),
    askRenaming: atomic((id) => calendars.askRenaming(id)),
    dropRenaming: atomic((id) => calendars.dropRenaming(id)),
    denyRenaming: atomic((id) => calendars.denyRenaming(id)),
    takeRenaming: atomic((id) => calendars.takeRenaming(id)),
    setGoneProof: atomic((id, proof) => calendars.setGoneProof(id, proof)),
    forgetGone: atomic(() => calendars.forgetGone()),
    forgetCursor: (id) => calendars.forgetCursor(id),

    nextReadId: soft(() => nextReadId.get() ?? 0),
    // Its rows and the position behind them are one, so that without them the same is read again.
    storePage: soft(
      atomic((page: PageToStore) => {
        const zone = calendars.zoneOf(page.calendarId);
        if (zone === undefined) {
          // Its account was removed while it was being read.
          logger.warn('page-of-unknown-calendar');
          return { changedEvents: 0, changedBlocks: 0 };
        }
        const effect = ingest.page(page, page.timeZone ?? zone, calendars.otherIds(page.calendarId));
        calendars.finishPage(page);
        if (page.done !== null) notes.endOld(page.calendarId, page.run);
        return effect;
      }),
    ),
    setPageRows: atomic((calendarId, pageRows) => calendars.setPageRows(calendarId, pageRows)),
    unshownBlocks: (calendarId) => tables.unshownBlocks(calendarId),
    storeDeleted: atomic((calendarId, ids) => {
      const zone = calendars.zoneOf(calendarId);
      if (zone !== undefined) ingest.deleted(calendarId, ids, zone);
    }),
    explainStrays: atomic(() => ingest.explainStrays()),
    strayRefs: () => strayRefs.all(),
    markStraysSearched: atomic((refs) => {
      for (const ref of refs) markSearched.run(ref);
    }),

    dirtyGroups: () => dirty.all(),
    waiting: () => dirty.count(),
    markDirty: atomic((keys) => {
      for (const key of keys) dirty.mark(key);
    }),
    markAllDirty: atomic(() => dirty.markEverything()),
    clearDirty: atomic((marks) => [...marks].filter(([key, mark]) => dirty.clear(key, mark)).map(([key]) => key)),
    rememberWanted: atomic((blocks) => {
      for (const { targetId, blockId, unwanted } of blocks) tables.wantBlock(targetId, blockId, unwanted);
    }),
    noteZoneRefused: atomic((refusal) => tables.putRefusal(refusal)),
    forgetRefusals: atomic((until, now) => {
      for (const ref of tables.dropRefusals(until, now)) dirty.markRef(ref);
    }),
    nameDates: atomic((dates) => dates.filter((date) => tables.nameDate(date)).length),
    loadGroups: (keys) => (keys === 'all' ? groups.all() : groups.byKeys(keys)),
    liveBlocksBySource: () => {
      const dates = datesOfOneMeeting();
      return new Map([...liveBySource()].map(([id, live]) => [id, live - (dates.get(id) ?? 0)]));
    },
    liveBlocksByTarget: countsOf(countQueries.liveBlocksByTarget),

    standingBlocks: (sourceId) => groups.standing(sourceId),
    liveBlocksOn: (targetId) => removals.liveBlocksOn(targetId),
    sourcesOf: (refs) => removals.sourcesOf(refs),

    undertakings: () => removals.undertakings(),
    saveUndertaking: (undertaking) => removals.saveUndertaking(undertaking),
    dropUndertaking: (undertaking) => removals.dropUndertaking(undertaking),
    forgetTexts: atomic((calendarIds) => removals.forgetTexts(calendarIds)),
    leaveRemovals: atomic((targetId, blockIds, at) => removals.leaveRemovals(targetId, blockIds, at)),
    // No transaction, because a status only reads, and would otherwise wait for whoever writes.
    removalsLeft: () => removals.removalsLeft(),
    dropRemovals: atomic((targetId, blockIds) => removals.dropRemovals(targetId, blockIds)),

    find: (text, limit, now) => search.find(text, limit, now),

    recordOutcomes: atomic((run, outcomes) => {
      for (const outcome of outcomes) {
        if (calendars.zoneOf(outcome.targetId) === undefined) logger.warn('outcome-on-unknown-calendar', { run });
        else ingest.outcome(outcome, run);
      }
    }),

    noteRemovals: atomic((run, intents) => notes.note(run, intents)),
    dropIntents: atomic((places) => notes.end(places)),
    noteMakings: atomic((run, blocks) => notes.noteMakings(run, blocks)),
    dropMakings: atomic((blocks) => notes.endMakings(blocks)),
    saveLooks: atomic((found) => notes.saveFound(found)),
    isStaleMark: (place, nonce) => notes.isStale(place, nonce),
    removalMarks: () => notes.marks(),
    setRemovalMarks: (id, marks) => notes.setMarks(id, marks),
    doubtRemovalMarks: (id, run) => notes.doubtMarks(id, run),

    mutes: () => guards.mutes(),
    addMutes: atomic((mutes, at) => guards.addMutes(mutes, at)),
    liftMute: atomic((mute) => guards.liftMute(mute)),
    holds: () => guards.holds(),
    saveHolds: atomic((holds, at) => guards.saveHolds(holds, at)),
    orphanedMutes: () => guards.orphanedMutes(),
    settleOrphans: atomic((orphans) => guards.settleOrphans(orphans)),
    holdChoices: () => guards.holdChoices(),
    keepDecision: atomic((key, blocks) => guards.keepDecision(key, blocks)),
    lostLately: (now) => guards.lostLately(now),
    decideHold: atomic((hold, choice) => guards.decideHold(hold, choice)),

    agreedRemovals: () => guards.agreedRemovals(),
    setAgreedRemovals: atomic((agreed) => guards.setAgreedRemovals(agreed)),
    dropAgreedRemovals: atomic((groupKeys) => guards.dropAgreedRemovals(groupKeys)),

    written: (run) => undo.written(run),
    undoableRuns: () => undo.undoableRuns(),
    groupsOfRefs: (refs) => [...new Set([...refs].map((ref) => dirty.groupOf(ref)))],
    addChoice: atomic((choice, at) => undo.addChoice(choice, at)),
    choicesOf: (run) => undo.choicesOf(run),
    choicesSince: (run) => undo.choicesSince(run),
    undo: atomic((run, choice, at) => undo.undo(run, choice, at)),
    kept: () => undo.kept(),
    letGo: atomic((kept, mark) => undo.letGo(kept, mark)),
    forgetUndo: atomic(() => undo.forget()),

    forgetUnneeded: atomic((now) => pruning.prune(now)),

    startRun: soft(
      atomic((trigger: Trigger, at: Instant) => {
        const run = journal.startRun(trigger, at);
        undo.beginRun(run, at);
        return run;
      }),
    ),
    finishRun: (run) => journal.finishRun(run),
    lastRuns: (limit, also) => journal.lastRuns(limit, also),
    lastSyncedAt: () => journal.lastSyncedAt(),
    addActivity: atomic((items, run) => journal.addActivity(items, run)),
    recentActivity: (limit) => journal.recentActivity(limit),

    standing: () => standing.all(),
    // Looked at before, because every sync says what stands, and a quiet one writes nothing.
    saveStanding: (now, at, isAll) => {
      const write = standing.save(now, at, isAll);
      if (write !== null) atomic(write)();
    },
    acknowledge: (of) => standing.acknowledge(of),

    settings: () => preferences.settings(),
    saveSettings: atomic((settings) => {
      // A group that has not changed is not planned again by itself, so its blocks would keep their old look.
      if (preferences.saveSettings(settings)) dirty.markEverything();
    }),

    // Whoever it is held by is gone with the power, too.
    takeLease: soft(atomic((...asked: Parameters<Store['takeLease']>) => preferences.takeLease(...asked))),
    keepLease: soft(atomic((...asked: Parameters<Store['keepLease']>) => preferences.keepLease(...asked))),
    dropLease: soft((holder: string) => preferences.dropLease(holder)),

    lease: () => preferences.lease(),
    facts: () => ({
      sqlite: String(connection.prepare('SELECT sqlite_version()').pluck().get()),
      format: Number(connection.pragma('user_version', { simple: true })),
      rows: new Map(tableNames.all().map((table) => [table, countOf(table)])),
      lease: preferences.lease(),
    }),

    asOne: <Answer>(work: () => Answer): Answer => atomic(work)(),
    belongsElsewhere: (server) => {
      // Mostly it is so, and a look must not wait for another process that writes.
      if (serverOf.get() === server) return null;
      return atomic((): string | null => {
        const known = serverOf.get() ?? null;
        if (known !== null && known !== server && hasAccount.get() !== undefined) return known;
        saveServer.run(server);
        return null;
      })();
    },
    close: () => {
      connection.close();
    },
  };
}
