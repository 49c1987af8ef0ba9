import { describe, expect, test } from 'vitest';
import { appError } from '../../src/shared/errors.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { err, ok } from '../../src/shared/result.ts';
import {
  createFakeCalSync,
  emptyStatus,
  exampleAccount,
  exampleActivity,
  exampleCalendar,
  exampleHold,
  exampleMute,
  exampleNow,
  exampleOperation,
  exampleFindings,
  exampleReceipt,
  exampleRun,
  exampleSkip,
  exampleStatus,
  exampleTrouble,
} from '../support/fake-calsync.ts';
import { calsync } from './run-in-process.ts';

describe('accounts', () => {
  test('list says what to do when there is none', async () => {
    const answer = await calsync(['accounts', 'list'], { app: createFakeCalSync(emptyStatus()) });
    expect(answer).toMatchObject({
      exit: 0,
      stdout: 'No account is connected yet. Add one with `accounts add`.\n',
      stderr: '',
    });
  });

  test('list aligns states, used calendars and the end of a sign-in', async () => {
    const app = createFakeCalSync(
      exampleStatus({
        accounts: [
          exampleAccount({ signInEndsAt: '2026-03-30T08:00:00.000Z' }),
          exampleAccount({ id: 'account-home', email: 'me@home.example', state: 'needs-sign-in' }),
        ],
      }),
    );
    const answer = await calsync(['accounts', 'list'], { app });
    expect(answer.stdout).toBe(
      [
        'ACCOUNT                 STATE          CALENDARS IN USE  SIGN-IN ENDS',
        'work@northwind.example  connected                     2  2026-03-30 08:00',
        'me@home.example         sign in again                 1',
        '',
      ].join('\n'),
    );
  });

  test('add opens the browser and says what came of it', async () => {
    const answer = await calsync(['accounts', 'add', '--login-hint', 'client@studio.example']);
    expect(answer.exit).toBe(0);
    expect(answer.app.calls[0]).toEqual({
      name: 'addAccount',
      input: { loginHint: 'client@studio.example', shows: true },
    });
    expect(answer.app.calls[1]?.name).toBe('openInBrowser');
    expect(answer.stdout).toBe(
      'Connected client@studio.example with 1 calendar, 0 in use.\n  – unused  client@studio.example\nChoose which to use with `calendars use`; see them with `calendars list`.\n',
    );
  });

  test('add prints the address as well where a person reads, because no browser may come', async () => {
    const answer = await calsync(['accounts', 'add'], { errTty: true });
    expect(answer.stderr).toContain(
      'A browser opens now. If it does not, open this address on this computer:\nhttps://accounts.google.com/o/oauth2/v2/auth?client_id=example\n',
    );
    expect(answer.app.calls[1]?.name).toBe('openInBrowser');
    expect(answer.exit).toBe(0);
  });

  test('add says once that the keychain may be asking, while it does', async () => {
    const app = createFakeCalSync();
    const keychain = { since: exampleNow, error: appError('keychain-asks') };
    app.replace({
      addAccount: () => {
        for (let turn = 0; turn < 2; turn += 1) app.set({ waitsFor: { disk: null, engine: null, keychain } });
        return Promise.resolve(ok(exampleAccount()));
      },
    });
    const answer = await calsync(['accounts', 'add'], { app });
    expect(answer.stderr).toBe(
      'The keychain has not answered yet; it may be asking you for its password.\nLook for its question on your screen and answer it; CalSync then goes on by itself.\n',
    );
    expect(answer.exit).toBe(0);
  });

  test('add --no-browser prints the address alone on one line', async () => {
    const app = createFakeCalSync();
    app.give({ address: 'https://accounts.google.com/o/oauth2/v2/auth?state=1' });
    const answer = await calsync(['accounts', 'add', '--no-browser'], { app });
    expect(answer.stdout.split('\n')[0]).toBe('https://accounts.google.com/o/oauth2/v2/auth?state=1');
    expect(answer.stderr).toBe('');
  });

  test('add --no-browser --json prints the address as a JSON line first', async () => {
    const answer = await calsync(['--json', 'accounts', 'add', '--no-browser']);
    const [first, second, ...rest] = answer.stdout.trimEnd().split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      open: 'https://accounts.google.com/o/oauth2/v2/auth?client_id=example',
    });
    expect(JSON.parse(second ?? '')).toMatchObject({ ok: true, account: { email: 'client@studio.example' } });
    expect(rest).toEqual([]);
  });

  test('add tells when the sign-in is lost with the command, because there is no keychain', async () => {
    const app = createFakeCalSync();
    app.replace({ addAccount: () => Promise.resolve(ok(exampleAccount({ kept: 'until-quit' }))) });
    const answer = await calsync(['accounts', 'add'], { app });
    expect(answer.exit).toBe(3);
    expect(answer.stderr).toMatch(/no keychain/);
  });

  test('remove finds the account whatever the case, and gives the permission back', async () => {
    const answer = await calsync(['accounts', 'remove', 'ME@home.example', '--yes']);
    expect(answer.exit).toBe(0);
    expect(answer.app.calls).toContainEqual({
      name: 'removeAccount',
      input: { id: 'account-home', revoke: true, othersOn: [] },
    });
    expect(answer.stdout).toBe(
      'Removed 79 blocks.\nRemoved me@home.example and gave its permission back, which signs out other computers, too.\n',
    );
  });

  test('remove --keep-permission does not revoke', async () => {
    const answer = await calsync(['accounts', 'remove', 'me@home.example', '--yes', '--keep-permission']);
    expect(answer.app.calls).toContainEqual({
      name: 'removeAccount',
      input: { id: 'account-home', revoke: false, othersOn: [] },
    });
    expect(answer.stdout).toMatch(/still lists the permission/);
  });

  test('remove of an account that is not there changes nothing', async () => {
    const answer = await calsync(['accounts', 'remove', 'nobody@home.example', '--yes']);
    expect(answer).toMatchObject({ exit: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^No account called nobody@home\.example is connected\.\n/);
    expect(answer.app.calls.map((call) => call.name)).toEqual(['close']);
  });
});

