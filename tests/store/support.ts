import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { blockId, sourceRef } from '../../src/main/core/identity.ts';
import type { EventGroup, EventRow, ObservedBlock, Tag } from '../../src/main/core/model.ts';
import type { CalendarListing } from '../../src/main/ports/provider.ts';
import type { BlockOutcome, PageEffect, PageToStore, Store } from '../../src/main/ports/store.ts';
import { openStore, type StoreRequest } from '../../src/main/store/index.ts';
import { toAccountId, toCalendarId, toEventId, type AccountId, type CalendarId } from '../../src/shared/ids.ts';
import type { EventTime } from '../../src/shared/time.ts';
import { MemoryLogger } from '../support/memory-logger.ts';

export const now = Date.UTC(2026, 2, 23, 8);
export const account = toAccountId('account-1');
export const work = toCalendarId('work@example.com');
export const home = toCalendarId('home@example.com');
export const club = toCalendarId('club@example.com');

/** Takes a wall-clock time in UTC; returns it as a calendar says it. */
export const at = (dateTime: string, timeZone: string | null = null): EventTime => ({ dateTime, timeZone });

const plain: EventRow = {
  id: toEventId('plain'),
  status: 'confirmed',
  etag: '"1"',
  iCalUid: null,
  kind: 'default',
  start: at('2026-03-24T09:00:00Z'),
  end: at('2026-03-24T10:00:00Z'),
  recurrence: [],
  recurringEventId: null,
  originalStart: null,
  transparent: false,
  visibility: 'default',
  ownResponse: 'none',
  summary: 'Plan the fair',
  description: null,
  colorId: null,
  rings: true,
  tag: null,
  tagged: false,
};

/** Takes an id and what is special about it; returns a person's event. Its iCalUID follows from the id. */
export function event(id: string, special: Partial<EventRow> = {}): EventRow {
  return { ...plain, id: toEventId(id), iCalUid: `${id}@google.com`, ...special };
}

/** A series every day at nine, UTC. */
export function series(id: string, special: Partial<EventRow> = {}): EventRow {
  return event(id, {
    start: at('2026-03-24T09:00:00Z', 'UTC'),
    end: at('2026-03-24T10:00:00Z', 'UTC'),
    recurrence: ['RRULE:FREQ=DAILY'],
    ...special,
  });
}

/** The slot of that series on a day of March, moved to the afternoon unless told otherwise. */
export function exception(seriesId: string, day: number, special: Partial<EventRow> = {}): EventRow {
  return event(`${seriesId}_202603${String(day)}T090000Z`, {
    iCalUid: `${seriesId}@google.com`,
    recurringEventId: toEventId(seriesId),
    originalStart: at(`2026-03-${String(day)}T09:00:00Z`, 'UTC'),
    start: at(`2026-03-${String(day)}T15:00:00Z`, 'UTC'),
    end: at(`2026-03-${String(day)}T16:00:00Z`, 'UTC'),
    ...special,
  });
}

/** All that Google says of a deleted event (reference §0.5). */
export function tombstone(id: string): EventRow {
  return {
    ...plain,
    id: toEventId(id),
    status: 'cancelled',
    etag: '"9"',
    start: null,
    end: null,
    summary: null,
    ownResponse: 'unknown',
    rings: false,
  };
}

/** All that Google says of a cancelled slot. */
export function slotTombstone(seriesId: string, day: number): EventRow {
  return {
    ...tombstone(`${seriesId}_202603${String(day)}T090000Z`),
    recurringEventId: toEventId(seriesId),
    originalStart: at(`2026-03-${String(day)}T09:00:00Z`, 'UTC'),
  };
}

export function tagFor(source: CalendarId, id: string, generation = 0): Tag {
  return { sourceRef: sourceRef(source, toEventId(id)), generation, contentHash: '0123456789abcdef' };
}

/** Takes a target and a tag; returns the block that follows from it, as that calendar would show it. */
export function block(target: CalendarId, tag: Tag, special: Partial<EventRow> = {}): EventRow {
  const id = blockId(tag.sourceRef, target, tag.generation);
  return {
    ...plain,
    id,
    iCalUid: `${id}@google.com`,
    summary: '🔒 Busy',
    description: '[calsync]',
    visibility: 'private',
    rings: false,
    tag,
    tagged: true,
    ...special,
  };
}

/** The slot of a block that is a series, as its calendar shows it. */
export function blockSlot(target: CalendarId, tag: Tag, day: number, special: Partial<EventRow> = {}): EventRow {
  const master = block(target, tag);
  return {
    ...exception(master.id, day),
    summary: master.summary,
    description: master.description,
    visibility: 'private',
    rings: false,
    tag,
    tagged: true,
    ...special,
  };
}

