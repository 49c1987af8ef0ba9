import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { EngineDeps } from '../../src/main/engine/deps.ts';
import { keepUndo, planUndo, undoPreviewOf } from '../../src/main/app/undo.ts';
import { pull, runCycle } from '../../src/main/engine/cycle.ts';
import { withAddresses } from '../../src/main/engine/addresses.ts';
import { refreshCalendarLists } from '../../src/main/engine/calendar-lists.ts';
import { keepLease, leaseTime, renewingClock } from '../../src/main/engine/lease.ts';
import { Failures } from '../../src/main/engine/access.ts';
import type { AccessTokens } from '../../src/main/ports/tokens.ts';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import type { Store } from '../../src/main/ports/store.ts';
import {
  createGoogleProvider,
  googleEndpointsAt,
  type GoogleProviderOptions,
} from '../../src/main/providers/google/index.ts';
import { createProviders } from '../../src/main/providers/registry.ts';
import { openStore } from '../../src/main/store/index.ts';
import type { HoldChoice, RunView, UndoPreview } from '../../src/shared/dto.ts';
import type { AppError } from '../../src/shared/errors.ts';
import type { Result } from '../../src/shared/result.ts';
import { toAccountId, toCalendarId } from '../../src/shared/ids.ts';
import { minute } from '../../src/shared/time.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import type { Random } from '../../src/main/ports/clock.ts';
import { FakeClock, fixedRandom } from './fake-clock.ts';
import { MemoryLogger } from './memory-logger.ts';

/** An event in Google's resource form, as the simulator's dump gives it. */
export interface DumpedEvent {
  readonly id: string;
  readonly summary?: string;
  readonly status?: string;
  readonly start?: { readonly date?: string; readonly dateTime?: string; readonly timeZone?: string };
  readonly end?: { readonly date?: string; readonly dateTime?: string; readonly timeZone?: string };
  readonly recurrence?: readonly string[];
  readonly recurringEventId?: string;
  readonly visibility?: string;
  readonly extendedProperties?: { readonly private?: Readonly<Record<string, string>> };
}

/** One computer with CalSync on it: its own store, its own provider, signed in to the given accounts. */
export class Laptop {
  readonly deps: EngineDeps;
  readonly store: Store;
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  #closed = false;

  constructor(deps: EngineDeps, simulator: Simulator, clock: FakeClock) {
    this.deps = deps;
    this.store = deps.store;
    this.simulator = simulator;
    this.clock = clock;
  }

  /** Five minutes later: one cycle. */
  async sync(): Promise<RunView> {
    const done = await this.tryToSync();
    if (!done.ok) throw new Error(`the cycle could not start: ${done.error.code}`);
    return done.value;
  }

  /** Five minutes later: one cycle, unless another process works with the same store. */
  async tryToSync(): Promise<Result<RunView, AppError>> {
    await this.clock.advance(5 * minute);
    return runCycle(this.deps, { trigger: 'interval', signal: undefined, onProgress: () => undefined });
  }

  /** The last line of a scenario: nothing left to do, one list call for each calendar in use, no write. */
  async expectQuiet(): Promise<void> {
    // A list of calendars is due once an hour; here it would only blur the count.
    for (const account of this.store.accounts()) this.store.saveAccount({ ...account, listedAt: this.clock.now() });
    const inUse = this.store.calendars().filter((one) => one.gone === null && (one.source || one.target)).length;
    this.simulator.requests.reset();
    const run = await this.sync();
    expect(run.errors).toEqual([]);
    expect({ writes: run.writes, requests: run.requests, outcome: run.outcome }).toEqual({
      writes: 0,
      requests: { 'events.list': inUse },
      outcome: 'ok',
    });
    expect(this.simulator.requests.counts()).toEqual({ 'events.list': inUse });
    expect(this.simulator.violations).toEqual([]);
  }