describe('calendars', () => {
  test('list says each use as a sign and a word', async () => {
    const answer = await calsync(['calendars', 'list']);
    expect(answer.stdout).toBe(
      [
        'USE       BLOCKS  NAME           ACCOUNT                 ID',
        '⇄ both        41  Work           work@northwind.example  work@northwind.example',
        '→ source       0  Team holidays  work@northwind.example  holidays@group.calendar.google.com',
        '⇄ both        38  Personal       me@home.example         me@home.example',
        '',
      ].join('\n'),
    );
  });

  test.each([
    [['use', 'work@northwind.example'], { source: true, target: true }, 'Work is used both ways now.'],
    [['use', 'wOrK', '--source-only'], { source: true, target: false }, 'Work is a source only now.'],
    [['use', '--target-only', 'Work'], { source: false, target: true }, 'Work is a target only now.'],
    [['ignore', 'Work'], { source: false, target: false }, 'Work is not used any more.'],
  ])('%j chooses the use', async (argv, use, sentence) => {
    const answer = await calsync(['calendars', ...argv]);
    expect(answer.exit).toBe(0);
    expect(answer.app.calls[0]).toEqual({ name: 'useCalendar', input: { id: 'work@northwind.example', ...use } });
    expect(answer.stdout).toBe(`${sentence} The blocks follow with the next \`sync\`.\n`);
  });

  test.each([['wOrK'], ['gone@x.example']])('one that is gone is listed so, and %s ignores it', async (named) => {
    const gone = exampleCalendar({ id: 'gone@x.example', goneSince: '2026-03-19T12:00:00.000Z' });
    const app = createFakeCalSync(exampleStatus({ calendars: [gone] }));
    const listed = await calsync(['calendars', 'list'], { app });
    expect(listed.stdout).toContain('✕ gone since 2026-03-19      41  Work');
    const answer = await calsync(['calendars', 'ignore', named], { app });
    expect(answer).toMatchObject({ exit: 0, stderr: '' });
    expect(app.calls.find(({ name }) => name === 'useCalendar')?.input).toEqual({
      id: 'gone@x.example',
      source: false,
      target: false,
    });
  });

  test('one that may be a former one is asked about, and answered', async () => {
    const app = createFakeCalSync(
      exampleStatus({
        calendars: [exampleCalendar({ id: 'new@x.example', source: false, formerly: 'old@x.example' })],
      }),
    );
    expect((await calsync(['calendars', 'list'], { app })).stdout).toContain('? renamed');
    const asked = await calsync(['calendars', 'renamed', 'new@x.example'], { app });
    expect(asked).toMatchObject({ exit: 0 });
    expect(asked.stdout).toMatch(/^Is Work the former old@x\.example\?\n/);
    expect(app.calls.filter(({ name }) => name === 'answerRenaming')).toEqual([]);
    const answered = await calsync(['calendars', 'renamed', 'Work', 'yes'], { app });
    expect(answered).toMatchObject({
      exit: 0,
      stdout: 'Work is the former old@x.example and goes on with all its blocks.\n',
    });
    expect(app.calls.find(({ name }) => name === 'answerRenaming')?.input).toEqual({ id: 'new@x.example', same: true });
    expect((await calsync(['calendars', 'renamed', 'Work', 'no'], { app })).exit).toBe(2);
    expect((await calsync(['calendars', 'renamed', 'Work', 'perhaps'], { app })).exit).toBe(2);
  });

  test('a receipt names the blocks of a former address, and adds up', async () => {
    const app = createFakeCalSync();
    app.give({ receipt: exampleReceipt({ removed: 4, formerAddress: 2 }) });
    const answer = await calsync(['reset', '--yes'], { app });
    expect(answer.stdout).toContain('Left 2 blocks: they were made while the calendar had another address,');
    expect(answer.stdout).toContain('In all 6: 4 removed, 0 gone already, 2 left, 0 still there.');
  });

  test('an id wins over another calendar that is called the same', async () => {
    const app = createFakeCalSync(
      exampleStatus({
        calendars: [
          exampleCalendar({ id: 'a@x.example', name: 'b@x.example' }),
          exampleCalendar({ id: 'b@x.example' }),
        ],
      }),
    );
    const answer = await calsync(['calendars', 'ignore', 'b@x.example'], { app });
    expect(answer.app.calls[0]?.input).toMatchObject({ id: 'b@x.example' });
  });

  test('a name that two calendars have is refused with their ids', async () => {
    const app = createFakeCalSync(
      exampleStatus({ calendars: [exampleCalendar({ id: 'a@x.example' }), exampleCalendar({ id: 'b@x.example' })] }),
    );
    const answer = await calsync(['calendars', 'use', 'Work'], { app });
    expect(answer).toMatchObject({
      exit: 2,
      stdout: '',
      stderr:
        'That was not understood: 2 calendars are called Work.\nGive the id instead: a@x.example or b@x.example.\n',
    });
    expect(app.calls.map((call) => call.name)).toEqual(['close']);
  });

  test('a read-only calendar cannot be a target, and the way out is named', async () => {
    const answer = await calsync(['calendars', 'use', 'Team holidays']);
    expect(answer.exit).toBe(3);
    expect(answer.stderr).toBe(
      'You may only read Team holidays, so CalSync cannot put blocks there.\nUse it with --source-only, or ask its owner for more.\n',
    );
  });
});

