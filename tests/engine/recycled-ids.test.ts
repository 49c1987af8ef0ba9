import { afterEach, expect, it } from 'vitest';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const feed = 'feed0001@import.calendar.example';

let place: Workplace;
afterEach(async () => {
  await place.close();
});

const liveRows = () => place.events(feed).filter((event) => event.status !== 'cancelled');

/** Makes the same events under new ids; returns what deletes the old ones. */
function addAnew(round: number): () => void {
  const person = place.simulator.person(home);
  const live = liveRows();
  for (const { id, start, end, summary } of live) {
    const name = { id: `r${round}${id}`, summary: summary ?? 'Shift' };
    person.createEvent(feed, { ...name, start: start ?? {}, end: end ?? {} });
  }
  return () => {
    for (const { id } of live) person.deleteEvent(feed, id);
  };
}

/** Deletes all events of the feed and makes the same ones under new ids. */
function refresh(round: number): number {
  const count = liveRows().length;
  addAnew(round)();
  return count;
}

const shownStart = (start: { readonly dateTime?: string }): string => start.dateTime ?? '';

const shown = (id: string): string[] =>
  place
    .blocks(id)
    .map((block) => block.start?.dateTime ?? '')
    .sort();

it('feed-with-new-ids: the blocks stand for the new events; nothing doubled, no question; two installs agree', async () => {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  const laptop: Laptop = await place.laptop();
  await laptop.sync();
  const before = [shown(work), shown(home)];
  const targets = before.filter((list) => list.length > 0).length;
  const count = refresh(1);
  expect(count).toBeGreaterThan(10);
  const run = await laptop.sync();
  expect(run).toMatchObject({ added: 0, changed: targets * count, removed: 0, held: 0, writes: 2 * targets * count });
  expect([shown(work), shown(home)]).toEqual(before);
  await laptop.expectQuiet();

  const other = await place.laptop();
  expect(await other.sync()).toMatchObject({ writes: 0 });
  refresh(2);
  await other.sync();
  await laptop.sync();
  expect([shown(work), shown(home)]).toEqual(before);
  expect([...laptop.store.holds(), ...other.store.holds(), ...laptop.store.mutes(), ...other.store.mutes()]).toEqual(
    [],
  );
  await other.expectQuiet();
  await laptop.expectQuiet();
}, 60_000);

it('feed-with-new-ids: new rows in one run and the deletions in the next ask nothing', async () => {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  const laptop: Laptop = await place.laptop();
  await laptop.sync();
  const before = [shown(work), shown(home)];
  const removeOld = addAnew(1);
  // Until the calendar says which ones are gone these are two events at one time.
  await laptop.sync();
  expect(shown(work)).toHaveLength(2 * (before[0]?.length ?? 0));
  removeOld();
  expect(await laptop.sync()).toMatchObject({ held: 0 });
  expect([shown(work), shown(home)]).toEqual(before);
  expect(laptop.store.holds()).toEqual([]);
  await laptop.expectQuiet();
}, 60_000);

it('feed-with-new-ids: a kill between the two ends of the pairs asks nothing', async () => {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  let killing = false;
  const laptop: Laptop = await place.laptop({
    wrap: (provider) =>
      sendingBy(provider, (calls, next) => {
        if (killing && calls.some((call) => call.kind === 'remove')) throw new Error('killed');
        return next(calls);
      }),
  });
  await laptop.sync();
  const before = [shown(work), shown(home)];
  refresh(1);
  killing = true;
  await expect(laptop.sync()).rejects.toThrow('killed');
  expect(shown(work).length).toBeGreaterThan(before[0]?.length ?? 0);
  killing = false;
  expect(await laptop.sync()).toMatchObject({ held: 0 });
  expect([shown(work), shown(home)]).toEqual(before);
  await laptop.expectQuiet();
}, 60_000);

it('feed-with-new-ids: deletions for which nothing stands instead are asked about as ever', async () => {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  const laptop: Laptop = await place.laptop();
  await laptop.sync();
  const before = shown(work);
  const person = place.simulator.person(home);
  for (const { id } of liveRows()) person.deleteEvent(feed, id);
  expect((await laptop.sync()).held).toBeGreaterThan(10);
  expect(shown(work)).toEqual(before);
}, 60_000);

it('feed-with-new-ids: a block that the person deleted stays away under each new id, and no other one goes with it', async () => {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  place.simulator.state.switches.cancellingUpdate = 'kept';
  const laptop: Laptop = await place.laptop();
  // Another event at the very same time is none of it.
  const [first] = liveRows();
  const { start = {}, end = {} } = first ?? {};
  place.simulator.person(home).createEvent(feed, { id: 'twin00001', summary: 'Another', start, end });
  await laptop.sync();
  const [block] = place.blocks(work).filter(({ start: at }) => at?.dateTime === shownStart(start));
  place.simulator.person(work).deleteEvent(work, block?.id ?? '');
  for (let turn = 0; turn < 3; turn += 1) await laptop.sync();
  const before = shown(work);
  expect(laptop.store.mutes()).toHaveLength(1);
  for (const round of [1, 2, 3]) {
    refresh(round);
    await laptop.sync();
    expect(shown(work)).toEqual(before);
    await laptop.expectQuiet();
  }
  // One that is made later, when the other one has been gone for a while, is an event of its own.
  const person = place.simulator.person(home);
  const same = liveRows().filter((event) => event.start?.dateTime === first?.start?.dateTime);
  for (const { id } of same) person.deleteEvent(feed, id);
  await laptop.sync();
  await laptop.sync();
  for (const { summary } of same) person.createEvent(feed, { summary: summary ?? '', start, end });
  await laptop.sync();
  expect(shown(work)).toHaveLength(before.length + 1);
  await laptop.expectQuiet();
}, 60_000);