  /** Ends this computer; nothing is lost that was stored. */
  close(): void {
    if (!this.#closed) this.store.close();
    this.#closed = true;
  }

  /** The person decides about what is held first. */
  decide(choice: HoldChoice): void {
    const [hold] = this.store.holds();
    if (hold === undefined) throw new Error('nothing is held');
    this.store.decideHold(hold, choice);
  }

  use(calendarId: string, use: { source: boolean; target: boolean }): void {
    this.store.setUse(toCalendarId(calendarId), use, this.clock.now());
  }
}

/** As the app does it: read, decide, keep, sync. Returns what was said before it, and the sync that did it. */
export async function undoRun(laptop: Laptop, run: number): Promise<UndoPreview & { readonly done: RunView }> {
  const { deps, store, clock } = laptop;
  const parts = { engine: deps, store, clock };
  const scope = { run: run + 1, signal: undefined, onProgress: () => undefined, halted: () => null };
  store.takeLease(deps.holder, clock.now(), leaseTime);
  const planned = planUndo(parts, run, await pull(deps, scope, new Failures(), { alwaysList: false }));
  store.dropLease(deps.holder);
  if (!planned.ok) throw new Error(planned.error.code);
  const shown = undoPreviewOf(parts, planned.value);
  const kept = keepUndo(parts, planned.value, shown.version);
  if (!kept.ok) throw new Error(kept.error.code);
  return { ...shown, done: await laptop.sync() };
}

export interface Workplace {
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  /** Sets up another computer that is signed in to the given accounts (all, unless told). */
  laptop(options?: LaptopOptions): Promise<Laptop>;
  /** Live blocks of ours on a calendar: tagged masters and singles. */
  blocks(calendarId: string): readonly DumpedEvent[];
  /** Live events of people on a calendar. */
  events(calendarId: string): readonly DumpedEvent[];
  close(): Promise<void>;
}

export interface LaptopOptions {
  readonly emails?: readonly string[];
  readonly file?: string;
  readonly unitsPerMinute?: number;
  /** Time and size of each request, where the ordinary limits would make a test long. */
  readonly limits?: GoogleProviderOptions['limits'];
  /** A clock of its own, for a computer whose clock is wrong; otherwise the simulator's. */
  readonly clock?: FakeClock;
  /** Leaves the calendars as CalSync chooses at first; otherwise all that are owned are used both ways. */
  readonly firstChoice?: boolean;
  /** Access tokens of a sign-in; otherwise they are handed out without one. */
  readonly tokens?: AccessTokens | undefined;
  /** Its file is a store that is set up: nothing is signed in to, chosen or asked for anew. */
  readonly known?: boolean;
  /** What requests go through; otherwise sockets, which take a third of the time. */
  readonly fetch?: typeof fetch;
  /** Wraps the provider, to cut, delay or count. */
  readonly wrap?: (provider: CalendarProvider) => CalendarProvider;
  /** Wraps the store, to end the process between two of its writes. */
  readonly wrapStore?: (store: Store) => Store;
}

const isBlock = (event: DumpedEvent): boolean =>
  event.extendedProperties?.private?.['calsync.ref'] !== undefined && event.recurringEventId === undefined;

/** Starts a simulator and hands out computers that sync with it, all on one clock. */
export async function openWorkplace(options: SimulatorOptions = {}): Promise<Workplace> {
  const clock = new FakeClock({ autoAdvance: true });
  const simulator = await startSimulator({ seed: 'workplace', now: () => clock.now(), ...options });
  const laptops: Laptop[] = [];
  const dumped = (calendarId: string): readonly DumpedEvent[] =>
    (simulator.dump().find((calendar) => calendar.id === calendarId)?.events ?? []) as unknown as DumpedEvent[];
  return {
    simulator,
    clock,
    laptop: async (more = {}) => {
      const laptop = await setUp(simulator, more.clock ?? clock, more);
      laptops.push(laptop);
      return laptop;
    },
    blocks: (calendarId) => dumped(calendarId).filter(isBlock),
    events: (calendarId) =>
      dumped(calendarId).filter((event) => event.extendedProperties?.private?.['calsync.ref'] === undefined),
    close: async () => {
      for (const laptop of laptops) laptop.close();
      await simulator.close();
    },
  };
}

/** Most scenarios are about what happens between calendars, and want every calendar of a person's own used both ways. */
function useAllOwned(store: Store, clock: FakeClock): void {
  for (const { id, accesses, source, target } of store.calendars()) {
    const owned = accesses.some((access) => access.access === 'owns' && !access.hidden);
    if (owned && !(source && target)) store.setUse(id, { source: true, target: true }, clock.now());
  }
}

const laptopsOn = new WeakMap<Simulator, number>();

/** Takes a world; returns the chance of one more computer in it: another one than that of each before, and the same each time. */
function chanceOf(simulator: Simulator): Random {
  const number = (laptopsOn.get(simulator) ?? 0) + 1;
  laptopsOn.set(simulator, number);
  // Because two computers never draw the same, and what tells their marks apart would be equal otherwise.
  return fixedRandom(((number * 0.618_034) % 1) * 0.999);
}

async function setUp(simulator: Simulator, clock: FakeClock, options: LaptopOptions): Promise<Laptop> {
  const logger = new MemoryLogger();
  const opened = openStore({ file: options.file ?? ':memory:', now: () => clock.now(), logger });
  if (!opened.ok) throw new Error(opened.error.code);
  const store = options.wrapStore?.(opened.value.store) ?? opened.value.store;
  const emails = options.emails ?? simulator.accounts.map((account) => account.email);
  const issued = new Map<string, { token: string; expiresAt: number }>();
  const tokens: AccessTokens = {
    get: (accountId) => {
      const known = issued.get(accountId);
      if (known !== undefined && known.expiresAt - clock.now() > minute) {
        return Promise.resolve({ ok: true, value: known });
      }
      const { accessToken, expiresAt } = simulator.issueTokens(
        simulator.accounts.find((one) => one.sub === accountId)?.email ?? '',
      );
      const value = { token: accessToken, expiresAt };
      issued.set(accountId, value);
      return Promise.resolve({ ok: true, value });
    },
    discard: (accountId) => void issued.delete(accountId),
    forget: (accountId) => void issued.delete(accountId),
  };
  const endpoints = googleEndpointsAt(simulator.url);
  if (!endpoints.ok) throw new Error(endpoints.error.code);
  const counts = new Map<string, number>();
  const holder = randomUUID();
  const provider = createGoogleProvider({
    baseUrl: endpoints.value,
    tokens: options.tokens ?? tokens,
    clock: renewingClock(clock, () => void keepLease({ store, holder, clock })),
    random: fixedRandom(0.5),
    logger,
    observer: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    unitsPerMinute: options.unitsPerMinute ?? 1_000_000,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const google = options.wrap?.(provider) ?? provider;
  const providers = createProviders(
    { google },
    (id) => store.accounts().find((one) => one.id === id)?.provider ?? null,
  );
  const deps: EngineDeps = {
    provider: withAddresses(providers, store),
    store,
    clock,
    random: chanceOf(simulator),
    logger,
    holder,
    takeRequestCounts: () => {
      const taken = Object.fromEntries(counts);
      counts.clear();
      return taken;
    },
  };
  if (options.known === true) return new Laptop(deps, simulator, clock);
  for (const account of simulator.accounts.filter((one) => emails.includes(one.email))) {
    store.saveAccount({
      id: toAccountId(account.sub),
      provider: 'google',
      email: account.email,
      scopes: [],
      addedAt: clock.now(),
      state: 'connected',
      restingUntil: null,
      signInEndsAt: null,
      listedAt: null,
      heldBy: null,
    });
  }
  await refreshCalendarLists(deps, new Failures(), { always: true, signal: undefined });
  if (options.firstChoice !== true) useAllOwned(store, clock);
  return new Laptop(deps, simulator, clock);
}
