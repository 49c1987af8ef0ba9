import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../../src/simulator/index.ts';
import { FULL, HOME, WORK, delta, listAll, start, timed } from './support.ts';

const PRIMARY = '/calendar/v3/calendars/primary/events';
const ID = 'abc0123456789vut';

describe('faults that answer', () => {
  it.each([
    [{ kind: 'unauthorized' }, 401, 'authError'],
    [{ kind: 'rateLimitExceeded' }, 403, 'rateLimitExceeded'],
    [{ kind: 'userRateLimitExceeded' }, 403, 'userRateLimitExceeded'],
    [{ kind: 'tooManyRequests', retryAfterSeconds: 7 }, 429, 'rateLimitExceeded'],
    [{ kind: 'quotaExceeded' }, 403, 'quotaExceeded'],
    [{ kind: 'notFound' }, 404, 'notFound'],
    [{ kind: 'conflict' }, 409, 'conflict'],
    [{ kind: 'status500' }, 500, 'backendError'],
    [{ kind: 'status503' }, 503, 'backendError'],
    [{ kind: 'html' }, 502, undefined],
  ] satisfies [FaultSpec, number, string | undefined][])(
    '%j once: %d %s, without any effect',
    async (spec, status, reason) => {
      const { call, simulator } = await start();
      const fault = simulator.faults.add(spec);
      const answer = await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
      expect([answer.status, answer.reason]).toEqual([status, reason]);
      if (fault.retryAfterSeconds !== undefined) expect(answer.headers.get('retry-after')).toBe('7');
      expect((await listAll(call)).rows).toEqual([]);
      expect((await call('POST', '', timed(23, '10:00', '11:00', { id: ID }))).status).toBe(200);
      expect(fault.hits).toBe(1);
    },
  );

  it('truncated JSON comes with status 200 after the deed', async () => {
    const { call, simulator } = await start();
    simulator.faults.add({ kind: 'truncatedJson' });
    const answer = await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(answer.text) as unknown).toThrow();
    expect((await listAll(call)).rows).toHaveLength(1);
  });

  it.each([
    ['cutBeforeCommit', 0],
    ['cutAfterCommit', 1],
  ] as const)('%s: no answer, and %d events', async (kind, count) => {
    const { call, simulator } = await start();
    simulator.faults.add({ kind, request: 'events.insert' });
    await expect(call('POST', '', timed(23, '10:00', '11:00', { id: ID }))).rejects.toThrow('fetch failed');
    expect((await listAll(call)).rows).toHaveLength(count);
    expect(simulator.requests.writes()).toMatchObject([{ status: 0, faults: [kind] }]);
  });

  it('a cut within a batch cuts the whole answer', async () => {
    const { simulator, personClient } = await start();
    simulator.faults.add({ kind: 'cutAfterCommit', inBatch: true });
    const { accessToken } = simulator.issueTokens(HOME, undefined, personClient);
    const part = `--b\r\nContent-Type: application/http\r\nContent-ID: <1>\r\n\r\nPOST ${PRIMARY} HTTP/1.1\r\n\r\n${JSON.stringify(timed(23, '10:00', '11:00', { id: ID }))}\r\n--b--`;
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'multipart/mixed; boundary=b' };
    await expect(fetch(`${simulator.url}/batch/calendar/v3`, { method: 'POST', headers, body: part })).rejects.toThrow(
      'fetch failed',
    );
    expect(simulator.person(HOME).getEvent('primary', ID)).toBeDefined();
  });

  it.each([
    ['cutBeforeCommit', 0],
    ['cutAfterCommit', 1],
  ] as const)('%s without a socket: no answer either, by the same code, and %d events', async (kind, count) => {
    const { call, personClient, simulator } = await start();
    simulator.faults.add({ kind, request: 'events.insert' });
    const { accessToken } = simulator.issueTokens(HOME, undefined, personClient);
    const body = JSON.stringify(timed(23, '10:00', '11:00', { id: ID }));
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const sent = simulator.fetch(`${simulator.url}${PRIMARY}`, { method: 'POST', headers, body });
    await expect(sent).rejects.toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } });
    expect((await listAll(call)).rows).toHaveLength(count);
  });

  it('slow waits as long as it is told', async () => {
    const waits: number[] = [];
    const { call, simulator } = await start({
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    simulator.faults.add({ kind: 'slow', delayMs: 30_000 });
    expect((await call('GET', FULL)).status).toBe(200);
    expect(waits).toEqual([30_000]);
  });

  it('the token endpoint can fail too', async () => {
    const { simulator } = await start();
    simulator.faults.add({ kind: 'status503', path: '/token' });
    expect((await fetch(`${simulator.url}/token`, { method: 'POST', body: new URLSearchParams() })).status).toBe(503);
  });
});

