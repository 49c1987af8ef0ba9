import { describe, expect, it } from 'vitest';
import { canKeep, longestBuffer, lookFacts, sampleTimes } from '../../src/renderer/block-look.ts';
import { longestTitles, titleLines, titlesProblem } from '../../src/renderer/ignored-titles.ts';
import { clockIn, clockText } from '../../src/renderer/time-of-day.ts';
import { minutesIn } from '../../src/renderer/components/settings/minutes-choice.tsx';
import { allZones, likelyFirst, presentZone, zoneOf, zonesNamed } from '../../src/renderer/time-zones.ts';
import { words } from '../../src/renderer/words.ts';
import type { WorkingHours } from '../../src/renderer/working-hours.ts';
import { hoursProblems, hoursSentence, inWeek, sameHours, usualHours } from '../../src/renderer/working-hours.ts';
import { workingHoursSchema } from '../../src/shared/dto.ts';
import { exampleNow, examplePolicies } from '../support/fake-calsync.ts';

const office: WorkingHours = {
  timeZone: 'Europe/Berlin',
  days: ['MO', 'TU', 'WE', 'TH', 'FR'],
  from: '09:00',
  to: '17:00',
};

describe('a time of day that was typed', () => {
  it.each([
    ['9', '09:00'],
    ['0930', '09:30'],
    ['930', '09:30'],
    ['9:30', '09:30'],
    [' 17.30 ', '17:30'],
    ['17h30', '17:30'],
    ['17h', '17:00'],
    ['5 pm', '17:00'],
    ['5:05 p.m.', '17:05'],
    ['12 am', '00:00'],
    ['12 PM', '12:00'],
    ['5:00\u202FPM', '17:00'],
    ['24', '24:00'],
    ['24:00', '24:00'],
    ['00:00', '00:00'],
  ])('%j is %s', (typed, clock) => {
    expect(clockIn(typed)).toBe(clock);
  });

  it.each(['', 'noon', '24:01', '25', '9:60', '9:5', '13 pm', '0 am', '-1', '9:30:00', '9-17', '99999'])(
    '%j is none',
    (typed) => {
      expect(clockIn(typed)).toBeNull();
    },
  );

  it.each(['en-GB', 'en-US', 'de-DE', 'fr-CA', 'ar-EG', 'ko-KR', 'fi-FI', 'da-DK', 'bg-BG'])(
    'is shown as %s writes it only where that can be read again',
    (locale) => {
      for (let minute = 0; minute < 24 * 60; minute += 7) {
        const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        expect(clockIn(clockText(clock, locale))).toBe(clock);
      }
    },
  );

  it('is shown as the locale writes it, and as it is where it is none', () => {
    expect(clockText('17:00', 'en-GB')).toBe('17:00');
    expect(clockText('17:00', 'en-US').replace(/\s/u, ' ')).toBe('5:00 PM');
    expect(clockText('24:00', 'en-US')).toBe('24:00');
    expect(clockText('noon', 'en-GB')).toBe('noon');
    expect(clockText('', 'en-GB')).toBe('');
  });
});

describe('working hours', () => {
  it('are those of an office here at first, and can be kept so', () => {
    expect(workingHoursSchema.safeParse(usualHours()).success).toBe(true);
    expect(hoursProblems(usualHours())).toEqual({});
  });

  it.each([
    [{}, 'Monday to Friday, from 09:00 to 17:00.'],
    [{ days: ['FR', 'MO'] }, 'Monday and Friday, from 09:00 to 17:00.'],
    [{ days: ['SU', 'SA'] }, 'Saturday and Sunday, from 09:00 to 17:00.'],
    [{ days: ['MO', 'WE', 'TH'] }, 'Monday, Wednesday and Thursday, from 09:00 to 17:00.'],
    [{ days: ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] }, 'Every day, from 09:00 to 17:00.'],
    [
      { from: '22:00', to: '06:00' },
      'Monday to Friday, from 22:00 until 06:00 on the next day. A night belongs to the day on which it begins.',
    ],
    [
      { to: '09:00' },
      'Monday to Friday, from 09:00 until 09:00 on the next day. A night belongs to the day on which it begins.',
    ],
    [{ to: '24:00' }, 'Monday to Friday, from 09:00 until midnight (24:00).'],
    [{ to: '00:00' }, 'Monday to Friday, from 09:00 until midnight (24:00).'],
    [{ from: '00:00', to: '24:00' }, 'Monday to Friday, the whole day.'],
    [{ from: '00:00', to: '00:00' }, 'Monday to Friday, the whole day.'],
  ] as const)('%j are said in a sentence', (over, sentence) => {
    const { days, ...rest } = { days: office.days, ...over };
    expect(hoursSentence({ ...office, ...rest, days: [...days] }, 'en-GB')).toBe(sentence);
  });

  it('are the same in whatever order their days were chosen', () => {
    expect(sameHours(office, { ...office, days: ['FR', 'TH', 'WE', 'TU', 'MO'] })).toBe(true);
    expect(sameHours(office, { ...office, days: ['MO'] })).toBe(false);
    expect(sameHours(office, { ...office, from: '08:00' })).toBe(false);
    expect(sameHours(office, { ...office, to: '24:00' })).toBe(false);
    expect(sameHours(office, { ...office, timeZone: 'UTC' })).toBe(false);
    expect(inWeek(['SU', 'MO', 'SU'])).toEqual(['MO', 'SU']);
  });

  it('say what is wrong at each field, in words', () => {
    expect(hoursProblems({ timeZone: 'Middle-earth', days: [], from: '24:00', to: 'noon' })).toEqual({
      days: 'Choose one day at least.',
      from: '“From” needs a time of day, such as 9:00.',
      to: '“To” needs a time of day, such as 9:00.',
      timeZone: '“Middle-earth” is no time zone that this computer knows.',
    });
    expect(hoursProblems({ ...office, timeZone: '' })).toEqual({ timeZone: 'Choose a time zone.' });
  });
});

