import { describe, expect, it } from 'vitest';
import { clientFromEnvironment, googleOAuthEndpoints, parseClientFile } from '../../src/main/oauth/index.ts';

const name = 'client_secret_1.json';

describe('parseClientFile', () => {
  it('reads what the Google Cloud console gives for a desktop app', () => {
    const text = JSON.stringify({
      installed: {
        client_id: '1-abc.apps.googleusercontent.com',
        project_id: 'calsync',
        auth_uri: 'https://accounts.google.com/o/oauth2/auth',
        client_secret: 'GOCSPX-fictional',
        redirect_uris: ['http://localhost'],
      },
    });
    const expected = { clientId: '1-abc.apps.googleusercontent.com', clientSecret: 'GOCSPX-fictional' };
    expect(parseClientFile(text, name)).toEqual({ ok: true, value: expected });
    expect(parseClientFile(`\uFEFF${text}\n`, name)).toEqual({ ok: true, value: expected });
  });

  it('takes a client without a secret', () => {
    expect(parseClientFile('{"installed":{"client_id":"a"}}', name)).toEqual({
      ok: true,
      value: { clientId: 'a', clientSecret: null },
    });
  });

  it.each([
    ['nothing', '', 'client-file-not-json'],
    ['text', 'client_id=1', 'client-file-not-json'],
    ['half a file', '{"installed":{"client_id":"a"', 'client-file-not-json'],
    ['a list', '[]', 'client-file-not-json'],
    ['null', 'null', 'client-file-not-json'],
    ['another object', '{"name":"x"}', 'client-file-not-json'],
    ['no id', '{"installed":{"client_secret":"hush"}}', 'client-file-not-json'],
    ['an empty id', '{"installed":{"client_id":""}}', 'client-file-not-json'],
    ['an id with a line break', '{"installed":{"client_id":"a\\nb"}}', 'client-file-not-json'],
    ['a secret that is no text', '{"installed":{"client_id":"a","client_secret":7}}', 'client-file-not-json'],
    ['a web client', '{"web":{"client_id":"a","client_secret":"hush"}}', 'client-file-wrong-kind'],
    ['a service account', '{"type":"service_account","private_key":"hush"}', 'client-file-wrong-kind'],
  ])('refuses %s and never repeats what stands in it', (_what, text, code) => {
    const parsed = parseClientFile(text, name);
    expect(parsed).toMatchObject({ ok: false, error: { code, about: name } });
    expect(JSON.stringify(parsed)).not.toContain('hush');
  });
});

describe('clientFromEnvironment', () => {
  it.each([
    [{}, null],
    [{ GOOGLE_OAUTH_CLIENT_SECRET: 's' }, null],
    [{ GOOGLE_OAUTH_CLIENT_ID: '  ' }, null],
    [{ GOOGLE_OAUTH_CLIENT_ID: ' a ' }, { clientId: 'a', clientSecret: null }],
    [
      { GOOGLE_OAUTH_CLIENT_ID: 'a', GOOGLE_OAUTH_CLIENT_SECRET: ' s\n' },
      { clientId: 'a', clientSecret: 's' },
    ],
  ])('of %j is %j', (environment, client) => {
    expect(clientFromEnvironment(environment)).toEqual(client);
  });
});

describe('googleOAuthEndpoints', () => {
  it('are those of Google', () => {
    expect(googleOAuthEndpoints(null)).toMatchObject({
      authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
      token: 'https://oauth2.googleapis.com/token',
      revocation: 'https://oauth2.googleapis.com/revoke',
      tokenInfo: 'https://oauth2.googleapis.com/tokeninfo',
      userInfo: 'https://openidconnect.googleapis.com/v1/userinfo',
    });
  });

  it.each(['http://127.0.0.1:4100', 'http://127.0.0.1:4100/'])('are all below %s', (base) => {
    expect(googleOAuthEndpoints(base)).toMatchObject({
      authorization: 'http://127.0.0.1:4100/o/oauth2/v2/auth',
      token: 'http://127.0.0.1:4100/token',
      revocation: 'http://127.0.0.1:4100/revoke',
      tokenInfo: 'http://127.0.0.1:4100/tokeninfo',
      userInfo: 'http://127.0.0.1:4100/v1/userinfo',
    });
  });
});
