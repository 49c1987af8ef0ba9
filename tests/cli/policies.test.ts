import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { Policies } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import {
  createFakeCalSync,
  examplePolicies,
  examplePreview,
  exampleOperation,
  exampleSkip,
  type FakeCalSync,
} from '../support/fake-calsync.ts';
import { calsync } from './run-in-process.ts';

const work = toCalendarId('work@northwind.example');
const home = toCalendarId('me@home.example');
const usual: Policies['busy'][number]['busy'] = { ...defaultBusyPolicy, hours: null };
const policies = examplePolicies({
  busy: [work, home].map((calendarId) => ({ calendarId, busy: usual })),
  routes: [{ sourceId: work, targetId: home, block: { ...defaultBlockPolicy, summary: '{title}' } }],
});

let folder: string;
let app: FakeCalSync;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'calsync-cli-'));
  app = createFakeCalSync();
  app.give({
    policies,
    preview: examplePreview({
      add: 0,
      change: 0,
      remove: 14,
      calendars: 1,
      agreed: 14,
      targets: [
        {
          calendarId: home,
          add: 0,
          change: 0,
          remove: 14,
          rows: [{ effect: 'remove', reason: 'event-not-busy', count: 14, series: 2, starts: [] }],
        },
      ],
    }),
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const set = (...words: readonly string[]) => calsync(['policies', 'set', ...words], { app, cwd: folder });
const asked = (): readonly unknown[] =>
  app.calls.flatMap((call) => (call.name === 'previewPolicies' ? [call.input] : []));
const saved = (): readonly unknown[] => app.calls.flatMap((call) => (call.name === 'savePolicies' ? [call.input] : []));

describe('policies', () => {
  test('list says all choices as `set` takes them, calendars that count the same together', async () => {
    const answer = await calsync(['policies'], { app });
    expect(answer.exit).toBe(0);
    const lines = answer.stdout.split('\n');
    expect(lines.slice(0, 10)).toEqual([
      'Everywhere',
      '  intervalMinutes=5',
      '  summary=🔒 Busy',
      '  visibility=private',
      '  colorId=null',
      '  bufferBefore=0',
      '  bufferAfter=0',
      '  place=false',
      '  tellPrivate=false',
      '  outOfOffice=false',
    ]);
    expect(lines).toContain('From Work to Personal');
    expect(lines).toContain('  summary={title}');
    expect(lines).toContain('What counts as busy in Work and Personal');
    expect(lines).toContain('  ignoreTitles=""');
    expect((await calsync(['policies', 'list', '--json'], { app })).json()).toEqual({ ok: true, policies });
  });

  test('set says what would be written, and keeps nothing without --yes', async () => {
    const answer = await set('--calendar', 'work', 'tentative=false', 'minimumMinutes=15');
    expect(answer).toMatchObject({ exit: 0, stderr: '' });
    expect(answer.stdout).toBe(
      [
        'Personal: 14 to remove',
        '  remove  14  the event is not busy any more, 2 of them series',
        '',
        'This takes 14 blocks away at once. When it is kept, nothing asks you again.',
        '',
        'Nothing is kept yet. Say it again with --yes to keep it.',
        '',
      ].join('\n'),
    );
    expect(asked()).toEqual([
      { kind: 'busy', calendarId: work, busy: { ...usual, tentative: false, minimumMinutes: 15 } },
    ]);
    expect(saved()).toEqual([]);
  });

  test('set --yes keeps it, and says so as JSON too', async () => {
    const answer = await set('intervalMinutes=15', 'colorId=8', 'summary=15', '--yes', '--json');
    const changes = [
      { kind: 'interval', minutes: 15 },
      { kind: 'block', block: { ...defaultBlockPolicy, colorId: '8', summary: '15' } },
    ];
    expect(saved()).toEqual(changes);
    expect(answer.json()).toMatchObject({ ok: true, kept: true, changes, preview: { remove: 14 } });
    expect((await set('intervalMinutes=15', '--yes')).stdout).toBe('Nothing changes: it is chosen already.\n');
  });

  test('set takes the way from one calendar to another, and lets it go again', async () => {
    await set('--from', 'Work', '--to', 'Personal', 'bufferBefore=15', '--yes');
    await set('--from', 'Work', '--to', 'Personal', '--as-everywhere', '--yes');
    const way = { kind: 'route', sourceId: work, targetId: home };
    expect(saved()).toEqual([
      { ...way, block: { ...defaultBlockPolicy, summary: '{title}', bufferBefore: 15 } },
      { ...way, block: null },
    ]);
  });

  test('set takes a value that is more than a word as JSON', async () => {
    const hours = { timeZone: 'Europe/Berlin', days: ['MO', 'TU'], from: '09:00', to: '17:00' };
    await set('--calendar', 'Work', `hours=${JSON.stringify(hours)}`, '--yes');
    expect(saved()).toEqual([{ kind: 'busy', calendarId: work, busy: { ...usual, hours } }]);
  });

  test('set --file takes what list printed, and changes what differs', async () => {
    const listed = (await calsync(['policies', 'list', '--json'], { app })).stdout;
    await writeFile(join(folder, 'same.json'), listed);
    expect((await set('--file', 'same.json', '--yes')).stdout).toBe('Nothing changes: it is chosen already.\n');
    const other = {
      routes: [],
      busy: [{ calendarId: home, busy: { ...usual, declined: true } }],
    };
    await writeFile(join(folder, 'other.json'), JSON.stringify(other));
    await set('--file', 'other.json', '--yes');
    expect(saved()).toEqual([
      { kind: 'route', sourceId: work, targetId: home, block: null },
      { kind: 'busy', calendarId: home, busy: { ...usual, declined: true } },
    ]);
    await writeFile(join(folder, 'change.json'), JSON.stringify({ kind: 'interval', minutes: 30 }));
    await set('--file', 'change.json', '--yes');
    expect(saved().at(-1)).toEqual({ kind: 'interval', minutes: 30 });
  });

  test.each([
    [['summary'], '"summary" is not name=value'],
    [['tentative=false'], 'nothing is called "tentative" here'],
    [['toString=1'], 'nothing is called "toString" here'],
    [['colorId=99'], '"99" is no value of colorId'],
    [['intervalMinutes=0'], '"0" is no value of intervalMinutes'],
    [['--calendar', 'Nobody', 'free=true'], 'Nobody'],
    [['--calendar', 'Work', '--from', 'Work', 'free=true'], '--calendar and --from'],
    [['--from', 'Work', 'summary=x'], '--from and --to go together'],
    [['--as-everywhere'], '--as-everywhere goes with --from and --to alone'],
    [[], 'no choice is given'],
    [['--file', 'none.json'], 'the file none.json cannot be read'],
    [['--file', 'bad.json'], 'the file bad.json is not JSON'],
    [['--file', 'wrong.json'], 'the file wrong.json does not hold choices'],
    [['--file', 'wrong.json', 'summary=x'], '--file stands alone'],
  ] as const)('set %j is not understood, and changes nothing', async (words, complaint) => {
    await writeFile(join(folder, 'bad.json'), '{');
    await writeFile(join(folder, 'wrong.json'), '{"intervalMinutes":0}');
    const answer = await set(...words, '--yes');
    expect(answer).toMatchObject({ exit: 2, stdout: '' });
    expect(answer.stderr).toContain(complaint);
    expect(saved()).toEqual([]);
  });
});

describe('plan', () => {
  test('--list lists the first changes one by one, and JSON counts by calendar', async () => {
    app.give({
      plan: {
        operations: [
          exampleOperation({ series: true }),
          exampleOperation({ kind: 'delete', reason: 'event-deleted', start: { date: '2026-03-26' } }),
        ],
        skips: [exampleSkip()],
        holds: [],
      },
    });
    const answer = await calsync(['plan', '--list'], { app });
    expect(answer.stdout).toContain(
      [
        'One by one:',
        '  2026-03-26        Personal  remove  the event was deleted',
        '  2026-03-24 13:00  Personal  add     the event is new, a series',
        '',
      ].join('\n'),
    );
    expect((await calsync(['plan'], { app })).stdout).not.toContain('One by one');
    expect((await calsync(['plan', '--json'], { app })).json()).toMatchObject({
      preview: { add: 1, remove: 1, targets: [{ calendarId: home, add: 1, remove: 1 }], more: 0 },
    });
  });
});
