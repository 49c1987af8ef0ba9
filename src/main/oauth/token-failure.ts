import { clockError } from '../../shared/clock-error.ts';
import { appError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { assertNever } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import { isClockWrong } from '../core/clocks.ts';
import type { TokenFailure } from '../ports/tokens.ts';

/** What is known of a call to an OAuth endpoint that gave no usable answer. It never holds a token, code or secret. */
export type Evidence =
  /** No complete answer came; `code` is the system's (`ENOTFOUND`), or null. */
  | { readonly kind: 'no-answer'; readonly code: string | null }
  /** An answer with a status that is no success; `error` and `subtype` are of its JSON body, null if it had none. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly error: string | null;
      readonly subtype: string | null;
      /** Whether the body complains about the client secret (google-calendar.md §7.2, `invalid_request`). */
      readonly aboutSecret: boolean;
      /** The `Date` of the answer (RFC 9110 §6.6.1), or null. */
      readonly date: Instant | null;
    }
  /** Something on the way to Google, or the clock by which its certificate is judged. It says nothing about the grant. */
  | { readonly kind: 'between'; readonly error: AppError }
  /** A success whose body is not what it should be: truncated JSON. */
  | { readonly kind: 'malformed'; readonly what: string };

/** What a failed call to an OAuth endpoint means. Only the first two and `blocked` say anything about the grant. */
export interface Verdict {
  readonly kind: 'grant-ended' | 'client-refused' | 'blocked' | 'offline' | 'between' | 'trouble' | 'malformed';
  /** One technical line for the log, free of private data. */
  readonly detail: string;
}

const meanings: Readonly<Record<string, Verdict['kind']>> = {
  invalid_grant: 'grant-ended',
  invalid_client: 'client-refused',
  deleted_client: 'client-refused',
  disabled_client: 'client-refused',
  restricted_client: 'client-refused',
  unauthorized_client: 'client-refused',
  redirect_uri_mismatch: 'client-refused',
  admin_policy_enforced: 'blocked',
  org_internal: 'blocked',
  access_denied: 'blocked',
  disallowed_useragent: 'blocked',
};

/**
 * Takes the evidence of a failed call, returns what it means (google-calendar.md §7.2). Whatever is not known to be an end of
 * the grant or a fault of the client is `trouble`: the grant is kept, because throwing it away costs the person a
 * sign-in and keeping it costs one more try.
 */
export function classifyEvidence(evidence: Evidence): Verdict {
  switch (evidence.kind) {
    case 'no-answer':
      return { kind: 'offline', detail: evidence.code ?? 'no answer' };
    case 'between':
      return { kind: 'between', detail: evidence.error.detail ?? evidence.error.code };
    case 'malformed':
      return { kind: 'malformed', detail: evidence.what };
    case 'refused': {
      const { status, error, subtype } = evidence;
      const detail = [`HTTP ${status}`, ...(error === null ? [] : [error]), ...(subtype === null ? [] : [subtype])];
      return { kind: meaningOf(evidence), detail: detail.join(' ') };
    }
    default:
      return assertNever(evidence);
  }
}

function meaningOf({ status, error, aboutSecret }: Extract<Evidence, { kind: 'refused' }>): Verdict['kind'] {
  // Because a server in trouble may say anything, an error code counts only beside a status that blames the request.
  if (error === null || status < 400 || status >= 500 || status === 408 || status === 429) return 'trouble';
  if (error === 'invalid_request' && aboutSecret) return 'client-refused';
  return Object.hasOwn(meanings, error) ? (meanings[error] ?? 'trouble') : 'trouble';
}

/**
 * Takes the evidence of a failed refresh, returns why there is no access token. A policy of an administrator counts as
 * `sign-in-needed`, because Google tells the person what is wrong only on the page that signing in again opens.
 */
export function refreshFailure(evidence: Evidence): TokenFailure {
  if (evidence.kind === 'between') return { kind: 'between', error: evidence.error };
  const { kind, detail } = classifyEvidence(evidence);
  switch (kind) {
    case 'grant-ended':
    case 'blocked':
      return { kind: 'sign-in-needed', detail };
    case 'client-refused':
      return { kind: 'client-refused', detail };
    case 'offline':
      return { kind: 'offline', detail };
    case 'between':
    case 'trouble':
    case 'malformed':
      return { kind: 'trouble', detail };
    default:
      return assertNever(kind);
  }
}

/**
 * Takes the evidence of a failed call while signing in or revoking, and this computer's clock; returns what the person is
 * told. Where that clock is wrong it is about the clock: codes and certificates are good for a time only, and no other
 * advice would help.
 */
export function signInError(evidence: Evidence, now: Instant): AppError {
  if (evidence.kind === 'between') return evidence.error;
  const { kind, detail } = classifyEvidence(evidence);
  if (evidence.kind === 'refused' && evidence.date !== null && evidence.status < 500) {
    const offset = evidence.date - now;
    if (isClockWrong(offset)) return appError('clock-wrong', clockError(offset), detail);
  }
  switch (kind) {
    case 'grant-ended':
      return appError('code-refused', null, detail);
    case 'blocked':
      return appError('consent-blocked', evidence.kind === 'refused' ? evidence.error : null, detail);
    case 'client-refused':
      // The address is ours and Google has just sent the browser there: what does not fit is the code.
      return evidence.kind === 'refused' && evidence.error === 'redirect_uri_mismatch'
        ? appError('code-refused', null, detail)
        : appError('client-refused', null, detail);
    case 'offline':
      return appError('sign-in-offline', null, detail);
    case 'between':
    case 'trouble':
      // Nothing tries a sign-in again but the person.
      return appError('sign-in-trouble', null, detail);
    case 'malformed':
      return appError('answer-malformed', 'signing in', detail);
    default:
      return assertNever(kind);
  }
}

/** Takes the evidence of a failed call that takes a grant back, returns what the person is told. */
export function revokeError(evidence: Evidence, now: Instant): AppError {
  const { kind, detail } = classifyEvidence(evidence);
  if (kind === 'offline') return appError('offline', null, detail);
  if (kind === 'malformed') return appError('answer-malformed', null, detail);
  return kind === 'trouble' ? appError('provider-trouble', null, detail) : signInError(evidence, now);
}

/** Takes the `error` of the answer on the loopback address (RFC 6749 §4.1.2.1), returns what the person is told. */
export function consentError(error: string): AppError {
  const code = errorCode(error) ?? 'unknown reason';
  if (code === 'access_denied') return appError('consent-denied', null, code);
  if (code === 'server_error' || code === 'temporarily_unavailable') {
    return appError('sign-in-trouble', null, code);
  }
  return meanings[code] === 'client-refused'
    ? appError('client-refused', null, code)
    : appError('consent-blocked', code, code);
}

/** Takes a field of an error body. Returns it when it has the form of an OAuth error code, otherwise null. */
export function errorCode(value: unknown): string | null {
  // Because whoever answers chooses this text and it goes to the log: only the form of a code can hold no secret.
  return typeof value === 'string' && /^[a-z_]{1,60}$/.test(value) ? value : null;
}
