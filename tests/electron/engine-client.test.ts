import { describe, expect, test } from 'vitest';
import type { EngineProcess } from '../../src/main/electron/engine/client.ts';
import { startEngineClient } from '../../src/main/electron/engine/client.ts';
import type { Status } from '../../src/shared/dto.ts';
import type { FromEngine, ToEngine } from '../../src/main/electron/engine/protocol.ts';
import { appError } from '../../src/shared/errors.ts';
import { healthOf } from '../../src/shared/health.ts';
import { err, ok } from '../../src/shared/result.ts';
import { exampleNow, exampleStatus } from '../support/fake-calsync.ts';
import { facts } from '../support/situations.ts';

const wall = Date.parse(exampleNow);

/** A process that does nothing by itself. */
class FakeProcess implements EngineProcess {
  readonly heard: ToEngine[] = [];
  killed = false;
  readonly pid = 7;
  #onMessage: (message: unknown) => void = () => undefined;
  #onExit: (code: number) => void = () => undefined;

  postMessage(message: ToEngine): void {
    this.heard.push(message);
  }

  on(event: 'message' | 'exit', listener: ((message: unknown) => void) | ((code: number) => void)): void {
    if (event === 'message') this.#onMessage = listener as (message: unknown) => void;
    else this.#onExit = listener;
  }

  kill(): void {
    this.killed = true;
  }

  say(message: FromEngine): void {
    this.#onMessage(message);
  }

  end(code: number): void {
    this.#onExit(code);
  }
}

function stage() {
  const processes: FakeProcess[] = [];
  const timers: { wait: number; then: () => void }[] = [];
  const told: unknown[] = [];
  const pings: (() => void)[] = [];
  const ended: number[] = [];
  let now = 0;
  const client = startEngineClient({
    fork: () => {
      const process = new FakeProcess();
      processes.push(process);
      return process;
    },
    start: { kind: 'start', dataFolder: '/d', googleUrl: null, version: '1', nativeBinding: null },
    openUrl: (address) =>
      Promise.resolve(address.startsWith('https:') ? ok(undefined) : err(appError('browser-unavailable'))),
    resolveProxy: (address) => Promise.resolve(`PROXY of-${new URL(address).hostname}:1; DIRECT`),
    onStatus: (status) => told.push(healthOf(status, wall).state),
    onNotices: (notices) => told.push(...notices.map(({ code }) => code)),
    onFailed: ({ code }) => told.push(code),
    onCrash: (code, wait) => told.push([code, wait]),
    end: (pid) => ended.push(pid),
    wait: (wait, then) => {
      const timer = { wait, then };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
    },
    now: () => now,
    wallClock: () => wall,
    every: (_milliseconds, then) => {
      pings.push(then);
      return () => void pings.pop();
    },
    demo: false,
  });
  const last = (): FakeProcess => processes.at(-1) as FakeProcess;
  const fire = (): void => timers.shift()?.then();
  /** Lets so many questions whether it is there come and go. */
  const ask = (times: number): void => {
    for (let asked = 0; asked < times; asked += 1) pings[0]?.();
  };
  return { client, processes, timers, told, ended, last, fire, ask, pings, passTime: (by: number) => (now += by) };
}

