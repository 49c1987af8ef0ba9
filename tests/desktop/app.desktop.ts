import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import keytar from 'keytar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { toAccountId, toCalendarId } from '../../src/shared/ids.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { Running } from './support.ts';
import {
  answerOf,
  ask,
  command,
  consentWithout,
  environment,
  eventually,
  everyFile,
  hostile,
  launch,
  newDataFolder,
  pageOf,
  popupOf,
  signInPage,
  smallWorld,
  statusOf,
} from './support.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let simulator: Simulator;
let dataFolder: string;
let running: Running;
/** Every token and code that the simulator gave out. */
const issued: string[] = [];
/** What the app printed before it was started anew. */
let printed = '';

const isBlock = (event: unknown): boolean => JSON.stringify(event).includes('calsync.ref');
const blocksOn = (calendarId: string): readonly Record<string, unknown>[] =>
  (simulator.dump().find((calendar) => calendar.id === calendarId)?.events ?? []).filter(isBlock);

/** Adds an account as a person does: the button, the page in the browser, every box. */
async function addAccount(email: string): Promise<void> {
  const popup = await popupOf(running);
  const before = (await running.noted()).opened.length;
  const added = ask(popup, 'account.add');
  const consented = await giveConsent(await signInPage(running, before), email);
  expect(consented).toEqual({ ok: true, value: undefined });
  expect(await added).toMatchObject({ email, state: 'connected', kept: 'keychain' });
}

async function syncNow(): Promise<{ readonly writes: number }> {
  const popup = await popupOf(running);
  return ask(popup, 'sync.now');
}

/** What was written since the requests were last forgotten. */
const writes = (): number => simulator.requests.writes().length;

beforeAll(async () => {
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  const { random } = simulator.state;
  const token = random.token.bind(random);
  random.token = (prefix) => {
    const given = token(prefix);
    issued.push(given);
    return given;
  };
  dataFolder = await newDataFolder();
  running = await launch({ simulator, dataFolder });
});

afterAll(async () => {
  await running.quit();
  await simulator.close();
  await rm(dataFolder, { recursive: true, force: true });
});

