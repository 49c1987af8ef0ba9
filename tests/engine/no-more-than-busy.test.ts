import { afterEach, describe, expect, it } from 'vitest';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { toAccountId } from '../../src/shared/ids.ts';
import { day } from '../../src/shared/time.ts';
import type { World } from '../../src/simulator/index.ts';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const world = mainCalendars(work, home);

const inZone = (timeZone: string, date: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: { dateTime: `${date}T${from}:00`, timeZone },
  end: { dateTime: `${date}T${to}:00`, timeZone },
});

let place: Workplace;

async function open(with_: World = world): Promise<Laptop> {
  place = await openWorkplace({ world: with_, switches: { placesInBlocks: 'allowed' } });
  const laptop = await place.laptop({ emails: [work, home] });
  await laptop.sync();
  return laptop;
}

afterEach(async () => {
  await place.close();
});

type Shown = DumpedEvent & { readonly location?: string; readonly description?: string };
const blocksOn = (id: string) => place.blocks(id).filter((one) => one.status !== 'cancelled') as readonly Shown[];
const zones = (id: string): readonly (string | undefined)[] =>
  blocksOn(id).flatMap((one) => [one.start?.timeZone, one.end?.timeZone]);

describe('the time zone of an event', () => {
  it('is not on the block of a single event, and the time is right', async () => {
    const laptop = await open();
    place.simulator.person(work).createEvent(work, inZone('Asia/Tokyo', '2026-03-25'));
    expect(await laptop.sync()).toMatchObject({ added: 1 });
    expect(zones(home)).toEqual([undefined, undefined]);
    expect(Date.parse(blocksOn(home)[0]?.start?.dateTime ?? '')).toBe(Date.UTC(2026, 2, 25, 1));
    await laptop.expectQuiet();
  });

  it('is on the block of a series, whose moved dates say that zone and none of their own', async () => {
    const laptop = await open();
    const person = place.simulator.person(work);
    const series = person.createEvent(work, {
      ...inZone('Europe/Paris', '2026-03-24'),
      recurrence: ['RRULE:FREQ=WEEKLY'],
    });
    person.editSlot(work, series.id, '2026-03-31T10:00:00+02:00', inZone('Asia/Tokyo', '2026-03-31', '20:00', '21:00'));
    await laptop.sync();
    expect(zones(home)).toEqual(['Europe/Paris', 'Europe/Paris']);
    const all = (place.simulator.dump().find((one) => one.id === home)?.events ?? []) as unknown as readonly Shown[];
    const moved = all.filter((one) => one.recurringEventId !== undefined);
    expect(moved.map((one) => [one.start?.timeZone, Date.parse(one.start?.dateTime ?? '')])).toEqual([
      ['Europe/Paris', Date.UTC(2026, 2, 31, 11)],
    ]);
    await laptop.expectQuiet();
  });

  it('on blocks of earlier builds is taken away once, except where they are over', async () => {
    const laptop = await open();
    const person = place.simulator.person(work);
    person.createEvent(work, inZone('Asia/Tokyo', '2026-03-24'));
    person.createEvent(work, inZone('Asia/Tokyo', '2026-04-24'));
    await laptop.sync();
    await laptop.clock.advance(5 * day);
    // As they were written: the same moments, in the zone of the event.
    for (const { id, start } of blocksOn(home)) {
      const date = start?.dateTime?.slice(0, 10) ?? '';
      place.simulator.person(home).patchEvent(home, id, inZone('Asia/Tokyo', date));
      place.simulator.person(home).patchEvent(home, id, { summary: '🔒 Busy' });
    }
    expect(await laptop.sync()).toMatchObject({ changed: 1, writes: 1 });
    expect(new Map(blocksOn(home).map((one) => [one.start?.dateTime?.slice(5, 10), one.start?.timeZone]))).toEqual(
      new Map([
        ['03-24', 'Asia/Tokyo'],
        ['04-24', undefined],
      ]),
    );
    await laptop.expectQuiet();
  });

  it.each(['Europe/Berlin', 'UTC'])(
    'may be said where the calendar itself answers with its own, or %s',
    async (zone) => {
      const laptop = await open();
      place.simulator.person(work).createEvent(work, inZone('Asia/Tokyo', '2026-03-25', '17:00', '18:00'));
      await laptop.sync();
      const [block] = blocksOn(home);
      const at = zone === 'UTC' ? (['08:00', '09:00'] as const) : (['09:00', '10:00'] as const);
      const { start, end } = inZone(zone, '2026-03-25', ...at);
      place.simulator.person(home).patchEvent(home, block?.id ?? '', { start, end });
      expect(await laptop.sync()).toMatchObject({ writes: 0 });
      await laptop.expectQuiet();
    },
  );
});

