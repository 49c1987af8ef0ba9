import { describe, expect, it, vi } from 'vitest';
import { createSystemClock, createSystemRandom } from '../../src/main/platform/index.ts';

describe('createSystemClock', () => {
  it('tells the wall clock', () => {
    const before = Date.now();
    const now = createSystemClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('sleeps as long as asked, also beyond what one timer can wait', async () => {
    vi.useFakeTimers();
    try {
      const woken = vi.fn();
      const month = 30 * 24 * 3_600_000;
      const sleeping = createSystemClock().sleep(month).then(woken);
      await vi.advanceTimersByTimeAsync(month - 1);
      expect(woken).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      await sleeping;
      expect(woken).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });

  it('wakes at once when told to, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      const sleeping = createSystemClock().sleep(60_000, controller.signal);
      expect(vi.getTimerCount()).toBe(1);
      controller.abort();
      await sleeping;
      expect(vi.getTimerCount()).toBe(0);
      await createSystemClock().sleep(60_000, controller.signal);
      await createSystemClock().sleep(0);
      await createSystemClock().sleep(-5);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('createSystemRandom', () => {
  it('stays from 0 to below 1 and spreads', () => {
    const random = createSystemRandom();
    const fractions = Array.from({ length: 2000 }, () => random.fraction());
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
    expect(new Set(fractions).size).toBe(2000);
    const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
    expect(mean).toBeGreaterThan(0.4);
    expect(mean).toBeLessThan(0.6);
  });
});
