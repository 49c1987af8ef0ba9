import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endsOf, type Operation, type PlainOperation } from '../../src/main/core/model.ts';
import { leaseTime } from '../../src/main/engine/lease.ts';
import { nearDays } from '../../src/main/core/nearest.ts';
import { turnsOf, type Turn } from '../../src/main/engine/push/turns.ts';
import type { CalendarProvider, ProviderCall } from '../../src/main/ports/provider.ts';
import type { World } from '../../src/simulator/index.ts';
import { CrashPoints, Killed } from '../support/crash-points.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type LaptopOptions, type Workplace } from '../support/laptop.ts';
import '../support/property-seed.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const family = 'family@home.example';
const studio = 'client@studio.example';
const calendars = [work, home, family, studio];

const calendar = (id: string, primary: boolean) => ({
  ...{ id, summary: id, timeZone: 'Europe/Berlin', accessRole: 'owner' as const, primary },
});
/** The account of home has two calendars. */
const world: World = {
  accounts: [
    { email: work, name: 'Work', calendars: [calendar(work, true)] },
    { email: home, name: 'Home', calendars: [calendar(home, true), calendar(family, false)] },
    { email: studio, name: 'Studio', calendars: [calendar(studio, true)] },
  ],
};

const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const at = (day: string, from: string, to: string) => ({
  ...{ start: utc(`${day}T${from}:00`), end: utc(`${day}T${to}:00`) },
});
/** The day so many days after 1 April 2026. */
const dayOf = (number: number): string => new Date(Date.UTC(2026, 3, 1 + number)).toISOString().slice(0, 10);

let place: Workplace;
let folder: string;
let sent: { readonly account: string; readonly calls: readonly ProviderCall[] }[] = [];
/** What happens before a request goes out. */
let before: (account: string, calls: readonly ProviderCall[]) => Promise<void> | void = () => undefined;

const wrap = (provider: CalendarProvider): CalendarProvider =>
  sendingBy(provider, async (calls, next, accountId) => {
    const account = place.simulator.accounts.find(({ sub }) => sub === accountId)?.email ?? '';
    await before(account, calls);
    sent.push({ account, calls });
    return next(calls);
  });
const open = (options: LaptopOptions = {}) => place.laptop({ file: join(folder, 'calsync.db'), wrap, ...options });
const person = (email: string) => place.simulator.person(email);
/** The requests of an account, each with the calendars that it writes to. */
const requestsOf = (account: string) => sent.filter((one) => one.account === account).map(({ calls }) => calls);

