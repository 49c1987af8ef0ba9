import { number } from '../../../shared/counts.ts';
import type { HeldBlocks, PlanView, RunView } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { askForWord, failed, type Command, type CommandContext, type Outcome } from '../command.ts';
import { failure, type CliFailure } from '../failure.ts';
import { clean, listed } from '../text.ts';
import { previewOf } from '../../app/preview.ts';
import {
  heldBlockText,
  holdActionText,
  holdText,
  itemLines,
  pauseText,
  plannedTargets,
  runText,
  skippedLines,
} from '../words.ts';

/** Takes a run; returns what went wrong in it, as a command tells it. */
export function failuresOf(run: RunView): readonly CliFailure[] {
  if (run.errors.length > 0) return run.errors.map((error) => failure(error));
  switch (run.outcome) {
    case 'offline':
      return [failure(appError('offline'))];
    case 'interrupted':
      return [failure(appError('cancelled'))];
    case 'failed':
    case 'partial':
      return [failure(appError('provider-trouble'))];
    case 'ok':
    case 'running':
      return [];
  }
}

/**
 * Before the first sync: says what it would write, and asks a person at the terminal. Returns null when it was agreed to, or
 * what to answer instead. A timetable is nobody's word, so without a terminal only --start is an agreement.
 */
async function agreeToStart(context: CommandContext): Promise<Outcome | null> {
  const { app, io, onProgress } = context;
  if (context.json || !io.stdin.isTTY || !io.stderr.isTTY) return failed(appError('not-started'));
  const planned = await app.plan({ signal: io.signal, onProgress });
  if (!planned.ok) return failed(planned.error);
  const lines = planLines(planned.value, context);
  await context.undisturbed(() => {
    io.stderr.write(`${lines.join('\n')}\n`);
    return Promise.resolve();
  });
  // By their addresses, because whoever has finished a sign-in with an account of their own may have named its calendars as they like.
  const between = clean(listed(app.status().accounts.map(({ email }) => email)));
  const question = `This is the first sync, between the calendars of ${between}: nothing was written so far.`;
  const agreed = await askForWord(context, question, 'start');
  return agreed === true ? null : failed(appError('not-started'), 'Say it again, and type start when asked.');
}

/**
 * Takes whether to run although syncing is paused, and whether this is the agreement to the first sync; returns the command
 * that syncs once. It is made for cron: it says nothing when nothing happened, and keeps quiet while paused, because a pause
 * (a reset ends in one) must hold there too.
 */
export function sync({ evenIfPaused, start }: { readonly evenIfPaused: boolean; readonly start: boolean }): Command {
  return async (context) => {
    const { app, io, json, onProgress } = context;
    const { pausedUntil, started, accounts } = app.status();
    const asks = !started && !start && accounts.length > 0 && (pausedUntil === null || evenIfPaused);
    const refused = asks ? await agreeToStart(context) : null;
    if (refused !== null) return refused;
    const options = { signal: io.signal, onProgress, start: start || asks };
    const done = await app.sync(evenIfPaused ? 'manual' : 'command', options);
    if (!done.ok && done.error.code === 'paused') {
      const until = app.status().pausedUntil;
      if (!json && io.stderr.isTTY) {
        io.stderr.write(`${pauseText(until ?? 'forever', io.now())}\nSync all the same with --even-if-paused.\n`);
      }
      return { lines: [], json: { run: null, pausedUntil: until } };
    }
    if (!done.ok) return failed(done.error);
    const said = runText(done.value, app.status().activity);
    return {
      lines: said === null ? [] : [said],
      json: { run: done.value, pausedUntil },
      failures: failuresOf(done.value),
      holds: app.holds(),
    };
  };
}

/** Takes a plan; returns its counts by calendar, with reasons. */
function planLines(planned: PlanView, { app, paint }: CommandContext): string[] {
  const targets = plannedTargets(planned, app.status().calendars);
  const width = number(Math.max(0, ...targets.flatMap((target) => target.lines.map((line) => line.count)))).length;
  const lines = targets.flatMap((target) => [
    `${paint('bold', target.name)}: ${target.summary}`,
    ...target.lines.map((line) => `  ${line.verb.padEnd(6)}  ${number(line.count).padStart(width)}  ${line.text}`),
  ]);
  return lines.length === 0 ? ['Nothing to do: every block is as it should be.'] : lines;
}

/** Takes whether to list changes one by one; returns the command that says what a sync would do, and why, and does none of it. */
export function plan(list: boolean): Command {
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

/** So many lines are read; `--json` has all. */
const mostHeldLines = 20;

function heldLines(blocks: HeldBlocks['blocks']): readonly string[] {
  const rest = blocks.length - mostHeldLines;
  const shown = blocks.slice(0, mostHeldLines).map(heldBlockText);
  return rest > 0 ? [...shown, `    and ${number(rest)} more; all of them with --json`] : shown;
}

/** Returns the command that lists what waits for a decision. */
export function listHolds(): Command {
  return ({ app }) => {
    const holds = app.holds();
    const blocksOf = (key: string): HeldBlocks['blocks'] => {
      const held = app.heldBlocks(key);
      return held.ok ? held.value.blocks : [];
    };
    const lines = holds.flatMap((hold) => [
      holdText(hold),
      ...heldLines(blocksOf(hold.key)),
      `  ${holdActionText(hold)}`,
    ]);
    return {
      lines: lines.length === 0 ? ['Nothing waits for you.'] : lines,
      json: { holds: holds.map((hold) => ({ ...hold, blocks: blocksOf(hold.key) })) },
    };
  };
}

/** Takes the key of a hold and the choice; returns the command that decides it. */
export function resolveHold(key: string, choice: 'proceed' | 'put-back' | 'leave-away'): Command {
  return ({ app }) => {
    const hold = app.holds().find((each) => each.key === key);
    // The other choices would be taken and then change nothing, which nobody could tell from a decision.
    if (hold?.kind === 'mass-deletion' && choice !== 'proceed') {
      return failed(appError('option-invalid', `"${choice}" does not answer ${key}`), holdActionText(hold));
    }
    const resolved = app.resolveHold(key, choice);
    if (!resolved.ok) return failed(resolved.error);
    return { lines: ['Noted. The next `sync` carries it out.'], json: { holds: resolved.value.holds } };
  };
}
