import { Option } from 'commander';
import { z } from 'zod';
import type { PauseChoice } from '../../../shared/dto.ts';
import { pauseChoiceSchema } from '../../../shared/dto.ts';
import type { Command } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { pauseText } from '../words.ts';

/** Takes until when; returns the command that pauses syncing. */
function pause(until: PauseChoice): Command {
  return ({ app, io }) => {
    const { pausedUntil } = app.pause(until);
    return { lines: [pauseText(pausedUntil ?? 'forever', io.now())], json: { pausedUntil } };
  };
}

/** Returns the command that ends a pause. */
function resume(): Command {
  return ({ app }) => {
    const { pausedUntil } = app.resume();
    return { lines: ['Syncing goes on.'], json: { pausedUntil } };
  };
}

/** `pause`. */
export const pauseEntry: CommandEntry = {
  name: 'pause',
  description: 'pause syncing until you resume it',
  define: (word, choose) =>
    word
      .addOption(
        new Option('--for <time>', 'pause for a while only').choices(pauseChoiceSchema.exclude(['forever']).options),
      )
      .action((options: unknown) => {
        const parsed = z.object({ for: pauseChoiceSchema.default('forever') }).parse(options);
        choose(pause(parsed.for));
      }),
};

/** `resume`. */
export const resumeEntry: CommandEntry = {
  name: 'resume',
  description: 'end a pause',
  define: (word, choose) => word.action(() => choose(resume())),
};
