import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCalSync, type CalSync, type TokenVault } from '../../src/main/app/index.ts';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { consentOver } from '../support/consent.ts';
import { toCalendarId, type AccountId } from '../../src/shared/ids.ts';
import type { Status } from '../../src/shared/dto.ts';
import { appError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';
import type { Host } from '../../src/main/ports/host.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { healthOf } from '../../src/shared/health.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const client = 'client@studio.example';

/** A vault that tests can look into. */
function openVault(): TokenVault & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    kind: 'keychain',
    entries,
    read: (id) => Promise.resolve({ ok: true, value: entries.get(id) ?? null }),
    write: (id, token) => {
      entries.set(id, token);
      return Promise.resolve({ ok: true, value: undefined });
    },
    remove: (id) => {
      entries.delete(id);
      return Promise.resolve({ ok: true, value: undefined });
    },
  };
}

let simulator: Simulator;
let folder: string;
let vault: ReturnType<typeof openVault>;
const open: CalSync[] = [];

async function start(dataFolder = folder, host?: Host): Promise<CalSync> {
  const made = await createCalSync({
    dataFolder,
    googleUrl: simulator.url,
    client: { clientId: simulator.client.clientId, clientSecret: simulator.client.clientSecret },
    vault,
    version: 'test',
    unitsPerMinute: 1_000_000,
    ...(host === undefined ? {} : { host }),
  });
  if (!made.ok) throw new Error(made.error.code);
  open.push(made.value.app);
  return made.value.app;
}

async function signIn(app: CalSync, email: string): Promise<AccountId> {
  const added = await app.addAccount({ show: consentOver(email) });
  if (!added.ok) throw new Error(added.error.code);
  return added.value.id;
}

/** Waits until a sign-in waits for the browser; returns its page. */
async function waitingPage(app: CalSync): Promise<NonNullable<Status['signIn']>> {
  return vi.waitFor(() => {
    const { signIn } = app.status();
    if (signIn === null || signIn.opened === 'asked') throw new Error('no page yet');
    return signIn;
  });
}

const blocksOn = (calendarId: string): number =>
  (simulator.dump().find((one) => one.id === calendarId)?.events ?? []).filter((event) =>
    JSON.stringify(event).includes('calsync.ref'),
  ).length;

async function synced(app: CalSync) {
  const run = await app.sync('command', { start: true });
  if (!run.ok) throw new Error(run.error.code);
  return run.value;
}

beforeEach(async () => {
  simulator = await startSimulator({ world: 'demo', seed: 'use-cases' });
  folder = mkdtempSync(join(tmpdir(), 'calsync-app-'));
  vault = openVault();
});

afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('accounts', () => {
  it('are signed in once and for all: another process syncs with what the vault holds', async () => {
    const first = await start();
    for (const email of [work, home]) await signIn(first, email);
    expect((await synced(first)).added).toBeGreaterThan(0);
    await first.close();
    open.length = 0;
    simulator.requests.reset();
    const second = await start();
    expect(await synced(second)).toMatchObject({ writes: 0, errors: [] });
    expect(simulator.requests.counts()['authorize'] ?? 0).toBe(0);
  });

  it('do not hold up a sync while a sign-in waits for the browser', async () => {
    const app = await start();
    await signIn(app, work);
    const shown = Promise.withResolvers<string>();
    const adding = app.addAccount({
      show: (address) => {
        shown.resolve(address);
        return Promise.resolve(ok(undefined));
      },
    });
    const address = await shown.promise;
    expect((await synced(app)).outcome).toBe('ok');
    expect(await giveConsent(address, home)).toEqual(ok(undefined));
    expect(await adding).toMatchObject({ ok: true, value: { email: home } });
    expect((await synced(app)).errors).toEqual([]);
  });

  it('are not kept when CalSync closes before the browser is done', async () => {
    const app = await start();
    const shown = Promise.withResolvers<string>();
    const adding = app.addAccount({
      show: (address) => {
        shown.resolve(address);
        return Promise.resolve(ok(undefined));
      },
    });
    await shown.promise;
    await app.close();
    open.length = 0;
    expect(await adding).toMatchObject({ ok: false, error: { code: 'sign-in-interrupted' } });
    expect(vault.entries.size).toBe(0);
  });

  it('keep every choice when they are signed in anew', async () => {
    const app = await start();
    await signIn(app, work);
    const id = await signIn(app, home);
    const used = app.useCalendar(toCalendarId(home), { source: true, target: false });
    expect(used.ok).toBe(true);
    simulator.person(home).revokeAccess();
    simulator.grants.expireAccessTokens(home);
    const broken = await synced(app);
    expect(broken.errors.map((error) => error.code)).toContain('needs-sign-in');
    expect(app.status().accounts.find((account) => account.id === id)?.state).toBe('needs-sign-in');
    const again = await app.reconnectAccount(id, { show: consentOver(home) });
    expect(again.ok).toBe(true);
    expect((await synced(app)).errors).toEqual([]);
    expect(app.status().calendars.find((calendar) => calendar.id === home)).toMatchObject({
      source: true,
      target: false,
    });
  });

  it('are removed with their blocks everywhere, their data and their token', async () => {
    const app = await start();
    for (const email of [work, home]) await signIn(app, email);
    const id = await signIn(app, client);
    await synced(app);
    const before = { work: blocksOn(work), home: blocksOn(home) };
    expect(blocksOn(client)).toBeGreaterThan(0);
    const removed = await app.removeAccount(id, { revoke: true });
    expect(removed).toMatchObject({ ok: true, value: { still: [] } });
    expect(blocksOn(client)).toBe(0);
    expect(blocksOn(work)).toBeLessThan(before.work);
    expect(vault.entries.has(id)).toBe(false);
    expect(app.status().accounts.map((account) => account.email)).toEqual([work, home]);
    const run = await synced(app);
    expect(run.errors).toEqual([]);
    expect(simulator.violations).toEqual([]);
  });
});

