import { Argument, Command as Commander, CommanderError, Option } from 'commander';
import { z } from 'zod';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Command } from './command.ts';
import { addAccount, listAccounts, removeAccount } from './commands/accounts.ts';
import { answerRenaming, ignoreCalendar, listCalendars, useCalendar, useOffered } from './commands/calendars.ts';
import { listPolicies, policyNames, setPolicies } from './commands/policies.ts';
import { reset } from './commands/reset.ts';
import { listCopies, removeCopies } from './commands/copies.ts';
import { doctor, liftMute, listMutes, listRuns, pause, resume, sayKnown, showStatus } from './commands/state.ts';
import { support } from './commands/support.ts';
import { letGo, listKept, undo } from './commands/undo.ts';
import { why } from './commands/why.ts';
import { listHolds, plan, resolveHold, sync } from './commands/sync.ts';
import { failure, type CliFailure } from './failure.ts';

const globalOptionsSchema = z.object({
  json: z.boolean().default(false),
  verbose: z.boolean().default(false),
  dataDir: z.string().nullable().default(null),
  googleUrl: z.string().nullable().default(null),
  googleUrlAnywhere: z.boolean().default(false),
  clientFile: z.string().nullable().default(null),
});
/** Options that each command takes, before or after it. */
export type GlobalOptions = z.infer<typeof globalOptionsSchema>;

/** What a command line asks for: a command to run, or a text to print (`--help`, `--version`). */
export type Request =
  | { readonly kind: 'command'; readonly command: Command; readonly options: GlobalOptions }
  | { readonly kind: 'help'; readonly text: string }
  /** Nothing to run was named; the text is the help that names what there is. */
  | { readonly kind: 'incomplete'; readonly text: string }
  | { readonly kind: 'version'; readonly text: string };

const exitCodeHelp = `
Exit codes:
  0  all is well
  1  a fault of CalSync's own
  2  not understood: command, option, calendar or account
  3  you must act: sign in again, bring a client, give a permission, unlock the keychain
  4  partly done; the rest follows in a later run
  5  another CalSync is working with these calendars
  6  the data folder or the database cannot be used
  7  something is held and waits for your decision

Environment:
  GOOGLE_OAUTH_CLIENT_ID, GOOGLE_OAUTH_CLIENT_SECRET   your Google client, instead of --client-file
  CALSYNC_GOOGLE_URL                                   the same as --google-url
  NO_COLOR                                             no colours`;

const choiceSchema = z.enum(['proceed', 'put-back', 'leave-away']);

/** What a file of argv leaves for us to say: Commander's own words, without its prefix, and its suggestion apart. */
function complaint(error: CommanderError): CliFailure {
  const suggestion = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(error.message)?.[1];
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\s*\(Did you mean[^)]*\)/, '')
    .replaceAll("'", '"')
    .replace(/\.$/, '');
  if (error.code === 'commander.unknownCommand') {
    const name = text.replace(/^unknown command /, '');
    return failure(
      appError('command-unknown', name),
      suggestion === undefined ? null : `Did you mean "${suggestion}"? See all commands with --help.`,
    );
  }
  const [first, ...rest] = text.split('. ');
  const hints = rest.length > 0 ? `${rest.join('. ')}.` : null;
  return failure(
    appError('option-invalid', first ?? text),
    suggestion === undefined ? hints : `Did you mean "${suggestion}"? See the options with --help.`,
  );
}

