import { afterEach, describe, expect, it } from 'vitest';
import { openWorkplace, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let place: Workplace;

afterEach(async () => {
  await place.close();
});

const world = mainCalendars(work, home);

/** Starts of all that a calendar shows from March 2026 to March 2027, as the service itself expands it. */
async function shown(calendarId: string): Promise<readonly string[]> {
  const { accessToken } = place.simulator.issueTokens(calendarId);
  const query = 'singleEvents=true&timeMin=2026-03-01T00:00:00Z&timeMax=2027-03-01T00:00:00Z&maxResults=2500';
  const url = `${place.simulator.url}/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events?${query}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  const { items } = (await answer.json()) as { items: { start: { dateTime?: string; date?: string } }[] };
  // The service answers in the zone of each calendar, which is the same here.
  return items.map(({ start }) => start.dateTime ?? start.date ?? '').sort();
}

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });

describe('rules as Google really does them, through a whole cycle', () => {
  it.each([
    // A Monday: the start counts beside the five.
    ['a start off its rule', ['RRULE:FREQ=WEEKLY;BYDAY=TU,TH,SA;COUNT=5'], 6],
    [
      'a start off its rule, and one date left out',
      ['RRULE:FREQ=WEEKLY;BYDAY=TU,TH,SA;COUNT=5', 'EXDATE;TZID=Europe/Berlin:20260402T100000'],
      5,
    ],
    ['a start off a rule of months', ['RRULE:FREQ=MONTHLY;BYMONTHDAY=1;COUNT=3'], 4],
    ['UNTIL before the start', ['RRULE:FREQ=DAILY;UNTIL=20260316T000000Z'], 1],
    ['COUNT=0', ['RRULE:FREQ=DAILY;COUNT=0'], null],
    ['the last of two days', ['RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;COUNT=4'], null],
    ['a rule finer than daily', ['RRULE:FREQ=HOURLY;INTERVAL=3;COUNT=5'], 5],
  ])('%s', async (_, recurrence, slots) => {
    place = await openWorkplace({ world });
    const laptop = await place.laptop({ emails: [work, home] });
    place.simulator.person(work).createEvent(work, {
      summary: 'Training',
      start: berlin('2026-03-30T10:00:00'),
      end: berlin('2026-03-30T11:00:00'),
      recurrence,
    });
    await laptop.sync();
    await laptop.expectQuiet();
    const there = await shown(work);
    expect(await shown(home)).toEqual(there);
    expect(there.length).toBeGreaterThan(0);
    if (slots !== null) expect(there).toHaveLength(slots);

    // A date is called off, the rest moves: the block follows whatever its rule is.
    if (there.length > 1) {
      const [row] = place.events(work).filter((event) => event.recurringEventId === undefined);
      const [, second = ''] = there;
      const slot = `${new Date(second).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
      place.simulator.person(work).deleteSlot(work, row?.id ?? '', slot);
      await laptop.sync();
      await laptop.expectQuiet();
      const left = await shown(work);
      expect(left).toHaveLength(there.length - 1);
      expect(await shown(home)).toEqual(left);
    }
  });
});
