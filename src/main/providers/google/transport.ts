import { calendar_v3 } from '@googleapis/calendar';
import { gaxios } from 'google-auth-library';
import { minute, type Instant } from '../../../shared/time.ts';
import { boundaryOf, readBatch, writeBatch, type BatchPart } from './batch.ts';
import type { GoogleEndpoints } from './endpoints.ts';
import type { Answer, NetworkFault } from './failures.ts';

/** What came of one request. */
export type Exchange =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'unanswered'; readonly fault: NetworkFault }
  /** The caller's signal was aborted. */
  | { readonly kind: 'aborted' };

/** A batch that came back whole enough to be taken apart; parts that are missing have an unknown outcome. */
export type BatchExchange = Exchange | { readonly kind: 'parts'; readonly answers: ReadonlyMap<number, Answer> };

export interface Transport {
  listCalendars(
    token: string,
    query: calendar_v3.Params$Resource$Calendarlist$List,
    signal: AbortSignal | undefined,
  ): Promise<Exchange>;
  listEvents(
    token: string,
    query: calendar_v3.Params$Resource$Events$List,
    signal: AbortSignal | undefined,
  ): Promise<Exchange>;
  sendBatch(token: string, parts: readonly BatchPart[], signal: AbortSignal | undefined): Promise<BatchExchange>;
}

export interface TransportOptions {
  readonly endpoints: GoogleEndpoints;
  /** Milliseconds after which a request counts as lost. */
  readonly timeout?: number;
  /** Told the `Date` of each success (RFC 9110 §6.6.1): somebody in between who answers for Google has a clock of their own. */
  readonly onDate?: (date: Instant) => void;
  /** Replaces the HTTP client's own `fetch`. */
  readonly fetch?: typeof fetch;
}

const boundary = 'calsync_batch';

/**
 * Takes endpoints; returns what carries requests to them and brings back status, headers and text, whatever they are.
 * One request each: the libraries' retries are off, because they know neither our budget nor which 403 may be retried
 * (reference §7.6). Connections are kept alive and answers gzipped; a system's HTTPS_PROXY is honoured.
 */
export function createTransport(options: TransportOptions): Transport {
  const calendar = new calendar_v3.Calendar({ rootUrl: options.endpoints.calendarRoot });
  const client = new gaxios.Gaxios();
  const dated = async (sending: Promise<Exchange>): Promise<Exchange> => {
    const sent = await sending;
    if (sent.kind === 'answered' && sent.answer.status >= 200 && sent.answer.status < 300) {
      const date = Date.parse(sent.answer.header('date') ?? '');
      if (!Number.isNaN(date)) options.onDate?.(date);
    }
    return sent;
  };

  const settings = (token: string, signal: AbortSignal | undefined) => ({
    retry: false,
    timeout: options.timeout ?? minute,
    responseType: 'text' as const,
    validateStatus: () => true,
    // A redirect is never Google's doing, and following one would show the token to somebody else.
    redirect: 'manual' as const,
    noProxy: ['127.0.0.1', 'localhost', '[::1]'],
    headers: { Authorization: `Bearer ${token}` },
    ...(signal === undefined ? {} : { signal }),
    ...(options.fetch === undefined ? {} : { fetchImplementation: options.fetch }),
  });

  return {
    listCalendars: (token, query, signal) =>
      dated(exchange(() => calendar.calendarList.list(query, settings(token, signal)), signal)),
    listEvents: (token, query, signal) =>
      dated(exchange(() => calendar.events.list(query, settings(token, signal)), signal)),

    async sendBatch(token, parts, signal) {
      const common = settings(token, signal);
      const headers = {
        ...common.headers,
        'Content-Type': `multipart/mixed; boundary=${boundary}`,
        'Accept-Encoding': 'gzip',
        'User-Agent': 'calsync (gzip)',
      };
      const sent = await exchange(
        () =>
          client.request({
            ...common,
            headers,
            method: 'POST',
            url: options.endpoints.batchUrl,
            data: writeBatch(parts, boundary),
          }),
        signal,
      );
      if (sent.kind !== 'answered' || sent.answer.status < 200 || sent.answer.status > 299) return sent;
      const answerBoundary = boundaryOf(sent.answer.header('content-type'));
      if (answerBoundary === null) return sent;
      return { kind: 'parts', answers: readBatch(sent.answer.body, answerBoundary) };
    },
  };
}

interface RawResponse {
  readonly status: number;
  readonly headers: unknown;
  readonly data: unknown;
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

async function exchange(request: () => Promise<RawResponse>, signal: AbortSignal | undefined): Promise<Exchange> {
  if (isAborted(signal)) return { kind: 'aborted' };
  try {
    const response = await request();
    // Because the two libraries hand headers over in different forms.
    const headers = new Headers(response.headers as ConstructorParameters<typeof Headers>[0]);
    const body = typeof response.data === 'string' ? response.data : '';
    return {
      kind: 'answered',
      answer: { status: response.status, header: (name) => headers.get(name), body },
    };
  } catch (error) {
    // The error itself goes no further: it holds the whole request, token included.
    return isAborted(signal) ? { kind: 'aborted' } : { kind: 'unanswered', fault: faultOf(error) };
  }
}

const connectingCalls = new Set(['connect', 'getaddrinfo', 'queryA', 'queryAaaa']);

/** Takes what an HTTP client threw; returns the first code in its chain of causes, and whether it was connecting. */
function faultOf(error: unknown): NetworkFault {
  let code: string | null = null;
  let connecting = false;
  let current: unknown = error;
  for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth += 1) {
    const link = current as Record<string, unknown>;
    if (code === null && typeof link['code'] === 'string') code = link['code'];
    const call = link['syscall'] ?? link['erroredSysCall'];
    if (typeof call === 'string' && connectingCalls.has(call)) connecting = true;
    const name = link['name'];
    if (code === null && (name === 'TimeoutError' || name === 'AbortError')) code = name;
    // With several addresses to try, Node reports them together (AggregateError).
    current = link['cause'] ?? (Array.isArray(link['errors']) ? link['errors'][0] : undefined);
  }
  return { code: code ?? 'unknown', connecting };
}
