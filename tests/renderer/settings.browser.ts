import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { appError } from '../../src/shared/errors.ts';
import type { WhyAnswer } from '../../src/shared/dto.ts';
import { clientItem, type SettingsPage, type SettingsPlace } from '../../src/shared/ipc.ts';
import { err, ok } from '../../src/shared/result.ts';
import type { FakeCalSync } from '../support/fake-calsync.ts';
import {
  emptyStatus,
  exampleAccount,
  exampleCalendar,
  exampleHold,
  exampleKept,
  exampleMute,
  exampleNow,
  examplePolicies,
  exampleRun,
  exampleUndo,
  exampleWhy,
  exampleWhyBlock,
  exampleWhyEvent,
  exampleTrouble,
} from '../support/fake-calsync.ts';
import { cutOff, deedName, focused } from './support/checks.ts';
import type { Scene } from './support/scenes.ts';
import { demoStatus } from './support/scenes.ts';
import { giveCopies, policiesFor, settingsScenes, settingsStatus, toStep } from './support/settings-scenes.ts';
import { desktopRequests } from './support/stage.ts';
import { stagesOfFile } from './support/stages.ts';
import { facts, factsOf } from '../support/situations.ts';

const { stand, violations } = stagesOfFile();

/** A window at a place, with choices for every calendar, and previews that write nothing unless told otherwise. */
function at(page: SettingsPage | null, status = settingsStatus()): Omit<Scene, 'name'> {
  const quiet = { add: 0, change: 0, remove: 0, calendars: 0, held: 0 };
  return { page, status, prepare: (app) => app.give({ policies: policiesFor(status), counts: quiet }) };
}

const names = (app: FakeCalSync): readonly string[] => app.calls.map((call) => call.name);
const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
/** Asks the window for a place, as the main process does. */
const navigate = (page: Page, place: SettingsPlace): Promise<void> =>
  page.evaluate((to) => (window as unknown as { navigateTo: (to: SettingsPlace) => void }).navigateTo(to), place);
const all = settingsScenes.map((scene) => [scene.name, scene] as const);

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  it.each(all)('%s can be used by everybody', async (_name, scene) => {
    const { page, complaints } = await stand(scene, { scheme });
    expect(await violations(page)).toEqual([]);
    // A failure that the server was made to have is told to it, not to the page.
    expect(complaints.filter((each) => !/^ipc (policy\.get|run\.list|why\.ask)/.test(each))).toEqual([]);
  });
});

describe('at 200 %', () => {
  it.each(all)('nothing of %s is cut off', async (_name, scene) => {
    const zoomed = await stand(scene, { viewport: { width: 430, height: 310 }, scale: 2 });
    expect(await cutOff(zoomed.page)).toEqual([]);
    const large = await stand(scene);
    await large.page.evaluate(() => document.documentElement.style.setProperty('font-size', '175%'));
    expect(await cutOff(large.page)).toEqual([]);
  });
});

describe('the places', () => {
  it('are reached by the keyboard in order, say where one is, and name the window', async () => {
    const { page } = await stand(at('accounts'));
    const order: string[] = [];
    for (let step = 0; step < 10; step += 1) {
      await press(page, 'Tab');
      order.push(await focused(page));
      const ring = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement ?? document.body);
        return `${style.outlineStyle} ${style.outlineWidth}`;
      });
      expect(ring).toBe('solid 2px');
    }
    expect(order).toEqual([
      'Accounts',
      'Calendars',
      'Blocks',
      'What counts as busy',
      'Schedule',
      'Preview',
      'Activity',
      'Why?',
      'Advanced',
      'First steps',
    ]);
    const places = page.getByRole('navigation', { name: 'Places' });
    await places.getByRole('link', { name: 'Schedule' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Schedule' }).waitFor();
    await expect.poll(() => focused(page)).toBe('Schedule');
    expect(await places.locator('[aria-current="page"]').allTextContents()).toEqual(['Schedule']);
    expect(await page.title()).toBe('Schedule – CalSync');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
  });

  it('are marked where the person is needed', async () => {
    const { page } = await stand(
      at(
        'schedule',
        settingsStatus({
          accounts: [exampleAccount({ state: 'needs-sign-in' })],
          calendars: [exampleCalendar({ trouble: appError('calendar-gone', 'Work') })],
          troubles: [exampleTrouble('needs-sign-in', exampleAccount().email), exampleTrouble('calendar-gone', 'Work')],
          holds: [exampleHold()],
        }),
      ),
    );
    const marked = page.getByRole('navigation').getByRole('link', { name: /needs you$/ });
    expect(await marked.allTextContents()).toEqual(['Accounts', 'Calendars', 'Advanced']);
  });

  it('begin with the first steps for whoever has no account, and with the accounts otherwise', async () => {
    const first = await stand({
      ...at(null, emptyStatus()),
      prepare: (app) => app.give({ client: { present: false, idEnding: null } }),
    });
    await first.page.getByText('Step 1 of 4').waitFor();
    const waiting = await stand(at(null, settingsStatus({ ...facts.neverSynced, started: false })));
    await waiting.page.getByText('Step 4 of 4').waitFor();
    waiting.app.set({ started: true, ...facts.inSync });
    await waiting.page.getByRole('button', { name: 'Back' }).click();
    await waiting.page.getByText('Step 3 of 4').waitFor();
    const later = await stand(at(null));
    expect(await later.page.getByRole('heading', { level: 1 }).textContent()).toBe('Accounts');
  });

  it('are shown when the desktop app asks for one', async () => {
    const { page } = await stand(at('accounts'), { desktop: true });
    await navigate(page, { page: 'busy', item: null });
    await page.getByRole('heading', { level: 1, name: 'What counts as busy' }).waitFor();
  });

  it('have what a notification was about in view, with its button ready', async () => {
    const accounts = Array.from({ length: 12 }, (_, index) =>
      exampleAccount({
        id: `a${index}`,
        email: `person${index}@example.com`,
        state: index === 11 ? 'needs-sign-in' : 'connected',
      }),
    );
    const lost = exampleCalendar({ id: 'lost', name: 'Lost', accountId: accounts[0]?.id ?? '' });
    const hold = exampleHold();
    const status = settingsStatus({
      accounts,
      calendars: [...settingsStatus().calendars, lost],
      holds: [hold],
      troubles: [exampleTrouble('keychain-unavailable')],
    });
    const { page } = await stand(at('schedule', status), { desktop: true });
    const inView = (): Promise<boolean> =>
      page.evaluate(() => {
        const { top, bottom } = document.activeElement?.getBoundingClientRect() ?? { top: -1, bottom: -1 };
        return top >= 0 && bottom <= window.innerHeight;
      });
    for (const [place, name] of [
      [{ page: 'accounts', item: 'a11' }, 'Sign in again: person11@example.com'],
      [{ page: 'advanced', item: hold.key }, 'Decide'],
      [{ page: 'calendars', item: 'lost' }, 'Its events block others: Lost'],
    ] as const) {
      await navigate(page, place);
      await expect.poll(() => focused(page)).toContain(name);
      expect(await inView()).toBe(true);
    }
    await navigate(page, { page: 'accounts', item: 'keychain' });
    const note = page.getByRole('note');
    await expect.poll(() => note.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await note.textContent()).toContain('This computer has no keychain');
    expect(await violations(page)).toEqual([]);
    // Asked for once more, although the address stays the same.
    await page.getByRole('heading', { level: 1 }).focus();
    await navigate(page, { page: 'accounts', item: 'keychain' });
    await expect.poll(() => note.evaluate((element) => element === document.activeElement)).toBe(true);
    await navigate(page, { page: 'advanced', item: 'gone' });
    await page.getByRole('heading', { level: 1, name: 'Advanced' }).waitFor();
  });

  it('close on Escape unless something within uses the key', async () => {
    const calendars = Array.from({ length: 20 }, (_, index) =>
      exampleCalendar({
        id: `c${index}`,
        name: `Calendar ${index}`,
        accountId: settingsStatus().accounts[0]?.id ?? '',
      }),
    );
    const { page } = await stand(at('calendars', settingsStatus({ calendars })), { desktop: true });
    const asked = async (): Promise<readonly string[]> => (await desktopRequests(page)).map(({ name }) => name);
    const search = page.getByRole('searchbox');
    await search.fill('team');
    await press(page, 'Escape');
    await press(page, 'Escape');
    expect(await asked()).toEqual([]);
    await navigate(page, { page: 'advanced', item: null });
    await page.getByRole('button', { name: 'Remove all blocks…' }).click();
    await page.getByRole('dialog').waitFor();
    await press(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await asked()).toEqual([]);
    await press(page, 'Escape');
    await expect.poll(asked).toEqual(['window.close']);
    await navigate(page, { page: 'guide', item: null });
    await page.getByText('Step 1 of').waitFor();
    await press(page, 'Escape');
    expect(await asked()).toEqual(['window.close']);
  });

  it('say that the connection is lost, and refuse changes meanwhile', async () => {
    const { page, server } = await stand(at('calendars'));
    await server.close();
    await page.getByRole('alert').getByText('The connection to CalSync is lost.').waitFor();
    expect(await page.locator('[data-content]').evaluate((element) => (element as HTMLElement).inert)).toBe(true);
    expect(await violations(page)).toEqual([]);
  });

  it('have the badge of the demo', async () => {
    const { page } = await stand(at('accounts', demoStatus({ demo: true })));
    expect(await page.getByText('Demo', { exact: true }).isVisible()).toBe(true);
  });
});