function build(program: Commander, choose: (command: Command) => void, version: string): void {
  program
    .name('calsync')
    .description('Every event in one calendar becomes a private busy block in all the others.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--json', 'answer with one JSON document, errors too')
    .option('--data-dir <folder>', 'where CalSync keeps its database')
    .option('--google-url <address>', 'a server on this computer in place of Google, for every call')
    .option('--google-url-anywhere', 'let that be another computer: your sign-ins go there')
    .option('--client-file <file>', 'the client_secret_….json of your Google client')
    .option('--verbose', 'tell on standard error what is done')
    .addHelpText('after', exitCodeHelp);

  const accounts = program.command('accounts').description('connect and remove accounts');
  accounts
    .command('add')
    .description('sign in to an account, or sign in again')
    .option('--no-browser', 'print the address of the sign-in page and wait')
    .option('--login-hint <email>', 'the account to suggest on the sign-in page')
    .action((options: unknown) => {
      const parsed = z.object({ browser: z.boolean(), loginHint: z.string().nullable().default(null) }).parse(options);
      choose(addAccount(parsed));
    });
  accounts
    .command('list')
    .description('list the connected accounts')
    .action(() => choose(listAccounts()));
  accounts
    .command('remove')
    .description('remove an account, its blocks elsewhere and the blocks in its calendars')
    .argument('<email>', 'the address of the account')
    .option('--yes', 'do not ask')
    .option('--all', 'also blocks in its calendars that are not known to be from a connected calendar')
    .option('--keep-permission', 'do not give the permission back to Google: other computers stay signed in')
    .action((email: string, options: unknown) => {
      const { yes, all, keepPermission } = removalOptions.parse(options);
      choose(removeAccount(email, { confirmed: yes, all, revoke: !keepPermission }));
    });

  const calendars = program.command('calendars').description('choose what calendars are used for');
  calendars
    .command('list')
    .description('list all calendars of all accounts')
    .action(() => choose(listCalendars()));
  calendars
    .command('use')
    .description('use a calendar both ways, or one way only')
    .argument('[calendar]', 'its id, or its name when no other has it')
    .addOption(new Option('--source-only', 'its events become blocks, it gets none').conflicts('targetOnly'))
    .addOption(new Option('--target-only', 'it gets blocks, its events become none').conflicts('sourceOnly'))
    .addOption(
      new Option('--new', 'use the calendars that came after the first sync, as CalSync suggests').conflicts([
        'sourceOnly',
        'targetOnly',
      ]),
    )
    .option('--yes', 'with --new: do not ask')
    .action((wanted: string | undefined, options: unknown) => {
      const flag = z.boolean().default(false);
      const parsed = z.object({ sourceOnly: flag, targetOnly: flag, new: flag, yes: flag }).parse(options);
      const { sourceOnly, targetOnly, yes } = parsed;
      choose(
        parsed.new || wanted === undefined
          ? useOffered({ confirmed: yes, named: wanted !== undefined, asked: parsed.new })
          : useCalendar(wanted, { source: !targetOnly, target: !sourceOnly }),
      );
    });
  calendars
    .command('ignore')
    .description('stop using a calendar')
    .argument('<calendar>', 'its id, or its name when no other has it')
    .option('--all', 'also take blocks off it that are not known to be from a connected calendar, at once')
    .action((wanted: string, options: unknown) => choose(ignoreCalendar(wanted, removalOptions.parse(options))));

  calendars
    .command('renamed')
    .description('say whether a calendar is a former one under a new address')
    .argument('<calendar>', 'its id, or its name when no other has it')
    .addArgument(new Argument('[answer]', 'whether it is').choices(['yes', 'no']))
    .action((wanted: string, answer: unknown) =>
      choose(
        answerRenaming(
          wanted,
          z
            .enum(['yes', 'no'])
            .nullable()
            .parse(answer ?? null),
        ),
      ),
    );

  const policies = program.command('policies').description('choose what counts as busy and what blocks show');
  policies
    .command('list', { isDefault: true })
    .description('list all choices')
    .action(() => choose(listPolicies()));
  policies
    .command('set')
    .description('say what other choices would write; keep them with --yes')
    .argument('[name=value...]', 'what to choose')
    .option('--calendar <calendar>', 'choose what counts as busy in one calendar')
    .option('--from <calendar>', 'with --to: choose what blocks show from one calendar to another')
    .option('--to <calendar>', 'see --from')
    .option('--as-everywhere', 'with --from and --to: show there what is shown everywhere')
    .option('--file <file>', 'take the choices from a file, as `policies list --json` prints them')
    .option('--yes', 'keep them')
    .addHelpText(
      'after',
      `
Names:
  everywhere       ${policyNames.everywhere.join(', ')}
  with --from --to ${policyNames.route.join(', ')}
  with --calendar  ${policyNames.calendar.join(', ')}`,
    )
    .action((choices: readonly string[], options: unknown) => {
      const parsed = z.object({
        calendar: z.string().nullable().default(null),
        from: z.string().nullable().default(null),
        to: z.string().nullable().default(null),
        asEverywhere: z.boolean().default(false),
        file: z.string().nullable().default(null),
        yes: z.boolean().default(false),
      });
      choose(setPolicies({ choices, ...parsed.parse(options) }));
    });

  program
    .command('plan')
    .description('say what a sync would do, and why; change nothing')
    .option('--list', 'list the first changes one by one')
    .action((options: unknown) => choose(plan(z.object({ list: z.boolean().default(false) }).parse(options).list)));
  program
    .command('why')
    .description('say why an event has a block in each calendar, or none')
    .argument('<event or block...>', 'its id, the short name in a block, or words of the title')
    .action((words: readonly string[]) => choose(why(words.join(' '))));
  program
    .command('sync')
    .description('sync once; says nothing when nothing happened')
    .option('--even-if-paused', 'sync although syncing is paused')
    .option('--start', 'agree to the first sync; on a terminal you are asked')
    .action((options: unknown) => {
      const parsed = z.object({ evenIfPaused: z.boolean().default(false), start: z.boolean().default(false) });
      choose(sync(parsed.parse(options)));
    });
  program
    .command('status')
    .description('say how things stand')
    .action(() => choose(showStatus()));
  program
    .command('runs')
    .description('list the last syncs, and how they went')
    .action(() => choose(listRuns()));
  program
    .command('pause')
    .description('pause syncing until you resume it')
    .addOption(new Option('--for <time>', 'pause for a while only').choices(['hour', 'tomorrow']))
    .action((options: unknown) => {
      const parsed = z.object({ for: z.enum(['hour', 'tomorrow', 'forever']).default('forever') }).parse(options);
      choose(pause(parsed.for));
    });
  program
    .command('resume')
    .description('end a pause')
    .action(() => choose(resume()));

  program
    .command('known')
    .description('say that you know what stays out of sync for good; it is told again when it changes')
    .action(() => choose(sayKnown()));

  const holds = program.command('holds').description('decide what waits for you');
  holds
    .command('list')
    .description('list what waits for your decision')
    .action(() => choose(listHolds()));
  holds
    .command('resolve')
    .description('decide about one of them')
    .argument('<key>', 'its name in the list')
    .addArgument(new Argument('<choice>', 'what to do').choices(choiceSchema.options))
    .action((key: string, choice: unknown) => choose(resolveHold(key, choiceSchema.parse(choice))));

  const mutes = program
    .command('mutes')
    .description('see which blocks stay away because they were deleted in the calendar, or taken away by an undo');
  mutes
    .command('list')
    .description('list the blocks that stay away')
    .action(() => choose(listMutes()));
  mutes
    .command('lift')
    .description('let a block come back')
    .argument('<key>', 'its name in the list')
    .action((key: string) => choose(liftMute(key)));

  const copies = program
    .command('copies')
    .description('see which databases were put aside, before an update or because they were damaged');
  copies
    .command('list')
    .description('list them')
    .action(() => choose(listCopies()));
  copies
    .command('remove')
    .description('remove them all, for good')
    .option('--yes', 'do not ask')
    .action((options: unknown) => choose(removeCopies(removalOptions.parse(options).yes)));

  program
    .command('undo')
    .description('say what undoing a sync of the last week would do, ask, and do it')
    .argument('[sync]', 'its number in `undo --list`; the last one that can be undone, unless named')
    .option('--list', 'list the syncs that can be undone')
    .option('--dry-run', 'only say what it would do')
    .option('--yes', 'do not ask')
    .action((run: string | undefined, options: unknown) => {
      const flag = z.boolean().default(false);
      choose(undo({ run: run ?? null, ...z.object({ list: flag, dryRun: flag, yes: flag }).parse(options) }));
    });
  const kept = program
    .command('kept')
    .description('see which blocks are kept as they were before a sync that was undone');
  kept
    .command('list')
    .description('list the blocks that are kept as they were')
    .action(() => choose(listKept()));
  kept
    .command('let-go')
    .description('let a block be what its event says again')
    .argument('<key>', 'its name in the list')
    .action((key: string) => choose(letGo(key)));

  program
    .command('reset')
    .description('remove every block of your connected calendars, everywhere, and pause')
    .option('--yes', 'do not ask')
    .option('--all', 'also blocks that are not known to be from a connected calendar; asks for each calendar of others')
    .action((options: unknown) => choose(reset(removalOptions.parse(options))));
  program
    .command('doctor')
    .description('check what CalSync needs')
    .action(() => choose(doctor()));
  program
    .command('support')
    .description('write a report for whoever helps you into a file; send nothing')
    .option('--output <file>', 'the file, or - for standard output (default: calsync-support-<date>.txt)')
    .option('--force', 'replace a file that is there')
    .action((options: unknown) => {
      const parsed = z.object({ output: z.string().nullable().default(null), force: z.boolean().default(false) });
      choose(support(parsed.parse(options)));
    });
}

