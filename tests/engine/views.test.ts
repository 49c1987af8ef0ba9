import { afterEach, describe, expect, it } from 'vitest';
import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import { formatTag } from '../../src/main/core/tag.ts';
import { refusedTarget } from '../../src/main/engine/access.ts';
import type { FaultSpec, World } from '../../src/simulator/index.ts';
import { toCalendarId, toEventId } from '../../src/shared/ids.ts';
import { err } from '../../src/shared/result.ts';
import { hour } from '../../src/shared/time.ts';
import { appError } from '../../src/shared/errors.ts';
import { caseWorld } from '../support/cases.ts';
import { openWorkplace, type DumpedEvent, type Laptop, type Workplace } from '../support/laptop.ts';
import { mainCalendars } from '../support/worlds.ts';

const places: Workplace[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

async function open(world: World): Promise<Workplace> {
  const place = await openWorkplace({ world });
  places.push(place);
  return place;
}

const sourceOnly = { source: true, target: false };

describe('two-installs-free-busy', () => {
  it('comes to rest after one round, however often they sync in turn', async () => {
    const place = await open(caseWorld('two-installs-free-busy'));
    const [work, home] = ['robin@northwind.example', 'robin@home.example'];
    const first = await place.laptop({ emails: [work] });
    const second = await place.laptop({ emails: [home] });
    first.use(home, sourceOnly);
    second.use(work, sourceOnly);
    const runs = [await first.sync(), await second.sync()];
    // The block of the second, as the first sees it.
    expect(await first.sync()).toMatchObject({ writes: 0, errors: [], skipped: { 'looks-like-block': 1 } });
    for (let round = 0; round < 3; round += 1) {
      for (const laptop of [second, first]) {
        const run = await laptop.sync();
        expect(run).toMatchObject({ writes: 0, errors: [] });
      }
    }
    expect(runs.map((run) => run.writes)).toEqual([0, 1]);
    expect(place.blocks(home)).toHaveLength(1);
    expect(place.blocks(work)).toHaveLength(0);
    await first.expectQuiet();
    await second.expectQuiet();
  });
});

describe('a calendar of somebody else that shows blocks without their tags', () => {
  const me = 'me@home.example';
  const other = 'work@northwind.example';
  const team = 'team@group.calendar.example';
  const primary = (id: string) => ({
    id,
    summary: id,
    timeZone: 'Europe/Berlin',
    accessRole: 'owner' as const,
    primary: true,
  });
  const shared = (events: World['accounts'][number]['calendars'][number]['events']): World => ({
    accounts: [
      { email: me, name: 'Me', calendars: [primary(me)] },
      { email: other, name: 'Other', calendars: [primary(other), { ...primary(team), primary: false, events }] },
    ],
  });
  const times = {
    start: { dateTime: '2026-03-25T10:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-25T11:00:00', timeZone: 'Europe/Berlin' },
  };
  const block = blockId(sourceRef(toCalendarId('x@x.example'), toEventId('dentist')), toCalendarId(team), 0);
  const sentence = 'Busy in another calendar. Kept by CalSync. [calsync source:ab12cd34]';

  it.each<[string, Record<string, unknown>]>([
    ['a block under its own id', { id: block }],
    ['a block of a calendar that is subscribed by address', { iCalUID: `${block}@google.com`, id: 'subscribed1' }],
    ['a block as an export has it', { iCalUID: block, id: 'imported1' }],
    ['a block that is known by nothing but its sentence', { id: 'imported2', description: sentence }],
    ['a series', { id: block, recurrence: ['RRULE:FREQ=WEEKLY'] }],
  ])('never has its blocks doubled: %s', async (_, parts) => {
    const place = await open(shared([{ summary: '🔒 Busy', ...times, ...parts }]));
    place.simulator.person(other).shareCalendar(team, me, 'reader');
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, sourceOnly);
    const run = await laptop.sync();
    expect(run).toMatchObject({ writes: 0, skipped: { 'looks-like-block': 1 } });
    await laptop.expectQuiet();
  });

  it('has a meeting with guests blocked, whatever its id looks like', async () => {
    const guests = [{ email: 'ann@studio.example' }];
    const place = await open(shared([{ id: block, summary: 'Board', ...times, attendees: guests }]));
    place.simulator.person(other).shareCalendar(team, me, 'reader');
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, sourceOnly);
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    await laptop.expectQuiet();
  });

  it('gives one block for a duplicate of a block under a new id, and never another', async () => {
    const tag = {
      sourceRef: sourceRef(toCalendarId(me), toEventId('dentist')),
      generation: 0,
      contentHash: 'a'.repeat(26),
    };
    const place = await open(
      shared([
        {
          id: 'duplicate1',
          summary: '🔒 Busy',
          description: sentence,
          visibility: 'private',
          ...times,
          extendedProperties: { private: formatTag(tag) },
        },
      ]),
    );
    place.simulator.person(other).shareCalendar(team, me, 'freeBusyReader');
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, sourceOnly);
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    for (let round = 0; round < 3; round += 1) await laptop.expectQuiet();
    expect(place.blocks(me)).toHaveLength(1);
  });
});

