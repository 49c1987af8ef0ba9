import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { BlockContent } from '../../../src/main/core/model.ts';
import type { CalendarProvider, ProviderCall } from '../../../src/main/ports/provider.ts';
import {
  createGoogleProvider,
  googleEndpointsAt,
  type GoogleProviderOptions,
} from '../../../src/main/providers/google/index.ts';
import { toAccountId, toCalendarId, toEventId } from '../../../src/shared/ids.ts';
import { FakeClock, fixedRandom } from '../../support/fake-clock.ts';
import { FixedTokens } from '../../support/fixed-tokens.ts';
import { sendCalls, type Asked } from '../../support/sending.ts';
import { MemoryLogger } from '../../support/memory-logger.ts';
import { startScriptedServer, type ReceivedRequest, type ScriptedServer } from '../../support/scripted-server.ts';

const ada = toAccountId('ada');
const bob = toAccountId('bob');
const calendarId = toCalendarId('team/5+1?@example.com');
const full = { syncToken: null, pageToken: null } as const;

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Script = (request: ReceivedRequest, response: ServerResponse, count: number) => void | Promise<void>;

async function setUp(script: Script, options: Partial<GoogleProviderOptions> = {}) {
  let count = 0;
  const server = await startScriptedServer((request, response) => script(request, response, (count += 1)));
  servers.push(server);
  const endpoints = googleEndpointsAt(server.url);
  if (!endpoints.ok) throw new Error('no address');
  const clock = new FakeClock({ autoAdvance: true });
  const logger = new MemoryLogger();
  const provider = createGoogleProvider({
    baseUrl: endpoints.value,
    tokens: new FixedTokens({ ada: ['token-of-ada'], bob: ['token-of-bob'] }),
    clock,
    random: fixedRandom(0),
    logger,
    ...options,
  });
  return { server, clock, logger, provider };
}

const json = (response: ServerResponse, body: unknown, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const html = (response: ServerResponse, status = 200) => {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html><title>Welcome to our network</title></html>');
};
const start = { date: '2026-03-27' };
const page = (fields: object = {}) => ({ kind: 'calendar#events', ...fields });
const readFull = (provider: CalendarProvider) => provider.readEvents(ada, 'ada@example.com', calendarId, full);
const get = (name: string): ProviderCall => ({ kind: 'get', calendarId, eventId: toEventId(name) });

describe('a request', () => {
  it('carries the account’s token, asks for gzip and keeps its connection', async () => {
    const { server, provider } = await setUp((request, response) => {
      const zipped = gzipSync(JSON.stringify(page({ items: [{ id: 'zipped', start }], nextSyncToken: 's' })));
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(request.headers['accept-encoding'] === 'gzip' ? zipped : '');
    });
    for (let count = 0; count < 3; count += 1) {
      expect(await readFull(provider)).toMatchObject({ ok: true, value: { rows: [{ id: 'zipped' }] } });
    }
    expect(server.connections).toBe(1);
    expect(server.received[0]?.headers).toMatchObject({ authorization: 'Bearer token-of-ada' });
    expect(server.received[0]?.headers['user-agent']).toContain('gzip');
    expect(server.received[0]?.path).toBe(`/calendar/v3/calendars/${calendarId}/events`);
  });

  it('is not led elsewhere, and shows its token to nobody else', async () => {
    const elsewhere = await startScriptedServer((_, response) => json(response, page({ nextSyncToken: 's' })));
    servers.push(elsewhere);
    const { provider } = await setUp((request, response) => {
      response.writeHead(302, { location: `${elsewhere.url}${request.path}` });
      response.end();
    });
    expect(await readFull(provider)).toMatchObject({
      ok: false,
      error: { kind: 'offline', error: { code: 'network-portal', detail: 'HTTP 302' } },
    });
    expect(elsewhere.received).toEqual([]);
  });

  it('for a name that cannot be found is offline', async () => {
    const notFound = Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }),
    });
    let attempts = 0;
    const { provider, clock } = await setUp(() => undefined, {
      fetch: () => {
        attempts += 1;
        return Promise.reject(notFound);
      },
    });
    expect(await readFull(provider)).toMatchObject({
      ok: false,
      error: { kind: 'offline', error: { detail: 'ENOTFOUND' } },
    });
    expect(attempts).toBe(2);
    expect(clock.sleeps).toEqual([250]);
  });
});

