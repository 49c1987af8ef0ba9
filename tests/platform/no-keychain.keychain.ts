/* Run by build/test-keychain.sh where no D-Bus can be reached. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCalSync } from '../../src/main/app/index.ts';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { createKeychainVault } from '../../src/main/platform/index.ts';
import { healthOf } from '../../src/shared/health.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { calsyncAlone } from '../support/command-line.ts';
import { consentOver } from '../support/consent.ts';
import { mainCalendars } from '../support/worlds.ts';

const [work, home] = ['work@northwind.example', 'me@home.example'] as const;

it('says that there is no keychain, and does not crash or wait', async () => {
  const created = await createKeychainVault({ service: 'CalSync' });
  expect(created).toMatchObject({ ok: false, error: { code: 'keychain-unavailable' } });
});

it('a sign-in that ended with its program is asked for again, and nobody waits for a keychain that there never was', async () => {
  const simulator = await startSimulator({ world: mainCalendars(work, home) });
  const folder = mkdtempSync(join(tmpdir(), 'calsync-no-keychain-'));
  const { clientId, clientSecret } = simulator.client;
  const client = join(folder, 'client.json');
  writeFileSync(client, JSON.stringify({ installed: { client_id: clientId, client_secret: clientSecret } }));
  const about = ['--data-dir', folder, '--google-url', simulator.url, '--client-file', client];
  try {
    const added = await calsyncAlone(['accounts', 'add', '--no-browser', ...about], process.env, (line) => {
      if (line.startsWith(simulator.url)) void giveConsent(line, work);
    });
    expect(added).toMatchObject({ exit: 3, stderr: expect.stringContaining('keychain') as unknown });
    const synced = await calsyncAlone(['sync', '--start', ...about], process.env);
    expect(synced).toMatchObject({ exit: 3, stderr: expect.stringMatching(/sign in again/i) as unknown });
    expect(synced.stderr).not.toContain('keychain cannot be read');

    // While the program that holds one runs, another is not to say that it is gone.
    const made = await createCalSync({
      ...{ dataFolder: folder, googleUrl: simulator.url, vault: 'keychain', version: 'test' },
      client: { clientId, clientSecret },
    });
    if (!made.ok) throw new Error(made.error.code);
    const { app } = made.value;
    const health = healthOf(app.status(), Date.now());
    expect(health).toMatchObject({ state: 'cannot-sync', why: { code: 'needs-sign-in' } });
    expect(await app.addAccount({ show: consentOver(work) })).toMatchObject({
      ok: true,
      value: { kept: 'until-quit' },
    });
    const beside = await calsyncAlone(['sync', '--start', ...about], process.env);
    expect(beside).toMatchObject({ exit: 3, stderr: expect.stringContaining('keychain cannot be read') as unknown });
    expect(app.status().accounts).toMatchObject([{ state: 'connected', kept: 'until-quit' }]);
    expect(await app.sync('manual', { start: true })).toMatchObject({ ok: true, value: { outcome: 'ok' } });
    await app.close();
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