export function listing(id: CalendarId, special: Partial<CalendarListing> = {}): CalendarListing {
  return {
    id,
    name: id,
    timeZone: 'UTC',
    colour: '#123456',
    accessRole: 'owner',
    primary: false,
    selected: true,
    hidden: false,
    ...special,
  };
}

export const accountRecord = (id: AccountId = account) => ({
  id,
  email: `${id}@example.com`,
  scopes: ['openid', 'email'],
  addedAt: now,
  state: 'connected' as const,
  restingUntil: null,
  signInEndsAt: null,
  listedAt: null,
});

/** Returns a folder that is gone when the test is over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'calsync-store-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

export interface TestStore {
  readonly store: Store;
  readonly logger: MemoryLogger;
  /** Stores a whole read of a calendar, page by page; returns what each page changed. */
  read(calendarId: CalendarId, kind: 'full' | 'delta', ...pages: readonly (readonly EventRow[])[]): PageEffect[];
  /** Stores the first pages of a read that is then cut short. */
  readPart(calendarId: CalendarId, kind: 'full' | 'delta', ...pages: readonly (readonly EventRow[])[]): PageEffect[];
  record(...outcomes: readonly BlockOutcome[]): void;
  /** Records that a block was written, as the provider answered. */
  wrote(target: CalendarId, row: EventRow, echo?: string | null, groupKey?: string): void;
  groups(keys?: readonly string[]): EventGroup[];
  group(key: string): EventGroup;
  onlyBlock(): ObservedBlock;
  /** Returns the groups that are to be planned, and calls them planned. */
  takeDirty(): readonly string[];
  run: number;
}

export function openTestStore(
  request: Partial<StoreRequest> = {},
): TestStore & { readonly notices: readonly unknown[] } {
  const logger = new MemoryLogger();
  const opened = openStore({ file: ':memory:', now: () => now, logger, ...request });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const { store, notices } = opened.value;
  onTestFinished(() => store.close());
  const storePages = (
    calendarId: CalendarId,
    kind: 'full' | 'delta',
    pages: readonly (readonly EventRow[])[],
    complete: boolean,
  ) => {
    const readId = store.nextReadId();
    return pages.map((rows, index) =>
      store.storePage({
        calendarId,
        accountId: account,
        run: test.run,
        readId,
        kind,
        rows,
        done: complete && index === pages.length - 1 ? { syncToken: `token-${readId}`, at: now } : null,
        timeZone: null,
      } satisfies PageToStore),
    );
  };
  const test: TestStore & { readonly notices: readonly unknown[] } = {
    store,
    logger,
    notices,
    run: 1,
    read: (calendarId, kind, ...pages) => storePages(calendarId, kind, pages, true),
    readPart: (calendarId, kind, ...pages) => storePages(calendarId, kind, pages, false),
    record: (...outcomes) => store.recordOutcomes(test.run, outcomes),
    wrote: (target, row, echo = null, groupKey?: string) => {
      if (row.tag === null) throw new Error('A block has a tag.');
      const outcome = { kind: 'block-written' as const, targetId: target, row, tag: row.tag, echo };
      const group = test.groups().find((one) => one.events.some((found) => found.sourceRef === row.tag?.sourceRef));
      store.recordOutcomes(test.run, [{ ...outcome, groupKey: groupKey ?? group?.key ?? `ref:${row.tag.sourceRef}` }]);
    },
    groups: (keys) => [...store.loadGroups(keys ?? 'all')],
    group: (key) => {
      const found = [...store.loadGroups([key])];
      if (found[0] === undefined || found.length !== 1) throw new Error(`${found.length} groups for ${key}`);
      return found[0];
    },
    onlyBlock: () => {
      const blocks = test.groups().flatMap((group) => group.blocks);
      if (blocks[0] === undefined || blocks.length !== 1) throw new Error(`${blocks.length} blocks`);
      return blocks[0];
    },
    takeDirty: () => {
      const keys = store.dirtyGroups();
      store.clearDirty(keys);
      return keys;
    },
  };
  return test;
}

/** A store with one account and three calendars in use, and nothing to be planned. */
export function openMesh(request: Partial<StoreRequest> = {}): TestStore {
  const test = openTestStore(request);
  test.store.saveAccount(accountRecord());
  test.store.saveListings(
    account,
    [work, home, club].map((id) => listing(id)),
    () => ({ source: true, target: true }),
    now,
  );
  test.takeDirty();
  return test;
}

/** Takes the file of a store; returns a connection of its own to it. */
export function peek(file: string): Database.Database {
  const connection = new Database(file);
  onTestFinished(() => {
    connection.close();
  });
  return connection;
}
