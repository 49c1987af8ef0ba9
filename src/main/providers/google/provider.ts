import type { Agent } from 'node:http';
import type { calendar_v3 } from '@googleapis/calendar';
import type { AccountId, CalendarId } from '../../../shared/ids.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Instant } from '../../../shared/time.ts';
import { followPages } from '../../core/paging.ts';
import { tagProperties } from '../../core/tag.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import {
  mostPageRows,
  type CalendarListing,
  type CalendarProvider,
  type ProviderCall,
  type ProviderFailure,
  type ProviderReply,
  type ReadPosition,
  type RequestObserver,
  type WriteCall,
} from '../../ports/provider.ts';
import type { AccessTokens } from '../../ports/tokens.ts';
import type { BatchPart } from './batch.ts';
import type { GoogleEndpoints } from './endpoints.ts';
import {
  classifyAnswer,
  classifyFault,
  failureOf,
  fromTokenFailure,
  tooLarge,
  type Answer,
  type Place,
  type Verdict,
} from './failures.ts';
import { readJson, type JsonBody } from './json.ts';
import { createLimiter, type Attempt, type Ending } from './limiter.ts';
import type { AnswerLimits } from './limits.ts';
import {
  mostInBatch,
  patchBody,
  readCalendars,
  readDeletedIds,
  readEvent,
  readEventPage,
  readEvents,
  readNamesPage,
  readSlot,
  removalBody,
  slotBody,
  wholeBody,
  writeOriginalStart,
  type RowContext,
} from './translate.ts';
import { createTransport, type Exchange } from './transport.ts';
import { createZoneNames } from './zones.ts';
import { fieldMasks, wireCalendarPageSchema, wireEventPageSchema, type WireEventPage } from './wire.ts';

