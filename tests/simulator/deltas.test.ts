import { describe, expect, it } from 'vitest';
import type { Switches } from '../../src/simulator/index.ts';
import { FULL, HOME, delta, listAll, start, timed } from './support.ts';
import type { Harness, Json } from './support.ts';

/** A weekly series on Tuesdays from 23 March, with the 30th moved and 6 April cancelled; the token after that. */
async function seriesWorld(switches: Partial<Switches> = {}) {
  const harness = await start({ switches });
  const person = harness.simulator.person(HOME);
  const series = person.createEvent('primary', {
    ...timed(23, '10:00', '11:00'),
    recurrence: ['RRULE:FREQ=WEEKLY'],
  }).id;
  person.editSlot('primary', series, '20270330T080000Z', {
    start: { dateTime: '2027-03-30T15:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2027-03-30T16:00:00', timeZone: 'Europe/Berlin' },
  });
  person.deleteSlot('primary', series, '2027-04-06T10:00:00+02:00');
  const { token } = await listAll(harness.call);
  return { ...harness, person, series, token };
}

function brief(rows: readonly Json[], series: string): Record<string, unknown> {
  return Object.fromEntries(rows.map((row) => [row.id.replace(series, 'M'), row['status']]));
}

describe('what a delta contains after an action (google-calendar.md §1.3)', () => {
  it('a created series is its master', async () => {
    const { call, simulator } = await start();
    const { token } = await listAll(call);
    const made = simulator
      .person(HOME)
      .createEvent('primary', { ...timed(23, '10:00', '11:00'), recurrence: ['RRULE:FREQ=DAILY'] });
    const { rows } = await delta(call, token);
    expect(rows.map((row) => row.id)).toEqual([made.id]);
    expect(rows[0]).toMatchObject({ recurrence: ['RRULE:FREQ=DAILY'], sequence: 0, eventType: 'default' });
  });

  it('an edited slot brings the master and every exception, all with one `updated`', async () => {
    const { call, person, series, token } = await seriesWorld();
    person.editSlot('primary', series, '20270413T080000Z', { summary: 'Guest' });
    const { rows } = await delta(call, token);
    expect(brief(rows, series)).toEqual({
      M: 'confirmed',
      M_20270330T080000Z: 'confirmed',
      M_20270406T080000Z: 'cancelled',
      M_20270413T080000Z: 'confirmed',
    });
    const full = rows.filter((row) => row['status'] === 'confirmed');
    expect(new Set(full.map((row) => row['updated'])).size).toBe(1);
    const sequences = Object.fromEntries(full.map((row) => [row.id.slice(-17), row['sequence']]));
    expect(sequences['_20270330T080000Z'], 'a moved slot').toBe(1);
    expect(sequences['_20270413T080000Z'], 'a renamed slot').toBe(0);
  });

  it('a cancelled slot is six fields', async () => {
    const { call, person, series, token } = await seriesWorld();
    person.deleteSlot('primary', series, '20270420T080000Z');
    const { rows } = await delta(call, token);
    const row = rows.find(({ id }) => id === `${series}_20270420T080000Z`);
    expect(row).toEqual({
      kind: 'calendar#event',
      etag: row?.etag,
      id: `${series}_20270420T080000Z`,
      status: 'cancelled',
      recurringEventId: series,
      originalStartTime: { dateTime: '2027-04-20T10:00:00+02:00', timeZone: 'Europe/Berlin' },
    });
  });

  it('an edit of all overwrites the texts of exceptions, and takes the split-off series along', async () => {
    const { call, person, series, token } = await seriesWorld();
    person.editSlot('primary', series, '20270330T080000Z', { summary: 'Only here' });
    const half = person.splitThisAndFollowing('primary', series, '20270511T080000Z', { summary: 'Later' });
    person.editAll('primary', series, { summary: 'Everywhere' });
    const { rows } = await delta(call, token);
    const texts = Object.fromEntries(rows.map((row) => [row.id.replace(series, 'M'), row['summary']]));
    expect(texts).toEqual({
      M: 'Everywhere',
      M_20270330T080000Z: 'Everywhere',
      M_20270406T080000Z: undefined,
      M_R20270511T080000: 'Everywhere',
    });
    expect(half.id).toBe(`${series}_R20270511T080000`);
    expect(half['iCalUID']).toBe(`${half.id}@google.com`);
  });

  it('this and following: the old series with UNTIL, its surviving exceptions, and the new series', async () => {
    const { call, person, series, token } = await seriesWorld();
    person.splitThisAndFollowing('primary', series, '20270413T080000Z', { summary: 'Later' });
    const { rows } = await delta(call, token);
    expect(brief(rows, series)).toEqual({
      M: 'confirmed',
      M_20270330T080000Z: 'confirmed',
      M_20270406T080000Z: 'cancelled',
      M_R20270413T080000: 'confirmed',
    });
    expect(rows.find((row) => row.id === series)?.['recurrence']).toEqual(['RRULE:FREQ=WEEKLY;UNTIL=20270412T215959Z']);
  });

  it('this and following with another time gets a new random id', async () => {
    const { person, series } = await seriesWorld();
    const half = person.splitThisAndFollowing('primary', series, '20270413T080000Z', {}, 'new');
    expect(half.id).toMatch(/^[0-9a-v]{26}$/);
  });

  it('this and following deleted: a slot cancelled after the cut degrades to four fields', async () => {
    const { call, person, series, token } = await seriesWorld();
    person.deleteThisAndFollowing('primary', series, '20270330T080000Z');
    const { rows } = await delta(call, token);
    const cancelled = rows.find((row) => row.id.endsWith('_20270406T080000Z'));
    expect(cancelled).toEqual({
      kind: 'calendar#event',
      etag: cancelled?.etag,
      id: `${series}_20270406T080000Z`,
      status: 'cancelled',
    });
    const full = await listAll(call);
    expect(full.rows.map((row) => row.id)).toEqual([series]);
  });

  it('a deleted series is one bare tombstone without its exceptions', async () => {
    const { call, person, series, token } = await seriesWorld();
    person.deleteEvent('primary', series);
    const { rows } = await delta(call, token);
    expect(rows).toEqual([{ kind: 'calendar#event', etag: rows[0]?.etag, id: series, status: 'cancelled' }]);
    expect((await listAll(call)).rows).toEqual([]);
  });

  it('a deleted single event is one bare tombstone', async () => {
    const { call, simulator } = await start();
    const person = simulator.person(HOME);
    const { id } = person.createEvent('primary', timed(23, '10:00', '11:00'));
    const { token } = await listAll(call);
    person.deleteEvent('primary', id);
    const { rows } = await delta(call, token);
    expect(rows).toEqual([{ kind: 'calendar#event', etag: rows[0]?.etag, id, status: 'cancelled' }]);
  });

  it('a move to another calendar is a cancelled row here and the same id there', async () => {
    const { call, simulator } = await start();
    const person = simulator.person(HOME);
    const other = person.createCalendar('Club', 'Europe/Berlin', 'club@group.calendar.google.com');
    const { id } = person.createEvent('primary', timed(23, '10:00', '11:00'));
    const { token } = await listAll(call);
    const there = person.moveToCalendar('primary', id, other);
    expect(there.id).toBe(id);
    expect(there['status']).toBe('confirmed');
    expect(there['organizer']).toEqual({ email: other, displayName: 'Club', self: true });
    expect((await delta(call, token)).rows).toMatchObject([{ id, status: 'cancelled' }]);
  });
});