describe('private-event', () => {
  const told = (laptop: Laptop, tellPrivate: boolean): void => {
    const block = { ...defaultBlockPolicy, summary: '{title}', place: true, tellPrivate };
    laptop.store.saveSettings({ ...laptop.store.settings(), block });
    laptop.store.markAllDirty();
  };

  it('private and confidential events stay busy and without their place on a route that tells both', async () => {
    const laptop = await open(caseWorld('private-event'));
    told(laptop, false);
    await laptop.sync();
    const shown = blocksOn(work).map(({ summary, location }) => `${summary ?? ''} ${location ?? ''}`.trim());
    expect(shown).not.toContain('Therapy Dr. Falk, Hauptstr. 1');
    expect(JSON.stringify(blocksOn(work))).not.toMatch(/Therapy|Falk|Secret offer/);
    expect(shown.filter((one) => one === '🔒 Busy')).toHaveLength(2);
    await laptop.expectQuiet();
    // Chosen for that route, they are told; and taken back, they are not.
    told(laptop, true);
    await laptop.sync();
    expect(
      blocksOn(work)
        .map(({ summary, location }) => [summary, location])
        .sort(),
    ).toEqual([
      ['Choir', undefined],
      ['Secret offer', undefined],
      ['Therapy', 'Dr. Falk, Hauptstr. 1'],
    ]);
    await laptop.expectQuiet();
    told(laptop, false);
    await laptop.sync();
    expect(JSON.stringify(blocksOn(work))).not.toMatch(/Therapy|Falk|Secret offer/);
    await laptop.expectQuiet();
  });

  it('an event that becomes private loses its title on its block', async () => {
    const laptop = await open();
    told(laptop, false);
    const event = place.simulator.person(work).createEvent(work, inZone('Europe/Berlin', '2026-03-25'));
    await laptop.sync();
    expect(blocksOn(home).map(({ summary }) => summary)).toEqual(['Secret plans']);
    place.simulator.person(work).patchEvent(work, event.id, { visibility: 'private' });
    await laptop.sync();
    expect(blocksOn(home).map(({ summary }) => summary)).toEqual(['🔒 Busy']);
    await laptop.expectQuiet();
  });
});

describe('words that a person wrote onto a block by hand', () => {
  const scribbled = { summary: 'Dentist, Dr. Falk', description: 'bring the card', location: 'Hauptstr. 1' };

  it.each([
    ['as usual', defaultBlockPolicy.summary, '🔒 Busy'],
    ['with a summary of the route', 'Away', 'Away'],
    ['with titles, which nothing proves any more', '{title}', '🔒 Busy'],
  ])('are put right when its event is not known any more: %s', async (_, summary, right) => {
    const laptop = await open();
    laptop.store.saveSettings({ ...laptop.store.settings(), block: { ...defaultBlockPolicy, summary } });
    place.simulator.person(work).createEvent(work, inZone('Europe/Berlin', '2026-03-25'));
    await laptop.sync();
    const account = laptop.store.accounts().find((one) => one.email === work);
    laptop.store.removeAccount(account?.id ?? toAccountId(''));
    await laptop.sync();
    const [block] = blocksOn(home);
    place.simulator.person(home).patchEvent(home, block?.id ?? '', scribbled);
    expect(await laptop.sync()).toMatchObject({ writes: 1, removed: 0 });
    expect(blocksOn(home)[0]).toMatchObject({ id: block?.id, summary: right, start: block?.start });
    expect(JSON.stringify(blocksOn(home))).not.toMatch(/Dentist|card|Hauptstr/);
    await laptop.expectQuiet();
  });

  it('are left on the block of another computer, whose event was never known here', async () => {
    const laptop = await open();
    place.simulator.person(work).createEvent(work, inZone('Europe/Berlin', '2026-03-25'));
    await laptop.sync();
    const other = await place.laptop({ emails: [home] });
    await other.sync();
    const [block] = blocksOn(home);
    place.simulator.person(home).patchEvent(home, block?.id ?? '', scribbled);
    expect(await other.sync()).toMatchObject({ writes: 0 });
    // The computer that knows the event puts it right.
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    expect(blocksOn(home)[0]?.summary).toBe('🔒 Busy');
    await laptop.expectQuiet();
  });
});
