import { describe, expect, it } from 'vitest';
import { ruleDatesOf, seriesEndOf } from '../../../src/main/core/recurrence.ts';
import { slotsWithin, slotTestOf } from '../../../src/main/core/slots.ts';
import { slotInstant, spanOf, type Span } from '../../../src/main/core/times.ts';
import type { SlotKey } from '../../../src/shared/ids.ts';
import { asServicesMake, mostRules, mostSteps, nameEnd, readRule, RuleDates } from '../../../src/shared/rule.ts';
import { day, hour, minute } from '../../../src/shared/time.ts';
import { expandSeries } from '../../../src/simulator/recurrence.ts';
import { recurrenceRows, type RecurrenceRow } from '../../support/recurrence/rows.ts';
import { instantIn, nameOf, walkSeries, wallOfText } from '../../support/recurrence/walker.ts';

/** Google makes a yearly rule that names days of the month alone in the month of its start (google-calendar.md §2.3). */
function asGoogleHasIt(row: RecurrenceRow): RecurrenceRow {
  const bare = (line: string): boolean =>
    /FREQ=YEARLY/.test(line) && /BYMONTHDAY/.test(line) && !/BYMONTH=|BYYEARDAY|BYWEEKNO/.test(line);
  const month = Number(row.start.slice(5, 7));
  return { ...row, lines: row.lines.map((line) => (bare(line) ? `${line};BYMONTH=${month}` : line)) };
}

const walked = new Map<string, readonly string[]>();

/** What is right for a row, from what shares no code with the product. */
function rightFor(row: RecurrenceRow): readonly string[] {
  const known = walked.get(row.name) ?? walkSeries(asGoogleHasIt(row), wallOfText(row.until), row.most);
  walked.set(row.name, known);
  return known;
}

function spanFor({ start, zone }: RecurrenceRow): Span {
  const time = zone === null ? { date: start } : { dateTime: start, timeZone: zone };
  const span = spanOf(time, null, null);
  if (span === null) throw new Error(`No span: ${start}`);
  return span;
}

const endOf = ({ until, zone }: RecurrenceRow): number =>
  (zone === null ? wallOfText(until) : instantIn(zone, wallOfText(until))) - 1;

/** Asked in pieces, as planning asks: years from anywhere in a series, and less of what is finer than a day. */
function dates(row: RecurrenceRow): readonly string[] | null {
  const span = spanFor(row);
  const text = row.lines.join();
  const piece = text.includes('SECONDLY')
    ? hour / 2
    : text.includes('MINUTELY')
      ? day
      : text.includes('HOURLY')
        ? 20 * day
        : 200 * day;
  const found: string[] = [];
  for (let from = span.startsAt; from <= endOf(row) && found.length < row.most; from += piece) {
    const some = slotsWithin(span, row.lines, from, Math.min(from + piece - 1, endOf(row)));
    if (some === null) return null;
    found.push(...some);
  }
  return found.slice(0, row.most);
}

describe('the checker', () => {
  it.each(recurrenceRows.filter((row) => row.printed !== null))('has what RFC 5545 prints: $name', (row) => {
    const { printed, zone } = row;
    const named = printed?.map((text) => nameOf(instantIn(zone ?? 'UTC', wallOfText(text)), zone));
    expect(walkSeries(row, wallOfText(row.until), row.most)).toEqual(named);
  });
});

const groups = Map.groupBy(recurrenceRows, (row) => row.group);

