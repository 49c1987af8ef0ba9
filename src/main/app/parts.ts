import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { EngineDeps } from '../engine/deps.ts';
import type { Authorities, Found } from '../network/index.ts';
import type { RememberingAccessTokens } from '../oauth/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Host } from '../ports/host.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store.ts';
import type { Rests } from './rests.ts';
import type { OAuthClient, SignIn, TokenVault } from '../ports/tokens.ts';
import type { DiskWatch } from './disk.ts';
import type { LazyVault } from './vault.ts';

/** All parts, put together. */
export interface Parts {
  readonly engine: EngineDeps;
  readonly store: Store;
  readonly clock: Clock;
  readonly rests: Rests;
  readonly logger: Logger;
  readonly host: Host;
  readonly vault: TokenVault & Partial<Pick<LazyVault, 'missing' | 'endsHere' | 'askingSince' | 'isBack' | 'onChange'>>;
  readonly tokens: RememberingAccessTokens;
  readonly signIn: SignIn;
  /** Looks at the way to the provider; asks it nothing. */
  readonly lookAtNetwork: () => Promise<{
    readonly found: Found;
    readonly authorities: Pick<Authorities, 'counts' | 'trouble'>;
  }>;
  readonly version: string;
  readonly demo: boolean;
  readonly dataFolder: string;
  readonly disk: DiskWatch;
  /** Asks for another process in the place of this one, where only that helps. */
  readonly startAnew?: () => void;
  /** Returns the OAuth client: the one given, else the one kept in the vault, else null. Fails with `keychain-failed`: it cannot be told now. */
  readonly client: () => Promise<Result<OAuthClient | null, AppError>>;
  /** Takes another client, uses it from now on and keeps it in the vault. */
  readonly setClient: (client: OAuthClient) => Promise<Result<void, AppError>>;
}

/** What is enough to answer from what is stored: nothing in it asks the provider. */
export type StoredParts = Pick<Parts, 'engine' | 'store' | 'clock'>;
