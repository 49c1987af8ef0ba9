import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCycle } from '../../src/main/engine/cycle.ts';
import type { ProviderCall } from '../../src/main/ports/provider.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const client = 'client@studio.example';

const world = mainCalendars(work, home, client);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: berlin(`${date}T${from}:00`),
  end: berlin(`${date}T${to}:00`),
});
const weekly = (date: string) => ({ ...timed(date), recurrence: ['RRULE:FREQ=WEEKLY'] });
const startOf = (event: DumpedEvent | undefined): string => new Date(event?.start?.dateTime ?? NaN).toISOString();

let place: Workplace;
let laptop: Laptop;
const others = [home, client];

beforeEach(async () => {
  place = await openWorkplace({ world });
  laptop = await place.laptop();
  await laptop.sync();
});

afterEach(async () => {
  await place.close();
});

/** A weekly series with its blocks, whose start is then moved: each block has to be made anew. */
async function reshaped(): Promise<void> {
  const person = place.simulator.person(work);
  const series = person.createEvent(work, weekly('2026-03-24'));
  await laptop.sync();
  person.patchEvent(work, series.id, {
    start: berlin('2026-03-24T12:00:00'),
    end: berlin('2026-03-24T13:00:00'),
  });
}

function expectReshaped(): void {
  for (const id of others) expect(place.blocks(id).map(startOf)).toEqual(['2026-03-24T11:00:00.000Z']);
}

/** Another computer with the same database, whose provider is looked at or troubled before each sending. */
async function watched(file: string, before: (calls: readonly ProviderCall[]) => void): Promise<Laptop> {
  return place.laptop({
    file,
    wrap: (provider) =>
      sendingBy(provider, (calls, next) => {
        before(calls);
        return next(calls);
      }),
  });
}

const database = (): string => join(mkdtempSync(join(tmpdir(), 'calsync-replacement-')), 'calsync.db');

describe('a replacement', () => {
  it('is one change: in the counts of the run and in the activity', async () => {
    await reshaped();
    expect(await laptop.sync()).toMatchObject({ added: 0, changed: 2, removed: 0, writes: 4 });
    const [item] = laptop.store.recentActivity(1);
    expect(item).toMatchObject({ kind: 'changed', reason: 'series-reshaped', series: true });
    expect(item?.targetIds.toSorted()).toEqual([client, home]);
    expectReshaped();
    await laptop.expectQuiet();
  });

  it('never sends what goes in the same request as what comes', async () => {
    const requests: string[][] = [];
    laptop.close();
    laptop = await watched(':memory:', (calls) => void requests.push(calls.map((call) => call.kind)));
    await laptop.sync();
    await reshaped();
    requests.length = 0;
    await laptop.sync();
    // What each calendar does with the mark of a removal is asked once.
    expect(requests.flat().sort()).toEqual(['get', 'get', 'insert', 'insert', 'remove', 'remove']);
    for (const kinds of requests) expect(new Set(kinds).size).toBe(1);
    await laptop.expectQuiet();
  });

  it('leaves the old block where the new one is answered with 503', async () => {
    await reshaped();
    place.simulator.faults.add({
      kind: 'status503',
      request: 'events.insert',
      inBatch: true,
      times: null,
    });
    expect(await laptop.sync()).toMatchObject({ outcome: 'partial', added: 0, changed: 0, removed: 0 });
    for (const id of others) expect(place.blocks(id).map(startOf)).toEqual(['2026-03-24T09:00:00.000Z']);
    place.simulator.faults.clear();
    expect(await laptop.sync()).toMatchObject({ added: 0, changed: 2, removed: 0 });
    expectReshaped();
    await laptop.expectQuiet();
  });

  it('that was killed between its ends is closed by the next run: of two generations the older goes', async () => {
    const file = database();
    let killing = false;
    laptop.close();
    laptop = await watched(file, (calls) => {
      if (killing && calls.some((call) => call.kind === 'remove')) throw new Error('killed');
    });
    await laptop.sync();
    await reshaped();
    killing = true;
    await expect(laptop.sync()).rejects.toThrow('killed');
    expect(others.map((id) => place.blocks(id).length).toSorted()).toContain(2);
    laptop.close();
    const survivor = await place.laptop({ file });
    await survivor.sync();
    expectReshaped();
    await survivor.expectQuiet();
  });

  it('is closed when the run is called off between its ends', async () => {
    const file = database();
    const called = new AbortController();
    laptop.close();
    laptop = await watched(file, () => undefined);
    await laptop.sync();
    await reshaped();
    const { deps } = laptop;
    const provider = sendingBy(deps.provider, async (calls, next) => {
      const replies = await next(calls);
      if (calls.some((call) => call.kind === 'insert')) called.abort();
      return replies;
    });
    await laptop.clock.advance(5 * 60_000);
    const run = await runCycle(
      { ...deps, provider },
      { trigger: 'interval', signal: called.signal, onProgress: () => undefined },
    );
    expect(run.ok).toBe(true);
    for (const id of others) expect(place.blocks(id)).toHaveLength(1);
    await laptop.sync();
    expectReshaped();
    await laptop.expectQuiet();
  });
});

describe('another copy that gives the block from now on', () => {
  const meeting = { ...timed('2026-03-25'), iCalUID: 'supplier@outlook.example' };

  /** The meeting on two calendars, with one block on the third; then the copy that gives it is deleted. */
  async function handedOver(): Promise<void> {
    place.simulator.person(work).createEvent(work, { ...meeting, id: 'copyofwork' });
    const mine = place.simulator.person(home).createEvent(home, { ...meeting, id: 'copyofhome' });
    await laptop.sync();
    expect(place.blocks(client)).toHaveLength(1);
    place.simulator.person(home).deleteEvent(home, mine.id);
  }

  it('is one change, and what goes waits for what comes', async () => {
    await handedOver();
    place.simulator.faults.add({
      kind: 'status503',
      request: 'events.insert',
      inBatch: true,
      times: null,
    });
    const before = place.blocks(client).map((block) => block.id);
    await laptop.sync();
    expect(place.blocks(client).map((block) => block.id)).toEqual(before);
    place.simulator.faults.clear();
    // One more block on the calendar that held the meeting in person until now.
    expect(await laptop.sync()).toMatchObject({ added: 1, changed: 1, removed: 0 });
    expect(place.blocks(client)).toHaveLength(1);
    expect(place.blocks(client)[0]?.id).not.toBe(before[0]);
    await laptop.expectQuiet();
  });

  it('and a kill between the ends leaves nothing doubled', async () => {
    const file = database();
    let killing = false;
    laptop.close();
    laptop = await watched(file, (calls) => {
      if (killing && calls.some((call) => call.kind === 'remove')) throw new Error('killed');
    });
    await laptop.sync();
    await handedOver();
    killing = true;
    await expect(laptop.sync()).rejects.toThrow('killed');
    expect(place.blocks(client)).toHaveLength(2);
    laptop.close();
    const survivor = await place.laptop({ file });
    await survivor.sync();
    expect(place.blocks(client)).toHaveLength(1);
    expect(place.blocks(home)).toHaveLength(1);
    await survivor.expectQuiet();
  });
});
