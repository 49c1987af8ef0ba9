import type { AccountId } from '../../../shared/ids.ts';
import { hour, minute, second, type Instant } from '../../../shared/time.ts';
import type { Clock, Random } from '../../ports/clock.ts';

export interface LimiterOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Units of quota that an account may use in any minute that slides, the first one included (google-calendar.md §0.16). */
  readonly unitsPerMinute: number;
  /** Told until when an account waits because the service asked for it, and not for our own pace; returns what is called at its end. */
  readonly onRest?: (until: Instant) => () => void;
}

/** What came of one attempt. */
export type Attempt =
  | { readonly kind: 'settled' }
  | {
      readonly kind: 'again';
      readonly why: 'rate-limit' | 'trouble' | 'slow' | 'offline' | 'unauthorised';
      /** Milliseconds that the provider asked us to wait, or null. */
      readonly retryAfter: number | null;
      /** What the next attempt costs, in units. */
      readonly cost: number;
    };

/** How it ended: by the caller's own account, or because patience did. */
export type Ending =
  | { readonly kind: 'settled' }
  /** After the last attempt that was worth making; what it left open stays open. */
  | { readonly kind: 'gave-up' }
  /** The account must rest for longer than we wait: no (further) attempt was made. */
  | { readonly kind: 'held' }
  | { readonly kind: 'cancelled' };

export interface Limiter {
  /**
   * Takes an account, the cost of the first attempt in units, and the attempt; makes it when the account's budget
   * allows, and again as often as its outcome deserves. Never rejects unless the attempt does.
   */
  run(
    accountId: AccountId,
    cost: number,
    attempt: () => Promise<Attempt>,
    signal: AbortSignal | undefined,
  ): Promise<Ending>;
}

/** Attempts in all, where waiting may help. */
const maxAttempts = 6;
/** Because being offline should show within a second, not after a minute of hoping. */
const maxOfflineAttempts = 2;
/** Because each may have taken two minutes, and the other calendars of the account wait for it. */
const maxSlowAttempts = 2;
const offlineDelay = 250;
const maxDelay = 64 * second;
/** The longest rest that is waited for; whoever asks for a longer one is left alone until then. */
const maxRest = 2 * minute;

/**
 * Takes how many attempts have failed (from 1) and a fraction; returns how long to wait, in milliseconds: truncated
 * exponential backoff with up to a second of jitter (google-calendar.md §4.2).
 */
export function backoff(failedAttempts: number, fraction: number): number {
  return Math.min(2 ** (failedAttempts - 1) * second + Math.floor(fraction * second), maxDelay);
}

type Payment = 'paid' | 'held' | 'cancelled';

/** Takes a signal; returns a promise that resolves when it is aborted, and what stops listening. */
function whenAborted(signal: AbortSignal | undefined): { promise: Promise<'cancelled'>; dispose: () => void } {
  let listener: (() => void) | undefined;
  const promise = new Promise<'cancelled'>((resolve) => {
    if (signal?.aborted === true) resolve('cancelled');
    listener = () => resolve('cancelled');
    signal?.addEventListener('abort', listener);
  });
  return {
    promise,
    dispose: () => {
      if (listener !== undefined) signal?.removeEventListener('abort', listener);
    },
  };
}

/** A minute, and as long as a request may have been under way: the service counts by when they arrive, and one that was late may meet the next. */
const window = minute + 2 * second;
/** After a limit was met: somebody else uses the same quota, another computer or program of the person. */
const slowFor = hour;
const slowed = 0.5;

interface Budget {
  /** What was used within the last window, oldest first. */
  readonly used: { at: Instant; readonly units: number }[];
  /** Their sum. */
  units: number;
  countedAt: Instant;
  /** Until when half of the pace is kept. */
  slowUntil: Instant;
  /** Until when the whole account rests, because the provider said so. */
  restsUntil: Instant;
  /** The last to queue: first come, first served, otherwise a large batch could starve. */
  queue: Promise<unknown>;
}

