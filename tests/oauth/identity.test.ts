import { describe, expect, it } from 'vitest';
import { readIdToken } from '../../src/main/oauth/identity.ts';
import { idToken } from './fake-google.ts';

const now = Date.UTC(2026, 2, 23, 8);
const sound = {
  iss: 'https://accounts.google.com',
  sub: '1001',
  aud: 'client',
  exp: now / 1000 + 3600,
  email: 'anna@northwind.example',
};
const expected = { clientId: 'client', issuers: ['https://accounts.google.com', 'accounts.google.com'], now };

describe('readIdToken', () => {
  it.each([
    ['as Google sends it', {}],
    ['with the short issuer', { iss: 'accounts.google.com' }],
    ['with a list as audience', { aud: ['client'] }],
    ['with several audiences and us as the party', { aud: ['other', 'client'], azp: 'client' }],
    ['within the tolerance of clocks', { exp: now / 1000 - 299 }],
  ])('believes one %s', (_what, change) => {
    expect(readIdToken(idToken({ ...sound, ...change }), expected)).toEqual({
      ok: true,
      value: { sub: '1001', email: 'anna@northwind.example' },
    });
  });

  it('tells when it names no address', () => {
    expect(readIdToken(idToken({ ...sound, email: undefined }), expected)).toEqual({
      ok: true,
      value: { sub: '1001', email: null },
    });
  });

  it.each([
    ['of another issuer', { iss: 'https://accounts.example' }, 'wrong issuer'],
    ['for another client', { aud: 'other' }, 'wrong audience'],
    ['for several, none of them named', { aud: ['other', 'client'] }, 'azp'],
    ['for another party', { azp: 'other' }, 'wrong azp'],
    ['that is too old', { exp: now / 1000 - 300 }, 'expired'],
    ['without a subject', { sub: '' }, 'unreadable'],
    ['without an expiry', { exp: undefined }, 'unreadable'],
  ])('refuses one %s', (_what, change, why) => {
    const read = readIdToken(idToken({ ...sound, ...change }), expected);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.error.why).toContain(why);
  });

  it.each(['', 'a', 'a.b', 'a.b.c.d', 'a.!!!.c', `a.${Buffer.from('nonsense').toString('base64url')}.c`])(
    'refuses %j',
    (text) => {
      expect(readIdToken(text, expected)).toEqual({ ok: false, error: { why: 'id_token: unreadable', offset: null } });
    },
  );
});
