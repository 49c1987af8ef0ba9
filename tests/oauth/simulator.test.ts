import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccessTokens, createSignIn, googleOAuthEndpoints } from '../../src/main/oauth/index.ts';
import type { RememberingAccessTokens } from '../../src/main/oauth/index.ts';
import { createMemoryVault } from '../../src/main/platform/index.ts';
import type { OAuthClient, SignedIn, SignIn, SignInRequest, TokenVault } from '../../src/main/ports/tokens.ts';
import type { AppError } from '../../src/shared/errors.ts';
import { ok } from '../../src/shared/result.ts';
import type { Result } from '../../src/shared/result.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryLogger } from '../support/memory-logger.ts';

const events = 'https://www.googleapis.com/auth/calendar.events';
const list = 'https://www.googleapis.com/auth/calendar.calendarlist.readonly';
const work = 'work@northwind.example';
const home = 'me@home.example';
const week = 7 * 24 * 3_600_000;

let simulator: Simulator;
let clock: FakeClock;
let logger: MemoryLogger;
let client: OAuthClient;
let vault: TokenVault;
let signIn: SignIn;
let tokens: RememberingAccessTokens;

beforeEach(async () => {
  clock = new FakeClock();
  simulator = await startSimulator({ now: () => clock.now(), seed: 'oauth' });
  logger = new MemoryLogger();
  client = simulator.client;
  vault = createMemoryVault();
  const endpoints = googleOAuthEndpoints(simulator.url);
  signIn = createSignIn({ endpoints, client: () => client, clock, logger });
  tokens = createAccessTokens({ endpoints, client: () => client, vault, clock, logger });
});

afterEach(async () => {
  await simulator.close();
  expect(logger.text()).not.toMatch(/ya29|1\/\/0|4\/0A|GOCSPX|@northwind|@home/);
});

interface Decision {
  readonly account?: string;
  readonly decision?: 'allow' | 'deny';
  /** Scopes whose boxes the person clears. */
  readonly untick?: readonly string[];
}

/** Fills in the consent page as a person would, and returns where it then sends the browser. */
async function decide(address: string, { account = work, decision = 'allow', untick = [] }: Decision): Promise<string> {
  const shown = await fetch(address);
  const html = await shown.text();
  expect(shown.status, html).toBe(200);
  const field = (name: string): string[] =>
    [...html.matchAll(new RegExp(`<input [^>]*name="${name}"[^>]*value="([^"]*)"`, 'g'))].map((match) =>
      (match[1] ?? '')
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&'),
    );
  expect(field('account')).toContain(account);
  const form = new URLSearchParams({ request: field('request')[0] ?? '', account, decision });
  for (const scope of field('scope').filter((each) => !untick.includes(each))) form.append('scope', scope);
  const answer = await fetch(new URL('/o/oauth2/v2/auth', address), { method: 'POST', body: form, redirect: 'manual' });
  expect(answer.status).toBe(302);
  return answer.headers.get('location') ?? '';
}

/** Signs in; `visit` stands for the browser and gets the address of the consent page. Returns what its last page said. */
async function run(
  visit: (address: string) => Promise<Response>,
  request: Partial<SignInRequest> = {},
): Promise<{ readonly result: Result<SignedIn, AppError>; readonly page: string }> {
  const page = Promise.withResolvers<string>();
  const result = await signIn.signIn({
    loginHint: null,
    show: (address) => {
      visit(address)
        .then((response) => response.text())
        .then(page.resolve, page.reject);
      return Promise.resolve(ok(undefined));
    },
    ...request,
  });
  return { result, page: await page.promise };
}

const consent =
  (decision: Decision = {}) =>
  async (address: string): Promise<Response> =>
    fetch(await decide(address, decision));

async function signedIn(decision: Decision = {}): Promise<SignedIn> {
  const { result } = await run(consent(decision));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  await vault.write(result.value.accountId, result.value.refreshToken);
  return result.value;
}

