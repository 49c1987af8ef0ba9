import { describe, expect, it } from 'vitest';
import {
  continueFrom,
  expandSeries,
  producesSlot,
  recurrenceProblem,
  truncateBefore,
} from '../../src/simulator/recurrence.ts';
import type { SeriesShape } from '../../src/simulator/recurrence.ts';
import { localToMs, slotFromKey, slotKey } from '../../src/simulator/time.ts';

function series(local: string, zone: string, ...recurrence: string[]): SeriesShape {
  if (local.length === 10) return { start: { kind: 'date', date: local }, zone, recurrence };
  return { start: { kind: 'timed', ms: localToMs(local, zone), timeZone: zone }, zone, recurrence };
}

function keys(shape: SeriesShape, bounds: Parameters<typeof expandSeries>[1] = {}): string[] {
  return expandSeries(shape, bounds).map(slotKey);
}

describe('expansion keeps the wall clock of the zone', () => {
  it.each([
    [
      'Berlin, spring',
      series('2027-03-27T09:00:00', 'Europe/Berlin', 'RRULE:FREQ=DAILY;COUNT=3'),
      ['20270327T080000Z', '20270328T070000Z', '20270329T070000Z'],
    ],
    [
      'Berlin, in the gap: forward by the gap, and back the day after',
      series('2027-03-27T02:30:00', 'Europe/Berlin', 'RRULE:FREQ=DAILY;COUNT=3'),
      ['20270327T013000Z', '20270328T013000Z', '20270329T003000Z'],
    ],
    [
      'Berlin, autumn overlap: the first occurrence',
      series('2027-10-30T02:30:00', 'Europe/Berlin', 'RRULE:FREQ=DAILY;COUNT=3'),
      ['20271030T003000Z', '20271031T003000Z', '20271101T013000Z'],
    ],
    [
      'New York, spring',
      series('2027-03-09T10:00:00', 'America/New_York', 'RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2'),
      ['20270309T150000Z', '20270316T140000Z'],
    ],
    [
      'New York, in the gap',
      series('2027-03-13T02:15:00', 'America/New_York', 'RRULE:FREQ=DAILY;COUNT=2'),
      ['20270313T071500Z', '20270314T071500Z'],
    ],
    [
      'Lord Howe, half an hour',
      series('2027-04-03T09:00:00', 'Australia/Lord_Howe', 'RRULE:FREQ=DAILY;COUNT=2'),
      ['20270402T220000Z', '20270403T223000Z'],
    ],
    [
      'Lord Howe, in the half-hour gap',
      series('2027-10-02T02:15:00', 'Australia/Lord_Howe', 'RRULE:FREQ=DAILY;COUNT=2'),
      ['20271001T154500Z', '20271002T154500Z'],
    ],
    [
      'all-day: dates without a zone',
      series('2027-03-27', 'Europe/Berlin', 'RRULE:FREQ=DAILY;COUNT=3'),
      ['20270327', '20270328', '20270329'],
    ],
  ])('%s', (_name, shape, expected) => {
    expect(keys(shape)).toEqual(expected);
  });
});

