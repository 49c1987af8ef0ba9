import { createHash } from 'node:crypto';
import { OAuth2Client } from 'google-auth-library';
import { describe, expect, it } from 'vitest';
import { HOME, WORK, start } from './support.ts';
import type { Harness } from './support.ts';

const VERIFIER = 'v'.repeat(64);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const REDIRECT = 'http://127.0.0.1:53682/callback';
const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'https://www.googleapis.com/auth/calendar.calendarlist.readonly';
const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';

function authorizeUrl(harness: Harness, changes: Readonly<Record<string, string | null>> = {}): string {
  const parameters: Record<string, string | null> = {
    client_id: harness.simulator.client.clientId,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: `openid email ${EVENTS} ${LIST}`,
    state: 'st&te',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    access_type: 'offline',
    prompt: 'consent',
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== null) query.set(name, value);
  return `${harness.simulator.url}/o/oauth2/v2/auth?${query.toString()}`;
}

/** Reads the form of the consent page and sends it, as a person would, without a browser. */
async function decide(
  harness: Harness,
  decision: 'allow' | 'deny',
  options: { email?: string; scopes?: string[]; changes?: Readonly<Record<string, string | null>> } = {},
): Promise<URL> {
  const page = await (await fetch(authorizeUrl(harness, options.changes))).text();
  const request = /name="request" value="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const offered = [...page.matchAll(/name="scope" id="[^"]+" value="([^"]+)"/g)].map((match) => match[1] ?? '');
  const form = new URLSearchParams({ request, account: options.email ?? HOME, decision });
  for (const scope of options.scopes ?? offered) form.append('scope', scope);
  const answer = await fetch(`${harness.simulator.url}/o/oauth2/v2/auth`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? '');
}

async function token(harness: Harness, fields: Readonly<Record<string, string | null>>) {
  const form = new URLSearchParams();
  const all: Record<string, string | null> = {
    client_id: harness.simulator.client.clientId,
    client_secret: harness.simulator.client.clientSecret,
    ...fields,
  };
  for (const [name, value] of Object.entries(all)) if (value !== null) form.set(name, value);
  const answer = await fetch(`${harness.simulator.url}/token`, { method: 'POST', body: form });
  return { status: answer.status, body: (await answer.json()) as Record<string, string | number> };
}

async function signIn(harness: Harness, options: Parameters<typeof decide>[2] = {}) {
  const target = await decide(harness, 'allow', options);
  const code = target.searchParams.get('code') ?? '';
  return token(harness, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER });
}

describe('the consent page', () => {
  it('offers accounts and a box for each calendar scope, and returns code, state and scope', async () => {
    const harness = await start();
    const page = await (await fetch(authorizeUrl(harness, { login_hint: WORK }))).text();
    expect(page).toContain(`id="account-${HOME}"`);
    expect(page).toMatch(new RegExp(`value="${WORK}" checked`));
    expect(page).toContain('id="scope-calendar-events"');
    expect(page).toContain('id="scope-calendar-calendarlist-readonly"');
    expect(page).not.toContain('id="scope-openid"');
    const target = await decide(harness, 'allow');
    expect(target.origin + target.pathname).toBe(REDIRECT);
    expect(target.searchParams.get('state')).toBe('st&te');
    expect(target.searchParams.get('scope')?.split(' ').sort()).toEqual([EVENTS, LIST, EMAIL, 'openid'].sort());
  });

  it('denied: error=access_denied with the state, and no code', async () => {
    const target = await decide(await start(), 'deny');
    expect(Object.fromEntries(target.searchParams)).toEqual({ error: 'access_denied', state: 'st&te' });
  });

  it.each([
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ client_id: null }, 400, 'invalid_request'],
    [{ redirect_uri: 'https://evil.example/' }, 400, 'redirect_uri_mismatch'],
    [{ redirect_uri: 'http://127.0.0.1.evil.example/' }, 400, 'redirect_uri_mismatch'],
    [{ redirect_uri: 'http://user@127.0.0.1:1/' }, 400, 'redirect_uri_mismatch'],
    [{ redirect_uri: 'calsync://callback' }, 400, 'redirect_uri_mismatch'],
    [{ response_type: 'token' }, 400, 'unsupported_response_type'],
    [{ scope: '' }, 400, 'invalid_request'],
    [{ scope: 'https://www.googleapis.com/auth/drive' }, 400, 'invalid_scope'],
    [{ code_challenge: null }, 400, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 400, 'invalid_request'],
  ])('%j is shown on the page: %d %s', async (changes, status, error) => {
    const answer = await fetch(authorizeUrl(await start(), changes), { redirect: 'manual' });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(`<code id="error">${error}</code>`);
  });

  it('refuses an embedded web view, and accepts any loopback port', async () => {
    const harness = await start();
    const electron = await fetch(authorizeUrl(harness), { headers: { 'user-agent': 'Mozilla/5.0 Electron/45.0' } });
    expect(await electron.text()).toContain('disallowed_useragent');
    for (const redirect_uri of ['http://127.0.0.1:1', 'http://[::1]:65535/x', 'http://localhost:8080/']) {
      expect((await fetch(authorizeUrl(harness, { redirect_uri }))).status).toBe(200);
    }
  });

  it('escapes what it repeats', async () => {
    const harness = await start();
    const page = await (await fetch(authorizeUrl(harness, { state: '"><script>alert(1)</script>' }))).text();
    expect(page).not.toContain('<script>');
  });
});