/**
 * Takes clock, chance and a rate; returns a limiter with a sliding minute for each account. All retrying happens inside, so
 * that retries are paid for like anything else.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { clock, random } = options;
  const most = Math.max(1, options.unitsPerMinute);
  const budgets = new Map<AccountId, Budget>();

  function budgetOf(accountId: AccountId): Budget {
    const known = budgets.get(accountId);
    if (known !== undefined) return known;
    const fresh: Budget = {
      ...{ used: [], units: 0, countedAt: clock.now(), slowUntil: 0, restsUntil: 0 },
      queue: Promise.resolve(),
    };
    budgets.set(accountId, fresh);
    return fresh;
  }

  /** Takes an account's budget; forgets what was used before its window. */
  function slide(budget: Budget): void {
    const now = clock.now();
    const passed = now - budget.countedAt;
    budget.countedAt = now;
    if (passed < 0) {
      // Because somebody set the clock back, and the account must not rest for that long on top.
      budget.restsUntil += passed;
      budget.slowUntil += passed;
      for (const one of budget.used) one.at += passed;
    }
    for (let first = budget.used[0]; first !== undefined && first.at + window <= now; first = budget.used[0]) {
      budget.units -= first.units;
      budget.used.shift();
    }
  }

  /** Takes a budget that has slid, and a cost; returns after how many milliseconds there is room for it. */
  function roomIn(budget: Budget, cost: number): number {
    const now = clock.now();
    const capacity = budget.slowUntil > now ? Math.max(1, Math.floor(most * slowed)) : most;
    // Because a batch may cost more than a minute holds: it goes when the minute is empty, and the next one waits for all of it.
    let over = budget.units + Math.min(cost, capacity) - capacity;
    for (const { at, units } of budget.used) {
      if (over <= 0) return 0;
      over -= units;
      if (over <= 0) return at + window - now;
    }
    return 0;
  }

  async function pay(budget: Budget, cost: number, signal: AbortSignal | undefined): Promise<Payment> {
    for (;;) {
      if (signal?.aborted === true) return 'cancelled';
      slide(budget);
      const rest = budget.restsUntil - clock.now();
      if (rest > maxRest) return 'held';
      if (rest > 0) {
        const end = options.onRest?.(budget.restsUntil);
        await clock.sleep(rest, signal);
        end?.();
        continue;
      }
      const wait = roomIn(budget, cost);
      if (wait <= 0) {
        budget.used.push({ at: clock.now(), units: cost });
        budget.units += cost;
        return 'paid';
      }
      await clock.sleep(wait, signal);
    }
  }

  async function enqueue(budget: Budget, cost: number, signal: AbortSignal | undefined): Promise<Payment> {
    const turn = budget.queue.then(() => pay(budget, cost, signal));
    budget.queue = turn;
    // Whoever is called off need not wait for those before it; its turn comes, sees the signal, and costs nothing.
    const aborted = whenAborted(signal);
    try {
      return await Promise.race([turn, aborted.promise]);
    } finally {
      aborted.dispose();
    }
  }

  return {
    async run(accountId, firstCost, attempt, signal) {
      const budget = budgetOf(accountId);
      let cost = firstCost;
      let failed = 0;
      let offline = 0;
      let slow = 0;
      for (;;) {
        const paid = await enqueue(budget, cost, signal);
        if (paid !== 'paid') return { kind: paid };
        const outcome = await attempt();
        if (outcome.kind === 'settled') return outcome;
        if (signal?.aborted === true) return { kind: 'cancelled' };
        cost = outcome.cost;
        if (outcome.why === 'unauthorised') continue;
        if (outcome.why === 'offline') {
          offline += 1;
          if (offline >= maxOfflineAttempts) return { kind: 'gave-up' };
          await clock.sleep(offlineDelay, signal);
          continue;
        }
        failed += 1;
        if (outcome.why === 'slow') slow += 1;
        const delay = Math.max(backoff(failed, random.fraction()), outcome.retryAfter ?? 0);
        if (outcome.why === 'rate-limit') budget.slowUntil = clock.now() + slowFor;
        if (outcome.why === 'rate-limit' || outcome.retryAfter !== null) {
          budget.restsUntil = Math.max(budget.restsUntil, clock.now() + delay);
        }
        if (failed >= maxAttempts || slow >= maxSlowAttempts) return { kind: 'gave-up' };
        if ((outcome.why === 'trouble' || outcome.why === 'slow') && outcome.retryAfter === null)
          await clock.sleep(delay, signal);
      }
    },
  };
}
