import { describe, expect, it, onTestFinished } from 'vitest';
import type { MeshCalendar, SourceEvent } from '../../../src/main/core/model.ts';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../../src/main/core/policy.ts';
import type { BusyPolicy, Reason } from '../../../src/shared/dto.ts';
import { minute } from '../../../src/shared/time.ts';
import { at, event, on } from '../../support/core-builders.ts';
import { openWorkplace } from '../../support/laptop.ts';
import { arrived, home, Scene, synced, work, type Look } from './scene.ts';

type Wire = Readonly<Record<string, unknown>>;

const judging = (busy: Partial<BusyPolicy>): MeshCalendar => ({ ...home, busy: { ...defaultBusyPolicy, ...busy } });
const days = (from: string, to: string): Wire => ({ start: { date: from }, end: { date: to } });
const times = (from: string, to?: string): Wire => ({
  start: { dateTime: from, timeZone: 'Europe/Berlin' },
  ...(to === undefined ? {} : { end: { dateTime: to, timeZone: 'Europe/Berlin' } }),
});
const usual = '03-10 10:00-11:00';
const spring: Look = { from: '2026-01-01T00:00:00Z', to: '2026-12-31T00:00:00Z' };

/** Takes a row as Google sends it and a policy; returns what the target shows, or the reason why it shows nothing. */
function outcome(value: Wire, busy: Partial<BusyPolicy> = {}): string {
  const scene = new Scene([arrived(home, value)]).on(judging(busy), work);
  const { skips } = scene.plan();
  scene.sync();
  const shown = scene.shows(work, spring);
  expect(shown.length + skips.length).toBe(1);
  return shown[0] ?? skips[0]?.reason ?? '';
}

