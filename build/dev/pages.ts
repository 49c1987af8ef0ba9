import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream';
import { createServer, type Plugin } from 'vite';

/** The pages from their sources. */
export interface Pages {
  /** Address of the popup, with a slash at its end. */
  readonly url: string;
  /** Takes the address with its key of a page server, and the instant at which its data is; from then on calls of the pages go there. */
  reach(address: string, now: string | null): Promise<void>;
  close(): Promise<void>;
}

/** A page server that calls go to. */
interface Behind {
  readonly origin: string;
  readonly cookie: string;
}

const isCall = (path: string): boolean => path.startsWith('/ipc/') || path === '/events';

/** Hands a call on as the page of that server would make it: its host, its session, and its origin where it was that of the pages. */
function handOn(behind: Behind, from: IncomingMessage, to: ServerResponse): void {
  const { host = '', origin, ...headers } = from.headers;
  const own = origin === `http://${host}`;
  const asked = ask(
    new URL(from.url ?? '', behind.origin),
    {
      method: from.method ?? 'GET',
      headers: {
        ...headers,
        host: new URL(behind.origin).host,
        cookie: behind.cookie,
        // A page from elsewhere is refused there, as it always is.
        ...(origin === undefined ? {} : { origin: own ? behind.origin : origin }),
      },
    },
    (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      // Ends the answer to the page with that server, otherwise an event stream would stay open and silent.
      pipeline(answer, to, () => undefined);
    },
  );
  asked.on('error', () => {
    if (!to.headersSent) to.writeHead(502);
    to.end();
  });
  to.on('close', () => asked.destroy());
  from.pipe(asked);
}

/** Runs in the page, before its own code: its clock begins at the instant of the data. */
const clockAt = (now: string): string => `{
  const ahead = Date.parse(${JSON.stringify(now)}) - Date.now();
  globalThis.Date = class extends Date {
    constructor(...given) {
      if (given.length === 0) super(Date.now());
      else super(...given);
    }
    static now() {
      return super.now() + ahead;
    }
  };
}`;

/**
 * Serves popup and settings on loopback as the page's builder makes them while it watches their sources; a change is in an open
 * page within a moment. Their calls go to the page server that is reached last; while there is none they fail, and the pages try again.
 * Takes a port, 0 for any free one; undefined for the builder's own or the next one that is free. Fails where the port is taken.
 */
export async function servePages(port: number | undefined): Promise<Pages> {
  let behind: Behind | null = null;
  let now: string | null = null;
  const calls: Plugin = {
    name: 'calsync-calls',
    configureServer(server) {
      server.middlewares.use((from, to, next) => {
        if (!isCall(from.url ?? '')) next();
        else if (behind === null) to.writeHead(503).end();
        else handOn(behind, from, to);
      });
    },
    transformIndexHtml: () =>
      now === null ? [] : [{ tag: 'script', injectTo: 'head-prepend' as const, children: clockAt(now) }],
  };
  const server = await createServer({
    configFile: resolve(import.meta.dirname, '../../vite.config.ts'),
    plugins: [calls],
    clearScreen: false,
    server: { host: '127.0.0.1', open: false, strictPort: port !== undefined, ...(port === undefined ? {} : { port }) },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || address === null) throw new Error('The pages have no address.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async reach(keyed, instant) {
      // The key is good for one browser, once: that is this process.
      const answer = await fetch(keyed, { redirect: 'manual' });
      await answer.text();
      const cookie = answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
      behind = { origin: new URL(keyed).origin, cookie };
      now = instant;
    },
    close: () => server.close(),
  };
}