describe('a data folder whose accounts belong to one server', () => {
  it('is not opened for another one, which is asked nothing', async () => {
    const first = await start();
    await signIn(first, work);
    await first.close();
    open.length = 0;
    const other = await startSimulator({ world: 'demo', seed: 'another' });
    try {
      const made = await createCalSync({
        ...{ dataFolder: folder, googleUrl: other.url, vault, version: 'test' },
        client: { clientId: other.client.clientId, clientSecret: other.client.clientSecret },
      });
      expect(made).toMatchObject({ ok: false, error: { code: 'database-elsewhere', about: `${simulator.url}/` } });
      expect(other.requests.list()).toEqual([]);
    } finally {
      await other.close();
    }
    // Nothing was changed by the attempt.
    expect((await start()).status().accounts.map(({ email }) => email)).toEqual([work]);
  });
});

describe('reset', () => {
  it('removes every block with an empty database, leaves copies alone, and pauses', async () => {
    const first = await start();
    for (const email of [work, home, client]) await signIn(first, email);
    await synced(first);
    const ours = simulator
      .dump()
      .find((one) => one.id === home)
      ?.events.find((event) => JSON.stringify(event).includes('calsync.ref')) as { id: string } | undefined;
    simulator.person(home).duplicateEvent(home, ours?.id ?? '');
    await first.close();
    open.length = 0;
    const other = mkdtempSync(join(tmpdir(), 'calsync-app-'));
    const app = await start(other);
    for (const email of [work, home, client]) await signIn(app, email);
    const receipt = await app.reset();
    expect(receipt).toMatchObject({ ok: true, value: { leftAlone: 1, others: [], still: [], unread: [] } });
    expect([blocksOn(work), blocksOn(home), blocksOn(client)]).toEqual([0, 1, 0]);
    expect(app.status()).toMatchObject({ pausedUntil: 'forever', pausedSince: expect.any(String) as string });
    expect(await app.sync('command')).toMatchObject({ ok: false, error: { code: 'paused' } });
    app.resume();
    expect((await synced(app)).added).toBeGreaterThan(0);
    expect(await synced(app)).toMatchObject({ writes: 0 });
    rmSync(other, { recursive: true, force: true });
  });
});

