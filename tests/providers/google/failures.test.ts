import { describe, expect, it } from 'vitest';
import {
  classifyAnswer,
  classifyFault,
  fromTokenFailure,
  readRetryAfter,
  reasonsOf,
  type Place,
  type Verdict,
} from '../../../src/main/providers/google/failures.ts';
import { appError } from '../../../src/shared/errors.ts';

const now = Date.UTC(2026, 2, 23, 8);
const calendarId = 'ada@example.com';

const old = (reason: string, message = 'Design review with Ada') =>
  JSON.stringify({ error: { errors: [{ domain: 'global', reason, message }], code: 400, message } });
const newer = (status: string, reason: string) =>
  JSON.stringify({
    error: {
      code: 403,
      message: 'Design review with Ada',
      status,
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }],
    },
  });
const html = '<!DOCTYPE html><html><title>Sorry</title></html>';
const ofGoogle = '<html><a href=//www.google.com/>Error 403 (Forbidden)!!1</a></html>';

function answer(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  return { status, body, header: (name: string) => headers[name] ?? null };
}

const place = (call: Place['call'], positioned = false): Place => ({
  call,
  calendarId: call === 'calendarList.list' || call === 'batch' ? null : calendarId,
  positioned,
});

/** What a verdict says in one word: its kind where it is final, else why it is tried again. */
const word = (verdict: Verdict) =>
  verdict.kind === 'final' ? verdict.failure.kind : `again:${verdict.why}→${verdict.failure.kind}`;

