import type { CalSync, ProgressListener } from '../app/calsync.ts';
import type { HoldView } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { ExitCode } from './exit-codes.ts';
import { failure, type CliFailure, type ExplainedError } from './failure.ts';
import type { CliIo, Paint } from './terminal.ts';

/** What a command is given: CalSync itself, the terminal, and how the person wants to be answered. */
export interface CommandContext {
  readonly app: CalSync;
  readonly io: CliIo;
  readonly json: boolean;
  readonly paint: (paint: Paint, text: string) => string;
  readonly onProgress: ProgressListener;
  /** Runs work that must have the terminal to itself, such as a question, without the progress line. */
  readonly undisturbed: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

/** What came of a command: the same matter once as text and once as fields of a JSON document. */
export interface Outcome {
  /** Lines for standard output. */
  readonly lines: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
  /** What went wrong, for standard error; also decides the exit code. */
  readonly failures?: readonly CliFailure[];
  /** What waits for the person because of this command; decides the exit code too. */
  readonly holds?: readonly HoldView[];
  /** What a report found not to work. The lines say it already, so only JSON and the exit code tell it once more. */
  readonly found?: ExplainedError;
  /** What a report answers by itself, where that is not `personNeeded` for what it found. */
  readonly exit?: ExitCode;
}

/** What a command is given where CalSync could not be put together. */
export interface UnopenedContext extends Pick<CommandContext, 'io' | 'json'> {
  /** Why not. */
  readonly why: AppError;
  /** Returns the support report with what there is. */
  readonly report: () => string;
}

export interface Command {
  (context: CommandContext): Promise<Outcome> | Outcome;
  /** What answers in its place where CalSync could not be put together; without it the command fails with the reason. */
  readonly unopened?: (context: UnopenedContext) => Outcome;
}

/** Takes what went wrong; returns the outcome of a command that did nothing. */
export function failed(error: AppError, hint: string | null = null): Outcome {
  return { lines: [], json: {}, failures: [failure(error, hint)] };
}

/**
 * Takes a question and the word that says yes; asks a person at the terminal for that word. Returns whether it came, or
 * null where nobody sits there who could be asked.
 */
export async function askForWord(context: CommandContext, question: string, word: string): Promise<boolean | null> {
  const { io } = context;
  if (context.json || !io.stdin.isTTY || !io.stderr.isTTY) return null;
  const answer = await context.undisturbed(() => {
    io.stderr.write(`${question}\nType ${context.paint('bold', word)} to go on: `);
    return io.stdin.readLine(io.signal);
  });
  if (answer === null) io.stderr.write('\n');
  return answer?.trim().toLowerCase() === word;
}

/**
 * Takes what will go (`every block in 3 calendars`) and the word that allows it; asks for that word when a person sits
 * at the terminal. Returns null when it may go on, or what to answer instead.
 */
export async function askToConfirm(
  context: CommandContext,
  confirmed: boolean,
  what: string,
  word: string,
): Promise<Outcome | null> {
  if (confirmed) return null;
  const said = await askForWord(context, `This removes ${what}.`, word);
  if (said === true) return null;
  const hint = said === null ? null : `Say it again, and type ${word} when asked, or use --yes.`;
  return failed(appError('confirmation-needed', `removes ${what}`), hint);
}