describe('the unknowns are switches', () => {
  async function moveSeries(switches: Partial<Switches>): Promise<Harness & { series: string; rows: Json[] }> {
    const world = await seriesWorld(switches);
    world.person.patchEvent('primary', world.series, { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'] });
    return { ...world, rows: (await delta(world.call, world.token)).rows };
  }

  it('masterTimeChange keepProduced: exceptions survive where their slot is still produced', async () => {
    const { rows, series } = await moveSeries({ masterTimeChange: 'keepProduced' });
    expect(brief(rows, series)).toEqual({
      M: 'confirmed',
      M_20270330T080000Z: 'confirmed',
      M_20270406T080000Z: 'cancelled',
    });
  });

  it('masterTimeChange resetAll: every exception is lost', async () => {
    const { rows, series } = await moveSeries({ masterTimeChange: 'resetAll' });
    expect(brief(rows, series)).toEqual({
      M: 'confirmed',
      M_20270330T080000Z: 'cancelled',
      M_20270406T080000Z: 'cancelled',
    });
  });

  it('masterTimeChange keepAll: every exception stays, though its slot is not produced any more', async () => {
    const { rows, series, call } = await moveSeries({ masterTimeChange: 'keepAll', lostExceptions: 'silent' });
    expect(brief(rows, series)).toEqual({
      M: 'confirmed',
      M_20270330T080000Z: 'confirmed',
      M_20270406T080000Z: 'cancelled',
    });
    expect(rows.find((row) => row.id.endsWith('_20270406T080000Z'))?.['recurringEventId']).toBe(series);
    expect((await listAll(call)).rows).toHaveLength(3);
  });

  it('lostExceptions silent: no row tells of an exception that is lost', async () => {
    const { rows, series, call } = await moveSeries({ masterTimeChange: 'resetAll', lostExceptions: 'silent' });
    expect(brief(rows, series)).toEqual({ M: 'confirmed' });
    expect((await listAll(call)).rows).toHaveLength(1);
    const slot = await call('GET', `/calendar/v3/calendars/primary/events/${series}_20270330T080000Z`);
    expect(slot.body['start']).toEqual({ dateTime: '2027-03-30T10:00:00+02:00', timeZone: 'Europe/Berlin' });
  });

  it.each(['badRequest', 'invalid'])('syncTokenConflictReason %s: for a parameter, and as a fault', async (reason) => {
    const { call, token, simulator } = await seriesWorld({ syncTokenConflictReason: reason });
    const asked = await call('GET', `${FULL}&syncToken=${token}&timeMin=2027-03-01T00:00:00Z`);
    expect([asked.status, asked.reason]).toEqual([400, reason]);
    const fault = simulator.faults.add({ kind: 'syncTokenRefused' });
    const refused = await call('GET', `${FULL}&syncToken=${token}`);
    expect([refused.status, refused.reason, fault.hits]).toEqual([400, reason, 1]);
    expect((await delta(call, token)).rows).toEqual([]);
  });

  it.each([
    [true, 'New', 'New'],
    [false, 'New', 'Event'],
  ])('exceptionsFollowMaster %s', async (exceptionsFollowMaster, master, exception) => {
    const { call, person, series, token } = await seriesWorld({ exceptionsFollowMaster });
    person.patchEvent('primary', series, { summary: 'New' });
    const { rows } = await delta(call, token);
    expect(rows.find((row) => row.id === series)?.['summary']).toBe(master);
    expect(rows.find((row) => row.id.endsWith('_20270330T080000Z'))?.['summary']).toBe(exception);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('reminderEditsInDelta %s', async (reminderEditsInDelta, expected) => {
    const { call, simulator } = await start({ switches: { reminderEditsInDelta } });
    const person = simulator.person(HOME);
    const made = person.createEvent('primary', timed(23, '10:00', '11:00'));
    const { token } = await listAll(call);
    const edited = person.patchEvent('primary', made.id, { reminders: { useDefault: false, overrides: [] } });
    expect(edited['updated']).toBe(made['updated']);
    expect(edited['etag']).not.toBe(made['etag']);
    expect((await delta(call, token)).rows).toHaveLength(expected);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('identicalWriteBumps %s', async (identicalWriteBumps, expected) => {
    const { call, simulator } = await start({ switches: { identicalWriteBumps } });
    const person = simulator.person(HOME);
    const { id } = person.createEvent('primary', timed(23, '10:00', '11:00'));
    const { token } = await listAll(call);
    person.patchEvent('primary', id, { summary: 'Event' });
    expect((await delta(call, token)).rows).toHaveLength(expected);
  });

  it.each([
    ['dropped', 'confirmed'],
    ['kept', 'cancelled'],
  ] as const)('revivedSeriesExceptions %s', async (revivedSeriesExceptions, status) => {
    const { call, person, series } = await seriesWorld({ revivedSeriesExceptions });
    person.deleteEvent('primary', series);
    person.undelete('primary', series);
    const slot = await call('GET', `/calendar/v3/calendars/primary/events/${series}_20270406T080000Z`);
    expect(slot.body['status']).toBe(status);
  });

  it('listLagMs hides a write from list, not from get, and shows the old state of what it changed', async () => {
    const { call, simulator } = await start({ switches: { listLagMs: 5000 } });
    const person = simulator.person(HOME);
    const old = person.createEvent('primary', timed(23, '10:00', '11:00', { summary: 'Old' })).id;
    simulator.state.advanceClock(6000);
    const { token } = await listAll(call);
    person.patchEvent('primary', old, { summary: 'New' });
    const fresh = person.createEvent('primary', timed(24, '10:00', '11:00')).id;
    expect((await listAll(call)).rows.map((row) => row['summary'])).toEqual(['Old']);
    const quiet = await delta(call, token);
    expect(quiet.rows).toEqual([]);
    expect((await call('GET', `/calendar/v3/calendars/primary/events/${fresh}`)).status).toBe(200);
    simulator.state.advanceClock(5000);
    expect((await delta(call, quiet.token)).rows.map((row) => row.id)).toEqual([old, fresh]);
  });
});

describe('sync tokens', () => {
  it('a quiet delta is empty and gives a new token, which works', async () => {
    const { call } = await start();
    const first = await listAll(call);
    const second = await delta(call, first.token);
    expect(second.rows).toEqual([]);
    expect(second.token).not.toBe(first.token);
    expect((await delta(call, second.token)).rows).toEqual([]);
  });

  it('emptyItems omitted leaves `items` out', async () => {
    const { call } = await start({ switches: { emptyItems: 'omitted' } });
    const { body } = await call('GET', FULL);
    expect('items' in body).toBe(false);
    expect(body.nextSyncToken).toBeTypeOf('string');
  });

  it.each([
    'timeMin=2027-01-01T00:00:00Z',
    'timeMax=2027-01-01T00:00:00Z',
    'updatedMin=2027-03-01T00:00:00Z',
    'orderBy=updated',
    'q=x',
    'iCalUID=x',
    'privateExtendedProperty=a%3Db',
    'sharedExtendedProperty=a%3Db',
    'showDeleted=false',
  ])('with %s is 400', async (parameter) => {
    const { call } = await start();
    const { token } = await listAll(call);
    const answer = await call('GET', `${FULL}&syncToken=${encodeURIComponent(token)}&${parameter}`);
    expect([answer.status, answer.reason]).toEqual([400, 'badRequest']);
  });

  it('a filter on the full request gives no token, a window does', async () => {
    const { call } = await start();
    expect((await call('GET', `${FULL}&q=x`)).body.nextSyncToken).toBeUndefined();
    expect((await call('GET', `${FULL}&timeMin=2027-01-01T00:00:00Z`)).body.nextSyncToken).toBeTypeOf('string');
  });

  it.each([
    [false, 2],
    [true, 1],
  ])('deltaHonoursTimeMin %s', async (deltaHonoursTimeMin, expected) => {
    const { call, simulator } = await start({ switches: { deltaHonoursTimeMin } });
    const first = await call('GET', `${FULL}&timeMin=2027-03-25T00:00:00Z`);
    const person = simulator.person(HOME);
    person.createEvent('primary', timed(23, '10:00', '11:00'));
    person.createEvent('primary', timed(26, '10:00', '11:00'));
    expect((await delta(call, first.body.nextSyncToken)).rows).toHaveLength(expected);
  });

  it('altered: 400; of another calendar or account, expired, or after a change of the access list: 410', async () => {
    const { call, callAs, simulator } = await start();
    const { token } = await listAll(call);
    const use = (text: string) => `${FULL}&syncToken=${encodeURIComponent(text)}`;
    expect((await call('GET', use(`${token}x`))).reason).toBe('invalid');
    const other = simulator.person(HOME).createCalendar('Club', 'Europe/Berlin', 'club@group.calendar.google.com');
    const there = `/calendar/v3/calendars/${encodeURIComponent(other)}/events`;
    expect((await call('GET', there + use(token))).reason).toBe('fullSyncRequired');
    simulator.person(HOME).shareCalendar(HOME, 'work@northwind.example', 'writer');
    const work = callAs('work@northwind.example');
    const shared = `/calendar/v3/calendars/${encodeURIComponent(HOME)}/events`;
    expect((await work('GET', shared + use(token))).reason).toBe('fullSyncRequired');
    const answer = await call('GET', use(token));
    expect([answer.status, answer.reason]).toEqual([410, 'fullSyncRequired']);
    const renewed = (await listAll(call)).token;
    simulator.state.advanceClock(29 * 86_400_000);
    expect((await callAs(HOME)('GET', use(renewed))).status).toBe(410);
  });
});
