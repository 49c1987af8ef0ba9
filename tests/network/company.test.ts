import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createCalSync, type CalSync, type CalSyncOptions, type TokenVault } from '../../src/main/app/index.ts';
import { calendarScopes, identityScopes } from '../../src/main/oauth/index.ts';
import { createMemoryVault } from '../../src/main/platform/index.ts';
import type { AddAccountRequest } from '../../src/main/app/calsync.ts';
import type { AccountView } from '../../src/shared/dto.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import { healthOf } from '../../src/shared/health.ts';
import { healthSaid } from '../../src/shared/health-words.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { ok } from '../../src/shared/result.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { authorityFile, inspectionFile, startCompany, type Company, type Instead } from '../support/company.ts';
import { calsyncAlone } from '../support/command-line.ts';
import { consentOver } from '../support/consent.ts';

const people = ['work@northwind.example', 'me@home.example'];
const password = 'hunter2-of-the-proxy';

let simulator: Simulator;
let company: Company;
let folder: string;
let vault: TokenVault;
const open: CalSync[] = [];

type Parts = Partial<CalSyncOptions>;

/** CalSync for google.example, which only the proxy of the company can reach; as after a start, without an access token. */
async function start(parts: Parts = {}): Promise<{ readonly app: CalSync; readonly notices: readonly ErrorCode[] }> {
  const made = await createCalSync({
    dataFolder: folder,
    googleUrl: 'https://google.example',
    googleUrlAnywhere: true,
    client: { clientId: simulator.client.clientId, clientSecret: simulator.client.clientSecret },
    vault,
    version: 'test',
    unitsPerMinute: 1_000_000,
    ...parts,
    env: parts.env ?? environment(),
  });
  if (!made.ok) throw new Error(made.error.code);
  open.push(made.value.app);
  return { app: made.value.app, notices: made.value.notices.map(({ code }) => code) };
}

const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  HTTPS_PROXY: company.proxy,
  NODE_EXTRA_CA_CERTS: authorityFile,
  ...more,
});

async function synced(app: CalSync) {
  const run = await app.sync('command', { start: true });
  if (!run.ok) throw new Error(run.error.code);
  return run.value;
}

const blocks = (): number =>
  simulator
    .dump()
    .flatMap(({ events }) => events)
    .filter((event) => JSON.stringify(event).includes('calsync.ref')).length;

/** The company reaches the same server under another name; a person's accounts would be used at the first one alone. */
function belongTo(server: string): void {
  const database = new Database(join(folder, 'calsync.db'));
  database.prepare("UPDATE settings SET value = ? WHERE name = 'server'").run(server);
  database.close();
}

beforeAll(async () => {
  simulator = await startSimulator({ world: 'demo', seed: 'company', cry: () => undefined });
  folder = mkdtempSync(join(tmpdir(), 'calsync-company-'));
  vault = { ...createMemoryVault(), kind: 'keychain' };
  const { app } = await start({ googleUrl: simulator.url, env: {} });
  for (const email of people) {
    const added = await app.addAccount({ show: consentOver(email) });
    if (!added.ok) throw new Error(added.error.code);
    expect(app.useCalendar(toCalendarId(email), { source: true, target: true })).toMatchObject({ ok: true });
  }
  expect((await synced(app)).added).toBeGreaterThan(0);
  await open.pop()?.close();
  belongTo('https://google.example/');
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  company = await startCompany(simulator.url);
});
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
  await company.close();
});

const page = (status: number, headers: Record<string, string> = {}): Instead => ({
  status,
  headers: { 'content-type': 'text/html', ...headers },
  body: '<html><title>Welcome to our network</title></html>',
});
const wantsLogin = (schemes: string): Instead => page(407, { 'proxy-authenticate': schemes });

