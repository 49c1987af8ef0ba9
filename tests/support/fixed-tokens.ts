import type { AccessToken, AccessTokens, TokenFailure } from '../../src/main/ports/tokens.ts';
import type { AccountId } from '../../src/shared/ids.ts';
import { err, ok, type Result } from '../../src/shared/result.ts';

const farAway = Date.UTC(2100, 0, 1);

/**
 * Access tokens that a test hands out. Each account has a list of tokens; discarding the current one moves on to the
 * next, as a refresh would. After the last, or for an unknown account, `exhausted` is answered.
 */
export class FixedTokens implements AccessTokens {
  /** Every token that was discarded, in order. */
  readonly discarded: string[] = [];
  /** How often a token was asked for. */
  asked = 0;
  private readonly tokens: Map<string, string[]>;
  private readonly exhausted: TokenFailure;

  constructor(
    tokens: Readonly<Record<string, readonly string[]>>,
    exhausted: TokenFailure = { kind: 'sign-in-needed', detail: 'invalid_grant' },
  ) {
    this.tokens = new Map(Object.entries(tokens).map(([account, list]) => [account, [...list]]));
    this.exhausted = exhausted;
  }

  get(accountId: AccountId): Promise<Result<AccessToken, TokenFailure>> {
    this.asked += 1;
    const token = this.tokens.get(accountId)?.[0];
    return Promise.resolve(token === undefined ? err(this.exhausted) : ok({ token, expiresAt: farAway }));
  }

  discard(accountId: AccountId, token: string): void {
    this.discarded.push(token);
    const list = this.tokens.get(accountId);
    if (list?.[0] === token) list.shift();
  }

  forget(accountId: AccountId): void {
    this.tokens.delete(accountId);
  }
}
