import { describe, expect, it } from 'vitest';
import { restsOf } from '../../src/main/app/rests.ts';
import { second } from '../../src/shared/time.ts';

/** A clock whose sleeps end when they are told to. */
function heldClock() {
  const ends: (() => void)[] = [];
  return {
    ends,
    clock: { now: () => 1_000_000, sleep: () => new Promise<void>((resolve) => ends.push(resolve)) },
  };
}

describe('what a run waits for', () => {
  it('is told while it lasts, the wait that ends first where there are several, and nothing short', async () => {
    const { clock, ends } = heldClock();
    const { clock: resting, rests } = restsOf(clock);
    const told: (number | null)[] = [];
    rests.follow(() => told.push(rests.until()));
    const sleeps = [resting.sleep(60 * second), resting.sleep(second), resting.sleep(30 * second)];
    expect(rests.until()).toBe(1_030_000);
    for (const end of ends) end();
    await Promise.all(sleeps);
    expect(rests.until()).toBeNull();
    expect(told).toEqual([1_060_000, 1_030_000, 1_030_000, null]);
  });

  it('is told no more once it was given up', async () => {
    const { clock: resting, rests } = restsOf({ now: () => 0, sleep: () => Promise.reject(new Error('gone')) });
    await expect(resting.sleep(60 * second)).rejects.toThrow('gone');
    expect(rests.until()).toBeNull();
  });
});
