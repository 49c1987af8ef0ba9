import { gzipSync } from 'node:zlib';
import type { HttpBindings, Http2Bindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import type { Backend } from '../backend.ts';
import {
  authError,
  backendError,
  conflict,
  insufficientScope,
  notFound,
  quotaExceeded,
  rateLimited,
  refusedBecause,
} from '../failures.ts';
import type { Fault } from '../state/faults.ts';
import type { AccessGrant } from '../state/grants.ts';
import type { ListFaults } from '../state/reads/listing.ts';
import { requestKind } from '../state/request-log.ts';
import { primaryId } from '../state/service.ts';
import { answerFailure } from './answers.ts';
import type { BatchPart, RequestBindings, SimulatorEnvironment } from './environment.ts';
import { scopesCover } from './scopes.ts';
import { brought, spoiled, withoutOwnTokens } from './spoil.ts';

/** How the simulator waits when a fault makes an answer slow; real time unless a test says otherwise. */
export type Sleep = (ms: number) => Promise<void>;

/** What node-server calls for every request. */
export type RequestHandler = (request: Request, bindings: HttpBindings | Http2Bindings) => Promise<Response>;

/** A simulator's two doors: for requests that come over a socket, and for those of the same process. */
export interface Doors {
  readonly served: RequestHandler;
  /** Takes a request; returns its answer. Rejects as `fetch` does where the connection is cut (`ECONNRESET`). */
  readonly direct: (request: Request) => Promise<Response>;
}

/**
 * Wraps the application: every request and every part of a batch is checked for its token, scopes and quota, struck by
 * faults, and written into the log. Control requests pass through unseen, so that they never count.
 */
export function observeRequests(backend: Backend, app: Hono<SimulatorEnvironment>, sleep: Sleep): Doors {
  const minutes = new QuotaMinutes();

  async function handle(request: Request, part: BatchPart | undefined): Promise<Response | undefined> {
    const url = new URL(request.url);
    const path = decodeSafely(url.pathname);
    const method = request.method;
    const bodyText = method === 'GET' || method === 'HEAD' ? '' : await request.text();
    const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    const grant = bearer === undefined ? undefined : backend.grants.accessGrant(bearer);
    const at = backend.service.now();
    const line = { cut: false };
    const cut = () => {
      line.cut = true;
      part?.cut();
    };
    const bindings: RequestBindings = {
      backend,
      grant,
      listFaults: {},
      requestNumber: 0,
      bodyText,
      cut,
      handlePart: async (inner, innerPart) => (await handle(inner, innerPart)) ?? new Response(null, { status: 500 }),
    };
    if (path === '/' || path.startsWith('/_control')) return app.fetch(request, bindings);

    const kind = requestKind(method, url.pathname);
    const requestNumber = backend.requests.reserve();
    const struck = backend.faults.strike({
      method,
      path,
      request: kind,
      calendars: calendarsOf(backend, url.pathname, grant),
      account: grant?.email,
      inBatch: part !== undefined,
      hasSyncToken: url.searchParams.has('syncToken'),
      hasPageToken: url.searchParams.has('pageToken'),
    });
    const slow = struck.find((fault) => fault.kind === 'slow');
    if (slow !== undefined) await sleep(slow.delayMs);

    let response: Response;
    if (struck.some((fault) => fault.kind === 'cutBeforeCommit')) {
      cut();
      response = new Response(null, { status: 500 });
    } else {
      const asked = struck.some((fault) => fault.kind === 'otherCalendar')
        ? ofAnother(backend, request, grant)
        : withoutOwnTokens(request, struck);
      response =
        faultAnswer(struck) ??
        gate(url.pathname, kind, grant) ??
        (await app.fetch(asked, { ...bindings, requestNumber, listFaults: listFaults(struck) }));
    }
    response = await spoiled(response, struck);
    if (struck.some((fault) => fault.kind === 'cutAfterCommit')) cut();
    if (struck.some((fault) => fault.kind === 'truncatedJson')) response = await truncated(response);
    if (!line.cut) response = await brought(response, struck, sleep);
    backend.requests.add({
      number: requestNumber,
      at,
      account: grant?.email,
      method,
      path,
      query: Object.fromEntries(url.searchParams),
      status: line.cut ? 0 : response.status,
      kind,
      batch: part?.batch,
      body: kind === 'batch' || !path.startsWith('/calendar/') ? undefined : readJson(bodyText),
      faults: struck.map((fault) => fault.kind),
    });
    return line.cut && part === undefined ? undefined : response;
  }

  /** Refuses a call for its token, its scopes or the quota, before it is looked at. */
  function gate(path: string, kind: string, grant: AccessGrant | undefined): Response | undefined {
    if (!path.startsWith('/calendar/')) return undefined;
    if (grant === undefined) return answerFailure(authError());
    if (!scopesCover(kind, grant.scopes)) return answerFailure(insufficientScope());
    const quota = backend.service.switches.quotaPerMinute;
    if (quota !== null && minutes.count(grant.email, backend.service.now()) > quota) {
      return answerFailure(rateLimited(403, 'rateLimitExceeded'));
    }
    return undefined;
  }

  return {
    served: async (request, node) => {
      const response = await handle(request, undefined);
      if (response === undefined) {
        node.incoming.socket.destroy();
        return RESPONSE_ALREADY_SENT;
      }
      return dated(await compressed(request, response), backend.service.now());
    },
    direct: async (request) => {
      const response = await handle(request, undefined);
      if (response === undefined) {
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
        });
      }
      return dated(received(response, request.signal), backend.service.now());
    },
  };
}

