import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Policies, Status } from '../../src/shared/dto.ts';
import type { SettingsPage } from '../../src/shared/ipc.ts';
import type { FakeCalSync } from '../support/fake-calsync.ts';
import { examplePolicies } from '../support/fake-calsync.ts';
import { cutOff, deedName } from './support/checks.ts';
import { policiesFor, settingsScenes, settingsStatus } from './support/settings-scenes.ts';
import type { Stage, StageOptions } from './support/stage.ts';
import { stagesOfFile } from './support/stages.ts';

const { stand: standScene, violations } = stagesOfFile();

type Busy = Policies['busy'][number]['busy'];

/** A page of choices, with what is kept for every calendar, and previews that write nothing unless told otherwise. */
async function stand(
  page: SettingsPage,
  kept: Partial<Busy> = {},
  options?: StageOptions,
  over: Partial<Status> = {},
): Promise<Stage> {
  const status = settingsStatus(over);
  const policies = policiesFor(status);
  const busy = policies.busy.map((each) => ({ ...each, busy: { ...each.busy, ...kept } }));
  const quiet = { add: 0, change: 0, remove: 0, calendars: 0, held: 0 };
  const prepare = (app: FakeCalSync): void => app.give({ policies: { ...policies, busy }, counts: quiet });
  return standScene({ page, status, prepare }, options);
}

const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const offered = (app: FakeCalSync): readonly unknown[] =>
  app.calls.filter((call) => call.name === 'previewPolicies').map((call) => call.input);
const kept = (app: FakeCalSync): readonly unknown[] =>
  app.calls.filter((call) => call.name === 'savePolicies').map((call) => call.input);
const hasFocus = (element: Locator): Promise<boolean> => element.evaluate((node) => node === document.activeElement);

const hoursSwitch = (page: Page) => page.getByRole('switch', { name: 'Only within working hours' });
const zoneField = (page: Page) => page.getByRole('combobox', { name: 'Time zone' });
const zoneList = (page: Page) => page.getByRole('listbox', { name: 'Time zone' });
const clockField = (page: Page, name: 'From' | 'To') => page.getByRole('textbox', { name, exact: true });
const pressedDays = async (page: Page): Promise<readonly string[]> => {
  const pressed = page.getByRole('button', { pressed: true });
  return pressed.evaluateAll((days) => days.map((each) => each.getAttribute('title') ?? ''));
};