beforeEach(async () => {
  place = await openWorkplace({ world });
  folder = mkdtempSync(join(tmpdir(), 'calsync-turns-'));
  sent = [];
  before = () => undefined;
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

const daily = (summary: string) => ({
  ...{ summary, ...at(dayOf(0), '10:00', '10:45'), recurrence: ['RRULE:FREQ=DAILY;COUNT=700'] },
});

/** Moves so many dates of a daily series of the work calendar to half an hour later. */
function changeDates(series: string, dates: number): void {
  for (let date = 0; date < dates; date += 1) {
    const day = dayOf(date);
    person(work).editSlot(work, series, `${day}T10:00:00Z`, at(day, '10:30', '11:15'));
  }
}

/** Whether a call writes an event to a calendar that begins at this time of the day. */
const startsAt =
  (calendarId: string, clock: string) =>
  (call: ProviderCall): boolean =>
    call.calendarId === calendarId &&
    'content' in call &&
    'dateTime' in call.content.start &&
    new Date(call.content.start.dateTime).toISOString().slice(11, 16) === clock;
const removes = (calendarId: string) => (call: ProviderCall) =>
  call.calendarId === calendarId && call.kind === 'remove';
const accountOf = (calendarId: string): string => (calendarId === family ? home : calendarId);
/** Requests that write, of an account. */
const writingOf = (account: string) => requestsOf(account).filter((calls) => calls.some(({ kind }) => kind !== 'get'));
/** In which request that writes of its account each calendar first gets something that is like this. */
const firstOn = (ids: readonly string[], isIt: (calendarId: string) => (call: ProviderCall) => boolean) =>
  ids.map((id) => writingOf(accountOf(id)).findIndex((calls) => calls.some(isIt(id))) + 1);

interface Made {
  readonly series: string;
  readonly other: string;
  readonly single: string;
  readonly deleted: string;
}

function make(): Made {
  return {
    series: person(work).createEvent(work, daily('Stand-up')).id,
    other: person(work).createEvent(work, { ...daily('Lunch'), ...at(dayOf(0), '12:00', '12:45') }).id,
    single: person(studio).createEvent(studio, { summary: 'Dentist', ...at(dayOf(3), '15:00', '15:45') }).id,
    deleted: person(work).createEvent(work, { summary: 'Call', ...at(dayOf(4), '16:00', '16:45') }).id,
  };
}

/** So many dates of a series move, and four other things happen. */
function change({ series, other, single, deleted }: Made, dates: number): void {
  changeDates(series, dates);
  person(work).editSlot(work, other, `${dayOf(5)}T12:00:00Z`, at(dayOf(5), '13:00', '13:45'));
  person(studio).patchEvent(studio, single, at(dayOf(3), '17:00', '17:45'));
  person(work).deleteEvent(work, deleted);
  person(home).createEvent(family, { summary: 'School', ...at(dayOf(6), '18:00', '18:45') });
}

const isSeries = ({ recurrence }: DumpedEvent): boolean => recurrence !== undefined;
const rowsOn = (id: string): readonly DumpedEvent[] =>
  (place.simulator.dump().find((one) => one.id === id)?.events ?? []) as unknown as DumpedEvent[];

/** What stands on all calendars of ours, whatever its ids: blocks, and the dates of blocks that are not as the rule says. */
function standing(): readonly string[] {
  return calendars.flatMap((id) => {
    const live = place.blocks(id).filter(({ status }) => status !== 'cancelled');
    const refOf = new Map(live.map((block) => [block.id, block.extendedProperties?.private?.['calsync.ref'] ?? '']));
    expect(refOf.size).toBe(new Set(refOf.values()).size);
    const said = ({ start, end, recurrence, status }: DumpedEvent) => JSON.stringify([start, end, recurrence, status]);
    return [
      ...live.map((block) => `${id} ${refOf.get(block.id) ?? ''} ${said(block)}`),
      ...rowsOn(id).flatMap((row) => {
        const ref = refOf.get(row.recurringEventId ?? '');
        return ref === undefined ? [] : [`${id} ${ref} ${row.id.split('_')[1] ?? ''} ${said(row)}`];
      }),
    ].toSorted();
  });
}

/** Long after all that is near. */
const later = 30;

function made(
  kind: 'create' | 'put-slot' | 'delete',
  name: string,
  targetId: string,
  groupKey: string,
  { covered = false, date = later } = {},
): PlainOperation {
  const times = { ...at(dayOf(date), '10:00', '10:45'), recurrence: [] };
  const slotKey = `${dayOf(date).replaceAll('-', '')}T100000Z`;
  return {
    kind,
    blockId: name,
    targetId,
    groupKey,
    covered,
    content: times,
    times,
    slotKey,
  } as unknown as PlainOperation;
}

/** What one meeting gets on one target, as a plan may say it. */
interface Shape {
  readonly target: number;
  readonly comes: number;
  readonly dates: number;
  readonly goes: number;
  readonly covered: boolean;
  readonly replaces: number;
}

function planned({ target, comes, dates, goes, covered, replaces }: Shape, index: number): readonly Operation[] {
  const targetId = `target-${String(target)}`;
  const groupKey = `group-${String(index)}`;
  const some = (count: number, kind: 'create' | 'put-slot' | 'delete', name: string) =>
    Array.from({ length: count }, (_, number) =>
      made(kind, `${groupKey}-${name}-${String(number)}`, targetId, groupKey),
    );
  const makes = made('create', `${groupKey}-makes`, targetId, groupKey);
  return [
    ...some(goes, 'delete', 'goes'),
    ...some(dates, 'put-slot', 'date'),
    ...(replaces === 0
      ? []
      : [{ kind: 'replace', targetId, groupKey, makes, gone: some(replaces, 'delete', 'closes') }]),
    ...some(comes, 'create', 'comes'),
    ...(covered ? [made('delete', `${groupKey}-covered`, targetId, groupKey, { covered: true })] : []),
  ] as readonly Operation[];
}

const shapes = fc.array(
  fc.record({
    target: fc.integer({ min: 0, max: 3 }),
    comes: fc.integer({ min: 0, max: 2 }),
    dates: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 130 })),
    goes: fc.integer({ min: 0, max: 2 }),
    covered: fc.boolean(),
    replaces: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 90 },
);

/** In which request each write goes. */
function requestsFor(operations: readonly Operation[], mayGo: (turn: Turn) => boolean = () => true) {
  const turns = turnsOf(operations, { now: Date.parse(`${dayOf(0)}T08:00:00Z`), mostInRequest: 50 });
  const requests: (readonly Turn[])[] = [];
  for (let next = turns.next(mayGo); next.length > 0; next = turns.next(mayGo)) requests.push(next);
  return requests;
}

