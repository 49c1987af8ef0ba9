import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockId, digest, sourceRef } from '../../../src/main/core/identity.ts';
import type { BlockContent, EventRow, Tag } from '../../../src/main/core/model.ts';
import { formatTag } from '../../../src/main/core/tag.ts';
import { patchBody, slotBody, wholeBody } from '../../../src/main/providers/google/bodies.ts';
import { readCalendars, readEvent, readEventPage, readTime } from '../../../src/main/providers/google/translate.ts';
import {
  fieldMasks,
  wireCalendarPageSchema,
  wireEventPageSchema,
  wireEventSchema,
} from '../../../src/main/providers/google/wire.ts';
import { toCalendarId, toEventId } from '../../../src/shared/ids.ts';
import { plainCapabilities } from '../../support/capabilities.ts';

const calendarId = toCalendarId('team@group.calendar.google.com');
const context = { calendarId, accountEmail: 'Ada@Example.com' };
const tag: Tag = {
  sourceRef: sourceRef(toCalendarId('ada@example.com'), toEventId('source')),
  generation: 2,
  contentHash: digest('content'),
};

const read = (fields: object): EventRow | null =>
  readEvent({ id: 'event1', start: { date: '2026-03-27' }, ...fields }, context);
const field = <Name extends keyof EventRow>(name: Name, fields: object) => read(fields)?.[name];

describe('a row with nothing but an id and a start', () => {
  it('has every default', () => {
    expect(read({})).toEqual({
      id: toEventId('event1'),
      status: 'confirmed',
      etag: null,
      iCalUid: null,
      kind: 'default',
      start: { date: '2026-03-27' },
      end: null,
      recurrence: [],
      recurringEventId: null,
      originalStart: null,
      transparent: false,
      visibility: 'default',
      ownResponse: 'none',
      optionalGuest: false,
      summary: null,
      place: null,
      description: null,
      colorId: null,
      rings: false,
      tag: null,
      tagged: false,
      saysBlock: false,
      guests: false,
    } satisfies EventRow);
  });
});

