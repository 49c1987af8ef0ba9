import { afterEach, describe, expect, it } from 'vitest';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { BlockPolicy, BusyPolicy } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { day } from '../../src/shared/time.ts';
import type { Switches } from '../../src/simulator/index.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const studio = 'client@studio.example';

const world = mainCalendars(work, home, studio);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  location: 'Hall 2',
  start: berlin(`${date}T${from}:00`),
  end: berlin(`${date}T${to}:00`),
});

let place: Workplace;

async function open(switches: Partial<Switches> = {}): Promise<Laptop> {
  place = await openWorkplace({ world, switches });
  const laptop = await place.laptop({ emails: [work, home] });
  await laptop.sync();
  return laptop;
}

afterEach(async () => {
  await place.close();
});

function choose(laptop: Laptop, block: Partial<BlockPolicy>, busy: Partial<BusyPolicy> = {}): void {
  laptop.store.saveSettings({ ...laptop.store.settings(), block: { ...defaultBlockPolicy, ...block } });
  for (const id of [work, home]) laptop.store.setBusy(toCalendarId(id), { ...defaultBusyPolicy, ...busy });
}

type Shown = DumpedEvent & { readonly eventType?: string; readonly location?: string };
/** Live blocks of a calendar and the dates of their series that are not as the rule says. */
function shownOn(id: string): readonly Shown[] {
  const all = (place.simulator.dump().find((one) => one.id === id)?.events ?? []) as unknown as readonly Shown[];
  const ids = new Set(place.blocks(id).map((one) => one.id));
  return all.filter((one) => one.status !== 'cancelled' && (ids.has(one.id) || ids.has(one.recurringEventId ?? '')));
}
const hours = (event: Shown | undefined): string =>
  [event?.start?.dateTime, event?.end?.dateTime].map((time) => time?.slice(11, 16)).join('-');

describe('what else can count, or need not', () => {
  it.each([
    ['an optional guest’s event', { optionalGuest: false }, true, false],
    ['a flight from mail, marked free', { fromMail: true }, false, true],
    ['a holiday, marked free', { holidays: true }, false, true],
  ] as const)('%s', async (what, busy, before, after) => {
    const laptop = await open();
    const person = place.simulator.person(work);
    if (what.startsWith('an optional')) {
      const attendees = [{ email: work, optional: true, responseStatus: 'accepted' }, { email: 'ada@example.org' }];
      person.createEvent(work, { ...timed('2026-03-30'), attendees });
    } else if (what.startsWith('a flight')) {
      person.createEvent(work, { ...timed('2026-03-30'), eventType: 'fromGmail', transparency: 'transparent' });
    } else {
      const days = { start: { date: '2026-03-30' }, end: { date: '2026-03-31' } };
      person.createEvent(work, { summary: 'Holiday', ...days, transparency: 'transparent' });
    }
    await laptop.sync();
    expect(shownOn(home)).toHaveLength(before ? 1 : 0);
    choose(laptop, {}, busy);
    await laptop.sync();
    expect(shownOn(home)).toHaveLength(after ? 1 : 0);
    await laptop.expectQuiet();
  });
});

describe('out-of-office blocks', () => {
  it.each(['allowed', 'refused'] as const)('where the account is %s to make them', async (statusEvents) => {
    const laptop = await open({ statusEvents });
    choose(laptop, { outOfOffice: true });
    for (const date of ['2026-03-25', '2026-03-26']) place.simulator.person(work).createEvent(work, timed(date));
    const kind = statusEvents === 'allowed' ? 'outOfOffice' : 'default';
    expect(await laptop.sync()).toMatchObject({ added: 2, errors: [] });
    expect(place.blocks(home).map((one) => (one as Shown).eventType ?? 'default')).toEqual([kind, kind]);
    const refused = laptop.store.calendars().find((one) => one.id === toCalendarId(home))?.outOfOfficeRefused;
    expect(refused).toBe(statusEvents === 'refused');
    // Nothing is tried twice: what was refused is an ordinary block from now on.
    place.simulator.person(work).createEvent(work, timed('2026-03-27'));
    expect(await laptop.sync()).toMatchObject({ added: 1, writes: 1 });
    await laptop.expectQuiet();
    choose(laptop, {});
    expect(await laptop.sync()).toMatchObject(
      statusEvents === 'allowed' ? { added: 0, changed: 3, removed: 0, writes: 6 } : { writes: 0 },
    );
    expect(place.blocks(home).map((one) => (one as Shown).eventType ?? 'default')).toEqual(Array(3).fill('default'));
    await laptop.expectQuiet();
  });
});