describe('sync', () => {
  test('says nothing when nothing happened', async () => {
    expect(await calsync(['sync'])).toMatchObject({ exit: 0, stdout: '', stderr: '' });
  });

  test('says nothing on a terminal either', async () => {
    expect(await calsync(['sync'], { outTty: true, errTty: true })).toMatchObject({ exit: 0, stdout: '', stderr: '' });
  });

  test.each([
    [{ added: 12, changed: 1, removed: 2 }, 'Added 12 blocks, changed 1, removed 2.\n'],
    [{ added: 1 }, 'Added 1 block.\n'],
    [{ changed: 3 }, 'Changed 3 blocks.\n'],
    [{ removed: 1 }, 'Removed 1 block.\n'],
  ])('%j is one line', async (counts, line) => {
    const app = createFakeCalSync();
    app.give({ run: exampleRun({ ...counts, writes: 3 }) });
    const answer = await calsync(['sync'], { app });
    expect(answer).toMatchObject({ exit: 0, stdout: line, stderr: '' });
    expect(app.calls[0]).toEqual({ name: 'sync', input: 'command' });
  });

  test('names what moved and in how many calendars, when the activity tells all of it', async () => {
    const activity = [
      exampleActivity({ at: exampleNow, targetIds: ['a@x.example', 'b@x.example'] }),
      exampleActivity({ at: exampleNow, kind: 'put-right', reason: 'put-right', targetIds: ['b@x.example'] }),
      exampleActivity({ at: exampleNow, kind: 'removed', reason: 'event-deleted', targetIds: ['c@x.example'] }),
      exampleActivity({ at: '2026-03-23T08:00:00.000Z', kind: 'added', reason: 'new-event' }),
    ];
    const app = createFakeCalSync(exampleStatus({ activity }));
    app.give({ run: exampleRun({ changed: 3, removed: 1 }) });
    expect((await calsync(['sync'], { app })).stdout).toBe('Moved 2 blocks, put 1 right, removed 1 in 3 calendars.\n');
    app.give({ run: exampleRun({ changed: 30, removed: 1 }) });
    expect((await calsync(['sync'], { app })).stdout).toBe('Changed 30 blocks, removed 1.\n');
  });

  test('says which blocks stay away because they were deleted, and how they come back', async () => {
    const muted = exampleActivity({ at: exampleNow, kind: 'muted', reason: 'muted', start: null, mute: 'mute-1' });
    const app = createFakeCalSync(exampleStatus({ activity: [muted] }));
    app.give({ run: exampleRun() });
    expect((await calsync(['sync'], { app })).stdout).toBe(
      '1 block deleted in the calendar stays away; `mutes` lists it and puts it back.\n',
    );
  });

  test('tells each failure once on standard error, and what was done on standard output', async () => {
    const app = createFakeCalSync();
    const offline = appError('offline');
    app.give({
      run: exampleRun({
        outcome: 'partial',
        added: 2,
        errors: [offline, offline, appError('needs-sign-in', 'me@home.example')],
      }),
    });
    const answer = await calsync(['sync'], { app });
    expect(answer.exit).toBe(3);
    expect(answer.stdout).toBe('Added 2 blocks.\n');
    expect(answer.stderr.match(/cannot be reached/g)).toHaveLength(1);
    expect(answer.stderr).toMatch(/The sign-in to me@home\.example has ended/);
  });

  test.each([
    ['offline', 'offline'],
    ['interrupted', 'cancelled'],
    ['failed', 'provider-trouble'],
  ] as const)('a run that ended %s without saying why is not taken for a success', async (outcome, code) => {
    const app = createFakeCalSync();
    app.give({ run: exampleRun({ outcome }) });
    const answer = await calsync(['sync', '--json'], { app });
    expect(answer.exit).toBe(4);
    expect(answer.json()).toMatchObject({ ok: false, error: { code } });
  });

  test('what waits for a decision is told and ends in 7', async () => {
    const app = createFakeCalSync(exampleStatus({ holds: [exampleHold()] }));
    const answer = await calsync(['sync'], { app });
    expect(answer.exit).toBe(7);
    expect(answer.stderr).toBe(
      '38 blocks would go, because the events behind them left Work. With what went within a day that is more than usual. They stay until you decide, or until the events are back.\nRemove them with `holds resolve mass-deletion:work@northwind.example proceed`.\n',
    );
  });

  test('keeps still while paused, so that a job of cron does not undo a reset', async () => {
    const app = createFakeCalSync(exampleStatus({ pausedUntil: 'forever' }));
    const before = app.status().lastRun;
    expect(await calsync(['sync'], { app })).toMatchObject({ exit: 0, stdout: '', stderr: '' });
    expect(app.status().lastRun).toEqual(before);
    const seen = await calsync(['sync'], { app, errTty: true });
    expect(seen.stderr).toBe('Syncing is paused until you resume it.\nSync all the same with --even-if-paused.\n');
    expect((await calsync(['sync', '--json'], { app })).json()).toEqual({
      ok: true,
      run: null,
      pausedUntil: 'forever',
    });
    await calsync(['sync', '--even-if-paused'], { app });
    expect(app.calls).toContainEqual({ name: 'sync', input: 'manual' });
    expect(app.status().lastRun).not.toEqual(before);
  });

  test('another CalSync at work ends in 5', async () => {
    const app = createFakeCalSync();
    app.replace({ sync: () => Promise.resolve(err(appError('busy-elsewhere', 'pid 4711'))) });
    const answer = await calsync(['sync'], { app });
    expect(answer).toMatchObject({ exit: 5, stdout: '' });
    expect(answer.stderr).toMatch(/^Another CalSync is working with these calendars right now \(pid 4711\)\.\n/);
  });
});

