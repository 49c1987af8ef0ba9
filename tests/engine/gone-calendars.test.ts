import { afterEach, describe, expect, it } from 'vitest';
import { toCalendarId } from '../../src/shared/ids.ts';
import { ok } from '../../src/shared/result.ts';
import { hour } from '../../src/shared/time.ts';
import type { World } from '../../src/simulator/index.ts';
import { findCalendar } from '../../src/main/cli/commands/calendars.ts';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace } from '../support/laptop.ts';
import { openTown, type Install, type Town } from '../support/installs.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const project = 'project01@group.calendar.example';

const timed = (date: string) => ({
  summary: 'P',
  start: { dateTime: `${date}T10:00:00`, timeZone: 'Europe/Berlin' },
  end: { dateTime: `${date}T11:00:00`, timeZone: 'Europe/Berlin' },
});

/** The calendars of the case with other events. */
function withEvents(events: (calendarId: string) => readonly object[]): World {
  const { accounts } = caseWorld('calendar-deleted');
  return {
    accounts: accounts.map((account) => ({
      ...account,
      calendars: account.calendars.map((calendar) => ({ ...calendar, events: [...events(calendar.id)] })),
    })),
  } as World;
}

/** The project is a calendar of somebody else, who may share it. */
const sharedByAnn: World = (() => {
  const [first, second] = withEvents((id) => (id === project ? [timed('2026-03-27')] : [])).accounts;
  if (first === undefined || second === undefined) throw new Error('The case has changed.');
  const [main, shared] = second.calendars;
  const ann = { ...main, id: 'ann@studio.example', summary: 'Ann' };
  return {
    accounts: [
      first,
      { ...second, calendars: [main] },
      { email: 'ann@studio.example', name: 'Ann', calendars: [ann, shared] },
    ],
  } as World;
})();

const towns: Town[] = [];
afterEach(async () => {
  for (const town of towns.splice(0)) await town.close();
});

async function open(world: World = caseWorld('calendar-deleted')): Promise<Town> {
  const town = await openTown({ world });
  towns.push(town);
  return town;
}

async function run(install: Install) {
  const done = await install.sync();
  if (!done.ok) throw new Error(done.error.code);
  return done.value;
}

const listed = (install: Install) => install.app.status().calendars.find((one) => one.id === project);
const troubles = (install: Install) => install.app.status().troubles.map(({ code, about }) => `${code} ${about ?? ''}`);

/** A run two hours later, in which each list of calendars is read. */
async function later(town: Town, install: Install) {
  town.clock.pass(2 * hour);
  return run(install);
}

