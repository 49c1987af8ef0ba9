import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Capabilities } from '../../src/main/core/capabilities.ts';
import { partsOf } from '../../src/main/ports/block-writes.ts';
import type { BlockReply, BlockWrite, CalendarProvider } from '../../src/main/ports/provider.ts';
import { defaultBlockPolicy } from '../../src/main/core/policy.ts';
import { appError } from '../../src/shared/errors.ts';
import { ok } from '../../src/shared/result.ts';
import type { World } from '../../src/simulator/index.ts';
import { openWorkplace, type DumpedEvent, type Workplace } from '../support/laptop.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const calendar = (id: string) => ({
  ...{ id, summary: id, timeZone: 'Europe/Berlin', accessRole: 'owner' as const, primary: true },
});
const world: World = {
  accounts: [
    { email: work, name: 'Work', calendars: [calendar(work)] },
    { email: home, name: 'Home', calendars: [calendar(home)] },
  ],
};

let place: Workplace;
let folder: string;
/** What the service says that can be done on a calendar, by its id; as it is where nothing is said. */
let said: Record<string, Partial<Capabilities>> = {};
/** The calls of each request, and of what was asked for deleted events. */
let sent: number[] = [];
let searched: string[] = [];
let written: BlockWrite[] = [];
/** What the service says to writes instead of carrying them out; null where it takes them. */
let refuses: (writes: readonly BlockWrite[]) => Promise<readonly BlockReply[]> | null = () => null;

const wrap = (provider: CalendarProvider): CalendarProvider => ({
  ...sendingBy(provider, (calls, next) => {
    sent.push(calls.length);
    return next(calls);
  }),
  write: async (accountId, writes, signal) => {
    sent.push(writes.flatMap(partsOf).length);
    written.push(...writes);
    const blocks = writes.flatMap(({ whole, slots: [slot] }) => (whole ?? slot)?.eventId ?? []);
    expect(new Set(blocks.map((id) => id.split('_')[0])).size).toBe(writes.length);
    return refuses(writes) ?? provider.write(accountId, writes, signal);
  },
  listCalendars: async (...call) => {
    const listed = await provider.listCalendars(...call);
    if (!listed.ok) return listed;
    return ok(listed.value.map((one) => ({ ...one, capabilities: { ...one.capabilities, ...said[one.id] } })));
  },
  findDeleted: (accountId, calendarId, ...rest) => {
    searched.push(calendarId);
    return provider.findDeleted(accountId, calendarId, ...rest);
  },
});
const open = (name = 'calsync.db') => place.laptop({ file: join(folder, name), wrap });
const person = (email: string) => place.simulator.person(email);
const blocksOn = (id: string): readonly DumpedEvent[] =>
  ((place.simulator.dump().find((one) => one.id === id)?.events ?? []) as unknown as DumpedEvent[]).filter(
    (row) => row.status !== 'cancelled' && row.summary === defaultBlockPolicy.summary,
  );
const meet = (hour: number, more: object = {}) =>
  person(work).createEvent(work, {
    summary: 'Meeting',
    start: { dateTime: `2026-04-10T${String(hour).padStart(2, '0')}:00:00`, timeZone: 'Europe/Berlin' },
    end: { dateTime: `2026-04-10T${String(hour).padStart(2, '0')}:30:00`, timeZone: 'Europe/Berlin' },
    ...more,
  });

