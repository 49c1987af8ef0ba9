import { Temporal } from 'temporal-polyfill';

/**
 * What recurrence rules are checked with. It walks the clock on the wall step by step and asks of each step, in the words
 * of the table in RFC 5545 §3.3.10, whether the rule has it. It shares no code with what it checks, and is slow on purpose:
 * no jump, no arithmetic that could be wrong in the same way.
 */
export interface WalkedRule {
  readonly frequency: string;
  readonly interval: number;
  readonly count: number | null;
  readonly until: string | null;
  readonly weekStart: number;
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

const dayMilliseconds = 86_400_000;
const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Takes the value of an RRULE; returns its parts. */
export function readRule(value: string): WalkedRule {
  const parts = new Map<string, readonly string[]>();
  for (const part of value.toUpperCase().split(';')) {
    const at = part.indexOf('=');
    if (at > 0) parts.set(part.slice(0, at), part.slice(at + 1).split(','));
  }
  const count = parts.get('COUNT')?.[0];
  return {
    frequency: parts.get('FREQ')?.[0] ?? '',
    interval: Number(parts.get('INTERVAL')?.[0] ?? 1),
    count: count === undefined ? null : Number(count),
    until: parts.get('UNTIL')?.[0] ?? null,
    weekStart: names.indexOf(parts.get('WKST')?.[0] ?? 'MO'),
    parts,
  };
}

interface Step {
  /** Milliseconds of a day count without zone. */
  readonly wall: number;
  readonly day: number;
  readonly year: number;
  readonly month: number;
  readonly date: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function stepAt(wall: number): Step {
  const at = new Date(wall);
  const day = Math.floor(wall / dayMilliseconds);
  return {
    wall,
    day,
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    date: at.getUTCDate(),
    weekday: (at.getUTCDay() + 6) % 7,
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  };
}

const knownDays = new Map<number, number>();

const dayOfDate = (year: number, month: number, date: number): number => {
  const name = (year * 16 + month) * 32 + date;
  let day = knownDays.get(name);
  if (day === undefined) knownDays.set(name, (day = countedDay(year, month, date)));
  return day;
};

const countedDay = (year: number, month: number, date: number): number => {
  // Set apart, because years below 100 are read as those of the twentieth century.
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, date);
  return at.getTime() / dayMilliseconds;
};

const firstWeeks = new Map<string, number>();

/** "Week number one of the calendar year is the first week that contains at least four (4) days in that calendar year." */
function weekOf(
  day: number,
  year: number,
  weekStart: number,
): { readonly year: number; readonly week: number; readonly weeks: number } {
  const firstOf = (of: number): number => {
    const name = `${of} ${weekStart}`;
    const known = firstWeeks.get(name) ?? searched(of);
    firstWeeks.set(name, known);
    return known;
  };
  const searched = (of: number): number => {
    for (let first = dayOfDate(of, 1, 1) - 6; ; first += 1) {
      if ((stepAt(first * dayMilliseconds).weekday - weekStart + 7) % 7 !== 0) continue;
      let inYear = 0;
      for (let one = first; one < first + 7; one += 1) if (stepAt(one * dayMilliseconds).year === of) inYear += 1;
      if (inYear >= 4) return first;
    }
  };
  const own = day < firstOf(year) ? year - 1 : day >= firstOf(year + 1) ? year + 1 : year;
  return {
    year: own,
    week: Math.floor((day - firstOf(own)) / 7) + 1,
    weeks: (firstOf(own + 1) - firstOf(own)) / 7,
  };
}

/** Which weekday of its kind a day is from the first and the last day of a stretch. */
function ordinalsIn(step: Step, first: number, last: number): readonly number[] {
  let fromFirst = 0;
  let fromLast = 0;
  for (let day = step.day; day >= first; day -= 7) fromFirst += 1;
  for (let day = step.day; day <= last; day += 7) fromLast += 1;
  return [fromFirst, -fromLast];
}

function dayHas(rule: WalkedRule, step: Step, start: Step): boolean {
  const { parts, frequency } = rule;
  const numbers = (name: string): readonly number[] | null => parts.get(name)?.map(Number) ?? null;
  const months = numbers('BYMONTH');
  const weekNumbers = numbers('BYWEEKNO');
  const yearDays = numbers('BYYEARDAY');
  const monthDays = numbers('BYMONTHDAY');
  const weekdays = parts.get('BYDAY') ?? null;
  if (months !== null && !months.includes(step.month)) return false;
  if (weekNumbers !== null) {
    const { week, weeks } = weekOf(step.day, step.year, rule.weekStart);
    if (!weekNumbers.includes(week) && !weekNumbers.includes(week - weeks - 1)) return false;
  }
  const firstOfYear = dayOfDate(step.year, 1, 1);
  const lastOfYear = dayOfDate(step.year, 12, 31);
  if (yearDays !== null) {
    if (!yearDays.includes(step.day - firstOfYear + 1) && !yearDays.includes(step.day - lastOfYear - 1)) return false;
  }
  const firstOfMonth = dayOfDate(step.year, step.month, 1);
  const lastOfMonth = dayOfDate(step.year, step.month + 1, 1) - 1;
  if (monthDays !== null) {
    if (!monthDays.includes(step.date) && !monthDays.includes(step.day - lastOfMonth - 1)) return false;
  }
  if (weekdays !== null) {
    const ofMonth = frequency === 'MONTHLY' || (frequency === 'YEARLY' && months !== null);
    const ordinals = ofMonth
      ? ordinalsIn(step, firstOfMonth, lastOfMonth)
      : frequency === 'YEARLY'
        ? ordinalsIn(step, firstOfYear, lastOfYear)
        : [];
    const fits = weekdays.some((name) => {
      const ordinal = name.length > 2 && ordinals.length > 0 ? Number(name.slice(0, -2)) : null;
      return names[step.weekday] === name.slice(-2) && (ordinal === null || ordinals.includes(ordinal));
    });
    if (!fits) return false;
  }
  // "Information, not contained in the rule, necessary to determine the various recurrence instance start time and dates
  // are derived from the Start Time (DTSTART) component attribute."
  switch (frequency) {
    case 'YEARLY':
      if (weekNumbers !== null && weekdays === null && monthDays === null && yearDays === null)
        return step.weekday === start.weekday;
      if (weekNumbers === null && weekdays === null && monthDays === null && yearDays === null)
        return step.date === start.date && (months !== null || step.month === start.month);
      return true;
    case 'MONTHLY':
      return weekdays !== null || monthDays !== null || step.date === start.date;
    case 'WEEKLY':
      return weekdays !== null || step.weekday === start.weekday;
    default:
      return true;
  }
}

const order = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];

