import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { FULL, HOME, WORK, delta, listAll, start, timed, worldWith } from './support.ts';

const PRIMARY = '/calendar/v3/calendars/primary/events';

async function withEvents(count: number, options: Parameters<typeof start>[0] = {}) {
  const harness = await start(options);
  const person = harness.simulator.person(HOME);
  const ids = Array.from(
    { length: count },
    (_, index) => person.createEvent('primary', timed(22 + (index % 5), '10:00', '11:00')).id,
  );
  return { ...harness, person, ids };
}

describe('pages', () => {
  it.each([
    [{}, 'maxResults=3', [3, 3, 1]],
    [{ maximumPageSize: 2 }, 'maxResults=3', [2, 2, 2, 1]],
    [{ emptyPages: true }, 'maxResults=3', [3, 0, 3, 0, 1]],
    [{}, 'maxResults=5000', [7]],
  ])('switches %j with %s give pages of %j', async (switches, query, expected) => {
    const { call, ids } = await withEvents(7, { switches });
    const { rows, pages } = await listAll(call, `?${query}`);
    expect(pages).toEqual(expected);
    expect(rows.map((row) => row.id)).toEqual(ids);
  });

  it('changes made while paging are not lost: they are in the delta', async () => {
    const { call, person, ids } = await withEvents(4);
    const first = await call('GET', '?maxResults=2&singleEvents=false');
    person.patchEvent('primary', ids[0] ?? '', { summary: 'Changed' });
    person.deleteEvent('primary', ids[3] ?? '');
    const added = person.createEvent('primary', timed(24, '12:00', '13:00')).id;
    const last = await call(
      'GET',
      `?maxResults=2&singleEvents=false&pageToken=${encodeURIComponent(first.body.nextPageToken)}`,
    );
    expect(last.body.nextPageToken).toBeUndefined();
    const { rows } = await delta(call, last.body.nextSyncToken);
    expect(rows.map((row) => row.id)).toEqual([ids[0], ids[3], added]);
  });

  it('a page token goes with exactly its own query, and dies of age', async () => {
    const { call, callAs, simulator } = await withEvents(4);
    const first = await call('GET', '?maxResults=2');
    const token = encodeURIComponent(first.body.nextPageToken);
    expect((await call('GET', `?maxResults=3&pageToken=${token}`)).status).toBe(400);
    expect((await call('GET', `?maxResults=2&pageToken=nonsense`)).status).toBe(400);
    simulator.state.advanceClock(3_600_001);
    expect((await callAs(HOME)('GET', `?maxResults=2&pageToken=${token}`)).status).toBe(400);
  });

  it('expanded and ordered listings page too', async () => {
    const { call, simulator } = await start();
    simulator
      .person(HOME)
      .createEvent('primary', { ...timed(27, '10:00', '11:00'), recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] });
    const { rows, pages } = await listAll(call, '?singleEvents=true&orderBy=startTime&maxResults=2');
    expect(pages).toEqual([2, 2, 1]);
    expect(rows.map((row) => (row['start'] as { dateTime: string }).dateTime)).toEqual([
      '2027-03-27T10:00:00+01:00',
      '2027-03-28T10:00:00+02:00',
      '2027-03-29T10:00:00+02:00',
      '2027-03-30T10:00:00+02:00',
      '2027-03-31T10:00:00+02:00',
    ]);
  });

  it('rowOrder reversed turns each page round', async () => {
    const { call, ids } = await withEvents(3, { switches: { rowOrder: 'reversed' } });
    expect((await listAll(call)).rows.map((row) => row.id)).toEqual(ids.toReversed());
  });
});

