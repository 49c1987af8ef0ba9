import { appError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import { minute, second } from '../../shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { TokenVault } from '../ports/tokens.ts';
import { createSystemClock } from './clock.ts';
import { redact } from './redact.ts';

/** The part of keytar that the vault uses. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export interface KeychainVaultOptions {
  /** The name under which the keychain files the tokens, one entry per account. */
  readonly service: string;
  /** Returns the module. Defaults to keytar, imported only now, because it needs libsecret, which may be missing. */
  readonly load?: () => Promise<unknown>;
  readonly clock?: Clock;
  /** How long the first, harmless read may take, in milliseconds. */
  readonly probeLimitMs?: number;
  /** How long a later call may take: the person may have to unlock the keychain. */
  readonly callLimitMs?: number;
}

/** Asked for to see whether anybody answers; nothing is ever kept under it, so that no keychain has to be unlocked. */
const probeAccount = 'probe';

/**
 * Takes how to reach the system's keychain, returns the vault in it. Fails with `keychain-unavailable` when there is
 * none: no libsecret, no D-Bus, no secret service, or no answer in time.
 *
 * A call that is given up goes on in the native library and holds a thread; the process then ends only when the
 * keychain has answered or its own time limit (25 seconds on D-Bus) has passed.
 */
export async function createKeychainVault(options: KeychainVaultOptions): Promise<Result<TokenVault, AppError>> {
  const { service, clock = createSystemClock(), probeLimitMs = 5 * second, callLimitMs = minute } = options;
  const unavailable = (detail: string): Result<never, AppError> => err(appError('keychain-unavailable', null, detail));

  let loaded: unknown;
  try {
    loaded = await (options.load ?? (() => import('keytar')))();
  } catch (error) {
    return unavailable(describe(error));
  }
  const keychain = findKeychain(loaded);
  if (keychain === null) return unavailable('the module is not keytar');

  const probed = await within(clock, probeLimitMs, () => keychain.getPassword(service, probeAccount));
  if (!probed.ok) return unavailable(probed.error);

  const call = async <Value>(work: () => Promise<Value>): Promise<Result<Value, AppError>> => {
    const done = await within(clock, callLimitMs, work);
    return done.ok ? done : err(appError('keychain-failed', null, done.error));
  };
  return ok({
    kind: 'keychain',
    read: (accountId) => call(() => keychain.getPassword(service, accountId)),
    write: (accountId, refreshToken) => call(() => keychain.setPassword(service, accountId, refreshToken)),
    async remove(accountId) {
      const removed = await call(() => keychain.deletePassword(service, accountId));
      return removed.ok ? ok(undefined) : removed;
    },
  });
}

/** Takes the module as imported. Returns its functions: keytar is CommonJS, so they may sit under `default`. */
function findKeychain(loaded: unknown): Keychain | null {
  const isKeychain = (value: unknown): value is Keychain =>
    typeof value === 'object' &&
    value !== null &&
    ['getPassword', 'setPassword', 'deletePassword'].every(
      (name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function',
    );
  if (isKeychain(loaded)) return loaded;
  const inner = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : null;
  return isKeychain(inner) ? inner : null;
}

/** Runs work with a time limit; returns its value, or one line about why there is none. */
async function within<Value>(clock: Clock, limit: number, work: () => Promise<Value>): Promise<Result<Value, string>> {
  const over = new AbortController();
  const late = clock.sleep(limit, over.signal).then(() => err(`no answer within ${limit / second} s`));
  const done = Promise.resolve()
    .then(work)
    .then(ok, (error: unknown) => err(describe(error)));
  try {
    return await Promise.race([done, late]);
  } finally {
    over.abort();
  }
}

function describe(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error)).slice(0, 200);
}
