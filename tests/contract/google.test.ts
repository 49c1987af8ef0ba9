import { afterEach, describe, expect, it } from 'vitest';
import type { ProviderFailure } from '../../src/main/ports/provider.ts';
import type { FaultSpec } from '../../src/simulator/index.ts';
import { sendCalls } from '../support/sending.ts';
import { startGoogleBench, type GoogleBench, type GoogleBenchOptions } from './google-bench.ts';
import {
  describeProviderContract,
  hourlyContent,
  insertOf,
  outcome,
  readAll,
  rowOf,
  sendOne,
} from './provider-contract.ts';

describeProviderContract('Google', startGoogleBench);

const running: GoogleBench[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((bench) => bench.close()));
});

async function start(options: Partial<GoogleBenchOptions> = {}): Promise<GoogleBench> {
  const bench = await startGoogleBench(options);
  running.push(bench);
  return bench;
}

const full = { syncToken: null, pageToken: null } as const;
const readOwn = (bench: GoogleBench) => bench.provider.readEvents(bench.accountId, bench.accountEmail, bench.own, full);
const kindsOf = (bench: GoogleBench) => bench.simulator.requests.list().map((record) => record.kind);
const waited = (bench: GoogleBench) => bench.clock.sleeps.reduce((sum, milliseconds) => sum + milliseconds, 0);

describe('a read that meets', () => {
  /** What strikes once, and how long is waited before the second attempt, which must succeed. */
  const passing: readonly [string, FaultSpec, number][] = [
    ['500', { kind: 'status500', request: 'events.list' }, 1500],
    ['503', { kind: 'status503', request: 'events.list' }, 1500],
    ['HTML', { kind: 'html', request: 'events.list' }, 1500],
    ['truncated JSON', { kind: 'truncatedJson', request: 'events.list' }, 1500],
    ['a cut connection', { kind: 'cutBeforeCommit', request: 'events.list' }, 1500],
    ['403 rateLimitExceeded', { kind: 'rateLimitExceeded', request: 'events.list' }, 1500],
    ['403 userRateLimitExceeded', { kind: 'userRateLimitExceeded', request: 'events.list' }, 1500],
    ['429', { kind: 'tooManyRequests', request: 'events.list' }, 1500],
    ['429 with Retry-After', { kind: 'tooManyRequests', request: 'events.list', retryAfterSeconds: 30 }, 30_000],
    ['401', { kind: 'unauthorized', request: 'events.list' }, 0],
  ];

  it.each(passing)('%s once succeeds, and pays for both', async (_, fault, wait) => {
    const bench = await start();
    const id = await bench.people.create(bench.own, {
      summary: 'Kept',
      start: { date: '2026-03-27' },
      end: { date: '2026-03-28' },
    });
    bench.simulator.requests.reset();
    const struck = bench.simulator.faults.add(fault);
    const page = await readOwn(bench);
    expect(page).toMatchObject({ ok: true, value: { rows: [{ id, summary: 'Kept' }], unreadable: 0 } });
    expect(struck.hits).toBe(1);
    expect(kindsOf(bench)).toEqual(['events.list', 'events.list']);
    expect(bench.requests('events.list')).toBe(2);
    expect(waited(bench)).toBe(wait);
  });

  const lasting: readonly [string, FaultSpec, ProviderFailure['kind'], string, number][] = [
    ['503', { kind: 'status503' }, 'trouble', 'provider-trouble', 6],
    ['HTML', { kind: 'html' }, 'trouble', 'provider-trouble', 6],
    ['truncated JSON', { kind: 'truncatedJson' }, 'trouble', 'answer-malformed', 6],
    ['cut connections', { kind: 'cutBeforeCommit' }, 'trouble', 'provider-trouble', 6],
    ['rate limits', { kind: 'rateLimitExceeded' }, 'rate-limited', 'rate-limited', 6],
    ['quotaExceeded', { kind: 'quotaExceeded' }, 'quota-exhausted', 'quota-exhausted', 1],
    ['401', { kind: 'unauthorized' }, 'trouble', 'provider-trouble', 2],
  ];

  it.each(lasting)('%s for good says so after a while', async (_, fault, kind, code, attempts) => {
    const bench = await start();
    bench.simulator.faults.add({ ...fault, times: null });
    expect(await readOwn(bench)).toMatchObject({ ok: false, error: { kind, error: { code } } });
    expect(kindsOf(bench)).toEqual(Array(attempts).fill('events.list'));
    expect(waited(bench)).toBeLessThan(64_000);
  });

  it('401 asks for a new access token once, and for a sign-in only when there is none', async () => {
    const bench = await start();
    const first = await bench.tokens.get(bench.accountId);
    bench.simulator.faults.add({ kind: 'unauthorized' });
    expect(outcome(await readOwn(bench))).toBe('ok');
    expect(bench.tokens.discarded).toEqual([first.ok ? first.value.token : '']);
    bench.simulator.faults.add({ kind: 'unauthorized' });
    expect(outcome(await readOwn(bench))).toBe('sign-in-needed');
  });

  it('a missing scope says which kind of failure it is, and does not hammer', async () => {
    const bench = await start({ scopes: ['openid', 'https://www.googleapis.com/auth/calendar.calendarlist.readonly'] });
    expect(outcome(await bench.provider.listCalendars(bench.accountId))).toBe('ok');
    expect(await readOwn(bench)).toMatchObject({
      ok: false,
      error: { kind: 'permission-missing', error: { code: 'permission-missing', about: null } },
    });
    expect(kindsOf(bench)).toEqual(['calendarList.list', 'events.list']);
  });

  it('an expired sync or page token says that all must be read again, at once', async () => {
    const bench = await start({ pageSize: 1 });
    await bench.people.create(bench.own, { start: { date: '2026-03-27' }, end: { date: '2026-03-28' } });
    await bench.people.create(bench.own, { start: { date: '2026-03-28' }, end: { date: '2026-03-29' } });
    const { syncToken } = await readAll(bench, bench.own);
    const read = (position: Parameters<typeof bench.provider.readEvents>[3]) =>
      bench.provider.readEvents(bench.accountId, bench.accountEmail, bench.own, position);
    bench.simulator.faults.add({ kind: 'syncTokenExpired' });
    bench.simulator.requests.reset();
    expect(outcome(await read({ syncToken, pageToken: null }))).toBe('token-expired');
    expect(kindsOf(bench)).toEqual(['events.list']);
    const page = await read(full);
    if (!page.ok || page.value.next.kind !== 'more') throw new Error('no second page');
    bench.simulator.faults.add({ kind: 'pageTokenExpired' });
    expect(outcome(await read({ syncToken: null, pageToken: page.value.next.pageToken }))).toBe('token-expired');
  });

  it('nobody is offline, within a second and after two attempts', async () => {
    const bench = await start();
    await bench.simulator.close();
    const began = Date.now();
    const results = [
      await readOwn(bench),
      await bench.provider.listCalendars(bench.accountId),
      ...(await sendCalls(bench.provider, bench.accountId, [insertOf(bench.own, 'a'), insertOf(bench.own, 'b')])),
    ];
    expect(results.map(outcome)).toEqual(['offline', 'offline', 'offline', 'offline']);
    expect(Date.now() - began).toBeLessThan(3000);
    expect(waited(bench)).toBeLessThan(1000);
    expect([bench.requests('events.list'), bench.requests('batch')]).toEqual([2, 2]);
  });
});