describe('plan', () => {
  test('groups by target, with reasons in words and counts', async () => {
    const app = createFakeCalSync();
    app.give({
      plan: {
        operations: [
          exampleOperation(),
          exampleOperation({ series: true }),
          exampleOperation({ kind: 'revive', reason: 'became-busy' }),
          exampleOperation({ kind: 'put-slot', reason: 'slot-changed', series: true }),
          exampleOperation({ kind: 'delete', reason: 'event-deleted', end: null }),
          exampleOperation({
            targetId: 'work@northwind.example',
            sourceId: 'me@home.example',
            kind: 'update',
            reason: 'put-right',
          }),
        ],
        skips: [exampleSkip(), exampleSkip({ reason: 'free' }), exampleSkip({ reason: 'free' })],
        holds: [],
      },
    });
    const answer = await calsync(['plan'], { app });
    expect(answer.exit).toBe(0);
    expect(answer.stdout).toBe(
      [
        'Work: 1 to change',
        '  change  1  the block was changed by hand',
        'Personal: 3 to add, 1 to change and 1 to remove',
        '  add     2  the event is new, 1 of them series',
        '  add     1  the event is busy now',
        '  change  1  one date was changed or cancelled',
        '  remove  1  the event was deleted',
        '',
        'Left as it is, because:',
        '  2  it is marked as free',
        '  1  you declined it',
        '',
      ].join('\n'),
    );
  });

  test('says when there is nothing to do', async () => {
    const app = createFakeCalSync();
    app.give({ plan: { operations: [], skips: [], holds: [] } });
    expect((await calsync(['plan'], { app })).stdout).toBe('Nothing to do: every block is as it should be.\n');
  });

  test('what would be held ends in 7', async () => {
    const app = createFakeCalSync();
    const hold = exampleHold({ kind: 'external-wipe', calendarId: 'me@home.example', calendarName: 'Personal' });
    app.give({ plan: { operations: [], skips: [], holds: [hold] } });
    const answer = await calsync(['--json', 'plan'], { app });
    expect(answer.exit).toBe(7);
    expect(answer.json()).toMatchObject({ ok: false, error: { code: 'held' }, plan: { holds: [hold] }, holds: [hold] });
  });
});

