import type { AccountId } from '../../shared/ids.ts';
import { ok } from '../../shared/result.ts';
import type { TokenVault } from '../ports/tokens.ts';

/** Returns a vault that forgets everything when the program ends: for the demo, for tests, and without a keychain. */
export function createMemoryVault(): TokenVault {
  const tokens = new Map<AccountId, string>();
  return {
    kind: 'memory',
    read: (accountId) => Promise.resolve(ok(tokens.get(accountId) ?? null)),
    write: (accountId, refreshToken) => {
      tokens.set(accountId, refreshToken);
      return Promise.resolve(ok(undefined));
    },
    remove: (accountId) => {
      tokens.delete(accountId);
      return Promise.resolve(ok(undefined));
    },
  };
}
