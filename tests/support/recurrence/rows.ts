/** One row of the table of recurrences: what a series is, and, where a standard prints them, its dates. */
export interface RecurrenceRow {
  readonly group: string;
  readonly name: string;
  /** `YYYY-MM-DDTHH:MM:SS` by the clock on the wall of the zone, or `YYYY-MM-DD`. */
  readonly start: string;
  readonly zone: string | null;
  readonly lines: readonly string[];
  /** The dates that RFC 5545 prints, by the clock of the zone; only the first ones where it goes on. */
  readonly printed: readonly string[] | null;
  /** How far the row is looked at: an end by the clock on the wall, and a number of slots. */
  readonly until: string;
  readonly most: number;
}

const newYork = 'America/New_York';
const berlin = 'Europe/Berlin';
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** Takes dates as the RFC prints them (`1997 Sep 2,9-11; Oct 7`) and the time of day; returns them one by one. */
function printedDates(text: string, clock: string): string[] {
  let year = '';
  return text.split(';').flatMap((part) => {
    const words = part.trim().split(' ');
    if (/^\d{4}$/.test(words[0] ?? '')) year = words.shift() ?? '';
    const month = two(monthNames.indexOf(words[0] ?? '') + 1);
    return (words[1] ?? '').split(',').flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => `${year}-${month}-${two(from + index)}T${clock}`);
    });
  });
}

const rows: RecurrenceRow[] = [];

function add(
  group: string,
  start: string,
  zone: string | null,
  rule: string | readonly string[],
  more: {
    readonly name?: string;
    readonly printed?: readonly string[];
    readonly until?: string;
    readonly most?: number;
  } = {},
): void {
  const lines = typeof rule === 'string' ? [`RRULE:${rule}`] : rule;
  const fine = lines.some((line) => /^RRULE.*FREQ=(HOURLY|MINUTELY|SECONDLY)/.test(line));
  rows.push({
    group,
    name: more.name ?? `${lines.join(' ')} from ${start}${zone === null || zone === newYork ? '' : ` in ${zone}`}`,
    start,
    zone,
    lines,
    printed: more.printed ?? null,
    until:
      more.until ??
      `${Number(start.slice(0, 4)) + (fine ? 2 : more.printed === undefined ? 9 : 14)}${start.slice(4, 10)}T00:00:00`,
    most: more.most ?? (more.printed === undefined ? 40 : Infinity),
  });
}

/** RFC 5545 §3.8.5.3, all of it, with what it prints. Where it prints "..." the dates are looked at as far as they go. */
function rfc(start: string, rule: string | readonly string[], text: string, open = false): void {
  const printed = printedDates(text, start.slice(11));
  add('RFC 5545 §3.8.5.3', start, newYork, rule, open ? { printed, most: printed.length } : { printed });
}