describe('an answer', () => {
  it('that is a page of the network in between is not used, and says so', async () => {
    const { server, provider } = await setUp((_, response) => html(response));
    expect(await readFull(provider)).toMatchObject({
      ok: false,
      error: { kind: 'offline', error: { code: 'network-portal', about: null } },
    });
    expect(server.received).toHaveLength(2);
  });

  it.each([
    ['an empty object', {}],
    ['a list', []],
    ['null', 'null'],
    ['an error with a good status', { error: { code: 500 } }],
    ['something of another kind', { kind: 'calendar#event', id: 'x' }],
    ['items that are no list', page({ items: 'none' })],
  ])('that is %s is never an empty calendar', async (_, body) => {
    const { server, provider } = await setUp((__, response) => json(response, body));
    expect(await readFull(provider)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    expect(server.received).toHaveLength(1);
  });

  it('that is empty is no empty calendar either', async () => {
    const { provider } = await setUp((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end();
    });
    expect(await readFull(provider)).toMatchObject({ ok: false, error: { kind: 'trouble' } });
  });

  it('that breaks off in the middle is asked for again', async () => {
    const whole = JSON.stringify(
      page({
        items: [
          { id: 'a', start },
          { id: 'b', start },
        ],
        nextSyncToken: 's',
      }),
    );
    const { server, provider } = await setUp((_, response, count) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) });
      if (count > 1) response.end(whole);
      else response.write(whole.slice(0, 40), () => response.destroy());
    });
    expect(await readFull(provider)).toMatchObject({ ok: true, value: { rows: [{ id: 'a' }, { id: 'b' }] } });
    expect(server.received).toHaveLength(2);
  });

  it('with nonsense among its rows keeps the others, counts it and logs the count', async () => {
    const items = [{ id: 'a', start }, { summary: 'Secret, no id' }, { id: 'c', start: 5 }, 'row', { id: 'b', start }];
    const { logger, provider } = await setUp((_, response) => json(response, page({ items, nextSyncToken: 's' })));
    expect(await readFull(provider)).toMatchObject({
      ok: true,
      value: { rows: [{ id: 'a' }, { id: 'b' }], unreadable: 3, unreadableRows: [{ id: 'c' }] },
    });
    expect(logger.lines).toEqual([
      { level: 'warn', event: 'google-rows-unreadable', fields: { call: 'events.list', unreadable: 3 } },
    ]);
  });

  it('without any token proves nothing', async () => {
    const { provider } = await setUp((_, response) => json(response, page()));
    expect(await readFull(provider)).toMatchObject({
      ok: true,
      value: { rows: [], next: { kind: 'unproven' } },
    });
  });

  it('that asks for an hour of rest is heeded without waiting for it', async () => {
    const { server, clock, provider } = await setUp((_, response) => {
      response.writeHead(429, { 'retry-after': '3600' });
      response.end();
    });
    const began = clock.now();
    const results = [
      await readFull(provider),
      await readFull(provider),
      ...(await sendCalls(provider, ada, [get('x')])),
    ];
    expect(results.map((result) => (result.ok ? 'ok' : result.error.kind))).toEqual(Array(3).fill('rate-limited'));
    expect(server.received).toHaveLength(1);
    expect(clock.now()).toBe(began);
  });
});

