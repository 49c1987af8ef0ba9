import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CalSync } from '../../src/main/app/calsync.ts';
import { leaseTime } from '../../src/main/engine/lease.ts';
import type { Health } from '../../src/shared/health.ts';
import { healthOf } from '../../src/shared/health.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import { SkewedClock } from '../support/fake-clock.ts';
import { appOf } from '../support/laptop-app.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { hourOn, mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let place: Workplace;
let laptop: Laptop;
let app: CalSync;

const health = (): Health => healthOf(app.status(), laptop.clock.now());
const state = (): Health['state'] => health().state;
const moment = (): string => new Date(laptop.clock.now()).toISOString();

beforeEach(async () => {
  place = await openWorkplace({ world: mainCalendars(work, home) });
  laptop = await place.laptop();
  laptop.store.saveSettings({ ...laptop.store.settings(), started: true });
  app = appOf(laptop);
  await laptop.sync();
});

afterEach(async () => {
  await app.close();
  await place.close();
});

describe('how things stand after a sync', () => {
  it('is in sync where all went well, and stays so through quiet ones that write nothing', async () => {
    place.simulator.person(work).createEvent(work, hourOn('2026-03-25'));
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'in-sync', since: moment(), matters: [] });
    await laptop.expectQuiet();
    expect(state()).toBe('in-sync');
  });

  it('is old after two intervals, and after 400 days', async () => {
    await laptop.clock.advance(10 * minute);
    expect(state()).toBe('in-sync');
    await laptop.clock.advance(1 * minute);
    expect(health()).toMatchObject({ state: 'needs-you', what: [{ code: 'sync-overdue' }] });
    await laptop.clock.advance(400 * day);
    const since = app.status().lastSyncAt;
    expect(health()).toMatchObject({ state: 'needs-you', since });
    await laptop.sync();
    expect(state()).toBe('in-sync');
  });

  it('tells since when a calendar cannot be read, which is no exception, and after an hour is said by name', async () => {
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', calendar: work, times: null });
    expect((await laptop.sync()).outcome).toBe('partial');
    const since = moment();
    expect(health()).toMatchObject({ state: 'catching-up', since });
    await laptop.sync();
    await laptop.sync();
    await laptop.sync();
    expect(health()).toMatchObject({
      state: 'catching-up',
      since,
      matters: [{ code: 'provider-trouble', abouts: [work], need: 'nobody' }],
    });
    const read = app.status().calendars.find(({ id }) => id === work)?.lastReadAt;
    while (laptop.clock.now() <= Date.parse(since) + hour) {
      expect(state()).toBe('catching-up');
      await laptop.sync();
    }
    expect(health()).toMatchObject({ state: 'behind', since: read, behind: { calendars: [{ id: work }] } });
    place.simulator.faults.clear();
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'in-sync', matters: [] });
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', calendar: work, times: null });
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'catching-up', since: moment() });
  });

  it('is not behind after a night without a network or a sleep, before a read has failed for as long', async () => {
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', calendar: work, times: null });
    await laptop.clock.advance(10 * hour);
    await laptop.sync();
    expect(state()).toBe('catching-up');
    await laptop.clock.advance(10 * minute);
    await laptop.sync();
    expect(state()).toBe('catching-up');
  });

  it('cannot sync where nothing can be read', async () => {
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', times: null });
    expect((await laptop.sync()).outcome).toBe('failed');
    const since = moment();
    expect(health()).toMatchObject({ state: 'catching-up', since });
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'cannot-sync', since, why: { code: 'provider-trouble' } });
  });

  it('needs the person where a sign-in has ended, and no more once it is mended', async () => {
    const fault = place.simulator.faults.add({ kind: 'unauthorized', account: work, times: null });
    await laptop.sync();
    expect(fault.hits).toBeGreaterThan(0);
    expect(state()).not.toBe('in-sync');
    place.simulator.faults.clear();
    await laptop.sync();
    expect(state()).toBe('in-sync');
  });

  it('says that the clock is wrong, and since when, however wrong it is by now', async () => {
    const clock = new SkewedClock(place.clock, 0);
    const other = await place.laptop({ clock });
    other.store.saveSettings({ ...other.store.settings(), started: true });
    const its = appOf(other);
    await other.sync();
    clock.off = hour;
    await other.sync();
    const since = new Date(clock.now()).toISOString();
    clock.off = 2 * hour;
    await other.sync();
    expect(healthOf(its.status(), clock.now())).toMatchObject({
      state: 'needs-you',
      since,
      what: [{ code: 'clock-wrong', abouts: ['2 hours fast'] }],
    });
    await its.close();
  });
});