describe('weaker-share', () => {
  const work = 'work@northwind.example';
  const home = 'me@home.example';
  const faults: readonly (readonly [string, FaultSpec])[] = [
    ['the long limit', { kind: 'quotaExceeded' }],
    ['a calendar that is not found', { kind: 'notFound' }],
    ['a service in trouble', { kind: 'status503', times: 8 }],
  ];

  it.each(faults)('is not read in the place of the own access, and that is said (%s)', async (_, fault) => {
    const place = await open(caseWorld('weaker-share'));
    const laptop = await place.laptop();
    await laptop.sync();
    await laptop.sync();
    const blocks = [place.blocks(work).length, place.blocks(home).length];
    place.simulator.faults.add({ ...fault, request: 'events.list', account: work, calendar: work });
    for (let round = 0; round < 2; round += 1) {
      const run = await laptop.sync();
      expect(run.writes).toBe(0);
      if (round === 0) expect(run).toMatchObject({ outcome: 'partial', errors: [{}] });
    }
    place.simulator.faults.clear();
    await laptop.clock.advance(4 * hour);
    await laptop.sync();
    await laptop.expectQuiet();
    expect([place.blocks(work).length, place.blocks(home).length]).toEqual(blocks);
  });

  it('is not read while the own account wants a sign-in', async () => {
    const place = await open(caseWorld('weaker-share'));
    let signedOut = false;
    const laptop = await place.laptop({
      wrap: (provider) => ({
        ...provider,
        readEvents: (accountId, email, ...rest) =>
          signedOut && email === work
            ? Promise.resolve(err({ kind: 'sign-in-needed' as const, error: appError('needs-sign-in', work) }))
            : provider.readEvents(accountId, email, ...rest),
      }),
    });
    await laptop.sync();
    signedOut = true;
    const run = await laptop.sync();
    expect(run.writes).toBe(0);
    expect(run.errors.map((error) => error.code)).toEqual(['needs-sign-in']);
    signedOut = false;
    await laptop.sync();
    await laptop.expectQuiet();
  });

  it('puts the calendar out of use when the own account is removed, until the person takes less', async () => {
    const place = await open(caseWorld('weaker-share'));
    const laptop = await place.laptop();
    await laptop.sync();
    const [owner] = laptop.store.accounts().filter((account) => account.email === work);
    if (owner !== undefined) laptop.store.removeAccount(owner.id);
    const before = place.blocks(home);
    // Not a failure of the run, but a state of the calendar.
    for (let round = 0; round < 2; round += 1) {
      expect(await laptop.sync()).toMatchObject({ writes: 0, outcome: 'ok', requests: { 'events.list': 1 } });
    }
    const calendarOf = (id: string) => laptop.store.calendars().find((calendar) => calendar.id === id);
    expect(calendarOf(work)?.trouble).toMatchObject({ code: 'calendar-seen-less', about: 'Work' });
    laptop.use(work, sourceOnly);
    await laptop.sync();
    await laptop.expectQuiet();
    expect(calendarOf(work)?.trouble).toBeNull();
    expect(place.blocks(home)).toEqual(before);
  });
});

