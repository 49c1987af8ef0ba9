import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../../src/simulator/index.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { sendingBy } from '../support/sending.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';
const client = 'client@studio.example';

const world: World = {
  accounts: [
    { email: work, name: 'Work', calendars: [calendar(work, 'Work', 'Europe/Berlin')] },
    { email: home, name: 'Home', calendars: [calendar(home, 'Home', 'Europe/Berlin')] },
    { email: client, name: 'Client', calendars: [calendar(client, 'Client', 'America/New_York')] },
  ],
};

function calendar(id: string, summary: string, timeZone: string): World['accounts'][number]['calendars'][number] {
  return { id, summary, timeZone, accessRole: 'owner', primary: true };
}

const berlin = (dateTime: string): { dateTime: string; timeZone: string } => ({ dateTime, timeZone: 'Europe/Berlin' });
const timed = (day: string, from = '10:00', to = '11:00') => ({
  summary: 'Secret plans',
  start: berlin(`${day}T${from}:00`),
  end: berlin(`${day}T${to}:00`),
});
const weekly = (day: string) => ({ ...timed(day), recurrence: ['RRULE:FREQ=WEEKLY'] });
const startOf = (event: DumpedEvent | undefined): string =>
  event?.start?.date ?? new Date(event?.start?.dateTime ?? NaN).toISOString();

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