describe('which rows are listed (google-calendar.md §1.1)', () => {
  async function mixed() {
    const harness = await start();
    const person = harness.simulator.person(HOME);
    const single = person.createEvent('primary', timed(22, '08:00', '09:00')).id;
    const gone = person.createEvent('primary', timed(22, '09:00', '10:00')).id;
    person.deleteEvent('primary', gone);
    const series = person.createEvent('primary', {
      ...timed(23, '10:00', '11:00'),
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
    }).id;
    person.deleteSlot('primary', series, '20270324T090000Z');
    return { ...harness, single, gone, series };
  }

  it.each([
    ['singleEvents=false&showDeleted=false', ['single', 'series', 'series_20270324T090000Z']],
    ['singleEvents=false&showDeleted=true', ['single', 'gone', 'series', 'series_20270324T090000Z']],
    ['singleEvents=true&showDeleted=false', ['single', 'series_20270323T090000Z', 'series_20270325T090000Z']],
    [
      'singleEvents=true&showDeleted=true',
      ['single', 'gone', 'series_20270323T090000Z', 'series_20270324T090000Z', 'series_20270325T090000Z'],
    ],
  ])('%s', async (query, expected) => {
    const { call, single, gone, series } = await mixed();
    const { rows } = await listAll(call, `?${query}`);
    const names = rows.map((row) => row.id.replace(single, 'single').replace(gone, 'gone').replace(series, 'series'));
    expect(names.sort()).toEqual([...expected].sort());
  });

  it('timeMin is exclusive on the end, timeMax on the start', async () => {
    const { call, simulator } = await start();
    simulator.person(HOME).createEvent('primary', timed(23, '10:00', '11:00'));
    const count = async (query: string) => (await listAll(call, `?${query}`)).rows.length;
    expect(await count('timeMin=2027-03-23T10:00:00Z')).toBe(0);
    expect(await count('timeMin=2027-03-23T09:59:59Z')).toBe(1);
    expect(await count('timeMax=2027-03-23T09:00:00Z')).toBe(0);
    expect(await count('timeMax=2027-03-23T09:00:01Z')).toBe(1);
  });

  it('finds blocks by a private property', async () => {
    const { call, simulator } = await withEvents(3);
    const properties = { extendedProperties: { private: { 'calsync.v': '1' } } };
    const { id } = simulator.person(HOME).createEvent('primary', timed(23, '10:00', '11:00', properties));
    const { rows } = await listAll(call, '?privateExtendedProperty=calsync.v%3D1');
    expect(rows.map((row) => row.id)).toEqual([id]);
  });

  it('keeps the details of an expanded slot that was moved, in its place', async () => {
    const { call, simulator } = await start();
    const person = simulator.person(HOME);
    const series = person.createEvent('primary', {
      ...timed(23, '10:00', '11:00'),
      recurrence: ['RRULE:FREQ=DAILY;COUNT=2'],
    }).id;
    person.editSlot('primary', series, '20270323T090000Z', {
      start: { dateTime: '2027-03-25T10:00:00+01:00' },
      end: { dateTime: '2027-03-25T11:00:00+01:00' },
    });
    const { body } = await call('GET', `${PRIMARY}/${series}/instances`);
    expect(body.items.map((row) => row.id)).toEqual([`${series}_20270324T090000Z`, `${series}_20270323T090000Z`]);
    expect(body.items[1]?.['originalStartTime']).toMatchObject({ dateTime: '2027-03-23T10:00:00+01:00' });
  });
});

