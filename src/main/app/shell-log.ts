import { join } from 'node:path';
import { createLogger } from '../platform/logger.ts';
import type { Logger } from '../ports/logger.ts';

export type { LogFields, Logger } from '../ports/logger.ts';

/**
 * Takes the folder of the data; returns the log of the desktop's main process: `logs/desktop.log`, beside the engine's
 * and redacted like it. A file of its own, because two processes that write to one would move it away under each
 * other when it is full. Not in `index.ts`, because that loads the engine.
 */
export function createShellLog(dataFolder: string): Logger {
  return createLogger({ file: join(dataFolder, 'logs', 'desktop.log'), level: 'info', console: false });
}
