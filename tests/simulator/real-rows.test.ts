import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startSimulator, type World } from '../../src/simulator/index.ts';
import { listAll, start } from './support.ts';

const me = 'me@home.example';
const worldOf = (part: { events?: readonly object[]; captured?: readonly object[] }): World =>
  ({
    accounts: [
      {
        email: me,
        name: 'Me',
        calendars: [{ id: me, summary: 'Me', timeZone: 'Europe/Berlin', accessRole: 'owner', ...part }],
      },
    ],
  }) as World;

const at = (dateTime: string, timeZone = 'Europe/Berlin') => ({ dateTime, timeZone });
const weekly = {
  id: 'weekly0000',
  summary: 'Weekly',
  start: at('2027-03-23T10:00:00'),
  end: at('2027-03-23T11:00:00'),
  recurrence: ['RRULE:FREQ=WEEKLY;COUNT=8'],
};
const changed = (date: string, fields: object = {}) => ({
  recurringEventId: 'weekly0000',
  originalStartTime: at(`${date}T10:00:00`),
  ...fields,
});

it('takes captured rows as they are, and says what it leaves out', async () => {
  const said: string[] = [];
  const single = { start: at('2027-03-24T10:00:00'), end: at('2027-03-24T11:00:00') };
  const world = worldOf({
    captured: [
      // In the order of their last change: the date before its series.
      changed('2027-03-30', {
        id: 'weekly0000_20270330T080000Z',
        summary: 'Moved',
        start: at('2027-03-30T12:00:00'),
        end: at('2027-03-30T13:00:00'),
      }),
      weekly,
      { ...single, id: '_60q30c1g60o30e1i60o4ac1g60rj8gpl88rj2c1h84s34h9g60s30c1g60o30c1g', summary: 'Imported' },
      { ...single, id: 'meeting-7@tracker.example', summary: 'An id that no client may choose' },
      {
        id: 'gmt',
        summary: 'From mail',
        start: at('2027-11-12T09:00:00+01:00', 'GMT+02:00'),
        end: at('2027-11-12T10:00:00+01:00', 'GMT+02:00'),
      },
      // Somebody was invited to one date only.
      {
        id: 'elsewhere_20270401T080000Z',
        recurringEventId: 'elsewhere',
        originalStartTime: at('2027-04-01T10:00:00'),
        summary: 'One date',
        start: at('2027-04-01T10:00:00'),
        end: at('2027-04-01T11:00:00'),
      },
      { id: 'gone00000', status: 'cancelled', etag: '"1"', kind: 'calendar#event' },
      { id: 'broken000', summary: 'No end', start: at('2027-03-24T10:00:00') },
    ],
  });
  const { call, simulator } = await start({ world, cry: (message) => void said.push(message) });
  const { rows } = await listAll(call, '?showDeleted=true');
  expect(rows.map((row) => [row.id, row['status'], row['summary']])).toEqual([
    ['weekly0000', 'confirmed', 'Weekly'],
    ['_60q30c1g60o30e1i60o4ac1g60rj8gpl88rj2c1h84s34h9g60s30c1g60o30c1g', 'confirmed', 'Imported'],
    ['meeting-7@tracker.example', 'confirmed', 'An id that no client may choose'],
    ['gmt', 'confirmed', 'From mail'],
    ['gone00000', 'cancelled', undefined],
    ['weekly0000_20270330T080000Z', 'confirmed', 'Moved'],
    ['elsewhere_20270401T080000Z', 'confirmed', 'One date'],
  ]);
  expect(rows.at(-1)).toMatchObject({ recurringEventId: 'elsewhere' });
  expect(simulator.leftOut).toEqual([
    { path: 'accounts[0].calendars[0].captured[7].end', reason: expect.stringMatching(/end time/i) as string },
  ]);
  expect(said).toEqual([expect.stringMatching(/^LEFT OUT accounts\[0\]\.calendars\[0\]\.captured\[7\]/)]);
});

const folder = new URL('../fixtures/cases/', import.meta.url);
const jsonIn = (place: URL): readonly URL[] =>
  readdirSync(place)
    .filter((name) => name.endsWith('.json'))
    .map((name) => new URL(name, place));
// An answer that refuses is no row of a calendar.
const files = [...jsonIn(folder), ...jsonIn(new URL('google/', folder))].filter(
  (file) => !file.pathname.endsWith('not-a-calendar-user.json'),
);

it('there are captured rows to try', () => {
  expect(files.length).toBeGreaterThanOrEqual(15);
});

it.each(files.map((file) => [file.pathname.split('/').at(-1) ?? '', file] as const))(
  '%s is taken whole',
  async (_, file) => {
    const content = JSON.parse(readFileSync(file, 'utf8')) as { accounts?: unknown; id?: unknown };
    const world = content.accounts === undefined ? worldOf({ captured: [content] }) : (content as World);
    const simulator = await startSimulator({ world });
    expect(simulator.leftOut).toEqual([]);
    await simulator.close();
  },
);

