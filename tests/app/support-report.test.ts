import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCalSync, reportUnopened, type CalSync, type TokenVault } from '../../src/main/app/index.ts';
import { logEvents, logFieldNames } from '../../src/main/app/support/log.ts';
import { appError } from '../../src/shared/errors.ts';
import { ok } from '../../src/shared/result.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { canaryFormNames, canaryForms, canaryWord, plantEverywhere, type CanaryForm } from '../support/canaries.ts';
import { consentOver } from '../support/consent.ts';

const version = '1.2.3';

/** A folder of the data under a home folder that has the person's name. */
function dataFolder(): string {
  const home = mkdtempSync(join(tmpdir(), `${canaryWord}-`));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'CalSync');
  mkdirSync(join(folder, 'logs'), { recursive: true });
  return folder;
}

function vaultOf(token: string): TokenVault {
  return {
    kind: 'keychain',
    read: () => Promise.resolve(ok(token)),
    write: () => Promise.resolve(ok(undefined)),
    remove: () => Promise.resolve(ok(undefined)),
  };
}

async function open(folder: string, form: CanaryForm = 'word', googleUrl: string | null = null): Promise<CalSync> {
  const text = canaryForms[form];
  const made = await createCalSync({
    dataFolder: folder,
    googleUrl,
    client: { clientId: text('client-id'), clientSecret: text('client-secret') },
    vault: vaultOf(text('refresh-token')),
    version,
  });
  if (!made.ok) throw new Error(made.error.code);
  const { app } = made.value;
  onTestFinished(() => app.close());
  return app;
}

/** Plants canaries in the environment, as far as anything of it is looked at, and where a person's name stands in it. */
function plantEnvironment(text: (at: string) => string): void {
  const looked = [
    'GOOGLE_OAUTH_CLIENT_ID',
    'GOOGLE_OAUTH_CLIENT_SECRET',
    'CALSYNC_GOOGLE_URL',
    'HTTPS_PROXY',
    'NO_PROXY',
  ];
  const names = ['HOME', 'USER', 'LOGNAME', 'HOSTNAME', 'COMPUTERNAME', 'USERPROFILE', 'XDG_DATA_HOME', 'PWD'];
  for (const name of [...looked, ...names]) vi.stubEnv(name, text(name));
  onTestFinished(() => void vi.unstubAllEnvs());
}

const logNames = ['calsync.log', 'calsync.old.log', 'desktop.log', 'desktop.old.log', 'another.log'];

/** Lines as this version writes them, as others did, and as nobody should, with a canary at each place. */
function strangeLines(text: (at: string) => string): readonly string[] {
  const head = { at: '2026-11-01T10:00:00.000Z', level: 'warn', event: 'pull-failed' };
  const all = Object.fromEntries(logFieldNames.map((name) => [name, text(`log.${name}`)]));
  return [
    ...[...logEvents].map((event) => JSON.stringify({ ...head, event, ...all })),
    JSON.stringify({
      ...head,
      detail: `HTTP 403 ${text('log.detail')}`,
      stack: `at ${text('frame')} ${text('file')}.js:1:2`,
    }),
    JSON.stringify({ ...head, [text('log.field')]: 1, [`a${text('log.field')}`]: text('log.value') }),
    JSON.stringify({ ...head, kind: { text: text('log.nested') }, detail: [text('log.list')] }),
    JSON.stringify({ ...head, event: text('log.event') }),
    JSON.stringify({ ...head, at: text('log.at') }),
    JSON.stringify({ ...head, level: text('log.level') }),
    JSON.stringify(text('log.text')),
    JSON.stringify([text('log.array')]),
    `{"at":"2026-11-01T10:00:00.000Z","event":"${text('log.broken')}`,
    `[2026-11-01 10:00:00.000] [warn] ${text('log.library')}`,
    text('log.line'),
  ];
}

function plantLogs(folder: string, text: (at: string) => string): void {
  for (const name of logNames) writeFileSync(join(folder, 'logs', name), `${strangeLines(text).join('\n')}\n`);
}

