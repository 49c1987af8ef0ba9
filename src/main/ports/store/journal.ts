import type { ActivityView, RunOutcome, Trigger } from '../../../shared/dto.ts';
import type { AppError, ErrorCode } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/time.ts';

export interface RunRecord {
  readonly id: number;
  readonly trigger: Trigger;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly outcome: RunOutcome;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly held: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly requests: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly errors: readonly AppError[];
}

/** Something that is not as it should be: a failure, or blocks that are gone and wait for a second look (`settling`). */
export interface StandingNow {
  readonly code: ErrorCode | 'settling';
  readonly about: string | null;
  /** How many meetings it is about; 0 where it is not about single ones. */
  readonly meetings: number;
  /** Tells what exactly it is about from what it is about later. */
  readonly what: string;
}

export interface Standing extends StandingNow {
  readonly since: Instant;
  /** Whether the person knows exactly this. */
  readonly known: boolean;
}

/** What runs have done, and what is not as it should be after them. */
export interface JournalStore {
  startRun(trigger: Trigger, at: Instant): number;
  finishRun(run: RunRecord): void;
  /** The last runs, and those that are named, newest first. */
  lastRuns(limit: number, also?: readonly number[]): readonly RunRecord[];
  /** When a run last came to its end that could read something; null where none did. */
  lastSyncedAt(): Instant | null;
  addActivity(items: readonly ActivityView[], run: number): void;
  recentActivity(limit: number): readonly ActivityView[];
  standing(): readonly Standing[];
  /**
   * Takes what stands after a run; what stood before keeps its `since`, and what does not stand any more is forgotten. Unless
   * `isAll`, what the person knows stays: a run that could not read everything does not show that it has gone.
   */
  saveStanding(now: readonly StandingNow[], at: Instant, isAll: boolean): void;
  /** Notes that the person knows exactly this; returns false where it is another thing by now, or none. */
  acknowledge(of: Pick<Standing, 'code' | 'about' | 'what'>): boolean;
}
