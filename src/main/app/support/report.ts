import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { arch, release } from 'node:os';
import { join } from 'node:path';
import type { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/time.ts';
import { redact } from '../../platform/redact.ts';
import { readLogs, type CalendarNames } from './log.ts';
import { instantText, plain, plainDetail, plainFault, plainVersion } from './plain.ts';

/** What the report is about, besides what is stored. */
export interface Surroundings {
  readonly version: string;
  readonly demo: boolean;
  readonly dataFolder: string;
  readonly now: Instant;
  /** Of Node, Electron and Chromium, as `process.versions` says them. */
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** As `process.platform`, `os.release()` and `os.arch()` say them. */
  readonly system: { readonly platform: string; readonly release: string; readonly arch: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The zone of this computer, to compare others with. It is not told, because a zone tells where the person is. */
  readonly timeZone: string;
  /** Random text of this one report, so that nobody can look up what was shortened with it. */
  readonly salt: string;
}

/** A part of the report: a heading, and what makes its lines. A part that cannot be made says so, and the others stand. */
export interface Part {
  readonly title: string;
  readonly lines: () => readonly string[];
}

/** Takes what only the caller knows; returns the surroundings of this process. */
export function surroundingsHere(own: Pick<Surroundings, 'version' | 'demo' | 'dataFolder' | 'now'>): Surroundings {
  return {
    ...own,
    versions: process.versions,
    system: { platform: process.platform, release: release(), arch: arch() },
    env: process.env,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    salt: randomBytes(16).toString('hex'),
  };
}

/** Takes an id; returns a short name for it that is the same throughout one report and different in the next. */
export function shortName(id: string, { salt }: Surroundings): string {
  return createHmac('sha256', salt).update(id).digest('hex').slice(0, 8);
}

/** Takes a name and a value; returns them in two columns. */
export function fact(name: string, value: string | number): string {
  return `${name.padEnd(30)} ${value}`;
}

/** Takes lines and how many to show; returns them, with the number of those that are left out. */
export function atMost(count: number, lines: readonly string[]): readonly string[] {
  return lines.length <= count ? lines : [...lines.slice(0, count), `… and ${lines.length - count} more`];
}

/** Takes a failure; returns its code and its technical detail, without what it is about. */
export function failureText({ code, detail }: Pick<AppError, 'code' | 'detail'>): string {
  return detail === null ? code : `${code} (${plainDetail(detail)})`;
}

/**
 * Takes the surroundings, the parts that are known only where the database is open, and how calendars are called in them;
 * returns the support report: a text that a person can read from its first line to its last. Each line is made of words that are
 * known to be harmless, and redacted once more.
 */
export function supportReport(around: Surroundings, stored: readonly Part[], calendarName: CalendarNames): string {
  const parts: readonly Part[] = [
    { title: 'Versions', lines: () => versions(around) },
    { title: 'Environment', lines: () => environment(around) },
    ...stored,
    { title: 'Files in the data folder', lines: () => files(around.dataFolder) },
    ...logParts(around.dataFolder, calendarName),
  ];
  const lines = [
    ...headed('CalSync support report', '=', [
      `Made ${instantText(around.now)}, all times in UTC. It was written to this computer and sent nowhere.`,
      'It holds versions, choices, counts, the last syncs and the log. Accounts and calendars are numbered; there are no',
      'titles, places, names, addresses or sign-ins. Ids are shortened to names that mean nothing outside of this report.',
      'Read it before you pass it on.',
    ]),
    ...parts.flatMap(({ title, lines: make }) => ['', ...headed(title, '-', linesOf(make))]),
  ];
  // Line by line, because `redact` cuts long texts.
  return `${lines.map(redact).join('\n')}\n`;
}

/** Takes the surroundings and why the database could not be opened; returns the support report with what there is. */
export function supportReportWithoutStore(around: Surroundings, why: AppError): string {
  const database: Part = {
    title: 'Database',
    lines: () => [
      fact('Opened', `no: ${failureText(why)}`),
      'Accounts, calendars, choices and syncs are missing here because of that.',
    ],
  };
  return supportReport(around, [database], (id) => `calendar ${shortName(id, around)}`);
}

function headed(title: string, rule: string, lines: readonly string[]): readonly string[] {
  return [title, rule.repeat(title.length), ...(lines.length === 0 ? ['none'] : lines)];
}

function linesOf(make: Part['lines']): readonly string[] {
  try {
    return make();
  } catch (fault) {
    return [`This part could not be made (${plainFault(fault)}).`];
  }
}

/** How many minutes the clocks of a zone are ahead of UTC at an instant. */
function offsetText(timeZone: string, at: Instant): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const offset = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  return /^GMT[+-]\d{2}:\d{2}$/.test(offset) ? offset.replace('GMT', 'UTC') : 'UTC';
}

function versions({ version, demo, versions: of, system, timeZone, now }: Surroundings): readonly string[] {
  const told = [
    fact('CalSync', `${version}${demo ? ' (demo)' : ''}`),
    ...(['electron', 'chrome', 'node'] as const).flatMap((name) => {
      const found = of[name];
      return found === undefined ? [] : [fact(name, plainVersion(found))];
    }),
    fact('System', `${plain(system.platform)} ${plainVersion(system.release)} ${plain(system.arch)}`),
    fact('Clock', `${instantText(now)}, here ${offsetText(timeZone, now)}`),
  ];
  return told;
}

/** Variables that change what CalSync does. Whether they are set is told, and what to is not. */
const variables = [
  ...['GOOGLE_OAUTH_CLIENT_ID', 'GOOGLE_OAUTH_CLIENT_SECRET', 'CALSYNC_GOOGLE_URL', 'TZ', 'XDG_DATA_HOME'],
  ...['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'],
  ...['CALSYNC_EXTRA_CA_CERTS', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_TLS_REJECT_UNAUTHORIZED'],
] as const;

function environment({ env }: Surroundings): readonly string[] {
  const set = variables.filter((name) => (env[name] ?? '') !== '');
  const others = variables.filter((name) => !set.includes(name));
  return [fact('Set', set.join(', ') || 'none'), fact('Not set', others.join(', '))];
}

/** Names of files that CalSync makes: the database, what SQLite keeps beside it, copies before a migration, damaged ones. */
const ourFile =
  /^(?:calsync\.db(?:\.before-\d{1,4}|\.damaged-\d{8}T\d{6}Z(?:-\d{1,3})?)?(?:-wal|-shm)?|desktop\.json|logs|pages)$/;

function files(dataFolder: string): readonly string[] {
  const all = readdirSync(dataFolder).sort();
  const ours = all.filter((name) => ourFile.test(name));
  const others = all.length - ours.length;
  return [
    ...ours.map((name) => {
      const found = statSync(join(dataFolder, name), { throwIfNoEntry: false });
      const size = found === undefined ? 'gone meanwhile' : found.isFile() ? `${found.size} bytes` : 'folder';
      return fact(name, found === undefined ? size : `${size}, changed ${instantText(found.mtimeMs)}`);
    }),
    ...(others === 0 ? [] : [fact('Others', others)]),
  ];
}

function logParts(dataFolder: string, calendarName: CalendarNames): readonly Part[] {
  const logs = readLogs(dataFolder, calendarName);
  if (logs.length === 0) return [{ title: 'Log', lines: () => [] }];
  return logs.map(({ file, lines }) => ({ title: `Log: ${file}`, lines: () => lines }));
}
