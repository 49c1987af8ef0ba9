import { join } from 'node:path';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { withAddresses } from '../engine/addresses.ts';
import type { EngineDeps } from '../engine/deps.ts';
import { keepLease, renewingClock } from '../engine/lease.ts';
import {
  createNetwork,
  readAuthorities,
  waysOfDesktop,
  waysOfEnvironment,
  type Environment,
} from '../network/index.ts';
import { createAccessTokens, createSignIn, googleOAuthEndpoints } from '../oauth/index.ts';
import {
  createLogger,
  createMemoryVault,
  createSystemClock,
  createSystemHost,
  createSystemRandom,
  livenessOf,
  nameOfThisProcess,
  prepareDataFolder,
  proveRoom,
} from '../platform/index.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Host } from '../ports/host.ts';
import type { Logger } from '../ports/logger.ts';
import type { CalendarProvider } from '../ports/provider.ts';
import type { AccountRecord, Store } from '../ports/store.ts';
import type { OAuthClient, SignIn, TokenVault } from '../ports/tokens.ts';
import { createGoogleProvider, googleEndpoints, googleEndpointsAt } from '../providers/google/index.ts';
import { createProviders } from '../providers/registry.ts';
import { diskFailureOf, openStore } from '../store/index.ts';
import type { CalSync } from './calsync.ts';
import { databaseFile } from './copies.ts';
import { createDiskWatch, watchedStore } from './disk.ts';
import { createRests } from './rests.ts';
import type { Parts } from './parts.ts';
import { createLazyVault, keepClient, readClient, type LazyVaultOptions } from './vault.ts';
import { createUseCases } from './use-cases.ts';

/** How CalSync is put together. Everything but the first four has the desktop's own as its default. */
export interface CalSyncOptions {
  /** Holds the database and the logs; made where it is missing. */
  readonly dataFolder: string;
  /** Origin of a server to use instead of Google (`http://127.0.0.1:4100`), or null for Google. */
  readonly googleUrl: string | null;
  /** Whether that may be another computer: sign-ins go there. The person must have said so in so many words. */
  readonly googleUrlAnywhere?: boolean;
  /** The OAuth client of this call, or null to use the one kept from earlier. */
  readonly client: OAuthClient | null;
  readonly vault: 'keychain' | 'memory' | TokenVault;
  readonly version: string;
  readonly demo?: boolean;
  readonly logToConsole?: boolean;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly host?: Host;
  readonly logger?: Logger;
  /** Units of quota of each account in any minute; 600 unless told. */
  readonly unitsPerMinute?: number;
  /** What is put around the ports with effects, so that each effect can be watched and the process ended at it; nothing unless told. */
  readonly around?: EffectPorts;
  /** Takes an address; returns what the desktop says of its proxy (Electron's `resolveProxy`). The environment's unless told. */
  readonly resolveProxy?: (address: string) => Promise<string>;
  /** Where proxies and certificate authorities are named; this process's own unless told. */
  readonly env?: Environment;
  /** Asks for another process in the place of this one: the library of the keychain cannot find one that was replaced. */
  readonly startAnew?: () => void;
  /** Path of better-sqlite3's binary where it cannot be found beside the package. */
  readonly nativeBinding?: string;
}

/** The ports through which everything goes that outlasts the process; the vault is one that is given. */
export interface EffectPorts {
  readonly store: (inner: Store) => Store;
  readonly provider: (inner: CalendarProvider) => CalendarProvider;
  readonly signIn: (inner: SignIn) => SignIn;
}

