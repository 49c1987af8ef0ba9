import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/main/core/recurrence.ts';
import { instantOf, sameZone, spanOf, wallClock } from '../../src/main/core/times.ts';
import { canonicalZone, fixedOffset } from '../../src/shared/zones.ts';

describe('the one name of a zone', () => {
  it.each([
    ['GMT+02:00', 'Etc/GMT-2', 120],
    ['gmt+2', 'Etc/GMT-2', 120],
    ['UTC+2', 'Etc/GMT-2', 120],
    ['+02:00', 'Etc/GMT-2', 120],
    ['Etc/GMT-2', 'Etc/GMT-2', 120],
    ['GMT-0330', '-03:30', -210],
    ['UTC+05:45', '+05:45', 345],
    ['GMT+14:00', 'Etc/GMT-14', 840],
    ['GMT-13:00', '-13:00', -780],
    ['GMT+00:00', 'UTC', 0],
    ['Z', 'UTC', 0],
    ['UTC', 'UTC', 0],
    ['Etc/GMT+7', 'Etc/GMT+7', -420],
    ['Europe/Berlin', 'Europe/Berlin', null],
    ['W. Europe Standard Time', 'Europe/Berlin', null],
    ['Mars/Olympus', 'Mars/Olympus', null],
    ['GMT+25:00', 'GMT+25:00', null],
    ['Etc/GMT+02:00', 'Etc/GMT+02:00', null],
  ])('%s is %s', (name, canonical, minutes) => {
    expect([canonicalZone(name), fixedOffset(name)]).toEqual([canonical, minutes]);
    expect(canonicalZone(canonicalZone(name))).toBe(canonical);
    if (minutes === null) return;
    const noon = { dateTime: '2026-07-01T12:00:00', timeZone: name };
    expect(instantOf(noon, null)).toBe(Date.UTC(2026, 6, 1, 12) - minutes * 60_000);
    expect(wallClock(instantOf(noon, null) ?? 0, name)).toMatchObject({ timeZone: canonical });
    expect(spanOf(noon, null, null)?.start).toMatchObject({ timeZone: canonical });
    expect(sameZone(name, canonical)).toBe(true);
  });

  it.each(['Pacific Standard Time', 'Coordinated Universal Time', 'India Standard Time', 'Line Islands Standard Time'])(
    'of %s is one that can be worked with',
    (name) => {
      expect(() => Temporal.Now.zonedDateTimeISO(canonicalZone(name))).not.toThrow();
    },
  );

  it('may hold a colon in a line of dates', () => {
    for (const zone of ['GMT+02:00', '"GMT+02:00"']) {
      expect(parseLine(`EXDATE;TZID=${zone}:20271119T090000`)).toEqual({
        name: 'EXDATE',
        parameters: ['TZID=GMT+02:00'],
        value: '20271119T090000',
      });
    }
    expect(parseLine('EXDATE;TZID=Etc/GMT-2:20271119T090000')?.value).toBe('20271119T090000');
  });
});