/** The times of a day that a rule has there: hours, minutes and seconds, each as named, or as of the start, or all. */
function clockHas(rule: WalkedRule, secondOfDay: number, start: Step): boolean {
  const finer = (than: string): boolean => order.indexOf(rule.frequency) >= order.indexOf(than);
  const has = (name: string, value: number, ofStart: number, any: boolean): boolean => {
    const named = rule.parts.get(name);
    return named === undefined ? any || value === ofStart : named.map(Number).includes(value);
  };
  return (
    has('BYHOUR', Math.floor(secondOfDay / 3600), start.hour, finer('HOURLY')) &&
    has('BYMINUTE', Math.floor(secondOfDay / 60) % 60, start.minute, finer('MINUTELY')) &&
    has('BYSECOND', secondOfDay % 60, start.second, finer('SECONDLY'))
  );
}

/** Which period of its frequency a step is in, counted from anywhere. */
function periodOf(rule: WalkedRule, step: Step): number {
  switch (rule.frequency) {
    case 'YEARLY':
      // Weeks with numbers make years of their own.
      return rule.parts.has('BYWEEKNO') ? weekOf(step.day, step.year, rule.weekStart).year : step.year;
    case 'MONTHLY':
      return step.year * 12 + step.month;
    case 'WEEKLY':
      // 1970-01-01 was a Thursday.
      return Math.floor((step.day + 3 - rule.weekStart) / 7);
    case 'DAILY':
      return step.day;
    case 'HOURLY':
      return Math.floor(step.wall / 3_600_000);
    case 'MINUTELY':
      return Math.floor(step.wall / 60_000);
    default:
      return Math.floor(step.wall / 1000);
  }
}

