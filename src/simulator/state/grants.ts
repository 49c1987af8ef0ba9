import { createHash } from 'node:crypto';
import type { CalendarService } from './service.ts';

/** An OAuth client registered with the simulator. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** May write only its own blocks (design.md, "Simulator"). */
  readonly blocksOnly: boolean;
  /** The Cloud project; revoking any token of an account ends all its grants of the project (google-calendar.md §7.5). */
  readonly project: string;
}

/** What a bearer token stands for. */
export interface AccessGrant {
  readonly token: string;
  readonly clientId: string;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

interface RefreshGrant {
  readonly token: string;
  readonly clientId: string;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number | undefined;
}

/** An authorisation code, good for one exchange. */
export interface CodeGrant {
  readonly code: string;
  readonly clientId: string;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly expiresAt: number;
}

/** A pair of tokens as it is handed out. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly scopes: readonly string[];
  readonly expiresInSeconds: number;
  /** Present when the consent is limited in time (google-calendar.md §7.2). */
  readonly refreshExpiresInSeconds: number | undefined;
}

/** A refusal of the token endpoint: `error` and `error_description` of RFC 6749 §5.2. */
export interface TokenRefusal {
  readonly status: 400 | 401;
  readonly error: string;
  readonly description: string;
}

const TESTING_LIFETIME_SECONDS = 7 * 86_400;
const CODE_LIFETIME_MS = 600_000;

/** Clients, codes and tokens. */
export class GrantBook {
  readonly clients = new Map<string, OAuthClient>();
  readonly #service: CalendarService;
  readonly #access = new Map<string, AccessGrant>();
  readonly #refresh = new Map<string, RefreshGrant>();
  readonly #codes = new Map<string, CodeGrant>();

  constructor(service: CalendarService) {
    this.#service = service;
  }

  /** Registers a client. */
  addClient(options: { blocksOnly: boolean; project?: string | undefined }): OAuthClient {
    const digits = this.#service.random.digits(12);
    const client: OAuthClient = {
      clientId: `${digits}-${this.#service.random.eventId()}.apps.googleusercontent.com`,
      clientSecret: this.#service.random.token('GOCSPX-').slice(0, 35),
      blocksOnly: options.blocksOnly,
      project: options.project ?? 'calsync-simulator',
    };
    this.clients.set(client.clientId, client);
    return client;
  }

  /** The live grant of a bearer token. */
  accessGrant(token: string): AccessGrant | undefined {
    const grant = this.#access.get(token);
    return grant !== undefined && grant.expiresAt > this.#service.now() ? grant : undefined;
  }

  /** Writes an authorisation code for a consent that was given. */
  issueCode(consent: Omit<CodeGrant, 'code' | 'expiresAt'>): string {
    const code = this.#service.random.token('4/0A');
    this.#codes.set(code, { ...consent, code, expiresAt: this.#service.now() + CODE_LIFETIME_MS });
    return code;
  }

  /** Scopes that an account has granted to any client of a project so far. */
  grantedScopes(email: string, clientId: string): string[] {
    const project = this.clients.get(clientId)?.project;
    const scopes = new Set<string>();
    for (const grant of this.#refresh.values()) {
      if (grant.email === email && this.clients.get(grant.clientId)?.project === project) {
        for (const scope of grant.scopes) scopes.add(scope);
      }
    }
    return [...scopes];
  }

