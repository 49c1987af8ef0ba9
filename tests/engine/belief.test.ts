import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const world = mainCalendars(work, home);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: berlin(`${date}T${from}:00`),
  end: berlin(`${date}T${to}:00`),
});
const hours = (event: DumpedEvent | undefined): string =>
  [event?.start?.dateTime, event?.end?.dateTime]
    .map((time) => new Date(time ?? NaN).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' }))
    .join('-');

let place: Workplace;
let laptop: Laptop;

beforeEach(async () => {
  place = await openWorkplace({ world });
  laptop = await place.laptop();
  await laptop.sync();
});

afterEach(async () => {
  await place.close();
});

describe('a block that was deleted before any read showed it, then a full read', () => {
  const deletedUnseen = async (recurrence: readonly string[] = []): Promise<string> => {
    const event = place.simulator.person(work).createEvent(work, { ...timed('2026-03-25'), recurrence });
    await laptop.sync();
    place.simulator.person(home).deleteEvent(home, place.blocks(home)[0]?.id ?? '');
    laptop.store.forgetCursor(toCalendarId(home));
    return event.id;
  };

  it('is a mute after a second look, and nothing is written in vain', async () => {
    await deletedUnseen();
    // Once for each calendar it is found out whether it keeps marks of removals.
    expect(await laptop.sync()).toMatchObject({ writes: 2, errors: [] });
    expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
    expect(laptop.store.mutes()).toHaveLength(1);
    await laptop.expectQuiet();
  });

  it('comes back when its event has moved meanwhile', async () => {
    const id = await deletedUnseen();
    place.simulator.person(work).moveTime(work, id, berlin('2026-03-26T15:00:00'), berlin('2026-03-26T16:00:00'));
    expect(await laptop.sync()).toMatchObject({ added: 1, errors: [] });
    expect(
      place
        .blocks(home)
        .filter((one) => one.status !== 'cancelled')
        .map(hours),
    ).toEqual(['15:00-16:00']);
    await laptop.expectQuiet();
  });

  it('is looked at once where the list only lags behind, and no mute comes of it', async () => {
    const slow = await openWorkplace({ world, switches: { listLagMs: 400_000 } });
    const one = await slow.laptop();
    await one.sync();
    slow.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await one.sync();
    await one.sync();
    one.store.forgetCursor(toCalendarId(home));
    const run = await one.sync();
    expect(run).toMatchObject({ writes: 0, errors: [] });
    await one.sync();
    await one.sync();
    expect(slow.blocks(home).map(hours)).toEqual(['10:00-11:00']);
    expect(one.store.mutes()).toEqual([]);
    await one.expectQuiet();
    await slow.close();
  });
});

describe('an answer that says "gone" is believed, whoever asked', () => {
  it.each([
    ['an update of a single block', [], 'update'],
    ['one date of a series', ['RRULE:FREQ=WEEKLY;COUNT=6'], 'slot'],
  ] as const)('%s', async (_, recurrence, kind) => {
    const person = place.simulator.person(work);
    const event = person.createEvent(work, { ...timed('2026-03-25'), recurrence });
    await laptop.sync();
    await laptop.expectQuiet();
    // Deleted after this run has read the calendar, so that the write is the first to meet it.
    const { provider } = laptop.deps;
    let once = true;
    Object.assign(
      provider,
      sendingBy({ ...provider }, (calls, next) => {
        if (once) place.simulator.person(home).deleteEvent(home, place.blocks(home)[0]?.id ?? '');
        once = false;
        return next(calls);
      }),
    );
    const id = kind === 'slot' ? `${event.id}_20260401T080000Z` : event.id;
    const date = kind === 'slot' ? '2026-04-01' : '2026-03-25';
    person.moveTime(work, id, berlin(`${date}T15:00:00`), berlin(`${date}T16:00:00`));
    const run = await laptop.sync();
    expect(run.errors).toEqual([]);
    const stored = laptop.store.liveBlocksByTarget().get(toCalendarId(home)) ?? 0;
    const shown = place.blocks(home).filter((one) => one.status !== 'cancelled').length;
    expect(stored).toBe(shown);
    await laptop.sync();
    await laptop.sync();
    // A moved event is blocked again; a series that is as it was stays away, because somebody deleted it.
    const live = place.blocks(home).filter((one) => one.status !== 'cancelled');
    expect(live.map(hours)).toEqual(kind === 'slot' ? [] : ['15:00-16:00']);
    await laptop.expectQuiet();
  });
});

describe('"another computer keeps it" ends when the event has changed since that computer wrote', () => {
  const show = (of: Laptop, buffers: object): void => {
    of.store.saveSettings({ ...of.store.settings(), block: { ...defaultBlockPolicy, ...buffers } });
  };
  const shown = (): readonly string[] =>
    place
      .blocks(home)
      .filter((one) => one.status !== 'cancelled')
      .map(hours);

  it('10-11, B writes 9-12, and back to 10-11 with B off: 10-11', async () => {
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('2026-03-25'));
    const other = await place.laptop();
    await laptop.sync();
    // The first computer is off while the event is longer, and the second one writes it so.
    person.moveTime(work, event.id, berlin('2026-03-25T09:00:00'), berlin('2026-03-25T12:00:00'));
    await other.sync();
    expect(shown()).toEqual(['09:00-12:00']);
    person.moveTime(work, event.id, berlin('2026-03-25T10:00:00'), berlin('2026-03-25T11:00:00'));
    await laptop.sync();
    expect(shown()).toEqual(['10:00-11:00']);
    await laptop.expectQuiet();
    await other.sync();
    await other.expectQuiet();
  });

  it('and where B has written minutes before and after, and the event moves away and back between two reads', async () => {
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('2026-03-25'));
    const other = await place.laptop();
    await laptop.sync();
    show(other, { bufferBefore: 60, bufferAfter: 60 });
    await other.sync();
    await laptop.sync();
    await laptop.expectQuiet();
    expect(shown()).toEqual(['09:00-12:00']);
    person.moveTime(work, event.id, berlin('2026-03-26T10:00:00'), berlin('2026-03-26T11:00:00'));
    person.moveTime(work, event.id, berlin('2026-03-25T10:00:00'), berlin('2026-03-25T11:00:00'));
    await laptop.sync();
    expect(shown()).toEqual(['10:00-11:00']);
    await laptop.expectQuiet();
    // On again, the other one says once more how it wants it; then both rest.
    await other.sync();
    expect(shown()).toEqual(['09:00-12:00']);
    await laptop.sync();
    await laptop.expectQuiet();
    await other.expectQuiet();
  });

  it('a restored backup is such another computer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'calsync-'));
    const file = join(folder, 'calsync.db');
    const before = await place.laptop({ file });
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('2026-03-25'));
    await before.sync();
    await before.sync();
    before.close();
    copyFileSync(file, `${file}.backup`);
    const later = await place.laptop({ file });
    person.moveTime(work, event.id, berlin('2026-03-25T09:00:00'), berlin('2026-03-25T12:00:00'));
    await later.sync();
    expect(shown()).toEqual(['09:00-12:00']);
    later.close();
    person.moveTime(work, event.id, berlin('2026-03-25T10:00:00'), berlin('2026-03-25T11:00:00'));
    const restored = await place.laptop({ file: `${file}.backup` });
    await restored.sync();
    expect(shown()).toEqual(['10:00-11:00']);
    await restored.expectQuiet();
  });
});
