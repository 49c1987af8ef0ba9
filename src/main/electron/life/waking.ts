/** What asks for a sync besides the clock. */
export interface WakingOptions {
  readonly isOnline: () => boolean;
  readonly requestSync: (trigger: 'wake' | 'network') => void;
  /** Takes milliseconds and what follows; returns what cancels it. */
  readonly wait: (milliseconds: number, then: () => void) => () => void;
}

export interface Waking {
  /** The computer wakes, or is unlocked. */
  woke(): void;
  /** The computer goes to sleep. */
  sleeps(): void;
  stop(): void;
}

/** Networks need a moment after waking; a run at once would only find itself offline. */
const settlingTime = 5000;
const networkPause = 15_000;

/**
 * Takes how to look at the network and what to ask; asks for a sync a moment after the computer has woken, and when the
 * network is back. Waking and unlocking come together, and count as one.
 */
export function watchWaking({ isOnline, requestSync, wait }: WakingOptions): Waking {
  let online = isOnline();
  let cancelWake: (() => void) | null = null;
  let cancelLook: () => void = () => undefined;

  const look = (): void => {
    const now = isOnline();
    if (now && !online) requestSync('network');
    online = now;
    cancelLook = wait(networkPause, look);
  };
  cancelLook = wait(networkPause, look);

  return {
    woke: () => {
      cancelWake?.();
      cancelWake = wait(settlingTime, () => {
        cancelWake = null;
        requestSync('wake');
      });
    },
    sleeps: () => {
      cancelWake?.();
      cancelWake = null;
    },
    stop: () => {
      cancelWake?.();
      cancelLook();
    },
  };
}