describe('status, pause, resume', () => {
  test('status says health, last sync, calendars, and nothing of any event', async () => {
    const answer = await calsync(['status']);
    expect(answer.exit).toBe(0);
    expect(answer.stdout).toBe(
      [
        'Everything is in sync.',
        'Last synced 2 minutes ago, next at 08:33.',
        '',
        'work@northwind.example',
        '  ⇄ both    Work           41 blocks',
        '  → source  Team holidays   0 blocks',
        '',
        'me@home.example',
        '  ⇄ both  Personal  38 blocks',
        '',
      ].join('\n'),
    );
  });

  test('status tells troubles and holds with what to do, and answers by the gravest', async () => {
    const app = createFakeCalSync(
      exampleStatus({
        troubles: [
          exampleTrouble('needs-sign-in', 'me@home.example', { since: '2026-03-23T07:30:00.000Z' }),
          exampleTrouble('rate-limited', 'me@home.example'),
        ],
        holds: [exampleHold({ kind: 'external-wipe', count: 12 })],
      }),
    );
    const answer = await calsync(['status'], { app });
    expect(answer.exit).toBe(3);
    expect(answer.stdout).toMatch(/^2 things need you\./);
    expect(answer.stdout).toMatch(
      /The sign-in to me@home\.example has ended; its blocks stay as they are \(since 07:30\)\.\nSign in again with/,
    );
    expect(answer.stdout).toMatch(
      /12 blocks have disappeared from Work at once\. CalSync did not remove them, and has put none back yet\./,
    );
  });

  test('known says what stays out of sync for good, and that is then told by nobody', async () => {
    const refused = exampleTrouble('time-zone-refused', 'Work', { meetings: 1, what: 'a' });
    const app = createFakeCalSync(exampleStatus({ waiting: 1, troubles: [refused, exampleTrouble('offline')] }));
    const status = await calsync(['status'], { app });
    expect(status.stdout).toContain('Say with `known` that you know it, and it is told again only when it changes.');
    const said = await calsync(['known'], { app });
    expect(said).toMatchObject({ exit: 0, stderr: '' });
    expect(said.stdout).toBe(
      'Google does not know the time zone of a repeating event, so it has no block in Work.\n\nNoted. It is told again when it changes.\n',
    );
    expect(app.calls).toContainEqual({
      name: 'acknowledge',
      input: [{ code: 'time-zone-refused', about: 'Work', what: 'a' }],
    });
    app.set({ troubles: app.status().troubles.filter(({ code }) => code !== 'offline') });
    const known = await calsync(['status'], { app });
    expect(known.exit).toBe(0);
    expect(known.stdout).toMatch(/^In sync, except 1 meeting that you know\.\n/);
    expect(known.stdout).toContain('You have said that you know it.');
    expect((await calsync(['known'])).stdout).toBe('Nothing stays out of sync for good.\n');
  });

  test('status counts the calendars that are not in use', async () => {
    const app = createFakeCalSync(
      exampleStatus({
        calendars: [exampleCalendar(), exampleCalendar({ id: 'b@x.example', source: false, target: false })],
      }),
    );
    expect((await calsync(['status'], { app })).stdout).toMatch(/\n {2}1 calendar not in use\n/);
  });

  test.each([
    [[], 'forever', 'Syncing is paused until you resume it.\n'],
    [['--for', 'hour'], 'hour', 'Syncing is paused until 09:30.\n'],
    [['--for', 'tomorrow'], 'tomorrow', 'Syncing is paused until 2026-03-24 00:00.\n'],
  ])('pause %j', async (argv, until, said) => {
    const answer = await calsync(['pause', ...argv]);
    expect(answer).toMatchObject({ exit: 0, stdout: said });
    expect(answer.app.calls[0]).toEqual({ name: 'pause', input: until });
  });

  test('resume ends the pause', async () => {
    const answer = await calsync(['resume']);
    expect(answer).toMatchObject({ exit: 0, stdout: 'Syncing goes on.\n' });
    expect(answer.app.calls[0]?.name).toBe('resume');
  });
});

describe('runs', () => {
  test('lists the last syncs with what they did and why they failed', async () => {
    const app = createFakeCalSync();
    app.set({ undoable: [10] });
    app.give({
      runs: [
        exampleRun({ id: 10, trigger: 'interval', added: 2, changed: 1 }),
        exampleRun({
          id: 8,
          trigger: 'wake',
          startedAt: '2026-03-22T21:05:00.000Z',
          outcome: 'partial',
          errors: [appError('needs-sign-in', 'me@home.example')],
        }),
        exampleRun({ id: 7, startedAt: '2026-03-22T21:00:00.000Z' }),
      ],
    });
    expect(await calsync(['runs'], { app })).toMatchObject({
      exit: 0,
      stdout: [
        '10  08:30             Blocks: 2 added, 1 changed. (on schedule; can be undone)',
        ' 8  2026-03-22 21:05  Some calendars could not be synced; the rest went well. (because the computer woke up)',
        '                      The sign-in to me@home.example has ended; its blocks stay as they are.',
        ' 7  2026-03-22 21:00  Nothing had to be changed. (from the command line)',
        '',
      ].join('\n'),
      stderr: '',
    });
    const inJson = await calsync(['runs', '--json'], { app });
    expect(inJson.json()).toMatchObject({ ok: true, runs: [{ id: 10 }, { id: 8 }, { id: 7 }], undoable: [10] });
  });

  test('says that there was none', async () => {
    const app = createFakeCalSync(emptyStatus());
    expect(await calsync(['runs'], { app })).toMatchObject({ exit: 0, stdout: 'There was no sync yet.\n' });
  });
});