describe('choices', () => {
  it('are previewed without a request and then done exactly so, in place', async () => {
    const app = await start();
    for (const email of [work, home]) await signIn(app, email);
    await synced(app);
    await synced(app);
    simulator.requests.reset();
    const change = {
      kind: 'block',
      block: { ...defaultBlockPolicy, summary: 'Away', colorId: '8' },
    } as const;
    const preview = await app.previewPolicies(change);
    const live = blocksOn(work) + blocksOn(home);
    expect(preview).toMatchObject({ ok: true, value: { add: 0, remove: 0, calendars: 2, held: 0 } });
    expect(simulator.requests.list()).toEqual([]);
    expect(app.savePolicies(change).ok).toBe(true);
    const run = await synced(app);
    expect(run.changed).toBe(preview.ok ? preview.value.change : -1);
    expect(run).toMatchObject({ added: 0, removed: 0 });
    expect(blocksOn(work) + blocksOn(home)).toBe(live);
    expect(await synced(app)).toMatchObject({ writes: 0 });
  });

  it('of out-of-office blocks fall back to ordinary ones, say where, and are tried again when chosen again', async () => {
    simulator.state.switches.statusEvents = 'refused';
    const app = await start();
    for (const email of [work, home]) await signIn(app, email);
    await synced(app);
    const choose = (outOfOffice: boolean): void => {
      expect(app.savePolicies({ kind: 'block', block: { ...defaultBlockPolicy, outOfOffice } }).ok).toBe(true);
    };
    const said = (): readonly string[] =>
      app
        .status()
        .calendars.filter((one) => one.target)
        .map((one) => one.outOfOffice);
    const live = blocksOn(work) + blocksOn(home);
    expect(said()).toEqual(['possible', 'possible']);
    choose(true);
    expect(await synced(app)).toMatchObject({ errors: [] });
    expect(said()).toEqual(['refused', 'refused']);
    expect(blocksOn(work) + blocksOn(home)).toBe(live);
    await synced(app);
    expect(await synced(app)).toMatchObject({ writes: 0 });
    simulator.state.switches.statusEvents = 'allowed';
    choose(false);
    await synced(app);
    choose(true);
    await synced(app);
    await synced(app);
    expect(said()).toEqual(['possible', 'possible']);
    expect(blocksOn(work) + blocksOn(home)).toBe(live);
    expect(await synced(app)).toMatchObject({ writes: 0 });
  });

  it('of one route leave the others as they are', async () => {
    const app = await start();
    for (const email of [work, home]) await signIn(app, email);
    await synced(app);
    const saved = app.savePolicies({
      kind: 'route',
      sourceId: toCalendarId(work),
      targetId: toCalendarId(home),
      block: { ...defaultBlockPolicy, summary: 'Work' },
    });
    expect(saved.ok).toBe(true);
    await synced(app);
    const titles = (id: string) =>
      new Set(
        (simulator.dump().find((one) => one.id === id)?.events ?? [])
          .filter((event) => JSON.stringify(event).includes('calsync.ref'))
          .map((event) => (event as { summary?: string }).summary),
      );
    expect(titles(home)).toEqual(new Set(['Work']));
    expect(titles(work)).toEqual(new Set(['🔒 Busy']));
    expect(await synced(app)).toMatchObject({ writes: 0 });
  });
});

describe('what is on disk', () => {
  it('holds no token, no code, no secret and, in the log, no address', async () => {
    const app = await start();
    for (const email of [work, home]) await signIn(app, email);
    await synced(app);
    await app.close();
    open.length = 0;
    const secrets = [...vault.entries.values()].flatMap((text) =>
      text.startsWith('{') ? Object.values(JSON.parse(text) as Record<string, string>) : [text],
    );
    expect(secrets.length).toBeGreaterThan(2);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile());
    expect(files.some((path) => path.endsWith('.db'))).toBe(true);
    for (const path of files) {
      const bytes = readFileSync(path, 'latin1');
      for (const secret of secrets) expect(bytes.includes(secret), path).toBe(false);
      expect(/ya29\.|1\/\/0/.test(bytes), path).toBe(false);
      if (path.endsWith('.log')) expect(/@northwind|@home/.test(bytes)).toBe(false);
    }
  });
});

