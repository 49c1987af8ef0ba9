import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { redacted } from '../../platform/redact.ts';
import { isPlain, leftOut, plain, plainDetail, plainFault, plainVersion } from './plain.ts';

/** The files that CalSync logs to, oldest first; what else lies there is nobody's business. */
const logFiles = ['calsync.old.log', 'calsync.log', 'desktop.old.log', 'desktop.log'] as const;

/** So many bytes of each are told, the newest: enough for days, and the report stays a text that opens anywhere. */
const toldOfEach = 512 * 1024;

/**
 * What the log says happened. A line with another name is left out: nobody has looked at what it may hold. A test compares
 * this with the sources.
 */
export const logEvents: ReadonlySet<string> = new Set([
  ...['token-refresh-failed', 'token-refreshed', 'revoke-failed', 'sign-in-answer-refused', 'sign-in-started'],
  ...['signed-in', 'sign-in-failed', 'google-call-again', 'google-rows-unreadable', 'google-parts-again'],
  ...['google-zone-refused', 'not-gone-on', 'renaming-answered', 'run-not-started', 'reset-finished'],
  ...['removals-finished', 'calendar-renamed', 'renamed-not-read', 'out-of-office-refused', 'write-failed'],
  ...['block-id-taken', 'block-gone', 'slot-ids-asked', 'series-given-up', 'pull-failed', 'sync-token-expired'],
  ...['rows-unreadable', 'page-stored', 'strays-searched', 'lease-dropped', 'run-finished', 'clock-wrong'],
  ...['disk-fails', 'disk-is-back', 'engine-does-not-answer'],
  ...['pages-made-smaller', 'rows-pruned', 'slot-etags-void'],
  ...['removals-unmarked', 'removal-marks-learnt', 'absences-looked-at', 'mutes-doubtful', 'calendar-gone'],
  ...['calendar-list-failed', 'calendar-list-broken', 'unshown-blocks', 'exception', 'rejection', 'page-not-loaded'],
  ...['preload-failed', 'page-hangs', 'page-answers-again', 'engine-cannot-start', 'engine-ended', 'request-failed'],
  ...['quitting', 'quit', 'started', 'page-of-unknown-calendar', 'outcome-on-unknown-calendar', 'slot-without-time'],
  ...['block-outside-its-group', 'database-damaged', 'database-failed', 'database-without-wal', 'database-migrated'],
  ...['log-not-emptied', 'old-copy-removed'],
  ...['stored-value-ignored', 'process-gone', 'page-gone'],
]);

/** How a calendar is called in a report. */
export type CalendarNames = (id: string) => string;

/** Names are told where they are known, and else not even missed: those of steps stand beside their numbers. */
const ifPlain = (text: string): string | null => (isPlain(text) ? text : null);

const frames =
  /\b(?:main|index|app|calsync|demo|engine-process|(?:engine-)?host|demo-process|ipc-handlers|settings)(?:-[\w-]{8})?\.[cm]?js:\d{1,6}:\d{1,6}/g;

/** How each field of a line is told where it is a text; numbers and switches are told under these names alone. */
const fields = {
  ...{ kind: plain, error: plain, errorCode: plain, call: plain, why: plain, operation: plain },
  ...{ outcome: plain, mode: plain, reason: plain, page: plain, script: plain, process: plain },
  ...{ type: plain, fault: plain, request: plain, detail: plainDetail },
  ...{ version: plainVersion, electron: plainVersion, chrome: plainVersion, node: plainVersion },
  system: (text: string) => {
    const [platform = '', release = '', arch = ''] = text.split(' ');
    return `${plain(platform)} ${plainVersion(release)} ${plain(arch)}`;
  },
  // Where in our own files; names of functions and of other files are anybody's.
  stack: (text: string) => Array.from(text.matchAll(frames), ([frame]) => frame).join(' ') || leftOut,
  // The text of a fault is anybody's, and what stands under `code` the log has hidden already. A calendar is told by its name here.
  ...{ text: () => null, code: () => null, calendar: () => leftOut },
  // Numbers and switches.
  ...{ lifetime: plain, used: plain, scopes: plain, unreadable: plain, parts: plain, calls: plain, same: plain },
  ...{ removed: plain, still: plain, settled: plain, recognised: plain, ids: plain, generation: plain, count: plain },
  ...{ rows: plain, changed: plain, added: plain, held: plain, writes: plain, milliseconds: plain, seconds: plain },
  ...{ kept: plain, gone: plain, there: plain, listed: plain, answers: plain, calendars: plain, exitCode: plain },
  ...{ startsAgainInMs: plain, packaged: plain, hidden: plain, demo: plain, readyAfterMs: plain, trayAfterMs: plain },
  ...{ events: plain, blocks: plain, forgotten: plain },
  run: plain,
  name: ifPlain,
} as const satisfies Readonly<Record<string, (text: string) => string | null>>;

