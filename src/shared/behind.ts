import type { CalendarView, Status, Trouble } from './dto.ts';
import { freshIntervals } from './health/ages.ts';
import type { Instant } from './time.ts';
import { hour, minute } from './time.ts';

/** Calendars that could not be read for so long that it has to be said, since when, and what was met of them. */
export interface Behind {
  readonly calendars: readonly [CalendarView, ...CalendarView[]];
  /** An ISO moment: of the one that was not read for longest. */
  readonly since: string;
  readonly why: readonly Trouble[];
}

/** So many of the chosen intervals, and never less than an hour, may pass without a read before it is said (ADR 0049). */
const patience = 12;

/** Takes a calendar, the chosen interval in minutes and now; returns whether it is in use and was not read for too long. */
export function isLate(
  { source, target, goneSince, lastReadAt }: CalendarView,
  intervalMinutes: number,
  now: Instant,
): boolean {
  return (source || target) && goneSince === null && (lastReadAt === null || isLong(lastReadAt, intervalMinutes, now));
}

/**
 * Takes what is known, now, and which troubles mend themselves; returns the calendars that CalSync is behind with, or null. A computer
 * that slept, was paused or had no network is not behind: what keeps a calendar from being read must itself have lasted as long, and a
 * run that could reach the service must have met it lately. Without a trouble that says why, CalSync must have been awake for as long.
 */
export function behindOf(
  facts: Pick<
    Status,
    'accounts' | 'awakeSince' | 'calendars' | 'intervalMinutes' | 'lastRun' | 'lastSyncAt' | 'troubles'
  >,
  now: Instant,
  mendsItself: (trouble: Trouble) => boolean,
): Behind | null {
  const { accounts, awakeSince, calendars, intervalMinutes, lastRun, troubles } = facts;
  const ended = lastRun?.finishedAt ?? null;
  if (lastRun === null || ended === null || lastRun.outcome === 'offline') return null;
  if (now - Date.parse(ended) > freshIntervals * intervalMinutes * minute) return null;
  const lasts = (since: string | null): boolean => since !== null && isLong(since, intervalMinutes, now);
  const emails = new Map(accounts.map(({ id, email }) => [id, email]));
  const found = calendars.flatMap((calendar) => {
    if (!isLate(calendar, intervalMinutes, now)) return [];
    const names = new Set<string | null>([calendar.name, emails.get(calendar.accountId) ?? null, null]);
    const why = troubles.filter((one) => mendsItself(one) && one.code !== 'removals-left' && names.has(one.about));
    const since = calendar.lastReadAt ?? why[0]?.since ?? null;
    const isSo = why.length === 0 ? lasts(awakeSince) : why.some((one) => lasts(one.since));
    return isSo && since !== null ? [{ calendar, since, why }] : [];
  });
  const [first, ...rest] = found;
  if (first === undefined) return null;
  return {
    calendars: [first.calendar, ...rest.map(({ calendar }) => calendar)],
    since: found.map(({ since }) => since).reduce((one, other) => (other < one ? other : one)),
    why: [...new Set(found.flatMap(({ why }) => why))],
  };
}

function isLong(since: string, intervalMinutes: number, now: Instant): boolean {
  return now - Date.parse(since) > Math.max(patience * intervalMinutes * minute, hour);
}
