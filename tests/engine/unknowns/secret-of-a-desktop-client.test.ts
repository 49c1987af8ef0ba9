import { expect } from 'vitest';
import { createAccessTokens, createSignIn, googleOAuthEndpoints } from '../../../src/main/oauth/index.ts';
import { createMemoryVault } from '../../../src/main/platform/index.ts';
import type { OAuthClient } from '../../../src/main/ports/tokens.ts';
import { hour } from '../../../src/shared/time.ts';
import { consentOver } from '../../support/consent.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openWorkplace } from '../../support/laptop.ts';
import { MemoryLogger } from '../../support/memory-logger.ts';
import { mesh, stageAt, tryUnknowns, world } from './support.ts';

/** Signs both accounts in as a person does, and syncs with the tokens of that, refreshed on the way. */
async function signInAndSync(required: boolean, withSecret: boolean): Promise<void> {
  const place = await openWorkplace({ world, switches: { secretRequired: required } });
  const { simulator, clock } = place;
  const logger = new MemoryLogger();
  const secret = withSecret ? simulator.client.clientSecret : null;
  const client = (): OAuthClient => ({ clientId: simulator.client.clientId, clientSecret: secret });
  const endpoints = googleOAuthEndpoints(simulator.url);
  const vault = createMemoryVault();
  const tokens = createAccessTokens({ endpoints, client, vault, clock, logger });
  // A clock of its own: on the other one the time limit of a sign-in is over at once.
  const signIn = createSignIn({ endpoints, client, clock: new FakeClock({ start: clock.now() }), logger });
  const codes: (string | null)[] = [];
  for (const email of mesh) {
    const result = await signIn.signIn({ loginHint: email, show: consentOver(email) });
    codes.push(result.ok ? null : result.error.code);
    if (result.ok) await vault.write(result.value.accountId, result.value.refreshToken);
  }
  const stage = stageAt(place, await place.laptop({ tokens: required && !withSecret ? undefined : tokens }));
  // Where a secret is wanted and there is none, the person is told so, and nothing else happens.
  expect(codes).toEqual(required && !withSecret ? ['client-refused', 'client-refused'] : [null, null]);
  await stage.laptop.sync();
  stage.changedSeries();
  await stage.expectSettled(4);
  await stage.laptop.clock.advance(2 * hour);
  await stage.expectSettled(0);
  await stage.laptop.expectQuiet();
}

// google-calendar.md §10 no. 9: will a Desktop client always have to send its secret?
tryUnknowns(import.meta.filename, [
  {
    name: 'secretRequired',
    sides: 2,
    runs: [true, false].flatMap((required) =>
      ['with its secret', 'without a secret'].map((title) => ({
        side: String(required),
        title: `a person signs in ${title}, and syncs with what that brought`,
        play: async () => signInAndSync(required, title === 'with its secret'),
      })),
    ),
  },
]);
