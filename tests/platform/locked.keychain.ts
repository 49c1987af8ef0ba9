/* Run by build/test-keychain.sh inside a D-Bus session of its own, in which no keychain has been started yet. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCalSync, type CalSync } from '../../src/main/app/index.ts';
import type { DoctorReport } from '../../src/shared/dto.ts';
import { startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { calsyncAlone } from '../support/command-line.ts';
import { consentOver } from '../support/consent.ts';
import { endKeychain, startKeychain, stopKeychain } from '../support/keyring.ts';
import { mainCalendars } from '../support/worlds.ts';

const work = 'work@northwind.example';
const home = 'me@home.example';

async function open(dataFolder: string, { url, client }: Simulator): Promise<CalSync> {
  const made = await createCalSync({ dataFolder, googleUrl: url, client: null, vault: 'keychain', version: 'test' });
  if (!made.ok) throw new Error(made.error.code);
  const text = JSON.stringify({ installed: { client_id: client.clientId, client_secret: client.clientSecret } });
  if (made.value.app.status().accounts.length === 0) await made.value.app.saveOAuthClient(text, 'client.json');
  return made.value.app;
}

it('a keychain that is locked, or out of reach, is not a client or a sign-in that is gone', async () => {
  const simulator = await startSimulator({ world: mainCalendars(work, home) });
  const folder = mkdtempSync(join(tmpdir(), 'calsync-locked-'));
  try {
    await startKeychain('unlocked');
    const before = await open(folder, simulator);
    for (const email of [work, home]) {
      const added = await before.addAccount({ show: consentOver(email) });
      expect(added).toMatchObject({ ok: true, value: { kept: 'keychain' } });
    }
    expect(await before.sync('manual', { start: true })).toMatchObject({ ok: true, value: { outcome: 'ok' } });
    await before.close();

    const words = ['sync', '--data-dir', folder, '--google-url', simulator.url];
    const sync = (env: NodeJS.ProcessEnv) => calsyncAlone(words, env);
    const cannot = { exit: 3, stderr: expect.stringMatching(/^The keychain cannot be read now/) as unknown };
    await startKeychain('locked');
    expect(await sync(process.env)).toMatchObject(cannot);
    expect(
      await sync({ ...process.env, DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/no-bus`, XDG_RUNTIME_DIR: folder }),
    ).toMatchObject(cannot);
    const doctor = await calsyncAlone(['doctor', '--json', ...words.slice(1)], {
      ...process.env,
      GOOGLE_OAUTH_CLIENT_ID: simulator.client.clientId,
      GOOGLE_OAUTH_CLIENT_SECRET: simulator.client.clientSecret,
    });
    expect(doctor.exit).toBe(3);
    const { checks } = (JSON.parse(doctor.stdout) as { report: DoctorReport }).report;
    const found = Object.fromEntries(checks.map(({ name, state, finding }) => [name, [state, finding]]));
    expect(found['Google client']?.[0]).toBe('ok');
    expect(found['Keychain']).toEqual(['failed', 'The keychain cannot be read now.']);
    for (const email of [work, home]) expect(found[`Account ${email}`]?.[0]).toBe('failed');
    await endKeychain();
    // The session starts one by itself, which is locked, too.
    expect(await sync(process.env)).toMatchObject(cannot);
    const after = await open(folder, simulator);
    expect(after.status().accounts.map(({ state }) => state)).toEqual(['connected', 'connected']);
    await after.close();
    await startKeychain('unlocked');
    const goOn = stopKeychain();
    try {
      expect(await sync(process.env)).toMatchObject(cannot);
    } finally {
      goOn();
    }
    expect(await sync(process.env)).toEqual({ exit: 0, stdout: '', stderr: '' });
  } finally {
    await endKeychain();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 150_000);