describe('which requests a fault strikes', () => {
  it.each([
    [{ method: 'delete' }, [200, 200, 503]],
    [{ request: 'events.insert' }, [503, 200, 404]],
    [{ path: '/events/' }, [200, 200, 503]],
    [{ calendar: 'primary' }, [503, 200, 404]],
    [{ calendar: HOME }, [503, 200, 404]],
    [{ calendar: WORK }, [200, 200, 204]],
    [{ account: WORK }, [200, 200, 204]],
    [{ account: HOME, times: 2 }, [503, 503, 404]],
    [{ times: null }, [503, 503, 503]],
    [{ skip: 1 }, [200, 503, 204]],
    [{ inBatch: true }, [200, 200, 204]],
    [{ from: Date.parse('2100-01-01T00:00:00Z') }, [200, 200, 204]],
    [{ until: 0 }, [200, 200, 204]],
  ] satisfies [Partial<FaultSpec>, number[]][])('%j', async (match, expected) => {
    const { call, simulator } = await start();
    simulator.faults.add({ kind: 'status503', ...match });
    const statuses = [
      (await call('POST', '', timed(23, '10:00', '11:00', { id: ID }))).status,
      (await call('GET', FULL)).status,
      (await call('DELETE', `${PRIMARY}/${ID}`)).status,
    ];
    expect(statuses).toEqual(expected);
  });

  it('cleared faults strike no more', async () => {
    const { call, simulator } = await start();
    const fault = simulator.faults.add({ kind: 'status500', times: null });
    expect((await call('GET', FULL)).status).toBe(500);
    simulator.faults.clear(fault.id);
    expect((await call('GET', FULL)).status).toBe(200);
    expect(simulator.faults.list()).toEqual([]);
  });
});

