import { afterEach, describe, expect, it } from 'vitest';
import { defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { Switches } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';
import { sendingBy } from '../support/sending.ts';

/* Whether a calendar keeps the mark of a removal is not known: each test says what a person meets on either side. */

const work = 'work@northwind.example';
const home = 'me@home.example';

let place: Workplace;
afterEach(() => place.close());

const at = (dateTime: string) => ({ dateTime: `${dateTime}:00`, timeZone: 'Europe/Berlin' });
const timed = (date: string) => ({ summary: 'Secret', start: at(`${date}T10:00`), end: at(`${date}T11:00`) });
const daily = { ...timed('2026-03-25'), recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] };
const slot = '2026-03-27T09:00:00Z';

async function open(cancellingUpdate: Switches['cancellingUpdate']): Promise<void> {
  place = await openWorkplace({ world: mainCalendars(work, home), switches: { cancellingUpdate } });
}

const person = (email: string) => place.simulator.person(email);
const block = (): string => place.blocks(home)[0]?.id ?? '';
const starts = async (laptop: Laptop, times: number): Promise<void> => {
  for (let run = 0; run < times; run += 1) await laptop.sync();
};
/** Whether the date of the block that was deleted is there again. */
const dateIsThere = (): boolean => {
  const events = place.simulator.dump().find((calendar) => calendar.id === home)?.events ?? [];
  return !events.some((event) => event['recurringEventId'] === block() && event['status'] === 'cancelled');
};
const reasons = (laptop: Laptop): readonly string[] => laptop.store.recentActivity(20).map(({ reason }) => reason);

describe.each(['stripped', 'refused', 'ignored'] as const)('marks are not kept (%s)', (side) => {
  it('a block that is deleted is put back once, and said; deleted again it is a mute', async () => {
    await open(side);
    const laptop = await place.laptop();
    person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    person(home).deleteEvent(home, block());
    await starts(laptop, 3);
    expect([place.blocks(home).length, laptop.store.mutes().length]).toEqual([1, 0]);
    expect(reasons(laptop)).toContain('put-back');
    await laptop.expectQuiet();
    person(home).deleteEvent(home, block());
    await starts(laptop, 3);
    expect([place.blocks(home).length, laptop.store.mutes().length]).toEqual([0, 1]);
    await laptop.expectQuiet();
  });

  it('so is a single date of a series', async () => {
    await open(side);
    const laptop = await place.laptop();
    person(work).createEvent(work, daily);
    await laptop.sync();
    person(home).deleteSlot(home, block(), slot);
    await starts(laptop, 3);
    expect([dateIsThere(), laptop.store.mutes().length]).toEqual([true, 0]);
    expect(reasons(laptop)).toContain('put-back');
    await laptop.expectQuiet();
    person(home).deleteSlot(home, block(), slot);
    await starts(laptop, 3);
    expect([dateIsThere(), laptop.store.mutes().length]).toEqual([false, 1]);
    await laptop.expectQuiet();
  });

  it('a change of the event begins anew', async () => {
    await open(side);
    const laptop = await place.laptop();
    const event = person(work).createEvent(work, timed('2026-03-25')).id;
    await laptop.sync();
    person(home).deleteEvent(home, block());
    await starts(laptop, 3);
    person(work).moveTime(work, event, at('2026-03-26T10:00'), at('2026-03-26T11:00'));
    await laptop.sync();
    person(home).deleteEvent(home, block());
    await starts(laptop, 3);
    expect([place.blocks(home).length, laptop.store.mutes().length]).toEqual([1, 0]);
    await laptop.expectQuiet();
  });
});