describe('the token endpoint', () => {
  it('gives tokens, scopes and an ID token whose sub is the same every time', async () => {
    const harness = await start();
    const { status, body } = await signIn(harness);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    const claims = JSON.parse(
      Buffer.from(String(body['id_token']).split('.')[1] ?? '', 'base64url').toString(),
    ) as object;
    const sub = harness.simulator.accounts.find((account) => account.email === HOME)?.sub;
    expect(claims).toMatchObject({
      sub,
      email: HOME,
      aud: harness.simulator.client.clientId,
      iss: harness.simulator.url,
    });
    expect(sub).toMatch(/^\d{21}$/);
  });

  it('a box that was unticked is missing from `scope`, and its calls are 403', async () => {
    const harness = await start();
    const { body } = await signIn(harness, { scopes: [LIST] });
    expect(String(body['scope']).split(' ')).not.toContain(EVENTS);
    const answer = await fetch(`${harness.simulator.url}/calendar/v3/calendars/primary/events`, {
      headers: { authorization: `Bearer ${String(body['access_token'])}` },
    });
    expect(answer.status).toBe(403);
  });

  it('include_granted_scopes adds what was granted before', async () => {
    const harness = await start();
    await signIn(harness, { scopes: [EVENTS] });
    const { body } = await signIn(harness, { scopes: [LIST], changes: { include_granted_scopes: 'true' } });
    expect(String(body['scope']).split(' ')).toContain(EVENTS);
  });

  it.each([
    [{ code_verifier: 'w'.repeat(64) }, 400, 'invalid_grant'],
    [{ code_verifier: null }, 400, 'invalid_grant'],
    [{ redirect_uri: 'http://127.0.0.1:1/other' }, 400, 'redirect_uri_mismatch'],
    [{ code: 'nonsense' }, 400, 'invalid_grant'],
    [{ code: null }, 400, 'invalid_request'],
    [{ client_secret: null }, 400, 'invalid_request'],
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'nobody' }, 401, 'invalid_client'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('an exchange with %j is %d %s', async (changes, status, error) => {
    const harness = await start();
    const code = (await decide(harness, 'allow')).searchParams.get('code') ?? '';
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      ...changes,
    };
    const answer = await token(harness, fields);
    expect([answer.status, answer.body['error']]).toEqual([status, error]);
  });

  it('a code works once, and not after ten minutes', async () => {
    const harness = await start();
    const fields = { grant_type: 'authorization_code', redirect_uri: REDIRECT, code_verifier: VERIFIER };
    const code = (await decide(harness, 'allow')).searchParams.get('code') ?? '';
    expect((await token(harness, { ...fields, code })).status).toBe(200);
    expect((await token(harness, { ...fields, code })).body['error']).toBe('invalid_grant');
    const late = (await decide(harness, 'allow')).searchParams.get('code') ?? '';
    harness.simulator.state.advanceClock(600_001);
    expect((await token(harness, { ...fields, code: late })).body['error']).toBe('invalid_grant');
  });

  it('without a secret by switch only', async () => {
    const harness = await start({ switches: { secretRequired: false } });
    const code = (await decide(harness, 'allow')).searchParams.get('code') ?? '';
    const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: VERIFIER };
    expect((await token(harness, { ...fields, client_secret: null })).status).toBe(200);
  });

  it('a refresh gives a new access token and no new refresh token', async () => {
    const harness = await start();
    const { body } = await signIn(harness);
    const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
    const renewed = await token(harness, refresh);
    expect(renewed.body['access_token']).not.toBe(body['access_token']);
    expect(renewed.body['refresh_token']).toBeUndefined();
    expect((await token(harness, { ...refresh, refresh_token: 'nonsense' })).body['error']).toBe('invalid_grant');
  });

  it('Testing status: the answer announces seven days, and then the grant is dead', async () => {
    const harness = await start({ switches: { testingStatus: true } });
    const { body } = await signIn(harness);
    expect(body['refresh_token_expires_in']).toBe(604_800);
    harness.simulator.state.advanceClock(604_800_000);
    const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
    expect(await token(harness, refresh)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    });
  });

  it('beyond the cap the oldest refresh token dies silently', async () => {
    const harness = await start({ switches: { refreshTokenCap: 2 } });
    const tokens = [];
    for (let index = 0; index < 3; index += 1) tokens.push(String((await signIn(harness)).body['refresh_token']));
    const results = [];
    for (const refresh_token of tokens)
      results.push((await token(harness, { grant_type: 'refresh_token', refresh_token })).status);
    expect(results).toEqual([400, 200, 200]);
  });
});

