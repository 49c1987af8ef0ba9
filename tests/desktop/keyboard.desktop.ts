import { rm } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulator } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { focused } from '../renderer/support/checks.ts';
import { launchBrowser } from '../renderer/support/stage.ts';
import type { Running } from './support.ts';
import {
  clientFile,
  eventually,
  isShown,
  launch,
  newDataFolder,
  popupOf,
  shownPage,
  signInPage,
  smallWorld,
  statusOf,
} from './support.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let simulator: Simulator;
let browser: Browser;
let dataFolder: string;
let running: Running;

const blocks = (): number =>
  simulator.dump().flatMap(({ events }) => events.filter((event) => JSON.stringify(event).includes('calsync.ref')))
    .length;

/** Presses Tab until the control of a name has the focus; fails with the names on the way once they come again. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 60) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (now === name) return;
    passed.push(now);
  }
  throw new Error(`Tab does not reach "${name}", but: ${passed.join(' | ')}`);
}

async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

/** Signs in on the consent page with the keyboard: the arrows choose the account, Tab and Enter agree. */
async function consent(before: number, email: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(await signInPage(running, before));
  const chosen = (): Promise<string> => page.evaluate(() => (document.activeElement as HTMLInputElement).value);
  await page.keyboard.press('Tab');
  for (let turn = 0; turn < simulator.accounts.length && (await chosen()) !== email; turn += 1) {
    await page.keyboard.press('ArrowDown');
  }
  expect(await chosen()).toBe(email);
  await press(page, 'Continue');
  await page.getByText('You are signed in').waitFor();
  await page.close();
}

beforeAll(async () => {
  browser = await launchBrowser();
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  dataFolder = await newDataFolder();
  running = await launch({ simulator, dataFolder, client: false });
});

afterAll(async () => {
  await running.quit();
  await simulator.close();
  await browser.close();
  await rm(dataFolder, { recursive: true, force: true });
});

describe('with the keyboard alone', () => {
  test('the guide is gone through, two accounts are added, and syncing starts', async () => {
    const page = await shownPage(running, 'settings.html');
    await page.getByText('Step 1 of 4').waitFor();
    await press(page, 'Continue');

    // The heading of each step has the focus, so that reading and Tab go on there.
    await expect.poll(() => focused(page)).toBe('Your own Google client');
    await page.getByRole('textbox', { name: 'Or paste its text' }).waitFor();
    await tabTo(page, 'Choose the file…');
    await page.keyboard.press('Tab');
    await page.keyboard.insertText(clientFile(simulator));
    await press(page, 'Check the text');
    await page.getByText('The client is there.').waitFor();
    await press(page, 'Continue');

    await expect.poll(() => focused(page)).toBe('Your accounts');
    for (const [index, email] of [work, home].entries()) {
      await press(page, index === 0 ? 'Add an account' : 'Add another account');
      await consent(index, email);
      await page.getByRole('list', { name: 'Accounts' }).getByTitle(email).waitFor();
    }
    await press(page, 'Continue');

    await expect.poll(() => focused(page)).toBe('Your calendars');
    await page.getByText('This will add 3 blocks in 2 calendars.').waitFor();
    await tabTo(page, 'It gets blocks: Work');
    await page.keyboard.press('Space');
    await page.getByText('This will add 2 blocks in 1 calendar.').waitFor();
    await page.keyboard.press('Space');
    await page.getByText('This will add 3 blocks in 2 calendars.').waitFor();
    await press(page, 'Start syncing');
    await page.getByRole('heading', { name: 'CalSync is at work' }).waitFor();
    await eventually(() => Promise.resolve(blocks() === 3), 'there are not three blocks');
    await press(page, 'See the settings');
    await page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
  });

  test('“Sync now” in the popup is reached and pressed, and Escape closes the popup', async () => {
    const popup = await popupOf(running);
    await popup.getByText('Everything is in sync').first().waitFor();
    const before = (await statusOf(popup)).lastRun?.id ?? 0;
    simulator.requests.reset();
    await press(popup, 'Sync now');
    await eventually(async () => {
      const { lastRun } = await statusOf(popup);
      return lastRun !== null && lastRun.id > before && lastRun.trigger === 'manual';
    }, 'nothing was synced');
    expect(simulator.requests.writes()).toEqual([]);
    await popup.keyboard.press('Escape');
    await eventually(async () => !(await isShown(running, 'index.html')), 'the popup is still there');
  });

  test('a menu is opened, an item chosen, and what it did undone', async () => {
    const popup = await popupOf(running);
    await tabTo(popup, 'Pause');
    await popup.keyboard.press('ArrowDown');
    await expect.poll(() => focused(popup)).toBe('Until I resume');
    await popup.keyboard.press('Enter');
    await popup.getByRole('heading', { level: 1, name: 'Paused', exact: true }).waitFor();
    await press(popup, 'Resume');
    await popup.getByRole('heading', { level: 1, name: 'Everything is in sync' }).waitFor();
    expect((await statusOf(popup)).pausedUntil).toBe(null);
  });
});
