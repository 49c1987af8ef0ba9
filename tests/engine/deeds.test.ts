import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BusyPolicy, Weekday } from '../../src/shared/dto.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { caseWorld } from '../support/cases.ts';
import { appOf } from '../support/laptop-app.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const studio = 'client@studio.example';

const world = mainCalendars(work, home, studio);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: berlin(`${date}T${from}:00`),
  end: berlin(`${date}T${to}:00`),
});
const invited = (response: string) => ({
  ...timed('2026-03-25'),
  attendees: [{ email: work, responseStatus: response, self: true }, { email: 'boss@northwind.example' }],
});

let place: Workplace;
let one: Laptop;
let other: Laptop;

beforeEach(async () => {
  place = await openWorkplace({ world });
  one = await place.laptop();
  other = await place.laptop();
});

afterEach(async () => {
  await place.close();
});

const live = (id: string): readonly DumpedEvent[] => place.blocks(id).filter((block) => block.status !== 'cancelled');
const busy = (laptop: Laptop, policy: Partial<BusyPolicy>): void => {
  for (const { id } of laptop.store.calendars()) laptop.store.setBusy(id, { ...defaultBusyPolicy, ...policy });
};

/** Each syncs in turn until both have nothing to do; then neither has, and nobody has muted anything. */
async function comeToRest(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await one.sync();
    await other.sync();
  }
  await one.expectQuiet();
  await other.expectQuiet();
  expect([...one.store.mutes(), ...other.store.mutes()]).toEqual([]);
}