/**
 * Takes the value of a rule, its start and an end, both as milliseconds of a day count without zone, and how many to find at
 * most; returns what the rule makes from its start until before the end, UNTIL not looked at. The start is among them only
 * where the rule makes it, and COUNT counts what the rule makes. Steps are seconds where the rule needs them, else minutes,
 * of days that the rule has.
 */
export function walk(value: string, startWall: number, endWall: number, most = Infinity): readonly number[] {
  const rule = readRule(value);
  const start = stepAt(startWall);
  const first = periodOf(rule, start);
  const bySecond = rule.frequency === 'SECONDLY' || (rule.parts.get('BYSECOND')?.length ?? 1) > 1;
  const seconds = rule.parts.get('BYSECOND')?.[0] ?? String(start.second);
  const positions = rule.parts.get('BYSETPOS')?.map(Number) ?? null;
  const limit = Math.min(most, rule.count ?? Infinity);
  const found: number[] = [];
  let period = first;
  let inPeriod: number[] = [];
  const close = (): void => {
    const chosen =
      positions === null
        ? inPeriod
        : inPeriod.filter((_, index) => positions.includes(index + 1) || positions.includes(index - inPeriod.length));
    found.push(...chosen.filter((wall) => wall >= startWall));
    inPeriod = [];
  };
  let day = start.day;
  // From the beginning of the period, because only a whole one has a first and a last.
  while (periodOf(rule, stepAt((day - 1) * dayMilliseconds)) === first) day -= 1;
  for (; found.length < limit; day += 1) {
    const whole = stepAt(day * dayMilliseconds);
    if (order.indexOf(rule.frequency) <= order.indexOf('DAILY')) {
      const now = periodOf(rule, whole);
      if (now !== period) close();
      if (now !== period && whole.wall >= endWall) break;
      period = now;
      // To the end of the period that the end is in, for the same reason.
      if (whole.wall >= endWall && inPeriod.length === 0) break;
      if ((now - first) % rule.interval !== 0 || !dayHas(rule, whole, start)) continue;
    } else if (whole.wall >= endWall) break;
    else if (!dayHas(rule, whole, start)) continue;
    for (let second = bySecond ? 0 : Number(seconds); second < 86_400; second += bySecond ? 1 : 60) {
      if (!clockHas(rule, second, start)) continue;
      const step = stepAt(whole.wall + second * 1000);
      if (order.indexOf(rule.frequency) > order.indexOf('DAILY')) {
        const now = periodOf(rule, step);
        if (now < first || (now - first) % rule.interval !== 0) continue;
        if (now !== period) close();
        period = now;
        if (found.length >= limit) break;
      }
      inPeriod.push(step.wall);
    }
  }
  close();
  return found.filter((wall) => wall < endWall).slice(0, limit);
}

