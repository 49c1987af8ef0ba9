import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSignIn } from '../../src/main/oauth/index.ts';
import { listenOnLoopback } from '../../src/main/oauth/loopback.ts';
import type { OAuthClient, SignedIn, SignIn, SignInRequest } from '../../src/main/ports/tokens.ts';
import { toAccountId } from '../../src/shared/ids.ts';
import { appError } from '../../src/shared/errors.ts';
import type { AppError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';
import type { Result } from '../../src/shared/result.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { idToken, startFakeGoogle } from './fake-google.ts';
import type { Answer, FakeGoogle } from './fake-google.ts';

const events = 'https://www.googleapis.com/auth/calendar.events';
const list = 'https://www.googleapis.com/auth/calendar.calendarlist.readonly';
const email = 'https://www.googleapis.com/auth/userinfo.email';
const hour = 3_600_000;

let google: FakeGoogle;
let clock: FakeClock;
let logger: MemoryLogger;
let client: OAuthClient | null;
let signIn: SignIn;

beforeEach(async () => {
  google = await startFakeGoogle();
  clock = new FakeClock();
  google.now = () => clock.now();
  logger = new MemoryLogger();
  client = { clientId: 'client', clientSecret: 'hush' };
  signIn = createSignIn({ endpoints: google.endpoints, client: () => client, clock, logger });
  google.answer = () => ({ json: tokenAnswer() });
});

afterEach(async () => {
  await google.close();
  expect(clock.sleeping).toBe(0);
  expect(logger.text()).not.toMatch(/the-code|access-1|refresh-1|hush|@northwind/);
});

function tokenAnswer(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const claims = {
    iss: 'https://accounts.google.com',
    sub: '1001',
    aud: 'client',
    exp: clock.now() / 1000 + 3600,
    email: 'anna@northwind.example',
  };
  return {
    access_token: 'access-1',
    expires_in: 3599,
    refresh_token: 'refresh-1',
    scope: `${list} openid ${email} ${events}`,
    token_type: 'Bearer',
    id_token: idToken(claims),
    ...change,
  };
}

interface Landing {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** What a browser does when it is sent back to the loopback address. */
async function land(redirectUri: string, query: Readonly<Record<string, string>>): Promise<Landing> {
  const response = await fetch(`${redirectUri}/?${new URLSearchParams(query).toString()}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Signs in with a person who does `act` once the consent page is shown to them. */
async function run(
  act: (consent: URLSearchParams, redirectUri: string, state: string) => Promise<unknown>,
  request: Partial<SignInRequest> = {},
): Promise<Result<SignedIn, AppError>> {
  let acted: Promise<unknown> = Promise.resolve();
  const result = await signIn.signIn({
    loginHint: null,
    show: (address) => {
      const consent = new URL(address).searchParams;
      acted = act(consent, consent.get('redirect_uri') ?? '', consent.get('state') ?? '');
      return Promise.resolve(ok(undefined));
    },
    ...request,
  });
  await acted;
  return result;
}

describe('a sign-in', () => {
  it('is refused on the page, too, where another account answers than the one that is signed in to anew', async () => {
    const landed = Promise.withResolvers<Landing>();
    const result = await run(
      async (_, redirectUri, state) => landed.resolve(await land(redirectUri, { state, code: 'the-code' })),
      { expected: { accountId: toAccountId('2002'), email: 'ben@northwind.example' } },
    );
    expect(result).toEqual(err(appError('account-other', 'anna@northwind.example, not as ben@northwind.example')));
    const { text } = await landed.promise;
    expect(text).toContain('That is another account');
    expect(text).toContain('You signed in as anna@northwind.example, not as ben@northwind.example');
  });

  it('goes by the account and not by its address, which may have changed or be given to somebody else', async () => {
    const answered = (accountId: string, address: string) =>
      run(async (_, redirectUri, state) => land(redirectUri, { state, code: 'the-code' }), {
        expected: { accountId: toAccountId(accountId), email: address },
      });
    expect(await answered('1001', 'old@northwind.example')).toMatchObject({ ok: true });
    const reused = await answered('2002', 'Anna@northwind.example');
    expect(reused).toMatchObject({
      error: { code: 'account-other', about: 'another account that has the address anna@northwind.example now' },
    });
  });

  it('asks for consent as RFC 8252 and RFC 7636 want it, and brings home who signed in', async () => {
    const start = clock.now();
    const landed = Promise.withResolvers<Landing>();
    let consentAddress = '';
    let challenge = '';
    let redirect = '';
    const result = await signIn.signIn({
      loginHint: 'anna@northwind.example',
      show: async (address) => {
        consentAddress = address;
        const consent = new URL(address).searchParams;
        challenge = consent.get('code_challenge') ?? '';
        redirect = consent.get('redirect_uri') ?? '';
        expect(Object.fromEntries(consent)).toEqual({
          client_id: 'client',
          redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
          response_type: 'code',
          scope: `openid email ${events} ${list}`,
          state: expect.stringMatching(/^[\w-]{43}$/) as string,
          code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
          code_challenge_method: 'S256',
          access_type: 'offline',
          prompt: 'consent',
          include_granted_scopes: 'true',
          login_hint: 'anna@northwind.example',
        });
        // The whole visit happens before `show` is done: it may stay as long as the browser does.
        landed.resolve(await land(redirect, { state: consent.get('state') ?? '', code: 'the-code', scope: events }));
        return ok(undefined);
      },
    });
    expect(result).toEqual({
      ok: true,
      value: {
        provider: 'google',
        accountId: '1001',
        email: 'anna@northwind.example',
        scopes: [list, 'openid', email, events],
        refreshToken: 'refresh-1',
        accessToken: { token: 'access-1', expiresAt: start + 3_599_000 },
        signInEndsAt: null,
      },
    });
    expect(consentAddress.startsWith(google.endpoints.authorization)).toBe(true);
    expect(google.seen).toHaveLength(1);
    const form = google.seen[0]?.form ?? {};
    expect(form).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      code_verifier: expect.stringMatching(/^[\w.~-]{43,128}$/) as string,
      redirect_uri: redirect,
      client_id: 'client',
      client_secret: 'hush',
    });
    expect(
      createHash('sha256')
        .update(form['code_verifier'] ?? '')
        .digest('base64url'),
    ).toBe(challenge);
    const landing = await landed.promise;
    expect(landing.status).toBe(200);
    expect(landing.text).toContain('You are signed in');
    expect(landing.text).toContain('anna@northwind.example');
  });

  it('shows a page that loads, frames, keeps and passes on nothing', async () => {
    let landing: Landing | undefined;
    await run(async (_consent, redirect, state) => {
      landing = await land(redirect, { state, code: 'the-code' });
    });
    const policy = landing?.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame/,
    );
    expect(landing?.headers.get('referrer-policy')).toBe('no-referrer');
    expect(landing?.headers.get('cache-control')).toBe('no-store');
    expect(landing?.headers.get('x-content-type-options')).toBe('nosniff');
    const style = /<style>([^]*)<\/style>/.exec(landing?.text ?? '')?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
    expect(style).toContain('prefers-color-scheme:dark');
    expect(landing?.text).not.toMatch(/<script|<link|<img|src=|href=|url\(|the-code/);
  });

  it('shows an address as text, whatever it holds', async () => {
    const evil = '<img src=x onerror=alert(1)>"@northwind.example';
    google.answer = () => ({ json: tokenAnswer({ id_token: undefined }) });
    const before = google.answer;
    google.answer = (request) =>
      request.path === '/v1/userinfo' ? { json: { sub: '1001', email: evil } } : before(request);
    let landing: Landing | undefined;
    await run(async (_consent, redirect, state) => {
      landing = await land(redirect, { state, code: 'the-code' });
    });
    expect(landing?.text).not.toContain('<img');
    expect(landing?.text).toContain('&lt;img');
  });

  it('uses another state, verifier and port each time', async () => {
    const seen: string[][] = [];
    for (let round = 0; round < 3; round += 1) {
      await run(async (consent, redirect, state) => {
        seen.push([state, consent.get('code_challenge') ?? '']);
        await land(redirect, { state, error: 'access_denied' });
      });
    }
    expect(new Set(seen.flat()).size).toBe(6);
  });

  it('tells when the grant will end', async () => {
    const start = clock.now();
    google.answer = () => ({ json: tokenAnswer({ refresh_token_expires_in: 604_799 }) });
    const result = await run((_consent, redirect, state) => land(redirect, { state, code: 'the-code' }));
    expect(result).toMatchObject({ ok: true, value: { signInEndsAt: start + 604_799_000 } });
  });

  it('asks userinfo where the id_token says too little', async () => {
    const claims = { iss: 'accounts.google.com', sub: '1001', aud: 'client', exp: clock.now() / 1000 + hour };
    google.answer = (request) =>
      request.path === '/v1/userinfo'
        ? { json: { sub: '1001', email: 'anna@northwind.example' } }
        : { json: tokenAnswer({ id_token: idToken(claims) }) };
    const result = await run((_consent, redirect, state) => land(redirect, { state, code: 'the-code' }));
    expect(result).toMatchObject({ ok: true, value: { accountId: '1001', email: 'anna@northwind.example' } });
    expect(google.seen[1]).toMatchObject({ method: 'GET', path: '/v1/userinfo', authorization: 'Bearer access-1' });
  });

  it.each([
    ['the full calendar scope stands for both', 'openid email https://www.googleapis.com/auth/calendar', true],
    [
      'a wider scope stands for the list',
      `openid email ${events} https://www.googleapis.com/auth/calendar.readonly`,
      true,
    ],
    ['no scope at all means as asked for', undefined, true],
    ['a scope that only begins alike does not count', `openid email ${events}.readonly ${list}`, false],
  ])('knows that %s', async (_what, scope, granted) => {
    google.answer = () => ({ json: tokenAnswer({ scope }) });
    const result = await run((_consent, redirect, state) => land(redirect, { state, code: 'the-code' }));
    expect(result.ok).toBe(granted);
  });
});

