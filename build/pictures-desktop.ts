// Takes pictures of the app as it runs in a real Electron, on the demo world of the simulator: the guide, the popup and
// every place of the settings window, light and dark. They show what the pictures of docs/images cannot, because those
// are drawn in a browser: the windows' own sizes, and what the desktop app adds.
// Run by `build/test-desktop.sh --run node build/pictures-desktop.ts <folder>`.
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { startSimulator } from '../src/simulator/index.ts';
import type { Running } from '../tests/desktop/support.ts';
import {
  clientFile,
  consentIn,
  eventually,
  launch,
  newDataFolder,
  popupOf,
  settingsOf,
  shownPage,
  statusOf,
  syncNow,
} from '../tests/desktop/support.ts';
import { launchBrowser } from '../tests/renderer/support/stage.ts';
import { healthOf } from '../src/shared/health.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node build/pictures-desktop.ts <folder>');
const images = resolve(folder);
await mkdir(images, { recursive: true });

const simulator = await startSimulator({ world: 'demo', seed: 'pictures', cry: () => undefined });
const browser = await launchBrowser();
const dataFolder = await newDataFolder();
const running: Running = await launch({ simulator, dataFolder, client: false });

async function picture(page: Page, name: string): Promise<void> {
  // The pointer would leave a button looking hovered.
  await page.mouse.move(0, 0);
  for (const scheme of ['light', 'dark'] as const) {
    // The driver stands between the page and the look of the system.
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    // A dialog lies in the middle of the window, and the popup is as tall as it may be; everything else is shown to its end.
    const whole = page.url().includes('/settings.html') && (await page.getByRole('dialog').count()) === 0;
    await page.screenshot({ path: join(images, `${name}-${scheme}.png`), fullPage: whole });
  }
  process.stdout.write(`${name}\n`);
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

const guide = await shownPage(running, 'settings.html');
await guide.getByText('Step 1 of 4').waitFor();
await picture(guide, 'guide-1');
await button(guide, 'Continue').click();
await guide.getByRole('heading', { name: 'Give the file to CalSync' }).waitFor();
await picture(guide, 'guide-2');
await guide.getByRole('textbox', { name: 'Or paste its text' }).fill(clientFile(simulator));
await picture(guide, 'guide-2-pasted');
await button(guide, 'Check the text').click();
await guide.getByText('The client is there.').waitFor();
await picture(guide, 'guide-2-kept');
await button(guide, 'Continue').click();
await guide.getByText('Step 3 of 4').waitFor();
await picture(guide, 'guide-3-none');
await button(guide, 'Add an account').click();
await guide.getByText('Waiting for your browser…').waitFor();
await picture(guide, 'guide-3-waiting');
await button(guide, 'Cancel').click();
const first = simulator.accounts[0]?.email ?? '';
const seeEvents = 'View and edit events on all your calendars';
await consentIn(browser, running, () => button(guide, 'Add an account').click(), { email: first, without: seeEvents });
await guide.getByRole('alert').waitFor();
await picture(guide, 'guide-3-unticked');
for (const [index, { email }] of simulator.accounts.entries()) {
  const name = index === 0 ? 'Add an account' : 'Add another account';
  await consentIn(browser, running, () => button(guide, name).click(), { email });
  await guide.getByRole('list', { name: 'Accounts' }).getByTitle(email).waitFor();
}
await picture(guide, 'guide-3');
await button(guide, 'Continue').click();
await guide.getByText('This will add').waitFor();
await picture(guide, 'guide-4');
await button(guide, 'Start syncing').click();
await guide.getByRole('heading', { name: 'CalSync is at work' }).waitFor();
await picture(guide, 'guide-5');

let popup = await popupOf(running);
await popup.getByText('Everything is in sync').first().waitFor();
await picture(popup, 'popup');
await button(popup, 'More').click();
await picture(popup, 'popup-menu');
await popup.keyboard.press('Escape');
await button(popup, 'Pause').click();
await picture(popup, 'popup-pause-menu');
await popup.getByRole('menuitem', { name: 'For one hour' }).click();
await popup.getByRole('heading', { level: 1, name: /^Paused/ }).waitFor();
await picture(popup, 'popup-paused');
await button(popup, 'Resume').click();
await popup.getByText('Everything is in sync').first().waitFor();

for (const place of ['Accounts', 'Calendars', 'Blocks', 'What counts as busy', 'Schedule', 'Activity', 'Advanced']) {
  const page = await settingsOf(running, place);
  const name = `settings-${place.toLowerCase().replaceAll(' ', '-')}`;
  // A place reads its choices first.
  await page.getByText('One moment…').waitFor({ state: 'detached' });
  await picture(page, name);
}
const settings = await settingsOf(running, 'Advanced');
await button(settings, 'Check everything').click();
await settings.getByText('Everything is as it should be.').waitFor();
await picture(settings, 'settings-advanced-checked');
await button(settings, 'Preview the next sync…').click();
await settings.getByRole('dialog').getByText('There is nothing to do.').waitFor();
await picture(settings, 'settings-preview');
await settings.keyboard.press('Escape');

await settingsOf(running, 'Calendars');
await settings.getByRole('switch', { name: 'It gets blocks' }).and(settings.locator(':checked')).first().click();
await settings.getByRole('dialog', { name: 'Before this is kept' }).waitFor();
await picture(settings, 'settings-change');
await button(settings, 'Cancel').click();

simulator.person(first).revokeAccess();
await syncNow(running);
popup = await popupOf(running);
await popup.getByRole('heading', { level: 1, name: `Sign in again to ${first}` }).waitFor();
await picture(popup, 'popup-needs-you');
await settingsOf(running, 'Accounts');
await picture(settings, 'settings-accounts-needs-you');
await consentIn(browser, running, () => button(settings, `Sign in again: ${first}`).click(), { email: first });
await eventually(
  async () => healthOf(await statusOf(settings), Date.now()).state === 'in-sync',
  'it is not in sync again',
);

const last = simulator.accounts.at(-1)?.email ?? '';
await button(settings, `Remove… ${last}`).click();
await picture(settings, 'settings-remove');
await settings.getByRole('textbox').fill('remove');
await button(settings, 'Remove account').click();
await settings.getByRole('dialog', { name: 'Receipt' }).waitFor();
await picture(settings, 'settings-removed');
await button(settings, 'Done').click();

await settingsOf(running, 'Advanced');
await button(settings, 'Remove all blocks…').click();
await picture(settings, 'settings-reset');
await settings.getByRole('textbox').fill('remove');
await button(settings, 'Remove all blocks').click();
await settings.getByRole('dialog', { name: 'Receipt' }).waitFor();
await picture(settings, 'settings-reset-receipt');
await button(settings, 'Done').click();

for (const { email } of simulator.accounts.slice(0, -1)) {
  await settingsOf(running, 'Accounts');
  await button(settings, `Remove… ${email}`).click();
  await settings.getByRole('textbox').fill('remove');
  await button(settings, 'Remove account').click();
  await button(settings, 'Done').click();
}
popup = await popupOf(running);
await popup.getByRole('heading', { level: 1, name: 'No account yet' }).waitFor();
await picture(popup, 'popup-empty');
await settingsOf(running, 'Accounts');
await picture(settings, 'settings-accounts-empty');

await running.quit();
await simulator.close();
await browser.close();
await rm(dataFolder, { recursive: true, force: true });