describe('revoking', () => {
  it('any token ends every grant of that account for the project, and of no other account', async () => {
    const harness = await start();
    const one = await signIn(harness);
    const two = await signIn(harness);
    const other = await signIn(harness, { email: WORK });
    const revoke = (text: string) =>
      fetch(`${harness.simulator.url}/revoke`, { method: 'POST', body: new URLSearchParams({ token: text }) });
    expect((await revoke(String(one.body['access_token']))).status).toBe(200);
    expect((await revoke('nonsense')).status).toBe(400);
    const refresh = (body: Record<string, string | number>) =>
      token(harness, { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) });
    expect((await refresh(two.body)).body['error']).toBe('invalid_grant');
    expect((await refresh(other.body)).status).toBe(200);
    const info = await fetch(`${harness.simulator.url}/tokeninfo?access_token=${String(two.body['access_token'])}`);
    expect(info.status).toBe(400);
  });

  it('so does the person on the security page', async () => {
    const harness = await start();
    const { body } = await signIn(harness);
    harness.simulator.person(HOME).revokeAccess();
    expect(
      (await token(harness, { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) })).status,
    ).toBe(400);
  });
});

it('tokeninfo, userinfo and the discovery document tell what the scopes allow', async () => {
  const harness = await start();
  const { body } = await signIn(harness);
  const access = String(body['access_token']);
  const { url, client } = harness.simulator;
  const info = (await (await fetch(`${url}/tokeninfo?access_token=${access}`)).json()) as object;
  expect(info).toMatchObject({ aud: client.clientId, email: HOME, scope: body['scope'] });
  for (const path of ['/v1/userinfo', '/oauth2/v3/userinfo']) {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${access}` } });
    expect(await answer.json()).toEqual({
      sub: harness.simulator.accounts.find((account) => account.email === HOME)?.sub,
      email: HOME,
      email_verified: true,
    });
  }
  const discovery = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as object;
  expect(discovery).toMatchObject({
    token_endpoint: `${url}/token`,
    authorization_endpoint: `${url}/o/oauth2/v2/auth`,
  });
});

it('Google’s own library signs in and refreshes against it', async () => {
  const harness = await start();
  const { url, client } = harness.simulator;
  const library = new OAuth2Client({
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    redirectUri: REDIRECT,
    endpoints: {
      oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${url}/token`,
      oauth2RevokeUrl: `${url}/revoke`,
      tokenInfoUrl: `${url}/tokeninfo`,
    },
  });
  const code = (await decide(harness, 'allow')).searchParams.get('code') ?? '';
  const { tokens } = await library.getToken({ code, codeVerifier: VERIFIER });
  library.setCredentials({ refresh_token: tokens.refresh_token ?? '' });
  const { token: renewed } = await library.getAccessToken();
  expect(renewed).toMatch(/^ya29\./);
  expect((await library.getTokenInfo(renewed ?? '')).email).toBe(HOME);
});
