import { describe, expect, it } from 'vitest';
import { FULL, HOME, START, WORK, delta, listAll, start, timed } from './support.ts';

const PRIMARY = '/calendar/v3/calendars/primary/events';
const ID = 'abc0123456789vut';

describe('validation of a body', () => {
  const zone = 'Europe/Berlin';
  const at = (dateTime: string, timeZone?: string) => (timeZone === undefined ? { dateTime } : { dateTime, timeZone });
  const ten = '2027-03-23T10:00:00+01:00';
  const eleven = '2027-03-23T11:00:00+01:00';

  it.each([
    ['no start', { end: at(eleven) }, 'required'],
    ['no end', { start: at(ten) }, 'required'],
    ['an empty start', { start: {}, end: at(eleven) }, 'required'],
    ['mixed date and dateTime', { start: { date: '2027-03-23' }, end: at(eleven) }, 'invalid'],
    ['both in one', { start: { date: '2027-03-23', dateTime: ten }, end: at(eleven) }, 'invalid'],
    ['an empty range', { start: at(ten), end: at(ten) }, 'timeRangeEmpty'],
    ['a negative range', { start: at(eleven), end: at(ten) }, 'timeRangeEmpty'],
    ['an empty all-day range', { start: { date: '2027-03-23' }, end: { date: '2027-03-23' } }, 'timeRangeEmpty'],
    ['an impossible date', { start: { date: '2027-02-30' }, end: { date: '2027-03-03' } }, 'invalid'],
    ['no offset and no zone', { start: at('2027-03-23T10:00:00'), end: at(eleven) }, 'invalid'],
    ['an unknown zone', { start: at(ten, 'Mars/Base'), end: at(eleven) }, 'invalid'],
    ['an offset for a zone', { start: at(ten, '+01:00'), end: at(eleven) }, 'invalid'],
    ['a series without a zone', { start: at(ten), end: at(eleven), recurrence: ['RRULE:FREQ=DAILY'] }, 'required'],
    ['a wrong rule', { start: at(ten, zone), end: at(eleven, zone), recurrence: ['RRULE:FREQ=OFTEN'] }, 'invalid'],
    ['an unknown field', { start: at(ten), end: at(eleven), sumary: 'x' }, 'invalid'],
    ['a wrong type', { start: at(ten), end: at(eleven), summary: 7 }, 'invalid'],
    ['a wrong colour', { start: at(ten), end: at(eleven), colorId: '12' }, 'invalid'],
    ['a status that is not one', { start: at(ten), end: at(eleven), status: 'maybe' }, 'invalid'],
    ['an attendee without address', { start: at(ten), end: at(eleven), attendees: [{ email: 'x' }] }, 'invalid'],
    [
      'too long a property key',
      { start: at(ten), end: at(eleven), extendedProperties: { private: { ['k'.repeat(45)]: 'v' } } },
      'invalid',
    ],
    [
      'too long a property value',
      { start: at(ten), end: at(eleven), extendedProperties: { private: { k: 'v'.repeat(1025) } } },
      'invalid',
    ],
    [
      'reminders both ways',
      {
        start: at(ten),
        end: at(eleven),
        reminders: { useDefault: true, overrides: [{ method: 'popup', minutes: 5 }] },
      },
      'cannotUseDefaultRemindersAndSpecifyOverride',
    ],
    [
      'six reminders',
      { start: at(ten), end: at(eleven), reminders: { overrides: Array(6).fill({ method: 'popup', minutes: 5 }) } },
      'invalid',
    ],
    [
      'an all-day focus time',
      { start: { date: '2027-03-23' }, end: { date: '2027-03-24' }, eventType: 'focusTime' },
      'eventTypeRestriction',
    ],
    [
      'an opaque working location',
      { start: at(ten), end: at(eleven), eventType: 'workingLocation' },
      'eventTypeRestriction',
    ],
    ['a mail event', { start: at(ten), end: at(eleven), eventType: 'fromGmail' }, 'eventTypeRestriction'],
    ['an id with a capital', { id: 'Abcde', start: at(ten), end: at(eleven) }, 'invalid'],
    ['an id with w', { id: 'window', start: at(ten), end: at(eleven) }, 'invalid'],
    ['an id of four', { id: 'abcd', start: at(ten), end: at(eleven) }, 'invalid'],
    ['no JSON', '{"start":', 'parseError'],
  ])('%s is 400', async (_name, body, reason) => {
    const { call } = await start();
    const answer = await call('POST', '', body);
    expect([answer.status, answer.reason]).toEqual([400, reason]);
    expect(answer.body['error']).toMatchObject({ code: 400 });
    for (const entry of (answer.body['error'] as { errors: unknown[] }).errors) expect(entry).toMatchObject({ reason });
    expect((await listAll(call)).rows).toEqual([]);
  });

  it('several things that are missing have an entry each: zones of start and end', async () => {
    const { call } = await start();
    const body = {
      start: at('2027-03-23T10:00:00Z'),
      end: at('2027-03-23T11:00:00Z'),
      recurrence: ['RRULE:FREQ=DAILY'],
    };
    expect((await call('POST', '', body)).body['error']).toMatchObject({
      message: 'Missing time zone definition for start time.',
      errors: [
        { reason: 'required', message: 'Missing time zone definition for start time.' },
        { reason: 'required', message: 'Missing time zone definition for end time.' },
      ],
    });
  });

  it('an unknown field can be passed over, and a long property cut, by switch', async () => {
    const { call } = await start({ switches: { unknownBodyFields: 'ignore', extendedPropertyOverflow: 'truncate' } });
    const properties = { private: { k: 'v'.repeat(2000), ['k'.repeat(45)]: 'gone' } };
    const { status, body } = await call(
      'POST',
      '',
      timed(23, '10:00', '11:00', { sumary: 'x', extendedProperties: properties }),
    );
    expect(status).toBe(200);
    expect(body['extendedProperties']).toEqual({ private: { k: 'v'.repeat(1024) } });
  });
});

