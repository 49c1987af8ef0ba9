import type { CalSync } from '../calsync.ts';
import type { Parts } from '../parts.ts';
import { findBlocksOfAccount, removeAccount } from '../remove-account.ts';
import { beginReset, clearCalendar, findAllBlocks, goOnWithReset, otherBlocksOn } from '../reset.ts';
import type { Live } from './live.ts';
import { broughtClient, runPatience, type Work } from './work.ts';

/** Takes all parts; returns what a person can ask to be removed: an account, the blocks of one calendar, all blocks. */
export function removing(
  parts: Parts,
  live: Live,
  work: Work,
): Pick<CalSync, 'findBlocks' | 'removeAccount' | 'otherBlocks' | 'clearCalendar' | 'reset'> {
  const { store, clock } = parts;
  return {
    findBlocks: (of, options = {}) =>
      work.leased(() => {
        const scope = work.scopeOf(options, work.currentRun());
        return of === null ? findAllBlocks(parts, scope) : findBlocksOfAccount(parts, of, scope);
      }),
    removeAccount: async (id, { revoke, othersOn = [], ...options }) => {
      const removed = await work.leased(() =>
        removeAccount(parts, id, { revoke, othersOn }, work.scopeOf(options, work.currentRun() + 1)),
      );
      // Meetings that another account has, too, are to be blocked from that one now.
      if (removed.ok) live.request('account');
      return removed;
    },
    otherBlocks: (id) => otherBlocksOn(parts, id),
    clearCalendar: (id, options = {}) =>
      work.leased(() => {
        store.setUse(id, { source: false, target: false }, clock.now());
        return clearCalendar(parts, id, work.scopeOf(options, work.currentRun() + 1));
      }, runPatience),
    reset: async ({ othersOn = [], ...options } = {}) => {
      const client = await broughtClient(parts);
      if (!client.ok) return client;
      beginReset(parts, othersOn);
      live.changed();
      return work.leased(() => goOnWithReset(parts, work.scopeOf(options, work.currentRun())), runPatience);
    },
  };
}
