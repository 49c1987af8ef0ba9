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
  /** Told when a call has had no answer for some seconds, so that the keychain may be asking the person, and when it has one. */
  readonly onAsking?: (asking: boolean) => void;
}

/** A keychain that is open answers much sooner. */
const quick = 3 * second;

/** Asked for to see whether anybody answers; nothing is kept under it for longer than it takes to prove that something can be. */
const probeAccount = 'probe';

/**
 * Takes how to reach the system's keychain, returns the vault in it. Fails with `keychain-unavailable` when there is
 * none: no libsecret, no D-Bus, no secret service, or no answer in time.
 *
 * A call that is given up goes on in the native library and holds a thread; the process then ends only when the
 * keychain has answered or its own time limit (25 seconds on D-Bus) has passed. So there is one call at a time, and none while one that
 * was given up goes on: a prompt that nobody answers would hold all threads otherwise, and the person would find a pile of them.
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

  let isOpen = false;
  const once = async <Value>(work: () => Promise<Value>): Promise<Result<Value, AppError>> => {
    if (isOpen) return err(appError('keychain-failed', null, 'an earlier question has no answer yet'));
    isOpen = true;
    const answered = new AbortController();
    let asking = false;
    void clock.sleep(quick, answered.signal).then(() => {
      asking = !answered.signal.aborted;
      if (asking) options.onAsking?.(true);
    });
    const working = Promise.resolve().then(work);
    const end = (): void => {
      isOpen = false;
      answered.abort();
      if (asking) options.onAsking?.(false);
    };
    void working.then(end, end);
    const done = await within(clock, callLimitMs, () => working);
    return done.ok ? done : err(appError('keychain-failed', null, done.error));
  };
  let line: Promise<unknown> = Promise.resolve();
  const call = <Value>(work: () => Promise<Value>): Promise<Result<Value, AppError>> => {
    const turn = line.then(() => once(work));
    line = turn;
    return turn;
  };
  return ok({
    kind: 'keychain',
    async read(accountId, wasKept = false) {
      const found = await call(() => keychain.getPassword(service, accountId));
      if (!found.ok || found.value !== null || !wasKept) return found;
      // The Secret Service finds nothing in what is locked, and says no more than that. What takes an entry is open.
      const proof = await call(async () => {
        await keychain.setPassword(service, probeAccount, probeAccount);
        await keychain.deletePassword(service, probeAccount);
      });
      return proof.ok ? call(() => keychain.getPassword(service, accountId)) : proof;
    },
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
