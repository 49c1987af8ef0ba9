import { second } from '../../shared/time.ts';
import type { Instant } from '../../shared/time.ts';
import type { Clock } from '../ports/clock.ts';

/** Shorter waits come with every retry, and nobody would have read of them before they are over. */
const worthTelling = 5 * second;

/** What a run waits for because the service asked it to. */
export interface Rests {
  /** Until when, or null where it does not wait. */
  until(): Instant | null;
  /** Takes who is told when that changes. */
  follow(listener: () => void): void;
}

/** Takes a clock; returns one that sleeps the same, and what tells of its long sleeps, the one that ends first. */
export function restsOf(clock: Clock): { readonly clock: Clock; readonly rests: Rests } {
  const ends = new Set<{ readonly at: Instant }>();
  let tell = (): void => undefined;
  return {
    rests: {
      until: () => (ends.size === 0 ? null : Math.min(...[...ends].map(({ at }) => at))),
      follow: (listener) => {
        tell = listener;
      },
    },
    clock: {
      now: () => clock.now(),
      sleep: async (milliseconds, signal) => {
        if (milliseconds < worthTelling) return clock.sleep(milliseconds, signal);
        const end = { at: clock.now() + milliseconds };
        ends.add(end);
        tell();
        try {
          await clock.sleep(milliseconds, signal);
        } finally {
          ends.delete(end);
          tell();
        }
      },
    },
  };
}