describe('two installs with other choices come to rest after one round, with 0 mutes', () => {
  it('other targets', async () => {
    other.use(studio, { source: true, target: false });
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await comeToRest(1);
    expect(live(studio)).toHaveLength(1);
    expect(live(home)).toHaveLength(1);
  });

  it('other sources', async () => {
    other.use(work, { source: false, target: true });
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    place.simulator.person(home).createEvent(home, timed('2026-03-26'));
    await comeToRest(1);
    expect(live(home)).toHaveLength(1);
    expect(live(studio)).toHaveLength(2);
  });

  it('a source that one of them reads no more, where an event counts by now', async () => {
    const { id } = place.simulator
      .person(work)
      .createEvent(work, { ...timed('2026-03-25'), transparency: 'transparent' });
    await comeToRest(1);
    other.use(work, { source: false, target: false });
    await comeToRest(1);
    place.simulator.person(work).patchEvent(work, id, { transparency: 'opaque' });
    await comeToRest(1);
    expect(live(home)).toHaveLength(1);
    expect(live(studio)).toHaveLength(1);
  });

  it.each([
    ['the one that wants less syncs second', false],
    ['the one that wants less syncs first', true],
  ] as const)('other answers that count: %s', async (_, first) => {
    busy(other, { unanswered: false });
    place.simulator.person(work).createEvent(work, invited('needsAction'));
    if (first) await other.sync();
    await comeToRest(1);
    expect(live(home)).toHaveLength(1);
    expect(live(studio)).toHaveLength(1);
  });

  it('other hours: single events, and a series whose block leaves out no date that anybody wants', async () => {
    const hours = {
      timeZone: 'Europe/Berlin',
      days: ['MO', 'TU', 'WE', 'TH', 'FR'],
      from: '09:00',
      to: '17:00',
    } as const;
    busy(other, { hours });
    const person = place.simulator.person(work);
    person.createEvent(work, timed('2026-03-25', '20:00', '21:00'));
    person.createEvent(work, { ...timed('2026-03-25'), recurrence: ['RRULE:FREQ=DAILY'] });
    await comeToRest(2);
    expect(live(home)).toHaveLength(2);
    expect(JSON.stringify(live(home))).not.toContain('EXDATE');
  });

  it('hours that leave out other days on each: the block leaves out only what neither wants', async () => {
    const hours = (days: readonly Weekday[]) => ({
      timeZone: 'Europe/Berlin',
      days: [...days],
      from: '09:00',
      to: '17:00',
    });
    busy(one, { hours: hours(['MO', 'TU', 'WE', 'TH']) });
    busy(other, { hours: hours(['TU', 'WE', 'TH', 'FR']) });
    place.simulator.person(work).createEvent(work, {
      ...timed('2026-03-25'),
      recurrence: ['RRULE:FREQ=DAILY;UNTIL=20260410T215959Z'],
    });
    await comeToRest(3);
    const [series] = live(home);
    const left = (series?.recurrence ?? []).flatMap((line) => /^EXDATE[^:]*:(.*)$/.exec(line)?.[1]?.split(',') ?? []);
    const weekdays = left.map((date) =>
      new Date(Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6, 8))).getUTCDay(),
    );
    expect(new Set(weekdays)).toEqual(new Set([0, 6]));
    // What the event says holds for both; what one of them chooses anew waits for the next change of the event.
    place.simulator
      .person(work)
      .patchEvent(work, place.events(work)[0]?.id ?? '', timed('2026-03-25', '11:00', '12:00'));
    await comeToRest(3);
    expect(live(home)).toHaveLength(1);
  });

  it('one date of a series that does not count here', async () => {
    busy(other, { tentative: false });
    const person = place.simulator.person(work);
    const series = person.createEvent(work, { ...invited('accepted'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] });
    person.patchEvent(work, `${series.id}_20260401T080000Z`, {
      attendees: [{ email: work, responseStatus: 'tentative', self: true }, { email: 'boss@northwind.example' }],
    });
    await comeToRest(1);
    // Whoever syncs first: the date is there for the one that wants it.
    const dates = place.simulator.dump().find((calendar) => calendar.id === home)?.events ?? [];
    expect(dates.filter((event) => event['status'] === 'cancelled')).toEqual([]);
  });

  it('minutes before on one and minutes after on the other', async () => {
    const show = (laptop: Laptop, buffers: object): void => {
      laptop.store.saveSettings({ ...laptop.store.settings(), block: { ...defaultBlockPolicy, ...buffers } });
    };
    show(one, { bufferBefore: 15 });
    show(other, { bufferAfter: 15 });
    const person = place.simulator.person(work);
    person.createEvent(work, timed('2026-03-25'));
    person.createEvent(work, { ...timed('2026-03-26'), recurrence: ['RRULE:FREQ=WEEKLY'] });
    await comeToRest(1);
  });

  it('an event marked free, which counts for one of them only: taken away once, and left when it is back', async () => {
    busy(one, { free: true });
    place.simulator.person(work).createEvent(work, { ...timed('2026-03-25'), transparency: 'transparent' });
    await one.sync();
    await other.sync();
    expect(live(home)).toEqual([]);
    // Whether or not the first computer has asked about it.
    await one.sync();
    await one.sync();
    for (const mute of one.store.mutes()) one.store.liftMute(mute);
    await comeToRest(1);
    expect(live(home)).toHaveLength(1);
  });
});

