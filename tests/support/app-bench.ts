import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createCalSync, type CalSync, type TokenVault } from '../../src/main/app/index.ts';
import type { RunView, Trigger } from '../../src/shared/dto.ts';
import type { AccountId } from '../../src/shared/ids.ts';
import { ok } from '../../src/shared/result.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { consentOver } from './consent.ts';

/** CalSync as a person has it, with a simulated Google; both end with the test. */
export interface AppBench {
  readonly app: CalSync;
  readonly simulator: Simulator;
  /** What the vault holds. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Signs in; throws where that fails. */
  readonly connect: (email: string) => Promise<AccountId>;
  /** One sync, which is the agreement to the first one, too; throws where it cannot begin. */
  readonly sync: (trigger?: Trigger) => Promise<RunView>;
  /** Ids of the live blocks of ours on a calendar. */
  readonly blocks: (calendarId: string) => readonly string[];
}

/** Takes how the simulator is started; returns a bench in which nothing is connected yet. */
export async function openAppBench(options: SimulatorOptions): Promise<AppBench> {
  const simulator = await startSimulator({ seed: 'bench', ...options });
  const folder = mkdtempSync(join(tmpdir(), 'calsync-bench-'));
  const tokens = new Map<string, string>();
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
  const { app } = made.value;
  onTestFinished(async () => {
    await app.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    app,
    simulator,
    tokens,
    connect: async (email) => {
      const added = await app.addAccount({ show: consentOver(email) });
      if (!added.ok) throw new Error(added.error.code);
      return added.value.id;
    },
    sync: async (trigger = 'manual') => {
      const run = await app.sync(trigger, { start: trigger === 'manual' });
      if (!run.ok) throw new Error(run.error.code);
      return run.value;
    },
    blocks: (calendarId) =>
      (simulator.dump().find((one) => one.id === calendarId)?.events ?? []).flatMap((event) =>
        JSON.stringify(event).includes('calsync.ref') ? [String(event['id'])] : [],
      ),
  };
}
