import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { Coverage } from '../../src/main/core/coverage.ts';
import type { EventGroup, EventRow, ObservedBlock } from '../../src/main/core/model.ts';
import type { BlockOutcome, PageEffect, PageToStore, Store } from '../../src/main/ports/store.ts';
import { openStore, type StoreRequest } from '../../src/main/store/index.ts';
import type { Access } from '../../src/shared/access.ts';
import type { CalendarId } from '../../src/shared/ids.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { account, accountRecord, club, home, listing, now, work } from './rows.ts';

export * from './rows.ts';

/** Returns a folder that is gone when the test is over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'calsync-store-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

/** What a read covers; short where that says nothing more. */
type Covered = 'everything' | 'changes' | Coverage;

export interface TestStore {
  readonly store: Store;
  readonly logger: MemoryLogger;
  /** Stores a whole read of a calendar, page by page; returns what each page changed. */
  read(calendarId: CalendarId, of: Covered, ...pages: readonly (readonly EventRow[])[]): PageEffect[];
  /** Stores a whole read of one page in which some rows could not be understood. */
  readPartial(calendarId: CalendarId, of: Covered, rows: readonly EventRow[]): PageEffect[];
  /** Stores the first pages of a read that is then cut short. */
  readPart(calendarId: CalendarId, of: Covered, ...pages: readonly (readonly EventRow[])[]): PageEffect[];
  record(...outcomes: readonly BlockOutcome[]): void;
  /** Records that a block was written, as the provider answered. */
  wrote(target: CalendarId, row: EventRow, echo?: string | null, groupKey?: string): void;
  groups(keys?: readonly string[]): EventGroup[];
  group(key: string): EventGroup;
  onlyBlock(): ObservedBlock;
  /** Returns the groups that are to be planned, and calls them planned. */
  takeDirty(): readonly string[];
  run: number;
  /** How much of a calendar the reads show. */
  access: Access;
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
    of: Covered,
    pages: readonly (readonly EventRow[])[],
    complete: boolean,
    partial = false,
  ) => {
    const readId = store.nextReadId();
    return pages.map((rows, index) =>
      store.storePage({
        calendarId,
        accountId: account,
        run: test.run,
        readId,
        coverage: typeof of === 'string' ? { of } : of,
        complete: !partial,
        rows,
        done: complete && index === pages.length - 1 ? { syncToken: `token-${readId}`, at: now } : null,
        timeZone: null,
        access: test.access,
      } satisfies PageToStore),
    );
  };
  const test: TestStore & { readonly notices: readonly unknown[] } = {
    store,
    logger,
    notices,
    run: 1,
    access: 'owns',
    read: (calendarId, of, ...pages) => storePages(calendarId, of, pages, true),
    readPartial: (calendarId, of, rows) => storePages(calendarId, of, [rows], true, true),
    readPart: (calendarId, of, ...pages) => storePages(calendarId, of, pages, false),
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
      const marks = store.dirtyGroups();
      store.clearDirty(marks);
      return [...marks.keys()];
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
