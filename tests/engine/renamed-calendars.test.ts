import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toCalendarId } from '../../src/shared/ids.ts';
import { hour } from '../../src/shared/time.ts';
import type { World } from '../../src/simulator/index.ts';
import { openTown, type Install, type Town } from '../support/installs.ts';

const former = 'robin@northwind.example';
const renamed = 'robin@southwind.example';
const home = 'me@home.example';

const timed = (id: string, date: string, more: object = {}) => ({
  id,
  summary: 'Private words',
  start: { dateTime: `${date}T10:00:00`, timeZone: 'Europe/Berlin' },
  end: { dateTime: `${date}T11:00:00`, timeZone: 'Europe/Berlin' },
  ...more,
});
const weekly = { recurrence: ['RRULE:FREQ=WEEKLY'] };
const main = (id: string, events: readonly object[]) => ({
  id,
  summary: id,
  timeZone: 'Europe/Berlin',
  accessRole: 'owner',
  primary: true,
  events,
});

const world = {
  accounts: [
    {
      email: former,
      name: 'Robin',
      calendars: [main(former, [timed('wk001', '2026-03-25'), timed('wk002', '2026-03-26', weekly)])],
    },
    {
      email: home,
      name: 'Robin',
      calendars: [main(home, [timed('hm001', '2026-03-27'), timed('hm002', '2026-03-24', weekly)])],
    },
  ],
} as unknown as World;

const towns: Town[] = [];
afterEach(async () => {
  for (const town of towns.splice(0)) await town.close();
});

async function open(of: World = world): Promise<Town> {
  const town = await openTown({ world: of });
  towns.push(town);
  return town;
}

async function run(install: Install) {
  const done = await install.sync();
  if (!done.ok) throw new Error(done.error.code);
  return done.value;
}

/** A run two hours later, in which each list of calendars is read. */
async function later(town: Town, install: Install) {
  town.clock.pass(2 * hour);
  return run(install);
}

const quiet = { outcome: 'ok', errors: [], writes: 0 } as const;
const view = (install: Install, id: string) => install.app.status().calendars.find((one) => one.id === id);
const troubles = (install: Install) => install.app.status().troubles.map(({ code, about }) => `${code} ${about ?? ''}`);
const answer = (install: Install, same: boolean) => install.app.answerRenaming(toCalendarId(renamed), same);

/** A town whose company has got another name since the last sync. */
async function afterRenaming(of: World = world): Promise<{ town: Town; install: Install }> {
  const town = await open(of);
  const install = await town.install(former, home);
  expect(await run(install)).toMatchObject({ added: 4, errors: [] });
  town.simulator.person(former).renameAddress(renamed);
  return { town, install };
}

