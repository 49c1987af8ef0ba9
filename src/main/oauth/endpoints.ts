import type { Agent } from 'node:http';

/** Where Google's OAuth 2.0 is spoken with. Full addresses, each without a query. */
export interface OAuthEndpoints {
  /** The consent page, opened in the browser (RFC 6749 §3.1). */
  readonly authorization: string;
  /** RFC 6749 §3.2. */
  readonly token: string;
  /** RFC 7009. */
  readonly revocation: string;
  readonly tokenInfo: string;
  /** OpenID Connect Core §5.3. */
  readonly userInfo: string;
  /** What an id_token may name as its issuer (OpenID Connect Core §3.1.3.7, item 2). */
  readonly issuers: readonly string[];
  /** Takes an address; returns the agent that its requests go by. Node's own, without any proxy, unless told. */
  readonly agentFor?: (address: URL) => Agent;
}

const googleIssuers = ['https://accounts.google.com', 'accounts.google.com'];

/**
 * Takes null for Google itself, or the base address of a server that speaks the same way on one host (the simulator),
 * with or without a slash at its end. Returns the addresses of all OAuth calls.
 */
export function googleOAuthEndpoints(baseUrl: string | null): OAuthEndpoints {
  if (baseUrl === null) {
    return {
      authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
      token: 'https://oauth2.googleapis.com/token',
      revocation: 'https://oauth2.googleapis.com/revoke',
      tokenInfo: 'https://oauth2.googleapis.com/tokeninfo',
      userInfo: 'https://openidconnect.googleapis.com/v1/userinfo',
      issuers: googleIssuers,
    };
  }
  const base = baseUrl.replace(/\/+$/, '');
  return {
    authorization: `${base}/o/oauth2/v2/auth`,
    token: `${base}/token`,
    revocation: `${base}/revoke`,
    tokenInfo: `${base}/tokeninfo`,
    userInfo: `${base}/v1/userinfo`,
    issuers: [base, ...googleIssuers],
  };
}