describe('the sync path', () => {
  it('asks for nothing but what keeps its token', async () => {
    const bench = await start();
    const { syncToken } = await readAll(bench, bench.own);
    await readAll(bench, bench.own, { syncToken });
    const queries = bench.simulator.requests.list().map(({ query }) => Object.keys(query).sort());
    expect(queries).toEqual([
      ['fields', 'maxResults', 'singleEvents'],
      ['fields', 'maxResults', 'singleEvents', 'syncToken'],
    ]);
    expect(bench.simulator.requests.list()[0]?.query).toMatchObject({ maxResults: '2500', singleEvents: 'false' });
  });

  it('survives a leaked cancelled series and a row that comes twice', async () => {
    const bench = await start({ pageSize: 1 });
    for (const day of [26, 27]) {
      await bench.people.create(bench.own, {
        start: { date: `2026-03-${day}` },
        end: { date: `2026-03-${day + 1}` },
        recurrence: ['RRULE:FREQ=DAILY;COUNT=2'],
      });
    }
    const gone = await bench.people.create(bench.own, {
      start: { date: '2026-04-01' },
      end: { date: '2026-04-02' },
      recurrence: ['RRULE:FREQ=DAILY;COUNT=2'],
    });
    await bench.people.remove(bench.own, gone);
    bench.simulator.faults.add({ kind: 'cancelledMasterLeak', times: null });
    bench.simulator.faults.add({ kind: 'duplicateRow' });
    const { rows } = await readAll(bench, bench.own);
    expect(rows.filter((row) => row.id === gone).map((row) => row.status)).toContain('cancelled');
    expect(new Set(rows.map((row) => row.id)).size).toBe(3);
    expect(rows.length).toBe(4);
  });
});

