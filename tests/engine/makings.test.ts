import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let place: Workplace;
let laptop: Laptop;

beforeEach(async () => {
  place = await openWorkplace({ world: mainCalendars(work, home) });
  laptop = await place.laptop();
  place.simulator.person(work).createEvent(work, {
    summary: 'Secret plans',
    start: { dateTime: '2026-03-25T10:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-25T11:00:00', timeZone: 'Europe/Berlin' },
  });
});

afterEach(async () => {
  await place.close();
});

describe('a block that was made although no answer said so', () => {
  it.each([
    { kind: 'cutAfterCommit', request: 'batch' },
    { kind: 'otherEvent', request: 'events.insert' },
    { kind: 'truncatedJson', request: 'events.insert' },
  ] as const)('goes when its calendar goes out of use before the next sync ($kind)', async (fault) => {
    place.simulator.faults.add({ ...fault, times: null });
    await laptop.sync();
    place.simulator.faults.clear();
    expect(place.blocks(home)).toHaveLength(1);
    laptop.use(work, { source: false, target: true });
    await laptop.sync();
    expect(place.blocks(home)).toEqual([]);
    await laptop.expectQuiet();
  });

  it('is taken for another computer’s where it was certainly not made here', async () => {
    const fault = { kind: 'unknownRefusal', request: 'events.insert', times: null } as const;
    place.simulator.faults.add(fault);
    await laptop.sync();
    place.simulator.faults.clear();
    const other = await place.laptop();
    await other.sync();
    expect(place.blocks(home)).toHaveLength(1);
    laptop.use(work, { source: false, target: true });
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(1);
  });
});
