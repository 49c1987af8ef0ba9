import { describe, expect, it } from 'vitest';
import type { CalendarListing } from '../../src/main/ports/provider.ts';
import { defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { appError } from '../../src/shared/errors.ts';
import { toAccountId, toCalendarId, toEventId, type CalendarId } from '../../src/shared/ids.ts';
import {
  account,
  accountRecord,
  block,
  club,
  event,
  folder,
  home,
  listing,
  now,
  openMesh,
  openTestStore,
  peek,
  tagFor,
  tombstone,
  work,
  type TestStore,
} from './support.ts';
import { plainCapabilities } from '../support/capabilities.ts';

const second = toAccountId('account-2');
const used = () => ({ source: true, target: true });
const unused = () => ({ source: false, target: false });
const list = (test: TestStore, id = account, listings: readonly CalendarListing[] = [listing(work)], at = now) =>
  test.store.saveListings(id, listings, used, at);
const calendar = (test: TestStore, id: CalendarId) => {
  const found = test.store.calendars().find((one) => one.id === id);
  if (found === undefined) throw new Error('no such calendar');
  return found;
};

describe('accounts', () => {
  it('come back as they were saved, and are replaced by id', () => {
    const test = openTestStore();
    const resting = {
      ...accountRecord(),
      state: 'resting' as const,
      restingUntil: now + 1,
      signInEndsAt: now + 2,
      listedAt: now + 3,
      heldBy: null,
    };
    test.store.saveAccount(accountRecord());
    test.store.saveAccount({ ...accountRecord(second), addedAt: now + 1 });
    expect(test.store.accounts()).toEqual([accountRecord(), { ...accountRecord(second), addedAt: now + 1 }]);
    test.store.saveAccount(resting);
    expect(test.store.accounts()[0]).toEqual(resting);
  });

  it('keep their calendars when they are saved again', () => {
    const test = openMesh();
    test.store.saveAccount({ ...accountRecord(), state: 'needs-sign-in' });
    expect(calendar(test, work).accesses).toHaveLength(1);
  });

  it('go with the calendars that only they list, and with all that is stored of those', () => {
    const file = `${folder()}/calsync.db`;
    const test = openMesh({ file });
    test.store.saveAccount(accountRecord(second));
    list(test, second, [listing(club, { access: 'reads' })]);
    test.read(work, 'everything', [event('a', { summary: 'Title of a' })]);
    test.read(club, 'everything', [event('b')]);
    test.wrote(club, block(club, tagFor(work, 'a')));
    test.wrote(work, block(work, tagFor(club, 'b')));
    test.store.addMutes([{ sourceRef: tagFor(club, 'b').sourceRef, targetId: home, slot: null }], now);
    test.store.saveHolds(
      [{ key: 'k', kind: 'mass-deletion', calendarId: work, count: 1, groupKeys: ['uid:a@google.com'], blocks: [] }],
      now,
    );
    const item = {
      at: new Date(now).toISOString(),
      kind: 'added' as const,
      reason: 'new-event' as const,
      sourceId: club,
      targetIds: [work],
      start: null,
      previousStart: null,
      series: false,
      mute: null,
      run: 1,
    };
    test.store.addActivity([item, { ...item, targetIds: [club] }, { ...item, sourceId: home }], 1);
    test.takeDirty();
    test.store.removeAccount(account);
    expect(test.store.accounts().map((one) => one.id)).toEqual([second]);
    expect(test.store.calendars().map((one) => [one.id, one.cursor, one.accesses.length])).toEqual([[club, null, 1]]);
    // What stood for an event of the account is a block without explanation now.
    expect(test.groups().map((group) => [group.key, group.events.length, group.blocks.length])).toEqual([
      ['uid:b@google.com', 1, 0],
      [`ref:${tagFor(work, 'a').sourceRef}`, 0, 1],
    ]);
    expect([...test.store.dirtyGroups().keys()]).toEqual(
      [`ref:${tagFor(work, 'a').sourceRef}`, 'uid:a@google.com', 'uid:b@google.com'].sort(),
    );
    expect(test.store.strayRefs()).toEqual([tagFor(work, 'a').sourceRef]);
    expect(test.store.mutes()).toEqual([]);
    expect(test.store.holds()).toEqual([]);
    expect(test.store.recentActivity(10)).toEqual([{ ...item, targetIds: [club] }]);
    const left = peek(file).prepare('SELECT count(*) FROM events WHERE summary IS ?').pluck().get('Title of a');
    expect(left).toBe(0);
  });

  it('take along what their removal was under way by, because nobody could ask for the rest of it', () => {
    const test = openMesh();
    const undertaking = { kind: 'remove-account', accountId: account, since: 1, othersOn: [], revoke: false } as const;
    test.store.saveUndertaking({ ...undertaking, removed: 2, alreadyGone: 0 });
    test.store.removeAccount(account);
    expect(test.store.undertakings()).toEqual([]);
  });

  it('take along a calendar that nobody lists any more when they listed it last', () => {
    const test = openMesh();
    test.store.saveAccount(accountRecord(second));
    list(test, account, []);
    expect(calendar(test, work).accesses).toEqual([]);
    test.store.removeAccount(second);
    expect(test.store.calendars()).toHaveLength(3);
    test.store.removeAccount(account);
    expect(test.store.calendars()).toEqual([]);
  });
});

describe('calendars', () => {
  it('start with the use that is given, and keep their own when they are listed again', () => {
    const test = openTestStore();
    test.store.saveAccount(accountRecord());
    test.store.saveListings(account, [listing(work)], unused, now);
    expect(calendar(test, work)).toEqual({
      id: work,
      name: work,
      timeZone: 'UTC',
      colour: '#123456',
      source: false,
      target: false,
      inUseSince: null,
      accesses: [
        {
          ...{
            accountId: account,
            access: 'owns',
            privateHidden: false,
            primary: false,
            selected: true,
            hidden: false,
          },
          capabilities: plainCapabilities,
        },
      ],
      cursor: null,
      seenWith: null,
      lastReadAt: null,
      lastFullReadAt: null,
      reread: null,
      pageRows: null,
      trouble: null,
      busy: defaultBusyPolicy,
      outOfOfficeRefused: false,
      stale: false,
      nature: 'ordinary',
      offered: false,
      address: work,
      listedBy: account,
      gone: null,
    });
    test.store.setUse(work, { source: true, target: false }, now + 5);
    list(test, account, [listing(work, { name: 'Work', timeZone: null, colour: null, hidden: true })], now + 9);
    expect(calendar(test, work)).toMatchObject({
      name: 'Work',
      timeZone: 'UTC',
      colour: null,
      source: true,
      target: false,
      inUseSince: now + 5,
      accesses: [{ hidden: true }],
    });
    expect(test.store.accounts()[0]?.listedAt).toBe(now + 9);
    test.store.setUse(work, { source: false, target: false }, now + 10);
    test.store.setUse(work, { source: true, target: true }, now + 11);
    expect(calendar(test, work).inUseSince).toBe(now + 5);
  });

  it('are gone from the list on in which no account has them, until one has them again', () => {
    const test = openMesh();
    test.store.saveAccount(accountRecord(second));
    list(test, second, [listing(work, { access: 'reads' })]);
    test.takeDirty();
    list(test, account, [listing(home)], now + 20);
    expect(calendar(test, work).gone).toBeNull();
    list(test, second, [], now + 30);
    list(test, second, [], now + 40);
    expect(calendar(test, work)).toMatchObject({ gone: { since: now + 30, proof: null }, listedBy: second });
    test.store.setGoneProof(work, 'not-found');
    test.store.setGoneProof(home, 'not-found');
    expect(calendar(test, work).gone).toEqual({ since: now + 30, proof: 'not-found' });
    expect(calendar(test, home).gone).toBeNull();
    list(test, account, [listing(work)], now + 50);
    expect(calendar(test, work).gone).toBeNull();
  });

  it('are forgotten when they are gone, are not in use, and no block stands for their events', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.wrote(home, block(home, tagFor(work, 'a')));
    list(test, account, [listing(home)]);
    const forgotten = () => {
      test.store.forgetGone();
      return !test.store.calendars().some(({ id }) => id === work);
    };
    expect(forgotten()).toBe(false);
    test.store.setGoneProof(work, 'not-found');
    expect(forgotten()).toBe(false);
    test.store.setUse(work, { source: false, target: false }, now);
    expect(forgotten()).toBe(false);
    test.store.recordOutcomes(2, [
      { kind: 'block-removed', targetId: home, blockId: block(home, tagFor(work, 'a')).id },
    ]);
    expect(forgotten()).toBe(true);
    expect(test.store.calendars().map(({ id }) => id)).not.toContain(work);
    expect(test.groups().flatMap(({ events }) => events)).toEqual([]);
  });

  it('keep how many rows a page has, and start again with it', () => {
    const file = `${folder()}/calsync.db`;
    const test = openMesh({ file });
    test.read(work, 'everything', [event('a')]);
    expect(calendar(test, work).cursor).not.toBeNull();
    test.store.setPageRows(work, 25);
    expect(calendar(test, work)).toMatchObject({ pageRows: 25, cursor: null });
    expect(calendar(test, home)).toMatchObject({ pageRows: null });
    test.store.close();
    expect(calendar(openTestStore({ file }), work).pageRows).toBe(25);
  });

  describe('a main calendar that has another one in its place', () => {
    const fresh = toCalendarId('fresh@example.com');
    const primary = { access: 'owns', primary: true } as const;
    const openRenamed = () => {
      const test = openMesh();
      list(test, account, [listing(work, primary), listing(home)]);
      test.read(work, 'everything', [event('a'), tombstone('b'), block(work, tagFor(home, 'c'))]);
      test.wrote(home, block(home, tagFor(work, 'a')));
      list(test, account, [listing(fresh, primary), listing(home)], now + 5);
      return test;
    };

    it('is suspected to be it, and is neither in use nor offered', () => {
      const test = openRenamed();
      const noted = { calendarId: fresh, formerId: work, since: now + 5 };
      expect(test.store.renamings()).toEqual([{ ...noted, state: 'suspected' }]);
      expect(calendar(test, fresh)).toMatchObject({ source: false, target: false, offered: false, inUseSince: null });
      expect(calendar(test, work)).toMatchObject({ source: true, gone: { since: now + 5, proof: null } });
      expect(test.store.liveIds(work).toSorted()).toEqual(
        [event('a').id, block(work, tagFor(home, 'c')).id].toSorted(),
      );
      // Another account that comes to see it does not put it in use either.
      test.store.saveAccount(accountRecord(second));
      list(test, second, [listing(fresh, { access: 'writes' })], now + 6);
      expect(calendar(test, fresh)).toMatchObject({ source: false, target: false, offered: false });
      test.store.askRenaming(fresh);
      expect(test.store.renamings()).toEqual([{ ...noted, state: 'asked' }]);
      expect(calendar(test, work).gone?.proof).toBe('unlisted');
    });

    it('is that one after a yes, with all that is stored of it', () => {
      const test = openRenamed();
      test.store.askRenaming(fresh);
      const before = test.groups();
      test.takeDirty();
      test.store.takeRenaming(fresh);
      expect(test.groups()).toEqual(before);
      expect(test.store.calendars().map(({ id }) => id)).not.toContain(fresh);
      expect(calendar(test, work)).toMatchObject({
        address: fresh,
        name: fresh,
        source: true,
        gone: null,
        cursor: null,
        accesses: [{ accountId: account, primary: true }],
      });
      expect(test.store.addresses()).toEqual(new Map([[work, fresh]]));
      expect(test.store.otherIds(work)).toEqual([fresh]);
      expect(test.store.renamings()).toEqual([]);
      // Ours holds for either id.
      test.read(work, 'everything', [block(work, tagFor(home, 'c')), block(fresh, tagFor(home, 'd'))]);
      expect(test.store.liveBlocksOn(work).map(({ blockId: id }) => id)).toEqual(
        expect.arrayContaining([block(work, tagFor(home, 'c')).id, block(fresh, tagFor(home, 'd')).id]),
      );
      test.store.setAddress(work, work);
      expect(test.store.addresses()).toEqual(new Map());
    });

    it('is not asked about any more when the former one is listed again as the main one', () => {
      const test = openRenamed();
      test.store.askRenaming(fresh);
      list(test, account, [listing(work, primary), listing(fresh), listing(home)], now + 9);
      expect(test.store.renamings()).toEqual([]);
      expect(calendar(test, work)).toMatchObject({ gone: null, source: true });
      expect(calendar(test, fresh)).toMatchObject({ offered: true, source: false });
    });

    it('is offered after a no, when it is not recognised, and when the former one is forgotten before', () => {
      for (const say of [
        (store: TestStore['store']) => store.denyRenaming(fresh),
        (store: TestStore['store']) => store.dropRenaming(fresh),
        (store: TestStore['store']) => {
          store.setUse(work, unused(), now);
          store.recordOutcomes(2, [
            { kind: 'block-removed', targetId: home, blockId: block(home, tagFor(work, 'a')).id },
          ]);
          store.forgetGone();
        },
      ]) {
        const test = openRenamed();
        test.store.askRenaming(fresh);
        say(test.store);
        expect(calendar(test, fresh)).toMatchObject({ offered: true, source: false, target: false });
        expect(test.store.renamings().some(({ state }) => state !== 'denied')).toBe(false);
      }
    });
  });

  it('put the best access first', () => {
    const test = openTestStore();
    const accesses = ['reads', 'sees-busy', 'owns', 'writes'] as const;
    accesses.forEach((access) => {
      test.store.saveAccount(accountRecord(toAccountId(access)));
      list(test, toAccountId(access), [listing(work, { access })]);
    });
    test.store.saveAccount(accountRecord(toAccountId('another-owner')));
    list(test, toAccountId('another-owner'), [listing(work, { access: 'owns', primary: true })]);
    expect(calendar(test, work).accesses.map((access) => access.accountId)).toEqual([
      'another-owner',
      'owns',
      'writes',
      'reads',
      'sees-busy',
    ]);
    expect(test.store.calendars()).toHaveLength(1);
  });

  it('that an account does not list any more lose its access and keep their data', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    list(test, account, [listing(home)]);
    expect(calendar(test, work).accesses).toEqual([]);
    expect(test.group('uid:a@google.com').events).toHaveLength(1);
  });

  it.each<[string, (test: TestStore) => void, boolean]>([
    ['a use is set', (test) => test.store.setUse(work, { source: true, target: false }, now), true],
    ['a calendar in use is new', (test) => list(test, account, [...all, listing(another)]), true],
    [
      'a calendar that is not used is new',
      (test) => test.store.saveListings(account, [...all, listing(another)], unused, now),
      false,
    ],
    ['the same is listed again', (test) => list(test, account, all), false],
    ['only a colour changes', (test) => list(test, account, [{ ...first, colour: null }, ...rest]), false],
    [
      'a name changes, for it may be in titles',
      (test) => list(test, account, [{ ...first, name: 'x' }, ...rest]),
      true,
    ],
    ['a zone changes', (test) => list(test, account, [{ ...first, timeZone: 'Asia/Tokyo' }, ...rest]), true],
    ['a role changes', (test) => list(test, account, [{ ...first, access: 'reads' }, ...rest]), true],
    ['a calendar is missing', (test) => list(test, account, rest), true],
    ['trouble is noted', (test) => test.store.setTrouble(work, appError('calendar-gone')), false],
  ])('are all planned anew, or not, when %s', (_, act, planned) => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.read(home, 'everything', [block(home, tagFor(work, 'unknown'))]);
    test.takeDirty();
    act(test);
    const everything = [`ref:${tagFor(work, 'unknown').sourceRef}`, 'uid:a@google.com'];
    expect(test.takeDirty()).toEqual(planned ? everything : []);
  });

  const another = 'another@example.com' as CalendarId;
  const all = [work, home, club].map((id) => listing(id));
  const [first = listing(work), ...rest] = all;

  it('learn their zone from a page', () => {
    const test = openMesh();
    test.read(work, 'everything', [event('a')]);
    test.takeDirty();
    const page = { calendarId: work, accountId: account, run: 1, readId: test.store.nextReadId(), rows: [] };
    test.store.storePage({
      ...page,
      coverage: { of: 'changes' },
      complete: true,
      done: null,
      timeZone: 'Asia/Tokyo',
      access: 'owns',
    });
    expect(calendar(test, work).timeZone).toBe('Asia/Tokyo');
    expect(test.takeDirty()).toEqual(['uid:a@google.com']);
  });

  it('remember their trouble until it is cleared', () => {
    const test = openMesh();
    test.store.setTrouble(work, appError('calendar-gone', 'Work', '404'));
    expect(calendar(test, work).trouble).toEqual({ code: 'calendar-gone', about: 'Work', detail: '404' });
    test.store.setTrouble(work, null);
    expect(calendar(test, work).trouble).toBeNull();
  });

  it('fall back where what is stored makes no sense', () => {
    const file = `${folder()}/calsync.db`;
    const test = openMesh({ file });
    peek(file).exec(`UPDATE calendars SET trouble = '{"code":"no such"}', busy = '{"free":"perhaps"}'`);
    expect(calendar(test, work)).toMatchObject({ trouble: null, busy: defaultBusyPolicy });
    expect(test.logger.lines).toContainEqual({
      level: 'warn',
      event: 'stored-value-ignored',
      fields: { name: 'busy' },
    });
    peek(file).exec(`UPDATE calendars SET busy = '${JSON.stringify({ ...defaultBusyPolicy, free: true })}'`);
    expect(calendar(test, work).busy.free).toBe(true);
  });

  it('take no outcome once they are gone', () => {
    const test = openMesh();
    test.store.removeAccount(account);
    test.record({ kind: 'block-removed', targetId: home, blockId: toEventId('x') });
    test.wrote(home, block(home, tagFor(work, 'a')));
    expect(test.groups()).toEqual([]);
    expect(test.logger.events('warn')).toEqual(['outcome-on-unknown-calendar', 'outcome-on-unknown-calendar']);
  });
});
