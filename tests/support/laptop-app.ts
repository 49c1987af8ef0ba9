import { createDiskWatch, watchedStore } from '../../src/main/app/disk.ts';
import type { CalSync } from '../../src/main/app/calsync.ts';
import { createRests } from '../../src/main/app/rests.ts';
import { createUseCases } from '../../src/main/app/use-cases.ts';
import { ok } from '../../src/shared/result.ts';
import type { Laptop } from './laptop.ts';

const never = (): never => {
  throw new Error('no scenario of a laptop signs in');
};

/** Takes a laptop; returns what its person can ask for, without sign-ins: the app's own use cases on its store. */
export function appOf({ deps, store: bare, clock }: Laptop): CalSync {
  const { logger } = deps;
  const proveStore = (): void => void bare.nextReadId();
  const disk = createDiskWatch({ clock, logger, proveFolder: () => ok(undefined), proveStore });
  // A clock that goes on by itself would look at the disk for ever, with nobody who could mend it meanwhile.
  const store = clock.goesByItself ? bare : watchedStore(bare, (fault) => disk.note(fault));
  return createUseCases({
    engine: { ...deps, store },
    store,
    clock,
    rests: createRests(),
    logger,
    host: { openUrl: never },
    vault: { kind: 'memory', read: never, write: never, remove: never },
    tokens: { get: never, discard: never, forget: never, remember: never },
    signIn: { signIn: never, revoke: never },
    lookAtNetwork: never,
    version: 'test',
    demo: false,
    dataFolder: '',
    disk,
    client: () => Promise.resolve(ok({ clientId: 'laptop', clientSecret: null })),
    setClient: never,
  });
}
