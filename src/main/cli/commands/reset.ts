import { number } from '../../../shared/counts.ts';
import { mayWrite } from '../../../shared/access.ts';
import type { OtherBlocks, RemovalFindings, ResetReceipt } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import type { AccountId, CalendarId } from '../../../shared/ids.ts';
import { counted } from '../../../shared/phrases.ts';
import { askToConfirm, failed, type Command, type CommandContext, type Outcome } from '../command.ts';
import { removalOptions, type CommandEntry } from '../entry.ts';
import { failure } from '../failure.ts';
import { clean } from '../text.ts';
import { receiptText } from '../words.ts';

/**
 * Takes a receipt, the command that takes blocks of others, too, and what to say after it; returns the outcome, with each
 * calendar that still holds blocks as a failure.
 */
export function receiptOutcome(receipt: ResetReceipt, withAll: string, closing: readonly string[]): Outcome {
  const still = receipt.still.map((each) =>
    failure(each.error.about === null ? appError(each.error.code, each.name, each.error.detail) : each.error),
  );
  return {
    lines: [...receiptText(receipt, withAll), ...closing],
    json: { receipt },
    failures: receipt.notRevoked === null ? still : [...still, failure(receipt.notRevoked)],
  };
}

/** What `--all` has come to: what stands there, and the calendars on which blocks of others go, too. */
export interface Everything {
  readonly findings: RemovalFindings;
  /** On the person's own calendars all of them; on those of others, what the person has agreed to one by one. */
  readonly othersOn: readonly CalendarId[];
}

/**
 * Looks for blocks, and asks about those of others on calendars of others, each by itself. Without a terminal nobody can
 * be asked: they are left. Takes an account, or null for everything.
 */
export async function askAboutOthers(context: CommandContext, of: AccountId | null): Promise<Everything | Outcome> {
  const { app, io } = context;
  const found = await app.findBlocks(of, { signal: io.signal, onProgress: context.onProgress });
  if (!found.ok) return failed(found.error);
  const othersOn: CalendarId[] = [];
  for (const others of found.value.others) {
    if (others.own || (await agrees(context, others))) othersOn.push(others.calendarId);
  }
  return { findings: found.value, othersOn };
}

/** Asks whether blocks of others go on a calendar of others, too. Without a terminal nobody can be asked: then not. */
export async function agrees(context: CommandContext, { name, count }: OtherBlocks): Promise<boolean> {
  const { io } = context;
  if (context.json || !io.stdin.isTTY || !io.stderr.isTTY) return false;
  const answer = await context.undisturbed(() => {
    io.stderr.write(
      `${clean(name)} belongs to somebody else, and ${counted(count, 'block')} there may be of their CalSync.\n` +
        `Type ${context.paint('bold', 'theirs')} to remove them, too: `,
    );
    return io.stdin.readLine(io.signal);
  });
  if (answer === null) io.stderr.write('\n');
  return answer?.trim().toLowerCase() === 'theirs';
}

/** Takes what `--all` has come to; returns what to say of it in the question that is asked last. */
export function alsoOthers({ findings, othersOn }: Everything): string {
  const count = findings.others
    .filter(({ calendarId }) => othersOn.includes(calendarId))
    .reduce((sum, each) => sum + each.count, 0);
  return count === 0 ? '' : `, and ${counted(count, 'block')} not known to be from a connected calendar`;
}

/** Takes whether it was confirmed already and whether blocks of others go, too; returns the command that removes blocks. */
function reset({ yes, all }: { readonly yes: boolean; readonly all: boolean }): Command {
  return async (context) => {
    const { app, io } = context;
    const { calendars } = app.status();
    const writable = calendars.filter((each) => mayWrite(each.access));
    const known = calendars.reduce((sum, each) => sum + each.blocks, 0);
    const everything = all ? await askAboutOthers(context, null) : null;
    if (everything !== null && 'lines' in everything) return everything;
    const what =
      everything === null
        ? `every block of your connected calendars, in ${counted(writable.length, 'calendar')} (${number(known)} known)`
        : `${counted(everything.findings.blocks, 'block')} of your connected calendars${alsoOthers(everything)}`;
    const refused = await askToConfirm(context, yes, what, 'reset');
    if (refused) return refused;
    const receipt = await app.reset({
      othersOn: everything?.othersOn ?? [],
      signal: io.signal,
      onProgress: context.onProgress,
    });
    if (!receipt.ok) return failed(receipt.error, receipt.error.code === 'cancelled' ? goesOn : null);
    const paused = app.status().pausedUntil !== null;
    const closing = paused ? ['Syncing is paused now. Start it again with `resume`.'] : [];
    return receiptOutcome(receipt.value, '`reset --all`', closing);
  };
}

const goesOn = 'Go on with `reset`, or give it up with `resume`, which puts the blocks back.';

/** `reset`. */
export const resetEntry: CommandEntry = {
  name: 'reset',
  description: 'remove every block of your connected calendars, everywhere, and pause',
  define: (word, choose) =>
    word
      .option('--yes', 'do not ask')
      .option(
        '--all',
        'also blocks that are not known to be from a connected calendar; asks for each calendar of others',
      )
      .action((options: unknown) => choose(reset(removalOptions.parse(options)))),
};
