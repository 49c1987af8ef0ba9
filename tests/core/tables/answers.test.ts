import { describe, expect, it } from 'vitest';
import type { BusyPolicy } from '../../../src/shared/dto.ts';
import type { MeshCalendar, SourceEvent } from '../../../src/main/core/model.ts';
import { defaultBusyPolicy } from '../../../src/main/core/policy.ts';
import { calendar } from '../../support/core-builders.ts';
import { arrived, Scene, slots, tuesdays, work } from './scene.ts';

const [first, second] = slots;
const team = calendar('team@group.calendar.example', { accountEmail: 'ada@example.com' });
const strict: Partial<BusyPolicy> = { unanswered: false, tentative: false };
const judging = (busy: Partial<BusyPolicy>): MeshCalendar => ({ ...team, busy: { ...defaultBusyPolicy, ...busy } });

type Answer = 'accepted' | 'tentative' | 'needsAction' | 'declined';
type Guest = Readonly<Record<string, unknown>>;
const guest = (email: string, responseStatus: string, self?: boolean): Guest => ({
  email,
  responseStatus,
  ...(self === undefined ? {} : { self }),
});

/** Where the own answer stands, among guests who all answered something else. */
const places: readonly [string, (answer: Answer) => readonly Guest[]][] = [
  ['`self`', (answer) => [guest('bob@example.com', 'declined'), guest('team-desk@example.com', answer, true)]],
  [
    '`self`, before account and calendar',
    (answer) => [
      guest('ada@example.com', 'declined'),
      guest(team.id, 'declined'),
      guest('alias@example.com', answer, true),
    ],
  ],
  ['the e-mail of the account', (answer) => [guest('bob@example.com', 'declined'), guest('ada@example.com', answer)]],
  [
    'the e-mail of the account in other letters',
    (answer) => [guest('ADA@Example.COM', answer), guest('bob@example.com', 'declined')],
  ],
  [
    'the e-mail of the account, before the calendar',
    (answer) => [guest(team.id, 'declined'), guest('ada@example.com', answer)],
  ],
  ['the id of the calendar', (answer) => [guest('bob@example.com', 'declined'), guest(team.id, answer)]],
  [
    '`self` that says no',
    (answer) => [guest('bob@example.com', 'declined', false), guest('ada@example.com', answer, false)],
  ],
];

const answers: readonly [Answer, boolean, boolean][] = [
  ['accepted', true, true],
  ['tentative', true, false],
  ['needsAction', true, false],
  ['declined', false, false],
];

const blocked = (events: readonly SourceEvent[], busy: Partial<BusyPolicy> = {}): boolean =>
  new Scene(events).on(judging(busy), work).sync().includes('create work');