describe('signing in at the simulator', () => {
  it('brings home an account whose token reads its calendars', async () => {
    const { result, page } = await run(consent({ account: home }), { loginHint: home });
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    expect(page).toContain('You are signed in');
    expect(page).toContain(home);
    const { accountId, email, scopes, accessToken, refreshToken, signInEndsAt } = result.value;
    expect(accountId).toBe(simulator.accounts.find((account) => account.email === home)?.sub);
    expect(email).toBe(home);
    expect(scopes).toEqual(expect.arrayContaining(['openid', events, list]));
    expect(accessToken.expiresAt).toBe(clock.now() + 3_599_000);
    expect(signInEndsAt).toBeNull();

    tokens.remember(accountId, accessToken);
    await vault.write(accountId, refreshToken);
    const got = await tokens.get(accountId);
    expect(got).toEqual({ ok: true, value: accessToken });
    const read = await fetch(`${simulator.url}/calendar/v3/users/me/calendarList`, {
      headers: { authorization: `Bearer ${accessToken.token}` },
    });
    expect(read.status).toBe(200);
    expect(await read.json()).toMatchObject({ items: [{ id: home }] });
    expect(simulator.requests.counts()['token']).toBe(1);
  });

  it('takes a No', async () => {
    const { result, page } = await run(consent({ decision: 'deny' }));
    expect(result).toMatchObject({ ok: false, error: { code: 'consent-denied' } });
    expect(page).toContain('Permission was not given');
    expect(simulator.requests.counts()['token']).toBeUndefined();
  });

  it.each([
    [[events], 'see and change events on your calendars'],
    [[list], 'see the list of your calendars'],
    [[events, list], 'see and change events on your calendars and see the list of your calendars'],
  ])('names the boxes that were not ticked (%j) and leaves the grant alone', async (untick, about) => {
    const { result, page } = await run(consent({ untick }));
    expect(result).toMatchObject({ ok: false, error: { code: 'scope-missing', about } });
    expect(page).toContain(about);
    expect(simulator.requests.counts()['revoke']).toBeUndefined();
  });

  it('works at the second try, with the box ticked', async () => {
    await run(consent({ untick: [events] }));
    expect((await signedIn()).email).toBe(work);
  });

  it('refuses a wrong state and a used one, and still takes the true answer', async () => {
    const statuses: number[] = [];
    const { result } = await run(async (address) => {
      const location = new URL(await decide(address, {}));
      const wrong = new URL(location);
      wrong.searchParams.set('state', 'x'.repeat(43));
      statuses.push((await fetch(wrong)).status);
      const [first, second] = await Promise.all([fetch(location), fetch(location)]);
      statuses.push(...[first.status, second.status].toSorted());
      return first.status === 200 ? first : second;
    });
    expect(result.ok).toBe(true);
    expect(statuses).toEqual([403, 200, 403]);
    expect(simulator.requests.counts()['token']).toBe(1);
  });

  it('cannot redeem a code that was bound to another verifier', async () => {
    const { result, page } = await run(async (address) => {
      const other = new URL(address);
      other.searchParams.set('code_challenge', 'A'.repeat(43));
      return fetch(await decide(other.href, {}));
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'code-refused', detail: 'HTTP 400 invalid_grant' } });
    expect(page).toContain('did not accept');
  });

  it('cannot redeem a code of another sign-in', async () => {
    let stolen = '';
    await run(async (address) => {
      const location = new URL(await decide(address, {}));
      stolen = location.searchParams.get('code') ?? '';
      location.searchParams.delete('code');
      location.searchParams.set('error', 'access_denied');
      return fetch(location);
    });
    const { result } = await run(async (address) => {
      const consentPage = new URL(address);
      const landing = new URL(consentPage.searchParams.get('redirect_uri') ?? '');
      landing.searchParams.set('state', consentPage.searchParams.get('state') ?? '');
      landing.searchParams.set('code', stolen);
      return fetch(landing);
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'code-refused' } });
  });

  it.each([
    ['a wrong secret', { clientSecret: 'GOCSPX-wrong' }],
    ['no secret', { clientSecret: null }],
  ])('says that the client is refused for %s', async (_what, change) => {
    client = { ...simulator.client, ...change };
    const { result } = await run(consent());
    expect(result).toMatchObject({ ok: false, error: { code: 'client-refused' } });
  });

  it('tells when a sign-in in Testing status will end, and then wants another', async () => {
    simulator.state.switches.testingStatus = true;
    const start = clock.now();
    const { accountId, signInEndsAt } = await signedIn();
    expect(signInEndsAt).toBe(start + week);
    clock.set(start + week - 1);
    expect((await tokens.get(accountId)).ok).toBe(true);
    clock.set(start + week + 3_600_000);
    expect(await tokens.get(accountId)).toMatchObject({ ok: false, error: { kind: 'sign-in-needed' } });
    const again = await signedIn();
    expect(again.accountId).toBe(accountId);
    expect((await tokens.get(accountId)).ok).toBe(true);
  });
});

describe('access tokens at the simulator', () => {
  it('are refreshed once for all callers', async () => {
    const { accountId } = await signedIn();
    simulator.requests.reset();
    const all = await Promise.all(Array.from({ length: 25 }, () => tokens.get(accountId)));
    expect(new Set(all.map((got) => (got.ok ? got.value.token : got.error.kind))).size).toBe(1);
    expect(all[0]?.ok).toBe(true);
    expect(simulator.requests.counts()).toEqual({ token: 1 });
    clock.set(clock.now() + 3_540_000);
    expect((await tokens.get(accountId)).ok).toBe(true);
    expect(simulator.requests.counts()).toEqual({ token: 2 });
  });

  it('are no longer given once the person has revoked them', async () => {
    const { accountId, accessToken } = await signedIn();
    tokens.remember(accountId, accessToken);
    simulator.person(work).revokeAccess();
    expect((await tokens.get(accountId)).ok).toBe(true);
    tokens.discard(accountId, accessToken.token);
    expect(await tokens.get(accountId)).toEqual({
      ok: false,
      error: { kind: 'sign-in-needed', detail: 'HTTP 400 invalid_grant' },
    });
    // The grant stays in the vault until the person signs in again or removes the account.
    expect((await vault.read(accountId)).ok).toBe(true);
  });

  it('end when we revoke, and revoking twice is no failure', async () => {
    const { accountId, refreshToken } = await signedIn();
    expect(await signIn.revoke(refreshToken)).toEqual({ ok: true, value: undefined });
    expect(await signIn.revoke(refreshToken)).toEqual({ ok: true, value: undefined });
    expect(await tokens.get(accountId)).toMatchObject({ ok: false, error: { kind: 'sign-in-needed' } });
    const { path, query } = simulator.requests.list().find((request) => request.path === '/revoke') ?? {};
    expect({ path, query }).toEqual({ path: '/revoke', query: {} });
  });

  it.each([
    ['status500', 'trouble'],
    ['status503', 'trouble'],
    ['html', 'trouble'],
    ['truncatedJson', 'trouble'],
    ['gzipBomb', 'trouble'],
    ['tooManyRequests', 'trouble'],
    ['cutBeforeCommit', 'offline'],
    ['cutAfterCommit', 'offline'],
  ] as const)('survive the fault %s of the token endpoint', async (kind, failure) => {
    const { accountId } = await signedIn();
    simulator.faults.add({ kind, path: '/token' });
    expect(await tokens.get(accountId)).toMatchObject({ ok: false, error: { kind: failure } });
    expect((await tokens.get(accountId)).ok).toBe(true);
  });
});
