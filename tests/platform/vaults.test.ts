import { describe, expect, it } from 'vitest';
import { createKeychainVault, createMemoryVault } from '../../src/main/platform/index.ts';
import type { Keychain } from '../../src/main/platform/index.ts';
import type { TokenVault } from '../../src/main/ports/tokens.ts';
import { toAccountId } from '../../src/shared/ids.ts';
import { FakeClock } from '../support/fake-clock.ts';

const anna = toAccountId('1001');
const bert = toAccountId('1002');

function fakeKeychain(): Keychain & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const key = (service: string, account: string): string => `${service}/${account}`;
  return {
    entries,
    getPassword: (service, account) => Promise.resolve(entries.get(key(service, account)) ?? null),
    setPassword: (service, account, password) => {
      entries.set(key(service, account), password);
      return Promise.resolve();
    },
    deletePassword: (service, account) => Promise.resolve(entries.delete(key(service, account))),
  };
}

async function keychainVault(): Promise<TokenVault> {
  const created = await createKeychainVault({ service: 'CalSync', load: () => Promise.resolve(fakeKeychain()) });
  if (!created.ok) throw new Error(created.error.code);
  return created.value;
}

describe.each([
  ['memory', () => Promise.resolve(createMemoryVault())],
  ['keychain', keychainVault],
] as const)('the %s vault', (kind, create) => {
  it('keeps one token per account until it is removed', async () => {
    const vault = await create();
    expect(vault.kind).toBe(kind);
    expect(await vault.read(anna)).toEqual({ ok: true, value: null });
    expect(await vault.write(anna, 'first')).toEqual({ ok: true, value: undefined });
    expect(await vault.write(bert, 'other')).toEqual({ ok: true, value: undefined });
    expect(await vault.write(anna, 'second')).toEqual({ ok: true, value: undefined });
    expect(await vault.read(anna)).toEqual({ ok: true, value: 'second' });
    expect(await vault.remove(anna)).toEqual({ ok: true, value: undefined });
    expect(await vault.remove(anna)).toEqual({ ok: true, value: undefined });
    expect(await vault.read(anna)).toEqual({ ok: true, value: null });
    expect(await vault.read(bert)).toEqual({ ok: true, value: 'other' });
  });
});

describe('createKeychainVault', () => {
  const never = new Promise<never>(() => undefined);

  it('takes the module as a CommonJS import brings it, and files one entry per account under the service', async () => {
    const keychain = fakeKeychain();
    const created = await createKeychainVault({
      service: 'CalSync',
      load: () => Promise.resolve({ default: keychain }),
    });
    if (!created.ok) throw new Error(created.error.code);
    await created.value.write(anna, 'token');
    expect([...keychain.entries]).toEqual([['CalSync/1001', 'token']]);
  });

  it.each([
    ['cannot be loaded', () => Promise.reject(new Error('libsecret-1.so.0: cannot open shared object file'))],
    ['is something else', () => Promise.resolve({ default: { getPassword: 1 } })],
    ['is nothing', () => Promise.resolve(undefined)],
    [
      'finds no secret service',
      () =>
        Promise.resolve({ ...fakeKeychain(), getPassword: () => Promise.reject(new Error('Cannot autolaunch D-Bus')) }),
    ],
    [
      'fails at once',
      () =>
        Promise.resolve({
          ...fakeKeychain(),
          getPassword: () => {
            throw new Error('odd');
          },
        }),
    ],
  ])('says that there is no keychain when keytar %s', async (_what, load) => {
    const created = await createKeychainVault({ service: 'CalSync', load });
    expect(created).toMatchObject({ ok: false, error: { code: 'keychain-unavailable' } });
  });

  it('says that there is no keychain when nobody answers', async () => {
    const clock = new FakeClock();
    const load = () => Promise.resolve({ ...fakeKeychain(), getPassword: () => never });
    const creating = createKeychainVault({ service: 'CalSync', load, clock });
    await clock.advance(5000);
    expect(await creating).toMatchObject({
      ok: false,
      error: { code: 'keychain-unavailable', detail: 'no answer within 5 s' },
    });
  });

  it('leaves no timer behind when the keychain answers', async () => {
    const clock = new FakeClock();
    await createKeychainVault({ service: 'CalSync', load: () => Promise.resolve(fakeKeychain()), clock });
    expect(clock.sleeping).toBe(0);
  });

  it('reports a later failure or silence without the token, and works again afterwards', async () => {
    const clock = new FakeClock();
    const keychain = fakeKeychain();
    let behave: () => Promise<unknown> = () => Promise.resolve();
    const load = () =>
      Promise.resolve({
        ...keychain,
        setPassword: (service: string, account: string, password: string) =>
          behave().then(() => keychain.setPassword(service, account, password)),
      });
    const created = await createKeychainVault({ service: 'CalSync', load, clock });
    if (!created.ok) throw new Error(created.error.code);
    const vault = created.value;

    behave = () => Promise.reject(new Error('locked while storing 1//0abcdefghijkl for a@b.example'));
    const failed = await vault.write(anna, '1//0abcdefghijkl');
    expect(failed).toMatchObject({ ok: false, error: { code: 'keychain-failed' } });
    expect(JSON.stringify(failed)).not.toMatch(/1\/\/0|a@b/);

    const silence = Promise.withResolvers<undefined>();
    behave = () => silence.promise;
    const silent = vault.write(anna, 'token');
    await clock.advance(60_000);
    expect(await silent).toMatchObject({ ok: false, error: { code: 'keychain-failed' } });

    behave = () => Promise.resolve();
    // Asked again only once it has answered, because each question may be a prompt.
    expect(await vault.write(anna, 'token')).toMatchObject({ ok: false, error: { code: 'keychain-failed' } });
    silence.resolve(undefined);
    await clock.advance(1);
    expect((await vault.write(anna, 'token')).ok).toBe(true);
    expect(await vault.read(anna)).toEqual({ ok: true, value: 'token' });
  });
});
