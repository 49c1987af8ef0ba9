import { describe, expect, it } from 'vitest';
import { groupPlan } from '../../src/renderer/preview.ts';
import { matterFor, words } from '../../src/renderer/words.ts';
import { appError, errorCodes } from '../../src/shared/errors.ts';
import { messageFor } from '../../src/shared/messages.ts';
import { day, hour, minute } from '../../src/shared/time.ts';
import { exampleHold, exampleOperation, exampleSkip } from '../support/fake-calsync.ts';

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
    ['external-wipe', 38, '38 blocks have disappeared from Work at once.'],
  ] as const)('%s of %d', (kind, count, text) => {
    expect(words.holdSentence(exampleHold({ kind, count }))).toBe(text);
  });
});

describe('a plan, grouped', () => {
  it('has each operation in exactly one row, by calendar, effect and reason', () => {
    const preview = groupPlan({
      operations: [
        exampleOperation({ kind: 'delete', reason: 'event-deleted' }),
        exampleOperation(),
        exampleOperation({ kind: 'revive' }),
        exampleOperation({ kind: 'update', reason: 'event-changed' }),
        exampleOperation({ kind: 'put-slot', reason: 'slot-changed' }),
        exampleOperation({ kind: 'cancel-slot', reason: 'slot-changed', start: null }),
        exampleOperation({ targetId: 'other@home.example' }),
      ],
      skips: [exampleSkip(), exampleSkip({ reason: 'free' }), exampleSkip({ reason: 'free' })],
      holds: [],
    });
    expect(preview.counts).toEqual({ add: 3, change: 3, remove: 1 });
    expect(
      preview.targets.map(({ targetId, rows }) => [
        targetId,
        rows.map(({ effect, reason, count, starts }) => [effect, reason, count, starts.length]),
      ]),
    ).toEqual([
      [
        'me@home.example',
        [
          ['add', 'new-event', 2, 2],
          ['change', 'slot-changed', 2, 1],
          ['change', 'event-changed', 1, 1],
          ['remove', 'event-deleted', 1, 1],
        ],
      ],
      ['other@home.example', [['add', 'new-event', 1, 1]]],
    ]);
    expect(preview.left).toEqual([
      { reason: 'free', count: 2 },
      { reason: 'declined', count: 1 },
    ]);
  });

  it('groups ten thousand operations without keeping all their times', () => {
    const operations = Array.from({ length: 10_000 }, () => exampleOperation());
    const [target] = groupPlan({ operations, skips: [], holds: [] }).targets;
    expect(target?.rows[0]).toMatchObject({ count: 10_000 });
    expect(target?.rows[0]?.starts.length).toBeLessThan(100);
  });
});
