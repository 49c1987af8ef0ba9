import { resolve } from 'node:path';
import type { CalSync } from '../../src/main/app/calsync.ts';
import { startPageServer } from '../../src/main/demo/page-server.ts';
import type { ReadyMessage } from './ready.ts';

/** Takes what puts something away that was begun; the last one is put away first. */
export type AtEnd = (work: () => unknown) => void;

/**
 * To be called first of all by a program behind the pages: it ends once the process that started it says `end`, or has gone, and
 * puts away before that what was begun. Signals are left to that process, because Ctrl-C reaches both.
 */
export function endWhenTold(): AtEnd {
  const works: (() => unknown)[] = [];
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    // What is under way meets what has been put away; otherwise its fault would end this before the rest is.
    process.on('uncaughtException', () => undefined);
    for (const work of works) await work();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('message', (message) => {
    if (message === 'end') void end();
  });
  process.on('disconnect', () => void end());
  return (work) => void works.unshift(work);
}

/** Takes what the pages are over; serves their calls on a free port, and tells the process that started this one where. */
export async function standBehindPages(
  app: CalSync,
  ready: Pick<ReadyMessage, 'now' | 'said'>,
  atEnd: AtEnd,
): Promise<void> {
  const served = await startPageServer({
    app,
    port: 0,
    // The pages themselves come from elsewhere; this folder has what a page server wants to see of one.
    rendererFolder: resolve(import.meta.dirname, '../../src/renderer'),
    onFault: (where, fault) => console.error(`${where}:`, fault),
  });
  if (!served.ok) throw new Error(served.error.code);
  atEnd(() => served.value.close());
  process.send?.({ url: served.value.url, ...ready } satisfies ReadyMessage);
}
