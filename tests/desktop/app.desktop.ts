import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import keytar from 'keytar';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appError, type ErrorCode } from '../../src/shared/errors.ts';
import { messageFor, type Message } from '../../src/shared/messages.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { launchBrowser } from '../renderer/support/stage.ts';
import type { ConsentOptions, Running } from './support.ts';
import {
  ask,
  clientFile,
  command,
  consentIn,
  environment,
  eventually,
  everyFile,
  hostile,
  inMain,
  isShown,
  launch,
  newDataFolder,
  popupOf,
  settingsOf,
  shownPage,
  smallWorld,
  statusOf,
  syncNow,
} from './support.ts';
import { deedName } from '../renderer/support/checks.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const seeEvents = 'View and edit events on all your calendars';

let simulator: Simulator;
let browser: Browser;
let dataFolder: string;
let downloads: string;
let running: Running;
/** Every token and code that the simulator gave out. */
const issued: string[] = [];
/** What the app printed before it was started anew. */
let printed = '';

type Event = Readonly<Record<string, unknown>>;
const isBlock = (event: Event): boolean => JSON.stringify(event).includes('calsync.ref');
const eventsOn = (calendarId: string): readonly Event[] =>
  simulator.dump().find((calendar) => calendar.id === calendarId)?.events ?? [];
const blocksOn = (calendarId: string): readonly Event[] => eventsOn(calendarId).filter(isBlock);
const idsOn = (calendarId: string): readonly unknown[] => blocksOn(calendarId).map((block) => block['id']);
const ownEvents = (): readonly string[] =>
  [work, home].flatMap((id) => eventsOn(id).filter((event) => !isBlock(event))).map((event) => JSON.stringify(event));
/** The people's own events before CalSync was started. */
let untouched: readonly string[] = [];

/** What was written since the requests were last forgotten. */
const writes = (): number => simulator.requests.writes().length;
const revocations = (): number => simulator.requests.counts()['revoke'] ?? 0;

const consent = (begin: Locator, options: ConsentOptions): Promise<string> =>
  consentIn(browser, running, () => begin.click(), options);

/** Waits until the tray says something; its icon and its menu are drawn with it. */
const trayTells = (sentence: string | RegExp): Promise<boolean> =>
  eventually(
    async () => {
      const said = (await running.noted()).tooltips.at(-1)?.replace('CalSync – ', '') ?? '';
      return typeof sentence === 'string' ? said === sentence : sentence.test(said);
    },
    `the tray did not tell: ${String(sentence)}`,
  );

/** What the window says about a failure. */
const messageOf = (code: ErrorCode, about: string | null): Message => messageFor(appError(code, about), 'app');

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const health = (page: Page): Locator => page.getByRole('heading', { level: 1 });

/** Whether a menu lies directly above or below its button, on one edge with it. */
async function hangsOn(menu: Locator, face: Locator): Promise<boolean> {
  const [box, at] = await Promise.all([menu.boundingBox(), face.boundingBox()]);
  if (box === null || at === null) return false;
  const apart = Math.max(at.y - (box.y + box.height), box.y - (at.y + at.height));
  const aside = Math.min(Math.abs(box.x - at.x), Math.abs(box.x + box.width - (at.x + at.width)));
  return apart >= 0 && apart < 16 && aside < 16;
}

/** Waits until blocks lie where they should, and no sync goes on that could still change them. */
async function settled(page: Page, onWork: number, onHome: number): Promise<void> {
  await eventually(async () => {
    const status = await statusOf(page);
    return status.runningSince === null && blocksOn(work).length === onWork && blocksOn(home).length === onHome;
  }, `there are not ${onWork} and ${onHome} blocks`);
}

/** Puts the calendar of an account that came after the start in use, having seen what that would write. */
async function useOffered(): Promise<void> {
  const settings = await settingsOf(running, 'Calendars');
  await settings.getByRole('button', { name: /^See what it would write/ }).click();
  const question = settings.getByRole('dialog', { name: 'What this writes' });
  await question.getByRole('button', { name: deedName }).click();
  await question.waitFor({ state: 'detached' });
}

/** Gives a file to the guide as a person does, with the button and the system's dialog. */
async function chooseFile(page: Page, name: string, text: string): Promise<void> {
  const path = join(downloads, name);
  await writeFile(path, text);
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Choose the file…').click();
  await (await chooser).setFiles(path);
}