describe('faults of listings', () => {
  async function withFive() {
    const harness = await start();
    const person = harness.simulator.person(HOME);
    const ids = Array.from(
      { length: 5 },
      (_, index) => person.createEvent('primary', timed(22 + index, '10:00', '11:00')).id,
    );
    return { ...harness, person, ids };
  }

  it('syncTokenExpired: 410 once, on a request with a token only', async () => {
    const { call, simulator } = await withFive();
    const fault = simulator.faults.add({ kind: 'syncTokenExpired' });
    const { token } = await listAll(call);
    expect(fault.hits).toBe(0);
    const answer = await call('GET', `${FULL}&syncToken=${encodeURIComponent(token)}`);
    expect([answer.status, answer.reason]).toEqual([410, 'fullSyncRequired']);
    expect((await delta(call, token)).rows).toEqual([]);
  });

  it('pageTokenExpired: 400 on the second page', async () => {
    const { call, simulator } = await withFive();
    simulator.faults.add({ kind: 'pageTokenExpired' });
    await expect(listAll(call, '?maxResults=2')).rejects.toThrow('listing answered 400');
    expect((await listAll(call, '?maxResults=2')).rows).toHaveLength(5);
  });

  it('duplicateRow: the last row of a page comes again on the next', async () => {
    const { call, simulator, ids } = await withFive();
    simulator.faults.add({ kind: 'duplicateRow' });
    const { rows } = await listAll(call, '?maxResults=2');
    expect(rows.map((row) => row.id)).toEqual([ids[0], ids[1], ids[1], ids[2], ids[3], ids[4]]);
  });

  it('cancelledMasterLeak: a deleted series in a full listing, with its rule', async () => {
    const { call, simulator, person } = await withFive();
    const series = person.createEvent('primary', {
      ...timed(23, '10:00', '11:00'),
      recurrence: ['RRULE:FREQ=DAILY'],
    }).id;
    person.deleteEvent('primary', series);
    simulator.faults.add({ kind: 'cancelledMasterLeak' });
    const leaked = (await listAll(call)).rows.find((row) => row.id === series);
    expect(leaked).toMatchObject({ status: 'cancelled', recurrence: ['RRULE:FREQ=DAILY'] });
    expect((await listAll(call)).rows.some((row) => row.id === series)).toBe(false);
  });

  it('delayedVisibility: young writes are not listed, and not lost', async () => {
    const { call, simulator, person } = await withFive();
    simulator.state.advanceClock(10_000);
    const { token } = await listAll(call);
    const fresh = person.createEvent('primary', timed(28, '10:00', '11:00')).id;
    simulator.faults.add({ kind: 'delayedVisibility', delayMs: 5000 });
    const late = await delta(call, token);
    expect(late.rows).toEqual([]);
    expect((await delta(call, late.token)).rows.map((row) => row.id)).toEqual([fresh]);
  });
});

describe('faults that answer with the wrong thing', () => {
  it.each([
    ['notACalendarUser', 'notACalendarUser'],
    ['dailyLimitExceededUnreg', 'dailyLimitExceededUnreg'],
    ['unknownRefusal', 'neverHeardOf'],
  ] as const)('%s: 403 %s', async (kind, reason) => {
    const { call, simulator } = await start();
    simulator.faults.add({ kind });
    expect(await call('GET', FULL)).toMatchObject({ status: 403, reason });
  });

  it('truncatedJson on a 204 part of a batch cuts nothing, because there is no body', async () => {
    const { call, simulator, personClient } = await start();
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    simulator.faults.add({ kind: 'truncatedJson', request: 'events.delete' });
    const { accessToken } = simulator.issueTokens(HOME, undefined, personClient);
    const body = `--b\r\nContent-Type: application/http\r\nContent-ID: <1>\r\n\r\nDELETE ${PRIMARY}/${ID} HTTP/1.1\r\n\r\n--b--`;
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'multipart/mixed; boundary=b' };
    const answer = await fetch(`${simulator.url}/batch/calendar/v3`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('HTTP/1.1 204 No Content');
    expect((await listAll(call)).rows).toEqual([]);
  });

  it('a list without tokens, of another kind, of another calendar, with rows that cannot be read', async () => {
    const { call, simulator } = await start();
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    const listed = async (kind: FaultSpec['kind']) => {
      simulator.faults.add({ kind });
      return (await call('GET', FULL)).body;
    };
    const bare = await listed('noTokens');
    expect([bare.nextSyncToken, bare.nextPageToken, bare.items.length]).toEqual([undefined, undefined, 1]);
    expect((await listed('otherKind'))['kind']).toBe('calendar#freeBusy');
    expect((await listed('unreadableTimes')).items).toMatchObject([{ id: ID, start: { dateTime: 'soon' } }]);
    expect((await listed('namelessRow')).items).toMatchObject([{ id: 7 }]);
    simulator.person(HOME).createCalendar('Team', 'UTC', 'team@group.calendar.google.com');
    expect(await listed('otherCalendar')).toMatchObject({ summary: 'Team', items: [] });
  });

  it('an answer to a write that shows another event, or no tag, after the deed', async () => {
    const { call, simulator } = await start();
    const tagged = { extendedProperties: { private: { a: 'b' } } };
    simulator.faults.add({ kind: 'otherEvent', request: 'events.insert' });
    expect((await call('POST', '', timed(23, '10:00', '11:00', { id: ID, ...tagged }))).body.id).not.toBe(ID);
    simulator.faults.add({ kind: 'untagged', request: 'events.patch' });
    const patched = await call('PATCH', `${PRIMARY}/${ID}`, { summary: 'Other' });
    expect(patched.body['extendedProperties']).toBeUndefined();
    expect((await call('GET', `${PRIMARY}/${ID}`)).body).toMatchObject({ summary: 'Other', ...tagged });
  });
});

