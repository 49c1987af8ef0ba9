import { expect, it } from 'vitest';
import { blockId } from '../../src/simulator/state/ownership.ts';
import type { Switches } from '../../src/simulator/index.ts';
import { HOME, delta, listAll, start, timed, type Call } from './support.ts';

const path = '/calendar/v3/calendars/primary/events';
const ref = 'a0b1c2d3e4f5g6h7i8j9k0l1m2';
const id = blockId({ sourceRef: ref, generation: 0 }, HOME);
const tag = { 'calsync.v': '1', 'calsync.ref': ref, 'calsync.gen': '0', 'calsync.hash': 'h'.repeat(26) };
const withMark = { extendedProperties: { private: { ...tag, mark: 'gone' } } };
const block = (changes: object = {}) =>
  timed(23, '10:00', '11:00', { extendedProperties: { private: tag }, visibility: 'private', ...changes });

async function ours(cancellingUpdate: Switches['cancellingUpdate'], changes: object = {}) {
  const { simulator, callAs, cries } = await start({ switches: { cancellingUpdate } });
  const call: Call = callAs(HOME, simulator.client);
  const { body } = await call('POST', '', block({ id, ...changes }));
  return { simulator, call, cries, etag: body.etag, token: (await listAll(call)).token };
}

it.each([
  ['kept', 200, 'cancelled', 'gone', 'cancelled'],
  ['stripped', 200, 'cancelled', undefined, 'cancelled'],
  ['refused', 400, undefined, undefined, 'confirmed'],
  ['ignored', 200, 'confirmed', 'gone', 'confirmed'],
] as const)('an update to cancelled, %s: %i and %s', async (side, status, answered, mark, then) => {
  const { call, etag, token, cries } = await ours(side);
  const put = await call('PUT', `${path}/${id}?sendUpdates=none`, block({ ...withMark, status: 'cancelled' }), {
    'if-match': etag,
  });
  expect([put.status, put.body['status']]).toEqual([status, answered]);
  const { body } = await call('GET', `${path}/${id}`);
  expect([body['status'], body['extendedProperties']]).toEqual([
    then,
    { private: mark === undefined ? tag : { ...tag, mark } },
  ]);
  const { rows } = await delta(call, token);
  if (then === 'cancelled') {
    // A list shows of it what it shows of any deleted event; when it went, only a look at it tells.
    expect(rows.map((row) => Object.keys(row).sort())).toEqual([['etag', 'id', 'kind', 'status']]);
    expect(body['updated']).toBe('2027-03-21T08:00:00.000Z');
    expect((await call('POST', '', block({ id }))).status).toBe(409);
  }
  expect(cries).toEqual([]);
});

it.each(['kept', 'stripped', 'refused', 'ignored'] as const)('a slot of a series, %s', async (side) => {
  const { call, token } = await ours(side, { recurrence: ['RRULE:FREQ=WEEKLY'] });
  const slot = `${id}_20270330T080000Z`;
  const shown = { ...timed(30, '10:00', '11:00'), ...withMark, visibility: 'private', status: 'cancelled' };
  const put = await call('PUT', `${path}/${slot}`, shown);
  expect(put.status).toBe(side === 'refused' ? 400 : 200);
  const gone = side === 'kept' || side === 'stripped';
  const { rows } = await delta(call, token);
  expect(rows.some((row) => row.id === slot && row['status'] === 'cancelled')).toBe(gone);
  expect((await call('GET', `${path}/${id}`)).body['status']).toBe('confirmed');
});

it.each(['kept', 'stripped', 'ignored'] as const)('a stale etag is 412 all the same, %s', async (side) => {
  const { call } = await ours(side);
  const put = await call('PUT', `${path}/${id}`, block({ status: 'cancelled' }), { 'if-match': '"1"' });
  expect(put.status).toBe(412);
  expect((await call('GET', `${path}/${id}`)).body['status']).toBe('confirmed');
});

it('one that is deleted already takes the mark, and stays deleted', async () => {
  const { call } = await ours('kept');
  await call('DELETE', `${path}/${id}`);
  expect((await call('PUT', `${path}/${id}`, block({ ...withMark, status: 'cancelled' }))).status).toBe(200);
  expect((await call('GET', `${path}/${id}`)).body).toMatchObject({ status: 'cancelled', ...withMark });
});

it.each(['kept', 'stripped', 'refused', 'ignored'] as const)('never on an event of somebody else, %s', async (side) => {
  const { call, simulator } = await ours(side);
  const person = simulator.person(HOME);
  const lunch = person.createEvent(HOME, timed(24, '12:00', '13:00')).id;
  for (const body of [block({ status: 'cancelled' }), block({ ...withMark, status: 'cancelled' })]) {
    const put = await call('PUT', `${path}/${lunch}`, body);
    expect([put.status, put.body['error']]).toMatchObject([403, { code: 403 }]);
  }
  // Nor does one of ours lose its tag on the way.
  const bare = await call('PUT', `${path}/${id}`, { ...timed(23, '10:00', '11:00'), status: 'cancelled' });
  expect(bare.status).toBe(side === 'kept' || side === 'ignored' ? 403 : side === 'stripped' ? 200 : 400);
  expect(person.getEvent(HOME, lunch)).toMatchObject({ status: 'confirmed' });
});
