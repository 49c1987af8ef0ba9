import type { AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { ProviderId } from '../../shared/providers.ts';
import type { Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';

/** Where refresh tokens live. Nothing else of CalSync ever writes one down. */
export interface TokenVault {
  /** `keychain` outlives the program, `memory` ends with it. */
  readonly kind: 'keychain' | 'memory';
  /**
   * Takes an account, and whether an entry was kept for it, so that there being none is a wonder; returns its refresh token, or null
   * when there is none. Fails with `keychain-failed`, also where an entry that was kept may only be hidden by a lock.
   */
  read(accountId: AccountId, wasKept?: boolean): Promise<Result<string | null, AppError>>;
  write(accountId: AccountId, refreshToken: string): Promise<Result<void, AppError>>;
  /** Succeeds also when there was nothing. */
  remove(accountId: AccountId): Promise<Result<void, AppError>>;
}

/**
 * Why there is no access token. `sign-in-needed` only for `invalid_grant` and its kin, or when the vault has none;
 * everything else keeps the grant (google-calendar.md §7.2).
 */
export type TokenFailure =
  | { readonly kind: 'sign-in-needed'; readonly detail: string }
  | { readonly kind: 'client-refused'; readonly detail: string }
  | { readonly kind: 'keychain'; readonly error: AppError }
  | { readonly kind: 'offline'; readonly detail: string }
  /** Something on the way to the provider, or the clock by which it is judged. It says nothing about the grant. */
  | { readonly kind: 'between'; readonly error: AppError }
  | { readonly kind: 'trouble'; readonly detail: string };

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Instant;
}

/** Access tokens, kept in memory only; one refresh at a time per account. */
export interface AccessTokens {
  /** Takes an account; returns a token that lives for at least another minute. */
  get(accountId: AccountId): Promise<Result<AccessToken, TokenFailure>>;
  /** Takes a token that the provider refused; the next `get` refreshes unless another call already has. */
  discard(accountId: AccountId, token: string): void;
  /** Forgets all about an account. */
  forget(accountId: AccountId): void;
}

/** What a person brings to be allowed to sign in (for Google a "Desktop app" client of their own Cloud project, google-calendar.md §7.2). */
export interface OAuthClient {
  readonly clientId: string;
  /** Not confidential for an installed app (RFC 8252 §8.5), but wanted all the same (google-calendar.md §7.2). */
  readonly clientSecret: string | null;
}

export interface SignedIn {
  readonly provider: ProviderId;
  readonly accountId: AccountId;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly refreshToken: string;
  readonly accessToken: AccessToken;
  /** When the grant ends, as far as the service has said (`refresh_token_expires_in`), or null. */
  readonly signInEndsAt: Instant | null;
}

export interface SignInRequest {
  /** Takes the address of the consent page and brings it before the person; fails with `browser-unavailable`. */
  readonly show: (address: string) => Promise<Result<void, AppError>>;
  /** Address to suggest on the consent page, or null. */
  readonly loginHint: string | null;
  /**
   * The account that must be the one that signs in, when it is signed in to anew; null where any may. Another one fails
   * with `account-other`, and what it gave is forgotten, never revoked: it may be connected here or elsewhere.
   */
  readonly expected?: { readonly accountId: AccountId; readonly email: string } | null;
  readonly signal?: AbortSignal;
  /** Ends what a sign-in still answers after it is over: the program ends. */
  readonly ending?: AbortSignal;
}

export interface SignIn {
  /**
   * Runs the whole consent in the system browser (RFC 8252, RFC 7636) and returns what came of it. It stores nothing.
   * Fails with the sign-in codes of `shared/errors.ts`.
   */
  signIn(request: SignInRequest): Promise<Result<SignedIn, AppError>>;
  /**
   * Takes a refresh token and gives the grant back to the service; already revoked counts as done. It ends ALL grants of
   * that person for the whole Cloud project (google-calendar.md §7.5), so it is never called while reconnecting.
   */
  revoke(refreshToken: string): Promise<Result<void, AppError>>;
}
