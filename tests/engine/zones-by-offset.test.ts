import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Temporal } from 'temporal-polyfill';
import { afterEach, describe, expect, it } from 'vitest';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { explain, namesIn } from '../../src/main/core/why.ts';
import { planContext } from '../../src/main/engine/plan-context.ts';
import { toCalendarId, type EventId, type SlotKey } from '../../src/shared/ids.ts';
import { reasonText } from '../../src/shared/reasons.ts';
import type { EventFields } from '../../src/simulator/index.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';

/* Rows of real calendars name zones by their offset, which Google does not take from others. */

const work = 'work@northwind.example';
const home = 'me@home.example';

const account = (email: string) => ({
  email,
  name: email,
  calendars: [{ id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner' as const }],
});

let place: Workplace;
afterEach(() => place.close());

async function open(offsetZones: 'refused' | 'accepted'): Promise<Laptop> {
  place = await openWorkplace({ world: { accounts: [account(work), account(home)] } });
  place.simulator.state.switches.offsetZones = offsetZones;
  const laptop = await place.laptop();
  for (const id of [work, home]) laptop.use(id, { source: true, target: true });
  return laptop;
}

const captured = (): EventFields =>
  JSON.parse(
    readFileSync(new URL('../fixtures/cases/series-in-gmt-zone.json', import.meta.url), 'utf8'),
  ) as EventFields;

/** A series of a fixed offset repeats in steps of whole days, so that its dates can be named by hand. */
async function datesOf(calendarId: string, eventId: string): Promise<readonly string[]> {
  const { accessToken } = place.simulator.issueTokens(calendarId);
  const answer = await fetch(
    `${place.simulator.url}/calendar/v3/calendars/${calendarId}/events/${eventId}/instances?timeZone=UTC`,
    { headers: { authorization: `Bearer ${accessToken}` } },
  );
  const { items } = (await answer.json()) as { items: readonly { readonly start: { readonly dateTime: string } }[] };
  return items.map(({ start }) => Temporal.Instant.from(start.dateTime).toString());
}

it.each([
  ['refused', 400],
  ['accepted', 200],
] as const)('the simulator shows such a row, and a client that writes one is %s', async (kind, status) => {
  await open(kind);
  const row = place.simulator.person(work).createEvent(work, captured());
  expect(row['start']).toMatchObject({ timeZone: 'GMT+02:00' });
  const client = place.simulator.addClient({ blocksOnly: false });
  const { accessToken } = place.simulator.issueTokens(home, undefined, client);
  const { start, end, recurrence } = captured();
  const answer = await fetch(`${place.simulator.url}/calendar/v3/calendars/${home}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ start, end, recurrence }),
  });
  expect(answer.status).toBe(status);
});

describe.each(['refused', 'accepted'] as const)(
  'a series whose zone is an offset, where writing that is %s',
  (kind) => {
    it('series-in-gmt-zone.json: GMT+02:00 gets its block in Etc/GMT-2, on the same dates', async () => {
      const laptop = await open(kind);
      const series = place.simulator.person(work).createEvent(work, captured());
      const run = await laptop.sync();
      expect(run).toMatchObject({ errors: [], added: 1 });
      const [block] = place.blocks(home);
      expect(block?.start?.timeZone).toBe('Etc/GMT-2');
      expect(await datesOf(home, block?.id ?? '')).toEqual([
        '2027-11-12T08:00:00Z',
        '2027-11-19T08:00:00Z',
        '2027-11-26T08:00:00Z',
        '2027-12-03T08:00:00Z',
      ]);
      await laptop.expectQuiet();
      // The other name of the same zone is no change of it.
      place.simulator.person(work).patchEvent(work, series.id, {
        start: { dateTime: '2027-11-12T09:00:00+01:00', timeZone: 'Etc/GMT-2' },
        end: { dateTime: '2027-11-12T10:00:00+01:00', timeZone: 'Etc/GMT-2' },
      });
      expect((await laptop.sync()).writes).toBe(0);
      await laptop.expectQuiet();
    });

    it.each([
      ['UTC+2', '2026-04-01T10:00:00+02:00', 'Etc/GMT-2'],
      ['GMT-0330', '2026-04-01T10:00:00-03:30', 'Etc/GMT+4'],
      ['GMT-03:30', '2026-04-01T00:10:00-03:30', 'Etc/GMT+3'],
      ['GMT+05:45', '2026-04-01T00:10:00+05:45', 'Etc/GMT-6'],
      ['GMT+05:45', '2026-04-01T23:55:00+05:45', 'Etc/GMT-5'],
      ['UTC', '2026-04-01T10:00:00Z', 'UTC'],
      ['Etc/GMT+7', '2026-04-01T10:00:00-07:00', 'Etc/GMT+7'],
      ['Z', '2026-04-01T10:00:00Z', 'UTC'],
      ['W. Europe Standard Time', '2026-04-01T10:00:00+02:00', 'Europe/Berlin'],
    ])('%s at %s is written as %s, on the same dates', async (timeZone, dateTime, written) => {
      const laptop = await open(kind);
      const end = Temporal.Instant.from(dateTime).add({ minutes: 30 }).toString();
      const series = place.simulator.person(work).createEvent(work, {
        start: { dateTime, timeZone },
        end: { dateTime: end, timeZone },
        recurrence: ['RRULE:FREQ=MONTHLY;BYDAY=1WE,-1FR;COUNT=8'],
      });
      expect((await laptop.sync()).errors).toEqual([]);
      const [block] = place.blocks(home);
      expect(block?.start?.timeZone).toBe(written);
      expect(await datesOf(home, block?.id ?? '')).toEqual(await datesOf(work, series.id));
      await laptop.expectQuiet();
    });

    it('a date of it that is moved or cancelled follows', async () => {
      const laptop = await open(kind);
      const person = place.simulator.person(work);
      const at = (date: string, time: string) => ({ dateTime: `${date}T${time}:00+05:30`, timeZone: 'GMT+05:30' });
      const series = person.createEvent(work, {
        start: at('2026-04-01', '10:00'),
        end: at('2026-04-01', '11:00'),
        recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE;TZID=GMT+05:30:20260415T100000'],
      });
      await laptop.sync();
      person.editSlot(work, series.id, '2026-04-08T10:00:00+05:30', {
        start: at('2026-04-09', '12:00'),
        end: at('2026-04-09', '13:00'),
      });
      await laptop.sync();
      const [block] = place.blocks(home);
      expect(await datesOf(home, block?.id ?? '')).toEqual(['2026-04-01T04:30:00Z', '2026-04-09T06:30:00Z']);
      await laptop.expectQuiet();
    });
  },
);

describe('a series whose zone is refused by every name has a block for each of its dates', () => {
  const day = 24 * 60 * 60_000;
  const zoned = (dateTime: string, timeZone = 'GMT+02:00') => ({ dateTime, timeZone });
  const startsOf = (id: string): readonly string[] =>
    place
      .blocks(id)
      .map(({ start }) => Temporal.Instant.from(start?.dateTime ?? '').toString())
      .sort();

  async function refusing(...names: readonly string[]): Promise<Laptop> {
    const laptop = await open('refused');
    place.simulator.state.switches.refusedZones = ['Etc/GMT-2', ...names];
    return laptop;
  }

  const weekly = (count = 4): EventFields => ({
    summary: 'Design review',
    start: zoned('2027-11-12T10:00:00+02:00'),
    end: zoned('2027-11-12T11:00:00+02:00'),
    recurrence: [`RRULE:FREQ=WEEKLY;COUNT=${String(count)}`],
  });
  const dates = ['2027-11-12T08:00:00Z', '2027-11-19T08:00:00Z', '2027-11-26T08:00:00Z', '2027-12-03T08:00:00Z'];

  const soon = (count: number): EventFields => ({
    ...weekly(),
    start: zoned('2026-04-01T10:00:00+02:00'),
    end: zoned('2026-04-01T11:00:00+02:00'),
    recurrence: [`RRULE:FREQ=DAILY;COUNT=${String(count)}`],
  });

  it('in the same run, and is asked for once a day by the command line, too, and at once when its event changes', async () => {
    const file = `${mkdtempSync(`${tmpdir()}/calsync-zones-`)}/calsync.db`;
    const first = await open('refused');
    first.close();
    const switches = place.simulator.state.switches;
    switches.refusedZones = ['Etc/GMT-2'];
    const person = place.simulator.person(work);
    const series = person.createEvent(work, soon(4));
    // Each sync of the command line is a process of its own: nothing but the file goes from one to the next.
    let used = false;
    const sync = async () => {
      const laptop = await place.laptop({ file });
      if (!used) for (const id of [work, home]) laptop.use(id, { source: true, target: true });
      used = true;
      const run = await laptop.sync();
      laptop.close();
      expect(run.errors).toEqual([]);
      return run.writes;
    };
    const four = [1, 2, 3, 4].map((date) => `2026-04-0${String(date)}T08:00:00Z`);
    expect(await sync()).toBe(5);
    expect(startsOf(home)).toEqual(four);
    expect(await sync()).toBe(0);
    person.patchEvent(work, series.id, { summary: 'Another name' });
    expect(await sync()).toBe(1);
    expect(startsOf(home)).toEqual(four);
    // A sync is five minutes after the one before.
    await place.clock.advance(day - 6 * 60_000);
    expect(await sync()).toBe(0);
    expect(await sync()).toBe(1);
    expect(await sync()).toBe(0);
    switches.refusedZones = [];
    await place.clock.advance(day);
    // The series comes before its dates go.
    expect(await sync()).toBe(5);
    expect(place.blocks(home).map(({ recurrence }) => recurrence)).toEqual([['RRULE:FREQ=DAILY;COUNT=4']]);
    expect(await sync()).toBe(0);
    expect(place.simulator.violations).toEqual([]);
  });

  it('is told by why and by plan with its reason, and counts as in sync', async () => {
    const laptop = await refusing();
    const series = place.simulator.person(work).createEvent(work, soon(4));
    expect(await laptop.sync()).toMatchObject({ outcome: 'ok', errors: [], added: 4, skipped: { 'one-by-one': 1 } });
    await laptop.expectQuiet();
    const { deps, store } = laptop;
    const group = [...store.loadGroups('all')].find(({ events }) => events.length > 0);
    if (group === undefined) throw new Error('no group');
    const read = new Set(store.calendars().map(({ id }) => id));
    const context = planContext(deps, 2, { read, failed: new Set(), through: new Map() });
    expect(planSync([group], context)).toMatchObject({
      operations: [],
      skips: [{ reason: 'one-by-one', targetId: home }],
    });
    const [verdicts] = explain(group, context, [], namesIn(group));
    expect(verdicts?.verdicts).toEqual([{ targetId: home, state: 'none', reason: 'one-by-one', blockId: null }]);
    const slot = '20260402T080000Z' as SlotKey;
    const name = { calendarId: toCalendarId(work), eventId: series.id as EventId, slot };
    const [date] = explain(group, context, [], [name]);
    expect(date?.verdicts).toMatchObject([{ targetId: home, state: 'there', reason: null }]);
    expect(reasonText('one-by-one')).toMatch(/time zone is not known to the service/);
  });

  it('for up to two years and 400 dates ahead, which move on day by day, and what has passed stays', async () => {
    const laptop = await refusing();
    place.simulator.person(work).createEvent(work, soon(1000));
    await laptop.sync();
    const starts = startsOf(home);
    expect(starts[0]).toBe('2026-04-01T08:00:00Z');
    expect(starts.length).toBe(400);
    await laptop.expectQuiet();
    await place.clock.advance(40 * day);
    await laptop.sync();
    const later = startsOf(home);
    expect(later.slice(0, starts.length)).toEqual(starts);
    const ahead = later.filter((start) => Date.parse(start) >= place.clock.now() - day - 3_600_000);
    expect(ahead.length).toBe(400);
    expect(later.length).toBeGreaterThan(starts.length);
    await laptop.expectQuiet();
  });

  it('and its changed, cancelled and declined dates are as they are', async () => {
    const laptop = await refusing();
    const person = place.simulator.person(work);
    const series = person.createEvent(work, soon(4));
    await laptop.sync();
    person.editSlot(work, series.id, '2026-04-02T10:00:00+02:00', {
      start: zoned('2026-04-05T12:00:00+02:00'),
      end: zoned('2026-04-05T13:00:00+02:00'),
    });
    person.deleteSlot(work, series.id, '2026-04-03T10:00:00+02:00');
    // The series that is refused, and a write for each date that changed: the block that moves is never away.
    expect(await laptop.sync()).toMatchObject({ writes: 3, added: 0, changed: 1, removed: 1 });
    expect(startsOf(home)).toEqual(['2026-04-01T08:00:00Z', '2026-04-04T08:00:00Z', '2026-04-05T10:00:00Z']);
    await laptop.expectQuiet();
    person.deleteEvent(work, series.id);
    await laptop.sync();
    expect(startsOf(home)).toEqual([]);
    await laptop.expectQuiet();
  });

  it('of a rule that names times of the day in a zone with minutes', async () => {
    const laptop = await refusing();
    place.simulator.person(work).createEvent(work, {
      start: zoned('2026-04-01T10:00:00+05:45', 'GMT+05:45'),
      end: zoned('2026-04-01T10:30:00+05:45', 'GMT+05:45'),
      recurrence: ['RRULE:FREQ=DAILY;BYHOUR=10,15;COUNT=4'],
    });
    expect((await laptop.sync()).errors).toEqual([]);
    expect(startsOf(home)).toEqual([
      '2026-04-01T04:15:00Z',
      '2026-04-01T09:15:00Z',
      '2026-04-02T04:15:00Z',
      '2026-04-02T09:15:00Z',
    ]);
    await laptop.expectQuiet();
  });

  it('and one that a person deleted stays away, as a series too', async () => {
    const laptop = await refusing();
    place.simulator.state.switches.cancellingUpdate = 'kept';
    place.simulator.person(work).createEvent(work, soon(3));
    await laptop.sync();
    const [, second] = place
      .blocks(home)
      .toSorted((one, other) => ((one.start?.dateTime ?? '') < (other.start?.dateTime ?? '') ? -1 : 1));
    place.simulator.person(home).deleteEvent(home, second?.id ?? '');
    for (let turn = 0; turn < 4; turn += 1) await laptop.sync();
    const left = ['2026-04-01T08:00:00Z', '2026-04-03T08:00:00Z'];
    expect(startsOf(home)).toEqual(left);
    expect(laptop.store.mutes()).toMatchObject([{ targetId: home, slot: '20260402T080000Z' }]);
    await laptop.expectQuiet();
    place.simulator.state.switches.refusedZones = [];
    await place.clock.advance(day);
    await laptop.sync();
    const [block] = place.blocks(home);
    expect(place.blocks(home)).toHaveLength(1);
    expect(await datesOf(home, block?.id ?? '')).toEqual(left);
    await laptop.expectQuiet();
  });

  it.each(['a lost database', 'a second computer'])('and %s makes none of them twice', async (what) => {
    const laptop = await refusing();
    place.simulator.person(work).createEvent(work, weekly());
    await laptop.sync();
    expect(startsOf(home)).toEqual(dates);
    if (what === 'a lost database') laptop.close();
    const other = await place.laptop();
    for (const id of [work, home]) other.use(id, { source: true, target: true });
    const run = await other.sync();
    // One series that is refused, and nothing else.
    expect(run).toMatchObject({ writes: 1, added: 0, removed: 0 });
    await other.expectQuiet();
    expect(startsOf(home)).toEqual(dates);
    if (what === 'a second computer') await laptop.expectQuiet();
  });

  it('and they go with their calendar on a computer that has only found them there', async () => {
    const first = await refusing();
    place.simulator.person(work).createEvent(work, soon(4));
    await first.sync();
    const other = await place.laptop();
    await other.sync();
    first.close();
    other.use(work, { source: false, target: false });
    await other.sync();
    expect(startsOf(home)).toEqual([]);
  });

  it('and somebody who sees nothing of them but their times makes no block of them', async () => {
    const laptop = await refusing();
    place.simulator.person(work).createEvent(work, soon(3));
    await laptop.sync();
    place.simulator.person(home).shareCalendar(home, work, 'freeBusyReader');
    const other = await place.laptop({ emails: [work], firstChoice: true });
    other.use(home, { source: true, target: false });
    expect((await other.sync()).skipped).toMatchObject({ 'looks-like-block': 3 });
    await other.sync();
    expect(place.blocks(work)).toEqual([]);
    // What is shared is listed anew.
    await laptop.sync();
    await laptop.expectQuiet();
  });

  it('and a connection that is gone half-way leaves some for the next run', async () => {
    const laptop = await refusing();
    place.simulator.person(work).createEvent(work, soon(120));
    // The series is asked about, fifty dates are written, and then nothing answers.
    place.simulator.faults.add({ kind: 'cutAfterCommit', request: 'batch', skip: 2, times: null });
    const run = await laptop.sync();
    expect(run.errors.length).toBeGreaterThan(0);
    place.simulator.faults.clear();
    expect((await laptop.sync()).errors).toEqual([]);
    expect(new Set(startsOf(home)).size).toBe(120);
    expect(startsOf(home)).toHaveLength(120);
    await laptop.expectQuiet();
  });

  it('and takes the place of a series that stands, which goes only when each date has its block', async () => {
    const laptop = await open('refused');
    const person = place.simulator.person(work);
    const series = person.createEvent(work, {
      ...soon(3),
      start: zoned('2026-04-01T10:00:00+02:00', 'Europe/Berlin'),
      end: zoned('2026-04-01T11:00:00+02:00', 'Europe/Berlin'),
    });
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(1);
    place.simulator.state.switches.refusedZones = ['Etc/GMT-2'];
    person.patchEvent(work, series.id, { start: soon(3)['start'], end: soon(3)['end'] });
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(4);
    await laptop.sync();
    expect(startsOf(home)).toEqual(['2026-04-01T08:00:00Z', '2026-04-02T08:00:00Z', '2026-04-03T08:00:00Z']);
    await laptop.expectQuiet();
  });

  it('counts as one meeting where too many deletions are asked about', async () => {
    const laptop = await refusing();
    place.simulator.person(work).createEvent(work, soon(200));
    place.simulator.person(work).createEvent(work, {
      start: { dateTime: '2026-04-01T15:00:00Z' },
      end: { dateTime: '2026-04-01T16:00:00Z' },
    });
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(201);
    expect(laptop.store.liveBlocksBySource().get(toCalendarId(work))).toBe(2);
  });
});
