import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appError } from '../../src/shared/errors.ts';
import { classifyEvidence, consentError, errorCode, refreshFailure } from '../../src/main/oauth/token-failure.ts';
import type { Evidence, Verdict } from '../../src/main/oauth/token-failure.ts';

type Refused = Extract<Evidence, { kind: 'refused' }>;
const refused = (status: number, error: string | null = null, rest: Partial<Refused> = {}): Evidence => ({
  kind: 'refused',
  status,
  error,
  subtype: null,
  aboutSecret: false,
  date: null,
  ...rest,
});
const noAnswer = (code: string | null): Evidence => ({ kind: 'no-answer', code });

/** google-calendar.md §7.2, row by row: what came, what it means, and what a refresh makes of it. */
const rows: readonly [string, Evidence, Verdict['kind'], ReturnType<typeof refreshFailure>['kind']][] = [
  ['expired or revoked', refused(400, 'invalid_grant'), 'grant-ended', 'sign-in-needed'],
  ['session control', refused(400, 'invalid_grant', { subtype: 'invalid_rapt' }), 'grant-ended', 'sign-in-needed'],
  ['unknown client', refused(401, 'invalid_client'), 'client-refused', 'client-refused'],
  ['deleted client', refused(401, 'deleted_client'), 'client-refused', 'client-refused'],
  ['disabled client', refused(401, 'disabled_client'), 'client-refused', 'client-refused'],
  ['client of another kind', refused(400, 'unauthorized_client'), 'client-refused', 'client-refused'],
  ['redirect refused', refused(400, 'redirect_uri_mismatch'), 'client-refused', 'client-refused'],
  ['no secret sent', refused(400, 'invalid_request', { aboutSecret: true }), 'client-refused', 'client-refused'],
  ['a bug of ours', refused(400, 'invalid_request'), 'trouble', 'trouble'],
  ['another bug', refused(400, 'unsupported_grant_type'), 'trouble', 'trouble'],
  ['wrong scope', refused(400, 'invalid_scope'), 'trouble', 'trouble'],
  ['administrator', refused(400, 'admin_policy_enforced'), 'blocked', 'sign-in-needed'],
  ['organisation', refused(403, 'org_internal'), 'blocked', 'sign-in-needed'],
  ['denied', refused(403, 'access_denied'), 'blocked', 'sign-in-needed'],
  ['server error', refused(500), 'trouble', 'trouble'],
  ['server error with a body', refused(503, 'internal_failure'), 'trouble', 'trouble'],
  ['server that blames the grant', refused(500, 'invalid_grant'), 'trouble', 'trouble'],
  ['rate limit', refused(429, 'rate_limit_exceeded'), 'trouble', 'trouble'],
  ['rate limit that blames the grant', refused(429, 'invalid_grant'), 'trouble', 'trouble'],
  ['trouble as 400', refused(400, 'internal_failure'), 'trouble', 'trouble'],
  ['unavailable as 400', refused(400, 'temporarily_unavailable'), 'trouble', 'trouble'],
  ['a page of a proxy', refused(403), 'trouble', 'trouble'],
  ['a page of a proxy', refused(407), 'trouble', 'trouble'],
  ['a redirect to a sign-in page of a network', refused(302), 'trouble', 'trouble'],
  ['a word that is in every object', refused(400, 'constructor'), 'trouble', 'trouble'],
  ['no name', noAnswer('ENOTFOUND'), 'offline', 'offline'],
  ['no name yet', noAnswer('EAI_AGAIN'), 'offline', 'offline'],
  ['nobody listens', noAnswer('ECONNREFUSED'), 'offline', 'offline'],
  ['cut', noAnswer('ECONNRESET'), 'offline', 'offline'],
  ['too slow', noAnswer('TimeoutError'), 'offline', 'offline'],
  ['unknown', noAnswer(null), 'offline', 'offline'],
  ['something in between', { kind: 'between', error: appError('network-portal') }, 'between', 'between'],
  ['half a JSON as a success', { kind: 'malformed', what: 'tokens: body' }, 'malformed', 'trouble'],
];

describe('the meaning of a refused token', () => {
  it.each(rows)('%s: %j', (_what, evidence, verdict, failure) => {
    expect(classifyEvidence(evidence).kind).toBe(verdict);
    expect(refreshFailure(evidence).kind).toBe(failure);
  });

  it('never ends a grant unless the answer says so', () => {
    const evidence = fc.record({
      kind: fc.constant('refused' as const),
      status: fc.integer({ min: 300, max: 599 }),
      error: fc.option(fc.string({ unit: fc.constantFrom('a', 'e', 'g', 'i', 'n', 'r', 't', '_') })),
      subtype: fc.constant(null),
      aboutSecret: fc.boolean(),
      date: fc.constant(null),
    });
    fc.assert(
      fc.property(evidence, (given) => {
        fc.pre(given.error !== 'invalid_grant');
        expect(refreshFailure(given).kind).not.toBe('sign-in-needed');
      }),
    );
  });
});

describe('consentError', () => {
  it.each([
    ['access_denied', 'consent-denied', null],
    ['admin_policy_enforced', 'consent-blocked', 'admin_policy_enforced'],
    ['org_internal', 'consent-blocked', 'org_internal'],
    ['disallowed_useragent', 'consent-blocked', 'disallowed_useragent'],
    ['invalid_client', 'client-refused', null],
    ['server_error', 'sign-in-trouble', null],
    ['never_heard_of', 'consent-blocked', 'never_heard_of'],
    ['<script>alert(1)</script>', 'consent-blocked', 'unknown reason'],
    ['', 'consent-blocked', 'unknown reason'],
  ])('of %s is %s', (error, code, about) => {
    expect(consentError(error)).toMatchObject({ code, about });
  });
});

describe('errorCode', () => {
  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['ya29.secret', null],
    ['Bad Request', null],
    ['x'.repeat(61), null],
    [400, null],
    [undefined, null],
    [{ code: 400 }, null],
  ])('of %j is %j', (value, expected) => {
    expect(errorCode(value)).toBe(expected);
  });
});