describe('a choice is a deed', () => {
  it('takes away what this install wanted before it, though the other wrote it, and survives a kill before the run', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await one.sync();
    await other.sync();
    other.use(studio, { source: true, target: false });
    const run = await other.sync();
    expect(run).toMatchObject({ removed: 1 });
    expect(live(studio)).toEqual([]);
    expect(live(home)).toHaveLength(1);
  });

  it('two-computers-accepted', async () => {
    const two = await openWorkplace({ world: caseWorld('two-computers-accepted') });
    const [first, second] = [await two.laptop(), await two.laptop()];
    busy(second, { unanswered: false });
    for (const laptop of [first, second, first, second]) await laptop.sync();
    const accepted = { email: work, responseStatus: 'accepted', self: true };
    two.simulator.person(work).patchEvent(work, 'inv01', {
      attendees: [accepted, { email: 'boss@northwind.example', responseStatus: 'accepted' }],
    });
    await first.sync();
    expect(two.blocks(home).filter((block) => block.status !== 'cancelled')).toHaveLength(1);
    await first.expectQuiet();
    await second.sync();
    await second.expectQuiet();
    expect([...first.store.mutes(), ...second.store.mutes()]).toEqual([]);
    await two.close();
  });

  it('does not need to know what was: with the database lost, a block that is free only by choice is left', async () => {
    place.simulator.person(work).createEvent(work, invited('needsAction'));
    await one.sync();
    const fresh = await place.laptop();
    busy(fresh, { unanswered: false });
    const run = await fresh.sync();
    expect(run).toMatchObject({ writes: 0 });
    expect(run.skipped['another-computer']).toBe(2);
    await fresh.expectQuiet();
  });

  it.each(['deleted', 'declined', 'freed'] as const)(
    'is not what an event does: one that was %s takes its blocks away, whoever wrote them',
    async (what) => {
      const event = place.simulator.person(work).createEvent(work, invited('accepted'));
      await one.sync();
      const person = place.simulator.person(work);
      if (what === 'deleted') person.deleteEvent(work, event.id);
      else if (what === 'freed') person.patchEvent(work, event.id, { transparency: 'transparent' });
      else person.patchEvent(work, event.id, { attendees: invited('declined').attendees });
      await other.sync();
      expect([...live(home), ...live(studio)]).toEqual([]);
      await other.expectQuiet();
    },
  );

  /** A series whose date the guest has taken off their own calendar, so that it has a block of its own there; returns both. */
  async function dateAlone(): Promise<{ readonly series: string; readonly block: DumpedEvent | undefined }> {
    const { id } = place.simulator.person(work).createEvent(work, {
      ...timed('2026-03-25'),
      attendees: [{ email: home }],
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'],
    });
    const slot = '2026-04-01T08:00:00Z';
    place.simulator.person(home).deleteSlot(home, id, slot);
    await one.sync();
    await one.expectQuiet();
    // The calendar of the guest holds all the other dates itself.
    const [block, ...others] = live(home);
    expect(others).toEqual([]);
    expect(Date.parse(block?.start?.dateTime ?? '')).toBe(Date.parse(slot));
    return { series: id, block };
  }
  const moveSeries = (id: string): unknown =>
    place.simulator.person(work).moveTime(work, id, berlin('2026-03-26T10:00:00'), berlin('2026-03-26T11:00:00'));

  it('is not what a series does: the block of a date that it does not make any more goes, whoever brings it back', async () => {
    const { series, block } = await dateAlone();
    moveSeries(series);
    await one.sync();
    await one.expectQuiet();
    expect(live(home)).toEqual([]);
    place.simulator.person(home).undelete(home, block?.id ?? '');
    await one.sync();
    await one.expectQuiet();
    expect(live(home)).toEqual([]);
  });

  it('and it goes where a person has moved it meanwhile, so that its time does not tell which date it stands for', async () => {
    const { series, block } = await dateAlone();
    const person = place.simulator.person(home);
    person.moveTime(home, block?.id ?? '', berlin('2026-04-03T17:00:00'), berlin('2026-04-03T18:00:00'));
    moveSeries(series);
    await one.sync();
    await one.expectQuiet();
    expect(live(home)).toEqual([]);
  });

  it('leaves one block of an event that another computer keeps, the newer where a person has brought the older one back', async () => {
    place.simulator
      .person(work)
      .createEvent(work, { ...timed('2026-03-25'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] });
    await one.sync();
    const [first] = live(home);
    const app = appOf(one);
    await app.reset();
    app.resume();
    await one.sync();
    const [second] = live(home);
    expect(second?.id).not.toBe(first?.id);
    place.simulator.person(home).undelete(home, first?.id ?? '');
    const fresh = await place.laptop();
    fresh.use(home, { source: true, target: false });
    await fresh.sync();
    expect(live(home).map(({ id }) => id)).toEqual([second?.id]);
    await fresh.expectQuiet();
    await one.sync();
    await one.expectQuiet();
    expect(live(home).map(({ id }) => id)).toEqual([second?.id]);
    expect([...one.store.mutes(), ...fresh.store.mutes()]).toEqual([]);
  });
});
