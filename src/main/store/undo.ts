import { z } from 'zod';
import { policyChangeSchema } from '../../shared/dto.ts';
import { calendarIdSchema, slotKeySchema, sourceRefSchema, type CalendarId, type SourceRef } from '../../shared/ids.ts';
import { eventTimeSchema, week, type Instant } from '../../shared/time.ts';
import type { BlockContent, Kept, Mute, ObservedContent } from '../core/model.ts';
import type { Stood, WrittenBefore } from '../core/undo.ts';
import type { Logger } from '../ports/logger.ts';
import type { Choice, UndoStore } from '../ports/store.ts';
import { contentOf, type BlockColumns, type SlotColumns } from './columns.ts';
import type { Connection } from './database.ts';
import type { DirtyGroups } from './dirty.ts';
import type { Guards } from './guards.ts';
import { parseStored } from './json.ts';

const observedSchema = z.strictObject({
  summary: z.string().nullable(),
  description: z.string().nullable(),
  place: z.string().nullable(),
  start: eventTimeSchema.nullable(),
  end: eventTimeSchema.nullable(),
  recurrence: z.array(z.string()),
  visibility: z.enum(['default', 'public', 'private', 'confidential']),
  transparent: z.boolean(),
  colorId: z.string().nullable(),
  rings: z.boolean(),
}) satisfies z.ZodType<ObservedContent>;

const stoodSchema: z.ZodType<Stood | null> = z
  .strictObject({
    content: observedSchema,
    hash: z.string(),
    generation: z.int().nonnegative(),
    outOfOffice: z.boolean(),
    slots: z.array(z.tuple([slotKeySchema, observedSchema.nullable()])),
  })
  .nullable();

const slotStoodSchema: z.ZodType<ObservedContent | 'ordinary' | null> = z.union([
  observedSchema,
  z.literal('ordinary'),
  z.null(),
]);

const contentSchema: z.ZodType<BlockContent> = z.strictObject({
  summary: z.string(),
  description: z.string(),
  start: eventTimeSchema,
  end: eventTimeSchema,
  recurrence: z.array(z.string()),
  visibility: z.enum(['private', 'default']),
  colorId: z.string().nullable(),
  place: z.string().nullable(),
  outOfOffice: z.boolean(),
});

const slotsSchema = z.array(z.tuple([slotKeySchema, contentSchema.nullable()]));

const keptSchema: z.ZodType<Kept> = z.strictObject({
  sourceRef: sourceRefSchema,
  targetId: calendarIdSchema,
  sourceId: calendarIdSchema,
  content: contentSchema.nullable(),
  slots: slotsSchema,
  version: z.string(),
  telling: z.string().nullable(),
  etag: z.string().nullable(),
  since: z.int(),
});

const muteSchema: z.ZodType<Mute> = z.strictObject({
  sourceRef: sourceRefSchema,
  targetId: calendarIdSchema,
  slot: slotKeySchema.nullable(),
  meant: z.string().nullable().exactOptional(),
});

const choiceSchema: z.ZodType<Choice> = z.strictObject({
  before: z.array(policyChangeSchema),
  after: z.array(policyChangeSchema),
  mutes: z.array(muteSchema),
  kept: z.array(keptSchema),
  lifted: z.array(muteSchema),
  letGo: z.array(keptSchema),
});

// What was written of dates goes with what is kept: it says nothing of the choice.
const choiceText = (choice: Choice): string =>
  JSON.stringify(choice, (_, value: unknown) => (value instanceof Map ? undefined : value));

const nothingChosen: Choice = { before: [], after: [], mutes: [], kept: [], lifted: [], letGo: [] };

export const undoQueries = {
  written: 'SELECT * FROM written WHERE run = ? ORDER BY id',
  // Run by run through the index, because a status asks and the rows of a week may be a hundred thousand.
  runs: `WITH RECURSIVE r(run) AS (SELECT max(run) FROM written
    UNION ALL SELECT (SELECT max(run) FROM written WHERE run < r.run) FROM r WHERE r.run IS NOT NULL)
    SELECT run FROM r WHERE run IS NOT NULL`,
  keptByRefs: 'SELECT k.* FROM json_each(?) r CROSS JOIN kept k ON k.source_ref = r.value',
  choicesOf: `SELECT * FROM choices WHERE run <= @run
    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.id >= choices.run AND r.id < @run AND r.outcome = 'ok') ORDER BY id`,
  choicesSince: 'SELECT * FROM choices WHERE run IS NULL OR run > ? ORDER BY id',
} as const;

interface WrittenColumns {
  readonly target_id: CalendarId;
  readonly source_ref: SourceRef;
  readonly block_id: WrittenBefore['blockId'];
  readonly slot_key: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly version: string | null;
}

