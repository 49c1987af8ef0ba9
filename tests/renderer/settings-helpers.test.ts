import { describe, expect, it } from 'vitest';
import { groupByDay, undoPlaces } from '../../src/renderer/activity-days.ts';
import {
  colourOf,
  eventColours,
  partsIn,
  routesNamed,
  routesOf,
  sameLook,
  sampleSummary,
} from '../../src/renderer/block-look.ts';
import { readClientFile } from '../../src/renderer/offered-file.ts';
import { settingsAddress } from '../../src/renderer/settings-address.ts';
import { words } from '../../src/renderer/words.ts';
import type { RunView } from '../../src/shared/dto.ts';
import { appError } from '../../src/shared/errors.ts';
import { hashOf, placeOf, settingsPageSchema } from '../../src/shared/ipc.ts';
import { changesText, furtherErrors, runText } from '../../src/shared/runs.ts';
import { exampleActivity, exampleCalendar, exampleNow, examplePolicies, exampleRun } from '../support/fake-calsync.ts';

const look = examplePolicies().block;

describe('the way back of a sync', () => {
  const of = (run: number | null, mute: string | null = null) => exampleActivity({ run, mute });

  it('stands once, beside the first thing that it did', () => {
    const all = [of(9), of(9), of(8), of(null), of(7), of(9)];
    expect([...undoPlaces(all, [9, 7])]).toEqual([all[0], all[4]]);
    expect(undoPlaces(all, []).size).toBe(0);
    expect(all.map((each) => undoPlaces(all, [9]).has(each))).toEqual([true, false, false, false, false, false]);
  });

  it('stands beside one that has no way back of its own, where there is one', () => {
    const all = [of(9, 'mute-1'), of(9), of(9), of(8, 'mute-2')];
    expect(all.map((each) => undoPlaces(all, [9, 8]).has(each))).toEqual([false, true, false, true]);
  });
});

describe('what the title of a block tells', () => {
  it.each([
    ['🔒 Busy', [], '🔒 Busy'],
    ['{title}', ['title'], 'Dentist'],
    ['{account}: {title} ({calendar})', ['title', 'calendar', 'account'], 'me@home.example: Dentist (Personal)'],
    ['{Title} {notes} {}', [], '{Title} {notes} {}'],
    [' {title} {title} ', ['title'], 'Dentist Dentist'],
  ])('%j', (summary, parts, sample) => {
    expect(partsIn(summary)).toEqual(parts);
    expect(sampleSummary(summary)).toBe(sample);
  });
});

describe('looks and ways', () => {
  it('have a name and a colour for each of the eleven that Google has', () => {
    expect(Object.keys(eventColours)).toEqual(Array.from({ length: 11 }, (_, index) => `${index + 1}`));
    expect(new Set(Object.values(words.settings.blocks.colours)).size).toBe(11);
    expect(colourOf('11')).toBe(eventColours['11']);
    expect(colourOf('12')).toBeNull();
    expect(colourOf(null)).toBeNull();
  });

  it('are the same only where all of it is', () => {
    expect(sameLook(look, { ...look })).toBe(true);
    expect(sameLook(look, { ...look, summary: 'x' })).toBe(false);
    expect(sameLook(look, { ...look, visibility: 'default' })).toBe(false);
    expect(sameLook(look, { ...look, colorId: '1' })).toBe(false);
  });

  it('go from every source to every other target, those with a look of their own first', () => {
    const a = exampleCalendar({ id: 'a', name: 'A' });
    const b = exampleCalendar({ id: 'b', name: 'B', target: false });
    const c = exampleCalendar({ id: 'c', name: 'C' });
    const routes = routesOf(
      [a, b, c],
      examplePolicies({ routes: [{ sourceId: c.id, targetId: a.id, block: { ...look, colorId: '3' } }] }),
    );
    expect(routes.map((route) => `${route.source.name}${route.target.name} ${route.look?.colorId ?? '-'}`)).toEqual([
      'CA 3',
      'AC -',
      'BA -',
      'BC -',
    ]);
  });

  it.each([
    ['', ['Work to Home', 'Work to Räume', 'Home to Work', 'Home to Räume', 'Räume to Work', 'Räume to Home']],
    ['  ', ['Work to Home', 'Work to Räume', 'Home to Work', 'Home to Räume', 'Räume to Work', 'Räume to Home']],
    ['HOME work', ['Work to Home', 'Home to Work']],
    ['räu', ['Work to Räume', 'Home to Räume', 'Räume to Work', 'Räume to Home']],
    ['h@x.example', ['Work to Home', 'Home to Work', 'Home to Räume', 'Räume to Home']],
    ['home nowhere', []],
  ])('are found by every word that was typed: %j', (text, names) => {
    const calendars = [
      exampleCalendar({ id: 'w@x.example', name: 'Work' }),
      exampleCalendar({ id: 'h@x.example', name: 'Home' }),
      exampleCalendar({ id: 'r@x.example', name: 'Räume' }),
    ];
    const found = routesNamed(routesOf(calendars, examplePolicies()), text);
    expect(found.map(({ source, target }) => `${source.name} to ${target.name}`)).toEqual(names);
  });
});