describe('answers that do not end, or are too large', () => {
  it('a bomb unpacks to 40 MB, and the next answer is itself again', async () => {
    const { call, simulator } = await start();
    const fault = simulator.faults.add({ kind: 'gzipBomb' });
    const answer = await call('GET', FULL);
    expect([answer.status, answer.text.length, fault.hits]).toEqual([200, 40 * 1024 * 1024, 1]);
    expect((await call('GET', FULL)).body.items).toEqual([]);
  });

  it('rows are as large as they are asked to be, all or one, and not where they are asked for by name', async () => {
    const { call, simulator } = await start();
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    await call('POST', '', timed(24, '10:00', '11:00', { id: `${ID}2` }));
    const sizes = async (query: string) =>
      (await call('GET', query)).body.items.map((row) => JSON.stringify(row).length > 5000);
    simulator.faults.add({ kind: 'largeRows', rowBytes: 5000, times: 2 });
    expect(await sizes(FULL)).toEqual([true, true]);
    expect(await sizes(`${FULL}&fields=items(id)`)).toEqual([false, false]);
    simulator.faults.add({ kind: 'largeRows', rowBytes: 5000, event: ID });
    expect(await sizes(FULL)).toEqual([true, false]);
  });

  it('pages go on for ever, with one token or with new ones', async () => {
    const { call, simulator } = await start();
    await call('POST', '', timed(23, '10:00', '11:00', { id: ID }));
    const pages = async (kind: FaultSpec['kind']) => {
      simulator.faults.add({ kind, times: 3 });
      const seen: [string, number][] = [];
      let query = FULL;
      for (let page = 0; page < 3; page += 1) {
        const { body } = await call('GET', query);
        expect(body.nextSyncToken).toBeUndefined();
        seen.push([body.nextPageToken, body.items.length]);
        query = `${FULL}&pageToken=${body.nextPageToken}`;
      }
      return seen;
    };
    expect(await pages('samePageToken')).toEqual(Array(3).fill(['the-same-again', 1]));
    expect(await pages('emptyPagesWithoutEnd')).toEqual([1, 2, 3].map((page) => [`empty-${page}`, 0]));
  });

  it.each<[FaultSpec, boolean]>([
    [{ kind: 'trickle', delayMs: 1 }, true],
    [{ kind: 'stall' }, false],
  ])('an answer that comes bit by bit (%j)', async (spec, ends) => {
    const { simulator } = await start();
    const whole = await (await fetch(`${simulator.url}/.well-known/openid-configuration`)).text();
    simulator.faults.add(spec);
    const { body } = await fetch(`${simulator.url}/.well-known/openid-configuration`);
    if (body === null) throw new Error('no body');
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    let done = false;
    while (!done && text.length < Math.floor(whole.length / (ends ? 1 : 2))) {
      const chunk = await reader.read();
      ({ done } = chunk);
      text += chunk.value ?? '';
    }
    expect(text).toBe(ends ? whole : whole.slice(0, Math.floor(whole.length / 2)));
    // What stalls has neither more nor an end.
    if (!ends) expect(await Promise.race([reader.read(), Promise.resolve('nothing yet')])).toBe('nothing yet');
    await reader.cancel();
  });
});