describe('a sign-in under a clock that is wrong', () => {
  const untimely = (exp: number, iat: number): string =>
    idToken({ iss: 'accounts.google.com', sub: '1001', aud: 'client', exp, iat, email: 'anna@northwind.example' });

  it.each([
    ['a code that is refused', 400, { error: 'invalid_grant' }],
    ['a client that is refused', 401, { error: 'invalid_client' }],
  ])('is told of the clock, not of %s', async (_, status, json) => {
    google.now = () => clock.now() + 2 * 86_400_000;
    google.answer = () => ({ status, json });
    let landing: Landing | undefined;
    const result = await run(async (_consent, redirect, state) => {
      landing = await land(redirect, { state, code: 'the-code' });
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'clock-wrong', about: '2 days slow' } });
    expect(landing?.text).toContain('The clock of this computer is wrong (2 days slow)');
  });

  it('is told of the clock, not of who signed in', async () => {
    const issued = clock.now() / 1000 - 86_400;
    google.answer = () => ({ json: tokenAnswer({ id_token: untimely(issued + 3600, issued) }) });
    const result = await run((_consent, redirect, state) => land(redirect, { state, code: 'the-code' }));
    expect(result).toMatchObject({ ok: false, error: { code: 'clock-wrong', about: '1 day fast' } });
  });

  it('is told of the code where the clocks agree, and of trouble where the service has some', async () => {
    google.now = () => clock.now() + 86_400_000;
    google.answer = () => ({ status: 503, json: {} });
    const result = await run((_consent, redirect, state) => land(redirect, { state, code: 'the-code' }));
    expect(result).toMatchObject({ ok: false, error: { code: 'sign-in-trouble' } });
  });
});

