import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstChoiceOf, firstUseOf, type FirstChoice } from '../../src/shared/first-choice.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { World } from '../../src/simulator/index.ts';
import { openAppBench } from '../support/app-bench.ts';
import { openWorkplace } from '../support/laptop.ts';
import { healthOf } from '../../src/shared/health.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const timed = (id: string, day: string) => ({
  id,
  summary: 'W',
  start: { dateTime: `${day}T10:00:00`, timeZone: 'Europe/Berlin' },
  end: { dateTime: `${day}T11:00:00`, timeZone: 'Europe/Berlin' },
});
const owned = (id: string, more: object = {}) =>
  ({ id, summary: id, timeZone: 'Europe/Berlin', accessRole: 'owner', ...more }) as const;

const world: World = {
  accounts: [
    {
      email: work,
      name: 'Work',
      calendars: [
        owned(work, { primary: true, events: [timed('wk001', '2031-03-25')] }),
        owned('side@group.calendar.example', { events: [timed('sd001', '2031-03-26')] }),
        owned('folded@group.calendar.example', { hidden: true }),
        owned('c_1@resource.calendar.example'),
        owned('en.german#holiday@group.v.calendar.example', { accessRole: 'reader' }),
        owned('birthdays@group.v.calendar.example'),
      ],
    },
    {
      email: home,
      name: 'Home',
      calendars: [
        owned(home, { primary: true, events: [timed('hm001', '2031-03-27')] }),
        owned('club@group.calendar.example', { accessRole: 'writer' }),
      ],
    },
  ],
};

const caseWorld = (name: string): World =>
  JSON.parse(readFileSync(new URL(`../fixtures/cases/${name}.json`, import.meta.url), 'utf8')) as World;

describe('the first choice for calendars that are new to a database', () => {
  const base = { access: 'owns', primary: false, hidden: false, nature: 'ordinary' } as const;
  it.each<[string, Parameters<typeof firstChoiceOf>[0], FirstChoice, boolean, boolean]>([
    ['the main calendar', { ...base, primary: true }, 'main', true, true],
    ['another one that the person owns', base, 'own', true, false],
    ['one that they hide', { ...base, hidden: true }, 'hidden', false, false],
    ['one that they may write to', { ...base, access: 'writes' }, 'of-others', false, false],
    ['one that they may read', { ...base, access: 'reads' }, 'of-others', false, false],
    ['one of which they see busy times', { ...base, access: 'sees-busy' }, 'of-others', false, false],
    ['a room that they own', { ...base, nature: 'room' }, 'room', false, false],
    ['birthdays, which they own', { ...base, nature: 'automatic' }, 'automatic', false, false],
    ['holidays', { ...base, access: 'reads', nature: 'automatic' }, 'automatic', false, false],
  ])('%s', (_, calendar, choice, source, target) => {
    expect(firstChoiceOf(calendar)).toBe(choice);
    expect(firstUseOf(choice)).toEqual({ source, target });
  });

  it('is made by the provider’s word on rooms, holidays and birthdays, and comes to rest', async () => {
    const place = await openWorkplace({ world });
    const laptop = await place.laptop({ firstChoice: true });
    const use = Object.fromEntries(laptop.store.calendars().map((one) => [one.id, [one.source, one.target]]));
    expect(use).toEqual({
      [work]: [true, true],
      'side@group.calendar.example': [true, false],
      'folded@group.calendar.example': [false, false],
      'c_1@resource.calendar.example': [false, false],
      'en.german#holiday@group.v.calendar.example': [false, false],
      'birthdays@group.v.calendar.example': [false, false],
      [home]: [true, true],
      'club@group.calendar.example': [false, false],
    });
    // Two events of others for home, one of home for work and one of the side calendar for both.
    expect((await laptop.sync()).added).toBe(4);
    expect(place.blocks('side@group.calendar.example')).toEqual([]);
    await laptop.expectQuiet();
    await place.close();
  });

  it('room-calendars: rooms are not used by themselves', async () => {
    const place = await openWorkplace({ world: caseWorld('room-calendars') });
    const laptop = await place.laptop({ firstChoice: true });
    const used = laptop.store.calendars().filter((one) => one.source || one.target);
    expect(new Set(used.map(({ id }) => id))).toEqual(new Set([work, home]));
    expect((await laptop.sync()).added).toBe(1);
    for (const room of ['c_room01', 'c_room02', 'c_room03']) {
      expect(place.blocks(`${room}@resource.calendar.example`)).toEqual([]);
    }
    await laptop.expectQuiet();
    await place.close();
  });

  it('leaves what existing databases have in use as it is', async () => {
    const place = await openWorkplace({ world });
    const laptop = await place.laptop();
    const used = () =>
      laptop.store
        .calendars()
        .filter((one) => one.source && one.target)
        .map(({ id }) => id);
    const before = used();
    expect(before).toContain('c_1@resource.calendar.example');
    for (const account of laptop.store.accounts()) laptop.store.saveAccount({ ...account, listedAt: null });
    await laptop.sync();
    expect(used()).toEqual(before);
    await place.close();
  });
});

