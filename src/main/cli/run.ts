import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { unsafeStart } from '../../shared/unsafe-start.ts';
import type { Application, ClientCredentials } from './application.ts';
import { parseArguments, type GlobalOptions } from './arguments.ts';
import type { Command, Outcome } from './command.ts';
import { exitCodeFor, exitCodes, gravestExit, type ExitCode } from './exit-codes.ts';
import { explain, failure, type CliFailure, type ExplainedError } from './failure.ts';
import { createProgressLine } from './progress.ts';
import { painterFor, type CliIo } from './terminal.ts';
import { jsonLine } from './text.ts';
import { holdActionText, holdText } from './words.ts';

const missingCommand: CliFailure = failure(appError('option-invalid', 'a command is missing'));

async function readClient(
  app: Application,
  clientFile: string | null,
  io: CliIo,
): Promise<Result<ClientCredentials | null, AppError>> {
  if (clientFile === null) return app.clientFromEnvironment(io.env);
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, clientFile), 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : null;
    return err(appError('client-file-unreadable', clientFile, reason));
  }
  return app.parseClientFile(text, basename(clientFile));
}

/** Takes `--google-url` or its variable; returns an address without a slash at its end, or null for Google itself. */
function googleAddress(given: string | null, env: CliIo['env']): Result<string | null, AppError> {
  const text = given ?? env['CALSYNC_GOOGLE_URL'] ?? '';
  if (text.trim() === '') return ok(null);
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  const web = url?.protocol === 'http:' || url?.protocol === 'https:';
  return url && bare && web ? ok(url.origin) : err(appError('address-invalid', text));
}

function heldError(outcome: Outcome): ExplainedError | null {
  const [hold] = outcome.holds ?? [];
  return hold ? { code: 'held', sentence: holdText(hold), action: holdActionText(hold), detail: null } : null;
}

function exitOf(outcome: Outcome): ExitCode {
  const earned: ExitCode[] = (outcome.failures ?? []).map(({ error }) => exitCodeFor(error.code));
  if ((outcome.holds ?? []).length > 0) earned.push(exitCodes.held);
  if (outcome.exit !== undefined) earned.push(outcome.exit);
  else if (outcome.found) earned.push(exitCodes.personNeeded);
  return gravestExit(earned);
}

function reportJson(outcome: Outcome, notices: readonly AppError[], io: CliIo): ExitCode {
  const exit = exitOf(outcome);
  const failures = outcome.failures ?? [];
  // The one that decided the exit code, so that `error` and the code tell the same story.
  const deciding = failures.find((each) => exitCodeFor(each.error.code) === exit) ?? failures[0];
  const error = deciding ? explain(deciding) : (outcome.found ?? heldError(outcome));
  const document = {
    ok: exit === exitCodes.fine,
    ...(error ? { error } : {}),
    ...outcome.json,
    ...(failures.length > 1 ? { errors: failures.map(explain) } : {}),
    ...(outcome.holds && outcome.holds.length > 0 ? { holds: outcome.holds } : {}),
    ...(notices.length > 0 ? { notices: notices.map((notice) => explain(failure(notice))) } : {}),
  };
  io.stdout.write(`${jsonLine(document)}\n`);
  return exit;
}

function reportText(outcome: Outcome, notices: readonly AppError[], io: CliIo): ExitCode {
  const paint = painterFor(io.stderr, io.env);
  if (outcome.lines.length > 0) io.stdout.write(`${outcome.lines.join('\n')}\n`);
  const said = new Set<string>();
  const tell = (explained: { readonly sentence: string; readonly action: string }, colour: 'red' | 'yellow'): void => {
    const text = `${paint(colour, explained.sentence)}\n${explained.action}\n`;
    if (!said.has(text)) io.stderr.write(text);
    said.add(text);
  };
  for (const notice of notices) tell(explain(failure(notice)), 'yellow');
  for (const each of outcome.failures ?? []) tell(explain(each), 'red');
  for (const hold of outcome.holds ?? []) {
    tell({ sentence: holdText(hold), action: holdActionText(hold) }, 'yellow');
  }
  return exitOf(outcome);
}

/** Takes what was thrown; returns the failure that stands for a fault of our own, with nothing of its text in it. */
function faultOf(error: unknown, verbose: boolean, io: CliIo): Outcome {
  if (verbose) io.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  const hint = verbose ? null : 'Run it again with --verbose, and please report what that says.';
  const name = error instanceof Error ? error.name : typeof error;
  return { lines: [], json: {}, failures: [failure(appError('unexpected', null, name), hint)] };
}

