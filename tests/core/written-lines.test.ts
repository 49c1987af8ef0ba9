import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/main/core/plan/plan.ts';
import { compareRecurrence } from '../../src/main/core/recurrence.ts';
import { spanOf, type Span } from '../../src/main/core/times.ts';
import { writtenLines } from '../../src/main/core/written-lines.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { at, calendar, CalendarWorld, context, event, group, on, weekly } from '../support/core-builders.ts';
import { recurrenceRows } from '../support/recurrence/rows.ts';

function span(start: EventTime): Span {
  const made = spanOf(start, null, null);
  if (made === null) throw new Error('no span');
  return made;
}

/** 10:00 in Berlin on Tuesday, 10 March 2026, and that day. */
const tuesday = span(at('2026-03-10T10:00'));
const wholeDay = span(on('2026-03-10'));

describe('the lines of a block are rebuilt from parts with known names', () => {
  it.each<[string, Span, string[], string[]]>([
    ['a rule as it is', tuesday, ['RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5'], ['RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5']],
    ['a part of somebody', tuesday, ['RRULE:FREQ=DAILY;X-NOTE=Doctor Smith'], ['RRULE:FREQ=DAILY']],
    ['a parameter of a rule', tuesday, ['RRULE;X-WHY=Doctor:FREQ=DAILY'], ['RRULE:FREQ=DAILY']],
    [
      'a parameter of dates',
      tuesday,
      ['EXDATE;X-WHY=Doctor;TZID=Europe/Berlin:20260317T100000', 'RRULE:FREQ=DAILY'],
      ['EXDATE:20260317T090000Z', 'RRULE:FREQ=DAILY'],
    ],
    ['a comment', tuesday, ['RRULE:FREQ=DAILY', 'COMMENT:Doctor Smith', 'X-NOTE:Doctor'], ['RRULE:FREQ=DAILY']],
    [
      'dates that are words',
      tuesday,
      ['RRULE:FREQ=DAILY', 'EXDATE:Doctor,20260317T090000Z'],
      ['RRULE:FREQ=DAILY', 'EXDATE:20260317T090000Z'],
    ],
    ['RDATE called RRULE', wholeDay, ['RRULE:DATE;VALUE=DATE:20260317'], ['RDATE;VALUE=DATE:20260317']],
    ['a period', tuesday, ['RDATE;VALUE=PERIOD:20260318T120000Z/PT1H'], ['RDATE:20260318T120000Z']],
    ['a day in a timed series', tuesday, ['RDATE;VALUE=DATE:20260401'], ['RDATE:20260401T080000Z']],
    [
      'a time in a series of days',
      wholeDay,
      ['RRULE:FREQ=DAILY', 'EXDATE:20260317T000000Z'],
      ['RRULE:FREQ=DAILY', 'EXDATE;VALUE=DATE:20260317'],
    ],
    ['UNTIL as a day', tuesday, ['RRULE:FREQ=DAILY;UNTIL=20260327'], ['RRULE:FREQ=DAILY;UNTIL=20260327T225959Z']],
    [
      'UNTIL by the clock',
      tuesday,
      ['RRULE:FREQ=DAILY;UNTIL=20260327T100000'],
      ['RRULE:FREQ=DAILY;UNTIL=20260327T090000Z'],
    ],
    [
      'UNTIL as a time of days',
      wholeDay,
      ['RRULE:FREQ=DAILY;UNTIL=20260327T045959Z'],
      ['RRULE:FREQ=DAILY;UNTIL=20260327'],
    ],
    ['UNTIL that is a word', tuesday, ['RRULE:FREQ=DAILY;UNTIL=DOCTOR'], ['RRULE:FREQ=DAILY']],
    ['the calendar of all', tuesday, ['RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT'], ['RRULE:FREQ=MONTHLY']],
    // At least its dates, where its meaning is not known.
    [
      'SKIP',
      wholeDay,
      ['RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD'],
      ['RRULE:FREQ=MONTHLY;BYMONTHDAY=31', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1'],
    ],
    [
      'SKIP with an end',
      wholeDay,
      ['RRULE:RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;UNTIL=20300101'],
      ['RRULE:FREQ=YEARLY;UNTIL=20300101', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20300101'],
    ],
    [
      'another calendar',
      wholeDay,
      ['RRULE:RSCALE=CHINESE;FREQ=YEARLY;UNTIL=20300101'],
      ['RRULE:FREQ=DAILY;UNTIL=20300101'],
    ],
    ['nonsense', tuesday, ['RRULE:FREQ=SOMETIMES;X=Doctor'], ['RRULE:FREQ=DAILY']],
    [
      'an unknown rule that leaves out',
      tuesday,
      ['RRULE:FREQ=DAILY', 'EXRULE:RSCALE=HEBREW;FREQ=YEARLY'],
      ['RRULE:FREQ=DAILY'],
    ],
    ['no word that is known', tuesday, ['COMMENT:Doctor'], ['RRULE:FREQ=DAILY;COUNT=1']],
  ])('%s', (_, of, lines, expected) => {
    expect(writtenLines(of, lines)).toEqual(expected);
  });

  it('so that what they say stays the same: nothing is written again, for each row of the table', () => {
    for (const { start, zone, lines } of recurrenceRows) {
      if (lines.some((line) => /VALUE=(DATE|PERIOD)/.test(line))) continue;
      const time = zone === null ? { date: start } : { dateTime: start, timeZone: zone };
      expect([lines, compareRecurrence(writtenLines(span(time), lines), lines, time)]).toEqual([lines, 'same']);
    }
  });

  it('and nothing that a person wrote there reaches another calendar', () => {
    const secret = 'DoctorSmith';
    const recurrence = [
      `RRULE;X-A=${secret}:FREQ=WEEKLY;BYDAY=TU;X-B=${secret}`,
      `EXDATE;X-C=${secret};TZID=Europe/Berlin:20260317T100000`,
      `RDATE;VALUE=PERIOD;X-D=${secret}:20260318T120000Z/${secret}`,
      `X-E:${secret}`,
    ];
    const home = { ...calendar('home'), target: false };
    const groups = [group([event(home, weekly({ recurrence }))])];
    const about = context([home, calendar('work')]);
    const world = new CalendarWorld();
    const plan = planSync(world.groups(groups), about);
    expect(plan.operations).toHaveLength(1);
    expect(JSON.stringify(plan.operations)).not.toMatch(new RegExp(secret, 'i'));
    world.apply(plan);
    expect(planSync(world.groups(groups), about).operations).toEqual([]);
  });

  it('and what an earlier version wrote as it came is put right in place, once', () => {
    const plain = ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'EXDATE:20260317T090000Z'];
    for (const earlier of [
      ['RRULE:FREQ=WEEKLY;BYDAY=TU;X-NOTE=DOCTOR', 'EXDATE:20260317T090000Z'],
      ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'EXDATE;X-NOTE=DOCTOR:20260317T090000Z'],
      [...plain, 'COMMENT:DOCTOR'],
    ]) {
      expect(compareRecurrence(plain, earlier, tuesday.start)).toBe('end');
    }
    for (const same of [
      ['RRULE:FREQ=WEEKLY;BYDAY=TU', 'EXDATE;TZID=Europe/Berlin:20260317T100000'],
      ['RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU', 'EXDATE:20260317T100000'],
    ]) {
      expect(compareRecurrence(plain, same, tuesday.start)).toBe('same');
    }
  });
});