describe('a batch', () => {
  const three = (bench: GoogleBench) => ['a', 'b', 'c'].map((name) => insertOf(bench.own, name));
  const written = (bench: GoogleBench) =>
    bench.simulator.requests
      .list()
      .filter((record) => record.kind === 'events.insert')
      .map((record) => `${(record.body as { id: string }).id} ${record.status}`);

  it.each([
    ['403 rateLimitExceeded', 'rateLimitExceeded'],
    ['429', 'tooManyRequests'],
    ['503', 'status503'],
  ] as const)('sends only the part again that met %s', async (_, kind) => {
    const bench = await start();
    const calls = three(bench);
    bench.simulator.faults.add({ kind, request: 'events.insert', inBatch: true, skip: 1 });
    expect((await sendCalls(bench.provider, bench.accountId, calls)).map(outcome)).toEqual(['ok', 'ok', 'ok']);
    const ids = calls.map((call) => call.eventId);
    const sent = written(bench).map((line) => line.split(' ')[0]);
    expect(sent).toEqual([...ids, ids[1]]);
    expect(bench.requests('batch')).toBe(2);
    expect(waited(bench)).toBeGreaterThanOrEqual(1000);
  });

  it('is matched by name when the server answers in another order', async () => {
    const bench = await start({ switches: { batchOrder: 'reversed' } });
    const calls = three(bench);
    const replies = await sendCalls(bench.provider, bench.accountId, calls);
    expect(replies.map((reply) => rowOf(reply).id)).toEqual(calls.map((call) => call.eventId));
  });

  it.each([
    ['before it was carried out', 'cutBeforeCommit', ['ok', 'ok', 'ok']],
    ['after it was carried out', 'cutAfterCommit', ['id-taken', 'id-taken', 'id-taken']],
  ] as const)('that was cut %s ends with each block there once', async (_, kind, expected) => {
    const bench = await start();
    const calls = three(bench);
    bench.simulator.faults.add({ kind, request: 'batch' });
    expect((await sendCalls(bench.provider, bench.accountId, calls)).map(outcome)).toEqual(expected);
    const { rows } = await readAll(bench, bench.own);
    expect(rows.map((row) => row.id).sort()).toEqual(calls.map((call) => call.eventId).sort());
  });

  it('that was cut after a deletion counts it as done, and a deletion by somebody else as gone already', async () => {
    const bench = await start();
    const insert = insertOf(bench.own, 'a');
    await sendOne(bench, insert);
    const remove = { kind: 'delete', calendarId: bench.own, eventId: insert.eventId, etag: null } as const;
    bench.simulator.faults.add({ kind: 'cutAfterCommit', request: 'batch' });
    expect(await sendOne(bench, remove)).toEqual({ ok: true, value: null });
    bench.simulator.faults.add({ kind: 'rateLimitExceeded', request: 'events.delete' });
    expect(outcome(await sendOne(bench, remove))).toBe('already-gone');
  });

  it('whose part answers with half a body asks again, and finds the block there', async () => {
    const bench = await start();
    bench.simulator.faults.add({ kind: 'truncatedJson', request: 'events.insert', inBatch: true });
    const replies = await sendCalls(bench.provider, bench.accountId, three(bench));
    expect(replies.map(outcome)).toEqual(['id-taken', 'ok', 'ok']);
  });

  it.each([
    ['HTML', 'html'],
    ['503', 'status503'],
    ['429', 'tooManyRequests'],
    ['401', 'unauthorized'],
  ] as const)('that met %s as a whole goes again as a whole', async (_, kind) => {
    const bench = await start();
    bench.simulator.faults.add({ kind, request: 'batch' });
    expect((await sendCalls(bench.provider, bench.accountId, three(bench))).map(outcome)).toEqual(['ok', 'ok', 'ok']);
    expect(bench.requests('batch')).toBe(2);
  });

  it('with a refused access token in one part renews it once', async () => {
    const bench = await start();
    bench.simulator.faults.add({ kind: 'unauthorized', request: 'events.insert', inBatch: true, skip: 2 });
    expect((await sendCalls(bench.provider, bench.accountId, three(bench))).map(outcome)).toEqual(['ok', 'ok', 'ok']);
    expect(bench.tokens.discarded).toHaveLength(1);
    expect(waited(bench)).toBe(0);
  });

  it('stops the rest when the quota is used up', async () => {
    const bench = await start({ provider: { maxBatch: 2 } });
    bench.simulator.faults.add({
      kind: 'quotaExceeded',
      request: 'events.insert',
      inBatch: true,
      skip: 1,
      times: null,
    });
    const calls = ['a', 'b', 'c', 'd', 'e'].map((name) => insertOf(bench.own, name));
    const replies = await sendCalls(bench.provider, bench.accountId, calls);
    expect(replies.map(outcome)).toEqual(['ok', ...Array<string>(4).fill('quota-exhausted')]);
    expect(bench.requests('batch')).toBe(1);
    expect(waited(bench)).toBe(0);
  });

  it('that is limited for good leaves the rest for the next run', async () => {
    const bench = await start({ provider: { maxBatch: 2 } });
    bench.simulator.faults.add({ kind: 'rateLimitExceeded', request: 'events.insert', times: null });
    const replies = await sendCalls(
      bench.provider,
      bench.accountId,
      ['a', 'b', 'c', 'd'].map((name) => insertOf(bench.own, name)),
    );
    expect(replies.map(outcome)).toEqual(Array(4).fill('rate-limited'));
    expect(bench.requests('batch')).toBe(6);
  });

  it('with one poisoned call does not hold up the others', async () => {
    const bench = await start({ provider: { maxBatch: 2 } });
    bench.simulator.faults.add({ kind: 'status500', request: 'events.insert', calendar: bench.second, times: null });
    const calls = [insertOf(bench.second, 'a'), insertOf(bench.own, 'b'), insertOf(bench.own, 'c')];
    expect((await sendCalls(bench.provider, bench.accountId, calls)).map(outcome)).toEqual(['trouble', 'ok', 'ok']);
  });

  it('keeps to the quota of a minute by itself, and 600 go without waiting', async () => {
    const bench = await start({ switches: { quotaPerMinute: 600 } });
    const calls = Array.from({ length: 700 }, (_, index) =>
      insertOf(bench.own, `n${index}`, hourlyContent(index % 20)),
    );
    const replies = await sendCalls(bench.provider, bench.accountId, calls);
    expect(new Set(replies.map(outcome))).toEqual(new Set(['ok']));
    expect(bench.simulator.requests.list().filter((record) => record.status === 403)).toEqual([]);
    expect(waited(bench)).toBe(62_000);
  });

  it('notifies nobody, shows nothing of guests, and touches nothing that is not ours', async () => {
    const bench = await start();
    const insert = insertOf(bench.own, 'quiet');
    await sendOne(bench, insert);
    const { content, tag, ...target } = insert;
    await sendCalls(bench.provider, bench.accountId, [
      { ...target, kind: 'patch', content, tag, etag: null, withColour: true },
    ]);
    await sendOne(bench, { ...target, kind: 'replace', content, tag, etag: null });
    await sendOne(bench, { ...target, kind: 'delete', etag: null });
    const writes = bench.simulator.requests.writes();
    expect(writes.map((record) => record.kind)).toEqual([
      'events.insert',
      'events.patch',
      'events.update',
      'events.delete',
    ]);
    expect(writes.map((record) => record.query['sendUpdates'])).toEqual(Array(4).fill('none'));
    expect(bench.simulator.violations).toEqual([]);

    const theirs = await bench.people.create(bench.own, {
      summary: 'Theirs',
      start: { date: '2026-03-27' },
      end: { date: '2026-03-28' },
    });
    const attempt = { kind: 'delete', calendarId: bench.own, eventId: theirs, etag: null } as const;
    expect(outcome(await sendOne(bench, attempt))).toBe('refused');
    expect(bench.simulator.violations).toHaveLength(1);
  });
});

