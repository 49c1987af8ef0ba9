/** A clock whose waits end when a test says so. */
export interface FakeTimers {
  /** As the desktop's parts take it: milliseconds and what follows; returns what cancels it. */
  readonly wait: (milliseconds: number, then: () => void) => () => void;
  readonly now: () => number;
  /** Takes milliseconds; lets them pass, with every wait that ends meanwhile, in order. */
  pass(milliseconds: number): void;
  /** Returns how many waits have not ended. */
  waiting(): number;
}

/** Returns such a clock, at zero. */
export function fakeTimers(): FakeTimers {
  let now = 0;
  let timers: { readonly at: number; readonly then: () => void }[] = [];
  return {
    wait: (milliseconds, then) => {
      const timer = { at: now + milliseconds, then };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    now: () => now,
    pass: (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        timers = timers.filter((each) => each !== next);
        now = next.at;
        next.then();
      }
      now = end;
    },
    waiting: () => timers.length,
  };
}
