import { onTestFinished } from 'vitest';
import { startSimulator } from '../../src/simulator/index.ts';
import type { OAuthClient, Simulator, SimulatorOptions, World } from '../../src/simulator/index.ts';

export const WORK = 'work@northwind.example';
export const HOME = 'me@home.example';
/** Sunday a week before Europe changes its clocks in 2027. */
export const START = Date.parse('2027-03-21T08:00:00Z');

/** JSON that a test looks into. */
export type Json = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly items: readonly Json[];
  readonly nextSyncToken: string;
  readonly nextPageToken: string;
  readonly etag: string;
};

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly text: string;
  readonly headers: Headers;
  /** Reason of an error body. */
  readonly reason: string | undefined;
}

export interface Call {
  (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Harness {
  readonly simulator: Simulator;
  /** Calls as a person's own client would: writes are not guarded. */
  readonly call: Call;
  /** The OAuth client of {@link Harness.call}. */
  readonly personClient: OAuthClient;
  readonly cries: readonly string[];
  readonly callAs: (email: string, client?: OAuthClient, scopes?: readonly string[]) => Call;
}

/** Starts a simulator with a clock that stands at START unless it is moved, and closes it with the test. */
export async function start(options: SimulatorOptions = {}): Promise<Harness> {
  const cries: string[] = [];
  const simulator = await startSimulator({
    now: () => START,
    seed: 'test',
    cry: (message) => cries.push(message),
    ...options,
  });
  onTestFinished(() => simulator.close());
  const personClient = simulator.addClient({ blocksOnly: false });
  const callAs: Harness['callAs'] = (email, client = personClient, scopes) => {
    const { accessToken } = simulator.issueTokens(email, scopes, client);
    return (method, path, body, headers = {}) => request(simulator.url, accessToken, method, path, body, headers);
  };
  return { simulator, personClient, cries, callAs, call: callAs(HOME) };
}

async function request(
  url: string,
  token: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const full = path.startsWith('/') ? path : `/calendar/v3/calendars/primary/events${path === '' ? '' : path}`;
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + full, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: content }),
  });
  const text = await response.text();
  let json: unknown = {};
  try {
    json = JSON.parse(text);
  } catch {
    // The text is kept beside it.
  }
  const failure = json as { error?: { errors?: { reason?: string }[] } };
  return {
    status: response.status,
    body: json as Json,
    text,
    headers: response.headers,
    reason: failure.error?.errors?.[0]?.reason,
  };
}

/** The body of a timed event in Berlin on a day of March 2027. */
export function timed(
  day: number,
  from: string,
  to: string,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const date = `2027-03-${String(day).padStart(2, '0')}`;
  return {
    summary: 'Event',
    start: { dateTime: `${date}T${from}:00`, timeZone: 'Europe/Berlin' },
    end: { dateTime: `${date}T${to}:00`, timeZone: 'Europe/Berlin' },
    ...more,
  };
}

export const FULL = '?maxResults=2500&singleEvents=false';

/** Lists in full, through all pages, and returns the rows with the sync token of the last page. */
export async function listAll(call: Call, query = FULL): Promise<{ rows: Json[]; token: string; pages: number[] }> {
  const rows: Json[] = [];
  const pages: number[] = [];
  let page = '';
  for (;;) {
    const { status, body, text } = await call('GET', `${query}${page}`);
    if (status !== 200) throw new Error(`listing answered ${status}: ${text}`);
    const items = (body as Partial<Json>).items ?? [];
    rows.push(...items);
    pages.push(items.length);
    if ((body as Partial<Json>).nextPageToken === undefined) return { rows, token: body.nextSyncToken, pages };
    page = `&pageToken=${encodeURIComponent(body.nextPageToken)}`;
  }
}

/** The rows that changed since a sync token. */
export async function delta(call: Call, token: string): Promise<{ rows: Json[]; token: string }> {
  return listAll(call, `${FULL}&syncToken=${encodeURIComponent(token)}`);
}

/** A world with one account and the given events on its primary calendar. */
export function worldWith(events: Readonly<Record<string, unknown>>[], more: World['accounts'] = []): World {
  return {
    accounts: [
      {
        email: HOME,
        name: 'Robin',
        calendars: [{ id: HOME, summary: 'Robin', timeZone: 'Europe/Berlin', accessRole: 'owner', events }],
      },
      ...more,
    ],
  };
}
