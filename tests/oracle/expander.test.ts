import { describe, expect, it } from 'vitest';
import type { EventTime } from '../../src/shared/time.ts';
import { Expander } from './expander.ts';

const newYork = (text: string): EventTime => ({
  dateTime: `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T09:00:00`,
  timeZone: 'America/New_York',
});

const berlin = (dateTime: string): EventTime => ({ dateTime, timeZone: 'Europe/Berlin' });

/** Days of the slots of a series, by the clock of its zone. */
function daysOf(start: EventTime, lines: readonly string[], count: number): string {
  const expander = new Expander();
  const zone = 'date' in start ? 'UTC' : (start.timeZone ?? 'UTC');
  return expander
    .slots(start, lines, 'UTC', Date.UTC(2012, 0, 1))
    .slice(0, count)
    .map(({ startsAt }) => expander.wallAt(zone, startsAt).day)
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''))
    .join(' ');
}

function instantsOf(start: EventTime, lines: readonly string[], count: number): readonly string[] {
  return new Expander()
    .slots(start, lines, 'UTC', Date.UTC(2028, 0, 1))
    .slice(0, count)
    .map(({ startsAt }) => new Date(startsAt).toISOString());
}

describe('the expansion that the planner is checked with', () => {
  // The examples of RFC 5545 §3.8.5.3, with the dates that stand there.
  it.each([
    ['19970902', 'FREQ=DAILY;COUNT=3', '19970902 19970903 19970904'],
    ['19970902', 'FREQ=DAILY;INTERVAL=10;COUNT=5', '19970902 19970912 19970922 19971002 19971012'],
    ['19970902', 'FREQ=WEEKLY;INTERVAL=2;WKST=SU', '19970902 19970916 19970930 19971014 19971028 19971111'],
    ['19970902', 'FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH', '19970902 19970904 19970909 19970911'],
    [
      '19970901',
      'FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
      '19970901 19970903 19970905 19970915 19970917 19970919 19970929 19971001 19971003 19971013 19971015 19971017 ' +
        '19971027 19971029 19971031 19971110 19971112 19971114 19971124 19971126 19971128 19971208 19971210 19971212 19971222',
    ],
    ['19970905', 'FREQ=MONTHLY;COUNT=6;BYDAY=1FR', '19970905 19971003 19971107 19971205 19980102 19980206'],
    ['19970905', 'FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR', '19970905 19971003 19971107 19971205'],
    [
      '19970907',
      'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
      '19970907 19970928 19971102 19971130 19980104 19980125 19980301 19980329 19980503 19980531',
    ],
    ['19970922', 'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', '19970922 19971020 19971117 19971222 19980119 19980216'],
    ['19970928', 'FREQ=MONTHLY;BYMONTHDAY=-3', '19970928 19971029 19971128 19971229 19980129 19980226'],
    [
      '19970930',
      'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
      '19970930 19971001 19971031 19971101 19971130 19971201 19971231 19980101 19980131 19980201',
    ],
    ['19970910', 'FREQ=MONTHLY;INTERVAL=18;COUNT=4;BYMONTHDAY=10,11', '19970910 19970911 19990310 19990311'],
    ['19970610', 'FREQ=YEARLY;COUNT=4;BYMONTH=6,7', '19970610 19970710 19980610 19980710'],
    ['19970519', 'FREQ=YEARLY;BYDAY=20MO', '19970519 19980518 19990517'],
    ['19970313', 'FREQ=YEARLY;BYMONTH=3;BYDAY=TH', '19970313 19970320 19970327 19980305 19980312 19980319 19980326'],
    [
      '19961105',
      'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
      '19961105 20001107 20041102 20081104',
    ],
    ['19970904', 'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '19970904 19971007 19971106'],
    [
      '19970929',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
      '19970929 19971030 19971127 19971230 19980129 19980226 19980330',
    ],
    ['19970805', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '19970805 19970810 19970819 19970824'],
    ['19970805', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '19970805 19970817 19970819 19970831'],
    ['20070115', 'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '20070115 20070130 20070215 20070315 20070330'],
    // Not in the standard: Google has these in the month of the start only (google-calendar.md §2.3).
    ['19970610', 'FREQ=YEARLY;BYMONTHDAY=10', '19970610 19980610 19990610'],
  ])('gives the days of the standard: %s %s', (start, rule, days) => {
    expect(daysOf(newYork(start), [`RRULE:${rule}`], days.split(' ').length)).toBe(days);
  });

  it('leaves out what EXDATE names and adds what RDATE names, in every form', () => {
    const lines = [
      'RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
      'EXDATE;TZID=America/New_York:19970902T090000',
      'EXDATE;VALUE=DATE:19980313',
      'EXDATE:19981113T140000Z',
      'RDATE:19980401T130000Z',
    ];
    expect(daysOf(newYork('19970902'), lines, 4)).toBe('19980213 19980401 19990813 20001013');
    expect(daysOf({ date: '2006-03-10' }, ['RDATE;VALUE=DATE:20060315,20060312'], 4)).toBe(
      '20060310 20060312 20060315',
    );
  });

  it('moves a time in the gap of a clock change forward, and takes the first of an overlap', () => {
    expect(instantsOf(berlin('2026-03-28T02:30:00'), ['RRULE:FREQ=DAILY'], 3)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(instantsOf(berlin('2026-10-24T02:30:00'), ['RRULE:FREQ=DAILY'], 3)).toEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('ends a timed series with the whole of a day that UNTIL names, by its own clock', () => {
    const start: EventTime = { dateTime: '2026-03-10T23:30:00', timeZone: 'America/New_York' };
    expect(instantsOf(start, ['RRULE:FREQ=DAILY;UNTIL=20260311'], 5)).toEqual([
      '2026-03-11T03:30:00.000Z',
      '2026-03-12T03:30:00.000Z',
    ]);
  });

  it('refuses what it would have to guess', () => {
    for (const rule of ['FREQ=HOURLY', 'FREQ=YEARLY;BYWEEKNO=20']) {
      expect(() => daysOf(newYork('19970902'), [`RRULE:${rule}`], 1)).toThrow(RangeError);
    }
  });
});
