import type { Progress } from '../../../shared/dto.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { second } from '../../../shared/time.ts';
import { Failures } from '../../engine/access.ts';
import { pull } from '../../engine/cycle.ts';
import type { RunScope } from '../../engine/deps.ts';
import { leaseTime } from '../../engine/lease.ts';
import { pullCalendars } from '../../engine/pull.ts';
import type { CalendarRecord } from '../../ports/store.ts';
import type { OAuthClient } from '../../ports/tokens.ts';
import { diskFailureOf } from '../../store/index.ts';
import type { LongTask } from '../calsync.ts';
import { createMutex, type Mutex } from '../mutex.ts';
import type { Parts } from '../parts.ts';
import type { Live } from './live.ts';

/** How long what ends a run waits for one of another process, which ends at its next request because of the pause. */
export const runPatience = 30 * second;

type Pulled = Awaited<ReturnType<typeof pull>>;

/** How long tasks are done: one after the other, and each with what it is allowed. */
export interface Work {
  /** Aborted once all is over. */
  readonly closing: AbortSignal;
  readonly exclusive: Mutex;
  /** Runs work that stores, one at a time here; a disk that fails under it is a failure like any other. */
  exclusiveStoring<Value>(work: () => Promise<Result<Value, AppError>>): Promise<Result<Value, AppError>>;
  /**
   * Runs work that talks to the provider: one at a time here, and alone among all processes. Takes how long it waits for another
   * process, in milliseconds; none unless told. Fails with `busy-elsewhere`, `client-missing` or `keychain-failed`.
   */
  leased<Value>(work: () => Promise<Result<Value, AppError>>, patience?: number): Promise<Result<Value, AppError>>;
  /** Takes how a person wants a task done and the number of its run; returns what its steps are given. */
  scopeOf(options: LongTask, run: number): RunScope;
  /** Returns the number of the newest run, 0 before the first. */
  currentRun(): number;
  /** Reads some calendars, in use or not; fails where one of them cannot be read, because what is said of it would be a guess. */
  readFor(options: LongTask, which: (calendar: CalendarRecord) => boolean): Promise<Result<void, AppError>>;
  /** Reads what changed in each calendar in use; fails where none could be read. Takes what its steps are given. */
  readAll(scope: RunScope): Promise<Result<Pulled, AppError>>;
  /** Stops what goes on at its next safe point, and resolves when nothing does. */
  end(): Promise<void>;
}

/** Takes all parts and how things stand; returns what long tasks are done with. */
export function createWork(parts: Parts, live: Live): Work {
  const { store, engine, clock } = parts;
  const exclusive = createMutex();
  const closing = new AbortController();

  /** Ends what goes on beside a step that could not be stored: nobody waits for it any more. */
  let unstored = new AbortController();
  const storing = async <Value>(work: () => Promise<Result<Value, AppError>>): Promise<Result<Value, AppError>> => {
    try {
      return await work();
    } catch (fault) {
      const failure = diskFailureOf(fault);
      if (failure === null) throw fault;
      unstored.abort();
      unstored = new AbortController();
      return err(failure);
    }
  };
  const exclusiveStoring: Work['exclusiveStoring'] = (work) => exclusive(() => storing(work));

  const scopeOf: Work['scopeOf'] = (options, run) => ({
    run,
    signal: AbortSignal.any([
      closing.signal,
      unstored.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]),
    onProgress: (step: Progress) => {
      options.onProgress?.(step);
      const counts = step.phase === 'writing' || step.phase === 'removing';
      const { done, total, nearLeft } = step;
      live.facts.progress =
        counts && total !== null ? { done, total, ...(nearLeft === undefined ? {} : { nearLeft }) } : null;
      live.changed();
    },
  });
  const currentRun = (): number => store.lastRuns(1)[0]?.id ?? 0;

  return {
    closing: closing.signal,
    exclusive,
    exclusiveStoring,
    leased: (work, patience = 0) =>
      exclusiveStoring(async () => {
        const client = await broughtClient(parts);
        if (!client.ok) return client;
        const giveUpAt = clock.now() + patience;
        let lease = store.takeLease(engine.holder, clock.now(), leaseTime);
        while (!lease.ok && clock.now() < giveUpAt && !closing.signal.aborted) {
          await clock.sleep(second / 2, closing.signal);
          lease = store.takeLease(engine.holder, clock.now(), leaseTime);
        }
        if (!lease.ok) return lease;
        try {
          return await work();
        } finally {
          store.dropLease(engine.holder);
          live.facts.progress = null;
          live.changed();
        }
      }),
    scopeOf,
    currentRun,
    readFor: async (options, which) => {
      const failures = new Failures();
      await pullCalendars(engine, scopeOf(options, currentRun() + 1), failures, which);
      const [first] = failures.all;
      return first === undefined ? ok(undefined) : err(first);
    },
    readAll: async (scope) => {
      const failures = new Failures();
      const pulled = await pull(engine, scope, failures, { alwaysList: false });
      const [first] = failures.all;
      return first !== undefined && pulled.read.size === 0 ? err(first) : ok(pulled);
    },
    end: async () => {
      closing.abort();
      await exclusive(() => Promise.resolve());
    },
  };
}

/** Returns the OAuth client. Fails with `client-missing`, or `keychain-failed` where it cannot be told whether there is one. */
export async function broughtClient(parts: Parts): Promise<Result<OAuthClient, AppError>> {
  const client = await parts.client();
  if (!client.ok) return client;
  return client.value === null ? err(appError('client-missing')) : ok(client.value);
}
