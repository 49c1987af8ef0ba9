import { describe, expect, it } from 'vitest';
import { nextDateOf } from '../../src/main/core/nearest.ts';
import type { PlainOperation } from '../../src/main/core/model.ts';
import type { EventTime } from '../../src/shared/time.ts';

const now = Date.parse('2026-03-25T12:00:00Z');
const far = Date.parse('9999-01-01T00:00:00Z');
const at = (dateTime: string, timeZone = 'Europe/Berlin'): EventTime => ({ dateTime, timeZone });

function dateOf(start: EventTime, end: EventTime, recurrence: readonly string[] = []): number {
  return nextDateOf({ kind: 'create', content: { start, end, recurrence } } as unknown as PlainOperation, now);
}

/** The day on which a weekly or other series that began on 2 March 2026 at nine comes next; `over` where it does not. */
function next(...recurrence: readonly string[]): string {
  const date = dateOf(at('2026-03-02T09:00:00'), at('2026-03-02T10:00:00'), recurrence);
  return date > far ? 'over' : new Date(date).toISOString().slice(0, 10);
}

describe('the next date of a write', () => {
  it('is when a single event begins, whatever the form of its times', () => {
    expect(dateOf(at('2026-03-27T10:00:00'), at('2026-03-27T11:00:00'))).toBe(Date.parse('2026-03-27T10:00:00Z'));
    expect(dateOf(at('2026-03-27T10:00:00+01:00'), at('2026-03-27T11:00:00+01:00'))).toBe(
      Date.parse('2026-03-27T09:00:00Z'),
    );
    expect(dateOf({ date: '2026-03-27' }, { date: '2026-03-28' })).toBe(Date.parse('2026-03-27T00:00:00Z'));
  });

  it('comes behind all that is ahead where it is over, the latest first', () => {
    const [lately, long] = ['2026-03-20', '2025-03-20'].map((day) =>
      dateOf(at(`${day}T10:00:00`), at(`${day}T11:00:00`)),
    );
    expect(lately).toBeGreaterThan(far);
    expect(long).toBeGreaterThan(lately ?? 0);
    // What goes on now is not over.
    expect(dateOf({ date: '2026-03-01' }, { date: '2026-04-01' })).toBeLessThan(now);
  });

  it.each([
    ['RRULE:FREQ=DAILY', '2026-03-24'],
    ['RRULE:FREQ=WEEKLY', '2026-03-30'],
    ['RRULE:FREQ=WEEKLY;BYDAY=FR,SA', '2026-03-27'],
    ['RRULE:FREQ=WEEKLY;INTERVAL=8', '2026-04-27'],
    ['RRULE:FREQ=MONTHLY', '2026-04-02'],
    ['RRULE:FREQ=YEARLY', '2027-03-02'],
    ['RRULE:FREQ=WEEKLY;COUNT=3', 'over'],
    ['RRULE:FREQ=WEEKLY;UNTIL=20260316T080000Z', 'over'],
    ['RRULE:FREQ=MONTHLY;COUNT=1', 'over'],
    ['RRULE:FREQ=DAILY;INTERVAL=900', '2027-04-28'],
    ['no rule at all', 'over'],
  ])('of a series is its next slot: %s', (rule, day) => {
    expect(next(rule)).toBe(day);
  });

  it('of a series with dates of its own is the nearest of them', () => {
    expect(next('RRULE:FREQ=YEARLY', 'RDATE;TZID=Europe/Berlin:20260301T090000,20260402T090000')).toBe('2026-04-02');
  });

  it('of a slot is its own, or where it moves to', () => {
    const slot = { kind: 'cancel-slot', slotKey: '20260410T080000Z' } as unknown as PlainOperation;
    expect(nextDateOf(slot, now)).toBe(Date.parse('2026-04-10T08:00:00Z'));
    const times = { start: at('2026-03-26T10:00:00'), end: at('2026-03-26T11:00:00'), recurrence: [] };
    const moved = { kind: 'put-slot', slotKey: '20260410T080000Z', content: times } as unknown as PlainOperation;
    expect(nextDateOf(moved, now)).toBe(Date.parse('2026-03-26T10:00:00Z'));
  });

  it('of what makes no sense, or says no time, is now', () => {
    expect(dateOf(at('soon'), at('later'))).toBe(now);
    expect(nextDateOf({ kind: 'delete', times: null } as unknown as PlainOperation, now)).toBe(now);
  });
});
