import type { BlockPolicy } from '../../shared/dto.ts';
import type { SourceRef } from '../../shared/ids.ts';
import { isDate, type EventTime, type Instant } from '../../shared/time.ts';
import { digest } from './identity.ts';
import type { BlockContent, EventRow, ObservedContent } from './model.ts';
import { compareRecurrence, parseRecurrence, sameSeriesStart } from './recurrence.ts';
import { instantOf, sameMoment, sameZone, wallClock, type Span } from './times.ts';

/** What a policy may tell of an event. */
export interface TemplateValues {
  readonly title: string | null;
  readonly calendar: string;
  readonly account: string;
  readonly place: string | null;
  /** Whether the event is private or confidential: then neither its title nor its place is told unless the policy says so. */
  readonly confidential: boolean;
}

/** What a block says that tells nothing of its event. */
export const plainSummary = '🔒 Busy';

/** Google's own cap is not published; about 1024 characters of summary is safe (google-calendar.md §3.4). */
const summaryLimit = 1000;

/**
 * Takes a template and the values; returns the summary of a block. Values are put in as they are and never read as
 * templates themselves, because an event title may hold braces. White space and control characters are made single
 * spaces, and half characters replaced, because a calendar would change them, and each run would write them again.
 */
export function summaryOf(template: string, values: Pick<TemplateValues, 'title' | 'calendar' | 'account'>): string {
  const title = values.title?.trim() ?? '';
  const filled = template.includes('{')
    ? template.replaceAll(/\{(title|calendar|account)\}/g, (_, name: string) =>
        name === 'title' ? (title === '' ? 'Busy' : title) : name === 'calendar' ? values.calendar : values.account,
      )
    : template;
  return tidied(filled);
}

/** White space and control characters made single spaces, half characters replaced, and no longer than is safe. */
function tidied(text: string): string {
  const tidy = text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return tidy.length <= summaryLimit ? tidy : Array.from(tidy).slice(0, summaryLimit).join('').trim();
}

/** Takes a source ref; returns the one line that tells a person reading the block what it is. Nothing of the event is in it. */
export function descriptionOf(ref: SourceRef): string {
  return `Busy in another calendar. Kept by CalSync. [calsync source:${ref.slice(0, 8)}]`;
}

const sentence = /^Busy in another calendar\. Kept by CalSync\. \[calsync source:[0-9a-v]{8}\]$/;

/**
 * Takes the description of a row; returns whether it is what `descriptionOf` says and nothing else. Because a person may
 * quote the sentence in a meeting of theirs, which must stay busy; white space alone makes no difference.
 */
export function isBlockSentence(description: string | null): boolean {
  return description !== null && sentence.test(description.trim().replaceAll(/\s+/g, ' '));
}

/**
 * In which zone a block says its times. `series`: in the one of its event, because a rule means times of the day there
 * (google-calendar.md §2.3). A zone's name: in that one, as a slot of such a series. Null: as moments alone, which a calendar takes
 * for times of its own zone; a single block needs no more, and the zone of its event would tell where the person is.
 */
export type ZoneToSay = 'series' | { readonly zone: string | null } | null;

/** Takes a source event, when it is, its policy and what a template may name; returns what its block shows. */
export function blockContent(
  ref: SourceRef,
  span: Span,
  recurrence: readonly string[],
  policy: BlockPolicy,
  values: TemplateValues,
  zone: ZoneToSay,
): BlockContent {
  const told = !values.confidential || policy.tellPrivate;
  const place = policy.place && told ? tidied(values.place ?? '') : '';
  return {
    summary: told ? summaryOf(policy.summary, values) : untoldSummary(policy.summary, values),
    description: descriptionOf(ref),
    start: saidIn(span.start, span.startsAt, zone),
    end: saidIn(span.end, span.endsAt, zone),
    recurrence,
    visibility: policy.visibility,
    colorId: policy.colorId,
    place: place === '' ? null : place,
    // Because a calendar takes no out-of-office days (google-calendar.md §3.1).
    outOfOffice: policy.outOfOffice && !isDate(span.start),
  };
}

function saidIn(time: EventTime, at: Instant, zone: ZoneToSay): EventTime {
  if (isDate(time)) return time;
  if (zone === null) return { dateTime: `${new Date(at).toISOString().slice(0, 19)}Z`, timeZone: null };
  if (zone === 'series') return time.timeZone === null ? { dateTime: time.dateTime, timeZone: 'UTC' } : time;
  return time.timeZone === zone.zone ? time : wallClock(at, zone.zone);
}

/** What a block says of a private event on a route that tells of others: a summary without its title stays as it is. */
function untoldSummary(template: string, values: TemplateValues): string {
  return summaryOf(template.includes('{title}') ? plainSummary : template, values);
}