describe('working hours', () => {
  it('are offered as those of an office where the computer is, and kept only when the person says so', async () => {
    const { page, app } = await stand('busy');
    await hoursSwitch(page).click();
    expect(await pressedDays(page)).toEqual(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']);
    expect(await clockField(page, 'From').inputValue()).toBe('09:00');
    expect(await clockField(page, 'To').inputValue()).toBe('17:00');
    expect(await zoneField(page).inputValue()).toBe('Europe/Berlin');
    await page.getByText('Monday to Friday, from 09:00 to 17:00.').waitFor();
    expect(app.calls).toEqual([]);
    await page.getByRole('button', { name: 'Apply… working hours' }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toMatchObject([
      {
        kind: 'busy',
        calendarId: 'work@northwind.example',
        busy: {
          hours: { timeZone: 'Europe/Berlin', days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' },
          unanswered: true,
        },
      },
    ]);
    expect(await page.getByRole('button', { name: 'Apply… working hours' }).count()).toBe(0);
    expect(await hoursSwitch(page).isChecked()).toBe(true);
  });

  it('are chosen with the keyboard alone, and the focus is never lost', async () => {
    const { page, app } = await stand('busy');
    app.give({ counts: { add: 0, change: 0, remove: 14, calendars: 2, held: 0 } });
    await hoursSwitch(page).focus();
    await press(page, 'Space', 'Tab');
    expect(await hasFocus(page.getByRole('button', { name: 'Monday', exact: true }))).toBe(true);
    await press(page, 'Enter', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab');
    expect(await hasFocus(page.getByRole('button', { name: 'Saturday', exact: true }))).toBe(true);
    await press(page, 'Space');
    expect(await pressedDays(page)).toEqual(['Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']);
    await press(page, 'Tab', 'Tab');
    await page.keyboard.type('10 pm');
    await press(page, 'Tab');
    await page.keyboard.type('6');
    await press(page, 'Tab');
    expect(await clockField(page, 'From').inputValue()).toBe('22:00');
    expect(await clockField(page, 'To').inputValue()).toBe('06:00');
    await page
      .getByText('Tuesday to Saturday, from 22:00 until 06:00 on the next day. A night belongs to the day')
      .waitFor();
    await page.keyboard.type('new york');
    await press(page, 'Enter');
    expect(await zoneField(page).inputValue()).toBe('America/New York');
    expect(offered(app)).toEqual([]);
    await press(page, 'Tab', 'Tab');
    const keep = page.getByRole('button', { name: 'Apply… working hours' });
    expect(await hasFocus(keep)).toBe(true);
    await press(page, 'Enter');
    const dialog = page.getByRole('dialog', { name: 'What this writes' });
    await dialog.getByText('This will remove 14 blocks in 2 calendars.').waitFor();
    await press(page, 'Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    await expect.poll(() => hasFocus(keep)).toBe(true);
    expect(kept(app)).toEqual([]);
    expect(await clockField(page, 'To').inputValue()).toBe('06:00');
    // The same again, this time to the end; "Keep" has the focus in the dialog.
    await press(page, 'Enter');
    await dialog.waitFor();
    await press(page, 'Enter');
    await page.getByText('Done. The blocks follow with the next sync.').waitFor();
    const hours = { timeZone: 'America/New_York', days: ['TU', 'WE', 'TH', 'FR', 'SA'], from: '22:00', to: '06:00' };
    expect(kept(app)).toMatchObject([{ busy: { hours } }]);
    // Its buttons are gone, so that the focus is back at the first field of the form.
    await expect.poll(() => hasFocus(hoursSwitch(page))).toBe(true);
  });

  it('lose nothing that was typed while something is wrong, and lead to what is wrong', async () => {
    const { page, app } = await stand('busy');
    await hoursSwitch(page).click();
    await clockField(page, 'From').fill('half past nine');
    await zoneField(page).fill('Middle-earth');
    await page.getByText('No time zone is called “Middle-earth”.').waitFor();
    await press(page, 'Tab');
    await page.getByText('“Middle-earth” is no time zone that this computer knows.').waitFor();
    await page.getByText('“From” needs a time of day, such as 9:00.').waitFor();
    const keep = page.getByRole('button', { name: 'Apply… working hours' });
    expect(await keep.isDisabled()).toBe(true);
    // It says that it cannot, and whoever presses it all the same is led to the reason.
    await keep.dispatchEvent('click');
    expect(await hasFocus(clockField(page, 'From'))).toBe(true);
    const described = (await clockField(page, 'From').getAttribute('aria-describedby')) ?? '';
    const texts = await Promise.all(described.split(' ').map((id) => page.locator(`[id="${id}"]`).textContent()));
    expect(texts.join(' ')).toContain('needs a time of day');

    await page.getByRole('combobox', { name: 'Calendar' }).selectOption('Studio');
    expect(await hoursSwitch(page).isChecked()).toBe(false);
    await page.getByRole('combobox', { name: 'Calendar' }).selectOption('Work');
    expect(await clockField(page, 'From').inputValue()).toBe('half past nine');
    expect(await zoneField(page).inputValue()).toBe('Middle-earth');
    expect(app.calls).toEqual([]);

    await clockField(page, 'From').fill('9.30');
    await zoneField(page).fill('europe/paris');
    await press(page, 'Escape', 'Tab');
    expect(await zoneField(page).inputValue()).toBe('Europe/Paris');
    await keep.click();
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toMatchObject([{ busy: { hours: { from: '09:30', timeZone: 'Europe/Paris' } } }]);
  });

  it('need one day at least', async () => {
    const { page, app } = await stand('busy', {
      hours: { timeZone: 'UTC', days: ['WE'], from: '09:00', to: '24:00' },
    });
    await page.getByText('Wednesday, from 09:00 until midnight (24:00).').waitFor();
    expect(await clockField(page, 'To').inputValue()).toBe('24:00');
    await page.getByRole('button', { name: 'Wednesday' }).click();
    await page.getByText('Choose one day at least.').waitFor();
    const keep = page.getByRole('button', { name: 'Apply… working hours' });
    await keep.dispatchEvent('click');
    expect(await hasFocus(page.getByRole('button', { name: 'Monday', exact: true }))).toBe(true);
    await page.getByRole('button', { name: 'Discard working hours' }).click();
    expect(await pressedDays(page)).toEqual(['Wednesday']);
    expect(app.calls).toEqual([]);
    // Nothing differs from what is kept, so that there is nothing to keep.
    expect(await keep.count()).toBe(0);
  });

  it('are switched off after what that would write was said, and remembered while the page is open', async () => {
    const { page, app } = await stand('busy', {
      hours: { timeZone: 'Asia/Tokyo', days: ['SA'], from: '08:00', to: '12:00' },
    });
    app.give({ counts: { add: 9, change: 0, remove: 0, calendars: 1, held: 0 } });
    const dialog = page.getByRole('dialog');
    await hoursSwitch(page).focus();
    await press(page, 'Space');
    await dialog.getByText('This will add 9 blocks in 1 calendar.').waitFor();
    await press(page, 'Escape');
    await expect.poll(() => hoursSwitch(page).isChecked()).toBe(true);
    await expect.poll(() => hasFocus(hoursSwitch(page))).toBe(true);
    await press(page, 'Space');
    await dialog.getByRole('button', { name: deedName }).click();
    await page.getByText('Done. The blocks follow with the next sync.').waitFor();
    expect(await hoursSwitch(page).isChecked()).toBe(false);
    expect(kept(app)).toMatchObject([{ busy: { hours: null } }]);
    await hoursSwitch(page).click();
    await page.getByText('Saturday, from 08:00 to 12:00.').waitFor();
    expect(await zoneField(page).inputValue()).toBe('Asia/Tokyo');
    // Switched on and off again without being kept, nothing is to be asked.
    await hoursSwitch(page).click();
    expect(await clockField(page, 'From').count()).toBe(0);
    expect(offered(app).length).toBe(2);
  });

  it('are shown as the locale writes times, and understood as it does', async () => {
    const { page } = await stand('busy');
    await page.addInitScript(() => Object.defineProperty(navigator, 'language', { value: 'en-US' }));
    await page.reload();
    await hoursSwitch(page).click();
    expect((await clockField(page, 'To').inputValue()).replace(/\s/u, ' ')).toBe('5:00 PM');
    await clockField(page, 'To').press('End');
    await press(page, 'Backspace', 'Backspace');
    await page.keyboard.type('am');
    await press(page, 'Tab');
    expect((await clockField(page, 'To').inputValue()).replace(/\s/u, ' ')).toBe('5:00 AM');
  });
});

describe('the time zone', () => {
  it('is chosen from a list that begins with what is likely meant', async () => {
    const { page } = await stand('busy');
    await page.getByRole('combobox', { name: 'Calendar' }).selectOption('Personal');
    await hoursSwitch(page).click();
    const field = zoneField(page);
    await field.focus();
    expect(await field.getAttribute('aria-expanded')).toBe('false');
    await press(page, 'ArrowDown');
    expect(await field.getAttribute('aria-expanded')).toBe('true');
    const options = zoneList(page).getByRole('option');
    expect(await options.count()).toBeGreaterThan(300);
    expect(await options.first().textContent()).toBe(
      'Europe/Berlinthis computer · this calendar · Central European Time',
    );
    expect(await options.nth(1).textContent()).toMatch(/^UTC/);
    expect(await field.getAttribute('aria-activedescendant')).toBeNull();
    await press(page, 'ArrowUp');
    const active = zoneList(page).locator('[data-active="true"]');
    expect(await active.textContent()).toMatch(/^Pacific\/Wallis/);
    expect(await field.getAttribute('aria-activedescendant')).toBe(await active.getAttribute('id'));
    const seen = await active.evaluate((row) => {
      const box = row.getBoundingClientRect();
      const list = row.closest('[role="listbox"]')?.getBoundingClientRect();
      return list !== undefined && box.top >= list.top && box.bottom <= list.bottom && box.bottom <= innerHeight;
    });
    expect(seen).toBe(true);
    await press(page, 'ArrowDown', 'ArrowDown');
    expect(await active.textContent()).toMatch(/^UTC/);
    await press(page, 'Escape');
    expect(await field.getAttribute('aria-expanded')).toBe('false');
    expect(await field.inputValue()).toBe('Europe/Berlin');
  });

  it('is found by a city or the name of its time, said how often, and chosen with the pointer', async () => {
    const { page } = await stand('busy');
    await hoursSwitch(page).click();
    await zoneField(page).fill('japan');
    await page.getByRole('status').getByText('1 time zone', { exact: true }).waitFor();
    await zoneList(page).getByRole('option', { name: 'Asia/Tokyo' }).click();
    expect(await zoneField(page).inputValue()).toBe('Asia/Tokyo');
    expect(await hasFocus(zoneField(page))).toBe(true);
    expect(await zoneList(page).count()).toBe(0);
    await zoneField(page).fill('');
    await press(page, 'Tab');
    await page.getByText('Choose a time zone.').waitFor();
  });
});

describe('the shortest event that counts', () => {
  const choice = (page: Page) => page.getByRole('combobox', { name: 'Shortest event that counts' });
  const field = (page: Page) => page.getByRole('textbox', { name: 'Shortest event that counts, in minutes' });

  it('is one of the usual lengths, at once', async () => {
    const { page, app } = await stand('busy');
    expect(await choice(page).locator('option').allTextContents()).toEqual([
      'Any length',
      '5 minutes',
      '10 minutes',
      '15 minutes',
      '30 minutes',
      '1 hour',
      'Another number…',
    ]);
    await choice(page).selectOption('15 minutes');
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toMatchObject([{ busy: { minimumMinutes: 15 } }]);
  });

  it('goes back when what it would write is not wanted', async () => {
    const { page, app } = await stand('busy');
    app.give({ counts: { add: 0, change: 0, remove: 3, calendars: 1, held: 0 } });
    await choice(page).selectOption('1 hour');
    await page.getByRole('dialog').waitFor();
    await press(page, 'Escape');
    await expect.poll(() => choice(page).inputValue()).toBe('0');
    expect(kept(app)).toEqual([]);
  });

  it('is kept at once before syncing was started, whatever it would write, and says that nothing is written', async () => {
    const { page, app } = await stand('busy', {}, undefined, { started: false });
    app.give({ counts: { add: 0, change: 0, remove: 3, calendars: 1, held: 0 } });
    await choice(page).selectOption('1 hour');
    await page.getByText('Done. Nothing is written before you start syncing.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(kept(app)).toMatchObject([{ busy: { minimumMinutes: 60 } }]);
  });

  it('is any number that is typed and kept, and what is wrong with it is said', async () => {
    const { page, app } = await stand('busy');
    await choice(page).selectOption('Another number…');
    expect(await hasFocus(field(page))).toBe(true);
    await page.keyboard.type('1441');
    await page.getByText('Give a whole number from 0 to 1,440.').waitFor();
    await press(page, 'Enter');
    expect(app.calls).toEqual([]);
    expect(await field(page).inputValue()).toBe('1441');
    await field(page).fill('20');
    await press(page, 'Enter');
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toMatchObject([{ busy: { minimumMinutes: 20 } }]);
    expect(await page.getByRole('button', { name: 'Apply… length' }).count()).toBe(0);
  });

  it('that is kept and not usual is one of the choices, and a typed one can be discarded', async () => {
    const { page, app } = await stand('busy', { minimumMinutes: 45 });
    expect(await choice(page).evaluate((each) => (each as HTMLSelectElement).selectedOptions[0]?.text)).toBe(
      '45 minutes',
    );
    await choice(page).selectOption('Another number…');
    await page.keyboard.type('50');
    await page.getByRole('button', { name: 'Discard length' }).click();
    expect(await choice(page).inputValue()).toBe('45');
    await expect.poll(() => hasFocus(choice(page))).toBe(true);
    expect(app.calls).toEqual([]);
  });
});

describe('titles that do not count', () => {
  const field = (page: Page) => page.getByRole('textbox', { name: 'Titles that do not count' });

  it('stand one a line and are counted while they are typed, and nothing else is shown', async () => {
    const { page, app } = await stand('busy', { ignoreTitles: 'lunch*, Gym' });
    expect(await field(page).inputValue()).toBe('lunch*\nGym');
    await page.getByText('10 of 500 characters').waitFor();
    await field(page).press('Control+End');
    await page.keyboard.type(', Dentist');
    await press(page, 'Enter');
    expect(await field(page).inputValue()).toContain('\n');
    await page.getByText('18 of 500 characters').waitFor();
    await page.getByRole('button', { name: 'Apply… titles' }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toMatchObject([{ busy: { ignoreTitles: 'lunch*\nGym\nDentist' } }]);
    expect(await field(page).inputValue()).toBe('lunch*\nGym\nDentist');
    await expect.poll(() => hasFocus(field(page))).toBe(true);
    // What it takes to explain them is examples; no title of an event is asked for or shown.
    expect(new Set(app.calls.map((call) => call.name))).toEqual(new Set(['previewPolicies', 'savePolicies']));
  });

  it('are not cut where they are too long, but cannot be kept so', async () => {
    const { page, app } = await stand('busy');
    await field(page).fill('x'.repeat(503));
    await page.getByText('This is 3 characters too long to be kept.').waitFor();
    await page.getByText('503 of 500 characters').waitFor();
    await page.getByRole('button', { name: 'Apply… titles' }).dispatchEvent('click');
    expect(app.calls).toEqual([]);
    expect(await field(page).inputValue()).toBe('x'.repeat(503));
    expect(await hasFocus(field(page))).toBe(true);
  });

  it('are kept each for itself, without what else was changed', async () => {
    const { page, app } = await stand('busy');
    await hoursSwitch(page).click();
    await field(page).fill('Gym');
    await page.getByRole('switch', { name: 'Birthdays' }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toMatchObject([{ busy: { birthday: true, hours: null, ignoreTitles: '' } }]);
    await page.getByRole('button', { name: 'Apply… titles' }).click();
    await expect.poll(() => kept(app).length).toBe(2);
    expect(kept(app)[1]).toMatchObject({ busy: { birthday: true, hours: null, ignoreTitles: 'Gym' } });
    expect(await page.getByRole('button', { name: 'Apply… working hours' }).isVisible()).toBe(true);
  });
});

describe('switches of what counts', () => {
  it('have the focus again when what they would write is not wanted', async () => {
    const { page, app } = await stand('busy');
    app.give({ counts: { add: 1, change: 0, remove: 0, calendars: 1, held: 0 } });
    const declined = page.getByRole('switch', { name: 'Invitations that you declined' });
    await declined.focus();
    await press(page, 'Space');
    await page.getByRole('dialog').waitFor();
    await press(page, 'Escape');
    await expect.poll(() => hasFocus(declined)).toBe(true);
    await expect.poll(() => declined.isChecked()).toBe(false);
  });
});

describe('what blocks show', () => {
  const sample = (page: Page) => page.locator('[data-sample]').allInnerTexts();
  const look = examplePolicies().block;

  it('includes time around the event, shown at once and kept after what it would write was said', async () => {
    const { page, app } = await stand('blocks');
    app.give({ counts: { add: 0, change: 131, remove: 0, calendars: 3, held: 0 } });
    await page.getByText('A repeating event gets its time before only up to midnight.').waitFor();
    expect(await sample(page)).toEqual(['🔒 Busy\n\n10:00 – 11:00', 'busy\n\n10:00 – 11:00']);
    const around = page.getByRole('group', { name: 'Time around the event' });
    await around.getByRole('combobox', { name: 'Before' }).selectOption('15 minutes');
    await around.getByRole('combobox', { name: 'After' }).selectOption('Another number…');
    await page.keyboard.type('25');
    expect(await sample(page)).toEqual(['🔒 Busy\n\n09:45 – 11:25', 'busy\n\n09:45 – 11:25']);
    await press(page, 'Enter');
    const dialog = page.getByRole('dialog', { name: 'What this writes' });
    await dialog.getByText('This will change 131 blocks in 3 calendars.').waitFor();
    await press(page, 'Enter');
    await page.getByText('Done. The blocks follow with the next sync.').waitFor();
    expect(kept(app)).toEqual([{ kind: 'block', block: { ...look, bufferBefore: 15, bufferAfter: 25 } }]);
    await expect.poll(() => hasFocus(page.getByRole('textbox', { name: 'After, in minutes' }))).toBe(true);
  });

  it('cannot be kept with minutes that are none, and says why', async () => {
    const { page, app } = await stand('blocks');
    await page.getByRole('combobox', { name: 'Before' }).selectOption('Another number…');
    await page.keyboard.type('241');
    await page.getByText('Give a whole number from 0 to 240.').waitFor();
    const keep = page.getByRole('button', { name: 'Apply…' });
    expect(await keep.isDisabled()).toBe(true);
    await keep.dispatchEvent('click');
    expect(await hasFocus(page.getByRole('textbox', { name: 'Before, in minutes' }))).toBe(true);
    expect(app.calls).toEqual([]);
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await page.getByRole('combobox', { name: 'Before' }).inputValue()).toBe('0');
    expect(await page.getByRole('textbox', { name: 'Before, in minutes' }).count()).toBe(0);
  });

  it('tells the place only when it is switched on, with a warning of who can read it', async () => {
    const { page, app } = await stand('blocks');
    await page.getByText('Blocks tell nothing but this text.').waitFor();
    await page.getByRole('switch', { name: 'Tell the place' }).click();
    await page
      .getByText('Blocks will show the place. Everybody who may see private events in the other calendars can read it.')
      .waitFor();
    expect(await sample(page)).toEqual(['🔒 Busy\n\n10:00 – 11:00\n\n12 Mill Lane', 'busy\n\n10:00 – 11:00']);
    const who = page.getByRole('group', { name: 'Who sees the title and the place' });
    await who.getByRole('radio', { name: /^Everybody/ }).check();
    await page.getByText('Everybody who can see the other calendars can read it.').waitFor();
    expect((await sample(page))[1]).toContain('12 Mill Lane');
    await page.getByRole('button', { name: 'Apply…' }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toEqual([{ kind: 'block', block: { ...look, place: true, visibility: 'default' } }]);
  });

  it('is out of office where that works, which is said', async () => {
    const { page, app } = await stand('blocks');
    const office = page.getByRole('switch', { name: 'Out-of-office blocks' });
    await page.getByText('This works in the main calendar of a work or school account. Elsewhere').waitFor();
    await office.focus();
    await press(page, 'Space');
    expect(await office.isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Apply…' }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
    expect(kept(app)).toEqual([{ kind: 'block', block: { ...look, outOfOffice: true } }]);
  });

  it('names the calendars that take no out-of-office events', async () => {
    const { page, app } = await stand('blocks');
    const named: Readonly<Record<string, 'refused' | 'not-main'>> = { Work: 'refused', Studio: 'not-main' };
    app.set({
      calendars: app
        .status()
        .calendars.map((one) => ({ ...one, outOfOffice: named[one.name] ?? ('possible' as const) })),
    });
    await page.getByRole('switch', { name: 'Out-of-office blocks' }).click();
    await page
      .getByText('Google does not let out-of-office events be made in Work. Ordinary blocks are made there.')
      .waitFor();
    await page.getByText('Studio is no main calendar, so ordinary blocks are made there.').waitFor();
  });

  it('differs on one way from everywhere', async () => {
    const { page, app } = await stand('blocks');
    await page.getByRole('button', { name: 'Change… Work to Personal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Work to Personal' });
    await dialog.getByRole('radio', { name: 'Own look' }).check();
    await dialog.getByRole('combobox', { name: 'After' }).selectOption('30 minutes');
    await dialog.getByRole('switch', { name: 'Tell the place' }).click();
    await dialog.getByRole('combobox', { name: 'Before' }).selectOption('Another number…');
    await page.keyboard.type('soon');
    const keep = dialog.getByRole('button', { name: 'Apply…' });
    await keep.dispatchEvent('click');
    expect(await hasFocus(dialog.getByRole('textbox', { name: 'Before, in minutes' }))).toBe(true);
    expect(app.calls).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Before, in minutes' }).fill('7');
    await keep.click();
    await page.getByText('Own look: “🔒 Busy”, with the place, 7 minutes before, 30 minutes after').waitFor();
    expect(kept(app)).toEqual([
      {
        kind: 'route',
        sourceId: 'work@northwind.example',
        targetId: 'me@home.example',
        block: { ...look, bufferBefore: 7, bufferAfter: 30, place: true },
      },
    ]);
  });
});

describe.each(['light', 'dark'] as const)('choices in %s', (scheme) => {
  it('can be used by everybody while the list of time zones is open', async () => {
    const { page, complaints } = await stand('busy', { minimumMinutes: 45 }, { scheme });
    await hoursSwitch(page).click();
    // Of all zones only some, because each of them is looked at closely.
    await zoneField(page).fill('new');
    await zoneList(page).locator('[data-active="true"]').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('can be used by everybody on one way, with all that a block can show', async () => {
    const { page } = await stand('blocks', {}, { scheme });
    await page.getByRole('button', { name: 'Change… Work to Personal' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Own look' }).check();
    await dialog.getByRole('switch', { name: 'Tell the place' }).click();
    await dialog.getByRole('combobox', { name: 'Before' }).selectOption('Another number…');
    await page.keyboard.type('x');
    expect(await violations(page)).toEqual([]);
  });
});

describe('choices at 200 %', () => {
  it('have a list of time zones that can be reached and read', async () => {
    const scene = settingsScenes.find((each) => each.name === 'busy-zones');
    if (!scene) throw new Error('No scene is called busy-zones.');
    const { page } = await standScene(scene, { viewport: { width: 430, height: 310 }, scale: 2 });
    const box = await zoneList(page).boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(430);
    expect(await cutOff(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
});