/** Takes a time by the clock on a wall, as milliseconds, and a zone; returns the instant (RFC 5545 §3.3.5: a time that is not there moves forward by the gap, one that comes twice is the first). */
export function instantIn(zone: string, wall: number): number {
  const text = new Date(wall).toISOString().slice(0, 19);
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** Takes the value of a rule, its start, an end and a number; returns what `walk` returns. */
export type Expand = (value: string, startWall: number, endWall: number, most: number) => readonly number[];

/** A series as the rows of the tables have it. */
export interface WalkedSeries {
  /** `YYYY-MM-DDTHH:MM:SS` by the clock on the wall, or `YYYY-MM-DD` for a day. */
  readonly start: string;
  /** Null for a day. */
  readonly zone: string | null;
  readonly lines: readonly string[];
}

/** Takes a text of a date or time, with or without dashes; returns it as milliseconds of a day count without zone. */
export function wallOfText(text: string): number {
  const digits = text.replaceAll(/[-:TZ]/g, '');
  const at = (from: number, to: number): number => Number(digits.slice(from, to) || 0);
  return (
    dayOfDate(at(0, 4), at(4, 6), at(6, 8)) * dayMilliseconds + (at(8, 10) * 3600 + at(10, 12) * 60 + at(12, 14)) * 1000
  );
}

/**
 * Takes a series, an end by the clock on the wall, and how many slots are wanted at most; returns their names in order (a
 * date, or a time in UTC): the start, what the rules and RDATE lines add, less EXDATE and EXRULE lines. Throws RangeError
 * for a line that it does not know. Rules are walked, or expanded by whom is to be checked.
 */
export function walkSeries(
  { start, zone, lines }: WalkedSeries,
  endWall: number,
  most = Infinity,
  expand: Expand = walk,
): readonly string[] {
  const startWall = wallOfText(start);
  const place = (wall: number): number => (zone === null ? wall : instantIn(zone, wall));
  const instantOf = (value: string, ofZone: string | null): number =>
    value.endsWith('Z') || zone === null ? wallOfText(value) : instantIn(ofZone ?? zone, wallOfText(value));
  const found = new Set<number>([place(startWall)]);
  const gone = new Set<number>();
  const dates: (() => void)[] = [];
  // Because several times on the wall can be one instant, where a clock change leaves some out.
  const spare = zone === null ? 1 : most + 1;
  const leftOut = lines
    .filter((line) => line.startsWith('EXDATE'))
    .join(',')
    .split(',').length;
  for (const line of lines) {
    const match = /^(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:]*)?):(.*)$/.exec(line);
    if (match === null) throw new RangeError(`The walker does not know the line ${line}.`);
    const [, name = '', parameters = '', value = ''] = match;
    if (name === 'RRULE' || name === 'EXRULE') {
      const { until } = readRule(value);
      const last =
        until === null
          ? Infinity
          : until.length === 8 && zone !== null
            ? instantIn(zone, wallOfText(until) + dayMilliseconds) - 1
            : instantOf(until, null);
      const end = until === null ? endWall : Math.min(endWall, wallOfText(until) + 2 * dayMilliseconds);
      const lost = lines.some((other) => other.startsWith('EXRULE')) ? Infinity : leftOut;
      for (const wall of expand(value, startWall, end, name === 'RRULE' ? most + spare + lost : Infinity)) {
        if (place(wall) <= last) (name === 'RRULE' ? found : gone).add(place(wall));
      }
      continue;
    }
    const ofZone = /TZID=([^;]+)/.exec(parameters)?.[1] ?? null;
    for (const one of value.split(',')) {
      const text = one.split('/')[0] ?? '';
      // A day means, in a timed series, the time of the start on that day.
      const wall = text.length === 8 && zone !== null ? wallOfText(text) + (startWall % dayMilliseconds) : null;
      const at = wall === null ? instantOf(text, ofZone) : place(wall);
      if (name === 'RDATE') dates.push(() => void found.add(at));
      else gone.add(at);
    }
  }
  const end = place(endWall);
  // Extra dates are beside the number of slots that rules were asked for.
  const ofRules = [...found].filter((at) => !gone.has(at)).sort((one, other) => one - other);
  const reach = ofRules.length > most ? (ofRules[most - 1] ?? end) : end;
  for (const add of dates) add();
  return [...found]
    .filter((at) => !gone.has(at) && at < end && at <= reach)
    .sort((one, other) => one - other)
    .slice(0, most)
    .map((at) => nameOf(at, zone));
}

/** Takes an instant and whether it is in a zone; returns the name of a slot there. */
export function nameOf(at: number, zone: string | null): string {
  const text = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return zone === null ? text.slice(0, 8) : `${text}Z`;
}