describe('a search', () => {
  const items = [
    { id: 'live', start, extendedProperties: { private: { 'calsync.v': '1' } } },
    { id: 'live_20260327', status: 'cancelled', recurringEventId: 'live' },
    { nonsense: true },
  ];

  it('for our tag leaves cancelled slots out', async () => {
    const { server, provider } = await setUp((_, response) => json(response, page({ items, nextPageToken: 'p2' })));
    expect(await provider.findTagged(ada, calendarId, 'p1')).toMatchObject({
      ok: true,
      value: { rows: [{ id: 'live', tagged: true }], nextPageToken: 'p2' },
    });
    expect(Object.fromEntries(server.received[0]?.query ?? [])).toMatchObject({
      privateExtendedProperty: 'calsync.v=1',
      showDeleted: 'false',
      singleEvents: 'false',
      maxResults: '2500',
      pageToken: 'p1',
    });
  });

  it('for what was deleted names nothing else', async () => {
    const { server, provider } = await setUp((_, response) => json(response, page({ items })));
    expect(await provider.findDeleted(ada, calendarId, null)).toEqual({
      ok: true,
      value: { ids: ['live_20260327'], size: 3, nextPageToken: null },
    });
    expect(server.received[0]?.query.get('fields')).toBe('kind,nextPageToken,items(id,status)');
  });
});