describe('catalogue of google-calendar.md §4.1', () => {
  const table: readonly [number, string, Place, string][] = [
    [400, old('timeRangeEmpty'), place('insert'), 'refused'],
    [400, old('invalid', 'Invalid time zone definition for start time.'), place('insert'), 'zone-refused'],
    [400, old('invalid', 'Invalid time zone.'), place('change'), 'zone-refused'],
    [400, old('invalid', 'Invalid time zone.'), place('events.list'), 'refused'],
    [400, old('invalid', 'Missing time zone definition for start time.'), place('insert'), 'refused'],
    [400, old('invalid'), place('insert'), 'refused'],
    [400, old('invalid'), place('change'), 'refused'],
    [400, old('invalid'), place('events.list'), 'refused'],
    [400, old('invalid'), place('events.list', true), 'token-expired'],
    [400, html, place('events.list', true), 'token-expired'],
    [400, old('required'), place('insert'), 'refused'],
    [400, old('parseError'), place('batch'), 'refused'],
    [401, old('authError'), place('events.list'), 'again:unauthorised→trouble'],
    [401, '', place('insert'), 'again:unauthorised→trouble'],
    [403, old('userRateLimitExceeded'), place('insert'), 'again:rate-limit→rate-limited'],
    [403, old('rateLimitExceeded'), place('events.list'), 'again:rate-limit→rate-limited'],
    [403, newer('RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED'), place('insert'), 'again:rate-limit→rate-limited'],
    [429, old('rateLimitExceeded'), place('change'), 'again:rate-limit→rate-limited'],
    [429, html, place('batch'), 'again:rate-limit→rate-limited'],
    [429, '', place('events.list'), 'again:rate-limit→rate-limited'],
    [429, old('quotaExceeded'), place('insert'), 'quota-exhausted'],
    [403, old('quotaExceeded'), place('insert'), 'quota-exhausted'],
    [403, old('dailyLimitExceeded'), place('events.list'), 'quota-exhausted'],
    [403, old('dailyLimitExceededUnreg'), place('events.list'), 'not-served'],
    [403, old('notACalendarUser'), place('events.list'), 'not-served'],
    [403, old('notACalendarUser'), place('calendarList.list'), 'not-served'],
    [403, old('notACalendarUser'), place('insert'), 'not-served'],
    [403, old('requiredAccessLevel'), place('get'), 'refused'],
    [403, old('forbiddenForNonOrganizer'), place('change'), 'refused'],
    [403, old('requiredAccessLevel'), place('insert'), 'read-only'],
    [403, old('requiredAccessLevel'), place('delete'), 'read-only'],
    [403, old('forbidden'), place('events.list'), 'calendar-missing'],
    [403, old('insufficientPermissions'), place('insert'), 'permission-missing'],
    [403, newer('PERMISSION_DENIED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'), place('events.list'), 'permission-missing'],
    [403, old('accessNotConfigured'), place('events.list'), 'api-disabled'],
    [403, newer('PERMISSION_DENIED', 'SERVICE_DISABLED'), place('calendarList.list'), 'api-disabled'],
    [403, old('calsyncOwnershipViolation'), place('delete'), 'refused'],
    [403, old('eventTypeRestriction'), place('delete'), 'refused'],
    [403, html, place('insert'), 'again:trouble→trouble'],
    [403, '', place('batch'), 'again:trouble→trouble'],
    [404, old('notFound'), place('events.list'), 'calendar-missing'],
    [404, old('notFound'), place('insert'), 'not-found'],
    [404, '', place('get'), 'not-found'],
    [404, html, place('batch'), 'again:offline→offline'],
    [404, html, place('calendarList.list'), 'again:offline→offline'],
    [408, '', place('insert'), 'again:trouble→trouble'],
    [409, old('duplicate'), place('insert'), 'id-taken'],
    [409, '', place('insert'), 'id-taken'],
    [409, old('conflict'), place('insert'), 'again:trouble→trouble'],
    [409, old('conflict'), place('change'), 'again:trouble→trouble'],
    [410, old('fullSyncRequired'), place('events.list', true), 'token-expired'],
    [410, old('updatedMinTooLongAgo'), place('events.list'), 'token-expired'],
    [410, '', place('events.list', true), 'token-expired'],
    [410, old('deleted'), place('events.list'), 'calendar-missing'],
    [410, old('deleted'), place('delete'), 'already-gone'],
    [410, html, place('change'), 'already-gone'],
    [412, old('conditionNotMet'), place('change'), 'changed-meanwhile'],
    [413, html, place('batch'), 'refused'],
    [500, old('backendError'), place('insert'), 'again:trouble→trouble'],
    [502, html, place('batch'), 'again:trouble→trouble'],
    [503, '', place('events.list'), 'again:trouble→trouble'],
    [504, '{"error":', place('events.list'), 'again:trouble→trouble'],
    [200, html, place('events.list'), 'again:offline→offline'],
    [200, '{"kind":"calendar#ev', place('events.list'), 'again:trouble→trouble'],
    [200, '', place('insert'), 'again:trouble→trouble'],
    [302, '', place('events.list'), 'again:offline→offline'],
    [304, '', place('get'), 'trouble'],
    [407, html, place('batch'), 'again:offline→offline'],
    [511, html, place('events.list'), 'again:offline→offline'],
    [403, html, place('events.list'), 'again:offline→offline'],
    [403, ofGoogle, place('events.list'), 'again:trouble→trouble'],
    [404, ofGoogle, place('batch'), 'refused'],
    [418, '', place('insert'), 'refused'],
  ];

  it.each(table)('%i %s at %o is %s', (status, body, where, expected) => {
    expect(word(classifyAnswer(answer(status, body), where, now))).toBe(expected);
  });

  it('knows a missing scope from the challenge alone', () => {
    const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"' };
    expect(word(classifyAnswer(answer(403, html, challenge), place('insert'), now))).toBe('permission-missing');
  });

  it('says that a write may have happened exactly where it may', () => {
    const unknown = (status: number, body: string) => {
      const verdict = classifyAnswer(answer(status, body), place('insert'), now);
      return verdict.kind === 'again' && verdict.outcomeUnknown;
    };
    expect([unknown(503, ''), unknown(200, html), unknown(408, '')]).toEqual([true, true, true]);
    expect([unknown(429, ''), unknown(409, old('conflict')), unknown(401, ''), unknown(403, '')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('tells the log status and reason, never the message', () => {
    for (const [status, body, where] of table) {
      const { failure } = classifyAnswer(answer(status, body), where, now);
      expect(JSON.stringify(failure)).not.toContain('Ada');
      expect(failure.error.detail).toContain(`HTTP ${status}`);
    }
    const odd = answer(400, old('Design review with Ada'));
    expect(classifyAnswer(odd, place('insert'), now).failure.error.detail).toBe('HTTP 400');
  });

  it('names the calendar where a calendar is meant and nothing where an account is', () => {
    const about = (status: number, reason: string) =>
      classifyAnswer(answer(status, old(reason)), place('insert'), now).failure.error.about;
    expect(about(403, 'requiredAccessLevel')).toBe(calendarId);
    expect(about(403, 'quotaExceeded')).toBeNull();
    expect(about(429, 'rateLimitExceeded')).toBeNull();
  });

  it('speaks of a page in between where the body is no answer of Google', () => {
    const told = (status: number, body: string, headers = {}): string => {
      const { failure } = classifyAnswer(answer(status, body, headers), place('events.list'), now);
      return failure.error.code;
    };
    expect([200, 302, 511].map((status) => told(status, html))).toEqual(Array(3).fill('network-portal'));
    expect([403, 404, 451].map((status) => told(status, html))).toEqual(Array(3).fill('proxy-refused'));
    expect([502, 503, 504].map((status) => told(status, html))).toEqual(Array(3).fill('proxy-trouble'));
    expect(told(407, html, { 'proxy-authenticate': 'Negotiate, Basic realm="x"' })).toBe('proxy-login');
    expect(told(407, html, { 'proxy-authenticate': 'Negotiate, NTLM' })).toBe('proxy-login-unsupported');
    // Google's own pages, and a part of an answer that Google has put together.
    expect([told(403, ofGoogle), told(502, ofGoogle)]).toEqual(['provider-trouble', 'provider-trouble']);
    expect(classifyAnswer(answer(200, html), place('insert'), now).failure.error.code).toBe('answer-malformed');
  });
});

describe('error bodies', () => {
  it.each([
    ['', []],
    [html, []],
    ['[]', []],
    ['null', []],
    ['{"error":"invalid_grant"}', []],
    ['{"error":{"errors":"no list"}}', []],
    ['{"error":{"errors":[null,{"reason":5},{"reason":"notFound"}]}}', ['notFound']],
    [newer('PERMISSION_DENIED', 'SERVICE_DISABLED'), ['SERVICE_DISABLED', 'PERMISSION_DENIED']],
  ])('%s names %o', (body, expected) => {
    expect(reasonsOf(body)).toEqual(expected);
  });
});

describe('Retry-After', () => {
  it.each([
    [null, null],
    ['30', 30_000],
    [' 0 ', 0],
    ['Mon, 23 Mar 2026 08:01:00 GMT', 60_000],
    ['Mon, 23 Mar 2026 07:00:00 GMT', 0],
    ['soon', null],
    ['-5x', null],
  ])('%s is %s ms', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });

  it('is passed on with limits and with 5xx', () => {
    const verdict = (status: number) => classifyAnswer(answer(status, '', { 'retry-after': '7' }), place('batch'), now);
    expect(verdict(429)).toMatchObject({ why: 'rate-limit', retryAfter: 7000 });
    expect(verdict(503)).toMatchObject({ why: 'trouble', retryAfter: 7000 });
  });
});

describe('faults of the network', () => {
  it.each([
    ['ECONNREFUSED', true, 'again:offline→offline'],
    ['ENOTFOUND', true, 'again:offline→offline'],
    ['EAI_AGAIN', true, 'again:offline→offline'],
    ['ENETUNREACH', true, 'again:offline→offline'],
    ['ETIMEDOUT', true, 'again:offline→offline'],
    ['ETIMEDOUT', false, 'again:trouble→trouble'],
    ['ECONNRESET', false, 'again:trouble→trouble'],
    ['ERR_STREAM_PREMATURE_CLOSE', false, 'again:trouble→trouble'],
    ['TimeoutError', false, 'again:slow→trouble'],
    ['CERT_HAS_EXPIRED', false, 'trouble'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, 'offline'],
  ])('%s (connecting: %s) is %s', (code, connecting, expected) => {
    expect(word(classifyFault({ code, connecting }, place('insert')))).toBe(expected);
  });

  it('leaves the outcome open unless nothing was sent', () => {
    const unknown = (connecting: boolean) => {
      const verdict = classifyFault({ code: 'ECONNRESET', connecting }, place('insert'));
      return verdict.kind === 'again' && verdict.outcomeUnknown;
    };
    expect([unknown(true), unknown(false)]).toEqual([false, true]);
  });

  it('never repeats what a library put into a code', () => {
    const verdict = classifyFault({ code: 'Bearer ya29.secret', connecting: false }, place('insert'));
    expect(verdict.failure.error.detail).toBe('unknown');
  });
});

describe('missing access tokens', () => {
  it('ask for a sign-in only where AccessTokens do', () => {
    expect(fromTokenFailure({ kind: 'sign-in-needed', detail: 'invalid_grant' }).kind).toBe('sign-in-needed');
    expect(fromTokenFailure({ kind: 'client-refused', detail: 'invalid_client' }).kind).toBe('client-refused');
    expect(fromTokenFailure({ kind: 'offline', detail: 'ENOTFOUND' }).kind).toBe('offline');
    expect(fromTokenFailure({ kind: 'trouble', detail: 'HTTP 503' }).kind).toBe('trouble');
    const locked = appError('keychain-failed', null, 'locked');
    expect(fromTokenFailure({ kind: 'keychain', error: locked })).toEqual({ kind: 'trouble', error: locked });
  });
});
