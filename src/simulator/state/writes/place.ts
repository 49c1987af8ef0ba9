import { duplicate, invalid, notFound } from '../../failures.ts';
import { without } from '../../objects.ts';
import { refuse, success } from '../../outcome.ts';
import type { Outcome } from '../../outcome.ts';
import { readTime } from '../../time.ts';
import type { CalendarStore, EventDraft, StoredEvent } from '../calendar.ts';
import { isObject, judgeContent, readContent } from '../event-content.ts';
import type { CalendarService } from '../service.ts';

/** Puts events as they are given into a calendar: worlds, and copies of invitations. No guard, no role. */
export function placeEvent(
  service: CalendarService,
  calendar: CalendarStore,
  owner: string,
  body: unknown,
  origin: 'written' | 'captured' = 'written',
): Outcome<StoredEvent> {
  const read = readContent(body, 'trusted', service.switches);
  if (!read.ok) return read;
  const raw = isObject(body) ? body : {};
  const givenId = raw['id'];
  const series = raw['recurringEventId'];
  const sound = origin === 'captured' ? /^\S{1,1024}$/ : /^\w{5,1024}$/;
  if (givenId !== undefined && (typeof givenId !== 'string' || !sound.test(givenId))) {
    return refuse(invalid('Invalid resource id value.', 'id'));
  }
  const isException = typeof series === 'string';
  let content = read.value;
  let originalStart;
  let id = givenId;
  if (isException) {
    const master = calendar.get(series);
    if (master === undefined) return refuse(invalid(`No series ${series} before this exception.`, 'recurringEventId'));
    const original = raw['originalStartTime'];
    originalStart = isObject(original) ? readTime(original, service.shape(calendar, master).zone) : undefined;
    if (originalStart === undefined) return refuse(invalid('Invalid original start time.', 'originalStartTime'));
    if (originalStart.kind === 'timed')
      originalStart = { ...originalStart, timeZone: service.shape(calendar, master).zone };
    const slotId = service.slotId(series, originalStart);
    id ??= slotId;
    const located = service.locate(calendar, slotId);
    if (located?.kind !== 'slot') return refuse(invalid('The series has no such slot.', 'originalStartTime'));
    content = { ...located.event.content, ...content };
  }
  id ??= service.random.eventId();
  if (calendar.get(id) !== undefined) return refuse(duplicate());
  const judged = judgeContent(content, {
    source: 'trusted',
    zones: service.zones,
    switches: service.switches,
    calendarZone: calendar.timeZone,
    calendarIsPrimary: calendar.primaryOf !== undefined,
    isInstance: isException,
  });
  if (!judged.ok) return judged;
  const created = typeof raw['created'] === 'string' ? Date.parse(raw['created']) : NaN;
  const [stored] = calendar.commit(
    [
      {
        ...judged.value,
        id,
        content: {
          status: 'confirmed',
          creator: { email: owner },
          iCalUID: `${id}@google.com`,
          sequence: 0,
          eventType: 'default',
          ...judged.value.content,
        },
        created: Number.isNaN(created) ? service.now() : created,
        recurringEventId: isException ? series : undefined,
        originalStart,
        degraded: false,
      },
    ],
    { now: service.now() },
  );
  return stored === undefined ? refuse(notFound()) : success(stored);
}

/**
 * Puts a row that was captured from a real calendar into one. Takes what such rows are and a world's events are not: ids with
 * characters that clients may not choose, dates of series that are not there (somebody was invited to one date), and bare
 * tombstones, of which nothing is known but that their id is gone.
 */
export function placeCaptured(
  service: CalendarService,
  calendar: CalendarStore,
  owner: string,
  body: Readonly<Record<string, unknown>>,
): Outcome<StoredEvent> {
  const { id, status, recurringEventId: series } = body;
  if (typeof id !== 'string' || id === '') return refuse(invalid('Invalid resource id value.', 'id'));
  if (calendar.get(id) !== undefined) return refuse(duplicate());
  const alone = typeof series === 'string' && calendar.get(series) === undefined;
  const bare = status === 'cancelled' && body['start'] === undefined;
  if (bare && (typeof series !== 'string' || alone)) {
    const [stored] = calendar.commit([tombstone(id, typeof series === 'string' ? series : undefined)], {
      now: service.now(),
    });
    return stored === undefined ? refuse(notFound()) : success(stored);
  }
  if (!alone) return placeEvent(service, calendar, owner, body, 'captured');
  const original = isObject(body['originalStartTime'])
    ? readTime(body['originalStartTime'], calendar.timeZone)
    : undefined;
  if (original === undefined) return refuse(invalid('Invalid original start time.', 'originalStartTime'));
  const placed = placeEvent(
    service,
    calendar,
    owner,
    without(body, 'recurringEventId', 'originalStartTime'),
    'captured',
  );
  if (!placed.ok) return placed;
  const [stored] = calendar.commit([{ ...placed.value, recurringEventId: series, originalStart: original }], {
    now: service.now(),
  });
  return stored === undefined ? refuse(notFound()) : success(stored);
}

/** What is left of an event of which nothing else is known. */
function tombstone(id: string, series: string | undefined): EventDraft {
  const never = { kind: 'date', date: '1970-01-01' } as const;
  return {
    id,
    content: { status: 'cancelled' },
    start: never,
    end: never,
    created: 0,
    recurringEventId: series,
    originalStart: undefined,
    degraded: true,
  };
}
