import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failures } from '../../src/main/engine/access.ts';
import { refreshCalendarLists } from '../../src/main/engine/calendar-lists.ts';
import { runCycle } from '../../src/main/engine/cycle.ts';
import type { EngineDeps } from '../../src/main/engine/deps.ts';
import { createSystemClock, createSystemRandom } from '../../src/main/platform/index.ts';
import type { Logger } from '../../src/main/ports/logger.ts';
import type { AccessTokens } from '../../src/main/ports/tokens.ts';
import { createGoogleProvider, googleEndpointsAt } from '../../src/main/providers/google/index.ts';
import { openStore } from '../../src/main/store/index.ts';
import type { RunView } from '../../src/shared/dto.ts';
import { toAccountId } from '../../src/shared/ids.ts';
import { benchWorld, type WorldSize } from './world.ts';

/** One measured cycle. */
export interface Measured {
  readonly run: RunView;
  readonly seconds: number;
  /** CPU time of this process alone; the simulator runs in another. */
  readonly cpuMilliseconds: number;
  readonly peakMegabytes: number;
  /**
   * CPU time of the longest stretch without a turn of the event loop, in milliseconds: so long whatever shares it stands
   * still, on a machine that does nothing else.
   */
  readonly longestHold: number;
}

export interface SyncFigures {
  readonly first: Measured;
  readonly leastRequests: number;
  /** The run after the first: reads back what was written. */
  readonly second: Measured;
  /** Median CPU of several runs with nothing to do. */
  readonly quiet: Measured;
  readonly oneChange: Measured;
}

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

