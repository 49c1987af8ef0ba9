import { randomInt } from 'node:crypto';
import type { Clock, Random } from '../ports/clock.ts';

/** The longest that a timer of Node can wait; a longer one would go off at once. */
const longestTimer = 2 ** 31 - 1;

/** Returns the clock of this computer. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    async sleep(milliseconds, signal) {
      for (let left = milliseconds; left > 0 && signal?.aborted !== true; left -= longestTimer) {
        await nap(Math.min(left, longestTimer), signal);
      }
    },
  };
}

function nap(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}

/** Returns chance from the system's generator, in steps of 2⁻⁴⁷. */
export function createSystemRandom(): Random {
  const steps = 2 ** 47;
  return { fraction: () => randomInt(steps) / steps };
}