describe('Answers', () => {
  describe.each(places)('own answer found by %s', (_, guests) => {
    it.each(answers)('%s', (answer, byDefault, whenStrict) => {
      const event = arrived(team, { attendees: guests(answer) });
      expect(event.row.ownResponse).toBe(answer);
      expect(blocked([event])).toBe(byDefault);
      expect(blocked([event], strict)).toBe(whenStrict);
      // Counted all the same, if the person wants it so.
      expect(blocked([event], { declined: true })).toBe(true);
    });
  });

  describe('omitted attendee lists', () => {
    it.each<[string, Readonly<Record<string, unknown>>, string, boolean]>([
      ['no list: the event is one’s own', {}, 'none', true],
      ['an empty list', { attendees: [] }, 'none', true],
      ['null for a list', { attendees: null }, 'none', true],
      ['left out as too long, without an own row', { attendeesOmitted: true }, 'unknown', true],
      [
        'left out, with the own row: declined',
        { attendeesOmitted: true, attendees: [guest('ada@example.com', 'declined', true)] },
        'declined',
        false,
      ],
      [
        'left out, with the own row: accepted',
        { attendeesOmitted: true, attendees: [guest('ada@example.com', 'accepted', true)] },
        'accepted',
        true,
      ],
      ['a list of others, all declined', { attendees: [guest('bob@example.com', 'declined')] }, 'unknown', true],
      ['an own row that says no answer', { attendees: [{ email: 'ada@example.com', self: true }] }, 'unknown', true],
      [
        'an own row that says an answer nobody knows',
        { attendees: [guest('ada@example.com', 'perhaps', true)] },
        'unknown',
        true,
      ],
      ['an own row without an address', { attendees: [{ self: true, responseStatus: 'declined' }] }, 'declined', false],
      [
        'a room that declined',
        { attendees: [{ ...guest('room@resource.example', 'declined'), resource: true }] },
        'unknown',
        true,
      ],
    ])('%s', (_, value, ownResponse, expected) => {
      const event = arrived(team, value);
      expect(event.row.ownResponse).toBe(ownResponse);
      expect(blocked([event])).toBe(expected);
      // What is not known counts, however strict the person is about the rest.
      expect(blocked([event], strict)).toBe(expected);
    });
  });

  describe('per series and per slot', () => {
    const own = (answer: Answer): Readonly<Record<string, unknown>> => ({
      attendees: [guest('bob@example.com', 'accepted'), guest('ada@example.com', answer, true)],
    });
    const series = (answer: Answer): SourceEvent =>
      arrived(team, { id: 'series1', recurrence: ['RRULE:FREQ=WEEKLY;BYDAY=TU'], ...own(answer) });
    const slot = (key: string, answer: Answer): SourceEvent => {
      const start = key.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z');
      return arrived(team, {
        id: `series1_${key}`,
        recurringEventId: 'series1',
        originalStartTime: { dateTime: start, timeZone: 'Europe/Berlin' },
        start: { dateTime: start, timeZone: 'Europe/Berlin' },
        end: { dateTime: new Date(Date.parse(start) + 3_600_000).toISOString(), timeZone: 'Europe/Berlin' },
        ...own(answer),
      });
    };
    const none: string[] = [];
    const only = ['03-17 10:00-11:00'];
    const without = tuesdays({ '03-17': null });

    it.each<[Answer, Answer, Partial<BusyPolicy>, string[]]>([
      ['accepted', 'accepted', {}, tuesdays()],
      ['accepted', 'declined', {}, without],
      ['accepted', 'tentative', {}, tuesdays()],
      ['accepted', 'tentative', strict, without],
      ['accepted', 'needsAction', {}, tuesdays()],
      ['accepted', 'needsAction', strict, without],
      ['tentative', 'declined', {}, without],
      ['needsAction', 'declined', {}, without],
      ['declined', 'accepted', {}, only],
      ['declined', 'tentative', {}, only],
      ['declined', 'tentative', strict, none],
      ['declined', 'needsAction', {}, only],
      ['declined', 'declined', {}, none],
      ['needsAction', 'accepted', strict, only],
      ['tentative', 'accepted', strict, only],
      ['needsAction', 'needsAction', strict, none],
    ])('the series %s, one slot %s, by %j', (whole, one, busy, picture) => {
      const scene = new Scene([series(whole), slot(second, one)]).on(judging(busy), work);
      scene.sync();
      expect(scene.shows()).toEqual(picture);
    });

    it.each<[Answer, Answer, string[], string[]]>([
      ['needsAction', 'declined', ['delete work'], none],
      ['declined', 'accepted', ['create work'], tuesdays()],
      ['accepted', 'tentative', [], tuesdays()],
      ['tentative', 'declined', ['delete work'], none],
      ['declined', 'needsAction', ['create work'], tuesdays()],
    ])('a later answer to the series, %s and then %s', (before, after, operations, picture) => {
      const scene = new Scene([series(before)]).on(team, work);
      scene.sync();
      expect(scene.becomes(series(after)).sync()).toEqual(operations);
      expect(scene.shows()).toEqual(picture);
    });

    it.each<[Answer, Answer, Answer, string[], string[]]>([
      ['accepted', 'accepted', 'declined', [`cancel-slot work ${second}`], without],
      ['accepted', 'declined', 'accepted', [`put-slot work ${second}`], tuesdays()],
      ['accepted', 'needsAction', 'tentative', [], tuesdays()],
      ['declined', 'declined', 'accepted', ['create work'], only],
      ['declined', 'accepted', 'declined', ['delete work'], none],
    ])(
      'a later answer to one slot of a series that is %s: %s, then %s',
      (whole, before, after, operations, picture) => {
        const scene = new Scene([series(whole), slot(second, before)]).on(team, work);
        scene.sync();
        expect(scene.becomes(series(whole), slot(second, after)).sync()).toEqual(operations);
        expect(scene.shows()).toEqual(picture);
      },
    );

    it('an answer to the series while one slot has its own', () => {
      const scene = new Scene([series('declined'), slot(first, 'accepted'), slot(second, 'declined')]).on(team, work);
      scene.sync();
      expect(scene.shows()).toEqual(['03-10 10:00-11:00']);
      scene.becomes(series('accepted'), slot(first, 'accepted'), slot(second, 'declined'));
      expect(scene.sync()).toEqual(['replace work', `cancel-slot work ${second}`]);
      expect(scene.shows()).toEqual(without);
    });
  });

  describe('a later answer adds or removes the block', () => {
    const all: readonly Answer[] = ['accepted', 'tentative', 'needsAction', 'declined'];
    const pairs = all.flatMap((before) => all.map((after): [Answer, Answer] => [before, after]));

    it.each(pairs)('%s, then %s', (before, after) => {
      const event = (answer: Answer): SourceEvent =>
        arrived(team, { attendees: [guest('ada@example.com', answer, true)] });
      for (const busy of [{}, strict]) {
        const counts = (answer: Answer): boolean =>
          answers.some(([one, byDefault, whenStrict]) => one === answer && (busy === strict ? whenStrict : byDefault));
        const scene = new Scene([event(before)]).on(judging(busy), work);
        expect(scene.sync()).toEqual(counts(before) ? ['create work'] : []);
        const change = counts(before) === counts(after) ? [] : counts(after) ? ['create work'] : ['delete work'];
        expect(scene.becomes(event(after)).sync()).toEqual(change);
        // And once more the other way: the block that was there comes back under its id.
        const back = counts(before) === counts(after) ? [] : counts(before) ? ['revive work'] : ['delete work'];
        expect(scene.becomes(event(before)).sync()).toEqual(back);
      }
    });

    it('says why there is none', () => {
      for (const [answer, reason] of [
        ['declined', 'declined'],
        ['needsAction', 'unanswered'],
        ['tentative', 'tentative'],
      ] as const) {
        const event = arrived(team, { attendees: [guest('ada@example.com', answer, true)] });
        expect(new Scene([event]).on(judging(strict), work).plan().skips).toMatchObject([{ reason, targetId: null }]);
      }
    });
  });
});