/** Removes an account in the settings window, up to the receipt; returns what the receipt says. */
async function removeAccount(email: string, keepPermission: boolean): Promise<string> {
  const settings = await settingsOf(running, 'Accounts');
  await button(settings, `Remove… ${email}`).click();
  const question = settings.getByRole('dialog', { name: 'Remove account' });
  expect(await question.innerText()).toContain(`This removes ${email} from CalSync.`);
  const remove = button(settings, 'Remove account');
  expect(await remove.isDisabled()).toBe(true);
  const permission = question.getByRole('checkbox', { name: 'Also give back CalSync’s permission at Google' });
  expect(await permission.isChecked()).toBe(true);
  if (keepPermission) await permission.uncheck();
  await question.getByRole('textbox').pressSequentially('remove');
  await remove.click();
  const receipt = settings.getByRole('dialog', { name: 'Receipt' });
  await receipt.waitFor();
  const text = await receipt.innerText();
  await button(settings, 'Done').click();
  await receipt.waitFor({ state: 'detached' });
  await settings.getByRole('heading', { level: 2, name: email }).waitFor({ state: 'detached' });
  return text;
}

/** Looks for every secret in every file and line; returns where one was found. */
async function leaks(): Promise<readonly string[]> {
  const secrets = [...issued, simulator.client.clientSecret];
  const files = await everyFile(dataFolder);
  const lines = printed + running.printed();
  return [
    ...files.filter(({ bytes }) => secrets.some((secret) => bytes.includes(secret))).map(({ path }) => path),
    ...secrets.filter((secret) => lines.includes(secret)).map(() => 'a printed line'),
  ];
}

beforeAll(async () => {
  browser = await launchBrowser();
  downloads = await mkdtemp(join(tmpdir(), 'calsync-downloads-'));
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  const { random } = simulator.state;
  const token = random.token.bind(random);
  random.token = (prefix) => {
    const given = token(prefix);
    issued.push(given);
    return given;
  };
  untouched = ownEvents();
  dataFolder = await newDataFolder();
  running = await launch({ simulator, dataFolder, client: false });
});

afterAll(async () => {
  await running.quit();
  await simulator.close();
  await browser.close();
  for (const folder of [dataFolder, downloads]) await rm(folder, { recursive: true, force: true });
});

