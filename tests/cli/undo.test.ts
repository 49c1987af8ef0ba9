import { beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../src/shared/errors.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { err, ok } from '../../src/shared/result.ts';
import {
  createFakeCalSync,
  exampleKept,
  exampleOperation,
  examplePreview,
  exampleRun,
  exampleUndo,
  type FakeCalSync,
} from '../support/fake-calsync.ts';
import { calsync } from './run-in-process.ts';

const home = toCalendarId('me@home.example');
const person = { inTty: true, errTty: true, env: { NO_COLOR: '1' } };

const undoing = exampleUndo({
  run: 9,
  preview: examplePreview({
    add: 1,
    change: 0,
    remove: 12,
    calendars: 1,
    targets: [
      {
        calendarId: home,
        add: 1,
        change: 0,
        remove: 12,
        rows: [
          { effect: 'remove', reason: 'undone', count: 12, series: 2, starts: [] },
          { effect: 'add', reason: 'undone', count: 1, series: 0, starts: [] },
        ],
      },
    ],
    items: Array.from({ length: 12 }, () => exampleOperation({ kind: 'delete', reason: 'undone' })),
    more: 1,
  }),
  left: [
    { reason: 'event-changed', count: 2 },
    { reason: 'block-changed', count: 11 },
  ],
  choices: 1,
});

let app: FakeCalSync;

beforeEach(() => {
  app = createFakeCalSync();
  app.set({ undoable: [9, 4] });
  app.give({
    undo: undoing,
    runs: [
      exampleRun({ id: 12 }),
      exampleRun({ id: 9, trigger: 'interval', startedAt: '2026-03-23T08:10:00.000Z', removed: 1, added: 12 }),
      exampleRun({ id: 4, trigger: 'settings', startedAt: '2026-03-20T10:00:00.000Z', changed: 3 }),
    ],
  });
  app.replace({
    undo: (run) => {
      app.set({ undoable: app.status().undoable.filter((each) => each !== run), activity: [] });
      return Promise.resolve(
        ok({ run: exampleRun({ id: 13, trigger: 'undo', added: 1, removed: 12 }), left: undoing.left }),
      );
    },
  });
});

const shown = [
  'Undoing sync 9 of 08:10',
  'Personal: 1 to add and 12 to remove',
  '  add      1  you undid what a sync had done',
  '  remove  12  you undid what a sync had done, 2 of them series',
  '',
  'Left as it is, because:',
  '   2  its event changed since',
  '  11  the block was changed since',
  '',
  '1 of your choices is as before again.',
  '',
  'One by one:',
  ...Array.from({ length: 10 }, () => '  2026-03-24 13:00  Personal  remove  you undid what a sync had done'),
  '  and 3 more',
];
const done = [
  'Undone. Added 1 block, removed 12.',
  '1 of your choices is as before again.',
  'The blocks that the sync had made stay away; `mutes list` lists them.',
  'What was put back is kept until its event changes; `kept list` lists it.',
  '',
  'Left as it is, because:',
  '   2  its event changed since',
  '  11  the block was changed since',
];
const undone = (): readonly unknown[] => app.calls.flatMap((call) => (call.name === 'undo' ? [call.input] : []));
const ask = (argv: readonly string[], around: object = {}) => calsync(['undo', ...argv], { app, ...around });

describe('undo', () => {
  test('says what it would do and asks; the word does it, as it was shown', async () => {
    const answer = await ask([], { ...person, typed: ['undo'] });
    expect(answer.stderr).toBe(`${shown.join('\n')}\n\nNothing is undone yet.\nType undo to go on: `);
    expect(answer.stdout).toBe(`${done.join('\n')}\n`);
    expect(answer.exit).toBe(0);
    expect(undone()).toEqual([{ run: 9, version: 'v1' }]);
  });

  test.each([[['no']], [[]]])('anything else than the word (%j) does nothing', async (typed) => {
    const answer = await ask([], { ...person, typed });
    expect(answer).toMatchObject({ exit: 2, stdout: '' });
    expect(answer.stderr).toContain(
      'This undoes what sync 9 did and was not confirmed, so nothing was changed.\nSay it again, and type undo when asked, or use --yes.\n',
    );
    expect(undone()).toEqual([]);
  });

  test('without a terminal it shows, does nothing, and asks for --yes', async () => {
    const answer = await ask([]);
    expect(answer).toMatchObject({ exit: 2, stdout: `${shown.join('\n')}\n` });
    expect(answer.stderr).toBe(
      'This undoes what sync 9 did and was not confirmed, so nothing was changed.\nSay it again with --yes.\n',
    );
    const inJson = await ask(['--json'], { ...person, typed: ['undo'] });
    expect(inJson.json()).toMatchObject({ ok: false, error: { code: 'confirmation-needed' }, undo: { run: 9 } });
    expect(undone()).toEqual([]);
  });

  test('--yes does not ask; a number names another sync', async () => {
    const answer = await ask(['4', '--yes', '--json']);
    expect(answer.json()).toMatchObject({
      ok: true,
      undo: { version: 'v1' },
      undone: { run: { id: 13 }, left: undoing.left },
    });
    expect(undone()).toEqual([{ run: 4, version: 'v1' }]);
  });

  test('--dry-run only shows, whoever says yes', async () => {
    expect(await ask(['--dry-run', '--yes'])).toMatchObject({ exit: 0, stdout: `${shown.join('\n')}\n`, stderr: '' });
    expect(undone()).toEqual([]);
  });

  test('says where all was changed since, and does nothing', async () => {
    const nothing = { add: 0, change: 0, remove: 0, calendars: 0 };
    app.give({ undo: exampleUndo({ run: 9, preview: examplePreview(nothing), left: undoing.left }) });
    const answer = await ask(['--yes']);
    expect(answer).toMatchObject({ exit: 0, stderr: '' });
    expect(answer.stdout).toContain('Nothing of it is undone: all was changed since.\n\nLeft as it is, because:\n');
    expect(undone()).toEqual([]);
  });

  test('tells nothing of mutes and kept blocks where choices alone bring it back', async () => {
    const [target] = undoing.preview.targets;
    if (target === undefined) throw new Error('no target');
    const rows = target.rows.map((row) => ({ ...row, reason: 'calendar-not-used' as const }));
    const preview = { ...undoing.preview, targets: [{ ...target, rows }] };
    app.give({ undo: { ...undoing, preview, left: [] } });
    const run = exampleRun({ id: 13, trigger: 'undo', added: 1, removed: 12 });
    app.set({ activity: [] });
    app.replace({ undo: () => Promise.resolve(ok({ run, left: [] })) });
    const answer = await ask(['--yes']);
    expect(answer.stdout).toBe('Undone. Added 1 block, removed 12.\n1 of your choices is as before again.\n');
  });

  test('of what is not known, or is no number, does nothing', async () => {
    const unknown = await ask(['12', '--yes']);
    expect(unknown.exit).toBe(2);
    expect(unknown.stderr).toBe(
      'Sync 12 cannot be undone: it wrote nothing, was undone already, or is more than a week ago.\nSee what can be undone with `undo --list`.\n',
    );
    for (const word of ['last', '0', '1.5', '99999999999999999999']) {
      const wrong = await ask([word]);
      expect(wrong.exit).toBe(2);
      expect(wrong.stderr).toContain(`"${word}" is no number of a sync`);
    }
    app.set({ undoable: [] });
    const nothing = await ask([]);
    expect(nothing.exit).toBe(2);
    expect(nothing.stderr).toContain('There is nothing to undo now.');
    expect(app.calls.map((call) => call.name)).not.toContain('undo');
  });

  test('that has changed since it was shown does nothing', async () => {
    app.replace({ undo: () => Promise.resolve(err(appError('undo-changed'))) });
    const answer = await ask(['--yes']);
    expect(answer).toMatchObject({ exit: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^What undoing would do has changed since you looked, so nothing was done\.\n/);
  });

  test('whose sync cannot be done now says that it is noted; one that was cut off before is not', async () => {
    const fail = (chosen: boolean) => () => {
      if (chosen) app.set({ undoable: [4] });
      return Promise.resolve(err(appError('busy-elsewhere')));
    };
    app.replace({ undo: fail(false) });
    expect((await ask(['--yes'])).stderr).not.toContain('is noted');
    app.replace({ undo: fail(true) });
    const noted = await ask(['--yes']);
    expect(noted.exit).toBe(5);
    expect(noted.stderr).toContain('The undo is noted, and the next `sync` carries it out.');
  });

  test('whose sync went partly well ends like that', async () => {
    const run = exampleRun({ id: 13, outcome: 'partial', errors: [appError('needs-sign-in', 'me@home.example')] });
    app.replace({ undo: () => Promise.resolve(ok({ run, left: [] })) });
    expect((await ask(['--yes'])).exit).toBe(3);
  });

  test('--list lists what can be undone, and reads nothing', async () => {
    const answer = await ask(['--list']);
    expect(answer.stdout).toBe(
      [
        '9  08:10             Blocks: 12 added, 1 removed. (on schedule)',
        '4  2026-03-20 10:00  Blocks: 3 changed. (because you changed something)',
        '',
      ].join('\n'),
    );
    expect(app.calls.map((call) => call.name)).toEqual(['close']);
    expect((await ask(['--list', '--json'])).json()).toMatchObject({ runs: [{ id: 9 }, { id: 4 }], undoable: [9, 4] });
    app.set({ undoable: [] });
    expect((await ask(['--list'])).stdout).toBe('There is no sync that can be undone.\n');
  });
});

describe('kept', () => {
  test('list and let-go', async () => {
    const series = { start: { date: '2026-03-25' }, series: true };
    app.give({ kept: [exampleKept(), exampleKept({ key: 'kept-2', ...series })] });
    expect((await calsync(['kept', 'list'], { app })).stdout).toBe(
      [
        'KEY     STARTS                CALENDAR  FROM  SINCE',
        'kept-1  2026-03-24 13:00      Personal  Work  08:30',
        'kept-2  2026-03-25, a series  Personal  Work  08:30',
        '',
      ].join('\n'),
    );
    const answer = await calsync(['kept', 'let-go', 'kept-1'], { app });
    expect(answer).toMatchObject({
      exit: 0,
      stdout: 'The block is what its event says again with the next `sync`.\n',
    });
    expect((await calsync(['kept', 'list', '--json'], { app })).json()).toMatchObject({
      keptBlocks: [{ key: 'kept-2' }],
    });
    const unknown = await calsync(['kept', 'let-go', 'kept-1'], { app });
    expect(unknown.exit).toBe(2);
    expect(unknown.stderr).toBe('No block called kept-1 is kept as it was.\nSee the list with `kept list`.\n');
    app.give({ kept: [] });
    expect((await calsync(['kept', 'list'], { app })).stdout).toBe('No block is kept as it was.\n');
  });
});