const steps = ['covered', 'comes', 'goes', 'closes'] as const;
const stepOf = ({ operation, closes }: Turn): number =>
  steps.indexOf(
    closes !== null
      ? 'closes'
      : operation.kind !== 'delete'
        ? operation.kind === 'put-slot'
          ? 'goes'
          : 'comes'
        : operation.covered
          ? 'covered'
          : 'goes',
  );

describe('turns', () => {
  it('give each write once, of one meeting in its order, in hardly more requests than there must be', () => {
    fc.assert(
      fc.property(shapes, (all) => {
        const operations = all.flatMap(planned);
        const writes = operations.flatMap(endsOf);
        const requests = requestsFor(operations);
        expect(
          requests
            .flat()
            .map(({ operation }) => operation.blockId)
            .toSorted(),
        ).toEqual(writes.map(({ blockId }) => blockId).toSorted());
        const reached = new Map<string, { step: number; request: number }>();
        let longest = 0;
        const chains = new Map<string, Set<number>>();
        for (const [request, turns] of requests.entries()) {
          expect(turns.length).toBeLessThanOrEqual(50);
          for (const turn of turns) {
            const name = `${turn.operation.targetId} ${turn.operation.groupKey}`;
            const step = stepOf(turn);
            const last = reached.get(name);
            if (last !== undefined && step !== last.step) {
              expect(step).toBeGreaterThan(last.step);
              expect(request).toBeGreaterThan(last.request);
            }
            reached.set(name, { step, request });
            const chain = (chains.get(name) ?? new Set()).add(step);
            chains.set(name, chain);
            longest = Math.max(longest, chain.size);
          }
        }
        expect(requests.length).toBeLessThanOrEqual(Math.floor(writes.length / 50) + longest);
      }),
    );
  });

  it('never have more than fifty replacements open', () => {
    const all = Array.from({ length: 120 }, (_, index) => ({
      ...{ target: index % 3, comes: 0, dates: 1 + (index % 40), goes: 0, covered: false, replaces: 1 },
    }));
    const open = new Set<string>();
    const counts: number[] = [];
    for (const turns of requestsFor(all.flatMap(planned))) {
      for (const { operation, closes } of turns) {
        if (operation.blockId.endsWith('-makes')) open.add(operation.groupKey);
        if (closes !== null) open.delete(operation.groupKey);
      }
      counts.push(open.size);
    }
    expect([Math.max(...counts), counts.at(-1)]).toEqual([50, 0]);
  });

  it('give a calendar and a meeting with little to write its turn in the first request, whatever the others have', () => {
    const large = (index: number, target: number) =>
      planned({ target, comes: 0, dates: 3000, goes: 0, covered: false, replaces: 0 }, index);
    const small = (index: number, target: number) =>
      planned({ target, comes: 1, dates: 0, goes: 0, covered: false, replaces: 0 }, index);
    const singles = Array.from({ length: 3000 }, (_, index) => small(100 + index, 2)).flat();
    const [first = []] = requestsFor([
      ...large(0, 0),
      ...large(1, 0),
      ...large(2, 1),
      ...singles,
      ...small(3, 0),
      ...small(4, 1),
    ]);
    const counts = Map.groupBy(first, ({ operation }) =>
      operation.kind === 'create' ? operation.targetId : operation.groupKey,
    );
    expect(Object.fromEntries([...counts].map(([name, turns]) => [name, turns.length]))).toEqual({
      ...{ 'target-0': 1, 'target-1': 1, 'target-2': 48 },
    });
  });

  const scattered = fc.array(
    fc.record({
      target: fc.integer({ min: 0, max: 3 }),
      // Yesterday may still go on.
      dates: fc.array(
        fc.integer({ min: -20, max: 400 }).filter((date) => date !== -1),
        { minLength: 1, maxLength: 40 },
      ),
    }),
    { maxLength: 60 },
  );

  it('come by their next date on all calendars, and the near ones of a large series before all that is later', () => {
    fc.assert(
      fc.property(scattered, (all) => {
        const operations = all.flatMap(({ target, dates }, index) =>
          dates.map((date, number) =>
            made('put-slot', `${index}-${number}`, `target-${target}`, `group-${index}`, { date }),
          ),
        );
        const dateOf = new Map(
          all.flatMap(({ dates }, index) => dates.map((date, number) => [`${index}-${number}`, date])),
        );
        const turns = requestsFor(operations).flat();
        expect(turns).toHaveLength(operations.length);
        const near = turns.map(({ operation }) => {
          const date = dateOf.get(operation.blockId) ?? 0;
          return date >= 0 && date < nearDays;
        });
        // A slice of a meeting goes whole, and each calendar has its own.
        const lastNear = near.lastIndexOf(true);
        const between = near.slice(0, lastNear + 1).filter((one) => !one).length;
        const meetings = all.filter(({ dates }) => dates.some((date) => date >= 0 && date < nearDays)).length;
        expect(between).toBeLessThanOrEqual(meetings * 9);
      }),
    );
  });

  it('of single events are in the order of their dates, whatever the order of the plan', () => {
    const dates = Array.from({ length: 300 }, (_, index) => ((index * 137) % 300) - 20);
    const operations = dates.map((date, index) =>
      made('create', String(date), `target-${index % 3}`, `group-${index}`, { date }),
    );
    const order = requestsFor(operations).flatMap((turns) => turns.map(({ operation }) => Number(operation.blockId)));
    const ahead = dates.filter((date) => date >= 0).toSorted((one, other) => one - other);
    const over = dates.filter((date) => date < 0).toSorted((one, other) => other - one);
    expect(order).toEqual([...ahead, ...over]);
  });

  it('pass over what may not go any more, and fill the request with others', () => {
    const closed = planned({ target: 0, comes: 200, dates: 0, goes: 0, covered: false, replaces: 0 }, 0);
    const others = planned({ target: 1, comes: 60, dates: 0, goes: 0, covered: false, replaces: 0 }, 1);
    const requests = requestsFor([...closed, ...others], ({ operation }) => operation.groupKey !== 'group-0');
    expect(requests.map((turns) => turns.length)).toEqual([50, 10]);
  });
});