describe('a row', () => {
  it('with more rules and dates than are looked at cannot be read; with thousands of them it can', () => {
    const without = (dates: number) => [
      'RRULE:FREQ=DAILY',
      `EXDATE:${Array<string>(dates).fill('20260311T090000Z').join()}`,
    ];
    expect(readEvent({ id: 'e', start: { date: '2026-03-27' }, recurrence: without(10_000) }, context)?.id).toBe('e');
    expect(readEvent({ id: 'e', start: { date: '2026-03-27' }, recurrence: without(12_000) }, context)).toBeNull();
  });

  it('is read in full', () => {
    const row = readEvent(
      {
        kind: 'calendar#event',
        id: blockId(tag.sourceRef, calendarId, 2),
        status: 'tentative',
        etag: '"3485454268165982"',
        iCalUID: 'abc@google.com',
        eventType: 'focusTime',
        start: { dateTime: '2026-03-27T10:00:00+01:00', timeZone: 'Europe/Berlin' },
        end: { dateTime: '2026-03-27T11:00:00+01:00', timeZone: 'Europe/Berlin' },
        recurrence: ['RRULE:FREQ=WEEKLY', 'EXDATE;TZID=Europe/Berlin:20260403T100000'],
        transparency: 'transparent',
        visibility: 'confidential',
        attendees: [{ email: 'x@example.com', responseStatus: 'declined' }],
        summary: '🔒 Busy',
        description: '[calsync source:ab12cd34]',
        location: 'Hall 2',
        colorId: '8',
        reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 10 }] },
        extendedProperties: { private: { ...formatTag(tag), other: 'x' } },
        futureField: { deep: true },
      },
      context,
    );
    expect(row).toEqual({
      id: blockId(tag.sourceRef, calendarId, 2),
      status: 'tentative',
      etag: '"3485454268165982"',
      iCalUid: 'abc@google.com',
      kind: 'focusTime',
      start: { dateTime: '2026-03-27T10:00:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-03-27T11:00:00+01:00', timeZone: 'Europe/Berlin' },
      recurrence: ['RRULE:FREQ=WEEKLY', 'EXDATE;TZID=Europe/Berlin:20260403T100000'],
      recurringEventId: null,
      originalStart: null,
      transparent: true,
      visibility: 'confidential',
      ownResponse: 'unknown',
      optionalGuest: false,
      summary: '🔒 Busy',
      description: '[calsync source:ab12cd34]',
      place: 'Hall 2',
      colorId: '8',
      rings: true,
      tag,
      tagged: true,
      saysBlock: false,
      guests: true,
    } satisfies EventRow);
  });

  it('takes unknown values for the harmless thing, never for an ordinary meeting', () => {
    expect(field('kind', { eventType: 'spaceWalk' })).toBe('other');
    expect(field('status', { status: 'maybe' })).toBe('confirmed');
    expect(field('visibility', { visibility: 'secret' })).toBe('default');
    expect(field('transparent', { transparency: 'misty' })).toBe(false);
    expect(field('ownResponse', { attendees: [{ self: true, responseStatus: 'shrug' }] })).toBe('unknown');
  });

  it('takes null for absent', () => {
    expect(read({ status: null, end: null, attendees: null, reminders: null, extendedProperties: null })).toEqual(
      read({}),
    );
  });

  it('keeps a tombstone of a slot joined to its series', () => {
    const row = readEvent(
      {
        kind: 'calendar#event',
        etag: '"1"',
        id: 'm_20250325T130000Z',
        status: 'cancelled',
        recurringEventId: 'm',
        originalStartTime: { dateTime: '2025-03-25T13:00:00Z', timeZone: 'America/Chicago' },
      },
      context,
    );
    expect(row).toMatchObject({
      status: 'cancelled',
      recurringEventId: 'm',
      originalStart: { dateTime: '2025-03-25T13:00:00Z', timeZone: 'America/Chicago' },
      start: null,
      end: null,
    });
  });

  it('tells nobody’s description but that of a tagged one', () => {
    expect(field('description', { description: 'dial 123' })).toBeNull();
    const broken = { description: 'x', extendedProperties: { private: { 'calsync.v': '9' } } };
    expect(read(broken)).toMatchObject({ description: 'x', tagged: true, tag: null });
  });

  it.each<[unknown, string]>([
    [{}, 'no id'],
    [{ id: 5 }, 'an id of the wrong type'],
    [{ id: '' }, 'an empty id'],
    [{ id: 'x', start: '2026-03-27' }, 'a start that is a string'],
    [{ id: 'x', recurrence: 'RRULE:FREQ=DAILY' }, 'a recurrence that is a string'],
    [{ id: 'x', attendees: [null] }, 'a guest that is null'],
    [{ id: 'x', status: 1 }, 'a status that is a number'],
    [null, 'null'],
    ['row', 'a string'],
    [[], 'a list'],
  ])('%o is nonsense: %s', (value: unknown) => {
    expect(readEvent(value, context)).toBeNull();
  });

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readEvent(value, context)));
    const names = Object.keys(JSON.parse(JSON.stringify(read({}))) as object);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('start', 'end', 'attendees', ...names), fc.anything()), (value) => {
        const row = readEvent({ id: 'x', ...value }, context);
        expect(row === null || typeof row.id === 'string').toBe(true);
      }),
    );
  });
});

describe('own answer', () => {
  const guest = (email: string, responseStatus: string, self?: boolean) => ({ email, responseStatus, self });
  it.each([
    ['no guests', [], false, 'none'],
    [
      'the row marked self',
      [guest('x@example.com', 'accepted'), guest('y@example.com', 'declined', true)],
      false,
      'declined',
    ],
    [
      'self before address',
      [guest('ada@example.com', 'accepted'), guest('y@example.com', 'declined', true)],
      false,
      'declined',
    ],
    ['the account’s address, in any case', [guest('ADA@example.COM', 'needsAction')], false, 'needsAction'],
    ['the calendar’s own id', [guest('TEAM@group.calendar.google.com', 'tentative')], false, 'tentative'],
    [
      'the account before the calendar',
      [guest(calendarId, 'tentative'), guest('ada@example.com', 'accepted')],
      false,
      'accepted',
    ],
    ['nobody of ours', [guest('x@example.com', 'declined')], false, 'unknown'],
    ['guests left out', [], true, 'unknown'],
    ['guests left out, but ours there', [guest('ada@example.com', 'declined')], true, 'declined'],
    ['no answer said', [{ email: 'ada@example.com' }], false, 'unknown'],
  ])('%s', (_, attendees, attendeesOmitted, expected) => {
    expect(field('ownResponse', { attendees, attendeesOmitted })).toBe(expected);
  });

  it('is found by the calendar alone where the account is not known', () => {
    const value = {
      id: 'x',
      start: { date: '2026-03-27' },
      attendees: [{ email: calendarId, responseStatus: 'declined' }],
    };
    expect(readEvent(value, { calendarId, accountEmail: null })?.ownResponse).toBe('declined');
  });
});