describe('marks are kept', () => {
  it('a block that is deleted is a mute after the second read, and was not put back', async () => {
    await open('kept');
    const laptop = await place.laptop();
    person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const id = block();
    person(home).deleteEvent(home, id);
    await laptop.sync();
    expect([place.blocks(home).length, laptop.store.mutes().length]).toEqual([0, 0]);
    await laptop.sync();
    expect([place.blocks(home).length, laptop.store.mutes().length]).toEqual([0, 1]);
    expect(reasons(laptop)).not.toContain('put-back');
    await laptop.expectQuiet();
  });

  it('a single date that is deleted before anything is known of marks is put back once, and does not wait for ever', async () => {
    await open('kept');
    const laptop = await place.laptop();
    person(work).createEvent(work, daily);
    await laptop.sync();
    person(home).deleteSlot(home, block(), slot);
    await starts(laptop, 3);
    expect([dateIsThere(), laptop.store.mutes().length]).toEqual([true, 0]);
    await laptop.expectQuiet();
    person(home).deleteSlot(home, block(), slot);
    await starts(laptop, 3);
    expect([dateIsThere(), laptop.store.mutes().length]).toEqual([false, 1]);
    await laptop.expectQuiet();
  });

  it('a single date that is deleted once they are known to be is a mute at once', async () => {
    await open('kept');
    const laptop = await place.laptop();
    person(work).createEvent(work, daily);
    laptop.store.setRemovalMarks(toCalendarId(home), 'kept');
    await laptop.sync();
    person(home).deleteSlot(home, block(), slot);
    await starts(laptop, 2);
    expect([dateIsThere(), laptop.store.mutes().length]).toEqual([false, 1]);
    await laptop.expectQuiet();
  });

  it('the mark of one date is read by another computer: planned anew, and nothing is muted', async () => {
    await open('kept');
    const [one, other] = [await place.laptop(), await place.laptop()];
    const series = person(work).createEvent(work, daily).id;
    for (const laptop of [one, other]) await laptop.sync();
    // Free and busy again before the first computer looks: it meets a date that the other one took away.
    person(work).editSlot(work, series, slot, { transparency: 'transparent' });
    await other.sync();
    expect(dateIsThere()).toBe(false);
    person(work).editSlot(work, series, slot, { transparency: 'opaque' });
    await starts(one, 3);
    expect([dateIsThere(), one.store.mutes().length, one.store.holds().length]).toEqual([true, 0, 0]);
    await other.sync();
    await one.expectQuiet();
    await other.expectQuiet();
    expect(other.store.mutes()).toEqual([]);
  });

  /** The marks of `home` are known by the deletion of another block. */
  const withKnownMarks = async (): Promise<Laptop> => {
    await open('kept');
    const laptop = await place.laptop();
    person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    person(home).deleteEvent(home, block());
    await starts(laptop, 3);
    expect(laptop.store.removalMarks().get(toCalendarId(home))).toBe('kept');
    person(work).createEvent(work, timed('2026-03-26'));
    await laptop.sync();
    return laptop;
  };

  it('a look that finds nothing at all, by mistake, proves nothing: it is made again until something is there', async () => {
    const laptop = await withKnownMarks();
    person(home).deleteEvent(home, block());
    place.simulator.faults.add({ kind: 'notFound', request: 'events.get', times: 4 });
    const before = laptop.store.mutes().length;
    await starts(laptop, 4);
    expect([laptop.store.mutes().length, place.blocks(home).length]).toEqual([before, 0]);
    await starts(laptop, 2);
    expect(laptop.store.mutes()).toHaveLength(before + 1);
    expect(reasons(laptop)).not.toContain('put-back');
    await laptop.expectQuiet();
  });

  it('a look that finds nothing for good is not made for ever', async () => {
    const laptop = await withKnownMarks();
    person(home).deleteEvent(home, block());
    place.simulator.faults.add({ kind: 'notFound', request: 'events.get', times: null });
    const before = laptop.store.mutes().length;
    await starts(laptop, 15);
    // As where no marks are kept.
    expect(reasons(laptop)).toContain('put-back');
    expect([laptop.store.mutes().length, place.blocks(home).length]).toEqual([before, 1]);
    await laptop.expectQuiet();
  });

  it('what another computer takes away three times is then left to it', async () => {
    await open('kept');
    const [one, other] = [await place.laptop(), await place.laptop()];
    person(work).createEvent(work, timed('2026-03-25'));
    for (const laptop of [one, other]) await laptop.sync();
    const ignored = { ...defaultBusyPolicy, ignoreTitles: 'Secret' };
    let putBacks = 0;
    for (let round = 0; round < 6; round += 1) {
      // Each time somebody chooses anew there: a deed, and not a rule that goes on.
      other.store.setBusy(toCalendarId(work), defaultBusyPolicy);
      await other.sync();
      other.store.setBusy(toCalendarId(work), ignored);
      await other.sync();
      const gone = place.blocks(home).length === 0;
      await starts(one, 2);
      if (gone && place.blocks(home).length === 1) putBacks += 1;
    }
    expect(putBacks).toBe(3);
    expect(one.store.mutes()).toEqual([]);
    const before = place.simulator.requests.writes().length;
    await starts(one, 3);
    expect(place.simulator.requests.writes()).toHaveLength(before);
  });
});

describe.each(['kept', 'stripped', 'refused', 'ignored'] as const)('whether marks are kept (%s)', (side) => {
  it('is learnt once for a calendar, and remembered', async () => {
    await open(side);
    let asked = 0;
    const wrap = (provider: CalendarProvider): CalendarProvider =>
      sendingBy(provider, (calls, next) => {
        asked += calls.filter((call) => call.kind === 'remove' && call.mark.reason === 'asked').length;
        return next(calls);
      });
    const laptop = await place.laptop({ wrap });
    for (const date of ['2026-03-25', '2026-03-26', '2026-03-27']) person(work).createEvent(work, timed(date));
    await laptop.sync();
    for (let turn = 0; turn < 3; turn += 1) {
      person(home).deleteEvent(home, block());
      await starts(laptop, 3);
    }
    expect(asked).toBe(1);
    const known = laptop.store.calendars().find(({ id }) => id === home)?.removalMarks;
    expect(known).toBe(side === 'kept' ? 'kept' : 'not-kept');
    expect(laptop.store.holds()).toEqual([]);
  });
});
