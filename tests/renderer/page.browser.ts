import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { appError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';
import type { FakeCalSync } from '../support/fake-calsync.ts';
import {
  emptyStatus,
  exampleNow,
  exampleAccount,
  exampleActivity,
  exampleCalendar,
  exampleHold,
  exampleFindings,
  exampleReceipt,
  exampleRun,
  exampleTrouble,
} from '../support/fake-calsync.ts';
import { cutOff, focused } from './support/checks.ts';
import { demoStatus, scenes } from './support/scenes.ts';
import { stagesOfFile } from './support/stages.ts';
import { facts } from '../support/situations.ts';

const { stand, violations } = stagesOfFile();

/** What stands below the heading: what it means, and when the calendars were looked at. */
const detailOf = (page: Page): Locator => page.locator('[data-health] bdi');
/** The lines of what happened. */
const activitiesOf = (page: Page): Locator => page.locator('#activity-head ~ ul > li');

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  it.each(scenes.map((scene) => [scene.name, scene] as const))('%s can be used by everybody', async (_name, scene) => {
    const { page, complaints } = await stand(scene, { scheme });
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('keeps marks of every calendar colour visible', async () => {
    const colours = ['#ffffff', '#000000', '#fad165', '#fbe983', '#1b1e23', '#1d2025', '#9fe1e7', '#42d692'];
    const { page } = await stand(
      {
        status: demoStatus({
          calendars: colours.map((colour, index) => exampleCalendar({ id: `c${index}`, name: `C${index}`, colour })),
        }),
      },
      { scheme },
    );
    const contrasts = await page.evaluate(() => {
      const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const luminance = (colour: string): number => {
        if (paint === null) return 0;
        paint.fillStyle = colour;
        paint.fillRect(0, 0, 1, 1);
        const [red = 0, green = 0, blue = 0] = [...paint.getImageData(0, 0, 1, 1).data].map((value) => {
          const part = value / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const surface = luminance(getComputedStyle(document.querySelector('main') ?? document.body).backgroundColor);
      return [...document.querySelectorAll('[data-mark]')].map((mark) => {
        const edge = luminance(getComputedStyle(mark).borderTopColor);
        return (Math.max(edge, surface) + 0.05) / (Math.min(edge, surface) + 0.05);
      });
    });
    expect(contrasts).toHaveLength(colours.length);
    for (const contrast of contrasts) expect(contrast).toBeGreaterThanOrEqual(3);
  });

  it('has no trouble with more contrast', async () => {
    const { page } = await stand({ status: demoStatus() }, { scheme, contrast: 'more' });
    expect(await violations(page)).toEqual([]);
  });
});

describe('the popup', () => {
  it.each([
    ['in-sync', 'Everything is in sync', '2 minutes ago · next in 3 min'],
    ['demo', 'The demo is in sync', 'A made-up world. No real calendar is touched. 2 minutes ago · next in 3 min'],
    ['in-sync-except', 'In sync, except 1 meeting', 'Last sync 2 minutes ago.'],
    ['in-sync-except-known', 'In sync, except 1 meeting that you know', 'Last sync 2 minutes ago.'],
    ['in-sync-except-passing', 'In sync, except 1 thing', 'Last sync 2 minutes ago.'],
    ['syncing', 'Syncing… 120 of 480', 'Blocks follow your events, the nearest first.'],
    [
      'catching-up',
      'Catching up…',
      'Your blocks are as the last sync left them; what changed since follows by itself. Last sync 2 days ago.',
    ],
    [
      'settling',
      'Settling',
      '1 block is gone, and CalSync looks once more before it takes that for your wish. Last sync 2 minutes ago.',
    ],
    ['paused', 'Paused until 15:00', 'Your blocks stay as they are until you resume. Last sync 2 minutes ago.'],
    [
      'offline',
      'Offline since 08:35, will catch up',
      'Google cannot be reached. Your blocks stay as they are; syncing goes on by itself. Last sync 1 hour ago.',
    ],
    [
      'waiting-engine',
      'CalSync does not answer since 09:20',
      'The part of it that syncs is starting again by itself. Your blocks stay as they are. Last sync 2 minutes ago.',
    ],
    ['waiting-disk', 'Waiting for the disk since 09:20', null],
    ['waiting-keychain', 'Waiting for the keychain since 09:20', null],
    ['needs-you', '3 things need you', 'Last sync 2 minutes ago.'],
    ['needs-you-gathered', '4 things need you', 'Last sync 2 minutes ago.'],
    ['signed-out', 'Sign in again to me@home.example', 'Last sync 2 minutes ago.'],
    ['cannot-sync', 'Nothing can sync since 08:30', 'Last sync 1 hour ago.'],
    ['empty', 'No account yet', 'CalSync has not looked at any calendar, and writes nothing.'],
  ])('says of %s: %s', async (name, sentence, detail) => {
    const scene = scenes.find((each) => each.name === name);
    if (!scene) throw new Error(`No scene is called ${name}.`);
    const { page } = await stand(scene);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(sentence);
    if (detail !== null) expect(await detailOf(page).textContent()).toBe(detail);
    expect(await page.getByText('Demo', { exact: true }).isVisible()).toBe(name === 'demo');
  });

  it('is 360 wide and at most 560 tall in a wide window, and fills a window of its own', async () => {
    const many = demoStatus({
      calendars: Array.from({ length: 40 }, (_, index) =>
        exampleCalendar({ id: `c${index}`, name: `Calendar ${index}` }),
      ),
    });
    const wide = await stand({ status: many }, { viewport: { width: 1280, height: 900 } });
    const box = await wide.page.getByRole('main').boundingBox();
    expect([box?.width, box?.height].map((length) => Math.round(length ?? 0))).toEqual([360, 560]);
    const own = await stand({ status: many }, { viewport: { width: 360, height: 560 } });
    expect(await own.page.getByRole('main').boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 560 });
  });

  it('removes the key from the address', async () => {
    const { page, server } = await stand({ status: demoStatus() });
    expect(page.url()).toBe(`http://127.0.0.1:${server.port}/`);
  });

  it('groups calendars by account, with direction in words and blocks', async () => {
    const { page } = await stand({ status: demoStatus() });
    const work = page.getByRole('region', { name: 'work@northwind.example' });
    expect(await work.getByRole('button').count()).toBe(2);
    expect(await work.getByRole('button', { name: /^Work Both ways.* 41 blocks$/ }).isVisible()).toBe(true);
    expect(await work.getByRole('button', { name: /^Team holidays Its events block other/ }).isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: /^Birthdays Not used/ }).isVisible()).toBe(true);
  });

  it('tells what happened in times and calendars, with the reason where it is not plain', async () => {
    const { page } = await stand({ status: demoStatus() });
    const rows = await activitiesOf(page).allTextContents();
    expect(rows).toEqual([
      'movedTue 14:00 → 15:00 · 2 calendars',
      'removedThu 09:30 · 2 calendars',
      'put rightFri 16:00 · Studiothe block was changed by hand',
      'added6 Apr · series · 2 calendars',
    ]);
  });

  it('has a way back beside one thing that each sync did, and gives the focus on when that is used', async () => {
    const { page, app } = await stand({ status: demoStatus({ undoable: [1] }) });
    expect(await page.getByRole('button', { name: /^Undo/ }).count()).toBe(1);
    await activitiesOf(page).first().getByRole('button', { name: 'Undo the sync of 09:28' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('dialog', { name: 'The sync is undone' }).getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => focused(page)).toBe('Just now');
    expect(app.calls.filter(({ name }) => name === 'undo')).toEqual([
      { name: 'undo', input: { run: 1, version: 'v1' } },
    ]);
    expect(await page.getByRole('button', { name: /^Undo/ }).count()).toBe(0);
  });

  it('says nothing of a time that is not known', async () => {
    const { page, app } = await stand({
      status: demoStatus({
        activity: [
          exampleActivity({ kind: 'muted', reason: 'muted', start: null, previousStart: null }),
          exampleActivity({ kind: 'muted', reason: 'muted', start: null, previousStart: null, mute: 'mute-1' }),
        ],
      }),
    });
    expect(await activitiesOf(page).first().textContent()).toMatch(/^left awayPersonal/);
    // Only one that still holds can be lifted.
    expect(await activitiesOf(page).first().getByRole('button').count()).toBe(0);
    await activitiesOf(page).nth(1).getByRole('button', { name: 'Put back in Personal' }).click();
    await expect.poll(() => app.calls.find(({ name }) => name === 'liftMute')?.input).toBe('mute-1');
  });

  it('says of a sign-in that is not kept, and of one that ends soon', async () => {
    const { page } = await stand({
      status: demoStatus({
        demo: false,
        accounts: [
          exampleAccount({ kept: 'until-quit' }),
          exampleAccount({ id: 'account-home', email: 'me@home.example', signInEndsAt: '2026-03-24T08:00:00.000Z' }),
          exampleAccount({ id: 'account-studio', email: 'client@studio.example', state: 'resting' }),
        ],
      }),
    });
    expect(await page.locator('h2 > span').allTextContents()).toEqual([
      'until CalSync quits',
      'sign-in ends Tue 09:00',
      'resting for some hours',
    ]);
  });

  it('follows snapshots, and tells screen readers once for each change of health', async () => {
    const { page, app } = await stand({ status: demoStatus() }, { ownContext: true });
    const live = page.locator('[data-health] [role="status"]');
    expect(await live.textContent()).toBe('Everything is in sync');
    app.set({ ...facts.syncing, progress: { done: 1, total: 9 } });
    await expect.poll(() => live.textContent()).toBe('Syncing…');
    app.set({ progress: { done: 8, total: 9 } });
    await page.clock.runFor(1500);
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Syncing… 8 of 9');
    expect(await live.textContent()).toBe('Syncing…');
  });

  it('shows the bar of a sync only after a second', async () => {
    const { page, app } = await stand({ status: demoStatus() }, { ownContext: true });
    await page.clock.pauseAt('2026-03-23T09:00:00.000Z');
    app.set({ ...facts.syncing, progress: { done: 1, total: 9 } });
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Syncing…');
    await page.clock.runFor(900);
    expect(await page.getByRole('progressbar').count()).toBe(0);
    await page.clock.runFor(200);
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('1');
  });

  it('says how long a sync takes still, and why it stands still', async () => {
    const { page, app } = await stand({ status: demoStatus() }, { ownContext: true });
    const detail = detailOf(page);
    app.set({ ...facts.syncing, progress: { done: 1, total: 1001 } });
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain('Syncing…');
    expect(await detail.textContent()).toBe('Blocks follow your events, the nearest first.');
    await page.clock.runFor(20_000);
    app.set({ progress: { done: 21, total: 1001 } });
    await page.clock.runFor(10_000);
    await expect.poll(() => detail.textContent()).toMatch(/^About \d+ minutes left\.$/);
    app.set({ progress: { done: 22, total: 1001, nearLeft: 0 } });
    await expect
      .poll(() => detail.textContent())
      .toMatch(/^The next seven days are safe; the rest takes about \d+ minutes\.$/);
    app.set({ restsUntil: '2026-03-23T08:40:00.000Z' });
    await expect.poll(() => detail.textContent()).toBe('Google asked CalSync to wait, so it goes on at 09:40.');
    app.set({ restsUntil: null, runningSince: null, progress: null });
    await expect.poll(() => detail.textContent()).toContain('next in');
  });

  it('renews relative times by itself', async () => {
    const { page } = await stand({ status: demoStatus() }, { ownContext: true });
    await page.clock.runFor(70_000);
    expect(await detailOf(page).textContent()).toBe('3 minutes ago · next in 2 min');
  });

  it('changes only what a snapshot changes, among hundreds of calendars and activities', async () => {
    const healthy = demoStatus({
      calendars: Array.from({ length: 800 }, (_, index) =>
        exampleCalendar({ id: `c${index}`, name: `Calendar ${index}` }),
      ),
      activity: Array.from({ length: 500 }, () => exampleActivity()),
    });
    const { page, app } = await stand({ status: healthy });
    // Counted and not timed, because a busy machine says nothing of the page: a snapshot that changes one word must not
    // touch the rows of hundreds of calendars.
    await page.evaluate(() => {
      const counted = globalThis as unknown as { changes: number };
      counted.changes = 0;
      new MutationObserver((records) => {
        counted.changes += records.length;
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    for (let turn = 0; turn < 5; turn += 1) {
      app.set(turn % 2 === 0 ? { ...healthy, ...facts.offline } : healthy);
      await page.locator(`[data-health="${turn % 2 === 0 ? 'offline' : 'in-sync'}"]`).waitFor({ timeout: 30_000 });
    }
    const changes = await page.evaluate(() => (globalThis as unknown as { changes: number }).changes);
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThan(100);
    await page.getByRole('button', { name: 'Show 495 more' }).click();
    expect(await activitiesOf(page).count()).toBe(500);
  });
});

describe('the keyboard', () => {
  const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };

  it('reaches everything in reading order, with a ring', async () => {
    const { page } = await stand({ status: demoStatus({ holds: [exampleHold()] }) });
    const order: string[] = [];
    for (let step = 0; step < 10; step += 1) {
      await press(page, 'Tab');
      order.push((await focused(page)).split(/Both|Its|It |Not/)[0] ?? '');
      const ring = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement ?? document.body);
        return `${style.outlineStyle} ${style.outlineWidth}`;
      });
      expect(ring).toBe('solid 2px');
    }
    expect(order).toEqual([
      'Sync now',
      'More',
      'Decide',
      'Work',
      'Team holidays',
      'Personal',
      'Birthdays',
      'Studio',
      'Pause',
      'Settings',
    ]);
  });

  it('opens a menu, moves in it, and gets the focus back with Escape', async () => {
    const { page } = await stand({ status: demoStatus() });
    await press(page, 'Tab', 'Tab', 'Enter');
    await expect.poll(() => focused(page)).toBe('Preview the next sync…');
    await press(page, 'ArrowDown');
    expect(await focused(page)).toBe('Muted blocks…');
    await press(page, 'End');
    expect(await focused(page)).toBe('About CalSync');
    await press(page, 'ArrowDown');
    expect(await focused(page)).toBe('Preview the next sync…');
    await press(page, 'Escape');
    await expect.poll(() => page.getByRole('menu').count()).toBe(0);
    expect(await focused(page)).toBe('More');
  });

  it('opens a dialog from the menu, and comes back to the menu button with Escape', async () => {
    const { page } = await stand({ status: demoStatus() });
    await press(page, 'Tab', 'Tab', 'ArrowDown');
    await expect.poll(() => focused(page)).toBe('Preview the next sync…');
    await press(page, 'End', 'Enter');
    await page.getByRole('dialog', { name: 'About CalSync' }).waitFor();
    await press(page, 'Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await focused(page)).toBe('More');
  });

  it('opens a calendar and switches what it is used for', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    app.give({ counts: { add: 0, change: 0, remove: 0, calendars: 0, held: 0 } });
    const change = { kind: 'use', calendarId: 'me@home.example', source: false, target: true };
    await page.getByRole('button', { name: /^Personal/ }).focus();
    await press(page, 'Enter', 'Tab', 'Space');
    await expect
      .poll(() => app.calls.slice(0, 2))
      .toEqual(['previewPolicies', 'savePolicies'].map((name) => ({ name, input: change })));
    await expect.poll(() => page.getByRole('switch', { name: /^Its events/ }).isChecked()).toBe(false);
    expect(await page.getByRole('button', { name: /^Personal It gets blocks/ }).isVisible()).toBe(true);
  });

  it('pauses and resumes', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    await page.getByRole('button', { name: 'Pause' }).focus();
    await press(page, 'Enter');
    await expect.poll(() => focused(page)).toBe('Until I resume');
    await press(page, 'ArrowDown', 'Enter');
    await page.getByRole('heading', { name: 'Paused until 10:30' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).press('Enter');
    await page.getByRole('heading', { name: 'Everything is in sync' }).waitFor();
    expect(app.calls.map((call) => call.name)).toEqual(['pause', 'resume']);
  });
});

describe('what a person can do', () => {
  const choose = async (page: Page, item: string): Promise<void> => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const names = (app: FakeCalSync): readonly string[] => app.calls.map((call) => call.name);

  it('sync now', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    await page.getByRole('button', { name: 'Sync now' }).click();
    await expect.poll(() => app.calls).toEqual([{ name: 'sync', input: 'manual' }]);
  });

  it('learns why a sync could not start, and dismisses it', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    app.replace({ sync: () => Promise.resolve(err(appError('busy-elsewhere'))) });
    await page.getByRole('button', { name: 'Sync now' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('Another CalSync is working with these calendars right now.');
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => alert.count()).toBe(0);
  });

  it('say that syncing has not started, and lead to what it would write', async () => {
    const scene = scenes.find((each) => each.name === 'not-started');
    if (!scene) throw new Error('No scene is called not-started.');
    const { page } = await stand(scene);
    await page.getByRole('heading', { name: 'Not started yet' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0);
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Look' }).click();
    expect(new URL((await opened).url()).hash).toBe('#preview');
  });

  it('say that the person knows what stays refused, and are then told more quietly', async () => {
    const scene = scenes.find((each) => each.name === 'in-sync-except');
    if (!scene) throw new Error('No scene is called in-sync-except.');
    const { page, app } = await stand(scene);
    await page.getByRole('button', { name: 'I know this' }).click();
    await page.getByRole('heading', { name: 'In sync, except 1 meeting that you know' }).waitFor();
    expect(app.calls).toEqual([
      { name: 'acknowledge', input: [{ code: 'time-zone-refused', about: 'Personal', what: 'a' }] },
    ]);
    expect(await page.getByRole('button', { name: 'I know this' }).count()).toBe(0);
    await page.getByText('You have said that you know this.').waitFor();
  });

  it('have no button where there is nothing to do', async () => {
    const scene = scenes.find((each) => each.name === 'in-sync-except-passing');
    if (!scene) throw new Error('No scene is called in-sync-except-passing.');
    const { page } = await stand(scene);
    const card = page.getByRole('listitem').filter({ hasText: 'Calendar 1, Calendar 2 and 38 others' });
    expect(await card.getByRole('button').count()).toBe(0);
  });

  it('grow old by themselves, without a snapshot', async () => {
    const { page } = await stand({ status: demoStatus() }, { ownContext: true });
    await page.getByRole('heading', { name: 'Everything is in sync' }).waitFor();
    await page.clock.runFor(12 * 60_000);
    await page.getByRole('heading', { name: 'Nothing can sync since' }).waitFor();
  });

  it('preview, in counts and words, then sync', async () => {
    const preview = scenes.find((scene) => scene.name === 'preview');
    if (!preview) throw new Error('No scene is called preview.');
    const { page, app } = await stand(preview);
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('This will add 4, change 1, remove 1 blocks in 2 calendars.');
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual([
      '4to add: the event is newTue 09:00, Tue 11:30, Tue 14:00 and 1 more',
      '1to change: the event changedTue 14:00',
      '1to remove: the event was deletedTue 14:00',
    ]);
    await dialog.getByText('Left as they are: 15 events').click();
    expect(await dialog.getByText('it is marked as free').isVisible()).toBe(true);
    await dialog.getByRole('button', { name: 'Add 4, change 1, remove 1 blocks' }).click();
    await expect.poll(() => names(app)).toEqual(['plan', 'sync']);
    await expect.poll(() => dialog.count()).toBe(0);
  });

  it('lift a muted block', async () => {
    const mutes = scenes.find((scene) => scene.name === 'mutes');
    if (!mutes) throw new Error('No scene is called mutes.');
    const { page, app } = await stand(mutes);
    await page.getByRole('button', { name: 'Put back' }).first().click();
    await page.getByText('The block comes back with the next sync.').waitFor();
    expect(await page.getByRole('button', { name: 'Put back' }).count()).toBe(1);
    expect(app.calls).toEqual([{ name: 'liftMute', input: 'mute-1' }]);
  });

  it('decide what is held', async () => {
    const { page, app } = await stand({
      status: demoStatus({ holds: [exampleHold({ kind: 'external-wipe' })] }),
    });
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByRole('button', { name: 'Put 38 blocks back' }).click();
    await expect
      .poll(() => app.calls)
      .toEqual([
        { name: 'heldBlocks', input: exampleHold().key },
        { name: 'resolveHold', input: { key: exampleHold().key, choice: 'put-back', version: 'v1' } },
      ]);
    await expect.poll(() => page.getByRole('button', { name: 'Decide' }).count()).toBe(0);
  });

  it('sees the very blocks that are held, with two equal answers, and they stay while they are looked at', async () => {
    const { page, app } = await stand({ status: demoStatus({ holds: [exampleHold({ count: 4 })] }) });
    await page.getByRole('button', { name: 'Decide' }).click();
    const dialog = page.getByRole('dialog');
    const shown = ['Personal, 3 blocks', 'Tue 09:30', 'Wed 09:30', 'Fri 09:30', 'Club, 1 block', 'Thu 09:30'];
    await expect.poll(() => dialog.locator('h4, li').allTextContents()).toEqual(shown);
    const answers = dialog.locator('footer').getByRole('button');
    expect(await answers.allTextContents()).toEqual(['Remove 4 blocks', 'Leave 4 blocks there for now']);
    const looks = await Promise.all([0, 1].map((index) => answers.nth(index).getAttribute('class')));
    expect(looks[0]).toBe(looks[1]);
    app.set({ holds: [exampleHold({ count: 9, version: 'v2' })] });
    expect(await dialog.locator('h4, li').allTextContents()).toEqual(shown);
    await dialog.getByRole('button', { name: 'Leave 4 blocks there for now' }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    expect(names(app)).toEqual(['heldBlocks']);
  });

  it('answers about no blocks but those that are shown', async () => {
    const { page, app } = await stand({ status: demoStatus({ holds: [exampleHold({ count: 4 })] }) });
    app.replace({ heldBlocks: () => ok({ version: 'v2', blocks: [] }) });
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByText('What waits for you has changed since you looked, so nothing was done.').waitFor();
    expect(await page.getByRole('button', { name: 'Remove 4 blocks' }).isDisabled()).toBe(true);
  });

  it('has the preview before a switch that writes, in the popup too', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    app.give({ counts: { add: 0, change: 0, remove: 41, calendars: 1, held: 0 } });
    await page.getByRole('button', { name: /^Work/ }).click();
    await page.getByRole('switch', { name: /^It gets blocks/ }).click();
    const dialog = page.getByRole('dialog', { name: 'What this writes' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => names(app)).toEqual(['previewPolicies']);
    await page.getByRole('switch', { name: /^It gets blocks/ }).click();
    await dialog.getByRole('button', { name: 'Remove 41 blocks' }).click();
    await expect.poll(() => names(app)).toEqual(['previewPolicies', 'previewPolicies', 'savePolicies', 'useCalendar']);
  });

  it('has what could not be opened tried again, though nothing is known of a start', async () => {
    const { page, app } = await stand({
      status: {
        ...emptyStatus(),
        waitsFor: { disk: { since: exampleNow, error: appError('database-failed') }, keychain: null, engine: null },
      },
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => names(app)).toEqual(['sync']);
  });

  it('is shown the preview by whatever asks for a sync before syncing was started', async () => {
    const { page, app } = await stand({
      status: demoStatus({ started: false, troubles: [exampleTrouble('api-disabled', 'work@northwind.example')] }),
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/^The calendars of work@northwind\.example, .+ and .+ will be synced with each other\.$/)
      .waitFor();
    await dialog.getByRole('button', { name: 'Start syncing' }).click();
    await expect.poll(() => names(app)).toEqual(['plan', 'sync']);
  });

  it('is told where what is held has changed since it was shown, and nothing is done', async () => {
    const { page, app } = await stand({
      status: demoStatus({ holds: [exampleHold({ count: 1 })] }),
    });
    app.replace({ resolveHold: () => err(appError('hold-changed')) });
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByText('With what went within a day that is more than usual.').first().waitFor();
    await page.getByRole('button', { name: /^Remove \d+ blocks?$/ }).click();
    await page.getByText('What waits for you has changed since you looked, so nothing was done.').waitFor();
    expect(await page.getByRole('button', { name: 'Decide' }).count()).toBe(1);
  });

  it('learns why nothing can sync, in the words of what the last run met', async () => {
    const { page } = await stand({
      status: demoStatus({
        ...facts.cannotSync,
        lastRun: exampleRun({ outcome: 'failed', errors: [appError('database-failed', 'disk full')] }),
        troubles: [exampleTrouble('database-failed', 'disk full')],
      }),
    });
    expect(await page.getByText('The database could not be used (disk full), so nothing was changed').isVisible()).toBe(
      true,
    );
    expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
  });

  it('is not offered a button where there is nothing to do', async () => {
    const { page } = await stand({
      status: demoStatus({ troubles: [exampleTrouble('quota-exhausted', 'work@x.example')] }),
    });
    expect(await page.getByRole('region', { name: 'Needs you' }).count()).toBe(0);
    const card = page.getByRole('region', { name: 'Mends itself' });
    expect(await card.textContent()).toContain('it goes on by itself.');
    expect(await card.getByRole('button').count()).toBe(0);
  });

  it('sign in again from the card', async () => {
    const { page, app } = await stand({
      status: demoStatus({ troubles: [exampleTrouble('needs-sign-in', 'client@studio.example')] }),
    });
    let finish: () => void = () => undefined;
    app.replace({
      reconnectAccount: () =>
        new Promise((resolve) => {
          finish = () => resolve(ok(exampleAccount()));
        }),
    });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'In your browser…' }).waitFor();
    await page.getByRole('button', { name: 'In your browser…' }).click({ force: true });
    finish();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(app.calls).toEqual([{ name: 'reconnectAccount', input: { id: 'account-studio' } }]);
  });

  it('give up a sign-in that the browser will not finish', async () => {
    const troubles = ['client@studio.example', 'me@home.example'].map((email) =>
      exampleTrouble('needs-sign-in', email),
    );
    const { page, app } = await stand({ status: demoStatus({ troubles }) });
    let end: () => void = () => undefined;
    app.replace({
      reconnectAccount: () =>
        new Promise((resolve) => {
          end = () => resolve(err(appError('sign-in-interrupted')));
        }),
      cancelSignIn: () => end(),
    });
    const cards = page.getByRole('region', { name: 'Needs you' }).getByRole('listitem');
    await cards.first().getByRole('button', { name: 'Sign in' }).click();
    // One at a time: the other card waits, too, and says nothing of a browser.
    expect(await cards.nth(1).getByRole('button', { name: 'Sign in' }).getAttribute('aria-disabled')).toBe('true');
    await cards.first().getByRole('button', { name: 'Cancel signing in' }).click();
    await cards.first().getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(app.calls.map((call) => call.name)).toEqual(['reconnectAccount', 'cancelSignIn']);
  });

  it('can open the page of a sign-in themselves, and learns what the usual errors there mean', async () => {
    const signIn = {
      since: exampleNow,
      address: 'https://accounts.google.com/o/oauth2/v2/auth?client_id=example&state=x',
      opened: 'opened' as const,
    };
    const { page, app } = await stand({ status: demoStatus() }, { ownContext: true });
    const help = page.getByRole('region', { name: 'Help with signing in' });
    // The page counts from when it hears of it, which is told by what comes with it.
    app.set({ signIn, pausedUntil: 'forever', pausedSince: exampleNow });
    await page.getByRole('heading', { name: /^Paused/ }).waitFor();
    await page.clock.runFor(4000);
    expect(await help.count()).toBe(0);
    await page.clock.runFor(2000);
    await help.waitFor();
    expect(await help.getByRole('textbox').inputValue()).toBe(signIn.address);
    await help.getByRole('button', { name: 'Open again' }).click();
    await expect.poll(() => names(app)).toEqual(['openSignInAgain']);
    await help.getByText('If Google shows an error instead …').click();
    expect(await help.getByRole('listitem').count()).toBe(3);
    expect(await violations(page)).toEqual([]);
    app.set({ signIn: null });
    await expect.poll(() => help.count()).toBe(0);
    // At once where there is nothing to wait for.
    app.set({ signIn: { ...signIn, opened: 'failed' } });
    await help.getByText('No browser could be opened.').waitFor();
  });

  it('is led to the first steps while there is no account', async () => {
    const { page, context } = await stand({ status: emptyStatus() });
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Begin' }).click();
    await (await opened).waitForURL(/settings\.html#guide$/);
  });

  it('not switch a calendar to a target that may only be read', async () => {
    const { page } = await stand({ status: demoStatus() });
    await page.getByRole('button', { name: /^Team holidays/ }).click();
    const target = page.getByRole('switch', { name: /^It gets blocks/ });
    expect(await target.isDisabled()).toBe(true);
    expect(await page.getByText('You may only read this calendar').isVisible()).toBe(true);
  });

  it('find the calendar that has trouble', async () => {
    const needsYou = scenes.find((scene) => scene.name === 'needs-you');
    if (!needsYou) throw new Error('No scene is called needs-you.');
    const { page } = await stand(needsYou);
    await page.getByRole('button', { name: 'Show it' }).click();
    await expect
      .poll(() => page.getByRole('button', { name: /^Team holidays/ }).getAttribute('aria-expanded'))
      .toBe('true');
    await expect.poll(() => focused(page)).toContain('Team holidays');
  });

  it('remove all blocks: named, typed, watched, with a receipt', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    let finish: () => void = () => undefined;
    app.replace({
      reset: () =>
        new Promise((resolve) => {
          finish = () =>
            resolve(
              ok(
                exampleReceipt({
                  removed: 128,
                  alreadyGone: 3,
                  leftAlone: 1,
                  still: [
                    {
                      calendarId: exampleCalendar({ id: 'client@studio.example' }).id,
                      name: 'Studio',
                      count: 52,
                      error: appError('needs-sign-in', 'client@studio.example'),
                      later: false,
                    },
                  ],
                }),
              ),
            );
        }),
    });
    await choose(page, 'Remove all blocks');
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('This removes 131 blocks from 3 calendars');
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual(['41Work', '38Personal', '52Studio']);
    const button = dialog.getByRole('button', { name: 'Remove all blocks' });
    expect(await button.isDisabled()).toBe(true);
    // The field has the focus already; Enter must do nothing before the word is there.
    await page.keyboard.type('remov');
    await page.keyboard.press('Enter');
    expect(await button.isDisabled()).toBe(true);
    expect(names(app)).toEqual(['findBlocks']);
    await page.keyboard.type('e');
    await page.keyboard.press('Enter');
    await dialog.getByRole('progressbar').waitFor();
    expect(await dialog.getByRole('progressbar').getAttribute('value')).toBeNull();

    app.set({
      calendars: app.status().calendars.map((each) => (each.name === 'Work' ? { ...each, blocks: 0 } : each)),
    });
    await dialog.getByText('Removed 41 of 131').waitFor();
    // Closed, it goes on, asking again shows it and starts nothing, and the receipt comes by itself.
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
    await choose(page, 'Remove all blocks');
    await dialog.getByText('Removed 41 of 131').waitFor();
    await dialog.getByRole('button', { name: 'Hide' }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    finish();
    await dialog.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(await dialog.locator('dl').textContent()).toBe(
      'Removed128Were gone already3Left alone (copies made by hand)1Left (of others)0Still there52In all184',
    );
    expect(await dialog.textContent()).toContain('Studio: The sign-in to');
    expect(names(app)).toEqual(['findBlocks', 'reset']);
    await expect.poll(() => focused(page)).toBe('Done');
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog.count()).toBe(0);
  });

  it('leaves blocks of others unless their box is ticked, one box for each calendar', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    app.give({
      findings: exampleFindings({
        others: [
          { calendarId: exampleCalendar({ id: 'me@home.example' }).id, name: 'Personal', count: 2, own: true },
          { calendarId: exampleCalendar({ id: 'family' }).id, name: 'Family', count: 4, own: false },
        ],
      }),
      receipt: exampleReceipt({
        removed: 135,
        others: [{ calendarId: exampleCalendar({ id: 'family' }).id, name: 'Personal', count: 2, own: true }],
      }),
    });
    await choose(page, 'Remove all blocks');
    const dialog = page.getByRole('dialog');
    const mine = dialog.getByRole('checkbox', { name: 'Also remove 2 blocks in Personal' });
    const theirs = dialog.getByRole('checkbox', { name: 'Also remove 4 blocks in Family' });
    await mine.waitFor();
    expect([await mine.isChecked(), await theirs.isChecked()]).toEqual([false, false]);
    await dialog.getByText('of another computer or person, or of an event deleted long ago').waitFor();
    await dialog.getByText('This calendar belongs to somebody else').waitFor();
    await theirs.check();
    await dialog.getByRole('textbox').fill('remove');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(app.calls.at(-1)).toEqual({ name: 'reset', input: { othersOn: ['family'] } });
    expect(await dialog.textContent()).toContain('Left where they are2Personal');
  });

  it('learns that a removal failed', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    app.replace({ reset: () => Promise.resolve(err(appError('offline'))) });
    await choose(page, 'Remove all blocks');
    await page.keyboard.type('remove');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'It did not work' }).waitFor();
    expect(await page.getByRole('dialog').textContent()).toContain(
      'Google cannot be reached right now; nothing is lost.',
    );
  });

  it('remove one account', async () => {
    const { page, app } = await stand({ status: demoStatus() });
    await choose(page, 'Accounts');
    await page.getByRole('button', { name: 'Remove… client@studio.example' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('listitem').first().textContent()).toBe('52 blocks in its calendars');
    expect(await dialog.getByRole('button', { name: 'Remove account' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('remove');
    await dialog.getByRole('button', { name: 'Remove account' }).click();
    await page.getByRole('heading', { name: 'Receipt' }).waitFor();
    expect(app.calls).toEqual([
      { name: 'findBlocks', input: 'account-studio' },
      { name: 'removeAccount', input: { id: 'account-studio', revoke: true, othersOn: [] } },
    ]);
    expect(await page.getByRole('region', { name: 'client@studio.example' }).count()).toBe(0);
  });
});

describe('names from calendars', () => {
  const hostile = {
    markup: '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>',
    override: 'Salary \u202Eexe.gnp',
    arabic: 'تقويم العمل الطويل جداً للفريق كله في المكتب',
    emoji: '👩‍👩‍👧‍👦🏳️‍🌈 '.repeat(12),
    long: `${'x'.repeat(300)}@group.calendar.google.com`,
    blank: '   ',
  };

  it('are text and nothing else, each on its own line', async () => {
    const { page, complaints } = await stand({
      status: demoStatus({
        accounts: [exampleAccount({ email: hostile.long })],
        calendars: Object.entries(hostile).map(([id, name]) =>
          exampleCalendar({ id, name, colour: 'red;background:url(http://evil.example)' }),
        ),
        troubles: [exampleTrouble('calendar-gone', hostile.markup)],
        activity: [exampleActivity({ targetIds: ['markup'] })],
      }),
    });
    expect(await page.locator('img, script[src*="evil"]').count()).toBe(0);
    expect(await page.title()).toBe('CalSync');
    const calendarRows = page.locator('[data-item] > button');
    const shown = await calendarRows.locator('bdi').allTextContents();
    expect(shown).toEqual([...Object.values(hostile).slice(0, 5), 'Unnamed calendar']);
    expect(await calendarRows.locator('bdi').nth(4).getAttribute('title')).toBe(hostile.long);

    const rows = await calendarRows.evaluateAll((all) => all.map((row) => row.clientHeight));
    expect(new Set(rows).size).toBe(1);
    // A turning mark in a name must not turn what stands beside it: the count stays last.
    const turned = calendarRows.nth(1);
    const name = await turned.locator('bdi').boundingBox();
    const count = await turned.locator('> :last-child').boundingBox();
    expect((name?.x ?? 0) + (name?.width ?? 0)).toBeLessThanOrEqual(count?.x ?? 0);
    expect(await turned.locator('> :last-child').textContent()).toBe('41 blocks');
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('keep both ends where they do not fit', async () => {
    const { page } = await stand({ status: demoStatus({ accounts: [exampleAccount({ email: hostile.long })] }) });
    const tail = page.locator('h2 > bdi > :last-child');
    expect(await tail.textContent()).toBe('google.com');
    const box = await tail.boundingBox();
    const popup = await page.getByRole('main').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan((popup?.x ?? 0) + (popup?.width ?? 0));
  });
});

describe('at 200 %', () => {
  it.each(scenes.map((scene) => [scene.name, scene] as const))('nothing of %s is cut off', async (_name, scene) => {
    // What a browser at 200 % leaves of a window of 720 by 900, and twice the text in the popup's own window.
    const zoomed = await stand(scene, { viewport: { width: 360, height: 450 }, scale: 2 });
    expect(await cutOff(zoomed.page)).toEqual([]);
    const large = await stand(scene, { viewport: { width: 360, height: 560 } });
    await large.page.evaluate(() => document.documentElement.style.setProperty('font-size', '162.5%'));
    expect(await cutOff(large.page)).toEqual([]);
  });
});

describe('a lost connection', () => {
  it('is said, and what was known stays in sight', async () => {
    const { page, app, server } = await stand({ status: demoStatus() });
    await server.close();
    await page.getByRole('heading', { name: 'Connection to CalSync lost' }).waitFor();
    expect(await page.getByText('41 blocks').isVisible()).toBe(true);
    expect(await page.locator('[data-scroller]').evaluate((element) => (element as HTMLElement).inert)).toBe(true);
    expect(await violations(page)).toEqual([]);
    expect(app.alive.listeners).toBe(0);
  });

  it('comes back by itself when the server was only slow to answer', async () => {
    const { page } = await stand({ status: demoStatus() }, { ownContext: true });
    await page.route('**/events', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading', { name: 'Connection to CalSync lost' }).waitFor();
    await page.unroute('**/events');
    await page.clock.runFor(6000);
    await page.getByRole('heading', { name: 'Everything is in sync' }).waitFor();
  });

  it('says when the page has ended for good', async () => {
    const { page, context } = await stand({ status: demoStatus() }, { ownContext: true });
    await page.route('**/events', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading', { name: 'Connection to CalSync lost' }).waitFor();
    await context.clearCookies();
    await page.clock.runFor(6000);
    await page.getByRole('heading', { name: 'This page has ended' }).waitFor();
    expect(await page.getByText('Open the address that it printed.').isVisible()).toBe(true);
  });
});
