import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccessTokens } from '../../src/main/oauth/index.ts';
import type { RememberingAccessTokens } from '../../src/main/oauth/index.ts';
import { createMemoryVault } from '../../src/main/platform/index.ts';
import type { OAuthClient, TokenFailure, TokenVault } from '../../src/main/ports/tokens.ts';
import { appError } from '../../src/shared/errors.ts';
import { toAccountId } from '../../src/shared/ids.ts';
import { err } from '../../src/shared/result.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { startFakeGoogle } from './fake-google.ts';
import type { Answer, FakeGoogle, Seen } from './fake-google.ts';

const anna = toAccountId('1001');
const bert = toAccountId('1002');
const hour = 3_600_000;

let google: FakeGoogle;
let vault: TokenVault;
let clock: FakeClock;
let logger: MemoryLogger;
let client: OAuthClient | null;
let observed: string[];
let tokens: RememberingAccessTokens;

beforeEach(async () => {
  google = await startFakeGoogle();
  vault = createMemoryVault();
  await vault.write(anna, 'refresh-anna');
  await vault.write(bert, 'refresh-bert');
  clock = new FakeClock();
  logger = new MemoryLogger();
  client = { clientId: 'client', clientSecret: 'hush' };
  observed = [];
  tokens = createAccessTokens({
    endpoints: google.endpoints,
    client: () => client,
    vault,
    clock,
    logger,
    observer: {
      refreshed: (account, ends) => observed.push(`refreshed ${account} ${ends ?? 'for good'}`),
      failed: (account, failure) => observed.push(`failed ${account} ${failure.kind}`),
    },
  });
  google.answer = counting();
});

afterEach(async () => {
  await google.close();
  // Whatever happened, nothing of value may have been said.
  expect(logger.text()).not.toMatch(/refresh-anna|refresh-bert|access-\d|hush/);
});

/** Answers `access-1`, `access-2`, … each for an hour. */
function counting(): (request: Seen) => Answer {
  let count = 0;
  return () => {
    count += 1;
    return { json: { access_token: `access-${count}`, expires_in: 3600, token_type: 'Bearer' } };
  };
}

async function token(account = anna): Promise<string> {
  const got = await tokens.get(account);
  return got.ok ? got.value.token : got.error.kind;
}

