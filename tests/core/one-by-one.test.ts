import { describe, expect, it } from 'vitest';
import { datesOneByOne } from '../../src/main/core/one-by-one.ts';
import { spanOf } from '../../src/main/core/times.ts';
import { day, hour } from '../../src/shared/time.ts';

const refusedAt = Date.parse('2026-04-01T12:00:00Z');

const dates = (start: string, timeZone: string, lines: readonly string[], since = refusedAt - day) => {
  const end = new Date(Date.parse(start) + hour).toISOString();
  const span = spanOf({ dateTime: start, timeZone }, { dateTime: end, timeZone }, null);
  if (span === null) throw new Error('no times');
  return datesOneByOne(span, lines, since, refusedAt);
};

describe('the dates of a series that is written one by one', () => {
  it.each([
    ['in a zone that is known', 'Asia/Kathmandu', '2026-04-02T10:00:00+05:45', '', ['20260402T041500Z']],
    ['in one named by minutes', 'GMT+05:45', '2026-04-02T10:00:00+05:45', '', ['20260402T041500Z']],
    ['in one that nobody knows', 'Customized Time Zone', '2026-04-02T10:00:00+02:00', '', ['20260402T080000Z']],
    ['in UTC by another name', 'Nowhere', '2026-04-02T10:00:00Z', '', ['20260402T100000Z']],
    [
      'in one that nobody knows, with dates left out in it',
      'Customized Time Zone',
      '2026-04-01T10:00:00+02:00',
      'EXDATE;TZID=Customized Time Zone:20260401T100000',
      ['20260402T080000Z'],
    ],
    [
      'in one that is in quotes',
      'A: B',
      '2026-04-01T10:00:00+02:00',
      'EXDATE;TZID="A: B":20260401T100000',
      ['20260402T080000Z'],
    ],
  ])('%s', (_, zone, start, more, expected) => {
    const count = more === '' ? 1 : 2;
    const lines = [`RRULE:FREQ=DAILY;COUNT=${String(count)}`, ...(more === '' ? [] : [more])];
    expect(dates(start, zone, lines)).toEqual(expected);
  });

  it('begin with what is not over, though it began before', () => {
    const found = dates('2026-03-01T23:30:00Z', 'UTC', ['RRULE:FREQ=DAILY'], Date.parse('2026-04-01T00:00:00Z'));
    expect(found?.[0]).toBe('20260331T233000Z');
  });

  it('are no more than 400, and none is later than two years', () => {
    expect(dates('2020-01-01T10:00:00Z', 'UTC', ['RRULE:FREQ=HOURLY'])).toHaveLength(400);
    const weekly = dates('2020-01-01T10:00:00Z', 'UTC', ['RRULE:FREQ=WEEKLY']);
    expect(weekly).toHaveLength(105);
    expect(weekly?.at(-1)).toBe('20280329T100000Z');
  });

  it.each(['DAILY;BYHOUR=6,8,10,12,14,16,18,20;BYMINUTE=0,15,30,45', 'MINUTELY;INTERVAL=7', 'SECONDLY;INTERVAL=600'])(
    'reach less far where a rule has very many (%s)',
    (rule) => {
      const found = dates('2026-01-01T10:00:00Z', 'Asia/Kathmandu', [`RRULE:FREQ=${rule}`]);
      expect(found?.length).toBeGreaterThan(100);
      expect(found?.length).toBeLessThan(401);
    },
  );

  it('are not known where the rule is not', () => {
    expect(dates('2026-04-02T10:00:00Z', 'UTC', ['RRULE:FREQ=SOMETIMES'])).toBeNull();
  });
});
