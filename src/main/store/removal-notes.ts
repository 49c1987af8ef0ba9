import type { CalendarId, EventId, SlotKey, SourceRef } from '../../shared/ids.ts';
import type { EventTime, Instant } from '../../shared/time.ts';
import type { AbsenceLook, RemovalMarks } from '../core/model.ts';
import type { RemovalReason } from '../core/model.ts';
import type { BlockPlace, FoundAbsence, RemovalIntent, RemovalPlace } from '../ports/store.ts';
import { timeOf } from './columns.ts';
import type { Connection } from './database.ts';

/**
 * So many runs that read its calendar a removal explains that something is gone, and a making that it stands: longer than any list lags behind
 * (google-calendar.md §10 no. 7), and longer than a request that was cut off can still be on its way.
 */
const runsToExplain = 12;

/** Statements for one block or slot; each finds its row by the primary key. */
export const removalQueries = {
  look: 'SELECT mark, readable, gone_at FROM absence_looks WHERE target_id = ? AND block_id = ? AND slot_key = ?',
  stale: 'SELECT nonce FROM stale_marks WHERE target_id = ? AND block_id = ? AND slot_key = ?',
  standIn: `SELECT b.id FROM blocks b JOIN blocks gone ON gone.target_id = b.target_id AND gone.id = @block
    WHERE b.target_id = @target AND b.absence_by IS NULL AND b.source_id IS NULL AND b.id <> gone.id
    AND b.start_at IS gone.start_at AND b.end_at IS gone.end_at AND b.recurrence = gone.recurrence`,
  standInDates: `SELECT start_at, start_zone, end_at, end_zone FROM block_slots
    WHERE target_id = ? AND block_id = ? AND absence_by IS NULL`,
  heldOn: `SELECT b.source_ref FROM absence_looks l JOIN blocks b ON b.target_id = l.target_id AND b.id = l.block_id
    WHERE l.target_id = ? AND l.mark = 'held'`,
  putBacks: 'SELECT times FROM put_backs WHERE target_id = ? AND source_ref = ? AND slot_key = ? AND content_hash = ?',
  endIntent: 'DELETE FROM removal_intents WHERE target_id = ? AND block_id = ? AND slot_key = ?',
  endMaking: 'DELETE FROM makings WHERE target_id = ? AND block_id = ?',
  endOldMakings: 'DELETE FROM makings WHERE target_id = ? AND run <= ?',
  endOldIntents: 'DELETE FROM removal_intents WHERE target_id = ? AND run <= ?',
} as const;

/** What is known of removals, and of blocks that were about to be made. The caller brings transactions. */
export interface RemovalNotes {
  note(run: number, intents: readonly RemovalIntent[]): void;
  end(places: readonly RemovalPlace[]): void;
  noteMakings(run: number, blocks: readonly BlockPlace[]): void;
  endMakings(blocks: readonly BlockPlace[]): void;
  /** Takes a calendar and the run that has read it to the end: removals and makings of long ago explain nothing any more. */
  endOld(targetId: CalendarId, run: number): void;
  saveFound(found: readonly FoundAbsence[]): void;
  look(place: RemovalPlace): AbsenceLook | null;
  /** Source refs of what another computer removed on a calendar because it has another block for the same meeting there. */
  heldOn(targetId: CalendarId): readonly SourceRef[];
  /** Notes that what stands carries a mark. */
  noteStale(place: RemovalPlace, nonce: string): void;
  isStale(place: RemovalPlace, nonce: string): boolean;
  marks(): ReadonlyMap<CalendarId, RemovalMarks>;
  setMarks(targetId: CalendarId, marks: RemovalMarks): void;
  /** Takes a calendar and the run in which it did not take a mark, or did not show it again; learns that it keeps none from a second run. */
  doubtMarks(targetId: CalendarId, run: number): void;
  countPutBack(targetId: CalendarId, ref: SourceRef, slot: SlotKey | null, contentHash: string): void;
  putBacks(targetId: CalendarId, ref: SourceRef, slot: SlotKey | null, contentHash: string): number;
}

const keyOf = (slot: SlotKey | null): string => slot ?? '';
const placeOf = ({ targetId, blockId, slot }: RemovalPlace): readonly [CalendarId, EventId, string] => [
  targetId,
  blockId,
  keyOf(slot),
];

interface LookColumns {
  readonly mark: RemovalReason | null;
  readonly readable: number;
  readonly gone_at: Instant | null;
}

interface DateColumns {
  readonly start_at: string | null;
  readonly start_zone: string | null;
  readonly end_at: string | null;
  readonly end_zone: string | null;
}

