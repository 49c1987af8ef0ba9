import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { dueNotifications } from '../../src/main/electron/notifications/due.ts';
import type { TrayIcon } from '../../src/main/electron/tray/view.ts';
import { trayView } from '../../src/main/electron/tray/view.ts';
import { HealthHeader, shownOf } from '../../src/renderer/components/health-header.tsx';
import { voiceOf } from '../../src/renderer/format.ts';
import { words } from '../../src/renderer/words.ts';
import { healthOf, healthStates } from '../../src/shared/health.ts';
import { healthSaid, holdSaid } from '../../src/shared/health-words.ts';
import { calsync } from '../cli/run-in-process.ts';
import { createFakeCalSync, exampleHold, exampleNow, exampleStatus } from '../support/fake-calsync.ts';
import { facts, factsOf, situations } from '../support/situations.ts';

const now = Date.parse(exampleNow);

/** What every surface says of a situation, how it looks in the tray, what `status` answers, and what each notification says of it. */
interface Row {
  readonly says: string;
  readonly icon: TrayIcon;
  readonly exit: number;
  readonly notifications: readonly string[];
}

const row = (says: string, icon: TrayIcon, exit: number, ...notifications: readonly string[]): Row => ({
  ...{ says, icon, exit, notifications },
});

const rows: { readonly [Name in string]: Row } = {
  'no account': row('No account yet', 'paused', 3),
  'not started': row('Not started yet', 'paused', 3),
  'first sync after the start': row('Catching up…', 'syncing', 4),
  'awake and not synced yet': row('Catching up…', 'syncing', 4),
  'Google in trouble for a moment': row('Catching up…', 'syncing', 4),
  'cut off': row('Catching up…', 'syncing', 4),
  'meetings wait': row('Catching up…', 'syncing', 4),
  'all well': row('Everything is in sync', 'idle', 0),
  'the demo': row('The demo is in sync', 'idle', 0),
  'an impossible zone': row(
    'In sync, except 1 meeting',
    'needs-you',
    3,
    'Google does not know a time zone in Personal',
  ),
  'an impossible zone that is known': row('In sync, except 1 meeting that you know', 'idle', 0),
  'no keychain': row('In sync, except 1 thing', 'needs-you', 3, 'There is no keychain'),
  'forty calendars that could not be read for half an hour': row('Catching up…', 'syncing', 4),
  'a calendar that could not be read for three hours': row(
    'Behind with Work since 05:30',
    'needs-you',
    4,
    'Behind with Work',
  ),
  'a removal that could not be made for an hour': row('In sync, except 1 thing', 'offline', 4),
  'no calendar could be read, a moment ago': row('Catching up…', 'syncing', 4, 'There is no keychain'),
  syncing: row('Syncing…', 'syncing', 4),
  'a deletion that waits for its second read': row('Settling', 'syncing', 4),
  'paused by a reset': row('Paused, all blocks removed', 'paused', 3),
  paused: row('Paused', 'paused', 3),
  'paused until two': row('Paused until 14:00', 'paused', 3),
  'paused until tomorrow': row('Paused until tomorrow', 'paused', 3),
  offline: row('Offline since 07:35, will catch up', 'offline', 4),
  'the engine does not answer': row('CalSync does not answer since 08:20', 'offline', 4),
  'the disk is full': row('Waiting for the disk since 08:20', 'needs-you', 6, 'Waiting for the disk'),
  'the disk has become full': row('Waiting for the disk since 08:20', 'needs-you', 6, 'Waiting for the disk'),
  'the keychain is locked': row('Waiting for the keychain since 08:20', 'needs-you', 3, 'Waiting for the keychain'),
  'the keychain asks for its password': row(
    'Waiting for the keychain since 08:20',
    'needs-you',
    3,
    'Waiting for the keychain',
  ),
  'signed out of one account': row(
    'Sign in again to me@home.example',
    'needs-you',
    3,
    'Sign in again to me@home.example',
  ),
  held: row('30 removals for Work wait for you', 'needs-you', 7, '30 removals for Work wait for you'),
  'forty calendars that are gone, and more': row(
    '4 things need you',
    'needs-you',
    3,
    'You cannot see Calendar 1, Calendar 2 and 38 others any more',
    'The clock of this computer is wrong',
    'The sign-in to me@home.example ends soon',
    '30 removals for Work wait for you',
  ),
  'a clock that is wrong': row(
    'The clock of this computer is wrong',
    'needs-you',
    3,
    'The clock of this computer is wrong',
  ),
  'nobody has synced for 400 days': row('Not synced for a while', 'needs-you', 3, 'Not synced for a while'),
  'no sync could start for long': row('Nothing can sync since 07:30', 'needs-you', 5, 'Nothing can sync'),
  'the calendar service is switched off': row(
    'Nothing can sync since 07:30',
    'needs-you',
    3,
    'Google Calendar is not switched on for your client',
  ),
  'a network that wants its own page seen first': row(
    'Nothing can sync since 08:29',
    'needs-you',
    3,
    'The network wants you to sign in to it',
  ),
  'a database of a newer CalSync': row('Nothing can sync since 08:20', 'needs-you', 6),
  'a part of CalSync that does not fit this computer': row('Nothing can sync since 08:20', 'needs-you', 6),
};

