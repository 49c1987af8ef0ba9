import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Simulator } from '../../src/simulator/index.ts';
import { fixedRandom, type FakeClock } from './fake-clock.ts';
import { MemoryLogger } from './memory-logger.ts';

/** The build that people had before blocks were known for what they are: no marks, no conditions, no views. */
const commit = 'a909598';

const root = join(import.meta.dirname, '..', '..');

/** Whether the build is in the history of this clone, which a shallow one has not. */
export function hasOlderBuild(): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What is used of it. Its own types went with it, so that these are as loose as what comes from outside. */
interface Modules {
  readonly openStore: (request: object) => { readonly ok: true; readonly value: { readonly store: OldStore } };
  readonly createGoogleProvider: (options: object) => object;
  readonly googleEndpointsAt: (url: string) => { readonly ok: true; readonly value: object };
  readonly runCycle: (deps: object, options: object) => Promise<{ readonly ok: boolean }>;
  readonly refreshCalendarLists: (deps: object, failures: object, options: object) => Promise<void>;
  readonly Failures: new () => object;
}

interface OldStore {
  saveAccount(account: object): void;
  close(): void;
}

let known: Promise<Modules> | null = null;

/** Takes the files of the build out of the repository's history; rejects where they are not there. */
async function load(): Promise<Modules> {
  const folder = mkdtempSync(join(tmpdir(), 'calsync-older-build-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const archive = execFileSync('git', ['archive', commit, 'src', 'build', 'package.json', 'tsconfig.json'], {
    cwd: root,
    maxBuffer: 2 ** 28,
  });
  execFileSync('tar', ['x', '-C', folder], { input: archive });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const take = async (path: string): Promise<Partial<Modules>> =>
    (await import(join(folder, 'src', 'main', path))) as Partial<Modules>;
  const parts = await Promise.all(
    [
      'store/index.ts',
      'providers/google/index.ts',
      'engine/cycle.ts',
      'engine/calendar-lists.ts',
      'engine/access.ts',
    ].map(take),
  );
  return Object.assign({}, ...parts) as Modules;
}

/** A computer with the earlier build, on its own database in memory. */
export interface OlderLaptop {
  /** One cycle, whatever comes of it. */
  sync(): Promise<void>;
  close(): void;
}

/** Takes the simulator, a clock, and the accounts that the computer is signed in to; sets it up. */
export async function openOlderLaptop(
  simulator: Simulator,
  clock: FakeClock,
  emails: readonly string[],
): Promise<OlderLaptop> {
  known ??= load();
  const { openStore, createGoogleProvider, googleEndpointsAt, runCycle, refreshCalendarLists, Failures } = await known;
  const logger = new MemoryLogger();
  const { store } = openStore({ file: ':memory:', now: () => clock.now(), logger }).value;
  const accounts = simulator.accounts.filter(({ email }) => emails.includes(email));
  const tokens = {
    get: (accountId: string) => {
      const { accessToken, expiresAt } = simulator.issueTokens(
        accounts.find(({ sub }) => sub === accountId)?.email ?? '',
      );
      return Promise.resolve({ ok: true, value: { token: accessToken, expiresAt } });
    },
    discard: () => undefined,
    forget: () => undefined,
  };
  const common = { clock, random: fixedRandom(0.5), logger };
  const provider = createGoogleProvider({
    ...common,
    baseUrl: googleEndpointsAt(simulator.url).value,
    tokens,
    observer: () => undefined,
    requestsPerMinute: 1_000_000,
  });
  const deps = { ...common, provider, store, holder: randomUUID(), takeRequestCounts: () => ({}) };
  for (const { sub: id, email } of accounts) {
    store.saveAccount({
      ...{ id, email, scopes: [], addedAt: clock.now(), state: 'connected' },
      ...{ restingUntil: null, signInEndsAt: null, listedAt: null },
    });
  }
  await refreshCalendarLists(deps, new Failures(), { always: true, signal: undefined });
  return {
    sync: async () => {
      await runCycle(deps, { trigger: 'interval', signal: undefined, onProgress: () => undefined });
    },
    close: () => store.close(),
  };
}