/** Takes the connection; returns what is known of removals. */
export function removalNotes(connection: Connection): RemovalNotes {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  // One for a calendar that is gone is none.
  const note = query(`INSERT OR REPLACE INTO removal_intents SELECT @target, @block, @slot, @reason, @run
    WHERE EXISTS (SELECT 1 FROM calendars WHERE id = @target)`);
  const end = query(removalQueries.endIntent);
  const endOld = query(removalQueries.endOldIntents);
  const noteMaking = query(`INSERT OR REPLACE INTO makings SELECT @target, @block, @run
    WHERE EXISTS (SELECT 1 FROM calendars WHERE id = @target)`);
  const endMaking = query(removalQueries.endMaking);
  const endOldMakings = query(removalQueries.endOldMakings);
  const saveLook = query(`INSERT OR REPLACE INTO absence_looks SELECT @target, @block, @slot, @mark, @readable, @goneAt
    WHERE EXISTS (SELECT 1 FROM calendars WHERE id = @target)`);
  const look = query<LookColumns>(removalQueries.look);
  const standIn = query<EventId>(removalQueries.standIn).pluck();
  const standInDates = query<DateColumns>(removalQueries.standInDates);
  const heldOn = query<SourceRef>(removalQueries.heldOn).pluck();
  const noteStale = query('INSERT OR REPLACE INTO stale_marks VALUES (?, ?, ?, ?)');
  const stale = query<string>(removalQueries.stale).pluck();
  const marks = query<{ id: CalendarId; removal_marks: RemovalMarks }>(
    'SELECT id, removal_marks FROM calendars WHERE removal_marks IS NOT NULL',
  );
  const setMarks = query('UPDATE calendars SET removal_marks = ?, marks_doubted_in = NULL WHERE id = ?');
  const doubtMarks = query(`UPDATE calendars SET marks_doubted_in = coalesce(marks_doubted_in, @run),
    removal_marks = CASE WHEN marks_doubted_in <> @run THEN 'not-kept' ELSE removal_marks END WHERE id = @target`);
  const countPutBack = query(`INSERT INTO put_backs VALUES (@target, @ref, @slot, @hash, 1)
    ON CONFLICT (target_id, source_ref, slot_key) DO UPDATE SET
      times = iif(content_hash = excluded.content_hash, times + 1, 1), content_hash = excluded.content_hash`);
  const putBacks = query<number>(removalQueries.putBacks).pluck();
  return {
    note: (run, intents) => {
      for (const { targetId, blockId, slot, reason } of intents) {
        note.run({ target: targetId, block: blockId, slot: keyOf(slot), reason, run });
      }
    },
    end: (places) => {
      for (const place of places) end.run(...placeOf(place));
    },
    noteMakings: (run, blocks) => {
      for (const { targetId, blockId } of blocks) noteMaking.run({ target: targetId, block: blockId, run });
    },
    endMakings: (blocks) => {
      for (const { targetId, blockId } of blocks) endMaking.run(targetId, blockId);
    },
    endOld: (targetId, run) => {
      endOld.run(targetId, run - runsToExplain);
      endOldMakings.run(targetId, run - runsToExplain);
    },
    saveFound: (found) => {
      for (const { place, look: seen } of found) {
        saveLook.run({
          target: place.targetId,
          block: place.blockId,
          slot: keyOf(place.slot),
          mark: seen.mark,
          readable: Number(seen.readable),
          goneAt: seen.goneAt,
        });
      }
    },
    look: (place) => {
      const columns = look.get(...placeOf(place));
      if (columns === undefined) return null;
      const { mark, readable, gone_at: goneAt } = columns;
      const { targetId: target, blockId: block } = place;
      const seen = { mark, readable: readable === 1, goneAt };
      const standIns = mark === 'held' ? standIn.all({ target, block }) : [];
      if (standIns.length === 0) return { ...seen, standIn: false };
      const dates = standIns.flatMap((id) =>
        standInDates.all(target, id).flatMap((one): (readonly [EventTime, EventTime])[] => {
          const [start, end] = [timeOf(one.start_at, one.start_zone), timeOf(one.end_at, one.end_zone)];
          return start === null || end === null ? [] : [[start, end]];
        }),
      );
      return { ...seen, standIn: true, standInDates: dates };
    },
    heldOn: (targetId) => heldOn.all(targetId),
    noteStale: (place, nonce) => void noteStale.run(...placeOf(place), nonce),
    isStale: (place, nonce) => stale.get(...placeOf(place)) === nonce,
    marks: () => new Map(marks.all().map((columns) => [columns.id, columns.removal_marks])),
    setMarks: (targetId, kept) => void setMarks.run(kept, targetId),
    doubtMarks: (target, run) => void doubtMarks.run({ target, run }),
    countPutBack: (targetId, ref, slot, contentHash) =>
      void countPutBack.run({ target: targetId, ref, slot: keyOf(slot), hash: contentHash }),
    putBacks: (targetId, ref, slot, contentHash) => putBacks.get(targetId, ref, keyOf(slot), contentHash) ?? 0,
  };
}