describe('a check of everything', () => {
  const actions = async (app: CalSync, surface: 'app' | 'command-line'): Promise<Readonly<Record<string, unknown>>> =>
    Object.fromEntries(
      (await app.doctor(surface)).checks.filter((each) => each.state !== 'ok').map((each) => [each.name, each.action]),
    );

  it('says what to do in the words of where it is read', async () => {
    const app = await start();
    expect(await actions(app, 'app')).toEqual({
      Accounts: 'Add one under Accounts.',
      Calendars: 'Add another account, or switch on another calendar.',
      'Last sync': 'Sync now.',
    });
    expect(await actions(app, 'command-line')).toEqual({
      Accounts: 'Add one with `accounts add`.',
      Calendars: 'Add an account with `accounts add`, then choose calendars with `calendars use`.',
      'Last sync': 'Sync with `sync`.',
    });
  });

  it('finds a sign-in that has ended, and nothing once all is well', async () => {
    const app = await start();
    await signIn(app, work);
    const id = await signIn(app, home);
    await synced(app);
    expect(await actions(app, 'app')).toEqual({});
    simulator.person(home).revokeAccess();
    simulator.grants.expireAccessTokens(home);
    await synced(app);
    expect(await actions(app, 'app')).toMatchObject({
      [`Account ${home}`]: 'Sign in again; everything you chose is kept.',
      'Last sync': 'Sign in again; everything you chose is kept.',
    });
    expect(await actions(app, 'command-line')).toMatchObject({
      [`Account ${home}`]: 'Sign in again with `accounts add`; everything you chose is kept.',
    });
    expect((await app.reconnectAccount(id, { show: consentOver(home) })).ok).toBe(true);
    await synced(app);
    expect(await actions(app, 'app')).toEqual({});
  });

  it('says of a keychain that cannot be read now that it cannot, whoever brought the client', async () => {
    const cannot = err(appError('keychain-failed', null, 'locked'));
    // As libsecret answers: a locked keychain finds nothing, and only what was kept is missed.
    vault.read = (_id, wasKept = false) => Promise.resolve(wasKept ? cannot : ok(null));
    const app = await start();
    const { checks } = await app.doctor('app');
    expect(checks.find(({ name }) => name === 'Keychain')).toEqual({
      name: 'Keychain',
      state: 'failed',
      finding: 'The keychain cannot be read now.',
      action: 'Unlock the keychain; CalSync then goes on by itself.',
    });
  });

  it('does not say of an account at Google’s limit that its calendars can be seen', async () => {
    const app = await start();
    await signIn(app, work);
    await signIn(app, home);
    simulator.faults.add({ kind: 'quotaExceeded', account: home, times: 1 });
    await app.doctor('app');
    const { checks } = await app.doctor('app');
    expect(checks.filter(({ name }) => name.startsWith('Account ')).map(({ name, state }) => [name, state])).toEqual([
      [`Account ${work}`, 'ok'],
      [`Account ${home}`, 'failed'],
    ]);
  });
});

it('says until when a service wants it to wait, while it does', async () => {
  const app = await start();
  for (const email of [work, home]) await signIn(app, email);
  await synced(app);
  const told: (string | null)[] = [];
  const stop = app.onStatus(({ restsUntil }) => void told.push(restsUntil));
  simulator.faults.add({ kind: 'tooManyRequests', request: 'events.list', retryAfterSeconds: 1, times: 1 });
  const from = Date.now();
  expect(await synced(app)).toMatchObject({ outcome: 'ok' });
  stop();
  const until = told.find((moment) => moment !== null) ?? '';
  expect(Date.parse(until) - from).toBeGreaterThanOrEqual(1000);
  expect(told.at(-1)).toBeNull();
});

describe('the log of syncs', () => {
  it('tells of the last twenty and of those that can be undone, newest first, with counts and failures', async () => {
    const app = await start();
    expect(app.runs()).toEqual([]);
    await signIn(app, work);
    await signIn(app, home);
    const first = await synced(app);
    expect(app.runs()).toEqual([first]);
    expect(first.added).toBeGreaterThan(0);
    simulator.person(home).revokeAccess();
    simulator.grants.expireAccessTokens(home);
    const broken = await synced(app);
    expect(app.runs()).toEqual([broken, first]);
    expect(app.runs()[0]?.errors.map((error) => error.code)).toContain('needs-sign-in');
    for (let count = 0; count < 20; count += 1) await synced(app);
    const ids = app.runs().map((run) => run.id);
    expect(app.status().undoable).toEqual([first.id]);
    expect(ids).toEqual([...Array.from({ length: 20 }, (_, index) => broken.id + 20 - index), first.id]);
  });
});