describe('what is waited for', () => {
  const none = { disk: null, keychain: null, engine: null };

  it('is said on every page while it is the disk, with “Try again”, and no more once it is back', async () => {
    const { page, app } = await stand(at('schedule', settingsStatus({ ...factsOf('the disk has become full') })));
    const banner = page.getByRole('alert');
    await banner.getByText('Waiting for the disk since').waitFor();
    await banner.getByText('Check that the disk has room').waitFor();
    await banner.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => names(app)).toContain('sync');
    expect(await page.locator('[data-content]').getAttribute('inert')).toBeNull();
    app.set({ waitsFor: none });
    await expect.poll(() => banner.count()).toBe(0);
  });

  it('is said of a keychain, too, and that it may be asking', async () => {
    const { page, app } = await stand(at('schedule', settingsStatus({ ...factsOf('the keychain is locked') })));
    const banner = page.getByRole('alert');
    await banner.getByText('Waiting for the keychain since').waitFor();
    await banner.getByText('Unlock the keychain').waitFor();
    app.set({ ...factsOf('the keychain asks for its password') });
    await banner.getByText('Look for its question on your screen').waitFor();
    expect(await page.locator('[data-content]').getAttribute('inert')).toBeNull();
    // The accounts say it themselves, once.
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Accounts' }).click();
    await expect.poll(() => banner.count()).toBe(0);
    await page.getByText('Look for its question on your screen').waitFor();
    app.set({ waitsFor: none });
  });

  it('has a button only where trying again helps: not while the engine starts, but where it cannot', async () => {
    const away = await stand(at('schedule', settingsStatus({ ...factsOf('the engine does not answer') })));
    const starting = away.page.getByRole('alert');
    await starting.getByText('CalSync does not answer since').waitFor();
    expect(await starting.getByRole('button').count()).toBe(0);
    away.app.set({ waitsFor: { ...none, engine: { since: exampleNow, error: appError('database-from-future') } } });
    await starting.getByText('Install the newest CalSync.').waitFor();
    await starting.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => names(away.app)).toContain('sync');
  });
});