describe('how a row looks', () => {
  it('leaves defaults out, `created` has no milliseconds, the etag is twice the microseconds', async () => {
    const { call } = await start({ now: () => Date.parse('2027-03-21T08:00:00.123Z') });
    const { body, headers } = await call(
      'POST',
      '',
      timed(23, '10:00', '11:00', {
        transparency: 'opaque',
        visibility: 'default',
        attendees: [],
        guestsCanModify: false,
      }),
    );
    expect(body).toEqual({
      kind: 'calendar#event',
      etag: `"${2 * Date.parse('2027-03-21T08:00:00.123Z') * 1000}"`,
      id: body.id,
      status: 'confirmed',
      htmlLink: body['htmlLink'],
      created: '2027-03-21T08:00:00.000Z',
      updated: '2027-03-21T08:00:00.123Z',
      summary: 'Event',
      creator: { email: HOME, self: true },
      organizer: { email: HOME, self: true },
      start: { dateTime: '2027-03-23T10:00:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2027-03-23T11:00:00+01:00', timeZone: 'Europe/Berlin' },
      iCalUID: `${body.id}@google.com`,
      sequence: 0,
      reminders: { useDefault: true },
      eventType: 'default',
    });
    expect(headers.get('etag')).toBe(body.etag);
  });

  it('writes the offset of the calendar and keeps the zone of the event', async () => {
    const { call } = await start();
    const zone = 'America/New_York';
    const { body } = await call('POST', '', {
      start: { dateTime: '2027-03-23T10:00:00', timeZone: zone },
      end: { dateTime: '2027-03-23T11:00:00.999', timeZone: zone },
    });
    expect(body['start']).toEqual({ dateTime: '2027-03-23T15:00:00+01:00', timeZone: zone });
    expect(body['end']).toEqual({ dateTime: '2027-03-23T16:00:00+01:00', timeZone: zone });
    const seen = await call('GET', `${PRIMARY}/${body.id}?timeZone=UTC`);
    expect(seen.body['start']).toEqual({ dateTime: '2027-03-23T14:00:00Z', timeZone: zone });
  });

  it.each([
    ['freeBusyReader', 'withVisibility', { visibility: 'private' }],
    ['freeBusyReader', 'minimal', { visibility: undefined }],
    ['reader', 'withVisibility', { visibility: 'private' }],
  ] as const)('a %s sees a private event without details (%s)', async (role, freeBusyRow, more) => {
    const { simulator, callAs } = await start({ switches: { freeBusyRow } });
    simulator
      .person(HOME)
      .createEvent(
        'primary',
        timed(23, '10:00', '11:00', { summary: 'Secret', visibility: 'private', location: 'There' }),
      );
    simulator.person(HOME).shareCalendar('primary', WORK, role);
    const { text, body } = await callAs(WORK)('GET', `/calendar/v3/calendars/${encodeURIComponent(HOME)}/events`);
    expect(text).not.toContain('Secret');
    expect(text).not.toContain('There');
    expect(body['accessRole']).toBe(role);
    expect(body.items[0]).toMatchObject({ status: 'confirmed', start: { dateTime: '2027-03-23T10:00:00+01:00' } });
    expect(body.items[0]?.['visibility']).toBe(more.visibility);
  });

  it('self marks the calendar: on a secondary calendar nobody is self', async () => {
    const { call, simulator } = await start();
    const other = simulator.person(HOME).createCalendar('Club', 'Europe/Berlin', 'club@group.calendar.google.com');
    const attendees = [{ email: HOME }];
    const here = await call('POST', '', timed(23, '10:00', '11:00', { attendees }));
    const there = await call(
      'POST',
      `/calendar/v3/calendars/${encodeURIComponent(other)}/events`,
      timed(23, '10:00', '11:00', { attendees }),
    );
    expect(here.body['attendees']).toEqual([
      { email: HOME, responseStatus: 'needsAction', organizer: true, self: true },
    ]);
    expect(there.body['attendees']).toEqual([{ email: HOME, responseStatus: 'needsAction' }]);
  });
});