describe('the id of a primary calendar that changes (company renamed)', () => {
  it('is recognised by its events, and is out of use until answered', async () => {
    const { town, install } = await afterRenaming();
    expect(await later(town, install)).toMatchObject(quiet);
    expect(view(install, renamed)).toMatchObject({ formerly: former, source: false, target: false, offered: false });
    expect(view(install, former)).toMatchObject({ source: true, target: true, trouble: null });
    expect(troubles(install)).toEqual([`calendar-renamed ${renamed}`]);
    expect(install.app.useCalendar(toCalendarId(renamed), { source: true, target: true })).toMatchObject({
      ok: false,
      error: { code: 'calendar-renamed', about: renamed },
    });
    town.simulator.person(home).createEvent(home, timed('hm003', '2026-03-30'));
    town.simulator.person(renamed).createEvent(renamed, timed('wk003', '2026-03-31'));
    expect(await later(town, install)).toMatchObject(quiet);
    expect(await run(install)).toMatchObject(quiet);
    expect([town.blocks(renamed), town.blocks(home)].map(({ length }) => length)).toEqual([2, 2]);
  });

  it('keeps every block after a yes: none is rewritten, doubled or orphaned', async () => {
    const { town, install } = await afterRenaming();
    await later(town, install);
    const before = [town.blocks(renamed), town.blocks(home)];
    expect(answer(install, true)).toMatchObject({ ok: true });
    town.simulator.requests.reset();
    expect(await run(install)).toMatchObject(quiet);
    expect(town.simulator.requests.counts()).toEqual({ 'events.list': 2 });
    expect([town.blocks(renamed), town.blocks(home)]).toEqual(before);
    expect(view(install, renamed)).toBeUndefined();
    expect(view(install, former)).toMatchObject({ address: renamed, name: renamed, goneSince: null, trouble: null });
    expect(troubles(install)).toEqual([]);
    const [work, me] = [town.simulator.person(renamed), town.simulator.person(home)];
    work.createEvent(renamed, timed('wk003', '2026-03-31'));
    me.createEvent(home, timed('hm003', '2026-03-30'));
    expect(await later(town, install)).toMatchObject({ added: 2, changed: 0, removed: 0, errors: [] });
    work.deleteEvent(renamed, 'wk001');
    work.moveTime(renamed, 'wk003', timed('', '2026-04-01').start, timed('', '2026-04-01').end);
    me.deleteEvent(home, 'hm001');
    me.deleteSlot(home, 'hm002', '20260331T080000Z');
    expect(await run(install)).toMatchObject({ added: 0, removed: 2, errors: [] });
    expect([town.blocks(renamed), town.blocks(home)].map(({ length }) => length)).toEqual([2, 2]);
    expect(await later(town, install)).toMatchObject(quiet);
    expect(await run(install)).toMatchObject(quiet);
    expect(town.simulator.violations).toEqual([]);
  });

  it('is another calendar after a no, which is remembered', async () => {
    const { town, install } = await afterRenaming();
    await later(town, install);
    expect(answer(install, false)).toMatchObject({ ok: true });
    expect(view(install, renamed)).toMatchObject({ formerly: null, offered: true, source: false });
    expect(await later(town, install)).toMatchObject(quiet);
    expect(view(install, renamed)).toMatchObject({ formerly: null, offered: true });
    expect(view(install, former)).toMatchObject({ trouble: { code: 'calendar-gone' } });
    expect(answer(install, true)).toMatchObject({ ok: false, error: { code: 'option-invalid' } });
    expect(install.app.useCalendar(toCalendarId(renamed), { source: true, target: false })).toMatchObject({ ok: true });
    expect(await run(install)).toMatchObject({ errors: [] });
    expect(town.blocks(home)).toHaveLength(2);
    expect(await run(install)).toMatchObject(quiet);
  });

  it('is not recognised where its events are others: it is offered, and the former one is gone', async () => {
    const { town, install } = await afterRenaming();
    const person = town.simulator.person(renamed);
    for (const id of ['wk001', 'wk002', ...town.blocks(renamed)]) person.deleteEvent(renamed, id);
    // A meeting has the same id for all its guests, so that a single one proves nothing.
    person.undelete(renamed, 'wk001');
    await later(town, install);
    expect(view(install, renamed)).toMatchObject({ formerly: null, offered: true, source: false });
    expect(await later(town, install)).toMatchObject(quiet);
    expect(view(install, former)).toMatchObject({ trouble: { code: 'calendar-gone' } });
    expect(town.blocks(home)).toHaveLength(2);
    expect(await run(install)).toMatchObject(quiet);
  });

  it('is asked about again after a look that failed, and in a process that was killed meanwhile', async () => {
    const { town, install } = await afterRenaming();
    town.simulator.faults.add({ kind: 'notFound', request: 'events.list', calendar: renamed, times: 1 });
    expect(await later(town, install)).toMatchObject({ writes: 0 });
    expect(view(install, renamed)).toMatchObject({ formerly: null, offered: false, source: false });
    const again = await install.restart();
    expect(await run(again)).toMatchObject(quiet);
    expect(view(again, renamed)).toMatchObject({ formerly: former });
    const answered = await again.restart();
    expect(answer(answered, true)).toMatchObject({ ok: true });
    const last = await answered.restart();
    expect(await run(last)).toMatchObject(quiet);
  });

  it('is known by both ids to a second computer once that was answered too, and left by it before', async () => {
    const town = await open();
    const first = await town.install(former, home);
    const second = await town.install(former, home);
    await run(first);
    expect(await run(second)).toMatchObject({ writes: 0 });
    town.simulator.person(former).renameAddress(renamed);
    await later(town, first);
    await run(second);
    answer(first, true);
    expect(await run(first)).toMatchObject(quiet);
    town.simulator.person(renamed).createEvent(renamed, timed('wk003', '2026-03-31'));
    town.simulator.person(home).createEvent(home, timed('hm003', '2026-03-30'));
    expect(await run(first)).toMatchObject({ added: 2 });
    for (let round = 0; round < 2; round += 1) {
      expect(await later(town, second)).toMatchObject(quiet);
      expect(await run(first)).toMatchObject(quiet);
    }
    answer(second, true);
    expect(await run(second)).toMatchObject(quiet);
    expect(await run(first)).toMatchObject(quiet);
    expect([town.blocks(renamed), town.blocks(home)].map(({ length }) => length)).toEqual([3, 3]);
  });

  it('has a reset and the removal of the account know its blocks by either id', async () => {
    const { town, install } = await afterRenaming();
    await later(town, install);
    answer(install, true);
    // A computer that was set up after the change knows the new id alone.
    const young = await town.install(renamed, home);
    await run(young);
    expect(await run(install)).toMatchObject({ errors: [] });
    expect(await run(young)).toMatchObject({ errors: [] });
    expect(await run(install)).toMatchObject(quiet);
    expect(await run(young)).toMatchObject(quiet);
    // Each event of the other calendar has one block on it, by whichever id.
    expect(town.blocks(renamed)).toHaveLength(2);
    const reset = await install.app.reset();
    expect(reset.ok && reset.value).toMatchObject({ others: [], still: [], leftAlone: 0, formerAddress: 0 });
    expect([town.blocks(renamed), town.blocks(home)]).toEqual([[], []]);
  });

  it('has a reset before the answer leave its blocks there, counted once, and a later one take them', async () => {
    const { town, install } = await afterRenaming();
    await later(town, install);
    const reset = await install.app.reset();
    expect(reset.ok && reset.value).toMatchObject({ found: 4, removed: 2, formerAddress: 2, leftAlone: 0, still: [] });
    expect([town.blocks(renamed), town.blocks(home)].map(({ length }) => length)).toEqual([2, 0]);
    install.app.resume();
    answer(install, true);
    expect(await run(install)).toMatchObject({ added: 2, changed: 0, removed: 0 });
    expect(await run(install)).toMatchObject(quiet);
    const again = await install.app.reset();
    expect(again.ok && again.value).toMatchObject({ found: 4, removed: 4, formerAddress: 0 });
    expect([town.blocks(renamed), town.blocks(home)]).toEqual([[], []]);
  });

  it('is one calendar for two accounts that see it, whichever list is read first', async () => {
    const town = await open();
    town.simulator.person(former).shareCalendar(former, home, 'writer');
    const install = await town.install(home, former);
    expect(await run(install)).toMatchObject({ added: 4, errors: [] });
    town.simulator.person(former).renameAddress(renamed);
    await later(town, install);
    expect(view(install, renamed)).toMatchObject({ formerly: former, source: false, target: false });
    expect(answer(install, true)).toMatchObject({ ok: true });
    expect(await run(install)).toMatchObject(quiet);
    expect(await later(town, install)).toMatchObject(quiet);
    expect(view(install, former)).toMatchObject({ access: 'owns', primary: true, address: renamed });
    // The other account reads and writes it by the same ids while the first is signed out.
    town.simulator.faults.add({ kind: 'unauthorized', account: renamed, times: null });
    town.simulator.person(renamed).createEvent(renamed, timed('wk003', '2026-03-31'));
    expect(await run(install)).toMatchObject({ added: 1, changed: 0, removed: 0 });
    town.simulator.faults.clear();
    expect(await run(install)).toMatchObject(quiet);
    expect(await run(install)).toMatchObject(quiet);
  });

  it('changes a second time, and is the same calendar still', async () => {
    const { town, install } = await afterRenaming();
    await later(town, install);
    answer(install, true);
    await run(install);
    const third = 'robin@eastwind.example';
    town.simulator.person(renamed).renameAddress(third);
    await later(town, install);
    expect(view(install, third)).toMatchObject({ formerly: renamed });
    expect(install.app.answerRenaming(toCalendarId(third), true)).toMatchObject({ ok: true });
    expect(await run(install)).toMatchObject(quiet);
    expect(view(install, former)).toMatchObject({ address: third, goneSince: null });
    expect(await later(town, install)).toMatchObject(quiet);
    expect([town.blocks(third), town.blocks(home)].map(({ length }) => length)).toEqual([2, 2]);
    expect(await run(install)).toMatchObject(quiet);
  });

  it('leaves no block when its account is removed', async () => {
    const { town, install } = await afterRenaming();
    await later(town, install);
    answer(install, true);
    await run(install);
    const id = install.accounts.get(former);
    if (id === undefined) throw new Error('no such account');
    const removed = await install.app.removeAccount(id, { revoke: false });
    expect(removed.ok && removed.value).toMatchObject({ removed: 4, still: [], others: [], formerAddress: 0 });
    expect([town.blocks(renamed), town.blocks(home)]).toEqual([[], []]);
    expect(await run(install)).toMatchObject(quiet);
  });

  it('has its address back when the company takes its old name again', async () => {
    const { town, install } = await afterRenaming();
    await later(town, install);
    answer(install, true);
    await run(install);
    town.simulator.person(renamed).renameAddress(former);
    await later(town, install);
    expect(await run(install)).toMatchObject(quiet);
    expect(view(install, former)).toMatchObject({ address: former, goneSince: null });
    expect([town.blocks(former), town.blocks(home)].map(({ length }) => length)).toEqual([2, 2]);
  });
});

describe('after a lost database', () => {
  it('blocks of a former address are a class of the receipt, and are left', async () => {
    const { town, install } = await afterRenaming();
    await install.app.close();
    for (const ending of ['', '-wal', '-shm']) rmSync(join(install.folder, `calsync.db${ending}`), { force: true });
    const fresh = await town.install(renamed, home);
    await run(fresh);
    const reset = await fresh.app.reset();
    expect(reset.ok && reset.value).toMatchObject({
      removed: 4,
      leftAlone: 0,
      formerAddress: 2,
      others: [{ calendarId: home, count: 2, own: true }],
      still: [],
      found: 8,
    });
    expect(town.blocks(renamed)).toHaveLength(2);
    expect(town.simulator.violations).toEqual([]);
    fresh.app.resume();
    await run(fresh);
    expect(await run(fresh)).toMatchObject(quiet);
  });
});