describe('loose forms of Google are understood', () => {
  const daily = (...lines: string[]) => keys(series('2027-03-01T09:00:00', 'Europe/Berlin', ...lines));
  const days = (...lines: string[]) => daily(...lines).map((key) => Number(key.slice(6, 8)));

  it.each([
    ['UNTIL in UTC, inclusive', ['RRULE:FREQ=DAILY;UNTIL=20270303T080000Z'], [1, 2, 3]],
    ['UNTIL in UTC, a second before', ['RRULE:FREQ=DAILY;UNTIL=20270303T075959Z'], [1, 2]],
    ['UNTIL as a date on a timed series', ['RRULE:FREQ=DAILY;UNTIL=20270303'], [1, 2, 3]],
    ['EXDATE with a zone', ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;TZID=Europe/Berlin:20270302T090000'], [1, 3]],
    ['EXDATE in UTC, two in a line', ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE:20270302T080000Z,20270303T080000Z'], [1]],
    ['EXDATE as a date takes the day', ['RRULE:FREQ=DAILY;COUNT=3', 'EXDATE;VALUE=DATE:20270302'], [1, 3]],
    ['EXDATE at another time takes nothing', ['RRULE:FREQ=DAILY;COUNT=2', 'EXDATE:20270302T090000Z'], [1, 2]],
    ['RDATE adds', ['RRULE:FREQ=DAILY;COUNT=1', 'RDATE;TZID=Europe/Berlin:20270310T110000'], [1, 10]],
    ['RDATE as a period', ['RRULE:FREQ=DAILY;COUNT=1', 'RDATE;VALUE=PERIOD:20270310T080000Z/PT1H'], [1, 10]],
    ['RDATE alone keeps the start', ['RDATE;VALUE=DATE:20270305'], [1, 5]],
    ['RRULE:DATE means RDATE', ['RRULE:FREQ=DAILY;COUNT=1', 'RRULE:DATE;VALUE=DATE:20270307'], [1, 7]],
    ['EXRULE takes out', ['RRULE:FREQ=DAILY;COUNT=4', 'EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2'], [2, 4]],
    ['the start counts even when the rule would not give it', ['RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2'], [1, 3, 10]],
  ])('%s', (_name, lines, expected) => {
    expect(days(...lines)).toEqual(expected);
  });

  it('a date-time UNTIL ends an all-day series by its date', () => {
    const shape = series('2027-03-01', 'Europe/Berlin', 'RRULE:FREQ=DAILY;UNTIL=20270303T225959Z');
    expect(keys(shape)).toEqual(['20270301', '20270302', '20270303']);
  });

  it('FREQ=YEARLY;BYMONTHDAY without BYMONTH stays in the month of the start', () => {
    const shape = series('2027-03-05', 'Europe/Berlin', 'RRULE:FREQ=YEARLY;BYMONTHDAY=5;COUNT=3');
    expect(keys(shape)).toEqual(['20270305', '20280305', '20290305']);
  });

  it.each([
    [['RRULE:FREQ=SOMETIMES']],
    [['RRULE:COUNT=3']],
    [['RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270303T080000Z']],
    [['DTSTART:20270303T080000Z']],
    [['EXDATE:tomorrow']],
    [['RDATE:20271341']],
  ])('%j is refused', (lines) => {
    expect(recurrenceProblem(series('2027-03-01T09:00:00', 'Europe/Berlin', ...lines))).toBeTypeOf('string');
  });
});

describe('cutting a series in two', () => {
  const eight = series('2027-03-08T09:00:00', 'Europe/Berlin', 'RRULE:FREQ=WEEKLY;COUNT=8');
  const fourth = slotFromKey('20270329T070000Z', 'Europe/Berlin');

  it('writes UNTIL as local midnight of the cut day minus one second, in UTC', () => {
    const chicago = series('2025-03-11T08:00:00', 'America/Chicago', 'RRULE:FREQ=WEEKLY;BYDAY=TU,TH');
    const cut = slotFromKey('20250327T130000Z', 'America/Chicago');
    if (cut === undefined) throw new Error('no slot');
    expect(truncateBefore(chicago, cut)).toEqual(['RRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20250327T045959Z']);
  });

  it('loses no slot and repeats none, across a change of the clocks', () => {
    if (fourth === undefined) throw new Error('no slot');
    const before = { ...eight, recurrence: truncateBefore(eight, fourth) };
    const after = { ...eight, start: fourth, recurrence: continueFrom(eight, fourth) };
    expect(after.recurrence).toEqual(['RRULE:FREQ=WEEKLY;COUNT=5']);
    expect([...keys(before), ...keys(after)]).toEqual(keys(eight));
  });
});

it('a window far from the start is answered, and a slot is recognised by its own key only', () => {
  const shape = series('2020-01-06T09:00:00', 'Europe/Berlin', 'RRULE:FREQ=WEEKLY');
  expect(keys(shape, { from: Date.parse('2035-01-01T00:00:00Z'), to: Date.parse('2035-01-16T00:00:00Z') })).toEqual([
    '20350101T080000Z',
    '20350108T080000Z',
    '20350115T080000Z',
  ]);
  const slot = slotFromKey('20350108T080000Z', 'Europe/Berlin');
  const beside = slotFromKey('20350108T070000Z', 'Europe/Berlin');
  expect(slot !== undefined && producesSlot(shape, slot)).toBe(true);
  expect(beside !== undefined && producesSlot(shape, beside)).toBe(false);
});