/** The first heading of the popup and of the page, as it is drawn. */
function pageHeading(over: (typeof situations)[number]['facts']): string {
  const status = exampleStatus(over);
  const markup = renderToStaticMarkup(
    createElement(HealthHeader, {
      status,
      shown: shownOf(status, healthOf(status, now), 'connected'),
      now,
      viewer: { locale: 'en-GB', timeZone: 'UTC' },
      onStep: () => undefined,
      onSync: () => undefined,
      syncDisabled: false,
      menu: null,
    }),
  );
  return /<h1[^>]*>(.*?)<\/h1>/.exec(markup)?.[1] ?? '';
}

const unspaced = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('every surface says the same', () => {
  test.each(situations)('$name', async ({ name, facts, state }) => {
    const expected = rows[name] ?? row('is not in the table', 'idle', -1);
    const status = exampleStatus(facts);

    const { icon, tooltip } = trayView({ status, now, locale: 'en-GB' });
    const [said = ''] = tooltip.replace('CalSync – ', '').split(/, (?:\d+ min ago|just now)$/);
    // The tray tells of progress at once, the page after a second.
    expect([said.replace(/… [\d,]+ of [\d,]+$/, '…'), icon]).toEqual([expected.says, expected.icon]);
    expect(unspaced(pageHeading(facts))).toBe(expected.says);

    const app = createFakeCalSync(status);
    const text = await calsync(['status'], { app });
    expect(text.stdout.split('\n')[0]?.replace(/… \d+ of \d+\.$/, '….')).toBe(`${expected.says}.`);
    const json = await calsync(['status', '--json'], { app });
    expect([text.exit, json.exit]).toEqual([expected.exit, expected.exit]);
    expect(json.json()).toMatchObject({ ok: expected.exit === 0, health: { state } });
    if (expected.exit !== 0) expect(json.json()).toMatchObject({ error: { code: state } });

    expect(dueNotifications(status, now, []).due.map(({ title }) => title)).toEqual(expected.notifications);
  });

  test.each(['mass-deletion', 'external-wipe'] as const)('and tells a hold (%s) in one wording', async (kind) => {
    const hold = exampleHold({ kind, count: 30 });
    const { heading, sentence, meaning } = holdSaid(hold, String);
    const status = exampleStatus({ ...facts.inSync, holds: [hold] });
    expect(dueNotifications(status, now, []).due).toMatchObject([{ title: heading, body: `${sentence} ${meaning}` }]);
    expect(words.hold(hold)).toEqual({ heading, sentence, meaning });
    const app = createFakeCalSync(status);
    for (const command of ['status', 'holds list']) {
      expect((await calsync(command.split(' '), { app })).stdout).toContain(`${sentence} ${meaning}`);
    }
  });

  test('and none names a midnight by its clock, wherever twelve hours are counted', () => {
    const status = exampleStatus(factsOf('paused until tomorrow'));
    for (const locale of ['en-US', 'en-GB', 'de-DE']) {
      expect(trayView({ status, now, locale }).tooltip).toBe('CalSync – Paused until tomorrow');
      const { heading } = healthSaid(healthOf(status, now), voiceOf(now, { locale, timeZone: 'UTC' }));
      expect(heading).toBe('Paused until tomorrow');
    }
  });

  test('and none says that all is well in any other state', () => {
    for (const [name, { says, icon }] of Object.entries(rows)) {
      const isWell = name === 'all well';
      expect(says === 'Everything is in sync', name).toBe(isWell);
      expect(icon === 'idle', name).toBe(isWell || name === 'the demo' || name === 'an impossible zone that is known');
    }
  });
});

describe('docs/health.md', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../docs/health.md'), 'utf8');
  const cells = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  test('has each state, and none that there is not', () => {
    const named = cells.flatMap(([, first = '']) => /^`([a-z-]+)`$/.exec(first)?.[1] ?? []);
    expect([...new Set(named)].toSorted()).toEqual([...healthStates].toSorted());
  });

  test.each(situations)('says what a person sees of: $name', ({ name, state }) => {
    const line = cells.find(([, , situation]) => situation === name);
    expect(line?.[1]).toBe(`\`${state}\``);
    expect(line?.[3]).toBe(rows[name]?.says);
    expect(line?.[4] ?? '').not.toBe('');
  });
});
