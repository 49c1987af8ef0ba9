import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InvalidWorldError, demoAnchor, demoWorld, startSimulator } from '../../src/simulator/index.ts';
import type { World } from '../../src/simulator/index.ts';
import { HOME, WORK, listAll, start, timed, worldWith } from './support.ts';

const MAIN = resolve(import.meta.dirname, '../../src/simulator/main.ts');
const single = (more: Record<string, unknown> = {}) => timed(23, '10:00', '11:00', more);
const weekly = single({ id: 'weekly0000', recurrence: ['RRULE:FREQ=WEEKLY'] });

describe('a world is refused by path and reason', () => {
  const base = worldWith([]);
  it.each([
    [{}, 'accounts', /expected array/],
    [{ accounts: [] }, 'accounts', /./],
    [{ accounts: [{ ...base.accounts[0], email: 'nobody' }] }, 'accounts[0].email', /not an e-mail address/],
    [{ accounts: [{ ...base.accounts[0], calendars: [] }] }, 'accounts[0].calendars', /exactly one primary/],
    [{ accounts: [{ ...base.accounts[0], nickname: 'x' }] }, 'accounts[0]', /nickname/],
    [{ accounts: [base.accounts[0], base.accounts[0]] }, 'accounts[1].email', /twice/],
    [
      {
        accounts: [
          {
            email: HOME,
            name: 'x',
            calendars: [{ id: HOME, summary: 'x', timeZone: 'Mars/Base', accessRole: 'owner' }],
          },
        ],
      },
      'accounts[0].calendars[0].timeZone',
      /unknown time zone "Mars\/Base"/,
    ],
    [
      {
        accounts: [
          { email: HOME, name: 'x', calendars: [{ id: HOME, summary: 'x', timeZone: 'UTC', accessRole: 'boss' }] },
        ],
      },
      'accounts[0].calendars[0].accessRole',
      /Invalid option/,
    ],
    [worldWith([single(), { summary: 'x' }]), 'accounts[0].calendars[0].events[1].start', /Missing start time/],
    [worldWith([single({ end: { date: '2027-03-23' } })]), 'accounts[0].calendars[0].events[0].start', /both be date/],
    [
      worldWith([single({ recurrence: ['RRULE:FREQ=OFTEN'] })]),
      'accounts[0].calendars[0].events[0].recurrence',
      /Invalid recurrence/,
    ],
    [worldWith([single({ color: 7 })]), 'accounts[0].calendars[0].events[0]', /color/],
    [
      worldWith([single({ id: 'same00' }), single({ id: 'same00' })]),
      'accounts[0].calendars[0].events[1].id',
      /already exists/,
    ],
    [
      worldWith([single({ recurringEventId: 'nothing', originalStartTime: { date: '2027-03-23' } })]),
      'accounts[0].calendars[0].events[0].recurringEventId',
      /No series nothing/,
    ],
    [
      worldWith([
        weekly,
        single({ recurringEventId: 'weekly0000', originalStartTime: { dateTime: '2027-03-24T10:00:00+01:00' } }),
      ]),
      'accounts[0].calendars[0].events[1].originalStartTime',
      /no such slot/,
    ],
  ])('%#: %s', async (world, path, reason) => {
    const failure = await startSimulator({ world: world as World }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidWorldError);
    if (!(failure instanceof InvalidWorldError)) return;
    expect(failure.problem.path).toBe(path);
    expect(failure.problem.reason).toMatch(reason);
  });
});

it('takes events as Google gives them: exceptions, cancelled slots, zero length, imported ids', async () => {
  const world = worldWith([
    {
      ...weekly,
      kind: 'calendar#event',
      etag: '"1"',
      htmlLink: 'x',
      created: '2020-01-01T00:00:00.000Z',
      updated: '2020-01-01T00:00:00.000Z',
    },
    {
      id: 'weekly0000_20270330T080000Z',
      recurringEventId: 'weekly0000',
      originalStartTime: { dateTime: '2027-03-30T10:00:00+02:00' },
      status: 'cancelled',
    },
    {
      recurringEventId: 'weekly0000',
      originalStartTime: { dateTime: '2027-04-06T10:00:00', timeZone: 'Europe/Berlin' },
      summary: 'Other',
    },
    { ...single(), id: '_imported_1', end: { dateTime: '2027-03-23T10:00:00', timeZone: 'Europe/Berlin' } },
  ]);
  const { call } = await start({ world });
  const { rows } = await listAll(call);
  expect(rows.map((row) => [row.id, row['status'], row['summary']])).toEqual([
    ['weekly0000', 'confirmed', 'Event'],
    ['weekly0000_20270330T080000Z', 'cancelled', undefined],
    ['weekly0000_20270406T080000Z', 'confirmed', 'Other'],
    ['_imported_1', 'confirmed', 'Event'],
  ]);
  expect(rows[0]?.['created']).toBe('2020-01-01T00:00:00.000Z');
});

