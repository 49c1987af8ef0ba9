import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProviderCall } from '../../../src/main/ports/provider.ts';
import {
  createGoogleProvider,
  googleEndpointsAt,
  type GoogleProviderOptions,
} from '../../../src/main/providers/google/index.ts';
import { toAccountId, toCalendarId, toEventId } from '../../../src/shared/ids.ts';
import { FakeClock, fixedRandom } from '../../support/fake-clock.ts';
import { FixedTokens } from '../../support/fixed-tokens.ts';
import { sendCalls } from '../../support/sending.ts';
import { MemoryLogger } from '../../support/memory-logger.ts';
import { startScriptedServer, type ReceivedRequest, type ScriptedServer } from '../../support/scripted-server.ts';

/*
 * How long a request may take and how much its answer may be (ADR 0046). Limits are made small here; what never ends would
 * end a test by its time alone.
 */

const ada = toAccountId('ada');
const calendarId = toCalendarId('ada@example.com');
const full = { syncToken: null, pageToken: null } as const;
const megabyte = 1024 * 1024;

const servers: ScriptedServer[] = [];
const timers: NodeJS.Timeout[] = [];
afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Script = (request: ReceivedRequest, response: ServerResponse) => void;

async function setUp(script: Script, limits: GoogleProviderOptions['limits'] = {}) {
  const server = await startScriptedServer(script);
  servers.push(server);
  const endpoints = googleEndpointsAt(server.url);
  const sent = { requests: 0 };
  if (!endpoints.ok) throw new Error('no address');
  const provider = createGoogleProvider({
    baseUrl: endpoints.value,
    tokens: new FixedTokens({ ada: ['token-of-ada'] }),
    clock: new FakeClock({ autoAdvance: true }),
    random: fixedRandom(0),
    logger: new MemoryLogger(),
    limits,
    // A request that is ended soon may not have arrived by then.
    observer: () => (sent.requests += 1),
  });
  return {
    server,
    sent,
    read: (more = {}) => provider.readEvents(ada, 'ada@example.com', calendarId, { ...full, ...more }),
    provider,
  };
}

const start = { date: '2026-03-27' };
const page = (items: readonly object[]) =>
  JSON.stringify({ kind: 'calendar#events', items, nextSyncToken: 's', accessRole: 'owner' });
const packed = (response: ServerResponse, body: string | Buffer, status = 200, type = 'application/json') => {
  response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' });
  response.end(gzipSync(body, { level: 1 }));
};
/** Packs to a thousandth. */
const bomb = Buffer.alloc(33 * megabyte, ' ');
const get = (name: string): ProviderCall => ({ kind: 'get', calendarId, eventId: toEventId(name) });
const idsIn = (body: string) => [...body.matchAll(/events\/(\w+)\?/g)].map(([, id]) => id ?? '');

describe('an answer', () => {
  it.each<[string, Script]>([
    ['never begins', () => undefined],
    [
      'stops in the middle',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"kind":"calendar#events",');
      },
    ],
  ])('that %s is given up when no byte comes, after two attempts', async (_, script) => {
    const { sent, read } = await setUp(script, { silence: 60 });
    expect(await read()).toMatchObject({ ok: false, error: { kind: 'trouble', error: { detail: 'TimeoutError' } } });
    expect(sent.requests).toBe(2);
  });

  it('that trickles is given up when it has taken too long in all', async () => {
    const { sent, read } = await setUp(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        timers.push(setInterval(() => response.write(' '), 5));
      },
      { silence: 10_000, total: 150 },
    );
    expect(await read()).toMatchObject({ ok: false, error: { kind: 'trouble', error: { detail: 'TimeoutError' } } });
    expect(sent.requests).toBe(2);
  });

  it('that is slow and moves on is read to its end', async () => {
    const body = page([{ id: 'slow', start }]);
    const { read } = await setUp(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        let sent = 0;
        const timer = setInterval(() => {
          response.write(body.slice(sent, (sent += 20)));
          if (sent < body.length) return;
          clearInterval(timer);
          response.end();
        }, 2);
        timers.push(timer);
      },
      { silence: 5000 },
    );
    expect(await read()).toMatchObject({ ok: true, value: { rows: [{ id: 'slow' }] } });
  });

  it('that unpacks to more than 32 MB is too large, and is not asked for again', async () => {
    const { server, read } = await setUp((_, response) => packed(response, bomb));
    expect(await read()).toMatchObject({
      ok: false,
      error: { kind: 'too-large', error: { code: 'answer-too-large', about: calendarId } },
    });
    expect(server.received).toHaveLength(1);
  });

  it('of 30 MB is read', async () => {
    const body = page([{ id: 'large', start, summary: 'x'.repeat(30 * megabyte) }]);
    const { read } = await setUp((_, response) => packed(response, body));
    expect(await read()).toMatchObject({ ok: true, value: { rows: [{ id: 'large' }] } });
  });

  it('of too many values or too many rows is too large as well', async () => {
    const bodies = [
      page([{ id: 'a', start, attendees: Array<object>(300_000).fill({}) }]),
      page(Array<object>(6000).fill({})),
    ];
    const { server, read } = await setUp((_, response) => packed(response, bodies.shift() ?? ''));
    expect(await read()).toMatchObject({ ok: false, error: { kind: 'too-large' } });
    expect(await read()).toMatchObject({ ok: false, error: { kind: 'too-large' } });
    expect(server.received).toHaveLength(2);
  });

  it('that refuses is told by its status, however long it is', async () => {
    const { read } = await setUp((_, response) => packed(response, bomb, 404));
    expect(await read()).toMatchObject({ ok: false, error: { kind: 'calendar-missing' } });
  });

  it('that is called off while it arrives was called off', async () => {
    const controller = new AbortController();
    const { provider } = await setUp((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{', () => controller.abort());
    });
    expect(await provider.readEvents(ada, 'ada@example.com', calendarId, full, controller.signal)).toMatchObject({
      ok: false,
      error: { kind: 'cancelled' },
    });
  });
});

