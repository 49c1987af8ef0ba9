import type { Status } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import { blankStatus } from '../../../shared/health.ts';
import type { Instant } from '../../../shared/time.ts';

/** That the engine has ended or does not answer, since when, and why it cannot start, where that is known. */
export interface EngineAway {
  readonly since: Instant;
  readonly error: AppError | null;
}

export interface EngineSeen {
  /** The last snapshot that it has sent, or null before the first. */
  readonly status: Status | null;
  readonly away: EngineAway | null;
  /** When the computer woke last, or null. */
  readonly wokeAt: Instant | null;
  readonly version: string;
  readonly demo: boolean;
}

/**
 * Takes what the main process knows of the engine; returns how things stand, or null while nothing is known. An engine that is away
 * stands by nothing that it has said: what it said last is shown as of then, and that it is away (design.md, "Health").
 */
export function engineView({ status, away, wokeAt, version, demo }: EngineSeen): Status | null {
  if (away === null) return status === null ? null : sinceWaking(status, wokeAt);
  const { since, error } = away;
  const last = status ?? blankStatus(version, demo);
  return {
    ...last,
    progress: null,
    runningSince: null,
    nextSyncAt: null,
    waitsFor: { ...last.waitsFor, engine: { since: new Date(since).toISOString(), error } },
  };
}

/** The main process knows of a wake some seconds before the engine is told to sync for it. */
function sinceWaking(status: Status, wokeAt: Instant | null): Status {
  const woke = wokeAt === null ? null : new Date(wokeAt).toISOString();
  if (woke === null || status.awakeSince === null || status.awakeSince >= woke) return status;
  return { ...status, awakeSince: woke };
}
