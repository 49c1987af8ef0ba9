import { describe, expect, it } from 'vitest';
import { sourceRef } from '../../src/main/core/identity.ts';
import type { EventRow } from '../../src/main/core/model.ts';
import { toEventId } from '../../src/shared/ids.ts';
import { plainCapabilities } from '../support/capabilities.ts';
import {
  account,
  at,
  block,
  blockSlot,
  event,
  exception,
  home,
  now,
  openMesh,
  series,
  slotTombstone,
  tagFor,
  tombstone,
  work,
  club,
  type TestStore,
} from './support.ts';

const idsOf = (test: TestStore, key: string) => test.group(key).events.map(({ row }) => `${row.id} ${row.status}`);

describe('rows of a calendar', () => {
  it('come back as they were, with the name of their source', () => {
    const test = openMesh();
    const rows: readonly EventRow[] = [
      event('all-day', { start: { date: '2026-03-24' }, end: { date: '2026-03-25' } }),
      event('full', {
        status: 'tentative',
        kind: 'focusTime',
        transparent: true,
        visibility: 'confidential',
        ownResponse: 'needsAction',
        colorId: '7',
        rings: false,
        start: at('2026-03-24T09:00:00+01:00', 'Europe/Berlin'),
      }),
      event('no-times', { start: null, end: null, summary: null }),
      event('series', { recurrence: ['RRULE:FREQ=WEEKLY', 'EXDATE;TZID=Europe/Berlin:20260331T090000'] }),
      exception('series', 25),
    ];
    test.read(work, 'everything', rows);
    const events = test.groups().flatMap((group) => group.events);
    const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
    expect(events.map((found) => found.row).sort(byId)).toEqual(rows.toSorted(byId));
    for (const found of events) {
      expect(found.calendarId).toBe(work);
      expect(found.sourceRef).toBe(sourceRef(work, found.row.id));
    }
  });

  it('keep a copy of a block as a row that is marked, without its tag or text', () => {
    const test = openMesh();
    const copy = { ...block(home, tagFor(work, 'a')), id: toEventId('mine'), iCalUid: 'mine@google.com' };
    test.read(home, 'everything', [copy]);
    expect(test.group('uid:mine@google.com').events[0]?.row).toEqual({ ...copy, tag: null, description: null });
    expect(test.store.liveBlocksByTarget().size).toBe(0);
  });

  it.each<[string, Partial<EventRow>]>([
    ['status', { status: 'tentative' }],
    ['start', { start: at('2026-03-24T09:30:00Z') }],
    ['zone', { start: at('2026-03-24T09:00:00Z', 'Europe/Berlin') }],
    ['end', { end: at('2026-03-24T10:30:00Z') }],
    ['recurrence', { recurrence: ['RRULE:FREQ=DAILY'] }],
    ['transparency', { transparent: true }],
    ['visibility', { visibility: 'private' }],
    ['answer', { ownResponse: 'declined' }],
    ['title', { summary: 'Other' }],
    ['kind', { kind: 'outOfOffice' }],
    ['tag', { tagged: true }],
  ])('mark their group when the %s differs', (_, special) => {
    const test = openMesh();
    test.read(work, 'everything', [event('a'), event('b')]);
    test.takeDirty();
    expect(test.read(work, 'changes', [event('a', special)])).toEqual([{ changedEvents: 1, changedBlocks: 0 }]);
    expect(test.takeDirty()).toEqual(['uid:a@google.com']);
    expect(test.group('uid:a@google.com').events[0]?.row).toEqual(event('a', special));
  });

  it('mark nothing when only the etag differs, and keep the new one', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    expect(test.read(work, 'changes', [event('a', { etag: '"2"' })])).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    expect(test.takeDirty()).toEqual([]);
    expect(test.group('uid:a@google.com').events[0]?.row.etag).toBe('"2"');
  });

  it('mark both groups when they change from one to the other', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    test.read(work, 'changes', [event('a', { iCalUid: null })]);
    expect(test.takeDirty()).toEqual(['id:work@example.com|a', 'uid:a@google.com']);
    expect(test.groups().map((group) => group.key)).toEqual(['id:work@example.com|a']);
  });

  it('count the later of two that come twice, within a page and across pages', () => {
    const test = openMesh();
    test.read(
      work,
      'everything',
      [event('a', { summary: 'first' }), event('a', { summary: 'second' })],
      [event('b')],
      [event('a', { summary: 'third' })],
    );
    expect(test.group('uid:a@google.com').events.map(({ row }) => row.summary)).toEqual(['third']);
  });

  it('of one meeting on two calendars are one group', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.read(home, 'everything', [event('a', { ownResponse: 'declined' })]);
    expect(test.group('uid:a@google.com').events.map((found) => found.calendarId)).toEqual([home, work]);
  });
});

