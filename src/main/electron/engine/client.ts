import type { Status } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import { appError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { err, ok } from '../../../shared/result.ts';
import type { EngineAway } from './view.ts';
import { engineView } from './view.ts';
import type { EngineStart, FromEngine, ToEngine } from './protocol.ts';
import { fromEngineSchema } from './protocol.ts';

/** The part of Electron's `UtilityProcess` that is used here. */
export interface EngineProcess {
  postMessage(message: ToEngine): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): unknown;
  /** Undefined before it runs and after its end. */
  readonly pid: number | undefined;
}

export interface EngineClientOptions {
  /** Starts the process. */
  readonly fork: () => EngineProcess;
  readonly start: EngineStart;
  readonly openUrl: (address: string) => Promise<Result<void, AppError>>;
  /** Takes an address; returns how the desktop's settings have it reached, as a PAC script says it. */
  readonly resolveProxy: (address: string) => Promise<string>;
  /** Told of each snapshot of the engine, and of what the main process knows when it is away (`engineView`). */
  readonly onStatus: (status: Status) => void;
  /** Told what went on all the same and the person should hear of. */
  readonly onNotices: (notices: readonly AppError[]) => void;
  /** Told why the engine cannot start, once for each reason and each time that the person asks; it is tried again by itself. */
  readonly onFailed: (error: AppError) => void;
  /** Whether its world is made up. */
  readonly demo: boolean;
  readonly onSaid?: (line: string) => void;
  /** Told of each end that nobody asked for: the exit code, and how long until the next start, in milliseconds. */
  readonly onCrash?: (exitCode: number, wait: number) => void;
  /** Takes milliseconds and what follows; returns what cancels it. */
  readonly wait: (milliseconds: number, then: () => void) => () => void;
  /** Ends a process that does not listen any more, at once. */
  readonly end: (pid: number) => void;
  readonly now: () => number;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  /** Takes milliseconds and what is done each time they have passed; returns what ends it. */
  readonly every: (milliseconds: number, then: () => void) => () => void;
}

export interface EngineClient {
  /** How things stand: the last snapshot, and whether the engine is there to stand by it. Null before the first. */
  status(): Status | null;
  /** The computer has woken: what was true before is no longer known to be. */
  woke(): void;
  /** Takes a request as a page made it; resolves to the envelope, never rejects. */
  call(name: unknown, input: unknown): Promise<Result<unknown, AppError>>;
  requestSync(trigger: 'wake' | 'network'): void;
  /** Lets a running write finish; what does not end within the time limit is killed. */
  close(): Promise<void>;
}

const shortestWait = 1000;
const longestWait = 60_000;
/** A process that lived this long was not in a loop of crashes. */
const healthyAge = 120_000;
/** The engine is asked this often whether it is there, and is away once so many questions have had no answer. */
const pingPause = 10_000;
const mostUnanswered = 3;
/** It is ended and started again once so many have had no answer; more while it opens the database, which may be large. */
const hopeless = 9;
const hopelessWhileOpening = 30;
/** One that cannot start says why at once, and what it waits for takes a person some time. */
const shortestFailedWait = 15_000;
/** A write is at most a batch of 50 calls; a person who quits waits no longer than this. */
const closingTime = 20_000;

/**
 * Takes how to start the process of the engine; starts it and keeps it running: after a crash it starts again, after
 * waits that double from one second to a minute, and so it is where it cannot start or has not answered for long. Requests made before it is open wait for it; those that it took with
 * it fail with `unexpected`, because nobody knows how far they came (the next run puts all right).
 */
