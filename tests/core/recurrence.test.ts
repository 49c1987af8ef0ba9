import { describe, expect, it } from 'vitest';
import { compareRecurrence, sameSeriesStart, seriesEndOf, untilInstant } from '../../src/main/core/recurrence.ts';
import { slotTestOf } from '../../src/main/core/slots.ts';
import { spanOf, type Span } from '../../src/main/core/times.ts';
import type { SlotKey } from '../../src/shared/ids.ts';
import { day, hour, type EventTime } from '../../src/shared/time.ts';
import { at, on } from '../support/core-builders.ts';

function span(start: EventTime, end: EventTime): Span {
  const made = spanOf(start, end, null);
  if (made === null) throw new Error('no span');
  return made;
}

/** An hour from 10:00 in Berlin on Tuesday, 10 March 2026. */
const tuesday = span(at('2026-03-10T10:00'), at('2026-03-10T11:00'));
/** 22:00 to 23:00 in New York on that day: the next day in UTC. */
const evening = span(at('2026-03-10T22:00', 'America/New_York'), at('2026-03-10T23:00', 'America/New_York'));
const wholeDay = span(on('2026-03-10'), on('2026-03-11'));

describe('two recurrences', () => {
  it.each<[string, string[], string[]]>([
    ['the same lines', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY']],
    ['parts in another order', ['RRULE:FREQ=WEEKLY;BYDAY=MO,TU'], ['RRULE:BYDAY=TU,MO;FREQ=WEEKLY']],
    ['small letters', ['RRULE:FREQ=WEEKLY;BYDAY=MO'], ['rrule:freq=weekly;byday=mo']],
    ['spaces and an empty part', ['RRULE:FREQ=WEEKLY;BYDAY=MO'], ['RRULE: FREQ = WEEKLY ; BYDAY = MO ;']],
    ['every one said', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY;INTERVAL=1']],
    ['Monday said', ['RRULE:FREQ=WEEKLY'], ['RRULE:FREQ=WEEKLY;WKST=MO']],
    ['a plus sign', ['RRULE:FREQ=MONTHLY;BYDAY=2TU'], ['RRULE:FREQ=MONTHLY;BYDAY=+2TU']],
    ['dashes in UNTIL', ['RRULE:FREQ=DAILY;UNTIL=20260401T000000Z'], ['RRULE:FREQ=DAILY;UNTIL=2026-04-01T00:00:00Z']],
    ['lines in another order', ['RRULE:FREQ=DAILY', 'EXDATE:20260311'], ['EXDATE:20260311', 'RRULE:FREQ=DAILY']],
    ['dates in one line or two', ['EXDATE:20260311,20260312'], ['EXDATE:20260312', 'EXDATE:20260311']],
    ['VALUE said', ['EXDATE;VALUE=DATE:20260311'], ['EXDATE:20260311']],
    ['RDATE called RRULE', ['RDATE;VALUE=DATE:20260311'], ['RRULE:DATE;VALUE=DATE:20260311']],
    ['parts of EXRULE in another order', ['EXRULE:FREQ=WEEKLY;BYDAY=MO,TU'], ['EXRULE:BYDAY=TU,MO;FREQ=WEEKLY']],
    ['lines that make no sense, both', ['whatever'], ['whatever']],
  ])('are the same with %s', (_, one, other) => {
    expect(compareRecurrence(one, other)).toBe('same');
    expect(compareRecurrence(other, one)).toBe('same');
  });

  it.each<[string, string[], string[]]>([
    ['UNTIL', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY;UNTIL=20260401T000000Z']],
    ['another UNTIL', ['RRULE:FREQ=DAILY;UNTIL=20260401T000000Z'], ['RRULE:FREQ=DAILY;UNTIL=20260501T000000Z']],
    ['COUNT', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY;COUNT=3']],
    ['COUNT for UNTIL', ['RRULE:FREQ=DAILY;COUNT=3'], ['RRULE:FREQ=DAILY;UNTIL=20260401T000000Z']],
    ['EXDATE', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY', 'EXDATE:20260311T090000Z']],
  ])('differ in their end with %s', (_, one, other) => {
    expect(compareRecurrence(one, other)).toBe('end');
    expect(compareRecurrence(other, one)).toBe('end');
  });

  it.each<[string, string[], string[]]>([
    ['another frequency', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=WEEKLY']],
    ['another interval', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY;INTERVAL=2']],
    ['another day', ['RRULE:FREQ=WEEKLY;BYDAY=MO'], ['RRULE:FREQ=WEEKLY;BYDAY=TU']],
    ['another place in the month', ['RRULE:FREQ=MONTHLY;BYDAY=2TU'], ['RRULE:FREQ=MONTHLY;BYDAY=-2TU']],
    ['another first day of the week', ['RRULE:FREQ=WEEKLY;INTERVAL=2'], ['RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU']],
    ['a second rule', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY']],
    ['an extra date', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY', 'RDATE:20260311T120000Z']],
    ['a rule for exceptions', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY', 'EXRULE:FREQ=WEEKLY']],
    ['both another day and another end', ['RRULE:FREQ=WEEKLY;BYDAY=MO'], ['RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2']],
    ['lines that make no sense', ['whatever'], ['what else']],
  ])('differ in their shape with %s', (_, one, other) => {
    expect(compareRecurrence(one, other)).toBe('shape');
    expect(compareRecurrence(other, one)).toBe('shape');
  });
});

describe('the start of a series', () => {
  it.each<[string, EventTime | null, EventTime | null, boolean]>([
    [
      'one clock in one zone',
      at('2026-03-10T10:00'),
      { dateTime: '2026-03-10T10:00:00+01:00', timeZone: 'Europe/Berlin' },
      true,
    ],
    [
      'the zone by its other name',
      at('2026-03-10T10:00', 'Asia/Kolkata'),
      at('2026-03-10T10:00', 'Asia/Calcutta'),
      true,
    ],
    [
      'the zone left to the calendar',
      at('2026-03-10T10:00'),
      { dateTime: '2026-03-10T10:00:00+01:00', timeZone: null },
      true,
    ],
    ['one moment in another zone', at('2026-03-10T10:00'), at('2026-03-10T09:00', 'UTC'), false],
    ['another moment', at('2026-03-10T10:00'), at('2026-03-10T10:30'), false],
    ['one day', on('2026-03-10'), on('2026-03-10'), true],
    ['a day and a time', on('2026-03-10'), at('2026-03-10T10:00'), false],
    ['nothing', null, at('2026-03-10T10:00'), false],
  ])('%s', (_, one, other, same) => {
    expect(sameSeriesStart(one, other, 'Europe/Berlin')).toBe(same);
  });
});

describe('UNTIL', () => {
  it.each<[string, string, boolean, string | null, string | null]>([
    ['in UTC', '20260327T045959Z', false, 'America/Chicago', '2026-03-27T04:59:59Z'],
    ['by the clock of the series', '20260327T100000', false, 'America/New_York', '2026-03-27T14:00:00Z'],
    ['as a day of a timed series', '20260327', false, 'America/New_York', '2026-03-28T03:59:59Z'],
    ['as a day with dashes', '2026-03-27', false, 'Europe/Berlin', '2026-03-27T22:59:59Z'],
    ['as a day of an all-day series', '20260327', true, null, '2026-03-27T00:00:00Z'],
    ['as a time of an all-day series', '20260327T045959Z', true, null, '2026-03-27T04:59:59Z'],
    ['as nonsense', 'soon', false, null, null],
    ['as no such day', '20260230', true, null, null],
  ])('%s', (_, until, allDay, zone, expected) => {
    expect(untilInstant(until, allDay, zone)).toBe(expected === null ? null : Date.parse(expected));
  });
});

describe('slots', () => {
  const has = (of: Span, lines: string[], key: string): boolean | null => slotTestOf(of, lines)(key as SlotKey);

  it.each<[string, Span, string[], string, boolean | null]>([
    ['the first', tuesday, ['RRULE:FREQ=WEEKLY'], '20260310T090000Z', true],
    ['the next', tuesday, ['RRULE:FREQ=WEEKLY'], '20260317T090000Z', true],
    ['one in summer time', tuesday, ['RRULE:FREQ=WEEKLY'], '20260331T080000Z', true],
    ['that one without the change of clocks', tuesday, ['RRULE:FREQ=WEEKLY'], '20260331T090000Z', false],
    ['another day', tuesday, ['RRULE:FREQ=WEEKLY'], '20260318T090000Z', false],
    ['another hour', tuesday, ['RRULE:FREQ=WEEKLY'], '20260317T100000Z', false],
    ['before the first', tuesday, ['RRULE:FREQ=WEEKLY'], '20260303T090000Z', false],
    ['an odd week', tuesday, ['RRULE:FREQ=WEEKLY;INTERVAL=2'], '20260317T090000Z', false],
    ['an even week', tuesday, ['RRULE:FREQ=WEEKLY;INTERVAL=2'], '20260324T090000Z', true],
    ['Sunday of the first week', tuesday, ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU'], '20260315T090000Z', true],
    [
      'Sunday of the second, when weeks begin with it',
      tuesday,
      ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU'],
      '20260315T090000Z',
      false,
    ],
    ['a start that its own rule would not make', tuesday, ['RRULE:FREQ=WEEKLY;BYDAY=MO'], '20260310T090000Z', true],
    ['the last of COUNT', tuesday, ['RRULE:FREQ=WEEKLY;COUNT=3'], '20260324T090000Z', true],
    ['behind COUNT', tuesday, ['RRULE:FREQ=WEEKLY;COUNT=3'], '20260331T080000Z', false],
    ['the last of COUNT with days', tuesday, ['RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,TU'], '20260317T090000Z', true],
    ['behind COUNT with days', tuesday, ['RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,TU'], '20260323T090000Z', false],
    ['the last of UNTIL', tuesday, ['RRULE:FREQ=WEEKLY;UNTIL=20260317T090000Z'], '20260317T090000Z', true],
    ['behind UNTIL', tuesday, ['RRULE:FREQ=WEEKLY;UNTIL=20260317T085959Z'], '20260317T090000Z', false],
    ['the last evening of an UNTIL by day', evening, ['RRULE:FREQ=DAILY;UNTIL=20260312'], '20260313T020000Z', true],
    ['the evening after', evening, ['RRULE:FREQ=DAILY;UNTIL=20260312'], '20260314T020000Z', false],
    ['an EXDATE in UTC', tuesday, ['RRULE:FREQ=WEEKLY', 'EXDATE:20260317T090000Z'], '20260317T090000Z', false],
    [
      'an EXDATE by the clock',
      tuesday,
      ['RRULE:FREQ=WEEKLY', 'EXDATE;TZID=Europe/Berlin:20260317T100000'],
      '20260317T090000Z',
      false,
    ],
    [
      'an EXDATE in another zone',
      tuesday,
      ['RRULE:FREQ=WEEKLY', 'EXDATE;TZID=America/New_York:20260317T050000'],
      '20260317T090000Z',
      false,
    ],
    ['an EXDATE by day', tuesday, ['RRULE:FREQ=WEEKLY', 'EXDATE;VALUE=DATE:20260317'], '20260317T090000Z', false],
    ['an EXDATE of another day', tuesday, ['RRULE:FREQ=WEEKLY', 'EXDATE:20260318T090000Z'], '20260317T090000Z', true],
    ['an RDATE', tuesday, ['RRULE:FREQ=WEEKLY', 'RDATE:20260318T120000Z'], '20260318T120000Z', true],
    [
      'an RDATE that is a period',
      tuesday,
      ['RRULE:FREQ=WEEKLY', 'RDATE;VALUE=PERIOD:20260318T120000Z/PT1H'],
      '20260318T120000Z',
      true,
    ],
    ['an RDATE by day', tuesday, ['RDATE;VALUE=DATE:20260318'], '20260318T090000Z', true],
    ['an RDATE called RRULE', tuesday, ['RRULE:DATE;VALUE=DATE:20260318'], '20260318T090000Z', true],
    ['not an RDATE', tuesday, ['RDATE:20260318T120000Z'], '20260317T090000Z', false],
    ['an EXRULE', tuesday, ['RRULE:FREQ=DAILY', 'EXRULE:FREQ=DAILY;INTERVAL=2'], '20260312T090000Z', false],
    ['not an EXRULE', tuesday, ['RRULE:FREQ=DAILY', 'EXRULE:FREQ=DAILY;INTERVAL=2'], '20260311T090000Z', true],
    ['the second Tuesday', tuesday, ['RRULE:FREQ=MONTHLY;BYDAY=2TU'], '20260414T080000Z', true],
    ['the third Tuesday', tuesday, ['RRULE:FREQ=MONTHLY;BYDAY=2TU'], '20260421T080000Z', false],
    ['the tenth of the month', tuesday, ['RRULE:FREQ=MONTHLY'], '20260410T080000Z', true],
    ['a year later', tuesday, ['RRULE:FREQ=YEARLY'], '20270310T090000Z', true],
    ['a year later behind UNTIL', tuesday, ['RRULE:FREQ=YEARLY;UNTIL=20261231'], '20270310T090000Z', false],
    ['a day', wholeDay, ['RRULE:FREQ=WEEKLY'], '20260317', true],
    ['a time of an all-day series', wholeDay, ['RRULE:FREQ=WEEKLY'], '20260317T000000Z', false],
    ['a day of a timed series', tuesday, ['RRULE:FREQ=WEEKLY'], '20260317', false],
    [
      'an all-day EXDATE given as a time',
      wholeDay,
      ['RRULE:FREQ=WEEKLY', 'EXDATE:20260317T000000Z'],
      '20260317',
      false,
    ],
    ['the last day of an all-day UNTIL', wholeDay, ['RRULE:FREQ=WEEKLY;UNTIL=20260317'], '20260317', true],
    ['behind an all-day UNTIL', wholeDay, ['RRULE:FREQ=WEEKLY;UNTIL=20260316'], '20260317', false],
    ['under a rule that nobody understands', tuesday, ['RRULE:FREQ=SOMETIMES'], '20260311T090000Z', null],
    ['under a line that nobody understands', tuesday, ['whatever'], '20260311T090000Z', null],
    ['a key that names nothing', tuesday, ['RRULE:FREQ=WEEKLY'], '20269999T999999Z', false],
  ])('%s', (_, of, lines, key, expected) => {
    expect(has(of, lines, key)).toBe(expected);
  });

  it('in the gap of a clock change are later on the clock', () => {
    const night = span(at('2026-03-28T02:30'), at('2026-03-28T03:00'));
    for (const rule of ['FREQ=DAILY', 'FREQ=DAILY;BYHOUR=2']) {
      expect(has(night, [`RRULE:${rule}`], '20260329T013000Z')).toBe(true);
      expect(has(night, [`RRULE:${rule}`], '20260330T003000Z')).toBe(true);
      expect(has(night, [`RRULE:${rule}`], '20260330T013000Z')).toBe(false);
    }
  });
});

describe('the end of a series', () => {
  it.each<[string, Span, string[], string | null, number]>([
    ['never', tuesday, ['RRULE:FREQ=WEEKLY'], null, 0],
    ['UNTIL', tuesday, ['RRULE:FREQ=WEEKLY;UNTIL=20260401T000000Z'], '2026-04-01T01:00:00Z', 0],
    ['UNTIL by day', evening, ['RRULE:FREQ=WEEKLY;UNTIL=20260401'], '2026-04-02T04:59:59Z', 0],
    ['COUNT of days', tuesday, ['RRULE:FREQ=DAILY;COUNT=5'], '2026-03-14T10:00:00Z', day],
    ['COUNT of every other week', tuesday, ['RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3'], '2026-04-07T10:00:00Z', day],
    ['COUNT with days of the week', tuesday, ['RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4'], '2026-03-19T10:00:00Z', day],
    ['COUNT of months', tuesday, ['RRULE:FREQ=MONTHLY;COUNT=3'], '2026-05-10T09:00:00Z', day],
    [
      'COUNT with a place in the month',
      tuesday,
      ['RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=2'],
      '2026-04-24T09:00:00Z',
      day,
    ],
    [
      'COUNT of years by the day of the month',
      tuesday,
      ['RRULE:FREQ=YEARLY;BYMONTHDAY=10;COUNT=2'],
      '2027-03-10T10:00:00Z',
      day,
    ],
    [
      'COUNT of years on the last evening of a month far from Greenwich',
      span(at('2026-03-31T23:00', 'America/New_York'), at('2026-04-01T00:00', 'America/New_York')),
      ['RRULE:FREQ=YEARLY;BYMONTHDAY=31;COUNT=2'],
      '2027-04-01T04:00:00Z',
      day,
    ],
    ['COUNT of days, all-day', wholeDay, ['RRULE:FREQ=DAILY;COUNT=2'], '2026-03-12T00:00:00Z', 0],
    [
      'two rules',
      tuesday,
      ['RRULE:FREQ=DAILY;COUNT=2', 'RRULE:FREQ=WEEKLY;UNTIL=20260401T000000Z'],
      '2026-04-01T01:00:00Z',
      0,
    ],
    ['two rules, one without an end', tuesday, ['RRULE:FREQ=DAILY;COUNT=2', 'RRULE:FREQ=WEEKLY'], null, 0],
    [
      'RDATE behind the rule',
      tuesday,
      ['RRULE:FREQ=DAILY;COUNT=2', 'RDATE:20260501T090000Z'],
      '2026-05-01T10:00:00Z',
      day,
    ],
    ['EXDATE', tuesday, ['RRULE:FREQ=DAILY;COUNT=1', 'EXDATE:20260501T090000Z'], '2026-03-10T10:00:00Z', day],
    ['COUNT of nothing', tuesday, ['RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5'], null, 0],
    ['COUNT beyond reason', tuesday, ['RRULE:FREQ=MONTHLY;COUNT=99999999'], null, 0],
    ['COUNT that is no number', tuesday, ['RRULE:FREQ=DAILY;COUNT=many'], null, 0],
    ['nonsense', tuesday, ['whatever'], null, 0],
    ['an RDATE that is nonsense', tuesday, ['RDATE:soon'], null, 0],
  ])('%s', (_, of, lines, expected, slack) => {
    const end = seriesEndOf(of, lines);
    if (expected === null || end === null) {
      expect(end).toBe(expected);
      return;
    }
    expect(end).toBeGreaterThanOrEqual(Date.parse(expected));
    expect(end).toBeLessThanOrEqual(Date.parse(expected) + slack + hour);
  });

  it('is found quickly for rules that would be expanded for ever', () => {
    const begun = performance.now();
    for (const rule of [
      'FREQ=SECONDLY;COUNT=999999999',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9',
      'FREQ=DAILY;BYHOUR=25;COUNT=3',
    ]) {
      seriesEndOf(tuesday, [`RRULE:${rule}`]);
    }
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