describe('ringing', () => {
  it.each([
    [undefined, false],
    [{}, false],
    [{ useDefault: false }, false],
    [{ useDefault: false, overrides: [] }, false],
    [{ useDefault: true }, true],
    [{ useDefault: false, overrides: [{ method: 'email', minutes: 5 }] }, true],
  ])('%o → %s', (reminders, expected) => {
    expect(field('rings', { reminders })).toBe(expected);
  });
});

describe('times', () => {
  it.each([
    [{ date: '2026-03-29' }, { date: '2026-03-29' }],
    [{ date: '2028-02-29' }, { date: '2028-02-29' }],
    [{ date: '2026-02-30' }, null],
    [{ dateTime: '2026-02-29T10:00:00Z' }, null],
    [{ date: '2026-13-01' }, null],
    [{ date: '27.3.2026' }, null],
    [{ dateTime: '2026-03-27T10:00:00Z' }, { dateTime: '2026-03-27T10:00:00Z', timeZone: null }],
    [
      { dateTime: '2026-03-27T10:00:00', timeZone: 'Europe/Berlin' },
      { dateTime: '2026-03-27T10:00:00', timeZone: 'Europe/Berlin' },
    ],
    [
      { dateTime: '2026-03-27T10:00:00.5-04:00', timeZone: '' },
      { dateTime: '2026-03-27T10:00:00.5-04:00', timeZone: null },
    ],
    [
      { date: '2026-03-27', dateTime: '2026-03-27T10:00:00Z' },
      { dateTime: '2026-03-27T10:00:00Z', timeZone: null },
    ],
    [{ dateTime: '2026-03-27T25:00:00Z' }, null],
    [{ dateTime: '2026-03-27 10:00' }, null],
    [{ dateTime: 'tomorrow' }, null],
    [{}, null],
    [null, null],
    [undefined, null],
  ])('%o is %o', (wire, expected) => {
    expect(readTime(wire as Parameters<typeof readTime>[0])).toEqual(expected);
  });
});

describe('pages', () => {
  const page = (fields: object) =>
    readEventPage(wireEventPageSchema.parse({ kind: 'calendar#events', ...fields }), context);

  it('may be empty with more to come', () => {
    expect(page({ nextPageToken: 'p2' })).toMatchObject({ rows: [], next: { kind: 'more', pageToken: 'p2' } });
    expect(page({ items: [], nextPageToken: 'p2', nextSyncToken: 's' }).next).toEqual({
      kind: 'more',
      pageToken: 'p2',
    });
  });

  it('end with a sync token; without one, a 200 proves nothing', () => {
    expect(page({ items: [], nextSyncToken: 's1' }).next).toEqual({ kind: 'done', syncToken: 's1' });
    expect(page({}).next).toEqual({ kind: 'unproven' });
    expect(page({ nextPageToken: '', nextSyncToken: '' }).next).toEqual({ kind: 'unproven' });
  });

  it('count the rows that made no sense and keep the others', () => {
    const start = { date: '2026-03-27' };
    expect(page({ items: [{ id: 'a', start }, { nonsense: true }, 7, { id: 'b', start }] })).toMatchObject({
      rows: [{ id: 'a' }, { id: 'b' }],
      unreadable: 2,
      unreadableRows: [],
    });
  });

  it.each<[string, object]>([
    ['a start', { start: { dateTime: 'soon' } }],
    ['a day', { start: { date: '2026-02-30' } }],
    ['no start at all', {}],
    ['an end', { start: { date: '2026-03-27' }, end: { dateTime: '2026-03-27T25:00:00Z' } }],
    ['an original start', { start: { date: '2026-03-27' }, originalStartTime: { date: 'never' } }],
    ['a start of the wrong kind', { start: 5 }],
  ])('name the rows whose times cannot be parsed, which are not rows without a time: %s', (_, fields) => {
    expect(page({ items: [{ id: 'odd', recurringEventId: 'weekly', ...fields }] })).toMatchObject({
      rows: [],
      unreadable: 1,
      unreadableRows: [{ id: 'odd', seriesId: 'weekly' }],
    });
    // A tombstone needs no times, and says what it says whatever they are.
    expect(page({ items: [{ id: 'gone', status: 'cancelled' }] }).rows).toMatchObject([{ id: 'gone' }]);
  });

  it('name other calendars that their rows say they are of, and not those of mere organisers', () => {
    const row = (organizer: object) => ({ id: 'event1', start: { date: '2026-03-27' }, organizer });
    const others = (organizer: object) => page({ items: [row(organizer)] }).ofOthers;
    expect(others({ email: 'bob@example.com', self: true })).toEqual(['bob@example.com']);
    expect(others({ email: 'bob@example.com' })).toEqual([]);
    expect(others({ email: calendarId.toUpperCase(), self: true })).toEqual([]);
  });

  it('say zone and role, and nothing that we do not know', () => {
    expect(page({ timeZone: 'Europe/Berlin', accessRole: 'reader' })).toMatchObject({
      timeZone: 'Europe/Berlin',
      view: { access: 'reads', privateHidden: false },
    });
    expect(page({ accessRole: 'emperor' })).toMatchObject({ timeZone: null, view: null });
  });

  it.each([
    [{}],
    [[]],
    [{ error: {} }],
    [{ kind: 'calendar#event', id: 'x' }],
    [{ kind: 'calendar#events', items: {} }],
  ])('%o is no page, least of all an empty calendar', (value) => {
    expect(wireEventPageSchema.safeParse(value).success).toBe(false);
  });
});

