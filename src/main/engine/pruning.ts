import { isClockWrong } from '../core/clocks.ts';
import type { Failures } from './access.ts';
import type { EngineDeps, RunScope } from './deps.ts';
import { endOf } from './lease.ts';
import type { Pulled } from './pull.ts';

/**
 * Takes what a run has read and what failed in it; forgets what nothing can need any more (ADR 0045). Only after a run in which
 * all was reached, by a clock that is known to be right, because whoever is away or late may still bring what a row explains.
 */
export function forgetUnneeded(deps: EngineDeps, scope: RunScope, failures: Failures, pulled: Pulled): void {
  const { store, clock, provider, logger } = deps;
  const offset = provider.clockOffset();
  if (offset === null || isClockWrong(offset)) return;
  if (failures.all.length > 0 || pulled.failed.size > 0 || pulled.read.size === 0) return;
  if (store.accounts().some(({ state }) => state !== 'connected')) return;
  if (store.undertakings().length > 0 || endOf(deps, scope) !== null) return;
  const gone = store.forgetUnneeded(clock.now());
  if (gone === null || gone.events + gone.forgotten === 0) return;
  logger.info('rows-pruned', { events: gone.events, blocks: gone.blocks, forgotten: gone.forgotten });
}