describe('calendar-deleted', () => {
  it('is listed as gone since then, once it is proven, and makes no run partial for ever', async () => {
    const town = await open();
    const install = await town.install(work, home);
    await run(install);
    expect([town.blocks(work).length, town.blocks(home).length]).toEqual([1, 2]);
    town.simulator.person(home).deleteCalendar(project);
    // One list may be a slip, so that the runs until the second say that it could not be read.
    expect(await later(town, install)).toMatchObject({ outcome: 'partial', writes: 0 });
    expect(listed(install)).toMatchObject({ name: 'Old project', source: true });
    const since = listed(install)?.goneSince ?? null;
    expect(since).not.toBeNull();
    expect(await run(install)).toMatchObject({ outcome: 'partial', writes: 0 });
    expect(await later(town, install)).toMatchObject({ outcome: 'ok', errors: [], writes: 0 });
    for (let round = 0; round < 3; round += 1) {
      town.simulator.requests.reset();
      expect(await run(install)).toMatchObject({ outcome: 'ok', errors: [], writes: 0 });
      expect(town.simulator.requests.counts()).toEqual({ 'events.list': 2 });
    }
    expect(listed(install)?.goneSince).toBe(since);
    expect(troubles(install)).toEqual(['calendar-gone Old project']);
    expect(town.blocks(work)).toHaveLength(1);
  });

  it.each([
    ['by its name', 'old project'],
    ['by its id', project],
  ])('can be ignored %s, and is forgotten then', async (_, named) => {
    const town = await open();
    const install = await town.install(work, home);
    await run(install);
    town.simulator.person(home).deleteCalendar(project);
    await later(town, install);
    const found = findCalendar(install.app.status().calendars, named);
    expect(found).toMatchObject({ id: project });
    expect(install.app.useCalendar(toCalendarId(project), { source: true, target: true })).toMatchObject({ ok: true });
    expect(install.app.useCalendar(toCalendarId(project), { source: false, target: false })).toMatchObject({
      ok: true,
    });
    const again = install.app.useCalendar(toCalendarId(project), { source: true, target: false });
    expect(again).toMatchObject({ ok: false, error: { code: 'calendar-gone', about: 'Old project' } });
    expect(await run(install)).toMatchObject({ removed: 2 });
    expect([town.blocks(work), town.blocks(home)].map((blocks) => blocks.length)).toEqual([0, 1]);
    await later(town, install);
    expect(await run(install)).toMatchObject({ outcome: 'ok', errors: [], writes: 0 });
    expect(listed(install)).toBeUndefined();
    expect(troubles(install)).toEqual([]);
  });

  it('has nothing new planned from it, after a reset either', async () => {
    const town = await open();
    const install = await town.install(work, home);
    await run(install);
    town.simulator.person(home).deleteCalendar(project);
    await later(town, install);
    const reset = await install.app.reset();
    expect(reset.ok && reset.value).toMatchObject({
      removed: 3,
      still: [{ name: 'Old project', count: 1, error: { code: 'calendar-gone' } }],
    });
    install.app.resume();
    expect(await run(install)).toMatchObject({ added: 1, removed: 0 });
    expect([town.blocks(work), town.blocks(home)].map((blocks) => blocks.length)).toEqual([0, 1]);
    const plan = await install.app.plan();
    expect(plan.ok && plan.value.skips).toContainEqual(expect.objectContaining({ reason: 'source-gone' }));
    await later(town, install);
    expect(await run(install)).toMatchObject({ outcome: 'ok', writes: 0 });
  });

  it('is noticed by the first run that misses it, so that it gives nothing new even once', async () => {
    const town = await open();
    const install = await town.install(work, home);
    await run(install);
    town.simulator.person(home).deleteCalendar(project);
    town.simulator.requests.reset();
    expect(await run(install)).toMatchObject({ outcome: 'partial', writes: 0 });
    expect(town.simulator.requests.counts()).toEqual({ 'events.list': 3, 'calendarList.list': 1 });
    expect(listed(install)?.goneSince).not.toBeNull();
    town.simulator.requests.reset();
    expect(await run(install)).toMatchObject({ outcome: 'partial', writes: 0 });
    expect(town.simulator.requests.counts()).toEqual({ 'events.list': 2 });
    await later(town, install);
    expect(await run(install)).toMatchObject({ outcome: 'ok', errors: [], writes: 0 });
  });

  it('has its blocks taken away by one computer, and another one does not put them back', async () => {
    const town = await open();
    const first = await town.install(work, home);
    const second = await town.install(work, home);
    await run(first);
    expect(await run(second)).toMatchObject({ writes: 0 });
    town.simulator.person(home).deleteCalendar(project);
    await run(first);
    first.app.useCalendar(toCalendarId(project), { source: false, target: false });
    expect(await run(first)).toMatchObject({ removed: 2 });
    // Off since before the calendar went.
    for (let round = 0; round < 2; round += 1) {
      expect(await run(second)).toMatchObject({ writes: 0 });
      expect(await run(first)).toMatchObject({ writes: 0 });
    }
    expect([town.blocks(work), town.blocks(home)].map(({ length }) => length)).toEqual([0, 1]);
    expect(second.app.mutes()).toEqual([]);
    await later(town, second);
    expect(await run(second)).toMatchObject({ outcome: 'ok', errors: [], writes: 0 });
  });

  it('is in use as before when it comes back, with no block rewritten', async () => {
    const town = await open(sharedByAnn);
    const ann = town.simulator.person('ann@studio.example');
    ann.shareCalendar(project, home, 'writer');
    const install = await town.install(work, home);
    install.app.useCalendar(toCalendarId(project), { source: true, target: true });
    await run(install);
    expect([town.blocks(work), town.blocks(home), town.blocks(project)].map(({ length }) => length)).toEqual([1, 1, 0]);
    ann.shareCalendar(project, home, null);
    await later(town, install);
    expect(await later(town, install)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(listed(install)?.goneSince).not.toBeNull();
    // What comes meanwhile waits for nothing: there is no such calendar now.
    town.simulator.person(home).createEvent(home, timed('2026-04-02'));
    expect(await run(install)).toMatchObject({ added: 1 });
    expect(await run(install)).toMatchObject({ outcome: 'ok', writes: 0 });
    ann.shareCalendar(project, home, 'writer');
    expect(await later(town, install)).toMatchObject({ outcome: 'ok', added: 1, changed: 0, removed: 0 });
    expect(listed(install)).toMatchObject({ goneSince: null, source: true, trouble: null });
    expect(await run(install)).toMatchObject({ outcome: 'ok', writes: 0 });
  });

  it('is not gone for an unshared moment, nor while another account sees it', async () => {
    const town = await open(sharedByAnn);
    const ann = town.simulator.person('ann@studio.example');
    ann.shareCalendar(project, home, 'writer');
    ann.shareCalendar(project, work, 'writer');
    const install = await town.install(work, home);
    install.app.useCalendar(toCalendarId(project), { source: true, target: true });
    await run(install);
    ann.shareCalendar(project, home, null);
    expect(await later(town, install)).toMatchObject({ writes: 0 });
    expect(await run(install)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(listed(install)).toMatchObject({ goneSince: null, trouble: null });
    ann.shareCalendar(project, work, null);
    expect(await later(town, install)).toMatchObject({ outcome: 'partial', writes: 0 });
    ann.shareCalendar(project, work, 'writer');
    expect(await later(town, install)).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(listed(install)).toMatchObject({ goneSince: null, trouble: null });
    expect(await run(install)).toMatchObject({ outcome: 'ok', writes: 0 });
  });

  it('gives its meeting to another calendar that has it, once its own block is gone', async () => {
    const town = await open(
      withEvents((id) =>
        id === project || id === home ? [{ ...timed('2026-03-27'), iCalUID: 'same@m.example' }] : [],
      ),
    );
    const install = await town.install(work, home);
    await run(install);
    expect(town.blocks(work)).toHaveLength(1);
    town.simulator.person(home).deleteCalendar(project);
    await later(town, install);
    expect(await later(town, install)).toMatchObject({ outcome: 'ok', writes: 0 });
    await install.app.reset();
    install.app.resume();
    expect(await run(install)).toMatchObject({ added: 1 });
    expect(town.blocks(work)).toHaveLength(1);
    expect(await run(install)).toMatchObject({ outcome: 'ok', writes: 0 });
  });
});

describe('a list of calendars that is broken', () => {
  it('takes no calendar away: it has no main one, and that cannot be', async () => {
    let broken = false;
    const place = await openWorkplace({ world: caseWorld('calendar-deleted') });
    try {
      const laptop = await place.laptop({
        wrap: (provider) => ({
          ...provider,
          listCalendars: (...request) => (broken ? Promise.resolve(ok([])) : provider.listCalendars(...request)),
        }),
      });
      await laptop.sync();
      broken = true;
      for (const account of laptop.store.accounts()) laptop.store.saveAccount({ ...account, listedAt: null });
      const run = await laptop.sync();
      expect(run).toMatchObject({ outcome: 'partial', writes: 0 });
      expect(run.errors.map(({ code }) => code)).toEqual(['answer-malformed', 'answer-malformed']);
      expect(laptop.store.calendars().map(({ gone }) => gone)).toEqual([null, null, null]);
      broken = false;
      await laptop.expectQuiet();
    } finally {
      await place.close();
    }
  });
});
