import { afterEach, expect, it } from 'vitest';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const feed = 'feed0001@import.calendar.example';

let place: Workplace;
afterEach(async () => {
  await place.close();
});

/** Deletes all events of the feed and makes the same ones under new ids. */
function refresh(round: number): number {
  const person = place.simulator.person(home);
  const live = place.events(feed).filter((event) => event.status !== 'cancelled');
  for (const { id } of live) person.deleteEvent(feed, id);
  for (const { id, start, end } of live) {
    person.createEvent(feed, { id: `r${round}${id}`, summary: 'Shift', start: start ?? {}, end: end ?? {} });
  }
  return live.length;
}

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
