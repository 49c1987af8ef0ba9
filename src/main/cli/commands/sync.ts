import { z } from 'zod';
import type { RunView } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { listed } from '../../../shared/phrases.ts';
import type { Command, CommandContext, Outcome } from '../command.ts';
import { askForWord, failed } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import type { CliFailure } from '../failure.ts';
import { failure } from '../failure.ts';
import { clean } from '../text.ts';
import { pauseText, runText } from '../words.ts';
import { planLines } from './plan.ts';

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
function sync({ evenIfPaused, start }: { readonly evenIfPaused: boolean; readonly start: boolean }): Command {
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

/** `sync`. */
export const syncEntry: CommandEntry = {
  name: 'sync',
  description: 'sync once; says nothing when nothing happened',
  define: (word, choose) =>
    word
      .option('--even-if-paused', 'sync although syncing is paused')
      .option('--start', 'agree to the first sync; on a terminal you are asked')
      .action((options: unknown) => {
        const parsed = z.object({ evenIfPaused: z.boolean().default(false), start: z.boolean().default(false) });
        choose(sync(parsed.parse(options)));
      }),
};