describe('one computer', () => {
  it('makes one private block on each other calendar for a new event', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    const run = await laptop.sync();
    expect(run).toMatchObject({ added: 2, writes: 2, errors: [] });
    for (const id of others) {
      expect(place.blocks(id)).toHaveLength(1);
      expect(place.blocks(id)[0]).toMatchObject({ summary: '🔒 Busy', visibility: 'private' });
      expect(startOf(place.blocks(id)[0])).toBe('2026-03-25T09:00:00.000Z');
    }
    expect(JSON.stringify(place.blocks(home))).not.toContain('Secret');
    await laptop.expectQuiet();
  });

  it('moves the block when the event moves', async () => {
    const event = place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    place.simulator.person(work).moveTime(work, event.id, berlin('2026-03-26T15:00:00'), berlin('2026-03-26T16:00:00'));
    expect(await laptop.sync()).toMatchObject({ added: 0, changed: 2, removed: 0, writes: 2 });
    for (const id of others) expect(place.blocks(id).map(startOf)).toEqual(['2026-03-26T14:00:00.000Z']);
    await laptop.expectQuiet();
  });

  it('writes nothing when the event is renamed', async () => {
    const event = place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    place.simulator.person(work).patchEvent(work, event.id, { summary: 'Other plans' });
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    await laptop.expectQuiet();
  });

  it('removes the block when the event is cancelled', async () => {
    const event = place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    place.simulator.person(work).deleteEvent(work, event.id);
    expect(await laptop.sync()).toMatchObject({ removed: 2, writes: 2 });
    for (const id of others) expect(place.blocks(id)).toEqual([]);
    await laptop.expectQuiet();
  });

  it('keeps an all-day event on its dates', async () => {
    place.simulator
      .person(work)
      .createEvent(work, { summary: 'Trip', start: { date: '2026-03-28' }, end: { date: '2026-03-31' } });
    await laptop.sync();
    for (const id of others) {
      expect(place.blocks(id)[0]).toMatchObject({ start: { date: '2026-03-28' }, end: { date: '2026-03-31' } });
    }
    await laptop.expectQuiet();
  });

  it('mirrors a series as one series', async () => {
    place.simulator.person(work).createEvent(work, weekly('2026-03-24'));
    expect(await laptop.sync()).toMatchObject({ added: 2, writes: 2 });
    for (const id of others) {
      expect(place.blocks(id)).toHaveLength(1);
      expect(place.blocks(id)[0]).toMatchObject({
        recurrence: ['RRULE:FREQ=WEEKLY'],
        start: { timeZone: 'Europe/Berlin' },
      });
    }
    await laptop.expectQuiet();
  });

  it('moves one slot of the block series when one slot moves', async () => {
    const person = place.simulator.person(work);
    const series = person.createEvent(work, weekly('2026-03-24'));
    await laptop.sync();
    person.editSlot(work, series.id, '2026-03-31T10:00:00+02:00', {
      start: berlin('2026-03-31T13:00:00'),
      end: berlin('2026-03-31T14:00:00'),
    });
    expect(await laptop.sync()).toMatchObject({ changed: 2, writes: 2 });
    for (const id of others) expect(slotStarts(id)).toEqual(['2026-03-31T11:00:00.000Z']);
    await laptop.expectQuiet();
  });

  it('cancels one slot of the block series when one slot is cancelled', async () => {
    const person = place.simulator.person(work);
    const series = person.createEvent(work, weekly('2026-03-24'));
    await laptop.sync();
    person.deleteSlot(work, series.id, '2026-03-31T10:00:00+02:00');
    expect(await laptop.sync()).toMatchObject({ changed: 2, writes: 2 });
    for (const id of others) {
      const starts = await instanceStarts(id);
      expect(starts).toContain('2026-03-24T09:00:00.000Z');
      expect(starts).not.toContain('2026-03-31T08:00:00.000Z');
      expect(starts).toContain('2026-04-07T08:00:00.000Z');
    }
    await laptop.expectQuiet();
  });

  it('patches the block when only the end of the series moves', async () => {
    const person = place.simulator.person(work);
    const series = person.createEvent(work, weekly('2026-03-24'));
    await laptop.sync();
    const before = place.blocks(home)[0]?.id;
    person.patchEvent(work, series.id, { recurrence: ['RRULE:FREQ=WEEKLY;UNTIL=20260501T000000Z'] });
    expect(await laptop.sync()).toMatchObject({ changed: 2, writes: 2 });
    expect(place.blocks(home).map((block) => block.id)).toEqual([before]);
    expect(place.blocks(home)[0]?.recurrence?.[0]).toContain('UNTIL=20260501T000000Z');
    await laptop.expectQuiet();
  });

  it('makes the next generation when the start of the series moves', async () => {
    const person = place.simulator.person(work);
    const series = person.createEvent(work, weekly('2026-03-24'));
    await laptop.sync();
    const before = place.blocks(home)[0]?.id;
    person.patchEvent(work, series.id, {
      start: berlin('2026-03-24T12:00:00'),
      end: berlin('2026-03-24T13:00:00'),
    });
    expect(await laptop.sync()).toMatchObject({ added: 0, changed: 2, removed: 0, writes: 4 });
    for (const id of others) {
      expect(place.blocks(id)).toHaveLength(1);
      expect(place.blocks(id)[0]?.id).not.toBe(before);
      expect(startOf(place.blocks(id)[0])).toBe('2026-03-24T11:00:00.000Z');
    }
    await laptop.expectQuiet();
  });

  it('follows an event that moves to another calendar', async () => {
    const person = place.simulator.person(work);
    const projects = person.createCalendar('Projects', 'Europe/Berlin', 'projects@group.calendar.example');
    const event = person.createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    await laptop.clock.advance(60 * 60_000);
    await laptop.sync();
    laptop.use(projects, { source: true, target: true });
    await laptop.sync();
    expect(place.blocks(projects)).toHaveLength(1);
    person.moveToCalendar(work, event.id, projects);
    await laptop.sync();
    expect(place.blocks(projects)).toEqual([]);
    expect(place.blocks(work)).toHaveLength(1);
    for (const id of others) expect(place.blocks(id)).toHaveLength(1);
    await laptop.expectQuiet();
  });

  it('reads everything again when the sync token has expired, and writes nothing', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    place.simulator.faults.add({ kind: 'syncTokenExpired', calendar: work });
    const run = await laptop.sync();
    expect(run).toMatchObject({ writes: 0, errors: [], requests: { 'events.list': 4 } });
    await laptop.expectQuiet();
  });

  it('learns from the new full read what was deleted while the sync token was dead', async () => {
    const event = place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    const kept = place.simulator.person(work).createEvent(work, timed('2026-03-26'));
    await laptop.sync();
    place.simulator.person(work).deleteEvent(work, event.id);
    place.simulator.faults.add({ kind: 'syncTokenExpired', calendar: work });
    expect(await laptop.sync()).toMatchObject({ removed: 2, writes: 2 });
    expect(kept.id).not.toBe('');
    for (const id of others) expect(place.blocks(id).map(startOf)).toEqual(['2026-03-26T09:00:00.000Z']);
    await laptop.expectQuiet();
  });

  it('reads pages to the end though one between them is empty', async () => {
    place.simulator.state.switches.maximumPageSize = 2;
    place.simulator.state.switches.emptyPages = true;
    for (const date of ['24', '25', '26', '27', '28']) {
      place.simulator.person(work).createEvent(work, timed(`2026-03-${date}`));
    }
    expect(await laptop.sync()).toMatchObject({ added: 10, errors: [] });
    for (const id of others) expect(place.blocks(id)).toHaveLength(5);
    place.simulator.state.switches.maximumPageSize = null;
    place.simulator.state.switches.emptyPages = false;
    await laptop.sync();
    await laptop.expectQuiet();
  });

  it.each(['cutAfterCommit', 'cutBeforeCommit', 'status503', 'html', 'truncatedJson'] as const)(
    'makes one block although our insert was answered by: %s',
    async (kind) => {
      place.simulator.person(work).createEvent(work, timed('2026-03-25'));
      place.simulator.faults.add({ kind, request: 'batch' });
      expect(await laptop.sync()).toMatchObject({ added: 2, errors: [] });
      for (const id of others) expect(place.blocks(id)).toHaveLength(1);
      await laptop.expectQuiet();
    },
  );

  it('gives the rest of a batch its due when one part is refused by a limit', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    place.simulator.faults.add({ kind: 'rateLimitExceeded', request: 'events.insert', inBatch: true });
    expect(await laptop.sync()).toMatchObject({ added: 2, errors: [] });
    await laptop.expectQuiet();
  });

  it('brings a block back under its own id when the event comes back', async () => {
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const before = place.blocks(home)[0]?.id;
    person.patchEvent(work, event.id, { transparency: 'transparent' });
    expect(await laptop.sync()).toMatchObject({ removed: 2 });
    person.patchEvent(work, event.id, { transparency: 'opaque' });
    expect(await laptop.sync()).toMatchObject({ added: 2, writes: 2 });
    expect(place.blocks(home).map((block) => block.id)).toEqual([before]);
    await laptop.expectQuiet();
  });

  it('takes the next generation when a cancelled id cannot be revived', async () => {
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const before = place.blocks(home)[0]?.id;
    person.patchEvent(work, event.id, { transparency: 'transparent' });
    await laptop.sync();
    place.simulator.state.switches.revive = 'forbidden';
    person.patchEvent(work, event.id, { transparency: 'opaque' });
    await laptop.sync();
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(1);
    expect(place.blocks(home)[0]?.id).not.toBe(before);
    await laptop.expectQuiet();
  });

  it('puts a block right that was moved by hand, and leaves its colour', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const block = place.blocks(home)[0];
    const person = place.simulator.person(home);
    person.patchEvent(home, block?.id ?? '', { colorId: '5' });
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    person.moveTime(home, block?.id ?? '', berlin('2026-03-25T20:00:00'), berlin('2026-03-25T21:00:00'));
    expect(await laptop.sync()).toMatchObject({ changed: 1, writes: 1 });
    expect(place.blocks(home)[0]).toMatchObject({ colorId: '5' });
    expect(startOf(place.blocks(home)[0])).toBe('2026-03-25T09:00:00.000Z');
    await laptop.expectQuiet();
  });

  it('keeps a block away that the person deleted, once a later read confirms it', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    place.simulator.person(home).deleteEvent(home, place.blocks(home)[0]?.id ?? '');
    // Once for each calendar it is found out whether it keeps marks of removals.
    expect(await laptop.sync()).toMatchObject({ writes: 2, skipped: { 'waiting-for-confirmation': 1 } });
    expect(await laptop.sync()).toMatchObject({ writes: 0, skipped: { muted: 1 } });
    expect(laptop.store.mutes()).toHaveLength(1);
    expect(laptop.store.recentActivity(1)).toMatchObject([{ kind: 'muted', mute: expect.any(String) as string }]);
    expect(place.blocks(home)).toEqual([]);
    expect(place.blocks(client)).toHaveLength(1);
    await laptop.expectQuiet();
    const [mute] = laptop.store.mutes();
    if (mute !== undefined) laptop.store.liftMute(mute);
    expect(await laptop.sync()).toMatchObject({ added: 1 });
    expect(place.blocks(home)).toHaveLength(1);
    await laptop.expectQuiet();
  });

  it('mutes nothing that it cannot look at, and nothing that is there after all', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const block = place.blocks(home)[0]?.id ?? '';
    place.simulator.person(home).deleteEvent(home, block);
    await laptop.sync();
    place.simulator.faults.add({ kind: 'status503', request: 'events.get', times: null });
    for (let run = 0; run < 3; run += 1) {
      expect(await laptop.sync()).toMatchObject({ writes: 0 });
      expect(laptop.store.mutes()).toEqual([]);
    }
    place.simulator.faults.clear();
    // Back by the person's own hand, and not to be seen in a list yet.
    place.simulator.state.switches.listLagMs = 60 * 60_000;
    place.simulator.person(home).undelete(home, block);
    expect(await laptop.sync()).toMatchObject({ writes: 0 });
    expect(laptop.store.mutes()).toEqual([]);
    place.simulator.state.switches.listLagMs = 0;
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(1);
    await laptop.expectQuiet();
  });

  it('never touches a copy that a person made of a block, and makes no block of it', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const copy = place.simulator.person(home).duplicateEvent(home, place.blocks(home)[0]?.id ?? '');
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(2);
    expect(place.blocks(work)).toEqual([]);
    await laptop.expectQuiet();
    expect(place.simulator.person(home).getEvent(home, copy.id)).toMatchObject({ status: 'confirmed' });
  });

  it('holds a mass deletion until the person agrees, or the source recovers', async () => {
    const person = place.simulator.person(work);
    const events = Array.from({ length: 12 }, (_, index) =>
      person.createEvent(work, timed(`2026-04-${String(index + 1).padStart(2, '0')}`)),
    );
    await laptop.sync();
    for (const event of events) person.deleteEvent(work, event.id);
    expect(await laptop.sync()).toMatchObject({ writes: 0, held: 24 });
    expect(place.blocks(home)).toHaveLength(12);
    const [hold] = laptop.store.holds();
    expect(hold).toMatchObject({ kind: 'mass-deletion', calendarId: work });
    for (const event of events.slice(0, 11)) person.undelete(work, event.id);
    expect(await laptop.sync()).toMatchObject({ removed: 2, held: 0 });
    expect(laptop.store.holds()).toEqual([]);
    for (const event of events.slice(0, 11)) person.deleteEvent(work, event.id);
    expect(await laptop.sync()).toMatchObject({ writes: 0, held: 22 });
    laptop.decide('proceed');
    expect(await laptop.sync()).toMatchObject({ removed: 22, held: 0 });
    expect(laptop.store.holdChoices().size).toBe(0);
    await laptop.expectQuiet();
  });

  it('asks when many blocks have gone from a calendar at once', async () => {
    const person = place.simulator.person(work);
    for (let index = 1; index <= 12; index += 1) {
      person.createEvent(work, timed(`2026-04-${String(index).padStart(2, '0')}`));
    }
    await laptop.sync();
    for (const block of place.blocks(home)) place.simulator.person(home).deleteEvent(home, block.id);
    await laptop.sync();
    expect(await laptop.sync()).toMatchObject({ writes: 0, held: 12 });
    expect(laptop.store.mutes()).toEqual([]);
    laptop.decide('put-back');
    expect(await laptop.sync()).toMatchObject({ added: 12 });
    expect(place.blocks(home)).toHaveLength(12);
    await laptop.expectQuiet();
  });

  it('keeps the blocks of a calendar that can no longer be seen', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    place.simulator.person(work).revokeAccess();
    const tokens = place.simulator.faults.add({ kind: 'unauthorized', account: work, times: null });
    const run = await laptop.sync();
    expect(run.outcome).toBe('partial');
    expect(run.errors.length).toBeGreaterThan(0);
    expect(place.blocks(home)).toHaveLength(1);
    expect(tokens.hits).toBeGreaterThan(0);
    place.simulator.person(home).createEvent(home, timed('2026-03-27'));
    await laptop.sync();
    expect(place.blocks(client)).toHaveLength(2);
    place.simulator.faults.clear();
    await laptop.sync();
    expect(place.blocks(work)).toHaveLength(1);
    await laptop.expectQuiet();
  });

  it('makes no block where the same meeting is on the calendar already, until that copy is declined', async () => {
    const person = place.simulator.person(work);
    person.createEvent(work, {
      ...timed('2026-03-25'),
      attendees: [{ email: work, responseStatus: 'accepted' }, { email: home }],
    });
    await laptop.sync();
    expect(place.blocks(home)).toEqual([]);
    expect(place.blocks(work)).toEqual([]);
    expect(place.blocks(client)).toHaveLength(1);
    await laptop.expectQuiet();
    const copy = place.events(home)[0];
    place.simulator.person(home).respond(home, copy?.id ?? '', 'declined');
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(1);
    expect(place.blocks(client)).toHaveLength(1);
    await laptop.expectQuiet();
  });

  it('widens an event of no length and leaves out what has long passed', async () => {
    const person = place.simulator.person(work);
    person.createEvent(work, timed('2026-03-10'));
    person.createEvent(work, timed('2026-03-25', '10:00', '10:01'));
    await laptop.sync();
    expect(place.blocks(home)).toHaveLength(1);
    await laptop.expectQuiet();
  });
});

