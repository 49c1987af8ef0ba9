import { number } from '../../../shared/counts.ts';
import { Argument } from 'commander';
import type { HeldBlocks, HoldChoice } from '../../../shared/dto.ts';
import { holdChoiceSchema } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import type { Command } from '../command.ts';
import { failed } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { heldBlockText, holdActionText, holdText } from '../words.ts';

/** So many lines are read; `--json` has all. */
const mostHeldLines = 20;

function heldLines(blocks: HeldBlocks['blocks']): readonly string[] {
  const rest = blocks.length - mostHeldLines;
  const shown = blocks.slice(0, mostHeldLines).map(heldBlockText);
  return rest > 0 ? [...shown, `    and ${number(rest)} more; all of them with --json`] : shown;
}

/** Returns the command that lists what waits for a decision. */
function listHolds(): Command {
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
function resolveHold(key: string, choice: HoldChoice): Command {
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

/** `holds`. */
export const holdsEntry: CommandEntry = {
  name: 'holds',
  description: 'decide what waits for you',
  words: [
    {
      name: 'list',
      description: 'list what waits for your decision',
      define: (word, choose) => word.action(() => choose(listHolds())),
    },
    {
      name: 'resolve',
      description: 'decide about one of them',
      define: (word, choose) =>
        word
          .argument('<key>', 'its name in the list')
          .addArgument(new Argument('<choice>', 'what to do').choices(holdChoiceSchema.options))
          .action((key: string, choice: unknown) => choose(resolveHold(key, holdChoiceSchema.parse(choice)))),
    },
  ],
};