export function startEngineClient(options: EngineClientOptions): EngineClient {
  const pending = new Map<number, (answer: Result<unknown, AppError>) => void>();
  let waiting: ToEngine[] = [];
  let process: EngineProcess | null = null;
  let isOpen = false;
  let hasSaid = false;
  let failure: AppError | null = null;
  let toldFailure: string | null = null;
  let status: Status | null = null;
  let away: EngineAway | null = null;
  let unanswered = 0;
  let wokeAt: number | null = null;
  let lastId = 0;
  let nextWait = shortestWait;
  let cancelRestart: (() => void) | null = null;
  let onClosed: (() => void) | null = null;

  const fail = (error: AppError): void => {
    waiting = [];
    for (const settle of pending.values()) settle(err(error));
    pending.clear();
  };

  const view = (): Status | null =>
    engineView({ status, away, wokeAt, version: options.start.version, demo: options.demo });
  const goAway = (error: AppError | null): void => {
    away = { since: away?.since ?? options.wallClock(), error };
    const seen = view();
    if (seen !== null) options.onStatus(seen);
  };
  const ping = (): void => {
    if (process === null) return;
    unanswered += 1;
    if (unanswered > mostUnanswered && away === null) goAway(null);
    if (unanswered > (isOpen ? hopeless : hopelessWhileOpening) && process.pid !== undefined) options.end(process.pid);
    else process.postMessage({ kind: 'ping' });
  };

  const hear = (message: FromEngine, from: EngineProcess): void => {
    unanswered = 0;
    switch (message.kind) {
      case 'pong':
        // One that has started anew is there once it has said how things stand.
        if (away === null || !hasSaid) return;
        away = null;
        if (status !== null) options.onStatus(status);
        return;
      case 'ready':
        isOpen = true;
        failure = null;
        toldFailure = null;
        options.onNotices(message.notices);
        for (const each of waiting) from.postMessage(each);
        waiting = [];
        return;
      case 'failed':
        failure = message.error;
        process = null;
        from.kill();
        fail(message.error);
        goAway(message.error);
        if (toldFailure !== message.error.code) options.onFailed(message.error);
        toldFailure = message.error.code;
        startAgain(Math.max(nextWait, shortestFailedWait));
        return;
      case 'answer': {
        const settle = pending.get(message.id);
        pending.delete(message.id);
        settle?.(message.answer);
        return;
      }
      case 'status':
        status = message.status;
        hasSaid = true;
        away = null;
        options.onStatus(view() ?? message.status);
        return;
      case 'open-url':
        void options.openUrl(message.address).then((opened) => {
          if (process === from)
            from.postMessage({ kind: 'opened', id: message.id, error: opened.ok ? null : opened.error });
        });
        return;
      case 'resolve-proxy':
        void options.resolveProxy(message.address).then((answer) => {
          if (process === from) from.postMessage({ kind: 'proxy', id: message.id, answer });
        });
        return;
      case 'said':
        options.onSaid?.(message.line);
        return;
      case 'closed':
        onClosed?.();
        return;
    }
  };

  const startAgain = (pause: number): void => {
    cancelRestart = options.wait(pause, start);
    nextWait = Math.min(pause * 2, longestWait);
  };

  const start = (): void => {
    cancelRestart = null;
    const startedAt = options.now();
    hasSaid = false;
    unanswered = 0;
    const started = options.fork();
    process = started;
    started.on('message', (message) => {
      if (process === started) hear(fromEngineSchema.parse(message), started);
    });
    started.on('exit', (code) => {
      if (process !== started) return;
      process = null;
      isOpen = false;
      if (onClosed !== null) {
        onClosed();
        return;
      }
      failure = null;
      fail(appError('unexpected', null, `the engine ended with ${code}`));
      goAway(null);
      if (options.now() - startedAt > healthyAge) nextWait = shortestWait;
      options.onCrash?.(code, nextWait);
      startAgain(nextWait);
    });
    started.postMessage(options.start);
  };

  start();
  const endPings = options.every(pingPause, ping);
  return {
    status: view,
    woke: () => {
      wokeAt = options.wallClock();
      // It could not answer while it slept.
      unanswered = 0;
    },
    call: (name, input) => {
      const seen = away === null ? null : view();
      // A page that opens meanwhile must not wait for an engine that may never answer.
      if (name === 'status.get' && seen !== null) return Promise.resolve(ok(seen));
      if (failure !== null && name === 'sync.now') {
        // Whoever asks for a sync now has mended what it could not start with, and is told if not.
        failure = null;
        toldFailure = null;
        cancelRestart?.();
        if (process === null) start();
      }
      if (failure !== null) return Promise.resolve(err(failure));
      lastId += 1;
      const message: ToEngine = { kind: 'call', id: lastId, name, input };
      return new Promise((resolve) => {
        pending.set(message.id, resolve);
        if (isOpen) process?.postMessage(message);
        else waiting.push(message);
      });
    },
    requestSync: (trigger) => {
      if (isOpen) process?.postMessage({ kind: 'request-sync', trigger });
    },
    close: () => {
      endPings();
      cancelRestart?.();
      const ending = process;
      if (ending === null) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = options.wait(closingTime, () => onClosed?.());
        onClosed = () => {
          onClosed = () => undefined;
          cancel();
          fail(appError('cancelled'));
          ending.kill();
          resolve();
        };
        ending.postMessage({ kind: 'close' });
      });
    },
  };
}