describe('the list of calendars', () => {
  it('is read over all pages, hidden ones included, each calendar once', async () => {
    const { server, provider } = await setUp((request, response) => {
      const second = request.query.get('pageToken') === 'p2';
      json(response, {
        kind: 'calendar#calendarList',
        items: second
          ? [
              { id: 'b', accessRole: 'reader' },
              { id: 'a', accessRole: 'reader' },
            ]
          : [{ id: 'a', accessRole: 'owner' }],
        ...(second ? {} : { nextPageToken: 'p2' }),
      });
    });
    expect(await provider.listCalendars(ada)).toMatchObject({
      ok: true,
      value: [
        { id: 'a', access: 'owns' },
        { id: 'b', access: 'reads' },
      ],
    });
    expect(server.received[0]?.query.get('showHidden')).toBe('true');
  });

  it('that never ends is given up', async () => {
    const { provider } = await setUp((_, response) =>
      json(response, { kind: 'calendar#calendarList', nextPageToken: 'again' }),
    );
    expect(await provider.listCalendars(ada)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });
});

describe('a batch', () => {
  /** Answers the parts named, in the given form. */
  const answerParts = (response: ServerResponse, parts: readonly string[]) => {
    response.writeHead(200, { 'content-type': 'multipart/mixed; boundary="r=1"' });
    response.end(`${parts.map((part) => `--r=1\r\n${part}\r\n`).join('')}--r=1--`);
  };
  const event = (index: number, id: string) =>
    `Content-Type: application/http\r\nContent-ID: <response-item-${index}>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"id":"${id}","start":{"date":"2026-03-27"}}`;
  const sentItems = (request: ReceivedRequest) =>
    [...request.body.matchAll(/Content-ID: <item-(\d+)>/g)].map((match) => Number(match[1]));

  it('asks again for the parts that did not come back', async () => {
    const { server, provider } = await setUp((_, response, count) =>
      answerParts(response, count === 1 ? [event(2, 'c'), event(0, 'a')] : [event(1, 'b')]),
    );
    const replies = await sendCalls(provider, ada, ['a', 'b', 'c'].map(get));
    expect(replies).toMatchObject([{ value: { id: 'a' } }, { value: { id: 'b' } }, { value: { id: 'c' } }]);
    expect(server.received.map(sentItems)).toEqual([[0, 1, 2], [1]]);
  });

  it('answered by anything but parts is no success', async () => {
    const { server, provider } = await setUp((_, response) => html(response));
    const replies = await sendCalls(provider, ada, [get('a'), get('b')]);
    expect(replies).toMatchObject(
      Array(2).fill({ ok: false, error: { kind: 'offline', error: { code: 'network-portal' } } }),
    );
    expect(server.received).toHaveLength(2);
  });

  it('whose answer is a JSON that is no event is malformed', async () => {
    const { provider } = await setUp((_, response) => answerParts(response, [event(0, '')]));
    expect(await sendCalls(provider, ada, [get('a')])).toMatchObject([{ ok: false, error: { kind: 'malformed' } }]);
  });

  it('waits for its account’s last one, beside those of other accounts', async () => {
    let running = 0;
    let most = 0;
    let ofAda = 0;
    let mostOfAda = 0;
    const { provider } = await setUp(
      async (request, response) => {
        const isAda = request.headers.authorization === 'Bearer token-of-ada';
        running += 1;
        ofAda += isAda ? 1 : 0;
        most = Math.max(most, running);
        mostOfAda = Math.max(mostOfAda, ofAda);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
        ofAda -= isAda ? 1 : 0;
        answerParts(
          response,
          sentItems(request).map((index) => event(index, 'abcd'[index] ?? '')),
        );
      },
      { maxBatch: 2 },
    );
    const calls = ['a', 'b', 'c', 'd'].map(get);
    const replies = await Promise.all([
      sendCalls(provider, ada, calls),
      sendCalls(provider, bob, calls),
      sendCalls(provider, ada, calls),
    ]);
    expect(replies.flat().every((reply) => reply.ok)).toBe(true);
    expect([mostOfAda, most]).toEqual([1, 2]);
  });

  it('stops after the first that nobody answered, and says so of the rest', async () => {
    const { server, provider } = await setUp((_, response) => json(response, { error: { code: 400 } }, 400), {
      maxBatch: 1,
    });
    const replies = await sendCalls(provider, ada, ['a', 'b', 'c'].map(get));
    expect(replies).toMatchObject(Array(3).fill({ ok: false, error: { kind: 'refused' } }));
    expect(server.received).toHaveLength(1);
  });

  it('names calendars and events so that nothing in them can be taken for a path', async () => {
    const { server, provider } = await setUp((_, response) => answerParts(response, [event(0, 'a')]));
    await sendCalls(provider, ada, [get('a/b?c')]);
    expect(server.received[0]?.body).toMatch(
      /^GET \/calendar\/v3\/calendars\/team%2F5%2B1%3F%40example\.com\/events\/a%2Fb%3Fc\?fields=\S+ HTTP\/1\.1\r$/m,
    );
  });

  it('pays three times for a patch and once for anything else', async () => {
    const paid = async (call: Asked) => {
      const { clock, provider } = await setUp(
        (request, response) =>
          answerParts(
            response,
            sentItems(request).map((index) => event(index, 'a')),
          ),
        {
          unitsPerMinute: 60,
          maxBatch: 1,
        },
      );
      const began = clock.now();
      await sendCalls(provider, ada, Array<Asked>(61).fill(call));
      // Sixty go in a minute and what a request may be late by.
      return (clock.now() - began) / 62_000;
    };
    const content: BlockContent = {
      summary: 'Busy',
      description: '',
      start: { date: '2026-03-27' },
      end: { date: '2026-03-28' },
      recurrence: [],
      visibility: 'private',
      colorId: null,
      place: null,
      outOfOffice: false,
    };
    const eventId = toEventId('slot');
    expect(await paid(get('a'))).toBe(1);
    expect(await paid({ kind: 'delete', calendarId, eventId, etag: null })).toBe(1);
    expect(await paid({ kind: 'patch-slot', calendarId, eventId, content, etag: null })).toBe(3);
  });

  it('without an access token is not sent', async () => {
    const tokens = new FixedTokens({}, { kind: 'client-refused', detail: 'invalid_client' });
    const { server, provider } = await setUp(() => undefined, { tokens, maxBatch: 1 });
    const replies = await sendCalls(provider, ada, ['a', 'b'].map(get));
    expect(replies).toMatchObject(Array(2).fill({ ok: false, error: { kind: 'client-refused' } }));
    expect(server.received).toEqual([]);
    expect(tokens.asked).toBe(1);
  });
});