describe('with six hundred changed dates of one series', () => {
  it('all else that has changed, on each calendar of each account, is in the first request', async () => {
    const laptop = await open();
    const made = make();
    await laptop.sync();
    await laptop.expectQuiet();
    change(made, 600);
    sent = [];
    const run = await laptop.sync();
    expect(run).toMatchObject({ errors: [], outcome: 'ok' });
    expect(firstOn([work, home, family], (id) => startsAt(id, '17:00'))).toEqual([1, 1, 1]);
    expect(firstOn([work, home, studio], (id) => startsAt(id, '18:00'))).toEqual([1, 1, 1]);
    expect(firstOn([home, family, studio], (id) => startsAt(id, '13:00'))).toEqual([1, 1, 1]);
    expect(firstOn([home, family, studio], removes)).toEqual([1, 1, 1]);
    const writes = [work, home, studio].map((account) => writingOf(account).flat().length);
    expect(writes).toEqual([2, 1207, 603]);
    // As few requests as so many writes can be made in.
    expect([work, home, studio].map((account) => writingOf(account).length)).toEqual([1, 25, 13]);
    await laptop.expectQuiet();
    // Two thousand writes, that is: sixty seconds ended it on a machine that was busy with five other things.
  }, 180_000);

  it('a series that is made anew with them holds up nothing, and stands until its new block has all of them', async () => {
    const laptop = await open();
    const made = make();
    changeDates(made.series, 120);
    await laptop.sync();
    await laptop.expectQuiet();
    const settings = laptop.store.settings();
    laptop.store.saveSettings({ ...settings, block: { ...settings.block, bufferBefore: 15 } });
    person(studio).patchEvent(studio, made.single, at(dayOf(3), '17:00', '17:45'));
    sent = [];
    const run = await laptop.sync();
    expect(run).toMatchObject({ errors: [], outcome: 'ok' });
    expect(firstOn([work, home, family], (id) => startsAt(id, '16:45'))).toEqual([1, 1, 1]);
    const writing = writingOf(home);
    // Two series and their changed dates, what they replace, and two single events, on two calendars.
    expect(writing.flat()).toHaveLength(2 * (2 + 120 + 2 + 2));
    expect(writing).toHaveLength(7);
    const lastDate = writing.findLastIndex((calls) => calls.some(({ kind }) => kind === 'patch-slot'));
    const removals = writing.flatMap((calls, index) => (calls.some(({ kind }) => kind === 'remove') ? [index] : []));
    expect(removals.at(-1)).toBeGreaterThan(lastDate);
    for (const id of [home, family, studio]) expect(place.blocks(id).filter(isSeries)).toHaveLength(2);
    await laptop.expectQuiet();
  });
});