describe('a tombstone', () => {
  it('changes the status and leaves the rest to explain what was there', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    test.read(work, 'changes', [tombstone('a')]);
    expect(test.takeDirty()).toEqual(['uid:a@google.com']);
    expect(test.group('uid:a@google.com').events[0]?.row).toEqual({ ...event('a'), status: 'cancelled', etag: '"9"' });
    test.read(work, 'changes', [tombstone('a')]);
    expect(test.takeDirty()).toEqual([]);
  });

  it('of a series takes its exceptions along, but not one that came in the same read', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s'), exception('s', 25), exception('s', 26), slotTombstone('s', 27)]);
    test.read(work, 'changes', [exception('s', 26, { summary: 'stays' })], [tombstone('s')]);
    expect(idsOf(test, 'uid:s@google.com')).toEqual([
      's cancelled',
      's_20260325T090000Z cancelled',
      's_20260326T090000Z confirmed',
      's_20260327T090000Z cancelled',
    ]);
  });

  it('of a slot goes with its series, whichever comes first', () => {
    const test = openMesh();
    test.read(work, 'everything', [slotTombstone('s', 25)], [series('s'), slotTombstone('s', 26)]);
    expect(test.groups().map((group) => group.key)).toEqual(['uid:s@google.com']);
    expect(idsOf(test, 'uid:s@google.com')).toEqual([
      's confirmed',
      's_20260325T090000Z cancelled',
      's_20260326T090000Z cancelled',
    ]);
  });

  it('that has lost its series is no gap in it: the slot is as the rule says, if the rule makes it', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s'), exception('s', 25), slotTombstone('s', 26)]);
    test.takeDirty();
    const bare = [25, 26, 27].map((day) => tombstone(`s_202603${day}T090000Z`));
    test.read(work, 'changes', [...bare, series('s')]);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed']);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
  });

  it('that has lost its series stays as the proof to remove the block that stood for it', () => {
    const test = openMesh();
    test.wrote(home, block(home, tagFor(work, 's_20260325T090000Z')));
    test.read(work, 'everything', [series('s')]);
    test.read(work, 'changes', [tombstone('s_20260325T090000Z')]);
    const group = test.group('uid:s@google.com');
    expect(group.events.map(({ row }) => [row.id, row.status, row.recurringEventId])).toEqual([
      ['s', 'confirmed', null],
      ['s_20260325T090000Z', 'cancelled', null],
    ]);
    expect(group.blocks).toHaveLength(1);
  });

  it('that has lost its series withdraws the one slot that came without it', () => {
    const test = openMesh();
    test.read(work, 'everything', [exception('s', 25)]);
    test.read(work, 'changes', [tombstone('s_20260325T090000Z')]);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s_20260325T090000Z cancelled']);
  });

  it.each<[string, readonly EventRow[], string[]]>([
    [
      'shows them again',
      [exception('s', 25), slotTombstone('s', 26)],
      ['s_20260325T090000Z confirmed', 's_20260326T090000Z cancelled'],
    ],
    ['is silent about them', [], []],
    ['has bare tombstones for them', [25, 26].map((day) => tombstone(`s_202603${day}T090000Z`)), []],
  ])(
    'of a series that is taken back says what became of its exceptions by what comes with it: the read %s',
    (_, rows, left) => {
      const test = openMesh();
      test.read(work, 'everything', [series('s'), exception('s', 25), slotTombstone('s', 26)]);
      test.read(work, 'changes', [tombstone('s')]);
      test.read(work, 'changes', [series('s'), ...rows]);
      expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed', ...left]);
    },
  );

  it('that comes before its series and names it is a gap in it', () => {
    const test = openMesh();
    test.read(work, 'changes', [slotTombstone('s', 25)]);
    expect(idsOf(test, 'id:work@example.com|s')).toEqual(['s_20260325T090000Z cancelled']);
    test.takeDirty();
    test.read(work, 'changes', [series('s')]);
    expect(test.takeDirty()).toEqual(['id:work@example.com|s', 'uid:s@google.com']);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed', 's_20260325T090000Z cancelled']);
    expect(test.group('uid:s@google.com').events[1]?.row.recurringEventId).toBe('s');
  });

  it('that comes before its series and has lost it is no gap in it, and the proof to remove its block', () => {
    const test = openMesh();
    test.wrote(home, block(home, tagFor(work, 's_20260326T090000Z')));
    test.read(work, 'changes', [tombstone('s_20260325T090000Z'), tombstone('s_20260326T090000Z')]);
    test.takeDirty();
    test.read(work, 'changes', [series('s')]);
    expect(test.takeDirty()).toEqual(['id:work@example.com|s', 'uid:s@google.com']);
    const group = test.group('uid:s@google.com');
    expect(group.events.map(({ row }) => [row.id, row.status, row.recurringEventId])).toEqual([
      ['s', 'confirmed', null],
      ['s_20260326T090000Z', 'cancelled', null],
    ]);
    expect(group.blocks).toHaveLength(1);
  });

  it('of a slot goes with its series to another group', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s'), exception('s', 25), exception('s', 26)]);
    test.read(work, 'changes', [
      series('s', { iCalUid: null }),
      slotTombstone('s', 25),
      exception('s', 26, { iCalUid: null }),
    ]);
    expect(test.groups().map((group) => group.key)).toEqual(['id:work@example.com|s']);
    expect(idsOf(test, 'id:work@example.com|s')).toEqual([
      's confirmed',
      's_20260325T090000Z cancelled',
      's_20260326T090000Z confirmed',
    ]);
  });

  it('is taken back by a live row', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.read(work, 'changes', [tombstone('a')]);
    test.takeDirty();
    test.read(work, 'changes', [event('a')]);
    expect(test.takeDirty()).toEqual(['uid:a@google.com']);
    expect(idsOf(test, 'uid:a@google.com')).toEqual(['a confirmed']);
  });
});