describe('copies', () => {
  const copy = {
    name: 'calsync.db.before-29',
    why: 'update',
    since: '2026-03-01T08:00:00.000Z',
    bytes: 123_456,
  } as const;

  test('list says which databases were put aside, and when they go', async () => {
    const app = createFakeCalSync();
    expect((await calsync(['copies', 'list'], { app })).stdout).toBe('No database was put aside.\n');
    app.replace({ copies: () => ok([copy]) });
    const answer = await calsync(['copies', 'list'], { app });
    expect(answer.stdout).toContain('calsync.db.before-29');
    expect(answer.stdout).toContain('of an update        124');
    expect(answer.stdout).toContain('after thirty days');
  });

  test('remove asks first, and does nothing without an answer', async () => {
    const app = createFakeCalSync();
    app.replace({ copies: () => ok([copy]), removeCopies: () => ok([copy]) });
    expect(await calsync(['copies', 'remove'], { app })).toMatchObject({ exit: 2 });
    expect(app.calls.map(({ name }) => name)).not.toContain('removeCopies');
    expect(await calsync(['copies', 'remove', '--yes'], { app })).toMatchObject({ exit: 0 });
    expect(app.calls.filter(({ name }) => name === 'removeCopies')).toHaveLength(1);
  });
});

describe('holds and mutes', () => {
  test('holds list says what waits and which commands decide it', async () => {
    const app = createFakeCalSync(
      exampleStatus({ holds: [exampleHold({ kind: 'external-wipe', key: 'k', count: 2 })] }),
    );
    expect((await calsync(['holds', 'list'], { app })).stdout).toBe(
      '2 blocks have disappeared from Work at once. CalSync did not remove them, and has put none back yet.\n    2026-03-24 08:30  Personal\n    2026-03-25 08:30  Personal\n  Put them back with `holds resolve k put-back`, or leave them away with `holds resolve k leave-away`.\n',
    );
    expect((await calsync(['holds', 'list'])).stdout).toBe('Nothing waits for you.\n');
  });

  test('holds resolve hands the decision on', async () => {
    const app = createFakeCalSync(exampleStatus({ holds: [exampleHold({ key: 'k' })] }));
    const answer = await calsync(['holds', 'resolve', 'k', 'proceed'], { app });
    expect(answer).toMatchObject({ exit: 0, stdout: 'Noted. The next `sync` carries it out.\n' });
    expect(app.calls[0]).toEqual({ name: 'resolveHold', input: { key: 'k', choice: 'proceed' } });
  });

  test('a choice that does not answer the question is refused', async () => {
    const app = createFakeCalSync(exampleStatus({ holds: [exampleHold({ key: 'k' })] }));
    const answer = await calsync(['holds', 'resolve', 'k', 'put-back'], { app });
    expect(answer.exit).toBe(2);
    expect(answer.stderr).toMatch(/^That was not understood: "put-back" does not answer k\.\nRemove them with/);
    expect(app.status().holds).toHaveLength(1);
  });

  test('an unknown hold and an unknown mute end in 2', async () => {
    expect((await calsync(['holds', 'resolve', 'nope', 'proceed'])).stderr).toMatch(/^Nothing called nope is waiting/);
    const answer = await calsync(['mutes', 'lift', 'nope']);
    expect(answer.exit).toBe(2);
    expect(answer.stderr).toMatch(/^No block called nope is kept away\./);
  });

  test('mutes list and lift', async () => {
    const app = createFakeCalSync();
    app.give({ mutes: [exampleMute(), exampleMute({ key: 'mute-2', start: { date: '2026-03-25' } })] });
    expect((await calsync(['mutes', 'list'], { app })).stdout).toBe(
      [
        'KEY     EVENT STARTS      CALENDAR  SINCE',
        'mute-1  2026-03-24 13:00  Personal  08:30',
        'mute-2  2026-03-25        Personal  08:30',
        '',
      ].join('\n'),
    );
    expect((await calsync(['mutes', 'lift', 'mute-1'], { app })).exit).toBe(0);
    expect(app.mutes().map((mute) => mute.key)).toEqual(['mute-2']);
    expect((await calsync(['mutes', 'list'])).stdout).toBe('No block is kept away.\n');
  });
});

