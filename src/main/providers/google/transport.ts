import * as http from 'node:http';
import * as https from 'node:https';
import { calendar_v3 } from '@googleapis/calendar';
import { gaxios } from 'google-auth-library';
import type { Instant } from '../../../shared/time.ts';
import { boundaryOf, readBatch, writeBatch, type BatchPart } from './batch.ts';
import type { GoogleEndpoints } from './endpoints.ts';
import type { Answer, NetworkFault } from './failures.ts';
import { answerLimits, watchAnswer, type AnswerLimits, type Overrun } from './limits.ts';

/** What came of one request. */
export type Exchange =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'unanswered'; readonly fault: NetworkFault }
  /** A success that unpacks to more than is read; none of it was kept. */
  | { readonly kind: 'too-large' }
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
  /** Time and size of each request; `answerLimits` where it says nothing. */
  readonly limits?: Partial<AnswerLimits>;
  /** Told the `Date` of each success (RFC 9110 §6.6.1): somebody in between who answers for Google has a clock of their own. */
  readonly onDate?: (date: Instant) => void;
  /** Takes an address; returns the agent that its requests go by. Node's own, without any proxy, unless told. */
  readonly agentFor?: (address: URL) => http.Agent;
  /** Replaces the HTTP client's own `fetch`. */
  readonly fetch?: typeof fetch;
}

const boundary = 'calsync_batch';

/**
 * Takes endpoints; returns what carries requests to them and brings back status, headers and text, whatever they are.
 * One request each: the libraries' retries are off, because they know neither our budget nor which 403 may be retried
 * (google-calendar.md §7.6). Connections are kept alive and answers gzipped.
 */
export function createTransport(options: TransportOptions): Transport {
  const calendar = new calendar_v3.Calendar({ rootUrl: options.endpoints.calendarRoot });
  const client = new gaxios.Gaxios();
  const limits: AnswerLimits = { ...answerLimits, ...options.limits };
  // Always given, because the library would otherwise look for proxies itself, by rules of its own.
  const agent =
    options.agentFor ?? ((address: URL) => (address.protocol === 'https:' ? https.globalAgent : http.globalAgent));
  const dated = async (sending: Promise<Exchange>): Promise<Exchange> => {
    const sent = await sending;
    if (sent.kind === 'answered' && sent.answer.status >= 200 && sent.answer.status < 300) {
      const date = Date.parse(sent.answer.header('date') ?? '');
      if (!Number.isNaN(date)) options.onDate?.(date);
    }
    return sent;
  };

  const settings = (token: string, signal: AbortSignal) => ({
    retry: false,
    // Because a client that reads the body itself takes all that comes, however much that is once unpacked.
    responseType: 'stream' as const,
    validateStatus: () => true,
    // A redirect is never Google's doing, and following one would show the token to somebody else.
    redirect: 'manual' as const,
    agent,
    headers: { Authorization: `Bearer ${token}` },
    signal,
    ...(options.fetch === undefined ? {} : { fetchImplementation: options.fetch }),
  });

  return {
    listCalendars: (token, query, signal) =>
      dated(exchange((ending) => calendar.calendarList.list(query, settings(token, ending)), limits, signal)),
    listEvents: (token, query, signal) =>
      dated(exchange((ending) => calendar.events.list(query, settings(token, ending)), limits, signal)),

    async sendBatch(token, parts, signal) {
      const headers = {
        'Content-Type': `multipart/mixed; boundary=${boundary}`,
        'Accept-Encoding': 'gzip',
        'User-Agent': 'calsync (gzip)',
      };
      const sent = await exchange(
        (ending) => {
          const common = settings(token, ending);
          return client.request({
            ...common,
            headers: { ...common.headers, ...headers },
            method: 'POST',
            url: options.endpoints.batchUrl,
            data: writeBatch(parts, boundary),
          });
        },
        limits,
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

/** Takes what sends a request, ended by the signal that it is given; its limits; and the caller's own signal. */
async function exchange(
  request: (ending: AbortSignal) => Promise<RawResponse>,
  limits: AnswerLimits,
  signal: AbortSignal | undefined,
): Promise<Exchange> {
  if (isAborted(signal)) return { kind: 'aborted' };
  const watch = watchAnswer(limits);
  try {
    const response = await request(signal === undefined ? watch.signal : AbortSignal.any([signal, watch.signal]));
    const body = await watch.read(response.data);
    const isTooLarge = watch.overrun() === 'bytes';
    if (isTooLarge && response.status >= 200 && response.status < 300) return { kind: 'too-large' };
    // What a refusal says at such length is not looked at; its status is enough.
    if (body === null && !isTooLarge) return unanswered(watch.overrun(), null);
    // Because the two libraries hand headers over in different forms.
    const headers = new Headers(response.headers as ConstructorParameters<typeof Headers>[0]);
    return {
      kind: 'answered',
      answer: { status: response.status, header: (name) => headers.get(name), body: body ?? '' },
    };
  } catch (error) {
    // The error itself goes no further: it holds the whole request, token included.
    return isAborted(signal) ? { kind: 'aborted' } : unanswered(watch.overrun(), error);
  } finally {
    watch.end();
  }
}

/** Takes the limit that was reached, or null; and what the HTTP client threw. */
function unanswered(overrun: Overrun | null, error: unknown): Exchange {
  const fault = overrun === null ? faultOf(error) : { code: 'TimeoutError', connecting: false };
  return { kind: 'unanswered', fault };
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
