import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCalSync, type CalSync, type TokenVault } from '../../src/main/app/index.ts';
import type { Clock } from '../../src/main/ports/clock.ts';
import type { AccountId } from '../../src/shared/ids.ts';
import { minute } from '../../src/shared/time.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { consentOver } from './consent.ts';
import { MemoryLogger } from './memory-logger.ts';

/** One install of CalSync as its person has it: data folder, keychain, accounts. */
export interface Install {
  readonly app: CalSync;
  readonly folder: string;
  readonly vault: OpenVault;
  readonly accounts: ReadonlyMap<string, AccountId>;
  /** Five minutes later: one sync, asked for by its person. */
  sync(): Promise<Awaited<ReturnType<CalSync['sync']>>>;
  /** The process ends, as by a kill: what is stored is stored. Opens it again on the same data. */
  restart(): Promise<Install>;
}

/** A vault that tests can look into. */
export type OpenVault = TokenVault & { readonly entries: Map<string, string> };

function openVault(): OpenVault {
  const entries = new Map<string, string>();
  return {
    kind: 'keychain',
    entries,
    read: (id) => Promise.resolve({ ok: true, value: entries.get(id) ?? null }),
    write: (id, token) => {
      entries.set(id, token);
      return Promise.resolve({ ok: true, value: undefined });
    },
    remove: (id) => {
      entries.delete(id);
      return Promise.resolve({ ok: true, value: undefined });
    },
  };
}

/**
 * A clock that stands on Monday, 23 March 2026, 08:00 UTC. Short waits are over at once; the long ones wait for a person
 * in a browser and never end by themselves.
 */
export class TownClock implements Clock {
  #now = Date.UTC(2026, 2, 23, 8);

  now(): number {
    return this.#now;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (milliseconds < minute) {
      this.#now += milliseconds;
      // Not at once, because a schedule that looks at the clock again and again would let nothing else run.
      return new Promise((resolve) => setTimeout(resolve, milliseconds > 10_000 ? 20 : 0));
    }
    return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  }
}

/** A simulator and installs that work with it, all on one clock. */
export interface Town {
  readonly simulator: Simulator;
  readonly clock: TownClock;
  /** A new install that is signed in to these accounts. */
  install(...emails: readonly string[]): Promise<Install>;
  /** Live blocks on a calendar: ids of tagged masters and singles. */
  blocks(calendarId: string): readonly string[];
  close(): Promise<void>;
}

/** Starts a simulator and hands out installs. Takes the simulator's options; the clock is its own. */
export async function openTown(options: SimulatorOptions): Promise<Town> {
  const clock = new TownClock();
  const simulator = await startSimulator({ seed: 'town', now: () => clock.now(), ...options });
  const open = new Set<CalSync>();
  const folders: string[] = [];

  const start = async (folder: string, vault: OpenVault, accounts: Map<string, AccountId>): Promise<Install> => {
    const made = await createCalSync({
      dataFolder: folder,
      googleUrl: simulator.url,
      client: { clientId: simulator.client.clientId, clientSecret: simulator.client.clientSecret },
      vault,
      version: 'test',
      unitsPerMinute: 1_000_000,
      clock,
      logger: new MemoryLogger(),
    });
    if (!made.ok) throw new Error(made.error.code);
    const { app } = made.value;
    open.add(app);
    return {
      app,
      folder,
      vault,
      accounts,
      sync: () => {
        clock.pass(5 * minute);
        return app.sync('command', { start: true });
      },
      restart: async () => {
        open.delete(app);
        await app.close();
        return start(folder, vault, accounts);
      },
    };
  };

  return {
    simulator,
    clock,
    install: async (...emails) => {
      const folder = mkdtempSync(join(tmpdir(), 'calsync-town-'));
      folders.push(folder);
      const accounts = new Map<string, AccountId>();
      const install = await start(folder, openVault(), accounts);
      for (const email of emails) {
        const added = await install.app.addAccount({ show: consentOver(email) });
        if (!added.ok) throw new Error(added.error.code);
        accounts.set(email, added.value.id);
      }
      // These stories are about what happens between calendars, so all that are owned are used both ways.
      for (const { id, access, source, target } of install.app.status().calendars) {
        if (access === 'owns' && !(source && target)) install.app.useCalendar(id, { source: true, target: true });
      }
      return install;
    },
    blocks: (calendarId) =>
      (simulator.dump().find((one) => one.id === calendarId)?.events ?? [])
        .filter((event) => JSON.stringify(event).includes('calsync.ref') && !('recurringEventId' in event))
        .map((event) => String(event['id'])),
    close: async () => {
      for (const app of open) await app.close();
      await simulator.close();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