describe('reset', () => {
  test('ends in a receipt and says that syncing is paused', async () => {
    const app = createFakeCalSync();
    app.give({ receipt: exampleReceipt({ removed: 79, alreadyGone: 2, leftAlone: 1 }) });
    const answer = await calsync(['reset', '--yes'], { app });
    expect(answer).toMatchObject({
      exit: 0,
      stderr: '',
      stdout: [
        'Removed 79 blocks.',
        '2 blocks had gone already.',
        'Left 1 event alone: it looks like a block, but somebody made it by hand.',
        'In all 82: 79 removed, 2 gone already, 1 left, 0 still there.',
        'Syncing is paused now. Start it again with `resume`.',
        '',
      ].join('\n'),
    });
  });

  test('names each calendar that it could not reach, and is not done', async () => {
    const app = createFakeCalSync();
    app.give({
      receipt: exampleReceipt({
        removed: 0,
        still: [
          {
            calendarId: toCalendarId('me@home.example'),
            name: 'Personal',
            count: 38,
            error: appError('provider-trouble'),
            later: false,
          },
        ],
      }),
    });
    const answer = await calsync(['reset', '--yes'], { app });
    expect(answer.exit).toBe(4);
    expect(answer.stdout).toMatch(
      /^There was no block to remove\.\n38 blocks are still in Personal\.\nIn all 38: 0 removed, .*38 still there\.\n/,
    );
    expect(answer.stderr).toMatch(/trouble right now with Personal/);
  });

  test.each([
    ['without a terminal', {}],
    ['in JSON', { inTty: true, errTty: true, json: true }],
    ['when another word is typed', { inTty: true, errTty: true, typed: ['yes'] }],
    ['when the input ends', { inTty: true, errTty: true, typed: [] }],
  ])('does nothing %s', async (_, { json, ...around }: { json?: boolean; inTty?: boolean; typed?: string[] }) => {
    const answer = await calsync(json === true ? ['reset', '--json'] : ['reset'], around);
    expect(answer.exit).toBe(2);
    expect(answer.app.calls.map((call) => call.name)).toEqual(['close']);
    expect(json === true ? answer.stdout : answer.stderr).toMatch(
      /every block of your connected calendars, in 2 calendars \(79 known\) and was not confirmed, so nothing was changed\./,
    );
  });

  test('goes on when the word is typed', async () => {
    const answer = await calsync(['reset'], { inTty: true, errTty: true, typed: [' Reset '] });
    expect(answer.exit).toBe(0);
    expect(answer.stderr).toBe(
      'This removes every block of your connected calendars, in 2 calendars (79 known).\nType reset to go on: ',
    );
    expect(answer.app.calls.map((call) => call.name)).toContain('reset');
  });

  const family = { calendarId: toCalendarId('family'), name: 'Family', count: 4, own: false };
  const mine = { calendarId: toCalendarId('me@home.example'), name: 'Personal', count: 2, own: true };

  test('names the blocks of others that it left, and says why and how they go', async () => {
    const app = createFakeCalSync();
    app.give({ receipt: exampleReceipt({ removed: 3, others: [family], unread: ['Work'], cameBack: 1 }) });
    const { stdout, exit } = await calsync(['reset', '--yes'], { app });
    expect(exit).toBe(0);
    expect(stdout).toContain(
      'Left 4 blocks in Family: not known to be from a connected calendar: of another computer or person, or of an event deleted long ago.',
    );
    expect(stdout).toContain('To remove them, too, use `reset --all`.');
    expect(stdout).toContain('Some may be from Work, which could not be read now.');
    expect(stdout).toContain('1 block came back meanwhile: another computer with CalSync makes them');
    expect(stdout).toContain('In all 7: 3 removed, 0 gone already, 4 left, 0 still there.');
  });

  test.each([
    ['says yes', ['theirs', 'reset'], ['me@home.example', 'family']],
    ['says no', ['no', 'reset'], ['me@home.example']],
  ])('--all asks for each calendar of others, and the person %s', async (_, typed, othersOn) => {
    const app = createFakeCalSync();
    app.give({ findings: exampleFindings({ others: [mine, family] }) });
    const answer = await calsync(['reset', '--all'], { app, inTty: true, errTty: true, typed: [...typed] });
    expect(answer.exit).toBe(0);
    expect(answer.stderr).toContain('Family belongs to somebody else, and 4 blocks there may be of their CalSync.');
    expect(answer.stderr).not.toContain('Personal belongs');
    expect(app.calls).toContainEqual({ name: 'reset', input: { othersOn } });
  });

  test('--all without a terminal leaves what stands on calendars of others', async () => {
    const app = createFakeCalSync();
    app.give({ findings: exampleFindings({ others: [mine, family] }) });
    await calsync(['reset', '--all', '--yes'], { app });
    expect(app.calls).toContainEqual({ name: 'reset', input: { othersOn: ['me@home.example'] } });
  });

  test('accounts remove warns that giving the permission back signs out other computers, too', async () => {
    const asked = { inTty: true, errTty: true, typed: ['no'] };
    const { stderr } = await calsync(['accounts', 'remove', 'me@home.example'], asked);
    expect(stderr).toContain('signs out CalSync on your other computers, too');
    const kept = await calsync(['accounts', 'remove', 'me@home.example', '--keep-permission'], {
      ...asked,
      typed: ['no'],
    });
    expect(kept.stderr).not.toContain('signs out');
  });

  test('accounts remove says what goes later and that the permission could not be given back', async () => {
    const app = createFakeCalSync();
    const still = { ...mine, error: appError('quota-exhausted', 'work@northwind.example'), later: true };
    app.give({
      receipt: exampleReceipt({
        still: [{ calendarId: still.calendarId, name: still.name, count: 2, error: still.error, later: true }],
        notRevoked: appError('offline'),
      }),
    });
    const { stdout, exit } = await calsync(['accounts', 'remove', 'me@home.example', '--yes'], { app });
    expect(exit).toBe(4);
    expect(stdout).toContain('2 blocks in Personal are removed as soon as it can be reached.');
    expect(stdout).toContain('The permission could not be given back, so Google still lists it.');
    expect(stdout).not.toContain('and gave its permission back');
  });

  test('calendars ignore counts the blocks of others, leaves them and says why', async () => {
    const app = createFakeCalSync();
    app.give({ findings: exampleFindings({ others: [mine] }) });
    const { stdout } = await calsync(['calendars', 'ignore', 'Personal'], { app });
    expect(stdout).toContain('Personal is not used any more.');
    expect(stdout).toContain('Left 2 blocks in Personal: not known to be from a connected calendar');
    expect(app.calls).toContainEqual({
      name: 'useCalendar',
      input: { id: 'me@home.example', source: false, target: false },
    });
  });

  test('calendars ignore --all takes them at once, on a calendar of others only after asking', async () => {
    const app = createFakeCalSync();
    app.give({ findings: exampleFindings({ others: [mine] }), receipt: exampleReceipt({ removed: 5 }) });
    const { stdout } = await calsync(['calendars', 'ignore', 'Personal', '--all'], { app });
    expect(stdout).toContain('Removed 5 blocks.');
    expect(app.calls).toContainEqual({ name: 'clearCalendar', input: 'me@home.example' });

    const calendars = app.status().calendars.map((each) => ({ ...each, access: 'writes' as const }));
    const shared = createFakeCalSync({ ...app.status(), calendars });
    shared.give({ findings: exampleFindings({ others: [{ ...mine, own: false }] }) });
    const refused = await calsync(['calendars', 'ignore', 'Personal', '--all'], { app: shared });
    expect(refused.stdout).toContain('Left 2 blocks in Personal');
    expect(shared.calls.map((call) => call.name)).not.toContain('clearCalendar');
  });

  test('accounts remove --all asks about the calendars of that account', async () => {
    const app = createFakeCalSync();
    app.give({ findings: exampleFindings({ others: [family] }) });
    const around = { app, inTty: true, errTty: true, typed: ['theirs', 'remove'] };
    await calsync(['accounts', 'remove', 'me@home.example', '--all'], around);
    expect(app.calls).toContainEqual({ name: 'findBlocks', input: 'account-home' });
    expect(app.calls).toContainEqual({
      name: 'removeAccount',
      input: { id: 'account-home', revoke: true, othersOn: ['family'] },
    });
  });

  test('accounts remove asks in the same way, with its own word', async () => {
    const refused = await calsync(['accounts', 'remove', 'me@home.example'], {
      inTty: true,
      errTty: true,
      typed: ['reset'],
    });
    expect(refused.exit).toBe(2);
    const done = await calsync(['accounts', 'remove', 'me@home.example'], {
      inTty: true,
      errTty: true,
      typed: ['remove'],
    });
    expect(done.exit).toBe(0);
  });
});

