import { minute } from '../../shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { AppError } from '../../shared/errors.ts';
import type { EngineDeps, RunScope } from './deps.ts';

/** How long a lease lasts, in milliseconds, when nobody renews it: a process that ended without a word is waited for as long. */
export const leaseTime = 2 * minute;

/**
 * Takes a clock and what renews the lease; returns a clock whose waits renew it every so often. Because a service may ask for
 * minutes of patience, and whoever takes the lease meanwhile would write beside the one who waits.
 */
export function renewingClock(clock: Clock, renew: () => void): Clock {
  const slice = leaseTime / 3;
  return {
    now: () => clock.now(),
    sleep: async (milliseconds, signal) => {
      for (let left = milliseconds; ; left -= slice) {
        await clock.sleep(Math.min(left, slice), signal);
        if (left <= slice || signal?.aborted === true) return;
        renew();
      }
    },
  };
}

/**
 * Takes the deps; renews the lease that the run at hand has. Fails with `busy-elsewhere` where it was lost: such a lease is
 * not taken again, because another process may have read and written since (design.md, "Fences").
 */
export function keepLease({ store, holder, clock }: Pick<EngineDeps, 'store' | 'holder' | 'clock'>) {
  return store.keepLease(holder, clock.now(), leaseTime);
}

/**
 * Takes the deps and a run; returns why it may write no more, or null where it may: a pause or a reset that came meanwhile, or
 * a lease that was lost. Renews the lease where it may. Asked before each request that writes, because any wait may be long.
 */
export function endOf(deps: EngineDeps, scope: Pick<RunScope, 'halted'>): AppError | null {
  const halted = scope.halted?.() ?? null;
  if (halted !== null) return halted;
  const kept = keepLease(deps);
  return kept.ok ? null : kept.error;
}
