import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { blockId, readTag } from '../../src/simulator/state/ownership.ts';
import { base32hex } from '../../src/simulator/random.ts';
import { HOME, WORK, listAll, start, timed } from './support.ts';

const PRIMARY = '/calendar/v3/calendars/primary/events';
const REF = 'a0b1c2d3e4f5g6h7i8j9k0l1m2';

function tag(changes: Readonly<Record<string, string>> = {}) {
  const properties = {
    'calsync.v': '1',
    'calsync.ref': REF,
    'calsync.gen': '0',
    'calsync.hash': 'h'.repeat(26),
    ...changes,
  };
  return { extendedProperties: { private: properties } };
}

function block(calendarId: string, changes: Readonly<Record<string, unknown>> = {}) {
  const id = blockId({ sourceRef: REF, generation: 0 }, calendarId);
  return timed(23, '10:00', '11:00', {
    id,
    ...tag(),
    visibility: 'private',
    reminders: { useDefault: false },
    ...changes,
  });
}

async function ours() {
  const harness = await start();
  return {
    ...harness,
    own: harness.callAs(HOME, harness.simulator.client),
    id: blockId({ sourceRef: REF, generation: 0 }, HOME),
  };
}

describe('the identity of a block', () => {
  it('is "cs" and the base32hex of the whole digest', () => {
    // Because both sides must derive the same id, this is worked out here in another way: five bits at a time.
    const digest = createHash('sha256').update(`calsync/1|block|${REF}|${HOME}|7`).digest();
    const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const letters = (bits.match(/.{1,5}/g) ?? []).map((five) => Number.parseInt(five.padEnd(5, '0'), 2).toString(32));
    const id = blockId({ sourceRef: REF, generation: 7 }, HOME);
    expect(id).toBe(`cs${letters.join('')}`);
    expect(id).toMatch(/^cs[0-9a-v]{52}$/);
  });

  it.each([
    ['', ''],
    ['f', 'co'],
    ['foobar', 'cpnmuoj1e8'],
  ])('base32hex of %j is %j (RFC 4648 §10)', (text, expected) => {
    expect(base32hex(Buffer.from(text))).toBe(expected);
  });

  it.each([
    [{}, true],
    [{ 'calsync.v': '2' }, false],
    [{ 'calsync.ref': 'short' }, false],
    [{ 'calsync.gen': '01' }, false],
    [{ 'calsync.gen': '-1' }, false],
    [{ 'calsync.hash': 'h'.repeat(15) }, false],
    [{ 'calsync.hash': 'h'.repeat(65) }, false],
  ])('a tag with %j is sound: %s', (changes, sound) => {
    expect(readTag(tag(changes)) !== undefined).toBe(sound);
  });
});

