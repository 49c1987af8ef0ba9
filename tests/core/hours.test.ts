import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoursTestOf, seriesHours, yearsAround } from '../../src/main/core/hours.ts';
import { slotsWithin } from '../../src/main/core/slots.ts';
import { slotInstant, spanOf } from '../../src/main/core/times.ts';
import type { WorkingHours } from '../../src/shared/dto.ts';
import { weekdaySchema } from '../../src/shared/dto.ts';
import { isDate, minute } from '../../src/shared/time.ts';
import { now, on } from '../support/core-builders.ts';
import '../support/property-seed.ts';

const runs = Number(process.env['CALSYNC_PROPERTY_RUNS'] ?? 300);
const two = (number: number): string => String(number).padStart(2, '0');
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
  .map(([hour, minutes]) => `${two(hour)}:${two(minutes)}`);
const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC');
const weekdays = fc.uniqueArray(fc.constantFrom(...weekdaySchema.options), { minLength: 1 });
const hours: fc.Arbitrary<WorkingHours> = fc.record({
  timeZone: zones,
  days: weekdays,
  from: clock,
  to: fc.oneof(clock, fc.constant('24:00')),
});
const rule = fc.oneof(
  fc.tuple(fc.constantFrom(1, 2, 3)).map(([interval]) => `FREQ=DAILY;INTERVAL=${interval}`),
  fc
    .tuple(fc.constantFrom(1, 2), weekdays)
    .map(([interval, days]) => `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${days.join(',')}`),
  fc.constantFrom('FREQ=WEEKLY', 'FREQ=MONTHLY;BYMONTHDAY=31', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=DAILY;COUNT=9'),
);
const series = fc
  .record({
    day: fc.integer({ min: 1, max: 28 }),
    at: clock,
    length: fc.integer({ min: 1, max: 2000 }),
    zone: zones,
    rule,
  })
  .map(({ day, at, length, zone, rule: value }) => {
    const start = { dateTime: `2026-02-${two(day)}T${at}:00`, timeZone: zone };
    const span = spanOf(start, null, null);
    if (span === null) throw new Error('no span');
    const endsAt = span.startsAt + length * minute;
    return { span: { ...span, endsAt }, lines: [`RRULE:${value}`] };
  });
const days = fc
  .record({ day: fc.integer({ min: 1, max: 28 }), length: fc.integer({ min: 1, max: 9 }), rule })
  .map(({ day, length, rule: value }) => {
    const span = spanOf(on(`2026-02-${two(day)}`), null, null);
    if (span === null) throw new Error('no span');
    return { span: { ...span, endsAt: span.startsAt + length * 86_400_000 }, lines: [`RRULE:${value}`] };
  });

describe('the hours of a series', () => {
  it('are those of each of its dates, told the short way or the long one', () => {
    fc.assert(
      fc.property(fc.oneof(series, days), hours, ({ span, lines }, chosen) => {
        const test = hoursTestOf(chosen);
        const { from, to } = yearsAround(now);
        const length = span.endsAt - span.startsAt;
        const dates = slotsWithin(span, lines, from, to) ?? [];
        const outside = dates.filter((key) => {
          const startsAt = slotInstant(key) ?? NaN;
          const start = isDate(span.start)
            ? on(`${key.slice(0, 4)}-${key.slice(4, 6)}-${key.slice(6, 8)}`)
            : span.start;
          return !test({ start, end: span.end, startsAt, endsAt: startsAt + length });
        });
        const answer = seriesHours(span, lines, chosen, test, now);
        if (outside.length === 0) expect(answer).toEqual({ kind: 'all' });
        else if (outside.length === dates.length) expect(answer).toEqual({ kind: 'none' });
        else expect(answer).toEqual({ kind: 'some', lines, without: outside });
      }),
      { numRuns: runs },
    );
  });
});