describe('a sign-in that fails', () => {
  const html: Answer = { text: '<h1>Welcome to our hotel</h1>', type: 'text/html' };
  const see = 'see and change events on your calendars';
  const seeList = 'see the list of your calendars';
  const answer = (change: Readonly<Record<string, unknown>>) => (): Answer => ({ json: tokenAnswer(change) });
  const otherAudience = { iss: 'accounts.google.com', sub: '1', aud: 'other', exp: 9e9, email: 'x@y.example' };

  it.each<[string, Record<string, string>, (() => Answer) | null, string, string | null, string]>([
    ['consent denied', { error: 'access_denied' }, null, 'consent-denied', null, 'Permission was not given'],
    [
      'an administrator',
      { error: 'admin_policy_enforced' },
      null,
      'consent-blocked',
      'admin_policy_enforced',
      'not allowed',
    ],
    ['no code', {}, null, 'code-refused', null, 'did not work'],
    ['an empty code', { code: '' }, null, 'code-refused', null, 'did not work'],
    [
      'a code that is refused',
      { code: 'the-code' },
      () => ({ status: 400, json: { error: 'invalid_grant' } }),
      'code-refused',
      null,
      'did not accept',
    ],
    [
      'a wrong client',
      { code: 'the-code' },
      () => ({ status: 401, json: { error: 'invalid_client' } }),
      'client-refused',
      null,
      'does not accept your Google client',
    ],
    [
      'trouble (503)',
      { code: 'the-code' },
      () => ({ status: 503, json: {} }),
      'sign-in-trouble',
      null,
      'Sign in again',
    ],
    [
      'trouble (404)',
      { code: 'the-code' },
      () => ({ status: 404, json: {} }),
      'sign-in-trouble',
      null,
      'Sign in again',
    ],
    ['a cut connection', { code: 'the-code' }, () => 'cut', 'sign-in-offline', null, 'could not be reached'],
    ['a page of a network', { code: 'the-code' }, () => html, 'network-portal', null, 'sign in to the network'],
    [
      'no refresh token',
      { code: 'the-code' },
      answer({ refresh_token: undefined }),
      'answer-malformed',
      'signing in',
      'made no sense',
    ],
    [
      'one box not ticked',
      { code: 'the-code' },
      answer({ scope: `openid email ${list}` }),
      'scope-missing',
      see,
      'A box was not ticked',
    ],
    [
      'the other box not ticked',
      { code: 'the-code' },
      answer({ scope: `openid email ${events}` }),
      'scope-missing',
      seeList,
      seeList,
    ],
    [
      'no box ticked',
      { code: 'the-code' },
      answer({ scope: 'openid email' }),
      'scope-missing',
      `${see} and ${seeList}`,
      'tick every box',
    ],
    [
      'an id_token for somebody else',
      { code: 'the-code' },
      answer({ id_token: idToken(otherAudience) }),
      'identity-missing',
      null,
      'which account',
    ],
  ])('because of %s says so, in the browser too', async (_what, query, reply, code, about, words) => {
    if (reply !== null) google.answer = reply;
    let landing: Landing | undefined;
    let redirectUri = '';
    const result = await run(async (_consent, redirect, state) => {
      redirectUri = redirect;
      landing = await land(redirect, { state, ...query });
    });
    expect(result).toMatchObject({ ok: false, error: { code, about } });
    expect(JSON.stringify(result)).not.toMatch(/the-code|access-1|refresh-1|hush/);
    expect(landing?.status).toBe(200);
    expect(landing?.text).toContain(words);
    // Nothing is asked twice, and a missing scope does not give back the grant.
    expect(google.seen.map((request) => request.path)).toEqual(reply === null ? [] : ['/token']);
    await expect(fetch(redirectUri)).rejects.toThrow();
  });

  it.each([
    ['names somebody else', { json: { sub: '2002', email: 'x@y.example' } }, 'identity-missing'],
    ['names no address', { json: { sub: '1001' } }, 'identity-missing'],
    ['refuses', { status: 401, json: { error: 'invalid_token' } }, 'identity-missing'],
    ['sends a page', html, 'network-portal'],
    ['is in trouble', { status: 500, json: {} }, 'sign-in-trouble'],
    ['is cut', 'cut', 'sign-in-offline'],
  ] as const)('because userinfo %s', async (_what, userInfo: Answer, code) => {
    const claims = { iss: 'accounts.google.com', sub: '1001', aud: 'client', exp: clock.now() / 1000 + hour };
    google.answer = (request) =>
      request.path === '/v1/userinfo' ? userInfo : { json: tokenAnswer({ id_token: idToken(claims) }) };
    const result = await run((_consent, redirect, state) => land(redirect, { state, code: 'the-code' }));
    expect(result).toMatchObject({ ok: false, error: { code } });
  });

  it('because of two codes asks for neither', async () => {
    const result = await run((_consent, redirect, state) => fetch(`${redirect}/?state=${state}&code=one&code=two`));
    expect(result).toMatchObject({ ok: false, error: { code: 'code-refused' } });
    expect(google.seen).toEqual([]);
  });

  it('without a client does not even listen', async () => {
    client = null;
    const show = vi.fn();
    expect(await signIn.signIn({ loginHint: null, show })).toEqual(err(appError('client-missing')));
    expect(show).not.toHaveBeenCalled();
  });

  it('when nobody comes back in time', async () => {
    let redirectUri = '';
    let given = '';
    const running = run((_consent, redirect, state) => {
      redirectUri = redirect;
      given = state;
      return Promise.resolve();
    });
    while (clock.sleeping === 0 || redirectUri === '') await new Promise((tick) => setTimeout(tick, 5));
    await clock.advance(299_999);
    expect(await Promise.race([running, Promise.resolve('still waiting')])).toBe('still waiting');
    await clock.advance(1);
    expect(await running).toEqual(err(appError('consent-timeout')));
    // Whoever was slow is told so, and nothing of what they bring is used; a stranger learns nothing.
    expect((await land(redirectUri, { state: given, code: 'the-code' })).text).toContain('That came too late');
    expect((await land(redirectUri, { state: 'guessed', code: 'the-code' })).text).not.toContain('too late');
    await clock.advance(30 * 60_000);
    await expect(fetch(redirectUri)).rejects.toThrow();
  });

  it('when it is stopped, while waiting and before it has begun', async () => {
    const controller = new AbortController();
    const waiting = run(
      () => {
        controller.abort();
        return Promise.resolve();
      },
      { signal: controller.signal },
    );
    expect(await waiting).toEqual(err(appError('sign-in-interrupted')));
    const show = vi.fn();
    expect(await signIn.signIn({ loginHint: null, show, signal: controller.signal })).toEqual(
      err(appError('sign-in-interrupted')),
    );
    expect(show).not.toHaveBeenCalled();
  });

  it('when it is stopped during the exchange, and the browser is told', async () => {
    const controller = new AbortController();
    google.answer = () => {
      controller.abort();
      return new Promise(() => undefined);
    };
    let landing: Landing | undefined;
    const result = await run(
      async (_consent, redirect, state) => {
        landing = await land(redirect, { state, code: 'the-code' });
      },
      { signal: controller.signal },
    );
    expect(result).toEqual(err(appError('sign-in-interrupted')));
    expect(landing?.text).toContain('given up');
    // The request does not go on behind the person's back.
    await google.hungUp;
  });

  it('when no browser opens', async () => {
    const error = appError('browser-unavailable', null, 'xdg-open: ENOENT');
    const shown = await signIn.signIn({ loginHint: null, show: () => Promise.resolve(err(error)) });
    expect(shown).toEqual(err(error));
  });

  it('when nothing may listen', async () => {
    // An address that is set aside for documentation (RFC 5737) and so is nobody's.
    expect(await listenOnLoopback(() => Promise.reject(new Error('not asked')), '192.0.2.1')).toMatchObject({
      ok: false,
      error: { code: 'loopback-unavailable', about: 'EADDRNOTAVAIL' },
    });
  });

  it('loudly, when showing the page has a fault', async () => {
    const showing = signIn.signIn({ loginHint: null, show: () => Promise.reject(new Error('a bug')) });
    await expect(showing).rejects.toThrow('a bug');
  });
});