export interface GoogleProviderOptions {
  /** Where Google is: `googleEndpoints`, or those of another server by `googleEndpointsAt`. */
  readonly baseUrl: GoogleEndpoints;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly observer?: RequestObserver;
  /** Budget of each account; 300 unless told. Google allows 600 (google-calendar.md §0.16). */
  readonly requestsPerMinute?: number;
  /** As with `LimiterOptions`. */
  readonly onRest?: (until: Instant) => () => void;
  /** Calls in one batch request; 50 unless told (google-calendar.md §4.3). */
  readonly maxBatch?: number;
  /** Time and size of each request; `answerLimits` where it says nothing. */
  readonly limits?: Partial<AnswerLimits>;
  /** Takes an address; returns the agent that its requests go by. Node's own, without any proxy, unless told. */
  readonly agentFor?: (address: URL) => Agent;
  /** Replaces the HTTP client's own `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Nobody shows twice as many rows as were asked for; each that makes no sense costs time, too. */
const mostRowsShown = 2 * mostPageRows;
const maxCalendars = 250;

/** What a request costs of the minute's budget: a patch counts three times (google-calendar.md §4). */
const costOf = (call: ProviderCall): number => (call.kind === 'patch' || call.kind === 'patch-slot' ? 3 : 1);

/**
 * Takes endpoints, access tokens, clock and chance; returns Google Calendar as a `CalendarProvider`. It never rejects;
 * every failure has been classified, paced and retried as far as that makes sense.
 */
export function createGoogleProvider(options: GoogleProviderOptions): CalendarProvider {
  const { tokens, clock, logger } = options;
  const observer = options.observer ?? (() => undefined);
  const maxBatch = Math.max(1, options.maxBatch ?? mostInBatch);
  const limiter = createLimiter({
    clock,
    random: options.random,
    requestsPerMinute: options.requestsPerMinute ?? 300,
    ...(options.onRest === undefined ? {} : { onRest: options.onRest }),
  });
  let offset: number | null = null;
  const transport = createTransport({
    endpoints: options.baseUrl,
    onDate: (date) => {
      offset = date - clock.now();
    },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.agentFor === undefined ? {} : { agentFor: options.agentFor }),
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const zoneNames = createZoneNames();
  /** The last batch of each account, so that the next one waits for it. */
  const sending = new Map<AccountId, Promise<unknown>>();

  /**
   * Takes an account, the call and what sends it with a token; makes it until it is settled. `read` takes the body of a
   * success and returns what it holds, `undefined` when it is cut or no JSON.
   */
  async function request<Value>(
    accountId: AccountId,
    place: Place,
    send: (token: string) => Promise<Exchange>,
    read: (body: unknown) => Result<Value, ProviderFailure>,
    signal: AbortSignal | undefined,
  ): Promise<Result<Value, ProviderFailure>> {
    let result: Result<Value, ProviderFailure> = err(failureOf('cancelled', null, null));
    let refreshed = false;

    const settle = (verdict: Verdict, token: string): Attempt => {
      result = err(verdict.failure);
      if (verdict.kind === 'final') return { kind: 'settled' };
      logAgain(verdict, place.call);
      if (verdict.why === 'unauthorised') {
        tokens.discard(accountId, token);
        if (refreshed) return { kind: 'settled' };
        refreshed = true;
      }
      return { kind: 'again', why: verdict.why, retryAfter: verdict.retryAfter, cost: 1 };
    };

    const ending = await limiter.run(
      accountId,
      1,
      async () => {
        const token = await tokens.get(accountId);
        if (!token.ok) {
          result = err(fromTokenFailure(token.error));
          return { kind: 'settled' };
        }
        observer(place.call, 1);
        const sent = await send(token.value.token);
        if (sent.kind === 'aborted') {
          result = err(failureOf('cancelled', null, null));
          return { kind: 'settled' };
        }
        if (sent.kind === 'unanswered') return settle(classifyFault(sent.fault, place), token.value.token);
        const body: AnsweredJson = sent.kind === 'too-large' ? { kind: 'too-much' } : readAnswer(sent.answer);
        if (body.kind === 'refused') {
          return settle(classifyAnswer(body.answer, place, clock.now()), token.value.token);
        }
        result = body.kind === 'json' ? read(body.value) : err(tooLarge(place));
        return { kind: 'settled' };
      },
      signal,
    );
    return ending.kind === 'settled' || ending.kind === 'gave-up' ? result : err(failureAt(ending));
  }

  function logAgain(verdict: VerdictAgain, call: Place['call']): void {
    logger.info('google-call-again', { call, why: verdict.why, detail: verdict.failure.error.detail });
  }

  function listEvents(
    accountId: AccountId,
    query: calendar_v3.Params$Resource$Events$List & { calendarId: CalendarId },
    signal: AbortSignal | undefined,
  ): Promise<Result<WireEventPage, ProviderFailure>> {
    const place: Place = {
      call: 'events.list',
      calendarId: query.calendarId,
      positioned: query.syncToken !== undefined || query.pageToken !== undefined,
    };
    return request(
      accountId,
      place,
      (token) => transport.listEvents(token, query, signal),
      (body) => {
        const page = wireEventPageSchema.safeParse(body).data;
        if (page === undefined) return err(failureOf('malformed', query.calendarId, 'events.list: no envelope'));
        return (page.items?.length ?? 0) > mostRowsShown ? err(tooLarge(place)) : ok(page);
      },
      signal,
    );
  }

  function logUnreadable(call: string, unreadable: number): void {
    if (unreadable > 0) logger.warn('google-rows-unreadable', { call, unreadable });
  }

  /**
   * Takes calls (at most a batch); makes them until each is settled, and fills in their replies. Returns why the account
   * had better be left alone, or null when the next batch may go.
   */
  async function sendBatch(
    accountId: AccountId,
    batch: readonly Indexed[],
    replies: Map<number, ProviderReply>,
    signal: AbortSignal | undefined,
  ): Promise<ProviderFailure | null> {
    let open: readonly Open[] = batch.map((item) => ({ ...item, failure: null, outcomeUnknown: false }));
    let stop: ProviderFailure | null = null;
    let refreshed = false;

    /** Ends the whole batch: sending the rest of it again would bring the same. */
    const end = (failure: ProviderFailure): Attempt => {
      stop = failure;
      for (const item of open) replies.set(item.index, err(failure));
      open = [];
      return { kind: 'settled' };
    };

    /** Takes a verdict on the batch as a whole. */
    const settleAll = (verdict: Verdict, token: string): Attempt => {
      if (verdict.kind === 'final') return end(verdict.failure);
      logAgain(verdict, 'batch');
      if (verdict.why === 'unauthorised') {
        tokens.discard(accountId, token);
        if (refreshed) return end(verdict.failure);
        refreshed = true;
      }
      stop = verdict.failure;
      open = open.map((item) => again(item, verdict));
      return { kind: 'again', why: verdict.why, retryAfter: verdict.retryAfter, cost: totalCost(open) };
    };

    /** Takes the answers of the parts that came back; keeps open what should be sent again. */
    const settleParts = (answers: ReadonlyMap<number, Answer>, token: string): Attempt => {
      const outcomes = open.map((item) => {
        const answer = answers.get(item.index);
        return { item, outcome: answer === undefined ? missingPart(item) : readReply(item, answer, clock.now()) };
      });
      const waiting: { readonly item: Open; readonly verdict: VerdictAgain }[] = [];
      let hopeless: ProviderFailure | null = null;
      for (const { item, outcome } of outcomes) {
        if (outcome.kind === 'reply') {
          replies.set(item.index, outcome.reply);
        } else if (outcome.verdict.kind === 'final' || (outcome.verdict.why === 'unauthorised' && refreshed)) {
          const { failure } = outcome.verdict;
          replies.set(item.index, err(failure));
          if (hopelessKinds.has(failure.kind)) hopeless = failure;
        } else {
          waiting.push({ item, verdict: outcome.verdict });
        }
      }
      const verdicts = waiting.map(({ verdict }) => verdict);
      const why = reasonsToWait.find((reason) => verdicts.some((verdict) => verdict.why === reason));
      // Because whatever got through shows that the account works: then the next batch may go, whatever becomes of these.
      stop = waiting.length === batch.length ? (verdicts[0]?.failure ?? null) : null;
      open = waiting.map(({ item, verdict }) => again(item, verdict));
      if (verdicts.some((verdict) => verdict.why === 'unauthorised')) {
        tokens.discard(accountId, token);
        refreshed = true;
      }
      if (hopeless !== null) return end(hopeless);
      if (why === undefined) return { kind: 'settled' };
      logger.info('google-parts-again', { parts: open.length, why, detail: verdicts[0]?.failure.error.detail ?? null });
      const retryAfters = verdicts.map((verdict) => verdict.retryAfter).filter((wait) => wait !== null);
      const retryAfter = retryAfters.length === 0 ? null : Math.max(...retryAfters);
      return { kind: 'again', why, retryAfter, cost: totalCost(open) };
    };

    const ending = await limiter.run(
      accountId,
      totalCost(open),
      async () => {
        const token = await tokens.get(accountId);
        if (!token.ok) return end(fromTokenFailure(token.error));
        // Because a request of nothing but look-ups that is refused has changed nothing, and must not be told as a change.
        const reading = open.every(({ call }) => placeOf(call).call === 'get');
        const place: Place = { call: 'batch', calendarId: null, positioned: false, reading };
        observer('batch', open.length);
        const sent = await transport.sendBatch(token.value.token, open.map(partOf), signal);
        if (sent.kind === 'aborted') return end(failureOf('cancelled', null, null));
        if (sent.kind === 'unanswered') return settleAll(classifyFault(sent.fault, place), token.value.token);
        if (sent.kind === 'too-large') return end(tooLarge(place));
        if (sent.kind === 'answered') {
          return settleAll(classifyAnswer(sent.answer, place, clock.now()), token.value.token);
        }
        return settleParts(sent.answers, token.value.token);
      },
      signal,
    );

    if (ending.kind === 'held' || ending.kind === 'cancelled') {
      const failure = failureAt(ending);
      end(failure);
      return failure;
    }
    for (const item of open) replies.set(item.index, err(item.failure ?? failureAt(ending)));
    return stop;
  }

  /** Takes calls, however many; makes them batch by batch and fills in their replies. */
  async function sendAll(
    accountId: AccountId,
    indexed: readonly Indexed[],
    replies: Map<number, ProviderReply>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let stopped: ProviderFailure | null = null;
    const batches: (readonly Indexed[])[] = [];
    for (let start = 0; start < indexed.length; start += maxBatch) batches.push(indexed.slice(start, start + maxBatch));
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      if (stopped !== null) {
        for (const { index } of batch) replies.set(index, err(stopped));
        continue;
      }
      const sent = batch;
      stopped = await inTurn(accountId, () => sendBatch(accountId, sent, replies, signal));
      if (stopped?.kind !== 'too-large') continue;
      stopped = null;
      // What a part of it did is met again by its repetition: an id that is taken, a condition that does not hold any more.
      const half = Math.ceil(sent.length / 2);
      if (sent.length > 1) batches.unshift(sent.slice(0, half), sent.slice(half));
    }
  }

  /** Takes an account and work; does it when the account's earlier work is done. */
  async function inTurn<Value>(accountId: AccountId, work: () => Promise<Value>): Promise<Value> {
    const before = sending.get(accountId) ?? Promise.resolve();
    const turn = before.then(work);
    const done = turn.catch(() => undefined);
    sending.set(accountId, done);
    try {
      return await turn;
    } finally {
      if (sending.get(accountId) === done) sending.delete(accountId);
    }
  }

  /** Takes calls, however many; makes them, by other names of a zone where one is refused. Returns a reply for each, in their order. */
  async function sendCalls(
    accountId: AccountId,
    calls: readonly ProviderCall[],
    signal?: AbortSignal,
  ): Promise<readonly ProviderReply[]> {
    const replies = new Map<number, ProviderReply>();
    let open: readonly Indexed[] = calls.map((call, index) => ({ call: zoneNames.fitted(call, clock.now()), index }));
    while (open.length > 0) {
      await sendAll(accountId, open, replies, signal);
      // Each round has fewer names left to be tried, so that it ends.
      open = open.flatMap(({ call, index }): readonly Indexed[] => {
        const reply = replies.get(index);
        if (reply?.ok !== false || reply.error.kind !== 'zone-refused') return [];
        const next = zoneNames.refused(call, clock.now());
        return next === null ? [] : [{ call: next, index }];
      });
      if (open.length > 0) logger.info('google-zone-refused', { calls: open.length });
    }
    return calls.map((_, index) => replies.get(index) ?? err(failureOf('cancelled', null, null)));
  }

  return {
    clockOffset: () => offset,

    async listCalendars(accountId, signal) {
      const calendars = new Map<CalendarId, CalendarListing>();
      const place: Place = { call: 'calendarList.list', calendarId: null, positioned: false };
      const paging = followPages();
      let pageToken: string | null = null;
      for (;;) {
        const query: calendar_v3.Params$Resource$Calendarlist$List = {
          maxResults: maxCalendars,
          showHidden: true,
          fields: fieldMasks.calendarPage,
          ...(pageToken === null ? {} : { pageToken }),
        };
        const page = await request(
          accountId,
          place,
          (token) => transport.listCalendars(token, query, signal),
          (body) => {
            const parsed = wireCalendarPageSchema.safeParse(body).data;
            return parsed === undefined
              ? err(failureOf('malformed', null, 'calendarList.list: no envelope'))
              : ok({ ...readCalendars(parsed), next: parsed.nextPageToken });
          },
          signal,
        );
        if (!page.ok) return page;
        logUnreadable('calendarList.list', page.value.unreadable);
        for (const calendar of page.value.calendars) {
          if (!calendars.has(calendar.id)) calendars.set(calendar.id, calendar);
        }
        if (!page.value.next) return ok([...calendars.values()]);
        const endless = paging.follow(page.value.next, page.value.calendars.length + page.value.unreadable);
        if (endless !== null) return err(failureOf('malformed', null, `calendarList.list: ${endless}`));
        pageToken = page.value.next;
      }
    },

    async readEvents(accountId, accountEmail, calendarId, position, signal) {
      const query = { ...readQuery(position), calendarId };
      const context: RowContext = { calendarId, accountEmail };
      let page = await listEvents(accountId, query, signal);
      let read = readEventPage;
      if (!page.ok && page.error.kind === 'too-large' && query.maxResults === 1) {
        // Because a page token comes with its page only, and without it the rest of the calendar could not be read.
        page = await listEvents(accountId, { ...query, fields: fieldMasks.namesPage }, signal);
        read = readNamesPage;
      }
      if (!page.ok) return page;
      const events = read(page.value, context);
      logUnreadable('events.list', events.unreadable);
      return ok({ ...events, coverage: { of: position.syncToken === null ? 'everything' : 'changes' } });
    },

    look: sendCalls,

    async write(accountId, writes, signal) {
      const replies = new Map<WriteCall, ProviderReply>();
      const send = async (parts: readonly WriteCall[]): Promise<void> => {
        const answers = parts.length === 0 ? [] : await sendCalls(accountId, parts, signal);
        for (const [index, part] of parts.entries()) {
          const answer = answers[index];
          if (answer !== undefined) replies.set(part, answer);
        }
      };
      // A slot is there once its series is, and a request has no order in itself.
      await send(writes.flatMap(({ whole, slots }) => (whole === null ? slots : [whole])));
      const made = writes.filter(({ whole }) => whole !== null && replies.get(whole)?.ok === true);
      await send(made.flatMap(({ slots }) => slots));
      return writes.map(({ whole, slots }) => ({
        whole: whole === null ? null : (replies.get(whole) ?? null),
        slots: slots.map((slot) => replies.get(slot) ?? null),
      }));
    },

    async findTagged(accountId, calendarId, pageToken, signal, pageRows) {
      const query = {
        calendarId,
        maxResults: pageRows ?? mostPageRows,
        singleEvents: false,
        showDeleted: false,
        privateExtendedProperty: [`${tagProperties.version}=1`],
        fields: fieldMasks.taggedPage,
        ...(pageToken === null ? {} : { pageToken }),
      };
      const page = await listEvents(accountId, query, signal);
      if (!page.ok) return page;
      const { rows, unreadable } = readEvents(page.value.items, { calendarId, accountEmail: null });
      logUnreadable('events.list', unreadable);
      const live = rows.filter((row) => row.status !== 'cancelled');
      return ok({
        rows: live,
        size: rows.length + unreadable,
        nextPageToken: page.value.nextPageToken ? page.value.nextPageToken : null,
      });
    },

    async findDeleted(accountId, calendarId, pageToken, signal) {
      const query = {
        calendarId,
        maxResults: mostPageRows,
        showDeleted: true,
        fields: fieldMasks.deletedPage,
        ...(pageToken === null ? {} : { pageToken }),
      };
      const page = await listEvents(accountId, query, signal);
      if (!page.ok) return page;
      return ok({
        ids: readDeletedIds(page.value.items),
        size: page.value.items?.length ?? 0,
        nextPageToken: page.value.nextPageToken ? page.value.nextPageToken : null,
      });
    },
  };
}

/** The query of the sync path: nothing but these, because anything else suppresses the sync token (google-calendar.md §0.3). */
function readQuery(position: ReadPosition): calendar_v3.Params$Resource$Events$List {
  return {
    maxResults: position.pageRows ?? mostPageRows,
    singleEvents: false,
    fields: fieldMasks.eventPage,
    ...(position.syncToken === null ? {} : { syncToken: position.syncToken }),
    ...(position.pageToken === null ? {} : { pageToken: position.pageToken }),
  };
}

interface Indexed {
  readonly call: ProviderCall;
  readonly index: number;
}

/** A call that has no final reply yet. */
interface Open extends Indexed {
  /** What became of it last, or null before the first attempt. */
  readonly failure: ProviderFailure | null;
  /** Whether some attempt may have been carried out without our seeing it. */
  readonly outcomeUnknown: boolean;
}

type PartOutcome =
  { readonly kind: 'reply'; readonly reply: ProviderReply } | { readonly kind: 'verdict'; readonly verdict: Verdict };

type VerdictAgain = Verdict & { readonly kind: 'again' };

/** When parts of one batch want different things: the most patient one wins. */
const reasonsToWait: readonly VerdictAgain['why'][] = ['rate-limit', 'trouble', 'offline', 'unauthorised'];

/** Failures of one part that every other part of the account would meet as well. */
const hopelessKinds: ReadonlySet<ProviderFailure['kind']> = new Set<ProviderFailure['kind']>([
  'quota-exhausted',
  'permission-missing',
  'api-disabled',
  'not-served',
]);

type AnsweredJson =
  | Exclude<JsonBody, { readonly kind: 'none' }>
  /** No success, or none that makes sense. */
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Takes an answer, of a whole request or of a part; returns what it says. */
function readAnswer(answer: Answer): AnsweredJson {
  const body = isSuccess(answer) ? readJson(answer.body) : null;
  return body === null || body.kind === 'none' ? { kind: 'refused', answer } : body;
}

const isSuccess = (answer: Answer): boolean => answer.status >= 200 && answer.status < 300;
const totalCost = (open: readonly Indexed[]): number => open.reduce((sum, item) => sum + costOf(item.call), 0);

const again = (item: Open, verdict: VerdictAgain): Open => ({
  ...item,
  failure: verdict.failure,
  outcomeUnknown: item.outcomeUnknown || verdict.outcomeUnknown,
});

function failureAt(ending: Ending): ProviderFailure {
  return ending.kind === 'held'
    ? failureOf('rate-limited', null, 'asked to rest for longer than we wait')
    : failureOf('cancelled', null, null);
}

const places: Readonly<Record<ProviderCall['kind'], Place['call']>> = {
  insert: 'insert',
  replace: 'change',
  patch: 'change',
  'patch-slot': 'change',
  delete: 'delete',
  remove: 'change',
  get: 'get',
  'find-slot': 'get',
};

const placeOf = (call: ProviderCall): Place => ({
  call: places[call.kind],
  calendarId: call.calendarId,
  positioned: false,
});

/** A part without an answer, in a batch that was cut short: it may have been carried out. */
const missingPart = (item: Open): PartOutcome => ({
  kind: 'verdict',
  verdict: classifyFault({ code: 'PART_MISSING', connecting: false }, placeOf(item.call)),
});

function readReply(item: Open, answer: Answer, now: number): PartOutcome {
  const { call } = item;
  const place = placeOf(call);
  const gone = answer.status === 404 || answer.status === 410;
  // Because an earlier attempt whose answer was lost has deleted it: that is what was asked for (google-calendar.md §7.6).
  const isRemoval = call.kind === 'delete' || call.kind === 'remove';
  if ((call.kind === 'delete' && isSuccess(answer)) || (isRemoval && gone && item.outcomeUnknown)) {
    return { kind: 'reply', reply: ok(null) };
  }
  const body = readAnswer(answer);
  if (body.kind === 'refused') return { kind: 'verdict', verdict: classifyAnswer(answer, place, now) };
  if (body.kind === 'too-much') return { kind: 'reply', reply: err(tooLarge(place)) };
  const json = body.value;
  const context: RowContext = { calendarId: call.calendarId, accountEmail: null };
  if (call.kind === 'find-slot') {
    const page = wireEventPageSchema.safeParse(json).data;
    const reply: ProviderReply =
      page === undefined
        ? err(failureOf('malformed', call.calendarId, `${call.kind}: no envelope`))
        : ok(readSlot(page, call.eventId, call.slotKey, context));
    return { kind: 'reply', reply };
  }
  const row = readEvent(json, context);
  if (row === null) {
    return { kind: 'reply', reply: err(failureOf('malformed', call.calendarId, `${call.kind}: no event`)) };
  }
  // Whoever asks for one event concludes from the answer that this one is gone, moved or not ours.
  return call.kind === 'get' && row.id !== call.eventId
    ? { kind: 'reply', reply: err(failureOf('malformed', call.calendarId, 'get: another event')) }
    : { kind: 'reply', reply: ok(row) };
}

/** Takes an open call; returns it as a part of a batch. Nobody is ever notified (design.md, "One cycle"). */
function partOf(item: Indexed): BatchPart {
  const { call, index } = item;
  const events = `/calendar/v3/calendars/${encodeURIComponent(call.calendarId)}/events`;
  const event = `${events}/${encodeURIComponent(call.eventId)}`;
  const fields = `fields=${encodeURIComponent(fieldMasks.event)}`;
  const quiet = 'sendUpdates=none';
  switch (call.kind) {
    case 'insert':
      return {
        id: index,
        method: 'POST',
        path: `${events}?${quiet}&${fields}`,
        ifMatch: null,
        body: { id: call.eventId, ...wholeBody(call.content, call.tag) },
      };
    case 'replace':
      return {
        id: index,
        method: 'PUT',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: wholeBody(call.content, call.tag),
      };
    case 'patch':
      return {
        id: index,
        method: 'PATCH',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: patchBody(call.content, call.tag, call.withColour),
      };
    case 'patch-slot':
      return {
        id: index,
        method: 'PATCH',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: slotBody(call.content),
      };
    case 'delete':
      return { id: index, method: 'DELETE', path: `${event}?${quiet}`, ifMatch: call.etag, body: null };
    case 'remove':
      return {
        id: index,
        method: 'PUT',
        path: `${event}?${quiet}&${fields}`,
        ifMatch: call.etag,
        body: removalBody(call.content, call.tag, call.mark),
      };
    case 'get':
      return {
        id: index,
        method: 'GET',
        path: `${event}?fields=${encodeURIComponent(fieldMasks.look)}`,
        ifMatch: null,
        body: null,
      };
    case 'find-slot': {
      const query = new URLSearchParams({
        originalStart: writeOriginalStart(call.slotKey),
        showDeleted: 'true',
        fields: fieldMasks.slotPage,
      });
      return { id: index, method: 'GET', path: `${event}/instances?${query.toString()}`, ifMatch: null, body: null };
    }
  }
}
