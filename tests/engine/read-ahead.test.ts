import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import type { Store } from '../../src/main/ports/store.ts';
import type { World } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';

const work = 'work@northwind.example';
const ids = [work, ...Array.from({ length: 19 }, (_, index) => `team${index}@group.example`)];

const world: World = {
  accounts: [
    {
      email: work,
      name: 'Work',
      calendars: ids.map((id) => ({
        ...{ id, summary: id, timeZone: 'Europe/Berlin', accessRole: 'owner' as const, primary: id === work },
      })),
    },
  ],
};

let place: Workplace;
let laptop: Laptop;
/** Reads that wait for their answer, and the most that ever did. */
let asked: string[] = [];
let most = 0;
let stored: string[] = [];
/** What happens before an answer comes. */
let before: (calendarId: string) => Promise<void> = () => Promise.resolve();

const wrap = (provider: CalendarProvider): CalendarProvider => ({
  ...provider,
  readEvents: async (...request) => {
    asked.push(request[2]);
    most = Math.max(most, asked.length - stored.length);
    await before(request[2]);
    return provider.readEvents(...request);
  },
});
const wrapStore = (store: Store): Store => ({
  ...store,
  storePage: (page) => {
    stored.push(page.calendarId);
    return store.storePage(page);
  },
});

beforeEach(async () => {
  place = await openWorkplace({ world });
  before = () => Promise.resolve();
  laptop = await place.laptop({ wrap, wrapStore });
  await laptop.sync();
  asked = [];
  stored = [];
  most = 0;
});
afterEach(() => place.close());

describe('the calendars of one account', () => {
  it('are read four at once, each once, and stored in their order, whichever answer comes first', async () => {
    before = async (id) => {
      // The first of each four answers last.
      for (let turn = 0; turn < 40 - (ids.indexOf(id) % 4) * 10; turn += 1) await new Promise(setImmediate);
    };
    expect(await laptop.sync()).toMatchObject({ outcome: 'ok', requests: { 'events.list': 20 } });
    expect(asked).toHaveLength(20);
    expect(stored).toEqual(asked);
    expect(most).toBe(4);
    await laptop.expectQuiet();
  });

  it('are left alone once the account does not answer: no more than four have been asked', async () => {
    place.simulator.faults.add({ kind: 'quotaExceeded', times: null });
    const run = await laptop.sync();
    expect(run.outcome).toBe('failed');
    expect(new Set(asked).size).toBe(4);
    expect(stored).toEqual([]);
    place.simulator.faults.clear();
    await laptop.clock.advance(24 * 3_600_000);
    await laptop.sync();
    await laptop.expectQuiet();
  });

  it('are read anew where one has lost its place, and none is asked twice for it', async () => {
    place.simulator.faults.add({ kind: 'syncTokenExpired', calendar: ids[2] ?? '', times: 1 });
    const run = await laptop.sync();
    expect(run).toMatchObject({ outcome: 'ok', writes: 0 });
    expect(asked.filter((id) => id === ids[2])).toHaveLength(2);
    expect(asked).toHaveLength(21);
    await laptop.expectQuiet();
  });

  it('are gone on with where the process ended while some answers were under way', async () => {
    const person = place.simulator.person(work);
    for (const [index, id] of ids.entries()) {
      person.createEvent(id, {
        summary: 'Plans',
        start: { dateTime: `2026-03-27T${String(index % 20).padStart(2, '0')}:00:00`, timeZone: 'Europe/Berlin' },
        end: { dateTime: `2026-03-27T${String(index % 20).padStart(2, '0')}:30:00`, timeZone: 'Europe/Berlin' },
      });
    }
    before = (id) => (id === ids[5] ? Promise.reject(new Error('killed')) : Promise.resolve());
    await expect(laptop.sync()).rejects.toThrow('killed');
    before = () => Promise.resolve();
    await laptop.sync();
    await laptop.sync();
    for (const id of ids) expect(place.blocks(id)).toHaveLength(19);
    await laptop.expectQuiet();
  });
});
