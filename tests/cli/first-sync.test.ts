import { describe, expect, test } from 'vitest';
import { appError } from '../../src/shared/errors.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { err } from '../../src/shared/result.ts';
import {
  createFakeCalSync,
  exampleAccount,
  exampleCalendar,
  exampleOperation,
  examplePreview,
  exampleStatus,
  exampleTrouble,
} from '../support/fake-calsync.ts';
import { calsync } from './run-in-process.ts';

const notStarted = () => {
  const other = exampleAccount({ id: 'account-other', email: 'mallory@elsewhere.example' });
  const app = createFakeCalSync(exampleStatus({ started: false, accounts: [exampleAccount(), other] }));
  app.give({ plan: { operations: [exampleOperation(), exampleOperation()], skips: [], holds: [] } });
  return app;
};
const terminal = { outTty: true, errTty: true, inTty: true, columns: 100, env: { NO_COLOR: '1' } } as const;
const named = (app: ReturnType<typeof notStarted>) =>
  app.calls.map(({ name }) => name).filter((name) => name !== 'close');

describe('the first sync', () => {
  test('on a terminal shows the counts and asks', async () => {
    const app = notStarted();
    const answer = await calsync(['sync'], { app, ...terminal, typed: ['start'] });
    expect(answer.stderr).toContain('Personal: 2 to add');
    expect(answer.stderr).toContain(
      `This is the first sync, between the calendars of ${exampleAccount().email} and mallory@elsewhere.example: nothing was written so far.`,
    );
    expect(named(app)).toEqual(['plan', 'sync']);
    expect(answer.exit).toBe(0);
    expect(app.status().started).toBe(true);
  });

  test.each([[['no']], [['']], [[]]])('on a terminal writes nothing after the answer %j', async (typed) => {
    const app = notStarted();
    const answer = await calsync(['sync'], { app, ...terminal, typed });
    expect(named(app)).toEqual(['plan']);
    expect(answer.exit).toBe(3);
    expect(answer.stderr).toContain('Nothing was written, because you have not asked for the first sync yet.');
    expect(app.status().started).toBe(false);
  });

  test.each([
    ['from a timetable', {}, []],
    ['with its output kept', { errTty: true, outTty: true }, []],
    ['as JSON on a terminal', terminal, ['--json']],
  ])('is not begun without a terminal: %s', async (_, around, options) => {
    const app = notStarted();
    const answer = await calsync(['sync', ...options], { app, ...around, typed: ['start'] });
    expect(answer.exit).toBe(3);
    expect(named(app)).toEqual([]);
    expect(`${answer.stdout}${answer.stderr}`).toContain('sync --start');
  });

  test('is begun by --start, once for good', async () => {
    const app = notStarted();
    expect((await calsync(['sync', '--start'], { app })).exit).toBe(0);
    expect((await calsync(['sync'], { app })).exit).toBe(0);
    expect(named(app)).toEqual(['sync', 'sync']);
  });

  test('asks nothing while it would write nothing anyway: no account, or a pause', async () => {
    const paused = createFakeCalSync(exampleStatus({ started: false, pausedUntil: 'forever' }));
    expect(named(paused)).toEqual([]);
    await calsync(['sync'], { app: paused, ...terminal });
    expect(named(paused)).toEqual(['sync']);
    expect(paused.status().started).toBe(false);
  });

  test('is not begun where the plan fails', async () => {
    const app = notStarted();
    app.replace({ plan: () => Promise.resolve(err(appError('offline'))) });
    const answer = await calsync(['sync'], { app, ...terminal, typed: ['start'] });
    expect(answer.exit).toBe(4);
    expect(named(app)).toEqual(['plan']);
  });
});

describe('calendars that came after the first sync', () => {
  const late = exampleCalendar({
    id: 'late@home.example',
    name: 'Late',
    accountId: 'account-late',
    source: false,
    target: false,
    offered: true,
  });
  const withLate = () => {
    const app = createFakeCalSync(
      exampleStatus({
        accounts: [exampleAccount(), exampleAccount({ id: 'account-late', email: 'late@home.example' })],
        calendars: [exampleCalendar(), late],
        troubles: [exampleTrouble('calendars-offered', 'late@home.example')],
      }),
    );
    app.give({ preview: examplePreview() });
    return app;
  };
  const change = { kind: 'use', calendarId: toCalendarId('late@home.example'), source: true, target: true };

  test('are listed as new, and `status` names their account', async () => {
    const app = withLate();
    expect((await calsync(['calendars', 'list'], { app })).stdout).toMatch(/^\? new .*Late/m);
    const { stdout } = await calsync(['status'], { app });
    expect(stdout).toContain('late@home.example has calendars that are not used yet');
    expect(stdout).toContain('`calendars use --new`');
  });

  test('are used after their counts were shown and agreed to on a terminal', async () => {
    const app = withLate();
    const answer = await calsync(['calendars', 'use', '--new'], { app, ...terminal, typed: ['use'] });
    expect(answer.stderr).toContain('⇄ both  Late  the main calendar: it makes blocks and gets them');
    expect(answer.stdout).toContain('1 calendar used now. The blocks follow with the next `sync`.');
    expect(app.calls.filter(({ name }) => name === 'savePolicies').map(({ input }) => input)).toEqual([change]);
  });

  test.each([
    ['on a terminal, answered otherwise', terminal, ['nope']],
    ['without a terminal', {}, ['use']],
  ])('are not used %s', async (_, around, typed) => {
    const app = withLate();
    const answer = await calsync(['calendars', 'use', '--new'], { app, ...around, typed });
    expect(answer.exit).toBe(0);
    expect(answer.stdout).toContain('calendars use --new');
    expect(app.calls.map(({ name }) => name)).not.toContain('savePolicies');
  });

  test('are used by --yes without a terminal', async () => {
    const app = withLate();
    const answer = await calsync(['calendars', 'use', '--new', '--yes', '--json'], { app });
    expect(answer.json()).toMatchObject({ ok: true, used: true, changes: [change] });
  });

  test('of a new account are shown and asked about right away', async () => {
    const app = withLate();
    app.replace({
      addAccount: () =>
        Promise.resolve({ ok: true, value: exampleAccount({ id: 'account-late', email: 'late@home.example' }) }),
    });
    const answer = await calsync(['accounts', 'add'], { app, ...terminal, typed: ['no'] });
    expect(answer.stderr).toContain('Connected late@home.example with 1 calendar, 0 in use.');
    expect(answer.stderr).toContain('None of them is used yet.');
    expect(answer.stdout).toContain('They stay unused.');
    expect(app.calls.map(({ name }) => name)).not.toContain('savePolicies');
  });

  test('that cannot be read are not used', async () => {
    const app = withLate();
    app.replace({ previewPolicies: () => Promise.resolve(err(appError('offline'))) });
    const answer = await calsync(['calendars', 'use', '--new', '--yes'], { app });
    expect(answer.exit).toBe(4);
    expect(app.calls.map(({ name }) => name)).not.toContain('savePolicies');
  });

  test.each([
    [['calendars', 'use'], 'no calendar is named'],
    [['calendars', 'use', 'Late', '--new'], '--new goes without a calendar'],
    [['calendars', 'use', '--new', '--source-only'], 'cannot be used with option'],
  ])('%j is not understood', async (argv, why) => {
    const answer = await calsync(argv, { app: withLate() });
    expect(answer.exit).toBe(2);
    expect(answer.stderr).toContain(why);
  });
});
