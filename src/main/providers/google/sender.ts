import type { AccountId } from '../../../shared/ids.ts';
import { err } from '../../../shared/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ProviderCall, ProviderFailure, ProviderReply, RequestObserver } from '../../ports/provider.ts';
import type { AccessTokens } from '../../ports/tokens.ts';
import { costOf, missingPart, partOf, placeOf, readReply, type Indexed, type Open } from './calls.ts';
import {
  classifyAnswer,
  classifyFault,
  failureAt,
  failureOf,
  fromTokenFailure,
  logAgain,
  tooLarge,
  type Answer,
  type Place,
  type Verdict,
  type VerdictAgain,
} from './failures.ts';
import type { Attempt, Limiter } from './limiter.ts';
import type { Transport } from './transport.ts';
import { createZoneNames } from './zones.ts';

/** What batches are sent with. */
export interface SenderOptions {
  readonly tokens: AccessTokens;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: RequestObserver;
  readonly limiter: Limiter;
  readonly transport: Transport;
  /** Calls in one batch request; 1 or more. */
  readonly maxBatch: number;
}

/** Takes an account and calls, however many; returns a reply for each, in their order. */
export type Send = (
  accountId: AccountId,
  calls: readonly ProviderCall[],
  signal?: AbortSignal,
) => Promise<readonly ProviderReply[]>;

/** When parts of one batch want different things: the most patient one wins. */
const reasonsToWait: readonly VerdictAgain['why'][] = ['rate-limit', 'trouble', 'offline', 'unauthorised'];

/** Failures of one part that every other part of the account would meet as well. */
const hopelessKinds: ReadonlySet<ProviderFailure['kind']> = new Set<ProviderFailure['kind']>([
  'quota-exhausted',
  'permission-missing',
  'api-disabled',
  'not-served',
]);

const totalCost = (open: readonly Indexed[]): number => open.reduce((sum, item) => sum + costOf(item.call), 0);

const again = (item: Open, verdict: VerdictAgain): Open => ({
  ...item,
  failure: verdict.failure,
  outcomeUnknown: item.outcomeUnknown || verdict.outcomeUnknown,
});

/**
 * Takes what batches are sent with; returns what makes calls in batch requests, one after the other for each account, until each call is
 * settled (google-calendar.md §4.3).
 */
export function createSender({ tokens, clock, logger, observer, limiter, transport, maxBatch }: SenderOptions): Send {
  const zoneNames = createZoneNames();
  /** The last batch of each account, so that the next one waits for it. */
  const sending = new Map<AccountId, Promise<unknown>>();

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
      logAgain(logger, verdict, 'batch');
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

  return sendCalls;
}
