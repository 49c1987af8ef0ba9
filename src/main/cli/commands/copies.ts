import { number } from '../../../shared/counts.ts';
import type { CopyView } from '../../../shared/dto.ts';
import { counted } from '../../../shared/phrases.ts';
import { askToConfirm, failed, type Command, type CommandContext } from '../command.ts';
import { removalOptions, type CommandEntry } from '../entry.ts';
import { clean, table } from '../text.ts';
import { momentText } from '../times.ts';

function copyRows(copies: readonly CopyView[], { io }: CommandContext): readonly string[] {
  return table(
    [
      { title: 'FILE', kind: 'long' },
      { title: 'PUT ASIDE' },
      { title: 'BECAUSE' },
      { title: 'KILOBYTES', kind: 'number' },
    ],
    copies.map(({ name, why, since, bytes }) => [
      clean(name),
      momentText(since, io.now()),
      why === 'update' ? 'of an update' : 'it was damaged',
      number(Math.ceil(bytes / 1000)),
    ]),
    io.stdout.columns,
  );
}

/** Returns the command that lists the databases that were put aside; they still hold what was removed since. */
function listCopies(): Command {
  return (context) => {
    const found = context.app.copies();
    if (!found.ok) return failed(found.error);
    const lines =
      found.value.length === 0
        ? ['No database was put aside.']
        : [
            ...copyRows(found.value, context),
            '',
            'Each goes by itself after thirty days. Remove them now with `copies remove`.',
          ];
    return { lines, json: { copies: found.value } };
  };
}

/** Takes whether not to ask; returns the command that removes the databases that were put aside. */
function removeCopies(confirmed: boolean): Command {
  return async (context) => {
    const found = context.app.copies();
    if (!found.ok) return failed(found.error);
    if (found.value.length === 0) return { lines: ['No database was put aside.'], json: { removed: [] } };
    const what = `${counted(found.value.length, 'database')} that ${found.value.length === 1 ? 'was' : 'were'} put aside, for good`;
    const refused = await askToConfirm(context, confirmed, what, 'remove');
    if (refused) return refused;
    const removed = context.app.removeCopies();
    if (!removed.ok) return failed(removed.error);
    return { lines: ['Removed:', ...copyRows(removed.value, context)], json: { removed: removed.value } };
  };
}

/** `copies`. */
export const copiesEntry: CommandEntry = {
  name: 'copies',
  description: 'see which databases were put aside, before an update or because they were damaged',
  words: [
    {
      name: 'list',
      description: 'list them',
      define: (word, choose) => word.action(() => choose(listCopies())),
    },
    {
      name: 'remove',
      description: 'remove them all, for good',
      define: (word, choose) =>
        word
          .option('--yes', 'do not ask')
          .action((options: unknown) => choose(removeCopies(removalOptions.parse(options).yes))),
    },
  ],
};
