// By its functions, because its classes bring all that there is of the standard into the page.
import { getBasic } from 'temporal-polyfill/fns/Calendar';
import * as instants from 'temporal-polyfill/fns/Instant';
import { timeZoneId } from 'temporal-polyfill/fns/Now';
import * as dates from 'temporal-polyfill/fns/PlainDate';
import * as dateTimes from 'temporal-polyfill/fns/PlainDateTime';
import { toPlainDate } from 'temporal-polyfill/fns/ZonedDateTime';
import type { EventTime, Instant } from '../shared/time.ts';
import { day, isDate } from '../shared/time.ts';
import type { Voice } from '../shared/health-words.ts';
import { canonicalZone } from '../shared/zones.ts';
import { number } from './words/counts.ts';

/** Who looks: undefined means what the browser is set to. */
export interface Viewer {
  readonly locale: string | undefined;
  readonly timeZone: string | undefined;
}

/**
 * Takes an event time; returns its instant, or null where the calendar said something that is no time. A wall-clock
 * time without an offset is read in its own zone; without a zone too, in the viewer's.
 */
export function instantOf(time: { readonly dateTime: string; readonly timeZone: string | null }, viewer: Viewer) {
  try {
    if (/(Z|[+-]\d{2}:?\d{2})$/i.test(time.dateTime)) return instants.fromString(time.dateTime).epochMilliseconds;
    const zone = canonicalZone(time.timeZone ?? viewer.timeZone ?? timeZoneId());
    return dateTimes.toZonedDateTime(dateTimes.fromString(time.dateTime, getBasic), zone).epochMilliseconds;
  } catch {
    return null;
  }
}

/**
 * Takes when an event starts; returns it as short as it stays clear: "Tue 14:00" within the coming six days, "24 Mar,
 * 14:00" otherwise, without a time where it lasts all day. Null where it is no time.
 */
export function formatStart(time: EventTime, now: Instant, viewer: Viewer): string | null {
  const day = formatDay(time, now, viewer);
  const clock = formatClock(time, viewer);
  if (day === null) return null;
  return clock === null ? day : `${day} ${clock}`;
}

/** Takes where an event was and where it is; returns "Tue 14:00 → 15:00", with the second day only where it differs. */
export function formatMove(from: EventTime, to: EventTime, now: Instant, viewer: Viewer): string | null {
  const before = formatStart(from, now, viewer);
  const after = formatStart(to, now, viewer);
  if (before === null || after === null) return after ?? before;
  const sameDay = formatDay(from, now, viewer) === formatDay(to, now, viewer);
  const clock = formatClock(to, viewer);
  return `${before} → ${sameDay && clock !== null && formatClock(from, viewer) !== null ? clock : after}`;
}

/** Takes a moment in ISO 8601; returns the time of day, with the day where it is not today. */
export function formatMoment(moment: string, now: Instant, viewer: Viewer): string {
  const instant = Date.parse(moment);
  // A time of day stays on one line: "10:39 / PM" reads badly.
  const clock = timeFormat(viewer).format(instant).replaceAll(' ', '\u00a0');
  const isToday = dayNumber(instant, viewer) === dayNumber(now, viewer);
  return isToday ? clock : `${dayText(instant, now, viewer, undefined)} ${clock}`;
}

/** Takes the end of a pause; returns it to stand after "until": a midnight by its day, because 12 AM is of no day. */
function formatUntil(moment: string, now: Instant, viewer: Viewer): string {
  const instant = Date.parse(moment);
  const zone = viewer.timeZone ?? timeZoneId();
  const { hour, minute } = instants.toZonedDateTimeISO(instants.fromEpochMilliseconds(instant), zone);
  if (hour !== 0 || minute !== 0) return formatMoment(moment, now, viewer);
  return dayNumber(instant, viewer) - dayNumber(now, viewer) === 1
    ? 'tomorrow'
    : dayText(instant, now, viewer, undefined);
}

function formatClock(time: EventTime, viewer: Viewer): string | null {
  if (isDate(time)) return null;
  const instant = instantOf(time, viewer);
  return instant === null ? null : timeFormat(viewer).format(instant);
}

function formatDay(time: EventTime, now: Instant, viewer: Viewer): string | null {
  if (!isDate(time)) {
    const instant = instantOf(time, viewer);
    return instant === null ? null : dayText(instant, now, viewer, undefined);
  }
  // A day without a zone is formatted as midnight in UTC, because in the viewer's zone it would move by one somewhere.
  const midnight = Date.parse(`${time.date}T00:00:00Z`);
  if (Number.isNaN(midnight)) return null;
  const today = dayNumber(now, viewer) * day;
  return dayText(midnight, today, { ...viewer, timeZone: 'UTC' }, 'UTC');
}

function dayText(instant: Instant, now: Instant, viewer: Viewer, timeZone: 'UTC' | undefined): string {
  const ahead = dayNumber(instant, viewer) - dayNumber(now, viewer);
  const zone = timeZone ?? viewer.timeZone;
  const options: Intl.DateTimeFormatOptions =
    ahead >= 0 && ahead <= 6
      ? { weekday: 'short' }
      : Math.abs(ahead) < 300
        ? { day: 'numeric', month: 'short' }
        : { day: 'numeric', month: 'short', year: 'numeric' };
  return new Intl.DateTimeFormat(viewer.locale, { ...options, timeZone: zone }).format(instant);
}

function timeFormat(viewer: Viewer): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(viewer.locale, { timeStyle: 'short', timeZone: viewer.timeZone });
}

/** Takes a moment in ISO 8601; returns the time of day alone. */
export function formatTimeOfDay(moment: string, viewer: Viewer): string {
  return timeFormat(viewer).format(Date.parse(moment));
}

/** Takes a moment in ISO 8601; returns its day in full: "Monday 23 March", with the year where it is another one. */
export function formatFullDay(moment: string, now: Instant, viewer: Viewer): string {
  const instant = Date.parse(moment);
  const year = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: viewer.timeZone });
  const sameYear = year.format(instant) === year.format(now);
  return new Intl.DateTimeFormat(viewer.locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
    timeZone: viewer.timeZone,
  }).format(instant);
}

/** Days since 1970 on the viewer's calendar: 1 apart means tomorrow, across changes of clocks too. */
export function dayNumber(instant: Instant, viewer: Viewer): number {
  const zone = viewer.timeZone ?? timeZoneId();
  const date = toPlainDate(instants.toZonedDateTimeISO(instants.fromEpochMilliseconds(instant), zone));
  return Math.round(Date.parse(`${dates.toString(date)}T00:00:00Z`) / day);
}

/**
 * Takes a text of any script; returns where to cut it so that its end stays when the middle does not fit, or null
 * where it is short. Cuts between characters as people see them, so that no emoji is split.
 */
export function splitForMiddle(text: string, tailLength = 10): readonly [head: string, tail: string] | null {
  const characters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
  const at = characters[characters.length - tailLength];
  return characters.length < tailLength * 2 || at === undefined
    ? null
    : [text.slice(0, at.index), text.slice(at.index)];
}

/** Takes now and who looks; returns how a page speaks of how things stand. */
export function voiceOf(now: Instant, viewer: Viewer): Voice {
  return {
    surface: 'app',
    time: (moment) => formatMoment(moment, now, viewer),
    until: (moment) => formatUntil(moment, now, viewer),
    number,
  };
}