describe('an account that has to wait', () => {
  it('holds up no other: they are written while its request is under way', async () => {
    const laptop = await open();
    make();
    const seen = new Set<string>();
    let areWritten = (): void => undefined;
    const written = new Promise<void>((resolve) => (areWritten = resolve));
    before = (account) => {
      // It would never end, if accounts came one after the other.
      if (account === home) return written;
      seen.add(account);
      if (seen.size === 2) areWritten();
      return undefined;
    };
    expect(await laptop.sync()).toMatchObject({ errors: [], outcome: 'ok' });
    await laptop.expectQuiet();
  });

  it('for five minutes is left alone, and the others are written in the same run', async () => {
    const laptop = await open();
    const made = make();
    await laptop.sync();
    await laptop.expectQuiet();
    change(made, 60);
    place.simulator.faults.add({ kind: 'tooManyRequests', request: 'batch', account: home, retryAfterSeconds: 300 });
    sent = [];
    const run = await laptop.sync();
    expect(run.errors.map(({ code, about }) => `${code} ${about ?? ''}`)).toEqual([`rate-limited ${home}`]);
    expect(requestsOf(home)).toHaveLength(1);
    expect([work, studio].map((account) => writingOf(account).flat().length)).toEqual([2, 63]);
    expect(rowsOn(home).filter(({ recurringEventId }) => recurringEventId?.startsWith('cs') === true)).toEqual([]);
    await laptop.sync();
    expect(await laptop.sync()).toMatchObject({ errors: [] });
    await laptop.expectQuiet();
    expect(rowsOn(home).filter(({ recurringEventId }) => recurringEventId?.startsWith('cs') === true)).toHaveLength(61);
  });
});

describe('a run that ends in the middle of a large series', () => {
  /** The same story, undisturbed or ended on the way; returns what stands in the end. */
  async function played(end: (laptop: Laptop, points: CrashPoints) => Promise<Laptop>): Promise<readonly string[]> {
    const points = new CrashPoints();
    const laptop = await open({ wrap: (inner) => points.provider(wrap(inner)), wrapStore: points.store });
    points.arm(null);
    const made = make();
    await laptop.sync();
    await laptop.expectQuiet();
    change(made, 40);
    const settings = laptop.store.settings();
    laptop.store.saveSettings({ ...settings, block: { ...settings.block, bufferBefore: 15 } });
    sent = [];
    const survivor = await end(laptop, points);
    before = () => undefined;
    for (let quiet = 0; quiet < 2;) quiet = (await survivor.sync()).writes > 0 ? 0 : quiet + 1;
    await survivor.expectQuiet();
    const found = standing();
    survivor.close();
    return found;
  }

  async function anew(): Promise<void> {
    await place.close();
    rmSync(folder, { recursive: true, force: true });
    place = await openWorkplace({ world });
    folder = mkdtempSync(join(tmpdir(), 'calsync-turns-'));
  }

  it('is gone on with: killed anywhere, it comes to what an undisturbed one does, and nothing is doubled', async () => {
    let passed = 0;
    const calm = await played(async (laptop, points) => {
      points.arm(null);
      await laptop.sync();
      passed = points.passed.length;
      return laptop;
    });
    expect(passed).toBeGreaterThan(40);
    for (let point = 9; point < passed; point += 11) {
      await anew();
      const killed = await played(async (laptop, points) => {
        points.arm(point);
        await expect(laptop.sync()).rejects.toThrow(Killed);
        points.arm(null);
        laptop.close();
        const survivor = await open({ firstChoice: true });
        await place.clock.advance(leaseTime);
        return survivor;
      });
      expect(killed).toEqual(calm);
    }
  }, 120_000);

  it('and what was left goes on with the run after a pause, in which all else is written first', async () => {
    const calm = await played(async (laptop) => {
      await laptop.sync();
      return laptop;
    });
    await anew();
    let first: readonly number[] = [];
    const paused = await played(async (laptop) => {
      const { store } = laptop;
      before = (account) => {
        // As the third request of home goes out, of which all else was the first.
        if (account === home && requestsOf(home).length === 2)
          store.saveSettings({ ...store.settings(), pausedUntil: 'forever' });
      };
      const run = await laptop.sync();
      expect(run.errors.map(({ code }) => code)).toEqual(['paused']);
      expect(store.dirtyGroups().size).toBeGreaterThan(0);
      store.saveSettings({ ...store.settings(), pausedUntil: null });
      before = () => undefined;
      person(studio).createEvent(studio, { summary: 'New', ...at(dayOf(8), '20:00', '20:45') });
      sent = [];
      await laptop.sync();
      first = firstOn([work, home, family], (id) => startsAt(id, '19:45'));
      const [event] = place.events(studio).filter(({ start }) => start?.dateTime?.includes(dayOf(8)) === true);
      person(studio).deleteEvent(studio, event?.id ?? '');
      return laptop;
    });
    expect(first).toEqual([1, 1, 1]);
    expect(paused).toEqual(calm);
  }, 60_000);
});
