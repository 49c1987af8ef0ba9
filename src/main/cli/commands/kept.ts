import type { Command } from '../command.ts';
import { failed } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { clean, table } from '../text.ts';
import { eventTimeText, momentText } from '../times.ts';

/** Returns the command that lists the blocks that are kept as they were before a sync that was undone. */
function listKept(): Command {
  return ({ app, io }) => {
    const kept = app.kept();
    const rows = kept.map((one) => [
      clean(one.key),
      `${eventTimeText(one.start)}${one.series ? ', a series' : ''}`,
      clean(one.targetName),
      clean(one.sourceName),
      momentText(one.since, io.now()),
    ]);
    const long = (title: string) => ({ title, kind: 'long' }) as const;
    const columns = [{ title: 'KEY' }, { title: 'STARTS' }, long('CALENDAR'), long('FROM'), { title: 'SINCE' }];
    const lines = rows.length === 0 ? ['No block is kept as it was.'] : [...table(columns, rows, io.stdout.columns)];
    return { lines, json: { keptBlocks: kept } };
  };
}

/** Takes the key of a block that is kept; returns the command that lets go of it. */
function letGo(key: string): Command {
  return ({ app }) => {
    const rest = app.letGo(key);
    if (!rest.ok) return failed(rest.error);
    return {
      lines: ['The block is what its event says again with the next `sync`.'],
      json: { keptBlocks: rest.value },
    };
  };
}

/** `kept`. */
export const keptEntry: CommandEntry = {
  name: 'kept',
  description: 'see which blocks are kept as they were before a sync that was undone',
  words: [
    {
      name: 'list',
      description: 'list the blocks that are kept as they were',
      define: (word, choose) => word.action(() => choose(listKept())),
    },
    {
      name: 'let-go',
      description: 'let a block be what its event says again',
      define: (word, choose) =>
        word.argument('<key>', 'its name in the list').action((key: string) => choose(letGo(key))),
    },
  ],
};
