import { mkdtempSync } from 'node:fs';
import { leaseTime } from '../../src/main/engine/lease.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultBusyPolicy } from '../../src/main/core/policy.ts';
import type { RunScope } from '../../src/main/engine/deps.ts';
import { removeBlocks, type Removed } from '../../src/main/engine/reset/index.ts';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import { reasonSchema } from '../../src/shared/dto.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import { reasonText } from '../../src/shared/reasons.ts';
import { second } from '../../src/shared/time.ts';
import type { Switches, World } from '../../src/simulator/index.ts';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace, type Laptop, type Workplace } from '../support/laptop.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

const account = (email: string): World['accounts'][number] => ({
  email,
  name: email,
  calendars: [{ id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner', primary: true }],
});
const world: World = { accounts: [account(work), account(home)] };

const at = (dateTime: string) => ({ dateTime: `${dateTime}:00`, timeZone: 'Europe/Berlin' });
const timed = (date: string) => ({ summary: 'Secret', start: at(`${date}T10:00`), end: at(`${date}T11:00`) });

let place: Workplace;
afterEach(async () => {
  await place.close();
});

async function open(switches: Partial<Switches> = {}, of: World = world): Promise<Workplace> {
  place = await openWorkplace({ world: of, switches });
  return place;
}

const person = (email = work) => place.simulator.person(email);
const dates = (calendarId = home): readonly string[] =>
  place.blocks(calendarId).flatMap((block) => block.start?.dateTime?.slice(0, 10) ?? []);
/** Removes all blocks for the events of the calendars that a computer knows. */
const clear = async ({ deps, store }: Laptop, scope: RunScope): Promise<Removed> => {
  const calendars = store.calendars();
  const from = new Set(calendars.map((one) => one.id));
  deps.store.takeLease(deps.holder, deps.clock.now(), leaseTime);
  const clearings = calendars.map((calendar) => ({ calendar, ours: from, from, whole: true }));
  return removeBlocks(deps, scope, { clearings, calendars, othersOn: new Set() });
};
const starts = async (laptop: Laptop, times: number): Promise<void> => {
  for (let run = 0; run < times; run += 1) await laptop.sync();
};

/** Ends the process at the so-manieth removal that is sent, after the calendars have carried it out. */
function killing(nth = 1): (provider: CalendarProvider) => CalendarProvider {
  let removals = 0;
  return (provider) =>
    sendingBy(provider, async (calls, next) => {
      const replies = await next(calls);
      if (calls.some((call) => call.kind === 'remove' || call.kind === 'delete')) {
        removals += 1;
        if (removals === nth) throw new Error('killed');
      }
      return replies;
    });
}

/** On every side of what nobody knows of a cancelling update. */
const sides = ['kept', 'stripped', 'refused', 'ignored'] as const;

describe.each(sides)('killed between a removal and its record, %s', (cancellingUpdate) => {
  const file = () => join(mkdtempSync(join(tmpdir(), 'calsync-removal-')), 'calsync.db');

  // Refused or ignored, the removal is a second call: killed there as well.
  it.each(cancellingUpdate === 'refused' || cancellingUpdate === 'ignored' ? [1, 2] : [1])(
    'event busy again before the next sync: a single block is no mute (removal %d)',
    async (nth) => {
      await open({ cancellingUpdate });
      const store = file();
      const first = await place.laptop({ file: store });
      const event = person().createEvent(work, timed('2026-03-25')).id;
      await first.sync();
      first.close();
      const victim = await place.laptop({ file: store, wrap: killing(nth) });
      person().patchEvent(work, event, { transparency: 'transparent' });
      await expect(victim.sync()).rejects.toThrow('killed');
      victim.close();
      person().patchEvent(work, event, { transparency: 'opaque' });
      const laptop = await place.laptop({ file: store });
      await starts(laptop, 2);
      expect(dates()).toEqual(['2026-03-25']);
      expect(laptop.store.mutes()).toEqual([]);
      await laptop.expectQuiet();
    },
  );

  it('a single date of a series', async () => {
    await open({ cancellingUpdate });
    const store = file();
    const first = await place.laptop({ file: store });
    const series = person().createEvent(work, { ...timed('2026-03-24'), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] }).id;
    await first.sync();
    first.close();
    const victim = await place.laptop({ file: store, wrap: killing() });
    person().editSlot(work, series, '2026-03-31T10:00:00+02:00', { transparency: 'transparent' });
    await expect(victim.sync()).rejects.toThrow('killed');
    victim.close();
    person().editSlot(work, series, '2026-03-31T10:00:00+02:00', { transparency: 'opaque' });
    const laptop = await place.laptop({ file: store });
    await starts(laptop, 3);
    expect(laptop.store.mutes()).toEqual([]);
    const gone = place.simulator
      .dump()
      .find((one) => one.id === home)
      ?.events.filter((one) => one['status'] === 'cancelled');
    expect(gone ?? []).toEqual([]);
    await laptop.expectQuiet();
  });

  it('a reset', async () => {
    await open({ cancellingUpdate });
    const store = file();
    const first = await place.laptop({ file: store });
    person().createEvent(work, timed('2026-03-25'));
    await first.sync();
    first.close();
    const victim = await place.laptop({ file: store, wrap: killing() });
    const scope = { run: 2, signal: undefined, onProgress: () => undefined, removing: 'reset' as const };
    await expect(clear(victim, scope)).rejects.toThrow('killed');
    victim.close();
    // The person goes on instead.
    const laptop = await place.laptop({ file: store });
    await starts(laptop, 2);
    expect(dates()).toEqual(['2026-03-25']);
    expect(laptop.store.mutes()).toEqual([]);
    await laptop.expectQuiet();
  });

  it('cut off, and not killed: the answer never came', async () => {
    await open({ cancellingUpdate });
    const laptop = await place.laptop();
    const event = person().createEvent(work, timed('2026-03-25')).id;
    await laptop.sync();
    person().patchEvent(work, event, { transparency: 'transparent' });
    place.simulator.faults.add({ kind: 'cutAfterCommit', request: 'batch', times: null });
    await laptop.sync();
    place.simulator.faults.clear();
    person().patchEvent(work, event, { transparency: 'opaque' });
    await starts(laptop, 3);
    expect(dates()).toEqual(['2026-03-25']);
    expect(laptop.store.mutes()).toEqual([]);
    await laptop.expectQuiet();
  });
});

describe.each(sides)('two computers, where marks are %s', (cancellingUpdate) => {
  async function two(): Promise<{ readonly one: Laptop; readonly other: Laptop; readonly event: string }> {
    await open({ cancellingUpdate });
    const one = await place.laptop();
    const other = await place.laptop();
    const event = person().createEvent(work, timed('2026-03-25')).id;
    await one.sync();
    await other.sync();
    return { one, other, event };
  }
  const expectNoMute = async (laptop: Laptop): Promise<void> => {
    await starts(laptop, 3);
    expect(laptop.store.mutes()).toEqual([]);
    expect(laptop.store.holds()).toEqual([]);
    expect(dates()).toEqual(['2026-03-25']);
    await laptop.expectQuiet();
  };

  it('B removed the block because the event was free', async () => {
    const { one, other, event } = await two();
    person().patchEvent(work, event, { transparency: 'transparent' });
    await other.sync();
    person().patchEvent(work, event, { transparency: 'opaque' });
    await expectNoMute(one);
  });

  it("B's policy removed it", async () => {
    const { one, other } = await two();
    other.store.setBusy(toCalendarId(work), { ...defaultBusyPolicy, ignoreTitles: 'Secret' });
    await other.sync();
    other.close();
    await expectNoMute(one);
  });

  it('`calendars ignore` on B', async () => {
    const { one, other } = await two();
    other.use(work, { source: false, target: false });
    await other.sync();
    other.close();
    await expectNoMute(one);
  });

  it.each(['account', 'reset'] as const)('%s on B', async (removing) => {
    const { one, other } = await two();
    const scope = { run: 9, signal: undefined, onProgress: () => undefined, removing };
    const { receipt } = await clear(other, scope);
    expect(receipt).toMatchObject({ removed: 1 });
    other.close();
    await expectNoMute(one);
  });
});

it('old-laptop-leaves: the new one puts the blocks back without a question; never a mute, never silently free', async () => {
  await open({}, caseWorld('old-laptop-leaves'));
  const old = await place.laptop();
  await old.sync();
  const fresh = await place.laptop();
  await fresh.sync();
  expect(dates()).toHaveLength(4);
  const scope = { run: 9, signal: undefined, onProgress: () => undefined, removing: 'account' as const };
  await clear(old, scope);
  old.close();
  expect(dates()).toEqual([]);
  expect(await fresh.sync()).toMatchObject({ added: 4, held: 0 });
  expect(dates()).toHaveLength(4);
  expect(fresh.store.recentActivity(9).map((one) => one.reason)).toContain('removed-elsewhere');
  await fresh.expectQuiet();
  expect([fresh.store.mutes(), fresh.store.holds()]).toEqual([[], []]);
});

it('couple-shared-calendar, from the other side: nobody says that the first one deleted anything', async () => {
  await open({}, caseWorld('couple-shared-calendar'));
  const family = 'family0001@group.calendar.example';
  const [ada, bo] = [
    await place.laptop({ emails: ['ada@northwind.example', 'ada@home.example'] }),
    await place.laptop({ emails: ['bo@studio.example', 'bo@home.example'] }),
  ];
  ada.use(family, { source: true, target: true });
  await starts(ada, 2);
  const hers = place.blocks(family).map((block) => block.id);
  expect(hers).toHaveLength(4);
  bo.use(family, { source: true, target: true });
  for (const laptop of [bo, ada, bo, ada]) await laptop.sync();
  const before = place.blocks(family).length;
  // An earlier build of the second one takes away whatever has a tag, and leaves no mark.
  for (const id of hers) person('bo@home.example').deleteEvent(family, id);
  await starts(ada, 2);
  expect(ada.store.mutes()).toEqual([]);
  expect(ada.store.holds()).toMatchObject([{ kind: 'external-wipe', calendarId: family, count: 4 }]);
  ada.decide('put-back');
  await ada.sync();
  expect(ada.store.mutes()).toEqual([]);
  expect(place.blocks(family)).toHaveLength(before);
  for (const reason of [...reasonSchema.options])
    expect(reasonText(reason)).not.toMatch(/you (have )?(deleted|removed)/);
  await bo.sync();
  for (const laptop of [ada, bo]) await laptop.expectQuiet();
});

describe('a burst', () => {
  const wipe = async (count: number, gap: number): Promise<Laptop> => {
    await open();
    const laptop = await place.laptop();
    for (let index = 1; index <= 6; index += 1) person().createEvent(work, timed(`2026-04-0${index}`));
    await laptop.sync();
    for (const block of place.blocks(home).slice(0, count)) {
      person(home).deleteEvent(home, block.id);
      await laptop.clock.advance(gap);
    }
    await starts(laptop, 2);
    return laptop;
  };

  it('three gone with less than two seconds from one to the next are a program: a hold, never mutes', async () => {
    const laptop = await wipe(3, 1.9 * second);
    expect(laptop.store.mutes()).toEqual([]);
    expect(laptop.store.holds()).toMatchObject([{ kind: 'external-wipe', calendarId: home, count: 3 }]);
    laptop.decide('put-back');
    expect(await laptop.sync()).toMatchObject({ added: 3 });
    await laptop.expectQuiet();
  });

  it.each([
    [3, 2 * second],
    [2, 0],
  ])('%d with %d ms between them are a person', async (count, gap) => {
    const laptop = await wipe(count, gap);
    expect(laptop.store.mutes()).toHaveLength(count);
    expect(laptop.store.holds()).toEqual([]);
    await laptop.expectQuiet();
  });

  it('without times, what goes between two reads', async () => {
    await open({ getOfDeleted: 'bare' });
    const laptop = await place.laptop();
    for (let index = 1; index <= 6; index += 1) person().createEvent(work, timed(`2026-04-0${index}`));
    await laptop.sync();
    for (const block of place.blocks(home).slice(0, 3)) {
      person(home).deleteEvent(home, block.id);
      await laptop.clock.advance(30 * second);
    }
    await starts(laptop, 2);
    expect(laptop.store.holds()).toMatchObject([{ count: 3 }]);
    expect(laptop.store.mutes()).toEqual([]);
  });
});

describe('a mute ends', () => {
  async function muted(body: object = {}): Promise<{ readonly laptop: Laptop; readonly event: string }> {
    await open();
    const laptop = await place.laptop();
    const event = person().createEvent(work, { ...timed('2026-03-25'), ...body }).id;
    await laptop.sync();
    person(home).deleteEvent(home, place.blocks(home)[0]?.id ?? '');
    await starts(laptop, 2);
    expect(laptop.store.mutes()).toHaveLength(1);
    return { laptop, event };
  }

  it('when the time of the event changes', async () => {
    const { laptop, event } = await muted();
    person().patchEvent(work, event, { summary: 'Another title' });
    await laptop.sync();
    expect(laptop.store.mutes()).toHaveLength(1);
    person().moveTime(work, event, at('2026-03-26T15:00'), at('2026-03-26T16:00'));
    await laptop.sync();
    expect(laptop.store.mutes()).toEqual([]);
    expect(dates()).toEqual(['2026-03-26']);
    await laptop.expectQuiet();
  });

  it("when the person's own answer changes", async () => {
    const { laptop, event } = await muted({ attendees: [{ email: work }, { email: 'ada@else.example' }] });
    person().respond(work, event, 'accepted');
    await laptop.sync();
    expect(laptop.store.mutes()).toEqual([]);
    expect(dates()).toEqual(['2026-03-25']);
    await laptop.expectQuiet();
  });
});