describe('createAccessTokens', () => {
  it('refreshes with the token of the vault and keeps the answer until a minute before its end', async () => {
    const start = clock.now();
    expect(await tokens.get(anna)).toEqual({ ok: true, value: { token: 'access-1', expiresAt: start + hour } });
    expect(google.seen).toEqual([
      {
        method: 'POST',
        path: '/token',
        query: '',
        form: {
          grant_type: 'refresh_token',
          refresh_token: 'refresh-anna',
          client_id: 'client',
          client_secret: 'hush',
        },
        authorization: undefined,
      },
    ]);
    clock.set(start + hour - 60_000);
    expect(await token()).toBe('access-1');
    clock.set(start + hour - 59_999);
    expect(await token()).toBe('access-2');
    expect(observed).toEqual(['refreshed 1001 for good', 'refreshed 1001 for good']);
  });

  it('sends no secret when there is none', async () => {
    client = { clientId: 'client', clientSecret: null };
    await token();
    expect(google.seen[0]?.form).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-anna',
      client_id: 'client',
    });
  });

  it('refreshes once for any number of callers, and per account', async () => {
    const all = await Promise.all([...Array.from({ length: 20 }, () => token()), token(bert)]);
    expect(new Set(all.slice(0, 20)).size).toBe(1);
    expect(all[20]).not.toBe(all[0]);
    expect(google.seen.map((request) => request.form['refresh_token']).toSorted()).toEqual([
      'refresh-anna',
      'refresh-bert',
    ]);
    expect(observed).toHaveLength(2);
  });

  it('tells all callers of one failure once, and tries again for the next', async () => {
    google.answer = () => ({ status: 503, json: {} });
    expect(await Promise.all([token(), token(), token()])).toEqual(['trouble', 'trouble', 'trouble']);
    expect(google.seen).toHaveLength(1);
    expect(observed).toEqual(['failed 1001 trouble']);
    google.answer = counting();
    expect(await token()).toBe('access-1');
  });

  it('drops a refused token, but not the one that has replaced it', async () => {
    const first = await token();
    tokens.discard(anna, first);
    const second = await token();
    expect(second).toBe('access-2');
    tokens.discard(anna, first);
    expect(await token()).toBe(second);
    expect(google.seen).toHaveLength(2);
    tokens.discard(bert, 'unknown');
  });

  it('uses the token of a sign-in first', async () => {
    tokens.remember(anna, { token: 'fresh', expiresAt: clock.now() + hour });
    expect(await token()).toBe('fresh');
    expect(google.seen).toHaveLength(0);
    tokens.discard(anna, 'fresh');
    expect(await token()).toBe('access-1');
  });

  it('forgets an account', async () => {
    await token();
    tokens.forget(anna);
    await vault.remove(anna);
    expect(await tokens.get(anna)).toEqual({
      ok: false,
      error: { kind: 'sign-in-needed', detail: 'no refresh token in the vault' },
    });
    expect(google.seen).toHaveLength(1);
  });

  it('lets a sign-in win over a refresh that is still under way', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    google.answer = () => promise;
    const waiting = token();
    while (google.seen.length === 0) await new Promise((tick) => setTimeout(tick, 5));
    await vault.write(anna, 'refresh-anna-new');
    tokens.remember(anna, { token: 'fresh', expiresAt: clock.now() + hour });
    resolve({ status: 400, json: { error: 'invalid_grant' } });
    expect(await waiting).toBe('fresh');
    expect(observed).toEqual([]);
  });

  it('writes nothing back for an account that was removed during its refresh', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    google.answer = () => promise;
    const waiting = token();
    while (google.seen.length === 0) await new Promise((tick) => setTimeout(tick, 5));
    tokens.forget(anna);
    await vault.remove(anna);
    resolve({ json: { access_token: 'late', expires_in: 3600, refresh_token: 'rotated' } });
    expect(await waiting).toBe('sign-in-needed');
    expect(await vault.read(anna)).toEqual({ ok: true, value: null });
  });

  it('keeps a refresh token that the server has replaced', async () => {
    google.answer = () => ({ json: { access_token: 'a', expires_in: 3600, refresh_token: 'rotated' } });
    expect(await token()).toBe('a');
    expect(await vault.read(anna)).toEqual({ ok: true, value: 'rotated' });
  });

  it('says so when a replaced refresh token cannot be kept', async () => {
    google.answer = () => ({ json: { access_token: 'a', expires_in: 3600, refresh_token: 'rotated' } });
    const error = appError('keychain-failed');
    vault.write = () => Promise.resolve(err(error));
    expect(await tokens.get(anna)).toEqual({ ok: false, error: { kind: 'keychain', error } });
  });

  it('tells when the grant itself will end', async () => {
    const start = clock.now();
    google.answer = () => ({ json: { access_token: 'a', expires_in: 3600, refresh_token_expires_in: 604_799 } });
    await token();
    expect(observed).toEqual([`refreshed 1001 ${start + 604_799_000}`]);
  });

  const html = (status: number, headers: Record<string, string> = {}): Answer => ({
    status,
    text: '<h1>Welcome to our hotel</h1>',
    type: 'text/html',
    headers,
  });
  it.each<[string, Answer, TokenFailure['kind'], string]>([
    ['an ended grant', { status: 400, json: { error: 'invalid_grant' } }, 'sign-in-needed', 'HTTP 400 invalid_grant'],
    [
      'session control',
      {
        status: 400,
        json: {
          error: 'invalid_grant',
          error_subtype: 'invalid_rapt',
          error_description: 'reauth related error (ReAuth)',
        },
      },
      'sign-in-needed',
      'HTTP 400 invalid_grant invalid_rapt',
    ],
    ['a wrong client', { status: 401, json: { error: 'invalid_client' } }, 'client-refused', 'HTTP 401 invalid_client'],
    [
      'a missing secret',
      { status: 400, json: { error: 'invalid_request', error_description: 'client_secret is missing.' } },
      'client-refused',
      'HTTP 400 invalid_request',
    ],
    ['a fault', { status: 500, json: { error: 'internal_failure' } }, 'trouble', 'HTTP 500 internal_failure'],
    ['a rate limit', { status: 429, json: {} }, 'trouble', 'HTTP 429'],
    ['half an answer', { text: '{"access_token": "access-9"', type: 'application/json' }, 'trouble', 'tokens: body'],
    ['an answer without a token', { json: { expires_in: 3600 } }, 'trouble', 'tokens: access_token'],
    ['a token of another type', { json: { access_token: 'x', token_type: 'mac' } }, 'trouble', 'tokens: token_type'],
    ['an error that quotes the token', { status: 400, json: { error: 'refresh-anna' } }, 'trouble', 'HTTP 400'],
    ['an error that is an object', { status: 400, json: { error: { code: 400 } } }, 'trouble', 'HTTP 400'],
    ['a cut connection', 'cut', 'offline', 'ECONNRESET'],
  ])('takes %s for what it is, asks once, and keeps the grant', async (_what, answer, kind, detail) => {
    google.answer = () => answer;
    expect(await tokens.get(anna)).toEqual({ ok: false, error: { kind, detail } });
    expect(google.seen).toHaveLength(1);
    expect(await vault.read(anna)).toEqual({ ok: true, value: 'refresh-anna' });
  });

  it.each<readonly [string, Answer, string]>([
    ['that fails', html(502), 'proxy-trouble'],
    ['that forbids', html(403), 'proxy-refused'],
    ['in place of an answer', html(200), 'network-portal'],
    ['that one is sent to', html(302, { location: '/elsewhere' }), 'network-portal'],
    ['of 511', html(511), 'network-portal'],
    ['that wants a login', html(407, { 'proxy-authenticate': 'Basic realm="x"' }), 'proxy-login'],
    ['that wants a ticket', html(407, { 'proxy-authenticate': 'Negotiate' }), 'proxy-login-unsupported'],
  ])('takes a page %s for somebody in between, and keeps the grant', async (_what, answer, code) => {
    google.answer = () => answer;
    expect(await tokens.get(anna)).toMatchObject({ ok: false, error: { kind: 'between', error: { code } } });
    expect(google.seen).toHaveLength(1);
    expect(await vault.read(anna)).toEqual({ ok: true, value: 'refresh-anna' });
  });

  it('is offline when nobody listens', async () => {
    await google.close();
    expect(await tokens.get(anna)).toEqual({ ok: false, error: { kind: 'offline', detail: 'ECONNREFUSED' } });
  });

  it('says that there is no client', async () => {
    client = null;
    expect(await tokens.get(anna)).toEqual({ ok: false, error: { kind: 'client-refused', detail: 'no client' } });
    expect(google.seen).toHaveLength(0);
  });

  it('passes on what the keychain says', async () => {
    const error = appError('keychain-failed');
    const locked = createAccessTokens({
      endpoints: google.endpoints,
      client: () => client,
      vault: { ...vault, read: () => Promise.resolve(err(error)) },
      clock,
      logger,
    });
    expect(await locked.get(anna)).toEqual({ ok: false, error: { kind: 'keychain', error } });
  });

  it('takes an hour where the answer names no lifetime', async () => {
    google.answer = () => ({ json: { access_token: 'a' } });
    expect(await tokens.get(anna)).toMatchObject({ ok: true, value: { expiresAt: clock.now() + hour } });
  });
});