describe('the first sync', () => {
  /** Long enough for a schedule to have begun whatever it begins by itself: its run would have taken its turn before. */
  const turn = async (app: CalSync): Promise<void> => {
    for (let step = 0; step < 20; step += 1) await new Promise((resolve) => setImmediate(resolve));
    await app.doctor('app');
  };

  it('goes on with a sign-in whose browser does not open, and says which page to open instead', async () => {
    const opened: string[] = [];
    let works = false;
    const openUrl = (address: string) => {
      opened.push(address);
      return Promise.resolve(works ? ok(undefined) : err(appError('browser-unavailable')));
    };
    const app = await start(folder, { openUrl });
    expect(await app.openSignInAgain()).toMatchObject({ ok: false, error: { code: 'sign-in-interrupted' } });
    const adding = app.addAccount({});
    const waiting = await waitingPage(app);
    expect(waiting.opened).toBe('failed');
    expect(opened).toEqual([waiting.address]);
    expect(await app.openSignInAgain()).toMatchObject({ ok: false, error: { code: 'browser-unavailable' } });
    works = true;
    expect(await app.openSignInAgain()).toEqual(ok(null));
    expect(app.status().signIn?.opened).toBe('opened');
    expect(opened).toEqual([waiting.address, waiting.address, waiting.address]);
    await consentOver(work)(waiting.address);
    expect(await adding).toMatchObject({ ok: true, value: { email: work } });
  });

  it('is not upset by a sign-in that ends while its page is opened again', async () => {
    let opens: () => void = () => undefined;
    let times = 0;
    const openUrl = async () => {
      times += 1;
      if (times > 1) await new Promise<void>((resolve) => (opens = resolve));
      return ok(undefined);
    };
    const app = await start(folder, { openUrl });
    const adding = app.addAccount({});
    await waitingPage(app);
    const again = app.openSignInAgain();
    app.cancelSignIn();
    expect(await adding).toMatchObject({ ok: false, error: { code: 'sign-in-interrupted' } });
    opens();
    expect(await again).toEqual(ok(null));
    expect(app.status().signIn).toBeNull();
    expect(app.status().signIn).toBeNull();
  });

  it('does not run by itself before the person has asked for it, and everything goes on afterwards', async () => {
    const app = await start();
    const stop = app.startSchedule();
    for (const email of [work, home]) await signIn(app, email);
    expect(app.useCalendar(toCalendarId(home), { source: true, target: true }).ok).toBe(true);
    app.requestSync('wake');
    await turn(app);
    expect(app.status()).toMatchObject({ started: false, nextSyncAt: null, lastRun: null });
    expect(simulator.requests.counts()['events.list'] ?? 0).toBe(0);

    const planned = await app.plan();
    expect(planned.ok && planned.value.operations.length).toBeGreaterThan(0);
    await turn(app);
    expect(blocksOn(home)).toBe(0);
    expect(app.status().started).toBe(false);

    // Whoever asks for a sync has not seen what it would write yet.
    expect(await app.sync('manual')).toMatchObject({ ok: false, error: { code: 'not-started' } });
    expect(app.status().started).toBe(false);
    const run = await app.sync('manual', { start: true });
    expect(run.ok && run.value.added).toBeGreaterThan(0);
    expect(healthOf(app.status(), Date.now())).toMatchObject({ state: 'in-sync', matters: [] });
    // What was true before the computer slept is not known to be until it was looked at.
    app.requestSync('wake');
    expect(healthOf(app.status(), Date.now()).state).toBe('catching-up');
    await vi.waitFor(() => expect(app.status().lastRun?.trigger).toBe('wake'), { timeout: 10_000 });
    await vi.waitFor(() => expect(healthOf(app.status(), Date.now()).state).toBe('in-sync'));
    stop();
  });

  it('is asked for on the command line by `sync`, and once for good', async () => {
    const first = await start();
    for (const email of [work, home]) await signIn(first, email);
    await synced(first);
    await first.close();
    open.length = 0;
    expect((await start()).status().started).toBe(true);
  });

  it('is asked for anew when no account is left', async () => {
    const app = await start();
    const ids = [await signIn(app, work), await signIn(app, home)];
    await synced(app);
    for (const id of ids) {
      expect(app.status().started).toBe(true);
      expect((await app.removeAccount(id, { revoke: false })).ok).toBe(true);
    }
    await signIn(app, work);
    expect(healthOf(app.status(), Date.now())).toMatchObject({ state: 'not-started', lacks: 'start' });
  });
});
