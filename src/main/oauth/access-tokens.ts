import type { AccountId } from '../../shared/ids.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import { minute, second } from '../../shared/time.ts';
import type { Instant } from '../../shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { AccessToken, AccessTokens, OAuthClient, TokenFailure, TokenVault } from '../ports/tokens.ts';
import type { OAuthEndpoints } from './endpoints.ts';
import { refreshFailure } from './token-failure.ts';
import { refreshTokens } from './token-endpoint.ts';

/** Is told of refreshes as they happen, once each however many callers wait for one. */
export interface AccessTokensObserver {
  /** `signInEndsAt` is when the grant itself ends, as far as this answer says, or null. */
  refreshed?(accountId: AccountId, signInEndsAt: Instant | null): void;
  failed?(accountId: AccountId, failure: TokenFailure): void;
}

export interface AccessTokensOptions {
  readonly endpoints: OAuthEndpoints;
  readonly client: () => OAuthClient | null;
  readonly vault: TokenVault;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer?: AccessTokensObserver;
}

/** Access tokens that can be told of one that a sign-in has just brought. */
export interface RememberingAccessTokens extends AccessTokens {
  /** Takes the token of a sign-in, so that it is used first; a refresh with the grant before it no longer counts. */
  remember(accountId: AccountId, token: AccessToken): void;
}

/** A token with less life left is refreshed first, so that it does not end on its way. */
const leastLife = minute;

/** All that is kept of one account. A sign-in or a removal replaces it, and a refresh that is under way dies with it. */
interface Entry {
  token: AccessToken | null;
  refresh: Promise<Result<AccessToken, TokenFailure>> | null;
}

/** Takes where to refresh and where refresh tokens are kept, returns access tokens that live in memory only. */
export function createAccessTokens(options: AccessTokensOptions): RememberingAccessTokens {
  const entries = new Map<AccountId, Entry>();

  const entryOf = (accountId: AccountId): Entry => {
    const entry = entries.get(accountId) ?? { token: null, refresh: null };
    entries.set(accountId, entry);
    return entry;
  };

  const get = async (accountId: AccountId): Promise<Result<AccessToken, TokenFailure>> => {
    const entry = entryOf(accountId);
    if (entry.token !== null && entry.token.expiresAt - options.clock.now() >= leastLife) return ok(entry.token);
    const isCurrent = (): boolean => entries.get(accountId) === entry;
    entry.refresh ??= refresh(options, accountId, isCurrent)
      .then((refreshed) => {
        if (refreshed.ok) entry.token = refreshed.value;
        return refreshed;
      })
      .finally(() => {
        entry.refresh = null;
      });
    const refreshed = await entry.refresh;
    // Because what a grant that was replaced meanwhile says is no longer true of this account.
    return isCurrent() ? refreshed : get(accountId);
  };

  return {
    get,
    discard(accountId, token) {
      const entry = entries.get(accountId);
      if (entry?.token?.token === token) entry.token = null;
    },
    forget(accountId) {
      entries.delete(accountId);
    },
    remember(accountId, token) {
      entries.set(accountId, { token, refresh: null });
    },
  };
}

async function refresh(
  { endpoints, client: currentClient, vault, clock, logger, observer }: AccessTokensOptions,
  accountId: AccountId,
  isCurrent: () => boolean,
): Promise<Result<AccessToken, TokenFailure>> {
  const fail = (failure: TokenFailure): Result<AccessToken, TokenFailure> => {
    if (!isCurrent()) return err(failure);
    const detail = 'error' in failure ? failure.error.code : failure.detail;
    logger.warn('token-refresh-failed', { kind: failure.kind, detail });
    observer?.failed?.(accountId, failure);
    return err(failure);
  };

  const client = currentClient();
  if (client === null) return fail({ kind: 'client-refused', detail: 'no client' });
  const kept = await vault.read(accountId, true);
  if (!kept.ok) return fail({ kind: 'keychain', error: kept.error });
  if (kept.value === null) return fail({ kind: 'sign-in-needed', detail: 'no refresh token in the vault' });

  const askedAt = clock.now();
  const refreshed = await refreshTokens(endpoints, client, kept.value);
  if (!refreshed.ok) return fail(refreshFailure(refreshed.error));
  const { accessToken, expiresIn, refreshToken, refreshTokenExpiresIn } = refreshed.value;

  // Google does not rotate refresh tokens, but RFC 6749 §6 lets a server do so, and then the old one is dead.
  if (refreshToken !== null && refreshToken !== kept.value && isCurrent()) {
    const written = await vault.write(accountId, refreshToken);
    if (!written.ok) return fail({ kind: 'keychain', error: written.error });
  }
  if (isCurrent()) {
    logger.debug('token-refreshed', { lifetime: expiresIn });
    observer?.refreshed?.(accountId, refreshTokenExpiresIn === null ? null : askedAt + refreshTokenExpiresIn * second);
  }
  return ok({ token: accessToken, expiresAt: askedAt + expiresIn * second });
}
