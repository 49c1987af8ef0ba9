import { describe, expect, it } from 'vitest';
import { backoff, createLimiter, type Attempt } from '../../../src/main/providers/google/limiter.ts';
import { toAccountId } from '../../../src/shared/ids.ts';
import { FakeClock, fixedRandom } from '../../support/fake-clock.ts';

const ada = toAccountId('ada');
const bob = toAccountId('bob');
const settled: Attempt = { kind: 'settled' };
const again = (
  why: 'rate-limit' | 'trouble' | 'slow' | 'offline' | 'unauthorised',
  retryAfter: number | null = null,
): Attempt => ({
  kind: 'again',
  why,
  retryAfter,
  cost: 1,
});

function setUp(options: { unitsPerMinute?: number; autoAdvance?: boolean; fractions?: readonly number[] } = {}) {
  const clock = new FakeClock({ autoAdvance: options.autoAdvance ?? true });
  const limiter = createLimiter({
    clock,
    random: fixedRandom(...(options.fractions ?? [0])),
    unitsPerMinute: options.unitsPerMinute ?? 300,
  });
  const started = clock.now();
  return { clock, limiter, elapsed: () => clock.now() - started };
}

describe('backoff', () => {
  it('doubles, with up to a second of chance, and ends at 64 seconds', () => {
    expect([1, 2, 3, 4, 5, 6].map((failed) => backoff(failed, 0))).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(backoff(2, 0.5)).toBe(2500);
    expect([backoff(7, 0.9), backoff(50, 0)]).toEqual([64_000, 64_000]);
  });
});

describe('budget', () => {
  it('lets a minute’s worth go at once and then keeps the pace', async () => {
    const { limiter, elapsed } = setUp({ unitsPerMinute: 60 });
    for (let count = 0; count < 60; count += 1) await limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    expect(elapsed()).toBe(0);
    for (let count = 0; count < 30; count += 1) await limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    expect(elapsed()).toBe(62_000);
  });

  it('never lets more than its rate go in any minute, the first one included', async () => {
    const { clock, limiter } = setUp({ unitsPerMinute: 300 });
    const at: number[] = [];
    for (let count = 0; count < 1500; count += 1) {
      if (count === 100 || count === 450) await clock.advance(37_000);
      await limiter.run(ada, 1, () => Promise.resolve((at.push(clock.now()), settled)), undefined);
    }
    const mostInAMinute = Math.max(
      ...at.map((from) => at.filter((time) => time >= from && time < from + 62_000).length),
    );
    expect(mostInAMinute).toBe(300);
  });

  it('is each account’s own', async () => {
    const { limiter, elapsed } = setUp({ unitsPerMinute: 10 });
    await limiter.run(ada, 10, () => Promise.resolve(settled), undefined);
    await limiter.run(bob, 10, () => Promise.resolve(settled), undefined);
    expect(elapsed()).toBe(0);
  });

  it('lets a batch through that costs more than it holds, and waits until all of it is a minute old', async () => {
    const { limiter, elapsed } = setUp({ unitsPerMinute: 60 });
    await limiter.run(ada, 150, () => Promise.resolve(settled), undefined);
    expect(elapsed()).toBe(0);
    await limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    expect(elapsed()).toBe(62_000);
  });

  it('charges each retry', async () => {
    const { limiter, elapsed } = setUp({ unitsPerMinute: 2 });
    const attempts = [again('unauthorised'), again('unauthorised'), settled];
    await limiter.run(ada, 1, () => Promise.resolve(attempts.shift() ?? settled), undefined);
    expect(elapsed()).toBe(62_000);
  });

  it('is half for an hour after a limit was met, because somebody else uses the same quota', async () => {
    const { clock, limiter, elapsed } = setUp({ unitsPerMinute: 60 });
    const attempts = [again('rate-limit'), settled];
    await limiter.run(ada, 1, () => Promise.resolve(attempts.shift() ?? settled), undefined);
    const one = () => limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    await clock.advance(62_000);
    let began = elapsed();
    for (let count = 0; count < 90; count += 1) await one();
    expect(elapsed() - began).toBe(124_000);
    await clock.advance(3_600_000);
    began = elapsed();
    for (let count = 0; count < 60; count += 1) await one();
    expect(elapsed() - began).toBe(0);
  });

  it('is as it was where the clock is set back, by however much', async () => {
    const { clock, limiter } = setUp({ unitsPerMinute: 60 });
    const one = () => limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    for (let count = 0; count < 60; count += 1) await one();
    clock.set(clock.now() - 86_400_000);
    const began = clock.now();
    await one();
    expect(clock.now() - began).toBe(62_000);
  });

  it('serves in the order of asking', async () => {
    const { clock, limiter } = setUp({ unitsPerMinute: 60, autoAdvance: false });
    const order: string[] = [];
    const run = (name: string, cost: number) =>
      limiter.run(ada, cost, () => Promise.resolve((order.push(name), settled)), undefined);
    const all = [run('first', 60), run('large', 50), run('small', 1)];
    await clock.advance(62_000);
    await Promise.all(all);
    expect(order).toEqual(['first', 'large', 'small']);
  });
});

