import type { Progress } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Instant } from '../../shared/time.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { CalendarProvider } from '../ports/provider.ts';
import type { Store } from '../ports/store.ts';

/** What the engine works with. */
export interface EngineDeps {
  readonly provider: CalendarProvider;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Names this process in the lease; unique among all that run. */
  readonly holder: string;
  /** Returns requests by kind since it was last asked, and forgets them. */
  readonly takeRequestCounts: () => Readonly<Record<string, number>>;
  /** Returns what is wrong in this process and is in no database (no keychain); nothing unless told. */
  readonly troublesHere?: () => readonly AppError[];
}

/** What belongs to one run. */
export interface RunScope {
  /** Number of this run, larger than that of every earlier one. */
  readonly run: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** Why nothing more may be written: a pause or a reset that came since it began. Null: it may go on. */
  readonly halted?: () => AppError | null;
  /** From when on nothing new is begun, because the calendars are to be read again first; never unless told. */
  readonly readAgainAt?: Instant;
  /** What all removals of this run come from, where that is one choice of the person. */
  readonly removing?: 'account' | 'reset';
}