describe('behind a proxy', () => {
  it.each(['', 'http://'])('every call goes through it, named as “%shost:port”', async (scheme) => {
    const { app } = await start({ env: environment({ HTTPS_PROXY: scheme + company.proxy }) });
    expect(await synced(app)).toMatchObject({ outcome: 'ok' });
    expect(new Set(company.asked.map(({ target }) => target))).toEqual(new Set(['google.example:443']));
  });

  it('that the desktop names, the next one is used where one cannot be reached', async () => {
    const asked = new Set<string>();
    const resolveProxy = (address: string): Promise<string> => {
      asked.add(address);
      return Promise.resolve(`PROXY 127.0.0.1:1; PROXY ${company.proxy}`);
    };
    const { app } = await start({ env: { NODE_EXTRA_CA_CERTS: authorityFile }, resolveProxy });
    expect(await synced(app)).toMatchObject({ outcome: 'ok' });
    expect(company.asked.length).toBeGreaterThan(0);
    expect(asked).toEqual(new Set(['https://google.example/']));
  });

  it('that wants a login, the one in HTTPS_PROXY is given, and stays out of log and report', async () => {
    const expected = `Basic ${Buffer.from(`robin:${password}`).toString('base64')}`;
    company.atProxy = (headers) => (headers['proxy-authorization'] === expected ? null : wantsLogin('Basic realm="x"'));
    const good = await start({ env: environment({ HTTPS_PROXY: `http://robin:${password}@${company.proxy}` }) });
    expect(await synced(good.app)).toMatchObject({ outcome: 'ok' });
    const wrong = await start({ env: environment({ HTTPS_PROXY: `http://robin:${password}x@${company.proxy}` }) });
    expect((await synced(wrong.app)).errors).toMatchObject([{ code: 'proxy-login', about: company.proxy }]);
    const told = JSON.stringify([await wrong.app.doctor('app'), wrong.app.status()]);
    const all = told + readFileSync(join(folder, 'logs/calsync.log'), 'utf8');
    expect(all).toContain('token-refresh-failed');
    for (const secret of [password, 'robin', expected]) expect(all).not.toContain(secret);
  });
});

/** What stands between, and what is told of it. */
const situations: readonly (readonly [string, (company: Company, on: RegExp) => void, ErrorCode])[] = [
  ['a proxy that wants a login', (at) => (at.atProxy = () => wantsLogin('Basic realm="x"')), 'proxy-login'],
  ['a proxy that wants a ticket', (at) => (at.atProxy = () => wantsLogin('Negotiate')), 'proxy-login-unsupported'],
  ['a proxy that knows NTLM alone', (at) => (at.atProxy = () => wantsLogin('NTLM')), 'proxy-login-unsupported'],
  ['a proxy that refuses', (at) => (at.atProxy = () => page(403)), 'proxy-refused'],
  ['a proxy that reaches nobody', (at) => (at.atProxy = () => page(503)), 'proxy-trouble'],
  ['a proxy that leads to a page', (at) => (at.atProxy = () => page(302)), 'network-portal'],
  ['TLS inspection by nobody known', (at) => (at.inspects = true), 'network-inspected'],
  ['a page in place of an answer', instead(page(200)), 'network-portal'],
  ['being sent to a page', instead(page(302, { location: 'http://portal.example/' })), 'network-portal'],
  ['511', instead(page(511)), 'network-portal'],
  ['a page that forbids', instead(page(403)), 'proxy-refused'],
  ['a page that knows no such address', instead(page(404)), 'proxy-refused'],
];

function instead(answer: Instead): (company: Company, on: RegExp) => void {
  return (at, on) => {
    at.inGooglesPlace = (path) => (on.test(path) ? answer : null);
  };
}

