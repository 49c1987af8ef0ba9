import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Temporal } from 'temporal-polyfill';
import { afterEach, describe, expect, it } from 'vitest';
import { planSync } from '../../src/main/core/plan.ts';
import { explain, namesIn } from '../../src/main/core/why.ts';
import { planContext } from '../../src/main/engine/cycle.ts';
import { appError } from '../../src/shared/errors.ts';
import { messageFor } from '../../src/shared/messages.ts';
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

describe('a series whose zone is refused by every name', () => {
  const day = 24 * 60 * 60_000;

  it('is asked for once a day by the command line, too, and at once when its event changes', async () => {
    const file = `${mkdtempSync(`${tmpdir()}/calsync-zones-`)}/calsync.db`;
    const first = await open('refused');
    first.close();
    const switches = place.simulator.state.switches;
    switches.refusedZones = ['Etc/GMT-2'];
    const person = place.simulator.person(work);
    const series = person.createEvent(work, captured());
    // Each sync of the command line is a process of its own: nothing but the file goes from one to the next.
    let used = false;
    const sync = async () => {
      const laptop = await place.laptop({ file });
      if (!used) for (const id of [work, home]) laptop.use(id, { source: true, target: true });
      used = true;
      place.simulator.requests.reset();
      const run = await laptop.sync();
      const [group] = [...laptop.store.loadGroups('all')].filter(({ events }) => events.length > 0);
      laptop.close();
      return { codes: run.errors.map(({ code, about }) => `${code} ${about ?? ''}`), writes: run.writes, run, group };
    };
    const refused = [`time-zone-refused ${home}`];
    expect(await sync()).toMatchObject({ codes: refused, writes: 1, group: { refusals: [{ targetId: home }] } });
    expect(await sync()).toMatchObject({ codes: refused, writes: 0, run: { skipped: { 'zone-refused': 1 } } });
    person.patchEvent(work, series.id, { summary: 'Another name' });
    expect(await sync()).toMatchObject({ codes: refused, writes: 1 });
    // A sync is five minutes after the one before.
    await place.clock.advance(day - 6 * 60_000);
    expect(await sync()).toMatchObject({ codes: refused, writes: 0 });
    expect(await sync()).toMatchObject({ codes: refused, writes: 1 });
    expect(await sync()).toMatchObject({ codes: refused, writes: 0 });
    switches.refusedZones = [];
    await place.clock.advance(day);
    const done = await sync();
    expect(done).toMatchObject({ codes: [], writes: 1 });
    expect(done.group?.refusals).toBeUndefined();
    expect(place.blocks(home)).toHaveLength(1);
    expect(await sync()).toMatchObject({ codes: [], writes: 0 });
  });

  it('is told by why and by plan with its reason, and nothing advises what nobody can do', async () => {
    const laptop = await open('refused');
    place.simulator.state.switches.refusedZones = ['Etc/GMT-2'];
    place.simulator.person(work).createEvent(work, captured());
    const run = await laptop.sync();
    const { deps, store } = laptop;
    const group = [...store.loadGroups('all')].find(({ events }) => events.length > 0);
    if (group === undefined) throw new Error('no group');
    const read = new Set(store.calendars().map(({ id }) => id));
    const context = planContext(deps, 2, { read, failed: new Set(), through: new Map() });
    expect(planSync([group], context)).toMatchObject({
      operations: [],
      skips: [{ reason: 'zone-refused', targetId: home }],
    });
    const [verdicts] = explain(group, context, [], namesIn(group));
    expect(verdicts?.verdicts).toEqual([{ targetId: home, state: 'none', reason: 'zone-refused', blockId: null }]);
    expect(reasonText('zone-refused')).toMatch(/time zone is not known to the service/);
    const { action } = messageFor(run.errors[0] ?? appError('unexpected'), 'command-line');
    expect(action).toMatch(/once a day; if the event is your own/);
  });
});