describe('doctor', () => {
  test('lists the checks with what to do', async () => {
    const app = createFakeCalSync();
    app.give({
      report: {
        checks: [
          { name: 'Data folder', state: 'ok', finding: 'It can be written.', action: null },
          { name: 'Sign-in', state: 'attention', finding: 'It ends in two days.', action: 'Sign in again.' },
        ],
      },
    });
    expect(await calsync(['doctor'], { app })).toMatchObject({
      exit: 0,
      stdout: [
        '✓ fine  Data folder  It can be written.',
        '! look  Sign-in      It ends in two days.',
        '        Sign in again.',
        '',
      ].join('\n'),
    });
  });

  test('a check that failed ends in 3', async () => {
    const app = createFakeCalSync();
    app.give({
      report: { checks: [{ name: 'Keychain', state: 'failed', finding: 'It is locked.', action: 'Unlock it.' }] },
    });
    const answer = await calsync(['doctor', '--json'], { app });
    expect(answer.exit).toBe(3);
    expect(answer.json()).toMatchObject({
      ok: false,
      error: { code: 'check-failed', sentence: 'Keychain: It is locked.', action: 'Unlock it.' },
    });
  });
});

describe('a number of things', () => {
  const many = 1240;
  const blocks = exampleStatus({
    calendars: [exampleCalendar({ blocks: many })],
    holds: [exampleHold({ count: many })],
  });
  const given = () => {
    const app = createFakeCalSync(blocks);
    app.give({
      receipt: exampleReceipt({ removed: many }),
      plan: {
        operations: Array.from({ length: many }, () => exampleOperation()),
        skips: Array.from({ length: many }, () => exampleSkip()),
        holds: [],
      },
      run: exampleRun({ added: many, writes: many }),
      runs: [exampleRun({ added: many, writes: many })],
    });
    return app;
  };

  test.each(['status', 'calendars list', 'holds list', 'plan', 'runs', 'sync', 'reset --yes'])(
    'is written with separators by `%s`, and without in JSON',
    async (command) => {
      const said = (await calsync(command.split(' '), { app: given() })).stdout;
      expect(said).toContain('1,240');
      expect(said).not.toMatch(/\b1240\b/);
      const json = (await calsync([...command.split(' '), '--json'], { app: given() })).stdout;
      if (command !== 'plan') expect(json).toMatch(/:1240\b/);
    },
  );
});
