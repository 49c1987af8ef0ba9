import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library';
import { clockError } from '../../shared/clock-error.ts';
import { appError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { accountIdSchema } from '../../shared/ids.ts';
import { idAt } from '../../shared/providers.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import { minute, second } from '../../shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { OAuthClient, SignedIn, SignIn, SignInRequest } from '../ports/tokens.ts';
import type { OAuthEndpoints } from './endpoints.ts';
import { readIdToken } from './identity.ts';
import type { Identity } from './identity.ts';
import { listenOnLoopback } from './loopback.ts';
import { failedPage, latePage, signedInPage, strangerPage, waitingPage } from './pages.ts';
import type { Page } from './pages.ts';
import { calendarScopes, identityScopes, missingScopes } from './scopes.ts';
import type { RequiredScope } from './scopes.ts';
import { isBetween } from '../core/between.ts';
import { isClockWrong } from '../core/clocks.ts';
import { consentError, revokeError, signInError } from './token-failure.ts';
import type { Evidence } from './token-failure.ts';
import { exchangeCode, fetchUserInfo, revokeToken } from './token-endpoint.ts';
import type { TokenAnswer } from './token-endpoint.ts';

export interface SignInOptions {
  readonly endpoints: OAuthEndpoints;
  /** Asked at each sign-in, because a person may bring another client meanwhile. */
  readonly client: () => OAuthClient | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long the person has to answer, in milliseconds. Defaults to five minutes. */
  readonly timeLimitMs?: number;
  /** What must be granted. Defaults to what syncing needs. */
  readonly requiredScopes?: readonly RequiredScope[];
}

/** Answers of strangers to one sign-in that are written into the log. */
const mostStrangersLogged = 10;

/** So long after it has stopped waiting a sign-in still tells a browser that it came too late. */
const lateness = 30 * minute;

type Outcome = Result<SignedIn, AppError>;

/**
 * Takes where and as whom to sign in, returns the sign-in: the consent page in the system's browser, its answer on a
 * loopback address (RFC 8252), bound to us by PKCE (RFC 7636, S256) and a `state` that works once.
 *
 * A local page that guesses the port cannot end a sign-in: an answer with a wrong `state` is refused and the true one
 * still awaited. If that never comes, the failure is `state-mismatch`, otherwise `consent-timeout`.
 */
export function createSignIn(options: SignInOptions): SignIn {
  return {
    signIn: (request) => signIn(options, request),
    async revoke(refreshToken) {
      const revoked = await revokeToken(options.endpoints, refreshToken);
      if (revoked.ok) return ok(undefined);
      // Because what we want is a grant that is gone, and Google calls one that is already gone invalid.
      const { error } = revoked;
      if (error.kind === 'refused' && error.status === 400 && error.error === 'invalid_token') return ok(undefined);
      const told = revokeError(error, options.clock.now());
      options.logger.warn('revoke-failed', { error: told.code, detail: told.detail });
      return err(told);
    },
  };
}

async function signIn(options: SignInOptions, request: SignInRequest): Promise<Outcome> {
  const { clock, logger } = options;
  const client = options.client();
  if (client === null) return err(appError('client-missing'));
  if (request.signal?.aborted === true) return err(appError('sign-in-interrupted'));

  const { promise: outcome, resolve: settle, reject: fail } = Promise.withResolvers<Outcome>();
  const finished = new AbortController();
  const answered = new AbortController();
  const { codeVerifier, codeChallenge } = await new OAuth2Client().generateCodeVerifierAsync();
  const state = randomBytes(32).toString('base64url');
  let strangers = 0;
  let redirectUri = '';

  const late = new AbortController();

  const takeAnswer = async (query: URLSearchParams): Promise<Page> => {
    if (!query.has('state')) return waitingPage();
    if (late.signal.aborted && isSame(query.getAll('state'), state)) return latePage();
    if (answered.signal.aborted || !isSame(query.getAll('state'), state)) {
      strangers += 1;
      // Because anybody on this computer can send them, and would fill the log.
      if (strangers <= mostStrangersLogged) logger.warn('sign-in-answer-refused', { used: answered.signal.aborted });
      return strangerPage();
    }
    answered.abort();
    const proof = { codeVerifier, redirectUri };
    redeem(options, client, query, proof, request.expected ?? null, finished.signal).then(settle, fail);
    const result = await outcome;
    return result.ok ? signedInPage(result.value.email) : failedPage(result.error);
  };

  const listening = await listenOnLoopback(takeAnswer);
  if (!listening.ok) return listening;
  const listener = listening.value;
  redirectUri = listener.redirectUri;

  const interrupt = (): void => settle(err(appError('sign-in-interrupted')));
  request.signal?.addEventListener('abort', interrupt, { once: true });
  try {
    void clock.sleep(options.timeLimitMs ?? 5 * minute, answered.signal).then(() => {
      if (answered.signal.aborted) return;
      late.abort();
      settle(err(appError(strangers > 0 ? 'state-mismatch' : 'consent-timeout')));
    }, fail);
    const address = new OAuth2Client({
      clientId: client.clientId,
      redirectUri,
      endpoints: { oauth2AuthBaseUrl: options.endpoints.authorization },
    }).generateAuthUrl({
      scope: [...identityScopes, ...(options.requiredScopes ?? calendarScopes).map(({ scope }) => scope)],
      state,
      code_challenge_method: CodeChallengeMethod.S256,
      code_challenge: codeChallenge ?? '',
      access_type: 'offline',
      prompt: 'consent',
      include_granted_scopes: true,
      ...(request.loginHint === null ? {} : { login_hint: request.loginHint }),
    });
    logger.info('sign-in-started');
    // Not awaited, because whoever shows the page may stay with it until the person is done.
    request.show(address).then((shown) => {
      if (!shown.ok) settle(shown);
    }, fail);
    const result = await outcome;
    if (result.ok) logger.info('signed-in', { scopes: result.value.scopes.length });
    else logger.warn('sign-in-failed', { error: result.error.code, detail: result.error.detail });
    return result;
  } finally {
    request.signal?.removeEventListener('abort', interrupt);
    // Because whoever was slow would land on a page of the browser that says nothing of CalSync.
    answered.abort();
    finished.abort();
    if (late.signal.aborted) {
      listener.unref();
      void clock.sleep(lateness, request.ending).then(() => listener.close());
    } else await listener.close();
  }
}

/** Takes every `state` of an answer and ours; compares in constant time, so that no guess can be improved by timing. */
function isSame(given: readonly string[], expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return given.length === 1 && timingSafeEqual(digest(given[0] ?? ''), digest(expected));
}

/** Takes the answer of the consent page, returns what it is worth. */
async function redeem(
  options: SignInOptions,
  client: OAuthClient,
  query: URLSearchParams,
  proof: { readonly codeVerifier: string; readonly redirectUri: string },
  expectedAccount: NonNullable<SignInRequest['expected']> | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const refusal = query.get('error');
  if (refusal !== null) return err(consentError(refusal));
  const [code, ...others] = query.getAll('code');
  if (code === undefined || code === '' || others.length > 0) {
    return err(appError('code-refused', null, 'the answer holds no code'));
  }

  // Before the exchange, because a lifetime counted from its end would be too long by the time of the answer.
  const askedAt = options.clock.now();
  const exchanged = await exchangeCode(options.endpoints, client, { code, ...proof }, signal);
  if (!exchanged.ok) return err(signInError(exchanged.error, options.clock.now()));
  const answer = exchanged.value;

  const required = options.requiredScopes ?? calendarScopes;
  const scopes = answer.scopes ?? [...identityScopes, ...required.map(({ scope }) => scope)];
  const missing = missingScopes(scopes, required);
  // The grant is not given back here, because that would end the person's other grants to this project as well
  // (google-calendar.md §7.5).
  if (missing.length > 0) return err(appError('scope-missing', missing.map(({ means }) => means).join(' and ')));
  if (answer.refreshToken === null) return err(appError('answer-malformed', 'signing in', 'no refresh token'));

  const identified = await identify(options, client, answer, signal);
  if (!identified.ok) return identified;
  const { sub, email } = identified.value;
  const accountId = accountIdSchema.safeParse(idAt('google', sub));
  if (!accountId.success || email === null) return err(appError('identity-missing'));
  // Here and not where accounts are kept, because the page in the browser must say so, too. By `sub`, because the address
  // of an account changes. What was granted is dropped as it is: giving it back would sign that other account out
  // everywhere (google-calendar.md §7.5).
  if (expectedAccount !== null && expectedAccount.accountId !== accountId.data) {
    return err(appError('account-other', otherAccount(email, expectedAccount.email)));
  }
  const { refreshTokenExpiresIn } = answer;
  return ok({
    provider: 'google',
    accountId: accountId.data,
    email,
    scopes,
    refreshToken: answer.refreshToken,
    accessToken: { token: answer.accessToken, expiresAt: askedAt + answer.expiresIn * second },
    signInEndsAt: refreshTokenExpiresIn === null ? null : askedAt + refreshTokenExpiresIn * second,
  });
}

/** Takes the address that signed in and the one that was to; returns both in words, for the gap of a sentence. */
function otherAccount(given: string, expected: string): string {
  // An address that was given to a new account: to the person it is the same, to Google it is not.
  if (given.toLowerCase() === expected.toLowerCase()) return `another account that has the address ${given} now`;
  return `${given}, not as ${expected}`;
}

/** Takes a token answer. Returns whom it names: by its id_token, and where that says too little, by userinfo. */
async function identify(
  { endpoints, clock }: SignInOptions,
  client: OAuthClient,
  answer: TokenAnswer,
  signal: AbortSignal,
): Promise<Result<Identity, AppError>> {
  let sub: string | null = null;
  if (answer.idToken !== null) {
    const expected = { clientId: client.clientId, issuers: endpoints.issuers, now: clock.now() };
    const named = readIdToken(answer.idToken, expected);
    // An id_token that is not to be believed is no reason to ask elsewhere: something is wrong.
    if (!named.ok) {
      const { why, offset } = named.error;
      return err(
        isClockWrong(offset)
          ? appError('clock-wrong', clockError(offset), why)
          : appError('identity-missing', null, why),
      );
    }
    if (named.value.email !== null) return named;
    sub = named.value.sub;
  }
  const asked = await fetchUserInfo(endpoints, answer.accessToken, signal);
  if (!asked.ok) {
    const told = signInError(asked.error, clock.now());
    if (told.code === 'clock-wrong' || isBetween(told.code)) return err(told);
    // Because a refusal here speaks of the identity, not of the code, which was accepted.
    const passing = told.code === 'sign-in-offline' || (told.code === 'sign-in-trouble' && !isRefusal(asked.error));
    return err(passing ? told : appError('identity-missing', null, told.detail));
  }
  // OpenID Connect Core §5.3.2: another `sub` means another person.
  if (sub !== null && asked.value.sub !== sub) {
    return err(appError('identity-missing', null, 'userinfo names another account than the id_token'));
  }
  return ok({ sub: asked.value.sub, email: asked.value.email ?? null });
}

/** Whether a server that works has said no, as against one in trouble or one that asks to slow down. */
function isRefusal(evidence: Evidence): boolean {
  return (
    evidence.kind === 'refused' &&
    evidence.status >= 400 &&
    evidence.status < 500 &&
    ![408, 429].includes(evidence.status)
  );
}