describe('a share of somebody else’s calendar', () => {
  const me = 'me@home.example';
  const other = 'work@northwind.example';
  const team = 'team@group.calendar.example';
  const berlin = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Berlin' });
  const times = { start: berlin('2026-03-25T10:00:00'), end: berlin('2026-03-25T11:00:00') };
  const primary = (id: string) => ({ id, summary: id, timeZone: 'Europe/Berlin', accessRole: 'owner' as const });

  const teamWorld: World = {
    accounts: [
      { email: me, name: 'Me', calendars: [{ ...primary(me), primary: true }] },
      { email: other, name: 'Other', calendars: [{ ...primary(other), primary: true }, primary(team)] },
    ],
  };
  const both = { source: true, target: true };
  const calendarOf = (laptop: Laptop, id: string) => laptop.store.calendars().find((calendar) => calendar.id === id);

  it.each(['reader', 'freeBusyReader', 'writerWithoutPrivateAccess'] as const)(
    'that falls from writer to %s and rises again leaves no block wrong on the way',
    async (role) => {
      const place = await open(teamWorld);
      const person = place.simulator.person(other);
      person.shareCalendar(team, me, 'writer');
      const laptop = await place.laptop({ emails: [me] });
      laptop.use(team, both);
      const mine = place.simulator.person(me).createEvent(me, { summary: 'Mine', ...times });
      const moved = person.createEvent(team, { summary: 'Theirs', visibility: 'private', ...times });
      await laptop.sync();
      await laptop.sync();
      const blocks = () => ({ team: place.blocks(team).map(idAndStart), me: place.blocks(me).map(idAndStart) });
      const before = blocks();
      expect([before.team.length, before.me.length]).toEqual([1, 1]);

      person.shareCalendar(team, me, role);
      // The list of calendars is not an hour old; the answer of the read says it.
      const run = await laptop.sync();
      expect(run).toMatchObject({ writes: 0, outcome: 'partial', errors: [{ code: 'calendar-seen-less' }] });
      for (let round = 0; round < 2; round += 1) {
        expect(await laptop.sync()).toMatchObject({ writes: 0, outcome: 'ok', errors: [] });
      }
      const said = role === 'writerWithoutPrivateAccess' ? 'calendar-private-hidden' : 'calendar-seen-less';
      expect(calendarOf(laptop, team)?.trouble?.code).toBe(said);
      expect(blocks()).toEqual(before);

      // What happens meanwhile is caught up with.
      person.moveTime(team, moved.id, berlin('2026-03-26T10:00:00'), berlin('2026-03-26T11:00:00'));
      place.simulator.person(me).moveTime(me, mine.id, berlin('2026-03-27T10:00:00'), berlin('2026-03-27T11:00:00'));
      expect(await laptop.sync()).toMatchObject({ writes: 0 });
      person.shareCalendar(team, me, 'writer');
      await laptop.clock.advance(hour);
      expect(await laptop.sync()).toMatchObject({ writes: 2, errors: [] });
      await laptop.expectQuiet();
      expect(calendarOf(laptop, team)?.trouble).toBeNull();
      const after = blocks();
      expect(after.team.map(({ id }) => id)).toEqual(before.team.map(({ id }) => id));
      expect(after.me.map(({ start }) => start)).toEqual(['2026-03-26T09:00:00.000Z']);
      expect(after.team.map(({ start }) => start)).toEqual(['2026-03-27T09:00:00.000Z']);
    },
  );

  it.each(['the answer of the read', 'the list of calendars'])(
    'that falls gives nothing more of its copy of a series that ends meanwhile (%s says it)',
    async (what) => {
      const series = {
        id: 'weekly1',
        iCalUID: 'weekly@northwind.example',
        summary: 'Weekly',
        ...times,
        recurrence: ['RRULE:FREQ=WEEKLY;COUNT=6'],
      };
      const place = await open({
        accounts: teamWorld.accounts.map((account) => ({
          ...account,
          calendars: account.calendars.map((one) => (one.id === other ? one : { ...one, events: [series] })),
        })),
      });
      const person = place.simulator.person(other);
      person.shareCalendar(team, me, 'writer');
      const laptop = await place.laptop({ emails: [me] });
      laptop.use(team, both);
      expect(await laptop.sync()).toMatchObject({ writes: 0, skipped: { 'same-meeting-on-target': 2 } });
      person.shareCalendar(team, me, 'reader');
      if (what === 'the list of calendars') {
        for (const account of laptop.store.accounts()) laptop.store.saveAccount({ ...account, listedAt: null });
      }
      const ends = { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] };
      place.simulator.person(me).editAll(me, series.id, ends);
      person.editAll(team, series.id, ends);
      for (let round = 0; round < 4; round += 1) expect(await laptop.sync()).toMatchObject({ writes: 0 });
      expect(place.blocks(me)).toEqual([]);
      // What is left to see of it is read as soon as the person takes less.
      laptop.use(team, sourceOnly);
      expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
      await laptop.expectQuiet();
    },
  );

  it('that falls keeps what was seen of each event while its times are the same', async () => {
    const place = await open(teamWorld);
    const person = place.simulator.person(other);
    person.shareCalendar(team, me, 'writer');
    const declined = person.createEvent(team, {
      summary: 'Declined',
      visibility: 'private',
      ...times,
      attendees: [{ email: team, responseStatus: 'declined' }],
    });
    person.createEvent(team, { summary: 'Busy', ...times });
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, both);
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    person.shareCalendar(team, me, 'freeBusyReader');
    await laptop.sync();
    await laptop.sync();
    laptop.use(team, sourceOnly);
    expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
    await laptop.expectQuiet();
    const rows = [...laptop.store.loadGroups('all')].flatMap((group) => group.events);
    const known = rows.find(({ row }) => row.id === declined.id)?.row;
    expect(known).toMatchObject({ summary: 'Declined', ownResponse: 'declined', guests: true });
    // At another time nothing is known of the answer, so that it counts.
    person.moveTime(team, declined.id, berlin('2026-03-26T10:00:00'), berlin('2026-03-26T11:00:00'));
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    await laptop.expectQuiet();
  });

  it('that rises shows all of it, though nothing of it has changed', async () => {
    const place = await open(teamWorld);
    const person = place.simulator.person(other);
    person.shareCalendar(team, me, 'freeBusyReader');
    person.createEvent(team, {
      summary: 'Declined',
      ...times,
      attendees: [{ email: team, responseStatus: 'declined' }],
    });
    const laptop = await place.laptop({ emails: [me] });
    laptop.use(team, sourceOnly);
    expect(await laptop.sync()).toMatchObject({ writes: 1 });
    person.shareCalendar(team, me, 'reader');
    expect(await laptop.sync()).toMatchObject({ writes: 1, removed: 1 });
    await laptop.expectQuiet();
  });
});