/** Takes an answer and what ends its request; returns it as `fetch` hands it over: unpacked, and broken off where that ends. */
function received(response: Response, signal: AbortSignal): Response {
  const { body, status, headers } = response;
  if (body === null) return response;
  const packed = headers.get('content-encoding') === 'gzip';
  const arriving = packed ? body.pipeThrough(new DecompressionStream('gzip'), { signal }) : body;
  return new Response(arriving.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal }), {
    status,
    headers,
  });
}

/** Requests of each account in the last minute, for the sliding quota (google-calendar.md §4.2). */
class QuotaMinutes {
  readonly #requests = new Map<string, number[]>();

  /** Counts a request in, and returns how many the account made in the last 60 seconds. */
  count(email: string, now: number): number {
    const recent = (this.#requests.get(email) ?? []).filter((at) => at > now - 60_000);
    recent.push(now);
    this.#requests.set(email, recent);
    return recent.length;
  }
}

function listFaults(struck: readonly Fault[]): ListFaults {
  const has = (kind: Fault['kind']) => struck.some((fault) => fault.kind === kind);
  return {
    syncTokenExpired: has('syncTokenExpired'),
    syncTokenRefused: has('syncTokenRefused'),
    pageTokenExpired: has('pageTokenExpired'),
    duplicateRow: has('duplicateRow'),
    cancelledMasterLeak: has('cancelledMasterLeak'),
    lagMs: struck.find((fault) => fault.kind === 'delayedVisibility')?.delayMs ?? 0,
  };
}

function faultAnswer(struck: readonly Fault[]): Response | undefined {
  for (const fault of struck) {
    switch (fault.kind) {
      case 'unauthorized':
        return answerFailure(authError());
      case 'rateLimitExceeded':
      case 'userRateLimitExceeded':
        return answerFailure(rateLimited(403, fault.kind, fault.retryAfterSeconds));
      case 'tooManyRequests':
        return answerFailure(rateLimited(429, 'rateLimitExceeded', fault.retryAfterSeconds));
      case 'quotaExceeded':
        return answerFailure(quotaExceeded());
      case 'notFound':
        return answerFailure(notFound());
      case 'conflict':
        return answerFailure(conflict());
      case 'status500':
        return answerFailure(backendError(500));
      case 'status503':
        return answerFailure(backendError(503));
      case 'html':
        return new Response(
          '<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title><p>That’s an error.</html>',
          { status: 502, headers: { 'content-type': 'text/html; charset=UTF-8' } },
        );
      case 'notACalendarUser':
        return answerFailure(
          refusedBecause(403, 'notACalendarUser', 'The user must be signed up for Google Calendar.', 'calendar'),
        );
      case 'dailyLimitExceededUnreg':
        return answerFailure(
          refusedBecause(
            403,
            'dailyLimitExceededUnreg',
            'Daily Limit for Unauthenticated Use Exceeded. Continued use requires signup.',
            'usageLimits',
          ),
        );
      case 'unknownRefusal':
        return answerFailure(refusedBecause(403, 'neverHeardOf', 'Something new.', 'calendar'));
      case 'truncatedJson':
      case 'cutBeforeCommit':
      case 'cutAfterCommit':
      case 'slow':
      case 'syncTokenExpired':
      case 'syncTokenRefused':
      case 'pageTokenExpired':
      case 'duplicateRow':
      case 'cancelledMasterLeak':
      case 'delayedVisibility':
      case 'noTokens':
      case 'otherKind':
      case 'otherCalendar':
      case 'unreadableTimes':
      case 'namelessRow':
      case 'otherEvent':
      case 'untagged':
      case 'trickle':
      case 'stall':
      case 'gzipBomb':
      case 'largeRows':
      case 'samePageToken':
      case 'emptyPagesWithoutEnd':
        break;
    }
  }
  return undefined;
}

/** By the simulator's own clock: a client tells from it whether its own is right (RFC 9110 §6.6.1). */
function dated(response: Response, now: number): Response {
  response.headers.set('date', new Date(now).toUTCString());
  return response;
}

async function truncated(response: Response): Promise<Response> {
  // An answer without a body has nothing to be cut.
  if (response.body === null) return response;
  const text = await response.text();
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(text.slice(0, Math.floor(text.length / 2)), { status: response.status, headers });
}

/** A list of events asked of the account's next calendar instead, from the start: that one's tokens are not known. */
function ofAnother(backend: Backend, request: Request, grant: AccessGrant | undefined): Request {
  const url = new URL(request.url);
  const [named] = calendarsOf(backend, url.pathname, grant).slice(-1);
  const entries = [...(backend.service.accounts.get(grant?.email ?? '')?.entries.keys() ?? [])];
  const other = entries.find((id) => id !== named) ?? named ?? '';
  url.pathname = `/calendar/v3/calendars/${encodeURIComponent(other)}/events`;
  url.searchParams.delete('syncToken');
  url.searchParams.delete('pageToken');
  return new Request(url, { headers: request.headers });
}

async function compressed(request: Request, response: Response): Promise<Response> {
  const accepts = /\bgzip\b/i.test(request.headers.get('accept-encoding') ?? '');
  if (!accepts || response.body === null || response.headers.has('content-encoding')) return response;
  const bytes = Buffer.from(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  if (bytes.length < 1024) return new Response(new Uint8Array(bytes), { status: response.status, headers });
  headers.set('content-encoding', 'gzip');
  headers.delete('content-length');
  return new Response(new Uint8Array(gzipSync(bytes, { level: 1 })), { status: response.status, headers });
}

function calendarsOf(backend: Backend, path: string, grant: AccessGrant | undefined): string[] {
  const match = /^\/calendar\/v3\/calendars\/([^/]+)/.exec(path);
  if (match?.[1] === undefined) return [];
  const named = decodeSafely(match[1]);
  const account = grant === undefined ? undefined : backend.service.accounts.get(grant.email);
  const primary = named === 'primary' ? primaryId(account) : undefined;
  return primary === undefined ? [named] : [named, primary];
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
