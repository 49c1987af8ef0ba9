import type { Instant } from '../../shared/time.ts';

/** Time as an argument, so that tests and the demo can run through a week in a second. */
export interface Clock {
  /** Returns the wall clock. */
  now(): Instant;
  /** Takes milliseconds and a signal; resolves when they have passed or the signal is aborted, never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Chance as an argument. */
export interface Random {
  /** Returns a number from 0 (included) to 1 (excluded). */
  fraction(): number;
}
