import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { minute, second, type Instant } from '../../shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store.ts';
import { diskFailureOf } from '../store/index.ts';

/** That the disk takes or gives nothing, since when, and how that shows. */
export interface DiskWait {
  readonly since: Instant;
  readonly error: AppError;
}

/** Knows whether the disk is waited for, and looks by itself whether it still has to be. */
export interface DiskWatch {
  wait(): DiskWait | null;
  /** Takes what the store threw; remembers it where it is the disk's, and looks again after a pause. */
  note(fault: unknown): void;
  /** A sync has come to its end with all of it stored: whatever was wrong is over. */
  stored(): void;
  /** Takes what is told each time that the answer of `wait` has changed. */
  onChange(listener: () => void): void;
  /** Looks no more. */
  stop(): void;
}

export interface DiskWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Proves that the data folder takes a file. */
  readonly proveFolder: () => Result<void, AppError>;
  /** Writes something small into the database; throws as the store does. */
  readonly proveStore: () => void;
}

/** The first pause before a look. It doubles each time that the disk fails again before a sync was stored. */
const shortestPause = 15 * second;
const longestPause = minute;

/** Takes how to look at the disk; returns what knows how it is. */
export function createDiskWatch({ clock, logger, proveFolder, proveStore }: DiskWatchOptions): DiskWatch {
  const stopped = new AbortController();
  let wait: DiskWait | null = null;
  // What it was before a look found nothing, and when that was: one that fails again right after it was never over.
  let before: { readonly wait: DiskWait; readonly until: Instant } | null = null;
  let pause = shortestPause;
  let looking = false;
  let tell: () => void = () => undefined;

  const prove = (): AppError | null => {
    const folder = proveFolder();
    if (!folder.ok) return folder.error;
    try {
      proveStore();
      return null;
    } catch (fault) {
      const failure = diskFailureOf(fault);
      if (failure === null) throw fault;
      return failure;
    }
  };

  const isWaited = (): boolean => wait !== null && !stopped.signal.aborted;

  const look = async (): Promise<void> => {
    looking = true;
    while (isWaited()) {
      await clock.sleep(pause, stopped.signal);
      if (!isWaited() || prove() !== null) continue;
      if (wait !== null) before = { wait, until: clock.now() };
      wait = null;
      pause = Math.min(pause * 2, longestPause);
      logger.info('disk-is-back', {});
      tell();
    }
    looking = false;
  };

  return {
    wait: () => wait,
    note: (fault) => {
      const error = diskFailureOf(fault);
      if (error === null || wait !== null || stopped.signal.aborted) return;
      const now = clock.now();
      const isAgain = before !== null && now - before.until < 2 * longestPause;
      wait = { since: isAgain ? (before?.wait.since ?? now) : now, error };
      logger.error('disk-fails', { code: error.detail });
      if (!looking) void look();
      tell();
    },
    stored: () => {
      before = null;
      pause = shortestPause;
      if (wait === null) return;
      wait = null;
      tell();
    },
    onChange: (listener) => {
      tell = listener;
    },
    stop: () => stopped.abort(),
  };
}

/** Takes a store and what is told of all that it throws; returns the same store, watched. */
export function watchedStore(store: Store, onFault: (fault: unknown) => void): Store {
  const watched = Object.entries(store).map(([name, method]: [string, (...values: unknown[]) => unknown]) => [
    name,
    (...values: unknown[]): unknown => {
      try {
        return method(...values);
      } catch (fault) {
        onFault(fault);
        throw fault;
      }
    },
  ]);
  return Object.fromEntries(watched) as Store;
}
