import type { Status } from '../shared/dto.ts';
import { statusSchema } from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import { appError } from '../shared/errors.ts';
import type { IpcInput, IpcName, IpcOutput } from '../shared/ipc.ts';
import { ipcAnswerSchema, ipcContract } from '../shared/ipc.ts';
import type { Result } from '../shared/result.ts';
import { err } from '../shared/result.ts';
import type { Connection, PageBridge } from './page-bridge.ts';
import { words } from './words.ts';

/** The part of `EventSource` that is used here. */
export interface EventStream {
  addEventListener(name: 'status', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(name: 'open' | 'error', listener: () => void): void;
  close(): void;
}

/** What the bridge needs of the browser. */
export interface HttpBridgeHost {
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
  readonly openEvents: (address: string) => EventStream;
  /** Takes milliseconds and what follows; returns what cancels it. */
  readonly wait: (milliseconds: number, then: () => void) => () => void;
}

const shortestWait = 500;
const longestWait = 5000;

/**
 * Carries the IPC contract over HTTP to the server that served the page, and keeps one event stream open while anybody
 * listens. A lost stream is opened again by itself, after waits that double from half a second to five.
 */
export function createHttpBridge(host: HttpBridgeHost): PageBridge {
  const statusListeners = new Set<(status: Status) => void>();
  const connectionListeners = new Set<(connection: Connection) => void>();
  let connection: Connection = 'connecting';
  let stream: EventStream | null = null;
  let stopWaiting: (() => void) | null = null;
  let nextWait = shortestWait;

  const wanted = (): boolean => statusListeners.size + connectionListeners.size > 0;
  const become = (next: Connection): void => {
    if (connection === next) return;
    connection = next;
    for (const listener of connectionListeners) listener(next);
  };

  const open = (): void => {
    const opened = host.openEvents('events');
    stream = opened;
    opened.addEventListener('status', (event) => {
      const parsed = parseJson(event.data, statusSchema);
      if (parsed === null) return;
      nextWait = shortestWait;
      become('connected');
      for (const listener of statusListeners) listener(parsed);
    });
    opened.addEventListener('error', () => {
      if (stream !== opened) return;
      opened.close();
      stream = null;
      become('lost');
      retryLater();
    });
  };

  const retryLater = (): void => {
    stopWaiting = host.wait(nextWait, () => void retry());
    nextWait = Math.min(nextWait * 2, longestWait);
  };

  // Because an event stream does not say why it failed, an ordinary request finds out whether trying again can help.
  const retry = async (): Promise<void> => {
    stopWaiting = null;
    const answer = await host.fetch('ipc/status.get', { method: 'POST' }).catch(() => null);
    if (!wanted() || stream !== null) return;
    if (answer === null) retryLater();
    else if (answer.status === 403) become('ended');
    else open();
  };

  const start = (): void => {
    if (stream === null && stopWaiting === null && connection !== 'ended') open();
  };
  const stopWhenUnwanted = (): void => {
    if (wanted()) return;
    stream?.close();
    stream = null;
    stopWaiting?.();
    stopWaiting = null;
  };

  return {
    desktop: null,
    call: (name, ...input) => post(host, name, input[0]),
    onStatus(listener) {
      statusListeners.add(listener);
      start();
      return () => {
        statusListeners.delete(listener);
        stopWhenUnwanted();
      };
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      listener(connection);
      start();
      return () => {
        connectionListeners.delete(listener);
        stopWhenUnwanted();
      };
    },
  };
}

async function post<Name extends IpcName>(
  host: HttpBridgeHost,
  name: Name,
  input: IpcInput<Name> | undefined,
): Promise<Result<IpcOutput<Name>, AppError>> {
  const lost = err(appError('unexpected', words.lostCall));
  try {
    const response = await host.fetch(`ipc/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    });
    const answer = ipcAnswerSchema.parse(await response.json());
    if (!answer.ok) return answer;
    // The compiler cannot see that schema and name belong together; the contract is the table that joins them.
    return { ok: true, value: ipcContract[name].output.parse(answer.value) as IpcOutput<Name> };
  } catch {
    return lost;
  }
}

function parseJson<Value>(text: unknown, schema: { safeParse(input: unknown): { data?: Value } }): Value | null {
  if (typeof text !== 'string') return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