describe('the first start', () => {
  test('shows the guide by itself, and a tray that offers it', async () => {
    const settings = await shownPage(running, 'settings.html');
    await settings.getByText('Step 1 of 4').waitFor();
    await settings.getByRole('heading', { name: 'One busy time, in all your calendars' }).waitFor();
    await trayTells('No account yet');
    const { menu } = await running.noted();
    expect(menu).toContain('Set up CalSync…');
    expect(menu).not.toContain('Sync now');
    expect(await isShown(running, 'index.html')).toBe(false);
  });

  test('checks the client file at once: a wrong one is explained, the right one is kept', async () => {
    const settings = await shownPage(running, 'settings.html');
    const on = button(settings, 'Continue');
    await on.click();
    await settings.getByRole('heading', { name: 'Give the file to CalSync' }).waitFor();
    expect(await on.isDisabled()).toBe(true);

    await chooseFile(settings, 'client_secret_web.json', clientFile(simulator, 'web'));
    await settings
      .getByRole('alert')
      .getByText(messageOf('client-file-wrong-kind', 'client_secret_web.json').sentence)
      .waitFor();
    await settings.getByRole('textbox', { name: 'Or paste its text' }).fill('{"installed":');
    await button(settings, 'Check the text').click();
    await settings.getByRole('alert').getByText(messageOf('client-file-not-json', null).sentence).waitFor();
    expect(await on.isDisabled()).toBe(true);

    await chooseFile(settings, 'client_secret_1.json', clientFile(simulator));
    await settings.getByText('The client is there.').waitFor();
    await on.click();
    await settings.getByText('Step 3 of 4').waitFor();
  });

  test('explains a box that was not ticked, in the browser and in the window, and adds nothing', async () => {
    const settings = await shownPage(running, 'settings.html');
    const browserSays = await consent(button(settings, 'Add an account'), { email: work, without: seeEvents });
    expect(browserSays).toContain('A box was not ticked');
    const said = settings.getByRole('alert');
    const missing = messageOf('scope-missing', 'see and change events on your calendars');
    await said.getByText(missing.sentence).waitFor();
    await said.getByText(missing.action).waitFor();
    await settings.getByText('No account yet.').waitFor();
    expect((await statusOf(settings)).accounts).toEqual([]);
  });

  test('gives up a sign-in that the person walks away from', async () => {
    const settings = await shownPage(running, 'settings.html');
    const before = (await running.noted()).opened.length;
    await button(settings, 'Add an account').click();
    await settings.getByText('Waiting for your browser…').waitFor();
    // What went wrong the last time is over once the person tries again.
    expect(await settings.getByRole('alert').count()).toBe(0);
    await eventually(async () => (await running.noted()).opened.length > before, 'no sign-in page was opened');
    await button(settings, 'Cancel').click();
    await button(settings, 'Add an account').waitFor();
    expect(await settings.getByRole('alert').count()).toBe(0);
  });

  test('adds two accounts in the browser, and writes nothing yet', async () => {
    const settings = await shownPage(running, 'settings.html');
    const listed = settings.getByRole('list', { name: 'Accounts' }).getByRole('listitem');
    expect(await consent(button(settings, 'Add an account'), { email: work })).toContain('You are signed in');
    await settings.getByText('One more account, and CalSync has something to do.').waitFor();
    expect(await consent(button(settings, 'Add another account'), { email: home })).toContain(home);
    await eventually(async () => (await listed.count()) === 2, 'two accounts are not listed');
    expect(await settings.getByRole('alert').count()).toBe(0);
    expect((await statusOf(settings)).accounts).toMatchObject([
      { email: work, state: 'connected', kept: 'keychain' },
      { email: home, state: 'connected', kept: 'keychain' },
    ]);
    expect(writes()).toBe(0);
  });

  test('shows what would be written while calendars are chosen, and starts when told to', async () => {
    const settings = await shownPage(running, 'settings.html');
    await button(settings, 'Continue').click();
    await settings.getByText('This will add 3 blocks in 2 calendars.').waitFor();
    const target = settings.getByRole('switch', { name: 'It gets blocks: Work' });
    await target.click();
    await settings.getByText('This will add 2 blocks in 1 calendar.').waitFor();
    await target.click();
    await settings.getByText('This will add 3 blocks in 2 calendars.').waitFor();
    expect(writes()).toBe(0);

    await button(settings, 'Start syncing').click();
    await settings.getByRole('heading', { name: 'CalSync is at work' }).waitFor();
    await settled(settings, 1, 2);
    await button(settings, 'See the settings').click();
    await settings.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
  });
});