describe('time zones', () => {
  const zones = allZones(Date.parse(exampleNow));
  const found = (typed: string): readonly string[] => zonesNamed(zones, typed).map((zone) => zone.id);

  it('are all that the computer knows, each of which can be kept', () => {
    expect(zones.length).toBeGreaterThan(300);
    expect(new Set(zones.map((zone) => zone.id)).size).toBe(zones.length);
    for (const { id } of zones) {
      expect(workingHoursSchema.safeParse({ ...office, timeZone: id }).success, id).toBe(true);
    }
  });

  it.each([
    ['berl', 'Europe/Berlin'],
    ['NEW YORK', 'America/New_York'],
    ['europe/paris', 'Europe/Paris'],
    ['sao paulo', 'America/Sao_Paulo'],
    ['São Paulo', 'America/Sao_Paulo'],
    ['kolk', 'Asia/Kolkata'],
    ['kyiv', 'Europe/Kyiv'],
    ['utc', 'UTC'],
  ])('are found by %j', (typed, id) => {
    expect(found(typed)[0]).toBe(id);
  });

  it('are found by the name of their time, by its words in any order, and not by letters within a word', () => {
    expect(found('pacific time')).toContain('America/Los_Angeles');
    expect(found('time central europ')).toContain('Europe/Berlin');
    expect(found('erlin')).toEqual([]);
    expect(found('  ')).toEqual(zones.map((zone) => zone.id));
  });

  it('begin with those that are likely meant, each once', () => {
    const first = likelyFirst(zones, ['Europe/Berlin', 'Europe/Berlin', 'Nowhere', 'UTC']).map((zone) => zone.id);
    expect(first.slice(0, 2)).toEqual(['Europe/Berlin', 'UTC']);
    expect(first.length).toBe(zones.length);
  });

  it('are known by their whole name in any spelling, and by no part of it', () => {
    expect(zoneOf(zones, ' america/new york ')).toBe('America/New_York');
    expect(zoneOf(zones, 'america_new_york')).toBe('America/New_York');
    expect(zoneOf(zones, 'new york')).toBeNull();
    expect(presentZone('Asia/Calcutta')).toBe('Asia/Kolkata');
  });
});

describe('titles that do not count', () => {
  it('stand one a line, however they were parted', () => {
    expect(titleLines(' lunch* ,Gym\n\n,\n  Focus: a b \r\n')).toBe('lunch*\nGym\nFocus: a b');
    expect(titleLines(' , \n')).toBe('');
  });

  it('may be as long as is kept, and no longer', () => {
    expect(longestTitles).toBe(500);
    expect(titlesProblem('x'.repeat(500))).toBeNull();
    expect(titlesProblem('x'.repeat(501))).toBe('This is 1 character too long to be kept.');
  });
});

describe('minutes', () => {
  it.each([
    ['0', 0],
    [' 45 ', 45],
    ['240', 240],
  ])('%j are %d', (typed, minutes) => {
    expect(minutesIn(typed, 240)).toBe(minutes);
  });

  it.each(['', '241', '-5', '1.5', '1e2', 'a few', '５'])('%j are none', (typed) => {
    expect(minutesIn(typed, 240)).toBeNaN();
  });

  it('are said in hours where they are whole ones', () => {
    expect([5, 60, 90, 120].map(words.settings.choices.minutes.text)).toEqual([
      '5 minutes',
      '1 hour',
      '90 minutes',
      '2 hours',
    ]);
  });
});

describe('a look', () => {
  const look = examplePolicies().block;

  it('can be kept with a title and with minutes that are some', () => {
    expect(longestBuffer).toBe(240);
    expect(canKeep({ ...look, bufferBefore: 240, bufferAfter: 0 })).toBe(true);
    expect(canKeep({ ...look, bufferBefore: 241 })).toBe(false);
    expect(canKeep({ ...look, bufferAfter: NaN })).toBe(false);
    expect(canKeep({ ...look, summary: '  ' })).toBe(false);
  });

  it('is told apart by what its blocks have besides a title', () => {
    expect(lookFacts(look)).toEqual([]);
    expect(lookFacts({ ...look, place: true, bufferBefore: 5, bufferAfter: 60, outOfOffice: true })).toEqual([
      'with the place',
      '5 minutes before',
      '1 hour after',
      'out of office',
    ]);
  });

  it('shows when the block of the example event begins and ends', () => {
    expect(sampleTimes(0, 0, 'en-GB')).toEqual({ from: '10:00', to: '11:00' });
    expect(sampleTimes(15, 240, 'en-GB')).toEqual({ from: '09:45', to: '15:00' });
    expect(sampleTimes(NaN, 30, 'en-GB')).toEqual({ from: '10:00', to: '11:30' });
  });

  it('is warned of in words for all that it tells', () => {
    const { tells } = words.settings.blocks;
    expect(tells(['event title', 'calendar name', 'place'], 'default')).toBe(
      'Blocks will show the event title, the calendar name and the place. Everybody who can see the other calendars can read them.',
    );
    expect(tells(['place'], 'private')).toBe(
      'Blocks will show the place. Everybody who may see private events in the other calendars can read it.',
    );
  });
});