/** What removals have in common. */
const removalOptions = z.object({
  yes: z.boolean().default(false),
  all: z.boolean().default(false),
  keepPermission: z.boolean().default(false),
});

/**
 * Takes the arguments after the program's name, the version and the width to wrap help at; returns what is asked for,
 * or what was not understood. Nothing is run and nothing is printed.
 */
export function parseArguments(
  argv: readonly string[],
  version: string,
  columns: number | null,
): Result<Request, CliFailure> {
  let printed = '';
  let chosen: Command | null = null;
  const keep = (text: string): void => {
    printed += text;
  };
  const program = new Commander();
  // Before the commands are made, because they copy these settings.
  program.exitOverride().configureOutput({
    writeOut: keep,
    writeErr: keep,
    outputError: () => undefined,
    getOutHelpWidth: () => columns ?? 100,
    getErrHelpWidth: () => columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  build(
    program,
    (command) => {
      chosen = command;
    },
    version,
  );
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    switch (error.code) {
      case 'commander.version':
        return ok({ kind: 'version', text: version });
      case 'commander.helpDisplayed':
        return ok({ kind: 'help', text: printed });
      case 'commander.help':
        // `help sync` ends here with 0, a missing command with another number.
        return ok({ kind: error.exitCode === 0 ? 'help' : 'incomplete', text: printed });
      default:
        return err(complaint(error));
    }
  }
  // The compiler does not see that the callback above has run.
  const command = chosen as Command | null;
  if (command === null) return ok({ kind: 'incomplete', text: program.helpInformation() });
  const options = globalOptionsSchema.parse(program.opts());
  const empty = (['dataDir', 'googleUrl', 'clientFile'] as const).find((name) => options[name]?.trim() === '');
  if (empty !== undefined) {
    const flag = empty.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return err(failure(appError('option-invalid', `--${flag} was given nothing`)));
  }
  return ok({ kind: 'command', command, options });
}
