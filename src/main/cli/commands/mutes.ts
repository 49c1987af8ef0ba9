import type { Command } from '../command.ts';
import { failed } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { clean, table } from '../text.ts';
import { eventTimeText, momentText } from '../times.ts';

/** Returns the command that lists the blocks that are kept away because the person deleted them. */
function listMutes(): Command {
  return ({ app, io }) => {
    const mutes = app.mutes();
    const rows = mutes.map((mute) => [
      clean(mute.key),
      mute.start === null ? '' : eventTimeText(mute.start),
      clean(mute.targetName),
      momentText(mute.since, io.now()),
    ]);
    const lines =
      rows.length === 0
        ? ['No block is kept away.']
        : table(
            [{ title: 'KEY' }, { title: 'EVENT STARTS' }, { title: 'CALENDAR', kind: 'long' }, { title: 'SINCE' }],
            rows,
            io.stdout.columns,
          );
    return { lines, json: { mutes } };
  };
}

/** Takes the key of a mute; returns the command that lets its block come back. */
function liftMute(key: string): Command {
  return ({ app }) => {
    const lifted = app.liftMute(key);
    if (!lifted.ok) return failed(lifted.error);
    return { lines: ['The block comes back with the next `sync`.'], json: { mutes: lifted.value } };
  };
}

/** `mutes`. */
export const mutesEntry: CommandEntry = {
  name: 'mutes',
  description: 'see which blocks stay away because they were deleted in the calendar, or taken away by an undo',
  words: [
    {
      name: 'list',
      description: 'list the blocks that stay away',
      define: (word, choose) => word.action(() => choose(listMutes())),
    },
    {
      name: 'lift',
      description: 'let a block come back',
      define: (word, choose) =>
        word.argument('<key>', 'its name in the list').action((key: string) => choose(liftMute(key))),
    },
  ],
};