describe('calendars', () => {
  const list = (...items: readonly unknown[]) =>
    readCalendars(wireCalendarPageSchema.parse({ kind: 'calendar#calendarList', items }));

  it('are read with their defaults', () => {
    expect(list({ id: 'a@example.com', accessRole: 'owner' }).calendars).toEqual([
      {
        id: 'a@example.com',
        name: 'a@example.com',
        timeZone: null,
        colour: null,
        access: 'owns',
        privateHidden: false,
        primary: false,
        selected: false,
        hidden: false,
        nature: 'ordinary',
        capabilities: plainCapabilities,
      },
    ]);
  });

  it('show the person’s own name for them, their colour and their flags', () => {
    const full = {
      id: 'a@example.com',
      summary: 'Ada',
      summaryOverride: 'Mine',
      timeZone: 'Europe/Berlin',
      backgroundColor: '#9A9CFF',
      accessRole: 'writer',
      primary: true,
      selected: true,
      hidden: true,
    };
    expect(list(full).calendars).toEqual([
      {
        id: 'a@example.com',
        name: 'Mine',
        timeZone: 'Europe/Berlin',
        colour: '#9a9cff',
        access: 'writes',
        privateHidden: false,
        primary: true,
        selected: true,
        hidden: true,
        nature: 'ordinary',
        capabilities: { ...plainCapabilities, outOfOffice: true },
      },
    ]);
  });

  it.each([
    ['freeBusyReader', 'sees-busy', false],
    ['reader', 'reads', false],
    ['writerWithoutPrivateAccess', 'reads', true],
    ['writer', 'writes', false],
    ['owner', 'owns', false],
  ])('say of the role %s that it %s', (accessRole, access, privateHidden) => {
    expect(list({ id: 'a', accessRole }).calendars).toMatchObject([{ access, privateHidden }]);
  });

  it('leave out what is deleted or closed, and count nonsense and the alias', () => {
    const { calendars, unreadable } = list(
      { id: 'gone', accessRole: 'owner', deleted: true },
      { id: 'closed', accessRole: 'none' },
      { id: 'primary', accessRole: 'owner' },
      { accessRole: 'owner' },
      { id: 'new-role', accessRole: 'gardener', backgroundColor: 'red' },
    );
    expect(calendars).toMatchObject([{ id: 'new-role', access: 'sees-busy', colour: null }]);
    expect(unreadable).toBe(2);
  });
});

