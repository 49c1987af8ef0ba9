import { app, powerMonitor } from 'electron';
import type { Logger } from '../../app/shell-log.ts';

/** What an end of the app has to do. */
export interface QuittingOptions {
  readonly log: Logger;
  /** Ends at once what shows something or asks for something. */
  readonly stop: () => void;
  /** Lets the engine finish what it writes. */
  readonly closeEngine: () => Promise<void>;
  /** Frees what is left once the engine has ended. */
  readonly free: () => void;
}

/** Takes what is to be ended; quits in that order whenever the person or the system asks for it. After `ready`. */
export function quitInOrder({ log, stop, closeEngine, free }: QuittingOptions): void {
  let closing = false;
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    // Because a write that is cut off would have to be looked for by the next run; it is let finish first.
    event.preventDefault();
    if (closing) return;
    closing = true;
    log.info('quitting');
    stop();
    void closeEngine().then(() => {
      closed = true;
      log.info('quit');
      free();
      app.quit();
    });
  });
  // Asked for by the system: a log-out waits for a moment, and the rest is put right by the next run.
  powerMonitor.on('shutdown', () => app.quit());
  process.on('SIGINT', () => app.quit());
  process.on('SIGTERM', () => app.quit());
}