describe('a full read', () => {
  it('proves that what it does not show is gone, with its last page and not before', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a'), event('b'), series('s'), exception('s', 25)]);
    test.read(home, 'everything', [event('elsewhere')]);
    test.takeDirty();
    test.readPart(work, 'everything', [event('a')]);
    expect(test.takeDirty()).toEqual([]);
    const effects = test.read(work, 'everything', [], [event('b')]);
    expect(effects.map((effect) => effect.changedEvents)).toEqual([0, 3]);
    expect(test.takeDirty()).toEqual(['uid:a@google.com', 'uid:s@google.com']);
    expect(idsOf(test, 'uid:a@google.com')).toEqual(['a cancelled']);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s cancelled', 's_20260325T090000Z cancelled']);
    expect(idsOf(test, 'uid:elsewhere@google.com')).toEqual(['elsewhere confirmed']);
  });

  it('takes an exception that a live series does not show for an ordinary slot, not for a cancelled one', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('s'), exception('s', 25), slotTombstone('s', 26)]);
    test.takeDirty();
    test.read(work, 'everything', [series('s')]);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed']);
    expect(test.takeDirty()).toEqual(['uid:s@google.com']);
  });

  it('in which rows could not be understood proves nothing by what it does not show', () => {
    const test = openMesh();
    const moved = series('s', { start: at('2026-03-24T11:00:00Z', 'UTC') });
    test.read(work, 'everything', [event('a'), series('s'), exception('s', 25), block(work, tagFor(home, 'x'))]);
    test.readPartial(work, 'everything', [moved]);
    expect(idsOf(test, 'uid:a@google.com')).toEqual(['a confirmed']);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed', 's_20260325T090000Z confirmed']);
    expect(test.onlyBlock().absence).toBeNull();
    // The complete read that follows still knows that the series had changed its shape.
    test.read(work, 'changes', [moved]);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed']);
  });

  it('of an unchanged calendar changes nothing', () => {
    const test = openMesh();
    const rows = [event('a'), series('s'), exception('s', 25), slotTombstone('s', 26), block(work, tagFor(home, 'x'))];
    test.read(work, 'everything', rows);
    test.takeDirty();
    expect(test.read(work, 'everything', rows)).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    expect(test.takeDirty()).toEqual([]);
  });
});