/** Plants canaries in all that a report is made from. The database is there already. */
function plantAll(folder: string, form: CanaryForm): ReturnType<typeof plantEverywhere> {
  const text = canaryForms[form];
  plantEnvironment(text);
  plantLogs(folder, text);
  for (const name of [`${canaryWord}.txt`, `calsync.db.damaged-${canaryWord}`, `desktop.json.${canaryWord}`]) {
    writeFileSync(join(folder, name), text('file'));
  }
  writeFileSync(join(folder, 'desktop.json'), JSON.stringify({ told: [text('told')] }));
  return plantEverywhere(join(folder, 'calsync.db'), form, Date.now());
}

/** Lines of a report that hold something planted, in whatever case, or that only the redaction has kept from it. */
function leaks(report: string): readonly string[] {
  return report
    .split('\n')
    .filter((line) => line.toLowerCase().includes(canaryWord) || /Pacific|\[redacted\]/.test(line));
}

/** What a report does not hold of these. */
function missing(report: string, ...texts: readonly string[]): readonly string[] {
  return texts.filter((text) => !report.includes(text));
}

async function made(folder: string): Promise<string> {
  await (await open(folder)).close();
  return folder;
}

describe('the support report', () => {
  it.each(canaryFormNames)('holds nothing that is planted in any of its sources as: %s', async (form) => {
    const folder = await made(dataFolder());
    const planted = plantAll(folder, form);
    const report = await (await open(folder, form)).supportReport();
    expect(leaks(report)).toEqual([]);
    // All was read, and told in its place: what could not be read cannot leak either.
    expect(report.split('\n').filter((line) => line.includes('could not be made'))).toEqual([]);
    expect(
      missing(
        report,
        'account 1: connected',
        'calendar 1: ',
        'own text set',
        'does not count set',
        'Held: mass-deletion',
      ),
    ).toEqual([]);
    expect(missing(report, 'offline (HTTP 403 (left out))', 'pull-failed kind=(left out)')).toEqual([]);
    expect(report.split('\n').filter((line) => /run 1 .*batch 2.*declined 2/.test(line))).toHaveLength(1);
    expect(planted.length).toBeGreaterThan(80);
  });

  it.each(canaryFormNames)('holds nothing of it where the database cannot be opened: %s', async (form) => {
    const folder = await made(dataFolder());
    plantAll(folder, form);
    const database = new Database(join(folder, 'calsync.db'));
    database.pragma('user_version = 9999');
    database.close();
    const text = canaryForms[form];
    const refused = await createCalSync({
      dataFolder: folder,
      googleUrl: null,
      client: null,
      vault: 'memory',
      version,
    });
    if (refused.ok) throw new Error('It opened.');
    const known = { dataFolder: folder, version, demo: false, now: Date.now() };
    const told = reportUnopened({ ...known, why: refused.error });
    expect(missing(told, 'no: database-from-future (user_version 9999)', 'pull-failed kind=(left out)')).toEqual([]);
    const strange = { ...known, why: appError('database-failed', text('about'), `SQLITE_BUSY ${text('detail')}`) };
    expect([...leaks(told), ...leaks(reportUnopened(strange))]).toEqual([]);
    expect(missing(reportUnopened(strange), 'no: database-failed (SQLITE_BUSY (left out))')).toEqual([]);
  });

  it('says of each part that cannot be read that it cannot, and tells the others', async () => {
    const folder = await made(dataFolder());
    plantAll(folder, 'title');
    const app = await open(folder, 'title');
    const database = new Database(join(folder, 'calsync.db'));
    database.exec('DROP TABLE activity; DROP TABLE mutes; DROP TABLE calendar_access;');
    database.close();
    const report = await app.supportReport();
    expect(leaks(report)).toEqual([]);
    expect(report.match(/This part could not be made \(SQLITE_ERROR\)\./g)?.length).toBeGreaterThan(2);
    expect(missing(report, 'Versions', 'account 1: connected', 'own text set', 'Log: calsync.log')).toEqual([]);
  });

  it('calls accounts and calendars by the same numbers throughout, and other ids by names that change with each report', async () => {
    const folder = await made(dataFolder());
    plantAll(folder, 'word');
    const app = await open(folder);
    const first = await app.supportReport();
    // The hold, the mute and the trouble are about the calendar of the one row; the routes name one that is not there.
    expect(missing(first, 'Held: mass-deletion, 1 blocks, calendar 1,', 'kept away from calendar 1 since')).toEqual([]);
    const strangerIn = (report: string): string | undefined =>
      /^(calendar [0-9a-f]{8}) to \1: own text set/m.exec(report)?.[1];
    expect(strangerIn(first)).toBeDefined();
    expect(strangerIn(await app.supportReport())).not.toBe(strangerIn(first));
  });

  it('is told in full, and found clean by the redaction, after ordinary syncs', async () => {
    const simulator = await startSimulator({ world: 'demo', seed: 'support' });
    onTestFinished(() => simulator.close());
    const folder = dataFolder();
    const opened = await createCalSync({
      dataFolder: folder,
      googleUrl: simulator.url,
      client: simulator.client,
      vault: 'memory',
      version,
      unitsPerMinute: 1_000_000,
    });
    if (!opened.ok) throw new Error(opened.error.code);
    const { app } = opened.value;
    onTestFinished(() => app.close());
    const emails = ['work@northwind.example', 'me@home.example'];
    for (const email of emails) {
      const added = await app.addAccount({ show: consentOver(email) });
      if (!added.ok) throw new Error(added.error.code);
    }
    await app.sync('manual', { start: true });
    const report = await app.supportReport();
    const lines = report.split('\n');
    expect(missing(report, 'account 2: connected, sign-in kept, permissions missing 0')).toEqual([]);
    expect(lines.filter((line) => /run 1 manual ok, \d+ ms: \+\d+ ~\d+ -0/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /run-finished outcome=ok added=\d+/.test(line))).toHaveLength(1);
    // The second line of defence has nothing to do, and the first one knows all that is ordinary.
    expect(lines.filter((line) => /redacted|left out/.test(line))).toEqual([]);
    const { accounts, calendars } = app.status();
    const theirs = [...accounts.map(({ email }) => email), ...calendars.flatMap(({ id, name }) => [id, name])];
    expect(theirs.length).toBeGreaterThan(6);
    expect(theirs.filter((text) => report.includes(text))).toEqual([]);
  });

  it('holds the newest of long logs, and stays a text that opens anywhere', async () => {
    const folder = await made(dataFolder());
    const line = (count: number): string =>
      JSON.stringify({ at: '2026-11-01T10:00:00.000Z', level: 'info', event: 'rows-unreadable', count });
    for (const name of logNames) {
      writeFileSync(join(folder, 'logs', name), Array.from({ length: 20_000 }, (_, count) => line(count)).join('\n'));
    }
    const report = await (await open(folder)).supportReport();
    expect(missing(report, 'count=19999')).toEqual([]);
    expect(missing(report, 'count=7\n')).toHaveLength(1);
    expect(report.match(/Older lines are left out/g)?.length).toBe(4);
    expect(report.length).toBeLessThan(3_000_000);
  });

  it('knows each thing that CalSync writes into its log', () => {
    const sources = readdirSync('src/main', { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    );
    const said = sources.flatMap((path) => {
      const text = readFileSync(join('src/main', path), 'utf8');
      return Array.from(
        text.matchAll(/\blog(?:ger)?\??\.(?:debug|info|warn|error)\(\s*'([^']+)'/g),
        ([, event]) => event,
      );
    });
    expect(said.length).toBeGreaterThan(50);
    expect(said.filter((event) => event !== undefined && !logEvents.has(event))).toEqual([]);
  });
});