it('feed-with-new-ids: a date of a series that the person deleted stays away under a new id', async () => {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  place.simulator.state.switches.cancellingUpdate = 'kept';
  const laptop: Laptop = await place.laptop();
  const person = place.simulator.person(home);
  const series = (id: string) =>
    person.createEvent(feed, {
      id,
      summary: 'Standup',
      start: { dateTime: '2026-04-06T07:00:00Z', timeZone: 'UTC' },
      end: { dateTime: '2026-04-06T07:15:00Z', timeZone: 'UTC' },
      recurrence: ['RRULE:FREQ=DAILY;COUNT=5'],
    });
  series('standup00001');
  await laptop.sync();
  const block = () => place.blocks(work).find(({ recurrence }) => recurrence !== undefined);
  // Put back once: of a date alone nothing tells yet who removed it.
  for (let time = 0; time < 2; time += 1) {
    place.simulator.person(work).deleteSlot(work, block()?.id ?? '', '2026-04-08T07:00:00Z');
    for (let turn = 0; turn < 3; turn += 1) await laptop.sync();
  }
  expect(laptop.store.mutes()).toMatchObject([{ slot: '20260408T070000Z' }]);
  person.deleteEvent(feed, 'standup00001');
  series('standup00002');
  await laptop.sync();
  await laptop.sync();
  await laptop.expectQuiet();
  const id = block()?.id ?? '';
  const dump = place.simulator.dump().find((calendar) => calendar.id === work)?.events ?? [];
  const away = dump.filter((event) => event['recurringEventId'] === id && event['status'] === 'cancelled');
  expect(away.map((event) => event['originalStartTime'])).toMatchObject([{ dateTime: '2026-04-08T09:00:00+02:00' }]);
});

const lunch = {
  summary: 'Lunch',
  start: { dateTime: '2026-04-06T10:00:00Z', timeZone: 'UTC' },
  end: { dateTime: '2026-04-06T11:00:00Z', timeZone: 'UTC' },
};

/** A lunch of the feed whose block the person has deleted. */
async function mutedLunch() {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  place.simulator.state.switches.cancellingUpdate = 'kept';
  const laptop: Laptop = await place.laptop();
  const person = place.simulator.person(home);
  const event = person.createEvent(feed, lunch);
  await laptop.sync();
  const atLunch = () => place.blocks(work).filter(({ start }) => start?.dateTime === '2026-04-06T12:00:00+02:00');
  place.simulator.person(work).deleteEvent(work, atLunch()[0]?.id ?? '');
  for (let turn = 0; turn < 3; turn += 1) await laptop.sync();
  expect(laptop.store.mutes()).toHaveLength(1);
  return { laptop, person, event, atLunch };
}

it('one that is moved to another calendar takes its mute along, and what is made in its place has its block', async () => {
  const { laptop, person, event: moved, atLunch } = await mutedLunch();
  person.moveToCalendar(feed, moved.id, home);
  await laptop.sync();
  expect(atLunch()).toEqual([]);
  await laptop.expectQuiet();
  // And back, with another appointment that looks the same where it was.
  person.moveToCalendar(home, moved.id, feed);
  person.createEvent(home, lunch);
  await laptop.sync();
  expect(atLunch()).toHaveLength(1);
  await laptop.expectQuiet();
});

it('one that looks the same and had a block before has not come in the place of a muted one', async () => {
  const { laptop, person, event: muted, atLunch } = await mutedLunch();
  const other = person.createEvent(feed, lunch);
  await laptop.sync();
  expect(atLunch()).toHaveLength(1);
  person.patchEvent(feed, other.id, { transparency: 'transparent' });
  await laptop.sync();
  expect(atLunch()).toEqual([]);
  // In one run the one goes and the other is busy again.
  person.deleteEvent(feed, muted.id);
  person.patchEvent(feed, other.id, { transparency: 'opaque' });
  await laptop.sync();
  expect(atLunch()).toHaveLength(1);
  await laptop.expectQuiet();
});

it('a copy on a calendar that nobody reads any more does not keep a mute from its event', async () => {
  place = await openWorkplace({ world: caseWorld('feed-with-new-ids') });
  place.simulator.state.switches.cancellingUpdate = 'kept';
  const laptop: Laptop = await place.laptop();
  const person = place.simulator.person(home);
  const club = person.createCalendar('Club', 'Europe/Berlin', 'club@group.calendar.example');
  const lunch = {
    iCalUID: 'lunch@club.example',
    summary: 'Lunch',
    start: { dateTime: '2026-04-06T10:00:00Z', timeZone: 'UTC' },
    end: { dateTime: '2026-04-06T11:00:00Z', timeZone: 'UTC' },
  };
  person.createEvent(club, lunch);
  const inFeed = person.createEvent(feed, lunch);
  await laptop.clock.advance(60 * 60_000);
  await laptop.sync();
  laptop.use(club, { source: true, target: false });
  await laptop.sync();
  // Its rows stay as they were.
  laptop.use(club, { source: false, target: false });
  await laptop.sync();
  await laptop.sync();
  const atLunch = () => place.blocks(work).filter(({ start }) => start?.dateTime === '2026-04-06T12:00:00+02:00');
  expect(atLunch()).toHaveLength(1);
  place.simulator.person(work).deleteEvent(work, atLunch()[0]?.id ?? '');
  for (let turn = 0; turn < 3; turn += 1) await laptop.sync();
  expect(laptop.store.mutes()).toHaveLength(1);
  person.deleteEvent(feed, inFeed.id);
  person.createEvent(feed, { ...lunch, iCalUID: 'lunch-2@club.example' });
  await laptop.sync();
  expect(atLunch()).toEqual([]);
  await laptop.expectQuiet();
});
