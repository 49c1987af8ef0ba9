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
  type ProviderFailure,
  type ProviderReply,
  type ReadPosition,
  type RequestObserver,
  type WriteCall,
} from '../../ports/provider.ts';
import type { AccessTokens } from '../../ports/tokens.ts';
import { readAnswer, type AnsweredJson } from './answers.ts';
import type { GoogleEndpoints } from './endpoints.ts';
import {
  classifyAnswer,
  classifyFault,
  failureAt,
  failureOf,
  fromTokenFailure,
  logAgain,
  tooLarge,
  type Place,
  type Verdict,
} from './failures.ts';
import { createLimiter, type Attempt } from './limiter.ts';
import type { AnswerLimits } from './limits.ts';
import {
  mostInBatch,
  readCalendars,
  readDeletedIds,
  readEventPage,
  readEvents,
  readNamesPage,
  type RowContext,
} from './translate.ts';
import { createSender } from './sender.ts';
import { createTransport, type Exchange } from './transport.ts';
import { fieldMasks, wireCalendarPageSchema, wireEventPageSchema, type WireEventPage } from './wire.ts';

export interface GoogleProviderOptions {
  /** Where Google is: `googleEndpoints`, or those of another server by `googleEndpointsAt`. */
  readonly baseUrl: GoogleEndpoints;
  readonly tokens: AccessTokens;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly observer?: RequestObserver;
  /** Units of quota of each account in any minute; Google's 600 unless told (google-calendar.md §0.16). */
  readonly unitsPerMinute?: number;
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
/** Enough that twenty calendars take no longer than five did, and no burst that anybody would notice. */
const readsAtOnce = 4;

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
    unitsPerMinute: options.unitsPerMinute ?? 600,
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
  const sendCalls = createSender({ tokens, clock, logger, observer, limiter, transport, maxBatch });

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
      logAgain(logger, verdict, place.call);
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

  return {
    clockOffset: () => offset,
    readsAtOnce: () => readsAtOnce,

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