describe('strangers on the loopback address', () => {
  it('cannot end a sign-in with a wrong state', async () => {
    const landings: Landing[] = [];
    const result = await run(async (_consent, redirect, state) => {
      landings.push(await land(redirect, { state: 'x'.repeat(43), code: 'evil' }));
      landings.push(await land(redirect, { state: '', error: 'access_denied' }));
      landings.push(await land(redirect, { state: state.slice(0, -1), code: 'evil' }));
      const twice = await fetch(`${redirect}/?state=${state}&state=${state}&code=evil`);
      landings.push({ status: twice.status, text: await twice.text(), headers: twice.headers });
      await land(redirect, { state, code: 'the-code' });
    });
    expect(result.ok).toBe(true);
    expect(landings.map((landing) => landing.status)).toEqual([403, 403, 403, 403]);
    expect(landings[0]?.text).toContain('not needed any more');
    expect(google.seen.map((request) => request.form['code'])).toEqual(['the-code']);
    expect(logger.events('warn')).toHaveLength(4);
  });

  it('do not fill the log', async () => {
    const running = run(async (_consent, redirect) => {
      for (let count = 0; count < 30; count += 1) await land(redirect, { state: 'wrong', code: 'evil' });
    });
    while (logger.events('warn').length < 10) await new Promise((tick) => setTimeout(tick, 5));
    await clock.advance(300_000);
    expect(await running).toEqual(err(appError('state-mismatch')));
    expect(logger.events('warn').filter((event) => event === 'sign-in-answer-refused')).toHaveLength(10);
    await clock.advance(30 * 60_000);
  });

  it('are named as the reason when the true answer never comes', async () => {
    const running = run((_consent, redirect) => land(redirect, { state: 'wrong', code: 'evil' }));
    while (logger.events('warn').length === 0) await new Promise((tick) => setTimeout(tick, 5));
    await clock.advance(300_000);
    expect(await running).toEqual(err(appError('state-mismatch')));
    // It still tells whoever is late, and then no more.
    await clock.advance(30 * 60_000);
  });

  it('cannot use a state a second time', async () => {
    let second: Landing | undefined;
    let redirectUri = '';
    google.answer = async () => {
      second = await land(redirectUri, { state: usedState, code: 'the-code' });
      return { json: tokenAnswer() };
    };
    let usedState = '';
    const result = await run(async (_consent, redirect, state) => {
      redirectUri = redirect;
      usedState = state;
      await land(redirect, { state, code: 'the-code' });
    });
    expect(result.ok).toBe(true);
    expect(second?.status).toBe(403);
    expect(google.seen).toHaveLength(1);
    await expect(land(redirectUri, { state: usedState, code: 'the-code' })).rejects.toThrow();
  });

  it('cannot use the state of an earlier sign-in', async () => {
    let earlier = '';
    await run(async (_consent, redirect, state) => {
      earlier = state;
      await land(redirect, { state, code: 'the-code' });
    });
    let landing: Landing | undefined;
    await run(async (_consent, redirect, state) => {
      landing = await land(redirect, { state: earlier, code: 'the-code' });
      await land(redirect, { state, error: 'access_denied' });
    });
    expect(landing?.status).toBe(403);
  });

  it('get nothing from other paths, methods and hosts, and break nothing', async () => {
    const statuses: number[] = [];
    const result = await run(async (_consent, redirect, state) => {
      const query = new URLSearchParams({ state, code: 'evil' }).toString();
      for (const [path, init] of [
        ['/favicon.ico', {}],
        [`/callback?${query}`, {}],
        [`//?${query}`, {}],
        [`/?${query}`, { method: 'POST' }],
        [`/?${query}`, { method: 'HEAD' }],
        [`/?${query}`, { method: 'OPTIONS' }],
        ['/', {}],
        ['/?code=evil', {}],
      ] as const) {
        statuses.push((await fetch(`${redirect}${path}`, init)).status);
      }
      statuses.push(await statusFor(redirect, `/?${query}`, 'evil.example'));
      statuses.push(await statusFor(redirect, `/?${query}`, 'localhost'));
      const [, , port] = redirect.split(':');
      statuses.push(await statusFor(redirect, `http://evil.example/?${query}`, `127.0.0.1:${port ?? ''}`));
      await land(redirect, { state, code: 'the-code' });
    });
    expect(statuses).toEqual(Array.from({ length: 11 }, () => 404));
    expect(result.ok).toBe(true);
    expect(google.seen.map((request) => request.form['code'])).toEqual(['the-code']);
  });

  it('do not keep the port by holding a connection open', async () => {
    const result = await run(async (_consent, redirect, state) => {
      const idle = connect(Number(new URL(redirect).port), '127.0.0.1');
      await new Promise((connected) => idle.once('connect', connected));
      idle.on('error', () => undefined);
      idle.write('GET / HT');
      await land(redirect, { state, code: 'the-code' });
    });
    expect(result.ok).toBe(true);
  });

  it('a browser that leaves before the page is ready does not matter', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    google.answer = () => promise;
    const result = await run(async (_consent, redirect, state) => {
      const leaving = new AbortController();
      const visit = fetch(`${redirect}/?state=${state}&code=the-code`, { signal: leaving.signal });
      while (google.seen.length === 0) await new Promise((tick) => setTimeout(tick, 5));
      leaving.abort();
      await expect(visit).rejects.toThrow();
      resolve({ json: tokenAnswer() });
    });
    expect(result.ok).toBe(true);
  });
});

function statusFor(redirectUri: string, path: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(redirectUri);
    httpRequest({ hostname, port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('revoke', () => {
  it('gives the grant back, with the token in the body', async () => {
    google.answer = () => ({ json: {} });
    expect(await signIn.revoke('refresh-1')).toEqual({ ok: true, value: undefined });
    expect(google.seen).toMatchObject([{ method: 'POST', path: '/revoke', query: '', form: { token: 'refresh-1' } }]);
  });

  it.each<[string, Answer, string | null]>([
    ['is gone already', { status: 400, json: { error: 'invalid_token' } }, null],
    ['meets trouble', { status: 503, json: {} }, 'provider-trouble'],
    ['is cut', 'cut', 'offline'],
  ])('when it %s', async (_what, answer, code) => {
    google.answer = () => answer;
    const revoked = await signIn.revoke('refresh-1');
    expect(revoked.ok ? null : revoked.error.code).toBe(code);
    expect(JSON.stringify(revoked)).not.toContain('refresh-1');
    expect(google.seen).toHaveLength(1);
  });
});