describe.each([...groups])('%s', (_, rows) => {
  it.each(rows)('$name', (row) => {
    const right = rightFor(row);
    expect(dates(row)).toEqual(right);
    const test = slotTestOf(spanFor(row), row.lines);
    const has = new Set(right);
    // Beyond the last one looked at, nothing is known of what is right.
    const reach = right.length < row.most ? Infinity : (slotInstant(right.at(-1) as SlotKey) ?? 0);
    for (const [index, key] of right.entries()) {
      expect([key, test(key as SlotKey)]).toEqual([key, true]);
      // Times beside a slot, of which the first ones show each kind.
      if (index > 9) continue;
      const at = slotInstant(key as SlotKey) ?? NaN;
      for (const away of row.zone === null ? [-day, day, 7 * day] : [-day, -hour, -15 * minute, hour, day]) {
        if (at + away > Math.min(reach, endOf(row) - 2 * day)) continue;
        const near = nameOf(at + away, row.zone);
        expect([near, test(near as SlotKey)]).toEqual([near, has.has(near)]);
      }
    }
  });
});

/** The simulator reads rules with the same code, and makes series of them with its own. */
function simulated(row: RecurrenceRow): readonly string[] {
  const { start, zone, lines, most } = row;
  const first =
    zone === null
      ? ({ kind: 'date', date: start } as const)
      : ({ kind: 'timed', ms: instantIn(zone, wallOfText(start)), timeZone: zone } as const);
  const from = zone === null ? wallOfText(start) : instantIn(zone, wallOfText(start));
  const limit = Math.min(most, 10_000);
  // From far away in the past, and to the end, as a read of a calendar asks.
  return expandSeries(
    { start: first, zone: zone ?? 'UTC', recurrence: lines },
    { from: from - 900 * day, to: endOf(row) + 1, limit },
  ).map((when) => (when.kind === 'date' ? when.date.replaceAll('-', '') : nameOf(when.ms, zone)));
}

describe('the simulator has it so, too', () => {
  it.each(recurrenceRows)('$name', (row) => {
    expect(simulated(row)).toEqual(rightFor(row));
  });
});

describe('the end of a series', () => {
  const ending = recurrenceRows.filter(({ lines }) =>
    lines.every((line) => !/^RRULE/.test(line) || /COUNT=|UNTIL=/.test(line)),
  );

  it.each(ending)('is not before its last slot: $name', (row) => {
    const right = rightFor(row);
    if (right.length >= row.most) return;
    const span = spanFor(row);
    const last = slotInstant(right.at(-1) as SlotKey) ?? NaN;
    const end = seriesEndOf(span, row.lines);
    // Only of a rule that makes next to nothing may it be unknown.
    if (row.group !== 'rules that make next to nothing') expect(end).not.toBeNull();
    expect(end ?? Infinity).toBeGreaterThanOrEqual(last + span.endsAt - span.startsAt);
  });
});

/** Rules that would keep everybody waiting: by their dates, by how they are limited, or because they make none. */
const everyDay = Array.from({ length: 366 }, (_, index) => index + 1).join();
const everyHour = Array.from({ length: 24 }, (_, index) => index).join();
const everyMinute = Array.from({ length: 60 }, (_, index) => index).join();
const expensive = [
  `FREQ=YEARLY;BYYEARDAY=${everyDay};COUNT=99999`,
  `FREQ=YEARLY;BYYEARDAY=${everyDay};BYHOUR=${everyHour};BYMINUTE=${everyMinute};COUNT=99999999`,
  `FREQ=YEARLY;BYYEARDAY=${everyDay};BYHOUR=${everyHour};BYMINUTE=${everyMinute}`,
  `FREQ=DAILY;BYHOUR=${everyHour};BYMINUTE=${everyMinute};BYSECOND=${everyMinute}`,
  'FREQ=MONTHLY;COUNT=999999999',
  'FREQ=YEARLY;COUNT=999999999',
  'FREQ=SECONDLY',
  'FREQ=SECONDLY;COUNT=999999999',
  'FREQ=SECONDLY;BYMONTH=12;BYHOUR=23;COUNT=999999999',
  'FREQ=SECONDLY;INTERVAL=999999999;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=MINUTELY;BYDAY=MO;COUNT=999999',
  'FREQ=MINUTELY;INTERVAL=7;BYSETPOS=2',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5',
  'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=15;COUNT=5',
  'FREQ=HOURLY;INTERVAL=24;BYHOUR=11;COUNT=4',
  'FREQ=YEARLY;INTERVAL=999999999999',
  'FREQ=WEEKLY;BYWEEKNO=53;BYMONTH=6;COUNT=2',
  'FREQ=DAILY;INTERVAL=99999999;COUNT=99999999',
  `FREQ=YEARLY;BYYEARDAY=${everyDay};BYHOUR=${everyHour};BYMINUTE=${everyMinute};BYSECOND=${everyMinute};BYSETPOS=${everyDay}`,
  `FREQ=HOURLY;BYMINUTE=${everyMinute};BYSECOND=${everyMinute};BYSETPOS=${everyDay}`,
];