describe.each(situations)('%s', (_what, comes, code) => {
  it.each([
    ['while a token is fetched', /^\/token/],
    ['while calendars are read', /^\/(?:calendar|batch)/],
  ])('is told for what it is %s, proves nothing, and passes', async (_when, on) => {
    const { app } = await start();
    const before = blocks();
    if (!on.test('/token')) {
      await synced(app);
      await company.cut();
    }
    comes(company, on);
    const run = await synced(app);
    expect(run.errors.map((error) => error.code)).toEqual([code]);
    expect(run).toMatchObject({ outcome: 'failed', added: 0, removed: 0 });
    expect(blocks()).toBe(before);
    const status = app.status();
    expect(status.accounts.map(({ state }) => state)).toEqual(['connected', 'connected']);
    expect(status.calendars.some(({ goneSince }) => goneSince !== null)).toBe(false);
    const health = healthOf(status, Date.now());
    const voice = {
      surface: 'app',
      time: (moment: string) => moment,
      until: (moment: string) => moment,
      number: String,
    } as const;
    // Of what passes by itself nothing is asked at first.
    const [matter] = health.matters;
    expect(matter).toMatchObject({ code, need: code === 'proxy-trouble' ? 'nobody' : 'person' });
    const said = healthSaid(health, voice);
    if (code !== 'proxy-trouble') {
      expect(said.meaning).toContain('between this computer and Google');
      expect(said.meaning).not.toMatch(/Google has trouble|nothing to do/i);
    }

    company.atProxy = () => null;
    company.inGooglesPlace = () => null;
    company.inspects = false;
    expect(await synced(app)).toMatchObject({ outcome: 'ok', added: 0, removed: 0 });
    expect(healthOf(app.status(), Date.now()).matters).toEqual([]);
  });

  it('is told where an account is added whose calendars it hides', async () => {
    // The sign-in is kept after Google has answered for it, and before the calendars are asked for.
    const write = async () => {
      await company.cut();
      comes(company, /^\/(?:calendar|batch)/);
      return ok(undefined);
    };
    const { app } = await start({ vault: { ...vault, write } });
    const [{ id, email }] = app.status().accounts as [AccountView];
    company.inGooglesPlace = (path) => (path.startsWith('/token') ? signedInAs(id, email) : null);
    const added = await app.addAccount({ show: agreeing });
    expect(added).toMatchObject({ ok: false, error: { code } });
  });

  it('is told by a check of everything, of each account', async () => {
    const { app } = await start();
    await synced(app);
    await company.cut();
    comes(company, /^\/(?:calendar|batch)/);
    const { checks } = await app.doctor('command-line');
    const ofAccounts = checks.filter(({ name }) => name.startsWith('Account '));
    expect(ofAccounts.map(({ state }) => state)).toEqual(['failed', 'failed']);
    for (const { finding } of ofAccounts) expect(finding).toContain('between this computer and Google');
  });

  it('is told for what it is at the end of a sign-in', async () => {
    const { app } = await start();
    comes(company, /^\/token/);
    expect(await app.addAccount({ show: agreeing })).toMatchObject({ ok: false, error: { code } });
  });
});

/** Agrees to a sign-in as its page in the browser would, without the page. */
const agreeing: NonNullable<AddAccountRequest['show']> = async (address) => {
  const query = new URL(address).searchParams;
  await fetch(`${query.get('redirect_uri')}?state=${query.get('state')}&code=example`);
  return ok(undefined);
};

/** Takes who has signed in; returns what google.example answers for the code of the sign-in. */
function signedInAs(sub: string, email: string): Instead {
  const claims = {
    iss: 'https://google.example',
    sub,
    email,
    aud: simulator.client.clientId,
    exp: Date.now() / 1000 + 60,
  };
  const tokens = {
    access_token: 'example',
    refresh_token: 'example',
    expires_in: 3600,
    token_type: 'Bearer',
    scope: [...identityScopes, ...calendarScopes.map(({ scope }) => scope)].join(' '),
    id_token: ['', Buffer.from(JSON.stringify(claims)).toString('base64url'), ''].join('.'),
  };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(tokens) };
}

describe('a proxy that is not there', () => {
  it('is named, and is not called being offline', async () => {
    const { app } = await start({ env: environment({ HTTPS_PROXY: '127.0.0.1:1' }) });
    expect((await synced(app)).errors).toMatchObject([{ code: 'proxy-unreachable', about: '127.0.0.1:1' }]);
  });

  it('of a kind that is not spoken is named, too', async () => {
    const { app } = await start({ env: environment({ HTTPS_PROXY: `socks5://robin:${password}@${company.proxy}` }) });
    expect((await synced(app)).errors).toMatchObject([{ code: 'proxy-unsupported', about: 'socks5' }]);
    expect(company.asked).toEqual([]);
  });
});

const checksOf = async (app: CalSync): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await app.doctor('command-line')).checks.map(({ name, state, finding }) => [name, `${state}: ${finding}`]),
  );

