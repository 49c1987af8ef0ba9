import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Server } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { streamSSE } from 'hono/streaming';
import type { Status } from '../../shared/dto.ts';
import { statusSchema } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import { appError } from '../../shared/errors.ts';
import { pageMediaTypes } from '../../shared/page-files.ts';
import type { Result } from '../../shared/result.ts';
import { err, ok } from '../../shared/result.ts';
import type { CalSync } from '../app/calsync.ts';
import { callIpc, createIpcHandlers } from '../app/ipc-handlers.ts';

export interface PageServerOptions {
  readonly app: CalSync;
  /** TCP port on 127.0.0.1; 0 for any free one. */
  readonly port: number;
  /** The folder of the built page (`dist/renderer`). */
  readonly rendererFolder: string;
  /** Told of bugs that the page is not told about: where it was, and what was thrown. */
  readonly onFault?: (where: string, fault: unknown) => void;
}

export interface PageServer {
  /** The address with the one-time key: good for one browser, once. */
  readonly url: string;
  readonly port: number;
  /** Ends open event streams and connections, then frees the port. */
  close(): Promise<void>;
}

/** What every answer carries. The page needs nothing but its own files and this server, so all else is refused. */
const strictHeaders: readonly (readonly [string, string])[] = [
  [
    'Content-Security-Policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  ],
  ['X-Content-Type-Options', 'nosniff'],
  // Because the address of the first request holds the key, otherwise it could travel on in a Referer header.
  ['Referrer-Policy', 'no-referrer'],
  ['Cache-Control', 'no-store'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=()'],
];

const largestInput = 64 * 1024;
/** Between two snapshots on one stream: ten a second look smooth, and a first sync of thousands of writes stays cheap. */
const snapshotPause = 100;

interface PageFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Serves the page to this computer's browser, and the IPC contract to the page: `POST /ipc/<name>` with the input as
 * JSON (no body where the contract wants none) and `GET /events` with status snapshots as server-sent events.
 *
 * Other programs and web pages can reach a loopback port too, so each request must name this server as its host
 * (otherwise a rebound DNS name could read the answers), a POST must come from this page's own origin, and all but the
 * exchange of the key needs the session cookie. The key holds 256 bits, works once, and leaves the address bar at once.
 *
 * Fails with `port-taken`, with `option-invalid` for a port that cannot be listened on, and with `unexpected` where the
 * page was never built.
 */
export async function startPageServer(options: PageServerOptions): Promise<Result<PageServer, AppError>> {
  const { app, rendererFolder, onFault = () => undefined } = options;
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65535) {
    return err(appError('option-invalid', `port ${options.port}`));
  }
  const files = await readPage(rendererFolder);
  if (files === null) return err(appError('unexpected', 'its page was not built (npm run build)'));

  const key = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  const handlers = createIpcHandlers(app);
  const openStreams = new Set<() => void>();
  let keyUsed = false;
  let port = options.port;
  const origin = (): string => `http://127.0.0.1:${port}`;
  // Because cookies do not tell ports apart: two pages on one computer must not sign each other out.
  const cookieName = (): string => `calsync_session_${port}`;
  const inSession = (context: Context): boolean => isSecret(getCookie(context, cookieName()), session);

  const server = new Hono();
  server.use(async (context, next) => {
    if (context.req.header('Host') === `127.0.0.1:${port}`) await next();
    else
      context.res = context.html(
        plainPage('This address is not known here.', 'Open the address that CalSync printed.'),
        403,
      );
    for (const [name, value] of strictHeaders) context.res.headers.set(name, value);
  });

  server.get('/', (context) => {
    const offered = context.req.query('key');
    if (offered === undefined) return inSession(context) ? serveFile(context, files, 'index.html') : refused(context);
    if (inSession(context)) return context.redirect('/', 303);
    // A HEAD request comes from something that only looks, so it must not use up the key.
    if (keyUsed || context.req.raw.method !== 'GET' || !isSecret(offered, key)) return refused(context);
    keyUsed = true;
    setCookie(context, cookieName(), session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.redirect('/', 303);
  });

  server.post('/ipc/:name', bodyLimit({ maxSize: largestInput, onError: refusedCall }), async (context) => {
    if (!inSession(context) || context.req.header('Origin') !== origin()) return refusedCall(context);
    const input = await readInput(context);
    const answer = input.ok
      ? await callIpc(handlers, context.req.param('name'), input.value, (name, fault) => onFault(`ipc ${name}`, fault))
      : input;
    return context.json(answer, !answer.ok && answer.error.code === 'request-invalid' ? 400 : 200);
  });

  server.get('/events', (context) => {
    if (!inSession(context)) return refused(context);
    return streamSSE(context, async (stream) => {
      let latest: Status | null = app.status();
      let ended = false;
      let wake: () => void = () => undefined;
      const end = (): void => {
        ended = true;
        wake();
      };
      const unsubscribe = app.onStatus((status) => {
        latest = status;
        wake();
      });
      openStreams.add(end);
      stream.onAbort(end);
      try {
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- `end` changes it while this waits
        while (!ended) {
          const status: Status | null = latest;
          latest = null;
          if (status === null) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          const parsed = statusSchema.safeParse(status);
          if (parsed.success) await stream.writeSSE({ event: 'status', data: JSON.stringify(parsed.data) });
          else onFault('events', parsed.error);
          await sleep(snapshotPause);
        }
      } finally {
        unsubscribe();
        openStreams.delete(end);
      }
    });
  });

  server.get('*', (context) => {
    if (!inSession(context)) return refused(context);
    return serveFile(context, files, context.req.path.slice(1));
  });

  server.notFound((context) => context.html(plainPage('There is nothing here.', 'Go back to the start.'), 404));
  server.onError((fault, context) => {
    onFault('page', fault);
    return context.html(plainPage('CalSync met a fault of its own.', 'Reload the page.'), 500);
  });

  const listener = createAdaptorServer({ fetch: server.fetch });
  if (!(listener instanceof Server)) throw new Error('Expected a plain HTTP server.');
  const listening = await listen(listener, port);
  if (!listening.ok) return listening;
  port = listening.value;

  return ok({
    url: `${origin()}/?key=${key}`,
    port,
    async close() {
      for (const end of openStreams) end();
      await new Promise<void>((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      });
    },
  });
}

/** Takes the folder of the built page; returns its files by their path in addresses, or null where there is no page. */
async function readPage(folder: string): Promise<ReadonlyMap<string, PageFile> | null> {
  const files = new Map<string, PageFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const type = pageMediaTypes.get(extname(entry.name));
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path).split(sep).join('/'), { type, body: new Uint8Array(await readFile(path)) });
  }
  // Because only what was read here can be served, no address reaches another file of this computer.
  return files.has('index.html') ? files : null;
}

