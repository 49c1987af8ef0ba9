import { describe, expect, it } from 'vitest';
import { matterFor, words } from '../../src/renderer/words.ts';
import { appError, errorCodes } from '../../src/shared/errors.ts';
import { messageFor } from '../../src/shared/messages.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import { exampleHold } from '../support/fake-calsync.ts';

describe('what the page says of a failure', () => {
  it.each(errorCodes)('%s: what the app says of it, with nothing of its own', (code) => {
    const error = appError(code, 'work@example.com');
    expect(matterFor(error)).toEqual(messageFor(error, 'app'));
  });

  it.each([
    ['needs-sign-in', 'sign-in'],
    ['calendar-gone', 'show-calendar'],
    ['paused', 'resume'],
    ['offline', 'try-again'],
    ['quota-exhausted', 'wait'],
  ] as const)('%s: the button does %s', (code, step) => {
    expect(matterFor(appError(code)).step).toBe(step);
  });
});

describe('relative times', () => {
  const now = 100 * day;
  it.each([
    [0, 'a moment ago'],
    [-5 * minute, 'a moment ago'],
    [59_999, 'a moment ago'],
    [minute, '1 minute ago'],
    [59 * minute, '59 minutes ago'],
    [hour, '1 hour ago'],
    [25 * hour, '1 day ago'],
    [3 * day, '3 days ago'],
  ])('%d ms back', (passed, text) => {
    expect(words.ago(now - passed, now)).toBe(text);
  });

  it.each([
    [-minute, 'next in a moment'],
    [30_000, 'next in a moment'],
    [3 * minute, 'next in 3 min'],
    [2 * hour, 'next in 2 h'],
  ])('%d ms ahead', (left, text) => {
    expect(words.next(now + left, now)).toBe(text);
  });
});

describe('counts in words', () => {
  it.each([
    [{ add: 12, change: 40, remove: 3 }, 2, 'This will add 12, change 40, remove 3 blocks in 2 calendars.'],
    [{ add: 1, change: 0, remove: 0 }, 1, 'This will add 1 block in 1 calendar.'],
    [{ add: 0, change: 0, remove: 2 }, 1, 'This will remove 2 blocks in 1 calendar.'],
  ])('%j in %d', (counts, calendars, text) => {
    expect(words.previewSummary(counts, calendars)).toBe(text);
  });

  it.each([
    ['mass-deletion', 1, '1 block would go, because the event behind it left Work.'],
    ['mass-deletion', 38, '38 blocks would go, because the events behind them left Work.'],
    ['external-wipe', 1, '1 block has disappeared from Work at once.'],
    ['external-wipe', 38, '38 blocks have disappeared from Work at once.'],
  ] as const)('%s of %d', (kind, count, text) => {
    expect(words.hold(exampleHold({ kind, count })).sentence).toBe(text);
  });

  it.each([
    [1, 'CalSync did not remove it, and has not put it back yet.'],
    [38, 'CalSync did not remove them, and has put none back yet.'],
  ])('what became of %d', (count, text) => {
    expect(words.hold(exampleHold({ kind: 'external-wipe', count })).meaning).toBe(text);
  });
});