describe('a rule costs a bounded number of steps, whatever it says', () => {
  const start = Date.UTC(2020, 0, 1);
  // What one period may take beside: a day of all its seconds is cut short, the days of a year are not.
  const most = mostSteps + 1000;

  it.each(expensive)('%s', (value) => {
    const rule = readRule(value);
    if (rule === null) throw new Error('not read');
    const made = new RuleDates(asServicesMake(rule, start), start);
    const cost = (ask: () => unknown): number => {
      const before = made.steps;
      ask();
      return made.steps - before;
    };
    expect(cost(() => made.last())).toBeLessThanOrEqual(most);
    expect(cost(() => made.within(Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1)))).toBeLessThanOrEqual(most);
    expect(cost(() => made.has(Date.UTC(2026, 2, 2)))).toBeLessThanOrEqual(most);
    // A rule with COUNT is followed once: asked a thousand times, it costs what it cost the first time, and a little.
    const again = cost(() => {
      for (let index = 0; index < 1000; index += 1) made.last();
    });
    expect(again).toBe(0);
  });

  it.each(expensive)(
    'and a question about one slot costs next to nothing, however often one is asked (%s)',
    (value) => {
      const span = spanOf({ dateTime: '2020-01-01T00:00:00', timeZone: 'UTC' }, null, null);
      if (span === null) throw new Error('no span');
      const dates = ruleDatesOf(value, start);
      const before = dates?.steps ?? NaN;
      const test = slotTestOf(span, [`RRULE:${value}`]);
      // As a series with so many exceptions: each of them is asked for.
      const asked = 2500;
      for (let index = 0; index < asked; index += 1) {
        const at = new Date(Date.UTC(2026, 0, 1) + index * day).toISOString();
        test(`${at.slice(0, 19).replaceAll(/[-:]/g, '')}Z` as SlotKey);
      }
      // A year of days and the places in it, or two hours of seconds; the rule is followed once beside that.
      expect((dates?.steps ?? NaN) - before).toBeLessThanOrEqual(mostSteps + 1000 + asked * 7500);
      if (!/FREQ=HOURLY/.test(value)) {
        expect((dates?.steps ?? NaN) - before).toBeLessThanOrEqual(mostSteps + 1000 + asked * 1500);
      }
    },
  );

  it('places among the seconds of a year are those that laying them out gives', () => {
    const rule = `FREQ=YEARLY;BYYEARDAY=${everyDay};BYHOUR=${everyHour};BYMINUTE=${everyMinute};BYSECOND=${everyMinute}`;
    const placed = ruleDatesOf(`${rule};BYSETPOS=1,61,366,-1,-366`, start);
    const of2026 = placed?.within(Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1) - 1);
    expect(of2026?.map((wall) => new Date(wall).toISOString().slice(0, 19))).toEqual([
      '2026-01-01T00:00:00',
      '2026-01-01T00:01:00',
      '2026-01-01T00:06:05',
      '2026-12-31T23:53:54',
      '2026-12-31T23:59:59',
    ]);
    const hourly = ruleDatesOf(`FREQ=HOURLY;BYMINUTE=0,30;BYSECOND=0,59;BYSETPOS=2,-1`, start);
    expect(hourly?.within(Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1, 0, 59, 59))).toEqual([
      Date.UTC(2026, 0, 1, 0, 0, 59),
      Date.UTC(2026, 0, 1, 0, 30, 59),
    ]);
  });

  it('a day of many dates is told by the clock that its zone has then, where that changes and where it does not', () => {
    const span = spanOf({ dateTime: '2026-03-01T00:00:00', timeZone: 'Europe/Berlin' }, null, null);
    if (span === null) throw new Error('no span');
    const keys = slotsWithin(span, ['RRULE:FREQ=HOURLY'], Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 30, 1)) ?? [];
    // 02:00 is not there on the 29th and is 03:00; so there is one hour less, and no gap.
    expect(keys.map((key) => key.slice(6, 11))).toEqual(
      Array.from({ length: 27 }, (_, index) => new Date(Date.UTC(2026, 2, 28, 23 + index)).toISOString().slice(8, 13)),
    );
  });

  it('a series of more rules than anybody gives one is not known, and not past', () => {
    const span = spanOf({ dateTime: '2020-01-01T00:00:00', timeZone: 'UTC' }, null, null);
    if (span === null) throw new Error('no span');
    const lines = Array.from(
      { length: mostRules + 1 },
      (_, index) => `RRULE:FREQ=DAILY;UNTIL=202001${10 + index}T000000Z`,
    );
    expect(slotsWithin(span, lines, start, start + day)).toBeNull();
    expect(slotTestOf(span, lines)('20200102T000000Z' as SlotKey)).toBeNull();
    expect(seriesEndOf(span, lines)).toBeNull();
    expect(slotsWithin(span, lines.slice(1), start, start + day)).toHaveLength(2);
    expect(seriesEndOf(span, lines.slice(1))).not.toBeNull();
  });

  it('a line of nothing but names of zones ends', () => {
    const names = 'TZID=A+1:30;'.repeat(200_000);
    expect(nameEnd(`EXDATE;${names}VALUE=DATE:20260311`)).toBe('EXDATE;'.length + names.length + 'VALUE=DATE'.length);
    expect(nameEnd(`EXDATE;${names}`)).toBe(-1);
  });

  it('what takes more is not known, and told from what is', () => {
    const dates = ruleDatesOf(expensive[1] ?? '', start);
    expect(dates?.last()).toBeNull();
    // The first days were followed, those far ahead were not; a time that the rule cannot make is none in any case.
    expect(dates?.has(start + 5 * minute)).toBe(true);
    expect(dates?.has(Date.UTC(2300, 0, 1))).toBeNull();
    expect(dates?.has(Date.UTC(2300, 0, 1, 0, 0, 30))).toBe(false);
    expect(dates?.within(Date.UTC(2299, 0, 1), Date.UTC(2301, 0, 1))).toBeNull();
  });

  it('is remembered by its text', () => {
    const value = 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA;COUNT=1000';
    const dates = ruleDatesOf(value, start);
    dates?.last();
    const cost = dates?.steps ?? NaN;
    expect(ruleDatesOf(value, start)).toBe(dates);
    for (let index = 0; index < 1000; index += 1) ruleDatesOf(value, start)?.has(start + index * day);
    // A slot test of a rule with COUNT looks at its own day, and into what is remembered.
    expect((dates?.steps ?? NaN) - cost).toBeLessThanOrEqual(1000 * 4);
  });

  it('is as a series that nobody knows: busy, and not past', () => {
    const span = spanOf({ dateTime: '2020-01-01T00:00:00', timeZone: 'UTC' }, null, null);
    if (span === null) throw new Error('no span');
    const lines = [`RRULE:${expensive[1] ?? ''}`];
    expect(seriesEndOf(span, lines)).toBeNull();
    expect(slotTestOf(span, lines)('23000101T000000Z' as SlotKey)).toBeNull();
    expect(slotsWithin(span, lines, Date.UTC(2300, 0, 1), Date.UTC(2302, 0, 1))).toBeNull();
  });
});
