import { describe, expect, it } from 'vitest';
import { createIpcHandlers } from '../../src/main/app/ipc-handlers.ts';
import { healthOf } from '../../src/shared/health.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { World } from '../../src/simulator/index.ts';
import { openAppBench, type AppBench } from '../support/app-bench.ts';

/* Somebody else on the computer reads the address of the sign-in page, and finishes the sign-in with an account of their own. */

const work = 'work@northwind.example';
const home = 'me@home.example';
const stranger = 'mallory@elsewhere.example';

const timed = (id: string, day: string) => ({
  id,
  summary: `Meeting ${id}`,
  start: { dateTime: `${day}T10:00:00`, timeZone: 'Europe/Berlin' },
  end: { dateTime: `${day}T11:00:00`, timeZone: 'Europe/Berlin' },
});
const calendar = (id: string, summary: string, more: object = {}) =>
  ({ id, summary, timeZone: 'Europe/Berlin', accessRole: 'owner', ...more }) as const;

const world: World = {
  accounts: [
    {
      email: work,
      name: 'Robin',
      calendars: [calendar(work, 'Work', { primary: true, events: [timed('wk001', '2031-03-25')] })],
    },
    {
      email: home,
      name: 'Robin',
      calendars: [calendar(home, 'Home', { primary: true, events: [timed('hm001', '2031-03-26')] })],
    },
    {
      email: stranger,
      name: 'Robin',
      calendars: [
        // Named as the person's own, because whoever does this wants it to be taken for that.
        calendar(stranger, 'Home', { primary: true, events: [timed('st001', '2031-03-27')] }),
        calendar('side@group.calendar.example', 'Work', { events: [timed('st002', '2031-03-28')] }),
      ],
    },
  ],
};

/** What was asked as an account, but for its sign-in and the list of its calendars. */
const askedAs = ({ simulator }: AppBench, email: string): readonly string[] =>
  simulator.requests
    .list()
    .filter(({ account, kind }) => account === email && kind !== 'calendarList.list' && kind.includes('.'))
    .map(({ kind, path }) => `${kind} ${path}`);

const allBlocks = (bench: AppBench): readonly string[] => [work, home, stranger].flatMap(bench.blocks);

describe('a sign-in that somebody else finishes', () => {
  it('after syncing was started: the account is listed by its address, offered, and nothing of it is read or written', async () => {
    const bench = await openAppBench({ world });
    const { app, connect, sync, simulator } = bench;
    await connect(work);
    await connect(home);
    await sync();
    const before = allBlocks(bench);
    expect(before).toHaveLength(2);

    await connect(stranger);
    expect(app.status().accounts.map(({ email }) => email)).toEqual([work, home, stranger]);
    const theirs = app.status().accounts.find(({ email }) => email === stranger)?.id;
    expect(
      app
        .status()
        .calendars.filter(({ accountId }) => accountId === theirs)
        .map(({ id, source, target, offered }) => ({ id, source, target, offered })),
    ).toEqual([
      { id: stranger, source: false, target: false, offered: true },
      { id: 'side@group.calendar.example', source: false, target: false, offered: true },
    ]);
    expect(app.status().troubles).toContainEqual(
      expect.objectContaining({ code: 'calendars-offered', about: stranger }),
    );
    expect(healthOf(app.status(), Date.now()).state).toBe('needs-you');

    simulator.person(work).createEvent(work, timed('wk002', '2031-04-01'));
    simulator.person(stranger).createEvent(stranger, timed('st003', '2031-04-02'));
    for (const trigger of ['account', 'interval', 'manual'] as const) await sync(trigger);
    expect(askedAs(bench, stranger)).toEqual([]);
    expect(bench.blocks(stranger)).toEqual([]);
    // One for the event at work that came meanwhile, and none for those of the stranger.
    expect(allBlocks(bench)).toHaveLength(before.length + 1);
    expect(simulator.violations).toEqual([]);

    // The other way round: what the person uses, having seen it, is used.
    expect(app.useCalendar(toCalendarId(stranger), { source: true, target: true }).ok).toBe(true);
    await sync();
    expect(bench.blocks(stranger).length).toBeGreaterThan(0);
    expect(askedAs(bench, stranger).length).toBeGreaterThan(0);
  });

  it('what they share with the person goes on as before, and is neither read nor written through their account', async () => {
    const club = 'side@group.calendar.example';
    const bench = await openAppBench({ world });
    const { app, connect, sync, simulator } = bench;
    simulator.person(stranger).shareCalendar(club, home, 'reader');
    await connect(work);
    await connect(home);
    expect(app.useCalendar(toCalendarId(club), { source: true, target: false }).ok).toBe(true);
    await sync();
    const before = allBlocks(bench);
    const asked = askedAs(bench, home).length;

    await connect(stranger);
    simulator.person(stranger).createEvent(club, timed('st004', '2031-04-03'));
    for (const trigger of ['account', 'interval', 'manual'] as const) await sync(trigger);
    expect(askedAs(bench, stranger)).toEqual([]);
    expect(askedAs(bench, home).length).toBeGreaterThan(asked);
    expect(allBlocks(bench).length).toBeGreaterThan(before.length);
    expect(bench.blocks(club)).toEqual([]);

    // Once the person has said yes to the account, its better view is used.
    expect(app.useCalendar(toCalendarId(stranger), { source: true, target: false }).ok).toBe(true);
    await sync();
    expect(askedAs(bench, stranger).some((one) => one.includes(club))).toBe(true);
  });

  it('before the first sync: nothing is written before the person has seen its address', async () => {
    const bench = await openAppBench({ world });
    const { app, connect, sync } = bench;
    await connect(work);
    await connect(stranger);
    const preview = await createIpcHandlers(app)['plan.preview'](undefined);
    // What it would write is shown, theirs included; whose it is, the addresses say.
    expect(preview).toMatchObject({ ok: true, value: { targets: [{ calendarId: work }, { calendarId: stranger }] } });
    expect(app.status()).toMatchObject({ started: false, accounts: [{ email: work }, { email: stranger }] });
    for (const trigger of ['account', 'interval', 'command'] as const) {
      expect(await app.sync(trigger)).toMatchObject({ ok: false, error: { code: 'not-started' } });
    }
    expect(bench.simulator.requests.writes()).toEqual([]);
    expect(allBlocks(bench)).toEqual([]);
    await sync();
    expect(allBlocks(bench).length).toBeGreaterThan(0);
  });
});