describe('writer-without-private-access', () => {
  const [work, home, club] = ['work@northwind.example', 'me@home.example', 'project01@group.calendar.example'];

  it('is no target, and nothing of it becomes a block twice', async () => {
    const place = await open(caseWorld('writer-without-private-access'));
    const laptop = await place.laptop({ emails: [work, home] });
    const calendar = laptop.store.calendars().find((one) => one.id === club);
    expect(calendar).toMatchObject({ accesses: [{ access: 'reads', privateHidden: true }] });
    expect(calendar === undefined ? null : refusedTarget(calendar)).toMatchObject({ code: 'calendar-private-hidden' });
    // As an earlier build has stored it.
    laptop.use(club, { source: true, target: true });
    const writes: number[] = [];
    for (let round = 0; round < 5; round += 1) writes.push((await laptop.sync()).writes);
    expect(writes).toEqual([4, 0, 0, 0, 0]);
    expect(place.blocks(club)).toEqual([]);
    expect(laptop.store.calendars().find((one) => one.id === club)?.trouble?.code).toBe('calendar-private-hidden');
    laptop.use(club, sourceOnly);
    await laptop.sync();
    await laptop.expectQuiet();
  });

  it('has its access of another account used where that shows everything', async () => {
    const place = await open(caseWorld('writer-without-private-access'));
    const laptop = await place.laptop();
    await laptop.sync();
    await laptop.expectQuiet();
    expect(place.blocks(club)).toHaveLength(2);
  });
});

describe('a copy that a person has made of a block', () => {
  it('is an event to the computer that cannot see what it is, and the other one does not fight over it', async () => {
    const [work, home] = ['work@northwind.example', 'me@home.example'];
    const place = await open(mainCalendars(work, home));
    place.simulator.person(work).shareCalendar(work, home, 'writerWithoutPrivateAccess');
    const both = await place.laptop({ emails: [work, home] });
    place.simulator.person(home).createEvent(home, {
      start: { dateTime: '2026-04-01T10:00:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-04-01T11:00:00', timeZone: 'Europe/Berlin' },
    });
    await both.sync();
    place.simulator.person(work).duplicateEvent(work, place.blocks(work)[0]?.id ?? '');
    const second = await place.laptop({ emails: [home] });
    second.use(work, sourceOnly);
    for (const laptop of [both, second, both, second, both, second]) await laptop.sync();
    // It took the block away once, and then saw that somebody wants it.
    expect(await both.sync()).toMatchObject({ writes: 0, skipped: { 'another-computer': 1 } });
    expect(place.blocks(home)).toHaveLength(1);
    for (const laptop of [second, both]) expect(await laptop.sync()).toMatchObject({ writes: 0, errors: [] });
  });
});