describe('accounts that share or fail', () => {
  it('reads a shared calendar once, writes it once, and through the other account when the first fails', async () => {
    const team = 'team@group.calendar.example';
    const person = place.simulator.person(work);
    person.createCalendar('Team', 'Europe/Berlin', team);
    person.shareCalendar(team, home, 'writer');
    await laptop.clock.advance(60 * 60_000);
    await laptop.sync();
    laptop.use(team, { source: true, target: true });
    await laptop.sync();
    person.createEvent(team, timed('2026-03-25'));
    expect(await laptop.sync()).toMatchObject({ added: 3, errors: [] });
    expect(place.blocks(team)).toEqual([]);
    await laptop.expectQuiet();
    place.simulator.faults.add({ kind: 'unauthorized', account: work, times: null });
    place.simulator.person(client).createEvent(client, timed('2026-03-26'));
    const run = await laptop.sync();
    expect(run.outcome).toBe('partial');
    expect(place.blocks(team)).toHaveLength(1);
    expect(place.blocks(work)).toHaveLength(1);
    place.simulator.faults.clear();
    await laptop.sync();
    await laptop.sync();
    expect(place.blocks(work)).toHaveLength(2);
    await laptop.expectQuiet();
  });

  it('leaves an account alone for hours when its quota is used up, and serves the others', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    const quota = place.simulator.faults.add({ kind: 'quotaExceeded', account: home, times: null });
    expect(await laptop.sync()).toMatchObject({ outcome: 'partial', added: 1 });
    const struck = quota.hits;
    expect(laptop.store.accounts().find((account) => account.email === home)?.state).toBe('resting');
    const rested = await laptop.sync();
    expect(rested.errors.map((error) => error.code)).toEqual(['quota-exhausted']);
    expect(quota.hits).toBe(struck);
    place.simulator.faults.clear();
    await laptop.clock.advance(3 * 60 * 60_000);
    expect(await laptop.sync()).toMatchObject({ outcome: 'ok', added: 1 });
    expect(place.blocks(home)).toHaveLength(1);
    await laptop.expectQuiet();
  });

  it('waits as long as it is asked to when it is too fast', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    place.simulator.faults.add({ kind: 'tooManyRequests', request: 'batch', times: 2, retryAfterSeconds: 20 });
    expect(await laptop.sync()).toMatchObject({ added: 2, errors: [] });
    expect(laptop.clock.sleeps.some((milliseconds) => milliseconds >= 20_000)).toBe(true);
    await laptop.expectQuiet();
  });

  it('keeps everything as it is while offline, and says so', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    const offline = await place.laptop({
      wrap: (provider) => ({
        ...provider,
        readEvents: () =>
          Promise.resolve({
            ok: false,
            error: { kind: 'offline', error: { code: 'offline', about: null, detail: 'ENOTFOUND' } },
          }),
      }),
    });
    expect(await offline.sync()).toMatchObject({ outcome: 'offline', writes: 0 });
    for (const id of others) expect(place.blocks(id)).toHaveLength(1);
  });

  it('lets one process at a time work with a database', async () => {
    const other = 'somebody-else';
    expect(laptop.store.takeLease(other, laptop.clock.now() + 5 * 60_000, 60_000).ok).toBe(true);
    await expect(laptop.sync()).rejects.toThrow('busy-elsewhere');
    await laptop.clock.advance(2 * 60_000);
    await laptop.expectQuiet();
  });
});

