import * as http from 'node:http';
import * as https from 'node:https';
import { gaxios, OAuth2Client } from 'google-auth-library';
import { z } from 'zod';
import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import { second } from '../../shared/time.ts';
import { errorOfAnswer, errorOfFault } from '../core/between.ts';
import type { OAuthClient } from '../ports/tokens.ts';
import type { OAuthEndpoints } from './endpoints.ts';
import { splitScopes } from './scopes.ts';
import { errorCode } from './token-failure.ts';
import type { Evidence } from './token-failure.ts';

/** A token answer (RFC 6749 §5.1, google-calendar.md §7.2). Lifetimes are in seconds, as they came. */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken: string | null;
  /** Null when the answer does not say, which means "as asked for" (RFC 6749 §5.1). */
  readonly scopes: readonly string[] | null;
  readonly idToken: string | null;
  readonly refreshTokenExpiresIn: number | null;
}

const text = z.string().min(1);

const tokenAnswerSchema = z
  .object({
    access_token: text,
    token_type: z
      .string()
      .regex(/^bearer$/i)
      .optional(),
    // An hour is what Google gives; RFC 6749 only recommends that an answer says it.
    expires_in: z.coerce.number().positive().default(3600),
    refresh_token: text.nullish().catch(null),
    scope: z.string().nullish().catch(null),
    id_token: text.nullish().catch(null),
    refresh_token_expires_in: z.coerce.number().positive().nullish().catch(null),
  })
  .transform((answer): TokenAnswer => ({
    accessToken: answer.access_token,
    expiresIn: answer.expires_in,
    refreshToken: answer.refresh_token ?? null,
    scopes: typeof answer.scope === 'string' ? splitScopes(answer.scope) : null,
    idToken: answer.id_token ?? null,
    refreshTokenExpiresIn: answer.refresh_token_expires_in ?? null,
  }));

const userInfoSchema = z.object({ sub: text, email: text.optional() });
/** What the userinfo endpoint says of the person (OpenID Connect Core §5.3.2). */
export type UserInfo = z.infer<typeof userInfoSchema>;

const errorBodySchema = z.object({
  error: z.unknown(),
  error_subtype: z.unknown().optional(),
  error_description: z.unknown().optional(),
});

/** No OAuth answer comes near this; a body without end is cut off. */
const largestAnswer = 1_000_000;
const timeout = 30 * second;

/** Takes a code with what proves that it is ours. Returns the tokens, or the evidence of why there are none. */
export function exchangeCode(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  proof: { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string },
  signal: AbortSignal,
): Promise<Result<TokenAnswer, Evidence>> {
  return askForTokens(endpoints, client, signal, (library) =>
    library.getToken({ code: proof.code, codeVerifier: proof.codeVerifier, redirect_uri: proof.redirectUri }),
  );
}

/** Takes a refresh token. Returns a new access token, or the evidence of why there is none. */
export function refreshTokens(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  refreshToken: string,
): Promise<Result<TokenAnswer, Evidence>> {
  return askForTokens(endpoints, client, null, (library) => {
    library.setCredentials({ refresh_token: refreshToken });
    return library.getAccessToken();
  });
}

/** Takes an access token, returns whose it is. */
export function fetchUserInfo(
  endpoints: OAuthEndpoints,
  accessToken: string,
  signal: AbortSignal,
): Promise<Result<UserInfo, Evidence>> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return ask(endpoints, signal, userInfoSchema, 'user info', (transport) =>
    transport.request({ method: 'GET', url: endpoints.userInfo, headers }),
  );
}

/**
 * Takes a refresh token and gives it back (RFC 7009 §2.1). The token travels in the body; the library's own call puts
 * it into the address, where servers and proxies log it.
 */
export function revokeToken(endpoints: OAuthEndpoints, refreshToken: string): Promise<Result<unknown, Evidence>> {
  const data = new URLSearchParams({ token: refreshToken });
  return ask(endpoints, null, z.unknown(), 'revocation', (transport) =>
    transport.request({ method: 'POST', url: endpoints.revocation, data }),
  );
}

function askForTokens(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  signal: AbortSignal | null,
  call: (library: OAuth2Client) => Promise<unknown>,
): Promise<Result<TokenAnswer, Evidence>> {
  return ask(endpoints, signal, tokenAnswerSchema, 'tokens', (transport) =>
    call(
      new OAuth2Client({
        clientId: client.clientId,
        ...(client.clientSecret === null ? {} : { clientSecret: client.clientSecret }),
        endpoints: {
          oauth2AuthBaseUrl: endpoints.authorization,
          oauth2TokenUrl: endpoints.token,
          oauth2RevokeUrl: endpoints.revocation,
          tokenInfoUrl: endpoints.tokenInfo,
        },
        transporter: transport,
        // Because this adds the library's debug log, which prints whole token answers.
        useAuthRequestParameters: false,
      }),
    ),
  );
}

