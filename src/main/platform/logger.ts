import electronLog from 'electron-log/node.js';
import type { Clock } from '../ports/clock.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import { createSystemClock } from './clock.ts';
import { redact, redactFields } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  /** Where to write; its folder is made when it is missing. Null: no file. */
  readonly file: string | null;
  /** Lines below this level are dropped. */
  readonly level: LogLevel;
  /** Whether to write to standard error too. Never to standard output, which belongs to what a command answers. */
  readonly console: boolean;
  readonly clock?: Clock;
  /** A file that has grown beyond this many bytes becomes `….old.log`, in place of the one before it. */
  readonly maxSize?: number;
}

/**
 * Takes where to log to, returns the logger. A line is one JSON object: `at` (ISO 8601, UTC), `level`, `event`, and the
 * fields, all redacted here in the sink. A file that cannot be written never stops the program: that is told in a line
 * on standard error.
 */
export function createLogger(options: LoggerOptions): Logger {
  const clock = options.clock ?? createSystemClock();
  const sink = createSink(options);
  const write = (level: LogLevel, event: string, fields: LogFields = {}): void => {
    const head = { at: new Date(clock.now()).toISOString(), level, event: redact(event) };
    // The head comes last too, so that no field can pose as it.
    sink[level](JSON.stringify({ ...head, ...redactFields(fields), ...head }));
  };
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}

function createSink({ file, level, console: toConsole, maxSize = 1_000_000 }: LoggerOptions) {
  const sink = electronLog.create({ logId: file ?? 'no-file' });
  const { transports } = sink;
  // Which ones there are differs between Node and Electron; only the two below are ours.
  for (const transport of Object.values<unknown>({ ...transports })) {
    if (typeof transport === 'function') Object.assign(transport, { level: false });
  }

  transports.console.level = toConsole ? level : false;
  transports.console.transforms = [({ data }: { data: unknown[] }) => data];
  transports.console.writeFn = writeToStandardError;
  // The library tells of its own failures through its default logger, otherwise with a stack trace per line.
  electronLog.transports.console.transforms = [({ data }: { data: unknown[] }) => data];
  electronLog.transports.console.writeFn = writeToStandardError;

  transports.file.level = file === null ? false : level;
  if (file !== null) {
    transports.file.resolvePathFn = () => file;
    transports.file.maxSize = maxSize;
    transports.file.sync = true;
    transports.file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
    transports.file.transforms = [({ data }: { data: unknown[] }) => data.map(String).join(' ')];
  }
  return sink;
}

function writeToStandardError({ message }: { readonly message: { readonly data: readonly unknown[] } }): void {
  const words = message.data.map((word) => (word instanceof Error ? word.message : String(word)));
  process.stderr.write(`${words.join(' ')}\n`);
}