describe('the position in the changes', () => {
  const cursors = (test: TestStore) => test.store.calendars().find((calendar) => calendar.id === work);

  it('moves with the last page only', () => {
    const test = openMesh();
    test.readPart(work, 'everything', [event('a')]);
    expect(cursors(test)).toMatchObject({ cursor: null, lastReadAt: null, lastFullReadAt: null });
    test.read(work, 'everything', [event('a')]);
    const first = cursors(test);
    expect(first?.cursor).toEqual({ accountId: 'account-1', syncToken: 'token-2' });
    expect(first?.lastFullReadAt).toBe(first?.lastReadAt);
    test.readPart(work, 'changes', [event('b')]);
    expect(cursors(test)?.cursor?.syncToken).toBe('token-2');
    test.read(work, 'changes', []);
    expect(cursors(test)?.cursor?.syncToken).toBe('token-4');
  });

  it('is forgotten without the rows', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.store.forgetCursor(work);
    expect(cursors(test)?.cursor).toBeNull();
    expect(idsOf(test, 'uid:a@google.com')).toEqual(['a confirmed']);
  });

  it('is none when the provider gave none', () => {
    const test = openMesh();
    const page = { calendarId: work, accountId: cursors(test)?.accesses[0]?.accountId ?? fail(), run: 1, rows: [] };
    const done = { syncToken: null, at: 5 };
    test.store.storePage({
      ...page,
      readId: test.store.nextReadId(),
      coverage: { of: 'everything' },
      complete: true,
      done,
      timeZone: null,
      access: 'owns',
    });
    expect(cursors(test)).toMatchObject({ cursor: null, lastReadAt: 5, lastFullReadAt: 5 });
  });

  it('of a calendar that was removed meanwhile is nowhere', () => {
    const test = openMesh();
    test.store.removeAccount(test.store.accounts()[0]?.id ?? fail());
    expect(test.read(work, 'everything', [event('a')])).toEqual([{ changedEvents: 0, changedBlocks: 0 }]);
    expect(test.groups()).toEqual([]);
    expect(test.logger.events('warn')).toContain('page-of-unknown-calendar');
  });
});

