import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createCalSync } from '../../src/main/app/index.ts';
import { createSystemClock } from '../../src/main/platform/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { consentOver } from '../support/consent.ts';
import { mainCalendars } from '../support/worlds.ts';

const [work, home] = ['work@northwind.example', 'me@home.example'] as const;

const keychain = vi.hoisted(() => {
  const entries = new Map<string, string>();
  const state = { isThere: false };
  const answer = <Value>(value: () => Value): Promise<Value> =>
    state.isThere ? Promise.resolve(value()) : Promise.reject(new Error('no secret service'));
  return {
    entries,
    state,
    getPassword: (_service: string, account: string) => answer(() => entries.get(account) ?? null),
    setPassword: (_service: string, account: string, password: string) =>
      answer(() => void entries.set(account, password)),
    deletePassword: (_service: string, account: string) => answer(() => entries.delete(account)),
  };
});
vi.mock('keytar', () => ({ default: keychain, ...keychain }));

it('a sign-in that no keychain took is said to be kept once one has taken it, by the next process, too', async () => {
  const simulator = await startSimulator({ world: mainCalendars(work, home) });
  const folder = mkdtempSync(join(tmpdir(), 'calsync-kept-'));
  const clock = createSystemClock();
  let later = 0;
  const open = async () => {
    const made = await createCalSync({
      ...{ dataFolder: folder, googleUrl: simulator.url, vault: 'keychain', version: 'test' },
      clock: { ...clock, now: () => clock.now() + later },
      client: { clientId: simulator.client.clientId, clientSecret: simulator.client.clientSecret },
    });
    if (!made.ok) throw new Error(made.error.code);
    return made.value.app;
  };
  const kept = (app: Awaited<ReturnType<typeof open>>) => app.status().accounts.map((account) => account.kept);
  try {
    const app = await open();
    await app.addAccount({ show: consentOver(work) });
    expect(kept(app)).toEqual(['until-quit']);
    keychain.state.isThere = true;
    // It is looked for again no sooner.
    later = 11_000;
    simulator.grants.expireAccessTokens(work);
    await app.sync('manual', { start: true });
    expect(kept(app)).toEqual(['keychain']);
    await app.close();
    const next = await open();
    expect(kept(next)).toEqual(['keychain']);
    simulator.grants.expireAccessTokens(work);
    expect(await next.sync('manual', { start: true })).toMatchObject({ ok: true, value: { outcome: 'ok' } });
    await next.close();
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
