import { Command as Commander, CommanderError } from 'commander';
import { z } from 'zod';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Command } from './command.ts';
import { commandEntries } from './commands/all.ts';
import type { CommandEntry } from './entry.ts';
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
  addWords(program, commandEntries, choose);
}

function addWords(parent: Commander, entries: readonly CommandEntry[], choose: (command: Command) => void): void {
  for (const { name, description, isDefault = false, define, words = [] } of entries) {
    const word = parent.command(name, { isDefault }).description(description);
    define?.(word, choose);
    addWords(word, words, choose);
  }
}

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
