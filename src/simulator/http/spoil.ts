import { gzipSync } from 'node:zlib';
import { isObject } from '../state/event-content.ts';
import type { Fault, FaultKind } from '../state/faults.ts';

type Body = Record<string, unknown>;
type Spoil = (body: Body, fault: Fault) => Body;

/** What each of these faults makes of a sound answer: the deed is done, the listing is made, the answer is wrong. */
const spoils: { readonly [Kind in FaultKind]?: Spoil } = {
  noTokens: (body) => ({ ...body, nextPageToken: undefined, nextSyncToken: undefined }),
  otherKind: (body) => ({ ...body, kind: 'calendar#freeBusy' }),
  unreadableTimes: (body) => withLastRow(body, (row) => ({ ...row, start: { dateTime: 'soon' } })),
  namelessRow: (body) => withLastRow(body, (row) => ({ ...row, id: 7 })),
  otherEvent: (body) => ({ ...body, id: 'cs0000000000000000000000000000000000000000000000000000' }),
  untagged: (body) => ({ ...body, extendedProperties: undefined }),
  largeRows: (body, { rowBytes, event }) => ({
    ...body,
    items: rowsOf(body).map((row) =>
      // What is asked for by its name alone is as small as that.
      isObject(row) && row['start'] !== undefined && (event === undefined || row['id'] === event)
        ? { ...row, htmlLink: 'x'.repeat(rowBytes) }
        : row,
    ),
  }),
  samePageToken: (body) => ({ ...body, nextPageToken: 'the-same-again', nextSyncToken: undefined }),
  emptyPagesWithoutEnd: (body, { hits }) => ({
    ...body,
    items: [],
    nextPageToken: `empty-${hits}`,
    nextSyncToken: undefined,
  }),
};

/** Faults whose page tokens are known to nobody, so that each of their pages is listed as a first one. */
const withOwnTokens: ReadonlySet<FaultKind> = new Set<FaultKind>(['samePageToken', 'emptyPagesWithoutEnd']);

/** Takes a request and the faults that struck it; returns it as it is to be listed. */
export function withoutOwnTokens(request: Request, struck: readonly Fault[]): Request {
  if (!struck.some(({ kind }) => withOwnTokens.has(kind))) return request;
  const url = new URL(request.url);
  url.searchParams.delete('pageToken');
  return new Request(url, { headers: request.headers });
}

/** More than any client should take. */
const bombBytes = 40 * 1024 * 1024;

/** Takes an answer and the faults that struck its request; returns it as the connection brings it. */
export async function brought(
  response: Response,
  struck: readonly Fault[],
  sleep: (ms: number) => Promise<void>,
): Promise<Response> {
  const fault = struck.find(({ kind }) => kind === 'gzipBomb' || kind === 'trickle' || kind === 'stall');
  if (fault === undefined) return response;
  const { status } = response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  headers.set('content-encoding', fault.kind === 'gzipBomb' ? 'gzip' : 'identity');
  if (fault.kind === 'gzipBomb') {
    return new Response(new Uint8Array(gzipSync(Buffer.alloc(bombBytes, ' '), { level: 1 })), { status, headers });
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const half = Math.floor(bytes.length / 2);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (fault.kind === 'stall') {
        if (sent === 0) controller.enqueue(bytes.slice(0, half));
        sent = half;
        // Never closed, and nothing more comes.
        await new Promise(() => undefined);
      }
      await sleep(fault.delayMs);
      controller.enqueue(bytes.slice(sent, sent + 1));
      sent += 1;
      if (sent >= bytes.length) controller.close();
    },
  });
  return new Response(body, { status, headers });
}

const rowsOf = (body: Body): readonly unknown[] => (Array.isArray(body['items']) ? body['items'] : []);

function withLastRow(body: Body, change: (row: Body) => Body): Body {
  const items = rowsOf(body);
  const last = items.findLastIndex((item) => isObject(item) && item['status'] !== 'cancelled');
  return { ...body, items: items.map((item, index) => (index === last && isObject(item) ? change(item) : item)) };
}

/** Takes a success and the faults that struck its request; returns it as they make it. */
export async function spoiled(response: Response, struck: readonly Fault[]): Promise<Response> {
  const changes = struck.filter(({ kind }) => spoils[kind] !== undefined);
  if (changes.length === 0 || response.status !== 200) return response;
  const body: unknown = JSON.parse(await response.text());
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  const changed = changes.reduce<Body>(
    (now, fault) => spoils[fault.kind]?.(now, fault) ?? now,
    isObject(body) ? body : {},
  );
  return new Response(JSON.stringify(changed), { status: 200, headers });
}
