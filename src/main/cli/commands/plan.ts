import { number } from '../../../shared/counts.ts';
import { z } from 'zod';
import type { PlanView } from '../../../shared/dto.ts';
import { previewOf } from '../../app/preview.ts';
import type { Command, CommandContext } from '../command.ts';
import { failed } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { itemLines, plannedTargets, skippedLines } from '../words.ts';

/** Takes a plan; returns its counts by calendar, with reasons. */
export function planLines(planned: PlanView, { app, paint }: CommandContext): string[] {
  const targets = plannedTargets(planned, app.status().calendars);
  const width = number(Math.max(0, ...targets.flatMap((target) => target.lines.map((line) => line.count)))).length;
  const lines = targets.flatMap((target) => [
    `${paint('bold', target.name)}: ${target.summary}`,
    ...target.lines.map((line) => `  ${line.verb.padEnd(6)}  ${number(line.count).padStart(width)}  ${line.text}`),
  ]);
  return lines.length === 0 ? ['Nothing to do: every block is as it should be.'] : lines;
}

/** Takes whether to list changes one by one; returns the command that says what a sync would do, and why, and does none of it. */
function plan(list: boolean): Command {
  return async (context) => {
    const { app, io, onProgress } = context;
    const planned = await app.plan({ signal: io.signal, onProgress });
    if (!planned.ok) return failed(planned.error);
    const lines = planLines(planned.value, context);
    const preview = previewOf(planned.value);
    if (list) lines.push(...itemLines(preview, app.status().calendars));
    const skipped = skippedLines(planned.value);
    if (skipped.length > 0) {
      const room = number(skipped[0]?.count ?? 0).length;
      lines.push('', 'Left as it is, because:');
      lines.push(...skipped.map((line) => `  ${number(line.count).padStart(room)}  ${line.text}`));
    }
    return { lines, json: { plan: planned.value, preview }, holds: planned.value.holds };
  };
}

/** `plan`. */
export const planEntry: CommandEntry = {
  name: 'plan',
  description: 'say what a sync would do, and why; change nothing',
  define: (word, choose) =>
    word
      .option('--list', 'list the first changes one by one')
      .action((options: unknown) => choose(plan(z.object({ list: z.boolean().default(false) }).parse(options).list))),
};
