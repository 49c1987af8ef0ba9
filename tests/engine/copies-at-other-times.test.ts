import { afterEach, expect, it } from 'vitest';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace, type Workplace } from '../support/laptop.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const client = 'client@studio.example';

let place: Workplace;
afterEach(async () => {
  await place.close();
});

const hours = (id: string): string[] =>
  place
    .blocks(id)
    .map((block) => new Date(block.start?.dateTime ?? NaN).toISOString().slice(11, 16))
    .sort();

it('one-copy-moves: both times are blocked where they are not held', async () => {
  place = await openWorkplace({ world: caseWorld('one-copy-moves') });
  const laptop = await place.laptop();
  await laptop.sync();
  expect([hours(work), hours(home), hours(client)]).toEqual([[], [], ['09:00']]);
  const berlin = (time: string) => ({ dateTime: `2026-03-26T${time}:00`, timeZone: 'Europe/Berlin' });
  place.simulator.person(home).moveTime(home, 'imp02', berlin('16:00'), berlin('18:00'));
  await laptop.sync();
  expect([hours(work), hours(home), hours(client)]).toEqual([['15:00'], ['09:00'], ['09:00', '15:00']]);
  await laptop.expectQuiet();
  place.simulator.person(home).moveTime(home, 'imp02', berlin('10:00'), berlin('12:00'));
  await laptop.sync();
  expect([hours(work), hours(home), hours(client)]).toEqual([[], [], ['09:00']]);
  await laptop.expectQuiet();
});
