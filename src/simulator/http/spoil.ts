import { isObject } from '../state/event-content.ts';
import type { FaultKind } from '../state/faults.ts';

type Body = Record<string, unknown>;
type Spoil = (body: Body) => Body;

/** What each of these faults makes of a sound answer: the deed is done, the listing is made, the answer is wrong. */
const spoils: { readonly [Kind in FaultKind]?: Spoil } = {
  noTokens: (body) => ({ ...body, nextPageToken: undefined, nextSyncToken: undefined }),
  otherKind: (body) => ({ ...body, kind: 'calendar#freeBusy' }),
  unreadableTimes: (body) => withLastRow(body, (row) => ({ ...row, start: { dateTime: 'soon' } })),
  namelessRow: (body) => withLastRow(body, (row) => ({ ...row, id: 7 })),
  otherEvent: (body) => ({ ...body, id: 'cs0000000000000000000000000000000000000000000000000000' }),
  untagged: (body) => ({ ...body, extendedProperties: undefined }),
};

function withLastRow(body: Body, change: (row: Body) => Body): Body {
  const items: readonly unknown[] = Array.isArray(body['items']) ? body['items'] : [];
  const last = items.findLastIndex((item) => isObject(item) && item['status'] !== 'cancelled');
  return { ...body, items: items.map((item, index) => (index === last && isObject(item) ? change(item) : item)) };
}

/** Takes a success and the kinds of faults that struck its request; returns it as they make it. */
export async function spoiled(response: Response, kinds: readonly FaultKind[]): Promise<Response> {
  const changes = kinds.map((kind) => spoils[kind]).filter((change) => change !== undefined);
  if (changes.length === 0 || response.status !== 200) return response;
  const body: unknown = JSON.parse(await response.text());
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  const changed = changes.reduce<Body>((now, change) => change(now), isObject(body) ? body : {});
  return new Response(JSON.stringify(changed), { status: 200, headers });
}
