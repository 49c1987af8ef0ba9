import { ruleDatesOf } from '../../src/main/core/recurrence.ts';
import type { SlotKey } from '../../src/shared/ids.ts';
import { slotTestOf } from '../../src/main/core/slots.ts';
import { spanOf } from '../../src/main/core/times.ts';
import { day } from '../../src/shared/time.ts';

/** What one rule costs: asked for its end and two years of it, and a slot test once it was asked. */
export interface RuleFigures {
  readonly name: string;
  readonly milliseconds: number;
  readonly steps: number;
  readonly testMilliseconds: number;
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).join();

const rules: readonly (readonly [string, string])[] = [
  ['a meeting on weekdays, COUNT=1000', 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=1000'],
  ['the second Tuesday, COUNT=120', 'FREQ=MONTHLY;BYDAY=2TU;COUNT=120'],
  ['every hour', 'FREQ=HOURLY'],
  ['each day of the year, COUNT=99999', `FREQ=YEARLY;BYYEARDAY=${numbers(1, 366)};COUNT=99999`],
  [
    'each minute of each of them',
    `FREQ=YEARLY;BYYEARDAY=${numbers(1, 366)};BYHOUR=${numbers(0, 23)};BYMINUTE=${numbers(0, 59)};COUNT=99999999`,
  ],
  ['a month, COUNT=999999999', 'FREQ=MONTHLY;COUNT=999999999'],
  ['each second of a Monday, COUNT=999999999', 'FREQ=SECONDLY;BYDAY=MO;COUNT=999999999'],
  ['a 30 February, COUNT=5', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5'],
  ['the Monday that is a 15th and the first, COUNT=5', 'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=15;COUNT=5'],
];

/** CPU time, because other programs at work would be measured too. */
function spent(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

/** Takes nothing; returns what each rule costs, hostile ones among them. Each is asked for the first time. */
export function benchRules(): readonly RuleFigures[] {
  const span = spanOf({ dateTime: '2020-01-01T00:00:00', timeZone: 'Europe/Berlin' }, null, null);
  if (span === null) throw new Error('no span');
  const wall = Date.UTC(2020, 0, 1);
  return rules.map(([name, value]) => {
    const from = process.cpuUsage();
    const dates = ruleDatesOf(value, wall);
    dates?.last();
    dates?.within(Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1));
    const milliseconds = spent(from);
    const steps = dates?.steps ?? NaN;
    const test = slotTestOf(span, [`RRULE:${value}`]);
    const before = process.cpuUsage();
    for (let index = 0; index < 100; index += 1) {
      const key = new Date(Date.UTC(2026, 2, 2, 23) + index * day).toISOString().slice(0, 19);
      test(`${key.replaceAll(/[-:]/g, '')}Z` as SlotKey);
    }
    return { name, milliseconds, steps, testMilliseconds: spent(before) / 100 };
  });
}
