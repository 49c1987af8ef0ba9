import type { GoogleProviderOptions } from '../../src/main/providers/google/index.ts';
import { createGoogleProvider, googleEndpointsAt } from '../../src/main/providers/google/index.ts';
import { toAccountId, toCalendarId, toEventId, type CalendarId } from '../../src/shared/ids.ts';
import { startSimulator, type Simulator, type World } from '../../src/simulator/index.ts';
import { FakeClock, fixedRandom } from '../support/fake-clock.ts';
import { FixedTokens } from '../support/fixed-tokens.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { tagProperties } from '../../src/main/core/tag.ts';
import type { BenchOptions, ContractBench, People, PersonsEvent } from './provider-contract.ts';

const accountEmail = 'ada@example.com';
const own = toCalendarId(accountEmail);
const second = toCalendarId('team@group.calendar.google.com');
const readOnly = toCalendarId('holidays@group.calendar.google.com');
const invisible = toCalendarId('bob@example.com');

const calendar = (id: string, accessRole: 'owner' | 'reader', more: object = {}) => ({
  id,
  summary: `Calendar ${id}`,
  timeZone: 'Europe/Berlin',
  accessRole,
  ...more,
});

const world: World = {
  accounts: [
    {
      email: accountEmail,
      name: 'Ada',
      calendars: [
        calendar(own, 'owner', { primary: true }),
        calendar(second, 'owner'),
        calendar(readOnly, 'reader', {
          hidden: true,
          events: [{ summary: 'Holiday', start: { date: '2026-04-03' }, end: { date: '2026-04-04' } }],
        }),
      ],
    },
    { email: invisible, name: 'Bob', calendars: [calendar(invisible, 'owner', { primary: true })] },
  ],
};

/** The simulator and a Google provider that talks to it over real HTTP, on one clock that never makes anybody wait. */
export interface GoogleBench extends ContractBench {
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  readonly tokens: FixedTokens;
  /** How many requests of a kind have left the machine. */
  readonly requests: (kind: string) => number;
}

export interface GoogleBenchOptions extends BenchOptions {
  readonly provider: Partial<GoogleProviderOptions>;
  readonly scopes: readonly string[];
  readonly switches: NonNullable<Parameters<typeof startSimulator>[0]>['switches'];
}

/** Takes what differs from the ordinary; returns a running bench. */
export async function startGoogleBench(options: Partial<GoogleBenchOptions> = {}): Promise<GoogleBench> {
  const clock = new FakeClock({ autoAdvance: true });
  const simulator = await startSimulator({
    world,
    seed: 'contract',
    now: () => clock.now(),
    switches: {
      ...(typeof options.pageSize !== 'number' ? {} : { maximumPageSize: options.pageSize }),
      ...(options.emptyPages === undefined ? {} : { emptyPages: options.emptyPages }),
      ...options.switches,
    },
    cry: () => undefined,
  });
  const accountId = toAccountId(simulator.accounts.find((account) => account.email === accountEmail)?.sub ?? '');
  const issue = () => simulator.issueTokens(accountEmail, options.scopes).accessToken;
  const tokens = new FixedTokens({ [accountId]: [issue(), issue()] });
  const endpoints = googleEndpointsAt(simulator.url);
  if (!endpoints.ok) throw new Error('the simulator has no address');
  const logger = new MemoryLogger();
  const sent = new Map<string, number>();
  const provider = createGoogleProvider({
    baseUrl: endpoints.value,
    tokens,
    clock,
    random: fixedRandom(0.5),
    logger,
    observer: (kind) => sent.set(kind, (sent.get(kind) ?? 0) + 1),
    ...options.provider,
  });
  return {
    simulator,
    clock,
    logger,
    tokens,
    provider,
    accountId,
    accountEmail,
    own,
    second,
    readOnly,
    invisible,
    people: peopleOf(simulator),
    requests: (kind) => sent.get(kind) ?? 0,
    writesSent: () => sent.get('batch') ?? 0,
    close: () => simulator.close(),
  };
}

/** What people do, through a client of their own that may write anything. */
function peopleOf(simulator: Simulator): People {
  const client = simulator.addClient({ blocksOnly: false });
  const { accessToken } = simulator.issueTokens(accountEmail, undefined, client);
  const call = async (method: string, calendarId: CalendarId, path: string, body?: object): Promise<unknown> => {
    const address = `${simulator.url}/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events${path}`;
    const answer = await fetch(address, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  return {
    async create(calendarId, event) {
      const created = (await call('POST', calendarId, '', resourceOf(event))) as { id: string };
      return toEventId(created.id);
    },
    async change(calendarId, eventId, changes) {
      await call('PATCH', calendarId, `/${eventId}`, resourceOf(changes));
    },
    async remove(calendarId, eventId) {
      await call('DELETE', calendarId, `/${eventId}`);
    },
  };
}

/** Takes what a person makes or changes; returns it in the form of Google's event resource. */
function resourceOf({ place, transparent, rings, guests, tag, ...event }: Partial<PersonsEvent>): object {
  return {
    ...event,
    ...(place === undefined ? {} : { location: place }),
    ...(transparent === undefined ? {} : { transparency: transparent ? 'transparent' : 'opaque' }),
    ...(rings === undefined ? {} : { reminders: { useDefault: rings } }),
    ...(guests === undefined
      ? {}
      : { attendees: guests.map(({ email, response }) => ({ email, responseStatus: response })) }),
    ...(tag === undefined
      ? {}
      : {
          extendedProperties: { private: { [tagProperties.version]: tag.version, [tagProperties.sourceRef]: tag.ref } },
        }),
  };
}