describe('a series that changed its shape', () => {
  const rows = [series('s'), exception('s', 25), exception('s', 26), slotTombstone('s', 27)];
  const later = series('s', { start: at('2026-03-24T11:00:00Z', 'UTC') });

  it.each<[string, EventRow]>([
    ['start', later],
    ['zone', series('s', { start: at('2026-03-24T09:00:00Z', 'Europe/Berlin') })],
    ['rule', series('s', { recurrence: ['RRULE:FREQ=WEEKLY'] })],
  ])('in its %s loses the exceptions that the read does not show', (_, changed) => {
    const test = openMesh();
    test.read(work, 'everything', rows);
    test.read(work, 'changes', [changed], [exception('s', 26)]);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed', 's_20260326T090000Z confirmed']);
  });

  it('in nothing but its title keeps them', () => {
    const test = openMesh();
    test.read(work, 'everything', rows);
    test.read(work, 'changes', [series('s', { summary: 'Other' })]);
    expect(idsOf(test, 'uid:s@google.com')).toHaveLength(4);
  });

  it('loses them although the read that said so was cut short', () => {
    const test = openMesh();
    test.read(work, 'everything', rows);
    test.readPart(work, 'changes', [later]);
    expect(idsOf(test, 'uid:s@google.com')).toHaveLength(4);
    test.read(work, 'changes', [later], [exception('s', 26)]);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s confirmed', 's_20260326T090000Z confirmed']);
  });

  it('leaves a tombstone where an exception had a block of its own, so that the block can go', () => {
    const test = openMesh();
    test.read(work, 'everything', rows);
    test.wrote(home, block(home, tagFor(work, 's_20260325T090000Z')));
    test.read(work, 'changes', [later]);
    const group = test.group('uid:s@google.com');
    expect(group.events.map(({ row }) => [row.id, row.status, row.recurringEventId])).toEqual([
      ['s', 'confirmed', null],
      ['s_20260325T090000Z', 'cancelled', null],
    ]);
    expect(group.blocks).toHaveLength(1);
    expect(test.store.strayRefs()).toEqual([]);
  });
});

describe('a read of a window', () => {
  const window = {
    of: 'window',
    from: Date.parse('2026-03-24T08:00:00Z'),
    until: Date.parse('2026-03-24T12:00:00Z'),
  } as const;
  const statuses = (test: TestStore) =>
    test
      .groups()
      .flatMap(({ events }) => events.map(({ row }) => `${row.id} ${row.status}`))
      .sort();

  it('proves of single events that lie in it, and of nothing else, that what it does not show is gone', () => {
    const test = openMesh();
    test.read(work, 'everything', [
      event('shown'),
      event('inside'),
      event('reaches-in', { start: at('2026-03-24T07:30:00Z') }),
      event('reaches-out', { end: at('2026-03-24T12:30:00Z') }),
      event('elsewhere', { start: at('2026-03-25T09:00:00Z'), end: at('2026-03-25T10:00:00Z') }),
      event('without-times', { start: null, end: null }),
      series('weekly'),
      exception('weekly', 25, { start: at('2026-03-24T09:00:00Z'), end: at('2026-03-24T09:30:00Z') }),
    ]);
    test.read(work, window, [event('shown')]);
    expect(statuses(test)).toEqual(
      [
        'elsewhere confirmed',
        'inside cancelled',
        'reaches-in confirmed',
        'reaches-out confirmed',
        'shown confirmed',
        'weekly confirmed',
        'weekly_20260325T090000Z confirmed',
        'without-times confirmed',
      ].sort(),
    );
  });

  it('says of a series that was given another rule nothing of its changed dates, nor does one with rows that make no sense', () => {
    const test = openMesh();
    test.read(work, 'everything', [series('weekly'), exception('weekly', 25)]);
    test.read(work, window, [series('weekly', { recurrence: ['RRULE:FREQ=DAILY;INTERVAL=2'] })]);
    expect(statuses(test)).toEqual(['weekly confirmed', 'weekly_20260325T090000Z confirmed']);
    test.read(work, 'everything', [event('inside')]);
    test.readPartial(work, window, []);
    expect(statuses(test)).toContain('inside confirmed');
  });

  it('proves of blocks that lie in it that they are gone, and of slots nothing', () => {
    const test = openMesh();
    const rule = ['RRULE:FREQ=DAILY'];
    const [single, weekly] = [tagFor(work, 'single'), tagFor(work, 'weekly')];
    test.read(home, 'everything', [
      block(home, single),
      block(home, weekly, {
        recurrence: rule,
        start: at('2026-03-24T09:00:00Z', 'UTC'),
        end: at('2026-03-24T10:00:00Z', 'UTC'),
      }),
      blockSlot(home, weekly, 25),
    ]);
    test.read(home, window, []);
    const blocks = test.groups().flatMap((group) => group.blocks);
    const isAway = Object.fromEntries(blocks.map(({ tag, absence }) => [tag.sourceRef, absence !== null]));
    expect(isAway).toEqual({ [single.sourceRef]: true, [weekly.sourceRef]: false });
    expect(blocks.flatMap(({ slots }) => slots)).toHaveLength(1);
  });
});