interface KeptColumns {
  readonly source_ref: SourceRef;
  readonly target_id: CalendarId;
  readonly source_id: CalendarId;
  readonly content: string | null;
  readonly slots: string;
  readonly version: string;
  readonly telling: string | null;
  readonly etag: string | null;
  readonly since: Instant;
}

/** What syncs have written, what is kept by an undo, and what was chosen. */
export interface UndoLog extends Omit<UndoStore, 'groupsOfRefs' | 'forgetUndo'> {
  /** Notes what became of a block; `before` and its slots as they were stored. */
  noteBlock(
    run: number,
    block: Pick<BlockColumns, 'target_id' | 'source_ref' | 'id'>,
    before: BlockColumns | null,
    slotsBefore: readonly SlotColumns[],
    after: string | null,
    version: string | null,
  ): void;
  /** Notes what became of a slot of a block; `before` as it was stored, null where it was as the rule says. */
  noteSlot(
    run: number,
    block: Pick<BlockColumns, 'target_id' | 'source_ref' | 'id'>,
    key: string,
    before: SlotColumns | null,
    after: string | null,
    version: string,
  ): void;
  /** Notes what was written on a date of a block that is kept (`echoOf`; null: taken away); one that is not kept is not noted. */
  noteKeptDate(block: Pick<BlockColumns, 'target_id' | 'source_ref'>, key: string, shown: string | null): void;
  /** A block that is kept was written as a whole: what becomes of its dates is not known. */
  forgetKeptDates(targetId: CalendarId, ref: SourceRef): void;
  /** A block that was to go by an undo is gone. */
  endAway(targetId: CalendarId, ref: SourceRef): void;
  keptOfRefs(refs: string): readonly Kept[];
  /** Gives open choices to a run that begins, and forgets what is older than a week. */
  beginRun(run: number, at: Instant): void;
  forget(): void;
}