describe('an account that is added after the start', () => {
  it('is not in use before the person has seen what it would write, and its address is named', async () => {
    const { app, connect, sync, blocks, simulator } = await openAppBench({ world });
    await connect(work);
    await sync();
    await connect(home);
    const calendars = () => app.status().calendars.filter((one) => one.offered);
    expect(calendars().map(({ id, source, target }) => [id, source, target])).toEqual([[home, false, false]]);
    expect(app.status().troubles).toContainEqual(expect.objectContaining({ code: 'calendars-offered', about: home }));
    expect(healthOf(app.status(), Date.now()).state).toBe('needs-you');
    for (const trigger of ['account', 'interval', 'manual'] as const) await sync(trigger);
    expect(blocks(home)).toEqual([]);
    // Of the side calendar, as before.
    expect(blocks(work)).toHaveLength(1);

    // Nothing of it is stored yet, so that it must be read for the preview to be true.
    const change = { kind: 'use', calendarId: toCalendarId(home), source: true, target: true } as const;
    const preview = await app.previewPolicies(change);
    expect(preview).toMatchObject({ ok: true, value: { add: 3, change: 0, remove: 0 } });
    expect(blocks(home)).toEqual([]);
    expect(calendars()).toHaveLength(1);
    expect(app.savePolicies(change).ok).toBe(true);
    expect(calendars()).toEqual([]);
    expect((await sync()).added).toBe(3);
    expect((await sync()).writes).toBe(0);
    expect(healthOf(app.status(), Date.now())).toMatchObject({ state: 'in-sync', matters: [] });
    expect(simulator.violations).toEqual([]);
  });

  it('is asked about no more once it was left unused', async () => {
    const { app, connect, sync, blocks } = await openAppBench({ world });
    await connect(work);
    await sync();
    await connect(home);
    expect(app.useCalendar(toCalendarId(home), { source: false, target: false }).ok).toBe(true);
    expect(healthOf(app.status(), Date.now())).toMatchObject({ state: 'catching-up', matters: [] });
    await sync();
    expect(healthOf(app.status(), Date.now())).toMatchObject({ state: 'in-sync', matters: [] });
    expect(blocks(home)).toEqual([]);
  });

  it('says that it cannot be read instead of what it would write', async () => {
    const { app, connect, sync, simulator } = await openAppBench({ world });
    await connect(work);
    await sync();
    await connect(home);
    simulator.faults.add({ kind: 'notFound', request: 'events.list', calendar: home });
    const change = { kind: 'use', calendarId: toCalendarId(home), source: true, target: true } as const;
    expect(await app.previewPolicies(change)).toMatchObject({ ok: false });
  });
});

describe('a calendar that appears later', () => {
  it('is not in use before the person has seen what it would write', async () => {
    const { app, connect, sync, simulator, blocks } = await openAppBench({ world });
    await connect(work);
    await connect(home);
    await sync();
    const late = simulator.person(home).createCalendar('Late', 'Europe/Berlin', 'late@group.calendar.example');
    simulator.person(home).createEvent(late, timed('lt001', '2031-03-30'));
    await app.plan();
    const before = blocks(work).length;
    await sync('account');
    expect(app.status().calendars.find(({ id }) => id === late)).toMatchObject({
      firstChoice: 'own',
      offered: true,
      source: false,
      target: false,
    });
    expect(blocks(work)).toHaveLength(before);
    const change = { kind: 'use', calendarId: toCalendarId(late), source: true, target: false } as const;
    expect(await app.previewPolicies(change)).toMatchObject({ ok: true, value: { add: 2 } });
  });

  it('that is somebody else’s is not asked about', async () => {
    const { app, connect, sync, simulator } = await openAppBench({ world });
    await connect(work);
    await sync();
    simulator.person(home).shareCalendar(home, work, 'writer');
    await sync('account');
    expect(app.status().calendars.find(({ id }) => id === home)).toMatchObject({
      firstChoice: 'of-others',
      offered: false,
      source: false,
    });
    expect(app.status().troubles).toEqual([]);
  });
});
