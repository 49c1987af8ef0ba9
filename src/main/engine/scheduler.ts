import type { Trigger } from '../../shared/dto.ts';
import type { Instant } from '../../shared/time.ts';
import { second } from '../../shared/time.ts';
import { isDue, nextRunAt } from '../core/schedule.ts';
import type { Clock, Random } from '../ports/clock.ts';

/** How often the wall clock is looked at. A timer over the whole interval would sleep through a suspended laptop. */
const look = 15 * second;

export interface SchedulerDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Runs one cycle; never rejects. */
  readonly run: (trigger: Trigger) => Promise<void>;
  readonly intervalMinutes: () => number;
  readonly isPaused: () => boolean;
  /** Told when the time of the next run has changed. */
  readonly onPlanned: (next: Instant) => void;
}

export interface Scheduler {
  /** Asks for a run soon. While one is running, any number of requests make one more. */
  request(trigger: Trigger): void;
  nextAt(): Instant;
  stop(): void;
}

/**
 * Starts the rhythm: a run at once, then one every interval ± 10 % of wall-clock time, decided by looking at the clock;
 * one at a time. Paused: nothing runs, and the first look after the pause does.
 */
export function startScheduler(deps: SchedulerDeps): Scheduler {
  const { clock, random } = deps;
  const stopped = new AbortController();
  let wanted: Trigger | null = 'start';
  let dueAt = clock.now();
  let wake = new AbortController();

  const loop = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const due = isDue(dueAt, clock.now(), deps.intervalMinutes());
      const trigger = wanted ?? (due ? 'interval' : null);
      if (trigger !== null && !deps.isPaused()) {
        wanted = null;
        dueAt = nextRunAt(clock.now(), deps.intervalMinutes(), random.fraction());
        deps.onPlanned(dueAt);
        await deps.run(trigger);
        continue;
      }
      wake = new AbortController();
      const untilDue = Math.max(dueAt - clock.now(), second);
      await clock.sleep(Math.min(look, untilDue), AbortSignal.any([stopped.signal, wake.signal]));
    }
  };
  void loop();
  return {
    request: (trigger) => {
      wanted = trigger;
      wake.abort();
    },
    nextAt: () => dueAt,
    stop: () => stopped.abort(),
  };
}