describe('HTTP niceties', () => {
  it('fields keeps what it names, in every nesting', async () => {
    const { call } = await withEvents(1);
    const { body } = await call('GET', `${FULL}&fields=kind,items(id,start/dateTime,organizer(email)),nextSyncToken`);
    expect(Object.keys(body).sort()).toEqual(['items', 'kind', 'nextSyncToken']);
    expect(body.items[0]).toEqual({
      id: body.items[0]?.id,
      start: { dateTime: '2027-03-22T10:00:00+01:00' },
      organizer: { email: HOME },
    });
    const all = await call('GET', `${FULL}&fields=*`);
    expect(all.body['accessRole']).toBe('owner');
    expect((await call('GET', `${FULL}&fields=items(id`)).reason).toBe('invalidParameter');
    expect((await call('GET', `${FULL}&fields=itmes`)).reason).toBe('invalidParameter');
  });

  it('answers 304 to If-None-Match, for an event and for a list', async () => {
    const { call, ids } = await withEvents(1);
    for (const path of [`${PRIMARY}/${ids[0] ?? ''}`, PRIMARY]) {
      const first = await call('GET', path);
      const etag = first.headers.get('etag') ?? '';
      expect((await call('GET', path, undefined, { 'if-none-match': etag })).status).toBe(304);
    }
  });

  it('compresses when asked to, and only then', async () => {
    const { call } = await withEvents(5);
    expect((await call('GET', FULL, undefined, { 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBe(
      'gzip',
    );
    expect(
      (await call('GET', FULL, undefined, { 'accept-encoding': 'identity' })).headers.get('content-encoding'),
    ).toBeNull();
  });

  it.each([
    ['?bogus=1', 'invalidParameter'],
    ['?maxResults=0', 'invalidParameter'],
    ['?singleEvents=yes', 'invalid'],
    ['?timeMin=2027-03-23', 'invalid'],
    ['?timeMin=2027-03-23T10:00:00', 'invalid'],
    ['?orderBy=startTime', 'invalid'],
    ['?alt=media', 'invalid'],
    ['?timeMin=2027-03-23T10:00:00Z&timeMax=2027-03-23T10:00:00Z', 'timeRangeEmpty'],
    ['?timeZone=Mars/Base', 'invalid'],
    ['?eventTypes=party', 'invalid'],
  ])('%s is 400 %s', async (query, reason) => {
    const { call } = await start();
    const answer = await call('GET', query);
    expect([answer.status, answer.reason]).toEqual([400, reason]);
  });

  it('updatedMin too long ago is 410', async () => {
    const { call } = await start();
    const answer = await call('GET', '?updatedMin=2027-01-01T00:00:00Z');
    expect([answer.status, answer.reason]).toEqual([410, 'updatedMinTooLongAgo']);
  });
});

it('twenty thousand events: a delta costs what changed, not what is there', async () => {
  const events = Array.from({ length: 20_000 }, (_, index) => ({
    ...timed(1 + (index % 28), '10:00', '11:00'),
    id: `many${String(index).padStart(6, '0')}`,
  }));
  const { call, simulator } = await start({ world: worldWith(events) });
  const { rows, token } = await listAll(call);
  expect(rows).toHaveLength(20_000);
  simulator.person(HOME).patchEvent('primary', 'many000007', { summary: 'Changed' });
  const began = performance.now();
  const changed = await delta(call, token);
  const took = performance.now() - began;
  expect(changed.rows.map((row) => row.id)).toEqual(['many000007']);
  expect(took, 'ms for a delta of one row').toBeLessThan(250);
});

describe('calendarList, colours, free/busy', () => {
  it('lists entries by role, and reports changes by token', async () => {
    const { call, simulator } = await start();
    const first = await call('GET', '/calendar/v3/users/me/calendarList');
    expect(first.body.items).toMatchObject([
      { id: HOME, primary: true, accessRole: 'owner', timeZone: 'Europe/Berlin' },
    ]);
    simulator.person(WORK).shareCalendar(WORK, HOME, 'reader');
    const path = `/calendar/v3/users/me/calendarList?syncToken=${encodeURIComponent(first.body.nextSyncToken)}`;
    expect((await call('GET', path)).body.items).toMatchObject([{ id: WORK, accessRole: 'reader' }]);
    simulator.person(WORK).shareCalendar(WORK, HOME, null);
    expect((await call('GET', path)).body.items).toMatchObject([{ id: WORK, deleted: true }]);
    const owned = await call('GET', '/calendar/v3/users/me/calendarList?minAccessRole=writer');
    expect(owned.body.items.map((entry) => entry.id)).toEqual([HOME]);
  });

  it('freeBusy merges, and leaves out free, declined and cancelled time', async () => {
    const { simulator, callAs, personClient } = await start();
    const person = simulator.person(HOME);
    person.createEvent('primary', timed(23, '10:00', '11:00'));
    person.createEvent('primary', timed(23, '10:30', '12:00'));
    person.createEvent('primary', timed(23, '14:00', '15:00', { transparency: 'transparent' }));
    const invited = person.createEvent('primary', timed(23, '16:00', '17:00', { attendees: [{ email: HOME }] }));
    person.respond('primary', invited.id, 'declined');
    const series = person.createEvent('primary', {
      ...timed(22, '18:00', '19:00'),
      recurrence: ['RRULE:FREQ=DAILY;COUNT=3'],
    });
    person.deleteSlot('primary', series.id, '20270323T170000Z');
    const call = callAs(HOME, personClient, ['https://www.googleapis.com/auth/calendar.freebusy']);
    const { body } = await call('POST', '/calendar/v3/freeBusy', {
      timeMin: '2027-03-22T23:00:00Z',
      timeMax: '2027-03-23T23:00:00Z',
      items: [{ id: HOME }, { id: 'nobody@home.example' }],
    });
    expect(body['calendars']).toEqual({
      [HOME]: { busy: [{ start: '2027-03-23T09:00:00Z', end: '2027-03-23T11:00:00Z' }] },
      'nobody@home.example': { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] },
    });
  });

  it('colours need another scope than events', async () => {
    const { callAs, personClient } = await start();
    const events = callAs(HOME, personClient, ['https://www.googleapis.com/auth/calendar.events']);
    expect((await events('GET', '/calendar/v3/colors')).reason).toBe('insufficientPermissions');
    const list = callAs(HOME, personClient, ['https://www.googleapis.com/auth/calendar.calendarlist.readonly']);
    expect((await list('GET', '/calendar/v3/colors')).body['event']).toMatchObject({ 8: { background: '#e1e1e1' } });
  });
});