describe('several computers, lost databases, killed processes', () => {
  const fill = (): void => {
    const person = place.simulator.person(work);
    person.createEvent(work, timed('2026-03-25'));
    const series = person.createEvent(work, weekly('2026-03-24'));
    person.deleteSlot(work, series.id, '2026-03-31T10:00:00+02:00');
    person.editSlot(work, series.id, '2026-04-07T10:00:00+02:00', {
      start: berlin('2026-04-07T13:00:00'),
      end: berlin('2026-04-07T14:00:00'),
    });
    place.simulator
      .person(home)
      .createEvent(home, { summary: 'x', start: { date: '2026-04-02' }, end: { date: '2026-04-03' } });
  };
  /** What a person sees on each calendar: block times, and the slots of block series. */
  const picture = async (): Promise<unknown> => {
    const rows: unknown[] = [];
    for (const id of [work, home, client]) {
      rows.push([id, place.blocks(id).map(startOf).sort(), (await instanceStarts(id)).toSorted()]);
    }
    return rows;
  };

  it('converges on two computers to one block for each event and target', async () => {
    fill();
    const second = await place.laptop();
    await laptop.sync();
    await second.sync();
    expect(place.blocks(client)).toHaveLength(3);
    await laptop.sync();
    await laptop.expectQuiet();
    await second.expectQuiet();
  });

  it('finds its blocks again after the database was lost', async () => {
    fill();
    await laptop.sync();
    const before = await picture();
    const fresh = await place.laptop();
    expect(await fresh.sync()).toMatchObject({ added: 0, removed: 0, writes: 0, errors: [] });
    expect(await picture()).toEqual(before);
    await fresh.expectQuiet();
  });

  it('removes the blocks of events that were deleted while there was no database', async () => {
    const event = place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    fill();
    await laptop.sync();
    place.simulator.person(work).deleteEvent(work, event.id);
    const fresh = await place.laptop();
    expect(await fresh.sync()).toMatchObject({ removed: 2, added: 0 });
    expect(place.blocks(client)).toHaveLength(3);
    await fresh.expectQuiet();
  });

  it('gives a series whose block was cancelled before the database was lost a new block, with no slot missing', async () => {
    place.simulator.state.switches.revivedSeriesExceptions = 'kept';
    const person = place.simulator.person(work);
    const series = person.createEvent(work, weekly('2026-03-24'));
    person.deleteSlot(work, series.id, '2026-03-31T10:00:00+02:00');
    await laptop.sync();
    person.patchEvent(work, series.id, { transparency: 'transparent' });
    await laptop.sync();
    expect(place.blocks(home)).toEqual([]);
    const fresh = await place.laptop();
    await fresh.sync();
    person.patchEvent(work, series.id, { transparency: 'opaque' });
    await fresh.sync();
    await fresh.sync();
    expect(place.blocks(home)).toHaveLength(1);
    expect(fresh.store.mutes()).toEqual([]);
    await fresh.expectQuiet();
  });

  it('keeps the blocks of an event that was free for a while, whichever computer removed and restored them', async () => {
    const second = await place.laptop();
    const person = place.simulator.person(work);
    const event = person.createEvent(work, timed('2026-03-25'));
    await laptop.sync();
    await second.sync();
    person.patchEvent(work, event.id, { transparency: 'transparent' });
    await second.sync();
    await laptop.sync();
    person.patchEvent(work, event.id, { transparency: 'opaque' });
    for (let round = 0; round < 3; round += 1) {
      await laptop.sync();
      await second.sync();
    }
    expect(laptop.store.mutes()).toEqual([]);
    expect(second.store.mutes()).toEqual([]);
    for (const id of others) expect(place.blocks(id)).toHaveLength(1);
    await laptop.expectQuiet();
    await second.expectQuiet();
  });

  it('leaves the blocks alone that another computer made for calendars which this one does not see', async () => {
    fill();
    await laptop.sync();
    const narrow = await place.laptop({ emails: [home, client] });
    const before = await picture();
    expect(await narrow.sync()).toMatchObject({ removed: 0 });
    expect(await picture()).toEqual(before);
    await narrow.expectQuiet();
    await laptop.expectQuiet();
  });

  it('converges when it is killed before or after any request to the calendars', async () => {
    fill();
    const folder = mkdtempSync(join(tmpdir(), 'calsync-kill-'));
    let kills = 0;
    for (let at = 1; at < 40; at += 1) {
      const moment = at % 2 === 0 ? 'after' : 'before';
      const file = join(folder, 'calsync.db');
      let calls = 0;
      const victim = await place.laptop({
        file,
        wrap: (provider) =>
          sendingBy(provider, async (request, next) => {
            calls += 1;
            const strikes = calls === Math.ceil(at / 2);
            if (strikes && moment === 'before') throw new Error('killed');
            const replies = await next(request);
            if (strikes) throw new Error('killed');
            return replies;
          }),
      });
      const person = place.simulator.person(work);
      const extra = person.createEvent(work, weekly('2026-03-26'));
      person.deleteSlot(work, extra.id, '2026-04-02T10:00:00+02:00');
      const killed = await victim.sync().then(
        () => false,
        () => true,
      );
      victim.close();
      const survivor = await place.laptop({ file });
      await survivor.sync();
      await survivor.sync();
      await survivor.expectQuiet();
      for (const id of others) {
        const own = place.blocks(id);
        expect(new Set(own.map((block) => block.extendedProperties?.private?.['calsync.ref'])).size).toBe(own.length);
        expect(await instanceStarts(id)).not.toContain('2026-04-02T08:00:00.000Z');
      }
      person.deleteEvent(work, extra.id);
      await survivor.sync();
      await survivor.expectQuiet();
      if (!killed) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(3);
  }, 120_000);

  it('does not take its own block for deleted when a full read does not show it yet', async () => {
    place.simulator.person(work).createEvent(work, timed('2026-03-25'));
    place.simulator.state.switches.listLagMs = 20 * 60_000;
    await laptop.clock.advance(20 * 60_000);
    expect(await laptop.sync()).toMatchObject({ added: 2 });
    place.simulator.faults.add({ kind: 'syncTokenExpired', calendar: home });
    expect(await laptop.sync()).toMatchObject({ writes: 0, skipped: {} });
    place.simulator.state.switches.listLagMs = 0;
    await laptop.clock.advance(30 * 60_000);
    await laptop.sync();
    expect(laptop.store.mutes()).toEqual([]);
    for (const id of others) expect(place.blocks(id)).toHaveLength(1);
    await laptop.expectQuiet();
  });
});

/** Starts of the changed, live slots of blocks on a calendar. */
function slotStarts(calendarId: string): readonly string[] {
  const dump = place.simulator.dump().find((one) => one.id === calendarId);
  return ((dump?.events ?? []) as unknown as DumpedEvent[])
    .filter((event) => event.recurringEventId !== undefined && event.status !== 'cancelled')
    .map(startOf);
}

/** Starts of all occurrences that a calendar shows from March to May 2026, as Google would expand them. */
async function instanceStarts(calendarId: string): Promise<readonly string[]> {
  const { accessToken } = place.simulator.issueTokens(calendarId);
  const url = `${place.simulator.url}/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events?singleEvents=true&timeMin=2026-03-01T00:00:00Z&timeMax=2026-05-01T00:00:00Z&maxResults=2500`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  const body = (await answer.json()) as { items: DumpedEvent[] };
  return body.items.map(startOf);
}
