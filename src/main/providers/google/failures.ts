import type { Logger } from '../../ports/logger.ts';
import type { Ending } from './limiter.ts';
import { appError, type AppError, type ErrorCode } from '../../../shared/errors.ts';
import { second, type Instant } from '../../../shared/time.ts';
import { errorOfAnswer, errorOfFault, isBetween } from '../../core/between.ts';
import { isAbout, type FailureKind, type ProviderFailure } from '../../ports/provider.ts';
import type { TokenFailure } from '../../ports/tokens.ts';
import { parseJson } from './json.ts';
import { wireErrorSchema } from './wire.ts';

/** What a call was about, because the same status means different things to different calls. */
export interface Place {
  readonly call: 'calendarList.list' | 'events.list' | 'insert' | 'change' | 'delete' | 'get' | 'batch';
  /** For the sentence to a person; null where no single calendar is meant. */
  readonly calendarId: string | null;
  /** Whether the call carried a sync or page token, which may be what was refused. */
  readonly positioned: boolean;
  /** Of a batch: whether it only asks. Other calls say so by what they are. */
  readonly reading?: boolean;
}

/** An HTTP answer, of a whole request or of one part of a batch. */
export interface Answer {
  readonly status: number;
  /** Takes a header name in lower case. */
  readonly header: (name: string) => string | null;
  readonly body: string;
}

/** A request that got no (whole) answer. */
export interface NetworkFault {
  /** As Node or the HTTP client names it: `ECONNRESET`, `ENOTFOUND`, `TimeoutError`. */
  readonly code: string;
  /** Whether it failed before anything was sent. */
  readonly connecting: boolean;
}

/** What is to be done about a failure. */
export type Verdict =
  | { readonly kind: 'final'; readonly failure: ProviderFailure }
  | {
      readonly kind: 'again';
      /**
       * `rate-limit` holds the whole account; `unauthorised` wants a new access token; `offline` and `slow` are given up soon.
       */
      readonly why: 'rate-limit' | 'trouble' | 'slow' | 'offline' | 'unauthorised';
      /** Milliseconds that the provider asked us to wait, or null. */
      readonly retryAfter: number | null;
      /** Whether the call may have been carried out all the same. */
      readonly outcomeUnknown: boolean;
      /** What to report when patience ends. */
      readonly failure: ProviderFailure;
    };

/** The sentence for each kind, where it does not depend on the call. */
const codes: { readonly [Kind in FailureKind]: ErrorCode } = {
  'sign-in-needed': 'needs-sign-in',
  'permission-missing': 'permission-missing',
  'api-disabled': 'api-disabled',
  'client-refused': 'client-refused',
  'not-served': 'calendar-switched-off',
  offline: 'offline',
  'rate-limited': 'rate-limited',
  'quota-exhausted': 'quota-exhausted',
  trouble: 'provider-trouble',
  malformed: 'answer-malformed',
  'too-large': 'answer-too-large',
  'token-expired': 'provider-trouble',
  'calendar-missing': 'calendar-gone',
  'not-found': 'request-refused',
  'already-gone': 'request-refused',
  'id-taken': 'request-refused',
  'changed-meanwhile': 'request-refused',
  'read-only': 'calendar-read-only',
  'zone-refused': 'time-zone-refused',
  refused: 'request-refused',
  cancelled: 'cancelled',
};

/**
 * Takes a kind, the calendar it is about (or null) and a technical detail without private data; returns the failure.
 * `code` replaces the kind's usual sentence.
 */
export function failureOf(
  kind: FailureKind,
  calendarId: string | null,
  detail: string | null,
  code: ErrorCode = codes[kind],
): ProviderFailure {
  return { kind, error: appError(code, isAbout({ kind }, 'account') ? null : calendarId, detail) };
}