export function undoLog(connection: Connection, dirty: DirtyGroups, guards: Guards, logger: Logger): UndoLog {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const add = query(`INSERT INTO written (run, target_id, source_ref, block_id, slot_key, before, after, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const written = query<WrittenColumns>(undoQueries.written);
  const runs = query<number>(undoQueries.runs).pluck();
  const endAway = query('DELETE FROM kept WHERE source_ref = ? AND target_id = ? AND content IS NULL');
  const anyKept = query('SELECT 1 FROM kept LIMIT 1');
  const isKept = query('SELECT 1 FROM kept WHERE source_ref = ? AND target_id = ? AND content IS NOT NULL');
  const noteDate = query('INSERT OR REPLACE INTO kept_dates VALUES (?, ?, ?, ?)');
  const forgetDates = query('DELETE FROM kept_dates WHERE source_ref = ? AND target_id = ?');
  const datesOf = query<{ slot_key: string; shown: string | null }>(
    'SELECT slot_key, shown FROM kept_dates WHERE source_ref = ? AND target_id = ?',
  );
  const keptByRefs = query<KeptColumns>(undoQueries.keptByRefs);
  const kept = query<KeptColumns>('SELECT * FROM kept ORDER BY since, source_ref, target_id');
  const keep = query('INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const letGo = query('DELETE FROM kept WHERE source_ref = ? AND target_id = ?');
  const addChoice = query('INSERT INTO choices (at, undoes, choice) VALUES (?, ?, ?)');
  const choicesOf = query<{ choice: string }>(undoQueries.choicesOf);
  const choicesSince = query<{ choice: string }>(undoQueries.choicesSince);
  const undone = query<{ run: number | null; undoes: number }>(
    'SELECT run, undoes FROM choices WHERE undoes IS NOT NULL ORDER BY id DESC',
  );
  const carryOut = query('UPDATE choices SET run = ? WHERE run IS NULL');
  const oldest = query<number | null>('SELECT min(id) FROM runs WHERE started_at > ? AND started_at <= ?').pluck();
  const anyOld = query('SELECT 1 FROM written WHERE run < ? LIMIT 1');
  const dropWritten = query('DELETE FROM written WHERE run < ?');
  const dropChoices = query('DELETE FROM choices WHERE run < ?');

  const writtenDates = (columns: KeptColumns): Pick<Kept, 'dates'> => {
    const dates = datesOf.all(columns.source_ref, columns.target_id);
    if (dates.length === 0) return {};
    return { dates: new Map(dates.map(({ slot_key: key, shown }) => [slotKeySchema.parse(key), shown])) };
  };
  const keptOf = (columns: KeptColumns): Kept => ({
    ...writtenDates(columns),
    sourceRef: columns.source_ref,
    targetId: columns.target_id,
    sourceId: columns.source_id,
    content: parseStored<BlockContent | null>(columns.content, contentSchema.nullable(), null, logger, 'kept'),
    slots: parseStored<Kept['slots']>(columns.slots, slotsSchema, [], logger, 'kept_slots'),
    version: columns.version,
    telling: columns.telling,
    etag: columns.etag,
    since: columns.since,
  });
  const writtenOf = (columns: WrittenColumns): WrittenBefore => {
    const { target_id: targetId, source_ref: sourceRef, block_id: blockId, after, version } = columns;
    const base = { targetId, sourceRef, blockId, after, version };
    if (columns.slot_key === '') {
      return { ...base, kind: 'block', before: parseStored(columns.before, stoodSchema, null, logger, 'before') };
    }
    const before = parseStored(columns.before, slotStoodSchema, null, logger, 'before');
    return { ...base, kind: 'slot', slot: slotKeySchema.parse(columns.slot_key), before };
  };
  const choiceOf = ({ choice }: { readonly choice: string }): Choice =>
    parseStored(choice, choiceSchema, nothingChosen, logger, 'choice');

  return {
    noteBlock: (run, block, before, slotsBefore, after, version) => {
      const stood =
        before === null || before.absence_by !== null || before.lost === 1 ? null : stoodOf(before, slotsBefore);
      if (stood === null && after === null) return;
      const text = stood === null ? null : JSON.stringify(stood);
      add.run(run, block.target_id, block.source_ref, block.id, '', text, after, version);
    },
    noteSlot: (run, block, key, before, after, version) => {
      const stood = before === null ? 'ordinary' : before.absence_by === null ? contentOf(before) : null;
      add.run(run, block.target_id, block.source_ref, block.id, key, JSON.stringify(stood), after, version);
    },
    noteKeptDate: ({ source_ref: ref, target_id: targetId }, key, shown) => {
      if (isKept.get(ref, targetId) !== undefined) noteDate.run(ref, targetId, key, shown);
    },
    forgetKeptDates: (targetId, ref) => void forgetDates.run(ref, targetId),
    endAway: (targetId, ref) => void endAway.run(ref, targetId),
    keptOfRefs: (refs) => (anyKept.get() === undefined ? [] : keptByRefs.all(refs).map(keptOf)),
    written: (run) => written.all(run).map(writtenOf),
    undoableRuns: () => {
      const gone = new Set<number>();
      // The newest first, because an undo that was undone itself does not count.
      for (const { run, undoes } of undone.all()) if (run === null || !gone.has(run)) gone.add(undoes);
      return runs.all().filter((run) => !gone.has(run));
    },
    addChoice: (choice, at) => void addChoice.run(at, null, choiceText(choice)),
    choicesOf: (run) => choicesOf.all({ run }).map(choiceOf),
    choicesSince: (run) => choicesSince.all(run).map(choiceOf),
    undo: (run, choice, at) => {
      const refs = new Set<SourceRef>();
      for (const mute of choice.lifted) {
        guards.liftMute(mute);
        refs.add(mute.sourceRef);
      }
      for (const one of choice.letGo) {
        letGo.run(one.sourceRef, one.targetId);
        refs.add(one.sourceRef);
      }
      guards.addMutes(choice.mutes, at);
      for (const one of choice.kept) {
        const content = one.content === null ? null : JSON.stringify(one.content);
        const [slots, { sourceRef, targetId, sourceId }] = [JSON.stringify(one.slots), one];
        keep.run(sourceRef, targetId, sourceId, content, slots, one.version, one.telling, one.etag, one.since);
        refs.add(sourceRef);
      }
      for (const ref of refs) dirty.markRef(ref);
      addChoice.run(at, run, choiceText(choice));
    },
    kept: () => kept.all().map(keptOf),
    letGo: (list, mark) => {
      let count = 0;
      for (const { sourceRef, targetId } of list) {
        count += letGo.run(sourceRef, targetId).changes;
        if (mark) dirty.markRef(sourceRef);
      }
      return count;
    },
    beginRun: (run, at) => {
      carryOut.run(run);
      const first = oldest.get(at - week, at) ?? run;
      if (anyOld.get(first) === undefined) return;
      dropWritten.run(first);
      dropChoices.run(first);
    },
    forget: () => {
      for (const table of ['written', 'kept', 'choices']) connection.exec(`DELETE FROM ${table}`);
    },
  };
}

function stoodOf(block: BlockColumns, slots: readonly SlotColumns[]): Stood {
  return {
    content: contentOf(block),
    hash: block.content_hash,
    generation: block.generation,
    outOfOffice: block.out_of_office === 1,
    slots: slots.map((slot) => [slot.slot_key, slot.absence_by === null ? contentOf(slot) : null]),
  };
}
