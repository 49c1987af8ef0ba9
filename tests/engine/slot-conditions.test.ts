import { afterEach, describe, expect, it } from 'vitest';
import type { CalendarProvider, ProviderCall, ProviderReply } from '../../src/main/ports/provider.ts';
import { appError } from '../../src/shared/errors.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';
import { sendingBy } from '../support/sending.ts';

/* A single date of a series is written only while it is ours and what it was a moment ago (ADR 0048). */

const work = 'work@northwind.example';
const home = 'me@home.example';
const at = (date: string, clock: string) => ({ dateTime: `${date}T${clock}:00`, timeZone: 'Europe/Berlin' });
const hour = (date: string, clock: string) => ({
  start: at(date, clock),
  end: at(date, `${String(Number(clock.slice(0, 2)) + 1)}:00`),
});
const weekly = { summary: 'Secret', ...hour('2026-03-26', '10:00'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'] };
const dates = ['2026-03-26T09:00:00Z', '2026-04-02T08:00:00Z', '2026-04-09T08:00:00Z', '2026-04-16T08:00:00Z'] as const;
/** Taken away one by one, as a merge does it. */
const cleared = {
  private: Object.fromEntries(['calsync.v', 'calsync.ref', 'calsync.gen', 'calsync.hash'].map((name) => [name, null])),
};

let place: Workplace;
afterEach(async () => {
  await place.close();
});

type When = 'before its look' | 'between its look and its write';
const whens: readonly When[] = ['before its look', 'between its look and its write'];

interface Stage {
  readonly app: Laptop;
  readonly series: string;
  readonly block: string;
  /** Lets something happen once, when the next run is about to send. */
  readonly meanwhile: (when: When, what: () => unknown) => void;
}

/** A weekly series with its block, and one date moved where told. */
async function open(moved: boolean): Promise<Stage> {
  place = await openWorkplace({ world: mainCalendars(work, home) });
  let armed: { readonly when: When; readonly what: () => unknown } | null = null;
  const isLook = (calls: readonly ProviderCall[]): boolean => calls.every(({ kind }) => kind === 'get');
  const wrap = (provider: CalendarProvider): CalendarProvider =>
    sendingBy(provider, async (calls, next) => {
      if (armed !== null && (armed.when === 'before its look' || !isLook(calls))) {
        const { what } = armed;
        armed = null;
        await what();
      }
      return next(calls);
    });
  const app = await place.laptop({ wrap });
  const person = place.simulator.person(work);
  const { id: series } = person.createEvent(work, weekly);
  if (moved) person.editSlot(work, series, dates[1], hour('2026-04-03', '12:00'));
  await app.sync();
  await app.expectQuiet();
  const block = place.blocks(home)[0]?.id ?? '';
  return { app, series, block, meanwhile: (when, what) => void (armed = { when, what }) };
}

/** What stands on the calendar at home: our blocks and dates, and what is somebody's own. */
const shown = (): readonly string[] =>
  ((place.simulator.dump().find((one) => one.id === home)?.events ?? []) as unknown as readonly DumpedEvent[])
    .map(({ status, summary, start, recurrence }) =>
      status === 'cancelled'
        ? 'away'
        : `${recurrence === undefined ? '' : 'series '}${summary ?? ''} ${start?.dateTime?.slice(0, 16) ?? ''}`,
    )
    .sort();

const settled = async ({ app }: Pick<Stage, 'app'>): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await app.sync();
  await app.expectQuiet();
};

describe.each([true, false])('a date of a block (one of its own: %s)', (moved) => {
  const makeOwn = ({ block }: Stage): unknown =>
    place.simulator.person(home).editSlot(home, block, dates[1], {
      summary: 'Mine now',
      extendedProperties: cleared,
      ...hour('2026-04-02', '18:00'),
    });

  it.each(whens)('that somebody makes theirs %s is left, and its time gets a block of its own', async (when) => {
    const stage = await open(moved);
    place.simulator.person(work).editSlot(work, stage.series, dates[1], hour('2026-04-03', '15:00'));
    stage.meanwhile(when, () => makeOwn(stage));
    await stage.app.sync();
    expect(shown()).toContain('Mine now 2026-04-02T18:00');
    await settled(stage);
    expect(shown()).toEqual([
      'Mine now 2026-04-02T18:00',
      'series 🔒 Busy 2026-03-26T10:00',
      '🔒 Busy 2026-04-03T15:00',
    ]);
    expect(place.simulator.violations).toEqual([]);
  });

  it.each(whens)('that somebody makes theirs %s is not taken away with its event', async (when) => {
    const stage = await open(moved);
    place.simulator.person(work).deleteSlot(work, stage.series, dates[1]);
    stage.meanwhile(when, () => makeOwn(stage));
    await settled(stage);
    expect(shown()).toEqual(['Mine now 2026-04-02T18:00', 'series 🔒 Busy 2026-03-26T10:00']);
    expect(place.simulator.violations).toEqual([]);
  });

  it('that is somebody’s own is left whatever its event does, and when they delete it', async () => {
    const stage = await open(moved);
    makeOwn(stage);
    await settled(stage);
    const own = moved ? '2026-04-03T12:00' : '2026-04-02T10:00';
    expect(shown()).toEqual(['Mine now 2026-04-02T18:00', 'series 🔒 Busy 2026-03-26T10:00', `🔒 Busy ${own}`]);
    place.simulator.person(work).editSlot(work, stage.series, dates[1], hour('2026-04-04', '09:00'));
    await settled(stage);
    expect(shown()).toEqual([
      'Mine now 2026-04-02T18:00',
      'series 🔒 Busy 2026-03-26T10:00',
      '🔒 Busy 2026-04-04T09:00',
    ]);
    place.simulator.person(home).deleteSlot(home, stage.block, dates[1]);
    await settled(stage);
    expect(shown().filter((line) => line !== 'away')).toEqual([
      'series 🔒 Busy 2026-03-26T10:00',
      '🔒 Busy 2026-04-04T09:00',
    ]);
    expect(stage.app.store.mutes()).toEqual([]);
    expect(place.simulator.violations).toEqual([]);
  });

  it.each(whens)('that somebody moves %s is put right by a later write at the latest', async (when) => {
    const stage = await open(moved);
    place.simulator.person(work).editSlot(work, stage.series, dates[1], hour('2026-04-03', '15:00'));
    stage.meanwhile(when, () =>
      place.simulator.person(home).editSlot(home, stage.block, dates[1], hour('2026-04-03', '20:00')),
    );
    await settled(stage);
    expect(shown()).toEqual(['series 🔒 Busy 2026-03-26T10:00', '🔒 Busy 2026-04-03T15:00']);
  });

  it.each(whens)(
    'that somebody deletes %s is left by that write, and then it is a deletion as any other',
    async (when) => {
      const stage = await open(moved);
      place.simulator.person(work).editSlot(work, stage.series, dates[1], hour('2026-04-03', '15:00'));
      stage.meanwhile(when, () => {
        place.simulator.person(home).deleteSlot(home, stage.block, dates[1]);
      });
      await stage.app.sync();
      expect(shown()).toEqual(['away', 'series 🔒 Busy 2026-03-26T10:00']);
      await settled(stage);
      expect(place.simulator.violations).toEqual([]);
    },
  );

  it.each(whens)('that another computer writes %s comes to the same', async (when) => {
    const stage = await open(moved);
    const other = await place.laptop();
    await other.sync();
    const person = place.simulator.person(work);
    person.editSlot(work, stage.series, dates[1], hour('2026-04-03', '15:00'));
    person.deleteSlot(work, stage.series, dates[2]);
    stage.meanwhile(when, () => other.sync());
    await settled(stage);
    await other.sync();
    await other.expectQuiet();
    expect(shown()).toEqual(['away', 'series 🔒 Busy 2026-03-26T10:00', '🔒 Busy 2026-04-03T15:00']);
    expect(place.simulator.violations).toEqual([]);
  });
});

describe('of several dates of one series', () => {
  it('that are written at once, none is taken for somebody’s because of our own write to another', async () => {
    const stage = await open(true);
    const person = place.simulator.person(work);
    for (const [index, date] of dates.entries())
      person.editSlot(work, stage.series, date, hour(`2026-04-2${String(index)}`, '12:00'));
    expect(await stage.app.sync()).toMatchObject({ writes: 4, changed: 4, errors: [], outcome: 'ok' });
    await settled(stage);
  });

  it('the first is left where the service gives another etag in between, and written by the next run', async () => {
    const stage = await open(true);
    const person = place.simulator.person(work);
    for (const date of dates.slice(1, 3)) person.editSlot(work, stage.series, date, hour('2026-04-20', '12:00'));
    const key = dates[1].replaceAll(/[-:]/g, '');
    stage.meanwhile('between its look and its write', () => {
      place.simulator.person(home).touchEvent(home, `${stage.block}_${key}`);
    });
    expect((await stage.app.sync()).errors).toEqual([]);
    expect(shown()).toContain('🔒 Busy 2026-04-03T12:00');
    await settled(stage);
    expect(shown().filter((line) => line === '🔒 Busy 2026-04-20T12:00')).toHaveLength(2);
  });

  it.each(['kept', 'stripped', 'refused', 'ignored'] as const)(
    'one that is taken away comes back with its event, whatever became of the answer (%s)',
    async (cancellingUpdate) => {
      const stage = await open(true);
      place.simulator.state.switches.cancellingUpdate = cancellingUpdate;
      const person = place.simulator.person(work);
      const { id: kept } = person.createEvent(work, { summary: 'Secret', ...hour('2026-05-01', '10:00') });
      await stage.app.sync();
      person.deleteSlot(work, stage.series, dates[1]);
      // After the look.
      place.simulator.faults.add({ kind: 'cutAfterCommit', request: 'batch', skip: 1 });
      await settled(stage);
      expect(shown()).toContain('away');
      person.editSlot(work, stage.series, dates[1], { status: 'confirmed', ...hour('2026-04-05', '12:00') });
      person.deleteEvent(work, kept);
      await settled(stage);
      expect(shown()).toContain('🔒 Busy 2026-04-05T12:00');
      expect(stage.app.store.mutes()).toEqual([]);
    },
  );
});

describe('a calendar that does not keep to its own etags', () => {
  it.each(['moves', 'goes'])('gets its dates all the same (one %s)', async (change) => {
    let refused = 0;
    const refusing = (provider: CalendarProvider): CalendarProvider =>
      sendingBy(provider, async (calls, next) => {
        const isOfSlot = ({ kind, ...call }: ProviderCall): boolean =>
          (kind === 'patch-slot' || kind === 'remove' || kind === 'delete') && 'etag' in call && call.etag !== null;
        const rest = [...(await next(calls.filter((call) => !isOfSlot(call))))];
        return calls.flatMap((call): ProviderReply[] => {
          if (!isOfSlot(call)) return rest.splice(0, 1);
          refused += 1;
          return [{ ok: false, error: { kind: 'changed-meanwhile', error: appError('provider-trouble') } }];
        });
      });
    place = await openWorkplace({ world: mainCalendars(work, home) });
    const app = await place.laptop({ wrap: refusing });
    const person = place.simulator.person(work);
    const { id: series } = person.createEvent(work, weekly);
    await app.sync();
    if (change === 'moves') person.editSlot(work, series, dates[1], hour('2026-04-03', '12:00'));
    else person.deleteSlot(work, series, dates[1]);
    expect(await app.sync()).toMatchObject({ errors: [], outcome: 'ok' });
    expect(refused).toBe(1);
    expect(shown()).toContain(change === 'moves' ? '🔒 Busy 2026-04-03T12:00' : 'away');
    await app.expectQuiet();
  });
});

describe('what the condition costs', () => {
  const batchesOf = async (app: Laptop): Promise<number> => {
    const run = await app.sync();
    expect(run.errors).toEqual([]);
    return run.requests['batch'] ?? 0;
  };

  it('is one request that looks beside each request that writes', async () => {
    const { app, series } = await open(false);
    const person = place.simulator.person(work);
    person.editSlot(work, series, dates[1], hour('2026-04-03', '12:00'));
    expect(await batchesOf(app)).toBe(2);
    for (const [index, date] of dates.entries())
      person.editSlot(work, series, date, hour(`2026-04-2${String(index)}`, '12:00'));
    expect(await batchesOf(app)).toBe(2);
    await app.expectQuiet();
  });

  it('is nothing for a series that is made with its dates, and a look for fifty of those that change', async () => {
    place = await openWorkplace({ world: mainCalendars(work, home) });
    const app = await place.laptop();
    const person = place.simulator.person(work);
    const rule = { recurrence: ['RRULE:FREQ=DAILY;COUNT=220'] };
    const { id: series } = person.createEvent(work, { summary: 'Secret', ...hour('2026-04-01', '10:00'), ...rule });
    const edit = (clock: string): void => {
      for (let index = 0; index < 200; index += 1) {
        const date = new Date(Date.UTC(2026, 3, 1 + index)).toISOString().slice(0, 10);
        person.editSlot(work, series, `${date}T08:00:00Z`, hour(date, clock));
      }
    };
    edit('12:00');
    // The block, and its dates by fifties.
    expect(await batchesOf(app)).toBe(1 + 4);
    await app.expectQuiet();
    edit('13:00');
    expect(await batchesOf(app)).toBe(4 + 4);
    for (let turn = 0; turn < 3; turn += 1) await app.expectQuiet();
    expect(shown().filter((line) => line.endsWith('T13:00'))).toHaveLength(200);
  });
});

it('a date that is taken away is noted before each try, whichever id it has', async () => {
  place = await openWorkplace({
    world: mainCalendars(work, home),
    switches: { instanceIds: 'opaque', unknownInstanceId: 'invalid' },
  });
  const noted = new Set<string>();
  const tries: boolean[] = [];
  const app = await place.laptop({
    wrapStore: (store) => ({
      ...store,
      noteRemovals: (run, intents) => {
        for (const { targetId, slot } of intents) noted.add(`${targetId}|${slot ?? ''}`);
        store.noteRemovals(run, intents);
      },
      dropIntents: (places) => {
        for (const { targetId, slot } of places) noted.delete(`${targetId}|${slot ?? ''}`);
        store.dropIntents(places);
      },
    }),
    wrap: (provider) =>
      sendingBy(provider, (calls, next) => {
        for (const call of calls) {
          if (call.kind === 'delete' || call.kind === 'remove')
            tries.push(noted.has(`${call.calendarId}|20260402T080000Z`));
        }
        return next(calls);
      }),
  });
  const person = place.simulator.person(work);
  const { id } = person.createEvent(work, weekly);
  person.deleteSlot(work, id, dates[1]);
  await app.sync();
  // In vain by the id that ours would have, with a mark and without, and then by the one that was asked for.
  expect(tries).toEqual([true, true, true]);
  await app.expectQuiet();
});