/**
 * Runs one call and parses the raw answer ourselves, because the library replaces lifetimes by dates of the system's
 * clock, drops a rotated refresh token and throws on a body that is no JSON. Nothing that it throws is passed on:
 * its errors carry the whole request.
 */
async function ask<Schema extends z.ZodType>(
  { agentFor }: OAuthEndpoints,
  signal: AbortSignal | null,
  schema: Schema,
  what: string,
  call: (transport: gaxios.Gaxios) => Promise<unknown>,
): Promise<Result<z.output<Schema>, Evidence>> {
  let answered: Answered<z.output<Schema>> | null = null;
  const transport = createTransport(agentFor, signal, (answer) => {
    answered = { parsed: schema.safeParse(answer.data), between: betweenOf(answer) };
  });
  let failure: unknown = null;
  try {
    await call(transport);
  } catch (error) {
    failure = error;
  }
  const { parsed, between = null } = (answered as Answered<z.output<Schema>> | null) ?? {};
  if (parsed === undefined) return err(evidenceOf(failure));
  // Whatever a page parses as: a revocation, for one, takes everything for an answer.
  if (between !== null) return err({ kind: 'between', error: between });
  if (parsed.success) return ok(parsed.data);
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
  return err({ kind: 'malformed', what: `${what}: ${fields}` });
}

interface Answered<Value> {
  readonly parsed: z.ZodSafeParseResult<Value>;
  readonly between: AppError | null;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: unknown;
  readonly data: unknown;
}

function createTransport(
  agentFor: OAuthEndpoints['agentFor'],
  signal: AbortSignal | null,
  onAnswer: (answer: RawAnswer) => void,
): gaxios.Gaxios {
  const transport = new gaxios.Gaxios({
    timeout,
    size: largestAnswer,
    // Because a redirect would carry codes and secrets to wherever it points.
    redirect: 'manual',
    // Always given, because the library would otherwise look for proxies itself, by rules of its own.
    agent: agentFor ?? ((address) => (address.protocol === 'https:' ? https.globalAgent : http.globalAgent)),
    ...(signal === null ? {} : { signal }),
  });
  transport.interceptors.request.add({
    // Because the library asks for retries with each call, and a code or a rate limit does not bear them.
    resolved: (prepared) => {
      delete prepared.retryConfig;
      prepared.retry = false;
      return Promise.resolve(prepared);
    },
  });
  transport.interceptors.response.add({
    resolved: (response) => {
      onAnswer(response);
      return Promise.resolve(response);
    },
  });
  return transport;
}

function evidenceOf(error: unknown): Evidence {
  if (!(error instanceof gaxios.GaxiosError)) throw error;
  if (isTooLong(error.cause)) return { kind: 'malformed', what: 'answer too large' };
  if (error.response === undefined) {
    const code = String(error.code ?? error.name);
    const onTheWay = errorOfFault(code);
    if (onTheWay !== null) return { kind: 'between', error: onTheWay };
    return { kind: 'no-answer', code: /^\w{1,60}$/.test(code) ? code : null };
  }
  const between = betweenOf(error.response);
  if (between !== null) return { kind: 'between', error: between };
  const body = errorBodySchema.safeParse(error.response.data);
  return {
    kind: 'refused',
    status: error.response.status,
    error: body.success ? errorCode(body.data.error) : null,
    subtype: body.success ? errorCode(body.data.error_subtype) : null,
    date: dateOf(error.response.headers),
    aboutSecret: body.success && /client_secret/.test(String(body.data.error_description)),
  };
}

/** The title that Google's front end gives its pages of errors, and the name that is in the rest of them. */
const pagesOfGoogle = /Error \d{3} \([^)]*\)!!1|google/i;

/** Takes an answer; returns what it says of somebody in between who gave it, or null. */
function betweenOf({ status, headers, data }: RawAnswer): AppError | null {
  const found = new Headers(headers as ConstructorParameters<typeof Headers>[0]);
  const body = typeof data === 'string' ? data : '';
  return errorOfAnswer({ status, header: (name) => found.get(name), body }, pagesOfGoogle);
}

/** Whether an HTTP client stopped at `size`, which it counts after unpacking. */
function isTooLong(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'type' in cause && cause.type === 'max-size';
}

function dateOf(headers: unknown): number | null {
  const date = Date.parse(new Headers(headers as ConstructorParameters<typeof Headers>[0]).get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}
