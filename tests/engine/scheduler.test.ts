import { describe, expect, it } from 'vitest';
import { isDue, nextRunAt, pauseAt, pauseEnd } from '../../src/main/core/schedule.ts';
import { startScheduler } from '../../src/main/engine/scheduler.ts';
import type { Trigger } from '../../src/shared/dto.ts';
import { hour, minute } from '../../src/shared/time.ts';
import { FakeClock, fixedRandom } from '../support/fake-clock.ts';

const start = Date.UTC(2026, 2, 23, 8);

describe('schedule arithmetic', () => {
  it.each([
    [0, 4.5],
    [0.5, 5],
    [0.999999, 5.5],
  ])('puts the next run five minutes ± 10 %% after the last (chance %d: %d minutes)', (chance, minutes) => {
    expect((nextRunAt(start, 5, chance) - start) / minute).toBeCloseTo(minutes, 4);
  });

  it('is due at its time, and at once when the wall clock was set back', () => {
    expect(isDue(start, start - 1, 5)).toBe(false);
    expect(isDue(start, start, 5)).toBe(true);
    expect(isDue(start, start + hour, 5)).toBe(true);
    expect(isDue(start, start - hour, 5)).toBe(true);
  });

  it.each([
    ['Europe/Berlin', '2026-03-23T23:00:00.000Z'],
    ['America/New_York', '2026-03-24T04:00:00.000Z'],
    ['Nowhere/Known', '2026-03-24T08:00:00.000Z'],
  ])('lets a pause until tomorrow end at midnight in %s', (zone, end) => {
    const until = pauseEnd('tomorrow', start, zone);
    expect(until === 'forever' ? until : new Date(until).toISOString()).toBe(end);
  });

  it('knows when a pause is over', () => {
    expect(pauseEnd('hour', start, 'UTC')).toBe(start + hour);
    expect(pauseEnd('forever', start, 'UTC')).toBe('forever');
    expect(pauseAt(start + 1, start)).toBe(start + 1);
    expect(pauseAt(start, start)).toBeNull();
    expect(pauseAt('forever', start)).toBe('forever');
    expect(pauseAt(null, start)).toBeNull();
  });
});

function rhythm() {
  const clock = new FakeClock({ start });
  const runs: { trigger: Trigger; at: number }[] = [];
  const state = { paused: false, length: 0, running: 0, most: 0 };
  const scheduler = startScheduler({
    clock,
    random: fixedRandom(0.5),
    run: async (trigger) => {
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      runs.push({ trigger, at: (clock.now() - start) / minute });
      await clock.sleep(state.length);
      state.running -= 1;
    },
    intervalMinutes: () => 5,
    isPaused: () => state.paused,
    onPlanned: () => undefined,
  });
  return { clock, runs, state, scheduler };
}

describe('the scheduler', () => {
  it('runs at start and then every five minutes', async () => {
    const { clock, runs, scheduler } = rhythm();
    await clock.advance(16 * minute);
    scheduler.stop();
    expect(runs.map((run) => run.trigger)).toEqual(['start', 'interval', 'interval', 'interval']);
    expect(runs.map((run) => Math.round(run.at))).toEqual([0, 5, 10, 15]);
  });

  it('runs once after a suspended laptop wakes, however much time went by', async () => {
    const { clock, runs, scheduler } = rhythm();
    await clock.advance(minute);
    clock.set(start + 9 * hour);
    await clock.advance(minute);
    scheduler.stop();
    expect(runs).toHaveLength(2);
  });

  it('makes one more run of any number of requests while one is running, and never two at once', async () => {
    const { clock, runs, state, scheduler } = rhythm();
    state.length = minute;
    await clock.advance(10);
    scheduler.request('wake');
    scheduler.request('network');
    scheduler.request('settings');
    await clock.advance(3 * minute);
    scheduler.stop();
    expect(runs.map((run) => run.trigger)).toEqual(['start', 'settings']);
    expect(state.most).toBe(1);
  });

  it('answers a request at once while it waits', async () => {
    const { clock, runs, scheduler } = rhythm();
    await clock.advance(2 * minute);
    scheduler.request('wake');
    await clock.advance(1);
    scheduler.stop();
    expect(runs.map((run) => run.trigger)).toEqual(['start', 'wake']);
  });

  it('does nothing while paused and goes on after it', async () => {
    const { clock, runs, state, scheduler } = rhythm();
    await clock.advance(minute);
    state.paused = true;
    await clock.advance(hour);
    expect(runs).toHaveLength(1);
    state.paused = false;
    await clock.advance(minute);
    scheduler.stop();
    expect(runs).toHaveLength(2);
  });
});