it('a row without details has a link, and neither sequence nor type', async () => {
  const friend = 'friend@home.example';
  const world = worldOf({ events: [weekly] });
  const shared = { id: me, summary: 'Me', timeZone: 'Europe/Berlin', accessRole: 'freeBusyReader' as const };
  const own = { id: friend, summary: 'Friend', timeZone: 'UTC', accessRole: 'owner' as const };
  world.accounts.push({ email: friend, name: 'Friend', calendars: [own, shared] });
  const { callAs } = await start({ world });
  const { rows } = await listAll(
    callAs(friend),
    `/calendar/v3/calendars/${encodeURIComponent(me)}/events?maxResults=50`,
  );
  expect(Object.keys(rows[0] ?? {}).sort()).toEqual(
    [
      'end',
      'etag',
      'htmlLink',
      'iCalUID',
      'id',
      'kind',
      'recurrence',
      'start',
      'status',
      'updated',
      'visibility',
    ].sort(),
  );
});

interface Shown {
  readonly id: string;
  readonly etag?: string;
  readonly updated?: string;
  readonly created?: string;
}

it.each([
  ['all', 'series', ['weekly0000', 'weekly0000_20270330T080000Z', 'weekly0000_20270406T080000Z'], false],
  ['all', 'own', ['weekly0000', 'weekly0000_20270330T080000Z', 'weekly0000_20270406T080000Z'], true],
  ['touched', 'series', ['weekly0000_20270330T080000Z'], true],
] as const)(
  'an edit of one date shows %s rows, with the updated of the %s',
  async (seriesBump, exceptionUpdated, shown, kept) => {
    const world = worldOf({
      events: [weekly, changed('2027-03-30', { summary: 'One' }), changed('2027-04-06', { summary: 'Two' })],
    });
    let now = Date.UTC(2027, 2, 1);
    const { call, simulator } = await start({ world, switches: { seriesBump, exceptionUpdated }, now: () => now });
    const first = await listAll(call);
    const updated = (rows: readonly Shown[], id: string) => rows.find((row) => row.id === id)?.updated;
    now += 60_000;
    simulator.person(me).editSlot(me, 'weekly0000', '20270330T080000Z', { summary: 'Other' });
    const { rows } = await listAll(call, `?syncToken=${encodeURIComponent(first.token)}`);
    expect(rows.map(({ id }) => id).sort()).toEqual(shown);
    const all = (await listAll(call)).rows;
    expect(updated(all, 'weekly0000_20270330T080000Z')).not.toBe(updated(first.rows, 'weekly0000_20270330T080000Z'));
    expect(updated(all, 'weekly0000_20270406T080000Z') === updated(first.rows, 'weekly0000_20270406T080000Z')).toBe(
      kept,
    );
  },
);

it('a split keeps created, and its rows share one etag; an edit of all answers master, exception and new series', async () => {
  const world = worldOf({
    events: [{ ...weekly, created: '2020-01-01T00:00:00.000Z' }, changed('2027-03-30', { summary: 'One' })],
  });
  const { call, simulator } = await start({ world });
  const person = simulator.person(me);
  const split = person.splitThisAndFollowing(me, 'weekly0000', '20270413T080000Z', { summary: 'Later' });
  const first = await listAll(call);
  const of = (rows: readonly Shown[], id: string) => rows.find((row) => row.id === id);
  expect(of(first.rows, split.id)?.created).toBe('2020-01-01T00:00:00.000Z');
  expect(of(first.rows, split.id)?.etag).toBe(of(first.rows, 'weekly0000')?.etag);
  expect(of(first.rows, split.id)?.updated).toBe(of(first.rows, 'weekly0000')?.updated);
  person.editAll(me, 'weekly0000', { summary: 'All of them' });
  const { rows } = await listAll(call, `?syncToken=${encodeURIComponent(first.token)}`);
  expect(rows.map(({ id }) => id).sort()).toEqual(['weekly0000', 'weekly0000_20270330T080000Z', split.id].sort());
});

it('an etag has digits below a millisecond, and may move without updated', async () => {
  const { call, simulator } = await start({ world: worldOf({ events: [weekly] }) });
  const first = await listAll(call);
  simulator.person(me).touchEvent(me, 'weekly0000');
  const { rows } = await listAll(call, `?syncToken=${encodeURIComponent(first.token)}`);
  const [before, after] = [first.rows[0] as Shown, rows[0] as Shown];
  expect(after.etag).not.toBe(before.etag);
  expect(after.updated).toBe(before.updated);
  expect(Number(after.etag?.replaceAll('"', '')) % 2000).not.toBe(0);
});

it('an exception may be in a zone of its own', async () => {
  const moved = { start: at('2027-03-30T09:00:00', 'Asia/Tokyo'), end: at('2027-03-30T10:00:00', 'Asia/Tokyo') };
  const { call } = await start({ world: worldOf({ events: [weekly, changed('2027-03-30', moved)] }) });
  const { rows } = await listAll(call);
  expect(rows.at(-1)).toMatchObject({ start: { dateTime: '2027-03-30T02:00:00+02:00', timeZone: 'Asia/Tokyo' } });
});