describe('a client that may write only its own blocks', () => {
  it('inserts, patches, updates, deletes and revives a block', async () => {
    const { own, id, simulator } = await ours();
    expect((await own('POST', '?sendUpdates=none', block(HOME))).body.id).toBe(id);
    expect((await own('PATCH', `${PRIMARY}/${id}`, { colorId: '8' })).status).toBe(200);
    expect((await own('PUT', `${PRIMARY}/${id}`, block(HOME))).status).toBe(200);
    expect((await own('DELETE', `${PRIMARY}/${id}`)).status).toBe(204);
    expect((await own('PUT', `${PRIMARY}/${id}`, block(HOME, { status: 'confirmed' }))).status).toBe(200);
    expect(simulator.violations).toEqual([]);
  });

  it('writes the slots of its own series', async () => {
    const { own, id, simulator } = await ours();
    await own('POST', '', block(HOME, { recurrence: ['RRULE:FREQ=WEEKLY'] }));
    expect((await own('PATCH', `${PRIMARY}/${id}_20270330T080000Z`, { transparency: 'transparent' })).status).toBe(200);
    expect((await own('DELETE', `${PRIMARY}/${id}_20270406T080000Z`)).status).toBe(204);
    expect(simulator.violations).toEqual([]);
  });

  it.each([
    ['without a tag', timed(23, '10:00', '11:00')],
    ['without an id', timed(23, '10:00', '11:00', tag())],
    ['with the id of another calendar', block(WORK)],
    ['with the id of another generation', block(HOME, tag({ 'calsync.gen': '1' }))],
    ['with an unsound tag', block(HOME, tag({ 'calsync.hash': 'x' }))],
  ])('an insert %s is refused and cried out', async (_name, body) => {
    const { own, simulator, cries, call } = await ours();
    const answer = await own('POST', '', body);
    expect([answer.status, answer.reason]).toEqual([403, 'calsyncOwnershipViolation']);
    expect(simulator.violations).toMatchObject([
      { kind: 'ownership', operation: 'insert', account: HOME, calendarId: HOME },
    ]);
    expect(cries).toHaveLength(1);
    expect((await listAll(call)).rows).toEqual([]);
  });

  it('touches no event of a person, no duplicate and no split of its own block', async () => {
    const { own, id, simulator } = await ours();
    const home = simulator.person(HOME);
    const plain = home.createEvent('primary', timed(24, '10:00', '11:00')).id;
    await own('POST', '', block(HOME, { recurrence: ['RRULE:FREQ=WEEKLY'] }));
    const duplicate = home.duplicateEvent('primary', id).id;
    const split = home.splitThisAndFollowing('primary', id, '20270406T080000Z').id;
    for (const target of [plain, duplicate, split, `${split}_20270413T080000Z`]) {
      for (const answer of [
        await own('PATCH', `${PRIMARY}/${target}`, { summary: 'x' }),
        await own('PUT', `${PRIMARY}/${target}`, block(HOME)),
        await own('DELETE', `${PRIMARY}/${target}`),
      ]) {
        expect([target, answer.status, answer.reason]).toEqual([target, 403, 'calsyncOwnershipViolation']);
      }
    }
    expect(simulator.violations).toHaveLength(12);
    expect(home.getEvent('primary', plain)?.['summary']).toBe('Event');
  });

  it('may not strip its tag, nor move or import', async () => {
    const { own, id, simulator } = await ours();
    await own('POST', '', block(HOME));
    expect((await own('PATCH', `${PRIMARY}/${id}`, { extendedProperties: null })).reason).toBe(
      'calsyncOwnershipViolation',
    );
    expect((await own('PUT', `${PRIMARY}/${id}`, timed(23, '10:00', '11:00'))).status).toBe(403);
    const club = simulator.person(HOME).createCalendar('Club', 'UTC', 'club@group.calendar.google.com');
    expect((await own('POST', `${PRIMARY}/${id}/move?destination=${encodeURIComponent(club)}`)).status).toBe(403);
    expect((await own('POST', `${PRIMARY}/import`, { ...block(HOME), iCalUID: 'x@y.example' })).status).toBe(403);
    expect((await own('GET', `${PRIMARY}/${id}`)).body['extendedProperties']).toEqual(tag().extendedProperties);
  });

  it.each([
    ['', { location: 'Office 3' }],
    ['', { attendees: [{ email: 'x@y.example' }] }],
    ['', { description: 'with x@y.example' }],
    ['?sendUpdates=all', {}],
  ])('what says too much (%s %j) goes through and is noted as a leak', async (query, changes) => {
    const { own, simulator } = await ours();
    expect((await own('POST', query, block(HOME, changes))).status).toBe(200);
    expect(simulator.violations).toMatchObject([{ kind: 'leak', operation: 'insert' }]);
  });

  it('a token of another client writes as people do', async () => {
    const { call, simulator } = await ours();
    expect((await call('POST', '', timed(23, '10:00', '11:00'))).status).toBe(200);
    expect(simulator.violations).toEqual([]);
  });
});
