import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/renderer/format.ts';
import { formatMoment, formatMove, formatStart, instantOf, splitForMiddle } from '../../src/renderer/format.ts';

/** Monday, 23 March 2026, 09:30 in Berlin: six days before the clocks change there. */
const now = Date.parse('2026-03-23T08:30:00Z');
const berlin: Viewer = { locale: 'en-GB', timeZone: 'Europe/Berlin' };
const newYork: Viewer = { locale: 'en-US', timeZone: 'America/New_York' };
/** Which of two spaces stands before AM differs between versions of the runtime's locale data. */
const plain = (text: string | null) => text?.replaceAll('\u202f', ' ');
const at = (dateTime: string, timeZone: string | null = null) => ({ dateTime, timeZone });

describe('when something starts', () => {
  it.each([
    ['with an offset', at('2026-03-24T14:00:00+01:00'), berlin, 'Tue 14:00'],
    ['in the zone of the viewer', at('2026-03-24T14:00:00+01:00'), newYork, 'Tue 9:00 AM'],
    ['in its own zone where it has no offset', at('2026-03-24T14:00:00', 'America/New_York'), berlin, 'Tue 19:00'],
    ['today', at('2026-03-23T16:00:00Z'), berlin, 'Mon 17:00'],
    ['after the clocks change', at('2026-03-29T10:00:00', 'Europe/Berlin'), berlin, 'Sun 10:00'],
    ['in a week: a date, because the weekday is taken', at('2026-03-30T10:00:00Z'), berlin, '30 Mar 12:00'],
    ['yesterday: a date', at('2026-03-22T10:00:00Z'), berlin, '22 Mar 11:00'],
    ['in another year', at('2027-03-22T10:00:00Z'), berlin, '22 Mar 2027 11:00'],
    ['all day', { date: '2026-03-24' }, berlin, 'Tue'],
    ['all day, the same for everybody', { date: '2026-03-24' }, newYork, 'Tue'],
    ['all day, later', { date: '2026-04-06' }, newYork, 'Apr 6'],
  ])('%s', (_case, time, viewer, text) => {
    expect(plain(formatStart(time, now, viewer))).toBe(text);
  });

  it.each([
    at('nonsense'),
    at('2026-03-24T14:00:00', 'Mars/Olympus'),
    at('2026-13-45T99:00:00Z'),
    { date: '2026-99-99' },
  ])('is nothing for %j', (time) => {
    expect(formatStart(time, now, berlin)).toBeNull();
  });

  it('knows the day of the viewer late in the evening', () => {
    const evening = Date.parse('2026-03-24T03:00:00Z');
    expect(plain(formatStart(at('2026-03-23T23:30:00-04:00'), evening, newYork))).toBe('Mon 11:30 PM');
  });

  it('never throws, whatever a calendar says', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string({ minLength: 1 })), (dateTime, timeZone) => {
        const instant = instantOf({ dateTime, timeZone }, berlin);
        expect(instant === null || Number.isFinite(instant)).toBe(true);
      }),
    );
  });
});

describe('where something was and is', () => {
  it.each([
    ['the same day', at('2026-03-24T14:00:00+01:00'), at('2026-03-24T15:00:00+01:00'), 'Tue 14:00 → 15:00'],
    ['another day', at('2026-03-24T14:00:00+01:00'), at('2026-03-25T14:00:00+01:00'), 'Tue 14:00 → Wed 14:00'],
    ['to all day', at('2026-03-24T14:00:00+01:00'), { date: '2026-03-24' }, 'Tue 14:00 → Tue'],
    ['from all day', { date: '2026-03-24' }, at('2026-03-24T14:00:00+01:00'), 'Tue → Tue 14:00'],
    ['from nonsense', at('nonsense'), at('2026-03-24T14:00:00+01:00'), 'Tue 14:00'],
  ])('%s', (_case, from, to, text) => {
    expect(formatMove(from, to, now, berlin)).toBe(text);
  });
});

it('says a moment of today by its time, and another by its day too', () => {
  expect(formatMoment('2026-03-23T14:00:00.000Z', now, berlin)).toBe('15:00');
  expect(formatMoment('2026-03-23T23:30:00.000Z', now, berlin)).toBe('Tue 00:30');
});

describe('where a name is cut', () => {
  it('leaves short names whole', () => {
    expect(splitForMiddle('Personal')).toBeNull();
    expect(splitForMiddle('')).toBeNull();
  });

  it('keeps an end of ten characters as people count them', () => {
    expect(splitForMiddle('a-very-long-name@studio.example')).toEqual(['a-very-long-name@stud', 'io.example']);
    expect(splitForMiddle('👩‍👩‍👧‍👦'.repeat(20))?.[1]).toBe('👩‍👩‍👧‍👦'.repeat(10));
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const split = splitForMiddle(text);
        expect(split === null ? text : split.join('')).toBe(text);
      }),
    );
  });
});