async function runCommand(
  command: Command,
  options: GlobalOptions,
  version: string,
  io: CliIo,
  load: () => Promise<Application>,
): Promise<{ readonly outcome: Outcome; readonly notices: readonly AppError[] }> {
  const refused = (error: AppError) => ({ outcome: { lines: [], json: {}, failures: [failure(error)] }, notices: [] });
  const unsafe = unsafeStart([], io.env, false);
  if (unsafe !== null) return refused(unsafe);
  const googleUrl = googleAddress(options.googleUrl, io.env);
  if (!googleUrl.ok) return refused(googleUrl.error);
  if (options.googleUrlAnywhere && googleUrl.value !== null) {
    io.stderr.write(`Every sign-in and every calendar of this call goes to ${googleUrl.value}, and not to Google.\n`);
  }
  const loaded = await load();
  const client = await readClient(loaded, options.clientFile, io);
  if (!client.ok) return refused(client.error);
  const dataFolder = options.dataDir === null ? loaded.defaultDataFolder() : resolve(io.cwd, options.dataDir);
  const { unopened } = command;
  const opening = loaded.createCalSync({
    dataFolder,
    googleUrl: googleUrl.value,
    ...(options.googleUrlAnywhere ? { googleUrlAnywhere: true } : {}),
    client: client.value,
    vault: 'keychain',
    version,
    logToConsole: options.verbose,
  });
  // A fault is a reason like any other for whoever answers all the same.
  const created = await (unopened === undefined
    ? opening
    : opening.catch((fault: unknown) => err(appError('unexpected', null, fault instanceof Error ? fault.name : null))));
  if (!created.ok) {
    if (unopened === undefined) return refused(created.error);
    const why = created.error;
    const report = (): string => loaded.reportUnopened({ dataFolder, version, demo: false, now: io.now(), why });
    return { outcome: unopened({ io, json: options.json, why, report }), notices: [] };
  }
  const { app, notices } = created.value;
  let progress = createProgressLine(io);
  let toldOfKeychain = false;
  app.onStatus(({ waitsFor: { keychain } }) => {
    if (toldOfKeychain || keychain?.error?.code !== 'keychain-asks') return;
    // Else nobody would know why nothing goes on.
    toldOfKeychain = true;
    const { sentence, action } = explain(failure(keychain.error));
    io.stderr.write(`${sentence}\n${action}\n`);
  });
  try {
    const outcome = await command({
      app,
      io,
      json: options.json,
      paint: painterFor(io.stdout, io.env),
      onProgress: (each) => progress.onProgress(each),
      undisturbed: async (work) => {
        progress.end();
        try {
          return await work();
        } finally {
          progress = createProgressLine(io);
        }
      },
    });
    return { outcome, notices };
  } catch (error) {
    progress.end();
    const known = loaded.failureOf(error);
    if (known !== null) return { outcome: { lines: [], json: {}, failures: [failure(known)] }, notices };
    return { outcome: faultOf(error, options.verbose, io), notices };
  } finally {
    progress.end();
    await app.close();
  }
}

/**
 * Takes the arguments after the program's name, the world around, CalSync's version and what loads its use cases; runs
 * one command and returns its exit code (docs/cli.md). Never throws and never ends the process.
 */
export async function runCli(
  argv: readonly string[],
  io: CliIo,
  version: string,
  load: () => Promise<Application>,
): Promise<ExitCode> {
  const end = argv.indexOf('--');
  const spoken = end < 0 ? argv : argv.slice(0, end);
  // Looked up here too, because a line that is not understood must be answered in JSON as well.
  const json = spoken.includes('--json');
  const verbose = spoken.includes('--verbose');
  const report = json ? reportJson : reportText;
  try {
    const request = parseArguments(argv, version, io.stdout.isTTY ? io.stdout.columns : null);
    if (!request.ok) return report({ lines: [], json: {}, failures: [request.error] }, [], io);
    switch (request.value.kind) {
      case 'incomplete':
        if (json) return report({ lines: [], json: {}, failures: [missingCommand] }, [], io);
        io.stderr.write(`${request.value.text.trimEnd()}\n`);
        return exitCodeFor(missingCommand.error.code);
      case 'help':
        return report({ lines: [request.value.text.trimEnd()], json: { help: request.value.text } }, [], io);
      case 'version':
        return report({ lines: [version], json: { version } }, [], io);
      case 'command': {
        const { outcome, notices } = await runCommand(request.value.command, request.value.options, version, io, load);
        return report(outcome, notices, io);
      }
    }
  } catch (error) {
    return report(faultOf(error, verbose, io), [], io);
  }
}
