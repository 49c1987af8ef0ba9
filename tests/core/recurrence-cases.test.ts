import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/main/core/model.ts';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { seriesEndOf } from '../../src/main/core/recurrence.ts';
import { slotTestOf } from '../../src/main/core/slots.ts';
import { spanOf, wallClock } from '../../src/main/core/times.ts';
import type { BlockPolicy, BusyPolicy } from '../../src/shared/dto.ts';
import type { SlotKey } from '../../src/shared/ids.ts';
import { day, isDate, minute, type EventTime } from '../../src/shared/time.ts';
import {
  calendar,
  CalendarWorld,
  context,
  event,
  exception,
  group,
  weekly,
  type RowParts,
} from '../support/core-builders.ts';
import { expandSeries } from '../../src/simulator/recurrence.ts';
import { walkSeries, wallOfText } from '../support/recurrence/walker.ts';

interface Case {
  readonly name: string;
  readonly start: string;
  readonly zone?: string;
  readonly rule: string;
  readonly minutes?: number;
}

const file = JSON.parse(readFileSync(new URL('../fixtures/cases/recurrence/cases.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

function caseOf(name: string): Case {
  const found = file.cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No such case: ${name}`);
  return {
    ...found,
    rule: found.rule.replace('1..366 (all listed)', Array.from({ length: 366 }, (_, i) => i + 1).join()),
  };
}

interface Choices {
  readonly now?: string;
  readonly busy?: Partial<BusyPolicy>;
  readonly block?: Partial<BlockPolicy>;
  readonly more?: readonly RowParts[];
  readonly lines?: readonly string[];
}

function timesOf({ start, zone, minutes = 60 }: Case): { start: EventTime; end: EventTime } {
  if (zone === undefined) {
    return { start: { date: start }, end: { date: new Date(Date.parse(start) + day).toISOString().slice(0, 10) } };
  }
  const span = spanOf({ dateTime: `${start}:00`, timeZone: zone }, null, null);
  if (span === null) throw new Error('no span');
  return { start: wallClock(span.startsAt, zone), end: wallClock(span.startsAt + minutes * minute, zone) };
}

/** Plans a case for one target, carries it out, and plans again: then nothing is left to do. */
function operationsOf(of: Case, choices: Choices): readonly Operation[] {
  const { busy = {}, block = {}, more = [], lines = [] } = choices;
  const home = { ...calendar('home'), target: false, busy: { ...defaultBusyPolicy, ...busy } };
  const rows = [weekly({ ...timesOf(of), recurrence: [`RRULE:${of.rule}`, ...lines] }), ...more];
  const groups = [group(rows.map((row) => event(home, row)))];
  const about = {
    ...context([home, calendar('work')], { policy: { ...defaultBlockPolicy, ...block } }),
    now: Date.parse(choices.now ?? '2026-03-01T12:00:00Z'),
  };
  const world = new CalendarWorld();
  const plan = planSync(world.groups(groups), about);
  world.apply(plan);
  expect(planSync(world.groups(groups), about).operations).toEqual([]);
  return plan.operations;
}

const instant = (time: EventTime): number => Date.parse(isDate(time) ? time.date : time.dateTime);

/** When the block is busy between two days, as `start end` in UTC, told from its lines by the checker and from its slots. */
function busy(operations: readonly Operation[], from: string, to: string): readonly string[] {
  const series = operations.find((one) => one.kind === 'create');
  if (series === undefined) return [];
  const { start, end, recurrence } = series.content;
  const zone = isDate(start) ? null : start.timeZone;
  const length = instant(end) - instant(start);
  const text = isDate(start) ? start.date : start.dateTime.slice(0, 19);
  const changed = new Map(
    operations.flatMap((one) =>
      one.kind === 'put-slot' || one.kind === 'cancel-slot' ? [[one.slotKey, one] as const] : [],
    ),
  );
  const slots = walkSeries({ start: text, zone, lines: recurrence }, wallOfText(`${to}T23:59:59`));
  return slots
    .flatMap((key) => {
      const change = changed.get(key as SlotKey);
      if (change?.kind === 'cancel-slot') return [];
      const at = Date.parse(
        key.replace(
          /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/,
          (_, y, m, d, h = '00', i = '00') => `${y}-${m}-${d}T${h}:${i}:00Z`,
        ),
      );
      return [change === undefined ? [at, at + length] : [instant(change.content.start), instant(change.content.end)]];
    })
    .map((times) => times.map((one) => new Date(one).toISOString().slice(0, 16)).join(' '))
    .filter((span) => span >= from && span.slice(0, 10) <= to);
}

const office = { timeZone: 'Europe/Berlin', days: ['MO', 'TU', 'WE', 'TH', 'FR'], from: '09:00', to: '17:00' } as const;

/** What each case must come to, by its name. */
const right: Readonly<Record<string, (of: Case) => void>> = {
  'start off the pattern, with COUNT': (of) => {
    const slots = busy(operationsOf(of, { now: '2027-05-01T00:00:00Z' }), '2027-05-01', '2027-06-30');
    expect(slots.map((slot) => slot.slice(5, 10))).toEqual(['05-03', '05-04', '05-06', '05-08', '05-11', '05-13']);
  },
  'daily with BYDAY and COUNT, hours on': (of) => {
    const slots = busy(
      operationsOf(of, { now: '2026-02-15T12:00:00Z', busy: { hours: office } }),
      '2026-03-01',
      '2026-03-31',
    );
    expect(slots).toHaveLength(22);
  },
  'daily with BYMONTH and COUNT, hours on': (of) => {
    const slots = busy(
      operationsOf(of, { now: '2026-02-15T12:00:00Z', busy: { hours: office } }),
      '2026-03-01',
      '2026-09-30',
    );
    // The weekdays of March and September, in neither of which the 730 dates have ended.
    expect(slots.map((slot) => slot.slice(0, 7)).filter((month) => month === '2026-03')).toHaveLength(22);
    expect(slots.map((slot) => slot.slice(0, 7)).filter((month) => month === '2026-09')).toHaveLength(22);
    expect(slots).toHaveLength(44);
  },
  'every four hours, hours on': (of) => {
    for (const start of [of.start, '2026-02-02T11:00']) {
      const operations = operationsOf({ ...of, start }, { busy: { hours: office } });
      const slots = busy(operations, '2026-03-02', '2026-03-08');
      expect(slots.map((slot) => slot.slice(8, 16))).toEqual(
        ['02', '03', '04', '05', '06'].flatMap((date) => [`${date}T10:00`, `${date}T14:00`]),
      );
    }
  },
  'minutes before, autumn': (of) => {
    const slots = busy(operationsOf(of, { block: { bufferBefore: 15 } }), '2026-10-25', '2026-10-25');
    expect(slots).toEqual(['2026-10-25T01:45 2026-10-25T02:30']);
  },
  'many minutes before, autumn': (of) => {
    const slots = busy(operationsOf(of, { block: { bufferBefore: 150 } }), '2026-10-25', '2026-10-25');
    expect(slots).toEqual(['2026-10-25T01:30 2026-10-25T05:00']);
  },
  'minutes before, spring': (of) => {
    const slots = busy(operationsOf(of, { block: { bufferBefore: 15 } }), '2026-03-29', '2026-03-29');
    expect(slots).toEqual(['2026-03-29T00:45 2026-03-29T01:30']);
  },
  'slot carried over midnight by a clock change': (of) => {
    const key = '20260329T011500Z';
    const cancelled = exception(key, { status: 'cancelled' });
    const times = {
      start: { dateTime: '2026-03-30T10:00:00Z', timeZone: 'UTC' },
      end: { dateTime: '2026-03-30T11:00:00Z', timeZone: 'UTC' },
    };
    for (const block of [{}, { bufferBefore: 30 }]) {
      expect(busy(operationsOf(of, { block }), '2026-03-29', '2026-03-30')).toHaveLength(1);
      expect(busy(operationsOf(of, { block, more: [cancelled] }), '2026-03-29', '2026-03-30')).toEqual([]);
      expect(busy(operationsOf(of, { block, lines: [`EXDATE:${key}`] }), '2026-03-29', '2026-03-30')).toEqual([]);
      const moved = busy(operationsOf(of, { block, more: [exception(key, times)] }), '2026-03-29', '2026-03-30');
      expect(moved.map((slot) => slot.slice(17))).toEqual(['2026-03-30T11:00']);
    }
  },
  'UNTIL at that slot': (of) => {
    for (const bufferBefore of [0, 5, 15, 30, 45]) {
      const slots = busy(operationsOf(of, { block: { bufferBefore, bufferAfter: 5 } }), '2026-03-28', '2026-03-30');
      expect(slots.at(-1)).toBe(
        `${new Date(Date.parse('2026-03-29T01:30:00Z') - bufferBefore * minute).toISOString().slice(0, 16)} 2026-03-29T02:35`,
      );
    }
  },
  BYWEEKNO: (of) => {
    expect(has(of, '20140107')).toBe(true);
    expect(has(of, '20140101')).toBe(false);
  },
  'BYWEEKNO=53': (of) => {
    expect(has(of, '20160102')).toBe(true);
    expect(has(of, '20201229')).toBe(true);
  },
  'BYWEEKNO with INTERVAL over new year': (of) => {
    expect(['20250106', '20280103', '20280104', '20301230'].map((key) => has(of, key))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  },
  'BYYEARDAY with BYDAY': (of) => {
    expect(['19980327', '19980326', '19980328'].map((key) => has(of, key))).toEqual([true, false, false]);
  },
  'expensive, and past': (of) => {
    // It may go on for more than two hundred years, and is not over because nobody has the time to count.
    const span = spanOf(timesOf(of).start, timesOf(of).end, null);
    expect(span === null ? 0 : seriesEndOf(span, [`RRULE:${of.rule}`])).toBeNull();
    expect(busy(operationsOf(of, { now: '2026-03-01T00:00:00Z' }), '2026-03-01', '2026-03-02')).toHaveLength(1);
  },
};

function has(of: Case, key: string): boolean | null {
  const { start, end } = timesOf(of);
  const span = spanOf(start, end, null);
  return span === null ? null : slotTestOf(span, [`RRULE:${of.rule}`])(key as SlotKey);
}

describe('cases of recurrence that were wrong once', () => {
  it('are all looked at', () => {
    expect(Object.keys(right).sort()).toEqual(file.cases.map((one) => one.name).sort());
  });

  it.each(Object.keys(right))('%s', (name) => {
    right[name]?.(caseOf(name));
  });
});

const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/cases/${path}`, import.meta.url), 'utf8'));

interface Shown {
  readonly summary?: string;
  readonly start: { readonly dateTime: string; readonly timeZone: string };
  readonly end: { readonly dateTime: string; readonly timeZone: string };
  readonly recurrence: readonly string[];
}

/** The file's event as a case. */
function caseFrom(name: string, { start, end, recurrence }: Shown): Case {
  const rule = (recurrence[0] ?? '').replace('RRULE:', '');
  const minutes = (Date.parse(end.dateTime) - Date.parse(start.dateTime)) / minute;
  return { name, start: start.dateTime.slice(0, 16), zone: start.timeZone, rule, minutes };
}

describe('events as they were captured', () => {
  it('start-off-the-pattern.json: six slots, for the block and for the simulator', () => {
    const of = caseFrom('start-off-the-pattern', fixture('google/start-off-the-pattern.json') as Shown);
    const operations = operationsOf(of, { now: '2027-05-01T00:00:00Z' });
    expect(busy(operations, '2027-05-01', '2027-06-30')).toHaveLength(6);
    const series = {
      start: { kind: 'timed', ms: Date.parse('2027-05-03T12:00:00Z'), timeZone: of.zone } as const,
      zone: of.zone ?? '',
      recurrence: [`RRULE:${of.rule}`],
    };
    expect(expandSeries(series, {})).toHaveLength(6);
  });

  it('hourly-with-hours.json: in the hours of the days that count, and never else', () => {
    const world = fixture('hourly-with-hours.json') as {
      readonly accounts: readonly { readonly calendars: readonly { readonly events: readonly Shown[] }[] }[];
    };
    const water = world.accounts[0]?.calendars[0]?.events.find((one) => one.summary === 'Water');
    if (water === undefined) throw new Error('no such event');
    const slots = busy(
      operationsOf(caseFrom('hourly', water), { busy: { hours: office } }),
      '2026-03-24',
      '2026-03-30',
    );
    // 09:00 to 16:00 in Berlin, where the clocks change on Sunday.
    const utc = (from: number): string[] =>
      Array.from({ length: 8 }, (_, index) => String(from + index).padStart(2, '0'));
    expect(slots.map((slot) => slot.slice(8, 13))).toEqual([
      ...['24', '25', '26', '27'].flatMap((date) => utc(8).map((hour) => `${date}T${hour}`)),
      ...utc(7).map((hour) => `30T${hour}`),
    ]);
  });
});
