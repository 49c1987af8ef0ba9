import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { appError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import { second } from '../../shared/time.ts';
import { pageHeaders } from './pages.ts';
import type { Page } from './pages.ts';

/** A listener for the answer of a consent page (RFC 8252 §7.3). */
export interface LoopbackListener {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly redirectUri: string;
  /** Lets the program end although it listens: what it still says helps nobody once nobody waits. */
  unref(): void;
  /** Stops listening; resolves when every page that was begun has been handed over. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1 and on nothing else. Takes what answers the query of a GET of `/`; every other
 * path or method, and a request that was meant for another host, gets an empty 404 and changes nothing.
 * Fails with `loopback-unavailable`. Another address than the default is for tests of that failure.
 */
export function listenOnLoopback(
  answer: (query: URLSearchParams) => Promise<Page>,
  // Not `localhost`, because that name may point elsewhere (RFC 8252 §8.3).
  hostname = '127.0.0.1',
): Promise<Result<LoopbackListener, AppError>> {
  const running = new Set<Promise<void>>();
  let host = '';
  const server = createServer({ requestTimeout: 10 * second, headersTimeout: 10 * second }, (request, response) => {
    const query = request.headers.host === host ? queryOf(request) : null;
    const handled = query === null ? sendNotFound(response) : answer(query).then((page) => sendPage(response, page));
    const done = handled
      // Because the sign-in itself already reports what went wrong; here only the browser must not be left waiting.
      .catch(() => {
        response.destroy();
      })
      .finally(() => running.delete(done));
    running.add(done);
  });
  return new Promise((resolve) => {
    // Not `once`, because a later one without a listener would end the program.
    server.on('error', (error: NodeJS.ErrnoException) => {
      resolve(err(appError('loopback-unavailable', error.code ?? null)));
    });
    server.listen({ host: hostname, port: 0, exclusive: true }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('A listening TCP server has a port.');
      host = `${hostname}:${address.port}`;
      resolve(
        ok({ redirectUri: `http://${host}`, unref: () => void server.unref(), close: () => close(server, running) }),
      );
    });
  });
}

/** Returns the query of a GET of `/`, or null for any other request. */
function queryOf(request: IncomingMessage): URLSearchParams | null {
  const target = request.url ?? '';
  const [path, ...rest] = target.split('?');
  return request.method === 'GET' && path === '/' ? new URLSearchParams(rest.join('?')) : null;
}

function sendPage(response: ServerResponse, { status, html }: Page): Promise<void> {
  return send(response, status, { ...pageHeaders }, html);
}

function sendNotFound(response: ServerResponse): Promise<void> {
  return send(response, 404, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }, '');
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): Promise<void> {
  return new Promise((resolve) => {
    // `close` also comes when the browser went away before the end.
    response.once('close', resolve);
    if (response.destroyed) {
      resolve();
      return;
    }
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
    response.end(body);
  });
}

async function close(server: Server, running: ReadonlySet<Promise<void>>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await Promise.all(running);
  // Because browsers open connections ahead of need and would keep the port for a minute.
  server.closeAllConnections();
  await closed;
}
