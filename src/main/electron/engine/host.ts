import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageEvent, ParentPort } from 'electron';
import type { AppError } from '../../../shared/errors.ts';
import { appError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { err, ok } from '../../../shared/result.ts';
import type { CalSync } from '../../app/calsync.ts';
import type { Host } from '../../app/index.ts';
import { callIpc, createIpcHandlers } from '../../app/ipc-handlers.ts';
import type { EngineStart, FromEngine } from './protocol.ts';
import { toEngineSchema } from './protocol.ts';

/** Between two snapshots: ten a second look smooth, and a first sync of thousands of writes stays cheap. */
const snapshotPause = 100;

/** What a kind of engine is made with. */
export interface EngineSurroundings {
  readonly start: EngineStart;
  readonly host: Host;
  /** Takes an address; returns how the desktop's settings have it reached, as a PAC script says it. */
  readonly resolveProxy: (address: string) => Promise<string>;
  /** Shows a line in the terminal that the app was started from. */
  readonly say: (line: string) => void;
}

/** An engine that is open. */
export interface OpenEngine {
  readonly app: CalSync;
  readonly notices: readonly AppError[];
  /** Goes to work once the main process has been told that the engine is open. */
  begin(): Promise<void>;
  /** Lets a running write finish, then frees everything. */
  close(): Promise<void>;
}

/**
 * Takes the port to the main process and how an engine is opened; answers the main process until it says `close` or
 * goes away. Runs in a process of its own (docs/adr/0020): storing a page of thousands of rows would otherwise hold up
 * the tray and the windows.
 */
export function hostEngine(
  port: ParentPort,
  open: (surroundings: EngineSurroundings) => Promise<Result<OpenEngine, AppError>>,
): void {
  const send = (message: FromEngine): void => port.postMessage(message);
  const opening = new Map<number, (result: Result<void, AppError>) => void>();
  const resolving = new Map<number, (answer: string) => void>();
  let lastId = 0;
  let engine: OpenEngine | null = null;
  let answer: ((name: unknown, input: unknown) => ReturnType<typeof callIpc>) | null = null;
  let pushing = false;
  let again = false;

  const host: Host = {
    openUrl: (address) =>
      new Promise((resolve) => {
        lastId += 1;
        opening.set(lastId, resolve);
        send({ kind: 'open-url', id: lastId, address });
      }),
  };

  /** Whether something has changed since the last snapshot. */
  const isStale = (): boolean => again;
  const sendStatus = (app: CalSync): void => {
    again = false;
    send({ kind: 'status', status: app.status() });
  };

  const resolveProxy = (address: string): Promise<string> =>
    new Promise((resolve) => {
      lastId += 1;
      resolving.set(lastId, resolve);
      send({ kind: 'resolve-proxy', id: lastId, address });
    });

  const pushStatus = async (app: CalSync): Promise<void> => {
    again = true;
    if (pushing) return;
    pushing = true;
    do {
      sendStatus(app);
      await sleep(snapshotPause);
    } while (isStale());
    pushing = false;
  };

  const start = async (message: EngineStart): Promise<void> => {
    const opened = await open({ start: message, host, resolveProxy, say: (line) => send({ kind: 'said', line }) });
    if (!opened.ok) {
      send({ kind: 'failed', error: opened.error });
      return;
    }
    engine = opened.value;
    const { app, notices } = engine;
    const handlers = createIpcHandlers(app);
    answer = (name, input) =>
      callIpc(handlers, name, input, (failed, fault) => {
        // The name of the fault alone, because its text may hold what must not be printed.
        process.stderr.write(`CalSync: ${failed} failed (${fault instanceof Error ? fault.name : 'unknown'})\n`);
      });
    app.onStatus(() => void pushStatus(app));
    send({ kind: 'ready', notices: [...notices] });
    void pushStatus(app);
    await engine.begin();
  };

  const close = async (): Promise<void> => {
    await engine?.close();
    engine = null;
    send({ kind: 'closed' });
  };

  port.on('message', ({ data }: MessageEvent) => {
    // The main process is trusted; a message of another shape is a bug, and must not pass unseen.
    const message = toEngineSchema.parse(data);
    switch (message.kind) {
      case 'start':
        void start(message);
        return;
      case 'call':
        void (answer?.(message.name, message.input) ?? Promise.resolve(err(appError('unexpected')))).then((result) => {
          // A page that has its answer acts on what it sees: a switch that still showed the old state would be thrown
          // the wrong way.
          if (isStale() && engine !== null) sendStatus(engine.app);
          send({ kind: 'answer', id: message.id, answer: result.ok ? { ok: true, value: result.value } : result });
        });
        return;
      case 'opened': {
        const settle = opening.get(message.id);
        opening.delete(message.id);
        settle?.(message.error === null ? ok(undefined) : err(message.error));
        return;
      }
      case 'proxy':
        resolving.get(message.id)?.(message.answer);
        resolving.delete(message.id);
        return;
      case 'request-sync':
        engine?.app.requestSync(message.trigger);
        return;
      case 'ping':
        send({ kind: 'pong' });
        return;
      case 'close':
        void close();
        return;
    }
  });
}
