import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/renderer/page-bridge.ts';
import { chooseBridge } from '../../src/renderer/bridge.ts';
import type { EventStream } from '../../src/renderer/http-bridge.ts';
import { createHttpBridge } from '../../src/renderer/http-bridge.ts';
import { createStatusStore } from '../../src/renderer/status-store.ts';
import type { Status } from '../../src/shared/dto.ts';
import { appError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';
import { exampleStatus } from '../support/fake-calsync.ts';
import { facts } from '../support/situations.ts';

/** A browser without a network: the test plays the server. */
function fakeHost() {
  const streams: (EventStream & { send(data: string): void; fail(): void; closed: boolean })[] = [];
  const waits: { milliseconds: number; then: () => void }[] = [];
  const requests: { address: string; init: RequestInit }[] = [];
  let answer: () => Promise<Response> = () => Promise.resolve(Response.json(ok(exampleStatus())));
  return {
    streams,
    waits,
    requests,
    answerWith(next: () => Promise<Response>) {
      answer = next;
    },
    /** Lets the next wait be over, and what follows it settle. */
    async pass() {
      waits.shift()?.then();
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    host: {
      fetch: (address: string, init: RequestInit) => {
        requests.push({ address, init });
        return answer();
      },
      openEvents: () => {
        const listeners = new Map<string, (event: MessageEvent<unknown>) => void>();
        const stream = {
          closed: false,
          addEventListener: (name: string, listener: (event: MessageEvent<unknown>) => void) => {
            listeners.set(name, listener);
          },
          close() {
            stream.closed = true;
          },
          send: (data: string) => listeners.get('status')?.({ data } as MessageEvent<unknown>),
          fail: () => listeners.get('error')?.({} as MessageEvent<unknown>),
        };
        streams.push(stream);
        return stream;
      },
      wait: (milliseconds: number, then: () => void) => {
        const wait = { milliseconds, then };
        waits.push(wait);
        return () => {
          waits.splice(waits.indexOf(wait), 1);
        };
      },
    },
  };
}

const snapshot = (over: Partial<Status> = {}): string => JSON.stringify(exampleStatus(over));

describe('a call', () => {
  it('posts the input and gives the parsed value', async () => {
    const fake = fakeHost();
    const bridge = createHttpBridge(fake.host);
    expect(await bridge.call('sync.pause', { until: 'hour' })).toEqual(ok(exampleStatus()));
    expect(await bridge.call('sync.resume')).toEqual(ok(exampleStatus()));
    expect(fake.requests.map(({ address, init }) => [address, init.method, init.body])).toEqual([
      ['ipc/sync.pause', 'POST', '{"until":"hour"}'],
      ['ipc/sync.resume', 'POST', undefined],
    ]);
  });

  it('gives a failure as it is', async () => {
    const fake = fakeHost();
    fake.answerWith(() => Promise.resolve(Response.json(err(appError('paused', '15:00')))));
    expect(await createHttpBridge(fake.host).call('sync.now')).toEqual(err(appError('paused', '15:00')));
  });

  it.each([
    ['no network', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['HTML', () => Promise.resolve(new Response('<html>', { status: 502 }))],
    ['half an answer', () => Promise.resolve(new Response('{"ok":true,"value":{'))],
    ['no envelope', () => Promise.resolve(Response.json(exampleStatus()))],
    ['a value of another shape', () => Promise.resolve(Response.json(ok({ health: 'fine' })))],
    ['an unknown failure', () => Promise.resolve(Response.json({ ok: false, error: { code: 'no-such' } }))],
  ])('never rejects: %s', async (_case, answer) => {
    const fake = fakeHost();
    fake.answerWith(answer);
    expect(await createHttpBridge(fake.host).call('status.get')).toMatchObject(err({ code: 'unexpected' }));
  });
});

describe('the stream', () => {
  function listen() {
    const fake = fakeHost();
    const bridge = createHttpBridge(fake.host);
    const seen: string[] = [];
    const connections: Connection[] = [];
    const ends = [
      bridge.onStatus((status) => seen.push(status.lastRun?.outcome ?? 'none')),
      bridge.onConnection((connection) => connections.push(connection)),
    ];
    return { fake, seen, connections, end: () => ends.forEach((each) => each()) };
  }

  it('is opened once, and closed when nobody listens', () => {
    const { fake, seen, connections, end } = listen();
    expect(fake.streams).toHaveLength(1);
    fake.streams[0]?.send(snapshot());
    expect([seen, connections]).toEqual([['ok'], ['connecting', 'connected']]);
    end();
    expect(fake.streams[0]?.closed).toBe(true);
  });

  it.each(['not json', '{}', snapshot().replace('"ok"', '"no-such"'), snapshot().replace('{', '{"token":"x",')])(
    'takes no notice of nonsense: %.20s',
    (data) => {
      const { fake, seen } = listen();
      fake.streams[0]?.send(data);
      expect(seen).toEqual([]);
    },
  );

  it('is opened again after waits that grow, until it stands', async () => {
    const { fake, connections } = listen();
    fake.streams[0]?.send(snapshot());
    fake.answerWith(() => Promise.reject(new TypeError('Failed to fetch')));
    fake.streams[0]?.fail();
    const waited: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      waited.push(fake.waits[0]?.milliseconds ?? 0);
      await fake.pass();
    }
    expect(waited).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
    expect(connections).toEqual(['connecting', 'connected', 'lost']);

    fake.answerWith(() => Promise.resolve(Response.json(ok(exampleStatus()))));
    await fake.pass();
    expect(fake.streams).toHaveLength(2);
    fake.streams[1]?.send(snapshot());
    expect(connections.at(-1)).toBe('connected');
    expect(fake.waits).toEqual([]);
  });

  it('is given up when the server does not know this page any more', async () => {
    const { fake, connections } = listen();
    fake.answerWith(() => Promise.resolve(new Response('', { status: 403 })));
    fake.streams[0]?.fail();
    await fake.pass();
    expect(connections.at(-1)).toBe('ended');
    expect([fake.waits, fake.streams.length]).toEqual([[], 1]);
  });

  it('is not opened again after nobody listens any more', async () => {
    const { fake, end } = listen();
    fake.streams[0]?.fail();
    end();
    expect(fake.waits).toEqual([]);
    await fake.pass();
    expect(fake.streams).toHaveLength(1);
  });
});

describe('what the page knows', () => {
  it('follows the bridge while somebody listens', () => {
    const fake = fakeHost();
    const store = createStatusStore(createHttpBridge(fake.host));
    expect(store.get()).toEqual({ status: null, connection: 'connecting' });
    let changes = 0;
    const end = store.subscribe(() => (changes += 1));
    fake.streams[0]?.send(snapshot({ ...facts.offline }));
    expect(store.get()).toMatchObject({ status: { lastRun: { outcome: 'offline' } }, connection: 'connected' });
    expect(changes).toBeGreaterThan(0);
    end();
    expect(fake.streams[0]?.closed).toBe(true);
  });

  it('comes from the desktop app where there is one', async () => {
    const calls: string[] = [];
    const desktop = {
      call: (name: string) => {
        calls.push(name);
        return Promise.resolve(err(appError('paused')));
      },
      onStatus: () => () => undefined,
    };
    const bridge = chooseBridge({ calsync: desktop } as unknown as Window);
    const connections: Connection[] = [];
    bridge.onConnection((connection) => connections.push(connection));
    await bridge.call('sync.now');
    expect([calls, connections]).toEqual([['sync.now'], ['connected']]);
  });
});