  /** Exchanges a code for tokens; PKCE is checked with S256 (RFC 7636 §4.6). */
  exchangeCode(options: {
    client: OAuthClient;
    code: string;
    redirectUri: string;
    verifier: string | undefined;
  }): { readonly grant: CodeGrant; readonly tokens: IssuedTokens } | TokenRefusal {
    const grant = this.#codes.get(options.code);
    this.#codes.delete(options.code);
    const malformed: TokenRefusal = { status: 400, error: 'invalid_grant', description: 'Malformed auth code.' };
    if (grant?.clientId !== options.client.clientId || grant.expiresAt < this.#service.now()) return malformed;
    if (grant.redirectUri !== options.redirectUri) {
      return { status: 400, error: 'redirect_uri_mismatch', description: 'Bad Request' };
    }
    if (grant.challenge !== undefined) {
      if (options.verifier === undefined) {
        return { status: 400, error: 'invalid_grant', description: 'Missing code verifier.' };
      }
      const sound = /^[A-Za-z0-9\-._~]{43,128}$/.test(options.verifier);
      const hash = createHash('sha256').update(options.verifier).digest('base64url');
      if (!sound || hash !== grant.challenge) {
        return { status: 400, error: 'invalid_grant', description: 'Invalid code verifier.' };
      }
    }
    return { grant, tokens: this.issue(grant.email, grant.clientId, grant.scopes) };
  }

  /** Issues a refresh token and an access token. */
  issue(email: string, clientId: string, scopes: readonly string[]): IssuedTokens {
    const now = this.#service.now();
    const limited = this.#service.switches.testingStatus;
    const refresh: RefreshGrant = {
      token: this.#service.random.token('1//0'),
      clientId,
      email,
      scopes,
      issuedAt: now,
      expiresAt: limited ? now + TESTING_LIFETIME_SECONDS * 1000 : undefined,
    };
    this.#refresh.set(refresh.token, refresh);
    const live = [...this.#refresh.values()].filter((grant) => grant.email === email && grant.clientId === clientId);
    const oldest = live[0];
    if (live.length > this.#service.switches.refreshTokenCap && oldest !== undefined)
      this.#refresh.delete(oldest.token);
    return this.#withAccess(refresh);
  }

  #withAccess(refresh: RefreshGrant): IssuedTokens {
    const now = this.#service.now();
    const seconds = this.#service.switches.accessTokenLifetimeSeconds;
    const access: AccessGrant = {
      token: this.#service.random.token('ya29.a0'),
      clientId: refresh.clientId,
      email: refresh.email,
      scopes: refresh.scopes,
      expiresAt: now + seconds * 1000,
    };
    this.#access.set(access.token, access);
    return {
      accessToken: access.token,
      refreshToken: refresh.token,
      scopes: refresh.scopes,
      expiresInSeconds: seconds,
      refreshExpiresInSeconds:
        refresh.expiresAt === undefined ? undefined : Math.floor((refresh.expiresAt - now) / 1000),
    };
  }

  /** A new access token for a refresh token; the refresh token stays the same (no rotation). */
  refresh(
    client: OAuthClient,
    token: string,
  ): { readonly email: string; readonly tokens: IssuedTokens } | TokenRefusal {
    const grant = this.#refresh.get(token);
    const dead = grant?.expiresAt !== undefined && grant.expiresAt <= this.#service.now();
    if (grant?.clientId !== client.clientId || dead) {
      return { status: 400, error: 'invalid_grant', description: 'Token has been expired or revoked.' };
    }
    return { email: grant.email, tokens: this.#withAccess(grant) };
  }

  /** Revokes by any token: every grant of that account for the whole project ends. False for an unknown token. */
  revoke(token: string): boolean {
    const grant = this.#access.get(token) ?? this.#refresh.get(token);
    if (grant === undefined) return false;
    this.revokeAll(grant.email, this.clients.get(grant.clientId)?.project);
    return true;
  }

  /** Ends every grant of an account, as the account's own security page does; with a project, only there. */
  revokeAll(email: string, project?: string): void {
    for (const book of [this.#access, this.#refresh]) {
      for (const [token, grant] of book) {
        const same = project === undefined || this.clients.get(grant.clientId)?.project === project;
        if (grant.email === email && same) book.delete(token);
      }
    }
  }

  /** Keeps the grants of an account that has got another address. */
  rename(email: string, address: string): void {
    const renamed = <Grant extends { readonly email: string }>(book: Map<string, Grant>): void => {
      for (const [token, grant] of book) if (grant.email === email) book.set(token, { ...grant, email: address });
    };
    renamed(this.#access);
    renamed(this.#refresh);
  }

  /** Makes every access token of an account (or of all) expire now. */
  expireAccessTokens(email?: string): void {
    for (const [token, grant] of this.#access) {
      if (email === undefined || grant.email === email) this.#access.delete(token);
    }
  }
}