describe('an ordinary day', () => {
  test('the popup says that all is well; syncing again writes nothing', async () => {
    const popup = await popupOf(running);
    await health(popup).getByText('Everything is in sync').waitFor();
    await popup.getByRole('region', { name: work }).getByText('1 block').waitFor();
    await popup.getByRole('region', { name: home }).getByText('2 blocks').waitFor();
    simulator.requests.reset();
    expect(await syncNow(running)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(writes()).toBe(0);
    await trayTells('Everything is in sync, just now');
    const { menu, icons } = await running.noted();
    expect(icons.at(-1)).toMatch(/^tray-idle-/);
    expect(menu).toEqual(expect.arrayContaining(['Sync now', 'Pause', 'Settings…', 'Quit CalSync']));
  });

  test('hostile titles and names are text, everywhere', async () => {
    for (const block of [...blocksOn(home), ...blocksOn(work)]) expect(block['summary']).toBe('🔒 Busy');
    const popup = await popupOf(running);
    await popup.getByText(hostile.slice(0, 12)).first().waitFor();
    const settings = await settingsOf(running, 'Calendars');
    await settings.getByText(hostile.slice(0, 12)).first().waitFor();
    for (const page of running.electron.windows()) {
      expect(await page.evaluate(() => Object.hasOwn(window, 'hacked'))).toBe(false);
      expect(await page.locator('img').count()).toBe(0);
    }
  });

  test('a moved event is followed, and the popup says so', async () => {
    const before = blocksOn(home).find((block) => JSON.stringify(block['start']).includes('T09:00'));
    const event = eventsOn(work).find((one) => one['id'] === 'aboard1');
    const day = /\d{4}-\d{2}-\d{2}/.exec(JSON.stringify(event?.['start']))?.[0] ?? '';
    const popup = await popupOf(running);
    const last = (await ask(popup, 'run.list')).find(({ finishedAt }) => finishedAt !== null)?.id ?? 0;
    simulator
      .person(work)
      .moveTime(work, 'aboard1', { dateTime: `${day}T16:00:00Z` }, { dateTime: `${day}T17:00:00Z` });
    untouched = ownEvents();
    await syncNow(running);
    // The schedule's own sync may have come first, and done it.
    const since = (await ask(popup, 'run.list')).filter(({ id }) => id > last);
    expect(since.reduce((sum, run) => sum + run.changed, 0)).toBe(1);
    const after = blocksOn(home).find((block) => block['id'] === before?.['id']);
    expect(before).toBeDefined();
    expect(JSON.stringify(after?.['start'])).toContain('T16:00');
    expect(blocksOn(home)).toHaveLength(2);

    const lately = popup.getByRole('region', { name: 'Just now' }).getByRole('listitem').first();
    await eventually(
      async () => /^moved.*9:00.*→.*(16|4):00/s.test(await lately.innerText()),
      'the popup says nothing',
    );
    const settings = await settingsOf(running, 'Activity');
    // Because another sync may have come since, which is told above the one that was asked for.
    await settings.getByRole('button', { name: 'Show them' }).click();
    await settings.getByText('because you asked for it').filter({ visible: true }).first().waitFor();
    await settings.getByText('Blocks: 1 changed.').filter({ visible: true }).first().waitFor();
  });

  test('a pause holds and shows, and ends in the popup', async () => {
    const popup = await popupOf(running);
    await button(popup, 'Pause').click();
    const menu = popup.getByRole('menu', { name: 'Pause' });
    await menu.waitFor();
    expect(await hangsOn(menu, button(popup, 'Pause'))).toBe(true);
    await popup.getByRole('menuitem', { name: 'For one hour' }).click();
    await health(popup)
      .getByText(/^Paused until /)
      .waitFor();
    await trayTells(/^Paused until /);
    const tray = await running.noted();
    expect(tray.menu).toContain('Resume');
    expect(tray.icons.at(-1)).toMatch(/^tray-paused-/);

    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const added = simulator.person(work).createEvent(work, {
      summary: 'Lunch',
      start: { dateTime: `${day}T12:00:00Z`, timeZone: 'UTC' },
      end: { dateTime: `${day}T13:00:00Z`, timeZone: 'UTC' },
    });
    // It is read as soon as the pause is over, without anybody asking.
    expect(blocksOn(home)).toHaveLength(2);
    await button(popup, 'Resume').click();
    await settled(popup, 1, 3);
    await health(popup).getByText('Everything is in sync').waitFor();
    simulator.person(work).deleteEvent(work, added.id);
    expect(await syncNow(running)).toMatchObject({ removed: 1 });
    expect(blocksOn(home)).toHaveLength(2);
  });

  test('the tray’s menu pauses, and the settings window shows it and resumes', async () => {
    await running.tray('Pause', 'Until I resume');
    const settings = await settingsOf(running, 'Schedule');
    await settings.getByText('Blocks stay as they are. Nothing is read or written until it goes on.').waitFor();
    expect((await statusOf(settings)).pausedUntil).toBe('forever');
    await button(settings, 'Resume').click();
    await settings.getByText('CalSync syncs by itself.').waitFor();
    expect((await statusOf(settings)).pausedUntil).toBe(null);
    await settings.getByRole('combobox', { name: 'Look every' }).selectOption('15 minutes');
    await settings.getByText('Done.', { exact: true }).waitFor();
  });

  test('a calendar that gets no blocks any more is asked about first; then they go, and come back', async () => {
    const settings = await settingsOf(running, 'Calendars');
    const target = settings.getByRole('switch', { name: 'It gets blocks: Work' });
    const question = settings.getByRole('dialog', { name: 'What this writes' });
    await target.click();
    await question.getByText('This will remove 1 block in 1 calendar.').waitFor();
    await button(settings, 'Cancel').click();
    await question.waitFor({ state: 'detached' });
    await eventually(() => target.isChecked(), 'the switch did not go back');
    expect(blocksOn(work)).toHaveLength(1);

    await target.click();
    await settings.getByRole('button', { name: deedName }).click();
    await settings.getByText('Done. The blocks follow with the next sync.').waitFor();
    await settled(settings, 0, 2);
    await target.click();
    await question.getByText('This will add 1 block in 1 calendar.').waitFor();
    await settings.getByRole('button', { name: deedName }).click();
    await settled(settings, 1, 2);
  });

  test('what blocks show and what counts as busy is changed in the window, and the blocks follow', async () => {
    let settings = await settingsOf(running, 'Blocks');
    const title = settings.getByRole('textbox', { name: 'Title' });
    await title.fill('Away');
    await button(settings, 'Apply…').click();
    await settings.getByText('This will change 3 blocks in 2 calendars.').waitFor();
    await settings.getByRole('button', { name: deedName }).click();
    await eventually(
      () => Promise.resolve([...blocksOn(work), ...blocksOn(home)].every((block) => block['summary'] === 'Away')),
      'the blocks did not follow',
    );
    await title.fill('🔒 Busy');
    await button(settings, 'Apply…').click();
    await settings.getByRole('button', { name: deedName }).click();
    await eventually(
      () => Promise.resolve([...blocksOn(work), ...blocksOn(home)].every((block) => block['summary'] === '🔒 Busy')),
      'the blocks did not go back',
    );

    simulator.person(work).patchEvent(work, 'aboard1', { transparency: 'transparent' });
    expect(await syncNow(running)).toMatchObject({ removed: 1 });
    settings = await settingsOf(running, 'What counts as busy');
    await settings.getByRole('combobox', { name: 'Calendar' }).selectOption('Work');
    await settings.getByRole('switch', { name: 'Events marked as “free”' }).click();
    await settings.getByText('This will add 1 block in 1 calendar.').waitFor();
    await settings.getByRole('button', { name: deedName }).click();
    await settled(settings, 1, 2);
    simulator.person(work).patchEvent(work, 'aboard1', { transparency: 'opaque' });
    await settings.getByRole('switch', { name: 'Events marked as “free”' }).click();
    await eventually(
      async () => !(await settings.getByRole('switch', { name: 'Events marked as “free”' }).isChecked()),
      'the switch did not go back',
    );
    untouched = ownEvents();
  });

  test('“Check everything” finds everything in order', async () => {
    const settings = await settingsOf(running, 'Advanced');
    await button(settings, 'Check everything').click();
    await settings.getByText('Everything is as it should be.').waitFor();
    expect(await settings.getByRole('img', { name: 'Fine' }).count()).toBeGreaterThan(3);
  });

  test('saves a report where the person says, and shows it there', async () => {
    const place = join(running.dataFolder, 'a report.txt');
    await inMain(
      running.electron,
      ({ dialog, shell }, chosen) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen });
        shell.showItemInFolder = (path) => void Object.assign(globalThis, { shownInFolder: path });
      },
      place,
    );
    const settings = await settingsOf(running, 'Advanced');
    await button(settings, 'Save a report…').click();
    await settings.getByText(`The report is in ${place}.`).waitFor();
    await button(settings, 'Show in folder').click();
    await eventually(
      async () =>
        (await inMain(running.electron, () => (globalThis as { shownInFolder?: string }).shownInFolder)) === place,
      'the folder was not shown',
    );
    const report = await readFile(place, 'utf8');
    for (const line of ['electron ', 'account 2: connected, sign-in kept', 'Log: desktop.log']) {
      expect(report).toContain(line);
    }
    expect(report).not.toContain('@');
    expect((await stat(place)).mode & 0o777).toBe(0o600);
    await rm(place);
  });

  test('a second launch opens the popup of the first, and ends', async () => {
    const popup = await popupOf(running);
    await popup.keyboard.press('Escape');
    await eventually(async () => !(await isShown(running, 'index.html')), 'Escape did not close the popup');
    const { program, args } = command([`--data-dir=${dataFolder}`]);
    const second = spawn(program, args, { env: environment(simulator), stdio: 'ignore' });
    expect(await new Promise((done) => second.once('exit', done))).toBe(0);
    await eventually(() => isShown(running, 'index.html'), 'the popup was not shown');
  });
});

