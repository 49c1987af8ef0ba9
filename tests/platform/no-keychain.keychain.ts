/* Run by build/test-keychain.sh where no D-Bus can be reached. */
import { expect, it } from 'vitest';
import { createKeychainVault } from '../../src/main/platform/index.ts';

it('says that there is no keychain, and does not crash or wait', async () => {
  const created = await createKeychainVault({ service: 'CalSync' });
  expect(created).toMatchObject({ ok: false, error: { code: 'keychain-unavailable' } });
});
