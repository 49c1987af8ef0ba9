import { describe, expect, it } from 'vitest';
import { cautiousNow, datedNow, isAhead, isClockWrong, isVoidSince } from '../../src/main/core/clocks.ts';
import { pauseAt } from '../../src/main/core/schedule.ts';
import { clockError } from '../../src/shared/clock-error.ts';
import { day, hour, minute } from '../../src/shared/time.ts';

const now = Date.UTC(2026, 2, 23, 8);

describe('a clock that differs from that of the service', () => {
  it.each([
    [null, false],
    [0, false],
    [5 * minute, false],
    [-5 * minute, false],
    [5 * minute + 1, true],
    [-365 * day, true],
  ])('by %j is wrong: %j', (offset, wrong) => {
    expect(isClockWrong(offset)).toBe(wrong);
  });

  it('dates by the service, and takes for past only what both take for it', () => {
    expect([datedNow(now, null), cautiousNow(now, null)]).toEqual([now, now]);
    expect([datedNow(now, minute), cautiousNow(now, -minute)]).toEqual([now, now]);
    // Ahead by a year: the service is right. Behind by a year: nothing of this year is over.
    expect([datedNow(now, -365 * day), cautiousNow(now, -365 * day)]).toEqual([now - 365 * day, now - 365 * day]);
    expect([datedNow(now, 365 * day), cautiousNow(now, 365 * day)]).toEqual([now + 365 * day, now]);
  });

  it.each([
    [-6 * minute, '6 minutes fast'],
    [90 * minute, '1 hour slow'],
    [-2 * day - hour, '2 days fast'],
    [400 * day, '1 year slow'],
  ])('by %j is said as %j', (offset, words) => {
    expect(clockError(offset)).toBe(words);
  });
});

describe('an end that a wrong clock has set', () => {
  it('counts as ended where it lies further ahead than it ever may', () => {
    expect(isAhead(now + hour, now, 3 * hour)).toBe(true);
    expect(isAhead(now - 1, now, 3 * hour)).toBe(false);
    expect(isAhead(now + 365 * day, now, 3 * hour)).toBe(false);
  });

  it('of a pause is none, but a pause until tomorrow or until it is resumed is one', () => {
    expect(pauseAt(now + 24 * hour, now)).toBe(now + 24 * hour);
    expect(pauseAt(now + 365 * day, now)).toBeNull();
    expect(pauseAt('forever', now)).toBe('forever');
  });

  it('is void as a since that lies ahead', () => {
    expect(isVoidSince(now + 365 * day, now)).toBe(true);
    expect(isVoidSince(now + minute, now)).toBe(false);
    expect(isVoidSince(now - 365 * day, now)).toBe(false);
  });
});