describe('the minimal traces (google-calendar.md §11)', () => {
  it('create and replay: 200, then 409 duplicate', async () => {
    const { call } = await start();
    const body = timed(23, '10:00', '11:00', { id: ID });
    expect((await call('POST', '?sendUpdates=none', body)).body.id).toBe(ID);
    const replay = await call('POST', '?sendUpdates=none', body);
    expect([replay.status, replay.reason]).toEqual([409, 'duplicate']);
  });

  it('two inserts of one id at once: one 200, one 409', async () => {
    const { call } = await start();
    const body = timed(23, '10:00', '11:00', { id: ID });
    const answers = await Promise.all([call('POST', '', body), call('POST', '', body)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  });

  it('an id stays taken after deletion, and is revived by an update to confirmed', async () => {
    const { call } = await start();
    const body = timed(23, '10:00', '11:00', { id: ID });
    await call('POST', '', body);
    expect((await call('DELETE', `${PRIMARY}/${ID}`)).status).toBe(204);
    expect((await call('POST', '', body)).status).toBe(409);
    expect((await call('GET', `${PRIMARY}/${ID}`)).body['status']).toBe('cancelled');
    const { token } = await listAll(call);
    const revived = await call('PUT', `${PRIMARY}/${ID}`, { ...timed(24, '10:00', '11:00'), status: 'confirmed' });
    expect([revived.status, revived.body['status']]).toEqual([200, 'confirmed']);
    expect((await delta(call, token)).rows).toMatchObject([{ id: ID, status: 'confirmed' }]);
  });

  it('a patch to confirmed revives as well; by switch it is forbidden; a get can be bare', async () => {
    const { call, simulator } = await start({ switches: { getOfDeleted: 'bare' } });
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    await call('DELETE', `${PRIMARY}/${ID}`);
    expect(Object.keys((await call('GET', `${PRIMARY}/${ID}`)).body).sort()).toEqual(['etag', 'id', 'kind', 'status']);
    simulator.state.switches.revive = 'forbidden';
    expect((await call('PATCH', `${PRIMARY}/${ID}`, { status: 'confirmed' })).status).toBe(403);
    simulator.state.switches.revive = 'allowed';
    expect((await call('PATCH', `${PRIMARY}/${ID}`, { status: 'confirmed' })).body).toMatchObject({
      id: ID,
      status: 'confirmed',
      summary: 'Event',
    });
  });

  it('when a tombstone has vanished, get is 404 and the id stays taken, unless a switch frees it', async () => {
    const { call, callAs, simulator } = await start();
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    await call('DELETE', `${PRIMARY}/${ID}`);
    simulator.state.advanceClock(29 * 86_400_000);
    const later = callAs(HOME);
    expect((await later('GET', `${PRIMARY}/${ID}`)).status).toBe(404);
    expect((await later('POST', '', timed(23, '10:00', '11:00', { id: ID }))).status).toBe(409);
    simulator.state.switches.idsFreedAfterTombstone = true;
    expect((await later('POST', '', timed(23, '10:00', '11:00', { id: ID }))).status).toBe(200);
    expect((await listAll(later)).rows).toHaveLength(1);
  });

  it('a slot is cancelled by its composed id: 204, then 410', async () => {
    const { call } = await start();
    await call('POST', '', timed(20, '10:00', '11:00', { id: ID, recurrence: ['RRULE:FREQ=WEEKLY'] }));
    const { token } = await listAll(call);
    const slot = `${PRIMARY}/${ID}_20270327T090000Z`;
    expect((await call('DELETE', `${slot}?sendUpdates=none`)).status).toBe(204);
    const { rows } = await delta(call, token);
    expect(rows.map((row) => [row.id, row['status']])).toEqual([
      [ID, 'confirmed'],
      [`${ID}_20270327T090000Z`, 'cancelled'],
    ]);
    const again = await call('DELETE', slot);
    expect([again.status, again.reason]).toEqual([410, 'deleted']);
  });

  it('a stale If-Match is 412 on patch, update, delete and move', async () => {
    const { call, simulator } = await start();
    const other = simulator.person(HOME).createCalendar('Club', 'Europe/Berlin', 'club@group.calendar.google.com');
    const { body } = await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    const stale = { 'if-match': '"1"' };
    const path = `${PRIMARY}/${ID}`;
    for (const answer of [
      await call('PATCH', path, { summary: 'x' }, stale),
      await call('PUT', path, timed(23, '10:00', '12:00'), stale),
      await call('DELETE', path, undefined, stale),
      await call('POST', `${path}/move?destination=${encodeURIComponent(other)}`, undefined, stale),
    ]) {
      expect([answer.status, answer.reason]).toEqual([412, 'conditionNotMet']);
    }
    expect((await call('PATCH', path, { summary: 'x' }, { 'if-match': body.etag })).status).toBe(200);
    expect((await call('PATCH', path, { summary: 'y' }, { 'if-match': body.etag })).status).toBe(412);
  });

  it('a move answers with the cancelled view of the source', async () => {
    const { call, simulator } = await start();
    const other = simulator.person(HOME).createCalendar('Club', 'Europe/Berlin', 'club@group.calendar.google.com');
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    const moved = await call('POST', `${PRIMARY}/${ID}/move?destination=${encodeURIComponent(other)}`);
    expect(moved.body['status']).toBe('cancelled');
    expect(simulator.person(HOME).getEvent(other, ID)?.['status']).toBe('confirmed');
  });
});

describe('series', () => {
  async function series() {
    const harness = await start();
    await harness.call('POST', '', timed(20, '10:00', '11:00', { id: ID, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] }));
    return harness;
  }

  it('writing to an instance id creates the exception, which inherits the tag of the series', async () => {
    const { call } = await start();
    const extendedProperties = { private: { 'calsync.ref': 'r' } };
    await call(
      'POST',
      '',
      timed(20, '10:00', '11:00', { id: ID, extendedProperties, recurrence: ['RRULE:FREQ=WEEKLY'] }),
    );
    const patched = await call('PATCH', `${PRIMARY}/${ID}_20270327T090000Z`, { summary: 'Other' });
    expect(patched.body).toMatchObject({
      id: `${ID}_20270327T090000Z`,
      recurringEventId: ID,
      originalStartTime: { dateTime: '2027-03-27T10:00:00+01:00', timeZone: 'Europe/Berlin' },
      summary: 'Other',
      extendedProperties,
      iCalUID: `${ID}@google.com`,
    });
    expect(patched.body['recurrence']).toBeUndefined();
  });

  it('an instance cannot recur, and a slot that is not produced is 404', async () => {
    const { call } = await series();
    const slot = `${PRIMARY}/${ID}_20270327T090000Z`;
    expect((await call('PATCH', slot, { recurrence: ['RRULE:FREQ=DAILY'] })).status).toBe(400);
    expect((await call('GET', `${PRIMARY}/${ID}_20270328T090000Z`)).reason).toBe('notFound');
    expect((await call('PATCH', `${PRIMARY}/${ID}_20270327T100000Z`, { summary: 'x' })).status).toBe(404);
  });

  it('instances of a series, of one slot, and by originalStart', async () => {
    const { call } = await series();
    const ids = async (query: string) =>
      (await call('GET', `${PRIMARY}/${ID}${query}`)).body.items.map((row) => row.id.slice(17));
    const all = ['20270320T090000Z', '20270327T090000Z', '20270403T080000Z', '20270410T080000Z'];
    expect(await ids('/instances')).toEqual(all);
    expect(await ids('/instances?timeMin=2027-03-27T10:00:00Z')).toEqual(all.slice(1));
    expect(await ids('/instances?originalStart=2027-04-03T10:00:00%2B02:00')).toEqual(all.slice(2, 3));
    expect(await ids('_20270327T090000Z/instances')).toEqual(all.slice(1, 2));
    await call('DELETE', `${PRIMARY}/${ID}_20270327T090000Z`);
    expect(await ids('_20270327T090000Z/instances')).toEqual([]);
    expect(await ids('/instances?showDeleted=true')).toEqual(all);
  });

  it('ids of slots can be opaque, by switch: known only to whoever has been shown them', async () => {
    const { call, simulator } = await series();
    const early = `${PRIMARY}/${ID}_20270327T090000Z`;
    await call('DELETE', early);
    simulator.state.switches.instanceIds = 'opaque';
    const composed = `${PRIMARY}/${ID}_20270403T080000Z`;
    expect((await call('PATCH', composed, { summary: 'x' })).status).toBe(404);
    expect((await call('DELETE', composed)).status).toBe(404);
    simulator.state.switches.unknownInstanceId = 'invalid';
    for (const method of ['GET', 'DELETE']) {
      const answer = await call(method, composed);
      expect([answer.status, answer.reason]).toEqual([400, 'invalid']);
    }
    const { items } = (await call('GET', `${PRIMARY}/${ID}/instances?originalStart=2027-04-03T08:00:00Z`)).body;
    const id = items[0]?.id ?? '';
    expect([items.length, id]).toEqual([1, expect.stringMatching(/^[0-9a-v]{26}$/)]);
    const patched = await call('PATCH', `${PRIMARY}/${id}`, { summary: 'x' });
    expect(patched.body).toMatchObject({ id, recurringEventId: ID, summary: 'x' });
    // What was changed before keeps the id that it had, and is the only exception of its slot.
    expect((await call('GET', early)).body['status']).toBe('cancelled');
    const all = await call('GET', `${PRIMARY}/${ID}/instances?showDeleted=true`);
    expect(all.body.items.map((row) => row.id.length)).toEqual([26, ID.length + 17, 26, 26]);
    simulator.state.switches.instanceIds = 'composed';
    expect((await call('PATCH', composed, { summary: 'y' })).body).toMatchObject({ id, summary: 'y' });
    expect((await call('GET', `${PRIMARY}/${ID}/instances`)).body.items).toHaveLength(3);
  });

  it('a cancelled slot comes back with a patch to confirmed', async () => {
    const { call } = await series();
    await call('DELETE', `${PRIMARY}/${ID}_20270327T090000Z`);
    expect((await call('PATCH', `${PRIMARY}/${ID}_20270327T090000Z`, { status: 'confirmed' })).body['status']).toBe(
      'confirmed',
    );
    expect((await call('GET', `${PRIMARY}/${ID}/instances`)).body.items).toHaveLength(4);
  });

  it('a slot of a deleted series: get is cancelled, delete 410, patch 404', async () => {
    const { call } = await series();
    await call('DELETE', `${PRIMARY}/${ID}`);
    const slot = `${PRIMARY}/${ID}_20270327T090000Z`;
    expect((await call('GET', slot)).body['status']).toBe('cancelled');
    expect((await call('DELETE', slot)).status).toBe(410);
    expect((await call('PATCH', slot, { summary: 'x' })).status).toBe(404);
  });
});

describe('patch, update, import', () => {
  it('patch merges objects, replaces arrays, and null deletes', async () => {
    const { call } = await start();
    await call(
      'POST',
      '',
      timed(23, '10:00', '11:00', { id: ID, location: 'Here', extendedProperties: { private: { a: '1', b: '2' } } }),
    );
    const patched = await call('PATCH', `${PRIMARY}/${ID}`, {
      location: null,
      extendedProperties: { private: { a: null, b: '', c: '3' } },
    });
    expect(patched.body['location']).toBeUndefined();
    expect(patched.body['extendedProperties']).toEqual({ private: { c: '3' } });
    expect(patched.body['summary']).toBe('Event');
  });

  it('timed becomes all-day only when the other member is taken away', async () => {
    const { call } = await start();
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    const half = { start: { date: '2027-03-23' }, end: { date: '2027-03-24' } };
    expect((await call('PATCH', `${PRIMARY}/${ID}`, half)).status).toBe(400);
    const whole = {
      start: { date: '2027-03-23', dateTime: null, timeZone: null },
      end: { date: '2027-03-24', dateTime: null, timeZone: null },
    };
    expect((await call('PATCH', `${PRIMARY}/${ID}`, whole)).body['start']).toEqual({ date: '2027-03-23' });
  });

  it('update replaces all: what is left out is lost, a lower sequence is 400, start is required', async () => {
    const { call } = await start();
    await call(
      'POST',
      '',
      timed(23, '10:00', '11:00', { id: ID, location: 'Here', attendees: [{ email: 'x@y.example' }], sequence: 3 }),
    );
    const put = await call('PUT', `${PRIMARY}/${ID}`, timed(23, '10:00', '11:00'));
    expect(put.body['location']).toBeUndefined();
    expect(put.body['attendees']).toBeUndefined();
    const low = await call('PUT', `${PRIMARY}/${ID}`, timed(23, '10:00', '11:00', { sequence: 2 }));
    expect([low.status, low.text.includes('Invalid sequence value')]).toEqual([400, true]);
    expect((await call('PUT', `${PRIMARY}/${ID}`, { summary: 'x' })).reason).toBe('required');
  });

  it('import needs an iCalUID, gets an id with an underscore, and upserts by switch', async () => {
    const { call, simulator } = await start();
    const body = {
      ...timed(23, '10:00', '11:00'),
      iCalUID: 'one@else.example',
      organizer: { email: 'boss@else.example' },
    };
    expect((await call('POST', `${PRIMARY}/import`, timed(23, '10:00', '11:00'))).reason).toBe('required');
    const first = await call('POST', `${PRIMARY}/import`, body);
    expect(first.body.id).toMatch(/^_[0-9a-v]{26}$/);
    expect(first.body['organizer']).toEqual({ email: 'boss@else.example' });
    expect((await call('POST', `${PRIMARY}/import`, { ...body, summary: 'Again' })).body).toMatchObject({
      id: first.body.id,
      summary: 'Again',
    });
    simulator.state.switches.importUpserts = false;
    expect((await call('POST', `${PRIMARY}/import`, body)).status).toBe(409);
  });
});

describe('who may do what', () => {
  it('unknown event, unknown calendar and an invisible one are 404', async () => {
    const { call } = await start();
    for (const path of [
      `${PRIMARY}/${ID}`,
      '/calendar/v3/calendars/nobody%40x.example/events',
      `/calendar/v3/calendars/${encodeURIComponent(WORK)}/events`,
    ]) {
      const answer = await call('GET', path);
      expect([answer.status, answer.reason]).toEqual([404, 'notFound']);
    }
  });

  it.each(['freeBusyReader', 'reader'] as const)('a %s may not write', async (role) => {
    const { simulator, callAs } = await start();
    simulator.person(WORK).shareCalendar(WORK, HOME, role);
    const answer = await callAs(HOME)(
      'POST',
      `/calendar/v3/calendars/${encodeURIComponent(WORK)}/events`,
      timed(23, '10:00', '11:00'),
    );
    expect([answer.status, answer.reason]).toEqual([403, 'requiredAccessLevel']);
  });

  it('no token, a wrong one and an expired one are 401', async () => {
    const { call, simulator } = await start();
    const bare = await fetch(`${simulator.url}${PRIMARY}`);
    expect(bare.status).toBe(401);
    expect(((await bare.json()) as { error: { errors: object[] } }).error.errors).toMatchObject([
      { reason: 'authError', location: 'Authorization' },
    ]);
    expect((await call('GET', FULL, undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
    simulator.state.advanceClock(3_600_000);
    expect((await call('GET', FULL)).status).toBe(401);
  });

  it.each([
    ['calendar.events', 'GET', PRIMARY, 200],
    ['calendar.events', 'GET', '/calendar/v3/users/me/calendarList', 403],
    ['calendar.calendarlist.readonly', 'GET', '/calendar/v3/users/me/calendarList', 200],
    ['calendar.calendarlist.readonly', 'GET', PRIMARY, 403],
    ['calendar.events.readonly', 'POST', PRIMARY, 403],
    ['calendar', 'POST', PRIMARY, 200],
    ['calendar.events', 'POST', '/calendar/v3/freeBusy', 403],
    ['calendar.events', 'POST', '/calendar/v3/calendars', 403],
  ])('scope %s: %s %s is %d', async (scope, method, path, status) => {
    const { callAs, personClient } = await start();
    const call = callAs(HOME, personClient, [`https://www.googleapis.com/auth/${scope}`]);
    const answer = await call(method, path, method === 'POST' ? timed(23, '10:00', '11:00') : undefined);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.text).toContain('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  });

  it('a guest changes only what is the own copy’s', async () => {
    const { simulator, callAs } = await start();
    const { id } = simulator
      .person(WORK)
      .createEvent('primary', timed(23, '10:00', '11:00', { attendees: [{ email: HOME }] }));
    const call = callAs(HOME);
    expect((await call('PATCH', `${PRIMARY}/${id}`, { summary: 'Mine' })).reason).toBe('forbiddenForNonOrganizer');
    expect((await call('PATCH', `${PRIMARY}/${id}`, { transparency: 'transparent', colorId: '8' })).status).toBe(200);
  });
});

describe('invitations travel between the accounts of a world', () => {
  it('under one id and iCalUID, with the organizer’s changes, answers and deletion', async () => {
    const { simulator } = await start();
    const work = simulator.person(WORK);
    const home = simulator.person(HOME);
    const made = work.createEvent(
      'primary',
      timed(23, '10:00', '11:00', { attendees: [{ email: HOME }], extendedProperties: { private: { own: '1' } } }),
    );
    const copy = home.getEvent('primary', made.id);
    expect(copy).toMatchObject({
      iCalUID: made['iCalUID'],
      organizer: { email: WORK },
      attendees: [{ email: HOME, self: true, responseStatus: 'needsAction' }],
    });
    expect(copy?.['extendedProperties'], 'private properties stay on their copy').toBeUndefined();
    work.moveTime(
      'primary',
      made.id,
      { dateTime: '2027-03-24T10:00:00+01:00' },
      { dateTime: '2027-03-24T11:00:00+01:00' },
    );
    expect(home.getEvent('primary', made.id)?.['start']).toMatchObject({ dateTime: '2027-03-24T10:00:00+01:00' });
    home.respond('primary', made.id, 'declined');
    expect(work.getEvent('primary', made.id)?.['attendees']).toMatchObject([
      { email: HOME, responseStatus: 'declined' },
    ]);
    work.deleteEvent('primary', made.id);
    expect(home.getEvent('primary', made.id)?.['status']).toBe('cancelled');
  });

  it('one slot of a series can be answered by itself', async () => {
    const { simulator } = await start();
    const made = simulator
      .person(WORK)
      .createEvent(
        'primary',
        timed(20, '10:00', '11:00', { attendees: [{ email: HOME }], recurrence: ['RRULE:FREQ=WEEKLY'] }),
      );
    const home = simulator.person(HOME);
    const slot = home.respond('primary', made.id, 'declined', '20270327T090000Z');
    expect(slot).toMatchObject({ recurringEventId: made.id, attendees: [{ responseStatus: 'declined' }] });
    expect(home.getEvent('primary', made.id)?.['attendees']).toMatchObject([{ responseStatus: 'needsAction' }]);
  });
});

it('a duplicate carries the private properties over, under a new id', async () => {
  const { simulator } = await start();
  const home = simulator.person(HOME);
  const made = home.createEvent(
    'primary',
    timed(23, '10:00', '11:00', { extendedProperties: { private: { 'calsync.v': '1' } } }),
  );
  const copy = home.duplicateEvent('primary', made.id, {
    start: { dateTime: '2027-03-25T10:00:00+01:00' },
    end: { dateTime: '2027-03-25T11:00:00+01:00' },
  });
  expect(copy.id).not.toBe(made.id);
  expect(copy['extendedProperties']).toEqual(made['extendedProperties']);
  expect(copy['iCalUID']).toBe(`${copy.id}@google.com`);
});

it('the same seed gives the same ids; the clock can be stopped, set and moved', async () => {
  const one = await start();
  const two = await start();
  const make = (harness: typeof one) =>
    harness.simulator.person(HOME).createEvent('primary', timed(23, '10:00', '11:00')).id;
  expect(make(one)).toBe(make(two));
  one.simulator.state.freezeClock(true);
  one.simulator.state.setClock(START + 5000);
  one.simulator.state.advanceClock(1000);
  expect(one.simulator.state.now()).toBe(START + 6000);
  one.simulator.state.freezeClock(false);
  expect(one.simulator.state.now()).toBe(START + 6000);
});