describe('a place', () => {
  it('goes into blocks by choice and out of them by choice, one update each', async () => {
    const laptop = await open({ placesInBlocks: 'allowed' });
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    expect(JSON.stringify(place.blocks(home))).not.toContain('Hall');
    choose(laptop, { place: true });
    expect(await laptop.sync()).toMatchObject({ changed: 1, writes: 1 });
    expect(place.blocks(home)).toMatchObject([{ location: 'Hall 2' }]);
    await laptop.expectQuiet();
    choose(laptop, {});
    expect(await laptop.sync()).toMatchObject({ changed: 1, writes: 1 });
    expect(JSON.stringify(place.blocks(home))).not.toContain('Hall');
    await laptop.expectQuiet();
  });
});

describe('buffers', () => {
  it('follow a series and its changed dates, and go again', async () => {
    const laptop = await open();
    choose(laptop, { bufferBefore: 15, bufferAfter: 5 });
    const person = place.simulator.person(work);
    const series = person.createEvent(work, { ...timed('2026-03-25'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] });
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    await laptop.expectQuiet();
    person.moveTime(
      work,
      `${series.id}_20260401T080000Z`,
      berlin('2026-04-01T14:00:00'),
      berlin('2026-04-01T15:00:00'),
    );
    person.deleteEvent(work, `${series.id}_20260408T080000Z`);
    expect(await laptop.sync()).toMatchObject({ writes: 2 });
    await laptop.expectQuiet();
    const shown = shownOn(home).map(hours);
    expect(shown).toContain('09:45-11:05');
    expect(shown).toContain('13:45-15:05');
    choose(laptop, {});
    // The series anew, its two dates, and the old one gone.
    expect(await laptop.sync()).toMatchObject({ writes: 4 });
    await laptop.expectQuiet();
  });
});

describe('working hours', () => {
  const office = {
    timeZone: 'Europe/Berlin',
    days: ['MO', 'TU', 'WE', 'TH', 'FR'],
    from: '09:00',
    to: '17:00',
  } as const;

  it('cost one write for a daily series, and one more when a year begins', async () => {
    const laptop = await open();
    choose(laptop, {}, { hours: office });
    place.simulator.person(work).createEvent(work, { ...timed('2026-03-25'), recurrence: ['RRULE:FREQ=DAILY'] });
    expect(await laptop.sync()).toMatchObject({ added: 1, writes: 1 });
    await laptop.expectQuiet();
    await laptop.clock.advance(290 * day);
    expect(await laptop.sync()).toMatchObject({ changed: 1, writes: 1 });
    await laptop.expectQuiet();
  });

  it('leave the first date of a series out as any other', async () => {
    const laptop = await open();
    choose(laptop, {}, { hours: office });
    place.simulator
      .person(work)
      .createEvent(work, { ...timed('2026-03-28'), recurrence: ['RRULE:FREQ=DAILY;COUNT=4'] });
    expect(await laptop.sync()).toMatchObject({ added: 1, writes: 1 });
    const [block] = place.blocks(home);
    expect(block?.recurrence?.[1]).toBe('EXDATE:20260328T090000Z,20260329T080000Z');
    await laptop.expectQuiet();
  });

  it('let a date in that is moved into them, and out again', async () => {
    const laptop = await open();
    choose(laptop, {}, { hours: office });
    const person = place.simulator.person(work);
    const series = person.createEvent(work, { ...timed('2026-03-25'), recurrence: ['RRULE:FREQ=DAILY;COUNT=10'] });
    await laptop.sync();
    const saturday = `${series.id}_20260328T090000Z`;
    person.moveTime(work, saturday, berlin('2026-03-27T15:00:00'), berlin('2026-03-27T16:00:00'));
    await laptop.sync();
    await laptop.expectQuiet();
    expect(shownOn(home).map((one) => one.start?.dateTime?.slice(0, 16))).toContain('2026-03-27T15:00');
    person.moveTime(work, saturday, berlin('2026-03-28T15:00:00'), berlin('2026-03-28T16:00:00'));
    await laptop.sync();
    await laptop.expectQuiet();
    expect(shownOn(home).map((one) => one.start?.dateTime?.slice(0, 16))).not.toContain('2026-03-27T15:00');
  });
});