const lineSchema = z.looseObject({
  at: z.iso.datetime({ precision: 3 }),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  event: z.string(),
});

/** The fields that the report tells. */
export const logFieldNames: readonly string[] = Object.keys(fields);

/** Takes a line of a log; returns what the report says of it, or null where it is not of our form. */
export function logLine(line: string, calendarName: CalendarNames): string | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success || !logEvents.has(parsed.data.event)) return null;
  const { at, level, event, ...others } = parsed.data;
  const said = [`${at} ${level.padEnd(5)} ${event}`];
  let unknown = 0;
  for (const [name, field] of Object.entries(others)) {
    if (!Object.hasOwn(fields, name)) unknown += 1;
    else if (typeof field === 'number' || typeof field === 'boolean') said.push(`${name}=${field}`);
    else if (typeof field === 'string') {
      if (field === redacted) continue;
      const text = name === 'calendar' ? calendarName(field) : fields[name as keyof typeof fields](field);
      if (text !== null) said.push(`${name}=${text}`);
    } else if (field !== null) unknown += 1;
  }
  if (unknown > 0) said.push(`(${unknown} fields left out)`);
  return said.join(' ');
}

/** What is told of one file of the log. */
export interface ToldLog {
  readonly file: (typeof logFiles)[number];
  readonly lines: readonly string[];
}

/**
 * Takes the folder of the data and how calendars are called; returns the newest lines of each log, oldest first, without
 * what is not of our form: its lines are counted, never shown. A file that is missing is left out.
 */
export function readLogs(dataFolder: string, calendarName: CalendarNames): readonly ToldLog[] {
  return logFiles.flatMap((file) => {
    const read = readEnd(join(dataFolder, 'logs', file));
    if (read === null) return [];
    if (typeof read === 'string') return [{ file, lines: [`The file could not be read (${read}).`] }];
    const told = read.lines.map((line) => logLine(line, calendarName));
    const lines = told.filter((line) => line !== null);
    if (read.cut) lines.unshift('Older lines are left out, because the file is long.');
    const strange = told.length + (read.cut ? 1 : 0) - lines.length;
    if (strange > 0) lines.push(`Lines left out because they are not of the form of this version: ${strange}.`);
    return [{ file, lines }];
  });
}

/** Takes a path; returns the last lines of the file, a code where it cannot be read, or null where there is none. */
function readEnd(path: string): { readonly lines: readonly string[]; readonly cut: boolean } | string | null {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const from = Math.max(0, size - toldOfEach);
      const bytes = Buffer.alloc(size - from);
      const count = readSync(file, bytes, 0, bytes.length, from);
      const lines = bytes.toString('utf8', 0, count).split('\n');
      // The first one is a piece where something is cut off before it.
      return { lines: (from > 0 ? lines.slice(1) : lines).filter((line) => line.trim() !== ''), cut: from > 0 };
    } finally {
      closeSync(file);
    }
  } catch (fault) {
    const code = plainFault(fault);
    return code === 'ENOENT' ? null : code;
  }
}
