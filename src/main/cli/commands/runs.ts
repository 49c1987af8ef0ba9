import { number } from '../../../shared/counts.ts';
import type { RunView } from '../../../shared/dto.ts';
import { furtherErrors, runText, triggerText } from '../../../shared/runs.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Command, CommandContext } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { explain, failure } from '../failure.ts';
import { momentText } from '../times.ts';

/**
 * Takes syncs, now, and which of them are said to be fit to be undone (none where that goes without saying); returns them in
 * lines: number, when, what they did, and why they failed.
 */
export function runLines(
  runs: readonly RunView[],
  {
    now,
    paint,
    undoable = [],
  }: Pick<CommandContext, 'paint'> & { readonly now: Instant; readonly undoable?: readonly number[] },
): string[] {
  const times = runs.map((run) => momentText(run.startedAt, now));
  const width = Math.max(0, ...times.map((time) => time.length));
  const numbers = Math.max(0, ...runs.map(({ id }) => String(id).length));
  return runs.flatMap((run, index) => {
    const text = runText(run, number);
    const time = (times[index] ?? '').padEnd(width);
    const fit = undoable.includes(run.id) ? '; can be undone' : '';
    return [
      `${String(run.id).padStart(numbers)}  ${time}  ${run.outcome === 'ok' ? text : paint('yellow', text)} (${triggerText(run.trigger)}${fit})`,
      ...furtherErrors(run).map((error) => `${' '.repeat(numbers + width + 4)}${explain(failure(error)).sentence}`),
    ];
  });
}

/** Returns the command that lists the last syncs, newest first: when, what they did, why they failed, which can be undone. */
function listRuns(): Command {
  return ({ app, io, paint }) => {
    const runs = app.runs();
    const { undoable } = app.status();
    const lines = runLines(runs, { now: io.now(), paint, undoable });
    return { lines: lines.length === 0 ? ['There was no sync yet.'] : lines, json: { runs, undoable } };
  };
}

/** `runs`. */
export const runsEntry: CommandEntry = {
  name: 'runs',
  description: 'list the last syncs, and how they went',
  define: (word, choose) => word.action(() => choose(listRuns())),
};