it('one calendar can be in several accounts, with different roles', async () => {
  const shared = { id: 'club@group.calendar.google.com', summary: 'Club', timeZone: 'Europe/Berlin' };
  const account = (email: string, accessRole: 'owner' | 'reader') => ({
    email,
    name: email,
    calendars: [
      { id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner' as const },
      { ...shared, accessRole, ...(accessRole === 'owner' ? { events: [single()] } : {}) },
    ],
  });
  const { callAs } = await start({ world: { accounts: [account(HOME, 'owner'), account(WORK, 'reader')] } });
  const path = `/calendar/v3/calendars/${encodeURIComponent(shared.id)}/events`;
  const seen = await callAs(WORK)('GET', path);
  expect(seen.body.items).toHaveLength(1);
  expect(seen.body['accessRole']).toBe('reader');
  expect((await callAs(WORK)('POST', path, single())).status).toBe(403);
  expect((await callAs(HOME)('POST', path, single())).status).toBe(200);
});

describe('the demo world', () => {
  it.each([
    ['2026-11-22T12:00:00Z', '2027-03-08'],
    ['2027-03-20T12:00:00Z', '2027-03-22'],
    ['2027-03-24T12:00:00Z', '2027-10-25'],
    ['2027-10-30T12:00:00Z', '2027-11-01'],
  ])('is anchored, at %s, on the Monday %s of the next week that ends with a change of clocks', (now, monday) => {
    expect(demoAnchor(Date.parse(now))).toBe(monday);
  });

  it('holds what a demonstration needs, all of it still to come', async () => {
    const now = Date.parse('2027-03-15T08:00:00Z');
    const { simulator } = await start({ world: 'demo', now: () => now });
    expect(simulator.accounts.map(({ email }) => email)).toEqual([WORK, HOME, 'client@studio.example']);
    const events = simulator.dump().flatMap((calendar) => calendar.events.map((event) => ({ calendar, event })));
    const has = (test: (event: Readonly<Record<string, unknown>>) => boolean) =>
      events.some(({ event }) => test(event));
    expect(has((event) => event['recurringEventId'] !== undefined && event['status'] === 'cancelled')).toBe(true);
    expect(
      has(
        (event) =>
          event['recurringEventId'] !== undefined && event['sequence'] === 0 && event['status'] === 'confirmed',
      ),
    ).toBe(true);
    for (const type of ['workingLocation', 'focusTime', 'outOfOffice'])
      expect(has((event) => event['eventType'] === type)).toBe(true);
    expect(has((event) => event['status'] === 'tentative')).toBe(true);
    expect(has((event) => JSON.stringify(event['attendees'] ?? '').includes('declined'))).toBe(true);
    const holders = events.filter(({ event }) => event['summary'] === 'Project review with the studio');
    expect(new Set(holders.map(({ event }) => event['iCalUID'])).size).toBe(1);
    expect(holders.map(({ calendar }) => calendar.id)).toEqual([WORK, 'client@studio.example']);
    for (const { event } of events) {
      const begin = event['start'] as { date?: string; dateTime?: string };
      expect(Date.parse(begin.dateTime ?? `${begin.date ?? ''}T00:00:00Z`)).toBeGreaterThan(now);
    }
  });

  it('can be put into any week', async () => {
    await expect(start({ world: demoWorld('2024-10-21') })).resolves.toBeDefined();
  });
});

describe('the program', () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'calsync-simulator-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    return path;
  }

  function file(content: string): string {
    const path = join(folder(), 'world.json');
    writeFileSync(path, content);
    return path;
  }

  it.each([
    [['--port', 'x'], /^"x" is not a port/],
    [['--port', '70000'], /^"70000" is not a port/],
    [['--world', 'nowhere'], /^There is no world "nowhere"/],
    [['--wrold', 'demo'], /^unknown option '--wrold'/],
    [
      ['--world-file', '/nonexistent/world.json'],
      /^The world file \/nonexistent\/world.json cannot be read \(ENOENT\)/,
    ],
    [['--world', 'demo', '--world-file', 'x'], /^Give --world or --world-file, not both/],
  ])('%j: one sentence and exit code 2', (argv, sentence) => {
    const run = spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8' });
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toMatch(sentence);
    expect([run.status, run.stdout]).toEqual([2, '']);
  });

  it('names the place in a world file that is wrong, and says when it is not JSON', () => {
    const broken = spawnSync(process.execPath, [MAIN, '--world-file', file('{"accounts":')], { encoding: 'utf8' });
    expect([broken.status, broken.stderr.includes('is not JSON')]).toEqual([2, true]);
    const wrong = spawnSync(
      process.execPath,
      [MAIN, '--world-file', file(JSON.stringify(worldWith([{ summary: 'x' }])))],
      { encoding: 'utf8' },
    );
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('accounts[0].calendars[0].events[0].start: Missing start time.');
  });

  it('prints its address, client and accounts, and says when its port is taken', async () => {
    const path = file(JSON.stringify(worldWith([])));
    const running = spawn(process.execPath, [MAIN, '--world-file', path], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void running.kill());
    const text = await new Promise<string>((found) => {
      let seen = '';
      running.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.includes('Control:')) found(seen);
      });
    });
    const url = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text);
    expect(text).toMatch(/client id {6}\S+\.apps\.googleusercontent\.com/);
    expect(text).toMatch(/client secret {2}GOCSPX-\S+/);
    expect(text).toContain(HOME);
    expect((await fetch(url?.[0] ?? '')).status).toBe(200);
    const second = spawnSync(process.execPath, [MAIN, '--port', url?.[1] ?? ''], { encoding: 'utf8' });
    expect([second.status, second.stderr]).toEqual([
      2,
      `Port ${url?.[1] ?? ''} is taken; give another with --port, or 0 for any free one.\n`,
    ]);
    const ended = new Promise((done) => running.once('exit', done));
    running.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
