import type { CalSync } from '../../src/main/app/calsync.ts';
import { createUseCases } from '../../src/main/app/use-cases.ts';
import type { Laptop } from './laptop.ts';

const never = (): never => {
  throw new Error('no scenario of a laptop signs in');
};

/** Takes a laptop; returns what its person can ask for, without sign-ins: the app's own use cases on its store. */
export function appOf({ deps, store, clock }: Laptop): CalSync {
  return createUseCases({
    engine: deps,
    store,
    clock,
    rests: { until: () => null, follow: () => undefined },
    logger: deps.logger,
    host: { openUrl: never },
    vault: { kind: 'memory', read: never, write: never, remove: never },
    tokens: { get: never, discard: never, forget: never, remember: never },
    signIn: { signIn: never, revoke: never },
    version: 'test',
    demo: false,
    dataFolder: '',
    client: () => Promise.resolve({ clientId: 'laptop', clientSecret: null }),
    setClient: never,
  });
}
