import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Backend } from './backend.ts';
import { createApp } from './http/app.ts';
import { observeRequests } from './http/observe.ts';
import { canonicalScope } from './oauth/routes.ts';
import { FaultBook } from './state/faults.ts';
import { GrantBook } from './state/grants.ts';
import type { OAuthClient } from './state/grants.ts';
import { OpenListings } from './state/reads.ts';
import { renderEvent } from './state/render.ts';
import type { Row } from './state/render.ts';
import { RequestLog } from './state/request-log.ts';
import { CalendarService, isCancelled } from './state/service.ts';
import type { Violation } from './state/service.ts';
import type { Switches } from './state/switches.ts';
import { namedWorld } from './worlds/named.ts';
import type { WorldName } from './worlds/named.ts';
import { loadWorld, readWorld } from './worlds/schema.ts';
import type { World, WorldProblem } from './worlds/schema.ts';

/** How a simulator is started. Everything has a default. */
export interface SimulatorOptions {
  /** A world, or the name of one; default `empty`. */
  readonly world?: World | WorldName;
  /** Port on 127.0.0.1; 0 or nothing: any free one. */
  readonly port?: number;
  /** The clock, ms since the epoch; default the system's. */
  readonly now?: () => number;
  /** Seed of ids and tokens; the same seed gives the same ones. Default: a new one each time. */
  readonly seed?: string;
  readonly switches?: Partial<Switches>;
  /** Where violations are cried out; default standard error. */
  readonly cry?: (message: string) => void;
  /** How slow answers wait; default real time. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Tokens without the sign-in that would have led to them. */
export interface TestTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** An account as it is told to whoever starts the simulator. */
export interface AccountSummary {
  readonly email: string;
  readonly name: string;
  readonly sub: string;
  readonly calendars: readonly {
    readonly id: string;
    readonly summary: string;
    readonly timeZone: string;
    readonly accessRole: string;
    readonly primary: boolean;
  }[];
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, no trailing slash; everything is served from it. */
  readonly url: string;
  /** The default OAuth client, which may write only its own blocks. */
  readonly client: OAuthClient;
  readonly accounts: readonly AccountSummary[];
  /** The state machine itself: clock, switches, accounts, calendars. */
  readonly state: CalendarService;
  readonly grants: GrantBook;
  readonly faults: FaultBook;
  readonly requests: RequestLog;
  readonly violations: readonly Violation[];
  /** Registers a further client; with blocksOnly false it writes as people do. */
  addClient(options: { blocksOnly: boolean; project?: string }): OAuthClient;
  /** Tokens for an account, for tests that are not about OAuth. Scopes default to what CalSync asks for. */
  issueTokens(email: string, scopes?: readonly string[], client?: OAuthClient): TestTokens;
  /** Every calendar with its live events: series with their recurrence, and exceptions. */
  dump(): readonly CalendarDump[];
  close(): Promise<void>;
}

/** A calendar in a dump. */
export interface CalendarDump {
  readonly id: string;
  readonly summary: string;
  readonly timeZone: string;
  readonly events: readonly Row[];
}

/** The scopes that CalSync asks for (reference §7.4), in the form in which they are granted. */
export const defaultScopes: readonly string[] = [
  'openid',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/calendar.events',
  'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
];

/** A world that cannot be loaded. */
export class InvalidWorldError extends Error {
  readonly problem: WorldProblem;

  constructor(problem: WorldProblem) {
    super(`${problem.path}: ${problem.reason}`);
    this.name = 'InvalidWorldError';
    this.problem = problem;
  }
}

/** Starts a simulator on 127.0.0.1. Throws {@link InvalidWorldError}, and what listening throws (EADDRINUSE). */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const service = new CalendarService({
    now: options.now ?? Date.now,
    seed: options.seed ?? randomUUID(),
    switches: options.switches ?? {},
    cry: options.cry ?? ((message) => process.stderr.write(`${message}\n`)),
  });
  const world = options.world ?? 'empty';
  const read = readWorld(typeof world === 'string' ? namedWorld(world, service.now()) : world);
  if (!read.ok) throw new InvalidWorldError(read.problem);
  const problem = loadWorld(service, read.world);
  if (problem !== undefined) throw new InvalidWorldError(problem);

  const backend: Backend = {
    service,
    grants: new GrantBook(service),
    faults: new FaultBook(() => service.now()),
    requests: new RequestLog(),
    listings: new OpenListings(),
  };
  const client = backend.grants.addClient({ blocksOnly: true });
  const handler = observeRequests(backend, createApp(), options.sleep ?? sleepForReal);

  const server = createAdaptorServer({ fetch: handler, hostname: '127.0.0.1' });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    client,
    get accounts() {
      return summarise(service);
    },
    state: service,
    grants: backend.grants,
    faults: backend.faults,
    requests: backend.requests,
    violations: service.violations,
    addClient: (more) => backend.grants.addClient(more),
    issueTokens: (email, scopes, forClient) => {
      if (!service.accounts.has(email)) throw new Error(`no account ${email} in this world`);
      const granted = (scopes ?? defaultScopes).map(canonicalScope);
      const tokens = backend.grants.issue(email, (forClient ?? client).clientId, granted);
      const { accessToken, refreshToken, expiresInSeconds } = tokens;
      return { accessToken, refreshToken, expiresAt: service.now() + expiresInSeconds * 1000 };
    },
    dump: () => dumpCalendars(service),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** The accounts of a service with their calendars. */
export function summarise(service: CalendarService): AccountSummary[] {
  return [...service.accounts.values()].map(({ email, name, sub, entries }) => ({
    email,
    name,
    sub,
    calendars: [...entries.values()]
      .filter((entry) => !entry.deleted)
      .map((entry) => ({
        id: entry.calendarId,
        summary: service.calendars.get(entry.calendarId)?.summary ?? '',
        timeZone: service.calendars.get(entry.calendarId)?.timeZone ?? '',
        accessRole: entry.accessRole,
        primary: entry.primary,
      })),
  }));
}

/** Every calendar with its live events and the exceptions of its live series. */
export function dumpCalendars(service: CalendarService): CalendarDump[] {
  return [...service.calendars.values()]
    .filter((calendar) => !calendar.deleted)
    .map((calendar) => {
      const view = {
        calendar,
        email: calendar.primaryOf ?? '',
        role: 'owner' as const,
        timeZone: calendar.timeZone,
        maxAttendees: undefined,
      };
      const events = [...calendar.all()].filter((event) => {
        if (event.degraded) return false;
        const master = event.recurringEventId === undefined ? undefined : calendar.get(event.recurringEventId);
        return master === undefined ? !isCancelled(event) : !isCancelled(master);
      });
      return {
        id: calendar.id,
        summary: calendar.summary,
        timeZone: calendar.timeZone,
        events: events.map((event) => renderEvent(service, event, view)),
      };
    });
}

function sleepForReal(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
