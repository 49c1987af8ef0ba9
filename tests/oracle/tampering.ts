/** An answer to a list of events, as JSON. */
export type Body = Readonly<Record<string, unknown>> & { readonly items?: readonly Row[] };
type Row = Readonly<Record<string, unknown>>;

/** An answer on its way to the client. */
export interface Sent {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

/** What tampering has at hand beside the answer. */
export interface Reach {
  /** Chance: a number from 0 up to 1, without it. */
  readonly chance: () => number;
  /** Asks the service for another list: the same one with other parameters, or that of another calendar. */
  readonly ask: (change: (url: URL) => void) => Promise<Body>;
  /** Two other calendars of the same account: one with events, and an empty one. */
  readonly full: string;
  readonly empty: string;
  /** An answer of the same calendar to an earlier read, where there was one. */
  readonly earlier: Body | null;
  /** What the next page shows instead, by its token; null takes nothing. */
  readonly later: Map<string, Body>;
}

/**
 * One way in which a read can be wrong. `known`: a client can know that the answer proves nothing, or it says nothing wrong, so
 * that no block may go. Otherwise nobody can, and the breaker bounds what goes.
 */
export interface Mode {
  readonly name: string;
  readonly known: boolean;
  /** Whether it takes several pages. */
  readonly paged?: boolean;
  readonly tamper: (body: Body, reach: Reach) => Promise<Body | Sent> | Body | Sent;
}

/** What an answer in JSON says of itself. */
export const asJson = 'application/json; charset=UTF-8';
/** Tells an answer that is no JSON any more from a body. */
export const isSent = (one: Body | Sent): one is Sent => 'text' in one && 'type' in one;

const rowsOf = (body: Body): readonly Row[] => body.items ?? [];
const sentAs = (text: string, status = 200, type = asJson): Sent => ({ status, text, type });
const noTokens = { nextPageToken: undefined, nextSyncToken: undefined };

/** Takes rows and chance; returns them with one changed, of the live ones. */
function withOne(body: Body, { chance }: Reach, change: (row: Row) => Row): Body {
  const rows = rowsOf(body);
  const live = rows.flatMap((row, index) => (row['status'] === 'cancelled' ? [] : [index]));
  const chosen = live[Math.floor(chance() * live.length)];
  return { ...body, items: rows.map((row, index) => (index === chosen ? change(row) : row)) };
}

const each = (body: Body, change: (row: Row) => Row): Body => ({ ...body, items: rowsOf(body).map(change) });

/** Takes another calendar; returns what makes an address that of a whole list of it, because its tokens are not known. */
const fromTheStartOf =
  (calendar: string) =>
  (url: URL): void => {
    url.pathname = `/calendar/v3/calendars/${encodeURIComponent(calendar)}/events`;
    url.searchParams.delete('syncToken');
    url.searchParams.delete('pageToken');
  };

/** All ways, in the order of the table in docs/reliability.md. */
export const modes: readonly Mode[] = [
  { name: 'an empty body', known: true, tamper: () => sentAs('') },
  { name: 'an empty object', known: true, tamper: () => sentAs('{}') },
  {
    name: 'null, a list, a text',
    known: true,
    tamper: (_, { chance }) => sentAs(['null', '[]', '"ok"'][Math.floor(chance() * 3)] ?? ''),
  },
  { name: 'no content (204)', known: true, tamper: () => sentAs('', 204) },
  { name: 'neither page token nor sync token', known: true, tamper: (body) => ({ ...body, ...noTokens }) },
  { name: 'no rows and no tokens', known: true, tamper: (body) => ({ ...body, ...noTokens, items: [] }) },
  {
    name: 'JSON cut anywhere',
    known: true,
    tamper: (body, { chance }) => {
      const text = JSON.stringify(body);
      return sentAs(text.slice(0, Math.floor(chance() * text.length)));
    },
  },
  {
    name: 'JSON cut after a row',
    known: true,
    tamper: (body, { chance }) => {
      const rows = rowsOf(body).slice(0, Math.floor(chance() * rowsOf(body).length));
      const whole = JSON.stringify({ ...body, ...noTokens, items: rows });
      return sentAs(whole.slice(0, whole.lastIndexOf(']')));
    },
  },
  {
    name: 'HTML',
    known: true,
    tamper: () => sentAs('<!DOCTYPE html><title>Sign in to the network</title>', 200, 'text/html'),
  },
  { name: 'another kind', known: true, tamper: (body) => ({ ...body, kind: 'calendar#freeBusy' }) },
  {
    name: 'another calendar, from the start',
    known: true,
    tamper: (_, { ask, full }) => ask(fromTheStartOf(full)),
  },
  {
    name: 'times that cannot be parsed',
    known: true,
    tamper: (body, reach) => withOne(body, reach, (row) => ({ ...row, start: { dateTime: 'soon' } })),
  },
  {
    name: 'all times unparsable',
    known: true,
    tamper: (body) => each(body, (row) => ({ ...row, end: { dateTime: '' } })),
  },
  {
    name: 'a row whose id is none',
    known: true,
    tamper: (body, reach) => withOne(body, reach, (row) => ({ ...row, id: 7 })),
  },
  {
    name: 'a row that is no object',
    known: true,
    tamper: (body, reach) => withOne(body, reach, () => null as unknown as Row),
  },
  { name: 'rows twice', known: true, tamper: (body) => ({ ...body, items: [...rowsOf(body), ...rowsOf(body)] }) },
  { name: 'rows in another order', known: true, tamper: (body) => ({ ...body, items: rowsOf(body).toReversed() }) },
  {
    name: 'two pages in each other’s place',
    known: true,
    paged: true,
    tamper: async (body, { ask, later }) => {
      const token = body['nextPageToken'];
      if (typeof token !== 'string') return body;
      const next = await ask((url) => url.searchParams.set('pageToken', token));
      later.set(token, { ...next, items: rowsOf(body) });
      return { ...body, items: rowsOf(next) };
    },
  },
  {
    name: 'foreign etags',
    known: true,
    tamper: (body) => each({ ...body, etag: '"7"' }, (row) => ({ ...row, etag: '"7"' })),
  },
  {
    name: 'a weaker access',
    known: true,
    tamper: (body) => ({ ...body, accessRole: 'freeBusyReader' }),
  },
  {
    name: 'no private properties',
    known: true,
    tamper: (body) => each(body, (row) => ({ ...row, extendedProperties: undefined })),
  },
  { name: 'another calendar, an empty one', known: false, tamper: (_, { ask, empty }) => ask(fromTheStartOf(empty)) },
  {
    name: 'a page lost',
    known: false,
    paged: true,
    tamper: (body, { ask }) => {
      const token = body['nextPageToken'];
      return typeof token === 'string' ? ask((url) => url.searchParams.set('pageToken', token)) : body;
    },
  },
  {
    name: 'rows missing',
    known: false,
    tamper: (body, { chance }) => ({ ...body, items: rowsOf(body).filter(() => chance() < 0.7) }),
  },
  {
    name: 'cut at a row, tokens whole',
    known: false,
    tamper: (body, { chance }) => ({
      ...body,
      items: rowsOf(body).slice(0, Math.floor(chance() * rowsOf(body).length)),
    }),
  },
  { name: 'no rows, tokens whole', known: false, tamper: (body) => ({ ...body, items: [] }) },
  {
    name: 'all rows cancelled',
    known: false,
    tamper: (body) => each(body, (row) => ({ ...row, status: 'cancelled' })),
  },
  {
    name: 'a wrong id',
    known: false,
    tamper: (body, reach) => withOne(body, reach, (row) => ({ ...row, id: 'anothers0event0id' })),
  },
  { name: 'a stale answer', known: false, tamper: (body, { earlier }) => earlier ?? body },
];
