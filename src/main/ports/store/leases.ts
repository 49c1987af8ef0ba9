import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import type { Instant } from '../../../shared/time.ts';

/** Whether the process that holds a lease still runs; `unknown` where this computer cannot tell. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** Whether who holds the lease still runs, and until when they have it. */
export interface HeldLease {
  readonly holder: Liveness;
  readonly expiresAt: Instant;
}

/** Who works with the calendars: one process at a time. */
export interface LeaseStore {
  /**
   * Takes or renews the lease for `holder`; fails with `busy-elsewhere` while another has it: one that lives keeps it
   * whatever the clock says, one that is dead has lost it, and one that cannot be told has it until it expires.
   */
  takeLease(holder: string, now: Instant, milliseconds: number): Result<void, AppError>;
  /** Renews the lease of `holder`; fails with `busy-elsewhere` where it is not the one who has it any more. */
  keepLease(holder: string, now: Instant, milliseconds: number): Result<void, AppError>;
  dropLease(holder: string): void;
  /** Who works with the calendars now; null where nobody does. */
  lease(): HeldLease | null;
}
