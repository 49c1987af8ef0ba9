import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { createZoneNames, otherNames } from '../../../src/main/providers/google/zones.ts';
import type { ProviderCall } from '../../../src/main/ports/provider.ts';
import { isKnownZone } from '../../../src/main/core/times.ts';
import { toCalendarId, toEventId } from '../../../src/shared/ids.ts';
import { day, type EventTime } from '../../../src/shared/time.ts';

const now = Date.UTC(2026, 2, 23, 8);

const at = (timeZone: string | null, dateTime = '2026-03-27T10:00:00'): EventTime => ({ dateTime, timeZone });

function call(start: EventTime, end: EventTime, recurrence: readonly string[] = []): ProviderCall {
  return {
    kind: 'patch-slot',
    calendarId: toCalendarId('ada@example.com'),
    eventId: toEventId('cs1'),
    seriesId: toEventId('cs0'),
    etag: null,
    content: {
      summary: '🔒 Busy',
      description: '[calsync source:ab12cd34]',
      start,
      end,
      recurrence,
      visibility: 'private',
      colorId: null,
      place: null,
      outOfOffice: false,
    },
  };
}

const timesOf = (one: ProviderCall | null): unknown =>
  one !== null && 'content' in one ? [one.content.start, one.content.end] : null;

describe('other names of a zone', () => {
  it.each([
    'Europe/Kyiv',
    'Europe/Kiev',
    'Asia/Kolkata',
    'America/Toronto',
    'Etc/UTC',
    'Asia/Shanghai',
    'Africa/Asmara',
  ])('of %s mean the same clock, for years to come', (zone) => {
    expect(otherNames(zone).length).toBeGreaterThan(0);
    for (const other of otherNames(zone)) {
      expect(otherNames(other)).toContain(zone);
      if (!isKnownZone(other)) continue;
      for (let month = 0; month < 120; month += 1) {
        const instant = Temporal.Instant.fromEpochMilliseconds(now + month * 30 * day);
        expect([other, instant.toZonedDateTimeISO(other).offset]).toEqual([
          other,
          instant.toZonedDateTimeISO(zone).offset,
        ]);
      }
    }
  });

  it('are none where a zone has one name', () => {
    expect(otherNames('Europe/Berlin')).toEqual([]);
    expect(otherNames('Mars/Olympus')).toEqual([]);
  });
});

describe('a refused name', () => {
  it('is written by another one from then on, and asked for again after a day', () => {
    const names = createZoneNames();
    const meant = call(at('Asia/Kolkata'), at('Asia/Kolkata', '2026-03-27T11:00:00'));
    expect(names.fitted(meant, now)).toBe(meant);
    expect(timesOf(names.refused(meant, now))).toEqual([
      at('Asia/Calcutta'),
      at('Asia/Calcutta', '2026-03-27T11:00:00'),
    ]);
    expect(timesOf(names.fitted(meant, now + day - 1))).toEqual([
      at('Asia/Calcutta'),
      at('Asia/Calcutta', '2026-03-27T11:00:00'),
    ]);
    expect(names.fitted(meant, now + day)).toBe(meant);
    // A clock that was set back is no reason to doubt for longer.
    expect(names.fitted(meant, now - day)).toBe(meant);
  });

  it('without another is written by the offset of its moment', () => {
    const names = createZoneNames();
    const meant = call(at('Europe/Berlin'), at('Europe/Berlin', '2026-03-30T10:00:00'));
    expect(timesOf(names.refused(meant, now))).toEqual([
      { dateTime: '2026-03-27T09:00:00+00:00', timeZone: null },
      { dateTime: '2026-03-30T08:00:00+00:00', timeZone: null },
    ]);
  });

  it('of a series has nothing left to be tried, and whoever asks again asks by its own name', () => {
    const names = createZoneNames();
    const meant = call(at('Europe/Berlin'), at('Europe/Berlin'), ['RRULE:FREQ=DAILY']);
    expect(names.refused(meant, now)).toBeNull();
    expect(names.fitted(meant, now)).toBe(meant);
    expect(names.fitted(meant, now + day)).toBe(meant);
  });

  it('is given up after the last one, and never where there is no zone', () => {
    const names = createZoneNames();
    let next: ProviderCall | null = call(at('Europe/Kyiv'), at('Europe/Kyiv', '2026-03-27T11:00:00'));
    let rounds = 0;
    while (next !== null && rounds < 20) {
      next = names.refused(next, now);
      rounds += 1;
    }
    // Four names, and the offset.
    expect([next, rounds]).toEqual([null, 5]);
    const days = call({ date: '2026-03-27' }, { date: '2026-03-28' }, ['RRULE:FREQ=DAILY']);
    expect(names.refused(days, now)).toBeNull();
    expect(names.fitted(days, now)).toEqual(days);
  });

  it('of one end only is not remembered, because nobody says which', () => {
    const names = createZoneNames();
    const flight = call(at('Europe/Berlin'), at('Europe/Atlantis', '2026-03-27T12:00:00+01:00'));
    expect(timesOf(names.refused(flight, now))).toEqual([
      { dateTime: '2026-03-27T09:00:00+00:00', timeZone: null },
      { dateTime: '2026-03-27T11:00:00+00:00', timeZone: null },
    ]);
    expect(names.fitted(flight, now)).toBe(flight);
    expect(names.refused(call(at('Europe/Berlin'), at('Asia/Tokyo'), ['RRULE:FREQ=DAILY']), now)).toBeNull();
  });

  it('in a time that nobody can place is given up', () => {
    const names = createZoneNames();
    expect(names.refused(call(at('Europe/Atlantis'), at('Europe/Atlantis')), now)).toBeNull();
  });

  it('never bears on calls that write no times', () => {
    const names = createZoneNames();
    const get: ProviderCall = { kind: 'get', calendarId: toCalendarId('ada@example.com'), eventId: toEventId('cs1') };
    expect(names.refused(get, now)).toBeNull();
    expect(names.fitted(get, now)).toBe(get);
  });
});
