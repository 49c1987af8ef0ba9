import type { Progress } from './dto.ts';
import type { Health } from './health.ts';

/**
 * Takes how far writes have come; returns whether all that is about the next seven days stands, and more is still to come. Never where
 * nobody could tell (`Progress.nearLeft`).
 */
export function isNearDone(progress: Pick<Progress, 'done' | 'total' | 'nearLeft'> | null): boolean {
  return progress?.nearLeft === 0 && progress.total !== null && progress.done < progress.total;
}

/** Takes the state; returns whether a person may be told that the next seven days are safe: nothing else may speak against it. */
export function isNearSafe(health: Health): boolean {
  return 'progress' in health && health.matters.length === 0 && isNearDone(health.progress);
}