describe('two computers that have chosen otherwise', () => {
  it.each<[string, Partial<BlockPolicy>]>([
    ['another title', { summary: 'Away' }],
    ['the title of the event', { summary: '{title}' }],
    ['another colour', { colorId: '3' }],
    ['the place', { place: true }],
    ['a buffer', { bufferBefore: 10, bufferAfter: 10 }],
  ])('come to rest: %s', async (_, block) => {
    const one = await open({ placesInBlocks: block.place === true ? 'allowed' : 'leak' });
    const other = await place.laptop({ emails: [work, home] });
    choose(other, block);
    const person = place.simulator.person(work);
    person.createEvent(work, timed('2026-03-25'));
    const series = person.createEvent(work, { ...timed('2026-03-26'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] });
    person.moveTime(
      work,
      `${series.id}_20260402T080000Z`,
      berlin('2026-04-02T14:00:00'),
      berlin('2026-04-02T15:00:00'),
    );
    for (let round = 0; round < 3; round += 1) for (const laptop of [one, other]) await laptop.sync();
    for (const laptop of [one, other, one, other]) await laptop.expectQuiet();
    expect(place.blocks(home).filter((event) => event.recurringEventId === undefined)).toHaveLength(2);
    // An event that moves is followed by both, and they rest again.
    person.deleteEvent(work, `${series.id}_20260409T080000Z`);
    for (let round = 0; round < 3; round += 1) for (const laptop of [one, other]) await laptop.sync();
    for (const laptop of [one, other, one]) await laptop.expectQuiet();
  });
});

describe('two computers that know other calendars', () => {
  it('lose no block, whichever copy of a meeting gives it', async () => {
    const one = await open();
    const other = await place.laptop();
    await other.sync();
    const meeting = place.simulator
      .person(work)
      .createEvent(work, { ...timed('2026-03-25'), attendees: [{ email: work }, { email: studio }] });
    const settle = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) for (const laptop of [one, other]) await laptop.sync();
      expect(place.blocks(home)).toHaveLength(1);
      for (const laptop of [one, other, one]) await laptop.expectQuiet();
    };
    await one.sync();
    await settle();
    // The copy that only one of them knows stands back, so that the other copy must give the block again.
    place.simulator.person(studio).respond(studio, meeting.id, 'declined');
    await settle();
    place.simulator.person(studio).respond(studio, meeting.id, 'accepted');
    await settle();
    place.simulator.person(work).deleteEvent(work, meeting.id);
    for (let round = 0; round < 3; round += 1) for (const laptop of [one, other]) await laptop.sync();
    expect(place.blocks(home)).toEqual([]);
  });
});

describe('two copies of a series of which only one counts on all days', () => {
  it('give a block each, together once for each date, and go on into the next year', async () => {
    place = await openWorkplace({ world });
    const laptop = await place.laptop();
    await laptop.sync();
    const office = {
      timeZone: 'Europe/Berlin',
      days: ['MO', 'TU', 'WE', 'TH', 'FR'],
      from: '09:00',
      to: '17:00',
    } as const;
    laptop.store.setBusy(toCalendarId(studio), { ...defaultBusyPolicy, hours: office });
    place.simulator.person(work).createEvent(work, {
      ...timed('2026-03-25'),
      recurrence: ['RRULE:FREQ=DAILY'],
      attendees: [{ email: work }, { email: studio }],
    });
    expect(await laptop.sync()).toMatchObject({ added: 2, writes: 2 });
    const dates = (): ReadonlySet<string>[] =>
      place.blocks(home).map((one) => new Set((one.recurrence?.[1] ?? '').split(/[:,]/).slice(1)));
    const [first, second] = dates();
    expect([...(first ?? [])].filter((date) => second?.has(date) === true)).toEqual([]);
    // From 25 March 2026 to the end of 2027 there are 647 dates, and each is left out of just one of the two.
    expect((first?.size ?? 0) + (second?.size ?? 0)).toBe(647);
    await laptop.expectQuiet();
    await laptop.clock.advance(290 * day);
    expect(await laptop.sync()).toMatchObject({ changed: 2, writes: 2 });
    await laptop.expectQuiet();
  });
});

describe('a block that comes back', () => {
  it('from the bin is not taken away again: the mute is lifted', async () => {
    const laptop = await open();
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const [block] = place.blocks(home);
    const person = place.simulator.person(home);
    person.deleteEvent(home, block?.id ?? '');
    await laptop.sync();
    await laptop.sync();
    expect(laptop.store.mutes()).toHaveLength(1);
    person.undelete(home, block?.id ?? '');
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    expect(laptop.store.mutes()).toEqual([]);
    expect(place.blocks(home)).toHaveLength(1);
    await laptop.expectQuiet();
  });
});