describe('activity by day', () => {
  const now = Date.parse(exampleNow);
  const at = (moment: string) => exampleActivity({ at: moment });
  const list = [
    at('2026-03-23T08:00:00.000Z'),
    at('2026-03-22T23:30:00.000Z'),
    at('2026-03-22T08:00:00.000Z'),
    at('2025-12-31T12:00:00.000Z'),
  ];

  it.each([
    ['Europe/Berlin', ['Today 2', 'Yesterday 1', 'Wednesday 31 December 2025 1']],
    ['America/New_York', ['Today 1', 'Yesterday 2', 'Wednesday 31 December 2025 1']],
  ])('as days are counted in %s', (timeZone, headings) => {
    const days = groupByDay(list, now, { locale: 'en-GB', timeZone });
    expect(days.map((day) => `${day.heading.replace(',', '')} ${day.activities.length}`)).toEqual(headings);
  });

  it('is empty where nothing happened', () => {
    expect(groupByDay([], now, { locale: 'en-GB', timeZone: 'UTC' })).toEqual([]);
  });
});

describe('a file that was offered as the client', () => {
  const file = (text: string, size = text.length) => ({ name: 'x.json', size, text: () => Promise.resolve(text) });

  it('is read where it can be one', async () => {
    expect(await readClientFile(file('{}'))).toEqual({ kind: 'text', text: '{}' });
  });

  it('is not read where it is too large, whatever it says of itself', async () => {
    let read = false;
    const large = { name: 'film', size: 30_000, text: () => Promise.resolve(`${(read = true)}`) };
    expect(await readClientFile(large)).toEqual({ kind: 'too-large' });
    expect(read).toBe(false);
    expect(await readClientFile(file(' '.repeat(30_000), 10))).toEqual({ kind: 'too-large' });
  });

  it('is told where it cannot be read', async () => {
    const broken = { name: 'x', size: 2, text: () => Promise.reject(new Error('gone')) };
    expect(await readClientFile(broken)).toEqual({ kind: 'unreadable' });
  });
});

describe('places', () => {
  it.each(settingsPageSchema.options)('%s is found in its own address', (page) => {
    expect(placeOf(new URL(settingsAddress(page), 'http://127.0.0.1/').hash)).toEqual({ page, item: null });
  });

  it.each(['mass-deletion:me@home.example', 'a?b#c&d=e%20+', '', '…/…'])('%j in it is found again', (item) => {
    const place = { page: 'advanced', item } as const;
    expect(placeOf(new URL(hashOf(place), 'app://calsync/settings.html').hash)).toEqual(place);
  });

  it('is its page alone where the rest makes no sense', () => {
    expect(placeOf('#accounts?%')).toEqual({ page: 'accounts', item: null });
  });

  it.each(['', '#', '#nowhere', '#accounts/../x', 'javascript:alert(1)'])('%j is none', (hash) => {
    expect(placeOf(hash)).toBeNull();
  });
});

describe('what the settings window says', () => {
  it.each([
    [
      { add: 12, change: 40, remove: 3, calendars: 2, held: 0 },
      'This will add 12, change 40, remove 3 blocks in 2 calendars.',
    ],
    [{ add: 0, change: 1, remove: 0, calendars: 1, held: 0 }, 'This will change 1 block in 1 calendar.'],
    [{ add: 0, change: 0, remove: 0, calendars: 0, held: 4 }, 'This writes nothing now.'],
  ])('of a change: %j', (counts, text) => {
    expect(words.settings.change.summary(counts)).toBe(text);
  });

  it('of a sync', () => {
    const { cost } = words.settings.activity;
    const changes = (run: RunView): string | null => changesText(run, String);
    expect(changes(exampleRun())).toBe('Nothing had to be changed.');
    // One that did not go well cannot know whether anything had to be.
    expect(changes(exampleRun({ outcome: 'offline' }))).toBeNull();
    expect(runText(exampleRun({ added: 1 }), String)).toBe('Blocks: 1 added.');
    expect(runText(exampleRun({ outcome: 'interrupted', added: 1 }), String)).toBe(
      'It was stopped before its end; the rest follows with the next one. Blocks: 1 added.',
    );
    const errors = [appError('offline'), appError('calendar-gone', 'Work')];
    expect(furtherErrors(exampleRun({ outcome: 'offline', errors }))).toEqual(errors.slice(1));
    expect(furtherErrors(exampleRun({ outcome: 'partial', errors }))).toEqual(errors);
    expect(changes(exampleRun({ added: 2, removed: 1, held: 3 }))).toBe(
      'Blocks: 2 added, 1 removed, 3 waiting for you.',
    );
    expect(words.settings.activity.earlierSummary(19, 19)).toBe('All 19 went well.');
    expect(words.settings.activity.earlierSummary(19, 17)).toBe('17 of 19 went well.');
    expect(words.settings.activity.earlierSummary(1, 0)).toBe('It did not go well.');
    expect(cost(exampleRun({ writes: 1 }))).toBe('4 requests to Google, 1 change written, in 1 second.');
    expect(cost(exampleRun({ durationMs: null, requests: {} }))).toBe('0 requests to Google, 0 changes written.');
  });

  /** Every text of a section, and what its functions say of the given values. */
  const textsOf = (section: unknown): readonly string[] =>
    typeof section === 'string'
      ? [section]
      : typeof section === 'object' && section !== null
        ? Object.values(section).flatMap(textsOf)
        : [];

  it('has no exclamation marks and no jargon', () => {
    const texts = [words.settings, words.guide, words.preview, words.why].flatMap(textsOf);
    expect(texts.length).toBeGreaterThan(200);
    for (const text of texts) expect(text).not.toMatch(/!|\b(token|scope|OAuth|API key|410|sync token)\b/i);
  });
});
