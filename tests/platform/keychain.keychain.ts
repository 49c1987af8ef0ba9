/* Run by build/test-keychain.sh inside a D-Bus session of its own, with a keychain that is unlocked. */
import { describe, expect, it } from 'vitest';
import { createKeychainVault } from '../../src/main/platform/index.ts';
import { toAccountId } from '../../src/shared/ids.ts';

describe('the keychain of this computer', () => {
  it('keeps a refresh token across vaults and forgets it when told', async () => {
    const service = `CalSync test ${process.pid}`;
    const account = toAccountId('1001');
    const open = async () => {
      const created = await createKeychainVault({ service });
      if (!created.ok) throw new Error(`${created.error.code}: ${created.error.detail ?? ''}`);
      return created.value;
    };
    const vault = await open();
    expect(vault.kind).toBe('keychain');
    expect(await vault.read(account)).toEqual({ ok: true, value: null });
    expect(await vault.write(account, '1//0fictional-ü')).toEqual({ ok: true, value: undefined });
    expect(await (await open()).read(account)).toEqual({ ok: true, value: '1//0fictional-ü' });
    expect(await vault.write(account, '1//0another')).toEqual({ ok: true, value: undefined });
    expect(await vault.read(account)).toEqual({ ok: true, value: '1//0another' });
    expect(await vault.remove(account)).toEqual({ ok: true, value: undefined });
    expect(await vault.remove(account)).toEqual({ ok: true, value: undefined });
    expect(await (await open()).read(account)).toEqual({ ok: true, value: null });
  });
});
