import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Backend } from './backend.ts';
import { dumpCalendars, summarise } from './describe.ts';
import type { AccountSummary, CalendarDump } from './describe.ts';
import { createApp } from './http/app.ts';
import { observeRequests } from './http/observe.ts';
import { canonicalScope } from './oauth/routes.ts';
import { FaultBook } from './state/faults.ts';
import { GrantBook } from './state/grants.ts';
import type { OAuthClient } from './state/grants.ts';
import { Person } from './state/people.ts';
import { OpenListings } from './state/reads/listing.ts';
import { RequestLog } from './state/request-log.ts';
import { CalendarService } from './state/service.ts';
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
  /** Captured rows of the world that could not be placed: where, and why. */
  readonly leftOut: readonly WorldProblem[];
  /** What a person does in the web UI. */
  person(email: string): Person;
  /** Registers a further client; with blocksOnly false it writes as people do. */
  addClient(options: { blocksOnly: boolean; project?: string }): OAuthClient;
  /** Tokens for an account, for tests that are not about OAuth. Scopes default to what CalSync asks for. */
  issueTokens(email: string, scopes?: readonly string[], client?: OAuthClient): TestTokens;
  /** Answers requests to `url` in this process, without a socket and ungzipped; otherwise as over one. */
  readonly fetch: typeof fetch;
  /** Every calendar with its live events: series with their recurrence, and exceptions. */
  dump(): readonly CalendarDump[];
  close(): Promise<void>;
}

/** The scopes that CalSync asks for (google-calendar.md §7.4), in the form in which they are granted. */
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
  const leftOut: WorldProblem[] = [];
  const problem = loadWorld(service, read.world, leftOut);
  if (problem !== undefined) throw new InvalidWorldError(problem);
  const cry = options.cry ?? ((message: string) => process.stderr.write(`${message}\n`));
  for (const { path, reason } of leftOut) cry(`LEFT OUT ${path}: ${reason}`);

  const backend: Backend = {
    service,
    grants: new GrantBook(service),
    faults: new FaultBook(() => service.now()),
    requests: new RequestLog(),
    listings: new OpenListings(),
  };
  const client = backend.grants.addClient({ blocksOnly: true });
  const issue = (email: string, scopes: readonly string[] | undefined, clientId: string): TestTokens => {
    const granted = (scopes ?? defaultScopes).map(canonicalScope);
    const { accessToken, refreshToken, expiresInSeconds } = backend.grants.issue(email, clientId, granted);
    return { accessToken, refreshToken, expiresAt: service.now() + expiresInSeconds * 1000 };
  };
  const app = createApp((email, scopes, clientId = client.clientId) =>
    service.accounts.has(email) && backend.grants.clients.has(clientId) ? issue(email, scopes, clientId) : undefined,
  );
  const { served, direct } = observeRequests(backend, app, options.sleep ?? sleepForReal);

  const server = createAdaptorServer({ fetch: served, hostname: '127.0.0.1' });
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
    leftOut,
    person: (email) => new Person(service, backend.grants, email),
    addClient: (more) => backend.grants.addClient(more),
    issueTokens: (email, scopes, forClient) => {
      if (!service.accounts.has(email)) throw new Error(`no account ${email} in this world`);
      return issue(email, scopes, (forClient ?? client).clientId);
    },
    fetch: (input, init) => direct(new Request(input, init)),
    dump: () => dumpCalendars(service),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function sleepForReal(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
