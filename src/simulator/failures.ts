/** One failure as Google's JSON error body tells it (google-calendar.md §4.1). */
export interface ApiFailure {
  readonly status: number;
  readonly domain: string;
  readonly reason: string;
  readonly message: string;
  readonly locationType?: 'parameter' | 'header';
  readonly location?: string;
  /** Newer front ends add a canonical status word and details. */
  readonly canonical?: string;
  readonly details?: readonly unknown[];
  readonly retryAfterSeconds?: number;
  /** What else is wrong with the same request: entries of `errors[]` behind the first. */
  readonly more?: readonly ApiFailure[];
}

/** The body `{error: {errors: […], code, message}}` for a failure. */
export function errorBody(failure: ApiFailure): unknown {
  const { status, message, canonical, details } = failure;
  const entries = [failure, ...(failure.more ?? [])];
  return {
    error: {
      errors: entries.map((entry) => ({
        domain: entry.domain,
        reason: entry.reason,
        message: entry.message,
        locationType: entry.locationType,
        location: entry.location,
      })),
      code: status,
      message,
      status: canonical,
      details,
    },
  };
}

/** 400 with reason `invalid` (or another reason of the same family). */
export function invalid(message = 'Invalid Value', location?: string, reason = 'invalid'): ApiFailure {
  const failure: ApiFailure = { status: 400, domain: 'global', reason, message };
  return location === undefined ? failure : { ...failure, locationType: 'parameter', location };
}

/** 400 `required`. */
export function required(message: string): ApiFailure {
  return { status: 400, domain: 'global', reason: 'required', message };
}

/** 400 `timeRangeEmpty`. */
export function timeRangeEmpty(location = 'timeMax'): ApiFailure {
  return {
    status: 400,
    domain: 'calendar',
    reason: 'timeRangeEmpty',
    message: 'The specified time range is empty.',
    locationType: 'parameter',
    location,
  };
}

/** 401 `authError`: no bearer token, or one that has expired or was revoked. */
export function authError(): ApiFailure {
  return {
    status: 401,
    domain: 'global',
    reason: 'authError',
    message: 'Invalid Credentials',
    locationType: 'header',
    location: 'Authorization',
    canonical: 'UNAUTHENTICATED',
  };
}

/** 403: the token does not carry a scope that the call accepts (google-calendar.md §7.4). */
export function insufficientScope(): ApiFailure {
  return {
    status: 403,
    domain: 'global',
    reason: 'insufficientPermissions',
    message: 'Request had insufficient authentication scopes.',
    canonical: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
      },
    ],
  };
}

/** 403 `requiredAccessLevel`: the account's role on the calendar is too low. */
export function requiredAccessLevel(): ApiFailure {
  return {
    status: 403,
    domain: 'calendar',
    reason: 'requiredAccessLevel',
    message: 'You need to have writer access to this calendar.',
  };
}

/** 403 `forbiddenForNonOrganizer`. */
export function forbiddenForNonOrganizer(): ApiFailure {
  return {
    status: 403,
    domain: 'calendar',
    reason: 'forbiddenForNonOrganizer',
    message: 'Shared properties can only be changed by the organizer of the event.',
  };
}

/** 403 `calsyncOwnershipViolation`: a client that may write only its own blocks tried something else. */
export function ownershipViolation(message: string): ApiFailure {
  return { status: 403, domain: 'calsync', reason: 'calsyncOwnershipViolation', message };
}

/** 400/403 `eventTypeRestriction` (google-calendar.md §3.1). */
export function eventTypeRestriction(message: string): ApiFailure {
  return { status: 400, domain: 'calendar', reason: 'eventTypeRestriction', message };
}

/** 404 `notFound`: unknown id, or a calendar that the account cannot see. */
export function notFound(): ApiFailure {
  return { status: 404, domain: 'global', reason: 'notFound', message: 'Not Found' };
}

/** 409 `duplicate`. */
export function duplicate(): ApiFailure {
  return {
    status: 409,
    domain: 'global',
    reason: 'duplicate',
    message: 'The requested identifier already exists.',
  };
}

/** 409 `conflict`: what parts of a large batch on one calendar can run into (google-calendar.md §4.3). */
export function conflict(): ApiFailure {
  return { status: 409, domain: 'global', reason: 'conflict', message: 'Conflict' };
}

/** 410 `deleted`. */
export function deleted(): ApiFailure {
  return { status: 410, domain: 'global', reason: 'deleted', message: 'Resource has been deleted' };
}

/** 410 `fullSyncRequired`. */
export function fullSyncRequired(): ApiFailure {
  return {
    status: 410,
    domain: 'calendar',
    reason: 'fullSyncRequired',
    message: 'Sync token is no longer valid, a full sync is required.',
    locationType: 'parameter',
    location: 'syncToken',
  };
}

/** 410 `updatedMinTooLongAgo`. */
export function updatedMinTooLongAgo(): ApiFailure {
  return {
    status: 410,
    domain: 'calendar',
    reason: 'updatedMinTooLongAgo',
    message: 'The requested minimum modification time lies too far in the past.',
    locationType: 'parameter',
    location: 'updatedMin',
  };
}

/** 412 `conditionNotMet`. */
export function conditionNotMet(): ApiFailure {
  return {
    status: 412,
    domain: 'global',
    reason: 'conditionNotMet',
    message: 'Precondition Failed',
    locationType: 'header',
    location: 'If-Match',
  };
}

/** 403 or 429 rate limit, with the details of the per-minute quota. */
export function rateLimited(
  status: 403 | 429,
  reason: 'rateLimitExceeded' | 'userRateLimitExceeded',
  retryAfterSeconds?: number,
): ApiFailure {
  const failure: ApiFailure = {
    status,
    domain: 'usageLimits',
    reason,
    message: reason === 'rateLimitExceeded' ? 'Rate Limit Exceeded' : 'User Rate Limit Exceeded',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'RATE_LIMIT_EXCEEDED',
        domain: 'googleapis.com',
      },
    ],
  };
  return retryAfterSeconds === undefined ? failure : { ...failure, retryAfterSeconds };
}

/** 403 `quotaExceeded`: the hours-long limit. */
export function quotaExceeded(): ApiFailure {
  return {
    status: 403,
    domain: 'usageLimits',
    reason: 'quotaExceeded',
    message: 'Calendar usage limits exceeded.',
  };
}

/** A refusal with a reason of one's choice, for those that the catalogue of google-calendar.md §4.1 does not treat on their own. */
export function refusedBecause(status: number, reason: string, message: string, domain: string): ApiFailure {
  return { status, domain, reason, message };
}

/** 500, 502, 503 or 504 `backendError`. */
export function backendError(status: 500 | 502 | 503 | 504): ApiFailure {
  return { status, domain: 'global', reason: 'backendError', message: 'Backend Error' };
}
