import { knownParts, readRule, ruleParts } from '../../shared/rule.ts';
import { isDate, minute } from '../../shared/time.ts';
import { fixedOffset, hourZone } from '../../shared/zones.ts';
import { namedZone, parseLine, ruleDatesOf, untilInstant, valueTime, type RecurrenceLine } from './recurrence.ts';
import { wallOf } from './slots.ts';
import { instantOf, utcText, wallClock, type Span } from './times.ts';

/**
 * Takes the first occurrence of a series and its lines, in every form that a calendar gives them (google-calendar.md §2.3); returns
 * the lines of its block: rebuilt from parts with known names, because comments, parameters and parts of somebody's own
 * can carry what a person wrote. A rule that says something whose meaning is not known here is not written without it: the
 * block gets a rule that makes at least its dates, because a date too many is busy and one too few is free.
 */
export function writtenLines(span: Span, lines: readonly string[]): readonly string[] {
  const written = lines.flatMap((text) => {
    const line = parseLine(text);
    if (line === null) return coveringRules('', span);
    switch (line.name) {
      case 'RRULE':
        return readRule(line.value) === null
          ? coveringRules(line.value, span)
          : [`RRULE:${writtenRule(line.value, span)}`];
      case 'EXRULE':
        // What is not known takes nothing out.
        return isKnownEnd(line.value, span) && readRule(line.value) !== null
          ? [`EXRULE:${writtenRule(line.value, span)}`]
          : [];
      case 'RDATE':
      case 'EXDATE':
        return writtenDates(line, span);
      default:
        return [];
    }
  });
  // A series whose lines say nothing is its start, and stays a series, because its dates are written as such.
  return lines.length > 0 && written.length === 0 ? ['RRULE:FREQ=DAILY;COUNT=1'] : written;
}

/** The parts of a rule that name days, and so mean others where days begin at another moment. */
const dayParts = ['BYDAY', 'BYMONTHDAY', 'BYYEARDAY', 'BYWEEKNO', 'BYMONTH', 'BYSETPOS'];

/** Whether a line makes the same dates by another clock that shows the same day at the start of the series. */
function isOfAnyClock(text: string): boolean {
  const line = parseLine(text);
  if (line === null) return false;
  // Dates are written in UTC, and mean moments.
  if (line.name !== 'RRULE' && line.name !== 'EXRULE') return true;
  const parts = ruleParts(line.value);
  if (['BYHOUR', 'BYMINUTE', 'BYSECOND'].some((name) => parts.has(name))) return false;
  const finer = ['HOURLY', 'MINUTELY', 'SECONDLY'].some((name) => parts.get('FREQ') === name);
  return !finer || !dayParts.some((name) => parts.has(name));
}

/**
 * Takes the first occurrence of a series and the lines of its block; returns it by a clock that calendars have a name for.
 * Zones of a fixed offset have one for whole hours only. An offset with minutes is said by the clock of the hour before or
 * after, whichever shows the same day: a rule names days, so its dates are the same ones, for ever. One that names times of
 * the day itself is returned as it is.
 */
export function inWritableZone(span: Span, lines: readonly string[]): Span {
  const { start } = span;
  const east = isDate(start) || start.timeZone === null ? null : fixedOffset(start.timeZone);
  if (east === null || hourZone(east) !== null || !lines.every(isOfAnyClock)) return span;
  const dayIn = (offset: number): string => utcText(span.startsAt + offset * minute).slice(0, 8);
  const zone = [Math.floor(east / 60) * 60, Math.ceil(east / 60) * 60]
    .filter((near) => dayIn(near) === dayIn(east))
    .flatMap((near) => hourZone(near) ?? [])[0];
  if (zone === undefined) return span;
  return { ...span, start: wallClock(span.startsAt, zone), end: wallClock(span.endsAt, zone) };
}

function isKnownEnd(value: string, span: Span): boolean {
  const until = ruleParts(value).get('UNTIL');
  return until === undefined || writtenUntil(until, span) !== null;
}

/** The parts that are known, in the order that they came in, with UNTIL in the kind of the series (RFC 5545 §3.3.10). */
function writtenRule(value: string, span: Span): string {
  return [...ruleParts(value)]
    .filter(([name]) => knownParts.includes(name))
    .flatMap(([name, text]) => {
      if (name !== 'UNTIL') return [`${name}=${text.replaceAll(/\s/g, '')}`];
      const until = writtenUntil(text, span);
      // An end that nobody can read is none.
      return until === null ? [] : [`UNTIL=${until}`];
    })
    .join(';');
}

/** Null where it makes no sense. */
function writtenUntil(until: string, { start }: Span): string | null {
  const allDay = isDate(start);
  const last = untilInstant(until, allDay, isDate(start) ? null : start.timeZone);
  if (last === null) return null;
  return allDay ? utcText(last).slice(0, 8) : utcText(last);
}

/**
 * Rules that make at least the dates of one whose meaning is not known. SKIP (RFC 7529) moves days that a month has not to
 * its last day, or to the first of the next. Of another calendar (RSCALE), or of nonsense, any day may be meant.
 */
function coveringRules(value: string, span: Span): readonly string[] {
  const parts = ruleParts(value);
  const until = parts.get('UNTIL');
  const written = until === undefined ? null : writtenUntil(until, span);
  const end = written === null ? '' : `;UNTIL=${written}`;
  const skip = parts.get('SKIP');
  parts.delete('SKIP');
  const plain = [...parts].map(([name, text]) => `${name}=${text}`).join(';');
  if ((skip === 'BACKWARD' || skip === 'FORWARD') && readRule(plain) !== null) {
    const last = ruleDatesOf(plain, wallOf(span))?.last() ?? null;
    const counted =
      last === null
        ? ''
        : `;UNTIL=${isDate(span.start) ? utcText(last).slice(0, 8) : utcText(last + span.startsAt - wallOf(span))}`;
    const monthly = `FREQ=MONTHLY;BYMONTHDAY=${skip === 'BACKWARD' ? '-1' : '1'}`;
    return [`RRULE:${writtenRule(plain, span)}`, `RRULE:${monthly}${written === null ? counted : end}`];
  }
  const finer = ['HOURLY', 'MINUTELY', 'SECONDLY'].some((name) => parts.get('FREQ') === name);
  return [`RRULE:FREQ=${finer ? 'HOURLY' : 'DAILY'}${end}`];
}

/** Dates in the kind of the series, those of a zone in UTC. A period says its start; what is no date is left out. */
function writtenDates(line: RecurrenceLine, { start, startsAt }: Span): readonly string[] {
  const zone = isDate(start) ? null : start.timeZone;
  const first = wallClock(startsAt, zone);
  const values = line.value.split(',').flatMap((value) => {
    const time = valueTime(value, namedZone(line, zone));
    if (time === null) return [];
    if (isDate(start)) {
      const date = isDate(time) ? time.date : time.dateTime.slice(0, 10);
      return instantOf({ date }, null) === null ? [] : [date.replaceAll('-', '')];
    }
    // A day means, in a timed series, the time of its start on that day.
    const clock = isDate(first) ? '00:00:00' : first.dateTime.slice(11, 19);
    const meant = isDate(time) ? { dateTime: `${time.date}T${clock}`, timeZone: zone } : time;
    const at = instantOf(meant, zone);
    return at === null ? [] : [utcText(at)];
  });
  if (values.length === 0) return [];
  return [`${line.name}${isDate(start) ? ';VALUE=DATE' : ''}:${values.join()}`];
}