describe('the process of the engine', () => {
  test('is told how to start, and asked once it is open', async () => {
    const { client, last, told } = stage();
    expect(last().heard).toMatchObject([{ kind: 'start', dataFolder: '/d' }]);
    const asked = client.call('status.get', undefined);
    expect(last().heard).toHaveLength(1);
    last().say({ kind: 'ready', notices: [appError('database-corrupt')] });
    expect(last().heard[1]).toEqual({ kind: 'call', id: 1, name: 'status.get', input: undefined });
    last().say({ kind: 'answer', id: 1, answer: { ok: true, value: 7 } });
    expect(await asked).toEqual(ok(7));
    last().say({ kind: 'status', status: exampleStatus({ ...facts.inSync }) });
    expect(healthOf(client.status(), wall).state).toBe('in-sync');
    expect(told).toEqual(['database-corrupt', 'in-sync']);
  });

  test('opens pages through the main process, which may refuse', async () => {
    const { last } = stage();
    last().say({ kind: 'open-url', id: 1, address: 'https://a.example' });
    last().say({ kind: 'open-url', id: 2, address: 'file:///x' });
    await new Promise((resolve) => setTimeout(resolve));
    expect(last().heard.slice(1)).toMatchObject([
      { kind: 'opened', id: 1, error: null },
      { kind: 'opened', id: 2, error: { code: 'browser-unavailable' } },
    ]);
  });

  test('learns from the desktop how addresses are reached', async () => {
    const { last } = stage();
    last().say({ kind: 'resolve-proxy', id: 3, address: 'https://www.googleapis.com/' });
    await new Promise((resolve) => setTimeout(resolve));
    expect(last().heard.slice(1)).toEqual([{ kind: 'proxy', id: 3, answer: 'PROXY of-www.googleapis.com:1; DIRECT' }]);
  });

  test('starts again after a crash, later each time, and says so to who waited', async () => {
    const { client, last, processes, fire, told, passTime, timers } = stage();
    last().say({ kind: 'ready', notices: [] });
    const lost = client.call('sync.now', undefined);
    last().end(139);
    expect(await lost).toMatchObject({ ok: false, error: { code: 'unexpected' } });
    const waiting = client.call('run.list', undefined);
    for (const code of [1, 2, 3]) {
      fire();
      last().end(code);
    }
    expect(told.filter((one) => typeof one !== 'string')).toEqual([
      [139, 1000],
      [1, 2000],
      [2, 4000],
      [3, 8000],
    ]);
    expect(await waiting).toMatchObject({ ok: false });
    fire();
    passTime(200_000);
    last().end(4);
    expect(told.at(-1)).toEqual([4, 1000]);
    expect([processes.length, timers.length]).toEqual([5, 1]);
  });

  test('is tried again when it cannot start, ever more slowly, and everyone hears why once', async () => {
    const { client, last, timers, told, fire, processes } = stage();
    const asked = client.call('run.list', undefined);
    const failed = appError('database-from-future');
    const waits: (number | undefined)[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const process = last();
      process.say({ kind: 'failed', error: failed });
      expect(process.killed).toBe(true);
      process.end(0);
      waits.push(timers[0]?.wait);
      expect(await client.call('hold.list', undefined)).toMatchObject({ ok: false, error: failed });
      fire();
    }
    expect(waits).toEqual([15_000, 30_000, 60_000, 60_000]);
    expect(await asked).toMatchObject({ ok: false, error: failed });
    expect(told).toEqual(['cannot-sync', 'database-from-future', 'cannot-sync', 'cannot-sync', 'cannot-sync']);
    expect([processes.length, timers.length]).toEqual([5, 0]);
    last().say({ kind: 'ready', notices: [] });
    last().say({ kind: 'status', status: exampleStatus() });
    expect(healthOf(client.status(), wall).state).toBe('in-sync');
    // What it met is over, so that the same would be told anew.
    last().end(1);
    fire();
    last().say({ kind: 'failed', error: failed });
    expect(told.at(-1)).toBe('database-from-future');
  });

  test('that ends while it is tried again is started all the same', () => {
    const { last, timers, fire, told } = stage();
    last().say({ kind: 'failed', error: appError('database-failed') });
    fire();
    last().end(139);
    expect(timers).toHaveLength(1);
    expect(told.at(-1)).toEqual([139, 30_000]);
  });

  test('that has ended stands by nothing it said, until it says how things stand again', async () => {
    const { client, last, fire, told } = stage();
    last().say({ kind: 'ready', notices: [] });
    last().say({ kind: 'status', status: exampleStatus() });
    last().end(1);
    expect(healthOf(client.status(), wall)).toMatchObject({ state: 'waiting', for: 'engine', since: exampleNow });
    expect(await client.call('status.get', undefined)).toMatchObject({
      ok: true,
      value: { waitsFor: { engine: { error: null } }, lastSyncAt: exampleStatus().lastSyncAt },
    });
    fire();
    last().say({ kind: 'ready', notices: [] });
    last().say({ kind: 'pong' });
    expect(healthOf(client.status(), wall).state).toBe('waiting');
    last().say({ kind: 'status', status: exampleStatus() });
    expect(healthOf(client.status(), wall).state).toBe('in-sync');
    expect(told.filter((one) => typeof one === 'string')).toEqual(['in-sync', 'waiting', 'in-sync']);
  });

  test('that does not answer is away until it does', () => {
    const { client, last, ask, told, pings } = stage();
    last().say({ kind: 'ready', notices: [] });
    last().say({ kind: 'status', status: exampleStatus() });
    ask(3);
    expect(last().heard.at(-1)).toEqual({ kind: 'ping' });
    expect(healthOf(client.status(), wall).state).toBe('in-sync');
    ask(1);
    expect(healthOf(client.status(), wall)).toMatchObject({ state: 'waiting', for: 'engine' });
    last().say({ kind: 'pong' });
    expect(healthOf(client.status(), wall).state).toBe('in-sync');
    for (let turn = 0; turn < 20; turn += 1) {
      ask(1);
      last().say({ kind: 'pong' });
    }
    expect(told).toEqual(['in-sync', 'waiting', 'in-sync']);
    void client.close();
    expect(pings).toEqual([]);
  });

  test('that has not answered for long is ended, so that another one starts; while it opens it has more time', () => {
    const { last, ask, ended, client } = stage();
    ask(30);
    expect(ended).toEqual([]);
    ask(1);
    expect(ended).toEqual([7]);
    last().say({ kind: 'ready', notices: [] });
    ask(9);
    expect(ended).toEqual([7]);
    client.woke();
    ask(9);
    expect(ended).toEqual([7]);
    ask(1);
    expect(ended).toEqual([7, 7]);
  });

  test('that cannot start says so to a page that opens, and is tried again at once by whoever syncs', async () => {
    const { client, last, processes, timers } = stage();
    last().say({ kind: 'failed', error: appError('database-failed') });
    const failed = last();
    const answer = await client.call('status.get', undefined);
    expect(healthOf(answer.ok ? (answer.value as Status) : null, wall)).toMatchObject({
      state: 'waiting',
      for: 'disk',
    });
    expect(failed.killed).toBe(true);
    expect(timers).toHaveLength(1);
    const synced = client.call('sync.now', undefined);
    expect([processes.length, timers.length]).toEqual([2, 0]);
    failed.end(0);
    last().say({ kind: 'ready', notices: [] });
    last().say({ kind: 'answer', id: 1, answer: { ok: true, value: 7 } });
    expect(await synced).toEqual(ok(7));
    expect(processes).toHaveLength(2);
  });

  test('is not taken at its word about what was before the computer slept', () => {
    const { client, last } = stage();
    last().say({ kind: 'ready', notices: [] });
    last().say({
      kind: 'status',
      status: exampleStatus({ newestRun: { startedAt: '2026-03-22T08:00:00.000Z', outcome: 'ok' } }),
    });
    client.woke();
    expect(healthOf(client.status(), wall)).toMatchObject({ state: 'catching-up', since: exampleNow });
  });

  test('is let finish when the app quits, but not for ever', async () => {
    const patient = stage();
    patient.last().say({ kind: 'ready', notices: [] });
    const closed = patient.client.close();
    expect(patient.last().heard.at(-1)).toEqual({ kind: 'close' });
    expect(patient.last().killed).toBe(false);
    patient.last().say({ kind: 'closed' });
    await closed;
    patient.last().end(0);
    expect([patient.last().killed, patient.timers.length, patient.processes.length]).toEqual([true, 0, 1]);

    const stuck = stage();
    const late = stuck.client.close();
    expect(stuck.timers.map(({ wait }) => wait)).toEqual([20_000]);
    stuck.fire();
    await late;
    expect(stuck.last().killed).toBe(true);
  });

  test('a message of another shape is a bug that shows', () => {
    const { last } = stage();
    expect(() => last().say({ kind: 'status', status: { health: 'x' } } as never)).toThrow();
  });
});
