import ICAL from 'ical.js';
import rrule from 'rrule';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { readRule, RuleDates } from '../../src/shared/rule.ts';
import { day } from '../../src/shared/time.ts';
import type { RecurrenceRow } from '../support/recurrence/rows.ts';
import { walkSeries, wallOfText, type Expand } from '../support/recurrence/walker.ts';

const wallText = (wall: number): string => new Date(wall).toISOString().slice(0, 19);

/** UNTIL is looked at by whom asks, because it is an instant and the libraries are asked for clocks on walls. */
const withoutUntil = (value: string): string => value.replace(/;?UNTIL=[^;]*/, '');

/** Each library as it is, asked for what a rule makes by the clock on the wall: zones are ours in any case. */
const libraries: Readonly<Record<string, Expand>> = {
  'rrule-temporal': (value, startWall, endWall, most) => {
    const rule = new RRuleTemporal({
      rruleString: withoutUntil(value),
      dtstart: Temporal.ZonedDateTime.from(`${wallText(startWall)}[UTC]`),
      maxIterations: 1_000_000,
    });
    const found: number[] = [];
    if (most === 0) return found;
    rule.all((moment) => {
      if (moment.epochMilliseconds >= endWall) return false;
      found.push(moment.epochMilliseconds);
      return found.length < most;
    });
    return found;
  },
  'ical.js': (value, startWall, endWall, most) => {
    const iterator = ICAL.Recur.fromString(withoutUntil(value)).iterator(
      ICAL.Time.fromDateTimeString(wallText(startWall)),
    );
    const found: number[] = [];
    while (found.length < most) {
      const next = iterator.next() as ICAL.Time | null;
      if (next === null) break;
      const wall = Date.UTC(next.year, next.month - 1, next.day, next.hour, next.minute, next.second);
      if (wall >= endWall) break;
      found.push(wall);
    }
    return found;
  },
  rrule: (value, startWall, endWall, most) => {
    const rule = new rrule.RRule({
      ...rrule.RRule.parseString(withoutUntil(value)),
      dtstart: new Date(startWall),
    });
    const found: number[] = [];
    if (most === 0) return found;
    rule.all((date) => {
      if (date.getTime() >= endWall) return false;
      found.push(date.getTime());
      return found.length < most;
    });
    return found;
  },
  ours: (value, startWall, endWall, most) => {
    const rule = readRule(value);
    if (rule === null) throw new Error('not read');
    const dates = new RuleDates(rule, startWall);
    const found: number[] = [];
    // In windows that grow until there is enough, because it is asked for times and not for numbers of dates.
    for (let from = startWall, length = day / 24; from < endWall && found.length < most; length *= 2) {
      const to = Math.min(from + length, endWall) - 1;
      const some = dates.within(from, to);
      if (some === null) {
        if (length < day / 24) throw new Error('not known');
        length /= 8;
        continue;
      }
      found.push(...some);
      from = to + 1;
    }
    return found.slice(0, most);
  },
};

/** What is compared, by name: each takes a row and returns its slots. */
export const expanders: Readonly<Record<string, (row: RecurrenceRow) => readonly string[]>> = Object.fromEntries(
  Object.entries(libraries).map(([name, expand]) => [
    name,
    (row: RecurrenceRow) => walkSeries(row, wallOfText(row.until), row.most, expand),
  ]),
);
