import { number } from '../../../shared/counts.ts';
import { z } from 'zod';
import type { UndoLeft, UndoPreview, UndoReceipt } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { lastingOf, leftText, undoesSomething } from '../../../shared/undo.ts';
import type { Command, CommandContext, Outcome } from '../command.ts';
import { askForWord, failed } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { failure } from '../failure.ts';
import { momentText } from '../times.ts';
import { itemLines, previewLines, runText } from '../words.ts';
import { runLines } from './runs.ts';
import { failuresOf } from './sync.ts';

/** What is to be undone, and how the person is asked. */
export interface UndoRequest {
  /** The number of a sync as it was typed, or null for the last one that can be undone. */
  readonly run: string | null;
  readonly list: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** More than these in a question are not read. */
const mostItems = 10;

/** Takes what is to be undone; returns the command that says what that would do, asks, and does it. */
export function undo(request: UndoRequest): Command {
  return async (context) => {
    const { app, io, onProgress } = context;
    const { undoable } = app.status();
    if (request.list) return listUndoable(context);
    const run = request.run === null ? undoable[0] : numberOf(request.run);
    if (run === null) {
      const about = `"${request.run}" is no number of a sync`;
      return failed(appError('option-invalid', about), 'See the numbers with `undo --list`.');
    }
    if (run === undefined) return failed(appError('undo-unknown'), 'There is nothing to undo now.');
    const looked = await app.previewUndo(run, { signal: io.signal, onProgress });
    if (!looked.ok) return failed(looked.error);
    const json = { undo: looked.value };
    const lines = undoLines(looked.value, context);
    const refused = await agree(context, request, looked.value, lines);
    if (refused !== null) return { ...refused, json };
    const done = await app.undo(run, { signal: io.signal, onProgress, version: looked.value.version });
    if (!done.ok) {
      // Once it is chosen, only its sync can fail, and the next one goes on with it.
      const isChosen = !app.status().undoable.includes(run) && done.error.code !== 'undo-unknown';
      const hint = isChosen ? 'The undo is noted, and the next `sync` carries it out.' : null;
      return { lines: [], json, failures: [failure(done.error, hint)] };
    }
    return {
      lines: doneLines(done.value, looked.value, context),
      json: { ...json, undone: done.value },
      failures: failuresOf(done.value.run),
      holds: app.holds(),
    };
  };
}

/** Asks, or finds out that nothing is to be asked; returns null when it may go on, or what to answer instead. */
async function agree(
  context: CommandContext,
  { dryRun, yes }: UndoRequest,
  undoing: UndoPreview,
  lines: readonly string[],
): Promise<Outcome | null> {
  if (dryRun || !undoesSomething(undoing)) return { lines, json: {} };
  if (yes) return null;
  const { io } = context;
  const about = `undoes what sync ${undoing.run} did`;
  if (context.json || !io.stdin.isTTY || !io.stderr.isTTY) {
    return { lines, json: {}, failures: [failure(appError('confirmation-needed', about))] };
  }
  await context.undisturbed(() => {
    io.stderr.write(`${lines.join('\n')}\n\n`);
    return Promise.resolve();
  });
  if ((await askForWord(context, 'Nothing is undone yet.', 'undo')) === true) return null;
  return failed(appError('confirmation-needed', about), 'Say it again, and type undo when asked, or use --yes.');
}

function numberOf(text: string): number | null {
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) && number > 0 ? number : null;
}

function listUndoable({ app, io, paint }: CommandContext): Outcome {
  const { undoable } = app.status();
  const runs = app.runs().filter((run) => undoable.includes(run.id));
  const lines = runLines(runs, { now: io.now(), paint });
  return {
    lines: lines.length === 0 ? ['There is no sync that can be undone.'] : lines,
    json: { runs, undoable },
  };
}

/** Takes what an undo would do; returns it in lines: by calendar, what is left, and what is as before again. */
function undoLines(undoing: UndoPreview, { app, io, paint }: CommandContext): string[] {
  const { calendars } = app.status();
  const { preview, left, choices } = undoing;
  const run = app.runs().find(({ id }) => id === undoing.run);
  const when = run === undefined ? '' : ` of ${momentText(run.startedAt, io.now())}`;
  const lines = [paint('bold', `Undoing sync ${undoing.run}${when}`), ...previewLines(preview, calendars, paint)];
  if (!undoesSomething(undoing)) {
    lines.push(left.length === 0 ? 'There is nothing to undo now.' : 'Nothing of it is undone: all was changed since.');
  }
  lines.push(...leftLines(left));
  if (choices > 0) lines.push('', `${choicesText(choices)} as before again.`);
  const items = preview.items.slice(0, mostItems);
  lines.push(...itemLines({ ...preview, items, more: preview.more + preview.items.length - items.length }, calendars));
  return lines;
}

const choicesText = (count: number): string => `${number(count)} of your choices ${count === 1 ? 'is' : 'are'}`;

function leftLines(left: readonly UndoLeft[]): readonly string[] {
  if (left.length === 0) return [];
  const width = Math.max(...left.map(({ count }) => number(count).length));
  return [
    '',
    'Left as it is, because:',
    ...left.map(({ reason, count }) => `  ${number(count).padStart(width)}  ${leftText(reason)}`),
  ];
}

/** Takes what has come of an undo; returns it in lines, with where to see what lasts of it. */
function doneLines({ run, left }: UndoReceipt, { preview, choices }: UndoPreview, { app }: CommandContext): string[] {
  const lines = [`Undone. ${runText(run, app.status().activity) ?? 'No block had to be changed.'}`];
  if (choices > 0) lines.push(`${choicesText(choices)} as before again.`);
  const { away, kept } = lastingOf(preview);
  if (away > 0) lines.push('The blocks that the sync had made stay away; `mutes list` lists them.');
  if (kept > 0) lines.push('What was put back is kept until its event changes; `kept list` lists it.');
  return [...lines, ...leftLines(left)];
}

/** `undo`. */
export const undoEntry: CommandEntry = {
  name: 'undo',
  description: 'say what undoing a sync of the last week would do, ask, and do it',
  define: (word, choose) =>
    word
      .argument('[sync]', 'its number in `undo --list`; the last one that can be undone, unless named')
      .option('--list', 'list the syncs that can be undone')
      .option('--dry-run', 'only say what it would do')
      .option('--yes', 'do not ask')
      .action((run: string | undefined, options: unknown) => {
        const flag = z.boolean().default(false);
        choose(undo({ run: run ?? null, ...z.object({ list: flag, dryRun: flag, yes: flag }).parse(options) }));
      }),
};