describe('accounts', () => {
  it('are not said to be signed in until CalSync quits once the sign-in has ended', async () => {
    const accounts = [
      exampleAccount({ kept: 'until-quit' }),
      exampleAccount({ id: 'account-home', email: 'me@home.example', state: 'needs-sign-in', kept: 'until-quit' }),
    ];
    const { page } = await stand(at('accounts', settingsStatus({ accounts })));
    await page.getByText('Signed in until CalSync quits').waitFor();
    const lost = page.locator('li[data-state="needs-sign-in"]');
    expect(await lost.count()).toBe(1);
    expect(await lost.textContent()).not.toContain('until CalSync quits');
  });

  it('are added while that can be given up, and a sign-in that was given up is no failure', async () => {
    const { page, app } = await stand(at('accounts'));
    let finish: () => void = () => undefined;
    app.replace({
      addAccount: () =>
        new Promise((resolve) => {
          finish = () => resolve(err(appError('sign-in-interrupted')));
        }),
      cancelSignIn: () => finish(),
    });
    await page.getByRole('button', { name: 'Add an account' }).click();
    await page.getByText('Finish signing in in the browser window').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Add an account' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(names(app)).toEqual(['addAccount', 'cancelSignIn']);
  });

  it('are signed in to anew, each by its own button', async () => {
    const status = settingsStatus({
      accounts: [exampleAccount(), exampleAccount({ id: 'h', email: 'me@home.example', state: 'needs-sign-in' })],
    });
    const { page, app } = await stand(at('accounts', status));
    await page.getByRole('button', { name: 'Sign in again: me@home.example' }).click();
    await expect.poll(() => page.getByText('Connected', { exact: true }).count()).toBe(2);
    expect(app.calls).toEqual([{ name: 'reconnectAccount', input: { id: 'h' } }]);
  });

  it('are removed after what goes was named and a word was typed, and end in a receipt', async () => {
    const { page, app } = await stand(at('accounts'));
    await page.getByRole('button', { name: 'Remove… client@studio.example' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove account' });
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual([
      '52 blocks in its calendars',
      'the blocks in other calendars that stand for its events',
      'its sign-in, and what you chose for its calendars',
    ]);
    await press(page, 'Enter');
    expect(names(app)).toEqual(['findBlocks']);
    await page.keyboard.type('remove');
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Receipt' }).waitFor();
    await press(page, 'Enter');
    await expect.poll(() => page.getByText('client@studio.example').count()).toBe(0);
    expect(app.calls).toEqual([
      { name: 'findBlocks', input: 'account-studio' },
      { name: 'removeAccount', input: { id: 'account-studio', revoke: true, othersOn: [] } },
    ]);
  });

  it('are removed with their permission left at Google, where the person says so', async () => {
    const { page, app } = await stand(at('accounts'));
    await page.getByRole('button', { name: 'Remove… client@studio.example' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove account' });
    const tick = dialog.getByRole('checkbox', { name: 'Also give back CalSync’s permission at Google', exact: true });
    expect(await tick.isChecked()).toBe(true);
    await dialog.getByText('your other computers is then signed out').waitFor();
    await press(page, 'Shift+Tab');
    expect(await tick.evaluate((element) => element === document.activeElement)).toBe(true);
    await press(page, 'Space');
    await dialog.getByText('Google goes on listing CalSync').waitFor();
    await dialog.getByRole('textbox').fill('remove');
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Receipt' }).waitFor();
    expect(app.calls).toEqual([
      { name: 'findBlocks', input: 'account-studio' },
      { name: 'removeAccount', input: { id: 'account-studio', revoke: false, othersOn: [] } },
    ]);

    // Asked anew, it is ticked anew: what was chosen for one account must not count for the next.
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Remove… me@home.example' }).click();
    expect(await tick.isChecked()).toBe(true);
  });

  it('say why one could not be added, until that is tried again', async () => {
    const { page, app } = await stand(at('accounts'));
    app.replace({ addAccount: () => Promise.resolve(err(appError('client-missing'))) });
    await page.getByRole('button', { name: 'Add an account' }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Set up' }).waitFor();
    // Tried anew, what the last time came to is not shown as if it were about this one.
    app.replace({ addAccount: () => new Promise(() => undefined) });
    await page.getByRole('button', { name: 'Add an account' }).click();
    await page.getByText('Waiting for your browser…').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('lead from a missing client to the first steps', async () => {
    const { page, app } = await stand(at('accounts'));
    app.replace({ addAccount: () => Promise.resolve(err(appError('client-missing'))) });
    await page.getByRole('button', { name: 'Add an account' }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Set up' }).click();
    await page.getByText('Step 2 of 4').waitFor();
  });
});

describe('calendars', () => {
  const sceneOf = (name: string) => {
    const found = settingsScenes.find((scene) => scene.name === name);
    if (found === undefined) throw new Error(`No scene is called ${name}.`);
    return found;
  };

  it('say since when one is gone, and take it out of use with its blocks', async () => {
    const { page, app } = await stand(sceneOf('calendars-attention'));
    app.give({ counts: { add: 0, change: 0, remove: 3, calendars: 1, held: 0 } });
    const row = page.getByRole('row', { name: /Team holidays/ });
    await row.getByText(/gone since Thursday,? 19 March/).waitFor();
    await row.getByRole('button', { name: 'Remove its blocks… Team holidays' }).click();
    await page.getByRole('dialog').getByText('This will remove 3 blocks in 1 calendar.').waitFor();
  });

  it('ask whether one is a former one under a new address, and take the answer', async () => {
    const { page, app } = await stand(sceneOf('calendars-renamed'));
    const row = page.getByRole('row', { name: /^Work/ });
    await row.getByText('Is this robin@northwind.example under a new address?').waitFor();
    expect(await row.getByRole('switch').first().isDisabled()).toBe(true);
    await row.getByRole('button', { name: 'Yes, the same Work' }).click();
    await row.getByText('Is this robin@northwind.example').waitFor({ state: 'detached' });
    expect(app.calls.find(({ name }) => name === 'answerRenaming')?.input).toMatchObject({ same: true });
  });

  it('that go out of use leave the blocks of others there, unless the box is ticked, and then end in a receipt', async () => {
    const { page, app } = await stand(sceneOf('calendars-others'));
    const dialog = page.getByRole('dialog');
    const box = dialog.getByRole('checkbox', { name: 'Also remove 4 blocks in Team holidays' });
    expect(await box.isChecked()).toBe(false);
    await dialog.getByText('This calendar belongs to somebody else; the blocks may be of their CalSync.').waitFor();
    await dialog.getByRole('button', { name: deedName }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(app.calls.map(({ name }) => name)).not.toContain('clearCalendar');

    await page.getByRole('switch', { name: 'Its events block others: Team holidays' }).click();
    await box.check();
    await dialog.getByRole('button', { name: deedName }).click();
    await page.getByRole('dialog', { name: 'Receipt' }).waitFor();
    expect(app.calls.filter(({ name }) => name === 'clearCalendar')).toEqual([
      { name: 'clearCalendar', input: 'holidays@group.calendar.google.com' },
    ]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('whose blocks of others cannot be taken now stay in use, and say why', async () => {
    const { page, app } = await stand(sceneOf('calendars-not-cleared'));
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('alert').waitFor();
    expect(app.calls.map(({ name }) => name)).not.toContain('savePolicies');
    await dialog.getByRole('button', { name: 'Done' }).click();
    expect(await page.getByRole('switch', { name: 'Its events block others: Team holidays' }).isChecked()).toBe(true);
  });

  it('that show less than before are used with that once the person says so', async () => {
    const { calendars } = settingsStatus();
    const lessSeen = calendars.map((each) =>
      each.name === 'Team holidays' ? { ...each, trouble: appError('calendar-seen-less', 'Team holidays') } : each,
    );
    const { page, app } = await stand({
      page: 'calendars',
      status: settingsStatus({ calendars: lessSeen }),
    });
    const row = page.getByRole('row', { name: /Team holidays/ });
    await row.getByRole('button', { name: 'Use it with what you see now… Team holidays' }).click();
    const use = { kind: 'use', calendarId: 'holidays@group.calendar.google.com', source: true, target: false };
    await expect.poll(() => app.calls.find(({ name }) => name === 'previewPolicies')?.input).toMatchObject(use);
  });

  it('change at once where nothing would be written', async () => {
    const { page, app } = await stand(at('calendars'));
    const toggle = page.getByRole('switch', { name: 'It gets blocks: Personal' });
    await toggle.focus();
    await press(page, 'Space');
    await expect.poll(() => toggle.isChecked()).toBe(false);
    await page.getByText('Done.', { exact: true }).waitFor();
    const change = { kind: 'use', calendarId: 'me@home.example', source: true, target: false };
    await expect
      .poll(() => app.calls)
      .toEqual([
        { name: 'previewPolicies', input: change },
        { name: 'savePolicies', input: change },
        { name: 'useCalendar', input: { id: 'me@home.example', source: true, target: false } },
      ]);
  });

  it('say first what would be written, and stay as they are when that is cancelled', async () => {
    const { page, app } = await stand(at('calendars'));
    app.give({ counts: { add: 12, change: 40, remove: 3, calendars: 2, held: 0 } });
    const toggle = page.getByRole('switch', { name: 'Its events block others: Birthdays' });
    await toggle.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This will add 12, change 40, remove 3 blocks in 2 calendars.').waitFor();
    await press(page, 'Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    // The browser closes a dialog first and tells the page then, so the switch goes back a moment later.
    await expect.poll(() => toggle.isChecked()).toBe(false);
    expect(names(app)).toEqual(['previewPolicies']);
    await toggle.click();
    await dialog.getByRole('button', { name: deedName }).click();
    await expect.poll(() => toggle.isChecked()).toBe(true);
    await page.getByText('The blocks follow with the next sync.').waitFor();
  });

  it('that may only be read cannot get blocks, and say why', async () => {
    const { page } = await stand(at('calendars'));
    expect(await page.getByRole('switch', { name: 'It gets blocks: Team holidays' }).isDisabled()).toBe(true);
    expect(await page.getByRole('row', { name: /Team holidays/ }).textContent()).toContain('You may only read it');
  });

  it('are found by a part of their name, and Escape shows all again', async () => {
    const many = settingsScenes.find((scene) => scene.name === 'calendars-many');
    if (!many) throw new Error('No scene is called calendars-many.');
    const { page } = await stand(many);
    // "Room 1", "Room 10" to "Room 19".
    expect(await page.getByRole('rowheader').count()).toBe(11);
    const search = page.getByRole('searchbox', { name: 'Search calendars' });
    await search.fill('nothing like it');
    await page.getByText('No calendar is called “nothing like it”.').waitFor();
    await search.press('Escape');
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(24);
  });
});

describe('blocks', () => {
  const title = (page: Page) => page.getByRole('textbox', { name: 'Title' });

  it('warn in words when a title tells more than “busy”, and show how it looks', async () => {
    const { page } = await stand(at('blocks'));
    await page.getByText('Blocks tell nothing but this text.').waitFor();
    await title(page).fill('Out: ');
    await page.getByRole('button', { name: 'Add the event title' }).click();
    expect(await title(page).inputValue()).toBe('Out: {title}');
    await page.getByText('Blocks will show the event title.').waitFor();
    expect(await page.locator('[data-sample] > :first-child').allTextContents()).toEqual(['Out: Dentist', 'busy']);
    await page.getByRole('radio', { name: /^Everybody/ }).check();
    expect(await page.locator('[data-sample] > :first-child').allTextContents()).toEqual([
      'Out: Dentist',
      'Out: Dentist',
    ]);
    await page.getByText('Everybody who can see the other calendars can read it.').waitFor();
  });

  it('are kept after what would be written was said', async () => {
    const { page, app } = await stand(at('blocks'));
    app.give({ counts: { add: 0, change: 131, remove: 0, calendars: 3, held: 0 } });
    const keep = page.getByRole('button', { name: 'Apply…' });
    expect(await keep.isDisabled()).toBe(true);
    await page.getByRole('radio', { name: 'Graphite' }).check();
    await keep.click();
    await page.getByRole('dialog').getByText('This will change 131 blocks in 3 calendars.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: deedName }).click();
    await expect.poll(() => keep.isDisabled()).toBe(true);
    const block = { ...examplePolicies().block, colorId: '8' };
    expect(app.calls.at(-1)).toEqual({ name: 'savePolicies', input: { kind: 'block', block } });
    expect(await page.getByRole('radio', { name: 'Graphite' }).isChecked()).toBe(true);
  });

  it('cannot be without a title, and changes can be discarded', async () => {
    const { page } = await stand(at('blocks'));
    await title(page).fill('  ');
    await page.getByText('A block needs a title.').waitFor();
    expect(await page.getByRole('button', { name: 'Apply…' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await title(page).inputValue()).toBe('🔒 Busy');
  });

  it('have ways that are found by their calendars, once there are more than eight', async () => {
    const calendars = ['Work', 'Personal', 'Studio', 'Team'].map((name) =>
      exampleCalendar({ id: `${name.toLowerCase()}@example.com`, name }),
    );
    const few = await stand(at('blocks', settingsStatus({ calendars: calendars.slice(0, 3) })));
    await few.page.getByRole('button', { name: 'Change… Work to Personal' }).waitFor();
    expect(await few.page.getByRole('button', { name: /^Change…/ }).count()).toBe(6);
    expect(await few.page.getByRole('searchbox').count()).toBe(0);

    const { page } = await stand(at('blocks', settingsStatus({ calendars })));
    const ways = page.getByRole('button', { name: /^Change…/ });
    const search = page.getByRole('searchbox', { name: 'Search by calendar' });
    expect(await ways.count()).toBe(12);
    await search.fill('team STUDIO');
    await expect.poll(() => ways.count()).toBe(2);
    await page.getByRole('status').getByText('2 ways').waitFor();
    await search.fill('nowhere');
    await page.getByText('No way leads from or to “nowhere”.').waitFor();
    await search.press('Escape');
    await expect.poll(() => ways.count()).toBe(12);
  });

  it('have a look of their own on one way, and lose it again', async () => {
    const { page, app } = await stand(at('blocks'));
    const change = page.getByRole('button', { name: 'Change… Work to Personal' });
    await change.click();
    const dialog = page.getByRole('dialog', { name: 'Work to Personal' });
    await dialog.getByRole('radio', { name: 'Own look' }).check();
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Work: {title}');
    await dialog.getByRole('button', { name: 'Apply…' }).click();
    await page.getByText('Own look: “Work: {title}”').waitFor();
    await change.click();
    await dialog.getByRole('radio', { name: 'As everywhere' }).check();
    await dialog.getByRole('button', { name: 'Apply…' }).click();
    await expect.poll(() => page.getByText('Own look: “').count()).toBe(0);
    const way = { kind: 'route', sourceId: 'work@northwind.example', targetId: 'me@home.example' };
    expect(app.calls.filter((call) => call.name === 'savePolicies').map((call) => call.input)).toEqual([
      { ...way, block: { ...examplePolicies().block, summary: 'Work: {title}' } },
      { ...way, block: null },
    ]);
  });

  it('say that the choices could not be read, and ask again', async () => {
    const failed = settingsScenes.find((scene) => scene.name === 'blocks-failed');
    if (!failed) throw new Error('No scene is called blocks-failed.');
    const { page, app } = await stand(failed);
    app.replace({ policies: () => policiesFor(app.status()) });
    await page.getByRole('button', { name: 'Try again' }).click();
    await title(page).waitFor();
  });
});

describe('what is not applied yet', () => {
  it('stays while other pages are looked at, and the list of places says where it is', async () => {
    const { page } = await stand(at('blocks'));
    await page.getByRole('textbox', { name: 'Title' }).fill('Away');
    await page.getByRole('link', { name: /^What counts as busy/ }).click();
    await page
      .getByRole('link', { name: /^Blocks/ })
      .getByRole('img', { name: 'Not applied yet' })
      .waitFor();
    await page.getByRole('link', { name: /^Blocks/ }).click();
    await expect.poll(() => page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Away');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => page.getByRole('img', { name: 'Not applied yet' }).count()).toBe(0);
  });

  it('is asked about before the window closes', async () => {
    const { page } = await stand(at('blocks'));
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.getByRole('textbox', { name: 'Title' }).fill('Away');
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => asked).toEqual(['beforeunload']);
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Away');
  });

  it('is not lost by a click beside its dialog', async () => {
    const { page } = await stand(at('blocks'));
    await page
      .getByRole('button', { name: /^Change… / })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Own look' }).check();
    await page.mouse.click(2, 2);
    expect(await dialog.count()).toBe(1);
    await dialog.getByRole('radio', { name: 'As everywhere' }).check();
    await page.mouse.click(2, 2);
    await expect.poll(() => dialog.count()).toBe(0);
  });
});

describe('what counts as busy', () => {
  it('is chosen for each calendar', async () => {
    const { page, app } = await stand(at('busy'));
    expect(await page.getByRole('switch').count()).toBe(12);
    await page.getByRole('combobox', { name: 'Calendar' }).selectOption('Studio');
    await page.getByRole('switch', { name: 'Invitations that you declined' }).click();
    await expect.poll(() => page.getByRole('switch', { name: 'Invitations that you declined' }).isChecked()).toBe(true);
    await page.getByRole('combobox', { name: 'Events that last all day' }).selectOption('Always');
    await expect.poll(() => app.calls.filter((call) => call.name === 'savePolicies').length).toBe(2);
    expect(app.calls.at(-1)).toMatchObject({
      input: { kind: 'busy', calendarId: 'client@studio.example', busy: { allDay: 'always', declined: true } },
    });
  });

  it('loses no choice that is made while another is still looked at', async () => {
    const { page, app } = await stand(at('busy'));
    await page.getByRole('combobox', { name: 'Calendar' }).selectOption('Studio');
    await page.evaluate(() => {
      const wanted = ['Invitations that you declined', 'Focus time', 'Birthdays'];
      for (const label of document.querySelectorAll<HTMLElement>('label:has([role="switch"])')) {
        if (wanted.includes(label.textContent.trim())) label.click();
      }
    });
    await expect.poll(() => app.calls.filter((call) => call.name === 'savePolicies').length).toBe(3);
    expect(app.calls.at(-1)).toMatchObject({
      input: { kind: 'busy', busy: { declined: true, focusTime: false, birthday: true } },
    });
  });

  it('says what would be written first: counts and reasons on each calendar, and what keeping it agrees to', async () => {
    const change = settingsScenes.find((scene) => scene.name === 'busy-change');
    if (!change) throw new Error('No scene is called busy-change.');
    const { page, app } = await stand(change);
    const dialog = page.getByRole('dialog', { name: 'What this writes' });
    await dialog.getByText('This will remove 14 blocks in 2 calendars.').waitFor();
    await dialog.getByText('Look twice: this takes 14 blocks away at once.').waitFor();
    expect(await dialog.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'Personal',
      'Studio',
      'One by one',
    ]);
    await dialog.getByText('7 to remove').first().waitFor();
    await dialog.getByText('One by one').click();
    expect(await dialog.locator('details', { hasText: 'One by one' }).getByRole('listitem').count()).toBe(14);
    await dialog.getByRole('button', { name: deedName }).click();
    await page.getByText('The blocks follow with the next sync.').waitFor();
    expect(names(app)).toEqual(['previewPolicies', 'savePolicies']);
  });

  it('says what waits for the person already, and lets that be no question', async () => {
    const { page, app } = await stand(at('busy'));
    app.give({ counts: { add: 0, change: 2, remove: 0, calendars: 1, held: 14 } });
    await page.getByRole('switch', { name: /maybe/ }).click();
    await page.getByRole('dialog').getByText('14 blocks wait for your decision first').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    app.give({ counts: { add: 0, change: 0, remove: 0, calendars: 0, held: 14 } });
    await page.getByRole('switch', { name: /maybe/ }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
  });
});

describe('the schedule', () => {
  it('changes how often CalSync looks', async () => {
    const { page, app } = await stand(at('schedule'));
    await page.getByRole('combobox', { name: /^Look every/ }).selectOption('15 minutes');
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(app.calls).toEqual([{ name: 'savePolicies', input: { kind: 'interval', minutes: 15 } }]);
    expect(await page.getByRole('switch').count()).toBe(0);
  });

  it('pauses and resumes', async () => {
    const { page, app } = await stand(at('schedule'));
    await page.getByRole('button', { name: 'Pause: For one hour' }).click();
    await page.getByText('Paused until 10:30.').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('CalSync syncs by itself.').waitFor();
    expect(names(app)).toEqual(['pause', 'resume']);
  });

  it('starts CalSync at login where the desktop app can', async () => {
    const { page } = await stand(at('schedule'), { desktop: true });
    const login = page.getByRole('switch', { name: 'Start CalSync when I log in' });
    await login.click();
    await expect.poll(() => login.isChecked()).toBe(true);
    expect(await desktopRequests(page)).toEqual([{ name: 'app.launchAtLogin', input: { enabled: true } }]);
  });
});

describe('activity', () => {
  it('is told by day, in words', async () => {
    const ready = settingsScenes.find((scene) => scene.name === 'activity-ready');
    if (!ready) throw new Error('No scene is called activity-ready.');
    const { page } = await stand(ready);
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'The last sync',
      'The syncs before it',
      'Today',
      'Yesterday',
      'Friday 20 March',
    ]);
    const today = page.getByRole('region', { name: 'Today' });
    expect(await today.getByRole('listitem').first().textContent()).toBe(
      '09:28movedTue 14:00 → 15:00Personal, Studio · from Work',
    );
    expect(await page.getByRole('region', { name: 'The last sync' }).textContent()).toContain('Blocks: 2 added.');
  });
});

describe('the log of syncs', () => {
  const scene = (name: string): Scene => {
    const found = settingsScenes.find((each) => each.name === name);
    if (!found) throw new Error(`No scene is called ${name}.`);
    return found;
  };

  it('says how the last twenty went, and why, once it is asked for', async () => {
    const { page } = await stand(scene('activity-ready'));
    const log = page.getByRole('region', { name: 'The syncs before it' });
    await log.getByText('16 of 19 went well.').waitFor();
    expect(await log.getByRole('listitem').count()).toBe(0);
    const show = log.getByRole('button', { name: 'Show them' });
    await show.focus();
    await press(page, 'Enter');
    expect(await log.getByRole('listitem').count()).toBe(19);
    expect(await log.getByRole('listitem').nth(2).textContent()).toBe(
      '09:13Some calendars could not be synced; the rest went well. Blocks: 1 added. on schedule' +
        'The sign-in to client@studio.example has ended; its blocks stay as they are.',
    );
    expect(await log.getByRole('listitem').first().textContent()).toBe('09:23Nothing had to be changed. on schedule');
    expect(await log.getByRole('img', { name: 'Did not work' }).count()).toBe(1);
    await log.getByRole('button', { name: 'Hide them' }).press('Enter');
    expect(await log.getByRole('listitem').count()).toBe(0);
  });

  it('has the newest sync at once, without being closed', async () => {
    const { page, app } = await stand(scene('activity-runs'));
    const log = page.getByRole('region', { name: 'The syncs before it' });
    const before = app.runs();
    const next = exampleRun({ id: 27, startedAt: '2026-03-23T08:29:30.000Z', changed: 5 });
    app.give({ runs: [next, ...before.slice(0, 19)] });
    app.set({ lastRun: next });
    await page.getByRole('region', { name: 'The last sync' }).getByText('Blocks: 5 changed.').waitFor();
    await expect.poll(() => log.getByRole('listitem').first().textContent()).toContain('Blocks: 2 added.');
    expect(await log.getByRole('listitem').count()).toBe(19);
  });

  it('says that it is being asked for, and that it could not be had', async () => {
    const { page } = await stand(at('accounts'));
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/ipc/run.list', async (route) => {
      await asked;
      await route.continue();
    });
    await page.getByRole('link', { name: 'Activity' }).click();
    const log = page.getByRole('region', { name: 'The syncs before it' });
    await log.getByText('One moment…').waitFor();
    answer();
    // The example world remembers one sync, and that is the last one.
    await log.waitFor({ state: 'detached' });

    const failed = await stand(scene('activity-failed'));
    await failed.page.getByRole('alert').getByText('CalSync met a fault of its own').waitFor();
    failed.app.replace({ runs: () => [exampleRun({ id: 7 }), exampleRun({ id: 6 })] });
    await failed.page.getByRole('button', { name: 'Try again' }).click();
    await failed.page.getByText('It went well.').waitFor();
  });
});

describe('an undo', () => {
  const scene = (name: string): Scene => {
    const found = settingsScenes.find((each) => each.name === name);
    if (!found) throw new Error(`No scene is called ${name}.`);
    return found;
  };
  const last = (page: Page) =>
    page.getByRole('region', { name: 'The last sync' }).getByRole('button', { name: /^Undo/ });
  const run = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true });

  it('is offered beside each sync that can be undone, and once beside what each did', async () => {
    const { page, app } = await stand(scene('activity-undo'));
    const log = page.getByRole('region', { name: 'The syncs before it' });
    expect(await log.getByRole('button', { name: /^Undo/ }).count()).toBe(1);
    await log.getByRole('listitem').nth(2).getByRole('button', { name: 'Undo the sync of 09:13' }).waitFor();
    const today = page.getByRole('region', { name: 'Today' }).getByRole('listitem');
    expect(await today.filter({ has: page.getByRole('button', { name: /^Undo/ }) }).count()).toBe(2);
    app.set({ undoable: [23] });
    await expect.poll(() => page.getByRole('button', { name: /^Undo/ }).count()).toBe(1);
  });

  it('says what it does and what is left, does what was shown, and ends in a receipt that leads on', async () => {
    const { page, app } = await stand(scene('undo-preview'));
    const dialog = page.getByRole('dialog');
    expect(await dialog.locator('p').allTextContents()).toEqual([
      'The sync of 09:28.',
      'This will add 2, remove 12 blocks in 2 calendars.',
      '2 blocks are left, because their events changed since.',
      '1 block is left, because it was changed since.',
      '1 of your choices is as before again.',
      'Nothing has been written yet. Your own events are never touched.',
    ]);
    expect(await dialog.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'Personal',
      'Studio',
      'One by one',
    ]);
    await press(page, 'Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    await expect.poll(() => focused(page)).toBe('Undo the sync of 09:28');
    expect(names(app)).not.toContain('undo');
    await press(page, 'Enter');
    await run(page).press('Enter');
    const receipt = page.getByRole('dialog', { name: 'The sync is undone' });
    await receipt.getByText('“Muted blocks”').waitFor();
    await receipt.getByText('What was put back is kept').waitFor();
    await receipt.getByText('1 of your choices is as before again.').waitFor();
    await expect.poll(() => focused(page)).toBe('Done');
    expect(app.calls.filter(({ name }) => name === 'undo')).toEqual([
      { name: 'undo', input: { run: 26, version: 'v1' } },
    ]);
    app.give({ kept: [exampleKept()] });
    await receipt.getByRole('button', { name: 'Show muted blocks…' }).click();
    await page.getByRole('dialog', { name: 'Muted blocks' }).getByRole('button', { name: 'Let go' }).waitFor();
  });

  it('gives the focus to the heading when the button that began it is gone', async () => {
    const { page } = await stand(scene('undo-preview'));
    await run(page).click();
    await page.getByRole('button', { name: 'Done' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('Activity');
  });

  it('of what was changed altogether offers nothing', async () => {
    const { page } = await stand(scene('undo-left'));
    await page.getByText('Nothing of it can be undone: all was changed since.').waitFor();
    expect(await run(page).count()).toBe(0);
    await page.getByRole('dialog').locator('footer').getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  it('that has changed is shown anew, and done as it is then', async () => {
    const { page, app } = await stand(scene('undo-preview'));
    app.replace({ undo: () => Promise.resolve(err(appError('undo-changed'))) });
    app.give({ undo: exampleUndo({ run: 26, version: 'v2', left: [{ reason: 'block-changed', count: 3 }] }) });
    await run(page).click();
    await page.getByText('Something has changed since you looked').waitFor();
    await page.getByText('3 blocks are left, because they were changed since.').waitFor();
    await run(page).click();
    await expect
      .poll(() => app.calls.filter(({ name }) => name === 'undo').at(-1)?.input)
      .toEqual({
        run: 26,
        version: 'v2',
      });
  });

  it('that fails says why, and whether the next sync goes on with it', async () => {
    const { page, app } = await stand(scene('undo-preview'));
    app.replace({ undo: () => Promise.resolve(err(appError('busy-elsewhere'))) });
    await run(page).click();
    const dialog = page.getByRole('dialog', { name: 'It did not work' });
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByText('The undo is noted.').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Done' }).click();
    app.replace({
      undo: () => {
        app.set({ undoable: [23] });
        return Promise.resolve(err(appError('busy-elsewhere')));
      },
    });
    await last(page).click();
    await run(page).click();
    await page.getByText('The undo is noted. The next sync carries it out.').waitFor();
  });

  it('goes on when it is hidden, and a failure is told on the page then', async () => {
    const { page, app } = await stand(scene('undo-preview'));
    let fail: () => void = () => undefined;
    app.replace({
      undo: () =>
        new Promise((resolve) => {
          fail = () => resolve(err(appError('offline')));
        }),
    });
    await run(page).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Hide' }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    fail();
    await page.getByRole('alert').waitFor();
  });

  it('that cannot be looked at says why', async () => {
    const { page, app } = await stand(scene('activity-undo'));
    app.replace({ previewUndo: () => Promise.resolve(err(appError('offline'))) });
    await last(page).click();
    await page.getByRole('dialog', { name: 'It did not work' }).getByRole('alert').waitFor();
  });
});

describe('the blocks that are kept', () => {
  it('are let go of one by one', async () => {
    const kept = settingsScenes.find((each) => each.name === 'kept');
    if (!kept) throw new Error('No scene is called kept.');
    const { page, app } = await stand(kept);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { level: 3, name: 'Kept as they were' }).waitFor();
    await dialog.getByText('2 May, series in Studio, from Work').waitFor();
    await dialog.getByRole('button', { name: 'Let go' }).first().click();
    await dialog.getByText('The block is what its event says again with the next sync.').waitFor();
    expect(app.calls).toEqual([{ name: 'letGo', input: 'kept-1' }]);
    await dialog.getByRole('button', { name: 'Let go' }).click();
    await expect.poll(() => dialog.getByRole('heading', { name: 'Kept as they were' }).count()).toBe(0);
    expect(await dialog.getByRole('button', { name: 'Put back' }).count()).toBe(1);
  });
});

describe('the preview', () => {
  const sceneOf = (name: string): Scene => {
    const scene = settingsScenes.find((each) => each.name === name);
    if (!scene) throw new Error(`No scene is called ${name}.`);
    return scene;
  };

  it('lists what would be written, in counts and one by one, and syncs when it is told to', async () => {
    const { page, app } = await stand(sceneOf('preview-ready'));
    expect(await page.getByText('This will add 78, change 1, remove 1 blocks in 2 calendars.').isVisible()).toBe(true);
    expect(await page.getByText('39 to add, 1 to change').isVisible()).toBe(true);
    expect(await page.locator('details', { hasText: 'One by one' }).getByRole('listitem').count()).toBe(50);
    await page.getByText('and 30 more').waitFor();
    expect(
      await page.locator('details', { hasText: 'One by one' }).getByRole('listitem').first().textContent(),
    ).toContain('to remove');
    expect(names(app)).toEqual(['plan']);
    app.give({ plan: { operations: [], skips: [], holds: [] } });
    await page.getByRole('button', { name: 'Add 78, change 1, remove 1 blocks' }).click();
    await page.getByText('There is nothing to do. Every block is as it should be.').waitFor();
    expect(names(app)).toEqual(['plan', 'sync', 'plan']);
    expect(await page.getByRole('button', { name: 'Sync now' }).isDisabled()).toBe(true);
  });

  it('is where syncing is started, and says so until then', async () => {
    const { page, app } = await stand(sceneOf('preview-start'));
    await page.getByText('Syncing has not started yet.').waitFor();
    await page
      .getByText(/^The calendars of work@northwind\.example, .+ and .+ will be synced with each other\.$/)
      .waitFor();
    await page.getByRole('button', { name: 'Start syncing' }).click();
    await expect.poll(() => page.getByText('Syncing has not started yet.').count()).toBe(0);
    await expect.poll(() => names(app)).toEqual(['plan', 'sync', 'plan']);
  });

  it('leads to what waits for the person, and asks again after a failure', async () => {
    const held = await stand(sceneOf('preview-attention'));
    await held.page.getByRole('button', { name: 'Decide' }).click();
    await held.page.getByRole('dialog', { name: 'Your decision' }).waitFor();
    const failed = await stand(sceneOf('preview-failed'));
    await failed.page.getByRole('button', { name: 'Try again' }).press('Enter');
    await expect.poll(() => names(failed.app)).toEqual(['plan', 'plan']);
  });
});

describe('why?', () => {
  /** A scene before its steps, so that they are taken by the test. */
  const sceneOf = (name: string): Scene => {
    const scene = settingsScenes.find((each) => each.name === name);
    if (!scene) throw new Error(`No scene is called ${name}.`);
    return { ...scene, steps: () => Promise.resolve() };
  };

  it('is asked by the keyboard, and answers for each calendar with the rule that decided', async () => {
    const { page, app } = await stand(sceneOf('why-ready'));
    await page.getByText('Ask for an event by words of its title.').waitFor();
    await page.getByRole('searchbox', { name: 'Event or block' }).focus();
    await page.keyboard.type('  standup ');
    await press(page, 'Enter');
    await page.getByRole('heading', { level: 2, name: 'Standup' }).waitFor();
    expect(app.calls).toEqual([{ name: 'why', input: 'standup' }]);
    const table = page.getByRole('table', { name: 'In your other calendars' });
    expect(await table.getByRole('row').allTextContents()).toEqual([
      'CalendarBlock',
      'PersonalIt has a block.',
      'StudioIt gets a block with the next sync: the event is new.',
      'BirthdaysNo block: the same meeting is in that calendar already.',
    ]);
    await page.getByText('The block in Personal stands for this event.').waitFor();
    const date = page.getByRole('region', { name: 'Dates that differ' });
    expect(await date.getByRole('row').nth(1).textContent()).toBe(
      'PersonalIts block goes with the next sync: you declined it.',
    );
    await date.getByText('3 more dates are not listed.').waitFor();
    // The answer is told to a screen reader without its tables.
    expect(await page.getByRole('status').first().textContent()).toBe('Standup');
  });

  it('lets the person choose among several, and go back to the list', async () => {
    const { page, app } = await stand(sceneOf('why-choices'));
    await page.getByRole('searchbox').fill('dentist');
    await press(page, 'Enter');
    const list = page.getByRole('region', { name: 'Which one?' });
    await list.getByRole('button').nth(3).waitFor();
    expect(await list.getByRole('button').allTextContents()).toEqual([
      'DentistWork · Tue 14:00 · series',
      'Dentist, check-upPersonal · Tue 14:00',
      '(no title)Work · Tue 14:00 · one date of a series',
      'A blockPersonal · Tue 14:00 · It is not there any more.',
    ]);
    app.give({ why: exampleWhy() });
    await list.getByRole('button', { name: /check-up/ }).click();
    await page.getByRole('heading', { level: 2, name: 'Dentist' }).waitFor();
    expect(app.calls.at(-1)).toEqual({ name: 'why', input: 'b'.repeat(26) });
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await list.waitFor();
  });

  it('says that nothing is known, that a block is a stray, and that a copy is the person’s own', async () => {
    const { page, app } = await stand(sceneOf('why-nothing'));
    const ask = async (why: WhyAnswer): Promise<void> => {
      app.give({ why });
      await page.getByRole('searchbox').fill('something');
      await press(page, 'Enter');
    };
    await ask({ kind: 'nothing' });
    await page.getByText('Try fewer or other words.').waitFor();
    await ask({ kind: 'stray', block: exampleWhyBlock() });
    await page.getByText('is not known on this computer').first().waitFor();
    await ask(exampleWhy({ event: exampleWhyEvent({ copy: true }) }));
    await page.getByText('it is your own copy').waitFor();
  });

  it('leads to what can be done about it', async () => {
    const scene = settingsScenes.find((each) => each.name === 'why-attention');
    if (!scene) throw new Error('No scene is called why-attention.');
    const { page, app } = await stand(scene);
    app.give({ mutes: [exampleMute()] });
    await page.getByRole('button', { name: 'Show muted blocks…' }).click();
    await page.getByRole('dialog', { name: 'Muted blocks' }).waitFor();
    await press(page, 'Escape');
    await page.getByRole('link', { name: 'Decide' }).click();
    await page.getByRole('heading', { level: 1, name: 'Advanced' }).waitFor();
  });
});

describe('advanced', () => {
  it('checks everything', async () => {
    const { page, app } = await stand(at('advanced'));
    await page.getByRole('button', { name: 'Check everything' }).click();
    await page.getByText('Everything is as it should be.').waitFor();
    expect(names(app)).toEqual(['doctor']);
  });

  it('decides, lifts and removes', async () => {
    const { page, app } = await stand(at('advanced', settingsStatus({ holds: [exampleHold()] })));
    app.give({ mutes: [exampleMute()] });
    await page.getByRole('button', { name: 'Decide' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Remove \d+ blocks?$/ })
      .click();
    await page.getByText('Nothing waits for you.').waitFor();
    await page.getByRole('button', { name: 'Show muted blocks…' }).click();
    await page.getByRole('button', { name: 'Put back' }).click();
    await page.getByText('The block comes back with the next sync.').waitFor();
    await press(page, 'Escape');
    await page.getByRole('button', { name: 'Remove all blocks…' }).click();
    await page.keyboard.type('remove');
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Receipt' }).waitFor();
    expect(names(app)).toEqual(['heldBlocks', 'resolveHold', 'liftMute', 'findBlocks', 'reset']);
  });

  it('lists databases that were put aside, and removes them once that is confirmed', async () => {
    const { page, app } = await stand({ ...at('advanced'), prepare: giveCopies });
    await page.getByText('Before an update, 1 Mar 09:00').waitFor();
    await page.getByRole('button', { name: 'Remove 2 databases…' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Remove 2 databases…' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove 2 databases', exact: true }).click();
    await page.getByText('There are none.').waitFor();
    expect(names(app)).toEqual(['removeCopies']);
  });

  it('saves a report by way of the desktop app, says where it is and shows it there', async () => {
    const { page, app } = await stand(at('advanced'), { desktop: true });
    await page.getByRole('button', { name: 'Open logs' }).click();
    expect(await page.getByRole('button', { name: 'Show in folder' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Save a report…' }).click();
    await page.getByText('The report is in /home/ada/Documents/calsync-support-2026-03-23.txt.').waitFor();
    await page.getByRole('button', { name: 'Show in folder' }).click();
    await page.getByText('Electron 45.4.1').waitFor();
    expect(await desktopRequests(page)).toEqual([
      { name: 'app.openLogs', input: null },
      { name: 'app.saveReport', input: null },
      { name: 'app.showReport', input: null },
    ]);
    // The desktop asks the engine itself: the text never comes to the page.
    expect(names(app)).toEqual([]);
  });

  it('downloads a report in a browser', async () => {
    const { page, app } = await stand(at('advanced'));
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save a report…' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('calsync-support.txt');
    expect(await readFile(await download.path(), 'utf8')).toBe('CalSync 0.1.0\nhealth in-sync\n');
    await page.getByText('Your browser saves the report as calsync-support.txt.').waitFor();
    expect(names(app)).toEqual(['supportReport']);
  });

  it('offers a report while nothing is known, because then it matters most', async () => {
    const { page } = await stand(at('advanced'), { desktop: true });
    await page.addInitScript(() => {
      const bridge = (window as unknown as { calsync: { onStatus: unknown } }).calsync;
      bridge.onStatus = () => () => undefined;
    });
    await page.reload();
    await page.getByRole('button', { name: 'Save a report…' }).click();
    await page.getByText('The report is in ').waitFor();
  });
});

describe('the guide', () => {
  const noClient = (app: FakeCalSync): void => {
    app.give({ client: { present: false, idEnding: null } });
  };
  const one = { accounts: [exampleAccount()], calendars: [exampleCalendar()], started: false };
  const newcomer = { ...facts.neverSynced, started: false };
  it.each([
    ['nothing is there', 1, emptyStatus(), noClient],
    ['there is a client', 3, emptyStatus(), undefined],
    ['there is one account', 3, emptyStatus(one), undefined],
    ['there are two accounts', 4, settingsStatus(newcomer), undefined],
    ['the client of the accounts is gone', 2, settingsStatus(newcomer), noClient],
    ['all is done, and somebody wants to read', 1, settingsStatus(), undefined],
  ] as const)('opens at the step that is due where %s', async (_where, step, status, prepare) => {
    const { page } = await stand({ page: 'guide', status, ...(prepare === undefined ? {} : { prepare }) });
    await page.getByText(`Step ${step} of 4`).waitFor();
    // What goes on in the meantime takes nobody away from it.
    await page.waitForTimeout(200);
    await page.getByText(`Step ${step} of 4`).waitFor();
  });

  it('is opened at the Google client by “Set up”, from any step, and each time', async () => {
    const { page, app } = await stand({ page: 'guide', status: emptyStatus() });
    await page.getByText('Step 3 of 4').waitFor();
    app.replace({ addAccount: () => Promise.resolve(err(appError('client-refused'))) });
    for (let turn = 0; turn < 2; turn += 1) {
      await page.getByRole('button', { name: 'Add an account' }).click();
      await page.getByRole('button', { name: 'Set up' }).click();
      await page.getByText('Step 2 of 4').waitFor();
      await page.getByRole('button', { name: 'Continue' }).click();
    }
    const asked = await stand(at('accounts'), { desktop: true });
    await navigate(asked.page, { page: 'guide', item: clientItem });
    await asked.page.getByText('Step 2 of 4').waitFor();
  });

  it('leads from the first word to the first sync', async () => {
    const { page, app } = await stand({
      page: 'guide',
      status: emptyStatus(),
      prepare: (fake) => {
        fake.give({ client: { present: false, idEnding: null } });
      },
    });
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => focused(page)).toBe('Your own Google client');
    const on = page.getByRole('button', { name: 'Continue' });
    await page.getByRole('heading', { name: 'Give the file to CalSync' }).waitFor();
    expect(await on.isDisabled()).toBe(true);
    await page.setInputFiles('input[type="file"]', {
      name: 'client_secret_1.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"installed":{}}'),
    });
    await page.getByText('The client is there. Its name ends in …ample.').waitFor();
    await on.click();
    expect(await on.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Add an account' }).click();
    await page.getByText('One more account, and CalSync has something to do.').waitFor();
    await on.click();
    await page.getByRole('switch', { name: 'Its events block others: client@studio.example' }).click();
    await page.getByText('This will add 2, remove 1 blocks in 1 calendar.').waitFor();
    await page.getByRole('button', { name: 'Start syncing' }).click();
    await page.getByRole('heading', { name: 'CalSync is at work' }).waitFor();
    await page.getByRole('button', { name: 'See the settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
    expect(names(app).filter((name) => name !== 'oauthClient')).toEqual([
      'saveOAuthClient',
      'addAccount',
      'plan',
      'useCalendar',
      'plan',
      'sync',
    ]);
  });

  it('takes a dropped file, refuses a wrong or large one in words, and stays on the page when one misses', async () => {
    const { page } = await stand({
      page: 'guide',
      status: emptyStatus(),
      prepare: (app) => app.give({ client: { present: false, idEnding: null } }),
    });
    await toStep(page, 2);
    const drop = async (where: string, text: string, fileName: string): Promise<void> => {
      const transfer = await page.evaluateHandle(
        ([content, name]) => {
          const carried = new DataTransfer();
          carried.items.add(new File([content], name, { type: 'application/json' }));
          return carried;
        },
        [text, fileName] as const,
      );
      await page.dispatchEvent(where, 'drop', { dataTransfer: transfer });
    };
    await drop('[data-over]', '{"web":{}}', 'web.json');
    await page.getByRole('alert').getByText('The file web.json is not a Google client file').waitFor();
    await drop('[data-over]', ' '.repeat(30_000), 'film.json');
    await page.getByText('That file is too large to be a client file.').waitFor();
    const missed = await page.evaluate(() => {
      const event = new DragEvent('drop', { bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    });
    expect(missed).toBe(true);
    await drop('[data-over]', '{"installed":{}}', 'client_secret_1.json');
    await page.getByText('The client is there.').waitFor();
  });

  it('opens Google’s pages by name only, and by way of the desktop app', async () => {
    const { page } = await stand(
      {
        page: 'guide',
        status: emptyStatus(),
        prepare: (app) => app.give({ client: { present: false, idEnding: null } }),
      },
      { desktop: true },
    );
    await toStep(page, 2);
    const links = page.locator('ol').last().getByRole('button');
    await links.first().waitFor();
    for (const link of await links.all()) await link.click();
    expect((await desktopRequests(page)).map((each) => each.input)).toEqual([
      { link: 'console-projects' },
      { link: 'console-enable-api' },
      { link: 'console-consent' },
      { link: 'console-audience' },
      { link: 'console-clients' },
    ]);
  });

  it('says that nothing is written before it is started, while that is so', async () => {
    const promise = 'Nothing is written to your calendars before you press “Start syncing” on the next page.';
    const first = await stand({ page: 'guide', status: emptyStatus() });
    await toStep(first.page, 3);
    await first.page.getByText(promise).waitFor();
    const later = await stand(at('guide'));
    await toStep(later.page, 3);
    expect(await later.page.getByText(promise).count()).toBe(0);
  });

  it('ends a pause when syncing is started, so that it goes on', async () => {
    const paused = settingsStatus({ pausedUntil: 'forever', nextSyncAt: null });
    const { page, app } = await stand(at('guide', paused));
    await toStep(page, 4);
    await page.getByRole('button', { name: 'Start syncing' }).click();
    await page.getByRole('heading', { name: 'CalSync is at work' }).waitFor();
    expect(names(app)).toEqual(['oauthClient', 'oauthClient', 'plan', 'resume', 'sync']);
  });

  it('says why the first sync did not start', async () => {
    const { page, app } = await stand(at('guide'));
    app.replace({ sync: () => Promise.resolve(err(appError('too-few-calendars'))) });
    await toStep(page, 4);
    await page.getByRole('button', { name: 'Start syncing' }).click();
    await page.getByRole('alert').getByText('There is nothing to sync yet').waitFor();
    app.replace({ sync: () => Promise.resolve(ok(app.status().lastRun ?? never())) });
    await page.getByRole('button', { name: 'Start syncing' }).click();
    await page.getByRole('heading', { name: 'CalSync is at work' }).waitFor();
  });
});

function never(): never {
  throw new Error('The example has a last run.');
}

describe('names from calendars', () => {
  const hostile = {
    markup: '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>',
    override: 'Salary \u202Eexe.gnp',
    arabic: 'تقويم العمل الطويل جداً للفريق كله في المكتب',
    emoji: '👩‍👩‍👧‍👦🏳️‍🌈 '.repeat(12),
    long: `${'x'.repeat(300)}@group.calendar.google.com`,
    blank: '   ',
  };
  const status = settingsStatus({
    accounts: [exampleAccount({ email: hostile.long })],
    calendars: Object.entries(hostile).map(([id, name]) =>
      exampleCalendar({ id, name, colour: 'red;background:url(http://evil.example)' }),
    ),
  });

  it.each(['accounts', 'calendars', 'blocks', 'busy', 'activity', 'advanced'] as const)(
    'are text and nothing else on the page of %s, and push nothing out of the window',
    async (place) => {
      const { page, complaints } = await stand(at(place, status));
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (place === 'blocks')
        await page
          .getByRole('button', { name: /^Change…/ })
          .first()
          .waitFor();
      expect(await page.locator('img, script[src*="evil"]').count()).toBe(0);
      expect(await page.title()).toContain('CalSync');
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      expect(await violations(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  it('have a title of a block as text in its sample', async () => {
    const { page } = await stand(at('blocks'));
    await page.getByRole('textbox', { name: 'Title' }).fill(hostile.markup);
    expect(await page.locator('[data-sample] > :first-child').first().textContent()).toBe(hostile.markup);
    expect(await page.locator('img').count()).toBe(0);
  });
});

describe('the popup in the desktop app', () => {
  const heights = (page: Page): Promise<readonly number[]> =>
    page.evaluate(() =>
      (window as unknown as { asked: { name: string; input: { height: number } }[] }).asked
        .filter((each) => each.name === 'window.fit')
        .map((each) => each.input.height),
    );

  it('asks for a window as tall as its content, again when that changes', async () => {
    const { page, app } = await stand(
      { status: settingsStatus() },
      { desktop: true, viewport: { width: 360, height: 400 } },
    );
    // It may ask before the first snapshot is there, for what it shows until then; the content's height comes last.
    await expect.poll(async () => (await heights(page)).at(-1) ?? 0).toBeGreaterThan(400);
    const before = (await heights(page)).at(-1) ?? 0;
    await page.setViewportSize({ width: 360, height: before });
    expect(await page.locator('[data-scroller]').evaluate((box) => box.scrollHeight <= box.clientHeight + 1)).toBe(
      true,
    );
    app.set({ activity: [], calendars: app.status().calendars.slice(0, 2) });
    await expect.poll(async () => (await heights(page)).at(-1) ?? before).toBeLessThan(before);
  });

  it('opens the settings window, and closes on Escape unless something within was open', async () => {
    const { page } = await stand(
      { status: settingsStatus() },
      { desktop: true, viewport: { width: 360, height: 560 } },
    );
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await press(page, 'Escape');
    expect(await desktopRequests(page)).toEqual([{ name: 'window.settings', input: { page: 'accounts' } }]);
    await press(page, 'Escape');
    await expect.poll(async () => (await desktopRequests(page)).at(-1)?.name).toBe('window.close');
  });

  it('does nothing while it is hidden but keep its height, and is up to date when it is shown', async () => {
    const { page, app } = await stand(
      { status: settingsStatus() },
      { desktop: true, viewport: { width: 360, height: 560 }, ownContext: true },
    );
    const turn = (state: 'visible' | 'hidden'): Promise<void> =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const ago = page.locator('[data-health] bdi');
    await expect.poll(async () => (await heights(page)).length).toBeGreaterThan(0);
    // From here on neither a frame nor a timer comes by itself, as in a hidden window.
    await page.clock.pauseAt(Date.parse(exampleNow) + 60_000);
    await turn('hidden');
    const text = await ago.textContent();
    const before = (await heights(page)).at(-1) ?? 0;
    app.set({ activity: [], calendars: app.status().calendars.slice(0, 2) });
    await expect.poll(async () => (await heights(page)).at(-1) ?? before).toBeLessThan(before);
    await page.clock.runFor(600_000);
    expect(await ago.textContent()).toBe(text);
    await turn('visible');
    await expect.poll(() => ago.textContent()).not.toBe(text);
    const shown = await ago.textContent();
    await page.clock.runFor(600_000);
    expect(await ago.textContent()).not.toBe(shown);
  });

  it('begins with the first steps while there is no account', async () => {
    const { page } = await stand({ status: emptyStatus() }, { desktop: true });
    await page.getByRole('button', { name: 'Begin' }).click();
    expect(await desktopRequests(page)).toEqual([{ name: 'window.settings', input: { page: 'guide' } }]);
  });

  it('opens the settings in a tab beside it where it runs in a browser', async () => {
    const { page, context } = await stand({ status: demoStatus() });
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Settings' }).click();
    const tab = await opened;
    await tab.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
  });
});