describe('doctor', () => {
  it('names the proxy and who signed what answers', async () => {
    const { app } = await start();
    const checks = await checksOf(app);
    expect(checks['Way to Google']).toBe(`ok: Through the proxy ${company.proxy}.`);
    expect(checks['Certificate']).toBe('ok: What answers is signed by Example Authority.');
    expect(checks['Authorities']).toMatch(/^ok: .* \d+ of this computer, and 1 of the file that is named\.$/);
  });

  it('names who inspects, also where that is believed', async () => {
    company.inspects = true;
    const { app } = await start();
    expect((await checksOf(app))['Certificate']).toMatch(
      /^failed: What answers is signed by Example Inspection\. Something/,
    );
    const trusting = await start({ env: environment({ NODE_EXTRA_CA_CERTS: inspectionFile }) });
    expect((await checksOf(trusting.app))['Certificate']).toBe('ok: What answers is signed by Example Inspection.');
    expect(await synced(trusting.app)).toMatchObject({ outcome: 'ok' });
  });

  it('says what the proxy wants', async () => {
    company.atProxy = () => wantsLogin('Negotiate');
    const { app } = await start();
    const { checks } = await app.doctor('command-line');
    expect(checks.find(({ name }) => name === 'Way to Google')).toMatchObject({
      state: 'failed',
      finding: expect.stringContaining('NTLM or Kerberos') as string,
      action: expect.stringContaining('www.googleapis.com') as string,
    });
  });

  it('as a process reads the proxy and the file of authorities from its environment', async () => {
    const { exit, stdout } = await doctorProcess({ HTTPS_PROXY: `http://robin:${password}@${company.proxy}` });
    expect(exit).toBe(3);
    const { checks } = (JSON.parse(stdout) as { report: { checks: { name: string; finding: string }[] } }).report;
    expect(checks.find(({ name }) => name === 'Certificate')?.finding).toBe(
      'What answers is signed by Example Authority.',
    );
    expect(company.asked[0]?.login).toMatch(/^Basic /);
    expect(stdout).not.toContain(password);
  });
});

describe('a file of authorities that cannot be used', () => {
  it.each([
    ['is not there', '/nowhere/authorities.pem'],
    ['holds none', resolve(import.meta.dirname, 'company.test.ts')],
  ])('because it %s is told at once, stands as a trouble, and the rest is believed', async (_why, file) => {
    belongTo(`${simulator.url}/`);
    onTestFinished(() => belongTo('https://google.example/'));
    const { app, notices } = await start({ googleUrl: simulator.url, env: { NODE_EXTRA_CA_CERTS: file } });
    expect(notices).toEqual(['authorities-unreadable']);
    expect(await synced(app)).toMatchObject({ outcome: 'ok' });
    expect(app.status().troubles).toMatchObject([{ code: 'authorities-unreadable', about: file }]);
    expect((await checksOf(app))['Authorities']).toContain(file);
  });

  it('names a damaged certificate among sound ones to nobody, and believes the sound ones', async () => {
    const file = join(folder, 'mixed.pem');
    const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    writeFileSync(file, damaged + readFileSync(authorityFile, 'utf8'));
    const { app, notices } = await start({ env: environment({ NODE_EXTRA_CA_CERTS: file }) });
    expect(notices).toEqual([]);
    expect(await synced(app)).toMatchObject({ outcome: 'ok' });
  });
});

/** Runs `doctor` as a process of its own, with an empty data folder. */
async function doctorProcess(
  env: Record<string, string>,
): Promise<{ readonly exit: number | null; readonly stdout: string }> {
  const home = mkdtempSync(join(tmpdir(), 'calsync-company-process-'));
  const words = ['doctor', '--json', '--data-dir', join(home, 'data'), '--google-url', 'https://google.example'];
  const { exit, stdout } = await calsyncAlone([...words, '--google-url-anywhere'], {
    ...{ PATH: process.env['PATH'], HOME: home, TMPDIR: home, NODE_EXTRA_CA_CERTS: authorityFile },
    ...env,
  });
  rmSync(home, { recursive: true });
  return { exit, stdout };
}
