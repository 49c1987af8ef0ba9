import { describe, expect, it } from 'vitest';
import { readPac, waysOfDesktop, waysOfEnvironment, type Environment } from '../../src/main/network/proxies.ts';

const google = new URL('https://www.googleapis.com/calendar/v3/users/me?x=y');
const wayOf = async (env: Environment, address = google): Promise<unknown> =>
  (await waysOfEnvironment(env)(address))[0];
const proxy = (host: string, port: number, login: string | null = null, scheme = 'http') => ({
  kind: 'proxy',
  scheme,
  host,
  port,
  login,
});

describe('HTTPS_PROXY', () => {
  it.each([
    ['proxy.example:8080', proxy('proxy.example', 8080)],
    ['http://proxy.example:8080', proxy('proxy.example', 8080)],
    ['http://proxy.example:8080/', proxy('proxy.example', 8080)],
    ['HTTP://Proxy.example', proxy('proxy.example', 80)],
    ['https://proxy.example', proxy('proxy.example', 443, null, 'https')],
    ['robin:p%40ss@proxy.example:8080', proxy('proxy.example', 8080, 'robin:p@ss')],
    ['http://robin:100%@proxy.example:8080', proxy('proxy.example', 8080, 'robin:100%')],
    ['[2001:db8::1]:3128', proxy('2001:db8::1', 3128)],
    ['  ', { kind: 'direct' }],
    ['socks5://robin:secret@proxy.example:1080', { kind: 'unsupported', what: 'socks5' }],
    ['http://robin:secret@:8080', { kind: 'unsupported', what: 'HTTPS_PROXY' }],
  ])('%s is understood', async (text, way) => {
    expect(await wayOf({ HTTPS_PROXY: text })).toEqual(way);
  });

  it('comes before its other spellings, and each of them counts', async () => {
    const spellings = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].map((name) => [
      name,
      `${name}.example`,
    ]);
    for (const [index, [, host]] of spellings.entries()) {
      expect(await wayOf(Object.fromEntries(spellings.slice(index)) as Environment)).toMatchObject({
        host: host?.toLowerCase(),
      });
    }
  });

  it.each([
    'http://127.0.0.1:4100/',
    'http://localhost/',
    'http://[::1]:1/',
    'http://a.localhost/',
    'http://127.3.2.1/',
  ])('is never for this computer itself: %s', async (address) => {
    expect(await wayOf({ HTTPS_PROXY: 'a:1' }, new URL(address))).toEqual({ kind: 'direct' });
  });
});

describe('NO_PROXY', () => {
  it.each([
    ['*', true],
    ['googleapis.com', true],
    ['.googleapis.com', true],
    ['*.googleapis.com', true],
    ['WWW.GoogleAPIs.com', true],
    ['www.googleapis.com:443', true],
    ['localhost, intranet.example,googleapis.com', true],
    ['intranet.example googleapis.com', true],
    ['', false],
    [',', false],
    ['www.googleapis.com:80', false],
    ['apis.com', false],
    ['oauth2.googleapis.com', false],
  ])('%j names Google: %s', async (list, excepted) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      expect(await wayOf({ HTTPS_PROXY: 'a:1', [name]: list })).toMatchObject({ kind: excepted ? 'direct' : 'proxy' });
    }
  });
});

describe('the answer of a PAC script', () => {
  it.each([
    ['DIRECT', [{ kind: 'direct' }]],
    ['PROXY a.example:8080', [proxy('a.example', 8080)]],
    ['HTTPS a.example:8443;', [proxy('a.example', 8443, null, 'https')]],
    [
      'PROXY a.example:1; PROXY [2001:db8::1]:2 ; DIRECT',
      [proxy('a.example', 1), proxy('2001:db8::1', 2), { kind: 'direct' }],
    ],
    ['SOCKS5 a.example:1080; PROXY b.example:8080', [proxy('b.example', 8080)]],
    ['SOCKS5 a.example:1080', [{ kind: 'unsupported', what: 'SOCKS5' }]],
    ['', []],
  ])('%j is understood', (text, ways) => {
    expect(readPac(text)).toEqual(ways);
  });

  it('is asked for the place alone, and gets its login from HTTPS_PROXY where that is the same proxy', async () => {
    const asked: string[] = [];
    const ways = waysOfDesktop(
      (address) => {
        asked.push(address);
        return Promise.resolve('PROXY a.example:8080; PROXY b.example:8080');
      },
      { HTTPS_PROXY: 'http://robin:secret@a.example:8080' },
    );
    expect(await ways(google)).toEqual([proxy('a.example', 8080, 'robin:secret'), proxy('b.example', 8080)]);
    expect(asked).toEqual(['https://www.googleapis.com/']);
  });

  it('that says nothing leads directly', async () => {
    expect(await waysOfDesktop(() => Promise.resolve(''), { HTTPS_PROXY: 'a:1' })(google)).toEqual([
      { kind: 'direct' },
    ]);
  });
});