function momentText(time: EventTime): string {
  return isDate(time) ? time.date : String(instantOf(time, null) ?? time.dateTime);
}

/**
 * Takes what a block shows; returns its fingerprint (26 characters of `[0-9a-v]`), the same however times and rules are
 * spelled. It goes into the tag, so that a changed source is told from a block that was changed by hand.
 */
export function contentHash(content: BlockContent): string {
  // No part but the lines of a series can hold a line break, so that the parts can be told from each other.
  const parts = [
    'calsync/1|content',
    content.summary,
    content.description,
    momentText(content.start),
    momentText(content.end),
    content.visibility,
    content.colorId ?? '',
  ];
  // Left out where they say nothing, so that blocks of a version without them keep their fingerprint.
  if (content.place !== null) parts.push(`place ${content.place}`);
  if (content.outOfOffice) parts.push('out-of-office');
  if (content.recurrence.length > 0) {
    const { shape, limits } = parseRecurrence(content.recurrence);
    const zone = isDate(content.start) ? null : content.start.timeZone;
    parts.push(JSON.stringify([zone, shape, limits]));
  }
  return digest(parts.join('\n')).slice(0, 26);
}

/** Takes a row; returns what of it could belong to a block. */
export function observedOf(row: EventRow): ObservedContent {
  return {
    summary: row.summary,
    description: row.description,
    place: row.place,
    start: row.start,
    end: row.end,
    recurrence: row.recurrence,
    visibility: row.visibility,
    transparent: row.transparent,
    colorId: row.colorId,
    rings: row.rings,
  };
}

/** Takes what a calendar shows; returns a fingerprint of what we own of it, colour left out (a person may change that). */
export function echoOf(observed: ObservedContent): string {
  return digest(
    `calsync/1|echo|${JSON.stringify([
      observed.summary,
      observed.description,
      observed.start,
      observed.end,
      observed.recurrence,
      observed.visibility,
      observed.transparent,
      observed.rings,
      ...(observed.place === null ? [] : [observed.place]),
    ])}`,
  ).slice(0, 26);
}

/**
 * Takes what a block should show and what it shows; returns whether they are the same to a reader, colour left out.
 * Compared field by field after normalising, because a calendar spells times, rules and texts its own way.
 */
export function showsSame(content: BlockContent, observed: ObservedContent, fallbackZone: string | null): boolean {
  return (
    (observed.summary ?? '') === content.summary &&
    (observed.description ?? '') === content.description &&
    (observed.place ?? '') === (content.place ?? '') &&
    !observed.transparent &&
    !observed.rings &&
    (observed.visibility === content.visibility ||
      (content.visibility === 'private' && observed.visibility === 'confidential')) &&
    sameMoment(content.start, observed.start, fallbackZone) &&
    sameMoment(content.end, observed.end, fallbackZone) &&
    (content.recurrence.length === 0
      ? observed.recurrence.length === 0 && !tellsOtherZone(content, observed, fallbackZone)
      : sameSeriesStart(content.start, observed.start, fallbackZone) &&
        compareRecurrence(content.recurrence, observed.recurrence, content.start) === 'same')
  );
}

/**
 * Takes what a single block should show, what it shows and the zone of its calendar; returns whether it names a zone that
 * is neither that one nor UTC, where it should name none: builds before 0.1 wrote that of the event, which tells where the
 * person is.
 */
export function tellsOtherZone(
  content: Pick<BlockContent, 'start'>,
  observed: Pick<ObservedContent, 'start' | 'end'>,
  calendarZone: string | null,
): boolean {
  if (isDate(content.start) || content.start.timeZone !== null) return false;
  return [observed.start, observed.end].some((time) => {
    if (time === null || isDate(time) || time.timeZone === null) return false;
    return !sameZone(time.timeZone, calendarZone) && !sameZone(time.timeZone, 'UTC');
  });
}

/**
 * Takes what a block should show and what it shows, and whether its calendar `reshapesInPlace`; returns whether it can be changed in
 * place. Otherwise a series whose start, zone or shape moved cannot: what the service does to its exceptions then is unknown
 * (google-calendar.md §10 no. 2), so it is made anew with the next generation.
 */
export function canChangeInPlace(
  content: BlockContent,
  observed: ObservedContent,
  fallbackZone: string | null,
  reshapesInPlace: boolean,
): boolean {
  if (reshapesInPlace) return true;
  const series = content.recurrence.length > 0;
  if (series !== observed.recurrence.length > 0) return false;
  if (!series) return true;
  return (
    sameSeriesStart(content.start, observed.start, fallbackZone) &&
    compareRecurrence(content.recurrence, observed.recurrence, content.start) !== 'shape'
  );
}