describe('a page of one row that is too large', () => {
  const script: Script = ({ query }, response) => {
    const names = {
      kind: 'calendar#events',
      items: [{ id: 'giant', recurringEventId: 'series' }],
      nextPageToken: 'two',
    };
    if (query.get('fields')?.includes('summary') === true) packed(response, bomb);
    else packed(response, JSON.stringify(names));
  };

  it('is asked for its name, so that the list goes on and nothing is taken for absent', async () => {
    const { server, read } = await setUp(script);
    expect(await read({ pageRows: 1 })).toMatchObject({
      ok: true,
      value: {
        rows: [],
        unreadable: 1,
        unreadableRows: [{ id: 'giant', seriesId: 'series' }],
        next: { kind: 'more', pageToken: 'two' },
      },
    });
    expect(server.received.map(({ query }) => query.get('maxResults'))).toEqual(['1', '1']);
  });

  it('is too large where more rows were asked for, or its name is, too', async () => {
    const { server, read } = await setUp((request, response) => {
      if (request.query.get('maxResults') === '1') packed(response, bomb);
      else script(request, response);
    });
    expect(await read({ pageRows: 2 })).toMatchObject({ ok: false, error: { kind: 'too-large' } });
    expect(server.received).toHaveLength(1);
    expect(await read({ pageRows: 1 })).toMatchObject({ ok: false, error: { kind: 'too-large' } });
    expect(server.received).toHaveLength(3);
  });
});

describe('a batch that is too large', () => {
  it('is sent in halves until only what is too large by itself is left', async () => {
    const { server, provider } = await setUp((request, response) => {
      const ids = idsIn(request.body);
      if (ids.includes('giant')) {
        packed(response, bomb, 200, 'multipart/mixed; boundary=b');
        return;
      }
      const parts = [...request.body.matchAll(/Content-ID: <(item-\d+)>[^]*?events\/(\w+)\?/g)].map(
        ([, name, id]) =>
          `--b\r\nContent-ID: <response-${name}>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n${JSON.stringify({ id, start })}\r\n`,
      );
      packed(response, `${parts.join('')}--b--`, 200, 'multipart/mixed; boundary=b');
    });
    const replies = await sendCalls(provider, ada, ['aaaaa', 'bbbbb', 'giant', 'ccccc'].map(get));
    expect(replies.map((reply) => (reply.ok ? reply.value?.id : reply.error.kind))).toEqual([
      'aaaaa',
      'bbbbb',
      'too-large',
      'ccccc',
    ]);
    expect(server.received.map(({ body }) => idsIn(body))).toEqual([
      ['aaaaa', 'bbbbb', 'giant', 'ccccc'],
      ['aaaaa', 'bbbbb'],
      ['giant', 'ccccc'],
      ['giant'],
      ['ccccc'],
    ]);
  });
});

describe('the list of calendars', () => {
  const calendars = (more: object) => JSON.stringify({ kind: 'calendar#calendarList', ...more });

  it('ends where a page token comes twice', async () => {
    const { server, provider } = await setUp((_, response) =>
      packed(response, calendars({ items: [{ id: 'a@example.com' }], nextPageToken: 'same' })),
    );
    expect(await provider.listCalendars(ada)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    expect(server.received).toHaveLength(2);
  });

  it('ends where a hundred pages are empty', async () => {
    let count = 0;
    const { server, provider } = await setUp((_, response) =>
      packed(response, calendars({ nextPageToken: `page-${(count += 1)}` })),
    );
    expect(await provider.listCalendars(ada)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    expect(server.received).toHaveLength(100);
  });
});
