import { createHmac } from 'node:crypto';
import type { Hono } from 'hono';
import type { SimulatorContext, SimulatorEnvironment } from '../http/environment.ts';
import type { IssuedTokens, OAuthClient, TokenRefusal } from '../state/grants.ts';

const EMAIL_SCOPE = 'https://www.googleapis.com/auth/userinfo.email';
const PROFILE_SCOPE = 'https://www.googleapis.com/auth/userinfo.profile';

/** A scope as the service names it in its answers (google-calendar.md §7.3). */
export function canonicalScope(scope: string): string {
  if (scope === 'email') return EMAIL_SCOPE;
  return scope === 'profile' ? PROFILE_SCOPE : scope;
}

/** Registers token, revoke, tokeninfo, userinfo and the discovery document (google-calendar.md §7). */
export function registerTokenRoutes(app: Hono<SimulatorEnvironment>): void {
  app.post('/token', (context) => {
    const form = readForm(context);
    const { grants } = context.env.backend;
    const client = authenticate(context, form);
    if ('error' in client) return tokenRefusal(client);
    const grantType = form.get('grant_type');
    if (grantType === 'authorization_code') {
      const code = form.get('code');
      if (code === null) return tokenRefusal(badRequest('invalid_request', 'Missing required parameter: code'));
      const redirectUri = form.get('redirect_uri') ?? '';
      const verifier = form.get('code_verifier') ?? undefined;
      const exchanged = grants.exchangeCode({ client, code, redirectUri, verifier });
      if ('error' in exchanged) return tokenRefusal(exchanged);
      return tokenAnswer(context, client, exchanged.grant.email, exchanged.tokens, true);
    }
    if (grantType === 'refresh_token') {
      const token = form.get('refresh_token');
      if (token === null)
        return tokenRefusal(badRequest('invalid_request', 'Missing required parameter: refresh_token'));
      const refreshed = grants.refresh(client, token);
      if ('error' in refreshed) return tokenRefusal(refreshed);
      return tokenAnswer(context, client, refreshed.email, refreshed.tokens, false);
    }
    return tokenRefusal(badRequest('unsupported_grant_type', `Invalid grant_type: ${grantType ?? ''}`));
  });

  app.post('/revoke', (context) => {
    const form = readForm(context);
    const token = form.get('token') ?? context.req.query('token');
    if (token === undefined || !context.env.backend.grants.revoke(token)) {
      return json({ error: 'invalid_token', error_description: 'Token expired or revoked' }, 400);
    }
    return json({}, 200);
  });

  app.on(['GET', 'POST'], '/tokeninfo', (context) => {
    const form = readForm(context);
    // Because Google's own library sends the token as a bearer.
    const bearer = context.env.grant?.token;
    const token = form.get('access_token') ?? context.req.query('access_token') ?? bearer ?? '';
    const { grants, service } = context.env.backend;
    const grant = grants.accessGrant(token);
    if (grant === undefined) return json({ error: 'invalid_token', error_description: 'Invalid Value' }, 400);
    const seconds = Math.floor((grant.expiresAt - service.now()) / 1000);
    const account = service.accounts.get(grant.email);
    const mayKnowEmail = grant.scopes.includes(EMAIL_SCOPE);
    return json(
      {
        azp: grant.clientId,
        aud: grant.clientId,
        sub: account?.sub,
        scope: grant.scopes.join(' '),
        exp: String(Math.floor(grant.expiresAt / 1000)),
        expires_in: String(seconds),
        ...(mayKnowEmail ? { email: grant.email, email_verified: 'true' } : {}),
        access_type: 'offline',
      },
      200,
    );
  });

  for (const path of ['/v1/userinfo', '/oauth2/v3/userinfo']) {
    app.on(['GET', 'POST'], path, (context) => {
      const grant = context.env.grant;
      if (grant?.scopes.includes('openid') !== true) {
        return json({ error: 'invalid_request', error_description: 'Invalid Credentials' }, 401);
      }
      const account = context.env.backend.service.accounts.get(grant.email);
      const email = grant.scopes.includes(EMAIL_SCOPE) ? { email: grant.email, email_verified: true } : {};
      const profile = grant.scopes.includes(PROFILE_SCOPE) ? { name: account?.name } : {};
      return json({ sub: account?.sub, ...email, ...profile }, 200);
    });
  }

  app.get('/.well-known/openid-configuration', (context) => {
    const base = new URL(context.req.url).origin;
    return json(
      {
        issuer: base,
        authorization_endpoint: `${base}/o/oauth2/v2/auth`,
        token_endpoint: `${base}/token`,
        revocation_endpoint: `${base}/revoke`,
        userinfo_endpoint: `${base}/v1/userinfo`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['HS256'],
        scopes_supported: ['openid', 'email', 'profile'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
        code_challenge_methods_supported: ['S256'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
      },
      200,
    );
  });
}

/** The fields of a form-encoded body; empty when there is none. */
export function readForm(context: SimulatorContext): URLSearchParams {
  const type = context.req.header('content-type') ?? '';
  if (context.req.method !== 'POST' || !type.startsWith('application/x-www-form-urlencoded'))
    return new URLSearchParams();
  return new URLSearchParams(context.env.bodyText);
}

function authenticate(context: SimulatorContext, form: URLSearchParams): OAuthClient | TokenRefusal {
  const { grants, service } = context.env.backend;
  const basic = /^Basic\s+(.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  const decoded = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('utf8');
  const separator = decoded?.indexOf(':') ?? -1;
  const id =
    form.get('client_id') ?? (decoded === undefined ? undefined : decodeURIComponent(decoded.slice(0, separator)));
  const secret =
    form.get('client_secret') ?? (decoded === undefined ? undefined : decodeURIComponent(decoded.slice(separator + 1)));
  if (id === undefined) return badRequest('invalid_request', 'Could not determine client ID from request.');
  const client = grants.clients.get(id);
  if (client === undefined)
    return { status: 401, error: 'invalid_client', description: 'The OAuth client was not found.' };
  if (secret === undefined) {
    return service.switches.secretRequired ? badRequest('invalid_request', 'client_secret is missing.') : client;
  }
  if (secret !== client.clientSecret) return { status: 401, error: 'invalid_client', description: 'Unauthorized' };
  return client;
}

function badRequest(error: string, description: string): TokenRefusal {
  return { status: 400, error, description };
}

function tokenRefusal(refusal: TokenRefusal): Response {
  return json({ error: refusal.error, error_description: refusal.description }, refusal.status);
}

function tokenAnswer(
  context: SimulatorContext,
  client: OAuthClient,
  email: string,
  tokens: IssuedTokens,
  withRefreshToken: boolean,
): Response {
  return json(
    {
      access_token: tokens.accessToken,
      expires_in: tokens.expiresInSeconds,
      ...(withRefreshToken ? { refresh_token: tokens.refreshToken } : {}),
      ...(tokens.refreshExpiresInSeconds === undefined
        ? {}
        : { refresh_token_expires_in: tokens.refreshExpiresInSeconds }),
      scope: tokens.scopes.join(' '),
      token_type: 'Bearer',
      ...(tokens.scopes.includes('openid') ? { id_token: idToken(context, client, email, tokens) } : {}),
    },
    200,
  );
}

/** A signed ID token (HS256 with the client secret, as OpenID Connect Core §10.1 allows). */
function idToken(context: SimulatorContext, client: OAuthClient, email: string, tokens: IssuedTokens): string {
  const { service } = context.env.backend;
  const now = Math.floor(service.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { origin, host } = new URL(context.req.url);
  const claims = {
    // Whoever asks for it by Google's own address, through a proxy that leads here, knows Google's issuer alone.
    iss: host === 'oauth2.googleapis.com' ? 'https://accounts.google.com' : origin,
    azp: client.clientId,
    aud: client.clientId,
    sub: service.accounts.get(email)?.sub,
    ...(tokens.scopes.includes(EMAIL_SCOPE) ? { email, email_verified: true } : {}),
    iat: now,
    exp: now + tokens.expiresInSeconds,
  };
  const head = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${head}.${createHmac('sha256', client.clientSecret).update(head).digest('base64url')}`;
}

function json(body: object, status: number): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(JSON.stringify(body), { status, headers });
}