function serveFile(context: Context, files: ReadonlyMap<string, PageFile>, path: string): Response | Promise<Response> {
  const file = files.get(path);
  return file ? context.body(file.body, 200, { 'Content-Type': file.type }) : context.notFound();
}

async function readInput(context: Context): Promise<Result<unknown, AppError>> {
  const text = await context.req.text();
  if (text === '') return ok(undefined);
  if (context.req.header('Content-Type')?.split(';')[0]?.trim() !== 'application/json') {
    return err(appError('request-invalid'));
  }
  try {
    return ok(JSON.parse(text));
  } catch {
    return err(appError('request-invalid'));
  }
}

function refused(context: Context): Response | Promise<Response> {
  const page = plainPage(
    'This page belongs to one browser, and its address works only once.',
    'Go back to the tab where you opened it first, or start CalSync again and open the address that it prints.',
  );
  return context.html(page, 403);
}

function refusedCall(context: Context): Response {
  return context.json(err(appError('request-invalid')), 403);
}

/** Takes two sentences of ours (never anything from a request); returns a page that says them. */
function plainPage(sentence: string, action: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>CalSync</title><h1>CalSync</h1><p>${sentence}</p><p>${action}</p></html>`;
}

/** Compares in a time that does not depend on where the two differ. */
function isSecret(offered: string | undefined, secret: string): boolean {
  if (offered === undefined) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(offered), digest(secret));
}

/** Takes a server and a port; resolves to the port that it listens on. */
function listen(server: Server, port: number): Promise<Result<number, AppError>> {
  return new Promise((resolve) => {
    server.once('error', (fault: NodeJS.ErrnoException) => {
      const taken = fault.code === 'EADDRINUSE';
      resolve(err(taken ? appError('port-taken', `${port}`) : appError('option-invalid', `port ${port}`, fault.code)));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(ok(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
