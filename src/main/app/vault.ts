import { z } from 'zod';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { ok, type Result } from '../../shared/result.ts';
import { createKeychainVault, createMemoryVault } from '../platform/index.ts';
import type { OAuthClient, TokenVault } from '../ports/tokens.ts';

/** A vault that asks for the keychain when it is first needed, so that looking at the status never prompts anybody. */
export interface LazyVault extends TokenVault {
  /** Null until the keychain was needed; then why there is none, or null when there is one. */
  readonly missing: AppError | null;
}

/**
 * Takes the name under which the keychain files our entries; returns a vault in it. Where there is no keychain, tokens are
 * kept in memory until the program ends, and `missing` says so; they are never written anywhere else.
 */
export function createLazyVault(service: string): LazyVault {
  let opened: Promise<TokenVault> | null = null;
  let missing: AppError | null = null;
  let kind: TokenVault['kind'] = 'keychain';
  const open = (): Promise<TokenVault> => {
    opened ??= createKeychainVault({ service }).then((result) => {
      if (result.ok) return result.value;
      missing = appError('keychain-unavailable', null, result.error.detail);
      kind = 'memory';
      return createMemoryVault();
    });
    return opened;
  };
  return {
    get kind() {
      return kind;
    },
    get missing() {
      return missing;
    },
    read: async (accountId) => (await open()).read(accountId),
    write: async (accountId, refreshToken) => (await open()).write(accountId, refreshToken),
    remove: async (accountId) => (await open()).remove(accountId),
  };
}

/** Entry of the vault that holds the OAuth client: its secret is not confidential, and still no business of the database. */
const clientEntry = 'oauth-client' as AccountId;

const clientSchema = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().nullable() });

/** Takes a vault, returns the OAuth client kept in it, or null where there is none (or one that makes no sense). */
export async function readClient(vault: TokenVault): Promise<OAuthClient | null> {
  const entry = await vault.read(clientEntry);
  if (!entry.ok || entry.value === null) return null;
  try {
    const parsed = clientSchema.safeParse(JSON.parse(entry.value));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Takes a vault and a client that has proven to work; keeps it, so that later commands need not name it again. */
export async function keepClient(vault: TokenVault, client: OAuthClient): Promise<Result<void, AppError>> {
  const known = await readClient(vault);
  if (known?.clientId === client.clientId && known.clientSecret === client.clientSecret) return ok(undefined);
  return vault.write(clientEntry, JSON.stringify(client));
}