/**
 * Builds the object graph and opens the database. Fails with `data-folder-unusable`, `database-from-future`,
 * `database-failed`, `database-elsewhere`, `program-damaged` or `address-invalid`; `notices` are what went on all the same and the person should hear of.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- Because shells await it, and opening need not stay synchronous.
export async function createCalSync(
  options: CalSyncOptions,
): Promise<Result<{ readonly app: CalSync; readonly notices: readonly AppError[] }, AppError>> {
  const endpoints = googleEndpointsAt(options.googleUrl, options.googleUrlAnywhere);
  if (!endpoints.ok) return endpoints;
  const prepared = prepareDataFolder(options.dataFolder);
  if (!prepared.ok) return prepared;
  const clock = options.clock ?? createSystemClock();
  const random = options.random ?? createSystemRandom();
  const logger =
    options.logger ??
    createLogger({
      file: join(options.dataFolder, 'logs', 'calsync.log'),
      level: options.logToConsole === true ? 'debug' : 'info',
      console: options.logToConsole === true,
    });
  const opened = openStore({
    file: databaseFile(options.dataFolder),
    now: () => clock.now(),
    logger,
    livenessOf,
    ...(options.nativeBinding === undefined ? {} : { nativeBinding: options.nativeBinding }),
  });
  if (!opened.ok) return opened;
  const { notices } = opened.value;
  const belongs = ownServer(opened.value.store, endpoints.value.calendarRoot);
  if (!belongs.ok) {
    opened.value.store.close();
    return belongs;
  }
  const bare = options.around?.store(opened.value.store) ?? opened.value.store;
  const disk = createDiskWatch({
    clock,
    logger,
    proveFolder: () => proveRoom(options.dataFolder),
    proveStore: () => void opened.value.store.nextReadId(),
  });
  const store = watchedStore(bare, (fault) => disk.note(fault));
  const isLost = ({ heldBy }: AccountRecord): boolean => heldBy !== null && livenessOf(heldBy) === 'dead';
  const accountOf = (id: AccountId): AccountRecord | undefined => store.accounts().find((one) => one.id === id);
  const vault = vaultOf(options, {
    clock,
    isLost: (id) => {
      const account = accountOf(id);
      return account !== undefined && isLost(account);
    },
    onKept: (id) => {
      const account = accountOf(id);
      if (account !== undefined && account.heldBy !== null) store.saveAccount({ ...account, heldBy: null });
    },
  });
  let known: OAuthClient | null = options.client;
  const client: Parts['client'] = async () => {
    if (known !== null) return ok(known);
    // Whoever has signed in has brought one, which is where the sign-in is.
    const read = await readClient(
      vault,
      store.accounts().some((account) => !isLost(account)),
    );
    if (read.ok) known = read.value;
    return read;
  };
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const env = options.env ?? process.env;
  const authorities = readAuthorities(env);
  const network = createNetwork({
    waysTo: options.resolveProxy === undefined ? waysOfEnvironment(env) : waysOfDesktop(options.resolveProxy, env),
    authorities,
  });
  const { agentFor } = network;
  const oauthEndpoints = { ...googleOAuthEndpoints(options.googleUrl), agentFor };
  const tokens = createAccessTokens({
    endpoints: oauthEndpoints,
    client: () => known,
    vault,
    clock,
    logger,
    observer: {
      refreshed: (accountId, signInEndsAt) => {
        count('token');
        const account = store.accounts().find((one) => one.id === accountId);
        if (account !== undefined && signInEndsAt !== null && signInEndsAt !== account.signInEndsAt) {
          store.saveAccount({ ...account, signInEndsAt });
        }
      },
      failed: () => count('token'),
    },
  });
  const holder = nameOfThisProcess();
  const rests = createRests();
  const google = createGoogleProvider({
    baseUrl: endpoints.value,
    tokens,
    clock: renewingClock(clock, () => void keepLease({ store, holder, clock })),
    onRest: (until) => rests.begin(until),
    random,
    logger,
    agentFor,
    observer: count,
    ...(options.unitsPerMinute === undefined ? {} : { unitsPerMinute: options.unitsPerMinute }),
  });
  const providers = createProviders({ google }, (id) => accountOf(id)?.provider ?? null);
  const provider = options.around?.provider(providers) ?? providers;
  const signIn = createSignIn({ endpoints: oauthEndpoints, client: () => known, clock, logger });
  const engine: EngineDeps = {
    provider: withAddresses(provider, store),
    store,
    clock,
    random,
    logger,
    holder,
    troublesHere: () => [vault.missing ?? null, authorities.trouble].filter((one) => one !== null),
    takeRequestCounts: () => {
      const taken = Object.fromEntries(counts);
      counts.clear();
      return taken;
    },
  };
  const parts: Parts = {
    engine,
    store,
    clock,
    rests,
    logger,
    host: options.host ?? createSystemHost(),
    vault,
    tokens,
    signIn: options.around?.signIn(signIn) ?? signIn,
    lookAtNetwork: async () => ({ found: await network.look(endpoints.value.calendarRoot), authorities }),
    version: options.version,
    demo: options.demo ?? false,
    dataFolder: options.dataFolder,
    disk,
    ...(options.startAnew === undefined ? {} : { startAnew: options.startAnew }),
    client,
    setClient: (next) => {
      known = next;
      return keepClient(vault, next);
    },
  };
  const toldAtOnce = authorities.trouble === null ? [] : [authorities.trouble];
  return ok({ app: createUseCases(parts), notices: [...notices, ...toldAtOnce] });
}

/** Fails with `database-elsewhere` where the accounts of a store belong to another server, or as the disk does. */
function ownServer(store: Store, server: string): Result<void, AppError> {
  try {
    const other = store.belongsElsewhere(server);
    if (other === null) return ok(undefined);
    return err(appError('database-elsewhere', other === googleEndpoints.calendarRoot ? 'Google' : other));
  } catch (fault) {
    const failure = diskFailureOf(fault);
    if (failure === null) throw fault;
    return err(failure);
  }
}

function vaultOf(options: CalSyncOptions, surroundings: Omit<LazyVaultOptions, 'service'>): Parts['vault'] {
  if (options.vault === 'memory') return createMemoryVault();
  if (options.vault !== 'keychain') return options.vault;
  // Because the same address at another server is another account, with another token.
  const service = options.googleUrl === null ? 'CalSync' : `CalSync ${options.googleUrl}`;
  return createLazyVault({ service, ...surroundings });
}
