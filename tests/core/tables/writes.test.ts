import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PersonEvent } from '../../../src/simulator/index.ts';
import { berlin, Office, slots, source, targets, times, tuesdays, weekly } from './office.ts';

/** The same on each of the two targets. */
const each = (count: number): number[] => targets.map(() => count);

let office: Office;

beforeEach(async () => {
  office = await Office.open();
});

afterEach(async () => {
  await office.close();
});

const changeThree = (series: PersonEvent): void => {
  office.person.editSlot(source, series.id, slots[1], times('2026-04-01T14:00', '2026-04-01T15:00'));
  office.person.deleteSlot(source, series.id, slots[2]);
  office.person.editSlot(source, series.id, slots[3], { transparency: 'transparent' });
};
const changed = { '03-31': '04-01 14:00-15:00', '04-07': null, '04-14': null };

describe('Writes are minimal', () => {
  it('a weekly series costs 1 write per target, without an end or with 52 slots', async () => {
    office.person.createEvent(source, weekly);
    office.person.createEvent(source, { ...weekly, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=52'] });
    expect(await office.sync()).toEqual(each(2));
  });

  it('a weekly series with 3 changed slots of 52 costs 4 writes per target, a text edit 0, one more moved slot 1, end moved 1', async () => {
    const series = office.person.createEvent(source, { ...weekly, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=52'] });
    changeThree(series);
    expect(await office.sync()).toEqual(each(4));
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(changed));

    // A text edit: of the series, of all, of a slot that is changed, of one that is not.
    office.person.patchEvent(source, series.id, { summary: 'Other plans', description: 'x', location: 'y' });
    expect(await office.sync()).toEqual(each(0));
    office.person.editAll(source, series.id, { summary: 'All plans' });
    expect(await office.sync()).toEqual(each(0));
    office.person.editSlot(source, series.id, slots[1], { summary: 'One plan' });
    expect(await office.sync()).toEqual(each(0));
    office.person.editSlot(source, series.id, slots[4], { summary: 'Another plan' });
    expect(await office.sync()).toEqual(each(0));

    // One more moved slot.
    office.person.editSlot(source, series.id, slots[0], times('2026-03-25T08:00', '2026-03-25T09:00'));
    expect(await office.sync()).toEqual(each(1));
    const more = { ...changed, '03-24': '03-25 08:00-09:00' };
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(more));

    // End moved: nearer, further, gone.
    for (const rule of ['COUNT=26', 'COUNT=60', 'UNTIL=20261231T225959Z', 'INTERVAL=1']) {
      office.person.patchEvent(source, series.id, { recurrence: [`RRULE:FREQ=WEEKLY;${rule}`] });
      expect([rule, ...(await office.sync())]).toEqual([rule, ...each(1)]);
    }
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(more));
  });

  it.each<[string, (series: PersonEvent) => void, number, Record<string, string | null>]>([
    [
      'one slot moved',
      (series) => office.person.editSlot(source, series.id, slots[1], times('2026-04-01T14:00', '2026-04-01T15:00')),
      1,
      { '03-31': '04-01 14:00-15:00' },
    ],
    ['one slot cancelled', (series) => office.person.deleteSlot(source, series.id, slots[1]), 1, { '03-31': null }],
    [
      'one slot moved twice between two syncs',
      (series) => {
        office.person.editSlot(source, series.id, slots[1], times('2026-04-01T14:00', '2026-04-01T15:00'));
        office.person.editSlot(source, series.id, slots[1], times('2026-04-02T14:00', '2026-04-02T15:00'));
      },
      1,
      { '03-31': '04-02 14:00-15:00' },
    ],
    [
      'one slot moved and moved back between two syncs',
      (series) => {
        office.person.editSlot(source, series.id, slots[1], times('2026-04-01T14:00', '2026-04-01T15:00'));
        office.person.editSlot(source, series.id, slots[1], times('2026-03-31T10:00', '2026-03-31T11:00'));
      },
      0,
      {},
    ],
    [
      'all slots an hour longer',
      (series) => office.person.patchEvent(source, series.id, { end: berlin('2026-03-24T12:00') }),
      1,
      Object.fromEntries(['03-24', '03-31', '04-07', '04-14', '04-21'].map((date) => [date, `${date} 10:00-12:00`])),
    ],
    [
      'another start: a new series and the old one away',
      (series) => office.person.patchEvent(source, series.id, times('2026-03-24T12:00', '2026-03-24T13:00')),
      2,
      Object.fromEntries(['03-24', '03-31', '04-07', '04-14', '04-21'].map((date) => [date, `${date} 12:00-13:00`])),
    ],
    [
      'marked free',
      (series) => office.person.patchEvent(source, series.id, { transparency: 'transparent' }),
      1,
      Object.fromEntries(['03-24', '03-31', '04-07', '04-14', '04-21'].map((date) => [date, null])),
    ],
    [
      'deleted',
      (series) => office.person.deleteEvent(source, series.id),
      1,
      Object.fromEntries(['03-24', '03-31', '04-07', '04-14', '04-21'].map((date) => [date, null])),
    ],
    [
      'its colour and reminders',
      (series) =>
        office.person.patchEvent(source, series.id, {
          colorId: '5',
          reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
        }),
      0,
      {},
    ],
    [
      'a guest added who is nobody here',
      (series) =>
        office.person.patchEvent(source, series.id, {
          attendees: [{ email: source, responseStatus: 'accepted' }, { email: 'ada@example.com' }],
        }),
      0,
      {},
    ],
  ])('%s', async (_, act, writes, picture) => {
    const series = office.person.createEvent(source, weekly);
    await office.sync();
    act(series);
    expect(await office.sync()).toEqual(each(writes));
    for (const target of targets) expect(await office.shows(target)).toEqual(tuesdays(picture));
  });

  it('a single event costs 1 write to make, move or remove, and a text edit 0', async () => {
    const event = office.person.createEvent(source, {
      summary: 'Lunch',
      ...times('2026-03-25T12:00', '2026-03-25T13:00'),
    });
    expect(await office.sync()).toEqual(each(1));
    office.person.patchEvent(source, event.id, { summary: 'Long lunch' });
    expect(await office.sync()).toEqual(each(0));
    office.person.moveTime(source, event.id, berlin('2026-03-26T12:00'), berlin('2026-03-26T13:00'));
    expect(await office.sync()).toEqual(each(1));
    office.person.deleteEvent(source, event.id);
    expect(await office.sync()).toEqual(each(1));
    expect(await office.shows()).toEqual([]);
  });

  it('a hundred unchanged events cost nothing when one changes', async () => {
    const events = Array.from({ length: 100 }, (_, index) =>
      office.person.createEvent(source, {
        summary: `${index}`,
        ...times(
          `2026-05-${String((index % 28) + 1).padStart(2, '0')}T08:00`,
          `2026-05-${String((index % 28) + 1).padStart(2, '0')}T09:00`,
        ),
      }),
    );
    expect(await office.sync()).toEqual(each(100));
    office.person.moveTime(source, events[41]?.id ?? '', berlin('2026-05-30T12:00'), berlin('2026-05-30T13:00'));
    expect(await office.sync()).toEqual(each(1));
  });
});
