import { afterEach, describe, expect, it } from 'vitest';
import { toCalendarId } from '../../src/shared/ids.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import type { World } from '../../src/simulator/index.ts';
import { caseWorld } from '../support/cases.ts';
import { SkewedClock } from '../support/fake-clock.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const monday = Date.UTC(2026, 2, 23, 8);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string) => ({
  summary: 'Meeting',
  start: berlin(`${date}T10:00:00`),
  end: berlin(`${date}T11:00:00`),
});

let place: Workplace;

/** A computer whose clock is off by so many milliseconds, beside a service whose clock is right. */
async function open(
  off: number,
  world: World = caseWorld('clock-ahead'),
): Promise<{ laptop: Laptop; clock: SkewedClock }> {
  place = await openWorkplace({ world });
  const clock = new SkewedClock(place.clock, off);
  const laptop = await place.laptop({ emails: [work, home], clock });
  return { laptop, clock };
}

afterEach(async () => {
  await place.close();
});

const since = (laptop: Laptop) =>
  laptop.store.calendars().map(({ inUseSince }) => Math.round(((inUseSince ?? 0) - monday) / day));
const codes = (run: { errors: readonly { code: string; about: string | null }[] }) =>
  run.errors.map(({ code, about }) => `${code} ${about ?? ''}`);

describe('clock-ahead', () => {
  it('first use under a clock a year ahead: blocks come, and the wrong clock is named', async () => {
    const { laptop, clock } = await open(365 * day);
    const run = await laptop.sync();
    expect(codes(run)).toEqual(['clock-wrong 1 year fast']);
    expect(run.added).toBe(3);
    // By the service's own clock, so that nothing is left of the year when the clock is right again.
    expect(since(laptop)).toEqual([0, 0]);
    clock.off = 0;
    place.simulator.person(work).createEvent(work, timed('2026-03-31'));
    expect(await laptop.sync()).toMatchObject({ added: 1, errors: [] });
    await laptop.expectQuiet();
  });

  it('a database that a wrong clock has written says next year no more', async () => {
    const { laptop } = await open(0);
    await laptop.sync();
    for (const id of [work, home]) laptop.store.correctSince(toCalendarId(id), monday + 365 * day);
    place.simulator.person(work).createEvent(work, timed('2026-03-31'));
    expect(await laptop.sync()).toMatchObject({ added: 1, errors: [] });
    expect(since(laptop)).toEqual([0, 0]);
    await laptop.expectQuiet();
  });
});

describe('a clock that is wrong', () => {
  it('behind by a year at first use: last year gets no blocks', async () => {
    const { laptop, clock } = await open(-365 * day);
    place.simulator.person(work).createEvent(work, timed('2025-10-01'));
    const run = await laptop.sync();
    expect(codes(run)).toEqual(['clock-wrong 1 year slow']);
    expect(run.added).toBe(3);
    expect(since(laptop)).toEqual([0, 0]);
    clock.off = 0;
    await laptop.expectQuiet();
  });

  it.each([
    ['4 minutes', 4 * minute, []],
    ['-4 minutes', -4 * minute, []],
    ['6 minutes', 6 * minute, ['clock-wrong 6 minutes fast']],
    ['-2 hours', -2 * hour, ['clock-wrong 2 hours slow']],
  ])('by %s is named where it is more than five minutes', async (_, off, named) => {
    const { laptop } = await open(off);
    expect(codes(await laptop.sync())).toEqual(named);
  });

  it('ahead takes no date of a series for past: a moved one follows', async () => {
    const { laptop, clock } = await open(0);
    const person = place.simulator.person(work);
    const series = person.createEvent(work, { ...timed('2026-03-24'), recurrence: ['RRULE:FREQ=WEEKLY'] });
    await laptop.sync();
    clock.off = 365 * day;
    person.editSlot(work, series.id, '2026-03-31T10:00:00+02:00', timed('2026-04-01'));
    expect(await laptop.sync()).toMatchObject({ writes: 1, changed: 1 });
    clock.off = 0;
    await laptop.expectQuiet();
  });

  it('has let an account rest until next year: that rest is over', async () => {
    const { laptop } = await open(0);
    await laptop.sync();
    const [account] = laptop.store.accounts();
    if (account === undefined) throw new Error('no account');
    laptop.store.saveAccount({ ...account, state: 'resting', restingUntil: monday + 365 * day });
    place.simulator.person(work).createEvent(work, timed('2026-03-31'));
    expect(await laptop.sync()).toMatchObject({ added: 1, errors: [] });
    await laptop.expectQuiet();
  });
});