describe('Event types', () => {
  describe('workingLocation, birthday, fromGmail, focusTime, outOfOffice', () => {
    const office: Wire = {
      eventType: 'workingLocation',
      transparency: 'transparent',
      visibility: 'public',
      workingLocationProperties: { type: 'officeLocation' },
    };
    const birthday: Wire = {
      eventType: 'birthday',
      transparency: 'transparent',
      ...days('2026-03-10', '2026-03-11'),
      recurrence: ['RRULE:FREQ=YEARLY'],
      birthdayProperties: { type: 'birthday' },
    };
    const focus: Wire = { eventType: 'focusTime', focusTimeProperties: { autoDeclineMode: 'declineNone' } };
    const away: Wire = { eventType: 'outOfOffice', outOfOfficeProperties: { autoDeclineMode: 'declineNone' } };

    it.each<[string, Wire, string, Partial<BusyPolicy>, string]>([
      ['workingLocation, timed', office, 'working-location', { workingLocation: true }, usual],
      [
        'workingLocation, all-day',
        { ...office, ...days('2026-03-10', '2026-03-11') },
        'working-location',
        { workingLocation: true },
        '03-10 day 1',
      ],
      [
        'workingLocation that is not marked free',
        { eventType: 'workingLocation' },
        'working-location',
        { workingLocation: true },
        usual,
      ],
      ['birthday', birthday, 'birthday', { birthday: true }, '03-10 day 1'],
      ['fromGmail', { eventType: 'fromGmail' }, usual, {}, usual],
      [
        'fromGmail, marked free',
        { eventType: 'fromGmail', transparency: 'transparent' },
        'free',
        { free: true },
        usual,
      ],
      ['focusTime', focus, usual, { focusTime: false }, 'focus-time'],
      ['outOfOffice', away, usual, { outOfOffice: false }, 'out-of-office'],
      ['default, said', { eventType: 'default' }, usual, {}, usual],
      ['default, not said', {}, usual, {}, usual],
      ['a type that is not known yet', { eventType: 'spaceWalk' }, usual, {}, usual],
    ])('%s', (_, value, byDefault, busy, switched) => {
      expect(outcome(value)).toBe(byDefault);
      expect(outcome(value, busy)).toBe(switched);
    });

    it.each<[string, Wire, Partial<BusyPolicy>]>([
      [
        'a declined working location that counts',
        { ...office, attendees: [{ self: true, responseStatus: 'declined' }] },
        { workingLocation: true },
      ],
      ['a cancelled focus time', { ...focus, status: 'cancelled' }, {}],
      ['an all-day birthday that counts, where days never do', birthday, { birthday: true, allDay: 'never' }],
    ])('%s is not busy', (_, value, busy) => {
      expect(new Scene([arrived(home, value)]).on(judging(busy), work).sync()).toEqual([]);
    });

    it('each type may be a series, and one slot of it may be of no use', () => {
      for (const value of [focus, away, { eventType: 'fromGmail' }]) {
        const master = arrived(home, { ...value, recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'] });
        const slot = arrived(home, {
          ...value,
          id: 'event1_20260317T090000Z',
          recurringEventId: 'event1',
          originalStartTime: times('2026-03-17T10:00:00+01:00')['start'],
          ...times('2026-03-17T10:00:00+01:00', '2026-03-17T11:00:00+01:00'),
          transparency: 'transparent',
        });
        const scene = new Scene([master, slot]);
        expect(scene.sync()).toEqual(['create work', 'cancel-slot work 20260317T090000Z']);
        expect(scene.shows()).toEqual([usual]);
      }
    });
  });

  describe('free events', () => {
    it.each<[string, Wire, Partial<BusyPolicy>, string]>([
      ['marked free', { transparency: 'transparent' }, {}, 'free'],
      ['marked free, counted', { transparency: 'transparent' }, { free: true }, usual],
      ['marked busy', { transparency: 'opaque' }, {}, usual],
      ['not marked', {}, {}, usual],
      ['marked by a word that nobody knows', { transparency: 'misty' }, {}, usual],
      ['all-day and free', { ...days('2026-03-10', '2026-03-11'), transparency: 'transparent' }, {}, 'free'],
      [
        'all-day and free, where days always count',
        { ...days('2026-03-10', '2026-03-11'), transparency: 'transparent' },
        { allDay: 'always' },
        '03-10 day 1',
      ],
      [
        'all-day and free, where free events count but days only when busy',
        { ...days('2026-03-10', '2026-03-11'), transparency: 'transparent' },
        { free: true },
        'all-day',
      ],
      ['all-day and busy', days('2026-03-10', '2026-03-11'), {}, '03-10 day 1'],
      ['all-day and busy, where days never count', days('2026-03-10', '2026-03-11'), { allDay: 'never' }, 'all-day'],
      [
        'free and declined',
        { transparency: 'transparent', attendees: [{ self: true, responseStatus: 'declined' }] },
        {},
        'free',
      ],
    ])('%s', (_, value, busy, expected) => {
      expect(outcome(value, busy)).toBe(expected);
    });
  });

  describe('free/busy-only calendars', () => {
    it.each<[string, Wire, string]>([
      ['with a visibility', { iCalUID: undefined, visibility: 'private' }, '🔒 Busy'],
      ['with nothing but id, status and times', { iCalUID: undefined }, 'Busy (home)'],
      ['with an empty summary', { iCalUID: undefined, summary: '' }, 'Busy (home)'],
    ])('a row %s is a block like any other, and says nothing', (_, value, summary) => {
      const looking: MeshCalendar = { ...home, access: 'sees-busy', writable: false, target: false };
      const policy = { ...defaultBlockPolicy, summary: '{title} ({calendar})' };
      const scene = new Scene([arrived(looking, value)]).on(looking, work);
      expect(scene.operations()).toMatchObject([
        { kind: 'create', content: { summary: '🔒 Busy', start: { dateTime: '2026-03-10T09:00:00Z' } } },
      ]);
      expect(scene.operations({ policy })).toMatchObject([{ kind: 'create', content: { summary } }]);
    });

    it.each(['withVisibility', 'minimal'] as const)(
      'read through the service, %s: events, a series with a moved and a cancelled slot, private ones',
      async (freeBusyRow) => {
        const [colleague, own, other] = ['boss@northwind.example', 'me@home.example', 'me@studio.example'] as const;
        const account = (email: string) => ({
          email,
          name: email,
          calendars: [
            { id: email, summary: email, timeZone: 'Europe/Berlin', accessRole: 'owner' as const, primary: true },
          ],
        });
        const place = await openWorkplace({
          world: { accounts: [account(colleague), account(own), account(other)] },
          switches: { freeBusyRow },
        });
        onTestFinished(() => place.close());
        const person = place.simulator.person(colleague);
        person.shareCalendar(colleague, own, 'freeBusyReader');
        const laptop = await place.laptop({ emails: [own, other] });
        laptop.use(colleague, { source: true, target: false });
        person.createEvent(colleague, {
          summary: 'Secret',
          visibility: 'private',
          ...times('2026-03-25T10:00:00+01:00', '2026-03-25T11:00:00+01:00'),
        });
        person.createEvent(colleague, {
          summary: 'Secret',
          transparency: 'transparent',
          ...times('2026-03-25T15:00:00+01:00', '2026-03-25T16:00:00+01:00'),
        });
        const series = person.createEvent(colleague, {
          summary: 'Secret',
          ...times('2026-03-24T10:00:00+01:00', '2026-03-24T11:00:00+01:00'),
          recurrence: ['RRULE:FREQ=WEEKLY'],
        });
        person.editSlot(
          colleague,
          series.id,
          '2026-03-31T10:00:00+02:00',
          times('2026-04-01T10:00:00+02:00', '2026-04-01T11:00:00+02:00'),
        );
        person.deleteSlot(colleague, series.id, '2026-04-07T10:00:00+02:00');
        const run = await laptop.sync();
        expect(run.errors).toEqual([]);
        for (const target of [own, other]) {
          expect(
            place
              .blocks(target)
              .map((block) => [block.summary, block.recurrence?.length ?? 0])
              .sort(),
          ).toEqual([
            ['🔒 Busy', 0],
            ['🔒 Busy', 1],
          ]);
        }
        expect(JSON.stringify([place.blocks(own), place.blocks(other)])).not.toContain('Secret');
        expect(place.blocks(colleague)).toEqual([]);
        await laptop.expectQuiet();
        person.deleteEvent(colleague, series.id);
        await laptop.sync();
        expect(place.blocks(own)).toHaveLength(1);
        await laptop.expectQuiet();
      },
    );
  });

  describe('private events, events without title', () => {
    const told = { ...defaultBlockPolicy, summary: '{title}', visibility: 'default' as const };

    it.each<[string, Wire, string]>([
      ['a private one', { summary: 'Doctor', visibility: 'private' }, '🔒 Busy'],
      ['a confidential one', { summary: 'Doctor', visibility: 'confidential' }, '🔒 Busy'],
      ['a public one', { summary: 'Talk', visibility: 'public' }, 'Talk'],
      ['one without a title', {}, 'Busy'],
      ['one with an empty title', { summary: '' }, 'Busy'],
      ['one with nothing but blanks for a title', { summary: ' \n\t ' }, 'Busy'],
      ['one whose title is a template', { summary: '{account} {calendar}' }, '{account} {calendar}'],
    ])('%s', (_, value, title) => {
      const scene = new Scene([arrived(home, value)]);
      expect(scene.operations()).toMatchObject([
        { kind: 'create', content: { summary: '🔒 Busy', visibility: 'private' } },
      ]);
      expect(scene.operations({ policy: told })).toMatchObject([{ kind: 'create', content: { summary: title } }]);
    });

    it.each(['private', 'confidential'])('a %s one where the route says that it tells of such, too', (visibility) => {
      const scene = new Scene([arrived(home, { summary: 'Doctor', visibility })]);
      const policy = { ...told, tellPrivate: true };
      expect(scene.operations({ policy })).toMatchObject([{ kind: 'create', content: { summary: 'Doctor' } }]);
    });

    it('becoming private, or losing its title, is no change of the block', () => {
      const scene = synced(arrived(home, { summary: 'Doctor' }));
      expect(scene.becomes(arrived(home, { summary: 'Doctor', visibility: 'private' })).sync()).toEqual([]);
      expect(scene.becomes(arrived(home, {})).sync()).toEqual([]);
    });
  });

  describe('zero-length, end before start, end unspecified', () => {
    it.each<[string, Wire, string]>([
      ['zero-length', times('2026-03-10T10:00:00+01:00', '2026-03-10T10:00:00+01:00'), '03-10 10:00-10:01'],
      [
        'zero-length in two zones',
        { start: { dateTime: '2026-03-10T10:00:00+01:00' }, end: { dateTime: '2026-03-10T09:00:00Z' } },
        '03-10 10:00-10:01',
      ],
      [
        'less than a second',
        times('2026-03-10T10:00:00.100+01:00', '2026-03-10T10:00:00.900+01:00'),
        '03-10 10:00-10:01',
      ],
      ['end before start', times('2026-03-10T10:00:00+01:00', '2026-03-10T09:00:00+01:00'), '03-10 10:00-10:01'],
      ['end a day before start', times('2026-03-10T10:00:00+01:00', '2026-03-09T10:00:00+01:00'), '03-10 10:00-10:01'],
      [
        'end unspecified, with the end that is given all the same',
        { ...times('2026-03-10T10:00:00+01:00', '2026-03-10T11:00:00+01:00'), endTimeUnspecified: true },
        usual,
      ],
      [
        'end unspecified, equal to the start',
        { ...times('2026-03-10T10:00:00+01:00', '2026-03-10T10:00:00+01:00'), endTimeUnspecified: true },
        '03-10 10:00-10:01',
      ],
      [
        'no end',
        { start: { dateTime: '2026-03-10T10:00:00+01:00' }, end: undefined, endTimeUnspecified: true },
        '03-10 10:00-10:01',
      ],
      ['an end that is a day', { end: { date: '2026-03-11' } }, '03-10 10:00-10:01'],
      ['all-day, zero-length', days('2026-03-10', '2026-03-10'), '03-10 day 1'],
      ['all-day, end before start', days('2026-03-10', '2026-03-08'), '03-10 day 1'],
      ['all-day, no end', { start: { date: '2026-03-10' }, end: undefined }, '03-10 day 1'],
      ['all-day, an end that is a time', { start: { date: '2026-03-10' } }, '03-10 day 1'],
    ])('%s', (_, value, expected) => {
      expect(outcome(value)).toBe(expected);
    });

    it.each<[string, Wire]>([
      ['an end that is no time', { end: { dateTime: 'later' } }],
      ['no start', { start: undefined }],
      ['a start that is no time', { start: { dateTime: 'soon' } }],
      ['a start on a day that there is not', days('2026-02-30', '2026-03-02')],
    ])('%s is not read as no time: the row cannot be read', (_, value) => {
      expect(() => arrived(home, value)).toThrow('the row makes no sense');
    });

    it('a series of zero-length is a series of minutes', () => {
      const scene = synced(
        arrived(home, {
          ...times('2026-03-10T10:00:00+01:00', '2026-03-10T10:00:00+01:00'),
          recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'],
        }),
      );
      expect(scene.shows()).toEqual(['03-10 10:00-10:01', '03-17 10:00-10:01', '03-24 10:00-10:01']);
    });

    it('one that gets an end later gets its length', () => {
      const scene = synced(arrived(home, { end: undefined }));
      expect(scene.becomes(arrived(home, {})).sync()).toEqual(['update work']);
      expect(scene.shows()).toEqual([usual]);
    });
  });

  describe('multi-day, 100,000-minute events', () => {
    const long = (minutes: number, from = '2026-03-10T09:00:00Z'): Wire =>
      times(from, new Date(Date.parse(from) + minutes * minute).toISOString().replace('.000Z', 'Z'));

    it.each<[string, Wire, string]>([
      ['over midnight', times('2026-03-10T22:00:00+01:00', '2026-03-11T02:00:00+01:00'), '03-10 22:00-03-11 02:00'],
      ['three days', times('2026-03-10T10:00:00+01:00', '2026-03-13T10:00:00+01:00'), '03-10 10:00-03-13 10:00'],
      [
        'over the change of the clocks',
        times('2026-03-28T10:00:00+01:00', '2026-03-30T10:00:00+02:00'),
        '03-28 10:00-03-30 10:00',
      ],
      [
        'ending at midnight',
        times('2026-03-10T20:00:00+01:00', '2026-03-11T00:00:00+01:00'),
        '03-10 20:00-03-11 00:00',
      ],
      ['100,000 minutes', long(100_000), '03-10 10:00-05-18 21:40'],
      ['days', days('2026-03-28', '2026-04-06'), '03-28 day 9'],
      ['70 days', days('2026-03-10', '2026-05-19'), '03-10 day 70'],
      ['over New Year', days('2026-12-30', '2027-01-02'), '12-30 day 3'],
    ])('%s', (_, value, expected) => {
      expect(outcome(value)).toBe(expected);
    });

    it('one that has been going on for weeks, and is not over, gets its block', () => {
      expect(outcome(long(100_000, '2026-01-01T09:00:00Z'))).toBe('01-01 10:00-03-11 20:40');
      const over = new Scene([arrived(home, long(1000, '2026-01-01T09:00:00Z'))]).plan();
      expect(over.skips.map((skip): Reason => skip.reason)).toEqual(['past']);
    });

    it('a series whose slots overlap', () => {
      const scene = synced(arrived(home, { ...long(100_000), recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] }));
      expect(scene.shows()).toEqual(['03-10 10:00-05-18 21:40', '03-17 10:00-05-25 21:40', '03-24 10:00-06-01 21:40']);
    });

    it('a long one is shortened, moved and removed like any other', () => {
      const event1 = (parts: Wire): SourceEvent => arrived(home, parts);
      const scene = synced(event1(long(100_000)));
      expect(scene.becomes(event1(long(60))).sync()).toEqual(['update work']);
      expect(scene.becomes(event1(days('2026-03-10', '2026-05-19'))).sync()).toEqual(['update work']);
      expect(scene.becomes(event1({ status: 'cancelled' })).sync()).toEqual(['delete work']);
    });

    it('nothing comes of times that no calendar could take', () => {
      const ends = event(home, { start: at('9999-12-31T23:59:59', 'UTC'), end: null });
      expect(new Scene([ends]).plan().skips).toMatchObject([{ reason: 'no-times' }]);
      expect(new Scene([event(home, { start: on('9999-12-31'), end: null })]).plan().skips).toMatchObject([
        { reason: 'no-times' },
      ]);
    });
  });
});