beforeEach(async () => {
  place = await openWorkplace({ world });
  folder = mkdtempSync(join(tmpdir(), 'calsync-capabilities-'));
  said = {};
  sent = [];
  searched = [];
  written = [];
  refuses = () => null;
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what a service says that can be done on a calendar', () => {
  it('decides how many calls go into one request', async () => {
    said = { [home]: { batchSize: 7 } };
    for (let hour = 1; hour <= 20; hour += 1) meet(hour);
    const laptop = await open();
    await laptop.sync();
    expect(blocksOn(home)).toHaveLength(20);
    expect(sent).toEqual([7, 7, 6]);
  });

  it('keeps blocks off where their ids cannot be chosen', async () => {
    said = { [home]: { choosesIds: false } };
    meet(9);
    const laptop = await open();
    await laptop.sync();
    expect(blocksOn(home)).toEqual([]);
    expect(sent).toEqual([]);
    said = {};
    await place.clock.advance(2 * 60 * 60_000);
    await laptop.sync();
    expect(blocksOn(home)).toHaveLength(1);
  });

  it('leaves colours off where there are none', async () => {
    said = { [home]: { colours: false } };
    meet(9);
    const laptop = await open();
    const settings = laptop.store.settings();
    laptop.store.saveSettings({ ...settings, block: { ...settings.block, colorId: '7' } });
    await laptop.sync();
    const [block] = blocksOn(home) as readonly { readonly colorId?: string }[];
    expect(block).toBeDefined();
    expect(block?.colorId).toBeUndefined();
    await laptop.expectQuiet();
  });

  it('is asked for deleted events only where it lists them', async () => {
    const { id } = meet(9);
    await (await open()).sync();
    person(work).deleteEvent(work, id);
    said = { [work]: { listsDeletions: false } };
    // A database that was lost: nothing is known of the event that the block stands for.
    const laptop = await open('another.db');
    await laptop.sync();
    expect(searched).not.toContain(work);
    expect(blocksOn(home)).toHaveLength(1);
    said = {};
    const listing = await open('third.db');
    await listing.sync();
    expect(searched).toContain(work);
    expect(blocksOn(home)).toEqual([]);
  });

  it('gives a series its new rule in place where that keeps its dates', async () => {
    const { id } = meet(9, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] });
    said = { [home]: { reshapesInPlace: true } };
    const laptop = await open();
    await laptop.sync();
    const [before] = blocksOn(home);
    person(work).patchEvent(work, id, { recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] });
    await laptop.sync();
    const after = blocksOn(home);
    expect(after.map((row) => [row.id, row.recurrence])).toEqual([[before?.id, ['RRULE:FREQ=DAILY;COUNT=5']]]);
    await laptop.expectQuiet();
  });

  describe('that a series is one resource with its slots', () => {
    const dates = ['2026-04-17', '2026-04-24', '2026-05-01', '2026-05-08'] as const;
    const day = (date: string, clock: string) => ({ dateTime: `${date}T${clock}:00`, timeZone: 'Europe/Berlin' });
    const move = (series: string, date: string, clock: string): void => {
      person(work).editSlot(work, series, `${date}T09:00:00+02:00`, {
        start: day(date, clock),
        end: day(date, `${clock.slice(0, 2)}:30`),
      });
    };
    const shapeOf = (write: BlockWrite): readonly [string | null, number] => [
      write.whole?.kind ?? null,
      write.slots.length,
    ];
    /** When the block of a series has its dates, as everybody sees it. */
    const shown = () =>
      ((place.simulator.dump().find((one) => one.id === home)?.events ?? []) as unknown as DumpedEvent[])
        .filter((row) => row.recurringEventId !== undefined)
        .map((row) => (row.status === 'cancelled' ? 'away' : row.start?.dateTime))
        .sort();

    it.each(['resources', 'slots'] as const)(
      'writes both in one go, and single slots with it alone (%s)',
      async (writes) => {
        const { id } = meet(9, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] });
        move(id, dates[0], '14:00');
        person(work).deleteSlot(work, id, `${dates[1]}T09:00:00+02:00`);
        said = { [home]: { writes } };
        const laptop = await open();
        await laptop.sync();
        expect(written.map(shapeOf)).toEqual(
          writes === 'resources'
            ? [['insert', 2]]
            : [
                ['insert', 0],
                [null, 2],
              ],
        );
        expect(shown()).toEqual(['2026-04-17T14:00:00+02:00', 'away']);
        await laptop.expectQuiet();

        written = [];
        move(id, dates[2], '15:00');
        move(id, dates[3], '16:00');
        await laptop.sync();
        expect(written.map(shapeOf)).toEqual([[null, 2]]);
        expect(shown()).toEqual([
          '2026-04-17T14:00:00+02:00',
          '2026-05-01T15:00:00+02:00',
          '2026-05-08T16:00:00+02:00',
          'away',
        ]);
        await laptop.expectQuiet();

        // A block that is made anew comes with all its slots.
        written = [];
        person(work).patchEvent(work, id, { recurrence: ['RRULE:FREQ=DAILY;COUNT=40'] });
        await laptop.sync();
        expect(written.map(shapeOf)).toEqual(
          writes === 'resources'
            ? [
                ['insert', 4],
                ['remove', 0],
              ]
            : [
                ['insert', 0],
                [null, 4],
                ['remove', 0],
              ],
        );
        await laptop.expectQuiet();
      },
    );

    it('writes it all again where nothing of it was taken', async () => {
      const { id } = meet(9, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] });
      move(id, dates[0], '14:00');
      said = { [home]: { writes: 'resources' } };
      refuses = (writes) => {
        refuses = () => null;
        const failure = { ok: false, error: { kind: 'trouble', error: appError('provider-trouble') } } as const;
        return Promise.resolve(writes.map(({ slots }) => ({ whole: failure, slots: slots.map(() => null) })));
      };
      const laptop = await open();
      expect(await laptop.sync()).toMatchObject({ added: 0 });
      expect(blocksOn(home)).toEqual([]);
      await laptop.sync();
      expect(written.map(shapeOf)).toEqual([
        ['insert', 1],
        ['insert', 1],
      ]);
      expect(shown()).toEqual(['2026-04-17T14:00:00+02:00']);
      await laptop.expectQuiet();
    });
  });
});