describe('when something goes wrong', () => {
  test('a revoked grant: the tray says so, one notification, and signing in again doubles nothing', async () => {
    const before = [idsOn(work), idsOn(home)];
    simulator.person(work).revokeAccess();
    await syncNow(running);
    const popup = await popupOf(running);
    await health(popup).getByText(`Sign in again to ${work}`).waitFor();
    await popup.getByText(messageOf('needs-sign-in', work).sentence).waitFor();
    await trayTells(`Sign in again to ${work}`);
    expect((await running.noted()).menu).toContain(`Sign in again to ${work}`);
    expect((await running.noted()).icons.at(-1)).toMatch(/^tray-needs-you-/);
    await syncNow(running);
    expect((await running.noted()).notifications).toEqual([`Sign in again to ${work}`]);
    expect([idsOn(work), idsOn(home)]).toEqual(before);

    simulator.requests.reset();
    expect(await consent(button(popup, 'Sign in'), { email: work })).toContain('You are signed in');
    await health(popup).getByText('Everything is in sync').waitFor();
    expect(await syncNow(running)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(writes()).toBe(0);
    expect([idsOn(work), idsOn(home)]).toEqual(before);
    expect((await running.noted()).notifications).toHaveLength(1);
    await trayTells('Everything is in sync, just now');
    expect((await running.noted()).icons.at(-1)).toMatch(/^tray-idle-/);
  });

  test('the settings window marks the account and signs in again, too', async () => {
    simulator.person(home).revokeAccess();
    await syncNow(running);
    const settings = await settingsOf(running, 'Accounts');
    await settings.getByText('Signed out', { exact: true }).waitFor();
    await settings.getByRole('link', { name: 'Accounts needs you' }).waitFor();
    expect(await consent(button(settings, `Sign in again: ${home}`), { email: home })).toContain('You are signed in');
    await settings.getByText('Signed out', { exact: true }).waitFor({ state: 'detached' });
    expect(await syncNow(running)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect((await running.noted()).notifications).toEqual([`Sign in again to ${work}`, `Sign in again to ${home}`]);
  });

  test('the tray’s menu signs in again as well', async () => {
    simulator.person(work).revokeAccess();
    await syncNow(running);
    await trayTells(`Sign in again to ${work}`);
    const begin = (): Promise<void> => running.tray(`Sign in again to ${work}`);
    expect(await consentIn(browser, running, begin, { email: work })).toContain('You are signed in');
    await trayTells('Everything is in sync, just now');
    expect((await running.noted()).boxes).toEqual([]);
  });

  test('a crash of the engine is mended by itself', async () => {
    const popup = await popupOf(running);
    const engine = (): Promise<number | null> =>
      inMain(
        running.electron,
        ({ app }) => app.getAppMetrics().find((metric) => metric.name === 'CalSync engine')?.pid ?? null,
      );
    const before = await engine();
    expect(before).toBeTypeOf('number');
    process.kill(before ?? 0, 'SIGKILL');
    await eventually(async () => {
      const now = await engine();
      return now !== null && now !== before;
    }, 'the engine did not come back');
    // Because a press while it syncs asks for nothing, and what the page showed before the crash is in sync as well.
    await eventually(async () => {
      const [last] = await ask(popup, 'run.list');
      return last?.trigger === 'start' && last.finishedAt !== null;
    }, 'the engine did not sync when it came back');
    const { tooltips } = await running.noted();
    expect(tooltips.some((said) => said.startsWith('CalSync – CalSync does not answer since'))).toBe(true);
    simulator.requests.reset();
    await health(popup).getByText('Everything is in sync').waitFor();
    expect(await syncNow(running)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(writes()).toBe(0);
    expect((await statusOf(popup)).accounts).toHaveLength(2);
  });
});

describe('quit and start again', () => {
  test('nobody signs in, no window opens, nothing is written', async () => {
    simulator.requests.reset();
    expect(await running.quit()).toBe(0);
    printed += running.printed();
    running = await launch({ simulator, dataFolder, client: false, args: ['--hidden'] });
    await trayTells('Everything is in sync, just now');
    for (const page of ['index.html', 'settings.html']) expect(await isShown(running, page)).toBe(false);
    const popup = await popupOf(running);
    await health(popup).getByText('Everything is in sync').waitFor();
    expect(await syncNow(running)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(writes()).toBe(0);
    expect((await running.noted()).opened).toEqual([]);
    expect((await running.noted()).notifications).toEqual([]);
  });

  test('sign-ins and the client are in the keychain, and in no file or line', async () => {
    const kept = (await keytar.findCredentials(`CalSync ${simulator.url}`)).map(({ password }) => password);
    const refreshTokens = issued.filter((token) => token.startsWith('1//'));
    expect(refreshTokens.filter((token) => kept.some((entry) => entry.includes(token)))).toHaveLength(2);
    expect(kept.some((entry) => entry.includes(simulator.client.clientSecret))).toBe(true);
    // Access tokens, refresh tokens and codes.
    expect(new Set(issued.map((token) => token.slice(0, 4))).size).toBeGreaterThanOrEqual(3);
    expect(await leaks()).toEqual([]);
  });
});

describe('the end of it', () => {
  test('an account is removed with its blocks, and its permission stays where that is wanted', async () => {
    simulator.requests.reset();
    const receipt = await removeAccount(home, true);
    expect(receipt).toContain('The account is removed.');
    expect(receipt).toMatch(/Removed\s+3/);
    expect([...blocksOn(work), ...blocksOn(home)]).toEqual([]);
    expect(revocations()).toBe(0);
    const kept = (await keytar.findCredentials(`CalSync ${simulator.url}`)).map(({ password }) => password);
    expect(issued.filter((token) => token.startsWith('1//') && kept.some((each) => each.includes(token)))).toHaveLength(
      1,
    );
    const settings = await settingsOf(running, 'Accounts');
    expect((await statusOf(settings)).accounts.map(({ email }) => email)).toEqual([work]);

    await consent(button(settings, 'Add an account'), { email: home });
    await useOffered();
    await settled(settings, 1, 2);
  });

  test('an account is removed, and its permission is given back unless told otherwise', async () => {
    simulator.requests.reset();
    await removeAccount(home, false);
    expect([...blocksOn(work), ...blocksOn(home)]).toEqual([]);
    expect(revocations()).toBe(1);
    const settings = await settingsOf(running, 'Accounts');
    await consent(button(settings, 'Add an account'), { email: home });
    await useOffered();
    await settled(settings, 1, 2);
  });

  test('all blocks are removed, with a receipt; CalSync pauses, and resuming puts them back', async () => {
    const settings = await settingsOf(running, 'Advanced');
    await button(settings, 'Remove all blocks…').click();
    const question = settings.getByRole('dialog', { name: 'Remove all blocks' });
    await question.getByText('This removes 3 blocks from 2 calendars').waitFor();
    expect(await button(settings, 'Remove all blocks').isDisabled()).toBe(true);
    await question.getByRole('textbox').pressSequentially('remove');
    await button(settings, 'Remove all blocks').click();
    const receipt = settings.getByRole('dialog', { name: 'Receipt' });
    await receipt.getByText('Syncing is paused.').waitFor();
    expect(await receipt.innerText()).toMatch(/Removed\s+3/);
    expect([...blocksOn(work), ...blocksOn(home)]).toEqual([]);
    await button(settings, 'Done').click();

    const popup = await popupOf(running);
    await health(popup).getByText('Paused, all blocks removed', { exact: true }).waitFor();
    await button(popup, 'Resume').click();
    await settled(popup, 1, 2);
    expect(await syncNow(running)).toMatchObject({ outcome: 'ok', writes: 0 });
  });

  test('after all this no file holds a secret, and nobody’s own event was touched', async () => {
    expect(await running.quit()).toBe(0);
    printed += running.printed();
    const files = await everyFile(dataFolder);
    expect(files.some(({ path }) => path.endsWith('calsync.db'))).toBe(true);
    const logs = files.filter(({ path }) => path.endsWith('.log'));
    expect(logs.map(({ path }) => basename(path))).toEqual(expect.arrayContaining(['calsync.log', 'desktop.log']));
    const logged = logs.map(({ bytes }) => bytes.toString()).join('');
    for (const text of ['Board meeting', 'Dentist', 'Lunch', 'code=', 'onerror', work, home]) {
      expect(logged).not.toContain(text);
    }
    expect(await leaks()).toEqual([]);
    expect(ownEvents()).toEqual(untouched);
    expect(simulator.violations).toEqual([]);
  });
});
