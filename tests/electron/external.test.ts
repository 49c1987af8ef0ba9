import { describe, expect, test } from 'vitest';
import {
  allowedPage,
  allowedSignIn,
  helpLinks,
  openExternal,
  signInPlace,
} from '../../src/main/electron/safety/external.ts';

const hostile: readonly unknown[] = [
  'https://accounts.google.com.evil.example/o/oauth2/v2/auth',
  'https://evil.example/?next=https://accounts.google.com',
  'https://evil.example/#https://accounts.google.com/',
  'https://user@accounts.google.com/',
  'https://accounts.google.com@evil.example/',
  'https://user:password@console.cloud.google.com/',
  'https://console.cloud.google.com:8443/',
  'https://accounts.google.com:8443/',
  'http://accounts.google.com/',
  'http://console.cloud.google.com/',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'ms-settings:network',
  'data:text/html,<h1>x</h1>',
  'app://calsync/index.html',
  '//accounts.google.com/',
  'accounts.google.com',
  'https://',
  '',
  null,
  undefined,
  7,
  { toString: () => 'https://accounts.google.com/' },
  ['https://accounts.google.com/'],
];

describe('what the app opens in a browser', () => {
  test.each(hostile.map((address) => [address]))('%j is no page and no sign-in', (address) => {
    expect(allowedPage(address)).toBeNull();
    expect(allowedSignIn(address, { kind: 'google' })).toBeNull();
    expect(allowedSignIn(address, { kind: 'loopback', port: 4100 })).toBeNull();
    expect(allowedSignIn(address, { kind: 'loopback', port: null })).toBeNull();
  });

  test('every help link leads somewhere that may be opened', () => {
    const links = Object.values(helpLinks);
    expect(links.length).toBeGreaterThan(4);
    for (const link of links) expect(allowedPage(link)).toBe(link);
  });

  test('a sign-in is at Google, or at the one server of this computer that was named', () => {
    const google = 'https://accounts.google.com/o/oauth2/v2/auth?client_id=x';
    expect(allowedSignIn(google, signInPlace(null, false))).toBe(google);
    const local = 'http://127.0.0.1:4100/o/oauth2/v2/auth';
    expect(allowedSignIn(local, signInPlace('http://127.0.0.1:4100', false))).toBe(local);
    expect(allowedSignIn(local, signInPlace(null, true))).toBe(local);
    expect(allowedSignIn(local, signInPlace(null, false))).toBeNull();
    expect(allowedSignIn(local, signInPlace('http://127.0.0.1:4101', false))).toBeNull();
    expect(allowedSignIn('http://localhost:4100/', signInPlace('http://127.0.0.1:4100', false))).toBeNull();
    expect(allowedSignIn(google, signInPlace('http://127.0.0.1:4100', false))).toBeNull();
  });

  test('what is not allowed never reaches the opener, and a failing opener is a failure', async () => {
    const opened: string[] = [];
    const open = (address: string): Promise<void> => {
      opened.push(address);
      return address.endsWith('fail') ? Promise.reject(new Error('no browser')) : Promise.resolve();
    };
    expect(await openExternal(null, open)).toMatchObject({ ok: false, error: { code: 'browser-unavailable' } });
    expect(await openExternal('https://a.example/', open)).toMatchObject({ ok: true });
    expect(await openExternal('https://a.example/fail', open)).toMatchObject({ ok: false });
    expect(opened).toEqual(['https://a.example/', 'https://a.example/fail']);
  });
});