interface Served {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts the simulator in a process of its own, because its work is not to be counted as ours. */
async function serve(worldFile: string): Promise<Served> {
  const main = resolve(import.meta.dirname, '../../src/simulator/main.ts');
  const child = spawn(process.execPath, [main, '--port', '0', '--world-file', worldFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((found, failed) => {
    let text = '';
    child.once('exit', (code) => failed(new Error(`the simulator ended with ${String(code)}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (match !== null) found(match[0]);
    });
  });
  return { url, child };
}

async function control(url: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/_control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Takes a size; returns what a first sync, quiet ones and one change cost, with all pacing off. */
export async function benchSync(size: WorldSize): Promise<SyncFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'calsync-bench-'));
  const now = Date.now();
  const world = benchWorld(size, now - (now % 86_400_000) + 86_400_000);
  const worldFile = join(folder, 'world.json');
  writeFileSync(worldFile, JSON.stringify(world));
  const served = await serve(worldFile);
  try {
    const deps = await setUp(served.url, folder, world);
    await measure(() => refreshCalendarLists(deps, new Failures(), { always: true, signal: undefined }));
    // Every calendar both ways, whatever the first choice is, so that the counts of all builds can be compared.
    for (const { id } of deps.store.calendars()) deps.store.setUse(id, { source: true, target: true }, now);
    deps.takeRequestCounts();
    for (const account of deps.store.accounts()) deps.store.saveAccount({ ...account, listedAt: null });
    const cycle = async (): Promise<Measured> => {
      const { value, ...cost } = await measure(() =>
        runCycle(deps, { trigger: 'command', signal: undefined, onProgress: () => undefined }),
      );
      if (!value.ok) throw new Error(value.error.code);
      return { run: value.value, ...cost };
    };
    const first = await cycle();
    const second = await cycle();
    const quiets: Measured[] = [];
    for (let index = 0; index < 9; index += 1) quiets.push(await cycle());
    quiets.sort((one, other) => one.cpuMilliseconds - other.cpuMilliseconds);
    const quiet = quiets[4];
    const [account] = world.accounts;
    const calendarId = account?.calendars[0]?.id ?? '';
    await control(served.url, `people/${encodeURIComponent(account?.email ?? '')}/moveTime`, {
      calendar: calendarId,
      event: 'bench00000000',
      start: { dateTime: new Date(now + 40 * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z'), timeZone: 'UTC' },
      end: {
        dateTime: new Date(now + 40 * 86_400_000 + 3_600_000).toISOString().replace(/\.\d+Z/, 'Z'),
        timeZone: 'UTC',
      },
    });
    const oneChange = await cycle();
    deps.store.close();
    if (quiet === undefined) throw new Error('no quiet cycle');
    return { first, second, quiet, oneChange, leastRequests: leastRequests(size, world) };
  } finally {
    served.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One list of calendars for each account, one read for each calendar's page, and writes at fifty to a request. */
function leastRequests(size: WorldSize, world: ReturnType<typeof benchWorld>): number {
  const calendars = world.accounts.flatMap((account) => account.calendars);
  const pages = calendars.map((calendar) => Math.max(1, Math.ceil((calendar.events?.length ?? 0) / 2500)));
  const writes = world.accounts.map((account) =>
    account.calendars.reduce((sum, calendar) => sum + size.events - (calendar.events?.length ?? 0), 0),
  );
  return (
    world.accounts.length +
    pages.reduce((sum, count) => sum + count, 0) +
    writes.reduce((sum, count) => sum + Math.ceil(count / 50), 0)
  );
}

async function setUp(url: string, folder: string, world: ReturnType<typeof benchWorld>): Promise<EngineDeps> {
  const clock = createSystemClock();
  const random = createSystemRandom();
  const opened = openStore({ file: join(folder, 'calsync.db'), now: () => clock.now(), logger: silent });
  if (!opened.ok) throw new Error(opened.error.code);
  const { store } = opened.value;
  const issued = new Map<string, string>();
  for (const { email } of world.accounts) {
    const tokens = (await control(url, 'tokens', { email })) as { accessToken: string };
    issued.set(email, tokens.accessToken);
    store.saveAccount({
      id: toAccountId(email),
      provider: 'google',
      email,
      scopes: [],
      addedAt: clock.now(),
      state: 'connected',
      restingUntil: null,
      signInEndsAt: null,
      listedAt: null,
      heldBy: null,
    });
  }
  const tokens: AccessTokens = {
    get: (accountId) =>
      Promise.resolve({ ok: true, value: { token: issued.get(accountId) ?? '', expiresAt: clock.now() + 3_600_000 } }),
    discard: () => undefined,
    forget: () => undefined,
  };
  const endpoints = googleEndpointsAt(url);
  if (!endpoints.ok) throw new Error(endpoints.error.code);
  const counts = new Map<string, number>();
  return {
    provider: createGoogleProvider({
      baseUrl: endpoints.value,
      tokens,
      clock,
      random,
      logger: silent,
      observer: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
      unitsPerMinute: 1e9,
    }),
    store,
    clock,
    random,
    logger: silent,
    holder: 'bench',
    takeRequestCounts: () => {
      const taken = Object.fromEntries(counts);
      counts.clear();
      return taken;
    },
  };
}

/** CPU time of this thread so far, in milliseconds. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Takes work; returns its value, how long it took, its CPU time and the most memory that was in use meanwhile. */
async function measure<Value>(work: () => Promise<Value>): Promise<{
  readonly value: Value;
  readonly seconds: number;
  readonly cpuMilliseconds: number;
  readonly peakMegabytes: number;
  readonly longestHold: number;
}> {
  globalThis.gc?.();
  let peak = process.memoryUsage().rss;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  let longestHold = 0;
  let turned = threadTime();
  const turns = setInterval(() => {
    const now = threadTime();
    longestHold = Math.max(longestHold, now - turned);
    turned = now;
  }, 5);
  const cpu = process.cpuUsage();
  const from = performance.now();
  const value = await work();
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  clearInterval(turns);
  peak = Math.max(peak, process.memoryUsage().rss);
  return {
    value,
    seconds,
    cpuMilliseconds: (user + system) / 1000,
    peakMegabytes: peak / 1_048_576,
    longestHold,
  };
}