describe('proven deletions', () => {
  it('cancel known events, with the slots of a series', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a'), series('s'), exception('s', 25)]);
    test.takeDirty();
    test.store.storeDeleted(work, [toEventId('a'), toEventId('s'), toEventId('nobody')]);
    expect(test.takeDirty()).toEqual(['uid:a@google.com', 'uid:s@google.com']);
    expect(idsOf(test, 'uid:s@google.com')).toEqual(['s cancelled', 's_20260325T090000Z cancelled']);
    expect(test.groups()).toHaveLength(2);
  });

  it('explain a stray block', () => {
    const test = openMesh();
    test.read(home, 'everything', [block(home, tagFor(work, 'gone'))]);
    expect(test.store.strayRefs()).toEqual([sourceRef(work, toEventId('gone'))]);
    test.takeDirty();
    test.store.storeDeleted(work, [toEventId('gone')]);
    expect(test.store.strayRefs()).toEqual([]);
    expect(test.takeDirty()).toEqual(['id:work@example.com|gone']);
    const group = test.group('id:work@example.com|gone');
    expect(group.events.map(({ row }) => row.status)).toEqual(['cancelled']);
    expect(group.blocks).toHaveLength(1);
    expect(test.groups()).toHaveLength(1);
    expect(test.store.liveBlocksBySource()).toEqual(new Map([[work, 1]]));
  });

  it('are looked for once, and again when a new calendar could know more', () => {
    const test = openMesh();
    const stray = tagFor(club, 'gone');
    test.read(home, 'everything', [block(home, stray)]);
    test.store.markStraysSearched([stray.sourceRef]);
    expect(test.store.strayRefs()).toEqual([]);
    const listings = test.store.calendars().map((calendar) => ({ ...calendar, ...fromAccess }));
    test.store.saveListings(accountOf(test), listings, () => ({ source: true, target: true }), 1);
    expect(test.store.strayRefs()).toEqual([]);
    const another = { ...(listings[0] ?? fail()), id: newCalendar };
    test.store.saveListings(accountOf(test), [...listings, another], () => ({ source: true, target: true }), 1);
    expect(test.store.strayRefs()).toEqual([stray.sourceRef]);
  });
});

const newCalendar = 'new@example.com' as typeof work;
const fromAccess = {
  access: 'owns' as const,
  privateHidden: false,
  primary: false,
  selected: true,
  hidden: false,
  capabilities: plainCapabilities,
};
const accountOf = (test: TestStore) => test.store.accounts()[0]?.id ?? fail();
function fail(): never {
  throw new Error('missing');
}

describe('two reads of a calendar at once', () => {
  it('the earlier one, which ends later, takes nothing for deleted that the later one has shown', () => {
    const test = openMesh();
    const page = (readId: number, rows: readonly EventRow[], done: boolean): void => {
      test.store.storePage({
        ...{
          calendarId: work,
          accountId: account,
          run: 1,
          readId,
          coverage: { of: 'everything' },
          complete: true,
          rows,
          timeZone: null,
          access: 'owns',
        },
        done: done ? { syncToken: `token-${readId}`, at: now } : null,
      });
    };
    const [earlier, later] = [test.store.nextReadId(), test.store.nextReadId()];
    page(earlier, [event('a'), event('b')], false);
    page(later, [event('a'), event('b'), event('c')], true);
    page(earlier, [], true);
    expect(test.groups().flatMap(({ events }) => events.map(({ row }) => [row.id, row.status]))).toEqual([
      ['a', 'confirmed'],
      ['b', 'confirmed'],
      ['c', 'confirmed'],
    ]);
  });
});
