import { describe, expect, it } from 'vitest';
import { createLazyVault } from '../../src/main/app/vault.ts';
import { createKeychainVault, type Keychain } from '../../src/main/platform/index.ts';
import { toAccountId, type AccountId } from '../../src/shared/ids.ts';
import { ok } from '../../src/shared/result.ts';
import { minute, second } from '../../src/shared/time.ts';
import { FakeClock } from '../support/fake-clock.ts';

const anna = toAccountId('1001');
const bert = toAccountId('1002');

/** A keychain as libsecret shows it: locked, it finds nothing and takes nothing. */
function stage() {
  const clock = new FakeClock();
  const entries = new Map<string, string>();
  const state: { is: 'open' | 'locked' | 'absent' | 'replaced' | 'silent'; asked: number } = { is: 'open', asked: 0 };
  const never = new Promise<never>(() => undefined);
  const does = <Value>(value: () => Value, locked: Value | null): Promise<Value> => {
    state.asked += 1;
    if (state.is === 'silent') return never;
    if (state.is === 'absent' || state.is === 'replaced') return Promise.reject(new Error('no such service'));
    if (state.is === 'locked') return locked === null ? Promise.reject(new Error('locked')) : Promise.resolve(locked);
    return Promise.resolve(value());
  };
  const keychain: Keychain = {
    getPassword: (_service, account) =>
      state.is === 'locked' ? Promise.resolve(null) : does<string | null>(() => entries.get(account) ?? null, null),
    setPassword: (_service, account, password) => does(() => void entries.set(account, password), null),
    deletePassword: (_service, account) => does(() => entries.delete(account), false),
  };
  const told: (number | null)[] = [];
  const lost = new Set<AccountId>();
  const kept: AccountId[] = [];
  const vault = createLazyVault({
    service: 'CalSync',
    clock,
    isLost: (id) => lost.has(id),
    onKept: (id) => void kept.push(id),
    open: (options) => createKeychainVault({ ...options, load: () => Promise.resolve(keychain) }),
    isLocked: () => Promise.resolve(state.is === 'absent' ? null : state.is === 'locked'),
  });
  vault.onChange(() => told.push(vault.askingSince));
  return { clock, entries, state, told, lost, kept, vault };
}

const cannotBeRead = { ok: false, error: { code: 'keychain-failed' } };

describe('a keychain that cannot be read now', () => {
  it('locked: what was kept is not gone, and is there once it is open', async () => {
    const { vault, state, entries } = stage();
    expect(await vault.write(anna, 'token')).toEqual(ok(undefined));
    state.is = 'locked';
    expect(await vault.read(anna, true)).toMatchObject(cannotBeRead);
    expect(await vault.isBack()).toBe(false);
    state.is = 'open';
    expect(await vault.isBack()).toBe(true);
    expect(await vault.read(anna, true)).toEqual(ok('token'));
    // What an open keychain does not have is gone, and nothing is left of the proof.
    expect(await vault.read(bert, true)).toEqual(ok(null));
    expect([...entries.keys()]).toEqual([anna]);
  });

  it('absent at first: sign-ins are kept in memory, and in the keychain once there is one', async () => {
    const { vault, state, entries, clock } = stage();
    state.is = 'absent';
    expect(await vault.read(anna, true)).toMatchObject(cannotBeRead);
    expect(await vault.read(anna)).toEqual(ok(null));
    expect([vault.kind, vault.missing?.code]).toEqual(['memory', 'keychain-unavailable']);
    expect(await vault.write(bert, 'token')).toEqual(ok(undefined));
    expect(await vault.read(bert, true)).toEqual(ok('token'));
    // What an earlier program has put into the keychain is there all the same.
    expect([vault.endsHere(anna), vault.endsHere(bert)]).toEqual([false, true]);
    expect(await vault.isBack()).toBe(false);
    state.is = 'open';
    await clock.advance(20 * second);
    expect(await vault.isBack()).toBe(true);
    expect([vault.kind, vault.missing]).toEqual(['keychain', null]);
    expect(await vault.read(bert, true)).toEqual(ok('token'));
    expect([...entries]).toEqual([[bert, 'token']]);
    expect(vault.endsHere(bert)).toBe(false);
  });

  it('absent: what was held by a program that has ended is gone, and what was kept is waited for', async () => {
    const { vault, state, lost, kept, clock } = stage();
    state.is = 'absent';
    lost.add(bert);
    expect(await vault.read(bert, true)).toEqual(ok(null));
    expect(await vault.read(anna, true)).toMatchObject(cannotBeRead);
    await vault.write(anna, 'token');
    expect(kept).toEqual([]);
    state.is = 'open';
    await clock.advance(20 * second);
    await vault.read(anna, true);
    expect(kept).toEqual([anna]);
  });

  it('replaced: this process does not reach the new one, and says so', async () => {
    const { vault, state } = stage();
    await vault.write(anna, 'token');
    expect(await vault.isBack()).toBe(true);
    state.is = 'replaced';
    expect(await vault.read(anna, true)).toMatchObject(cannotBeRead);
    expect(await vault.isBack()).toBe('elsewhere');
  });

  it('that does not answer is told of while it does not, asked nothing more, and holds nobody up for long', async () => {
    const { vault, state, clock, told } = stage();
    await vault.write(anna, 'token');
    state.is = 'silent';
    const asked = state.asked;
    const [first, second_] = [vault.read(anna, true), vault.read(bert, true)];
    await clock.advance(4 * second);
    expect(told).toEqual([clock.now() - second]);
    await clock.advance(minute);
    expect([await first, await second_]).toMatchObject([cannotBeRead, cannotBeRead]);
    expect(await vault.read(anna, true)).toMatchObject(cannotBeRead);
    expect(state.asked - asked).toBe(1);
    // Open, and still no answer to what was asked: nobody will ever give it.
    expect(await vault.isBack()).toBe('elsewhere');
    expect(vault.askingSince).not.toBeNull();
  });
});