describe('a person and the app, from the first start on', () => {
  test('the first start shows the guide', async () => {
    const settings = await pageOf(running.electron, 'settings.html');
    await settings.getByRole('heading').first().waitFor();
    expect(await settings.evaluate(() => location.hash)).toBe('#guide');
    expect((await statusOf(settings)).health).toBe('empty');
  });

  test('an unticked box is explained, and nothing is added', async () => {
    const popup = await popupOf(running);
    const before = (await running.noted()).opened.length;
    const added = answerOf(popup, 'account.add');
    const page = await consentWithout(await signInPage(running, before), work, 'calendar.events');
    expect(page).toMatch(/permission|tick/i);
    expect(await added).toMatchObject({ ok: false, error: { code: 'scope-missing' } });
    expect((await statusOf(popup)).accounts).toEqual([]);
  });

  test('two accounts are added in the browser, and blocks appear', async () => {
    await addAccount(work);
    await addAccount(home);
    const popup = await popupOf(running);
    for (const id of [work, home]) {
      await ask(popup, 'calendar.use', { calendarId: toCalendarId(id), source: true, target: true });
    }
    await syncNow();
    expect(blocksOn(home)).toHaveLength(2);
    expect(blocksOn(work)).toHaveLength(1);
    expect((await syncNow()).writes).toBe(0);
    await popup.getByText('Everything is in sync').first().waitFor();
    const { tooltips, menu } = await running.noted();
    expect(tooltips.at(-1)).toBe('CalSync – synced just now');
    expect(menu).toEqual(expect.arrayContaining(['Sync now', 'Pause', 'Settings…', 'Quit CalSync']));
  });

  test('hostile titles and names are text, everywhere', async () => {
    for (const block of [...blocksOn(home), ...blocksOn(work)]) expect(block['summary']).toBe('🔒 Busy');
    const popup = await popupOf(running);
    await popup.getByText(hostile.slice(0, 12)).first().waitFor();
    for (const page of running.electron.windows()) {
      expect(await page.evaluate(() => Object.hasOwn(window, 'hacked'))).toBe(false);
      expect(await page.locator('img[src="x"]').count()).toBe(0);
    }
  });

  test('a pause holds and shows, and ends', async () => {
    const popup = await popupOf(running);
    await popup.getByRole('button', { name: 'Pause' }).click();
    await popup.getByRole('menuitem').first().click();
    await eventually(async () => (await statusOf(popup)).health === 'paused', 'it was not paused');
    await eventually(
      async () => (await running.noted()).tooltips.at(-1) === 'CalSync – paused',
      'the tray did not tell',
    );
    expect((await running.noted()).menu).toContain('Resume');
    await popup.getByRole('button', { name: 'Resume' }).first().click();
    await eventually(async () => (await statusOf(popup)).pausedUntil === null, 'it was not resumed');
  });

  test('a moved event is followed', async () => {
    const before = blocksOn(home).find((block) => JSON.stringify(block['start']).includes('T09:00'));
    const [event] = (simulator.dump().find((one) => one.id === work)?.events ?? []).filter(
      (one) => one['id'] === 'aboard1',
    );
    const day =
      JSON.stringify(event?.['start'])
        .slice(0, 40)
        .match(/\d{4}-\d{2}-\d{2}/)?.[0] ?? '';
    simulator
      .person(work)
      .moveTime(work, 'aboard1', { dateTime: `${day}T16:00:00Z` }, { dateTime: `${day}T17:00:00Z` });
    await syncNow();
    const after = blocksOn(home).find((block) => block['id'] === before?.['id']);
    expect(before).toBeDefined();
    expect(JSON.stringify(after?.['start'])).toContain('T16:00');
    expect(blocksOn(home)).toHaveLength(2);
  });

  test('a revoked grant: the tray says so, one notification, and a reconnect doubles nothing', async () => {
    simulator.person(work).revokeAccess();
    const popup = await popupOf(running);
    await eventually(async () => {
      await answerOf(popup, 'sync.now');
      return (await statusOf(popup)).accounts.some((account) => account.state === 'needs-sign-in');
    }, 'the account was not marked');
    await answerOf(popup, 'sync.now');
    await eventually(
      async () => (await running.noted()).tooltips.at(-1) === `CalSync – sign in again to ${work}`,
      'the tray did not tell',
    );
    expect((await running.noted()).menu).toContain(`Sign in again to ${work}`);
    expect((await running.noted()).notifications).toEqual([`Sign in again to ${work}`]);

    const account = (await statusOf(popup)).accounts.find((each) => each.email === work);
    const before = (await running.noted()).opened.length;
    const again = ask(popup, 'account.reconnect', { accountId: account?.id ?? toAccountId('none') });
    await giveConsent(await signInPage(running, before), work);
    expect(await again).toMatchObject({ email: work, state: 'connected' });
    simulator.requests.reset();
    await syncNow();
    expect(writes()).toBe(0);
    expect(blocksOn(home)).toHaveLength(2);
    expect((await running.noted()).notifications).toHaveLength(1);
  });

  test('a second launch opens the popup of the first, and ends', async () => {
    await running.electron.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.hide();
    });
    const { program, args } = command([`--data-dir=${dataFolder}`]);
    const second = spawn(program, args, { env: environment(simulator), stdio: 'ignore' });
    expect(await new Promise((done) => second.once('exit', done))).toBe(0);
    await eventually(
      () =>
        running.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((one) => one.isVisible())),
      'no window was shown',
    );
  });

  test('a crash of the engine is mended by itself', async () => {
    const popup = await popupOf(running);
    const ended = await running.electron.evaluate(({ app }) => {
      const engine = app.getAppMetrics().find((metric) => metric.name === 'CalSync engine');
      if (engine !== undefined) process.kill(engine.pid, 'SIGKILL');
      return engine?.pid;
    });
    expect(ended).toBeTypeOf('number');
    const status = await eventually(async () => {
      const answer = await answerOf(popup, 'status.get');
      return answer.ok ? (answer.value as Awaited<ReturnType<typeof statusOf>>) : null;
    }, 'the engine did not come back');
    expect(status.accounts).toHaveLength(2);
    simulator.requests.reset();
    await eventually(async () => (await answerOf(popup, 'sync.now')).ok, 'it does not sync again');
    expect(writes()).toBe(0);
  });

  test('quit and start again: nobody signs in, nothing is written', async () => {
    simulator.requests.reset();
    expect(await running.quit()).toBe(0);
    printed += running.printed();
    running = await launch({ simulator, dataFolder, args: ['--hidden'] });
    const shown = await running.electron.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows().filter((window) => window.isVisible()).length,
    );
    expect(shown).toBe(0);
    const popup = await popupOf(running);
    await eventually(async () => (await statusOf(popup)).health === 'in-sync', 'it is not in sync');
    expect((await syncNow()).writes).toBe(0);
    expect(writes()).toBe(0);
    expect((await running.noted()).opened).toEqual([]);
    expect((await running.noted()).notifications).toEqual([]);
  });

  test('tokens are in the keychain, and in no file, log or line', async () => {
    const files = await everyFile(dataFolder);
    const names = files.map(({ path }) => path);
    expect(names.some((name) => name.endsWith('calsync.db'))).toBe(true);
    expect(names.some((name) => name.endsWith('calsync.log'))).toBe(true);
    const refreshTokens = issued.filter((token) => token.startsWith('1//'));
    const kept = (await keytar.findCredentials(`CalSync ${simulator.url}`)).map(({ password }) => password);
    expect(refreshTokens.filter((token) => kept.some((entry) => entry.includes(token))).length).toBeGreaterThanOrEqual(
      2,
    );

    // Access tokens, refresh tokens and codes, all that were ever issued, and the secret of the client.
    expect(new Set(issued.map((token) => token.slice(0, 4))).size).toBeGreaterThanOrEqual(3);
    const secrets = [...issued, simulator.client.clientSecret];
    const holders = files.filter(({ bytes }) => secrets.some((secret) => bytes.includes(secret)));
    expect(holders.map(({ path }) => path)).toEqual([]);
    for (const secret of secrets) expect(printed + running.printed()).not.toContain(secret);
    const log = files.find(({ path }) => path.endsWith('calsync.log'))?.bytes.toString() ?? '';
    for (const text of ['Board meeting', 'Dentist', 'code=', 'onerror']) expect(log).not.toContain(text);
  });

  test('removing an account takes its blocks along', async () => {
    const popup = await popupOf(running);
    const account = (await statusOf(popup)).accounts.find((each) => each.email === home);
    const receipt = await ask(popup, 'account.remove', { accountId: account?.id ?? toAccountId('none'), revoke: true });
    expect(receipt).toMatchObject({ unreachable: [] });
    expect(blocksOn(work)).toEqual([]);
    expect(blocksOn(home)).toEqual([]);
    expect((await statusOf(popup)).accounts.map((each) => each.email)).toEqual([work]);
    await addAccount(home);
    await ask(popup, 'calendar.use', { calendarId: toCalendarId(home), source: true, target: true });
    await syncNow();
    expect(blocksOn(home)).toHaveLength(2);
  });

  test('a reset removes every block, shows its receipt and pauses', async () => {
    const popup = await popupOf(running);
    const receipt = await ask(popup, 'reset.run', { confirmed: true });
    expect(receipt).toMatchObject({ removed: 3, leftAlone: 0, unreachable: [] });
    expect([...blocksOn(work), ...blocksOn(home)]).toEqual([]);
    expect((await statusOf(popup)).pausedUntil).toBe('forever');
    expect(simulator.violations).toEqual([]);
  });
});