describe('bodies', () => {
  const timed: BlockContent = {
    summary: '🔒 Busy',
    description: '[calsync source:ab12cd34]',
    start: { dateTime: '2026-03-27T10:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-03-27T11:00:00', timeZone: 'Europe/Berlin' },
    recurrence: [],
    visibility: 'private',
    colorId: null,
    place: null,
    outOfOffice: false,
  };
  const allDay: BlockContent = { ...timed, start: { date: '2026-03-27' }, end: { date: '2026-03-28' } };

  it('of a whole block hold just what design.md allows', () => {
    expect(wholeBody(timed, tag)).toEqual({
      summary: '🔒 Busy',
      description: '[calsync source:ab12cd34]',
      status: 'confirmed',
      start: { dateTime: '2026-03-27T10:00:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-03-27T11:00:00', timeZone: 'Europe/Berlin' },
      transparency: 'opaque',
      visibility: 'private',
      reminders: { useDefault: false, overrides: [] },
      extendedProperties: { private: formatTag(tag) },
    });
  });

  it('of a series and of a coloured block say so', () => {
    expect(wholeBody({ ...timed, recurrence: ['RRULE:FREQ=DAILY'], colorId: '8' }, tag)).toMatchObject({
      recurrence: ['RRULE:FREQ=DAILY'],
      colorId: '8',
    });
  });

  it('of an out-of-office block say so, and decline nothing for the person', () => {
    expect(wholeBody({ ...timed, outOfOffice: true }, tag)).toMatchObject({
      eventType: 'outOfOffice',
      outOfOfficeProperties: { autoDeclineMode: 'declineNone' },
    });
    expect(wholeBody(timed, tag)).not.toHaveProperty('eventType');
  });

  it('tell a place only where there is one to tell, and clear one that somebody wrote', () => {
    expect(wholeBody({ ...timed, place: 'Hall 2' }, tag)).toHaveProperty('location', 'Hall 2');
    expect(wholeBody(timed, tag)).not.toHaveProperty('location');
    expect(patchBody(timed, tag, false)).toHaveProperty('location', null);
    expect(slotBody({ ...timed, place: 'Hall 2' })).toHaveProperty('location', 'Hall 2');
  });

  it('of a patch clear the other kind of time, a rule that should not be, and the colour only if asked', () => {
    expect(patchBody(allDay, tag, false)).toMatchObject({
      start: { date: '2026-03-27', dateTime: null, timeZone: null },
      end: { date: '2026-03-28', dateTime: null, timeZone: null },
      recurrence: null,
    });
    expect(patchBody(timed, tag, false)['start']).toEqual({
      date: null,
      dateTime: '2026-03-27T10:00:00',
      timeZone: 'Europe/Berlin',
    });
    expect(patchBody(timed, tag, false)).not.toHaveProperty('colorId');
    expect(patchBody(timed, tag, true)).toHaveProperty('colorId', null);
    expect(patchBody({ ...timed, colorId: '3' }, tag, true)).toHaveProperty('colorId', '3');
  });

  it('of a slot leave rule and tag to the series', () => {
    expect(Object.keys(slotBody({ ...timed, recurrence: ['RRULE:FREQ=DAILY'] })).sort()).toEqual(
      ['description', 'end', 'location', 'start', 'status', 'summary', 'transparency', 'visibility'].sort(),
    );
  });

  it('read back as what was written', () => {
    const time = fc.constantFrom(timed, allDay);
    const text = fc.string();
    fc.assert(
      fc.property(
        time,
        text,
        fc.constantFrom('private', 'default'),
        fc.constantFrom('1', '11', null),
        fc.constantFrom('Hall 2', null),
        (base, summary, visibility, colorId, place) => {
          const { outOfOffice, ...content } = { ...base, summary, visibility, colorId, place } as BlockContent;
          const row = readEvent({ id: 'x', ...wholeBody({ ...content, outOfOffice }, tag) }, context);
          expect(row).toMatchObject({
            ...content,
            tag,
            tagged: true,
            transparent: false,
            rings: false,
            status: 'confirmed',
          });
        },
      ),
    );
  });
});

describe('masks', () => {
  it('name every field of the wire schema and no field of a person that nothing needs', () => {
    const names = Object.keys(wireEventSchema.shape);
    const asked = fieldMasks.look.replaceAll(/\([^)]*\)|\/\w+/g, '').split(',');
    expect(names.length).toBeGreaterThan(15);
    expect(asked.sort()).toEqual(names.sort());
    expect(fieldMasks.eventPage).not.toMatch(/conference|hangout|displayName/i);
  });

  it('keep both tokens, because a mask loses them silently (google-calendar.md §1.4)', () => {
    expect(fieldMasks.eventPage).toContain('nextPageToken');
    expect(fieldMasks.eventPage).toContain('nextSyncToken');
  });
});
