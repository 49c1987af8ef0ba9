import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const world = mainCalendars(work, home);

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const freeSeries = {
  summary: 'Office hour',
  start: berlin('2026-03-25T10:00:00'),
  end: berlin('2026-03-25T11:00:00'),
  recurrence: ['RRULE:FREQ=WEEKLY;COUNT=8'],
  transparency: 'transparent',
};

let place: Workplace;
beforeEach(async () => {
  place = await openWorkplace({ world });
});
afterEach(async () => {
  await place.close();
});

const live = (): readonly DumpedEvent[] => place.blocks(home).filter((block) => block.status !== 'cancelled');
const minutesBefore = (laptop: Laptop, bufferBefore: number): void => {
  laptop.store.saveSettings({ ...laptop.store.settings(), block: { ...defaultBlockPolicy, bufferBefore } });
};

/** Ends with nothing of ours, and nothing to do. */
async function expectNoneLeft(laptop: Laptop): Promise<void> {
  await laptop.sync();
  await laptop.sync();
  expect(live()).toEqual([]);
  await laptop.expectQuiet();
}

describe('a free series with one busy date that is deleted', () => {
  it.each([
    ['the date', 0],
    ['the series', 0],
    ['the series, whose blocks begin earlier', 15],
  ] as const)('%s, with the database lost: no block is left', async (what, before) => {
    const person = place.simulator.person(work);
    const series = person.createEvent(work, freeSeries);
    const date = `${series.id}_20260401T080000Z`;
    person.patchEvent(work, date, { transparency: 'opaque' });
    const first = await place.laptop();
    minutesBefore(first, before);
    await first.sync();
    expect(live()).toHaveLength(1);
    first.close();
    person.deleteEvent(work, what === 'the date' ? date : series.id);
    await expectNoneLeft(await place.laptop());
  });

  it.each(['the date', 'the series', 'the busy mark'] as const)(
    '%s, with the database restored from an older copy: no block is left',
    async (what) => {
      const file = join(mkdtempSync(join(tmpdir(), 'calsync-')), 'calsync.db');
      const person = place.simulator.person(work);
      const series = person.createEvent(work, freeSeries);
      const first = await place.laptop({ file });
      await first.sync();
      await first.sync();
      first.close();
      copyFileSync(file, `${file}.older`);
      const later = await place.laptop({ file });
      const date = `${series.id}_20260401T080000Z`;
      person.patchEvent(work, date, { transparency: 'opaque' });
      await later.sync();
      expect(live()).toHaveLength(1);
      later.close();
      if (what === 'the busy mark') person.patchEvent(work, date, { transparency: 'transparent' });
      else person.deleteEvent(work, what === 'the date' ? date : series.id);
      await expectNoneLeft(await place.laptop({ file: `${file}.older` }));
    },
  );
});

describe('a block of another computer, whose event was deleted before its calendar was read here', () => {
  const hour = 3_600_000;
  const meeting = { summary: 'Board', start: berlin('2026-03-25T10:00:00'), end: berlin('2026-03-25T11:00:00') };
  const share = (role: 'reader' | null): void => place.simulator.person(work).shareCalendar(work, home, role);
  let eventId: string;
  let second: Laptop;

  beforeEach(async () => {
    second = await place.laptop({ emails: [home] });
    share('reader');
    eventId = place.simulator.person(work).createEvent(work, meeting).id;
    const first = await place.laptop();
    await first.sync();
    first.close();
    await place.clock.advance(hour);
  });

  /** It is looked for where this computer can ask, which does not explain it; then its event is deleted. */
  async function lookInVain(): Promise<void> {
    await second.sync();
    await second.sync();
    expect(live()).toHaveLength(1);
    place.simulator.person(work).deleteEvent(work, eventId);
  }

  it('goes when that calendar becomes a source', async () => {
    await lookInVain();
    second.use(work, { source: true, target: false });
    await expectNoneLeft(second);
  });

  it('goes when that calendar is shared again', async () => {
    await second.sync();
    second.use(work, { source: true, target: false });
    share(null);
    await place.clock.advance(hour);
    await lookInVain();
    share('reader');
    await place.clock.advance(hour);
    await expectNoneLeft(second);
  });
});