describe('retries', () => {
  it('end after six attempts', async () => {
    const { limiter, clock } = setUp();
    let attempts = 0;
    const ending = await limiter.run(ada, 1, () => Promise.resolve((attempts++, again('trouble'))), undefined);
    expect(ending).toEqual({ kind: 'gave-up' });
    expect(attempts).toBe(6);
    expect(clock.sleeps).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  it('of what takes as long as it may are two, because the other calendars of the account wait', async () => {
    const { limiter } = setUp();
    const attempts = [again('trouble'), again('slow'), again('trouble'), again('slow'), settled];
    const ending = await limiter.run(ada, 1, () => Promise.resolve(attempts.shift() ?? settled), undefined);
    expect([ending.kind, attempts.length]).toEqual(['gave-up', 1]);
  });

  it('are given up quickly when nobody can be reached', async () => {
    const { limiter, elapsed } = setUp();
    let attempts = 0;
    const ending = await limiter.run(ada, 1, () => Promise.resolve((attempts++, again('offline'))), undefined);
    expect([ending.kind, attempts]).toEqual(['gave-up', 2]);
    expect(elapsed()).toBeLessThan(1000);
  });

  it('wait as long as Retry-After says, never less than the backoff', async () => {
    const { limiter, elapsed } = setUp();
    const attempts = [again('rate-limit', 30_000), again('rate-limit', 500), settled];
    await limiter.run(ada, 1, () => Promise.resolve(attempts.shift() ?? settled), undefined);
    expect(elapsed()).toBe(32_000);
  });

  it('are told as a wait only where the service asked for it, with its end', async () => {
    const clock = new FakeClock({ autoAdvance: true });
    const told: (number | 'over')[] = [];
    const onRest = (until: number) => {
      told.push(until - began);
      return () => told.push('over');
    };
    const began = clock.now();
    const limiter = createLimiter({ clock, random: fixedRandom(0), unitsPerMinute: 60, onRest });
    const outcomes = [again('trouble'), again('offline'), again('rate-limit', 40_000), settled];
    await limiter.run(ada, 1, () => Promise.resolve(outcomes.shift() ?? settled), undefined);
    const restEnds = clock.now() - began;
    // Our own pace, which nobody asked for.
    await limiter.run(ada, 60, () => Promise.resolve(settled), undefined);
    await limiter.run(ada, 60, () => Promise.resolve(settled), undefined);
    expect(told).toEqual([restEnds, 'over']);
    expect(restEnds).toBeGreaterThanOrEqual(40_000);
  });

  it('after a rate limit hold the whole account, and nobody else', async () => {
    const { clock, limiter } = setUp({ autoAdvance: false });
    const attempts = [again('rate-limit', 20_000), settled];
    const limited = limiter.run(ada, 1, () => Promise.resolve(attempts.shift() ?? settled), undefined);
    await clock.advance(0);
    let sameAccount = false;
    const other = limiter.run(ada, 1, () => Promise.resolve(((sameAccount = true), settled)), undefined);
    await limiter.run(bob, 1, () => Promise.resolve(settled), undefined);
    await clock.advance(19_000);
    expect(sameAccount).toBe(false);
    await clock.advance(1000);
    await Promise.all([limited, other]);
    expect(sameAccount).toBe(true);
  });

  it('do not wait for a rest of hours, and spare the account until it is over', async () => {
    const { clock, limiter, elapsed } = setUp();
    const hours = await limiter.run(ada, 1, () => Promise.resolve(again('rate-limit', 3_600_000)), undefined);
    expect(hours).toEqual({ kind: 'held' });
    expect(elapsed()).toBe(0);
    let asked = false;
    expect(await limiter.run(ada, 1, () => Promise.resolve(((asked = true), settled)), undefined)).toEqual({
      kind: 'held',
    });
    expect(asked).toBe(false);
    await clock.advance(3_600_000);
    expect(await limiter.run(ada, 1, () => Promise.resolve(settled), undefined)).toEqual(settled);
  });

  it('do not rest for a day longer because the clock was set back by one', async () => {
    const { clock, limiter } = setUp();
    const run = () => limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    await limiter.run(ada, 1, () => Promise.resolve(again('rate-limit', 3_600_000)), undefined);
    clock.set(clock.now() - 86_400_000);
    expect(await run()).toEqual({ kind: 'held' });
    await clock.advance(3_600_000);
    expect(await run()).toEqual(settled);
  });
});

describe('calling off', () => {
  it('costs nothing before the first attempt', async () => {
    const { limiter } = setUp();
    let asked = false;
    const ending = await limiter.run(ada, 1, () => Promise.resolve(((asked = true), settled)), AbortSignal.abort());
    expect([ending.kind, asked]).toEqual(['cancelled', false]);
  });

  it('ends a backoff at once', async () => {
    const { clock, limiter } = setUp({ autoAdvance: false });
    const controller = new AbortController();
    let attempts = 0;
    const run = limiter.run(ada, 1, () => Promise.resolve((attempts++, again('trouble'))), controller.signal);
    await clock.advance(0);
    controller.abort();
    expect(await run).toEqual({ kind: 'cancelled' });
    expect(attempts).toBe(1);
  });

  it('leaves the queue at once, and its place to those behind', async () => {
    const { clock, limiter } = setUp({ unitsPerMinute: 1, autoAdvance: false });
    await limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    const controller = new AbortController();
    const before = limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    const leaving = limiter.run(ada, 1, () => Promise.resolve(settled), controller.signal);
    const behind = limiter.run(ada, 1, () => Promise.resolve(settled), undefined);
    controller.abort();
    expect(await leaving).toEqual({ kind: 'cancelled' });
    await clock.advance(124_000);
    expect(await Promise.all([before, behind])).toEqual([settled, settled]);
  });
});
