import { join } from 'node:path';
import { app, session, shell, utilityProcess } from 'electron';
import type { Status } from '../../../shared/dto.ts';
import type { Logger } from '../../app/shell-log.ts';
import { dist, version } from '../built.ts';
import { complain } from '../life/crash-log.ts';
import { every, wait } from '../life/timers.ts';
import { allowedSignIn, openExternal, signInPlace } from '../safety/external.ts';
import type { StartOptions } from '../start/start-options.ts';
import { explain } from '../windows/message-box.ts';
import { words } from '../words.ts';
import type { EngineClient } from './client.ts';
import { startEngineClient } from './client.ts';

/** Takes how the app was started, where the data is, the log, and what is told of each snapshot; starts the engine's process. After `ready`. */
export function startEngine(
  start: StartOptions,
  dataFolder: string,
  log: Logger,
  onStatus: (status: Status) => void,
): EngineClient {
  const place = signInPlace(start.googleUrl, start.demo);
  return startEngineClient({
    fork: () =>
      utilityProcess.fork(join(dist, 'main', start.demo ? 'demo-process.js' : 'engine-process.js'), [], {
        serviceName: 'CalSync engine',
      }),
    start: {
      kind: 'start',
      dataFolder,
      googleUrl: start.googleUrl,
      version,
      // Never in a packaged app, because it would run whatever the variable names.
      nativeBinding: app.isPackaged ? null : (process.env['CALSYNC_TEST_SQLITE_BINDING'] ?? null),
    },
    openUrl: (address) => openExternal(allowedSignIn(address, place), (allowed) => shell.openExternal(allowed)),
    // Where the desktop does not say, Chromium goes directly, and so does the engine.
    resolveProxy: (address) => session.defaultSession.resolveProxy(address).catch(() => 'DIRECT'),
    onStatus,
    onNotices: (notices) => {
      for (const notice of notices) explain(notice);
    },
    onFailed: (error) => {
      log.error('engine-cannot-start', { errorCode: error.code, detail: error.detail });
      explain(error, words.startFailed);
    },
    onSaid: (line) => void process.stdout.write(`${line}\n`),
    onCrash: (code, pause) => {
      log.error('engine-ended', { exitCode: code, startsAgainInMs: pause });
      process.stderr.write(`CalSync: the engine ended with ${code} and starts again in ${pause / 1000} s\n`);
    },
    wait,
    end: (pid) => {
      log.warn('engine-does-not-answer', {});
      endNow(pid);
    },
    now: () => performance.now(),
    wallClock: () => Date.now(),
    every,
    demo: start.demo,
  });
}

/** Ends a process that may not listen any more; one that has ended by itself is let be. */
function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (fault) {
    complain('the engine could not be ended', fault);
  }
}
