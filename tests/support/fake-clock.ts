import type { Clock, Random } from '../../src/main/ports/clock.ts';
import type { Instant } from '../../src/shared/time.ts';

interface Sleeper {
  readonly wakesAt: Instant;
  readonly wake: () => void;
}

/** How a `FakeClock` starts and behaves. */
export interface FakeClockOptions {
  /** Defaults to Monday, 23 March 2026, 08:00 UTC: a week before Europe's clocks change. */
  readonly start?: Instant;
  /** Whether `sleep` moves the time by itself and resolves at once, so that no test has to push the clock. */
  readonly autoAdvance?: boolean;
}

/** A clock that stands still until it is told otherwise. */
export class FakeClock implements Clock {
  /** Every sleep that was asked for, in milliseconds and in order. */
  readonly sleeps: number[] = [];
  private current: Instant;
  private readonly autoAdvance: boolean;
  private sleepers: Sleeper[] = [];

  constructor(options: FakeClockOptions = {}) {
    this.current = options.start ?? Date.UTC(2026, 2, 23, 8);
    this.autoAdvance = options.autoAdvance ?? false;
  }

  now(): Instant {
    return this.current;
  }

  /** Whether nobody has to push it. */
  get goesByItself(): boolean {
    return this.autoAdvance;
  }

  /** Returns how many sleeps have not ended yet. */
  get sleeping(): number {
    return this.sleepers.length;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    if (signal?.aborted === true) return Promise.resolve();
    if (this.autoAdvance || milliseconds <= 0) {
      this.current += Math.max(0, milliseconds);
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        wakesAt: this.current + milliseconds,
        wake: () => {
          signal?.removeEventListener('abort', sleeper.wake);
          this.sleepers = this.sleepers.filter((other) => other !== sleeper);
          resolve();
        },
      };
      signal?.addEventListener('abort', sleeper.wake);
      this.sleepers.push(sleeper);
    });
  }

  /**
   * Takes milliseconds; moves the time on and wakes sleepers in the order of their waking, each at its own moment.
   * Resolves when what they do next without waiting has been done, including sleeps that end within the same span.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    await settle();
    for (;;) {
      const next = this.sleepers.toSorted((a, b) => a.wakesAt - b.wakesAt)[0];
      if (next === undefined || next.wakesAt > end) break;
      this.current = Math.max(this.current, next.wakesAt);
      next.wake();
      await settle();
    }
    this.current = end;
  }

  /** Takes an instant; sets the time without waking anybody, as when a laptop sleeps or its clock is corrected. */
  set(instant: Instant): void {
    this.current = instant;
  }
}

// A turn of the event loop runs all promise reactions that are ready, however long their chain.
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes fractions (each 0 ≤ x < 1); returns chance that deals them in turn, over and over. */
export function fixedRandom(...fractions: readonly number[]): Random {
  let dealt = 0;
  return {
    fraction: () => {
      const fraction = fractions[dealt % Math.max(1, fractions.length)] ?? 0;
      dealt += 1;
      return fraction;
    },
  };
}

/** The clock of a computer that is wrong by so many milliseconds (more: fast), and goes on with the right one. */
export class SkewedClock extends FakeClock {
  off: number;
  readonly #right: FakeClock;

  constructor(right: FakeClock, off: number) {
    super();
    this.#right = right;
    this.off = off;
  }

  override now(): Instant {
    return this.#right.now() + this.off;
  }

  override get goesByItself(): boolean {
    return this.#right.goesByItself;
  }

  override sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.#right.sleep(milliseconds, signal);
  }

  override advance(milliseconds: number): Promise<void> {
    return this.#right.advance(milliseconds);
  }
}