describe('a calendar that one of two computers cannot read any more', () => {
  const [work, home, studio] = ['work@northwind.example', 'me@home.example', 'client@studio.example'];
  const at = (day: number) => ({
    start: { dateTime: `2026-04-0${String(day)}T10:00:00`, timeZone: 'Europe/Berlin' },
    end: { dateTime: `2026-04-0${String(day)}T11:00:00`, timeZone: 'Europe/Berlin' },
  });

  it.each(['not shared any more', 'out of reach'])(
    'has its blocks moved by the other, and they stay so (%s)',
    async (how) => {
      const place = await open(mainCalendars(work, home, studio));
      const owner = place.simulator.person(work);
      owner.shareCalendar(work, home, 'reader');
      const both = await place.laptop();
      const second = await place.laptop({ emails: [home, studio] });
      second.use(work, sourceOnly);
      const { id } = owner.createEvent(work, at(1));
      for (const laptop of [both, second]) await laptop.sync();
      if (how === 'out of reach') {
        place.simulator.faults.add({
          ...{ kind: 'status503', request: 'events.list', calendar: work, account: home, times: null },
        });
      } else owner.shareCalendar(work, home, null);
      owner.moveTime(work, id, at(2).start, at(2).end);
      await both.sync();
      for (const laptop of [second, both, second, both]) expect(await laptop.sync()).toMatchObject({ writes: 0 });
      expect(place.blocks(studio).map(({ start }) => start?.dateTime?.slice(0, 10))).toEqual(['2026-04-02']);
    },
  );
});

describe('blocks that an earlier build made of blocks', () => {
  const me = 'me@home.example';
  const other = 'work@northwind.example';
  const times = (day: number) => ({
    start: { dateTime: `2026-03-${day}T10:00:00`, timeZone: 'Europe/Berlin' },
    end: { dateTime: `2026-03-${day}T11:00:00`, timeZone: 'Europe/Berlin' },
  });
  /** Blocks of events on `other` that nobody here knows, and blocks of those blocks: what such a build left behind. */
  const leftBehind = (count: number): World => {
    const block = (target: string, source: string, id: string, day: number) => {
      const ref = sourceRef(toCalendarId(source), toEventId(id));
      return {
        id: blockId(ref, toCalendarId(target), 0) as string,
        summary: '🔒 Busy',
        visibility: 'private',
        ...times(day),
        extendedProperties: { private: formatTag({ sourceRef: ref, generation: 0, contentHash: 'a'.repeat(26) }) },
      };
    };
    const days = Array.from({ length: count }, (_, index) => 24 + (index % 7));
    const outer = days.map((day, index) => block(other, me, `event${String(index)}`, day));
    const calendar = (id: string, events: Record<string, unknown>[]) => ({
      id,
      summary: id,
      timeZone: 'Europe/Berlin',
      accessRole: 'owner' as const,
      primary: true,
      events,
    });
    const events = days.map((day, index) => ({ id: `event${String(index)}`, summary: 'Mine', ...times(day) }));
    const inner = outer.map(({ id }, index) => block(me, other, id, days[index] ?? 0));
    return {
      accounts: [
        { email: me, name: 'Me', calendars: [calendar(me, [...events, ...inner])] },
        { email: other, name: 'Other', calendars: [calendar(other, outer)] },
      ],
    };
  };

  it('are found and removed, with a lost database too: outside the breaker, without a question, told in one line', async () => {
    const place = await open(leftBehind(30));
    const laptop = await place.laptop();
    const run = await laptop.sync();
    expect(run).toMatchObject({ removed: 30, added: 0, held: 0, errors: [] });
    expect(place.blocks(me)).toEqual([]);
    expect(place.blocks(other)).toHaveLength(30);
    const told = laptop.store.recentActivity(100).filter(({ reason }) => reason === 'block-of-block');
    expect(told).toMatchObject([{ kind: 'removed', targetIds: [me], start: null }]);
    await laptop.expectQuiet();
  });
});

const idAndStart = (event: DumpedEvent) => ({
  id: event.id,
  start: new Date(event.start?.dateTime ?? NaN).toISOString(),
});
