import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redacted, redactFields } from '../../src/main/platform/redact.ts';

const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMDAxIiwiZW1haWwiOiJhQGIuY2QifQ.c2ln';

describe('redact', () => {
  it.each([
    ['an address', 'cannot read anna@northwind.example today', `cannot read ${redacted} today`],
    ['an address in angles', 'Anna <anna.b+x@northwind.example>', `Anna <${redacted}>`],
    ['an address beyond ASCII', 'für jürgen@bücher.example', `für ${redacted}`],
    ['an address with a quoted part', 'to "an na"@x.example', `to ${redacted}`],
    ['an address without a dot', 'root@localhost', redacted],
    ['a calendar id', 'c_188abc@group.calendar.google.com gone', `${redacted} gone`],
    ['a holiday calendar', 'en.german#holiday@group.v.calendar.google.com', redacted],
    ['an encoded calendar id in a path', '/calendars/c_1%40group.calendar.google.com', `/calendars/${redacted}`],
    ['a calendar id in a path', '/calendars/me@home.example/events/cs12', `/calendars/${redacted}/events/cs12`],
    ['an access token', 'sent ya29.a0AfH6SMB-x_y.z to', `sent ${redacted} to`],
    ['a refresh token', 'kept 1//0gabcDEF-ghi_jkl', `kept ${redacted}`],
    ['an encoded refresh token', 'kept 1%2F%2F0gabcDEF-ghi_jkl', `kept ${redacted}`],
    ['a code', 'got 4/0AX4XfWhabc-DEF', `got ${redacted}`],
    ['a bearer header', 'Authorization: Bearer abc.def', `Authorization: ${redacted} ${redacted}`],
    ['a bearer alone', 'with bearer abc.def-123;', `with bearer ${redacted};`],
    ['a signed token', `id ${jwt} end`, `id ${redacted} end`],
    ['a client secret', 'GOCSPX-abc_DEF-123', redacted],
    ['a named secret', 'client_secret=hush&client_id=me', `client_secret=${redacted}&client_id=me`],
    ['a named token in JSON', '{"refresh_token": "ab\\"c", "n": 1}', `{"refresh_token": ${redacted}, "n": 1}`],
    ['a named code', 'code: 4711, next', `code: ${redacted}, next`],
    ['a title in JSON', '{"summary":"Lunch with Bob","n":1}', `{"summary":${redacted},"n":1}`],
    ['a title in prose', 'title: Lunch with Bob, then cake', `title: ${redacted}`],
    ['a query', 'GET https://x.example/a?code=1&state=2 failed', `GET https://x.example/a?${redacted} failed`],
    ['a query on loopback', 'http://127.0.0.1:4711/?code=abc', `http://127.0.0.1:4711/?${redacted}`],
    ['a fragment', 'https://x.example/#access_token=1', `https://x.example/?${redacted}`],
    ['a password in an address', 'http://u:p@proxy.example:8080/', `http://${redacted}@proxy.example:8080/`],
    ['the number of an account', 'account 112233445566778899001 signed out', `account ${redacted} signed out`],
    ['a client id', '123456789012-a1b2c3d4.apps.googleusercontent.com', redacted],
    ['the home of a person', 'ENOENT /home/anna/.local/share/CalSync', `ENOENT /home/${redacted}/.local/share/CalSync`],
    ['the home of a person on macOS', "open '/Users/anna b/x'", `open '/Users/${redacted}/x'`],
    ['the home of a person on Windows', 'C:\\Users\\anna\\AppData', `C:\\Users\\${redacted}\\AppData`],
    ['what a proxy asks for', 'Proxy-Authenticate: Negotiate YIIabc==', `Proxy-Authenticate: Negotiate ${redacted}`],
    ['an unknown token', 'x Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEyMzQ1Njc4 y', `x ${redacted} y`],
  ])('hides %s', (_what, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'pull finished in 120 ms, 3 of 4 calendars',
    'HTTP 400 invalid_grant invalid_rapt',
    'errorCode=offline',
    'node_modules/@googleapis/calendar/build/index.js:12:3',
    'cs0123456789abcdefghijklmnopqrstuv0123456789abcdefghijklmn',
    '[calsync source:ab12cd34]',
    'https://www.googleapis.com/auth/calendar.events',
    '11/12/2026 10:00',
  ])('leaves %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  const around = fc.string({ maxLength: 40, unit: 'binary' });
  const word = (alphabet: string, minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength, maxLength });
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';
  const secret = fc.oneof(
    word(letters, 12, 60).map((rest) => `ya29.${rest}`),
    word(letters, 12, 60).map((rest) => `1//0${rest}`),
    fc.tuple(word(letters, 8, 40), word(letters, 8, 40)).map(([head, body]) => `eyJ${head}.eyJ${body}.x`),
    word(letters, 12, 30).map((rest) => `GOCSPX-${rest}`),
  );

  it('lets no address through, wherever it stands', () => {
    fc.assert(
      fc.property(around, fc.emailAddress(), around, (before, address, after) => {
        expect(redact(`${before}${address}${after}`)).not.toContain(address);
      }),
      { numRuns: 2000 },
    );
  });

  it('lets no encoded address through in a path', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const encoded = encodeURIComponent(address);
        expect(redact(`/calendar/v3/calendars/${encoded}/events`)).not.toContain(encoded);
      }),
      { numRuns: 500 },
    );
  });

  it('lets no token through, wherever it stands', () => {
    fc.assert(
      fc.property(around, secret, around, (before, token, after) => {
        expect(redact(`${before}${token}${after}`)).not.toContain(token);
      }),
      { numRuns: 2000 },
    );
  });

  it('hides an address that is cut at the end of a long text', () => {
    const text = `${'x '.repeat(3995)}anna@northwind.example`;
    expect(redact(text)).not.toContain('anna');
    expect(redact(text).length).toBeLessThan(8100);
  });

  it.each(['a', '%', '@', '"', 'a@', 'token=', '1/', 'eyJ', 'https://', 'aA1-'])(
    'stays quick on a long run of %s',
    (unit) => {
      const start = performance.now();
      redact(unit.repeat(8000));
      expect(performance.now() - start).toBeLessThan(2000);
    },
  );
});

describe('redactFields', () => {
  it('hides whole texts under private names, and looks into all others', () => {
    expect(
      redactFields({
        title: 'Lunch',
        eventSummary: 'Lunch',
        accessToken: 'abc',
        'refresh-token': 'abc',
        email: 'nobody',
        code: 'abc',
        clientSecret: 'abc',
        errorCode: 'offline',
        status: 'read a@b.example',
        tokens: 3,
        hasTitle: true,
        location: null,
        empty: undefined,
      }),
    ).toEqual({
      title: redacted,
      eventSummary: redacted,
      accessToken: redacted,
      'refresh-token': redacted,
      email: redacted,
      code: redacted,
      clientSecret: redacted,
      errorCode: 'offline',
      status: `read ${redacted}`,
      tokens: 3,
      hasTitle: true,
      location: null,
      empty: undefined,
    });
  });

  it('hides an address that was used as a name', () => {
    expect(redactFields({ 'a@b.example': 1 })).toEqual({ [redacted]: 1 });
  });
});