describe('writes that are refused', () => {
  const refuse = (): void => {
    place.simulator.faults.add({ kind: 'unknownRefusal', request: 'events.insert', times: null });
  };
  const acknowledge = (): void => {
    const parts = health().matters.flatMap((one) => (one.kind === 'trouble' ? one.parts : []));
    app.acknowledge(parts);
  };

  it('are an exception until the person knows it, and again when another one is', async () => {
    refuse();
    place.simulator.person(work).createEvent(work, hourOn('2026-03-25'));
    expect((await laptop.sync()).outcome).toBe('partial');
    const since = moment();
    expect(health()).toMatchObject({
      ...{ state: 'in-sync-except', since, known: false },
      except: [{ code: 'request-refused', abouts: [home], meetings: 1 }],
    });
    acknowledge();
    expect(health()).toMatchObject({ state: 'in-sync-except', since, known: true });
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'in-sync-except', since, known: true });

    const second = place.simulator.person(work).createEvent(work, hourOn('2026-03-26'));
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'in-sync-except', since, known: false, except: [{ meetings: 2 }] });
    acknowledge();
    await laptop.sync();
    expect(health()).toMatchObject({ known: true });

    // The same meeting at another time is another matter.
    place.simulator.person(work).patchEvent(work, second.id, hourOn('2026-03-27'));
    await laptop.sync();
    expect(health()).toMatchObject({ known: false });
  });

  it('are forgotten once they are not, so that the same would be told again', async () => {
    refuse();
    place.simulator.person(work).createEvent(work, hourOn('2026-03-25'));
    await laptop.sync();
    acknowledge();
    place.simulator.faults.clear();
    expect((await laptop.sync()).added).toBe(1);
    expect(health()).toMatchObject({ state: 'in-sync', matters: [] });
    refuse();
    place.simulator.person(work).createEvent(work, hourOn('2026-03-26'));
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'in-sync-except', known: false });
  });

  it('stay known while another calendar cannot be read', async () => {
    refuse();
    place.simulator.person(work).createEvent(work, hourOn('2026-03-25'));
    await laptop.sync();
    acknowledge();
    place.simulator.faults.add({ kind: 'status503', request: 'events.list', calendar: work, times: null });
    await laptop.sync();
    await laptop.sync();
    place.simulator.faults.clear();
    refuse();
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'in-sync-except', known: true });
  });
});

describe('what waits', () => {
  it('settles: a block that is gone waits for its second read', async () => {
    place.simulator.person(work).createEvent(work, hourOn('2026-03-25'));
    await laptop.sync();
    place.simulator.person(home).deleteEvent(home, place.blocks(home)[0]?.id ?? '');
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'settling', since: moment(), meetings: 1 });
    for (let run = 0; run < 3; run += 1) await laptop.sync();
    expect(state()).toBe('in-sync');
  });

  it('is caught up with: what was chosen, and no sync has carried out', async () => {
    laptop.use(home, { source: true, target: false });
    place.simulator.person(work).createEvent(work, hourOn('2026-03-25'));
    expect(state()).toBe('in-sync');
    place.simulator.person(work).createEvent(work, hourOn('2026-03-26'));
    await laptop.sync();
    laptop.use(home, { source: true, target: true });
    expect(state()).toBe('catching-up');
    await laptop.sync();
    expect(state()).toBe('in-sync');
  });

  it('needs the person where it is held', async () => {
    const events = Array.from({ length: 14 }, (_each, index) =>
      place.simulator.person(work).createEvent(work, hourOn(`2026-04-${String(index + 1).padStart(2, '0')}`)),
    );
    await laptop.sync();
    for (const { id } of events) place.simulator.person(work).deleteEvent(work, id);
    await laptop.sync();
    expect(health()).toMatchObject({ state: 'needs-you', what: [{ kind: 'hold' }] });
  });
});

describe('a sync that does not come to its end', () => {
  it('goes on in another process, or was cut off', async () => {
    const { store, clock } = laptop;
    await clock.advance(minute);
    store.startRun('interval', clock.now());
    expect(health()).toMatchObject({ state: 'catching-up', since: moment() });
    store.takeLease('another process', clock.now(), leaseTime);
    expect(health()).toMatchObject({ state: 'syncing', since: moment() });
    store.dropLease('another process');
    await laptop.sync();
    expect(state()).toBe('in-sync');
  });

  it('could not start: that is no matter for a moment', async () => {
    const { store, clock } = laptop;
    await clock.advance(minute);
    store.takeLease('another process', clock.now(), leaseTime);
    expect(await app.sync('interval')).toMatchObject({ ok: false, error: { code: 'busy-elsewhere' } });
    const since = moment();
    expect(health()).toMatchObject({ state: 'catching-up', since });
    await clock.advance(minute);
    store.takeLease('another process', clock.now(), leaseTime);
    expect((await app.sync('interval')).ok).toBe(false);
    expect(health()).toMatchObject({ state: 'catching-up', since });
    store.dropLease('another process');
    expect((await app.sync('interval')).ok).toBe(true);
    expect(state()).toBe('in-sync');
  });
});

describe('a pause', () => {
  it('says since when', async () => {
    app.pause('forever');
    const since = moment();
    await laptop.clock.advance(hour);
    app.pause('hour');
    expect(health()).toMatchObject({ state: 'paused', since });
    await laptop.clock.advance(hour + minute);
    expect(state()).not.toBe('paused');
    app.resume();
    expect(app.status().pausedSince).toBeNull();
  });
});
