import { z } from 'zod';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { second, type Instant } from '../../shared/time.ts';
import { createKeychainVault, createMemoryVault, isKeychainLocked } from '../platform/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { OAuthClient, TokenVault } from '../ports/tokens.ts';

/** A vault that asks for the keychain when it is first needed, so that looking at the status never prompts anybody. */
export interface LazyVault extends TokenVault {
  /** Null until the keychain was needed; then why there is none, or null when there is one. */
  readonly missing: AppError | null;
  /** Takes an account; returns whether its sign-in ends with the program, because there was no keychain when it came. */
  endsHere(accountId: AccountId): boolean;
  /** Since when the keychain may be asking the person for something, or null. */
  readonly askingSince: Instant | null;
  /**
   * Returns whether the keychain is there and open, as far as that can be told without asking the person for anything. `elsewhere`: it is,
   * but not for this process, whose library goes on talking to one that has ended.
   */
  isBack(): Promise<boolean | 'elsewhere'>;
  /** Takes what is told each time that `askingSince` has changed. */
  onChange(listener: () => void): void;
}

export interface LazyVaultOptions {
  /** The name under which the keychain files our entries. */
  readonly service: string;
  readonly clock: Clock;
  readonly open?: typeof createKeychainVault;
  readonly isLocked?: () => Promise<boolean | null>;
  /** Takes an account; returns whether its sign-in was held by a program that has ended. */
  readonly isLost?: (accountId: AccountId) => boolean;
  /** Called when a sign-in that was held in memory is in the keychain. */
  readonly onKept?: (accountId: AccountId) => void;
}

/** Nothing is kept under it, so that reading it asks the person for nothing. */
const nobody = 'probe' as AccountId;

/** One that was not there is looked for again no sooner, because each look may take some seconds. */
const lookPause = 10 * second;

/**
 * Takes where the keychain files our entries; returns a vault in it. While there is no keychain, tokens are kept in memory until the
 * program ends, and `missing` says so; they are never written anywhere else. It is looked for again each time that it is needed; what
 * was kept in it before cannot be read meanwhile, which is not the same as being gone.
 */
export function createLazyVault(options: LazyVaultOptions): LazyVault {
  const { service, clock, open = createKeychainVault, isLocked = isKeychainLocked } = options;
  const memory = createMemoryVault();
  const here = new Set<AccountId>();
  let keychain: TokenVault | null = null;
  let opening: Promise<TokenVault | null> | null = null;
  let lookedAt = -Infinity;
  let missing: AppError | null = null;
  let askingSince: Instant | null = null;
  let tell: () => void = () => undefined;

  const onAsking = (asking: boolean): void => {
    askingSince = asking ? clock.now() : null;
    tell();
  };
  const forget = async (accountId: AccountId): Promise<void> => {
    here.delete(accountId);
    await memory.remove(accountId);
  };
  const moved = async (accountId: AccountId): Promise<void> => {
    await forget(accountId);
    options.onKept?.(accountId);
  };
  const look = async (): Promise<TokenVault | null> => {
    lookedAt = clock.now();
    const opened = await open({ service, clock, onAsking });
    opening = null;
    if (opened.ok) keychain = opened.value;
    missing = opened.ok ? null : appError('keychain-unavailable', null, opened.error.detail);
    return keychain;
  };
  const opened = (): Promise<TokenVault | null> => {
    if (keychain !== null) return Promise.resolve(keychain);
    const since = clock.now() - lookedAt;
    if (opening === null && missing !== null && since >= 0 && since < lookPause) return Promise.resolve(null);
    opening ??= look();
    return opening;
  };
  return {
    get kind() {
      return missing === null ? 'keychain' : 'memory';
    },
    get missing() {
      return missing;
    },
    endsHere: (accountId) => here.has(accountId),
    get askingSince() {
      return askingSince;
    },
    read: async (accountId, wasKept = false) => {
      const remembered = await memory.read(accountId);
      const vault = await opened();
      if (remembered.ok && remembered.value !== null) {
        // There was no keychain when it came, and now there may be one.
        if (vault !== null && (await vault.write(accountId, remembered.value)).ok) {
          await moved(accountId);
        }
        return remembered;
      }
      if (vault !== null) return vault.read(accountId, wasKept);
      // What ended with a program is in no keychain, whether or not there is one.
      const isThere = wasKept && options.isLost?.(accountId) !== true;
      return isThere ? err(appError('keychain-failed', null, missing?.detail ?? null)) : ok(null);
    },
    write: async (accountId, refreshToken) => {
      const vault = await opened();
      if (vault === null) {
        here.add(accountId);
        return memory.write(accountId, refreshToken);
      }
      const written = await vault.write(accountId, refreshToken);
      if (written.ok) await moved(accountId);
      return written;
    },
    remove: async (accountId) => {
      await forget(accountId);
      return (await opened())?.remove(accountId) ?? ok(undefined);
    },
    isBack: async () => {
      const was = missing;
      const vault = await opened();
      // Where none was ever reached, another process would not reach it either.
      if (vault === null) return false;
      const locked = await isLocked();
      if (locked !== false) return locked === null && was !== null;
      // Whoever unlocked it has answered what it asked, so that an answer which is still missing may never come.
      if (askingSince !== null) return 'elsewhere';
      return (await vault.read(nobody)).ok ? true : 'elsewhere';
    },
    onChange: (listener) => {
      tell = listener;
    },
  };
}

/** Entry of the vault that holds the OAuth client: its secret is not confidential, and still no business of the database. */
const clientEntry = 'oauth-client' as AccountId;

const clientSchema = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().nullable() });

/**
 * Takes a vault, and whether a client was kept in it; returns it, or null where there is none (or one that makes no sense). Fails with
 * `keychain-failed` where that cannot be told now.
 */
export async function readClient(vault: TokenVault, wasKept: boolean): Promise<Result<OAuthClient | null, AppError>> {
  const entry = await vault.read(clientEntry, wasKept);
  if (!entry.ok || entry.value === null) return entry.ok ? ok(null) : entry;
  try {
    const parsed = clientSchema.safeParse(JSON.parse(entry.value));
    return ok(parsed.success ? parsed.data : null);
  } catch {
    return ok(null);
  }
}

/** Takes a vault and a client that has proven to work; keeps it, so that later commands need not name it again. */
export async function keepClient(vault: TokenVault, client: OAuthClient): Promise<Result<void, AppError>> {
  const read = await readClient(vault, false);
  const known = read.ok ? read.value : null;
  if (known?.clientId === client.clientId && known.clientSecret === client.clientSecret) return ok(undefined);
  return vault.write(clientEntry, JSON.stringify(client));
}
