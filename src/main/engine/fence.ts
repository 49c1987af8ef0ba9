import { appError, type AppError } from '../../shared/errors.ts';
import { pauseAt } from '../core/schedule.ts';
import type { EngineDeps } from './deps.ts';

/**
 * Takes the deps as a run begins; returns what tells it to end: a pause or a reset that came meanwhile, from this process
 * or another one, because otherwise it would write back what the reset removes (design.md, "Fences"). A run that was asked
 * for during a pause goes on.
 */
export function fenceOf({ store, clock }: Pick<EngineDeps, 'store' | 'clock'>): () => AppError | null {
  const pausedBefore = store.settings().pausedUntil;
  return () => {
    if (store.undertakings().some((one) => one.kind === 'reset')) return appError('paused');
    const { pausedUntil } = store.settings();
    return pausedUntil !== pausedBefore && pauseAt(pausedUntil, clock.now()) !== null ? appError('paused') : null;
  };
}