describe('calling off', () => {
  it('ends a request that is under way', async () => {
    const bench = await start();
    bench.simulator.faults.add({ kind: 'slow', delayMs: 60_000, times: null });
    for (const run of [
      (signal: AbortSignal) => bench.provider.readEvents(bench.accountId, bench.accountEmail, bench.own, full, signal),
      async (signal: AbortSignal) =>
        (await sendCalls(bench.provider, bench.accountId, [insertOf(bench.own, 'x')], signal))[0],
    ]) {
      const controller = new AbortController();
      const pending = run(controller.signal);
      setTimeout(() => controller.abort(), 50);
      expect(outcome(await pending)).toBe('cancelled');
    }
  });

  it('is not what a request that takes too long ends with', async () => {
    const bench = await start({ provider: { limits: { silence: 40 } } });
    bench.simulator.faults.add({ kind: 'slow', delayMs: 60_000, times: null });
    expect(await readOwn(bench)).toMatchObject({
      ok: false,
      error: { kind: 'trouble', error: { code: 'provider-trouble', detail: 'TimeoutError' } },
    });
  });
});

describe('the log', () => {
  it('holds no token, no title and no address', async () => {
    const bench = await start();
    const token = await bench.tokens.get(bench.accountId);
    await bench.people.create(bench.own, {
      summary: 'Secret merger',
      start: { date: '2026-03-27' },
      end: { date: '2026-03-28' },
    });
    for (const kind of ['status503', 'html', 'tooManyRequests', 'cutAfterCommit', 'unauthorized'] as const) {
      bench.simulator.faults.add({ kind });
      bench.simulator.faults.add({ kind, inBatch: true });
      await readOwn(bench);
      await sendCalls(bench.provider, bench.accountId, [insertOf(bench.own, kind)]);
    }
    expect(bench.logger.lines.length).toBeGreaterThan(4);
    expect(bench.logger.text()).not.toMatch(/Secret|@|Bearer/);
    expect(bench.logger.text()).not.toContain(token.ok ? token.value.token : 'no token');
  });
});
