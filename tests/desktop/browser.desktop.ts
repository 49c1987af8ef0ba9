/* The browser of the system, as it does not come: nothing opens addresses, or what does fails, or shows nothing. */
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import type { Running } from './support.ts';
import {
  answerOf,
  ask,
  environment,
  eventually,
  launch,
  newDataFolder,
  popupOf,
  shownPage,
  smallWorld,
  statusOf,
} from './support.ts';

const work = 'work@northwind.example';

/** What a test of the app notes instead is done after all. */
const reallyOpening = "require('electron').shell.openExternal = globalThis.openInBrowser;";

let simulator: Simulator;
let running: Running;
let folder: string;
let programs: string;

beforeEach(async () => {
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  [folder, programs] = [await newDataFolder(), await newDataFolder()];
});
afterEach(async () => {
  await running.quit();
  await simulator.close();
  for (const each of [folder, programs]) await rm(each, { recursive: true });
});

/** Takes the text of the system's `xdg-open` (null: there is none); starts the app with it. */
async function start(program: string | null): Promise<void> {
  const file = join(programs, 'xdg-open');
  if (program !== null) {
    await writeFile(file, `#!/bin/sh\n${program}\n`);
    await chmod(file, 0o700);
  }
  // Where there is none here, no other one is found either.
  const path = program === null ? programs : `${programs}:${environment(simulator)['PATH'] ?? ''}`;
  running = await launch({
    simulator,
    dataFolder: folder,
    args: ['--hidden'],
    before: reallyOpening,
    env: { PATH: path },
  });
}

test.each([
  ['is not there', null],
  ['fails at once', 'exit 3'],
  ['fails late', 'sleep 2; exit 4'],
  ['shows nothing', 'exec sleep 60'],
])('where what opens addresses %s, the address is there to copy, and leads to the account', async (_how, program) => {
  await start(program);
  const popup = await popupOf(running);
  const adding = ask(popup, 'account.add');
  const help = popup.getByRole('region', { name: 'Help with signing in' });
  await help.waitFor({ timeout: 10_000 });
  const address = await help.getByRole('textbox').inputValue();
  expect(new URL(address).origin).toBe(simulator.url);
  await help.getByText('If Google shows an error instead').waitFor();
  await giveConsent(address, work);
  expect(await adding).toMatchObject({ email: work });
  await help.waitFor({ state: 'detached' });
});

test('a sign-in that is begun in the menu of the tray brings a window with that help, too', async () => {
  const asked = join(folder, 'asked');
  await start(`echo "$1" >> '${asked}'`);
  const popup = await popupOf(running);
  const adding = ask(popup, 'account.add');
  const first = await eventually(
    () => readFile(asked, 'utf8').catch(() => null),
    'the system was not asked to open anything',
  );
  await giveConsent(first.trim(), work);
  await adding;
  await ask(popup, 'calendar.use', { calendarId: toCalendarId(work), source: true, target: true });
  simulator.person(work).revokeAccess();
  await eventually(async () => {
    await answerOf(popup, 'sync.start');
    return (await statusOf(popup)).accounts.some((account) => account.state === 'needs-sign-in');
  }, 'the account was not marked');
  await popup.evaluate(() => window.calsync?.desktop?.('window.close'));
  await running.tray(`Sign in again to ${work}`);
  const settings = await shownPage(running, 'settings.html');
  const help = settings.getByRole('region', { name: 'Help with signing in' });
  await help.waitFor({ timeout: 10_000 });
  expect((await readFile(asked, 'utf8')).trim().split('\n').at(-1)).toBe(await help.getByRole('textbox').inputValue());
});
