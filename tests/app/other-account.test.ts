import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCalSync, type CalSync, type TokenVault } from '../../src/main/app/index.ts';
import { messageFor } from '../../src/shared/messages.ts';
import { ok } from '../../src/shared/result.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { consentOver } from '../support/consent.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

let simulator: Simulator;
let folder: string;
let app: CalSync;
let tokens: Map<string, string>;

beforeEach(async () => {
  simulator = await startSimulator({ world: 'demo', seed: 'other-account' });
  folder = mkdtempSync(join(tmpdir(), 'calsync-other-'));
  tokens = new Map();
  const vault: TokenVault = {
    kind: 'keychain',
    read: (id) => Promise.resolve(ok(tokens.get(id) ?? null)),
    write: (id, token) => Promise.resolve(ok(void tokens.set(id, token))),
    remove: (id) => Promise.resolve(ok(void tokens.delete(id))),
  };
  const made = await createCalSync({
    dataFolder: folder,
    googleUrl: simulator.url,
    client: { clientId: simulator.client.clientId, clientSecret: simulator.client.clientSecret },
    vault,
    version: 'test',
    unitsPerMinute: 1_000_000,
  });
  if (!made.ok) throw new Error(made.error.code);
  app = made.value.app;
});

afterEach(async () => {
  await app.close();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(email: string) {
  const added = await app.addAccount({ show: consentOver(email) });
  if (!added.ok) throw new Error(added.error.code);
  return added.value;
}

describe('reconnecting an account, answered as another account', () => {
  it('is refused with both addresses, changes nothing, and revokes nothing', async () => {
    const { id } = await connect(work);
    const before = { status: app.status(), tokens: [...tokens] };
    const again = await app.reconnectAccount(id, { show: consentOver(home) });
    expect(again).toMatchObject({ ok: false, error: { code: 'account-other' } });
    if (again.ok) return;
    expect(messageFor(again.error, 'app').sentence).toBe(
      `You signed in as ${home}, not as ${work}, so nothing was changed.`,
    );
    expect({ status: app.status(), tokens: [...tokens] }).toEqual(before);
    expect(app.status().accounts.map((account) => account.email)).toEqual([work]);
  });

  it('leaves that other account as it was, where it is connected, too', async () => {
    const { id } = await connect(work);
    await connect(home);
    const before = [...tokens];
    const again = await app.reconnectAccount(id, { show: consentOver(home) });
    expect(again).toMatchObject({ ok: false, error: { code: 'account-other' } });
    expect([...tokens]).toEqual(before);
    // Giving back what was granted just now would have ended this sign-in as well (the simulator does as Google does).
    simulator.grants.expireAccessTokens(home);
    const run = await app.sync('manual', { start: true });
    expect(run).toMatchObject({ ok: true, value: { errors: [] } });
  });

  it('is refused as well where `accounts add` suggests a connected account', async () => {
    await connect(work);
    const again = await app.addAccount({ loginHint: ` ${work.toUpperCase()} `, show: consentOver(home) });
    expect(again).toMatchObject({ ok: false, error: { code: 'account-other', about: `${home}, not as ${work}` } });
    expect(app.status().accounts.map((account) => account.email)).toEqual([work]);
  });
});