const rateReasons = ['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED', 'RESOURCE_EXHAUSTED'];
const quotaReasons = ['quotaExceeded', 'dailyLimitExceeded'];
/** Counted against nobody (google-calendar.md §4.1): the request arrived without what tells whose it is. */
const unrecognisedReasons = ['dailyLimitExceededUnreg'];
/** Seen where an administrator has switched Google Calendar off for the account. */
const switchedOffReasons = ['notACalendarUser'];
const scopeReasons = ['insufficientPermissions', 'insufficientScopes', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'];
const disabledReasons = ['accessNotConfigured', 'SERVICE_DISABLED'];
const accessReasons = ['requiredAccessLevel', 'forbidden'];

/** Takes an error body; returns the reasons that it names, most telling first, or none for HTML and the like. */
export function reasonsOf(body: string): readonly string[] {
  const parsed = wireErrorSchema.safeParse(parseJson(body)).data;
  if (parsed === undefined) return [];
  const { errors, details, status } = parsed.error;
  const named = [...(errors ?? []), ...(details ?? [])].map((entry) => entry.reason);
  // Because a reason goes into logs, and only words that cannot be a title may.
  return [...named, status].filter(
    (reason) => typeof reason === 'string' && /^[A-Za-z][\w.-]{0,63}$/.test(reason),
  ) as string[];
}

/**
 * Takes an error body; returns whether it speaks of the name of a zone. No reason says so, only the message (google-calendar.md
 * §3.4, "Invalid time zone definition …"), which is looked at here and never passed on.
 */
function refusesZone(body: string): boolean {
  const message = wireErrorSchema.safeParse(parseJson(body)).data?.error.message ?? '';
  return /invalid time ?zone/i.test(message);
}

/**
 * Takes a `Retry-After` header (RFC 9110 §10.2.3: seconds, or a date) and the wall clock; returns milliseconds, or null
 * when there is none or it cannot be read.
 */
export function readRetryAfter(header: string | null, now: Instant): number | null {
  if (header === null) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * second;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/**
 * Takes an answer that is no success (or a success whose body makes no sense), the call and the wall clock; returns
 * what to do about it, after the catalogue of google-calendar.md §4.1. The only place that decides this.
 */
export function classifyAnswer(answer: Answer, place: Place, now: Instant): Verdict {
  const { status } = answer;
  const reasons = reasonsOf(answer.body);
  const says = (...wanted: readonly string[]) => reasons.some((reason) => wanted.includes(reason));
  const detail = reasons[0] === undefined ? `HTTP ${status}` : `HTTP ${status} ${reasons[0]}`;
  const listing = place.call === 'events.list' || place.call === 'calendarList.list';
  const reading = listing || place.call === 'get' || place.reading === true;
  // Because whoever reads that a change was refused looks for one that is missing.
  const codeOf = (kind: FailureKind): ErrorCode =>
    reading && codes[kind] === 'request-refused' ? 'read-refused' : codes[kind];
  const final = (kind: FailureKind, code: ErrorCode = codeOf(kind)): Verdict => ({
    kind: 'final',
    failure: failureOf(kind, place.calendarId, detail, code),
  });
  const again = (
    why: 'rate-limit' | 'trouble' | 'unauthorised',
    kind: FailureKind,
    outcomeUnknown: boolean,
  ): Verdict => ({
    kind: 'again',
    why,
    retryAfter: readRetryAfter(answer.header('retry-after'), now),
    outcomeUnknown,
    failure: failureOf(kind, place.calendarId, detail),
  });

  const inBetween = isWhole(place) ? errorOfAnswer(answer, pagesOfGoogle) : null;
  if (inBetween !== null && inBetween.code !== 'proxy-trouble')
    return between(inBetween, status < 300 || status >= 500);
  if (status >= 200 && status < 300) {
    // A success whose body was cut, or a page that some network put in between: for a write it may have happened.
    return {
      kind: 'again',
      why: 'trouble',
      retryAfter: null,
      outcomeUnknown: true,
      failure: failureOf('trouble', place.calendarId, `${detail}, unreadable body`, 'answer-malformed'),
    };
  }
  if (status >= 500) {
    const verdict = again('trouble', 'trouble', true);
    return inBetween === null ? verdict : { ...verdict, failure: { kind: 'trouble', error: inBetween } };
  }
  if (says(...unrecognisedReasons)) return final('not-served', 'request-unrecognised');
  if (says(...switchedOffReasons)) return final('not-served');
  if (says(...quotaReasons)) return final('quota-exhausted');
  if (status === 429 || (status === 403 && says(...rateReasons))) return again('rate-limit', 'rate-limited', false);

  switch (status) {
    case 401:
      return again('unauthorised', 'trouble', false);
    case 400:
      if (place.call === 'events.list' && place.positioned) return final('token-expired');
      if (!listing && refusesZone(answer.body)) return final('zone-refused');
      return {
        kind: 'final',
        failure: { kind: 'refused', error: appError(codeOf('refused'), place.calendarId, detail), invalid: true },
      };
    case 403: {
      const challenge = answer.header('www-authenticate') ?? '';
      if (says(...scopeReasons) || challenge.includes('insufficient_scope')) return final('permission-missing');
      if (says(...disabledReasons)) return final('api-disabled');
      // Because whoever may not even list a calendar cannot see it; only a write can meet "read-only".
      if (says(...accessReasons)) {
        return place.call === 'events.list'
          ? final('calendar-missing')
          : reading
            ? final('refused')
            : final('read-only');
      }
      return reasons.length === 0 ? again('trouble', 'trouble', false) : final('refused');
    }
    case 404:
      if (place.call === 'batch' || place.call === 'calendarList.list') return final('refused');
      return final(listing ? 'calendar-missing' : 'not-found');
    case 408:
    case 425:
      return again('trouble', 'trouble', true);
    case 409:
      if (says('conflict') || (place.call !== 'insert' && !says('duplicate')))
        return again('trouble', 'trouble', false);
      return final('id-taken');
    case 410:
      if (place.call === 'batch' || place.call === 'calendarList.list') return final('refused');
      if (!listing) return final('already-gone');
      return final(says('deleted') ? 'calendar-missing' : 'token-expired');
    case 412:
      return final('changed-meanwhile');
    default:
      // No part of a batch is answered so by Google.
      return status < 400 || status === 407
        ? { kind: 'final', failure: failureOf('trouble', place.calendarId, detail, 'answer-malformed') }
        : final('refused');
  }
}

/** As the sign-in knows them (`oauth/token-endpoint.ts`), which this must not know of. */
const pagesOfGoogle = /Error \d{3} \([^)]*\)!!1|google/i;

/** Whether an answer is to a request of its own, and not a part of one: only there can somebody in between have given it. */
const isWhole = ({ call }: Place): boolean =>
  call === 'batch' || call === 'events.list' || call === 'calendarList.list';

/** Google was not reached, so that what is known of accounts, calendars and events stays as it is. Given up soon, as being offline is. */
function between(error: AppError, outcomeUnknown: boolean): Verdict {
  return { kind: 'again', why: 'offline', retryAfter: null, outcomeUnknown, failure: { kind: 'offline', error } };
}

/** Codes that say that nobody could be reached. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ENONET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Takes a fault of the network and the call; returns what to do about it. */
export function classifyFault(fault: NetworkFault, place: Place): Verdict {
  const onTheWay = errorOfFault(fault.code);
  if (onTheWay !== null) {
    if (onTheWay.code === 'proxy-unreachable' || onTheWay.code === 'proxy-trouble') return between(onTheWay, false);
    // A certificate, or what a proxy wants, does not get better by asking again.
    return { kind: 'final', failure: { kind: isBetween(onTheWay.code) ? 'offline' : 'trouble', error: onTheWay } };
  }
  const code = /^[\w.-]{1,64}$/.test(fault.code) ? fault.code : 'unknown';
  const outcomeUnknown = !fault.connecting;
  if (unreachable.has(code) || (code === 'ETIMEDOUT' && fault.connecting)) {
    return {
      kind: 'again',
      why: 'offline',
      retryAfter: null,
      outcomeUnknown,
      failure: failureOf('offline', null, code),
    };
  }
  const failure = failureOf('trouble', place.calendarId, code);
  const why = code === 'TimeoutError' ? 'slow' : 'trouble';
  return { kind: 'again', why, retryAfter: null, outcomeUnknown, failure };
}

/** Takes the call; returns the failure of an answer that is too large. The same request would bring the same again. */
export function tooLarge(place: Place): ProviderFailure {
  return failureOf('too-large', place.calendarId, `${place.call}: too large`);
}

/** Takes why there is no access token; returns the failure. A keychain that does not answer keeps the grant. */
export function fromTokenFailure(failure: TokenFailure): ProviderFailure {
  if (failure.kind === 'between') {
    return { kind: isBetween(failure.error.code) ? 'offline' : 'trouble', error: failure.error };
  }
  return failure.kind === 'keychain'
    ? { kind: 'trouble', error: failure.error }
    : failureOf(failure.kind, null, failure.detail);
}

export type VerdictAgain = Verdict & { readonly kind: 'again' };

/** Takes why a call is made again, and which; says so in the log. */
export function logAgain(logger: Logger, { why, failure }: VerdictAgain, call: Place['call']): void {
  logger.info('google-call-again', { call, why, detail: failure.error.detail });
}

/** Takes how the limiter has ended a call that it did not settle; returns the failure that this is. */
export function failureAt(ending: Ending): ProviderFailure {
  return ending.kind === 'held'
    ? failureOf('rate-limited', null, 'asked to rest for longer than we wait')
    : failureOf('cancelled', null, null);
}
