import type { Instant } from '../../shared/time.ts';

/** What a sync waits for because the service asked it to. */
export interface Rests {
  /** Takes when one ends; returns what is called once it has. Several accounts may rest at the same time. */
  begin(until: Instant): () => void;
  /** Until when the one waits that ends first, or null where none does. */
  until(): Instant | null;
  /** Takes who is told when that changes. */
  follow(listener: () => void): void;
}

/** Returns that nothing rests yet. */
export function createRests(): Rests {
  const ends = new Set<{ readonly at: Instant }>();
  let tell = (): void => undefined;
  return {
    begin: (at) => {
      const end = { at };
      ends.add(end);
      tell();
      return () => {
        ends.delete(end);
        tell();
      };
    },
    until: () => (ends.size === 0 ? null : Math.min(...[...ends].map(({ at }) => at))),
    follow: (listener) => {
      tell = listener;
    },
  };
}