const rfcStart = '1997-09-02T09:00:00';
rfc(rfcStart, 'FREQ=DAILY;COUNT=10', '1997 Sep 2-11');
rfc(rfcStart, 'FREQ=DAILY;UNTIL=19971224T000000Z', '1997 Sep 2-30; Oct 1-31; Nov 1-30; Dec 1-23');
rfc(
  rfcStart,
  'FREQ=DAILY;INTERVAL=2',
  '1997 Sep 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30; Oct 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30; Nov 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29; Dec 1,3',
  true,
);
rfc(rfcStart, 'FREQ=DAILY;INTERVAL=10;COUNT=5', '1997 Sep 2,12,22; Oct 2,12');
for (const rule of [
  'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
  'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
]) {
  rfc('1998-01-01T09:00:00', rule, '1998 Jan 1-31; 1999 Jan 1-31; 2000 Jan 1-31');
}
rfc(rfcStart, 'FREQ=WEEKLY;COUNT=10', '1997 Sep 2,9,16,23,30; Oct 7,14,21,28; Nov 4');
rfc(
  rfcStart,
  'FREQ=WEEKLY;UNTIL=19971224T000000Z',
  '1997 Sep 2,9,16,23,30; Oct 7,14,21,28; Nov 4,11,18,25; Dec 2,9,16,23',
);
rfc(
  rfcStart,
  'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
  '1997 Sep 2,16,30; Oct 14,28; Nov 11,25; Dec 9,23; 1998 Jan 6,20; Feb 3,17',
  true,
);
for (const rule of [
  'FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH',
  'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
]) {
  rfc(rfcStart, rule, '1997 Sep 2,4,9,11,16,18,23,25,30; Oct 2');
}
rfc(
  '1997-09-01T09:00:00',
  'FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
  '1997 Sep 1,3,5,15,17,19,29; Oct 1,3,13,15,17,27,29,31; Nov 10,12,14,24,26,28; Dec 8,10,12,22',
);
rfc(rfcStart, 'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH', '1997 Sep 2,4,16,18,30; Oct 2,14,16');
rfc(
  '1997-09-05T09:00:00',
  'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
  '1997 Sep 5; Oct 3; Nov 7; Dec 5; 1998 Jan 2; Feb 6; Mar 6; Apr 3; May 1; Jun 5',
);
rfc('1997-09-05T09:00:00', 'FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR', '1997 Sep 5; Oct 3; Nov 7; Dec 5');
rfc(
  '1997-09-07T09:00:00',
  'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
  '1997 Sep 7,28; Nov 2,30; 1998 Jan 4,25; Mar 1,29; May 3,31',
);
rfc(
  '1997-09-22T09:00:00',
  'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
  '1997 Sep 22; Oct 20; Nov 17; Dec 22; 1998 Jan 19; Feb 16',
);
rfc(
  '1997-09-28T09:00:00',
  'FREQ=MONTHLY;BYMONTHDAY=-3',
  '1997 Sep 28; Oct 29; Nov 28; Dec 29; 1998 Jan 29; Feb 26',
  true,
);
rfc(rfcStart, 'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15', '1997 Sep 2,15; Oct 2,15; Nov 2,15; Dec 2,15; 1998 Jan 2,15');
rfc(
  '1997-09-30T09:00:00',
  'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
  '1997 Sep 30; Oct 1,31; Nov 1,30; Dec 1,31; 1998 Jan 1,31; Feb 1',
);
rfc(
  '1997-09-10T09:00:00',
  'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
  '1997 Sep 10-15; 1999 Mar 10-13',
);
rfc(
  rfcStart,
  'FREQ=MONTHLY;INTERVAL=2;BYDAY=TU',
  '1997 Sep 2,9,16,23,30; Nov 4,11,18,25; 1998 Jan 6,13,20,27; Mar 3,10,17,24,31',
  true,
);
rfc(
  '1997-06-10T09:00:00',
  'FREQ=YEARLY;COUNT=10;BYMONTH=6,7',
  '1997 Jun 10; Jul 10; 1998 Jun 10; Jul 10; 1999 Jun 10; Jul 10; 2000 Jun 10; Jul 10; 2001 Jun 10; Jul 10',
);
rfc(
  '1997-03-10T09:00:00',
  'FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3',
  '1997 Mar 10; 1999 Jan 10; Feb 10; Mar 10; 2001 Jan 10; Feb 10; Mar 10; 2003 Jan 10; Feb 10; Mar 10',
);
rfc(
  '1997-01-01T09:00:00',
  'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
  '1997 Jan 1; Apr 10; Jul 19; 2000 Jan 1; Apr 9; Jul 18; 2003 Jan 1; Apr 10; Jul 19; 2006 Jan 1',
);
rfc('1997-05-19T09:00:00', 'FREQ=YEARLY;BYDAY=20MO', '1997 May 19; 1998 May 18; 1999 May 17', true);
rfc('1997-05-12T09:00:00', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997 May 12; 1998 May 11; 1999 May 17', true);
rfc(
  '1997-03-13T09:00:00',
  'FREQ=YEARLY;BYMONTH=3;BYDAY=TH',
  '1997 Mar 13,20,27; 1998 Mar 5,12,19,26; 1999 Mar 4,11,18,25',
  true,
);
rfc(
  '1997-06-05T09:00:00',
  'FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8',
  '1997 Jun 5,12,19,26; Jul 3,10,17,24,31; Aug 7,14,21,28; 1998 Jun 4,11,18,25; Jul 2,9,16,23,30; Aug 6,13,20,27; 1999 Jun 3,10,17,24; Jul 1,8,15,22,29; Aug 5,12,19,26',
  true,
);
rfc(
  rfcStart,
  ['RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'EXDATE;TZID=America/New_York:19970902T090000'],
  '1998 Feb 13; Mar 13; Nov 13; 1999 Aug 13; 2000 Oct 13',
  true,
);
rfc(
  '1997-09-13T09:00:00',
  'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
  '1997 Sep 13; Oct 11; Nov 8; Dec 13; 1998 Jan 10; Feb 7; Mar 7; Apr 11; May 9; Jun 13',
  true,
);
rfc(
  '1996-11-05T09:00:00',
  'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
  '1996 Nov 5; 2000 Nov 7; 2004 Nov 2',
  true,
);
rfc('1997-09-04T09:00:00', 'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997 Sep 4; Oct 7; Nov 6');
rfc(
  '1997-09-29T09:00:00',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
  '1997 Sep 29; Oct 30; Nov 27; Dec 30; 1998 Jan 29; Feb 26; Mar 30',
  true,
);
/** Times of one day and the next, because the RFC prints these rules by their times. */
function rfcTimes(rule: string, clocks: readonly string[], days: readonly string[], open = false): void {
  const printed = days.flatMap((date) => clocks.map((clock) => `${date}T${clock}:00`));
  add('RFC 5545 §3.8.5.3', rfcStart, newYork, rule, open ? { printed, most: printed.length } : { printed });
}
// UNTIL as erratum 3883 puts it: the RFC meant 17:00 in New York.
rfcTimes('FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z', ['09:00', '12:00', '15:00'], ['1997-09-02']);
rfcTimes('FREQ=MINUTELY;INTERVAL=15;COUNT=6', ['09:00', '09:15', '09:30', '09:45', '10:00', '10:15'], ['1997-09-02']);
rfcTimes('FREQ=MINUTELY;INTERVAL=90;COUNT=4', ['09:00', '10:30', '12:00', '13:30'], ['1997-09-02']);
const working = ['09', '10', '11', '12', '13', '14', '15', '16'].flatMap((hour) =>
  ['00', '20', '40'].map((minutes) => `${hour}:${minutes}`),
);
for (const rule of [
  'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
  'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16',
]) {
  rfcTimes(rule, working, ['1997-09-02', '1997-09-03'], true);
}
rfc('1997-08-05T09:00:00', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997 Aug 5,10,19,24');
rfc('1997-08-05T09:00:00', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997 Aug 5,17,19,31');
rfc('2007-01-15T09:00:00', 'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '2007 Jan 15,30; Feb 15; Mar 15,30');

// Counts: how many, whatever the frequency and what it is limited by.
for (const frequency of ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY']) {
  for (const count of [1, 2, 7]) add('COUNT', rfcStart, newYork, `FREQ=${frequency};COUNT=${count}`);
  for (const interval of [2, 5, 13])
    add('INTERVAL', rfcStart, newYork, `FREQ=${frequency};INTERVAL=${interval};COUNT=12`);
}
// 2025-06-17 is a Tuesday, the 168th day of its year, in week 25.
const tuesday = '2025-06-17T10:30:00';
const parts = {
  BYMONTH: ['6', '1,12'],
  BYMONTHDAY: ['17', '1,31', '-1', '-3,15'],
  BYDAY: ['TU', 'MO,TH,SU'],
  BYHOUR: ['10', '9,10,18'],
  BYMINUTE: ['30', '0,30'],
} as const;
// Each part by itself and each pair of parts, under every frequency that allows them: expanded or limited.
const partNames = Object.keys(parts) as (keyof typeof parts)[];
for (const frequency of ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY']) {
  const allowed = partNames.filter((name) => name !== 'BYMONTHDAY' || frequency !== 'WEEKLY');
  for (const [index, name] of allowed.entries()) {
    for (const value of parts[name]) add('one part', tuesday, berlin, `FREQ=${frequency};${name}=${value}`);
    for (const other of allowed.slice(index + 1)) {
      const pair = `${name}=${parts[name].at(-1)};${other}=${parts[other].at(-1)}`;
      add('two parts', tuesday, berlin, `FREQ=${frequency};${pair}`);
      add('two parts', tuesday, berlin, `FREQ=${frequency};INTERVAL=3;${pair};COUNT=15`);
    }
  }
}
for (const frequency of ['MINUTELY', 'SECONDLY']) {
  for (const rule of [
    'BYHOUR=10;COUNT=45',
    'BYMINUTE=30,31;COUNT=15',
    'BYDAY=TU,TH;COUNT=45',
    'BYMONTHDAY=17,18;BYHOUR=9,10;COUNT=35',
  ]) {
    add('two parts', tuesday, berlin, `FREQ=${frequency};INTERVAL=${frequency === 'MINUTELY' ? 2 : 7};${rule}`, {
      most: 45,
    });
  }
}
for (const seconds of ['0', '0,30', '15,45']) {
  add('seconds', tuesday, berlin, `FREQ=DAILY;BYSECOND=${seconds};COUNT=9`);
  add('seconds', tuesday, berlin, `FREQ=MINUTELY;INTERVAL=5;BYSECOND=${seconds};COUNT=9`);
}

// Places among the weekdays of a month or a year.
for (const place of ['1MO', '2TU', '3WE', '4TH', '5FR', '-1SA', '-5SU', '1MO,-1FR', '2TU,TH']) {
  add('weekday by place', tuesday, berlin, `FREQ=MONTHLY;BYDAY=${place}`);
  add('weekday by place', tuesday, berlin, `FREQ=YEARLY;BYMONTH=2,6;BYDAY=${place}`);
  add('weekday by place', tuesday, berlin, `FREQ=YEARLY;BYDAY=${place}`);
}
for (const place of ['25TU', '53WE', '-1TU', '-53TH', '10MO,-10MO'])
  add('weekday by place', tuesday, berlin, `FREQ=YEARLY;BYDAY=${place}`, { until: '2060-01-01T00:00:00' });

// Leap days, and days that a month has not.
for (const [start, rule] of [
  ['2024-02-29T08:00:00', 'FREQ=YEARLY'],
  ['2024-02-29T08:00:00', 'FREQ=YEARLY;INTERVAL=3'],
  ['2024-02-29T08:00:00', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1'],
  ['2024-02-29T08:00:00', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'],
  ['2024-02-29T08:00:00', 'FREQ=YEARLY;BYYEARDAY=60'],
  ['2024-12-31T08:00:00', 'FREQ=YEARLY;BYYEARDAY=366'],
  ['2024-12-31T08:00:00', 'FREQ=YEARLY;BYYEARDAY=-1'],
  ['2024-01-01T08:00:00', 'FREQ=YEARLY;BYYEARDAY=-366'],
  ['2024-02-29T08:00:00', 'FREQ=MONTHLY'],
  ['2024-02-29T08:00:00', 'FREQ=MONTHLY;INTERVAL=12'],
  ['2024-01-31T08:00:00', 'FREQ=MONTHLY'],
  ['2024-01-31T08:00:00', 'FREQ=MONTHLY;INTERVAL=5'],
  ['2024-01-30T08:00:00', 'FREQ=MONTHLY;BYMONTH=2,4'],
  ['2024-01-31T08:00:00', 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1'],
  ['2024-02-29T08:00:00', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29'],
  ['2024-02-29T08:00:00', 'FREQ=WEEKLY;BYMONTH=2'],
  ['2096-02-29T08:00:00', 'FREQ=YEARLY'],
] as const) {
  add('days that are not always there', start, berlin, rule, {
    until: `${Number(start.slice(0, 4)) + 34}-01-01T00:00:00`,
  });
}

// Days of the year, from both ends, alone and limited.
for (const [start, rule] of [
  ['1997-09-02', 'FREQ=YEARLY;BYDAY=FR;BYYEARDAY=-275,-276,-277,-278,-279,-280,-281'],
  ['2025-01-01', 'FREQ=YEARLY;BYYEARDAY=1,32,-1'],
  ['2025-01-01', 'FREQ=YEARLY;BYYEARDAY=100,101,102,103,104,105,106;BYDAY=MO'],
  ['2025-01-01', 'FREQ=YEARLY;BYYEARDAY=1,100,200,300;BYMONTH=4,7'],
  ['2025-01-01', 'FREQ=YEARLY;BYYEARDAY=-1,-31,-366;INTERVAL=2'],
  ['2025-01-01', 'FREQ=YEARLY;BYYEARDAY=59,60,61;BYMONTHDAY=1,28'],
  ['2025-01-01', 'FREQ=YEARLY;BYYEARDAY=365,366;BYSETPOS=-1'],
  ['2025-01-01', 'FREQ=YEARLY;BYYEARDAY=200,1,100;COUNT=8'],
] as const) {
  add('days of the year', start, null, rule);
}
for (const rule of [
  'FREQ=HOURLY;INTERVAL=6;BYYEARDAY=1,2,366',
  'FREQ=MINUTELY;INTERVAL=240;BYYEARDAY=-1,40',
  'FREQ=YEARLY;BYYEARDAY=1,-1;BYHOUR=8,20',
]) {
  add('days of the year', '2024-01-01T08:00:00', berlin, rule);
}

// Numbered weeks, whose years are not those of the calendar, from each first day of the week.
for (const wkst of ['MO', 'SU', 'TH', 'SA']) {
  for (const weeks of ['1', '1,2', '20', '52', '53', '-1', '-53', '1,26,-1']) {
    add('numbered weeks', '2013-01-01', null, `FREQ=YEARLY;BYWEEKNO=${weeks};WKST=${wkst}`, { until: '2033-01-01' });
  }
  add('numbered weeks', '2013-01-01', null, `FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU;WKST=${wkst}`, {
    until: '2033-01-01',
  });
}
for (const [start, rule] of [
  ['2016-01-02', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=TU,SA'],
  ['2024-12-31', 'FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;INTERVAL=3'],
  ['2024-12-31', 'FREQ=YEARLY;BYWEEKNO=1,52;BYDAY=MO,FR;INTERVAL=2'],
  ['2027-01-02', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR,SA,SU;INTERVAL=2'],
  ['2015-01-01', 'FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO,SU;BYSETPOS=1,-1'],
  ['2015-01-01', 'FREQ=YEARLY;BYWEEKNO=20;BYMONTH=5'],
  ['2015-01-01', 'FREQ=YEARLY;BYWEEKNO=18,22;BYMONTH=5;BYDAY=TH'],
  ['2015-01-01', 'FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=9'],
  ['2015-01-01', 'FREQ=YEARLY;BYWEEKNO=53;COUNT=3'],
] as const) {
  add('numbered weeks', start, null, rule, { until: '2045-01-01' });
}
add('numbered weeks', '2015-01-01T09:00:00', berlin, 'FREQ=YEARLY;BYWEEKNO=1,40;BYDAY=TH;BYHOUR=9,17');

// The first day of the week makes a difference with intervals.
for (const wkst of ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']) {
  add('first day of the week', tuesday, berlin, `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;WKST=${wkst}`);
  add('first day of the week', tuesday, berlin, `FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SA;WKST=${wkst};COUNT=11`);
  add('first day of the week', tuesday, berlin, `FREQ=WEEKLY;BYDAY=MO,WE,SU;BYSETPOS=1;WKST=${wkst}`);
}

// Places within a period.
for (const rule of [
  'FREQ=YEARLY;BYMONTH=1,6;BYSETPOS=-1',
  'FREQ=YEARLY;BYDAY=MO,TU;BYSETPOS=1,-1',
  'FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=10,17,20;BYSETPOS=2',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3,-3;INTERVAL=2',
  'FREQ=MONTHLY;BYMONTHDAY=1,10,17,25;BYSETPOS=3',
  'FREQ=MONTHLY;BYDAY=SA,SU;BYMONTHDAY=1,2,3,4,5,6,7;BYSETPOS=1',
  'FREQ=MONTHLY;BYDAY=TU;BYHOUR=8,20;BYSETPOS=1,-1',
  'FREQ=WEEKLY;BYDAY=TU,TH,SA;BYSETPOS=2',
  'FREQ=WEEKLY;BYDAY=TU,TH,SA;BYSETPOS=-1;INTERVAL=2;COUNT=9',
  'FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=9,15;BYSETPOS=1,4',
  'FREQ=DAILY;BYHOUR=8,12,16;BYSETPOS=2',
  'FREQ=DAILY;BYHOUR=8,12,16;BYMINUTE=0,30;BYSETPOS=-1',
  'FREQ=HOURLY;BYMINUTE=0,15,30,45;BYSETPOS=-1;INTERVAL=5',
  'FREQ=MINUTELY;BYSECOND=0,20,40;BYSETPOS=2;INTERVAL=10',
  'FREQ=MONTHLY;BYDAY=5MO;BYSETPOS=1',
  'FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=2',
]) {
  add('BYSETPOS', tuesday, berlin, rule);
}

// Finer than daily: over days, with what limits them, and for long.
for (const [rule, start] of [
  ['FREQ=HOURLY;INTERVAL=4', '2026-02-02T03:00:00'],
  ['FREQ=HOURLY;INTERVAL=4', '2026-02-02T11:00:00'],
  ['FREQ=HOURLY;INTERVAL=25;COUNT=30', '2026-02-02T03:00:00'],
  ['FREQ=HOURLY;INTERVAL=5;BYDAY=MO,FR', '2026-02-02T03:00:00'],
  ['FREQ=HOURLY;INTERVAL=7;BYMONTH=3;BYHOUR=9,10,11', '2026-02-02T03:00:00'],
  ['FREQ=HOURLY;BYHOUR=9,17;BYMINUTE=15,45', '2026-02-02T09:15:00'],
  ['FREQ=HOURLY;INTERVAL=24', '2026-02-02T09:15:00'],
  ['FREQ=MINUTELY;INTERVAL=45', '2026-02-02T09:15:00'],
  ['FREQ=MINUTELY;INTERVAL=1440', '2026-02-02T09:15:00'],
  ['FREQ=MINUTELY;INTERVAL=7;BYHOUR=9;BYDAY=WE', '2026-02-02T09:15:00'],
  ['FREQ=MINUTELY;INTERVAL=10;BYMINUTE=5,15', '2026-02-02T09:15:00'],
  ['FREQ=SECONDLY;INTERVAL=3600', '2026-02-02T09:15:00'],
  ['FREQ=SECONDLY;INTERVAL=45;BYMINUTE=15;COUNT=12', '2026-02-02T09:15:00'],
] as const) {
  add('finer than daily', start, berlin, rule, { until: '2026-06-01T00:00:00' });
}

// What ends a rule, in each of its kinds.
for (const [rule, start, zone] of [
  ['FREQ=DAILY;UNTIL=20260310T090000Z', '2026-03-01T10:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20260310T085959Z', '2026-03-01T10:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20260310', '2026-03-01T10:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20260310', '2026-03-01T22:00:00', newYork],
  ['FREQ=DAILY;UNTIL=20260310T100000', '2026-03-01T10:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20260405T080000Z', '2026-03-25T10:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20260405T075959Z', '2026-03-25T10:00:00', berlin],
  ['FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20260310', '2026-03-03', null],
  ['FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20260310T120000Z', '2026-03-03', null],
  ['FREQ=MONTHLY;UNTIL=20260630T215959Z', '2026-01-30T23:30:00', berlin],
  ['FREQ=YEARLY;UNTIL=20300101T000000Z', '2026-01-01T01:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20260101T000000Z', '2026-03-01T10:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20251231', '2026-03-01', null],
  ['FREQ=DAILY;COUNT=0', '2026-03-01T10:00:00', berlin],
  ['FREQ=DAILY;UNTIL=20260301T090000Z', '2026-03-01T10:00:00', berlin],
] as const) {
  add('the end of a rule', start, zone, rule);
}

// Dates that are left out or added, in each of their kinds.
for (const lines of [
  ['RRULE:FREQ=DAILY;COUNT=9', 'EXDATE:20260303T090000Z'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'EXDATE;TZID=Europe/Berlin:20260303T100000,20260305T100000'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'EXDATE;TZID=America/New_York:20260303T040000'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'EXDATE:20260303T091500Z'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'EXDATE:20260301T090000Z'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'EXDATE;VALUE=DATE:20260304'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'RDATE:20260303T150000Z,20260401T080000Z'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'RDATE;VALUE=DATE:20260401'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'RDATE;VALUE=PERIOD:20260401T080000Z/PT2H'],
  ['RRULE:FREQ=DAILY;COUNT=9', 'RDATE:20260303T090000Z'],
  ['RDATE;TZID=Europe/Berlin:20260310T100000,20260410T120000'],
  ['RDATE:20260310T090000Z', 'EXDATE:20260310T090000Z'],
  ['RRULE:FREQ=DAILY;COUNT=20', 'EXRULE:FREQ=WEEKLY;BYDAY=SA,SU'],
  ['RRULE:FREQ=DAILY;COUNT=20', 'EXRULE:FREQ=DAILY;INTERVAL=3;COUNT=3'],
  ['RRULE:FREQ=WEEKLY;BYDAY=SU,TU;COUNT=6', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=5'],
]) {
  add('dates left out and added', '2026-03-01T10:00:00', berlin, lines);
}

// Clocks that change while a series goes on, also where its own time is not there or comes twice.
const nights = [
  ['Europe/Berlin', '2026-03-22T02:30:00', '2026-10-20T02:30:00'],
  ['America/New_York', '2026-03-03T02:30:00', '2026-10-27T01:30:00'],
  ['Australia/Lord_Howe', '2026-03-30T01:45:00', '2026-09-29T02:15:00'],
  ['America/Nuuk', '2026-03-20T23:15:00', '2026-10-20T23:30:00'],
  ['Africa/Cairo', '2026-04-20T00:30:00', '2026-10-25T23:30:00'],
  ['Asia/Beirut', '2026-03-25T00:15:00', '2026-10-20T23:30:00'],
  ['America/Santiago', '2026-09-01T00:20:00', '2026-03-30T23:40:00'],
  ['Pacific/Apia', '2011-12-25T09:00:00', '2011-12-28T23:00:00'],
  ['Asia/Kolkata', '2026-03-22T02:30:00', '2026-10-20T02:30:00'],
  ['Europe/London', '2026-03-25T01:15:00', '2026-10-20T01:15:00'],
  ['Africa/Casablanca', '2026-02-10T02:30:00', '2026-03-18T02:30:00'],
] as const;
for (const [zone, ...starts] of nights) {
  for (const start of starts) {
    add('clocks that change', start, zone, 'FREQ=DAILY;COUNT=20');
    add('clocks that change', start, zone, 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;INTERVAL=2');
    add('clocks that change', start, zone, 'FREQ=DAILY;BYHOUR=0,1,2,3,23;BYMINUTE=0,30', { most: 120 });
    add('clocks that change', start, zone, 'FREQ=HOURLY;INTERVAL=3;COUNT=90', { most: 90 });
  }
}

// Rules that make next to nothing, or nothing at all.
for (const rule of [
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=15',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU',
  'FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=31;BYMONTH=1',
  'FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU;BYMONTH=12',
  'FREQ=DAILY;INTERVAL=7;BYDAY=WE',
]) {
  add('rules that make next to nothing', tuesday, berlin, rule, { until: '2046-01-01T00:00:00', most: 5 });
}

add('rules that make next to nothing', tuesday, berlin, 'FREQ=HOURLY;INTERVAL=24;BYHOUR=11');

// A start that its rule does not make is a slot more, as Google has it, and is not counted.
for (const [start, zone, rule] of [
  ['2027-05-03T09:00:00', 'America/Sao_Paulo', 'FREQ=WEEKLY;BYDAY=TU,TH,SA;COUNT=5'],
  ['2026-03-10T10:00:00', berlin, 'FREQ=MONTHLY;BYDAY=1MO;COUNT=4'],
  ['2026-03-10T10:00:00', berlin, 'FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=4'],
  ['2026-03-10T10:00:00', berlin, 'FREQ=DAILY;BYDAY=MO,FR;COUNT=4'],
  ['2026-03-10T10:00:00', berlin, 'FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1;COUNT=3'],
  ['2026-03-10T10:00:00', berlin, 'FREQ=DAILY;BYHOUR=9,17;COUNT=5'],
  ['2026-03-10T10:00:00', berlin, 'FREQ=WEEKLY;BYDAY=MO'],
  ['2026-03-10', null, 'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3'],
] as const) {
  add('a start off its rule', start, zone, rule);
}

/** Every row, in order. Names are unique. */
export const recurrenceRows: readonly RecurrenceRow[] = rows;
