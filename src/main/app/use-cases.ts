import type { CalSync } from './calsync.ts';
import type { Parts } from './parts.ts';
import { choosing } from './use-cases/choosing.ts';
import { createLive } from './use-cases/live.ts';
import { removing } from './use-cases/removing.ts';
import { reporting } from './use-cases/reporting.ts';
import { schedule } from './use-cases/schedule.ts';
import { signingIn } from './use-cases/signing-in.ts';
import { syncing } from './use-cases/syncing.ts';
import { undoing } from './use-cases/undoing.ts';
import { createWork } from './use-cases/work.ts';

/** Takes all parts, returns what a person can ask for. Long tasks run one after the other. */
export function createUseCases(parts: Parts): CalSync {
  const live = createLive(parts);
  const work = createWork(parts, live);
  const syncs = syncing(parts, live, work);
  return {
    status: live.status,
    onStatus: live.onStatus,
    ...signingIn(parts, live, work),
    ...syncs,
    ...choosing(parts, live, work),
    ...undoing(parts, live, work, syncs.sync),
    ...removing(parts, live, work),
    ...reporting(parts, live, work),
    ...schedule(parts, live, work, syncs.sync),
    close: async () => {
      live.facts.scheduler?.stop();
      parts.disk.stop();
      await work.end();
      live.end();
      parts.store.close();
    },
  };
}
